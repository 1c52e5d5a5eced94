//! Projections: one packed row per record, all a list, a search or a count needs, so that opening needs no Automerge.
//!
//! What the complaint desk needs beside the columns of a list (clocks, signatures, actions) is in [`crate::DeskRow`].
//!
//! Long: the tables of columns.

use huiyin_core::calendar::{Length, deadline};
use huiyin_core::case::{CaseState, CaseSummary, StateGroup, Step};
use huiyin_core::consequence::PenaltyState;
use huiyin_core::contact::{self, ContactState};
use huiyin_core::field::{MAX_TAG, MAX_TAGS};
use huiyin_core::file::{self, FileSummary};
use huiyin_core::id::RecordKind;
use huiyin_core::identity;
use huiyin_core::money::parse_cents;
use huiyin_core::pack::Part;
use huiyin_core::pack::policies::Policies;
use huiyin_core::text::fold;
use serde::{Deserialize, Serialize};

use crate::custom_fields::{RowCustom, custom_of};
use crate::desk_row::{DeskRow, Judged, Standing};
use crate::file_row::FileRow;
use crate::{Document, Issue, Millis, Record};

/// Version of the packed form; another version is projected anew.
pub const PROJECTION_VERSION: u32 = 6;

/// [`Row::group`] of a customer in the pool.
pub const POOLED: u8 = 1;
/// [`Row::group`] of a customer whose file gave way to another.
pub const GAVE_WAY: u8 = 2;
/// Steps of a file that decide what its row shows, whatever the rules.
const DECIDING: &[Step] = &[
    Step::OwnerChanged,
    Step::Pooled,
    Step::Claimed,
    Step::Ruled,
    Step::Merged,
    Step::ClassProposed,
    Step::ClassConfirmed,
    Step::ClassRefused,
    Step::ContactReported,
];

/// Separates the texts of a row.
const SEPARATOR: char = '\u{1F}';
/// Most characters of a text kept in a row; the whole is in the record.
const MAX_CELL: usize = 80;
/// Columns from this one on hold whole lists: [`CustomerColumn::Tags`].
const FIRST_LIST: usize = CustomerColumn::Tags as usize;
/// Most characters of such a column: as many as the field takes, with the commas.
const MAX_LIST: usize = MAX_TAGS * (MAX_TAG + 1);
/// Characters of a description that serve as the subject of a case without one; the rest is in the texts.
const HEAD_CHARS: usize = 40;

/// A text column of a customer row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CustomerColumn {
    /// Number.
    Number,
    /// Name.
    Name,
    /// First phone.
    Phone,
    /// Second and contact's phones.
    OtherPhones,
    /// Number in another system.
    ExternalNumber,
    /// Kind.
    Kind,
    /// Contact person.
    Contact,
    /// Class.
    Class,
    /// Life cycle.
    LifeCycle,
    /// City.
    City,
    /// Owner A.
    Owner,
    /// Card number and plate.
    Card,
    /// Owner B.
    OwnerB,
    /// Record id of the file it gave way to, as its own events say.
    MergedInto,
    /// Yearly amount in cents ([`crate::RowRef::value`]).
    Value,
    /// The day of the last confirmed grading, `YYYY-MM-DD` ([`crate::RowRef::graded_on`]).
    GradedOn,
    /// Birthday as the field says, else as the identity number does; `YYYY-MM-DD`.
    Birthday,
    /// When it was delivered to, `YYYY-MM-DD`.
    DeliveredOn,
    /// When it moved in, `YYYY-MM-DD`.
    MovedInOn,
    /// Tags, separated by commas ([`huiyin_core::field::tags`]); whole.
    Tags,
}

/// A text column of a case row. The first five stand where those of a customer stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CaseColumn {
    /// Number.
    Number,
    /// Subject.
    Subject,
    /// Complainant's phone.
    Phone,
    /// Plate.
    Plate,
    /// Number in another system.
    ExternalNumber,
    /// Kind.
    Kind,
    /// Complainant or customer name.
    Customer,
    /// Customer record id.
    CustomerId,
    /// Party against.
    Against,
    /// Category.
    Category,
    /// Severity.
    Severity,
    /// State.
    State,
    /// Person or department responsible.
    Assignee,
    /// Record id of the case a continuation continues.
    Continues,
    /// Record id of the continuation of a forwarded case.
    Continuation,
}

