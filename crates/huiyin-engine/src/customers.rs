//! Customer files: making, editing, notes, conflicts, and the whole record.
//!
//! Long: the commands of a customer file and the checks they share with cases.

use std::collections::BTreeMap;

use huiyin_api::{
    Answer, ConflictValue, ConflictView, CustomerRecord, EventView, FieldView, FileView, Problem,
    ProblemCode,
};
use huiyin_core::case::{CaseEvent, CaseField, Step};
use huiyin_core::case_data;
use huiyin_core::contact_field::{ANSWER_PREFIX, ContactField, SurveyField};
use huiyin_core::customer::CustomerField;
use huiyin_core::field::FieldKind;
use huiyin_core::file::papers::PaperState;
use huiyin_core::file::{self, data};
use huiyin_core::id::{BranchCode, EventId, RecordId, RecordKind, SegmentKey};
use huiyin_core::number::{device_letters, record_number};
use huiyin_core::person;
use huiyin_core::signing::{STAFF_SIGNATURE, Signing};
use huiyin_document::{DocumentKey, Edit, Hand, Issue, NewRecord, Record, schema};

use crate::Millis;
use crate::cases::new_event;
use crate::file_steps::step_problem;
use crate::replica::Replica;
use crate::steps::hand_over;
use crate::task::{Run, Tx};

/// Customers of a segment before the next one is begun. The first edit of a segment opens its document: that grows with its size.
pub(crate) const CUSTOMERS_PER_SEGMENT: usize = 500;
/// Cases of a segment before the next one is begun: opening 128 takes about 3 ms natively, 500 took 13 ms.
pub(crate) const CASES_PER_SEGMENT: usize = 128;
/// Longest note, in characters.
pub(crate) const MAX_NOTE: usize = 20_000;
/// Answers to surveys shown with a customer.
const MAX_SURVEYS_SHOWN: u32 = 200;
/// Field with the name of the customer's account with finance.
const ACCOUNT: &str = "account_name";
/// The paper that goes with it, by list and paper, where a policy wants one.
const ACCOUNT_PAPER: &str = "account/application";
/// Longest name of a field that only an import knows, in characters.
pub(crate) const MAX_CUSTOM_NAME: usize = huiyin_api::MAX_CUSTOM_NAME;

/// Returns the stored form of a field's value; fields that only an import knows are taken as text.
pub(crate) fn validate(kind: RecordKind, field: &str, value: &str) -> Result<String, Problem> {
    let refuse = |reason: String| Problem::at(ProblemCode::BadField, field).because(reason);
    if let Some(custom) = field.strip_prefix(schema::CUSTOM_PREFIX) {
        if custom.is_empty()
            || custom.chars().count() > MAX_CUSTOM_NAME
            || custom.chars().any(char::is_control)
        {
            return Err(refuse(format!(
                "the name of the field is longer than {MAX_CUSTOM_NAME} characters or not on one line"
            )));
        }
        return huiyin_core::field::normalise(FieldKind::Text, value)
            .map_err(|reason| refuse(reason.to_string()));
    }
    if kind == RecordKind::Customer
        && let Some((_, known)) = person::parse_name(field)
    {
        return person::validate(known, value).map_err(|error| refuse(error.reason.to_string()));
    }
    if kind == RecordKind::Survey
        && let Some(question) = field.strip_prefix(ANSWER_PREFIX)
    {
        return crate::surveys::answer_text(question, value);
    }
    let checked = match kind {
        RecordKind::Consequence => None,
        RecordKind::Contact => ContactField::parse(field)
            .map(|known| huiyin_core::contact_field::validate_contact(known, value)),
        RecordKind::Survey => SurveyField::parse(field)
            .map(|known| huiyin_core::contact_field::validate_survey(known, value)),
        RecordKind::Customer => {
            CustomerField::parse(field).map(|known| huiyin_core::customer::validate(known, value))
        }
        RecordKind::Case | RecordKind::Continuation => {
            CaseField::parse(field).map(|known| huiyin_core::case::validate(known, value))
        }
    };
    match checked {
        None => Err(refuse("there is no such field".to_owned())),
        Some(checked) => checked.map_err(|error| refuse(error.reason.to_string())),
    }
}

