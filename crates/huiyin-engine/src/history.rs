//! What was written in a record when and by whom, the record as it stood on a day, and taking one's own writes back.
//!
//! All of it is read from the changes of the record's document ([`huiyin_document::Past`]); nothing is stored for it. Imported records
//! are created at no time of their own: when they came the branch's catalogue says, where it is here.
//!
//! An action is taken back by writing what its fields said before, on the way every field is written, with its checks and steps; a
//! field that somebody has written since, or at the same time, is left and told. Entries of the time line are never taken back.

use std::collections::BTreeMap;

use huiyin_api::{
    Answer, ConflictLeft, FieldThen, HistoryLine, HistoryQuery, MAX_HISTORY, Problem, ProblemCode,
    RecordHistory, RecordThen, TakenBack,
};
use huiyin_core::field::parse_date;
use huiyin_core::file;
use huiyin_core::id::{RecordId, RecordKind};
use huiyin_document::{DocumentKey, Judged, Past, PastWrite, Record};

use crate::Millis;
use crate::attachments::FIELD_PREFIX;
use crate::customers::event_view;
use crate::import::import_noted;
use crate::lists::number;
use crate::replica::Replica;
use crate::task::{Halt, Run, Tx};

/// What is known of the import a record came with.
struct Came {
    /// Import id.
    id: String,
    name: String,
    by: String,
    at: Millis,
}

impl Came {
    /// Returns whether a change with this action made records of the import: they are named after it and what they hold.
    fn made(&self, action: &str) -> bool {
        let rest = action.strip_prefix(&self.id);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
    }
}

impl Replica {
    /// Returns everything written in a record, and the import it came with.
    fn past_of(&mut self, text: &str) -> Run<(RecordId, Past, Option<Came>)> {
        let (id, record, _) = self.read_record(text)?;
        if id.kind() == RecordKind::Consequence {
            return Err(Problem::at(ProblemCode::NotFound, text).into());
        }
        let catalogue = DocumentKey::Catalogue(id.segment.branch.clone());
        let key = DocumentKey::Segment(id.segment.clone());
        self.documents.require([&catalogue, &key])?;
        let came = record.import.and_then(|import| {
            let (name, by, at) = import_noted(self.documents.opened(&catalogue), &import)?;
            Some(Came {
                id: import,
                name,
                by,
                at,
            })
        });
        let past = self.documents.opened(&key).past(id.local);
        let past = past.ok_or_else(|| Problem::at(ProblemCode::NotFound, text))?;
        Ok((id, past, came))
    }

    /// Returns the history of a record by field.
    pub fn history(&mut self, query: &HistoryQuery, now: Millis) -> Run<RecordHistory> {
        let (id, past, came) = self.past_of(&query.id)?;
        let person = self.person().0;
        let mut history = RecordHistory {
            unread: past.unread as u32,
            today: self.today(&id.segment.working_branch(), now),
            ..RecordHistory::default()
        };
        if let Some(row) = self.segments.row(&id) {
            history.number = number(row);
        }
        let (_, record, _) = self.read_record(&query.id)?;
        title_of(id.kind(), &record).clone_into(&mut history.title);
        let mut writes = past.writes();
        writes.retain(|write| !write.field.starts_with(FIELD_PREFIX));
        let first = writes
            .iter()
            .filter_map(|write| time_of(write, came.as_ref()));
        if let Some(first) = first.min() {
            let calendar = self
                .policies
                .calendar_of(id.segment.working_branch().as_str());
            history.since = calendar.date_of(first).to_string();
        }
        for write in &writes {
            *history.fields.entry(write.field.clone()).or_default() += 1;
        }
        writes.retain(|write| query.field.is_empty() || write.field == query.field);
        history.total = writes.len() as u32;
        let newest = writes.into_iter().rev();
        history.lines = newest
            .take(query.limit.min(MAX_HISTORY) as usize)
            .map(|write| line(write, came.as_ref(), &person))
            .collect();
        let values = history.lines.iter();
        history.names =
            self.names_in(values.flat_map(|line| line.before.iter().chain([&line.value])));
        Ok(history)
    }

