//! What a pack says about customer files: filing and its clocks, review, papers, life cycle, classes.
//!
//! Decides what can be said. What is due for one file is decided in [`crate::file::duties`]; whether the rules make sense in
//! [`super::check`].
//!
//! Long: every part of the rules with the meaning of each field, to be read as one.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Approver, Choice, FormError, Text, Warning};
use crate::case::Step;
use crate::deadline::Length;

/// How often something comes round.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Every {
    /// Every week, from Monday.
    Week,
    /// Every calendar month.
    #[default]
    Month,
    /// Every quarter of a calendar year.
    Quarter,
    /// Every half of a calendar year.
    HalfYear,
    /// Every calendar year.
    Year,
}

/// When a clock of a file starts.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum FileStart {
    /// When the customer was first contacted: the field `first_contact_on`, else when the file was made: `first-contact`.
    #[default]
    FirstContact,
    /// The last such step that nothing answered: `change_noticed`.
    Step(Step),
    /// The day in a date field of the file: `field:sold_on`. Runs from the start of that day.
    Field(String),
}

impl FileStart {
    /// Returns the start written in `text`.
    ///
    /// # Errors
    /// [`FormError::FileStart`] for anything but the forms of [`fmt::Display`].
    pub fn parse(text: &str) -> Result<Self, FormError> {
        let fail = || FormError::FileStart(text.to_owned());
        match text.split_once(':') {
            Some(("field", name)) if !name.is_empty() => Ok(Self::Field(name.to_owned())),
            Some(_) => Err(fail()),
            None if text == "first-contact" => Ok(Self::FirstContact),
            None => Step::parse(text).map(Self::Step).ok_or_else(fail),
        }
    }
}

impl fmt::Display for FileStart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::FirstContact => f.write_str("first-contact"),
            Self::Step(step) => f.write_str(step.name()),
            Self::Field(name) => write!(f, "field:{name}"),
        }
    }
}

impl Serialize for FileStart {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for FileStart {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

/// A clock of a file (档案时限): what must have been done with it by when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct FileClock {
    /// Name, unique among the clocks and rounds of the pack's files.
    pub name: String,
    /// What is shown.
    pub text: Text,
    /// When it starts.
    #[serde(default)]
    pub start: FileStart,
    /// How long it grants.
    pub length: Length,
    /// Steps that stop it; the first one after the start counts.
    pub stops: Vec<Step>,
    /// Id of a leg of a list of papers; empty = none. With one, only a hand-over of that leg stops it, once it was accepted; it counts
    /// as done when it was handed over.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub leg: String,
    /// Kinds of customer it runs for; empty = all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kinds: Vec<String>,
    /// Who does it: roles or posts, and `owner_a`, `owner_b`; empty = owner A.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub by: Vec<String>,
    /// Who is told when.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warn: Vec<Warning>,
    /// Id of the clause of being late; empty = none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub clause: String,
    /// Where the rule comes from.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub source: String,
}

/// A duty that comes round (定期): completion each month, a refresh each quarter.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct FileRound {
    /// Name, unique among the clocks and rounds of the pack's files.
    pub name: String,
    /// What is shown.
    pub text: Text,
    /// How often. Due with the office hours of the last working day of the period; the period in which a file was made is
    /// left out.
    pub every: Every,
    /// Whether only incomplete files have the duty.
    #[serde(default)]
    pub only_incomplete: bool,
    /// Steps that fulfil it within the period.
    pub stops: Vec<Step>,
    /// Kinds of customer it is for; empty = all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kinds: Vec<String>,
    /// Who does it: roles or posts, and `owner_a`, `owner_b`; empty = owner A.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub by: Vec<String>,
    /// Id of the clause of leaving it; empty = none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub clause: String,
    /// Where the rule comes from.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub source: String,
}

