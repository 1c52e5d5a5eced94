//! Which days are worked: weekends, public holidays, make-up working days (调休) and office hours.
//!
//! Decides about days; how a deadline is counted over them is decided in [`crate::deadline`], which is
//! re-exported here. Where the sun stands on such a day is decided in [`crate::zone`], what a text of office hours says
//! in [`crate::office_hours`]. A good third of the file is its tests.
//!
//! Long: building a calendar and asking it share its tests.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, NaiveDate, Weekday};
use serde::{Deserialize, Serialize};

use crate::Millis;
use crate::field::parse_date;

pub use crate::deadline::{
    Deadline, Length, LengthError, Pause, Span, SpanKind, deadline, deadline_with, promised,
};
pub use crate::office_hours::{
    OfficeHoursError, OfficeSpan, parse_office_hours, print_office_hours,
};
pub use crate::zone::{Zone, ZoneError};
pub use chrono;

/// Milliseconds of a minute.
pub(crate) const MINUTE_MS: Millis = 60_000;
/// Earliest time the calendar works with: 1800-01-01T00:00:00Z.
pub const FIRST_TIME: Millis = -5_364_662_400_000;
/// Latest time the calendar works with: 2199-12-31T00:00:00Z.
pub const LAST_TIME: Millis = 7_258_032_000_000;
/// Own days of a year from which on its holidays count as known: fewer are a company's own days off or at work. Every
/// country that trades has more public holidays than this.
pub const MIN_DAYS_OF_KNOWN_YEAR: usize = 5;

/// Public holidays and make-up working days of China as announced each year by the State Council.
///
/// **Source:** notices of the General Office of the State Council (国务院办公厅关于部分节假日安排的通知).
const CHINA_CSV: &str = include_str!("../data/holidays-cn.csv");

/// Why a calendar file cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[error("read line {line} of the calendar: {problem}")]
#[serde(rename_all = "snake_case")]
pub struct CalendarError {
    /// The line, counted from 1.
    pub line: usize,
    /// What is wrong with it.
    pub problem: CalendarProblem,
}

/// What is wrong with a line of a calendar file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CalendarProblem {
    /// The first line is not the header.
    #[error("the first line must be date,kind,name")]
    Header,
    /// Not three columns.
    #[error("it must have three columns: date, kind, name")]
    Columns,
    /// Not a day.
    #[error("the date must be a day written as YYYY-MM-DD")]
    Date,
    /// Neither holiday nor workday.
    #[error("the kind must be holiday or workday")]
    Kind,
    /// The day was given before.
    #[error("the day is given twice")]
    Twice,
}

/// Default office hours: 09:00–12:00 and 13:30–18:00.
pub const DEFAULT_OFFICE_HOURS: &[OfficeSpan] = &[
    OfficeSpan { from: 540, to: 720 },
    OfficeSpan {
        from: 810,
        to: 1080,
    },
];

/// The days of the week in the order calendars show them.
pub const WEEK: [Weekday; 7] = [
    Weekday::Mon,
    Weekday::Tue,
    Weekday::Wed,
    Weekday::Thu,
    Weekday::Fri,
    Weekday::Sat,
    Weekday::Sun,
];

/// What a day is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Day<'a> {
    /// An ordinary working day.
    Working,
    /// A rest day of the week: Saturday or Sunday, unless the company rests on others.
    Weekend,
    /// A public holiday of this name.
    Holiday(&'a str),
    /// A weekend day worked to make up for this holiday.
    MakeUp(&'a str),
}

/// What a company says a day is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OwnDay {
    /// A day off of this name.
    Holiday(String),
    /// A rest day that is worked, for this reason.
    Workday(String),
    /// A day like any other of the week, whatever was announced.
    Ordinary,
}

/// The days and hours a company works.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkingCalendar {
    /// Days that differ from the week: worked or not, and the holiday's name.
    exceptions: BTreeMap<NaiveDate, (bool, String)>,
    /// Years with announced holidays.
    known_years: BTreeSet<i32>,
    /// Office hours from Monday to Sunday, used when such a day is worked.
    office_hours: [Vec<OfficeSpan>; 7],
    /// Days of the week without work, from Monday to Sunday; never all.
    rest_days: [bool; 7],
    zone: Zone,
}

