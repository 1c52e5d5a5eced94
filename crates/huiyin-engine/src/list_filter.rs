//! Filters with AND and OR over list rows: a filter made ready once, then asked row by row. No document is opened.

use std::borrow::Cow;

use huiyin_api::{
    Condition, FilterDay, FilterTree, ListQuery, Operator, Problem, custom_name, group_rank,
};
use huiyin_core::field::tags;
use huiyin_core::id::{RecordId, RecordKind};
use huiyin_core::text::fold;
use huiyin_document::{CaseColumn, CustomerColumn, RowRef};

use crate::Millis;
use crate::custom_fields::CustomTest;
use crate::lists::{By, due_name, due_state, group_name, number};
use crate::replica::Replica;
use crate::segments::{Place, Segment};

/// Where a row has the text of a column.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Source {
    Cell(usize),
    Number,
    /// Each tag of a customer for itself.
    Tags,
    CustomerName,
    Channel,
    Group,
    DueState,
    Branch,
}

/// A moment of a row.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Moment {
    Updated,
    Received,
    Due,
    Ended,
}

/// What is true of a row or not.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Fact {
    Paused,
    ToCheck,
}

/// How a text is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Likeness {
    Equal,
    Within,
    Empty,
}

/// A filter made ready for many rows.
#[derive(Debug)]
pub(crate) enum Judge {
    All(Vec<Judge>),
    Any(Vec<Judge>),
    Text {
        source: Source,
        likeness: Likeness,
        /// What fits is what would not.
        not: bool,
        /// Folded.
        values: Vec<String>,
    },
    /// From the first moment up to before the second.
    Between(Moment, Millis, Millis),
    Timeless(Moment, bool),
    Fact(Fact, bool),
    /// A field that only an import knows, without its prefix.
    Custom {
        name: String,
        /// What fits is what would not.
        not: bool,
        /// One of these fits is enough.
        tests: Vec<CustomTest>,
    },
    Never,
}

fn source(cases: bool, field: &str) -> Option<Source> {
    let customer = |column: CustomerColumn| Some(Source::Cell(column as usize));
    let case = |column: CaseColumn| Some(Source::Cell(column as usize));
    match (cases, field) {
        (_, "branch") => Some(Source::Branch),
        (_, "number") => Some(Source::Number),
        (false, "name") => customer(CustomerColumn::Name),
        (false, "phone") => customer(CustomerColumn::Phone),
        (false, "contact_name") => customer(CustomerColumn::Contact),
        (false, "kind") => customer(CustomerColumn::Kind),
        (false, "class") => customer(CustomerColumn::Class),
        (false, "life_cycle") => customer(CustomerColumn::LifeCycle),
        (false, "owner") => customer(CustomerColumn::Owner),
        (false, "city") => customer(CustomerColumn::City),
        (false, "tags") => Some(Source::Tags),
        (false, "card_number") => customer(CustomerColumn::Card),
        (true, "subject") => case(CaseColumn::Subject),
        (true, "customer_name") => Some(Source::CustomerName),
        (true, "phone") => case(CaseColumn::Phone),
        (true, "kind") => case(CaseColumn::Kind),
        (true, "category") => case(CaseColumn::Category),
        (true, "severity") => case(CaseColumn::Severity),
        (true, "state") => case(CaseColumn::State),
        (true, "assignee") => case(CaseColumn::Assignee),
        (true, "against") => case(CaseColumn::Against),
        (true, "plate") => case(CaseColumn::Plate),
        (true, "channel") => Some(Source::Channel),
        (true, "group") => Some(Source::Group),
        (true, "due_state") => Some(Source::DueState),
        _ => None,
    }
}

fn moment(cases: bool, field: &str) -> Option<Moment> {
    match (cases, field) {
        (_, "updated") => Some(Moment::Updated),
        // Of a customer: when the file was made.
        (false, "created") | (true, "received") => Some(Moment::Received),
        (true, "due") => Some(Moment::Due),
        (true, "ended") => Some(Moment::Ended),
        _ => None,
    }
}

