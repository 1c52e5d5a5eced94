// Bad input and trouble: each time a clear sentence, and nothing lost.
import assert from "node:assert/strict";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { DATA, device, eventually, keptDevice, launch, scratch, startRelay, staticServer } from "./harness.mjs";
import { Person } from "./person.mjs";

const GBK = join(dirname(fileURLToPath(import.meta.url)), "data/customers-gbk.csv");

let browser;
let host;
let place;
before(async () => {
  [browser, host] = await Promise.all([launch(), staticServer()]);
  place = scratch("trouble");
});
after(async () => {
  await browser.close();
  await host.close();
  place.remove();
});

/** Runs a test with a device on which a company is at work. */
async function atWork(act, { language = "zh", company, url = host.url, ...options } = {}) {
  // A plain web host answers a deep link with the page and status 404, which Chromium prints.
  const allow = [/status of 404/, ...(options.allow ?? [])];
  const one = await device(browser, { ...options, language: language === "zh" ? "zh-CN" : language, allow });
  const person = new Person(one.page, language);
  try {
    await person.makeCompany(url, company);
    await act(person, one);
    one.checkFaults();
  } finally {
    await one.close();
  }
}

/** Writes a file into this run's folder. */
async function file(name, content) {
  await writeFile(place.file(name), content);
  return place.file(name);
}

describe("files", () => {
  test("a file that cannot be read is refused in plain words and nothing is stored", () =>
    atWork(async (wang) => {
      const before = await wang.digest();
      const cases = [
        ["broken.csv", '名称,电话\n"引号没有成对,13800000000\n另一位,13900000000\n', /不能按 CSV 读取/],
        ["wrong.csv", "foo,bar\n1,2\n", /没有可以对应的列/],
        ["photo.csv", Buffer.from([0x89, 0x50, 0x4e, 0x47, 0xff, 0x00, 0x80, 0xff, 0xff, 0x00]), /无法识别文件 photo\.csv 的文字编码/],
        ["empty.csv", "", /是空的/],
        ["none.jsonl", '["甲"]\n12\n', /不能按 JSON 行读取/],
      ];
      for (const [name, content, sentence] of cases) {
        await wang.openImport(await file(name, content));
        await wang.alert(sentence).waitFor();
      }
      assert.equal(await wang.digest(), before);
    }));

  test("GBK is read as it was written, and rows that cannot be taken come back as a file", () =>
    atWork(async (wang) => {
      assert.equal((await wang.importFile(GBK)).added, 3);
      await wang.openCustomer("北京同仁堂");
      assert.equal((await wang.properties())["备注"], "老字号，要发票");

      await wang.openImport(await file("rows.csv", "名称,电话\n甲,13800000001,多一栏\n乙,13800000002\n,13800000003\n"));
      const errors = (await wang.download(wang.button("下载错误行"))).toString();
      assert.match(errors, /多一栏/);
      assert.match(errors, /13800000003/);
      assert.doesNotMatch(errors, /乙/);
      await wang.page.getByRole("button", { name: "导入 1 行", exact: true }).click();
      assert.deepEqual(await wang.importReport(), { added: 1, changed: 0, unchanged: 0, rejected: 2 });
    }));
});

