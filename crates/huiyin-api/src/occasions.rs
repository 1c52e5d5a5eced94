//! Greetings and reports that contact rules ask for when their day comes.

use huiyin_core::pack::Text;
use serde::{Deserialize, Serialize};

use crate::{DueState, Millis};

/// A customer's birthday, to be greeted.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct BirthdayView {
    /// Id of the greeting in the policy, which the contact names as what it follows up.
    pub greeting: String,
    /// What the policy calls it.
    pub title: Text,
    /// Record id of the customer.
    pub customer: String,
    /// Its name.
    pub name: String,
    /// First phone.
    pub phone: String,
    /// The day it falls on, `YYYY-MM-DD`.
    pub day: String,
    /// The day is past.
    pub late: bool,
}

/// A report or a greeting of all customers that is due in a period.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct OccasionView {
    /// `report`, `greeting`, or `visit` for return visits after a festival.
    pub kind: String,
    /// Id in the policy.
    pub id: String,
    /// What the policy calls it.
    pub title: Text,
    /// The period, such as `2026-11`; of a festival its first day.
    pub period: String,
    /// What the festival is called; empty for others.
    pub festival: String,
    /// Role or post that does it.
    pub by: String,
    /// Role or post a report goes to.
    pub to: String,
    /// By when.
    pub due: Millis,
    /// How it stands.
    pub state: DueState,
}
