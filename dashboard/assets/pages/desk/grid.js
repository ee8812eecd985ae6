/* The queue on the screen: row transactions, new alerts announced, and the row under the eye stays where it is. */
(function () {
  "use strict";
  window.cityops ||= {};
  const { cityops } = window;
  cityops.desk ||= {};
  const { desk } = cityops;
  const GRID = "desk-alert-grid";
  const NARROW = "(max-width: 760px)";
  const FINGER = 44; /* px; a cell has two more of border */
  const WIDE_COLUMNS = ["severity", "title", "place", "value", "age", "due", "state"];

  /* AG Grid shows what these return; they make elements and never read HTML out of data. */
  const components = (window.dashAgGridComponentFunctions = window.dashAgGridComponentFunctions || {});
  const element = (...parts) => window.React.createElement(...parts);
  const own = (alert, name) => alert[`${name}_${cityops.language}`] || alert[`${name}_zh`];
  desk.titleOf = (alert) => own(alert, "title");
  const two = (upper, lower) =>
    element("div", { className: "cell-two" }, element("div", null, upper), element("small", null, lower));
  const mark = (data) =>
    element(
      "span",
      {
        className: `mark mark-${data.severity}${desk.isWaiting(data) ? " is-waiting" : ""}`,
        role: "img",
        "aria-label": cityops.say(`severity_${data.severity}`),
      },
      String(data.severity),
    );
  const fold = (data) =>
    data.fold
      ? element(
          "button",
          {
            className: "fold",
            "data-fold": data.id,
            "aria-expanded": String(data.open),
            tabIndex: -1,
            "aria-label": `${cityops.say("desk_fold")} ${cityops.say("desk_members", data.fold)}`,
          },
          `${data.open ? "▾" : "▸"} ${cityops.say("desk_members", data.fold)}`,
        )
      : null;
  const title = (data) =>
    element(
      "span",
      { className: "cell-title" },
      data.inside ? element("span", { className: "inside", "aria-hidden": "true" }, "└") : null,
      element(
        "span",
        { className: desk.isWaiting(data) ? "cell-strong" : "", title: desk.titleOf(data) },
        desk.titleOf(data),
      ),
    );
  const value = (data) => data.value_text ?? "–";
  const since = (data) =>
    element("span", { "data-since": data.opened }, cityops.duration(cityops.live.now() - data.opened));
  const due = (data) => {
    const moment = desk.dueOf(data);
    return moment
      ? element("span", { className: "due", "data-due": moment }, desk.dueText(moment))
      : element("span", null, "–");
  };
  const state = (data) => {
    const words = data.state === "ACKED" ? cityops.say("by", data.by || "–") : cityops.say(data.state);
    const more = [
      data.stale_since ? cityops.say("desk_stale") : "",
      data.assigned ? cityops.say("assigned", data.assigned) : "",
    ]
      .filter(Boolean)
      .join(" ");
    const upper = element("span", { className: `state state-${data.state}`, title: words }, words);
    return more ? two(upper, element("span", { className: data.stale_since ? "is-stale" : "" }, more)) : upper;
  };

  components.AlertMark = ({ data }) =>
    element("input", {
      type: "checkbox",
      className: "mark-box",
      "data-mark": data.id,
      checked: Boolean(data.marked),
      tabIndex: -1,
      disabled: !data.markable,
      readOnly: true,
      "aria-label": cityops.say("desk_mark", desk.titleOf(data)),
    });
  components.SeverityMark = ({ data }) => mark(data);
  components.AlertTitle = ({ data }) =>
    data.fold ? element("div", { className: "cell-folded" }, title(data), fold(data)) : title(data);
  components.AlertPlace = ({ data }) => two(data.sensor_name, own(data, "place"));
  components.AlertValue = ({ data }) => two(value(data), data.limit_text ? cityops.say("limit", data.limit_text) : "");
  components.AlertAge = ({ data }) => since(data);
  components.AlertDue = ({ data }) => due(data);
  components.AlertState = ({ data }) => state(data);
  components.AlertCard = ({ data }) =>
    element(
      "div",
      { className: "alert-card" },
      mark(data),
      element(
        "div",
        { className: "card-body" },
        element("div", { className: "card-line" }, title(data), due(data)),
        element(
          "div",
          { className: "card-line" },
          element("span", { className: "card-place" }, `${data.sensor_name} · ${own(data, "place")}`),
        ),
        element(
          "div",
          { className: "card-line" },
          element("small", null, `${value(data)} · `, since(data)),
          fold(data),
          state(data),
        ),
      ),
    );

  desk.grid = () => {
    if (!document.getElementById(GRID) || !window.dash_ag_grid) return null;
    try {
      return window.dash_ag_grid.getApi(GRID) || null;
    } catch {
      return null; /* the grid is not ready: the next beat tries again */
    }
  };
  const viewport = () => document.querySelector(`#${GRID} .ag-body-viewport`);

  let filled = null; /* the grid that holds everything up to the last beat */
  let shown = new Map(); /* id -> the line that the grid has */
  const unfolded = (desk.unfolded = new Set());
  desk.lineOf = (id) => shown.get(id);

  /* Bring the grid to what the picture, the filters, the marks and the folds say now. `touched`: alerts that
     changed; all of them when there is none. */
  desk.show = (touched = null) => {
    const api = desk.grid();
    const picture = cityops.live.picture;
    if (!api || !picture || !picture.alerts) return;
    if (filled !== api) {
      shown = new Map();
      fit(api);
    }
    const alerts = picture.alerts;
    const next = desk.arrange(alerts, desk.passes(), unfolded);
    for (const [id, line] of next) {
      Object.assign(line, { marked: desk.marked.has(id), markable: desk.isWaiting(alerts[id]) || line.fold > 0 });
    }
    const { add, update, remove, moved } = desk.changesOf(shown, next, alerts, touched);
    shown = next;
    if (add.length || update.length || remove.length) {
      steadily(api, moved, () => api.applyTransaction({ add, update, remove }));
    }
    highlight(api);
    if (filled === api) announce(alerts);
    else known = new Set(Object.keys(alerts));
    filled = api;
    count(picture, next.size);
  };

  /* ---- The row under the cursor, or else the chosen one, stays at its place on the screen. ---- */

  let pointed = null;
  document.addEventListener(
    "pointermove",
    (event) => {
      const row = event.target.closest && event.target.closest(`#${GRID} .ag-row`);
      pointed = row ? row.getAttribute("row-id") : null;
    },
    { passive: true },
  );

  function anchorOf(api, box, moved) {
    const visible = (node) =>
      node &&
      node.displayed &&
      node.rowTop + node.rowHeight > box.scrollTop &&
      node.rowTop < box.scrollTop + box.clientHeight;
    for (const id of [pointed, desk.chosen]) {
      let node = id && api.getRowNode(id);
      /* A row that a person has just moved by acting on it takes nothing with it: the next one is held. */
      while (node && visible(node) && (moved.has(node.id) || !shown.has(node.id))) {
        node = api.getDisplayedRowAtIndex(node.rowIndex + 1);
      }
      if (visible(node)) return node;
    }
    return null;
  }

  function steadily(api, moved, change) {
    const box = viewport();
    const anchor = box && anchorOf(api, box, moved);
    if (!anchor) {
      change();
      return;
    }
    const id = anchor.id;
    const at = anchor.rowTop - box.scrollTop;
    change();
    const node = api.getRowNode(id);
    if (!node || !node.displayed) return;
    const wanted = node.rowTop - at;
    const last = api.getDisplayedRowAtIndex(api.getDisplayedRowCount() - 1);
    const short = wanted + box.clientHeight - last.rowTop - last.rowHeight;
    box.style.paddingBottom = wanted > 0 && short > 0 ? `${short}px` : ""; /* the rows of a short list too can stay */
    if (Math.abs(box.scrollTop - wanted) >= 1) box.scrollTop = wanted;
  }

  /* ---- What is new, and not yet seen. ---- */

  let known = new Set();
  const news = (desk.news = new Set());

  function announce(alerts) {
    const fresh = Object.keys(alerts).filter((id) => !known.has(id));
    known = new Set(Object.keys(alerts));
    fresh.filter((id) => desk.isWaiting(alerts[id])).forEach((id) => news.add(id));
    if (!fresh.length) return;
    const worst = fresh.map((id) => alerts[id]).sort((one, other) => one.severity - other.severity)[0];
    const words = [cityops.say(`severity_${worst.severity}`), desk.titleOf(worst), own(worst, "place")].join(" ");
    cityops.each("[data-announce]", (node) =>
      cityops.setText(
        node,
        cityops.say("desk_new_alert", words) + (fresh.length > 1 ? ` · ${cityops.say("desk_news", fresh.length)}` : ""),
      ),
    );
  }

  /* An alert that was on the screen for a beat is news no longer. */
  function forgetSeen(api, alerts) {
    const first = api.getFirstDisplayedRowIndex();
    const last = api.getLastDisplayedRowIndex();
    const box = viewport();
    for (let index = first; box && !document.hidden && index >= 0 && index <= last; index++) {
      const node = api.getDisplayedRowAtIndex(index);
      if (
        node &&
        node.rowTop + 4 >= box.scrollTop &&
        node.rowTop + node.rowHeight <= box.scrollTop + box.clientHeight + 4
      ) {
        desk.standsFor(node.data, alerts, () => true).forEach((id) => news.delete(id));
      }
    }
    for (const id of news) if (!alerts[id] || alerts[id].acknowledged) news.delete(id);
  }

  function tellNews(alerts) {
    const passes = desk.passes();
    const ids = [...news];
    const inside = ids.filter((id) => passes(alerts[id]));
    const hidden = ids.length - inside.length;
    const words = [
      inside.length ? cityops.say("desk_news", inside.length) : "",
      hidden ? cityops.say("desk_hidden_news", hidden) : "",
    ];
    const worst = ids.length ? Math.min(...ids.map((id) => alerts[id].severity)) : 4;
    cityops.each("[data-news]", (node) => {
      node.hidden = !ids.length;
      node.className = `news news-${worst}`;
      cityops.setText(node, words.filter(Boolean).join(" · "));
    });
  }

  desk.goToNews = () => {
    if (!news.size) return desk.say(cityops.say("desk_no_news"), false);
    const alerts = cityops.live.alerts();
    const passes = desk.passes();
    if ([...news].some((id) => alerts[id] && !passes(alerts[id]))) desk.clearFilters();
    const box = viewport();
    if (box) box.scrollTop = 0;
    if (box) box.style.paddingBottom = "";
    pointed = null;
  };

  function count(picture, lines) {
    const all = Object.values(picture.alerts);
    const waiting = all.filter(desk.isWaiting).length;
    const words = `${cityops.say("desk_counts", waiting)} / ${all.length}${desk.isFiltered() ? ` · ${cityops.say("desk_shown", lines)}` : ""}`;
    cityops.each("[data-queue-counts]", (node) => cityops.setText(node, words));
    cityops.each("[data-count]", (node) => {
      const found = (picture.counts || {})[node.dataset.count];
      cityops.setText(node, found ? String(found.open) : "");
    });
  }

  /* ---- Width, choice, folds. ---- */

  function fit(api) {
    const narrow = matchMedia(NARROW).matches;
    const size = parseFloat(getComputedStyle(document.documentElement).fontSize) / 16;
    api.setColumnsVisible(WIDE_COLUMNS, !narrow);
    api.setColumnsVisible(["card"], narrow);
    api.setGridOption("headerHeight", narrow ? 0 : Math.round(36 * size));
    api.setGridOption("rowHeight", Math.round((narrow ? 92 : 52) * size));
    cityops.fitColumns(api);
    if (narrow) api.setColumnWidths([{ key: "mark", newWidth: FINGER + 2 }]);
    api.resetRowHeights();
  }
  desk.isNarrow = () => matchMedia(NARROW).matches;
  window.addEventListener("resize", () => {
    const api = desk.grid();
    if (api) fit(api);
  });

  function highlight(api) {
    const node = desk.chosen && api.getRowNode(desk.chosen);
    if (node && !node.isSelected()) node.setSelected(true, true);
    else if (!node) api.deselectAll();
  }
  desk.highlight = () => {
    const api = desk.grid();
    if (api) highlight(api);
  };

  desk.toggleFold = (id, open) => {
    const alert = cityops.live.alerts()[id];
    if (!alert) return;
    const name = desk.groupOf(alert);
    if (open === undefined ? unfolded.has(name) : !open) unfolded.delete(name);
    else unfolded.add(name);
    desk.show(new Set());
  };

  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-fold]");
    if (button) desk.toggleFold(button.dataset.fold);
    else if (event.target.closest?.("[data-news]")) desk.goToNews();
  });

  cityops.live.listen((picture, patch) => {
    const { alerts } = picture;
    if (!alerts || !document.getElementById(GRID)) return;
    const touched = patch ? new Set(Object.keys(patch.alerts || {})) : null;
    const isMarkable = (id) => alerts[id] && desk.isWaiting(alerts[id]);
    [...desk.marked].filter((id) => !isMarkable(id)).forEach((id) => desk.marked.delete(id));
    const api = desk.grid();
    if (api && filled === api) forgetSeen(api, picture.alerts);
    if (!touched || touched.size || filled !== api) desk.show(touched);
    tellNews(picture.alerts);
    desk.nameDistricts(picture.ranking);
    desk.followChosen(touched);
    desk.showMarks();
  });
})();
