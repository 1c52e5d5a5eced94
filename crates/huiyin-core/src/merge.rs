//! Merging two customer files (合并) field by field, undoing it exactly, and what holds when devices merge apart.
//!
//! Decides from the fields of both files; the histories stay where they are and are read together. Nothing is written here.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::field::tags;
use crate::id::RecordId;

/// Version of the text form of [`Undo`].
pub const UNDO_VERSION: u32 = 1;
/// Fields that are joined, not chosen: their wire names.
const JOINED: &[&str] = &["tags"];
/// Fields that relate one customer to another: their wire names.
const RELATIONS: &[&str] = &["parent_company", "referred_by"];

/// Why two files cannot be merged.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum MergeError {
    /// A file with itself.
    #[error("a file cannot be merged with itself: choose another")]
    Itself,
    /// Not a customer file.
    #[error("{id} is no customer file: choose two customers")]
    NotACustomer {
        /// The record.
        id: String,
    },
    /// One of them has given way already.
    #[error("{id} was merged already: open the file it is in now")]
    GaveWay {
        /// The record.
        id: String,
    },
    /// The field was chosen from a file that does not have it, or is not in the plan.
    #[error("there is nothing to choose about {field}: look at the plan again")]
    NoSuchChoice {
        /// Wire name.
        field: String,
    },
    /// The undo was written by another version of the program.
    #[error("this merge was made by a newer version of the program: update to undo it")]
    UnknownUndo,
}

/// From which file a value is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// The file that stays.
    Stays,
    /// The file that gives way.
    GivesWay,
}

/// One field of a merge.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct MergeField {
    /// Wire name.
    pub field: String,
    /// Value in the file that stays; empty = not stated.
    pub stays: String,
    /// Value in the file that gives way.
    pub gives_way: String,
    /// The value afterwards.
    pub result: String,
    /// Whether a person has to look: both say something, and something different.
    pub differs: bool,
}

/// A merge to preview.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct MergePlan {
    /// Record id of the file that stays.
    pub stays: String,
    /// Record id of the file that gives way.
    pub gives_way: String,
    /// Every field either has, by name.
    pub fields: Vec<MergeField>,
}

/// What puts the fields of the file that stays back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct Undo {
    /// [`UNDO_VERSION`].
    pub version: u32,
    /// For each field that was changed: the value before and after; empty = not stated.
    pub changed: BTreeMap<String, (String, String)>,
}

/// What undoing a merge writes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct Undone {
    /// Values to put back.
    pub put_back: BTreeMap<String, String>,
    /// Fields that somebody changed since, which stay as they are.
    pub changed_since: Vec<String>,
}

/// Returns the plan of a merge: values only one file has are taken over, tags are joined, and where both differ the file that
/// stays is right until somebody chooses. A relation to the other file, or to the file itself, falls away.
///
/// # Errors
/// [`MergeError`] if the two cannot be merged. `merged` are files that have given way already.
pub fn plan(
    stays: &str,
    gives_way: &str,
    stays_fields: &BTreeMap<String, String>,
    gives_way_fields: &BTreeMap<String, String>,
    merged: &BTreeSet<String>,
) -> Result<MergePlan, MergeError> {
    if stays == gives_way {
        return Err(MergeError::Itself);
    }
    for id in [stays, gives_way] {
        if !RecordId::parse(id).is_ok_and(|id| id.kind().is_customer()) {
            return Err(MergeError::NotACustomer { id: id.to_owned() });
        }
        if merged.contains(id) {
            return Err(MergeError::GaveWay { id: id.to_owned() });
        }
    }
    let names: BTreeSet<&String> = stays_fields.keys().chain(gives_way_fields.keys()).collect();
    let value = |fields: &BTreeMap<String, String>, name: &str| {
        fields.get(name).cloned().unwrap_or_default()
    };
    let fields = names
        .into_iter()
        .map(|name| {
            let (a, b) = (value(stays_fields, name), value(gives_way_fields, name));
            let result = merged_value(name, &a, &b, [stays, gives_way]);
            let differs =
                !JOINED.contains(&name.as_str()) && !a.is_empty() && !b.is_empty() && a != b;
            MergeField {
                field: name.clone(),
                stays: a,
                gives_way: b,
                result,
                differs,
            }
        })
        .filter(|field| !field.stays.is_empty() || !field.gives_way.is_empty())
        .collect();
    Ok(MergePlan {
        stays: stays.to_owned(),
        gives_way: gives_way.to_owned(),
        fields,
    })
}

