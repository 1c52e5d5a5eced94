//! Periods of the calendar: weeks, months, quarters, half-years, years.
//!
//! Decides where a period begins and ends, and when what is due in it is due. Purely dates; the time of day comes from the
//! working calendar.

use chrono::{Datelike, Days, Months, NaiveDate};

use crate::Millis;
use crate::calendar::WorkingCalendar;
use crate::pack::Every;

/// Most days looked back for a working day.
const MAX_LOOKED_BACK: u32 = 40;

/// A period, from its first to its last day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Period {
    /// How often such a period comes.
    pub every: Every,
    /// First day.
    pub first: NaiveDate,
    /// Last day.
    pub last: NaiveDate,
}

impl Period {
    /// Returns the period a day lies in.
    pub fn of(every: Every, day: NaiveDate) -> Self {
        let first = match every {
            Every::Week => day - Days::new(u64::from(day.weekday().num_days_from_monday())),
            Every::Month => first_of(day.year(), day.month()),
            Every::Quarter => first_of(day.year(), (day.month0() / 3) * 3 + 1),
            Every::HalfYear => first_of(day.year(), (day.month0() / 6) * 6 + 1),
            Every::Year => first_of(day.year(), 1),
        };
        Self {
            every,
            first,
            last: after(every, first) - Days::new(1),
        }
    }

    /// Returns the period after this one.
    pub fn next(self) -> Self {
        Self::of(self.every, after(self.every, self.first))
    }

    /// Returns the period before this one.
    pub fn previous(self) -> Self {
        Self::of(self.every, self.first - Days::new(1))
    }

    /// Returns whether a day lies in it.
    pub fn contains(self, day: NaiveDate) -> bool {
        self.first <= day && day <= self.last
    }

    /// Returns when what is due in the period is due: the end of office hours of its last working day, or of its last day if
    /// it has none.
    pub fn due(self, calendar: &WorkingCalendar) -> Millis {
        let mut day = self.last;
        for _ in 0..MAX_LOOKED_BACK {
            if day < self.first || calendar.is_working_day(day) {
                break;
            }
            day = day - Days::new(1);
        }
        calendar.end_of_office(if day < self.first { self.last } else { day })
    }

    /// Returns its name: `2026-W47`, `2026-11`, `2026Q4`, `2026H2`, `2026`.
    pub fn name(self) -> String {
        let year = self.first.year();
        match self.every {
            Every::Week => {
                let week = self.first.iso_week();
                format!("{}-W{:02}", week.year(), week.week())
            }
            Every::Month => format!("{year}-{:02}", self.first.month()),
            Every::Quarter => format!("{year}Q{}", self.first.month0() / 3 + 1),
            Every::HalfYear => format!("{year}H{}", self.first.month0() / 6 + 1),
            Every::Year => year.to_string(),
        }
    }
}

fn first_of(year: i32, month: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, 1)
        .expect("months are 1 to 12 and years are held within four centuries")
}

fn after(every: Every, first: NaiveDate) -> NaiveDate {
    let months = match every {
        Every::Week => return first + Days::new(7),
        Every::Month => 1,
        Every::Quarter => 3,
        Every::HalfYear => 6,
        Every::Year => 12,
    };
    first + Months::new(months)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(every: Every, day: &str, name: &str, first: &str, last: &str) {
        let period = Period::of(every, day.parse().unwrap());
        assert_eq!(
            (
                period.name(),
                period.first.to_string(),
                period.last.to_string()
            ),
            (name.to_owned(), first.to_owned(), last.to_owned())
        );
        assert_eq!(period.next().previous(), period);
        assert!(period.contains(day.parse().unwrap()) && !period.next().contains(period.last));
    }

    #[test]
    fn a_day_lies_in_one_period_of_each_kind() {
        check(
            Every::Week,
            "2027-01-01",
            "2026-W53",
            "2026-12-28",
            "2027-01-03",
        );
        check(
            Every::Month,
            "2028-02-29",
            "2028-02",
            "2028-02-01",
            "2028-02-29",
        );
        check(
            Every::Quarter,
            "2026-11-22",
            "2026Q4",
            "2026-10-01",
            "2026-12-31",
        );
        check(
            Every::HalfYear,
            "2026-06-30",
            "2026H1",
            "2026-01-01",
            "2026-06-30",
        );
        check(
            Every::Year,
            "2026-11-22",
            "2026",
            "2026-01-01",
            "2026-12-31",
        );
    }

    #[test]
    fn what_is_due_in_a_period_is_due_on_its_last_working_day() {
        let calendar = WorkingCalendar::weekends();
        // 31 October 2026 is a Saturday.
        let october = Period::of(Every::Month, "2026-10-08".parse().unwrap());
        let friday: NaiveDate = "2026-10-30".parse().unwrap();
        assert_eq!(october.due(&calendar), calendar.end_of_office(friday));
    }
}
