//! The rows coming in after the app was opened: customers, then cases, then the rest, the texts of cases last.
//!
//! A few bounded loads are under way at a time, so that requests are answered between them. What is answered before everything is
//! here needs only what is here ([`Stage`]); writing work waits for all rows, not for texts.

use std::collections::VecDeque;

use huiyin_api::Request;
use huiyin_core::id::RecordKind;
use huiyin_document::DocumentKey;

use crate::documents::{Delta, read_delta_key};
use crate::segments::Segments;
use crate::task::Rows;
use crate::{Query, Table};

/// Loads under way at a time: the store reads one while the engine takes in another.
const LOADS: usize = 3;
/// Loads of texts under way at a time: nobody waits for them, and a request waits for all that are.
const LOADS_OF_TEXTS: usize = 1;
/// Segments whose rows one load reads.
const SEGMENTS_A_LOAD: usize = 64;
/// Deltas one load reads.
const DELTAS_A_LOAD: u32 = 512;
/// Segments whose texts one load reads: some milliseconds of work, which a request may have to wait for.
const TEXTS_A_LOAD: usize = 8;
/// Segments of which one such load finds out what searches ask.
const HINTS_A_LOAD: usize = 16;

/// What has been read, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stage {
    /// The counts.
    Counts,
    /// The rows of customers too.
    Customers,
    /// Every row.
    Rows,
    /// The texts of cases too, as far as memory allows.
    Texts,
}

impl Stage {
    /// Returns what a request needs to be answered whole.
    pub fn needed_by(request: &Request) -> Self {
        match request {
            Request::Status
            | Request::Settings
            | Request::StaffKeys
            | Request::Sync
            | Request::Quarantine { .. }
            | Request::SyncNow
            | Request::PauseSync
            | Request::Calendars
            | Request::SavedViews
            | Request::Lock(_)
            | Request::Draft { .. } => Self::Counts,
            Request::Customers(_)
            | Request::SamePhone { .. }
            | Request::Alike { .. }
            | Request::GroupCounts { cases: false, .. }
            | Request::CustomFields { cases: false } => Self::Customers,
            _ => Self::Rows,
        }
    }
}

/// A read of rows of one table and kind.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Piece {
    table: Table,
    kind: RecordKind,
    after: Option<Vec<u8>>,
    limit: u32,
}

impl Piece {
    fn query(&self) -> Query {
        Query::Range {
            table: self.table,
            prefix: prefix(self.kind),
            after: self.after.clone(),
            limit: self.limit,
            keys_only: false,
        }
    }
}

fn prefix(kind: RecordKind) -> Vec<u8> {
    format!("{}.", kind.name()).into_bytes()
}

/// What is read one after the other: a table of some kinds, and the stage that is reached with it.
const STEPS: [(Table, &[RecordKind], Option<Stage>); 5] = [
    (Table::Projections, &[RecordKind::Customer], None),
    (
        Table::Deltas,
        &[RecordKind::Customer],
        Some(Stage::Customers),
    ),
    (Table::Projections, NOT_CUSTOMERS, None),
    (Table::Deltas, NOT_CUSTOMERS, Some(Stage::Rows)),
    (
        Table::Texts,
        &[RecordKind::Case, RecordKind::Continuation],
        Some(Stage::Texts),
    ),
];

/// The kinds of records whose rows come after those of customers.
const NOT_CUSTOMERS: &[RecordKind] = &[
    RecordKind::Case,
    RecordKind::Continuation,
    RecordKind::Consequence,
    RecordKind::Contact,
    RecordKind::Survey,
];

/// The reading of rows under way.
#[derive(Debug)]
pub(crate) struct Arrival {
    /// Keys of the stored segments.
    keys: Vec<Vec<u8>>,
    waiting: VecDeque<Piece>,
    under_way: Vec<(u64, Piece)>,
    step: usize,
    stage: Stage,
    /// Segments whose rows cannot be read, or are of another version.
    stale: Vec<DocumentKey>,
    /// Segments whose texts searches know enough of.
    hinted: usize,
    /// Rows read, and rows there are as the counts tell.
    pub done: u64,
    pub total: u64,
}

impl Arrival {
    /// Returns the reading of everything the counts announce; `keys` are those of the stored rows, in order.
    pub fn new(segments: &Segments, keys: Vec<Vec<u8>>) -> Self {
        let mut arrival = Self {
            keys,
            waiting: VecDeque::new(),
            under_way: Vec::new(),
            step: 0,
            stage: Stage::Counts,
            stale: Vec::new(),
            hinted: 0,
            done: 0,
            total: segments.rows_in_all(),
        };
        arrival.begin_step();
        arrival
    }

