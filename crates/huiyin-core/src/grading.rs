//! Grading of customers (客户评级), key accounts, and activity that falls.
//!
//! Decides classes from score sheets, who brings most of the value, and whom to warn about. Figures come from the pack.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::pack::file_rules::ClassScheme;
use crate::pack::{GradingRules, LoyaltyRules};

/// Why a score sheet gives no class.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum ScoreError {
    /// Lines without a score.
    #[error("not scored yet: {}", criteria.join(", "))]
    Missing {
        /// Wire names, in the order of the sheet.
        criteria: Vec<String>,
    },
    /// A line that is not in the sheet.
    #[error("the sheet has no line {criterion:?}: take it out")]
    Unknown {
        /// Wire name.
        criterion: String,
    },
    /// More than the highest score.
    #[error("{criterion} is scored {score}: give at most {max}")]
    TooHigh {
        /// Wire name.
        criterion: String,
        /// As given.
        score: u32,
        /// The highest.
        max: u32,
    },
}

/// What a score sheet comes to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct Graded {
    /// Share of the whole score in hundredths of a per cent, 0 to 10,000.
    pub basis_points: u32,
    /// Wire name of the class.
    pub class: String,
}

/// Returns the class a score sheet gives.
///
/// Each line counts by its weight: the sum of score ÷ highest score × weight. A class is reached from its threshold on,
/// without rounding up.
///
/// # Errors
/// [`ScoreError`] for what the sheet cannot take.
pub fn grade(rules: &GradingRules, scores: &BTreeMap<String, u32>) -> Result<Graded, ScoreError> {
    if let Some(criterion) = scores
        .keys()
        .find(|id| !rules.sheet.iter().any(|line| line.id == **id))
    {
        return Err(ScoreError::Unknown {
            criterion: criterion.clone(),
        });
    }
    let missing: Vec<String> = rules
        .sheet
        .iter()
        .filter(|line| !scores.contains_key(&line.id))
        .map(|line| line.id.clone())
        .collect();
    if !missing.is_empty() {
        return Err(ScoreError::Missing { criteria: missing });
    }
    // Exact: hundredths of a per cent of each line are rounded down only at the end.
    let (mut numerator, mut denominator) = (0_u128, 1_u128);
    for line in &rules.sheet {
        let (score, max) = (scores[&line.id], line.max.max(1));
        if score > max {
            return Err(ScoreError::TooHigh {
                criterion: line.id.clone(),
                score,
                max,
            });
        }
        let part = u128::from(score) * u128::from(line.weight) * 100;
        let max = u128::from(max);
        let common = gcd(denominator, max);
        numerator = numerator * (max / common) + part * (denominator / common);
        denominator *= max / common;
    }
    let basis_points = u32::try_from(numerator / denominator).unwrap_or(u32::MAX);
    let class = rules
        .thresholds
        .iter()
        .find(|threshold| basis_points >= threshold.from_percent * 100);
    Ok(Graded {
        basis_points,
        class: class
            .map(|threshold| threshold.class.clone())
            .unwrap_or_default(),
    })
}

fn gcd(a: u128, b: u128) -> u128 {
    if b == 0 { a } else { gcd(b, a % b) }
}

/// Returns the scores written as `criterion=score` separated by commas, as a `class_proposed` event carries them; what is not
/// of that form is left out.
pub fn parse_scores(text: &str) -> BTreeMap<String, u32> {
    text.split(',')
        .filter_map(|part| part.split_once('='))
        .filter_map(|(id, score)| Some((id.trim().to_owned(), score.trim().parse().ok()?)))
        .collect()
}

/// Returns the text form of scores, which [`parse_scores`] reads.
pub fn print_scores(scores: &BTreeMap<String, u32>) -> String {
    let parts: Vec<String> = scores
        .iter()
        .map(|(id, score)| format!("{id}={score}"))
        .collect();
    parts.join(",")
}

/// Returns the first and last day of grading in a year; nothing if the rules give none.
pub fn window(rules: &GradingRules, year: i32) -> Option<(NaiveDate, NaiveDate)> {
    let day = |text: &str| NaiveDate::parse_from_str(&format!("{year}-{text}"), "%Y-%m-%d").ok();
    Some((day(&rules.opens)?, day(&rules.closes)?))
}

/// Returns whether a customer is still to be graded this year: the window has begun, and it was not graded since.
pub fn is_due(rules: &GradingRules, graded_on: Option<NaiveDate>, today: NaiveDate) -> bool {
    window(rules, today.year())
        .is_some_and(|(opens, _)| today >= opens && graded_on.is_none_or(|day| day < opens))
}

/// Returns how the classes of two customers compare: the smaller goes first (production, delivery, complaints). A class the
/// scheme does not know goes last.
pub fn rank(scheme: &ClassScheme, class: &str) -> usize {
    scheme
        .classes
        .iter()
        .position(|known| known.id == class)
        .unwrap_or(scheme.classes.len())
}

/// A key account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct KeyAccount {
    /// Record id.
    pub id: String,
    /// Value, in cents.
    pub value: i64,
    /// What it and those before it bring together, in per cent of the whole, rounded down.
    pub together_percent: u32,
}

/// Returns the customers that bring the share of the rules together (the 80 of 80/20), from the greatest; those of equal
/// value by id. Values below or at zero bring nothing.
pub fn key_accounts(rules: &LoyaltyRules, values: &[(&str, i64)]) -> Vec<KeyAccount> {
    let mut sorted: Vec<(&str, i64)> = values
        .iter()
        .copied()
        .filter(|(_, value)| *value > 0)
        .collect();
    sorted.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    let whole: i128 = sorted.iter().map(|(_, value)| i128::from(*value)).sum();
    let (mut found, mut sum) = (Vec::new(), 0_i128);
    for (id, value) in sorted {
        if sum * 100 >= whole * i128::from(rules.key_percent) {
            break;
        }
        sum += i128::from(value);
        let together_percent = u32::try_from(sum * 100 / whole).unwrap_or(100);
        found.push(KeyAccount {
            id: id.to_owned(),
            value,
            together_percent,
        });
    }
    found
}

/// A customer whose activity falls.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct Falling {
    /// Record id.
    pub id: String,
    /// Activity before: orders, contacts or cents of the months before.
    pub before: i64,
    /// Activity now.
    pub now: i64,
    /// By how much it fell, in per cent rounded down.
    pub fell_percent: u32,
}

/// Returns the customers whose activity fell by the share of the rules or more, the greatest fall first, then by what it was
/// before, then by id. `activity` is id, activity before and now, over as many months as the rules compare.
pub fn falling(rules: &LoyaltyRules, activity: &[(&str, i64, i64)]) -> Vec<Falling> {
    let mut found: Vec<Falling> = activity
        .iter()
        .filter(|(_, before, now)| *before > 0 && now < before)
        .map(|&(id, before, now)| {
            let fell = (i128::from(before) - i128::from(now.max(0))) * 100 / i128::from(before);
            Falling {
                id: id.to_owned(),
                before,
                now,
                fell_percent: u32::try_from(fell).unwrap_or(100),
            }
        })
        .filter(|falling| falling.fell_percent >= rules.fall_percent)
        .collect();
    found.sort_by(|a, b| {
        (b.fell_percent, b.before)
            .cmp(&(a.fell_percent, a.before))
            .then_with(|| a.id.cmp(&b.id))
    });
    found
}
