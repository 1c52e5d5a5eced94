// What a person does on the screens, told by the names of things in the language shown.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { PATIENCE_MS, eventually } from "./harness.mjs";

/** Names on the screens, by language. */
export const WORDS = {
  zh: {
    company: "公司名称",
    branchName: "分公司或门店",
    branchCode: "代号",
    yourName: "您的姓名",
    deviceName: "设备名称",
    relay: "中继地址",
    create: "开始使用",
    joinChoice: /加入公司/,
    join: "加入",
    link: "邀请链接",
    waiting: "正在等待公司资料",
    chooseBundle: "选择数据包文件…",
    navigation: "主导航",
    home: "今日",
    customers: "客户",
    cases: "工单",
    import: "导入",
    sync: "同步",
    settings: "设置",
    search: "搜索",
    edit: "编辑",
    save: "保存",
    newCustomer: "新建客户",
    customerSaved: "客户已保存",
    name: "名称",
    phone: "电话",
    city: "城市",
    address: "地址",
    contact: "联系人",
    chooseFile: "选择文件…",
    otherFile: "换一个文件…",
    run: /^导入 [\d,]+ 行$/,
    imported: "导入完成",
    counts: { added: "新增", changed: "更新", unchanged: "没有变化", rejected: "未导入" },
    close: "关闭",
    invite: "邀请设备",
    makeLink: "生成邀请",
    check: "核对",
    digest: "计算指纹",
    verify: "检查全部资料",
    verified: /没有发现问题/,
    exchange: "数据包",
    exportBundle: "导出数据包",
    importBundle: "读入数据包…",
    bundleTaken: "数据包已读入",
    bundleCounts: { envelopes: "共", new: "新的", known: "已有的", waiting: "等待中", refused: "被拒绝" },
    backup: "备份",
    exportLines: "导出为 JSON 行",
    syncNow: "立即同步",
    syncState: "同步状态",
    upToDate: /已与中继同步/,
    offline: /离线/,
    conflicts: "同一项有两种说法",
    take: "采用这个",
    settled: "已选定",
    note: "添加记录",
    properties: "资料",
    draftRestored: "已恢复上次没有保存的内容",
    restarted: "引擎已重新启动，已保存的内容没有丢失",
  },
  en: {
    company: "Company name",
    branchName: "Branch or store",
    branchCode: "Code",
    yourName: "Your name",
    deviceName: "Device name",
    relay: "Relay address",
    create: "Start",
    joinChoice: /Join a company/,
    join: "Join",
    link: "Invitation link",
    waiting: "Waiting for the company's data",
    chooseBundle: "Choose a bundle file…",
    navigation: "Main navigation",
    home: "My day",
    customers: "Customers",
    cases: "Cases",
    import: "Import",
    sync: "Sync",
    settings: "Settings",
    search: "Search",
    edit: "Edit",
    save: "Save",
    newCustomer: "New customer",
    customerSaved: "Customer saved",
    name: "Name",
    phone: "Phone",
    city: "City",
    address: "Address",
    contact: "Contact person",
    chooseFile: "Choose a file…",
    otherFile: "Another file…",
    run: /^Import [\d,]+ rows?$/,
    imported: "Import finished",
    counts: { added: "Added", changed: "Changed", unchanged: "Unchanged", rejected: "Not imported" },
    close: "Close",
    invite: "Invite a device",
    makeLink: "Make invitation",
    check: "Check",
    digest: "Compute digest",
    verify: "Check everything",
    verified: /nothing is wrong/,
    exchange: "Bundles",
    exportBundle: "Export bundle",
    importBundle: "Take in a bundle…",
    bundleTaken: "Bundle taken in",
    bundleCounts: { envelopes: "In all", new: "New", known: "Known before", waiting: "Waiting", refused: "Refused" },
    backup: "Backup",
    exportLines: "Export as JSON lines",
    syncNow: "Sync now",
    syncState: "Sync state",
    upToDate: /Up to date with relay/,
    offline: /Offline/,
    conflicts: "Two versions of the same field",
    take: "Take this one",
    settled: "Settled",
    note: "Add note",
    properties: "Properties",
    draftRestored: "What you had not saved is back",
    restarted: "The engine was restarted; nothing that was saved is lost",
  },
};

/** A person at a page. */
export class Person {
  /** @param {import("playwright-core").Page} page @param {"zh" | "en"} language */
  constructor(page, language = "zh") {
    this.page = page;
    this.words = WORDS[language];
  }

