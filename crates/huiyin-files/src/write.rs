//! A workbook of one sheet made of rows: a bold header that stays while scrolling, real numbers and dates.

use rust_xlsxwriter::{
    Color, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{MAX_CELL_CHARS, MAX_COLUMNS, MAX_ROWS};

/// Characters of a sheet's name. **Source:** Excel specifications and limits.
const MAX_NAME_CHARS: usize = 31;
/// Characters that may not stand in a sheet's name. **Source:** as above.
const NOT_IN_NAMES: [char; 7] = ['[', ']', ':', '*', '?', '/', '\\'];
/// Rows looked at for the width of a column.
const ROWS_FOR_WIDTH: usize = 200;
/// Narrowest and widest column, in characters.
const WIDTHS: (usize, usize) = (8, 60);

/// What a column holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Text, also where it looks like a number: phones, numbers of cases.
    #[default]
    Text,
    /// A number.
    Number,
    /// A day, `2026-11-22`.
    Date,
    /// A day and a time, `2026-11-22T13:05` or `2026-11-22 13:05:09`.
    DateTime,
}

/// A column.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    /// Its title in the header.
    pub title: String,
    /// What it holds; a value that does not fit is written as the text it is.
    pub kind: Kind,
}

/// Rows to be written.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Export {
    /// Name of the sheet; what may not stand in one is left out.
    pub sheet: String,
    /// Columns in order.
    pub columns: Vec<Column>,
    /// Rows in order: texts, numbers, true or false, null for nothing.
    pub rows: Vec<Vec<Value>>,
}

/// Why no workbook is made.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// The rows cannot be read.
    #[error("the rows are no list of values")]
    NoRows(#[source] serde_json::Error),
    /// More than a sheet holds.
    #[error("a sheet holds {MAX_ROWS} rows of {MAX_COLUMNS} columns at most")]
    TooLarge,
    /// The workbook cannot be put together.
    #[error("the workbook cannot be made")]
    Unmade(#[from] XlsxError),
}

impl WriteError {
    /// Returns the name the page knows the error by.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::NoRows(_) => "no_rows",
            Self::TooLarge => "too_large",
            Self::Unmade(_) => "unmade",
        }
    }
}

/// Returns the XLSX workbook of an [`Export`] given as JSON.
///
/// # Errors
/// When it is no export, too large, or cannot be put together.
pub fn workbook_of_json(json: &str) -> Result<Vec<u8>, WriteError> {
    workbook(&serde_json::from_str(json).map_err(WriteError::NoRows)?)
}

/// Returns the XLSX workbook of `export`. Text longer than [`MAX_CELL_CHARS`] is cut and ends with `…`.
///
/// # Errors
/// As for [`workbook_of_json`].
pub fn workbook(export: &Export) -> Result<Vec<u8>, WriteError> {
    if export.rows.len() > MAX_ROWS || export.columns.len() > MAX_COLUMNS as usize {
        return Err(WriteError::TooLarge);
    }
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.set_name(sheet_name(&export.sheet))?;
    let header = Format::new()
        .set_bold()
        .set_background_color(Color::RGB(0x00EE_EEEE))
        .set_border_bottom(FormatBorder::Thin)
        .set_align(FormatAlign::VerticalCenter);
    let formats = Formats::new();
    for (at, column) in (0_u16..).zip(&export.columns) {
        sheet.write_string_with_format(0, at, fitting(&column.title), &header)?;
        sheet.set_column_width(at, width(export, at as usize) as f64)?;
    }
    for (number, row) in (1_u32..).zip(&export.rows) {
        for ((at, column), value) in (0_u16..).zip(&export.columns).zip(row) {
            write_cell(sheet, (number, at), column.kind, value, &formats)?;
        }
    }
    sheet.set_freeze_panes(1, 0)?;
    if let (Some(last), true) = (export.columns.len().checked_sub(1), !export.rows.is_empty()) {
        sheet.autofilter(0, 0, export.rows.len() as u32, last as u16)?;
    }
    Ok(book.save_to_buffer()?)
}

struct Formats {
    date: Format,
    date_time: Format,
}

impl Formats {
    fn new() -> Self {
        Self {
            date: Format::new().set_num_format("yyyy-mm-dd"),
            date_time: Format::new().set_num_format("yyyy-mm-dd hh:mm"),
        }
    }
}

