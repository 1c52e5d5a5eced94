// The way out: every document as a standard Automerge file, opened by the JavaScript implementation and compared, record by record
// and field by field, with the export of JSON lines.
import assert from "node:assert/strict";
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import * as Automerge from "@automerge/automerge";
import { DATA, cli, scratch } from "./harness.mjs";

/** Length of a record's own part of its id: a dot and 16 hex digits. */
const LOCAL = 17;
/** Names of bookkeeping begin with this. */
const BOOKKEEPING = "_";
/** Names of an event's further data begin with this. */
const DATUM = "d:";
/** Separates the ids of the events an event comes after. */
const BETWEEN_IDS = " ";

/** A scalar as the program shows it: JavaScript wraps strings that are no text objects. */
const plain = (value) => (Automerge.isImmutableString(value) ? value.toString() : value);

function eventOf(id, map) {
  const event = { id, data: {} };
  for (const [name, value] of Object.entries(map)) {
    if (name.startsWith(DATUM)) event.data[name.slice(DATUM.length)] = plain(value);
    else if (name === "after") event.after = plain(value).split(BETWEEN_IDS);
    else event[name] = plain(value);
  }
  if (Object.keys(event.data).length === 0) delete event.data;
  return event;
}

/** An event of the export as a document holds it: without what is empty. */
const stored = (event) => Object.fromEntries(Object.entries(event).filter(([, value]) => value?.length !== 0));

function recordOf(map) {
  const fields = Object.entries(map).filter(([name]) => !name.startsWith(BOOKKEEPING));
  const events = Object.entries(map._e ?? {}).map(([id, event]) => eventOf(id, event));
  events.sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));
  return {
    number: plain(map._n) ?? "",
    created: map._c,
    fields: Object.fromEntries(fields.map(([name, value]) => [name, plain(value)])),
    events,
  };
}

test("every document opens in another implementation and says what the export says", async () => {
  const place = scratch("documents");
  try {
    const store = ["--store", place.file("store")];
    await cli([...store, "init", "--company", "Acme", "--branch", "HQ", "--staff", "Li"]);
    await cli([...store, "import", join(DATA, "northwind-customers.csv")]);
    await cli([...store, "import", join(DATA, "cfpb-complaints.csv")]);
    const added = await cli([...store, "add", "customer", "name=回音商店", "phone=13800138000"]);
    const [first] = await cli([...store, "list", "customers", "--search", "Alfreds"]);
    await cli([...store, "edit", first.id, "city=Hamburg"]);
    const taken = await cli([...store, "add", "case", "subject=漏水", "complainant_name=王芳"]);
    await cli([...store, "case", "step", taken.id, "--step", "accepted"]);

    const lines = place.file("all.jsonl");
    await cli([...store, "export", "--jsonl", lines]);
    const folder = place.file("documents");
    const written = await cli([...store, "export", "--automerge", folder]);
    const names = await readdir(folder);
    assert.equal(names.length, written.documents);

    const documents = new Map();
    for (const name of names) {
      const document = Automerge.load(new Uint8Array(await readFile(join(folder, name))));
      assert.ok(Automerge.getHeads(document).length > 0, name);
      documents.set(name.replace(/\.automerge$/, ""), document);
    }
    assert.equal(plain(documents.get("root")["branch/HQ/name"]), "HQ");

    const exported = (await readFile(lines, "utf8")).trim().split("\n").map((line) => JSON.parse(line));
    assert.equal(exported.length, 91 + 1034 + 2);
    for (const line of exported) {
      const document = documents.get(line.id.slice(0, -LOCAL));
      assert.ok(document, `the document of ${line.id}`);
      const found = recordOf(document[line.id.slice(1 - LOCAL)]);
      const { number = "", created, fields, events = [] } = line;
      assert.deepEqual(found, { number, created, fields, events: events.map(stored) }, line.id);
    }
    const own = exported.find((line) => line.id === added.id);
    assert.equal(own.fields.name, "回音商店");
    const moved = exported.find((line) => line.id === first.id);
    assert.equal(moved.fields.city, "Hamburg");
    const changes = Automerge.getAllChanges(documents.get(first.id.slice(0, -LOCAL)));
    assert.ok(changes.length >= 3, "its beginning, its creation and the edit");
  } finally {
    place.remove();
  }
});
