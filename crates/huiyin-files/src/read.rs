//! A sheet as CSV text: only what is filled in counts, so a sheet that claims a million empty rows costs nothing.

use std::io::Cursor;

use calamine::{Reader as _, SheetType, SheetVisible, Xlsx, XlsxError};

use crate::archive::{self, Limits};
use crate::{MAX_COLUMNS, MAX_CSV_BYTES, MAX_EMPTY_LINES, MAX_FILE_BYTES, cell};

/// A sheet as CSV.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// Names of the sheets of the workbook that are shown, in order.
    pub sheets: Vec<String>,
    /// Name of the sheet read.
    pub sheet: String,
    /// The sheet: UTF-8, separated by commas, lines ending with `\n`, every line as wide as the first at least.
    pub csv: String,
    /// Lines that hold something, the header among them.
    pub rows: u32,
}

/// Why a workbook is not read. Each has a sentence for the person on the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// Not a zip archive, or one with no workbook in it.
    #[error("the file is no XLSX workbook")]
    NotAWorkbook,
    /// A compound file or an encrypted archive.
    #[error(
        "the file is locked with a password or in the older XLS form; save it as XLSX without a password"
    )]
    OldOrLocked,
    /// Beyond a limit of this crate.
    #[error("the workbook is too large")]
    TooLarge,
    /// More columns than [`MAX_COLUMNS`].
    #[error("the sheet has more than {MAX_COLUMNS} columns")]
    TooWide,
    /// A part of it cannot be read.
    #[error("the workbook is damaged")]
    Damaged,
    /// There is no sheet of that name, or none at all.
    #[error("the workbook has no such sheet")]
    NoSheet,
    /// Nothing is filled in.
    #[error("the sheet is empty")]
    Empty,
}

impl ReadError {
    /// Returns the name the page knows the error by.
    pub const fn name(self) -> &'static str {
        match self {
            Self::NotAWorkbook => "not_a_workbook",
            Self::OldOrLocked => "old_or_locked",
            Self::TooLarge => "too_large",
            Self::TooWide => "too_wide",
            Self::Damaged => "damaged",
            Self::NoSheet => "no_sheet",
            Self::Empty => "empty",
        }
    }
}

/// Returns a sheet of the XLSX workbook `file`: the one named, or else the first shown that holds anything.
///
/// # Errors
/// Why it cannot be read; nothing is read in part.
pub fn table(file: &[u8], sheet: Option<&str>) -> Result<Table, ReadError> {
    table_within(file, sheet, Limits::USUAL)
}

pub(crate) fn table_within(
    file: &[u8],
    sheet: Option<&str>,
    limits: Limits,
) -> Result<Table, ReadError> {
    if file.len() > MAX_FILE_BYTES {
        return Err(ReadError::TooLarge);
    }
    archive::check(file, limits)?;
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(file)).map_err(|error| match error {
        XlsxError::Password => ReadError::OldOrLocked,
        XlsxError::FileNotFound(_) => ReadError::NotAWorkbook,
        _ => ReadError::Damaged,
    })?;
    let sheets: Vec<String> = book
        .sheets_metadata()
        .iter()
        .filter(|sheet| sheet.typ == SheetType::WorkSheet && sheet.visible == SheetVisible::Visible)
        .map(|sheet| sheet.name.clone())
        .collect();
    let wanted: Vec<String> = match sheet {
        Some(name) => sheets
            .iter()
            .filter(|sheet| *sheet == name)
            .cloned()
            .collect(),
        None => sheets.clone(),
    };
    if wanted.is_empty() {
        return Err(ReadError::NoSheet);
    }
    for name in wanted {
        let lines = lines(&mut book, &name)?;
        if lines.filled > 0 {
            return Ok(Table {
                sheets,
                sheet: name,
                csv: lines.csv,
                rows: lines.filled,
            });
        }
    }
    Err(ReadError::Empty)
}

/// CSV text as it grows.
#[derive(Default)]
struct Lines {
    csv: String,
    width: usize,
    /// Number of the row last written, from 1; 0 before the first.
    last: u32,
    filled: u32,
}

