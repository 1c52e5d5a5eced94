// Checks the rows of a tiny run: every metric it should bring is there, as numbers. Speed is never judged here.
//
//     node check.mjs --list         the metrics of the app such a run should be asked for, by commas
//     node check.mjs figures.json
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { NATIVE } from "./native.mjs";

/** Metrics of the app that a tiny run brings: each way of measuring once, without what takes long at any size. */
const APP = [
  "import", "disk_bytes_per_record", "stored_bytes_per_record", "open", "read_open", "engine_memory", "search", "search_numbers", "search_text",
  "list_sort", "list_filter", "group_counts", "edit", "scroll_frames", "new_device_usable", "new_device_complete",
];
const wanted = [...NATIVE, ...APP.map((metric) => [metric, "huiyin"])];

if (process.argv[2] === "--list") {
  console.log(APP.join(","));
  process.exit(0);
}
const rows = JSON.parse(readFileSync(process.argv[2], "utf8"));
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
