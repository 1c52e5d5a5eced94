//! The creation of a light document: a record is read when somebody wants it.
//!
//! Reading all of a segment makes thousands of texts of which an edit or a merge needs those of one record or two. So a chunk stays as
//! it is, and beside it stands where in its columns each record begins; and a creation that lies packed is not written as a change
//! before somebody wants the change.
//!
//! Long: both forms answer the same questions.

use std::collections::BTreeSet;
use std::ops::Range;

use crate::creation_change::{Columns, Mark, Opened, Reader};
use crate::creation_pack::{Entry, OpenTexts, Span, Value, open_pack};
use crate::event::EventReader;
use crate::record::key_of;
use crate::stored::Stored;
use crate::{Record, schema, unpack_creation};

/// Why a creation that was looked at when it was taken can be read.
const READABLE: &str = "every record was looked at when the creation was taken";

/// A record: its local id, and the operations before its entries, its events, and its events' entries.
#[derive(Debug)]
struct Place {
    local: u64,
    before: [u64; 3],
}

/// What a creation is, in whatever form it is kept.
#[derive(Debug)]
struct About {
    actor: [u8; 16],
    import: String,
    places: Vec<Place>,
    operations: u64,
}

/// A creation and where its records stand.
#[derive(Debug)]
pub(crate) struct KeptCreation {
    about: About,
    form: Form,
}

#[derive(Debug)]
enum Form {
    Change(Change),
    Pack(Pack),
}

/// The change as a chunk.
#[derive(Debug)]
struct Change {
    chunk: Vec<u8>,
    /// The columns within the chunk: object, key, kind, value.
    columns: [Range<usize>; 4],
    /// For each record, where its entries, its events, and its events' entries begin.
    marks: Vec<[Mark; 3]>,
}

/// The packed creation and where in it the values of its records stand.
#[derive(Debug)]
struct Pack {
    packed: Vec<u8>,
    /// Texts that do not stand in it.
    texts: OpenTexts,
    entries: Vec<PackedEntry>,
    /// For each record, its entries and its events.
    records: Vec<(Range<usize>, Range<usize>)>,
    /// Id and entries of every event.
    events: Vec<(u64, Range<usize>)>,
}

/// A key and its value.
#[derive(Debug)]
struct PackedEntry {
    key: Within,
    value: PackedValue,
}

/// A text that stands in the packed bytes.
#[derive(Debug, Clone, Copy)]
struct Within {
    from: u32,
    length: u32,
}

#[derive(Debug)]
enum PackedValue {
    Events,
    Text(Within),
    Made(Span),
    Int(i64),
    Flag(bool),
}

impl KeptCreation {
    /// Returns a chunk with its records found.
    ///
    /// # Errors
    /// The chunk, if it is not one creation whose records can all be read.
    pub(crate) fn of(chunk: Vec<u8>) -> Result<Self, Vec<u8>> {
        let Some((about, columns, marks)) = found_in(&chunk) else {
            return Err(chunk);
        };
        let form = Form::Change(Change {
            chunk,
            columns,
            marks,
        });
        Ok(Self { about, form })
    }

    /// Returns a packed creation with its records found.
    ///
    /// # Errors
    /// The packed bytes, if they are not one creation whose records can all be read.
    pub(crate) fn of_packed(packed: Vec<u8>) -> Result<Self, Vec<u8>> {
        let Some((about, pack)) = found_in_pack(&packed) else {
            return Err(packed);
        };
        let form = Form::Pack(Pack { packed, ..pack });
        Ok(Self { about, form })
    }

    /// Returns the chunk of the change.
    pub(crate) fn chunk(&self) -> Vec<u8> {
        match &self.form {
            Form::Change(change) => change.chunk.clone(),
            Form::Pack(pack) => unpack_creation(&pack.packed).expect(READABLE),
        }
    }

    /// Returns the actor that made it.
    pub(crate) fn actor(&self) -> [u8; 16] {
        self.about.actor
    }

    /// Returns the name of the import it came with.
    pub(crate) fn import(&self) -> &str {
        &self.about.import
    }

    /// Returns the number of its operations.
    pub(crate) fn operations(&self) -> u64 {
        self.about.operations
    }

    /// Returns the number of its records.
    pub(crate) fn len(&self) -> usize {
        self.about.places.len()
    }

    /// Returns the local ids of its records.
    pub(crate) fn locals(&self) -> BTreeSet<u64> {
        self.about.places.iter().map(|place| place.local).collect()
    }

