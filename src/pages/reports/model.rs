//! Figures as tables: what each section says, and which list stands behind each number. Screen and files are made of the same.
//!
//! Here is what a section is made of and which there are; what they say is in [`cases`] and [`people`].
//!
//! Long: what sections are made of, and every section by name.

mod cases;
mod people;

use std::hash::{DefaultHasher, Hash, Hasher};

use huiyin_api::{
    FIGURE_COLUMNS, FigureGroup, FigurePart, FigureQuery, FiguresView, ListQuery, Millis,
    OTHER_GROUP,
};

pub use cases::measure_name;
use cases::{by_column, by_time, by_week, clocks, key, of_records};
use people::{contacts, customers, surveys};

use crate::texts::{Texts, figures::FigureTexts};

/// Penalties and rewards in force in a period: how many, and the money in cents.
pub type Penalties = (u32, i64);

/// What was counted so far.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Counted {
    /// From rows.
    pub view: FiguresView,
    /// From records, of the same periods; nothing while they are counted.
    pub parts: [Option<FigurePart>; 3],
    /// Completeness of files; nothing while it is counted.
    pub files: Option<FigurePart>,
    /// Points outstanding; nothing while they are counted.
    pub points: Option<FigurePart>,
    /// Penalties of the same periods; nothing for those who may not see them, or where a period has no whole months.
    pub penalties: [Option<Penalties>; 3],
}

/// A number as it is shown and written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Value {
    /// Not known.
    Nothing,
    /// A count.
    Count(u32),
    /// Points of customers; fewer than none where more was spent than there was.
    Points(i64),
    /// Hundredths of a per cent.
    Share(u32),
    /// A time that something took, in ms.
    Took(Millis),
    /// Cents.
    Money(i64),
    /// Hundredths.
    Score(u32),
    /// More or less than before, in hundredths of a per cent.
    Change(i64),
}

/// What stands behind a number.
#[derive(Debug, Clone, PartialEq)]
pub enum Behind {
    /// A list of cases.
    Cases(ListQuery),
    /// A list of customers.
    Customers(ListQuery),
    /// Another screen.
    Screen(String),
}

/// One number with what stands behind it.
#[derive(Debug, Clone, PartialEq)]
pub struct Cell {
    /// The number.
    pub value: Value,
    /// Nothing if no list can show it, or the number is nought.
    pub behind: Option<Behind>,
}

/// A line of a table.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// What it is about.
    pub name: String,
    /// Its numbers, one for each head.
    pub cells: Vec<Cell>,
}

/// The picture beside a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Chart {
    /// None.
    None,
    /// Received and closed as lines over time.
    Line,
    /// Bars, the longest first, with their sum so far.
    Pareto,
    /// Branches by weeks, darker where there is more.
    Heat,
    /// In time and late of each clock.
    Shares,
}

/// A table with its picture.
#[derive(Debug, Clone, PartialEq)]
pub struct Section {
    /// Names it in addresses and files.
    pub id: String,
    /// Title.
    pub title: String,
    /// Titles of the columns of numbers.
    pub heads: Vec<String>,
    /// The lines.
    pub lines: Vec<Line>,
    /// The sum, where the lines add up to one.
    pub total: Option<Line>,
    /// The picture.
    pub chart: Chart,
    /// Something to be known about it.
    pub note: String,
}

impl Section {
    /// Returns a number that changes with anything shown of it: what did not change stays on the screen as it is, with the keyboard's place.
    pub fn mark(&self) -> (String, u64) {
        let mut hasher = DefaultHasher::new();
        format!("{self:?}").hash(&mut hasher);
        (self.id.clone(), hasher.finish())
    }
}

/// How values are called.
pub struct Naming<'a> {
    /// The texts.
    pub texts: &'static Texts,
    /// Those of figures.
    pub words: &'static FigureTexts,
    /// The name of a value of a column.
    pub value: &'a dyn Fn(&str, &str) -> String,
    /// A day in short.
    pub day: &'a dyn Fn(&str) -> String,
}

impl Naming<'_> {
    fn named(&self, column: &str, value: &str) -> String {
        match value {
            "" => self.words.none.to_owned(),
            OTHER_GROUP => self.words.other.to_owned(),
            value => (self.value)(column, value),
        }
    }

    fn span(&self, from: &str, to: &str) -> String {
        if from == to {
            (self.day)(from)
        } else {
            format!("{} – {}", (self.day)(from), (self.day)(to))
        }
    }
}

