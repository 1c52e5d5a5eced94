// Customer files as people keep them: a duplicate noticed while the phone is typed, two files merged and parted again, what a
// leaver looked after shared out, a customer taken from the pool; and bad input at each of them.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { device, eventually, launch, staticServer } from "./harness.mjs";
import { Keeper } from "./keeper.mjs";

let browser;
let server;
before(async () => {
  [browser, server] = await Promise.all([launch(), staticServer()]);
});
after(async () => {
  await browser.close();
  await server.close();
});

/** Runs a test with a company at work on one device. */
async function atWork(act) {
  // A plain web host answers a deep link with the page and status 404, which Chromium prints.
  const one = await device(browser, { allow: [/status of 404/] });
  const wang = new Keeper(one.page);
  try {
    await wang.makeCompany(server.url);
    await act(wang, one.page);
    one.checkFaults();
  } finally {
    await one.close();
  }
}

test("whoever has the phone already is named while it is typed, and what was typed waits", () =>
  atWork(async (wang, page) => {
    await wang.addCustomer({ 名称: "华美商场", 电话: "138 0013 8000" });
    await wang.newCustomer();
    const phone = wang.field("电话");
    await eventually(() => phone.evaluate((field) => field === document.activeElement), "the cursor in the phone");
    // The first digits already tell; a number of somebody else takes the hint away.
    await page.keyboard.type("138001");
    await wang.alike().getByRole("link", { name: "华美商场" }).waitFor();
    await phone.fill("13900139000");
    await wang.alike().waitFor({ state: "detached" });
    // However it is written, it is the same number.
    for (const written of ["+86 138-0013-8000", "１３８００１３８０００", "0086 13800138000"]) {
      await phone.fill(written);
      await wang.alike().getByText("已有客户使用这个电话").waitFor();
    }
    // A name that is alike too says more than a phone.
    await wang.field("名称").fill("华美商场");
    await wang.alike().getByText("可能已有档案").waitFor();
    await wang.alike().getByRole("link", { name: "华美商场" }).click();
    await wang.heading("华美商场", { level: 1 }).waitFor();
    await wang.newCustomer();
    assert.equal(await wang.field("电话").inputValue(), "0086 13800138000");
    assert.equal(await wang.field("名称").inputValue(), "华美商场");
  }));

test("values in odd forms are taken in one form or refused beside their field, and nothing typed is lost", () =>
  atWork(async (wang, page) => {
    await wang.newCustomer();
    const form = page.locator("form.record-form");
    await wang.open(form);
    const wrong = {
      名称: "",
      电话: "无",
      电子邮件: "前台",
      身份证号: "110101199003070000",
      统一社会信用代码: "9135010",
      年交易额: "一大笔",
      员工人数: "许多",
    };
    for (const [label, value] of Object.entries(wrong)) await wang.field(label, form).fill(value);
    await wang.button(wang.words.save).click();
    const complaint = (label) =>
      wang.field(label, form).locator("xpath=ancestor::div[contains(@class,'field')][1]").getByRole("alert");
    const sentences = {
      名称: /请填写名称/,
      电话: /至少有 3 位数字/,
      电子邮件: /格式是/,
      身份证号: /有一位写错了|最后一位/,
      统一社会信用代码: /18 位/,
      年交易额: /不是金额/,
      员工人数: /只填数字/,
    };
    for (const [label, sentence] of Object.entries(sentences)) {
      await complaint(label).filter({ hasText: sentence }).waitFor();
      assert.equal(await wang.field(label, form).inputValue(), wrong[label]);
    }
    const right = {
      名称: "  华美\t商场 ",
      电话: "（021）6688-9900 转 12",
      电子邮件: "ｑｉａｎｔａｉ@example.com",
      身份证号: "１１０１０５１９４９１２３１００２x",
      统一社会信用代码: "91350100m000100y43",
      年交易额: "1.2万",
      员工人数: "１，２００",
    };
    for (const [label, value] of Object.entries(right)) await wang.field(label, form).fill(value);
    await wang.button(wang.words.save).click();
    await wang.heading(/华美\s商场/, { level: 1, exact: false }).waitFor();
    const held = await wang.properties();
    assert.equal(held["身份证号"], "11010519491231002X");
    assert.equal(held["统一社会信用代码"], "91350100M000100Y43");
    assert.match(held["年交易额"], /^[¥￥]?\s?12,?000(\.00)?/);
    assert.equal(held["员工人数"], "1200");
    assert.equal(held["电子邮件"], "qiantai@example.com");
  }));

