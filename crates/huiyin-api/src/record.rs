//! Rows of lists and whole records as a screen shows them.

use serde::{Deserialize, Serialize};

use crate::Millis;

/// One line of the customer list.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct CustomerRow {
    /// Record id.
    pub id: String,
    /// Number people read.
    pub number: String,
    /// Name.
    pub name: String,
    /// First phone.
    pub phone: String,
    /// Contact person.
    pub contact: String,
    /// Kind wire name.
    pub kind: String,
    /// Class.
    pub class: String,
    /// Life cycle wire name.
    pub life_cycle: String,
    /// City or address start.
    pub city: String,
    /// Owning branch code.
    pub branch: String,
    /// Owner A.
    pub owner: String,
    /// Last change.
    pub updated: Millis,
    /// Fields with more than one concurrent value.
    pub conflicts: u32,
    /// Fields that only an import knows, by name; values are cut at 80 characters.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub custom: Vec<FieldView>,
}

/// A window of the customer list.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct CustomerPage {
    /// Rows that match, in all.
    pub total: u32,
    /// Offset of the first row.
    pub offset: u32,
    /// The rows.
    pub rows: Vec<CustomerRow>,
}

/// Where a case stands, coarsely.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StateGroup {
    /// Somebody has to act.
    #[default]
    Open,
    /// The ball is with somebody else: forwarded, answered, awaiting a call-back.
    Waiting,
    /// Ended.
    Done,
}

/// How a deadline stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DueState {
    /// No deadline.
    #[default]
    None,
    /// Not yet near.
    OnTime,
    /// Within the next 24 hours.
    Soon,
    /// Past and still open.
    Overdue,
    /// Ended in time.
    Met,
    /// Ended late.
    Late,
}

/// One line of the case list.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct CaseRow {
    /// Record id.
    pub id: String,
    /// Number people read.
    pub number: String,
    /// Subject.
    pub subject: String,
    /// Customer or complainant.
    pub customer: String,
    /// Customer record id, or empty.
    pub customer_id: String,
    /// Phone of the complainant.
    pub phone: String,
    /// Party the complaint is against.
    pub against: String,
    /// Kind wire name.
    pub kind: String,
    /// Category.
    pub category: String,
    /// Severity wire name.
    pub severity: String,
    /// State wire name.
    pub state: String,
    /// Coarse state.
    pub group: StateGroup,
    /// Branch code.
    pub branch: String,
    /// Person responsible.
    pub assignee: String,
    /// When it was received.
    pub received: Millis,
    /// When it is due.
    pub due: Option<Millis>,
    /// How the deadline stands now.
    pub due_state: DueState,
    /// Deadline counted without known holidays.
    pub provisional: bool,
    /// Last change.
    pub updated: Millis,
    /// Fields with more than one concurrent value.
    pub conflicts: u32,
    /// Concurrent acts and other marks that somebody must check.
    pub clashes: u32,
    /// Name of the clock that is due next; empty without a pack.
    #[serde(default)]
    pub clock: String,
    /// Clocks stand still.
    #[serde(default)]
    pub paused: bool,
    /// State of the continuation with another branch, if the case was forwarded and it is known here.
    #[serde(default)]
    pub continued: String,
    /// Fields that only an import knows, by name; values are cut at 80 characters.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub custom: Vec<FieldView>,
}

/// A window of the case list.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct CasePage {
    /// Rows that match, in all.
    pub total: u32,
    /// Offset of the first row.
    pub offset: u32,
    /// The rows.
    pub rows: Vec<CaseRow>,
}

/// A field of a record.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct FieldView {
    /// Field wire name.
    pub name: String,
    /// Value.
    pub value: String,
}

/// One of several values written at the same time.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ConflictValue {
    /// The value.
    pub value: String,
    /// Who wrote it.
    pub by: String,
    /// On which device.
    pub device: String,
    /// When.
    pub at: Millis,
}

/// A field with several values.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ConflictView {
    /// Field wire name.
    pub field: String,
    /// The value shown until it is settled.
    pub shown: String,
    /// All values.
    pub values: Vec<ConflictValue>,
}