fn plain(value: Value) -> Cell {
    Cell {
        value,
        behind: None,
    }
}

fn count(value: u32, behind: impl FnOnce() -> Option<Behind>) -> Cell {
    Cell {
        value: Value::Count(value),
        behind: (value > 0).then(behind).flatten(),
    }
}

/// Returns a number that leads somewhere unless it is nought or not known.
fn lead(value: Value, behind: impl FnOnce() -> Option<Behind>) -> Cell {
    let nought = matches!(
        value,
        Value::Nothing | Value::Count(0) | Value::Share(0) | Value::Money(0)
    );
    Cell {
        value,
        behind: (!nought).then(behind).flatten(),
    }
}

fn share(share: Option<u32>) -> Value {
    share.map_or(Value::Nothing, Value::Share)
}

/// Returns by how much a number is more or less than before; nothing if there was nothing before.
fn change(now: Value, before: Value) -> Value {
    let (now, before) = match (now, before) {
        (Value::Count(now), Value::Count(before)) => (i64::from(now), i64::from(before)),
        (Value::Took(now), Value::Took(before)) | (Value::Money(now), Value::Money(before)) => {
            (now, before)
        }
        _ => return Value::Nothing,
    };
    match before {
        1.. => Value::Change((now - before).saturating_mul(10_000) / before),
        _ => Value::Nothing,
    }
}

/// The three periods as queries of the same branches and kinds.
fn queries(query: &FigureQuery, view: &FiguresView) -> Vec<FigureQuery> {
    view.periods
        .iter()
        .map(|period| FigureQuery {
            from: period.from.clone(),
            to: period.to.clone(),
            ..query.clone()
        })
        .collect()
}

fn cases_of(group: &FigureGroup) -> Option<Behind> {
    group
        .is_whole()
        .then(|| Behind::Cases(FigureQuery::cases_numbered(&group.numbers)))
}

