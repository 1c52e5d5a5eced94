// Excel workbooks: written and read by the program of their own, which is loaded only then, and imported like any table of text.
import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { device, launch, scratch, staticServer } from "./harness.mjs";
import { Person } from "./person.mjs";
import { formula, row, sheet, text, workbook as made } from "./workbooks.mjs";

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

/** Bytes of blanks in the table of texts of a workbook that is only a few hundred kilobytes long. */
const BOMB_BYTES = 260 * 1024 * 1024;
/** The last row a sheet can have. */
const LAST_ROW = 1_048_576;

test("formulas come in as the values seen, macros stay out, and nothing that swells in the reading harms the page", async () => {
  const place = scratch("hostile");
  const one = await device(browser);
  const { page } = one;
  const wang = new Person(page);
  const file = async (name, bytes) => {
    await writeFile(place.file(name), bytes);
    return place.file(name);
  };
  const head = row(1, text("A1", "名称"), text("B1", "电话"), text("C1", "备注"));
  try {
    await wang.makeCompany(host.url);
    const before = await wang.digest();
    const bomb = made(sheet([head]), { "xl/sharedStrings.xml": Buffer.alloc(BOMB_BYTES, " ") });
    const refused = [
      ["炸弹.xlsx", bomb, /这个表格太大/],
      ["截断.xlsx", bomb.subarray(0, bomb.length / 2), /不是 Excel 表格文件|已损坏/],
      ["照片.xlsx", Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 0, 0, 0]), /不是 Excel 表格文件/],
      ["空表.xlsx", made(sheet([])), /没有内容/],
    ];
    for (const [name, bytes, sentence] of refused) {
      await wang.openImport(await file(name, bytes));
      await page.getByText(sentence).first().waitFor();
    }
    assert.equal(await wang.digest(), before);

    const rows = [
      head,
      row(2, text("A2", "公式客户"), formula("B2", "CONCATENATE(&quot;139&quot;,&quot;00003333&quot;)", "13900003333"), text("C2", "=HYPERLINK(&quot;http://example.com&quot;)")),
      row(LAST_ROW, text(`A${LAST_ROW}`, "最后一行客户"), text(`B${LAST_ROW}`, "13900004444")),
    ];
    const macros = made(sheet(rows), { "xl/vbaProject.bin": Buffer.from([0xd0, 0xcf, 0x11, 0xe0]) });
    assert.equal((await wang.importFile(await file("宏.xlsm", macros))).added, 2);
    await wang.openCustomer("最后一行客户");
    await wang.openCustomer("公式客户");
    const held = await wang.properties();
    assert.equal(held["电话"], "13900003333");
    assert.equal(held["备注"], '=HYPERLINK("http://example.com")');
    one.checkFaults();
  } finally {
    await one.close();
    place.remove();
  }
});
