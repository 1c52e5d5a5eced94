// What is measured in a browser: the app as people load it, on profiles whose storage lies on disk.
import assert from "node:assert/strict";
import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { DIST, keptDevice } from "../browser/harness.mjs";
import { engineClient } from "../browser/engine_client.mjs";
import { Person } from "../browser/person.mjs";
import { say } from "./ledger.mjs";
import { CASES_PER_CUSTOMER, emptied, weigh } from "./place.mjs";
import { FIRST_ROWS, TALL, longestTask, marked, probe, scrollFrames, tablesAtRest, watchTasks } from "./probe.mjs";
import { attempt, repeated, running, timed } from "./running.mjs";
import { coldEdits, editAll, prepare, timedCounts, timedEdits, timedLists, timedSearches, waitForNotes } from "./work.mjs";
import { commitRelaxed, countingStorage, engineMemory } from "./worker_session.mjs";

const APP = "huiyin";
/** Rows of a page of search results. */
const HITS = 20;
/** Edits each in a segment not touched before. */
const COLD_EDITS = 40;
/** Window of a desk screen; scrolling is measured in it. */
const DESK = { viewport: { width: 1280, height: 800 } };
/** After this many milliseconds a browser process has finished its own start. */
const RESTED_MS = 2500;
/** Frames scrolled through in one run. */
const SCROLLED_FRAMES = 240;

/** Bytes that a first visit loads, as compressed by brotli: of the worker's program, and of all else. */
export async function weights(size, ledger) {
  const [page, engine] = [[], []];
  for (const entry of await readdir(DIST, { recursive: true })) {
    if (!/\.(html|js|css|wasm|svg|webmanifest)$/.test(entry) || /404\.html$/.test(entry)) continue;
    // What is loaded only when it is used is no part of a first visit.
    if (/(^|\/)(files|part)-/.test(entry)) continue;
    const file = join(DIST, entry);
    const { size: bytes } = await stat(`${file}.br`).catch(() => stat(file));
    (/engine/.test(entry) ? engine : page).push(bytes);
  }
  const sum = (sizes) => sizes.reduce((all, one) => all + one, 0);
  for (const [metric, files] of [["page_brotli", page], ["engine_brotli", engine]]) {
    ledger.samples(metric, size, APP, "KB", [sum(files) / 1000], { bytes: sum(files) });
  }
}

const stored = async (profile) =>
  (await weigh(join(profile, "Default/IndexedDB"))) + (await weigh(join(profile, "Default/File System")));

export class App {
  constructor(place, ledger, { repeats, limit, quick = false }) {
    Object.assign(this, { place, ledger, repeats, limit, quick, size: place.customers });
    /** Profiles that have joined and hold everything. */
    this.joined = [];
  }

  async run() {
    const { ledger, size } = this;
    const attempts = (metrics, work) => attempt(ledger, size, APP, metrics, this.limit, work);
    await attempts(["page_brotli", "engine_brotli"], () => weights(size, ledger));
    await attempts(["import", "disk_bytes_per_record", "written_import", "longest_task_import"], () => this.imports());
    await attempts(["open"], () => this.opens("open", "customers", "list", "new process; first rows and the count of open cases painted"));
    await attempts(["open_rested"], () => this.opens("open_rested", "customers", "list", "as open, the browser's own start over", RESTED_MS));
    await attempts(["open_cases"], () => this.opens("open_cases", "cases", "tabs", "new process; the counts of all groups of cases painted"));
    await attempts(["engine_memory", "read_open"], () => this.afterOpen());
    await attempts(["stored_bytes_per_record"], () => this.tables());
    await attempts(["scroll_frames"], () => this.scrolls());
    await attempts(["search", "search_numbers", "search_text"], () => this.searches());
    await attempts(["list_sort", "list_filter", "group_counts"], () => this.lists());
    await attempts(["edit_cold"], () => this.editsCold());
    await attempts(["edit", "written_edit"], () => this.edits("edit"));
    await attempts(["edit_strict"], () => this.edits("edit_strict"));
    await attempts(["new_device_usable", "new_device_complete", "longest_task_sync"], () => this.newDevices());
    this.longestTasks();
    await attempts(["merge"], () => this.merges());
  }

