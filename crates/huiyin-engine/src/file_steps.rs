//! Steps of a customer file: what a person does becomes an event, checked by `huiyin-core` under the rules for files.
//!
//! Long: the forms of the steps and what they write stand beside each other.

use std::collections::BTreeMap;

use huiyin_api::{Answer, Problem, ProblemCode, StepForm, StepIntent};
use huiyin_core::case::{CaseEvent, Step};
use huiyin_core::case_data as datum;
use huiyin_core::file::classes::{ClassRules, ORPHAN_BITS};
use huiyin_core::file::rules::{FileStepContext, FileStepError};
use huiyin_core::file::{self, FileSummary, data};
use huiyin_core::id::{EventId, RecordId, RecordKind};
use huiyin_core::pack::{Approver, FileRules, Pack, Part, Place};
use huiyin_core::staff::Actor;
use huiyin_document::{CustomerFile, DocumentKey, Edit, Hand, Record};

use crate::Millis;
use crate::replica::Replica;
use crate::steps::{event_of, hand_over};
use crate::task::{Halt, Run, Tx};

/// A customer file with everything rules ask about it.
pub(crate) struct File<'a> {
    /// The pack in force for files, if it is here.
    pub pack: Option<&'a Pack>,
    /// The rules for classes.
    pub classes: ClassRules<'a>,
    pub kind: String,
    /// The shown values by wire name; stage, class and owners as the events say, where they say anything.
    pub fields: BTreeMap<String, String>,
    pub branch: String,
    /// When somebody was last in contact, as far as whoever asks knows it.
    pub last_contact: Option<Millis>,
    pub summary: FileSummary,
    pub actor: Actor,
    /// Whether nobody else at work could give the signature that is due.
    pub alone: bool,
}

/// A record with its id as text.
pub(crate) type Named = (String, Record);

impl File<'_> {
    /// Returns the rules for files.
    pub fn rules(&self) -> Option<&FileRules> {
        self.pack?.file.as_ref()
    }

    /// Returns a shown value, or an empty text.
    pub fn field(&self, name: &str) -> &str {
        self.fields.get(name).map_or("", String::as_str)
    }

    /// Returns what decides about a step.
    pub fn context(&self) -> FileStepContext<'_> {
        FileStepContext {
            rules: self.rules(),
            classes: self.classes,
            kind: &self.kind,
            stage: self.field("life_cycle"),
            branch: &self.branch,
            summary: &self.summary,
            actor: &self.actor,
            alone: self.alone,
        }
    }
}

