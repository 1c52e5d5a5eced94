//! The rows of a long list, fetched from the engine in pages around what is shown.
//!
//! Rows of an older revision stay until newer ones are here; a new query starts afresh but keeps the old rows
//! until its first page has come, so nothing jumps. What lies next to the rows shown is fetched ahead. Few questions are under way at
//! a time, so that after a long jump the rows in sight come first and not all those passed by; pages far away are let go.
//!
//! Long: what is kept, fetched and let go is one state.

use std::{collections::BTreeMap, sync::Arc};

use huiyin_api::{CaseRow, CustomerRow, ListQuery, Problem, Request};
use leptos::{prelude::*, task::spawn_local};

use super::{
    ask,
    engine::{Engine, use_engine},
    list_mark::Whereabouts,
    unread::Unread,
};

/// Rows asked for at once.
pub const PAGE_ROWS: u32 = 100;
/// Pages asked for at a time.
const MAX_UNDER_WAY: usize = 3;
/// Pages kept: some thousand rows around what is shown.
const MAX_HELD: usize = 24;

/// A kind of row that comes in pages.
pub trait Listed: Clone + PartialEq + Send + Sync + 'static {
    /// Returns the request for a window of the list.
    fn request(query: ListQuery) -> Request;
    /// Picks total, offset and rows from the answer.
    fn pick(answer: &Unread) -> Option<(u32, u32, Vec<Self>)>;
    /// Returns the record's id.
    fn id(&self) -> &str;
}

impl Listed for CustomerRow {
    fn request(query: ListQuery) -> Request {
        Request::Customers(query)
    }

    fn pick(answer: &Unread) -> Option<(u32, u32, Vec<Self>)> {
        let page = ask::customers(answer)?;
        Some((page.total, page.offset, page.rows))
    }

    fn id(&self) -> &str {
        &self.id
    }
}

impl Listed for CaseRow {
    fn request(query: ListQuery) -> Request {
        Request::Cases(query)
    }

    fn pick(answer: &Unread) -> Option<(u32, u32, Vec<Self>)> {
        let page = ask::cases(answer)?;
        Some((page.total, page.offset, page.rows))
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
    /// Pages that could not be had, and in which state of the list: they are asked for again in the next.
    refused: BTreeMap<u32, Round>,
    round: Round,
    /// First and last page shown.
    shown: (u32, u32),
    /// Rows that match, once known.
    total: Option<u32>,
}

impl<T> Default for Pages<T> {
    fn default() -> Self {
        Self {
            held: BTreeMap::new(),
            asked: BTreeMap::new(),
            refused: BTreeMap::new(),
            round: (0, 0),
            shown: (0, 0),
            total: None,
        }
    }
}

impl<T> Pages<T> {
    /// Returns the pages to ask for now, and notes them as asked: those of the rows shown, then the ones beside them; none that is
    /// current or under way, and no more than [`MAX_UNDER_WAY`] in all.
    fn wanted(&mut self, round: Round, first: u32, last: u32) -> Vec<u32> {
        if self.round.0 != round.0 {
            // Answers to the old query change nothing any more.
            self.asked.clear();
            self.refused.clear();
            self.total = None;
        }
        self.round = round;
        self.shown = (first / PAGE_ROWS, last / PAGE_ROWS);
        let (from, to) = self.shown;
        let end = self.total.map(|total| total.div_ceil(PAGE_ROWS));
        let after = end.filter(|end| to + 1 < *end).map(|_| to + 1);
        let before = end.and(from.checked_sub(1));
        let mut missing: Vec<u32> = (from..=to)
            .chain(after)
            .chain(before)
            .filter(|page| {
                let current = self.held.get(page).is_some_and(|held| held.round == round);
                let refused = self.refused.get(page) == Some(&round);
                !current && !refused && !self.asked.contains_key(page)
            })
            .collect();
        missing.truncate(MAX_UNDER_WAY.saturating_sub(self.asked.len()));
        for page in &missing {
            self.asked.insert(*page, round);
        }
        missing
    }

    /// Takes rows in unless they answer an older question. Returns whether they were taken.
    fn take(&mut self, page: u32, round: Round, total: u32, rows: Vec<T>) -> bool {
        if round.0 != self.round.0 {
            return false;
        }
        if self.asked.get(&page) == Some(&round) {
            self.asked.remove(&page);
        }
        // Rows of another query go as soon as the first page of this one is here.
        self.held.retain(|_, held| held.round.0 == round.0);
        let older = self.held.get(&page).is_some_and(|held| held.round > round);
        if !older {
            self.total = Some(total);
            let rows = Arc::new(rows);
            self.held.insert(page, Page { round, rows });
            self.let_go();
        }
        !older
    }

    /// Notes that a page could not be had. Returns whether anybody still waited for it.
    fn refuse(&mut self, page: u32, round: Round) -> bool {
        let waited = self.asked.get(&page) == Some(&round);
        if waited {
            self.asked.remove(&page);
            self.refused.insert(page, round);
        }
        waited
    }

