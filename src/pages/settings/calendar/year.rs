//! A year of months; a day is changed by a click or the keyboard, to what was chosen above.

use huiyin_core::calendar::chrono::{Datelike, NaiveDate};
use leptos::{ev, prelude::*};
use wasm_bindgen::JsCast;

use super::{Editing, days};
use crate::{
    shell::intl,
    texts::use_texts,
    ui::{Glyph, Icon, Tab, Tabs, TextField},
};

/// Months of a year.
const MONTHS: u32 = 12;

/// The year with its tools.
#[component]
pub fn Year(editing: Editing, years: Signal<Vec<i32>>, may_edit: Memo<bool>) -> impl IntoView {
    let t = use_texts();
    let today = days::parse(&intl::iso_today()).unwrap_or_default();
    let year = RwSignal::new(today.year());
    let brush = RwSignal::new(days::OFF.to_owned());
    let name = RwSignal::new(String::new());
    let cursor = RwSignal::new(today);
    let known = move || years.with(|years| years.contains(&year.get()));
    let paint = Callback::new(move |date: NaiveDate| {
        if may_edit.get_untracked() {
            let (kind, name) = (brush.get_untracked(), name.get_untracked());
            editing.update(|book| book.paint(date, &kind, &name));
        }
    });
    let turn = move |by: i32| {
        year.update(|year| *year += by);
        let first = NaiveDate::from_ymd_opt(year.get_untracked(), 1, 1);
        cursor.set(first.unwrap_or(today));
    };
    let months = move || {
        let year = year.get();
        (1..=MONTHS)
            .map(|month| view! { <Month year month editing cursor paint today /> })
            .collect_view()
    };
    view! {
        <section class="card" aria-label=move || t.get().calendars.days>
            <div class="card-head calendar-tools">
                <span class="year-turn">
                    <button
                        type="button"
                        class="icon-button"
                        aria-label=move || t.get().calendars.year_before
                        on:click=move |_| turn(-1)
                    >
                        <Icon glyph=Glyph::Back />
                    </button>
                    <h2 class="num" aria-live="polite">
                        {move || year.get()}
                    </h2>
                    <button
                        type="button"
                        class="icon-button"
                        aria-label=move || t.get().calendars.year_after
                        on:click=move |_| turn(1)
                    >
                        <Icon glyph=Glyph::Next />
                    </button>
                </span>
                <Brush brush name may_edit />
            </div>
            <Show when=move || !known()>
                <p class="notice calendar-note">
                    <Icon glyph=Glyph::Warning />
                    <span>{move || t.get().calendars.not_known}</span>
                </p>
            </Show>
            <div class="year" on:keydown=move |event| move_cursor(&event, cursor)>
                {months}
            </div>
            <Legend />
        </section>
    }
}

/// What a click makes of a day, and what it is called.
#[component]
fn Brush(brush: RwSignal<String>, name: RwSignal<String>, may_edit: Memo<bool>) -> impl IntoView {
    let t = use_texts();
    let tabs = move || {
        let words = &t.get().calendars;
        [
            (days::OFF, words.off),
            (days::WORKED, words.worked),
            (days::ORDINARY, words.ordinary),
        ]
        .map(|(value, name)| Tab {
            value: value.to_owned(),
            name: name.to_owned(),
            count: None,
            urgent: false,
        })
        .to_vec()
    };
    view! {
        <Show when=move || may_edit.get()>
            <span class="brush">
                <span class="muted">{move || t.get().calendars.brush}</span>
                <Tabs
                    label=move || t.get().calendars.brush
                    tabs=Signal::derive(tabs)
                    chosen=brush
                    choose=move |kind: String| brush.set(kind)
                />
                <Show when=move || brush.with(|kind| kind != days::ORDINARY)>
                    <TextField
                        label=move || t.get().calendars.name
                        value=name
                        input=move |typed| name.set(typed)
                    />
                </Show>
            </span>
        </Show>
    }
}

