// The lock: what a passphrase closes, wrong tries, tabs that lock together, and what a browser's files hold once it is closed.
import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { after, before, test } from "node:test";
import { device, eventually, keptDevice, launch, scratch, staticServer } from "./harness.mjs";
import { Person } from "./person.mjs";

const PASSPHRASE = "柳树 seven 河岸";
const CUSTOMER = { 名称: "欧阳锁中人", 电话: "13987650123" };
/** Typed and never saved. */
const DRAFT = "司徒草稿人";

/** A plain host answers a deep link with the page and status 404, which Chromium prints. */
const ALLOW = { allow: [/status of 404/] };

let browser;
let host;
before(async () => {
  [browser, host] = await Promise.all([launch(), staticServer()]);
});
after(async () => {
  await browser.close();
  await host.close();
});

/** A person at a device that may be locked. */
class Guard extends Person {
  passphrase() {
    return this.page.locator(".lock-screen input[type=password]");
  }

  async setPassphrase(passphrase = PASSPHRASE) {
    await this.goTo(this.words.settings);
    await this.button("设置口令", this.region("屏幕锁")).click();
    const dialog = this.page.getByRole("dialog");
    for (const field of await dialog.locator("input[type=password]").all()) await field.fill(passphrase);
    await this.button("设置口令", dialog).click();
    await this.toast("口令已设置").waitFor();
    // Every row is sealed anew.
    await this.region("屏幕锁").getByRole("progressbar").waitFor({ state: "detached" });
  }

  async lockNow() {
    await this.goTo(this.words.settings);
    await this.button("立即锁定").click();
    await this.isLocked();
  }

  async isLocked() {
    await this.passphrase().waitFor();
    assert.equal(await this.page.title(), "回音");
    assert.equal(await this.navigation().count(), 0);
  }

  async unlock(passphrase = PASSPHRASE) {
    await this.passphrase().fill(passphrase);
    await this.button("解锁").click();
  }
}

/** Returns the files below `folder` that hold one of `words`, in UTF-8 or UTF-16. */
async function holding(folder, words) {
  const wanted = words.flatMap((word) => [
    [word, Buffer.from(word, "utf8")],
    [word, Buffer.from(word, "utf16le")],
  ]);
  const found = [];
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = join(entry.parentPath, entry.name);
    const bytes = await readFile(file);
    for (const [word, form] of wanted) {
      if (bytes.includes(form)) found.push(`${relative(folder, file)}: ${word}`);
    }
  }
  return found;
}

test("a locked device opens with its passphrase only, and the browser's files hold no name, phone, draft or passphrase", async () => {
  const { folder, remove } = scratch("lock");
  let one = await keptDevice(folder, ALLOW);
  try {
    let guard = new Guard(one.page);
    await guard.makeCompany(host.url);
    await guard.addCustomer(CUSTOMER);
    await guard.openCustomer(CUSTOMER.名称);
    // In search boxes, in the palette and in a form that nobody sends.
    await guard.goTo(guard.words.customers);
    await guard.page.getByRole("searchbox").first().fill(CUSTOMER.名称);
    await guard.page.getByRole("grid").getByRole("link", { name: CUSTOMER.名称 }).waitFor();
    await guard.page.getByRole("link", { name: guard.words.newCustomer, exact: true }).first().click();
    await guard.field(guard.words.name).first().fill(DRAFT);
    await guard.setPassphrase();
    await guard.openCustomer(CUSTOMER.名称);
    await guard.lockNow();
    const shown = await guard.page.locator("body").innerText();
    assert.ok(!shown.includes(CUSTOMER.名称), shown);
    one.checkFaults();
    await one.close();
    assert.deepEqual(await holding(folder, [CUSTOMER.名称, CUSTOMER.电话, DRAFT, PASSPHRASE]), []);

    one = await keptDevice(folder, ALLOW);
    guard = new Guard(one.page);
    await guard.page.goto(host.url);
    await guard.isLocked();
    for (let tries = 0; tries < 3; tries += 1) {
      await guard.unlock(`${PASSPHRASE}${tries}`);
      await guard.page.getByRole("alert").filter({ hasText: /口令不对|输错次数过多/ }).waitFor();
      await eventually(async () => (await guard.passphrase().inputValue()) === "", "the field to be emptied");
    }
    await guard.page.getByText(/请等 \d+ 秒再试/).waitFor();
    await guard.page.reload();
    await guard.page.getByText(/请等 \d+ 秒再试/).waitFor();
    assert.ok(await guard.button("解锁").isDisabled());
    await eventually(() => guard.button("解锁").isEnabled(), "the wait to end");
    await guard.unlock();
    await guard.openCustomer(CUSTOMER.名称);
    await guard.page.getByText(CUSTOMER.电话).first().waitFor();
    await guard.goTo(guard.words.customers);
    await guard.page.getByRole("link", { name: guard.words.newCustomer, exact: true }).first().click();
    await eventually(async () => (await guard.field(guard.words.name).first().inputValue()) === DRAFT, "the draft");
    one.checkFaults();
  } finally {
    await one.close();
    remove();
  }
});

