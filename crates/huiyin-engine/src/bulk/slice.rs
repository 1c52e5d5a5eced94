//! What the catalogue says of a slice, so that it can be undone.

use std::collections::{BTreeMap, BTreeSet};

use huiyin_api::{BulkAct, BulkChange};
use huiyin_core::id::RecordId;
use huiyin_document::Author;
use serde::{Deserialize, Serialize};

use super::Done;
use super::changes::Wanted;
use crate::Millis;

/// Version of [`Slice`].
const VERSION: u32 = 1;

/// What one command did, as JSON. Field order is the form of [`VERSION`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Slice {
    version: u32,
    pub cases: bool,
    pub by: String,
    pub at: Millis,
    pub changes: Vec<BulkChange>,
    groups: Vec<Group>,
}

/// Records of which one change put the same value away.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Group {
    /// Place of the change.
    change: usize,
    /// The value put away; of a tag nothing.
    old: String,
    /// Words beside it: the reason of a stage.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    reason: String,
    /// Local ids (16 hex digits) by segment.
    records: BTreeMap<String, Vec<String>>,
}

impl Slice {
    /// Returns the slice of what was done.
    pub fn new(cases: bool, author: &Author, changes: Vec<BulkChange>, done: Vec<Done>) -> Self {
        let mut groups: BTreeMap<(usize, String, String), BTreeMap<String, Vec<String>>> =
            BTreeMap::new();
        for done in done {
            let Ok(id) = RecordId::parse(&done.line.id) else {
                continue;
            };
            groups
                .entry((done.change, done.old, done.reason))
                .or_default()
                .entry(id.segment.to_string())
                .or_default()
                .push(format!("{:016x}", id.local));
        }
        Self {
            version: VERSION,
            cases,
            by: author.by.clone(),
            at: author.at,
            changes,
            groups: groups
                .into_iter()
                .map(|((change, old, reason), records)| Group {
                    change,
                    old,
                    reason,
                    records,
                })
                .collect(),
        }
    }

    /// Returns the stored form.
    pub fn write(&self) -> String {
        serde_json::to_string(self).expect("a slice is plain data")
    }

    /// Reads a slice; none of a newer version or damaged.
    pub fn read(json: &str) -> Option<Self> {
        let slice: Self = serde_json::from_str(json).ok()?;
        let sound = slice.version == VERSION
            && slice
                .groups
                .iter()
                .all(|group| group.change < slice.changes.len());
        sound.then_some(slice)
    }

    /// Returns the number of records.
    pub fn records(&self) -> u32 {
        let ids: BTreeSet<(&String, &String)> = self
            .groups
            .iter()
            .flat_map(|group| &group.records)
            .flat_map(|(segment, locals)| locals.iter().map(move |local| (segment, local)))
            .collect();
        ids.len() as u32
    }

    /// Returns what an undo wants, by record id.
    pub fn undo(&self) -> BTreeMap<String, Vec<Wanted<'_>>> {
        let mut records: BTreeMap<String, Vec<Wanted<'_>>> = BTreeMap::new();
        for group in &self.groups {
            let change = &self.changes[group.change];
            let (act, value) = match change.act {
                BulkAct::Set => (BulkAct::Set, group.old.as_str()),
                BulkAct::AddTag => (BulkAct::RemoveTag, change.value.as_str()),
                BulkAct::RemoveTag => (BulkAct::AddTag, change.value.as_str()),
            };
            let wanted = Wanted {
                change: group.change,
                field: &change.field,
                act,
                value,
                reason: &group.reason,
                holds: (change.act == BulkAct::Set).then_some(change.value.as_str()),
            };
            for (segment, locals) in &group.records {
                for local in locals {
                    records
                        .entry(format!("{segment}.{local}"))
                        .or_default()
                        .push(wanted);
                }
            }
        }
        records
    }
}

#[cfg(test)]
mod tests {
    use huiyin_api::BulkLine;

    use super::*;

    /// The stored form of version 1, kept for good.
    const GOLDEN: &str = r#"{"version":1,"cases":false,"by":"赵敏","at":1780000000000,"changes":[{"field":"city","act":"set","value":"杭州"},{"field":"tags","act":"add_tag","value":"老客户"}],"groups":[{"change":0,"old":"上海","records":{"cu.HQ.all.0":["000000000000002a","000000000000002b"]}},{"change":1,"old":"","records":{"cu.HQ.all.0":["000000000000002a"]}}]}"#;

    fn slice() -> Slice {
        let author = Author {
            action: String::new(),
            by: "赵敏".to_owned(),
            device: String::new(),
            at: 1_780_000_000_000,
        };
        let change = |field: &str, act, value: &str| BulkChange {
            field: field.to_owned(),
            act,
            value: value.to_owned(),
        };
        let done = |change, local: &str, old: &str| Done {
            change,
            line: BulkLine {
                id: format!("cu.HQ.all.0.{local}"),
                ..BulkLine::default()
            },
            old: old.to_owned(),
            reason: String::new(),
        };
        Slice::new(
            false,
            &author,
            vec![
                change("city", BulkAct::Set, "杭州"),
                change("tags", BulkAct::AddTag, "老客户"),
            ],
            vec![
                done(0, "000000000000002a", "上海"),
                done(1, "000000000000002a", ""),
                done(0, "000000000000002b", "上海"),
            ],
        )
    }

    #[test]
    fn a_slice_is_stored_as_the_first_version_stored_it() {
        assert_eq!(slice().write(), GOLDEN);
        assert_eq!(Slice::read(GOLDEN), Some(slice()));
        let newer = GOLDEN.replace("\"version\":1", "\"version\":2");
        assert_eq!(Slice::read(&newer), None);
        let astray = GOLDEN.replace("\"change\":1", "\"change\":7");
        assert_eq!(Slice::read(&astray), None);
    }

    #[test]
    fn an_undo_wants_the_old_values_back_and_the_tags_away() {
        let slice = slice();
        assert_eq!(slice.records(), 2);
        let undo = slice.undo();
        let wanted = &undo["cu.HQ.all.0.000000000000002a"];
        assert_eq!((wanted[0].value, wanted[0].holds), ("上海", Some("杭州")));
        assert_eq!(wanted[1].act, BulkAct::RemoveTag);
    }
}
