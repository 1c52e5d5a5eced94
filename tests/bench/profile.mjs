// Records where the time goes: the page's and the engine's processor time while the app opens, and while a new device takes everything in.
//
// Writes `profile-open.md` and `profile-sync.md`: own times by function, largest first. To name functions the programs must be built
// with their names; how, `cargo xtask bench --profile` knows.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Person } from "../browser/person.mjs";
import { say } from "./ledger.mjs";
import { emptied } from "./place.mjs";
import { marked } from "./probe.mjs";
import { profiling } from "./worker_session.mjs";

/** Functions named of each program. */
const NAMED = 25;

export async function recordProfiles(app, folder) {
  const { place, size } = app;
  const [profile, url] = [await app.main(), await place.host()];
  const opened = await app.with(profile, async ({ page }) => {
    const watch = await profiling(page);
    await page.goto(`${url}/customers`, { waitUntil: "commit" });
    const ms = await marked(page, "list", app.limit);
    return { ms, ...(await watch.stop()) };
  });
  await write(join(folder, "profile-open.md"), `Opening, ${size} customers`, "A new browser process on data on disk, until the first 50 customers and the count of open cases are painted.", opened);

  const link = await place.invite();
  const joined = await app.with(await emptied(place.folder("profiled")), async ({ page }) => {
    const person = new Person(page);
    const watch = await profiling(page);
    await page.goto(link);
    await person.field(person.words.yourName).fill("李雷");
    await person.field(person.words.deviceName).fill("二号平板");
    await page.evaluate(() => {
      bench.joining = true;
      bench.pressed = performance.now();
    });
    await person.button(person.words.join).click();
    const whole = await marked(page, "whole", app.limit);
    const pressed = await page.evaluate(() => bench.pressed);
    return { ms: whole - pressed, ...(await watch.stop()) };
  });
  await write(join(folder, "profile-sync.md"), `First sync, ${size} customers`, "A new device from the join to up to date, over loopback.", joined);
}

async function write(file, title, what, { ms, page, worker }) {
  const table = (program, { functions, busy, total }) => {
    const rows = functions.slice(0, NAMED).map(({ name, ms }) => `| ${ms.toFixed(1)} | ${((100 * ms) / busy).toFixed(1)} | \`${name.replaceAll("`", "'")}\` |`);
    return `\n## ${program}\n\nBusy ${busy.toFixed(0)} ms of ${total.toFixed(0)} ms watched.\n\n| own ms | % of busy | function |\n| --: | --: | --- |\n${rows.join("\n")}\n`;
  };
  const text = `# ${title}\n\nWritten by \`cargo xtask bench --profile\`. ${what} It took ${(ms / 1000).toFixed(2)} s with the profiler at work, which slows it.\n`;
  await writeFile(file, text + table("Page", page) + table("Engine (worker)", worker));
  say(file, "was written");
}
