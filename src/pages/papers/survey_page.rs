//! Papers of surveys: the blank questionnaire `/papers/surveys/yearly`, and the report of a round `/papers/surveys/yearly/2026`.

use huiyin_api::{Language, Request, SurveyPart, SurveyRound, SurveysView};
use huiyin_core::pack::{
    Form,
    care_rules::{AnswerKind, Question, SurveyRule},
};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use super::{
    paper::{Block, Paper, SignatureLine},
    sheet::Sheet,
};
use crate::{
    pages::surveys::{outcome, percent, reckon},
    shell::{
        ask, branches::use_branches, intl, live::live, policy::words, session::use_session,
        title::set_title,
    },
    texts::{Texts, of, use_texts},
    ui::{ErrorState, Skeleton},
};

/// Comments printed.
const MAX_COMMENTS: usize = 40;
/// Highest score that is printed as boxes to tick.
const MAX_BOXES: u32 = 10;
/// Blank lines for an answer in words.
const BLANK_LINES: usize = 3;

/// The screen of a survey's paper.
#[component]
pub fn SurveyPaperPage() -> impl IntoView {
    let t = use_texts();
    let session = use_session();
    let branches = use_branches();
    let params = use_params_map();
    let param = move |name: &str| params.with(|params| params.get(name).unwrap_or_default());
    let survey = Memo::new(move |_| param("survey"));
    let period = Memo::new(move |_| param("period"));
    let found = live(|| Some(Request::Surveys), ask::surveys);
    let round = Memo::new(move |_| {
        found.value.with(|view: &Option<SurveysView>| {
            let rounds = &view.as_ref()?.rounds;
            let fits =
                |round: &&SurveyRound| round.survey == survey.get() && round.period == period.get();
            rounds.iter().find(fits).cloned()
        })
    });
    let totals = reckon(Memo::new(move |_| {
        let round = round.get().unwrap_or_default();
        (round.survey, round.period, round.updated, round.answers)
    }));
    let language = RwSignal::new(t.now().language);
    set_title(move || t.get().surveys.title);
    let ready = Memo::new(move |_| {
        found.value.with(Option::is_some)
            && (period.with(String::is_empty)
                || totals.whole.with(Option::is_some)
                || round.with(|round| round.as_ref().is_none_or(|round| round.answers == 0)))
    });
    let kind = Signal::derive(move || {
        let blank = period.with(String::is_empty);
        if blank { "survey" } else { "survey_report" }.to_owned()
    });
    let paper = Signal::derive(move || {
        let texts = of(language.get());
        let company = session.with(|status| status.map(|status| status.company.clone()));
        let company = company.unwrap_or_default();
        let view = found.value.get().unwrap_or_default();
        let round = round.get().unwrap_or_default();
        let in_force = view
            .questionnaires
            .iter()
            .find(|rule| rule.id == survey.get())
            .cloned();
        if period.with(String::is_empty) {
            return blank(texts, company, &in_force.unwrap_or_default(), &view.forms);
        }
        let whole = totals.whole.get().unwrap_or_default();
        let mut paper = report(texts, &round, &whole, &view.forms, &|code| {
            branches.name(code)
        });
        paper.company = company;
        paper.foot = intl::date(texts.language, intl::now());
        paper
    });
    view! {
        <ErrorState problem=found.problem />
        <ErrorState problem=totals.problem />
        {move || {
            if ready.get() {
                view! { <Sheet paper form=kind language /> }.into_any()
            } else {
                view! { <Skeleton lines=12 /> }.into_any()
            }
        }}
    }
}

fn lang(language: Language) -> &'static str {
    match language {
        Language::Chinese => "zh-CN",
        Language::English => "en",
    }
}

/// Returns the lines to sign on: those of the policy's form, else these.
fn signatures(texts: &Texts, form: Option<&Form>, otherwise: &[&str]) -> Block {
    let titles: Vec<String> = match form {
        Some(form) if !form.signatures.is_empty() => form
            .signatures
            .iter()
            .map(|text| words(texts.language, text))
            .collect(),
        _ => otherwise.iter().map(|title| (*title).to_owned()).collect(),
    };
    Block::Signatures(
        titles
            .into_iter()
            .map(|title| SignatureLine {
                title,
                ..SignatureLine::default()
            })
            .collect(),
    )
}

