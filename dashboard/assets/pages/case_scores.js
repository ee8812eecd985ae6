/* The evaluation: draws the charts that the server made, chooses a month or a formula at once, prints. */
(function () {
  "use strict";
  const Plotly = () => /** @type {any} */ (window).Plotly;
  const charts = () => document.querySelectorAll("[data-figure]");
  const PAPER = { width: 500, height: 300 }; /* px: two of them beside each other on A4 */

  /* Letters grow with the page's own, which are larger on a large screen. */
  function scaled(layout) {
    const size = (14 * parseFloat(getComputedStyle(document.documentElement).fontSize)) / 16;
    return { ...layout, font: { size }, legend: { ...layout.legend, font: { size } } };
  }

  function draw(place) {
    const { data, layout } = JSON.parse(place.dataset.figure);
    Plotly().newPlot(place, data, scaled(layout), { displayModeBar: false, responsive: true });
    place.on("plotly_click", ({ points }) => {
      if (points[0].customdata) location.assign(points[0].customdata);
    });
  }

  document.addEventListener("change", (event) => {
    const form = event.target.closest?.("[data-score-filter]");
    if (form) form.requestSubmit();
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest?.("[data-score-print]")) window.print();
  });
  window.addEventListener("beforeprint", () => charts().forEach((place) => Plotly().relayout(place, PAPER)));
  window.addEventListener("afterprint", () =>
    charts().forEach((place) => Plotly().relayout(place, { autosize: true })),
  );
  charts().forEach(draw);
})();
