/* Pure: what a chart that shows nothing says (pages/chart_notes.js shows it): it is still loading, its server did not
   answer, or the browser could not draw it. An empty frame looks as if nothing had been measured. That there is no data
   the chart says itself (charts.py). */
(function () {
  "use strict";
  window.cityops ||= {};
  const { cityops } = window;
  const SLOW = 2000; /* ms */
  const FAILED = 8000;
  const LOST_WITHIN = 3000; /* a browser that gives a map its graphics back does it sooner */

  const FINE = { says: false, isLoading: false, hasData: false, hasInk: true, lost: 0, since: 0 };

  /* Pure. `says`: it shows data or words; `hasData`, `hasInk`: what it was given, and whether that is to be seen; `lost`:
     for how many ms its graphics are gone; `since`: for how many it has been as it is. What to say, whether to redraw. */
  function judge(facts) {
    const { says, isLoading, hasData, hasInk, lost, since } = { ...FINE, ...facts };
    if (lost) return { words: "map_reset", redraw: lost > LOST_WITHIN };
    if (!says && isLoading) return { words: since > SLOW ? "chart_loading" : "", redraw: false };
    if (!says) return { words: since > FAILED ? "chart_failed" : "", redraw: false };
    if (hasData && !hasInk) return { words: since > FAILED ? "chart_blank" : "", redraw: since > SLOW };
    return { words: "", redraw: false };
  }

  cityops.charts = { judge };
})();
