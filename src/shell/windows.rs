//! The rows of a long list, fetched from the engine in pages around what is shown.
//!
//! Rows of an older revision stay until newer ones are here; a new query starts afresh but keeps the old rows
//! until its first page has come, so nothing jumps.

use std::{collections::BTreeMap, sync::Arc};

use huiyin_api::{
    Answer, CasePage, CaseRow, CustomerPage, CustomerRow, ListQuery, Problem, Request,
};
use leptos::{prelude::*, task::spawn_local};

use super::engine::{Engine, use_engine};

/// Rows asked for at once.
pub const PAGE_ROWS: u32 = 100;

/// A kind of row that comes in pages.
pub trait Listed: Clone + PartialEq + Send + Sync + 'static {
    /// Returns the request for a window of the list.
    fn request(query: ListQuery) -> Request;
    /// Picks total, offset and rows from the answer.
    fn pick(answer: Answer) -> Option<(u32, u32, Vec<Self>)>;
    /// Returns the record's id.
    fn id(&self) -> &str;
}

impl Listed for CustomerRow {
    fn request(query: ListQuery) -> Request {
        Request::Customers(query)
    }

    fn pick(answer: Answer) -> Option<(u32, u32, Vec<Self>)> {
        match answer {
            Answer::Customers(CustomerPage {
                total,
                offset,
                rows,
            }) => Some((total, offset, rows)),
            _ => None,
        }
    }

    fn id(&self) -> &str {
        &self.id
    }
}

impl Listed for CaseRow {
    fn request(query: ListQuery) -> Request {
        Request::Cases(query)
    }

    fn pick(answer: Answer) -> Option<(u32, u32, Vec<Self>)> {
        match answer {
            Answer::Cases(CasePage {
                total,
                offset,
                rows,
            }) => Some((total, offset, rows)),
            _ => None,
        }
    }

    fn id(&self) -> &str {
        &self.id
    }
}

/// Which state of the list a page of rows shows: query and revision.
type Round = (u64, u64);

#[derive(Debug, Clone)]
struct Page<T> {
    round: Round,
    rows: Arc<Vec<T>>,
}

/// The pages fetched so far, as plain data.
#[derive(Debug, Clone)]
struct Pages<T> {
    held: BTreeMap<u32, Page<T>>,
    asked: BTreeMap<u32, Round>,
    round: Round,
}

impl<T> Default for Pages<T> {
    fn default() -> Self {
        Self {
            held: BTreeMap::new(),
            asked: BTreeMap::new(),
            round: (0, 0),
        }
    }
}

impl<T> Pages<T> {
    /// Returns the pages between two rows that are neither current nor asked for, and notes them as asked.
    fn wanted(&mut self, round: Round, first: u32, last: u32) -> Vec<u32> {
        self.round = round;
        let pages = first / PAGE_ROWS..=last / PAGE_ROWS;
        let missing: Vec<u32> = pages
            .filter(|page| {
                let current = self.held.get(page).is_some_and(|held| held.round == round);
                let under_way = self.asked.get(page) == Some(&round);
                !current && !under_way
            })
            .collect();
        for page in &missing {
            self.asked.insert(*page, round);
        }
        missing
    }

    /// Takes rows in unless they answer an older question. Returns whether they were taken.
    fn take(&mut self, page: u32, round: Round, rows: Vec<T>) -> bool {
        if self.asked.get(&page) == Some(&round) {
            self.asked.remove(&page);
        }
        if round.0 != self.round.0 {
            return false;
        }
        // Rows of another query go as soon as the first page of this one is here.
        self.held.retain(|_, held| held.round.0 == round.0);
        let older = self.held.get(&page).is_some_and(|held| held.round > round);
        if !older {
            self.held.insert(
                page,
                Page {
                    round,
                    rows: Arc::new(rows),
                },
            );
        }
        !older
    }
}

/// The rows of a list. Cheap to copy.
pub struct Windows<T: Listed> {
    pages: RwSignal<Pages<T>>,
    /// Rows that match, once known.
    pub total: ReadSignal<Option<u32>>,
    /// The problem of the last question, if any.
    pub problem: ReadSignal<Option<Problem>>,
    /// First and last row shown.
    pub shown: RwSignal<(u32, u32)>,
}

#[expect(
    clippy::expl_impl_clone_on_copy,
    reason = "deriving would ask for rows that are Copy"
)]
impl<T: Listed> Clone for Windows<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Listed> Copy for Windows<T> {}

