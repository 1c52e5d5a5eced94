//! Figures of a period, from rows alone: one pass over the columns of cases, contacts, answers and customers. No document is opened.
//!
//! Decides what is counted and where. A number is what the list of the same filter shows: cases without any time are in no period, and
//! what has changed since is counted as it stands today. Values that differ only in letter case or width are one value, as in filters.
//! Which days a period is compared with decides `huiyin-core`; what rows do not tell is in [`crate::figure_parts`].
//!
//! Long: one pass counts everything; parting it would read the columns more than once.

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

use chrono::NaiveDate;
use huiyin_api::{
    AsOf, CaseFigures, ContactFigures, CustomerFigures, DueState, FIGURE_COLUMNS, FigureHeat,
    FigureQuery, FigureSpan, FiguresView, MAX_FIGURE_CHOICES, MAX_FIGURE_DAYS, PeriodFigures,
    Problem, ProblemCode, SurveyCount,
};
use huiyin_core::calendar::WorkingCalendar;
use huiyin_core::compared::{self, Span};
use huiyin_core::field::parse_date;
use huiyin_core::id::RecordKind;
use huiyin_core::text::fold;
use huiyin_document::{CaseColumn, ContactColumn, CustomerColumn, RowRef, SurveyColumn};

use crate::Millis;
use crate::lists::due_state;
use crate::replica::Replica;
use crate::segments::Segment;

/// Periods counted at once: the one asked for, the one before, the same a year before.
const PERIODS: usize = 3;
/// Stands for a text of a segment that was not met yet.
const UNKNOWN: u32 = u32::MAX;
/// What customers are counted by.
const OF_CUSTOMERS: [(&str, CustomerColumn); 3] = [
    ("class", CustomerColumn::Class),
    ("kind", CustomerColumn::Kind),
    ("life_cycle", CustomerColumn::LifeCycle),
];

/// A query that was checked.
pub(crate) struct Wanted<'a> {
    pub from: NaiveDate,
    pub to: NaiveDate,
    query: &'a FigureQuery,
    /// Folded.
    kinds: Vec<String>,
}

impl<'a> Wanted<'a> {
    /// Checks a query.
    pub fn of(query: &'a FigureQuery) -> Result<Self, Problem> {
        let day = |field: &str, text: &str| {
            parse_date(text).ok_or_else(|| {
                Problem::at(ProblemCode::BadField, field).because("a day is written 2026-11-22")
            })
        };
        let (from, to) = (day("from", &query.from)?, day("to", &query.to)?);
        let length = (to - from).num_days() + 1;
        if !(1..=MAX_FIGURE_DAYS).contains(&length) {
            return Err(Problem::at(ProblemCode::BadField, "to").because(format!(
                "a period has 1 to {MAX_FIGURE_DAYS} days and ends after it begins"
            )));
        }
        if query.branches.len().max(query.kinds.len()) > MAX_FIGURE_CHOICES {
            return Err(Problem::at(ProblemCode::TooLarge, "branch")
                .because(format!("at most {MAX_FIGURE_CHOICES} branches and kinds")));
        }
        Ok(Self {
            from,
            to,
            kinds: query.kinds.iter().map(|kind| fold(kind)).collect(),
            query,
        })
    }

    /// Returns whether a branch is asked for.
    pub fn has_branch(&self, code: &str) -> bool {
        let branches = &self.query.branches;
        branches.is_empty() || branches.iter().any(|wanted| wanted == code)
    }

    /// Returns whether a kind of cases is asked for.
    pub fn has_kind(&self, kind: &str) -> bool {
        self.kinds.is_empty() || self.kinds.contains(&fold(kind))
    }
}

/// Returns when a span of days begins and ends.
pub(crate) fn moments(calendar: &WorkingCalendar, (from, to): Span) -> Range<Millis> {
    let end = to
        .succ_opt()
        .map_or(Millis::MAX, |next| calendar.time_at(next, 0));
    calendar.time_at(from, 0)..end
}

/// Texts met, each with its place: folded alike they are one.
#[derive(Debug, Default)]
struct Names {
    places: HashMap<String, u32>,
    shown: Vec<String>,
    /// Texts looked up so far: one for each text of a segment, however many rows it has.
    looked_up: usize,
}

