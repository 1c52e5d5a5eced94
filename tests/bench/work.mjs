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

/**
 * Asks for each case at these places as its screen does, then takes a step in it. Returns how long each step took until it was stored,
 * in milliseconds, and how many fell back to a note.
 */
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
      await client.ask({ ask: "case", id: row.id });
      await client.pause(2);
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

/** Writes a note in up to `count` cases of these places, each in a segment not touched before. Returns milliseconds and how many segments. */
export const coldEdits = (page, places, count) =>
  page.evaluate(
    async ({ places, count }) => {
      const [touched, times] = [new Set(), []];
      for (const place of places) {
        if (times.length >= count) break;
        const { id } = await client.caseAt(place);
        // An id is its segment, a dot and sixteen digits.
        const segment = id.slice(0, id.lastIndexOf("."));
        if (touched.has(segment)) continue;
        touched.add(segment);
        await client.pause(20);
        const began = performance.now();
        const { Err: refusal } = await client.take(id, client.note("已电话联系客户"));
        if (refusal) throw new Error(`an edit was refused: ${JSON.stringify(refusal)}`);
        times.push(performance.now() - began);
      }
      return { times, segments: touched.size };
    },
    { places, count },
  );

/**
 * Asks for the first `limit` rows of each query three times and returns milliseconds per query (mean of the three), hits, and in which
 * `way` it was asked. With `texts`, the request that looks into whole texts is taken where the engine has one: it answers in parts, and
 * the time is that until the rows wanted are here or everything was looked at.
 */
export const timedSearches = (page, ask, queries, limit, texts = false) =>
  page.evaluate(
    async ({ ask, queries, limit, texts }) => {
      const inTexts = (search, after) => ({ ask: "search_text", query: { search, limit }, after });
      const streamed = texts && Boolean((await client.answer(client.post([inTexts(queries[0], "")])[0])).Ok);
      let parts = 0;
      const look = async (search) => {
        if (!streamed) return (await client.ask({ ask, search, limit })).rows.length;
        let [found, after] = [0, ""];
        do {
          const { rows, next } = await client.ask(inTexts(search, after));
          parts += 1;
          found += rows.length;
          after = next;
        } while (after !== "" && found < limit);
        return found;
      };
      // The first may have to build what searches share.
      await look(queries[0]);
      parts = 0;
      const [times, hits] = [[], []];
      for (const query of queries) {
        const began = performance.now();
        for (let round = 0; round < 3; round += 1) hits.push(await look(query));
        times.push((performance.now() - began) / 3);
      }
      const way = streamed ? `, ${(parts / queries.length / 3).toFixed(1)} answers each` : "";
      return { times, hits: hits.filter((_, at) => at % 3 === 0), way };
    },
    { ask, queries, limit, texts },
  );

/** Asks for lists in orders and under filters not asked for before. Returns milliseconds and the names of both. */
export const timedLists = (page, limit) =>
  page.evaluate(async (limit) => {
    const timed = async (request) => {
      const began = performance.now();
      await client.ask({ limit, ...request });
      return performance.now() - began;
    };
    const [sorts, filters] = [{ times: [], names: [] }, { times: [], names: [] }];
    for (const [ask, columns] of [["cases", ["due", "number", "updated", "received"]], ["customers", ["updated", "branch", "name"]]]) {
      for (const sort of columns) {
        for (const descending of [true, false]) {
          sorts.times.push(await timed({ ask, sort, descending }));
          sorts.names.push(`${ask} by ${sort}${descending ? " down" : ""}`);
        }
      }
    }
    const values = {
      state: ["registered", "accepted", "assigned", "answered", "closed"],
      severity: ["general", "major", "serious", "critical", "minor"],
      group: ["open", "waiting", "done"],
      due: ["overdue", "today", "soon"],
      kind: ["complaint", "inquiry", "repair"],
      category: ["quality", "logistics", "service", "price"],
    };
    for (const [column, wanted] of Object.entries(values)) {
      for (const value of wanted) {
        filters.times.push(await timed({ ask: "cases", filter: { [column]: [value] } }));
        filters.names.push(`${column} ${value}`);
      }
    }
    return { sorts, filters };
  }, limit);

/** Asks `times` times how many cases there are by the values of a column, each time after a case was changed. */
export const timedCounts = (page, times) =>
  page.evaluate(async (times) => {
    const columns = ["state", "severity", "branch", "assignee", "category"];
    const counts = (column) => ({ ask: "group_counts", cases: true, query: {}, column });
    const grouped = Boolean((await client.answer(client.post([counts("state")])[0])).Ok);
    const filters = [{}, { group: ["open"] }, { group: ["waiting"] }, { due: ["overdue"] }, { group: ["done"] }];
    const found = [];
    for (let round = 0; round < times; round += 1) {
      const { id } = await client.caseAt(round * 7);
      await client.ask({ ask: "take_step", id, step: client.note("计数") });
      const began = performance.now();
      if (grouped) await client.ask(counts(columns[round % columns.length]));
      else await Promise.all(filters.map((filter) => client.ask({ ask: "cases", filter, limit: 1 })));
      found.push(performance.now() - began);
    }
    return { times: found, way: grouped ? `by turns ${columns.join(", ")}` : "all, open, waiting, overdue and done by five questions at once" };
  }, times);

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
