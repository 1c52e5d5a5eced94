//! Rows of a file into records: checked, mapped, with identities that are equal on every device.

use std::collections::BTreeMap;

use chrono::Datelike;
use huiyin_api::{ImportKind, RejectedRow};
use huiyin_core::calendar::WorkingCalendar;
use huiyin_core::case::{CaseEvent, CaseState, Step};
use huiyin_core::field::parse_date;
use huiyin_core::id::{BranchCode, EventId, RecordId, RecordKind, SegmentKey};
use huiyin_document::{ExportLine, NewRecord};
use serde_json::{Map, Value};

use super::columns::{ASSIGNEE, BRANCH, STATE, custom, field_of};
use super::source::{Source, plain, reject};
use crate::Millis;
use crate::customers::{CASES_PER_SEGMENT, CUSTOMERS_PER_SEGMENT, note_text, validate};

/// Text of one segment's part of an import, in bytes: its creation change fits an envelope however badly it compresses.
pub(crate) const MAX_BLOCK_BYTES: usize = 512 * 1024;

/// A row that can be taken.
#[derive(Debug, Clone)]
pub(crate) struct Draft {
    pub id: RecordId,
    /// Number in the other system.
    pub external: String,
    pub record: NewRecord,
    /// The id came with the row (our own export).
    pub own_id: bool,
}

/// What all rows share.
pub(crate) struct Frame<'a> {
    /// Import id: hash of the file, kind and mapping.
    pub import: &'a str,
    pub kind: ImportKind,
    /// Field → column.
    pub mapping: &'a BTreeMap<String, String>,
    /// Branch of rows that name none.
    pub branch: &'a BranchCode,
    pub clock: &'a str,
    pub calendar: &'a WorkingCalendar,
    /// Customers by their number in the other system, for links from cases.
    pub customers: &'a BTreeMap<&'a str, RecordId>,
}

/// A row before it has its place.
struct Loose {
    line: u64,
    kind: RecordKind,
    branch: BranchCode,
    id: Option<RecordId>,
    record: NewRecord,
    bytes: usize,
}

/// Returns the records of a file and the rows that cannot be taken.
pub(crate) fn prepare(source: &Source, frame: &Frame<'_>) -> (Vec<Draft>, Vec<RejectedRow>) {
    let mut rejected = Vec::new();
    let mut places = Places::default();
    let mut links: BTreeMap<String, RecordId> = BTreeMap::new();
    let mut drafts = Vec::with_capacity(source.len());
    for row in 0..source.len() {
        let line = source.line(row);
        let loose = match source {
            Source::Csv { headers, rows, .. } => csv_row(frame, headers, &rows[row].1, line),
            Source::Json { .. } => match source.object(row) {
                Some(object) => json_row(frame, object, line),
                None => Err((String::new(), "the line is not one JSON object".to_owned())),
            },
        };
        let mut loose = match loose {
            Ok(loose) => loose,
            Err((column, reason)) => {
                reject(&mut rejected, line, &column, &reason);
                continue;
            }
        };
        link_customer(&mut loose.record, frame, &links);
        let own_id = loose.id.is_some();
        let id = loose
            .id
            .clone()
            .unwrap_or_else(|| places.place(frame, &loose));
        loose.record.local = id.local;
        if !own_id {
            finish_events(&mut loose.record);
        }
        let external = loose
            .record
            .fields
            .get("external_number")
            .cloned()
            .unwrap_or_default();
        if loose.kind == RecordKind::Customer && !external.is_empty() {
            links.entry(external.clone()).or_insert_with(|| id.clone());
        }
        drafts.push(Draft {
            id,
            external,
            record: loose.record,
            own_id,
        });
    }
    (drafts, rejected)
}

/// Where the next row of a branch and year goes: depends on the file alone, so that every device agrees.
#[derive(Default)]
struct Places {
    blocks: BTreeMap<(RecordKind, BranchCode, String), (u32, usize, usize)>,
    counter: u64,
}

impl Places {
    fn place(&mut self, frame: &Frame<'_>, loose: &Loose) -> RecordId {
        let period = match (loose.kind, loose.record.received) {
            (RecordKind::Case, Some(at)) => {
                format!("y{:04}i{}", frame.calendar.date_of(at).year(), frame.import)
            }
            _ => format!("alli{}", frame.import),
        };
        let cap = if loose.kind == RecordKind::Customer {
            CUSTOMERS_PER_SEGMENT
        } else {
            CASES_PER_SEGMENT
        };
        let (number, rows, bytes) = self
            .blocks
            .entry((loose.kind, loose.branch.clone(), period.clone()))
            .or_default();
        if *rows >= cap || *bytes + loose.bytes > MAX_BLOCK_BYTES && *rows > 0 {
            *number += 1;
            (*rows, *bytes) = (0, 0);
        }
        *rows += 1;
        *bytes += loose.bytes;
        self.counter += 1;
        let segment = SegmentKey::new(loose.kind, loose.branch.clone(), &period, *number)
            .expect("letters and digits make a period");
        RecordId::new(
            segment,
            derive(&[
                frame.import,
                &loose.line.to_string(),
                &self.counter.to_string(),
            ]),
        )
    }
}

