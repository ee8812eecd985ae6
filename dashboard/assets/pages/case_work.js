/* A worker's tasks: what is done goes into the outbox and from there to the server, at once or when the network is
   back; what is being written is kept with its task; tasks are sorted by distance when the phone tells its place. */
(function () {
  "use strict";
  const { cityops } = window;
  const EVERY = 10000; /* ms */
  const EARTH = 6371; /* km */
  const person = /** @type {any} */ (document.querySelector("[data-person]")).dataset.person;
  const DRAFTS = `cityops-work-drafts ${person}`;

  /* ---- The way to the server. ---- */

  const post = async (address, body, type, key) => {
    const headers = { "Content-Type": type, "Idempotency-Key": key };
    const answer = await cityops.requests.once(address, { method: "POST", headers, body });
    return { status: answer.status, content: await answer.json().catch(() => ({})) };
  };
  const bytesOf = (data) => Uint8Array.from(atob(data.slice(data.indexOf(",") + 1)), (letter) => letter.charCodeAt(0));

  async function send(item) {
    const details = {};
    if (item.photos.length) {
      const names = [];
      for (const [place, data] of item.photos.entries()) {
        const answer = await post(
          `/api/v1/cases/${item.about}/photos`,
          bytesOf(data),
          "image/jpeg",
          `${item.key}-${place}`,
        );
        if (answer.status !== 200) return answer;
        names.push(answer.content.sha256);
      }
      Object.assign(details, { photos: names });
    }
    const body = JSON.stringify({ version: item.version, reason: item.reason, details });
    return post(`/api/v1/cases/${item.about}/${item.act}`, body, "application/json", item.key);
  }

  const outbox = cityops.makeOutbox({
    storage: localStorage,
    name: `cityops-work ${person}`,
    send,
    newKey: cityops.newKey,
  });

  /* ---- What is kept, and what became of it. ---- */

  const errors = new Map(); /* case -> why its last act was refused */

  function showKept() {
    const kept = outbox.items();
    cityops.each("[data-work-kept]", (node) => {
      node.hidden = !kept.length;
      cityops.setText(node, kept.length ? cityops.say("work_kept", kept.map((item) => item.words).join("、")) : "");
    });
    const about = new Set(kept.map((item) => item.about));
    cityops.each("[data-work-task]", (task) => {
      cityops.setClass(task, "is-sent", about.has(task.dataset.workTask));
      task.querySelectorAll("button[type=submit]").forEach((one) => (one.disabled = about.has(task.dataset.workTask)));
    });
    errors.forEach((words, id) => {
      const box = document.querySelector(`[data-work-task="${id}"] [data-form-error]`);
      if (box) cityops.setText(box, words);
    });
  }

  function told(item, { status, content }) {
    if (status === 200) {
      forget(item);
      clear(document.querySelector(`[data-work-task="${item.about}"] [data-work-act="${item.act}"]`));
      errors.delete(item.about);
      cityops.notice(cityops.say("work_sent", item.words), true);
    } else {
      const why = content.winner ? cityops.say("case_won", content.winner) : content.words || content.message || "";
      errors.set(item.about, cityops.say("work_refused", why));
    }
  }

  /* Empty a form that has been dealt with: what is typed in one keeps the list from being drawn anew. */
  function clear(form) {
    if (!form) return;
    form.reset();
    if (form.contains(document.activeElement)) /** @type {any} */ (document.activeElement).blur();
  }

  async function flush() {
    if (outbox.items().length) await outbox.flush(told);
    showKept();
  }

  /* ---- What is being written. ---- */

  const drafts = () => JSON.parse(localStorage.getItem(DRAFTS) || "{}");
  const nameOf = (field) =>
    `${field.closest("[data-work-task]").dataset.workTask} ${field.closest("[data-work-act]").dataset.workAct}`;

  function forget(item) {
    const kept = drafts();
    delete kept[`${item.about} ${item.act}`];
    localStorage.setItem(DRAFTS, JSON.stringify(kept));
  }

  function restore() {
    const kept = drafts();
    cityops.each("[data-work-act] textarea", (/** @type {any} */ field) => {
      const found = kept[nameOf(field)];
      if (found && !field.value) field.value = found;
    });
  }

  document.addEventListener("input", (/** @type {any} */ event) => {
    if (event.target.matches("[data-work-act] textarea")) {
      localStorage.setItem(DRAFTS, JSON.stringify({ ...drafts(), [nameOf(event.target)]: event.target.value }));
    }
  });

  const asText = (blob) =>
    new Promise((done) => {
      const reader = new FileReader();
      reader.onload = () => done(reader.result);
      reader.readAsDataURL(blob);
    });

  async function put(form) {
    const task = form.closest("[data-work-task]");
    const fail = (words) => cityops.setText(form.querySelector("[data-form-error]"), words);
    const photos = [];
    for (const file of (form.querySelector("[data-photos]") || { files: [] }).files) {
      const blob = await cityops.shrinkPhoto(file);
      if (!blob) return fail(cityops.say("case_photo_bad"));
      photos.push(await asText(blob));
    }
    const reason = form.elements.reason ? form.elements.reason.value.trim() : "";
    const { workTask: about, version } = task.dataset;
    const item = {
      about,
      version: Number(version),
      act: form.dataset.workAct,
      words: form.dataset.words,
      reason,
      photos,
    };
    errors.delete(about);
    fail(outbox.put(item) ? "" : cityops.say("case_outage"));
    showKept();
    await flush();
    await refresh();
  }

  document.addEventListener("submit", (/** @type {any} */ event) => {
    const form = event.target.closest("[data-work-act]");
    if (!form) return;
    event.preventDefault();
    put(form);
  });

  /* ---- Nearest first. ---- */

  /** @type {Place | null} */
  let place = null; /* {latitude, longitude} of the phone */
  const radians = (degrees) => (degrees * Math.PI) / 180;

  cityops.kilometres = (from, to) => {
    const north = radians(to.latitude - from.latitude);
    const east = radians(to.longitude - from.longitude) * Math.cos(radians((to.latitude + from.latitude) / 2));
    return EARTH * Math.hypot(north, east);
  };

  function sort() {
    const box = document.querySelector("[data-work-tasks]");
    if (!place || !box) return;
    const far = (task) =>
      task.dataset.lat
        ? cityops.kilometres(place, { latitude: Number(task.dataset.lat), longitude: Number(task.dataset.lon) })
        : Infinity;
    const tasks = [...box.querySelectorAll("[data-work-task]")].map((task) => ({ task, km: far(task) }));
    tasks.sort((one, other) => one.km - other.km);
    for (const { task, km } of tasks) {
      box.append(task);
      cityops.setText(task.querySelector("[data-work-km]"), km < Infinity ? cityops.say("work_km", km.toFixed(1)) : "");
    }
  }

  document.addEventListener("click", (/** @type {any} */ event) => {
    const button = event.target.closest("[data-work-near]");
    if (!button) return;
    if (place) {
      place = null;
      cityops.setText(button, button.dataset.nearest);
      return refresh();
    }
    if (!navigator.geolocation) return cityops.notice(cityops.say("work_no_place"), false);
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        place = coords;
        cityops.setText(button, button.dataset.byDue);
        sort();
      },
      () => cityops.notice(cityops.say("work_no_place"), false),
    );
  });

  /* ---- Fresh. ---- */

  const isBusy = (part) =>
    part.contains(document.activeElement) || [...part.querySelectorAll("[type=file]")].some((one) => one.value);

  async function refresh() {
    if (document.hidden) return;
    await cityops.freshen(isBusy);
    restore();
    sort();
    showKept();
  }

  window.addEventListener("online", flush);
  setInterval(() => flush().then(refresh), EVERY);
  restore();
  flush();
})();
