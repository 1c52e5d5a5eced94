//! Rows of a file into records: checked and mapped. What a column means is looked up once per file.
//!
//! Long: one kind of column after another.

use std::borrow::Cow;
use std::collections::BTreeMap;

use huiyin_api::ImportKind;
use huiyin_core::calendar::WorkingCalendar;
use huiyin_core::case::{CaseEvent, CaseField, CaseState, Step};
use huiyin_core::customer::CustomerField;
use huiyin_core::field::{FieldKind, normalise, parse_date};
use huiyin_core::id::{BranchCode, EventId, RecordId, RecordKind};
use huiyin_core::pack::policies::Policies;
use huiyin_document::{ExportLine, NewRecord, schema};

use super::columns::{ASSIGNEE, BRANCH, STATE, custom, field_of};
use super::json::{Json, Object};
use crate::Millis;
use crate::customers::{MAX_CUSTOM_NAME, note_text};
use crate::replica::Settings;

/// Most events of one row: their ids are the record's and a number of 16 bits.
const MAX_EVENTS: usize = 0xFFFE;
/// Keys of JSON objects whose meaning is remembered.
const MAX_KEYS: usize = 1_000;

/// What all rows share.
#[derive(Clone, Copy)]
pub(crate) struct Frame<'a> {
    /// Branch of rows that name none.
    pub branch: &'a BranchCode,
    /// Clock of open cases.
    pub clock: &'a str,
    pub calendar: &'a WorkingCalendar,
}

impl<'a> Frame<'a> {
    /// Returns what the company's settings say for rows of a branch.
    pub fn of(branch: &'a BranchCode, settings: &'a Settings, policies: &'a Policies) -> Self {
        Self {
            branch,
            clock: &settings.case_clock,
            calendar: &policies.calendar,
        }
    }
}

/// A row before it has its place.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Loose {
    pub line: u64,
    pub kind: RecordKind,
    pub branch: BranchCode,
    /// The id came with the row (our own export).
    pub id: Option<RecordId>,
    pub record: NewRecord,
    /// Size of its text, about.
    pub bytes: usize,
}

/// A record, or the column at fault and why.
pub(crate) type RowResult = Result<Loose, (String, String)>;

/// What becomes of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Target {
    Branch,
    State,
    Assignee,
    /// A customer's number in the other system, or id here.
    Link,
    Customer(CustomerField),
    Case(CaseField),
    /// Kept under its own name.
    Own,
    /// Nothing can be stored under this name.
    Nowhere,
}

/// What a key of a JSON object says beside its field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Says {
    Value,
    /// The kind of the row, or its events.
    Frame,
    /// A moment, if it is a number.
    Moment,
    /// From 1 (slight) to 5 (grave), if it is a number.
    Severity,
}

/// A column of a CSV file, or a key of JSON objects.
#[derive(Debug, Clone)]
struct Column {
    /// Wire name of the field.
    field: String,
    /// Header or key.
    name: String,
    /// Place among the columns.
    at: usize,
    target: Target,
    says: Says,
}

/// What the columns of a file mean.
#[derive(Debug)]
pub(crate) struct Shape {
    kind: ImportKind,
    /// Mapped columns of a CSV file, in the order of the fields' names.
    columns: Vec<Column>,
    customer_keys: BTreeMap<String, Column>,
    case_keys: BTreeMap<String, Column>,
}

impl Column {
    fn new(kind: RecordKind, field: &str, name: &str, at: usize) -> Self {
        let own = |own: &str| {
            let fits = !own.is_empty()
                && own.chars().count() <= MAX_CUSTOM_NAME
                && !own.chars().any(char::is_control);
            if fits { Target::Own } else { Target::Nowhere }
        };
        let target = match field {
            BRANCH => Target::Branch,
            STATE => Target::State,
            ASSIGNEE => Target::Assignee,
            "customer" => Target::Link,
            _ => match (field.strip_prefix(schema::CUSTOM_PREFIX), kind) {
                (Some(name), _) => own(name),
                (None, RecordKind::Customer) => {
                    CustomerField::parse(field).map_or(Target::Nowhere, Target::Customer)
                }
                (None, _) => CaseField::parse(field).map_or(Target::Nowhere, Target::Case),
            },
        };
        let says = match name {
            "t" | "events" => Says::Frame,
            "received" | "created" | "deadline" => Says::Moment,
            _ if field == "severity" => Says::Severity,
            _ => Says::Value,
        };
        Self {
            field: field.to_owned(),
            name: name.to_owned(),
            at,
            target,
            says,
        }
    }

    /// Returns what the key of an object of this kind means.
    fn of_key(kind: RecordKind, key: &str) -> Self {
        let import = if kind == RecordKind::Case {
            ImportKind::Cases
        } else {
            ImportKind::Customers
        };
        match field_of(import, key) {
            Some(field) => Self::new(kind, field, key, 0),
            None => Self::new(kind, &custom(key), key, 0),
        }
    }

