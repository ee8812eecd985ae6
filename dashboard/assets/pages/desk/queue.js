/* The order of the queue: what passes the filters, incidents together, what needs a person most first. No DOM. */
(function () {
  "use strict";
  const cityops = (window.cityops = window.cityops || {});
  const desk = (cityops.desk = cityops.desk || {});
  const NEVER = 9999999999999;
  const ASIDE = new Set(["SHLVD", "DSUPR", "OOSRV"]);

  const padded = (number) => String(number).padStart(13, "0");

  desk.isAside = (alert) => ASIDE.has(alert.state);
  desk.isWaiting = (alert) => !alert.acknowledged && !desk.isAside(alert);
  desk.dueOf = (alert) => (desk.isAside(alert) ? alert.shelved_until : alert.acknowledged ? alert.handle_due : alert.ack_due);

  /* Put aside last; first a red one of which nobody knows whether it still holds; then what nobody has, by
     severity, by the deadline, by age. Compared as text. */
  const keyOf = (alert) =>
    [
      desk.isAside(alert) ? 1 : 0,
      alert.severity === 1 && alert.stale_since ? 0 : 1,
      alert.acknowledged ? 1 : 0,
      alert.severity,
      padded(desk.dueOf(alert) || NEVER),
      padded(alert.opened),
      padded(alert.id),
    ].join("");

  const keys = new Map(); /* alert id -> its key, until it changes */

  desk.forget = (ids) => (ids ? ids.forEach((id) => keys.delete(id)) : keys.clear());

  function key(id, alert) {
    let found = keys.get(id);
    if (found === undefined) keys.set(id, (found = keyOf(alert)));
    return found;
  }

  desk.groupOf = (alert) => (alert.incident ? `incident-${alert.incident}` : alert.id);

  /* The lines of the queue by id: {id, order, fold, inside}. An incident is one line, that of the alert that needs
     a person most, with the number of its alerts; unfolded, the others follow it. */
  desk.arrange = (alerts, passes, unfolded) => {
    const groups = new Map();
    for (const id in alerts) {
      const alert = alerts[id];
      if (!passes(alert)) continue;
      const name = desk.groupOf(alert), mine = key(id, alert);
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
      lines.set(group.lead, { id: group.lead, order: `${group.key}0`, fold: many ? group.members.length : 0, open, inside: false });
      if (!open) continue;
      for (const id of group.members) {
        if (id === group.lead) continue;
        lines.set(id, { id, order: `${group.key}1${keys.get(id)}`, fold: 0, open: false, inside: true });
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
