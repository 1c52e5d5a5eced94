//! What the complaint desk asks and shows beside the list row: clocks, approvals, actions, penalties, packs, calendars.
//!
//! Long: plain views, one beside the other.

use std::collections::BTreeMap;

use huiyin_core::pack::{Pack, Part, Text};
use serde::{Deserialize, Serialize};

use crate::{CaseRow, DueState, Millis, SpanView};

/// A clock of a case.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ClockView {
    /// Name in the pack; empty for the one clock of a company without a pack.
    pub name: String,
    /// What is shown.
    pub title: Text,
    /// When it started.
    pub from: Millis,
    /// When it is due; nothing while it stands still.
    pub due: Option<Millis>,
    /// Length such as `3wd`, or `promised`.
    pub length: String,
    /// Holidays of a year in it are not known yet.
    pub provisional: bool,
    /// How it stands now.
    pub state: DueState,
    /// When it stopped.
    pub stopped: Option<Millis>,
    /// Since when it stands still.
    pub paused_since: Option<Millis>,
    /// It runs to its special limit.
    pub extended: bool,
    /// The person at the device may extend it.
    pub may_extend: bool,
    /// Day by day.
    pub explanation: Vec<SpanView>,
    /// Where the rule comes from.
    pub source: String,
}

/// Something a person should look at.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct MarkView {
    /// `stale_approval`, `recused`, `two_approvals`, `late_objection`, `limit_recomputed`.
    pub kind: String,
    /// Event it is about, if any.
    pub event: String,
    /// Person or value it is about.
    pub detail: String,
}

/// A signature wanted or given.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct SignatureView {
    /// Role or post wire name.
    pub role: String,
    /// Who signed; empty = not yet.
    pub by: String,
    /// When.
    pub at: Option<Millis>,
}

/// The latest proposal.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ProposalView {
    /// Event id: what an approval is about.
    pub event: String,
    /// Remedy id.
    pub remedy: String,
    /// Amount in cents.
    pub amount: i64,
    /// What is proposed, in words.
    pub note: String,
    /// Who proposed.
    pub by: String,
    /// When.
    pub at: Millis,
    /// The signatures in order, given and wanted.
    pub signatures: Vec<SignatureView>,
    /// People who may sign for an approver.
    pub delegated_to: Vec<String>,
    /// The person at the device may sign now.
    pub may_sign: bool,
    /// The approval the case has is of an earlier proposal.
    pub stale_approval: bool,
}

/// A corrective or preventive action.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ActionView {
    /// Id.
    pub id: String,
    /// `corrective` or `preventive`.
    pub kind: String,
    /// What is to be done.
    pub text: String,
    /// Who does it.
    pub owner: String,
    /// The day it is due, `YYYY-MM-DD`.
    pub due: String,
    /// `open`, `overdue`, `done` or `verified`.
    pub state: String,
    /// Who verified it.
    pub verified_by: String,
    /// The case, where the list is of several cases.
    pub case: String,
    /// The number of the case.
    pub number: String,
}

/// A penalty or reward.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PenaltyView {
    /// Record id.
    pub id: String,
    /// Record id of the case it follows from, or empty.
    pub case: String,
    /// Number of that case.
    pub case_number: String,
    /// The person.
    pub person: String,
    /// Clause id.
    pub clause: String,
    /// Clause text.
    pub clause_text: Text,
    /// Money in cents; a penalty is positive.
    pub amount: i64,
    /// Points.
    pub points: i32,
    /// A reward.
    pub reward: bool,
    /// `proposed`, `heard`, `approved`, `rejected`, `appealed`, `confirmed`, `lifted`.
    pub state: String,
    /// Published within the company.
    pub published: bool,
    /// In force: approved or confirmed.
    pub in_force: bool,
    /// Month it counts in, `YYYY-MM`.
    pub month: String,
    /// Branch.
    pub branch: String,
    /// Steps the person at the device may take.
    pub steps: Vec<String>,
    /// The time line, oldest first.
    pub events: Vec<crate::EventView>,
}

/// What a person has in one month.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PenaltySum {
    /// The person.
    pub person: String,
    /// Month, `YYYY-MM`.
    pub month: String,
    /// Money taken, in cents; rewards count negative.
    pub amount: i64,
    /// Points.
    pub points: i32,
    /// Penalties and rewards in force.
    pub count: u32,
}

/// Penalties and rewards of a month.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PenaltiesView {
    /// The person at the device is entitled to see them.
    pub entitled: bool,
    /// Newest first.
    pub entries: Vec<PenaltyView>,
    /// Sums per person and month of what is in force.
    pub sums: Vec<PenaltySum>,
}

