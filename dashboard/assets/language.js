/* The language links, and what a person has open while the page is loaded anew: what was typed, where they had
   scrolled to and what a page adds are kept in this tab, put back once, and forgotten. A password never is kept, and
   what was typed into the new page meanwhile stays. */
(function () {
  "use strict";
  const cityops = window.cityops;
  const { clock } = cityops;
  const STORE = "cityops-carried";
  const FRESH = 60000; /* ms: what is older was left, not loaded anew */
  const PATIENCE = 30000; /* ms: a page fills itself after it has loaded */
  const TYPED =
    "input:not([type=password], [type=hidden], [type=radio], [type=file], [autocomplete=one-time-code]), textarea, select";
  const carried = new Map(); /* name -> {keep, restore} */

  /* Have something carried over. `restore(kept, age)` says whether it is done; until then it is asked again. */
  cityops.carry = (name, keep, restore) => carried.set(name, { keep, restore });

  /* Whose page this is: what one person typed is nobody else's. */
  const person = () => (document.querySelector("[data-person]") || { dataset: {} }).dataset.person || "";

  /* What is shown, whatever the language. */
  function place() {
    const address = new URL(location.href);
    address.searchParams.delete("lang");
    return address.pathname + address.search;
  }

  /* A form that was sent has been dealt with: the page that answers starts afresh. */
  let isSent = false;
  window.addEventListener("submit", (event) => (isSent = !event.defaultPrevented));
  cityops.forgetTyped = () => (isSent = true); /* it was sent by a script (forms.js) */

  window.addEventListener("pagehide", () => {
    if (isSent) return;
    const kept = Object.fromEntries([...carried].map(([name, { keep }]) => [name, keep()]));
    sessionStorage.setItem(STORE, JSON.stringify({ place: place(), person: person(), at: clock.now(), kept }));
  });

  function bringBack(found) {
    const waiting = new Set(Object.keys(found.kept));
    const until = clock.steady() + PATIENCE;
    const timer = setInterval(() => {
      if (clock.steady() > until) clearInterval(timer);
      if (person() !== found.person) return; /* not drawn yet, or somebody else's */
      for (const name of waiting) {
        if (carried.has(name) && carried.get(name).restore(found.kept[name], clock.now() - found.at)) {
          waiting.delete(name);
        }
      }
      if (!waiting.size) clearInterval(timer);
    }, 100);
  }

  const found = JSON.parse(sessionStorage.getItem(STORE) || "null");
  sessionStorage.removeItem(STORE);
  if (found && found.place === place() && clock.now() - found.at < FRESH) bringBack(found);

  /* A language link keeps the rest of the address: an area, a chosen sensor. It is no step in the browser's history. */
  document.addEventListener("click", (event) => {
    const link = event.target.closest && event.target.closest("[data-language]");
    if (!link) return;
    event.preventDefault();
    const address = new URL(location.href);
    new URL(link.href).searchParams.forEach((value, name) => address.searchParams.set(name, value));
    location.replace(address);
  });

  /* Once the language is in its cookie the address need not carry it: a link sent on keeps the reader's own. */
  const address = new URL(location.href);
  if (address.searchParams.has("lang")) {
    address.searchParams.delete("lang");
    history.replaceState(history.state, "", address);
  }

  /* ---- What was typed. A field of a table belongs to the account that its row names. ---- */

  function nameOf(node) {
    if (node.id || !node.name || !node.form) return node.id;
    const row = node.form.querySelector("input[type=hidden][name=name]");
    return [node.form.getAttribute("action"), row ? row.value : "", node.name].join(" ");
  }
  const fields = () => [...document.querySelectorAll(TYPED)].filter((node) => nameOf(node) && !node.closest("dialog"));
  const valueOf = (node) => (node.type === "checkbox" ? node.checked : node.value);

  /* What the page itself has in a field. */
  function givenIn(node) {
    if (node.type === "checkbox") return node.defaultChecked;
    if (node.tagName !== "SELECT") return node.defaultValue;
    const options = [...node.options];
    return (options.findLast((option) => option.defaultSelected) || options[0] || { value: "" }).value;
  }

  /* A person may be faster than what is put back: these fields are theirs, by name, as Dash may draw one again. */
  const touched = new Set(
    fields()
      .filter((node) => valueOf(node) !== givenIn(node))
      .map(nameOf),
  );
  for (const kind of ["input", "change"]) {
    document.addEventListener(kind, ({ target }) => touched.add(nameOf(target)), { capture: true });
  }

  /* Write into a field as a person would: what watches it must hear of it. */
  cityops.fill = (node, value) => {
    if (node.type === "checkbox") {
      if (node.checked !== value) node.click();
      return;
    }
    /* Past the component's own setter, which would take the value for known and hear nothing. */
    Reflect.set(Object.getPrototypeOf(node), "value", value, node);
    for (const kind of ["input", "change"]) node.dispatchEvent(new Event(kind, { bubbles: true }));
  };

  cityops.carry(
    "fields",
    () => Object.fromEntries(fields().map((node) => [nameOf(node), valueOf(node)])),
    (kept) => {
      for (const node of fields()) {
        const name = nameOf(node);
        if (!(name in kept)) continue;
        if (touched.has(name)) {
          delete kept[name];
          continue;
        }
        const isOffered = node.tagName !== "SELECT" || [...node.options].some((option) => option.value === kept[name]);
        if (!isOffered) continue; /* its options come later */
        if (valueOf(node) !== kept[name]) cityops.fill(node, kept[name]);
        delete kept[name];
      }
      return !Object.keys(kept).length;
    },
  );

  /* ---- Where they had scrolled to, unless they scroll again meanwhile. ---- */

  let isMoved = false;
  for (const kind of ["wheel", "pointerdown", "keydown", "touchstart"]) {
    document.addEventListener(kind, () => (isMoved = true), { passive: true, capture: true });
  }

  const pathOf = (node) =>
    node.id ? `#${CSS.escape(node.id)}` : [...node.classList].map((name) => `.${CSS.escape(name)}`).join("");
  const boxOf = (path) => (path ? document.querySelector(path) : document.scrollingElement);

  cityops.carry(
    "scrolled",
    () => {
      const places = {};
      for (const node of document.querySelectorAll("*")) {
        const path = node === document.scrollingElement ? "" : pathOf(node);
        if (node.scrollTop > 0 && boxOf(path) === node) places[path] = node.scrollTop;
      }
      return places;
    },
    (places) => {
      for (const [path, top] of Object.entries(places)) {
        const box = boxOf(path);
        if (box && Math.abs(box.scrollTop - top) >= 1) box.scrollTop = top;
        if (box && Math.abs(box.scrollTop - top) < 1) delete places[path];
      }
      return isMoved || !Object.keys(places).length;
    },
  );
})();
