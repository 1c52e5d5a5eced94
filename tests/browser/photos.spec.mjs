// Photos and papers over the real relay: nothing of them comes before somebody opens them; then with a bar, through a break, and for good.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { after, before, test } from "node:test";
import { device, gate, launch, progressShown, scratch, startRelay } from "./harness.mjs";
import { Person } from "./person.mjs";

const CUSTOMER = "华美商场";
/** A contract of many pieces, and how much of it comes before the way to the relay breaks. */
const CONTRACT = Buffer.concat([Buffer.from("%PDF-1.7\n"), randomBytes(6 * 1024 * 1024)]);
const BEFORE_THE_BREAK = 1_500_000;
const PICTURE = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

test("papers and photos are fetched when somebody opens them, go on after a break, and stay", async (t) => {
  const place = scratch("photos");
  const relay = await startRelay({ store: place.file("relay.db") });
  const way = await gate(relay.port);
  const first = await device(browser);
  const second = await device(browser, { language: "en" });
  const wang = new Person(first.page);
  const li = new Person(second.page, "en");
  const papers = (person) => person.region(person === li ? "Attachments" : "照片与文件");
  const attach = async (person, file) => {
    const chooser = person.page.waitForEvent("filechooser");
    const add = person === li ? "Add a file" : "添加照片或文件";
    await person.button(add, papers(person)).click();
    await (await chooser).setFiles(file);
    await papers(person).getByText(file.name).waitFor();
  };
  try {
    await wang.makeCompany(way.url, { relay: way.url });
    await wang.addCustomer({ [wang.words.name]: CUSTOMER, [wang.words.phone]: "13800138000" });
    const link = await wang.invite();
    await second.page.goto(link);
    await li.join();
    await li.navigation().waitFor();
    await li.goTo(li.words.sync);
    await wang.openCustomer(CUSTOMER);
    await attach(wang, { name: "合同.pdf", mimeType: "application/pdf", buffer: CONTRACT });
    await wang.waitUpToDate();

    await t.test("the other device has the name and none of the bytes, and says so", async () => {
      await li.openCustomer(CUSTOMER);
      const tile = li.button("Open 合同.pdf (to be fetched)", papers(li));
      await tile.filter({ hasText: "Fetched when opened" }).waitFor();
      assert.equal(await li.button("Download 合同.pdf", papers(li)).count(), 0);
    });

    await t.test("a break in the middle is told, and it goes on where it was once the way is open again", async () => {
      const progress = second.page.evaluate(progressShown);
      const cut = way.cutAfter(BEFORE_THE_BREAK);
      await li.button("Open 合同.pdf (to be fetched)", papers(li)).click();
      await cut;
      await papers(li).getByText("Not reachable now.").waitFor();
      assert.ok(await progress, "a progress bar was shown");
      await li.button("Try again: 合同.pdf", papers(li)).click();
      await papers(li).getByText("Not reachable now.").waitFor();
      way.open();
      await li.button("Download 合同.pdf", papers(li)).waitFor();
      const got = await li.download(li.button("Download 合同.pdf", papers(li)));
      assert.ok(got.equals(CONTRACT), "the bytes are those that were added");
    });

    await t.test("a photo added there is fetched here, shown in its tile, and still there after a reload", async () => {
      await attach(li, { name: "门面.png", mimeType: "image/png", buffer: PICTURE });
      await wang.goTo(wang.words.sync);
      await wang.button(wang.words.syncNow).click();
      await wang.waitUpToDate();
      await wang.openCustomer(CUSTOMER);
      const tile = wang.button("打开 门面.png（需下载）", papers(wang));
      await tile.click();
      const shown = wang.button("下载 门面.png", papers(wang));
      await shown.locator("img").waitFor();
      await first.page.reload();
      await shown.locator("img").waitFor();
      assert.ok((await wang.download(shown)).equals(PICTURE));
    });

    first.checkFaults();
    second.checkFaults();
  } finally {
    await first.close();
    await second.close();
    await way.close();
    await relay.kill();
    place.remove();
  }
});