/// What a person proposes as a penalty or reward.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct PenaltyIntent {
    /// Record id of the case, or empty.
    pub case: String,
    /// Without a case: record id of the contact that is the invitation it is about, or empty. A clause is proposed once for each.
    pub invitation: String,
    /// The person.
    pub person: String,
    /// Clause id of the case's pack (or of the active one).
    pub clause: String,
    /// Money in cents, within the clause's span; none = the clause's least amount, doubled where the clause doubles.
    pub amount: Option<i64>,
    /// Why.
    pub note: String,
}

/// A published or offered pack in a list.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PackRow {
    /// Reference of a published version; empty for one that only comes with the program.
    pub reference: String,
    /// Id.
    pub id: String,
    /// Version.
    pub version: u32,
    /// Name.
    pub name: Text,
    /// What kind of company it is for.
    pub about: Text,
    /// New cases begin under it.
    pub active: bool,
    /// Offered first.
    pub neutral: bool,
    /// When it was published.
    pub published: Option<Millis>,
    /// Who published it.
    pub by: String,
    /// Cases under it on this device.
    pub cases: u32,
    /// Parts it has rules for.
    #[serde(default)]
    pub parts: Vec<Part>,
}

/// Which rules a part is worked by, and which can be chosen for it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PartView {
    /// The part.
    pub part: Part,
    /// Reference of the version chosen for it; empty = none was chosen.
    pub chosen: String,
    /// Reference of the version in force: the chosen one, or the one for cases if that has the part; empty = no rules.
    pub in_force: String,
    /// The chosen version has not come to this device: nothing is worked by until it has.
    pub missing: bool,
    /// Packs that come with the program and have the part.
    pub offered: Vec<PackRow>,
}

/// The packs.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PacksView {
    /// Those that come with the program.
    pub offered: Vec<PackRow>,
    /// Versions of this company, newest first.
    pub published: Vec<PackRow>,
    /// The pack in force for cases whole, for forms that need its lists.
    pub active: Option<Box<Pack>>,
    /// Every part in the order of settings; empty before there is a company.
    #[serde(default)]
    pub parts: Vec<PartView>,
    /// Packs in force for other parts, whole, by reference; the one for cases is in `active`.
    #[serde(default)]
    pub others: BTreeMap<String, Pack>,
    /// The person at the device may publish.
    pub may_edit: bool,
}

/// A day that differs from the week.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
pub struct DayView {
    /// `YYYY-MM-DD`.
    pub date: String,
    /// `holiday` (a day off), `workday` (a weekend day that is worked) or `ordinary` (as the week has it, whatever was announced).
    pub kind: String,
    /// Name of the holiday.
    pub name: String,
}

/// A working calendar as it is edited.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct CalendarForm {
    /// Branch code; empty = the company's.
    pub branch: String,
    /// Zone name, for instance `Asia/Shanghai`.
    pub zone: String,
    /// Office hours from Monday to Sunday, for instance `09:00-12:00,13:30-18:00`; empty = closed unless worked by exception, then as Monday.
    pub hours: Vec<String>,
    /// Days of the company's own that differ from the calendar that comes with the program.
    pub days: Vec<DayView>,
}

/// The calendars.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct CalendarsView {
    /// The company's, then those of branches that differ.
    pub calendars: Vec<CalendarForm>,
    /// Days that come with the program.
    pub builtin: Vec<DayView>,
    /// Zones that can be chosen.
    pub zones: Vec<String>,
    /// Years with known holidays.
    pub years: Vec<i32>,
    /// The person at the device may edit.
    pub may_edit: bool,
}

/// What the other branch does with a forwarded case, or where a continuation comes from.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ContinuationView {
    /// Record id of the other record; empty if it is not on this device.
    pub id: String,
    /// Its number.
    pub number: String,
    /// Branch that forwarded.
    pub from_branch: String,
    /// Branch it went to.
    pub to_branch: String,
    /// State of the continuation.
    pub state: String,
    /// Its row, if it is on this device.
    pub row: Option<CaseRow>,
    /// This record is the continuation.
    pub here: bool,
    /// The sender still answers for it: not accepted yet, or given back.
    pub sender_answers: bool,
}

/// A photo or paper with a case.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct AttachmentView {
    /// BLAKE3 of the content, hex.
    pub hash: String,
    /// File name.
    pub name: String,
    /// Media type: `image/jpeg`, `image/png`, `image/webp` or `application/pdf`.
    pub media: String,
    /// Bytes.
    pub size: u64,
    /// Who attached it.
    pub by: String,
    /// When.
    pub at: Millis,
    /// The bytes are on this device.
    pub here: bool,
}

