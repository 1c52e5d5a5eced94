//! Where the records of a file go: ids that are equal on every device, and blocks of records that are made in one go.
//!
//! Everything here follows from the rows in their order and from what is known already; never from how the file was cut into
//! pieces. Kept are one number per row and the blocks that are not full, never the file.
//!
//! Long: the rules of ids and blocks hold each other and are read together.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use chrono::Datelike;
use huiyin_api::ImportKind;
use huiyin_core::calendar::WorkingCalendar;
use huiyin_core::id::{BranchCode, EventId, RecordId, RecordKind, SegmentKey};
use huiyin_document::{CaseColumn, CustomerColumn, NewRecord};

use super::columns::custom;
use super::prepare::Loose;
use crate::destruction::Destroyed;
use crate::segments::Segments;

/// Text of one segment's part of an import, in bytes: its creation change fits an envelope however badly it compresses.
const MAX_BLOCK_BYTES: usize = 512 * 1024;
/// Records of our own export that are made in one document at a time.
const MAX_BLOCK_RECORDS: usize = 500;
/// Text of blocks that are not full, in bytes: beyond it those that have waited longest are made as they are.
const MAX_OPEN_BYTES: usize = 16 * 1024 * 1024;
/// Bits of a record's id that number its events.
const EVENT_BITS: u32 = 16;

/// How ids follow from a file. What an earlier version imported is recognised by its own derivation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Derivation {
    /// Ids of records and events are hashes; 1,000 customers or 500 cases a segment. Until version 0.1.
    Hashed,
    /// The record's id is its number within the import, an event's id begins with it: both compress. 500 customers or
    /// 128 cases a segment.
    Counted,
}

impl Derivation {
    /// Returns the id of an import: equal for the same text, kind and mapping on every device.
    pub fn import_id(
        self,
        text: &blake3::Hash,
        kind: ImportKind,
        mapping: &BTreeMap<String, String>,
    ) -> String {
        let mut hasher = blake3::Hasher::new_derive_key(match self {
            Self::Hashed => "huiyin 2026 import",
            Self::Counted => "huiyin 2026 import 2",
        });
        hasher.update(text.as_bytes());
        hasher.update(match kind {
            ImportKind::Customers => b"Customers",
            ImportKind::Cases => b"Cases",
            ImportKind::Records => b"Records",
        });
        for (field, column) in mapping {
            hasher
                .update(field.as_bytes())
                .update(b"\0")
                .update(column.as_bytes())
                .update(b"\0");
        }
        hasher.finalize().to_hex()[..16].to_owned()
    }

    /// Returns how many records of a segment come before the next one is begun.
    const fn segment_records(self, kind: RecordKind) -> usize {
        match (self, kind) {
            (Self::Hashed, RecordKind::Customer) => 1_000,
            (Self::Counted, RecordKind::Customer) | (Self::Hashed, _) => 500,
            (Self::Counted, _) => 128,
        }
    }

    /// Returns the id of a record within its segment.
    fn record(self, import: &str, line: u64, count: u64) -> u64 {
        match self {
            Self::Hashed => hashed(&[import, &line.to_string(), &count.to_string()]),
            Self::Counted => count << EVENT_BITS,
        }
    }

    /// Returns the id of an event of a record, by its place.
    fn event(self, local: u64, index: usize) -> EventId {
        EventId::from_u64(match self {
            Self::Hashed => hashed(&["event", &local.to_string(), &index.to_string()]),
            Self::Counted => local | (index as u64 + 1),
        })
    }
}

fn hashed(parts: &[&str]) -> u64 {
    let hash = blake3::derive_key(
        "huiyin 2026 id of an imported record",
        parts.join("\0").as_bytes(),
    );
    u64::from_le_bytes(hash[..8].try_into().expect("8 bytes"))
}

/// What is on the device already.
#[derive(Clone, Copy)]
pub(crate) struct Here<'a> {
    pub segments: &'a Segments,
    pub destroyed: &'a Destroyed,
    pub calendar: &'a WorkingCalendar,
}

/// The segments a file has rows for, by number.
#[derive(Debug, Default)]
struct SegmentTable {
    list: Vec<Target>,
    by_name: BTreeMap<String, u32>,
}

#[derive(Debug)]
struct Target {
    key: SegmentKey,
    /// There were rows of it before.
    known: bool,
    destroyed: bool,
}

