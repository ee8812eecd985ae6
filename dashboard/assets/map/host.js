/* The map itself: Plotly draws what stands still, once for each content; we hold the MapLibre map inside it.
   Everything that moves is laid over it by the other scripts of this folder. */
(function () {
  "use strict";
  const cityops = window.cityops;
  const FETCH_EVERY = 3000; /* ms: while a city registers its sensors, the base changes all the time */
  const DESIGN_REM = 16; /* px, on a screen of 1920 x 1080 */

  const drawn = []; /* called with (picture, patch) while the map shows the picture's base */
  const map = (cityops.map = {
    gl: null, /* MapLibre's own map; null until there is one */
    parts: null, /* dashboard/citymap.py: standing_parts */
    rem: () => parseFloat(getComputedStyle(document.documentElement).fontSize),
    factor: () => map.rem() / DESIGN_REM,
    /* Patch null: everything is new, the layers themselves may be. */
    listen: (listener) => drawn.push(listener),
  });

  let graph = null; /* the element that Plotly drew in */
  let fetchedAt = -Infinity;
  let fetching = false;
  let stale = false; /* draw anew, at the sizes of this screen */

  /* The map is never CSS-scaled: its dots and lines grow with the screen by their own sizes. */
  function scale(figure) {
    const factor = map.factor();
    for (const trace of figure.data) trace.marker.size *= factor;
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
      const { figure, parts } = await answer.json();
      scale(figure);
      figure.layout.autosize = true;
      if (parts.bounds) Object.assign(figure.layout.map, cityops.camera.fit(parts.bounds, target));
      await window.Plotly.react(target, figure.data, figure.layout, { displayModeBar: false, scrollZoom: true });
      const gl = target._fullLayout.map._subplot.map; /* Plotly has no public name for it */
      if (!gl.isStyleLoaded()) await new Promise((done) => gl.once("idle", done));
      graph = target;
      map.parts = parts;
      if (map.gl !== gl) {
        map.gl = gl;
        gl.on("move", cityops.marks.place);
      }
      stale = false;
      tell(cityops.live.picture, null);
    } catch (error) {
      console.warn("the map cannot be drawn; trying again", String(error));
    } finally {
      fetching = false;
    }
  }

  /* What one listener cannot draw keeps nothing from the others. */
  function tell(picture, patch) {
    for (const listener of drawn) {
      try {
        listener(picture, patch);
      } catch (error) {
        console.warn("a part of the map cannot be drawn", String(error));
      }
    }
  }

  cityops.live.listen((picture, patch) => {
    const target = document.querySelector(".city-map .js-plotly-plot");
    if (!target || !window.Plotly || !picture.base) return;
    if (target !== graph || !map.parts || picture.base !== map.parts.base || stale) {
      if (!fetching && performance.now() - fetchedAt > FETCH_EVERY) load(target);
    }
    if (target === graph && map.parts.base === picture.base) tell(picture, patch);
  });

  let resizing = null;
  window.addEventListener("resize", () => {
    clearTimeout(resizing);
    resizing = setTimeout(() => {
      stale = true;
      fetchedAt = -Infinity;
    }, 500);
  });
})();