fn write_cell(
    sheet: &mut Worksheet,
    (row, column): (u32, u16),
    kind: Kind,
    value: &Value,
    formats: &Formats,
) -> Result<(), XlsxError> {
    let text = match value {
        Value::Null => return Ok(()),
        Value::String(text) if text.is_empty() => return Ok(()),
        Value::String(text) => text.clone(),
        Value::Bool(yes) => return sheet.write_boolean(row, column, *yes).map(drop),
        Value::Number(number) => match (kind, number.as_f64()) {
            (Kind::Number, Some(number)) => {
                return sheet.write_number(row, column, number).map(drop);
            }
            _ => number.to_string(),
        },
        other => other.to_string(),
    };
    match kind {
        Kind::Date | Kind::DateTime => {
            if let Some(at) = moment(&text) {
                let format = if kind == Kind::Date {
                    &formats.date
                } else {
                    &formats.date_time
                };
                return sheet
                    .write_datetime_with_format(row, column, &at, format)
                    .map(drop);
            }
        }
        Kind::Number => {
            if let Some(number) = text.parse::<f64>().ok().filter(|number| number.is_finite()) {
                return sheet.write_number(row, column, number).map(drop);
            }
        }
        Kind::Text => {}
    }
    sheet.write_string(row, column, fitting(&text)).map(drop)
}

/// Reads `2026-11-22`, `2026-11-22T13:05`, `2026-11-22 13:05:09`.
fn moment(text: &str) -> Option<ExcelDateTime> {
    let (date, time) = match text.split_once(['T', ' ']) {
        Some((date, time)) => (date, Some(time)),
        None => (text, None),
    };
    let mut parts = date.splitn(3, '-');
    let year = parts.next()?.parse().ok()?;
    let (month, day) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    let date = ExcelDateTime::from_ymd(year, month, day).ok()?;
    let Some(time) = time else { return Some(date) };
    let mut parts = time.splitn(3, ':');
    let hour: u16 = parts.next()?.parse().ok()?;
    let minute: u8 = parts.next()?.parse().ok()?;
    let second: u8 = parts.next().map_or(Some(0), |text| text.parse().ok())?;
    if hour > 23 {
        return None;
    }
    date.and_hms(hour, minute, f64::from(second)).ok()
}

fn fitting(text: &str) -> String {
    if text.chars().count() <= MAX_CELL_CHARS {
        return text.to_owned();
    }
    let mut cut: String = text.chars().take(MAX_CELL_CHARS - 1).collect();
    cut.push('…');
    cut
}

fn sheet_name(name: &str) -> String {
    let kept: String = name
        .chars()
        .filter(|char| !NOT_IN_NAMES.contains(char) && !char.is_control())
        .take(MAX_NAME_CHARS)
        .collect();
    let kept = kept.trim_matches(['\'', ' ']);
    if kept.is_empty() {
        "Sheet1".to_owned()
    } else {
        kept.to_owned()
    }
}

