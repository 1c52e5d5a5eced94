// What a device is asked through a worker of its own, in the messages a page sends: edits, searches, the state of sync.
// Each function of the second half runs inside the page beside the worker; `client` is what engine_client.mjs made there.

/** Defines what `client` can do for measurements. Call once per page. */
export const prepare = (page) =>
  page.evaluate(() => {
    client.ask = async (request) => {
      const result = await client.answer(client.post([request])[0]);
      if (result.Err) throw new Error(`${request.ask} was refused: ${JSON.stringify(result.Err)}`);
      return result.Ok.value;
    };
    client.note = (text) => ({ step: "noted", note: text });
    // A step that changes the state of a case; the native side of the benchmark takes the same.
    client.next = (state) => {
      const base = { note: "已电话联系客户" };
      if (["registered", "forwarded"].includes(state)) return { ...base, step: "accepted" };
      if (state === "assigned") return { ...base, step: "investigated", conclusion: "情况属实" };
      if (["accepted", "investigated", "reopened", "sent_back"].includes(state)) {
        return { ...base, step: "assigned", assignee: "李雷" };
      }
      if (state === "answered") return { ...base, step: "called_back", satisfied: true };
      if (state === "called_back") return { ...base, step: "closed" };
      return { ...base, step: "reopened", reason: "客户要求" };
    };
    client.caseAt = async (place) =>
      (await client.ask({ ask: "cases", sort: "number", offset: place, limit: 1 })).rows[0];
    client.take = (id, step) => client.answer(client.post([{ ask: "take_step", id, step }])[0]);
    client.pause = (ms) => new Promise((done) => setTimeout(done, ms));
  });

/** Takes a step in each case at these places, and returns how long each took until it was stored, and how many fell back to a note. */
export const timedEdits = (page, places) =>
  page.evaluate(async (places) => {
    const rows = [];
    for (const place of places) rows.push(await client.caseAt(place));
    const [times, notes] = [[], []];
    const timed = async (id, step) => {
      const began = performance.now();
      const { Err: refusal } = await client.take(id, step);
      if (!refusal) times.push(performance.now() - began);
      return refusal;
    };
    for (const row of rows) {
      // A case that comes twice in the script may have moved on: then a note is written.
      if (await timed(row.id, client.next(row.state))) {
        const refusal = await timed(row.id, client.note("已电话联系客户"));
        if (refusal) throw new Error(`an edit was refused: ${JSON.stringify(refusal)}`);
        notes.push(row.id);
      }
      await client.pause(2);
    }
    return { times, notes: notes.length };
  }, places);

/** Asks for the first `limit` rows of each query three times and returns milliseconds per query (mean of the three) and hits. */
export const timedSearches = (page, ask, queries, limit) =>
  page.evaluate(
    async ({ ask, queries, limit }) => {
      const request = (search) => ({ ask, search, limit });
      // The first may have to build what searches share.
      await client.ask(request(queries[0]));
      const [times, hits] = [[], []];
      for (const query of queries) {
        const began = performance.now();
        for (let round = 0; round < 3; round += 1) hits.push((await client.ask(request(query))).rows.length);
        times.push((performance.now() - began) / 3);
      }
      return { times, hits: hits.filter((_, at) => at % 3 === 0) };
    },
    { ask, queries, limit },
  );

/**
 * Takes a step in each case at these places, then leaves one note of this `name` in each branch that was touched. Returns where
 * those notes are: they are the last of their stream, so who has them has everything.
 */
export const editAll = (page, places, name) =>
  page.evaluate(
    async ({ places, name }) => {
      const last = new Map();
      for (const place of places) {
        const row = await client.caseAt(place);
        const result = await client.take(row.id, client.next(row.state));
        if (result.Err) await client.ask({ ask: "take_step", id: row.id, step: client.note("已电话联系客户") });
        last.set(row.branch, row.id);
      }
      for (const id of last.values()) await client.ask({ ask: "take_step", id, step: client.note(name) });
      return [...last.values()];
    },
    { places, name },
  );

/** Waits until notes of this `name` stand in all of these cases and everything of this device is with the relay. */
export const waitForNotes = (page, ids, name) =>
  page.evaluate(
    async ({ ids, name }) => {
      await client.ask({ ask: "sync_now" });
      for (const id of ids) {
        while (!(await client.ask({ ask: "case", id })).events.some((event) => event.note === name)) await client.pause(4);
      }
      for (;;) {
        const view = await client.ask({ ask: "sync" });
        if (view.state === "up_to_date" && view.only_here === 0) return;
        await client.pause(4);
      }
    },
    { ids, name },
  );
