//! When something is due, and why on that day.
//!
//! Decides how lengths are counted over a [`WorkingCalendar`], with pauses, on the wall clock or in office hours. The
//! start day never counts, and a start on a rest day or after office hours counts as that date; in office-hours
//! counting it counts as the next opening. When a clock starts, stands still and is extended is decided in
//! [`crate::pack::clocks`].
//!
//! Long, because every way of counting stands beside the others it must agree with.

use std::fmt;

use chrono::{Datelike, Days, Months, NaiveDate, Weekday};
use serde::{Deserialize, Serialize};

use crate::Millis;
use crate::calendar::{Day, FIRST_TIME, LAST_TIME, WorkingCalendar};
use crate::pack::TimeMode;

/// Longest length in working days, days or hours; longer ones are counted as this.
pub const MAX_COUNT: u32 = 1_000;
/// Longest length in months.
pub const MAX_MONTHS: u32 = 120;
/// Hours that "at once" grants.
pub const AT_ONCE_HOURS: u32 = 1;
/// Most entries of an explanation; of longer ones the middle is left out and said so.
pub const MAX_EXPLAINED: usize = 120;
/// Rest days in a row before counting gives up and calls the day due: a calendar
/// without working days has no deadline.
const MAX_REST_DAYS: u32 = 4_000;
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

/// A time during which a clock stands still: from its first moment until just before its last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pause {
    /// First moment.
    pub from: Millis,
    /// Moment from which it runs again.
    pub to: Millis,
}

/// What a day means for a deadline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SpanKind {
    /// The day the clock started; never counted in days.
    Start,
    /// An ordinary working day.
    Working,
    /// A rest day of the week.
    RestDay {
        /// `saturday` or `sunday`, or another day where the calendar rests on others.
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
    /// A day that does not count because the clock stood still.
    Paused,
    /// Days left out of a long explanation; the date is the first of them.
    Omitted {
        /// How many entries.
        days: u32,
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
    /// Minutes of office time that count on this day, where hours run in office hours.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minutes: Option<u32>,
}

impl SpanKind {
    /// Returns the wire name, such as `rest_day`.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Working => "working",
            Self::RestDay { .. } => "rest_day",
            Self::Holiday { .. } => "holiday",
            Self::MakeUp { .. } => "make_up",
            Self::Paused => "paused",
            Self::Omitted { .. } => "omitted",
            Self::Due => "due",
        }
    }

    /// Returns the name that goes with it: of the holiday or the day of the week; empty for others.
    pub fn label(&self) -> &str {
        match self {
            Self::RestDay { name } | Self::Holiday { name } | Self::MakeUp { name } => name,
            _ => "",
        }
    }
}

impl Span {
    /// Returns what the day means, in English words.
    pub fn words(&self) -> String {
        let day = match &self.kind {
            SpanKind::Start => return "start".to_owned(),
            SpanKind::Due => return "due".to_owned(),
            SpanKind::Paused => {
                return "the clock stood still; this day does not count".to_owned();
            }
            SpanKind::Omitted { days } => return format!("{days} days are left out here"),
            SpanKind::Working => "working day".to_owned(),
            SpanKind::RestDay { name } => format!("rest day ({name})"),
            SpanKind::Holiday { name } => format!("holiday ({name})"),
            SpanKind::MakeUp { name } => format!("make-up working day ({name})"),
        };
        match (self.counted, self.minutes) {
            (Some(number), _) => format!("{day}; counts as day {number}"),
            (None, Some(minutes)) => format!("{day}; {minutes} minutes of office hours count"),
            (None, None) if matches!(self.kind, SpanKind::Working | SpanKind::MakeUp { .. }) => day,
            (None, None) => format!("{day}; does not count"),
        }
    }
}

/// When something is due, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct Deadline {
    /// The last moment in time.
    pub due: Millis,
    /// Whether it touches a year whose holidays are not announced, so that only weekends counted.
    pub provisional: bool,
    /// The days on the way: the start, the days between with their numbers, the due day; at most [`MAX_EXPLAINED`].
    pub explanation: Vec<Span>,
}