  /** Opens a profile in a browser process of its own, which ends with the measurement. */
  async open(profile, options = {}) {
    const device = await keptDevice(profile, { ...TALL, ...options });
    const close = running(() => device.context.close().catch(() => {}));
    device.context.setDefaultTimeout(this.limit);
    await device.context.addInitScript(probe, { rows: Math.min(FIRST_ROWS, this.size), customers: this.size });
    return { ...device, close };
  }

  /** Opens a profile, hands it to `work` and closes it. */
  async with(profile, work, options) {
    const device = await this.open(profile, options);
    try {
      return await work(device);
    } finally {
      await device.close();
    }
  }

  /** Imports the workload through the import screen of a new profile and returns how long it took and the longest task. */
  async importOnce(profile, url) {
    await emptied(profile);
    return this.with(profile, async (device) => {
      const counter = await countingStorage(device.page);
      const person = new Person(device.page);
      await person.makeCompany(url);
      await person.goTo(person.words.import);
      const before = await counter.counts();
      await watchTasks(device.page);
      const { ms } = await timed(async () => {
        await person.chooseFile(person.button(person.words.chooseFile), this.place.file);
        await device.page.getByRole("button", { name: person.words.run }).click();
        await person.heading(person.words.imported).waitFor();
      });
      const longest = await longestTask(device.page);
      const after = await counter.counts();
      const counts = await person.importReport();
      assert.deepEqual(counts, { added: this.place.records, changed: 0, unchanged: 0, rejected: 0 });
      device.checkFaults();
      return { s: ms / 1000, longest, written: after.written - before.written, commits: after.commits - before.commits };
    });
  }

  async imports() {
    const { ledger, size, place } = this;
    const [profile, url] = [place.folder("main"), await place.host()];
    const runs = await repeated(this.repeats, () => this.importOnce(profile, url));
    const bytes = await stored(profile);
    await place.keepProfile("main", profile);
    await rm(profile, { recursive: true, force: true });
    ledger.samples("import", size, APP, "s", runs.map(({ s }) => s), { bytes, note: "file chosen → report shown" });
    ledger.samples("disk_bytes_per_record", size, APP, "B", [bytes / place.records], { bytes, note: "browser storage after it closed" });
    const { written, commits } = runs.at(-1);
    ledger.samples("written_import", size, APP, "B", [written / place.records], { bytes: written, note: `handed to IndexedDB per record, ${commits} commits` });
    this.keepTasks("import", runs);
  }

  /** A profile that holds the workload: imported on its screen, or joined if the screen could not take the file. */
  main() {
    return this.place.keptProfile("main", async (profile, url) => {
      try {
        await this.importOnce(profile, url);
      } catch (reason) {
        say("main", this.size, "joined, for the import failed:", reason.message);
        await this.joinOnce(profile, { base: url });
      }
    });
  }

  async opens(metric, path, mark, note, rest = 0) {
    const [profile, url] = [await this.main(), await this.place.host()];
    const runs = await repeated(this.repeats, () =>
      this.with(profile, async ({ page }) => {
        if (rest) await page.waitForTimeout(rest);
        await page.goto(`${url}/${path}`, { waitUntil: "commit" });
        const ms = await marked(page, mark, this.limit);
        await this.checkList(page);
        return { ms, longest: await longestTask(page) };
      }),
    );
    const longest = Math.max(...runs.map(({ longest }) => longest));
    this.ledger.samples(metric, this.size, APP, "ms", runs.map(({ ms }) => ms), { note: `${note}; longest task ${longest.toFixed(0)} ms` });
  }

  /** The list says how many rows there are; in the end they must be those of the workload. */
  async checkList(page) {
    const wanted = [this.size, this.size * CASES_PER_CUSTOMER].map((rows) => String(rows + 1));
    await page.waitForFunction((wanted) => wanted.includes(document.querySelector('[role="grid"]')?.ariaRowCount), wanted);
  }