    /// Returns the local id of the record at a place.
    pub(crate) fn local(&self, at: usize) -> u64 {
        self.about.places[at].local
    }

    /// Returns the place of a record.
    pub(crate) fn position(&self, local: u64) -> Option<usize> {
        let places = &self.about.places;
        places
            .binary_search_by_key(&local, |place| place.local)
            .ok()
    }

    /// Returns the number of the first operation of a record's entries, of its events, and of its events' entries.
    pub(crate) fn first(&self, at: usize) -> [u64; 3] {
        self.about.places[at].before.map(|before| before + 1)
    }

    /// Returns the place of the record to which an operation after those that make the records belongs.
    pub(crate) fn place_of(&self, operation: u64) -> usize {
        let part = usize::from(operation >= self.first(0)[1]);
        let places = &self.about.places;
        places
            .partition_point(|place| place.before[part] < operation)
            .saturating_sub(1)
    }

    /// Returns the record at a place as it was created.
    pub(crate) fn record(&self, at: usize) -> Record {
        let local = self.local(at);
        let record = match &self.form {
            Form::Change(change) => change.record(at, local),
            Form::Pack(pack) => pack.record(at, local),
        };
        record.expect(READABLE)
    }

    /// Returns the bytes of memory it takes.
    pub(crate) fn memory(&self) -> usize {
        let form = match &self.form {
            Form::Change(change) => {
                change.chunk.len() + change.marks.len() * size_of::<[Mark; 3]>()
            }
            Form::Pack(pack) => {
                pack.packed.len()
                    + pack.texts.len()
                    + pack.entries.len() * size_of::<PackedEntry>()
                    + pack.records.len() * size_of::<(Range<usize>, Range<usize>)>()
                    + pack.events.len() * size_of::<(u64, Range<usize>)>()
            }
        };
        form + self.len() * size_of::<Place>()
    }
}

impl Change {
    fn record(&self, at: usize, local: u64) -> Option<Record> {
        let columns = self.columns();
        let standing = |mark: &Mark| Reader::standing(columns, mark);
        let [entries, events, scalars] = &self.marks[at];
        let mut record = Record {
            local,
            ..Record::default()
        };
        let map = standing(entries)?.slots(at, Some(&mut record))?;
        let mut found = Vec::new();
        standing(events)?.events(map, |map, id| found.push((map, id)))?;
        let mut reader = standing(scalars)?;
        for (map, id) in found {
            record.events.push(reader.event(map, id)?);
        }
        record.settle();
        Some(record)
    }

    fn columns(&self) -> Columns<'_> {
        let [object, key, kind, value] = self.columns.clone().map(|range| &self.chunk[range]);
        Columns {
            object,
            key,
            kind,
            value,
        }
    }
}

impl Pack {
    fn record(&self, at: usize, local: u64) -> Option<Record> {
        let (entries, events) = self.records.get(at)?;
        let mut record = Record {
            local,
            ..Record::default()
        };
        for entry in &self.entries[entries.clone()] {
            let key = self.text(entry.key)?;
            let Some(value) = self.value(entry)? else {
                continue;
            };
            if key.starts_with(schema::BOOKKEEPING) {
                record.take_bookkeeping(key, value);
            } else {
                let shown = value.shown()?.into();
                record.fields.insert(key.to_owned(), shown);
            }
        }
        for (id, entries) in &self.events[events.clone()] {
            let mut event = EventReader::default();
            for entry in &self.entries[entries.clone()] {
                event
                    .take(self.text(entry.key)?, self.value(entry)??)
                    .ok()?;
            }
            record.events.push(event.finish(&key_of(*id)).ok()?);
        }
        record.settle();
        Some(record)
    }

    /// Returns the scalar of an entry; an inner none for the map of events.
    #[expect(
        clippy::option_option,
        reason = "damage is not an entry without a scalar"
    )]
    fn value(&self, entry: &PackedEntry) -> Option<Option<Stored<'_>>> {
        Some(match &entry.value {
            PackedValue::Events => None,
            PackedValue::Text(text) => Some(Stored::Text(self.text(*text)?)),
            PackedValue::Made(span) => Some(Stored::Text(self.texts.get(*span))),
            PackedValue::Int(number) => Some(Stored::Int(*number)),
            PackedValue::Flag(flag) => Some(Stored::Flag(*flag)),
        })
    }

    fn text(&self, Within { from, length }: Within) -> Option<&str> {
        let bytes = self.packed.get(from as usize..)?.get(..length as usize)?;
        std::str::from_utf8(bytes).ok()
    }
}

