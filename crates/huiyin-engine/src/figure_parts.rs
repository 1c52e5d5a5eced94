//! What rows do not tell of a period: causes, outcomes, products, each clock, call-backs, money. Counted from the records, some documents
//! at a time, as totals of surveys are. So are the points of customers, who keep them in their files.
//!
//! A request opens at most [`DOCUMENTS_A_PART`] documents; parts add up ([`FigurePart::merge`]). Files of customers are counted from their
//! rows, some segments at a time, because what a row keeps of a file has to be read anew.

use std::collections::BTreeSet;

use huiyin_api::{FigureMatter, FigurePart, FigureQuery, MAX_FIGURE_RECORDS, PointSum};
use huiyin_core::case::{CaseState, CaseSummary, StateGroup, Step};
use huiyin_core::case_data as datum;
use huiyin_core::file::data;
use huiyin_core::id::{RecordId, RecordKind, SegmentKey};
use huiyin_core::pack::Part;
use huiyin_document::{CaseColumn, DocumentKey, Judged, Record};

use crate::Millis;
use crate::figures::{Wanted, moments};
use crate::lists::number;
use crate::replica::Replica;
use crate::segments::Segment;
use crate::task::Run;

/// Documents opened for one part, of at most 128 cases each.
const DOCUMENTS_A_PART: usize = 4;
/// Segments of customers read for one part.
const SEGMENTS_A_PART: usize = 64;
/// Most characters of a value a table is counted by.
const MAX_VALUE: usize = 80;

/// Returns what came of a case in its present round.
fn outcome(summary: &CaseSummary) -> &'static str {
    let round = summary.this_round();
    let has = |step: Step| round.iter().any(|event| event.step == step);
    if has(Step::NotUpheld) {
        "not_upheld"
    } else if has(Step::Withdrawn) || has(Step::Duplicate) || has(Step::Malicious) {
        "set_aside"
    } else if summary.state.group() == StateGroup::Done || has(Step::Investigated) {
        "upheld"
    } else {
        "undecided"
    }
}

/// Returns the money granted: what was carried out last, else what was approved; nothing if neither.
fn granted(summary: &CaseSummary) -> Option<i64> {
    let paid = summary
        .in_force()
        .rev()
        .find(|event| event.step == Step::CarriedOut && event.amount.is_some())
        .and_then(|event| event.amount);
    let approved = || {
        let plan = summary.event(summary.approved_of.as_ref()?)?;
        plan.event.amount
    };
    paid.or_else(approved).filter(|amount| *amount != 0)
}

/// Returns the cause found last: its id in the tree of the policy, else in words; empty if none was.
fn cause(summary: &CaseSummary) -> &str {
    summary
        .in_force()
        .rev()
        .filter(|event| event.step == Step::Investigated)
        .map(|event| match event.datum(datum::CAUSE_ID) {
            "" => event.cause.as_deref().unwrap_or_default(),
            id => id,
        })
        .find(|cause| !cause.is_empty())
        .unwrap_or_default()
}

fn short(text: &str) -> String {
    let one_line: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    one_line.chars().take(MAX_VALUE).collect()
}

/// The records of a segment that a part is about.
struct Chosen {
    /// Sorts and names the segment.
    name: String,
    key: SegmentKey,
    /// Local ids with the numbers people read.
    records: Vec<(u64, String)>,
}

impl Chosen {
    fn document(&self) -> DocumentKey {
        DocumentKey::Segment(self.key.clone())
    }
}

impl Replica {
    /// Returns the part that comes after the segment `after`.
    pub fn figure_part(
        &mut self,
        query: &FigureQuery,
        matter: FigureMatter,
        after: &str,
        now: Millis,
    ) -> Run<FigurePart> {
        let wanted = Wanted::of(query)?;
        match matter {
            FigureMatter::Cases => self.case_part(&wanted, after, now),
            FigureMatter::Files => Ok(self.file_part(&wanted, after)),
            FigureMatter::Points => self.points_part(&wanted, after),
        }
    }