impl Replica {
    /// Returns the rules for classes in force.
    pub fn class_rules(&self) -> ClassRules<'_> {
        let of = |part| self.policies.of_part(part).map(|(_, pack)| pack);
        let rules = ClassRules::of(of(Part::Grading), of(Part::File));
        let sheet = rules.grading.map_or(&[][..], |rules| &rules.sheet);
        let posts = of(Part::Grading).map_or(&[][..], |pack| &pack.posts);
        let mut orphaned = 0;
        for (at, line) in sheet.iter().enumerate().take(ORPHAN_BITS) {
            let post = posts.iter().find(|post| post.id == line.by);
            let acts_as = post.map_or("", |post| post.acts_as.as_str());
            if self.is_vacant(&line.by, None) && self.is_vacant(acts_as, None) {
                orphaned |= 1 << at;
            }
        }
        ClassRules { orphaned, ..rules }
    }

    /// Returns the records of the files that gave way to a customer's, each with its id. Those that are gone are left out.
    pub fn gave_way_to(&mut self, id: &RecordId) -> Run<Vec<Named>> {
        self.require_merged(&id.to_string())?;
        let standing = self.segments.standing();
        let mut found = Vec::new();
        for from in standing.merged_into(id) {
            let text = from.to_string();
            match self.read_record(&text) {
                Ok((_, record, _)) => found.push((text, record)),
                Err(Halt::Problem(_)) => {}
                Err(need) => return Err(need),
            }
        }
        Ok(found)
    }

    /// Returns a customer's file by itself with everything rules ask about it. For the person at this device.
    pub fn file_of(&self, id: &RecordId, record: &Record) -> File<'_> {
        self.whole_file(id, record, &[])
    }

    /// Returns a customer's file as [`Self::file_of`] does, together with the files that gave way to it ([`Self::gave_way_to`]).
    pub fn whole_file(&self, id: &RecordId, record: &Record, gave_way: &[Named]) -> File<'_> {
        let branch = id.segment.working_branch().to_string();
        let text = id.to_string();
        let calendar = self.policies.calendar_of(&branch);
        let CustomerFile {
            fields,
            mut summary,
        } = CustomerFile::of(&text, record, gave_way, calendar);
        let standing = self.segments.standing();
        // Of two files that devices merged apart, each into the other, this one stays.
        if let Some(into) = &summary.merged_into
            && standing.of_text(into) == text
        {
            summary.merged_into = None;
        }
        let mut file = File {
            pack: self.policies.of_part(Part::File).map(|(_, pack)| pack),
            classes: self.class_rules(),
            kind: fields.get("kind").cloned().unwrap_or_default(),
            fields,
            branch,
            last_contact: None,
            summary,
            actor: self.actor(),
            alone: false,
        };
        file.alone = file.rules().is_some_and(|rules| {
            let chain = rules.reviews(&file.kind);
            let due = chain.get(file.summary.signatures.len());
            due.is_some_and(|(approver, _)| !self.others_sign(approver, &file))
        });
        file
    }

    /// Returns whether somebody at work beside the person holds the role that signs, where the policy wants them to sit.
    fn others_sign(&self, approver: &Approver, file: &File<'_>) -> bool {
        self.settings.staff.values().any(|staff| {
            let sits = match approver.place {
                Place::Anywhere => true,
                Place::Branch => staff.branch == file.branch,
                Place::HeadOffice => staff.branch == self.settings.head_office,
            };
            sits && !staff.left
                && !file.actor.is_named(&staff.name)
                && staff.roles.contains(&approver.role)
        })
    }

    /// Refuses a write to a file that gave way to another: nobody would see it.
    pub fn must_stand(&self, id: &RecordId) -> Result<(), Problem> {
        match self.segments.standing().of_id(id) {
            None => Ok(()),
            Some(stays) => {
                let name = self.name_of(&stays.to_string());
                Err(Problem::at(ProblemCode::GaveWay, name))
            }
        }
    }

    /// Takes a step of a customer file.
    pub fn file_step(&mut self, tx: &mut Tx<'_>, text: &str, intent: &StepIntent) -> Run<Answer> {
        let (id, record, _) = self.read_record(text)?;
        if id.kind() != RecordKind::Customer {
            return Err(Problem::at(ProblemCode::NotFound, text).into());
        }
        let step = Step::parse(&intent.step).ok_or_else(|| {
            Problem::at(ProblemCode::StepRefused, &intent.step).because("there is no such step")
        })?;
        self.must_stand(&id)?;
        let gave_way = self.gave_way_to(&id)?;
        for (_, other) in &gave_way {
            hand_over(&mut self.clock, tx.now, other);
        }
        hand_over(&mut self.clock, tx.now, &record);
        let author = self.author(tx);
        let file = self.whole_file(&id, &record, &gave_way);
        let mut event = event_of(
            intent,
            step,
            &file.summary.heads,
            EventId::from_u64(tx.entropy.next_u64()),
            &author,
        )?;
        file.context()
            .check(&event)
            .map_err(|error| step_problem(step, &error))?;
        let scan = event.datum(data::SCAN);
        let attached = self.attachment_views(&id, &record);
        if !scan.is_empty() && attached.iter().all(|known| known.hash != scan) {
            return Err(Problem::at(ProblemCode::BadField, data::SCAN)
                .because("attach the photo or scan to the customer first, then choose it here")
                .into());
        }
        // What was begun in a file that gave way is answered there: it stays so when the merge is undone.
        let begun = gave_way.iter().find(|(_, other)| {
            let of = event.datum(data::OF);
            ANSWERS.contains(&step) && other.events.iter().any(|event| event.id.as_str() == of)
        });
        if let Some((other, begun)) = begun {
            let other = RecordId::parse(other).expect("it was read by this id");
            event.after = file::fold(&begun.events).heads;
            let edit = Edit::Append {
                local: other.local,
                event: Box::new(event),
            };
            let key = DocumentKey::Segment(other.segment);
            self.edit(tx, &key, &author, Hand::Person, &[edit]);
            return Ok(Answer::Saved {
                id: id.to_string(),
                number: record.number,
            });
        }
        let date = self
            .policies
            .calendar_of(&file.branch)
            .date_of(event.at)
            .to_string();
        let mut edits: Vec<Edit> = fields_of(&file, &event, &date)
            .into_iter()
            .map(|(field, value)| Edit::SetField {
                local: id.local,
                field: field.to_owned(),
                value,
            })
            .collect();
        edits.push(Edit::Append {
            local: id.local,
            event: Box::new(event),
        });
        let key = DocumentKey::Segment(id.segment.clone());
        self.edit(tx, &key, &author, Hand::Person, &edits);
        Ok(Answer::Saved {
            id: id.to_string(),
            number: record.number,
        })
    }
}

/// Returns the fields an event writes beside itself: lists, exports and forms read the field, the events decide.
pub(crate) fn fields_of(
    file: &File<'_>,
    event: &CaseEvent,
    date: &str,
) -> Vec<(&'static str, String)> {
    match event.step {
        Step::Filed if file.field("filed_on").is_empty() => vec![("filed_on", date.to_owned())],
        Step::LifeCycleChanged => {
            let chosen = event.datum(data::REASON_ID);
            let listed = file
                .rules()
                .and_then(|rules| rules.stage(event.datum(data::STAGE)))
                .and_then(|stage| stage.reasons.iter().find(|reason| reason.id == chosen))
                .map(|reason| reason.text.zh.clone());
            let words = event.reason.clone().or(listed).unwrap_or_default();
            vec![
                ("life_cycle", event.datum(data::STAGE).to_owned()),
                ("life_cycle_reason", words),
            ]
        }
        Step::ClassConfirmed => class_fields(event, date),
        _ => Vec::new(),
    }
}

