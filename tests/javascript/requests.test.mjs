/* Waits, limits and lost answers, on a clock that the test moves: nothing here waits. */
import assert from "node:assert/strict";
import test from "node:test";
import { load, plain } from "./load.mjs";

const { cityops } = load("requests.js", { AbortController, Response, Headers });

/* A server whose answers are given by hand, and a clock that is moved by hand. */
function ground() {
  const timers = new Set();
  const sent = [];
  const world = {
    now: 0,
    sent,
    requests: cityops.makeRequests({
      now: () => world.now,
      after: (ms, work) => {
        const timer = { at: world.now + ms, work };
        timers.add(timer);
        return () => timers.delete(timer);
      },
      newKey: () => `key-${sent.length}`,
      fetch: (address, options) =>
        new Promise((answer, fail) => {
          const abort = () => fail(new DOMException("aborted", "AbortError"));
          options.signal.addEventListener("abort", abort);
          sent.push({
            address,
            ...options,
            key: new Headers(options.headers).get("Idempotency-Key"),
            answer: (status, content) =>
              answer(new Response(content === undefined ? null : JSON.stringify(content), { status })),
            cut: () => fail(new TypeError("network")),
          });
        }),
    }),
    /* Let time pass, and everything happen that is due. */
    async pass(ms) {
      const end = world.now + ms;
      for (;;) {
        for (let turn = 0; turn < 20; turn++) await null;
        await new Promise(setImmediate);
        const due = [...timers].filter(({ at }) => at <= end).sort((one, other) => one.at - other.at)[0];
        if (!due) break;
        timers.delete(due);
        world.now = Math.max(world.now, due.at);
        due.work();
      }
      world.now = end;
    },
    phases: () => plain(world.requests.waits().map((wait) => cityops.phaseOf(wait, world.now))),
  };
  return world;
}

const act = (world, label = "comment") =>
  world.requests.act("/api/v1/alerts/1/comment", { body: { text: "x" }, label });

test("a wait is seen after two seconds, told after eight, and over with the answer", async () => {
  const world = ground();
  const answered = act(world);
  await world.pass(1999);
  assert.deepEqual(world.phases(), [""]);
  await world.pass(1);
  assert.deepEqual(world.phases(), ["waiting"]);
  await world.pass(6000);
  assert.deepEqual(world.phases(), ["slow"]);
  world.sent[0].answer(200, { version: 3 });
  assert.deepEqual(plain(await answered), { ok: true, status: 200, content: { version: 3 } });
  assert.deepEqual(world.phases(), []);
});

test("an act without an answer is ended, asked for, and told as it is stored", async () => {
  const world = ground();
  const answered = act(world);
  await world.pass(15000);
  assert.deepEqual(world.phases(), ["asking"]);
  assert.deepEqual([world.sent[1].method, world.sent[1].address], ["DELETE", `/api/v1/requests/${world.sent[0].key}`]);
  world.sent[1].answer(200, { state: "stored", answer: { version: 7 } });
  assert.deepEqual(plain(await answered), { ok: true, status: 200, content: { version: 7 } });
  assert.equal(world.sent.length, 2); /* it was sent once */
});

test("an act that the network ate is asked for at once, and not stored is final", async () => {
  const world = ground();
  const answered = act(world);
  world.sent[0].cut();
  await world.pass(0);
  world.sent[1].answer(200, { state: "withdrawn" });
  assert.deepEqual(plain(await answered), { ok: false, status: 0, content: {} });
});

test("a server that failed may have stored it: it is asked, and as long as nobody answers it stays unknown", async () => {
  const world = ground();
  const answered = act(world);
  world.sent[0].answer(503, { error: "storage" });
  await world.pass(0);
  world.sent[1].cut();
  await world.pass(500);
  assert.deepEqual(world.phases(), ["unknown"]);
  await world.pass(5000); /* the second question is never answered */
  await world.pass(60000);
  assert.deepEqual(world.phases(), ["unknown"]);
  assert.ok(world.sent.length < 12, `${world.sent.length} questions in a minute`);
  for (const asked = world.sent.length; world.sent.length === asked;) await world.pass(1000);
  world.sent.at(-1).answer(200, { state: "stored", answer: null });
  assert.deepEqual(plain(await answered), { ok: true, status: 200, content: {} });
});

test("a refusal is an answer", async () => {
  const world = ground();
  const answered = act(world);
  world.sent[0].answer(409, { error: "lost_race", winner: "wang" });
  assert.deepEqual(plain(await answered), { ok: false, status: 409, content: { error: "lost_race", winner: "wang" } });
  assert.equal(world.sent.length, 1);
});

test("acts wait beside one another, each under a key of its own", async () => {
  const world = ground();
  act(world, "first");
  const second = act(world, "second");
  world.sent[1].answer(200, {});
  await second;
  assert.deepEqual(plain(world.requests.waits().map(({ label }) => label)), ["first"]);
  assert.notEqual(world.sent[0].key, world.sent[1].key);
});

test("who needs the answer itself sends the same request again, and at the end learns what is stored", async () => {
  const world = ground();
  const told = [];
  const answered = world.requests.insist("/_dash-update-component", { method: "POST", body: "{}" }, "note", (stored) =>
    told.push(stored),
  );
  answered.catch(() => {});
  const refused = assert.rejects(answered, { name: "TypeError" });
  await world.pass(15000 + 500);
  await world.pass(15000 + 1000);
  await world.pass(15000 + 2000);
  await refused;
  assert.deepEqual(new Set(world.sent.slice(0, 3).map(({ key }) => key)).size, 1);
  assert.equal(world.sent[3].method, "DELETE");
  world.sent[3].answer(200, { state: "stored", answer: null });
  await world.pass(0);
  assert.deepEqual(told, [true]);
  assert.deepEqual(world.phases(), []);
});

test("a read has a limit for the whole, its body too, and tries once more when the network failed", async () => {
  const world = ground();
  const read = world.requests.read("/api/v1/sensors");
  world.sent[0].cut();
  await world.pass(500);
  const failed = assert.rejects(read, { name: "AbortError" });
  await world.pass(30000);
  await failed;
  assert.equal(world.sent.length, 2);
  assert.deepEqual(world.phases(), []);
});

test("a session that is over is no answer to what is stored", async () => {
  const world = ground();
  const answered = act(world);
  world.sent[0].cut();
  await world.pass(0);
  world.sent[1].answer(401, {});
  assert.equal((await answered).status, 401);
});
