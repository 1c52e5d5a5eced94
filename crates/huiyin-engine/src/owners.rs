//! Who looks after customers: a change of owner, and handing over what a leaver holds in slices that can be undone.
//!
//! Decides who may, what is still the leaver's, and what is written; who takes what decides `huiyin-core`. A slice of a hand-over is
//! noted in the catalogue of this device's branch under `handover/<act>/<slice>`, as [`Slice`] writes it, so that it can be undone.
//!
//! Long: doing and undoing share their tables.

use std::collections::{BTreeMap, BTreeSet};

use huiyin_api::{
    Answer, HandOverEntry, HandOverIntent, HandOverMove, HandOverPlan, HandOverReport,
    MAX_HAND_OVER, MAX_HAND_OVER_SLICE, OwnerRights, Problem, ProblemCode, StepIntent,
};
use huiyin_core::allocation::{HeldAs, Holding, NoticeFacts, leaver_plan};
use huiyin_core::case::{CaseEvent, Step};
use huiyin_core::contact::{self, ContactState};
use huiyin_core::file::{self, data};
use huiyin_core::id::{EventId, RecordId, RecordKind};
use huiyin_core::pack::{Part, Template};
use huiyin_core::staff::Role;
use huiyin_core::text::same_name;
use huiyin_document::{
    Author, CaseColumn, ContactColumn, CustomerColumn, DocumentKey, Edit, Record, Registers,
};
use serde::{Deserialize, Serialize};

use crate::Millis;
use crate::act_id::checked_act;
use crate::cases::new_event;
use crate::customers::note_text;
use crate::replica::Replica;
use crate::steps::{Prepared, hand_over};
use crate::task::{Halt, Run, Tx};

/// Roles that decide who looks after a customer.
const DECIDE_OWNERS: &[Role] = &[
    Role::ServiceSupervisor,
    Role::DepartmentManager,
    Role::StoreManager,
    Role::RecordsKeeper,
    Role::SalesDirector,
    Role::GeneralManager,
    Role::Administrator,
];
/// Nobody, as an event stores it: empty data are not stored, and outer spaces are not read.
pub(crate) const NOBODY: &str = " ";
/// Registers of the catalogue about hand-overs.
const HAND_OVERS: &str = "handover/";
/// Version of [`Slice`]. Version 1 had no `cleared`.
const SLICE_VERSION: u32 = 2;
/// Digits of the number of a slice, so that they sort.
const SLICE_DIGITS: usize = 6;

/// What one command of a hand-over did, as JSON. Field order is the form of [`SLICE_VERSION`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Slice {
    version: u32,
    leaver: String,
    by: String,
    at: Millis,
    moves: Vec<HandOverMove>,
    /// Owners B whose place became empty because they became owner A, by customer.
    #[serde(default)]
    cleared: BTreeMap<String, String>,
}

/// What lines of a hand-over come to.
#[derive(Default)]
struct Moved {
    acts: Vec<Prepared>,
    done: Vec<HandOverMove>,
    /// As [`Slice::cleared`].
    cleared: BTreeMap<String, String>,
}

/// One thing a leaver holds, as the rows tell.
struct Held {
    id: String,
    name: String,
    role: HeldAs,
    customer: String,
    other_owner: String,
}

impl Replica {
    /// Returns whether the person at the device decides who looks after customers.
    pub fn decides_owners(&self) -> bool {
        self.actor().holds_any(DECIDE_OWNERS)
    }

    /// Returns the refusal of a decision about owners, with the roles that may take it.
    pub fn owners_refused() -> Problem {
        let roles: Vec<&str> = DECIDE_OWNERS.iter().map(|role| role.name()).collect();
        Problem::at(ProblemCode::NotAllowed, Step::OwnerChanged.name()).because(format!(
            "{} is not for these roles: ask one of {}",
            Step::OwnerChanged.name(),
            roles.join(", ")
        ))
    }

    /// Returns the name of a member of staff who is at work, as the staff list writes it.
    pub fn at_work(&self, place: &str, name: &str) -> Result<String, Problem> {
        let found = self
            .settings
            .staff
            .values()
            .find(|staff| same_name(&staff.name, name));
        match found {
            None => Err(Problem::at(ProblemCode::BadField, place).because(format!(
                "{name} is not in the staff list: add the person first"
            ))),
            Some(staff) if staff.left => Err(Problem::at(ProblemCode::BadField, place)
                .because(format!("{name} has left: name somebody else"))),
            Some(staff) => Ok(staff.name.clone()),
        }
    }

