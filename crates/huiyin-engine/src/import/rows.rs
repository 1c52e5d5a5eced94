//! The rows of a file as its text comes in: CSV with a header line, or JSON lines.
//!
//! Rows, their line numbers and what is wrong with them do not depend on where the text was cut (property test at the end).
//! The quotes of CSV are followed here only to find where a row ends; the cells are read by the `csv` crate.
//!
//! Long: half of it is its tests.

use std::collections::BTreeSet;

use huiyin_api::{Problem, ProblemCode};

/// Most columns of a CSV file.
const MAX_COLUMNS: usize = 200;
/// Longest row, in bytes of UTF-8: more is a file cut off within quotes, or no table.
pub(crate) const MAX_ROW_BYTES: usize = 8 * 1024 * 1024;

/// A row of a file.
#[derive(Debug)]
pub(crate) enum Row<'a> {
    /// The columns of a CSV file, before its first row.
    Header(&'a [String]),
    /// As many cells as there are columns.
    Cells(u64, &'a csv::StringRecord),
    /// More or fewer cells.
    Misfit(u64, &'a csv::StringRecord),
    /// A line that has the form of a JSON object.
    Object(u64, &'a str),
    /// A line that has not.
    NoObject(u64),
    /// A row of more than [`MAX_ROW_BYTES`].
    TooLong(u64),
}

/// Takes rows one by one.
pub(crate) type Each<'a> = dyn FnMut(Row<'_>) -> Result<(), Problem> + 'a;

/// Text turned into rows.
#[derive(Debug)]
pub(crate) struct Rows {
    name: String,
    form: Form,
    /// Text of rows that are not complete yet.
    text: String,
    /// Line on which `text` begins.
    line: u64,
    /// How far `text` was looked through for the ends of rows.
    scanned: usize,
    /// The row at the beginning of `text` is too long and passed over.
    too_long: bool,
    /// Something other than white space was seen.
    seen: bool,
}

#[derive(Debug)]
enum Form {
    /// Not enough was seen to tell.
    Unknown,
    Json,
    Csv(Table),
}

/// Where the scan of a CSV file stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum At {
    /// Before the first character of a row.
    Row,
    /// Before the first character of a cell.
    Cell,
    /// In a cell without quotes.
    Plain,
    /// In a cell within quotes.
    Quoted,
    /// After a quote in such a cell: its end, or the first of two.
    Quote,
    /// After a carriage return: a line feed belongs to it.
    Return,
}

#[derive(Debug)]
struct Table {
    delimiter: u8,
    /// The columns, once the first row was read.
    columns: Option<Vec<String>>,
    at: At,
    /// Line of the place scanned to.
    line: u64,
    /// Line on which the quotes that are open began.
    opened: u64,
    /// Line on which the present row began.
    row_line: u64,
    /// Lines on which the complete rows in the text begin.
    begins: Vec<u64>,
    /// End of the last complete row.
    complete: usize,
}

impl Rows {
    /// Returns the rows of a file of this name, before its first text.
    pub fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            form: Form::Unknown,
            text: String::new(),
            line: 1,
            scanned: 0,
            too_long: false,
            seen: false,
        }
    }

    /// Returns where further text is appended.
    pub fn text(&mut self) -> &mut String {
        &mut self.text
    }

    /// Returns whether the file is JSON lines, once that can be told.
    pub fn is_json(&self) -> bool {
        matches!(self.form, Form::Json)
    }

    /// Gives the rows that are complete; `last` says that no text follows.
    ///
    /// # Errors
    /// `EmptyFile`, `BadCsv` (a quote without its partner: what follows cannot be told apart any more), `TooLarge`
    /// (columns), and whatever `each` returns.
    pub fn take(&mut self, last: bool, each: &mut Each<'_>) -> Result<(), Problem> {
        self.seen |= !self.text.trim_start().is_empty();
        if last && !self.seen {
            return Err(Problem::at(ProblemCode::EmptyFile, &self.name));
        }
        if matches!(self.form, Form::Unknown) {
            match form_of(
                &self.name,
                &self.text,
                last || self.text.len() > MAX_ROW_BYTES,
            ) {
                Some(form) => self.form = form,
                None => return Ok(()),
            }
        }
        match &mut self.form {
            Form::Csv(_) => self.take_table(last, each),
            Form::Json | Form::Unknown => self.take_lines(last, each),
        }
    }

    fn take_lines(&mut self, last: bool, each: &mut Each<'_>) -> Result<(), Problem> {
        let mut from = 0;
        while from < self.text.len() {
            let searched = from.max(self.scanned);
            let end = self.text.as_bytes()[searched..]
                .iter()
                .position(|byte| *byte == b'\n')
                .map(|at| searched + at);
            let end = match end {
                Some(end) => end,
                None if last => self.text.len(),
                None => break,
            };
            let line = self.text[from..end].trim();
            if std::mem::take(&mut self.too_long) || end - from > MAX_ROW_BYTES {
                each(Row::TooLong(self.line))?;
            } else if line.starts_with('{') && line.ends_with('}') {
                each(Row::Object(self.line, line))?;
            } else if !line.is_empty() {
                each(Row::NoObject(self.line))?;
            }
            self.line += 1;
            from = (end + 1).min(self.text.len());
        }
        self.text.drain(..from);
        if self.text.len() > MAX_ROW_BYTES + 2 {
            self.too_long = true;
            self.text.clear();
        }
        self.scanned = self.text.len();
        if last && std::mem::take(&mut self.too_long) {
            each(Row::TooLong(self.line))?;
        }
        Ok(())
    }

    fn take_table(&mut self, last: bool, each: &mut Each<'_>) -> Result<(), Problem> {
        let Form::Csv(table) = &mut self.form else {
            return Ok(());
        };
        if self.too_long {
            // Passed over up to its end.
            table.scan(self.text.as_bytes(), &mut self.scanned, true);
            if table.complete == 0 && !last {
                self.text.clear();
                self.scanned = 0;
                return Ok(());
            }
            self.too_long = false;
            let line = table.row_line;
            if table.complete == 0 {
                table.complete = self.text.len();
                table.at = At::Row;
            }
            self.text.drain(..table.complete);
            self.scanned -= table.complete;
            table.complete = 0;
            table.begins.clear();
            each(Row::TooLong(line))?;
        }
        table.scan(self.text.as_bytes(), &mut self.scanned, false);
        if last {
            table.end(self.text.len())?;
        }
        table.read(&self.name, &self.text[..table.complete], each)?;
        self.text.drain(..table.complete);
        self.scanned -= table.complete;
        table.complete = 0;
        if self.text.len() > MAX_ROW_BYTES {
            if table.at == At::Quoted {
                return Err(no_partner(table.opened));
            }
            self.too_long = true;
            self.text.clear();
            self.scanned = 0;
        }
        Ok(())
    }
}

