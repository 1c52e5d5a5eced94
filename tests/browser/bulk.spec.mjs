// Many records at once: rows are chosen, the change is looked at before it is made, and one press takes it back.
import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { test } from "node:test";
import { scratch, stage } from "./harness.mjs";
import { foundCompany } from "./keeper.mjs";

const CUSTOMERS = "名称,电话,城市\n华美商场,13800138000,上海\n宏达超市,13800138001,上海\n长江轴承,13800138002,重庆\n";

const host = stage();

test("a city is changed in two customers after a look at what will change, and undone", async (t) => {
  const { one, keeper: wang } = await foundCompany(host);
  const { page } = one;
  const place = scratch("bulk");
  const city = async (name) => {
    await wang.openCustomer(name);
    return (await wang.properties())["城市"];
  };
  try {
    const file = place.file("客户.csv");
    await writeFile(file, CUSTOMERS);
    assert.equal((await wang.importFile(file)).added, 3);

    await t.test("rows are chosen and the change is shown before anything is written", async () => {
      await wang.goTo("客户");
      await page.getByRole("searchbox", { name: "搜索" }).fill("上海");
      await page.getByText("共 2 条").waitFor();
      await page.getByRole("checkbox", { name: "选择第 1 行" }).click();
      await page.getByRole("status").getByText("已选 1 条").waitFor();
      await wang.button("选择筛选出的全部 2 条").click();
      await page.getByRole("status").getByText("已选 2 条").waitFor();
      await wang.button("批量修改").click();
      const dialog = page.getByRole("dialog");
      await dialog.getByLabel("项目").selectOption({ label: "城市" });
      await dialog.getByLabel("改为").fill("杭州");
      await wang.button("预览", dialog).click();
      await dialog.getByText("将修改 2 条记录").waitFor();
      const rows = await dialog.getByRole("row").allInnerTexts();
      assert.equal(rows.length, 3, "a header and both records");
      for (const text of rows.slice(1)) assert.match(text, /上海[\s\S]*杭州/);
    });

    await t.test("applied, the files say the new city; the third is as it was", async () => {
      const dialog = page.getByRole("dialog");
      await wang.button("修改 2 条", dialog).click();
      await dialog.waitFor({ state: "hidden" });
      await wang.toast("已修改 2 条记录").first().waitFor();
      assert.equal(await city("华美商场"), "杭州");
      assert.equal(await city("长江轴承"), "重庆");
    });

    await t.test("undone from the list of past changes, everything is as before", async () => {
      await wang.goTo("客户");
      await wang.button("最近的批量修改").click();
      const dialog = page.getByRole("dialog");
      await dialog.getByText("城市改为杭州").waitFor();
      await wang.button("撤销", dialog).click();
      await wang.toast(/已撤销，2 条记录恢复原样/).first().waitFor();
      await wang.button("关闭", dialog).click();
      assert.equal(await city("华美商场"), "上海");
      assert.equal(await city("宏达超市"), "上海");
    });
    one.checkFaults();
  } finally {
    await one.close();
    place.remove();
  }
});