/// A segment of records past their time of keeping.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct DestructionView {
    /// Segment key.
    pub segment: String,
    /// Branch.
    pub branch: String,
    /// Month of the cases, as the segment names it.
    pub period: String,
    /// Cases in it.
    pub cases: u32,
    /// `due`, `proposed`, `destroyed`, or `kept`: all of it is past its time but for a case kept for good.
    pub state: String,
    /// Number of the case that keeps it.
    #[serde(default)]
    pub kept_by: String,
    /// The person at the device may propose.
    #[serde(default)]
    pub may_propose: bool,
    /// Who proposed.
    pub proposed_by: String,
    /// Who approved.
    pub approved_by: String,
    /// Who approved without the signature of the key they have: it destroys nothing.
    #[serde(default)]
    pub unsigned_by: String,
    /// When it was destroyed.
    pub at: Option<Millis>,
    /// Number, day received and kind of the cases: the list that stays.
    pub list: Vec<String>,
    /// The person at the device may approve.
    pub may_approve: bool,
}

/// Someone to be told about a deadline, now.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ReminderView {
    /// Names the reminder: the same one is shown once.
    pub key: String,
    /// Record id of the case.
    pub case: String,
    /// Number of the case.
    pub number: String,
    /// Subject of the case.
    pub subject: String,
    /// Clock name; empty where the person is told about something else than a clock.
    pub clock: String,
    /// Clock title, or what the person is told.
    pub title: Text,
    /// When the clock is due.
    pub due: Millis,
    /// Hours after the deadline the rule names; negative before it.
    pub hours: i32,
}

/// The lists of my day that come from the desk.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct DeskView {
    /// Proposals the person may sign now (at most 50).
    pub approvals: Vec<CaseRow>,
    /// All of them.
    pub approvals_total: u32,
    /// Cases that wait for someone else: an approver, another branch, the customer (at most 50).
    pub waiting: Vec<CaseRow>,
    /// All of them.
    pub waiting_total: u32,
    /// Cases this branch forwarded and still answers for (at most 50).
    pub answerable: Vec<CaseRow>,
    /// Cases forwarded to this branch and not accepted (at most 50).
    pub incoming: Vec<CaseRow>,
    /// Actions of the person that are not done (at most 50).
    pub actions: Vec<ActionView>,
    /// Actions done by others that wait for a verification (at most 50).
    pub to_verify: Vec<ActionView>,
    /// Penalties and rewards the person may decide or was named in (at most 50).
    pub penalties: Vec<PenaltyView>,
    /// Who has to be told now.
    pub reminders: Vec<ReminderView>,
}

/// What a pack asks of a step, for the form.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ExtraField {
    /// Data name.
    pub id: String,
    /// What is shown; empty where the program names it.
    pub title: Text,
    /// Whether it must be filled.
    pub required: bool,
    /// What may be chosen: id and text; empty = free text.
    pub choices: Vec<(String, Text)>,
}

/// Everything the complaint desk shows of a case beside its record.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct CaseDesk {
    /// Reference of the pack version the case began under; empty without one.
    pub pack: String,
    /// Name of that pack.
    pub pack_name: Text,
    /// Clocks that have started, in the pack's order.
    pub clocks: Vec<ClockView>,
    /// Whether the case is paused.
    pub paused: bool,
    /// Things to look at.
    pub marks: Vec<MarkView>,
    /// The latest proposal.
    pub proposal: Option<ProposalView>,
    /// Corrective and preventive actions.
    pub actions: Vec<ActionView>,
    /// Penalties and rewards, for those entitled.
    pub penalties: Vec<PenaltyView>,
    /// The person at the device may propose a penalty.
    pub may_propose_penalty: bool,
    /// Cases on the same matter.
    pub matter: Vec<CaseRow>,
    /// Cases that were found to be the same as this one, or the one that goes on.
    pub duplicates: Vec<CaseRow>,
    /// Forwarding.
    pub continuation: Option<ContinuationView>,
    /// Photos and papers.
    pub attachments: Vec<AttachmentView>,
    /// Further data of each step by the pack.
    pub step_fields: BTreeMap<String, Vec<ExtraField>>,
    /// Clauses that can be applied, without rewards first: id, text.
    pub clauses: Vec<(String, Text)>,
    /// Remedies: id, text.
    pub remedies: Vec<(String, Text)>,
    /// Causes: id, text, id it lies under.
    pub causes: Vec<(String, Text, String)>,
    /// What makes a case major: id, text.
    pub major: Vec<(String, Text)>,
    /// Departments.
    pub departments: Vec<(String, Text)>,
    /// Texts for answers: id, title, text filled in for this case.
    pub templates: Vec<(String, Text, Text)>,
    /// Papers that can be printed: layout, title.
    pub forms: Vec<(String, Text)>,
    /// Signature lines of each paper, by layout.
    pub signatures: BTreeMap<String, Vec<Text>>,
}
