//! Working calendars of the company and of branches that differ, as registers of the root document.

use huiyin_core::calendar::WorkingCalendar;
use huiyin_core::pack::policies::Policies;
use huiyin_document::Document;

/// Returns the policies of a company that has set nothing: the calendar that comes with the program.
pub(crate) fn without_own() -> Policies {
    marked(Policies::of_calendar(WorkingCalendar::china()))
}

/// Returns the calendars the root document holds, without packs.
pub(crate) fn read(_root: &Document) -> Policies {
    without_own()
}

/// Returns the policies with the mark of their calendars.
fn marked(mut policies: Policies) -> Policies {
    let text = format!("{:?}{:?}", policies.calendar, policies.branch_calendars);
    let hash = blake3::hash(text.as_bytes());
    let first = hash.as_bytes()[..8].try_into().expect("a hash is longer");
    // Zero stands for rows of several calendars.
    policies.mark = u64::from_le_bytes(first) | 1;
    policies
}