/// Returns when something that started at `from` is due after `length`, on the wall clock and without pauses.
///
/// Lengths beyond [`MAX_COUNT`] and [`MAX_MONTHS`] count as those; zero working days or days count as the
/// same day. Hours and "at once" run on the clock and ask no calendar.
///
/// **Source:** the counting rules shared by the complaint policies: the start day does not count; the last day of
/// a period in days moves to the next working day (as 民法典 §§ 201, 203 also say).
pub fn deadline(calendar: &WorkingCalendar, from: Millis, length: Length) -> Deadline {
    deadline_with(calendar, from, length, TimeMode::Elapsed, &[])
}

/// Returns when something that started at `from` is due after `length`, with the way time runs and the times it stood still.
///
/// - Hours: only time counts that is not paused, and in [`TimeMode::Working`] only office hours of working days.
/// - Days of any kind: a day at whose end of office hours the clock stands still does not count, and nothing is due on it.
///   A month is as many days as lie between the start and its last day.
/// - Same day: the start day; if the clock stands still at its end of office, the first working day on which it does not.
/// - In [`TimeMode::Working`] a start outside office hours counts as the next opening.
///
/// Pauses may overlap and come in any order; what lies before the start or after the due time changes nothing.
///
/// **Source:** as [`deadline`]; pauses while waiting for the customer and working time are the complaint desk's own rules.
pub fn deadline_with(
    calendar: &WorkingCalendar,
    from: Millis,
    length: Length,
    time: TimeMode,
    pauses: &[Pause],
) -> Deadline {
    let from = from.clamp(FIRST_TIME, LAST_TIME);
    let pauses = Pauses::new(pauses, from);
    let (from, asked_unknown) = match time {
        TimeMode::Elapsed => (from, false),
        TimeMode::Working => opening(calendar, from),
    };
    let mut count = Count::new(calendar, from, &pauses);
    count.provisional = asked_unknown;
    match (length, time) {
        (Length::WorkingDays(days), _) => count.working_days(days.min(MAX_COUNT)),
        (Length::Days(days), _) => count.days(days.min(MAX_COUNT)),
        (Length::Weeks(weeks), _) => count.days(weeks.min(MAX_COUNT / 7) * 7),
        (Length::Months(months), _) => count.months(months.min(MAX_MONTHS)),
        (Length::SameDay, _) => count.same_day(),
        (Length::Hours(hours), TimeMode::Elapsed) => {
            return count.hours(from, hours.min(MAX_COUNT));
        }
        (Length::AtOnce, TimeMode::Elapsed) => return count.hours(from, AT_ONCE_HOURS),
        (Length::Hours(hours), TimeMode::Working) => {
            return count.office_hours(from, hours.min(MAX_COUNT));
        }
        (Length::AtOnce, TimeMode::Working) => return count.office_hours(from, AT_ONCE_HOURS),
    }
    let due = calendar.end_of_office(count.date);
    count.finish(due)
}

/// Returns when something promised for `day` is due: the end of office hours of that very day, whatever day it is.
/// Pauses do not move a promise.
pub fn promised(calendar: &WorkingCalendar, from: Millis, day: NaiveDate) -> Deadline {
    let pauses = Pauses::new(&[], from);
    let mut count = Count::new(calendar, from, &pauses);
    count.date = day;
    count.note(None);
    count.finish(calendar.end_of_office(day))
}

/// Returns the first moment at or after `time` in office hours of a working day, and whether a year without known
/// holidays was asked.
fn opening(calendar: &WorkingCalendar, time: Millis) -> (Millis, bool) {
    let mut date = calendar.date_of(time);
    let mut unknown = false;
    for _ in 0..MAX_REST_DAYS {
        unknown |= !calendar.knows_year(date.year());
        if calendar.is_working_day(date) {
            let open = calendar
                .office_times(date)
                .find(|(_, to)| *to > time)
                .map(|(from, _)| from.max(time));
            if let Some(open) = open {
                return (open, unknown);
            }
        }
        date = next(date);
    }
    (time, unknown)
}

/// Pauses in order, apart from each other, from the start on.
struct Pauses(Vec<Pause>);

impl Pauses {
    fn new(pauses: &[Pause], from: Millis) -> Self {
        let mut sorted: Vec<Pause> = pauses
            .iter()
            .map(|pause| Pause {
                from: pause.from.max(from),
                to: pause.to.min(LAST_TIME),
            })
            .filter(|pause| pause.from < pause.to)
            .collect();
        sorted.sort_unstable();
        let mut apart: Vec<Pause> = Vec::with_capacity(sorted.len());
        for pause in sorted {
            match apart.last_mut() {
                Some(last) if pause.from <= last.to => last.to = last.to.max(pause.to),
                _ => apart.push(pause),
            }
        }
        Self(apart)
    }

