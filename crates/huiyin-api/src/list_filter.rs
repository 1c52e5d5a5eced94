//! Filters of lists with AND and OR: a small tree of conditions on columns, and which columns and comparisons there are.
//!
//! Decides what a valid filter is; whether a row fits is decided by the engine, on list rows alone.
//!
//! Long: the tables of columns and the tests of what is refused.

use huiyin_core::decimal::parse_decimal;
use serde::{Deserialize, Serialize};

use crate::{Problem, ProblemCode, custom_name};

/// Groups within each other, the outermost counted.
pub const MAX_FILTER_DEPTH: usize = 4;
/// Conditions of one filter.
pub const MAX_FILTER_CONDITIONS: usize = 32;
/// Values one condition compares with.
pub const MAX_FILTER_VALUES: usize = 100;
/// Characters of one value.
pub const MAX_FILTER_CHARS: usize = 200;
/// Days before or after today that a value may name.
pub const MAX_FILTER_DAYS: i32 = 36_600;

/// A filter: conditions joined by AND and OR.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FilterTree {
    /// Every part fits; without parts everything does.
    All(Vec<FilterTree>),
    /// At least one part fits; without parts nothing does.
    Any(Vec<FilterTree>),
    /// One condition.
    Test(Condition),
}

/// A comparison of one column.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Condition {
    /// A column of [`filter_fields`], or a field that only an import knows, such as `x:Shoe size`.
    pub field: String,
    /// How it is compared; one of [`FilterForm::operators`].
    pub operator: Operator,
    /// What with: one of these fits is enough. None for [`Operator::Empty`] and [`Operator::Filled`]. Days are `YYYY-MM-DD`, `today`,
    /// `today-7` or `today+7`; of a column that is true or not `yes` or `no`.
    #[serde(default)]
    pub values: Vec<String>,
}

/// How a column is compared. Texts are compared without regard to case, width and runs of spaces.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Operator {
    /// Equal to a value.
    #[default]
    Is,
    /// Equal to none of the values.
    IsNot,
    /// Has a value within it.
    Contains,
    /// Has none of the values within it.
    Lacks,
    /// Nothing is there.
    Empty,
    /// Something is there.
    Filled,
    /// On that day.
    On,
    /// Before that day.
    Before,
    /// On that day or later.
    Since,
    /// On that day or earlier.
    Until,
    /// That number or more.
    AtLeast,
    /// That number or less.
    AtMost,
    /// More than that number.
    Above,
    /// Less than that number.
    Below,
}

impl Operator {
    /// Returns whether the comparison needs a value.
    pub const fn needs_value(self) -> bool {
        !matches!(self, Self::Empty | Self::Filled)
    }

    /// Returns whether days are compared, whatever the column holds.
    pub const fn is_of_days(self) -> bool {
        matches!(self, Self::On | Self::Before | Self::Since | Self::Until)
    }

    /// Returns whether numbers are compared.
    pub const fn is_of_numbers(self) -> bool {
        matches!(
            self,
            Self::AtLeast | Self::AtMost | Self::Above | Self::Below
        )
    }

    /// Returns the wire name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Is => "is",
            Self::IsNot => "is_not",
            Self::Contains => "contains",
            Self::Lacks => "lacks",
            Self::Empty => "empty",
            Self::Filled => "filled",
            Self::On => "on",
            Self::Before => "before",
            Self::Since => "since",
            Self::Until => "until",
            Self::AtLeast => "at_least",
            Self::AtMost => "at_most",
            Self::Above => "above",
            Self::Below => "below",
        }
    }
}

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FilterForm {
    /// Words.
    Text,
    /// One of some values, people and branches among them.
    Choice,
    /// A moment, compared by its day in the company's zone.
    Day,
    /// True or not.
    Flag,
    /// Numbers.
    Number,
    /// Whatever an import brought: words, of which some are numbers or days.
    Custom,
}

impl FilterForm {
    /// Returns how a column of this form may be compared, the usual one first.
    pub const fn operators(self) -> &'static [Operator] {
        use Operator as O;
        match self {
            Self::Text => &[O::Contains, O::Lacks, O::Is, O::IsNot, O::Empty, O::Filled],
            Self::Choice => &[O::Is, O::IsNot, O::Empty, O::Filled],
            Self::Day => &[O::Since, O::Until, O::On, O::Before, O::Empty, O::Filled],
            Self::Flag => &[O::Is],
            Self::Number => &[
                O::AtLeast,
                O::AtMost,
                O::Above,
                O::Below,
                O::Is,
                O::IsNot,
                O::Empty,
                O::Filled,
            ],
            Self::Custom => &[
                O::Contains,
                O::Lacks,
                O::Is,
                O::IsNot,
                O::AtLeast,
                O::AtMost,
                O::Above,
                O::Below,
                O::Since,
                O::Until,
                O::On,
                O::Before,
                O::Empty,
                O::Filled,
            ],
        }
    }
}