  /** What the engine holds in memory, and what it read, once the first list stands and nothing is on its way any more. */
  async afterOpen() {
    const [profile, url] = [await this.main(), await this.place.host()];
    await this.with(profile, async ({ page }) => {
      const counter = await countingStorage(page);
      await page.goto(`${url}/customers`, { waitUntil: "commit" });
      await marked(page, "list", this.limit);
      const first = await counter.counts();
      await this.checkList(page);
      const all = await counter.counts();
      const note = `from IndexedDB up to the first list; ${(all.read / 1e6).toFixed(1)} MB in ${all.reads} reads until the list was whole`;
      this.ledger.samples("read_open", this.size, APP, "MB", [first.read / 1e6], { bytes: first.read, note });
      await counter.detach();
    });
    await this.with(profile, async ({ page }) => {
      await page.goto(`${url}/customers`, { waitUntil: "commit" });
      await marked(page, "list", this.limit);
      await this.checkList(page);
      const { wasm, workerHeap, pageHeap } = await engineMemory(page);
      const note = `wasm ${(wasm / 1e6).toFixed(0)} MB, worker's objects ${(workerHeap / 1e6).toFixed(1)} MB; page's objects ${(pageHeap / 1e6).toFixed(1)} MB`;
      this.ledger.samples("engine_memory", this.size, APP, "MB", [(wasm + workerHeap) / 1e6], { bytes: wasm + workerHeap, note });
    });
  }

  /** Bytes of keys and values in each table. */
  async tables() {
    const [profile, url] = [await this.main(), await this.place.host()];
    const tables = await this.with(profile, async ({ page }) => {
      await page.goto(new URL("manifest.webmanifest", url).href);
      return tablesAtRest(page);
    });
    const bytes = tables.reduce((all, table) => all + table.bytes, 0);
    assert.ok(bytes > 0, "the tables hold something");
    const named = tables.filter((table) => table.bytes > 0).sort((a, b) => b.bytes - a.bytes);
    const note = named.map(({ name, bytes, rows }) => `${name} ${(bytes / this.place.records).toFixed(1)} (${rows} rows)`).join(", ");
    this.ledger.samples("stored_bytes_per_record", this.size, APP, "B", [bytes / this.place.records], { bytes, note: `keys and values by table: ${note}` });
  }

  async scrolls() {
    const [profile, url] = [await this.main(), await this.place.host()];
    await this.with(
      profile,
      async ({ page }) => {
        await page.goto(`${url}/customers`, { waitUntil: "commit" });
        await this.checkList(page);
        await page.locator('[role="grid"] [role="gridcell"] a').first().waitFor();
        const runs = await repeated(this.repeats, (round) => scrollFrames(page, this.quick ? 60 : SCROLLED_FRAMES, round));
        const worst = Math.max(...runs.map(({ worst }) => worst));
        const blank = runs.reduce((all, run) => all + run.blank, 0) / runs.length;
        const note = `${runs[0].frames} frames a run, a row or two each and a jump every second; worst frame ${worst.toFixed(0)} ms; rows not yet here in ${blank.toFixed(1)} % of what was seen`;
        this.ledger.samples("scroll_frames", this.size, APP, "%", runs.map(({ slow }) => slow), { note });
      },
      DESK,
    );
  }

  /** Runs `work` with a client of the engine on a profile. */
  async withClient(profile, work) {
    const url = await this.place.host();
    return this.with(profile, async (device) => {
      const client = await engineClient(device.page, url);
      await prepare(device.page);
      // Loaded and sorted once, as after any open.
      await client.ask({ ask: "customers", limit: FIRST_ROWS });
      await client.ask({ ask: "cases", limit: FIRST_ROWS });
      return work(device, client);
    });
  }

