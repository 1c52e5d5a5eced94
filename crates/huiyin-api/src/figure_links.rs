//! The list behind a figure: the filter that shows exactly the records a number counts.

use serde::{Deserialize, Serialize};

use crate::{Condition, FigureQuery, FilterTree, ListQuery, Operator};

/// What of cases is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FigureMeasure {
    /// Received in the period.
    #[default]
    Received,
    /// Ended in the period.
    Closed,
    /// Received by the end of the period and not ended then.
    Open,
    /// Received in the period, every deadline met.
    Met,
    /// Received in the period, a deadline past.
    Late,
}

impl FigureMeasure {
    /// Every measure, in the order of tables.
    pub const ALL: [Self; 5] = [
        Self::Received,
        Self::Closed,
        Self::Open,
        Self::Met,
        Self::Late,
    ];

    /// Returns the wire name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::Closed => "closed",
            Self::Open => "open",
            Self::Met => "met",
            Self::Late => "late",
        }
    }

    /// Returns what it is among the figures of cases.
    pub const fn of(self, figures: &crate::CaseFigures) -> u32 {
        match self {
            Self::Received => figures.received,
            Self::Closed => figures.closed,
            Self::Open => figures.open,
            Self::Met => figures.met,
            Self::Late => figures.late,
        }
    }
}

fn test(field: &str, operator: Operator, values: &[&str]) -> FilterTree {
    FilterTree::Test(Condition {
        field: field.to_owned(),
        operator,
        values: values.iter().map(|value| (*value).to_owned()).collect(),
    })
}

/// Returns the day after, or the day itself if it is none.
fn next_day(day: &str) -> String {
    huiyin_core::field::parse_date(day)
        .and_then(|day| day.succ_opt())
        .map_or_else(|| day.to_owned(), |day| day.to_string())
}

fn is_one_of(field: &str, values: &[String]) -> FilterTree {
    FilterTree::Test(Condition {
        field: field.to_owned(),
        operator: Operator::Is,
        values: values.to_vec(),
    })
}

/// Returns the condition that a column has a value; the empty one stands for none.
pub(crate) fn has(field: &str, value: &str) -> FilterTree {
    if value.is_empty() {
        test(field, Operator::Empty, &[])
    } else {
        test(field, Operator::Is, &[value])
    }
}

impl FigureQuery {
    /// Returns the list of the cases that a number counts: those of a measure, with this value in a column if one is given.
    pub fn cases(&self, measure: FigureMeasure, group: Option<(&str, &str)>) -> ListQuery {
        use FigureMeasure as M;
        let (from, to) = (self.from.as_str(), self.to.as_str());
        let within = |field: &str| {
            [
                test(field, Operator::Since, &[from]),
                test(field, Operator::Until, &[to]),
            ]
        };
        let mut all: Vec<FilterTree> = Vec::new();
        match measure {
            M::Received => all.extend(within("received")),
            M::Closed => {
                all.extend(within("ended"));
                all.push(test("received", Operator::Filled, &[]));
            }
            M::Open => {
                all.push(test("received", Operator::Until, &[to]));
                all.push(FilterTree::Any(vec![
                    FilterTree::All(vec![
                        test("ended", Operator::Empty, &[]),
                        test("group", Operator::IsNot, &["done"]),
                    ]),
                    test("ended", Operator::Since, &[&next_day(to)]),
                ]));
            }
            M::Met => {
                all.extend(within("received"));
                all.push(test("due_state", Operator::Is, &["met"]));
            }
            M::Late => {
                all.extend(within("received"));
                all.push(test("due_state", Operator::Is, &["late", "overdue"]));
            }
        }
        if !self.branches.is_empty() {
            all.push(is_one_of("branch", &self.branches));
        }
        if !self.kinds.is_empty() {
            all.push(is_one_of("kind", &self.kinds));
        }
        if let Some((column, value)) = group {
            all.push(has(column, value));
        }
        of_cases(all)
    }

    /// Returns the list of customers with this value in a column, of the branches of the figures.
    pub fn customers(&self, group: Option<(&str, &str)>) -> ListQuery {
        self.of_customers(group.map(|(column, value)| has(column, value)))
    }

    /// Returns the list of customers whose files were made in the period, of the branches of the figures.
    pub fn new_customers(&self) -> ListQuery {
        self.of_customers([
            test("created", Operator::Since, &[&self.from]),
            test("created", Operator::Until, &[&self.to]),
        ])
    }

    /// Returns the list of customers with these numbers.
    pub fn customers_numbered(numbers: &[String]) -> ListQuery {
        ListQuery {
            tree: Some(is_one_of("number", numbers)),
            sort: "name".to_owned(),
            ..ListQuery::default()
        }
    }

    /// Returns the list of cases with these numbers.
    pub fn cases_numbered(numbers: &[String]) -> ListQuery {
        of_cases(vec![is_one_of("number", numbers)])
    }

    fn of_customers(&self, conditions: impl IntoIterator<Item = FilterTree>) -> ListQuery {
        let mut all: Vec<FilterTree> = conditions.into_iter().collect();
        if !self.branches.is_empty() {
            all.push(is_one_of("branch", &self.branches));
        }
        ListQuery {
            tree: (!all.is_empty()).then_some(FilterTree::All(all)),
            sort: "name".to_owned(),
            ..ListQuery::default()
        }
    }
}

fn of_cases(all: Vec<FilterTree>) -> ListQuery {
    ListQuery {
        tree: Some(FilterTree::All(all)),
        sort: "received".to_owned(),
        descending: true,
        ..ListQuery::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_list_behind_a_figure_is_one_the_lists_take() {
        let query = FigureQuery {
            from: "2026-11-01".to_owned(),
            to: "2026-11-30".to_owned(),
            branches: vec!["HQ".to_owned()],
            kinds: vec!["complaint".to_owned()],
        };
        for measure in FigureMeasure::ALL {
            for group in crate::FIGURE_COLUMNS {
                for value in ["", "x"] {
                    let list = query.cases(measure, Some((group, value)));
                    let tree = list.tree.expect("it is filtered");
                    assert_eq!(tree.check(true), Ok(()), "{measure:?} {group}");
                }
            }
        }
        for list in [
            query.customers(Some(("class", ""))),
            query.new_customers(),
            FigureQuery::customers_numbered(&["HQ-1".to_owned()]),
        ] {
            assert_eq!(list.tree.expect("it is filtered").check(false), Ok(()));
        }
    }
}
