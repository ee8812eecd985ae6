/* Tells the server, at most once a minute, that somebody is there: a session without a person ends. */
(function () {
  "use strict";
  const EVERY = 60000;
  const { clock } = window.cityops;
  let told = clock.steady();

  function tell() {
    const now = clock.steady();
    if (now - told < EVERY) return;
    told = now;
    fetch("/account/alive", { method: "POST" }).catch(() => {
      told = -Infinity; /* the server is away: say it again at the next movement */
    });
  }

  for (const kind of ["pointerdown", "pointermove", "keydown", "compositionupdate", "wheel", "touchstart"]) {
    document.addEventListener(kind, tell, { passive: true, capture: true });
  }
})();
