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
    const rows = (lines) => lines.map(([id, line]) => ({ ...alerts[id], ...line }));
    const lines = [...after];
    const isNew = (id, line) => !touched || touched.has(id) || !isSame(before.get(id), line);
    const changed = lines.filter(([id, line]) => before.has(id) && isNew(id, line));
    return {
      add: rows(lines.filter(([id]) => !before.has(id))),
      update: rows(changed),
      remove: [...before.keys()].filter((id) => !after.has(id)).map((id) => ({ id })),
      moved: new Set(changed.filter(([id, line]) => before.get(id)?.order !== line.order).map(([id]) => id)),
    };
  };
})();
