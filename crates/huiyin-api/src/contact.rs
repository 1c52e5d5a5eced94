//! What the contact screens ask and show: visits, calls, letters, receptions, their promises and what is due about them.

use std::collections::BTreeMap;

use huiyin_core::contact::duties::PlanStage;
use huiyin_core::contact::reception::CostJudgement;
use huiyin_core::pack::contact_rules::ReceptionClass;
use huiyin_core::pack::file_rules::Every;
use huiyin_core::pack::{Choice, Text};
use serde::{Deserialize, Serialize};

use crate::{ConflictView, EventView, FieldView, Millis, StepForm};

/// A window over the contacts, filtered and sorted by day.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ContactQuery {
    /// `planned`, `approve`, `report` or `done`; empty = all.
    pub tab: String,
    /// Wanted kinds; empty = all.
    pub kinds: Vec<String>,
    /// Who planned or did it; empty = anyone.
    pub owner: String,
    /// Record id of the customer; empty = any.
    pub customer: String,
    /// Branch code; empty = any.
    pub branch: String,
    /// First day wanted, `YYYY-MM-DD`; empty = from the beginning.
    pub from: String,
    /// Last day wanted, `YYYY-MM-DD`; empty = without end.
    pub to: String,
    /// Words looked for in subject, customer and number; empty = all.
    pub search: String,
    /// Latest day first.
    pub descending: bool,
    /// First row wanted.
    pub offset: u32,
    /// Rows wanted, at most [`crate::MAX_PAGE_ROWS`].
    pub limit: u32,
}

/// One line of the list of contacts.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ContactRow {
    /// Record id.
    pub id: String,
    /// Number people read.
    pub number: String,
    /// Kind wire name.
    pub kind: String,
    /// Way wire name, or empty.
    pub way: String,
    /// Subject.
    pub subject: String,
    /// Purpose: an id of the policy's list, or empty.
    pub purpose: String,
    /// Customer's name.
    pub customer: String,
    /// Customer record id, or empty.
    pub customer_id: String,
    /// State wire name.
    pub state: String,
    /// The day it took place; before that the day it is planned for, `YYYY-MM-DD`; empty = none.
    pub day: String,
    /// Time of day it is planned for, `HH:MM`; empty = all day.
    pub time: String,
    /// Who planned or did it first.
    pub by: String,
    /// Result wire name, or empty.
    pub result: String,
    /// Branch code.
    pub branch: String,
    /// What is open about it, the most urgent first.
    pub duties: Vec<ContactDutyView>,
    /// The person at the device may approve its plan now.
    pub may_approve: bool,
    /// Last change.
    pub updated: Millis,
    /// Fields with more than one concurrent value.
    pub conflicts: u32,
    /// Acts done apart that somebody must check.
    pub clashes: u32,
}

/// Something open about a contact.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ContactDutyView {
    /// `report`, `promise`, `overdue`, `signature` or `supervision`.
    pub kind: String,
    /// The `promised` event of a promise.
    pub event: String,
    /// Who it falls to: a person, or a role or post for `supervision`.
    pub owner: String,
    /// What was promised.
    pub text: String,
    /// By when, if there is a limit.
    pub due: Option<Millis>,
    /// The limit is past.
    pub late: bool,
}

/// A window over the contacts.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ContactPage {
    /// Rows that match, in all.
    pub total: u32,
    /// Offset of the first row.
    pub offset: u32,
    /// The rows.
    pub rows: Vec<ContactRow>,
    /// How many each tab has under the other filters; all of them under the empty name.
    pub tabs: BTreeMap<String, u32>,
}

/// A promise made to a customer.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PromiseView {
    /// The `promised` event.
    pub event: String,
    /// What was promised.
    pub text: String,
    /// Who keeps it.
    pub owner: String,
    /// The day it is due, `YYYY-MM-DD`; empty = none was given.
    pub due: String,
    /// Not kept, and its day is over.
    pub late: bool,
    /// When it was kept.
    pub kept_at: Option<Millis>,
    /// Record id of the contact.
    pub contact: String,
    /// Customer's name.
    pub customer: String,
}

