//! The yearly review (年度评级): who is to be graded, who is proposed, who has a class; and the meeting that confirms many at once.
//!
//! Decides from rows what stands under which tab; documents are opened only for the sheets of a page, [`MAX_CLASSES_AT_ONCE`] at most.
//! When a customer is due decides `huiyin-core`.

use std::collections::{BTreeMap, BTreeSet};

use chrono::Datelike;
use huiyin_api::{
    Answer, ClassLine, ClassReport, GradingPage, GradingQuery, GradingRow, MAX_CLASSES_AT_ONCE,
    MAX_PAGE_ROWS, Problem, ProblemCode,
};
use huiyin_core::case::Step;
use huiyin_core::file::data;
use huiyin_core::grading::{is_due, rank, window};
use huiyin_core::id::{EventId, RecordKind};
use huiyin_core::text::same_name;
use huiyin_document::{Author, CustomerColumn, DocumentKey, Edit, RowDutyKind, RowRef};

use crate::Millis;
use crate::cases::new_event;
use crate::customers::note_text;
use crate::file_steps::{File, class_fields, step_problem};
use crate::grading::class_view;
use crate::replica::Replica;
use crate::segments::{Place, Segment};
use crate::steps::{Prepared, hand_over};
use crate::task::{Halt, Run, Tx};

/// The tabs of the review, in the order of the way.
const TABS: [&str; 4] = ["due", "new", "proposed", "classed"];

/// What a row says about grading.
struct Stand {
    tab: &'static str,
    /// Since when the proposal waits.
    waits: Millis,
    review_due: Option<Millis>,
}

/// A customer of the review: where its row is, and until when its review is due.
type Reviewed = (Place, Option<Millis>);

impl Replica {
    /// Returns under which tab a customer stands; none for one that is not graded: lost, or given way to another file.
    fn stand(
        &self,
        segment: &Segment,
        row: RowRef<'_>,
        now: Millis,
        today: &BTreeMap<String, chrono::NaiveDate>,
    ) -> Option<Stand> {
        if row.customer(CustomerColumn::LifeCycle) == "lost" {
            return None;
        }
        let duties = row.file().map(|file| file.duties).unwrap_or_default();
        let duty = |kind| duties.iter().find(|duty| duty.kind == kind);
        let review_due = duty(RowDutyKind::ProvisionalClass).and_then(|duty| duty.due);
        let proposed = duty(RowDutyKind::ClassToConfirm);
        let rules = self.class_rules().grading;
        let day = today.get(segment.key.branch.as_str());
        let yearly = rules
            .zip(day)
            .is_some_and(|(rules, day)| is_due(rules, row.graded_on(), *day));
        let tab = if proposed.is_some() {
            "proposed"
        } else if row.customer(CustomerColumn::Class).is_empty() {
            "new"
        } else if yearly || review_due.is_some_and(|due| due < now) {
            "due"
        } else {
            "classed"
        };
        Some(Stand {
            tab,
            waits: proposed.map_or(0, |duty| duty.since),
            review_due,
        })
    }

    /// Returns the yearly review.
    pub fn grading_page(&mut self, query: &GradingQuery, now: Millis) -> Run<GradingPage> {
        let (mut page, places) = self.review(query, now)?;
        let limit = if query.sheets {
            query.limit.min(MAX_CLASSES_AT_ONCE as u32)
        } else {
            query.limit.min(MAX_PAGE_ROWS)
        };
        let listed: Vec<(Place, Option<Millis>)> =
            places.into_iter().take(limit as usize).collect();
        if query.sheets {
            let keys: BTreeSet<DocumentKey> = listed
                .iter()
                .map(|(place, _)| DocumentKey::Segment(self.segments.at(*place).0.key.clone()))
                .collect();
            self.documents.require(&keys)?;
        }
        for (place, review_due) in listed {
            let (segment, row) = self.segments.at(place);
            let mut found = GradingRow {
                row: Self::customer_row(segment, row),
                graded_on: row.customer(CustomerColumn::GradedOn).to_owned(),
                value: row.value(),
                review_due,
                sheet: None,
            };
            if query.sheets {
                let (id, record, _) = self.read_record(&found.row.id)?;
                let gave_way = self.gave_way_to(&id)?;
                found.sheet = Some(class_view(&self.whole_file(&id, &record, &gave_way)));
            }
            page.rows.push(found);
        }
        Ok(page)
    }

