//! What a list looked like when it was left: search, filter, order, scroll and the marked row come back with it.

use std::collections::BTreeMap;

use huiyin_api::ListQuery;
use leptos::prelude::*;

use super::{chosen_rows::ChosenRows, list_mark::Mark};

/// The state of one list.
#[derive(Clone, Copy)]
pub struct ListState {
    /// Search, filter and order.
    pub query: RwSignal<ListQuery>,
    /// Distance scrolled, in pixels.
    pub scroll: StoredValue<f64>,
    /// Counts how often the list started from the top again while it was shown.
    pub restarts: RwSignal<u32>,
    /// The marked row.
    pub mark: Mark,
    /// Wire names of the chosen columns in order; empty = the usual ones.
    pub columns: RwSignal<Vec<String>>,
    /// Id of the saved view that was opened, if one was.
    pub view: RwSignal<Option<String>>,
    /// The chosen rows.
    pub chosen: ChosenRows,
    /// Key of what was put back last.
    pub restored: StoredValue<String>,
}

impl ListState {
    fn new(sort: &str, descending: bool) -> Self {
        Self {
            query: RwSignal::new(ListQuery {
                sort: sort.to_owned(),
                descending,
                ..ListQuery::default()
            }),
            scroll: StoredValue::new(0.0),
            restarts: RwSignal::new(0),
            mark: Mark::new(),
            columns: RwSignal::new(Vec::new()),
            view: RwSignal::new(None),
            chosen: ChosenRows::new(),
            restored: StoredValue::new(String::new()),
        }
    }

    /// Changes the query and starts from the top.
    pub fn change(self, change: impl FnOnce(&mut ListQuery)) {
        self.query.update(change);
        self.mark.clear();
        self.chosen.clear();
        self.scroll.set_value(0.0);
        self.restarts.update(|count| *count += 1);
    }

    /// Returns the wanted values of a column, tracked.
    pub fn wanted(self, column: &str) -> Vec<String> {
        self.query
            .with(|query| query.filter.get(column).cloned().unwrap_or_default())
    }

    /// Wants one value of a column; empty = any.
    pub fn want(self, column: &str, value: &str) {
        self.change(|query| set(&mut query.filter, column, value));
    }

    /// Returns whether any search or filter is in force, tracked.
    pub fn narrowed(self) -> bool {
        self.query.with(|query| {
            !query.search.is_empty() || !query.filter.is_empty() || query.tree.is_some()
        })
    }

    /// Takes search and filters away.
    pub fn clear(self) {
        self.change(|query| {
            query.search.clear();
            query.filter.clear();
            query.tree = None;
        });
    }
}

fn set(filter: &mut BTreeMap<String, Vec<String>>, column: &str, value: &str) {
    if value.is_empty() {
        filter.remove(column);
    } else {
        filter.insert(column.to_owned(), vec![value.to_owned()]);
    }
}

/// The states of all lists.
#[derive(Clone, Copy)]
pub struct ListMemory {
    /// Customers.
    pub customers: ListState,
    /// Cases.
    pub cases: ListState,
}

impl ListMemory {
    /// Forgets what the lists looked like.
    pub fn forget(self) {
        for (state, sort, descending) in [
            (self.customers, "name", false),
            (self.cases, "received", true),
        ] {
            state.query.set(ListQuery {
                sort: sort.to_owned(),
                descending,
                ..ListQuery::default()
            });
            state.view.set(None);
            state.mark.clear();
            state.chosen.clear();
            state.scroll.set_value(0.0);
            state.restored.set_value(String::new());
        }
    }

    /// Returns lists in their first order.
    pub fn new() -> Self {
        Self {
            customers: ListState::new("name", false),
            cases: ListState::new("received", true),
        }
    }
}

/// Returns the states of the lists.
pub fn use_list_memory() -> ListMemory {
    expect_context()
}
