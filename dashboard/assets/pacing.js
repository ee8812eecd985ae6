/* Hands changes to whoever draws them, as often as drawing leaves half of the time free: a screen that draws slowly gets
   fewer and larger changes, and never falls behind. Alerts do not wait. */
(function () {
  "use strict";
  window.cityops ||= {};
  const { cityops } = window;
  const LONGEST_REST = 1000; /* ms */
  const EVERYTHING = null;

  const isObject = (value) => value !== null && typeof value === "object" && !Array.isArray(value);

  /* One patch that names all that two patches name, the later one last. */
  function combine(first, second) {
    if (!isObject(first) || !isObject(second)) return second;
    const both = { ...first };
    for (const [key, value] of Object.entries(second)) both[key] = combine(first[key], value);
    return both;
  }

  /* Whether an alert is new, over, or in another state: each of them gives it another version. Its value alone waits. */
  const isUrgent = (patch) =>
    patch !== EVERYTHING &&
    Object.values(patch.alerts || {}).some((alert) => alert === null || alert.version !== undefined);

  /* Return a function that takes patches (null: everything is new) and hands them to `draw`, at once or later.
     `by` gives the time, and a call after some ms. */
  cityops.pace = function (draw, by) {
    const waiting = []; /* the patch that is not drawn yet */
    let restUntil = -Infinity;

    function flush() {
      if (!waiting.length) return; /* drawn already: it was urgent */
      const begun = by.now();
      draw(waiting.pop());
      const ended = by.now();
      restUntil = ended + Math.min(LONGEST_REST, ended - begun);
    }

    function add(patch) {
      const [before] = waiting;
      waiting[0] =
        waiting.length === 0
          ? patch
          : before === EVERYTHING || patch === EVERYTHING
            ? EVERYTHING
            : combine(before, patch);
    }

    return (patch) => {
      const isFirst = waiting.length === 0;
      add(patch);
      const rest = restUntil - by.now();
      if (rest <= 0 || isUrgent(patch)) flush();
      else if (isFirst) by.later(flush, rest);
    };
  };
})();
