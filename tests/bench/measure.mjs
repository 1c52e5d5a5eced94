// The measurements of `cargo xtask bench` that need a browser, the command line or the relay.
//
//     node measure.mjs --sizes 1000,10000 [--only open,edit] [--repeat 5] --place FOLDER
//
// HUIYIN_DIST, HUIYIN_RELAY, HUIYIN_CLI, HUIYIN_WORKLOAD and CHROMIUM name what was built. Results go to standard output, one a
// line, cells by tabs; everything else is for the eye and goes to standard error:
//
//     @samples metric size engine unit bytes note value,value,…
//     @failed  metric size engine reason
//
// Engines: `huiyin` is the app in Chromium, `huiyin-cli` the same engine on SQLite, `huiyin-memory` the engine alone.
import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { mkdir, readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { DIST, cli, keptDevice, startRelay } from "../browser/harness.mjs";
import { engineClient } from "../browser/engine_client.mjs";
import { Person } from "../browser/person.mjs";
import { engineMemory } from "./memory.mjs";
import { meter } from "./meter.mjs";
import { FIRST_ROWS, TALL, longestTask, marked, probe, watchTasks } from "./probe.mjs";
import { editAll, prepare, timedEdits, timedSearches, waitForNotes } from "./work.mjs";

const WORKLOAD = process.env.HUIYIN_WORKLOAD;
/** Longest any one thing may take, milliseconds; then its metric has failed at this size. */
const LIMIT_MS = 900_000;
/** A metric is not repeated any more once its runs have taken this long together, milliseconds. */
const ENOUGH_MS = 120_000;
/** Rows of a page of search results. */
const HITS = 20;
const CASES_PER_CUSTOMER = 3;
const [APP, CLI, MEMORY] = ["huiyin", "huiyin-cli", "huiyin-memory"];

const option = (name, otherwise) => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? otherwise : process.argv[at + 1];
};
const sizes = option("sizes", "1000").split(",").map(Number);
const only = option("only", "").split(",").filter(Boolean);
const repeats = Number(option("repeat", "5"));
const place = option("place");
const wanted = (...names) => only.length === 0 || names.some((name) => only.includes(name));

const say = (...words) => console.error(new Date().toISOString().slice(11, 19), ...words);
const cells = (...words) => process.stdout.write(`${words.map((word) => String(word).replaceAll(/\s+/g, " ")).join("\t")}\n`);
const samples = (metric, size, engine, unit, values, { bytes = 0, note = "" } = {}) => {
  say(metric, size, engine, values.length > 8 ? `${values.length} values` : values.map((value) => value.toFixed(1)).join(" "), unit, bytes || "", note);
  cells("@samples", metric, size, engine, unit, Math.round(bytes), note, values.map((value) => value.toFixed(3)).join(","));
};

/** Runs `work`; if it fails, the metrics it would have brought are told to have failed, and the rest goes on. */
async function attempt(size, engine, metrics, work) {
  if (!wanted(...metrics)) return undefined;
  try {
    return await work();
  } catch (reason) {
    say(metrics.join(), size, engine, "FAILED", reason.stack ?? reason);
    for (const metric of metrics.filter((metric) => wanted(metric))) cells("@failed", metric, size, engine, String(reason.message ?? reason).slice(0, 300));
    return undefined;
  }
}

/** Runs `work(round)` up to `times` times, fewer once enough time has gone by, and returns the results. */
async function repeated(times, work) {
  const [began, results] = [performance.now(), []];
  while (results.length < times && (results.length === 0 || performance.now() - began < ENOUGH_MS)) {
    results.push(await work(results.length));
  }
  return results;
}

async function timed(work) {
  const began = performance.now();
  const result = await work();
  return { ms: performance.now() - began, result };
}

/** Makes a thing once and then hands it out; one that failed fails again. */
const once_ = (make) => {
  let made;
  return () => (made ??= make());
};

/** Returns the bytes of all files below a folder. */
async function weigh(folder) {
  let bytes = 0;
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])) {
    if (entry.isFile()) bytes += (await stat(join(entry.parentPath ?? entry.path, entry.name))).size;
  }
  return bytes;
}

const stored = async (profile) =>
  (await weigh(join(profile, "Default/IndexedDB"))) + (await weigh(join(profile, "Default/File System")));

async function emptied(folder) {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  return folder;
}

