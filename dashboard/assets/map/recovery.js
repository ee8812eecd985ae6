/* The map is looked at once a second: what is broken (graphics.js decides) is drawn anew, and until then words say so. */
(function () {
  "use strict";
  const { cityops } = window;
  const { map } = cityops;
  const EVERY = 1000; /* ms */

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
    const silent = silence(gl);
    const found = cityops.graphics.diagnose({
      lost: lasting("lost", Boolean(gl) && isLost(gl)),
      broken: lasting("broken", Boolean(gl) && isBroken(gl)),
      silent,
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
      if (silent) map.replaceWorkers();
      map.drop();
      map.drawAnew();
      map.attend(); /* the server may be away: no beat would bring it back */
    } else if (rebuilds && performance.now() - rebuiltAt > cityops.graphics.longestRest) rebuilds = 0;
  }
  setInterval(look, EVERY);
})();
