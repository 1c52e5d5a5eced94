// A device that waits: the same six digits on both screens, nothing to read before it is let in, and the first administrator's kit.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { device, launch, scratch, startRelay } from "./harness.mjs";
import { Person } from "./person.mjs";

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

/** Makes an invitation for a role whose devices are let in by hand, and returns its link. */
async function inviteAsking(person, role) {
  const { page, words } = person;
  await person.goTo(words.sync);
  await person.button(words.invite).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("combobox", { name: "使用人的角色" }).selectOption({ label: role });
  assert.ok(await dialog.getByRole("checkbox", { name: /六位数字/ }).isChecked(), "proposed for a post with wider rights");
  await person.button(words.makeLink, dialog).click();
  const link = await person.field(words.link, dialog).inputValue();
  await person.button(words.close, dialog).last().click();
  return link;
}

test("a device is let in by six digits that both screens show, another is refused", async (t) => {
  const place = scratch("newcomers");
  const relay = await startRelay({ store: place.file("relay.db") });
  const first = await device(browser);
  const second = await device(browser, { language: "en" });
  const third = await device(browser);
  const wang = new Person(first.page);
  const li = new Person(second.page, "en");
  const zhao = new Person(third.page);
  try {
    await wang.makeCompany(relay.url, { relay: relay.url });
    await wang.addCustomer({ 名称: "华美商场", 电话: "13900001111" });

    await t.test("both screens show the same number, and letting in brings the data", async () => {
      await second.page.goto(await inviteAsking(wang, "店长"));
      await li.join();
      const shown = second.page.getByLabel("Number", { exact: true });
      await shown.waitFor();
      const card = wang.region("等待放行的设备");
      const number = await card.getByLabel("核对数字", { exact: true }).textContent();
      assert.match(number.trim(), /^\d{3} \d{3}$/);
      assert.equal((await shown.textContent()).trim(), number.trim());
      assert.equal(await li.navigation().count(), 0, "nothing of the company is shown yet");
      await card.getByRole("button", { name: /^数字一致，放行/ }).click();
      await li.navigation().waitFor();
      await li.openCustomer("华美商场");
      await card.waitFor({ state: "detached" });
    });

    await t.test("a refused device is told, and the invitation is closed", async () => {
      await third.page.goto(await inviteAsking(wang, "店长"));
      await zhao.join({ name: "赵敏", device: "三号电脑" });
      await third.page.getByLabel("核对数字", { exact: true }).waitFor();
      await wang.region("等待放行的设备").getByRole("button", { name: /^拒绝/ }).click();
      await third.page.getByText("管理员没有放行这台设备").waitFor();
      assert.equal(await zhao.navigation().count(), 0);
    });

    await t.test("a recovery kit is printed once, tried from the paper, and remembered as tried", async () => {
      const page = first.page;
      await wang.goTo(wang.words.settings);
      await page.getByRole("link", { name: "设备与权限", exact: true }).first().click();
      await page.getByRole("link", { name: "恢复卡", exact: true }).click();
      await wang.heading("恢复卡", { level: 1 }).waitFor();
      await wang.button("制作恢复卡").click();
      const lines = page.locator(".kit-line");
      await lines.first().waitFor();
      const typed = await lines.allTextContents();
      assert.equal(typed.length, 5);
      for (const line of typed) assert.match(line, /^([0-9A-Z]{4} ){4}[0-9A-Z]{2}$/);
      await wang.button("已打印，收起").click();
      const code = wang.field("卡上的内容");
      await code.fill(typed.with(1, typed[1].replace(/^./, (first) => (first === "7" ? "8" : "7"))).join("\n"));
      await wang.button("核对").click();
      await wang.alert("第 2 行输错了").waitFor();
      await code.fill(typed.join("\n").toLowerCase());
      await wang.button("核对").click();
      await wang.toast("这张恢复卡可用").waitFor();
      await wang.region("做过的恢复卡").getByText("有效", { exact: true }).waitFor();
      await wang.region("做过的恢复卡").getByText("还没有试过").waitFor({ state: "hidden" });
    });
  } finally {
    await Promise.all([first.close(), second.close(), third.close()]);
    await relay.kill();
  }
});
