/* The strip of warnings of others. */
import assert from "node:assert/strict";
import test from "node:test";
import { load, plain } from "./load.mjs";

const NOW = 1_780_000_000_000;
const one = {
  zh: "气象台: 暴雨橙色预警",
  en: "Met Office: Orange rain",
  areas_zh: "东区",
  areas_en: "East",
  severity: 2,
};
const texts = { warning_sent: "sent {} ago", warning_until: "until {}", warning_assumed: "until {} (assumed)" };

const stripIn = (language) =>
  load("warnings.js", {
    setInterval: () => 0,
    cityops: {
      language,
      zone: "Asia/Shanghai",
      duration: (ms) => `${ms / 60000} min`,
      say: (key, value) => texts[key].replace("{}", value),
      each: () => {},
      setText: () => {},
      live: { listen: () => {}, now: () => NOW },
    },
  }).cityops.outsideWarnings;

test("a warning tells its sender, its area, its age and until when it holds", () => {
  const told = plain(stripIn("en")({ 1: { ...one, sent: NOW - 480000, until: NOW + 3600000 } }, NOW));
  assert.equal(told.severity, 2);
  assert.match(told.words, /^Met Office: Orange rain · East · sent 8 min ago · until \d/);
  assert.match(stripIn("zh")({ 1: { ...one, sent: NOW, until: NOW + 1 } }, NOW).words, /^气象台: 暴雨橙色预警 · 东区/);
});

test("what is over is not shown, whatever the server last said", () => {
  assert.deepEqual(plain(stripIn("en")({ 1: { ...one, sent: NOW - 9, until: NOW } }, NOW)), { severity: 0, words: "" });
  assert.deepEqual(plain(stripIn("en")(undefined, NOW)), { severity: 0, words: "" });
});

test("the worst comes first, then the newest; what gives no level comes last", () => {
  const made = (severity, sent, en) => ({ ...one, severity, sent, en, until: NOW + 1000 });
  const told = stripIn("en")(
    { 1: made(0, NOW, "d"), 2: made(3, NOW, "c"), 3: made(1, NOW - 9, "b"), 4: made(1, NOW, "a") },
    NOW,
  );
  assert.deepEqual(
    told.words.split("　|　").map((part) => part[0]),
    ["a", "b", "c", "d"],
  );
  assert.equal(told.severity, 1);
});

test("an end that nobody named is marked", () => {
  assert.match(stripIn("en")({ 1: { ...one, sent: NOW, until: NOW + 1, assumed: 1 } }, NOW).words, /assumed/);
});