fn derive(parts: &[&str]) -> u64 {
    let hash = blake3::derive_key(
        "huiyin 2026 id of an imported record",
        parts.join("\0").as_bytes(),
    );
    u64::from_le_bytes(hash[..8].try_into().expect("8 bytes"))
}

fn link_customer(record: &mut NewRecord, frame: &Frame<'_>, links: &BTreeMap<String, RecordId>) {
    let Some(link) = record.fields.remove("customer") else {
        return;
    };
    let found = RecordId::parse(&link)
        .ok()
        .or_else(|| links.get(&link).cloned())
        .or_else(|| frame.customers.get(link.as_str()).cloned());
    match found {
        Some(id) => record.fields.insert("customer".to_owned(), id.to_string()),
        None => record.fields.insert(custom("customer"), link),
    };
}

/// Gives events ids that are equal on every device, each after the one before.
fn finish_events(record: &mut NewRecord) {
    let mut before: Option<EventId> = None;
    for (index, event) in record.events.iter_mut().enumerate() {
        event.id = EventId::from_u64(derive(&[
            "event",
            &record.local.to_string(),
            &index.to_string(),
        ]));
        event.after = before.into_iter().collect();
        before = Some(event.id.clone());
    }
}

type RowResult = Result<Loose, (String, String)>;

fn csv_row(
    frame: &Frame<'_>,
    headers: &[String],
    cells: &csv::StringRecord,
    line: u64,
) -> RowResult {
    let kind = if frame.kind == ImportKind::Cases {
        RecordKind::Case
    } else {
        RecordKind::Customer
    };
    let mut values = Vec::with_capacity(frame.mapping.len());
    for (field, column) in frame.mapping {
        let Some(at) = headers.iter().position(|header| header == column) else {
            continue;
        };
        let cell = cells.get(at).unwrap_or_default();
        if !cell.trim().is_empty() && cell != "NULL" {
            values.push((field.as_str(), column.as_str(), cell.to_owned()));
        }
    }
    record(frame, kind, values, line)
}

/// A row of fields by wire name → record.
fn record(
    frame: &Frame<'_>,
    kind: RecordKind,
    values: Vec<(&str, &str, String)>,
    line: u64,
) -> RowResult {
    let mut record = NewRecord {
        import: Some(frame.import.to_owned()),
        ..NewRecord::default()
    };
    let (mut branch, mut state, mut assignee) = (frame.branch.clone(), None, None);
    let mut bytes = 64;
    for (field, column, value) in values {
        bytes += value.len() + 8;
        let fail = |reason: String| (column.to_owned(), reason);
        match field {
            BRANCH => {
                branch = BranchCode::parse(&value).map_err(|error| fail(error.to_string()))?;
            }
            STATE => state = Some(value),
            ASSIGNEE => assignee = Some(value),
            "customer" => {
                record
                    .fields
                    .insert(field.to_owned(), value.trim().to_owned());
            }
            _ => {
                let stored =
                    validate(kind, field, &value).map_err(|problem| fail(problem.detail))?;
                record.fields.insert(field.to_owned(), stored);
            }
        }
    }
    match kind {
        RecordKind::Customer => {
            if !record.fields.contains_key("name") {
                return Err(("name".to_owned(), "a customer needs a name".to_owned()));
            }
        }
        // Rows of other systems are customers or cases.
        RecordKind::Continuation
        | RecordKind::Consequence
        | RecordKind::Contact
        | RecordKind::Survey => {}
        RecordKind::Case => {
            if !record.fields.contains_key("subject") && !record.fields.contains_key("description")
            {
                return Err((
                    "subject".to_owned(),
                    "a case needs a subject or a description".to_owned(),
                ));
            }
            let date = record
                .fields
                .get("received_at")
                .and_then(|text| parse_date(text));
            record.received = Some(date.map_or(0, |date| frame.calendar.time_at(date, 0)));
            record.created = record.received.unwrap_or_default();
            case_defaults(frame, &mut record, state.as_deref(), assignee);
        }
    }
    Ok(Loose {
        line,
        kind,
        branch,
        id: None,
        record,
        bytes,
    })
}

/// Kind, imported state and clock of an imported case: an ended one starts no clock.
fn case_defaults(
    frame: &Frame<'_>,
    record: &mut NewRecord,
    state: Option<&str>,
    assignee: Option<String>,
) {
    record
        .fields
        .entry("kind".to_owned())
        .or_insert_with(|| "complaint".to_owned());
    let state = state.unwrap_or("registered").trim();
    let known = CaseState::from_imported(state).unwrap_or(CaseState::Registered);
    let mut event = CaseEvent::new(EventId::from_u64(0), Step::Imported, record.created, "", "");
    event.imported_state = Some(state.to_owned());
    event.assignee = assignee.filter(|name| !name.trim().is_empty());
    record.events.insert(0, event);
    record.clock = known.is_open().then(|| frame.clock.to_owned());
}

