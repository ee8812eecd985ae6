/* What the wall's scripts share: how good a score is, the colours of traffic, a thing's name in the reader's language.
   Dash loads a folder's scripts by name: this one comes before those that need it. */
(function () {
  "use strict";
  const cityops = window.cityops;
  const english = cityops.language === "en";
  const LEVELS = [[85, "good"], [70, "watch"], [50, "strained"], [0, "critical"]];

  const wall = (cityops.wall = {
    FLOW: ["#2fd6a3", "#a6d854", "#ffd83d", "#ff9230", "#ff5a5f"], /* levels of traffic, 1 to 5 */
    level: (score) => LEVELS.find(([from]) => score >= from)[1],
    setLevel: (node, score) => LEVELS.forEach(([, name]) =>
      cityops.setClass(node, `is-${name}`, score !== undefined && wall.level(score) === name)),
    inLanguage: (thing, name) => (english ? thing[`${name}_en`] : thing[`${name}_zh`]),
    name: (thing) => (english ? thing.en : thing.zh),
  });
})();