/// Which customers have several members of staff in contact (两人联系).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct SharedContact {
    /// Classes it is for; empty = all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub classes: Vec<String>,
    /// Stages of the life cycle it is for; empty = all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub life_cycles: Vec<String>,
    /// Members of staff, at least 2.
    pub staff: u8,
    /// Whether a contact report (联系报告) is wanted.
    #[serde(default)]
    pub report: bool,
    /// Where the rule comes from.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub source: String,
}

/// What is asked about one kind of customer.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct FileKind {
    /// Wire name of the kind ([`crate::customer::CUSTOMER_KINDS`]).
    pub id: String,
    /// What is shown.
    pub text: Text,
    /// Fields of the short form, in order: wire names, or `x:` and a name for a field of the company's own.
    #[serde(default)]
    pub fields: Vec<String>,
    /// Fields a complete file has, beside those of every kind.
    #[serde(default)]
    pub wanted: Vec<String>,
}

/// Whether a paper is kept as original or copy.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PaperForm {
    /// Either will do.
    #[default]
    Either,
    /// The original.
    Original,
    /// A copy.
    Copy,
}

/// A paper a file must have (资料).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct Paper {
    /// Wire name, unique in its list.
    pub id: String,
    /// What is shown.
    pub text: Text,
    /// Original or copy.
    #[serde(default)]
    pub form: PaperForm,
    /// Copies wanted, at least 1.
    #[serde(default = "one")]
    pub copies: u8,
    /// Whether pages are counted.
    #[serde(default)]
    pub pages: bool,
    /// Whether a file is complete without it.
    #[serde(default)]
    pub optional: bool,
    /// Whether it is listed apart and kept in the safe: title deeds (权证).
    #[serde(default)]
    pub apart: bool,
}

const fn one() -> u8 {
    1
}

/// One leg of the way of papers (交接): who hands to whom, by when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct HandOver {
    /// Wire name, unique in its list.
    pub id: String,
    /// What is shown.
    pub text: Text,
    /// Role or post that hands over.
    pub from: String,
    /// Role or post that receives and signs.
    pub to: String,
    /// What it is counted from.
    pub start: FileStart,
    /// How long it grants.
    pub length: Length,
    /// Roles or posts that may grant more time; empty = nobody.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub extend: Vec<String>,
    /// Where the rule comes from.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub source: String,
}

/// The papers of some kinds of customer (资料清单).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct Checklist {
    /// Wire name.
    pub id: String,
    /// What is shown.
    pub text: Text,
    /// Kinds of customer; empty = all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kinds: Vec<String>,
    /// The papers.
    pub papers: Vec<Paper>,
    /// How they are handed on, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hand_over: Vec<HandOver>,
    /// Copies of the index with page counts; 0 = none.
    #[serde(default)]
    pub index_copies: u8,
}

/// A stage of the life cycle in the pack's words. The wire names are fixed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct Stage {
    /// Wire name ([`crate::customer::LIFE_CYCLES`]).
    pub id: String,
    /// What is shown.
    pub text: Text,
    /// Whether a change to it needs a reason.
    #[serde(default)]
    pub needs_reason: bool,
    /// Reasons to choose from; empty = in words.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reasons: Vec<Choice>,
}

/// A class of a scheme.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct Class {
    /// Wire name, as the field `class` holds it.
    pub id: String,
    /// What is shown.
    pub text: Text,
    /// What is done for customers of the class.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub care: Vec<Text>,
    /// Months after which somebody is in contact at the latest; 0 = no rule.
    #[serde(default)]
    pub contact_months: u32,
}

/// A classification scheme (客户分类). Classes are listed from the one that goes first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct ClassScheme {
    /// Wire name.
    pub id: String,
    /// What is shown.
    pub text: Text,
    /// The classes.
    pub classes: Vec<Class>,
    /// The class of a new customer until it is classed; empty = none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub first: String,
}

/// One signature under a new or changed file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct Review {
    /// Who, and where.
    pub by: Approver,
    /// Kinds of customer; empty = all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kinds: Vec<String>,
}

