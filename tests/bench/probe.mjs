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
