//! The whole descriptions of the cases of one segment, folded, for the search in them.
//!
//! In memory they are UTF-16: Chinese takes two bytes a character instead of three, and a search compares whole characters.
//! Stored is only what the subject in [`Columns`] does not have already; both are written together.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::row::folded_text;
use crate::row_form::{packed, unpacked};
use crate::{CaseColumn, Columns, Row, RowRef};

/// The body of stored texts. Field order is the form of [`crate::PROJECTION_VERSION`].
#[derive(Debug, Default, Serialize, Deserialize)]
struct Stored {
    /// Differences of local ids; rows without a text are left out.
    locals: Vec<u64>,
    lengths: Vec<u32>,
    text: String,
}

/// The texts of the rows of some columns, in their order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CaseTexts {
    ends: Vec<u32>,
    units: Vec<u16>,
}

/// Returns what the subject has of a row's text.
fn head(row: RowRef<'_>) -> String {
    if row.is_headed() {
        folded_text(row.case(CaseColumn::Subject))
    } else {
        String::new()
    }
}

impl CaseTexts {
    fn push(&mut self, head: &str, rest: &str) {
        self.units.extend(head.encode_utf16());
        self.units.extend(rest.encode_utf16());
        self.ends.push(self.units.len() as u32);
    }

    /// Returns the texts of rows; `columns` are made of the same rows.
    pub fn of(columns: &Columns, rows: &[Row]) -> Self {
        Self::default().changed(&Columns::empty_like(columns), columns, rows)
    }

    /// Returns the texts after rows were put in: `new` are the columns then, `old` those these texts are of.
    #[must_use]
    pub fn changed(&self, old: &Columns, new: &Columns, rows: &[Row]) -> Self {
        let put: BTreeMap<u64, &Row> = rows.iter().map(|row| (row.local, row)).collect();
        let mut texts = Self::default();
        for row in new.iter() {
            if let Some(made) = put.get(&row.local()) {
                texts.push(&head(row), &made.rest);
            } else {
                let known = old.find(row.local()).map(|row| row.index());
                texts
                    .units
                    .extend_from_slice(known.map_or(&[][..], |index| self.get(index)));
                texts.ends.push(texts.units.len() as u32);
            }
        }
        texts
    }

    /// Returns the text of a row, as UTF-16.
    pub fn get(&self, index: usize) -> &[u16] {
        let from = match index {
            0 => 0,
            index => self.ends.get(index - 1).copied().unwrap_or_default(),
        };
        let to = self.ends.get(index).copied().unwrap_or(from);
        &self.units[from as usize..to as usize]
    }

    /// Returns the bytes the texts take in memory.
    pub fn bytes(&self) -> usize {
        2 * self.units.len() + 4 * self.ends.len()
    }

    /// Returns the rows that have `needle` (folded, UTF-16, not empty) in their text, in order.
    pub fn find(&self, needle: &[u16]) -> Vec<usize> {
        let mut found = Vec::new();
        let Some((at, rarest)) = rarest(needle) else {
            return found;
        };
        let mut row = 0;
        let mut from = at;
        while let Some(hit) = self
            .units
            .get(from..)
            .and_then(|rest| position(rest, rarest))
        {
            let start = from + hit - at;
            from += hit + 1;
            if self.units.get(start..start + needle.len()) != Some(needle) {
                continue;
            }
            while self.ends[row] as usize <= start {
                row += 1;
            }
            if start + needle.len() <= self.ends[row] as usize {
                found.push(row);
                // One hit a row is enough.
                from = self.ends[row] as usize + at;
            }
        }
        found
    }

    /// Returns the stored form. `columns` are those these texts are of.
    pub fn encode(&self, columns: &Columns) -> Vec<u8> {
        let mut stored = Stored::default();
        let mut last = 0;
        for row in columns.iter() {
            let known = head(row).encode_utf16().count();
            let rest = self.get(row.index()).get(known..).unwrap_or_default();
            if rest.is_empty() {
                continue;
            }
            let before = stored.text.len();
            stored.text.extend(
                char::decode_utf16(rest.iter().copied())
                    .map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)),
            );
            stored.lengths.push((stored.text.len() - before) as u32);
            stored.locals.push(row.local().wrapping_sub(last));
            last = row.local();
        }
        packed(&postcard::to_allocvec(&stored).expect("texts are plain data"))
    }

    /// Returns stored texts for the rows of `columns`, however they have changed since; rows not stored have what their subject
    /// tells. `patch` has newer texts by local id, each without its subject. None if another version wrote the stored ones or they
    /// are damaged.
    pub fn decode(
        columns: &Columns,
        bytes: &[u8],
        patch: &BTreeMap<u64, Box<str>>,
    ) -> Option<Self> {
        let stored: Stored = postcard::from_bytes(&unpacked(bytes)?).ok()?;
        if stored.locals.len() != stored.lengths.len() {
            return None;
        }
        let mut rests: BTreeMap<u64, &str> = BTreeMap::new();
        let (mut local, mut text) = (0_u64, stored.text.as_str());
        for (step, length) in stored.locals.iter().zip(&stored.lengths) {
            let (rest, others) = text.split_at_checked(*length as usize)?;
            local = local.wrapping_add(*step);
            rests.insert(local, rest);
            text = others;
        }
        rests.extend(patch.iter().map(|(local, rest)| (*local, &**rest)));
        Some(Self::of_rests(columns, &rests))
    }

    /// Returns the texts of rows of which nothing is stored but their subjects and `patch`.
    pub fn patched(columns: &Columns, patch: &BTreeMap<u64, Box<str>>) -> Self {
        let rests = patch
            .iter()
            .map(|(local, rest)| (*local, &**rest))
            .collect();
        Self::of_rests(columns, &rests)
    }

    fn of_rests(columns: &Columns, rests: &BTreeMap<u64, &str>) -> Self {
        let mut texts = Self::default();
        for row in columns.iter() {
            let rest = rests.get(&row.local()).copied().unwrap_or_default();
            texts.push(&head(row), rest);
        }
        texts
    }
}

/// Returns the unit of a word that is met least, and where it stands: what is not Latin is rarer than a letter, a letter rarer than
/// a blank.
fn rarest(needle: &[u16]) -> Option<(usize, u16)> {
    let common = |unit: u16| match unit {
        0x20 => 9,
        0x3001 | 0x3002 | 0xff0c | 0x7684 | 0x4e86 | 0x672a => 8,
        0x2c | 0x2e | 0x61 | 0x65 | 0x69 | 0x6e | 0x6f | 0x72 | 0x73 | 0x74 => 7,
        0x21..=0x7f => 5,
        _ => 0,
    };
    needle
        .iter()
        .copied()
        .enumerate()
        .min_by_key(|(_, unit)| common(*unit))
}

/// Returns the first place of a unit. In runs of 16, which the compiler compares at once.
fn position(units: &[u16], wanted: u16) -> Option<usize> {
    let mut runs = units.chunks_exact(16);
    let mut at = 0;
    for run in runs.by_ref() {
        if run
            .iter()
            .fold(0, |found, unit| found | u16::from(*unit == wanted))
            != 0
        {
            return run
                .iter()
                .position(|unit| *unit == wanted)
                .map(|found| at + found);
        }
        at += run.len();
    }
    runs.remainder()
        .iter()
        .position(|unit| *unit == wanted)
        .map(|found| at + found)
}
