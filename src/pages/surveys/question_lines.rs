//! The questions of a questionnaire one below the other, as staff fill them in by the keyboard.

use leptos::{ev, prelude::*};

use super::{
    answering::{Answering, on_enter},
    question::{Asking, QuestionInput},
};
use crate::texts::use_texts;

/// The questions under a hint; Enter goes on to the next.
#[component]
pub fn QuestionLines(
    answering: Answering,
    /// How it is filled in.
    #[prop(into)]
    hint: Signal<String>,
    /// Among the fields of a form instead of in a part of a card of its own.
    #[prop(optional)]
    wide: bool,
) -> impl IntoView {
    let t = use_texts();
    let next = move |event: ev::KeyboardEvent| on_enter(&event, answering, t.now());
    let questions = answering.rule.with_value(|rule| rule.questions.clone());
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
        <div class="survey-sheet" class:wide=wide class:card-body=!wide on:keydown=next>
            <p class="muted">{move || hint.get()}</p>
            {lines}
        </div>
    }
    .into_any()
}
