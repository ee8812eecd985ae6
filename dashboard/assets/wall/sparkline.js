/* The line of the last hours as SVG paths, 32 high and one wide a step. Missing is never zero: it is a gap, and a value
   with gaps on both sides is a point. */
(function () {
  "use strict";
  window.cityops ||= {};
  const { cityops } = window;
  const [TOP, HEIGHT] = [4, 24];

  /* Pure: values by step, "" where nothing was measured; a line joins those at most `reach` steps apart.
     Two paths: the line, and the points as lines of no length, which round ends make visible. */
  cityops.sparkline = (values, reach = 1) => {
    const known = values.map((value, step) => ({ step, value })).filter(({ value }) => value !== "");
    const numbers = known.map(({ value }) => Number(value));
    const low = Math.min(...numbers);
    const span = Math.max(...numbers) - low || 1;
    const joins = (one, other) => Boolean(one && other) && other.step - one.step <= reach;
    const paths = { line: "", points: "" };
    known.forEach((point, place) => {
      const at = `${point.step},${(TOP + HEIGHT - (HEIGHT * (Number(point.value) - low)) / span).toFixed(1)}`;
      if (joins(known[place - 1], point)) paths.line += `L${at}`;
      else if (joins(point, known[place + 1])) paths.line += `M${at}`;
      else paths.points += `M${at}h0`;
    });
    return paths;
  };
})();
