//! Classes of customers: what the screen shows of one, and fields that would change what a meeting decided.
//!
//! Decides how it is put and when a changed field becomes a decision; who may decide was decided in `huiyin-core`.

use std::collections::BTreeMap;

use huiyin_api::{ClassProposal, ClassView, Problem, ProblemCode};
use huiyin_core::case::{CaseEvent, Step};
use huiyin_core::file::classes::scored_lines;
use huiyin_core::file::{FileSummary, Matter, data, fold};
use huiyin_core::grading::print_scores;
use huiyin_core::id::RecordId;
use huiyin_document::{Author, DocumentKey, Edit};

use crate::cases::new_event;
use crate::file_steps::{File, class_fields};
use crate::replica::Replica;
use crate::task::{Run, Tx};

/// The field that holds the class.
pub(crate) const CLASS: &str = "class";

/// Returns an event of a file by its id.
fn event_of<'a>(summary: &'a FileSummary, id: &str) -> Option<&'a CaseEvent> {
    summary.in_force().find(|event| event.id.as_str() == id)
}

/// Returns what is proposed for a customer and not decided.
pub(crate) fn proposal_of(summary: &FileSummary) -> Option<ClassProposal> {
    let proposed = summary.class_proposed.as_ref()?;
    let event = event_of(summary, proposed.event.as_str());
    Some(ClassProposal {
        event: proposed.event.to_string(),
        class: proposed.class.clone(),
        provisional: proposed.provisional,
        by: proposed.by.clone(),
        at: proposed.at,
        scores: event.map_or_else(String::new, |event| event.datum(data::SCORES).to_owned()),
        note: event.map_or_else(String::new, |event| event.note.clone()),
    })
}

/// Returns the class of a customer as the screen shows it.
pub(crate) fn class_view(file: &File<'_>) -> ClassView {
    let summary = &file.summary;
    let mut view = ClassView {
        class: file.field(CLASS).to_owned(),
        provisional: file.field("class_provisional") == "yes",
        proposed: proposal_of(summary),
        clash: summary
            .clashes
            .iter()
            .any(|clash| clash.matter == Matter::Class),
        last_contact: file.last_contact,
        scored: print_scores(&scored_lines(summary)),
        may_score: file
            .classes
            .grading
            .map_or(&[][..], |rules| &rules.sheet)
            .iter()
            .enumerate()
            .filter(|(at, _)| file.classes.may_score(&file.actor, *at))
            .map(|(_, line)| line.id.clone())
            .collect(),
        ..ClassView::default()
    };
    if let Some(given) = &summary.class {
        view.provisional = given.provisional;
        view.since = Some(given.at);
        view.by.clone_from(&given.by);
        if let Some(event) = event_of(summary, given.event.as_str()) {
            view.reason = event.reason.clone().unwrap_or_default();
            if let Some(sheet) = event_of(summary, event.datum(data::OF)) {
                sheet.datum(data::SCORES).clone_into(&mut view.scores);
            }
        }
    }
    view
}

impl Replica {
    /// Refuses a changed field that would decide a class for somebody who may not decide it, or take away one that was decided.
    pub fn check_class_field(
        &mut self,
        tx: &Tx<'_>,
        id: Option<&RecordId>,
        fields: &BTreeMap<String, String>,
    ) -> Run<()> {
        let (Some(id), Some(class)) = (id, fields.get(CLASS)) else {
            return Ok(());
        };
        if !id.kind().is_customer() {
            return Ok(());
        }
        let key = DocumentKey::Segment(id.segment.clone());
        let Some((record, _)) = self.documents.opened(&key).record(id.local) else {
            return Ok(());
        };
        let summary = fold(&record.events);
        let is_clash = !summary.clashes.is_empty();
        let decided = summary.class;
        if decided
            .as_ref()
            .is_some_and(|given| given.class != *class || is_clash)
        {
            // It is written as a decision too: `class_edits`.
            self.may_sign(tx, None)?;
        }
        let held = decided
            .as_ref()
            .map_or_else(|| record.field(CLASS), |given| &given.class);
        let rules = self.class_rules();
        if held == class || (decided.is_none() && rules.grading.is_none()) {
            return Ok(());
        }
        if !rules.may_confirm(&self.actor()) {
            return Err(Problem::at(ProblemCode::NotAllowed, CLASS)
                .because(format!(
                    "the class is decided by these roles: ask one of {}",
                    rules.named(Step::ClassConfirmed)
                ))
                .into());
        }
        if class.is_empty() && decided.is_some() {
            return Err(Problem::at(ProblemCode::BadField, CLASS)
                .because("a confirmed class is not taken away: give another one")
                .into());
        }
        Ok(())
    }

    /// Returns the event and fields that go with a changed class where a decision gave it: else the decision would go on to hold.
    pub fn class_edits(
        &mut self,
        tx: &mut Tx<'_>,
        author: &Author,
        id: &RecordId,
        key: &DocumentKey,
        fields: &BTreeMap<String, String>,
    ) -> Vec<Edit> {
        let Some(class) = fields.get(CLASS).filter(|_| id.kind().is_customer()) else {
            return Vec::new();
        };
        let Some((record, _)) = self.documents.opened(key).record(id.local) else {
            return Vec::new();
        };
        let summary = fold(&record.events);
        let differs = |given: &huiyin_core::file::GivenClass| {
            given.class != *class || !summary.clashes.is_empty()
        };
        if !summary.class.as_ref().is_some_and(differs) {
            return Vec::new();
        }
        let mut event = new_event(tx, Step::ClassConfirmed, author);
        event.after = summary.heads;
        event.data.insert(data::CLASS.to_owned(), class.clone());
        let calendar = self
            .policies
            .calendar_of(id.segment.working_branch().as_str());
        let date = calendar.date_of(event.at).to_string();
        let mut edits: Vec<Edit> = class_fields(&event, &date)
            .into_iter()
            .filter(|(field, _)| *field != CLASS)
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
        edits
    }
}