impl WorkingCalendar {
    /// Returns a calendar that knows weekends only: default office hours, Asia/Shanghai. The base of companies elsewhere.
    pub fn weekends() -> Self {
        Self {
            exceptions: BTreeMap::new(),
            known_years: BTreeSet::new(),
            office_hours: std::array::from_fn(|_| DEFAULT_OFFICE_HOURS.to_vec()),
            rest_days: [false, false, false, false, false, true, true],
            zone: Zone::CHINA,
        }
    }

    /// Returns the calendar of China: announced holidays, default office hours, Asia/Shanghai.
    pub fn china() -> Self {
        Self::from_csv(CHINA_CSV).expect("the calendar carried in the crate is read by a test")
    }

    /// Returns a calendar with the days of a file: header `date,kind,name`, then lines such as
    /// `2026-02-14,workday,春节`; `holiday` is a day off, `workday` a weekend day that is worked. Office hours are
    /// the default ones, the zone is Asia/Shanghai. Years with at least one day in the file are known.
    ///
    /// # Errors
    /// [`CalendarError`] naming the first line that cannot be read.
    pub fn from_csv(csv: &str) -> Result<Self, CalendarError> {
        let mut exceptions = BTreeMap::new();
        let text = csv.strip_prefix('\u{feff}').unwrap_or(csv);
        if text.lines().next().map(str::trim) != Some("date,kind,name") {
            return Err(CalendarError {
                line: 1,
                problem: CalendarProblem::Header,
            });
        }
        for (at, row) in text
            .lines()
            .enumerate()
            .skip(1)
            .filter(|(_, row)| !row.trim().is_empty())
        {
            let fail = |problem| CalendarError {
                line: at + 1,
                problem,
            };
            let mut columns = row.split(',').map(str::trim);
            let (Some(date), Some(kind), Some(name), None) = (
                columns.next(),
                columns.next(),
                columns.next(),
                columns.next(),
            ) else {
                return Err(fail(CalendarProblem::Columns));
            };
            let date = parse_date(date).ok_or(fail(CalendarProblem::Date))?;
            let worked = match kind {
                "holiday" => false,
                "workday" => true,
                _ => return Err(fail(CalendarProblem::Kind)),
            };
            if exceptions.insert(date, (worked, name.to_owned())).is_some() {
                return Err(fail(CalendarProblem::Twice));
            }
        }
        Ok(Self {
            known_years: exceptions.keys().map(Datelike::year).collect(),
            exceptions,
            ..Self::weekends()
        })
    }

    /// Returns the calendar with a company's own days, which go before announced ones. A year with at least
    /// [`MIN_DAYS_OF_KNOWN_YEAR`] of them is known from then on.
    pub fn with_days(mut self, days: impl IntoIterator<Item = (NaiveDate, OwnDay)>) -> Self {
        let mut own: BTreeMap<i32, usize> = BTreeMap::new();
        for (date, day) in days {
            *own.entry(date.year()).or_default() += 1;
            match day {
                OwnDay::Holiday(name) => self.exceptions.insert(date, (false, name)),
                OwnDay::Workday(name) => self.exceptions.insert(date, (true, name)),
                OwnDay::Ordinary => self.exceptions.remove(&date),
            };
        }
        let known = own
            .into_iter()
            .filter(|(_, days)| *days >= MIN_DAYS_OF_KNOWN_YEAR);
        self.known_years.extend(known.map(|(year, _)| year));
        self
    }

    /// Returns the calendar with other rest days of the week. All seven would leave nothing to count and are not taken.
    pub fn with_rest_days(mut self, days: &[Weekday]) -> Self {
        let rest: [bool; 7] = std::array::from_fn(|at| {
            days.iter()
                .any(|day| day.num_days_from_monday() as usize == at)
        });
        if rest.contains(&false) {
            self.rest_days = rest;
        }
        self
    }

