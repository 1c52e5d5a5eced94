// Checks the rows of a tiny run: every metric it should bring is there, as numbers. Speed is never judged here.
//
//     node check.mjs figures.json [--native]
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { MEASURED } from "./app.mjs";
import { NATIVE } from "./native.mjs";

const rows = JSON.parse(readFileSync(process.argv[2], "utf8"));
const browser = process.argv.includes("--native") ? [] : MEASURED.map((metric) => [metric, "huiyin"]);
const wanted = [...NATIVE, ...browser];
for (const [metric, engine] of wanted) {
  const row = rows.find((row) => row.metric === metric && row.engine === engine);
  assert.ok(row, `there is a row ${metric} of ${engine}`);
  assert.equal(row.failed, undefined, `${metric} of ${engine} was measured`);
  for (const part of ["min", "median", "p95", "size", "bytes", "repeats"]) {
    assert.ok(Number.isFinite(row[part]) && row[part] >= 0, `${metric} of ${engine} has a number as ${part}: ${row[part]}`);
  }
  assert.ok(row.min <= row.median && row.median <= row.p95, `${metric} of ${engine} is in order`);
  assert.ok(row.unit !== "" && row.repeats >= 1, `${metric} of ${engine} has a unit and was measured`);
}
console.log(`${wanted.length} rows as they should be`);
