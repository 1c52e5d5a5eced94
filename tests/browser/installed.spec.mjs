// What a browser asks of an app before it installs it, and what the page's own policy lets nobody do: no text becomes script, no
// program comes from elsewhere, and nothing the app does itself is refused.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { DIST, device, launch, scratch, startRelay } from "./harness.mjs";
import { Person } from "./person.mjs";

let browser, relay, place;
before(async () => {
  place = scratch("installed");
  [browser, relay] = await Promise.all([launch(), startRelay({ store: place.file("relay.db") })]);
});
after(async () => {
  await browser.close();
  await relay.stop();
  place.remove();
});

/** The size of a PNG, from its header. */
function sizeOfPng(bytes) {
  assert.equal(bytes.subarray(1, 4).toString(), "PNG");
  return `${bytes.readUInt32BE(16)}x${bytes.readUInt32BE(20)}`;
}

test("every picture the manifest names is there in the size it says", async () => {
  const manifest = JSON.parse(await readFile(join(DIST, "manifest.webmanifest"), "utf8"));
  const pictures = [...manifest.icons, ...(manifest.screenshots ?? [])];
  assert.ok(pictures.some(({ purpose }) => purpose === "maskable"));
  for (const { src, sizes, type } of pictures) {
    const bytes = await readFile(join(DIST, src));
    if (type === "image/png") assert.equal(sizeOfPng(bytes), sizes, src);
  }
});

test("the browser finds nothing that keeps the app from being installed", async () => {
  const one = await device(browser);
  try {
    await one.page.goto(relay.url);
    await one.page.evaluate("navigator.serviceWorker.ready.then(() => true)");
    const tools = await one.context.newCDPSession(one.page);
    const { errors, url } = await tools.send("Page.getAppManifest");
    assert.equal(new URL(url).pathname, "/manifest.webmanifest");
    assert.deepEqual(errors, []);
    const { installabilityErrors } = await tools.send("Page.getInstallabilityErrors");
    // A window without traces is never offered an installation; that is the test's own window.
    assert.deepEqual(installabilityErrors.filter(({ errorId }) => errorId !== "in-incognito"), []);
    one.checkFaults();
  } finally {
    await one.close();
  }
});

test("kept offline, every address is a screen but those of the app's own files", async () => {
  const one = await device(browser);
  try {
    await one.page.goto(relay.url);
    await one.page.evaluate("navigator.serviceWorker.ready.then(() => true)");
    await one.goOffline();
    await one.page.goto(new URL("manifest.webmanifest", relay.url).href);
    const shown = JSON.parse(await one.page.locator("body").innerText());
    assert.equal(shown.display, "standalone");
    await one.page.goto(new URL("cases", relay.url).href);
    await one.page.locator("main").waitFor();
    one.checkFaults();
  } finally {
    await one.close();
  }
});

test("nothing on the way through the screens offends the page's policy, and what would is refused", async () => {
  const one = await device(browser);
  const person = new Person(one.page);
  const offences = [];
  try {
    await one.context.exposeFunction("offended", (what) => offences.push(what));
    await one.page.addInitScript(() => {
      addEventListener("securitypolicyviolation", (event) => {
        globalThis.offended(`${event.effectiveDirective}: ${event.blockedURI} ${event.sample}`);
      });
    });
    await person.makeCompany(relay.url);
    await person.addCustomer({ 名称: "郑洁", 电话: "13911230003" });
    for (const screen of ["customers", "cases", "import", "sync", "settings"]) await person.goTo(person.words[screen]);
    assert.deepEqual(offences, []);
    one.checkFaults();

    const refused = await one.page.evaluate(async () => {
      const tries = {
        handler: () => (document.createElement("div").innerHTML = "<img src=x onerror=alert(1)>"),
        script: () => (document.createElement("div").innerHTML = "<script>alert(1)</script>"),
        program: () => new Worker("https://elsewhere.example/engine.js"),
        policy: () => trustedTypes.createPolicy("another", {}),
      };
      const failed = [];
      for (const [name, attempt] of Object.entries(tries)) {
        try {
          attempt();
        } catch {
          failed.push(name);
        }
      }
      return failed;
    });
    assert.deepEqual(refused, ["handler", "script", "program", "policy"]);
  } finally {
    await one.close();
  }
});

test("the relay says what pages may not ask of the device", async () => {
  const { headers } = await fetch(relay.url);
  assert.match(headers.get("permissions-policy"), /camera=\(\)/);
  assert.equal(headers.get("x-content-type-options"), "nosniff");
  assert.match(headers.get("content-security-policy"), /frame-ancestors 'none'/);
});
