//! The dialog in which a step is taken: the fields it needs and those it offers. What was typed survives a reload.

use std::collections::BTreeMap;

use huiyin_api::{Problem, Request, StepForm};
use leptos::{ev, prelude::*, task::spawn_local};

use super::step_form::{intent, shown_fields};
use crate::{
    shell::{
        branches::use_branches,
        drafts::Draft,
        engine::use_engine,
        keys::{Command, on_command},
        notices::use_toaster,
    },
    texts::{names, use_texts},
    ui::{AreaField, Dialog, DialogFoot, ErrorState, InputKind, SelectField, TextField},
};

/// A step of a case about to be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taking {
    /// The case.
    pub case: String,
    /// The step and what it needs.
    pub form: StepForm,
    /// Ids of the last events the person has seen.
    pub seen: Vec<String>,
}

/// The dialog for the step in `taking`, open while there is one.
#[component]
pub fn StepDialog(taking: RwSignal<Option<Taking>>) -> impl IntoView {
    let t = use_texts();
    let open = RwSignal::new(false);
    Effect::new(move |_| open.set(taking.with(Option::is_some)));
    Effect::new(move |before: Option<bool>| {
        let now = open.get();
        if before == Some(true) && !now {
            taking.set(None);
        }
        now
    });
    let title = move || {
        let texts = t.get();
        taking.with(|taking| {
            taking
                .as_ref()
                .map(|taking| names::act(texts.language, &taking.form.step))
                .unwrap_or_default()
        })
    };
    view! {
        <Dialog open title>
            {move || taking.get().map(|taking| view! { <StepFields taking open /> })}
        </Dialog>
    }
}

#[component]
fn StepFields(taking: Taking, open: RwSignal<bool>) -> impl IntoView {
    let t = use_texts();
    let engine = use_engine();
    let toaster = use_toaster();
    let draft = Draft::open(format!("step:{}:{}", taking.case, taking.form.step));
    let errors = RwSignal::new(BTreeMap::<String, String>::new());
    let problem = RwSignal::new(None::<Problem>);
    let busy = RwSignal::new(false);
    let fields = shown_fields(&taking.form);
    let step = taking.form.step.clone();
    let taking = StoredValue::new(taking);
    let save = Callback::new(move |()| {
        if busy.get_untracked() {
            return;
        }
        let taking = taking.get_value();
        let made = intent(
            t.now(),
            &taking.form,
            &draft.values.get_untracked(),
            taking.seen,
        );
        let step = match made {
            Ok(step) => step,
            Err(found) => {
                errors.set(found);
                return;
            }
        };
        errors.set(BTreeMap::new());
        problem.set(None);
        busy.set(true);
        let name = t.now().step(&step.step);
        let request = Request::TakeStep {
            id: taking.case,
            step,
        };
        spawn_local(async move {
            let result = engine.save(request).await;
            busy.try_set(false);
            match result {
                Ok(_) => {
                    draft.forget();
                    toaster.good((t.now().cases.step_taken)(&name));
                    open.try_set(false);
                }
                Err(found) => {
                    problem.try_set(Some(found));
                }
            }
        });
    });
    on_command(move |command| {
        let mine = command == Command::Save;
        if mine {
            save.run(());
        }
        mine
    });
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        save.run(());
    };
    let inputs = fields
        .into_iter()
        .enumerate()
        .map(|(index, (name, required))| view! { <StepField name required first=index == 0 draft errors /> })
        .collect_view();
    view! {
        <form class="form" novalidate on:submit=submit>
            {inputs} <div class="wide">
                <ErrorState problem />
            </div>
            <DialogFoot open busy submit=move || names::act(t.get().language, &step) />
        </form>
    }
}

/// One field of a step, drawn by its name.
#[component]
fn StepField(
    name: String,
    required: bool,
    first: bool,
    draft: Draft,
    errors: RwSignal<BTreeMap<String, String>>,
) -> impl IntoView {
    let t = use_texts();
    let branches = use_branches();
    let own = StoredValue::new(name.clone());
    let label = Signal::derive(move || own.with_value(|name| t.get().field(name)));
    let value: Signal<String> = Memo::new(move |_| own.with_value(|name| draft.get(name))).into();
    let error = Signal::derive(move || {
        own.with_value(|name| errors.with(|errors| errors.get(name).cloned().unwrap_or_default()))
    });
    let input = Callback::new(move |value: String| {
        own.with_value(|name| {
            errors.update(|errors| {
                errors.remove(name);
            });
            draft.put(name, value);
        });
    });
    let line = move |kind: InputKind, offers: Signal<Vec<String>>, hint: Signal<String>| {
        view! { <TextField label value input kind hint error required autofocus=first offers /> }
            .into_any()
    };
    let none = Signal::derive(Vec::new);
    let no_hint = Signal::derive(String::new);
    match name.as_str() {
        "assignee" => line(
            InputKind::Text,
            Signal::derive(move || branches.staff_names()),
            no_hint,
        ),
        "department" => line(InputKind::Text, none, no_hint),
        "amount" => line(InputKind::Amount, none, no_hint),
        "at" => line(
            InputKind::DateTime,
            none,
            Signal::derive(move || t.get().cases.when_hint.to_owned()),
        ),
        "to_branch" => {
            let choices = Signal::derive(move || branches.choices(t.get().common.choose));
            view! { <SelectField label value input choices error required /> }.into_any()
        }
        "satisfied" => {
            let choices = Signal::derive(move || {
                let texts = t.get();
                vec![
                    (String::new(), texts.common.choose.to_owned()),
                    ("true".to_owned(), texts.cases.satisfied_yes.to_owned()),
                    ("false".to_owned(), texts.cases.satisfied_no.to_owned()),
                ]
            });
            view! { <SelectField label value input choices error required /> }.into_any()
        }
        "score" => {
            let choices = Signal::derive(move || {
                let none = (String::new(), t.get().common.none.to_owned());
                let scores = (1..=5).map(|score| (score.to_string(), score.to_string()));
                std::iter::once(none).chain(scores).collect::<Vec<_>>()
            });
            view! { <SelectField label value input choices error required /> }.into_any()
        }
        _ => view! { <AreaField label value input error required rows=2 /> }.into_any(),
    }
}
