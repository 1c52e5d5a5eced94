// Two devices and the real relay: import, join, the same content; offline edits, a conflict settled; a relay killed in the
// middle of a sync; everything still there when opened without it.
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { DATA, device, eventually, gate, keptDevice, launch, progressShown, scratch, startRelay } from "./harness.mjs";
import { Person, equalDigests } from "./person.mjs";
import { parseCsv, someOf } from "./samples.mjs";

const CUSTOMERS = join(DATA, "northwind-customers.csv");
const CASES = join(DATA, "cfpb-complaints.csv");
/** Records compared field by field, and the seed that picks them. */
const COMPARED = 10;
const SEED = 20_261_121;
/** Bytes of the complaints let through before the relay is killed: some envelopes of them, not all. */
const BEFORE_THE_KILL = 60_000;

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

test("two devices come to the same content through import, join, offline edits and a killed relay", async (t) => {
  const place = scratch("two-devices");
  const store = place.file("relay.db");
  let relay = await startRelay({ store });
  const way = await gate(relay.port);
  const profile = place.file("profile");
  let first = await keptDevice(profile);
  const second = await device(browser, { language: "en" });
  let wang = new Person(first.page);
  const li = new Person(second.page, "en");
  try {
    await t.test("a newcomer makes a company and imports both files", async () => {
      await wang.makeCompany(way.url, { relay: way.url });
      assert.deepEqual(await wang.importFile(CUSTOMERS), { added: 91, changed: 0, unchanged: 0, rejected: 0 });
      const progress = first.page.evaluate(progressShown);
      assert.deepEqual(await wang.importFile(CASES), { added: 1034, changed: 0, unchanged: 0, rejected: 0 });
      assert.ok(await progress);
      assert.deepEqual(await wang.importFile(CUSTOMERS), { added: 0, changed: 0, unchanged: 91, rejected: 0 });
    });

    await t.test("a second device joins by the link and has an equal digest", async () => {
      const link = await wang.invite();
      await second.page.goto(link);
      await li.join();
      await li.navigation().waitFor();
      await equalDigests(wang, li);
    });

    await t.test("every field of ten random records is the same, and as in the files", async () => {
      const lines = await wang.exportLines();
      assert.equal(lines.length, 91 + 1034);
      assert.deepEqual(await li.exportLines(), lines);
      const rows = [...(await parseCsv(CUSTOMERS)), ...(await parseCsv(CASES))];
      for (const row of someOf(rows, COMPARED, SEED)) {
        const number = row.customerID ?? row["Complaint ID"];
        const record = lines.map((line) => JSON.parse(line)).find((record) => record.fields?.external_number === number);
        assert.ok(record, `${number} is among the exported records`);
        const held = bare(texts(record).join("\n"));
        for (const [column, value] of Object.entries(row)) {
          // The way a complaint came in is a choice among channels here.
          if (["", "NULL", "N/A"].includes(value) || column === "Submitted via") continue;
          assert.ok(held.includes(bare(value)), `${number}: ${column} “${value}” is in ${JSON.stringify(record)}`);
        }
      }
    });

    await t.test("both show the same record on the screen", async () => {
      await wang.openCustomer("Blauer See Delikatessen");
      await li.openCustomer("Blauer See Delikatessen");
      const [left, right] = [await wang.properties(), await li.properties()];
      assert.equal(left["联系人"], "Hanna Moos");
      assert.equal(left["传真"], "0621-08924");
      assert.equal(right["Contact person"], "Hanna Moos");
      assert.equal(right["Fax"], "0621-08924");
    });

    await t.test("edits made offline meet, and the conflict is shown with both values and settled once", async () => {
      await first.goOffline();
      await second.goOffline();
      way.shut();
      await wang.syncState().filter({ hasText: wang.words.offline }).waitFor();
      await li.syncState().filter({ hasText: li.words.offline }).waitFor();

      await wang.openCustomer("Alfreds Futterkiste");
      await wang.editCustomer({ [wang.words.city]: "上海", [wang.words.contact]: "陈明" });
      await wang.addCustomer({ [wang.words.name]: "离线时新建的客户", [wang.words.phone]: "13900001111" });
      await li.openCustomer("Alfreds Futterkiste");
      await li.editCustomer({ [li.words.city]: "Hamburg", [li.words.address]: "Hafenstraße 1" });
      await li.addCustomer({ [li.words.name]: "Filed while offline", [li.words.phone]: "13900002222" });

      way.open();
      await first.goOnline();
      await second.goOnline();
      await reconnect(wang, li);
      await equalDigests(wang, li);

      await wang.openCustomer("Alfreds Futterkiste");
      await li.openCustomer("Alfreds Futterkiste");
      const seen = await wang.conflicts();
      assert.deepEqual(
        seen.toSorted((a, b) => a.device.localeCompare(b.device)),
        [
          { value: "Hamburg", by: "李雷", device: "二号平板" },
          { value: "上海", by: "王芳", device: "总部前台" },
        ].toSorted((a, b) => a.device.localeCompare(b.device)),
      );
      assert.equal((await li.conflicts()).length, 2);
      // What only one of them changed is no conflict.
      assert.equal((await wang.properties())["联系人"], "陈明");
      assert.equal((await wang.properties())["地址"], "Hafenstraße 1");

      await wang.settle("Hamburg");
      await li.region(li.words.conflicts).waitFor({ state: "detached" });
      assert.equal((await li.properties())["City"], "Hamburg");
      await equalDigests(wang, li);
      for (const person of [wang, li]) {
        await person.openCustomer("离线时新建的客户");
        await person.openCustomer("Filed while offline");
      }
    });

    await t.test("a relay killed in the middle of a sync and started again loses nothing", async () => {
      // A third device takes everything in, so that there is much to send when the relay dies.
      const link = await wang.invite();
      // The app comes from the relay too: screens it was fetching ahead at that moment fail, and are fetched when they are opened.
      const third = await device(browser, { allow: [/TypeError: Failed to fetch/] });
      const zhao = new Person(third.page);
      try {
        await third.page.goto(link);
        await zhao.field(zhao.words.yourName).fill("赵敏");
        await zhao.field(zhao.words.deviceName).fill("三号电脑");
        let killed;
        const cut = way.cutAfter(BEFORE_THE_KILL, () => (killed = relay.kill("SIGKILL")));
        await zhao.button(zhao.words.join).click();
        await cut;
        await killed;
        // Work goes on while there is no relay.
        await wang.addCustomer({ [wang.words.name]: "中继停机时的客户", [wang.words.phone]: "13900003333" });
        relay = await startRelay({ store, port: relay.port });
        way.open();
        await reconnect(wang, li);
        await zhao.navigation().waitFor();
        const digest = await equalDigests(wang, li);
        await eventually(async () => (await zhao.digest()) === digest, "the third device's equal digest");
        await zhao.openCustomer("中继停机时的客户");
        await zhao.verify();
        third.checkFaults();
      } finally {
        await third.close();
      }
    });

    await t.test("closed and opened again without the relay, everything is there", async () => {
      const digest = await wang.digest();
      const lines = await wang.exportLines();
      await first.page.evaluate("navigator.serviceWorker.ready.then(() => true)");
      first.checkFaults();
      await first.close();
      await relay.kill("SIGKILL");
      await way.close();

      first = await keptDevice(profile);
      wang = new Person(first.page);
      await first.page.goto(way.url);
      await wang.navigation().waitFor();
      assert.equal(await wang.digest(), digest);
      assert.deepEqual(await wang.exportLines(), lines);
      await wang.openCustomer("中继停机时的客户");
      await wang.verify();

      const again = await second.context.newPage();
      await second.page.close();
      await again.goto(way.url);
      const reopened = new Person(again, "en");
      await reopened.navigation().waitFor();
      assert.equal(await reopened.digest(), digest);
    });

    first.checkFaults();
    second.checkFaults();
  } finally {
    await first.close();
    await second.close();
    await way.close();
    await relay.kill();
    place.remove();
  }
});

/** Presses “sync now” where the next try would be a while off, and waits until all is with the relay. */
async function reconnect(...people) {
  for (const person of people) {
    await person.goTo(person.words.sync);
    await person.button(person.words.syncNow).click();
  }
  for (const person of people) await person.waitUpToDate();
}

/** Returns every text within a record. */
function texts(part) {
  return part !== null && typeof part === "object" ? Object.values(part).flatMap(texts) : [String(part)];
}

/** Words as stored values may write them: without case and spaces. */
function bare(text) {
  return text.toLowerCase().replaceAll(/\s/g, "");
}
