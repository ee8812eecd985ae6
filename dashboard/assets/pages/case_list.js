/* The list of cases: filters that apply themselves, keys, and content that is kept fresh. What is shown, the server
   decides: this fetches the page again and puts its parts in the place of the old ones. */
(function () {
  "use strict";
  const { cityops } = window;
  const EVERY = 10000; /* ms */
  const links = () => [...document.querySelectorAll("[data-case-link]")];

  /* ---- Filters: the address is what is filtered. ---- */

  const form = /** @type {any} */ (document.querySelector("[data-cases-filter]"));
  form.addEventListener("change", () => form.requestSubmit());
  form.addEventListener("submit", () => {
    form.querySelectorAll("input, select").forEach((field) => (field.disabled = !field.value));
  });

  /* ---- Keys. ---- */

  function move(step) {
    const all = links();
    const here = all.indexOf(/** @type {any} */ (document.activeElement));
    const next = all[Math.max(0, Math.min(all.length - 1, here + step))];
    if (next) next.focus();
  }

  const marks = (name) => cityops.caseMarks && cityops.caseMarks[name]();
  const commands = {
    x: () => marks("toggle"),
    g: () => marks("focus"),
    escape: () => marks("clear"),
    j: () => move(1),
    arrowdown: () => move(1),
    k: () => move(-1),
    arrowup: () => move(-1),
    "/": () => form.querySelector("[type=search]").focus(),
  };

  /* What a key does: a command, or the link that it stands for; 3 is the board too. */
  function commandOf(key) {
    if (commands[key]) return commands[key];
    const link = document.querySelector(`[data-cases-key="${CSS.escape(key === "3" ? "b" : key)}"]`);
    return link ? () => /** @type {any} */ (link).click() : null;
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest?.("input:not([type=checkbox]), select, textarea")) {
      if (event.key === "Escape") event.target.blur();
      return;
    }
    const command = commandOf(event.key.toLowerCase());
    if (!command) return;
    event.preventDefault();
    command();
  });

  /* ---- The map, on a screen that is narrower: its middle first, then what was looked at. ---- */

  let scrolled = null;

  function lookAt() {
    const frame = /** @type {any} */ (document.querySelector("[data-case-map]"));
    if (frame) frame.scrollLeft = scrolled ?? (frame.scrollWidth - frame.clientWidth) / 2;
  }

  document.addEventListener(
    "scroll",
    (event) => {
      const frame = /** @type {any} */ (event.target);
      if (frame.matches && frame.matches("[data-case-map]")) scrolled = frame.scrollLeft;
    },
    true,
  );
  lookAt();

  /* ---- Fresh. ---- */

  async function refresh() {
    if (document.hidden) return;
    const focused = /** @type {any} */ (document.activeElement);
    const address = focused && focused.matches("[data-case-link]") ? focused.getAttribute("href") : "";
    const came = await cityops.freshen();
    marks("show");
    lookAt();
    if (!came || !address) return;
    const again = links().find((link) => link.getAttribute("href") === address);
    if (again) again.focus();
  }

  setInterval(refresh, EVERY);
})();
