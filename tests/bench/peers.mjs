// Reads the results of the peers' benchmark (its `results.json`) and prints them in the lines of measure.mjs.
//
//     node peers.mjs results.json
//     node peers.mjs results.json --missing SIZE ENGINES    those of the engines whose figures are not whole, one a line
//
//     @figure metric size engine unit min median p95 repeats bytes note
import { existsSync, readFileSync } from "node:fs";

const CASES_PER_CUSTOMER = 3;
/** What a run of a peer consists of; an import that failed ends it. */
const PARTS = ["import", "cold", "edit", "merge", "sync"];
const [file, missing, wantedSize, wanted] = process.argv.slice(2);
const { runs } = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : { runs: {} };
if (missing) {
  const whole = (run) => run && (run.import?.error || PARTS.every((part) => run[part] || (part === "edit" && run.cold?.error)));
  for (const engine of wanted.split(",")) if (!whole(runs[`${engine}@${wantedSize}`])) console.log(engine);
  process.exit(0);
}
const cells = (...words) => console.log(words.map((word) => String(word).replaceAll(/\s+/g, " ")).join("\t"));
const samples = (metric, size, engine, unit, values, bytes = 0, note = "") =>
  cells("@samples", metric, size, engine, unit, Math.round(bytes), note, values.join(","));
const figure = (metric, size, engine, unit, min, median, p95, count, note = "") =>
  cells("@figure", metric, size, engine, unit, min, median, p95, count, 0, note);

/** Prints what a part of a run says with `tell`, or that it failed. */
function part(result, metrics, size, engine, tell) {
  if (!result || result.na || (result.ms && result.ms.length === 0)) return;
  if (result.error) for (const metric of metrics) cells("@failed", metric, size, engine, result.error.split("\n")[0].slice(0, 300));
  else tell(result);
}

for (const [name, run] of Object.entries(runs)) {
  const [engine, size] = [name.slice(0, name.lastIndexOf("@")), Number(name.slice(name.lastIndexOf("@") + 1))];
  const records = size * (1 + CASES_PER_CUSTOMER);
  const seconds = (values) => values.map((ms) => ms / 1000);
  part(run.import, ["import"], size, engine, ({ ms, disk, ok }) => {
    samples("import", size, engine, "s", seconds(ms), disk, ok ? "" : "WRONG first screen");
    samples("disk_bytes_per_record", size, engine, "B", [disk / records], disk);
  });
  part(run.cold, ["open"], size, engine, ({ ms, ok, jsHeap = 0, wasm = 0 }) => {
    samples("open", size, engine, "ms", ms, 0, ok ? "" : "WRONG first screen");
    samples("engine_memory", size, engine, "MB", [(jsHeap + wasm) / 1e6], jsHeap + wasm, "page and engine together");
  });
  part(run.edit, ["edit", "search"], size, engine, ({ done, min, p50, p95, sp50, sp95, hits, persisted }) => {
    figure("edit", size, engine, "ms", min, p50, p95, done, persisted === false ? "NOT all found again after the edits" : "");
    // The peers' benchmark keeps no smallest search.
    if (Number.isFinite(sp50)) figure("search", size, engine, "ms", sp50, sp50, sp95, hits === undefined ? 0 : 40);
  });
  part(run.merge, ["merge"], size, engine, ({ ms, bytes, equal, lost }) => {
    const note = `in memory, no socket${equal ? "" : "; NOT EQUAL"}${lost ? `; ${lost} of 2,000 events lost` : ""}`;
    samples("merge", size, engine, "ms", ms, bytes, note);
  });
  part(run.sync, ["new_device_usable", "new_device_complete"], size, engine, ({ ms, persistMs = 0, bytes = 0 }) => {
    samples("new_device_usable", size, engine, "s", seconds(ms), bytes, "everything received before the first list");
    samples("new_device_complete", size, engine, "s", seconds(ms.map((one) => one + persistMs)), bytes, "received and stored");
  });
}
