//! The list rows of every segment in memory, as columns, with the texts of cases and the counts that open the app.
//!
//! Stored form: `Projections[name]` = columns, `Texts[name]` = descriptions of cases beyond their subjects, `Summaries[name]` =
//! counts; all three are written together. A summary is also written with every delta, so that counts are right before the rows
//! are read. A segment is known from its summary on, its rows come after, its texts last or never: what a change says of a text
//! is kept beside the stored texts until both are written together again. Windows over rows are made in `lists`.
//!
//! Long: the three stored things are always written together.

mod preview;

use std::cell::RefCell;
use std::rc::Rc;

use huiyin_core::id::{RecordId, RecordKind, SegmentKey};
use huiyin_core::pack::PackRef;
use huiyin_core::pack::policies::Policies;
use huiyin_document::{CaseTexts, Columns, Row, RowRef, SegmentRows};

use crate::Table;
use crate::documents::Delta;
use crate::orders::Orders;
use crate::search::{Hints, OF_CASES, OF_CUSTOMERS};
use crate::served::Services;
use crate::standing::Standing;
use crate::summary::{Summary, TextPatch};
use crate::task::Tx;

pub(crate) use preview::{MAX_ROWS_BYTES, PreviewOf};

/// Most bytes of case texts in memory: those of about 400,000 cases of the usual length. Beyond, the texts of the oldest segments
/// are read from the store when they are searched.
pub(crate) const MAX_TEXT_BYTES: usize = 96 << 20;

/// The rows of one segment, by local id.
#[derive(Debug)]
pub(crate) struct Segment {
    pub key: SegmentKey,
    /// Sorts segments as the ids of their records sort.
    name: Box<str>,
    columns: Columns,
    /// The rows have been read: before, only the summary is known.
    here: bool,
    pub summary: Summary,
    /// Mark of the calendars the rows were made with; 0 = of several.
    pub mark: u64,
    /// Grows with every change of the rows.
    pub version: u64,
    texts: Option<CaseTexts>,
    /// What searches know of the texts.
    hints: Hints,
    /// Texts written since the stored ones, as the stored summary has them.
    patch: TextPatch,
    /// Texts of rows that deltas hold.
    recent: TextPatch,
}

impl Segment {
    fn new(key: SegmentKey) -> Self {
        let columns = Columns::empty(key.kind);
        Self {
            name: sort_name(&key).into(),
            texts: key.kind.is_case().then(|| CaseTexts::of(&columns, &[])),
            columns,
            key,
            here: true,
            summary: Summary::default(),
            mark: 0,
            version: 0,
            hints: Hints::default(),
            patch: TextPatch::new(),
            recent: TextPatch::new(),
        }
    }

    /// Returns the rows by local id.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = RowRef<'_>> {
        self.columns.iter()
    }

    /// Returns the number of rows, as the summary tells while they are not read.
    pub fn len(&self) -> usize {
        if self.here {
            self.columns.len()
        } else {
            self.summary.rows as usize
        }
    }

    /// Returns the rows as columns.
    pub fn columns(&self) -> &Columns {
        &self.columns
    }

    /// Returns what searches know of the texts.
    pub fn hints(&self) -> &Hints {
        &self.hints
    }

    /// Returns the texts of its cases, if they are in memory.
    pub fn texts(&self) -> Option<&CaseTexts> {
        self.texts.as_ref()
    }

    /// Returns the record id of a row.
    pub fn id(&self, row: RowRef<'_>) -> RecordId {
        RecordId::new(self.key.clone(), row.local())
    }

    /// Returns the texts of its cases from their stored form; empty ones if none are stored.
    pub fn read_texts(&self, stored: Option<&[u8]>) -> CaseTexts {
        let mut patch = self.patch.clone();
        patch.extend(self.recent.clone());
        stored
            .and_then(|bytes| CaseTexts::decode(&self.columns, bytes, &patch))
            .unwrap_or_else(|| CaseTexts::patched(&self.columns, &patch))
    }

    fn changed(&mut self) {
        self.version += 1;
        self.hints = Hints::default();
        self.summary = Summary {
            stored: self.summary.stored,
            ..Summary::of(&self.columns, self.mark)
        };
    }
}

