//! Which period is looked at: chosen by name or by its days, kept in the address so that the way back leads to it.

use chrono::{Datelike, NaiveDate};
use huiyin_api::FigureQuery;
use huiyin_core::{field::parse_date, pack::file_rules::Every, periods::Period};

use crate::texts::figures::FigureTexts;

/// The choices in order; the last is one's own days.
pub const CHOICES: [&str; 9] = [
    "last_month",
    "this_month",
    "last_week",
    "this_week",
    "last_quarter",
    "this_quarter",
    "last_year",
    "this_year",
    OWN,
];
/// Own days.
pub const OWN: &str = "own";
/// What is shown first: the month that runs.
pub const FIRST: &str = "this_month";

/// Returns the name of a choice.
pub fn name(words: &FigureTexts, choice: &str) -> &'static str {
    match choice {
        "last_month" => words.last_month,
        "this_month" => words.this_month,
        "last_week" => words.last_week,
        "this_week" => words.this_week,
        "last_quarter" => words.last_quarter,
        "this_quarter" => words.this_quarter,
        "last_year" => words.last_year,
        "this_year" => words.this_year,
        _ => words.own_period,
    }
}

/// Returns first and last day of a choice; nothing for own days and unknown ones.
pub fn days(choice: &str, today: NaiveDate) -> Option<(NaiveDate, NaiveDate)> {
    let (which, every) = choice.split_once('_')?;
    let every = match every {
        "week" => Every::Week,
        "month" => Every::Month,
        "quarter" => Every::Quarter,
        "year" => Every::Year,
        _ => return None,
    };
    let period = Period::of(every, today);
    let period = match which {
        "this" => period,
        "last" => period.previous(),
        _ => return None,
    };
    Some((period.first, period.last))
}

/// Returns the months of a period as `YYYY-MM`, if it consists of whole ones.
pub fn months(from: NaiveDate, to: NaiveDate) -> Vec<String> {
    let whole = from.day() == 1 && to.succ_opt().is_some_and(|next| next.day() == 1);
    let mut found = Vec::new();
    let mut month = Period::of(Every::Month, from);
    while whole && month.first <= to {
        found.push(month.name());
        month = month.next();
    }
    found
}

/// What the address says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Asked {
    /// One of [`CHOICES`].
    pub choice: String,
    /// First day, of own days.
    pub from: String,
    /// Last day, of own days.
    pub to: String,
    /// Branch code; empty = all.
    pub branch: String,
    /// Kind of cases; empty = all.
    pub kind: String,
    /// Id of the own report that is open; empty = none.
    pub report: String,
}

impl Asked {
    /// Returns what an address asks; what it does not say is as at first.
    pub fn of(read: impl Fn(&str) -> Option<String>) -> Self {
        let text = |name: &str| read(name).unwrap_or_default();
        let choice = Some(text("period")).filter(|choice| CHOICES.contains(&choice.as_str()));
        Self {
            choice: choice.unwrap_or_else(|| FIRST.to_owned()),
            from: text("from"),
            to: text("to"),
            branch: text("branch"),
            kind: text("kind"),
            report: text("report"),
        }
    }

    /// Returns the address of this.
    pub fn path(&self) -> String {
        let mut path = format!("/reports?period={}", self.choice);
        let own = self.choice == OWN;
        for (name, value, wanted) in [
            ("from", self.from.as_str(), own),
            ("to", self.to.as_str(), own),
            ("branch", self.branch.as_str(), true),
            ("kind", self.kind.as_str(), true),
            ("report", self.report.as_str(), true),
        ] {
            // Days, codes and wire names need no escape; anything else is left out.
            let plain = value
                .chars()
                .all(|sign| sign.is_ascii_alphanumeric() || "-_".contains(sign));
            if wanted && plain && !value.is_empty() {
                path.extend(["&", name, "=", value]);
            }
        }
        path
    }

    /// Returns the question; own days that are none are those of the first choice.
    pub fn query(&self, today: NaiveDate) -> FigureQuery {
        let own = || Some((parse_date(&self.from)?, parse_date(&self.to)?));
        let (from, to) = days(&self.choice, today)
            .or_else(|| own().filter(|(from, to)| from <= to))
            .or_else(|| days(FIRST, today))
            .unwrap_or((today, today));
        let one = |text: &String| Some(text.clone()).filter(|text| !text.is_empty());
        FigureQuery {
            from: from.to_string(),
            to: to.to_string(),
            branches: one(&self.branch).into_iter().collect(),
            kinds: one(&self.kind).into_iter().collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    #[test]
    fn a_choice_is_a_period_by_the_calendar() {
        for (choice, from, to) in [
            ("this_month", "2026-11-01", "2026-11-30"),
            ("last_month", "2026-10-01", "2026-10-31"),
            ("this_week", "2026-11-16", "2026-11-22"),
            ("last_week", "2026-11-09", "2026-11-15"),
            ("last_quarter", "2026-07-01", "2026-09-30"),
            ("this_year", "2026-01-01", "2026-12-31"),
        ] {
            let asked = Asked {
                choice: choice.to_owned(),
                ..Asked::default()
            };
            let query = asked.query(day("2026-11-22"));
            assert_eq!((query.from.as_str(), query.to.as_str()), (from, to));
            assert!(CHOICES.contains(&choice));
        }
    }

    #[test]
    fn own_days_are_kept_in_the_address_and_wrong_ones_are_the_month_that_runs() {
        let asked = Asked {
            choice: OWN.to_owned(),
            from: "2026-01-15".to_owned(),
            to: "2026-02-03".to_owned(),
            branch: "HQ".to_owned(),
            kind: "complaint".to_owned(),
            report: "s0123456789abcdef".to_owned(),
        };
        let path = asked.path();
        let query = path.split_once('?').expect("there is one").1;
        let read = |name: &str| {
            query.split('&').find_map(|pair| {
                let (known, value) = pair.split_once('=')?;
                (known == name).then(|| value.to_owned())
            })
        };
        assert_eq!(Asked::of(read), asked);
        assert_eq!(asked.query(day("2026-11-22")).from, "2026-01-15");
        let wrong = Asked {
            to: "2025-01-01".to_owned(),
            ..asked
        };
        assert_eq!(wrong.query(day("2026-11-22")).from, "2026-11-01");
    }

    #[test]
    fn only_a_period_of_whole_months_has_months() {
        let of = |from, to| months(day(from), day(to));
        assert_eq!(
            of("2026-11-01", "2027-01-31"),
            ["2026-11", "2026-12", "2027-01"]
        );
        assert!(of("2026-11-02", "2026-11-30").is_empty());
        assert!(of("2026-11-01", "2026-11-29").is_empty());
    }
}
