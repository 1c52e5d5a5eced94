//! Numbers in words, and tables as files: CSV that spreadsheets open with Chinese, and the JSON a workbook is made of, in which numbers are
//! numbers and days are days.

use huiyin_api::{Language, Millis};
use serde_json::{Value as Json, json};

use super::model::{Section, Value};
use crate::{
    pages::{
        lists::{Format, Sheet},
        surveys::percent,
    },
    shell::intl,
    texts::figures::FigureTexts,
};

/// Milliseconds of an hour.
const HOUR_MS: Millis = 3_600_000;
/// Longer times are told in days.
const DAYS_FROM_MS: Millis = 48 * HOUR_MS;

/// Returns a number in tenths: `12`, `12.5`.
fn tenths(value: i64) -> String {
    if value % 10 == 0 {
        format!("{}", value / 10)
    } else {
        format!("{}.{}", value / 10, value % 10)
    }
}

/// Returns a change as people read it: `+12.5%`, `-3%`, `0%`.
fn change(by: i64) -> String {
    let sign = match by {
        1.. => "+",
        0 => "",
        _ => "-",
    };
    format!("{sign}{}%", tenths((by.abs() + 5) / 10))
}

/// Returns a time that something took: in hours, longer ones in days, to a tenth.
fn took(words: &FigureTexts, time: Millis) -> String {
    if time < DAYS_FROM_MS {
        (words.hours)(&tenths(time * 10 / HOUR_MS))
    } else {
        (words.days)(&tenths(time * 10 / (24 * HOUR_MS)))
    }
}

/// Returns a number as it stands on the screen.
pub fn shown(language: Language, words: &FigureTexts, value: Value) -> String {
    match value {
        Value::Nothing => "—".to_owned(),
        Value::Count(count) => intl::count(language, u64::from(count)),
        Value::Points(points) => intl::number(language, points as f64),
        Value::Share(share) => percent(share),
        Value::Took(time) => took(words, time),
        Value::Money(cents) => intl::amount(language, cents),
        Value::Score(score) => format!("{}.{:02}", score / 100, score % 100),
        Value::Change(by) => change(by),
    }
}

/// Returns a number as a file holds it, and its unit: shares in per cent, times in hours, money in yuan.
fn number(words: &'static FigureTexts, value: Value) -> Option<(f64, &'static str)> {
    Some(match value {
        Value::Nothing => return None,
        Value::Count(count) => (f64::from(count), words.unit_count),
        Value::Points(points) => (points as f64, words.unit_points),
        Value::Share(share) => (f64::from(share) / 100.0, "%"),
        Value::Took(time) => ((time * 10 / HOUR_MS) as f64 / 10.0, words.unit_hours),
        Value::Money(cents) => (cents as f64 / 100.0, words.unit_money),
        Value::Score(score) => (f64::from(score) / 100.0, ""),
        Value::Change(by) => (by as f64 / 100.0, "%"),
    })
}

