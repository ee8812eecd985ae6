/* Our layers over the map, in MapLibre's own terms: what changes is the state of a feature, so that a beat costs
   as much as changed and nothing is handed over twice. */
(function () {
  "use strict";
  const cityops = window.cityops;
  const CLUSTER_FROM = 1500; /* sensors in sight: more are drawn as clusters until the map is near */
  const NEAR = 1.8; /* zoom levels nearer than the whole city: then each sensor is a dot again */
  /* No colour of a severity. */
  const HEAT = ["rgba(217, 70, 239, 0)", "rgba(217, 70, 239, 0.45)", "rgba(245, 190, 255, 0.8)"];

  const colours = () => {
    const style = getComputedStyle(document.documentElement);
    const named = (name) => style.getPropertyValue(`--${name}`).trim();
    return [named("normal"), ...[1, 2, 3, 4].map((severity) => named(`severity-${severity}`)), named("stale")];
  };
  /* Of a case that is open, and of one that is late. */
  const caseColours = () => {
    const style = getComputedStyle(document.documentElement);
    return ["accent", "severity-1"].map((name) => style.getPropertyValue(`--${name}`).trim());
  };
  const collection = (features) => ({ type: "FeatureCollection", features });
  const byState = (key, values, fallback) => [
    "match",
    key,
    ...values.flatMap((value, state) => [state, value]),
    fallback,
  ];
  const state = (name, fallback) => ["coalesce", ["feature-state", name], fallback];

  /* The colours of a scale, the best step first: Python decides on which step an area or a road is. */
  const shade = (name) => cityops.map.parts.scales[name].map(({ colour }) => colour);

  let areas = new Map(); /* id by code */
  /** @type {{shade: string, level: string, domain: string | null, roads: boolean, [more: string]: any}} */
  let scene = { shade: "aqi", level: "district", domain: null, roads: false };
  /** @type {string | null} */
  let clustered = null; /* what the clusters were made of; "dots" when there are dots instead, "" when neither */
  let cells = []; /* the clusters: who is in each, and how it was coloured last */
  let home = new Map(); /* the cell of each sensor, by position */
  /** @type {{sensors: any, kind: string | null, positions: number[]}} */
  let chosen = { sensors: null, kind: null, positions: [] }; /* those in sight */
  let circle = null; /* the corners of the ring around an alert */
  let made = []; /* [name, source] as we made them: a new style has others, or none */
  let ours = []; /* the ids of our layers */
  let asked = null; /* the source whose worker has not answered yet */

  const DOT = 3.5; /* pixels: the radius of a sensor of no known domain */
  const dotOf = (domain) => (cityops.domains[domain] ? cityops.domains[domain].dot : DOT);

  function add(gl, parts) {
    const { sensors } = parts;
    const palette = colours();
    const factor = cityops.map.factor();
    const dots = collection(
      sensors.lon.map((lon, position) => ({
        type: "Feature",
        id: position,
        properties: { domain: sensors.domain[position], dot: dotOf(sensors.domain[position]) },
        geometry: { type: "Point", coordinates: [lon, sensors.lat[position]] },
      })),
    );
    areas = new Map(parts.areas.features.map((area) => [area.properties.code, area.id]));
    const sources = {
      areas: parts.areas,
      links: parts.links,
      warned: collection([]),
      extents: collection([]),
      alerts: collection([]),
      ring: ringOf(circle),
      clusters: collection([]),
      sensors: dots,
      cases: collection([]),
      pulse: collection([]),
    };
    for (const [name, data] of Object.entries(sources)) {
      if (gl.getSource(name)) {
        gl.removeFeatureState({ source: name });
        gl.getSource(name).setData(data);
      } else gl.addSource(name, { type: "geojson", data });
    }
    made = Object.keys(sources).map((name) => [name, gl.getSource(name)]);
    const grow = sensors.lon.length < 150 ? 1.6 : 1;
    const layers = [
      { id: "areas-fill", type: "fill", source: "areas", paint: { "fill-color": "#000", "fill-opacity": 0 } },
      {
        id: "areas-line",
        type: "line",
        source: "areas",
        paint: { "line-color": "#6f9cc4", "line-opacity": 0.55, "line-width": factor },
      },
      {
        id: "warned-line",
        type: "line",
        source: "warned",
        layout: { "line-join": "round" },
        /* Without a level it is grey. Dashed, and below everything that stands for something that was measured. */
        paint: {
          "line-color": ["match", ["get", "severity"], ...[1, 2, 3, 4].flatMap((n) => [n, palette[n]]), palette[5]],
          "line-width": 3 * factor,
          "line-dasharray": [3, 2],
        },
      },
      {
        id: "links-line",
        type: "line",
        source: "links",
        layout: { "line-cap": "round" },
        paint: {
          "line-color": byState(state("level", 0), ["#6ba9c9", ...shade("tpi")], "#6ba9c9"),
          "line-opacity": ["case", [">", state("level", 0), 0], 0.9, 0],
          "line-width": 2 * factor,
        },
      },
      {
        id: "extents-fill",
        type: "fill",
        source: "extents",
        paint: { "fill-color": ["match", ["get", "kind"], "flood", "#35a7ff", "#d9b3ff"], "fill-opacity": 0.4 },
      },
      {
        id: "extents-line",
        type: "line",
        source: "extents",
        paint: {
          "line-color": ["match", ["get", "kind"], "flood", "#7cc8ff", "#ead6ff"],
          "line-width": 2 * factor,
          "line-dasharray": [2, 1],
        },
      },
      {
        id: "alerts-heat",
        type: "heatmap",
        source: "alerts",
        layout: { visibility: "none" },
        paint: {
          "heatmap-weight": ["get", "weight"],
          "heatmap-radius": 60 * factor,
          "heatmap-intensity": 1,
          "heatmap-color": ["interpolate", ["linear"], ["heatmap-density"], 0, HEAT[0], 0.4, HEAT[1], 1, HEAT[2]],
        },
      },
      {
        id: "sensors-dot",
        type: "circle",
        source: "sensors",
        /* Told without colour too: who is not heard is hollow, and what is graver is larger. */
        paint: {
          "circle-color": byState(state("state", 5), palette, palette[5]),
          "circle-opacity": ["case", ["==", state("state", 5), 5], 0, 0.9],
          "circle-stroke-color": palette[5],
          "circle-stroke-width": ["case", ["==", state("state", 5), 5], 1.5 * factor, 0],
          "circle-radius": [
            "*",
            grow * factor,
            byState(state("state", 5), [1, 1.8, 1.5, 1.25, 1.1, 0.8], 1),
            ["get", "dot"],
          ],
        },
      },
      {
        id: "clusters-dot",
        type: "circle",
        source: "clusters",
        paint: {
          "circle-color": byState(state("worst", 5), palette, palette[5]),
          "circle-opacity": 0.85,
          "circle-radius": ["*", factor, ["interpolate", ["linear"], ["sqrt", ["get", "count"]], 1, 4, 12, 17]],
          "circle-stroke-color": palette[5],
          "circle-stroke-width": ["*", 5 * factor, state("stale", 1)],
        },
      },
      {
        id: "cases-dot",
        type: "circle",
        source: "cases",
        layout: { visibility: "none" },
        /* What is late is larger, and has a white edge. */
        paint: {
          "circle-color": ["match", ["get", "late"], 1, caseColours()[1], caseColours()[0]],
          "circle-radius": ["*", factor, ["match", ["get", "late"], 1, 7, 5]],
          "circle-stroke-color": "#e8f1fa",
          "circle-stroke-width": ["*", factor, ["get", "late"]],
          "circle-opacity": 0.9,
        },
      },
      {
        id: "ring-line",
        type: "line",
        source: "ring",
        paint: { "line-color": "#e8f1fa", "line-width": 1.5 * factor, "line-dasharray": [3, 3], "line-opacity": 0.8 },
      },
    ];
    /* Anew: their sizes are of this city on this screen. */
    for (const { id } of layers) if (gl.getLayer(id)) gl.removeLayer(id);
    for (const layer of layers) gl.addLayer(layer);
    ours = layers.map(({ id }) => id);
    clustered = null;
  }

  /* What the scene wants to see of the layers. */
  function dress(gl) {
    const palette = shade(scene.shade);
    const level = ["==", ["get", "level"], scene.level];
    const inside = scene.parent ? ["all", level, ["==", ["get", "parent"], scene.parent]] : level;
    gl.setFilter("areas-fill", inside);
    gl.setFilter("areas-line", inside);
    gl.setPaintProperty("areas-fill", "fill-color", byState(state(scene.shade, -1), palette, "#000"));
    gl.setPaintProperty("areas-fill", "fill-opacity", [
      "case",
      [">=", state(scene.shade, -1), 0],
      scene.shade === "aqi" && !scene.strong ? 0.13 : 0.24,
      0,
    ]);
    gl.setFilter("sensors-dot", sensorFilter());
    gl.setLayoutProperty("cases-dot", "visibility", scene.cases ? "visible" : "none");
    gl.setLayoutProperty("alerts-heat", "visibility", scene.heat ? "visible" : "none");
    /* Slower is wider. */
    gl.setPaintProperty("links-line", "line-width", [
      "*",
      (scene.roads ? 4.5 : 2.25) * cityops.map.factor(),
      ["match", state("level", 0), 4, 1.4, 5, 1.8, 1],
    ]);
  }

  function showStates(gl, picture, patch) {
    const { flow, areas: changed } = patch || picture;
    for (const [position, level] of Object.entries(flow ?? {})) {
      gl.setFeatureState({ source: "links", id: Number(position) }, { level: level ?? 0 });
    }
    showAreas(gl, picture.areas || {}, Object.keys(changed ?? {}));
  }

  function showAreas(gl, found, changed) {
    for (const code of changed) {
      const area = found[code];
      const id = areas.get(code);
      if (id === undefined) continue;
      const bands = Object.keys(cityops.map.parts.scales).map((name) => [name, area?.bands?.[name] ?? -1]);
      gl.setFeatureState({ source: "areas", id }, Object.fromEntries(bands));
    }
  }

  function showExtents(gl, picture) {
    const features = Object.values(picture.extents || {}).map(({ kind, geometry }) => ({
      type: "Feature",
      properties: { kind },
      geometry,
    }));
    gl.getSource("extents").setData(collection(features));
  }

  /* The areas of warnings in force, of others and our own: handed over when one comes or goes. */
  function showWarned(gl, picture) {
    const features = Object.values(picture.outlines || {}).map(({ severity, geometry }) => ({
      type: "Feature",
      properties: { severity },
      geometry,
    }));
    gl.getSource("warned").setData(collection(features));
  }

  /* The open cases, while their scene is shown. */
  function showCases(gl, picture) {
    const points = Object.values((scene.cases && picture.cases?.points) || {});
    const features = points.map(([lon, lat, late]) => ({
      type: "Feature",
      properties: { late },
      geometry: { type: "Point", coordinates: [lon, lat] },
    }));
    gl.getSource("cases").setData(collection(features));
  }

  /* Where open alerts crowd. It is of their number and weight, not of a measured quantity: sensors stand unevenly. */
  function showHeat(gl, picture) {
    if (!scene.heat) return;
    const features = Object.values(picture.alerts || {}).map(({ lon, lat, weight }) => ({
      type: "Feature",
      properties: { weight: weight ?? 0 },
      geometry: { type: "Point", coordinates: [lon, lat] },
    }));
    gl.getSource("alerts").setData(collection(features));
  }

  function sensorFilter() {
    const wanted = scene.cases ? "" : scene.domain;
    return wanted === null ? null : ["==", ["get", "domain"], wanted];
  }

  /* The positions of the sensors that a scene shows; the cases have dots enough of their own. */
  function inScene({ sensors }) {
    const kind = scene.cases ? "cases" : scene.domain;
    if (chosen.sensors !== sensors || chosen.kind !== kind) {
      const isShown = (position) => !scene.domain || sensors.domain[position] === scene.domain;
      chosen = { sensors, kind, positions: scene.cases ? [] : [...sensors.lon.keys()].filter(isShown) };
    }
    return chosen.positions;
  }

  const isAway = (gl, { bounds }) => gl.getZoom() < cityops.camera.fit(bounds, gl.getContainer()).zoom + NEAR;

  /* Dots when they are few or near, else clusters. Of what is not seen, nothing is handed to the map.
     `changed`: the states that are new, by position; null: all may be. */
  function showSensors(gl, picture, changed) {
    const { parts } = cityops.map;
    const positions = inScene(parts);
    const many = positions.length > CLUSTER_FROM && isAway(gl, parts);
    setVisible(gl, "clusters-dot", many);
    setVisible(gl, "sensors-dot", !many);
    const cell = cityops.clusters.cellWidth(gl.getZoom());
    const key = many ? `${cell}/${scene.domain}` : positions.length ? "dots" : "";
    const isKept = key === clustered;
    if (many && !isKept) makeClusters(gl, parts.sensors, positions, cell);
    clustered = key;
    const states = picture.states || {};
    if (many) colourClusters(gl, states, isKept ? changed : null);
    else if (key) showDots(gl, (isKept && changed) || states);
  }

  function setVisible(gl, layer, on) {
    const wanted = on ? "visible" : "none";
    if (gl.getLayoutProperty(layer, "visibility") !== wanted) gl.setLayoutProperty(layer, "visibility", wanted);
  }

  function showDots(gl, states) {
    for (const [position, value] of Object.entries(states)) {
      if (value !== null) gl.setFeatureState({ source: "sensors", id: Number(position) }, { state: value });
    }
  }

  function makeClusters(gl, sensors, positions, cell) {
    cells = cityops.clusters.gather(sensors, positions, cell);
    home = new Map(cells.flatMap(({ members }, id) => members.map((position) => [position, id])));
    const features = cells.map(({ lon, lat, members }, id) => ({
      type: "Feature",
      id,
      properties: { count: members.length },
      geometry: { type: "Point", coordinates: [lon, lat] },
    }));
    gl.removeFeatureState({ source: "clusters" });
    gl.getSource("clusters").setData(collection(features));
  }

  function colourClusters(gl, states, changed) {
    const ids = changed ? new Set(Object.keys(changed).map((position) => home.get(Number(position)))) : cells.keys();
    for (const id of ids) {
      if (id === undefined) continue; /* not in sight */
      const { worst, stale } = cityops.clusters.judge(cells[id].members, states);
      if (changed && cells[id].worst === worst && cells[id].stale === stale) continue;
      Object.assign(cells[id], { worst, stale });
      gl.setFeatureState({ source: "clusters", id }, { worst, stale });
    }
  }

  const areThere = (gl) =>
    ours.length > 0 &&
    made.every(([name, source]) => gl.getSource(name) === source) &&
    ours.every((id) => gl.getLayer(id));

  function show(picture, patch) {
    const { gl, parts } = cityops.map;
    const fresh = !patch || !areThere(gl); /* the style may have been set anew */
    if (fresh) add(gl, parts);
    showStates(gl, picture, fresh ? null : patch);
    for (const [part, draw] of Object.entries({
      extents: showExtents,
      outlines: showWarned,
      alerts: showHeat,
      cases: showCases,
    })) {
      if (fresh || patch[part]) draw(gl, picture);
    }
    if (fresh) dress(gl);
    showSensors(gl, picture, fresh ? null : patch.states || {});
  }
  cityops.map.listen(show);
  cityops.map.onRestored((picture) => show(picture, null));

  const ringOf = (around) =>
    collection(
      around ? [{ type: "Feature", properties: {}, geometry: { type: "LineString", coordinates: around } }] : [],
    );

  cityops.layers = {
    areThere,
    owns: (id) => ours.includes(id),
    /* Ask the map's worker something; whether it has answered the question before, be it that there is no answer.
       Nothing is handed over, for that would draw the whole map. */
    pulse: (gl) => {
      const source = gl.getSource("pulse");
      if (!source) return true; /* not drawn yet */
      const isAnswered = asked !== source;
      if (isAnswered) {
        asked = source;
        const answer = () => {
          if (asked === source) asked = null;
        };
        source.getClusterExpansionZoom(0).then(answer, answer);
      }
      return isAnswered;
    },
    HEAT,
    caseColours,
    /* shade (aqi, tpi, complete), level (district to grid), parent (a code), domain, roads, strong, heat, cases */
    choose: (wanted) => {
      scene = wanted;
      const gl = cityops.map.gl;
      if (!gl || !cityops.map.isReady || !gl.getLayer("sensors-dot")) return;
      dress(gl);
      showCases(gl, cityops.live.picture);
      showHeat(gl, cityops.live.picture);
      showSensors(gl, cityops.live.picture, {});
    },
    /* Draw a ring, as the server gives it; null takes it away. */
    encircle: (ring) => {
      if (circle === ring) return;
      circle = ring;
      const gl = cityops.map.gl;
      if (gl && cityops.map.isReady && gl.getSource("ring")) gl.getSource("ring").setData(ringOf(circle));
    },
  };
})();
