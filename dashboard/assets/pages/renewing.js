/* A wall renews itself when renewal.js says so; other pages ask first, and keep what was typed (language.js). */
(function () {
  "use strict";
  const { cityops } = window;
  const STORE = "cityops-renewed";
  const SPREAD = 60000; /* ms: fifty walls do not come at once */
  const ASK_EVERY = 300000; /* ms: a page without the live picture asks by itself */

  const mine = cityops.made;
  let theirs = mine;
  let heardAt = 0;
  let timer = 0;
  let later = false;

  /* When this browser last loaded each newer page: servers of two versions side by side make no loop either. */
  const kept = () => JSON.parse(localStorage.getItem(STORE) || "{}");

  function lastTried() {
    try {
      const at = kept()[theirs];
      return at ? { made: theirs, ago: Math.max(0, cityops.clock.now() - at) } : null;
    } catch {
      return { made: theirs, ago: 0 }; /* what cannot be remembered could be done for ever */
    }
  }

  function renew() {
    try {
      const recent = Object.entries(kept()).filter(([, at]) => cityops.clock.now() - at < cityops.renewal.againAfter);
      localStorage.setItem(STORE, JSON.stringify({ ...Object.fromEntries(recent), [theirs]: cityops.clock.now() }));
    } catch {
      return;
    }
    location.reload();
  }

  const verdict = () =>
    cityops.renewal.decide({
      mine,
      theirs,
      tried: lastTried(),
      isWall: Boolean(document.querySelector(".wall")),
      isCalm: Boolean(cityops.live.picture && cityops.live.picture.calm),
      waited: cityops.clock.steady() - heardAt,
    });

  function makeNotice() {
    const box = cityops.make("div", "renewal", document.body);
    box.dataset.renewal = "";
    box.setAttribute("role", "status");
    const words = cityops.make("span", "", box);
    const button = cityops.make("button", "", box);
    const close = cityops.make("button", "", box);
    for (const one of [button, close]) one.type = "button";
    cityops.setText(button, cityops.say("renew_now"));
    cityops.setText(close, cityops.say("renew_later"));
    button.addEventListener("click", renew);
    close.addEventListener("click", () => {
      later = true;
      box.hidden = true;
    });
    return { box, words, button };
  }

  /** @type {ReturnType<typeof makeNotice> | null} */
  let notice = null;
  function showNotice(said) {
    const isShown = (said === "ask" && !later) || (said === "stuck" && !document.querySelector(".wall") && !later);
    if (!isShown && !notice) return;
    notice = notice || makeNotice();
    notice.box.hidden = !isShown;
    notice.button.hidden = said === "stuck";
    cityops.setText(notice.words, cityops.say(said === "stuck" ? "renew_stuck" : "renew_ask"));
  }

  function hear(made) {
    if (!made) return;
    if (made !== theirs) [theirs, heardAt, later] = [made, cityops.clock.steady(), false];
    const said = verdict();
    showNotice(said);
    if (said === "renew") {
      timer =
        timer ||
        window.setTimeout(() => {
          timer = 0;
          if (verdict() === "renew") renew();
        }, Math.random() * SPREAD);
    }
  }

  async function ask() {
    if (document.hidden || document.querySelector("[data-live]")) return;
    try {
      const answer = await fetch("/live/made");
      if (answer.ok) hear((await answer.json()).made);
    } catch {
      return; /* the server is away: the next round asks again */
    }
  }

  cityops.live.listen((picture) => hear(picture.made));
  setInterval(ask, ASK_EVERY);
  document.addEventListener("visibilitychange", ask);
})();