impl Names {
    fn place(&mut self, text: &str) -> u32 {
        self.looked_up += 1;
        let next = self.shown.len() as u32;
        let place = *self.places.entry(fold(text)).or_insert(next);
        if place == next {
            self.shown.push(text.to_owned());
        } else if let Some(known) = self.shown.get_mut(place as usize)
            && text < known.as_str()
        {
            // Whichever segment comes first, the table says the same.
            text.clone_into(known);
        }
        place
    }
}

/// Where the texts of one segment stand in a table; filled as they are met.
struct Places(Vec<u32>);

impl Places {
    fn of(dictionary: &[Box<str>]) -> Self {
        Self(vec![UNKNOWN; dictionary.len()])
    }

    fn of_code(&mut self, dictionary: &[Box<str>], code: u32, names: &mut Names) -> usize {
        let known = &mut self.0[code as usize];
        if *known == UNKNOWN {
            *known = names.place(&dictionary[code as usize]);
        }
        *known as usize
    }
}

/// A table that grows while rows are counted.
struct Table<T> {
    names: Names,
    lines: [Vec<T>; PERIODS],
}

impl<T> Default for Table<T> {
    fn default() -> Self {
        Self {
            names: Names::default(),
            lines: [const { Vec::new() }; PERIODS],
        }
    }
}

impl<T: Copy + Default + PartialEq> Table<T> {
    fn line(&mut self, period: usize, place: usize) -> &mut T {
        let lines = &mut self.lines[period];
        if lines.len() <= place {
            lines.resize(place + 1, T::default());
        }
        &mut lines[place]
    }

    /// Returns the lines of a period in which anything was counted, by name.
    fn finish(&self, period: usize) -> BTreeMap<String, T> {
        self.names
            .shown
            .iter()
            .zip(&self.lines[period])
            .filter(|(_, line)| **line != T::default())
            .map(|(name, line)| (name.clone(), *line))
            .collect()
    }
}

/// Where a table of cases finds the code of a row.
#[derive(Clone, Copy)]
enum CaseCode {
    Cell(usize),
    Branch,
}

const fn case_code(column: &str) -> CaseCode {
    match column.as_bytes() {
        b"category" => CaseCode::Cell(CaseColumn::Category as usize),
        b"severity" => CaseCode::Cell(CaseColumn::Severity as usize),
        b"kind" => CaseCode::Cell(CaseColumn::Kind as usize),
        b"assignee" => CaseCode::Cell(CaseColumn::Assignee as usize),
        _ => CaseCode::Branch,
    }
}

/// One period while it is counted.
struct Count {
    span: Span,
    time: Range<Millis>,
    cases: CaseFigures,
    took: Vec<Millis>,
    /// First moments of the stretches of the line, and what fell into each.
    starts: Vec<Millis>,
    line: Vec<(u32, u32)>,
    heat_starts: Vec<Millis>,
    heat: BTreeMap<String, Vec<u32>>,
    contacts: ContactFigures,
    surveys: BTreeMap<(String, String), u32>,
    new_customers: u32,
}

fn stretch(starts: &[Millis], at: Millis) -> Option<usize> {
    starts.partition_point(|start| *start <= at).checked_sub(1)
}

impl Count {
    fn new(calendar: &WorkingCalendar, span: Span) -> Self {
        let starts = |spans: &[Span]| -> Vec<Millis> {
            spans
                .iter()
                .map(|(from, _)| calendar.time_at(*from, 0))
                .collect()
        };
        let line = compared::stretches(span.0, span.1);
        Self {
            time: moments(calendar, span),
            cases: CaseFigures::default(),
            took: Vec::new(),
            starts: starts(&line),
            line: vec![(0, 0); line.len()],
            heat_starts: starts(&compared::weeks(span.0, span.1)),
            heat: BTreeMap::new(),
            contacts: ContactFigures::default(),
            surveys: BTreeMap::new(),
            new_customers: 0,
            span,
        }
    }

    /// Returns what a case adds to the period; nothing if it adds nothing.
    fn case(&mut self, row: RowRef<'_>, now: Millis) -> Option<CaseFigures> {
        let (received, done) = (row.received(), row.done());
        let before_end = u32::from(received < self.time.end);
        let mut one = CaseFigures::default();
        if self.time.contains(&received) {
            one.received = 1;
            match due_state(row, now) {
                DueState::Met => one.met = 1,
                DueState::Late | DueState::Overdue => one.late = 1,
                DueState::None | DueState::OnTime | DueState::Soon => {}
            }
            if let Some(at) = stretch(&self.starts, received) {
                self.line[at].0 += 1;
            }
        }
        match done {
            Some(done) if self.time.contains(&done) => {
                one.closed = 1;
                one.handled_ms = (done - received).max(0);
                self.took.push(one.handled_ms);
                if let Some(at) = stretch(&self.starts, done) {
                    self.line[at].1 += 1;
                }
            }
            Some(done) if done >= self.time.end => one.open = before_end,
            None if row.group() != 2 => one.open = before_end,
            _ => {}
        }
        (!one.is_nothing()).then_some(one)
    }

