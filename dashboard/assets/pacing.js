/* Hands changes to whoever draws them, as often as drawing leaves half of the time (or more) free: a screen that draws
   slowly gets fewer and larger changes, and never falls behind. Alerts do not wait. */
(function () {
  "use strict";
  window.cityops ||= {};
  const { cityops } = window;
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

  /* Return a function that takes patches (null: everything is new) and hands them to `draw`, at once or later. Where
     what is drawn is seen only later, `draw` returns a promise of that: until then is drawing too.
     `by` gives the time, and a call after some ms; `rests`: how many times as long as drawing took, but not for longer
     than `longest` ms. */
  cityops.pace = function (draw, { now, later, rests = 1, longest = 1000 }) {
    const waiting = []; /* the patch that is not drawn yet */
    let restUntil = -Infinity; /* Infinity: something is being drawn */

    function rest(begun) {
      const ended = now();
      restUntil = ended + Math.min(longest, rests * (ended - begun));
      if (waiting.length) later(flush, restUntil - ended);
    }

    function flush() {
      if (!waiting.length) return; /* drawn already: it was urgent */
      const begun = now();
      restUntil = Infinity;
      const seen = draw(waiting.pop());
      if (seen) seen.then(() => rest(begun));
      else rest(begun);
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
      const left = restUntil - now();
      if (left <= 0 || isUrgent(patch)) flush();
      else if (isFirst && left < Infinity) later(flush, left);
    };
  };
})();
