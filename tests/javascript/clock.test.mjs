/* The page's clock: the server's time, counted on by a steady clock; this PC's own clock changes nothing. */
import assert from "node:assert/strict";
import test from "node:test";
import { load } from "./load.mjs";

const HOUR = 3600_000;
const SERVER = 1_764_000_000_000;

/* A PC with two clocks that a test moves: `steady` may stop (sleep), `wall` may be set. */
function makePc({ error = 0 } = {}) {
  const pc = { steady: 5_000, wall: SERVER + error };
  pc.pass = (ms, { asleep = false } = {}) => {
    pc.wall += ms;
    if (!asleep) pc.steady += ms;
  };
  const browser = { document: { querySelector: () => null }, setInterval: () => 0, Date };
  const { makeClock } = load("clock.js", browser).cityops;
  pc.clock = makeClock({ steady: () => pc.steady, wall: () => pc.wall });
  return pc;
}

test("the time is the server's, whatever the PC's clock says", () => {
  for (const error of [0, 8 * HOUR, -10 * 60_000]) {
    const pc = makePc({ error });
    pc.clock.hear(SERVER);
    pc.pass(90_000);
    assert.equal(pc.clock.now(), SERVER + 90_000);
    assert.equal(pc.clock.error(), error);
  }
});

test("a clock that is set while the page is used changes nothing", () => {
  const pc = makePc();
  pc.clock.hear(SERVER);
  pc.wall += 8 * HOUR;
  pc.pass(1_000);
  assert.equal(pc.clock.now(), SERVER + 1_000);
  assert.ok(pc.clock.hasLeapt());
  assert.ok(!pc.clock.hasLeapt());
});

test("after a night asleep the server's next word counts at once", () => {
  const pc = makePc();
  pc.clock.hear(SERVER);
  pc.pass(8 * HOUR, { asleep: true });
  assert.ok(pc.clock.hasLeapt());
  pc.clock.hear(SERVER + 8 * HOUR);
  assert.equal(pc.clock.now(), SERVER + 8 * HOUR);
  assert.equal(pc.clock.error(), 0);
  assert.equal(pc.clock.steady(), 5_000 + 8 * HOUR); /* waiting and idling went on meanwhile */
});

test("neither slow words nor a clock that is set make waiting longer", () => {
  const pc = makePc();
  pc.clock.hear(SERVER);
  pc.wall += HOUR;
  for (const delay of [0, 4_000, 900]) {
    pc.pass(10_000);
    pc.clock.hear(SERVER + pc.steady - 5_000 - delay);
  }
  assert.equal(pc.clock.steady(), 35_000);
});

test("words that a slow network held up make nothing young", () => {
  const pc = makePc();
  pc.clock.hear(SERVER);
  pc.pass(30_000);
  pc.clock.hear(SERVER + 1_000); /* sent 29 s ago */
  assert.equal(pc.clock.now(), SERVER + 30_000);
});

test("a server whose own clock is set back is followed within a minute", () => {
  const pc = makePc();
  pc.clock.hear(SERVER);
  for (let second = 1; second <= 61; second++) {
    pc.pass(1_000);
    pc.clock.hear(SERVER - HOUR + second * 1_000);
  }
  assert.equal(pc.clock.now(), SERVER - HOUR + 61_000);
});

test("the last word of the server stays in force however long it is silent", () => {
  const pc = makePc();
  pc.clock.hear(SERVER);
  pc.pass(3 * HOUR);
  assert.equal(pc.clock.now(), SERVER + 3 * HOUR);
  assert.ok(!pc.clock.isToldOf());
});

test("the word that came with the page is as old as its loading took", () => {
  const pc = makePc();
  pc.clock.hear(SERVER, 4_000);
  assert.equal(pc.clock.now(), SERVER + 4_000);
});
