//! A creation change in packed form: what a device computes again is left out, and alike values stand together.
//!
//! Decides the form of a creation inside a sealed part, which is deflated afterwards. Imports make most of what a device stores and a
//! new one receives. A chunk of records by themselves repeats for every record which fields it has, and for every event its own id and that
//! of the event before; here a record or event names its shape, and values stand by field. Unpacking writes the change again and gives
//! the identical bytes; [`pack_creation`] makes sure of it and gives none where it would not.
//!
//! Stored and sent: the first byte is the form; [`FORM`] is read for ever. Layout in `docs/protocol.md`, "Packed creations".
//!
//! Long: packing and unpacking stand beside each other, column by column.

use std::collections::BTreeMap;
use std::ops::Range;

use chrono::{Datelike, NaiveDate};

use crate::change::{FALSE, INT, TEXT, TRUE, chunk_of};
use crate::columns::{
    put_prefixed, put_signed, put_unsigned, take_bytes, take_prefixed, take_signed, take_unsigned,
};
use crate::creation_change::{Opened, Reader, Writer};
use crate::event::{self, Name};
use crate::pack::{MAX_UNPACKED, damaged, unknown};
use crate::record::{ID_DIGITS, hex_of, local_of};
use crate::stored::Stored;
use crate::{ApplyError, schema};

/// The form written and read.
const FORM: u8 = 1;
/// Bits by which ids are turned: an imported row's id is its number times 65,536.
const ID_TURN: u32 = 16;
/// Time of day at which a date is expected to change: that of China.
const ZONE_MILLIS: i64 = 8 * 3_600_000;
const DAY_MILLIS: i64 = 86_400_000;
/// Day 1970-01-01 as counted by chrono.
const EPOCH_DAY: i64 = 719_163;
/// Unit of times in a column all of whose differences are whole seconds.
const SECOND: i64 = 1000;
/// What an entry counts beside its key and text against [`MAX_UNPACKED`], and a record or event twice: in the order of what they take in
/// memory while they are unpacked.
const ENTRY_BYTES: usize = 16;
/// Most shapes and fields of records, or of events.
const MAX_FIELDS: usize = 1 << 16;
/// Type of the map of events in a shape.
const EVENTS_MAP: u64 = 0;

/// Values of events on which it depends whether the event can be read.
const LOOKED_AT: [Field<'_>; 3] = [("after", TEXT), ("score", INT), ("step", TEXT)];

/// How a text stands in its column. Larger numbers are the place of an earlier text, from [`FIRST_EARLIER`].
mod code {
    /// The id of the event before.
    pub const ID_BEFORE: u64 = 0;
    /// The bytes that come next.
    pub const NEW: u64 = 1;
    /// A date, as days from that of the time before.
    pub const DATE: u64 = 2;
    /// A text that ends in an id: place of what is before it, or 0 and the bytes that come next.
    pub const REFERENCE: u64 = 3;
    pub const FIRST_EARLIER: u64 = 4;
}

/// Returns whether a packed creation has a form this version does not know.
pub fn is_creation_of_newer_form(packed: &[u8]) -> bool {
    packed.first().is_some_and(|form| *form > FORM)
}

/// Returns a creation change, as [`crate::creation_changes`] makes it of records without conflicts, in packed form; none for anything else.
pub fn pack_creation(chunk: &[u8]) -> Option<Vec<u8>> {
    let packed = pack(chunk)?;
    unpack_creation(&packed)
        .is_ok_and(|again| again == chunk)
        .then_some(packed)
}

/// Returns the chunk that [`pack_creation`] packed.
///
/// # Errors
/// [`ApplyError`] if the bytes are no packed creation or unpack to more than [`MAX_UNPACKED`].
pub fn unpack_creation(packed: &[u8]) -> Result<Vec<u8>, ApplyError> {
    Ok(unpack_with_hash(packed)?.0)
}

/// As [`unpack_creation`], with the hash of the change.
///
/// # Errors
/// As for [`unpack_creation`].
pub fn unpack_with_hash(packed: &[u8]) -> Result<(Vec<u8>, [u8; 32]), ApplyError> {
    match packed.split_first() {
        Some((&FORM, body)) => unpack(body)
            .and_then(|pack| pack.written())
            .ok_or_else(damaged),
        Some((form, _)) => Err(unknown(*form)),
        None => Err(damaged()),
    }
}

/// Returns a packed creation unpacked, without writing its change.
pub(crate) fn open_pack(packed: &[u8]) -> Option<OpenPack<'_>> {
    unpack(packed.strip_prefix(&[FORM])?)
}

