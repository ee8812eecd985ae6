/* Tells the server, at most once a minute, that somebody is there: a session without a person ends. */
(function () {
  "use strict";
  const EVERY = 60000;
  let told = Date.now();

  function tell() {
    const now = Date.now();
    if (now - told < EVERY) return;
    told = now;
    fetch("/account/alive", { method: "POST" }).catch(() => {
      told = 0; /* the server is away: say it again at the next movement */
    });
  }

  for (const kind of ["pointerdown", "pointermove", "keydown", "wheel", "touchstart"]) {
    document.addEventListener(kind, tell, { passive: true, capture: true });
  }
})();
