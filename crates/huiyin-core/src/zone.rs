//! Time zones: what the clock on the wall shows at a moment.
//!
//! Decides which zones there are: fixed offsets, and the zones of the countries companies trade with, with their summer
//! time. A zone follows the rule in force today in every year: deadlines look ahead, and the changes of the past would be many
//! times the size of the program's calendars.

mod table;

use std::fmt;

use chrono::{Datelike, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};

use crate::Millis;

/// Minutes of a day, the widest offset taken.
const DAY_MINUTES: i32 = 24 * 60;
/// Offset of China from UTC in minutes; no summer time since 1991.
const CHINA_MINUTES: i32 = 480;

/// A time zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Zone {
    /// A zone of the list, with its summer time.
    Named(&'static ZoneRule),
    /// Minutes east of UTC, all year round.
    Fixed(i32),
}

/// What a named zone does.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct ZoneRule {
    name: &'static str,
    /// Minutes east of UTC without summer time.
    standard: i32,
    summer: Option<Summer>,
}

/// When summer time holds.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Summer {
    /// Minutes east of UTC.
    offset: i32,
    /// When it begins, on the clock before the change.
    begins: Change,
    /// When it ends, on the clock before the change; earlier in the year than the beginning in the south.
    ends: Change,
}

/// A day of the year by its week, and a time on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Change {
    month: u32,
    /// Which of its month, from 1; 5 is the last.
    week: u32,
    /// Day of the week from Sunday = 0.
    weekday: u32,
    /// Minutes since the midnight the day begins with; may lie on the day after.
    minute: i64,
}

impl Change {
    /// Returns the time on the wall in a year.
    fn in_year(self, year: i32) -> NaiveDateTime {
        let first = NaiveDate::from_ymd_opt(year, self.month, 1)
            .expect("months of the table are 1 to 12 and years are held within four centuries");
        let ahead = (7 + self.weekday - first.weekday().num_days_from_sunday()) % 7;
        let mut day = first + TimeDelta::days(i64::from(ahead + 7 * (self.week - 1)));
        if day.month() != self.month {
            day -= TimeDelta::days(7);
        }
        day.and_time(NaiveTime::MIN) + TimeDelta::minutes(self.minute)
    }
}

impl ZoneRule {
    /// Returns minutes east of UTC at a moment given in UTC.
    fn offset_at(&self, utc: NaiveDateTime) -> i32 {
        let Some(summer) = &self.summer else {
            return self.standard;
        };
        let minutes = |offset: i32| TimeDelta::minutes(i64::from(offset));
        let year = (utc + minutes(self.standard)).year();
        let begins = summer.begins.in_year(year) - minutes(self.standard);
        let ends = summer.ends.in_year(year) - minutes(summer.offset);
        let is_summer = if begins < ends {
            begins <= utc && utc < ends
        } else {
            !(ends <= utc && utc < begins)
        };
        if is_summer {
            summer.offset
        } else {
            self.standard
        }
    }

    /// Returns minutes east of UTC when the clock on the wall shows `local`: of two moments the first; of none, the offset
    /// before clocks went forward.
    fn offset_for(&self, local: NaiveDateTime) -> i32 {
        let Some(summer) = &self.summer else {
            return self.standard;
        };
        let as_summer = local - TimeDelta::minutes(i64::from(summer.offset));
        if self.offset_at(as_summer) == summer.offset {
            summer.offset
        } else {
            self.standard
        }
    }
}

/// Why a text is not a zone.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "read zone {0:?}: write UTC, an offset such as +08:00, or a zone such as Asia/Shanghai or Europe/Berlin (the settings list them all)"
)]
pub struct ZoneError(pub String);

impl Zone {
    /// The zone of China.
    pub const CHINA: Self = Self::Named(&ZoneRule {
        name: "Asia/Shanghai",
        standard: CHINA_MINUTES,
        summer: None,
    });

    /// Returns the zone `minutes` east of UTC, held within a day.
    pub const fn fixed(minutes: i32) -> Self {
        let minutes = if minutes < -DAY_MINUTES {
            -DAY_MINUTES
        } else if minutes > DAY_MINUTES {
            DAY_MINUTES
        } else {
            minutes
        };
        Self::Fixed(minutes)
    }

    /// Returns the zone written in `text`: `UTC`, an offset such as `+08:00`, or a name of [`Zone::names`].
    ///
    /// # Errors
    /// [`ZoneError`] for anything else.
    pub fn parse(text: &str) -> Result<Self, ZoneError> {
        let text = text.trim();
        if text == "UTC" {
            return Ok(Self::Fixed(0));
        }
        if let Some(minutes) = offset(text) {
            return Ok(Self::Fixed(minutes));
        }
        table::ZONES
            .binary_search_by(|zone| zone.name.cmp(text))
            .map(|at| Self::Named(&table::ZONES[at]))
            .map_err(|_| ZoneError(text.to_owned()))
    }

