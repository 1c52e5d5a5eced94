// Classes of customers: a score sheet proposes one, the meeting confirms it for several at once, and the file says so.
import assert from "node:assert/strict";
import { test } from "node:test";
import { stage } from "./harness.mjs";
import { foundCompany } from "./keeper.mjs";

/** Scores of a sheet by the name of each line. */
const BEST = { 销售额: "9", 价格水平: "8", 付款信用: "10", 配合程度: "9", 发展趋势: "8" };
const POOR = { 销售额: "4", 价格水平: "5", 付款信用: "3", 配合程度: "5", 发展趋势: "4" };

const host = stage();

/** Fills the sheet in the open dialog. */
async function fill(dialog, scores) {
  for (const [line, score] of Object.entries(scores)) await dialog.getByLabel(`${line}（0–10 分）`).fill(score);
}

test("S37: a sheet proposes a class, the meeting confirms it, and the customer's file shows it", async (t) => {
  const { one, keeper: wang } = await foundCompany(host, { 客户分级: "客户质量等级评估" });
  const { page } = one;
  const card = wang.region("客户级别");
  try {
    await wang.addCustomer({ 名称: "华美商场", 电话: "13800138000" });
    await wang.addCustomer({ 名称: "宏达超市", 电话: "13800138001" });

    await t.test("the sheet on the customer's page says what it comes to before it is sent", async () => {
      await wang.openCustomer("华美商场");
      await card.getByText("未定级").waitFor();
      await wang.button("评级", card).click();
      const dialog = page.getByRole("dialog");
      await dialog.getByText("填齐各项后显示得分和级别").waitFor();
      await fill(dialog, BEST);
      await dialog.getByText(/得分 88\.50 分，评为“A/).waitFor();
      // Half a sheet is no proposal: what is wrong is said beside the line.
      await dialog.getByLabel("价格水平（0–10 分）").fill("11");
      await wang.button("提交评级", dialog).click();
      await dialog.getByText("请填 0 到 10 的整数").waitFor();
      await dialog.getByLabel("价格水平（0–10 分）").fill("8");
      await wang.button("提交评级", dialog).click();
      await dialog.waitFor({ state: "hidden" });
      await card.getByText(/提议定为“A.*待会议确认/).waitFor();
      await card.getByText("未定级").waitFor();
    });

    await t.test("the review lists it to confirm; the next sheet is filled in there", async () => {
      await wang.goTo("客户");
      await page.getByRole("link", { name: "年度评级", exact: true }).click();
      await wang.heading("年度评级", { level: 1 }).waitFor();
      await page.getByRole("button", { name: /未定级/ }).click();
      const line = page.getByRole("listitem").filter({ has: page.getByRole("link", { name: "宏达超市", exact: true }) });
      await wang.button("评级", line).click();
      const dialog = page.getByRole("dialog");
      await fill(dialog, POOR);
      await dialog.getByText(/评为“C/).waitFor();
      await dialog.locator("button[type=submit]").click();
      await wang.toast("已提交，待会议确认").first().waitFor();
      await dialog.waitFor({ state: "hidden" });
    });

    await t.test("the meeting confirms both with one entry", async () => {
      await page.getByRole("button", { name: /待确认/ }).click();
      await page.getByRole("checkbox", { name: "选中：华美商场" }).check();
      await page.getByRole("checkbox", { name: "选中：宏达超市" }).check();
      await wang.button("确认所选 2 位").click();
      const dialog = page.getByRole("dialog");
      await dialog.getByText("将确认以下 2 位客户的级别：").waitFor();
      assert.match(await dialog.innerText(), /华美商场.*未定级 → A/s);
      await dialog.getByLabel("会议记录").fill("三月评审会，全体通过");
      await wang.button("确认", dialog).click();
      await dialog.waitFor({ state: "hidden" });
      await wang.toast("已确认 2 位客户的级别").waitFor();
    });

    await t.test("the file shows the class, by whom, by which sheet, and the minutes", async () => {
      await wang.openCustomer("华美商场");
      await card.getByText(/由王芳确认/).waitFor();
      assert.equal(await card.getByText(/待会议确认/).count(), 0);
      assert.match(await card.innerText(), /评估表.*销售额/s);
      await page.getByText("三月评审会，全体通过").first().waitFor();
      await wang.goTo("客户");
      await page.getByRole("searchbox", { name: "搜索" }).fill("宏达");
      await page.getByRole("grid").getByRole("link", { name: "宏达超市", exact: true }).waitFor();
    });
    one.checkFaults();
  } finally {
    await one.close();
  }
});