    /// Changes who looks after a customer: the event and both fields in one act. None leaves an owner, empty = nobody.
    pub fn change_owner(
        &mut self,
        tx: &mut Tx<'_>,
        text: &str,
        owners: [Option<&str>; 2],
        note: &str,
    ) -> Run<Answer> {
        let note = note_text(note)?;
        let (id, record, _) = self.read_record(text)?;
        if !id.kind().is_customer() {
            return Err(Problem::at(ProblemCode::NotFound, text).into());
        }
        self.must_stand(&id)?;
        let before = owners_of(&record);
        let after = self.owners_after(&before, owners)?;
        if after == before && note.is_empty() {
            return Ok(Answer::Saved {
                id: text.to_owned(),
                number: record.number,
            });
        }
        hand_over(&mut self.clock, tx.now, &record);
        let author = self.author(tx);
        let mut event = new_event(tx, Step::OwnerChanged, &author);
        event.note = note;
        let number = record.number.clone();
        let act = owner_act(id, &record, &before, &after, event);
        self.write_steps(tx, &author, vec![act]);
        Ok(Answer::Saved {
            id: text.to_owned(),
            number,
        })
    }

    /// Returns who looks after a customer once these are named, as the staff list writes them. None leaves an owner, empty = nobody.
    ///
    /// # Errors
    /// The person neither looks after the customer nor decides owners; somebody named is not at work; both would be one person.
    pub fn owners_after(
        &self,
        before: &[String; 2],
        owners: [Option<&str>; 2],
    ) -> Result<[String; 2], Problem> {
        let own = before.iter().any(|owner| self.actor().is_named(owner));
        if !own && !before.iter().all(String::is_empty) && !self.decides_owners() {
            return Err(Self::owners_refused());
        }
        let mut after = before.clone();
        for ((name, wanted), after) in ["owner_a", "owner_b"]
            .into_iter()
            .zip(owners)
            .zip(&mut after)
        {
            match wanted.map(str::trim) {
                None => {}
                Some("") => after.clear(),
                Some(person) => *after = self.at_work(name, person)?,
            }
        }
        if same_name(&after[0], &after[1]) {
            return Err(Problem::at(ProblemCode::BadField, "owner_b")
                .because("owner A and owner B are one person: name two"));
        }
        Ok(after)
    }

    /// Returns what the person may do about who looks after a customer: as [`Self::owners_after`] and [`Self::pool_customer`] refuse.
    pub fn owner_rights(&self, id: &RecordId, record: &Record) -> OwnerRights {
        let owners = owners_of(record);
        let own = owners.iter().any(|owner| self.actor().is_named(owner));
        let pool = (own || self.decides_owners()) && self.must_stand(id).is_ok();
        OwnerRights {
            change: pool || (owners.iter().all(String::is_empty) && self.must_stand(id).is_ok()),
            pool: pool && !file::fold(&record.events).pooled,
        }
    }

    /// Checks the owners among changed fields of a customer as [`Self::owners_after`] does, and puts them as the staff list writes
    /// them. Fields that name who looks after the customer anyway are left as they are.
    pub fn check_owners(
        &self,
        record: &Record,
        fields: &mut BTreeMap<String, String>,
    ) -> Result<(), Problem> {
        let before = owners_of(record);
        let named = ["owner_a", "owner_b"].map(|name| fields.get(name).cloned());
        let wanted: [Option<&str>; 2] =
            std::array::from_fn(|at| named[at].as_deref().filter(|name| *name != before[at]));
        if wanted == [None, None] {
            return Ok(());
        }
        let after = self.owners_after(&before, wanted)?;
        for ((name, after), wanted) in ["owner_a", "owner_b"].into_iter().zip(after).zip(wanted) {
            if wanted.is_some() {
                fields.insert(name.to_owned(), after);
            }
        }
        Ok(())
    }

