//! Office hours of a day as people write them: `09:00-12:00,13:30-18:00`.
//!
//! Decides what such a text says; which day has which hours is decided in [`crate::calendar`].

use serde::{Deserialize, Serialize};

/// Most spans of one day.
pub const MAX_SPANS: usize = 8;
const DAY_MINUTES: u16 = 24 * 60;

/// A stretch of office hours within a day, in minutes since midnight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct OfficeSpan {
    /// First minute.
    pub from: u16,
    /// Minute after the last, at most 1440.
    pub to: u16,
}

/// Why a text is not office hours.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OfficeHoursError {
    /// Not of the form.
    #[error("read office hours {0:?}: write 09:00-12:00,13:30-18:00")]
    Form(String),
    /// Ends before it begins.
    #[error(
        "office hours {0:?} end before they begin: give the earlier time first, 24:00 for midnight"
    )]
    Reversed(String),
    /// Spans overlap or are out of order.
    #[error("office hours {0:?} begin before the span before them ends: give spans in order")]
    Overlap(String),
    /// Nothing, or too much.
    #[error("office hours need 1 to {MAX_SPANS} spans: write 09:00-12:00,13:30-18:00")]
    Count,
}

/// Returns the office hours written in `text`. The full-width forms of digits and signs, `–` and `;` are taken too.
///
/// # Errors
/// [`OfficeHoursError`] naming the span that cannot be read.
pub fn parse_office_hours(text: &str) -> Result<Vec<OfficeSpan>, OfficeHoursError> {
    let plain: String = text
        .chars()
        .map(crate::text::half_width)
        .map(|c| match c {
            '–' | '—' | '~' | '至' => '-',
            ';' | '、' => ',',
            _ => c,
        })
        .filter(|c| !c.is_whitespace())
        .collect();
    let mut spans: Vec<OfficeSpan> = Vec::new();
    for part in plain.split(',').filter(|part| !part.is_empty()) {
        let form = || OfficeHoursError::Form(part.to_owned());
        let (from, to) = part.split_once('-').ok_or_else(form)?;
        let span = OfficeSpan {
            from: minute(from).ok_or_else(form)?,
            to: minute(to).ok_or_else(form)?,
        };
        if span.from >= span.to {
            return Err(OfficeHoursError::Reversed(part.to_owned()));
        }
        if spans.last().is_some_and(|last| span.from < last.to) {
            return Err(OfficeHoursError::Overlap(part.to_owned()));
        }
        spans.push(span);
    }
    if (1..=MAX_SPANS).contains(&spans.len()) {
        Ok(spans)
    } else {
        Err(OfficeHoursError::Count)
    }
}

/// Returns office hours as [`parse_office_hours`] reads them.
pub fn print_office_hours(spans: &[OfficeSpan]) -> String {
    let clock = |minute: u16| format!("{:02}:{:02}", minute / 60, minute % 60);
    let spans: Vec<String> = spans
        .iter()
        .map(|span| format!("{}-{}", clock(span.from), clock(span.to)))
        .collect();
    spans.join(",")
}

/// Returns the minute since midnight written as `9:00` or `09:00`, to `24:00`.
fn minute(text: &str) -> Option<u16> {
    let (hour, minute) = text.split_once(':')?;
    let number = |text: &str, longest: usize| {
        let fits = (1..=longest).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
        if fits { text.parse::<u16>().ok() } else { None }
    };
    let (hour, minute) = (number(hour, 2)?, number(minute, 2)?);
    let of_day = hour * 60 + minute;
    (minute < 60 && of_day <= DAY_MINUTES).then_some(of_day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn office_hours_are_printed_as_they_are_read() {
        for text in [
            "09:00-12:00,13:30-18:00",
            "00:00-24:00",
            "08:00-16:00",
            "07:05-07:06,07:06-09:00",
        ] {
            assert_eq!(print_office_hours(&parse_office_hours(text).unwrap()), text);
        }
        assert_eq!(
            parse_office_hours(" 9:00–12:00、１３：３０至18:00 ").unwrap(),
            crate::calendar::DEFAULT_OFFICE_HOURS
        );
    }

    #[test]
    fn bad_office_hours_say_which_span_and_what_to_write() {
        #[track_caller]
        fn check(text: &str, expected: &OfficeHoursError) {
            assert_eq!(parse_office_hours(text).as_ref(), Err(expected), "{text}");
        }
        let part = |text: &str| text.to_owned();
        check("", &OfficeHoursError::Count);
        check("9-12", &OfficeHoursError::Form(part("9-12")));
        check("09:00-25:00", &OfficeHoursError::Form(part("09:00-25:00")));
        check("09:60-12:00", &OfficeHoursError::Form(part("09:60-12:00")));
        check("24:01-24:02", &OfficeHoursError::Form(part("24:01-24:02")));
        check(
            "18:00-09:00",
            &OfficeHoursError::Reversed(part("18:00-09:00")),
        );
        check(
            "09:00-12:00,11:00-13:00",
            &OfficeHoursError::Overlap(part("11:00-13:00")),
        );
        let nine: Vec<String> = (0..9).map(|h| format!("{h:02}:00-{h:02}:30")).collect();
        check(&nine.join(","), &OfficeHoursError::Count);
    }
}
