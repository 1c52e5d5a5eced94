//! The newest envelopes of a workspace in memory, so that what one device appends is not read from the store once for each device
//! it is pushed to. Only what is committed is put here; a stream is kept without gaps or not at all.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use huiyin_sync::StreamId;

/// Bytes kept for one workspace at most.
pub(crate) const RECENT_BYTES: usize = 512 * 1024;

/// Envelopes of one stream by position, without gaps.
type Kept = VecDeque<(u64, Arc<[u8]>)>;

#[derive(Debug, Default)]
pub(crate) struct Recent {
    streams: BTreeMap<StreamId, Kept>,
    /// Streams in the order in which their envelopes came; one entry for each envelope kept or given up.
    order: VecDeque<StreamId>,
    bytes: usize,
}

impl Recent {
    /// Keeps a committed envelope. One already kept is passed over; a gap makes the stream begin anew.
    pub(crate) fn push(&mut self, stream: StreamId, position: u64, bytes: Arc<[u8]>) {
        let kept = self.streams.entry(stream).or_default();
        let last = kept.back().map(|(last, _)| *last);
        if last.is_some_and(|last| position <= last) {
            return;
        }
        if last.is_some_and(|last| position > last + 1) {
            self.bytes -= kept.iter().map(|(_, bytes)| bytes.len()).sum::<usize>();
            kept.clear();
            self.order.retain(|other| *other != stream);
        }
        self.bytes += bytes.len();
        kept.push_back((position, bytes));
        self.order.push_back(stream);
        while self.bytes > RECENT_BYTES {
            let Some(oldest) = self.order.pop_front() else {
                break;
            };
            if let Some(kept) = self.streams.get_mut(&oldest) {
                if let Some((_, bytes)) = kept.pop_front() {
                    self.bytes -= bytes.len();
                }
                if kept.is_empty() {
                    self.streams.remove(&oldest);
                }
            }
        }
    }

    /// Returns what follows position `after`, as a store would; nothing if it does not reach back so far.
    pub(crate) fn since(
        &self,
        stream: &StreamId,
        after: u64,
        max_count: usize,
        max_bytes: usize,
    ) -> Option<Vec<(u64, Vec<u8>)>> {
        let kept = self.streams.get(stream)?;
        let (first, _) = kept.front()?;
        let (last, _) = kept.back()?;
        if after + 1 < *first || after >= *last {
            return None;
        }
        let mut entries = Vec::new();
        let mut total = 0;
        for (position, bytes) in kept.iter().skip((after + 1 - first) as usize) {
            total += bytes.len();
            if entries.len() == max_count || (total > max_bytes && !entries.is_empty()) {
                break;
            }
            entries.push((*position, bytes.to_vec()));
        }
        Some(entries)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: StreamId = StreamId([1; 16]);
    const B: StreamId = StreamId([2; 16]);

    fn positions(recent: &Recent, stream: StreamId, after: u64) -> Option<Vec<u64>> {
        let entries = recent.since(&stream, after, 100, 1_000_000)?;
        Some(entries.into_iter().map(|(position, _)| position).collect())
    }

    #[test]
    fn it_answers_only_where_it_reaches_back_and_never_over_a_gap() {
        let mut recent = Recent::default();
        assert_eq!(positions(&recent, A, 0), None);
        for position in [5, 6, 6, 5, 7] {
            recent.push(A, position, Arc::from([0; 10]));
        }
        assert_eq!(positions(&recent, A, 3), None);
        assert_eq!(positions(&recent, A, 4), Some(vec![5, 6, 7]));
        assert_eq!(positions(&recent, A, 6), Some(vec![7]));
        assert_eq!(positions(&recent, A, 7), None);
        assert_eq!(recent.since(&A, 4, 2, 100).map(|e| e.len()), Some(2));
        assert_eq!(recent.since(&A, 4, 9, 1).map(|e| e.len()), Some(1));
        recent.push(A, 9, Arc::from([0; 10]));
        assert_eq!(positions(&recent, A, 6), None);
        assert_eq!(positions(&recent, A, 8), Some(vec![9]));
        assert_eq!(recent.bytes, 10);
    }

    #[test]
    fn the_oldest_of_all_streams_goes_first_and_the_bytes_stay_within_their_limit() {
        let mut recent = Recent::default();
        let third = RECENT_BYTES / 3;
        recent.push(A, 1, Arc::from(vec![0; third]));
        recent.push(B, 1, Arc::from(vec![0; third]));
        recent.push(A, 2, Arc::from(vec![0; third]));
        recent.push(B, 2, Arc::from(vec![0; third]));
        assert_eq!(positions(&recent, A, 0), None);
        assert_eq!(positions(&recent, A, 1), Some(vec![2]));
        assert_eq!(positions(&recent, B, 0), Some(vec![1, 2]));
        recent.push(B, 3, Arc::from(vec![0; RECENT_BYTES + 1]));
        assert_eq!((recent.bytes, recent.order.len()), (0, 0));
        assert!(recent.streams.is_empty());
    }
}
