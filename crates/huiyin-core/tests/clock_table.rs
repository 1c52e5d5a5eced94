//! The public clock table (`tests/clocks.csv` of the repository): every clock of every pack, through the same code that shows
//! the clocks of a case. Expected times are worked out apart from this code by `tests/clocks.py`.

use std::collections::BTreeSet;
use std::io::Write as _;

use huiyin_core::Millis;
use huiyin_core::calendar::{OwnDay, WorkingCalendar, Zone, parse_office_hours};
use huiyin_core::case::{CaseEvent, Step, fold};
use huiyin_core::case_data;
use huiyin_core::deadline::Length;
use huiyin_core::field::parse_date;
use huiyin_core::id::EventId;
use huiyin_core::instant::{parse_instant, print_instant};
use huiyin_core::pack::clocks::{CaseFacts, ClockStatus, clocks};
use huiyin_core::pack::{Clock, Grant, Pack, Start, TimeMode, builtin};

const TABLE: &str = include_str!("../../../tests/clocks.csv");
/// When clocks change in each zone the program names, from the time zone database of another program.
const ZONES: &str = include_str!("../../../tests/zones.csv");
/// Fewest rows the table may have.
const MIN_CASES: usize = 250;
/// The way of a case up to the step that starts a clock.
const WAY: [Step; 8] = [
    Step::Registered,
    Step::Accepted,
    Step::Assigned,
    Step::Investigated,
    Step::Proposed,
    Step::Approved,
    Step::CarriedOut,
    Step::Answered,
];

/// One row.
struct Row<'a> {
    pack: &'a str,
    clock: &'a str,
    from: &'a str,
    events: &'a str,
    promised: &'a str,
    time: &'a str,
    zone: &'a str,
    office: &'a str,
    calendar: &'a str,
    due: &'a str,
    provisional: &'a str,
}

fn rows() -> Vec<Row<'static>> {
    TABLE
        .lines()
        .skip(1)
        .map(|line| {
            let columns: Vec<&str> = line.split(',').collect();
            let [
                pack,
                clock,
                from,
                events,
                promised,
                time,
                zone,
                office,
                calendar,
                due,
                provisional,
                _source,
                _why,
            ] = columns[..]
            else {
                panic!("thirteen columns: {line}")
            };
            Row {
                pack,
                clock,
                from,
                events,
                promised,
                time,
                zone,
                office,
                calendar,
                due,
                provisional,
            }
        })
        .collect()
}

impl Row<'_> {
    fn calendar(&self) -> WorkingCalendar {
        let (base, own) = self.calendar.split_once('+').unwrap_or((self.calendar, ""));
        let own: Vec<(&str, &str)> = own
            .split('+')
            .filter(|entry| !entry.is_empty())
            .map(|entry| entry.split_once('=').expect("a day and what it is"))
            .collect();
        let calendar = match base {
            "china" => WorkingCalendar::china().with_days(own.iter().map(|(day, kind)| {
                let day = parse_date(day).expect("a day");
                let kind = match *kind {
                    "holiday" => OwnDay::Holiday("own".to_owned()),
                    "workday" => OwnDay::Workday("own".to_owned()),
                    "ordinary" => OwnDay::Ordinary,
                    other => panic!("{other} is no kind of day"),
                };
                (day, kind)
            })),
            "own" => {
                let lines: Vec<String> = own
                    .iter()
                    .map(|(day, kind)| format!("{day},{kind},own\n"))
                    .collect();
                let lines = lines.concat();
                WorkingCalendar::from_csv(&format!("date,kind,name\n{lines}")).expect("a calendar")
            }
            "weekends" => WorkingCalendar::weekends(),
            other => panic!("{other} is no calendar"),
        };
        let hours = parse_office_hours(&self.office.replace('+', ",")).expect("office hours");
        calendar
            .with_zone(Zone::parse(self.zone).expect("a zone"))
            .with_daily_office_hours(&hours)
    }

    /// Returns the pack as the row wants it, with the clock switched on, and the clock a case shows.
    fn pack(&self, packs: &[Pack]) -> (Pack, Clock) {
        let mut pack = packs
            .iter()
            .find(|pack| pack.id == self.pack)
            .expect("the pack exists")
            .clone();
        if self.time == "working" {
            pack.time = TimeMode::Working;
        }
        for clock in &mut pack.clocks {
            clock.off &= clock.name != self.clock;
        }
        let named = pack.clock(self.clock).expect("the clock exists").clone();
        let shown = pack.clock(&named.extends).unwrap_or(&named).clone();
        (pack, shown)
    }

    /// Returns the case of this row: what starts the clock at its start, then the events of the row.
    fn status(&self, packs: &[Pack]) -> ClockStatus {
        let calendar = self.calendar();
        let zone = calendar.zone();
        let at = |text: &str| parse_instant(text, zone).expect("a time");
        let (pack, clock) = self.pack(packs);
        let first = |list: &[String]| list.first().cloned().unwrap_or_default();
        let from = at(self.from);
        let mut facts = CaseFacts {
            received: from,
            kind: first(&clock.kinds),
            severity: first(&clock.severities),
            category: first(&clock.categories),
            channel: first(&clock.channels),
            promised: self.promised.to_owned(),
            ..CaseFacts::default()
        };
        let mut story = Story::default();
        match &clock.start {
            Start::Registered => story.until(Step::Registered, from),
            Start::Step(step) => story.until(*step, from),
            Start::Major => {
                story.until(Step::Registered, from);
                story.add(Step::Classed, from, &[(case_data::SEVERITY, "major")]);
            }
            Start::Field(name) => {
                story.until(Step::Registered, from);
                let day = self.from.split('T').next().unwrap_or_default();
                facts.dates.insert(name.clone(), day.to_owned());
            }
            Start::Clock(name) => panic!("no pack starts a clock after {name}"),
        }
        for event in self.events.split(';').filter(|event| !event.is_empty()) {
            let (word, when) = event.split_once('@').expect("a step and a time");
            let named = [(case_data::CLOCK, clock.name.as_str())];
            let (step, data): (Step, &[(&str, &str)]) = match word {
                "pause" => (Step::Paused, &[]),
                "resume" => (Step::Resumed, &[]),
                "extend" => (Step::Extended, &named),
                "withdraw" => (Step::Withdrawn, &[]),
                "reopen" => (Step::Reopened, &[]),
                other => panic!("{other} is no event of the table"),
            };
            story.add(step, at(when), data);
        }
        if clock.name != self.clock && !self.events.contains("extend") {
            story.add(Step::Extended, from, &[(case_data::CLOCK, &clock.name)]);
        }
        let summary = fold(&story.0);
        clocks(&pack, &calendar, &facts, &summary)
            .into_iter()
            .find(|status| status.name == clock.name)
            .unwrap_or_else(|| panic!("{} {} has not started", self.pack, self.clock))
    }
}