/// Where a row stands: segment in order, row in segment.
pub(crate) type Place = (u32, u32);

/// All rows on this device, segments in the order of their ids.
#[derive(Debug, Default)]
pub(crate) struct Segments {
    #[expect(
        clippy::vec_box,
        reason = "a new segment goes in between others, which are moved then"
    )]
    list: Vec<Box<Segment>>,
    /// Grows with every change.
    pub revision: u64,
    /// Grows when a segment comes or goes: places of others move then.
    pub shape: u64,
    text_bytes: usize,
    /// What lists show instead, while documents are still coming.
    preview: Option<Box<Segments>>,
    /// Sorted lists, made when they are asked for.
    pub(crate) orders: RefCell<Orders>,
    /// Files that gave way to others, with the revision they were read at.
    pub(crate) standing: RefCell<Option<(u64, Rc<Standing>)>>,
    /// When customers were last served, with the revision it was read at.
    pub(crate) served: RefCell<Option<(u64, Rc<Services>)>>,
}

/// Returns the key that sorts segments as the ids of their records sort.
fn sort_name(key: &SegmentKey) -> String {
    format!("{key}.")
}

impl Segments {
    /// Puts in the rows of a whole segment; they are stored by [`Self::store`].
    pub fn load(&mut self, key: SegmentKey, rows: SegmentRows) {
        self.revision += 1;
        if let Some(preview) = &mut self.preview {
            preview.follow_segment(&key, &rows);
        }
        let segment = self.entry(&key);
        segment.mark = rows.mark;
        segment.columns = Columns::of(key.kind, &rows.rows);
        segment.here = true;
        let texts = key
            .kind
            .is_case()
            .then(|| CaseTexts::of(&segment.columns, &rows.rows));
        segment.changed();
        self.set_texts(&key, texts);
    }

    /// Notes a segment whose rows are still to be read.
    pub fn announce(&mut self, key: SegmentKey, summary: Summary) {
        self.revision += 1;
        let segment = self.entry(&key);
        segment.here = false;
        if summary.stored {
            segment.texts = None;
        }
        segment.patch.clone_from(&summary.patch);
        segment.mark = summary.mark;
        segment.summary = summary;
    }

    /// Puts in stored rows; false if they cannot be read or another version wrote them.
    pub fn read_rows(&mut self, key: &SegmentKey, stored: &[u8]) -> bool {
        let Some((columns, mark)) = Columns::decode(key.kind, stored) else {
            return false;
        };
        self.put_columns(key, columns, mark);
        true
    }

    fn put_columns(&mut self, key: &SegmentKey, columns: Columns, mark: u64) {
        self.revision += 1;
        let segment = self.entry(key);
        segment.columns = columns;
        segment.mark = mark;
        segment.here = true;
        segment.summary.stored = true;
        segment.changed();
        self.set_texts(key, None);
    }

    /// Puts in the texts of a segment's cases from their stored form, unless they are in memory or memory is full.
    pub fn read_texts(&mut self, key: &SegmentKey, stored: &[u8]) {
        if self.text_bytes >= MAX_TEXT_BYTES {
            return;
        }
        if let Ok(at) = self.position(key)
            && self.list[at].here
            && self.list[at].texts.is_none()
        {
            let texts = self.list[at].read_texts(Some(stored));
            self.set_texts(key, Some(texts));
        }
    }

    fn set_texts(&mut self, key: &SegmentKey, texts: Option<CaseTexts>) {
        if let Ok(at) = self.position(key) {
            let bytes = |texts: &Option<CaseTexts>| texts.as_ref().map_or(0, CaseTexts::bytes);
            let segment = &mut self.list[at];
            self.text_bytes =
                (self.text_bytes + bytes(&texts)).saturating_sub(bytes(&segment.texts));
            segment.texts = texts;
        }
    }

