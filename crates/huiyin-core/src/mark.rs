//! What someone should look at in a case beside clashes and events out of order.
//!
//! Decides what is marked and what settles it. A mark is never stored: it follows from the events.
//!
//! * An approval of an earlier plan than the latest: settled by approving the latest.
//! * Two approvals made apart: settled by any event after both.
//! * The person complained about is assigned: settled by assigning someone else.
//! * The person complained about took part: settled by someone else taking the same step later, or by a note of
//!   someone else that names the event (`of`): looked at.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::case::{CaseEvent, Step};
use crate::case_data as data;
use crate::fold::CaseSummary;
use crate::id::EventId;
use crate::text::same_name;

/// Something to look at.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    /// The approval covers an earlier plan than the latest.
    StaleApproval {
        /// The approval.
        event: EventId,
        /// The plan it is about.
        of: EventId,
        /// The latest plan.
        latest: EventId,
    },
    /// The person complained about took part (回避).
    Recused {
        /// The person.
        name: String,
        /// What was done by or given to the person.
        event: EventId,
    },
    /// Approved twice by people who did not know of each other.
    TwoApprovals {
        /// The approvals, in order.
        events: Vec<EventId>,
    },
}

impl Mark {
    /// Returns the wire name of the kind.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::StaleApproval { .. } => "stale_approval",
            Self::Recused { .. } => "recused",
            Self::TwoApprovals { .. } => "two_approvals",
        }
    }

    /// Returns the event it is about; the last one where there are several.
    pub fn event(&self) -> Option<&EventId> {
        match self {
            Self::StaleApproval { event, .. } | Self::Recused { event, .. } => Some(event),
            Self::TwoApprovals { events } => events.last(),
        }
    }
}

impl CaseSummary {
    /// Returns what someone should look at; `against_person` is the person complained about, or empty.
    pub fn marks(&self, against_person: &str) -> Vec<Mark> {
        let mut marks = Vec::new();
        if self.approval_is_stale()
            && let (Some(event), Some(of), Some(latest)) =
                (&self.approval, &self.approved_of, &self.proposal)
        {
            marks.push(Mark::StaleApproval {
                event: event.clone(),
                of: of.clone(),
                latest: latest.clone(),
            });
        }
        for clash in &self.clashes {
            let is_approval = |id: &&EventId| {
                self.event(id)
                    .is_some_and(|folded| folded.event.step == Step::Approved)
            };
            let events: Vec<EventId> = clash.events.iter().filter(is_approval).cloned().collect();
            if events.len() > 1 {
                marks.push(Mark::TwoApprovals { events });
            }
        }
        if !crate::text::fold(against_person).is_empty() {
            self.mark_recused(against_person.trim(), &mut marks);
        }
        marks
    }

    fn mark_recused(&self, person: &str, marks: &mut Vec<Mark>) {
        let is_person = |name: &str| same_name(name, person);
        let assigned_now = self.assignee.as_deref().is_some_and(is_person);
        let assignment = self
            .in_force()
            .rfind(|event| event.assignee.as_deref().is_some_and(is_person))
            .map(|event| &event.id);
        for event in self.in_force() {
            // Who is assigned still works on it: only another assignment ends that.
            let works = assigned_now && assignment == Some(&event.id);
            let given = is_person(event.datum(data::TO)) || is_person(event.datum(data::OWNER));
            let beginning = matches!(event.step, Step::Registered | Step::Imported);
            let acted = !beginning && is_person(&event.by);
            if works || (given || acted) && !self.is_settled(event, person) {
                marks.push(Mark::Recused {
                    name: person.to_owned(),
                    event: event.id.clone(),
                });
            }
        }
    }

    /// Returns whether someone else, having seen the event, took the same step or noted that it was looked at.
    fn is_settled(&self, event: &CaseEvent, person: &str) -> bool {
        let id = event.id.to_string();
        let by_another = |later: &&CaseEvent| {
            let same = later.step == event.step
                && !later
                    .assignee
                    .as_deref()
                    .is_some_and(|name| same_name(name, person))
                && later.datum(data::ACTION) == event.datum(data::ACTION);
            let looked_at = later.step == Step::Noted && later.datum(data::OF) == id;
            (same || looked_at) && later.id != event.id && !same_name(&later.by, person)
        };
        self.in_force()
            .filter(by_another)
            .any(|later| self.comes_after(later, &event.id))
    }

    /// Returns whether `later` was made by someone who had seen the event named.
    fn comes_after(&self, later: &CaseEvent, earlier: &EventId) -> bool {
        let mut open: Vec<&EventId> = later.after.iter().collect();
        let mut met: BTreeSet<&EventId> = BTreeSet::new();
        while let Some(id) = open.pop() {
            if id == earlier {
                return true;
            }
            if met.insert(id)
                && let Some(folded) = self.event(id)
            {
                open.extend(&folded.event.after);
            }
        }
        false
    }
}
