//! A look through a file before anything is stored: columns, counts, rows that cannot be taken, states that are not known here.

use std::collections::{BTreeMap, BTreeSet};

use huiyin_api::{Problem, ProblemCode, RejectedRow};
use huiyin_core::case::CaseState;
use huiyin_core::id::{BranchCode, SegmentKey};

use super::json::{Json, Object};
use super::prepare::{Frame, Loose, Shape};
use super::rows::Row;
use super::{REPORTED_ROWS, SAMPLE_ROWS, Session};
use crate::Millis;
use crate::task::Origin;

/// Unknown states listed.
const MAX_STATES: usize = 1_000;

/// What a file has.
#[derive(Debug, Clone, Default)]
pub(crate) struct Found {
    /// Data rows, those that cannot be taken among them.
    pub rows: u64,
    /// Rows that cannot be taken.
    pub rejected_total: u64,
    /// The first of them.
    pub rejected: Vec<RejectedRow>,
    /// The first rows, by column.
    pub sample: Vec<Vec<String>>,
    /// States of the file that are not states here, and what each becomes.
    pub states: BTreeMap<String, String>,
    /// Branches the rows belong to.
    pub branches: BTreeSet<BranchCode>,
    /// Segments of rows that came with their id.
    pub segments: BTreeSet<SegmentKey>,
}

impl Found {
    /// Notes a row that cannot be taken.
    pub fn reject(&mut self, line: u64, column: &str, reason: &str) {
        self.rejected_total += 1;
        if self.rejected.len() < REPORTED_ROWS {
            self.rejected.push(RejectedRow {
                line,
                column: column.to_owned(),
                reason: reason.to_owned(),
            });
        }
    }

    fn take(&mut self, loose: &Loose) {
        if let Some(id) = &loose.id {
            let segment = &id.segment;
            if !self.segments.contains(segment) {
                self.branches.insert(segment.branch.clone());
                self.branches.insert(segment.working_branch());
                self.segments.insert(segment.clone());
            }
            return;
        }
        if !self.branches.contains(&loose.branch) {
            self.branches.insert(loose.branch.clone());
        }
        for event in &loose.record.events {
            let Some(text) = &event.imported_state else {
                continue;
            };
            if CaseState::parse(text).is_none()
                && self.states.len() < MAX_STATES
                && !self.states.contains_key(text)
            {
                let known = CaseState::from_imported(text).unwrap_or(CaseState::Registered);
                self.states.insert(text.clone(), known.name().to_owned());
            }
        }
    }
}

/// A look under way.
#[derive(Debug)]
pub(crate) struct Looking {
    /// Those who wait for the preview.
    pub origins: Vec<Origin>,
    pub found: Found,
    pub hasher: blake3::Hasher,
    /// When progress was told last.
    pub told: Millis,
    /// Lines that have the form of an object.
    objects: u64,
    /// What the columns mean, once they are known.
    shape: Option<Shape>,
}

impl Looking {
    /// Returns a look before the first row.
    pub fn new(origins: Vec<Origin>, now: Millis) -> Self {
        Self {
            origins,
            found: Found::default(),
            hasher: blake3::Hasher::new(),
            told: now,
            objects: 0,
            shape: None,
        }
    }

    /// Takes a row.
    ///
    /// # Errors
    /// The columns are none that can be imported.
    pub fn row(
        &mut self,
        session: &mut Session,
        frame: Frame<'_>,
        row: Row<'_>,
    ) -> Result<(), Problem> {
        if let Row::Header(columns) = row {
            return self.begin(session, columns.to_vec(), false);
        }
        self.found.rows += 1;
        let found = &mut self.found;
        let result = match row {
            Row::Header(_) => return Ok(()),
            Row::TooLong(line) => {
                found.reject(line, "", TOO_LONG);
                return Ok(());
            }
            Row::NoObject(line) => {
                found.reject(line, "", NO_OBJECT);
                return Ok(());
            }
            Row::Misfit(line, cells) => {
                let reason = misfit(cells, &session.columns);
                found.reject(line, "", &reason);
                return Ok(());
            }
            Row::Cells(line, cells) => {
                if found.sample.len() < SAMPLE_ROWS {
                    found.sample.push(cells.iter().map(str::to_owned).collect());
                }
                let Some(shape) = &self.shape else {
                    return Ok(());
                };
                shape.cells(frame, cells, line).map_err(|why| (line, why))
            }
            Row::Object(line, text) => {
                if self.objects == 0 {
                    let object = Object::read(text).unwrap_or_default();
                    let keys = object.iter().map(|(key, _)| key.to_owned()).collect();
                    self.begin(session, keys, true)?;
                }
                self.objects += 1;
                let found = &mut self.found;
                if found.sample.len() < SAMPLE_ROWS {
                    found.sample.push(object_cells(text, &session.columns));
                }
                let Some(shape) = &mut self.shape else {
                    return Ok(());
                };
                shape.object(frame, text, line).map_err(|why| (line, why))
            }
        };
        match result {
            Ok(loose) => self.found.take(&loose),
            Err((line, (column, reason))) => self.found.reject(line, &column, &reason),
        }
        Ok(())
    }

    /// Learns the columns.
    fn begin(
        &mut self,
        session: &mut Session,
        columns: Vec<String>,
        json: bool,
    ) -> Result<(), Problem> {
        session.begin(columns, json)?;
        self.shape = Some(session.shape());
        Ok(())
    }

    /// Ends the look.
    ///
    /// # Errors
    /// `BadJson`: not one line has the form of an object.
    pub fn end(&self, is_json: bool) -> Result<(), Problem> {
        if !is_json || self.objects > 0 {
            return Ok(());
        }
        let line = self.found.rejected.first().map_or(1, |row| row.line);
        Err(Problem::at(ProblemCode::BadJson, format!("line {line}")))
    }
}

/// Why a line is rejected that is no object.
pub(crate) const NO_OBJECT: &str = "the line is not one JSON object";
/// Why a row is rejected that has no end in sight.
pub(crate) const TOO_LONG: &str = "the row is longer than 8 MiB";

/// Returns why a row with another number of cells is rejected.
pub(crate) fn misfit(cells: &csv::StringRecord, columns: &[String]) -> String {
    format!(
        "the row has {} columns, the header {}",
        cells.len(),
        columns.len()
    )
}

/// Returns the values of an object by column.
pub(crate) fn object_cells(text: &str, columns: &[String]) -> Vec<String> {
    let object = Object::read(text).unwrap_or_default();
    let cell = |column: &String| object.get(column).map(Json::text).unwrap_or_default();
    columns
        .iter()
        .map(|column| cell(column).into_owned())
        .collect()
}
