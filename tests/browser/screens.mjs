// Saves a picture of every screen, in both languages, light and dark, on a desk and on a phone, to tests/output; and
// docs/screenshot.png for the README (alone with --picture). Not a test: `node tests/browser/screens.mjs` after the app was built, and look.
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { DATA, ROOT, device, launch, staticServer } from "./harness.mjs";
import { Person } from "./person.mjs";

const OUTPUT = join(ROOT, "tests/output");
const DESK = { width: 1280, height: 800 };
const PHONE = { width: 390, height: 844 };

/** Cases of a shop, so that my day and the lists have something to say. */
const CASES = [
  { 来访人电话: "13911230001", 来访人姓名: "周琳", 主题: "扶梯口地面湿滑，孩子摔倒", 事情经过: "三楼扶梯口拖地后没有放警示牌。" },
  { 来访人电话: "13911230002", 来访人姓名: "吴强", 主题: "会员积分没有到账", 事情经过: "上周六消费 1,280 元，积分至今没有入账。" },
  { 来访人电话: "13911230003", 来访人姓名: "郑洁", 主题: "羽绒服洗后掉色，要求退货", 事情经过: "按洗标水洗一次，袖口褪色，附照片。" },
];

const browser = await launch();
const host = await staticServer();
await mkdir(OUTPUT, { recursive: true });
await mkdir(join(ROOT, "docs"), { recursive: true });

const one = await device(browser);
const { page } = one;
const person = new Person(page);

/** Saves the screen as it is in every look. */
async function save(name) {
  for (const [size, viewport] of [
    ["desk", DESK],
    ["phone", PHONE],
  ]) {
    await page.setViewportSize(viewport);
    for (const colorScheme of ["light", "dark"]) {
      await page.emulateMedia({ colorScheme });
      await page.screenshot({ path: join(OUTPUT, `${name}-${size}-${colorScheme}.png`), animations: "disabled" });
    }
  }
  await page.emulateMedia({ colorScheme: "light" });
  await page.setViewportSize(DESK);
}

async function open(path, heading) {
  await page.goto(new URL(path, host.url).href);
  await page.getByRole("heading", { level: 1, name: heading }).waitFor();
  await page.waitForFunction(() => !document.querySelector(".skeleton"));
}

/** Registers the cases for the person at `at`, on a screen each. */
async function register(at, cases) {
  for (const fields of cases) {
    await at.page.goto(new URL("cases/new", host.url).href);
    for (const [label, value] of Object.entries(fields)) await at.field(label).fill(value);
    await at.button("登记").click();
    await at.heading(fields.主题, { level: 1 }).waitFor();
  }
}

/** Takes a step of the case that is open; `fields` are what the step asks for. */
async function take(at, step, fields = {}) {
  const { page } = at;
  await at.button(step).click();
  const dialog = page.getByRole("dialog");
  for (const [label, value] of Object.entries(fields)) {
    const field = dialog.getByLabel(label);
    await ((await field.evaluate((control) => control.tagName)) === "SELECT" ? field.selectOption(value) : field.fill(value));
  }
  await at.button(step, dialog).click();
  await dialog.waitFor({ state: "hidden" });
}

/** Saves the picture of the README: a case of a shop in the middle of its way. */
async function picture() {
  const shop = await device(browser);
  const wang = new Person(shop.page);
  await wang.makeCompany(host.url, { company: "海悦百货有限公司" });
  await wang.addCustomer({ 名称: "郑洁", 电话: "13911230003", 城市: "上海" });
  await register(wang, CASES);
  await take(wang, "受理", { 说明: "已电话联系顾客，请其带衣物和小票到店。" });
  await take(wang, "分派", { 负责人: "王芳" });
  await wang.toast(/已分派/).waitFor();
  await wang.page.locator("summary").filter({ hasText: "为什么是这一天" }).click();
  await wang.page.getByRole("button", { name: "关闭通知" }).first().click();
  await wang.page.screenshot({ path: join(ROOT, "docs/screenshot.png"), animations: "disabled" });
  await shop.close();
}

