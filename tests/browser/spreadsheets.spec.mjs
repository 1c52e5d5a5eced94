// Excel workbooks: written and read by the program of their own, which is loaded only then, and imported like any table of text.
import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { device, launch, scratch, staticServer } from "./harness.mjs";
import { Person } from "./person.mjs";

const CUSTOMERS = {
  sheet: "客户",
  columns: ["名称", "电话", "城市"].map((title) => ({ title, kind: "text" })),
  rows: [
    ["表格一号客户", "13900003333", "苏州"],
    ["表格二号客户", "13900004444", "无锡"],
  ],
};
// The first bytes of a compound file: an old workbook, or one with a password.
const LOCKED = Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1, 0, 0, 0, 0]);

let browser;
let host;
before(async () => {
  [browser, host] = await Promise.all([launch(), staticServer()]);
});
after(async () => {
  await browser.close();
  await host.close();
});

/** Returns the bytes of a workbook made by the app's own program. */
async function workbook(page, rows) {
  const bytes = await page.evaluate(async (text) => {
    const worker = new Worker(new URL("files_loader.js", document.baseURI), { type: "module" });
    const reply = await new Promise((answered, failed) => {
      worker.onerror = (event) => failed(new Error(event.message));
      worker.onmessage = ({ data }) => (data.ready ? worker.postMessage({ ask: "write", text }) : answered(data));
    });
    worker.terminate();
    return reply.problem ?? [...reply.bytes];
  }, JSON.stringify(rows));
  assert.ok(Array.isArray(bytes), `no workbook was made: ${bytes}`);
  return Buffer.from(bytes);
}

test("a workbook is imported like any table, and what is none is said in a sentence", async () => {
  const place = scratch("spreadsheets");
  const one = await device(browser);
  const wang = new Person(one.page);
  try {
    await wang.makeCompany(host.url);
    assert.ok(!host.requests.some((asked) => asked.includes("/files")), "nothing of it is loaded before it is needed");
    const file = place.file("客户.xlsx");
    await writeFile(file, await workbook(one.page, CUSTOMERS));
    assert.equal((await wang.importFile(file)).added, 2);
    await wang.openCustomer("表格一号客户");
    assert.equal((await wang.properties())["城市"], "苏州");

    const locked = place.file("旧.xls");
    await writeFile(locked, LOCKED);
    await wang.openImport(locked);
    await one.page.getByText(/有密码，或是旧的 \.xls 格式/).first().waitFor();
    one.checkFaults();
  } finally {
    await one.close();
    place.remove();
  }
});