/// A whole contact.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ContactRecord {
    /// The list row.
    pub row: ContactRow,
    /// Every filled field.
    pub fields: Vec<FieldView>,
    /// Fields with several values.
    pub conflicts: Vec<ConflictView>,
    /// The time line, oldest first.
    pub events: Vec<EventView>,
    /// Ids of the last events: what a step taken now comes after.
    pub heads: Vec<String>,
    /// Step wire names of acts done apart with different outcomes; empty = none.
    pub clash: Vec<String>,
    /// Steps that may be taken now by the person at this device.
    pub steps: Vec<StepForm>,
    /// Every promise.
    pub promises: Vec<PromiseView>,
    /// Roles or posts whose approval of the plan is still wanted, in order.
    pub approvers: Vec<String>,
    /// What is paid of its cost, and why not all; none without a cost.
    pub cost: Option<CostJudgement>,
    /// Defects found while reading.
    pub issues: Vec<String>,
}

/// What forms of contacts choose from, and how far the person's plan is.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ContactDesk {
    /// Purposes of the policy.
    pub purposes: Vec<Choice>,
    /// Service classes of the policy.
    pub service_classes: Vec<Choice>,
    /// Classes of guests of the policy.
    pub reception_classes: Vec<ReceptionClass>,
    /// The person's plan for the present period, then for the next; empty if the policy asks for none.
    pub plans: Vec<PlanView>,
    /// What the person should do in the present period, and did.
    pub targets: Vec<TargetView>,
    /// The version chosen for contacts has not come to this device: no rules hold yet.
    pub rules_missing: bool,
}

/// The plan of the person at the device for one period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanView {
    /// Name of the period, such as `2026-08`.
    pub period: String,
    /// By when it is to be submitted.
    pub due: Millis,
    /// How far it is.
    pub stage: PlanStage,
    /// Contacts planned in it.
    pub planned: u32,
    /// Not submitted, and the limit is past.
    pub late: bool,
}

/// A target of contacts.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct TargetView {
    /// Role or post.
    pub post: String,
    /// Kind of contact; empty = any.
    pub kind: String,
    /// Period.
    pub every: Every,
    /// Contacts wanted.
    pub wanted: u32,
    /// Contacts done.
    pub done: u32,
}

/// What contacts add to my day.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ContactDay {
    /// Plans that wait for the approval of the person at the device (at most 50).
    pub to_approve: Vec<ContactRow>,
    /// The person's contacts of today, and those whose day is over (at most 50).
    pub today: Vec<ContactRow>,
    /// What the person still has to report, have signed or check (at most 50).
    pub to_report: Vec<ContactRow>,
    /// Return visits that fall to the person, those due first at the top (at most 50).
    #[serde(default)]
    pub follow_ups: Vec<FollowUpView>,
    /// Birthdays of customers the person is to greet, by day (at most 50).
    #[serde(default)]
    pub birthdays: Vec<crate::BirthdayView>,
    /// Reports and greetings of all customers that are the person's and due, those due first.
    #[serde(default)]
    pub occasions: Vec<crate::OccasionView>,
    /// Promises the person has to keep, those due first at the top (at most 50).
    pub promises: Vec<PromiseView>,
}

/// A return visit that is due.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct FollowUpView {
    /// Id of the rule.
    pub rule: String,
    /// What the rule is called.
    pub title: Text,
    /// Record id of what it comes after.
    pub of: String,
    /// What it comes after, in words: subject of a case, name of an event or customer.
    pub subject: String,
    /// Number of the case, or empty.
    pub number: String,
    /// Customer's name.
    pub customer: String,
    /// Customer record id, or empty.
    pub customer_id: String,
    /// Branch code.
    pub branch: String,
    /// By when.
    pub due: Millis,
    /// The limit is past.
    pub late: bool,
    /// Role or post that does it.
    pub by: String,
    /// The person at the device holds it.
    pub mine: bool,
    /// The phone will do.
    pub by_phone: bool,
    /// Which follow-up of the matter it is, from 1.
    pub nth: u32,
}
