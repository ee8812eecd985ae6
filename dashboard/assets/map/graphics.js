/* Whether what was drawn is still there. Graphics are reset by drivers, sleep, screens and crowded graphics memory; the
   drawing library keeps little of it. The map is looked at once a second: what is broken is drawn anew, and until then
   words say so. */
(function () {
  "use strict";
  window.cityops ||= {};
  const { cityops } = window;
  const EVERY = 1000; /* ms */
  const LOST_WITHIN = 3000; /* ms: a browser that gives the graphics back does it sooner */
  const BROKEN_WITHIN = 2000; /* ms: a new style needs a moment until all its layers are there */
  const SILENT_WITHIN = 6000; /* ms: a worker that has not prepared an empty layer by then is dead */
  const SLOW = 3000; /* ms */
  const REST = [5000, 15000, 60000]; /* ms between attempts, longer while they do not help */

  const FINE = { lost: 0, broken: 0, silent: 0, loading: 0, failure: null, rested: Infinity, rebuilds: 0 };
  const FAILURES = { graphics: "map_no_graphics", data: "map_no_data" };

  /* Pure. For how many ms something has been so: context lost, layers broken, worker silent, map loading; `failure` of
     the last attempt; `rested` since the last rebuild and their number. Return what to say, and whether to rebuild. */
  function diagnose(facts) {
    const { lost, broken, silent, loading, failure, rested, rebuilds } = { ...FINE, ...facts };
    const isIll = lost > LOST_WITHIN || broken > BROKEN_WITHIN || silent > SILENT_WITHIN;
    const rest = REST[Math.min(rebuilds, REST.length) - 1] || 0;
    const found = { map_reset: lost || isIll, map_loading: loading > SLOW };
    const words = FAILURES[failure] || Object.keys(found).find((name) => found[name]) || "";
    return { words, rebuild: isIll && rested >= rest };
  }

  cityops.graphics = { diagnose };
  if (!cityops.map) return; /* a test of the pure part */

  const { map } = cityops;
  const since = {}; /* name -> when it began */
  const lasting = (name, is) => {
    if (!is) delete since[name];
    else since[name] ??= performance.now();
    return is ? performance.now() - since[name] : 0;
  };
  const isLost = (gl) => {
    const context = gl.getCanvas().getContext("webgl2");
    return !context || context.isContextLost();
  };
  const isBroken = (gl) => map.isReady && (!map.ground.every((id) => gl.getLayer(id)) || !cityops.layers.areThere(gl));

  /* Counted in looks: a page that was too busy to look heard nothing either. */
  let missed = 0;
  const silence = (gl) => {
    missed = gl && map.isReady && !cityops.layers.pulse(gl) ? missed + 1 : 0;
    return missed * EVERY;
  };

  let rebuilds = 0;
  let rebuiltAt = -Infinity;
  let ratio = window.devicePixelRatio;

  /* A finer or coarser screen: the canvas gets its pixels, and gives back what it no longer needs. */
  function followScreen(gl) {
    if (ratio === window.devicePixelRatio) return;
    ratio = window.devicePixelRatio;
    if (gl && !isLost(gl)) gl.resize();
    map.drawAnew();
  }

  function look() {
    if (!map.target() || document.hidden) return; /* a hidden page draws nothing, and is not ill */
    const { gl } = map;
    followScreen(gl);
    map.attend();
    const found = diagnose({
      lost: lasting("lost", Boolean(gl) && isLost(gl)),
      broken: lasting("broken", Boolean(gl) && isBroken(gl)),
      silent: silence(gl),
      loading: map.loadingFor(),
      failure: map.failure,
      rested: performance.now() - rebuiltAt,
      rebuilds,
    });
    cityops.each("[data-map-note]", (node) => {
      cityops.setText(node, found.words ? cityops.say(found.words) : "");
      if (node.hidden !== !found.words) node.hidden = !found.words;
    });
    if (found.rebuild) {
      rebuilds += 1;
      rebuiltAt = performance.now();
      missed = 0;
      for (const name of Object.keys(since)) delete since[name];
      map.drop();
      map.drawAnew();
      map.attend(); /* the server may be away: no beat would bring it back */
    } else if (rebuilds && performance.now() - rebuiltAt > REST.at(-1)) rebuilds = 0;
  }
  setInterval(look, EVERY);
})();
