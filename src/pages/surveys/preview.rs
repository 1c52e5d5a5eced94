//! The questionnaire being edited as the customer sees it.

use std::collections::BTreeMap;

use huiyin_core::pack::care_rules::SurveyRule;
use leptos::prelude::*;

use super::{
    question::{Asking, QuestionInput},
    sheets::title_of,
};
use crate::texts::use_texts;

/// The questionnaire as the customer sees it; it can be tried, nothing is stored.
#[component]
pub fn Preview(rule: Memo<SurveyRule>) -> impl IntoView {
    let t = use_texts();
    let language = Signal::derive(move || t.language());
    let answers = RwSignal::new(BTreeMap::<String, String>::new());
    let title = move || {
        let texts = t.get();
        rule.with(|rule| title_of(texts.language, rule, texts.surveys.untitled))
    };
    view! {
        <aside class="survey-preview" aria-label=move || t.get().surveys.preview>
            <p class="muted">{move || t.get().surveys.preview}</p>
            <h3>{title}</h3>
            <For
                each=move || rule.with(|rule| rule.questions.clone())
                key=|question| serde_json::to_string(question).unwrap_or_default()
                children=move |question| {
                    let (id, put) = (question.id.clone(), question.id.clone());
                    let value = Signal::derive(move || {
                        answers.with(|answers| answers.get(&id).cloned().unwrap_or_default())
                    });
                    let input = Callback::new(move |answer: String| {
                        answers.update(|answers| {
                            answers.insert(put.clone(), answer);
                        });
                    });
                    view! { <QuestionInput question language value input asking=Asking::Pressed /> }
                }
            />
        </aside>
    }
}
