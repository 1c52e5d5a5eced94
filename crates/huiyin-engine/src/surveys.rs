//! Satisfaction surveys (满意度调查): questionnaires and answers. Rounds are in [`crate::survey_rounds`], totals in
//! [`crate::survey_totals`].
//!
//! An answer keeps the policy version whose questions were asked. Lists and rounds come from rows. Everyone may store answers;
//! questionnaires are published by administrators, in a policy of their own, so that cases go on under theirs.

use std::collections::{BTreeMap, BTreeSet};

use huiyin_api::{
    Answer, MAX_PAGE_ROWS, Problem, ProblemCode, SurveyIntent, SurveyPage, SurveyQuery,
    SurveyRecord, SurveyRow,
};
use huiyin_core::contact_field::{ANSWER_PREFIX, SurveyField, answer_field};
use huiyin_core::field::{FieldKind, normalise, parse_date};
use huiyin_core::id::{RecordId, RecordKind};
use huiyin_core::pack::care_rules::SurveyRule;
use huiyin_core::pack::{Pack, PackRef, Part, Text};
use huiyin_core::periods::Period;
use huiyin_core::survey::{AnswerError, MAX_WORDS, check};
use huiyin_document::{
    CustomerColumn, DocumentKey, Edit, Hand, NewRecord, Record, RowRef, SurveyColumn,
};

use crate::Millis;
use crate::customers::{conflict_views, event_view, field_views, validate_all};
use crate::replica::Replica;
use crate::segments::Segment;
use crate::task::{Run, Tx};

/// Id of the policy in which a company publishes questionnaires of its own.
const OWN_QUESTIONNAIRES: &str = "questionnaires";
/// Most questionnaires of a company.
const MAX_QUESTIONNAIRES: usize = 40;
/// Most questions of a questionnaire.
const MAX_QUESTIONS: usize = 60;
/// Longest name of a question.
const MAX_QUESTION_NAME: usize = 80;
/// Layouts of papers that go with questionnaires.
const SURVEY_FORMS: [&str; 2] = ["survey", "survey_report"];
/// Fields that storing an answer writes, never a person.
const WRITTEN_HERE: [SurveyField; 4] = [
    SurveyField::Survey,
    SurveyField::Period,
    SurveyField::Class,
    SurveyField::AskedBy,
];

/// Returns the stored form of the value of an answer, whatever its question.
pub(crate) fn answer_text(question: &str, value: &str) -> Result<String, Problem> {
    let refuse =
        |reason: String| Problem::at(ProblemCode::BadField, answer_field(question)).because(reason);
    if question.is_empty() || question.chars().count() > MAX_QUESTION_NAME {
        return Err(refuse("there is no such question".to_owned()));
    }
    if value.chars().count() > MAX_WORDS {
        return Err(refuse(format!(
            "it is answered in more than {MAX_WORDS} characters: shorten it"
        )));
    }
    normalise(FieldKind::Text, value).map_err(|reason| refuse(reason.to_string()))
}

/// Returns the answers of a record, by question.
pub(crate) fn answers_of(record: &Record) -> BTreeMap<String, String> {
    record
        .fields
        .iter()
        .filter_map(|(name, field)| {
            let question = name.strip_prefix(ANSWER_PREFIX)?;
            Some((question.to_owned(), field.shown.clone()))
        })
        .filter(|(_, answer)| !answer.is_empty())
        .collect()
}

pub(crate) fn answer_problem(error: &AnswerError) -> Problem {
    let (code, question) = match error {
        AnswerError::Missing { question } => (ProblemCode::Missing, question),
        AnswerError::Unknown { question }
        | AnswerError::NotAScore { question, .. }
        | AnswerError::NotAChoice { question, .. }
        | AnswerError::TooLong { question } => (ProblemCode::BadField, question),
    };
    Problem::at(code, answer_field(question)).because(error.to_string())
}