fn no_partner(line: u64) -> Problem {
    Problem::at(ProblemCode::BadCsv, format!("line {line}")).because("a quote has no partner")
}

/// Returns the form of a file: by its name, or by how it begins. None: more has to be seen.
fn form_of(name: &str, text: &str, all: bool) -> Option<Form> {
    let ending = name
        .rsplit_once('.')
        .map(|(_, ending)| ending.to_ascii_lowercase());
    let begins = text.trim_start();
    let is_json = match ending.as_deref() {
        Some("jsonl" | "ndjson") => true,
        Some("csv") => false,
        _ if begins.is_empty() && !all => return None,
        _ => begins.starts_with('{'),
    };
    if is_json {
        return Some(Form::Json);
    }
    // The first line decides between the separators.
    let first = text.trim_start_matches(['\r', '\n']);
    let first = match first.split_once('\n') {
        Some((first, _)) => first,
        None if all => first,
        None => return None,
    };
    let count = |separator: u8| first.bytes().filter(|byte| *byte == separator).count();
    let delimiter = [b',', b'\t', b';']
        .into_iter()
        .max_by_key(|separator| count(*separator))
        .filter(|separator| count(*separator) > 0)
        .unwrap_or(b',');
    Some(Form::Csv(Table {
        delimiter,
        columns: None,
        at: At::Row,
        line: 1,
        opened: 1,
        row_line: 1,
        begins: Vec::new(),
        complete: 0,
    }))
}

impl Table {
    /// Follows quotes and line ends up to the end of the text, or to the end of one row.
    fn scan(&mut self, bytes: &[u8], scanned: &mut usize, one: bool) {
        while let Some(byte) = bytes.get(*scanned).copied() {
            if self.at == At::Return {
                self.at = At::Row;
                if byte == b'\n' {
                    *scanned += 1;
                    self.line += 1;
                }
                self.complete_row(*scanned);
                if one {
                    return;
                }
                continue;
            }
            if self.at == At::Row && !matches!(byte, b'\n' | b'\r') {
                self.row_line = self.line;
                self.at = At::Cell;
            }
            *scanned += 1;
            let ends_row = matches!(byte, b'\n' | b'\r');
            match self.at {
                At::Quoted => match byte {
                    b'"' => self.at = At::Quote,
                    b'\n' => self.line += 1,
                    _ => {}
                },
                At::Quote if byte == b'"' => self.at = At::Quoted,
                // Line ends before a row are nothing.
                At::Row => self.line += u64::from(byte == b'\n'),
                _ if byte == b'\r' => self.at = At::Return,
                _ if ends_row => {
                    self.line += 1;
                    self.at = At::Row;
                    self.complete_row(*scanned);
                    if one {
                        return;
                    }
                }
                _ if byte == self.delimiter => self.at = At::Cell,
                At::Cell if byte == b'"' => {
                    self.opened = self.line;
                    self.at = At::Quoted;
                }
                _ => self.at = At::Plain,
            }
        }
    }

