//! Events (联谊会、会议): who invited whom, on which day's list, who came, and disputes about a guest.

use huiyin_core::pack::Text;
use serde::{Deserialize, Serialize};

use crate::Millis;

/// Most events an answer lists, the latest day first.
pub const MAX_EVENTS: usize = 200;
/// Most invitations to one event that its screen reads; the count tells of all.
pub const MAX_INVITATIONS: usize = 1_000;

/// What is said about an event.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct EventForm {
    /// Name. With day and session it names the event.
    pub name: String,
    /// The day, `YYYY-MM-DD`.
    pub day: String,
    /// `morning`, `afternoon`, `evening`; empty = not said.
    pub session: String,
    /// Place.
    pub place: String,
    /// Ids of the departments in the order they may invite; empty = all at once.
    pub departments: Vec<String>,
    /// Time a day's list closes, `HH:MM`; empty = as the policy says.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub closes: String,
}

/// A thing said about an event that was changed.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct EventValue {
    /// Name of the field of [`EventForm`].
    pub field: String,
    /// What was said before; departments are separated by commas.
    pub from: String,
    /// What is said now, as above.
    pub to: String,
}

/// A change of an event.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct EventChange {
    /// Who made it.
    pub by: String,
    /// When.
    pub at: Millis,
    /// What it changed.
    pub values: Vec<EventValue>,
    /// Why the event was cancelled; none = it was not.
    pub cancelled: Option<String>,
}

/// An event in a list.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct EventRow {
    /// Id.
    pub id: String,
    /// What is said about it.
    pub form: EventForm,
    /// Who planned it.
    pub by: String,
    /// When it was planned.
    pub at: Millis,
    /// Guests invited, each once.
    pub invited: u32,
    /// Guests who came.
    pub came: u32,
    /// Its day lies behind.
    pub over: bool,
    /// It was cancelled.
    pub cancelled: bool,
}

/// The events of this device's branch.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct EventsView {
    /// At most [`MAX_EVENTS`], the latest day first.
    pub rows: Vec<EventRow>,
    /// All of them.
    pub total: u32,
    /// Departments of the policy.
    pub departments: Vec<(String, Text)>,
    /// The person at the device may plan events.
    pub may_plan: bool,
    /// Time a day's list closes by the policy, `HH:MM`; empty = it has no rules about invitations.
    pub closes: String,
}

/// When a department may invite.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct EventDepartment {
    /// Id.
    pub id: String,
    /// What is shown.
    pub text: Text,
    /// First day of its lists, `YYYY-MM-DD`; empty without rules.
    pub from: String,
}

/// A dispute about a guest, or its ruling.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct DisputeView {
    /// Who raised or ruled it.
    pub by: String,
    /// When.
    pub at: Millis,
    /// Why.
    pub note: String,
    /// Of a ruling: whose guest the customer is.
    pub inviter: String,
}

/// An invitation.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct GuestLine {
    /// Record id of the contact that is the invitation.
    pub contact: String,
    /// Record id of the customer.
    pub customer: String,
    /// Name of the customer.
    pub name: String,
    /// Who looks after the customer.
    pub owner: String,
    /// Whose guest it is: who registered the invitation, or whom a ruling about it names.
    pub inviter: String,
    /// Who registered the invitation.
    pub registered: String,
    /// Id of the inviter's department; empty = not said.
    pub department: String,
    /// When it was registered.
    pub at: Millis,
    /// The list it counts on, `YYYY-MM-DD`; empty without rules, and for a late one.
    pub list: String,
    /// It came after the last list closed.
    pub late: bool,
    /// The person may propose the penalty of a late list.
    pub may_claim: bool,
    /// It is proposed; told to those who may.
    pub claimed: bool,
    /// It holds: the first registered of this guest, or the one ruled.
    pub holds: bool,
    /// `came`, `absent`; empty = not recorded.
    pub attendance: String,
    /// Money closed at the event, as it is stored; empty = none.
    pub sold: String,
    /// The dispute about this guest that waits for a ruling.
    pub dispute: Option<DisputeView>,
    /// The last ruling about this guest.
    pub ruling: Option<DisputeView>,
    /// The person may raise a dispute.
    pub may_dispute: bool,
    /// The person may rule the dispute.
    pub may_rule: bool,
    /// Who the ruling may name: the inviters and who raised the dispute.
    pub parties: Vec<String>,
}

/// An event with its guests.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct EventGuests {
    /// The event.
    pub row: EventRow,
    /// Invitations in the order they were registered, at most [`MAX_INVITATIONS`].
    pub guests: Vec<GuestLine>,
    /// What is beyond that.
    pub left: u32,
    /// Departments in the order they invite.
    pub departments: Vec<EventDepartment>,
    /// Time a day's list closes, `HH:MM`; empty = the policy has no rules about invitations.
    pub closes: String,
    /// Id of the clause of a late list; empty = none.
    pub late_clause: String,
    /// The former carer helps only with the inviter's consent.
    pub consent_of_inviter: bool,
    /// Roles or posts that rule disputes, in order; empty = those who decide owners.
    pub disputes: Vec<String>,
    /// The person at the device may name another inviter.
    pub may_plan: bool,
    /// Every department of the policy: id, name.
    pub known_departments: Vec<(String, Text)>,
    /// Time a day's list closes by the policy, `HH:MM`; empty = it has no rules about invitations.
    pub usual_closes: String,
    /// Its changes, the oldest first.
    pub changes: Vec<EventChange>,
    /// The person may change what is said about it.
    pub may_change: bool,
    /// The person may cancel it.
    pub may_cancel: bool,
}