if (process.argv.includes("--picture")) {
  await picture();
  await browser.close();
  await host.close();
  process.exit();
}

await page.goto(host.url);
await page.getByRole("button", { name: person.words.create, exact: true }).waitFor();
await save("zh-wizard");
await person.makeCompany(host.url, { company: "海悦百货有限公司" });
await save("zh-home-empty");
await person.openImport(join(DATA, "northwind-customers.csv"));
await page.getByRole("button", { name: person.words.run }).waitFor();
await save("zh-import-preview");
await page.getByRole("button", { name: person.words.run }).click();
await page.getByRole("heading", { name: person.words.imported, exact: true }).waitFor();
await save("zh-import-report");
await person.importReport();
await person.importFile(join(DATA, "cfpb-complaints.csv"));
await register(person, CASES);
const ours = new URL(page.url()).pathname;
await person.openCustomer("Alfreds Futterkiste");
const customer = new URL(page.url()).pathname;

const SCREENS = {
  zh: {
    home: ["", "今日|您好"],
    customers: ["customers", "客户"],
    customer: [customer, "Alfreds"],
    "customer-edit": [`${customer}/edit`, "编辑客户"],
    cases: ["cases", "工单"],
    case: [ours, "羽绒服"],
    "case-new": ["cases/new", "登记工单"],
    "customer-new": ["customers/new", "新建客户"],
    duplicates: ["customers/duplicates", "疑似重复档案"],
    merge: [`${customer}/merge`, "合并客户档案"],
    pool: ["customers/pool", "公海客户"],
    "hand-over": ["settings/hand-over", "离职移交"],
    contacts: ["contacts", "联系"],
    "contact-new": ["contacts/new", "新建联系"],
    surveys: ["surveys", "满意度调查"],
    questionnaires: ["surveys/questionnaires", "问卷设置"],
    import: ["import", "导入"],
    sync: ["sync", "同步"],
    settings: ["settings", "设置"],
  },
  en: {
    home: ["", "day|Hello"],
    customers: ["customers", "Customers"],
    customer: [customer, "Alfreds"],
    cases: ["cases", "Cases"],
    case: [ours, "羽绒服"],
    "case-new": ["cases/new", "Register"],
    "customer-new": ["customers/new", "New customer"],
    duplicates: ["customers/duplicates", "Likely duplicates"],
    merge: [`${customer}/merge`, "Merge customer files"],
    pool: ["customers/pool", "Unserved customers"],
    "hand-over": ["settings/hand-over", "Hand over"],
    contacts: ["contacts", "Contacts"],
    "contact-new": ["contacts/new", "New contact"],
    surveys: ["surveys", "Satisfaction|Surveys"],
    questionnaires: ["surveys/questionnaires", "Questionnaires"],
    import: ["import", "Import"],
    sync: ["sync", "Sync"],
    settings: ["settings", "Settings"],
  },
};
for (const [language, screens] of Object.entries(SCREENS)) {
  if (language === "en") {
    await page.getByRole("button", { name: "English", exact: true }).first().click();
  }
  for (const [name, [path, heading]] of Object.entries(screens)) {
    await open(path, new RegExp(heading));
    await save(`${language}-${name}`);
    if (name === "sync") {
      const invite = language === "zh" ? "邀请设备" : "Invite a device";
      await page.getByRole("button", { name: invite, exact: true }).click();
      await page.getByRole("dialog").getByRole("button", { name: /生成邀请|Make invitation/ }).click();
      await page.getByRole("textbox", { name: /邀请链接|Invitation link/ }).waitFor();
      await save(`${language}-invite`);
    }
  }
}
await picture();
console.log(`${one.faults.join("\n")}\nPictures are in ${OUTPUT}`);
await one.close();
await browser.close();
await host.close();