    fn complete_row(&mut self, end: usize) {
        self.begins.push(self.row_line);
        self.complete = end;
    }

    /// Ends the last row, which may lack its line end.
    fn end(&mut self, length: usize) -> Result<(), Problem> {
        match self.at {
            At::Quoted => return Err(no_partner(self.opened)),
            At::Row => {}
            _ => {
                self.at = At::Row;
                self.begins.push(self.row_line);
            }
        }
        self.complete = length;
        Ok(())
    }

    /// Gives the rows of text that consists of whole ones.
    fn read(&mut self, name: &str, text: &str, each: &mut Each<'_>) -> Result<(), Problem> {
        let mut lines = std::mem::take(&mut self.begins).into_iter();
        if text.is_empty() {
            return Ok(());
        }
        let mut reader = csv::ReaderBuilder::new()
            .flexible(true)
            .has_headers(false)
            .delimiter(self.delimiter)
            .from_reader(text.as_bytes());
        let mut cells = csv::StringRecord::new();
        let mut line = self.row_line;
        loop {
            line = lines.next().unwrap_or(line);
            match reader.read_record(&mut cells) {
                Ok(true) => {}
                Ok(false) => return Ok(()),
                Err(error) => {
                    return Err(Problem::at(ProblemCode::BadCsv, format!("line {line}"))
                        .because(error.to_string()));
                }
            }
            match &self.columns {
                None => {
                    let columns = columns_of(name, &cells)?;
                    each(Row::Header(&columns))?;
                    self.columns = Some(columns);
                }
                Some(columns) if columns.len() == cells.len() => {
                    each(Row::Cells(line, &cells))?;
                }
                Some(_) => each(Row::Misfit(line, &cells))?,
            }
        }
    }
}

