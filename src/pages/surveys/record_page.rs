//! One customer's answers with the questions that were asked, whatever the questionnaire says today.

use huiyin_api::{EventView, FieldView, Request, SurveyRecord};
use huiyin_core::{
    contact_field::ANSWER_PREFIX,
    pack::care_rules::{AnswerKind, Question},
};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use super::correct_dialog::CorrectDialog;
use crate::{
    pages::{
        customers::Issues,
        shared::{Conflicts, Properties, Property, Timeline},
    },
    shell::{
        ask, base::use_base, branches::use_branches, live::live, policy::words, title::set_title,
    },
    texts::{Texts, use_texts},
    ui::{Button, ErrorState, Glyph, Icon, LinkButton, PageHead, Skeleton},
};

/// Fields shown in places of their own.
const SHOWN_ELSEWHERE: &[&str] = &[
    "survey",
    "period",
    "customer",
    "customer_name",
    "class",
    "comment",
];

/// The screen of one customer's answers.
#[component]
pub fn AnswerPage() -> impl IntoView {
    let t = use_texts();
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get("id").unwrap_or_default()));
    let found = live(
        move || Some(Request::SurveyAnswer { id: id.get() }),
        ask::survey_answer,
    );
    let record = Memo::new(move |_| found.value.get().filter(|record| record.row.id == id.get()));
    set_title(move || t.get().surveys.answer);
    let here = Memo::new(move |_| record.with(Option::is_some));
    move || {
        if here.get() {
            let record = Signal::derive(move || record.get().unwrap_or_default());
            view! { <Answers record /> }.into_any()
        } else if found.problem.with(Option::is_some) {
            view! {
                <PageHead title=move || t.get().surveys.answer />
                <ErrorState problem=found.problem retry=move || found.ask_again() />
                <div class="actions">
                    <LinkButton to="/surveys" icon=Glyph::Back>
                        {move || t.get().surveys.title}
                    </LinkButton>
                </div>
            }
            .into_any()
        } else {
            view! {
                <PageHead title=move || t.get().surveys.answer />
                <Skeleton lines=6 />
            }
            .into_any()
        }
    }
}

#[component]
fn Answers(record: Signal<SurveyRecord>) -> impl IntoView {
    let t = use_texts();
    let base = use_base();
    let branches = use_branches();
    let id = Memo::new(move |_| record.with(|record| record.row.id.clone()));
    let title = move || {
        record.with(|record| {
            if record.row.customer.is_empty() {
                t.get().surveys.anonymous.to_owned()
            } else {
                record.row.customer.clone()
            }
        })
    };
    let subtitle = move || {
        let texts = t.get();
        record.with(|record| {
            let mut parts = vec![
                words(texts.language, &record.row.text),
                record.row.period.clone(),
                record.row.number.clone(),
            ];
            if record.version > 0 {
                parts.push((texts.surveys.version)(record.version));
            }
            parts.join(" · ")
        })
    };
    let round = move || {
        record.with(|record| format!("/surveys/{}/{}", record.row.survey, record.row.period))
    };
    let customer = Memo::new(move |_| {
        record.with(|record| (record.row.customer_id.clone(), record.row.customer.clone()))
    });
    let version_gone = Memo::new(move |_| record.with(|record| record.rule.is_none()));
    let comment = Memo::new(move |_| {
        record.with(|record| {
            let field = record.fields.iter().find(|field| field.name == "comment");
            field.map(|field| field.value.clone()).unwrap_or_default()
        })
    });
    let may_correct = Memo::new(move |_| record.with(|record| record.may_correct));
    let correcting = RwSignal::new(false);
    let corrections = Memo::new(move |_| record.with(|record| corrections(t.get(), record)));
    let corrected = Memo::new(move |_| !corrections.with(Vec::is_empty));
    view! {
        <PageHead title subtitle>
            <LinkButton to=round icon=Glyph::Back>
                {move || t.get().surveys.rounds}
            </LinkButton>
            <Show when=move || may_correct.get()>
                <Button icon=Glyph::Pencil press=move || correcting.set(true)>
                    {move || t.get().surveys.correct}
                </Button>
            </Show>
        </PageHead>
        <CorrectDialog open=correcting record />
        <Conflicts record=id conflicts=move || record.with(|record| record.conflicts.clone()) />
        <Show when=move || version_gone.get()>
            <p class="notice plain">
                <Icon glyph=Glyph::Warning />
                <span>{move || t.get().surveys.version_gone}</span>
            </p>
        </Show>
        <div class="record">
            <div class="record-main">
                <section class="card">
                    <header class="card-head">
                        <h2>{move || t.get().surveys.answer}</h2>
                    </header>
                    <dl class="survey-answers">
                        {move || record.with(|record| lines(t.get(), record))}
                        {move || {
                            let comment = comment.get();
                            (!comment.is_empty())
                                .then(|| {
                                    view! {
                                        <div>
                                            <dt>{move || t.get().field("comment")}</dt>
                                            <dd class="lines-kept">{comment}</dd>
                                        </div>
                                    }
                                })
                        }}
                    </dl>
                </section>
                <Show when=move || corrected.get()>
                    <section class="card">
                        <header class="card-head">
                            <h2>{move || t.get().customers.timeline}</h2>
                        </header>
                        <Timeline events=corrections empty=String::new() />
                    </section>
                </Show>
            </div>
            <aside class="card record-side" aria-label=move || t.get().customers.properties>
                <dl class="properties">
                    {move || {
                        let (id, name) = customer.get();
                        (!id.is_empty())
                            .then(|| {
                                view! {
                                    <Property name=move || t.get().field("customer")>
                                        <a href=base.href(&format!("/customers/{id}"))>{name}</a>
                                    </Property>
                                }
                            })
                    }}
                    <Property name=move || t.get().field("branch")>
                        {move || record.with(|record| branches.name(&record.row.branch))}
                    </Property>
                </dl>
                <Properties
                    fields=move || record.with(|record| record.fields.clone())
                    without=SHOWN_ELSEWHERE
                />
            </aside>
        </div>
        <Issues issues=move || record.with(|record| record.issues.clone()) />
    }
}

