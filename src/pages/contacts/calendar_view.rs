//! The contacts of a week or month as a grid of days; on a narrow screen the same days as an agenda.
//!
//! Arrow keys go from day to day, Page Up and Page Down turn the leaf, Enter plans a contact on the day.

use std::collections::BTreeMap;

use huiyin_api::{ContactQuery, ContactRow, MAX_PAGE_ROWS, Request};
use huiyin_core::calendar::chrono::{Datelike, Days, Months, NaiveDate};
use leptos::{ev, html, prelude::*};

use super::lines::hue_of;
use crate::{
    shell::{ask, base::use_base, go::use_go, intl, live::live},
    texts::{Texts, use_texts},
    ui::{ErrorState, Glyph, Icon},
};

/// Contacts shown in a day of a month; the rest are counted.
const SHOWN_IN_MONTH: usize = 3;
/// Days of a week.
const WEEK: u64 = 7;

/// How much is shown at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Leaf {
    /// Monday to Sunday.
    Week,
    /// A month, filled up to whole weeks.
    Month,
}

impl Leaf {
    /// Returns the first and the last day shown with `day`.
    fn span(self, day: NaiveDate) -> (NaiveDate, NaiveDate) {
        match self {
            Self::Week => (monday(day), monday(day) + Days::new(WEEK - 1)),
            Self::Month => {
                let first = day.with_day(1).unwrap_or(day);
                let last = first + Months::new(1) - Days::new(1);
                (monday(first), monday(last) + Days::new(WEEK - 1))
            }
        }
    }

    /// Returns the day one leaf on or back.
    fn turn(self, day: NaiveDate, forward: bool) -> NaiveDate {
        match (self, forward) {
            (Self::Week, true) => day + Days::new(WEEK),
            (Self::Week, false) => day - Days::new(WEEK),
            (Self::Month, true) => day + Months::new(1),
            (Self::Month, false) => day - Months::new(1),
        }
    }
}

fn monday(day: NaiveDate) -> NaiveDate {
    day - Days::new(u64::from(day.weekday().num_days_from_monday()))
}

fn today() -> NaiveDate {
    parse(&intl::iso_today()).unwrap_or_default()
}

fn parse(iso: &str) -> Option<NaiveDate> {
    NaiveDate::parse_from_str(iso, "%Y-%m-%d").ok()
}

/// The grid with the means to turn it. `query` narrows what is shown; its days are the leaf's own.
#[component]
pub fn CalendarView(leaf: Leaf, #[prop(into)] query: Signal<ContactQuery>) -> impl IntoView {
    let t = use_texts();
    let cursor = RwSignal::new(today());
    let span = Memo::new(move |_| leaf.span(cursor.get()));
    let found = live(
        move || {
            let (from, to) = span.get();
            Some(Request::Contacts(ContactQuery {
                tab: String::new(),
                from: from.to_string(),
                to: to.to_string(),
                descending: false,
                offset: 0,
                limit: MAX_PAGE_ROWS,
                ..query.get()
            }))
        },
        ask::contacts,
    );
    let by_day = Memo::new(move |_| {
        let mut days: BTreeMap<String, Vec<ContactRow>> = BTreeMap::new();
        let rows = found
            .value
            .with(|page| page.as_ref().map(|page| page.rows.clone()));
        for row in rows.unwrap_or_default() {
            if row.state != "cancelled" {
                days.entry(row.day.clone()).or_default().push(row);
            }
        }
        days
    });
    let title = move || {
        let language = t.language();
        let (from, to) = span.get();
        match leaf {
            Leaf::Week => format!(
                "{} – {}",
                intl::short_day(language, &from.to_string()),
                intl::short_day(language, &to.to_string())
            ),
            Leaf::Month => {
                let day = cursor.get();
                (t.get().contacts.month)(day.year(), day.month())
            }
        }
    };
    let turn = move |forward: bool| cursor.update(|day| *day = leaf.turn(*day, forward));
    let grid = move || {
        let (from, to) = span.get();
        let days: Vec<NaiveDate> = from.iter_days().take_while(|day| *day <= to).collect();
        days.into_iter()
            .map(|day| view! { <DayCell day leaf cursor by_day /> })
            .collect_view()
    };
    view! {
        <section class="card contact-calendar" data-leaf=if leaf == Leaf::Week { "week" } else { "month" }>
            <header class="card-head calendar-tools">
                <span class="year-turn">
                    <button
                        type="button"
                        class="icon-button"
                        aria-label=move || t.get().contacts.before
                        on:click=move |_| turn(false)
                    >
                        <Icon glyph=Glyph::Back />
                    </button>
                    <h2 class="num" aria-live="polite">
                        {title}
                    </h2>
                    <button
                        type="button"
                        class="icon-button"
                        aria-label=move || t.get().contacts.after
                        on:click=move |_| turn(true)
                    >
                        <Icon glyph=Glyph::Next />
                    </button>
                </span>
                <button type="button" class="button quiet" on:click=move |_| cursor.set(today())>
                    {move || t.get().contacts.this_day}
                </button>
            </header>
            <ErrorState problem=found.problem retry=move || found.ask_again() />
            <div class="contact-days" role="group" aria-label=move || t.get().contacts.title>
                {grid}
            </div>
        </section>
    }
}

