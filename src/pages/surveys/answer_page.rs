//! Filling in a questionnaire: `/surveys/new?survey=…&customer=…`. On the telephone with the keyboard alone, question by question
//! with Enter; or handed to the customer on the tablet.

use std::collections::BTreeMap;

use huiyin_api::{Request, SurveyIntent, SurveyQuery, SurveysView};
use huiyin_core::{
    contact_field::{ANSWER_PREFIX, SURVEY_WAYS, SurveyField, answer_field, validate_survey},
    field::FieldError,
    pack::care_rules::{Question, SurveyRule},
};
use leptos::{ev, prelude::*, task::spawn_local};
use leptos_router::hooks::use_query_map;
use wasm_bindgen::JsCast;

use super::{
    question::{Asking, QuestionInput, all_wrong, wrong},
    sheets::title_of,
    tablet::Tablet,
};
use crate::{
    pages::shared::{CUSTOMER, CustomerPick, DraftNotice, RecordForm, show_first_error},
    shell::{
        ask,
        engine::use_engine,
        go::use_go,
        intl,
        keys::{Command, on_command},
        live::live,
        notices::use_toaster,
        title::set_title,
    },
    texts::{Texts, use_texts},
    ui::{
        AreaField, Button, EmptyState, ErrorState, Glyph, Icon, InputKind, LinkButton, Look,
        PageHead, SelectField, Skeleton, TextField,
    },
};

/// Field that says by which way it was answered.
const WAY: &str = "way";
const ANSWERED_ON: &str = "answered_on";
const ANSWERED_BY: &str = "answered_by";
const COMMENT: &str = "comment";

/// The screen that fills in a questionnaire.
#[component]
pub fn NewAnswerPage() -> impl IntoView {
    let t = use_texts();
    set_title(move || t.get().surveys.new_answer);
    let query = use_query_map();
    let given = move |name: &str| query.with(|query| query.get(name).unwrap_or_default());
    let customer = Memo::new(move |_| given("customer"));
    let chosen = RwSignal::new(String::new());
    let asked = Memo::new(move |_| given("survey"));
    let found = live(|| Some(Request::Surveys), ask::surveys);
    let read: Signal<SurveysView> = Signal::derive(move || found.value.get().unwrap_or_default());
    let here = Memo::new(move |_| found.value.with(Option::is_some));
    let shown = Memo::new(move |_| {
        let wanted = [chosen.get(), asked.get()];
        read.with(|view| {
            let known = |id: &String| view.questionnaires.iter().find(|rule| rule.id == *id);
            let rule = wanted
                .iter()
                .find_map(known)
                .or(view.questionnaires.first());
            rule.map(|rule| rule.id.clone()).unwrap_or_default()
        })
    });
    let choices = Signal::derive(move || {
        let texts = t.get();
        read.with(|view| {
            view.questionnaires
                .iter()
                .map(|rule| {
                    let name = title_of(texts.language, rule, texts.surveys.untitled);
                    (rule.id.clone(), name)
                })
                .collect::<Vec<_>>()
        })
    });
    let several = Memo::new(move |_| choices.with(|choices| choices.len() > 1));
    view! {
        <PageHead title=move || t.get().surveys.new_answer subtitle=move || t.get().surveys.new_subtitle>
            <LinkButton to="/surveys" icon=Glyph::Back>
                {move || t.get().surveys.title}
            </LinkButton>
        </PageHead>
        <ErrorState problem=found.problem retry=move || found.ask_again() />
        <Show when=move || several.get()>
            <section class="card card-body">
                <SelectField
                    label=move || t.get().field("survey")
                    value=Signal::derive(move || shown.get())
                    input=move |id: String| chosen.set(id)
                    choices
                />
            </section>
        </Show>
        {move || {
            let survey = shown.get();
            if !survey.is_empty() {
                // The questions begun with stay, also if another version comes into force meanwhile.
                let view = read.get_untracked();
                let rule = view.questionnaires.into_iter().find(|rule| rule.id == survey);
                let rule = rule.unwrap_or_default();
                view! { <AnswerForm rule reference=view.reference customer=customer.get() /> }.into_any()
            } else if here.get() {
                view! {
                    <section class="card">
                        <EmptyState
                            glyph=Glyph::Note
                            title=move || t.get().surveys.none
                            text=move || t.get().surveys.none_text
                        >
                            <LinkButton to="/surveys/questionnaires" look=Look::Primary>
                                {move || t.get().surveys.questionnaires}
                            </LinkButton>
                        </EmptyState>
                    </section>
                }
                    .into_any()
            } else if found.problem.with(Option::is_none) {
                view! { <Skeleton lines=8 /> }.into_any()
            } else {
                ().into_any()
            }
        }}
    }
}