/// Returns the corrections, each with what was answered before in the words of the questions.
fn corrections(texts: &'static Texts, record: &SurveyRecord) -> Vec<EventView> {
    let told = |field: &FieldView| {
        let question = field.name.strip_prefix(ANSWER_PREFIX).and_then(|id| {
            let rule = record.rule.as_ref()?;
            rule.questions.iter().find(|question| question.id == id)
        });
        match question {
            Some(question) => FieldView {
                name: (texts.surveys.earlier)(&words(texts.language, &question.text)),
                value: in_words(texts, question, &field.value),
            },
            None => field.clone(),
        }
    };
    record
        .events
        .iter()
        .map(|event| EventView {
            data: event.data.iter().map(told).collect(),
            ..event.clone()
        })
        .collect()
}

/// The questions in their order with the answers; without the version, the answers by their ids.
fn lines(texts: &'static Texts, record: &SurveyRecord) -> AnyView {
    let line = |name: String, answer: String| {
        let answer = if answer.is_empty() {
            texts.surveys.not_scored.to_owned()
        } else {
            answer
        };
        view! {
            <div>
                <dt>{name}</dt>
                <dd class="lines-kept">{answer}</dd>
            </div>
        }
    };
    match &record.rule {
        Some(rule) => rule
            .questions
            .iter()
            .map(|question| {
                let answer = record.answers.get(&question.id);
                line(
                    words(texts.language, &question.text),
                    in_words(texts, question, answer.map_or("", String::as_str)),
                )
            })
            .collect_view()
            .into_any(),
        None => record
            .answers
            .iter()
            .map(|(question, answer)| line(question.clone(), answer.clone()))
            .collect_view()
            .into_any(),
    }
}

/// Returns an answer as people read it.
fn in_words(texts: &Texts, question: &Question, answer: &str) -> String {
    if answer.is_empty() {
        return String::new();
    }
    match question.kind {
        AnswerKind::Score if answer.parse::<u32>().is_ok() => {
            format!("{answer} / {}", question.max)
        }
        AnswerKind::YesNo => texts.value("answer", answer),
        AnswerKind::Choice => question
            .choices
            .iter()
            .find(|choice| choice.id == answer)
            .map_or_else(
                || answer.to_owned(),
                |choice| words(texts.language, &choice.text),
            ),
        AnswerKind::Score | AnswerKind::Words => answer.to_owned(),
    }
}
