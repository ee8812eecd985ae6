/* Acts on their way to the server: one at a time on an alert, on as many alerts as there are. */
(function () {
  "use strict";
  window.cityops ||= {};
  const { cityops } = window;
  cityops.desk ||= {};
  const { desk } = cityops;
  const FORM = "desk-form";
  const sent = new Map(); /* what it is about, an alert's number say -> how the act is called */

  /* Say why something cannot begin while its last act waits; "" when it can. */
  desk.whyWait = (about) => (sent.has(about) ? cityops.say("desk_waits", sent.get(about)) : "");

  /* Send an act. Resolves when it is known what became of it: {ok, status, content}. */
  desk.send = async (about, name, path, body) => {
    const label = cityops.say("desk_wait_label", name).replace("[]", () => desk.nameOf(about.split("/")[0]));
    sent.set(about, label);
    try {
      const answer = await cityops.requests.act(new URL(path, `${location.origin}/api/v1/alerts/`).pathname, {
        body,
        label,
      });
      if (answer.status === 401) location.reload(); /* the server will ask for the login */
      return answer;
    } finally {
      sent.delete(about);
      showWait();
    }
  };

  /* How people call an alert. */
  desk.nameOf = (id) => {
    const alert = ((cityops.live.picture || {}).alerts || {})[id];
    return alert ? `${desk.titleOf(alert)} · ${alert.sensor_name}` : /^\d+$/.test(id) ? `#${id}` : "";
  };

  /* Tell what became of an act: of the chosen alert, or with the name of the one that it was about. */
  desk.tell = (id, words, good = true) => desk.say(desk.chosen === id ? words : `${desk.nameOf(id)}：${words}`, good);

  /* Why an act did not happen, in words. */
  desk.refusal = ({ status, content }, name) => {
    const me = (document.querySelector("[data-me]") || { dataset: {} }).dataset.me;
    if (content.winner && content.winner === me) {
      return cityops.say(name === "acknowledge" ? "desk_mine_already" : "desk_changed");
    }
    if (content.winner) {
      return cityops.say(name === "acknowledge" ? "desk_lost_acknowledge" : "desk_lost", content.winner);
    }
    if (status === 403) return cityops.say("desk_not_allowed");
    const words = { changed: "desk_changed", unknown: "desk_closed", not_allowed: "desk_refused" }[content.error];
    return cityops.say(words || (status ? "desk_refused" : "desk_outage"));
  };

  /* What the chosen alert waits for stands where its answer will stand, and in the form that sent it. */
  function showWait() {
    const label = sent.get(desk.chosen);
    const wait = cityops.requests.waits().find((one) => label && one.label === label);
    const words = wait ? cityops.waitWords(wait) : "";
    if (words) desk.say(words, null);
    else if (!wait) cityops.each(".acknowledge-message.is-waiting", () => desk.say(""));
    const form = document.getElementById(FORM);
    if (words && form && form.open) {
      cityops.setText(form.querySelector("[data-form-error]"), `${words} ${cityops.say("desk_wait_form")}`);
    }
  }
  setInterval(() => sent.size && showWait(), 500);
})();
