//! Time zones: what the clock on the wall shows at a moment.
//!
//! Decides which zones there are: fixed offsets, and the zones of the countries companies trade with, with their summer
//! time. The list is chosen at build time (`CHRONO_TZ_TIMEZONE_FILTER` in `.cargo/config.toml`), because the whole list of
//! the world would be most of the program.

use std::fmt;

use chrono::{NaiveDateTime, Offset, TimeDelta, TimeZone};
use chrono_tz::Tz;

use crate::Millis;

/// Minutes of a day, the widest offset taken.
const DAY_MINUTES: i32 = 24 * 60;
/// Hours before a left-out time at which the offset before the change certainly held.
const BEFORE_GAP_HOURS: i64 = 36;

/// A time zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Zone {
    /// A zone of the list, with its summer time.
    Named(Tz),
    /// Minutes east of UTC, all year round.
    Fixed(i32),
}

/// Why a text is not a zone.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "read zone {0:?}: write UTC, an offset such as +08:00, or a zone such as Asia/Shanghai or Europe/Berlin (the settings list them all)"
)]
pub struct ZoneError(pub String);

impl Zone {
    /// The zone of China.
    pub const CHINA: Self = Self::Named(Tz::Asia__Shanghai);

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
        text.parse()
            .map(Self::Named)
            .map_err(|_| ZoneError(text.to_owned()))
    }

    /// Returns the names of the zones with summer time rules, by name.
    pub fn names() -> Vec<&'static str> {
        let mut names: Vec<_> = chrono_tz::TZ_VARIANTS
            .iter()
            .map(|zone| zone.name())
            .collect();
        names.sort_unstable();
        names
    }

    /// Returns what the clock on the wall shows at a moment. Moments must lie within the years chrono knows; calendars
    /// hold them there.
    pub fn local(self, time: Millis) -> NaiveDateTime {
        let utc = chrono::DateTime::from_timestamp_millis(time)
            .expect("the time is held within two centuries")
            .naive_utc();
        utc + self.offset_at(&utc)
    }

    /// Returns minutes east of UTC at a moment, for showing a time with its offset.
    pub fn offset_minutes(self, time: Millis) -> i32 {
        let utc = chrono::DateTime::from_timestamp_millis(time).unwrap_or_default();
        i32::try_from(self.offset_at(&utc.naive_utc()).num_minutes()).unwrap_or(0)
    }

    /// Returns the moment at which the clock on the wall shows `local`.
    ///
    /// A time that occurs twice means the first; a time left out when clocks go forward means as much later as they
    /// went forward. **Source:** RFC 5545, 3.3.5, for both.
    pub fn time(self, local: NaiveDateTime) -> Millis {
        let offset = match self {
            Self::Fixed(minutes) => TimeDelta::minutes(i64::from(minutes)),
            Self::Named(zone) => match zone.offset_from_local_datetime(&local).earliest() {
                Some(offset) => TimeDelta::seconds(i64::from(offset.fix().local_minus_utc())),
                None => self.offset_at(&(local - TimeDelta::hours(BEFORE_GAP_HOURS))),
            },
        };
        (local - offset).and_utc().timestamp_millis()
    }

    fn offset_at(self, utc: &NaiveDateTime) -> TimeDelta {
        match self {
            Self::Fixed(minutes) => TimeDelta::minutes(i64::from(minutes)),
            Self::Named(zone) => {
                let offset = zone.offset_from_utc_datetime(utc).fix();
                TimeDelta::seconds(i64::from(offset.local_minus_utc()))
            }
        }
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Named(zone) => f.write_str(zone.name()),
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
    use chrono::NaiveDate;

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
        assert!(Zone::names().len() >= 50, "{:?}", Zone::names());
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