#[component]
fn DayCell(
    day: NaiveDate,
    leaf: Leaf,
    cursor: RwSignal<NaiveDate>,
    by_day: Memo<BTreeMap<String, Vec<ContactRow>>>,
) -> impl IntoView {
    let t = use_texts();
    let go = use_go();
    let base = use_base();
    let iso = day.to_string();
    let key = iso.clone();
    let rows = Memo::new(move |_| by_day.with(|days| days.get(&key).cloned().unwrap_or_default()));
    let node = NodeRef::<html::Button>::new();
    let marked = move || cursor.get() == day;
    // The keyboard moves the mark; the focus follows it, but only from another day of the grid.
    Effect::new(move |_| {
        if !marked() {
            return;
        }
        let inside = document()
            .active_element()
            .is_some_and(|active| active.class_list().contains("contact-day-name"));
        if let Some(button) = node.get().filter(|_| inside) {
            // A missing focus harms nobody.
            let _ = button.focus();
        }
    });
    let plan = format!("/contacts/new?day={iso}");
    let on_key = move |event: ev::KeyboardEvent| {
        let to = match event.key().as_str() {
            "ArrowRight" => day + Days::new(1),
            "ArrowLeft" => day - Days::new(1),
            "ArrowDown" => day + Days::new(WEEK),
            "ArrowUp" => day - Days::new(WEEK),
            "PageDown" => leaf.turn(day, true),
            "PageUp" => leaf.turn(day, false),
            _ => return,
        };
        event.prevent_default();
        event.stop_propagation();
        cursor.set(to);
    };
    let other_month = leaf == Leaf::Month && cursor.get_untracked().month() != day.month();
    let name = {
        let iso = iso.clone();
        move || intl::short_day(t.language(), &iso)
    };
    let label = {
        let iso = iso.clone();
        move || {
            let texts = t.get();
            let day = intl::short_day(texts.language, &iso);
            let count = rows.with(Vec::len);
            let words = if count == 0 {
                texts.contacts.nothing_on_day.to_owned()
            } else {
                (texts.common.count)(&intl::number(texts.language, count as f64))
            };
            format!("{day}: {words}. {}", texts.contacts.new)
        }
    };
    let limit = match leaf {
        Leaf::Week => usize::MAX,
        Leaf::Month => SHOWN_IN_MONTH,
    };
    let entries = move || {
        let texts = t.get();
        let rows = rows.get();
        let rest = rows.len().saturating_sub(limit);
        let shown = rows
            .into_iter()
            .take(limit)
            .map(|row| {
                let href = base.href(&format!("/contacts/{}", row.id));
                let words = entry_words(texts, &row);
                let hint = words.clone();
                view! {
                    <li>
                        <a class="contact-entry" href=href data-hue=hue_of(&row.state).name() title=hint>
                            {words}
                        </a>
                    </li>
                }
            })
            .collect_view();
        let more = (rest > 0).then(|| {
            let count = intl::number(texts.language, rest as f64);
            view! { <li class="muted">{(texts.contacts.more_on_day)(&count)}</li> }
        });
        view! {
            {shown}
            {more}
        }
    };
    view! {
        <div
            class="contact-day"
            class:today=move || day == today()
            class:other=other_month
            class:free=move || rows.with(Vec::is_empty)
        >
            <button
                node_ref=node
                type="button"
                class="contact-day-name num"
                aria-label=label
                tabindex=move || if marked() { "0" } else { "-1" }
                on:keydown=on_key
                on:focus=move |_| {
                    if cursor.get_untracked() != day && !other_month {
                        cursor.set(day);
                    }
                }
                on:click=move |_| go.to(&plan)
            >
                {name}
            </button>
            <ul>{entries}</ul>
        </div>
    }
}

/// Returns what a day shows of a contact.
fn entry_words(texts: &Texts, row: &ContactRow) -> String {
    let kind = texts.value("kind", &row.kind);
    [row.time.as_str(), kind.as_str(), row.customer.as_str()]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(leaf: Leaf, day: &str, from: &str, to: &str) {
        let (first, last) = leaf.span(parse(day).expect("a day"));
        assert_eq!(
            (first.to_string(), last.to_string()),
            (from.into(), to.into())
        );
    }

    #[test]
    fn a_leaf_is_made_of_whole_weeks_from_monday() {
        check(Leaf::Week, "2026-06-07", "2026-06-01", "2026-06-07");
        check(Leaf::Month, "2026-06-15", "2026-06-01", "2026-07-05");
        check(Leaf::Month, "2026-02-28", "2026-01-26", "2026-03-01");
    }

    #[test]
    fn turning_from_the_last_of_a_month_stays_inside_the_next() {
        let day = Leaf::Month.turn(parse("2026-01-31").expect("a day"), true);
        assert_eq!(day.to_string(), "2026-02-28");
        let day = Leaf::Week.turn(day, false);
        assert_eq!(day.to_string(), "2026-02-21");
    }
}
