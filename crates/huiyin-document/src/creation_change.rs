//! The one change that creates records, written and read without Automerge.
//!
//! Decides nothing about records: the bytes are those that Automerge makes of the same maps (held by a test against it). A change is
//! read only if writing what was read gives the same bytes again, so that no change is taken here that Automerge would refuse or
//! read otherwise.
//!
//! The operations stand in the order of Automerge's breadth-first batches: the records, then the entries of each, then the
//! events of each, then the entries of each event; keys of one map are sorted.
//!
//! **Source:** Automerge binary format, "Change chunk", "Operation columns".
//!
//! Long: writing and reading stand beside each other, column by column.

use crate::change::{
    ACTION, CHANGE_CHUNK, CHUNK_MAGIC, CHUNK_PREFIX, FALSE, INSERT, INT, KEY, KIND, MAKE_MAP,
    OBJECT, OBJECT_ACTOR, PREDECESSORS, SET, TEXT, TRUE, UINT, VALUE, chunk_of,
    chunk_without_checksum,
};
use crate::columns::{
    Cell, RunReader, Runs, Stand, put_prefixed, put_signed, put_unsigned, take_bytes,
    take_prefixed, take_signed, take_unsigned,
};
use crate::event::{self, EventReader, Name};
use crate::record::{key_of, local_of};
use crate::stored::Stored;
use crate::{Author, Record, schema};
use huiyin_core::case::CaseEvent;

/// Columns of a creation change.
const COLUMNS: [u64; 8] = [
    OBJECT_ACTOR,
    OBJECT,
    KEY,
    INSERT,
    ACTION,
    KIND,
    VALUE,
    PREDECESSORS,
];

/// What stands under a key of a record.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Slot<'a> {
    /// A scalar.
    Scalar(Stored<'a>),
    /// The map of events.
    Events,
}

/// A record as it is stored when it is made, whatever form it has in memory.
#[derive(Debug)]
pub(crate) struct Made<'a> {
    /// Local id.
    pub(crate) local: u64,
    /// Bookkeeping, sorted by name.
    pub(crate) own: [(&'static str, Option<Slot<'a>>); 8],
    /// Fields, sorted by name, none empty.
    pub(crate) fields: Vec<(&'a str, &'a str)>,
    /// Events, sorted by id, each id once.
    pub(crate) events: Vec<&'a CaseEvent>,
}

impl<'a> Made<'a> {
    /// Calls `put` with every key of the record in order. A field that has the name of bookkeeping gives way to it.
    pub(crate) fn slots(&self, mut put: impl FnMut(&'a str, Slot<'a>)) {
        let mut fields = self.fields.iter().peekable();
        for (name, slot) in self.own {
            let Some(slot) = slot else { continue };
            while let Some((field, text)) = fields.next_if(|(field, _)| *field < name) {
                put(field, Slot::Scalar(Stored::Text(text)));
            }
            fields.next_if(|(field, _)| *field == name);
            put(name, slot);
        }
        for (field, text) in fields {
            put(field, Slot::Scalar(Stored::Text(text)));
        }
    }
}

impl Cell for Name<'_> {
    fn put(self, out: &mut Vec<u8>) {
        match self {
            Self::Plain(name) => put_prefixed(out, name.as_bytes()),
            Self::Datum(name) => {
                put_unsigned(out, (schema::DATA_PREFIX.len() + name.len()) as u64);
                out.extend_from_slice(schema::DATA_PREFIX.as_bytes());
                out.extend_from_slice(name.as_bytes());
            }
        }
    }
}

/// The columns of a change while it is written.
#[derive(Debug)]
pub(crate) struct Writer<'a> {
    records: u64,
    object_actor: Runs<u64>,
    object: Runs<u64>,
    key: Runs<Name<'a>>,
    action: Runs<u64>,
    kind: Runs<u64>,
    value: Vec<u8>,
    operations: u64,
}

impl<'a> Writer<'a> {
    /// Returns a writer of so many records.
    pub(crate) fn new(records: u64) -> Self {
        let mut writer = Self {
            records,
            object_actor: Runs::new(),
            object: Runs::new(),
            key: Runs::new(),
            action: Runs::new(),
            kind: Runs::new(),
            value: Vec::new(),
            operations: 0,
        };
        writer.object_actor.nulls(records);
        writer.object.nulls(records);
        writer
    }

