//! The state of a record's form: the draft, errors beside the fields, saving. What was typed stays until it is stored.

use std::collections::BTreeMap;

use huiyin_api::{Problem, ProblemCode};
use huiyin_core::field::FieldError;
use leptos::prelude::*;

use crate::{
    shell::drafts::Draft,
    texts::{TextsHandle, reasons, sentence, use_texts},
};

/// Checks one value by the wire name of its field.
pub type Check = fn(&str, &str) -> Result<String, FieldError>;

/// A form of a record. Cheap to copy.
#[derive(Clone, Copy)]
pub struct RecordForm {
    /// The values and their draft.
    pub draft: Draft,
    /// Errors by wire name, shown beside the fields.
    pub errors: RwSignal<BTreeMap<String, String>>,
    /// A problem of the whole form.
    pub problem: RwSignal<Option<Problem>>,
    /// Saving is under way.
    pub busy: RwSignal<bool>,
    check: Check,
    texts: TextsHandle,
}

impl RecordForm {
    /// Opens a form with its draft.
    pub fn open(key: impl Into<String>, check: Check) -> Self {
        Self {
            draft: Draft::open(key),
            errors: RwSignal::new(BTreeMap::new()),
            problem: RwSignal::new(None),
            busy: RwSignal::new(false),
            check,
            texts: use_texts(),
        }
    }

    /// Returns the values to store, or none after showing what is wrong: those that differ from `original`.
    pub fn changed(
        self,
        original: &BTreeMap<String, String>,
        required: &[&str],
    ) -> Option<BTreeMap<String, String>> {
        let language = self.texts.now().language;
        let mut errors = BTreeMap::new();
        let mut changed = BTreeMap::new();
        let mut values = self.draft.values.get_untracked();
        for field in required {
            values.entry((*field).to_owned()).or_default();
        }
        for (field, value) in values {
            let before = original.get(&field).map_or("", String::as_str);
            if value == before && !required.contains(&field.as_str()) {
                continue;
            }
            if value.trim().is_empty() && required.contains(&field.as_str()) {
                let name = self.texts.now().field(&field);
                errors.insert(field, (self.texts.now().common.missing)(&name));
                continue;
            }
            match (self.check)(&field, &value) {
                Ok(stored) if stored == before => {}
                Ok(stored) => {
                    changed.insert(field, stored);
                }
                Err(error) => {
                    errors.insert(field, reasons::reason(language, &error.reason));
                }
            }
        }
        let fine = errors.is_empty();
        self.errors.set(errors);
        if !fine {
            show_first_error();
        }
        fine.then_some(changed)
    }

    /// Shows a refusal of the engine beside its field, or above the form.
    pub fn refused(self, problem: Problem) {
        let field = matches!(problem.code, ProblemCode::BadField | ProblemCode::Missing)
            && self
                .draft
                .values
                .try_with_untracked(|values| values.contains_key(&problem.place))
                .unwrap_or_default();
        if field {
            let words = sentence(self.texts.now(), &problem);
            self.errors.try_update(|errors| {
                errors.insert(problem.place, words.error);
            });
            show_first_error();
        } else {
            self.problem.try_set(Some(problem));
        }
    }
}

/// Brings the first field with an error into sight, once it is marked.
pub fn show_first_error() {
    use wasm_bindgen::JsCast;
    request_animation_frame(|| {
        let field = document()
            .query_selector("form [aria-invalid]")
            .ok()
            .flatten()
            .and_then(|field| field.dyn_into::<web_sys::HtmlElement>().ok());
        if let Some(field) = field {
            // A missing focus harms nobody.
            let _ = field.focus();
        }
    });
}