/// A text column of a row of a penalty or reward.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConsequenceColumn {
    /// Number.
    Number,
    /// The person.
    Person,
    /// Record id of the case.
    Case,
    /// Clause id.
    Clause,
    /// Month, `YYYY-MM`.
    Month,
}

/// A text column of a contact's row. The first three stand where those of a survey stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ContactColumn {
    /// Number.
    Number,
    /// Customer's name.
    CustomerName,
    /// Customer record id.
    CustomerId,
    /// Kind.
    Kind,
    /// The day it is planned for, `YYYY-MM-DD`; empty = none.
    PlannedOn,
    /// Time of day, `HH:MM`.
    PlannedAt,
    /// State ([`huiyin_core::contact::ContactState`]); empty = no events.
    State,
    /// Who planned or did it first.
    By,
    /// Way.
    Way,
    /// Result.
    Result,
    /// Subject.
    Subject,
    /// Purpose.
    Purpose,
    /// `signed`, `good`, `bad`, separated by commas: the customer's signature, the supervisor's check.
    Checks,
    /// Who endorsed the plan since it was last submitted, separated by commas.
    Endorsed,
    /// Id of the rule it follows up.
    FollowUp,
    /// Record id of the case it follows up.
    Case,
}

/// A text column of an answered survey's row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SurveyColumn {
    /// Number.
    Number,
    /// Customer's name; empty = anonymous.
    CustomerName,
    /// Customer record id; empty = anonymous, or not in the files.
    CustomerId,
    /// The survey's id in its policy.
    Survey,
    /// Period, such as `2026` or `2026Q4`.
    Period,
}

/// A row of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// Local id within the segment.
    pub local: u64,
    /// Last change.
    pub updated: Millis,
    /// When it was made, or received for a case.
    pub received: Millis,
    /// When it is due; of a customer: the earliest limit of an open duty in [`DeskRow::file`].
    pub due: Option<Millis>,
    /// When the clock stopped. With several clocks: nothing while one runs; then when the one that was late stopped. Of a contact:
    /// when it was reported; of a customer: when somebody last reported a contact in the file itself.
    pub ended: Option<Millis>,
    /// When the case came to its end, if it has; of a customer: when the present owner took over, if an act says so.
    pub done: Option<Millis>,
    /// Deadline counted without known holidays.
    pub provisional: bool,
    /// Coarse state: 0 open, 1 waiting, 2 done; of a penalty or reward: 0 to be decided, 1 in force, 2 turned down or taken back;
    /// of a customer: 0 looked after, 1 in the pool, 2 gave way to another file.
    pub group: u8,
    /// Fields in conflict.
    pub conflicts: u16,
    /// Acts to check.
    pub clashes: u16,
    /// Came with an import and was not edited since.
    pub untouched_import: bool,
    /// What the complaint desk needs beside the columns; none if there is nothing of it.
    pub desk: Option<Box<DeskRow>>,
    pub(crate) text: Box<str>,
    /// The subject is the beginning of the description.
    pub headed: bool,
    /// The description of a case, folded for the search; of a headed one what comes after its subject.
    pub rest: Box<str>,
    /// Fields of customers and cases that only an import knows, by name; see [`RowCustom`].
    pub custom: RowCustom,
}

impl Row {
    /// Returns a text of a customer row.
    pub fn customer(&self, column: CustomerColumn) -> &str {
        self.cell(column as usize)
    }

    /// Returns a text of a case row.
    pub fn case(&self, column: CaseColumn) -> &str {
        self.cell(column as usize)
    }

    /// Returns a text of a row of a penalty or reward.
    pub fn consequence(&self, column: ConsequenceColumn) -> &str {
        self.cell(column as usize)
    }

    /// Returns a text of a contact's row.
    pub fn contact(&self, column: ContactColumn) -> &str {
        self.cell(column as usize)
    }

    /// Returns all texts, separated; what a search looks through.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Returns the texts in the order of the columns, none longer than a cell may be.
    pub(crate) fn cells(&self) -> impl Iterator<Item = &str> {
        self.text
            .split(SEPARATOR)
            .enumerate()
            .map(|(column, cell)| {
                cell.char_indices()
                    .nth(longest(column))
                    .map_or(cell, |(end, _)| &cell[..end])
            })
    }