/// A key of a record or an event with the type of its value.
type Field<'a> = (&'a str, u64);
/// An entry of a record or an event.
pub(crate) type Entry<'a> = (&'a str, Value<'a>);

#[derive(Debug, Clone, Copy)]
pub(crate) enum Value<'a> {
    Events,
    Text(&'a str),
    /// A text put together in [`OpenTexts`].
    Made(Span),
    Int(i64),
    Flag(bool),
}

impl Value<'_> {
    fn kind(&self) -> u64 {
        match self {
            Self::Events => EVENTS_MAP,
            Self::Text(_) | Self::Made(_) => TEXT,
            Self::Int(_) => INT,
            Self::Flag(true) => TRUE,
            Self::Flag(false) => FALSE,
        }
    }
}

/// The fields of a record or an event in order, and the places of their columns.
#[derive(Debug)]
struct Shape<'a> {
    fields: Vec<Field<'a>>,
    columns: Vec<usize>,
}

/// The shapes records have, or events, and the columns their values stand in.
#[derive(Debug, Default)]
struct Shapes<'a> {
    all: Vec<Shape<'a>>,
    columns: Vec<Field<'a>>,
    places: BTreeMap<Field<'a>, usize>,
}

impl<'a> Shapes<'a> {
    fn place_of(&mut self, entries: &[Entry<'a>]) -> usize {
        let is = |shape: &Shape<'a>| {
            shape.fields.len() == entries.len()
                && (shape.fields.iter().zip(entries))
                    .all(|(field, (key, value))| *field == (*key, value.kind()))
        };
        if let Some(at) = self.all.iter().position(is) {
            return at;
        }
        let fields = entries.iter().map(|(key, value)| (*key, value.kind()));
        self.add(fields.collect());
        self.all.len() - 1
    }

    fn add(&mut self, fields: Vec<Field<'a>>) {
        let columns = fields.iter().map(|field| {
            *self.places.entry(*field).or_insert_with(|| {
                self.columns.push(*field);
                self.columns.len() - 1
            })
        });
        let columns = columns.collect();
        self.all.push(Shape { fields, columns });
    }

    /// Returns whether all these records have sorted keys and one map of events, and nothing that comes after a creation.
    fn are_sound_records(&self) -> bool {
        self.all.iter().all(|Shape { fields, .. }| {
            let is_sound = |(key, kind): &Field<'_>| {
                (*key == schema::EVENTS) == (*kind == EVENTS_MAP)
                    && ![schema::GONE, schema::EDITED].contains(key)
            };
            is_sorted(fields)
                && fields.iter().all(is_sound)
                && fields.iter().any(|(_, kind)| *kind == EVENTS_MAP)
        })
    }

    /// Returns whether all these events can be read, as far as keys and types tell; [`LOOKED_AT`] tells where values count.
    fn are_sound_events(&self) -> bool {
        self.all.iter().all(|Shape { fields, .. }| {
            let has = |needed: &&str| fields.iter().any(|(key, _)| key == needed);
            let is_sound = |field: &Field<'_>| {
                let value = match field.1 {
                    TEXT => Stored::Text(""),
                    INT => Stored::Int(0),
                    TRUE | FALSE => Stored::Flag(true),
                    _ => return false,
                };
                LOOKED_AT.contains(field) || event::is_sound(field.0, value)
            };
            is_sorted(fields) && event::NEEDED.iter().all(has) && fields.iter().all(is_sound)
        })
    }

    fn put(&self, out: &mut Vec<u8>) {
        put_unsigned(out, self.all.len() as u64);
        for Shape { fields, .. } in &self.all {
            put_unsigned(out, fields.len() as u64);
            for (key, kind) in fields {
                put_prefixed(out, key.as_bytes());
                put_unsigned(out, *kind);
            }
        }
    }

    fn take(bytes: &mut &'a [u8]) -> Option<Self> {
        let mut shapes = Self::default();
        let mut left = MAX_FIELDS;
        for _ in 0..take_unsigned(bytes)? {
            left = left.checked_sub(1)?;
            let mut fields = Vec::new();
            for _ in 0..take_unsigned(bytes)? {
                left = left.checked_sub(1)?;
                let key = std::str::from_utf8(take_prefixed(bytes)?).ok()?;
                fields.push((key, take_unsigned(bytes)?));
            }
            shapes.add(fields);
        }
        Some(shapes)
    }
}

