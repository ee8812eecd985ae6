/* The orders in which the desk and the wall show alerts, which are given as JSON: for the tests in Python. */
import { readFileSync } from "node:fs";
import { load } from "./load.mjs";

const alerts = JSON.parse(readFileSync(0, "utf8"));
const { desk, wall } = load(["pages/desk/queue.js", "wall/grades.js"], { cityops: {} }).cityops;
const lines = [...desk.arrange(alerts, () => true, new Set()).values()];
lines.sort((one, other) => (one.order < other.order ? -1 : 1));
console.log(
  JSON.stringify({
    desk: lines.map(({ id }) => id),
    wall: wall.inOrder(alerts).map(({ id }) => id),
    waiting: Object.values(alerts).filter(desk.isWaiting).length,
  }),
);