    /// Returns whether the clock stands still at a moment.
    fn still_at(&self, time: Millis) -> bool {
        self.0
            .iter()
            .any(|pause| pause.from <= time && time < pause.to)
    }
}

/// A count under way.
struct Count<'a> {
    calendar: &'a WorkingCalendar,
    pauses: &'a Pauses,
    date: NaiveDate,
    provisional: bool,
    explanation: Vec<Span>,
}

impl<'a> Count<'a> {
    fn new(calendar: &'a WorkingCalendar, from: Millis, pauses: &'a Pauses) -> Self {
        let date = calendar.date_of(from);
        let start = Span {
            date: date.to_string(),
            kind: SpanKind::Start,
            counted: None,
            minutes: None,
        };
        Self {
            calendar,
            pauses,
            date,
            provisional: false,
            explanation: vec![start],
        }
    }

    /// Returns whether the clock stands still at the end of office hours of the present date.
    fn still(&self) -> bool {
        !self.pauses.0.is_empty() && self.pauses.still_at(self.calendar.end_of_office(self.date))
    }

    fn working_days(&mut self, days: u32) {
        let (mut counted, mut rested) = (0, 0);
        if days == 0 {
            self.same_day();
        }
        while counted < days && rested < MAX_REST_DAYS {
            self.date = next(self.date);
            self.asked();
            if self.still() {
                self.note_paused();
            } else if self.calendar.is_working_day(self.date) {
                counted += 1;
                rested = 0;
                self.note(Some(counted));
            } else {
                self.note(None);
                rested += 1;
            }
        }
    }

    fn days(&mut self, days: u32) {
        if days == 0 {
            return self.same_day();
        }
        let mut counted = 0;
        while counted < days {
            self.date = next(self.date);
            if self.still() {
                self.note_paused();
            } else {
                counted += 1;
                self.note(Some(counted));
            }
        }
        self.move_to_working_day();
    }

    fn months(&mut self, months: u32) {
        if months == 0 {
            return self.same_day();
        }
        let last = self
            .date
            .checked_add_months(Months::new(months))
            .expect("dates are held within four centuries");
        if self.pauses.0.is_empty() {
            self.date = last;
        } else {
            let days = (last - self.date).num_days();
            let mut counted = 0;
            while counted < days {
                self.date = next(self.date);
                if self.still() {
                    self.note_paused();
                } else {
                    counted += 1;
                }
            }
        }
        self.note(None);
        self.move_to_working_day();
    }

    fn same_day(&mut self) {
        if self.still() {
            self.note_paused();
            self.date = next(self.date);
            self.note_or_paused();
            self.move_to_working_day();
        }
    }

    fn hours(mut self, from: Millis, hours: u32) -> Deadline {
        let mut due = from + Millis::from(hours) * HOUR_MS;
        let pauses = self.pauses;
        for pause in &pauses.0 {
            if pause.from >= due {
                break;
            }
            due = due.saturating_add(pause.to.saturating_sub(pause.from));
            self.note_pause(*pause);
        }
        let due = due.clamp(FIRST_TIME, LAST_TIME);
        self.date = self.calendar.date_of(due);
        self.finish(due)
    }

    /// Lets hours run in office hours of working days only, without pauses.
    fn office_hours(mut self, from: Millis, hours: u32) -> Deadline {
        let mut left = Millis::from(hours) * HOUR_MS;
        let (mut due, mut rested) = (from, 0);
        while rested < MAX_REST_DAYS {
            self.asked();
            let mut spent = 0;
            if self.calendar.is_working_day(self.date) {
                for (open, close) in self.running_times(from) {
                    let take = (close - open).min(left - spent);
                    spent += take;
                    due = open + take;
                    if spent == left {
                        break;
                    }
                }
            }
            self.note_office(spent);
            left -= spent;
            if left == 0 {
                break;
            }
            rested = if spent > 0 { 0 } else { rested + 1 };
            self.date = next(self.date);
        }
        self.finish(due)
    }

    /// Returns the times of the present date in which hours run: office hours from `from` on, without pauses.
    fn running_times(&self, from: Millis) -> Vec<(Millis, Millis)> {
        let mut times = Vec::new();
        for (open, close) in self.calendar.office_times(self.date) {
            let mut at = open.max(from);
            for pause in &self.pauses.0 {
                if pause.from < close && pause.to > at {
                    if pause.from > at {
                        times.push((at, pause.from));
                    }
                    at = at.max(pause.to);
                }
            }
            if at < close {
                times.push((at, close));
            }
        }
        times
    }

