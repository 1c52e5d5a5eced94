//! A questionnaire being filled in: the draft of its answers, what is wrong beside each question, storing it.

use std::collections::BTreeMap;

use huiyin_api::{Request, SurveyIntent};
use huiyin_core::{
    contact_field::{ANSWER_PREFIX, SurveyField, answer_field, validate_survey},
    field::FieldError,
    pack::care_rules::{Question, SurveyRule},
};
use leptos::{ev, prelude::*, task::spawn_local};
use wasm_bindgen::JsCast;

use super::question::{all_wrong, wrong};
use crate::{
    pages::shared::{RecordForm, show_first_error},
    shell::{engine::use_engine, notices::use_toaster},
    texts::{Texts, use_texts},
};

/// Checks a value by the wire name of its field; answers are checked by their questions.
pub fn check(name: &str, value: &str) -> Result<String, FieldError> {
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
    /// The version they are of.
    pub reference: StoredValue<String>,
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

    /// Returns the answers; nothing after showing what is wrong beside each question.
    pub fn checked(self, texts: &Texts) -> Option<BTreeMap<String, String>> {
        let answers = self.answers();
        let found = self
            .rule
            .with_value(|rule| all_wrong(texts, rule, &answers));
        if found.is_empty() {
            return Some(answers);
        }
        self.form.errors.update(|errors| errors.extend(found));
        show_first_error();
        None
    }

    /// Returns what to store; nothing after showing what is wrong.
    fn intent(self, texts: &Texts) -> Option<SurveyIntent> {
        let fields = self.form.changed(&BTreeMap::new(), &[]);
        let answers = self.checked(texts)?;
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
pub fn on_enter(event: &ev::KeyboardEvent, answering: Answering, texts: &Texts) {
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
