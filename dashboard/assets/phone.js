/* What a phone needs of pages that were made for a desk: the link that is here is in view, and tables are cards. */
(function () {
  "use strict";
  const cityops = window.cityops;
  const LOOK_EVERY = 500; /* ms: pages of Dash draw themselves late, and forms bring new content */
  /* Those that have a layout of their own on a phone stay as they are. */
  const OWN = ".catalogue-categories, .catalogue-services, .catalogue-sets, .system-services";
  const CARDS = `.plain-table:not(${OWN}) table, .warning-scroll table, .topic-table table`;

  const shown = new WeakSet();

  /* Links that are more than a phone is wide scroll sideways. Shown once: whoever scrolls away may. */
  function showHere() {
    cityops.each("nav [aria-current=page]", (link) => {
      const row = link.parentElement;
      if (shown.has(link) || row.scrollWidth <= row.clientWidth) return;
      shown.add(link);
      const [at, around] = [link.getBoundingClientRect(), row.getBoundingClientRect()];
      row.scrollLeft += at.left - around.left - (around.width - at.width) / 2;
    });
  }

  /* Each cell says what its column is called (phone.css); a table whose cells span columns stays a table. */
  function labelTables() {
    cityops.each(CARDS, (table) => {
      if (table.dataset.cards) return;
      const names = [...table.querySelectorAll("thead th")].map((head) => head.textContent.trim());
      const rows = [...table.querySelectorAll("tbody tr")];
      const fits = names.length > 2 && rows.every((row) => row.children.length === names.length);
      table.dataset.cards = fits ? "yes" : "no";
      if (fits) rows.forEach((row) => [...row.children].forEach((cell, at) => (cell.dataset.label = names[at])));
    });
  }

  function look() {
    showHere();
    labelTables();
  }

  setInterval(look, LOOK_EVERY);
  document.addEventListener("DOMContentLoaded", look);
  window.addEventListener("resize", look); /* a phone is turned */
})();
