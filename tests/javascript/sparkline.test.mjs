/* The lines of the last hours: gaps stay gaps, what stands alone is a point. */
import assert from "node:assert/strict";
import test from "node:test";
import { load, plain } from "./load.mjs";

const { sparkline } = load("wall/sparkline.js", { cityops: {} }).cityops;
const drawn = (values, reach) => plain(sparkline(values, reach));

test("values in neighbouring steps are one line", () => {
  assert.deepEqual(drawn([0, 5, 10], 1), { line: "M0,28.0L1,16.0L2,4.0", points: "" });
});

test("no line goes across a gap, and what has gaps on both sides is a point", () => {
  assert.deepEqual(drawn([0, 0, "", 10, "", 0, 0], 1), { line: "M0,28.0L1,28.0M5,28.0L6,28.0", points: "M3,4.0h0" });
});

test("sensors that report seldom have a line across their own interval", () => {
  assert.deepEqual(drawn([0, "", "", "", 10], 12), { line: "M0,28.0L4,4.0", points: "" });
});

test("nothing known draws nothing", () => {
  assert.deepEqual(drawn(["", ""], 1), { line: "", points: "" });
});
