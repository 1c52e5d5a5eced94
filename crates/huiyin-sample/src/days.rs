//! Days of the story: counted back from today, in the zone the sample company works in.

use huiyin_api::Millis;

/// Milliseconds of an hour.
pub const HOUR: Millis = 3_600_000;
/// Milliseconds of a minute.
pub const MINUTE: Millis = 60_000;
/// Milliseconds of a day.
pub const DAY: Millis = 24 * HOUR;
/// What the clocks of Shanghai are ahead of UTC, all year.
const AHEAD: Millis = 8 * HOUR;

/// Returns the midnight that began the day of an instant.
fn midnight(now: Millis) -> Millis {
    (now + AHEAD).div_euclid(DAY) * DAY - AHEAD
}

/// Returns an instant of the day that was `days` days ago; an instant that has not come yet becomes a moment ago.
pub fn at(now: Millis, days: i64, hour: i64, minute: i64) -> Millis {
    (midnight(now) - days * DAY + hour * HOUR + minute * MINUTE).min(now - MINUTE)
}

/// Returns the day that was `days` days ago (negative: lies ahead), `YYYY-MM-DD`.
pub fn date(now: Millis, days: i64) -> String {
    written((now + AHEAD).div_euclid(DAY) - days)
}

/// Writes a day counted from 1970-01-01.
///
/// **Source:** Howard Hinnant, chrono-compatible low-level date algorithms, `civil_from_days`.
fn written(day: i64) -> String {
    let shifted = day + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let moved_month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * moved_month + 2) / 5 + 1;
    let month = if moved_month < 10 {
        moved_month + 3
    } else {
        moved_month - 9
    };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_those_of_shanghai() {
        // 2026-11-22 23:30 in Shanghai.
        let now = 1_795_361_400_000;
        assert_eq!(date(now, 0), "2026-11-22");
        assert_eq!(date(now, 22), "2026-10-31");
        assert_eq!(date(now, -9), "2026-12-01");
        assert_eq!(date(now + HOUR, 0), "2026-11-23");
        assert_eq!(date(now, 2_458), "2020-02-29");
        assert_eq!(at(now, 0, 23, 0), now - 30 * MINUTE);
        assert_eq!(at(now, 0, 23, 45), now - MINUTE, "nothing lies ahead");
        assert_eq!(at(now, 1, 23, 30), now - DAY);
    }
}