test("two files become one, field by field, and are as they were when it is undone", () =>
  atWork(async (wang, page) => {
    await wang.addCustomer({ 名称: "华美商场", 电话: "13800138000", 城市: "上海" });
    await wang.addCustomer({ 名称: "华美商厦", 电话: "13800138000", 城市: "苏州", 地址: "观前街 1 号" });
    await wang.register({ 来访人姓名: "刘敏", 来访人电话: "13800138000", 主题: "电梯停运" });
    const before = await wang.exportLines();

    // The scan finds the pair by its phone.
    await wang.goTo(wang.words.customers);
    await page.getByRole("link", { name: "疑似重复档案" }).click();
    const pair = page.getByRole("listitem").filter({ hasText: "华美商厦" });
    await pair.getByText("电话相同").waitFor();
    await pair.getByRole("link", { name: "华美商场" }).waitFor();
    await wang.openCustomer("华美商场");
    await wang.mergeWith("华美商厦");
    // The side chosen is the value afterwards; what only one of them has is kept.
    const city = wang.mergeRow("城市");
    await city.getByRole("radio", { name: "苏州" }).check();
    await eventually(async () => (await city.getByRole("cell").last().textContent()) === "苏州", "the value afterwards");
    assert.equal(await wang.mergeRow("地址").getByRole("cell").last().textContent(), "观前街 1 号");
    await wang.button("合并").click();
    await wang.toast("档案已合并").waitFor();
    await wang.heading("华美商场", { level: 1 }).waitFor();
    await eventually(async () => (await wang.properties())["城市"] === "苏州", "the city chosen");
    assert.equal((await wang.properties())["地址"], "观前街 1 号");
    await page.getByRole("heading", { name: /并入的档案/ }).waitFor();
    // The other file says where it went, and is not in the list any more.
    await page.getByRole("link", { name: "华美商厦" }).first().click();
    await wang.heading("华美商厦", { level: 1 }).waitFor();
    await page.getByText("这份档案已并入").waitFor();

    await wang.button("撤销合并").first().click();
    await wang.toast("合并已撤销，两份档案恢复原样").waitFor();
    await page.getByText("这份档案已并入").waitFor({ state: "detached" });
    assert.equal((await wang.properties())["城市"], "苏州");
    await wang.openCustomer("华美商场");
    assert.equal((await wang.properties())["城市"], "上海");
    assert.ok(!("地址" in (await wang.properties())), "what came from the other file is gone again");
    assert.deepEqual(await wang.exportLines(), before);
  }));

test("a file is not merged with itself, and no company is above itself", () =>
  atWork(async (wang, page) => {
    await wang.addCustomer({ 名称: "华美集团", 电话: "13800138000" });
    const above = new URL(page.url()).pathname;
    await wang.addCustomer({ 名称: "华美商场", 电话: "13800138001" });
    const before = await wang.exportLines();
    const id = above.split("/").pop();
    await page.goto(new URL(`${above.slice(1)}/merge?with=${id}`, server.url).href);
    await wang.alert(/不能与自己合并/).waitFor();

    // 华美集团 stands above 华美商场; the other way round would close the circle.
    const choose = async (own, other) => {
      await wang.openCustomer(own);
      await page.getByRole("link", { name: wang.words.edit, exact: true }).click();
      const form = page.locator("form.record-form");
      await wang.open(form);
      await wang.field("上级公司", form).fill(other);
      await form.getByRole("button", { name: new RegExp(other) }).click();
      await form.getByText("上级公司: ").waitFor();
      await wang.button(wang.words.save).click();
    };
    await choose("华美商场", "华美集团");
    await wang.toast(wang.words.customerSaved).waitFor();
    await choose("华美集团", "华美商场");
    await wang.alert(/对方已经在这位客户之下/).waitFor();
    await wang.heading("编辑客户", { level: 1, exact: false }).waitFor();
    const after = await wang.exportLines();
    assert.equal(after.length, before.length);
  }));

