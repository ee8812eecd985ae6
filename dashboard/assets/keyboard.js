/* Keys that belong to an input method, for every page: while a word is being composed, the Enter that confirms it and
   the letters that spell it are nobody's command. They end here, before any script or component hears them. */
(function () {
  "use strict";
  window.cityops ||= {};
  const { cityops } = window;
  const BY_INPUT_METHOD = 229; /* the key code of a key that an input method has taken */

  /* Some input methods, and Safari, tell the end of the composition before the key that ended it: of that key only
     its code says whose it was. */
  cityops.isComposing = (event) => event.isComposing || event.keyCode === BY_INPUT_METHOD || event.key === "Process";

  for (const kind of ["keydown", "keypress", "keyup"]) {
    const hear = (/** @type {any} */ event) => cityops.isComposing(event) && event.stopImmediatePropagation();
    window.addEventListener(kind, hear, true);
  }

  /* Text as it is compared in a search: full width is half width, large letters are small (cityops/names.py). */
  cityops.fold = (text) => text.normalize("NFKC").toLowerCase().trim();

  /* Call `work` with what is written in a field, folded, whenever it changed: a word that is being composed is none. */
  cityops.onSearch = (id, work) => {
    const hear = (event) => event.target.id === id && !event.isComposing && work(cityops.fold(event.target.value));
    for (const kind of ["input", "compositionend"]) document.addEventListener(kind, hear);
  };
})();