impl<T: Listed> Windows<T> {
    /// Starts to follow a query; its offset and limit are set here.
    pub fn follow(query: Signal<ListQuery>) -> Self {
        let engine = use_engine();
        let pages = RwSignal::new(Pages::default());
        let (total, set_total) = signal(None);
        let (problem, set_problem) = signal(None);
        let shown = RwSignal::new((0, 0));
        let query_number = Memo::new(move |old: Option<&(u64, ListQuery)>| {
            let query = query.get();
            match old {
                Some((number, same)) if *same == query => (*number, query),
                Some((number, _)) => (number + 1, query),
                None => (1, query),
            }
        });
        let told = Told {
            pages,
            total: set_total,
            problem: set_problem,
        };
        Effect::new(move |_| {
            let (number, query) = query_number.get();
            let round = (number, engine.revision.get());
            let (first, last) = shown.get();
            let missing = pages
                .try_update_untracked(|pages| pages.wanted(round, first, last))
                .unwrap_or_default();
            for page in missing {
                told.fetch(engine, page, round, query.clone());
            }
        });
        Self {
            pages,
            total,
            problem,
            shown,
        }
    }

    /// Returns a row, or none while it is on its way. Tracked.
    pub fn row(self, index: u32) -> Option<T> {
        self.pages.with(|pages| {
            let held = pages.held.get(&(index / PAGE_ROWS))?;
            held.rows.get((index % PAGE_ROWS) as usize).cloned()
        })
    }

    /// Returns the id of a row without tracking it.
    pub fn id_at(self, index: u32) -> Option<String> {
        self.pages.with_untracked(|pages| {
            let held = pages.held.get(&(index / PAGE_ROWS))?;
            let row = held.rows.get((index % PAGE_ROWS) as usize)?;
            Some(row.id().to_owned())
        })
    }
}

struct Told<T: Listed> {
    pages: RwSignal<Pages<T>>,
    total: WriteSignal<Option<u32>>,
    problem: WriteSignal<Option<Problem>>,
}

#[expect(
    clippy::expl_impl_clone_on_copy,
    reason = "deriving would ask for rows that are Copy"
)]
impl<T: Listed> Clone for Told<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Listed> Copy for Told<T> {}

impl<T: Listed> Told<T> {
    fn fetch(self, engine: Engine, page: u32, round: Round, mut query: ListQuery) {
        query.offset = page * PAGE_ROWS;
        query.limit = PAGE_ROWS;
        let Self {
            pages,
            total,
            problem,
        } = self;
        spawn_local(async move {
            match engine.get(T::request(query), T::pick).await {
                Ok((all, _, rows)) => {
                    let taken = pages.try_maybe_update(|pages| {
                        let taken = pages.take(page, round, rows);
                        (taken, taken)
                    });
                    if taken == Some(true) {
                        total.try_set(Some(all));
                        problem.try_set(None);
                    }
                }
                Err(found) => {
                    problem.try_set(Some(found));
                }
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_pages_that_are_missing_are_asked_for_and_only_once() {
        let mut pages = Pages::<u8>::default();
        assert_eq!(pages.wanted((1, 1), 90, 210), vec![0, 1, 2]);
        assert_eq!(pages.wanted((1, 1), 90, 310), vec![3]);
        assert!(pages.take(1, (1, 1), vec![1]));
        assert_eq!(pages.wanted((1, 1), 90, 210), Vec::<u32>::new());
    }

    #[test]
    fn a_new_revision_asks_again_and_keeps_the_old_rows_until_then() {
        let mut pages = Pages::<u8>::default();
        pages.wanted((1, 1), 0, 10);
        pages.take(0, (1, 1), vec![1]);
        assert_eq!(pages.wanted((1, 2), 0, 10), vec![0]);
        assert_eq!(pages.held[&0].rows.as_slice(), &[1]);
        assert!(pages.take(0, (1, 2), vec![2]));
        assert!(!pages.take(0, (1, 1), vec![1]), "an older answer is late");
        assert_eq!(pages.held[&0].rows.as_slice(), &[2]);
    }

    #[test]
    fn rows_of_another_query_go_when_the_first_page_of_the_new_one_comes() {
        let mut pages = Pages::<u8>::default();
        pages.wanted((1, 1), 0, 150);
        pages.take(0, (1, 1), vec![1]);
        pages.take(1, (1, 1), vec![2]);
        pages.wanted((2, 1), 0, 10);
        assert_eq!(pages.held.len(), 2);
        assert!(
            !pages.take(1, (1, 1), vec![3]),
            "an answer to the old query"
        );
        assert!(pages.take(0, (2, 1), vec![9]));
        assert_eq!(pages.held.len(), 1);
    }
}
