//! Planning an event.

use huiyin_api::{EventForm, Problem, Request};
use huiyin_core::pack::Text;
use huiyin_core::pack::care_rules::SESSIONS;
use leptos::{ev, prelude::*, task::spawn_local};

use crate::{
    shell::{engine::use_engine, go::use_go, notices::use_toaster, policy},
    texts::{events, use_texts},
    ui::{Dialog, DialogFoot, ErrorState, InputKind, SelectField, TextField},
};

/// The dialog.
#[component]
pub fn PlanDialog(
    open: RwSignal<bool>,
    /// Departments of the policy: id, name.
    departments: Signal<Vec<(String, Text)>>,
) -> impl IntoView {
    let t = use_texts();
    view! {
        <Dialog open title=move || events::of(t.language()).plan>
            <Fields open departments />
        </Dialog>
    }
}

#[component]
fn Fields(open: RwSignal<bool>, departments: Signal<Vec<(String, Text)>>) -> impl IntoView {
    let t = use_texts();
    let engine = use_engine();
    let toaster = use_toaster();
    let go = use_go();
    let form = RwSignal::new(EventForm::default());
    let busy = RwSignal::new(false);
    let problem = RwSignal::new(None::<Problem>);
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
    let ticks = move || {
        departments
            .get()
            .into_iter()
            .map(|(id, text)| view! { <Department id text form /> })
            .collect_view()
    };
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        problem.set(None);
        let request = Request::PlanEvent(form.get_untracked());
        spawn_local(async move {
            let result = engine.save(request).await;
            busy.try_set(false);
            match result {
                Ok(id) => {
                    toaster.good(events::of(t.now().language).planned);
                    open.try_set(false);
                    go.to(&format!("/contacts/events/{id}"));
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
            <Show when=move || !departments.with(Vec::is_empty)>
                <fieldset class="wide people-ticks">
                    <legend>{move || events::of(t.language()).departments}</legend>
                    {ticks}
                </fieldset>
            </Show>
            <div class="wide">
                <ErrorState problem />
            </div>
            <DialogFoot open busy submit=move || events::of(t.language()).plan />
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
