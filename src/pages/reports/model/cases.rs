//! The sections about cases: the figures in a row, over time, by column, by week, by clock, and what only records tell.
//!
//! Long: one section after another.

use std::collections::BTreeSet;

use huiyin_api::{
    CaseFigures, FigureMeasure, FigurePart, FigureQuery, FiguresView, MAX_FIGURE_RECORDS, Millis,
    PeriodFigures,
};

use super::{
    Behind, Cell, Chart, Counted, Line, Naming, Section, Value, cases_of, change, count, lead,
    plain, queries, share,
};
use crate::texts::figures::FigureTexts;

/// The figures in a row, each with the period before and a year before.
pub(super) fn key(counted: &Counted, query: &FigureQuery, naming: &Naming<'_>) -> Section {
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

pub(super) fn by_time(now: &PeriodFigures, own: &FigureQuery, naming: &Naming<'_>) -> Section {
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

pub(super) fn by_column(
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

pub(super) fn by_week(
    now: &PeriodFigures,
    own: &FigureQuery,
    naming: &Naming<'_>,
) -> Option<Section> {
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

pub(super) fn clocks(part: &FigurePart, naming: &Naming<'_>) -> Option<Section> {
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
pub(super) fn of_records(
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
