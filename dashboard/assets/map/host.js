/* The map itself: Plotly draws what stands still, once for each content; we hold the MapLibre map inside it.
   Everything that moves is laid over it by the other scripts of this folder. What is drawn can be lost at any time
   (recovery.js): all of it is drawn again from the picture and from what these scripts keep, never read back. */
(function () {
  "use strict";
  const cityops = window.cityops;
  const FETCH_EVERY = 3000; /* ms: while a city registers its sensors, the base changes all the time */
  const LONGEST_PAUSE = 60000; /* ms: a browser without graphics is not asked for them all the time */
  const LOAD_WITHIN = 60000; /* ms: what is not drawn by then is begun anew */
  const DESIGN_REM = 16; /* px, on a screen of 1920 x 1080 */
  const RESTS = 9; /* times as long as the map took: what else changes is seen meanwhile */
  const LONGEST_REST = 9000; /* ms: a city of a hundred thousand takes a second without a graphics card */
  const SEEN_WITHIN = 1000; /* ms: a page that is hidden has no frames */

  /* Called with (picture, patch) while the map shows the picture's base. */
  const drawn = [];
  /* Called with the picture when all that was drawn is lost, and the map can be drawn upon again. */
  const restored = [];
  /** @type {any} */
  const map = {
    /* MapLibre's own map; null until there is one. */
    gl: null,
    /* dashboard/ui/city_map.py: standing_parts */
    parts: null,
    /* Its style is there: what is drawn now stays. */
    isReady: false,
    /* The layers that Plotly drew. */
    ground: [],
    /* Why the last attempt to draw failed: "graphics" or "data". */
    failure: null,
    rem: () => parseFloat(getComputedStyle(document.documentElement).fontSize),
    factor: () => map.rem() / DESIGN_REM,
    /* Patch null: everything is new, the layers themselves may be. */
    listen: (listener) => drawn.push(listener),
    onRestored: (listener) => restored.push(listener),
    target: () => document.querySelector("[data-city-map]"),
    /* What is drawn cannot be seen yet. */
    isDrawing: () => Boolean(buffer?.isDrawing()),
    loadingFor: () => (loading ? performance.now() - loading.since : 0),
  };
  cityops.map = map;

  /** @type {Element | null} */
  let graph = null; /* the element that Plotly drew in */
  let fetchedAt = -Infinity;
  /** @type {{since: number} | null} */
  let loading = null; /* {since} of the attempt that counts */
  let failures = 0; /* since the map was drawn last */
  let stale = false; /* draw anew, at the sizes of this screen */
  /** @type {{workersPromise: Promise<Worker[]> | null} | null} */
  let workers = null; /* MapLibre's, one set for all maps of the page; it has no public name for it */
  /** @type {{isDrawing(): boolean} | null} */
  let buffer = null; /* what the map is drawn into */

  /* The map is never CSS-scaled: its dots and lines grow with the screen by their own sizes. */
  function scale(figure) {
    const factor = map.factor();
    for (const trace of figure.data) trace.marker.size *= factor;
    for (const layer of figure.layout.map.layers || []) {
      if (layer.line) layer.line.width *= factor;
    }
  }

  /* A box of the page that grows or shrinks takes the map with it. */
  const differs = (one, other) => Math.abs(one - other) > 1; /* px: boxes have parts of them */
  const sizes = new ResizeObserver(([{ target }]) => {
    const full = target === graph && target._fullLayout;
    if (!full || !target.clientWidth) return;
    if (differs(full.width, target.clientWidth) || differs(full.height, target.clientHeight)) {
      window.Plotly?.Plots.resize(target);
    }
  });

  /** @type {{base: string, text: string} | null} */
  let kept = null; /* {base, text} of what the server said last: a reset needs no server */

  async function read(base) {
    if (kept && kept.base === base) return JSON.parse(kept.text);
    const answer = await fetch("/live/map" + location.search); /* the page's head began it: ui/early_parts.py */
    if (!answer.ok) throw Object.assign(new Error(`/live/map: ${answer.status}`), { failure: "data" });
    const text = await answer.text();
    const found = JSON.parse(text);
    kept = { base: found.parts.base, text };
    return found;
  }

  async function draw(target, { figure, parts }) {
    scale(figure);
    figure.layout.autosize = true;
    if (parts.bounds) Object.assign(figure.layout.map, cityops.camera.fit(parts.bounds, target));
    await window.Plotly?.react(target, figure.data, figure.layout, { displayModeBar: false, scrollZoom: true });
    sizes.observe(target);
    const gl = target._fullLayout.map._subplot.map; /* Plotly has no public name for it */
    if (!gl.isStyleLoaded()) await new Promise((done) => gl.once("idle", done));
    return gl;
  }

  async function load(target, base) {
    const mine = (loading = { since: performance.now() });
    fetchedAt = mine.since;
    try {
      const answer = await read(base);
      const gl = await draw(target, answer);
      if (loading !== mine) return;
      graph = target;
      map.parts = answer.parts;
      if (map.gl !== gl) hold(gl);
      map.ground = gl.getLayersOrder().filter((id) => !cityops.layers.owns(id));
      map.isReady = true;
      map.failure = null;
      failures = 0;
      stale = false;
      tell(drawn, cityops.live.picture, null);
    } catch (/** @type {any} */ error) {
      if (loading !== mine) return;
      failures += 1;
      map.failure = error.failure || (error instanceof TypeError && !map.gl ? "data" : "graphics");
      if (map.failure === "graphics") map.drop();
      console.warn("the map cannot be drawn; trying again", String(error));
    } finally {
      if (loading === mine) loading = null;
    }
  }

  /* A map of MapLibre's: it may lose all that it drew, and begin again with an empty style. */
  function hold(gl) {
    map.gl = gl;
    workers = gl.style.dispatcher.workerPool;
    buffer = cityops.backBuffer(gl, cityops.marks.place);
    gl.on("webglcontextlost", () => (map.isReady = false));
    gl.on("style.load", () => {
      if (map.gl !== gl || loading) return;
      map.isReady = true;
      tell(restored, cityops.live.picture);
    });
  }

  /* Take a chart down, graphics memory too. A map that is already broken cannot be taken down in order: what fails
     there must not keep the next one from being made. */
  map.clear = (plot) => {
    const subplot = plot._fullLayout && plot._fullLayout.map && plot._fullLayout.map._subplot;
    if (subplot && subplot.map) takeDown(subplot);
    window.Plotly?.purge(plot);
  };
  function takeDown(subplot) {
    const gl = subplot.map;
    subplot.map = null; /* Plotly then leaves it alone */
    try {
      gl.remove();
    } catch (error) {
      console.warn("the map could not be taken down in order", String(error));
    }
    subplot.div.remove();
  }

  /* Forget what is drawn; the next beat draws it anew. */
  map.drop = () => {
    loading = graph = map.gl = null;
    map.isReady = false;
    map.clear(map.target());
  };
  /* MapLibre would give its dead workers to the next map too. */
  map.replaceWorkers = () => {
    if (!workers || !workers.workersPromise) return;
    workers.workersPromise.then((all) => all.forEach((worker) => worker.terminate()));
    workers.workersPromise = null; /* the next map starts its own */
  };
  map.drawAnew = () => {
    stale = true;
    fetchedAt = -Infinity;
  };

  /* What one listener cannot draw keeps nothing from the others. */
  function tell(listeners, ...news) {
    for (const listener of listeners) {
      try {
        listener(...news);
      } catch (error) {
        console.warn("a part of the map cannot be drawn", String(error));
      }
    }
  }

  const pause = () => (map.failure === "graphics" ? Math.min(FETCH_EVERY * 2 ** failures, LONGEST_PAUSE) : FETCH_EVERY);

  /* Draw the map where there is none, or not the one of this city and screen. */
  map.attend = () => {
    const target = map.target();
    const { picture } = cityops.live;
    if (!target || !window.Plotly || !picture || !picture.base) return;
    if (map.loadingFor() > LOAD_WITHIN) {
      map.replaceWorkers();
      map.drop();
    }
    if (target === graph && map.parts && picture.base === map.parts.base && !stale) return;
    if (!loading && performance.now() - fetchedAt > pause()) load(target, picture.base);
  };

  /* Resolves when what was drawn can be seen. Without graphics hardware that is long after it was handed over. */
  function seen() {
    return new Promise((done) => {
      setTimeout(done, SEEN_WITHIN);
      const look = () => (map.isDrawing() ? requestAnimationFrame(look) : done(null));
      requestAnimationFrame(() => requestAnimationFrame(look)); /* MapLibre begins with the first */
    });
  }

  /* The map is the slowest part of a page: it has a pace of its own, and keeps no number waiting. */
  const pass = cityops.pace(
    (patch) => {
      const { picture } = cityops.live;
      const isHere = graph && map.target() === graph && map.isReady;
      if (!isHere || map.parts.base !== picture?.base) return null;
      tell(drawn, picture, patch);
      return seen();
    },
    { now: () => performance.now(), later: (call, ms) => setTimeout(call, ms), rests: RESTS, longest: LONGEST_REST },
  );
  cityops.live.listen((picture, patch) => {
    map.attend();
    pass(patch);
  });

  /* Plotly's own page script is late where the page is quick. */
  window.addEventListener("load", map.attend);

  let resizing = 0;
  window.addEventListener("resize", () => {
    clearTimeout(resizing);
    resizing = window.setTimeout(map.drawAnew, 500);
  });
})();
