/* What the wall's scripts share: how good a score is, the colours of traffic, a thing's name in the reader's language.
   Dash loads a folder's scripts by name: this one comes before those that need it. */
(function () {
  "use strict";
  const cityops = window.cityops;
  const english = cityops.language === "en";
  const LEVELS = ["good", "watch", "strained", "critical"]; /* of an index; dashboard/city/vital_weights.py says which */

  cityops.wall = {
    /* Levels of traffic, 1 to 5. */
    FLOW: ["#2fd6a3", "#a6d854", "#ffd83d", "#ff9230", "#ff5a5f"],
    setLevel: (node, level) => LEVELS.forEach((name) => cityops.setClass(node, `is-${name}`, level === name)),
    /* Alerts in the one order of all screens (alerts/board/open_alert.py): the rank is a text. */
    inOrder: (alerts) =>
      Object.values(alerts || {}).sort((one, other) => (one.rank < other.rank ? -1 : one.rank > other.rank ? 1 : 0)),
    inLanguage: (thing, name) => (english ? thing[`${name}_en`] : thing[`${name}_zh`]),
    name: (thing) => (english ? thing.en : thing.zh),
  };
})();
