//! Sealing anew: every row is read, and what does not lie under the present key is written again under it, slice by slice.
//!
//! A slice and the note how far it went are one commit, so that a crash between two slices costs nothing. Rows that are written meanwhile
//! lie under the present key already.

use huiyin_sync::sealed_under;
use serde::{Deserialize, Serialize};

use super::{SEALED, Value, Vault};
use crate::{Query, Table};

/// Rows of a slice in tables of small rows.
const ROWS: u32 = 128;
/// Rows of a slice where a row may be a saved document or a piece of a photo.
const LARGE_ROWS: u32 = 16;

/// How far sealing anew has come. Field order is the format.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Place {
    /// Name of the table under way.
    pub table: String,
    /// Last key done in it.
    pub after: Option<Vec<u8>>,
}

impl Place {
    /// Returns the place before the first row.
    pub fn first() -> Self {
        Self::before(SEALED[0])
    }

    fn before(table: Table) -> Self {
        Self {
            table: table.name().to_owned(),
            after: None,
        }
    }

    /// Returns the place of the table in the order of sealing; the first where a name is not known.
    pub fn index(&self) -> usize {
        SEALED
            .iter()
            .position(|table| table.name() == self.table)
            .unwrap_or(0)
    }

    fn table(&self) -> Table {
        SEALED[self.index()]
    }

    pub fn read(&self) -> Query {
        Query::Range {
            table: self.table(),
            prefix: Vec::new(),
            after: self.after.clone(),
            limit: rows_of(self.table()),
            keys_only: false,
        }
    }

    /// Returns the place behind a slice that ended with this key; none behind the last row of all.
    fn behind(&self, last: Option<&[u8]>, rows: usize) -> Option<Self> {
        match last {
            Some(last) if rows == rows_of(self.table()) as usize => Some(Self {
                table: self.table.clone(),
                after: Some(last.to_vec()),
            }),
            _ => SEALED.get(self.index() + 1).copied().map(Self::before),
        }
    }
}

fn rows_of(table: Table) -> u32 {
    match table {
        Table::Snapshots | Table::Projections | Table::Texts | Table::Blobs => LARGE_ROWS,
        _ => ROWS,
    }
}

/// What a slice says.
pub(super) struct Slice {
    /// Rows to be written again: table, key and value.
    pub again: Vec<(Table, Vec<u8>, Vec<u8>)>,
    /// Where to go on.
    pub next: Option<Place>,
}

impl Vault {
    /// Returns what of these rows is to be sealed anew. A row nobody can open stays as it is.
    pub(super) fn slice(&self, place: &Place, rows: Vec<(Vec<u8>, Vec<u8>)>) -> Slice {
        let table = place.table();
        let next = place.behind(rows.last().map(|(key, _)| key.as_slice()), rows.len());
        let mut again = Vec::new();
        for (key, value) in rows {
            if super::is_plain_row(table, &key) || sealed_under(&value) == Some(self.kept.number) {
                continue;
            }
            if let Value::Open(value) = self.open_value(table, &key, value) {
                again.push((table, key, value));
            }
        }
        Slice { again, next }
    }
}
