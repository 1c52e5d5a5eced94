// The complaint desk as people use it: a major dealer complaint on two devices that never meet a network, its report on paper;
// a chain store's and a service desk's case from registration to the archive.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { getDocument } from "pdfjs-dist/legacy/build/pdf.mjs";
import { Clerk } from "./clerk.mjs";
import { device, eventually, launch, scratch, staticServer } from "./harness.mjs";

let browser;
let server;
before(async () => {
  browser = await launch();
  server = await staticServer();
});
after(async () => {
  await browser.close();
  await server.close();
});

/** Returns the text of a PDF, without spaces, and its number of pages. Fonts may name a few signs by the radicals they look like. */
async function readPdf(bytes) {
  const file = await getDocument({ data: new Uint8Array(bytes) }).promise;
  const parts = [];
  for (let number = 1; number <= file.numPages; number += 1) {
    const content = await (await file.getPage(number)).getTextContent();
    parts.push(...content.items.map((item) => item.str));
  }
  return { pages: file.numPages, text: parts.join("").normalize("NFKC").replaceAll(/\s/g, "") };
}

test("S26: a major dealer complaint is registered on one device and approved on another, both offline, and printed", async (t) => {
  const place = scratch("dealer");
  const first = await device(browser);
  // A plain web host answers a deep link with its page for unknown addresses.
  const second = await device(browser, { allow: [/404 \(Not Found\).*\/join/] });
  const wang = new Clerk(first.page);
  const chen = new Clerk(second.page);
  const carry = async (from, to, name) => to.importBundle(await from.exportBundle(place.file(name)));
  try {
    await t.test("the store is founded and the manager joins, then both are offline", async () => {
      await wang.foundUnder(server.url, "汽车经销商投诉");
      const link = await wang.inviteAs("总经理");
      await second.page.goto(link);
      await chen.join({ name: "陈总", device: "经理手机" });
      await chen.heading(chen.words.waiting).waitFor();
      await chen.chooseFile(
        chen.button(chen.words.chooseBundle),
        await wang.exportBundle(place.file("hello.huiyin")),
      );
      await chen.navigation().waitFor();
      await carry(chen, wang, "admitted.huiyin");
      await carry(wang, chen, "keys.huiyin");
      await carry(chen, wang, "person.huiyin");
      await first.goOffline();
      await second.goOffline();
    });

    await t.test("the counter registers, classes, investigates and proposes", async () => {
      await wang.register({
        来访人姓名: "刘敏",
        来访人电话: "13800002345",
        主题: "发动机漏油要求退车",
        车牌号: "沪A12345",
        严重程度: "重大",
      });
      await wang.act("受理");
      await wang.act("分派", { 部门: "售后部" });
      await wang.act("写调查结论", { 结论: "曲轴油封装配不当", 对策: "更换油封并检查同批产品", 预防措施: "装配后加压测试" });
      await wang.act("提出方案", { "金额（元）": "3000.00" });
    });

    await t.test("the manager approves on the other device", async () => {
      await carry(wang, chen, "proposed.huiyin");
      await chen.openCase("发动机漏油要求退车");
      await chen.signAll();
      await carry(chen, wang, "approved.huiyin");
    });

    await t.test("the counter carries it out and prints the investigation report", async () => {
      await wang.openCase("发动机漏油要求退车");
      await wang.region(wang.desk.proposal).getByText("签批完成").waitFor();
      await wang.region(wang.desk.proposal).getByText("陈总").first().waitFor();
      await wang.act("已执行");
      const path = new URL(first.page.url()).pathname;
      await first.page.getByText("打印", { exact: true }).first().click();
      await first.page.getByRole("link", { name: /调查/ }).click();
      await first.page.waitForURL((url) => url.pathname === `${path}/print/investigation`);
      await first.page.getByText("曲轴油封装配不当").first().waitFor();
      const { pages, text } = await readPdf(await first.page.pdf({ preferCSSPageSize: true }));
      for (const words of ["海悦百货", "刘敏", "沪A12345", "曲轴油封装配不当", "更换油封并检查同批产品", "装配后加压测试"]) {
        assert.ok(text.includes(words), `the report says ${words}: ${text}`);
      }
      assert.ok(pages >= 1 && pages <= 3, `the report has ${pages} pages`);
      assert.ok(!text.includes("主导航") && !text.includes("今日"), "the frame of the app is not printed");
    });
    first.checkFaults();
    second.checkFaults();
  } finally {
    await first.close();
    await second.close();
    place.remove();
  }
});

/** Runs a complaint under a pack from registration to the archive on one device. */
async function wholeWay(pack, values) {
  const desk = await device(browser);
  const clerk = new Clerk(desk.page);
  try {
    await clerk.foundUnder(server.url, pack);
    await clerk.register({ 主题: "从登记到归档", ...values });
    await clerk.region(clerk.desk.clocks).waitFor();
    await clerk.act("受理");
    await clerk.act("分派", { 部门: "责任部门" });
    await clerk.act("写调查结论", { 结论: "情况属实" });
    await clerk.act("提出方案");
    await clerk.signAll();
    await clerk.act("已执行");
    await clerk.act("答复客户");
    await clerk.act("回访", { 客户是否满意: "满意" });
    await clerk.act("结案");
    await clerk.act("归档");
    await desk.page.getByText("已归档", { exact: true }).first().waitFor();
    desk.checkFaults();
  } finally {
    await desk.close();
  }
}

test("S18: a chain store's complaint goes from registration to the archive on the screen", () =>
  wholeWay("连锁门店投诉处理", { 来访人电话: "13900005678" }));

test("S05: a service desk's complaint goes from registration to the archive on the screen", () =>
  wholeWay("服务投诉与处罚", { 来访人电话: "13700001234" }));

test("a call is captured by the keyboard alone, the customer found by phone while typing", async () => {
  const desk = await device(browser);
  const clerk = new Clerk(desk.page);
  const { keyboard } = desk.page;
  try {
    await clerk.foundUnder(server.url, "投诉受理与分级");
    await clerk.addCustomer({ [clerk.words.name]: "海悦酒店", [clerk.words.phone]: "13800002345" });
    await clerk.goTo(clerk.words.home);
    await keyboard.press("q");
    const phone = desk.page.getByRole("combobox", { name: /电话/ });
    await phone.waitFor();
    await keyboard.type("138000");
    await desk.page.getByRole("option", { name: /海悦酒店/ }).waitFor();
    await keyboard.press("Enter");
    const subject = desk.page.getByRole("textbox", { name: "主题", exact: true });
    await eventually(() => subject.evaluate((field) => field === document.activeElement), "the subject in focus");
    await keyboard.type("大堂漏水");
    await keyboard.press("Tab");
    await keyboard.press("ArrowDown");
    await keyboard.press("Tab");
    await keyboard.press("Tab");
    await keyboard.type("客人滑倒，未受伤");
    await keyboard.press("Control+Enter");
    await clerk.heading("大堂漏水", { level: 1, exact: false }).waitFor();
    await desk.page.getByText("海悦酒店").first().waitFor();
    desk.checkFaults();
  } finally {
    await desk.close();
  }
});