/// The part of a pack about customer files.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", default)]
pub struct FileRules {
    /// What each kind of customer is asked; kinds not listed are asked the program's own fields.
    pub kinds: Vec<FileKind>,
    /// Fields every complete file has.
    pub wanted: Vec<String>,
    /// Clocks.
    pub clocks: Vec<FileClock>,
    /// Duties that come round.
    pub rounds: Vec<FileRound>,
    /// Who signs a file after filing, in order: all but the last by `reviewed`, the last by `file_approved`; empty = nobody.
    pub reviews: Vec<Review>,
    /// Customers with several members of staff in contact.
    pub shared_contact: Vec<SharedContact>,
    /// Whether reception, travel and gifts are refused while a customer is not filed.
    pub unfiled_costs_refused: bool,
    /// Whether opening or renaming a customer's account with finance needs the paper application on file.
    pub account_needs_paper: bool,
    /// Lists of papers.
    pub checklists: Vec<Checklist>,
    /// Stages of the life cycle in the pack's words.
    pub life_cycle: Vec<Stage>,
    /// Classification schemes; the first is the one the field `class` holds.
    pub class_schemes: Vec<ClassScheme>,
    /// Role or post that keeps the archive.
    pub keeper: String,
    /// Roles or posts that are asked before a file of another department is read.
    pub readers: Vec<String>,
    /// Id of the notice customers get when their owner changes; empty = none.
    pub owner_notice: String,
}

impl FileRules {
    /// Returns what a kind of customer is asked.
    pub fn kind(&self, kind: &str) -> Option<&FileKind> {
        self.kinds.iter().find(|known| known.id == kind)
    }

    /// Returns the fields a complete file of this kind has, each once.
    pub fn wanted_fields(&self, kind: &str) -> Vec<&str> {
        let own = self.kind(kind).into_iter().flat_map(|kind| &kind.wanted);
        let mut found: Vec<&str> = Vec::new();
        for name in self.wanted.iter().chain(own) {
            if !found.contains(&name.as_str()) {
                found.push(name);
            }
        }
        found
    }

    /// Returns the lists of papers of a kind of customer.
    pub fn checklists<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = &'a Checklist> {
        self.checklists
            .iter()
            .filter(move |list| among(&list.kinds, kind))
    }

    /// Returns the stage with this wire name.
    pub fn stage(&self, id: &str) -> Option<&Stage> {
        self.life_cycle.iter().find(|stage| stage.id == id)
    }

    /// Returns the class with this wire name, in whatever scheme, and its place from the one that goes first (0).
    pub fn class(&self, id: &str) -> Option<(usize, &Class)> {
        self.class_schemes.iter().find_map(|scheme| {
            scheme
                .classes
                .iter()
                .enumerate()
                .find(|(_, class)| class.id == id)
        })
    }

    /// Returns whether any class wants its customers to be in contact every so many months.
    pub fn wants_contact(&self) -> bool {
        self.class_schemes
            .iter()
            .flat_map(|scheme| &scheme.classes)
            .any(|class| class.contact_months > 0)
    }

    /// Returns the signatures a file of this kind needs, in order, with the step that gives each.
    pub fn reviews(&self, kind: &str) -> Vec<(&Approver, Step)> {
        let chain: Vec<&Review> = self
            .reviews
            .iter()
            .filter(|review| among(&review.kinds, kind))
            .collect();
        let last = chain.len();
        chain
            .into_iter()
            .enumerate()
            .map(|(at, review)| {
                let step = if at + 1 == last {
                    Step::FileApproved
                } else {
                    Step::Reviewed
                };
                (&review.by, step)
            })
            .collect()
    }
}

/// Returns whether a list, of which an empty one means all, has a name.
pub fn among(list: &[String], name: &str) -> bool {
    list.is_empty() || list.iter().any(|entry| entry == name)
}