/// The events of a case, each after the one before.
#[derive(Default)]
struct Story(Vec<CaseEvent>);

impl Story {
    fn add(&mut self, step: Step, at: Millis, data: &[(&str, &str)]) {
        let id = EventId::from_u64(self.0.len() as u64 + 1);
        let mut event = CaseEvent::new(id, step, at, "王伟", "d1");
        event.after = self
            .0
            .last()
            .map(|last| last.id.clone())
            .into_iter()
            .collect();
        event.data = data
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        self.0.push(event);
    }

    fn until(&mut self, last: Step, at: Millis) {
        for step in WAY {
            self.add(step, at, &[]);
            if step == last {
                return;
            }
        }
        panic!("{} is not on the way", last.name());
    }
}

#[test]
fn every_case_of_the_clock_table_is_due_as_worked_out() {
    let packs = builtin::packs();
    let rows = rows();
    let mut wrong = Vec::new();
    for row in &rows {
        let zone = row.calendar().zone();
        let status = row.status(&packs);
        let found = status.deadline.as_ref().map(|deadline| {
            let provisional = if deadline.provisional { "yes" } else { "no" };
            (print_instant(deadline.due, zone), provisional)
        });
        let expected = Some((row.due.to_owned(), row.provisional));
        let fine = found == expected && status.extended == (status.name != row.clock);
        if !fine {
            wrong.push(format!(
                "{} {} from {} {} ({}): expected {} {}, found {found:?}",
                row.pack, row.clock, row.from, row.events, row.calendar, row.due, row.provisional
            ));
        }
    }
    // Past the test harness, which keeps the output of tests that pass: the count is part of what a run reports.
    writeln!(
        std::io::stdout(),
        "clock table: {} cases, {} wrong",
        rows.len(),
        wrong.len()
    )
    .expect("standard output takes a line");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(rows.len() >= MIN_CASES, "{} cases", rows.len());
}

#[test]
fn the_clock_table_covers_every_clock_of_every_pack() {
    let rows = rows();
    let covered: BTreeSet<(&str, &str)> = rows.iter().map(|row| (row.pack, row.clock)).collect();
    let mut missing = Vec::new();
    for pack in builtin::packs() {
        for clock in &pack.clocks {
            if !covered.contains(&(pack.id.as_str(), clock.name.as_str())) {
                missing.push(format!("{} {}", pack.id, clock.name));
            }
        }
    }
    assert!(missing.is_empty(), "no case for {missing:?}");
}

#[test]
fn clocks_on_the_wall_change_in_every_zone_when_they_really_do() {
    let mut wrong = Vec::new();
    let mut changes = 0;
    for line in ZONES.lines().skip(1) {
        let columns: Vec<&str> = line.split(',').collect();
        let [name, at, before, after] = columns[..] else {
            panic!("four columns: {line}")
        };
        let zone = Zone::parse(name).expect("a zone of the program");
        let at = parse_instant(at, Zone::Fixed(0)).expect("a time");
        let found = [zone.offset_minutes(at - 1), zone.offset_minutes(at)];
        if found.map(|minutes| minutes.to_string()) != [before, after] {
            wrong.push(format!("{line}: found {found:?}"));
        }
        changes += 1;
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(changes > 400, "{changes} changes");
}

#[test]
fn another_figure_in_a_pack_moves_the_deadline() {
    let mut packs = builtin::packs();
    let row = Row {
        pack: "S18",
        clock: "close",
        from: "2026-03-10T09:15",
        events: "",
        promised: "",
        time: "elapsed",
        zone: "Asia/Shanghai",
        office: "09:00-12:00+13:30-18:00",
        calendar: "china",
        due: "",
        provisional: "",
    };
    let due = |packs: &[Pack]| {
        let found = row.status(packs).due().expect("it runs");
        print_instant(found, Zone::CHINA)
    };
    assert_eq!(due(&packs), "2026-03-17T18:00:00+08:00");
    let pack = packs
        .iter_mut()
        .find(|pack| pack.id == "S18")
        .expect("it comes with the program");
    let clock = pack
        .clocks
        .iter_mut()
        .find(|clock| clock.name == "close")
        .expect("it has a clock");
    clock.length = Grant::Length(Length::Days(2));
    assert_eq!(due(&packs), "2026-03-12T18:00:00+08:00");
}
