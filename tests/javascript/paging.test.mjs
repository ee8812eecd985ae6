/* A list in pages is read to its end, or not at all. */
import assert from "node:assert/strict";
import test from "node:test";
import { load, plain } from "./load.mjs";

const { readPages } = load("paging.js").cityops;
const PAGES = {
  "/list?limit=2": { rows: [1, 2], link: '</list?limit=2&cursor=b>; rel="next"' },
  "/list?limit=2&cursor=b": { rows: [3], link: null },
};
const serve = (pages) => async (address) => {
  const found = pages[address];
  const headers = new Headers(found && found.link ? { Link: found.link } : {});
  return { ok: Boolean(found), status: found ? 200 : 401, headers, json: async () => found.rows };
};

test("pages are followed to the last", async () => {
  assert.deepEqual(plain(await readPages("/list?limit=2", serve(PAGES))), { rows: [1, 2, 3], status: 200 });
});

test("a list of which a page is missing is no list", async () => {
  const { "/list?limit=2": first } = PAGES;
  assert.deepEqual(plain(await readPages("/list?limit=2", serve({ "/list?limit=2": first }))), {
    rows: [],
    status: 401,
  });
});