/// Returns what a chunk creates, the places of its columns, and where its records begin in them; none if it is not one creation whose
/// records can all be read.
#[expect(
    clippy::type_complexity,
    reason = "parts of one value, taken apart in one place"
)]
fn found_in(chunk: &[u8]) -> Option<(About, [Range<usize>; 4], Vec<[Mark; 3]>)> {
    let opened = Opened::of(chunk)?;
    let Columns {
        object,
        key,
        kind,
        value,
    } = opened.columns;
    let start = chunk.as_ptr() as usize;
    let columns = [object, key, kind, value].map(|column| {
        let from = column.as_ptr() as usize - start;
        from..from + column.len()
    });
    let mut reader = Reader::of(opened.columns, opened.records);
    let locals = reader.locals()?;
    let mut marks = Vec::with_capacity(locals.len());
    let mut maps = Vec::with_capacity(locals.len());
    for at in 0..locals.len() {
        let mark = reader.mark();
        maps.push(reader.slots(at, None)?);
        marks.push([mark; 3]);
    }
    let mut events: Vec<Range<u64>> = Vec::with_capacity(marks.len());
    for (marks, map) in marks.iter_mut().zip(maps) {
        marks[1] = reader.mark();
        let first = marks[1].operations + 1;
        let mut next = first;
        let mut ids_are_sound = true;
        reader.events(map, |map, id| {
            next = map + 1;
            ids_are_sound &= huiyin_core::id::EventId::parse(id).is_ok();
        })?;
        if !ids_are_sound {
            return None;
        }
        events.push(first..next);
    }
    for (marks, events) in marks.iter_mut().zip(events) {
        marks[2] = reader.mark();
        for map in events {
            reader.event_is_sound(map)?;
        }
    }
    let operations = reader.mark().operations;
    let places = locals.into_iter().zip(&marks).map(|(local, marks)| Place {
        local,
        before: marks.map(|mark| mark.operations),
    });
    let about = About {
        actor: opened.actor,
        import: opened.import.to_owned(),
        places: places.collect(),
        operations,
    };
    reader.is_done().then_some((about, columns, marks))
}

/// Returns what a packed creation creates and where it stands in the bytes, which are not in it yet; none if its records cannot all be read.
fn found_in_pack(packed: &[u8]) -> Option<(About, Pack)> {
    let open = open_pack(packed)?;
    let actor: [u8; 16] = open.actor.try_into().ok()?;
    if !open.is_sound || actor == schema::GENESIS_ACTOR || u32::try_from(packed.len()).is_err() {
        return None;
    }
    // In the order in which the change has them: records, their entries, their events, the entries of those.
    let records = open.records.len() as u64;
    let entries: u64 = open
        .records
        .iter()
        .map(|record| record.entries.len() as u64)
        .sum();
    let mut before = [
        records,
        records + entries,
        records + entries + open.events.len() as u64,
    ];
    let mut places = Vec::with_capacity(open.records.len());
    for record in &open.records {
        places.push(Place {
            local: record.local,
            before,
        });
        let of_events = open.events[record.events.clone()].iter();
        before[0] += record.entries.len() as u64;
        before[1] += record.events.len() as u64;
        before[2] += of_events
            .map(|(_, entries)| entries.len() as u64)
            .sum::<u64>();
    }
    let start = packed.as_ptr() as usize;
    let within = |text: &str| Within {
        from: (text.as_ptr() as usize - start) as u32,
        length: text.len() as u32,
    };
    let kept = |(key, value): &Entry<'_>| PackedEntry {
        key: within(key),
        value: match value {
            Value::Events => PackedValue::Events,
            Value::Text(text) => PackedValue::Text(within(text)),
            Value::Made(span) => PackedValue::Made(*span),
            Value::Int(number) => PackedValue::Int(*number),
            Value::Flag(flag) => PackedValue::Flag(*flag),
        },
    };
    let about = About {
        actor,
        import: open.import.to_owned(),
        operations: before[2],
        places,
    };
    let pack = Pack {
        packed: Vec::new(),
        entries: open.entries.iter().map(kept).collect(),
        records: (open.records.into_iter())
            .map(|record| (record.entries, record.events))
            .collect(),
        events: open.events,
        texts: open.texts,
    };
    Some((about, pack))
}
