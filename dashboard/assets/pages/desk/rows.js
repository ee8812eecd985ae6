/* What a grid's rows were and what they shall be: the transaction between them. Pure. */
(function () {
  "use strict";
  window.cityops ||= {};
  const { cityops } = window;
  cityops.desk ||= {};
  const { desk } = cityops;
  const OF_THE_LINE = ["order", "fold", "open", "marked", "markable"];

  /* `before`, `after`: lines by id (queue.js); `touched`: the alerts whose own data changed, null for all of them.
     Return the rows to add, update and remove, and the ids of those that move. */
  desk.changesOf = (before, after, alerts, touched) => {
    const isSame = (one, other) => OF_THE_LINE.every((name) => one[name] === other[name]);
    const row = (id) => ({ ...alerts[id], ...after.get(id) });
    const ids = [...after.keys()];
    const kept = ids.filter((id) => before.has(id));
    const changed = kept.filter((id) => !touched || touched.has(id) || !isSame(before.get(id), after.get(id)));
    return {
      add: ids.filter((id) => !before.has(id)).map(row),
      update: changed.map(row),
      remove: [...before.keys()].filter((id) => !after.has(id)).map((id) => ({ id })),
      moved: new Set(changed.filter((id) => before.get(id).order !== after.get(id).order)),
    };
  };
})();
