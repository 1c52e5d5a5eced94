// What is measured without a browser: the command line on SQLite, a process per command, and two engines in one process.
import assert from "node:assert/strict";
import { attempt, repeated, timed } from "./running.mjs";
import { cli, weigh, workload } from "./place.mjs";

const [CLI, MEMORY] = ["huiyin-cli", "huiyin-memory"];
/** Rows of a first list. */
const FIRST_ROWS = 50;

/** The rows that a run without a browser brings: metric and engine. */
export const NATIVE = [
  ["import", CLI],
  ["open", CLI],
  ["disk_bytes_per_record", CLI],
  ["new_device_complete", CLI],
  ["relay_bytes_per_record", CLI],
  ["merge", MEMORY],
];

export async function measureNative(place, ledger, { repeats, limit }) {
  const { customers: size, records } = place;

  await attempt(ledger, size, CLI, ["import", "open", "disk_bytes_per_record"], limit, async () => {
    const store = place.folder("alone");
    const imports = await repeated(ledger.wants(size, CLI, "import") ? repeats : 1, () => place.importInto(store));
    const bytes = await weigh(store);
    ledger.samples("import", size, CLI, "s", imports, { bytes });
    ledger.samples("disk_bytes_per_record", size, CLI, "B", [bytes / records], { bytes });
    if (!ledger.wants(size, CLI, "open")) return;
    const opens = await repeated(repeats, () => timed(() => cli(["--store", store, "list", "customers", "--limit", String(FIRST_ROWS)])));
    ledger.samples("open", size, CLI, "ms", opens.map(({ ms }) => ms), { note: "a process that lists the first rows" });
  });

  await attempt(ledger, size, CLI, ["new_device_complete", "relay_bytes_per_record"], limit, async () => {
    const runs = await repeated(repeats, async () => {
      const [link, store] = [await place.invite(), place.folder("newcomer")];
      const before = place.carried;
      const { ms } = await timed(() => place.join(link, store));
      const status = await cli(["--store", store, "status"]);
      assert.deepEqual([status.customers, status.cases], [size, place.cases], "everything came");
      return { s: ms / 1000, bytes: place.carried - before };
    });
    ledger.samples("new_device_complete", size, CLI, "s", runs.map(({ s }) => s), { bytes: runs.at(-1).bytes, note: "two processes: join, sync" });
    const held = await weigh(place.folder("relay"));
    ledger.samples("relay_bytes_per_record", size, CLI, "B", [held / records], { bytes: held, note: "the relay's store" });
  });

  await attempt(ledger, size, MEMORY, ["merge"], limit, async () => {
    const printed = await workload("merge", size, repeats, place.script.left.length);
    const runs = printed.trim().split("\n").map((line) => JSON.parse(line));
    ledger.samples("merge", size, MEMORY, "ms", runs.map(({ ms }) => ms), {
      bytes: runs.at(-1).bytes,
      note: "one native process, no socket, no disk; bytes of the envelopes",
    });
  });
}
