// Three devices that never see a relay: bundle files alone bring them to the same content, in any order and repeatedly.
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { DATA, device, launch, scratch, staticServer } from "./harness.mjs";
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

test("bundles alone bring devices to the same content, in any order and repeatedly", async () => {
  const place = scratch("bundles");
  // A plain web host answers a deep link with the page and status 404, which Chromium prints.
  const allow = [/status of 404/];
  const first = await device(browser, { allow });
  const second = await device(browser, { language: "en", allow });
  const third = await device(browser, { allow });
  const wang = new Person(first.page);
  const li = new Person(second.page, "en");
  const zhao = new Person(third.page);
  try {
    await wang.makeCompany(host.url);
    await wang.importFile(join(DATA, "northwind-customers.csv"));
    await wang.importFile(join(DATA, "cfpb-complaints.csv"));
    const forLi = await wang.invite();
    const forZhao = await wang.invite();
    const start = await wang.exportBundle(place.file("start.huiyin"));

    await second.page.goto(forLi);
    await li.join();
    await li.heading(li.words.waiting).waitFor();
    await li.chooseFile(li.button(li.words.chooseBundle), start);
    await li.navigation().waitFor();
    assert.equal(await li.digest(), await wang.digest());

    // Both change the same field, neither knowing of the other, and more besides.
    await wang.openCustomer("Alfreds Futterkiste");
    await wang.editCustomer({ 城市: "上海" });
    const early = await wang.exportBundle(place.file("wang-early.huiyin"));
    await wang.addCustomer({ 名称: "甲店新客户", 电话: "13900001111" });
    const late = await wang.exportBundle(place.file("wang-late.huiyin"));
    await li.openCustomer("Alfreds Futterkiste");
    await li.editCustomer({ City: "Hamburg" });
    await li.addCustomer({ Name: "乙店新客户", Phone: "13900002222" });
    const answer = await li.exportBundle(place.file("li.huiyin"));

    // The later one first, then the earlier one, then everything again.
    const brought = await li.importBundle(late);
    assert.ok(brought.new > 0 && brought.refused === 0, JSON.stringify(brought));
    for (const again of [early, late, start, answer]) {
      const { new: fresh, refused, waiting } = await li.importBundle(again);
      assert.deepEqual({ fresh, refused, waiting }, { fresh: 0, refused: 0, waiting: 0 });
    }
    assert.ok((await wang.importBundle(answer)).new > 0);
    assert.equal((await wang.importBundle(answer)).new, 0);
    assert.equal(await li.digest(), await wang.digest());

    for (const person of [wang, li]) {
      await person.openCustomer("Alfreds Futterkiste");
      const versions = await person.conflicts();
      assert.deepEqual(
        versions.map(({ value, by, device }) => [value, by, device].join(" ")).toSorted(),
        ["Hamburg 李雷 二号平板", "上海 王芳 总部前台"].toSorted(),
      );
    }
    await li.settle("上海");
    const settled = await li.exportBundle(place.file("li-settled.huiyin"));

    // A third device gets everything from the second alone, which passes on what it was given.
    await third.page.goto(forZhao);
    await zhao.join({ name: "赵敏", device: "三号电脑" });
    await zhao.heading(zhao.words.waiting).waitFor();
    await zhao.chooseFile(zhao.button(zhao.words.chooseBundle), settled);
    await zhao.navigation().waitFor();
    await zhao.addCustomer({ 名称: "丙店新客户", 电话: "13900003333" });
    const last = await zhao.exportBundle(place.file("zhao.huiyin"));

    await wang.importBundle(last);
    await wang.importBundle(settled);
    await li.importBundle(last);
    await zhao.importBundle(late);
    const digest = await wang.digest();
    assert.equal(await li.digest(), digest);
    assert.equal(await zhao.digest(), digest);
    assert.deepEqual(await zhao.exportLines(), await wang.exportLines());
    await wang.openCustomer("Alfreds Futterkiste");
    assert.equal(await wang.region(wang.words.conflicts).count(), 0);
    assert.equal((await wang.properties())["城市"], "上海");
    for (const person of [wang, li, zhao]) await person.verify();
    for (const one of [first, second, third]) one.checkFaults();
  } finally {
    for (const one of [first, second, third]) await one.close();
    place.remove();
  }
});
