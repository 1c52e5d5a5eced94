//! When something is due, and why on that day.
//!
//! Decides how lengths are counted over a [`WorkingCalendar`]. The start day never counts, and a start on a
//! rest day or after office hours counts as that date. Pausing and extending clocks are left to packs.

use std::fmt;

use chrono::{Datelike, Days, Months, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::Millis;
use crate::calendar::{Day, LAST_TIME, WorkingCalendar};

/// Longest length in working days, days or hours; longer ones are counted as this.
pub const MAX_COUNT: u32 = 1_000;
/// Longest length in months.
pub const MAX_MONTHS: u32 = 120;
/// Hours that "at once" grants.
pub const AT_ONCE_HOURS: u32 = 1;
const HOUR_MS: Millis = 3_600_000;

/// How long something may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Length {
    /// End of office hours of the N-th working day after the start day: `3wd`.
    WorkingDays(u32),
    /// End of office hours of the N-th day after the start day, moved to the next working day: `7d`.
    Days(u32),
    /// As many times seven days: `2w`.
    Weeks(u32),
    /// The same day that many months later, or the month's last, moved to the next working day: `1m`.
    Months(u32),
    /// End of office hours of the start day, whatever day it is: `same-day`.
    SameDay,
    /// Hours on the clock: `24h`.
    Hours(u32),
    /// One hour on the clock: `at-once`.
    AtOnce,
}

/// Why a text is not a length.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "read length {0:?}: write 3wd, 7d, 2w, 1m, 24h (1 to 1000, months to 120), same-day or at-once"
)]
pub struct LengthError(pub String);

impl Length {
    /// Returns the length written in `text`.
    ///
    /// # Errors
    /// [`LengthError`] for anything but the forms of [`fmt::Display`], and for zero or more than the limits.
    pub fn parse(text: &str) -> Result<Self, LengthError> {
        let fail = || LengthError(text.to_owned());
        match text.trim() {
            "same-day" => return Ok(Self::SameDay),
            "at-once" => return Ok(Self::AtOnce),
            _ => {}
        }
        let text_trimmed = text.trim();
        let digits = text_trimmed.bytes().take_while(u8::is_ascii_digit).count();
        let (count, unit) = text_trimmed.split_at(digits);
        let count: u32 = count.parse().map_err(|_| fail())?;
        let (length, max) = match unit {
            "wd" => (Self::WorkingDays(count), MAX_COUNT),
            "d" => (Self::Days(count), MAX_COUNT),
            "w" => (Self::Weeks(count), MAX_COUNT / 7),
            "m" => (Self::Months(count), MAX_MONTHS),
            "h" => (Self::Hours(count), MAX_COUNT),
            _ => return Err(fail()),
        };
        if (1..=max).contains(&count) {
            Ok(length)
        } else {
            Err(fail())
        }
    }
}

impl fmt::Display for Length {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::WorkingDays(count) => write!(f, "{count}wd"),
            Self::Days(count) => write!(f, "{count}d"),
            Self::Weeks(count) => write!(f, "{count}w"),
            Self::Months(count) => write!(f, "{count}m"),
            Self::SameDay => f.write_str("same-day"),
            Self::Hours(count) => write!(f, "{count}h"),
            Self::AtOnce => f.write_str("at-once"),
        }
    }
}

impl Serialize for Length {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Length {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

/// What a day means for a deadline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SpanKind {
    /// The day the clock started; never counted.
    Start,
    /// An ordinary working day.
    Working,
    /// Saturday or Sunday.
    RestDay {
        /// `saturday` or `sunday`.
        name: String,
    },
    /// A public holiday.
    Holiday {
        /// Its name in the calendar file.
        name: String,
    },
    /// A weekend day worked to make up for a holiday.
    MakeUp {
        /// The holiday's name in the calendar file.
        name: String,
    },
    /// The day it is due; always the last entry, beside the entry that says what day that is.
    Due,
}

/// One day on the way to a deadline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct Span {
    /// The day, `YYYY-MM-DD` in the calendar's zone.
    pub date: String,
    /// What it means.
    pub kind: SpanKind,
    /// Which day of the count it is, from 1; nothing if it does not count.
    pub counted: Option<u32>,
}

/// When something is due, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct Deadline {
    /// The last moment in time.
    pub due: Millis,
    /// Whether it touches a year whose holidays are not announced, so that only weekends counted.
    pub provisional: bool,
    /// Every day on the way: the start, the days between with their numbers, the due day.
    pub explanation: Vec<Span>,
}

