//! Rounds of surveys: a questionnaire and a period, with how many answered, and the case that a result below target opens.
//!
//! Everything here comes from rows. A round is due at the end of its period; who writes its report finds it in their day.

use std::collections::BTreeMap;

use huiyin_api::{
    ActionView, Answer, Problem, ProblemCode, SurveyActionIntent, SurveyRound, SurveysView,
};
use huiyin_core::case::Step;
use huiyin_core::case_data as datum;
use huiyin_core::field::{FieldKind, normalise};
use huiyin_core::id::{RecordId, RecordKind};
use huiyin_core::pack::Part;
use huiyin_core::periods::Period;
use huiyin_document::{CaseColumn, DocumentKey, Edit, Hand, NewRecord, RowRef, SurveyColumn};

use crate::Millis;
use crate::cases::new_event;
use crate::customers::{note_text, validate_all};
use crate::my_day::action_view;
use crate::replica::Replica;
use crate::surveys::survey_forms;
use crate::task::{Run, Tx};

/// Rounds listed.
const MAX_ROUNDS: usize = 500;

/// Returns what cases opened for a round have as their external number.
fn mark_of(survey: &str, period: &str) -> String {
    format!("survey:{survey}:{period}")
}

impl Replica {
    /// Returns the questionnaires in force and the rounds held.
    pub fn surveys_view(&self, now: Millis) -> SurveysView {
        let known = self.questionnaires();
        SurveysView {
            questionnaires: known
                .map(|(_, pack)| pack.surveys.clone())
                .unwrap_or_default(),
            reference: known
                .map(|(reference, _)| reference.0.clone())
                .unwrap_or_default(),
            missing: self.policies.is_part_missing(Part::Survey),
            may_edit: self.is_administrator(),
            posts: known
                .map(|(_, pack)| pack.posts.clone())
                .unwrap_or_default(),
            forms: known
                .map(|(_, pack)| survey_forms(pack))
                .unwrap_or_default(),
            rounds: self.rounds(now),
        }
    }

    /// Returns the present rounds whose report the person at the device writes: tasks of my day until the period ends.
    pub fn surveys_to_report(&self, now: Millis) -> Vec<SurveyRound> {
        let mut rounds = self.present_rounds(now);
        rounds.retain(|round| round.mine);
        if !rounds.is_empty() {
            self.count_answers(&mut rounds, false);
        }
        rounds
    }

    /// Returns the present round of every questionnaire in force, with nothing counted.
    fn present_rounds(&self, now: Millis) -> Vec<SurveyRound> {
        let actor = self.actor();
        let calendar = self.policies.calendar_of(&actor.branch);
        let today = calendar.date_of(now);
        self.questionnaires()
            .map_or(&[][..], |(_, pack)| &pack.surveys)
            .iter()
            .map(|rule| {
                let period = Period::of(rule.every, today);
                SurveyRound {
                    survey: rule.id.clone(),
                    text: rule.text.clone(),
                    period: period.name(),
                    present: true,
                    due: Some(period.due(calendar)),
                    mine: actor.holds_post(&rule.report_by),
                    ..SurveyRound::default()
                }
            })
            .collect()
    }

    fn rounds(&self, now: Millis) -> Vec<SurveyRound> {
        let mut rounds = self.present_rounds(now);
        self.count_answers(&mut rounds, true);
        let actions = self.survey_actions(now);
        for round in &mut rounds {
            let mark = mark_of(&round.survey, &round.period);
            round.actions = actions.get(&mark).cloned().unwrap_or_default();
        }
        // Periods of one kind sort by their names.
        rounds.sort_by(|a, b| {
            (b.present, &b.period, &a.survey).cmp(&(a.present, &a.period, &b.survey))
        });
        rounds.truncate(MAX_ROUNDS);
        rounds
    }

    /// Counts the answers of rounds from the rows; adds the rounds that are not among them if `all`.
    fn count_answers(&self, rounds: &mut Vec<SurveyRound>, all: bool) {
        let mut places: BTreeMap<(String, String), usize> = rounds
            .iter()
            .enumerate()
            .map(|(at, round)| ((round.survey.clone(), round.period.clone()), at))
            .collect();
        for (_, segment) in self.segments.of_kind(RecordKind::Survey) {
            for row in segment.iter() {
                let survey = row.survey(SurveyColumn::Survey).to_owned();
                let period = row.survey(SurveyColumn::Period).to_owned();
                let place = (survey, period);
                let at = match places.get(&place) {
                    Some(at) => *at,
                    None if all => {
                        rounds.push(SurveyRound {
                            text: self.survey_name(&place.0),
                            survey: place.0.clone(),
                            period: place.1.clone(),
                            ..SurveyRound::default()
                        });
                        places.insert(place, rounds.len() - 1);
                        rounds.len() - 1
                    }
                    None => continue,
                };
                let round = &mut rounds[at];
                round.answers += 1;
                round.updated = round.updated.max(row.updated());
                let branch = segment.key.branch.to_string();
                *round.branches.entry(branch).or_default() += 1;
            }
        }
    }

