// The rows of a run: printed line by line, and kept in a file so that a run that was broken off can go on.
//
//     @samples metric size engine unit bytes note value,value,…
//     @failed  metric size engine reason
import { readFileSync, renameSync, writeFileSync } from "node:fs";

/** Longest reason of a failure that is kept, characters. */
const REASON = 300;

export const say = (...words) => console.error(new Date().toISOString().slice(11, 19), ...words);

/** Which rows there are, which are wanted, and what they were worked out from. */
export class Ledger {
  /**
   * `file` keeps the rows; with `resume` those in it that did not fail count as measured, but for the metrics in `again`. `only`
   * names the metrics wanted; all if empty.
   */
  constructor({ file, resume = false, only = [], again = [] }) {
    Object.assign(this, { file, only, rows: {}, values: {} });
    if (!resume) return;
    try {
      const { rows, values } = JSON.parse(readFileSync(file, "utf8"));
      const fresh = (name) => again.includes(name.split(" ")[0]);
      this.rows = Object.fromEntries(Object.entries(rows).filter(([name, line]) => !fresh(name) && !line.startsWith("@failed")));
      this.values = Object.fromEntries(Object.entries(values).filter(([name]) => !fresh(name)));
    } catch (reason) {
      say("nothing to go on from:", reason.message);
    }
  }

  /** Prints every row that was kept. */
  printKept() {
    for (const line of Object.values(this.rows)) process.stdout.write(`${line}\n`);
  }

  /** Returns whether any of these metrics is asked for and not measured yet. */
  wants(size, engine, ...metrics) {
    return metrics.some((metric) => this.#asked(metric) && !this.rows[`${metric} ${size} ${engine}`]);
  }

  #asked(metric) {
    // The longest task is that of two kinds of work.
    return this.only.length === 0 || this.only.some((name) => metric === name || (name === "longest_task" && metric.startsWith(name)));
  }

  samples(metric, size, engine, unit, values, { bytes = 0, note = "" } = {}) {
    if (!this.wants(size, engine, metric)) return;
    const shown = values.length > 8 ? `${values.length} values` : values.map((value) => value.toFixed(1)).join(" ");
    say(metric, size, engine, shown, unit, bytes || "", note);
    this.#put(metric, size, engine, ["@samples", metric, size, engine, unit, Math.round(bytes), note, values.map((value) => value.toFixed(3)).join(",")]);
  }

  failed(metric, size, engine, reason) {
    if (!this.wants(size, engine, metric)) return;
    this.#put(metric, size, engine, ["@failed", metric, size, engine, String(reason?.message ?? reason).split("\n")[0].slice(0, REASON) || "no reason given"]);
  }

  /** Keeps a value beside the rows, for rows worked out later. The first word of its name is the metric it serves. */
  keep(name, value) {
    this.values[name] = value;
    this.#write();
  }

  #put(metric, size, engine, words) {
    const line = words.map((word) => String(word).replaceAll(/\s+/g, " ")).join("\t");
    process.stdout.write(`${line}\n`);
    this.rows[`${metric} ${size} ${engine}`] = line;
    this.#write();
  }

  #write() {
    if (!this.file) return;
    // A run may be ended at any moment: the file is whole at every one.
    writeFileSync(`${this.file}.new`, JSON.stringify({ rows: this.rows, values: this.values }, null, 1));
    renameSync(`${this.file}.new`, this.file);
  }
}
