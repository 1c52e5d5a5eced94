//! The stored form of columns: a version, then one deflated body in which alike numbers and alike texts stand together.
//!
//! Times are differences (`received` to the row before, the others to `received`), local ids too. What cannot be read, and what
//! another version wrote, is no error here: the caller makes the rows anew from the document.

use huiyin_core::id::RecordKind;
use miniz_oxide::deflate::compress_to_vec;
use miniz_oxide::inflate::decompress_to_vec_with_limit;
use serde::{Deserialize, Serialize};

use crate::custom_fields::{CustomFields, StoredCustom};
use crate::row_columns::{Arena, Columns, Narrow, flag, shape};
use crate::{Millis, PROJECTION_VERSION};

/// How hard stored rows and texts are packed: 6 of 10 takes a third of the time of the best for 3 % more bytes.
const LEVEL: u8 = 6;
/// Most bytes of an unpacked body; a segment of the usual size has some hundred thousand.
const MAX_BODY: usize = 64 << 20;

/// The body of stored columns. Field order is the form of [`PROJECTION_VERSION`].
#[derive(Debug, Default, Serialize, Deserialize)]
struct Stored {
    mark: u64,
    locals: Vec<u64>,
    received: Vec<Millis>,
    updated: Vec<Millis>,
    due: Vec<Millis>,
    ended: Vec<Millis>,
    done: Vec<Millis>,
    flags: Vec<u16>,
    groups: Vec<u8>,
    conflicts: Vec<u32>,
    clashes: Vec<u32>,
    dictionary: Vec<Box<str>>,
    codes: Vec<Vec<u32>>,
    own: Vec<(Vec<u32>, Box<str>)>,
    desks: Vec<(u32, Box<[u8]>)>,
    custom: StoredCustom,
}

/// Returns packed bytes behind the version of their form.
pub(crate) fn packed(body: &[u8]) -> Vec<u8> {
    let mut bytes = vec![PROJECTION_VERSION as u8];
    bytes.extend(compress_to_vec(body, LEVEL));
    bytes
}

/// Returns what [`packed`] packed; none if another version did, or it is damaged.
pub(crate) fn unpacked(bytes: &[u8]) -> Option<Vec<u8>> {
    match bytes.split_first() {
        Some((version, body)) if u32::from(*version) == PROJECTION_VERSION => {
            decompress_to_vec_with_limit(body, MAX_BODY).ok()
        }
        _ => None,
    }
}

impl Columns {
    /// Returns the stored form. `mark` is that of the calendars the rows were made with.
    pub fn encode(&self, mark: u64) -> Vec<u8> {
        let since = |times: &[Millis], flag: u16| -> Vec<Millis> {
            (0..self.len())
                .filter(|index| self.flags[*index] & flag != 0)
                .map(|index| times[index].wrapping_sub(self.received[index]))
                .collect()
        };
        let stored = Stored {
            mark,
            locals: differences(&self.locals, u64::wrapping_sub),
            received: differences(&self.received, i64::wrapping_sub),
            updated: self
                .updated
                .iter()
                .zip(&self.received)
                .map(|(time, received)| time.wrapping_sub(*received))
                .collect(),
            due: since(&self.due, flag::DUE),
            ended: since(&self.ended, flag::ENDED),
            done: since(&self.done, flag::DONE),
            flags: self.flags.to_vec(),
            groups: self.groups.to_vec(),
            conflicts: self.conflicts.iter().collect(),
            clashes: self.clashes.iter().collect(),
            dictionary: self.dictionary.clone(),
            codes: self
                .codes
                .iter()
                .map(|codes| codes.iter().collect())
                .collect(),
            own: self
                .own
                .iter()
                .map(|arena| {
                    let ends: Vec<u32> = arena.ends.iter().collect();
                    (differences(&ends, u32::wrapping_sub), arena.text.clone())
                })
                .collect(),
            desks: self.desks.clone(),
            custom: self.custom.stored(),
        };
        packed(&postcard::to_allocvec(&stored).expect("columns are plain data"))
    }