fn check(name: &str, value: &str) -> Result<String, FieldError> {
    match SurveyField::parse(name) {
        Some(field) => validate_survey(field, value),
        None => Ok(value.trim().to_owned()),
    }
}

/// A form being filled in, by staff or by the customer. Cheap to copy.
#[derive(Clone, Copy)]
pub struct Answering {
    /// Draft, errors, problem.
    pub form: RecordForm,
    /// The questions.
    pub rule: StoredValue<SurveyRule>,
    reference: StoredValue<String>,
}

impl Answering {
    /// Returns the answer to a question, tracked.
    pub fn answer(self, question: &str) -> Signal<String> {
        let field = answer_field(question);
        let draft = self.form.draft;
        Memo::new(move |_| draft.get(&field)).into()
    }

    /// Returns what takes the answer to a question.
    pub fn put(self, question: &str) -> Callback<String> {
        let field = answer_field(question);
        let form = self.form;
        Callback::new(move |value: String| {
            if form
                .errors
                .with_untracked(|errors| errors.contains_key(&field))
            {
                form.errors.update(|errors| {
                    errors.remove(&field);
                });
            }
            form.draft.put(&field, value);
        })
    }

    /// Returns what is wrong with the answer to a question, as last checked.
    pub fn error(self, question: &str) -> Signal<String> {
        let field = answer_field(question);
        let errors = self.form.errors;
        Signal::derive(move || {
            errors.with(|errors| errors.get(&field).cloned().unwrap_or_default())
        })
    }

    /// Returns the answers as they stand.
    fn answers(self) -> BTreeMap<String, String> {
        self.form.draft.values.with_untracked(|values| {
            values
                .iter()
                .filter_map(|(name, value)| {
                    let question = name.strip_prefix(ANSWER_PREFIX)?;
                    let value = value.trim();
                    (!value.is_empty()).then(|| (question.to_owned(), value.to_owned()))
                })
                .collect()
        })
    }

    /// Checks one answer and shows what is wrong beside it; true if nothing is.
    pub fn is_fine(self, question: &Question, texts: &Texts) -> bool {
        let field = answer_field(&question.id);
        let found = wrong(texts, question, &self.form.draft.peek(&field));
        self.form.errors.update(|errors| {
            match &found {
                Some(words) => errors.insert(field, words.clone()),
                None => errors.remove(&field),
            };
        });
        found.is_none()
    }

    /// Returns what to store; nothing after showing what is wrong.
    fn intent(self, texts: &Texts) -> Option<SurveyIntent> {
        let answers = self.answers();
        let found = self
            .rule
            .with_value(|rule| all_wrong(texts, rule, &answers));
        let fields = self.form.changed(&BTreeMap::new(), &[]);
        if !found.is_empty() {
            self.form.errors.update(|errors| errors.extend(found));
            show_first_error();
            return None;
        }
        let mut fields = fields?;
        fields.retain(|name, value| !name.starts_with(ANSWER_PREFIX) && !value.is_empty());
        Some(SurveyIntent {
            survey: self.rule.with_value(|rule| rule.id.clone()),
            reference: self.reference.get_value(),
            fields,
            answers,
        })
    }
}

