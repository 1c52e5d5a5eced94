//! Cases as a board: a column for each state that has any, its cards drawn only where they are seen.
//!
//! The same search, filters and order as the list. A card dragged to another column, or moved by `>`, opens the step that leads there,
//! which asks for what it needs; while it is dragged the columns it may go to are there too.

use std::{collections::BTreeMap, sync::Arc};

use huiyin_api::{CaseRow, Request};
use huiyin_core::case::CaseState;
use leptos::{ev, html, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use super::moving::{Moving, MovingDialogs};
use crate::{
    pages::shared::{CaseMarks, CheckBadge, DueBadge},
    shell::{
        ask,
        base::use_base,
        go::use_go,
        intl,
        keys::{Command, on_command},
        list_mark::{Mark, Rows, Whereabouts},
        list_memory::ListState,
        live::live,
        windows::Windows,
    },
    texts::use_texts,
    ui::{ErrorState, Scroll, Skeleton, VirtualList},
};

/// Height of a card with the space below it, in pixels; the style sheets draw three lines into it.
const CARD_HEIGHT: f64 = 104.0;

/// The board of the cases that a list shows. `nothing` is drawn when there is none.
#[component]
pub fn Board(state: ListState, nothing: Children) -> impl IntoView {
    let t = use_texts();
    // One question tells which columns there are; only those follow their cases.
    let counts = live(
        move || {
            Some(Request::GroupCounts {
                cases: true,
                query: state.query.get(),
                column: "state".to_owned(),
            })
        },
        ask::counts,
    );
    let moving = Moving::new();
    let dragged = live(
        move || {
            Some(Request::Case {
                id: moving.dragged.get()?,
            })
        },
        ask::case,
    );
    let columns = Memo::new(move |_| {
        let mut columns = counts
            .value
            .with(|counts| counts.as_ref().map(filled).unwrap_or_default());
        // Behind the others, so that nothing moves under the pointer.
        let id = moving.dragged.get();
        dragged.value.with(|record| {
            let record = record
                .as_ref()
                .filter(|record| Some(&record.row.id) == id.as_ref());
            let steps = record.into_iter().flat_map(|record| &record.steps);
            for state in steps.filter_map(|form| CaseState::parse(&form.step)) {
                if !columns.contains(&state) {
                    columns.push(state);
                }
            }
        });
        columns
    });
    let empty = move || counts.value.with(Option::is_some) && columns.with(Vec::is_empty);
    // The column the keys work in.
    let active = RwSignal::new(None);
    let enter = move |by| {
        let next = columns.with_untracked(|columns| neighbour(columns, active.get_untracked(), by));
        if next.is_some() {
            active.set(next);
        }
        next.is_some()
    };
    on_command(move |command| match command {
        Command::Left => enter(-1),
        Command::Right | Command::Down => enter(1),
        _ => false,
    });
    view! {
        <ErrorState problem=counts.problem />
        <div class="board" role="group" aria-label=move || t.get().cases.board hidden=empty>
            <Show when=move || counts.value.with(Option::is_none)>
                <Skeleton lines=4 />
            </Show>
            <For
                each=move || columns.get()
                key=|state| *state
                children=move |column| view! { <Column column state active moving /> }
            />
        </div>
        <MovingDialogs moving />
        <div class="board-nothing" hidden=move || !empty()>
            {nothing()}
        </div>
    }
}

/// Returns the states that have cases, in the order of a case's way.
fn filled(counts: &BTreeMap<String, u32>) -> Vec<CaseState> {
    CaseState::ALL
        .iter()
        .copied()
        .filter(|state| counts.get(state.name()).is_some_and(|count| *count > 0))
        .collect()
}

/// Returns the column `by` places on; without one to start from, the first.
fn neighbour(columns: &[CaseState], from: Option<CaseState>, by: isize) -> Option<CaseState> {
    let at = from.and_then(|from| columns.iter().position(|state| *state == from));
    match at {
        Some(at) => {
            let last = columns.len() - 1;
            columns.get(at.saturating_add_signed(by).min(last)).copied()
        }
        None => columns.first().copied(),
    }
}

/// The rows of a column as its mark sees them.
struct ColumnRows(Windows<CaseRow>);

impl Rows for ColumnRows {
    fn track(&self) {
        self.0.track();
    }

    fn places(&self) -> u32 {
        self.0.total.get_untracked().unwrap_or(0)
    }

    fn id_at(&self, place: u32) -> Option<String> {
        self.0.id_at(place)
    }

    fn find(&self, id: &str, near: u32) -> Whereabouts {
        self.0.find(id, near)
    }
}

#[component]
fn Column(
    column: CaseState,
    state: ListState,
    active: RwSignal<Option<CaseState>>,
    moving: Moving,
) -> impl IntoView {
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
    let mark = Mark::new();
    mark.follow(ColumnRows(windows));
    let top = StoredValue::new(0.0);
    let node = NodeRef::<html::Section>::new();
    Effect::new(move |_| {
        let here = active.get() == Some(column);
        let marked = mark.place.get_untracked().is_some();
        if here && !marked {
            mark.set(0, windows.id_at(0));
            if let Some(section) = node.get_untracked() {
                show_whole(&section);
                focus_cards(&section);
            }
        } else if !here && marked {
            mark.clear();
        }
    });
    on_command(move |command| {
        let last = total.get_untracked().checked_sub(1);
        let (Some(last), Some(at)) = (last, mark.place.get_untracked()) else {
            return false;
        };
        let to = |at: u32| mark.set(at, windows.id_at(at));
        match command {
            Command::Down => to((at + 1).min(last)),
            Command::Up => to(at.saturating_sub(1).min(last)),
            Command::Open => match mark.id() {
                Some(id) => go.to(&format!("/cases/{id}")),
                None => return false,
            },
            Command::MoveOn | Command::MoveBack => match mark.id() {
                Some(id) => moving.case(id, Vec::new()),
                None => return false,
            },
            _ => return false,
        }
        true
    });
    let over = RwSignal::new(false);
    let drag_over = move |event: ev::DragEvent| {
        if moving.dragged.with_untracked(Option::is_some) {
            event.prevent_default();
            over.set(true);
        }
    };
    let dropped = move |event: ev::DragEvent| {
        event.prevent_default();
        over.set(false);
        let id = moving.dragged.get_untracked();
        moving.dragged.set(None);
        let here = |id: &String| {
            (0..total.get_untracked()).any(|at| windows.id_at(at).as_ref() == Some(id))
        };
        // Let go where it was taken up: nothing is meant.
        if let Some(id) = id.filter(|id| !here(id)) {
            moving.case(id, vec![column.name().to_owned()]);
        }
    };
    let name = move || t.get().state(column.name());
    let count = move || intl::number(t.language(), f64::from(total.get()));
    let row = Arc::new(move |index: u32| {
        let row = Memo::new(move |_| windows.row(index));
        let card = move || match row.get() {
            Some(row) => view! { <Card row moving /> }.into_any(),
            None => view! { <span role="gridcell" class="bar"></span> }.into_any(),
        };
        card.into_any()
    });
    view! {
        <section
            node_ref=node
            class="column"
            class:drop-here=move || over.get()
            aria-label=move || format!("{} {}", name(), count())
            on:dragover=drag_over
            on:dragleave=move |_| over.set(false)
            on:drop=dropped
        >
            <h2 class="column-head">
                {name}
                <span class="tab-count">{count}</span>
            </h2>
            <VirtualList
                label=name
                total
                row_height=Signal::stored(CARD_HEIGHT)
                scroll=Scroll {
                    top,
                    cursor: mark.place,
                    carried: mark.carried,
                    restarts: 0.into(),
                }
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
fn Card(row: CaseRow, moving: Moving) -> impl IntoView {
    let t = use_texts();
    let id = StoredValue::new(row.id.clone());
    let drag = move |event: ev::DragEvent| {
        moving.dragged.set(Some(id.get_value()));
        if let Some(data) = event.data_transfer() {
            // Without data some browsers do not begin to drag.
            let _ = data.set_data("text/plain", &id.get_value());
        }
    };
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
        <div
            role="gridcell"
            class="board-card"
            draggable="true"
            on:dragstart=drag
            on:dragend=move |_| moving.dragged.set(None)
        >
            <a class="row-link strong cut" tabindex="-1" draggable="false" href=base.href(&format!("/cases/{}", row.id))>
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

    #[test]
    fn columns_are_the_states_with_cases_in_the_order_of_their_way() {
        let counts = [("closed", 4), ("registered", 1), ("accepted", 0), ("?", 9)];
        let counts = counts
            .map(|(state, count)| (state.to_owned(), count))
            .into();
        assert_eq!(filled(&counts), [CaseState::Registered, CaseState::Closed]);
        assert_eq!(filled(&BTreeMap::new()), []);
    }

    #[test]
    fn keys_go_from_column_to_column_and_stop_at_the_ends() {
        const COLUMNS: &[CaseState] = &[CaseState::Registered, CaseState::Assigned];
        #[track_caller]
        fn check(from: Option<CaseState>, by: isize, expected: CaseState) {
            assert_eq!(neighbour(COLUMNS, from, by), Some(expected));
        }
        check(None, 1, CaseState::Registered);
        check(None, -1, CaseState::Registered);
        check(Some(CaseState::Registered), 1, CaseState::Assigned);
        check(Some(CaseState::Assigned), 1, CaseState::Assigned);
        check(Some(CaseState::Registered), -1, CaseState::Registered);
        // A column that has gone is no place to start from.
        check(Some(CaseState::Closed), 1, CaseState::Registered);
        assert_eq!(neighbour(&[], None, 1), None);
    }
}
