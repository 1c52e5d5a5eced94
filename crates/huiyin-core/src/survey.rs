//! Satisfaction surveys (满意度调查): checking answers, adding them up, and when a result calls for action.
//!
//! Decides from the questions of the pack and plain answers. A result is made of sums, so that parts counted apart add up.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::pack::SurveyRule;
use crate::pack::care_rules::{AnswerKind, Question};

/// Longest answer in words, in characters.
pub const MAX_WORDS: usize = 4_000;

/// What is wrong with an answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum AnswerError {
    /// Nothing is answered.
    #[error("{question} is not answered: ask again, or mark that the customer would not say")]
    Missing {
        /// Wire name of the question.
        question: String,
    },
    /// Not in the survey.
    #[error("the survey has no question {question:?}: take the answer out")]
    Unknown {
        /// As given.
        question: String,
    },
    /// Not a score from 0 to the highest.
    #[error("{question} is scored from 0 to {max}: correct it")]
    NotAScore {
        /// Wire name.
        question: String,
        /// The highest.
        max: u32,
    },
    /// None of the choices.
    #[error("{question} is answered by one of {}", choices.join(", "))]
    NotAChoice {
        /// Wire name.
        question: String,
        /// Wire names to choose from.
        choices: Vec<String>,
    },
    /// Too many words.
    #[error("{question} is answered in more than {MAX_WORDS} characters: shorten it")]
    TooLong {
        /// Wire name.
        question: String,
    },
}

/// Returns everything wrong with the answers of one customer, in the order of the questions; `answers` by question, empty =
/// not answered.
pub fn check(survey: &SurveyRule, answers: &BTreeMap<String, String>) -> Vec<AnswerError> {
    let given = |id: &str| answers.get(id).map_or("", |answer| answer.trim());
    let known = survey
        .questions
        .iter()
        .filter_map(|question| wrong(question, given(&question.id)));
    let unknown = answers
        .keys()
        .filter(|id| !survey.questions.iter().any(|question| question.id == **id))
        .map(|id| AnswerError::Unknown {
            question: id.clone(),
        });
    known.chain(unknown).collect()
}

fn wrong(question: &Question, answer: &str) -> Option<AnswerError> {
    let name = || question.id.clone();
    if answer.is_empty() {
        return (!question.optional).then(|| AnswerError::Missing { question: name() });
    }
    match question.kind {
        AnswerKind::Score => score(question, answer)
            .is_none()
            .then(|| AnswerError::NotAScore {
                question: name(),
                max: question.max,
            }),
        AnswerKind::YesNo => (!matches!(answer, "yes" | "no")).then(|| AnswerError::NotAChoice {
            question: name(),
            choices: vec!["yes".to_owned(), "no".to_owned()],
        }),
        AnswerKind::Choice => {
            let choices: Vec<String> = question
                .choices
                .iter()
                .map(|choice| choice.id.clone())
                .collect();
            (!choices.iter().any(|id| id == answer)).then(|| AnswerError::NotAChoice {
                question: name(),
                choices,
            })
        }
        AnswerKind::Words => {
            (answer.chars().count() > MAX_WORDS).then(|| AnswerError::TooLong { question: name() })
        }
    }
}

fn score(question: &Question, answer: &str) -> Option<u32> {
    answer
        .trim()
        .parse()
        .ok()
        .filter(|score| *score <= question.max)
}

/// The answers to one question.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct QuestionTotal {
    /// Customers who answered it.
    pub answered: u32,
    /// Sum of the scores; of yes-or-no questions the number of yes.
    pub sum: u64,
    /// Highest score possible; 1 for yes or no, 0 where nothing is scored.
    pub max: u32,
    /// How often each was chosen, by wire name.
    pub chosen: BTreeMap<String, u32>,
}

impl QuestionTotal {
    /// Returns the mean as a share of the highest score, in hundredths of a per cent rounded down; nothing without scores.
    pub fn basis_points(&self) -> Option<u32> {
        let whole = u64::from(self.answered) * u64::from(self.max);
        (self.sum * 10_000)
            .checked_div(whole)
            .map(|share| share as u32)
    }
}

/// The answers of a group of customers.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct SurveyTotal {
    /// Questionnaires counted.
    pub count: u32,
    /// By question.
    pub questions: BTreeMap<String, QuestionTotal>,
}