    /// Returns the names of the zones of the list, sorted.
    pub fn names() -> Vec<&'static str> {
        table::ZONES.iter().map(|zone| zone.name).collect()
    }

    /// Returns what the clock on the wall shows at a moment. Moments must lie within the years chrono knows; calendars
    /// hold them there.
    pub fn local(self, time: Millis) -> NaiveDateTime {
        let utc = chrono::DateTime::from_timestamp_millis(time)
            .expect("the time is held within two centuries")
            .naive_utc();
        utc + TimeDelta::minutes(i64::from(self.offset_at(utc)))
    }

    /// Returns minutes east of UTC at a moment, for showing a time with its offset.
    pub fn offset_minutes(self, time: Millis) -> i32 {
        let utc = chrono::DateTime::from_timestamp_millis(time).unwrap_or_default();
        self.offset_at(utc.naive_utc())
    }

    /// Returns the moment at which the clock on the wall shows `local`.
    ///
    /// A time that occurs twice means the first; a time left out when clocks go forward means as much later as they
    /// went forward. **Source:** RFC 5545, 3.3.5, for both.
    pub fn time(self, local: NaiveDateTime) -> Millis {
        let minutes = match self {
            Self::Fixed(minutes) => minutes,
            Self::Named(rule) => rule.offset_for(local),
        };
        (local - TimeDelta::minutes(i64::from(minutes)))
            .and_utc()
            .timestamp_millis()
    }

    fn offset_at(self, utc: NaiveDateTime) -> i32 {
        match self {
            Self::Fixed(minutes) => minutes,
            Self::Named(rule) => rule.offset_at(utc),
        }
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Named(zone) => f.write_str(zone.name),
            Self::Fixed(0) => f.write_str("UTC"),
            Self::Fixed(minutes) => {
                let sign = if *minutes < 0 { '-' } else { '+' };
                let minutes = minutes.abs();
                write!(f, "{sign}{:02}:{:02}", minutes / 60, minutes % 60)
            }
        }
    }
}

/// Returns the minutes of an offset written as `+08:00` or `-3:30`.
fn offset(text: &str) -> Option<i32> {
    let text = text.strip_prefix("UTC").unwrap_or(text);
    let (sign, rest) = match text.split_at_checked(1)? {
        ("+", rest) => (1, rest),
        ("-", rest) => (-1, rest),
        _ => return None,
    };
    let (hours, minutes) = rest.split_once(':').unwrap_or((rest, "0"));
    let number = |text: &str| {
        let fits = (1..=2).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
        if fits { text.parse::<i32>().ok() } else { None }
    };
    let (hours, minutes) = (number(hours)?, number(minutes)?);
    (hours <= 23 && minutes <= 59).then_some(sign * (hours * 60 + minutes))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn local(day: (i32, u32, u32), hour: u32, minute: u32) -> NaiveDateTime {
        NaiveDate::from_ymd_opt(day.0, day.1, day.2)
            .and_then(|date| date.and_hms_opt(hour, minute, 0))
            .unwrap()
    }

    #[test]
    fn zones_are_printed_as_they_are_read() {
        for text in ["UTC", "+08:00", "-03:30", "Asia/Shanghai", "Europe/Berlin"] {
            assert_eq!(Zone::parse(text).unwrap().to_string(), text);
        }
        assert_eq!(Zone::parse("UTC+8").unwrap(), Zone::Fixed(480));
        for bad in ["", "Mars/Olympus", "+25:00", "+08:60", "8", "+"] {
            let error = Zone::parse(bad).unwrap_err().to_string();
            assert!(error.contains("Asia/Shanghai"), "{error}");
        }
        let names = Zone::names();
        assert!(names.len() >= 50 && names.is_sorted(), "{names:?}");
        assert_eq!(Zone::parse("Asia/Shanghai"), Ok(Zone::CHINA));
    }

    #[test]
    fn clocks_that_go_forward_or_back_leave_out_or_repeat_an_hour() {
        let berlin = Zone::parse("Europe/Berlin").unwrap();
        // 2026-03-29: 02:00 becomes 03:00; 2026-10-25: 03:00 becomes 02:00.
        let spring = |hour, minute| berlin.time(local((2026, 3, 29), hour, minute));
        assert_eq!(spring(2, 30), spring(3, 30), "left out: as much later");
        assert_eq!(spring(3, 0) - spring(1, 0), 3_600_000);
        let autumn = |hour| berlin.time(local((2026, 10, 25), hour, 0));
        assert_eq!(autumn(2) - autumn(1), 3_600_000, "twice: the first");
        assert_eq!(autumn(3) - autumn(2), 2 * 3_600_000);
        assert_eq!(berlin.offset_minutes(autumn(1)), 120);
        assert_eq!(berlin.offset_minutes(autumn(4)), 60);
        assert_eq!(berlin.local(autumn(3)), local((2026, 10, 25), 3, 0));
    }
}