/// Returns a questionnaire to be filled in by hand.
pub(super) fn blank(texts: &Texts, company: String, rule: &SurveyRule, forms: &[Form]) -> Paper {
    let s = &texts.surveys;
    let form = forms.iter().find(|form| form.layout == "survey");
    let facts = [s.blank_name, s.blank_phone]
        .map(|name| (name.to_owned(), String::new()))
        .to_vec();
    let mut blocks = vec![Block::Facts(facts)];
    blocks.extend(
        rule.questions
            .iter()
            .enumerate()
            .map(|(at, question)| blank_question(texts, at + 1, question)),
    );
    blocks.push(signatures(texts, form, &[s.blank_name]));
    Paper {
        language: lang(texts.language),
        company,
        title: words(texts.language, &rule.text),
        facts: Vec::new(),
        blocks,
        foot: s.welcome.to_owned(),
        ..Paper::default()
    }
}

fn blank_question(texts: &Texts, number: usize, question: &Question) -> Block {
    let s = &texts.surveys;
    let mut name = format!("{number}. {}", words(texts.language, &question.text));
    if question.optional {
        name = format!("{name} ({})", s.optional_mark);
    }
    let boxes = |answers: Vec<String>| Block::Boxes {
        name: name.clone(),
        answers: answers.into_iter().map(|answer| (answer, false)).collect(),
    };
    match question.kind {
        AnswerKind::Score if question.max <= MAX_BOXES => {
            let mut scores: Vec<String> =
                (0..=question.max).map(|score| score.to_string()).collect();
            scores[0] = format!("0 {}", s.lowest_word);
            if let Some(last) = scores.last_mut() {
                *last = format!("{last} {}", s.highest_word);
            }
            boxes(scores)
        }
        AnswerKind::Score => Block::Facts(vec![(
            format!("{name} ({})", (s.score_hint)(question.max)),
            String::new(),
        )]),
        AnswerKind::YesNo => boxes(
            ["yes", "no"]
                .iter()
                .map(|wire| texts.value("answer", wire))
                .collect(),
        ),
        AnswerKind::Choice => boxes(
            question
                .choices
                .iter()
                .map(|choice| words(texts.language, &choice.text))
                .collect(),
        ),
        AnswerKind::Words => Block::Text {
            name: name.clone(),
            text: String::new(),
            lines: BLANK_LINES,
        },
    }
}