  button(name, within = this.page) {
    return within.getByRole("button", { name, exact: true });
  }

  field(name, within = this.page) {
    return within.getByRole("textbox", { name, exact: true });
  }

  region(name) {
    return this.page.getByRole("region", { name, exact: true });
  }

  heading(name, options = {}) {
    return this.page.getByRole("heading", { name, exact: true, ...options });
  }

  /** The sentence of a problem, wherever it is shown: trouble with storage stands in the frame and at what was not saved. */
  alert(words) {
    return this.page.getByRole("alert").filter({ hasText: words }).first();
  }

  /** The short message that appears and goes. */
  toast(words) {
    return this.page.getByRole("status").getByText(words);
  }

  /** Makes a company on a new device at `url`. */
  async makeCompany(url, { company = "海悦百货", name = "王芳", device = "总部前台", relay = "" } = {}) {
    const { page, words } = this;
    await page.goto(url);
    await this.field(words.company).fill(company);
    await this.field(words.yourName).fill(name);
    await this.field(words.deviceName).fill(device);
    if (relay) {
      await page.locator("summary").filter({ hasText: words.relay }).click();
      await this.field(words.relay).fill(relay);
    }
    await this.button(words.create).click();
    await this.navigation().waitFor();
  }

  /** Fills in the form that an invitation link opens. */
  async join({ name = "李雷", device = "二号平板" } = {}) {
    await this.field(this.words.yourName).fill(name);
    await this.field(this.words.deviceName).fill(device);
    await this.button(this.words.join).click();
  }

  navigation() {
    return this.page.getByRole("navigation", { name: this.words.navigation }).filter({ visible: true });
  }

  /** Goes to the screen with this name. */
  async goTo(screen) {
    await this.navigation().getByRole("link", { name: screen, exact: true }).click();
    await this.heading(screen, { level: 1 }).waitFor();
  }

  /** Chooses a file through the button that opens the system's dialog. */
  async chooseFile(button, file) {
    const chooser = this.page.waitForEvent("filechooser");
    await button.click();
    await (await chooser).setFiles(file);
  }

  /** Opens a file on the import screen, up to its preview or its problem. */
  async openImport(file) {
    await this.goTo(this.words.import);
    const other = this.button(this.words.otherFile);
    const choose = this.button(this.words.chooseFile);
    await other.or(choose).first().waitFor();
    await this.chooseFile((await other.isVisible()) ? other : choose, file);
  }

  /** Imports a file and returns what the report counts. */
  async importFile(file) {
    await this.openImport(file);
    await this.page.getByRole("button", { name: this.words.run }).click();
    return this.importReport();
  }

  /** Waits for the report of a run and returns its counts; the file is put away. */
  async importReport() {
    const report = this.page
      .getByRole("status")
      .filter({ has: this.page.getByRole("heading", { name: this.words.imported, exact: true }) });
    await report.waitFor();
    const counts = await tallies(report, this.words.counts);
    await this.button(this.words.close, report).click();
    return counts;
  }

  /** Makes an invitation and returns its link. */
  async invite() {
    const { page, words } = this;
    await this.goTo(words.sync);
    await this.button(words.invite).click();
    const dialog = page.getByRole("dialog");
    await this.button(words.makeLink, dialog).click();
    const link = await this.field(words.link, dialog).inputValue();
    await this.button(words.close, dialog).last().click();
    return link;
  }

  /** Returns the digest that the sync screen computes, and the counts beside it. */
  async digest() {
    const { words } = this;
    await this.goTo(words.sync);
    const region = this.region(words.check);
    const button = this.button(words.digest, region);
    await button.click();
    await this.idle(button);
    const shown = region.getByRole("status").locator("code");
    return (await shown.textContent()).trim();
  }

  /** Waits until a button that is at work can be pressed again. */
  async idle(button) {
    await eventually(() => button.isEnabled(), "the end of what a button does");
  }

  /** Has everything stored checked and fails if anything is wrong. */
  async verify() {
    await this.goTo(this.words.sync);
    await this.button(this.words.verify).click();
    await this.region(this.words.check).getByText(this.words.verified).waitFor();
  }

  /** Returns the content of a file that pressing the button downloads. */
  async download(button) {
    const started = this.page.waitForEvent("download");
    await button.click();
    return readFile(await (await started).path());
  }

  /** Returns the exported records as JSON lines. */
  async exportLines() {
    await this.goTo(this.words.sync);
    const bytes = await this.download(this.button(this.words.exportLines));
    return bytes.toString().trimEnd().split("\n");
  }