  async searches() {
    const { ledger, size } = this;
    const { script } = this.place;
    const numbers = script.edits.slice(0, 40).map((place) => `K${String(place).padStart(7, "0")}`);
    await this.withClient(await this.main(), async ({ page }) => {
      for (const [metric, ask, queries, what] of [
        ["search", "customers", script.queries, "names and phones"],
        ["search_numbers", "cases", numbers, "case numbers"],
        ["search_text", "cases", script.texts, "texts of cases"],
      ]) {
        if (!ledger.wants(size, APP, metric)) continue;
        const { times, hits, way } = await timedSearches(page, ask, queries, HITS, metric === "search_text");
        const found = hits.filter((count) => count > 0).length;
        const said = `${what}${way}; ${found} of ${queries.length} queries found something`;
        // Each query is taken from a record, and a search that misses it is no faster search.
        if (found < queries.length) ledger.failed(metric, size, APP, said);
        else ledger.samples(metric, size, APP, "ms", times, { note: said });
      }
    });
  }

  async lists() {
    const { ledger, size } = this;
    await this.withClient(await this.main(), async ({ page }) => {
      const { sorts, filters } = await timedLists(page, FIRST_ROWS);
      ledger.samples("list_sort", size, APP, "ms", sorts.times, { note: `first ${FIRST_ROWS} rows in an order not asked for before: ${sorts.names.join(", ")}` });
      ledger.samples("list_filter", size, APP, "ms", filters.times, { note: `first ${FIRST_ROWS} rows and their number under one filter of cases, ${filters.names.length} values` });
      const { times, way } = await timedCounts(page, this.quick ? 3 : 20);
      ledger.samples("group_counts", size, APP, "ms", times, { note: `cases counted after a change: ${way}` });
    });
  }

  /** Each case is asked for as its screen does, then changed: a step and its note, answered once stored. */
  async edits(metric) {
    const { ledger, size, place } = this;
    await this.withClient(await this.main(), async ({ page }) => {
      if (metric === "edit") {
        const [worker] = page.workers();
        await worker.evaluate(commitRelaxed);
      }
      const { times, notes } = await timedEdits(page, place.script.edits);
      ledger.samples(metric, size, APP, "ms", times, { note: `the case is on the screen; a step with a note, stored; ${notes} were notes only` });
    });
    if (metric !== "edit" || !ledger.wants(size, APP, "written_edit")) return;
    const [profile, url] = [await this.main(), await place.host()];
    await this.with(profile, async ({ page }) => {
      const counter = await countingStorage(page);
      await engineClient(page, url);
      await prepare(page);
      const before = await counter.counts();
      const { times } = await timedEdits(page, place.script.edits.slice(0, 50));
      const after = await counter.counts();
      const written = after.written - before.written;
      const note = `handed to IndexedDB per edit, ${((after.commits - before.commits) / times.length).toFixed(1)} commits each, with what follows an edit at once`;
      ledger.samples("written_edit", size, APP, "B", [written / times.length], { bytes: written, note });
    });
  }

  async editsCold() {
    await this.withClient(await this.main(), async ({ page }) => {
      const { times, segments } = await coldEdits(page, this.place.script.left, this.quick ? 5 : COLD_EDITS);
      this.ledger.samples("edit_cold", this.size, APP, "ms", times, { note: `new process; each edit in a segment not touched before (${segments}), its case never opened` });
    });
  }

  /** Joins with a new profile and returns when the list was usable and when everything had come, in seconds, and the bytes. */
  async joinOnce(profile, { base } = {}) {
    const { place } = this;
    const link = await place.invite();
    return this.with(await emptied(profile), async (device) => {
      const { page } = device;
      const person = new Person(page);
      // A profile that is to be opened at another address of the app joins there.
      await page.goto(base ? link.replace(place.relay.url, base) : link);
      await person.field(person.words.yourName).fill("李雷");
      await person.field(person.words.deviceName).fill("二号平板");
      await watchTasks(page);
      const before = place.carried;
      await page.evaluate(() => {
        addEventListener("click", () => (bench.began ??= performance.now()), { capture: true, once: true });
        bench.joining = true;
      });
      await person.button(person.words.join).click();
      const whole = await marked(page, "whole", this.limit);
      const [list, began] = [await marked(page, "list", this.limit), await page.evaluate(() => bench.began)];
      const longest = await longestTask(page);
      const bytes = place.carried - before;
      const client = await engineClient(await device.context.newPage(), base ?? place.relay.url);
      const status = await client.ask({ ask: "status" });
      assert.deepEqual([status.customers, status.cases], [this.size, place.cases], "everything came");
      return { usable: (list - began) / 1000, whole: (whole - began) / 1000, longest, bytes };
    });
  }

