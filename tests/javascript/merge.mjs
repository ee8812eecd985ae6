/* For each line {target, patch}, write what the browser makes of it. */
import { createInterface } from "node:readline";
import { load } from "./load.mjs";

const { merge } = load("merge.js").cityops;
for await (const line of createInterface({ input: process.stdin })) {
  const { target, patch } = JSON.parse(line);
  console.log(JSON.stringify(merge(target, patch)));
}
