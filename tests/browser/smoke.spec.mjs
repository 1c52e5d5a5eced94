// The app opens from any web host, at the top or in a folder, with its engine running, also with no network at all.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { DIST, device, eventually, launch, scratch, startRelay, staticServer } from "./harness.mjs";
import { Person } from "./person.mjs";

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

/** Opens `url` and waits for what every screen has: a title and a main landmark with its heading. */
async function open(page, url) {
  await page.goto(url);
  await page.getByRole("main").getByRole("heading").first().waitFor();
  assert.notEqual(await page.title(), "");
}

for (const path of ["/", "/shop/crm/"]) {
  test(`the app opens from a static host at ${path} and starts its engine`, async () => {
    const host = await staticServer(DIST, path);
    const one = await device(browser);
    try {
      const engine = one.page.waitForEvent("worker");
      await open(one.page, host.url);
      assert.equal(new URL((await engine).url()).pathname, `${path}engine_loader.js`);
      const program = new RegExp(`^${path}engine-[0-9a-f]{16}_bg\\.wasm$`);
      await eventually(() => host.requests.some((asked) => program.test(asked)), "loading the engine's program");
      assert.ok(!host.requests.some((asked) => asked.includes("/files")), "the program of spreadsheets waits until it is needed");
      one.checkFaults();
    } finally {
      await one.close();
      await host.close();
    }
  });

  test(`a deep link opens from a static host at ${path}`, async () => {
    const host = await staticServer(DIST, path);
    // The host answers a deep link with the page and status 404, which Chromium prints.
    const one = await device(browser, { allow: [/status of 404/] });
    try {
      await open(one.page, `${host.url}customers/new`);
      assert.equal(new URL(await one.page.evaluate("document.baseURI")).pathname, path);
      one.checkFaults();
    } finally {
      await one.close();
      await host.close();
    }
  });
}

test("once visited, the app opens with the host gone", async () => {
  const host = await staticServer(DIST, "/shop/");
  const one = await device(browser);
  try {
    await open(one.page, host.url);
    await one.page.evaluate("navigator.serviceWorker.ready.then(() => true)");
    await host.close();
    await open(one.page, `${host.url}cases`);
    one.checkFaults();
  } finally {
    await one.close();
  }
});

test("offline, going from screen to screen asks nothing of the network", async () => {
  const host = await staticServer();
  const one = await device(browser);
  const failed = [];
  one.context.on("requestfailed", (request) => failed.push(request.url()));
  const person = new Person(one.page);
  try {
    await person.makeCompany(host.url);
    await one.page.waitForFunction(() => performance.getEntriesByName("huiyin-parts").length > 0);
    await one.goOffline();
    for (const screen of ["customers", "cases", "import", "settings"]) await person.goTo(person.words[screen]);
    assert.deepEqual(failed, []);
    one.checkFaults();
  } finally {
    await one.close();
    await host.close();
  }
});

test("the app opens from the relay under its security policy", async () => {
  const place = scratch("relay");
  const relay = await startRelay({ store: place.file("relay.db") });
  const one = await device(browser, { language: "en" });
  try {
    assert.equal((await fetch(`${relay.url}/healthz`)).status, 200);
    await open(one.page, relay.url);
    await open(one.page, `${relay.url}/customers/new`);
    one.checkFaults();
  } finally {
    await one.close();
    await relay.stop();
    place.remove();
  }
});

test("the page asks for nothing outside its own folder", async () => {
  const page = await readFile(join(DIST, "index.html"), "utf8");
  assert.doesNotMatch(page, /(?:src|href)="(?:https?:)?\/\//);
  assert.doesNotMatch(page, /(?:src|href)="\//);
  assert.match(page, /Content-Security-Policy/);
});
