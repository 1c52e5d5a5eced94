//! Cases: registering and correcting them. Steps are in [`crate::steps`], what the screen shows in [`crate::desk`].

use std::collections::BTreeMap;

use huiyin_api::{Answer, Problem, ProblemCode};
use huiyin_core::case::{CaseEvent, Step};
use huiyin_core::case_data as datum;
use huiyin_core::id::{BranchCode, RecordId, RecordKind};
use huiyin_core::pack::Pack;
use huiyin_core::rules::fits_way;
use huiyin_document::{Author, DocumentKey, Edit, Hand, Judged, NewRecord, Record};

use crate::customers::{note_text, validate_all};
use crate::replica::Replica;
use crate::steps::{check_event, hand_over};
use crate::task::{Run, Tx};

/// Fields that forwarding writes, never a person.
const WRITTEN_HERE: [&str; 2] = ["continues", "from_branch"];
/// Kind of a case that names none.
const DEFAULT_KIND: &str = "complaint";

impl Replica {
    /// Registers a case in this device's branch, under the active pack. Beside fields, `criteria` says what makes it major.
    pub fn register_case(
        &mut self,
        tx: &mut Tx<'_>,
        fields: &BTreeMap<String, String>,
        note: &str,
    ) -> Run<Answer> {
        let mut fields = fields.clone();
        let criteria = fields.remove(datum::CRITERIA).unwrap_or_default();
        refuse_written(&fields)?;
        let mut fields = validate_all(RecordKind::Case, &fields)?;
        let note = note_text(note)?;
        let branch = self.branch()?;
        if fields.get("subject").is_none_or(String::is_empty) {
            return Err(Problem::at(ProblemCode::Missing, "subject").into());
        }
        let pack = self.policies.active().map(|(_, pack)| pack);
        let kind = fields.entry("kind".to_owned()).or_default();
        if kind.is_empty() {
            kind.clone_from(&default_kind(pack));
        }
        let today = self.today(&branch, tx.now);
        let received_at = fields.entry("received_at".to_owned()).or_default();
        if received_at.is_empty() {
            received_at.clone_from(&today);
        }
        refuse_ahead(received_at, &today)?;
        let received = if *received_at == today {
            tx.now
        } else {
            self.day_start(&branch, received_at).unwrap_or(tx.now)
        };
        let period = received_at
            .chars()
            .filter(char::is_ascii_digit)
            .take(6)
            .collect::<String>();
        if let Some(pack) = pack {
            fits_pack(pack, &fields)?;
        }
        let segment = self.segment_for(RecordKind::Case, &branch, &period);
        let key = DocumentKey::Segment(segment.clone());
        self.documents.get(&key)?;

        let number = self.next_number(tx, &branch)?;
        let author = self.author(tx);
        let mut event = new_event(tx, Step::Registered, &author);
        event.note = note;
        let mut events = vec![event];
        if !criteria.is_empty() && self.policies.active.is_some() {
            let severity = fields.get("severity").map_or("", String::as_str);
            let mut classed = self.classed(tx, &author, severity, &criteria)?;
            classed.after = vec![events[0].id.clone()];
            events.push(classed);
        }
        let local = tx.entropy.next_u64();
        let pack = self.policies.active.clone();
        let record = NewRecord {
            local,
            number: number.clone(),
            created: author.at,
            created_by: author.by.clone(),
            received: Some(received),
            clock: pack.is_none().then(|| self.settings.case_clock.clone()),
            pack,
            fields,
            events,
            ..NewRecord::default()
        };
        self.edit(
            tx,
            &key,
            &author,
            Hand::Person,
            &[Edit::Create(Box::new(record))],
        );
        Ok(Answer::Saved {
            id: RecordId::new(segment, local).to_string(),
            number,
        })
    }

    /// Returns the event that classes a case as it is registered.
    fn classed(
        &self,
        tx: &mut Tx<'_>,
        author: &Author,
        severity: &str,
        criteria: &str,
    ) -> Result<CaseEvent, Problem> {
        let known = |id: &str| {
            self.policies
                .active()
                .is_none_or(|(_, pack)| pack.major.iter().any(|choice| choice.id == id))
        };
        if let Some(unknown) = criteria.split(',').map(str::trim).find(|id| !known(id)) {
            return Err(Problem::at(ProblemCode::BadField, datum::CRITERIA)
                .because(format!("there is no {unknown:.40}: choose from the list")));
        }
        let mut event = new_event(tx, Step::Classed, author);
        event.data = BTreeMap::from([
            (datum::SEVERITY.to_owned(), severity.to_owned()),
            (datum::CRITERIA.to_owned(), criteria.to_owned()),
        ]);
        Ok(event)
    }