impl Replica {
    /// Returns the questionnaires in force and the version they are of.
    pub(crate) fn questionnaires(&self) -> Option<(&PackRef, &Pack)> {
        self.policies
            .of_part(Part::Survey)
            .filter(|(_, pack)| !pack.surveys.is_empty())
    }

    /// Returns the version a survey is in force in, else the newest here that has it.
    pub(crate) fn version_of(&self, survey: &str) -> Option<PackRef> {
        let has = |pack: &Pack| pack.surveys.iter().any(|rule| rule.id == survey);
        let in_force = self.questionnaires().filter(|(_, pack)| has(pack));
        in_force
            .map(|(reference, _)| reference.clone())
            .or_else(|| {
                self.policies
                    .packs
                    .iter()
                    .filter(|(_, pack)| has(pack))
                    .max_by_key(|(_, pack)| pack.version)
                    .map(|(reference, _)| reference.clone())
            })
    }

    /// Returns a survey's name: as it is in force, else as the newest version here has it, else its id.
    pub(crate) fn survey_name(&self, survey: &str) -> Text {
        self.version_of(survey)
            .and_then(|reference| {
                let pack = self.policies.pack(&reference)?;
                let rule = pack.surveys.iter().find(|rule| rule.id == survey)?;
                Some(rule.text.clone())
            })
            .unwrap_or_else(|| Text {
                zh: survey.to_owned(),
                en: survey.to_owned(),
            })
    }

    /// Stores one customer's answers in this device's branch.
    pub fn answer_survey(&mut self, tx: &mut Tx<'_>, intent: &SurveyIntent) -> Run<Answer> {
        let branch = self.branch()?;
        let (reference, rule) = self.asked(intent)?;
        let mut fields = validate_all(RecordKind::Survey, &intent.fields)?;
        if let Some(field) = WRITTEN_HERE
            .iter()
            .find(|field| fields.contains_key(field.name()))
        {
            return Err(Problem::at(ProblemCode::BadField, field.name())
                .because("it is written when the answers are stored: leave it out")
                .into());
        }
        fields.retain(|name, value| !value.is_empty() && !name.starts_with(ANSWER_PREFIX));
        if let Some(error) = check(&rule, &intent.answers).first() {
            return Err(answer_problem(error).into());
        }
        self.name_customer(&mut fields)?;
        let today = self.today(&branch, tx.now);
        let day = fields
            .entry(SurveyField::AnsweredOn.name().to_owned())
            .or_insert_with(|| today.clone())
            .clone();
        if day > today {
            return Err(
                Problem::at(ProblemCode::BadField, SurveyField::AnsweredOn.name())
                    .because("the day lies ahead: answers are stored once they are given")
                    .into(),
            );
        }
        let date = parse_date(&day).expect("the day was checked with the other fields");
        let months: String = day.chars().filter(char::is_ascii_digit).take(6).collect();
        let segment = self.segment_for(RecordKind::Survey, &branch, &months);
        let key = DocumentKey::Segment(segment.clone());
        self.documents.get(&key)?;

        let number = self.next_number(tx, &branch)?;
        let author = self.author(tx);
        let mut put = |field: SurveyField, value: String| {
            if !value.is_empty() {
                fields.insert(field.name().to_owned(), value);
            }
        };
        put(SurveyField::Survey, rule.id.clone());
        put(SurveyField::Period, Period::of(rule.every, date).name());
        put(SurveyField::AskedBy, author.by.clone());
        let customer = intent.fields.get("customer").map_or("", String::as_str);
        if let Ok(id) = RecordId::parse(customer.trim())
            && let Some(row) = self.segments.row(&id)
        {
            let class = row.customer(CustomerColumn::Class).to_owned();
            put(SurveyField::Class, class);
        }
        for (question, answer) in &intent.answers {
            let answer = answer_text(question, answer)?;
            if !answer.is_empty() {
                fields.insert(answer_field(question), answer);
            }
        }
        let local = tx.entropy.next_u64();
        let record = NewRecord {
            local,
            number: number.clone(),
            created: author.at,
            created_by: author.by.clone(),
            pack: Some(reference),
            fields,
            ..NewRecord::default()
        };
        let edits = [Edit::Create(Box::new(record))];
        self.edit(tx, &key, &author, Hand::Person, &edits);
        Ok(Answer::Saved {
            id: RecordId::new(segment, local).to_string(),
            number,
        })
    }

