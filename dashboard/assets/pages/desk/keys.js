/* The keyboard: everything on the desk can be done without a mouse. */
(function () {
  "use strict";
  window.cityops ||= {};
  const { cityops } = window;
  cityops.desk ||= {};
  const { desk } = cityops;
  const KEYS = "desk-keys";
  const SEARCH = "desk-search-input";
  const PANEL = "desk-alert-panel";

  /* An acted-on row leaves for the end of the queue; the next one is the row that took its place. */
  function move(step) {
    const api = desk.grid();
    const count = api ? api.getDisplayedRowCount() : 0;
    if (!count) return;
    const node = desk.chosen && api.getRowNode(desk.chosen);
    let next = step > 0 ? 0 : count - 1;
    if (desk.chosen) {
      const stayed =
        node && node.displayed && (desk.place < 0 || !node.data.acknowledged || node.rowIndex === desk.place);
      next = stayed ? node.rowIndex + step : step > 0 ? Math.max(0, desk.place) : desk.place - 1;
    }
    go(api, Math.max(0, Math.min(count - 1, next)));
  }

  function go(api, index) {
    const node = api.getDisplayedRowAtIndex(index);
    if (!node) return;
    desk.choose(node.id);
    desk.place = index;
    api.ensureIndexVisible(index);
  }

  function fold(open) {
    const line = desk.chosen && desk.lineOf(desk.chosen);
    if (line && desk.chosen && (line.fold || line.inside)) desk.toggleFold(desk.chosen, open);
    else desk.say(cityops.say(line ? "desk_no_fold" : "desk_none_chosen"), false);
  }

  function markAndGoOn() {
    if (!desk.chosen) return desk.say(cityops.say("desk_none_chosen"), false);
    desk.mark(desk.chosen);
    move(1);
  }

  function focusOn(selector) {
    const node = document.querySelector(selector);
    if (node) node.focus();
  }

  function escape() {
    if (desk.marked.size) desk.unmark();
    else if (desk.chosen) desk.leave();
  }

  /* Whichever of the three ways back the alert offers. */
  function bringBack() {
    const offered = ["unshelve", "unsuppress", "return-to-service"].find((name) =>
      document.querySelector(`.acts [data-act="${name}"]`),
    );
    desk.begin(offered || "unshelve");
  }

  const acts = {
    a: "acknowledge",
    enter: "acknowledge",
    c: "comment",
    g: "assign",
    e: "escalate",
    s: "shelve",
    r: "reset",
    k: "close",
    d: "suppress",
    o: "out-of-service",
  };
  const others = {
    arrowdown: () => move(1),
    arrowup: () => move(-1),
    j: () => move(1),
    arrowright: () => fold(true),
    arrowleft: () => fold(false),
    home: () => desk.grid() && go(desk.grid(), 0),
    u: () => desk.undo(),
    v: bringBack,
    w: () => desk.fileCase(),
    x: markAndGoOn,
    b: () => desk.bulk(),
    n: () => desk.goToNews(),
    "/": () => focusOn(`#${SEARCH}`),
    m: () => desk.toggleMine(),
    f: () => desk.clearFilters(),
    p: () => focusOn(`#${PANEL} h2`),
    escape,
    "?": help,
  };
  for (const severity of "1234") others[severity] = () => desk.toggleSeverity(severity);

  function help() {
    document.getElementById(KEYS).showModal();
  }

  function press(event) {
    const key = event.key.toLowerCase();
    if (key === "x" && event.shiftKey) return desk.markAll;
    if (key in acts) return event.repeat ? null : () => desk.begin(acts[key]);
    return others[key] || null;
  }

  const isIn = ({ target }, selector) => Boolean(target.closest?.(selector));

  document.addEventListener("keydown", (event) => {
    if (!document.querySelector(".desk") || event.ctrlKey || event.metaKey || event.altKey) return;
    if (document.querySelector("dialog[open]")) return; /* the dialog has its own keys */
    if (isIn(event, "input:not([type=checkbox]), textarea, select")) {
      if (event.key === "Escape") event.target.blur();
      return;
    }
    if (isIn(event, "a, button, [role=checkbox], input") && (event.key === "Enter" || event.key === " ")) return;
    const work = press(event);
    if (!work) return;
    event.preventDefault();
    work();
  });

  document.addEventListener("click", (event) => {
    if (event.target.closest?.("[data-keys]")) help();
  });
})();
