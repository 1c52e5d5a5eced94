// The sample company: opened from the first screen, told apart on every screen, toured by keyboard, removed without a trace.
import assert from "node:assert/strict";
import { test } from "node:test";
import { device, stage } from "./harness.mjs";

const on = stage();

const WORDS = {
  zh: {
    choice: /先看样例公司/, open: "打开样例公司", banner: "样例公司", tour: "功能导览", next: "下一步", done: "完成", remove: "删除样例",
    start: "开始功能导览", keys: "快捷键", welcome: "欢迎使用回音", alone: /样例公司只留在这台设备上：不连接中继/, relay: "中继地址",
    stops: ["今日", "一件工单和它的时限", "办理一步", "客户档案", "同步", "统计", "找得到一切"],
  },
  en: {
    choice: /Look at a sample/, open: "Open the sample company", banner: "Sample company", tour: "Tour", next: "Next", done: "Done",
    remove: "Remove the sample", start: "Start the tour", keys: "Keyboard shortcuts", welcome: "Welcome to Huiyin",
    alone: /A sample company stays on this device: no relay/, relay: "Relay address",
    stops: ["My day", "A case and its clocks", "Take a step", "The customer file", "Sync", "Figures", "Find everything"],
  },
};
/** Tables that hold nothing of a company that was removed. */
const TABLES = ["snapshots", "projections", "summaries", "texts", "deltas", "outbox", "envelopes", "unacked", "cursors", "drafts", "commands", "blobs"];

/** Opens the sample company from the first screen. */
async function openSample(page, words) {
  await page.goto(on.server.url);
  await page.getByRole("button", { name: words.choice }).click();
  await page.getByRole("button", { name: words.open }).click();
  await page.getByRole("region", { name: words.tour }).waitFor({ timeout: 180_000 });
}

/** Counts the rows of each table of the browser's store. */
function rows(page, tables) {
  return page.evaluate(
    (tables) =>
      new Promise((resolve, reject) => {
        const opening = indexedDB.open("huiyin-v1");
        opening.onerror = () => reject(opening.error);
        opening.onsuccess = () => {
          const database = opening.result;
          const found = {};
          const names = tables.filter((name) => database.objectStoreNames.contains(name));
          const transaction = database.transaction(names);
          for (const name of names) {
            const counting = transaction.objectStore(name).count();
            counting.onsuccess = () => (found[name] = counting.result);
          }
          transaction.oncomplete = () => {
            database.close();
            resolve(found);
          };
        };
      }),
    tables,
  );
}

for (const [language, phone] of [
  ["zh", false],
  ["en", true],
]) {
  test(`a sample company is opened, toured by keyboard and removed: ${language}${phone ? ", phone" : ""}`, async () => {
    const words = WORDS[language];
    const one = await device(on.browser, { language: language === "zh" ? "zh-CN" : "en", phone });
    const { page } = one;
    try {
      await openSample(page, words);
      const card = page.getByRole("region", { name: words.tour });
      const banner = page.getByRole("region", { name: words.banner, exact: true });

      for (const [at, title] of words.stops.entries()) {
        await card.getByRole("heading", { name: title }).waitFor();
        await page.locator(".tour-marked").first().waitFor();
        await banner.waitFor();
        const box = await card.boundingBox();
        const { width, height } = page.viewportSize();
        assert.ok(box.x >= 0 && box.y >= 0 && box.x + box.width <= width && box.y + box.height <= height, `${title}: ${JSON.stringify(box)}`);
        if (at === 1) assert.match(new URL(page.url()).pathname, /\/cases\/.+/);
        if (at === 3) assert.match(new URL(page.url()).pathname, /\/customers\/.+/);
        // The card has the focus when its thing is there.
        await page.waitForFunction(() => document.activeElement?.classList.contains("tour-card"));
        await page.keyboard.press(at % 2 === 0 ? "ArrowRight" : "Enter");
      }
      await card.waitFor({ state: "detached" });
      assert.equal(await page.locator(".tour-marked").count(), 0);

      // It is found again, and ends with Esc. The key counts in the same moment in which the palette is shut, whose box still has the focus.
      await page.keyboard.press("Control+k");
      await page.getByRole("dialog").getByRole("combobox").waitFor();
      await page.waitForFunction(() => document.activeElement?.closest("dialog"));
      await page.evaluate(() => {
        const box = document.activeElement;
        box.closest("dialog").close();
        box.dispatchEvent(new KeyboardEvent("keydown", { key: "?", bubbles: true }));
      });
      await page.getByRole("dialog").getByRole("button", { name: words.start }).click();
      await card.getByRole("heading", { name: words.stops[0] }).waitFor();
      await page.waitForFunction(() => document.activeElement?.classList.contains("tour-card"));
      await page.keyboard.press("ArrowRight");
      await card.getByRole("heading", { name: words.stops[1] }).waitFor();
      await page.keyboard.press("ArrowLeft");
      await card.getByRole("heading", { name: words.stops[0] }).waitFor();
      await page.keyboard.press("Escape");
      await card.waitFor({ state: "detached" });

      // No relay, no invitation: it is said why.
      await page.goto(new URL("sync", on.server.url).href);
      await page.getByText(words.alone).waitFor();
      await banner.waitFor();
      assert.equal(await page.getByLabel(words.relay).count(), 0);

      assert.ok((await rows(page, TABLES)).snapshots > 0);
      await banner.getByRole("button", { name: words.remove }).click();
      await page.getByRole("dialog").getByRole("button", { name: words.remove }).click();
      await page.getByRole("heading", { name: words.welcome }).waitFor();
      assert.equal(new URL(page.url()).pathname, "/");
      const left = await rows(page, TABLES);
      assert.deepEqual(Object.entries(left).filter(([, count]) => count > 0), []);
      const kept = await page.evaluate(() => Object.keys(localStorage));
      assert.deepEqual(kept.filter((key) => key !== "huiyin-preferences"), []);
      // A real company begins as on any new device.
      await page.getByRole("button", { name: words.choice }).waitFor();
      one.checkFaults();
    } finally {
      await one.close();
    }
  });
}

test("a device with a company is offered no sample", async () => {
  const one = await device(on.browser);
  const { page } = one;
  try {
    await page.goto(on.server.url);
    await page.getByLabel("公司名称").fill("海悦百货");
    await page.getByLabel("您的姓名").fill("王芳");
    await page.getByRole("button", { name: "开始使用" }).click();
    await page.getByRole("navigation").first().waitFor();
    assert.equal(await page.getByRole("region", { name: "样例公司", exact: true }).count(), 0);
    await page.keyboard.press("Control+k");
    await page.getByRole("combobox").fill("样例");
    await page.waitForFunction(() => !document.querySelector("#palette-hits [role=option]"));
    // The tour is for every company.
    await page.getByRole("combobox").fill("导览");
    await page.keyboard.press("Enter");
    await page.getByRole("region", { name: "功能导览" }).waitFor();
    await page.keyboard.press("Escape");
    one.checkFaults();
  } finally {
    await one.close();
  }
});
