// Leads shared out between two colleagues and taken back; an event of today: guests invited, one came and bought, and a dispute about
// whose guest it is, ruled and kept in the customer's file.
import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { test } from "node:test";
import { eventually, scratch, stage } from "./harness.mjs";
import { foundCompany } from "./keeper.mjs";

const CUSTOMERS = "名称,电话,城市\n华美商场,13800138000,上海\n宏达超市,13800138001,上海\n长江轴承,13800138002,重庆\n";
const EVENT = "春季联谊会";

const host = stage();

/** The day at the device, as its fields of dates want it. */
function today() {
  return new Intl.DateTimeFormat("sv-SE", { timeZone: "Asia/Shanghai" }).format(new Date());
}

/** Goes to a screen and on by a link there. */
async function goOn(person, screen, link) {
  await person.goTo(screen);
  await person.page.getByRole("main").getByRole("link", { name: link, exact: true }).click();
  await person.heading(link, { level: 1 }).waitFor();
}

/** Opens the event. */
async function openEvent(person) {
  await goOn(person, "联系", "活动邀约");
  await person.page.getByRole("link", { name: EVENT, exact: true }).click();
  await person.heading(EVENT, { level: 1 }).waitFor();
}

/** The line of a guest; the finder above offers files as buttons. */
function guest(person, name) {
  const { page } = person;
  return page.getByRole("listitem").filter({ has: page.getByRole("link", { name, exact: true }) });
}

test("S15: leads are shared out between two and taken back; guests of an event are invited, come, and are disputed", async (t) => {
  const { one, keeper: wang } = await foundCompany(host, { 客户分配: "健康产品服务投诉" });
  const { page } = one;
  const place = scratch("events");
  try {
    await wang.addStaff("李娜", "业务员");
    await wang.addStaff("陈晨", "业务员");
    await wang.addStaff("赵总", "总经理");
    const file = place.file("客户.csv");
    await writeFile(file, CUSTOMERS);
    assert.equal((await wang.importFile(file)).added, 3);

    await t.test("the plan is looked at, and what was said about it stays when the dialog is put off", async () => {
      await goOn(wang, "客户", "线索分配");
      await page.getByText(/^3 条线索待分配/).waitFor();
      await page.getByRole("checkbox", { name: /李娜/ }).check();
      await page.getByRole("checkbox", { name: /陈晨/ }).check();
      await page.getByText("李娜 分到 2 条").waitFor();
      await page.getByText("陈晨 分到 1 条").waitFor();
      await wang.button("分配 3 条线索").click();
      const dialog = page.getByRole("dialog");
      await wang.field("说明（如活动名称）", dialog).fill("秋季沙龙");
      await wang.button("取消", dialog).click();
      await dialog.waitFor({ state: "hidden" });
      await wang.button("分配 3 条线索").click();
      assert.equal(await wang.field("说明（如活动名称）", dialog).inputValue(), "秋季沙龙");
      await wang.button("分配 3 条线索", dialog).click();
      await dialog.waitFor({ state: "hidden" });
    });

    await t.test("each colleague has a notice, and the act is taken back", async () => {
      await page.getByText(/李娜：分给您 2 位新客户（秋季沙龙）/).waitFor();
      await page.getByText(/陈晨：分给您 1 位新客户（秋季沙龙）/).waitFor();
      await wang.heading("没有待分配的线索").waitFor();
      await wang.button("撤销分配").click();
      await wang.toast("分配已撤销，线索回到待分配").waitFor();
      await page.getByText(/^3 条线索待分配/).waitFor();
    });

    await t.test("an event is planned and two guests are invited, one of them by a colleague", async () => {
      await goOn(wang, "联系", "活动邀约");
      await wang.button("安排活动").first().click();
      const dialog = page.getByRole("dialog");
      await wang.field("活动名称", dialog).fill(EVENT);
      await dialog.getByLabel("日期").fill(today());
      await wang.button("安排活动", dialog).click();
      await wang.heading(EVENT, { level: 1 }).waitFor();
      const invite = async (name) => {
        await page.getByRole("searchbox").fill(name);
        await page.getByRole("button", { name: new RegExp(name) }).click();
        await wang.toast(`已登记邀约：${name}`).waitFor();
        await guest(wang, name).waitFor();
      };
      await page.getByRole("combobox", { name: "邀约人" }).selectOption({ label: "李娜" });
      await invite("华美商场");
      await page.getByRole("combobox", { name: "邀约人" }).selectOption({ label: "本人" });
      await invite("宏达超市");
      await page.getByText("邀约 2，到会 0").waitFor();
      await guest(wang, "华美商场").getByText("李娜").waitFor();
    });

    await t.test("one came and bought", async () => {
      const line = guest(wang, "华美商场");
      await wang.button("到会", line).click();
      const sold = wang.field("现场成交（元） 华美商场", line);
      await sold.fill("1200.5");
      await sold.press("Tab");
      await eventually(async () => (await sold.inputValue()) === "1200.50", "the sum as it is stored");
      await page.getByText("邀约 2，到会 1").waitFor();
    });

    await t.test("a colleague says the guest is his", async () => {
      await wang.actAs("陈晨");
      await openEvent(wang);
      await wang.button("提出争议", guest(wang, "华美商场")).click();
      const dialog = page.getByRole("dialog");
      await wang.field("争议理由", dialog).fill("我先约的");
      await wang.button("提出争议", dialog).click();
      await dialog.waitFor({ state: "hidden" });
      await guest(wang, "华美商场").getByText("陈晨 提出争议：我先约的").waitFor();
    });

    await t.test("the general manager rules, and the customer's file tells it", async () => {
      await wang.actAs("赵总");
      await openEvent(wang);
      const line = guest(wang, "华美商场");
      await wang.button("裁定", line).click();
      const dialog = page.getByRole("dialog");
      await dialog.getByRole("combobox", { name: "客人归谁邀约" }).selectOption({ label: "陈晨" });
      await wang.field("裁定理由", dialog).fill("客人证实");
      await wang.button("裁定", dialog).click();
      await dialog.waitFor({ state: "hidden" });
      await line.getByText("赵总 裁定归 陈晨：客人证实").waitFor();
      await wang.openCustomer("华美商场");
      await page.getByText("我先约的").first().waitFor();
      await page.getByText("客人证实").first().waitFor();
    });
    one.checkFaults();
  } finally {
    await one.close();
    place.remove();
  }
});
