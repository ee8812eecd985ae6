/* What people do with alerts: each action is one call of the API with the version that the person saw. */
(function () {
  "use strict";
  window.cityops ||= {};
  const { cityops } = window;
  cityops.desk ||= {};
  const { desk } = cityops;
  const MESSAGE = "desk-acknowledge-message";
  const FORM = "desk-form";
  const REASON = "desk-form-reason";
  const UNTIL = "desk-form-until";
  const PERSON = "desk-form-person";
  /* Which fields an action asks for; those without ask nothing. */
  const FIELDS = {
    comment: ["reason"],
    assign: ["to"],
    escalate: ["reason"],
    shelve: ["until", "reason"],
    reset: ["reason"],
    close: ["reason"],
    suppress: ["reason"],
    "out-of-service": ["reason"],
    unshelve: ["reason"],
    unsuppress: ["reason"],
    "return-to-service": ["reason"],
    bulk: ["reason"],
  };
  const page = () => document.querySelector(".desk").dataset;
  const byId = (id) => document.getElementById(id);
  const key = (name) => name.replaceAll("-", "_");

  /* `good`: whether it went well; null while that is not known. */
  desk.say = (words, good = true) => {
    const node = byId(MESSAGE);
    if (!node) return;
    const kind = good === null ? " is-waiting" : good ? " is-good" : " is-bad";
    node.className = `acknowledge-message${words ? kind : ""}`;
    cityops.setText(node, words);
    if (!words || !good) hideUndo();
  };
  const refuse = (text, value) => desk.say(cityops.say(text, value), false);

  /* Do something with the chosen alert; what it sends is an act of its own, whatever is chosen meanwhile. */
  async function act(name, body, shown, title) {
    const id = desk.chosen;
    const why = id ? desk.whyWait(id) : cityops.say("desk_none_chosen");
    if (!id || why) {
      desk.say(why, false);
      return false;
    }
    const version = desk.versionOf(id);
    const since = performance.now();
    const answer = await desk.send(id, title, `${id}/${name}`, { version, ...body });
    if (answer.ok) {
      desk.made(id, answer.content.version || version + 1);
      desk.tell(id, shown);
      if (name === "acknowledge") {
        desk.offerUndo(id, Number(page().undoSeconds) * 1000 - 1500 - (performance.now() - since));
      } else hideUndo();
    } else desk.tell(id, desk.refusal(answer, name), false);
    if (desk.chosen === id) desk.refresh();
    return answer.ok;
  }

  const button = (name) => document.querySelector(`.acts [data-act="${name}"]`);

  /* Do what a key or a button asks for; when it is not possible, say why. */
  desk.begin = (name) => {
    if (!desk.chosen) return refuse("desk_none_chosen");
    if (!page().mayAct) return refuse("desk_not_allowed");
    if (!cityops.live.picture) return refuse("desk_loading");
    const why = desk.whyWait(desk.chosen);
    if (why) return desk.say(why, false);
    const offered = button(name);
    const seen = document.querySelector("[data-panel-seen]");
    const isShown = seen && seen.dataset.panelSeen.startsWith(`${desk.chosen}/`);
    if (isShown && offered && offered.dataset.why) return desk.say(offered.dataset.why, false);
    if (name === "acknowledge") {
      return act(name, {}, cityops.say("desk_done_acknowledge"), cityops.say("desk_acknowledge"));
    }
    if (!isShown) return refuse("desk_loading");
    if (!offered) return refuse("desk_refused");
    ask(name, offered.firstChild.textContent);
  };

  /* ---- Undo ---- */

  /** @type {{id: string, until: number} | null} */
  let undoing = null;

  desk.offerUndo = (id, left) => {
    undoing = { id, until: performance.now() + left };
    showUndo();
  };
  desk.undoLeft = () => undoing && { id: undoing.id, left: undoing.until - performance.now() };
  function hideUndo() {
    undoing = null;
    showUndo();
  }
  function showUndo() {
    const left = undoing ? Math.ceil((undoing.until - performance.now()) / 1000) : 0;
    if (left <= 0) undoing = null;
    const about = undoing?.id;
    const alert = about && cityops.live.alerts()[about];
    cityops.each("[data-undo]", (node) => {
      node.hidden = !alert || !alert.active || desk.chosen !== about;
      if (about) cityops.setText(node, cityops.say("desk_undo", left));
    });
  }
  setInterval(() => undoing && showUndo(), 500);

  desk.undo = () => {
    if (!undoing || undoing.id !== desk.chosen) return refuse("desk_no_undo");
    act("undo", {}, cityops.say("desk_undone"), cityops.say("desk_undo_label"));
  };

  /* ---- The form ---- */

  /** @type {{name: string, title: string} | null} */
  let asking = null;

  function ask(name, title, lead) {
    const form = byId(FORM);
    const fields = FIELDS[name];
    asking = { name, title };
    cityops.setText(form.querySelector("[data-form-title]"), title);
    cityops.setText(form.querySelector("[data-form-lead]"), lead || cityops.say(`desk_lead_${key(name)}`));
    cityops.setText(
      form.querySelector("[data-form-label]"),
      cityops.say(name === "comment" ? "desk_label_comment" : "desk_label_reason"),
    );
    cityops.setText(form.querySelector("[data-form-submit]"), title);
    cityops.setText(form.querySelector("[data-form-error]"), "");
    form.querySelectorAll("[data-field]").forEach((node) => (node.hidden = !fields.includes(node.dataset.field)));
    byId(REASON).value = "";
    writeShelves();
    form.showModal();
    form.querySelector(".field:not([hidden]) :is(select, textarea)").focus();
  }

  const FILLED = [UNTIL, PERSON, REASON];

  /* The open form and what is in it; null when it is shut. */
  desk.formOpen = () =>
    asking && byId(FORM)?.open && { name: asking.name, alert: desk.chosen, values: FILLED.map((id) => byId(id).value) };

  /* Open a form as it was, as soon as the panel shows the alert that it is about; say whether that is over. */
  desk.reopen = ({ name, alert, values }) => {
    const isBulk = name === "bulk";
    const shown = document.querySelector("[data-panel-seen]");
    if (byId(FORM).open) return true;
    if (alert && (desk.chosen !== alert || !shown || !shown.dataset.panelSeen.startsWith(`${alert}/`))) return false;
    if (isBulk) desk.bulk();
    else desk.begin(name);
    if (byId(FORM).open) FILLED.forEach((id, place) => (byId(id).value = values[place]));
    return true;
  };

  /* How long, and until when that is. */
  function writeShelves() {
    const now = cityops.live.now();
    for (const option of byId(UNTIL).options) {
      const minutes = Number(option.value);
      const span = minutes > 1400 ? cityops.say("desk_day") : cityops.duration(minutes * 60000);
      option.textContent = `${span} · ${cityops.say("desk_until", cityops.minute(now + minutes * 60000))}`;
    }
  }

  function bodyOf(name) {
    const reason = byId(REASON).value.trim();
    if (name === "comment") return { text: reason };
    if (name === "assign") return { to: byId(PERSON).value };
    const body = { reason };
    if (name === "shelve") body.until = cityops.clock.iso(cityops.live.now() + Number(byId(UNTIL).value) * 60000);
    return body;
  }

  async function submit() {
    const form = byId(FORM);
    const sent = asking;
    if (!sent) return;
    const { name, title } = sent;
    const say = (words) => cityops.setText(form.querySelector("[data-form-error]"), words);
    if (FIELDS[name].includes("reason") && !byId(REASON).value.trim()) {
      byId(REASON).focus();
      say(cityops.say("desk_reason_missing"));
      return;
    }
    const body = bodyOf(name);
    const done =
      name === "bulk"
        ? await acknowledgeMarked(body.reason, title)
        : await act(name, body, cityops.say("desk_done", title), title);
    if (asking !== sent || !form.open) return; /* the person has gone on; what became of it is told beside the panel */
    if (done) form.close();
    else say(byId(MESSAGE).textContent); /* what was written stays */
  }

  /* ---- Many at once ---- */

  desk.marked = new Set();

  desk.mark = (id, on) => {
    if (!page().mayAct) return refuse("desk_not_allowed");
    const line = desk.lineOf(id);
    if (!line) return refuse("desk_loading");
    const alerts = cityops.live.alerts();
    const ids = desk.standsFor(line, alerts, desk.passes()).filter((one) => desk.isWaiting(alerts[one]));
    if (!ids.length) return refuse("desk_not_markable");
    const wanted = on === undefined ? !ids.every((one) => desk.marked.has(one)) : on;
    ids.forEach((one) => (wanted ? desk.marked.add(one) : desk.marked.delete(one)));
    afterMarks();
  };
  desk.markAll = () => {
    if (!page().mayAct) return refuse("desk_not_allowed");
    if (!cityops.live.picture) return refuse("desk_loading");
    const passes = desk.passes();
    const most = Number(page().mostAtOnce);
    for (const [id, alert] of Object.entries(cityops.live.alerts())) {
      if (desk.marked.size < most && desk.isWaiting(alert) && passes(alert)) desk.marked.add(id);
    }
    if (!desk.marked.size) refuse("desk_none_waiting");
    afterMarks();
  };
  desk.unmark = () => {
    desk.marked.clear();
    cityops.each("[data-bulk-result]", (node) => cityops.setText(node, ""));
    afterMarks();
  };
  function afterMarks() {
    desk.show(new Set());
    desk.showMarks();
  }

  desk.showMarks = () => {
    const result = document.querySelector("[data-bulk-result]");
    cityops.each("[data-bulk-bar]", (node) => (node.hidden = !desk.marked.size && !(result && result.textContent)));
    cityops.each("[data-marked]", (node) => cityops.setText(node, cityops.say("desk_marked", desk.marked.size)));
    cityops.each("[data-bulk]", (node) => (node.hidden = !desk.marked.size));
  };

  desk.bulk = () => {
    if (!page().mayAct) return refuse("desk_not_allowed");
    if (!desk.marked.size) return refuse("desk_none_marked");
    if (desk.whyWait("bulk")) return desk.say(desk.whyWait("bulk"), false);
    ask(
      "bulk",
      document.querySelector("[data-bulk]").firstChild.textContent,
      cityops.say("desk_lead_bulk", desk.marked.size),
    );
  };

  async function acknowledgeMarked(reason, title) {
    if (desk.whyWait("bulk")) {
      desk.say(desk.whyWait("bulk"), false);
      return false;
    }
    const most = Number(page().mostAtOnce);
    const ids = [...desk.marked].slice(0, most);
    const alerts = ids.map((id) => ({ id: Number(id), version: desk.versionOf(id) }));
    const answer = await desk.send("bulk", title, "acknowledge", { reason, alerts });
    if (!answer.ok) {
      desk.say(desk.refusal(answer, "bulk"), false);
      return false;
    }
    const { taken, lost } = answer.content;
    taken.forEach(({ id, version }) => desk.made(String(id), version));
    tellBulk(taken, lost);
    ids.forEach((id) => desk.marked.delete(id)); /* others may have been marked meanwhile */
    afterMarks();
    if (desk.chosen) desk.refresh();
    return true;
  }

  /* Every alert that somebody else was faster with is named, with who that was. */
  function tellBulk(taken, lost) {
    const box = document.querySelector("[data-bulk-result]");
    box.replaceChildren();
    cityops.make("b", "is-good", box).textContent = cityops.say("desk_bulk_done", taken.length);
    for (const { id, winner } of lost) {
      const alert = cityops.live.alerts()[id];
      const name = alert ? `${desk.titleOf(alert)} · ${alert.sensor_name}` : `#${id}`;
      const why = winner ? cityops.say("desk_bulk_won", winner) : cityops.say("desk_bulk_changed");
      cityops.make("span", "is-bad", box).textContent = cityops.say("desk_bulk_lost", `${name}（${why}）`);
    }
  }

  /* ---- Steps of the guidance ---- */

  async function tickStep(node) {
    const id = desk.chosen;
    if (!id) return refuse("desk_none_chosen");
    const done = node.getAttribute("aria-checked") !== "true";
    const about = `${id}/step/${node.dataset.step}`;
    if (desk.whyWait(about)) return desk.say(desk.whyWait(about), false);
    node.setAttribute("aria-checked", String(done));
    const answer = await desk.send(about, cityops.say("desk_step_label", node.dataset.step), `${id}/steps`, {
      step: Number(node.dataset.step),
      done,
    });
    if (answer.ok) desk.made(id, answer.content.version);
    else {
      node.setAttribute("aria-checked", String(!done));
      desk.tell(id, desk.refusal(answer, "tick"), false);
    }
    if (desk.chosen === id) desk.refresh();
  }

  /* ---- What is clicked ---- */

  document.addEventListener("click", (event) => {
    const on = (selector) => event.target.closest?.(selector);
    const found = on("[data-act]");
    if (found) desk.begin(found.dataset.act);
    else if (on("[data-undo]")) desk.undo();
    else if (on("[data-bulk]")) desk.bulk();
    else if (on("[data-unmark]")) desk.unmark();
    else if (on("[data-form-cancel]")) byId(FORM).close();
    else if (on("[data-mark]")) desk.mark(on("[data-mark]").dataset.mark);
    else if (on("[data-step]")) tickStep(on("[data-step]"));
  });

  document.addEventListener("submit", (event) => {
    if (!event.target.closest?.(`#${FORM}`)) return;
    event.preventDefault();
    submit();
  });

  document.addEventListener("keydown", (event) => {
    if (!event.target.closest?.(`#${FORM}`) || event.key !== "Enter") return;
    if (event.shiftKey || event.target.closest("button")) return;
    event.preventDefault();
    submit();
  });
})();
