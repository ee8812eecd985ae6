/* The officers' hand on the walls (dashboard/ui/scene_hold_bar.py): hold a scene for a while, let go of it. */
(function () {
  "use strict";
  const cityops = window.cityops;
  const { each, make, resize, setText, setClass, say } = cityops;
  const MINUTES = 10;
  const LOOK_AFTER = 1500; /* ms: the walls follow with a next picture */
  const LOOKS = 10; /* a busy server draws it later */

  const told = (words) => each("[data-steer-shown]", (node) => setText(node, words));

  const sceneName = (kind) => (cityops.domains[kind] ? cityops.domains[kind].title : say(`scene_${kind}`));

  function fill(list, districts) {
    resize(list, districts.length + 1, () => make("option", ""));
    districts.forEach((district, position) => {
      const option = list.children[position + 1];
      option.value = `district:${district.code}`;
      setText(option, cityops.language === "en" ? district.en : district.zh);
    });
    list.hidden = !districts.length;
  }

  async function showScene() {
    const answer = await fetch("/api/v1/wall");
    if (!answer.ok) return told(say("steer_failed"));
    const shown = await answer.json();
    each("[data-steer-list]", (list) => fill(list, shown.districts));
    const [kind] = (shown.scene || "overview").split(":");
    const option = document.querySelector(`[data-steer-list] option[value="${shown.scene}"]`);
    const name = option ? option.textContent : sceneName(kind);
    told(shown.by ? `${name} · ${say("held_by", shown.by)}` : name);
    each("[data-steer]", (button) =>
      setClass(button, "is-here", Boolean(shown.by) && button.dataset.steer === shown.scene),
    );
    each("[data-steer-list]", (list) => {
      setClass(list, "is-here", Boolean(shown.by && option));
      list.value = shown.by && option ? shown.scene : "";
    });
  }

  /* The alert that the page has chosen can be put on the wall too. */
  function offerAlert() {
    const chosen = new URL(location.href).searchParams.get("alert");
    each("[data-steer-alert]", (button) => {
      button.hidden = !chosen;
      button.dataset.steer = `incident:${chosen}`;
    });
  }

  /* Only a supervisor has the button by which urgent alerts wait. */
  function wishFor(scene) {
    const over = document.querySelector("[data-steer-over]");
    return { scene, minutes: MINUTES, over_alerts: over !== null && over.getAttribute("aria-pressed") === "true" };
  }

  let acts = 0;

  /* What was held or let go of is there as soon as the walls have it. */
  async function followWalls() {
    const mine = acts;
    for (let look = 0; look < LOOKS; look++) {
      await new Promise((done) => setTimeout(done, LOOK_AFTER));
      if (mine !== acts) return; /* another act tells of itself */
      await attempt(showScene);
    }
  }

  let isSent = false;

  /* What became of it is told when it is known, whether its answer came or was lost. */
  async function steer(scene) {
    if (isSent) return told(say("steer_waits"));
    isSent = true;
    acts += 1;
    const wish = scene ? { method: "PUT", body: wishFor(scene) } : { method: "DELETE" };
    const answer = await cityops.requests.act("/api/v1/wall", { ...wish, label: say("steer_label") });
    isSent = false;
    if (answer.status === 401) return location.reload(); /* the server will ask for the login */
    if (!answer.ok) return told(say(answer.status ? "steer_refused" : "steer_failed"));
    told(say("steer_done"));
    followWalls();
  }

  /* No server: say so, in place of a click that did nothing. */
  const attempt = (work) => work().catch(() => told(say("steer_failed")));

  document.addEventListener("click", (event) => {
    const over = event.target.closest && event.target.closest("[data-steer-over]");
    if (over) {
      const pressed = over.getAttribute("aria-pressed") !== "true";
      over.setAttribute("aria-pressed", String(pressed));
      setClass(over, "is-here", pressed);
    }
    const button = event.target.closest && event.target.closest("[data-steer]");
    if (button) attempt(() => steer(button.dataset.steer));
  });
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-steer-list]") && event.target.value) attempt(() => steer(event.target.value));
  });
  document.addEventListener(
    "toggle",
    (event) => {
      if (!event.target.matches("[data-steering]") || !event.target.open) return;
      offerAlert();
      attempt(showScene);
    },
    true,
  );
})();