/** Bytes that a first visit loads, as compressed by brotli: of the worker's program, and of all else. */
async function weights(size) {
  const [page, engine] = [[], []];
  for (const entry of await readdir(DIST, { recursive: true })) {
    if (!/\.(html|js|css|wasm|svg|webmanifest)$/.test(entry) || /404\.html$/.test(entry)) continue;
    const file = join(DIST, entry);
    const { size } = await stat(`${file}.br`).catch(() => stat(file));
    (/engine/.test(entry) ? engine : page).push(size);
  }
  const sum = (sizes) => sizes.reduce((all, size) => all + size, 0);
  for (const [metric, files] of [["page_brotli", page], ["engine_brotli", engine]]) {
    if (wanted(metric)) samples(metric, size, APP, "KB", [sum(files) / 1000], { bytes: sum(files) });
  }
}

/** All that is measured with `customers` customers. */
class Size {
  constructor(customers) {
    this.customers = customers;
    this.records = customers * (1 + CASES_PER_CUSTOMER);
    this.rows = Math.min(FIRST_ROWS, customers);
    this.place = join(place, String(customers));
    this.file = join(this.place, "workload.jsonl");
    this.office = once_(() => this.makeOffice());
    this.main = once_(() => this.makeMain());
    /** Profiles that have joined and hold everything. */
    this.joined = [];
    /** Longest main-thread tasks, milliseconds, by what went on. */
    this.tasks = {};
  }

  folder(name) {
    return join(this.place, name);
  }

  async run() {
    const { customers: size } = this;
    await emptied(this.place);
    await this.writeWorkload();
    this.relay = await startRelay({ store: this.folder("relay.db") });
    this.way = await meter(this.relay.port);
    try {
      await attempt(size, CLI, ["import", "open", "disk_bytes_per_record"], () => this.commandLine());
      await attempt(size, APP, ["import", "disk_bytes_per_record", "longest_task"], () => this.imports());
      await attempt(size, APP, ["open", "open_cases"], () => this.opens());
      await attempt(size, APP, ["engine_memory"], () => this.memory());
      await attempt(size, APP, ["search", "search_numbers", "search_text"], () => this.searches());
      await attempt(size, APP, ["edit"], () => this.edits());
      await attempt(size, CLI, ["new_device_complete"], () => this.newStore());
      await attempt(size, APP, ["new_device_usable", "new_device_complete", "longest_task"], () => this.newDevices());
      this.longestTasks();
      await attempt(size, APP, ["merge"], () => this.merges());
      await attempt(size, MEMORY, ["merge"], () => this.mergesInMemory());
    } finally {
      await this.way.close();
      await this.relay.stop();
      await rm(this.place, { recursive: true, force: true });
    }
  }

  async writeWorkload() {
    const writer = spawn(WORKLOAD, ["data", String(this.customers)], { stdio: ["ignore", "pipe", "inherit"] });
    const file = createWriteStream(this.file);
    writer.stdout.pipe(file);
    const [[code]] = await Promise.all([once(writer, "close"), once(file, "close")]);
    assert.equal(code, 0, "the workload was written");
    const { stdout } = await promisify(execFile)(WORKLOAD, ["script", String(this.customers)], { maxBuffer: 1 << 26 });
    this.script = JSON.parse(stdout);
    say("workload", this.customers, (await stat(this.file)).size, "bytes");
  }

  // ---- the command line ----

  async newCompany(store) {
    await cli(["--store", await emptied(store), "init", "--company", "海悦百货", "--branch", "HQ", "--staff", "王芳", "--device", "总部"]);
  }

  async importInto(store) {
    await this.newCompany(store);
    const { ms, result } = await timed(() => cli(["--store", store, "import", this.file]));
    assert.deepEqual([result.added, result.rejected], [this.records, 0], "every record was imported");
    return ms / 1000;
  }

  async commandLine() {
    const { customers: size } = this;
    const store = this.folder("office");
    const imports = await repeated(wanted("import") ? repeats : 1, () => this.importInto(store));
    const bytes = await weigh(store);
    if (wanted("import")) samples("import", size, CLI, "s", imports, { bytes });
    if (wanted("disk_bytes_per_record")) samples("disk_bytes_per_record", size, CLI, "B", [bytes / this.records], { bytes });
    this.imported = true;
    if (!wanted("open")) return;
    const opens = await repeated(repeats, () => timed(() => cli(["--store", store, "list", "customers", "--limit", String(FIRST_ROWS)])));
    samples("open", size, CLI, "ms", opens.map(({ ms }) => ms), { note: "a process that lists the first rows" });
  }

