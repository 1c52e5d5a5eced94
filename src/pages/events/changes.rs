//! What became of an event since it was planned: its changes, changing and cancelling it, its list on paper.

use huiyin_api::{EventChange, EventGuests, EventValue, Problem, Request};
use leptos::{ev, prelude::*, task::spawn_local};

use super::plan_dialog::{PlanDialog, Planned};
use crate::{
    shell::{engine::use_engine, intl, notices::use_toaster, policy},
    texts::{Texts, events, use_texts},
    ui::{AreaField, Button, Dialog, DialogFoot, ErrorState, Glyph, LinkButton, Look},
};

/// Printing the list of an event, changing and cancelling it.
#[component]
pub fn EventActs(event: Memo<EventGuests>) -> impl IntoView {
    let t = use_texts();
    let (changing, cancelling) = (RwSignal::new(false), RwSignal::new(false));
    let about = Signal::derive(move || {
        event.with(|view| Planned {
            id: view.row.id.clone(),
            form: view.row.form.clone(),
            departments: view.known_departments.clone(),
            closes: view.usual_closes.clone(),
        })
    });
    let id = Memo::new(move |_| event.with(|view| view.row.id.clone()));
    let may_change = Memo::new(move |_| event.with(|view| view.may_change));
    let may_cancel = Memo::new(move |_| event.with(|view| view.may_cancel));
    let print = move || format!("/papers/events/{}", id.get());
    view! {
        <Show when=move || id.with(|id| !id.is_empty())>
            <LinkButton to=print icon=Glyph::Print>
                {move || events::of(t.language()).print}
            </LinkButton>
        </Show>
        <Show when=move || may_change.get()>
            <Button press=move || changing.set(true)>
                {move || events::of(t.language()).change}
            </Button>
        </Show>
        <Show when=move || may_cancel.get()>
            <Button look=Look::Quiet press=move || cancelling.set(true)>
                {move || events::of(t.language()).cancel}
            </Button>
        </Show>
        <PlanDialog open=changing about />
        <CancelDialog open=cancelling event />
    }
    .into_any()
}

/// That an event was cancelled, and why.
#[component]
pub fn Cancelled(event: Memo<EventGuests>) -> impl IntoView {
    let t = use_texts();
    let why = Memo::new(move |_| {
        let mut changes = event.with(|view| view.changes.clone()).into_iter().rev();
        changes.find_map(|change| change.cancelled)
    });
    let words = move || {
        let why = why.get()?;
        let words = (events::of(t.language()).cancelled_text)(&why);
        Some(view! { <p class="error">{words}</p> })
    };
    view! { {words} }
}

/// The changes of an event, the newest first; nothing before the first.
#[component]
pub fn Changes(event: Memo<EventGuests>) -> impl IntoView {
    let t = use_texts();
    let changes = Memo::new(move |_| event.with(|view| view.changes.clone()));
    let lines = move || {
        let newest = changes.get().into_iter().rev();
        newest
            .map(|change| view! { <Change change event /> })
            .collect_view()
    };
    view! {
        <Show when=move || changes.with(|changes| !changes.is_empty())>
            <section class="card">
                <header class="card-head">
                    <h2>{move || events::of(t.language()).history}</h2>
                </header>
                <ul class="people-lines">{lines}</ul>
            </section>
        </Show>
    }
}

#[component]
fn Change(change: EventChange, event: Memo<EventGuests>) -> impl IntoView {
    let t = use_texts();
    let (by, at) = (change.by, change.at);
    let when = move || intl::date_time(t.language(), at);
    let cancelled = change.cancelled.map(|why| {
        let words = move || format!("{} · {why}", events::of(t.language()).cancelled);
        view! { <span class="error">{words}</span> }
    });
    let values = change
        .values
        .into_iter()
        .map(|value| {
            let words = move || event.with(|event| told(t.get(), event, &value));
            view! { <span>{words}</span> }
        })
        .collect_view();
    view! {
        <li class="people-line">
            <span class="people-line-main">
                <span class="strong">{by}</span>
                <span class="muted num">{when}</span>
                {values}
                {cancelled}
            </span>
        </li>
    }
}

/// Returns a changed value in words.
fn told(texts: &Texts, event: &EventGuests, value: &EventValue) -> String {
    let w = events::of(texts.language);
    let department = |id: &str| {
        let known = event
            .known_departments
            .iter()
            .find(|(known, _)| known == id);
        known.map_or_else(
            || id.to_owned(),
            |(_, text)| policy::words(texts.language, text),
        )
    };
    let shown = |said: &str| match value.field.as_str() {
        _ if said.is_empty() => w.nothing.to_owned(),
        "day" => intl::short_day(texts.language, said),
        "session" => w.session_name(said).to_owned(),
        "departments" => {
            let names: Vec<String> = said.split(',').map(department).collect();
            names.join(texts.people.comma)
        }
        _ => said.to_owned(),
    };
    let field = match value.field.as_str() {
        "name" => w.name,
        "day" => w.day,
        "session" => w.session,
        "place" => w.place,
        "closes" => w.closes_field,
        _ => w.order_field,
    };
    (w.value)(field, &shown(&value.from), &shown(&value.to))
}

/// Asks why an event is cancelled, and cancels it.
#[component]
fn CancelDialog(open: RwSignal<bool>, event: Memo<EventGuests>) -> impl IntoView {
    let t = use_texts();
    view! {
        <Dialog open title=move || events::of(t.language()).cancel>
            <Reason open event />
        </Dialog>
    }
}

#[component]
fn Reason(open: RwSignal<bool>, event: Memo<EventGuests>) -> impl IntoView {
    let t = use_texts();
    let engine = use_engine();
    let toaster = use_toaster();
    let reason = RwSignal::new(String::new());
    let busy = RwSignal::new(false);
    let problem = RwSignal::new(None::<Problem>);
    let submit = move |submitted: ev::SubmitEvent| {
        submitted.prevent_default();
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        problem.set(None);
        let request = Request::CancelEvent {
            id: event.with_untracked(|view| view.row.id.clone()),
            reason: reason.get_untracked(),
        };
        spawn_local(async move {
            let result = engine.save(request).await;
            busy.try_set(false);
            match result {
                Ok(_) => {
                    toaster.good(events::of(t.now().language).cancel_done);
                    open.try_set(false);
                }
                Err(found) => {
                    problem.try_set(Some(found));
                }
            }
        });
    };
    view! {
        <form class="form" on:submit=submit>
            <p class="wide">{move || events::of(t.language()).cancel_text}</p>
            <AreaField
                label=move || events::of(t.language()).cancel_why
                value=reason
                input=move |text: String| reason.set(text)
            />
            <div class="wide">
                <ErrorState problem />
            </div>
            <DialogFoot open busy submit=move || events::of(t.language()).cancel />
        </form>
    }
}
