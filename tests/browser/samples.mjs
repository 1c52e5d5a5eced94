// The sample files as the tests read them themselves, and a repeatable choice among rows.
import { readFile } from "node:fs/promises";

/** Returns the rows of a CSV file (RFC 4180, UTF-8, with a header) as objects by column. */
export async function parseCsv(file) {
  const text = await readFile(file, "utf8");
  const rows = [];
  let row = [];
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/g)) {
    row.push(quoted?.replaceAll('""', '"') ?? plain);
    if (end === ",") continue;
    if (row.length > 1 || row[0] !== "") rows.push(row);
    row = [];
    if (end === "") break;
  }
  const [header, ...records] = rows;
  return records.map((cells) => Object.fromEntries(header.map((column, at) => [column, cells[at]])));
}

/** Returns `count` of the items, the same for the same seed (xorshift32). */
export function someOf(items, count, seed) {
  const left = [...items];
  let state = seed | 0;
  const next = () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
  return Array.from({ length: count }, () => left.splice(next() % left.length, 1)[0]);
}
