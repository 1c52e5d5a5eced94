//! One Automerge document: made from the frozen genesis, loaded, changed, merged, saved.

use std::collections::BTreeSet;

use automerge::transaction::{CommitOptions, Transactable};
use automerge::{ActorId, AutoCommit, Change, ChangeHash, PatchAction, Prop, ROOT};
use thiserror::Error;

use crate::schema;
use crate::{ActorSeed, Author};

/// Bytes that Automerge cannot take.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("failed to apply changes: {0}")]
pub struct ApplyError(pub String);

/// Start of every Automerge chunk.
const CHUNK_MAGIC: [u8; 4] = [0x85, 0x6F, 0x4A, 0x83];
/// Magic, checksum, type.
const CHUNK_PREFIX: usize = 9;
/// Chunk type of a plain change. Compressed changes and whole documents are never sent: they inflate without bound.
const CHANGE_CHUNK: u8 = 1;

/// Returns the changes in a concatenation of plain change chunks.
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
        let after = self.doc.get_heads();
        Ok(Touched::Keys(self.touched_between(&before, &after)))
    }

    fn touched_between(&mut self, before: &[ChangeHash], after: &[ChangeHash]) -> BTreeSet<String> {
        if before == after {
            return BTreeSet::new();
        }
        let patches = self.doc.diff(before, after);
        // Of several objects under one key a diff tells of the winner only, but a record is read from all of them.
        let doubled: Vec<String> = automerge::ReadDoc::map_range(&self.doc, ROOT, ..)
            .filter(|item| item.conflict)
            .map(|item| item.key.to_string())
            .collect();
        patches
            .into_iter()
            .filter_map(|patch| match patch.path.first() {
                Some((_, Prop::Map(key))) => Some(key.clone()),
                Some(_) => None,
                None if patch.obj == ROOT => match patch.action {
                    PatchAction::PutMap { key, .. } | PatchAction::DeleteMap { key } => Some(key),
                    PatchAction::Conflict {
                        prop: Prop::Map(key),
                    }
                    | PatchAction::Increment {
                        prop: Prop::Map(key),
                        ..
                    } => Some(key),
                    _ => None,
                },
                None => None,
            })
            .chain(doubled)
            .collect()
    }

    /// Returns whether nothing but the genesis is visible.
    pub fn is_empty(&self) -> bool {
        use automerge::ReadDoc;
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
