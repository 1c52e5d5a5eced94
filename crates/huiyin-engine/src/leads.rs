//! Leads (线索): customers of the first stage whom nobody looks after, shared out evenly in one act that can be undone.
//!
//! Decides what a lead is, who shares them out and what is written; who gets which decides `huiyin-core`. An act is noted in the
//! catalogue of this device's branch under `leads/<act>/<slice>`, as [`Slice`] writes it. Of two acts made apart the first has the
//! lead; the list of past acts tells which leads went elsewhere.
//!
//! Long: sharing out, undoing and the list of past acts read one form.
//!
//! **Source:** a health-product seller's rules: leads are entered centrally and shared out evenly among the staff who took part.

use std::collections::{BTreeMap, BTreeSet};

use huiyin_api::{
    Answer, LeadElsewhere, LeadEntry, LeadLine, LeadMove, LeadQuery, LeadReport, LeadStaff,
    LeadsView, MAX_LEAD_ENTRIES, MAX_LEADS, Problem, ProblemCode,
};
use huiyin_core::allocation::share_out;
use huiyin_core::case::Step;
use huiyin_core::case_data as datum;
use huiyin_core::file::data;
use huiyin_core::id::{RecordId, RecordKind};
use huiyin_core::pack::{AllocationRules, Part};
use huiyin_core::staff::Role;
use huiyin_core::text::{fold, same_name};
use huiyin_document::{CustomerColumn, DocumentKey, POOLED, Record, Registers, RowRef};
use serde::{Deserialize, Serialize};

use crate::Millis;
use crate::act_id::checked_act;
use crate::cases::new_event;
use crate::customers::note_text;
use crate::owners::{owner_act, owners_of};
use crate::replica::Replica;
use crate::segments::{Place, Segment};
use crate::steps::{Prepared, hand_over};
use crate::task::{Halt, Run, Tx};

/// Registers of the catalogue about leads.
const LEADS: &str = "leads/";
/// Version of [`Slice`].
const SLICE_VERSION: u32 = 1;
/// Most leads noted in one register.
const SLICE: usize = 100;
/// Digits of the number of a slice, so that they sort.
const SLICE_DIGITS: usize = 6;
/// Roles that share out leads beside the one the policy names.
const ALWAYS: &[Role] = &[Role::GeneralManager, Role::Administrator];
/// Stages of a lead; an import often tells none.
const STAGES: [&str; 2] = ["", "potential"];

/// A part of an act that shared out leads, as JSON. Field order is the form of [`SLICE_VERSION`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Slice {
    version: u32,
    by: String,
    at: Millis,
    note: String,
    moves: Vec<LeadMove>,
}

impl Slice {
    fn read(json: &str) -> Option<Self> {
        serde_json::from_str(json)
            .ok()
            .filter(|slice: &Self| slice.version == SLICE_VERSION)
    }

    fn write(&self) -> String {
        serde_json::to_string(self).expect("a slice is plain data")
    }
}

/// Returns whether a row is that of a lead.
fn is_lead(row: RowRef<'_>) -> bool {
    let none = |column| row.customer(column).is_empty();
    none(CustomerColumn::Owner)
        && none(CustomerColumn::OwnerB)
        && row.group() != POOLED
        && STAGES.contains(&row.customer(CustomerColumn::LifeCycle))
}

/// Returns why a customer is not a lead any more; nothing if it is one.
fn gone(before: &[String; 2]) -> Option<String> {
    let owner = before.iter().find(|owner| !owner.is_empty())?;
    Some(format!("{owner} looks after it already"))
}

impl Replica {
    /// Returns the rules about sharing customers out, if the active policy has any.
    pub(crate) fn allocation_rules(&self) -> Option<&AllocationRules> {
        let (_, pack) = self.policies.of_part(Part::Allocation)?;
        pack.allocation.as_ref()
    }

    /// Returns whether the person at the device shares out leads: whom the policy names, else those who decide owners.
    pub(crate) fn shares_leads(&self) -> bool {
        let named = self.lead_role();
        if named.is_empty() {
            return self.decides_owners();
        }
        let actor = self.actor();
        actor.holds_post(named) || actor.holds_any(ALWAYS)
    }

    fn lead_role(&self) -> &str {
        self.allocation_rules()
            .map_or("", |rules| rules.entered_by.as_str())
    }