    /// Returns how the customers among `values` are called.
    fn names_in<'a>(&self, values: impl Iterator<Item = &'a String>) -> BTreeMap<String, String> {
        values
            .filter(|value| {
                value
                    .parse()
                    .is_ok_and(|id: RecordId| id.kind() == RecordKind::Customer)
            })
            .map(|id| (id.clone(), self.name_of(id)))
            .collect()
    }

    /// Returns a record as it stood at the end of a day.
    pub fn record_then(&mut self, text: &str, day: &str) -> Run<RecordThen> {
        let (id, past, came) = self.past_of(text)?;
        let bad = || Problem::at(ProblemCode::BadField, "day");
        let next = parse_date(day)
            .and_then(|day| day.succ_opt())
            .ok_or_else(bad)?;
        let branch = id.segment.working_branch();
        let at = self
            .day_start(&branch, &next.to_string())
            .ok_or_else(bad)?
            .saturating_sub(1);
        let included = past.until(at, |import| {
            let came = came.as_ref().filter(|came| came.made(import));
            came.map(|came| came.at)
        });
        let (_, now, _) = self.read_record(text)?;
        let mut then = RecordThen {
            day: day.to_owned(),
            at,
            state_now: self.state_of(id.kind(), &now),
            later: past.later(&included) as u32,
            ..RecordThen::default()
        };
        let Some((record, _)) = past.record(&included) else {
            return Ok(then);
        };
        then.exists = true;
        then.state = self.state_of(id.kind(), &record);
        let names = record.fields.keys().chain(now.fields.keys());
        let names: std::collections::BTreeSet<&String> = names
            .filter(|name| !name.starts_with(FIELD_PREFIX))
            .collect();
        then.fields = names
            .into_iter()
            .map(|name| FieldThen {
                field: name.clone(),
                then: record.field(name).to_owned(),
                now: now.field(name).to_owned(),
                differing: record
                    .fields
                    .get(name)
                    .is_some_and(|field| !field.conflict.is_empty()),
            })
            .filter(|field| !field.then.is_empty() || !field.now.is_empty())
            .collect();
        then.events = record
            .events
            .iter()
            .map(|event| event_view(event, false))
            .collect();
        then.events.sort_by_key(|event| event.at);
        let values = then.fields.iter();
        then.names = self.names_in(values.flat_map(|field| [&field.then, &field.now]));
        Ok(then)
    }

    /// Returns the state of a case or the stage of a customer; empty for other records.
    fn state_of(&self, kind: RecordKind, record: &Record) -> String {
        match kind {
            RecordKind::Case | RecordKind::Continuation => {
                let judged = Judged::of(record, &self.policies);
                judged.summary.state.name().to_owned()
            }
            RecordKind::Customer => file::fold(&record.events)
                .life_cycle
                .unwrap_or_else(|| record.field("life_cycle").to_owned()),
            RecordKind::Contact | RecordKind::Survey | RecordKind::Consequence => String::new(),
        }
    }

    /// Takes back what an action of the person at the device wrote in a record.
    pub fn take_back(&mut self, tx: &mut Tx<'_>, text: &str, action: &str) -> Run<Answer> {
        let (id, past, _) = self.past_of(text)?;
        let person = self.person().0;
        let mut fields: BTreeMap<String, PastWrite> = BTreeMap::new();
        let of_action = |write: &PastWrite| !write.import && write.author.action == action;
        for write in past.writes().into_iter().filter(of_action) {
            if write.author.by != person || person.is_empty() {
                return Err(Problem::at(ProblemCode::NotAllowed, &write.field).into());
            }
            if write.made {
                return Err(Problem::at(ProblemCode::BadField, &write.field)
                    .because("the record was made by this: it is not taken back")
                    .into());
            }
            if !write.field.starts_with(FIELD_PREFIX) {
                fields.insert(write.field.clone(), write);
            }
        }
        if fields.is_empty() {
            return Err(Problem::at(ProblemCode::NotFound, text).into());
        }
        let before = past.record(&past.before(action));
        let before = before.map(|(record, _)| record).unwrap_or_default();
        let mut wanted: Vec<(String, Result<String, Problem>)> = fields
            .into_keys()
            .map(|field| {
                let value = former(&past, &before, action, &field);
                (field, value)
            })
            .collect();
        // A stage is written with its reason: the reason before comes first.
        wanted.sort_by_key(|(field, _)| (field == "life_cycle", field.clone()));
        for (field, value) in &wanted {
            let Ok(value) = value else { continue };
            let one = BTreeMap::from([(field.clone(), value.clone())]);
            match self.check_relations(Some(&id), &one) {
                // What is wrong with it is told where it is written.
                Ok(()) | Err(Halt::Problem(_)) => {}
                Err(need) => return Err(need),
            }
        }
        tx.act = Some(tx.random_id());
        let mut report = TakenBack::default();
        for (field, value) in wanted {
            let result = match value {
                Ok(value) => self.write_field(tx, text, &field, &value).map(|_| ()),
                Err(problem) => Err(problem.into()),
            };
            match result {
                Ok(()) => report.done.push(field),
                Err(Halt::Problem(problem)) => report.left.push(ConflictLeft {
                    id: text.to_owned(),
                    field,
                    problem,
                }),
                Err(need) => return Err(need),
            }
        }
        Ok(Answer::TakenBack(report))
    }
}

/// Returns what a field said before an action.
///
/// # Errors
/// Somebody has written it since or at the same time; it said several things, of which nobody has chosen.
fn former(past: &Past, before: &Record, action: &str, field: &str) -> Result<String, Problem> {
    if past.changed_since(action, field) {
        return Err(Problem::at(ProblemCode::ChangedSince, field));
    }
    match before.fields.get(field) {
        Some(value) if !value.conflict.is_empty() => Err(Problem::at(ProblemCode::BadField, field)
            .because("it settled several entries: write the one you want into the field")),
        value => Ok(value.map(|value| value.shown.clone()).unwrap_or_default()),
    }
}

fn title_of(kind: RecordKind, record: &Record) -> &str {
    match kind {
        RecordKind::Customer => record.field("name"),
        RecordKind::Case | RecordKind::Continuation => record.field("subject"),
        RecordKind::Contact | RecordKind::Survey | RecordKind::Consequence => {
            record.field("customer_name")
        }
    }
}

/// Returns when something was written, if that is known.
fn time_of(write: &PastWrite, came: Option<&Came>) -> Option<Millis> {
    if write.import {
        came.filter(|came| came.made(&write.author.action))
            .map(|came| came.at)
    } else {
        Some(write.author.at)
    }
}

fn line(write: PastWrite, came: Option<&Came>, person: &str) -> HistoryLine {
    let at = time_of(&write, came);
    let PastWrite {
        field,
        value,
        before,
        author,
        import,
        made,
        holds,
    } = write;
    let came = came.filter(|came| import && came.made(&author.action));
    HistoryLine {
        field,
        value,
        before,
        at,
        own: !import && !made && !person.is_empty() && author.by == person,
        by: came.map_or(author.by, |came| came.by.clone()),
        device: author.device,
        import: if import {
            came.map_or_else(|| author.action.clone(), |came| came.name.clone())
        } else {
            String::new()
        },
        action: author.action,
        made,
        holds,
    }
}
