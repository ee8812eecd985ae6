/* What a worker has sent and no server has yet confirmed, kept in this browser: each act with the key of its request,
   so that it is done once however often it is sent. No DOM: storage, the way to the server and the clock are handed in. */
(function () {
  "use strict";
  window.cityops ||= {};
  const { cityops } = window;

  /* `storage`: as localStorage. `send(item)` resolves with the status of the answer (0: none) and its content. */
  cityops.makeOutbox = ({ storage, name, send, newKey }) => {
    let isSending = false;
    const read = () => {
      try {
        return JSON.parse(storage.getItem(name) || "[]");
      } catch {
        return []; /* not ours */
      }
    };
    const write = (items) => storage.setItem(name, JSON.stringify(items));
    const drop = (key) => write(read().filter((item) => item.key !== key));

    return {
      items: read,
      /* Keep an act until the server has answered; false when this browser cannot keep it. */
      put: (item) => {
        try {
          write([...read(), { ...item, key: newKey() }]);
          return true;
        } catch {
          return false; /* the storage is full */
        }
      },
      /* Send all in their order; `told(item, answer)` for each that the server took or refused. What it did not answer
         stays, and what follows it on the same case waits for it. */
      flush: async (told) => {
        if (isSending) return;
        isSending = true;
        const held = new Set();
        try {
          for (const item of read()) {
            if (held.has(item.about)) continue;
            const answer = await send(item).catch(() => ({ status: 0, content: {} }));
            if (!answer.status || answer.status >= 500 || answer.status === 401 || answer.status === 429) {
              held.add(item.about);
              continue;
            }
            drop(item.key);
            told(item, answer);
          }
        } finally {
          isSending = false;
        }
      },
    };
  };
})();
