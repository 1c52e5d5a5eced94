//! Answers of a round that is still open, corrected by staff. What was answered before stays in an event of the record.

use std::collections::BTreeMap;

use huiyin_api::{Answer, Problem, ProblemCode};
use huiyin_core::case::Step;
use huiyin_core::contact_field::{SurveyField, answer_field};
use huiyin_core::field::parse_date;
use huiyin_core::file;
use huiyin_core::id::{RecordId, RecordKind};
use huiyin_core::pack::care_rules::SurveyRule;
use huiyin_core::periods::Period;
use huiyin_core::survey::check;
use huiyin_document::{DocumentKey, Edit, Hand, Record};

use crate::Millis;
use crate::cases::new_event;
use crate::customers::note_text;
use crate::replica::Replica;
use crate::surveys::{answer_problem, answer_text};
use crate::task::{Run, Tx};

/// Stands for nothing answered before, where data without a value would be left out.
const NOTHING: &str = " ";

impl Replica {
    /// Returns the questions of stored answers.
    pub(crate) fn rule_of<'a>(&'a self, record: &Record) -> Option<&'a SurveyRule> {
        let pack = self.policies.pack(record.pack.as_ref()?)?;
        let survey = record.field(SurveyField::Survey.name());
        pack.surveys.iter().find(|rule| rule.id == survey)
    }

    /// Returns whether the round of stored answers has not ended yet in their branch.
    pub(crate) fn is_open_round(&self, id: &RecordId, record: &Record, now: Millis) -> bool {
        let today = self.today(&id.segment.branch, now);
        let present = self
            .rule_of(record)
            .zip(parse_date(&today))
            .map(|(rule, today)| Period::of(rule.every, today).name());
        present.as_deref() == Some(record.field(SurveyField::Period.name()))
    }

    /// Replaces answers of a round that is still open; `answers` are those that change, the others stay as they are stored here.
    /// What differed is kept in the time line.
    ///
    /// # Errors
    /// Answers that are wrong for their question, a round that is over, a version that has not come.
    pub fn correct_survey(
        &mut self,
        tx: &mut Tx<'_>,
        text: &str,
        answers: &BTreeMap<String, String>,
        note: &str,
    ) -> Run<Answer> {
        let note = note_text(note)?;
        let (id, record, _) = self.read_record(text)?;
        if id.kind() != RecordKind::Survey {
            return Err(Problem::at(ProblemCode::NotFound, text).into());
        }
        let refuse = |field: SurveyField, because: &str| {
            Problem::at(ProblemCode::BadField, field.name()).because(because)
        };
        let Some(rule) = self.rule_of(&record) else {
            return Err(refuse(
                SurveyField::Survey,
                "the version of the questionnaire has not come to this device yet",
            )
            .into());
        };
        if !self.is_open_round(&id, &record, tx.now) {
            return Err(refuse(
                SurveyField::Period,
                "the round is over: its answers stay as they were counted",
            )
            .into());
        }
        let mut whole = answers.clone();
        for question in &rule.questions {
            let stored = || record.field(&answer_field(&question.id)).to_owned();
            whole.entry(question.id.clone()).or_insert_with(stored);
        }
        if let Some(error) = check(rule, &whole).first() {
            return Err(answer_problem(error).into());
        }
        let mut fields = BTreeMap::new();
        let mut earlier = BTreeMap::new();
        for question in &rule.questions {
            let Some(given) = answers.get(&question.id) else {
                continue;
            };
            let stored = answer_text(&question.id, given)?;
            let field = answer_field(&question.id);
            let before = record.field(&field);
            if stored != before {
                let kept = if before.is_empty() { NOTHING } else { before };
                earlier.insert(field.clone(), kept.to_owned());
                fields.insert(field, stored);
            }
        }
        if fields.is_empty() {
            return Ok(Answer::Saved {
                id: id.to_string(),
                number: record.number.clone(),
            });
        }
        let key = DocumentKey::Segment(id.segment.clone());
        let author = self.author(tx);
        let mut event = new_event(tx, Step::Noted, &author);
        event.note = note;
        event.after = file::fold(&record.events).heads;
        event.data = earlier;
        let mut edits = self.field_edits(&id, &fields);
        edits.push(Edit::Append {
            local: id.local,
            event: Box::new(event),
        });
        self.edit(tx, &key, &author, Hand::Person, &edits);
        Ok(Answer::Saved {
            id: id.to_string(),
            number: record.number,
        })
    }
}
