//! What the survey screens ask and show: questionnaires, rounds, answers and their totals.
//!
//! Totals come in parts that add up ([`SurveyPart::merge`]), because answers stand in documents and only a few are opened at a time.

use std::collections::BTreeMap;

use huiyin_core::pack::care_rules::SurveyRule;
use huiyin_core::pack::{Form, Post, Text};
use huiyin_core::survey::{SurveyTotal, same_scale};
use serde::{Deserialize, Serialize};

use crate::{ActionView, ConflictView, EventView, FieldView, Millis};

/// Most comments a report shows, the newest first.
pub const MAX_COMMENTS: usize = 200;

/// Answers of one customer, as they are sent to be stored.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct SurveyIntent {
    /// The survey's id.
    pub survey: String,
    /// Reference of the policy version whose questions were asked; empty = the one in force.
    pub reference: String,
    /// Fields: `customer`, `customer_name`, `answered_by`, `answered_on`, `way`, `comment`, `tags`.
    pub fields: BTreeMap<String, String>,
    /// Answers by question; empty ones are not stored.
    pub answers: BTreeMap<String, String>,
}

/// A corrective action asked for because of a round's result.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct SurveyActionIntent {
    /// The survey's id.
    pub survey: String,
    /// Period of the round.
    pub period: String,
    /// Subject of the case the action stands in.
    pub subject: String,
    /// The result it answers, in words; becomes the case's description.
    pub result: String,
    /// What is to be done.
    pub text: String,
    /// Who does it.
    pub owner: String,
    /// The day it is due, `YYYY-MM-DD`.
    pub due: String,
}

/// Questionnaires in force and the rounds held.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct SurveysView {
    /// Questionnaires in force.
    pub questionnaires: Vec<SurveyRule>,
    /// Reference of the version they are of; empty = none is in force.
    pub reference: String,
    /// The version chosen has not come to this device.
    pub missing: bool,
    /// The person at the device may change questionnaires.
    pub may_edit: bool,
    /// Posts of that version, who may write and approve reports beside the roles of the program.
    pub posts: Vec<Post>,
    /// Papers of surveys of the policy (`survey`, `survey_report`), with their titles and signatures.
    pub forms: Vec<Form>,
    /// Rounds: the present one of each questionnaire in force, then past ones, the latest first.
    pub rounds: Vec<SurveyRound>,
}

/// One round: a survey and a period.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct SurveyRound {
    /// The survey's id.
    pub survey: String,
    /// Its name; the id where no version of it is here.
    pub text: Text,
    /// Period, such as `2026` or `2026Q4`.
    pub period: String,
    /// It is the present period of a questionnaire in force.
    pub present: bool,
    /// End of the period, for the present round.
    pub due: Option<Millis>,
    /// The person at the device writes its report.
    pub mine: bool,
    /// Answers.
    pub answers: u32,
    /// Answers by branch code.
    pub branches: BTreeMap<String, u32>,
    /// Last change of an answer; 0 without answers. Totals reckoned before are out of date when it changes.
    pub updated: Millis,
    /// Corrective actions that stand in cases opened for it.
    pub actions: Vec<ActionView>,
}

/// A window over the answers, the latest first.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct SurveyQuery {
    /// The survey's id; empty = any.
    pub survey: String,
    /// Period; empty = any.
    pub period: String,
    /// Record id of the customer; empty = any.
    pub customer: String,
    /// First row wanted.
    pub offset: u32,
    /// Rows wanted, at most [`crate::MAX_PAGE_ROWS`].
    pub limit: u32,
}

/// One line of a list of answers.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct SurveyRow {
    /// Record id.
    pub id: String,
    /// Number people read.
    pub number: String,
    /// Customer's name; empty = anonymous.
    pub customer: String,
    /// Customer record id, or empty.
    pub customer_id: String,
    /// The survey's id.
    pub survey: String,
    /// The survey's name.
    pub text: Text,
    /// Period.
    pub period: String,
    /// Branch code.
    pub branch: String,
    /// When it was stored.
    pub created: Millis,
    /// Last change.
    pub updated: Millis,
    /// Answers with more than one concurrent value.
    pub conflicts: u32,
}

/// A window over the answers.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct SurveyPage {
    /// Rows that match, in all.
    pub total: u32,
    /// Offset of the first row.
    pub offset: u32,
    /// The rows.
    pub rows: Vec<SurveyRow>,
}

/// One customer's answers.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct SurveyRecord {
    /// The list row.
    pub row: SurveyRow,
    /// Filled fields without answers.
    pub fields: Vec<FieldView>,
    /// Answers by question.
    pub answers: BTreeMap<String, String>,
    /// Fields and answers with several values.
    pub conflicts: Vec<ConflictView>,
    /// The questions of the version that was answered; none if that version has not come to this device.
    pub rule: Option<SurveyRule>,
    /// Version number of the policy it is of; 0 if it has not come.
    pub version: u32,
    /// Corrections, oldest first: data named `q:<question>` is what was answered before.
    #[serde(default)]
    pub events: Vec<EventView>,
    /// The round is still open: answers may be corrected.
    #[serde(default)]
    pub may_correct: bool,
    /// Defects found while reading.
    pub issues: Vec<String>,
}

