// A tab with no page of the app in it: it starts a worker of its own and speaks the messages of huiyin-api to it.
import { once } from "node:events";

/**
 * Requests are written `{ ask: "customer", id }` here and travel as `{"customer": {"id": …}}`; answers come back likewise, as
 * `{ answer: "saved", value: {…} }`.
 *
 * Starts a worker in `page` (anywhere on the app's origin; `url` is the app's address) and returns its client. `post(requests)`
 * sends commands or queries, all before any is answered, and returns their ids; `answered()` counts what came back;
 * `results(ids)` waits for all of them; `ask(request)` is one request and its answer.
 */
export async function engineClient(page, url) {
  // A text file of the app: same origin, no app.
  await page.goto(new URL("manifest.webmanifest", url).href);
  await page.evaluate(async (loader) => {
    const worker = new Worker(loader, { type: "module" });
    const answers = new Map();
    const waiters = new Map();
    let next = 0;
    const token = `t${crypto.randomUUID()}`;
    const sent = ({ ask, ...fields }) => (Object.keys(fields).length ? { [ask]: fields } : ask);
    const named = (message) => (typeof message === "string" ? [message] : Object.entries(message)[0]);
    const received = (answer) => {
      const [name, value] = named(answer);
      return { answer: name, value };
    };
    const client = {
      answers,
      leader: null,
      post: (requests) =>
        requests.map((request) => {
          const id = `${token}-${(next += 1)}`;
          worker.postMessage({ text: JSON.stringify({ id, request: sent(request) }) });
          return id;
        }),
      answer: (id) => answers.get(id) ?? new Promise((done) => waiters.set(id, done)),
    };
    globalThis.client = client;
    await new Promise((ready, failed) => {
      worker.onerror = (event) => failed(new Error(event.message));
      worker.onmessage = ({ data }) => {
        const [say, value] = named(JSON.parse(data.text));
        if (say === "ready" || say === "leader") {
          client.leader = value.leader;
          ready();
        } else if (say === "answer") {
          const result = value.result.Ok ? { Ok: received(value.result.Ok) } : value.result;
          answers.set(value.id, result);
          waiters.get(value.id)?.(result);
        }
      };
    });
  }, new URL("engine_loader.js", url).href);
  const results = async (ids) => {
    const all = await page.evaluate((ids) => Promise.all(ids.map((id) => client.answer(id))), ids);
    return all.map((result) => {
      if (result.Err) throw new Error(`refused: ${JSON.stringify(result.Err)}`);
      return result.Ok;
    });
  };
  const post = (requests) => page.evaluate((requests) => client.post(requests), requests);
  return {
    leads: () => page.evaluate(() => client.leader),
    answered: () => page.evaluate(() => client.answers.size),
    post,
    results,
    ask: async (request) => (await results(await post([request])))[0].value,
  };
}

/** Ends the process of a page at once, as the system would. */
export async function crash(page) {
  const session = await page.context().newCDPSession(page);
  const crashed = once(page, "crash");
  // The answer never comes: who would give it is gone.
  session.send("Page.crash").catch(() => {});
  await crashed;
}

/** Stops the worker of a page where it is: alive, holding what it holds, and doing nothing more. */
export async function hang(page) {
  const [worker] = page.workers();
  await page.evaluate(() => {
    globalThis.hung = new Promise((heard) => (new BroadcastChannel("hung").onmessage = heard));
  });
  // This never returns. Shared memory by this way needs no isolated page.
  const stop = () => {
    new BroadcastChannel("hung").postMessage(true);
    const { buffer } = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
    Atomics.wait(new Int32Array(buffer), 0, 0);
  };
  worker.evaluate(stop).catch(() => {});
  await page.evaluate(() => hung.then(() => true));
}
