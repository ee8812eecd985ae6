/* A page that was made of other scripts, styles and texts than the server has now (dashboard/page_version.py) is an old one.
   A wall renews itself once, at a calm moment; other pages ask first, and keep what was typed (language.js). */
(function () {
  "use strict";
  window.cityops ||= {};
  const { cityops } = window;
  const STORE = "cityops-renewed";
  const AGAIN_AFTER = 3600000; /* ms: a cache on the way may have given the old page again */
  const PATIENCE = 6 * 3600000; /* ms: a wall that finds no calm moment for so long takes the next one */
  const SPREAD = 60000; /* ms: fifty walls do not come at once */
  const ASK_EVERY = 300000; /* ms: a page without the live picture asks by itself */

  const FACTS = { mine: "", theirs: "", tried: null, isWall: false, isCalm: false, waited: 0 };

  /* Pure. `mine`, `theirs`: digests; `tried`: {made, ago} of the last renewal, null for none; `waited`: ms since the
     newer one was first heard of. */
  function decide(facts) {
    const { mine: own, theirs: newer, tried, isWall, isCalm, waited } = { ...FACTS, ...facts };
    if (!own || !newer || own === newer) return "current";
    if (tried && tried.made === newer && tried.ago < AGAIN_AFTER) return "stuck"; /* loading again did not help */
    if (!isWall) return "ask";
    return isCalm || waited > PATIENCE ? "renew" : "wait";
  }

  cityops.renewal = { decide };
  if (!cityops.say) return; /* a test of the pure part */

  const mine = cityops.made;
  let theirs = mine;
  let heardAt = 0;
  let timer = null;
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
      const recent = Object.entries(kept()).filter(([, at]) => cityops.clock.now() - at < AGAIN_AFTER);
      localStorage.setItem(STORE, JSON.stringify({ ...Object.fromEntries(recent), [theirs]: cityops.clock.now() }));
    } catch {
      return;
    }
    location.reload();
  }

  const verdict = () =>
    decide({
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
        setTimeout(() => {
          timer = null;
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
