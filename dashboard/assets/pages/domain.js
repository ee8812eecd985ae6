/* A chart of a domain page as a picture: drawn here, at twice the size, once the server has noted who takes it. */
(function () {
  "use strict";
  const style = () => getComputedStyle(document.documentElement);
  const colour = (name) => style().getPropertyValue(name).trim();

  /* The chart on a background of its own, under a title that says what it shows. */
  function framed(chart, title) {
    const layout = {
      ...chart.layout,
      autosize: false,
      paper_bgcolor: colour("--panel"),
      title: { text: title, font: { size: 16 }, x: 0, y: 1, yanchor: "top", yref: "container", pad: { l: 16, t: 14 } },
      margin: { ...chart.layout.margin, t: 44 + (chart.layout.margin.t || 0), b: 16 },
    };
    return { data: chart.data, layout };
  }

  async function take(button) {
    const card = button.closest(".card");
    const chart = card.querySelector(".js-plotly-plot");
    const view = document.querySelector("[data-view]");
    if (!chart || !view) return window.cityops.notice(window.cityops.say("picture_none"), false);
    const query = new URLSearchParams(location.search);
    const noted = await fetch(`${location.pathname}/export.png?${query}`, { cache: "no-store" }).catch(() =>
      Response.error(),
    );
    if (noted.redirected) return location.reload(); /* the server asks for the login */
    if (!noted.ok) return window.cityops.notice(window.cityops.say("picture_failed"), false);
    const title = `${card.querySelector("h2").textContent}\u3000${view.dataset.view}`;
    await window.Plotly?.downloadImage(framed(chart, title), {
      format: "png",
      width: Math.max(chart.clientWidth, 960),
      height: Math.max(chart.clientHeight, 540),
      scale: 2,
      filename: `${noted.headers.get("X-File-Name")}-${button.dataset.picture}`,
    });
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-picture]");
    if (button) take(button);
  });
})();
