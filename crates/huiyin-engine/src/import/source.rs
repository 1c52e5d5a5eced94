//! Reading a file into rows: CSV with a header line, or JSON lines.

use std::collections::BTreeSet;

use huiyin_api::{Problem, ProblemCode, RejectedRow};
use serde_json::{Map, Value};

/// Largest file, in bytes of text.
pub const MAX_IMPORT_BYTES: usize = 400 * 1024 * 1024;
/// Most columns of a CSV file.
const MAX_COLUMNS: usize = 200;
/// Rejected rows whose place is kept.
pub(crate) const MAX_REJECTED: usize = 100_000;

/// A file whose form is right.
#[derive(Debug)]
pub(crate) enum Source {
    /// Rows by header; `misfits` have more or fewer cells than it.
    Csv {
        headers: Vec<String>,
        rows: Vec<(u64, csv::StringRecord)>,
        misfits: Vec<(u64, csv::StringRecord)>,
    },
    /// The text and where its lines are: line number, from, to.
    Json {
        text: String,
        lines: Vec<(u64, usize, usize)>,
    },
}

/// Returns whether a file is JSON lines: by its name, or because it begins with an object.
pub(crate) fn is_json(name: &str, text: &str) -> bool {
    let ending = name
        .rsplit_once('.')
        .map(|(_, ending)| ending.to_ascii_lowercase());
    match ending.as_deref() {
        Some("jsonl" | "ndjson") => true,
        Some("csv") => false,
        _ => text.trim_start().starts_with('{'),
    }
}

/// Returns the rows of a file, with rows that have no place in it.
///
/// # Errors
/// `EmptyFile`, `TooLarge`, `BadCsv` (a quote without its partner: what follows cannot be told apart any more), `BadJson`.
pub(crate) fn read(name: &str, text: String) -> Result<(Source, Vec<RejectedRow>), Problem> {
    if text.len() > MAX_IMPORT_BYTES {
        return Err(Problem::at(ProblemCode::TooLarge, name)
            .because(format!("{} MiB at most", MAX_IMPORT_BYTES >> 20)));
    }
    if text.trim().is_empty() {
        return Err(Problem::at(ProblemCode::EmptyFile, name));
    }
    if is_json(name, &text) {
        json(text)
    } else {
        read_csv(name, &text)
    }
}

fn json(text: String) -> Result<(Source, Vec<RejectedRow>), Problem> {
    let mut lines = Vec::new();
    let mut rejected = Vec::new();
    let mut from = 0;
    for (index, line) in text.split('\n').enumerate() {
        let (start, number) = (from, index as u64 + 1);
        from += line.len() + 1;
        let trimmed = line.trim();
        if trimmed.is_empty() {
            continue;
        }
        if trimmed.starts_with('{') && trimmed.ends_with('}') {
            lines.push((number, start, start + line.len()));
        } else {
            reject(&mut rejected, number, "", "the line is not one JSON object");
        }
    }
    if lines.is_empty() {
        let place = rejected
            .first()
            .map_or_else(|| "line 1".to_owned(), |row| format!("line {}", row.line));
        return Err(Problem::at(ProblemCode::BadJson, place));
    }
    Ok((Source::Json { text, lines }, rejected))
}

fn read_csv(name: &str, text: &str) -> Result<(Source, Vec<RejectedRow>), Problem> {
    if let Some(line) = unbalanced_quote(text) {
        return Err(Problem::at(ProblemCode::BadCsv, format!("line {line}"))
            .because("a quote has no partner"));
    }
    let first = text.lines().next().unwrap_or_default();
    let delimiter = [b',', b'\t', b';']
        .into_iter()
        .max_by_key(|c| first.bytes().filter(|b| b == c).count())
        .unwrap_or(b',');
    let delimiter = if first.bytes().any(|b| b == delimiter) {
        delimiter
    } else {
        b','
    };
    let mut reader = csv::ReaderBuilder::new()
        .flexible(true)
        .delimiter(delimiter)
        .from_reader(text.as_bytes());
    let bad = |error: csv::Error| {
        let line = error.position().map_or(1, csv::Position::line);
        Problem::at(ProblemCode::BadCsv, format!("line {line}")).because(error.to_string())
    };
    let headers: Vec<String> = reader
        .headers()
        .map_err(bad)?
        .iter()
        .map(|header| header.trim().to_owned())
        .collect();
    if headers.len() > MAX_COLUMNS {
        return Err(Problem::at(ProblemCode::TooLarge, name)
            .because(format!("{MAX_COLUMNS} columns at most")));
    }
    let mut seen = BTreeSet::new();
    for header in &headers {
        if !header.is_empty() && !seen.insert(header.as_str()) {
            return Err(Problem::at(ProblemCode::BadCsv, "line 1")
                .because(format!("the column {header} is there twice")));
        }
    }
    let mut rows = Vec::new();
    let mut misfits = Vec::new();
    let mut rejected = Vec::new();
    for record in reader.records() {
        let record = record.map_err(bad)?;
        let line = record.position().map_or(0, csv::Position::line);
        if record.len() == headers.len() {
            rows.push((line, record));
        } else {
            reject(
                &mut rejected,
                line,
                "",
                &format!(
                    "the row has {} columns, the header {}",
                    record.len(),
                    headers.len()
                ),
            );
            if misfits.len() < MAX_REJECTED {
                misfits.push((line, record));
            }
        }
    }
    let source = Source::Csv {
        headers,
        rows,
        misfits,
    };
    Ok((source, rejected))
}