    /// Takes memory for values of so many bytes.
    pub(crate) fn expect(&mut self, bytes: usize) {
        self.value.reserve(bytes);
    }

    /// Makes a map and returns the counter of the operation, which names the map.
    pub(crate) fn make(&mut self, key: Name<'a>) -> u64 {
        self.operations += 1;
        self.key.push(key);
        self.action.push(MAKE_MAP);
        self.kind.push(0);
        self.operations
    }

    /// Sets a scalar.
    pub(crate) fn set(&mut self, key: Name<'a>, value: Stored<'_>) {
        self.operations += 1;
        self.key.push(key);
        self.action.push(SET);
        let start = self.value.len();
        let kind = match value {
            Stored::Text(text) => {
                self.value.extend_from_slice(text.as_bytes());
                TEXT
            }
            Stored::Ids(ids) => {
                for (index, id) in ids.iter().enumerate() {
                    if index > 0 {
                        self.value.push(b' ');
                    }
                    self.value.extend_from_slice(id.as_str().as_bytes());
                }
                TEXT
            }
            Stored::Int(number) => {
                put_signed(&mut self.value, number);
                INT
            }
            Stored::Uint(number) => {
                put_unsigned(&mut self.value, number);
                UINT
            }
            Stored::Flag(flag) => {
                if flag {
                    TRUE
                } else {
                    FALSE
                }
            }
            Stored::Foreign | Stored::Null => 0,
        };
        let length = (self.value.len() - start) as u64;
        self.kind.push(length << 4 | kind);
    }

    /// Returns the number of operations so far.
    pub(crate) fn operations(&self) -> u64 {
        self.operations
    }

    /// Notes that the operations since `before` stand in a map.
    pub(crate) fn in_map(&mut self, map: u64, before: u64) {
        self.object.push_run(map, self.operations - before);
    }

    /// Returns the body of the change on top of the genesis.
    pub(crate) fn body(self, actor: &[u8], import: &str) -> Vec<u8> {
        let author = Author {
            action: import.to_owned(),
            ..Author::default()
        };
        let mut body = Vec::with_capacity(self.value.len() * 2);
        put_unsigned(&mut body, 1);
        body.extend_from_slice(&schema::GENESIS_HASH);
        put_prefixed(&mut body, actor);
        // Sequence, first operation, time.
        body.extend_from_slice(&[1, 1, 0]);
        put_prefixed(&mut body, author.message().as_bytes());
        // No other actors.
        put_unsigned(&mut body, 0);
        self.finish(&mut body);
        body
    }

    /// Appends the columns and what they are.
    fn finish(mut self, out: &mut Vec<u8>) {
        self.object_actor
            .push_run(0, self.operations - self.records);
        let mut insert = Vec::new();
        put_unsigned(&mut insert, self.operations);
        let mut predecessors: Runs<u64> = Runs::new();
        predecessors.push_run(0, self.operations);
        let columns = [
            self.object_actor.finish(),
            self.object.finish(),
            self.key.finish(),
            insert,
            self.action.finish(),
            self.kind.finish(),
            self.value,
            predecessors.finish(),
        ];
        put_unsigned(out, COLUMNS.len() as u64);
        for (specification, column) in COLUMNS.iter().zip(&columns) {
            put_unsigned(out, *specification);
            put_unsigned(out, column.len() as u64);
        }
        for column in &columns {
            out.extend_from_slice(column);
        }
    }
}