    /// Returns how long nine in ten took at most, by nearest rank.
    fn p90(&mut self) -> Option<Millis> {
        let rank = (self.took.len() * 9).div_ceil(10).checked_sub(1)?;
        let (_, found, _) = self.took.select_nth_unstable(rank);
        Some(*found)
    }
}

/// All that is counted.
struct Counts {
    periods: [Count; PERIODS],
    cases: Vec<(&'static str, CaseCode, Table<CaseFigures>)>,
    contacts: [Table<ContactFigures>; 2],
    as_of: BTreeMap<String, Millis>,
    undated: u32,
}

impl Counts {
    fn note_newest(&mut self, branch: &str, segment: &Segment) {
        let newest = segment.iter().map(|row| row.updated()).max();
        let Some(newest) = newest.filter(|newest| *newest > 0) else {
            return;
        };
        match self.as_of.get_mut(branch) {
            Some(known) => *known = newest.max(*known),
            None => {
                self.as_of.insert(branch.to_owned(), newest);
            }
        }
    }

    fn cases(&mut self, segment: &Segment, wanted: &Wanted<'_>, now: Millis) {
        let columns = segment.columns();
        let branch = segment.key.working_branch();
        let kind = CaseColumn::Kind as usize;
        let fits: Vec<bool> = columns
            .dictionary()
            .iter()
            .map(|kind| wanted.has_kind(kind))
            .collect();
        let mut places: Vec<Places> = self
            .cases
            .iter()
            .map(|_| Places::of(columns.dictionary()))
            .collect();
        let mut heat: [Option<Vec<u32>>; PERIODS] = [const { None }; PERIODS];
        let mut branch_place = None;
        for row in segment.iter() {
            let at = row.index();
            if !fits[columns.code_at(kind, at) as usize] {
                continue;
            }
            if row.received() <= 0 {
                self.undated += 1;
                continue;
            }
            for (period, heat) in heat.iter_mut().enumerate() {
                let count = &mut self.periods[period];
                let Some(one) = count.case(row, now) else {
                    continue;
                };
                count.cases.add(&one);
                if one.received > 0
                    && let Some(week) = stretch(&count.heat_starts, row.received())
                {
                    let weeks = count.heat_starts.len();
                    heat.get_or_insert_with(|| vec![0; weeks])[week] += 1;
                }
                for ((_, code, table), places) in self.cases.iter_mut().zip(&mut places) {
                    let place = match *code {
                        CaseCode::Branch => *branch_place
                            .get_or_insert_with(|| table.names.place(branch.as_str()) as usize),
                        CaseCode::Cell(cell) => places.of_code(
                            columns.dictionary(),
                            columns.code_at(cell, at),
                            &mut table.names,
                        ),
                    };
                    table.line(period, place).add(&one);
                }
            }
        }
        for (count, heat) in self.periods.iter_mut().zip(heat) {
            if let Some(heat) = heat {
                let known = count.heat.entry(branch.to_string()).or_default();
                known.resize(heat.len(), 0);
                for (sum, more) in known.iter_mut().zip(heat) {
                    *sum += more;
                }
            }
        }
    }

    fn contacts(&mut self, segment: &Segment) {
        use ContactColumn as C;
        let columns = segment.columns();
        // Of each text of the segment: in which periods it is a planned day, and whether it says cancelled or reported.
        let planned_in: Vec<[bool; PERIODS]> = columns
            .dictionary()
            .iter()
            .map(|text| {
                let day = parse_date(text);
                std::array::from_fn(|period| {
                    let (from, to) = self.periods[period].span;
                    day.is_some_and(|day| from <= day && day <= to)
                })
            })
            .collect();
        let mut places = [
            Places::of(columns.dictionary()),
            Places::of(columns.dictionary()),
        ];
        for row in segment.iter() {
            let at = row.index();
            let code = |column: C| columns.code_at(column as usize, at);
            let state = row.contact(C::State);
            let planned = planned_in[code(C::PlannedOn) as usize];
            for (period, planned) in planned.into_iter().enumerate() {
                let count = &mut self.periods[period];
                let mut one = ContactFigures::default();
                if planned && state != "cancelled" {
                    one.planned = 1;
                    one.kept = u32::from(row.done().is_some());
                }
                if row.done().is_some_and(|done| count.time.contains(&done)) {
                    one.done = 1;
                    one.reported = u32::from(row.ended().is_some());
                }
                if one == ContactFigures::default() {
                    continue;
                }
                count.contacts.add(&one);
                for ((table, places), column) in self
                    .contacts
                    .iter_mut()
                    .zip(&mut places)
                    .zip([C::By, C::Kind])
                {
                    let place =
                        places.of_code(columns.dictionary(), code(column), &mut table.names);
                    table.line(period, place).add(&one);
                }
            }
        }
    }

