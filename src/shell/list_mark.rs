//! The mark of a list: it stays with its record when rows come and go before it, and falls to the nearest row when the record leaves.

use leptos::prelude::*;

/// Where a record stands in a list that has changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whereabouts {
    /// At this row.
    At(u32),
    /// No longer in the list.
    Gone,
    /// The rows around it are on their way.
    Unknown,
}

/// The marked place of a list and the record there. Cheap to copy.
#[derive(Clone, Copy)]
pub struct Mark {
    /// The marked place.
    pub place: RwSignal<Option<u32>>,
    /// Set while the mark was moved by others' rows, not by the person.
    pub carried: StoredValue<bool>,
    id: StoredValue<Option<String>>,
}

impl Mark {
    /// Returns the mark of a list that has none.
    pub fn new() -> Self {
        Self {
            place: RwSignal::new(None),
            carried: StoredValue::new(false),
            id: StoredValue::new(None),
        }
    }

    /// Marks a place, where this record stands if its row is here.
    pub fn set(self, place: u32, id: Option<String>) {
        self.id.set_value(id);
        self.carried.set_value(false);
        self.place.set(Some(place));
    }

    /// Marks nothing.
    pub fn clear(self) {
        self.id.set_value(None);
        self.place.set(None);
    }

    /// Returns the marked record.
    pub fn id(self) -> Option<String> {
        self.place.get_untracked().and(self.id.get_value())
    }

    /// Keeps the mark with its record. `rows` tells, tracked, about the list as it is now.
    pub fn follow(self, rows: impl Rows + 'static) {
        Effect::new(move |_| {
            rows.track();
            let Some(place) = self.place.get_untracked() else {
                return;
            };
            let before = self.id.get_value();
            let (to, id) = carry(&rows, place, before.clone());
            if id != before {
                self.id.set_value(id);
            }
            if to != Some(place) {
                self.carried.set_value(true);
                self.place.set(to);
            }
        });
    }
}

/// What a mark asks of its list.
pub trait Rows {
    /// Tracks everything the answers depend on.
    fn track(&self);
    /// Returns how many places there are.
    fn places(&self) -> u32;
    /// Returns the record at a place, if one stands there and its row is here.
    fn id_at(&self, place: u32) -> Option<String>;
    /// Returns the place of a record that stood at `near`.
    fn find(&self, id: &str, near: u32) -> Whereabouts;
}

/// Returns place and record of the mark in the list as it is now.
fn carry(rows: &impl Rows, place: u32, id: Option<String>) -> (Option<u32>, Option<String>) {
    match id.as_deref().map(|id| rows.find(id, place)) {
        Some(Whereabouts::At(now)) => (Some(now), id),
        Some(Whereabouts::Unknown) => (Some(place), id),
        // The record's row was not here yet when it was marked.
        None => (Some(place), rows.id_at(place)),
        Some(Whereabouts::Gone) => {
            let nearest = rows.places().checked_sub(1).map(|last| place.min(last));
            (nearest, nearest.and_then(|place| rows.id_at(place)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct List(&'static [&'static str], bool);

    impl Rows for List {
        fn track(&self) {}
        fn places(&self) -> u32 {
            self.0.len() as u32
        }
        fn id_at(&self, place: u32) -> Option<String> {
            self.0.get(place as usize).map(|id| (*id).to_owned())
        }
        fn find(&self, id: &str, _: u32) -> Whereabouts {
            match self.0.iter().position(|own| *own == id) {
                Some(at) => Whereabouts::At(at as u32),
                None if self.1 => Whereabouts::Gone,
                None => Whereabouts::Unknown,
            }
        }
    }

    #[track_caller]
    fn check(
        rows: &'static [&'static str],
        whole: bool,
        place: u32,
        expected: Option<(u32, &str)>,
    ) {
        let (to, id) = carry(&List(rows, whole), place, Some("b".to_owned()));
        assert_eq!(to.zip(id.as_deref()), expected);
    }

    #[test]
    fn the_mark_stays_with_its_record_whatever_comes_before_it() {
        check(&["a", "b", "c"], true, 1, Some((1, "b")));
        check(&["new", "a", "b"], true, 1, Some((2, "b")));
        check(&["b", "c"], true, 1, Some((0, "b")));
    }

    #[test]
    fn when_its_record_leaves_the_nearest_row_is_marked_once_that_is_known() {
        check(&["a", "c"], true, 1, Some((1, "c")));
        check(&["a"], true, 1, Some((0, "a")));
        check(&[], true, 1, None);
        check(&["a", "c"], false, 1, Some((1, "b")));
    }

    #[test]
    fn a_row_that_was_on_its_way_is_the_marked_one_once_it_is_here() {
        let list = List(&["a", "b"], true);
        assert_eq!(carry(&list, 1, None), (Some(1), Some("b".to_owned())));
    }
}
