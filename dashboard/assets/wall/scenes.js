/* The scenes of a wall: what the director says, what the address pins, or what somebody clicked into. */
(function () {
  "use strict";
  const cityops = window.cityops;
  const { each, make, setText, setClass, say, resize, wall } = cityops;
  const CLICKED_FOR = 120000; /* ms until a click is forgotten and the director is followed again */
  const { domains } = cityops;
  const CITY = { shade: "aqi", roads: false, strong: false, heat: false }; /* of a scene of no domain */
  const CASES = "cases";
  const stepTitle = (kind) => (domains[kind] ? domains[kind].title : say(`scene_${kind}`));

  const pinned = new URL(location.href).searchParams.get("scene");
  /** @type {{scene: string, until: number} | null} */
  let clicked = null; /* {scene, until} */
  /** @type {string | null} */
  let shown = null; /* what the map was last told, as text */

  function current(picture) {
    if (clicked && performance.now() < clicked.until) return { scene: clicked.scene };
    if (pinned) return { scene: pinned, pinned: true };
    return picture.director || { scene: "overview" };
  }

  const areaOf = (code) =>
    cityops.map.parts && cityops.map.parts.areas.features.find((area) => area.properties.code === code);

  /* The areas from the city down to this one. */
  function pathTo(code) {
    const area = areaOf(code);
    return area ? [...pathTo(area.properties.parent), area.properties] : [];
  }

  function title(kind, subject) {
    if (kind !== "district") return [{ code: "", name: stepTitle(kind) }];
    return [{ code: "", name: say("scene_overview") }, ...pathTo(subject)];
  }

  function showHeading(kind, subject, told) {
    const steps = title(kind, subject);
    each("[data-scene-path]", (path) => {
      resize(path, steps.length, () => make("a", ""));
      steps.forEach((step, position) => {
        setText(path.children[position], step.name);
        path.children[position].dataset.code = step.code;
      });
    });
    each("[data-scene-icon]", (node) => {
      node.hidden = !domains[kind];
      node.className = domains[kind] ? `icon icon-${kind}` : "icon";
    });
    const isOver = kind === "incident" && !cityops.live.alerts()[subject];
    const note = [isOver && say("alert_over"), told.pinned ? say("pinned") : told.by && say("held_by", told.by)];
    each("[data-scene-note]", (node) => setText(node, note.filter(Boolean).join(" · ")));
    each("[data-scene-time]", (node) => {
      node.parentElement.hidden = !told.until;
      const share = told.until ? (cityops.live.now() - told.since) / (told.until - told.since) : 0;
      node.style.width = `${Math.max(0, Math.min(1, share)) * 100}%`;
    });
  }

  /* What the colours on the map mean, beside the colours. */
  function legend(kind) {
    if (kind === CASES) {
      const [open, late] = cityops.layers.caseColours();
      const signs = [
        [open, say("case_open")],
        [late, say("case_overdue")],
      ];
      return [say("case_points"), signs];
    }
    const { shade, heat } = domains[kind] || CITY;
    const steps = cityops.map.parts.scales[shade].map(({ colour, words }) => [colour, words]);
    if (heat) steps.push([cityops.layers.HEAT.at(-1), say("shade_heat")]);
    return [say(shade === "tpi" ? "shade_flow" : `shade_${shade}`), steps];
  }

  function showLegend(kind) {
    const [name, steps] = legend(kind);
    each("[data-scale]", (box) => {
      resize(box, steps.length + 1, () => make("span", ""));
      setText(box.firstElementChild, name);
      steps.forEach(([colour, words], position) => {
        const item = box.children[position + 1];
        if (!item.children.length) {
          make("i", "", item);
          make("span", "", item);
        }
        item.firstElementChild.style.background = colour;
        setText(item.lastElementChild, words);
      });
    });
  }

  const TOP = "district";

  /* The areas that a scene shows: the districts, or what an area consists of; the smallest stand among their like. */
  function areasOf(kind, subject) {
    const all = cityops.map.parts.areas.features.map((area) => area.properties);
    const here = kind === "district" ? all.find((area) => area.code === subject) : null;
    if (!here) return { level: TOP, parent: null, here, areas: all.filter((area) => area.level === TOP) };
    const inside = all.filter((area) => area.parent === subject);
    const areas = inside.length ? inside : all.filter((area) => area.parent === here.parent);
    return { level: areas[0].level, parent: areas[0].parent, here, areas };
  }

  function dress(kind, subject, picture) {
    const { level, parent, here, areas } = areasOf(kind, subject);
    const { shade, roads, strong, heat } = domains[kind] || CITY;
    const domain = domains[kind] ? kind : null;
    cityops.layers.choose({ shade, level, parent, domain, roads, strong, heat, cases: kind === CASES });
    cityops.marks.name(areas);
    const alert = kind === "incident" ? (picture.alerts || {})[subject] : null;
    if (alert) cityops.camera.toPoint(alert.lon, alert.lat);
    else cityops.camera.toBounds(here ? here.bounds : cityops.map.parts.bounds);
  }

  function show(picture) {
    const told = current(picture);
    const [kind, subject = ""] = told.scene.split(":");
    showHeading(kind, subject, told);
    cityops.incident.show(kind === "incident" ? subject : null, picture);
    cityops.caseScene.show(kind === CASES, picture);
    for (const domain of Object.keys(domains)) {
      each(`.card[data-domain="${domain}"]`, (node) => setClass(node, "is-chosen", kind === domain));
    }
    each("[data-ranking] tr", (row) =>
      setClass(row, "is-chosen", kind === "district" && subject.startsWith(row.dataset.district)),
    );
    const key = `${told.scene} ${cityops.map.parts.base}`;
    if (key === shown) return;
    shown = key;
    showLegend(kind);
    dress(kind, subject, picture);
  }

  cityops.incident.listen(() => cityops.live.picture && show(cityops.live.picture));
  cityops.map.listen((picture, patch) => {
    if (!document.querySelector(".wall") || !cityops.touches(patch, ["director", "alerts", "ranking"])) return;
    if (!patch) shown = null;
    show(picture);
  });
  wall.part([], (picture) => cityops.map.parts && show(picture));

  function goInto(scene) {
    clicked = { scene, until: performance.now() + CLICKED_FOR };
    show(cityops.live.picture);
  }

  /* At a desk the wall can be clicked into: an area on the map, a step of the path. */
  document.addEventListener("click", (event) => {
    const { gl } = cityops.map;
    const step = event.target.closest && event.target.closest("[data-scene-path] a");
    if (step) {
      goInto(step.dataset.code ? `district:${step.dataset.code}` : "overview");
    } else if (gl && event.target === gl.getCanvas()) {
      const box = gl.getContainer().getBoundingClientRect();
      const found = gl.queryRenderedFeatures([event.clientX - box.left, event.clientY - box.top], {
        layers: ["areas-fill"],
      });
      if (found.length) goInto(`district:${found[0].properties.code}`);
    }
  });

  /* The pointer disappears when nobody moves it: a wall has no mouse. */
  let resting = 0;
  function rest() {
    each(".wall", (node) => setClass(node, "is-kiosk", false));
    clearTimeout(resting);
    resting = window.setTimeout(() => each(".wall", (node) => setClass(node, "is-kiosk", true)), 5000);
  }
  document.addEventListener("mousemove", rest);
  rest();
})();
