/* Many dots of the map become few. */
import assert from "node:assert/strict";
import test from "node:test";
import { load, plain } from "./load.mjs";

const [GOOD, SEVERITY_1, SEVERITY_4, STALE] = [0, 1, 4, 5];
const { gather } = load("map/clusters.js", { cityops: {} }).cityops.clusters;
const sensors = { lon: [119.501, 119.503, 119.507], lat: [35.401, 35.403, 35.405] };
const gathered = (states, cell = 1) => plain(gather(sensors, [0, 1, 2], states, cell)).map((one) => one.properties);

test("the most severe state of a cell colours it, though others are silent", () => {
  assert.deepEqual(gathered([SEVERITY_4, SEVERITY_1, STALE]), [{ count: 3, worst: SEVERITY_1, stale: 1 / 3 }]);
});

test("a cell is grey only when nobody in it is heard", () => {
  assert.deepEqual(gathered([STALE, STALE, STALE]), [{ count: 3, worst: STALE, stale: 1 }]);
  assert.deepEqual(gathered([STALE, GOOD, STALE]), [{ count: 3, worst: GOOD, stale: 2 / 3 }]);
});

test("a sensor without a state is not heard", () => {
  assert.equal(gathered([GOOD, GOOD, undefined])[0].stale, 1 / 3);
});

test("cells of the width of a sensor gather nothing", () => {
  assert.deepEqual(
    gathered([GOOD, GOOD, GOOD], 0.0001).map((one) => one.count),
    [1, 1, 1],
  );
});