    /// Finds out what searches ask of the texts of some segments from `from` on, and returns where it ended.
    pub fn fill_hints(&self, from: usize, segments: usize) -> usize {
        let to = (from + segments).min(self.list.len());
        for segment in self.list.get(from..to).unwrap_or_default() {
            let places = match segment.key.kind {
                RecordKind::Customer => &OF_CUSTOMERS,
                kind if kind.is_case() => &OF_CASES,
                _ => continue,
            };
            segment.hints.fill(&segment.columns, places);
        }
        to
    }

    /// Forgets the texts of the segments whose cases came in first, until the rest takes less than [`MAX_TEXT_BYTES`]. Only while no
    /// writes are on their way.
    pub fn trim_texts(&mut self) {
        if self.text_bytes <= MAX_TEXT_BYTES {
            return;
        }
        let mut held: Vec<(bool, i64, SegmentKey)> = self
            .iter()
            .filter(|segment| segment.texts.is_some() && !segment.columns.is_empty())
            .map(|segment| {
                let open = segment.summary.open() > 0;
                (open, segment.summary.newest, segment.key.clone())
            })
            .collect();
        held.sort();
        for (_, _, key) in held {
            if self.text_bytes <= MAX_TEXT_BYTES {
                return;
            }
            self.set_texts(&key, None);
        }
    }

    /// Writes the stored form of a segment's rows, texts and counts.
    pub fn store(&mut self, tx: &mut Tx<'_>, key: &SegmentKey) {
        let Ok(at) = self.position(key) else {
            return;
        };
        let segment = &mut self.list[at];
        tx.put(
            Table::Projections,
            key.to_string(),
            segment.columns.encode(segment.mark),
        );
        segment.summary.stored = true;
        let recent = std::mem::take(&mut segment.recent);
        if let Some(texts) = &segment.texts {
            segment.patch = TextPatch::new();
            tx.put(
                Table::Texts,
                key.to_string(),
                texts.encode(&segment.columns),
            );
        } else {
            segment.patch.extend(recent);
        }
        self.store_summary(tx, key);
    }

    /// Writes the counts of a segment.
    pub fn store_summary(&self, tx: &mut Tx<'_>, key: &SegmentKey) {
        if let Some(segment) = self.find(key) {
            let bytes = segment.summary.encode(&segment.patch);
            tx.put(Table::Summaries, key.to_string(), bytes);
        }
    }

    /// Forgets a segment.
    pub fn remove(&mut self, key: &SegmentKey) {
        if let Some(preview) = &mut self.preview {
            preview.remove(key);
        }
        self.set_texts(key, None);
        if let Ok(at) = self.position(key) {
            self.list.remove(at);
            self.revision += 1;
            self.shape += 1;
        }
    }

    /// Applies the row changes of a delta.
    pub fn update(&mut self, key: &SegmentKey, delta: &Delta) {
        self.revision += 1;
        if let Some(preview) = &mut self.preview {
            preview.follow_change(key, delta);
        }
        let segment = self.entry(key);
        if segment.columns.is_empty() {
            segment.mark = delta.mark;
        } else if segment.mark != delta.mark {
            segment.mark = 0;
        }
        // Of a segment made since the app was last closed only changes are stored.
        segment.here |= !segment.summary.stored;
        let columns = segment.columns.changed(&delta.rows, &delta.removed);
        let texts = segment
            .texts
            .as_ref()
            .map(|texts| texts.changed(&segment.columns, &columns, &delta.rows));
        if segment.key.kind.is_case() {
            let rests = delta.rows.iter().map(|row| (row.local, row.rest.clone()));
            segment.recent.extend(rests);
        }
        segment.columns = columns;
        segment.changed();
        self.set_texts(key, texts);
    }

    fn position(&self, key: &SegmentKey) -> Result<usize, usize> {
        let name = sort_name(key);
        self.list
            .binary_search_by(|segment| (*segment.name).cmp(&name))
    }

