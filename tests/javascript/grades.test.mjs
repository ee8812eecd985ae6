/* What the scripts of the wall share. */
import assert from "node:assert/strict";
import test from "node:test";
import { load, plain } from "./load.mjs";

const wallIn = (language) => load("wall/grades.js", { cityops: { language } }).cityops.wall;

test("alerts stand by the rank that the server gave them, the smaller first", () => {
  const alerts = Object.fromEntries(["b", "a", "c", "a"].map((rank, id) => [id, { rank, id, severity: 4 - id }]));
  const inOrder = (given) => plain(wallIn("zh").inOrder(given)).map(({ id }) => id);
  assert.deepEqual(inOrder(alerts), [1, 3, 0, 2]);
  assert.deepEqual(inOrder(undefined), []);
});

test("a thing has its name in the reader's language", () => {
  const thing = { zh: "望湖区", en: "Wanghu", title_zh: "燃气", title_en: "Gas" };
  assert.deepEqual(
    ["zh", "en"].map((language) => [wallIn(language).name(thing), wallIn(language).inLanguage(thing, "title")]),
    [
      ["望湖区", "燃气"],
      ["Wanghu", "Gas"],
    ],
  );
});

test("a part of the wall is shown when something of its names changed, each second, and without the others", () => {
  const listeners = [];
  const timers = [];
  const live = { picture: { counts: 3 }, listen: (listener) => listeners.push(listener) };
  const document = { querySelector: () => ({}) };
  const setInterval = (call) => timers.push(call);
  const errors = [];
  const { cityops } = load(["merge.js", "wall/grades.js"], {
    cityops: { live },
    document,
    setInterval,
    reportError: (error) => errors.push(error.message),
  });
  const shown = [];
  cityops.wall.part(["tiles"], () => {
    throw new Error("broken");
  });
  cityops.wall.part(["counts", "alerts"], (picture) => shown.push(picture.counts));

  listeners.forEach((listener) => listener(live.picture, { tiles: {} }));
  assert.deepEqual([shown, errors], [[], ["broken"]]);
  listeners.forEach((listener) => listener(live.picture, { alerts: {} }));
  listeners.forEach((listener) => listener(live.picture, null));
  timers.forEach((call) => call());
  assert.deepEqual([shown, errors.length], [[3, 3, 3], 3]);
});