    /// Returns the review without its rows, and the places of the rows in their order.
    fn review(&self, query: &GradingQuery, now: Millis) -> Run<(GradingPage, Vec<Reviewed>)> {
        if !TABS.contains(&query.tab.as_str()) {
            return Err(Problem::at(ProblemCode::BadField, "tab")
                .because(format!("one of {}", TABS.join(", ")))
                .into());
        }
        let rules = self.class_rules();
        let actor = self.actor();
        let date = self.policies.calendar.date_of(now);
        let open = rules.grading.and_then(|rules| window(rules, date.year()));
        let mut page = GradingPage {
            has_rules: rules.grading.is_some(),
            opens: open.map_or_else(String::new, |(opens, _)| opens.to_string()),
            closes: open.map_or_else(String::new, |(_, closes)| closes.to_string()),
            today: date.to_string(),
            counts: TABS.iter().map(|tab| ((*tab).to_owned(), 0)).collect(),
            may_propose: rules.may_propose(&actor),
            may_confirm: rules.may_confirm(&actor),
            ..GradingPage::default()
        };
        let today: BTreeMap<String, chrono::NaiveDate> = self
            .settings
            .branches
            .keys()
            .map(|code| (code.clone(), self.policies.calendar_of(code).date_of(now)))
            .collect();
        let standing = self.segments.standing();
        let mut owners = BTreeSet::new();
        let mut found = Vec::new();
        for (at, segment) in self.segments.of_kind(RecordKind::Customer) {
            if !query.branch.is_empty() && segment.key.branch.as_str() != query.branch {
                continue;
            }
            for row in segment.iter() {
                if standing.hides(segment, row) {
                    continue;
                }
                let Some(stand) = self.stand(segment, row, now, &today) else {
                    continue;
                };
                let owner = row.customer(CustomerColumn::Owner);
                if !owner.is_empty() {
                    owners.insert(owner.to_owned());
                }
                let class = row.customer(CustomerColumn::Class);
                let fits = (query.class.is_empty() || class == query.class)
                    && (query.owner.is_empty() || same_name(owner, &query.owner));
                if !fits {
                    continue;
                }
                *page.counts.entry(stand.tab.to_owned()).or_default() += 1;
                if stand.tab != query.tab {
                    continue;
                }
                let place = (at, row.index() as u32);
                let ranked = rules.scheme.map_or(0, |scheme| rank(scheme, class));
                let order = match stand.tab {
                    "proposed" => (stand.waits, 0),
                    "classed" => {
                        let graded = row.graded_on().map_or(0, |day| day.num_days_from_ce());
                        (-i64::from(graded), ranked)
                    }
                    _ => (-row.value().unwrap_or_default(), ranked),
                };
                found.push((order, place, stand.review_due));
            }
        }
        found.sort_unstable();
        page.owners = owners.into_iter().collect();
        let places = found
            .into_iter()
            .map(|(_, place, review_due)| (place, review_due))
            .collect();
        Ok((page, places))
    }