    /// Returns the row a record stands at. It is gone if the pages around `near`, where it stood, are as the list is now and have it not.
    fn find(&self, near: u32, is_it: impl Fn(&T) -> bool) -> Whereabouts {
        let found = self.held.iter().filter_map(|(page, held)| {
            let at = held.rows.iter().position(&is_it)?;
            Some((held.round, page * PAGE_ROWS + at as u32))
        });
        if let Some((_, row)) = found.max_by_key(|(round, _)| *round) {
            return Whereabouts::At(row);
        }
        let Some(total) = self.total else {
            return Whereabouts::Unknown;
        };
        let page = near / PAGE_ROWS;
        let mut around = page.saturating_sub(1)..=page + 1;
        let current = around.all(|page| {
            let held = self.held.get(&page).map(|held| held.round);
            held == Some(self.round) || page * PAGE_ROWS >= total
        });
        if current {
            Whereabouts::Gone
        } else {
            Whereabouts::Unknown
        }
    }

    /// Lets the pages farthest from what is shown go.
    fn let_go(&mut self) {
        let (from, to) = self.shown;
        while self.held.len() > MAX_HELD {
            let far = |page: &u32| from.saturating_sub(*page).max(page.saturating_sub(to));
            let farthest = self.held.keys().copied().max_by_key(far);
            match farthest {
                Some(page) => self.held.remove(&page),
                None => return,
            };
        }
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
        let total = RwSignal::new(None);
        let problem = RwSignal::new(None);
        let shown = RwSignal::new((0, 0));
        let query_number = Memo::new(move |old: Option<&(u64, ListQuery)>| {
            let query = query.get();
            match old {
                Some((number, same)) if *same == query => (*number, query),
                Some((number, _)) => (number + 1, query),
                None => (1, query),
            }
        });
        let answers = RwSignal::new(0_u64);
        let told = Told {
            pages,
            answers,
            total,
            problem,
        };
        Effect::new(move |_| {
            let (number, query) = query_number.get();
            let round = (number, engine.revision.get());
            let (first, last) = shown.get();
            // With each answer there is room for another question.
            answers.track();
            let missing = pages
                .try_update_untracked(|pages| pages.wanted(round, first, last))
                .unwrap_or_default();
            for page in missing {
                told.fetch(engine, page, round, query.clone());
            }
        });
        Self {
            pages,
            total: total.read_only(),
            problem: problem.read_only(),
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

    /// Tracks the rows that are here.
    pub fn track(self) {
        self.pages.track();
    }

    /// Returns the row a record stands at that stood at `near`, without tracking it.
    pub fn find(self, id: &str, near: u32) -> Whereabouts {
        self.pages
            .with_untracked(|pages| pages.find(near, |row| row.id() == id))
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
    answers: RwSignal<u64>,
    total: RwSignal<Option<u32>>,
    problem: RwSignal<Option<Problem>>,
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
            answers,
            total,
            problem,
        } = self;
        spawn_local(async move {
            match engine.get(T::request(query), T::pick).await {
                Ok((all, _, rows)) => {
                    let taken = pages.try_maybe_update(|pages| {
                        let taken = pages.take(page, round, all, rows);
                        (taken, taken)
                    });
                    if taken == Some(true) {
                        if total.try_with_untracked(|old| *old != Some(all)) == Some(true) {
                            total.try_set(Some(all));
                        }
                        if problem.try_with_untracked(Option::is_some) == Some(true) {
                            problem.try_set(None);
                        }
                    }
                }
                Err(found) => {
                    let waited = pages.try_update_untracked(|pages| pages.refuse(page, round));
                    if waited == Some(true) {
                        problem.try_set(Some(found));
                    }
                }
            }
            answers.try_update(|count| *count += 1);
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
        assert_eq!(
            pages.wanted((1, 1), 90, 310),
            Vec::<u32>::new(),
            "three questions are enough at a time"
        );
        assert!(pages.take(1, (1, 1), 350, vec![1]));
        assert_eq!(pages.wanted((1, 1), 90, 310), vec![3]);
    }

    #[test]
    fn pages_beside_those_shown_are_fetched_ahead_once_the_length_is_known() {
        let mut pages = Pages::<u8>::default();
        assert_eq!(pages.wanted((1, 1), 510, 540), vec![5]);
        pages.take(5, (1, 1), 10_000, vec![1]);
        assert_eq!(pages.wanted((1, 1), 510, 540), vec![6, 4]);
        let mut pages = Pages::<u8>::default();
        pages.wanted((1, 1), 0, 40);
        pages.take(0, (1, 1), 60, vec![1]);
        assert_eq!(
            pages.wanted((1, 1), 0, 40),
            Vec::<u32>::new(),
            "there is nothing beyond the end"
        );
    }

    #[test]
    fn after_a_long_way_the_pages_shown_come_next_and_those_passed_by_are_not_asked_for() {
        let mut pages = Pages::<u8>::default();
        pages.wanted((1, 1), 0, 250);
        for row in (300..90_000).step_by(500) {
            assert_eq!(pages.wanted((1, 1), row, row + 40), Vec::<u32>::new());
        }
        pages.take(0, (1, 1), 100_000, vec![1]);
        assert_eq!(pages.wanted((1, 1), 90_000, 90_040), vec![900]);
    }

    #[test]
    fn a_new_revision_asks_again_and_keeps_the_old_rows_until_then() {
        let mut pages = Pages::<u8>::default();
        pages.wanted((1, 1), 0, 10);
        pages.take(0, (1, 1), 50, vec![1]);
        assert_eq!(pages.wanted((1, 2), 0, 10), vec![0]);
        assert_eq!(pages.held[&0].rows.as_slice(), &[1]);
        assert!(pages.take(0, (1, 2), 50, vec![2]));
        assert!(
            !pages.take(0, (1, 1), 50, vec![1]),
            "an older answer is late"
        );
        assert_eq!(pages.held[&0].rows.as_slice(), &[2]);
    }

    #[test]
    fn while_revisions_stream_in_a_page_under_way_is_not_asked_for_beside_itself() {
        let mut pages = Pages::<u8>::default();
        assert_eq!(pages.wanted((1, 1), 0, 10), vec![0]);
        assert_eq!(pages.wanted((1, 2), 0, 10), Vec::<u32>::new());
        assert_eq!(pages.wanted((1, 3), 0, 10), Vec::<u32>::new());
        assert!(pages.take(0, (1, 1), 50, vec![1]), "better than nothing");
        assert_eq!(pages.wanted((1, 3), 0, 10), vec![0]);
    }

    #[test]
    fn rows_of_another_query_go_when_the_first_page_of_the_new_one_comes() {
        let mut pages = Pages::<u8>::default();
        pages.wanted((1, 1), 0, 150);
        pages.take(0, (1, 1), 200, vec![1]);
        pages.take(1, (1, 1), 200, vec![2]);
        assert_eq!(pages.wanted((2, 1), 0, 10), vec![0]);
        assert_eq!(pages.held.len(), 2);
        assert!(
            !pages.take(1, (1, 1), 200, vec![3]),
            "an answer to the old query"
        );
        assert!(pages.take(0, (2, 1), 20, vec![9]));
        assert_eq!(pages.held.len(), 1);
    }

    #[test]
    fn a_page_that_could_not_be_had_is_asked_for_again_only_when_something_changed() {
        let mut pages = Pages::<u8>::default();
        pages.wanted((1, 1), 0, 10);
        assert!(pages.refuse(0, (1, 1)));
        assert_eq!(pages.wanted((1, 1), 0, 10), Vec::<u32>::new());
        assert_eq!(pages.wanted((1, 2), 0, 10), vec![0]);
        assert!(!pages.refuse(0, (1, 1)), "nobody waits for that any more");
    }

    #[test]
    fn a_record_is_found_by_its_id_and_gone_only_when_the_pages_around_it_say_so() {
        let find = |pages: &Pages<u8>, near| pages.find(near, |row| *row == 7);
        let mut pages = Pages::<u8>::default();
        pages.wanted((1, 1), 0, 150);
        assert_eq!(find(&pages, 1), Whereabouts::Unknown);
        pages.take(0, (1, 1), 101, vec![1, 7]);
        pages.take(1, (1, 1), 101, vec![2]);
        assert_eq!(find(&pages, 1), Whereabouts::At(1));
        pages.wanted((1, 2), 0, 150);
        pages.take(0, (1, 2), 102, vec![3, 1]);
        assert_eq!(find(&pages, 1), Whereabouts::Unknown, "it may stand next");
        pages.take(1, (1, 2), 102, vec![7, 2]);
        assert_eq!(find(&pages, 1), Whereabouts::At(PAGE_ROWS));
        pages.wanted((1, 3), 0, 150);
        pages.take(1, (1, 3), 101, vec![2]);
        assert_eq!(find(&pages, PAGE_ROWS), Whereabouts::Unknown);
        pages.take(0, (1, 3), 101, vec![3, 1]);
        assert_eq!(find(&pages, PAGE_ROWS), Whereabouts::Gone);
    }

    #[test]
    fn pages_far_from_what_is_shown_are_let_go() {
        let mut pages = Pages::<u8>::default();
        for page in 0..60 {
            let row = page * PAGE_ROWS;
            pages.wanted((1, 1), row, row + 30);
            pages.asked.insert(page, (1, 1));
            pages.take(page, (1, 1), 100_000, vec![1]);
        }
        assert_eq!(pages.held.len(), MAX_HELD);
        assert!(pages.held.contains_key(&59) && !pages.held.contains_key(&0));
    }
}