/// Returns every section that has something to say.
pub fn sections(counted: &Counted, query: &FigureQuery, naming: &Naming<'_>) -> Vec<Section> {
    let Some(now) = counted.view.periods.first() else {
        return Vec::new();
    };
    let own = FigureQuery {
        from: now.from.clone(),
        to: now.to.clone(),
        ..query.clone()
    };
    let mut all = vec![key(counted, query, naming)];
    if now.cases.received + now.cases.closed > 0 {
        all.push(by_time(now, &own, naming));
    }
    for column in FIGURE_COLUMNS {
        all.extend(by_column(column, &counted.view, &own, naming));
    }
    all.extend(by_week(now, &own, naming));
    if let Some(part) = counted.parts[0].as_ref().filter(|part| part.counted > 0) {
        let earlier = [&counted.parts[1], &counted.parts[2]].map(Option::as_ref);
        all.extend(clocks(part, naming));
        let channel = (naming.words.by_column)(&naming.texts.field("channel"));
        for (table, title, chart) in [
            ("channel", channel.as_str(), Chart::None),
            ("cause", naming.words.causes, Chart::Pareto),
            ("outcome", naming.words.outcomes, Chart::None),
            ("product", naming.words.products, Chart::None),
            ("department", naming.words.departments, Chart::None),
            ("against_person", naming.words.against, Chart::None),
        ] {
            all.extend(of_records(table, title, chart, part, earlier, naming));
        }
    }
    all.extend(customers(counted, query, naming));
    all.extend(contacts(now, naming));
    all.extend(surveys(now, naming));
    all
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use huiyin_api::{CaseFigures, CustomerFigures, FigureSpan, Language, PeriodFigures};

    use super::*;
    use crate::texts::{figures, of};

    fn period(received: u32) -> PeriodFigures {
        let cases = CaseFigures {
            received,
            closed: received / 2,
            open: received - received / 2,
            met: received / 2,
            late: 1,
            handled_ms: 3_600_000 * i64::from(received / 2),
        };
        let table = BTreeMap::from([("delivery".to_owned(), cases)]);
        PeriodFigures {
            from: "2026-11-01".to_owned(),
            to: "2026-11-30".to_owned(),
            cases,
            p90_ms: Some(7_200_000),
            tables: BTreeMap::from([("category".to_owned(), table)]),
            line: vec![FigureSpan {
                from: "2026-11-01".to_owned(),
                to: "2026-11-01".to_owned(),
                received,
                closed: received / 2,
            }],
            ..PeriodFigures::default()
        }
    }

    fn told(counted: &Counted) -> Vec<Section> {
        let naming = Naming {
            texts: of(Language::English),
            words: figures::of(Language::English),
            value: &|_, value| value.to_owned(),
            day: &str::to_owned,
        };
        let query = FigureQuery {
            from: "2026-11-01".to_owned(),
            to: "2026-11-30".to_owned(),
            ..FigureQuery::default()
        };
        sections(counted, &query, &naming)
    }

    fn counted() -> Counted {
        Counted {
            view: FiguresView {
                periods: vec![period(10), period(8), period(0)],
                ..FiguresView::default()
            },
            ..Counted::default()
        }
    }

    fn section<'a>(all: &'a [Section], id: &str) -> &'a Section {
        all.iter().find(|one| one.id == id).expect("it is there")
    }

    #[test]
    fn key_figures_stand_beside_the_period_before_and_a_year_before() {
        let all = told(&counted());
        let key = section(&all, "key");
        let received = &key.lines[0];
        let values: Vec<Value> = received.cells.iter().map(|cell| cell.value).collect();
        assert_eq!(
            values,
            [
                Value::Count(10),
                Value::Count(8),
                Value::Count(0),
                Value::Change(2_500)
            ]
        );
        assert!(matches!(received.cells[0].behind, Some(Behind::Cases(_))));
        assert_eq!(received.cells[2].behind, None, "nought leads nowhere");
        // What was not counted yet is not told as nought.
        assert!(
            key.lines
                .iter()
                .all(|line| line.name != "Compensation (yuan)")
        );
    }

    #[test]
    fn lines_of_a_table_stand_under_as_many_heads_and_add_up() {
        let mut counted = counted();
        let mut part = FigurePart {
            counted: 3,
            ..FigurePart::default()
        };
        for (cause, number) in [("late", "HQ-1"), ("late", "HQ-2"), ("", "HQ-3")] {
            part.note("cause", cause, number);
        }
        part.note("clock", "close/met", "HQ-1");
        part.note("clock", "close/late", "HQ-2");
        counted.parts[0] = Some(part);
        counted.view.customers = CustomerFigures {
            total: 2,
            tables: BTreeMap::from([(
                "kind".to_owned(),
                BTreeMap::from([("member".to_owned(), 2)]),
            )]),
            ..CustomerFigures::default()
        };
        let all = told(&counted);
        for section in &all {
            for line in section.lines.iter().chain(&section.total) {
                assert_eq!(line.cells.len(), section.heads.len(), "{}", section.id);
            }
            let first = |line: &Line| match line.cells[0].value {
                Value::Count(number) => number,
                _ => 0,
            };
            if let Some(total) = &section.total {
                let sum: u32 = section.lines.iter().map(first).sum();
                assert_eq!(sum, first(total), "{}", section.id);
            }
        }
        let causes = section(&all, "cause");
        assert_eq!(causes.lines[0].name, "late");
        assert_eq!(causes.lines[0].cells[1].value, Value::Share(6_666));
        assert_eq!(causes.lines[1].name, "Not stated");
        let clock = &section(&all, "clocks").lines[0];
        assert_eq!(clock.cells[3].value, Value::Share(5_000));
    }

    #[test]
    fn what_there_was_only_before_has_its_line_so_that_every_column_adds_up() {
        let mut counted = counted();
        let before = counted.view.periods[1].cases;
        counted.view.periods[1].tables.insert(
            "category".to_owned(),
            BTreeMap::from([("billing".to_owned(), before)]),
        );
        let mut now = FigurePart {
            counted: 1,
            ..FigurePart::default()
        };
        now.note("product", "茶叶", "HQ-1");
        let mut earlier = FigurePart {
            counted: 1,
            ..FigurePart::default()
        };
        earlier.note("product", "瓷器", "HQ-0");
        counted.parts = [Some(now), Some(earlier), None];
        let all = told(&counted);
        let number = |line: &Line, at: usize| match line.cells[at].value {
            Value::Count(number) => number,
            _ => 0,
        };
        for (id, column) in [("category", 7), ("product", 2)] {
            let section = section(&all, id);
            let sum: u32 = section.lines.iter().map(|line| number(line, column)).sum();
            let total = section.total.as_ref().expect("a sum");
            assert_eq!(sum, number(total, column), "{id}");
            assert_eq!(section.lines.len(), 2);
            let led = |line: &Line| line.cells[column].behind.is_some();
            assert!(section.lines.iter().any(led), "the records before too");
        }
    }

    #[test]
    fn nothing_is_shown_before_anything_was_counted() {
        assert!(told(&Counted::default()).is_empty());
    }
}
