//! Rows in the order of a column, kept between requests: a list with another filter or a further window sorts nothing, and when
//! records change only the rows of their segments are sorted anew and merged in.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use huiyin_core::id::RecordKind;
use huiyin_document::{CustomerColumn, RowRef};

use crate::Millis;
use crate::segments::{Place, Segment, Segments};

/// Orders kept; each takes 16 bytes a row.
const MAX_ORDERS: usize = 4;
/// Lists kept with their places; each takes up to 8 bytes a row.
const MAX_LISTS: usize = 6;
/// When more than one segment in so many has changed, everything is sorted anew.
const CHANGED_SHARE: usize = 4;

/// A column rows are sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum SortBy {
    /// By name, in the order of UTF-16 code units.
    Name,
    Number,
    Branch,
    Received,
    Updated,
    Due,
}

impl SortBy {
    /// Returns the column a query names: for no name the usual one of the kind.
    pub fn of(kind: RecordKind, name: &str) -> Self {
        match name {
            "updated" => Self::Updated,
            "received" => Self::Received,
            "due" => Self::Due,
            "branch" => Self::Branch,
            "number" => Self::Number,
            "" if kind == RecordKind::Case => Self::Received,
            _ => Self::Name,
        }
    }

    /// Returns a number that sorts rows; equal for texts that begin alike.
    fn key(self, ranks: &BTreeMap<&str, u64>, segment: &Segment, row: RowRef<'_>) -> u64 {
        match self {
            Self::Name => {
                let mut units = row.customer(CustomerColumn::Name).encode_utf16();
                (0..4).fold(0, |key, _| key << 16 | u64::from(units.next().unwrap_or(0)))
            }
            Self::Number => {
                let mut bytes = row.customer(CustomerColumn::Number).bytes();
                (0..8).fold(0, |key, _| key << 8 | u64::from(bytes.next().unwrap_or(0)))
            }
            Self::Branch => ranks
                .get(segment.key.branch.as_str())
                .copied()
                .unwrap_or_default(),
            Self::Received => time_key(row.received()),
            Self::Updated => time_key(row.updated()),
            Self::Due => time_key(row.due().unwrap_or(Millis::MAX)),
        }
    }

    /// Compares rows whose keys are equal.
    fn ties(self, segments: &Segments, a: Place, b: Place) -> Ordering {
        let text = |place: Place, column| segments.at(place).1.customer(column);
        let by_text = match self {
            Self::Name => {
                let [a, b] = [a, b].map(|place| text(place, CustomerColumn::Name));
                a.encode_utf16().cmp(b.encode_utf16())
            }
            Self::Number => {
                let [a, b] = [a, b].map(|place| text(place, CustomerColumn::Number));
                a.cmp(b)
            }
            Self::Branch | Self::Received | Self::Updated | Self::Due => Ordering::Equal,
        };
        by_text.then(a.cmp(&b))
    }
}

/// Returns a number that sorts as times do.
fn time_key(time: Millis) -> u64 {
    (time as u64) ^ (1 << 63)
}

type Entry = (u64, Place);

/// All rows of some kinds in one order, with what they were made of.
#[derive(Debug)]
struct Order {
    kind: RecordKind,
    by: SortBy,
    shape: u64,
    /// Version of each segment.
    versions: Vec<u64>,
    entries: Rc<Vec<Entry>>,
}

/// A list with what it was made of.
#[derive(Debug)]
struct Listed {
    name: String,
    revision: u64,
    places: Rc<Vec<Place>>,
}

/// Orders and lists that were made before, the last used at the end.
#[derive(Debug, Default)]
pub(crate) struct Orders {
    orders: Vec<Order>,
    lists: Vec<Listed>,
}

impl Orders {
    /// Returns the list of this name if nothing has changed since it was made.
    pub fn list(&mut self, name: &str, revision: u64) -> Option<Rc<Vec<Place>>> {
        self.lists.retain(|listed| listed.revision == revision);
        let at = self.lists.iter().position(|listed| listed.name == name)?;
        let listed = self.lists.remove(at);
        let places = Rc::clone(&listed.places);
        self.lists.push(listed);
        Some(places)
    }

