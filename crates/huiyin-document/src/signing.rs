//! Signatures of people under events: what they are over, and who is asked whether they hold.
//!
//! Decides the bytes. Which steps want a signature decides `huiyin_core::signing`; keys and certificates are known to the caller,
//! who hands every document its [`Signatories`].

use std::fmt;
use std::sync::Arc;

use huiyin_core::case::CaseEvent;
use huiyin_core::id::{RecordId, SegmentKey};
use huiyin_core::signing::{STAFF_SIGNATURE, Signing, decides_with_signature};

use crate::columns::{put_prefixed, put_unsigned};
use crate::event::{Name, scalars};
use crate::stored::Stored;
use crate::{Document, Record};

/// Kinds of values in the bytes that are signed.
const TEXT: u8 = 0;
const INT: u8 = 1;
const FLAG: u8 = 2;

/// Who has keys, and whether what an event carries is the signature of the person it names.
pub trait Signatories: fmt::Debug + Send + Sync {
    /// Returns what became of the signature of an event whose step wants one.
    fn judge(&self, record: &RecordId, event: &CaseEvent) -> Signing;
}

/// Who judges the events of a segment.
#[derive(Debug, Clone)]
pub(crate) struct Judge {
    segment: SegmentKey,
    signatories: Arc<dyn Signatories>,
}

impl Judge {
    pub(crate) fn mark(&self, record: &mut Record) {
        mark_signatures(&*self.signatories, &self.segment, record);
    }
}

impl Document {
    /// Has the events of every record that is read from here on judged, or no more; this document is that of `segment`.
    pub fn judged_by(&mut self, segment: &SegmentKey, signatories: Option<Arc<dyn Signatories>>) {
        self.judge = signatories.map(|signatories| Judge {
            segment: segment.clone(),
            signatories,
        });
    }
}

/// Notes on the events of a record of `segment` what became of their signatures.
pub fn mark_signatures(signatories: &dyn Signatories, segment: &SegmentKey, record: &mut Record) {
    let mut id = None;
    for event in &mut record.events {
        event.signing = if decides_with_signature(event.step) {
            let id = id.get_or_insert_with(|| RecordId::new(segment.clone(), record.local));
            signatories.judge(id, event)
        } else {
            Signing::NotAsked
        };
    }
}

/// Returns BLAKE3 over the stored scalars of an event, sorted by key, without the signature they may carry. Each is its key (varint
/// length, bytes), its kind and its value: 0 text (varint length, UTF-8), 1 whole number (8 bytes, little end first), 2 yes or no
/// (one byte). The id is not among them: it is the key the event is stored under.
pub fn event_digest(event: &CaseEvent) -> [u8; 32] {
    let mut bytes = Vec::with_capacity(512);
    scalars(event, |name, value| {
        if name == Name::Datum(STAFF_SIGNATURE) {
            return;
        }
        put_prefixed(&mut bytes, name.key().as_bytes());
        match value {
            Stored::Int(number) => {
                bytes.push(INT);
                bytes.extend_from_slice(&number.to_le_bytes());
            }
            Stored::Flag(flag) => bytes.extend_from_slice(&[FLAG, u8::from(flag)]),
            value => {
                bytes.push(TEXT);
                let text = value.shown().unwrap_or_default();
                put_unsigned(&mut bytes, text.len() as u64);
                bytes.extend_from_slice(text.as_bytes());
            }
        }
    });
    *blake3::hash(&bytes).as_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;
    use huiyin_core::case::Step;
    use huiyin_core::id::EventId;

    fn event() -> CaseEvent {
        let mut event = CaseEvent::new(
            EventId::from_u64(7),
            Step::Closed,
            1_780_000_000_000,
            "王伟",
            "前台",
        );
        event.note = "客户满意".to_owned();
        event.after = vec![EventId::from_u64(5), EventId::from_u64(6)];
        event.amount = Some(-5);
        event.satisfied = Some(true);
        event.data.insert("of".to_owned(), "x".to_owned());
        event
    }

    #[test]
    fn the_digest_of_an_event_is_these_bytes_for_ever() {
        let digest = blake3::Hash::from_bytes(event_digest(&event()));
        assert_eq!(digest.to_hex().as_str(), GOLDEN);
    }

    const GOLDEN: &str = "4bbae96227a89ec85835245e45a534fe2926326c9c0e9d9c3314f47599263c04";

    #[test]
    fn a_digest_hangs_on_all_that_is_stored_but_the_signature() {
        let digest = event_digest(&event());
        let mut other = event();
        other
            .data
            .insert(STAFF_SIGNATURE.to_owned(), "aa.bb".to_owned());
        other.reason = Some(String::new());
        assert_eq!(event_digest(&other), digest, "empty texts are not stored");
        let changes: [fn(&mut CaseEvent); 7] = [
            |event| event.note.push('。'),
            |event| event.at += 1,
            |event| event.by = "李雷".to_owned(),
            |event| event.step = Step::Archived,
            |event| event.after.clear(),
            |event| event.amount = None,
            |event| event.data.clear(),
        ];
        for (place, change) in changes.into_iter().enumerate() {
            let mut other = event();
            change(&mut other);
            assert_ne!(event_digest(&other), digest, "change {place}");
        }
    }
}