    /// Returns the event that goes with changed fields of owners where an act decided who they are: else the act would go on to hold.
    pub fn owner_edit(
        &mut self,
        tx: &mut Tx<'_>,
        author: &Author,
        id: &RecordId,
        key: &DocumentKey,
        fields: &BTreeMap<String, String>,
    ) -> Option<Edit> {
        let named = [data::OWNER_A, data::OWNER_B].map(|name| fields.get(name));
        if !id.kind().is_customer() || named.iter().all(Option::is_none) {
            return None;
        }
        let (record, _) = self.documents.opened(key).record(id.local)?;
        let summary = file::fold(&record.events);
        let decided = summary.owner_a.is_some() || summary.owner_b.is_some() || summary.pooled;
        if !decided {
            return None;
        }
        let before = owners_of(&record);
        let mut after = before.clone();
        for (named, after) in named.into_iter().zip(&mut after) {
            if let Some(name) = named {
                name.clone_into(after);
            }
        }
        let mut event = new_event(tx, Step::OwnerChanged, author);
        event.after = summary.heads;
        for (name, owner) in [data::OWNER_A, data::OWNER_B].into_iter().zip(&after) {
            let told = if owner.is_empty() { NOBODY } else { owner };
            event.data.insert(name.to_owned(), told.to_owned());
        }
        Some(Edit::Append {
            local: id.local,
            event: Box::new(event),
        })
    }

    /// Returns what a person holds, from the rows: customers first, then open cases, planned contacts and promises.
    fn held_by(&self, person: &str) -> Vec<Held> {
        let standing = self.segments.standing();
        let mut found = Vec::new();
        for (_, segment) in self.segments.of_kind(RecordKind::Customer) {
            for row in segment.iter() {
                let owners = [CustomerColumn::Owner, CustomerColumn::OwnerB]
                    .map(|column| row.customer(column));
                let of = [HeldAs::OwnerA, HeldAs::OwnerB];
                for at in 0..2 {
                    if same_name(owners[at], person) && !standing.hides(segment, row) {
                        let id = segment.id(row).to_string();
                        found.push(Held {
                            customer: id.clone(),
                            id,
                            name: row.customer(CustomerColumn::Name).to_owned(),
                            role: of[at],
                            other_owner: owners[1 - at].to_owned(),
                        });
                    }
                }
            }
        }
        for (_, segment) in self.listed(RecordKind::Case) {
            for row in segment.iter() {
                if row.group() != 2 && same_name(row.case(CaseColumn::Assignee), person) {
                    let customer = standing.of_text(row.case(CaseColumn::CustomerId));
                    found.push(Held {
                        id: segment.id(row).to_string(),
                        name: format!(
                            "{} {}",
                            row.case(CaseColumn::Number),
                            row.case(CaseColumn::Subject)
                        ),
                        role: HeldAs::Case,
                        customer: customer.to_owned(),
                        other_owner: String::new(),
                    });
                }
            }
        }
        self.contacts_held_by(person, &mut found);
        found
    }

    /// Adds the planned contacts of a person, and contacts with promises the person has yet to keep.
    fn contacts_held_by(&self, person: &str, found: &mut Vec<Held>) {
        let standing = self.segments.standing();
        for (_, segment) in self.segments.of_kind(RecordKind::Contact) {
            for row in segment.iter() {
                let held = |role| Held {
                    id: segment.id(row).to_string(),
                    name: format!(
                        "{} {}",
                        row.contact(ContactColumn::Number),
                        row.contact(ContactColumn::CustomerName)
                    ),
                    role,
                    customer: standing
                        .of_text(row.contact(ContactColumn::CustomerId))
                        .to_owned(),
                    other_owner: String::new(),
                };
                if row.group() != 2 && same_name(row.contact(ContactColumn::By), person) {
                    found.push(held(HeldAs::Contact));
                }
                let desk = row.has_actions().then(|| row.desk()).flatten();
                let owes = desk.is_some_and(|desk| {
                    desk.actions
                        .iter()
                        .any(|promise| promise.state == "open" && same_name(&promise.owner, person))
                });
                if owes {
                    found.push(held(HeldAs::Task));
                }
            }
        }
    }

    /// Refuses that somebody leaves who still holds something, where the policy has leavers replaced first.
    pub fn may_leave(&self, person: &str) -> Result<(), Problem> {
        let replaced = self
            .policies
            .of_part(Part::Allocation)
            .and_then(|(_, pack)| pack.allocation.as_ref())
            .is_some_and(|rules| rules.leaver_replaced);
        let held = if replaced {
            self.held_by(person).len()
        } else {
            0
        };
        if held > 0 {
            return Err(
                Problem::at(ProblemCode::BadField, data::LEAVER).because(format!(
                    "{person} still looks after {held} customers, cases, contacts and promises: hand them over first"
                )),
            );
        }
        Ok(())
    }