/// Returns whether keys are there, sorted, and none twice.
fn is_sorted(fields: &[Field<'_>]) -> bool {
    fields.first().is_none_or(|(key, _)| !key.is_empty())
        && fields.is_sorted_by(|(one, _), (other, _)| one < other)
}

/// What values are reckoned from, computed alike on both sides.
#[derive(Debug, Clone, Copy)]
struct Before {
    /// The latest number of the record and its events; at its beginning the first one of the record before.
    time: i64,
    /// The event before in the record.
    event: Option<u64>,
}

impl Before {
    fn day(self) -> i64 {
        let local = self.time.saturating_add(ZONE_MILLIS);
        local.div_euclid(DAY_MILLIS) + EPOCH_DAY
    }
}

/// The values of a field while they are packed.
#[derive(Debug, Default)]
struct PackedColumn<'a> {
    numbers: Vec<i64>,
    codes: Vec<u8>,
    lengths: Vec<u8>,
    dates: Vec<u8>,
    ids: Vec<u8>,
    texts: Vec<u8>,
    known: BTreeMap<&'a str, u64>,
    heads: BTreeMap<&'a str, u64>,
}

impl<'a> PackedColumn<'a> {
    fn text(&mut self, text: &'a str, before: Before) {
        if let Some(at) = self.known.get(text) {
            return put_unsigned(&mut self.codes, code::FIRST_EARLIER + at);
        }
        if before.event.is_some() && id_of(text) == before.event {
            return put_unsigned(&mut self.codes, code::ID_BEFORE);
        }
        if let Some(day) = day_of(text) {
            put_unsigned(&mut self.codes, code::DATE);
            return put_signed(&mut self.dates, day.wrapping_sub(before.day()));
        }
        let Some((head, id)) = reference(text) else {
            self.known.insert(text, self.known.len() as u64);
            put_unsigned(&mut self.codes, code::NEW);
            return self.new_text(text);
        };
        put_unsigned(&mut self.codes, code::REFERENCE);
        put_unsigned(&mut self.ids, id.rotate_right(ID_TURN));
        if let Some(at) = self.heads.get(head) {
            return put_unsigned(&mut self.codes, at + 1);
        }
        self.heads.insert(head, self.heads.len() as u64);
        put_unsigned(&mut self.codes, 0);
        self.new_text(head);
    }

    fn new_text(&mut self, text: &str) {
        put_unsigned(&mut self.lengths, text.len() as u64);
        self.texts.extend_from_slice(text.as_bytes());
    }

