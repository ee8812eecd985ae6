/* Which alerts pass the filters that the desk's address names. */
import assert from "node:assert/strict";
import test from "node:test";
import { load } from "./load.mjs";

const FACTS = { severity: 2, domain: "traffic", area: "0101", by: "", assigned: "", search: "crash north bridge" };
const ALERTS = [
  { ...FACTS, id: "1", waiting: true },
  { ...FACTS, id: "2", acknowledged: true, by: "li" },
  { ...FACTS, id: "3", aside: true, severity: 1, domain: "water", area: "0202", assigned: "li" },
];

/* The ids of those that pass, on a desk that is opened with this address. */
function passing(query) {
  const document = { querySelector: () => ({ dataset: { me: "li" } }), addEventListener: () => {} };
  const cityops = { fold: (text) => text.toLowerCase(), onSearch: () => {} };
  /* In the order of a page: what one takes from the other is taken when it is used. */
  const scripts = ["pages/desk/filters.js", "pages/desk/queue.js"];
  const { desk } = load(scripts, { cityops, document, location: { href: `http://city.example/desk${query}` } }).cityops;
  return ALERTS.filter(desk.passes()).map((alert) => alert.id);
}

test("each filter keeps what it names", () => {
  assert.deepEqual(passing(""), ["1", "2", "3"]);
  assert.deepEqual(passing("?stand=waiting"), ["1"]);
  assert.deepEqual(passing("?stand=taken"), ["2"]);
  assert.deepEqual(passing("?stand=aside"), ["3"]);
  assert.deepEqual(passing("?severity=1,3"), ["3"]);
  assert.deepEqual(passing("?domain=traffic"), ["1", "2"]);
  assert.deepEqual(passing("?district=02"), ["3"]);
  assert.deepEqual(passing("?mine=1"), ["2", "3"]);
  assert.deepEqual(passing("?q=Bridge+1"), ["1"]);
});

test("a link with a name that nothing has shows everything", () => {
  assert.deepEqual(passing("?severity=9&stand=gone"), ["1", "2", "3"]);
});
