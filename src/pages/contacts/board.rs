//! Contacts as a board by progress: planned, to be approved, to be reported, done. A card is moved by dragging it or by keys; either way
//! the step that leads there is opened.

use huiyin_api::{ContactQuery, ContactRow, MAX_PAGE_ROWS, Request};
use leptos::{ev, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use super::lines::{hue_of, when};
use crate::{
    pages::{
        cases::{Moving, MovingDialogs},
        shared::CheckBadge,
    },
    shell::{
        ask,
        base::use_base,
        intl,
        keys::{Command, on_command},
        live::live,
    },
    texts::use_texts,
    ui::{Badge, Button, ErrorState, Hue},
};

/// The columns, as tabs of the list, and the steps that lead there.
const COLUMNS: [(&str, &[&str]); 4] = [
    ("planned", &["approved", "planned", "sent_back"]),
    ("approve", &["submitted"]),
    ("report", &["done"]),
    ("done", &["reported", "cancelled"]),
];
/// Cards of a column at first, and so many more at each press.
const CARDS: u32 = 100;

fn wanted(column: usize) -> Vec<String> {
    COLUMNS
        .get(column)
        .map_or(&[][..], |(_, steps)| *steps)
        .iter()
        .map(|step| (*step).to_owned())
        .collect()
}

/// The board of the contacts a list asks for.
#[component]
pub fn ContactBoard(query: Memo<ContactQuery>) -> impl IntoView {
    let t = use_texts();
    let moving = Moving::new();
    // The column and the contact that have the focus.
    let active = RwSignal::new(None::<(usize, String)>);
    let go_beside = move |by: isize| {
        let from = active.with_untracked(|active| active.as_ref().map(|(column, _)| *column));
        focus_beside(from, by)
    };
    let move_by = move |by: isize| {
        let Some((column, id)) = active.get_untracked() else {
            return false;
        };
        let Some(to) = column
            .checked_add_signed(by)
            .filter(|to| *to < COLUMNS.len())
        else {
            return false;
        };
        moving.contact(id, wanted(to));
        true
    };
    on_command(move |command| match command {
        Command::Left => go_beside(-1),
        Command::Right => go_beside(1),
        Command::MoveOn => move_by(1),
        Command::MoveBack => move_by(-1),
        _ => false,
    });
    let columns = (0..COLUMNS.len())
        .map(|column| view! { <Column column query moving active /> })
        .collect_view();
    view! {
        <p class="muted wide-only">{move || t.get().bulk.board_hint}</p>
        <div class="board contact-board" role="group" aria-label=move || t.get().contacts.view_board>
            {columns}
        </div>
        <MovingDialogs moving />
    }
}

/// Moves the focus to the first card of the next column that has one.
fn focus_beside(from: Option<usize>, by: isize) -> bool {
    let mut at = from.map_or(Some(0), |from| from.checked_add_signed(by));
    while let Some(column) = at.filter(|column| *column < COLUMNS.len()) {
        let selector = format!(".contact-board [data-column='{column}'] .row-link");
        let card = document()
            .query_selector(&selector)
            .ok()
            .flatten()
            .and_then(|card| card.dyn_into::<HtmlElement>().ok());
        if let Some(card) = card {
            return card.focus().is_ok();
        }
        at = column.checked_add_signed(if from.is_none() { 1 } else { by });
    }
    false
}

#[component]
fn Column(
    column: usize,
    query: Memo<ContactQuery>,
    moving: Moving,
    active: RwSignal<Option<(usize, String)>>,
) -> impl IntoView {
    let t = use_texts();
    let tab = COLUMNS[column].0;
    let limit = RwSignal::new(CARDS);
    let found = live(
        move || {
            Some(Request::Contacts(ContactQuery {
                tab: tab.to_owned(),
                descending: tab == "done",
                offset: 0,
                limit: limit.get(),
                ..query.get()
            }))
        },
        ask::contacts,
    );
    let page = Memo::new(move |_| found.value.get().unwrap_or_default());
    let total = Memo::new(move |_| page.with(|page| page.total));
    let name = move || t.get().value("contact_tab", tab);
    let count = move || intl::number(t.language(), f64::from(total.get()));
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
        if let Some(id) = moving.dragged.get_untracked() {
            moving.dragged.set(None);
            moving.contact(id, wanted(column));
        }
    };
    let beyond = move || {
        let (shown, all) = (page.with(|page| page.rows.len() as u32), total.get());
        (shown < all).then(|| {
            let number = |count: u32| intl::number(t.language(), f64::from(count));
            let told = (t.get().contacts.shown_of)(&number(shown), &number(all));
            let grows = shown < MAX_PAGE_ROWS;
            view! {
                <div class="actions pad">
                    <span class="muted" role="status">{told}</span>
                    {grows
                        .then(|| {
                            view! {
                                <Button press=move || {
                                    limit.update(|limit| *limit = (*limit + CARDS).min(MAX_PAGE_ROWS));
                                }>{move || t.get().contacts.more}</Button>
                            }
                        })}
                </div>
            }
        })
    };
    view! {
        <section
            class="column"
            class:drop-here=move || over.get()
            data-column=column.to_string()
            aria-label=move || format!("{} {}", name(), count())
            on:dragover=drag_over
            on:dragleave=move |_| over.set(false)
            on:drop=dropped
        >
            <h2 class="column-head">
                {name}
                <span class="tab-count">{count}</span>
            </h2>
            <ErrorState problem=found.problem />
            <ul class="board-cards">
                <For
                    each=move || page.with(|page| page.rows.clone())
                    key=|row| (row.id.clone(), row.updated, row.state.clone(), row.duties.len())
                    children=move |row| view! { <Card row column moving active /> }
                />
            </ul>
            {beyond}
        </section>
    }
}