/// A column that filters may name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FilterField {
    /// Wire name.
    pub name: &'static str,
    /// What it holds.
    pub form: FilterForm,
}

const fn text(name: &'static str) -> FilterField {
    FilterField {
        name,
        form: FilterForm::Text,
    }
}

const fn choice(name: &'static str) -> FilterField {
    FilterField {
        name,
        form: FilterForm::Choice,
    }
}

const fn day(name: &'static str) -> FilterField {
    FilterField {
        name,
        form: FilterForm::Day,
    }
}

const fn flag(name: &'static str) -> FilterField {
    FilterField {
        name,
        form: FilterForm::Flag,
    }
}

/// The order is that of the builder.
const OF_CUSTOMERS: &[FilterField] = &[
    text("name"),
    text("phone"),
    text("contact_name"),
    choice("kind"),
    choice("class"),
    choice("life_cycle"),
    choice("owner"),
    choice("branch"),
    text("city"),
    text("number"),
    text("card_number"),
    text("tags"),
    day("updated"),
    day("created"),
    flag("to_check"),
];

const OF_CASES: &[FilterField] = &[
    text("subject"),
    text("customer_name"),
    text("phone"),
    choice("kind"),
    choice("category"),
    choice("severity"),
    choice("state"),
    choice("group"),
    choice("due_state"),
    choice("assignee"),
    choice("channel"),
    choice("branch"),
    day("received"),
    day("due"),
    day("ended"),
    day("updated"),
    text("against"),
    text("plate"),
    text("number"),
    flag("paused"),
    flag("to_check"),
];

/// Returns the columns that filters of cases, or else of customers, may name.
pub const fn filter_fields(cases: bool) -> &'static [FilterField] {
    if cases { OF_CASES } else { OF_CUSTOMERS }
}

/// Returns a column that filters of cases, or else of customers, may name.
pub fn filter_field(cases: bool, name: &str) -> Option<FilterField> {
    filter_fields(cases)
        .iter()
        .copied()
        .find(|field| field.name == name)
}

/// Returns what a column holds that filters may name: those of [`filter_fields`], and fields that only an import knows.
pub fn filter_form(cases: bool, name: &str) -> Option<FilterForm> {
    filter_field(cases, name)
        .map(|field| field.form)
        .or_else(|| custom_name(name).map(|_| FilterForm::Custom))
}

/// A day that a condition names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FilterDay<'a> {
    /// The same day always, `YYYY-MM-DD`.
    Fixed(&'a str),
    /// So many days after today; before it if negative.
    FromToday(i32),
}

impl<'a> FilterDay<'a> {
    /// Reads `2026-11-22`, `today`, `today-7`, `today+7`; none for anything else.
    pub fn parse(value: &'a str) -> Option<Self> {
        let value = value.trim();
        let Some(rest) = value.strip_prefix("today") else {
            return huiyin_core::field::parse_date(value).map(|_| Self::Fixed(value));
        };
        if rest.is_empty() {
            return Some(Self::FromToday(0));
        }
        if !rest.starts_with(['+', '-']) {
            return None;
        }
        let days: i32 = rest.parse().ok()?;
        (days.abs() <= MAX_FILTER_DAYS).then_some(Self::FromToday(days))
    }
}

impl FilterTree {
    /// Returns all conditions in order.
    pub fn conditions(&self) -> Vec<&Condition> {
        let mut found = Vec::new();
        self.gather(&mut found);
        found
    }

