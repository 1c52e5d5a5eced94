// What a person does with cases on the screens. Fields that a policy asks for and a story does not speak of are filled as a
// clerk in a hurry would: the first choice, or a few words.
import { eventually } from "./harness.mjs";
import { Person } from "./person.mjs";

const WORDS = {
  zh: {
    register: "登记工单",
    save: "登记",
    pack: "投诉处理制度",
    role: "使用人的角色",
    steps: "下一步",
    more: "其他步骤",
    clocks: "时限",
    proposal: "处理方案",
    approve: "批准",
    signed: "签批完成",
    filled: "已写明",
  },
};

/** A person who handles cases. */
export class Clerk extends Person {
  constructor(page) {
    super(page, "zh");
    this.desk = WORDS.zh;
  }

  /** Makes a company that works by the pack of this name. */
  async foundUnder(url, pack, { company = "海悦百货", name = "王芳", device = "总部前台" } = {}) {
    const { page, words } = this;
    await page.goto(url);
    await this.field(words.company).fill(company);
    await this.field(words.yourName).fill(name);
    await this.field(words.deviceName).fill(device);
    await page.getByRole("combobox", { name: this.desk.pack }).selectOption({ label: pack });
    await this.button(words.create).click();
    await this.navigation().waitFor();
  }

  /** Makes an invitation for a role and returns its link. */
  async inviteAs(role) {
    const { page, words } = this;
    await this.goTo(words.sync);
    await this.button(words.invite).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("combobox", { name: this.desk.role }).selectOption({ label: role });
    // Posts with wider rights are let in by hand unless somebody says otherwise; that has its own spec.
    await dialog.getByRole("checkbox", { name: /六位数字|six digits/ }).uncheck();
    await this.button(words.makeLink, dialog).click();
    const link = await this.field(words.link, dialog).inputValue();
    await this.button(words.close, dialog).last().click();
    return link;
  }

  /** Registers a case with these values by label, and stays on its screen. */
  async register(values) {
    const { page, words, desk } = this;
    await this.goTo(words.cases);
    await page.getByRole("link", { name: desk.register, exact: true }).first().click();
    await this.heading(desk.register, { level: 1 }).waitFor();
    const form = page.locator("form.record-form");
    await this.open(form);
    await this.fill(form, values);
    await this.button(desk.save, form).click();
    await page.getByRole("region", { name: desk.steps }).waitFor();
  }

  /** Opens the case with this subject. */
  async openCase(subject) {
    await this.goTo(this.words.cases);
    await this.page.getByRole("grid").getByRole("link", { name: subject }).first().click();
    await this.page.getByRole("region", { name: this.desk.steps }).waitFor();
  }

  /** Takes a step by the name on its button, saying these values by label; the dialog must close. */
  async act(step, values = {}) {
    const dialog = await this.begin(step);
    await this.fill(dialog, values);
    await this.button(step, dialog).click();
    await dialog.waitFor({ state: "hidden" });
  }

  /** Opens the dialog of a step. */
  async begin(step) {
    const { page, desk } = this;
    const bar = page.getByRole("region", { name: desk.steps });
    const proposal = page.getByRole("region", { name: desk.proposal });
    const button = this.button(step, bar).or(this.button(step, proposal));
    // The bar is drawn anew after each step, folded.
    const folded = bar.locator("details:not([open]) > summary").filter({ hasText: desk.more });
    await eventually(async () => {
      if (await button.first().isVisible()) return true;
      if (await folded.isVisible()) await folded.click();
      return false;
    }, `the button ${step}`);
    await button.first().click();
    const dialog = page.getByRole("dialog");
    await dialog.waitFor();
    return dialog;
  }

  /** Signs the plan of the open case until every signature is given that this person may give. */
  async signAll() {
    const card = this.region(this.desk.proposal);
    const approve = card.getByRole("button", { name: this.desk.approve, exact: true });
    await approve.waitFor();
    while (await approve.isVisible()) {
      const before = await card.innerText();
      await approve.click();
      const dialog = this.page.getByRole("dialog");
      await dialog.locator("button[type=submit]").click();
      await dialog.waitFor({ state: "hidden" });
      await eventually(async () => (await card.innerText()) !== before, "the signature on the plan");
    }
    await card.getByText(this.desk.signed).waitFor();
  }

  /** Fills a form: what is said by label, and what else is asked for. */
  async fill(form, values) {
    for (const [label, value] of Object.entries(values)) {
      const named = (role) => form.getByRole(role, { name: label, exact: true });
      const field = ["combobox", "checkbox", "spinbutton"].reduce((found, role) => found.or(named(role)), named("textbox"));
      await this.put(field.first(), value);
    }
    for (const field of await form.locator("[aria-required=true], [required]").all()) {
      if (!(await field.isVisible())) continue;
      if ((await field.inputValue()) === "") await this.put(field, null);
    }
  }

  /** Puts a value into a field of any kind; none = the first choice or a few words. */
  async put(field, value) {
    const kind = await field.evaluate((node) => (node.tagName === "SELECT" ? "select" : node.type));
    if (kind === "checkbox") return field.check();
    if (kind === "select") {
      if (value !== null) return field.selectOption({ label: value });
      const first = await field.evaluate((node) => [...node.options].find((option) => option.value !== "")?.value);
      return field.selectOption(first);
    }
    return field.fill(value ?? this.desk.filled);
  }
}