describe("bundles and links", () => {
  test("a damaged bundle, one of another company and a file of another kind are refused and change nothing", async () => {
    let others;
    await atWork(async (other) => (others = await other.exportBundle(place.file("other.huiyin"))), {
      company: { company: "Another company" },
    });
    await atWork(
      async (wang) => {
        await wang.importFile(join(DATA, "northwind-customers.csv"));
        const whole = await readFile(await wang.exportBundle(place.file("whole.huiyin")));
        const before = await wang.digest();
        const refused = async (name, content, sentence) => {
          await wang.goTo(wang.words.sync);
          const region = wang.region(wang.words.exchange);
          await wang.chooseFile(wang.button(wang.words.importBundle, region), await file(name, content));
          await region.getByRole("alert").filter({ hasText: sentence }).waitFor();
        };
        // Damage within one envelope costs that envelope only, and is told with its reason.
        const flipped = Buffer.from(whole);
        flipped[Math.floor(whole.length / 2)] ^= 0x10;
        const brought = await wang.importBundle(await file("flipped.huiyin", flipped));
        assert.equal(brought.refused, 1);
        assert.equal(brought.new, 0);
        await wang.region("Data not taken in").getByText(/Damaged/).first().waitFor();
        // Damage to the frame makes the file unreadable.
        flipped[22] ^= 0x10;
        await refused("frame.huiyin", flipped, /bundle is damaged/);
        await refused("short.huiyin", whole.subarray(0, whole.length - 100), /bundle is damaged/);
        await refused("table.huiyin", "name,phone\n", /not a bundle/);
        await refused("other.huiyin", await readFile(others), /belongs to another company/);
        assert.equal(await wang.digest(), before);
        await wang.verify();
      },
      { language: "en" },
    );
  });

  test("a wrong or damaged invitation is refused and what was typed stays", async () => {
    let link;
    await atWork(async (wang) => (link = await wang.invite()));
    const one = await device(browser, { language: "en" });
    const li = new Person(one.page, "en");
    try {
      await one.page.goto(host.url);
      await one.page.getByRole("button", { name: li.words.joinChoice }).click();
      const swapped = link.at(-5) === "A" ? "B" : "A";
      const cases = [
        ["https://example.com/", /not an invitation link/],
        [link.slice(0, -7), /incomplete or mistyped/],
        [`${link.slice(0, -5)}${swapped}${link.slice(-4)}`, /incomplete or mistyped/],
      ];
      await li.field(li.words.yourName).fill("李雷");
      for (const [wrong, sentence] of cases) {
        await li.field(li.words.link).fill(wrong);
        await li.button(li.words.join).click();
        await li.alert(sentence).waitFor();
        assert.equal(await li.field(li.words.yourName).inputValue(), "李雷");
      }
      // The right one works after all.
      await li.field(li.words.link).fill(link);
      await li.button(li.words.join).click();
      await li.heading(li.words.waiting).waitFor();
      one.checkFaults();
    } finally {
      await one.close();
    }
  });
});

test("a relay that vanishes is told in the frame, work goes on, and it is caught up with", async () => {
  const store = place.file("relay.db");
  let relay = await startRelay({ store });
  const act = async (wang) => {
    await wang.waitUpToDate();
    await relay.kill("SIGKILL");
    await wang.syncState().filter({ hasText: "离线，可继续工作" }).waitFor();
    await wang.addCustomer({ 名称: "没有中继时的客户", 电话: "13800000000" });
    await wang.syncState().filter({ hasText: /处修改只在本机/ }).waitFor();
    relay = await startRelay({ store, port: relay.port });
    await wang.goTo(wang.words.sync);
    await wang.button(wang.words.syncNow).click();
    await wang.waitUpToDate();
  };
  try {
    await atWork(act, { company: { relay: relay.url } });
  } finally {
    await relay.kill();
  }
});

test("an invitation used a second time is refused by the relay and told to both sides", async () => {
  const relay = await startRelay({ store: place.file("invited.db") });
  const [second, third] = [await device(browser), await device(browser)];
  try {
    const act = async (wang) => {
      const link = await wang.invite();
      const [li, zhao] = [new Person(second.page), new Person(third.page)];
      await second.page.goto(link);
      await li.join();
      await li.navigation().waitFor();
      await third.page.goto(link);
      await zhao.join({ name: "赵敏", device: "三号电脑" });
      await third.page.getByText("这个邀请链接已被另一台设备使用").waitFor();
      await wang.goTo(wang.words.sync);
      await wang.region("发出的邀请").getByText("二号平板 已使用").waitFor();
      // With a fresh link the device begins again.
      await third.page.goto(await wang.invite());
      await third.page.getByText("这个邀请链接已被另一台设备使用").waitFor();
      await zhao.button("改用这个链接").click();
      await zhao.join({ name: "赵敏", device: "三号电脑" });
      await zhao.navigation().waitFor();
    };
    await atWork(act, { company: { relay: relay.url }, url: relay.url });
  } finally {
    await Promise.all([second.close(), third.close()]);
    await relay.kill();
  }
});