    /// Cuts a step into pieces. Where one ends is known beforehand, so that several are read at a time; but for deltas, of which
    /// there are few.
    fn begin_step(&mut self) {
        let Some((table, kinds, _)) = STEPS.get(self.step) else {
            return;
        };
        for kind in *kinds {
            let piece = |after, limit| Piece {
                table: *table,
                kind: *kind,
                after,
                limit,
            };
            if *table == Table::Deltas {
                self.waiting.push_back(piece(None, DELTAS_A_LOAD));
                continue;
            }
            let prefix = prefix(*kind);
            let keys: Vec<&Vec<u8>> = self
                .keys
                .iter()
                .filter(|key| key.starts_with(&prefix))
                .collect();
            let mut after = None;
            let size = if *table == Table::Texts {
                TEXTS_A_LOAD
            } else {
                SEGMENTS_A_LOAD
            };
            for chunk in keys.chunks(size) {
                self.waiting.push_back(piece(after, chunk.len() as u32));
                after = chunk.last().map(|key| (*key).clone());
            }
        }
        if *table == Table::Texts {
            // The newest months stand last.
            self.waiting.make_contiguous().reverse();
        }
    }

    /// Returns what has been read.
    pub fn stage(&self) -> Stage {
        self.stage
    }

    /// Returns the loads to begin, under ids that `id` gives.
    pub fn loads(&mut self, mut id: impl FnMut() -> u64) -> Vec<(u64, Query)> {
        let mut loads = Vec::new();
        let most = match self.stage {
            Stage::Rows => LOADS_OF_TEXTS,
            _ => LOADS,
        };
        while self.under_way.len() < most
            && let Some(piece) = self.waiting.pop_front()
        {
            let load = id();
            loads.push((load, piece.query()));
            self.under_way.push((load, piece));
        }
        loads
    }

    /// Returns whether a load is one of these.
    pub fn awaits(&self, load: u64) -> bool {
        self.under_way.iter().any(|(known, _)| *known == load)
    }

    /// Notes that a load has come and returns the table it read.
    pub fn turn(&mut self, load: u64, rows: &Rows) -> Option<Table> {
        let at = self
            .under_way
            .iter()
            .position(|(known, _)| *known == load)?;
        let (_, piece) = self.under_way.swap_remove(at);
        if piece.table == Table::Deltas
            && rows.len() as u32 >= piece.limit
            && let Some((last, _)) = rows.last()
        {
            let after = Some(last.clone());
            self.waiting.push_front(Piece { after, ..piece });
            return Some(Table::Deltas);
        }
        Some(piece.table)
    }

    /// Takes in rows of a table.
    pub fn take(&mut self, segments: &mut Segments, table: Table, rows: Rows) {
        match table {
            Table::Deltas => self.take_deltas(segments, &rows),
            Table::Texts => {
                self.hinted = segments.fill_hints(self.hinted, HINTS_A_LOAD);
                for (name, value) in rows {
                    if let Some(DocumentKey::Segment(key)) = read_key(&name) {
                        segments.read_texts(&key, &value);
                    }
                }
            }
            _ => {
                for (name, value) in rows {
                    let Some(DocumentKey::Segment(key)) = read_key(&name) else {
                        continue;
                    };
                    if segments.read_rows(&key, &value) {
                        self.done += segments.find(&key).map_or(0, |found| found.len() as u64);
                    } else {
                        self.stale.push(DocumentKey::Segment(key));
                    }
                }
            }
        }
    }

    fn take_deltas(&mut self, segments: &mut Segments, rows: &Rows) {
        let mut group: Option<(DocumentKey, Delta)> = None;
        for (name, value) in rows {
            let Some((key, _)) = read_delta_key(name) else {
                continue;
            };
            let Some((delta, true)) = Delta::decode(value) else {
                self.stale.push(key);
                continue;
            };
            match &mut group {
                // Deltas of one segment are put in together: each time all of its rows are gone through.
                Some((last, gathered)) if *last == key && gathered.mark == delta.mark => {
                    gathered.follow(delta);
                }
                _ => {
                    if let Some((DocumentKey::Segment(key), delta)) = group.replace((key, delta)) {
                        segments.update(&key, &delta);
                    }
                }
            }
        }
        if let Some((DocumentKey::Segment(key), delta)) = group {
            segments.update(&key, &delta);
        }
    }

    /// Goes on if everything of a step has been read; true if a stage was reached with it.
    pub fn advance(&mut self) -> bool {
        let mut reached = false;
        while self.under_way.is_empty() && self.waiting.is_empty() && self.step < STEPS.len() {
            if let (_, _, Some(stage)) = STEPS[self.step] {
                self.stage = stage;
                reached = true;
            }
            self.step += 1;
            self.begin_step();
        }
        reached
    }

    /// Returns the segments to be made anew, once all rows have been read.
    pub fn stale(&mut self, segments: &Segments) -> Vec<DocumentKey> {
        let mut stale = std::mem::take(&mut self.stale);
        stale.extend(segments.absent().cloned().map(DocumentKey::Segment));
        stale.sort();
        stale.dedup();
        stale
    }
}

fn read_key(name: &[u8]) -> Option<DocumentKey> {
    std::str::from_utf8(name).ok()?.parse().ok()
}