impl Lines {
    /// Adds row `number` (from 0) with its cells; rows come in order.
    fn add(&mut self, number: u32, cells: &mut Vec<String>) -> Result<(), ReadError> {
        if self.filled > 0 {
            let empty = number.saturating_sub(self.last).min(MAX_EMPTY_LINES);
            self.csv.extend(std::iter::repeat_n('\n', empty as usize));
        } else {
            self.width = cells.len();
        }
        for at in 0..cells.len().max(self.width) {
            if at > 0 {
                self.csv.push(',');
            }
            field(cells.get(at).map_or("", String::as_str), &mut self.csv);
        }
        self.csv.push('\n');
        self.last = number + 1;
        self.filled += 1;
        cells.clear();
        if self.csv.len() > MAX_CSV_BYTES {
            return Err(ReadError::TooLarge);
        }
        Ok(())
    }
}

/// Adds a field, in quotes where its text needs them. **Source:** RFC 4180, section 2.
fn field(text: &str, csv: &mut String) {
    if text.contains(['"', ',', '\n', '\r']) {
        csv.push('"');
        csv.push_str(&text.replace('"', "\"\""));
        csv.push('"');
    } else {
        csv.push_str(text);
    }
}

fn lines(book: &mut Xlsx<Cursor<&[u8]>>, sheet: &str) -> Result<Lines, ReadError> {
    let mut reader = book
        .worksheet_cells_reader(sheet)
        .map_err(|_| ReadError::Damaged)?;
    let mut lines = Lines::default();
    let mut row = 0;
    let mut cells: Vec<String> = Vec::new();
    while let Some(found) = reader.next_cell().map_err(|_| ReadError::Damaged)? {
        let (number, column) = found.get_position();
        let text = cell::text(found.get_value());
        if text.trim().is_empty() {
            continue;
        }
        if column >= MAX_COLUMNS {
            return Err(ReadError::TooWide);
        }
        if number < row {
            // Rows out of order are no workbook any program writes.
            return Err(ReadError::Damaged);
        }
        if number > row && !cells.is_empty() {
            lines.add(row, &mut cells)?;
        }
        row = number;
        let column = column as usize;
        if cells.len() <= column {
            cells.resize(column + 1, String::new());
        }
        cells[column] = text;
    }
    if !cells.is_empty() {
        lines.add(row, &mut cells)?;
    }
    Ok(lines)
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook};
    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    use super::*;

    fn saved(mut book: Workbook) -> Vec<u8> {
        book.save_to_buffer().expect("a workbook in memory")
    }

    #[test]
    fn a_sheet_becomes_csv_with_dates_numbers_and_values_of_formulas() {
        let mut book = Workbook::new();
        let sheet = book.add_worksheet();
        sheet.set_name("客户").unwrap();
        for (at, title) in ["姓名", "电话", "日期", "备注"].iter().enumerate() {
            sheet.write(0, at as u16, *title).unwrap();
        }
        sheet.write(1, 0, "王 \"小\" 明, 先生").unwrap();
        sheet.write(1, 1, 13_800_138_000.0).unwrap();
        let day = ExcelDateTime::from_ymd(2026, 11, 22).unwrap();
        let format = Format::new().set_num_format("yyyy-mm-dd");
        sheet.write_with_format(1, 2, &day, &format).unwrap();
        sheet
            .write(1, 3, Formula::new("=1+1").set_result("2"))
            .unwrap();
        // A gap of one row, and a row shorter than the header.
        sheet.write(3, 0, "李四").unwrap();
        let table = table(&saved(book), None).unwrap();
        assert_eq!(table.sheets, ["客户"]);
        assert_eq!(table.rows, 3);
        assert_eq!(
            table.csv,
            "姓名,电话,日期,备注\n\"王 \"\"小\"\" 明, 先生\",13800138000,2026-11-22,2\n\n李四,,,\n"
        );
    }

    #[test]
    fn the_first_sheet_with_anything_is_read_unless_one_is_named() {
        let mut book = Workbook::new();
        book.add_worksheet().set_name("空").unwrap();
        let sheet = book.add_worksheet();
        sheet.set_name("甲").unwrap().write(0, 0, "a").unwrap();
        let sheet = book.add_worksheet();
        sheet.set_name("乙").unwrap().write(0, 0, "b").unwrap();
        let sheet = book.add_worksheet();
        sheet.set_name("藏").unwrap().write(0, 0, "c").unwrap();
        sheet.set_hidden(true);
        let file = saved(book);
        let first = table(&file, None).unwrap();
        assert_eq!((first.sheet.as_str(), first.csv.as_str()), ("甲", "a\n"));
        assert_eq!(first.sheets, ["空", "甲", "乙"]);
        assert_eq!(table(&file, Some("乙")).unwrap().csv, "b\n");
        assert_eq!(table(&file, Some("空")), Err(ReadError::Empty));
        assert_eq!(table(&file, Some("藏")), Err(ReadError::NoSheet));
        assert_eq!(table(&file, Some("丙")), Err(ReadError::NoSheet));
    }

    #[test]
    fn a_million_empty_rows_cost_nothing_and_a_far_cell_little() {
        let mut book = Workbook::new();
        let sheet = book.add_worksheet();
        sheet.write(0, 0, "头").unwrap();
        let grey = Format::new().set_bold();
        for row in 1..50_000 {
            sheet.write_blank(row, 0, &grey).unwrap();
        }
        sheet.write(1_048_575, 0, "尾").unwrap();
        let table = table(&saved(book), None).unwrap();
        assert_eq!(table.rows, 2);
        let expected = format!("头\n{}尾\n", "\n".repeat(MAX_EMPTY_LINES as usize));
        assert_eq!(table.csv, expected);
    }

    #[test]
    fn a_sheet_that_is_too_wide_is_refused_by_name() {
        let mut book = Workbook::new();
        let sheet = book.add_worksheet();
        sheet.write(0, MAX_COLUMNS as u16, "x").unwrap();
        assert_eq!(table(&saved(book), None), Err(ReadError::TooWide));
    }

    #[test]
    fn what_inflates_beyond_the_limit_is_refused_before_it_is_read() {
        let mut book = Workbook::new();
        let sheet = book.add_worksheet();
        for row in 0..2_000 {
            sheet.write(row, 0, format!("第 {row} 行")).unwrap();
        }
        let file = saved(book);
        let limits = |inflated, shared| Limits { inflated, shared };
        let read = |limits| table_within(&file, None, limits).map(|table| table.rows);
        assert_eq!(read(limits(10_000_000, 10_000_000)), Ok(2_000));
        assert_eq!(read(limits(10_000, 10_000)), Err(ReadError::TooLarge));
        assert_eq!(read(limits(10_000_000, 1_000)), Err(ReadError::TooLarge));
    }

    #[test]
    fn a_bomb_of_one_part_is_counted_only_up_to_the_limit() {
        // The workbook may name any part as its sheet.
        for part in ["xl/worksheets/sheet1.xml", "xl/media/image1.png"] {
            let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
            zip.start_file(part, SimpleFileOptions::default()).unwrap();
            for _ in 0..64 {
                zip.write_all(&vec![b' '; 1 << 20]).unwrap();
            }
            let bomb = zip.finish().unwrap().into_inner();
            assert!(bomb.len() < 1 << 20, "the bomb is small");
            let limits = Limits {
                inflated: 1 << 20,
                shared: 1 << 20,
            };
            assert_eq!(table_within(&bomb, None, limits), Err(ReadError::TooLarge));
        }
    }

    #[test]
    fn other_files_are_named_for_what_they_are() {
        #[track_caller]
        fn check(file: &[u8], expected: ReadError) {
            assert_eq!(table(file, None), Err(expected));
        }
        check(b"", ReadError::NotAWorkbook);
        check(b"name,phone\n", ReadError::NotAWorkbook);
        check(
            &[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1, 0, 0],
            ReadError::OldOrLocked,
        );
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        zip.start_file("readme.txt", SimpleFileOptions::default())
            .unwrap();
        let other = zip.finish().unwrap().into_inner();
        assert!(matches!(
            table(&other, None),
            Err(ReadError::NotAWorkbook | ReadError::Damaged)
        ));
        check(&saved(with_one_sheet()), ReadError::Empty);
    }

    fn with_one_sheet() -> Workbook {
        let mut book = Workbook::new();
        book.add_worksheet();
        book
    }

    #[test]
    fn a_workbook_cut_or_changed_anywhere_never_panics() {
        let mut book = Workbook::new();
        let sheet = book.add_worksheet();
        sheet.write(0, 0, "甲").unwrap();
        sheet.write(1, 0, 7.0).unwrap();
        let file = saved(book);
        let whole = table(&file, None);
        let mut refused = 0;
        for at in (0..file.len()).step_by(37) {
            refused += u32::from(table(&file[..at], None).is_err());
            let mut changed = file.clone();
            changed[at] ^= 0xFF;
            // Some bytes do not matter; what is read then is the same.
            if let Ok(read) = table(&changed, None) {
                assert_eq!(read.sheets.len(), whole.as_ref().unwrap().sheets.len());
            }
        }
        assert!(refused > 0, "a cut workbook is no workbook");
    }
}
