/* The map of the form of a call: the server draws the city's shapes of a part of it, a click says where. */
(function () {
  "use strict";
  window.cityops ||= {};
  const { cityops } = window;
  const NEARER = 3; /* times */
  const STEP = 0.04; /* of the part that is shown, for an arrow */
  const SVG = "http://www.w3.org/2000/svg";
  const NEAREST = 0.004; /* degrees: some hundred metres */

  /* `told(place)`: somebody chose {longitude, latitude}. Returns {show(place)}, which shows a place or none. */
  cityops.makeCallMap = (frame, told) => {
    const drawing = frame.querySelector("svg");
    let box = null;
    let place = null;

    const percent = ({ longitude, latitude }) => [
      (100 * (longitude - box[0])) / (box[2] - box[0]),
      (100 * (box[3] - latitude)) / (box[3] - box[1]),
    ];

    function mark() {
      let pin = frame.querySelector(".call-pin");
      if (!place || !box) return pin && pin.remove();
      if (!pin) pin = cityops.make("span", "call-pin", frame);
      const [left, top] = percent(place);
      pin.style.left = `${left}%`;
      pin.style.top = `${top}%`;
      pin.hidden = left < 0 || left > 100 || top < 0 || top > 100;
      return pin;
    }

    async function draw(wanted) {
      const asked = wanted ? `?box=${wanted.map((edge) => edge.toFixed(5)).join(",")}` : "";
      const answer = await cityops.requests.read(`/hotline/map${asked}`).catch(() => null);
      if (!answer || !answer.ok) return;
      const { shapes, names, box: shown } = await answer.json();
      box = shown;
      drawing.replaceChildren(
        ...shapes.map(({ path, kind }) => {
          const line = document.createElementNS(SVG, "path");
          line.setAttribute("d", path);
          line.setAttribute("class", `map-${kind}`);
          return line;
        }),
      );
      frame.querySelectorAll(".case-map-name").forEach((name) => name.remove());
      for (const { name, left, top } of names) {
        const label = cityops.make("span", "case-map-name", frame);
        label.textContent = name;
        label.style.left = `${left}%`;
        label.style.top = `${top}%`;
      }
      mark();
    }

    function around(middle, times) {
      const wide = Math.max(NEAREST, (box[2] - box[0]) * times);
      const high = ((box[3] - box[1]) * wide) / (box[2] - box[0]);
      const { longitude, latitude } = middle || { longitude: (box[0] + box[2]) / 2, latitude: (box[1] + box[3]) / 2 };
      return [longitude - wide / 2, latitude - high / 2, longitude + wide / 2, latitude + high / 2];
    }

    function choose(left, top) {
      const longitude = box[0] + left * (box[2] - box[0]);
      const latitude = box[3] - top * (box[3] - box[1]);
      told({ longitude: Number(longitude.toFixed(6)), latitude: Number(latitude.toFixed(6)) });
    }

    frame.addEventListener("click", (event) => {
      if (!box || event.target.closest("button")) return;
      const { left, top, width, height } = drawing.getBoundingClientRect();
      choose((event.clientX - left) / width, (event.clientY - top) / height);
    });
    frame
      .querySelectorAll("[data-zoom]")
      .forEach((button) =>
        button.addEventListener(
          "click",
          () => box && draw(around(place, button.dataset.zoom === "nearer" ? 1 / NEARER : NEARER)),
        ),
      );
    frame.addEventListener("keydown", (event) => {
      const moves = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
      if (!box || event.target !== frame) return;
      if (event.key === "+" || event.key === "-") draw(around(place, event.key === "+" ? 1 / NEARER : NEARER));
      else if (moves[event.key]) {
        const [left, top] = place ? percent(place) : [50, 50];
        choose(left / 100 + moves[event.key][0] * STEP, top / 100 + moves[event.key][1] * STEP);
      } else return;
      event.preventDefault();
    });

    draw(null);
    return {
      /* Show a place; `near`: look at it from near. */
      show: (wanted, near = false) => {
        place = wanted;
        if (near && place && box) draw(around(place, Math.min(1, 0.03 / (box[2] - box[0]))));
        else mark();
      },
      whole: () => draw(null),
    };
  };
})();