    /// Returns the letter to a customer whose owner changes, if the policy of files has one.
    fn owner_notice(&self) -> Option<&Template> {
        let (_, pack) = self.policies.of_part(Part::File)?;
        let wanted = &pack.file.as_ref()?.owner_notice;
        pack.notices.iter().find(|notice| notice.id == *wanted)
    }

    /// Returns who would take what of a leaver.
    pub fn hand_over_plan(&self, intent: &HandOverIntent, now: Millis) -> Run<HandOverPlan> {
        if !self.decides_owners() {
            return Err(Self::owners_refused().into());
        }
        if intent.leaver.trim().is_empty() {
            return Err(Problem::at(ProblemCode::Missing, data::LEAVER).into());
        }
        let successors = intent
            .successors
            .iter()
            .map(|name| self.at_work("assignee", name))
            .collect::<Result<Vec<_>, _>>()?;
        let successors: Vec<&str> = successors.iter().map(String::as_str).collect();
        let named = intent
            .named
            .iter()
            .map(|(id, name)| Ok((id.clone(), self.at_work("assignee", name)?)))
            .collect::<Result<BTreeMap<_, _>, Problem>>()?;
        let mut held = self.held_by(&intent.leaver);
        let left = held.len().saturating_sub(MAX_HAND_OVER) as u32;
        held.truncate(MAX_HAND_OVER);
        let holdings: Vec<Holding<'_>> = held
            .iter()
            .map(|held| Holding {
                id: &held.id,
                name: &held.name,
                held: held.role,
                customer: &held.customer,
                other_owner: &held.other_owner,
            })
            .collect();
        let date = self.policies.calendar.date_of(now).to_string();
        let facts = NoticeFacts {
            company: &self.settings.company,
            date: &date,
            phones: &[],
        };
        let lines = leaver_plan(
            &intent.leaver,
            &holdings,
            &successors,
            &named,
            self.owner_notice(),
            &facts,
        )
        .map_err(|error| {
            Problem::at(ProblemCode::BadField, "assignee").because(error.to_string())
        })?;
        Ok(HandOverPlan { lines, left })
    }

    /// Hands over a slice of what a leaver holds, as it was looked at. What the leaver no longer holds, and cases that may not be
    /// assigned now, are left as they are and told.
    pub fn hand_over_slice(
        &mut self,
        tx: &mut Tx<'_>,
        act: &str,
        leaver: &str,
        moves: &[HandOverMove],
    ) -> Run<Answer> {
        if !self.decides_owners() {
            return Err(Self::owners_refused().into());
        }
        if moves.is_empty() || moves.len() > MAX_HAND_OVER_SLICE {
            return Err(Problem::at(ProblemCode::BadField, "lines")
                .because(format!("one to {MAX_HAND_OVER_SLICE} lines at once"))
                .into());
        }
        checked_act(act)?;
        let mut checked = Vec::with_capacity(moves.len());
        for line in moves {
            let to = self.at_work("assignee", &line.to)?;
            checked.push(HandOverMove { to, ..line.clone() });
        }
        let catalogue = DocumentKey::Catalogue(self.branch()?);
        self.require_moves(&catalogue, &checked)?;
        let path = format!("{HAND_OVERS}{act}/");
        let slices = self.documents.opened(&catalogue).registers(&path).len();
        let mut report = HandOverReport::default();
        let author = self.author(tx);
        let outcome = self.move_all(tx, &author, leaver, &checked, None, &mut report)?;
        report.done = outcome.done.len() as u32;
        if outcome.done.is_empty() {
            return Ok(Answer::HandedOver(report));
        }
        let slice = Slice {
            version: SLICE_VERSION,
            leaver: leaver.to_owned(),
            by: author.by.clone(),
            at: author.at,
            moves: outcome.done,
            cleared: outcome.cleared,
        };
        let json = serde_json::to_string(&slice).expect("a slice is plain data");
        self.write_steps(tx, &author, outcome.acts);
        let register = format!("{path}{slices:0SLICE_DIGITS$}");
        self.write_registers(tx, &catalogue, &author, &[(register, json)]);
        Ok(Answer::HandedOver(report))
    }

