// Excel workbooks made byte by byte, also such as no spreadsheet program would write.
import { crc32, deflateRawSync, inflateRawSync } from "node:zlib";

const TYPES = `<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>`;
const TOP = `<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>`;
const BOOK = `<?xml version="1.0" encoding="UTF-8"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="客户" sheetId="1" r:id="rId1"/></sheets></workbook>`;
const SHEETS = `<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`;

/** A cell with a text. */
export const text = (place, words) => `<c r="${place}" t="inlineStr"><is><t>${words}</t></is></c>`;
/** A cell with a formula and the value it had when it was saved. */
export const formula = (place, words, value) => `<c r="${place}" t="str"><f>${words}</f><v>${value}</v></c>`;
/** A row of cells. */
export const row = (number, ...cells) => `<row r="${number}">${cells.join("")}</row>`;

/** The text of a sheet with these rows; `padding` bytes of blanks stand in its middle. */
export function sheet(rows, padding = 0) {
  const head = `<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>`;
  return Buffer.concat([
    Buffer.from(head + rows.join("")),
    Buffer.alloc(padding, " "),
    Buffer.from("</sheetData></worksheet>"),
  ]);
}

/** Returns a workbook with this sheet, and further parts by name. */
export function workbook(sheetXml, further = {}) {
  return zip({
    "[Content_Types].xml": TYPES,
    "_rels/.rels": TOP,
    "xl/workbook.xml": BOOK,
    "xl/_rels/workbook.xml.rels": SHEETS,
    "xl/worksheets/sheet1.xml": sheetXml,
    ...further,
  });
}

/** Returns an archive of these files (PKZIP, deflated). `claims` may lie about how large a file is. */
export function zip(files, claims = {}) {
  const parts = [];
  const directory = [];
  let at = 0;
  for (const [name, content] of Object.entries(files)) {
    const plain = Buffer.from(content);
    const packed = deflateRawSync(plain, { level: 9 });
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(0x800, 2);
    common.writeUInt16LE(8, 4);
    common.writeUInt32LE(crc32(plain), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(claims[name] ?? plain.length, 18);
    common.writeUInt16LE(Buffer.byteLength(name), 22);
    const local = Buffer.concat([Buffer.from("PK\x03\x04"), common, Buffer.from(name), packed]);
    const entry = Buffer.alloc(14);
    entry.writeUInt32LE(at, 10);
    directory.push(Buffer.concat([Buffer.from("PK\x01\x02"), Buffer.from([20, 0]), common, entry, Buffer.from(name)]));
    parts.push(local);
    at += local.length;
  }
  const index = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", "latin1");
  end.writeUInt16LE(directory.length, 8);
  end.writeUInt16LE(directory.length, 10);
  end.writeUInt32LE(index.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...parts, index, end]);
}

/** Returns the files of an archive by name, as its directory lists them. */
export function unzip(archive) {
  const end = archive.lastIndexOf("PK\x05\x06", undefined, "latin1");
  const count = archive.readUInt16LE(end + 10);
  const files = {};
  let entry = archive.readUInt32LE(end + 16);
  for (let number = 0; number < count; number += 1) {
    const [method, packed] = [archive.readUInt16LE(entry + 10), archive.readUInt32LE(entry + 20)];
    const [named, extra, comment] = [28, 30, 32].map((place) => archive.readUInt16LE(entry + place));
    const local = archive.readUInt32LE(entry + 42);
    const name = archive.subarray(entry + 46, entry + 46 + named).toString();
    const from = local + 30 + archive.readUInt16LE(local + 26) + archive.readUInt16LE(local + 28);
    const bytes = archive.subarray(from, from + packed);
    files[name] = method === 0 ? bytes : inflateRawSync(bytes);
    entry += 46 + named + extra + comment;
  }
  return files;
}