  /** A store of the command line that holds the workload and has handed all of it to the relay. */
  async makeOffice() {
    const store = this.folder("office");
    if (!this.imported) await this.importInto(store);
    await cli(["--store", store, "relay", this.way.url]);
    const { ms } = await timed(() => cli(["--store", store, "sync", "--once", "--patience", "600"]));
    say("office", this.customers, "handed over in", (ms / 1000).toFixed(1), "s");
    return store;
  }

  /** Returns a link for one more device of the head office. */
  async invite() {
    const store = await this.office();
    const words = ["--store", store, "invite", "--branch", "HQ", "--role", "store_manager", "--base", this.relay.url];
    const { link } = await cli(words);
    // The invitation is made on the office's device; the relay must have it before the newcomer comes.
    await cli(["--store", store, "sync", "--once", "--patience", "600"]);
    return link;
  }

  async newStore() {
    const { customers: size } = this;
    const runs = await repeated(repeats, async () => {
      const link = await this.invite();
      const store = await emptied(this.folder("newcomer"));
      const before = this.way.up + this.way.down;
      const { ms } = await timed(async () => {
        await cli(["--store", store, "join", link, "--staff", "李雷", "--device", "新设备"]);
        await cli(["--store", store, "sync", "--once", "--patience", "600"]);
      });
      const status = await cli(["--store", store, "status"]);
      assert.deepEqual([status.customers, status.cases], [size, size * CASES_PER_CUSTOMER], "everything came");
      return { s: ms / 1000, bytes: this.way.up + this.way.down - before };
    });
    samples("new_device_complete", size, CLI, "s", runs.map(({ s }) => s), { bytes: runs.at(-1).bytes, note: "two processes: join, sync" });
  }

  // ---- the app ----

  /** Opens a profile in a browser process of its own. */
  async open(profile, options = {}) {
    const device = await keptDevice(profile, { ...TALL, ...options });
    device.context.setDefaultTimeout(LIMIT_MS);
    await device.context.addInitScript(probe, { rows: this.rows, customers: this.customers });
    return device;
  }

  /** Imports the workload through the import screen of a new profile and returns how long it took and the longest task. */
  async importOnce(profile) {
    await emptied(profile);
    const device = await this.open(profile);
    try {
      const person = new Person(device.page);
      await person.makeCompany(this.relay.url);
      await person.goTo(person.words.import);
      await watchTasks(device.page);
      const { ms } = await timed(async () => {
        await person.chooseFile(person.button(person.words.chooseFile), this.file);
        await device.page.getByRole("button", { name: person.words.run }).click();
        await person.heading(person.words.imported).waitFor();
      });
      const longest = await longestTask(device.page);
      const counts = await person.importReport();
      assert.deepEqual(counts, { added: this.records, changed: 0, unchanged: 0, rejected: 0 });
      device.checkFaults();
      return { s: ms / 1000, longest };
    } finally {
      await device.close();
    }
  }

  async imports() {
    const { customers: size } = this;
    const profile = this.folder("main");
    const runs = await repeated(wanted("import", "longest_task") ? repeats : 1, () => this.importOnce(profile));
    this.mainProfile = profile;
    const bytes = await stored(profile);
    if (wanted("import")) samples("import", size, APP, "s", runs.map(({ s }) => s), { bytes, note: "file chosen → report shown" });
    if (wanted("disk_bytes_per_record")) samples("disk_bytes_per_record", size, APP, "B", [bytes / this.records], { bytes, note: "browser storage after it closed" });
    this.tasks.import = runs.map(({ longest }) => longest);
  }

  /** A profile that holds the workload: imported on its screen, or joined if the screen could not take the file. */
  async makeMain() {
    if (this.mainProfile) return this.mainProfile;
    const profile = this.folder("main");
    try {
      await this.importOnce(profile);
    } catch (reason) {
      say("main", this.customers, "joined, for the import failed:", reason.message);
      await this.joinOnce(profile);
    }
    return (this.mainProfile = profile);
  }

