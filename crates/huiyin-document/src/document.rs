//! One Automerge document: made from the frozen genesis, loaded, changed, merged, saved.

use std::collections::{BTreeSet, HashSet};

use automerge::transaction::{CommitOptions, Transactable};
use automerge::{ActorId, AutoCommit, Change, ChangeHash, ObjId, Prop, ROOT, ReadDoc, legacy};
use thiserror::Error;

use crate::creation_change::{CHANGE_CHUNK, CHUNK_MAGIC, CHUNK_PREFIX};
use crate::schema;
use crate::{ActorSeed, Author};

/// Bytes that Automerge cannot take.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("failed to apply changes: {0}")]
pub struct ApplyError(pub String);

/// Returns the changes in a concatenation of plain change chunks. Compressed changes and whole documents are refused: they inflate
/// without bound.
///
/// **Source:** Automerge binary format, "Chunk Container": magic, 4 bytes of checksum, type, LEB128 length, body.
fn split_changes(mut bytes: &[u8]) -> Result<Vec<Change>, ApplyError> {
    let mut changes = Vec::new();
    while !bytes.is_empty() {
        let fail = |what: &str| ApplyError(format!("{what} at change {}", changes.len() + 1));
        if bytes.len() < CHUNK_PREFIX || bytes[..4] != CHUNK_MAGIC {
            return Err(fail("no chunk begins"));
        }
        if bytes[8] != CHANGE_CHUNK {
            return Err(fail("the chunk is no plain change"));
        }
        let (length, used) =
            leb128(&bytes[CHUNK_PREFIX..]).ok_or_else(|| fail("the length is damaged"))?;
        let end = CHUNK_PREFIX
            .checked_add(used)
            .and_then(|start| start.checked_add(length))
            .filter(|end| *end <= bytes.len());
        let end = end.ok_or_else(|| fail("the chunk is cut short"))?;
        let change =
            Change::from_bytes(bytes[..end].to_vec()).map_err(|error| fail(&error.to_string()))?;
        changes.push(change);
        bytes = &bytes[end..];
    }
    Ok(changes)
}

/// Returns an unsigned LEB128 number and the bytes it takes; none if it does not fit 32 bits.
fn leb128(bytes: &[u8]) -> Option<(usize, usize)> {
    let mut value = 0_u64;
    for (index, byte) in bytes.iter().take(5).enumerate() {
        value |= u64::from(byte & 0x7F) << (7 * index);
        if byte & 0x80 == 0 {
            return u32::try_from(value)
                .ok()
                .map(|value| (value as usize, index + 1));
        }
    }
    None
}

/// Which keys under the root a merge touched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Touched {
    /// The document was empty before: everything is new.
    All,
    /// These keys; empty when nothing visible changed.
    Keys(BTreeSet<String>),
}

/// A document in memory.
#[derive(Debug)]
pub struct Document {
    pub(crate) doc: AutoCommit,
}

impl Document {
    /// Returns a document that holds only the genesis change.
    pub fn new(actor: &ActorSeed) -> Self {
        let mut doc = AutoCommit::new().with_actor(ActorId::from(&schema::GENESIS_ACTOR[..]));
        doc.empty_change(
            CommitOptions::default()
                .with_time(0)
                .with_message(schema::GENESIS_MESSAGE),
        );
        doc.set_actor(actor.actor());
        Self { doc }
    }

    /// Returns a document from what [`Document::save`] gave.
    ///
    /// # Errors
    /// [`ApplyError`] if the bytes are damaged; the document has to be rebuilt from its envelopes then.
    pub fn load(bytes: &[u8], actor: &ActorSeed) -> Result<Self, ApplyError> {
        let doc = AutoCommit::load(bytes).map_err(|error| ApplyError(error.to_string()))?;
        Ok(Self {
            doc: doc.with_actor(actor.actor()),
        })
    }

    /// Returns the whole document in compact form.
    pub fn save(&mut self) -> Vec<u8> {
        self.doc.save()
    }

