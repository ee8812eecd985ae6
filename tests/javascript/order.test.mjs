/* Scripts run in the order in which a page names them: what one needs while it is read stands in one before it. */
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import test from "node:test";
import { ASSETS, load } from "./load.mjs";

/* As Dash does it: folder by folder, the names of each in order, the folder itself before those in it. */
function inOrder(folder = "") {
  const found = readdirSync(new URL(folder, ASSETS), { withFileTypes: true }).sort((a, b) =>
    a.name < b.name ? -1 : 1,
  );
  const scripts = found.filter((entry) => entry.name.endsWith(".js")).map((entry) => folder + entry.name);
  const folders = found.filter((entry) => entry.isDirectory()).map((entry) => `${folder}${entry.name}/`);
  return [...scripts, ...folders.flatMap(inOrder)];
}

/* Whatever a browser has: each part of it can be called, read, and made. */
const anything = new Proxy(function () {}, {
  get: (target, name) => (name === Symbol.toPrimitive ? () => "{}" : name === Symbol.iterator ? [].values : anything),
  apply: () => anything,
  construct: () => anything,
});
const BROWSER = [
  "document",
  "navigator",
  "history",
  "fetch",
  "addEventListener",
  "matchMedia",
  "MutationObserver",
  "ResizeObserver",
  "WebSocket",
  "getComputedStyle",
];
const EMPTY = { getItem: () => null, setItem: () => {}, removeItem: () => {} };

/* What is read before it was written is an error here; in a page it would be undefined, and a guard would hide it. */
function strict(given = {}) {
  return new Proxy(given, {
    get(target, name) {
      if (typeof name === "string") assert.ok(name in target, `cityops.${name} is read before it is there`);
      return target[name];
    },
  });
}

test("no script reads what a later one gives, and none ends early because something is missing", () => {
  const timers = [];
  const browser = Object.fromEntries(BROWSER.map((name) => [name, anything]));
  const window = load(inOrder(), {
    ...browser,
    crypto: globalThis.crypto,
    location: new URL("http://city.example/desk"),
    localStorage: EMPTY,
    sessionStorage: EMPTY,
    cityops: strict({ desk: strict() }) /* the desk's scripts share one, made by the first */,
    setInterval: (work) => timers.push(work),
    setTimeout: () => {},
  });

  assert.ok(Object.keys(window.cityops).length > 20);
  assert.ok(timers.length > 5);
});
