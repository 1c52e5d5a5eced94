// The measurements of `cargo xtask bench` that need a browser, the command line or the relay.
//
//     node measure.mjs --sizes 1000,10000 --place FOLDER [--only open,edit] [--repeat 5] [--limit 900] [--resume [--again merge]]
//                      [--native] [--quick] [--kept] [--profile FOLDER]
//
// HUIYIN_DIST, HUIYIN_RELAY, HUIYIN_CLI, HUIYIN_WORKLOAD and CHROMIUM name what was built. Rows go to standard output, one a line
// (see ledger.mjs), and are kept in FOLDER/results.json; everything else is for the eye and goes to standard error. `--limit` is the
// longest one measurement may take, in seconds: then its metrics have failed at this size, and the rest goes on. `--native` leaves the
// browser out, `--quick` does a little of everything, `--kept` only prints what was kept, `--profile` only records profiles.
//
// Engines: `huiyin` is the app in Chromium, `huiyin-cli` the same engine on SQLite, `huiyin-memory` the engine alone.
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { App } from "./app.mjs";
import { Ledger, say } from "./ledger.mjs";
import { measureNative } from "./native.mjs";
import { Place } from "./place.mjs";
import { recordProfiles } from "./profile.mjs";
import { endAll } from "./running.mjs";

const option = (name, otherwise) => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? otherwise : process.argv[at + 1];
};
const flag = (name) => process.argv.includes(`--${name}`);
const names = (name) => option(name, "").split(",").filter(Boolean);

const sizes = option("sizes", "1000").split(",").map(Number);
const folder = option("place");
await mkdir(folder, { recursive: true });
const ledger = new Ledger({
  file: join(folder, "results.json"),
  resume: flag("resume") || flag("kept"),
  only: names("only"),
  again: names("again"),
});
const settings = {
  repeats: Number(option("repeat", "5")),
  limit: Number(option("limit", "900")) * 1000,
  quick: flag("quick"),
};

let place;
// The browser library hears these signals too and would only close its browsers.
for (const signal of ["SIGTERM", "SIGINT"]) {
  process.on(signal, async () => {
    await Promise.race([endAll(), new Promise((done) => setTimeout(done, 5_000))]);
    await place?.kill();
    process.exit(143);
  });
}

ledger.printKept();
for (const customers of flag("kept") ? [] : sizes) {
  place = new Place(folder, customers, settings);
  try {
    await place.begin();
    if (flag("profile")) {
      await recordProfiles(new App(place, ledger, settings), option("profile"));
      continue;
    }
    await measureNative(place, ledger, settings);
    if (!flag("native")) await new App(place, ledger, settings).run();
  } catch (reason) {
    say("size", customers, "broken off:", reason.stack ?? reason);
    process.exitCode = 1;
  } finally {
    await place.end();
  }
}
