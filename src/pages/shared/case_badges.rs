//! Badges of a case: its state, its deadline, and what is to be checked. Words first, colour second.

use huiyin_api::{DueState, Millis, StateGroup};
use leptos::prelude::*;

use crate::{
    shell::{clock::use_clock, intl},
    texts::{Texts, use_texts},
    ui::{Badge, Hue},
};

const HOUR_MS: Millis = 60 * intl::MINUTE_MS;
/// From here on a span is told in days rather than hours.
const DAYS_FROM_MS: Millis = 48 * HOUR_MS;

/// The state of a case.
#[component]
pub fn StateBadge(#[prop(into)] state: String, group: StateGroup) -> impl IntoView {
    let t = use_texts();
    let hue = match (group, state.as_str()) {
        (StateGroup::Open, _) => Hue::Active,
        (StateGroup::Waiting, _) => Hue::Waiting,
        (StateGroup::Done, "closed" | "archived") => Hue::Green,
        (StateGroup::Done, _) => Hue::Neutral,
    };
    view! { <Badge hue>{move || t.get().state(&state)}</Badge> }
}

/// The deadline of a case.
#[component]
pub fn DueBadge(due: Option<Millis>, state: DueState, provisional: bool) -> impl IntoView {
    let t = use_texts();
    let clock = use_clock();
    let hue = match state {
        DueState::None | DueState::OnTime => Hue::Neutral,
        DueState::Soon => Hue::Amber,
        DueState::Overdue | DueState::Late => Hue::Red,
        DueState::Met => Hue::Green,
    };
    let title = move || due.map(|due| intl::date_time(t.language(), due));
    let words = move || {
        let texts = t.get();
        let mut words = due_words(texts, due, state, clock.now());
        if provisional && matches!(state, DueState::OnTime | DueState::Soon | DueState::Overdue) {
            words.push_str(" · ");
            words.push_str(texts.cases.provisional);
        }
        words
    };
    if state == DueState::None {
        return view! { <span class="muted due-none">{words}</span> }.into_any();
    }
    view! {
        <span class="due" title=title>
            <Badge hue>{words}</Badge>
        </span>
    }
    .into_any()
}

/// Two acts or two values that somebody must check.
#[component]
pub fn CheckBadge() -> impl IntoView {
    let t = use_texts();
    view! { <Badge hue=Hue::Amber>{move || t.get().cases.check}</Badge> }
}

/// Clocks that stand still, and where a forwarded case stands with the other branch.
#[component]
pub fn CaseMarks(paused: bool, continued: String) -> impl IntoView {
    let t = use_texts();
    let there = (!continued.is_empty()).then(|| {
        let words = move || {
            let texts = t.get();
            (texts.desk.continued)(&texts.state(&continued))
        };
        view! { <Badge hue=Hue::Waiting>{words}</Badge> }
    });
    view! {
        {paused.then(|| view! { <Badge hue=Hue::Waiting>{move || t.get().desk.paused}</Badge> })}
        {there}
    }
}

/// Returns a deadline in words, seen from `now`.
fn due_words(texts: &Texts, due: Option<Millis>, state: DueState, now: Millis) -> String {
    let c = &texts.cases;
    let Some(due) = due else {
        return c.due_none.to_owned();
    };
    match state {
        DueState::None => c.due_none.to_owned(),
        DueState::OnTime => (c.due_at)(&intl::recent(texts.language, due)),
        DueState::Soon => (c.due_soon)(&span(texts, due - now)),
        DueState::Overdue => (c.due_overdue)(&span(texts, now - due)),
        DueState::Met => c.due_met.to_owned(),
        DueState::Late => c.due_late.to_owned(),
    }
}

fn span(texts: &Texts, length: Millis) -> String {
    let length = length.max(intl::MINUTE_MS);
    let number = |count: Millis| intl::number(texts.language, count as f64);
    if length >= DAYS_FROM_MS {
        (texts.cases.days)(&number(length / intl::DAY_MS))
    } else if length >= HOUR_MS {
        (texts.cases.hours)(&number(length / HOUR_MS))
    } else {
        (texts.cases.minutes)(&number(length / intl::MINUTE_MS))
    }
}
