/* What every page shares: its texts, how numbers and ages are written, the clock. */
(function () {
  "use strict";
  const cityops = window.cityops;
  const HOUR = 3600000; /* ms */
  const WRONG = 60000; /* ms by which this PC's own clock may be wrong without a word */
  const page = JSON.parse(document.getElementById("cityops-page").textContent);
  const locale = page.language === "en" ? "en-GB" : "zh-CN";
  const zone = page.timezone || "Asia/Shanghai";

  cityops.language = page.language;
  cityops.zone = zone;
  cityops.domains = page.domains || {}; /* how each is named and drawn, by name, in the order of the screens */
  cityops.made = page.made; /* what this page was made of: pages/renewing.js */

  cityops.say = (key, value) => (page.texts[key] || key).replace("{}", value);

  /* Write only what changed: an untouched text node costs no layout. */
  cityops.setText = (node, text) => {
    if (node && node.textContent !== text) node.textContent = text;
  };

  cityops.setClass = (node, name, on) => {
    if (node && node.classList.contains(name) !== on) node.classList.toggle(name, on);
  };

  cityops.each = (selector, work) => document.querySelectorAll(selector).forEach(work);

  cityops.make = (tag, className, parent) => {
    const node = document.createElement(tag);
    node.className = className;
    if (parent) parent.append(node);
    return node;
  };

  /* Have exactly so many children: the ones that are there stay. */
  cityops.resize = (box, count, build) => {
    while (box.children.length > count) box.lastElementChild?.remove();
    while (box.children.length < count) box.append(build());
  };

  /* A length of time in its largest unit: "5 分钟". */
  cityops.duration = (ms) => {
    const seconds = Math.max(0, Math.round(ms / 1000));
    /** @type {[string, number][]} */
    const units = [
      ["years", 31557600],
      ["days", 86400],
      ["hours", 3600],
      ["minutes", 60],
    ];
    const unit = units.find(([, size]) => seconds >= size * (size === 60 ? 2 : 1));
    return unit ? cityops.say(unit[0], Math.floor(seconds / unit[1])) : cityops.say("seconds", seconds);
  };

  cityops.ago = (ms) => cityops.say("ago", cityops.duration(ms));

  /** @type {Record<string, any>} */
  const formats = {
    time: { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" },
    day: { year: "numeric", month: page.language === "en" ? "short" : "long", day: "numeric" },
    weekday: { weekday: "short" },
    minute: { month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", hourCycle: "h23" },
    zone: { timeZoneName: "shortOffset" },
  };
  for (const [name, options] of Object.entries(formats)) {
    formats[name] = new Intl.DateTimeFormat(locale, { timeZone: zone, ...options });
  }

  cityops.clockTime = (ms) => formats.time.format(ms);
  const offset = (ms) =>
    formats.zone
      .formatToParts(ms)
      .find((part) => part.type === "timeZoneName")
      .value.replace("GMT", "UTC");

  /* In the hour that comes twice, when clocks are set back, a time says which of them it is. */
  cityops.minute = (ms) => {
    const words = formats.minute.format(ms);
    const isTwice = [-HOUR, HOUR].some((shift) => formats.minute.format(ms + shift) === words);
    return isTwice ? `${words} ${offset(ms)}` : words;
  };

  /* The clock shows the server's time in the city's zone; a wall PC's own clock may be wrong for weeks. */
  function tick() {
    const now = cityops.clock.now();
    const written = {
      time: cityops.clockTime(now),
      date: `${formats.day.format(now)} ${formats.weekday.format(now)}`,
      zone: `${zone} ${offset(now)}`,
      short: `${cityops.clockTime(now)} ${offset(now)}`,
    };
    document.querySelectorAll("[data-clock]").forEach((node) => cityops.setText(node, written[node.dataset.clock]));
    tellWrongClock(now);
  }

  /* What else runs on this PC goes by its own clock: a person should know. */
  function tellWrongClock(now) {
    const error = cityops.clock.error();
    const words =
      Math.abs(error) > WRONG
        ? cityops.say("clock_wrong", cityops.minute(now + error)).replace("[]", cityops.minute(now))
        : "";
    cityops.each("[data-clock-wrong]", (node) => {
      cityops.setText(node, words);
      if (node.hidden !== !words) node.hidden = !words;
    });
  }
  setInterval(tick, 500);

  /* Charts have sizes in pixels: on a large screen they grow as the page's letters do (look.css). */
  function scale() {
    const root = document.documentElement;
    root.style.setProperty("--scale", String(Math.max(1, parseFloat(getComputedStyle(root).fontSize) / 16)));
  }
  scale();
  window.addEventListener("resize", scale);

  /* Columns of a grid have widths in pixels too: as wide as the letters are large. Those that share what is left are
     named with them, or they would keep what they had. */
  cityops.fitColumns = (api) => {
    const size = parseFloat(getComputedStyle(document.documentElement).fontSize) / 16;
    const columns = api
      .getColumns()
      .map((column) => ({ column, given: column.getColDef() }))
      .map(({ column, given }) => ({
        colId: column.getColId(),
        ...(given.flex ? { flex: given.flex } : { width: Math.round((given.width || 0) * size) }),
      }));
    api.applyColumnState({ state: columns.filter(({ flex, width }) => flex || width) });
  };

  /* Dash keeps every property it was ever sent for its undo; a wall that stands for weeks must not. */
  setInterval(() => {
    (window.dash_stores || []).forEach((store) => {
      store.getState().history.past.length = 0;
    });
  }, 1000);
})();
