/* Words and signs over the map, in HTML: crisp at any size, in any script. They follow every move of the map. */
(function () {
  "use strict";
  const cityops = window.cityops;
  const { setText, resize } = cityops;
  const MOST_MARKS = 60; /* alerts marked by shape; the dots of the others have their colour */
  const shown = {}; /* things by overlay, as they were last put there */

  function put(name, things, fill) {
    const box = document.querySelector(`[data-map-overlay="${name}"]`);
    if (!box) return;
    resize(box, things.length, () => document.createElement("span"));
    things.forEach((thing, position) => fill(box.children[position], thing));
    shown[name] = things;
    place();
  }

  /* Put everything where the map has its place now. */
  function place() {
    const gl = cityops.map.gl;
    if (!gl) return;
    for (const [name, things] of Object.entries(shown)) {
      const box = document.querySelector(`[data-map-overlay="${name}"]`);
      things.forEach((thing, position) => {
        const { x, y } = gl.project([thing.lon, thing.lat]);
        const transform = `translate(-50%, ${thing.below ? "60%" : "-50%"}) translate(${x.toFixed(1)}px, ${y.toFixed(1)}px)`;
        const node = box && box.children[position];
        if (node && node.style.transform !== transform) node.style.transform = transform;
      });
    }
  }

  function fillName(node, area) {
    const name = `map-label map-label-${area.level}`;
    if (node.className !== name) node.className = name;
    setText(node, area.name);
  }

  /* Shape and number beside the colour, as everywhere else. It pulses while nobody has the alert. */
  function fillMark(node, alert) {
    const name = `map-mark mark mark-${alert.severity}${alert.waiting ? " is-waiting" : ""}`;
    if (node.className !== name) node.className = name;
    setText(node, String(alert.severity));
  }

  function fillNear(node, near) {
    if (node.className !== "map-near") node.className = "map-near";
    setText(node, cityops.wall.name(near));
  }

  /* One alert a place, the first by rank: two signs on one spot can be read by nobody. */
  function firstByRank(alerts) {
    const places = new Map();
    for (const alert of cityops.wall.inOrder(alerts)) {
      const spot = `${alert.lon} ${alert.lat}`;
      if (!places.has(spot)) places.set(spot, alert);
    }
    return [...places.values()];
  }

  cityops.map.listen((picture, patch) => {
    if (patch && !patch.alerts) return;
    put("alerts", firstByRank(picture.alerts).slice(0, MOST_MARKS).reverse(), fillMark);
  });

  cityops.marks = {
    place,
    /* Write the names of these areas (properties of parts.areas). */
    name: (areas) =>
      put(
        "names",
        areas.map((area) => ({ ...area, lon: area.at[0], lat: area.at[1] })),
        fillName,
      ),
    showNear: (places) =>
      put(
        "near",
        places.map((one) => ({ ...one, below: true })),
        fillNear,
      ),
  };
})();
