/* The picture of the city, kept current over the WebSocket /live: first everything, then merge patches. */
(function () {
  "use strict";
  const cityops = window.cityops;
  const { clock } = cityops;
  const LOST_AFTER = 3000; /* ms: three beats */
  const GIVE_UP_AFTER = 8000; /* ms of silence on an open socket: the network ate it */
  const SHORTEST_WAIT = 500;
  const LONGEST_WAIT = 5000;

  const listeners = [];
  /** @type {WebSocket | null} */
  let socket = null;
  let number = -1;
  let wait = SHORTEST_WAIT;
  /** @type {((patch: Patch) => void) | null} */
  let pass = null; /* what hands changes on */
  let lastBeat = clock.steady();
  let beatTime = 0; /* the server's time in its last beat */

  /** @type {CityOps["live"]} */
  const live = (cityops.live = {
    picture: null,
    /* The open alerts; none before the first picture. */
    alerts: () => live.picture?.alerts || {},
    now: clock.now,
    /* When the server sent its last beat, on its clock. */
    beatAt: () => beatTime,
    /* Call with (picture, patch) after each change, or after some together; patch is null when everything is new. */
    listen: (listener) => listeners.push(listener),
  });

  function receive(message) {
    if (message.whole) {
      live.picture = message.whole;
    } else if (live.picture && message.number === number + 1) {
      cityops.merge(live.picture, message.patch);
    } else {
      socket?.close(); /* a step is missing: connect again and get everything */
      return;
    }
    number = message.number;
    clock.hear(message.time);
    beatTime = message.time;
    lastBeat = clock.steady();
    wait = SHORTEST_WAIT;
    showBanner();
    pass?.(message.whole ? null : message.patch);
  }

  function draw(patch) {
    listeners.forEach((listener) => tell(listener, patch));
  }

  /* What one part of a page cannot draw keeps nothing from the others; it is still an error of the page. */
  function tell(listener, patch) {
    try {
      if (live.picture) listener(live.picture, patch);
    } catch (error) {
      reportError(error);
    }
  }

  function connect() {
    const address = new URL("/live", location.href);
    address.protocol = address.protocol.replace("http", "ws");
    const area = new URL(location.href).searchParams.get("area");
    if (area) address.searchParams.set("area", area);
    const mine = new WebSocket(address);
    socket = mine;
    mine.onmessage = (event) => {
      if (mine === socket) receive(JSON.parse(event.data));
    };
    mine.onclose = (event) => {
      if (mine !== socket) return;
      if (event.code === 4401) {
        location.reload(); /* the server answers: it will ask for the login */
        return;
      }
      setTimeout(connect, wait * (0.75 + Math.random() / 2));
      wait = Math.min(LONGEST_WAIT, wait * 2);
    };
  }

  function showBanner() {
    const silence = clock.steady() - lastBeat;
    const { picture } = live;
    let words = "";
    if (silence > LOST_AFTER) {
      words = `${cityops.say("lost")} · ${cityops.say("lost_for", cityops.duration(silence))}`;
    } else if (picture?.database?.lost) {
      const age = picture.read ? live.now() - picture.read : 0;
      words = `${cityops.say("database")} · ${cityops.say("database_for", cityops.duration(age))}`;
    }
    document.querySelectorAll("[data-banner]").forEach((node) => {
      cityops.setText(node, words);
      if (node.hidden !== !words) node.hidden = !words;
    });
    cityops.setClass(document.body, "is-lost", Boolean(words));
  }

  function watch() {
    showBanner();
    if (clock.steady() - lastBeat > GIVE_UP_AFTER && socket?.readyState === WebSocket.OPEN) {
      socket.close();
      lastBeat = clock.steady() - LOST_AFTER; /* the banner stays; the next try gets its own time */
    }
  }

  /* Dash builds the page after this script. A page that is known to want the picture asks for it meanwhile. */
  function begin() {
    lastBeat = clock.steady();
    connect();
    setInterval(watch, 500);
  }
  const isEarly = document.body.hasAttribute("data-watches"); /* ui/early_parts.py */
  if (isEarly) document.addEventListener("DOMContentLoaded", begin); /* what it calls is in scripts after this one */
  const waiting = setInterval(() => {
    if (!document.querySelector("[data-live]")) return;
    clearInterval(waiting);
    if (!isEarly) begin();
    pass = cityops.pace(draw, { now: clock.steady, later: (call, ms) => setTimeout(call, ms) });
    if (live.picture) pass(null);
  }, 50);
})();
