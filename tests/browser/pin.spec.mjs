// A PIN for deciding acts: six digits that both screens show, a withdrawal that asks for the PIN and keeps what was typed, the mark in
// the time line.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { device, launch, scratch, startRelay } from "./harness.mjs";
import { Clerk } from "./clerk.mjs";

const PIN = "481516";

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

/** Sets the PIN of the person at a page, typed twice; one that is guessed first is refused. */
async function setPin(person, pin) {
  await person.goTo(person.words.settings);
  await person.button("设置 PIN", person.region("我的 PIN")).click();
  const dialog = person.page.getByRole("dialog", { name: "设置 PIN" });
  const typed = async (value) => {
    await dialog.getByLabel("新 PIN").fill(value);
    await dialog.getByLabel("再输入一次").fill(value);
    await person.button("设置 PIN", dialog).click();
  };
  await typed("123456");
  await dialog.getByText(/请换一个 PIN/).waitFor();
  await typed(pin);
  await dialog.waitFor({ state: "hidden" });
}

test("a decision asks for the PIN of a key that two people have agreed on", async (t) => {
  const place = scratch("pin");
  const relay = await startRelay({ store: place.file("relay.db") });
  const first = await device(browser);
  const second = await device(browser);
  const wang = new Clerk(first.page);
  const li = new Clerk(second.page);
  try {
    await wang.makeCompany(relay.url, { relay: relay.url });
    await second.page.goto(await wang.inviteAs("店长"));
    await li.join();
    await li.navigation().waitFor();

    await t.test("both screens show the same six digits, and the administrator certifies them", async () => {
      await setPin(li, PIN);
      const shown = li.region("我的 PIN").getByLabel("核对数字", { exact: true });
      await shown.waitFor();
      await wang.goTo(wang.words.settings);
      const card = wang.region("员工签名密钥");
      const number = card.getByLabel("核对数字", { exact: true });
      await number.waitFor();
      const digits = (await number.textContent()).trim();
      assert.match(digits, /^\d{3} \d{3}$/);
      assert.equal((await shown.textContent()).trim(), digits);
      await card.getByRole("button", { name: /^数字一致，确认/ }).click();
      await card.getByText(/起有效$/).waitFor();
      await li.region("我的 PIN").getByText(/^已确认，自/).waitFor();
    });

    await t.test("a decision asks for the PIN; a wrong one says so, nothing typed is lost, the right one goes through", async () => {
      await li.register({ 主题: "茶叶受潮" });
      const step = await li.begin("客户撤回");
      await li.fill(step, { 理由: "客户说算了" });
      await li.button("客户撤回", step).click();
      const dialog = second.page.getByRole("dialog", { name: "需要本人签名" });
      const pin = dialog.getByLabel("PIN");
      await pin.waitFor();
      assert.equal(await pin.getAttribute("inputmode"), "numeric");
      assert.equal(await pin.getAttribute("autocomplete"), "off");
      // Given up: what was typed is still there.
      await li.button("取消", dialog).click();
      await li.alert("这一步需要本人签名").waitFor();
      assert.equal(await li.field("理由", step).inputValue(), "客户说算了");
      await li.button("客户撤回", step).click();
      await pin.fill("481517");
      await li.button("签名并继续", dialog).click();
      await dialog.getByText("PIN 不对。").waitFor();
      await pin.fill(PIN);
      await li.button("签名并继续", dialog).click();
      await dialog.waitFor({ state: "hidden" });
      await step.waitFor({ state: "hidden" });
      await second.page.getByText("已签名", { exact: true }).waitFor();
    });

    await t.test("the other device shows it as signed", async () => {
      await wang.goTo(wang.words.cases);
      await first.page.getByRole("grid").getByRole("link", { name: "茶叶受潮" }).first().click();
      await first.page.getByText("已签名", { exact: true }).waitFor();
    });
  } finally {
    await Promise.all([first.close(), second.close()]);
    await relay.kill();
  }
});