    /// Keeps a list.
    pub fn keep(&mut self, name: String, revision: u64, places: Rc<Vec<Place>>) {
        if self.lists.len() >= MAX_LISTS {
            self.lists.remove(0);
        }
        self.lists.push(Listed {
            name,
            revision,
            places,
        });
    }

    /// Returns the places of all rows that lists of a kind may show, in ascending order of a column.
    pub fn sorted(&mut self, segments: &Segments, kind: RecordKind, by: SortBy) -> Rc<Vec<Entry>> {
        let versions: Vec<u64> = segments.iter().map(|segment| segment.version).collect();
        let found = self
            .orders
            .iter()
            .position(|order| order.kind == kind && order.by == by);
        let known = found.map(|at| self.orders.remove(at));
        let entries = match known {
            Some(order) if order.shape == segments.shape && order.versions == versions => {
                order.entries
            }
            Some(order) if order.shape == segments.shape => {
                let changed: BTreeSet<u32> = versions
                    .iter()
                    .zip(&order.versions)
                    .enumerate()
                    .filter(|(_, (now, then))| now != then)
                    .map(|(index, _)| index as u32)
                    .collect();
                if changed.len() * CHANGED_SHARE > versions.len().max(CHANGED_SHARE) {
                    Rc::new(sort(segments, kind, by, None))
                } else {
                    let fresh = sort(segments, kind, by, Some(&changed));
                    Rc::new(merge(segments, by, &order.entries, &fresh, &changed))
                }
            }
            _ => Rc::new(sort(segments, kind, by, None)),
        };
        if self.orders.len() >= MAX_ORDERS {
            self.orders.remove(0);
        }
        self.orders.push(Order {
            kind,
            by,
            shape: segments.shape,
            versions,
            entries: Rc::clone(&entries),
        });
        entries
    }
}

fn sort(
    segments: &Segments,
    kind: RecordKind,
    by: SortBy,
    only: Option<&BTreeSet<u32>>,
) -> Vec<Entry> {
    let of_kind = |segment: &Segment| match kind {
        RecordKind::Case => segment.key.kind.is_case(),
        kind => segment.key.kind == kind,
    };
    let branches: BTreeSet<&str> = segments
        .iter()
        .map(|segment| segment.key.branch.as_str())
        .collect();
    let ranks: BTreeMap<&str, u64> = branches.into_iter().zip(0..).collect();
    let mut entries: Vec<Entry> = Vec::new();
    for (index, segment) in segments.iter().enumerate() {
        let index = index as u32;
        if of_kind(segment) && only.is_none_or(|only| only.contains(&index)) {
            entries.extend(
                segment
                    .iter()
                    .enumerate()
                    .map(|(row, found)| (by.key(&ranks, segment, found), (index, row as u32))),
            );
        }
    }
    entries.sort_unstable_by(|a, b| compare(segments, by, a, b));
    entries
}

fn compare(segments: &Segments, by: SortBy, a: &Entry, b: &Entry) -> Ordering {
    a.0.cmp(&b.0).then_with(|| by.ties(segments, a.1, b.1))
}

/// Returns an order in which the rows of changed segments are those of `fresh`.
fn merge(
    segments: &Segments,
    by: SortBy,
    old: &[Entry],
    fresh: &[Entry],
    changed: &BTreeSet<u32>,
) -> Vec<Entry> {
    let mut touched = vec![false; segments.iter().count()];
    for index in changed {
        touched[*index as usize] = true;
    }
    let kept = old.iter().filter(|(_, place)| !touched[place.0 as usize]);
    let kept: Vec<Entry> = kept.copied().collect();
    let mut merged = Vec::with_capacity(kept.len() + fresh.len());
    let mut rest = kept.as_slice();
    for next in fresh {
        // Few rows among many: a search for each of them compares less than a walk over all.
        let before =
            rest.partition_point(|entry| compare(segments, by, entry, next) != Ordering::Greater);
        let (smaller, others) = rest.split_at(before);
        merged.extend_from_slice(smaller);
        merged.push(*next);
        rest = others;
    }
    merged.extend_from_slice(rest);
    merged
}
