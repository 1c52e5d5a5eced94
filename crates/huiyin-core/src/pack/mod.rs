//! A policy pack (制度包): the rules a company works by, as data.
//!
//! Decides what a pack can say. Whether a pack makes sense is decided in [`check`], what its clocks show for a case in
//! [`clocks`], which packs come with the program in [`builtin`]. Code names no pack: figures and lists live in
//! `packs/*.toml`, which the build turns into JSON, and in the company's own published versions.
//!
//! A published version never changes: a case keeps the reference ([`PackRef`]) of the version it began under.
//!
//! Long: every part of a pack with the meaning of each field, to be read as one.

pub mod approval;
pub mod builtin;
pub mod care_rules;
pub mod check;
pub mod clocks;
pub mod contact_rules;
pub mod file_rules;
mod part;
pub mod policies;
pub mod reckon;
mod text_forms;
mod way;

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::case::Step;
use crate::deadline::Length;

pub use care_rules::{AllocationRules, GradingRules, LoyaltyRules, SurveyRule};
pub use contact_rules::{ContactRules, ReceptionRules};
pub use file_rules::{Every, FileRules};
pub use part::Part;
pub use text_forms::FormError;
pub use way::{OPTIONAL_STEPS, Way};

/// Longest id of a pack, clock, category or clause, in characters.
pub const MAX_ID: usize = 40;
/// Longest text of a pack in one language, in characters.
pub const MAX_TEXT: usize = 4_000;
/// Most entries of one list of a pack.
pub const MAX_ENTRIES: usize = 500;

/// A text in both languages.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct Text {
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
}

/// Names one published version: `id/version-hash`, for instance `shop/2-9f3a0c1d`. The hash (8 hexadecimal digits) sets apart
/// versions that two administrators published at the same time.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PackRef(pub String);

impl fmt::Display for PackRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One entry of a list a person chooses from.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct Choice {
    /// Wire name.
    pub id: String,
    /// What is shown.
    pub text: Text,
    /// Entry this one lies under, in lists that are trees (causes); empty at the top.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub under: String,
}

/// A post the pack adds to the roles of the program.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct Post {
    /// Wire name, for instance `hr_manager`.
    pub id: String,
    /// What is shown.
    pub text: Text,
    /// Role of the program ([`crate::staff::Role`]) whose rights the post has.
    pub acts_as: String,
}

/// What one kind of case (inquiry, suggestion, complaint, repair) does differently.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct KindRule {
    /// Wire name of the kind ([`crate::case_field::CASE_KINDS`]).
    pub id: String,
    /// What is shown.
    pub text: Text,
    /// Steps left out for this kind, beside those the pack leaves out.
    #[serde(default)]
    pub off: Vec<Step>,
}

/// A severity in the pack's words. The three wire names are fixed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct SeverityRule {
    /// Wire name ([`crate::case_field::SEVERITIES`]).
    pub id: String,
    /// What is shown.
    pub text: Text,
    /// Roles or posts told at once when a case is classed so.
    #[serde(default)]
    pub tell: Vec<String>,
}

/// Something a step must or may say beside its own data.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct StepField {
    /// The step's wire name.
    pub step: String,
    /// Name of the data: one of [`crate::case_data`] or the event's own fields, or a name of the pack's own.
    pub id: String,
    /// What is shown.
    pub text: Text,
    /// Whether the step is refused without it.
    #[serde(default)]
    pub required: bool,
    /// What may be chosen; empty = free text.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub choices: Vec<Choice>,
    /// Kinds of case it applies to; empty = all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kinds: Vec<String>,
}

/// How the time of a clock runs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TimeMode {
    /// Hours run on the wall clock; a start on a rest day or after hours counts as that date.
    #[default]
    Elapsed,
    /// Hours run during office hours only; a start outside them counts as the next opening.
    Working,
}

/// When a clock starts.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Start {
    /// When the case was received: `registered`.
    Registered,
    /// The first such step since the case was last taken up: `investigated`.
    Step(Step),
    /// When the case was classed as major: `major`.
    Major,
    /// When another clock stopped: `clock:answer`.
    Clock(String),
    /// The day in a date field of the case: `field:report_received_at`.
    Field(String),
}

/// How long a clock grants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grant {
    /// A length.
    Length(Length),
    /// Until the end of office hours of the promised day: `promised`.
    Promised,
}

/// Someone told at a time around the deadline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct Warning {
    /// Hours after the deadline; negative before it, 0 at it.
    pub hours: i32,
    /// Roles or posts told, and `assignee`, `registrar`.
    pub tell: Vec<String>,
}

