//! The dialog in which a step is taken: the fields it needs and those it offers, a date, a signature.
//! What was typed survives a refusal and a reload.

use std::collections::BTreeMap;

use huiyin_api::{CaseDesk, Problem, Request, StepForm, StepIntent};
use huiyin_core::case_data as data;
use leptos::{ev, prelude::*, task::spawn_local};

use super::{
    step_field::StepField,
    step_form::{self, Given, asked, intent},
};
use crate::{
    pages::{
        parts::{Desk, in_part},
        shared::show_first_error,
    },
    shell::{
        branches::use_branches,
        drafts::Draft,
        engine::use_engine,
        keys::{Command, on_command},
        notices::use_toaster,
    },
    texts::{names, sentence, use_texts},
    ui::{Dialog, DialogFoot, ErrorState, Fold, InputKind, SignaturePad, TextField, open_while},
};

/// What a step is taken of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// One case, by its record id.
    Case(String),
    /// Several cases at once: all or none.
    Cases(Vec<String>),
    /// A penalty or reward.
    Penalty(String),
    /// A contact with a customer.
    Contact(String),
}

impl Target {
    /// Returns the record id that names the target.
    pub fn first(&self) -> &str {
        match self {
            Self::Case(id) | Self::Penalty(id) | Self::Contact(id) => id,
            Self::Cases(ids) => ids.first().map_or("", String::as_str),
        }
    }

    fn request(self, step: StepIntent) -> Request {
        match self {
            Self::Case(id) => Request::TakeStep { id, step },
            Self::Cases(ids) => Request::TakeSteps { ids, step },
            Self::Penalty(id) => Request::PenaltyStep { id, step },
            Self::Contact(id) => Request::ContactStep { id, step },
        }
    }
}

/// A step about to be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taking {
    /// Of what.
    pub target: Target,
    /// The step and what it needs.
    pub form: StepForm,
    /// What the screen knows without asking.
    pub given: Given,
    /// Lists of the pack.
    pub desk: CaseDesk,
    /// What the customer demands, a wire name or empty.
    pub demand: String,
}

impl Taking {
    /// Returns a step of one case with nothing known and no lists.
    pub fn of(target: Target, step: &str) -> Self {
        Self {
            target,
            form: StepForm {
                step: step.to_owned(),
                ..StepForm::default()
            },
            given: Given::default(),
            desk: CaseDesk::default(),
            demand: String::new(),
        }
    }

    /// Returns the step with a datum the screen knows.
    pub fn with(mut self, name: &str, value: &str) -> Self {
        if !value.is_empty() {
            self.given.data.insert(name.to_owned(), value.to_owned());
        }
        self
    }

    /// Returns the key of the form's draft: one for each record, step, action and clock.
    fn draft_key(&self) -> String {
        let mut key = format!("step:{}:{}", self.target.first(), self.form.step);
        for name in [data::ACTION, data::CLOCK, data::OF] {
            if let Some(value) = self.given.data.get(name) {
                key.push(':');
                key.push_str(value);
            }
        }
        key
    }
}

/// The dialog for the step in `taking`, open while there is one.
#[component]
pub fn StepDialog(taking: RwSignal<Option<Taking>>) -> impl IntoView {
    let t = use_texts();
    let open = open_while(taking, Option::is_some);
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
            {move || {
                taking
                    .get()
                    .map(|taking| in_part(Desk::Step(Box::new(taking), open)))
            }}
        </Dialog>
    }
}