    /// Goes on to the first working day from the present date on at whose end of office the clock runs.
    fn move_to_working_day(&mut self) {
        self.asked();
        let mut rested = 0;
        while rested < MAX_REST_DAYS {
            let still = self.still();
            if !still && self.calendar.is_working_day(self.date) {
                break;
            }
            rested += u32::from(!still);
            self.date = next(self.date);
            self.asked();
            self.note_or_paused();
        }
    }

    /// Remembers that the result hangs on what kind of day the present date is.
    fn asked(&mut self) {
        self.provisional |= !self.calendar.knows_year(self.date.year());
    }

    fn note(&mut self, counted: Option<u32>) {
        let kind = self.kind_of_day();
        self.push(kind, counted, None);
    }

    fn note_paused(&mut self) {
        self.push(SpanKind::Paused, None, None);
    }

    fn note_or_paused(&mut self) {
        if self.still() {
            self.note_paused();
        } else {
            self.note(None);
        }
    }

    /// Notes a day of office-hours counting: the start day once more with its minutes, then every other day.
    fn note_office(&mut self, spent: Millis) {
        let minutes = u32::try_from(spent / crate::calendar::MINUTE_MS).unwrap_or(u32::MAX);
        let stood_still = spent == 0
            && self.calendar.is_working_day(self.date)
            && self
                .calendar
                .office_times(self.date)
                .all(|(open, _)| self.pauses.still_at(open));
        let kind = if stood_still {
            SpanKind::Paused
        } else {
            self.kind_of_day()
        };
        self.push(kind, None, (spent > 0).then_some(minutes));
    }

    /// Notes the days a pause touches, at most [`MAX_EXPLAINED`] of them.
    fn note_pause(&mut self, pause: Pause) {
        let last = self.calendar.date_of(pause.to.saturating_sub(1));
        self.date = self.calendar.date_of(pause.from);
        for _ in 0..MAX_EXPLAINED {
            self.note_paused();
            if self.date >= last {
                break;
            }
            self.date = next(self.date);
        }
    }

    fn kind_of_day(&self) -> SpanKind {
        match self.calendar.day(self.date) {
            Day::Working => SpanKind::Working,
            Day::Weekend => SpanKind::RestDay {
                name: weekday_name(self.date.weekday()).to_owned(),
            },
            Day::Holiday(name) => SpanKind::Holiday {
                name: name.to_owned(),
            },
            Day::MakeUp(name) => SpanKind::MakeUp {
                name: name.to_owned(),
            },
        }
    }

    fn push(&mut self, kind: SpanKind, counted: Option<u32>, minutes: Option<u32>) {
        self.explanation.push(Span {
            date: self.date.to_string(),
            kind,
            counted,
            minutes,
        });
    }

    fn finish(mut self, due: Millis) -> Deadline {
        self.push(SpanKind::Due, None, None);
        Deadline {
            due,
            provisional: self.provisional,
            explanation: shortened(self.explanation),
        }
    }
}

/// Returns an explanation of at most [`MAX_EXPLAINED`] entries: the beginning, how many are left out, the end.
fn shortened(mut spans: Vec<Span>) -> Vec<Span> {
    let half = MAX_EXPLAINED / 2;
    if spans.len() > MAX_EXPLAINED {
        let omitted = spans.len() - MAX_EXPLAINED + 1;
        let gap = Span {
            date: spans[half].date.clone(),
            kind: SpanKind::Omitted {
                days: omitted as u32,
            },
            counted: None,
            minutes: None,
        };
        spans.splice(half..half + omitted, [gap]);
    }
    spans
}

/// Returns the English name of a day of the week, as explanations carry it.
const fn weekday_name(day: Weekday) -> &'static str {
    match day {
        Weekday::Mon => "monday",
        Weekday::Tue => "tuesday",
        Weekday::Wed => "wednesday",
        Weekday::Thu => "thursday",
        Weekday::Fri => "friday",
        Weekday::Sat => "saturday",
        Weekday::Sun => "sunday",
    }
}

fn next(date: NaiveDate) -> NaiveDate {
    date.checked_add_days(Days::new(1))
        .expect("dates are held within four centuries")
}
