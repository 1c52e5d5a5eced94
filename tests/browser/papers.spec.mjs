// Papers: every form of customers, contacts, cases and lists opens under its address in both languages; an administrator writes the
// company's own texts and logo, and both are on the form on every device.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { device, launch, scratch, startRelay } from "./harness.mjs";
import { Keeper } from "./keeper.mjs";

/** Forms of a customer by their names in addresses, with their titles. */
const CUSTOMER = {
  customer_basic: ["客户基本信息表", "Customer data sheet"],
  customer_maintenance: ["客户信息维护表", "Changes of customer data"],
  contact_report: ["客户联系报告", "Contact report"],
  paper_checklist: ["客户资料清单", "List of papers"],
  paper_index: ["档案目录", "Index of the file"],
  hand_over_book: ["资料签收簿", "Hand-over book"],
  reading_approval: ["客户档案查阅审批表", "Request to read a file"],
  lending_slip: ["资料出借单", "Lending slip"],
  account_application: ["客户开户（更名）申请", "Application to open or rename an account"],
  move_out_application: ["迁出申请", "Application to move out"],
  move_out_confirmation: ["迁出确认单", "Confirmation of moving out"],
  vip_registration: ["VIP 资料登记表", "VIP registration"],
};
const CONTACT = {
  visit_report: ["客户拜访报告", "Visit report"],
  follow_up_record: ["回访记录表", "Return-visit record"],
  reception_request: ["接待申请单", "Reception request"],
};
const MONTH = {
  visit_plan: ["客户拜访计划", "Visit plan"],
  follow_up_summary: ["回访月度汇总", "Monthly summary of return visits"],
  monthly_summary: ["客户往来月度汇总", "Monthly summary of contacts"],
  gift_list: ["礼品清单", "Gift list"],
};
/** A name that a browser could take for markup, a handler or a program. */
const ODD = '甲 online = "x" javascript:<b>乙</b>';
const CUSTOMERS = { customer_list: ["客户一览表", "List of customers"], thank_you_list: ["感谢名单", "Thank-you list"] };

const place = scratch("papers");
let browser, relay;
before(async () => {
  browser = await launch();
  relay = await startRelay({ store: place.file("relay.db") });
});
after(async () => {
  await relay.stop();
  await browser.close();
});

/** The paper on the screen. */
const paper = (page) => page.locator("article.paper");

/** The choice of the paper's language. */
const languages = (page) => page.getByRole("group", { name: "表单的语言" });

/** Waits for a form with its title in Chinese and then in English, and these words on it. */
async function both(page, titles, words) {
  for (const [language, title] of [["中文", titles[0]], ["English", titles[1]]]) {
    await languages(page).getByRole("button", { name: language, exact: true }).click();
    await paper(page).getByRole("heading", { name: title, exact: true, level: 1 }).waitFor();
    if (words) await paper(page).getByText(words).first().waitFor();
  }
}

/** Goes to an address of the app. */
const open = (page, path) => page.goto(new URL(path, relay.url).href);

/** Saves a small picture as a PNG file. */
async function picture(file) {
  const page = await browser.newPage({ viewport: { width: 240, height: 80 } });
  await page.setContent('<body style="margin:0;background:#0a5;color:#fff;font:40px sans-serif;padding:16px">HUIYUE</body>');
  await page.screenshot({ path: file });
  await page.close();
}

