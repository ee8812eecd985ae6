/* One case: the acts as forms, each one call of the API with the version that the person saw; what is shown is kept
   fresh, and what somebody is writing stays. */
(function () {
  "use strict";
  const { cityops } = window;
  const EVERY = 10000; /* ms */
  const main = () => /** @type {any} */ (document.querySelector("main[data-case]"));

  const isTyped = (box) =>
    [...box.querySelectorAll("input, textarea, select")].some((field) => {
      if (field.type === "checkbox") return field.checked !== field.defaultChecked;
      return field.tagName === "SELECT"
        ? [...field.options].some((option) => option.selected !== option.defaultSelected) && field.matches(":focus")
        : field.value !== field.defaultValue;
    });
  const isBusy = (part) => "casesTyped" in part.dataset && (isTyped(part) || part.contains(document.activeElement));

  async function refresh() {
    if (document.hidden || !main()) return;
    if (!(await cityops.freshen(isBusy))) return;
    const kept = document.querySelector("[data-cases-typed]");
    const { newest, version } = main().dataset;
    if (!newest || newest === version) return;
    if (kept && isBusy(kept)) cityops.notice(cityops.say("case_newer"), false);
    main().dataset.version = newest;
  }

  /* The value of a field as the API takes it; undefined where nothing was said. */
  function valueOf(field) {
    const { kind } = field.dataset;
    if (kind === "choices") return [...field.querySelectorAll(":checked")].map((option) => option.value);
    if (field.value === "") return undefined;
    if (kind === "number") return Number(field.value);
    if (kind === "yes") return field.value === "true";
    if (kind === "moment") return `${field.value}:00${main().dataset.offset}`;
    return field.dataset.detail === "request" ? Number(field.value) : field.value;
  }

  function detailsOf(form) {
    const details = {};
    form.querySelectorAll("[data-detail]").forEach((field) => {
      const value = valueOf(field);
      if (value !== undefined) details[field.dataset.detail] = value;
    });
    return details;
  }

  function whyNot({ status, content }) {
    if (content.winner) return cityops.say("case_won", content.winner);
    if (content.error === "changed") return cityops.say("case_changed");
    if (!status) return cityops.say("case_outage");
    return cityops.say("case_refused", content.words || content.message || String(status));
  }

  /* Show of a long choice only what has all these words; what was chosen and is shown stays chosen. */
  function narrow(choice, words) {
    const parts = words.toLowerCase().split(/\s+/);
    const options = [...choice.options];
    for (const option of options) {
      option.hidden = !parts.every((part) => option.text.toLowerCase().includes(part));
    }
    const shown = options.filter((option) => !option.hidden && option.value);
    if (shown.length && choice.selectedOptions[0].hidden) choice.value = shown[0].value;
  }

  document.addEventListener("input", (event) => {
    const words = /** @type {any} */ (event.target);
    if (words.matches("[data-narrow]")) narrow(words.nextElementSibling.querySelector("select"), words.value);
  });

  const sent = new Set();

  async function send(form) {
    const { about: id = main().dataset.case, version = main().dataset.version } = form.dataset;
    const label = form.dataset.words;
    const tell = (words) => cityops.setText(form.querySelector("[data-form-error]"), words);
    const details = detailsOf(form);
    const photos = form.querySelector("[data-photos]");
    if (photos && photos.files.length) {
      const names = await cityops.sendPhotos(id, photos.files, label);
      if (!names) return tell(cityops.say("case_photo_bad"));
      Object.assign(details, { photos: names });
    }
    const body = { version: Number(version), reason: form.elements.reason.value.trim(), details };
    const answer = await cityops.requests.act(`/api/v1/cases/${id}/${form.dataset.caseAct}`, { body, label });
    if (answer.status === 401) return location.reload();
    if (!answer.ok) return tell(whyNot(answer));
    cityops.notice(cityops.say("case_done", label), true);
    form.reset();
    document.activeElement instanceof HTMLElement && document.activeElement.blur();
    if (id === main().dataset.case) main().dataset.version = String(answer.content.version);
    if (await cityops.freshen()) main().dataset.version = main().dataset.newest;
  }

  document.addEventListener("submit", async (event) => {
    const form = /** @type {any} */ (event.target).closest("[data-case-act]");
    if (!form) return;
    event.preventDefault();
    if (sent.has(form)) return;
    sent.add(form);
    await send(form).finally(() => sent.delete(form));
  });

  document.addEventListener("click", (event) => {
    if (event.target.closest?.("[data-case-print]")) window.print();
  });

  setInterval(refresh, EVERY);
})();
