/* What the wall's scripts share: how good a score is, the order of alerts, a thing's name in the reader's language.
   Dash loads a folder's scripts by name: this one comes before those that need it. */
(function () {
  "use strict";
  const cityops = window.cityops;
  const english = cityops.language === "en";
  /* Of an index; dashboard/city/vitals/vital_weights.py says which. */
  const LEVELS = ["good", "watch", "strained", "critical"];

  /** @type {any} */
  const wall = {
    setLevel: (node, level) => LEVELS.forEach((name) => cityops.setClass(node, `is-${name}`, level === name)),
    /* Alerts in the one order of all screens (alerts/board/open_alert.py): the rank is a text. */
    inOrder: (alerts) =>
      Object.values(alerts || {}).sort((one, other) => (one.rank < other.rank ? -1 : one.rank > other.rank ? 1 : 0)),
    inLanguage: (thing, name) => (english ? thing[`${name}_en`] : thing[`${name}_zh`]),
    name: (thing) => (english ? thing.en : thing.zh),
  };
  cityops.wall = wall;
})();