    /// Confirms classes for the meeting, as one act. Those whose proposal is not the one that was seen any more are left and told.
    pub fn confirm_classes(
        &mut self,
        tx: &mut Tx<'_>,
        lines: &[ClassLine],
        note: &str,
    ) -> Run<Answer> {
        let note = note_text(note)?;
        let lines: BTreeMap<&str, &ClassLine> =
            lines.iter().map(|line| (line.id.as_str(), line)).collect();
        if lines.is_empty() {
            return Err(Problem::at(ProblemCode::Missing, "lines").into());
        }
        if lines.len() > MAX_CLASSES_AT_ONCE {
            return Err(Problem::at(ProblemCode::BadField, "lines")
                .because(format!("at most {MAX_CLASSES_AT_ONCE} customers at once"))
                .into());
        }
        let rules = self.class_rules();
        if !rules.may_confirm(&self.actor()) {
            let step = Step::ClassConfirmed;
            return Err(Problem::at(ProblemCode::NotAllowed, step.name())
                .because(format!(
                    "{} is not for these roles: ask one of {}",
                    step.name(),
                    rules.named(step)
                ))
                .into());
        }
        let keys: BTreeSet<DocumentKey> = lines
            .keys()
            .filter_map(|id| self.live(id).ok())
            .map(|id| DocumentKey::Segment(id.segment))
            .collect();
        self.documents.require(&keys)?;
        let mut records = Vec::with_capacity(lines.len());
        let mut report = ClassReport::default();
        for (text, line) in lines {
            match self.read_record(text) {
                Ok((id, record, _)) if id.kind() == RecordKind::Customer => {
                    if let Err(problem) = self.must_stand(&id) {
                        let name = record.field("name").to_owned();
                        report.refused.push((name, problem.detail));
                        continue;
                    }
                    let gave_way = self.gave_way_to(&id)?;
                    for (_, other) in &gave_way {
                        hand_over(&mut self.clock, tx.now, other);
                    }
                    hand_over(&mut self.clock, tx.now, &record);
                    records.push((id, record, gave_way, line));
                }
                Err(need @ Halt::Need(_)) => return Err(need),
                _ => report
                    .refused
                    .push((text.to_owned(), "it is not here any more".to_owned())),
            }
        }
        let author = self.author(tx);
        let mut acts = Vec::with_capacity(records.len());
        for (id, record, gave_way, line) in records {
            let file = self.whole_file(&id, &record, &gave_way);
            match self.confirmation(tx, &author, id, &file, &record.number, line, &note) {
                Ok(act) => acts.push(act),
                Err(problem) => report
                    .refused
                    .push((record.field("name").to_owned(), problem.detail)),
            }
        }
        report.done = acts.len() as u32;
        self.write_steps(tx, &author, acts);
        Ok(Answer::ClassesConfirmed(report))
    }

    /// Returns the writes of a confirmed class.
    #[expect(clippy::too_many_arguments, reason = "one act in one record")]
    fn confirmation(
        &self,
        tx: &mut Tx<'_>,
        author: &Author,
        id: huiyin_core::id::RecordId,
        file: &File<'_>,
        number: &str,
        line: &ClassLine,
        note: &str,
    ) -> Result<Prepared, Problem> {
        let mut event = new_event(tx, Step::ClassConfirmed, author);
        event.after.clone_from(&file.summary.heads);
        note.clone_into(&mut event.note);
        let reason = note_text(&line.reason)?;
        event.reason = (!reason.is_empty()).then_some(reason);
        let of = EventId::parse(&line.of).map_err(|error| {
            Problem::at(ProblemCode::BadField, data::OF).because(error.to_string())
        })?;
        event.data.insert(data::OF.to_owned(), of.to_string());
        event
            .data
            .insert(data::CLASS.to_owned(), line.class.clone());
        if line.provisional {
            event
                .data
                .insert(data::PROVISIONAL.to_owned(), "yes".to_owned());
        }
        file.context()
            .check(&event)
            .map_err(|error| step_problem(event.step, &error))?;
        let calendar = self.policies.calendar_of(&file.branch);
        let date = calendar.date_of(event.at).to_string();
        let key = DocumentKey::Segment(id.segment.clone());
        let local = id.local;
        let fields = class_fields(&event, &date)
            .into_iter()
            .map(|(field, value)| {
                let field = field.to_owned();
                Edit::SetField {
                    local,
                    field,
                    value,
                }
            });
        let event = Box::new(event.clone());
        let edits = fields
            .chain([Edit::Append { local, event }])
            .map(|edit| (key.clone(), edit))
            .collect();
        Ok(Prepared {
            number: number.to_owned(),
            id,
            edits,
        })
    }
}
