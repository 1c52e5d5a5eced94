//! Which rows of a list are chosen for an act in many records; kept while the list keeps its filter.

use std::collections::BTreeSet;

use leptos::prelude::*;

/// The chosen rows of a list.
#[derive(Clone, Copy)]
pub struct ChosenRows {
    /// Record ids.
    pub ids: RwSignal<BTreeSet<String>>,
    /// The row chosen last: a range begins there.
    pub anchor: StoredValue<Option<u32>>,
    /// On a phone the boxes are shown only while somebody chooses.
    pub choosing: RwSignal<bool>,
}

impl ChosenRows {
    /// Returns a choice of nothing.
    pub fn new() -> Self {
        Self {
            ids: RwSignal::new(BTreeSet::new()),
            anchor: StoredValue::new(None),
            choosing: RwSignal::new(false),
        }
    }

    /// Returns how many are chosen, tracked.
    pub fn count(self) -> usize {
        self.ids.with(BTreeSet::len)
    }

    /// Returns whether somebody chooses rows here, tracked.
    pub fn is_shown(self) -> bool {
        self.choosing.get() || self.count() > 0
    }

    /// Returns whether a record is chosen, tracked.
    pub fn has(self, id: &str) -> bool {
        self.ids.with(|ids| ids.contains(id))
    }

    /// Chooses a record, or no longer. `row` is where it stands.
    pub fn toggle(self, id: &str, row: u32) {
        self.anchor.set_value(Some(row));
        self.ids.update(|ids| {
            if !ids.remove(id) {
                ids.insert(id.to_owned());
            }
        });
    }

    /// Chooses these records too.
    pub fn add(self, more: impl IntoIterator<Item = String>) {
        self.ids.update(|ids| ids.extend(more));
    }

    /// Chooses nothing.
    pub fn clear(self) {
        self.anchor.set_value(None);
        if self.ids.with_untracked(|ids| !ids.is_empty()) {
            self.ids.set(BTreeSet::new());
        }
        if self.choosing.get_untracked() {
            self.choosing.set(false);
        }
    }
}