    fn put(&self, kind: u64, out: &mut Vec<u8>) {
        match kind {
            INT => {
                let whole = self.numbers.iter().all(|number| number % SECOND == 0);
                let unit = if whole { SECOND } else { 1 };
                let mut column = Vec::with_capacity(4 * self.numbers.len());
                put_signed(&mut column, unit);
                for number in &self.numbers {
                    put_signed(&mut column, number / unit);
                }
                put_prefixed(out, &column);
            }
            TEXT => {
                put_prefixed(out, &self.codes);
                put_prefixed(out, &self.lengths);
                put_prefixed(out, &self.dates);
                put_prefixed(out, &self.ids);
                put_prefixed(out, &self.texts);
            }
            _ => {}
        }
    }
}

/// Records or events while they are packed.
#[derive(Debug, Default)]
struct PackedLevel<'a> {
    shapes: Shapes<'a>,
    places: Vec<u8>,
    columns: Vec<PackedColumn<'a>>,
}

impl<'a> PackedLevel<'a> {
    fn take(
        &mut self,
        entries: &[(&'a str, Option<Stored<'a>>)],
        before: &mut Before,
    ) -> Option<()> {
        let entries = entries
            .iter()
            .map(|(key, value)| {
                let value = match value {
                    None => Value::Events,
                    Some(Stored::Text(text)) => Value::Text(text),
                    Some(Stored::Int(number)) => Value::Int(*number),
                    Some(Stored::Flag(flag)) => Value::Flag(*flag),
                    Some(_) => return None,
                };
                Some((*key, value))
            })
            .collect::<Option<Vec<Entry<'a>>>>()?;
        let shape = self.shapes.place_of(&entries);
        put_unsigned(&mut self.places, shape as u64);
        let columns = self.shapes.columns.len();
        self.columns.resize_with(columns, PackedColumn::default);
        for ((_, value), at) in entries.into_iter().zip(&self.shapes.all[shape].columns) {
            let column = &mut self.columns[*at];
            match value {
                Value::Text(text) => column.text(text, *before),
                Value::Int(number) => {
                    column.numbers.push(number.wrapping_sub(before.time));
                    before.time = number;
                }
                _ => {}
            }
        }
        Some(())
    }

    fn put_columns(&self, out: &mut Vec<u8>) {
        for (column, (_, kind)) in self.columns.iter().zip(&self.shapes.columns) {
            column.put(*kind, out);
        }
    }
}

fn pack(chunk: &[u8]) -> Option<Vec<u8>> {
    let opened = Opened::of(chunk)?;
    let mut reader = Reader::of(opened.columns, opened.records);
    let locals = reader.locals()?;
    let mut maps = Vec::with_capacity(locals.len());
    for at in 0..opened.records {
        maps.push(reader.entries(at + 1)?);
    }
    let mut events: Vec<Vec<(u64, u64)>> = Vec::with_capacity(locals.len());
    for (_, map) in &maps {
        let mut own = Vec::new();
        reader.events((*map)?, |map, id| own.push((map, id_of(id))))?;
        let own = own.into_iter().map(|(map, id)| Some((map, id?)));
        events.push(own.collect::<Option<_>>()?);
    }
    let (mut records, mut of_events) = (PackedLevel::default(), PackedLevel::default());
    let (mut ids, mut counts, mut event_ids) = (Vec::new(), Vec::new(), Vec::new());
    let (mut time, mut last) = (0, 0);
    for ((local, (entries, _)), own) in locals.into_iter().zip(&maps).zip(events) {
        put_unsigned(&mut ids, local.wrapping_sub(last).rotate_right(ID_TURN));
        last = local;
        let mut before = Before { time, event: None };
        records.take(entries, &mut before)?;
        time = entries.iter().find_map(number_of).unwrap_or(time);
        put_unsigned(&mut counts, own.len() as u64);
        for (map, id) in own {
            put_signed(&mut event_ids, difference_of_id(id, before.event, local));
            of_events.take(&reader.entries(map)?.0, &mut before)?;
            before.event = Some(id);
        }
    }
    if !reader.is_done() {
        return None;
    }
    let mut out = Vec::with_capacity(chunk.len() / 2);
    out.push(FORM);
    out.extend_from_slice(&opened.actor);
    put_prefixed(&mut out, opened.import.as_bytes());
    put_unsigned(&mut out, opened.records);
    records.shapes.put(&mut out);
    of_events.shapes.put(&mut out);
    for stream in [
        ids,
        records.places.clone(),
        counts,
        event_ids,
        of_events.places.clone(),
    ] {
        put_prefixed(&mut out, &stream);
    }
    records.put_columns(&mut out);
    of_events.put_columns(&mut out);
    Some(out)
}

