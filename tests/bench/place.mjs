// What one size is measured with: the workload's file, the relay that serves the app, and an office that has handed everything over.
//
// What takes long to make is kept between runs in `kept/<size>` beside a stamp of the programs that made it; other programs make it
// anew. Everything else lies in `work/<size>` and goes at the end.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { cp, mkdir, readFile, readdir, rm, stat, writeFile } from "node:fs/promises";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { DIST, startRelay } from "../browser/harness.mjs";
import { say } from "./ledger.mjs";
import { meter } from "./meter.mjs";
import { once_, program, running, timed } from "./running.mjs";

/** Cases of each customer. */
export const CASES_PER_CUSTOMER = 3;
/** Seconds a command may wait for the relay: a first sync of the largest size. */
const PATIENCE = "900";
const { HUIYIN_WORKLOAD: WORKLOAD, HUIYIN_CLI: CLI, HUIYIN_RELAY: RELAY } = process.env;

/** Runs the command line with `--json` and returns what it printed, parsed. */
export async function cli(words) {
  const printed = (await program(CLI, ["--json", ...words])).trim();
  return printed === "" ? null : JSON.parse(printed.split("\n").pop());
}

/** Runs the workload's program and returns what it printed. */
export const workload = (...words) => program(WORKLOAD, words.map(String));

/** Returns the bytes of all files below a folder. */
export async function weigh(folder) {
  let bytes = 0;
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])) {
    if (entry.isFile()) bytes += (await stat(join(entry.parentPath ?? entry.path, entry.name)).catch(() => ({ size: 0 }))).size;
  }
  return bytes;
}

export async function emptied(folder) {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  return folder;
}

/** Returns a digest of files and folders, by content. */
async function digest(...paths) {
  const hash = createHash("sha256");
  for (const path of paths) {
    const folder = (await stat(path)).isDirectory();
    for (const name of folder ? (await readdir(path)).sort() : [""]) {
      if (!/\.(br|gz)$/.test(name)) hash.update(name).update(await readFile(join(path, name)).catch(() => ""));
    }
  }
  return hash.digest("hex");
}

export class Place {
  constructor(folder, customers, { quick = false } = {}) {
    this.customers = customers;
    this.cases = customers * CASES_PER_CUSTOMER;
    this.records = customers + this.cases;
    this.quick = quick;
    this.work = join(folder, "work", String(customers));
    this.kept = join(folder, "kept", String(customers));
    this.file = join(this.kept, "workload.jsonl");
    this.host = once_(() => this.#host());
    this.office = once_(() => this.#office());
  }

  folder(name) {
    return join(this.work, name);
  }

  /** Makes the workload's file and its script. */
  async begin() {
    await emptied(this.work);
    await mkdir(this.kept, { recursive: true });
    await this.#keep("workload", [WORKLOAD], async () => {
      const writer = spawn(WORKLOAD, ["data", String(this.customers)], { stdio: ["ignore", "pipe", "inherit"] });
      const file = createWriteStream(this.file);
      writer.stdout.pipe(file);
      const [[code]] = await Promise.all([once(writer, "close"), once(file, "close")]);
      assert.equal(code, 0, "the workload was written");
    });
    this.script = JSON.parse(await workload("script", this.customers));
    if (this.quick) {
      this.script.edits.length = 20;
      for (const side of ["left", "right"]) this.script[side].length = 50;
    }
  }

  async end() {
    await this.way?.close();
    await this.relay?.stop();
    await this.served?.stop();
    await rm(this.work, { recursive: true, force: true });
  }

  async kill() {
    await this.relay?.kill();
    await this.served?.kill();
  }

