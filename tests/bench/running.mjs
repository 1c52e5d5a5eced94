// What a measurement has started and must not leave behind, and how long it may take.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { say } from "./ledger.mjs";

/** A metric is not repeated any more once its runs have taken this long together, milliseconds. */
const ENOUGH_MS = 120_000;
/** Most that is told of what a program said when it failed, characters. */
const SAID = 240;
/** How long a measurement that is late is waited for once all it had started is gone, milliseconds. */
const LAST_WAIT_MS = 20_000;

/** Everything started and not ended yet: functions that end it. */
const ends = new Set();

/** Notes that something runs. Returns a function that ends it, once. */
export function running(end) {
  const once_ = async () => {
    if (ends.delete(once_)) await end();
  };
  ends.add(once_);
  return once_;
}

/** Ends everything that still runs. */
export const endAll = () => Promise.allSettled([...ends].map((end) => end()));

/** Runs a program to its end and returns what it printed. */
export async function program(file, words) {
  const child = spawn(file, words, { stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, RUST_BACKTRACE: "0" } });
  const stop = running(() => child.kill("SIGKILL"));
  const [out, err] = [[], []];
  child.stdout.on("data", (bytes) => out.push(bytes));
  child.stderr.on("data", (bytes) => err.push(bytes));
  const [code] = await once(child, "close");
  await stop();
  const said = Buffer.concat(err).toString().trim().replaceAll(/\s+/g, " ");
  assert.ok(code === 0, `${file.split("/").pop()} ${words[0]} … ended with ${code}: ${said.slice(-SAID)}`);
  return Buffer.concat(out).toString();
}

/**
 * Runs `work`; if it fails or takes longer than `limit` milliseconds, what it has started is ended, the metrics it has not brought are
 * told to have failed, and the run goes on.
 */
export async function attempt(ledger, size, engine, metrics, limit, work) {
  if (!ledger.wants(size, engine, ...metrics)) return;
  let timer;
  const late = new Promise((_, failed) => {
    timer = setTimeout(() => failed(new Error(`did not finish in ${Math.round(limit / 1000)} s`)), limit);
  });
  const doing = Promise.resolve().then(work);
  // If it is late, its own failure comes after and says nothing more.
  doing.catch(() => {});
  try {
    await Promise.race([doing, late]);
    for (const metric of metrics) ledger.failed(metric, size, engine, "was not measured");
  } catch (reason) {
    say(metrics.join(), size, engine, "FAILED", reason.stack ?? reason);
    for (const metric of metrics) ledger.failed(metric, size, engine, reason);
  } finally {
    clearTimeout(timer);
    await endAll();
    await Promise.race([doing.catch(() => {}), new Promise((done) => setTimeout(done, LAST_WAIT_MS).unref())]);
  }
}

/** Runs `work(round)` up to `times` times, fewer once enough time has gone by, and returns the results. */
export async function repeated(times, work) {
  const [began, results] = [performance.now(), []];
  while (results.length < times && (results.length === 0 || performance.now() - began < ENOUGH_MS)) {
    results.push(await work(results.length));
  }
  return results;
}

export async function timed(work) {
  const began = performance.now();
  const result = await work();
  return { ms: performance.now() - began, result };
}

/** Makes a thing once and then hands it out; what failed is tried again when it is next asked for. */
export const once_ = (make) => {
  let made;
  return () => (made ??= make().catch((reason) => {
    made = undefined;
    throw reason;
  }));
};
