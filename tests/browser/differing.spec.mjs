// Fields that two devices wrote at once: all on one screen, settled by the keyboard and all at once; and the history that tells of it.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { device, launch, scratch, staticServer } from "./harness.mjs";
import { Person } from "./person.mjs";

let browser;
let host;
before(async () => {
  [browser, host] = await Promise.all([launch(), staticServer()]);
});
after(async () => {
  await browser.close();
  await host.close();
});

test("differing entries are settled on one screen, and the history tells who wrote what", async () => {
  const place = scratch("differing");
  // A plain web host answers a deep link with the page and status 404, which Chromium prints.
  const allow = [/status of 404/];
  const first = await device(browser, { allow });
  const second = await device(browser, { language: "en", allow });
  const wang = new Person(first.page);
  const li = new Person(second.page, "en");
  const names = ["甲客户", "乙客户", "丙客户"];
  try {
    await wang.makeCompany(host.url);
    for (const name of names) await wang.addCustomer({ 名称: name });
    const link = await wang.invite();
    const start = await wang.exportBundle(place.file("start.huiyin"));
    await second.page.goto(link);
    await li.join();
    await li.heading(li.words.waiting).waitFor();
    await li.chooseFile(li.button(li.words.chooseBundle), start);
    await li.navigation().waitFor();
    for (const name of names) {
      await wang.openCustomer(name);
      await wang.editCustomer({ 城市: "上海" });
      await li.openCustomer(name);
      await li.editCustomer({ City: "Hamburg" });
    }
    await wang.importBundle(await li.exportBundle(place.file("li.huiyin")));

    // My day says so and leads there.
    const { page } = first;
    await wang.navigation().getByRole("link", { name: "今日" }).click();
    await page.getByRole("link", { name: /3 份记录有不同写法/ }).click();
    await wang.heading("待定的不同写法").waitFor();
    const fields = page.getByRole("group", { name: "城市" });
    await page.waitForFunction(() => document.querySelectorAll(".differing-field").length === 3);
    await page.screenshot({ path: place.file("differing.png") });

    // By the keyboard: the first field, its first entry, Enter.
    await page.keyboard.press("j");
    const chosen = await fields.first().locator(".version-value").first().innerText();
    await page.keyboard.press("1");
    await fields.first().locator(".version.marked .version-value", { hasText: chosen }).waitFor();
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => document.querySelectorAll(".differing-field").length === 2);

    // The rest at once.
    await wang.button(/本页全部采用最新（2 项）/).click();
    await wang.button("全部采用最新", page.getByRole("dialog")).click();
    await page.getByText("没有待定的不同写法").waitFor();

    // The history tells both entries and the choice, and takes an edit of one's own back.
    await wang.openCustomer("甲客户");
    await wang.editCustomer({ 城市: "苏州" });
    await page.getByRole("link", { name: "历史" }).click();
    await wang.heading(/甲客户 的历史/).waitFor();
    await page.locator(".history-act").first().getByText("苏州").waitFor();
    assert.ok((await page.locator(".history-act", { hasText: "Hamburg" }).count()) >= 1);
    await page.locator(".history-act").first().getByRole("button", { name: "撤回" }).click();
    await wang.button("撤回", page.getByRole("dialog")).click();
    await wang.toast(/已撤回 1 项/).waitFor();
    await wang.button("某日的状态").click();
    await page.getByLabel("日期").waitFor();
    await page.getByText("与现在相同").first().waitFor();

    await li.importBundle(await wang.exportBundle(place.file("wang.huiyin")));
    assert.equal(await li.digest(), await wang.digest());
    for (const one of [first, second]) one.checkFaults();
  } finally {
    for (const one of [first, second]) await one.close();
    place.remove();
  }
});
