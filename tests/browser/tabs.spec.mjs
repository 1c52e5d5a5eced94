// Tabs of one device: one engine leads, edits show everywhere, and no command is lost or done twice when its leader dies.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { device, eventually, launch, staticServer } from "./harness.mjs";
import { crash, engineClient, hang } from "./engine_client.mjs";
import { Person } from "./person.mjs";

/** Commands under way when the leader dies. */
const IN_FLIGHT = 200;
/** Of those, how many are answered before it does. */
const ANSWERED_BEFORE = 5;

let browser;
let host;
before(async () => {
  [browser, host] = await Promise.all([launch(), staticServer()]);
});
after(async () => {
  await browser.close();
  await host.close();
});

const CREATE = {
  ask: "create_workspace",
  company: "海悦百货",
  branch_code: "HQ",
  branch_name: "总部",
  staff_name: "王芳",
  device_name: "前台",
  relay: null,
};

/** Returns who holds the Web Lock and who waits for it, as the browser tells any page of the origin. */
function locks(page) {
  return page.evaluate(async () => {
    const ours = (locks) => locks.filter(({ name, mode }) => name === "huiyin-leader" && mode === "exclusive").length;
    const { held, pending } = await navigator.locks.query();
    return { held: ours(held), pending: ours(pending) };
  });
}

test("of two tabs one holds the lock, and an edit in either shows in the other", async () => {
  const one = await device(browser);
  try {
    const left = new Person(one.page);
    await left.makeCompany(host.url);
    const right = new Person(await one.context.newPage());
    await right.page.goto(host.url);
    await right.navigation().waitFor();
    await eventually(async () => (await locks(one.page)).pending === 1, "the second tab to wait for the lock");
    assert.deepEqual(await locks(right.page), { held: 1, pending: 1 });

    await right.addCustomer({ 名称: "从另一页新建", 电话: "13800000001" });
    await left.openCustomer("从另一页新建");
    await left.editCustomer({ 城市: "杭州" });
    await right.page.getByRole("complementary", { name: "资料" }).getByText("杭州").waitFor();
    await right.editCustomer({ 地址: "西湖路 1 号" });
    await left.page.getByRole("complementary", { name: "资料" }).getByText("西湖路 1 号").waitFor();

    // The leader goes; the other tab leads and goes on without a word.
    await left.page.close();
    await eventually(async () => (await locks(right.page)).pending === 0, "the second tab to take the lock");
    assert.deepEqual(await locks(right.page), { held: 1, pending: 0 });
    await right.editCustomer({ 城市: "宁波" });
    await right.page.getByRole("complementary", { name: "资料" }).getByText("宁波").waitFor();
    one.checkFaults();
  } finally {
    await one.close();
  }
});

test("a leader that hangs is replaced, and what was asked of it is done once", async () => {
  const one = await device(browser, { serviceWorkers: "block" });
  try {
    const leader = await engineClient(one.page, host.url);
    await leader.ask(CREATE);
    const page = await one.context.newPage();
    const follower = await engineClient(page, host.url);
    await follower.ask({ ask: "status" });
    await hang(one.page);
    const ids = await follower.post(
      Array.from({ length: 10 }, (_, at) => ({ ask: "save_customer", id: null, fields: { name: `无响应时 ${at}` } })),
    );
    assert.equal((await follower.results(ids)).length, 10);
    assert.equal(await follower.leads(), true);
    const list = await follower.ask({ ask: "customers", search: "无响应时", limit: 20 });
    assert.equal(list.total, 10);
  } finally {
    await one.close();
  }
});

const WAYS = [
  ["closed", (page) => page.close()],
  ["killed", crash],
];
for (const [way, end] of WAYS) {
  test(`${IN_FLIGHT} commands in flight while the leader is ${way} are each stored exactly once`, async () => {
    const one = await device(browser, { serviceWorkers: "block" });
    try {
      const leader = await engineClient(one.page, host.url);
      await leader.ask(CREATE);
      const { id } = await leader.ask({ ask: "save_customer", id: null, fields: { name: "老客户" } });
      const page = await one.context.newPage();
      const follower = await engineClient(page, host.url);
      assert.deepEqual([await leader.leads(), await follower.leads()], [true, false]);

      // Half of them make records, half add to one that is there.
      const requests = Array.from({ length: IN_FLIGHT }, (_, at) =>
        at % 2 === 0
          ? { ask: "save_customer", id: null, fields: { name: `在途 ${at}` } }
          : { ask: "add_customer_note", id, note: `在途 ${at}` },
      );
      const ids = await follower.post(requests);
      await eventually(async () => (await follower.answered()) >= ANSWERED_BEFORE, "the first answers");
      await end(one.page);
      const answered = await follower.answered();
      assert.ok(answered < IN_FLIGHT, `the leader died too late: ${answered} were answered already`);

      const answers = await follower.results(ids);
      assert.equal(answers.length, IN_FLIGHT);
      assert.equal(await follower.leads(), true);
      const list = await follower.ask({ ask: "customers", search: "在途", limit: IN_FLIGHT });
      assert.deepEqual(
        list.rows.map((row) => row.name).toSorted(),
        requests.flatMap((request) => request.fields?.name ?? []).toSorted(),
      );
      const { events } = await follower.ask({ ask: "customer", id });
      const notes = events.map((event) => event.note).filter((note) => note.startsWith("在途"));
      assert.deepEqual(notes.toSorted(), requests.flatMap((request) => request.note ?? []).toSorted());
      const { broken } = await follower.ask({ ask: "verify" });
      assert.deepEqual(broken, []);
    } finally {
      await one.close();
    }
  });
}