    /// Returns the segments with cases received in the period, each with these.
    fn chosen_cases(&self, wanted: &Wanted<'_>) -> Vec<Chosen> {
        let time = moments(&self.policies.calendar, (wanted.from, wanted.to));
        let chosen = |segment: &Segment| -> Vec<(u64, String)> {
            segment
                .iter()
                .filter(|row| row.received() > 0 && time.contains(&row.received()))
                .filter(|row| wanted.has_kind(row.case(CaseColumn::Kind)))
                .map(|row| (row.local(), number(row)))
                .collect()
        };
        let mut found: Vec<Chosen> = self
            .listed(RecordKind::Case)
            .filter(|(_, segment)| wanted.has_branch(segment.key.working_branch().as_str()))
            .map(|(_, segment)| Chosen {
                name: segment.key.to_string(),
                key: segment.key.clone(),
                records: chosen(segment),
            })
            .filter(|chosen| !chosen.records.is_empty())
            .collect();
        found.sort_by(|a, b| a.name.cmp(&b.name));
        found
    }

    /// Takes those of the segments that this part opens, and begins the part with what it leaves.
    fn begun(&mut self, mut waiting: Vec<Chosen>, after: &str) -> Run<(FigurePart, Vec<Chosen>)> {
        let sum = |chosen: &[Chosen]| -> u32 {
            let records = chosen.iter().map(|chosen| chosen.records.len());
            records.sum::<usize>().try_into().unwrap_or(u32::MAX)
        };
        if sum(&waiting) > MAX_FIGURE_RECORDS {
            let none = FigurePart {
                too_many: true,
                ..FigurePart::default()
            };
            return Ok((none, Vec::new()));
        }
        waiting.retain(|chosen| chosen.name.as_str() > after);
        let rest = waiting.split_off(waiting.len().min(DOCUMENTS_A_PART));
        let mut part = FigurePart {
            left: sum(&rest),
            ..FigurePart::default()
        };
        if let (false, Some(last)) = (rest.is_empty(), waiting.last()) {
            part.next.clone_from(&last.name);
        }
        let keys: Vec<DocumentKey> = waiting.iter().map(Chosen::document).collect();
        self.documents.require(&keys)?;
        Ok((part, waiting))
    }

    fn case_part(&mut self, wanted: &Wanted<'_>, after: &str, now: Millis) -> Run<FigurePart> {
        let (mut part, taken) = self.begun(self.chosen_cases(wanted), after)?;
        for chosen in &taken {
            let key = chosen.document();
            for (local, number) in &chosen.records {
                if let Some((record, _)) = self.documents.opened(&key).record(*local) {
                    self.count_case(&mut part, &chosen.key, number, &record, now);
                }
            }
        }
        Ok(part)
    }

    /// Returns the segments of the branches' customers, but for files that gave way to another.
    fn chosen_customers(&self, wanted: &Wanted<'_>) -> Vec<Chosen> {
        let standing = self.segments.standing();
        let mut found: Vec<Chosen> = self
            .segments
            .of_kind(RecordKind::Customer)
            .filter(|(_, segment)| wanted.has_branch(segment.key.branch.as_str()))
            .map(|(_, segment)| Chosen {
                name: segment.key.to_string(),
                key: segment.key.clone(),
                records: segment
                    .iter()
                    .filter(|row| !standing.hides(segment, *row))
                    .map(|row| (row.local(), number(row)))
                    .collect(),
            })
            .filter(|chosen| !chosen.records.is_empty())
            .collect();
        found.sort_by(|a, b| a.name.cmp(&b.name));
        found
    }

    /// Counts points: what the file says beside what its ledger earned, together with the files that gave way to it.
    fn points_part(&mut self, wanted: &Wanted<'_>, after: &str) -> Run<FigurePart> {
        let (mut part, taken) = self.begun(self.chosen_customers(wanted), after)?;
        let standing = self.segments.standing();
        let stays: BTreeSet<RecordId> = standing.links().map(|(_, stays)| stays.clone()).collect();
        for chosen in &taken {
            let key = chosen.document();
            for (local, number) in &chosen.records {
                let Some((record, _)) = self.documents.opened(&key).record(*local) else {
                    continue;
                };
                part.counted += 1;
                let id = RecordId {
                    segment: chosen.key.clone(),
                    local: *local,
                };
                let sum = self.points_of(&id, &record, stays.contains(&id))?;
                if !sum.is_nothing() {
                    part.note_points(chosen.key.branch.as_str(), number, sum);
                }
            }
        }
        Ok(part)
    }

