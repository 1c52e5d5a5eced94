// The engine's worker seen by the browser's own tools: what it holds in memory, what it reads and writes, where its time goes.

/** Attaches to the workers of `page`. With `paused`, workers that start from now on wait until `begin` has been awaited. */
export async function workerSession(page, { paused = false, begin } = {}) {
  const session = await page.context().newCDPSession(page);
  const [workers, pending] = [[], new Map()];
  let [next, beginning] = [0, Promise.resolve()];
  session.on("Target.receivedMessageFromTarget", ({ sessionId, message }) => {
    const { id, result, error } = JSON.parse(message);
    const waiting = pending.get(`${sessionId} ${id}`);
    if (!waiting) return;
    pending.delete(`${sessionId} ${id}`);
    if (error) waiting.failed(new Error(error.message));
    else waiting.done(result);
  });
  const send = (sessionId, method, params = {}) =>
    new Promise((done, failed) => {
      const id = (next += 1);
      pending.set(`${sessionId} ${id}`, { done, failed });
      session.send("Target.sendMessageToTarget", { sessionId, message: JSON.stringify({ id, method, params }) }).catch(failed);
    });
  session.on("Target.attachedToTarget", ({ sessionId, targetInfo, waitingForDebugger }) => {
    const worker = { send: (method, params) => send(sessionId, method, params) };
    const ours = targetInfo.type === "worker";
    if (ours) workers.push(worker);
    beginning = (async () => {
      if (ours && begin) await begin(worker).catch((reason) => console.error("a worker was not prepared:", reason.message));
      if (waitingForDebugger) await worker.send("Runtime.runIfWaitingForDebugger");
    })();
    beginning.catch(() => {});
  });
  await session.send("Target.setAutoAttach", { autoAttach: true, waitForDebuggerOnStart: paused, flatten: false });
  return { session, workers, begun: () => beginning, detach: () => session.detach() };
}

/**
 * Returns, in bytes: the engine's linear memory (`wasm`), the objects of its worker beside it (`workerHeap`) and those of the page
 * (`pageHeap`), the last two after a collection.
 */
export async function engineMemory(page) {
  const [worker] = page.workers();
  // The module is there already; to start it again hands out what the first start made.
  const wasm = await worker.evaluate(async () => {
    // The name of the program may carry a digest: the loader knows it.
    const loader = await (await fetch(location.href)).text();
    const file = /(?:from|import\()\s*["']([^"']+\.js)["']/.exec(loader)?.[1] ?? "engine.js";
    const program = await import(new URL(file, location.href).href);
    return (await program.default()).memory.buffer.byteLength;
  });
  const { session, workers, detach } = await workerSession(page);
  let workerHeap = 0;
  for (const each of workers) {
    await each.send("HeapProfiler.collectGarbage");
    workerHeap += (await each.send("Runtime.getHeapUsage")).usedSize;
  }
  await session.send("HeapProfiler.collectGarbage");
  const { usedSize: pageHeap } = await session.send("Runtime.getHeapUsage");
  await detach();
  return { wasm, workerHeap, pageHeap };
}

/** Runs inside a worker before anything else: counts what goes into and comes out of IndexedDB. */
function countStorage() {
  const counted = (globalThis.counted = { written: 0, puts: 0, read: 0, reads: 0, commits: 0 });
  const weigh = (value) => {
    if (typeof value === "string") return value.length;
    if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) return value.byteLength;
    if (Array.isArray(value)) return value.reduce((all, one) => all + weigh(one), 0);
    return value === undefined || value === null ? 0 : 8;
  };
  const store = IDBObjectStore.prototype;
  const { put } = store;
  store.put = function (value, key) {
    counted.puts += 1;
    counted.written += weigh(value) + weigh(key);
    return key === undefined ? put.call(this, value) : put.call(this, value, key);
  };
  for (const name of ["get", "getAll", "getAllKeys"]) {
    const plain = store[name];
    store[name] = function (...words) {
      const request = plain.apply(this, words);
      counted.reads += 1;
      request.addEventListener("success", () => (counted.read += weigh(request.result)));
      return request;
    };
  }
  const begin = IDBDatabase.prototype.transaction;
  IDBDatabase.prototype.transaction = function (names, mode, ...more) {
    if (mode === "readwrite") counted.commits += 1;
    return begin.call(this, names, mode, ...more);
  };
}

