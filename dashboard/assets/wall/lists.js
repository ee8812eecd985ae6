/* The wall's lists: open alerts, most urgent first, and the districts, the worst first. Items move, none is made anew. */
(function () {
  "use strict";
  const cityops = window.cityops;
  const { each, make, setText, setClass, say, wall } = cityops;

  function makeAlert(id) {
    const item = make("li", "");
    item.dataset.alert = id;
    make("span", "mark", item).setAttribute("role", "img");
    const words = make("div", "alert-words", item);
    for (const names of [
      ["title", "value"],
      ["place", "state"],
    ]) {
      const line = make("div", "alert-line", words);
      for (const name of names) make("div", `alert-${name}`, line);
    }
    return item;
  }

  function fillAlert(item, alert) {
    const part = (name) => item.querySelector(`.${name}`);
    const name = `alert severity-${alert.severity}${alert.waiting ? " is-waiting" : ""}`;
    if (item.className !== name) {
      item.className = name;
      part("mark").className = `mark mark-${alert.severity}`;
      part("mark").setAttribute("aria-label", say(`severity_${alert.severity}`));
    }
    setText(part("mark"), String(alert.severity));
    setText(part("alert-title"), wall.inLanguage(alert, "title"));
    setText(part("alert-place"), wall.inLanguage(alert, "place") || alert.sensor_name);
    setText(part("alert-value"), alert.value_text ?? "–");
    setText(part("alert-state"), `${wall.alertState(alert)} · ${cityops.duration(cityops.live.now() - alert.opened)}`);
  }

  wall.alertState = (alert) => (alert.acknowledged && !alert.aside ? say("by", alert.by || "–") : say(alert.state));

  /* How many items fit: the grid's own columns and rows, whatever the screen. */
  function room(list) {
    const style = getComputedStyle(list);
    const columns = style.gridTemplateColumns.split(" ").length;
    return Math.max(1, Math.floor(list.clientHeight / parseFloat(style.gridAutoRows))) * columns;
  }

  function showAlerts(picture) {
    each("[data-alerts]", (list) => {
      const alerts = wall.inOrder(picture.alerts);
      const space = room(list);
      const shown = alerts.slice(0, alerts.length > space ? space - 1 : space);
      const known = new Map([...list.children].map((item) => [item.dataset.alert, item]));
      shown.forEach((alert, position) => {
        const item = known.get(alert.id) || makeAlert(alert.id);
        known.delete(alert.id);
        fillAlert(item, alert);
        if (list.children[position] !== item) list.insertBefore(item, list.children[position] || null);
      });
      showNote(list, known.get(""), alerts.length, alerts.length - shown.length);
      known.delete("");
      known.forEach((item) => item.remove());
    });
  }

  /* Under the last alert: how many do not fit, or that there is none. */
  function showNote(list, note, all, hidden) {
    if (all && !hidden) {
      if (note) note.remove();
      return;
    }
    const item = note || make("li", "", list);
    item.dataset.alert = "";
    item.className = all ? "alert-more" : "alert-calm";
    setText(item, all ? say("more", hidden) : say("calm"));
    if (list.lastElementChild !== item) list.append(item);
  }

  function makeRow() {
    const row = make("tr", "");
    for (const name of ["name", "score", "aqi", "tpi", "alerts", "online"]) make("td", `ranking-${name}`, row);
    make("span", "", row.children[1]);
    make("i", "bar", row.children[1]);
    return row;
  }

  function fillRow(row, code, district) {
    const [name, score, aqi, tpi, alerts, online] = row.children;
    row.dataset.district = code;
    setText(name, wall.name(district));
    setText(score.firstElementChild, String(district.score ?? "–"));
    score.lastElementChild.style.width = `${((district.score ?? 0) / 100) * 100}%`;
    wall.setLevel(score, district.level);
    setText(aqi, String(district.aqi ?? (district.aqi_na ? "NA" : "–")));
    setText(tpi, district.tpi === undefined ? "–" : district.tpi.toFixed(1));
    setText(alerts, String(district.alerts));
    setClass(alerts, "is-zero", district.alerts === 0);
    setText(online, `${Math.floor((100 * district.up) / district.all)}%`);
  }

  function showRanking(picture) {
    const worst = ([, one], [, other]) =>
      (one.score ?? 101) - (other.score ?? 101) || other.alerts - one.alerts || one.order - other.order;
    const rows = Object.entries(picture.ranking || {}).sort(worst);
    each("[data-ranking-card]", (node) => {
      node.hidden = rows.length === 0;
    });
    each("[data-ranking]", (body) => {
      const box = body.closest(".ranking-box");
      const head = body.previousElementSibling.offsetHeight;
      const height = parseFloat(getComputedStyle(box).getPropertyValue("--row")) * cityops.map.rem();
      const fitting = rows.slice(0, Math.max(1, Math.floor((box.clientHeight - head) / height)));
      box.style.setProperty("--rows", fitting.length);
      cityops.resize(body, fitting.length, makeRow);
      fitting.forEach(([code, district], position) => fillRow(body.children[position], code, district));
    });
  }

  wall.part(["alerts"], showAlerts);
  wall.part(["ranking"], showRanking);
})();
