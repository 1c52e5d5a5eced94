//! Many records changed at once: what is changed, what it would do, what it did, and the past acts that can be undone.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::Millis;

/// Most records of one act.
pub const MAX_BULK: usize = 10_000;
/// Most records of one request: an act is looked at, done and undone in such slices.
pub const MAX_BULK_SLICE: usize = 100;
/// Most changes of one act.
pub const MAX_BULK_CHANGES: usize = 8;
/// Most lines and examples an answer lists; the counts tell of all.
pub const MAX_BULK_LINES: usize = 20;
/// Most past acts an answer lists, the newest first.
pub const MAX_BULK_ENTRIES: usize = 50;

/// How the value of a field is chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BulkForm {
    /// One line of text; may be emptied.
    Line,
    /// One of a list.
    Choice,
    /// One of a list of the policy, or other words.
    Words,
    /// Somebody at work; a customer may have nobody.
    Person,
    /// One tag, put to the others or taken from them.
    Tag,
}

/// A field that may be changed in many records at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BulkField {
    /// Wire name.
    pub name: &'static str,
    /// How its value is chosen.
    pub form: BulkForm,
    /// The value may be taken away.
    pub may_be_empty: bool,
}

const fn field(name: &'static str, form: BulkForm, may_be_empty: bool) -> BulkField {
    BulkField {
        name,
        form,
        may_be_empty,
    }
}

const OF_CUSTOMERS: &[BulkField] = &[
    field("owner_a", BulkForm::Person, true),
    field("owner_b", BulkForm::Person, true),
    field("tags", BulkForm::Tag, false),
    field("life_cycle", BulkForm::Choice, false),
    field("kind", BulkForm::Choice, false),
    field("city", BulkForm::Line, true),
    field("region", BulkForm::Line, true),
    field("source", BulkForm::Line, true),
    field("industry", BulkForm::Line, true),
    field("department", BulkForm::Line, true),
    field("confidentiality", BulkForm::Choice, true),
];

const OF_CASES: &[BulkField] = &[
    field("assignee", BulkForm::Person, false),
    field("category", BulkForm::Words, true),
    field("severity", BulkForm::Choice, false),
    field("tags", BulkForm::Tag, false),
    field("confidentiality", BulkForm::Choice, true),
];

/// Returns the fields that may be changed in many cases, or else customers, at once. A class is not among them: it is proposed and
/// confirmed.
pub const fn bulk_fields(cases: bool) -> &'static [BulkField] {
    if cases { OF_CASES } else { OF_CUSTOMERS }
}

/// Returns one of [`bulk_fields`].
pub fn bulk_field(cases: bool, name: &str) -> Option<BulkField> {
    bulk_fields(cases)
        .iter()
        .copied()
        .find(|field| field.name == name)
}

/// What is done to a field.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum BulkAct {
    /// The value takes the place of the old one; empty takes it away.
    #[default]
    Set,
    /// The tag is put to the others.
    AddTag,
    /// The tag is taken away.
    RemoveTag,
}

/// One change.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct BulkChange {
    /// Wire name of the field.
    pub field: String,
    /// What is done.
    pub act: BulkAct,
    /// The value or the tag.
    pub value: String,
}

/// What is done to every chosen record.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct BulkIntent {
    /// The records are cases; else customers.
    pub cases: bool,
    /// The changes, each field and act once, at most [`MAX_BULK_CHANGES`].
    pub changes: Vec<BulkChange>,
    /// Why, where a change asks for a reason (a stage of the life cycle).
    pub reason: String,
}

/// Why a record is left as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BulkReason {
    /// It has this value already.
    Same,
    /// The person has no right to it, or another branch works on the case.
    NotAllowed,
    /// The file gave way to another one.
    Merged,
    /// The field has several values: one is chosen first.
    Unsettled,
    /// The rules refuse it; the detail says why.
    Refused,
    /// The record is not here any more.
    Gone,
    /// Of an undo: somebody has changed it since.
    Changed,
    /// Of an undo: there was nothing before that could be put back.
    NotBack,
}

/// A record that changes.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct BulkLine {
    /// Record id.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// Wire name of the field.
    pub field: String,
    /// Value before, with all tags.
    pub old: String,
    /// Value after, with all tags.
    pub new: String,
}

/// A record that is left as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BulkLeft {
    /// Record id.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// Wire name of the field.
    pub field: String,
    /// Why.
    pub why: BulkReason,
    /// More about it in English; empty = nothing.
    pub detail: String,
}

/// What a slice of an act or of its undo does or did.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct BulkReport {
    /// Records that change.
    pub records: u32,
    /// Their ids, when it is only looked at.
    pub changing: Vec<String>,
    /// The first of their fields, at most [`MAX_BULK_LINES`].
    pub lines: Vec<BulkLine>,
    /// Fields left as they are, by reason.
    pub left: BTreeMap<BulkReason, u32>,
    /// The first of these but those that have the value already, at most [`MAX_BULK_LINES`].
    pub examples: Vec<BulkLeft>,
    /// Slices of the act that are still to be undone.
    pub slices: u32,
}

impl BulkReport {
    /// Puts what another slice did to this.
    pub fn add(&mut self, other: Self) {
        self.records += other.records;
        self.changing.extend(other.changing);
        let room = MAX_BULK_LINES.saturating_sub(self.lines.len());
        self.lines.extend(other.lines.into_iter().take(room));
        for (why, count) in other.left {
            *self.left.entry(why).or_default() += count;
        }
        let room = MAX_BULK_LINES.saturating_sub(self.examples.len());
        self.examples.extend(other.examples.into_iter().take(room));
        self.slices = other.slices;
    }

    /// Returns how many fields are left as they are.
    pub fn left_alone(&self) -> u32 {
        self.left.values().sum()
    }
}

/// A past act that can be undone.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct BulkEntry {
    /// Id of the act.
    pub act: String,
    /// The records are cases.
    pub cases: bool,
    /// What was done.
    pub changes: Vec<BulkChange>,
    /// Records it changed.
    pub records: u32,
    /// Who did it.
    pub by: String,
    /// When it began.
    pub at: Millis,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reports_of_slices_add_up_and_stay_small() {
        let line = BulkLine::default();
        let slice = BulkReport {
            records: 15,
            lines: vec![line; 15],
            left: BTreeMap::from([(BulkReason::Same, 2)]),
            slices: 3,
            ..BulkReport::default()
        };
        let mut sum = BulkReport::default();
        sum.add(slice.clone());
        sum.add(slice);
        assert_eq!((sum.records, sum.left_alone(), sum.slices), (30, 4, 3));
        assert_eq!(sum.lines.len(), MAX_BULK_LINES);
    }

    #[test]
    fn every_field_is_one_of_the_record_and_a_class_is_none() {
        for field in bulk_fields(false) {
            assert!(huiyin_core::customer::CustomerField::parse(field.name).is_some());
        }
        for field in bulk_fields(true) {
            let known = huiyin_core::case::CaseField::parse(field.name).is_some();
            assert!(known || field.name == "assignee");
        }
        assert_eq!(bulk_field(false, "class"), None);
    }
}