/// Returns a width that shows the title and the first values; a Chinese character is two wide.
fn width(export: &Export, at: usize) -> usize {
    let wide = |text: &str| {
        text.chars()
            .map(|char| if char.is_ascii() { 1 } else { 2 })
            .sum::<usize>()
    };
    let values = export
        .rows
        .iter()
        .take(ROWS_FOR_WIDTH)
        .map(|row| match row.get(at) {
            Some(Value::String(text)) => wide(text),
            Some(Value::Null) | None => 0,
            Some(other) => other.to_string().len(),
        });
    let title = export
        .columns
        .get(at)
        .map_or(0, |column| wide(&column.title));
    // Room for the arrow of the filter.
    let widest = values.max().unwrap_or(0).max(title + 2);
    (widest + 1).clamp(WIDTHS.0, WIDTHS.1)
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Read as _};

    use calamine::{Data, Reader as _, Xlsx};
    use serde_json::json;

    use super::*;

    fn column(title: &str, kind: Kind) -> Column {
        Column {
            title: title.to_owned(),
            kind,
        }
    }

    fn export() -> Export {
        Export {
            sheet: "投诉 [2026/11]".to_owned(),
            columns: vec![
                column("编号", Kind::Text),
                column("金额", Kind::Number),
                column("日期", Kind::Date),
                column("收到", Kind::DateTime),
            ],
            rows: vec![
                vec![
                    json!("0013"),
                    json!(12.5),
                    json!("2026-11-22"),
                    json!("2026-11-22T13:05"),
                ],
                vec![json!("=1+1"), json!("abc"), json!("soon"), json!(null)],
            ],
        }
    }

    fn cells(file: &[u8]) -> calamine::Range<Data> {
        let mut book: Xlsx<_> = Xlsx::new(Cursor::new(file)).unwrap();
        book.worksheet_range_at(0).unwrap().unwrap()
    }

    #[test]
    fn numbers_and_dates_are_real_and_the_rest_is_the_text_it_was() {
        let json = serde_json::to_string(&export()).unwrap();
        let file = workbook_of_json(&json).unwrap();
        let range = cells(&file);
        let at = |row, column| range.get_value((row, column)).cloned().unwrap_or_default();
        assert_eq!(at(0, 1), Data::String("金额".into()));
        assert_eq!(at(1, 0), Data::String("0013".into()));
        assert_eq!(at(1, 1), Data::Float(12.5));
        let Data::DateTime(day) = at(1, 2) else {
            panic!("a day is a date: {:?}", at(1, 2))
        };
        assert_eq!(day.to_ymd_hms_milli(), (2026, 11, 22, 0, 0, 0, 0));
        let Data::DateTime(time) = at(1, 3) else {
            panic!("a time is a date: {:?}", at(1, 3))
        };
        assert_eq!(time.to_ymd_hms_milli(), (2026, 11, 22, 13, 5, 0, 0));
        // A text that looks like a formula stays a text: nothing in a list is ever computed.
        assert_eq!(at(2, 0), Data::String("=1+1".into()));
        assert_eq!(at(2, 1), Data::String("abc".into()));
        assert_eq!(at(2, 2), Data::String("soon".into()));
        assert_eq!(at(2, 3), Data::Empty);
    }

    #[test]
    fn the_header_is_bold_and_stays_while_scrolling() {
        let file = workbook(&export()).unwrap();
        let mut zip = zip::ZipArchive::new(Cursor::new(&file[..])).unwrap();
        let mut part = |name: &str| {
            let mut text = String::new();
            let mut part = zip.by_name(name).unwrap();
            part.read_to_string(&mut text).unwrap();
            text
        };
        let sheet = part("xl/worksheets/sheet1.xml");
        assert!(sheet.contains("ySplit=\"1\"") && sheet.contains("state=\"frozen\""));
        assert!(sheet.contains("<autoFilter ref=\"A1:D3\"/>"), "{sheet}");
        assert!(part("xl/styles.xml").contains("<b/>"));
        assert!(part("xl/workbook.xml").contains("name=\"投诉 202611\""));
    }

    #[test]
    fn what_was_written_is_read_back_as_the_import_would() {
        let file = workbook(&export()).unwrap();
        let table = crate::read::table(&file, None).unwrap();
        assert_eq!(
            table.csv,
            "编号,金额,日期,收到\n0013,12.5,2026-11-22,2026-11-22 13:05\n=1+1,abc,soon,\n"
        );
    }

    #[test]
    fn texts_and_names_that_do_not_fit_are_cut() {
        let mut export = export();
        export.sheet = "'[]*'".to_owned();
        export.rows = vec![vec![json!("字".repeat(40_000))]];
        let table = crate::read::table(&workbook(&export).unwrap(), None).unwrap();
        assert_eq!(table.sheet, "Sheet1");
        let line = table.csv.lines().nth(1).unwrap();
        let kept = line.trim_end_matches(',');
        assert_eq!(kept.chars().count(), MAX_CELL_CHARS);
        assert!(kept.ends_with('…'));
    }

    #[test]
    fn what_is_no_export_or_too_large_is_refused() {
        let error = workbook_of_json("{\"rows\":7}").unwrap_err();
        assert_eq!(error.name(), "no_rows");
        let wide = Export {
            columns: vec![Column::default(); MAX_COLUMNS as usize + 1],
            ..Export::default()
        };
        assert_eq!(workbook(&wide).unwrap_err().name(), "too_large");
        assert!(
            workbook(&Export::default()).is_ok(),
            "nothing is a sheet too"
        );
    }

    #[test]
    fn times_are_read_in_the_forms_lists_use() {
        for (text, readable) in [
            ("2026-11-22", true),
            ("2026-11-22T13:05", true),
            ("2026-11-22 13:05:09", true),
            ("2026-11-22T25:05", false),
            ("2026-13-22", false),
            ("2026-11", false),
            ("", false),
        ] {
            assert_eq!(moment(text).is_some(), readable, "{text}");
        }
    }
}
