/* Many dots of the map become few. */
import assert from "node:assert/strict";
import test from "node:test";
import { load, plain } from "./load.mjs";

const [GOOD, SEVERITY_1, SEVERITY_4, STALE] = [0, 1, 4, 5];
const { gather, judge } = load("map/clusters.js", { cityops: {} }).cityops.clusters;
const sensors = { lon: [119.501, 119.503, 119.507], lat: [35.401, 35.403, 35.405] };
const judged = (states) => plain(judge([0, 1, 2], states));

test("the most severe state of a cell colours it, though others are silent", () => {
  assert.deepEqual(judged([SEVERITY_4, SEVERITY_1, STALE]), { worst: SEVERITY_1, stale: 1 / 3 });
});

test("a cell is grey only when nobody in it is heard", () => {
  assert.deepEqual(judged([STALE, STALE, STALE]), { worst: STALE, stale: 1 });
  assert.deepEqual(judged([STALE, GOOD, STALE]), { worst: GOOD, stale: 2 / 3 });
});

test("a sensor without a state is not heard", () => {
  assert.equal(judged([GOOD, GOOD, undefined]).stale, 1 / 3);
});

test("a cell has those that stand in it, and its middle among them", () => {
  const [cell, ...others] = plain(gather(sensors, [0, 1], 1));
  assert.deepEqual(others, []);
  assert.deepEqual(cell.members, [0, 1]);
  assert.ok(Math.abs(cell.lon - 119.502) < 1e-9 && Math.abs(cell.lat - 35.402) < 1e-9);
});

test("cells of the width of a sensor gather nothing", () => {
  assert.deepEqual(
    plain(gather(sensors, [0, 1, 2], 0.0001)).map((one) => one.members.length),
    [1, 1, 1],
  );
});