test("a relay address that is none is refused and what was typed stays", async () => {
  const one = await device(browser, { language: "en" });
  const li = new Person(one.page, "en");
  try {
    await one.page.goto(host.url);
    await li.field(li.words.company).fill("Haiyue");
    await li.field(li.words.yourName).fill("Li Lei");
    await one.page.locator("summary").filter({ hasText: li.words.relay }).click();
    await li.field(li.words.relay).fill("ftp://relay");
    await li.button(li.words.create).click();
    await li.alert(/relay address cannot be understood/).waitFor();
    assert.equal(await li.field(li.words.company).inputValue(), "Haiyue");
    await li.field(li.words.relay).fill("");
    await li.button(li.words.create).click();
    await li.navigation().waitFor();
    one.checkFaults();
  } finally {
    await one.close();
  }
});

test("what was typed into a form and not saved is there after a reload", () =>
  atWork(async (wang, one) => {
    await wang.goTo(wang.words.customers);
    await one.page.getByRole("link", { name: wang.words.newCustomer, exact: true }).first().click();
    await wang.field("名称").fill("还没保存的客户");
    await wang.field("电话").fill("13812345678");
    await eventually(() => storedDraft(one.page, "customer:new"), "the draft to be stored");
    await one.page.reload();
    await wang.toast(wang.words.draftRestored).waitFor();
    assert.equal(await wang.field("名称").inputValue(), "还没保存的客户");
    assert.equal(await wang.field("电话").inputValue(), "13812345678");
    await wang.button(wang.words.save).click();
    await wang.heading("还没保存的客户", { level: 1 }).waitFor();
  }));

/** Returns whether the database holds a draft under this key, and holds it sealed. */
function storedDraft(page, key) {
  return page.evaluate(async (key) => {
    const opened = indexedDB.open("huiyin-v1");
    await new Promise((done, failed) => Object.assign(opened, { onsuccess: done, onerror: failed }));
    const name = new TextEncoder().encode(key).buffer;
    const read = opened.result.transaction("drafts").objectStore("drafts").get(name);
    await new Promise((done, failed) => Object.assign(read, { onsuccess: done, onerror: failed }));
    opened.result.close();
    return read.result !== undefined && new TextDecoder("latin1").decode(read.result).startsWith("HYR");
  }, key);
}

/** Makes the database as the first version of the app made it, with a draft in it. Runs in the page. */
async function oldStore() {
  const opened = indexedDB.open("huiyin-v1", 1);
  opened.onupgradeneeded = () => {
    const tables = "meta keys snapshots projections deltas outbox envelopes unacked cursors quarantine drafts commands";
    for (const table of tables.split(" ")) opened.result.createObjectStore(table);
  };
  await new Promise((done, failed) => Object.assign(opened, { onsuccess: done, onerror: failed }));
  const bytes = (text) => new TextEncoder().encode(text);
  const writing = opened.result.transaction("drafts", "readwrite");
  writing.objectStore("drafts").put(bytes('{"old":"13812345678"}'), bytes("customer:old").buffer);
  await new Promise((done, failed) => Object.assign(writing, { oncomplete: done, onerror: failed }));
  opened.result.close();
}