fn columns_of(name: &str, header: &csv::StringRecord) -> Result<Vec<String>, Problem> {
    if header.len() > MAX_COLUMNS {
        return Err(Problem::at(ProblemCode::TooLarge, name)
            .because(format!("{MAX_COLUMNS} columns at most")));
    }
    let columns: Vec<String> = header.iter().map(|cell| cell.trim().to_owned()).collect();
    let mut seen = BTreeSet::new();
    match columns
        .iter()
        .find(|column| !column.is_empty() && !seen.insert(column.as_str()))
    {
        Some(twice) => Err(Problem::at(ProblemCode::BadCsv, "line 1")
            .because(format!("the column {twice} is there twice"))),
        None => Ok(columns),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Returns what a file has, one text per row, or its problem.
    fn rows(name: &str, text: &str, length: usize) -> Result<Vec<String>, (ProblemCode, String)> {
        let mut rows = Rows::new(name);
        let mut found = Vec::new();
        let mut each = |row: Row<'_>| {
            let cells = |cells: &csv::StringRecord| cells.iter().collect::<Vec<_>>().join("|");
            found.push(match row {
                Row::Header(columns) => format!("header {}", columns.join("|")),
                Row::Cells(line, row) => format!("{line} {}", cells(row)),
                Row::Misfit(line, row) => format!("{line} misfit {}", cells(row)),
                Row::Object(line, text) => format!("{line} object {text}"),
                Row::NoObject(line) => format!("{line} no object"),
                Row::TooLong(line) => format!("{line} too long"),
            });
            Ok(())
        };
        let characters: Vec<char> = text.chars().collect();
        let mut taken = Ok(());
        for piece in characters.chunks(length.max(1)) {
            rows.text().extend(piece);
            taken = taken.and_then(|()| rows.take(false, &mut each));
        }
        taken = taken.and_then(|()| rows.take(true, &mut each));
        taken.map_err(|problem: Problem| (problem.code, problem.place))?;
        Ok(found)
    }

    #[track_caller]
    fn check(name: &str, text: &str, expected: Result<&[&str], (ProblemCode, &str)>) {
        for length in [1, 2, 3, 7, text.len()] {
            let expected = expected
                .map(|rows| rows.iter().map(|row| (*row).to_owned()).collect())
                .map_err(|(code, place)| (code, place.to_owned()));
            assert_eq!(rows(name, text, length), expected, "pieces of {length}");
        }
    }

    #[test]
    fn rows_of_a_table_come_with_the_line_they_begin_on() {
        let two = ["header name|phone", "2 甲|1"];
        check("a.csv", "name,phone\n甲,1\n", Ok(&two));
        check("a.csv", "name;phone\n甲;1", Ok(&two));
        check("a.csv", "name\tphone\r\n甲\t1\r\n\r\n", Ok(&two));
        check(
            "a.txt",
            "name,phone\r甲,1\r",
            Ok(&["header name|phone", "1 甲|1"]),
        );
        check(
            "a.csv",
            "name,phone\n\"甲\n乙\",1\n\n\n丙\n\"丁\"\"\",\"\"\n",
            Ok(&["header name|phone", "2 甲\n乙|1", "6 misfit 丙", "7 丁\"|"]),
        );
        check(
            "a.csv",
            "a\"b,c\n1\"\",2\n",
            Ok(&["header a\"b|c", "2 1\"\"|2"]),
        );
        check("a.csv", "a,b\nx;\"y,2\n", Ok(&["header a|b", "2 x;\"y|2"]));
    }

    #[test]
    fn broken_tables_are_told_by_line() {
        let bad = |line| Err((ProblemCode::BadCsv, line));
        check("a.csv", "name,phone\n甲,1\n\"乙,2\n", bad("line 3"));
        check("a.csv", "name,name\n甲,1\n", bad("line 1"));
        check("a.csv", "  \n", Err((ProblemCode::EmptyFile, "a.csv")));
        check("a.jsonl", "\n\n", Err((ProblemCode::EmptyFile, "a.jsonl")));
    }

    #[test]
    fn json_lines_that_are_no_objects_are_told_by_line() {
        let found = ["1 object {\"a\":1}", "3 no object", "4 object {\"a\":2}"];
        check("x.jsonl", "{\"a\":1}\n\nnonsense\n {\"a\":2}\n", Ok(&found));
        check("x", "\n{\"a\":2}", Ok(&["2 object {\"a\":2}"]));
        check("x.jsonl", "nonsense", Ok(&["1 no object"]));
    }

    #[test]
    fn a_row_without_an_end_is_passed_over_and_the_rows_after_it_are_read() {
        let long = "长".repeat(MAX_ROW_BYTES / 3 + 200_000);
        let piece = 100_000;
        let check = |name: &str, text: &str, expected: &[&str]| {
            let found = rows(name, text, piece).expect("rows");
            let short: Vec<&str> = found.iter().map(|row| &row[..row.len().min(30)]).collect();
            assert_eq!(short, expected);
        };
        check(
            "x.jsonl",
            &format!("{{}}\n{{\"a\":\"{long}\"}}\n{{}}\n"),
            &["1 object {}", "2 too long", "3 object {}"],
        );
        check("x.jsonl", &long, &["1 too long"]);
        check(
            "x.csv",
            &format!("a,b\n1,{long}\n2,3\n"),
            &["header a|b", "2 too long", "3 2|3"],
        );
        let found = rows("x.csv", &format!("a,b\n1,2\n\"{long}"), piece);
        assert_eq!(found, Err((ProblemCode::BadCsv, "line 3".to_owned())));
    }

    proptest! {
        #[test]
        fn the_rows_of_any_text_do_not_depend_on_the_pieces(
            text in "[a\",;\n\r甲{} ]{0,60}",
            length in 1_usize..20,
            name in prop::sample::select(vec!["x.csv", "x.jsonl", "x"]),
        ) {
            prop_assert_eq!(rows(name, &text, length), rows(name, &text, usize::MAX / 2));
        }

        #[test]
        fn cells_are_those_the_csv_crate_reads_in_one_go(text in "a,b\n[a\",\n\r甲 ]{0,60}") {
            let whole: Vec<String> = csv::ReaderBuilder::new()
                .flexible(true)
                .from_reader(text.as_bytes())
                .records()
                .map(|record| record.expect("text").iter().collect::<Vec<_>>().join("|"))
                .collect();
            if let Ok(found) = rows("x.csv", &text, 3) {
                let found: Vec<String> = found[1..]
                    .iter()
                    .map(|row| {
                        let cells = row.split_once(' ').map_or("", |(_, cells)| cells);
                        cells.strip_prefix("misfit ").unwrap_or(cells).to_owned()
                    })
                    .collect();
                prop_assert_eq!(found, whole);
            }
        }
    }
}
