//! Workbooks: bytes as they come, and parts of an archive that is right.
//!
//! The first byte of an input says which part of a workbook the rest is.

use std::io::{Cursor, Write as _};

use huiyin_files::MAX_CSV_BYTES;
use huiyin_files::read::{Table, table};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::script::{Script, written};

/// The parts of a small workbook, in the order the first byte of an input chooses them by.
const PARTS: [(&str, &str); 7] = [
    ("[Content_Types].xml", TYPES),
    ("_rels/.rels", RELATIONS),
    ("xl/workbook.xml", BOOK),
    ("xl/_rels/workbook.xml.rels", BOOK_RELATIONS),
    ("xl/styles.xml", STYLES),
    ("xl/sharedStrings.xml", TEXTS),
    ("xl/worksheets/sheet1.xml", SHEET),
];
const TYPES: &str = r#"<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>"#;
const RELATIONS: &str = r#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
const BOOK: &str = r#"<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><workbookPr date1904="0"/><sheets><sheet name="客户" sheetId="1" r:id="rId1"/></sheets><definedNames><definedName name="a">客户!$A$1</definedName></definedNames></workbook>"#;
const BOOK_RELATIONS: &str = r#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#;
const STYLES: &str = r#"<?xml version="1.0"?><styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy-mm-dd"/></numFmts><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="164"/></cellXfs></styleSheet>"#;
const TEXTS: &str = r#"<?xml version="1.0"?><sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" count="2" uniqueCount="2"><si><t>姓名</t></si><si><r><t>电</t></r><r><t xml:space="preserve"> 话</t></r></si></sst>"#;
const SHEET: &str = r#"<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><dimension ref="A1:E3"/><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row><row r="2"><c r="A2" t="inlineStr"><is><t>王 &quot;小&quot; 明</t></is></c><c r="B2"><v>13800138000</v></c><c r="C2" s="1"><v>46000.5</v></c><c r="D2" t="b"><v>1</v></c><c r="E2" t="e"><v>#DIV/0!</v></c></row><row r="3"><c r="A3" t="str"><f>A1&amp;B1</f><v>x</v></c><c r="B3"><f t="shared" ref="B3:B4" si="0">1+1</f><v>2</v></c></row></sheetData><mergeCells count="1"><mergeCell ref="A1:B1"/></mergeCells></worksheet>"#;

/// Runs the target: the first byte, modulo 9, says what the rest is: the file, one of its parts, or several parts with their numbers.
pub fn run(input: &[u8]) {
    let Some((kind, rest)) = input.split_first() else {
        return;
    };
    match usize::from(kind % 9) {
        0 => read(rest),
        part @ 1..=7 => read(&workbook(&BTreeParts::from([(part - 1, rest)]))),
        _ => {
            let mut script = Script(rest);
            let mut parts = BTreeParts::new();
            while !script.is_empty() {
                let part = usize::from(script.byte()) % PARTS.len();
                parts.insert(part, script.bytes());
            }
            read(&workbook(&parts));
        }
    }
}

type BTreeParts<'a> = std::collections::BTreeMap<usize, &'a [u8]>;

/// Returns the small workbook with some of its parts replaced.
fn workbook(other: &BTreeParts<'_>) -> Vec<u8> {
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    let mut made = ZipWriter::new(Cursor::new(Vec::new()));
    for (at, (name, usual)) in PARTS.iter().enumerate() {
        made.start_file(*name, options).expect("few parts");
        let part = other.get(&at).copied().unwrap_or(usual.as_bytes());
        made.write_all(part).expect("memory takes all");
    }
    made.finish().expect("memory takes all").into_inner()
}

fn read(file: &[u8]) {
    let Ok(Table {
        sheets,
        sheet,
        csv,
        rows,
    }) = table(file, None)
    else {
        return;
    };
    assert!(rows > 0 && csv.len() <= MAX_CSV_BYTES + file.len());
    assert!(sheets.contains(&sheet));
    let named = table(file, Some(&sheet)).expect("the sheet that was read is there");
    assert_eq!(named.sheet, sheet);
}

/// Returns a small workbook and each of its parts.
pub fn seeds() -> Vec<(String, Vec<u8>)> {
    let whole = workbook(&BTreeParts::new());
    let mut seeds = vec![("workbook".to_owned(), [&[0], &whole[..]].concat())];
    for (at, (name, usual)) in PARTS.iter().enumerate() {
        let name = name.replace(['/', '[', ']', '.'], "-");
        seeds.push((name, [&[at as u8 + 1], usual.as_bytes()].concat()));
    }
    let several = [
        &[8, 6][..],
        &written(SHEET.as_bytes()),
        &[5],
        &written(TEXTS.as_bytes()),
    ]
    .concat();
    seeds.push(("parts".to_owned(), several));
    seeds
}
