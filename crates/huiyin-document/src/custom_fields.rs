//! The fields that only an import knows (`x:…`) of the rows of one segment: what filters and columns of lists read of them.
//!
//! Few rows have any, and names repeat: they are kept beside the columns, a number for the name and the value for itself.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::row_columns::Narrow;
use crate::{Record, schema};

/// Most such fields of a record that its row keeps, by name; the others are in the record alone.
pub const MAX_ROW_CUSTOM: usize = 40;
/// Most characters of such a name, and of such a value that a row keeps; the whole value is in the record.
pub const MAX_CUSTOM_CHARS: usize = 80;

/// Such fields of one row: name without its prefix, and value, by name.
pub type RowCustom = Vec<(Box<str>, Box<str>)>;

/// Returns what the row of a record keeps of such fields.
pub(crate) fn custom_of(record: &Record) -> RowCustom {
    let prefix = schema::CUSTOM_PREFIX;
    record
        .fields
        .range(prefix.to_owned()..)
        .take_while(|(name, _)| name.starts_with(prefix))
        .filter(|(name, value)| {
            !value.shown.is_empty() && name.chars().count() <= prefix.len() + MAX_CUSTOM_CHARS
        })
        .take(MAX_ROW_CUSTOM)
        .map(|(name, value)| {
            let shown: String = value
                .shown
                .chars()
                .take(MAX_CUSTOM_CHARS)
                .map(|c| if c.is_control() { ' ' } else { c })
                .collect();
            (name[prefix.len()..].into(), shown.into_boxed_str())
        })
        .collect()
}

/// Such fields of all rows of a segment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CustomFields {
    /// Names without their prefix, each once.
    names: Vec<Box<str>>,
    /// Place of the row of each value, ascending.
    rows: Box<[u32]>,
    /// Name of each value.
    codes: Narrow,
    /// Where each value ends, in bytes.
    ends: Narrow,
    text: Box<str>,
}

/// The stored form. Field order is the form of [`crate::PROJECTION_VERSION`].
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct StoredCustom {
    names: Vec<Box<str>>,
    rows: Vec<u32>,
    codes: Vec<u32>,
    lengths: Vec<u32>,
    text: Box<str>,
}

impl CustomFields {
    fn span(&self, at: usize) -> &str {
        let from = match at {
            0 => 0,
            at => self.ends.get(at - 1) as usize,
        };
        &self.text[from..self.ends.get(at) as usize]
    }

    /// Returns the names there are, without their prefix.
    pub fn names(&self) -> &[Box<str>] {
        &self.names
    }

    /// Returns the fields of a row, by name.
    pub fn of_row(&self, row: usize) -> impl Iterator<Item = (&str, &str)> {
        let row = row as u32;
        let from = self.rows.partition_point(|at| *at < row);
        (from..self.rows.len())
            .take_while(move |at| self.rows[*at] == row)
            .map(|at| {
                let name = &self.names[self.codes.get(at) as usize];
                (&**name, self.span(at))
            })
    }

    /// Returns the value a row has of a name without its prefix; empty if it has none.
    pub fn get(&self, row: usize, name: &str) -> &str {
        self.of_row(row)
            .find(|(own, _)| *own == name)
            .map_or("", |(_, value)| value)
    }

    /// Returns the bytes they take in memory.
    pub fn bytes(&self) -> usize {
        let names: usize = self.names.iter().map(|name| name.len() + 16).sum();
        names + 4 * self.rows.len() + self.codes.bytes() + self.ends.bytes() + self.text.len()
    }

    /// Returns the stored form.
    pub fn stored(&self) -> StoredCustom {
        let mut last = 0;
        let lengths = self.ends.iter().map(|end| {
            let length = end - last;
            last = end;
            length
        });
        let lengths = lengths.collect();
        let mut before = 0;
        let rows = self.rows.iter().map(|row| {
            let step = row - before;
            before = *row;
            step
        });
        StoredCustom {
            names: self.names.clone(),
            rows: rows.collect(),
            codes: self.codes.iter().collect(),
            lengths,
            text: self.text.clone(),
        }
    }

    /// Returns stored fields of so many rows; none if they do not fit together.
    pub fn read(stored: StoredCustom, count: usize) -> Option<Self> {
        let StoredCustom {
            names,
            rows,
            codes,
            lengths,
            text,
        } = stored;
        let sums = |steps: &[u32]| -> Option<Vec<u32>> {
            let mut sum = 0_u32;
            steps
                .iter()
                .map(|step| {
                    sum = sum.checked_add(*step)?;
                    Some(sum)
                })
                .collect()
        };
        let (rows, ends) = (sums(&rows)?, sums(&lengths)?);
        let whole = rows.len() == codes.len()
            && rows.len() == ends.len()
            && rows.last().is_none_or(|last| (*last as usize) < count)
            && codes.iter().all(|code| (*code as usize) < names.len())
            && ends.last().copied().unwrap_or(0) as usize == text.len()
            && ends.iter().all(|end| text.is_char_boundary(*end as usize));
        whole.then(|| Self {
            names,
            rows: rows.into(),
            codes: Narrow::of(&codes),
            ends: Narrow::of(&ends),
            text,
        })
    }
}

/// Puts such fields of rows together, row by row.
#[derive(Debug, Default)]
pub(crate) struct CustomBuilder {
    names: Vec<Box<str>>,
    known: BTreeMap<Box<str>, u32>,
    rows: Vec<u32>,
    codes: Vec<u32>,
    ends: Vec<u32>,
    text: String,
}

impl CustomBuilder {
    /// Puts in a field of a row; rows come in order.
    pub fn push(&mut self, row: usize, name: &str, value: &str) {
        let code = if let Some(code) = self.known.get(name) {
            *code
        } else {
            let code = self.names.len() as u32;
            self.names.push(name.into());
            self.known.insert(name.into(), code);
            code
        };
        self.rows.push(row as u32);
        self.codes.push(code);
        self.text.push_str(value);
        self.ends.push(self.text.len() as u32);
    }

    pub fn finish(self) -> CustomFields {
        CustomFields {
            names: self.names,
            rows: self.rows.into(),
            codes: Narrow::of(&self.codes),
            ends: Narrow::of(&self.ends),
            text: self.text.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_of_rows_are_read_back_as_they_were_stored_and_nonsense_is_none() {
        let mut builder = CustomBuilder::default();
        builder.push(1, "保险到期", "2026-12-01");
        builder.push(1, "会员等级", "金卡");
        builder.push(4, "会员等级", "银卡");
        let fields = builder.finish();
        assert_eq!(fields.get(1, "会员等级"), "金卡");
        assert_eq!(fields.get(4, "保险到期"), "");
        assert_eq!(fields.of_row(2).count(), 0);
        assert_eq!(CustomFields::read(fields.stored(), 5), Some(fields.clone()));
        assert_eq!(CustomFields::read(fields.stored(), 4), None);
        let mut broken = fields.stored();
        broken.codes[0] = 2;
        assert_eq!(CustomFields::read(broken, 5), None);
        let mut broken = fields.stored();
        broken.lengths[0] = 1;
        assert_eq!(CustomFields::read(broken, 5), None);
    }
}