/** Has every worker that starts in `page` from now on count what it stores. `counts()` sums up what they counted. */
export async function countingStorage(page) {
  const begin = (worker) => worker.send("Runtime.evaluate", { expression: `(${countStorage})()` });
  const { workers, detach } = await workerSession(page, { paused: true, begin });
  return {
    detach,
    async counts() {
      const sum = { written: 0, puts: 0, read: 0, reads: 0, commits: 0 };
      for (const worker of workers) {
        const answer = await worker.send("Runtime.evaluate", { expression: "globalThis.counted", returnByValue: true }).catch(() => null);
        for (const name of Object.keys(sum)) sum[name] += answer?.result?.value?.[name] ?? 0;
      }
      return sum;
    },
  };
}

/** Runs inside the engine's worker: from now on no commit waits until the disk has it. */
export function commitRelaxed() {
  const begin = IDBDatabase.prototype.transaction;
  IDBDatabase.prototype.transaction = function (names, mode, options) {
    return begin.call(this, names, mode, { ...options, durability: "relaxed" });
  };
}

/** Microseconds between two looks at what runs. */
const SAMPLING_US = 500;

/**
 * Has the page and every worker that starts in it from now on watched. `stop()` returns what took the time, `{ page, worker }`: lists of
 * `{ name, ms }` by own time, largest first, and the milliseconds watched.
 */
export async function profiling(page) {
  const start = async (send) => {
    await send("Profiler.enable");
    await send("Profiler.setSamplingInterval", { interval: SAMPLING_US });
    await send("Profiler.start");
  };
  const { session, workers, detach } = await workerSession(page, { paused: true, begin: (worker) => start(worker.send) });
  const send = (method, params) => session.send(method, params);
  await start(send);
  return {
    async stop() {
      const own = selfTimes((await send("Profiler.stop")).profile);
      const others = [];
      for (const worker of workers) {
        const stopped = await worker.send("Profiler.stop").catch(() => null);
        if (stopped) others.push(selfTimes(stopped.profile));
      }
      await detach();
      others.sort((a, b) => b.busy - a.busy);
      return { page: own, worker: others[0] ?? { busy: 0, total: 0, functions: [] } };
    },
  };
}

/** Returns what a profile says: own milliseconds by function, those busy, and all. */
export function selfTimes({ nodes, samples = [], timeDeltas = [] }) {
  const names = new Map();
  for (const { id, callFrame } of nodes) {
    const place = callFrame.url ? callFrame.url.split("/").pop() : "";
    names.set(id, callFrame.functionName ? readable(callFrame.functionName) : place ? `(in ${place}:${callFrame.lineNumber + 1})` : "(unnamed)");
  }
  const times = new Map();
  let [total, idle] = [0, 0];
  samples.forEach((id, at) => {
    const ms = (timeDeltas[at] ?? 0) / 1000;
    const name = names.get(id) ?? "(unknown)";
    total += ms;
    if (name === "(idle)" || name === "(root)") idle += ms;
    else times.set(name, (times.get(name) ?? 0) + ms);
  });
  const functions = [...times].map(([name, ms]) => ({ name, ms })).sort((a, b) => b.ms - a.ms);
  return { total, busy: total - idle, functions };
}

/** Returns the name of a compiled Rust function as it was written: paths and digests only lengthen a table. */
const readable = (name) => {
  if (!/^_(R|ZN)/.test(name)) return name.replace(/::h[0-9a-f]{16}$/, "").replaceAll("|", "/");
  const parts = [];
  const old = /^_ZN(.*)E$/.exec(name);
  let rest = old ? old[1] : name;
  if (!old) return name.slice(0, 120);
  for (;;) {
    const length = /^\d+/.exec(rest);
    if (!length) break;
    const from = length[0].length;
    const to = from + Number(length[0]);
    parts.push(rest.slice(from, to));
    rest = rest.slice(to);
  }
  if (/^h[0-9a-f]{16}$/.test(parts.at(-1) ?? "")) parts.pop();
  return parts.join("::").replaceAll("$LT$", "<").replaceAll("$GT$", ">").replaceAll("$u20$", " ").replaceAll("$RF$", "&").replaceAll("$C$", ",").replaceAll("..", "::").slice(0, 120);
};
