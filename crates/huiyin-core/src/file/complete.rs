//! How complete a file is, in per cent, and what is missing.
//!
//! Decides from the wanted fields and papers of the policy; each counts the same.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::FileSummary;
use super::papers::listed;
use crate::pack::FileRules;

/// How complete a file is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct Completeness {
    /// Fields and papers there, of those wanted.
    pub there: u32,
    /// Fields and papers wanted.
    pub wanted: u32,
    /// Wire names of the fields that are empty.
    pub fields: Vec<String>,
    /// Ids of the papers that lack something, as `list/paper`.
    pub papers: Vec<String>,
}

impl Completeness {
    /// Returns the share in whole per cent, rounded down: 100 only if nothing is missing. A file of which nothing is wanted is
    /// complete.
    pub fn percent(&self) -> u32 {
        (self.there * 100).checked_div(self.wanted).unwrap_or(100)
    }

    /// Returns whether nothing is missing.
    pub fn is_complete(&self) -> bool {
        self.there == self.wanted
    }
}

/// Returns how complete a file is under the rules. `fields` are the stored values by wire name.
pub fn completeness(
    rules: &FileRules,
    kind: &str,
    fields: &BTreeMap<String, String>,
    summary: &FileSummary,
) -> Completeness {
    let mut found = Completeness::default();
    for name in rules.wanted_fields(kind) {
        found.wanted += 1;
        if fields
            .get(name)
            .is_some_and(|value| !value.trim().is_empty())
        {
            found.there += 1;
        } else {
            found.fields.push(name.to_owned());
        }
    }
    for listed in listed(rules, kind, &summary.papers) {
        if listed.paper.optional && listed.lacks.is_empty() && !listed.held.state.is_there() {
            continue;
        }
        found.wanted += 1;
        if listed.lacks.is_empty() {
            found.there += 1;
        } else {
            found.papers.push(listed.id);
        }
    }
    found
}