/// What the dialog holds: the fields of the step.
#[component]
pub fn StepFields(taking: Taking, open: RwSignal<bool>) -> impl IntoView {
    let t = use_texts();
    let draft = Draft::open(taking.draft_key());
    let errors = RwSignal::new(BTreeMap::<String, String>::new());
    let problem = RwSignal::new(None::<Problem>);
    let busy = RwSignal::new(false);
    let step = taking.form.step.clone();
    let signs = taking.form.needs.iter().any(|need| need == data::SIGNATURE);
    let fields = asked(&taking.form, &taking.desk);
    // What the screen knows of a field it shows can be changed.
    for field in &fields {
        if let Some(value) = taking.given.data.get(&field.name) {
            draft.preset(&field.name, value.clone());
        }
    }
    // A step that only has to be said yes to brings up no keyboard on a phone.
    let quick = fields.iter().all(|field| !field.required);
    let taking = StoredValue::new(taking);
    let save = saver(taking, draft, errors, problem, busy, open);
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
        .map(|(index, field)| {
            view! { <StepField field first=index == 0 && !quick taking draft errors /> }
        })
        .collect_view();
    view! {
        <form class="form" novalidate on:submit=submit>
            {inputs} <MoreOfStep draft errors signs /> <div class="wide">
                <ErrorState problem />
            </div>
            <DialogFoot open busy submit=move || names::act(t.get().language, &step) />
        </form>
    }
}

/// Returns what taking the step does: checks, sends, shows a refusal beside its field.
fn saver(
    taking: StoredValue<Taking>,
    draft: Draft,
    errors: RwSignal<BTreeMap<String, String>>,
    problem: RwSignal<Option<Problem>>,
    busy: RwSignal<bool>,
    open: RwSignal<bool>,
) -> Callback<()> {
    let t = use_texts();
    let engine = use_engine();
    let toaster = use_toaster();
    Callback::new(move |()| {
        if busy.get_untracked() {
            return;
        }
        let taking = taking.get_value();
        let fields = asked(&taking.form, &taking.desk);
        let typed = draft.values.get_untracked();
        let step = match intent(t.now(), &taking.form, &fields, &typed, taking.given) {
            Ok(step) => step,
            Err(found) => {
                errors.set(found);
                show_first_error();
                return;
            }
        };
        errors.set(BTreeMap::new());
        problem.set(None);
        busy.set(true);
        let name = t.now().step(&step.step);
        let request = taking.target.request(step);
        spawn_local(async move {
            let result = engine.tell(request).await;
            busy.try_set(false);
            match result {
                Ok(()) => {
                    draft.forget();
                    toaster.good((t.now().cases.step_taken)(&name));
                    open.try_set(false);
                }
                Err(found) => match step_form::field_of_place(&fields, &found.place) {
                    Some(field) => {
                        let words = sentence(t.now(), &found);
                        errors.try_update(|errors| {
                            errors.insert(field, format!("{} {}", words.error, words.next));
                        });
                        show_first_error();
                    }
                    None => {
                        problem.try_set(Some(found));
                    }
                },
            }
        });
    })
}

/// When it happened, if not now, and a signature: offered with every step, folded.
#[component]
fn MoreOfStep(
    draft: Draft,
    errors: RwSignal<BTreeMap<String, String>>,
    /// The step is the signature: it is open from the start.
    signs: bool,
) -> impl IntoView {
    let t = use_texts();
    let branches = use_branches();
    let of =
        move |name: &'static str| -> Signal<String> { Memo::new(move |_| draft.get(name)).into() };
    let put = move |name: &'static str| {
        Callback::new(move |value: String| {
            errors.update(|errors| {
                errors.remove(name);
            });
            draft.put(name, value);
        })
    };
    let at_error =
        Signal::derive(move || errors.with(|errors| errors.get("at").cloned().unwrap_or_default()));
    let used = Memo::new(move |_| {
        signs || !at_error.with(String::is_empty) || !draft.get(data::SIGNATURE).is_empty()
    });
    view! {
        <Fold title=move || t.get().desk.sign_and_date.to_owned() needed=used wide=true>
            <div class="form nested">
                <TextField
                    label=move || t.get().field("at")
                    value=of("at")
                    input=put("at")
                    kind=InputKind::DateTime
                    hint=move || t.get().cases.when_hint
                    error=at_error
                />
                <TextField
                    label=move || t.get().field(data::SIGNER)
                    value=of(data::SIGNER)
                    input=put(data::SIGNER)
                    offers=Signal::derive(move || branches.staff_names())
                    hint=move || t.get().desk.signer_hint
                />
                <div class="wide field">
                    <span class="field-name">{move || t.get().field(data::SIGNATURE)}</span>
                    <SignaturePad value=of(data::SIGNATURE) input=put(data::SIGNATURE) />
                </div>
            </div>
        </Fold>
    }
}
