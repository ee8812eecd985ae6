/* When a page renews itself, when it asks, and that it never does so for ever. */
import assert from "node:assert/strict";
import test from "node:test";
import { load } from "./load.mjs";

const { decide } = load("renewal.js", { cityops: {} }).cityops.renewal;
const HOUR = 3600000;
const old = { mine: "a", theirs: "b" };

test("a page that is made of what the server has is left alone", () => {
  assert.equal(decide({ mine: "a", theirs: "a", isWall: true, isCalm: true }), "current");
  assert.equal(decide({ mine: undefined, theirs: "a", isWall: true, isCalm: true }), "current");
});

test("a wall waits for a calm moment, but not for ever", () => {
  assert.equal(decide({ ...old, isWall: true, isCalm: false }), "wait");
  assert.equal(decide({ ...old, isWall: true, isCalm: true }), "renew");
  assert.equal(decide({ ...old, isWall: true, isCalm: false, waited: 7 * HOUR }), "renew");
});

test("other pages ask first", () => assert.equal(decide({ ...old, isCalm: true }), "ask"));

test("a cache that keeps giving the old page makes no loop", () => {
  const tried = { made: "b", ago: 5000 };
  assert.equal(decide({ ...old, tried, isWall: true, isCalm: true }), "stuck");
  assert.equal(decide({ ...old, tried }), "stuck");
  assert.equal(decide({ ...old, tried: { made: "b", ago: 2 * HOUR }, isWall: true, isCalm: true }), "renew");
  assert.equal(decide({ mine: "a", theirs: "c", tried, isWall: true, isCalm: true }), "renew"); /* a newer one yet */
});

/* A wall with a clock of its own: the whole script, what it hears by `hear`, and when it loaded itself anew. */
function makeWall() {
  const wall = { now: 0, timers: [], reloads: [], hear: null };
  const picture = { made: "old", calm: true };
  const stored = new Map();
  load(["renewal.js", "pages/renewing.js"], {
    cityops: {
      made: "old",
      say: (words) => words,
      clock: { now: () => wall.now, steady: () => wall.now },
      live: { picture, listen: (listener) => (wall.hear = (news) => listener(Object.assign(picture, news))) },
    },
    document: { querySelector: () => ({}), addEventListener: () => {}, hidden: false },
    localStorage: { getItem: (name) => stored.get(name) ?? null, setItem: (name, value) => stored.set(name, value) },
    location: { reload: () => wall.reloads.push(wall.now) },
    setInterval: () => {},
    setTimeout: (work, ms) => wall.timers.push({ at: wall.now + ms, work }),
  });
  wall.goTo = (ms) => {
    wall.now = ms;
    for (const timer of wall.timers.splice(0)) timer.at > ms ? wall.timers.push(timer) : timer.work();
  };
  return wall;
}

test("fifty walls renew themselves once each, spread over a minute", () => {
  const walls = [...Array(50).keys()].map(() => makeWall());
  for (let second = 0; second <= 120; second++) {
    for (const wall of walls) {
      wall.goTo(second * 1000);
      wall.hear({ made: "new" }); /* a picture a second, as the server sends it */
    }
  }
  const at = walls.flatMap(({ reloads }) => reloads);
  assert.equal(at.length, 50);
  assert.ok(Math.max(...at) <= 61000);
  const sixths = [0, 1, 2, 3, 4, 5].map((sixth) => at.filter((ms) => Math.min(Math.ceil(ms / 10000), 6) - 1 === sixth));
  assert.ok(
    sixths.every((part) => part.length < 25),
  ); /* 8 on average: half of them in one sixth has a chance of 1e-7 */
  assert.ok(sixths.filter((part) => part.length).length >= 4);
});

test("a wall that is no longer calm when its turn comes waits for the next calm moment", () => {
  const wall = makeWall();
  wall.hear({ made: "new" });
  wall.goTo(1);
  wall.hear({ calm: false });
  wall.goTo(60000);
  assert.deepEqual(wall.reloads, []);
  wall.hear({ calm: true });
  wall.goTo(120000);
  assert.equal(wall.reloads.length, 1);
});