    /// Returns the calendar with other office hours on one day of the week. Spans are sorted and joined where they
    /// overlap; empty ones and what lies beyond midnight are dropped.
    pub fn with_office_hours(mut self, weekday: Weekday, spans: &[OfficeSpan]) -> Self {
        let mut spans: Vec<_> = spans
            .iter()
            .copied()
            .filter(|span| span.from < span.to && span.to <= 24 * 60)
            .collect();
        spans.sort_by_key(|span| (span.from, span.to));
        let mut apart: Vec<OfficeSpan> = Vec::with_capacity(spans.len());
        for span in spans {
            match apart.last_mut() {
                Some(last) if span.from < last.to => last.to = last.to.max(span.to),
                _ => apart.push(span),
            }
        }
        self.office_hours[weekday.num_days_from_monday() as usize] = apart;
        self
    }

    /// Returns the calendar with the same office hours on every day of the week.
    pub fn with_daily_office_hours(mut self, spans: &[OfficeSpan]) -> Self {
        for weekday in WEEK {
            self = self.with_office_hours(weekday, spans);
        }
        self
    }

    /// Returns the calendar in another zone.
    pub fn with_zone(mut self, zone: Zone) -> Self {
        self.zone = zone;
        self
    }

    /// Returns the calendar in a zone without summer time; `minutes` east of UTC, held within a day.
    pub fn with_utc_offset(self, minutes: i32) -> Self {
        self.with_zone(Zone::fixed(minutes))
    }

    /// Returns the zone.
    pub const fn zone(&self) -> Zone {
        self.zone
    }

