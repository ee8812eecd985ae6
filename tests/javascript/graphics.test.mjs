/* When the map is drawn anew, and what is said until then. */
import assert from "node:assert/strict";
import test from "node:test";
import { load, plain } from "./load.mjs";

const { diagnose } = load("map/graphics.js", { cityops: {} }).cityops.graphics;
const found = (facts) => plain(diagnose(facts));

test("a map that is well says nothing", () => {
  assert.deepEqual(found({}), { words: "", rebuild: false });
});

test("a lost context is said at once, and the map is built anew when the browser does not give it back", () => {
  assert.deepEqual(found({ lost: 500 }), { words: "map_reset", rebuild: false });
  assert.deepEqual(found({ lost: 3500 }), { words: "map_reset", rebuild: true });
});

test("a map whose layers are gone or whose worker is silent is built anew", () => {
  assert.equal(found({ broken: 2500 }).rebuild, true);
  assert.equal(found({ broken: 500 }).rebuild, false);
  assert.equal(found({ silent: 7000 }).rebuild, true);
});

test("attempts that do not help come less often", () => {
  assert.equal(found({ lost: 4000, rebuilds: 1, rested: 4000 }).rebuild, false);
  assert.equal(found({ lost: 4000, rebuilds: 1, rested: 6000 }).rebuild, true);
  assert.equal(found({ lost: 4000, rebuilds: 9, rested: 50000 }).rebuild, false);
});

test("a map that cannot be drawn says why", () => {
  assert.equal(found({ failure: "graphics" }).words, "map_no_graphics");
  assert.equal(found({ failure: "data" }).words, "map_no_data");
  assert.equal(found({ loading: 4000 }).words, "map_loading");
});
