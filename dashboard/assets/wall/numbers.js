/* The wall's numbers: counts, weather, tiles, indices, vital signs, freshness. Changed in place. */
(function () {
  "use strict";
  const cityops = window.cityops;
  const { each, setText, setClass, say, wall } = cityops;
  const SVG = "http://www.w3.org/2000/svg";
  const MOST_TROUBLES = 3; /* in one line; the page of the system's state has them all */
  const OLD = 60000; /* ms: then the way of the data is slow enough to say so */

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

  /** @param {Picture} picture */
  function showWeather({ weather = {} }) {
    const parts = [
      ["humidity", "humidity"],
      ["wind", "wind_speed"],
      ["rain", "rain_rate"],
    ];
    const rest = parts.filter(([, metric]) => metric in weather).map(([words, metric]) => say(words, weather[metric]));
    each('[data-weather="main"]', (node) =>
      setText(node, weather.temperature === undefined ? say("no_data") : `${weather.temperature} °C`),
    );
    each('[data-weather="rest"]', (node) => setText(node, rest.join(" · ")));
  }

  const seconds = (ms) => (ms < 10000 ? say("seconds", (Math.max(0, ms) / 1000).toFixed(1)) : cityops.duration(ms));

  /* How old the newest thing is at each station of its way. The screen's own age is that of the last beat. */
  function showChain(picture) {
    const now = cityops.live.now();
    const at = { ...picture, screen: cityops.live.beatAt() };
    each("[data-chain]", (node) => {
      const moment = at[node.dataset.chain];
      setText(node, moment === undefined ? "–" : seconds(now - moment));
      setClass(node, "is-old", moment === undefined || now - moment > OLD);
    });
    each("[data-watermark]", (node) => {
      const age = picture.measured ? now - picture.measured : null;
      setText(node, age === null ? say("no_data") : cityops.say("ago", seconds(age)));
      setClass(node, "is-old", age === null || age > OLD);
    });
  }

  function showOnline(picture) {
    for (const [domain, count] of Object.entries(picture.online || {})) {
      each(`[data-online="${domain}"]`, (node) => {
        setText(node, `${count.up}/${count.all}`);
        setClass(node, "is-poor", count.up < 0.9 * count.all);
      });
      each(`.card[data-domain="${domain}"]`, (node) => setClass(node, "is-stale", count.up === 0));
    }
    const all = (picture.online || {}).all;
    each("[data-online-bar]", (node) => {
      node.style.width = all && all.all ? `${(100 * all.up) / all.all}%` : "0";
    });
    each("[data-domain]", (node) => {
      node.hidden = Boolean(picture.online) && !(node.dataset.domain in picture.online);
    });
  }

  /* A value that is older than its interval shows its age; one that is stale is hatched. Both go on when the server
     does not. */
  function showTiles(picture) {
    each("[data-tile]", (node) => {
      const tile = (picture.tiles || {})[node.dataset.tile];
      node.hidden = !tile; /* a city without such sensors has no empty box for them */
      if (!tile) return;
      setText(node.querySelector(".tile-value"), tile.text);
      const age = cityops.live.now() - tile.at;
      const isOver = (limit) => age > limit * 1000;
      setClass(node, "is-stale", tile.stale || isOver(tile.lasts));
      setText(node.querySelector(".tile-age"), tile.stale || isOver(tile.interval) ? cityops.ago(age) : "");
    });
  }

  function showIndices({ indices = {} }) {
    each("[data-index]", (node) => {
      const found = indices[node.dataset.index];
      const [chip, cause] = node.children;
      const name = node.dataset.index.toUpperCase();
      const primary = found && wall.inLanguage(found, "primary");
      setText(chip, found ? `${name} ${found.value} ${wall.name(found)}` : "");
      const note = found && (wall.inLanguage(found, "note") || "");
      setText(cause, found ? (primary ? say("primary", primary) : note) : `${name} ${say("no_data")}`);
      if (!found) return;
      const style = `background-color: ${found.colour}; color: ${found.ink}`;
      if (chip.dataset.style !== style) chip.style.cssText = chip.dataset.style = style;
    });
  }

  /* What cost points, the dearest first. */
  const causes = (vital) =>
    vital.causes.map((cause) => `${wall.name(cause)} ${cause.value} −${cause.points}`).join(" · ") || say("cause_none");

  function showVitals({ vitals = {} }) {
    each("[data-vital]", (node) => {
      const vital = vitals[node.dataset.vital];
      const part = (name) => node.querySelector(`.vital-${name}`);
      wall.setLevel(node, vital && vital.level);
      setText(part("score"), vital ? String(vital.score) : "–");
      setText(part("cause"), vital ? causes(vital) : say("no_data"));
      if (part("level")) setText(part("level"), vital ? say(`level_${vital.level}`) : "");
      if (part("bar")) part("bar").firstElementChild.style.width = vital ? `${vital.score}%` : "0";
    });
  }

  function makeChart() {
    const svg = document.createElementNS(SVG, "svg");
    svg.setAttribute("preserveAspectRatio", "none");
    svg.setAttribute("aria-hidden", "true");
    return svg;
  }

  function makePath(name, colour) {
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("class", `trend-${name}`);
    if (colour) path.style.stroke = colour;
    return path;
  }

  /* A path for each that has something to draw. */
  function drawPaths(svg, paths, colour) {
    for (const [name, drawing] of Object.entries(paths)) {
      const path = svg.querySelector(`.trend-${name}`) || (drawing && svg.appendChild(makePath(name, colour)));
      if (path) path.setAttribute("d", drawing);
    }
  }

  function showTrends({ trends = {} }) {
    each("[data-trend]", (box) => {
      const trend = trends[box.dataset.trend];
      if (!trend) return;
      const paths = cityops.sparkline(trend.values, trend.reach);
      const isEmpty = !paths.line && !paths.points;
      setClass(box, "is-empty", isEmpty);
      if (isEmpty) {
        setText(box, say("no_data_day"));
        return;
      }
      if (!box.firstElementChild) box.replaceChildren(makeChart());
      const svg = box.firstElementChild;
      svg.setAttribute("viewBox", `0 0 ${trend.values.length - 1} 32`);
      drawPaths(svg, paths, box.dataset.colour);
    });
  }

  /* What of the product itself is in trouble, the worst first, each with how long it has been. */
  function showTroubles({ troubles = {} }) {
    const now = cityops.live.now();
    const words = Object.values(troubles).map(({ since, ...trouble }) =>
      since === undefined
        ? wall.name(trouble)
        : say("trouble_for", wall.name(trouble)).replace("[]", cityops.duration(now - since)),
    );
    each("[data-troubles]", (node) => {
      setText(
        node,
        words.length > MOST_TROUBLES
          ? [...words.slice(0, MOST_TROUBLES), say("more", words.length - MOST_TROUBLES)].join(" · ")
          : words.join(" · "),
      );
      if (node.hidden === words.length > 0) node.hidden = words.length === 0;
    });
  }

  wall.part(["troubles"], showTroubles);
  wall.part(["counts"], showCounts);
  wall.part(["weather"], showWeather);
  wall.part(["measured", "received", "read"], showChain);
  wall.part(["online"], showOnline);
  wall.part(["tiles"], showTiles);
  wall.part(["indices"], showIndices);
  wall.part(["vitals"], showVitals);

  cityops.live.listen((picture, patch) => {
    if (document.querySelector(".wall") && cityops.touches(patch, ["trends"])) showTrends(picture);
  });
})();
