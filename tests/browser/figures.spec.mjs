// Figures as a manager looks at them: cases are registered, the numbers are read, each leads to its records and back, and the files hold
// what the screen says.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Clerk } from "./clerk.mjs";
import { device, eventually, stage } from "./harness.mjs";
import { unzip } from "./workbooks.mjs";

const host = stage();

/** Returns a table by its caption: the texts of each row by the name of its first cell. */
async function rows(page, caption) {
  const table = page.getByRole("table", { name: caption, exact: true });
  await table.waitFor();
  const found = {};
  for (const row of await table.getByRole("row").all()) {
    const [name, ...cells] = await row.locator("th, td").allInnerTexts();
    found[name] = cells;
  }
  return found;
}

test("figures are counted, lead to their records, and are exported as they stand", async (t) => {
  const one = await device(host.browser);
  const { page } = one;
  const wang = new Clerk(page);
  const figures = async () => {
    await wang.goTo("统计");
    await page.getByRole("table", { name: "主要指标", exact: true }).waitFor();
  };
  try {
    await wang.foundUnder(host.server.url, "汽车经销商投诉");

    await t.test("before there is anything it says so", async () => {
      await figures();
      await page.getByText("这个统计期没有工单").waitFor();
    });

    await t.test("three cases are counted by what they are", async () => {
      const of = (subject, severity) => ({
        来访人姓名: "刘敏",
        来访人电话: "13800002345",
        主题: subject,
        车牌号: "沪A12345",
        严重程度: severity,
      });
      await wang.register(of("发动机漏油", "重大"));
      await wang.register(of("座椅异响", "一般"));
      await wang.register(of("漆面划痕", "一般"));
      await figures();
      const key = await rows(page, "主要指标");
      assert.deepEqual(key["收到"].slice(0, 3), ["3", "0", "0"]);
      assert.equal(key["期末未结"][0], "3");
      const severity = await rows(page, "按严重程度");
      assert.equal(severity["一般"][0], "2");
      assert.equal(severity["重大"][0], "1");
      assert.equal(severity["合计"][0], "3");
      // What the rows do not tell comes behind, counted from the records.
      const clocks = await rows(page, "各项时限");
      assert.ok(Object.keys(clocks).length > 1, "every clock of the policy has its line");
      await page.getByRole("img", { name: "收到与办结走势（图）" }).waitFor();
    });

    await t.test("a number leads to its records, and the way back to the same figures", async () => {
      await page.getByRole("combobox", { name: "统计期" }).selectOption({ label: "本年" });
      await eventually(() => page.url().includes("period=this_year"), "the address names the period");
      const table = page.getByRole("table", { name: "按严重程度", exact: true });
      await table.getByRole("link", { name: /一般 · 收到 2/ }).click();
      await wang.heading("工单", { level: 1 }).waitFor();
      await page.getByRole("grid").getByRole("link", { name: "座椅异响" }).first().waitFor();
      assert.equal(await page.getByRole("grid").getByRole("link", { name: "发动机漏油" }).count(), 0);
      await page.goBack();
      await table.waitFor();
      assert.equal(await page.getByRole("combobox", { name: "统计期" }).inputValue(), "this_year");
    });

    await t.test("a table is exported as CSV and as a workbook with real numbers and days", async () => {
      const table = wang.region("按严重程度");
      const csv = (await wang.download(table.getByRole("button", { name: /导出.*CSV/ }))).toString();
      assert.ok(csv.startsWith("\ufeff统计期起,统计期止,项目,收到,"), csv);
      assert.match(csv, /,一般,2,0,2,/);
      assert.match(csv, /,合计,3,0,3,/);
      const book = unzip(await wang.download(table.getByRole("button", { name: /导出.*XLSX/ })));
      const sheet = book["xl/worksheets/sheet1.xml"].toString();
      assert.match(sheet, /<v>3<\/v>/);
      assert.ok(!sheet.includes("<f>"), "nothing is computed");
      const words = book["xl/sharedStrings.xml"].toString();
      assert.ok(words.includes("一般") && words.includes("收到"));
      const all = (await wang.download(wang.button("CSV", page.locator(".page-head")))).toString();
      assert.match(all, /,主要指标,收到,本期,3,/);
    });

    await t.test("points outstanding stand by branch, and lead to who has them", async () => {
      await wang.addCustomer({ 名称: "老会员", 电话: "13900001111", 积分: "1250" });
      await wang.addCustomer({ 名称: "新会员", 电话: "13900002222", 积分: "30" });
      await wang.addCustomer({ 名称: "散客", 电话: "13900003333" });
      await figures();
      const points = await rows(page, "未用积分");
      assert.deepEqual(points["合计"], ["2", "1,280", "0", "1,280"]);
      const table = page.getByRole("table", { name: "未用积分", exact: true });
      await table.getByRole("link", { name: /有积分的客户 2/ }).click();
      await wang.heading("客户", { level: 1 }).waitFor();
      await page.getByRole("grid").getByRole("link", { name: "老会员" }).first().waitFor();
      assert.equal(await page.getByRole("grid").getByRole("link", { name: "散客" }).count(), 0);
    });

    await t.test("an own report counts under its own conditions, and keeps them", async () => {
      await figures();
      await wang.button("新建报表").click();
      const dialog = page.getByRole("dialog");
      await dialog.getByRole("textbox", { name: "报表名称" }).fill("发动机投诉");
      await dialog.getByRole("combobox", { name: "行", exact: true }).selectOption({ label: "严重程度" });
      await wang.button("添加条件", dialog).click();
      await dialog.getByRole("combobox", { name: "栏目", exact: true }).selectOption({ label: "主题" });
      const words = dialog.getByRole("textbox", { name: "比较的值" });
      // A condition without a value is refused, and nothing typed is lost.
      await wang.button("保存报表", dialog).click();
      await dialog.getByRole("alert").waitFor();
      await words.fill("发动机");
      await wang.button("保存报表", dialog).click();
      await dialog.waitFor({ state: "hidden" });
      const report = await rows(page, "发动机投诉");
      assert.equal(report["重大"][0], "1");
      assert.equal(report["合计"][0], "1");
      assert.equal(report["一般"], undefined);
      await page.reload();
      await page.getByRole("table", { name: "发动机投诉", exact: true }).waitFor();
      await wang.button("修改").click();
      assert.equal(await words.inputValue(), "发动机");
      await wang.button("去掉全部条件", dialog).click();
      await wang.button("保存报表", dialog).click();
      await dialog.waitFor({ state: "hidden" });
      await eventually(async () => (await rows(page, "发动机投诉"))["合计"][0] === "3", "every case is counted");
    });

    await t.test("nothing is cut off on a phone, and the keyboard reaches the numbers", async () => {
      await page.setViewportSize({ width: 390, height: 844 });
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.ok(wide <= 0, `the page is ${wide} px wider than the screen`);
      const link = page.getByRole("table", { name: "主要指标", exact: true }).getByRole("link").first();
      await link.focus();
      await page.keyboard.press("Enter");
      await wang.heading("工单", { level: 1 }).waitFor();
    });
    one.checkFaults();
  } finally {
    await one.close();
  }
});