  async opens() {
    const { customers: size } = this;
    const profile = await this.main();
    for (const [metric, path, mark, note] of [
      ["open", "customers", "list", "new process; first rows and the count of open cases painted"],
      ["open_cases", "cases", "tabs", "new process; the counts of all groups of cases painted"],
    ]) {
      if (!wanted(metric)) continue;
      const runs = await repeated(repeats, async () => {
        const device = await this.open(profile);
        try {
          await device.page.goto(`${this.relay.url}/${path}`, { waitUntil: "commit" });
          const ms = await marked(device.page, mark, LIMIT_MS);
          await this.checkList(device.page);
          return { ms, longest: await longestTask(device.page) };
        } finally {
          await device.close();
        }
      });
      const longest = Math.max(...runs.map(({ longest }) => longest));
      samples(metric, size, APP, "ms", runs.map(({ ms }) => ms), { note: `${note}; longest task ${longest.toFixed(0)} ms` });
    }
  }

  /** The list says how many rows there are; they must be those of the workload. */
  async checkList(page) {
    const grid = page.getByRole("grid");
    await grid.waitFor();
    const total = Number(await grid.getAttribute("aria-rowcount")) - 1;
    assert.ok([this.customers, this.customers * CASES_PER_CUSTOMER].includes(total), `${total} rows in the list`);
  }

  async memory() {
    const { customers: size } = this;
    const device = await this.open(await this.main());
    try {
      await device.page.goto(`${this.relay.url}/customers`, { waitUntil: "commit" });
      await marked(device.page, "list", LIMIT_MS);
      const { wasm, workerHeap, pageHeap } = await engineMemory(device.page);
      const note = `wasm ${(wasm / 1e6).toFixed(0)} MB, worker's objects ${(workerHeap / 1e6).toFixed(1)} MB; page's objects ${(pageHeap / 1e6).toFixed(1)} MB`;
      samples("engine_memory", size, APP, "MB", [(wasm + workerHeap) / 1e6], { bytes: wasm + workerHeap, note });
    } finally {
      await device.close();
    }
  }

  /** Runs `work` with a client of the engine on the main profile. */
  async withClient(profile, work) {
    const device = await this.open(profile);
    try {
      const client = await engineClient(device.page, this.relay.url);
      await prepare(device.page);
      // Loaded and sorted once, as after any open.
      await client.ask({ ask: "customers", limit: FIRST_ROWS });
      await client.ask({ ask: "cases", limit: FIRST_ROWS });
      return await work(device.page, client);
    } finally {
      await device.close();
    }
  }

  async searches() {
    const { customers: size, script } = this;
    const numbers = script.edits.slice(0, 40).map((place) => `K${String(place).padStart(7, "0")}`);
    await this.withClient(await this.main(), async (page) => {
      for (const [metric, ask, queries, what] of [
        ["search", "customers", script.queries, "names and phones"],
        ["search_numbers", "cases", numbers, "case numbers"],
        ["search_text", "cases", script.texts, "texts of cases"],
      ]) {
        if (!wanted(metric)) continue;
        const { times, hits } = await timedSearches(page, ask, queries, HITS);
        const found = hits.filter((count) => count > 0).length;
        const said = `${what}; ${found} of ${queries.length} queries found something`;
        // Each query is taken from a record, and a search that misses it is no faster search.
        if (found < queries.length) cells("@failed", metric, size, APP, said);
        else samples(metric, size, APP, "ms", times, { note: said });
      }
    });
  }

  async edits() {
    await this.withClient(await this.main(), async (page) => {
      const { times, notes } = await timedEdits(page, this.script.edits);
      samples("edit", this.customers, APP, "ms", times, { note: `a step in a case, stored; ${notes} were notes` });
    });
  }

  /** Joins with a new profile and returns when the list was usable and when everything had come, in seconds, and the bytes. */
  async joinOnce(profile) {
    const link = await this.invite();
    const device = await this.open(await emptied(profile));
    try {
      const { page } = device;
      const person = new Person(page);
      await page.goto(link);
      await person.field(person.words.yourName).fill("李雷");
      await person.field(person.words.deviceName).fill("二号平板");
      await watchTasks(page);
      const before = this.way.up + this.way.down;
      await page.evaluate(() => {
        addEventListener("click", () => (bench.began ??= performance.now()), { capture: true, once: true });
        bench.joining = true;
      });
      await person.button(person.words.join).click();
      const whole = await marked(page, "whole", LIMIT_MS);
      const [list, began] = [await marked(page, "list", LIMIT_MS), await page.evaluate(() => bench.began)];
      const longest = await longestTask(page);
      const bytes = this.way.up + this.way.down - before;
      const client = await engineClient(await device.context.newPage(), this.relay.url);
      const status = await client.ask({ ask: "status" });
      assert.deepEqual([status.customers, status.cases], [this.customers, this.customers * CASES_PER_CUSTOMER], "everything came");
      return { usable: (list - began) / 1000, whole: (whole - began) / 1000, longest, bytes };
    } finally {
      await device.close();
    }
  }

