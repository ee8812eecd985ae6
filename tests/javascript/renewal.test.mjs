/* When a page renews itself, when it asks, and that it never does so for ever. */
import assert from "node:assert/strict";
import test from "node:test";
import { load } from "./load.mjs";

const { decide } = load("renewal.js", { cityops: {} }).cityops.renewal;
const HOUR = 3600000;
const old = { mine: "a", theirs: "b" };

test("a page that is made of what the server has is left alone", () => {
  assert.equal(decide({ mine: "a", theirs: "a", isWall: true, isCalm: true }), "current");
  assert.equal(decide({ mine: undefined, theirs: "a", isWall: true, isCalm: true }), "current");
});

test("a wall waits for a calm moment, but not for ever", () => {
  assert.equal(decide({ ...old, isWall: true, isCalm: false }), "wait");
  assert.equal(decide({ ...old, isWall: true, isCalm: true }), "renew");
  assert.equal(decide({ ...old, isWall: true, isCalm: false, waited: 7 * HOUR }), "renew");
});

test("other pages ask first", () => assert.equal(decide({ ...old, isCalm: true }), "ask"));

test("a cache that keeps giving the old page makes no loop", () => {
  const tried = { made: "b", ago: 5000 };
  assert.equal(decide({ ...old, tried, isWall: true, isCalm: true }), "stuck");
  assert.equal(decide({ ...old, tried }), "stuck");
  assert.equal(decide({ ...old, tried: { made: "b", ago: 2 * HOUR }, isWall: true, isCalm: true }), "renew");
  assert.equal(decide({ mine: "a", theirs: "c", tried, isWall: true, isCalm: true }), "renew"); /* a newer one yet */
});
