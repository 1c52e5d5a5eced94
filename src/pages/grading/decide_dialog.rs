//! The decision of the meeting about one customer: confirm what was proposed, give another class with a reason, or turn it down.

use std::collections::BTreeMap;

use huiyin_api::{CustomerRecord, Problem, Request, StepIntent};
use huiyin_core::file::data;
use leptos::{ev, prelude::*, task::spawn_local};

use super::sheet_dialog::class_choices;
use crate::{
    pages::shared::show_first_error,
    shell::{engine::use_engine, notices::use_toaster, policy::use_policy},
    texts::{grading, use_texts},
    ui::{AreaField, Dialog, DialogFoot, ErrorState, SelectField, open_while},
};

/// What is decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deciding {
    /// A class is confirmed or given.
    Confirm,
    /// What was proposed is turned down.
    Refuse,
}

/// The dialog; open while something is to be decided.
#[component]
pub fn DecideDialog(
    record: Signal<CustomerRecord>,
    deciding: RwSignal<Option<Deciding>>,
) -> impl IntoView {
    let t = use_texts();
    let open = open_while(deciding, Option::is_some);
    let title = Signal::derive(move || {
        let words = grading::of(t.language());
        let proposed = record.with(|record| record.file.class.proposed.is_some());
        match deciding.get() {
            Some(Deciding::Refuse) => words.refuse,
            _ if proposed => words.decide,
            _ => words.give,
        }
        .to_owned()
    });
    view! {
        <Dialog open title>
            {deciding
                .get_untracked()
                .map(|what| {
                    let record = record.get_untracked();
                    view! { <DecideForm record what open /> }
                })}
        </Dialog>
    }
    .into_any()
}

#[component]
fn DecideForm(record: CustomerRecord, what: Deciding, open: RwSignal<bool>) -> impl IntoView {
    let t = use_texts();
    let policy = use_policy();
    let engine = use_engine();
    let toaster = use_toaster();
    let proposed = record.file.class.proposed.clone();
    let first = proposed.as_ref().map_or_else(
        || record.file.class.class.clone(),
        |proposed| proposed.class.clone(),
    );
    let chosen = RwSignal::new(first);
    let provisional = RwSignal::new(
        proposed
            .as_ref()
            .map_or(record.file.class.provisional, |proposed| {
                proposed.provisional
            }),
    );
    let reason = RwSignal::new(String::new());
    let busy = RwSignal::new(false);
    let problem = RwSignal::new(None::<Problem>);
    let wrong = RwSignal::new(None::<&'static str>);
    let (id, seen) = (record.row.id, record.file.heads);
    let of = proposed.as_ref().map(|proposed| proposed.event.clone());
    let proposed_class = StoredValue::new(proposed.map(|proposed| proposed.class));
    let needs_reason = move || {
        what == Deciding::Refuse
            || proposed_class.with_value(|class| {
                class
                    .as_ref()
                    .is_none_or(|class| chosen.with_untracked(|chosen| chosen != class))
            })
    };
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        let missing = if what == Deciding::Confirm && chosen.with_untracked(String::is_empty) {
            Some(data::CLASS)
        } else if needs_reason() && reason.with_untracked(|text| text.trim().is_empty()) {
            Some("reason")
        } else {
            None
        };
        wrong.set(missing);
        if missing.is_some() {
            show_first_error();
            return;
        }
        let mut data = BTreeMap::new();
        if let Some(of) = &of {
            data.insert(data::OF.to_owned(), of.clone());
        }
        if what == Deciding::Confirm {
            data.insert(data::CLASS.to_owned(), chosen.get_untracked());
            if provisional.get_untracked() {
                data.insert(data::PROVISIONAL.to_owned(), "yes".to_owned());
            }
        }
        let step = match what {
            Deciding::Confirm => "class_confirmed",
            Deciding::Refuse => "class_refused",
        };
        let request = Request::FileStep {
            id: id.clone(),
            step: StepIntent {
                step: step.to_owned(),
                reason: reason.get_untracked(),
                seen: seen.clone(),
                data,
                ..StepIntent::default()
            },
        };
        busy.set(true);
        problem.set(None);
        spawn_local(async move {
            let result = engine.tell(request).await;
            busy.try_set(false);
            match result {
                Ok(()) => {
                    let words = grading::of(t.now().language);
                    toaster.good(match what {
                        Deciding::Confirm => words.decided,
                        Deciding::Refuse => words.refused,
                    });
                    open.try_set(false);
                }
                Err(found) => {
                    problem.try_set(Some(found));
                }
            }
        });
    };
    let error_at = move |place: &'static str| {
        Signal::derive(move || {
            if wrong.get() == Some(place) {
                let texts = t.get();
                (texts.common.missing)(&texts.field(place))
            } else {
                String::new()
            }
        })
    };
    let submit_name = move || {
        let words = grading::of(t.language());
        match what {
            Deciding::Confirm => words.confirm,
            Deciding::Refuse => words.refuse,
        }
    };
    view! {
        <form class="form" novalidate on:submit=submit>
            {(what == Deciding::Confirm)
                .then(|| {
                    view! {
                        <SelectField
                            label=move || t.get().field("class")
                            value=chosen
                            input=move |class: String| chosen.set(class)
                            choices=Signal::derive(move || class_choices(t, policy))
                            error=error_at(data::CLASS)
                        />
                        <label class="checkbox">
                            <input
                                type="checkbox"
                                prop:checked=move || provisional.get()
                                on:change:target=move |event| provisional.set(event.target().checked())
                            />
                            <span>{move || grading::of(t.language()).provisional_tick}</span>
                        </label>
                    }
                })}
            <AreaField
                label=move || grading::of(t.language()).reason
                value=reason
                input=move |text: String| reason.set(text)
                hint=move || match what {
                    Deciding::Confirm => grading::of(t.language()).reason_hint.to_owned(),
                    Deciding::Refuse => String::new(),
                }
                error=error_at("reason")
                rows=2
            />
            <div class="wide">
                <ErrorState problem />
            </div>
            <DialogFoot open busy submit=submit_name />
        </form>
    }
    .into_any()
}
