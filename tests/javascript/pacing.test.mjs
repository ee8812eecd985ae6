/* Who draws slowly gets fewer changes, all of them. */
import assert from "node:assert/strict";
import test from "node:test";
import { load, plain } from "./load.mjs";

/* A page whose drawing takes `cost` ms, and its clock; `rests` and `longest` as in pacing.js. With `isSlow` what it drew is seen when
   the test says so. */
function page(cost, { isSlow = false, ...pace } = {}) {
  const drawn = [];
  const timers = [];
  const unseen = [];
  let now = 0;
  const draw = (patch) => {
    drawn.push(plain(patch));
    now += cost;
    return isSlow ? new Promise((done) => unseen.push(done)) : null;
  };
  const by = { now: () => now, later: (call, ms) => timers.push({ call, at: now + ms }), ...pace };
  const pass = load("pacing.js", {}).cityops.pace(draw, by);
  return {
    drawn,
    pass,
    async see() {
      unseen.shift()();
      await null;
    },
    wait(ms) {
      now += ms;
      while (timers.length && timers[0].at <= now) timers.shift().call();
    },
  };
}

test("who draws at once gets each change at once", () => {
  const quick = page(0);
  [{ a: 1 }, { a: 2 }, null].forEach(quick.pass);
  assert.deepEqual(quick.drawn, [{ a: 1 }, { a: 2 }, null]);
});

test("who draws for 40 ms has 40 ms of rest, and then gets all that came", () => {
  const slow = page(40);
  slow.pass({ a: 1 });
  slow.pass({ a: 2, b: { c: 1, d: [1, 2] } });
  slow.pass({ b: { c: null, d: [3] }, e: 5 });
  slow.wait(39);
  assert.deepEqual(slow.drawn, [{ a: 1 }]);
  slow.wait(1);
  assert.deepEqual(slow.drawn, [{ a: 1 }, { a: 2, b: { c: null, d: [3] }, e: 5 }]);
});

test("everything new and a change are everything", () => {
  for (const [first, second] of [
    [null, { a: 1 }],
    [{ a: 1 }, null],
  ]) {
    const slow = page(10);
    slow.pass({});
    slow.pass(first);
    slow.pass(second);
    slow.wait(10);
    assert.deepEqual(slow.drawn, [{}, null]);
  }
});

test("an alert that is new, over or in another state waits for no rest; its value does", () => {
  for (const alerts of [{ 7: { version: 1 } }, { 7: null }]) {
    const slow = page(40);
    slow.pass({ a: 1 });
    slow.pass({ a: 2 });
    slow.pass({ alerts });
    assert.deepEqual(slow.drawn, [{ a: 1 }, { a: 2, alerts }]);
    slow.wait(100);
    assert.equal(slow.drawn.length, 2); /* nothing is drawn twice */
  }
  const calm = page(40);
  calm.pass({ a: 1 });
  calm.pass({ alerts: { 7: { value_text: "9 %" } } });
  assert.equal(calm.drawn.length, 1);
});

test("nobody rests for more than a second", () => {
  const stuck = page(60000);
  stuck.pass({ a: 1 });
  stuck.pass({ a: 2 });
  stuck.wait(1000);
  assert.equal(stuck.drawn.length, 2);
});

test("a map may be told to rest longer, but not for ever", () => {
  const map = page(60000, { longest: 4000 });
  map.pass({ a: 1 });
  map.pass({ a: 2 });
  map.wait(3999);
  assert.equal(map.drawn.length, 1);
  map.wait(1);
  assert.equal(map.drawn.length, 2);
});

test("what is drawn but not seen yet is still being drawn", async () => {
  const map = page(10, { isSlow: true, rests: 2 });
  map.pass({ a: 1 });
  map.wait(290);
  map.pass({ a: 2 });
  map.pass({ a: 3 });
  map.wait(5000);
  assert.deepEqual(map.drawn, [{ a: 1 }]); /* however long it takes, nothing more is handed over */
});

test("it rests twice as long as it took until it was seen", async () => {
  const map = page(10, { isSlow: true, rests: 2 });
  map.pass({ a: 1 });
  map.wait(290);
  map.pass({ a: 2 });
  await map.see();
  map.wait(599);
  assert.equal(map.drawn.length, 1);
  map.wait(1);
  assert.deepEqual(map.drawn, [{ a: 1 }, { a: 2 }]);
  await map.see();
  map.wait(1000);
  assert.equal(map.drawn.length, 2); /* nothing new, nothing drawn */
});

test("an alert does not wait until something else is seen", async () => {
  const map = page(10, { isSlow: true });
  map.pass({ a: 1 });
  map.pass({ a: 2 });
  map.pass({ alerts: { 7: null } });
  assert.deepEqual(map.drawn, [{ a: 1 }, { a: 2, alerts: { 7: null } }]);
});