/// A clock (时限): what must have happened by when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct Clock {
    /// Name, unique in the pack, for instance `close`.
    pub name: String,
    /// What is shown.
    pub text: Text,
    /// When it starts.
    #[serde(default = "registered")]
    pub start: Start,
    /// How long it grants.
    pub length: Grant,
    /// Whether a promised day given for the case holds instead of the length.
    #[serde(default)]
    pub promise_holds: bool,
    /// The clock whose limit this is once extended; it runs only then, from that clock's start.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub extends: String,
    /// Steps that stop it; the first one counts.
    #[serde(default)]
    pub stops: Vec<Step>,
    /// Name of the datum the stopping step must carry to count; empty = none. For steps that may mean many things.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub stops_with: String,
    /// Kinds of case it runs for; empty = all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kinds: Vec<String>,
    /// Severities; empty = all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub severities: Vec<String>,
    /// Categories; empty = all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub categories: Vec<String>,
    /// Channels; empty = all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub channels: Vec<String>,
    /// Whether it stands still while the case is paused.
    #[serde(default = "yes")]
    pub pauses: bool,
    /// How its time runs, where it differs from the pack.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time: Option<TimeMode>,
    /// Who is told when.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warn: Vec<Warning>,
    /// Switched off until the company wants it.
    #[serde(default)]
    pub off: bool,
    /// Where the rule comes from.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub source: String,
}

fn registered() -> Start {
    Start::Registered
}

const fn yes() -> bool {
    true
}

/// Who decides (决策权).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DecisionRights {
    /// 集中: head office decides everything.
    Centralised,
    /// 分散: the branch decides everything.
    Decentralised,
    /// 混合: each rule says where.
    #[default]
    Mixed,
}

/// Where an approver sits.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// Anyone with the role.
    #[default]
    Anywhere,
    /// In the branch of the case.
    Branch,
    /// At head office.
    HeadOffice,
}

/// One signature of an approval.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct Approver {
    /// Role or post wire name.
    pub role: String,
    /// Where, under mixed decision rights.
    #[serde(default)]
    pub place: Place,
}

/// Which signatures a proposal needs, in order. The first rule that fits holds.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct ApprovalRule {
    /// Kinds of case; empty = all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kinds: Vec<String>,
    /// Severities; empty = all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub severities: Vec<String>,
    /// Categories; empty = all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub categories: Vec<String>,
    /// Remedies given; empty = all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub remedies: Vec<String>,
    /// Least amount in cents.
    #[serde(default)]
    pub from_amount: i64,
    /// Greatest amount in cents; none = without limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to_amount: Option<i64>,
    /// Who signs, in order; at least one.
    pub chain: Vec<Approver>,
}

/// The approval matrix.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct Approvals {
    /// Who decides.
    #[serde(default)]
    pub rights: DecisionRights,
    /// The rules, tried in order.
    #[serde(default)]
    pub rules: Vec<ApprovalRule>,
    /// Roles or posts that may extend a clock.
    #[serde(default)]
    pub extend: Vec<String>,
    /// Roles or posts that decide about penalties and rewards.
    #[serde(default)]
    pub penalties: Vec<String>,
    /// Roles or posts that approve the destruction of records.
    #[serde(default)]
    pub destruction: Vec<String>,
}

/// A clause of the clause book (条款): what follows from a breach or a merit.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct Clause {
    /// Wire name, for instance `2.1`.
    pub id: String,
    /// The breach or merit.
    pub text: Text,
    /// Whether it is a reward.
    #[serde(default)]
    pub reward: bool,
    /// Least money in cents; 0 = none.
    #[serde(default)]
    pub from_amount: i64,
    /// Greatest money in cents.
    #[serde(default)]
    pub to_amount: i64,
    /// Points taken or given.
    #[serde(default)]
    pub points: i32,
    /// Further measures in words: reprimand, notice, dismissal.
    #[serde(default)]
    pub measure: Text,
    /// From which breach in a month on the money doubles; 0 = never.
    #[serde(default)]
    pub doubles_from: u32,
    /// Whether it is published within the company once approved.
    #[serde(default)]
    pub published: bool,
    /// Time after which a breach that is not mended counts again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub again_after: Option<Length>,
}

/// How long records are kept after their end (保存期).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct Retention {
    /// Months a general case is kept; 0 = for good.
    pub general_months: u32,
    /// Months an important case is kept; 0 = for good.
    pub important_months: u32,
    /// Months a major case is kept; 0 = for good.
    pub major_months: u32,
}

impl Default for Retention {
    /// **Source:** records kept 1 year, important ones for good (product hotline and distribution policies).
    fn default() -> Self {
        Self {
            general_months: 12,
            important_months: 0,
            major_months: 0,
        }
    }
}

/// A paper the pack uses, in its own words.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct Form {
    /// Which layout: `registration`, `handling`, `record_card`, `investigation`, `feedback`, `call_back`, `statistics`, `penalty`.
    pub layout: String,
    /// Title printed.
    pub title: Text,
    /// Who signs, from left to right.
    #[serde(default)]
    pub signatures: Vec<Text>,
}

/// A text for answering customers; `{name}`, `{number}`, `{subject}`, `{company}`, `{date}`, `{result}` are filled in.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct Template {
    /// Wire name.
    pub id: String,
    /// Title in the list.
    pub title: Text,
    /// The text.
    pub text: Text,
}