fn fact(cases: bool, field: &str) -> Option<Fact> {
    match (cases, field) {
        (_, "to_check") => Some(Fact::ToCheck),
        (true, "paused") => Some(Fact::Paused),
        _ => None,
    }
}

fn time(moment: Moment, row: RowRef<'_>) -> Option<Millis> {
    match moment {
        Moment::Updated => Some(row.updated()),
        Moment::Received => Some(row.received()),
        Moment::Due => row.due(),
        Moment::Ended => row.done(),
    }
    // Records of an import have no time of their own.
    .filter(|time| *time > 0)
}

impl Replica {
    /// Refuses a list query with a wrong filter or group.
    pub fn check_query(kind: RecordKind, query: &ListQuery) -> Result<(), Problem> {
        let cases = kind == RecordKind::Case;
        if let Some(tree) = &query.tree {
            tree.check(cases)?;
        }
        if !query.group.is_empty() && By::of(kind, &query.group).is_none() {
            let code = huiyin_api::ProblemCode::BadFilter;
            return Err(Problem::at(code, &query.group).because("there is no such column"));
        }
        Ok(())
    }

    /// Returns a filter made ready; a condition that is wrong fits nothing.
    pub(crate) fn judge_of(&self, cases: bool, tree: &FilterTree, now: Millis) -> Judge {
        let parts = |parts: &[FilterTree]| {
            parts
                .iter()
                .map(|part| self.judge_of(cases, part, now))
                .collect()
        };
        match tree {
            FilterTree::All(all) => Judge::All(parts(all)),
            FilterTree::Any(any) => Judge::Any(parts(any)),
            FilterTree::Test(condition) => self
                .judge_of_condition(cases, condition, now)
                .unwrap_or(Judge::Never),
        }
    }

    fn judge_of_condition(&self, cases: bool, condition: &Condition, now: Millis) -> Option<Judge> {
        use Operator as O;
        let field = condition.field.as_str();
        if let Some(source) = source(cases, field) {
            let likeness = match condition.operator {
                O::Is | O::IsNot => Likeness::Equal,
                O::Contains | O::Lacks => Likeness::Within,
                _ => Likeness::Empty,
            };
            return Some(Judge::Text {
                source,
                likeness,
                not: matches!(condition.operator, O::IsNot | O::Lacks | O::Filled),
                values: condition
                    .values
                    .iter()
                    .map(|value| fold(value))
                    .filter(|value| !value.is_empty())
                    .collect(),
            });
        }
        if let Some(fact) = fact(cases, field) {
            return Some(Judge::Fact(
                fact,
                condition.values.iter().any(|value| value == "yes"),
            ));
        }
        if let Some(name) = custom_name(field) {
            return Some(self.judge_of_custom(name, condition, now));
        }
        let moment = moment(cases, field)?;
        if !condition.operator.needs_value() {
            return Some(Judge::Timeless(moment, condition.operator == O::Empty));
        }
        let days = condition.values.iter().map(|value| {
            let (start, end) = self.day_of(value, now)?;
            Some(match condition.operator {
                O::Before => Judge::Between(moment, Millis::MIN, start),
                O::Since => Judge::Between(moment, start, Millis::MAX),
                O::Until => Judge::Between(moment, Millis::MIN, end),
                _ => Judge::Between(moment, start, end),
            })
        });
        Some(Judge::Any(
            days.map(|day| day.unwrap_or(Judge::Never)).collect(),
        ))
    }

    /// Returns when a day that a condition names begins and ends, in the company's zone.
    fn day_of(&self, value: &str, now: Millis) -> Option<(Millis, Millis)> {
        let calendar = &self.policies.calendar;
        let date = self.date_of_filter(value, now)?;
        let next = date.succ_opt()?;
        Some((calendar.time_at(date, 0), calendar.time_at(next, 0)))
    }