    /// Returns the hashes of the last changes, sorted.
    pub fn heads(&mut self) -> Vec<[u8; 32]> {
        let mut heads: Vec<[u8; 32]> = self.doc.get_heads().iter().map(|hash| hash.0).collect();
        heads.sort_unstable();
        heads
    }

    /// Returns the number of changes in the document.
    pub fn changes(&mut self) -> usize {
        self.doc.get_changes_meta(&[]).len()
    }

    /// Takes in changes made elsewhere; changes whose dependencies are missing are kept and wait.
    ///
    /// # Errors
    /// [`ApplyError`] if the bytes are no changes; nothing of them is taken then.
    pub fn apply(&mut self, changes: &[u8]) -> Result<Touched, ApplyError> {
        let before = self.doc.get_heads();
        let was_empty = self.is_empty();
        let changes = split_changes(changes)?;
        self.doc
            .apply_changes(changes)
            .map_err(|error| ApplyError(error.to_string()))?;
        if was_empty {
            return Ok(Touched::All);
        }
        Ok(Touched::Keys(self.touched_since(&before)))
    }

    /// Returns the root keys that the changes since `before` wrote under. Read from the changes themselves: a diff is silent about
    /// values and objects that lose at their key, but a record is read from all of them.
    fn touched_since(&mut self, before: &[ChangeHash]) -> BTreeSet<String> {
        let mut keys = BTreeSet::new();
        let mut known = HashSet::new();
        for change in self.doc.get_changes(before) {
            for operation in change.decode().operations {
                match operation.obj {
                    legacy::ObjectId::Root => {
                        if let legacy::Key::Map(key) = &operation.key {
                            keys.insert(key.to_string());
                        }
                    }
                    legacy::ObjectId::Id(id) => {
                        if known.insert(id.clone()) {
                            keys.extend(self.root_key_of(&ObjId::Id(id.0, id.1, 0)));
                        }
                    }
                }
            }
        }
        keys
    }

    /// Returns the key under the root below which an object lies.
    fn root_key_of(&self, object: &ObjId) -> Option<String> {
        match self.doc.parents(object).ok()?.last()?.prop {
            Prop::Map(key) => Some(key),
            Prop::Seq(_) => None,
        }
    }

    /// Returns whether nothing but the genesis is visible.
    pub fn is_empty(&self) -> bool {
        self.doc.length(ROOT) == 0
    }

    /// Runs writes as one change by `author` and returns the bytes of that change; none if nothing was written.
    pub(crate) fn commit(&mut self, author: &Author) -> Option<Vec<u8>> {
        let options = CommitOptions::default()
            .with_time(author.at.div_euclid(1000))
            .with_message(author.message());
        let hash = self.doc.commit_with(options)?;
        self.doc
            .get_change_by_hash(&hash)
            .map(|change| change.raw_bytes().to_vec())
    }

    /// Throws away writes that were not committed.
    pub fn roll_back(&mut self) {
        self.doc.rollback();
    }

    /// Returns the author of the change that made an operation.
    pub(crate) fn author_of(&self, operation: &automerge::ObjId) -> Author {
        let hash = self.doc.hash_for_opid(operation);
        let change = hash.and_then(|hash| automerge::ReadDoc::get_change_by_hash(&self.doc, &hash));
        change.map_or_else(Author::default, |change| {
            Author::of(change.message(), change.timestamp())
        })
    }

    /// Writes a scalar under a map object.
    pub(crate) fn put(
        &mut self,
        object: &automerge::ObjId,
        key: &str,
        value: impl Into<automerge::ScalarValue>,
    ) {
        self.doc
            .put(object, key, value)
            .expect("the object is a map of this document");
    }

    /// Removes a key of a map object if it is there.
    pub(crate) fn remove(&mut self, object: &automerge::ObjId, key: &str) {
        self.doc
            .delete(object, key)
            .expect("the object is a map of this document");
    }
}
