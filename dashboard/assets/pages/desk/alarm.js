/* The alarm of the desk: an officer who looks elsewhere is told. Which alerts sound is decided in alerts/board/alarms.py; here
   they are in the title, on the icon, to be heard and, if wished, in a message of the system, until somebody has them. */
(function () {
  "use strict";
  const cityops = window.cityops;
  const { clock, sound } = cityops;
  const AGAIN = 5000; /* ms until the sound is played again */
  const TELL_AGAIN = 30000; /* ms until the system tells it again */
  const WISH = "cityops_notices"; /* whether this person wants messages of the system */

  const tab = `${clock.now()}-${Math.random()}`;
  const person = () => document.querySelector("[data-person]")?.dataset.person || "";
  /** @type {Record<"sound" | "notice", {hold: () => boolean, leave: () => void}> | null} */
  let leases = null; /* one for the sound, one for messages: a tab that is kept silent may still tell */
  const leaseOf = (name) =>
    cityops.makeLease(`cityops-${name}-${person()}`, { storage: localStorage, tab, now: clock.now });

  let known = new Set(); /* the alerts that sounded at the last beat */
  let playedAt = -Infinity;
  let toldAt = -Infinity;
  /** @type {Notification | null} */
  let notice = null;

  /* ---- Title and icon. ---- */

  let plainIcon = null;

  function showCount(count) {
    const plain = document.title.replace(/^🔴 \(\d+\) [^·]*· /u, "");
    const title = count ? `🔴 (${count}) ${cityops.say("alarm_title")} · ${plain}` : plain;
    if (document.title !== title) document.title = title;
    const link = document.querySelector("link[rel~=icon]");
    if (!link) return;
    plainIcon = plainIcon || link.href;
    const icon = count ? drawIcon(count) : plainIcon;
    if (link.href !== icon) link.href = icon;
  }

  const icons = new Map(); /* by what is written on them */

  function drawIcon(count) {
    const words = count > 99 ? "99+" : String(count);
    if (!icons.has(words)) {
      const canvas = Object.assign(document.createElement("canvas"), { width: 64, height: 64 });
      const pen = canvas.getContext("2d");
      if (!pen) return plainIcon;
      pen.fillStyle = "#d5121e";
      pen.fillRect(0, 0, 64, 64);
      Object.assign(pen, {
        fillStyle: "#fff",
        textAlign: "center",
        textBaseline: "middle",
        font: `700 ${words.length > 1 ? 36 : 50}px sans-serif`,
      });
      pen.fillText(words, 32, 36, 60);
      icons.set(words, canvas.toDataURL("image/png"));
    }
    return icons.get(words);
  }

  /* ---- Sound, and messages of the system. ---- */

  function soundIt(lease, isNew) {
    if (sound.state() !== "ready") return lease.leave();
    if (!lease.hold()) return; /* another tab of this officer sounds, or this one does from the next beat on */
    if (!isNew && clock.steady() - playedAt < AGAIN) return;
    playedAt = clock.steady();
    sound.play();
  }

  const mayTell = () =>
    window.Notification && Notification.permission === "granted" && localStorage.getItem(WISH) === "yes";

  function tellIt(lease, alerts, isNew) {
    if (!mayTell() || !lease.hold()) return;
    if (document.hasFocus() || (!isNew && clock.steady() - toldAt < TELL_AGAIN)) return;
    toldAt = clock.steady();
    const [first] = [...alerts].sort((one, other) => (one.rank < other.rank ? -1 : 1));
    const place = first[`place_${cityops.language}`] || first.sensor_name;
    notice = new Notification(`(${alerts.length}) ${cityops.desk.titleOf(first)}`, {
      body: place,
      tag: "cityops-alarm",
      renotify: true,
      requireInteraction: true,
    });
    notice.onclick = () => {
      window.focus();
      cityops.desk.choose(first.id);
    };
  }

  function rest() {
    sound.silence();
    if (notice) notice.close();
    notice = null;
    playedAt = toldAt = -Infinity;
    for (const lease of Object.values(leases || {})) lease.leave();
  }

  function sounding() {
    return Object.values(cityops.live.alerts()).filter((alert) => alert.alarm);
  }

  /* With every beat, which no browser slows down in a tab that nobody sees. */
  function follow() {
    if (!cityops.live.picture || !document.querySelector("[data-alarm]")) return;
    leases = leases || { sound: leaseOf("sound"), notice: leaseOf("notice") };
    const alerts = sounding();
    showCount(alerts.length);
    const isNew = alerts.some(({ id }) => !known.has(id));
    if (!alerts.length && known.size) rest();
    known = new Set(alerts.map(({ id }) => id));
    if (!alerts.length) return;
    soundIt(leases.sound, isNew);
    tellIt(leases.notice, alerts, isNew);
  }

  cityops.live.listen(follow);
  setInterval(follow, 1000); /* the alarm goes on when the server does not */
  window.addEventListener("pagehide", () => leases && rest());

  /* ---- The wish for messages of the system. ---- */

  function wishState() {
    if (!window.Notification || !window.isSecureContext) return "missing";
    if (Notification.permission === "denied") return "denied";
    return mayTell() ? "on" : "off";
  }

  function showWish() {
    const state = wishState();
    cityops.each("[data-notice-words]", (node) => cityops.setText(node, cityops.say(`notice_${state}`)));
    cityops.each("[data-notice]", (node) => {
      node.hidden = state === "missing" || state === "denied";
      cityops.setText(node, cityops.say(state === "on" ? "notice_stop" : "notice_allow"));
    });
  }

  document.addEventListener("click", async (event) => {
    if (event.target.closest?.("[data-alarm-open]")) {
      showWish();
      document.getElementById("desk-alarm").showModal();
    }
    if (!event.target.closest?.("[data-notice]")) return;
    if (mayTell()) localStorage.setItem(WISH, "no");
    else if ((await Notification.requestPermission()) === "granted") localStorage.setItem(WISH, "yes");
    showWish();
  });
})();
