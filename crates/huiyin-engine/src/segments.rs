//! The list rows of every segment in memory, and windows over them: filter, search, sort.

use std::cell::{OnceCell, RefCell};
use std::collections::BTreeMap;

use huiyin_core::id::{RecordId, RecordKind, SegmentKey};
use huiyin_core::pack::policies::Policies;
use huiyin_document::{CaseColumn, CustomerColumn, PROJECTION_VERSION, Row, SegmentRows};

use crate::Table;
use crate::documents::Delta;
use crate::task::Tx;

/// The rows of one segment, by local id.
#[derive(Debug)]
pub(crate) struct Segment {
    pub key: SegmentKey,
    pub rows: Vec<Row>,
    /// Mark of the calendars the rows were made with; 0 = of several.
    pub mark: u64,
    folded: OnceCell<Vec<Box<str>>>,
}

impl Segment {
    fn new(key: SegmentKey) -> Self {
        Self {
            key,
            rows: Vec::new(),
            mark: 0,
            folded: OnceCell::new(),
        }
    }

    /// Returns the searchable texts of the rows, folded once.
    pub fn folded(&self) -> &[Box<str>] {
        self.folded.get_or_init(|| {
            self.rows
                .iter()
                .map(|row| huiyin_core::text::fold(row.text()).into_boxed_str())
                .collect()
        })
    }

    /// Returns the record id of a row.
    pub fn id(&self, row: &Row) -> RecordId {
        RecordId::new(self.key.clone(), row.local)
    }
}

/// Where a row stands: segment in order, row in segment.
pub(crate) type Place = (u32, u32);

/// A sorted list: what was asked for, the revision it was made of, the places.
pub(crate) type Ordered = (String, u64, std::rc::Rc<Vec<Place>>);

/// All rows on this device, segments in the order of their ids.
#[derive(Debug, Default)]
pub(crate) struct Segments {
    list: Vec<Segment>,
    by_name: BTreeMap<String, usize>,
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
        segment.rows = rows.rows;
        segment.rows.sort_by_key(|row| row.local);
        segment.folded = OnceCell::new();
        self.revision += 1;
    }

    /// Writes the stored form of a segment's rows.
    pub fn store(&self, tx: &mut Tx<'_>, key: &SegmentKey) {
        let rows = SegmentRows {
            version: PROJECTION_VERSION,
            mark: self.mark(key),
            rows: self.rows(key).to_vec(),
        };
        tx.put(
            Table::Projections,
            key.to_string(),
            postcard::to_allocvec(&rows).expect("rows are plain data"),
        );
    }

    /// Forgets a segment.
    pub fn remove(&mut self, key: &SegmentKey) {
        let Some(at) = self.by_name.remove(&sort_name(key)) else {
            return;
        };
        self.list.remove(at);
        self.by_name
            .values_mut()
            .filter(|index| **index > at)
            .for_each(|index| *index -= 1);
        self.revision += 1;
    }

    /// Applies the row changes of a delta.
    pub fn update(&mut self, key: &SegmentKey, delta: &Delta) {
        let segment = self.entry(key);
        if segment.rows.is_empty() {
            segment.mark = delta.mark;
        } else if segment.mark != delta.mark {
            segment.mark = 0;
        }
        for local in &delta.removed {
            if let Ok(at) = segment.rows.binary_search_by_key(local, |row| row.local) {
                segment.rows.remove(at);
            }
        }
        if delta.rows.len() > 8 && segment.rows.is_empty() {
            segment.rows.extend(delta.rows.iter().cloned());
            segment.rows.sort_by_key(|row| row.local);
            segment.rows.dedup_by_key(|row| row.local);
        } else {
            for row in &delta.rows {
                match segment
                    .rows
                    .binary_search_by_key(&row.local, |row| row.local)
                {
                    Ok(at) => segment.rows[at] = row.clone(),
                    Err(at) => segment.rows.insert(at, row.clone()),
                }
            }
        }
        segment.folded = OnceCell::new();
        self.revision += 1;
    }

    fn entry(&mut self, key: &SegmentKey) -> &mut Segment {
        let name = sort_name(key);
        if !self.by_name.contains_key(&name) {
            let at = self
                .by_name
                .range(..name.clone())
                .next_back()
                .map_or(0, |(_, at)| at + 1);
            self.by_name
                .values_mut()
                .filter(|index| **index >= at)
                .for_each(|index| *index += 1);
            self.by_name.insert(name.clone(), at);
            self.list.insert(at, Segment::new(key.clone()));
        }
        &mut self.list[self.by_name[&name]]
    }

    /// Returns the segments in the order of their ids.
    pub fn iter(&self) -> impl Iterator<Item = &Segment> {
        self.list.iter()
    }

    /// Returns the segments of a kind with their index.
    pub fn of_kind(&self, kind: RecordKind) -> impl Iterator<Item = (u32, &Segment)> {
        self.list
            .iter()
            .enumerate()
            .filter(move |(_, segment)| segment.key.kind == kind)
            .map(|(index, segment)| (index as u32, segment))
    }

    /// Returns the rows of a segment; empty if it is not known.
    pub fn rows(&self, key: &SegmentKey) -> &[Row] {
        self.by_name
            .get(&sort_name(key))
            .map_or(&[], |at| &self.list[*at].rows)
    }

    /// Returns the mark of the calendars the rows of a segment were made with; 0 if it is not known.
    pub fn mark(&self, key: &SegmentKey) -> u64 {
        self.by_name
            .get(&sort_name(key))
            .map_or(0, |at| self.list[*at].mark)
    }

    /// Returns the segments of cases whose rows were made with other calendars, or lack a pack that is here now.
    pub fn outdated<'a>(&'a self, policies: &'a Policies) -> impl Iterator<Item = &'a SegmentKey> {
        let lacks = move |row: &Row| {
            row.desk.as_ref().is_some_and(|desk| {
                desk.pack_missing
                    && desk
                        .pack
                        .as_ref()
                        .is_some_and(|pack| policies.pack(pack).is_some())
            })
        };
        self.list
            .iter()
            .filter(|segment| segment.key.kind != RecordKind::Customer)
            .filter(move |segment| segment.mark != policies.mark || segment.rows.iter().any(lacks))
            .map(|segment| &segment.key)
    }

    /// Returns a live record's row.
    pub fn row(&self, id: &RecordId) -> Option<&Row> {
        let rows = self.rows(&id.segment);
        rows.binary_search_by_key(&id.local, |row| row.local)
            .ok()
            .map(|at| &rows[at])
    }

    /// Returns the row at a place.
    pub fn at(&self, place: Place) -> (&Segment, &Row) {
        let segment = &self.list[place.0 as usize];
        (segment, &segment.rows[place.1 as usize])
    }

    /// Returns the number of live records of a kind.
    pub fn count(&self, kind: RecordKind) -> usize {
        self.of_kind(kind)
            .map(|(_, segment)| segment.rows.len())
            .sum()
    }

    /// Returns the segments of a branch and period with their number and fill, highest number last.
    pub fn fill(&self, kind: RecordKind, branch: &str, period: &str) -> Option<(u32, usize)> {
        self.of_kind(kind)
            .filter(|(_, segment)| {
                segment.key.branch.as_str() == branch && segment.key.period == period
            })
            .map(|(_, segment)| (segment.key.number, segment.rows.len()))
            .max()
    }

    /// Returns the live records of a kind by their number in another system.
    pub fn by_external(&self, kind: RecordKind) -> BTreeMap<&str, RecordId> {
        let mut map = BTreeMap::new();
        for (_, segment) in self.of_kind(kind) {
            for row in &segment.rows {
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
