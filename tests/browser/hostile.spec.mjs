// What a member who means harm can bring: thousands of broken envelopes through the engine in the browser. The page lives, honest records are
// as they were, and everything refused is named.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { device, hostile, launch, scratch, staticServer } from "./harness.mjs";
import { Person } from "./person.mjs";

/** Mutants brought; HUIYIN_MUTANTS asks for another number. */
const MUTANTS = Number(process.env.HUIYIN_MUTANTS ?? 10_000);
/** Rows the list shows at once, and those it adds at a time. */
const SHOWN = 50;
const ADDED = 200;

let browser;
let host;
before(async () => {
  [browser, host] = await Promise.all([launch(), staticServer()]);
});
after(async () => {
  await browser.close();
  await host.close();
});

test("thousands of hostile envelopes leave the page alive and honest records as they were, and are named", async () => {
  const place = scratch("hostile");
  const one = await device(browser, { allow: [/status of 404/] });
  const person = new Person(one.page);
  try {
    const link = await hostile(place.folder, MUTANTS);
    await one.page.goto(new URL(link, host.url).href);
    await person.join();
    await person.heading(person.words.waiting).waitFor();
    await person.chooseFile(person.button(person.words.chooseBundle), place.file("honest.huiyin"));
    await person.navigation().waitFor();
    const honest = readFileSync(place.file("lines.jsonl"), "utf8").split("\n");
    assert.deepEqual(await person.exportLines(), honest);

    const brought = await person.importBundle(place.file("mutants.huiyin"));
    assert.ok(brought.refused + brought.waiting >= MUTANTS / 2, JSON.stringify(brought));
    const region = person.region("没有收下的资料");
    const named = Number((await region.locator("h2 .count").textContent()).replaceAll(",", ""));
    assert.ok(named > (MUTANTS * 3) / 4, `${named} of ${MUTANTS} are named`);
    console.log(`${MUTANTS} mutants: ${JSON.stringify(brought)}, ${named} named`);
    const rows = region.locator("tbody tr");
    assert.equal(await rows.count(), SHOWN);
    await person.button(/^更早的/, region).click();
    await rows.nth(SHOWN + ADDED - 1).waitFor();

    const after = await person.exportLines();
    const there = new Set(after);
    assert.deepEqual(honest.filter((line) => !there.has(line)), []);
    await one.page.reload();
    await person.navigation().waitFor();
    assert.deepEqual(await person.exportLines(), after);
    // What was refused is missing in the chain of the device that signed it, and of no other.
    await person.goTo(person.words.sync);
    await person.button(person.words.verify).click();
    const check = person.region(person.words.check);
    await check.getByText(/缺失/).first().waitFor();
    const authors = [...(await check.innerText()).matchAll(/缺失（设备 (\w+)，/g)].map(([, author]) => author);
    assert.equal(new Set(authors).size, 1);
    await person.addCustomer({ 名称: "照常工作", 电话: "13900001111" });
    one.checkFaults();
  } finally {
    await one.close();
    place.remove();
  }
});