#[component]
fn Month(
    year: i32,
    month: u32,
    editing: Editing,
    cursor: RwSignal<NaiveDate>,
    paint: Callback<NaiveDate>,
    today: NaiveDate,
) -> impl IntoView {
    let t = use_texts();
    let (before, dates) = days::month(year, month);
    let name = move || t.get().calendars.months[(month - 1) as usize];
    let heads = move || {
        t.get()
            .calendars
            .weekdays
            .map(|day| view! { <span class="weekday">{day}</span> })
            .collect_view()
    };
    let cells = dates
        .into_iter()
        .enumerate()
        .map(|(at, date)| {
            let column = (at == 0).then(|| (before + 1).to_string());
            view! { <DayCell date column editing cursor paint today=date == today /> }
        })
        .collect_view();
    view! {
        <div class="month" role="group" aria-label=name>
            <h3>{name}</h3>
            <div class="weekdays" aria-hidden="true">
                {heads}
            </div>
            <div class="month-days">{cells}</div>
        </div>
    }
}

#[component]
fn DayCell(
    date: NaiveDate,
    column: Option<String>,
    editing: Editing,
    cursor: RwSignal<NaiveDate>,
    paint: Callback<NaiveDate>,
    today: bool,
) -> impl IntoView {
    let t = use_texts();
    let state = Memo::new(move |_| editing.with(|book| book.day(date)));
    let label = move || {
        let texts = t.get();
        let words = &texts.calendars;
        state.with(|state| {
            let kind = match state.kind() {
                "working" => words.working,
                "rest" => words.rest,
                "holiday" => words.off,
                _ => words.worked,
            };
            let day = intl::short_day(texts.language, &days::iso(date));
            let own = if state.own { words.own } else { "" };
            [&day, kind, &state.name, own]
                .into_iter()
                .filter(|part| !part.is_empty())
                .collect::<Vec<_>>()
                .join(" · ")
        })
    };
    view! {
        <button
            type="button"
            id=element_id(date)
            class="calendar-day num"
            class:own=move || state.with(|state| state.own)
            class:today=today
            data-kind=move || state.with(days::DayState::kind)
            style:grid-column-start=column
            tabindex=move || if cursor.get() == date { "0" } else { "-1" }
            aria-label=label
            title=label
            on:click=move |_| {
                cursor.set(date);
                paint.run(date);
            }
        >
            {date.day()}
        </button>
    }
}

fn element_id(date: NaiveDate) -> String {
    format!("day-{}", days::iso(date))
}

/// The arrows go from day to day; Enter and space press the day they have reached.
fn move_cursor(event: &ev::KeyboardEvent, cursor: RwSignal<NaiveDate>) {
    let Some(to) = days::step(cursor.get_untracked(), &event.key()) else {
        return;
    };
    event.prevent_default();
    event.stop_propagation();
    cursor.set(to);
    let button = document()
        .get_element_by_id(&element_id(to))
        .and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok());
    if let Some(button) = button {
        // A missing focus harms nobody.
        let _ = button.focus();
    }
}

/// What the colours and marks mean.
#[component]
fn Legend() -> impl IntoView {
    let t = use_texts();
    let item =
        move |kind: &'static str,
              own: bool,
              name: fn(&crate::texts::calendars::CalendarTexts) -> &'static str| {
            view! {
                <li>
                    <span class="calendar-day sample-day" class:own=own data-kind=kind aria-hidden="true">
                        "1"
                    </span>
                    {move || name(&t.get().calendars)}
                </li>
            }
        };
    view! {
        <ul class="calendar-legend">
            {item("working", false, |c| c.working)} {item("rest", false, |c| c.rest)}
            {item("holiday", false, |c| c.off)} {item("make_up", false, |c| c.worked)}
            {item("working", true, |c| c.own)}
        </ul>
    }
}