/// Returns the report of a round.
pub(super) fn report(
    texts: &Texts,
    round: &SurveyRound,
    whole: &SurveyPart,
    forms: &[Form],
    branch: &dyn Fn(&str) -> String,
) -> Paper {
    let s = &texts.surveys;
    let form = forms.iter().find(|form| form.layout == "survey_report");
    let share = |share: Option<u32>| share.map_or_else(|| s.not_scored.to_owned(), percent);
    let target = whole
        .versions
        .first()
        .map_or(0, |version| version.rule.target_percent);
    let title = form
        .map(|form| words(texts.language, &form.title))
        .filter(|title| !title.is_empty())
        .unwrap_or_else(|| s.report_title.to_owned());
    let [period, count, satisfaction, aim] = s.report_facts;
    let figures = vec![
        (period.to_owned(), round.period.clone()),
        (count.to_owned(), whole.counted.to_string()),
        (satisfaction.to_owned(), share(whole.satisfaction())),
        (aim.to_owned(), format!("{target}%")),
    ];
    let table = |name: &str, head: &str, last: &str, rows: Vec<Vec<String>>| Block::Table {
        name: name.to_owned(),
        heads: vec![
            head.to_owned(),
            s.number_of_answers.to_owned(),
            last.to_owned(),
        ],
        rows,
        figures_from: 1,
        blank: 0,
    };
    let mut blocks = vec![Block::Facts(figures)];
    let by_branch = whole.by_branch();
    if by_branch.len() > 1 {
        let rows = by_branch
            .iter()
            .map(|line| {
                vec![
                    branch(&line.group),
                    line.count.to_string(),
                    share(line.satisfaction),
                ]
            })
            .collect();
        blocks.push(table(s.by_branch, s.group, s.satisfaction, rows));
    }
    let rows = whole
        .by_class()
        .iter()
        .map(|line| {
            let class = if line.group.is_empty() {
                s.no_class.to_owned()
            } else {
                texts.value("class", &line.group)
            };
            vec![class, line.count.to_string(), share(line.satisfaction)]
        })
        .collect();
    blocks.push(table(s.by_class, s.group, s.satisfaction, rows));
    for version in &whole.versions {
        let name = if whole.versions.len() > 1 {
            format!("{} · {}", s.by_question, (s.version)(version.version))
        } else {
            s.by_question.to_owned()
        };
        let rows = version
            .rule
            .questions
            .iter()
            .map(|question| {
                let total = version.all.questions.get(&question.id).cloned();
                let total = total.unwrap_or_default();
                vec![
                    words(texts.language, &question.text),
                    total.answered.to_string(),
                    outcome(texts, question, &total),
                ]
            })
            .collect();
        blocks.push(table(&name, s.question, s.mean, rows));
    }
    let comments: Vec<String> = whole
        .comments
        .iter()
        .take(MAX_COMMENTS)
        .map(|comment| format!("· {}", comment.text))
        .collect();
    let long = |name: &str, text: String, lines: usize| Block::Text {
        name: name.to_owned(),
        text,
        lines,
    };
    blocks.push(long(s.comments, comments.join("\n"), 1));
    blocks.push(long(s.analysis, String::new(), 4));
    let measures: Vec<String> = round
        .actions
        .iter()
        .map(|action| format!("· {} ({}, {})", action.text, action.owner, action.due))
        .collect();
    blocks.push(long(s.measures, measures.join("\n"), 4));
    blocks.push(signatures(texts, form, &[s.written_by, s.confirmed_by]));
    Paper {
        language: lang(texts.language),
        title,
        facts: vec![(texts.field("survey"), words(texts.language, &round.text))],
        blocks,
        ..Paper::default()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use huiyin_api::SurveyVersion;

    use super::*;

    fn rule() -> SurveyRule {
        SurveyRule {
            questions: vec![
                Question {
                    id: "quality".to_owned(),
                    max: 10,
                    ..Question::default()
                },
                Question {
                    id: "wishes".to_owned(),
                    kind: AnswerKind::Words,
                    optional: true,
                    ..Question::default()
                },
            ],
            target_percent: 80,
            ..SurveyRule::default()
        }
    }

    #[test]
    fn a_blank_questionnaire_has_a_box_for_every_score_and_lines_for_words() {
        let paper = blank(of(Language::Chinese), "海月".to_owned(), &rule(), &[]);
        assert!(matches!(&paper.blocks[1], Block::Boxes { answers, .. } if answers.len() == 11));
        assert!(matches!(&paper.blocks[2], Block::Text { lines: 3, .. }));
    }

    #[test]
    fn a_report_tells_the_result_its_target_and_who_signs() {
        let rule = rule();
        let answers = BTreeMap::from([("quality".to_owned(), "8".to_owned())]);
        let mut version = SurveyVersion {
            rule: rule.clone(),
            ..SurveyVersion::default()
        };
        version.all.add(&rule, &answers);
        let mut whole = SurveyPart {
            counted: 1,
            ..SurveyPart::default()
        };
        whole.add(version);
        let round = SurveyRound {
            period: "2026".to_owned(),
            ..SurveyRound::default()
        };
        let paper = report(of(Language::English), &round, &whole, &[], &str::to_owned);
        let Block::Facts(facts) = &paper.blocks[0] else {
            panic!("the figures stand first");
        };
        assert_eq!(facts[2].1, "80%");
        assert_eq!(facts[3].1, "80%");
        assert!(matches!(paper.blocks.last(), Some(Block::Signatures(lines)) if lines.len() == 2));
    }
}
