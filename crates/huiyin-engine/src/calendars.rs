//! Working calendars of the company and of branches that differ, as registers of the root document.
//!
//! `calendar/<branch or company>/zone`, `/hours/<1 to 7>`, `/day/<date>`. What is not set comes from the company's calendar, and
//! there from the one that comes with the program. What a corrected calendar does to deadlines is in [`crate::recompute`].

use std::collections::BTreeMap;

use huiyin_api::{Answer, CalendarForm, CalendarsView, DayView, Problem, ProblemCode};
use huiyin_core::calendar::chrono::{NaiveDate, Weekday};
use huiyin_core::calendar::{OwnDay, WEEK, WorkingCalendar};
use huiyin_core::field::parse_date;
use huiyin_core::office_hours::{parse_office_hours, print_office_hours};
use huiyin_core::pack::policies::Policies;
use huiyin_core::zone::Zone;
use huiyin_document::{Document, DocumentKey, Registers};

use crate::Attachment;
use crate::recompute::corrected;
use crate::replica::Replica;
use crate::task::{Run, Tx};

/// Name of the company's own calendar among the registers; branch codes are in upper case.
const COMPANY: &str = "company";
/// Value of the hours of a day of the week that is not worked.
const CLOSED: &str = "closed";
/// Most days of one calendar that differ from the announced ones.
const MAX_OWN_DAYS: usize = 3_000;
/// Longest name of a day, in characters.
const MAX_DAY_NAME: usize = 40;
/// Largest calendar file, in bytes.
const MAX_FILE_BYTES: usize = 1024 * 1024;

/// Returns the policies of a company that has set nothing: the calendar that comes with the program.
pub(crate) fn without_own() -> Policies {
    marked(Policies::of_calendar(WorkingCalendar::china()))
}

/// Returns the calendars the root document holds, without packs.
pub(crate) fn read(root: &Document) -> Policies {
    let mut own: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
    for (path, value) in root.registers("calendar/") {
        if let Some((branch, what)) = path.split_once('/') {
            own.entry(branch.to_owned())
                .or_default()
                .insert(what.to_owned(), value);
        }
    }
    let company = own.remove(COMPANY).unwrap_or_default();
    let company_hours = hours_of(&company, &default_hours());
    let calendar = with_registers(WorkingCalendar::china(), &company, &company_hours);
    let mut policies = Policies::of_calendar(calendar);
    for (branch, registers) in own {
        let hours = hours_of(&registers, &company_hours);
        let calendar = with_registers(policies.calendar.clone(), &registers, &hours);
        policies.branch_calendars.insert(branch, calendar);
    }
    marked(policies)
}

/// Returns the policies with the mark of their calendars.
fn marked(mut policies: Policies) -> Policies {
    let text = format!("{:?}{:?}", policies.calendar, policies.branch_calendars);
    let hash = blake3::hash(text.as_bytes());
    let first = hash.as_bytes()[..8].try_into().expect("a hash is longer");
    // Zero stands for rows of several calendars.
    policies.mark = u64::from_le_bytes(first) | 1;
    policies
}

/// Office hours from Monday to Sunday as text; empty = closed.
type Hours = [String; 7];

fn default_hours() -> Hours {
    let calendar = WorkingCalendar::weekends();
    // 2024-01-01 was a Monday.
    let monday = NaiveDate::from_ymd_opt(2024, 1, 1).expect("a date");
    let mut days = monday.iter_days();
    std::array::from_fn(|_| {
        let date = days.next().expect("days go on");
        if calendar.is_working_day(date) {
            print_office_hours(calendar.office_hours(date))
        } else {
            String::new()
        }
    })
}

fn hours_of(registers: &BTreeMap<String, String>, inherited: &Hours) -> Hours {
    std::array::from_fn(|at| {
        match registers
            .get(&format!("hours/{}", at + 1))
            .map(String::as_str)
        {
            Some(CLOSED) => String::new(),
            Some(text) if parse_office_hours(text).is_ok() => text.to_owned(),
            _ => inherited[at].clone(),
        }
    })
}

