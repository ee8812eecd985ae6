/* What changes in the desk's grid from one beat to the next. */
import assert from "node:assert/strict";
import test from "node:test";
import { load, plain } from "./load.mjs";

const { desk } = load("pages/desk/rows.js").cityops;
const line = (order, more = {}) => ({ order, fold: 0, open: false, marked: false, markable: true, ...more });
const lines = (found) => new Map(Object.entries(found));
const ALERTS = { 1: { id: "1", value: 5 }, 2: { id: "2", value: 6 } };
const changes = (before, after, touched) => {
  const { moved, ...rest } = desk.changesOf(lines(before), lines(after), ALERTS, touched);
  return { ...plain(rest), moved: [...moved] };
};

test("what is new is added with its data and its line, what is gone is removed", () => {
  assert.deepEqual(changes({ 1: line("a") }, { 2: line("b") }, new Set()), {
    add: [{ id: "2", value: 6, ...line("b") }],
    update: [],
    remove: [{ id: "1" }],
    moved: [],
  });
});

test("a row that says the same is left alone unless its alert changed, or everything is new", () => {
  const ids = (touched) => changes({ 1: line("a") }, { 1: line("a") }, touched).update.map((row) => row.id);
  assert.deepEqual(ids(new Set(["2"])), []);
  assert.deepEqual(ids(new Set(["1"])), ["1"]);
  assert.deepEqual(ids(null), ["1"]);
});

for (const [name, other] of [
  ["order", "b"],
  ["fold", 2],
  ["open", true],
  ["marked", true],
  ["markable", false],
]) {
  test(`another ${name} updates the row; only another order moves it`, () => {
    const found = changes({ 1: line("a") }, { 1: { ...line("a"), [name]: other } }, new Set());
    assert.deepEqual(
      found.update.map((row) => row[name]),
      [other],
    );
    assert.deepEqual(found.moved, name === "order" ? ["1"] : []);
  });
}