/// A table that is written: titles with the kinds of their columns, then rows.
struct Written {
    columns: Vec<(String, &'static str)>,
    rows: Vec<Vec<Json>>,
}

/// Returns every section as one table: a line for each number.
fn whole(words: &'static FigureTexts, (from, to): (&str, &str), all: &[Section]) -> Written {
    let columns = [
        (words.first_day, "date"),
        (words.last_day, "date"),
        (words.table, "text"),
        (words.item, "text"),
        (words.figure, "text"),
        (words.value, "number"),
        (words.unit, "text"),
    ];
    let mut rows = Vec::new();
    for section in all {
        for line in section.lines.iter().chain(&section.total) {
            for (head, cell) in section.heads.iter().zip(&line.cells) {
                if let Some((value, unit)) = number(words, cell.value) {
                    rows.push(vec![
                        json!(from),
                        json!(to),
                        json!(section.title),
                        json!(line.name),
                        json!(head),
                        json!(value),
                        json!(unit),
                    ]);
                }
            }
        }
    }
    Written {
        columns: columns
            .map(|(title, kind)| (title.to_owned(), kind))
            .to_vec(),
        rows,
    }
}

/// Returns one section as it stands on the screen, with the period in front. The unit stands behind its title where one column has one.
fn alone(words: &'static FigureTexts, (from, to): (&str, &str), section: &Section) -> Written {
    let unit = |at: usize| {
        let mut units = section
            .lines
            .iter()
            .filter_map(|line| number(words, line.cells.get(at)?.value))
            .map(|(_, unit)| unit);
        let first = units.next().unwrap_or_default();
        (!first.is_empty() && first != words.unit_count && units.all(|unit| unit == first))
            .then_some(first)
    };
    let mut columns = vec![
        (words.first_day.to_owned(), "date"),
        (words.last_day.to_owned(), "date"),
        (words.item.to_owned(), "text"),
    ];
    for (at, head) in section.heads.iter().enumerate() {
        let title = unit(at).map_or_else(|| head.clone(), |unit| format!("{head} ({unit})"));
        columns.push((title, "number"));
    }
    let rows = section
        .lines
        .iter()
        .chain(&section.total)
        .map(|line| {
            let mut row = vec![json!(from), json!(to), json!(line.name)];
            row.extend(line.cells.iter().map(|cell| {
                number(words, cell.value).map_or(Json::Null, |(value, _)| json!(value))
            }));
            row
        })
        .collect();
    Written { columns, rows }
}

/// Returns a file of the figures: of one section if it is named, else of all. CSV text, or the JSON of a workbook.
pub fn file(
    words: &'static FigureTexts,
    format: Format,
    span: (&str, &str),
    all: &[Section],
    only: Option<&str>,
) -> String {
    let named = only.and_then(|id| all.iter().find(|section| section.id == id));
    let (title, written) = match named {
        Some(section) => (section.title.as_str(), alone(words, span, section)),
        None => (words.title, whole(words, span, all)),
    };
    if format == Format::Csv {
        let columns: Vec<(String, bool)> = written
            .columns
            .into_iter()
            .map(|(title, _)| (title, false))
            .collect();
        let mut sheet = Sheet::begin(format, title, &columns);
        for row in written.rows {
            let cells: Vec<String> = row.iter().map(in_csv).collect();
            sheet.push(&cells);
        }
        return sheet.end();
    }
    let columns: Vec<Json> = written
        .columns
        .iter()
        .map(|(title, kind)| json!({"title": title, "kind": kind}))
        .collect();
    json!({"sheet": title, "columns": columns, "rows": written.rows}).to_string()
}

fn in_csv(cell: &Json) -> String {
    match cell {
        Json::String(text) => text.clone(),
        Json::Number(number) => {
            let number = number.to_string();
            number.strip_suffix(".0").unwrap_or(&number).to_owned()
        }
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        pages::reports::model::{Cell, Chart, Line},
        texts::figures,
    };

    fn section() -> Section {
        let cell = |value| Cell {
            value,
            behind: None,
        };
        let line = |name: &str, count, share| Line {
            name: name.to_owned(),
            cells: vec![
                cell(Value::Count(count)),
                cell(Value::Share(share)),
                cell(Value::Took(5_400_000)),
                cell(Value::Change(-1_250)),
            ],
        };
        Section {
            id: "category".to_owned(),
            title: "By category".to_owned(),
            heads: ["Received", "On time", "Mean", "Change"]
                .map(str::to_owned)
                .to_vec(),
            lines: vec![line("=Delivery", 3, 6_666)],
            total: Some(line("Total", 3, 6_666)),
            chart: Chart::None,
            note: String::new(),
        }
    }

    #[test]
    fn numbers_are_told_as_people_read_them() {
        let words = figures::of(Language::English);
        for (value, told) in [
            (Value::Nothing, "—"),
            (Value::Share(8_576), "85.8%"),
            (Value::Took(5_400_000), "1.5 h"),
            (Value::Took(72 * HOUR_MS), "3 d"),
            (Value::Score(450), "4.50"),
            (Value::Change(1_250), "+12.5%"),
            (Value::Change(-300), "-3%"),
            (Value::Change(76_666), "+766.7%"),
            (Value::Change(0), "0%"),
        ] {
            assert_eq!(shown(Language::English, words, value), told);
        }
    }

    #[test]
    fn a_workbook_holds_days_and_numbers_and_no_formula() {
        let words = figures::of(Language::English);
        let span = ("2026-11-01", "2026-11-30");
        let all = [section()];
        let one: Json =
            serde_json::from_str(&file(words, Format::Xlsx, span, &all, Some("category")))
                .expect("whole");
        let kinds: Vec<&str> = one["columns"]
            .as_array()
            .expect("columns")
            .iter()
            .filter_map(|column| column["kind"].as_str())
            .collect();
        assert_eq!(
            kinds,
            [
                "date", "date", "text", "number", "number", "number", "number"
            ]
        );
        assert_eq!(one["columns"][4]["title"], "On time (%)");
        assert_eq!(
            one["rows"][0],
            json!([
                "2026-11-01",
                "2026-11-30",
                "=Delivery",
                3.0,
                66.66,
                1.5,
                -12.5
            ])
        );
        let all: Json =
            serde_json::from_str(&file(words, Format::Xlsx, span, &all, None)).expect("whole");
        assert_eq!(all["rows"].as_array().map(Vec::len), Some(8));
        assert_eq!(all["rows"][2][5], json!(1.5));
        assert_eq!(all["rows"][2][6], "hours");
    }

    #[test]
    fn csv_begins_with_the_mark_and_computes_nothing_but_keeps_numbers_below_nought() {
        let words = figures::of(Language::English);
        let span = ("2026-11-01", "2026-11-30");
        let text = file(words, Format::Csv, span, &[section()], Some("category"));
        assert!(text.starts_with('\u{feff}'));
        assert!(
            text.contains("2026-11-01,2026-11-30,\"'=Delivery\",3,66.66,1.5,-12.5\r\n"),
            "{text}"
        );
    }
}
