// What browser tests share: Chromium, devices (a context each), the relay as a process, a static host, the command line.
//
// `cargo xtask test --only browser` builds all of it and sets HUIYIN_DIST, HUIYIN_RELAY, HUIYIN_CLI and CHROMIUM; run by
// hand, the places it builds to are assumed.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { createServer } from "node:http";
import { connect, createServer as createTcpServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, extname, join, normalize, resolve } from "node:path";
import { createInterface } from "node:readline";
import { after, before } from "node:test";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

/** The repository. */
export const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
const target = process.env.CARGO_TARGET_DIR ? resolve(ROOT, process.env.CARGO_TARGET_DIR) : join(ROOT, "target");

/** The built app. */
export const DIST = process.env.HUIYIN_DIST ?? join(target, "browser-dist");
/** Sample files: real customers and complaints. */
export const DATA = join(ROOT, "tests/data");
const RELAY = process.env.HUIYIN_RELAY ?? join(target, "debug/huiyin-relay");
const CLI = process.env.HUIYIN_CLI ?? join(target, "debug/huiyin");
const MUTANTS = process.env.HUIYIN_MUTANTS_PROGRAM ?? join(target, "debug/huiyin-mutants");
const CHROMIUM =
  process.env.CHROMIUM ?? ["/usr/bin/chromium", "/usr/bin/google-chrome"].find((file) => existsSync(file));

/** How long anything awaited may take, milliseconds, on a slow and busy machine. */
export const PATIENCE_MS = 60_000;

const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Starts Chromium; close it in `after`. */
export async function launch() {
  if (!CHROMIUM) throw new Error("no Chromium found: set CHROMIUM to its program file");
  return chromium.launch({ executablePath: CHROMIUM, headless: true, args: FLAGS });
}

/** Has a `browser` and a plain web host (`server`) for all tests of a file, closed after the last. */
export function stage() {
  const stage = {};
  before(async () => {
    [stage.browser, stage.server] = await Promise.all([launch(), staticServer()]);
  });
  after(async () => {
    await stage.browser.close();
    await stage.server.close();
  });
  return stage;
}

/**
 * Opens a device: a browser context with storage of its own, and its first page.
 *
 * `faults` collects uncaught errors and console errors of the page and its workers; `checkFaults()` throws if there are any
 * beyond those that `allow` (regular expressions) matches. Being offline makes the browser itself print errors of connections:
 * those never count.
 */
export async function device(browser, options = {}) {
  return watched(await browser.newContext(settings(options)), options);
}

/**
 * Opens a device whose storage lies in the folder `profile` and outlives its browser: closing it ends that browser, opening
 * it again starts a new one on what the first one stored. `prepare` may write browser preferences before the first start.
 */
export async function keptDevice(profile, options = {}) {
  if (!CHROMIUM) throw new Error("no Chromium found: set CHROMIUM to its program file");
  const started = { executablePath: CHROMIUM, headless: true, args: FLAGS, ...settings(options) };
  return watched(await chromium.launchPersistentContext(profile, started), options);
}

function settings({ language = "zh-CN", phone = false, colorScheme = "light", allow, ...more }) {
  return {
    locale: language === "en" ? "en-GB" : language,
    timezoneId: "Asia/Shanghai",
    viewport: phone ? { width: 390, height: 844 } : { width: 1280, height: 800 },
    hasTouch: phone,
    isMobile: phone,
    colorScheme,
    acceptDownloads: true,
    ...more,
  };
}