/// Returns the chunk of the change that creates these records on top of the genesis, and its hash. `records` are sorted by local id,
/// each id once, at least one.
pub(crate) fn write_creation(
    actor: &[u8],
    import: &str,
    records: &[Made<'_>],
) -> (Vec<u8>, [u8; 32]) {
    chunk_of(&body_of(actor, import, records))
}

/// Returns whether a chunk is what [`write_creation`] writes of these records. Its checksum is not looked at.
pub(crate) fn is_creation_of(
    chunk: &[u8],
    actor: &[u8],
    import: &str,
    records: &[Made<'_>],
) -> bool {
    let again = chunk_without_checksum(&body_of(actor, import, records));
    let rest = CHUNK_PREFIX - 1;
    again.len() == chunk.len() && again[..4] == chunk[..4] && again[rest..] == chunk[rest..]
}

fn body_of(actor: &[u8], import: &str, records: &[Made<'_>]) -> Vec<u8> {
    let keys: Vec<String> = records.iter().map(|record| key_of(record.local)).collect();
    let count = records.len() as u64;
    let mut writer = Writer::new(count);
    for key in &keys {
        writer.make(Name::Plain(key));
    }
    // The map of events of each record, then the map of each event.
    let mut maps = Vec::with_capacity(records.len());
    for (index, record) in records.iter().enumerate() {
        let before = writer.operations;
        record.slots(|name, slot| match slot {
            Slot::Scalar(value) => writer.set(Name::Plain(name), value),
            Slot::Events => maps.push(writer.make(Name::Plain(name))),
        });
        writer.in_map(index as u64 + 1, before);
    }
    let mut events = Vec::new();
    for (record, map) in records.iter().zip(&maps) {
        let before = writer.operations;
        for event in &record.events {
            events.push((writer.make(Name::Plain(event.id.as_str())), *event));
        }
        writer.in_map(*map, before);
    }
    for (map, event) in events {
        let before = writer.operations;
        event::scalars(event, |name, value| writer.set(name, value));
        writer.in_map(map, before);
    }
    writer.body(actor, import)
}

/// A creation change as read.
#[derive(Debug)]
pub(crate) struct ReadChange {
    pub(crate) actor: [u8; 16],
    pub(crate) import: String,
    pub(crate) records: Vec<Record>,
}

/// Returns what a chunk creates. Not proven yet: the caller writes it again and compares the bytes.
pub(crate) fn read_creation_change(chunk: &[u8]) -> Option<ReadChange> {
    let opened = Opened::of(chunk)?;
    Some(ReadChange {
        actor: opened.actor,
        import: opened.import.to_owned(),
        records: Reader::of(opened.columns, opened.records).records()?,
    })
}

/// The columns of a creation change that tell something; what is in the others follows.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Columns<'a> {
    /// Behind the empty cells of the records.
    pub(crate) object: &'a [u8],
    pub(crate) key: &'a [u8],
    pub(crate) kind: &'a [u8],
    pub(crate) value: &'a [u8],
}

/// A creation change whose columns are not read yet.
#[derive(Debug)]
pub(crate) struct Opened<'a> {
    pub(crate) actor: [u8; 16],
    pub(crate) import: &'a str,
    /// Number of records; at least one.
    pub(crate) records: u64,
    pub(crate) columns: Columns<'a>,
}

impl<'a> Opened<'a> {
    /// Returns a chunk opened; none if it is no creation change.
    pub(crate) fn of(chunk: &'a [u8]) -> Option<Self> {
        let bytes = &mut &*chunk;
        if take_bytes(bytes, 4)? != CHUNK_MAGIC {
            return None;
        }
        take_bytes(bytes, 4)?;
        if take_bytes(bytes, 1)? != [CHANGE_CHUNK] {
            return None;
        }
        let body = &mut take_prefixed(bytes)?;
        if !bytes.is_empty()
            || take_unsigned(body)? != 1
            || take_bytes(body, 32)? != schema::GENESIS_HASH
        {
            return None;
        }
        let actor: [u8; 16] = take_prefixed(body)?.try_into().ok()?;
        if actor == schema::GENESIS_ACTOR || take_bytes(body, 3)? != [1, 1, 0] {
            return None;
        }
        let message = std::str::from_utf8(take_prefixed(body)?).ok()?;
        let import = message.strip_suffix("\t\t")?;
        if take_unsigned(body)? != 0 || take_unsigned(body)? != COLUMNS.len() as u64 {
            return None;
        }
        let mut lengths = [0; COLUMNS.len()];
        for (specification, length) in COLUMNS.iter().zip(&mut lengths) {
            if take_unsigned(body)? != *specification {
                return None;
            }
            *length = usize::try_from(take_unsigned(body)?).ok()?;
        }
        let mut columns: [&[u8]; COLUMNS.len()] = [&[]; COLUMNS.len()];
        for (column, length) in columns.iter_mut().zip(lengths) {
            *column = take_bytes(body, length)?;
        }
        let [_, mut object, key, _, _, kind, value, _] = columns;
        if !body.is_empty() || take_signed(&mut object)? != 0 {
            return None;
        }
        let records = take_unsigned(&mut object)?;
        // Every record has a key of its own.
        if records == 0 || records > key.len() as u64 {
            return None;
        }
        Some(Self {
            actor,
            import,
            records,
            columns: Columns {
                object,
                key,
                kind,
                value,
            },
        })
    }
}

/// Where a [`Reader`] stands.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Mark {
    object: Stand,
    ahead: Option<(u64, u64)>,
    key: Stand,
    kind: Stand,
    value: u32,
    /// Operations before.
    pub(crate) operations: u64,
}

