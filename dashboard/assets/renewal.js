/* Pure: when a page renews itself (pages/renewing.js does it). A page that was made of other scripts, styles and texts
   than the server has now (dashboard/page_version.py) is an old one. A wall renews itself once, at a calm moment. */
(function () {
  "use strict";
  window.cityops ||= {};
  const { cityops } = window;
  const AGAIN_AFTER = 3600000; /* ms: a cache on the way may have given the old page again */
  const PATIENCE = 6 * 3600000; /* ms: a wall that finds no calm moment for so long takes the next one */

  const FACTS = { mine: "", theirs: "", tried: null, isWall: false, isCalm: false, waited: 0 };

  /* Pure. `mine`, `theirs`: digests; `tried`: {made, ago} of the last renewal, null for none; `waited`: ms since the
     newer one was first heard of. */
  function decide(facts) {
    const { mine: own, theirs: newer, tried, isWall, isCalm, waited } = { ...FACTS, ...facts };
    if (!own || !newer || own === newer) return "current";
    if (tried && tried.made === newer && tried.ago < AGAIN_AFTER) return "stuck"; /* loading again did not help */
    if (!isWall) return "ask";
    return isCalm || waited > PATIENCE ? "renew" : "wait";
  }

  cityops.renewal = { decide, againAfter: AGAIN_AFTER };
})();
