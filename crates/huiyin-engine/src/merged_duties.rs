//! What is due for a customer whose file took others in, from the rows of all of them: as far as rows tell, the same as its own page,
//! which opens every document.
//!
//! Decides nothing new: which steps count for the file that stays decides `fold_together` of `huiyin-core`. What rows do not tell (which papers
//! a file lacks by name) is judged by what is certain: a list is complete once one of the files has it complete.

use std::collections::HashMap;

use huiyin_core::case::Step;
use huiyin_core::id::RecordId;
use huiyin_core::pack::FileRules;
use huiyin_core::pack::file_rules::{FileClock, FileStart};
use huiyin_document::{CustomerColumn, FileRow, RowDuty, RowDutyKind};

use crate::Millis;
use crate::replica::Replica;

/// A file that gave way, as its row tells it.
pub(crate) struct Gone {
    kind: String,
    file: FileRow,
}

/// Files that gave way, by the record id of the one that stays.
pub(crate) type GaveWay = HashMap<RecordId, Vec<Gone>>;

impl Replica {
    /// Returns the files that gave way with what their rows tell; nothing for most companies. The cost grows with the merges.
    pub(crate) fn gave_way_rows(&self) -> GaveWay {
        let mut found = GaveWay::new();
        let standing = self.segments.standing();
        for (from, stays) in standing.links() {
            if let Some(row) = self.segments.row(from) {
                found.entry(stays.clone()).or_default().push(Gone {
                    kind: row.customer(CustomerColumn::Kind).to_owned(),
                    file: row.file().unwrap_or_default(),
                });
            }
        }
        found
    }
}

/// Returns whether a clock of a file runs until it is filed.
fn waits_for_filing(rules: &FileRules, duty: &RowDuty) -> bool {
    duty.kind == RowDutyKind::Clock
        && clock(rules, &duty.of).is_some_and(|clock| clock.stops.contains(&Step::Filed))
}

fn clock<'a>(rules: &'a FileRules, name: &str) -> Option<&'a FileClock> {
    rules.clocks.iter().find(|clock| clock.name == name)
}

/// Returns what is due for a file of this kind together with those that gave way to it.
pub(crate) fn together(rules: &FileRules, kind: &str, own: FileRow, gone: &[Gone]) -> FileRow {
    let FileRow {
        mut registered_at,
        incomplete,
        duties,
        mut rounds,
    } = own;
    let unfiled = |duties: &[RowDuty]| duties.iter().any(|duty| waits_for_filing(rules, duty));
    let own_unfiled = unfiled(&duties);
    let filed_elsewhere = gone.iter().any(|gone| !unfiled(&gone.file.duties));
    let mut found = Vec::new();
    for mut duty in duties {
        if waits_for_filing(rules, &duty) && filed_elsewhere {
            continue;
        }
        if duty.kind == RowDutyKind::Papers {
            // Of one list: what the file lacks least is lacked by all together at most.
            let lists = gone.iter().filter(|gone| gone.kind == kind);
            let lacked = lists.map(|gone| {
                let papers = |duty: &&RowDuty| duty.kind == RowDutyKind::Papers;
                gone.file.duties.iter().find(papers).map_or(0, |d| d.count)
            });
            duty.count = lacked.chain([duty.count]).min().unwrap_or_default();
            if duty.count == 0 {
                continue;
            }
        }
        found.push(duty);
    }
    for gone in gone {
        registered_at = match (registered_at, gone.file.registered_at) {
            (Some(own), Some(other)) => Some(own.min(other)),
            (own, other) => own.or(other),
        };
        for duty in &gone.file.duties {
            let goes_on = match duty.kind {
                RowDutyKind::HandOver => true,
                RowDutyKind::Clock => clock(rules, &duty.of).is_some_and(|clock| {
                    matches!(clock.start, FileStart::Step(_)) && !clock.stops.contains(&Step::Filed)
                }),
                // Signatures and returns of the file that stays hold once it was filed itself.
                RowDutyKind::Review | RowDutyKind::Returned => own_unfiled,
                _ => false,
            };
            if goes_on {
                found.push(duty.clone());
            }
        }
        for (name, at) in &gone.file.rounds {
            match rounds.iter_mut().find(|(known, _)| known == name) {
                Some((_, known)) => *known = (*known).max(*at),
                None => rounds.push((name.clone(), *at)),
            }
        }
    }
    found.sort_by_key(|duty| duty.due.unwrap_or(Millis::MAX));
    FileRow {
        registered_at,
        incomplete,
        duties: found,
        rounds,
    }
}
