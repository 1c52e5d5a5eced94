//! Rows of a list as a file: CSV that spreadsheets open with Chinese and without formulas, and the JSON a workbook is made of.

use serde_json::{Value, json};

/// Begins a CSV file, so that spreadsheets read it as UTF-8.
const BOM: char = '\u{feff}';
/// Ends a line. **Source:** RFC 4180, 2.1.
const LINE_END: &str = "\r\n";
/// A cell that begins so would be computed by a spreadsheet. **Source:** OWASP, "CSV Injection".
const FORMULA_STARTS: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// Kinds of files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// A workbook.
    Xlsx,
    /// Values separated by commas.
    Csv,
    /// Address cards.
    Cards,
}

impl Format {
    /// Returns the wire name, which is also the end of the file's name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Xlsx => "xlsx",
            Self::Csv => "csv",
            Self::Cards => "vcf",
        }
    }

    /// Returns the media type.
    pub const fn media(self) -> &'static str {
        match self {
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Csv => "text/csv;charset=utf-8",
            Self::Cards => "text/vcard;charset=utf-8",
        }
    }

    /// Returns the format of this name.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Xlsx, Self::Csv, Self::Cards]
            .into_iter()
            .find(|format| format.name() == name)
    }
}

/// A file that grows row by row.
#[derive(Debug)]
pub enum Sheet {
    /// CSV text.
    Csv(String),
    /// JSON of the rows of a workbook, without the end of the list.
    Json(String),
}

impl Sheet {
    /// Begins a file. Columns are their titles and whether they hold moments.
    pub fn begin(format: Format, name: &str, columns: &[(String, bool)]) -> Self {
        if format == Format::Csv {
            let mut text = String::from(BOM);
            let titles: Vec<String> = columns.iter().map(|(title, _)| title.clone()).collect();
            push_csv(&mut text, &titles);
            return Self::Csv(text);
        }
        let columns: Vec<Value> = columns
            .iter()
            .map(|(title, timed)| {
                let kind = if *timed { "date_time" } else { "text" };
                json!({"title": title, "kind": kind})
            })
            .collect();
        let columns = Value::from(columns);
        Self::Json(format!(
            "{{\"sheet\":{},\"columns\":{columns},\"rows\":[",
            Value::from(name)
        ))
    }

    /// Appends a row.
    pub fn push(&mut self, cells: &[String]) {
        match self {
            Self::Csv(text) => push_csv(text, cells),
            Self::Json(text) => {
                if !text.ends_with('[') {
                    text.push(',');
                }
                text.push_str(&Value::from(cells).to_string());
            }
        }
    }

    /// Returns the whole text.
    pub fn end(self) -> String {
        match self {
            Self::Csv(text) => text,
            Self::Json(mut text) => {
                text.push_str("]}");
                text
            }
        }
    }
}

fn push_csv(text: &mut String, cells: &[String]) {
    for (at, cell) in cells.iter().enumerate() {
        if at > 0 {
            text.push(',');
        }
        // A number below nought is one and no formula; a phone with a plus would lose it.
        let below_nought = cell.starts_with('-') && cell.parse::<f64>().is_ok();
        let formula = cell.starts_with(FORMULA_STARTS) && !below_nought;
        if formula || cell.contains(['"', ',', '\n', '\r']) {
            text.push('"');
            if formula {
                // A spreadsheet shows the text behind it and computes nothing.
                text.push('\'');
            }
            text.push_str(&cell.replace('"', "\"\""));
            text.push('"');
        } else {
            text.push_str(cell);
        }
    }
    text.push_str(LINE_END);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(list: &[&str]) -> Vec<String> {
        list.iter().map(|text| (*text).to_owned()).collect()
    }

    #[test]
    fn csv_begins_with_the_mark_quotes_what_must_be_and_computes_nothing() {
        let columns = [("名称".to_owned(), false), ("电话".to_owned(), false)];
        let mut sheet = Sheet::begin(Format::Csv, "客户", &columns);
        sheet.push(&texts(&["张三", "13800138000"]));
        sheet.push(&texts(&["李,\"四\"", "+86 138"]));
        sheet.push(&texts(&["=HYPERLINK(\"x\")", "@sum"]));
        sheet.push(&texts(&["-12.5", "-1+1"]));
        assert_eq!(
            sheet.end(),
            "\u{feff}名称,电话\r\n张三,13800138000\r\n\"李,\"\"四\"\"\",\"'+86 138\"\r\n\
             \"'=HYPERLINK(\"\"x\"\")\",\"'@sum\"\r\n-12.5,\"'-1+1\"\r\n"
        );
    }

    #[test]
    fn the_json_of_a_workbook_is_whole_with_no_row_and_with_several() {
        let columns = [("名称".to_owned(), false), ("修改".to_owned(), true)];
        let empty = Sheet::begin(Format::Xlsx, "客户", &columns).end();
        let read: Value = serde_json::from_str(&empty).expect("whole");
        assert_eq!(read["rows"], json!([]));
        let mut sheet = Sheet::begin(Format::Xlsx, "客户", &columns);
        sheet.push(&texts(&["张[三", "2026-11-22 13:05"]));
        sheet.push(&texts(&["李", ""]));
        let read: Value = serde_json::from_str(&sheet.end()).expect("whole");
        assert_eq!(read["sheet"], "客户");
        assert_eq!(
            read["columns"][1],
            json!({"title": "修改", "kind": "date_time"})
        );
        assert_eq!(
            read["rows"],
            json!([["张[三", "2026-11-22 13:05"], ["李", ""]])
        );
    }

    #[test]
    fn a_title_that_ends_with_a_bracket_does_not_break_the_first_row() {
        let columns = [("x[".to_owned(), false)];
        let mut sheet = Sheet::begin(Format::Xlsx, "[", &columns);
        sheet.push(&texts(&["["]));
        sheet.push(&texts(&["b"]));
        let read: Value = serde_json::from_str(&sheet.end()).expect("whole");
        assert_eq!(read["rows"], json!([["["], ["b"]]));
    }
}
