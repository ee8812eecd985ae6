/* The officers' hand on the walls (dashboard/steering_bar.py): hold a scene for a while, let go of it. */
(function () {
  "use strict";
  const cityops = window.cityops;
  const { each, setText, setClass, say } = cityops;
  const MINUTES = 10;
  const SETTLED = 1500; /* ms: the walls follow with the next picture */

  const told = (words) => each("[data-steer-shown]", (node) => setText(node, words));

  async function showScene() {
    const answer = await fetch("/api/v1/wall");
    if (!answer.ok) return told(say("steer_failed"));
    const shown = await answer.json();
    const [kind] = (shown.scene || "overview").split(":");
    const name = kind === "district" ? say("scene_district") : say(`scene_${kind}`);
    told(shown.by ? `${name} · ${say("held_by", shown.by)}` : name);
    each("[data-steer]", (button) => setClass(button, "is-here", Boolean(shown.by) && button.dataset.steer === shown.scene));
  }

  async function steer(scene) {
    const wish = scene
      ? { method: "PUT", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ scene, minutes: MINUTES }) }
      : { method: "DELETE" };
    const answer = await fetch("/api/v1/wall", wish);
    if (!answer.ok) return told(say("steer_failed"));
    setTimeout(() => attempt(showScene), SETTLED);
  }

  /* No server: say so, in place of a click that did nothing. */
  const attempt = (work) => work().catch(() => told(say("steer_failed")));

  document.addEventListener("click", (event) => {
    const button = event.target.closest && event.target.closest("[data-steer]");
    if (button) attempt(() => steer(button.dataset.steer));
  });
  document.addEventListener("toggle", (event) => {
    if (event.target.matches("[data-steering]") && event.target.open) attempt(showScene);
  }, true);
})();
