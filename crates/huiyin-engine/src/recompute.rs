//! Rows made anew when a calendar was corrected or a pack has come, segment by segment.
//!
//! The device that corrected the calendar writes the old deadline of every open case into its time line; a mark in its store
//! says that it still has to, so that a restart in between changes nothing.

use huiyin_api::Problem;
use huiyin_core::case::Step;
use huiyin_core::case_data as datum;
use huiyin_core::id::{RecordId, SegmentKey};
use huiyin_core::zone::Zone;
use huiyin_document::{Author, DocumentKey, Edit, Hand, Judged, Row};
use serde::{Deserialize, Serialize};

use crate::cases::new_event;
use crate::replica::Replica;
use crate::task::{Run, Tx, Work};
use crate::{Millis, Table};

/// Key in the meta table: this device corrected a calendar and notes the deadlines it moves.
const CORRECTED_KEY: &[u8] = b"calendar_corrected";

/// Who corrected a calendar on this device. Field order is the format.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Corrected {
    action: String,
    by: String,
}

/// Notes that this device corrected a calendar, by whom and in which act.
pub(crate) fn corrected(tx: &mut Tx<'_>, author: Author) {
    let corrected = Corrected {
        action: author.action,
        by: author.by,
    };
    let bytes = postcard::to_allocvec(&corrected).expect("plain data");
    tx.put(Table::Meta, CORRECTED_KEY, bytes);
}

impl Replica {
    /// Makes the rows of the next segment anew that were made under other policies; those of this device's branch first.
    pub fn refresh(&mut self, tx: &mut Tx<'_>) -> Run<()> {
        let corrected = tx
            .value(Table::Meta, CORRECTED_KEY)?
            .and_then(|bytes| postcard::from_bytes::<Corrected>(bytes).ok());
        let own = self.identity.as_ref().map(|identity| &identity.branch);
        let next = self
            .segments
            .outdated(&self.policies)
            .min_by_key(|key| own.is_none_or(|own| key.branch.as_str() != own))
            .cloned();
        let Some(segment) = next else {
            if corrected.is_some() {
                tx.delete(Table::Meta, CORRECTED_KEY);
            }
            return Ok(());
        };
        let key = DocumentKey::Segment(segment.clone());
        self.documents.get(&key)?;
        let before: Vec<Row> = match corrected {
            Some(_) if segment.kind.is_case() => self.segments.rows(&segment),
            _ => Vec::new(),
        };
        self.documents
            .rewrite(tx, &mut self.segments, &self.policies, &key);
        if let Some(corrected) = corrected {
            self.note_moved(tx, &segment, &before, corrected);
        } else {
            tx.durability = crate::Durability::Relaxed;
        }
        tx.changed = true;
        tx.follow(Work::Refresh);
        Ok(())
    }

    /// Writes the old deadlines of open cases into their time lines, where a corrected calendar moved them. Imported cases nobody
    /// has touched are left as they came.
    fn note_moved(
        &mut self,
        tx: &mut Tx<'_>,
        segment: &SegmentKey,
        before: &[Row],
        corrected: Corrected,
    ) {
        let moved: Vec<(u64, Vec<Moved>)> = before
            .iter()
            .filter(|row| row.group != 2 && !row.untouched_import)
            .filter_map(|old| {
                let id = RecordId::new(segment.clone(), old.local);
                let moved = moved_clocks(old, &self.segments.row(&id)?.to_row());
                (!moved.is_empty()).then_some((old.local, moved))
            })
            .collect();
        if moved.is_empty() || self.may_write(segment).is_err() {
            return;
        }
        let author = Author {
            action: corrected.action,
            by: corrected.by,
            ..self.author(tx)
        };
        let key = DocumentKey::Segment(segment.clone());
        let branch = segment.working_branch();
        let zone = self.policies.calendar_of(branch.as_str()).zone();
        let mut edits = Vec::new();
        for (local, clocks) in moved {
            let Some((record, _)) = self.documents.opened(&key).record(local) else {
                continue;
            };
            let heads = Judged::of(&record, &self.policies).summary.heads;
            for moved in clocks {
                let mut event = new_event(tx, Step::Noted, &author);
                event.after.clone_from(&heads);
                let mut data = vec![
                    (datum::OLD_DUE, local_time(zone, moved.old)),
                    (datum::NEW_DUE, local_time(zone, moved.new)),
                ];
                if !moved.clock.is_empty() {
                    data.push((datum::CLOCK, moved.clock));
                }
                event.data = data
                    .into_iter()
                    .map(|(name, value)| (name.to_owned(), value))
                    .collect();
                edits.push(Edit::Append {
                    local,
                    event: Box::new(event),
                });
            }
        }
        self.edit(tx, &key, &author, Hand::Person, &edits);
    }

    /// Returns whether this device may write records of a segment: continuations belong to the branch that works on them.
    fn may_write(&self, segment: &SegmentKey) -> Result<(), Problem> {
        self.may_change(&RecordId::new(segment.clone(), 0), Some(Step::Noted))
    }
}

/// A deadline that moved.
struct Moved {
    clock: String,
    old: Millis,
    new: Millis,
}

/// Returns the clocks that ran before and run now to another deadline; the one clock of a case without a pack has no name.
fn moved_clocks(old: &Row, new: &Row) -> Vec<Moved> {
    let running = |row: &Row| -> Vec<(String, Millis)> {
        let clocks = row.desk.as_ref().map_or(&[][..], |desk| &desk.running);
        if clocks.is_empty() && row.ended.is_none() {
            return row
                .due
                .map(|due| (String::new(), due))
                .into_iter()
                .collect();
        }
        clocks
            .iter()
            .map(|clock| (clock.name.clone(), clock.due))
            .collect()
    };
    let now = running(new);
    running(old)
        .into_iter()
        .filter_map(|(clock, old)| {
            let (_, new) = now.iter().find(|(name, _)| *name == clock)?;
            (*new != old).then_some(Moved {
                clock,
                old,
                new: *new,
            })
        })
        .collect()
}

/// Returns a time as the clock on the wall shows it, to the minute.
fn local_time(zone: Zone, time: Millis) -> String {
    let local = zone.local(time).to_string();
    local.chars().take("2026-02-24 18:00".len()).collect()
}
