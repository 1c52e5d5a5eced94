//! Which days are worked: weekends, public holidays, make-up working days (调休) and office hours.
//!
//! Decides about days; how a deadline is counted over them is decided in [`crate::deadline`], which is
//! re-exported here. Zones are fixed offsets: China has had no summer time since 1991.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, Weekday};
use serde::{Deserialize, Serialize};

use crate::Millis;
use crate::field::parse_date;

pub use crate::deadline::{Deadline, Length, LengthError, Span, SpanKind, deadline};
pub use chrono;

/// Milliseconds of a minute.
pub(crate) const MINUTE_MS: Millis = 60_000;
/// Earliest time the calendar works with: 1800-01-01T00:00:00Z.
pub const FIRST_TIME: Millis = -5_364_662_400_000;
/// Latest time the calendar works with: 2199-12-31T00:00:00Z.
pub const LAST_TIME: Millis = 7_258_032_000_000;
/// Offset of Asia/Shanghai from UTC in minutes.
pub const CHINA_OFFSET_MINUTES: i32 = 480;

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

/// A stretch of office hours within a day, in minutes since midnight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct OfficeSpan {
    /// First minute.
    pub from: u16,
    /// Minute after the last, at most 1440.
    pub to: u16,
}

/// Default office hours: 09:00–12:00 and 13:30–18:00.
pub const DEFAULT_OFFICE_HOURS: &[OfficeSpan] = &[
    OfficeSpan { from: 540, to: 720 },
    OfficeSpan {
        from: 810,
        to: 1080,
    },
];

/// What a day is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Day<'a> {
    /// An ordinary working day.
    Working,
    /// Saturday or Sunday.
    Weekend,
    /// A public holiday of this name.
    Holiday(&'a str),
    /// A weekend day worked to make up for this holiday.
    MakeUp(&'a str),
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
    utc_offset_minutes: i32,
}

impl WorkingCalendar {
    /// Returns the calendar of China: announced holidays, default office hours, UTC+8.
    pub fn china() -> Self {
        Self::from_csv(CHINA_CSV).expect("the calendar carried in the crate is read by a test")
    }

    /// Returns a calendar with the days of a file: header `date,kind,name`, then lines such as
    /// `2026-02-14,workday,春节`; `holiday` is a day off, `workday` a weekend day that is worked. Office hours are
    /// the default ones, the zone is UTC+8.
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
            office_hours: std::array::from_fn(|_| DEFAULT_OFFICE_HOURS.to_vec()),
            utc_offset_minutes: CHINA_OFFSET_MINUTES,
        })
    }

    /// Returns the calendar with other office hours on one day of the week. Spans are sorted; empty ones
    /// and what lies beyond midnight are dropped.
    pub fn with_office_hours(mut self, weekday: Weekday, spans: &[OfficeSpan]) -> Self {
        let mut spans: Vec<_> = spans
            .iter()
            .copied()
            .filter(|span| span.from < span.to && span.to <= 24 * 60)
            .collect();
        spans.sort_by_key(|span| span.from);
        self.office_hours[weekday.num_days_from_monday() as usize] = spans;
        self
    }

    /// Returns the calendar in another zone; `minutes` east of UTC, held within a day.
    pub fn with_utc_offset(mut self, minutes: i32) -> Self {
        self.utc_offset_minutes = minutes.clamp(-24 * 60, 24 * 60);
        self
    }

    /// Returns the zone in minutes east of UTC.
    pub const fn utc_offset_minutes(&self) -> i32 {
        self.utc_offset_minutes
    }

    /// Returns what a day is.
    pub fn day(&self, date: NaiveDate) -> Day<'_> {
        match self.exceptions.get(&date) {
            Some((true, name)) => Day::MakeUp(name),
            Some((false, name)) => Day::Holiday(name),
            None if matches!(date.weekday(), Weekday::Sat | Weekday::Sun) => Day::Weekend,
            None => Day::Working,
        }
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
        let local =
            time.clamp(FIRST_TIME, LAST_TIME) + Millis::from(self.utc_offset_minutes) * MINUTE_MS;
        DateTime::from_timestamp_millis(local)
            .expect("the time is held within two centuries")
            .date_naive()
    }

    /// Returns the time at `minute` since midnight of a day in the calendar's zone.
    pub fn time_at(&self, date: NaiveDate, minute: u16) -> Millis {
        let midnight = date.and_time(NaiveTime::MIN).and_utc().timestamp_millis();
        midnight + (Millis::from(minute) - Millis::from(self.utc_offset_minutes)) * MINUTE_MS
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