/// The columns of a creation change while they are read.
#[derive(Debug)]
pub(crate) struct Reader<'a> {
    records: u64,
    object: RunReader<'a, u64>,
    /// The map whose entries come next, and how many.
    ahead: Option<(u64, u64)>,
    key: RunReader<'a, &'a str>,
    kind: RunReader<'a, u64>,
    values: &'a [u8],
    value: &'a [u8],
    operations: u64,
}

impl<'a> Reader<'a> {
    /// Returns a reader at the first of so many records.
    pub(crate) fn of(columns: Columns<'a>, records: u64) -> Self {
        let mut object = RunReader::new(columns.object);
        Self {
            records,
            ahead: object.next_run(),
            object,
            key: RunReader::new(columns.key),
            kind: RunReader::new(columns.kind),
            values: columns.value,
            value: columns.value,
            operations: 0,
        }
    }

    /// Returns where it stands.
    pub(crate) fn mark(&self) -> Mark {
        Mark {
            object: self.object.stand(),
            ahead: self.ahead,
            key: self.key.stand(),
            kind: self.kind.stand(),
            value: (self.values.len() - self.value.len()) as u32,
            operations: self.operations,
        }
    }

    /// Returns a reader that stands where another stood.
    pub(crate) fn standing(columns: Columns<'a>, mark: &Mark) -> Option<Self> {
        Some(Self {
            records: 0,
            object: RunReader::standing(columns.object, mark.object)?,
            ahead: mark.ahead,
            key: RunReader::standing(columns.key, mark.key)?,
            kind: RunReader::standing(columns.kind, mark.kind)?,
            values: columns.value,
            value: columns.value.get(mark.value as usize..)?,
            operations: mark.operations,
        })
    }

    /// Returns the next key and the description of its value.
    fn entry(&mut self) -> Option<(&'a str, u64)> {
        self.operations += 1;
        Some((self.key.next_cell()?, self.kind.next_cell()?))
    }

