//! Planning an event, or changing what is said about one.

use huiyin_api::{EventForm, Problem, Request};
use huiyin_core::pack::Text;
use huiyin_core::pack::care_rules::SESSIONS;
use leptos::{ev, prelude::*, task::spawn_local};

use crate::{
    shell::{engine::use_engine, go::use_go, notices::use_toaster, policy},
    texts::{events, use_texts},
    ui::{Dialog, DialogFoot, ErrorState, InputKind, SelectField, TextField},
};

/// What the dialog is about.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Planned {
    /// Id of the event that is changed; empty = a new one is planned.
    pub id: String,
    /// What is said about it.
    pub form: EventForm,
    /// Departments of the policy: id, name.
    pub departments: Vec<(String, Text)>,
    /// Time a day's list closes by the policy, `HH:MM`; empty = it has no rules about lists.
    pub closes: String,
}

/// The dialog.
#[component]
pub fn PlanDialog(open: RwSignal<bool>, #[prop(into)] about: Signal<Planned>) -> impl IntoView {
    let t = use_texts();
    let title = move || {
        let texts = events::of(t.language());
        if about.with(|about| about.id.is_empty()) {
            texts.plan
        } else {
            texts.change
        }
    };
    // What comes while the dialog is open does not change what is being typed.
    view! {
        <Dialog open title>
            <Fields open about=about.get_untracked() />
        </Dialog>
    }
}

#[component]
fn Fields(open: RwSignal<bool>, about: Planned) -> impl IntoView {
    let t = use_texts();
    let engine = use_engine();
    let toaster = use_toaster();
    let go = use_go();
    let Planned {
        id,
        form,
        departments,
        closes,
    } = about;
    let form = RwSignal::new(form);
    let busy = RwSignal::new(false);
    let problem = RwSignal::new(None::<Problem>);
    let is_new = id.is_empty();
    let id = StoredValue::new(id);
    let sessions = Signal::derive(move || {
        let texts = events::of(t.language());
        let mut choices = vec![(String::new(), texts.no_session.to_owned())];
        choices.extend(
            SESSIONS
                .iter()
                .map(|wire| ((*wire).to_owned(), texts.session_name(wire).to_owned())),
        );
        choices
    });
    let ticks = departments
        .into_iter()
        .map(|(id, text)| view! { <Department id text form /> })
        .collect::<Vec<_>>();
    let ticks = (!ticks.is_empty()).then(|| {
        view! {
            <fieldset class="wide people-ticks">
                <legend>{move || events::of(t.language()).departments}</legend>
                {ticks}
            </fieldset>
        }
    });
    let closing = (!closes.is_empty()).then(|| {
        view! {
            <TextField
                label=move || events::of(t.language()).closes
                value=Signal::derive(move || form.with(|form| form.closes.clone()))
                input=move |time: String| form.update(|form| form.closes = time)
                kind=InputKind::Time
                hint=move || (events::of(t.language()).closes_hint)(&closes)
            />
        }
    });
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        problem.set(None);
        let form = form.get_untracked();
        let request = if is_new {
            Request::PlanEvent(form)
        } else {
            Request::ChangeEvent {
                id: id.get_value(),
                form,
            }
        };
        spawn_local(async move {
            let result = engine.save(request).await;
            busy.try_set(false);
            match result {
                Ok(id) => {
                    let texts = events::of(t.now().language);
                    toaster.good(if is_new { texts.planned } else { texts.changed });
                    open.try_set(false);
                    if is_new {
                        go.to(&format!("/contacts/events/{id}"));
                    }
                }
                Err(found) => {
                    problem.try_set(Some(found));
                }
            }
        });
    };
    view! {
        <form class="form" on:submit=submit>
            <TextField
                label=move || events::of(t.language()).name
                value=Signal::derive(move || form.with(|form| form.name.clone()))
                input=move |name: String| form.update(|form| form.name = name)
                required=true
                wide=true
                autofocus=true
            />
            <TextField
                label=move || events::of(t.language()).day
                value=Signal::derive(move || form.with(|form| form.day.clone()))
                input=move |day: String| form.update(|form| form.day = day)
                kind=InputKind::Date
                required=true
            />
            <SelectField
                label=move || events::of(t.language()).session
                value=Signal::derive(move || form.with(|form| form.session.clone()))
                input=move |session: String| form.update(|form| form.session = session)
                choices=sessions
            />
            <TextField
                label=move || events::of(t.language()).place
                value=Signal::derive(move || form.with(|form| form.place.clone()))
                input=move |place: String| form.update(|form| form.place = place)
                wide=true
            />
            {closing}
            {ticks}
            <div class="wide">
                <ErrorState problem />
            </div>
            <DialogFoot
                open
                busy
                submit=move || {
                    let texts = events::of(t.language());
                    if is_new { texts.plan } else { texts.save }
                }
            />
        </form>
    }
}

/// A department that is ticked; the order of ticking is kept and shown.
#[component]
fn Department(id: String, text: Text, form: RwSignal<EventForm>) -> impl IntoView {
    let t = use_texts();
    let own = StoredValue::new(id);
    let at = move || {
        form.with(|form| {
            own.with_value(|own| form.departments.iter().position(|known| known == own))
        })
    };
    let change = move |_| {
        form.update(|form| {
            let own = own.get_value();
            match form.departments.iter().position(|known| *known == own) {
                Some(at) => {
                    form.departments.remove(at);
                }
                None => form.departments.push(own),
            }
        });
    };
    let place = move || at().map(|at| format!("{}.", at + 1));
    view! {
        <label class="merge-choice">
            <input type="checkbox" prop:checked=move || at().is_some() on:change=change />
            <span class="num">{place}</span>
            <span>{move || policy::words(t.language(), &text)}</span>
        </label>
    }
}