    fn must_share_leads(&self) -> Result<(), Problem> {
        if self.shares_leads() {
            return Ok(());
        }
        let named = self.lead_role();
        if named.is_empty() {
            return Err(Self::owners_refused());
        }
        let roles = ALWAYS.iter().map(|role| role.name());
        let roles: Vec<&str> = std::iter::once(named).chain(roles).collect();
        Err(
            Problem::at(ProblemCode::NotAllowed, Step::OwnerChanged.name()).because(format!(
                "{} is not for these roles: ask one of {}",
                Step::OwnerChanged.name(),
                roles.join(", ")
            )),
        )
    }

    /// Returns the leads of a branch, those registered first at the front.
    fn lead_places(&self, branch: &str) -> Vec<Place> {
        let standing = self.segments.standing();
        let mut found: Vec<(Millis, Place)> = Vec::new();
        let of_branch = |segment: &Segment| segment.key.branch.as_str() == branch;
        for (at, segment) in self.segments.of_kind(RecordKind::Customer) {
            if !of_branch(segment) {
                continue;
            }
            for row in segment.iter() {
                if is_lead(row) && !standing.hides(segment, row) {
                    found.push((row.received(), (at, row.index() as u32)));
                }
            }
        }
        found.sort_unstable();
        found.into_iter().map(|(_, place)| place).collect()
    }

    /// Returns how many customers everybody looks after as owner A, by folded name.
    pub(crate) fn holdings(&self) -> BTreeMap<String, u32> {
        let standing = self.segments.standing();
        let mut held: BTreeMap<String, u32> = BTreeMap::new();
        for (_, segment) in self.segments.of_kind(RecordKind::Customer) {
            for row in segment.iter() {
                let owner = row.customer(CustomerColumn::Owner);
                if !owner.is_empty() && !standing.hides(segment, row) {
                    *held.entry(fold(owner)).or_default() += 1;
                }
            }
        }
        held
    }

    /// Returns the leads of a branch, and who would get which.
    pub fn leads(&mut self, query: &LeadQuery) -> Run<LeadsView> {
        let past = self.past_leads()?;
        let branch = if query.branch.is_empty() {
            self.branch()?.to_string()
        } else {
            query.branch.clone()
        };
        let named = query
            .staff
            .iter()
            .map(|name| self.at_work("assignee", name))
            .collect::<Result<Vec<_>, _>>()?;
        let held = self.holdings();
        let holds = |name: &str| held.get(&fold(name)).copied().unwrap_or_default();
        let places = self.lead_places(&branch);
        let listed = &places[..places.len().min(MAX_LEADS)];
        let staff: Vec<(&str, u32)> = named
            .iter()
            .map(|name| (name.as_str(), if query.level { holds(name) } else { 0 }))
            .collect();
        let given = if staff.is_empty() {
            vec![""; listed.len()]
        } else {
            share_out(listed.len(), &staff).map_err(|error| {
                Problem::at(ProblemCode::BadField, "assignee").because(error.to_string())
            })?
        };
        let gets = |name: &str| given.iter().filter(|to| same_name(to, name)).count() as u32;
        let mut staff: Vec<LeadStaff> = self
            .settings
            .staff
            .values()
            .filter(|person| !person.left)
            .map(|person| LeadStaff {
                name: person.name.clone(),
                branch: person.branch.clone(),
                holds: holds(&person.name),
                gets: gets(&person.name),
            })
            .collect();
        staff.sort_by(|a, b| (a.branch != branch, &a.name).cmp(&(b.branch != branch, &b.name)));
        let lines = listed
            .iter()
            .zip(&given)
            .map(|(place, to)| {
                let (segment, row) = self.segments.at(*place);
                LeadLine {
                    row: Self::customer_row(segment, row),
                    to: (*to).to_owned(),
                }
            })
            .collect();
        Ok(LeadsView {
            branch,
            lines,
            total: places.len() as u32,
            staff,
            may_share: self.shares_leads(),
            entered_by: self.lead_role().to_owned(),
            even: self.allocation_rules().is_some_and(|rules| rules.even),
            past,
        })
    }

