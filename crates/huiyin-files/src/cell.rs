//! A cell as text: numbers as people see them, dates as dates.

use calamine::{DataRef, ExcelDateTime};

/// Serial number of the day after the last date. **Source:** ECMA-376 Part 1, 18.17.4.1 (31 December 9999 is 2,958,465).
const END_OF_DATES: f64 = 2_958_466.0;
/// Decimal places behind the first digit: spreadsheets compute with 15 digits. **Source:** Excel specifications and limits.
const DIGITS_BEHIND_FIRST: usize = 14;
/// From here on a number is written with an exponent.
const EXPONENT_FROM: f64 = 1e21;
const MINUTES_PER_DAY: f64 = 24.0 * 60.0;

/// Returns the text of a cell: `13800138000`, `12.5`, `2026-11-22`, `2026-11-22 13:05`, `27:30` (hours of a duration), `TRUE`;
/// errors of formulas by their names (`#N/A`); empty for an empty cell.
pub(crate) fn text(cell: &DataRef<'_>) -> String {
    match cell {
        DataRef::Empty => String::new(),
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => decimal(*number),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => {
            text.clone()
        }
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Bool(yes) => if *yes { "TRUE" } else { "FALSE" }.to_owned(),
        DataRef::DateTime(at) => time(*at),
        DataRef::Error(kind) => kind.to_string(),
    }
}

/// Returns a number rounded to the digits a spreadsheet has.
fn decimal(number: f64) -> String {
    let rounded: f64 = format!("{number:.DIGITS_BEHIND_FIRST$e}")
        .parse()
        .unwrap_or(number);
    if rounded.abs() < EXPONENT_FROM {
        format!("{rounded}")
    } else {
        format!("{rounded:e}")
    }
}

fn time(at: ExcelDateTime) -> String {
    let serial = at.as_f64();
    if at.is_duration() && serial.is_finite() && serial.abs() < END_OF_DATES {
        let minutes = (serial.abs() * MINUTES_PER_DAY).round() as u64;
        let sign = if serial < 0.0 { "-" } else { "" };
        return format!("{sign}{}:{:02}", minutes / 60, minutes % 60);
    }
    if !(0.0..END_OF_DATES).contains(&serial) {
        return decimal(serial);
    }
    let (year, month, day, hour, minute, second, _) = at.to_ymd_hms_milli();
    let clock = match (hour, minute, second) {
        (_, _, 0) => format!("{hour:02}:{minute:02}"),
        _ => format!("{hour:02}:{minute:02}:{second:02}"),
    };
    let date = format!("{year:04}-{month:02}-{day:02}");
    if serial < 1.0 {
        clock
    } else if serial.fract() == 0.0 {
        date
    } else {
        format!("{date} {clock}")
    }
}

#[cfg(test)]
mod tests {
    use calamine::ExcelDateTimeType;

    use super::*;

    #[track_caller]
    fn check(cell: &DataRef<'_>, expected: &str) {
        assert_eq!(text(cell), expected, "{cell:?}");
    }

    fn date(serial: f64) -> DataRef<'static> {
        DataRef::DateTime(ExcelDateTime::new(
            serial,
            ExcelDateTimeType::DateTime,
            false,
        ))
    }

    fn duration(days: f64) -> DataRef<'static> {
        DataRef::DateTime(ExcelDateTime::new(
            days,
            ExcelDateTimeType::TimeDelta,
            false,
        ))
    }

    #[test]
    fn numbers_read_as_people_see_them() {
        check(&DataRef::Float(13_800_138_000.0), "13800138000");
        check(&DataRef::Float(12.5), "12.5");
        check(&DataRef::Float(0.1 + 0.2), "0.3");
        check(&DataRef::Float(-0.05), "-0.05");
        check(&DataRef::Float(1e300), "1e300");
        check(&DataRef::Float(f64::NAN), "NaN");
        check(&DataRef::Int(-7), "-7");
        check(&DataRef::Bool(true), "TRUE");
        check(&DataRef::Empty, "");
    }

    #[test]
    fn dates_read_as_dates_and_keep_their_time() {
        check(&date(46_348.0), "2026-11-22");
        check(&date(46_348.5), "2026-11-22 12:00");
        check(&date(46_348.0 + 1.0 / 86_400.0), "2026-11-22 00:00:01");
        check(&date(0.25), "06:00");
        check(&date(-1.0), "-1");
        check(&date(3e9), "3000000000");
        check(&duration(1.145_833_333_333_333), "27:30");
        check(&duration(-0.5), "-12:00");
    }
}
