//! The list rows of every segment in memory, as columns. Windows over them are made in `lists`.

use std::cell::RefCell;
use std::collections::BTreeMap;

use huiyin_core::id::{RecordId, RecordKind, SegmentKey};
use huiyin_core::pack::PackRef;
use huiyin_core::pack::policies::Policies;
use huiyin_document::{
    CaseColumn, Columns, CustomerColumn, PROJECTION_VERSION, Row, RowRef, SegmentRows,
};

use crate::Table;
use crate::documents::Delta;
use crate::task::Tx;

/// The rows of one segment, by local id.
#[derive(Debug)]
pub(crate) struct Segment {
    pub key: SegmentKey,
    /// Sorts segments as the ids of their records sort.
    name: Box<str>,
    columns: Columns,
    /// Mark of the calendars the rows were made with; 0 = of several.
    pub mark: u64,
}

impl Segment {
    fn new(key: SegmentKey) -> Self {
        Self {
            name: sort_name(&key).into(),
            columns: Columns::empty(key.kind),
            key,
            mark: 0,
        }
    }

    /// Returns the rows by local id.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = RowRef<'_>> {
        self.columns.iter()
    }

    /// Returns the number of rows.
    pub fn len(&self) -> usize {
        self.columns.len()
    }

    /// Returns the rows as columns.
    pub fn columns(&self) -> &Columns {
        &self.columns
    }

    /// Returns the record id of a row.
    pub fn id(&self, row: RowRef<'_>) -> RecordId {
        RecordId::new(self.key.clone(), row.local())
    }
}

/// Where a row stands: segment in order, row in segment.
pub(crate) type Place = (u32, u32);

/// A sorted list: what was asked for, the revision it was made of, the places.
pub(crate) type Ordered = (String, u64, std::rc::Rc<Vec<Place>>);

/// All rows on this device, segments in the order of their ids.
#[derive(Debug, Default)]
pub(crate) struct Segments {
    list: Vec<Box<Segment>>,
    /// Grows with every change.
    pub revision: u64,
    /// The last list that was sorted, with what it was made of.
    pub(crate) ordered: RefCell<Option<Ordered>>,
}

/// Returns the key that sorts segments as the ids of their records sort.
fn sort_name(key: &SegmentKey) -> String {
    format!("{key}.")
}

impl Segments {
    /// Puts in a stored projection.
    pub fn load(&mut self, key: SegmentKey, rows: SegmentRows) {
        let segment = self.entry(&key);
        segment.mark = rows.mark;
        segment.columns = Columns::of(key.kind, &rows.rows);
        self.revision += 1;
    }

    /// Writes the stored form of a segment's rows.
    pub fn store(&self, tx: &mut Tx<'_>, key: &SegmentKey) {
        let rows = SegmentRows {
            version: PROJECTION_VERSION,
            mark: self.mark(key),
            rows: self.rows(key),
        };
        tx.put(
            Table::Projections,
            key.to_string(),
            postcard::to_allocvec(&rows).expect("rows are plain data"),
        );
    }

    /// Forgets a segment.
    pub fn remove(&mut self, key: &SegmentKey) {
        if let Ok(at) = self.position(key) {
            self.list.remove(at);
            self.revision += 1;
        }
    }

    /// Applies the row changes of a delta.
    pub fn update(&mut self, key: &SegmentKey, delta: &Delta) {
        let segment = self.entry(key);
        if segment.columns.is_empty() {
            segment.mark = delta.mark;
        } else if segment.mark != delta.mark {
            segment.mark = 0;
        }
        segment.columns = segment.columns.changed(&delta.rows, &delta.removed);
        self.revision += 1;
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
                at
            }
        };
        &mut self.list[at]
    }

    /// Returns a segment.
    pub fn find(&self, key: &SegmentKey) -> Option<&Segment> {
        self.position(key).ok().map(|at| &*self.list[at])
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

    /// Returns the rows of a segment, each by itself; empty if it is not known.
    pub fn rows(&self, key: &SegmentKey) -> Vec<Row> {
        self.find(key).map_or_else(Vec::new, |segment| {
            segment.iter().map(|row| row.to_row()).collect()
        })
    }

    /// Returns the mark of the calendars the rows of a segment were made with; 0 if it is not known.
    pub fn mark(&self, key: &SegmentKey) -> u64 {
        self.find(key).map_or(0, |segment| segment.mark)
    }

    /// Returns the segments of cases whose rows were made with other calendars, or lack a pack that is here now.
    pub fn outdated<'a>(&'a self, policies: &'a Policies) -> impl Iterator<Item = &'a SegmentKey> {
        let lacks = move |row: RowRef<'_>| {
            row.lacks_pack() && policies.pack(&PackRef(row.pack().to_owned())).is_some()
        };
        self.iter()
            .filter(|segment| segment.key.kind != RecordKind::Customer)
            .filter(move |segment| segment.mark != policies.mark || segment.iter().any(lacks))
            .map(|segment| &segment.key)
    }

    /// Returns a live record's row.
    pub fn row(&self, id: &RecordId) -> Option<RowRef<'_>> {
        self.find(&id.segment)?.columns.find(id.local)
    }

    /// Returns the row at a place.
    pub fn at(&self, place: Place) -> (&Segment, RowRef<'_>) {
        let segment = &*self.list[place.0 as usize];
        (segment, segment.columns.row(place.1 as usize))
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

    /// Returns the live records of a kind by their number in another system.
    pub fn by_external(&self, kind: RecordKind) -> BTreeMap<&str, RecordId> {
        let mut map = BTreeMap::new();
        for (_, segment) in self.of_kind(kind) {
            for row in segment.iter() {
                let external = match kind {
                    RecordKind::Customer => row.customer(CustomerColumn::ExternalNumber),
                    RecordKind::Case => row.case(CaseColumn::ExternalNumber),
                    // Made here only: other systems have no number for them.
                    RecordKind::Continuation | RecordKind::Consequence => "",
                };
                if !external.is_empty() {
                    map.entry(external).or_insert_with(|| segment.id(row));
                }
            }
        }
        map
    }
}
