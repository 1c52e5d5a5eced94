// Files shared with the app: the service worker keeps them until the page has taken them, and what is none of ours is said plainly.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { device, stage } from "./harness.mjs";
import { Person } from "./person.mjs";

const on = stage();

/** Waits until the service worker answers for the page. */
async function controlled(page) {
  await page.evaluate("navigator.serviceWorker.ready.then(() => true)");
  await page.reload();
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
}

/** Shares a file with the app as the system does: a form sent to the address of the manifest, and the app opened where it leads. */
async function share(page, name, bytes) {
  const led = await page.evaluate(
    async ({ name, bytes }) => {
      const form = new FormData();
      form.append("files", new File([new Uint8Array(bytes)], name));
      const answer = await fetch(new URL("share", document.baseURI), { method: "POST", body: form });
      return { url: answer.url };
    },
    { name, bytes: [...bytes] },
  );
  assert.equal(led.url, await page.evaluate("document.baseURI"));
  await page.goto(led.url);
}

const waiting = (page) => page.evaluate(async () => (await (await caches.open("huiyin-shared")).keys()).length);

test("a shared bundle is offered and taken in, once", async () => {
  const one = await device(on.browser);
  const { page } = one;
  const person = new Person(page);
  try {
    await person.makeCompany(on.server.url);
    await person.goTo(person.words.sync);
    const downloading = page.waitForEvent("download");
    await page.getByRole("button", { name: person.words.exportBundle }).click();
    const bytes = await readFile(await (await downloading).path());
    await controlled(page);

    await share(page, "海悦百货 2026.huiyin", bytes);
    const dialog = page.getByRole("dialog", { name: "收到文件" });
    await dialog.getByText("海悦百货 2026.huiyin").waitFor();
    assert.equal(await waiting(page), 1, "kept until it is taken");
    await dialog.getByRole("button", { name: "读入数据包" }).click();
    await dialog.getByText(person.words.bundleTaken).waitFor();
    await dialog.getByRole("contentinfo").or(dialog.locator(".dialog-foot")).getByRole("button").first().click();
    await dialog.waitFor({ state: "hidden" });
    await page.waitForFunction(async () => (await (await caches.open("huiyin-shared")).keys()).length === 0);
    await page.reload();
    await person.navigation().waitFor();
    assert.equal(await dialog.isVisible(), false);

    // What is none of ours.
    await share(page, "photo.jpg", Buffer.from("no bundle"));
    await dialog.getByText(/这不是回音的文件/).waitFor();
    assert.equal(await dialog.getByRole("button", { name: "读入数据包" }).count(), 0);
    one.checkFaults();
  } finally {
    await one.close();
  }
});

test("a file shared with a device without a company waits", async () => {
  const one = await device(on.browser);
  const { page } = one;
  try {
    await page.goto(on.server.url);
    await controlled(page);
    await share(page, "海悦百货-2026-11-22.huiyin-backup", Buffer.from("sealed"));
    await page.getByText(/收到文件“海悦百货-2026-11-22\.huiyin-backup”/).waitFor();
    await page.getByRole("button", { name: /从备份恢复/ }).click();
    await page.getByText("海悦百货-2026-11-22.huiyin-backup", { exact: true }).waitFor();
    assert.equal(await waiting(page), 1, "not lost");
    one.checkFaults();
  } finally {
    await one.close();
  }
});
