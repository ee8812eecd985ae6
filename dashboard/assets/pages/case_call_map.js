/* The map of the form of a call: the server draws the city's shapes of a part of it, a click says where. */
(function () {
  "use strict";
  window.cityops ||= {};
  const { cityops } = window;
  const NEARER = 3; /* times */
  const ZOOMS = { "+": 1 / NEARER, "-": NEARER };
  const MOVES = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  const STEP = 0.04; /* of the part that is shown, for an arrow */
  const SVG = "http://www.w3.org/2000/svg";
  const NEAREST = 0.004; /* degrees: some hundred metres */

  /* `told(place)`: somebody chose {longitude, latitude}. Returns {show(place)}, which shows a place or none. */
  cityops.makeCallMap = (frame, told) => {
    const drawing = frame.querySelector("svg");
    /** @type {[number, number, number, number] | null} */
    let box = null; /* west, south, east, north of what is shown */
    /** @type {Place | null} */
    let place = null;

    const percent = ([west, south, east, north], { longitude, latitude }) => [
      (100 * (longitude - west)) / (east - west),
      (100 * (north - latitude)) / (north - south),
    ];

    function mark() {
      let pin = frame.querySelector(".call-pin");
      if (!place || !box) return pin && pin.remove();
      if (!pin) pin = cityops.make("span", "call-pin", frame);
      const [left, top] = percent(box, place);
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

    function around([west, south, east, north], middle, times) {
      const wide = Math.max(NEAREST, (east - west) * times);
      const high = ((north - south) * wide) / (east - west);
      const { longitude, latitude } = middle || { longitude: (west + east) / 2, latitude: (south + north) / 2 };
      return [longitude - wide / 2, latitude - high / 2, longitude + wide / 2, latitude + high / 2];
    }

    function choose([west, south, east, north], left, top) {
      const longitude = west + left * (east - west);
      const latitude = north - top * (north - south);
      told({ longitude: Number(longitude.toFixed(6)), latitude: Number(latitude.toFixed(6)) });
    }

    frame.addEventListener("click", (event) => {
      if (!box || event.target.closest?.("button")) return;
      const { left, top, width, height } = drawing.getBoundingClientRect();
      choose(box, (event.clientX - left) / width, (event.clientY - top) / height);
    });
    frame
      .querySelectorAll("[data-zoom]")
      .forEach((button) =>
        button.addEventListener(
          "click",
          () => box && draw(around(box, place, button.dataset.zoom === "nearer" ? 1 / NEARER : NEARER)),
        ),
      );
    function step(shown, [right, down]) {
      const [left, top] = place ? percent(shown, place) : [50, 50];
      choose(shown, left / 100 + right * STEP, top / 100 + down * STEP);
    }

    frame.addEventListener("keydown", (event) => {
      if (!box || event.target !== frame) return;
      if (ZOOMS[event.key]) draw(around(box, place, ZOOMS[event.key]));
      else if (MOVES[event.key]) step(box, MOVES[event.key]);
      else return;
      event.preventDefault();
    });

    draw(null);
    return {
      /* Show a place; `near`: look at it from near. */
      show: (wanted, near = false) => {
        place = wanted;
        if (near && place && box) draw(around(box, place, Math.min(1, 0.03 / (box[2] - box[0]))));
        else mark();
      },
      whole: () => draw(null),
    };
  };
})();
