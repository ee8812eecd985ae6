/* Forms that are posted (dashboard/ui/html_pages.py): within a limit, one at a time, and with a word about what became of them.
   Without this script the browser sends them as ever. */
(function () {
  "use strict";
  window.cityops ||= {};
  const { cityops } = window;
  const sent = new Set();

  const labelOf = (form, submitter) =>
    (submitter || form.querySelector("button[type=submit]") || form).textContent.trim();

  /* Show what the server answered: another page, or this one with another content. */
  async function show(answer) {
    const text = await answer.text();
    const main = new DOMParser().parseFromString(text, "text/html").querySelector("main");
    /* Refused: what was typed stays, and the sentence of the page that says why is told. */
    const refusal = main && main.querySelector(".refusal [role=alert]");
    if (refusal) return cityops.notice(refusal.textContent.trim(), false);
    cityops.forgetTyped();
    if (answer.redirected) location.assign(answer.url);
    else if (main && document.querySelector("main")) {
      document.querySelector("main").replaceWith(document.adoptNode(main));
    } else cityops.notice(text.slice(0, 300), answer.ok);
  }

  /* An act that the server remembers: what became of it is found out. */
  async function sendAct(form, options, label) {
    const { answer, became } = await cityops.requests.send(form.action, options, label);
    if (answer) return show(answer);
    if (became.state === "gone") return location.reload();
    if (became.state !== "stored") return cityops.notice(cityops.say("wait_not_stored", label), false);
    cityops.forgetTyped();
    return location.assign(became.answer);
  }

  cityops.sendForm = async (form, submitter = null) => {
    if (sent.has(form)) return cityops.notice(cityops.say("wait_form"), false);
    sent.add(form);
    const filled = new FormData(form, submitter);
    const body = form.enctype === "multipart/form-data" ? filled : new URLSearchParams(/** @type {any} */ (filled));
    const options = { method: "POST", body, headers: { Accept: "text/html" } };
    const label = labelOf(form, submitter);
    try {
      if ("act" in form.dataset) await sendAct(form, options, label);
      else await show(await cityops.requests.once(form.action, options, label));
    } catch {
      cityops.notice(cityops.say("wait_form_unknown"), false);
    } finally {
      sent.delete(form);
    }
  };

  document.addEventListener("submit", (event) => {
    if (event.defaultPrevented || event.target.method !== "post") return;
    event.preventDefault();
    cityops.sendForm(/** @type {any} */ (event.target), event.submitter);
  });
})();