#[component]
fn AnswerForm(rule: SurveyRule, reference: String, customer: String) -> impl IntoView {
    let t = use_texts();
    let go = use_go();
    let form = RecordForm::open(format!("survey:{}:{customer}", rule.id), check);
    let draft = form.draft;
    let back = if customer.is_empty() {
        "/surveys".to_owned()
    } else {
        format!("/customers/{customer}")
    };
    let survey = rule.id.clone();
    let rule = StoredValue::new(rule);
    let answering = Answering {
        form,
        rule,
        reference: StoredValue::new(reference),
    };
    let preset = move || {
        if !customer.is_empty() {
            draft.preset(CUSTOMER, customer.clone());
        }
        draft.preset(WAY, SURVEY_WAYS[0].to_owned());
        draft.preset(ANSWERED_ON, intl::iso_today());
    };
    preset();
    let again = StoredValue::new(preset);
    let empty = Callback::new(move |()| {
        draft.forget();
        draft.values.set(BTreeMap::new());
        form.errors.set(BTreeMap::new());
        again.with_value(|preset| preset());
    });
    let tablet = RwSignal::new(false);
    let to = StoredValue::new(back.clone());
    let save = saver(
        answering,
        Callback::new(move |()| {
            draft.forget();
            go.to(&to.get_value());
        }),
    );
    on_command(move |command| {
        match command {
            Command::Save if !tablet.get_untracked() => save.run(()),
            Command::Back if !tablet.get_untracked() => go.to(&to.get_value()),
            _ => return false,
        }
        true
    });
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        save.run(());
    };
    let next = move |event: ev::KeyboardEvent| on_enter(&event, answering, t.now());
    let questions = rule.with_value(|rule| rule.questions.clone());
    let lines = questions
        .into_iter()
        .enumerate()
        .map(|(at, question)| {
            let id = question.id.clone();
            view! {
                <div data-question=at.to_string()>
                    <QuestionInput
                        question
                        language=Signal::derive(move || t.language())
                        value=answering.answer(&id)
                        input=answering.put(&id)
                        error=answering.error(&id)
                        asking=Asking::Typed
                    />
                </div>
            }
        })
        .collect_view();
    view! {
        <DraftNotice draft discard=empty />
        <div class="notice plain">
            <Icon glyph=Glyph::Person />
            <span>{move || t.get().surveys.hand_over_hint}</span>
            <Button press=move || tablet.set(true)>{move || t.get().surveys.hand_over}</Button>
        </div>
        <ErrorState problem=form.problem />
        <form class="card record-form" novalidate on:submit=submit>
            <div class="form">
                <CustomerPick form hint=move || t.get().surveys.customer_hint />
                <AnsweredBefore draft survey />
                <About answering />
            </div>
            <div class="card-body survey-sheet" on:keydown=next>
                <p class="muted">{move || t.get().surveys.keys_hint}</p>
                {lines}
            </div>
            <div class="form">
                <AreaField
                    label=move || t.get().field(COMMENT)
                    value=Signal::derive(move || draft.get(COMMENT))
                    input=move |value: String| draft.put(COMMENT, value)
                />
            </div>
            <footer class="form-foot">
                <LinkButton to=back look=Look::Quiet>
                    {move || t.get().common.cancel}
                </LinkButton>
                <Button look=Look::Primary submit=true busy=form.busy>
                    {move || t.get().common.save}
                </Button>
            </footer>
        </form>
        <Tablet open=tablet answering empty />
    }
}

/// Day, way and who answered.
#[component]
fn About(answering: Answering) -> impl IntoView {
    let t = use_texts();
    let form = answering.form;
    let draft = form.draft;
    let ways = Signal::derive(move || {
        SURVEY_WAYS
            .iter()
            .map(|wire| ((*wire).to_owned(), t.get().value("survey_way", wire)))
            .collect::<Vec<_>>()
    });
    let error = move |name: &'static str| {
        Signal::derive(move || {
            form.errors
                .with(|errors| errors.get(name).cloned().unwrap_or_default())
        })
    };
    let value =
        move |name: &'static str| -> Signal<String> { Memo::new(move |_| draft.get(name)).into() };
    view! {
        <TextField
            label=move || t.get().field(ANSWERED_BY)
            value=value(ANSWERED_BY)
            error=error(ANSWERED_BY)
            input=move |text: String| draft.put(ANSWERED_BY, text)
        />
        <TextField
            label=move || t.get().field(ANSWERED_ON)
            value=value(ANSWERED_ON)
            error=error(ANSWERED_ON)
            kind=InputKind::Date
            input=move |text: String| draft.put(ANSWERED_ON, text)
        />
        <SelectField
            label=move || t.get().field(WAY)
            value=value(WAY)
            input=move |wire: String| draft.put(WAY, wire)
            choices=ways
        />
    }
}