    fn surveys(&mut self, segment: &Segment) {
        for row in segment.iter() {
            for count in &mut self.periods {
                if !count.time.contains(&row.received()) {
                    continue;
                }
                let survey = row.survey(SurveyColumn::Survey);
                let round = row.survey(SurveyColumn::Period);
                let known = count
                    .surveys
                    .iter_mut()
                    .find(|((known, of), _)| known == survey && of == round);
                if let Some((_, answers)) = known {
                    *answers += 1;
                } else {
                    let key = (survey.to_owned(), round.to_owned());
                    count.surveys.insert(key, 1);
                }
            }
        }
    }

    fn finish(&mut self, period: usize) -> PeriodFigures {
        let tables = self
            .cases
            .iter()
            .map(|(column, _, table)| ((*column).to_owned(), table.finish(period)))
            .collect();
        let [by_person, by_kind] = &self.contacts;
        let count = &mut self.periods[period];
        let (from, to) = count.span;
        let told = |spans: Vec<Span>| {
            spans
                .into_iter()
                .map(|(a, b)| (a.to_string(), b.to_string()))
        };
        PeriodFigures {
            from: from.to_string(),
            to: to.to_string(),
            cases: count.cases,
            p90_ms: count.p90(),
            tables,
            line: told(compared::stretches(from, to))
                .zip(&count.line)
                .map(|((from, to), (received, closed))| FigureSpan {
                    from,
                    to,
                    received: *received,
                    closed: *closed,
                })
                .collect(),
            heat: FigureHeat {
                spans: told(compared::weeks(from, to)).collect(),
                branches: std::mem::take(&mut count.heat),
            },
            contacts: count.contacts,
            contacts_by_person: by_person.finish(period),
            contacts_by_kind: by_kind.finish(period),
            surveys: std::mem::take(&mut count.surveys)
                .into_iter()
                .map(|((survey, round), answers)| SurveyCount {
                    survey,
                    round,
                    answers,
                })
                .collect(),
            new_customers: count.new_customers,
        }
    }
}

impl Replica {
    /// Returns the figures of a period, of the one before, and of the same a year before.
    ///
    /// # Errors
    /// A problem if the period is none.
    pub fn figures(&self, query: &FigureQuery, now: Millis) -> Result<FiguresView, Problem> {
        let wanted = Wanted::of(query)?;
        let calendar = &self.policies.calendar;
        let (from, to) = (wanted.from, wanted.to);
        let spans = [
            (from, to),
            compared::before(from, to),
            compared::year_before(from, to),
        ];
        let mut counts = Counts {
            periods: spans.map(|span| Count::new(calendar, span)),
            cases: FIGURE_COLUMNS
                .iter()
                .map(|column| (*column, case_code(column), Table::default()))
                .collect(),
            contacts: [Table::default(), Table::default()],
            as_of: BTreeMap::new(),
            undated: 0,
        };
        for (_, segment) in self.listed(RecordKind::Case) {
            let branch = segment.key.working_branch();
            if wanted.has_branch(branch.as_str()) {
                counts.note_newest(branch.as_str(), segment);
                counts.cases(segment, &wanted, now);
            }
        }
        for (_, segment) in self.segments.of_kind(RecordKind::Contact) {
            let branch = segment.key.branch.as_str();
            if wanted.has_branch(branch) {
                counts.note_newest(branch, segment);
                counts.contacts(segment);
            }
        }
        for (_, segment) in self.segments.of_kind(RecordKind::Survey) {
            if wanted.has_branch(segment.key.branch.as_str()) {
                counts.surveys(segment);
            }
        }
        let customers = self.customer_figures(&wanted, &mut counts, now);
        let own = self
            .identity
            .as_ref()
            .map_or("", |identity| identity.branch.as_str());
        let mut as_of = std::mem::take(&mut counts.as_of);
        for code in self.settings.branches.keys() {
            if wanted.has_branch(code) {
                as_of.entry(code.clone()).or_insert(0);
            }
        }
        Ok(FiguresView {
            periods: (0..PERIODS).map(|period| counts.finish(period)).collect(),
            customers,
            as_of: as_of
                .into_iter()
                .map(|(branch, newest)| AsOf {
                    own: branch == own,
                    newest: (newest > 0).then_some(newest),
                    branch,
                })
                .collect(),
            last_contact: self
                .identity
                .as_ref()
                .and_then(|identity| identity.last_contact),
            undated: counts.undated,
        })
    }