/// Returns the line on which a quoted cell begins that never ends.
fn unbalanced_quote(text: &str) -> Option<u64> {
    let (mut line, mut opened, mut quoted) = (1_u64, 0, false);
    let bytes = text.as_bytes();
    for (at, byte) in bytes.iter().enumerate() {
        match byte {
            b'"' if quoted => quoted = false,
            b'"' => {
                // A quote opens a cell only at its beginning, or right after a closed quote (an escaped one).
                let before = at.checked_sub(1).map(|at| bytes[at]);
                if matches!(
                    before,
                    None | Some(b',' | b'\t' | b';' | b'\n' | b'\r' | b'"')
                ) {
                    quoted = true;
                    opened = line;
                }
            }
            b'\n' => line += 1,
            _ => {}
        }
    }
    quoted.then_some(opened)
}

/// Notes a rejected row.
pub(crate) fn reject(rejected: &mut Vec<RejectedRow>, line: u64, column: &str, reason: &str) {
    if rejected.len() < MAX_REJECTED {
        rejected.push(RejectedRow {
            line,
            column: column.to_owned(),
            reason: reason.to_owned(),
        });
    }
}

impl Source {
    /// Returns the number of rows.
    pub fn len(&self) -> usize {
        match self {
            Self::Csv { rows, .. } => rows.len(),
            Self::Json { lines, .. } => lines.len(),
        }
    }

    /// Returns the columns: headers, or the keys of the first object.
    pub fn columns(&self) -> Vec<String> {
        match self {
            Self::Csv { headers, .. } => headers.clone(),
            Self::Json { .. } => self
                .object(0)
                .map(|object| object.keys().cloned().collect())
                .unwrap_or_default(),
        }
    }

    /// Returns the line number of a row.
    pub fn line(&self, row: usize) -> u64 {
        match self {
            Self::Csv { rows, .. } => rows[row].0,
            Self::Json { lines, .. } => lines[row].0,
        }
    }

    /// Returns a row of a JSON file.
    pub fn object(&self, row: usize) -> Option<Map<String, Value>> {
        let Self::Json { text, lines } = self else {
            return None;
        };
        let (_, from, to) = lines.get(row)?;
        serde_json::from_str(&text[*from..*to]).ok()
    }

    /// Returns the cells of a line whose number does not fit the header.
    pub fn misfit(&self, line: u64) -> Option<Vec<String>> {
        let Self::Csv { misfits, .. } = self else {
            return None;
        };
        let at = misfits.binary_search_by_key(&line, |(at, _)| *at).ok()?;
        Some(misfits[at].1.iter().map(str::to_owned).collect())
    }

    /// Returns the cells of a row, for a preview.
    pub fn cells(&self, row: usize, columns: &[String]) -> Vec<String> {
        match self {
            Self::Csv { rows, .. } => rows[row].1.iter().map(str::to_owned).collect(),
            Self::Json { .. } => {
                let object = self.object(row).unwrap_or_default();
                columns
                    .iter()
                    .map(|column| object.get(column).map(plain).unwrap_or_default())
                    .collect()
            }
        }
    }
}

/// Returns a JSON value as the text of a cell.
pub(crate) fn plain(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Result<(usize, Vec<u64>), (ProblemCode, &str)>) {
        let result = read("a.csv", text.to_owned());
        match (result, expected) {
            (Ok((source, rejected)), Ok((rows, lines))) => {
                assert_eq!(source.len(), rows);
                assert_eq!(
                    rejected.iter().map(|row| row.line).collect::<Vec<_>>(),
                    lines
                );
            }
            (Err(problem), Err((code, place))) => {
                assert_eq!((problem.code, problem.place.as_str()), (code, place));
            }
            (result, expected) => panic!("{result:?} is not {expected:?}"),
        }
    }

    #[test]
    fn broken_files_are_told_by_line() {
        check("name,phone\n甲,1\n", Ok((1, vec![])));
        check("name;phone\n甲;1\n", Ok((1, vec![])));
        check("name,phone\n\"甲\n乙\",1\n丙\n", Ok((1, vec![4])));
        check(
            "name,phone\n甲,1\n\"乙,2\n",
            Err((ProblemCode::BadCsv, "line 3")),
        );
        check("name,name\n甲,1\n", Err((ProblemCode::BadCsv, "line 1")));
        check("  \n", Err((ProblemCode::EmptyFile, "a.csv")));
        check("a\"b,c\n1,2\n", Ok((1, vec![])));
    }

    #[test]
    fn json_lines_that_are_no_objects_are_rejected_by_line() {
        let (source, rejected) = read("x.jsonl", "{\"a\":1}\n\nnonsense\n{\"a\":2}\n".to_owned())
            .expect("two good lines");
        assert_eq!((source.len(), source.line(1)), (2, 4));
        assert_eq!(rejected[0].line, 3);
        assert!(read("x.jsonl", "nonsense".to_owned()).is_err());
    }
}
