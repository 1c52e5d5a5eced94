//! Figures as tables: what each section says, and which list stands behind each number. Screen and files are made of the same.

use std::{
    collections::BTreeSet,
    hash::{DefaultHasher, Hash, Hasher},
};

use huiyin_api::{
    CaseFigures, ContactFigures, FIGURE_COLUMNS, FigureGroup, FigureMeasure, FigurePart,
    FigureQuery, FiguresView, ListQuery, MAX_FIGURE_RECORDS, Millis, OTHER_GROUP, PeriodFigures,
};

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

/// The figures in a row, each with the period before and a year before.
fn key(counted: &Counted, query: &FigureQuery, naming: &Naming<'_>) -> Section {
    let (view, words) = (&counted.view, naming.words);
    let asked = queries(query, view);
    let mut lines: Vec<Line> = Vec::new();
    let mut put = |name: &str, cell: &dyn Fn(usize) -> Cell| {
        let cells: Vec<Cell> = (0..view.periods.len()).map(cell).collect();
        if cells.iter().all(|cell| cell.value == Value::Nothing) {
            return;
        }
        let by = match cells.as_slice() {
            [now, before, ..] => change(now.value, before.value),
            _ => Value::Nothing,
        };
        lines.push(Line {
            name: name.to_owned(),
            cells: cells.into_iter().chain([plain(by)]).collect(),
        });
    };
    let of = |at: usize| &view.periods[at];
    for (measure, name) in measures(words) {
        put(name, &|at| {
            count(measure.of(&of(at).cases), || {
                Some(Behind::Cases(asked[at].cases(measure, None)))
            })
        });
    }
    let over = |at: usize, value: Value, measure| {
        lead(value, || {
            Some(Behind::Cases(asked[at].cases(measure, None)))
        })
    };
    put(words.on_time, &|at| {
        over(at, share(of(at).cases.on_time()), FigureMeasure::Met)
    });
    let took = |at: usize, time: Option<Millis>| {
        let value = time.map_or(Value::Nothing, Value::Took);
        over(at, value, FigureMeasure::Closed)
    };
    put(words.mean, &|at| took(at, of(at).cases.mean_ms()));
    put(words.p90, &|at| took(at, of(at).p90_ms));
    let part = |at: usize| counted.parts[at].as_ref().filter(|part| !part.too_many);
    let of_part = |at: usize, value: &dyn Fn(&FigurePart) -> Value| {
        plain(part(at).map_or(Value::Nothing, value))
    };
    let of_both = |at: usize, table: &str, one: &str, other: &str| match part(at) {
        None => plain(Value::Nothing),
        Some(part) => {
            let of = CaseFigures::share(part.count(table, one), part.count(table, other));
            lead(share(of), || cases_of(part.group(table, one)?))
        }
    };
    put(words.upheld, &|at| {
        of_both(at, "outcome", "upheld", "not_upheld")
    });
    put(words.reopened, &|at| match part(at) {
        Some(part) => count(part.count("reopened", "reopened"), || {
            cases_of(part.group("reopened", "reopened")?)
        }),
        None => plain(Value::Nothing),
    });
    put(words.satisfied, &|at| {
        of_both(at, "satisfaction", "satisfied", "not_satisfied")
    });
    put(words.score, &|at| {
        of_part(at, &|part| {
            (part.scores * 100)
                .checked_div(part.scored)
                .map_or(Value::Nothing, Value::Score)
        })
    });
    put(words.call_back, &|at| {
        of_both(at, "call_back", "called_back", "not_called_back")
    });
    let granted = |at: usize, value: &dyn Fn(&FigurePart) -> Value| match part(at) {
        None => plain(Value::Nothing),
        Some(part) => lead(value(part), || {
            cases_of(part.group("compensation", "granted")?)
        }),
    };
    put(words.compensation, &|at| {
        granted(at, &|part| Value::Money(part.compensation))
    });
    put(words.compensated, &|at| {
        granted(at, &|part| {
            Value::Count(part.count("compensation", "granted"))
        })
    });
    let punished = |at: usize| counted.penalties[at];
    put(words.penalties, &|at| match punished(at) {
        Some((number, _)) => count(number, || Some(Behind::Screen("/penalties".to_owned()))),
        None => plain(Value::Nothing),
    });
    put(words.penalty_money, &|at| {
        plain(punished(at).map_or(Value::Nothing, |(_, money)| Value::Money(money)))
    });
    put(words.contacts_done, &|at| {
        plain(Value::Count(of(at).contacts.done))
    });
    put(words.new_customers, &|at| {
        count(of(at).new_customers, || {
            Some(Behind::Customers(asked[at].new_customers()))
        })
    });
    Section {
        id: "key".to_owned(),
        title: words.key.to_owned(),
        heads: [words.now, words.before, words.year_before, words.change]
            .map(str::to_owned)
            .to_vec(),
        lines,
        total: None,
        chart: Chart::None,
        note: match &counted.parts[0] {
            Some(part) if part.too_many => (words.too_many)(&MAX_FIGURE_RECORDS.to_string()),
            _ => String::new(),
        },
    }
}