    /// Changes fields of a case. Under a pack another severity is a step of its own: `classed`.
    pub fn edit_case(
        &mut self,
        tx: &mut Tx<'_>,
        text: &str,
        fields: &BTreeMap<String, String>,
    ) -> Run<Answer> {
        let mut fields = fields.clone();
        let criteria = fields.remove(datum::CRITERIA).unwrap_or_default();
        refuse_written(&fields)?;
        let fields = validate_all(RecordKind::Case, &fields)?;
        let (id, record, _) = self.read_record(text)?;
        self.may_change(&id, None)?;
        let branch = id.segment.working_branch();
        if let Some(date) = fields.get("received_at") {
            refuse_ahead(date, &self.today(&branch, tx.now))?;
        }
        let reclassed = self.check_edit(&record, &fields)?;
        hand_over(&mut self.clock, tx.now, &record);
        let author = self.author(tx);
        let mut edits = self.field_edits(&id, &fields);
        if reclassed {
            let severity = &fields["severity"];
            let mut event = new_event(tx, Step::Classed, &author);
            event
                .data
                .insert(datum::SEVERITY.to_owned(), severity.clone());
            if !criteria.is_empty() {
                event.data.insert(datum::CRITERIA.to_owned(), criteria);
            }
            let case = self.judge(&id, &record, tx.now);
            event.after.clone_from(&case.judged.summary.heads);
            check_event(&case, &event)?;
            edits.push(Edit::Append {
                local: id.local,
                event: Box::new(event),
            });
        }
        let key = DocumentKey::Segment(id.segment.clone());
        self.edit(tx, &key, &author, Hand::Person, &edits);
        Ok(Answer::Saved {
            id: id.to_string(),
            number: record.number,
        })
    }

    /// Checks changed fields against the pack of a case; returns whether they class it anew.
    pub fn check_edit(
        &self,
        record: &Record,
        fields: &BTreeMap<String, String>,
    ) -> Result<bool, Problem> {
        let judged = Judged::of(record, &self.policies);
        let Some(pack) = judged.pack else {
            return Ok(false);
        };
        let emptied = pack
            .required_fields
            .iter()
            .find(|name| fields.get(*name).is_some_and(String::is_empty));
        if let Some(name) = emptied {
            return Err(Problem::at(ProblemCode::Missing, name));
        }
        if let Some(kind) = fields.get("kind")
            && *kind != judged.facts.kind
        {
            known_kind(pack, kind)?;
            if !fits_way(&judged.summary, &pack.way(kind)) {
                return Err(Problem::at(ProblemCode::BadField, "kind")
                    .because("steps were taken that this kind does not have"));
            }
        }
        let severity = fields.get("severity").filter(|name| !name.is_empty());
        Ok(severity.is_some_and(|severity| *severity != judged.facts.severity))
    }

    /// Returns today's date in a branch's calendar.
    pub fn today(&self, branch: &BranchCode, now: crate::Millis) -> String {
        self.policies
            .calendar_of(branch.as_str())
            .date_of(now)
            .to_string()
    }
}

/// Returns an event that says nothing yet.
pub(crate) fn new_event(tx: &mut Tx<'_>, step: Step, author: &Author) -> CaseEvent {
    CaseEvent::new(
        tx.event_id(author),
        step,
        author.at,
        &author.by,
        &author.device,
    )
}

fn default_kind(pack: Option<&Pack>) -> String {
    let kinds = pack.map_or(&[][..], |pack| &pack.kinds);
    match kinds.first() {
        Some(first) if kinds.iter().all(|kind| kind.id != DEFAULT_KIND) => first.id.clone(),
        _ => DEFAULT_KIND.to_owned(),
    }
}

fn known_kind(pack: &Pack, kind: &str) -> Result<(), Problem> {
    if pack.kinds.is_empty() || pack.kinds.iter().any(|rule| rule.id == kind) {
        return Ok(());
    }
    let known: Vec<&str> = pack.kinds.iter().map(|rule| rule.id.as_str()).collect();
    Err(Problem::at(ProblemCode::BadField, "kind").because(format!(
        "the policy takes {}: choose one of them",
        known.join(", ")
    )))
}

/// Refuses what a pack does not take when a case is registered.
fn fits_pack(pack: &Pack, fields: &BTreeMap<String, String>) -> Result<(), Problem> {
    let filled = |name: &str| fields.get(name).is_some_and(|value| !value.is_empty());
    known_kind(pack, fields.get("kind").map_or("", String::as_str))?;
    match pack.required_fields.iter().find(|name| !filled(name)) {
        Some(name) => Err(Problem::at(ProblemCode::Missing, name)),
        None => Ok(()),
    }
}

/// Refuses fields that a person does not write.
fn refuse_written(fields: &BTreeMap<String, String>) -> Result<(), Problem> {
    match WRITTEN_HERE.iter().find(|name| fields.contains_key(**name)) {
        Some(name) => Err(Problem::at(ProblemCode::BadField, *name)
            .because("forwarding writes it: forward the case instead")),
        None => Ok(()),
    }
}

/// Refuses a date of receipt that lies ahead. Dates of one width compare as texts.
fn refuse_ahead(received_at: &str, today: &str) -> Result<(), Problem> {
    if received_at > today {
        return Err(Problem::at(ProblemCode::BadField, "received_at")
            .because("the date lies ahead: a case is registered when it has come"));
    }
    Ok(())
}
