//! Moments as people and programs write them: `2026-03-10T09:15:00+08:00`, `2026-03-10 09:15`, `2026-03-10`, or milliseconds
//! since 1970.
//!
//! Decides the forms; a moment without an offset is one of the zone given.

use chrono::{NaiveDate, NaiveTime};

use crate::Millis;
use crate::calendar::{FIRST_TIME, LAST_TIME};
use crate::field::parse_date;
use crate::zone::Zone;

/// Digits of a number from which on it is milliseconds and not a day written without hyphens.
const MIN_MILLIS_DIGITS: usize = 9;

/// Why a text is not a moment.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InstantError {
    /// Not of any form.
    #[error(
        "read time {0:?}: write 2026-03-10T09:15:00+08:00, 2026-03-10T09:15, 2026-03-10 or milliseconds since 1970"
    )]
    Form(String),
    /// Outside the years calendars work with.
    #[error("the time {0:?} is out of range: give one between 1800 and 2199")]
    Range(String),
}

/// Returns the moment written in `text`; without an offset it is one of `zone`, a day alone is its beginning.
///
/// # Errors
/// [`InstantError`] saying what can be written.
pub fn parse_instant(text: &str, zone: Zone) -> Result<Millis, InstantError> {
    let text = text.trim();
    let millis = read(text, zone).ok_or_else(|| InstantError::Form(text.to_owned()))?;
    if (FIRST_TIME..=LAST_TIME).contains(&millis) {
        Ok(millis)
    } else {
        Err(InstantError::Range(text.to_owned()))
    }
}

/// Returns a moment in RFC 3339 with the offset of `zone`, to the second, or to the millisecond where it has some.
pub fn print_instant(time: Millis, zone: Zone) -> String {
    let time = time.clamp(FIRST_TIME, LAST_TIME);
    let local = zone.local(time);
    let minutes = zone.offset_minutes(time);
    let offset = if minutes == 0 {
        "Z".to_owned()
    } else {
        let sign = if minutes < 0 { '-' } else { '+' };
        format!("{sign}{:02}:{:02}", minutes.abs() / 60, minutes.abs() % 60)
    };
    format!("{}T{}{offset}", local.date(), local.time())
}

fn read(text: &str, zone: Zone) -> Option<Millis> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    if digits.len() >= MIN_MILLIS_DIGITS && digits.bytes().all(|b| b.is_ascii_digit()) {
        return text.parse().ok();
    }
    let Some((day, rest)) = text.split_once(['T', 't', ' ']) else {
        return Some(zone.time(parse_date(text)?.and_time(NaiveTime::MIN)));
    };
    let day: NaiveDate = parse_date(day)?;
    let rest = rest.trim();
    let (clock, zone) = match rest.find(['Z', 'z', '+', '-']) {
        None => (rest, zone),
        Some(at) if matches!(&rest[at..], "Z" | "z") => (&rest[..at], Zone::Fixed(0)),
        Some(at) => match Zone::parse(&rest[at..]).ok()? {
            fixed @ Zone::Fixed(_) => (&rest[..at], fixed),
            Zone::Named(_) => return None,
        },
    };
    Some(zone.time(day.and_time(time_of_day(clock)?)))
}

/// Returns the time written as `09:15`, `09:15:30` or `09:15:30.250`.
fn time_of_day(text: &str) -> Option<NaiveTime> {
    let (text, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let mut parts = text.split(':');
    let mut number = || {
        let part = parts.next()?;
        let fits = part.len() == 2 && part.bytes().all(|b| b.is_ascii_digit());
        if fits { part.parse::<u32>().ok() } else { None }
    };
    let (hour, minute) = (number()?, number()?);
    let second = if text.len() > 5 { number()? } else { 0 };
    let fits = (1..=9).contains(&fraction.len()) && fraction.bytes().all(|b| b.is_ascii_digit());
    if parts.next().is_some() || !fits {
        return None;
    }
    let millis: u32 = format!("{fraction:0<3}")[..3].parse().ok()?;
    NaiveTime::from_hms_milli_opt(hour, minute, second, millis)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_read_in_every_form_and_printed_in_one() {
        #[track_caller]
        fn check(text: &str, expected: &str) {
            let millis = parse_instant(text, Zone::CHINA).unwrap();
            assert_eq!(print_instant(millis, Zone::CHINA), expected, "{text}");
        }
        check("2026-03-10T09:15:00+08:00", "2026-03-10T09:15:00+08:00");
        check("2026-03-10T01:15:00Z", "2026-03-10T09:15:00+08:00");
        check("2026-03-10T01:15Z", "2026-03-10T09:15:00+08:00");
        check("2026-03-10T09:15", "2026-03-10T09:15:00+08:00");
        check("2026-03-10 09:15:30.25", "2026-03-10T09:15:30.250+08:00");
        check("2026-03-10", "2026-03-10T00:00:00+08:00");
        check("2026/3/10", "2026-03-10T00:00:00+08:00");
        check("1773105300000", "2026-03-10T09:15:00+08:00");
        check("2026-03-09T20:15:00-05:00", "2026-03-10T09:15:00+08:00");
        let new_york = Zone::parse("America/New_York").unwrap();
        let noon = parse_instant("2026-07-01T12:00", new_york).unwrap();
        assert_eq!(print_instant(noon, new_york), "2026-07-01T12:00:00-04:00");
        assert_eq!(print_instant(noon, Zone::Fixed(0)), "2026-07-01T16:00:00Z");
    }

    #[test]
    fn what_is_no_moment_is_refused_with_the_forms() {
        for bad in [
            "",
            "tomorrow",
            "20260310",
            "2026-02-30",
            "2026-03-10T25:00",
            "2026-03-10T9:15",
            "2026-03-10T09:15:00+99:00",
            "2026-03-10T09:15:00Europe/Berlin",
            "2026-03-10T",
        ] {
            let error = parse_instant(bad, Zone::CHINA).unwrap_err().to_string();
            assert!(
                error.contains("write 2026-03-10T09:15:00"),
                "{bad}: {error}"
            );
        }
        let error = parse_instant("99999999999999999", Zone::CHINA).unwrap_err();
        assert!(matches!(error, InstantError::Range(_)), "{error}");
    }
}
