//! One question with what answers it: large choices to press for the customer, a typed figure for whoever telephones.

use std::collections::BTreeMap;

use huiyin_api::Language;
use huiyin_core::{
    contact_field::answer_field,
    pack::care_rules::{AnswerKind, Question, SurveyRule},
    survey::{AnswerError, check},
};
use leptos::prelude::*;

use crate::{
    shell::policy::words,
    texts::{Texts, of},
    ui::new_id,
};

/// Highest score that is shown as one button per score.
const MAX_BUTTONS: u32 = 10;

/// How a question is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asking {
    /// By the customer on a touch screen.
    Pressed,
    /// By a member of staff with the keyboard: scores are typed.
    Typed,
}

/// Returns what is wrong with the answer to one question, in words; nothing if it is fine.
pub fn wrong(texts: &Texts, question: &Question, answer: &str) -> Option<String> {
    let alone = SurveyRule {
        questions: vec![question.clone()],
        ..SurveyRule::default()
    };
    let answers = BTreeMap::from([(question.id.clone(), answer.to_owned())]);
    check(&alone, &answers)
        .first()
        .map(|error| in_words(texts, error))
}

fn in_words(texts: &Texts, error: &AnswerError) -> String {
    let s = &texts.surveys;
    match error {
        AnswerError::Missing { .. } | AnswerError::Unknown { .. } => s.not_answered.to_owned(),
        AnswerError::NotAScore { max, .. } => (s.not_a_score)(*max),
        AnswerError::NotAChoice { .. } => s.not_a_choice.to_owned(),
        AnswerError::TooLong { .. } => s.too_long.to_owned(),
    }
}

/// Returns everything wrong with answers, by the field of each question.
pub fn all_wrong(
    texts: &Texts,
    survey: &SurveyRule,
    answers: &BTreeMap<String, String>,
) -> BTreeMap<String, String> {
    survey
        .questions
        .iter()
        .filter_map(|question| {
            let answer = answers.get(&question.id).map_or("", String::as_str);
            Some((answer_field(&question.id), wrong(texts, question, answer)?))
        })
        .collect()
}

/// A question. The answer belongs to the caller.
#[component]
pub fn QuestionInput(
    question: Question,
    #[prop(into)] language: Signal<Language>,
    #[prop(into)] value: Signal<String>,
    #[prop(into)] input: Callback<String>,
    #[prop(optional, into)] error: Signal<String>,
    asking: Asking,
) -> impl IntoView {
    let name = new_id("answer");
    let help = format!("{name}-help");
    let described = help.clone();
    let text = question.text.clone();
    let optional = question.optional;
    let legend = move || words(language.get(), &text);
    let mark = move || of(language.get()).surveys.optional_mark;
    view! {
        <fieldset
            class="survey-question"
            class:wrong=move || !error.with(String::is_empty)
            aria-describedby=described
        >
            <legend>
                {legend} {optional.then(|| view! { <span class="muted survey-optional">{mark}</span> })}
            </legend>
            {control(question, name, language, value, input, error, asking)}
            <p class="field-help" id=help>
                {move || {
                    let error = error.get();
                    (!error.is_empty()).then(|| view! { <span class="error" role="alert">{error}</span> })
                }}
            </p>
        </fieldset>
    }
}

fn control(
    question: Question,
    name: String,
    language: Signal<Language>,
    value: Signal<String>,
    input: Callback<String>,
    error: Signal<String>,
    asking: Asking,
) -> AnyView {
    let invalid = move || (!error.with(String::is_empty)).then_some("true");
    let label = question.text.clone();
    let label = move || words(language.get(), &label);
    match question.kind {
        AnswerKind::Score if asking == Asking::Pressed && question.max <= MAX_BUTTONS => {
            let choices = (0..=question.max)
                .map(|score| (score.to_string(), Signal::derive(move || score.to_string())))
                .collect();
            let ends = move || {
                let s = &of(language.get()).surveys;
                view! {
                    <p class="survey-ends muted" aria-hidden="true">
                        <span>{s.lowest_word}</span>
                        <span>{s.highest_word}</span>
                    </p>
                }
            };
            view! {
                <div class="survey-scores">{radios(choices, &name, value, input)}</div>
                {ends}
            }
            .into_any()
        }
        AnswerKind::Score => {
            let max = question.max;
            let hint = move || (of(language.get()).surveys.score_hint)(max);
            view! {
                <input
                    class="input survey-figure"
                    type="text"
                    inputmode="numeric"
                    autocomplete="off"
                    aria-label=label
                    placeholder=hint
                    aria-invalid=invalid
                    prop:value=move || value.get()
                    on:input:target=move |event| input.run(event.target().value())
                />
            }
            .into_any()
        }
        AnswerKind::YesNo => {
            let choices = ["yes", "no"]
                .into_iter()
                .map(|wire| {
                    let name = Signal::derive(move || of(language.get()).value("answer", wire));
                    (wire.to_owned(), name)
                })
                .collect();
            view! { <div class="survey-choices">{radios(choices, &name, value, input)}</div> }
                .into_any()
        }
        AnswerKind::Choice => {
            let choices = question
                .choices
                .into_iter()
                .map(|choice| {
                    let name = Signal::derive(move || words(language.get(), &choice.text));
                    (choice.id, name)
                })
                .collect();
            view! { <div class="survey-choices">{radios(choices, &name, value, input)}</div> }
                .into_any()
        }
        AnswerKind::Words => view! {
            <textarea
                autocomplete="off"
                class="input area"
                rows="3"
                aria-label=label
                aria-invalid=invalid
                prop:value=move || value.get()
                on:input:target=move |event| input.run(event.target().value())
            ></textarea>
        }
        .into_any(),
    }
}

/// Choices of which one is taken, each with its value and name.
fn radios(
    choices: Vec<(String, Signal<String>)>,
    group: &str,
    value: Signal<String>,
    input: Callback<String>,
) -> AnyView {
    choices
        .into_iter()
        .map(|(wire, name)| {
            let (own, taken) = (wire.clone(), wire.clone());
            view! {
                <label class="survey-choice">
                    <input
                        type="radio"
                        name=group.to_owned()
                        value=wire
                        prop:checked=move || value.with(|value| *value == own)
                        on:change=move |_| input.run(taken.clone())
                    />
                    <span>{move || name.get()}</span>
                </label>
            }
        })
        .collect_view()
        .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_checked_alone_in_the_words_of_the_reader() {
        let question = Question {
            id: "quality".to_owned(),
            max: 5,
            ..Question::default()
        };
        let zh = of(Language::Chinese);
        assert_eq!(wrong(zh, &question, "5"), None);
        assert_eq!(
            wrong(zh, &question, "6").as_deref(),
            Some("请填写 0 到 5 的整数")
        );
        assert_eq!(wrong(zh, &question, " ").as_deref(), Some("请回答这一题"));
        let survey = SurveyRule {
            questions: vec![question],
            ..SurveyRule::default()
        };
        let found = all_wrong(of(Language::English), &survey, &BTreeMap::new());
        assert_eq!(found["q:quality"], "Please answer this question");
    }
}
