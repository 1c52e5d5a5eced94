//! The result of every question of a round.

use huiyin_api::{SurveyPart, SurveyVersion};
use huiyin_core::{
    pack::care_rules::{AnswerKind, Question},
    survey::QuestionTotal,
};
use leptos::prelude::*;

use super::{reckoning::percent, shares::Bar};
use crate::{
    shell::{intl, policy::words},
    texts::{Texts, use_texts},
};

/// The questions of one version with their results; `several` names the version.
#[component]
pub fn QuestionsCard(whole: Signal<SurveyPart>, at: usize, several: bool) -> impl IntoView {
    let t = use_texts();
    let version: Signal<SurveyVersion> = Signal::derive(move || {
        whole.with(|whole| whole.versions.get(at).cloned().unwrap_or_default())
    });
    let title = move || {
        let s = &t.get().surveys;
        if several {
            let number = version.with(|version| version.version);
            format!("{} · {}", s.by_question, (s.version)(number))
        } else {
            s.by_question.to_owned()
        }
    };
    let lines = move || {
        let texts = t.get();
        version.with(|version| {
            version
                .rule
                .questions
                .iter()
                .map(|question| {
                    let total = version.all.questions.get(&question.id);
                    line(
                        texts,
                        question,
                        &total.cloned().unwrap_or_default(),
                        version.rule.target_percent,
                    )
                })
                .collect_view()
        })
    };
    view! {
        <section class="card">
            <header class="card-head">
                <h2>{title}</h2>
            </header>
            <table class="survey-table">
                <thead>
                    <tr>
                        <th scope="col">{move || t.get().surveys.question}</th>
                        <th scope="col" class="num">
                            {move || t.get().surveys.number_of_answers}
                        </th>
                        <th scope="col" colspan="2" class="num">
                            {move || t.get().surveys.mean}
                        </th>
                    </tr>
                </thead>
                <tbody>{lines}</tbody>
            </table>
        </section>
    }
}

fn line(texts: &Texts, question: &Question, total: &QuestionTotal, target: u32) -> AnyView {
    let name = words(texts.language, &question.text);
    let count = intl::count(texts.language, u64::from(total.answered));
    let share = total.basis_points();
    let low = question.kind == AnswerKind::Score && share.is_some_and(|share| share < target * 100);
    let result = outcome(texts, question, total);
    view! {
        <tr class:low=low>
            <th scope="row">{name}</th>
            <td class="num">{count}</td>
            <td class="survey-bar-cell">{share.map(|share| view! { <Bar share /> })}</td>
            <td class="num">{result}</td>
        </tr>
    }
    .into_any()
}

/// Returns the result of a question in words: a share, how many said yes, how often each choice was taken.
pub fn outcome(texts: &Texts, question: &Question, total: &QuestionTotal) -> String {
    match question.kind {
        AnswerKind::Score => total
            .basis_points()
            .map_or_else(|| texts.surveys.not_scored.to_owned(), percent),
        AnswerKind::YesNo => {
            let share = total.basis_points().map(percent).unwrap_or_default();
            format!("{} {share}", texts.value("answer", "yes"))
        }
        AnswerKind::Choice => question
            .choices
            .iter()
            .map(|choice| {
                let count = total.chosen.get(&choice.id).copied().unwrap_or_default();
                format!("{} {count}", words(texts.language, &choice.text))
            })
            .collect::<Vec<_>>()
            .join(" · "),
        AnswerKind::Words => texts.surveys.not_scored.to_owned(),
    }
}