    fn cell(&self, index: usize) -> &str {
        self.text.split(SEPARATOR).nth(index).unwrap_or_default()
    }
}

/// The rows of one segment with the heads they were made from.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct SegmentRows {
    /// [`PROJECTION_VERSION`] of the writer.
    pub version: u32,
    /// Mark of the calendars the deadlines were made with ([`Policies::mark`]).
    pub mark: u64,
    /// Live records.
    pub rows: Vec<Row>,
}

impl Document {
    /// Returns the row of a record; none if there is no live record.
    pub fn row(
        &self,
        kind: RecordKind,
        local: u64,
        policies: &Policies,
        branch: &str,
    ) -> (Option<Row>, Vec<Issue>) {
        match self.record(local) {
            Some((record, issues)) if record.is_live() => {
                (Some(row_of(kind, &record, policies, branch)), issues)
            }
            Some((_, issues)) => (None, issues),
            None => (None, Vec::new()),
        }
    }

    /// Returns the rows of every live record.
    pub fn rows(&self, kind: RecordKind, policies: &Policies, branch: &str) -> Vec<Row> {
        self.record_ids()
            .into_iter()
            .filter_map(|local| self.row(kind, local, policies, branch).0)
            .collect()
    }
}

/// Returns the row of a record of this branch.
pub fn row_of(kind: RecordKind, record: &Record, policies: &Policies, branch: &str) -> Row {
    match kind {
        RecordKind::Customer => customer_row(record, policies, branch),
        RecordKind::Case | RecordKind::Continuation => case_row(record, policies, branch),
        RecordKind::Consequence => consequence_row(record),
        RecordKind::Contact => contact_row(record),
        RecordKind::Survey => survey_row(record),
    }
}

/// Returns the row of an answered survey: what finds it.
fn survey_row(record: &Record) -> Row {
    let field = |name| record.field(name);
    let cells = [
        record.number.as_str(),
        field("customer_name"),
        field("customer"),
        field("survey"),
        field("period"),
    ];
    base(record, pack(&cells))
}

/// Returns the row of a contact: what its lists and the duties about it need. Promises stand among the actions of [`DeskRow`].
fn contact_row(record: &Record) -> Row {
    let field = |name| record.field(name);
    let summary = contact::fold(&record.events);
    let day = summary.planned_on.map(|day| day.to_string());
    let state = summary.state.map_or("", ContactState::name);
    let mut checks: Vec<&str> = Vec::new();
    if summary.signed {
        checks.push("signed");
    }
    if let Some(supervision) = &summary.supervision {
        checks.push(if supervision.good { "good" } else { "bad" });
    }
    let mut endorsed: Vec<&str> = Vec::new();
    for event in summary.in_force() {
        match event.step {
            Step::Submitted => endorsed.clear(),
            Step::Endorsed => endorsed.push(&event.by),
            _ => {}
        }
    }
    let cells = [
        record.number.as_str(),
        field("customer_name"),
        field("customer"),
        field("kind"),
        day.as_deref().unwrap_or_else(|| field("planned_on")),
        &summary.planned_at,
        state,
        &summary.by,
        field("way"),
        if summary.result.is_empty() {
            field("result")
        } else {
            &summary.result
        },
        field("subject"),
        field("purpose"),
        &checks.join(","),
        &endorsed.join(","),
        field("follow_up"),
        field("case"),
    ];
    let mut row = base(record, pack(&cells));
    row.done = summary.done_at;
    row.ended = summary.reported_at;
    row.clashes = summary.clash.len() as u16;
    row.group = match summary.state {
        Some(ContactState::Submitted) => 1,
        Some(ContactState::Done | ContactState::Reported | ContactState::Cancelled) => 2,
        _ => 0,
    };
    row.desk = DeskRow::of_promises(&summary).map(Box::new);
    row
}

/// Returns the row of a penalty or reward: what finds it; what it says is in the record.
fn consequence_row(record: &Record) -> Row {
    let field = |name| record.field(name);
    let cells = [
        record.number.as_str(),
        field("person"),
        field("case"),
        field("clause"),
        field("month"),
    ];
    let mut row = base(record, pack(&cells));
    row.group = match huiyin_core::consequence::fold(&record.events).state {
        Some(state) if state.is_in_force() => 1,
        Some(PenaltyState::Rejected | PenaltyState::Lifted) => 2,
        _ => 0,
    };
    row
}

