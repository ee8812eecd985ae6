/* What is wrong with the boxes below an element: words cut off, words over words, cards over cards, empty places. */
(root) => {
  const SLACK = 1.5; /* px of rounding */
  const seen = (node) => node.checkVisibility({ visibilityProperty: true });
  const name = (node) => `${node.className || node.tagName}: ${node.textContent.trim().slice(0, 40)}`;
  const meet = (one, other) =>
    Math.min(one.right, other.right) - Math.max(one.left, other.left) > SLACK &&
    Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top) > SLACK;

  /* The ink of a text: a line box is higher than its letters. An ellipsis is a decision: what it cut is not there. */
  function ink(text) {
    const range = document.createRange();
    range.selectNodeContents(text);
    const box = range.getBoundingClientRect();
    const spare = Math.min(box.height / 2, parseFloat(getComputedStyle(text.parentElement).fontSize) * 1.2) * 0.3;
    const rect = { left: box.left, right: box.right, top: box.top + spare, bottom: box.bottom - spare };
    for (let node = text.parentElement; node && node !== root; node = node.parentElement) {
      if (getComputedStyle(node).textOverflow !== "ellipsis") continue;
      const limit = node.getBoundingClientRect();
      rect.left = Math.max(rect.left, limit.left);
      rect.right = Math.min(rect.right, limit.right);
    }
    return rect;
  }

  function cutBy(text, rect) {
    for (let node = text.parentElement; node; node = node.parentElement) {
      const clips = node === document.documentElement || getComputedStyle(node).overflow !== "visible";
      const box = node === document.documentElement ? { left: 0, top: 0, right: innerWidth, bottom: innerHeight } : node.getBoundingClientRect();
      if (clips && (rect.left < box.left - SLACK || rect.right > box.right + SLACK || rect.top < box.top - SLACK || rect.bottom > box.bottom + SLACK)) return node;
    }
    return null;
  }

  const faults = [];
  const cards = [...root.querySelectorAll(".card, .wall-top, .wall-centre")].filter(seen);
  const boxes = cards.map((card) => card.getBoundingClientRect());
  cards.forEach((card, place) => {
    for (let other = place + 1; other < cards.length; other += 1) {
      if (meet(boxes[place], boxes[other])) faults.push(`over one another: ${name(card)} | ${name(cards[other])}`);
    }
    const walker = document.createTreeWalker(card, NodeFilter.SHOW_TEXT);
    const texts = [];
    while (walker.nextNode()) {
      const text = walker.currentNode;
      const there = text.textContent.trim() && seen(text.parentElement) && !text.parentElement.closest(".map-overlay, .js-plotly-plot");
      if (there) texts.push([text, ink(text)]);
    }
    if (!texts.length) faults.push(`blank: ${card.className}`);
    texts.forEach(([text, rect], first) => {
      const cutter = cutBy(text, rect);
      if (cutter) faults.push(`cut off: ${name(text.parentElement)} by ${cutter.className || cutter.tagName}`);
      for (const [later, box] of texts.slice(first + 1)) {
        if (meet(rect, box)) faults.push(`words over words: ${name(text.parentElement)} | ${name(later.parentElement)}`);
      }
    });
  });
  for (const node of root.querySelectorAll(".tile-value, .vital-score, .alert-title, .alert-value, .wall-clock span, .watermark b, .weather b, .chain b")) {
    if (seen(node) && !node.textContent.trim()) faults.push(`empty: ${name(node)}`);
  }
  if (document.documentElement.scrollHeight > innerHeight || document.documentElement.scrollWidth > innerWidth) faults.push("the page scrolls");
  return faults;
}