    /// Returns the stored form of a value.
    fn stored(&self, value: &str) -> Result<String, String> {
        match self.target {
            Target::Customer(field) => huiyin_core::customer::validate(field, value)
                .map_err(|error| error.reason.to_string()),
            Target::Case(field) => {
                huiyin_core::case::validate(field, value).map_err(|error| error.reason.to_string())
            }
            Target::Nowhere if self.field.starts_with(schema::CUSTOM_PREFIX) => Err(format!(
                "the name of the field is longer than {MAX_CUSTOM_NAME} characters or not on one line"
            )),
            Target::Nowhere => Err("there is no such field".to_owned()),
            _ => normalise(FieldKind::Text, value).map_err(|reason| reason.to_string()),
        }
    }
}

impl Shape {
    /// Returns what the columns of a file mean; JSON objects name theirs one by one.
    pub fn new(kind: ImportKind, mapping: &BTreeMap<String, String>, headers: &[String]) -> Self {
        let of_kind = if kind == ImportKind::Cases {
            RecordKind::Case
        } else {
            RecordKind::Customer
        };
        let columns = mapping.iter().filter_map(|(field, column)| {
            let at = headers.iter().position(|header| header == column)?;
            Some(Column::new(of_kind, field, column, at))
        });
        Self {
            kind,
            columns: columns.collect(),
            customer_keys: BTreeMap::new(),
            case_keys: BTreeMap::new(),
        }
    }

    /// Returns the record of a row of a CSV file.
    pub fn cells(&self, frame: Frame<'_>, cells: &csv::StringRecord, line: u64) -> RowResult {
        let kind = if self.kind == ImportKind::Cases {
            RecordKind::Case
        } else {
            RecordKind::Customer
        };
        let mut row = Filling::new(frame, kind);
        for column in &self.columns {
            let cell = cells.get(column.at).unwrap_or_default();
            if !cell.trim().is_empty() && cell != "NULL" {
                row.take(column, cell)?;
            }
        }
        row.finish(frame, line)
    }

    /// Returns the record of a line of JSON: of our own export, or a flat object.
    pub fn object(&mut self, frame: Frame<'_>, line_text: &str, line: u64) -> RowResult {
        let Ok(object) = Object::read(line_text) else {
            return Err((String::new(), "the line is not one JSON object".to_owned()));
        };
        if object.get("fields").is_some() {
            return own_row(line_text, line);
        }
        let fail = |reason: String| Err(("t".to_owned(), reason));
        let kind = match object.get("t") {
            Some(Json::Text(text)) => match text.as_ref() {
                "customer" => RecordKind::Customer,
                "case" | "complaint" => RecordKind::Case,
                other => return fail(format!("{other} is neither customer nor case")),
            },
            _ if self.kind == ImportKind::Cases => RecordKind::Case,
            _ if self.kind == ImportKind::Customers => RecordKind::Customer,
            _ => {
                return fail("the line does not say whether it is a customer or a case".to_owned());
            }
        };
        self.flat_row(frame, kind, &object, line)
    }

    fn flat_row(
        &mut self,
        frame: Frame<'_>,
        kind: RecordKind,
        object: &Object<'_>,
        line: u64,
    ) -> RowResult {
        let keys = if kind == RecordKind::Case {
            &mut self.case_keys
        } else {
            &mut self.customer_keys
        };
        for (key, _) in object.iter() {
            if !keys.contains_key(key) {
                if keys.len() >= MAX_KEYS {
                    keys.clear();
                }
                keys.insert(key.to_owned(), Column::of_key(kind, key));
            }
        }
        let mut row = Filling::new(frame, kind);
        for (key, value) in object.iter() {
            if let Some(column) = keys.get(key) {
                row.take_json(frame, column, value)?;
            }
        }
        let moment = |key: &str| object.get(key).and_then(Json::whole);
        let mut loose = row.finish(frame, line)?;
        if let Some(at) = moment("received").or_else(|| moment("created")) {
            loose.record.created = at;
            if kind == RecordKind::Case {
                loose.record.received = Some(at);
                for event in &mut loose.record.events {
                    event.at = at;
                }
            }
        }
        if let Some(Json::List(events)) = object.get("events") {
            if events.len() > MAX_EVENTS {
                return Err((
                    "events".to_owned(),
                    format!("it has {} events: keep {MAX_EVENTS} at most", events.len()),
                ));
            }
            loose.record.events.reserve_exact(events.len());
            for event in events {
                note(&mut loose, event)?;
            }
        }
        Ok(loose)
    }
}