impl SurveyTotal {
    /// Counts one questionnaire. Answers that are wrong for their question are not counted.
    pub fn add(&mut self, survey: &SurveyRule, answers: &BTreeMap<String, String>) {
        self.count += 1;
        for question in &survey.questions {
            let total = self.questions.entry(question.id.clone()).or_default();
            total.max = match question.kind {
                AnswerKind::Score => question.max,
                AnswerKind::YesNo => 1,
                AnswerKind::Choice | AnswerKind::Words => 0,
            };
            let answer = answers.get(&question.id).map_or("", |answer| answer.trim());
            if answer.is_empty() || wrong(question, answer).is_some() {
                continue;
            }
            total.answered += 1;
            match question.kind {
                AnswerKind::Score => total.sum += u64::from(score(question, answer).unwrap_or(0)),
                AnswerKind::YesNo => total.sum += u64::from(answer == "yes"),
                AnswerKind::Choice => *total.chosen.entry(answer.to_owned()).or_default() += 1,
                AnswerKind::Words => {}
            }
        }
    }

    /// Adds what another device or branch counted.
    pub fn merge(&mut self, other: &Self) {
        self.count += other.count;
        for (id, theirs) in &other.questions {
            let ours = self.questions.entry(id.clone()).or_default();
            ours.answered += theirs.answered;
            ours.sum += theirs.sum;
            ours.max = ours.max.max(theirs.max);
            for (choice, count) in &theirs.chosen {
                *ours.chosen.entry(choice.clone()).or_default() += count;
            }
        }
    }

    /// Returns the satisfaction over all scored questions by their weights, in hundredths of a per cent rounded down; nothing
    /// while nothing is scored. Yes-or-no questions are told apart and do not count.
    pub fn satisfaction(&self, survey: &SurveyRule) -> Option<u32> {
        let (mut sum, mut weights) = (0_u64, 0_u64);
        for question in survey
            .questions
            .iter()
            .filter(|question| question.kind == AnswerKind::Score)
        {
            let share = self
                .questions
                .get(&question.id)
                .and_then(QuestionTotal::basis_points);
            if let Some(share) = share {
                let weight = u64::from(question.weight.max(1));
                sum += u64::from(share) * weight;
                weights += weight;
            }
        }
        sum.checked_div(weights).map(|share| share as u32)
    }

    /// Returns whether the result calls for a corrective action: below the target, and the pack wants one.
    pub fn needs_action(&self, survey: &SurveyRule) -> bool {
        survey.corrective
            && self
                .satisfaction(survey)
                .is_some_and(|share| share < survey.target_percent * 100)
    }

    /// Returns the scored questions below the target, the lowest first: what the report names.
    pub fn below_target<'a>(&self, survey: &'a SurveyRule) -> Vec<(&'a Question, u32)> {
        let mut found: Vec<(&Question, u32)> = survey
            .questions
            .iter()
            .filter(|question| question.kind == AnswerKind::Score)
            .filter_map(|question| {
                Some((question, self.questions.get(&question.id)?.basis_points()?))
            })
            .filter(|(_, share)| *share < survey.target_percent * 100)
            .collect();
        found.sort_by(|a, b| a.1.cmp(&b.1).then_with(|| a.0.id.cmp(&b.0.id)));
        found
    }
}

/// Returns the totals by group (branch, class), and of all under the empty name. `answered` is the group and the answers.
pub fn totals<'a>(
    survey: &SurveyRule,
    answered: impl IntoIterator<Item = (&'a str, &'a BTreeMap<String, String>)>,
) -> BTreeMap<String, SurveyTotal> {
    let mut found: BTreeMap<String, SurveyTotal> = BTreeMap::new();
    found.insert(String::new(), SurveyTotal::default());
    for (group, answers) in answered {
        found
            .entry(group.to_owned())
            .or_default()
            .add(survey, answers);
        if !group.is_empty() {
            found.entry(String::new()).or_default().add(survey, answers);
        }
    }
    found
}
/// Returns whether answers to two versions of a survey may be counted together: the same questions, each with the same kind,
/// highest score, weight and choices. Wording, order, target and what may be left out make no difference.
pub fn same_scale(a: &SurveyRule, b: &SurveyRule) -> bool {
    let scale = |survey: &SurveyRule| -> BTreeMap<String, (AnswerKind, u32, u32, Vec<String>)> {
        survey
            .questions
            .iter()
            .map(|question| {
                let mut choices: Vec<String> = question
                    .choices
                    .iter()
                    .map(|choice| choice.id.clone())
                    .collect();
                choices.sort();
                let scale = (question.kind, question.max, question.weight.max(1), choices);
                (question.id.clone(), scale)
            })
            .collect()
    };
    a.id == b.id && scale(a) == scale(b)
}