  /** Makes a thing of `kept` unless it is there, made by the same programs. Returns whether it was. */
  async #keep(name, programs, make) {
    const stamp = join(this.kept, `${name}.stamp`);
    const wanted = await digest(...programs);
    if ((await readFile(stamp, "utf8").catch(() => "")) === wanted) return true;
    await rm(stamp, { force: true });
    await make();
    await writeFile(stamp, wanted);
    return false;
  }

  /** Starts a relay that serves the app and holds nothing, at the same address as in earlier runs if that is free. */
  async #host() {
    const known = join(this.kept, "port");
    const port = Number(await readFile(known, "utf8").catch(() => 0));
    const store = this.folder("host.db");
    this.served = await startRelay({ store, port }).catch(() => startRelay({ store }));
    await writeFile(known, String(this.served.port));
    return this.served.url;
  }

  /** Hands out the folder of a profile that is kept between runs for the same app at the same address, made by `make` if need be. */
  async keptProfile(name, make) {
    const profile = join(this.kept, name);
    const url = await this.host();
    const label = `${name}-${new URL(url).port}`;
    const was = await this.#keep(label, [DIST], async () => {
      await emptied(profile);
      await make(profile, url);
    });
    if (was) say(name, this.customers, "is kept from before");
    return profile;
  }

  /** Takes a profile as the kept one. */
  async keepProfile(name, from) {
    const profile = join(this.kept, name);
    const label = `${name}-${new URL(await this.host()).port}`;
    await rm(join(this.kept, `${label}.stamp`), { force: true });
    await this.#keep(label, [DIST], async () => {
      await rm(profile, { recursive: true, force: true });
      await cp(from, profile, { recursive: true });
    });
    return profile;
  }

  /** Makes a company in a new store of the command line and imports the workload. Returns the seconds of the import. */
  async importInto(store) {
    const whose = ["--company", "海悦百货", "--branch", "HQ", "--staff", "王芳", "--device", "总部"];
    await cli(["--store", await emptied(store), "init", ...whose]);
    const { ms, result } = await timed(() => cli(["--store", store, "import", this.file]));
    assert.deepEqual([result.added, result.rejected], [this.records, 0], "every record was imported");
    return ms / 1000;
  }

  /** Has a relay hold everything of an office. Returns the office's store; `relay` is that relay, `way` the counted way to it. */
  async #office() {
    const kept = { store: join(this.kept, "office"), relay: join(this.kept, "relay") };
    await this.#keep("office", [CLI, RELAY], async () => {
      await this.importInto(kept.store);
      const relay = await startRelay({ store: join(await emptied(kept.relay), "relay.db") });
      const stop = running(() => relay.stop());
      await cli(["--store", kept.store, "relay", relay.url]);
      const { ms } = await timed(() => this.#sync(kept.store));
      say("office", this.customers, "handed over in", (ms / 1000).toFixed(1), "s");
      await stop();
    });
    const [store, relay] = [this.folder("office"), this.folder("relay")];
    await rm(store, { recursive: true, force: true });
    await rm(relay, { recursive: true, force: true });
    await cp(kept.store, store, { recursive: true });
    await cp(kept.relay, relay, { recursive: true });
    this.relay = await startRelay({ store: join(relay, "relay.db") });
    this.way = await meter(this.relay.port);
    await cli(["--store", store, "relay", this.way.url]);
    return store;
  }

  #sync(store) {
    return cli(["--store", store, "sync", "--once", "--patience", PATIENCE]);
  }

  /** Returns a link for one more device of the head office. */
  async invite() {
    const store = await this.office();
    const { link } = await cli(["--store", store, "invite", "--branch", "HQ", "--role", "store_manager", "--base", this.relay.url]);
    // The invitation is made on the office's device; the relay must have it before the newcomer comes.
    await this.#sync(store);
    return link;
  }

  /** Joins with a new store of the command line and takes everything in. */
  async join(link, store) {
    await cli(["--store", await emptied(store), "join", link, "--staff", "李雷", "--device", "新设备"]);
    await this.#sync(store);
  }

  /** Bytes carried both ways so far. */
  get carried() {
    return this.way.up + this.way.down;
  }
}
