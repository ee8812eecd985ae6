/* What a page waits for, in words, in a corner of every page; and all requests of a page through requests.js, those
   that Dash sends too. */
(function () {
  "use strict";
  window.cityops ||= {};
  const { cityops } = window;
  const LOOK_EVERY = 500; /* ms */
  const TOLD_FOR = 30000; /* ms that the end of an act is told */
  const STORE = "cityops-unsettled"; /* acts that a page was left with */
  const UPDATE = "/_dash-update-component";
  const OUTPUT = /^\{"output":"((?:[^"\\]|\\.)*)"/; /* Dash writes it first */
  const acts = new Set(JSON.parse(document.getElementById("cityops-page").textContent).acts || []);

  const after = (ms, work) => {
    const timer = setTimeout(work, ms);
    return () => clearTimeout(timer);
  };
  /* Not randomUUID, which a page without TLS does not have. */
  const newKey = (cityops.newKey = () =>
    [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join(""));
  const fetch = window.fetch.bind(window);
  const requests = (cityops.requests = cityops.makeRequests({ fetch, now: () => performance.now(), after, newKey }));

  /* How a request of this page, or of Dash, is sent: what changes something is never sent twice without its key. */
  function send(resource, options) {
    const address = String(resource.url || resource);
    const isDash = address.includes(UPDATE);
    const label = cityops.say("wait_sent");
    const output = isDash && OUTPUT.exec(options.body);
    if (output && acts.has(output[1])) return requests.insist(address, options, label, (stored) => tell(label, stored));
    return isDash || (options.method || "GET") === "GET"
      ? requests.read(resource, options)
      : requests.once(resource, options);
  }

  window.fetch = (resource, options = {}) =>
    send(resource, options).catch((failure) => {
      if (!(options.signal && options.signal.aborted)) say(cityops.say("wait_read_failed"), false);
      throw failure;
    });

  /* ---- In words ---- */

  const told = []; /* {words, good, until} */
  /** @type {HTMLElement | null} */
  let box = null;

  function tell(label, stored) {
    const key = stored === null ? "wait_gone" : stored ? "wait_stored" : "wait_not_stored";
    say(cityops.say(key, label), stored === true);
  }

  /* Tell something for a while; `good`: whether it went well. */
  function say(words, good) {
    told.push({ words, good, until: performance.now() + TOLD_FOR });
    show();
  }

  cityops.notice = say;

  /* How an act that waits is told of; "" while nobody need be told. */
  cityops.waitWords = (wait) => {
    const phase = cityops.phaseOf(wait, performance.now());
    return phase && cityops.say(`wait_${wait.isAct ? "act" : "read"}_${phase}`, wait.label);
  };

  function makeBox() {
    const made = cityops.make("div", "waiting-box", document.body);
    made.setAttribute("role", "status");
    return made;
  }

  function show() {
    const now = performance.now();
    while (told.length && told[0].until < now) told.shift();
    const lines = new Map(told.map(({ words, good }) => [words, good ? "is-good" : "is-bad"]));
    requests
      .waits()
      .map(cityops.waitWords)
      .filter(Boolean)
      .forEach((words) => lines.set(words, ""));
    if (!lines.size && !box) return;
    const shown = (box ||= makeBox());
    shown.hidden = !lines.size;
    cityops.resize(shown, lines.size, () => cityops.make("p", ""));
    [...lines].forEach(([words, name], place) => {
      cityops.setText(shown.children[place], words);
      if (shown.children[place].className !== name) shown.children[place].className = name;
    });
  }
  setInterval(() => (requests.waits().length || told.length || (box && !box.hidden)) && show(), LOOK_EVERY);

  /* ---- A page that is left while an act waits: the next one of this tab finds out. ---- */

  window.addEventListener("pagehide", () => {
    const left = requests
      .waits()
      .filter(({ key }) => key)
      .map(({ key, label }) => ({ key, label }));
    if (left.length) sessionStorage.setItem(STORE, JSON.stringify(left));
  });
  for (const { key, label } of JSON.parse(sessionStorage.getItem(STORE) || "[]")) {
    requests
      .resume({ key, label, isAct: true, since: performance.now(), phase: "" })
      .then((stored) => tell(label, stored));
  }
  sessionStorage.removeItem(STORE);
})();
