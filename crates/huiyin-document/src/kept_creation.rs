//! The creation of a light document as it lies in its chunk: a record is read when somebody wants it.
//!
//! Reading all of a segment makes thousands of texts of which an edit or a merge needs those of one record or two. So the chunk stays as
//! it is, and beside it stands where in its columns each record begins.

use std::collections::BTreeSet;
use std::ops::Range;

use crate::Record;
use crate::creation_change::{Columns, Mark, Opened, Reader};

/// Where a record stands.
#[derive(Debug)]
struct Place {
    local: u64,
    /// Before its entries, its events, and its events' entries.
    marks: [Mark; 3],
}

/// A creation and where its records stand.
#[derive(Debug)]
pub(crate) struct KeptCreation {
    chunk: Vec<u8>,
    actor: [u8; 16],
    import: String,
    /// The columns within the chunk: object, key, kind, value.
    columns: [Range<usize>; 4],
    places: Vec<Place>,
    operations: u64,
}

impl KeptCreation {
    /// Returns a chunk with its records found.
    ///
    /// # Errors
    /// The chunk, if it is not one creation whose records can all be read.
    pub(crate) fn of(chunk: Vec<u8>) -> Result<Self, Vec<u8>> {
        match Self::found_in(&chunk) {
            Some(found) => Ok(Self { chunk, ..found }),
            None => Err(chunk),
        }
    }

    /// Returns everything but the chunk itself.
    fn found_in(chunk: &[u8]) -> Option<Self> {
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
        let mut places = Vec::with_capacity(locals.len());
        let mut maps = Vec::with_capacity(locals.len());
        for (at, local) in locals.into_iter().enumerate() {
            let mark = reader.mark();
            maps.push(reader.slots(at, None)?);
            places.push(Place {
                local,
                marks: [mark; 3],
            });
        }
        let mut events: Vec<Range<u64>> = Vec::with_capacity(places.len());
        for (place, map) in places.iter_mut().zip(maps) {
            place.marks[1] = reader.mark();
            let first = place.marks[1].operations + 1;
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
        for (place, events) in places.iter_mut().zip(events) {
            place.marks[2] = reader.mark();
            for map in events {
                reader.event_is_sound(map)?;
            }
        }
        let operations = reader.mark().operations;
        reader.is_done().then(|| Self {
            chunk: Vec::new(),
            actor: opened.actor,
            import: opened.import.to_owned(),
            columns,
            places,
            operations,
        })
    }

    /// Returns the chunk.
    pub(crate) fn chunk(&self) -> &[u8] {
        &self.chunk
    }

    /// Returns the actor that made it.
    pub(crate) fn actor(&self) -> [u8; 16] {
        self.actor
    }

    /// Returns the name of the import it came with.
    pub(crate) fn import(&self) -> &str {
        &self.import
    }

    /// Returns the number of its operations.
    pub(crate) fn operations(&self) -> u64 {
        self.operations
    }

    /// Returns the number of its records.
    pub(crate) fn len(&self) -> usize {
        self.places.len()
    }

    /// Returns the local ids of its records.
    pub(crate) fn locals(&self) -> BTreeSet<u64> {
        self.places.iter().map(|place| place.local).collect()
    }

    /// Returns the local id of the record at a place.
    pub(crate) fn local(&self, at: usize) -> u64 {
        self.places[at].local
    }

    /// Returns the place of a record.
    pub(crate) fn position(&self, local: u64) -> Option<usize> {
        self.places
            .binary_search_by_key(&local, |place| place.local)
            .ok()
    }

    /// Returns the number of the first operation of a record's entries, of its events, and of its events' entries.
    pub(crate) fn first(&self, at: usize) -> [u64; 3] {
        self.places[at].marks.map(|mark| mark.operations + 1)
    }

    /// Returns the place of the record to which an operation after those that make the records belongs.
    pub(crate) fn place_of(&self, operation: u64) -> usize {
        let part = usize::from(operation >= self.first(0)[1]);
        self.places
            .partition_point(|place| place.marks[part].operations < operation)
            .saturating_sub(1)
    }

    /// Returns the record at a place as it was created.
    pub(crate) fn record(&self, at: usize) -> Record {
        self.read(at)
            .expect("every record was looked at when the chunk was taken")
    }

    fn read(&self, at: usize) -> Option<Record> {
        let place = &self.places[at];
        let columns = self.columns();
        let standing = |mark: &Mark| Reader::standing(columns, mark);
        let [entries, events, scalars] = &place.marks;
        let mut record = Record {
            local: place.local,
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

    /// Returns the bytes of memory it takes.
    pub(crate) fn memory(&self) -> usize {
        self.chunk.len() + self.places.len() * size_of::<Place>()
    }
}