/// Returns what is left of an event's id when the one expected is taken off: one more than that before, or than the record's.
fn difference_of_id(id: u64, before: Option<u64>, local: u64) -> i64 {
    id.wrapping_sub(before.unwrap_or(local)).wrapping_sub(1) as i64
}

fn number_of((_, value): &(&str, Option<Stored<'_>>)) -> Option<i64> {
    match value {
        Some(Stored::Int(number)) => Some(*number),
        _ => None,
    }
}

/// Returns the id a text is, if it is one as [`key_of`] writes it.
fn id_of(text: &str) -> Option<u64> {
    let hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    text.bytes().all(hex).then(|| local_of(text)).flatten()
}

/// Returns what stands before the id of a record that a text ends in, up to the dot, and the id.
fn reference(text: &str) -> Option<(&str, u64)> {
    let at = text.rfind('.')? + 1;
    Some((&text[..at], id_of(&text[at..])?))
}

/// Returns the day a text names, if it is a date as it is written here.
fn day_of(text: &str) -> Option<i64> {
    let bytes: &[u8; 10] = text.as_bytes().try_into().ok()?;
    let number = |digits: &[u8]| {
        digits.iter().try_fold(0_u32, |number, digit| {
            digit
                .is_ascii_digit()
                .then(|| number * 10 + u32::from(digit - b'0'))
        })
    };
    if bytes[4] != b'-' || bytes[7] != b'-' {
        return None;
    }
    let year = number(&bytes[..4])? as i32;
    let date = NaiveDate::from_ymd_opt(year, number(&bytes[5..7])?, number(&bytes[8..])?)?;
    Some(i64::from(date.num_days_from_ce()))
}

/// Puts together the date of a day; none outside the years that are written with four digits.
fn date_of(day: i64) -> Option<[u8; 10]> {
    let date = NaiveDate::from_num_days_from_ce_opt(i32::try_from(day).ok()?)?;
    let year = u32::try_from(date.year())
        .ok()
        .filter(|year| *year <= 9999)?;
    let mut text = *b"0000-00-00";
    let numbers = [(year, 0..4), (date.month(), 5..7), (date.day(), 8..10)];
    for (mut number, places) in numbers {
        for digit in text[places].iter_mut().rev() {
            *digit += (number % 10) as u8;
            number /= 10;
        }
    }
    Some(text)
}

/// Where a text stands in [`OpenTexts`].
#[derive(Debug, Clone, Copy)]
pub(crate) struct Span {
    from: u32,
    length: u32,
}

/// The texts put together while a pack is unpacked, one behind the other.
#[derive(Debug, Default)]
pub(crate) struct OpenTexts(String);

impl OpenTexts {
    /// Appends `head` and what follows it as one text.
    fn add(&mut self, head: &str, rest: &[u8]) -> Option<Span> {
        let from = u32::try_from(self.0.len()).ok()?;
        self.0.push_str(head);
        self.0.push_str(std::str::from_utf8(rest).ok()?);
        let length = (head.len() + rest.len()) as u32;
        Some(Span { from, length })
    }

    /// Returns the bytes of all texts.
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    pub(crate) fn get(&self, span: Span) -> &str {
        &self.0[span.from as usize..][..span.length as usize]
    }
}

/// The values of a field while they are unpacked.
#[derive(Debug, Default)]
struct OpenColumn<'a> {
    is_looked_at: bool,
    unit: i64,
    numbers: &'a [u8],
    codes: &'a [u8],
    lengths: &'a [u8],
    dates: &'a [u8],
    ids: &'a [u8],
    texts: &'a str,
    known: Vec<&'a str>,
    heads: Vec<&'a str>,
}

