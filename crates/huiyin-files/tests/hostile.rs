//! Workbooks as they come from outside, from the door of the crate: each is read in bounded memory or refused with its sentence.

#![expect(
    clippy::unwrap_used,
    reason = "a workbook made here that cannot be made has failed"
)]

use std::fmt::Write as _;
use std::io::{Cursor, Write as _};

use huiyin_files::read::{ReadError, table};
use huiyin_files::{MAX_COLUMNS, MAX_EMPTY_LINES, MAX_FILE_BYTES, MAX_PARTS};
use rust_xlsxwriter::{Formula, Workbook};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";

fn saved(mut book: Workbook) -> Vec<u8> {
    book.save_to_buffer().unwrap()
}

/// A workbook of one cell, as programs write it.
fn plain() -> Vec<u8> {
    let mut book = Workbook::new();
    book.add_worksheet().write(0, 0, "姓名").unwrap();
    saved(book)
}

/// The same workbook with parts added or put in place of others.
fn with_parts(file: &[u8], parts: &[(&str, &[u8])]) -> Vec<u8> {
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    let mut archive = ZipArchive::new(Cursor::new(file)).unwrap();
    let mut made = ZipWriter::new(Cursor::new(Vec::new()));
    for at in 0..archive.len() {
        let part = archive.by_index_raw(at).unwrap();
        let name = part.name().unwrap().into_owned();
        if !parts.iter().any(|(own, _)| *own == name) {
            made.raw_copy_file(part).unwrap();
        }
    }
    for (name, bytes) in parts {
        made.start_file(*name, options).unwrap();
        made.write_all(bytes).unwrap();
    }
    made.finish().unwrap().into_inner()
}

fn with_sheet(rows: &str) -> Vec<u8> {
    let sheet = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><worksheet xmlns=\"{MAIN}\"><dimension ref=\"A1:XFD1048576\"/><sheetData>{rows}</sheetData></worksheet>"
    );
    with_parts(&plain(), &[("xl/worksheets/sheet1.xml", sheet.as_bytes())])
}

#[track_caller]
fn refused(file: &[u8], error: ReadError, sentence: &str) {
    assert_eq!(table(file, None), Err(error));
    assert_eq!(error.to_string(), sentence);
}

#[test]
fn macros_are_never_looked_at() {
    let project = vec![0xD0_u8; 2 << 20];
    let mut file = with_parts(&plain(), &[("xl/vbaProject.bin", &project)]);
    assert_eq!(table(&file, None).unwrap().csv, "姓名\n");
    // A part whose bytes are no archive entry of their kind changes nothing either.
    file = with_parts(&file, &[("xl/macrosheets/../evil.bin", b"MZ")]);
    assert_eq!(table(&file, None).unwrap().csv, "姓名\n");
}

#[test]
fn of_a_formula_only_the_value_last_computed_counts() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.write(0, 0, "金额").unwrap();
    let formula = Formula::new("=HYPERLINK(\"http://evil\")").set_result("点我");
    sheet.write(1, 0, formula).unwrap();
    let formula = Formula::new("=cmd|'/c calc'!A0").set_result("");
    sheet.write(2, 0, formula).unwrap();
    sheet
        .write(3, 0, Formula::new("=1/0").set_result("#DIV/0!"))
        .unwrap();
    let csv = table(&saved(book), None).unwrap().csv;
    assert!(csv.starts_with("金额\n点我\n"), "{csv}");
    assert!(!csv.contains("HYPERLINK") && !csv.contains("cmd"), "{csv}");
}

#[test]
fn a_million_empty_rows_become_a_few_lines() {
    let mut rows =
        String::from("<row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>头</t></is></c></row>");
    for row in 2..1_000_000 {
        write!(rows, "<row r=\"{row}\"/>").unwrap();
    }
    rows.push_str("<row r=\"1000000\"><c r=\"A1000000\"><v>7</v></c></row>");
    let file = with_sheet(&rows);
    assert!(file.len() < MAX_FILE_BYTES);
    let table = table(&file, None).unwrap();
    assert_eq!(table.rows, 2);
    assert!(table.csv.len() < MAX_EMPTY_LINES as usize + 20);
    assert!(table.csv.capacity() < 64 * 1024, "{}", table.csv.capacity());
}

#[test]
fn a_sheet_that_claims_every_cell_is_read_for_what_it_holds() {
    let row = "<row r=\"1\"><c r=\"A1\"><v>1</v></c></row>";
    assert_eq!(table(&with_sheet(row), None).unwrap().csv, "1\n");
    let far = "<row r=\"1\"><c r=\"XFD1\"><v>1</v></c></row>";
    refused(
        &with_sheet(far),
        ReadError::TooWide,
        &format!("the sheet has more than {MAX_COLUMNS} columns"),
    );
    refused(&with_sheet(""), ReadError::Empty, "the sheet is empty");
}

#[test]
fn too_many_parts_and_too_many_bytes_are_refused_before_anything_is_read() {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for part in 0..=MAX_PARTS {
        zip.start_file(format!("xl/{part}.xml"), SimpleFileOptions::default())
            .unwrap();
    }
    let parts = zip.finish().unwrap().into_inner();
    refused(&parts, ReadError::TooLarge, "the workbook is too large");
    let long = vec![0_u8; MAX_FILE_BYTES + 1];
    refused(&long, ReadError::TooLarge, "the workbook is too large");
}

#[test]
fn entities_that_name_each_other_do_not_grow() {
    let mut laughs = String::from("<!DOCTYPE a [<!ENTITY a0 \"哈哈哈哈哈哈哈哈\">");
    for at in 1..24 {
        let before = at - 1;
        write!(
            laughs,
            "<!ENTITY a{at} \"&a{before};&a{before};&a{before};&a{before};\">"
        )
        .unwrap();
    }
    laughs.push_str("]>");
    let sheet = format!(
        "<?xml version=\"1.0\"?>{laughs}<worksheet xmlns=\"{MAIN}\"><sheetData><row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>&a23;</t></is></c></row></sheetData></worksheet>"
    );
    let file = with_parts(&plain(), &[("xl/worksheets/sheet1.xml", sheet.as_bytes())]);
    match table(&file, None) {
        Ok(read) => assert!(read.csv.len() < 1_000, "{} bytes", read.csv.len()),
        Err(error) => assert!(
            matches!(error, ReadError::Damaged | ReadError::Empty),
            "{error}"
        ),
    }
}

#[test]
fn locked_and_older_files_are_named_with_what_to_do() {
    let mut old = vec![0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];
    old.resize(4096, 0);
    refused(
        &old,
        ReadError::OldOrLocked,
        "the file is locked with a password or in the older XLS form; save it as XLSX without a password",
    );
    refused(
        b"%PDF-1.7",
        ReadError::NotAWorkbook,
        "the file is no XLSX workbook",
    );
}