    /// Returns stored columns of a kind and the mark they were made with; none if another version wrote them or they are damaged.
    pub fn decode(kind: RecordKind, bytes: &[u8]) -> Option<(Self, u64)> {
        let stored: Stored = postcard::from_bytes(&unpacked(bytes)?).ok()?;
        let shape = shape(kind);
        let rows = stored.locals.len();
        let words = stored.dictionary.len() as u32;
        let known = |codes: &[u32]| codes.len() == rows && codes.iter().all(|code| *code < words);
        let whole = stored.received.len() == rows
            && stored.updated.len() == rows
            && stored.flags.len() == rows
            && stored.groups.len() == rows
            && stored.conflicts.len() == rows
            && stored.clashes.len() == rows
            && stored
                .dictionary
                .first()
                .is_some_and(|first| first.is_empty())
            && stored.codes.len() == shape.codes
            && stored.own.len() == shape.own
            && stored.codes.iter().all(|codes| known(codes))
            && stored.desks.iter().all(|(at, _)| (*at as usize) < rows)
            && stored.desks.is_sorted_by_key(|(at, _)| *at);
        if !whole {
            return None;
        }
        let locals = sums(&stored.locals, u64::wrapping_add);
        if !locals.is_sorted_by(|a, b| a < b) {
            return None;
        }
        let received = sums(&stored.received, i64::wrapping_add);
        let since = |times: &[Millis], flag: u16| -> Option<Box<[Millis]>> {
            let mut times = times.iter();
            let all: Option<Box<[Millis]>> = stored
                .flags
                .iter()
                .zip(&received)
                .map(|(flags, received)| {
                    if flags & flag == 0 {
                        return Some(0);
                    }
                    times.next().map(|time| received.wrapping_add(*time))
                })
                .collect();
            all.filter(|_| times.next().is_none())
        };
        let (due, ended, done) = (
            since(&stored.due, flag::DUE)?,
            since(&stored.ended, flag::ENDED)?,
            since(&stored.done, flag::DONE)?,
        );
        let custom = CustomFields::read(stored.custom, rows)?;
        let updated = stored
            .updated
            .iter()
            .zip(&received)
            .map(|(time, received)| received.wrapping_add(*time))
            .collect();
        let own: Option<Vec<Arena>> = stored
            .own
            .into_iter()
            .map(|(lengths, text)| arena(&lengths, text, rows))
            .collect();
        Some((
            Self {
                shape,
                locals: locals.into(),
                updated,
                due,
                ended,
                done,
                received: received.into(),
                flags: stored.flags.into(),
                groups: stored.groups.into(),
                conflicts: Narrow::of(&stored.conflicts),
                clashes: Narrow::of(&stored.clashes),
                dictionary: stored.dictionary,
                codes: stored.codes.iter().map(|codes| Narrow::of(codes)).collect(),
                own: own?,
                desks: stored.desks,
                custom,
            },
            stored.mark,
        ))
    }
}

/// Returns texts of these lengths; none if they do not cut the text into as many as there are rows.
fn arena(lengths: &[u32], text: Box<str>, rows: usize) -> Option<Arena> {
    if lengths.len() != rows {
        return None;
    }
    let ends = sums(lengths, u32::wrapping_add);
    let whole = ends.is_sorted()
        && ends.last().copied().unwrap_or(0) as usize == text.len()
        && ends.iter().all(|end| text.is_char_boundary(*end as usize));
    whole.then(|| Arena {
        ends: Narrow::of(&ends),
        text,
    })
}

fn differences<T: Copy + Default>(values: &[T], minus: impl Fn(T, T) -> T) -> Vec<T> {
    let mut last = T::default();
    values
        .iter()
        .map(|value| minus(*value, std::mem::replace(&mut last, *value)))
        .collect()
}

fn sums<T: Copy + Default>(values: &[T], plus: impl Fn(T, T) -> T) -> Vec<T> {
    let mut last = T::default();
    values
        .iter()
        .map(|value| {
            last = plus(last, *value);
            last
        })
        .collect()
}
