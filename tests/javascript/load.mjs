/* Assets as the browser gets them, in a window of their own: no bundler, no page. */
import { readFileSync } from "node:fs";
import vm from "node:vm";

export const ASSETS = new URL("../../dashboard/assets/", import.meta.url);

/* Run assets one after another, as a page does; return the window with what they left in it. What they need of a
   browser (document, timers that a test moves on) is given by the test. */
export function load(names, browser = {}) {
  const window = { console, URL, Intl, performance, setTimeout, setInterval, clearTimeout, clearInterval, ...browser };
  window.window = window;
  const context = vm.createContext(window);
  for (const name of [names].flat()) {
    vm.runInContext(readFileSync(new URL(name, ASSETS), "utf8"), context, { filename: name });
  }
  return window;
}

/* A value as JSON sees it: objects of another context are equal only by what is in them. */
export const plain = (value) => JSON.parse(JSON.stringify(value));