/// Returns the name of a measure of cases.
pub fn measure_name(words: &FigureTexts, measure: FigureMeasure) -> &'static str {
    match measure {
        FigureMeasure::Received => words.received,
        FigureMeasure::Closed => words.closed,
        FigureMeasure::Open => words.open,
        FigureMeasure::Met => words.met,
        FigureMeasure::Late => words.late,
    }
}

/// The measures of cases in the order of tables, with their names.
fn measures(words: &FigureTexts) -> [(FigureMeasure, &'static str); 5] {
    FigureMeasure::ALL.map(|measure| (measure, measure_name(words, measure)))
}

fn by_time(now: &PeriodFigures, own: &FigureQuery, naming: &Naming<'_>) -> Section {
    let words = naming.words;
    let lines = now
        .line
        .iter()
        .map(|span| {
            let asked = FigureQuery {
                from: span.from.clone(),
                to: span.to.clone(),
                ..own.clone()
            };
            let cell = |number: u32, measure| {
                count(number, || Some(Behind::Cases(asked.cases(measure, None))))
            };
            Line {
                name: naming.span(&span.from, &span.to),
                cells: vec![
                    cell(span.received, FigureMeasure::Received),
                    cell(span.closed, FigureMeasure::Closed),
                ],
            }
        })
        .collect();
    Section {
        id: "time".to_owned(),
        title: words.by_time.to_owned(),
        heads: vec![words.received.to_owned(), words.closed.to_owned()],
        lines,
        total: Some(Line {
            name: words.total.to_owned(),
            cells: vec![
                plain(Value::Count(now.cases.received)),
                plain(Value::Count(now.cases.closed)),
            ],
        }),
        chart: Chart::Line,
        note: String::new(),
    }
}

fn by_column(
    column: &'static str,
    view: &FiguresView,
    own: &FigureQuery,
    naming: &Naming<'_>,
) -> Option<Section> {
    let words = naming.words;
    let asked = queries(own, view);
    let tables: Vec<_> = view
        .periods
        .iter()
        .map(|period| period.tables.get(column))
        .collect();
    let of = |at: usize, value: &str| -> CaseFigures {
        let table = tables.get(at).copied().flatten();
        table
            .and_then(|table| table.get(value))
            .copied()
            .unwrap_or_default()
    };
    // What there was before and is no more has its line too, or the columns of the periods before would not add up.
    let values: BTreeSet<&String> = tables
        .iter()
        .flatten()
        .flat_map(|table| table.keys())
        .collect();
    let mut shown: Vec<(&String, CaseFigures)> = values
        .into_iter()
        .map(|value| (value, of(0, value)))
        .filter(|(value, now)| {
            !now.is_nothing() || (1..tables.len()).any(|at| of(at, value).received > 0)
        })
        .collect();
    if shown.is_empty() {
        return None;
    }
    shown.sort_by_key(|(_, line)| std::cmp::Reverse((line.received, line.closed, line.open)));
    let cells = |value: Option<&str>, of: &dyn Fn(usize) -> CaseFigures| -> Vec<Cell> {
        let list = |at: usize, measure| {
            let group = value.map(|value| (column, value));
            Some(Behind::Cases(asked.get(at)?.cases(measure, group)))
        };
        let line = of(0);
        let mut cells: Vec<Cell> = measures(words)
            .into_iter()
            .map(|(measure, _)| count(measure.of(&line), || list(0, measure)))
            .collect();
        cells.push(lead(share(line.on_time()), || list(0, FigureMeasure::Met)));
        let took = line.mean_ms().map_or(Value::Nothing, Value::Took);
        cells.push(lead(took, || list(0, FigureMeasure::Closed)));
        cells.extend([1, 2].map(|at| count(of(at).received, || list(at, FigureMeasure::Received))));
        cells
    };
    let lines = shown
        .into_iter()
        .map(|(value, _)| Line {
            name: naming.named(column, value),
            cells: cells(Some(value), &|at| of(at, value)),
        })
        .collect();
    let whole = |at: usize| {
        let period = view.periods.get(at);
        period.map_or_else(CaseFigures::default, |period| period.cases)
    };
    let title = if column == "assignee" {
        words.assignee.to_owned()
    } else {
        naming.texts.field(column)
    };
    Some(Section {
        id: column.to_owned(),
        title: (words.by_column)(&title),
        heads: measures(words)
            .iter()
            .map(|(_, name)| *name)
            .chain([words.on_time, words.mean, words.before, words.year_before])
            .map(str::to_owned)
            .collect(),
        lines,
        total: Some(Line {
            name: words.total.to_owned(),
            cells: cells(None, &whole),
        }),
        chart: Chart::None,
        note: String::new(),
    })
}

fn by_week(now: &PeriodFigures, own: &FigureQuery, naming: &Naming<'_>) -> Option<Section> {
    let words = naming.words;
    let heat = &now.heat;
    if heat.branches.is_empty() || heat.spans.len() < 2 {
        return None;
    }
    let lines = heat
        .branches
        .iter()
        .map(|(branch, numbers)| Line {
            name: naming.named("branch", branch),
            cells: numbers
                .iter()
                .zip(&heat.spans)
                .map(|(number, (from, to))| {
                    count(*number, || {
                        let asked = FigureQuery {
                            from: from.clone(),
                            to: to.clone(),
                            ..own.clone()
                        };
                        let group = Some(("branch", branch.as_str()));
                        Some(Behind::Cases(asked.cases(FigureMeasure::Received, group)))
                    })
                })
                .collect(),
        })
        .collect();
    let sums = (0..heat.spans.len()).map(|at| -> u32 {
        let numbers = heat.branches.values().filter_map(|numbers| numbers.get(at));
        numbers.sum()
    });
    Some(Section {
        id: "weeks".to_owned(),
        title: words.by_week.to_owned(),
        heads: heat
            .spans
            .iter()
            .map(|(from, to)| naming.span(from, to))
            .collect(),
        lines,
        total: Some(Line {
            name: words.total.to_owned(),
            cells: sums.map(|sum| plain(Value::Count(sum))).collect(),
        }),
        chart: Chart::Heat,
        note: String::new(),
    })
}

fn clocks(part: &FigurePart, naming: &Naming<'_>) -> Option<Section> {
    let words = naming.words;
    let table = part.tables.get("clock")?;
    let mut names: Vec<&str> = table
        .keys()
        .filter_map(|key| key.rsplit_once('/').map(|(name, _)| name))
        .collect();
    names.dedup();
    let lines = names
        .into_iter()
        .map(|name| {
            let of = |stands: &str| table.get(&format!("{name}/{stands}"));
            let cell = |stands: &str| {
                let group = of(stands);
                count(group.map_or(0, |group| group.count), || cases_of(group?))
            };
            let number = |stands: &str| of(stands).map_or(0, |group| group.count);
            let on_time = share(CaseFigures::share(number("met"), number("late")));
            Line {
                name: naming.named("clock", name),
                cells: vec![cell("met"), cell("late"), cell("running"), plain(on_time)],
            }
        })
        .collect();
    Some(Section {
        id: "clocks".to_owned(),
        title: words.clocks.to_owned(),
        heads: [words.met, words.late, words.running, words.on_time]
            .map(str::to_owned)
            .to_vec(),
        lines,
        total: None,
        chart: Chart::Shares,
        note: String::new(),
    })
}

/// A table counted from records: the largest group first, those without a value last.
fn of_records(
    table: &str,
    title: &str,
    chart: Chart,
    part: &FigurePart,
    earlier: [Option<&FigurePart>; 2],
    naming: &Naming<'_>,
) -> Option<Section> {
    let words = naming.words;
    // A table of which nothing is known says nothing.
    let groups = part.tables.get(table)?;
    if groups.keys().all(String::is_empty) {
        return None;
    }
    let all = [Some(part), earlier[0], earlier[1]];
    let values: BTreeSet<&String> = all
        .into_iter()
        .flatten()
        .filter_map(|part| part.tables.get(table))
        .flat_map(|groups| groups.keys())
        .collect();
    let mut shown: Vec<(&String, u32)> = values
        .into_iter()
        .map(|value| (value, part.count(table, value)))
        .collect();
    shown.sort_by_key(|(value, number)| (value.is_empty(), std::cmp::Reverse(*number)));
    let name = |value: &str| match (table, value) {
        ("outcome", value) => (words.of_outcome)(value).to_owned(),
        ("cause", value) => naming.named("cause_id", value),
        (table, value) => naming.named(table, value),
    };
    let cell = |part: Option<&FigurePart>, value: &str| match part {
        None => plain(Value::Nothing),
        Some(part) => count(part.count(table, value), || {
            cases_of(part.group(table, value)?)
        }),
    };
    let whole = part.counted;
    let lines = shown
        .into_iter()
        .map(|(value, number)| Line {
            name: name(value),
            cells: vec![
                cell(Some(part), value),
                plain(share(CaseFigures::share(number, whole - number))),
                cell(earlier[0], value),
                cell(earlier[1], value),
            ],
        })
        .collect();
    let counted = |part: Option<&FigurePart>| {
        plain(part.map_or(Value::Nothing, |part| Value::Count(part.counted)))
    };
    let mut sum = vec![plain(Value::Count(whole)), plain(Value::Share(10_000))];
    sum.extend(earlier.map(counted));
    Some(Section {
        id: table.to_owned(),
        title: title.to_owned(),
        heads: [words.count, words.share, words.before, words.year_before]
            .map(str::to_owned)
            .to_vec(),
        lines,
        total: Some(Line {
            name: words.total.to_owned(),
            cells: sum,
        }),
        chart,
        note: String::new(),
    })
}

fn customers(counted: &Counted, query: &FigureQuery, naming: &Naming<'_>) -> Vec<Section> {
    let (figures, words) = (&counted.view.customers, naming.words);
    if figures.total == 0 {
        return Vec::new();
    }
    let cell = |number: u32, group: Option<(&str, &str)>| {
        count(number, || Some(Behind::Customers(query.customers(group))))
    };
    let shared = |number: u32| plain(share(CaseFigures::share(number, figures.total - number)));
    let total = Line {
        name: words.total.to_owned(),
        cells: vec![cell(figures.total, None), plain(Value::Share(10_000))],
    };
    let heads = vec![words.count.to_owned(), words.share.to_owned()];
    let mut all: Vec<Section> = ["class", "kind", "life_cycle", "branch"]
        .into_iter()
        .filter_map(|column| {
            let table = figures.tables.get(column)?;
            let mut shown: Vec<(&String, &u32)> = table.iter().collect();
            shown.sort_by_key(|(value, number)| (value.is_empty(), std::cmp::Reverse(**number)));
            let members = column == "kind" && table.contains_key("member");
            Some(Section {
                id: format!("customers_{column}"),
                title: (words.customers_by)(&naming.texts.field(column)),
                heads: heads.clone(),
                lines: shown
                    .into_iter()
                    .map(|(value, number)| Line {
                        name: naming.named(column, value),
                        cells: vec![cell(*number, Some((column, value))), shared(*number)],
                    })
                    .collect(),
                total: Some(total.clone()),
                chart: Chart::None,
                note: if members {
                    words.members_note.to_owned()
                } else {
                    String::new()
                },
            })
        })
        .collect();
    let mut lines: Vec<Line> = Vec::new();
    if let Some(files) = &counted.files {
        for value in ["complete", "incomplete", "no_rules"] {
            if let Some(group) = files.group("file", value) {
                let numbered = || {
                    group
                        .is_whole()
                        .then(|| Behind::Customers(FigureQuery::customers_numbered(&group.numbers)))
                };
                lines.push(Line {
                    name: (words.of_file)(value).to_owned(),
                    cells: vec![count(group.count, numbered), shared(group.count)],
                });
            }
        }
    }
    let overdue = || Some(Behind::Screen("/duties".to_owned()));
    lines.push(Line {
        name: words.overdue_files.to_owned(),
        cells: vec![
            count(figures.overdue_files, overdue),
            shared(figures.overdue_files),
        ],
    });
    all.push(Section {
        id: "files".to_owned(),
        title: words.files.to_owned(),
        heads,
        lines,
        total: None,
        chart: Chart::None,
        note: String::new(),
    });
    all
}

fn contacts(now: &PeriodFigures, naming: &Naming<'_>) -> Vec<Section> {
    let words = naming.words;
    let cells = |line: &ContactFigures| {
        let kept = share(CaseFigures::share(line.kept, line.planned - line.kept));
        let mut cells = [line.planned, line.kept, line.done, line.reported]
            .map(|number| plain(Value::Count(number)))
            .to_vec();
        cells.push(plain(kept));
        cells
    };
    if now.contacts == ContactFigures::default() {
        return Vec::new();
    }
    [
        (
            "contacts_person",
            words.contacts_by_person,
            "",
            &now.contacts_by_person,
        ),
        (
            "contacts_kind",
            words.contacts_by_kind,
            "contact_kind",
            &now.contacts_by_kind,
        ),
    ]
    .into_iter()
    .map(|(id, title, column, table)| Section {
        id: id.to_owned(),
        title: title.to_owned(),
        heads: [
            words.planned,
            words.kept,
            words.done,
            words.reported,
            words.kept_share,
        ]
        .map(str::to_owned)
        .to_vec(),
        lines: table
            .iter()
            .map(|(value, line)| Line {
                name: naming.named(column, value),
                cells: cells(line),
            })
            .collect(),
        total: Some(Line {
            name: words.total.to_owned(),
            cells: cells(&now.contacts),
        }),
        chart: Chart::None,
        note: String::new(),
    })
    .collect()
}

fn surveys(now: &PeriodFigures, naming: &Naming<'_>) -> Option<Section> {
    let words = naming.words;
    if now.surveys.is_empty() {
        return None;
    }
    Some(Section {
        id: "surveys".to_owned(),
        title: words.surveys.to_owned(),
        heads: vec![words.answers.to_owned()],
        lines: now
            .surveys
            .iter()
            .map(|survey| Line {
                name: format!(
                    "{} · {}",
                    naming.named("survey", &survey.survey),
                    survey.round
                ),
                cells: vec![count(survey.answers, || {
                    let path = format!("/surveys/{}/{}", survey.survey, survey.round);
                    Some(Behind::Screen(path))
                })],
            })
            .collect(),
        total: None,
        chart: Chart::None,
        note: String::new(),
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use huiyin_api::{CustomerFigures, FigureSpan, Language};

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
