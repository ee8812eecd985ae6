/* Every request of a page: a limit for the whole of it, what still waits, and what became of an act without an answer.
   An act has a key of its own (dashboard/requests/idempotency.py): sent again it does nothing twice, and who asks for the key
   learns whether it is stored. No DOM: fetch, clock and timers are handed in (waiting.js has the page's). */
(function () {
  "use strict";
  window.cityops ||= {};
  const { cityops } = window;
  const SEEN_AFTER = 2000; /* ms until a wait is to be seen */
  const WORDS_AFTER = 8000; /* ms until more is said of it */
  const ACT_LIMIT = 15000; /* ms from sending an act to the last byte of its answer */
  const READ_LIMIT = 30000; /* ms for what a page reads, both tries together */
  const FILE_LIMIT = 600000; /* ms for a file, however long: some hold the readings of months */
  const ASK_LIMIT = 5000; /* ms for the question what is stored */
  const TRIES = 3; /* of an act whose sender can only be given the answer itself */
  const BACKOFF = [500, 1000, 2000, 4000, 8000, 15000]; /* ms between two tries; the last one for ever */
  const KEY = "Idempotency-Key";
  const EMPTY = new Set([204, 205, 304]); /* answers that have no body */

  /* How a wait is to be shown: "" (not yet), waiting, slow; of an act also asking (what is stored) and unknown. */
  cityops.phaseOf = (wait, now) => {
    if (wait.phase) return wait.phase;
    const passed = now - wait.since;
    return passed < SEEN_AFTER ? "" : passed < WORDS_AFTER ? "waiting" : "slow";
  };

  /* `fetch`: the browser's. `now()`: a steady clock, ms. `after(ms, work)` returns what cancels it. `newKey()`: random. */
  cityops.makeRequests = ({ fetch, now, after, newKey }) => {
    const waits = new Set(); /* {label, isAct, key, since, phase} */
    const listeners = [];
    const changed = () => listeners.forEach((listener) => listener());
    const pause = (tried) =>
      new Promise((/** @type {(value?: any) => void} */ done) =>
        after(BACKOFF[Math.min(tried, BACKOFF.length - 1)], done),
      );

    function begin(label, key) {
      const wait = { label, key, isAct: Boolean(key), since: now(), phase: "" };
      waits.add(wait);
      changed();
      return wait;
    }

    function end(wait) {
      waits.delete(wait);
      changed();
    }

    function enter(wait, phase) {
      wait.phase = phase;
      changed();
    }

    /* The answer with its whole body, within the limit: a server that sends a byte at a time holds nobody. */
    async function whole(address, options, limit) {
      const breaker = new AbortController();
      const cancel = after(limit, () => breaker.abort());
      if (options.signal) options.signal.addEventListener("abort", () => breaker.abort());
      try {
        const answer = await fetch(address, { ...options, signal: breaker.signal });
        const body = EMPTY.has(answer.status) ? null : await answer.arrayBuffer();
        const { status, statusText, headers, url, redirected } = answer;
        return Object.defineProperties(new Response(body, { status, statusText, headers }), {
          url: { value: url },
          redirected: { value: redirected },
        });
      } finally {
        cancel();
      }
    }

    /* The same, but null where there is no answer, or only that of a server that itself does not know. */
    const answerOf = (address, options, limit) =>
      whole(address, options, limit).then(
        (answer) => (answer.status >= 500 ? null : answer),
        () => null,
      );

    const named = (options, key) => {
      const headers = new Headers(options.headers);
      headers.set(KEY, key);
      return { ...options, headers };
    };

    /* Send something once, as fetch does, but within a limit. */
    async function once(address, options, label = "", limit = ACT_LIMIT) {
      const wait = begin(label);
      try {
        return await whole(address, options, limit);
      } finally {
        end(wait);
      }
    }

    /* Read something: as fetch does, but within a limit, and once more where the network failed at once. */
    async function read(address, options = {}, label = "") {
      const wait = begin(label);
      const until = now() + READ_LIMIT;
      try {
        return await whole(address, options, READ_LIMIT).catch(async (failure) => {
          if (failure.name === "AbortError" || now() + BACKOFF[0] >= until) throw failure;
          await pause(0);
          return whole(address, options, until - now());
        });
      } finally {
        end(wait);
      }
    }

    /* What became of a key, {state, answer}: asked until somebody answers. It withdraws what is not stored, so that
       nothing is stored later behind the back of who was told that it is not. A session that is over: {state: "gone"}. */
    async function settle(wait) {
      for (let tried = 0; ; tried++) {
        enter(wait, tried ? "unknown" : "asking");
        const answer = await answerOf(`/api/v1/requests/${wait.key}`, { method: "DELETE" }, ASK_LIMIT);
        if (answer && answer.ok) return answer.json();
        if (answer && answer.status === 401) return { state: "gone" };
        await pause(tried);
      }
    }

    /* Send an act: {answer} of the server, or where none came {became}: what is stored. Never rejects. */
    async function send(address, options, label = "") {
      const key = newKey();
      const wait = begin(label, key);
      try {
        const answer = await answerOf(address, named(options, key), ACT_LIMIT);
        return answer ? { answer } : { became: await settle(wait) };
      } finally {
        end(wait);
      }
    }

    /* The same with JSON both ways: {ok, status, content}; status 0: nothing was stored, and nothing will be. */
    async function act(address, { method = "POST", body, label }) {
      const content =
        body === undefined ? {} : { headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
      const { answer, became } = await send(address, { method, ...content }, label);
      if (answer) return { ok: answer.ok, status: answer.status, content: await answer.json().catch(() => ({})) };
      const ok = became.state === "stored";
      return { ok, status: ok ? 200 : became.state === "gone" ? 401 : 0, content: became.answer || {} };
    }

    /* Send an act for somebody who needs the answer itself: the same request again, some times. Who gets none rejects,
       and `told(stored)` is called when it is known what became of it. */
    async function insist(address, options, label, told) {
      const key = newKey();
      const wait = begin(label, key);
      for (let tried = 0; tried < TRIES; tried++) {
        const answer = await answerOf(address, named(options, key), ACT_LIMIT);
        if (answer) {
          end(wait);
          return answer;
        }
        await pause(tried);
      }
      resume(wait).then(told);
      throw new TypeError("the server did not answer");
    }

    /* Find out what became of an act. Resolves with whether it is stored; null: nobody can ask any more. */
    async function resume(wait) {
      waits.add(wait);
      const became = await settle(wait);
      end(wait);
      return became.state === "gone" ? null : became.state === "stored";
    }

    return {
      FILE_LIMIT,
      once,
      read,
      send,
      act,
      insist,
      resume,
      waits: () => [...waits],
      listen: (listener) => listeners.push(listener),
    };
  };
})();
