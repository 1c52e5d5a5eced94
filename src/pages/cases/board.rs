//! Cases as a board: a column for each state that has any, its cards drawn only where they are seen.
//!
//! The same search, filters and order as the list. Cards are opened, not dragged: a case moves by a step, which asks for what it needs.

use std::{collections::BTreeMap, sync::Arc};

use huiyin_api::{CaseRow, ListQuery};
use huiyin_core::case::{CaseState, StateGroup};
use leptos::{html, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use crate::{
    pages::shared::{CaseMarks, CheckBadge, DueBadge},
    shell::{
        base::use_base,
        go::use_go,
        intl,
        keys::{Command, on_command},
        list_memory::ListState,
        windows::Windows,
    },
    texts::use_texts,
    ui::{Scroll, Skeleton, VirtualList},
};

/// Height of a card with the space below it, in pixels; the style sheets draw three lines into it.
const CARD_HEIGHT: f64 = 104.0;

/// What the columns share: how many cards each has, and which one the keys work in.
#[derive(Clone, Copy)]
struct Shared {
    totals: RwSignal<BTreeMap<CaseState, u32>>,
    active: RwSignal<Option<CaseState>>,
}

/// The board of the cases that a list shows. `nothing` is drawn when there is none.
#[component]
pub fn Board(state: ListState, nothing: Children) -> impl IntoView {
    let t = use_texts();
    let shared = Shared {
        totals: RwSignal::new(BTreeMap::new()),
        active: RwSignal::new(None),
    };
    let columns = Memo::new(move |_| state.query.with(states_of));
    // Columns that went take their figures along.
    Effect::new(move |_| {
        let columns = columns.get();
        shared
            .totals
            .update(|totals| totals.retain(|state, _| columns.contains(state)));
    });
    let known = Memo::new(move |_| shared.totals.with(BTreeMap::len) == columns.with(Vec::len));
    let empty = Memo::new(move |_| {
        known.get()
            && shared
                .totals
                .with(|totals| totals.values().all(|count| *count == 0))
    });
    on_command(move |command| match command {
        Command::Left => enter(shared, -1),
        Command::Right | Command::Down => enter(shared, 1),
        _ => false,
    });
    view! {
        <div class="board" role="group" aria-label=move || t.get().cases.board>
            <Show when=move || !known.get() && shared.totals.with(|totals| totals.values().all(|count| *count == 0))>
                <Skeleton lines=4 />
            </Show>
            <For
                each=move || columns.get()
                key=|state| *state
                children=move |column| view! { <Column column state shared /> }
            />
        </div>
        <div class="board-nothing" hidden=move || !empty.get()>
            {nothing()}
        </div>
    }
}

/// Moves the keys to the column `by` places on that has cards. Returns whether there is one.
fn enter(shared: Shared, by: isize) -> bool {
    let next = shared
        .totals
        .with_untracked(|totals| neighbour(totals, shared.active.get_untracked(), by));
    if let Some(next) = next {
        shared.active.set(Some(next));
    }
    next.is_some()
}

/// Returns the column beside `from` that has cards; without a column to start from, the first.
fn neighbour(
    totals: &BTreeMap<CaseState, u32>,
    from: Option<CaseState>,
    by: isize,
) -> Option<CaseState> {
    let filled: Vec<CaseState> = CaseState::ALL
        .iter()
        .copied()
        .filter(|state| totals.get(state).is_some_and(|count| *count > 0))
        .collect();
    let at = from.and_then(|from| filled.iter().position(|state| *state == from));
    match at {
        Some(at) => {
            let last = filled.len() - 1;
            filled.get(at.saturating_add_signed(by).min(last)).copied()
        }
        None => filled.first().copied(),
    }
}

/// Returns the states a query lets through, in the order of a case's way.
fn states_of(query: &ListQuery) -> Vec<CaseState> {
    let wants = |column: &str, value: &str| {
        query
            .filter
            .get(column)
            .is_none_or(|wanted| wanted.is_empty() || wanted.iter().any(|one| one == value))
    };
    CaseState::ALL
        .iter()
        .copied()
        .filter(|state| {
            let group = match state.group() {
                StateGroup::Open => "open",
                StateGroup::Waiting => "waiting",
                StateGroup::Done => "done",
            };
            wants("state", state.name()) && wants("group", group)
        })
        .collect()
}

#[component]
fn Column(column: CaseState, state: ListState, shared: Shared) -> impl IntoView {
    let t = use_texts();
    let go = use_go();
    let query = Signal::derive(move || {
        let mut query = state.query.get();
        query.filter.remove("group");
        query
            .filter
            .insert("state".to_owned(), vec![column.name().to_owned()]);
        query
    });
    let windows = Windows::<CaseRow>::follow(query);
    let total = Signal::derive(move || windows.total.get().unwrap_or(0));
    Effect::new(move |_| {
        if let Some(total) = windows.total.get() {
            shared.totals.update(|totals| {
                totals.insert(column, total);
            });
        }
    });
    let cursor = RwSignal::new(None);
    let top = StoredValue::new(0.0);
    let node = NodeRef::<html::Section>::new();
    Effect::new(move |_| {
        let here = shared.active.get() == Some(column);
        let marked = cursor.get_untracked().is_some();
        if here && !marked {
            cursor.set(Some(0));
            if let Some(section) = node.get_untracked() {
                show_whole(&section);
                focus_cards(&section);
            }
        } else if !here && marked {
            cursor.set(None);
        }
    });
    on_command(move |command| {
        let last = total.get_untracked().checked_sub(1);
        let (Some(last), Some(at)) = (last, cursor.get_untracked()) else {
            return false;
        };
        match command {
            Command::Down => cursor.set(Some((at + 1).min(last))),
            Command::Up => cursor.set(Some(at.saturating_sub(1).min(last))),
            Command::Open => match windows.id_at(at) {
                Some(id) => go.to(&format!("/cases/{id}")),
                None => return false,
            },
            _ => return false,
        }
        true
    });
    let name = move || t.get().state(column.name());
    let count = move || intl::number(t.language(), f64::from(total.get()));
    let row = Arc::new(move |index: u32| {
        let row = Memo::new(move |_| windows.row(index));
        let card = move || match row.get() {
            Some(row) => view! { <Card row /> }.into_any(),
            None => view! { <span role="gridcell" class="bar"></span> }.into_any(),
        };
        card.into_any()
    });
    view! {
        <section node_ref=node class="column" hidden=move || total.get() == 0 aria-label=move || format!("{} {}", name(), count())>
            <h2 class="column-head">
                {name}
                <span class="tab-count">{count}</span>
            </h2>
            <VirtualList
                label=name
                total
                row_height=Signal::stored(CARD_HEIGHT)
                scroll=Scroll { top, cursor }
                shown=windows.shown
                row
            />
        </section>
    }
}

/// Scrolls the board sideways until a column is whole in sight.
fn show_whole(section: &HtmlElement) {
    let Some(board) = section
        .parent_element()
        .and_then(|parent| parent.dyn_into::<HtmlElement>().ok())
    else {
        return;
    };
    let (from, to) = (
        section.offset_left() - board.offset_left(),
        section.offset_left() - board.offset_left() + section.offset_width(),
    );
    if from < board.scroll_left() {
        board.set_scroll_left(from);
    } else if to > board.scroll_left() + board.client_width() {
        board.set_scroll_left(to - board.client_width());
    }
}

/// Moves the focus to the cards of a column, so that Enter opens the marked one and not a link pressed before.
fn focus_cards(section: &HtmlElement) {
    let cards = section
        .query_selector("[role=grid]")
        .ok()
        .flatten()
        .and_then(|cards| cards.dyn_into::<HtmlElement>().ok());
    if let Some(cards) = cards {
        // A missing focus harms nobody.
        let _ = cards.focus();
    }
}

#[component]
fn Card(row: CaseRow) -> impl IntoView {
    let t = use_texts();
    let base = use_base();
    let subject = row.subject;
    let subject = move || {
        if subject.is_empty() {
            t.get().cases.no_subject.to_owned()
        } else {
            subject.clone()
        }
    };
    let assignee = row.assignee;
    let assignee = move || {
        if assignee.is_empty() {
            t.get().cases.nobody.to_owned()
        } else {
            assignee.clone()
        }
    };
    let to_check = row.clashes > 0 || row.conflicts > 0;
    view! {
        <div role="gridcell" class="board-card">
            <a class="row-link strong cut" tabindex="-1" href=base.href(&format!("/cases/{}", row.id))>
                {subject}
            </a>
            <span class="card-line muted">
                <span class="cut">{row.customer}</span>
                <span class="num">{row.number}</span>
            </span>
            <span class="card-line">
                <DueBadge due=row.due state=row.due_state provisional=row.provisional />
                {to_check.then(|| view! { <CheckBadge /> })}
                <CaseMarks paused=row.paused continued=row.continued />
                <span class="muted cut card-who">{assignee}</span>
            </span>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn query(column: &str, values: &[&str]) -> ListQuery {
        ListQuery {
            filter: BTreeMap::from([(
                column.to_owned(),
                values.iter().map(|value| (*value).to_owned()).collect(),
            )]),
            ..ListQuery::default()
        }
    }

    #[test]
    fn columns_are_the_states_that_the_filters_let_through() {
        #[track_caller]
        fn check(query: &ListQuery, expected: &[CaseState]) {
            assert_eq!(states_of(query), expected);
        }
        check(&ListQuery::default(), CaseState::ALL);
        check(&query("group", &[]), CaseState::ALL);
        check(
            &query("group", &["waiting"]),
            &[
                CaseState::Forwarded,
                CaseState::Proposed,
                CaseState::Answered,
            ],
        );
        check(&query("state", &["returned"]), &[CaseState::Returned]);
        let open = states_of(&query("group", &["open"]));
        assert!(open.contains(&CaseState::Registered) && !open.contains(&CaseState::Closed));
    }

    #[test]
    fn keys_go_from_column_to_column_past_empty_ones_and_stop_at_the_ends() {
        let totals = BTreeMap::from([
            (CaseState::Registered, 2),
            (CaseState::Accepted, 0),
            (CaseState::Assigned, 1),
        ]);
        #[track_caller]
        fn check(
            totals: &BTreeMap<CaseState, u32>,
            from: Option<CaseState>,
            by: isize,
            expected: CaseState,
        ) {
            assert_eq!(neighbour(totals, from, by), Some(expected));
        }
        check(&totals, None, 1, CaseState::Registered);
        check(&totals, None, -1, CaseState::Registered);
        check(&totals, Some(CaseState::Registered), 1, CaseState::Assigned);
        check(&totals, Some(CaseState::Assigned), 1, CaseState::Assigned);
        check(
            &totals,
            Some(CaseState::Registered),
            -1,
            CaseState::Registered,
        );
        assert_eq!(neighbour(&BTreeMap::new(), None, 1), None);
    }
}
