// A satisfaction survey on two devices that never meet a network: one answer by telephone with the keyboard alone, one by the
// customer on the tablet; exchanged as bundles, both devices come to the same totals.
import assert from "node:assert/strict";
import { test } from "node:test";
import { device, eventually, scratch, stage } from "./harness.mjs";
import { Keeper, foundCompany } from "./keeper.mjs";

const SURVEY = "年度客户满意度调查";

const host = stage();

/** Opens the surveys. */
async function surveys(person) {
  await person.goTo("联系");
  await person.page.getByRole("main").getByRole("link", { name: "满意度调查", exact: true }).click();
  await person.heading("满意度调查", { level: 1 }).waitFor();
}

/** Opens the round of this year and returns what it says: the result and every table, as texts. */
async function totals(person, answers) {
  await surveys(person);
  await person.page.getByRole("main").getByRole("link", { name: new RegExp(SURVEY) }).first().click();
  const result = person.region("满意度");
  await result.getByText(`${answers} 份答卷`).waitFor();
  await person.heading("按题目").waitFor();
  const tables = await person.page.getByRole("table").allInnerTexts();
  return { result: await result.innerText(), tables };
}

test("S06: answers given offline on two devices add up to the same totals on both", async (t) => {
  const { one: first, keeper: wang } = await foundCompany(host, { 满意度调查: "客户档案与满意度调查" });
  const place = scratch("surveys");
  // A plain web host answers a deep link with the page and status 404, which Chromium prints.
  const second = await device(host.browser, { allow: [/404 \(Not Found\).*\/join/] });
  const li = new Keeper(second.page);
  const carry = async (from, to, name) => to.importBundle(await from.exportBundle(place.file(name)));
  try {
    await t.test("another device joins the company that chose the questionnaire, both go offline", async () => {
      await wang.addCustomer({ 名称: "华美商场", 电话: "13800138000" });
      const link = await wang.inviteAs("店长");
      await second.page.goto(link);
      await li.join();
      await li.heading(li.words.waiting).waitFor();
      await li.chooseFile(li.button(li.words.chooseBundle), await wang.exportBundle(place.file("hello.huiyin")));
      await li.navigation().waitFor();
      await carry(li, wang, "admitted.huiyin");
      await carry(wang, li, "keys.huiyin");
      await carry(li, wang, "person.huiyin");
      await first.goOffline();
      await second.goOffline();
    });

    await t.test("by telephone, with the keyboard alone", async () => {
      const { page } = wang;
      await surveys(wang);
      await page.getByRole("link", { name: "填写问卷" }).first().click();
      await wang.field("客户").fill("华美");
      await page.getByRole("group").getByRole("button", { name: /华美商场/ }).click();
      await wang.field("产品质量").focus();
      // What is wrong is said beside the question, and the cursor stays.
      await page.keyboard.type("12");
      await page.keyboard.press("Enter");
      await page.getByText("请填写 0 到 10 的整数").waitFor();
      await wang.field("产品质量").fill("");
      for (const score of ["8", "9", "7", "8"]) {
        await page.keyboard.type(score);
        await page.keyboard.press("Enter");
      }
      // Whether to work together again and wishes need no answer; the last Enter saves.
      for (let question = 0; question < 3; question += 1) await page.keyboard.press("Enter");
      await wang.toast("答卷已保存").waitFor();
    });

    await t.test("on the tablet, by the customer", async () => {
      const { page } = li;
      await surveys(li);
      await page.getByRole("link", { name: "填写问卷" }).first().click();
      await li.button("交给客户填写").click();
      const tablet = page.getByRole("dialog");
      await li.button("开始填写", tablet).click();
      // Nobody gets back into the app by a key.
      await page.keyboard.press("Escape");
      for (const score of ["6", "5", "7", "4"]) {
        const place = await tablet.getByRole("progressbar").getAttribute("aria-label");
        await tablet.getByRole("radio", { name: score, exact: true }).check();
        await li.button("下一题", tablet).click();
        await tablet.getByText(place).waitFor({ state: "detached" });
      }
      await li.button("下一题", tablet).click();
      await li.button("提交", tablet).click();
      await tablet.getByText("谢谢您！").waitFor();
      await li.button("工作人员", tablet).click();
      await li.field("请工作人员输入本人姓名", tablet).fill("王五");
      await li.button("返回系统", tablet).click();
      await tablet.getByText("与本机登录的工作人员不符").waitFor();
      await li.field("请工作人员输入本人姓名", tablet).fill("李雷");
      await li.button("返回系统", tablet).click();
      await tablet.waitFor({ state: "hidden" });
    });

    await t.test("exchanged as bundles, the totals are equal and below the target", async () => {
      assert.match((await totals(wang, 1)).result, /81/);
      assert.match((await totals(li, 1)).result, /55/);
      await carry(wang, li, "wang.huiyin");
      await carry(li, wang, "li.huiyin");
      const left = await totals(wang, 2);
      const right = await totals(li, 2);
      assert.deepEqual(left, right);
      assert.match(left.result, /68/);
      assert.match(left.result, /低于目标/);
      await eventually(() => wang.button("提出纠正措施").isVisible(), "the way to a corrective action");
    });
    first.checkFaults();
    second.checkFaults();
  } finally {
    await first.close();
    await second.close();
    place.remove();
  }
});
