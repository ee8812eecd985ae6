/* The queue of the desk: rows from the live picture by row transactions, and the keyboard. */
(function () {
  "use strict";
  const cityops = (window.cityops = window.cityops || {});
  const GRID = "desk-alert-grid";
  const REFRESH = "desk-refresh-store";
  const BUTTON = "desk-acknowledge-button";
  const english = cityops.language === "en";

  /* AG Grid shows what these return; they make elements and never read HTML out of data. */
  const components = (window.dashAgGridComponentFunctions = window.dashAgGridComponentFunctions || {});
  const element = (...parts) => window.React.createElement(...parts);
  const two = (upper, lower) =>
    element("div", { className: "cell-two" }, element("div", null, upper), element("small", null, lower));

  components.SeverityMark = ({ data }) =>
    element(
      "span",
      { className: `mark mark-${data.severity}${data.acknowledged ? "" : " is-waiting"}`, role: "img",
        "aria-label": cityops.say(`severity_${data.severity}`) },
      String(data.severity),
    );
  components.AlertTitle = ({ data }) =>
    element("span", { className: data.acknowledged ? "" : "cell-strong" }, english ? data.title_en : data.title_zh);
  components.AlertPlace = ({ data }) => two(data.sensor_name, english ? data.place_en : data.place_zh);
  components.AlertValue = ({ data }) =>
    two(data.value === undefined ? "–" : `${data.value} ${data.unit}`, cityops.say("limit", `${data.limit} ${data.unit}`));
  components.AlertAge = ({ data }) => element("span", null, cityops.duration(cityops.live.now() - data.opened));
  components.AlertState = ({ data }) =>
    element("span", { className: `state state-${data.state}` },
      data.acknowledged ? cityops.say("by", data.by || "–") : cityops.say(data.state));

  function grid() {
    if (!document.getElementById(GRID) || !window.dash_ag_grid) return null;
    try {
      return window.dash_ag_grid.getApi(GRID) || null;
    } catch (error) {
      return null; /* the grid is not ready: the next beat tries again */
    }
  }

  let filled = null; /* the grid that holds everything up to the last beat */

  function fillAnew(api, picture) {
    const gone = [];
    api.forEachNode((node) => {
      if (!(node.id in picture.alerts)) gone.push(node.data);
    });
    const update = [], add = [];
    Object.values(picture.alerts).forEach((alert) => (api.getRowNode(alert.id) ? update : add).push({ ...alert }));
    api.applyTransaction({ add, update, remove: gone });
  }

  function fillChanges(api, picture, patch) {
    const add = [], update = [], remove = [];
    for (const id of Object.keys(patch)) {
      const node = api.getRowNode(id);
      const alert = picture.alerts[id];
      if (alert) (node ? update : add).push({ ...alert });
      else if (node) remove.push(node.data);
    }
    api.applyTransaction({ add, update, remove });
  }

  const shownId = () => {
    const api = grid();
    const node = api && api.getSelectedNodes()[0];
    return node ? node.id : null;
  };

  let shownVersion = null;

  /* The panel shows one version of one alert; when that changes elsewhere, ask for it again. */
  function followShown(picture) {
    const id = shownId();
    const alert = id && picture.alerts[id];
    const version = alert ? `${id}/${alert.version}` : null;
    const before = shownVersion;
    shownVersion = version;
    const same = before && version && before.split("/")[0] === version.split("/")[0];
    const closed = before && !version;
    if ((same && before !== version) || closed) {
      window.dash_clientside.set_props(REFRESH, { data: { at: performance.now() } });
    }
    if (!alert) return;
    document.querySelectorAll("[data-alert-value]").forEach((node) => cityops.setText(node, alert.value ?? "–"));
    document.querySelectorAll("[data-alert-age]").forEach((node) =>
      cityops.setText(node, cityops.ago(cityops.live.now() - alert.opened)));
  }

  function showCounts(picture) {
    const open = Object.values(picture.alerts).length;
    const waiting = Object.values(picture.alerts).filter((alert) => !alert.acknowledged).length;
    document.querySelectorAll("[data-queue-counts]").forEach((node) =>
      cityops.setText(node, `${cityops.say("UNACK")} ${waiting} / ${open}`));
  }

  let agedAt = 0;

  cityops.live.listen((picture, patch) => {
    const api = grid();
    if (!api || !picture.alerts) return;
    if (!patch || filled !== api) fillAnew(api, picture);
    else if (patch.alerts) fillChanges(api, picture, patch.alerts);
    filled = api;
    if (performance.now() - agedAt > 10000) {
      agedAt = performance.now();
      api.refreshCells({ columns: ["opened"], force: true });
    }
    showCounts(picture);
    followShown(picture);
  });

  let lastIndex = -1; /* where the shown row stood when it was chosen */

  /* An acknowledged row leaves for the end of the queue; the next one is the row that took its place. */
  function move(step) {
    const api = grid();
    const count = api ? api.getDisplayedRowCount() : 0;
    if (!count) return;
    const selected = api.getSelectedNodes()[0];
    let next = step > 0 ? 0 : count - 1;
    if (selected) {
      const stayed = !selected.data.acknowledged || selected.rowIndex === lastIndex || lastIndex < 0;
      next = stayed ? selected.rowIndex + step : step > 0 ? lastIndex : lastIndex - 1;
    }
    lastIndex = Math.max(0, Math.min(count - 1, next));
    api.getDisplayedRowAtIndex(lastIndex).setSelected(true, true);
    api.ensureIndexVisible(lastIndex);
  }

  document.addEventListener("click", (event) => {
    const row = event.target.closest(`#${GRID} .ag-row`);
    if (row) lastIndex = Number(row.getAttribute("row-index"));
  });

  document.addEventListener("keydown", (event) => {
    if (!document.getElementById(GRID) || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, textarea, select, a, button") && event.key === "Enter") return;
    if (event.target.closest("input, textarea, select")) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      move(event.key === "ArrowDown" ? 1 : -1);
    } else if (["Enter", "a", "A"].includes(event.key) && !event.repeat) {
      const button = document.getElementById(BUTTON);
      if (button && !button.disabled && shownId()) button.click();
    }
  });
})();
