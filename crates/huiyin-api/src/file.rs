//! The customer file as a screen shows it: how complete it is, its papers, its hand-over book, its duties, what may be done.

use huiyin_core::pack::Text;
use serde::{Deserialize, Serialize};

use crate::{
    AttachmentView, ClashView, ClassView, DueState, FieldView, Millis, StepForm, WinBackStep,
};

/// A paper a file must have, with what is there of it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PaperView {
    /// Id of list and paper: `vehicle/invoice`.
    pub id: String,
    /// What it is called.
    pub text: Text,
    /// `missing`, `returned`, `received` or `checked`.
    pub state: String,
    /// What it lacks: `paper`, `copies`, `original`, `pages`; empty if nothing.
    pub lacks: Vec<String>,
    /// The file is complete without it.
    pub optional: bool,
    /// Listed apart and kept in the safe.
    pub apart: bool,
    /// Copies wanted.
    pub wanted_copies: u32,
    /// The original is wanted.
    pub wants_original: bool,
    /// Pages are counted.
    pub counts_pages: bool,
    /// Copies there.
    pub copies: u32,
    /// Pages there; 0 = not counted.
    pub pages: u32,
    /// The original is there.
    pub original: bool,
    /// Who handed it over.
    pub from: String,
    /// Who received it, or gave its state.
    pub by: String,
    /// When; 0 = nobody said anything about it.
    pub at: Millis,
    /// What was noted with it.
    pub note: String,
    /// Hash of its scan among the attachments of the customer; empty = none.
    pub scan: String,
}

/// One leg of the way of papers.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct LegView {
    /// Id.
    pub id: String,
    /// What it is called.
    pub text: Text,
    /// Role or post that hands over.
    pub from: String,
    /// Role or post that receives.
    pub to: String,
}

/// A list of papers.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PaperListView {
    /// Id.
    pub id: String,
    /// What it is called.
    pub text: Text,
    /// The papers, in the order of the policy.
    pub papers: Vec<PaperView>,
    /// How they are handed on, in order.
    pub legs: Vec<LegView>,
}

/// One line of the hand-over book.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct HandOverView {
    /// Id of the hand-over, which receiving it names as `of`.
    pub event: String,
    /// What the leg is called; empty if it is none of the policy.
    pub leg: Text,
    /// Ids of the papers handed over.
    pub papers: Vec<String>,
    /// Ids of the papers noted as missing.
    pub missing: Vec<String>,
    /// Who handed over.
    pub from: String,
    /// When.
    pub at: Millis,
    /// `waiting`, `accepted` or `refused`.
    pub stage: String,
    /// Who received or refused; empty while it waits.
    pub to: String,
    /// When it was received or refused.
    pub received_at: Option<Millis>,
    /// Note.
    pub note: String,
}

/// Something due for a file.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct DutyView {
    /// `clock`, `round`, `review`, `returned`, `second_contact`, `contact_report`, `paper`, `hand_over`, `class_to_confirm`,
    /// `provisional_class`, `class_contact` or `dispute`.
    pub kind: String,
    /// Name of the clock or round, role of a review, id of a paper or of a hand-over, class to confirm; else empty.
    pub of: String,
    /// What the policy calls it; empty where the program names it.
    pub text: Text,
    /// Period of a duty that comes round, such as `2026-11`.
    pub period: String,
    /// Since when.
    pub since: Millis,
    /// By when, if the rules give a time.
    pub due: Option<Millis>,
    /// How it stands.
    pub state: DueState,
    /// When it was done; none while it is open.
    pub done: Option<Millis>,
    /// Counted without known holidays.
    pub provisional: bool,
    /// Roles, posts, `owner_a` or `owner_b` that do it.
    pub by: Vec<String>,
}

/// A customer another one is related to.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct RelationView {
    /// Wire name of the field: `parent_company` or `referred_by`.
    pub field: String,
    /// Record id of the other customer.
    pub id: String,
    /// Its name.
    pub name: String,
}

/// A stage of the life cycle.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct StageView {
    /// Wire name.
    pub id: String,
    /// What the policy calls it; empty where the program names it.
    pub text: Text,
    /// A change to it needs a reason.
    pub needs_reason: bool,
    /// Reasons to choose from: id and words.
    pub reasons: Vec<(String, Text)>,
}

/// A customer's file beside its fields.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct FileView {
    /// The company has rules for files; without them nothing is wanted and nothing is due.
    pub has_rules: bool,
    /// The rules chosen have not come to this device yet.
    pub rules_missing: bool,
    /// What the pack of the rules is called.
    pub pack_name: Text,
    /// How complete the file is, in whole per cent, rounded down.
    pub percent: u32,
    /// Fields and papers there.
    pub there: u32,
    /// Fields and papers wanted.
    pub wanted: u32,
    /// Wire names of wanted fields that are empty.
    pub missing_fields: Vec<String>,
    /// The lists of papers of this kind of customer.
    pub lists: Vec<PaperListView>,
    /// The hand-over book, oldest first.
    pub hand_overs: Vec<HandOverView>,
    /// The duties, open ones first, then by time.
    pub duties: Vec<DutyView>,
    /// When the customer was filed.
    pub filed_at: Option<Millis>,
    /// Signatures since it was last filed or changed: step, who, when.
    pub signatures: Vec<(String, String, Millis)>,
    /// Changes somebody heard of that are not in the file yet: id of the event and what was noted.
    pub open_changes: Vec<FieldView>,
    /// Stage of the life cycle.
    pub stage: String,
    /// Why it is at that stage.
    pub stage_reason: String,
    /// When it came to that stage, if it was changed by a step.
    pub stage_at: Option<Millis>,
    /// The stages in their order.
    pub stages: Vec<StageView>,
    /// The class.
    #[serde(default)]
    pub class: ClassView,
    /// The steps of the policy to win the customer back, if it is lost.
    #[serde(default)]
    pub win_back: Vec<WinBackStep>,
    /// Photos and scans, oldest first.
    pub attachments: Vec<AttachmentView>,
    /// Customers this one is related to, that are on this device.
    pub relations: Vec<RelationView>,
    /// Decisions made apart that somebody must check.
    pub clashes: Vec<ClashView>,
    /// Ids of the last events: what a step taken now comes after.
    pub heads: Vec<String>,
    /// Steps the person at this device may take now, with what they need.
    pub steps: Vec<StepForm>,
}
