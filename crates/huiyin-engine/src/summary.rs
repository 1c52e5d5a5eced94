//! What is known of a segment before its rows are read: how many there are, in which states, how new.

use std::collections::BTreeMap;

use huiyin_document::{CaseColumn, Columns, PROJECTION_VERSION};
use serde::{Deserialize, Serialize};

use crate::Millis;

/// Texts of cases by local id that are newer than the stored ones.
pub(crate) type TextPatch = BTreeMap<u64, Box<str>>;

/// Counts of a segment's rows. Field order is the stored form, behind the version of rows.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Summary {
    pub rows: u32,
    /// Rows per coarse state: open, waiting, done.
    pub groups: [u32; 3],
    /// Rows per state wire name.
    pub states: BTreeMap<Box<str>, u32>,
    /// When the newest was received.
    pub newest: Millis,
    /// When the last was changed.
    pub updated: Millis,
    /// Mark of the calendars the rows were made with; 0 = of several.
    pub mark: u64,
    /// Rows of the segment are stored, not only changes with theirs.
    pub stored: bool,
    /// A case in it began under a pack version that is not here.
    pub lacks_pack: bool,
    /// Texts that were not in memory when the rest was written.
    pub patch: TextPatch,
}

impl Summary {
    /// Returns the counts of rows.
    pub fn of(columns: &Columns, mark: u64) -> Self {
        let mut summary = Self {
            rows: columns.len() as u32,
            mark,
            newest: Millis::MIN,
            updated: Millis::MIN,
            ..Self::default()
        };
        let mut states: BTreeMap<&str, u32> = BTreeMap::new();
        for row in columns.iter() {
            summary.groups[usize::from(row.group()).min(2)] += 1;
            summary.newest = summary.newest.max(row.received());
            summary.updated = summary.updated.max(row.updated());
            summary.lacks_pack |= row.lacks_pack();
            if columns.is_of_cases() {
                *states.entry(row.case(CaseColumn::State)).or_default() += 1;
            }
        }
        summary.states = states
            .into_iter()
            .map(|(state, rows)| (state.into(), rows))
            .collect();
        summary
    }

    /// Returns the rows not done.
    pub fn open(&self) -> u32 {
        self.groups[0] + self.groups[1]
    }

    /// Returns the stored form, with texts that are nowhere else.
    pub fn encode(&self, patch: &TextPatch) -> Vec<u8> {
        let whole = Self {
            patch: patch.clone(),
            ..self.clone()
        };
        postcard::to_extend(&whole, vec![PROJECTION_VERSION as u8]).expect("counts are plain data")
    }

    /// Returns a stored summary; none if another version wrote it or it is damaged.
    pub fn decode(bytes: &[u8]) -> Option<Self> {
        match bytes.split_first() {
            Some((version, body)) if u32::from(*version) == PROJECTION_VERSION => {
                postcard::from_bytes(body).ok()
            }
            _ => None,
        }
    }
}