    /// Returns the version and questionnaire that was asked.
    fn asked(&self, intent: &SurveyIntent) -> Result<(PackRef, SurveyRule), Problem> {
        let missing = || {
            Problem::at(ProblemCode::NotFound, &intent.survey)
                .because("there is no such questionnaire: choose one that is in force")
        };
        let named = PackRef(intent.reference.clone());
        let (reference, pack) = if intent.reference.is_empty() {
            self.questionnaires().ok_or_else(missing)?
        } else {
            (&named, self.policies.pack(&named).ok_or_else(missing)?)
        };
        let rule = pack.surveys.iter().find(|rule| rule.id == intent.survey);
        let rule = rule.ok_or_else(missing)?.clone();
        Ok((reference.clone(), rule))
    }

    /// Publishes questionnaires and puts them in force. Those that came with other rules are taken over into a policy of the
    /// company's own that holds nothing else.
    pub fn save_questionnaires(
        &mut self,
        tx: &mut Tx<'_>,
        surveys: &[SurveyRule],
        based_on: &str,
    ) -> Run<Answer> {
        self.administrator()?;
        let refuse = |reason: String| Problem::at(ProblemCode::BadPack, "surveys").because(reason);
        if surveys.is_empty() {
            return Err(Problem::at(ProblemCode::Missing, "surveys").into());
        }
        if surveys.len() > MAX_QUESTIONNAIRES {
            return Err(refuse(format!("at most {MAX_QUESTIONNAIRES} questionnaires")).into());
        }
        if let Some(long) = surveys
            .iter()
            .find(|survey| survey.questions.len() > MAX_QUESTIONS)
        {
            return Err(Problem::at(
                ProblemCode::BadPack,
                format!("surveys.{}.questions", long.id),
            )
            .because(format!("at most {MAX_QUESTIONS} questions"))
            .into());
        }
        let known = self.questionnaires();
        let present = known.map_or("", |(reference, _)| reference.0.as_str());
        if present != based_on {
            return Err(refuse(
                "another version came into force meanwhile: look at it and make the changes again"
                    .to_owned(),
            )
            .into());
        }
        let pack = match known {
            Some((_, pack)) if pack.parts() == [Part::Survey] => Pack {
                surveys: surveys.to_vec(),
                ..pack.clone()
            },
            known => own_pack(known.map(|(_, pack)| pack), surveys),
        };
        self.publish_pack(tx, &pack)
    }

    /// Returns a row as lists show it.
    pub(crate) fn survey_row(&self, segment: &Segment, row: RowRef<'_>) -> SurveyRow {
        let text = |column| row.survey(column).to_owned();
        let standing = self.segments.standing();
        let customer_id = standing
            .of_text(row.survey(SurveyColumn::CustomerId))
            .to_owned();
        let present = RecordId::parse(&customer_id)
            .ok()
            .and_then(|id| self.segments.row(&id))
            .map(|row| row.customer(CustomerColumn::Name).to_owned());
        SurveyRow {
            id: segment.id(row).to_string(),
            number: text(SurveyColumn::Number),
            customer: present.unwrap_or_else(|| text(SurveyColumn::CustomerName)),
            customer_id,
            survey: text(SurveyColumn::Survey),
            text: self.survey_name(row.survey(SurveyColumn::Survey)),
            period: text(SurveyColumn::Period),
            branch: segment.key.branch.to_string(),
            created: row.received(),
            updated: row.updated(),
            conflicts: u32::from(row.conflicts()),
        }
    }