    fn points_of(&mut self, id: &RecordId, record: &Record, merged: bool) -> Run<PointSum> {
        let brings = |record: &Record| {
            let mut events = record.events.iter();
            events.any(|event| event.data.contains_key(data::BROUGHT))
        };
        let gave_way = if merged {
            self.gave_way_to(id)?
        } else {
            Vec::new()
        };
        let earned = if brings(record) || gave_way.iter().any(|(_, other)| brings(other)) {
            let file = self.whole_file(id, record, &gave_way);
            self.referral_view(&file.summary)
        } else {
            None
        };
        Ok(PointSum {
            stated: record.field("points").parse().unwrap_or_default(),
            earned: earned.map_or(0, |view| i64::from(view.brought) + i64::from(view.spent)),
        })
    }

    fn count_case(
        &self,
        part: &mut FigurePart,
        key: &SegmentKey,
        number: &str,
        record: &Record,
        now: Millis,
    ) {
        let judged = Judged::of(record, &self.policies);
        let summary = &judged.summary;
        part.counted += 1;
        let mut note = |table: &str, value: &str| part.note(table, value, number);
        note("channel", &short(record.field("channel")));
        note("outcome", outcome(summary));
        note("cause", &short(cause(summary)));
        note("product", &short(record.field("product")));
        let assigned = summary.department.as_deref().unwrap_or_default();
        let against = record.field("against_department");
        note(
            "department",
            &short(if assigned.is_empty() {
                against
            } else {
                assigned
            }),
        );
        note("against_person", &short(record.field("against_person")));
        note(
            "satisfaction",
            match summary.satisfied {
                Some(true) => "satisfied",
                Some(false) => "not_satisfied",
                None => "not_asked",
            },
        );
        let answered = summary
            .step_at(Step::Answered)
            .max(summary.step_at(Step::CarriedOut));
        note(
            "call_back",
            match (answered, summary.step_at(Step::CalledBack)) {
                (_, Some(_)) => "called_back",
                (Some(_), None) if summary.state != CaseState::NotUpheld => "not_called_back",
                _ => "not_due",
            },
        );
        note(
            "reopened",
            if summary.reopened > 0 {
                "reopened"
            } else {
                "not_reopened"
            },
        );
        let branch = key.working_branch();
        for clock in judged.clocks(self.policies.calendar_of(branch.as_str())) {
            let stands = if clock.is_late(now) {
                "late"
            } else if clock.stopped.is_some() && clock.due().is_some() {
                "met"
            } else {
                "running"
            };
            note("clock", &format!("{}/{stands}", clock.name));
        }
        let money = granted(summary);
        let told = money.map_or("none", |_| "granted");
        part.note("compensation", told, number);
        part.compensation = part.compensation.saturating_add(money.unwrap_or(0));
        let score = summary
            .this_round()
            .into_iter()
            .rev()
            .find_map(|event| event.score.filter(|_| event.step == Step::CalledBack));
        if let Some(score) = score {
            part.scores += u32::from(score);
            part.scored += 1;
        }
    }

    /// Counts complete files, incomplete ones, and those no rules say anything of.
    fn file_part(&self, wanted: &Wanted<'_>, after: &str) -> FigurePart {
        let standing = self.segments.standing();
        let mut waiting: Vec<(String, &Segment)> = self
            .segments
            .of_kind(RecordKind::Customer)
            .filter(|(_, segment)| wanted.has_branch(segment.key.branch.as_str()))
            .map(|(_, segment)| (segment.key.to_string(), segment))
            .filter(|(name, _)| name.as_str() > after)
            .collect();
        waiting.sort_by(|a, b| a.0.cmp(&b.0));
        let rest = waiting.split_off(waiting.len().min(SEGMENTS_A_PART));
        let mut part = FigurePart {
            left: rest.iter().map(|(_, segment)| segment.len() as u32).sum(),
            ..FigurePart::default()
        };
        if let (false, Some((name, _))) = (rest.is_empty(), waiting.last()) {
            part.next.clone_from(name);
        }
        // A row keeps nothing of a file in which nothing is missing and nothing is due.
        let nothing = if self.policies.of_part(Part::File).is_some() {
            "complete"
        } else {
            "no_rules"
        };
        for (_, segment) in waiting {
            for row in segment.iter().filter(|row| !standing.hides(segment, *row)) {
                part.counted += 1;
                let told = match row.file() {
                    Some(file) if file.incomplete => "incomplete",
                    Some(_) => "complete",
                    None => nothing,
                };
                part.note("file", told, &number(row));
            }
        }
        part
    }
}