impl SegmentTable {
    fn number(&mut self, key: &SegmentKey, here: Here<'_>) -> u32 {
        let name = key.to_string();
        if let Some(number) = self.by_name.get(&name) {
            return *number;
        }
        let number = self.list.len() as u32;
        self.list.push(Target {
            key: key.clone(),
            known: here
                .segments
                .find(key)
                .is_some_and(|segment| segment.len() > 0),
            destroyed: here.destroyed.has(key),
        });
        self.by_name.insert(name, number);
        number
    }

    fn get(&self, number: u32) -> &Target {
        &self.list[number as usize]
    }
}

/// The segment that is being filled for one kind, branch and year.
#[derive(Debug)]
struct Open {
    segment: u32,
    number: u32,
    rows: usize,
    bytes: usize,
}

/// A record's segment, by number, and id in it.
type At = (u32, u64);

/// Records of one segment that are made or compared together.
pub(crate) type Block = (SegmentKey, Vec<NewRecord>);

/// Puts rows where they belong.
#[derive(Debug)]
pub(crate) struct Placing {
    import: String,
    derivation: Derivation,
    table: SegmentTable,
    /// Year, or 0 for customers.
    open: BTreeMap<(RecordKind, BranchCode, i32), Open>,
    count: u64,
    /// Customers of the file by their number in the other system.
    links: BTreeMap<Number, At>,
    /// Records that were here before, by their number in the other system.
    known: BTreeMap<Number, At>,
    /// Numbers of the file that are taken.
    seen: BTreeSet<Number>,
    /// Records to be made.
    pub creates: Blocks,
    /// Records that exist, to be compared field by field.
    pub compares: Blocks,
    /// Rows whose record is here as it is.
    pub unchanged: u64,
}

/// Stands for a kind of record and its number in the other system.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Number([u8; 16]);

impl Number {
    fn of(kind: RecordKind, external: &str) -> Self {
        let mut hasher = blake3::Hasher::new();
        hasher.update(kind.name().as_bytes());
        hasher.update(external.as_bytes());
        let hash = hasher.finalize();
        Self(
            hash.as_bytes()[..16]
                .try_into()
                .expect("a hash has 32 bytes"),
        )
    }
}

impl Placing {
    /// Returns where the rows of an import go, before its first row.
    pub fn new(import: String, derivation: Derivation, here: Here<'_>) -> Self {
        let mut placing = Self {
            import,
            derivation,
            table: SegmentTable::default(),
            open: BTreeMap::new(),
            count: 0,
            links: BTreeMap::new(),
            known: BTreeMap::new(),
            seen: BTreeSet::new(),
            creates: Blocks::default(),
            compares: Blocks::default(),
            unchanged: 0,
        };
        let standing = here.segments.standing();
        for kind in [RecordKind::Customer, RecordKind::Case] {
            for (_, segment) in here.segments.of_kind(kind) {
                let mut number = None;
                for row in segment.iter() {
                    let external = match kind {
                        RecordKind::Customer => row.customer(CustomerColumn::ExternalNumber),
                        _ => row.case(CaseColumn::ExternalNumber),
                    };
                    if external.is_empty() {
                        continue;
                    }
                    let at = if kind == RecordKind::Customer && standing.hides(segment, row) {
                        // What is said of a file that gave way is said of the one that stayed.
                        let stays = standing
                            .of_id(&segment.id(row))
                            .expect("a hidden file gave way to one that is here");
                        (placing.table.number(&stays.segment, here), stays.local)
                    } else {
                        let number =
                            *number.get_or_insert_with(|| placing.table.number(&segment.key, here));
                        (number, row.local())
                    };
                    placing
                        .known
                        .entry(Number::of(kind, external))
                        .or_insert(at);
                }
            }
        }
        placing
    }

    /// Returns the import's id.
    pub fn import(&self) -> &str {
        &self.import
    }