/// Returns the stored forms of all values.
pub(crate) fn validate_all(
    kind: RecordKind,
    fields: &BTreeMap<String, String>,
) -> Result<BTreeMap<String, String>, Problem> {
    fields
        .iter()
        .map(|(field, value)| Ok((field.clone(), validate(kind, field, value)?)))
        .collect()
}

/// Returns a note as it is stored.
pub(crate) fn note_text(note: &str) -> Result<String, Problem> {
    let refuse = |reason: String| Problem::at(ProblemCode::BadField, "note").because(reason);
    if note.chars().count() > MAX_NOTE {
        return Err(refuse(format!(
            "it has {} characters: shorten it to {MAX_NOTE}",
            note.chars().count()
        )));
    }
    huiyin_core::field::normalise(FieldKind::Text, note)
        .map_err(|reason| refuse(reason.to_string()))
}

impl Replica {
    /// Returns the segment a new record of this device's branch goes into.
    pub fn segment_for(&self, kind: RecordKind, branch: &BranchCode, period: &str) -> SegmentKey {
        let cap = if kind == RecordKind::Customer {
            CUSTOMERS_PER_SEGMENT
        } else {
            CASES_PER_SEGMENT
        };
        let number = match self.segments.fill(kind, branch.as_str(), period) {
            Some((number, rows)) if rows < cap => number,
            Some((number, _)) => number + 1,
            None => 0,
        };
        (number..=u32::MAX)
            .map(|number| {
                SegmentKey::new(kind, branch.clone(), period, number)
                    .expect("a period of digits or `all` is valid")
            })
            .find(|key| !self.destroyed.has(key))
            .expect("not every number was used up")
    }

    /// Returns the next number people read, and counts it.
    pub fn next_number(&mut self, tx: &mut Tx<'_>, branch: &BranchCode) -> Result<String, Problem> {
        let date = self.policies.calendar.date_of(tx.now);
        let mut identity = self.identity()?.clone();
        identity.counter += 1;
        let hash = u32::from_le_bytes(
            identity.keys().device().as_bytes()[..4]
                .try_into()
                .expect("4 bytes"),
        );
        let number = record_number(branch, date, &device_letters(hash), identity.counter);
        identity.store(tx);
        self.identity = Some(identity);
        Ok(number)
    }

    /// Makes a customer, or changes fields of one.
    pub fn save_customer(
        &mut self,
        tx: &mut Tx<'_>,
        id: Option<&str>,
        fields: &BTreeMap<String, String>,
    ) -> Run<Answer> {
        let mut fields = validate_all(RecordKind::Customer, fields)?;
        let known = id.map(|id| self.open_record(id)).transpose()?;
        let id = known.as_ref().map(|(id, _)| id);
        if let Some(id) = id {
            self.must_stand(id)?;
        }
        self.check_relations(id, &fields)?;
        self.check_people(id, &fields)?;
        self.check_class_field(tx, id, &fields)?;
        let Some((id, key)) = known else {
            self.check_account(None, &fields)?;
            return self.create_customer(tx, fields);
        };
        let (_, record, _) = self.read_record(&id.to_string())?;
        let gave_way = if fields.contains_key(ACCOUNT) {
            self.gave_way_to(&id)?
        } else {
            Vec::new()
        };
        self.check_account(Some((&id, &record, gave_way.as_slice())), &fields)?;
        self.check_owners(&record, &mut fields)?;
        let stage = self.stage_step(tx, &id, &record, &mut fields)?;
        Ok(self.save_fields(tx, &id, &key, &fields, stage))
    }

    /// Refuses that an account with finance is opened or renamed without its paper application on file, where the policy wants it.
    /// **Source:** a manufacturer's rules for customer files: the account needs the paper application.
    fn check_account(
        &self,
        known: Option<(&RecordId, &Record, &[crate::file_steps::Named])>,
        fields: &BTreeMap<String, String>,
    ) -> Result<(), Problem> {
        let named = fields.get(ACCOUNT).map_or("", String::as_str);
        let before = known.map_or("", |(_, record, _)| record.field(ACCOUNT));
        let wanted = self
            .policies
            .of_part(huiyin_core::pack::Part::File)
            .and_then(|(_, pack)| pack.file.as_ref())
            .is_some_and(|rules| rules.account_needs_paper);
        if !wanted || named.is_empty() || named == before {
            return Ok(());
        }
        let there = known.is_some_and(|(id, record, gave_way)| {
            let papers = self.whole_file(id, record, gave_way).summary.papers;
            papers.get(ACCOUNT_PAPER).is_some_and(|held| {
                matches!(held.state, PaperState::Received | PaperState::Checked)
            })
        });
        if there {
            return Ok(());
        }
        Err(Problem::at(ProblemCode::BadField, ACCOUNT)
            .because("no paper application is on file: note it among the papers first"))
    }

