/* The order of the queue: what passes the filters, incidents together, what needs a person most first. No DOM. */
(function () {
  "use strict";
  window.cityops ||= {};
  const { cityops } = window;
  cityops.desk ||= {};
  const { desk } = cityops;

  /* What an alert is to a person is decided in alerts/board/open_alert.py; its rank is a text, the smaller the sooner. */
  desk.isAside = (alert) => alert.aside;
  desk.isWaiting = (alert) => alert.waiting;
  desk.dueOf = (alert) => alert.due;

  desk.groupOf = (alert) => (alert.incident ? `incident-${alert.incident}` : alert.id);

  /* The lines of the queue by id: {id, order, fold, inside}. An incident is one line, that of the alert that needs
     a person most, with the number of its alerts; unfolded, the others follow it. */
  desk.arrange = (alerts, passes, unfolded) => {
    const groups = new Map();
    for (const id in alerts) {
      const alert = alerts[id];
      if (!passes(alert)) continue;
      const name = desk.groupOf(alert);
      const mine = alert.rank;
      const group = groups.get(name);
      if (!group) groups.set(name, { lead: id, key: mine, members: [id] });
      else {
        group.members.push(id);
        if (mine < group.key) Object.assign(group, { lead: id, key: mine });
      }
    }
    const lines = new Map();
    for (const [name, group] of groups) {
      const many = group.members.length > 1;
      const open = many && unfolded.has(name);
      lines.set(group.lead, {
        id: group.lead,
        order: `${group.key}0`,
        fold: many ? group.members.length : 0,
        open,
        inside: false,
      });
      if (!open) continue;
      for (const id of group.members) {
        if (id === group.lead) continue;
        lines.set(id, { id, order: `${group.key}1${alerts[id].rank}`, fold: 0, open: false, inside: true });
      }
    }
    return lines;
  };

  /* The alerts that a line stands for: a folded incident is all of its alerts that pass. */
  desk.standsFor = (line, alerts, passes) => {
    if (!line.fold || line.open) return [line.id];
    const name = desk.groupOf(alerts[line.id]);
    return Object.keys(alerts).filter((id) => desk.groupOf(alerts[id]) === name && passes(alerts[id]));
  };
})();