    /// Puts a row where it belongs.
    pub fn put(&mut self, mut loose: Loose, here: Here<'_>) {
        self.link_customer(&mut loose.record);
        let (segment, local) = match &loose.id {
            Some(id) => (self.table.number(&id.segment, here), id.local),
            None => self.place(&loose, here),
        };
        loose.record.local = local;
        loose.record.import = Some(self.import.clone());
        let own = loose.id.is_some();
        if !own {
            self.name_events(&mut loose.record);
        }
        let number = loose
            .record
            .fields
            .get("external_number")
            .filter(|external| !external.is_empty())
            .map(|external| Number::of(loose.kind, external));
        if let Some(number) = number.filter(|_| loose.kind == RecordKind::Customer) {
            self.links.entry(number).or_insert((segment, local));
        }
        let target = self.table.get(segment);
        // What is here under the row's own id came with this file or was exported: what was edited since must stay.
        let is_here = || {
            let id = RecordId::new(target.key.clone(), local);
            target.known && here.segments.row(&id).is_some()
        };
        if target.destroyed || is_here() {
            self.unchanged += 1;
            return;
        }
        if let (false, Some(number)) = (own, number) {
            if let Some((segment, local)) = self.known.get(&number).copied() {
                if self.is_ours(segment) {
                    self.unchanged += 1;
                } else {
                    loose.record.local = local;
                    self.compares.add(segment, loose.record, loose.bytes);
                }
                return;
            }
            if !self.seen.insert(number) {
                self.unchanged += 1;
                return;
            }
        }
        self.creates.add(segment, loose.record, loose.bytes);
    }

    /// Puts every block on the way; no row follows.
    pub fn close(&mut self) {
        self.creates.close_all();
        self.compares.close_all();
    }

    /// Returns the next blocks to be made: at most `most`, and fewer than that only with `all`.
    pub fn next_creates(&self, most: usize, all: bool) -> usize {
        let ready = self.creates.full.len();
        if ready >= most || all {
            ready.min(most)
        } else {
            0
        }
    }

    /// Returns the segments of the next blocks to be made.
    pub fn keys_of_creates(&self, count: usize) -> impl Iterator<Item = &SegmentKey> {
        self.creates
            .full
            .iter()
            .take(count)
            .map(|(segment, _)| &self.table.get(*segment).key)
    }

    /// Takes the next blocks to be made.
    pub fn take_creates(&mut self, count: usize) -> Vec<Block> {
        let blocks = self
            .creates
            .full
            .drain(..count.min(self.creates.full.len()));
        blocks
            .map(|(segment, records)| (self.table.get(segment).key.clone(), records))
            .collect()
    }

    /// Returns the segment of the next block to be compared.
    pub fn key_of_compare(&self) -> Option<&SegmentKey> {
        let (segment, _) = self.compares.full.front()?;
        Some(&self.table.get(*segment).key)
    }

    /// Takes the next block to be compared.
    pub fn take_compare(&mut self) -> Option<Block> {
        let (segment, records) = self.compares.full.pop_front()?;
        Some((self.table.get(segment).key.clone(), records))
    }

    /// A segment that this import alone makes.
    fn is_ours(&self, segment: u32) -> bool {
        self.table
            .get(segment)
            .key
            .period
            .ends_with(&period_end(&self.import))
    }

    /// The place depends on the rows of the file alone, taken or not, so that every device agrees.
    fn place(&mut self, loose: &Loose, here: Here<'_>) -> At {
        let year = match (loose.kind, loose.record.received) {
            (RecordKind::Case, Some(at)) => here.calendar.date_of(at).year(),
            _ => 0,
        };
        let kind = loose.kind;
        let key = (kind, loose.branch.clone(), year);
        let segment_key = |number| {
            let end = period_end(&self.import);
            let period = match year {
                0 => format!("all{end}"),
                _ => format!("y{year:04}{end}"),
            };
            SegmentKey::new(kind, loose.branch.clone(), &period, number)
                .expect("letters and digits make a period")
        };
        let begin = |table: &mut SegmentTable, number| Open {
            segment: table.number(&segment_key(number), here),
            number,
            rows: 0,
            bytes: 0,
        };
        let open = match self.open.entry(key) {
            std::collections::btree_map::Entry::Occupied(entry) => entry.into_mut(),
            std::collections::btree_map::Entry::Vacant(entry) => {
                entry.insert(begin(&mut self.table, 0))
            }
        };
        let full = open.rows >= self.derivation.segment_records(kind);
        if full || open.bytes + loose.bytes > MAX_BLOCK_BYTES && open.rows > 0 {
            self.creates.close(open.segment);
            *open = begin(&mut self.table, open.number + 1);
        }
        open.rows += 1;
        open.bytes += loose.bytes;
        self.count += 1;
        let local = self.derivation.record(&self.import, loose.line, self.count);
        (open.segment, local)
    }

    fn link_customer(&self, record: &mut NewRecord) {
        let Some(link) = record.fields.remove("customer") else {
            return;
        };
        let found = RecordId::parse(&link)
            .ok()
            .map(|id| id.to_string())
            .or_else(|| {
                let number = Number::of(RecordKind::Customer, &link);
                let (segment, local) = self
                    .links
                    .get(&number)
                    .or_else(|| self.known.get(&number))?;
                Some(RecordId::new(self.table.get(*segment).key.clone(), *local).to_string())
            });
        match found {
            Some(id) => record.fields.insert("customer".to_owned(), id),
            None => record.fields.insert(custom("customer"), link),
        };
    }