#[component]
fn Card(
    row: ContactRow,
    column: usize,
    moving: Moving,
    active: RwSignal<Option<(usize, String)>>,
) -> impl IntoView {
    let t = use_texts();
    let base = use_base();
    let href = base.href(&format!("/contacts/{}", row.id));
    let id = StoredValue::new(row.id.clone());
    let to_check = row.clashes > 0 || row.conflicts > 0;
    let state = row.state.clone();
    let hue = hue_of(&state);
    let duty = row.duties.first().cloned();
    let row = StoredValue::new(row);
    let title = move || {
        row.with_value(|row| {
            let kind = t.get().value("kind", &row.kind);
            format!("{kind} · {}", row.customer)
        })
    };
    let day = move || row.with_value(|row| when(t.get(), row));
    let (subject, by) = row.with_value(|row| (row.subject.clone(), row.by.clone()));
    let drag = move |event: ev::DragEvent| {
        moving.dragged.set(Some(id.get_value()));
        if let Some(data) = event.data_transfer() {
            // Without data some browsers do not begin to drag.
            let _ = data.set_data("text/plain", &id.get_value());
        }
    };
    view! {
        <li
            class="board-card"
            draggable="true"
            on:dragstart=drag
            on:dragend=move |_| moving.dragged.set(None)
        >
            <a
                class="row-link strong cut line-main"
                href=href
                draggable="false"
                on:focus=move |_| active.set(Some((column, id.get_value())))
            >
                {title}
            </a>
            <span class="card-line muted">
                <span class="cut">{subject}</span>
                <span class="num">{day}</span>
            </span>
            <span class="card-line">
                <Badge hue>{move || t.get().state(&state)}</Badge>
                {to_check.then(|| view! { <CheckBadge /> })}
                {duty
                    .map(|duty| {
                        let hue = if duty.late { Hue::Red } else { Hue::Amber };
                        let kind = duty.kind;
                        view! { <Badge hue>{move || t.get().value("contact_duty", &kind)}</Badge> }
                    })}
                <span class="muted cut card-who">{by}</span>
            </span>
        </li>
    }
}
