// A list of 50,000 customers: imported with progress while the lists stay usable, stopped and gone on with, the rows that cannot
// be taken handed back as a file; then exported whole as a workbook and as CSV while the page stays alive.
import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { device, eventually, launch, scratch, staticServer } from "./harness.mjs";
import { Person } from "./person.mjs";
import { unzip } from "./workbooks.mjs";

/** Rows of the file, the seed they are made with, and every how many-th cannot be taken. */
const ROWS = 50_000;
const SEED = 20_261_122;
const WRONG_EVERY = 5_000;
/** Searches after which the import must be over, however slow the machine. */
const MOST_SEARCHES = 2_000;
/** A name that a spreadsheet would compute. */
const FORMULA = "=1+1 商行";
/** Longest the page may stand still during an export, milliseconds, on a slow and busy machine. */
const MOST_STILL_MS = 5_000;
const CITIES = ["上海", "苏州", "杭州", "南京", "宁波", "无锡", "合肥", "温州"];
const TRADES = ["商场", "超市", "酒店", "物业", "汽车服务", "医药", "数码", "百货"];

let browser;
let host;
before(async () => {
  [browser, host] = await Promise.all([launch(), staticServer()]);
});
after(async () => {
  await browser.close();
  await host.close();
});

/** Returns the file and the numbers of its wrong rows, the same each time. */
function customers() {
  let state = SEED;
  const next = (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
  const wrong = [];
  const lines = ["名称,电话,城市,地址,备注"];
  for (let number = 1; number <= ROWS; number += 1) {
    const bad = number % WRONG_EVERY === 0;
    if (bad) wrong.push(number);
    const phone = bad ? "没有" : `13${String(next(1e9)).padStart(9, "0")}`;
    const [city, trade] = [CITIES[next(CITIES.length)], TRADES[next(TRADES.length)]];
    lines.push(`第${number}号${city}${trade},${phone},${city},人民路 ${next(900) + 1} 号,"合同在柜,第 ${next(40) + 1} 格"`);
  }
  return { text: `${lines.join("\n")}\n`, wrong };
}

test("50,000 customers are imported with progress while the list stays usable; stopped, gone on with, wrong rows come back", async () => {
  const place = scratch("large-import");
  const one = await device(browser);
  const { page } = one;
  const wang = new Person(page);
  const { text, wrong } = customers();
  const counts = new Intl.NumberFormat("zh-CN");
  try {
    const file = place.file("客户名册.csv");
    await writeFile(file, text);
    await wang.makeCompany(host.url);
    await wang.addCustomer({ 名称: "原有的客户", 电话: "13900001111" });
    await wang.openImport(file);
    const run = wang.button(`导入 ${counts.format(ROWS - wrong.length)} 行`);
    await run.waitFor();
    const returned = (await wang.download(wang.button("下载错误行"))).toString().trimEnd().split(/\r?\n/);
    assert.equal(returned.length, 1 + wrong.length, "the header and the wrong rows");
    for (const [index, number] of wrong.entries()) assert.match(returned[index + 1], new RegExp(`第${number}号.*没有`));

    const progress = page.locator(".run-progress");

    // Stopped in the middle: what is stored stays.
    await run.click();
    const seen = await page.evaluate(progressMoved);
    assert.ok(seen[0] < seen[1] && seen[1] <= ROWS, `the count of rows moves: ${seen}`);
    await wang.button("停止", progress).click();
    const stopped = page.getByRole("status").filter({ has: page.getByRole("heading", { name: "导入已停止" }) });
    await stopped.waitFor();
    const kept = await shown(stopped, "新增");
    assert.ok(kept > 0 && kept < ROWS - wrong.length, `${kept} rows were stored before the stop`);
    await wang.button(wang.words.close, stopped).click();

    // Once more: what is there is not made twice, and the lists answer meanwhile.
    await wang.openImport(file);
    await run.click();
    await progress.waitFor();
    const over = await page.evaluateHandle(noteWhenOver);
    await wang.goTo(wang.words.customers);
    const search = page.getByRole("searchbox", { name: wang.words.search });
    let answers = 0;
    for (; !(await over.evaluate((noted) => noted.over)); answers += 1) {
      assert.ok(answers < MOST_SEARCHES, "the import comes to its end");
      await search.fill(answers % 2 ? "原有的" : `第${answers + 1}号`);
      const found = page.getByRole("grid").getByRole("link", { name: answers % 2 ? "原有的客户" : `第${answers + 1}号` });
      await found.first().waitFor();
    }
    assert.ok(answers > 1, `the list answered ${answers} searches before the import was over`);
    await wang.goTo(wang.words.import);
    const report = await wang.importReport();
    assert.deepEqual(report, { added: ROWS - wrong.length - kept, changed: 0, unchanged: kept, rejected: wrong.length });

    await wang.goTo(wang.words.customers);
    await search.fill("");
    await page.getByText(`共 ${counts.format(ROWS - wrong.length + 1)} 条`).waitFor();
    const last = text.trimEnd().split("\n").at(-2).split(",")[0];
    await wang.openCustomer(last);

    await wang.addCustomer({ 名称: FORMULA, 电话: "13900002222" });
    await wang.goTo(wang.words.customers);
    await search.fill("");
    const all = ROWS - wrong.length + 2;
    await page.getByText(`共 ${counts.format(all)} 条`).waitFor();
    const csv = (await exported(wang, "CSV 文件（.csv）")).toString();
    assert.ok(csv.startsWith("\ufeff名称,电话,"), "spreadsheets read it as UTF-8");
    const lines = csv.slice(1).trimEnd().split("\r\n");
    assert.equal(lines.length, 1 + all);
    assert.equal(lines.filter((line) => line.startsWith(`"'${FORMULA}",13900002222,`)).length, 1, "it is a text behind an apostrophe");
    assert.ok(lines.some((line) => line.startsWith(`${last},`)));

    const parts = unzip(await exported(wang, "Excel 表格（.xlsx）"));
    const table = parts["xl/worksheets/sheet1.xml"].toString();
    assert.equal(table.match(/<row /g).length, 1 + all);
    assert.ok(!/<f[ >]/.test(table), "no cell is a formula");
    const words = (parts["xl/sharedStrings.xml"] ?? parts["xl/worksheets/sheet1.xml"]).toString();
    assert.ok(words.includes(`>${FORMULA}<`), "the name is in the table as it is");
    one.checkFaults();
  } finally {
    await one.close();
    place.remove();
  }
});

/** Waits until two counts of rows were shown one after the other and returns them. Runs in the page. */
function progressMoved() {
  return new Promise((done) => {
    const seen = [];
    const look = () => {
      const words = document.querySelector(".run-progress")?.textContent ?? "";
      const count = Number(/：([\d,]+) \//.exec(words)?.[1].replaceAll(",", "") ?? Number.NaN);
      if (Number.isNaN(count) || seen.at(-1) === count) return;
      seen.push(count);
      if (seen.length < 2) return;
      watch.disconnect();
      done(seen);
    };
    const watch = new MutationObserver(look);
    watch.observe(document.body, { childList: true, subtree: true, characterData: true });
    look();
  });
}

/** Returns a note that becomes true once the message of a finished import was shown. Runs in the page. */
function noteWhenOver() {
  const noted = { over: false };
  const watch = new MutationObserver(() => {
    noted.over ||= document.body.textContent.includes("导入完成：新增");
  });
  watch.observe(document.body, { childList: true, subtree: true, characterData: true });
  return noted;
}

/** Exports the list in a format, by its name, and returns the file; the page must not stand still meanwhile. */
async function exported(wang, format) {
  const { page } = wang;
  await wang.button("导出").click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("combobox", { name: "文件格式" }).selectOption({ label: format });
  const still = await page.evaluateHandle(watchStill);
  const bytes = await wang.download(wang.button("导出", dialog));
  await dialog.waitFor({ state: "hidden" });
  const longest = await still.evaluate((watch) => watch.longest);
  assert.ok(longest < MOST_STILL_MS, `the page stood still for ${longest} ms`);
  return bytes;
}

/** Returns a note of the longest time between two pictures of the page from now on. Runs in the page. */
function watchStill() {
  const watch = { longest: 0 };
  let before = performance.now();
  const look = (now) => {
    watch.longest = Math.max(watch.longest, now - before);
    before = now;
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
  return watch;
}

/** Returns a figure of a report by its name. */
async function shown(report, name) {
  const figure = report.locator("dl > div").filter({ hasText: name }).locator("dd");
  await eventually(async () => (await figure.count()) === 1, `the figure ${name}`);
  return Number((await figure.textContent()).replaceAll(",", ""));
}