  async newDevices() {
    const { customers: size } = this;
    const runs = await repeated(repeats, async (round) => {
      const profile = this.folder(`joined-${round}`);
      const run = await this.joinOnce(profile);
      this.joined.push(profile);
      // Two are kept for the merge.
      if (this.joined.length > 2) await rm(this.joined.shift(), { recursive: true, force: true });
      return run;
    });
    const { bytes } = runs.at(-1);
    if (wanted("new_device_usable")) samples("new_device_usable", size, APP, "s", runs.map(({ usable }) => usable), { note: "join pressed → first rows painted" });
    if (wanted("new_device_complete")) samples("new_device_complete", size, APP, "s", runs.map(({ whole }) => whole), { bytes, note: "join pressed → up to date, all rows counted" });
    this.tasks["first sync"] = runs.map(({ longest }) => longest);
  }

  longestTasks() {
    const note = Object.entries(this.tasks).map(([what, longest]) => `${what}: at most ${Math.max(...longest).toFixed(0)} ms`);
    const all = Object.values(this.tasks).flat();
    if (wanted("longest_task") && all.length > 0) samples("longest_task", this.customers, APP, "ms", all, { note: note.join("; ") });
  }

  async merges() {
    const { customers: size, script } = this;
    while (this.joined.length < 2) {
      const profile = this.folder(`joined-more-${this.joined.length}`);
      await this.joinOnce(profile);
      this.joined.push(profile);
    }
    const devices = [];
    for (const profile of this.joined.slice(-2)) devices.push(await this.open(profile));
    const [left, right] = devices.map(({ page }) => page);
    try {
      const clients = [];
      for (const { page } of devices) {
        clients.push(await engineClient(page, this.relay.url));
        await prepare(page);
      }
      const digests = () => Promise.all(clients.map(async (client) => (await client.ask({ ask: "digest", branch: null })).digest));
      const runs = await repeated(repeats, async (round) => {
        const names = [`左${round}`, `右${round}`];
        this.way.shut();
        const notes = [await editAll(left, script.left, names[0]), await editAll(right, script.right, names[1])];
        this.way.open();
        const [up, down] = [this.way.up, this.way.down];
        const { ms } = await timed(() =>
          Promise.all([waitForNotes(left, notes[1], names[1]), waitForNotes(right, notes[0], names[0])]),
        );
        const run = { ms, up: this.way.up - up, down: this.way.down - down };
        const [one, other] = await digests();
        assert.equal(one, other, "both devices have the same content");
        return run;
      });
      const { up, down } = runs.at(-1);
      samples("merge", size, APP, "ms", runs.map(({ ms }) => ms), {
        bytes: up + down,
        note: `two browsers, real relay, 1,000 edits each; ${(up / 1000).toFixed(0)} KB to the relay, ${(down / 1000).toFixed(0)} KB from it`,
      });
    } finally {
      for (const device of devices) await device.close();
    }
  }

  async mergesInMemory() {
    const words = ["merge", String(this.customers), String(repeats)];
    const { stdout } = await promisify(execFile)(WORKLOAD, words, { maxBuffer: 1 << 26, timeout: LIMIT_MS });
    const runs = stdout.trim().split("\n").map((line) => JSON.parse(line));
    samples("merge", this.customers, MEMORY, "ms", runs.map(({ ms }) => ms), {
      bytes: runs.at(-1).bytes,
      note: "one native process, no socket, no disk; bytes of the envelopes",
    });
  }
}

let measured;
// The browser library hears these signals too and would only close its browsers.
for (const signal of ["SIGTERM", "SIGINT"]) {
  process.on(signal, async () => {
    await measured?.relay?.kill();
    process.exit(143);
  });
}
for (const size of sizes) {
  await attempt(size, APP, ["page_brotli", "engine_brotli"], () => weights(size));
  measured = new Size(size);
  await measured.run();
}