    fn gather<'a>(&'a self, found: &mut Vec<&'a Condition>) {
        match self {
            Self::All(parts) | Self::Any(parts) => {
                for part in parts {
                    part.gather(found);
                }
            }
            Self::Test(condition) => found.push(condition),
        }
    }

    /// Returns whether what fits changes as time goes by.
    pub fn is_timed(&self) -> bool {
        self.conditions().into_iter().any(|condition| {
            condition.field == "due_state"
                || condition
                    .values
                    .iter()
                    .any(|value| value.trim().starts_with("today"))
        })
    }

    /// Checks sizes, columns, comparisons and values.
    ///
    /// # Errors
    /// [`ProblemCode::BadFilter`] with the column and what to mend; the filter is used whole or not at all.
    pub fn check(&self, cases: bool) -> Result<(), Problem> {
        let mut count = 0;
        self.check_within(cases, 1, &mut count)
    }

    fn check_within(&self, cases: bool, depth: usize, count: &mut usize) -> Result<(), Problem> {
        let whole = |reason: String| Problem::at(ProblemCode::BadFilter, "filter").because(reason);
        match self {
            Self::All(parts) | Self::Any(parts) => {
                if depth > MAX_FILTER_DEPTH {
                    return Err(whole(format!(
                        "at most {MAX_FILTER_DEPTH} groups within each other"
                    )));
                }
                // Empty groups count too: a filter is small in every way.
                *count += usize::from(parts.is_empty());
                for part in parts {
                    part.check_within(cases, depth + 1, count)?;
                }
            }
            Self::Test(condition) => {
                *count += 1;
                condition.check(cases)?;
            }
        }
        if *count > MAX_FILTER_CONDITIONS {
            return Err(whole(format!("at most {MAX_FILTER_CONDITIONS} conditions")));
        }
        Ok(())
    }
}

impl Condition {
    /// Checks one condition.
    ///
    /// # Errors
    /// [`ProblemCode::BadFilter`] with the column and what to mend.
    pub fn check(&self, cases: bool) -> Result<(), Problem> {
        let refuse =
            |reason: &str| Err(Problem::at(ProblemCode::BadFilter, &self.field).because(reason));
        let Some(form) = filter_form(cases, &self.field) else {
            return refuse("there is no such column");
        };
        if !form.operators().contains(&self.operator) {
            return refuse("the column cannot be compared in this way");
        }
        if self.values.len() > MAX_FILTER_VALUES {
            return refuse(&format!("at most {MAX_FILTER_VALUES} values"));
        }
        if self
            .values
            .iter()
            .any(|value| value.chars().count() > MAX_FILTER_CHARS)
        {
            return refuse(&format!(
                "a value has at most {MAX_FILTER_CHARS} characters"
            ));
        }
        if !self.operator.needs_value() {
            return Ok(());
        }
        if self.values.iter().all(|value| value.trim().is_empty()) {
            return refuse("a value is missing");
        }
        let all = |fits: fn(&str) -> bool| self.values.iter().all(|value| fits(value));
        if self.operator.is_of_days() && !all(|value| FilterDay::parse(value).is_some()) {
            return refuse("a day is written 2026-11-22, today, today-7 or today+7");
        }
        if self.operator.is_of_numbers() && !all(|value| parse_decimal(value).is_some()) {
            return refuse("a number is written 12, 1,200 or 3.5");
        }
        if form == FilterForm::Flag && !all(|value| value == "yes" || value == "no") {
            return refuse("the value is yes or no");
        }
        Ok(())
    }
}