fn with_registers(
    mut calendar: WorkingCalendar,
    registers: &BTreeMap<String, String>,
    hours: &Hours,
) -> WorkingCalendar {
    if let Some(zone) = registers
        .get("zone")
        .and_then(|text| Zone::parse(text).ok())
    {
        calendar = calendar.with_zone(zone);
    }
    let mut rest: Vec<Weekday> = Vec::new();
    for (weekday, text) in WEEK.into_iter().zip(hours) {
        let spans = parse_office_hours(text).unwrap_or_default();
        if spans.is_empty() {
            rest.push(weekday);
        }
        calendar = calendar.with_office_hours(weekday, &spans);
    }
    let days = registers.iter().filter_map(|(what, value)| {
        let date = parse_date(what.strip_prefix("day/")?)?;
        Some((date, own_day(value)?))
    });
    calendar.with_rest_days(&rest).with_days(days)
}

fn own_day(text: &str) -> Option<OwnDay> {
    let (kind, name) = text.split_once(',').unwrap_or((text, ""));
    match kind {
        "holiday" => Some(OwnDay::Holiday(name.to_owned())),
        "workday" => Some(OwnDay::Workday(name.to_owned())),
        "ordinary" => Some(OwnDay::Ordinary),
        _ => None,
    }
}

fn form(
    branch: &str,
    registers: &BTreeMap<String, String>,
    zone: Zone,
    hours: Hours,
) -> CalendarForm {
    let day = |(what, value): (&String, &String)| {
        let date = what.strip_prefix("day/")?;
        let (kind, name) = value.split_once(',').unwrap_or((value, ""));
        Some(DayView {
            date: date.to_owned(),
            kind: kind.to_owned(),
            name: name.to_owned(),
        })
    };
    CalendarForm {
        branch: branch.to_owned(),
        zone: zone.to_string(),
        hours: hours.into(),
        days: registers.iter().filter_map(day).collect(),
    }
}

fn refuse(place: impl Into<String>, reason: impl Into<String>) -> Problem {
    Problem::at(ProblemCode::BadField, place).because(reason)
}

/// Returns the registers of a form, without those that say what is inherited.
fn registers_of(
    form: &CalendarForm,
    inherited: (Zone, &Hours),
) -> Result<BTreeMap<String, String>, Problem> {
    let mut registers = BTreeMap::new();
    let zone = Zone::parse(&form.zone).map_err(|error| refuse("zone", error.to_string()))?;
    if zone != inherited.0 {
        registers.insert("zone".to_owned(), zone.to_string());
    }
    if form.hours.len() != WEEK.len() {
        return Err(refuse(
            "hours",
            "give the hours of seven days, Monday first",
        ));
    }
    if form.hours.iter().all(|hours| hours.trim().is_empty()) {
        return Err(refuse(
            "hours",
            "a week without working day has no deadlines",
        ));
    }
    for (at, text) in form.hours.iter().enumerate() {
        let number = at + 1;
        let stored = if text.trim().is_empty() {
            String::new()
        } else {
            let spans = parse_office_hours(text)
                .map_err(|error| refuse(format!("hours.{number}"), error.to_string()))?;
            print_office_hours(&spans)
        };
        if stored != inherited.1[at] {
            let value = if stored.is_empty() {
                CLOSED.to_owned()
            } else {
                stored
            };
            registers.insert(format!("hours/{number}"), value);
        }
    }
    if form.days.len() > MAX_OWN_DAYS {
        return Err(refuse("days", format!("at most {MAX_OWN_DAYS} days")));
    }
    for day in &form.days {
        let date = parse_date(&day.date)
            .ok_or_else(|| refuse("days", format!("{:.20} is no date", day.date)))?;
        let name = day.name.trim();
        let plain = name.chars().count() <= MAX_DAY_NAME
            && !name.chars().any(|c| c.is_control() || c == ',');
        if !plain {
            return Err(refuse(
                "days",
                format!("{date}: the name has at most {MAX_DAY_NAME} characters, no commas"),
            ));
        }
        let value = match day.kind.as_str() {
            "holiday" | "workday" => format!("{},{name}", day.kind),
            "ordinary" => day.kind.clone(),
            kind => {
                return Err(refuse(
                    "days",
                    format!("{date}: there is no kind {kind:.20}"),
                ));
            }
        };
        if registers.insert(format!("day/{date}"), value).is_some() {
            return Err(refuse("days", format!("{date} is given twice")));
        }
    }
    Ok(registers)
}