fn base(record: &Record, text: Box<str>) -> Row {
    Row {
        local: record.local,
        updated: record.updated,
        received: record.created,
        due: None,
        ended: None,
        done: None,
        provisional: false,
        group: 0,
        conflicts: record.conflicts() as u16,
        clashes: 0,
        untouched_import: record.import.is_some() && !record.edited,
        desk: None,
        text,
        headed: false,
        rest: Box::default(),
        custom: Vec::new(),
    }
}

fn customer_row(record: &Record, policies: &Policies, branch: &str) -> Row {
    let field = |name| record.field(name);
    let both = |a: &str, b: &str| {
        [a, b]
            .into_iter()
            .filter(|text| !text.is_empty())
            .collect::<Vec<_>>()
            .join(" ")
    };
    // Most files have only fields and notes: folding nothing would cost more than the rest of the row.
    let decided = if policies.of_part(Part::File).is_some() {
        !record.events.is_empty()
    } else {
        record
            .events
            .iter()
            .any(|event| DECIDING.contains(&event.step))
    };
    let file = if decided {
        file::fold(&record.events)
    } else {
        FileSummary::default()
    };
    let owner = |told: &Option<String>, name: &'static str| {
        told.clone()
            .unwrap_or_else(|| record.field(name).to_owned())
    };
    let class = file.class.as_ref().map(|given| given.class.clone());
    let calendar = policies.calendar_of(branch);
    let graded_on = file.class.as_ref().map_or_else(
        || field("graded_on").to_owned(),
        |given| calendar.date_of(given.at).to_string(),
    );
    let value =
        parse_cents(field("yearly_amount")).map_or_else(String::new, |cents| cents.to_string());
    let born = if field("birthday").is_empty() {
        identity::birthday(field("identity_number")).map_or_else(String::new, |day| day.to_string())
    } else {
        field("birthday").to_owned()
    };
    let cells = [
        record.number.as_str(),
        field("name"),
        field("phone"),
        &both(field("phone2"), field("contact_phone")),
        field("external_number"),
        field("kind"),
        field("contact_name"),
        &owner(&class, "class"),
        field("life_cycle"),
        field("city"),
        &owner(&file.owner_a, "owner_a"),
        &both(field("card_number"), field("plate")),
        &owner(&file.owner_b, "owner_b"),
        file.merged_into.as_deref().unwrap_or_default(),
        &value,
        &graded_on,
        &born,
        field("delivered_on"),
        field("moved_in_on"),
        field("tags"),
    ];
    let mut row = base(record, pack(&cells));
    row.custom = custom_of(record);
    row.clashes = file.clashes.len() as u16;
    row.done = file.last(Step::OwnerChanged).max(file.last(Step::Claimed));
    row.group = match (&file.merged_into, file.pooled) {
        (Some(_), _) => GAVE_WAY,
        (None, true) => POOLED,
        (None, false) => 0,
    };
    row.ended = file.contact_report_at;
    if let Some(kept) = FileRow::of(record, file, policies, calendar) {
        row.due = kept.duties.first().and_then(|duty| duty.due);
        row.provisional = kept.duties.first().is_some_and(|duty| duty.provisional);
        row.desk = Some(Box::new(DeskRow::of_file(kept)));
    }
    row
}