    /// Returns a window over the answers, the latest first. Those of a file that gave way stand with the one it is in now.
    pub fn survey_answers(&self, query: &SurveyQuery) -> SurveyPage {
        let standing = self.segments.standing();
        let mut found = Vec::new();
        for (at, segment) in self.segments.of_kind(RecordKind::Survey) {
            for (index, row) in segment.iter().enumerate() {
                let is = |wanted: &str, column| wanted.is_empty() || row.survey(column) == wanted;
                let customer = standing.of_text(row.survey(SurveyColumn::CustomerId));
                if is(&query.survey, SurveyColumn::Survey)
                    && is(&query.period, SurveyColumn::Period)
                    && (query.customer.is_empty() || customer == query.customer)
                {
                    found.push((row.received(), (at, index as u32)));
                }
            }
        }
        found.sort_unstable_by(|a, b| b.cmp(a));
        SurveyPage {
            total: found.len() as u32,
            offset: query.offset,
            rows: found
                .iter()
                .skip(query.offset as usize)
                .take(query.limit.min(MAX_PAGE_ROWS) as usize)
                .map(|(_, place)| self.segments.at(*place))
                .map(|(segment, row)| self.survey_row(segment, row))
                .collect(),
        }
    }

    /// Returns one customer's answers with the questions that were asked.
    pub fn survey_record(&mut self, text: &str, now: Millis) -> Run<SurveyRecord> {
        let (id, record, issues) = self.read_record(text)?;
        if id.kind() != RecordKind::Survey {
            return Err(Problem::at(ProblemCode::NotFound, text).into());
        }
        let found = self.segments.find(&id.segment).zip(self.segments.row(&id));
        let pack = record
            .pack
            .as_ref()
            .and_then(|reference| self.policies.pack(reference));
        let mut events: Vec<_> = record
            .events
            .iter()
            .map(|event| event_view(event, false))
            .collect();
        events.sort_by(|a, b| (a.at, &a.id).cmp(&(b.at, &b.id)));
        let mut fields = field_views(&record);
        fields.retain(|field| !field.name.starts_with(ANSWER_PREFIX));
        Ok(SurveyRecord {
            row: found
                .map(|(segment, row)| self.survey_row(segment, row))
                .unwrap_or_default(),
            fields,
            answers: answers_of(&record),
            conflicts: conflict_views(&record),
            may_correct: self.is_open_round(&id, &record, now),
            rule: self.rule_of(&record).cloned(),
            events,
            version: pack.map_or(0, |pack| pack.version),
            issues: issues
                .into_iter()
                .map(|issue| format!("{}: {}", issue.record, issue.what))
                .collect(),
        })
    }
}

/// Returns the papers of a policy that go with questionnaires.
pub(crate) fn survey_forms(pack: &Pack) -> Vec<huiyin_core::pack::Form> {
    pack.file_forms
        .iter()
        .filter(|form| SURVEY_FORMS.contains(&form.layout.as_str()))
        .cloned()
        .collect()
}

/// Returns a policy that holds nothing but questionnaires, with the posts and papers they need of the one they came from.
fn own_pack(source: Option<&Pack>, surveys: &[SurveyRule]) -> Pack {
    let needed: BTreeSet<&str> = surveys
        .iter()
        .flat_map(|survey| [survey.report_by.as_str(), survey.approved_by.as_str()])
        .collect();
    let mut pack = Pack {
        id: OWN_QUESTIONNAIRES.to_owned(),
        name: Text {
            zh: "本公司问卷".to_owned(),
            en: "Our own questionnaires".to_owned(),
        },
        about: Text {
            zh: "满意度调查问卷".to_owned(),
            en: "Questionnaires of satisfaction surveys".to_owned(),
        },
        surveys: surveys.to_vec(),
        ..Pack::default()
    };
    if let Some(source) = source {
        pack.posts = source
            .posts
            .iter()
            .filter(|post| needed.contains(post.id.as_str()))
            .cloned()
            .collect();
        pack.file_forms = survey_forms(source);
    }
    pack
}