describe("storage and engine", () => {
  test("a store of the first version gets what it lacks and keeps what it has", async () => {
    const one = await device(browser, { serviceWorkers: "block", allow: [/status of 404/] });
    try {
      await one.page.route("**/old-store", (route) => route.fulfill({ contentType: "text/html", body: "<p>" }));
      await one.page.goto(`${host.url}old-store`);
      await one.page.evaluate(oldStore);
      await new Person(one.page).makeCompany(host.url);
      await eventually(() => storedDraft(one.page, "customer:old"), "the old draft to be there still, and sealed");
      const stores = await one.page.evaluate(async () => {
        const opened = indexedDB.open("huiyin-v1");
        await new Promise((done, failed) => Object.assign(opened, { onsuccess: done, onerror: failed }));
        const names = [...opened.result.objectStoreNames];
        opened.result.close();
        return names;
      });
      assert.ok(stores.includes("blobs"), stores.join(" "));
      one.checkFaults();
    } finally {
      await one.close();
    }
  });

  test("full storage says that nothing was saved; what was typed stays, and is saved once there is space", async () => {
    const origin = new URL(host.url).origin;
    const open = async () => {
      const one = await device(browser, { serviceWorkers: "block" });
      const session = await one.context.newCDPSession(one.page);
      return {
        one,
        wang: new Person(one.page),
        quota: (quotaSize) => session.send("Storage.overrideQuotaForOrigin", { origin, quotaSize }),
        used: async () => (await session.send("Storage.getUsageAndQuota", { origin })).usage,
      };
    };
    // What an empty database takes in this browser.
    const empty = await open();
    await empty.one.page.goto(host.url);
    await empty.wang.button(empty.wang.words.create).waitFor();
    const base = await empty.used();
    await empty.one.close();

    const { one, wang, quota, used } = await open();
    try {
      // Not even the database fits.
      await quota(1);
      await one.page.goto(host.url);
      await wang.alert("存储空间已满").waitFor();
      // The database fits, the first company, about a kilobyte, does not.
      await quota(base + 512);
      await wang.button("再试一次").click();
      await wang.field(wang.words.company).fill("海悦百货");
      await wang.field(wang.words.yourName).fill("王芳");
      await wang.button(wang.words.create).click();
      await wang.alert("没有保存：存储空间已满").waitFor();
      assert.equal(await wang.field(wang.words.company).inputValue(), "海悦百货");
      // The company fits, a large import does not; what is there stays usable.
      // What was refused has left its traces in the browser's files: room is counted from what is used now.
      await quota((await used()) + 131_072);
      await wang.button(wang.words.create).click();
      await wang.navigation().waitFor();
      await wang.addCustomer({ 名称: "磁盘满以前的客户" });
      await wang.openImport(join(DATA, "cfpb-complaints.csv"));
      await one.page.getByRole("button", { name: wang.words.run }).click();
      await wang.alert("没有保存：存储空间已满").waitFor();
      await wang.openCustomer("磁盘满以前的客户");

      await quota();
      await wang.importFile(join(DATA, "cfpb-complaints.csv"));
      await wang.alert("存储空间已满").waitFor({ state: "detached" });
      assert.equal((await wang.exportLines()).length, 1034 + 1);
      await wang.verify();
      one.checkFaults();
    } finally {
      await one.close();
    }
  });

  test("a browser that refuses storage is told from an empty device", async () => {
    // What blocked cookies and private windows do: no site may keep data.
    const profile = place.file("refusing");
    await mkdir(join(profile, "Default"), { recursive: true });
    const preferences = { profile: { default_content_setting_values: { cookies: 2 } } };
    await writeFile(join(profile, "Default/Preferences"), JSON.stringify(preferences));
    const one = await keptDevice(profile, { allow: [/failed to open the store/] });
    const person = new Person(one.page);
    try {
      await one.page.goto(host.url);
      await person.alert(/不允许本页保存数据/).waitFor();
      assert.equal(await person.field(person.words.company).count(), 0);
      one.checkFaults();
    } finally {
      await one.close();
    }
  });

  test("an engine that breaks is started again, says so, and keeps what was saved and what was typed", () =>
    atWork(
      async (wang, one) => {
        await wang.addCustomer({ 名称: "崩溃前保存的客户", 电话: "13800000000" });
        await one.page.getByRole("link", { name: wang.words.edit, exact: true }).click();
        await wang.field("城市").fill("苏州");
        const [engine] = one.page.workers();
        // The next beat of the leader cannot be posted, which the engine takes for impossible: it panics.
        await engine.evaluate(() => {
          BroadcastChannel.prototype.postMessage = () => {
            throw new Error("gone");
          };
        });
        await wang.toast(wang.words.restarted).waitFor();
        assert.equal(await wang.field("城市").inputValue(), "苏州");
        await wang.button(wang.words.save).click();
        await wang.heading("崩溃前保存的客户", { level: 1 }).waitFor();
        assert.equal((await wang.properties())["城市"], "苏州");
      },
      { allow: [/panicked|gone/] },
    ));
});