/// Returns the fields that a confirmed class writes.
pub(crate) fn class_fields(event: &CaseEvent, date: &str) -> Vec<(&'static str, String)> {
    vec![
        ("class", event.datum(data::CLASS).to_owned()),
        (
            "class_provisional",
            event.datum(data::PROVISIONAL).to_owned(),
        ),
        ("graded_on", date.to_owned()),
    ]
}

pub(crate) fn step_problem(step: Step, error: &FileStepError) -> Problem {
    let code = match error {
        FileStepError::NotYourTurn { .. }
        | FileStepError::OwnFiling { .. }
        | FileStepError::OwnHandOver { .. }
        | FileStepError::NotYourHandOver { .. }
        | FileStepError::NotYourClass { .. }
        | FileStepError::NotYourLine { .. } => ProblemCode::NotAllowed,
        FileStepError::Missing { .. } => ProblemCode::Missing,
        FileStepError::Unknown { .. }
        | FileStepError::Figure { .. }
        | FileStepError::OtherClass { .. }
        | FileStepError::Score(_) => ProblemCode::BadField,
        _ => ProblemCode::StepRefused,
    };
    Problem::at(code, error.place().unwrap_or(step.name())).because(error.to_string())
}

/// Steps that answer one named entry of a file.
const ANSWERS: [Step; 3] = [Step::HandOverAccepted, Step::HandOverRefused, Step::Changed];

/// What each step needs and offers beside a note: fields of the intent and names of data.
const FORMS: &[(Step, &[&str], &[&str])] = &[
    (Step::FileReturned, &["reason"], &[]),
    (Step::ChangeNoticed, &["note"], &[]),
    (Step::Changed, &[], &[data::OF]),
    (Step::ContactReported, &["note"], &[]),
    (
        Step::LifeCycleChanged,
        &[data::STAGE],
        &["reason", data::REASON_ID],
    ),
    (
        Step::PaperReceived,
        &[data::PAPER],
        &[
            data::COPIES,
            data::PAGES,
            data::ORIGINAL_PAPER,
            data::FROM,
            data::SCAN,
        ],
    ),
    (Step::PaperChecked, &[data::PAPER], &[]),
    (Step::PaperReturned, &[data::PAPER], &[]),
    (Step::PaperMissing, &[data::PAPER], &[]),
    (
        Step::HandedOver,
        &[data::PAPERS, datum::SIGNATURE],
        &[data::MISSING, data::LEG],
    ),
    (Step::HandOverAccepted, &[data::OF, datum::SIGNATURE], &[]),
    (Step::HandOverRefused, &[data::OF, "reason"], &[]),
    (
        Step::ClassProposed,
        &[data::CLASS],
        &[data::SCORES, data::PROVISIONAL],
    ),
    (
        Step::ClassConfirmed,
        &[data::CLASS],
        &[data::OF, data::PROVISIONAL, "reason"],
    ),
    (Step::ClassRefused, &[data::OF, "reason"], &[]),
    (Step::Opened, &[data::PURPOSE], &[]),
    (Step::Noted, &["note"], &[]),
];

/// Returns what a step of a file needs and offers.
pub(crate) fn file_form(step: Step) -> StepForm {
    let (needs, offers) = FORMS
        .iter()
        .find(|(of, _, _)| *of == step)
        .map_or((&[][..], &[][..]), |(_, needs, offers)| (*needs, *offers));
    let texts = |names: &[&str]| {
        names
            .iter()
            .map(|name| (*name).to_owned())
            .collect::<Vec<_>>()
    };
    let mut form = StepForm {
        step: step.name().to_owned(),
        needs: texts(needs),
        offers: texts(offers),
    };
    if !form.needs.iter().any(|name| name == "note") {
        form.offers.push("note".to_owned());
    }
    form
}

#[cfg(test)]
mod tests {
    use huiyin_core::file::rules::FILE_STEPS;

    use super::*;

    #[test]
    fn a_form_names_first_what_an_empty_step_would_be_refused_for() {
        let summary = FileSummary::default();
        let actor = Actor::default();
        let context = FileStepContext {
            rules: None,
            classes: ClassRules::default(),
            kind: "consumer",
            stage: "",
            branch: "HQ",
            summary: &summary,
            actor: &actor,
            alone: false,
        };
        for step in FILE_STEPS {
            let event = CaseEvent::new(EventId::from_u64(1), *step, 1, "王芳", "d");
            if let Err(FileStepError::Missing { what, .. }) = context.check(&event) {
                assert_eq!(file_form(*step).needs.first(), Some(&what), "{step:?}");
            }
        }
    }
}