test("every form opens in both languages, and the company's own texts and logo are on it everywhere", async (t) => {
  const one = await device(browser);
  const two = await device(browser);
  const { page } = one;
  const wang = new Keeper(page);
  const li = new Keeper(two.page);
  const own = place.file("logo.png");
  try {
    await wang.makeCompany(relay.url, { relay: relay.url });
    await wang.addCustomer({ 名称: "华美商场", 电话: "13800138000" });
    await wang.openCustomer("华美商场");
    const customer = new URL(page.url()).pathname;

    await t.test("the forms of a customer are offered in its menu, each with the customer's data", async () => {
      const menu = page.locator("details.menu");
      await menu.locator("summary", { hasText: "打印表单" }).click();
      await menu.getByRole("link", { name: "客户基本信息表", exact: true }).click();
      await both(page, CUSTOMER.customer_basic, "13800138000");
      for (const [form, titles] of Object.entries(CUSTOMER)) {
        await open(page, `${customer}/print/${form}`);
        await both(page, titles, "华美商场");
      }
    });

    await t.test("a change stands on the sheet of changes", async () => {
      await wang.openCustomer("华美商场");
      await wang.editCustomer({ 电话: "13900139000" });
      await open(page, `${customer}/print/customer_maintenance`);
      const row = paper(page).getByRole("row").filter({ hasText: "13900139000" });
      await row.getByText("13800138000").waitFor();
    });

    await t.test("the forms of a contact and of a month", async () => {
      await wang.newContact("华美商场", { 主题: "季度拜访" });
      await page.waitForURL(/\/contacts\/(?!new)/);
      const contact = new URL(page.url()).pathname;
      for (const [form, titles] of Object.entries(CONTACT)) {
        await open(page, `${contact}/print/${form}`);
        await both(page, titles, "季度拜访");
      }
      await wang.goTo("联系");
      const menu = page.locator("details.menu").first();
      await menu.locator("summary", { hasText: "打印表单" }).click();
      await menu.getByRole("link", { name: "客户拜访计划", exact: true }).click();
      await both(page, MONTH.visit_plan);
      const month = new URL(page.url()).pathname.split("/").pop();
      for (const [form, titles] of Object.entries(MONTH)) {
        await open(page, `/papers/contacts/${form}/${month}`);
        await both(page, titles);
      }
    });

    await t.test("lists of customers, penalties and a destruction list", async () => {
      await wang.goTo("客户");
      for (const [form, titles] of Object.entries(CUSTOMERS)) {
        await open(page, `/papers/customers/${form}`);
        await both(page, titles, "华美商场");
      }
      await open(page, "/papers/penalties/2026-11");
      await both(page, ["奖惩汇总表", "Penalties and rewards of the month"]);
      await open(page, "/papers/destruction/none");
      await both(page, ["档案销毁清单", "Destruction list"]);
    });

    await t.test("what people typed is text on a form, whatever it looks like", async () => {
      await wang.addCustomer({ 名称: ODD, 电话: "13700137000" });
      await wang.openCustomer(ODD);
      await open(page, `${new URL(page.url()).pathname}/print/customer_basic`);
      await both(page, CUSTOMER.customer_basic, ODD);
      await paper(page).getByText("13700137000").waitFor();
    });

    await t.test("an administrator writes texts and chooses a logo; the preview shows them at once", async () => {
      await open(page, `${customer}/print/lending_slip`);
      await page.getByRole("link", { name: "修改文字", exact: true }).click();
      await wang.heading("表单文字与标志", { level: 1 }).waitFor();
      await wang.field("标题（中文）").fill("客户资料借条");
      await paper(page).getByRole("heading", { name: "客户资料借条", exact: true }).waitFor();
      await wang.field("抬头（中文）").fill("海悦百货 · 档案室");
      await wang.field("签字前的语句（英文）").fill("Bring it back.");
      await paper(page).getByText("Bring it back.").waitFor();
      await picture(own);
      await wang.chooseFile(wang.button("选择图片"), own);
      await paper(page).locator("img.paper-logo").waitFor();
      await wang.button("保存").click();
      await wang.toast("已保存").first().waitFor();
      await open(page, `${customer}/print/lending_slip`);
      await both(page, ["客户资料借条", "Lending slip"]);
      await paper(page).getByText("Bring it back.").waitFor();
      await languages(page).getByRole("button", { name: "中文", exact: true }).click();
      await paper(page).getByText("海悦百货 · 档案室").waitFor();
      assert.ok(await paper(page).locator("img.paper-logo").evaluate((logo) => logo.naturalWidth > 0));
    });

    await t.test("a text file is no logo", async () => {
      await open(page, "/settings/papers");
      const input = page.locator('input[type="file"]');
      await input.setInputFiles({ name: "logo.png", mimeType: "image/png", buffer: Buffer.from("<svg onload=alert(1)>") });
      await page.getByRole("alert").getByText(/不能用作标志/).waitFor();
    });

    await t.test("a second device prints with them, and may not change them without being an administrator's", async () => {
      await wang.waitUpToDate();
      const link = await wang.inviteAs("店长");
      await two.page.goto(link);
      await li.join();
      await li.navigation().waitFor();
      await open(two.page, `${customer}/print/lending_slip`);
      await paper(two.page).getByRole("heading", { name: "客户资料借条", exact: true }).waitFor();
      await paper(two.page).locator("img.paper-logo").waitFor();
      assert.equal(await two.page.getByRole("link", { name: "修改文字" }).count(), 0);
      await open(two.page, "/settings/papers");
      await two.page.getByText("只有管理员的设备可以修改这些文字。").waitFor();
    });

    await t.test("back to the standard text, there too", async () => {
      await open(page, "/settings/papers?form=lending_slip");
      await wang.button("恢复标准文字：标题（中文）").click();
      await paper(page).getByRole("heading", { name: "资料出借单", exact: true }).waitFor();
      await wang.button("去掉标志").click();
      await wang.button("保存").click();
      await wang.toast("已保存").first().waitFor();
      await open(two.page, `${customer}/print/lending_slip`);
      await paper(two.page).getByRole("heading", { name: "资料出借单", exact: true }).waitFor();
      await paper(two.page).getByText("海悦百货 · 档案室").waitFor();
      await paper(two.page).locator("img").waitFor({ state: "detached" });
    });
    one.checkFaults();
    two.checkFaults();
  } finally {
    await one.close();
    await two.close();
  }
});
