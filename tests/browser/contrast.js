/* Every text that is to be seen with less contrast than wanted (WCAG 2), with its numbers. */
(least) => {
  const WHITE = [255, 255, 255];
  const LIGHT = [0.2126, 0.7152, 0.0722];
  const SKIPPED = "script, style, noscript, option, #js-plotly-tester, .unseen, :disabled, [aria-disabled=true]";

  const rgba = (text) => {
    const found = (text.match(/[\d.]+/g) || []).map(Number);
    const scale = text.startsWith("color(srgb") ? 255 : 1;
    return [...found.slice(0, 3).map((part) => part * scale), found[3] ?? 1];
  };
  const over = (top, below) => below.map((part, place) => top[place] * top[3] + part * (1 - top[3]));
  const luminance = (colour) =>
    colour
      .map((part) => part / 255)
      .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
      .reduce((sum, part, place) => sum + part * LIGHT[place], 0);
  const ratio = (one, other) => {
    const [high, low] = [luminance(one), luminance(other)].sort((a, b) => b - a);
    return (high + 0.05) / (low + 0.05);
  };

  /* What may lie behind an element: its ground, of a gradient each of its colours, and the veils over letter and ground
     alike, innermost last: what is partly transparent lets the ground below it through. */
  function grounds(node) {
    const chain = [];
    for (let at = node; at; at = at.parentElement) chain.unshift(at);
    let known = [{ ground: WHITE, veils: [] }];
    for (const at of chain) {
      const { opacity, backgroundColor, backgroundImage } = getComputedStyle(at);
      const stops = (backgroundImage.match(/rgba?\([^)]*\)|color\([^)]*\)/g) || []).map(rgba);
      known = known.flatMap(({ ground: below, veils }) => {
        const flat = over(rgba(backgroundColor), below);
        const veiled = opacity < 1 ? [...veils, { opacity: Number(opacity), below }] : veils;
        return (stops.length ? stops : [[0, 0, 0, 0]]).map((stop) => ({ ground: over(stop, flat), veils: veiled }));
      });
    }
    return known;
  }

  /* Words over a shape of a drawing stand in a halo of its colour. */
  function haloOf(style) {
    const found = style.textShadow.match(/rgba?\([^)]*\)/);
    return found ? [{ ground: over(rgba(found[0]), WHITE), veils: [] }] : null;
  }

  const through = (colour, veils) => veils.reduceRight((seen, { opacity, below }) => over([...seen, opacity], below), colour);

  function isSeen(node) {
    if (node.closest(SKIPPED) || !node.checkVisibility({ opacityProperty: true, visibilityProperty: true })) return false;
    const box = node.getBoundingClientRect();
    return box.width >= 2 && box.height >= 2;
  }

  const found = new Map();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const words = walker.currentNode.textContent.trim();
    const node = walker.currentNode.parentElement;
    if (!words || !isSeen(node)) continue;
    const isDrawn = node instanceof SVGElement;
    const style = getComputedStyle(node);
    const ink = rgba(isDrawn ? style.fill : style.color);
    for (const { ground, veils } of (isDrawn && haloOf(style)) || grounds(isDrawn ? node.closest("div") : node)) {
      const contrast = ratio(through(over(ink, ground), veils), through(ground, veils));
      const name = `${node.className.baseVal ?? node.className} ${words.slice(0, 30)}`;
      if (contrast < least) found.set(name, `${contrast.toFixed(2)}: ${ink} on ${ground.map(Math.round)}`);
    }
  }
  return [...found].map(([name, numbers]) => `${name} (${numbers})`);
};
