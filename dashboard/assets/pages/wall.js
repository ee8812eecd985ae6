/* The wall: numbers, lists and sparklines, changed in place. */
(function () {
  "use strict";
  const cityops = (window.cityops = window.cityops || {});
  const { setText, setClass, say } = cityops;
  const SVG = "http://www.w3.org/2000/svg";
  const ROW = 4.25, MORE = 2.75; /* rem; the heights of .alert and .alert-more in wall.css */
  const english = cityops.language === "en";

  const each = (selector, work) => document.querySelectorAll(selector).forEach(work);

  function make(tag, className, parent) {
    const node = document.createElement(tag);
    node.className = className;
    if (parent) parent.append(node);
    return node;
  }

  function showCounts(picture) {
    let waiting = 0;
    for (const [severity, count] of Object.entries(picture.counts || {})) {
      waiting += count.waiting;
      each(`[data-count="${severity}"]`, (node) => setText(node, String(count.open)));
      each(`.count[data-severity="${severity}"]`, (node) => {
        setClass(node, "is-waiting", count.waiting > 0);
        setClass(node, "is-zero", count.open === 0);
      });
    }
    each("[data-waiting]", (node) => setText(node, String(waiting)));
  }

  function showWatermark(picture) {
    each("[data-watermark]", (node) => {
      const age = picture.received ? live.now() - picture.received : null;
      setText(node, age === null ? say("no_data") : cityops.ago(age));
      setClass(node, "is-old", age === null || age > 60000);
    });
  }

  function showOnline(picture) {
    for (const [domain, count] of Object.entries(picture.online || {})) {
      each(`[data-online="${domain}"]`, (node) => {
        setText(node, `${count.up}/${count.all}`);
        setClass(node, "is-poor", count.up < 0.9 * count.all);
      });
    }
    each("[data-domain]", (node) => {
      node.hidden = Boolean(picture.online) && !(node.dataset.domain in picture.online);
    });
  }

  function showTiles(picture) {
    each("[data-tile]", (node) => {
      const tile = (picture.tiles || {})[node.dataset.tile];
      node.hidden = !tile; /* a city without such sensors has no empty box for them */
      if (!tile) return;
      setText(node.querySelector(".tile-value"), tile.text);
      setClass(node, "is-stale", tile.stale);
      setText(node.querySelector(".tile-age"), tile.stale ? cityops.ago(live.now() - tile.at) : "");
    });
  }

  /* A path with a gap wherever nothing was measured: missing is never zero. */
  function sparkline(values) {
    const known = values.filter((value) => value !== "");
    const low = Math.min(...known);
    const span = Math.max(...known) - low || 1;
    let path = "";
    let pen = "M";
    values.forEach((value, position) => {
      if (value === "") {
        pen = "M";
        return;
      }
      path += `${pen}${position},${(28 - (24 * (value - low)) / span).toFixed(1)}`;
      pen = "L";
    });
    return path;
  }

  function showTrends(picture) {
    each("[data-tile]", (node) => {
      const trend = (picture.trends || {})[node.dataset.tile];
      const box = node.querySelector(".tile-trend");
      if (!trend || !box) return;
      let svg = box.firstElementChild;
      if (!svg) {
        svg = box.appendChild(document.createElementNS(SVG, "svg"));
        svg.setAttribute("preserveAspectRatio", "none");
        svg.appendChild(document.createElementNS(SVG, "path"));
        svg.firstElementChild.style.stroke = box.dataset.colour;
      }
      svg.setAttribute("viewBox", `0 0 ${trend.values.length - 1} 32`);
      svg.firstElementChild.setAttribute("d", sparkline(trend.values));
    });
  }

  function showRanking(picture) {
    const rows = Object.entries(picture.ranking || {}).sort(([, one], [, other]) => (other.pm25 ?? -1) - (one.pm25 ?? -1));
    const worst = Math.max(75, ...rows.map(([, row]) => row.pm25 ?? 0));
    each("[data-ranking-card]", (node) => { node.hidden = rows.length === 0; });
    each("[data-ranking]", (body) => {
      while (body.children.length > rows.length) body.lastElementChild.remove();
      while (body.children.length < rows.length) {
        const row = make("tr", "", body);
        for (const name of ["name", "pm25", "speed", "alerts", "online"]) make("td", `ranking-${name}`, row);
        make("i", "bar", row.children[1]);
        make("span", "", row.children[1]);
      }
      rows.forEach(([, row], position) => {
        const cells = body.children[position].children;
        setText(cells[0], english ? row.en : row.zh);
        cells[1].firstElementChild.style.width = `${(100 * (row.pm25 ?? 0)) / worst}%`;
        setText(cells[1].lastElementChild, row.pm25 === undefined ? "–" : row.pm25.toFixed(0));
        setText(cells[2], row.speed === undefined ? "–" : row.speed.toFixed(0));
        setText(cells[3], String(row.alerts));
        setClass(cells[3], "is-zero", row.alerts === 0);
        setText(cells[4], `${Math.floor((100 * row.up) / row.all)}%`);
      });
    });
  }

  const urgency = (one, other) =>
    one.acknowledged - other.acknowledged || one.severity - other.severity || (other.opened ?? 0) - (one.opened ?? 0);

  function makeAlert(id) {
    const item = document.createElement("li");
    item.dataset.alert = id;
    make("span", "mark", item);
    const words = make("div", "alert-words", item);
    make("div", "alert-title", words);
    make("div", "alert-place", words);
    const numbers = make("div", "alert-numbers", item);
    make("div", "alert-value", numbers);
    make("div", "alert-state", numbers);
    return item;
  }

  function fillAlert(item, alert) {
    const part = (name) => item.querySelector(`.${name}`);
    item.className = `alert severity-${alert.severity}`;
    setClass(item, "is-waiting", !alert.acknowledged);
    item.querySelector(".mark").className = `mark mark-${alert.severity}`;
    setText(part("mark"), String(alert.severity));
    part("mark").setAttribute("aria-label", say(`severity_${alert.severity}`));
    part("mark").setAttribute("role", "img");
    setText(part("alert-title"), english ? alert.title_en : alert.title_zh);
    setText(part("alert-place"), (english ? alert.place_en : alert.place_zh) || alert.sensor_name);
    setText(part("alert-value"), alert.value === undefined ? "–" : `${alert.value} ${alert.unit}`);
    const state = alert.acknowledged ? say("by", alert.by || "–") : say(alert.state);
    setText(part("alert-state"), `${state} · ${cityops.duration(live.now() - alert.opened)}`);
  }

  function showAlerts(picture) {
    each("[data-alerts]", (list) => {
      const alerts = Object.values(picture.alerts || {}).sort(urgency);
      const rowsIn = (height) => Math.max(1, Math.floor(height / (ROW * rem())));
      let room = rowsIn(list.clientHeight);
      if (alerts.length > room) room = rowsIn(list.clientHeight - MORE * rem());
      const shown = alerts.slice(0, room);
      const known = new Map([...list.children].map((item) => [item.dataset.alert, item]));
      shown.forEach((alert, position) => {
        const item = known.get(alert.id) || makeAlert(alert.id);
        known.delete(alert.id);
        fillAlert(item, alert);
        if (list.children[position] !== item) list.insertBefore(item, list.children[position] || null);
      });
      known.forEach((item) => item.remove());
      const hidden = alerts.length - shown.length;
      if (hidden > 0 || !alerts.length) {
        const note = make("li", alerts.length ? "alert-more" : "alert-calm", list);
        note.textContent = alerts.length ? say("more", hidden) : say("calm");
        note.dataset.alert = "";
      }
    });
  }

  const rem = () => parseFloat(getComputedStyle(document.documentElement).fontSize);

  const live = cityops.live;
  live.listen((picture, patch) => {
    if (!document.querySelector(".wall")) return;
    showCounts(picture);
    showWatermark(picture);
    showOnline(picture);
    showTiles(picture);
    showAlerts(picture);
    showRanking(picture);
    if (!patch || patch.trends) showTrends(picture);
  });
})();