    fn customer_figures(
        &self,
        wanted: &Wanted<'_>,
        counts: &mut Counts,
        now: Millis,
    ) -> CustomerFigures {
        let standing = self.segments.standing();
        let mut figures = CustomerFigures::default();
        let mut tables: Vec<(Names, Vec<u32>)> = OF_CUSTOMERS
            .iter()
            .map(|_| (Names::default(), Vec::new()))
            .collect();
        let mut branches: BTreeMap<String, u32> = BTreeMap::new();
        for (_, segment) in self.segments.of_kind(RecordKind::Customer) {
            let branch = segment.key.branch.as_str();
            if !wanted.has_branch(branch) {
                continue;
            }
            counts.note_newest(branch, segment);
            let columns = segment.columns();
            let mut places: Vec<Places> = OF_CUSTOMERS
                .iter()
                .map(|_| Places::of(columns.dictionary()))
                .collect();
            let mut here = 0;
            for row in segment.iter() {
                if standing.hides(segment, row) {
                    continue;
                }
                here += 1;
                // Its time is that of the duty that is due first.
                figures.overdue_files += u32::from(row.due().is_some_and(|due| due < now));
                for count in &mut counts.periods {
                    let is_new = row.received() > 0 && count.time.contains(&row.received());
                    count.new_customers += u32::from(is_new);
                }
                for (((names, lines), places), (_, column)) in
                    tables.iter_mut().zip(&mut places).zip(OF_CUSTOMERS)
                {
                    let code = columns.code_at(column as usize, row.index());
                    let place = places.of_code(columns.dictionary(), code, names);
                    if lines.len() <= place {
                        lines.resize(place + 1, 0);
                    }
                    lines[place] += 1;
                }
            }
            if here > 0 {
                figures.total += here;
                *branches.entry(branch.to_owned()).or_default() += here;
            }
        }
        figures.tables = tables
            .into_iter()
            .zip(OF_CUSTOMERS)
            .map(|((names, lines), (column, _))| {
                let lines = names.shown.into_iter().zip(lines);
                (
                    column.to_owned(),
                    lines.filter(|(_, count)| *count > 0).collect(),
                )
            })
            .collect();
        figures.tables.insert("branch".to_owned(), branches);
        figures
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_looked_up_once_for_a_segment_however_many_rows_have_it() {
        let texts = ["", "delivery", "billing"];
        let dictionary: Vec<Box<str>> = texts.map(Box::from).to_vec();
        let mut table: Table<CaseFigures> = Table::default();
        let one = CaseFigures {
            received: 1,
            ..CaseFigures::default()
        };
        for _segment in 0..4 {
            let mut places = Places::of(&dictionary);
            for row in 0..30_000_u32 {
                let place = places.of_code(&dictionary, row % 3, &mut table.names);
                table.line(0, place).add(&one);
            }
        }
        assert_eq!(table.names.looked_up, 4 * texts.len());
        let lines = table.finish(0);
        assert_eq!(lines.len(), 3);
        assert!(lines.values().all(|line| line.received == 40_000));
        assert!(table.finish(1).is_empty());
    }

    #[test]
    fn texts_that_filters_hold_for_one_are_one_line_whatever_comes_first() {
        let told = |texts: [&str; 3]| {
            let mut names = Names::default();
            let places = texts.map(|text| names.place(text));
            assert_eq!(places, [0, 0, 0]);
            names.shown
        };
        assert_eq!(told(["Delivery", "delivery", "DELIVERY"]), ["DELIVERY"]);
        assert_eq!(told(["DELIVERY", "Delivery", "delivery"]), ["DELIVERY"]);
    }
}