/// Returns when something that started at `from` is due after `length`.
///
/// Lengths beyond [`MAX_COUNT`] and [`MAX_MONTHS`] count as those; zero working days or days count as the
/// same day. Hours and "at once" run on the clock and ask no calendar.
///
/// **Source:** the counting rules shared by the complaint policies: the start day does not count; the last day of
/// a period in days moves to the next working day (as 民法典 §§ 201, 203 also say).
pub fn deadline(calendar: &WorkingCalendar, from: Millis, length: Length) -> Deadline {
    let mut count = Count::new(calendar, from);
    match length {
        Length::WorkingDays(days) => count.working_days(days.min(MAX_COUNT)),
        Length::Days(days) => count.days(days.min(MAX_COUNT)),
        Length::Weeks(weeks) => count.days(weeks.min(MAX_COUNT / 7) * 7),
        Length::Months(months) => count.months(months.min(MAX_MONTHS)),
        Length::SameDay => {}
        Length::Hours(hours) => return count.hours(from, hours.min(MAX_COUNT)),
        Length::AtOnce => return count.hours(from, AT_ONCE_HOURS),
    }
    let due = calendar.end_of_office(count.date);
    count.finish(due)
}

/// A count under way.
struct Count<'a> {
    calendar: &'a WorkingCalendar,
    date: NaiveDate,
    provisional: bool,
    explanation: Vec<Span>,
}

impl<'a> Count<'a> {
    fn new(calendar: &'a WorkingCalendar, from: Millis) -> Self {
        let date = calendar.date_of(from);
        let start = Span {
            date: date.to_string(),
            kind: SpanKind::Start,
            counted: None,
        };
        Self {
            calendar,
            date,
            provisional: false,
            explanation: vec![start],
        }
    }

    fn working_days(&mut self, days: u32) {
        let mut counted = 0;
        while counted < days {
            self.date = next(self.date);
            let worked = self.calendar.is_working_day(self.date);
            counted += u32::from(worked);
            self.asked();
            self.note(worked.then_some(counted));
        }
    }

    fn days(&mut self, days: u32) {
        for counted in 1..=days {
            self.date = next(self.date);
            self.note(Some(counted));
        }
        if days > 0 {
            self.move_to_working_day();
        }
    }

    fn months(&mut self, months: u32) {
        if months > 0 {
            self.date = self
                .date
                .checked_add_months(Months::new(months))
                .expect("dates are held within four centuries");
            self.note(None);
            self.move_to_working_day();
        }
    }

    fn hours(mut self, from: Millis, hours: u32) -> Deadline {
        let due =
            from.clamp(crate::calendar::FIRST_TIME, LAST_TIME) + Millis::from(hours) * HOUR_MS;
        self.date = self.calendar.date_of(due);
        self.finish(due)
    }

    /// Goes on to the first working day from the present date on.
    fn move_to_working_day(&mut self) {
        self.asked();
        while !self.calendar.is_working_day(self.date) {
            self.date = next(self.date);
            self.asked();
            self.note(None);
        }
    }

    /// Remembers that the result hangs on what kind of day the present date is.
    fn asked(&mut self) {
        self.provisional |= !self.calendar.knows_year(self.date.year());
    }

    fn note(&mut self, counted: Option<u32>) {
        let kind = match self.calendar.day(self.date) {
            Day::Working => SpanKind::Working,
            Day::Weekend if self.date.weekday() == chrono::Weekday::Sat => SpanKind::RestDay {
                name: "saturday".to_owned(),
            },
            Day::Weekend => SpanKind::RestDay {
                name: "sunday".to_owned(),
            },
            Day::Holiday(name) => SpanKind::Holiday {
                name: name.to_owned(),
            },
            Day::MakeUp(name) => SpanKind::MakeUp {
                name: name.to_owned(),
            },
        };
        self.explanation.push(Span {
            date: self.date.to_string(),
            kind,
            counted,
        });
    }

    fn finish(mut self, due: Millis) -> Deadline {
        self.explanation.push(Span {
            date: self.date.to_string(),
            kind: SpanKind::Due,
            counted: None,
        });
        Deadline {
            due,
            provisional: self.provisional,
            explanation: self.explanation,
        }
    }
}

fn next(date: NaiveDate) -> NaiveDate {
    date.checked_add_days(Days::new(1))
        .expect("dates are held within four centuries")
}
