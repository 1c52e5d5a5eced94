//! Which days a period is compared with, and how it is cut into stretches for charts.
//!
//! Purely dates, first and last day both included. Times of day come from the working calendar.

use chrono::{Datelike, Days, Months, NaiveDate};

use crate::pack::Every;
use crate::periods::Period;

/// First and last day.
pub type Span = (NaiveDate, NaiveDate);

/// A period no longer than this is shown day by day.
const MAX_BY_DAY: i64 = 31;
/// A period no longer than this is shown week by week.
const MAX_BY_WEEK: i64 = 7 * 31;
/// A period no longer than this has a heat map of weeks: 53 of them.
const MAX_HEAT_WEEKS: i64 = 371;

fn days(from: NaiveDate, to: NaiveDate) -> i64 {
    (to - from).num_days() + 1
}

/// Returns of how many whole months a period consists; nothing if it begins or ends within one.
fn whole_months(from: NaiveDate, to: NaiveDate) -> Option<u32> {
    let next = to.succ_opt()?;
    let months = (next.year() - from.year()) * 12 + i32::try_from(next.month0()).ok()?
        - from.month0() as i32;
    (from.day() == 1 && next.day() == 1 && months > 0).then_some(months as u32)
}

fn months_back(from: NaiveDate, to: NaiveDate, months: u32) -> Span {
    let back = |day: NaiveDate| day.checked_sub_months(Months::new(months)).unwrap_or(day);
    // The day after the last is the first of a month for whole months, so that February ends where it ends.
    let end = match (whole_months(from, to), to.succ_opt()) {
        (Some(_), Some(next)) => back(next).pred_opt().unwrap_or(to),
        _ => back(to),
    };
    (back(from), end)
}

/// Returns the period before: as many whole months before for whole months, else as many days.
pub fn before(from: NaiveDate, to: NaiveDate) -> Span {
    if let Some(months) = whole_months(from, to) {
        return months_back(from, to, months);
    }
    let length = Days::new(days(from, to).unsigned_abs());
    let back = |day: NaiveDate| day.checked_sub_days(length).unwrap_or(day);
    (back(from), back(to))
}

/// Returns the same period a year before; a week from Monday to Sunday 52 weeks before, so that it has the same weekdays.
pub fn year_before(from: NaiveDate, to: NaiveDate) -> Span {
    let week = Period::of(Every::Week, from);
    if (week.first, week.last) == (from, to) {
        let back = |day: NaiveDate| day.checked_sub_days(Days::new(364)).unwrap_or(day);
        return (back(from), back(to));
    }
    months_back(from, to, 12)
}

fn cut(every: Every, from: NaiveDate, to: NaiveDate) -> Vec<Span> {
    let mut spans = Vec::new();
    let mut period = Period::of(every, from);
    while from <= to && period.first <= to {
        spans.push((period.first.max(from), period.last.min(to)));
        period = period.next();
    }
    spans
}

/// Returns a period day by day, week by week or month by month, whichever gives about thirty stretches; the first and the last are cut
/// off where the period begins and ends. A period that ends before it begins has none.
pub fn stretches(from: NaiveDate, to: NaiveDate) -> Vec<Span> {
    match days(from, to) {
        length if length <= MAX_BY_DAY => from
            .iter_days()
            .take_while(|day| *day <= to)
            .map(|day| (day, day))
            .collect(),
        length if length <= MAX_BY_WEEK => cut(Every::Week, from, to),
        _ => cut(Every::Month, from, to),
    }
}

/// Returns a period week by week, at most 53; by month if it is longer.
pub fn weeks(from: NaiveDate, to: NaiveDate) -> Vec<Span> {
    if days(from, to) <= MAX_HEAT_WEEKS {
        cut(Every::Week, from, to)
    } else {
        cut(Every::Month, from, to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    fn told((from, to): Span) -> String {
        format!("{from} {to}")
    }

    #[test]
    fn a_period_is_compared_with_the_one_before_and_the_same_a_year_before() {
        for (from, to, earlier, year) in [
            // A month, also where months are shorter.
            (
                "2026-11-01",
                "2026-11-30",
                "2026-10-01 2026-10-31",
                "2025-11-01 2025-11-30",
            ),
            (
                "2026-03-01",
                "2026-03-31",
                "2026-02-01 2026-02-28",
                "2025-03-01 2025-03-31",
            ),
            (
                "2025-02-01",
                "2025-02-28",
                "2025-01-01 2025-01-31",
                "2024-02-01 2024-02-29",
            ),
            // A quarter and a year.
            (
                "2026-01-01",
                "2026-03-31",
                "2025-10-01 2025-12-31",
                "2025-01-01 2025-03-31",
            ),
            (
                "2026-01-01",
                "2026-12-31",
                "2025-01-01 2025-12-31",
                "2025-01-01 2025-12-31",
            ),
            // A week keeps its weekdays.
            (
                "2026-11-16",
                "2026-11-22",
                "2026-11-09 2026-11-15",
                "2025-11-17 2025-11-23",
            ),
            // Any other period as many days before.
            (
                "2026-11-03",
                "2026-11-12",
                "2026-10-24 2026-11-02",
                "2025-11-03 2025-11-12",
            ),
            (
                "2024-02-29",
                "2024-02-29",
                "2024-02-28 2024-02-28",
                "2023-02-28 2023-02-28",
            ),
        ] {
            assert_eq!(told(before(day(from), day(to))), earlier, "{from}");
            assert_eq!(told(year_before(day(from), day(to))), year, "{from}");
        }
    }

    #[test]
    fn stretches_follow_one_another_without_a_gap_from_the_first_to_the_last_day() {
        for (from, to, count, heat) in [
            ("2026-11-01", "2026-11-30", 30, 6),
            ("2026-10-01", "2026-12-31", 14, 14),
            ("2026-01-01", "2026-12-31", 12, 53),
            ("2024-01-15", "2026-12-31", 36, 36),
            ("2026-11-22", "2026-11-22", 1, 1),
            ("2026-11-22", "2026-11-21", 0, 0),
        ] {
            for (cut, expected) in [
                (stretches(day(from), day(to)), count),
                (weeks(day(from), day(to)), heat),
            ] {
                assert_eq!(cut.len(), expected, "{from} {to}");
                for pair in cut.windows(2) {
                    assert_eq!(pair[0].1.succ_opt(), Some(pair[1].0));
                }
                if let (Some(first), Some(last)) = (cut.first(), cut.last()) {
                    assert_eq!((first.0, last.1), (day(from), day(to)));
                }
            }
        }
    }
}