/// Adds what happened to a case in the other system.
fn note(loose: &mut Loose, event: &Json<'_>) -> Result<(), (String, String)> {
    let part = |key: &str| match event {
        Json::Map(object) => object.get(key),
        _ => None,
    };
    let text = |key: &str| part(key).map(Json::text).unwrap_or_default();
    let at = part("ts")
        .or_else(|| part("at"))
        .and_then(Json::whole)
        .unwrap_or(loose.record.created);
    let mut noted = CaseEvent::new(EventId::from_u64(0), Step::Noted, at, &text("actor"), "");
    noted.note =
        note_text(&text("text")).map_err(|problem| ("events".to_owned(), problem.detail))?;
    loose.bytes += noted.note.len() + 60;
    loose.record.events.push(noted);
    Ok(())
}

/// A record that is being filled.
struct Filling {
    kind: RecordKind,
    record: NewRecord,
    branch: BranchCode,
    state: Option<String>,
    assignee: Option<String>,
    bytes: usize,
}

impl Filling {
    fn new(frame: Frame<'_>, kind: RecordKind) -> Self {
        Self {
            kind,
            record: NewRecord::default(),
            branch: frame.branch.clone(),
            state: None,
            assignee: None,
            bytes: 64,
        }
    }

    /// Takes the value of a column.
    fn take(&mut self, column: &Column, value: &str) -> Result<(), (String, String)> {
        self.bytes += value.len() + 8;
        let fail = |reason: String| (column.name.clone(), reason);
        match column.target {
            Target::Branch => {
                self.branch = BranchCode::parse(value).map_err(|error| fail(error.to_string()))?;
            }
            Target::State => self.state = Some(value.to_owned()),
            Target::Assignee => self.assignee = Some(value.to_owned()),
            Target::Link => self.put(column, value.trim().to_owned()),
            _ => {
                let stored = column.stored(value).map_err(fail)?;
                self.put(column, stored);
            }
        }
        Ok(())
    }

    /// Takes the value of a key.
    fn take_json(
        &mut self,
        frame: Frame<'_>,
        column: &Column,
        value: &Json<'_>,
    ) -> Result<(), (String, String)> {
        let text = match (column.says, value.whole()) {
            (Says::Frame, _) => return Ok(()),
            (Says::Moment, Some(_)) if column.target == Target::Own => return Ok(()),
            (Says::Moment, Some(at)) => Cow::Owned(frame.calendar.date_of(at).to_string()),
            (Says::Severity, Some(number)) => Cow::Borrowed(severity(number)),
            _ => value.text(),
        };
        if text.is_empty() {
            return Ok(());
        }
        self.take(column, &text)
    }

    fn put(&mut self, column: &Column, value: String) {
        self.record.fields.insert(column.field.clone(), value);
    }

    fn finish(mut self, frame: Frame<'_>, line: u64) -> RowResult {
        let missing = |column: &str, reason: &str| Err((column.to_owned(), reason.to_owned()));
        let fields = &self.record.fields;
        match self.kind {
            RecordKind::Customer if !fields.contains_key("name") => {
                return missing("name", "a customer needs a name");
            }
            RecordKind::Case
                if !fields.contains_key("subject") && !fields.contains_key("description") =>
            {
                return missing("subject", "a case needs a subject or a description");
            }
            RecordKind::Case => {
                let date = fields.get("received_at").and_then(|text| parse_date(text));
                let received = date.map_or(0, |date| frame.calendar.time_at(date, 0));
                self.record.received = Some(received);
                self.record.created = received;
                self.case_defaults(frame);
            }
            // Rows of other systems are customers or cases.
            _ => {}
        }
        Ok(Loose {
            line,
            kind: self.kind,
            branch: self.branch,
            id: None,
            record: self.record,
            bytes: self.bytes,
        })
    }

    /// Kind, imported state and clock of an imported case: an ended one starts no clock.
    fn case_defaults(&mut self, frame: Frame<'_>) {
        let record = &mut self.record;
        record
            .fields
            .entry("kind".to_owned())
            .or_insert_with(|| "complaint".to_owned());
        let state = self.state.as_deref().unwrap_or("registered").trim();
        let known = CaseState::from_imported(state).unwrap_or(CaseState::Registered);
        let mut event =
            CaseEvent::new(EventId::from_u64(0), Step::Imported, record.created, "", "");
        event.imported_state = Some(state.to_owned());
        event.assignee = self.assignee.take().filter(|name| !name.trim().is_empty());
        record.events.insert(0, event);
        record.clock = known.is_open().then(|| frame.clock.to_owned());
    }
}

/// A line of our own export.
fn own_row(text: &str, line: u64) -> RowResult {
    let exported: ExportLine =
        serde_json::from_str(text).map_err(|error| (String::new(), error.to_string()))?;
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
        if value.contains('\0') || field.starts_with(schema::BOOKKEEPING) {
            return Err((field.clone(), "the field cannot be stored".to_owned()));
        }
    }
    let record = exported.into_new_record(id.local);
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

/// Numbers from 1 (slight) to 5 (grave).
fn severity(number: Millis) -> &'static str {
    match number {
        ..=2 => "general",
        3 => "important",
        _ => "major",
    }
}
