//! Own reports (自定报表): cases of a period by two columns, kept as saved views are.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    Condition, FigureMeasure, FigureQuery, FilterTree, MAX_FILTER_CONDITIONS, Operator, Problem,
    ProblemCode,
};

/// Columns a report may have as lines or heads; filters of the list of cases know them by the same names.
pub const REPORT_COLUMNS: [&str; 6] = [
    "category", "severity", "kind", "branch", "assignee", "state",
];
/// Most lines of a report, the fullest first; the rest are counted under [`crate::OTHER_GROUP`].
pub const MAX_REPORT_LINES: usize = 200;
/// Most heads of a report; the rest as above.
pub const MAX_REPORT_HEADS: usize = 24;
/// Most conditions of a report's own filter: the list behind a number asks for those of its measure, branch, kind, line and head beside it.
pub const MAX_REPORT_CONDITIONS: usize = MAX_FILTER_CONDITIONS - LIST_CONDITIONS;
/// Most conditions that the list behind a number adds to the filter of its report.
const LIST_CONDITIONS: usize = 8;
/// Longest name of a period, in characters.
const MAX_PERIOD: usize = 20;

/// What makes a saved view of cases a report. The filter is that of the view.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ViewReport {
    /// One of [`REPORT_COLUMNS`]: a line for each value.
    pub rows: String,
    /// Another one: a head for each value; empty = one head, the measure.
    #[serde(default)]
    pub columns: String,
    /// What is counted.
    #[serde(default)]
    pub measure: FigureMeasure,
    /// Period by its name on the screen, such as `last_month`; `own` = the days below.
    #[serde(default)]
    pub period: String,
    /// First day of own days, `YYYY-MM-DD`, or empty.
    #[serde(default)]
    pub from: String,
    /// Last day of own days, or empty.
    #[serde(default)]
    pub to: String,
}

impl ViewReport {
    /// Checks the columns and the period.
    ///
    /// # Errors
    /// [`ProblemCode::BadFilter`] or [`ProblemCode::BadField`] with what to mend.
    pub fn check(&self) -> Result<(), Problem> {
        check_columns(&self.rows, &self.columns)?;
        let plain = |text: &str| {
            text.len() <= MAX_PERIOD
                && text
                    .chars()
                    .all(|sign| sign.is_ascii_alphanumeric() || "-_".contains(sign))
        };
        if [&self.period, &self.from, &self.to]
            .into_iter()
            .all(|text| plain(text))
        {
            Ok(())
        } else {
            Err(Problem::at(ProblemCode::BadField, "period")
                .because(format!("at most {MAX_PERIOD} characters on one line")))
        }
    }
}

/// Checks that the filter of a report leaves room for what the lists behind its numbers add.
///
/// # Errors
/// [`ProblemCode::BadFilter`] with what to mend.
pub(crate) fn check_filter(tree: &FilterTree) -> Result<(), Problem> {
    let added = FilterTree::Test(Condition {
        field: "received".to_owned(),
        operator: Operator::Filled,
        values: Vec::new(),
    });
    let mut all = vec![added; LIST_CONDITIONS];
    all.push(tree.clone());
    FilterTree::All(all).check(true)
}

fn check_columns(rows: &str, columns: &str) -> Result<(), Problem> {
    for column in [rows, columns] {
        let none = column.is_empty() && !rows.is_empty();
        if !none && !REPORT_COLUMNS.contains(&column) {
            let problem = Problem::at(ProblemCode::BadFilter, column);
            return Err(problem.because("there is no such column"));
        }
    }
    if rows == columns {
        return Err(Problem::at(ProblemCode::BadFilter, columns)
            .because("lines and heads are two different columns"));
    }
    Ok(())
}

/// Which cases a report counts, by what.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct CrossQuery {
    /// The period, branches and kinds.
    pub figures: FigureQuery,
    /// What is counted.
    pub measure: FigureMeasure,
    /// Further conditions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tree: Option<FilterTree>,
    /// Column of the lines.
    pub rows: String,
    /// Column of the heads; empty = none.
    pub columns: String,
}

impl CrossQuery {
    /// Checks the columns.
    ///
    /// # Errors
    /// [`ProblemCode::BadFilter`] with what to mend.
    pub fn check(&self) -> Result<(), Problem> {
        check_columns(&self.rows, &self.columns)
    }

    /// Returns the list of the cases that a number counts: of one line, and of one head if it is given.
    pub fn list(&self, line: Option<&str>, head: Option<&str>) -> crate::ListQuery {
        let mut list = self.figures.cases(self.measure, None);
        let groups = [(&self.rows, line), (&self.columns, head)];
        let conditions = groups
            .into_iter()
            .filter_map(|(column, value)| Some(crate::figure_links::has(column, value?)));
        let all = list
            .tree
            .take()
            .into_iter()
            .chain(self.tree.clone())
            .chain(conditions);
        list.tree = Some(FilterTree::All(all.collect()));
        list
    }
}

/// The counts of a report.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct CrossTable {
    /// What was asked.
    pub asked: CrossQuery,
    /// Values of the heads, the fullest first; one empty value without a column of heads.
    pub heads: Vec<String>,
    /// By value of the lines: a count for each head.
    pub lines: BTreeMap<String, Vec<u32>>,
    /// All cases counted.
    pub total: u32,
}