/// A comment of a customer.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct SurveyComment {
    /// Record id of the answers it is of.
    pub id: String,
    /// Question; empty = the general comment.
    pub question: String,
    /// What was said.
    pub text: String,
    /// Branch code.
    pub branch: String,
    /// When it was stored.
    pub created: Millis,
}

/// Totals of the answers to one version of a questionnaire, and to others on the same scale.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct SurveyVersion {
    /// Version number of the newest policy among them.
    pub version: u32,
    /// The questions, as the newest version words them.
    pub rule: SurveyRule,
    /// All answers.
    pub all: SurveyTotal,
    /// By branch code.
    pub branches: BTreeMap<String, SurveyTotal>,
    /// By class of the customer when asked; empty = anonymous or without class.
    pub classes: BTreeMap<String, SurveyTotal>,
}

/// A part of the totals of a round.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct SurveyPart {
    /// Answers read for this part.
    pub counted: u32,
    /// Answers not read yet.
    pub left: u32,
    /// What to ask next for the rest; empty if everything was read.
    pub next: String,
    /// Answers whose version has not come to this device: they are in no total.
    pub unknown: u32,
    /// By scale, the newest version first.
    pub versions: Vec<SurveyVersion>,
    /// Comments, the newest first, at most [`MAX_COMMENTS`].
    pub comments: Vec<SurveyComment>,
}

/// A line of a table of satisfaction: a branch or a class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SurveyShare {
    /// Branch code or class; empty = none.
    pub group: String,
    /// Answers.
    pub count: u32,
    /// Satisfaction in hundredths of a per cent; nothing without scores.
    pub satisfaction: Option<u32>,
}

impl SurveyVersion {
    fn merge(&mut self, other: Self) {
        if other.version > self.version {
            self.version = other.version;
            self.rule = other.rule;
        }
        self.all.merge(&other.all);
        for (group, total) in &other.branches {
            self.branches.entry(group.clone()).or_default().merge(total);
        }
        for (group, total) in &other.classes {
            self.classes.entry(group.clone()).or_default().merge(total);
        }
    }
}

/// Returns the mean of shares, each weighed by its answers, rounded down; nothing if none has scores.
fn weighed(shares: impl IntoIterator<Item = (u32, Option<u32>)>) -> Option<u32> {
    let (mut sum, mut weights) = (0_u64, 0_u64);
    for (count, share) in shares {
        if let Some(share) = share {
            sum += u64::from(share) * u64::from(count);
            weights += u64::from(count);
        }
    }
    sum.checked_div(weights).map(|share| share as u32)
}

impl SurveyPart {
    /// Adds the totals of a version, to those on the same scale if there are any.
    pub fn add(&mut self, version: SurveyVersion) {
        match self
            .versions
            .iter_mut()
            .find(|known| same_scale(&known.rule, &version.rule))
        {
            Some(known) => known.merge(version),
            None => self.versions.push(version),
        }
        self.versions
            .sort_by_key(|version| std::cmp::Reverse(version.version));
    }

    /// Adds the part that was asked for next.
    pub fn merge(&mut self, next: Self) {
        self.counted += next.counted;
        self.left = next.left;
        self.next = next.next;
        self.unknown += next.unknown;
        for version in next.versions {
            self.add(version);
        }
        self.comments.extend(next.comments);
        self.comments
            .sort_by(|a, b| (b.created, &b.id, &b.question).cmp(&(a.created, &a.id, &a.question)));
        self.comments.truncate(MAX_COMMENTS);
    }

    /// Returns the satisfaction over all versions, each weighed by its answers, in hundredths of a per cent; nothing without scores.
    pub fn satisfaction(&self) -> Option<u32> {
        weighed(
            self.versions
                .iter()
                .map(|version| (version.all.count, version.all.satisfaction(&version.rule))),
        )
    }

    /// Returns whether the result calls for a corrective action by the newest version that was answered.
    pub fn needs_action(&self) -> bool {
        self.versions.first().is_some_and(|newest| {
            newest.rule.corrective
                && self
                    .satisfaction()
                    .is_some_and(|share| share < newest.rule.target_percent * 100)
        })
    }

    /// Returns the satisfaction by branch.
    pub fn by_branch(&self) -> Vec<SurveyShare> {
        self.shares(|version| &version.branches)
    }

    /// Returns the satisfaction by class of customer.
    pub fn by_class(&self) -> Vec<SurveyShare> {
        self.shares(|version| &version.classes)
    }

    fn shares(
        &self,
        groups: impl Fn(&SurveyVersion) -> &BTreeMap<String, SurveyTotal>,
    ) -> Vec<SurveyShare> {
        let mut found: BTreeMap<&str, Vec<(u32, Option<u32>)>> = BTreeMap::new();
        for version in &self.versions {
            for (group, total) in groups(version) {
                let share = (total.count, total.satisfaction(&version.rule));
                found.entry(group).or_default().push(share);
            }
        }
        found
            .into_iter()
            .map(|(group, shares)| SurveyShare {
                group: group.to_owned(),
                count: shares.iter().map(|(count, _)| count).sum(),
                satisfaction: weighed(shares),
            })
            .collect()
    }
}