impl Replica {
    fn calendar_registers(&mut self, branch: &str) -> Run<BTreeMap<String, String>> {
        let name = if branch.is_empty() { COMPANY } else { branch };
        let root = self.documents.get(&DocumentKey::Root)?;
        Ok(root.registers(&format!("calendar/{name}/")))
    }

    /// Returns the calendars as they are edited.
    pub fn calendars_view(&mut self) -> Run<CalendarsView> {
        let company = self.calendar_registers("")?;
        let hours = hours_of(&company, &default_hours());
        let own = self.policies.calendar.zone();
        let mut calendars = vec![form("", &company, own, hours.clone())];
        let branches: Vec<String> = self.policies.branch_calendars.keys().cloned().collect();
        for branch in branches {
            let registers = self.calendar_registers(&branch)?;
            let zone = self.policies.calendar_of(&branch).zone();
            let hours = hours_of(&registers, &hours);
            calendars.push(form(&branch, &registers, zone, hours));
        }
        Ok(CalendarsView {
            calendars,
            builtin: day_views(&WorkingCalendar::china()),
            zones: Zone::names().into_iter().map(str::to_owned).collect(),
            years: self.policies.calendar.known_years().collect(),
            may_edit: self.is_administrator(),
        })
    }

    /// Saves a calendar. Deadlines that move are made anew, and written into the time lines of open cases.
    pub fn save_calendar(&mut self, tx: &mut Tx<'_>, form: &CalendarForm) -> Run<Answer> {
        self.administrator()?;
        let old = self.calendar_registers(&form.branch)?;
        let company = self.calendar_registers("")?;
        if !form.branch.is_empty() && !self.settings.branches.contains_key(&form.branch) {
            return Err(Problem::at(ProblemCode::NotFound, &form.branch).into());
        }
        let base_hours = default_hours();
        let new = if form.branch.is_empty() {
            registers_of(form, (Zone::CHINA, &base_hours))?
        } else {
            let hours = hours_of(&company, &base_hours);
            registers_of(form, (self.policies.calendar.zone(), &hours))?
        };
        let name = if form.branch.is_empty() {
            COMPANY
        } else {
            &form.branch
        };
        let mut values: Vec<(String, String)> = old
            .keys()
            .filter(|what| !new.contains_key(*what))
            .map(|what| (format!("calendar/{name}/{what}"), String::new()))
            .collect();
        values.extend(
            new.into_iter()
                .map(|(what, value)| (format!("calendar/{name}/{what}"), value)),
        );
        let author = self.author(tx);
        let before = self.policies.mark;
        self.write_registers(tx, &DocumentKey::Root, &author, &values);
        if self.policies.mark != before {
            corrected(tx, author);
        }
        tx.changed = true;
        Ok(Answer::Done)
    }

    /// Returns the days of a calendar file without saving them.
    pub fn read_calendar_file(attachment: Option<&Attachment>) -> Run<Answer> {
        let too_large = || Problem::at(ProblemCode::TooLarge, "calendar").because("at most 1 MiB");
        let text = match attachment {
            Some(Attachment::Bytes(bytes)) if bytes.len() > MAX_FILE_BYTES => {
                return Err(too_large().into());
            }
            Some(Attachment::Bytes(bytes)) => std::str::from_utf8(bytes)
                .map_err(|_| Problem::at(ProblemCode::UnknownEncoding, "calendar"))?,
            Some(Attachment::Text { text, .. }) if text.len() > MAX_FILE_BYTES => {
                return Err(too_large().into());
            }
            Some(Attachment::Text { text, .. }) => text,
            Some(Attachment::File { .. }) | None => {
                return Err(Problem::at(ProblemCode::Missing, "file").into());
            }
        };
        let calendar = WorkingCalendar::from_csv(text).map_err(|error| {
            Problem::at(ProblemCode::BadCsv, format!("line {}", error.line))
                .because(error.problem.to_string())
        })?;
        Ok(Answer::Days(day_views(&calendar)))
    }
}

fn day_views(calendar: &WorkingCalendar) -> Vec<DayView> {
    calendar
        .exceptions()
        .map(|(date, worked, name)| DayView {
            date: date.to_string(),
            kind: if worked { "workday" } else { "holiday" }.to_owned(),
            name: name.to_owned(),
        })
        .collect()
}
