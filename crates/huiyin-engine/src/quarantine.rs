//! What came from outside and could not be taken: a row for each, with the reason. Decides what is kept and what goes when there is no
//! more room; why something is not taken is decided where it is read (`ingest`, `pieces`, `sealing`).

use std::collections::{BTreeMap, BTreeSet};

use huiyin_api::{QuarantinePage, QuarantineView, ReasonCount};
use serde::{Deserialize, Serialize};

use crate::Table;
use crate::replica::Replica;
use crate::task::{Source, Tx};
use crate::{Millis, link::MAX_WAITING_BYTES};

/// Most rows kept of what was refused, some 100 bytes each; the oldest go first.
pub(crate) const MAX_REFUSED: usize = 20_000;
/// Rows the sync screen shows at once.
pub(crate) const SHOWN_ROWS: usize = 50;

/// Bytes put aside. Field order is the format.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct PutAside {
    pub at: Millis,
    pub from: String,
    pub reason: String,
    pub size: u64,
    /// Tried again when the membership grows; then the bytes are kept.
    pub waits: bool,
    pub bytes: Vec<u8>,
}

impl PutAside {
    fn view(&self) -> QuarantineView {
        QuarantineView {
            at: self.at,
            from: self.from.clone(),
            reason: self.reason.clone(),
            bytes: self.size,
        }
    }

    /// What is counted together: the reason without its details.
    fn code(&self) -> &str {
        self.reason
            .split_once(": ")
            .map_or(&*self.reason, |(code, _)| code)
    }
}

/// The rows, by number in the order they came.
#[derive(Debug, Default)]
pub(crate) struct Quarantine {
    rows: BTreeMap<u64, PutAside>,
    next: u64,
    /// Rows that wait, by the hash of their bytes.
    waiting: BTreeMap<[u8; 32], u64>,
    waiting_bytes: usize,
    /// Rows of what was refused.
    refused: BTreeSet<u64>,
    /// Rows by reason.
    reasons: BTreeMap<String, u64>,
}

impl Quarantine {
    /// Takes a row as it is stored.
    pub fn load(&mut self, number: u64, row: PutAside) {
        self.next = self.next.max(number + 1);
        *self.reasons.entry(row.code().to_owned()).or_default() += 1;
        if row.waits {
            self.waiting_bytes += row.bytes.len();
            self.waiting
                .insert(*blake3::hash(&row.bytes).as_bytes(), number);
        } else {
            self.refused.insert(number);
        }
        self.rows.insert(number, row);
    }

    fn remove(&mut self, number: u64) {
        let Some(row) = self.rows.remove(&number) else {
            return;
        };
        if row.waits {
            self.waiting_bytes -= row.bytes.len();
            self.waiting.remove(blake3::hash(&row.bytes).as_bytes());
        }
        self.refused.remove(&number);
        if let Some(count) = self.reasons.get_mut(row.code()) {
            *count -= 1;
            if *count == 0 {
                self.reasons.remove(row.code());
            }
        }
    }

    /// Returns the number of rows.
    pub fn len(&self) -> u64 {
        self.rows.len() as u64
    }

    /// Returns what waits, in the order it came.
    pub fn waiting(&self) -> Vec<Vec<u8>> {
        let waits = self.rows.values().filter(|row| row.waits);
        waits.map(|row| row.bytes.clone()).collect()
    }

    /// Returns rows, newest first, after `skip` of them, at most `most`.
    pub fn newest(&self, skip: usize, most: usize) -> Vec<QuarantineView> {
        let rows = self.rows.values().rev().skip(skip).take(most);
        rows.map(PutAside::view).collect()
    }

    /// Returns a page of rows, newest first, and how many there are for each reason.
    pub fn page(&self, skip: u32, most: u32) -> QuarantinePage {
        let reasons = self.reasons.iter().map(|(reason, count)| ReasonCount {
            reason: reason.clone(),
            count: *count,
        });
        QuarantinePage {
            total: self.len(),
            reasons: reasons.collect(),
            rows: self.newest(skip as usize, most as usize),
        }
    }
}

impl Replica {
    /// Puts bytes aside with the reason; what waits already is not put aside again.
    pub fn put_aside(
        &mut self,
        tx: &mut Tx<'_>,
        source: &Source,
        reason: String,
        bytes: Vec<u8>,
        size: usize,
        waits: bool,
    ) {
        if *source == Source::Waiting {
            return;
        }
        let quarantine = &mut self.link.quarantine;
        if waits
            && quarantine
                .waiting
                .contains_key(blake3::hash(&bytes).as_bytes())
        {
            return;
        }
        let (reason, bytes, waits) = if quarantine.waiting_bytes + bytes.len() > MAX_WAITING_BYTES {
            ("no_room".to_owned(), Vec::new(), false)
        } else {
            (reason, bytes, waits)
        };
        let from = match source {
            Source::Relay { .. } => "relay",
            Source::Bundle | Source::Waiting => "bundle",
        };
        let row = PutAside {
            at: tx.now,
            from: from.to_owned(),
            reason,
            size: size as u64,
            waits,
            bytes,
        };
        let number = quarantine.next;
        tx.put(
            Table::Quarantine,
            number.to_be_bytes(),
            postcard::to_allocvec(&row).expect("a quarantine row is plain data"),
        );
        quarantine.load(number, row);
        if quarantine.refused.len() > MAX_REFUSED
            && let Some(oldest) = quarantine.refused.first().copied()
        {
            quarantine.remove(oldest);
            tx.delete(Table::Quarantine, oldest.to_be_bytes());
        }
    }

    /// Forgets bytes that were put aside.
    pub fn waits_no_more(&mut self, tx: &mut Tx<'_>, bytes: &[u8]) {
        let quarantine = &mut self.link.quarantine;
        let hash = blake3::hash(bytes);
        if let Some(number) = quarantine.waiting.get(hash.as_bytes()).copied() {
            quarantine.remove(number);
            tx.delete(Table::Quarantine, number.to_be_bytes());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(reason: &str, waits: bool, bytes: &[u8]) -> PutAside {
        PutAside {
            at: 0,
            from: "relay".to_owned(),
            reason: reason.to_owned(),
            size: bytes.len() as u64,
            waits,
            bytes: bytes.to_vec(),
        }
    }

    #[test]
    fn rows_are_counted_by_reason_and_told_newest_first() {
        let mut quarantine = Quarantine::default();
        quarantine.load(3, row("damaged: envelope 1 of 9", false, b""));
        quarantine.load(4, row("damaged: envelope 2 of 9", false, b""));
        quarantine.load(9, row("unknown_author", true, b"abc"));
        let page = quarantine.page(1, 1);
        assert_eq!(page.total, 3);
        assert_eq!(page.rows[0].reason, "damaged: envelope 2 of 9");
        let counts: Vec<_> = page.reasons.iter().map(|r| (&*r.reason, r.count)).collect();
        assert_eq!(counts, [("damaged", 2), ("unknown_author", 1)]);
        assert_eq!(quarantine.waiting(), [b"abc".to_vec()]);
        assert_eq!((quarantine.waiting_bytes, quarantine.next), (3, 10));

        quarantine.remove(9);
        quarantine.remove(3);
        assert_eq!((quarantine.waiting_bytes, quarantine.len()), (0, 1));
        assert_eq!(quarantine.page(0, 9).reasons.len(), 1);
        assert!(quarantine.waiting().is_empty());
    }
}