    /// Shares out leads as the preview said, in one act. What somebody looks after already is left and told.
    pub fn share_leads(
        &mut self,
        tx: &mut Tx<'_>,
        act: &str,
        moves: &[LeadMove],
        note: &str,
    ) -> Run<Answer> {
        self.must_share_leads()?;
        checked_act(act)?;
        let note = note_text(note)?;
        if moves.is_empty() || moves.len() > MAX_LEADS {
            return Err(Problem::at(ProblemCode::BadField, "lines")
                .because(format!("one to {MAX_LEADS} leads at once"))
                .into());
        }
        let mut wanted: BTreeMap<String, String> = BTreeMap::new();
        for line in moves {
            wanted.insert(line.id.clone(), self.at_work("assignee", &line.to)?);
        }
        let catalogue = DocumentKey::Catalogue(self.branch()?);
        let mut report = LeadReport::default();
        let records = self.lead_records(tx.now, &catalogue, wanted, &mut report)?;
        let author = self.author(tx);
        let mut acts = Vec::new();
        let mut done = Vec::new();
        for (id, record, to) in records {
            let before = owners_of(&record);
            let name = record.field("name").to_owned();
            if let Some(why) = gone(&before) {
                report.refused.push((name, why));
                continue;
            }
            let mut event = new_event(tx, Step::OwnerChanged, &author);
            event.note.clone_from(&note);
            event.data.insert(data::LEAD.to_owned(), act.to_owned());
            event.data.insert(datum::BULK.to_owned(), act.to_owned());
            *report.receivers.entry(to.clone()).or_default() += 1;
            done.push(LeadMove {
                id: id.to_string(),
                to: to.clone(),
            });
            acts.push(owner_act(id, &record, &before, &[to, String::new()], event));
        }
        if done.is_empty() {
            return Ok(Answer::LeadsShared(report));
        }
        let registers: Vec<(String, String)> = done
            .chunks(SLICE)
            .enumerate()
            .map(|(at, moves)| {
                let slice = Slice {
                    version: SLICE_VERSION,
                    by: author.by.clone(),
                    at: author.at,
                    note: note.clone(),
                    moves: moves.to_vec(),
                };
                (format!("{LEADS}{act}/{at:0SLICE_DIGITS$}"), slice.write())
            })
            .collect();
        self.write_steps(tx, &author, acts);
        self.write_registers(tx, &catalogue, &author, &registers);
        tx.changed = true;
        report.done = done;
        Ok(Answer::LeadsShared(report))
    }

    /// Undoes an act that shared out leads: what its receivers still look after belongs to nobody again.
    pub fn undo_share_leads(&mut self, tx: &mut Tx<'_>, act: &str) -> Run<Answer> {
        self.must_share_leads()?;
        let catalogue = DocumentKey::Catalogue(self.branch()?);
        let own = format!("{act}/");
        // Two devices may have given one lead to the same person, each in an act of its own: it stays until both are undone.
        let (slices, others): (Vec<_>, Vec<_>) = self
            .documents
            .get(&catalogue)?
            .registers(LEADS)
            .into_iter()
            .partition(|(path, _)| path.starts_with(&own));
        if slices.is_empty() {
            return Err(Problem::at(ProblemCode::NotFound, act).into());
        }
        let mut wanted = BTreeMap::new();
        for (_, json) in &slices {
            let slice = Slice::read(json).ok_or_else(|| {
                Problem::at(ProblemCode::StepRefused, Step::OwnerChanged.name()).because(
                    "this change was made by a newer version of the program: update to undo it",
                )
            })?;
            wanted.extend(slice.moves.into_iter().map(|line| (line.id, line.to)));
        }
        let given_elsewhere: BTreeSet<(String, String)> = others
            .iter()
            .filter_map(|(_, json)| Slice::read(json))
            .flat_map(|slice| slice.moves)
            .map(|line| (line.id, fold(&line.to)))
            .collect();
        let mut report = LeadReport::default();
        let records = self.lead_records(tx.now, &catalogue, wanted, &mut report)?;
        let author = self.author(tx);
        let mut acts: Vec<Prepared> = Vec::new();
        for (id, record, to) in records {
            let before = owners_of(&record);
            if !same_name(&before[0], &to) {
                let name = record.field("name").to_owned();
                let why = format!("{to} does not look after it any more");
                report.refused.push((name, why));
                continue;
            }
            if given_elsewhere.contains(&(id.to_string(), fold(&to))) {
                let name = record.field("name").to_owned();
                let why = format!("another act gave it to {to} as well");
                report.refused.push((name, why));
                continue;
            }
            let mut event = new_event(tx, Step::OwnerChanged, &author);
            event
                .data
                .insert(datum::BULK_UNDONE.to_owned(), act.to_owned());
            let after = [String::new(), before[1].clone()];
            acts.push(owner_act(id, &record, &before, &after, event));
            *report.receivers.entry(to).or_default() += 1;
        }
        let registers: Vec<(String, String)> = slices
            .into_iter()
            .map(|(path, _)| (format!("{LEADS}{path}"), String::new()))
            .collect();
        self.write_steps(tx, &author, acts);
        self.write_registers(tx, &catalogue, &author, &registers);
        tx.changed = true;
        Ok(Answer::LeadsShared(report))
    }