  /** Writes a bundle to `file`. */
  async exportBundle(file) {
    await this.goTo(this.words.sync);
    const started = this.page.waitForEvent("download");
    await this.button(this.words.exportBundle).click();
    await (await started).saveAs(file);
    return file;
  }

  /** Takes in a bundle and returns what the screen counts. */
  async importBundle(file) {
    await this.goTo(this.words.sync);
    const region = this.region(this.words.exchange);
    const button = this.button(this.words.importBundle, region);
    await this.chooseFile(button, file);
    await this.idle(button);
    const report = region.getByRole("status").filter({ hasText: this.words.bundleTaken });
    await report.waitFor();
    return tallies(report, this.words.bundleCounts);
  }

  /** Opens the file of the customer with this name through search. */
  async openCustomer(name) {
    await this.goTo(this.words.customers);
    await this.page.getByRole("searchbox", { name: this.words.search }).fill(name);
    await this.page.getByRole("grid").getByRole("link", { name, exact: true }).click();
    await this.heading(name, { level: 1 }).waitFor();
  }

  /** Changes fields of the customer that is open, by label. */
  async editCustomer(values) {
    await this.page.getByRole("link", { name: this.words.edit, exact: true }).click();
    await this.heading(/编辑客户|Edit customer/, { level: 1, exact: false }).waitFor();
    for (const [label, value] of Object.entries(values)) {
      await this.field(label).fill(value);
    }
    await this.button(this.words.save).click();
    await this.toast(this.words.customerSaved).waitFor();
  }

  /** Opens what is folded in a form. */
  async open(form) {
    const folded = form.locator("details:not([open]) > summary");
    for (let left = await folded.count(); left > 0; left -= 1) await folded.first().click();
  }

  /** Files a customer and stays on its screen. */
  async addCustomer(values) {
    await this.goTo(this.words.customers);
    await this.page.getByRole("link", { name: this.words.newCustomer, exact: true }).first().click();
    await this.heading(this.words.newCustomer, { level: 1 }).waitFor();
    await this.open(this.page.locator("form.record-form"));
    for (const [label, value] of Object.entries(values)) {
      await this.field(label).fill(value);
    }
    await this.button(this.words.save).click();
    await this.heading(values[this.words.name], { level: 1 }).waitFor();
  }

  /** Returns the properties of the record that is open: name as shown → value as shown. */
  async properties() {
    const side = this.page.getByRole("complementary", { name: this.words.properties });
    const pairs = await side.locator("dl > div").evaluateAll((rows) =>
      rows.map((row) => [row.querySelector("dt").textContent.trim(), row.querySelector("dd").textContent.trim()]),
    );
    return Object.fromEntries(pairs);
  }

  /** Returns the two versions of each field in conflict: value, and who wrote it where. */
  async conflicts() {
    const region = this.region(this.words.conflicts);
    await region.waitFor();
    return region.locator(".version").evaluateAll((versions) =>
      versions.map((version) => {
        const [value, written] = [...version.querySelectorAll("p")].map((line) => line.textContent.trim());
        const [by, device] = written.split(" · ");
        return { value, by, device };
      }),
    );
  }

  /** Settles the conflict of the record that is open by one of its values. */
  async settle(value) {
    const region = this.region(this.words.conflicts);
    await this.button(`${this.words.take}: ${value}`, region).click();
    await region.waitFor({ state: "detached" });
  }

  /** Waits until the line in the frame says that all is with the relay. */
  async waitUpToDate() {
    await this.syncState().filter({ hasText: this.words.upToDate }).waitFor();
  }

  syncState() {
    return this.page.getByRole("status", { name: this.words.syncState }).filter({ visible: true });
  }
}

/** Waits until both people see the same digest and returns it. */
export async function equalDigests(one, other) {
  return eventually(async () => {
    const [left, right] = [await one.digest(), await other.digest()];
    return left === right && left;
  }, "the same digest on both devices");
}

/** Returns the figures of a report by the names given for its terms. */
async function tallies(report, names) {
  const shown = Object.fromEntries(
    await report.locator("dl > div").evaluateAll((rows) =>
      rows.map((row) => [row.querySelector("dt").textContent, row.querySelector("dd").textContent]),
    ),
  );
  return Object.fromEntries(
    Object.entries(names).map(([key, name]) => {
      assert.ok(name in shown, `the report names ${name}: ${JSON.stringify(shown)}`);
      return [key, Number(shown[name].replaceAll(",", ""))];
    }),
  );
}

export { PATIENCE_MS };
