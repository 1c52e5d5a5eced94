//! Which customer files gave way to which, read from the rows: what lists leave out and whose cases are shown together.
//!
//! Decides from rows alone, and what a ring or two merges made apart come to is decided by `huiyin-core`. A file whose place was
//! taken by one that is not on this device is shown as before: nothing is hidden for something nobody here can open.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use huiyin_core::id::{RecordId, RecordKind};
use huiyin_core::merge;
use huiyin_document::{CustomerColumn, GAVE_WAY, RowRef};

use crate::segments::{Segment, Segments};

/// Files that gave way, and to which, as of one revision of the rows.
#[derive(Debug, Default)]
pub(crate) struct Standing {
    into: BTreeMap<RecordId, RecordId>,
    /// The same by the texts that cases hold.
    texts: BTreeMap<String, String>,
}

impl Standing {
    fn of(segments: &Segments) -> Self {
        let mut links = BTreeSet::new();
        for (_, segment) in segments.of_kind(RecordKind::Customer) {
            if segment.summary.groups[usize::from(GAVE_WAY)] == 0 {
                continue;
            }
            for row in segment.iter().filter(|row| row.group() == GAVE_WAY) {
                if let Ok(into) = RecordId::parse(row.customer(CustomerColumn::MergedInto)) {
                    links.insert((segment.id(row), into));
                }
            }
        }
        let mut into = merge::standing(&links);
        into.retain(|_, stays| segments.row(stays).is_some());
        let texts = into
            .iter()
            .map(|(from, stays)| (from.to_string(), stays.to_string()))
            .collect();
        Self { into, texts }
    }

    /// Returns the number of files that gave way.
    pub fn len(&self) -> usize {
        self.into.len()
    }

    /// Returns whether the file of a row gave way to one that is here.
    pub fn hides(&self, segment: &Segment, row: RowRef<'_>) -> bool {
        row.group() == GAVE_WAY && self.into.contains_key(&segment.id(row))
    }

    /// Returns the file a customer is in now: the same unless it gave way.
    pub fn of_text<'a>(&'a self, id: &'a str) -> &'a str {
        self.texts.get(id).map_or(id, String::as_str)
    }

    /// Returns the file this one gave way to.
    pub fn of_id(&self, id: &RecordId) -> Option<&RecordId> {
        self.into.get(id)
    }

    /// Returns the files that gave way to this one, also by way of others.
    pub fn merged_into<'a>(&'a self, id: &'a RecordId) -> impl Iterator<Item = &'a RecordId> {
        self.into
            .iter()
            .filter(move |(_, stays)| *stays == id)
            .map(|(from, _)| from)
    }

    /// Returns the files that gave way, each with the one it is in now.
    pub fn links(&self) -> impl Iterator<Item = (&RecordId, &RecordId)> {
        self.into.iter()
    }

    /// Returns the ids of the files that gave way.
    pub fn gone(&self) -> BTreeSet<String> {
        self.texts.keys().cloned().collect()
    }
}

impl Segments {
    /// Returns which files gave way to which; made anew only when rows have changed.
    pub fn standing(&self) -> Rc<Standing> {
        let mut kept = self.standing.borrow_mut();
        match &*kept {
            Some((revision, standing)) if *revision == self.revision => Rc::clone(standing),
            _ => {
                let standing = Rc::new(Standing::of(self));
                *kept = Some((self.revision, Rc::clone(&standing)));
                standing
            }
        }
    }
}