/// A line of JSON: our own export, or a flat object.
fn json_row(frame: &Frame<'_>, object: Map<String, Value>, line: u64) -> RowResult {
    if object.contains_key("fields") {
        return own_row(frame, object, line);
    }
    let kind = match object.get("t").and_then(Value::as_str) {
        Some("customer") => RecordKind::Customer,
        Some("case" | "complaint") => RecordKind::Case,
        Some(other) => {
            return Err((
                "t".to_owned(),
                format!("{other} is neither customer nor case"),
            ));
        }
        None if frame.kind == ImportKind::Cases => RecordKind::Case,
        None if frame.kind == ImportKind::Customers => RecordKind::Customer,
        None => {
            return Err((
                "t".to_owned(),
                "the line does not say whether it is a customer or a case".to_owned(),
            ));
        }
    };
    flat_row(frame, kind, &object, line)
}

fn own_row(frame: &Frame<'_>, object: Map<String, Value>, line: u64) -> RowResult {
    let exported: ExportLine = serde_json::from_value(Value::Object(object))
        .map_err(|error| (String::new(), error.to_string()))?;
    let id = RecordId::parse(&exported.id).map_err(|error| ("id".to_owned(), error.to_string()))?;
    if id.kind() == RecordKind::Consequence {
        // Nothing is in force by a file.
        return Err((
            "t".to_owned(),
            "penalties and rewards are not taken from a file".to_owned(),
        ));
    }
    for (field, value) in &exported.fields {
        // A link or a choice of a newer version is kept as it is; only text that could not be stored is refused.
        if value.contains('\0') || field.starts_with(huiyin_document::schema::BOOKKEEPING) {
            return Err((field.clone(), "the field cannot be stored".to_owned()));
        }
    }
    let mut record = exported.into_new_record(id.local);
    record.import = Some(frame.import.to_owned());
    let bytes = record
        .fields
        .iter()
        .map(|(name, value)| name.len() + value.len())
        .sum::<usize>()
        + 200 * record.events.len();
    Ok(Loose {
        line,
        kind: id.kind(),
        branch: id.segment.branch.clone(),
        id: Some(id),
        record,
        bytes,
    })
}

fn flat_row(
    frame: &Frame<'_>,
    kind: RecordKind,
    object: &Map<String, Value>,
    line: u64,
) -> RowResult {
    let import_kind = if kind == RecordKind::Case {
        ImportKind::Cases
    } else {
        ImportKind::Customers
    };
    let mut values: Vec<(&str, &str, String)> = Vec::new();
    let mut kept: Vec<(String, &str, String)> = Vec::new();
    let mut instants: BTreeMap<&str, Millis> = BTreeMap::new();
    for (key, value) in object {
        if matches!(key.as_str(), "t" | "events") || value.is_null() {
            continue;
        }
        let field = field_of(import_kind, key);
        if let (Some(at), true) = (
            value.as_i64(),
            matches!(key.as_str(), "received" | "created" | "deadline"),
        ) {
            instants.insert(key, at);
            if let Some(field) = field {
                values.push((field, key, frame.calendar.date_of(at).to_string()));
            }
            continue;
        }
        let text = match (field, value.as_i64()) {
            (Some("severity"), Some(number)) => severity(number).to_owned(),
            _ => plain(value),
        };
        match field {
            Some(field) if !text.is_empty() => values.push((field, key, text)),
            None if !text.is_empty() => kept.push((custom(key), key, text)),
            _ => {}
        }
    }
    values.extend(
        kept.iter()
            .map(|(field, key, text)| (field.as_str(), *key, text.clone())),
    );
    let mut loose = record(frame, kind, values, line)?;
    if let Some(at) = instants.get("received").or_else(|| instants.get("created")) {
        loose.record.created = *at;
        if kind == RecordKind::Case {
            loose.record.received = Some(*at);
            loose
                .record
                .events
                .iter_mut()
                .for_each(|event| event.at = *at);
        }
    }
    for event in object
        .get("events")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
    {
        let text = |key: &str| event.get(key).map(plain).unwrap_or_default();
        let at = event
            .get("ts")
            .or_else(|| event.get("at"))
            .and_then(Value::as_i64)
            .unwrap_or(loose.record.created);
        let mut noted = CaseEvent::new(EventId::from_u64(0), Step::Noted, at, &text("actor"), "");
        noted.note =
            note_text(&text("text")).map_err(|problem| ("events".to_owned(), problem.detail))?;
        loose.bytes += noted.note.len() + 60;
        loose.record.events.push(noted);
    }
    Ok(loose)
}

/// Numbers from 1 (slight) to 5 (grave).
fn severity(number: i64) -> &'static str {
    match number {
        ..=2 => "general",
        3 => "important",
        _ => "major",
    }
}