impl<'a> OpenColumn<'a> {
    fn take(field: &Field<'a>, bytes: &mut &'a [u8]) -> Option<Self> {
        let mut column = Self {
            is_looked_at: LOOKED_AT.contains(field),
            ..Self::default()
        };
        match field.1 {
            INT => {
                column.numbers = take_prefixed(bytes)?;
                column.unit = take_signed(&mut column.numbers)?;
            }
            TEXT => {
                column.codes = take_prefixed(bytes)?;
                column.lengths = take_prefixed(bytes)?;
                column.dates = take_prefixed(bytes)?;
                column.ids = take_prefixed(bytes)?;
                column.texts = std::str::from_utf8(take_prefixed(bytes)?).ok()?;
            }
            EVENTS_MAP | TRUE | FALSE => {}
            _ => return None,
        }
        Some(column)
    }

    fn number(&mut self, before: &mut Before) -> Option<i64> {
        let difference = take_signed(&mut self.numbers)?.wrapping_mul(self.unit);
        before.time = before.time.wrapping_add(difference);
        Some(before.time)
    }

    fn text(&mut self, before: Before, made: &mut OpenTexts) -> Option<Value<'a>> {
        let span = match take_unsigned(&mut self.codes)? {
            code::ID_BEFORE => made.add("", &hex_of(before.event?))?,
            code::NEW => {
                let text = self.new_text()?;
                self.known.push(text);
                return Some(Value::Text(text));
            }
            code::DATE => {
                let day = take_signed(&mut self.dates)?;
                made.add("", &date_of(before.day().wrapping_add(day))?)?
            }
            code::REFERENCE => {
                let id = take_unsigned(&mut self.ids)?.rotate_left(ID_TURN);
                let head = match take_unsigned(&mut self.codes)? {
                    0 => {
                        let head = self.new_text()?;
                        self.heads.push(head);
                        head
                    }
                    at => self.heads.get(usize::try_from(at - 1).ok()?)?,
                };
                made.add(head, &hex_of(id))?
            }
            at => {
                let at = usize::try_from(at - code::FIRST_EARLIER).ok()?;
                return self.known.get(at).map(|text| Value::Text(text));
            }
        };
        Some(Value::Made(span))
    }

    fn new_text(&mut self) -> Option<&'a str> {
        let length = usize::try_from(take_unsigned(&mut self.lengths)?).ok()?;
        let (text, rest) = self.texts.split_at_checked(length)?;
        self.texts = rest;
        Some(text)
    }

    fn is_done(&self) -> bool {
        let streams = [
            self.numbers,
            self.codes,
            self.lengths,
            self.dates,
            self.ids,
            self.texts.as_bytes(),
        ];
        streams.iter().all(|stream| stream.is_empty())
    }
}

/// Records or events while they are unpacked.
#[derive(Debug)]
struct OpenLevel<'a> {
    shapes: Shapes<'a>,
    places: &'a [u8],
    columns: Vec<OpenColumn<'a>>,
}

impl<'a> OpenLevel<'a> {
    fn of(shapes: Shapes<'a>, places: &'a [u8], bytes: &mut &'a [u8]) -> Option<Self> {
        let columns = shapes.columns.iter();
        let columns = columns.map(|field| OpenColumn::take(field, bytes));
        Some(Self {
            columns: columns.collect::<Option<_>>()?,
            shapes,
            places,
        })
    }

