// Pictures of the app with the sample company in it. Not a test: run it after `cargo xtask test --only browser` has built the app, and look.
//
//     node tests/browser/screens.mjs                     every screen in both languages, light and dark, on a desk, a tablet and a phone
//     node tests/browser/screens.mjs --only case zh      only screens whose name, or looks whose name, has one of the words
//     node tests/browser/screens.mjs --docs              the pictures of README, guide and manifest
//
// Pictures and contact sheets go to tests/output: a sheet for each look, `contact-sheet.html` with all of them, and `findings.txt` with what
// a program sees: screens wider than the window, texts cut off, words of the other language.
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { caseScreens, customerScreens, openScreen, plainScreens } from "./all_screens.mjs";
import { ROOT, device, launch, staticServer } from "./harness.mjs";

const OUTPUT = join(ROOT, "tests/output");
const DOCS = join(ROOT, "docs/pictures");
const SIZES = { desk: [1280, 800], tablet: [820, 1180], phone: [390, 844] };
const COLOURS = ["light", "dark"];
const LOOKS = Object.keys(SIZES).flatMap((size) => COLOURS.map((colour) => `${size}-${colour}`));
/** Width of a picture on a contact sheet, pixels. */
const THUMBNAIL = { desk: 420, tablet: 260, phone: 200 };
/** Columns of a contact sheet. */
const COLUMNS = { desk: 5, tablet: 8, phone: 10 };
/** How long the sample company may take to be made, milliseconds. */
const MAKING_MS = 240_000;

const LANGUAGES = {
  zh: {
    locale: "zh-CN", choice: /先看样例公司/, open: "打开样例公司", tour: "功能导览", filter: "筛选条件", companyName: "公司名称",
    yourName: "您的姓名", start: "开始使用", lock: "屏幕锁",
  },
  en: {
    locale: "en", choice: /Look at a sample/, open: "Open the sample company", tour: "Tour", filter: "Conditions", companyName: "Company name",
    yourName: "Your name", start: "Start", lock: "Screen lock",
  },
};

const words = process.argv.slice(2).filter((word) => !word.startsWith("--"));
/** Whether a screen in a look is asked for. */
const wanted = (name, look_) => words.length === 0 || words.some((word) => name.includes(word) || look_.includes(word));

const browser = await launch();
const host = await staticServer();
const findings = [];
/** Pictures by look: {name, file}. */
const sheets = new Map();

/** The name of a screen in file names, from its address. */
const nameOf = (path) => (path === "" ? "home" : path.replaceAll(/[?]/g, "-").replaceAll("/", "-"));

/** What a program can see that is wrong with the screen shown. Runs in the page. */
function look(language) {
  const found = [];
  const { scrollWidth, clientWidth } = document.scrollingElement;
  if (scrollWidth > clientWidth + 1) found.push(`wider than the window by ${scrollWidth - clientWidth}`);
  const content = document.querySelector(".content");
  if (content && content.scrollWidth > content.clientWidth + 1) found.push(`wider than its place by ${content.scrollWidth - content.clientWidth}`);
  const shown = (element) => element.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true });
  for (const element of document.querySelectorAll("h1, h2, h3, button, a, label, th, td, dt, dd, p, span, summary")) {
    if (!shown(element) || element.closest(".sr-only, .visually-hidden")) continue;
    const style = getComputedStyle(element);
    const cut = style.overflowX === "hidden" && style.textOverflow !== "ellipsis" && element.scrollWidth > element.clientWidth + 1;
    if (cut && element.clientWidth > 2) found.push(`cut off: ${element.textContent.trim().slice(0, 60)}`);
  }
  if (language === "en") {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const text = node.data.trim();
      const own = node.parentElement.closest("[lang^=zh], script, style, option");
      if (/\p{Script=Han}/u.test(text) && !own && shown(node.parentElement) && text !== "中文") found.push(`Chinese: ${text.slice(0, 60)}`);
    }
  }
  return [...new Set(found)];
}

/** Takes the screen shown in every look that is wanted. */
async function takeAll(page, language, name) {
  for (const [size, [width, height]] of Object.entries(SIZES)) {
    for (const colour of COLOURS) {
      const look_ = `${language}-${size}-${colour}`;
      if (!wanted(name, look_)) continue;
      await page.setViewportSize({ width, height });
      await page.emulateMedia({ colorScheme: colour });
      // Two frames: what depends on the window's width has been laid out anew.
      await page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))");
      await page.waitForFunction(() => !document.querySelector(".skeleton"));
      const file = `${name}-${look_}.png`;
      await page.screenshot({ path: join(OUTPUT, file), animations: "disabled" });
      if (!sheets.has(look_)) sheets.set(look_, []);
      sheets.get(look_).push({ name, file });
      if (colour === "light") findings.push(...(await page.evaluate(look, language)).map((line) => `${look_} ${name}: ${line}`));
    }
  }
  await page.setViewportSize({ width: SIZES.desk[0], height: SIZES.desk[1] });
  await page.emulateMedia({ colorScheme: "light" });
}