/// One entry of a time line.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct EventView {
    /// Event id.
    pub id: String,
    /// Step wire name, or `note`, `created`, `imported`.
    pub step: String,
    /// When.
    pub at: Millis,
    /// Who.
    pub by: String,
    /// Device name.
    pub device: String,
    /// Note.
    pub note: String,
    /// Other data of the step: name → value, in display order.
    pub data: Vec<FieldView>,
    /// The step did not follow from what came before; kept, not in force.
    pub out_of_order: bool,
    /// What became of the signature of the person, where one is asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signed: Option<bool>,
}

/// Acts done at the same time that somebody must check.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ClashView {
    /// The events.
    pub events: Vec<String>,
    /// Step wire names of the events.
    pub steps: Vec<String>,
}

/// A step that may be taken now, and what it needs.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct StepForm {
    /// Step wire name.
    pub step: String,
    /// Fields of [`crate::StepIntent`] that must be filled; `assignee_or_department` means one of both.
    pub needs: Vec<String>,
    /// Fields of [`crate::StepIntent`] that may be filled.
    pub offers: Vec<String>,
}

/// One line of the explanation of a deadline.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct SpanView {
    /// The day, `YYYY-MM-DD`.
    pub date: String,
    /// `start`, `working`, `rest_day`, `holiday`, `make_up`, `counted`, `moved`, `due`.
    pub kind: String,
    /// Name of the holiday, if any.
    pub name: String,
    /// The count reached, if this day counts.
    pub counted: Option<u32>,
}

/// A deadline with its arithmetic.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct DeadlineView {
    /// When it is due.
    pub due: Millis,
    /// Counted from.
    pub from: Millis,
    /// Length such as `3wd`.
    pub length: String,
    /// Holidays of a year in it are not known yet.
    pub provisional: bool,
    /// How it stands.
    pub state: DueState,
    /// Day by day.
    pub explanation: Vec<SpanView>,
}

/// A whole customer file.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct CustomerRecord {
    /// The list row.
    pub row: CustomerRow,
    /// Every filled field.
    pub fields: Vec<FieldView>,
    /// Fields with several values.
    pub conflicts: Vec<ConflictView>,
    /// The time line, oldest first.
    pub events: Vec<EventView>,
    /// Cases of this customer, newest first.
    pub cases: Vec<CaseRow>,
    /// Contacts with this customer, the latest day first (at most 200).
    #[serde(default)]
    pub contacts: Vec<crate::ContactRow>,
    /// Answers of this customer to surveys, the latest first (at most 200).
    #[serde(default)]
    pub surveys: Vec<crate::SurveyRow>,
    /// Completeness, papers, hand-over book, duties and the steps of the file.
    #[serde(default)]
    pub file: Box<crate::FileView>,
    /// What the person may do about who looks after the customer.
    #[serde(default)]
    pub rights: crate::OwnerRights,
    /// What the customer earned by bringing others; nothing without any.
    #[serde(default)]
    pub referral: Option<Box<crate::ReferralView>>,
    /// Files that gave way to this one.
    #[serde(default)]
    pub merged: Vec<crate::MergedView>,
    /// The file this one gave way to.
    #[serde(default)]
    pub gave_way: Option<Box<crate::MergedView>>,
    /// Defects found while reading.
    pub issues: Vec<String>,
}

/// A whole case.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct CaseRecord {
    /// The list row.
    pub row: CaseRow,
    /// Name of the customer's file, whoever complained; empty without one and while it is not here.
    #[serde(default)]
    pub customer_name: String,
    /// Every filled field.
    pub fields: Vec<FieldView>,
    /// Fields with several values.
    pub conflicts: Vec<ConflictView>,
    /// The time line, oldest first.
    pub events: Vec<EventView>,
    /// Ids of the last events: what a step taken now comes after.
    pub heads: Vec<String>,
    /// Acts to check.
    pub clashes: Vec<ClashView>,
    /// Steps that may be taken now by the person at this device.
    pub steps: Vec<StepForm>,
    /// The deadline of a case without a pack.
    pub deadline: Option<DeadlineView>,
    /// Clocks, approvals, actions and the rest of the complaint desk.
    #[serde(default)]
    pub desk: Box<crate::CaseDesk>,
    /// Times reopened.
    pub reopened: u32,
    /// Defects found while reading.
    pub issues: Vec<String>,
}
