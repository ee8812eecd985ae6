/* One of an officer's tabs, and no other: a lease in the browser's storage, that its holder renews and another takes
   over once it has run out, as when the holder was closed or stopped by the browser. */
(function () {
  "use strict";
  window.cityops ||= {};
  const { cityops } = window;
  const LASTS = 5000; /* ms */

  /* Whether this tab may take what is stored ({tab, at}, or null) at `now`. A time to come is a clock's fault. */
  cityops.mayTake = (lease, tab, now) => !lease || lease.tab === tab || Math.abs(now - lease.at) > LASTS;

  cityops.makeLease = (name, { storage, tab, now }) => {
    const read = () => {
      try {
        return JSON.parse(storage.getItem(name) ?? "null");
      } catch {
        return null; /* not ours */
      }
    };
    return {
      /* Take or renew it; say whether this tab had it before: two that take it at once find out the next time. */
      hold: () => {
        const lease = read();
        if (!cityops.mayTake(lease, tab, now())) return false;
        storage.setItem(name, JSON.stringify({ tab, at: now() }));
        return Boolean(lease) && lease.tab === tab;
      },
      leave: () => {
        const lease = read();
        if (lease && lease.tab === tab) storage.removeItem(name);
      },
    };
  };
})();