  async newDevices() {
    const { ledger, size, place } = this;
    await place.office();
    const runs = await repeated(this.repeats, async (round) => {
      const profile = place.folder(`joined-${round}`);
      const run = await this.joinOnce(profile);
      this.joined.push(profile);
      // Two are kept for the merge.
      if (this.joined.length > 2) await rm(this.joined.shift(), { recursive: true, force: true });
      return run;
    });
    const { bytes } = runs.at(-1);
    ledger.samples("new_device_usable", size, APP, "s", runs.map(({ usable }) => usable), { note: "join pressed → first rows painted" });
    ledger.samples("new_device_complete", size, APP, "s", runs.map(({ whole }) => whole), { bytes, note: "join pressed → up to date, all rows counted" });
    this.keepTasks("sync", runs);
  }

  /** Keeps the longest tasks of runs: the row of both kinds of work is written once both were measured. */
  keepTasks(what, runs) {
    const longest = runs.map(({ longest }) => longest);
    this.ledger.samples(`longest_task_${what}`, this.size, APP, "ms", longest);
    this.ledger.keep(`longest_task_${what} ${this.size}`, longest);
  }

  longestTasks() {
    const { ledger, size } = this;
    const found = ["import", "sync"].map((what) => [what, ledger.values[`longest_task_${what} ${size}`]]).filter(([, values]) => values);
    if (found.length === 0) return;
    const note = found.map(([what, values]) => `${what}: at most ${Math.max(...values).toFixed(0)} ms`).join("; ");
    ledger.samples("longest_task", size, APP, "ms", found.flatMap(([, values]) => values), { note });
  }

  async merges() {
    const { ledger, size, place } = this;
    while (this.joined.length < 2) {
      const profile = place.folder(`joined-more-${this.joined.length}`);
      await this.joinOnce(profile);
      this.joined.push(profile);
    }
    const url = place.relay.url;
    const devices = [];
    for (const profile of this.joined.slice(-2)) devices.push(await this.open(profile));
    const [left, right] = devices.map(({ page }) => page);
    const clients = [];
    for (const page of [left, right]) {
      clients.push(await engineClient(page, url));
      await prepare(page);
    }
    const digests = () => Promise.all(clients.map(async (client) => (await client.ask({ ask: "digest", branch: null })).digest));
    const { script, way } = place;
    const runs = await repeated(this.repeats, async (round) => {
      const names = [`左${round}`, `右${round}`];
      way.shut();
      const notes = [await editAll(left, script.left, names[0]), await editAll(right, script.right, names[1])];
      way.open();
      const [up, down] = [way.up, way.down];
      const { ms } = await timed(() =>
        Promise.all([waitForNotes(left, notes[1], names[1]), waitForNotes(right, notes[0], names[0])]),
      );
      const run = { ms, up: way.up - up, down: way.down - down };
      const [one, other] = await digests();
      assert.equal(one, other, "both devices have the same content");
      return run;
    });
    const { up, down } = runs.at(-1);
    ledger.samples("merge", size, APP, "ms", runs.map(({ ms }) => ms), {
      // Everything travels to the relay and from it: what reached the other replica is counted once, as of peers without a relay.
      bytes: down,
      note: `two browsers, real relay, ${script.left.length} edits each; ${(up / 1000).toFixed(0)} KB to the relay, ${(down / 1000).toFixed(0)} KB from it`,
    });
    for (const device of devices) await device.close();
  }
}
