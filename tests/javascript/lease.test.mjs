/* Of several tabs of one officer one sounds: a lease that the others respect and take over when it has run out. */
import assert from "node:assert/strict";
import test from "node:test";
import { load } from "./load.mjs";

function makeTabs(count) {
  const store = new Map();
  const time = { now: 1_000_000 };
  const storage = {
    getItem: (key) => store.get(key) ?? null,
    setItem: (key, value) => store.set(key, value),
    removeItem: (key) => store.delete(key),
  };
  const { makeLease } = load("lease.js").cityops;
  const tabs = [...Array(count).keys()].map((tab) =>
    makeLease("sound", { storage, tab: String(tab), now: () => time.now }),
  );
  return { tabs, time, store };
}

const beat = ({ tabs, time }) => {
  time.now += 1000;
  return tabs.map((tab) => tab.hold());
};

test("one of three tabs has it, and keeps it", () => {
  const house = makeTabs(3);
  assert.deepEqual(beat(house), [false, false, false]); /* taken; had a second later */
  for (let second = 0; second < 10; second++) assert.deepEqual(beat(house), [true, false, false]);
});

test("another takes over when its holder is gone", () => {
  const house = makeTabs(2);
  beat(house);
  const [, second] = house.tabs;
  house.time.now += 6000;
  assert.equal(second.hold(), false);
  house.time.now += 1000;
  assert.equal(second.hold(), true);
});

test("a tab that leaves makes room at once, and only for its own", () => {
  const house = makeTabs(2);
  beat(house);
  house.tabs[1].leave();
  house.time.now += 1000;
  assert.equal(house.tabs[0].hold(), true);
  house.tabs[0].leave();
  assert.equal(house.store.size, 0);
});

test("a lease of a time to come, or none at all, binds nobody", () => {
  const house = makeTabs(1);
  house.store.set("sound", JSON.stringify({ tab: "x", at: house.time.now + 3_600_000 }));
  beat(house);
  assert.deepEqual(beat(house), [true]);
  house.store.set("sound", "{");
  beat(house);
  assert.deepEqual(beat(house), [true]);
});

test("two tabs that take it at once, and hear of each other late, do not both have it", () => {
  const { makeLease } = load("lease.js").cityops;
  const time = { now: 1_000_000 };
  let taken = null; /* what is stored in truth */
  const stores = [null, null]; /* what each tab sees of it */
  const tabs = stores.map((_, tab) =>
    makeLease("sound", {
      storage: {
        getItem: () => stores[tab],
        setItem: (_name, value) => (taken = stores[tab] = value),
        removeItem: () => (taken = stores[tab] = null),
      },
      tab: String(tab),
      now: () => time.now,
    }),
  );
  const hold = () => tabs.map((tab) => tab.hold());

  assert.deepEqual(hold(), [false, false]);
  for (const passed of [100, 200, 300]) {
    time.now = 1_000_000 + passed; /* beats come before the storage tells */
    assert.deepEqual(hold(), [false, false]);
  }
  stores.fill(taken);
  time.now = 1_001_000;
  assert.deepEqual(hold(), [false, true]); /* the later one */
});

test("a clock that is set back silences nobody", () => {
  const house = makeTabs(1);
  beat(house);
  house.time.now -= 3_600_000;
  house.tabs[0].hold();
  assert.deepEqual(beat(house), [true]);
});
