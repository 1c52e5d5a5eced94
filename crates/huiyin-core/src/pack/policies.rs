//! What a company works by: its calendars and the packs it has published.
//!
//! Everything that turns a record into something with deadlines takes this, so that a deadline can be made anew when a calendar
//! is corrected.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Pack, PackRef, Way};
use crate::calendar::WorkingCalendar;

/// Calendars and packs.
#[derive(Debug, Clone)]
pub struct Policies {
    /// The company's calendar.
    pub calendar: WorkingCalendar,
    /// Calendars of branches that differ, by branch code.
    pub branch_calendars: BTreeMap<String, WorkingCalendar>,
    /// Published versions.
    pub packs: BTreeMap<PackRef, Arc<Pack>>,
    /// The version new cases begin under.
    pub active: Option<PackRef>,
    /// Tells calendars apart: another number whenever a calendar differs. Rows made under another one are made anew.
    pub mark: u64,
}

impl Policies {
    /// Returns the policies of a company that has chosen nothing: a calendar, no packs.
    pub fn of_calendar(calendar: WorkingCalendar) -> Self {
        Self {
            calendar,
            branch_calendars: BTreeMap::new(),
            packs: BTreeMap::new(),
            active: None,
            mark: 0,
        }
    }

    /// Returns the calendar of a branch: its own, or the company's.
    pub fn calendar_of(&self, branch: &str) -> &WorkingCalendar {
        self.branch_calendars.get(branch).unwrap_or(&self.calendar)
    }

    /// Returns a published version; nothing if it has not come yet.
    pub fn pack(&self, reference: &PackRef) -> Option<&Pack> {
        self.packs.get(reference).map(Arc::as_ref)
    }

    /// Returns the pack new cases begin under.
    pub fn active(&self) -> Option<(&PackRef, &Pack)> {
        let reference = self.active.as_ref()?;
        Some((reference, self.pack(reference)?))
    }

    /// Returns the way of a case of this kind under a version; the whole way where there is none or it has not come.
    pub fn way(&self, reference: Option<&PackRef>, kind: &str) -> Way {
        reference
            .and_then(|reference| self.pack(reference))
            .map_or_else(Way::default, |pack| pack.way(kind))
    }
}
