//! Rows that lists show before the documents they are made from have come: those of a snapshot another device vouches for, and over
//! them whatever has come since.
//!
//! In memory only, beside the rows of the documents: these are stored and judged as ever, and when everything has come the preview goes.

use std::mem;

use huiyin_core::id::{RecordId, SegmentKey};
use huiyin_document::{Columns, Row, SegmentRows};

use super::{Segment, Segments};
use crate::documents::Delta;
use crate::summary::Summary;

/// Most bytes of one segment's rows as they come: unpacked they take a thousand times that at most.
pub(crate) const MAX_ROWS_BYTES: usize = 80 * 1024;
/// Most bytes of memory for the rows of a preview; segments beyond are only counted.
const MAX_PREVIEW_BYTES: usize = 128 << 20;

/// A segment of a snapshot.
pub(crate) struct PreviewOf {
    pub key: SegmentKey,
    pub summary: Summary,
    /// Its rows; without them only the counts are shown.
    pub rows: Option<Vec<u8>>,
}

impl Segments {
    /// Returns whether lists show more than the documents here.
    pub fn is_previewed(&self) -> bool {
        self.preview.is_some()
    }

    /// Begins or adds to the preview. What is known from a document and as new stays; rows that cannot be read are left out.
    pub fn preview(&mut self, parts: Vec<PreviewOf>) {
        let preview = match self.preview.take() {
            Some(preview) => preview,
            None => Box::new(self.copied()),
        };
        let mut preview = *preview;
        let bytes = |segment: &Segment| segment.columns.bytes();
        let mut taken: usize = preview.iter().map(bytes).sum();
        for mut part in parts {
            let fits = |rows: &Vec<u8>| rows.len() <= MAX_ROWS_BYTES && taken <= MAX_PREVIEW_BYTES;
            part.rows = part.rows.filter(fits);
            let key = part.key.clone();
            preview.show(part);
            taken += preview.find(&key).map_or(0, bytes);
        }
        self.revision += 1;
        self.preview = Some(Box::new(preview));
    }

    /// Shows the rows of the documents alone; false if that was so before.
    pub fn end_preview(&mut self) -> bool {
        let ended = self.preview.take().is_some();
        self.revision += u64::from(ended);
        ended
    }

    /// Has the rows that lists show stand where those of the documents stand; a second time puts them back. Nothing is written between.
    pub fn turn(&mut self) {
        if let Some(mut other) = self.preview.take() {
            mem::swap(self, &mut other);
            self.preview = Some(other);
        }
    }

    /// Returns whether a record is shown whose document is not here, or not so far.
    pub fn is_to_come(&self, id: &RecordId) -> bool {
        let shown = self.preview.as_ref().and_then(|preview| preview.row(id));
        shown.is_some() && self.row(id).is_none()
    }

    /// Returns a copy of the rows, without what lists have made of them.
    fn copied(&self) -> Self {
        let mut copy = Self::default();
        for segment in self.iter().filter(|segment| segment.here) {
            let rows = SegmentRows {
                version: huiyin_document::PROJECTION_VERSION,
                mark: segment.mark,
                rows: segment.iter().map(|row| row.to_row()).collect(),
            };
            copy.load(segment.key.clone(), rows);
        }
        copy
    }

    fn show(&mut self, part: PreviewOf) {
        let PreviewOf { key, summary, rows } = part;
        let known = self.find(&key).is_some_and(|segment| segment.here);
        let read = rows.and_then(|bytes| Columns::decode(key.kind, &bytes));
        match read {
            Some((columns, mark)) if known => {
                let rows = columns.iter().map(|row| row.to_row()).collect();
                self.show_newer(&key, rows, mark);
            }
            Some((columns, mark)) => self.put_columns(&key, columns, mark),
            None if !known => self.announce(
                key,
                Summary {
                    stored: true,
                    ..summary
                },
            ),
            None => {}
        }
    }

    /// Puts in rows, unless a newer one of the record is shown.
    fn show_newer(&mut self, key: &SegmentKey, mut rows: Vec<Row>, mark: u64) {
        if let Some(segment) = self.find(key) {
            rows.retain(|row| {
                let shown = segment.columns.find(row.local);
                shown.is_none_or(|shown| shown.updated() <= row.updated)
            });
        }
        if !rows.is_empty() {
            let delta = Delta {
                mark,
                rows,
                ..Delta::default()
            };
            self.change_shown(key, &delta);
        }
    }

    /// Follows what a change made of the rows of the documents.
    pub(super) fn follow_change(&mut self, key: &SegmentKey, delta: &Delta) {
        if !delta.removed.is_empty() {
            let removed = Delta {
                mark: delta.mark,
                removed: delta.removed.clone(),
                ..Delta::default()
            };
            self.change_shown(key, &removed);
        }
        self.show_newer(key, delta.rows.clone(), delta.mark);
    }

    /// Follows a segment that has come whole.
    pub(super) fn follow_segment(&mut self, key: &SegmentKey, rows: &SegmentRows) {
        if self.find(key).is_some_and(|segment| segment.here) {
            self.show_newer(key, rows.rows.clone(), rows.mark);
        } else {
            self.load(key.clone(), rows.clone());
        }
    }

    /// Changes rows. Where only counts are known they stay: they are those of the whole segment.
    fn change_shown(&mut self, key: &SegmentKey, delta: &Delta) {
        let counts = self.find(key).filter(|segment| !segment.here);
        let counts = counts.map(|segment| segment.summary.clone());
        self.update(key, delta);
        if let Some(counts) = counts
            && let Ok(at) = self.position(key)
        {
            self.list[at].summary = counts;
        }
    }
}