    /// Undoes the last slice of a hand-over that is still in force: what its receiver still holds goes back to the leaver.
    pub fn undo_hand_over(&mut self, tx: &mut Tx<'_>, act: &str) -> Run<Answer> {
        if !self.decides_owners() {
            return Err(Self::owners_refused().into());
        }
        let catalogue = DocumentKey::Catalogue(self.branch()?);
        let path = format!("{HAND_OVERS}{act}/");
        let slices = self.documents.get(&catalogue)?.registers(&path);
        let Some((number, json)) = slices.last_key_value() else {
            return Err(Problem::at(ProblemCode::NotFound, act).into());
        };
        let slice = read_slice(json).ok_or_else(|| {
            Problem::at(ProblemCode::StepRefused, Step::OwnerChanged.name()).because(
                "this hand-over was made by a newer version of the program: update to undo it",
            )
        })?;
        self.require_moves(&catalogue, &slice.moves)?;
        let mut report = HandOverReport {
            left: slices.len() as u32 - 1,
            ..HandOverReport::default()
        };
        let author = self.author(tx);
        let back = Some(&slice.cleared);
        let outcome = self.move_all(tx, &author, &slice.leaver, &slice.moves, back, &mut report)?;
        report.done = outcome.done.len() as u32;
        self.write_steps(tx, &author, outcome.acts);
        self.write_registers(
            tx,
            &catalogue,
            &author,
            &[(format!("{path}{number}"), String::new())],
        );
        Ok(Answer::HandedOver(report))
    }

    /// Returns past hand-overs of this branch that are in force, the newest first.
    pub fn hand_overs(&mut self) -> Run<Vec<HandOverEntry>> {
        let catalogue = DocumentKey::Catalogue(self.branch()?);
        let slices = self.documents.get(&catalogue)?.registers(HAND_OVERS);
        let mut found: BTreeMap<String, HandOverEntry> = BTreeMap::new();
        for (path, json) in slices {
            let (Some((act, _)), Some(slice)) = (path.split_once('/'), read_slice(&json)) else {
                continue;
            };
            let entry = found
                .entry(act.to_owned())
                .or_insert_with(|| HandOverEntry {
                    act: act.to_owned(),
                    leaver: slice.leaver.clone(),
                    by: slice.by.clone(),
                    at: slice.at,
                    ..HandOverEntry::default()
                });
            for line in slice.moves {
                *entry.receivers.entry(line.to).or_default() += 1;
            }
        }
        let mut entries: Vec<HandOverEntry> = found.into_values().collect();
        entries.sort_by(|a, b| (b.at, &b.act).cmp(&(a.at, &a.act)));
        Ok(entries)
    }

    /// Asks for everything that moves.
    fn require_moves(&mut self, catalogue: &DocumentKey, moves: &[HandOverMove]) -> Run<()> {
        let segments: BTreeSet<DocumentKey> = moves
            .iter()
            .filter_map(|line| self.live(&line.id).ok())
            .map(|id| DocumentKey::Segment(id.segment))
            .collect();
        self.documents.require(segments.iter().chain([catalogue]))
    }

