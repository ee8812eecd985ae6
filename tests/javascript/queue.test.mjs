/* The order of the desk's queue. */
import assert from "node:assert/strict";
import test from "node:test";
import { load, plain } from "./load.mjs";

const { desk } = load("pages/desk/queue.js", { cityops: {} }).cityops;
const everything = () => true;
const ALERTS = {
  1: { id: "1", rank: "b", incident: 7 },
  2: { id: "2", rank: "a", incident: 7 },
  3: { id: "3", rank: "c", incident: null },
};
const lines = (passes, unfolded = new Set()) => plain([...desk.arrange(ALERTS, passes, unfolded).values()]);

test("an incident is one line: that of the alert that needs a person most", () => {
  assert.deepEqual(lines(everything), [
    { id: "2", order: "a0", fold: 2, open: false, inside: false },
    { id: "3", order: "c0", fold: 0, open: false, inside: false },
  ]);
});

test("an unfolded incident shows the others right behind its first", () => {
  const shown = lines(everything, new Set(["incident-7"]));
  assert.deepEqual(
    shown.sort((a, b) => (a.order < b.order ? -1 : 1)).map((line) => line.id),
    ["2", "1", "3"],
  );
  assert.deepEqual(
    shown.filter((line) => line.inside).map((line) => line.id),
    ["1"],
  );
});

test("what does not pass leads nothing", () => {
  assert.deepEqual(
    lines((alert) => alert.id !== "2").map((line) => [line.id, line.fold]),
    [
      ["1", 0],
      ["3", 0],
    ],
  );
});

test("a folded incident stands for all of its alerts that pass, an unfolded one for its own", () => {
  const [folded] = desk.arrange(ALERTS, everything, new Set()).values();
  const [unfolded] = desk.arrange(ALERTS, everything, new Set(["incident-7"])).values();
  assert.deepEqual(plain(desk.standsFor(folded, ALERTS, everything)), ["1", "2"]);
  assert.deepEqual(plain(desk.standsFor(unfolded, ALERTS, everything)), ["2"]);
});
