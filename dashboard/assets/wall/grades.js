/* What the wall's scripts share: when a part is shown anew, how good a score is, the order of alerts, a thing's name in
   the reader's language.
   Dash loads a folder's scripts by name: this one comes before those that need it. */
(function () {
  "use strict";
  const cityops = window.cityops;
  const english = cityops.language === "en";
  /* Of an index; dashboard/city/vitals/vital_weights.py says which. */
  const LEVELS = ["good", "watch", "strained", "critical"];

  const parts = []; /* [names, draw] */

  /** @type {any} */
  const wall = {
    /* Show a part with the picture when something of these names changed, and each second: ages go on, and what else
       writes on the page, or the size of it, may have changed. */
    part: (names, draw) => parts.push([names, draw]),
    setLevel: (node, level) => LEVELS.forEach((name) => cityops.setClass(node, `is-${name}`, level === name)),
    /* Alerts in the one order of all screens (alerts/board/open_alert.py): the rank is a text. */
    inOrder: (alerts) =>
      Object.values(alerts || {}).sort((one, other) => (one.rank < other.rank ? -1 : one.rank > other.rank ? 1 : 0)),
    inLanguage: (thing, name) => (english ? thing[`${name}_en`] : thing[`${name}_zh`]),
    name: (thing) => (english ? thing.en : thing.zh),
  };
  cityops.wall = wall;

  /* What one part cannot draw keeps nothing from the others; it is still an error of the page. */
  function showParts(picture, patch) {
    if (!document.querySelector(".wall")) return;
    for (const [names, draw] of parts) {
      if (!cityops.touches(patch, names)) continue;
      try {
        draw(picture);
      } catch (error) {
        reportError(error);
      }
    }
  }
  if (cityops.live) {
    cityops.live.listen(showParts);
    setInterval(() => cityops.live.picture && showParts(cityops.live.picture, null), 1000);
  }
})();
