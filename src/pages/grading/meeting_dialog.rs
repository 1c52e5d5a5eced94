//! What the meeting confirms, to look at before it is done: class now and class proposed, customer by customer, and the minutes.

use huiyin_api::{ClassLine, ClassReport, GradingRow, Problem, Request, detail_in};
use leptos::{ev, prelude::*, task::spawn_local};

use crate::{
    shell::{
        ask,
        engine::use_engine,
        intl,
        notices::use_toaster,
        policy::{Policy, use_policy},
    },
    texts::{Texts, grading, use_texts},
    ui::{AreaField, Button, Dialog, DialogFoot, ErrorState},
};

/// The dialog.
#[component]
pub fn MeetingDialog(
    open: RwSignal<bool>,
    /// The customers chosen, with their sheets.
    rows: Signal<Vec<GradingRow>>,
    #[prop(into)] done: Callback<()>,
) -> impl IntoView {
    let t = use_texts();
    view! {
        <Dialog open title=move || grading::of(t.language()).meeting large=true>
            {move || {
                let rows = rows.get_untracked();
                view! { <Meeting rows open done /> }
            }}
        </Dialog>
    }
    .into_any()
}

#[component]
fn Meeting(rows: Vec<GradingRow>, open: RwSignal<bool>, done: Callback<()>) -> impl IntoView {
    let t = use_texts();
    let policy = use_policy();
    let engine = use_engine();
    let toaster = use_toaster();
    let note = RwSignal::new(String::new());
    let busy = RwSignal::new(false);
    let problem = RwSignal::new(None::<Problem>);
    let refused = RwSignal::new(Vec::<(String, String)>::new());
    let lines: Vec<ClassLine> = rows.iter().filter_map(line_of).collect();
    let count = lines.len() as u64;
    let lines = StoredValue::new(lines);
    let rows = StoredValue::new(rows);
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        problem.set(None);
        let request = Request::ConfirmClasses {
            lines: lines.get_value(),
            note: note.get_untracked(),
        };
        spawn_local(async move {
            let result = engine.get(request, ask::classes_confirmed).await;
            busy.try_set(false);
            match result {
                Ok(ClassReport {
                    done: confirmed,
                    refused: left,
                }) => {
                    let language = t.now().language;
                    let words = grading::of(language);
                    toaster.good((words.confirmed_many)(&intl::count(
                        language,
                        u64::from(confirmed),
                    )));
                    done.try_run(());
                    if left.is_empty() {
                        open.try_set(false);
                    } else {
                        refused.try_set(left);
                    }
                }
                Err(found) => {
                    problem.try_set(Some(found));
                }
            }
        });
    };
    let list = move || {
        rows.with_value(|rows| {
            rows.iter()
                .filter_map(|row| told(t.get(), policy, row))
                .map(|(name, change)| view! { <li><strong>{name}</strong> " " {change}</li> })
                .collect_view()
        })
    };
    view! {
        <Show
            when=move || refused.with(Vec::is_empty)
            fallback=move || view! { <Refused refused open /> }
        >
            <form class="form" novalidate on:submit=submit>
                <p class="wide">
                    {move || {
                        (grading::of(t.language()).meeting_text)(&intl::count(t.language(), count))
                    }}
                </p>
                <ul class="wide">{list}</ul>
                <AreaField
                    label=move || grading::of(t.language()).minutes
                    hint=move || grading::of(t.language()).minutes_hint
                    value=note
                    input=move |text: String| note.set(text)
                />
                <div class="wide">
                    <ErrorState problem />
                </div>
                <DialogFoot open busy submit=move || grading::of(t.language()).confirm />
            </form>
        </Show>
    }
    .into_any()
}

/// Those that were decided or proposed anew in the meantime.
#[component]
fn Refused(refused: RwSignal<Vec<(String, String)>>, open: RwSignal<bool>) -> impl IntoView {
    let t = use_texts();
    let lines = move || {
        refused
            .get()
            .into_iter()
            .map(|(name, why)| {
                let why = detail_in(t.language(), &why);
                view! { <li><strong>{name}</strong> " " <span class="muted">{why}</span></li> }
            })
            .collect_view()
    };
    view! {
        <div class="pad">
            <p>{move || grading::of(t.language()).left_as_they_are}</p>
            <ul>{lines}</ul>
            <div class="actions">
                <Button press=move || open.set(false)>{move || t.get().common.close}</Button>
            </div>
        </div>
    }
    .into_any()
}

fn line_of(row: &GradingRow) -> Option<ClassLine> {
    let proposed = row.sheet.as_ref()?.proposed.as_ref()?;
    Some(ClassLine {
        id: row.row.id.clone(),
        of: proposed.event.clone(),
        class: proposed.class.clone(),
        provisional: proposed.provisional,
        reason: String::new(),
    })
}

/// Returns the name of a customer and how its class changes, in words.
fn told(texts: &Texts, policy: Policy, row: &GradingRow) -> Option<(String, String)> {
    let proposed = row.sheet.as_ref()?.proposed.as_ref()?;
    let words = grading::of(texts.language);
    let now = if row.row.class.is_empty() {
        words.none.to_owned()
    } else {
        policy.class(texts, &row.row.class)
    };
    let mut change = (words.from_to)(&now, &policy.class(texts, &proposed.class));
    if proposed.provisional {
        change = format!("{change} · {}", words.provisional);
    }
    Some((row.row.name.clone(), change))
}