    /// Returns the records of leads with who gets or had each. What is not here any more, or gave way to another file, is told.
    fn lead_records(
        &mut self,
        now: Millis,
        catalogue: &DocumentKey,
        wanted: BTreeMap<String, String>,
        report: &mut LeadReport,
    ) -> Run<Vec<(RecordId, Record, String)>> {
        let segments: BTreeSet<DocumentKey> = wanted
            .keys()
            .filter_map(|text| self.live(text).ok())
            .map(|id| DocumentKey::Segment(id.segment))
            .collect();
        self.documents.require(segments.iter().chain([catalogue]))?;
        let mut records = Vec::with_capacity(wanted.len());
        for (text, to) in wanted {
            let read = self.read_record(&text).and_then(|(id, record, _)| {
                self.must_stand(&id)?;
                Ok((id, record))
            });
            match read {
                Ok((id, record)) if id.kind().is_customer() => records.push((id, record, to)),
                Err(need @ Halt::Need(_)) => return Err(need),
                Ok(_) | Err(Halt::Problem(_)) => {
                    let why = "it is not here any more".to_owned();
                    report.refused.push((self.called(&text), why));
                }
            }
        }
        for (_, record, _) in &records {
            hand_over(&mut self.clock, now, record);
        }
        Ok(records)
    }

    /// Returns past acts of this branch that are in force, the newest first.
    fn past_leads(&mut self) -> Run<Vec<LeadEntry>> {
        let catalogue = DocumentKey::Catalogue(self.branch()?);
        let slices = self.documents.get(&catalogue)?.registers(LEADS);
        let mut found: BTreeMap<String, (LeadEntry, Vec<LeadMove>)> = BTreeMap::new();
        for (path, json) in slices {
            let (Some((act, _)), Some(slice)) = (path.split_once('/'), Slice::read(&json)) else {
                continue;
            };
            let (entry, moves) = found.entry(act.to_owned()).or_default();
            act.clone_into(&mut entry.act);
            entry.by = slice.by;
            entry.at = slice.at;
            entry.note = slice.note;
            for line in &slice.moves {
                *entry.receivers.entry(line.to.clone()).or_default() += 1;
            }
            moves.extend(slice.moves);
        }
        let mut entries: Vec<(LeadEntry, Vec<LeadMove>)> = found.into_values().collect();
        entries.sort_by(|(a, _), (b, _)| (b.at, &b.act).cmp(&(a.at, &a.act)));
        entries.truncate(MAX_LEAD_ENTRIES);
        let elsewhere = |line: LeadMove| {
            let id = RecordId::parse(&line.id).ok()?;
            let row = self.segments.row(&id)?;
            let owner = row.customer(CustomerColumn::Owner);
            (!same_name(owner, &line.to)).then(|| LeadElsewhere {
                id: line.id,
                name: row.customer(CustomerColumn::Name).to_owned(),
                to: line.to,
                owner: owner.to_owned(),
            })
        };
        Ok(entries
            .into_iter()
            .map(|(entry, moves)| LeadEntry {
                elsewhere: moves.into_iter().filter_map(elsewhere).collect(),
                ..entry
            })
            .collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_act_is_stored_in_the_form_of_its_version() {
        let golden = r#"{"version":1,"by":"赵敏","at":1780000000000,"note":"春季联谊会","moves":[{"id":"cu.HQ.all.0.000000000000002a","to":"王芳"}]}"#;
        let slice = Slice {
            version: SLICE_VERSION,
            by: "赵敏".to_owned(),
            at: 1_780_000_000_000,
            note: "春季联谊会".to_owned(),
            moves: vec![LeadMove {
                id: "cu.HQ.all.0.000000000000002a".to_owned(),
                to: "王芳".to_owned(),
            }],
        };
        assert_eq!(slice.write(), golden);
        assert_eq!(Slice::read(golden), Some(slice));
        assert_eq!(
            Slice::read(&golden.replace("\"version\":1", "\"version\":2")),
            None
        );
    }
}
