/* What a worker sends without a network: kept, sent in order, once, and forgotten when the server has answered. */
import assert from "node:assert/strict";
import test from "node:test";

import { load, plain } from "./load.mjs";

const { makeOutbox } = load("pages/case_outbox.js").cityops;

function make(answers) {
  const kept = new Map();
  const storage = { getItem: (name) => kept.get(name) ?? null, setItem: (name, value) => kept.set(name, value) };
  const sent = [];
  let number = 0;
  const send = async (item) => {
    sent.push(`${item.act} ${item.key}`);
    return answers.shift() || { status: 200, content: {} };
  };
  const outbox = makeOutbox({ storage, name: "box", send, newKey: () => `key-${++number}` });
  return { outbox, sent, kept, storage };
}

const LOST = { status: 0, content: {} };

test("an act goes again with the same key until it is answered", async () => {
  const { outbox, sent } = make([LOST, { status: 503, content: {} }]);
  const told = [];
  outbox.put({ about: "7", act: "accept" });
  for (let round = 0; round < 4; round++) await outbox.flush((item, answer) => told.push([item.act, answer.status]));

  assert.deepEqual(sent, ["accept key-1", "accept key-1", "accept key-1"]);
  assert.deepEqual(told, [["accept", 200]]);
  assert.deepEqual(plain(outbox.items()), []);
});

test("what follows on a case waits for what is lost, another case does not", async () => {
  const { outbox, sent } = make([LOST]);
  for (const [about, act] of [
    ["7", "accept"],
    ["7", "handle"],
    ["8", "accept"],
  ]) {
    outbox.put({ about, act });
  }
  await outbox.flush(() => {});

  assert.deepEqual(sent, ["accept key-1", "accept key-3"]);
  assert.deepEqual(plain(outbox.items().map((item) => item.act)), ["accept", "handle"]);
});

test("a refusal is told and not sent again", async () => {
  const { outbox } = make([{ status: 409, content: { winner: "gao" } }]);
  const told = [];
  outbox.put({ about: "7", act: "accept" });
  await outbox.flush((item, answer) => told.push(answer.content.winner));

  assert.deepEqual(told, ["gao"]);
  assert.deepEqual(plain(outbox.items()), []);
});

test("a session that is over, and a storage of somebody else's, lose nothing", async () => {
  const { outbox, storage } = make([{ status: 401, content: {} }]);
  outbox.put({ about: "7", act: "accept" });
  await outbox.flush(() => assert.fail("nothing is told"));
  assert.equal(outbox.items().length, 1);

  storage.setItem("box", "{");
  assert.deepEqual(plain(outbox.items()), []);
});

test("a full storage is said", () => {
  const full = () => {
    throw new Error("QuotaExceededError");
  };
  const outbox = makeOutbox({
    storage: { getItem: () => null, setItem: full },
    name: "box",
    send: async () => LOST,
    newKey: () => "key",
  });

  assert.equal(outbox.put({ about: "7", act: "accept" }), false);
});