test("two tabs lock and open together, and a tab that takes over the lead asks nothing again", async () => {
  const one = await device(browser, ALLOW);
  try {
    const left = new Guard(one.page);
    await left.makeCompany(host.url);
    await left.addCustomer(CUSTOMER);
    const right = new Guard(await one.context.newPage());
    await right.page.goto(host.url);
    await right.navigation().waitFor();
    await right.setPassphrase();
    await right.goTo(right.words.customers);
    await right.page.keyboard.press("g");
    await right.page.keyboard.press("l");
    await Promise.all([left.isLocked(), right.isLocked()]);
    await right.unlock();
    await Promise.all([left.navigation().waitFor(), right.navigation().waitFor()]);

    await left.page.close();
    await right.openCustomer(CUSTOMER.名称);
    await right.editCustomer({ 城市: "宁波" });
    await right.page.getByRole("complementary", { name: "资料" }).getByText("宁波").waitFor();
    assert.equal(await right.passphrase().count(), 0);

    await right.page.reload();
    await right.isLocked();
    one.checkFaults();
  } finally {
    await one.close();
  }
});

test("a device that nobody touches locks itself by the wall clock", async () => {
  const one = await device(browser, ALLOW);
  try {
    const guard = new Guard(one.page);
    await guard.makeCompany(host.url);
    await guard.setPassphrase();
    const choice = guard.page.getByRole("combobox", { name: "无人操作多久后自动锁定" });
    assert.equal(await choice.inputValue(), "15");
    await choice.selectOption({ label: "1 分钟" });
    await eventually(async () => (await choice.inputValue()) === "1", "the choice to be stored");
    // As if the device had slept.
    const [worker] = guard.page.workers();
    await worker.evaluate(() => {
      const real = Date.now;
      Date.now = () => real() + 61_000;
    });
    await guard.isLocked();
    await guard.unlock();
    await guard.navigation().waitFor();
    one.checkFaults();
  } finally {
    await one.close();
  }
});

test("rows that an earlier version stored in plain are read, and sealed in the background", async () => {
  const { folder, remove } = scratch("lock-old");
  const one = await keptDevice(folder, ALLOW);
  try {
    const { page } = one;
    await page.goto(new URL("manifest.webmanifest", host.url).href);
    await page.evaluate(async (draft) => {
      const tables = "meta keys snapshots projections summaries texts deltas outbox envelopes unacked cursors quarantine drafts commands blobs";
      const database = await new Promise((done, failed) => {
        const request = indexedDB.open("huiyin-v1", 3);
        request.onupgradeneeded = () => tables.split(" ").forEach((name) => request.result.createObjectStore(name));
        request.onsuccess = () => done(request.result);
        request.onerror = () => failed(request.error);
      });
      const bytes = (text) => new TextEncoder().encode(text);
      const transaction = database.transaction("drafts", "readwrite");
      transaction.objectStore("drafts").put(bytes(JSON.stringify({ name: draft })), bytes("customer:new"));
      await new Promise((done) => (transaction.oncomplete = done));
      database.close();
    }, DRAFT);
    const guard = new Guard(page);
    await guard.makeCompany(host.url);
    const stored = () =>
      page.evaluate(async () => {
        const database = await new Promise((done) => {
          const request = indexedDB.open("huiyin-v1");
          request.onsuccess = () => done(request.result);
        });
        const read = database.transaction("drafts").objectStore("drafts").getAll();
        await new Promise((done) => (read.onsuccess = done));
        database.close();
        return read.result.map((row) => new TextDecoder("latin1").decode(row.slice(0, 3)));
      });
    await eventually(async () => {
      const rows = await stored();
      return rows.length > 0 && rows.every((head) => head === "HYR");
    }, "the plain row to be sealed");
    await guard.goTo(guard.words.customers);
    await page.getByRole("link", { name: guard.words.newCustomer, exact: true }).first().click();
    await eventually(async () => (await guard.field(guard.words.name).first().inputValue()) === DRAFT, "the draft");
    one.checkFaults();
  } finally {
    await one.close();
    remove();
  }
});

test("without the passphrase the device's data can be removed, after a typed confirmation", async () => {
  const one = await device(browser, ALLOW);
  try {
    const guard = new Guard(one.page);
    await guard.makeCompany(host.url);
    await guard.setPassphrase();
    await guard.lockNow();
    await guard.page.getByText("忘记口令？").click();
    const erase = guard.button("清除本机资料");
    assert.ok(await erase.isDisabled());
    await guard.field("确认").fill("清除");
    await erase.click();
    await guard.field(guard.words.company).waitFor();
    one.checkFaults();
  } finally {
    await one.close();
  }
});
