// What is watched inside a page while it works; runs before the page's own scripts and touches nothing of the app.

/** The first rows that must stand in the list before it counts as shown. */
export const FIRST_ROWS = 50;
/** A window tall enough to hold them. */
export const TALL = { viewport: { width: 1280, height: 2800 } };

/**
 * Installed by `addInitScript`. Keeps in `globalThis.bench` the longest main-thread task since it was last set to 0, and when each
 * state was first painted, in milliseconds since the navigation began: `list` (the first rows of a list, and the count of open
 * cases in the navigation), `tabs` (the five counts above the cases), `whole` (with the relay, and every customer in the list).
 * Once `bench.joining` is set, it opens the list of customers by its link as soon as there is one, as a person would.
 */
export function probe({ rows, customers }) {
  const bench = (globalThis.bench = { longest: 0, tasks: 0, marks: {}, joining: false });
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) {
      bench.tasks += 1;
      bench.longest = Math.max(bench.longest, duration);
    }
  }).observe({ type: "longtask", buffered: true });
  const all = (what) => [...document.querySelectorAll(what)];
  const link = (end) => document.querySelector(`nav a[href$="${end}"]`);
  const numbers = (what) => all(what).filter((element) => /\d/.test(element.textContent)).length;
  const states = {
    list: () =>
      all('[role="grid"] [role="row"] [role="gridcell"] a').length >= rows && /\d/.test(link("cases")?.textContent ?? ""),
    tabs: () => numbers('[role="group"] button') >= 5,
    whole: () =>
      document.querySelector('[role="grid"]')?.ariaRowCount === String(customers + 1) &&
      all('[role="status"]').some((line) => /已与中继同步/.test(line.textContent)),
  };
  const waiting = new Set(Object.keys(states));
  const look = () => {
    if (bench.joining && link("customers")) {
      bench.joining = false;
      link("customers").click();
    }
    for (const name of waiting) {
      if (!states[name]()) continue;
      waiting.delete(name);
      // The frame that shows it, then the first moment after.
      requestAnimationFrame(() => setTimeout(() => (bench.marks[name] = performance.now())));
    }
  };
  new MutationObserver(look).observe(document, { subtree: true, childList: true, characterData: true, attributes: true });
}

/** Begins a new stretch for the longest task. */
export const watchTasks = (page) => page.evaluate(() => Object.assign(bench, { longest: 0, tasks: 0 }));

/** Returns the longest main-thread task of the stretch, in milliseconds, 0 if none took 50 ms. */
export const longestTask = (page) =>
  page.evaluate(async () => {
    // Entries come a little after the task.
    await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
    return bench.longest;
  });

/** Waits until a state was painted and returns when, in milliseconds since the navigation. */
export async function marked(page, name, timeout) {
  await page.waitForFunction((name) => bench.marks[name] !== undefined, name, { timeout, polling: 20 });
  return page.evaluate((name) => bench.marks[name], name);
}

/**
 * Scrolls the list in sight through `frames` frames, as a wheel does, with a jump elsewhere every second. Returns how many `frames` were
 * measured, what share of them took more than 25 ms (`slow`, per cent), the `worst` in milliseconds, and the share of rows in sight that
 * had not come yet (`blank`, per cent). Runs differ by `seed`.
 */
export const scrollFrames = (page, frames, seed) =>
  page.evaluate(
    async ({ frames, seed }) => {
      const SLOW_MS = 25;
      const STEP_PX = 84;
      const JUMP_EVERY = 60;
      const list = document.querySelector('[role="grid"]');
      const frame = () => new Promise((done) => requestAnimationFrame(done));
      const room = list.scrollHeight - list.clientHeight;
      let random = (seed + 1) * 7919;
      list.scrollTop = 0;
      for (let still = 0; still < 30; still += 1) await frame();
      const times = [];
      let [seen, blank] = [0, 0];
      let before = await frame();
      for (let count = 0; count < frames; count += 1) {
        if (count % JUMP_EVERY === JUMP_EVERY - 1) {
          random = (random * 48271) % 2147483647;
          list.scrollTop = (random / 2147483647) * room;
        } else {
          list.scrollTop += STEP_PX;
        }
        const now = await frame();
        times.push(now - before);
        before = now;
        seen += list.querySelectorAll(".vrow").length;
        blank += list.querySelectorAll(".vrow .bar").length;
      }
      const slow = times.filter((ms) => ms > SLOW_MS).length;
      return { frames, slow: (100 * slow) / times.length, worst: Math.max(...times), blank: seen === 0 ? 0 : (100 * blank) / seen };
    },
    { frames, seed },
  );

/** Returns the name, the rows and the bytes of keys and values of each table of the app's databases. */
export const tablesAtRest = (page) =>
  page.evaluate(async () => {
    const answered = (request) =>
      new Promise((done, failed) => {
        request.onsuccess = () => done(request.result);
        request.onerror = () => failed(request.error);
      });
    const weigh = (value) => {
      if (typeof value === "string") return value.length;
      if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) return value.byteLength;
      return Array.isArray(value) ? value.reduce((all, one) => all + weigh(one), 0) : 8;
    };
    const tables = [];
    for (const { name } of await indexedDB.databases()) {
      const database = await answered(indexedDB.open(name));
      for (const table of database.objectStoreNames) {
        const found = { name: table, rows: 0, bytes: 0 };
        const request = database.transaction(table).objectStore(table).openCursor();
        await new Promise((done, failed) => {
          request.onerror = () => failed(request.error);
          request.onsuccess = () => {
            const cursor = request.result;
            if (!cursor) return done();
            found.rows += 1;
            found.bytes += weigh(cursor.key) + weigh(cursor.value);
            cursor.continue();
          };
        });
        tables.push(found);
      }
      database.close();
    }
    return tables;
  });
