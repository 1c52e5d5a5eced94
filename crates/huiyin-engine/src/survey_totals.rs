//! Totals of a round of a survey: a plain sum over its answers, some documents at a time.
//!
//! Answers stand in documents, of which a request opens at most [`DOCUMENTS_A_PART`]; parts add up ([`SurveyPart::merge`]). What a
//! total says depends on the answers alone, so that two devices with the same answers tell the same.

use huiyin_api::{MAX_COMMENTS, SurveyComment, SurveyPart, SurveyVersion};
use huiyin_core::contact_field::SurveyField;
use huiyin_core::id::{RecordKind, SegmentKey};
use huiyin_core::pack::care_rules::AnswerKind;
use huiyin_document::{DocumentKey, Record, SurveyColumn};

use crate::replica::Replica;
use crate::surveys::answers_of;
use crate::task::Run;

/// Documents opened for one part, of at most 128 answers each.
const DOCUMENTS_A_PART: usize = 4;

impl Replica {
    /// Returns the part of the totals of a round that comes after the segment `after`.
    pub fn survey_totals(&mut self, survey: &str, period: &str, after: &str) -> Run<SurveyPart> {
        let mut waiting: Vec<(String, SegmentKey, Vec<u64>)> = self
            .segments
            .of_kind(RecordKind::Survey)
            .map(|(_, segment)| {
                let locals = segment
                    .iter()
                    .filter(|row| {
                        row.survey(SurveyColumn::Survey) == survey
                            && row.survey(SurveyColumn::Period) == period
                    })
                    .map(|row| row.local())
                    .collect();
                (segment.key.to_string(), segment.key.clone(), locals)
            })
            .filter(|(name, _, locals): &(String, _, Vec<u64>)| {
                name.as_str() > after && !locals.is_empty()
            })
            .collect();
        waiting.sort_by(|a, b| a.0.cmp(&b.0));
        let rest = waiting.split_off(waiting.len().min(DOCUMENTS_A_PART));
        let mut part = SurveyPart {
            left: rest.iter().map(|(_, _, locals)| locals.len() as u32).sum(),
            ..SurveyPart::default()
        };
        if let (false, Some((name, _, _))) = (rest.is_empty(), waiting.last()) {
            part.next.clone_from(name);
        }
        let keys: Vec<DocumentKey> = waiting
            .iter()
            .map(|(_, key, _)| DocumentKey::Segment(key.clone()))
            .collect();
        self.documents.require(&keys)?;
        for ((_, segment, locals), key) in waiting.iter().zip(&keys) {
            for local in locals {
                let Some((record, _)) = self.documents.opened(key).record(*local) else {
                    continue;
                };
                let id = format!("{segment}.{local:016x}");
                self.count_answer(&mut part, survey, segment.branch.as_str(), &id, &record);
            }
        }
        part.comments
            .sort_by(|a, b| (b.created, &b.id, &b.question).cmp(&(a.created, &a.id, &a.question)));
        part.comments.truncate(MAX_COMMENTS);
        Ok(part)
    }

    fn count_answer(
        &self,
        part: &mut SurveyPart,
        survey: &str,
        branch: &str,
        id: &str,
        record: &Record,
    ) {
        part.counted += 1;
        let pack = record
            .pack
            .as_ref()
            .and_then(|reference| self.policies.pack(reference));
        let rule = pack.and_then(|pack| {
            let rule = pack.surveys.iter().find(|rule| rule.id == survey)?;
            Some((pack.version, rule))
        });
        let Some((number, rule)) = rule else {
            part.unknown += 1;
            return;
        };
        let answers = answers_of(record);
        let comment = |question: &str, text: &str| SurveyComment {
            id: id.to_owned(),
            question: question.to_owned(),
            text: text.to_owned(),
            branch: branch.to_owned(),
            created: record.created,
        };
        for question in &rule.questions {
            if question.kind == AnswerKind::Words
                && let Some(text) = answers.get(&question.id)
            {
                part.comments.push(comment(&question.id, text));
            }
        }
        let said = record.field(SurveyField::Comment.name());
        if !said.is_empty() {
            part.comments.push(comment("", said));
        }
        let mut version = SurveyVersion {
            version: number,
            rule: rule.clone(),
            ..SurveyVersion::default()
        };
        let class = record.field(SurveyField::Class.name()).to_owned();
        version.all.add(rule, &answers);
        version
            .branches
            .entry(branch.to_owned())
            .or_default()
            .add(rule, &answers);
        version
            .classes
            .entry(class)
            .or_default()
            .add(rule, &answers);
        part.add(version);
    }
}
