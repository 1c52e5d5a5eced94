//! Office hours of each weekday and the zone.

use huiyin_core::calendar::parse_office_hours;
use leptos::prelude::*;

use super::Editing;
use crate::{
    texts::use_texts,
    ui::{Button, Look, SelectField, TextField},
};

/// Working days of the usual week, after Monday.
const AFTER_MONDAY: std::ops::Range<usize> = 1..5;

/// Office hours and zone of the calendar.
#[component]
pub fn Hours(editing: Editing, zones: Signal<Vec<String>>) -> impl IntoView {
    let t = use_texts();
    let fields = (0..7)
        .map(|weekday| view! { <DayHours editing weekday /> })
        .collect_view();
    let zone = move || editing.with(|book| book.form.zone.clone());
    let choices = move || {
        let now = zone();
        let mut choices: Vec<(String, String)> = zones
            .get()
            .into_iter()
            .map(|zone| (zone.clone(), zone.replace('_', " ")))
            .collect();
        if !choices.iter().any(|(zone, _)| *zone == now) {
            choices.insert(0, (now.clone(), now));
        }
        choices
    };
    let same = move || {
        editing.update(|book| {
            let monday = book.hours(0).to_owned();
            for weekday in AFTER_MONDAY {
                book.set_hours(weekday, monday.clone());
            }
        });
    };
    view! {
        <section class="card" aria-label=move || t.get().calendars.hours>
            <div class="card-head">
                <h2>{move || t.get().calendars.hours}</h2>
                <Button look=Look::Quiet press=same>
                    {move || t.get().calendars.like_monday}
                </Button>
            </div>
            <div class="card-body form-section">
                <p class="muted">{move || t.get().calendars.hours_text}</p>
                <div class="form hours">{fields}</div>
                <SelectField
                    label=move || t.get().calendars.zone
                    value=Signal::derive(zone)
                    input=move |zone: String| editing.update(|book| book.form.zone = zone)
                    choices=Signal::derive(choices)
                />
            </div>
        </section>
    }
}

#[component]
fn DayHours(editing: Editing, weekday: usize) -> impl IntoView {
    let t = use_texts();
    let value = Signal::derive(move || editing.with(|book| book.hours(weekday).to_owned()));
    let error = move || {
        if value.with(|text| is_readable(text)) {
            String::new()
        } else {
            t.get().calendars.hours_bad.to_owned()
        }
    };
    let hint = move || {
        if value.with(|text| text.trim().is_empty()) {
            t.get().calendars.closed.to_owned()
        } else {
            String::new()
        }
    };
    view! {
        <TextField
            label=move || t.get().calendars.weekday_names[weekday]
            value
            input=move |text: String| editing.update(|book| book.set_hours(weekday, text))
            error=Signal::derive(error)
            hint=Signal::derive(hint)
        />
    }
}

/// Returns whether office hours can be read; empty = closed.
pub fn is_readable(text: &str) -> bool {
    text.trim().is_empty() || parse_office_hours(text).is_ok()
}