    /// Returns the writes of lines and the lines that are done. `back` = to the leaver, from who took them, with the owners B to put
    /// back where nobody took the place since.
    fn move_all(
        &mut self,
        tx: &mut Tx<'_>,
        author: &Author,
        leaver: &str,
        moves: &[HandOverMove],
        back: Option<&BTreeMap<String, String>>,
        report: &mut HandOverReport,
    ) -> Run<Moved> {
        let Moved {
            mut acts,
            mut done,
            mut cleared,
        } = Moved::default();
        let from_to = |line: &HandOverMove| {
            if back.is_some() {
                (line.to.clone(), leaver.to_owned())
            } else {
                (leaver.to_owned(), line.to.clone())
            }
        };
        let mut customers: BTreeMap<String, Vec<&HandOverMove>> = BTreeMap::new();
        for line in moves {
            match line.held {
                HeldAs::OwnerA | HeldAs::OwnerB => {
                    customers.entry(line.id.clone()).or_default().push(line);
                }
                HeldAs::Case | HeldAs::Contact | HeldAs::Task => {
                    let (from, to) = from_to(line);
                    let assigned = if line.held == HeldAs::Case {
                        self.assign(tx, author, &line.id, &from, &to)
                    } else {
                        self.assign_contact(tx, author, line, &from, &to)
                    };
                    match assigned {
                        Ok(act) => {
                            acts.push(act);
                            done.push(line.clone());
                        }
                        Err(Halt::Problem(problem)) => {
                            let name = self.called(&line.id);
                            report.refused.push((name, problem.detail));
                        }
                        Err(need @ Halt::Need(_)) => return Err(need),
                    }
                }
            }
        }
        for (text, lines) in customers {
            let (id, record, _) = match self.read_record(&text) {
                Ok(read) => read,
                Err(need @ Halt::Need(_)) => return Err(need),
                Err(Halt::Problem(_)) => {
                    let why = "it is not here any more".to_owned();
                    report.refused.push((text, why));
                    continue;
                }
            };
            hand_over(&mut self.clock, tx.now, &record);
            let before = owners_of(&record);
            let mut after = before.clone();
            let mut taken = Vec::new();
            for line in lines {
                let at = usize::from(line.held == HeldAs::OwnerB);
                let (from, to) = from_to(line);
                if same_name(&before[at], &from) {
                    after[at] = to;
                    taken.push(line.clone());
                } else {
                    let name = self.called(&text);
                    report
                        .refused
                        .push((name, format!("{from} does not look after it any more")));
                }
            }
            // Nobody becomes both owners: the second place stays empty then.
            if same_name(&after[0], &after[1]) {
                cleared.insert(text.clone(), std::mem::take(&mut after[1]));
            }
            let lost = back
                .and_then(|cleared| cleared.get(&text))
                .filter(|lost| after[1].is_empty() && !same_name(lost, &after[0]));
            if let Some(lost) = lost {
                after[1].clone_from(lost);
            }
            if after != before {
                let mut event = new_event(tx, Step::OwnerChanged, author);
                event
                    .data
                    .insert(data::LEAVER.to_owned(), leaver.to_owned());
                acts.push(owner_act(id, &record, &before, &after, event));
                done.extend(taken);
            }
        }
        Ok(Moved {
            acts,
            done,
            cleared,
        })
    }

    /// Returns the writes that assign a case to another person, if `from` is still responsible.
    fn assign(
        &mut self,
        tx: &mut Tx<'_>,
        author: &Author,
        text: &str,
        from: &str,
        to: &str,
    ) -> Run<Prepared> {
        let (id, record, _) = self.read_record(text)?;
        hand_over(&mut self.clock, tx.now, &record);
        let case = self.judge(&id, &record, tx.now);
        let summary = &case.judged.summary;
        if !summary
            .assignee
            .as_deref()
            .is_some_and(|assignee| same_name(assignee, from))
        {
            return Err(Problem::at(ProblemCode::StepRefused, Step::Assigned.name())
                .because(format!("{from} does not look after it any more"))
                .into());
        }
        let intent = StepIntent {
            step: Step::Assigned.name().to_owned(),
            assignee: to.to_owned(),
            department: summary.department.clone().unwrap_or_default(),
            ..StepIntent::default()
        };
        self.prepare_step(tx, author, id, record, &intent)
    }

    /// Returns the writes that give a planned contact, or the promises of a contact that are still to be kept, to another person; if
    /// `from` still has them.
    fn assign_contact(
        &mut self,
        tx: &mut Tx<'_>,
        author: &Author,
        line: &HandOverMove,
        from: &str,
        to: &str,
    ) -> Run<Prepared> {
        let (id, record, _) = self.read_record(&line.id)?;
        if id.kind() != RecordKind::Contact {
            return Err(Problem::at(ProblemCode::NotFound, &line.id).into());
        }
        hand_over(&mut self.clock, tx.now, &record);
        let summary = contact::fold(&record.events);
        let open = |state: ContactState| !state.took_place() && state != ContactState::Cancelled;
        let of: Vec<Option<EventId>> = if line.held == HeldAs::Task {
            summary
                .promises
                .iter()
                .filter(|promise| promise.kept_at.is_none() && same_name(&promise.owner, from))
                .map(|promise| Some(promise.event.clone()))
                .collect()
        } else if summary.state.is_some_and(open) && same_name(&summary.by, from) {
            vec![None]
        } else {
            Vec::new()
        };
        if of.is_empty() {
            return Err(Problem::at(ProblemCode::StepRefused, Step::Assigned.name())
                .because(format!("{from} does not look after it any more"))
                .into());
        }
        let key = DocumentKey::Segment(id.segment.clone());
        let mut after = summary.heads;
        let mut edits = Vec::with_capacity(of.len());
        for promise in of {
            let mut event = new_event(tx, Step::Assigned, author);
            event.assignee = Some(to.to_owned());
            event.after = std::mem::replace(&mut after, vec![event.id.clone()]);
            if let Some(promise) = promise {
                event.data.insert(data::OF.to_owned(), promise.to_string());
            }
            let edit = Edit::Append {
                local: id.local,
                event: Box::new(event),
            };
            edits.push((key.clone(), edit));
        }
        Ok(Prepared {
            id,
            number: record.number,
            edits,
        })
    }