fn case_row(record: &Record, policies: &Policies, branch: &str) -> Row {
    let field = |name| record.field(name);
    let first = |names: &[&str]| {
        names
            .iter()
            .map(|name| record.field(name))
            .find(|text| !text.is_empty())
            .unwrap_or_default()
            .to_owned()
    };
    let judged = Judged::of(record, policies);
    let summary = &judged.summary;
    let responsible = summary
        .assignee
        .clone()
        .or_else(|| summary.department.clone())
        .unwrap_or_default();
    let description = field("description");
    let headed = field("subject").is_empty() && !description.is_empty();
    let (head, rest) = split_description(description, headed);
    let subject = if headed {
        head.to_owned()
    } else {
        first(&["subject", "sub_category", "category", "product"])
    };
    let cells = [
        record.number.as_str(),
        &subject,
        field("complainant_phone"),
        field("plate"),
        field("external_number"),
        field("kind"),
        &first(&["complainant_name", "complainant_company"]),
        field("customer"),
        &first(&[
            "company",
            "against_department",
            "against_person",
            "against_branch",
        ]),
        field("category"),
        &judged.facts.severity,
        summary.state.name(),
        &responsible,
        field("continues"),
        &continuation(summary),
    ];
    let mut row = base(record, pack(&cells));
    row.custom = custom_of(record);
    row.headed = headed;
    row.rest = rest.into();
    row.received = judged.facts.received;
    row.group = group_code(summary.state);
    row.clashes = (summary.clashes.len() + judged.marks(record).len()) as u16;
    row.done = summary.done_at;
    let standing = match (&record.pack, &record.clock) {
        (Some(_), _) => Standing::of_clocks(&judged.clocks(policies.calendar_of(branch))),
        (None, Some(text)) => one_clock(text, policies, branch, row.received, summary),
        (None, None) => Standing::default(),
    };
    row.due = standing.due;
    row.ended = standing.ended;
    row.provisional = standing.provisional || judged.pack_missing;
    row.desk = DeskRow::of(record, &judged, &standing).map(Box::new);
    row
}

/// Returns the subject that a description gives, and the description folded; without what the subject has if it gives one.
pub(crate) fn split_description(text: &str, headed: bool) -> (&str, String) {
    let whole = folded_text(text);
    if !headed {
        return ("", whole);
    }
    let end = text
        .char_indices()
        .nth(HEAD_CHARS)
        .map_or(text.len(), |(end, _)| end);
    let head = &text[..end];
    let rest = whole
        .strip_prefix(&folded_text(head))
        .map(str::to_owned)
        .unwrap_or_default();
    (head, rest)
}

/// Returns a text folded for the search, control characters as spaces.
pub(crate) fn folded_text(text: &str) -> String {
    let plain: String = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    fold(&plain)
}

/// Returns the record id of the continuation that the last forwarding in force names.
fn continuation(summary: &CaseSummary) -> String {
    summary
        .events
        .iter()
        .rev()
        .find(|event| event.event.step == Step::Forwarded && !event.out_of_order)
        .map(|event| {
            event
                .event
                .datum(huiyin_core::case_data::CONTINUATION)
                .to_owned()
        })
        .unwrap_or_default()
}

/// Returns how the one clock of a case without a pack stands.
fn one_clock(
    text: &str,
    policies: &Policies,
    branch: &str,
    received: Millis,
    summary: &CaseSummary,
) -> Standing {
    let Ok(length) = Length::parse(text) else {
        return Standing::default();
    };
    let deadline = deadline(policies.calendar_of(branch), received, length);
    Standing {
        due: Some(deadline.due),
        provisional: deadline.provisional,
        ended: ended(summary),
        ..Standing::default()
    }
}

/// Returns when the one clock of a case stopped: at the first answer or end after it was last reopened.
fn ended(summary: &CaseSummary) -> Option<Millis> {
    let in_force: Vec<_> = summary
        .events
        .iter()
        .filter(|event| !event.out_of_order)
        .collect();
    let from = in_force
        .iter()
        .rposition(|event| event.event.step == Step::Reopened)
        .map_or(0, |at| at + 1);
    in_force[from..]
        .iter()
        .find(|event| event.state.group() == StateGroup::Done || event.event.step == Step::Answered)
        .map(|event| event.event.at)
}

fn group_code(state: CaseState) -> u8 {
    match state.group() {
        StateGroup::Open => 0,
        StateGroup::Waiting => 1,
        StateGroup::Done => 2,
    }
}

/// Returns the most characters a row keeps of a column.
const fn longest(column: usize) -> usize {
    if column < FIRST_LIST {
        MAX_CELL
    } else {
        MAX_LIST
    }
}

/// Returns the texts of a row packed.
pub(crate) fn pack(cells: &[&str]) -> Box<str> {
    let mut text = String::with_capacity(cells.iter().map(|cell| cell.len() + 1).sum());
    for (index, cell) in cells.iter().enumerate() {
        if index > 0 {
            text.push(SEPARATOR);
        }
        text.extend(
            cell.chars()
                .take(longest(index))
                .map(|c| if c.is_control() { ' ' } else { c }),
        );
    }
    text.into_boxed_str()
}