    fn entry(&mut self, key: &SegmentKey) -> &mut Segment {
        let at = match self.position(key) {
            Ok(at) => at,
            Err(at) => {
                self.list.insert(at, Box::new(Segment::new(key.clone())));
                self.shape += 1;
                at
            }
        };
        &mut self.list[at]
    }

    /// Returns a segment.
    pub fn find(&self, key: &SegmentKey) -> Option<&Segment> {
        self.position(key).ok().map(|at| &*self.list[at])
    }

    /// Returns the segment with this index.
    pub fn get(&self, index: u32) -> &Segment {
        &self.list[index as usize]
    }

    /// Returns the segments in the order of their ids.
    pub fn iter(&self) -> impl Iterator<Item = &Segment> {
        self.list.iter().map(|segment| &**segment)
    }

    /// Returns the segments of a kind with their index.
    pub fn of_kind(&self, kind: RecordKind) -> impl Iterator<Item = (u32, &Segment)> {
        self.iter()
            .enumerate()
            .filter(move |(_, segment)| segment.key.kind == kind)
            .map(|(index, segment)| (index as u32, segment))
    }

    /// Returns the segments whose rows have not been read.
    pub fn absent(&self) -> impl Iterator<Item = &SegmentKey> {
        self.iter()
            .filter(|segment| !segment.here)
            .map(|segment| &segment.key)
    }

    /// Returns the mark of the calendars the rows of a segment were made with; 0 if it is not known.
    pub fn mark(&self, key: &SegmentKey) -> u64 {
        self.find(key).map_or(0, |segment| segment.mark)
    }

    /// Returns the rows of a segment, each by itself; empty if it is not known.
    pub fn rows(&self, key: &SegmentKey) -> Vec<Row> {
        self.find(key).map_or_else(Vec::new, |segment| {
            segment.iter().map(|row| row.to_row()).collect()
        })
    }

    /// Returns the segments whose rows were made with other calendars or, of customers, under other rules, by other keys of staff, or
    /// lack a pack that is here now.
    pub fn outdated<'a>(&'a self, policies: &'a Policies) -> impl Iterator<Item = &'a SegmentKey> {
        let lacks = move |row: RowRef<'_>| {
            row.lacks_pack() && policies.pack(&PackRef(row.pack().to_owned())).is_some()
        };
        let of_customers = policies.mark_of(RecordKind::Customer);
        let of_others = policies.mark_of(RecordKind::Case);
        self.iter()
            .filter(move |segment| {
                let mark = match segment.key.kind {
                    RecordKind::Customer => of_customers,
                    _ => of_others,
                };
                segment.mark != mark || (segment.summary.lacks_pack && segment.iter().any(lacks))
            })
            .map(|segment| &segment.key)
    }

    /// Returns a live record's row.
    pub fn row(&self, id: &RecordId) -> Option<RowRef<'_>> {
        self.find(&id.segment)?.columns.find(id.local)
    }

    /// Returns the row at a place.
    pub fn at(&self, place: Place) -> (&Segment, RowRef<'_>) {
        let segment = self.get(place.0);
        (segment, segment.columns.row(place.1 as usize))
    }

    /// Returns the number of rows, as counts tell where they are not read.
    pub fn rows_in_all(&self) -> u64 {
        self.iter().map(|segment| segment.len() as u64).sum()
    }

    /// Returns the number of live records of a kind.
    pub fn count(&self, kind: RecordKind) -> usize {
        self.of_kind(kind).map(|(_, segment)| segment.len()).sum()
    }

    /// Returns the segments of a branch and period with their number and fill, highest number last.
    pub fn fill(&self, kind: RecordKind, branch: &str, period: &str) -> Option<(u32, usize)> {
        self.of_kind(kind)
            .filter(|(_, segment)| {
                segment.key.branch.as_str() == branch && segment.key.period == period
            })
            .map(|(_, segment)| (segment.key.number, segment.len()))
            .max()
    }
}