/// What is done after a case (回访、抽查).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", default)]
pub struct After {
    /// Per cent of closed cases that are spot-checked.
    pub spot_check_percent: u8,
    /// Per cent of answered cases that are called back.
    pub call_back_percent: u8,
}

/// A pack.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct Pack {
    /// Id: letters, digits, `-`.
    pub id: String,
    /// Version, from 1.
    pub version: u32,
    /// Name.
    pub name: Text,
    /// What kind of company it is for, in a sentence.
    #[serde(default)]
    pub about: Text,
    /// Offered first to a company that has not chosen.
    #[serde(default)]
    pub neutral: bool,
    /// How time runs.
    #[serde(default)]
    pub time: TimeMode,
    /// Posts it adds.
    #[serde(default)]
    pub posts: Vec<Post>,
    /// Kinds of case it takes; empty = all four as the program names them.
    #[serde(default)]
    pub kinds: Vec<KindRule>,
    /// Categories; empty = the program's.
    #[serde(default)]
    pub categories: Vec<Choice>,
    /// Severities in its words; empty = the program's.
    #[serde(default)]
    pub severities: Vec<SeverityRule>,
    /// What makes a case major.
    #[serde(default)]
    pub major: Vec<Choice>,
    /// Causes, a tree by `under`.
    #[serde(default)]
    pub causes: Vec<Choice>,
    /// Remedies that can be given.
    #[serde(default)]
    pub remedies: Vec<Choice>,
    /// Departments that answer.
    #[serde(default)]
    pub departments: Vec<Choice>,
    /// Steps left out for every kind.
    #[serde(default)]
    pub off: Vec<Step>,
    /// Fields a case must have when it is registered, by wire name.
    #[serde(default)]
    pub required_fields: Vec<String>,
    /// What steps must or may say.
    #[serde(default)]
    pub step_fields: Vec<StepField>,
    /// Clocks.
    #[serde(default)]
    pub clocks: Vec<Clock>,
    /// Who approves.
    #[serde(default)]
    pub approvals: Approvals,
    /// Clause book.
    #[serde(default)]
    pub clauses: Vec<Clause>,
    /// How long records are kept.
    #[serde(default)]
    pub retention: Retention,
    /// Papers.
    #[serde(default)]
    pub forms: Vec<Form>,
    /// Texts for answers.
    #[serde(default)]
    pub templates: Vec<Template>,
    /// Call-backs and spot checks.
    #[serde(default)]
    pub after: After,
    /// Principles shown to the clerk beside the form: politeness rules, what to tell the customer.
    #[serde(default)]
    pub guidance: Vec<Text>,
    /// Customer files.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<FileRules>,
    /// Visits, calls, follow-ups.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact: Option<ContactRules>,
    /// Reception.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reception: Option<ReceptionRules>,
    /// Grading.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grading: Option<GradingRules>,
    /// Surveys.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub surveys: Vec<SurveyRule>,
    /// How customers are shared out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub allocation: Option<AllocationRules>,
    /// Key accounts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub loyalty: Option<LoyaltyRules>,
    /// Papers of files and contact; their layouts are [`check::FILE_FORM_LAYOUTS`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub file_forms: Vec<Form>,
    /// Letters to customers about their file; filled in with [`check::NOTICE_PLACEHOLDERS`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notices: Vec<Template>,
}

impl Pack {
    /// Returns the clock of this name.
    pub fn clock(&self, name: &str) -> Option<&Clock> {
        self.clocks.iter().find(|clock| clock.name == name)
    }

    /// Returns the clock that holds once `name` was extended, unless it is switched off.
    pub fn special_of(&self, name: &str) -> Option<&Clock> {
        self.clocks
            .iter()
            .find(|clock| clock.extends == name && !clock.off)
    }

    /// Returns the steps open to a kind of case.
    pub fn way(&self, kind: &str) -> Way {
        let own = self.kinds.iter().find(|rule| rule.id == kind);
        Way::without(
            self.off
                .iter()
                .chain(own.into_iter().flat_map(|rule| &rule.off)),
        )
    }

    /// Returns the data a step must have under this pack, beside what every step of its kind must.
    pub fn required_data<'a>(
        &'a self,
        step: Step,
        kind: &'a str,
    ) -> impl Iterator<Item = &'a StepField> {
        self.step_fields(step, kind).filter(|field| field.required)
    }

    /// Returns the further data of a step under this pack.
    pub fn step_fields<'a>(
        &'a self,
        step: Step,
        kind: &'a str,
    ) -> impl Iterator<Item = &'a StepField> {
        self.step_fields.iter().filter(move |field| {
            field.step == step.name()
                && (field.kinds.is_empty() || field.kinds.iter().any(|name| name == kind))
        })
    }

    /// Returns a text by list and id; the id itself where there is none.
    pub fn texts(list: &[Choice]) -> BTreeMap<&str, &Text> {
        list.iter()
            .map(|choice| (choice.id.as_str(), &choice.text))
            .collect()
    }
}
