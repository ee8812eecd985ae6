/* One of an officer's tabs, and no other: a lease in the browser's storage, that its holder renews and another takes
   over once it has run out, as when the holder was closed or stopped by the browser. */
(function () {
  "use strict";
  window.cityops ||= {};
  const { cityops } = window;
  const LASTS = 5000; /* ms */
  const SETTLES = 1000; /* ms until tabs that took it at once have heard of each other: storage tells them later */

  /* Whether this tab may take what is stored ({tab, at}, or null) at `now`. A time to come is a clock's fault. */
  cityops.mayTake = (lease, tab, now) => !lease || lease.tab === tab || Math.abs(now - lease.at) > LASTS;

  /* Whether it was taken just now. A time to come is a clock's fault. */
  const isSettling = ({ since }, now) => now >= since && now - since < SETTLES;

  cityops.makeLease = (name, { storage, tab, now }) => {
    const read = () => {
      try {
        return JSON.parse(storage.getItem(name) ?? "null");
      } catch {
        return null; /* not ours */
      }
    };
    return {
      /* Take or renew it; say whether this tab has it. Of two that take it at once the later one does, once both know. */
      hold: () => {
        const lease = read();
        if (!cityops.mayTake(lease, tab, now())) return false;
        const isMine = lease?.tab === tab;
        if (isMine && isSettling(lease, now())) return false;
        storage.setItem(name, JSON.stringify({ tab, at: now(), since: isMine ? lease.since : now() }));
        return isMine;
      },
      leave: () => {
        const lease = read();
        if (lease && lease.tab === tab) storage.removeItem(name);
      },
    };
  };
})();