    /// Returns the actions in cases that were opened for rounds, by the round's mark.
    fn survey_actions(&self, now: Millis) -> BTreeMap<String, Vec<ActionView>> {
        let mut found: BTreeMap<String, Vec<ActionView>> = BTreeMap::new();
        for (_, segment) in self.listed(RecordKind::Case) {
            let today = self.today(&segment.key.working_branch(), now);
            for row in segment.iter().filter(RowRef::has_actions) {
                let mark = row.case(CaseColumn::ExternalNumber);
                if !mark.starts_with("survey:") {
                    continue;
                }
                let actions = row.desk().map(|desk| desk.actions).unwrap_or_default();
                let views = actions
                    .iter()
                    .map(|action| action_view(action, segment, row, &today));
                found.entry(mark.to_owned()).or_default().extend(views);
            }
        }
        found
    }

    /// Opens an internal case with a corrective action because of a round's result. It stands under the policy of the
    /// questionnaire, whose clocks, if it has any, are those it is done by.
    pub fn propose_survey_action(
        &mut self,
        tx: &mut Tx<'_>,
        intent: &SurveyActionIntent,
    ) -> Run<Answer> {
        let branch = self.branch()?;
        let missing = |name: &str| Problem::at(ProblemCode::Missing, name);
        let pack = self
            .version_of(&intent.survey)
            .ok_or_else(|| Problem::at(ProblemCode::NotFound, &intent.survey))?;
        let text = note_text(&intent.text)?;
        if text.is_empty() {
            return Err(missing("note").into());
        }
        let due = normalise(FieldKind::Date, &intent.due).map_err(|reason| {
            Problem::at(ProblemCode::BadField, datum::DUE).because(reason.to_string())
        })?;
        let owner = normalise(FieldKind::Line, &intent.owner).map_err(|reason| {
            Problem::at(ProblemCode::BadField, datum::OWNER).because(reason.to_string())
        })?;
        for (name, value) in [(datum::OWNER, &owner), (datum::DUE, &due)] {
            if value.is_empty() {
                return Err(missing(name).into());
            }
        }
        let today = self.today(&branch, tx.now);
        let mut given = BTreeMap::from([
            ("subject".to_owned(), intent.subject.clone()),
            ("description".to_owned(), intent.result.clone()),
            ("kind".to_owned(), "suggestion".to_owned()),
            ("channel".to_owned(), "other".to_owned()),
            ("received_at".to_owned(), today.clone()),
        ]);
        given.insert(
            "external_number".to_owned(),
            mark_of(&intent.survey, &intent.period),
        );
        let mut fields = validate_all(RecordKind::Case, &given)?;
        fields.retain(|_, value| !value.is_empty());
        if !fields.contains_key("subject") {
            return Err(missing("subject").into());
        }
        let months: String = today.chars().filter(char::is_ascii_digit).take(6).collect();
        let segment = self.segment_for(RecordKind::Case, &branch, &months);
        let key = DocumentKey::Segment(segment.clone());
        self.documents.get(&key)?;

        let number = self.next_number(tx, &branch)?;
        let author = self.author(tx);
        let registered = new_event(tx, Step::Registered, &author);
        let mut planned = new_event(tx, Step::ActionPlanned, &author);
        planned.note = text;
        planned.after = vec![registered.id.clone()];
        planned.data = BTreeMap::from([
            (datum::ACTION.to_owned(), tx.random_id()),
            (datum::ACTION_KIND.to_owned(), "corrective".to_owned()),
            (datum::OWNER.to_owned(), owner),
            (datum::DUE.to_owned(), due),
        ]);
        let local = tx.entropy.next_u64();
        let record = NewRecord {
            local,
            number: number.clone(),
            created: author.at,
            created_by: author.by.clone(),
            received: Some(tx.now),
            pack: Some(pack),
            fields,
            events: vec![registered, planned],
            ..NewRecord::default()
        };
        let edits = [Edit::Create(Box::new(record))];
        self.edit(tx, &key, &author, Hand::Person, &edits);
        Ok(Answer::Saved {
            id: RecordId::new(segment, local).to_string(),
            number,
        })
    }
}
