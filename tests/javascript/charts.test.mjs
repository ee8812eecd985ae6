/* A chart that shows nothing says why. */
import assert from "node:assert/strict";
import test from "node:test";
import { load, plain } from "./load.mjs";

const { judge } = load("charts.js", { cityops: {} }).cityops.charts;
const words = (facts) => plain(judge(facts)).words;

test("a chart with data or words of its own needs none", () => {
  assert.equal(words({ says: true, hasData: true, hasInk: true, since: 60000 }), "");
  assert.equal(words({ says: true, hasData: false, hasInk: false, since: 60000 }), "");
});

test("an empty frame is loading after two seconds, and has failed after eight", () => {
  assert.equal(words({ says: false, isLoading: true, since: 1000 }), "");
  assert.equal(words({ says: false, isLoading: true, since: 3000 }), "chart_loading");
  assert.equal(words({ says: false, since: 9000 }), "chart_failed");
});

test("data that is not to be seen is drawn once more, and then it is said", () => {
  assert.deepEqual(plain(judge({ says: true, hasData: true, hasInk: false, since: 3000 })), {
    words: "",
    redraw: true,
  });
  assert.equal(words({ says: true, hasData: true, hasInk: false, since: 9000 }), "chart_blank");
});

test("a map whose graphics do not come back is drawn anew", () => {
  assert.deepEqual(plain(judge({ says: true, lost: 1000 })), { words: "map_reset", redraw: false });
  assert.deepEqual(plain(judge({ says: true, lost: 4000 })), { words: "map_reset", redraw: true });
});