async function watched(context, { allow = [] }) {
  context.setDefaultTimeout(PATIENCE_MS);
  const faults = [];
  const expected = [/net::ERR_|WebSocket connection to .* failed|Failed to load resource: net/, ...allow];
  const fault = (text) => {
    if (!expected.some((pattern) => pattern.test(text))) faults.push(text);
  };
  context.on("console", (message) => {
    if (message.type() === "error") fault(`console: ${message.text()} (${message.location().url})`);
  });
  context.on("weberror", (error) => fault(`uncaught: ${error.error().stack ?? error.error()}`));
  const page = context.pages()[0] ?? (await context.newPage());
  return {
    context,
    page,
    faults,
    checkFaults() {
      if (faults.length > 0) throw new Error(`the browser reported faults:\n${faults.join("\n")}`);
    },
    goOffline: () => context.setOffline(true),
    goOnline: () => context.setOffline(false),
    close: () => context.close(),
  };
}

/** Waits until a progress bar is put into the page, however short it stays. Runs in the page. */
export function progressShown() {
  return new Promise((done) => {
    const watch = new MutationObserver(() => {
      if (!document.querySelector("progress, [role=progressbar]")) return;
      watch.disconnect();
      done(true);
    });
    watch.observe(document.body, { childList: true, subtree: true });
  });
}

