//! Figures (统计) of a period: what of cases, contacts, surveys and customers is counted, and how parts of a count add up.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::Millis;

/// Most days of a period: ten years.
pub const MAX_FIGURE_DAYS: i64 = 3_660;
/// Most branches and kinds a query may name.
pub const MAX_FIGURE_CHOICES: usize = 100;
/// Most cases of a period, and most customers, whose records are opened for what rows do not tell; of more nothing of that is counted.
pub const MAX_FIGURE_RECORDS: u32 = 20_000;
/// What cases are counted by from rows alone: columns that filters of the list know by the same names. The channel is none of them: rows
/// of cases without a policy do not keep it.
pub const FIGURE_COLUMNS: [&str; 5] = ["category", "severity", "kind", "branch", "assignee"];

/// Of which days, branches and kinds of cases figures are wanted.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct FigureQuery {
    /// First day, `YYYY-MM-DD`, in the company's zone.
    pub from: String,
    /// Last day; it belongs to the period.
    pub to: String,
    /// Codes of branches; empty = every branch on this device.
    pub branches: Vec<String>,
    /// Kinds of cases; empty = every kind.
    pub kinds: Vec<String>,
}

/// Cases of one group, or of all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct CaseFigures {
    /// Received in the period.
    pub received: u32,
    /// Ended in the period.
    pub closed: u32,
    /// Received by the end of the period and not ended then, as they stand today.
    pub open: u32,
    /// Of those received: every deadline was met.
    pub met: u32,
    /// Of those received: a deadline is past, or was when the clock stopped.
    pub late: u32,
    /// Of those ended: how long they took together, from received to ended, in ms.
    pub handled_ms: Millis,
}

impl CaseFigures {
    /// Returns the share of `part` in `part + rest` in hundredths of a per cent, rounded down; nothing if both are nought.
    pub fn share(part: u32, rest: u32) -> Option<u32> {
        let whole = u64::from(part) + u64::from(rest);
        (u64::from(part) * 10_000)
            .checked_div(whole)
            .map(|share| share as u32)
    }

    /// Returns the share of those in time among those whose deadline is decided, in hundredths of a per cent.
    pub fn on_time(&self) -> Option<u32> {
        Self::share(self.met, self.late)
    }

    /// Returns how long a case took on the mean, in ms; nothing if none ended.
    pub fn mean_ms(&self) -> Option<Millis> {
        self.handled_ms.checked_div(Millis::from(self.closed))
    }

    /// Adds another group.
    pub fn add(&mut self, other: &Self) {
        self.received += other.received;
        self.closed += other.closed;
        self.open += other.open;
        self.met += other.met;
        self.late += other.late;
        self.handled_ms += other.handled_ms;
    }

    /// Returns whether nothing was counted.
    pub fn is_nothing(&self) -> bool {
        *self == Self::default()
    }
}

/// Contacts of one group, or of all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ContactFigures {
    /// Planned for a day of the period and not cancelled.
    pub planned: u32,
    /// Of those planned: carried out, whenever.
    pub kept: u32,
    /// Carried out in the period, planned or not.
    pub done: u32,
    /// Of those carried out: reported.
    pub reported: u32,
}

impl ContactFigures {
    /// Adds another group.
    pub fn add(&mut self, other: &Self) {
        self.planned += other.planned;
        self.kept += other.kept;
        self.done += other.done;
        self.reported += other.reported;
    }
}

/// A stretch of a period: a day, a week or a month, as far as it lies in the period.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct FigureSpan {
    /// First day, `YYYY-MM-DD`.
    pub from: String,
    /// Last day.
    pub to: String,
    /// Cases received.
    pub received: u32,
    /// Cases ended.
    pub closed: u32,
}

/// Cases received by branch and week; by month where there are more than 53 weeks.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct FigureHeat {
    /// The weeks or months, as far as they lie in the period: first and last day.
    pub spans: Vec<(String, String)>,
    /// By branch code: cases received in each of them.
    pub branches: BTreeMap<String, Vec<u32>>,
}

/// Answers to a survey.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct SurveyCount {
    /// The survey's id.
    pub survey: String,
    /// The round.
    pub round: String,
    /// Answers stored in the period.
    pub answers: u32,
}

/// The figures of one period, from rows alone.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct PeriodFigures {
    /// First day, `YYYY-MM-DD`.
    pub from: String,
    /// Last day.
    pub to: String,
    /// All cases.
    pub cases: CaseFigures,
    /// Nine in ten of the cases ended took no longer than this, in ms (nearest rank); nothing if none ended.
    pub p90_ms: Option<Millis>,
    /// Cases by column ([`FIGURE_COLUMNS`]), then by value; the empty value holds those without one. Each adds up to `cases`.
    pub tables: BTreeMap<String, BTreeMap<String, CaseFigures>>,
    /// The period day by day, week by week or month by month, whichever gives at most about thirty stretches.
    pub line: Vec<FigureSpan>,
    /// By branch and week.
    pub heat: FigureHeat,
    /// All contacts.
    pub contacts: ContactFigures,
    /// Contacts by who planned or did them.
    pub contacts_by_person: BTreeMap<String, ContactFigures>,
    /// Contacts by kind.
    pub contacts_by_kind: BTreeMap<String, ContactFigures>,
    /// Answers to surveys, by survey and round.
    pub surveys: Vec<SurveyCount>,
    /// Files of customers made in the period.
    pub new_customers: u32,
}

/// Customers as they stand now; files that gave way to others are left out.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct CustomerFigures {
    /// All of them.
    pub total: u32,
    /// By `class`, `kind`, `life_cycle` and `branch`, then by value; each adds up to `total`.
    pub tables: BTreeMap<String, BTreeMap<String, u32>>,
    /// Files with a duty past its time: filing, completing, reviewing.
    pub overdue_files: u32,
}

/// Up to when a branch is included.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct AsOf {
    /// Branch code.
    pub branch: String,
    /// The branch of this device: included up to now.
    pub own: bool,
    /// The newest change of the branch that is on this device; nothing if there is none.
    pub newest: Option<Millis>,
}

/// The figures.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct FiguresView {
    /// The period asked for, the one before it, and the same one a year before.
    pub periods: Vec<PeriodFigures>,
    /// Customers.
    pub customers: CustomerFigures,
    /// Up to when each branch is included, by code.
    pub as_of: Vec<AsOf>,
    /// When everything the relay has was last here; nothing without a relay.
    pub last_contact: Option<Millis>,
    /// Cases without any time, which came so with an import: they are in no period.
    pub undated: u32,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_of_what_is_decided() {
        let line = CaseFigures {
            received: 10,
            closed: 4,
            met: 2,
            late: 1,
            handled_ms: 10,
            ..CaseFigures::default()
        };
        assert_eq!(line.on_time(), Some(6_666));
        assert_eq!(line.mean_ms(), Some(2));
        assert_eq!(CaseFigures::default().on_time(), None);
        assert_eq!(CaseFigures::default().mean_ms(), None);
    }
}
