// What a person does with customer files and contacts: staff, owners, merging, handing over, planning and reporting visits.
import { Clerk } from "./clerk.mjs";
import { device, eventually } from "./harness.mjs";

/**
 * Opens a device on a stage and has its person make a company, with these parts of the rules from the packs of these names.
 * Returns the device as `one` and the person as `keeper`.
 */
export async function foundCompany({ browser, server }, parts = {}) {
  const one = await device(browser);
  const keeper = new Keeper(one.page);
  await keeper.makeCompany(server.url);
  for (const [part, pack] of Object.entries(parts)) await keeper.takePart(part, pack);
  return { one, keeper };
}

/** A person who keeps customer files. */
export class Keeper extends Clerk {
  /** Adds a member of staff with these roles by name. */
  async addStaff(name, ...roles) {
    const { page } = this;
    await this.goTo(this.words.settings);
    await this.button("添加人员").click();
    const dialog = page.getByRole("dialog");
    await this.field("姓名", dialog).fill(name);
    for (const role of roles) await dialog.getByRole("checkbox", { name: role, exact: true }).check();
    await this.button(this.words.save, dialog).click();
    await dialog.waitFor({ state: "hidden" });
    await this.region("人员").getByText(name, { exact: true }).waitFor();
  }

  /** Has the person with this name work at the device from now on. */
  async actAs(name) {
    await this.goTo(this.words.settings);
    await this.page.getByRole("combobox", { name: "现在由谁操作" }).selectOption({ label: name });
    await this.toast(`现在由 ${name} 操作`).waitFor();
  }

  /** Takes a part of the rules, such as “拜访与回访”, from the pack of this name. */
  async takePart(part, pack) {
    const { page } = this;
    await this.goTo(this.words.settings);
    await page.getByRole("main").getByRole("link", { name: /处理制度/ }).first().click();
    await this.button(`选用：${part}`).click();
    const dialog = page.getByRole("dialog");
    await this.button(`选用：${pack}`, dialog).click();
    await dialog.waitFor({ state: "hidden" });
  }

  /** Opens the form of a new customer. */
  async newCustomer() {
    await this.goTo(this.words.customers);
    await this.page.getByRole("link", { name: this.words.newCustomer, exact: true }).first().click();
    await this.heading(this.words.newCustomer, { level: 1 }).waitFor();
  }

  /** Returns the hint beneath the phone: whose files look alike. */
  alike() {
    return this.page.locator("form").getByRole("status");
  }

  /** Goes to the merge of the open customer with the one of this name, who gives way. */
  async mergeWith(name) {
    await this.page.getByRole("link", { name: "与其他档案合并" }).click();
    await this.page.getByRole("searchbox").fill(name);
    await this.page.getByRole("button", { name: new RegExp(name) }).click();
    await this.heading("逐项选择").waitFor();
  }

  /** The line of a field in the preview of a merge. */
  mergeRow(field) {
    return this.page.getByRole("row").filter({ has: this.page.getByRole("rowheader", { name: field, exact: true }) });
  }

  /** Plans or records a contact with these values by label, and stays on its screen. */
  async newContact(customer, values) {
    const { page } = this;
    await this.goTo("联系");
    await page.getByRole("link", { name: "新建联系", exact: true }).first().click();
    await this.heading("新建联系", { level: 1 }).waitFor();
    const form = page.locator("form.record-form");
    await this.field("客户", form).fill(customer);
    await page.getByRole("group").getByRole("button", { name: new RegExp(customer) }).click();
    await form.getByText("关联客户", { exact: false }).or(form.locator(".notice.plain")).first().waitFor();
    await this.fill(form, values);
    await this.button(this.words.save, form).click();
    await page.getByRole("region", { name: this.desk.steps }).waitFor();
  }

  /** Waits until the open contact or case is in this state. */
  async state(name) {
    await this.page.getByRole("region", { name: this.desk.steps }).getByText(name, { exact: true }).first().waitFor();
  }

  /** Waits until a card of my day has a line with these words. */
  async myDay(card, words) {
    await this.goTo(this.words.home);
    await this.region(card).getByText(words).first().waitFor();
  }

  /** Waits until my day has no such card any more. */
  async notInMyDay(card) {
    await this.goTo(this.words.home);
    await eventually(async () => (await this.region(card).count()) === 0, `no ${card} on my day`);
  }
}
