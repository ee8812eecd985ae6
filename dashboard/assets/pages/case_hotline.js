/* The form of a call: what is known of it is looked up while somebody types, and it is registered with one key.
   A form has a device and a code of its own: sent again, with whatever network, it is the same report with the same code. */
(function () {
  "use strict";
  const { cityops } = window;
  const PAUSE = 250; /* ms after the last key */
  const root = /** @type {any} */ (document.querySelector("[data-call]"));
  const form = root.querySelector("[data-call-form]");
  const told = root.querySelector("[data-told]");
  const words = root.dataset;
  const fields = form.elements;
  const word = (key, value = "") => words[key].replace("{}", value);
  const find = (name) => root.querySelector(`[data-${name}]`);

  const newCode = () => {
    const letters = words.alphabet;
    const most = 256 - (256 % letters.length); /* none comes more often than another */
    let code = "";
    while (code.length < Number(words.length)) {
      const byte = crypto.getRandomValues(new Uint8Array(1))[0];
      if (byte < most) code += letters[byte % letters.length];
    }
    return code;
  };

  /** @typedef {{device: string, code: string, category: string, place: Place | null, master: number | null, asked: number}} Form */
  /** @returns {Form} */
  const blank = () => ({
    device: cityops.newKey(),
    code: newCode(),
    category: "",
    place: null,
    master: null,
    asked: 0,
  });
  let state = blank();

  const map = cityops.makeCallMap(find("call-map"), (place) => setPlace(place));

  function begin() {
    form.reset();
    state = blank();
    told.hidden = true;
    form.hidden = false;
    for (const name of ["articles", "similar", "earlier"]) find(name).replaceChildren();
    find("proposals").replaceChildren();
    showArticles([]);
    cityops.setText(find("call-error"), "");
    setPlace(null);
    setMaster(null);
    showGround();
    showAnswer();
    map.whole();
    (fields.phone.disabled ? fields.said : fields.phone).focus();
  }

  /* ---- what is known ---- */

  let timer = 0;
  function askSoon() {
    clearTimeout(timer);
    timer = window.setTimeout(ask, PAUSE);
  }

  function question() {
    const typed = fields.category_words.value;
    return {
      phone: fields.phone.value,
      said: fields.said.value,
      category: state.category ? "" : typed,
      chosen: state.category,
      place: fields.address.value,
      ...(state.place || {}),
    };
  }

  async function ask() {
    const turn = ++state.asked;
    const body = JSON.stringify(question());
    const request = { method: "POST", headers: { "Content-Type": "application/json" }, body };
    const answer = await cityops.requests.once("/hotline/help", request).catch(() => null);
    if (!answer || turn !== state.asked) return; /* something newer was asked */
    if (answer.status === 401) return location.reload();
    if (!answer.ok) return;
    show(await answer.json());
  }

  function show({ earlier, articles, categories, places, area, similar }) {
    if (earlier !== undefined) showEarlier(earlier);
    showArticles(articles || []);
    showCategories(categories || []);
    options("call-places", document.activeElement === fields.address ? places || [] : [], (one) => one.name);
    if (area !== undefined) cityops.setText(find("area"), area || word("outside"));
    showSimilar(similar || []);
  }

  const line = (list, ...parts) => {
    const item = cityops.make("li", "", list);
    for (const [tag, text] of parts) if (text) cityops.make(tag, "", item).textContent = text;
    return item;
  };

  function showEarlier(found) {
    const list = find("earlier");
    list.replaceChildren();
    if (!found || !found.length) line(list, ["span", word(found ? "earlierNone" : "earlierNoKey")]);
    for (const one of found || []) {
      const item = line(list, ["b", one.what], ["span", one.said], ["small", one.where]);
      const link = cityops.make(one.case ? "a" : "span", "call-number", item);
      if (one.case) Object.assign(link, { href: `/cases/${one.case}`, target: "_blank" });
      link.textContent = `${one.number} · ${one.state} · ${cityops.minute(one.at)}`;
    }
  }

  function showArticles(found) {
    const box = find("articles");
    const open = box.querySelector("details[open]");
    const kept = open && open.dataset.article;
    box.replaceChildren();
    if (!found.length) cityops.make("p", "", box).textContent = word("articlesNone");
    found.forEach((one, place) => {
      const part = cityops.make("details", "call-article", box);
      part.dataset.article = String(one.id);
      part.open = kept ? kept === String(one.id) : place === 0;
      cityops.make("summary", "", part).textContent = one.title;
      for (const text of one.text.split("\n")) if (text.trim()) cityops.make("p", "", part).textContent = text;
      const use = cityops.make("button", "quiet-button", part);
      use.type = "button";
      use.textContent = word("useArticle");
      use.addEventListener("click", () => {
        fields.answer.value = one.text;
        fields.answer.focus();
      });
      const link = cityops.make("a", "", part);
      Object.assign(link, { href: one.at, target: "_blank", textContent: word("openArticle") });
    });
  }

  function showSimilar(found) {
    const list = find("similar");
    list.replaceChildren();
    if (!found.length && state.place) line(list, ["span", word("similarNone")]);
    for (const one of found) {
      const facts = [word("metres", one.metres), word("apart", one.apart), one.state];
      if (one.callers) facts.push(word("callers", one.callers));
      if (one.near) facts.push(word("near"));
      else if (one.same) facts.push(word("same"));
      const item = line(list, ["b", one.what], ["span", one.where || one.summary], ["small", facts.join(" · ")]);
      item.classList.toggle("is-near", one.near);
      const button = cityops.make("button", "quiet-button", item);
      button.type = "button";
      button.textContent = word("merge");
      button.dataset.mergeInto = String(one.id);
      button.addEventListener("click", () => setMaster(one));
      const link = cityops.make("a", "call-number", item);
      Object.assign(link, { href: `/cases/${one.id}`, target: "_blank", textContent: one.number });
    }
  }

  /* ---- choosing ---- */

  function showCategories(found) {
    const typing = document.activeElement === fields.category_words && fields.category_words.value && !state.category;
    options("call-categories", typing ? found : [], (one) => `${one.name} · ${one.lead}`);
    const box = find("proposals");
    box.replaceChildren();
    if (state.category || typing) return;
    for (const one of found.slice(0, 4)) {
      const button = cityops.make("button", "quiet-button", box);
      button.type = "button";
      button.textContent = one.name;
      button.addEventListener("click", () => pickCategory(one));
    }
  }

  function pickCategory(one) {
    fields.category_words.value = one.name;
    state.category = one.key;
    options("call-categories", []);
    find("proposals").replaceChildren();
    askSoon();
  }

  function pickPlace(one) {
    if (!fields.address.value.includes(one.name)) fields.address.value = one.name;
    options("call-places", []);
    setPlace(one, true);
  }

  const picks = { "call-categories": pickCategory, "call-places": pickPlace };
  const shown = { "call-categories": [], "call-places": [] };
  const inputOf = { "call-categories": "category_words", "call-places": "address" };

  function options(id, found, name = (one) => one.name) {
    const list = document.getElementById(id);
    shown[id] = found;
    list.hidden = !found.length;
    fields[inputOf[id]].setAttribute("aria-expanded", String(Boolean(found.length)));
    list.replaceChildren();
    found.forEach((one, place) => {
      const item = cityops.make("li", place ? "" : "is-chosen", list);
      item.id = `${id}-${place}`;
      item.setAttribute("role", "option");
      item.setAttribute("aria-selected", String(!place));
      item.textContent = name(one);
      item.addEventListener("mousedown", (event) => {
        event.preventDefault();
        picks[id](one);
      });
    });
    point(id, found.length ? 0 : -1);
  }

  function point(id, place) {
    const items = [...document.getElementById(id).children];
    items.forEach((item, at) => {
      item.classList.toggle("is-chosen", at === place);
      item.setAttribute("aria-selected", String(at === place));
    });
    const input = fields[inputOf[id]];
    if (items[place]) input.setAttribute("aria-activedescendant", items[place].id);
    else input.removeAttribute("aria-activedescendant");
  }

  function steer(event, id) {
    const list = document.getElementById(id);
    if (list.hidden) return;
    const items = [...list.children];
    const at = items.findIndex((item) => item.classList.contains("is-chosen"));
    if (event.key === "ArrowDown") point(id, (at + 1) % items.length);
    else if (event.key === "ArrowUp") point(id, (at + items.length - 1) % items.length);
    else if (event.key === "Enter" && !event.ctrlKey) picks[id](shown[id][Math.max(0, at)]);
    else if (event.key === "Escape") options(id, []);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  function setPlace(place, near = false) {
    state.place = place && { longitude: place.longitude, latitude: place.latitude };
    map.show(state.place, near);
    find("unplace").hidden = !place;
    if (!place) {
      cityops.setText(find("area"), word("noPlace"));
      find("similar").replaceChildren();
    } else askSoon();
  }

  function setMaster(one) {
    state.master = one && one.id;
    find("merge").hidden = !one;
    cityops.setText(find("merge-number"), one ? `${one.what} ${one.number}` : "");
    if (one) form.querySelector(".call-send").focus();
  }

  const showGround = () =>
    root.querySelectorAll("[data-say]").forEach((one) => (one.hidden = one.dataset.say !== fields.ground.value));
  const showAnswer = () => (find("answer").hidden = fields.kind.value !== "consult");

  /* ---- registering ---- */

  function call() {
    const isQuestion = fields.kind.value === "consult";
    return {
      kind: fields.kind.value,
      device: state.device,
      code: state.code,
      said: fields.said.value,
      name: fields.name.value,
      phone: fields.phone.value,
      confidential: fields.confidential.checked,
      wants_call: fields.wants_call.checked,
      category: state.category,
      address: fields.address.value,
      ...(state.place || {}),
      answer: isQuestion ? fields.answer.value : "",
      ground: fields.ground.value || null,
      master: state.master,
    };
  }

  let isSent = false;
  async function register() {
    if (isSent) return;
    isSent = true;
    const label = form.querySelector(".call-send").dataset.words;
    cityops.setText(find("call-error"), "");
    const answer = await cityops.requests.act("/hotline/report", { body: call(), label });
    isSent = false;
    if (answer.status === 401) return location.reload();
    if (answer.ok) return readOut(answer.content);
    const why = answer.status ? answer.content.words || answer.content.message : cityops.say("case_outage");
    cityops.setText(find("call-error"), why || String(answer.status));
  }

  function readOut(content) {
    const became = content.is_new
      ? { answered: word("isAnswered"), merged: word("isMerged", content.master) }[content.state] || word("isReported")
      : word("wasThere");
    cityops.setText(find("number"), content.number);
    cityops.setText(find("code"), state.code.replace(/(.{4})/, "$1 "));
    cityops.setText(find("became"), became);
    const link = find("case-link");
    link.href = `/cases/${content.case}`;
    link.textContent = content.case_number;
    form.hidden = true;
    told.hidden = false;
    find("next").focus();
  }

  /* ---- keys ---- */

  form.addEventListener("input", ({ target }) => {
    if (target === fields.category_words) state.category = "";
    if (target.name === "kind") showAnswer();
    askSoon();
  });
  fields.ground.addEventListener("change", showGround);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    register();
  });
  form.addEventListener("keydown", (event) => {
    if (event.target === fields.category_words) steer(event, "call-categories");
    if (event.target === fields.address) steer(event, "call-places");
    const isField = event.target.tagName === "INPUT";
    if (event.key === "Enter" && isField && !event.ctrlKey) event.preventDefault(); /* no half a call */
  });
  document.addEventListener("keydown", (event) => {
    if (form.hidden || event.defaultPrevented) return;
    if (event.key === "Enter" && event.ctrlKey) register();
    else if (event.altKey && /^[1-6]$/.test(event.key)) {
      form.querySelectorAll("[name=kind]")[Number(event.key) - 1].click();
    } else return;
    event.preventDefault();
  });
  for (const id of ["call-categories", "call-places"]) {
    fields[inputOf[id]].addEventListener("blur", () => options(id, []));
  }
  find("unplace").addEventListener("click", () => setPlace(null));
  find("merge-off").addEventListener("click", () => setMaster(null));
  find("next").addEventListener("click", begin);
  cityops.hotline = { setPlace };
  begin();
})();