/** Makes an empty folder for one test; `remove()` deletes it with all inside. */
export function scratch(name = "test") {
  const folder = mkdtempSync(join(tmpdir(), `huiyin-${name}-`));
  return { folder, file: (part) => join(folder, part), remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/**
 * Starts the relay and waits until it listens. Port 0 takes a free one. Returns its `url` (http), `socket` (ws), what it
 * has `printed`, `kill(signal)` for an abrupt end and `stop()` for a graceful one; both resolve when it has ended.
 */
export async function startRelay({ store, port = 0, dist = DIST }) {
  const child = spawn(RELAY, ["--listen", `127.0.0.1:${port}`, "--store", store, "--dist", dist], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const printed = [];
  const ended = new Promise((done) => child.once("close", done));
  const address = await new Promise((found, failed) => {
    const read = (line) => {
      printed.push(line);
      const match = /listening on \D*?((?:\d{1,3}\.){3}\d{1,3}:\d+|localhost:\d+)/.exec(line);
      if (match) found(match[1]);
    };
    createInterface({ input: child.stdout }).on("line", read);
    createInterface({ input: child.stderr }).on("line", read);
    child.once("error", (reason) => failed(new Error(`the relay ${RELAY} does not start: ${reason.message}`)));
    child.once("close", (code) => failed(new Error(`the relay ended with ${code}:\n${printed.join("\n")}`)));
  });
  const kill = async (signal = "SIGKILL") => {
    child.kill(signal);
    await ended;
  };
  return {
    url: `http://${address}`,
    socket: `ws://${address}`,
    port: Number(address.split(":").pop()),
    pid: child.pid,
    printed,
    kill,
    stop: () => kill("SIGTERM"),
  };
}

/**
 * Opens a way to the relay that can break: a TCP proxy to `port`. `cutAfter(bytes, act)` waits until that many bytes have gone
 * towards the devices from now on, then runs `act` and breaks every connection, what follows unsent. `shut()` breaks them at
 * once. After either, connections are refused until `open()`.
 */
export async function gate(port) {
  const pairs = new Set();
  let refusing = false;
  let limit = null;
  const shut = () => {
    refusing = true;
    for (const pair of pairs) pair.forEach((side) => side.destroy());
  };
  const server = createTcpServer((near) => {
    if (refusing) return near.destroy();
    const far = connect(port, "127.0.0.1");
    const pair = [near, far];
    pairs.add(pair);
    const end = () => {
      pairs.delete(pair);
      pair.forEach((side) => side.destroy());
    };
    pair.forEach((side) => side.on("error", end).on("close", end));
    near.on("data", (bytes) => far.write(bytes));
    far.on("data", (bytes) => {
      if (limit && (limit.bytes -= bytes.length) <= 0) {
        const { act, done } = limit;
        limit = null;
        act();
        shut();
        done();
      } else {
        near.write(bytes);
      }
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    cutAfter: (bytes, act = () => {}) => new Promise((done) => (limit = { bytes, act, done })),
    shut,
    open: () => (refusing = false),
    close() {
      shut();
      return new Promise((done) => server.close(done));
    },
  };
}

const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".mjs": "text/javascript",
  ".css": "text/css",
  ".wasm": "application/wasm",
  ".svg": "image/svg+xml",
  ".json": "application/json",
  ".webmanifest": "application/manifest+json",
};

/**
 * Serves `folder` below `path` ("/" or "/shop/crm/") as a plain web host does: files, and 404.html with status 404 for
 * anything else. Returns the `url` of the app, the `requests` it answered, and `close()`.
 */
export async function staticServer(folder = DIST, path = "/") {
  const requests = [];
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url, "http://host");
    requests.push(pathname);
    const below = pathname.startsWith(path) ? decodeURIComponent(pathname.slice(path.length)) : null;
    const wanted = below === "" ? "index.html" : below;
    const found = wanted !== null && (await readable(folder, wanted));
    const file = found || (wanted !== null && (await readable(folder, "404.html")));
    if (!file) return response.writeHead(404, { "content-type": "text/plain" }).end("not here");
    response.writeHead(found ? 200 : 404, {
      "content-type": TYPES[extname(file)] ?? "application/octet-stream",
      "cache-control": "no-cache",
    });
    response.end(await readFile(file));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${server.address().port}${path}`,
    requests,
    close: () => {
      server.closeAllConnections();
      return new Promise((done) => server.close(done));
    },
  };
}

async function readable(folder, part) {
  const file = join(folder, normalize(`/${part}`));
  const known = await stat(file).catch(() => null);
  return known?.isFile() ? file : null;
}

/** What the command line says when it fails: `error`, `place`, `next`, and its exit `code`. */
export class CliError extends Error {
  constructor(code, stderr) {
    let told = {};
    try {
      told = JSON.parse(stderr.trim().split("\n").pop());
    } catch {
      told = { error: stderr };
    }
    super(`exit ${code}: ${told.error ?? stderr}`);
    Object.assign(this, { code, stderr, error: told.error, place: told.place, next: told.next });
  }
}

/** Writes honest.huiyin, mutants.huiyin (`count` hostile envelopes) and lines.jsonl to `folder`; returns the path of the invitation. */
export async function hostile(folder, count) {
  const child = spawn(MUTANTS, [folder, String(count), String(Date.now())], { stdio: ["ignore", "pipe", "inherit"] });
  const printed = [];
  child.stdout.on("data", (piece) => printed.push(piece));
  const [status] = await once(child, "close");
  if (status !== 0) throw new Error(`huiyin-mutants ended with ${status}`);
  const { pathname, hash } = new URL(Buffer.concat(printed).toString().trim());
  return pathname.slice(1) + hash;
}

/**
 * Runs the command line with `--json` and returns what it printed, parsed. `input` is given on its standard input.
 *
 *     const counts = await cli(["--store", folder, "import", file]);
 */
export async function cli(arguments_, { input } = {}) {
  const child = spawn(CLI, ["--json", ...arguments_], { stdio: ["pipe", "pipe", "pipe"] });
  child.stdin.end(input);
  const [out, err] = [[], []];
  child.stdout.on("data", (bytes) => out.push(bytes));
  child.stderr.on("data", (bytes) => err.push(bytes));
  const [code] = await once(child, "close");
  const stdout = Buffer.concat(out).toString();
  if (code !== 0) throw new CliError(code, Buffer.concat(err).toString());
  return stdout.trim() === "" ? null : JSON.parse(stdout);
}

/** Waits until `probe` returns something true and returns that; for states that no event announces. */
export async function eventually(probe, what = "the expected state") {
  const until = Date.now() + PATIENCE_MS;
  let last;
  while (Date.now() < until) {
    try {
      const found = await probe();
      if (found) return found;
    } catch (reason) {
      last = reason;
    }
    await new Promise((next) => setTimeout(next, 50));
  }
  throw new Error(`${what} did not come about`, { cause: last });
}
