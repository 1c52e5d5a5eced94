//! The rows of a file that cannot be taken, as a file that can be mended and imported: found by reading the file once more.

use huiyin_api::{Answer, Problem, ProblemCode};

use super::Session;
use super::look::{NO_OBJECT, TOO_LONG, misfit, object_cells};
use super::prepare::{Frame, Shape};
use super::rows::Row;
use crate::task::{Origin, Reply};

/// Rows of such a file.
const MAX_ERROR_ROWS: usize = 100_000;

/// A search for rows that cannot be taken.
pub(crate) struct Collecting {
    pub origin: Option<Origin>,
    shape: Shape,
    rows: usize,
    writer: csv::Writer<Vec<u8>>,
}

impl std::fmt::Debug for Collecting {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Collecting")
            .field("rows", &self.rows)
            .finish_non_exhaustive()
    }
}

fn fail(_: csv::Error) -> Problem {
    Problem::at(ProblemCode::Internal, "error rows")
}

impl Collecting {
    /// Returns a search before the first row.
    ///
    /// # Errors
    /// None that are expected: the file is written in memory.
    pub fn new(session: &Session, origin: Option<Origin>) -> Result<Self, Problem> {
        // A row with too many cells keeps them all.
        let mut writer = csv::WriterBuilder::new()
            .flexible(true)
            .from_writer(crate::sniff::UTF8_BOM.to_vec());
        let header = ["line", "column", "reason"].into_iter();
        let header = header.chain(session.columns.iter().map(String::as_str));
        writer.write_record(header).map_err(fail)?;
        Ok(Self {
            origin,
            shape: session.shape(),
            rows: 0,
            writer,
        })
    }

    /// Takes a row; it is written down if it cannot be taken.
    ///
    /// # Errors
    /// As for [`Self::new`].
    pub fn row(
        &mut self,
        columns: &[String],
        frame: Frame<'_>,
        row: Row<'_>,
    ) -> Result<(), Problem> {
        let of_record = |cells: &csv::StringRecord| cells.iter().map(str::to_owned).collect();
        let none = || vec![String::new(); columns.len()];
        match row {
            Row::Header(_) => Ok(()),
            Row::TooLong(line) => self.write(line, "", TOO_LONG, none()),
            Row::NoObject(line) => self.write(line, "", NO_OBJECT, none()),
            Row::Misfit(line, cells) => {
                self.write(line, "", &misfit(cells, columns), of_record(cells))
            }
            Row::Cells(line, cells) => match self.shape.cells(frame, cells, line) {
                Ok(_) => Ok(()),
                Err((column, reason)) => self.write(line, &column, &reason, of_record(cells)),
            },
            Row::Object(line, text) => match self.shape.object(frame, text, line) {
                Ok(_) => Ok(()),
                Err((column, reason)) => {
                    self.write(line, &column, &reason, object_cells(text, columns))
                }
            },
        }
    }

    fn write(
        &mut self,
        line: u64,
        column: &str,
        reason: &str,
        cells: Vec<String>,
    ) -> Result<(), Problem> {
        self.rows += 1;
        if self.rows > MAX_ERROR_ROWS {
            return Ok(());
        }
        let start = [line.to_string(), column.to_owned(), reason.to_owned()];
        self.writer
            .write_record(start.into_iter().chain(cells))
            .map_err(fail)
    }

    /// Returns the file.
    ///
    /// # Errors
    /// As for [`Self::new`].
    pub fn end(self, name: &str) -> Result<Reply, Problem> {
        let bytes = self
            .writer
            .into_inner()
            .map_err(|_| Problem::at(ProblemCode::Internal, "error rows"))?;
        let plain = name.trim_end_matches(".csv").trim_end_matches(".jsonl");
        let answer = Answer::File {
            name: format!("{plain}-errors.csv"),
            media: "text/csv".to_owned(),
        };
        Ok((answer, Some(bytes)))
    }
}
