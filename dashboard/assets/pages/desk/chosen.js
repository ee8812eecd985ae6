/* The chosen alert: the address, the panel, its clocks; on a phone the panel is a sheet over the queue. */
(function () {
  "use strict";
  window.cityops ||= {};
  const { cityops } = window;
  cityops.desk ||= {};
  const { desk } = cityops;
  const CHOSEN = "desk-chosen-store";
  const REFRESH = "desk-refresh-store";
  const PAUSE = 120; /* ms: who runs through the list with a held key is not asking for every panel */
  const ASK_AGAIN = 12000; /* ms: a panel whose request was lost is asked for again */
  const ANEW = 60000; /* ms: the chart of an alert that nobody touches goes on */

  desk.chosen = null;
  desk.place = -1; /* where the row of the chosen alert stood when it was chosen */

  const setProps = (id, data) => window.dash_clientside.set_props(id, { data });
  let soon = 0;
  let askedAt = 0;

  /* Words on what was chosen before go; the way back stays where its own alert is chosen, as on a page loaded anew. */
  function beginWords(id) {
    const undo = desk.undoLeft();
    desk.say(id && !document.querySelector(".desk").dataset.mayAct ? cityops.say("desk_not_allowed") : "", false);
    if (undo && undo.id === id) desk.offerUndo(id, undo.left);
  }

  /* Choose an alert, or with null none. */
  desk.choose = (id) => {
    if (id === desk.chosen) return;
    const opening = id && !desk.chosen;
    desk.chosen = id;
    const api = desk.grid();
    const node = api && id && api.getRowNode(id);
    desk.place = node && node.displayed ? node.rowIndex : -1;
    beginWords(id);
    if (opening && desk.isNarrow()) history.pushState({ desk: "sheet" }, "", location.href);
    desk.writeAddress();
    cityops.setClass(document.body, "has-chosen", Boolean(id));
    desk.highlight();
    clearTimeout(soon);
    soon = window.setTimeout(() => setProps(CHOSEN, id || ""), PAUSE);
    askedAt = performance.now();
  };

  /* Go back to the queue. On a phone this is also what the phone's own key for going back does. */
  desk.leave = () => {
    if (desk.isNarrow() && history.state && history.state.desk === "sheet") history.back();
    else desk.choose(null);
  };

  /* Before Dash, which would build the page anew: it hears of this one after us. */
  window.addEventListener("popstate", (event) => {
    if (!document.querySelector(".desk")) return;
    event.stopImmediatePropagation();
    desk.choose(null);
  });

  const panelSeen = () => {
    const node = document.querySelector("[data-panel-seen]");
    const [id, version, life] = node ? node.dataset.panelSeen.split("/") : [];
    return { id, version: Number(version), life };
  };

  const versions = new Map(); /* alert id -> the newest version that this person's own actions made */
  desk.made = (id, version) => versions.set(id, version);

  /* The version of an alert that this person has before them. */
  desk.versionOf = (id) => {
    const alert = cityops.live.alerts()[id];
    const panel = panelSeen();
    return Math.max(alert ? alert.version : 0, panel.id === id ? panel.version : 0, versions.get(id) || 0);
  };

  desk.refresh = () => {
    askedAt = performance.now();
    setProps(REFRESH, askedAt);
  };

  /* The panel shows one version of one alert; when there is a newer one, or the alert was closed, ask again. */
  desk.followChosen = (touched) => {
    const id = desk.chosen;
    if (!id) return;
    const alert = cityops.live.alerts()[id];
    const panel = panelSeen();
    const since = performance.now() - askedAt;
    if (panel.id === id && since > 900) {
      if (alert ? alert.version > panel.version : panel.life === "open") desk.refresh();
      else if (since > ANEW) desk.refresh();
    }
    if (panel.id !== id && since > ASK_AGAIN) desk.refresh();
    if (!alert || (touched && !touched.has(id))) return;
    cityops.each("[data-alert-value]", (node) => cityops.setText(node, alert.value_text ?? "–"));
  };

  /* The address may name an alert; it is chosen as soon as the page stands. */
  const asked = new URL(location.href).searchParams.get("alert");
  const waiting = setInterval(() => {
    if (!document.querySelector(".desk") || !desk.grid() || !window.dash_clientside.set_props) return;
    clearInterval(waiting);
    desk.showFilters();
    if (asked && /^\d{1,18}$/.test(asked)) desk.choose(asked);
  }, 50);

  /* ---- Clocks: one interval counts all of them, on the server's time. ---- */

  desk.dueText = (moment) => {
    const left = moment - cityops.live.now();
    return cityops.say(left < 0 ? "desk_late" : "desk_left", cityops.duration(Math.abs(left)));
  };

  function tick() {
    const now = cityops.live.now();
    cityops.each("[data-since]", (node) => cityops.setText(node, cityops.duration(now - Number(node.dataset.since))));
    cityops.each("[data-due]", (node) => {
      const moment = Number(node.dataset.due);
      cityops.setText(node, desk.dueText(moment));
      cityops.setClass(node, "is-late", moment < now);
      cityops.setClass(node, "is-soon", moment >= now && moment - now < 60000);
    });
  }
  setInterval(() => {
    if (document.querySelector(".desk") && cityops.live.picture) tick();
  }, 500);

  document.addEventListener("click", (event) => {
    const other = event.target.closest?.("[data-choose]");
    if (other) desk.choose(other.dataset.choose);
    if (event.target.closest?.("[data-back]")) desk.leave();
    const row = event.target.closest?.("#desk-alert-grid .ag-row");
    if (row && !event.target.closest?.("[data-fold], [data-mark]")) {
      desk.choose(row.getAttribute("row-id"));
      desk.place = Number(row.getAttribute("row-index"));
    }
  });
})();