fn merged_value(name: &str, a: &str, b: &str, both: [&str; 2]) -> String {
    if JOINED.contains(&name) {
        let mut joined: Vec<&str> = tags(a).collect();
        for tag in tags(b) {
            if !joined.contains(&tag) && joined.len() < crate::field::MAX_TAGS {
                joined.push(tag);
            }
        }
        return joined.join(",");
    }
    let usable =
        |value: &str| !(value.is_empty() || RELATIONS.contains(&name) && both.contains(&value));
    let chosen = [a, b].into_iter().find(|value| usable(value));
    chosen.unwrap_or_default().to_owned()
}

impl MergePlan {
    /// Takes the value of a field from one side.
    ///
    /// # Errors
    /// [`MergeError::NoSuchChoice`] if the plan has no such field, or the value would relate the file to itself.
    pub fn choose(&mut self, name: &str, side: Side) -> Result<(), MergeError> {
        let both = [self.stays.as_str(), self.gives_way.as_str()];
        let fail = || MergeError::NoSuchChoice {
            field: name.to_owned(),
        };
        let field = self
            .fields
            .iter_mut()
            .find(|field| field.field == name)
            .ok_or_else(fail)?;
        let value = match side {
            Side::Stays => &field.stays,
            Side::GivesWay => &field.gives_way,
        };
        if RELATIONS.contains(&name) && both.contains(&value.as_str()) {
            return Err(fail());
        }
        field.result = value.clone();
        Ok(())
    }

    /// Returns what is written to the file that stays: fields whose value changes.
    pub fn writes(&self) -> BTreeMap<String, String> {
        let changed = self
            .fields
            .iter()
            .filter(|field| field.result != field.stays);
        changed
            .map(|field| (field.field.clone(), field.result.clone()))
            .collect()
    }

    /// Returns what puts the file that stays back as it was.
    pub fn undo(&self) -> Undo {
        let changed = self
            .fields
            .iter()
            .filter(|field| field.result != field.stays);
        Undo {
            version: UNDO_VERSION,
            changed: changed
                .map(|field| {
                    (
                        field.field.clone(),
                        (field.stays.clone(), field.result.clone()),
                    )
                })
                .collect(),
        }
    }
}

impl Undo {
    /// Returns the text form, as a `merged` event carries it.
    pub fn to_text(&self) -> String {
        serde_json::to_string(self).expect("an undo is plain data")
    }

    /// Returns the undo in a text.
    ///
    /// # Errors
    /// [`MergeError::UnknownUndo`] for anything but the form of [`Undo::to_text`].
    pub fn parse(text: &str) -> Result<Self, MergeError> {
        serde_json::from_str(text)
            .ok()
            .filter(|undo: &Self| undo.version == UNDO_VERSION)
            .ok_or(MergeError::UnknownUndo)
    }

    /// Returns what to write so that the fields are as before the merge. A field that somebody changed since keeps what it says.
    pub fn apply(&self, now: &BTreeMap<String, String>) -> Undone {
        let mut found = Undone::default();
        for (field, (before, after)) in &self.changed {
            if now.get(field).map_or("", String::as_str) == after {
                found.put_back.insert(field.clone(), before.clone());
            } else {
                found.changed_since.push(field.clone());
            }
        }
        found
    }
}

/// Returns for each file that gave way the file it is in now. `links` are merges in force: who gave way, to whom.
///
/// Chains are followed to their end. Where devices merged the same files apart, each into the other, the least id of the ring
/// stays; of two files one gave way to apart, the lesser id. The result depends on the set of links only.
pub fn standing(links: &BTreeSet<(RecordId, RecordId)>) -> BTreeMap<RecordId, RecordId> {
    let mut into: BTreeMap<&RecordId, &RecordId> = BTreeMap::new();
    for (from, to) in links.iter().filter(|(from, to)| from != to) {
        into.entry(from)
            .and_modify(|known| *known = (*known).min(to))
            .or_insert(to);
    }
    let mut found = BTreeMap::new();
    for &start in into.keys() {
        let mut path = vec![start];
        let mut end = start;
        while let Some(&next) = into.get(end) {
            if let Some(ring) = path.iter().position(|known| *known == next) {
                end = path[ring..].iter().min().expect("a ring has a member");
                break;
            }
            path.push(next);
            end = next;
        }
        if end != start {
            found.insert(start.clone(), end.clone());
        }
    }
    found
}
