/* The sound of an alarm, made here: three pairs of tones. A browser that keeps a page silent until somebody has touched
   it is found out when the page is loaded, and said in words with a button that allows the sound. */
(function () {
  "use strict";
  const cityops = window.cityops;
  const TONES = [880, 660]; /* Hz */
  const PAIRS = 3;
  const LENGTH = 0.22; /* s of a tone */
  const LOUDNESS = 0.5;

  const SETTLED = 1000; /* ms in which a browser makes up its mind */
  /** @type {AudioContext | null} */
  let context = null;
  let openedAt = 0;
  /** @type {GainNode | null} */
  let playing = null; /* what can be silenced */

  const sound = (cityops.sound = {
    /* "ready": the tones can be heard; "blocked": the browser waits for a touch; "missing": it knows no sound. */
    state: () => (!window.AudioContext ? "missing" : context && context.state === "running" ? "ready" : "blocked"),
    allow: () => (context ? context.resume() : Promise.resolve()),
    silence: () => {
      if (playing) playing.disconnect();
      playing = null;
    },
    /* Play it once; say whether it can be heard. */
    play: () => {
      if (!context || sound.state() !== "ready") return false;
      sound.silence();
      const loudness = context.createGain();
      loudness.gain.value = LOUDNESS;
      loudness.connect(context.destination);
      for (let place = 0; place < TONES.length * PAIRS; place++) {
        playTone(context, loudness, TONES[place % TONES.length], place * LENGTH);
      }
      playing = loudness;
      return true;
    },
  });

  /* A tone with soft edges: an abrupt one clicks. */
  function playTone(speaker, output, pitch, after) {
    const start = speaker.currentTime + after;
    const end = start + LENGTH;
    const tone = speaker.createOscillator();
    const edge = speaker.createGain();
    tone.frequency.value = pitch;
    edge.gain.setValueAtTime(0, start);
    edge.gain.linearRampToValueAtTime(1, start + 0.02);
    edge.gain.setValueAtTime(1, end - 0.02);
    edge.gain.linearRampToValueAtTime(0, end);
    tone.connect(edge).connect(output);
    tone.start(start);
    tone.stop(end);
  }

  /* Try it as soon as the page has a place for an alarm. */
  function open() {
    if (context || !window.AudioContext || !document.querySelector("[data-sound-words]")) return;
    context = new window.AudioContext();
    openedAt = cityops.clock.steady();
  }

  function show() {
    open();
    if (context && cityops.clock.steady() - openedAt < SETTLED) return;
    const state = sound.state();
    cityops.each("[data-sound-blocked]", (node) => (node.hidden = state === "ready"));
    cityops.each("[data-sound-words]", (node) => cityops.setText(node, cityops.say(`sound_${state}`)));
    cityops.each("[data-sound-allow]", (node) => (node.hidden = state !== "blocked"));
  }
  setInterval(show, 500);

  /* Whoever touches the page for another reason has allowed it too. Not before the click is one: what goes away while
     the button is down would move the page under the pointer. */
  for (const kind of ["click", "keydown"]) {
    document.addEventListener(kind, () => sound.state() === "blocked" && sound.allow().then(show, show), {
      capture: true,
    });
  }

  document.addEventListener("click", (event) => {
    if (event.target.closest?.("[data-sound-allow]")) sound.allow().then(show, show);
    if (!event.target.closest?.("[data-sound-try]")) return;
    sound.allow().then(() => {
      const heard = sound.play();
      cityops.each("[data-sound-tried]", (node) =>
        cityops.setText(node, cityops.say(heard ? "sound_tried" : "sound_blocked")),
      );
    });
  });
})();