/// Returns where a group of rows stands among those of its column; groups of the same place follow one another by their text.
pub fn group_rank(column: &str, value: &str) -> usize {
    const PROGRESS: &[&str] = &["open", "waiting", "done"];
    const DUE: &[&str] = &["overdue", "soon", "on_time", "late", "met", "none"];
    let order: &[&str] = match column {
        "group" => PROGRESS,
        "due" => DUE,
        "severity" => huiyin_core::case::SEVERITIES,
        "life_cycle" => huiyin_core::customer::LIFE_CYCLES,
        _ => &[],
    };
    match value {
        // Those without a value come last.
        "" => usize::MAX,
        value => order
            .iter()
            .position(|known| *known == value)
            .unwrap_or(order.len()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Language;

    fn test(field: &str, operator: Operator, values: &[&str]) -> FilterTree {
        FilterTree::Test(Condition {
            field: field.to_owned(),
            operator,
            values: values.iter().map(|value| (*value).to_owned()).collect(),
        })
    }

    #[track_caller]
    fn refused(tree: &FilterTree, cases: bool, expected: &str) {
        let problem = tree.check(cases).expect_err("the filter is wrong");
        assert_eq!(problem.code, ProblemCode::BadFilter);
        assert_eq!(problem.detail, expected);
        let told = problem.sentence(Language::Chinese).error;
        assert!(
            !told.contains(expected),
            "the reason is told in Chinese too: {told}"
        );
    }

    #[test]
    fn a_filter_is_the_json_it_always_was() {
        let tree = FilterTree::All(vec![
            test("kind", Operator::Is, &["member"]),
            FilterTree::Any(vec![
                test("city", Operator::Contains, &["杭州"]),
                test("updated", Operator::Before, &["today-30"]),
            ]),
        ]);
        let json = serde_json::to_string(&tree).expect("plain data");
        assert_eq!(
            json,
            r#"{"all":[{"test":{"field":"kind","operator":"is","values":["member"]}},{"any":[{"test":{"field":"city","operator":"contains","values":["杭州"]}},{"test":{"field":"updated","operator":"before","values":["today-30"]}}]}]}"#
        );
        assert_eq!(serde_json::from_str::<FilterTree>(&json).ok(), Some(tree));
    }

    #[test]
    fn every_operator_has_the_name_it_is_sent_by() {
        for form in [
            FilterForm::Text,
            FilterForm::Choice,
            FilterForm::Day,
            FilterForm::Flag,
            FilterForm::Number,
            FilterForm::Custom,
        ] {
            for operator in form.operators() {
                let sent = serde_json::to_string(operator).expect("plain data");
                assert_eq!(sent, format!("\"{}\"", operator.name()));
            }
        }
    }

    #[test]
    fn filters_that_make_no_sense_are_refused_with_a_reason_in_both_languages() {
        let deep = (0..5).fold(test("kind", Operator::Is, &["x"]), |inner, _| {
            FilterTree::Any(vec![inner])
        });
        refused(&deep, false, "at most 4 groups within each other");
        let many = FilterTree::Any(vec![test("kind", Operator::Is, &["x"]); 33]);
        refused(&many, false, "at most 32 conditions");
        refused(
            &FilterTree::All(vec![FilterTree::Any(Vec::new()); 33]),
            false,
            "at most 32 conditions",
        );
        refused(
            &test("soul", Operator::Is, &["x"]),
            false,
            "there is no such column",
        );
        refused(
            &test("subject", Operator::Is, &["x"]),
            false,
            "there is no such column",
        );
        refused(
            &test("kind", Operator::Before, &["x"]),
            false,
            "the column cannot be compared in this way",
        );
        refused(
            &test("kind", Operator::Is, &[" "]),
            false,
            "a value is missing",
        );
        refused(
            &test("due", Operator::On, &["5/1/2026"]),
            true,
            "a day is written 2026-11-22, today, today-7 or today+7",
        );
        refused(
            &test("paused", Operator::Is, &["maybe"]),
            true,
            "the value is yes or no",
        );
        refused(
            &test("name", Operator::Is, &[&"长".repeat(201)]),
            false,
            "a value has at most 200 characters",
        );
        refused(
            &test("name", Operator::Is, &["a"; 101]),
            false,
            "at most 100 values",
        );
        refused(
            &test("x:", Operator::Is, &["x"]),
            false,
            "there is no such column",
        );
        refused(
            &test("x:里程", Operator::Above, &["很多"]),
            false,
            "a number is written 12, 1,200 or 3.5",
        );
        refused(
            &test("x:到期", Operator::Since, &["5/1/2026"]),
            true,
            "a day is written 2026-11-22, today, today-7 or today+7",
        );
        assert_eq!(
            test("x:里程", Operator::Above, &["1,200"]).check(true),
            Ok(())
        );
        assert_eq!(test("due", Operator::On, &["today+3"]).check(true), Ok(()));
        assert_eq!(test("name", Operator::Empty, &[]).check(false), Ok(()));
    }

    #[test]
    fn days_are_fixed_or_counted_from_today() {
        assert_eq!(FilterDay::parse("today"), Some(FilterDay::FromToday(0)));
        assert_eq!(FilterDay::parse("today-7"), Some(FilterDay::FromToday(-7)));
        assert_eq!(FilterDay::parse("today+1"), Some(FilterDay::FromToday(1)));
        assert_eq!(
            FilterDay::parse("2026-11-22"),
            Some(FilterDay::Fixed("2026-11-22"))
        );
        for wrong in [
            "today7",
            "todayish",
            "today-",
            "today-99999",
            "tomorrow",
            "",
            "2026-13-01",
        ] {
            assert_eq!(FilterDay::parse(wrong), None, "{wrong}");
        }
    }
}