/** Shuts what lies over the screen, and waits until it is gone: keys pressed before go to it. */
async function shut(page) {
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "hidden" });
}

/** Opens a device with the sample company, calling `before` with each screen on the way there. */
async function sample(language, before = async () => {}) {
  const text = LANGUAGES[language];
  const one = await device(browser, { language: text.locale, allow: [/status of 404/] });
  const { page } = one;
  await page.goto(host.url);
  await page.getByRole("button", { name: text.choice }).waitFor();
  await before(page, "first");
  await page.getByRole("button", { name: text.choice }).click();
  await page.getByRole("button", { name: text.open }).waitFor();
  await before(page, "first-sample");
  await page.getByRole("button", { name: text.open }).click();
  const card = page.getByRole("region", { name: text.tour });
  await card.waitFor({ timeout: MAKING_MS });
  await page.locator(".tour-marked").first().waitFor();
  await before(page, "tour");
  await page.keyboard.press("Escape");
  await card.waitFor({ state: "detached" });
  return one;
}

/** The addresses of the first records of a list. */
async function records(page, path, count = 1) {
  await openScreen(page, host.url, path);
  const links = page.getByRole("grid").getByRole("link");
  await links.first().waitFor();
  const found = await links.evaluateAll((all) => all.map((link) => new URL(link.href).pathname.slice(1)));
  return [...new Set(found)].slice(0, count);
}

/** The address of the case that shows most of what a case is: a deadline that runs, and the longest course among the newest. */
async function tellingCase(page) {
  await openScreen(page, host.url, "cases");
  const due = page.getByRole("grid").getByRole("row").filter({ has: page.locator(".c-due .due") });
  await due.first().waitFor();
  const links = due.getByRole("link");
  const addresses = await links.evaluateAll((all) => all.map((link) => new URL(link.href).pathname.slice(1)));
  let best = { told: 0 };
  for (const address of new Set(addresses)) {
    await openScreen(page, host.url, address);
    const running = await page.locator(".deadline.clock:not(.over)").count();
    const told = await page.locator(".timeline .entry").count();
    if (running > 0 && told > best.told) best = { address, told };
  }
  if (!best.address) throw new Error("none of the newest cases has a deadline that runs");
  return best.address;
}

/** The first address on the screen at `path` that is one of a record, if there is one. */
async function firstRecord(page, path, pattern) {
  await openScreen(page, host.url, path);
  const all = await page.getByRole("main").locator("a[href]").evaluateAll((links) => links.map((link) => new URL(link.href).pathname.slice(1)));
  return all.filter((address) => pattern.test(address)).slice(0, 1);
}

/** Goes through everything in one language. */
async function through(language) {
  const text = LANGUAGES[language];
  const one = await sample(language, (page, name) => takeAll(page, language, name));
  const { page } = one;
  const paths = [
    ...plainScreens(),
    ...(await records(page, "customers")).flatMap(customerScreens),
    ...(await records(page, "cases")).flatMap(caseScreens),
    ...(await firstRecord(page, "contacts", /^contacts\/(?!new|events|follow-ups)[^/]+$/)),
    ...(await firstRecord(page, "contacts/events", /^contacts\/events\/(?!new)[^/]+$/)),
    ...(await firstRecord(page, "surveys", /^surveys\/(?!new|questionnaires)/)),
    ...(await firstRecord(page, "grading", /^grading\/./)),
  ];
  const names = new Map();
  for (const path of paths) {
    // The ids of records are different each time; their pictures are not to be.
    const name = nameOf(path.replace(/^(customers|cases|contacts|contacts\/events|surveys)\/[^/?]*[0-9][^/?]*/, "$1-record"));
    if (names.has(name)) continue;
    names.set(name, path);
    if (!LOOKS.some((look_) => wanted(name, `${language}-${look_}`))) continue;
    await openScreen(page, host.url, path);
    await takeAll(page, language, name);
  }
  // What lies over a screen.
  await openScreen(page, host.url, "cases");
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox").first().waitFor();
  await takeAll(page, language, "over-palette");
  await shut(page);
  await page.keyboard.press("?");
  await page.getByRole("dialog").waitFor();
  await takeAll(page, language, "over-keys");
  await shut(page);
  await page.getByRole("button", { name: text.filter }).first().click();
  await page.getByRole("dialog").waitFor();
  await takeAll(page, language, "over-filter");
  await shut(page);
  await openScreen(page, host.url, names.get("cases-record"));
  await page.locator(".step-bar").getByRole("button", { name: /^(转办|Forward)$/ }).click();
  await page.getByRole("dialog").waitFor();
  await takeAll(page, language, "over-step");
  await shut(page);
  await one.goOffline();
  await openScreenOffline(page);
  await takeAll(page, language, "offline");
  const faults = one.faults.map((fault) => `${language}: ${fault}`);
  findings.push(...faults);
  await one.close();
  await emptyCompany(language);
}

