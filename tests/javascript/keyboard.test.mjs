/* Keys of an input method are nobody's command, and what is searched for is compared without width and case. */
import assert from "node:assert/strict";
import test from "node:test";
import { load, plain } from "./load.mjs";

function makePage() {
  const heard = { window: {}, document: {} };
  const listen = (where) => (kind, work) => (heard[where][kind] = work);
  const browser = { addEventListener: listen("window"), document: { addEventListener: listen("document") } };
  return { cityops: load("keyboard.js", browser).cityops, heard };
}

const press = (heard, event) => {
  let stopped = false;
  heard.window.keydown({ stopImmediatePropagation: () => (stopped = true), ...event });
  return !stopped;
};

test("Enter and letters reach nobody while a word is composed", () => {
  const { heard } = makePage();
  assert.ok(!press(heard, { key: "Enter", keyCode: 13, isComposing: true }));
  assert.ok(!press(heard, { key: "Enter", keyCode: 229, isComposing: false })); /* Safari, Fcitx: after its end */
  assert.ok(!press(heard, { key: "a", keyCode: 229 }));
  assert.ok(!press(heard, { key: "Process", keyCode: 0 }));
});

test("every other key is heard", () => {
  const { heard } = makePage();
  assert.ok(press(heard, { key: "Enter", keyCode: 13, isComposing: false }));
  assert.ok(press(heard, { key: "a", keyCode: 65, isComposing: false }));
});

test("a search hears whole words only, folded", () => {
  const { cityops, heard } = makePage();
  const found = [];
  cityops.onSearch("box", (words) => found.push(words));
  const type = (kind, value, isComposing) => heard.document[kind]({ target: { id: "box", value }, isComposing });
  type("input", "dong'men", true);
  type("compositionend", "东门 ", false);
  type("input", "ＧＡＳ－７", false);
  assert.deepEqual(plain(found), ["东门", "gas-7"]);
});
