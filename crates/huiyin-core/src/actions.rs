//! Corrective and preventive actions (纠正/预防措施) of a case, from its events.
//!
//! Decides where an action stands and who may verify it. `action_planned` makes one; `action_done` says it was
//! carried out; `action_verified` by someone who neither owned nor did it finds it good, or opens it again.

use serde::{Deserialize, Serialize};

use crate::Millis;
use crate::case::{CaseEvent, Step};
use crate::case_data as data;
use crate::fold::CaseSummary;
use crate::id::EventId;
use crate::text::same_name;

/// Wire names of the kinds of action.
pub const ACTION_KINDS: &[&str] = &["corrective", "preventive"];
/// What `good` says when a check found it good, and when it did not.
pub const YES_NO: &[&str] = &["yes", "no"];

/// Where an action stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ActionState {
    /// To be done, or found not good and to be done again.
    Open,
    /// Done, to be verified by someone else.
    Done,
    /// Found good.
    Verified,
}

impl ActionState {
    /// Returns the wire name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Done => "done",
            Self::Verified => "verified",
        }
    }
}

/// An action of a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct Action {
    /// Id, unique in the case.
    pub id: String,
    /// A wire name of [`ACTION_KINDS`].
    pub kind: String,
    /// What is to be done.
    pub text: String,
    /// Who does it.
    pub owner: String,
    /// The day it is due, `YYYY-MM-DD`; empty if none was set.
    pub due: String,
    /// The event that planned it.
    pub planned: EventId,
    /// When it was planned.
    pub planned_at: Millis,
    /// Who planned it.
    pub planned_by: String,
    /// Where it stands.
    pub state: ActionState,
    /// Who did it last; empty while it never was.
    pub done_by: String,
    /// When it was done last.
    pub done_at: Option<Millis>,
    /// Who looked at it last, whatever the finding.
    pub verified_by: String,
    /// How often it was found not good.
    pub rejected: u32,
}

impl Action {
    /// Returns whether the action is open after its day, `today` being `YYYY-MM-DD`.
    pub fn is_overdue(&self, today: &str) -> bool {
        self.state == ActionState::Open && !self.due.is_empty() && self.due.as_str() < today
    }

    /// Returns whether `name` may verify it: neither its owner nor the one who did it.
    pub fn may_verify(&self, name: &str) -> bool {
        !same_name(&self.owner, name) && !same_name(&self.done_by, name)
    }

    fn take(&mut self, event: &CaseEvent) {
        match event.step {
            Step::ActionDone if self.state != ActionState::Verified => {
                self.state = ActionState::Done;
                self.done_by.clone_from(&event.by);
                self.done_at = Some(event.at);
            }
            // One's own work is not verified by oneself, whatever a device says.
            Step::ActionVerified if self.may_verify(&event.by) => {
                self.verified_by.clone_from(&event.by);
                if event.datum(data::GOOD) == "yes" {
                    self.state = ActionState::Verified;
                } else {
                    self.state = ActionState::Open;
                    self.rejected += 1;
                }
            }
            _ => {}
        }
    }
}

/// Returns the actions that these events made, in the order they were planned. Of two events planning one id the first counts.
pub fn from_events<'a>(events: impl IntoIterator<Item = &'a CaseEvent>) -> Vec<Action> {
    let mut found: Vec<Action> = Vec::new();
    for event in events {
        let id = event.datum(data::ACTION);
        if id.is_empty() {
            continue;
        }
        let known = found.iter_mut().find(|action| action.id == id);
        match (event.step, known) {
            (Step::ActionPlanned, None) => found.push(Action {
                id: id.to_owned(),
                kind: event.datum(data::ACTION_KIND).to_owned(),
                text: event.note.clone(),
                owner: event.datum(data::OWNER).to_owned(),
                due: event.datum(data::DUE).to_owned(),
                planned: event.id.clone(),
                planned_at: event.at,
                planned_by: event.by.clone(),
                state: ActionState::Open,
                done_by: String::new(),
                done_at: None,
                verified_by: String::new(),
                rejected: 0,
            }),
            (_, Some(action)) => action.take(event),
            (_, None) => {}
        }
    }
    found
}

/// Returns the actions of a case, in the order they were planned; events out of order count for nothing.
pub fn actions(summary: &CaseSummary) -> Vec<Action> {
    from_events(summary.in_force())
}

/// Returns where an action stands after these events; nothing if none of them planned it.
pub(crate) fn state<'a>(
    events: impl IntoIterator<Item = &'a CaseEvent>,
    id: &str,
) -> Option<ActionState> {
    from_events(
        events
            .into_iter()
            .filter(|event| event.datum(data::ACTION) == id),
    )
    .first()
    .map(|action| action.state)
}
