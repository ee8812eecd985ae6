/* What an officer has at hand while the page is loaded anew, in the other language say (language.js): marks,
   unfolded incidents, what is new and unseen, the way back from a slip, and the open form with what is in it. */
(function () {
  "use strict";
  window.cityops ||= {};
  const { cityops } = window;
  cityops.desk ||= {};
  const { desk } = cityops;

  cityops.carry(
    "desk",
    () => ({
      marked: [...desk.marked],
      unfolded: [...desk.unfolded],
      news: [...desk.news],
      undo: desk.undoLeft(),
      form: desk.formOpen(),
    }),
    (kept, age) => {
      if (!cityops.live.picture || !cityops.live.picture.alerts) return false;
      bringBackOnce(kept, age);
      return !kept.form || desk.reopen(kept.form);
    },
  );

  function bringBackOnce(kept, age) {
    for (const name of ["marked", "unfolded", "news"]) (kept[name] || []).forEach((one) => desk[name].add(one));
    if (kept.undo) desk.offerUndo(kept.undo.id, kept.undo.left - age);
    if (kept.marked) desk.show(new Set());
    for (const name of ["marked", "unfolded", "news", "undo"]) delete kept[name];
  }
})();