    /// Gives events ids that are equal on every device, each after the one before.
    fn name_events(&self, record: &mut NewRecord) {
        let mut before: Option<EventId> = None;
        for (index, event) in record.events.iter_mut().enumerate() {
            event.id = self.derivation.event(record.local, index);
            event.after = before.into_iter().collect();
            before = Some(event.id.clone());
        }
    }
}

/// Returns how the periods of an import's segments end.
pub(crate) fn period_end(import: &str) -> String {
    format!("i{import}")
}

/// Blocks of records by segment: those that grow, and those on the way.
#[derive(Debug, Default)]
pub(crate) struct Blocks {
    open: BTreeMap<u32, Growing>,
    /// Text of the open ones.
    bytes: usize,
    touches: u64,
    full: VecDeque<(u32, Vec<NewRecord>)>,
}

#[derive(Debug, Default)]
struct Growing {
    records: Vec<NewRecord>,
    bytes: usize,
    touched: u64,
}

impl Blocks {
    fn add(&mut self, segment: u32, record: NewRecord, bytes: usize) {
        if self.open.get(&segment).is_some_and(|block| {
            block.records.len() >= MAX_BLOCK_RECORDS || block.bytes + bytes > MAX_BLOCK_BYTES
        }) {
            self.close(segment);
        }
        self.touches += 1;
        let block = self.open.entry(segment).or_default();
        block.records.push(record);
        block.bytes += bytes;
        block.touched = self.touches;
        self.bytes += bytes;
        while self.bytes > MAX_OPEN_BYTES {
            let oldest = self.open.iter().min_by_key(|(_, block)| block.touched);
            let Some((oldest, _)) = oldest else { break };
            self.close(*oldest);
        }
    }

    fn close(&mut self, segment: u32) {
        if let Some(block) = self.open.remove(&segment) {
            self.bytes -= block.bytes;
            self.full.push_back((segment, block.records));
        }
    }

    fn close_all(&mut self) {
        while let Some(segment) = self.open.keys().next().copied() {
            self.close(segment);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_imports_stay_as_they_are_for_ever() {
        let text = blake3::hash("name,city\nA,B\n".as_bytes());
        let mapping = BTreeMap::from([("name".to_owned(), "name".to_owned())]);
        let id =
            |derivation: Derivation| derivation.import_id(&text, ImportKind::Customers, &mapping);
        let event = Derivation::Hashed.event(7, 0);
        assert_eq!(
            [
                id(Derivation::Hashed),
                id(Derivation::Counted),
                format!(
                    "{:016x}",
                    Derivation::Hashed.record("0123456789abcdef", 2, 1)
                ),
                event.as_str().to_owned(),
            ],
            [
                "19845ab378deb3b1",
                "b71a0e9fb2419331",
                "be4df5ce37b04adf",
                "3b16139aca8df86a"
            ]
        );
        assert_eq!(Derivation::Counted.record("", 2, 1), 0x1_0000);
        assert_eq!(
            Derivation::Counted.event(0x1_0000, 1).as_str(),
            "0000000000010002"
        );
    }

    fn record(local: u64) -> NewRecord {
        NewRecord {
            local,
            ..NewRecord::default()
        }
    }

    #[test]
    fn blocks_are_closed_when_they_are_full_and_the_oldest_when_all_together_are_too_large() {
        let mut blocks = Blocks::default();
        for local in 0..=MAX_BLOCK_RECORDS as u64 {
            blocks.add(1, record(local), 10);
        }
        assert_eq!(blocks.full.len(), 1);
        blocks.add(1, record(9_000), MAX_BLOCK_BYTES);
        assert_eq!(blocks.full.len(), 2, "too large");
        let many = (MAX_OPEN_BYTES / MAX_BLOCK_BYTES) as u32;
        for segment in 2..2 + many {
            blocks.add(segment, record(1), MAX_BLOCK_BYTES);
        }
        assert_eq!(blocks.full.len(), 3);
        assert_eq!(blocks.full[2].0, 1, "the oldest");
        blocks.close_all();
        let made: usize = blocks.full.iter().map(|(_, records)| records.len()).sum();
        assert_eq!(made, MAX_BLOCK_RECORDS + 2 + many as usize);
        assert_eq!(blocks.bytes, 0);
    }
}
