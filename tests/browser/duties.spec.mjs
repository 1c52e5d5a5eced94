// What is due for customers' files: an overdue filing stands on my day and on the page of duties, and is gone once it is done.
import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { test } from "node:test";
import { eventually, scratch, stage } from "./harness.mjs";
import { foundCompany } from "./keeper.mjs";

/** The first was met long ago and never filed, the second is filed already. */
const CUSTOMERS = "name,phone,owner_a,first_contact_on,filed_on\n远大公司,13800138000,王芳,2025-01-06,\n长江轴承,13800138001,王芳,2025-01-06,2025-01-08\n";

const host = stage();

test("S11: an overdue filing is listed until it is done, on my day and on the page of duties", async (t) => {
  const { one, keeper: wang } = await foundCompany(host, { 客户档案: "客户备案管理" });
  const { page } = one;
  const place = scratch("duties");
  const line = () => page.getByRole("listitem").filter({ hasText: "远大公司" }).filter({ hasText: "备案" });
  const openDuties = async () => {
    await page.getByRole("main").locator("a[href$='/duties']").first().click();
    await wang.heading("到期事项", { level: 1 }).waitFor();
  };
  try {
    const file = place.file("客户.csv");
    await writeFile(file, CUSTOMERS);
    assert.equal((await wang.importFile(file)).added, 2);

    await t.test("my day names it as overdue and leads to the page", async () => {
      await wang.myDay("我的档案事项", /远大公司/);
      await wang.region("我的档案事项").getByText(/超期/).first().waitFor();
      await openDuties();
      await page.getByText(/其中逾期 \d+ 项/).waitFor();
      await line().getByText(/超期/).waitFor();
    });

    await t.test("only what is overdue, then everything again", async () => {
      await page.getByRole("combobox", { name: "不限期限" }).selectOption({ label: "只看逾期" });
      await eventually(async () => (await page.getByRole("listitem").filter({ hasText: "长江轴承" }).filter({ hasText: "备案" }).count()) === 0, "no filing of the filed one");
      await line().waitFor();
    });

    await t.test("filed from the customer's page, it is gone from both", async () => {
      await line().getByRole("link", { name: /远大公司/ }).click();
      const card = wang.region("档案");
      await card.getByText("未备案").waitFor();
      await wang.button("备案", card).click();
      await card.getByText(/已备案/).first().waitFor();
      await wang.goTo(wang.words.home);
      await wang.region("我的档案事项").waitFor();
      await openDuties();
      await page.getByRole("listitem").first().waitFor();
      await eventually(async () => (await line().count()) === 0, "the filing to be gone from the list");
    });
    one.checkFaults();
  } finally {
    await one.close();
    place.remove();
  }
});