    /// Appends the entries of the next record or event to `open` and returns its first number, or the one before if it has none.
    /// Also returns whether the values that are looked at are sound.
    fn next(&mut self, before: &mut Before, open: &mut Open<'a>) -> Option<(i64, bool)> {
        let place = usize::try_from(take_unsigned(&mut self.places)?).ok()?;
        let Shape { fields, columns } = self.shapes.all.get(place)?;
        // Its own key.
        open.left = open.left.checked_sub(2 * ENTRY_BYTES)?;
        let (time, mut first, mut is_sound) = (before.time, None, true);
        for ((key, kind), at) in fields.iter().zip(columns) {
            let column = &mut self.columns[*at];
            let value = match *kind {
                TEXT => column.text(*before, &mut open.texts)?,
                INT => {
                    let number = column.number(before)?;
                    first.get_or_insert(number);
                    Value::Int(number)
                }
                TRUE => Value::Flag(true),
                FALSE => Value::Flag(false),
                _ => Value::Events,
            };
            let (text, stored) = match value {
                Value::Text(text) => (text.len(), Stored::Text(text)),
                Value::Made(span) => (span.length as usize, Stored::Text(open.texts.get(span))),
                Value::Int(number) => (0, Stored::Int(number)),
                Value::Flag(_) | Value::Events => (0, Stored::Null),
            };
            if column.is_looked_at {
                is_sound &= event::is_sound(key, stored);
            }
            open.left = open.left.checked_sub(ENTRY_BYTES + key.len() + text)?;
            open.entries.push((*key, value));
        }
        Some((first.unwrap_or(time), is_sound))
    }

    fn is_done(&self) -> bool {
        self.places.is_empty() && self.columns.iter().all(OpenColumn::is_done)
    }
}

/// What is unpacked so far: records and events beside each other, their entries in one table.
#[derive(Debug)]
struct Open<'a> {
    /// What may still be unpacked, in bytes.
    left: usize,
    entries: Vec<Entry<'a>>,
    texts: OpenTexts,
}

/// A record of a pack.
#[derive(Debug)]
pub(crate) struct OpenRecord {
    pub(crate) local: u64,
    /// Its entries in the table of entries.
    pub(crate) entries: Range<usize>,
    /// Its events in the table of events.
    pub(crate) events: Range<usize>,
}

/// A packed creation, unpacked.
#[derive(Debug)]
pub(crate) struct OpenPack<'a> {
    pub(crate) actor: &'a [u8],
    pub(crate) import: &'a str,
    pub(crate) records: Vec<OpenRecord>,
    /// Id and entries of every event.
    pub(crate) events: Vec<(u64, Range<usize>)>,
    pub(crate) entries: Vec<Entry<'a>>,
    pub(crate) texts: OpenTexts,
    /// Every record and event can be read: keys and values are as [`crate::creation_changes`] writes them.
    pub(crate) is_sound: bool,
    /// Bytes it unpacks to, about.
    bytes: usize,
}

