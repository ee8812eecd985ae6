/* Many cases at once: marked by mouse (Shift: a range) or X, and one act for all of them. Each is judged by itself; what
   was refused stays marked, with the reason. Marks outlive the fresh parts of the page. */
(function () {
  "use strict";
  const { cityops } = window;
  const form = /** @type {any} */ (document.querySelector("[data-case-many]"));
  if (!form) return;
  const marked = new Set(); /* ids, as text */
  let last = ""; /* the box that was marked last, where a range begins */

  const boxes = () => /** @type {any[]} */ ([...document.querySelectorAll("[data-case-mark]")]);
  const idOf = (box) => box.dataset.caseMark;

  function show() {
    const there = boxes();
    for (const box of there) box.checked = marked.has(idOf(box));
    const count = there.filter((box) => box.checked).length;
    form.hidden = !count;
    cityops.setText(form.querySelector("[data-many-count]"), cityops.say("case_marked", count));
  }

  function mark(box, on) {
    if (on) marked.add(idOf(box));
    else marked.delete(idOf(box));
    last = idOf(box);
  }

  function markRange(box) {
    const ids = boxes().map(idOf);
    const [from, to] = [ids.indexOf(last), ids.indexOf(idOf(box))].sort((one, other) => one - other);
    boxes()
      .slice(Math.max(0, from), to + 1)
      .forEach((one) => mark(one, true));
  }

  function clear() {
    marked.clear();
    show();
  }

  document.addEventListener("click", (/** @type {any} */ event) => {
    if (event.target.closest("[data-many-clear]")) return clear();
    const box = event.target.closest("[data-case-mark]");
    if (!box) return;
    if (event.shiftKey && last) markRange(box);
    else mark(box, box.checked);
    show();
  });

  /* ---- The result, in words. ---- */

  function whyNot(one) {
    if (one.winner) return cityops.say("case_won", one.winner);
    return one.words || one.message;
  }

  function tell(label, { done, refused }, numbers) {
    const box = /** @type {any} */ (document.querySelector("[data-many-result]"));
    box.replaceChildren();
    box.hidden = false;
    const line = (className, words) => cityops.setText(cityops.make("p", className, box), words);
    if (done.length) line("is-good", `${label} · ${cityops.say("case_many_done", done.length)}`);
    if (refused.length) line("is-bad", cityops.say("case_many_refused", refused.length));
    for (const one of refused) line("", `${numbers.get(String(one.id)) || one.id}: ${whyNot(one)}`);
  }

  let isSending = false;

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const chosen = boxes().filter((box) => box.checked);
    if (isSending || !chosen.length) return;
    isSending = true;
    const label = form.elements.act.selectedOptions[0].text;
    const numbers = new Map(chosen.map((box) => [idOf(box), box.dataset.number]));
    const body = {
      cases: chosen.map((box) => ({ id: Number(idOf(box)), version: Number(box.dataset.version) })),
      reason: form.elements.reason.value.trim(),
    };
    const answer = await cityops.requests.act(`/api/v1/cases/many/${form.elements.act.value}`, { body, label });
    isSending = false;
    if (answer.status === 401) return location.reload();
    if (!answer.ok) {
      const why = answer.status ? answer.content.message || String(answer.status) : "";
      return cityops.notice(why ? cityops.say("case_refused", why) : cityops.say("case_outage"), false);
    }
    answer.content.done.forEach((one) => marked.delete(String(one.id)));
    form.elements.reason.value = "";
    tell(label, answer.content, numbers);
    await cityops.freshen();
    show();
  });

  form.elements.act.addEventListener("change", () => {
    form.elements.reason.required = "needsReason" in form.elements.act.selectedOptions[0].dataset;
  });

  cityops.caseMarks = {
    show,
    clear,
    /* Mark the case on which the keyboard is, or take its mark away. */
    toggle: () => {
      const row = document.activeElement && document.activeElement.closest(".case-row");
      const box = row && /** @type {any} */ (row.querySelector("[data-case-mark]"));
      if (!box) return;
      mark(box, !marked.has(idOf(box)));
      show();
    },
    focus: () => !form.hidden && form.elements.act.focus(),
  };
})();
