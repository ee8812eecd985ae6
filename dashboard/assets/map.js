/* The city map: the standing part is fetched once, states and alerts are set in place with every picture.
   The numbers of the traces are those of dashboard/citymap.py. */
(function () {
  "use strict";
  const cityops = (window.cityops = window.cityops || {});
  const DISTRICTS = 0, SENSORS = 2, RINGS = 3, GAPS = 4, ALERTS = 5;
  const FETCH_EVERY = 3000; /* ms: while a city registers its sensors, the base changes all the time */
  const GROUND = "#0b1a2b"; /* inside the rings: look.BACKGROUND */
  const MOST_MARKS = 60; /* alerts marked by shape; the others keep ring and dot */
  const DESIGN_REM = 16; /* px, on a screen of 1920 x 1080 */

  const STALE = 5; /* the state of a sensor that nothing is known of */

  let graph = null; /* the element that Plotly drew in */
  let base = null; /* which standing part it shows */
  let fetchedAt = -Infinity;
  let fetching = false;
  let labels = [];
  let overview = 0; /* the zoom that shows everything */
  let shown = {};
  let drawing = false;

  const findGraph = () => document.querySelector(".city-map .js-plotly-plot");

  const mercator = (lat) => Math.log(Math.tan(Math.PI / 4 + (lat * Math.PI) / 360)) / (2 * Math.PI);

  /* Centre and zoom that show the bounds in an element of this size. MapLibre's world is 512 px wide at zoom 0. */
  function fit(box, width, height) {
    const [west, south, east, north] = box;
    const wide = Math.max((east - west) / 360, 1e-5);
    const high = Math.max(mercator(north) - mercator(south), 1e-5);
    const zoom = Math.log2(Math.min((width * 0.97) / wide, (height * 0.9) / high) / 512);
    const middle = (mercator(north) + mercator(south)) / 2;
    const lat = (Math.atan(Math.exp(middle * 2 * Math.PI)) * 360) / Math.PI - 90;
    return { center: { lon: (west + east) / 2, lat }, zoom: Math.min(zoom, 15) };
  }

  /* The map is never CSS-scaled: its letters and dots grow with the screen by their own sizes. */
  function scale(figure) {
    const factor = parseFloat(getComputedStyle(document.documentElement).fontSize) / DESIGN_REM;
    const grow = (size) => (Array.isArray(size) ? size.map((one) => one * factor) : size * factor);
    for (const trace of figure.data) {
      if (trace.marker && trace.marker.size) trace.marker.size = grow(trace.marker.size);
    }
    for (const layer of figure.layout.map.layers || []) {
      if (layer.line) layer.line.width *= factor;
    }
  }

  async function load(target) {
    fetching = true;
    fetchedAt = performance.now();
    try {
      const answer = await fetch("/live/map" + location.search);
      if (!answer.ok) return;
      const figure = await answer.json();
      scale(figure);
      const bounds = figure.layout.meta.bounds;
      if (bounds) Object.assign(figure.layout.map, fit(bounds, target.clientWidth, target.clientHeight));
      figure.layout.autosize = true;
      const picture = cityops.live.picture;
      const current = picture.base === figure.layout.meta.base;
      if (current) fillMarkers(figure, picture);
      await window.Plotly.react(target, figure.data, figure.layout, { displayModeBar: false, scrollZoom: true });
      graph = target;
      base = figure.layout.meta.base;
      labels = figure.layout.meta.labels;
      overview = figure.layout.map.zoom;
      shown = current ? { markers: markerKey(picture) } : {};
      showOverlays(cityops.live.picture);
      if (target.dataset.labelled) return;
      target.dataset.labelled = "yes";
      target.on("plotly_relayouting", (moved) => follow(moved));
      target.on("plotly_relayout", () => showOverlays(cityops.live.picture));
    } catch (error) {
      console.warn("the map cannot be fetched; trying again", String(error));
    } finally {
      fetching = false;
    }
  }

  /* Everything that moves, by trace. Sensors keep their places; a ring says that nobody has the alert yet. */
  function markers(picture, sensors) {
    const states = picture.states || {};
    const alerts = Object.values(picture.alerts || {}).sort((one, other) => other.severity - one.severity);
    const waiting = alerts.filter((alert) => !alert.acknowledged);
    const of = (list, name) => list.map((alert) => alert[name]);
    return {
      lon: [sensors.lon, of(waiting, "lon"), of(waiting, "lon"), of(alerts, "lon")],
      lat: [sensors.lat, of(waiting, "lat"), of(waiting, "lat"), of(alerts, "lat")],
      "marker.color": [
        sensors.lon.map((_, position) => states[position] ?? STALE),
        of(waiting, "severity"),
        GROUND,
        of(alerts, "severity"),
      ],
    };
  }

  const MOVING = [SENSORS, RINGS, GAPS, ALERTS];

  /* In one restyle: each one makes Plotly hand all its data to MapLibre again. */
  const showMarkers = (picture) =>
    window.Plotly.restyle(graph, markers(picture, graph.data[SENSORS]), MOVING);

  /* Into a figure that is not drawn yet, so that the first sight of the map is already true. */
  function fillMarkers(figure, picture) {
    const found = markers(picture, figure.data[SENSORS]);
    MOVING.forEach((trace, position) => {
      figure.data[trace].lon = found.lon[position];
      figure.data[trace].lat = found.lat[position];
      figure.data[trace].marker.color = found["marker.color"][position];
    });
  }

  /* What the markers depend on: values of alerts change each second, their markers do not. */
  const markerKey = (picture) =>
    Object.values(picture.alerts || {}).map((alert) => `${alert.id}/${alert.severity}/${alert.acknowledged}`).join() +
    JSON.stringify(picture.states);

  function showShades(picture) {
    const ranking = picture.ranking || {};
    const shades = graph.data[DISTRICTS].locations.map((code) => {
      const value = (ranking[code] || {}).pm25;
      return value === undefined ? null : Math.round(value);
    });
    if (shades.join() === shown.shades) return;
    shown.shades = shades.join();
    window.Plotly.restyle(graph, { z: [shades] }, [DISTRICTS]);
  }

  /* A place on the earth as pixels of the map's element. */
  function placer() {
    const { center, zoom } = graph.layout.map;
    const world = 512 * 2 ** zoom;
    return ({ lon, lat }) => {
      const x = ((lon - center.lon) / 360) * world + graph.clientWidth / 2;
      const y = (mercator(center.lat) - mercator(lat)) * world + graph.clientHeight / 2;
      return `translate(-50%, -50%) translate(${x.toFixed(1)}px, ${y.toFixed(1)}px)`;
    };
  }

  /* Put one element for each thing over the map, in HTML: crisp at any size, in any script. */
  function overlay(name, things, fill) {
    const box = document.querySelector(`[data-map-overlay="${name}"]`);
    if (!box) return;
    while (box.children.length > things.length) box.lastElementChild.remove();
    while (box.children.length < things.length) box.append(document.createElement("span"));
    const place = placer();
    things.forEach((thing, position) => {
      const node = box.children[position];
      fill(node, thing);
      const transform = place(thing);
      if (node.style.transform !== transform) node.style.transform = transform;
    });
    cityops.setClass(box, "is-near", graph.layout.map.zoom > overview + 1);
  }

  function fillLabel(node, label) {
    node.className = `map-label map-label-${label.rank}`;
    cityops.setText(node, label.text);
  }

  /* Shape and number beside the colour, as everywhere else. */
  function fillMark(node, alert) {
    const name = `map-mark mark mark-${alert.severity}${alert.acknowledged ? "" : " is-waiting"}`;
    if (node.className !== name) node.className = name;
    cityops.setText(node, String(alert.severity));
  }

  function showOverlays(picture) {
    overlay("names", labels, fillLabel);
    const alerts = Object.values(picture.alerts || {}).sort((one, other) => one.severity - other.severity);
    overlay("alerts", alerts.slice(0, MOST_MARKS).reverse(), fillMark);
  }

  function follow(moved) {
    if (moved["map.center"]) graph.layout.map.center = moved["map.center"];
    if (moved["map.zoom"] !== undefined) graph.layout.map.zoom = moved["map.zoom"];
    showOverlays(cityops.live.picture);
  }

  /* One drawing at a time: a slow machine skips pictures instead of falling behind. */
  function draw(picture) {
    if (drawing) return;
    const key = markerKey(picture);
    if (key !== shown.markers) {
      drawing = true;
      shown.markers = key;
      showMarkers(picture);
      requestAnimationFrame(() => requestAnimationFrame(() => { drawing = false; }));
    } else {
      showShades(picture);
    }
  }

  function show(picture, patch) {
    const target = findGraph();
    if (!target || !window.Plotly || !picture || !picture.base) return;
    if (target !== graph || picture.base !== base) {
      if (!fetching && performance.now() - fetchedAt > FETCH_EVERY) load(target);
      return;
    }
    draw(picture);
    if (!patch || patch.alerts) showOverlays(picture);
  }

  let resizing = null;
  window.addEventListener("resize", () => {
    clearTimeout(resizing);
    resizing = setTimeout(() => {
      if (!graph) return;
      base = null; /* draw anew, at the sizes of this screen */
      fetchedAt = -Infinity;
    }, 500);
  });

  cityops.live.listen(show);
})();
