// Staying in contact: a visit planned, approved by somebody else, reported, and what was promised kept as a task of my day.
import assert from "node:assert/strict";
import { test } from "node:test";
import { stage } from "./harness.mjs";
import { foundCompany } from "./keeper.mjs";

const host = stage();

test("S34: a visit is planned, approved by the head, reported, and its promise is a task until it is kept", async (t) => {
  const { one, keeper: desk } = await foundCompany(host, { 拜访与回访: "客户拜访管理" });
  const { page } = one;
  try {
    await desk.addStaff("李雷", "业务员");
    await desk.addStaff("陈经理", "部门经理");
    await desk.addCustomer({ 名称: "华美商场", 电话: "13800138000" });

    await t.test("the sales representative plans and puts it to approval", async () => {
      await desk.actAs("李雷");
      await desk.newContact("华美商场", { 主题: "季度拜访", 目的: "维护关系" });
      await desk.state("已计划");
      await desk.act("提交审批");
      await desk.state("待审批");
      // Nobody approves their own plan.
      await page.getByText(/等待部门经理审批/).waitFor();
      assert.equal(await desk.button("批准", page.getByRole("region", { name: "下一步" })).count(), 0);
    });

    await t.test("the head finds it on the day and approves it", async () => {
      await desk.actAs("陈经理");
      await desk.myDay("待我审批的计划", /华美商场/);
      await desk.region("待我审批的计划").getByRole("link", { name: /华美商场/ }).click();
      await desk.act("批准");
      await desk.state("已批准");
      await desk.notInMyDay("待我审批的计划");
    });

    await t.test("it is on the day of whoever planned it, takes place and is reported with a promise", async () => {
      await desk.actAs("李雷");
      await desk.myDay("今天的联系", /华美商场/);
      await desk.region("今天的联系").getByRole("link", { name: /华美商场/ }).click();
      await desk.act("已进行", { 结果: "顺利" });
      await desk.state("已进行");
      await desk.myDay("待我报告或检查", /华美商场/);
      await desk.region("待我报告或检查").getByRole("link", { name: /华美商场/ }).click();
      await desk.act("写报告", { 报告内容: "客户要求更换收银机，答应送样机。" });
      await desk.state("已报告");
      await desk.act("记录承诺", { 说明: "送样机一台" });
      await desk.region("承诺").or(page.getByRole("heading", { name: "承诺" })).first().waitFor();
    });

    await t.test("the promise is a task until it is kept", async () => {
      await desk.myDay("我的承诺", /送样机一台/);
      await desk.region("我的承诺").getByRole("link").first().click();
      await desk.button("已兑现").click();
      const dialog = page.getByRole("dialog");
      await dialog.waitFor();
      await desk.fill(dialog, {});
      await desk.button("已兑现", dialog).click();
      await dialog.waitFor({ state: "hidden" });
      await page.getByText(/已兑现$/).first().waitFor();
      await desk.notInMyDay("我的承诺");
    });
    one.checkFaults();
  } finally {
    await one.close();
  }
});