fn unpack(mut body: &[u8]) -> Option<OpenPack<'_>> {
    let bytes = &mut body;
    let actor = take_bytes(bytes, 16)?;
    let import = std::str::from_utf8(take_prefixed(bytes)?).ok()?;
    let count = take_unsigned(bytes)?;
    let (of_records, of_events) = (Shapes::take(bytes)?, Shapes::take(bytes)?);
    let (mut ids, places) = (take_prefixed(bytes)?, take_prefixed(bytes)?);
    let (mut counts, mut event_ids) = (take_prefixed(bytes)?, take_prefixed(bytes)?);
    let event_places = take_prefixed(bytes)?;
    let mut of_records = OpenLevel::of(of_records, places, bytes)?;
    let mut of_events = OpenLevel::of(of_events, event_places, bytes)?;
    if !bytes.is_empty() {
        return None;
    }
    let mut open = Open {
        left: MAX_UNPACKED,
        entries: Vec::new(),
        texts: OpenTexts::default(),
    };
    let mut is_sound = of_records.shapes.are_sound_records() && of_events.shapes.are_sound_events();
    let (mut records, mut events): (Vec<OpenRecord>, Vec<_>) = (Vec::new(), Vec::new());
    let (mut time, mut local) = (0, 0_u64);
    for _ in 0..count {
        let last = local;
        local = local.wrapping_add(take_unsigned(&mut ids)?.rotate_left(ID_TURN));
        is_sound &= records.is_empty() || last < local;
        let mut before = Before { time, event: None };
        let start = open.entries.len();
        (time, _) = of_records.next(&mut before, &mut open)?;
        let (entries, first) = (start..open.entries.len(), events.len());
        for _ in 0..take_unsigned(&mut counts)? {
            let difference = take_signed(&mut event_ids)? as u64;
            let expected = before.event.unwrap_or(local).wrapping_add(1);
            let event = expected.wrapping_add(difference);
            is_sound &= before.event.is_none_or(|last| last < event);
            let start = open.entries.len();
            let (_, values_are_sound) = of_events.next(&mut before, &mut open)?;
            is_sound &= values_are_sound;
            events.push((event, start..open.entries.len()));
            before.event = Some(event);
        }
        records.push(OpenRecord {
            local,
            entries,
            events: first..events.len(),
        });
    }
    let streams = [ids, counts, event_ids];
    let done = streams.iter().all(|stream| stream.is_empty())
        && of_records.is_done()
        && of_events.is_done();
    (done && !records.is_empty()).then_some(OpenPack {
        actor,
        import,
        records,
        events,
        entries: open.entries,
        texts: open.texts,
        is_sound,
        bytes: MAX_UNPACKED - open.left,
    })
}

impl OpenPack<'_> {
    /// Returns the chunk of the change and its hash; none if a record has not exactly one map of events.
    fn written(&self) -> Option<(Vec<u8>, [u8; 32])> {
        let ids = Ids::of(self);
        let mut writer = Writer::new(self.records.len() as u64);
        writer.expect(self.bytes);
        for at in 0..self.records.len() {
            writer.make(ids.get(at));
        }
        let mut maps = Vec::with_capacity(self.records.len());
        for (index, record) in self.records.iter().enumerate() {
            let before = writer.operations();
            let mut map = None;
            for entry in &self.entries[record.entries.clone()] {
                match entry {
                    (key, Value::Events) if map.is_none() => {
                        map = Some(writer.make(Name::Plain(key)));
                    }
                    entry => self.set(&mut writer, entry)?,
                }
            }
            maps.push(map?);
            writer.in_map(index as u64 + 1, before);
        }
        let first = writer.operations() + 1;
        for (record, map) in self.records.iter().zip(maps) {
            let before = writer.operations();
            for at in record.events.clone() {
                writer.make(ids.get(self.records.len() + at));
            }
            writer.in_map(map, before);
        }
        for (map, (_, entries)) in (first..).zip(&self.events) {
            let before = writer.operations();
            for entry in &self.entries[entries.clone()] {
                self.set(&mut writer, entry)?;
            }
            writer.in_map(map, before);
        }
        Some(chunk_of(&writer.body(self.actor, self.import)))
    }

    fn set<'b>(&'b self, writer: &mut Writer<'b>, (key, value): &Entry<'b>) -> Option<()> {
        let value = match value {
            Value::Events => return None,
            Value::Text(text) => Stored::Text(text),
            Value::Made(span) => Stored::Text(self.texts.get(*span)),
            Value::Int(number) => Stored::Int(*number),
            Value::Flag(flag) => Stored::Flag(*flag),
        };
        writer.set(Name::Plain(key), value);
        Some(())
    }
}

/// The ids of records and then of events as they are written, [`ID_DIGITS`] each.
struct Ids(String);

impl Ids {
    fn of(pack: &OpenPack<'_>) -> Self {
        let records = pack.records.iter().map(|record| record.local);
        let all = records.chain(pack.events.iter().map(|(id, _)| *id));
        Self(all.flat_map(hex_of).map(char::from).collect())
    }

    fn get(&self, at: usize) -> Name<'_> {
        Name::Plain(&self.0[at * ID_DIGITS..][..ID_DIGITS])
    }
}
