/* The card of the alert that a wall looks at: what it is, what to do, who is near. */
(function () {
  "use strict";
  const cityops = window.cityops;
  const { each, make, setText, say, wall, resize } = cityops;
  const AGAIN_AFTER = 3000; /* ms until a server that did not answer is asked again */

  /** @type {string | null} */
  let asked = null; /* what the server was asked about: the alert, in the city as the map shows it */
  /** @type {{alert: string, sensors: number, near: any[], ring: any, [more: string]: any} | null} */
  let told = null; /* what it said: /live/focus */
  let listener = () => {};

  /* What belongs to the alert beside what the picture says of it: the same until the city changes. */
  function ask(alertId, question) {
    asked = question;
    const keep = (found) => {
      if (asked !== question) return;
      told = found;
      listener();
    };
    const forget = () => {
      setTimeout(() => {
        if (asked === question) asked = null;
      }, AGAIN_AFTER);
    };
    fetch(`/live/focus?alert=${encodeURIComponent(alertId)}`)
      .then((answer) => (answer.ok ? answer.json().then(keep) : forget()))
      .catch(() => forget());
  }

  function showWords(alert) {
    const words = {
      mark: String(alert.severity),
      title: wall.inLanguage(alert, "title"),
      place: wall.inLanguage(alert, "place") || alert.sensor_name,
      value: alert.value_text ?? "–",
      limit: alert.limit_text ? say("limit", alert.limit_text) : "",
      state: `${wall.alertState(alert)} · ${cityops.duration(cityops.live.now() - alert.opened)}`,
      guidance: told ? wall.inLanguage(told, "guidance") || say("no_guidance") : "–",
      sensors: told ? say("sensors_around", told.sensors) : "",
    };
    for (const [name, text] of Object.entries(words)) each(`[data-focus="${name}"]`, (node) => setText(node, text));
    each('[data-focus="mark"]', (node) => {
      node.className = `mark mark-${alert.severity}`;
    });
  }

  function makePlace() {
    const item = make("li", "");
    make("span", "", item);
    make("b", "", item);
    return item;
  }

  /* The places nearby. That none is near is said only when the server said so. */
  function showPlaces(near) {
    each('[data-focus="near"]', (list) => {
      resize(list, Math.max(1, near.length), makePlace);
      if (!near.length) {
        const [name, distance] = list.firstElementChild.children;
        setText(name, told ? say("none_near") : "–");
        setText(distance, "");
      }
      near.forEach((place, position) => {
        const [name, distance] = list.children[position].children;
        setText(name, `${say(place.kind)} ${wall.name(place)}`);
        setText(distance, `${place.km.toFixed(1)} km`);
      });
    });
    cityops.marks.showNear(near);
  }

  function showSurroundings({ near, ring }) {
    showPlaces(near);
    cityops.layers.encircle(ring);
  }

  cityops.incident = {
    /* Call when the server has told more. */
    listen: (wanted) => {
      listener = wanted;
    },
    /* Show an alert; null, or one that is no longer open, hides the card. */
    show(alertId, picture) {
      const alert = alertId === null ? undefined : (picture.alerts || {})[alertId];
      const question = alert ? `${alertId} ${picture.base}` : null;
      if (!alert) asked = null;
      if (!alert || (told && told.alert !== alertId)) told = null;
      if (alert && asked !== question) ask(alertId, question);
      each("[data-focus-card]", (card) => {
        card.hidden = !alert;
        card.className = alert ? `focus severity-${alert.severity}` : "focus";
      });
      if (alert) showWords(alert);
      showSurroundings(told || { near: [], ring: null });
    },
  };
})();