/** Goes to my day by the app's own link: nothing is asked of the network. */
async function openScreenOffline(page) {
  await page.getByRole("navigation").first().getByRole("link").first().click();
  await page.getByRole("main").getByRole("heading").first().waitFor();
}

/** A company nothing has happened in yet. */
async function emptyCompany(language) {
  const text = LANGUAGES[language];
  const one = await device(browser, { language: text.locale });
  const { page } = one;
  await page.goto(host.url);
  await page.getByLabel(text.companyName).fill(language === "zh" ? "海悦百货" : "Haiyue Stores");
  await page.getByLabel(text.yourName).fill(language === "zh" ? "王芳" : "Fang Wang");
  await page.getByRole("button", { name: text.start, exact: true }).click();
  await page.getByRole("navigation").first().waitFor();
  for (const path of ["", "customers", "cases", "contacts", "contacts/follow-ups", "surveys", "duties", "conflicts", "grading", "penalties", "actions", "reports"]) {
    await openScreen(page, host.url, path);
    await takeAll(page, language, `empty-${nameOf(path)}`);
  }
  await one.close();
}

/** Puts the pictures of a look on one sheet. */
async function contactSheet(look_, pictures) {
  const [, size, colour] = look_.split("-");
  const width = THUMBNAIL[size];
  const cells = pictures.map(({ name, file }) => `<figure><img src="file://${join(OUTPUT, file)}" width="${width}"><figcaption>${name}</figcaption></figure>`);
  const back = colour === "dark" ? "#000;color:#ccc" : "#ddd;color:#222";
  const html = `<!doctype html><meta charset="utf-8"><style>body{margin:12px;background:${back};font:12px sans-serif;
    display:grid;grid-template-columns:repeat(${COLUMNS[size]},${width}px);gap:12px}figure{margin:0}img{display:block}</style>${cells.join("")}`;
  const source = join(OUTPUT, `sheet-${look_}.html`);
  await writeFile(source, html);
  const page = await browser.newPage({ viewport: { width: COLUMNS[size] * (width + 12) + 24, height: 800 } });
  await page.goto(`file://${source}`);
  await page.screenshot({ path: join(OUTPUT, `sheet-${look_}.png`), fullPage: true });
  await page.close();
}

/** The pictures of README, guide and manifest. */
async function documents() {
  await mkdir(DOCS, { recursive: true });
  for (const language of Object.keys(LANGUAGES)) {
    const save = async (page, name) => {
      await page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))");
      await page.screenshot({ path: join(DOCS, `${name}.${language}.png`), animations: "disabled" });
    };
    const one = await sample(language, async (page, name) => name === "first" && (await save(page, "first")));
    const { page } = one;
    const [customer] = await records(page, "customers");
    const entry = await tellingCase(page);
    for (const [name, path] of [
      ["my-day", ""], ["register", "cases/new"], ["case", entry], ["customer", customer], ["figures", "reports"],
      ["paper", `${customer}/print/customer_basic`], ["sync", "sync"],
    ]) {
      await openScreen(page, host.url, path);
      await save(page, name);
    }
    if (language === "zh") {
      await openScreen(page, host.url, entry);
      await page.screenshot({ path: join(ROOT, "docs/screenshot.png"), animations: "disabled" });
      await openScreen(page, host.url, "");
      await page.screenshot({ path: join(ROOT, "public/screenshot-wide.png"), animations: "disabled" });
      await page.setViewportSize({ width: SIZES.phone[0], height: SIZES.phone[1] });
      await openScreen(page, host.url, entry);
      await page.screenshot({ path: join(ROOT, "public/screenshot-narrow.png"), animations: "disabled" });
    }
    await one.close();
  }
}

try {
  if (process.argv.includes("--docs")) {
    await documents();
  } else {
    await rm(OUTPUT, { recursive: true, force: true });
    await mkdir(OUTPUT, { recursive: true });
    for (const language of Object.keys(LANGUAGES)) {
      await through(language).catch((reason) => findings.push(`${language}: gone through in part only: ${reason.message}`));
    }
    for (const [look_, pictures] of sheets) await contactSheet(look_, pictures);
    const links = [...sheets.keys()].map((look_) => `<h2>${look_}</h2><img src="sheet-${look_}.png">`);
    await writeFile(join(OUTPUT, "contact-sheet.html"), `<!doctype html><meta charset="utf-8">${links.join("")}`);
    await writeFile(join(OUTPUT, "findings.txt"), findings.join("\n") + "\n");
    console.log(`${[...sheets.values()].flat().length} pictures, ${findings.length} findings in ${OUTPUT}`);
  }
} finally {
  await browser.close();
  await host.close();
}
