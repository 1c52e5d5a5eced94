//! A calendar file: read, compared with the calendar, taken over.

use huiyin_api::{DayView, Problem, ProblemCode, Request};
use leptos::{prelude::*, task::spawn_local};

use super::{Editing, days::DayState};
use crate::{
    shell::{ask, engine::use_engine, files, intl},
    texts::{Texts, use_texts},
    ui::{Button, ErrorState, FileButton, Look},
};

/// Days of a preview shown at once.
const SHOWN: usize = 60;

/// Reads a file and shows what it would change.
#[component]
pub fn CalendarFile(editing: Editing) -> impl IntoView {
    let t = use_texts();
    let engine = use_engine();
    let busy = RwSignal::new(false);
    let problem = RwSignal::new(None::<Problem>);
    let found = RwSignal::new(None::<Vec<DayView>>);
    let take = Callback::new(move |file: web_sys::File| {
        busy.set(true);
        problem.set(None);
        found.set(None);
        spawn_local(async move {
            let result = match files::read_file(&file).await {
                Some(bytes) => {
                    engine
                        .ask_with(Request::ReadCalendarFile, Some(bytes))
                        .await
                }
                None => Err(Problem::at(ProblemCode::BadCsv, "")),
            };
            busy.try_set(false);
            match result {
                Ok((answer, _)) => {
                    found.try_set(ask::days(&answer));
                }
                Err(said) => {
                    problem.try_set(Some(said));
                }
            }
        });
    });
    view! {
        <section class="card" aria-label=move || t.get().calendars.file>
            <div class="card-head">
                <h2>{move || t.get().calendars.file}</h2>
            </div>
            <div class="card-body form-section">
                <p class="muted">{move || t.get().calendars.file_text}</p>
                <pre class="file-form">"date,kind,name\n2026-10-01,holiday,国庆节\n2026-10-10,workday,国庆节"</pre>
                <div class="actions">
                    <FileButton
                        label=move || t.get().calendars.choose_file
                        accept=".csv,text/csv"
                        take
                        busy
                    />
                </div>
                <ErrorState problem />
                {move || found.get().map(|days| view! { <Preview days editing found /> })}
            </div>
        </section>
    }
}

#[component]
fn Preview(
    days: Vec<DayView>,
    editing: Editing,
    found: RwSignal<Option<Vec<DayView>>>,
) -> impl IntoView {
    let t = use_texts();
    let whole = RwSignal::new(false);
    let count = days.len();
    let days = StoredValue::new(days);
    let changes = Memo::new(move |_| {
        let whole = whole.get();
        days.with_value(|days| editing.with(|book| book.changes(days, whole)))
    });
    let rows = move || {
        let texts = t.get();
        changes.with(|changes| {
            changes
                .iter()
                .take(SHOWN)
                .map(|change| {
                    let day = format!(
                        "{} {}",
                        change.date.get(..4).unwrap_or_default(),
                        intl::short_day(texts.language, &change.date)
                    );
                    view! {
                        <tr>
                            <td class="num">{day}</td>
                            <td class="muted">{state_words(texts, &change.before)}</td>
                            <td class="strong">{state_words(texts, &change.after)}</td>
                        </tr>
                    }
                })
                .collect_view()
        })
    };
    let apply = move || {
        days.with_value(|days| {
            editing.update(|book| book.take(days, whole.get_untracked()));
        });
        found.set(None);
    };
    view! {
        <p class="strong" role="status">
            {move || (t.get().calendars.file_found)(count, changes.with(Vec::len))}
        </p>
        <label class="checkbox">
            <input
                type="checkbox"
                prop:checked=move || whole.get()
                on:change:target=move |event| whole.set(event.target().checked())
            />
            <span>{move || t.get().calendars.whole_years}</span>
        </label>
        <Show when=move || !changes.with(Vec::is_empty)>
            <div class="sheet-scroll" tabindex="0" role="region" aria-label=move || t.get().calendars.changes>
                <table class="sheet sample">
                    <thead>
                        <tr>
                            <th scope="col">{move || t.get().calendars.day}</th>
                            <th scope="col">{move || t.get().calendars.before}</th>
                            <th scope="col">{move || t.get().calendars.after}</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </Show>
        <div class="actions">
            <Button
                look=Look::Primary
                disabled=Signal::derive(move || changes.with(Vec::is_empty))
                press=apply
            >
                {move || t.get().calendars.take}
            </Button>
            <Button look=Look::Quiet press=move || found.set(None)>
                {move || t.get().common.cancel}
            </Button>
        </div>
    }
}

fn state_words(texts: &Texts, state: &DayState) -> String {
    let words = &texts.calendars;
    let kind = match state.kind() {
        "working" => words.working,
        "rest" => words.rest,
        "holiday" => words.off,
        _ => words.worked,
    };
    if state.name.is_empty() {
        kind.to_owned()
    } else {
        format!("{kind} · {}", state.name)
    }
}