test("what a leaver looked after is shared out in one act after a preview, and comes back when undone", () =>
  atWork(async (wang, page) => {
    for (const name of ["陈明", "李雷", "赵敏"]) await wang.addStaff(name, "店员");
    const customers = ["甲店", "乙店"];
    for (const [index, name] of customers.entries()) {
      await wang.newCustomer();
      const form = page.locator("form.record-form");
      await wang.open(form);
      await wang.fill(form, { 名称: name, 电话: `1380013800${index}`, "负责人 A": "陈明" });
      await wang.button(wang.words.save).click();
      await wang.heading(name, { level: 1 }).waitFor();
    }
    const owner = async (name) => {
      await wang.openCustomer(name);
      return (await wang.properties())["负责人 A"];
    };

    /** Opens the hand-over and says who leaves and who takes over. */
    const choose = async () => {
      await wang.goTo(wang.words.settings);
      await page.getByRole("link", { name: "离职移交" }).click();
      await wang.heading("离职移交", { level: 1 }).waitFor();
      await page.getByRole("combobox", { name: "移交人", exact: true }).selectOption({ label: "陈明" });
      // Nobody hands over to themselves.
      await page.getByRole("checkbox", { name: "陈明" }).waitFor({ state: "detached" });
      await page.getByRole("checkbox", { name: "李雷" }).check();
      await page.getByRole("checkbox", { name: "赵敏" }).check();
      await wang.heading("移交方案").waitFor();
    };
    await choose();
    for (const name of customers) await page.getByRole("row").filter({ hasText: name }).waitFor();
    const plan = page.locator("dl");
    await plan.getByText("李雷").waitFor();
    assert.deepEqual(
      (await plan.locator("dd").allTextContents()).map((words) => words.trim()),
      ["客户 1，工单 0，拜访和任务 0", "客户 1，工单 0，拜访和任务 0"],
    );
    // One of them is decided by hand; the preview follows.
    await page.getByRole("combobox", { name: "甲店 的接手人" }).selectOption({ label: "赵敏" });
    await eventually(
      async () => (await page.getByRole("combobox", { name: "甲店 的接手人" }).inputValue()) === "赵敏",
      "the successor named by hand",
    );
    assert.equal(await owner("甲店"), "陈明", "a preview changes nothing");

    await choose();
    await page.getByRole("combobox", { name: "甲店 的接手人" }).selectOption({ label: "赵敏" });
    await wang.button("移交 2 项").click();
    await wang.button("离职移交", page.getByRole("dialog")).click();
    await wang.toast("已移交 2 项").waitFor();
    assert.equal(await owner("甲店"), "赵敏");
    for (const name of customers.slice(1)) assert.match(await owner(name), /李雷|赵敏/);

    await wang.goTo(wang.words.settings);
    await page.getByRole("link", { name: "离职移交" }).click();
    await wang.button("撤销移交").click();
    await wang.toast("移交已撤销").waitFor();
    for (const name of customers) assert.equal(await owner(name), "陈明");
  }));

test("a photo that is none is refused in a sentence beside the file's papers", () =>
  atWork(async (wang, page) => {
    await wang.addCustomer({ 名称: "华美商场", 电话: "13800138000" });
    const before = await wang.exportLines();
    await wang.openCustomer("华美商场");
    const papers = wang.region("照片与文件");
    const add = async (name, mimeType, buffer) => {
      const chooser = page.waitForEvent("filechooser");
      await wang.button("添加照片或文件", papers).click();
      await (await chooser).setFiles({ name, mimeType, buffer });
    };
    await add("证件.jpg", "image/jpeg", Buffer.from("this is no photo"));
    await papers.getByRole("alert").filter({ hasText: "证件.jpg" }).waitFor();
    await add("证件.pdf", "application/pdf", Buffer.from("MZ this is a program"));
    await papers.getByRole("alert").filter({ hasText: /JPEG|PDF/ }).waitFor();
    assert.deepEqual(await wang.exportLines(), before);
  }));