    fn scalar(&mut self, kind: u64) -> Option<Stored<'a>> {
        let length = usize::try_from(kind >> 4).ok()?;
        let mut bytes = take_bytes(&mut self.value, length)?;
        Some(match kind & 0xF {
            TEXT => Stored::Text(std::str::from_utf8(bytes).ok()?),
            INT => Stored::Int(take_signed(&mut bytes)?),
            TRUE => Stored::Flag(true),
            FALSE => Stored::Flag(false),
            _ => return None,
        })
    }

    /// Returns the number of entries of a map if they come next.
    fn entries_of(&mut self, map: u64) -> u64 {
        match self.ahead {
            Some((of, count)) if of == map => {
                self.ahead = self.object.next_run();
                count
            }
            _ => 0,
        }
    }

    /// Reads the local ids of the records.
    pub(crate) fn locals(&mut self) -> Option<Vec<u64>> {
        let mut locals: Vec<u64> = Vec::new();
        for _ in 0..self.records {
            let (key, _) = self.entry()?;
            let local = local_of(key)?;
            // Sorted, and none twice: two of one id would be one record to a document.
            if locals.last().is_some_and(|before| *before >= local) {
                return None;
            }
            locals.push(local);
        }
        Some(locals)
    }

    /// Reads what stands under the key of the record at a place, and returns the map of its events. Without a record to put it into it is
    /// only looked at: what a creation does not write ends it.
    pub(crate) fn slots(&mut self, at: usize, mut record: Option<&mut Record>) -> Option<u64> {
        let (mut last, mut events) = ("", None);
        let mut fields = Vec::new();
        for _ in 0..self.entries_of(at as u64 + 1) {
            let (key, kind) = self.entry()?;
            // Sorted keys: none comes twice, and no run of equal ones is followed to its end.
            if key <= last {
                return None;
            }
            last = key;
            if key == schema::EVENTS {
                events = Some(self.operations);
                continue;
            }
            let value = self.scalar(kind)?;
            match &mut record {
                Some(record) if key.starts_with(schema::BOOKKEEPING) => {
                    record.take_bookkeeping(key, value);
                }
                Some(_) => fields.push((key.to_owned(), value.shown()?.into())),
                None if [schema::GONE, schema::EDITED].contains(&key) => return None,
                None => {}
            }
        }
        if let Some(record) = record {
            record.fields = fields.into_iter().collect();
        }
        events
    }

    /// Calls `each` with the map and the id of every event in a map of events.
    pub(crate) fn events(&mut self, map: u64, mut each: impl FnMut(u64, &'a str)) -> Option<()> {
        let mut last = "";
        for _ in 0..self.entries_of(map) {
            let (key, _) = self.entry()?;
            if key <= last {
                return None;
            }
            last = key;
            each(self.operations, key);
        }
        Some(())
    }

    /// Calls `each` with every scalar in the map of an event.
    fn scalars(
        &mut self,
        map: u64,
        mut each: impl FnMut(&'a str, Stored<'a>) -> Option<()>,
    ) -> Option<()> {
        let mut last = "";
        for _ in 0..self.entries_of(map) {
            let (key, kind) = self.entry()?;
            if key <= last {
                return None;
            }
            last = key;
            each(key, self.scalar(kind)?)?;
        }
        Some(())
    }

    /// Reads the event in a map.
    pub(crate) fn event(&mut self, map: u64, id: &str) -> Option<CaseEvent> {
        let mut event = EventReader::default();
        self.scalars(map, |key, value| event.take(key, value).ok())?;
        event.finish(id).ok()
    }

    /// Looks at the event in a map; none if it is none that can be read.
    pub(crate) fn event_is_sound(&mut self, map: u64) -> Option<()> {
        let mut needed = 0;
        self.scalars(map, |key, value| {
            needed += usize::from(event::NEEDED.contains(&key));
            event::is_sound(key, value).then_some(())
        })?;
        (needed == event::NEEDED.len()).then_some(())
    }

    /// Returns the entries of a record or an event as they come next, and the map of events if it has one; values of kinds that a
    /// creation does not write give none.
    #[expect(
        clippy::type_complexity,
        reason = "entries and a map, used in one place"
    )]
    pub(crate) fn entries(
        &mut self,
        map: u64,
    ) -> Option<(Vec<(&'a str, Option<Stored<'a>>)>, Option<u64>)> {
        let (mut entries, mut events) = (Vec::new(), None);
        for _ in 0..self.entries_of(map) {
            let (key, kind) = self.entry()?;
            if key == schema::EVENTS {
                events = Some(self.operations);
                entries.push((key, None));
            } else {
                entries.push((key, Some(self.scalar(kind)?)));
            }
        }
        Some((entries, events))
    }

    /// Returns whether everything was read.
    pub(crate) fn is_done(&self) -> bool {
        self.ahead.is_none()
            && self.object.is_done()
            && self.key.is_done()
            && self.kind.is_done()
            && self.value.is_empty()
    }

    fn records(mut self) -> Option<Vec<Record>> {
        let locals = self.locals()?;
        let mut records = Vec::with_capacity(locals.len());
        let mut maps = Vec::with_capacity(locals.len());
        for (at, local) in locals.into_iter().enumerate() {
            let mut record = Record {
                local,
                ..Record::default()
            };
            maps.push(self.slots(at, Some(&mut record))?);
            records.push(record);
        }
        let mut events = Vec::new();
        for (at, map) in maps.into_iter().enumerate() {
            self.events(map, |map, id| events.push((at, map, id)))?;
        }
        for (at, map, id) in events {
            records[at].events.push(self.event(map, id)?);
        }
        records.iter_mut().for_each(Record::settle);
        self.is_done().then_some(records)
    }
}
