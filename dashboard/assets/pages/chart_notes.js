/* Words over a chart that shows nothing (charts.js decides), and a chart drawn once more when that can help. */
(function () {
  "use strict";
  const { cityops } = window;
  const EVERY = 1000; /* ms */

  const INK = ".scatterlayer .trace path, .scatterlayer text, .barlayer path, .heatmaplayer image, canvas";
  const known = new WeakMap(); /* box -> {state, at, lostAt, redrawn} */
  const values = (trace) => [trace.y, trace.z, trace.lon, trace.x].find((one) => one !== undefined);
  const holds = (trace) => {
    const found = values(trace);
    return Boolean(found && (found.length || found.bdata));
  };

  function isLost(plot) {
    const canvas = plot.querySelector("canvas.maplibregl-canvas");
    const context = canvas && canvas.getContext("webgl2");
    return Boolean(context && context.isContextLost());
  }

  function factsOf(box) {
    const plot = box.querySelector(".js-plotly-plot");
    const { data = [], layout = {} } = plot || {};
    return {
      says: data.length > 0 || Boolean((layout.annotations || []).length),
      isLoading: Boolean(box.querySelector("[data-dash-is-loading=true]")),
      hasData: data.some(holds),
      hasInk: Boolean(plot && plot.querySelector(INK)),
      isLost: Boolean(plot) && isLost(plot),
    };
  }

  /* From what the chart was given, with new graphics. */
  function redraw(box) {
    const plot = box.querySelector(".js-plotly-plot");
    const { data, layout, _context: config } = plot;
    if (!data || !window.Plotly) return;
    cityops.map.clear(plot);
    window.Plotly.newPlot(plot, data, layout, { ...config }).catch((error) =>
      console.warn("a chart cannot be drawn", String(error)),
    );
  }

  function note(box, words) {
    let node = box.querySelector(":scope > .chart-note");
    if (!words && !node) return;
    if (!node) {
      node = cityops.make("p", "chart-note", box);
      node.setAttribute("role", "status");
    }
    cityops.setText(node, words ? cityops.say(words) : "");
    node.hidden = !words;
  }

  let ratio = window.devicePixelRatio;
  function followScreen() {
    if (ratio === window.devicePixelRatio) return;
    ratio = window.devicePixelRatio;
    cityops.each("[data-chart] .js-plotly-plot", (plot) => {
      const map = plot._fullLayout && plot._fullLayout.map && plot._fullLayout.map._subplot;
      if (map && map.map && !isLost(plot)) map.map.resize();
    });
  }

  function look() {
    if (document.hidden) return;
    followScreen();
    const now = performance.now();
    cityops.each("[data-chart]", (box) => {
      if (!box.offsetWidth) return;
      const facts = factsOf(box);
      const state = JSON.stringify(facts);
      let seen = known.get(box);
      if (!seen || seen.state !== state) known.set(box, (seen = { state, at: now, redrawn: false }));
      const since = now - seen.at;
      const found = cityops.charts.judge({ ...facts, since, lost: facts.isLost ? since + 1 : 0 });
      note(box, found.words);
      if (found.redraw && !seen.redrawn) {
        seen.redrawn = true;
        redraw(box);
      }
    });
  }
  setInterval(look, EVERY);
})();
