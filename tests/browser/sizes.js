/* What is wrong with a page at the width that it is shown in: wider than the screen, a link out of view, letters cut off, and on a phone
   what is too small for a finger. */
() => {
  const FINGER = 43.5; /* px: 44, but for rounding */
  const PRESSED = "a[href], button, input:not([type=hidden]), select, textarea, summary, [role=button]";
  /* Links within a sentence or a cell are as high as its letters (WCAG 2.5.8); pictures and maps have sizes of their own. */
  const WITHIN =
    "p, li, dd, dt, td, th, h1, h2, h3, small, svg, canvas, .js-plotly-plot, .ag-root-wrapper, .map-overlay, .case-map";
  const name = (node) => `${node.tagName}.${node.className} ${node.textContent.trim().slice(0, 20)}`;

  function tooSmall(node) {
    if (!node.checkVisibility({ opacityProperty: true, visibilityProperty: true }) || node.closest(WITHIN)) return null;
    const { width, height } = (node.closest("label") || node).getBoundingClientRect();
    const fits = Math.min(width, height) >= FINGER || !width || !height;
    return fits ? null : `${Math.round(width)}x${Math.round(height)}: ${name(node)}`;
  }

  function outOfView(node) {
    const at = node.getBoundingClientRect();
    return at.left < 0 || at.right > innerWidth + 1 ? `out of view: ${name(node)}` : null;
  }

  function cutLetters(node) {
    const letters = parseFloat(getComputedStyle(node).fontSize);
    return node.clientHeight && node.clientHeight < letters * 1.15 ? `letters cut: ${name(node)}` : null;
  }

  const wide = document.documentElement.scrollWidth;
  return [
    wide > innerWidth ? `${wide} wide` : null,
    ...[...document.querySelectorAll(".nav [aria-current=page]")].map(outOfView),
    ...[...document.querySelectorAll("input[type=text], input[type=search], select")].map(cutLetters),
    ...(innerWidth > 640 ? [] : [...document.querySelectorAll(PRESSED)].map(tooSmall)),
  ].filter(Boolean);
};