    /// Returns what a day is.
    pub fn day(&self, date: NaiveDate) -> Day<'_> {
        match self.exceptions.get(&date) {
            Some((true, name)) => Day::MakeUp(name),
            Some((false, name)) => Day::Holiday(name),
            None if self.rest_days[date.weekday().num_days_from_monday() as usize] => Day::Weekend,
            None => Day::Working,
        }
    }

    /// Returns the days that differ from the week, by date: whether they are worked, and the holiday's name.
    pub fn exceptions(&self) -> impl Iterator<Item = (NaiveDate, bool, &str)> {
        self.exceptions
            .iter()
            .map(|(date, (worked, name))| (*date, *worked, name.as_str()))
    }

    /// Returns the years with announced holidays, in order.
    pub fn known_years(&self) -> impl Iterator<Item = i32> {
        self.known_years.iter().copied()
    }

    /// Returns whether a day is worked.
    pub fn is_working_day(&self, date: NaiveDate) -> bool {
        matches!(self.day(date), Day::Working | Day::MakeUp(_))
    }

    /// Returns the last year with announced holidays, if any.
    pub fn last_known_year(&self) -> Option<i32> {
        self.known_years.last().copied()
    }

    /// Returns whether the holidays of the year are announced; if not, only weekends count.
    pub fn knows_year(&self, year: i32) -> bool {
        self.known_years.contains(&year)
    }

    /// Returns the day it is at `time` in the calendar's zone. Times are held between
    /// [`FIRST_TIME`] and [`LAST_TIME`].
    pub fn date_of(&self, time: Millis) -> NaiveDate {
        self.zone.local(time.clamp(FIRST_TIME, LAST_TIME)).date()
    }

    /// Returns the time at `minute` since midnight of a day in the calendar's zone; see [`Zone::time`] for the hours
    /// that summer time leaves out or repeats.
    pub fn time_at(&self, date: NaiveDate, minute: u16) -> Millis {
        let midnight = date.and_time(chrono::NaiveTime::MIN);
        self.zone
            .time(midnight + chrono::TimeDelta::minutes(i64::from(minute)))
    }

    /// Returns the office hours of a day as moments, in order, whether the day is worked or not.
    pub fn office_times(&self, date: NaiveDate) -> impl Iterator<Item = (Millis, Millis)> + '_ {
        self.office_hours(date)
            .iter()
            .map(move |span| (self.time_at(date, span.from), self.time_at(date, span.to)))
            .filter(|(from, to)| from < to)
    }

    /// Returns the office hours of a day. A day of the week without hours of its own (a make-up Saturday)
    /// has those of the first day of the week that has some, else the default ones.
    pub fn office_hours(&self, date: NaiveDate) -> &[OfficeSpan] {
        let own = &self.office_hours[date.weekday().num_days_from_monday() as usize];
        let some = if own.is_empty() {
            self.office_hours.iter().find(|spans| !spans.is_empty())
        } else {
            Some(own)
        };
        some.map_or(DEFAULT_OFFICE_HOURS, Vec::as_slice)
    }

    /// Returns the end of office hours of a day.
    pub fn end_of_office(&self, date: NaiveDate) -> Millis {
        let minute = self
            .office_hours(date)
            .iter()
            .map(|span| span.to)
            .max()
            .unwrap_or(24 * 60);
        self.time_at(date, minute)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> NaiveDate {
        parse_date(text).unwrap()
    }

    #[test]
    fn the_calendar_of_china_knows_holidays_and_make_up_days() {
        let china = WorkingCalendar::china();
        assert_eq!(china.day(date("2026-10-01")), Day::Holiday("国庆节"));
        assert_eq!(china.day(date("2026-10-10")), Day::MakeUp("国庆节"));
        assert_eq!(china.day(date("2026-11-21")), Day::Weekend);
        assert_eq!(china.day(date("2026-11-23")), Day::Working);
        assert!(
            china.is_working_day(date("2026-10-10")) && !china.is_working_day(date("2026-10-11"))
        );
        assert_eq!(china.last_known_year(), Some(2026));
        assert!(china.knows_year(2022) && !china.knows_year(2021) && !china.knows_year(2027));
    }

    #[test]
    fn a_bad_calendar_file_names_the_line() {
        #[track_caller]
        fn check(csv: &str, line: usize, problem: CalendarProblem) {
            assert_eq!(
                WorkingCalendar::from_csv(csv),
                Err(CalendarError { line, problem })
            );
        }
        check("", 1, CalendarProblem::Header);
        check("day,kind\n", 1, CalendarProblem::Header);
        check(
            "date,kind,name\n2026-01-01,holiday",
            2,
            CalendarProblem::Columns,
        );
        check(
            "date,kind,name\n2026-01-01,holiday,a,b",
            2,
            CalendarProblem::Columns,
        );
        check(
            "date,kind,name\n\n2026-02-30,holiday,a",
            3,
            CalendarProblem::Date,
        );
        check("date,kind,name\n2026-01-01,off,a", 2, CalendarProblem::Kind);
        check(
            "date,kind,name\n2026-01-01,holiday,a\n2026-01-01,workday,a",
            3,
            CalendarProblem::Twice,
        );
        let known =
            WorkingCalendar::from_csv("\u{feff}date,kind,name\r\n2030-05-01,holiday,劳动节\r\n")
                .unwrap();
        assert_eq!(known.last_known_year(), Some(2030));
    }

    #[test]
    fn days_begin_at_midnight_of_the_zone() {
        let china = WorkingCalendar::china();
        let midnight = china.time_at(date("2026-11-21"), 0);
        assert_eq!(midnight, 1_795_190_400_000);
        assert_eq!(china.date_of(midnight), date("2026-11-21"));
        assert_eq!(china.date_of(midnight - 1), date("2026-11-20"));
        assert_eq!(
            china.clone().with_utc_offset(0).date_of(midnight),
            date("2026-11-20")
        );
        assert_eq!(china.date_of(Millis::MIN), date("1800-01-01"));
        assert_eq!(china.date_of(Millis::MAX), date("2199-12-31"));
    }

    #[test]
    fn a_make_up_saturday_has_the_hours_of_the_week() {
        let short = [
            OfficeSpan { from: 600, to: 960 },
            OfficeSpan { from: 900, to: 900 },
        ];
        let china = WorkingCalendar::china()
            .with_office_hours(Weekday::Sat, &[])
            .with_office_hours(Weekday::Mon, &short);
        assert_eq!(china.office_hours(date("2026-10-10")), &short[..1]);
        assert_eq!(
            china.end_of_office(date("2026-10-10")),
            china.time_at(date("2026-10-10"), 960)
        );
        assert_eq!(
            china.end_of_office(date("2026-10-13")),
            china.time_at(date("2026-10-13"), 1080)
        );
    }
}
