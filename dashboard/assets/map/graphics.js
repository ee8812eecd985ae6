/* Pure: whether what was drawn is still there. Graphics are reset by drivers, sleep, screens and crowded graphics memory;
   the drawing library keeps little of it, and recovery.js draws it anew. */
(function () {
  "use strict";
  window.cityops ||= {};
  const { cityops } = window;
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

  cityops.graphics = { diagnose, longestRest: REST[REST.length - 1] };
})();
