/* The time, for every page: the one place that knows a clock.
   What time it is, the server says; between two of its words a steady clock counts on. The clock of this PC may be
   wrong, and be set while the page is used: of it we only ask how wrong it is. */
(function () {
  "use strict";
  window.cityops ||= {};
  const { cityops } = window;
  const WINDOW = 60000; /* ms that a word of the server counts, and after which it is asked for another */
  const LEAP = 2000; /* ms by which both clocks of this PC may differ from one second to the next */
  const AGAIN = 5000; /* ms until a server that did not answer is asked again */

  /* What was true when the server sent it is past when it comes: the time is at least what it said. So of the words of
     the last minute the one that is furthest ahead counts, and a slow network makes nothing young. */
  cityops.makeClock = ({ steady, wall }) => {
    let words = []; /* {at: when it came, ahead: the server's time minus the steady clock's} */
    let drift = wall() - steady();
    let missed = 0; /* ms that the steady clock stood still while the PC slept, as far as the server has told */

    const ahead = () => {
      const recent = words.filter(({ at }) => steady() - at <= WINDOW);
      words = recent.length ? recent : words.slice(-1);
      return Math.max(...words.map((word) => word.ahead));
    };

    return {
      /* Milliseconds that only ever grow, for waiting and idling. A sleep counts once the server has told its length. */
      steady: () => steady() + missed,
      /* The server said that it was `time`; the answer began `age` ms ago. */
      hear: (time, age = 0) => {
        const at = steady() - age;
        const before = words.length ? ahead() : Infinity;
        words.push({ at, ahead: time - at });
        if (ahead() - before > LEAP) missed += ahead() - before;
      },
      /* The server's time in ms since 1970; before its first word there is only this PC's. */
      now: () => (words.length ? steady() + ahead() : wall()),
      isToldOf: () => words.length > 0 && steady() - words.at(-1).at <= WINDOW,
      /* How far this PC's own clock is ahead, in ms. */
      error: () => (words.length ? wall() - (steady() + ahead()) : 0),
      /* Whether this PC slept, or somebody set its clock, since the last call: only the server knows which. */
      hasLeapt: () => {
        const before = drift;
        drift = wall() - steady();
        return Math.abs(drift - before) > LEAP;
      },
      /* A moment as the API takes it. */
      iso: (time) => new Date(time).toISOString(),
    };
  };

  const clock = (cityops.clock = cityops.makeClock({ steady: () => performance.now(), wall: () => Date.now() }));

  /* The first word came with the page. */
  const told = document.querySelector("meta[name=cityops-time]");
  const [loading] = performance.getEntriesByType ? performance.getEntriesByType("navigation") : [];
  if (told) clock.hear(Number(told.content), performance.now() - (loading?.responseStart ?? 0));

  let isDue = false;
  let notBefore = -Infinity; /* on the steady clock */

  async function ask() {
    notBefore = clock.steady() + AGAIN;
    try {
      const answer = await fetch("/time", { cache: "no-store", signal: AbortSignal.timeout(AGAIN) });
      clock.hear((await answer.json()).time);
      isDue = false;
    } catch {
      /* The server is away: the steady clock goes on, and it is asked again. */
    }
  }

  /* A page that shows times asks; one that is kept current hears the time with every beat. */
  setInterval(() => {
    isDue = clock.hasLeapt() || isDue || !clock.isToldOf();
    const shows = document.querySelector("[data-person], [data-live]");
    if (shows && isDue && clock.steady() >= notBefore) ask();
  }, 1000);
})();
