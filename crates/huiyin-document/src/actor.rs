//! Whose changes a device may hand over: the Automerge actor of a change is bound to the device that signs its envelope.
//!
//! Decides by form alone, so that every device finds the same, whatever it knows:
//! - An actor that begins with [`ActorSeed::BOUND`] follows from a device's key: only that device writes under it.
//! - The actor of an import follows from the name in the change's message and the document: it makes one change, the first, on top of the
//!   genesis at time 0. Anybody may hand it over, because the same file is the same bytes on every device.
//! - Others are of devices that wrote before actors were bound; they say nothing about who they are, and are taken as they were then. No device
//!   of a present version writes under one, so nobody's work of today can be forged with them.

use crate::change::{CHANGE_CHUNK, CHUNK_MAGIC, CHUNK_PREFIX, take_count};
use crate::columns::{take_bytes, take_prefixed, take_signed, take_unsigned};
use crate::{ActorSeed, DocumentKey, schema};

/// What of a change tells who made it.
struct Head<'a> {
    on_genesis: bool,
    actor: &'a [u8],
    sequence: u64,
    seconds: i64,
    message: &'a [u8],
}

impl<'a> Head<'a> {
    /// Takes the next change of a concatenation of plain change chunks.
    fn take(bytes: &mut &'a [u8]) -> Option<Self> {
        let prefix = take_bytes(bytes, CHUNK_PREFIX)?;
        if prefix[..4] != CHUNK_MAGIC || prefix[8] != CHANGE_CHUNK {
            return None;
        }
        let body = &mut take_prefixed(bytes)?;
        let dependencies = (0..take_count(body)?)
            .map(|_| take_bytes(body, 32))
            .collect::<Option<Vec<_>>>()?;
        let actor = take_prefixed(body)?;
        let sequence = take_unsigned(body)?;
        let _first_operation = take_unsigned(body)?;
        Some(Self {
            on_genesis: dependencies == [&schema::GENESIS_HASH[..]],
            actor,
            sequence,
            seconds: take_signed(body)?,
            message: take_prefixed(body)?,
        })
    }

    /// Returns whether `device` may hand this change of `document` over.
    fn is_of(&self, document: &str, device: &[u8; 32]) -> bool {
        if self.actor.starts_with(&ActorSeed::BOUND) {
            return self.actor == ActorSeed::bound(device).0;
        }
        let name = self.message.split(|byte| *byte == b'\t').next();
        let name = name.and_then(|name| std::str::from_utf8(name).ok());
        let is_import =
            name.is_some_and(|name| self.actor == ActorSeed::creation(name, document, 0).0);
        !is_import || (self.sequence == 1 && self.on_genesis && self.seconds == 0)
    }
}

/// Returns whether every change in a concatenation of plain change chunks is by an actor under which `device` may write in `document`.
///
/// What is no such concatenation is left to [`Document::apply`](crate::Document::apply): it is taken by nobody.
pub fn may_write_as(chunk: &[u8], document: &DocumentKey, device: &[u8; 32]) -> bool {
    let name = document.to_string();
    let bytes = &mut &*chunk;
    while let Some(head) = Head::take(bytes) {
        if !head.is_of(&name, device) {
            return false;
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Author, Document, NewRecord, Registers, creation_changes};

    const OWN: [u8; 32] = [1; 32];
    const OTHER: [u8; 32] = [2; 32];

    fn author(action: &str, at: i64) -> Author {
        Author {
            action: action.to_owned(),
            by: "李雷".to_owned(),
            device: "平板".to_owned(),
            at,
        }
    }

    fn written(document: &mut Document, author: &Author, value: &str) -> Vec<u8> {
        let values = [("company/name".to_owned(), value.to_owned())];
        document.write_registers(author, &values).expect("new")
    }

    fn by(actor: &ActorSeed) -> Vec<u8> {
        let author = author("0000000000000001", 1_000);
        written(&mut Document::new(actor), &author, "一")
    }

    #[track_caller]
    fn check(chunk: &[u8], device: &[u8; 32], expected: bool) {
        assert_eq!(may_write_as(chunk, &DocumentKey::Root, device), expected);
    }

    #[test]
    fn a_bound_actor_follows_from_the_device_alone() {
        let actor = ActorSeed::bound(&OWN);
        assert_eq!(actor.0[..4], ActorSeed::BOUND);
        assert_ne!(actor, ActorSeed::bound(&OTHER));
        assert_eq!(
            actor.0,
            *b"HYA2\x87\xb2\x6a\x4d\x65\x1c\x97\xd3\x3f\xb1\xb2\x6a"
        );
    }

    #[test]
    fn a_device_writes_under_its_own_actor_and_no_other() {
        let mine = by(&ActorSeed::bound(&OWN));
        check(&mine, &OWN, true);
        check(&mine, &OTHER, false);
        // Nor hidden behind an honest change.
        let hidden = [by(&ActorSeed::bound(&OTHER)), mine].concat();
        check(&hidden, &OTHER, false);
    }

    #[test]
    fn actors_from_before_they_were_bound_are_read_by_whoever_signs() {
        let old = by(&ActorSeed::device(&OWN, &[7; 16]));
        check(&old, &OWN, true);
        check(&old, &OTHER, true);
    }

    #[test]
    fn anybody_hands_over_an_import_but_its_actor_makes_nothing_else() {
        let record = NewRecord {
            local: 1,
            ..NewRecord::default()
        };
        let key: DocumentKey = "cu.HQ.all.0".parse().expect("a key");
        let made = creation_changes("import-1", &key, &[record]);
        assert!(may_write_as(&made, &key, &OWN) && may_write_as(&made, &key, &OTHER));

        let actor = ActorSeed::creation("import-1", &key.to_string(), 0);
        let mut document = Document::new(&actor);
        let dated = written(&mut document, &author("import-1", 1_000), "一");
        assert!(!may_write_as(&dated, &key, &OWN), "at another time");
        let second = written(&mut document, &author("import-1", 0), "二");
        assert!(!may_write_as(&second, &key, &OWN), "a second change");
    }

    #[test]
    fn what_is_no_change_is_left_to_others() {
        for chunk in [&b""[..], b"none", &by(&ActorSeed::bound(&OTHER))[..20]] {
            check(chunk, &OWN, true);
        }
    }
}