/// Says that the customer has answered this questionnaire before.
#[component]
fn AnsweredBefore(draft: crate::shell::drafts::Draft, survey: String) -> impl IntoView {
    let t = use_texts();
    let customer = Memo::new(move |_| draft.get(CUSTOMER));
    let found = live(
        move || {
            let customer = customer.get();
            (!customer.is_empty()).then(|| {
                Request::SurveyAnswers(SurveyQuery {
                    survey: survey.clone(),
                    customer,
                    limit: 1,
                    ..SurveyQuery::default()
                })
            })
        },
        ask::survey_answers,
    );
    move || {
        if customer.with(String::is_empty) {
            return None;
        }
        let period = found.value.with(|page| {
            let row = page.as_ref()?.rows.first()?;
            (row.customer_id == customer.get_untracked()).then(|| row.period.clone())
        })?;
        Some(view! {
            <p class="notice plain wide">
                <Icon glyph=Glyph::Note />
                <span>{(t.get().surveys.answered_before)(&period)}</span>
            </p>
        })
    }
}

/// Returns what stores the answers and then goes on with `done`.
pub fn saver(answering: Answering, done: Callback<()>) -> Callback<()> {
    let t = use_texts();
    let engine = use_engine();
    let toaster = use_toaster();
    let form = answering.form;
    Callback::new(move |()| {
        if form.busy.get_untracked() {
            return;
        }
        let Some(intent) = answering.intent(t.now()) else {
            return;
        };
        form.busy.set(true);
        form.problem.set(None);
        spawn_local(async move {
            let result = engine.save(Request::AnswerSurvey(Box::new(intent))).await;
            form.busy.try_set(false);
            match result {
                Ok(_) => {
                    toaster.good(t.now().surveys.answered);
                    done.run(());
                }
                Err(problem) => form.refused(problem),
            }
        });
    })
}

/// Enter checks the question the cursor is in and goes on to the next; after the last one to the button that saves. In a text of
/// several lines Shift-Enter begins another line.
fn on_enter(event: &ev::KeyboardEvent, answering: Answering, texts: &Texts) {
    if event.key() != "Enter"
        || event.is_composing()
        || event.shift_key()
        || event.ctrl_key()
        || event.meta_key()
    {
        return;
    }
    let place = event
        .target()
        .and_then(|target| target.dyn_into::<web_sys::Element>().ok())
        .and_then(|element| element.closest("[data-question]").ok().flatten())
        .and_then(|line| line.get_attribute("data-question"))
        .and_then(|at| at.parse::<usize>().ok());
    let Some(at) = place else { return };
    event.prevent_default();
    let fine = answering.rule.with_value(|rule| {
        rule.questions
            .get(at)
            .is_none_or(|question| answering.is_fine(question, texts))
    });
    if fine {
        let line = format!("[data-question=\"{}\"]", at + 1);
        let next = ["input:checked", "input", "textarea"]
            .iter()
            .map(|field| format!("{line} {field}"))
            .find_map(|path| document().query_selector(&path).ok().flatten())
            .or_else(|| {
                document()
                    .query_selector(".record-form [type=submit]")
                    .ok()
                    .flatten()
            });
        if let Some(next) = next.and_then(|next| next.dyn_into::<web_sys::HtmlElement>().ok()) {
            // A missing focus harms nobody.
            let _ = next.focus();
        }
    }
}
