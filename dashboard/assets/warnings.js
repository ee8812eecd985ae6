/* The strip of warnings that others gave for this city: each with its area, how old it is, and until when it holds.
   What is over leaves it by this machine's clock too, so that a screen without its server shows no old warning. */
(function () {
  "use strict";
  const cityops = window.cityops;
  const { each, setText, say } = cityops;

  const clock = (ms) =>
    new Intl.DateTimeFormat(cityops.language === "en" ? "en-GB" : "zh-CN", {
      timeZone: cityops.zone,
      hour: "2-digit",
      minute: "2-digit",
      month: "numeric",
      day: "numeric",
    }).format(ms);

  const words = (one, now) => {
    const language = cityops.language === "en" ? "en" : "zh";
    const parts = [one[language], one[`areas_${language}`], say("warning_sent", cityops.duration(now - one.sent))];
    parts.push(say(one.assumed ? "warning_assumed" : "warning_until", clock(one.until)));
    return parts.filter(Boolean).join(" · ");
  };

  /** What stands now, the worst first: the colour of the strip and its words. */
  cityops.outsideWarnings = (warnings, now) => {
    const found = Object.values(warnings || {}).filter((one) => one.until > now);
    found.sort((one, other) => (one.severity || 5) - (other.severity || 5) || other.sent - one.sent);
    return { severity: found.length ? found[0].severity : 0, words: found.map((one) => words(one, now)).join("　|　") };
  };

  function show(picture) {
    each("[data-outside-warnings]", (node) => {
      const told = cityops.outsideWarnings(picture.warnings, cityops.live.now());
      setText(node, told.words);
      if (node.dataset.severity !== String(told.severity)) node.dataset.severity = String(told.severity);
      if (node.hidden !== !told.words) node.hidden = !told.words;
    });
    const isWarned = Object.keys(picture.outlines || {}).length > 0;
    each("[data-warned-sign]", (node) => {
      if (node.hidden === isWarned) node.hidden = !isWarned;
    });
  }

  const shown = () => {
    if (cityops.live.picture) show(cityops.live.picture);
  };
  cityops.live.listen(shown);
  setInterval(shown, 1000);
})();