    /// Returns the day that a condition names, in the company's zone.
    pub(crate) fn date_of_filter(&self, value: &str, now: Millis) -> Option<chrono::NaiveDate> {
        match FilterDay::parse(value)? {
            FilterDay::Fixed(date) => huiyin_core::field::parse_date(date),
            FilterDay::FromToday(days) => self
                .policies
                .calendar
                .date_of(now)
                .checked_add_signed(chrono::TimeDelta::days(i64::from(days))),
        }
    }

    /// Returns whether a row fits a filter.
    pub(crate) fn row_fits(
        &self,
        judge: &Judge,
        segment: &Segment,
        row: RowRef<'_>,
        now: Millis,
    ) -> bool {
        match judge {
            Judge::All(parts) => parts
                .iter()
                .all(|part| self.row_fits(part, segment, row, now)),
            Judge::Any(parts) => parts
                .iter()
                .any(|part| self.row_fits(part, segment, row, now)),
            Judge::Never => false,
            Judge::Custom { name, not, tests } => {
                let value = row.custom(name);
                tests.iter().any(|test| test.fits(value)) != *not
            }
            Judge::Fact(Fact::Paused, wanted) => row.is_paused() == *wanted,
            Judge::Fact(Fact::ToCheck, wanted) => {
                (row.conflicts() > 0 || row.clashes() > 0) == *wanted
            }
            Judge::Timeless(moment, wanted) => time(*moment, row).is_none() == *wanted,
            Judge::Between(moment, from, to) => {
                time(*moment, row).is_some_and(|time| (*from..*to).contains(&time))
            }
            Judge::Text {
                source,
                likeness,
                not,
                values,
            } => {
                let is_like = |text: &String| match likeness {
                    Likeness::Empty => text.is_empty(),
                    Likeness::Equal => values.contains(text),
                    Likeness::Within => values.iter().any(|value| text.contains(value)),
                };
                let text = self.text_of(*source, segment, row, now);
                let fits = if matches!(source, Source::Tags) && *likeness != Likeness::Empty {
                    tags(&text).map(fold).any(|tag| is_like(&tag))
                } else {
                    is_like(&fold(&text))
                };
                fits != *not
            }
        }
    }

    fn text_of<'a>(
        &'a self,
        source: Source,
        segment: &'a Segment,
        row: RowRef<'a>,
        now: Millis,
    ) -> Cow<'a, str> {
        match source {
            Source::Cell(cell) => row.cell(cell).into(),
            Source::Number => number(row).into(),
            Source::Tags => row.customer(CustomerColumn::Tags).into(),
            Source::Channel => row.channel().into(),
            Source::Group => group_name(row).into(),
            Source::DueState => due_name(due_state(row, now)).into(),
            Source::Branch => segment.key.working_branch().to_string().into(),
            Source::CustomerName => {
                let own = row.case(CaseColumn::Customer);
                if !own.is_empty() {
                    return own.into();
                }
                RecordId::parse(row.case(CaseColumn::CustomerId))
                    .ok()
                    .and_then(|id| self.segments.row(&id))
                    .map_or_else(
                        || "".into(),
                        |found| found.customer(CustomerColumn::Name).into(),
                    )
            }
        }
    }

    /// Returns places with those of one group together, the groups in the order of [`group_rank`], each in the order it had.
    pub(crate) fn grouped(
        &self,
        kind: RecordKind,
        column: &str,
        places: Vec<Place>,
        now: Millis,
    ) -> Vec<Place> {
        let Some(by) = By::of(kind, column) else {
            return places;
        };
        let mut groups: std::collections::BTreeMap<(usize, Cow<'_, str>), Vec<Place>> =
            std::collections::BTreeMap::new();
        for place in places {
            let (segment, row) = self.segments.at(place);
            let text = by.text(segment, row, now);
            groups
                .entry((group_rank(column, &text), text))
                .or_default()
                .push(place);
        }
        groups.into_values().flatten().collect()
    }
}