    /// Returns what a record is called.
    pub fn called(&self, text: &str) -> String {
        let row = RecordId::parse(text)
            .ok()
            .and_then(|id| Some((id.kind(), self.segments.row(&id)?)));
        match row {
            Some((RecordKind::Customer, row)) => row.customer(CustomerColumn::Name).to_owned(),
            Some((_, row)) => row.case(CaseColumn::Number).to_owned(),
            None => text.to_owned(),
        }
    }
}

/// Returns both owners of a customer: what acts decided before what the fields hold.
pub(crate) fn owners_of(record: &Record) -> [String; 2] {
    let summary = file::fold(&record.events);
    let owner =
        |told: Option<String>, field: &str| told.unwrap_or_else(|| record.field(field).to_owned());
    [
        owner(summary.owner_a, "owner_a"),
        owner(summary.owner_b, "owner_b"),
    ]
}

/// Returns the writes of a change of owners. Both are named, so that the event tells them whatever the fields held before.
pub(crate) fn owner_act(
    id: RecordId,
    record: &Record,
    before: &[String; 2],
    after: &[String; 2],
    mut event: CaseEvent,
) -> Prepared {
    let local = id.local;
    let key = DocumentKey::Segment(id.segment.clone());
    event.after = file::fold(&record.events).heads;
    if !before[0].is_empty() {
        event.data.insert(data::FROM.to_owned(), before[0].clone());
    }
    let mut edits = Vec::new();
    for (name, owner) in [data::OWNER_A, data::OWNER_B].into_iter().zip(after) {
        let told = if owner.is_empty() { NOBODY } else { owner };
        event.data.insert(name.to_owned(), told.to_owned());
        let edit = Edit::SetField {
            local,
            field: name.to_owned(),
            value: owner.clone(),
        };
        edits.push((key.clone(), edit));
    }
    let event = Box::new(event);
    edits.push((key, Edit::Append { local, event }));
    Prepared {
        id,
        number: record.number.clone(),
        edits,
    }
}

fn read_slice(json: &str) -> Option<Slice> {
    serde_json::from_str(json)
        .ok()
        .filter(|slice: &Slice| (1..=SLICE_VERSION).contains(&slice.version))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slice(version: u32, cleared: &[(&str, &str)]) -> Slice {
        Slice {
            version,
            leaver: "李娜".to_owned(),
            by: "赵敏".to_owned(),
            at: 1_780_000_000_000,
            moves: vec![HandOverMove {
                id: "cu.HQ.all.0.000000000000002a".to_owned(),
                held: HeldAs::OwnerA,
                to: "王芳".to_owned(),
            }],
            cleared: cleared
                .iter()
                .map(|(id, owner)| ((*id).to_owned(), (*owner).to_owned()))
                .collect(),
        }
    }

    #[test]
    fn a_slice_is_stored_in_the_form_of_its_version() {
        let golden = r#"{"version":2,"leaver":"李娜","by":"赵敏","at":1780000000000,"moves":[{"id":"cu.HQ.all.0.000000000000002a","held":"owner_a","to":"王芳"}],"cleared":{"cu.HQ.all.0.000000000000002a":"王芳"}}"#;
        let known = slice(SLICE_VERSION, &[("cu.HQ.all.0.000000000000002a", "王芳")]);
        assert_eq!(serde_json::to_string(&known).expect("plain data"), golden);
        assert_eq!(read_slice(golden), Some(known));
        assert_eq!(
            read_slice(&golden.replace("\"version\":2", "\"version\":3")),
            None
        );
    }

    #[test]
    fn a_slice_of_the_first_version_is_read() {
        let golden = r#"{"version":1,"leaver":"李娜","by":"赵敏","at":1780000000000,"moves":[{"id":"cu.HQ.all.0.000000000000002a","held":"owner_a","to":"王芳"}]}"#;
        assert_eq!(read_slice(golden), Some(slice(1, &[])));
    }
}