    fn create_customer(
        &mut self,
        tx: &mut Tx<'_>,
        fields: BTreeMap<String, String>,
    ) -> Run<Answer> {
        let branch = self.branch()?;
        if fields.get("name").is_none_or(String::is_empty) {
            return Err(Problem::at(ProblemCode::Missing, "name").into());
        }
        let segment = self.segment_for(RecordKind::Customer, &branch, "all");
        let key = DocumentKey::Segment(segment.clone());
        self.documents.get(&key)?;
        let number = self.next_number(tx, &branch)?;
        let author = self.author(tx);
        let local = tx.entropy.next_u64();
        let record = NewRecord {
            local,
            number: number.clone(),
            created: author.at,
            created_by: author.by.clone(),
            fields,
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

    /// Returns the event of a new stage among changed fields of a customer, as if the step were taken: else an act that decided the
    /// stage would go on to hold, and the reason the policy wants would be missing. Its reason is the field's.
    pub fn stage_step(
        &mut self,
        tx: &mut Tx<'_>,
        id: &RecordId,
        record: &Record,
        fields: &mut BTreeMap<String, String>,
    ) -> Result<Option<CaseEvent>, Problem> {
        let Some(stage) = fields.get("life_cycle").cloned() else {
            return Ok(None);
        };
        hand_over(&mut self.clock, tx.now, record);
        let author = self.author(tx);
        let file = self.file_of(id, record);
        let undecided = file.summary.life_cycle.is_none();
        if stage == file.field("life_cycle") || (stage.is_empty() && undecided) {
            return Ok(None);
        }
        let reason = fields.get("life_cycle_reason").cloned().unwrap_or_default();
        let mut event = new_event(tx, Step::LifeCycleChanged, &author);
        event.after.clone_from(&file.summary.heads);
        event.data = BTreeMap::from([(data::STAGE.to_owned(), stage)]);
        event.reason = (!reason.is_empty()).then(|| reason.clone());
        file.context().check(&event).map_err(|error| {
            let mut problem = step_problem(Step::LifeCycleChanged, &error);
            let field = match problem.place.as_str() {
                "reason" => "life_cycle_reason",
                _ => "life_cycle",
            };
            field.clone_into(&mut problem.place);
            problem
        })?;
        fields.insert("life_cycle_reason".to_owned(), reason);
        Ok(Some(event))
    }

    /// Writes fields of an open record, and the event of a new stage.
    pub fn save_fields(
        &mut self,
        tx: &mut Tx<'_>,
        id: &RecordId,
        key: &DocumentKey,
        fields: &BTreeMap<String, String>,
        stage: Option<CaseEvent>,
    ) -> Answer {
        let author = self.author(tx);
        let mut edits = self.field_edits(id, fields);
        edits.extend(stage.map(|event| Edit::Append {
            local: id.local,
            event: Box::new(event),
        }));
        edits.extend(self.owner_edit(tx, &author, id, key, fields));
        edits.extend(self.class_edits(tx, &author, id, key, fields));
        self.edit(tx, key, &author, Hand::Person, &edits);
        let number = self
            .segments
            .row(id)
            .map(|row| {
                row.customer(huiyin_document::CustomerColumn::Number)
                    .to_owned()
            })
            .unwrap_or_default();
        Answer::Saved {
            id: id.to_string(),
            number,
        }
    }

    /// Returns the writes of changed fields.
    pub fn field_edits(&self, id: &RecordId, fields: &BTreeMap<String, String>) -> Vec<Edit> {
        let mut edits: Vec<Edit> = fields
            .iter()
            .map(|(field, value)| Edit::SetField {
                local: id.local,
                field: field.clone(),
                value: value.clone(),
            })
            .collect();
        if id.kind().is_case()
            && let Some(at) = fields
                .get("received_at")
                .and_then(|date| self.day_start(&id.segment.working_branch(), date))
        {
            edits.push(Edit::SetReceived {
                local: id.local,
                at,
            });
        }
        edits
    }

    /// Returns the first instant of a day in the zone of a branch.
    pub fn day_start(&self, branch: &BranchCode, date: &str) -> Option<Millis> {
        let calendar = self.policies.calendar_of(branch.as_str());
        huiyin_core::field::parse_date(date).map(|date| calendar.time_at(date, 0))
    }

    /// Adds a note to a customer's time line.
    pub fn add_customer_note(&mut self, tx: &mut Tx<'_>, id: &str, note: &str) -> Run<Answer> {
        let note = note_text(note)?;
        if note.is_empty() {
            return Err(Problem::at(ProblemCode::Missing, "note").into());
        }
        let (id, record, _) = self.read_record(id)?;
        let key = DocumentKey::Segment(id.segment.clone());
        self.must_stand(&id)?;
        let heads = file::fold(&record.events).heads;
        let author = self.author(tx);
        let mut event = CaseEvent::new(
            EventId::from_u64(tx.entropy.next_u64()),
            Step::Noted,
            author.at,
            &author.by,
            &author.device,
        );
        event.note = note;
        event.after = heads;
        self.edit(
            tx,
            &key,
            &author,
            Hand::Person,
            &[Edit::Append {
                local: id.local,
                event: Box::new(event),
            }],
        );
        Ok(Answer::Saved {
            id: id.to_string(),
            number: String::new(),
        })
    }

    /// Reads a record of an open document.
    pub fn read_record(&mut self, text: &str) -> Run<(RecordId, Record, Vec<Issue>)> {
        let (id, key) = self.open_record(text)?;
        let (record, issues) = self
            .documents
            .opened(&key)
            .record(id.local)
            .ok_or_else(|| Problem::at(ProblemCode::NotFound, text))?;
        Ok((id, record, issues))
    }

    /// Returns a customer as the screen shows it.
    pub fn customer(&mut self, text: &str, now: Millis) -> Run<CustomerRecord> {
        let (id, record, issues) = self.read_record(text)?;
        if id.kind() != RecordKind::Customer {
            return Err(Problem::at(ProblemCode::NotFound, text).into());
        }
        let gave_way = self.gave_way_to(&id)?;
        let cases = self.cases_of(text, now);
        let contacts = self.contacts_of(text, now);
        let surveys = self.survey_answers(&huiyin_api::SurveyQuery {
            customer: text.to_owned(),
            limit: MAX_SURVEYS_SHOWN,
            ..huiyin_api::SurveyQuery::default()
        });
        let row = self.segments.find(&id.segment).and_then(|segment| {
            let row = self.segments.row(&id)?;
            Some(Self::customer_row(segment, row))
        });
        let mut file = self.whole_file(&id, &record, &gave_way);
        let place = self.segments.find(&id.segment).zip(self.segments.row(&id));
        file.last_contact =
            place.and_then(|(segment, row)| Self::last_served(&self.services(), segment, row));
        // Entries of the files that gave way are added with the merges.
        let events = file::fold(&record.events)
            .events
            .iter()
            .map(|folded| event_view(&folded.event, folded.out_of_order))
            .collect();
        let mut shown = CustomerRecord {
            file: Box::new(FileView {
                attachments: self.attachment_views(&id, &record),
                ..self.file_view(&file, now)
            }),
            row: row.unwrap_or_default(),
            fields: file_field_views(&record),
            conflicts: conflict_views(&record),
            rights: self.owner_rights(&id, &record),
            referral: self.referral_view(&file.summary).map(Box::new),
            events,
            cases,
            contacts,
            surveys: surveys.rows,
            issues: issues
                .into_iter()
                .map(|issue| format!("{}: {}", issue.record, issue.what))
                .collect(),
            ..CustomerRecord::default()
        };
        self.show_merges(&id, &record, &mut shown)?;
        Ok(shown)
    }
}

/// Returns the filled fields of a customer, owners as the acts decided: of values written apart the one in force.
fn file_field_views(record: &Record) -> Vec<FieldView> {
    let owners = crate::owners::owners_of(record);
    let mut views = field_views(record);
    for view in &mut views {
        match view.name.as_str() {
            "owner_a" => view.value.clone_from(&owners[0]),
            "owner_b" => view.value.clone_from(&owners[1]),
            _ => {}
        }
    }
    views.retain(|view| !view.value.is_empty());
    views
}

/// Returns the filled fields of a record.
pub(crate) fn field_views(record: &Record) -> Vec<FieldView> {
    record
        .fields
        .iter()
        .filter(|(name, _)| !name.starts_with(crate::attachments::FIELD_PREFIX))
        .map(|(name, field)| FieldView {
            name: name.clone(),
            value: field.shown.clone(),
        })
        .collect()
}

/// Returns the fields with several values.
pub(crate) fn conflict_views(record: &Record) -> Vec<ConflictView> {
    let view = |(name, field): (&String, &huiyin_document::FieldValue)| ConflictView {
        field: name.clone(),
        shown: field.shown.clone(),
        values: field
            .conflict
            .iter()
            .map(|value| ConflictValue {
                value: value.value.clone(),
                by: value.by.clone(),
                device: value.device.clone(),
                at: value.at,
            })
            .collect(),
    };
    record
        .fields
        .iter()
        .filter(|(_, field)| !field.conflict.is_empty())
        .map(view)
        .collect()
}

/// Returns an event as a line of the time line.
pub(crate) fn event_view(event: &CaseEvent, out_of_order: bool) -> EventView {
    let mut data = Vec::new();
    let mut add = |name: &str, value: Option<String>| {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            data.push(FieldView {
                name: name.to_owned(),
                value,
            });
        }
    };
    add("reason", event.reason.clone());
    add("assignee", event.assignee.clone());
    add("department", event.department.clone());
    add("to_branch", event.to_branch.clone());
    add("cause", event.cause.clone());
    add("conclusion", event.conclusion.clone());
    add("countermeasure", event.countermeasure.clone());
    add("prevention", event.prevention.clone());
    add(
        "satisfied",
        event
            .satisfied
            .map(|satisfied| if satisfied { "yes" } else { "no" }.to_owned()),
    );
    add("score", event.score.map(|score| score.to_string()));
    add(
        "amount",
        event
            .amount
            .map(|cents| format!("{}.{:02}", cents / 100, cents % 100)),
    );
    add("imported_state", event.imported_state.clone());
    // What an approval keeps is for the program.
    let hidden = [data::COSTS, STAFF_SIGNATURE];
    let shown = event.data.iter();
    let shown = shown.filter(|(name, _)| !hidden.contains(&name.as_str()));
    for (name, value) in shown {
        // Nobody, where a person could stand.
        let nobody = !value.is_empty() && value.trim().is_empty();
        let shown = if nobody { "—" } else { value };
        add(name, Some(shown.to_owned()));
    }
    let settled = event.data.get(case_data::SETTLED).cloned();
    if let Some(field) = &settled {
        // The field stands under its own name.
        for view in &mut data {
            if view.name == case_data::CHOSEN {
                field.clone_into(&mut view.name);
            }
        }
        data.retain(|view| view.name != case_data::SETTLED);
    }
    // What the program noted of an act in many records has a name of its own.
    let noted = |name| event.step == Step::Noted && event.data.contains_key(name);
    let step = if noted(case_data::SETTLED) {
        "conflict_settled"
    } else if noted(case_data::BULK) {
        "bulk_edited"
    } else if noted(case_data::BULK_UNDONE) {
        "bulk_undone"
    } else if noted(data::LINE_SCORES) {
        "class_scored"
    } else if event.step == Step::Noted
        && event
            .data
            .keys()
            .any(|name| name.starts_with(ANSWER_PREFIX))
    {
        // The data are the answers before.
        "answer_corrected"
    } else {
        event.step.name()
    };
    EventView {
        id: event.id.to_string(),
        step: step.to_owned(),
        at: event.at,
        by: event.by.clone(),
        device: event.device.clone(),
        note: event.note.clone(),
        data,
        out_of_order,
        signed: match event.signing {
            Signing::NotAsked => None,
            Signing::Signed => Some(true),
            Signing::Missing => Some(false),
        },
    }
}
