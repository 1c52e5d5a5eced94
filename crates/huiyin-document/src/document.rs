//! One Automerge document: made from the frozen genesis, loaded, changed, merged, saved.
//!
//! Long: everything that touches Automerge's document is here, so that nothing else has to know it.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use automerge::transaction::{CommitOptions, Transactable};
use automerge::{ActorId, AutoCommit, Change, ObjId, ROOT, ReadDoc};
use thiserror::Error;

use crate::change::{CHANGE_CHUNK, CHUNK_MAGIC, CHUNK_PREFIX, Parts, hash_of_chunk, split};
use crate::creation::prove_creation;
use crate::guard::{Admitted, Guard, admitted};
use crate::kept_creation::KeptCreation;
use crate::light::{Light, Unfit};
use crate::schema;
use crate::signing::Judge;
use crate::{ActorSeed, Author, unpack_creation};

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

/// A document in memory. One that begins with imported records is kept without Automerge as long as that is possible (see `light`).
#[derive(Debug)]
pub struct Document {
    body: Body,
    actor: ActorSeed,
    /// Judges changes of others once the document is kept by Automerge; made when the first of them comes.
    guard: Option<Box<Guard>>,
    /// Chunks of changes that follow others which are not here.
    pending: Vec<Vec<u8>>,
    /// Who judges signatures under events; nobody where no member of staff has a key.
    pub(crate) judge: Option<Judge>,
}

#[derive(Debug)]
enum Body {
    /// Only the genesis.
    New(Box<AutoCommit>),
    /// Kept without Automerge; loaded beside it for reading what only Automerge knows.
    Light(Box<Light>, OnceLock<Box<AutoCommit>>),
    Whole(Box<AutoCommit>),
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
        Self {
            body: Body::New(Box::new(doc)),
            actor: actor.clone(),
            guard: None,
            pending: Vec::new(),
            judge: None,
        }
    }

    /// Returns a document around an Automerge one.
    pub(crate) fn around(doc: AutoCommit, actor: &ActorSeed) -> Self {
        Self {
            body: Body::Whole(Box::new(doc.with_actor(actor.actor()))),
            actor: actor.clone(),
            guard: None,
            pending: Vec::new(),
            judge: None,
        }
    }

    /// Returns the document as it is kept without Automerge.
    pub(crate) fn light(&self) -> Option<&Light> {
        match &self.body {
            Body::Light(light, _) => Some(light),
            Body::New(_) | Body::Whole(_) => None,
        }
    }

    /// Returns the document as it is kept without Automerge, to write in it, and who writes.
    pub(crate) fn light_mut(&mut self) -> Option<(&mut Light, &ActorSeed)> {
        match &mut self.body {
            Body::Light(light, whole) => {
                *whole = OnceLock::new();
                Some((light, &self.actor))
            }
            Body::New(_) | Body::Whole(_) => None,
        }
    }

    /// Returns the Automerge document.
    pub(crate) fn doc(&self) -> &AutoCommit {
        match &self.body {
            Body::New(doc) | Body::Whole(doc) => doc,
            Body::Light(light, whole) => whole.get_or_init(|| loaded(light, &self.actor)),
        }
    }

    /// Returns the Automerge document to write in it; from here on the document is kept by it.
    pub(crate) fn doc_mut(&mut self) -> &mut AutoCommit {
        let empty = || Body::Whole(Box::default());
        self.body = match std::mem::replace(&mut self.body, empty()) {
            Body::New(doc) | Body::Whole(doc) => Body::Whole(doc),
            Body::Light(light, mut whole) => {
                Body::Whole(whole.take().unwrap_or_else(|| loaded(&light, &self.actor)))
            }
        };
        match &mut self.body {
            Body::Whole(doc) => doc,
            Body::New(_) | Body::Light(..) => unreachable!("it was made whole above"),
        }
    }

    /// Returns a document from what [`Document::save`] gave.
    ///
    /// # Errors
    /// [`ApplyError`] if the bytes are damaged; the document has to be rebuilt from its envelopes then.
    pub fn load(bytes: &[u8], actor: &ActorSeed) -> Result<Self, ApplyError> {
        let doc = AutoCommit::load(bytes).map_err(|error| ApplyError(error.to_string()))?;
        Ok(Self::around(doc, actor))
    }

    /// Returns the whole document in compact form.
    pub fn save(&mut self) -> Vec<u8> {
        match &mut self.body {
            Body::New(doc) | Body::Whole(doc) => doc.save(),
            Body::Light(light, _) => loaded(light, &self.actor).save(),
        }
    }

    /// Returns the hashes of the last changes, sorted.
    pub fn heads(&mut self) -> Vec<[u8; 32]> {
        let doc = match &mut self.body {
            Body::New(doc) | Body::Whole(doc) => doc,
            Body::Light(light, _) => return light.heads(),
        };
        let mut heads: Vec<[u8; 32]> = doc.get_heads().iter().map(|hash| hash.0).collect();
        heads.sort_unstable();
        heads
    }

    /// Returns the chunks of all changes but the genesis, each after those it builds on.
    pub(crate) fn all_chunks(&mut self) -> Vec<Vec<u8>> {
        let doc = match &mut self.body {
            Body::New(doc) | Body::Whole(doc) => doc,
            Body::Light(light, _) => return light.chunks().collect(),
        };
        let all = doc.get_changes(&[]).into_iter();
        all.map(|change| change.raw_bytes().to_vec()).collect()
    }

    /// Returns the number of changes in the document.
    pub fn changes(&mut self) -> usize {
        match &mut self.body {
            Body::New(doc) | Body::Whole(doc) => doc.get_changes_meta(&[]).len(),
            Body::Light(light, _) => light.count(),
        }
    }

    /// Takes in changes made elsewhere; changes whose dependencies are missing are kept and wait.
    ///
    /// # Errors
    /// [`ApplyError`] if the bytes are no changes; nothing of them is taken then.
    pub fn apply(&mut self, changes: &[u8]) -> Result<Touched, ApplyError> {
        self.apply_after(changes, |chunk| prove_creation(chunk).is_some())
    }

    /// Takes in changes as [`Self::apply`] does that were taken in before and lay where nobody could change them since. A creation
    /// change among them is not proven a second time, which saves two fifths of opening a document of imported records.
    ///
    /// # Errors
    /// As for [`Self::apply`].
    pub fn apply_kept(&mut self, changes: &[u8]) -> Result<Touched, ApplyError> {
        self.apply_after(changes, |_| true)
    }

    /// Takes in a packed creation and the changes after it as [`Self::apply_kept`] does. `hash` is that of the creation as it was found when
    /// it was taken in; with it the change itself is not written before somebody wants it, which saves most of opening the document.
    ///
    /// # Errors
    /// As for [`Self::apply`].
    pub fn apply_packed(
        &mut self,
        packed: Vec<u8>,
        hash: Option<[u8; 32]>,
        rest: &[u8],
    ) -> Result<(), ApplyError> {
        let packed = match (&self.body, hash) {
            (Body::New(_), Some(hash)) => match KeptCreation::of_packed(packed) {
                Ok(kept) => {
                    self.body = Body::Light(Box::new(Light::new(kept, hash)), OnceLock::new());
                    self.apply_kept(rest)?;
                    return Ok(());
                }
                Err(packed) => packed,
            },
            _ => packed,
        };
        self.apply_kept(&[&unpack_creation(&packed)?, rest].concat())?;
        Ok(())
    }

    fn apply_after(&mut self, changes: &[u8], is_proven: IsProven) -> Result<Touched, ApplyError> {
        let was_empty = self.is_empty();
        let began = self.begin_light(changes, is_proven);
        let rest = began.unwrap_or(changes);
        if let Some((light, _)) = self.light_mut() {
            let had = light.later().count();
            match light.apply(rest) {
                Ok(_) if was_empty => return Ok(Touched::All),
                Ok(touched) => return Ok(Touched::Keys(touched)),
                // From here on Automerge keeps the document, and the guard judges all of them.
                Err(Unfit) => {
                    light.forget_after(had);
                    self.doc_mut();
                }
            }
        }
        let admitted = self.admit(rest);
        if admitted.is_err() && began.is_some() {
            self.body = Self::new(&self.actor).body;
            self.guard = None;
        }
        let touched = admitted?;
        if was_empty {
            return Ok(Touched::All);
        }
        Ok(Touched::Keys(touched))
    }

    /// Gives those changes to Automerge that pass the guard, keeps those that wait, and returns the root keys written under.
    ///
    /// # Errors
    /// [`ApplyError`] if one of them does not pass; nothing of them is taken then.
    fn admit(&mut self, changes: &[u8]) -> Result<BTreeSet<String>, ApplyError> {
        let new = split(changes).ok_or_else(|| ApplyError("no plain changes".to_owned()))?;
        // It is put back only if all went well; after a refusal it is made anew.
        let mut guard = self.guard.take().unwrap_or_else(|| {
            let all = self.doc_mut().get_changes(&[]);
            Box::new(Guard::of(all.iter().map(Change::raw_bytes)))
        });
        let waited: Vec<Parts<'_>> = self
            .pending
            .iter()
            .filter_map(|chunk| split(chunk))
            .flatten()
            .collect();
        let Admitted {
            ready,
            waiting,
            touched,
        } = admitted(&mut guard, new, waited)?;
        let ready = split_changes(&ready)?;
        self.pending = waiting;
        let doc = self.doc_mut();
        doc.apply_changes(ready)
            .map_err(|error| ApplyError(error.to_string()))?;
        // An older version may have left changes waiting in Automerge itself.
        let whole = doc.get_heads().iter().all(|hash| guard.knows(&hash.0));
        self.guard = whole.then_some(guard);
        Ok(touched)
    }

    /// Returns the changes after the creation, if the document is one of imported records that is kept without Automerge.
    pub fn later_changes(&self) -> Option<Vec<u8>> {
        Some(self.light()?.later().collect::<Vec<_>>().concat())
    }

    /// Returns the bytes of memory the document takes, as estimated, if it is one of imported records that is kept without Automerge.
    pub fn memory(&self) -> Option<usize> {
        Some(self.light()?.memory())
    }

    /// Returns the changes that wait for others, as [`Self::apply`] takes them. [`Self::save`] does not hold them.
    pub fn pending(&self) -> Vec<u8> {
        self.pending.concat()
    }

    /// If nothing is here yet and the changes begin with imported records, keeps those without Automerge and returns the others.
    fn begin_light<'a>(&mut self, changes: &'a [u8], is_proven: IsProven) -> Option<&'a [u8]> {
        if !matches!(self.body, Body::New(_)) {
            return None;
        }
        let (first, rest) = changes.split_at_checked(chunk_length(changes)?)?;
        let creation = is_proven(first).then(|| KeptCreation::of(first.to_vec()).ok())??;
        let light = Box::new(Light::new(creation, hash_of_chunk(first)));
        self.body = Body::Light(light, OnceLock::new());
        Some(rest)
    }

    /// Returns whether nothing but the genesis is visible.
    pub fn is_empty(&self) -> bool {
        match &self.body {
            Body::New(_) => true,
            Body::Light(light, _) => light.is_empty(),
            Body::Whole(doc) => doc.length(ROOT) == 0,
        }
    }

    /// Runs writes as one change by `author` and returns the bytes of that change; none if nothing was written.
    pub(crate) fn commit(&mut self, author: &Author) -> Option<Vec<u8>> {
        let options = CommitOptions::default()
            .with_time(author.at.div_euclid(1000))
            .with_message(author.message());
        let doc = self.doc_mut();
        let hash = doc.commit_with(options)?;
        let change = doc.get_change_by_hash(&hash)?.raw_bytes().to_vec();
        if let Some(guard) = &mut self.guard {
            guard.note(&change);
        }
        Some(change)
    }

    /// Throws away writes that were not committed.
    pub fn roll_back(&mut self) {
        // Without Automerge every edit is committed where it is made.
        if self.light().is_none() {
            self.doc_mut().rollback();
        }
    }

    /// Writes a scalar under a map object.
    pub(crate) fn put(
        &mut self,
        object: &automerge::ObjId,
        key: &str,
        value: impl Into<automerge::ScalarValue>,
    ) {
        self.doc_mut()
            .put(object, key, value)
            .expect("the object is a map of this document");
    }

    /// Removes a key of a map object if it is there.
    pub(crate) fn remove(&mut self, object: &automerge::ObjId, key: &str) {
        self.doc_mut()
            .delete(object, key)
            .expect("the object is a map of this document");
    }
}

/// Tells whether a chunk, if it is a creation change, is one that [`crate::creation_changes`] writes.
type IsProven = fn(&[u8]) -> bool;

/// Returns the author of the change that made an operation.
pub(crate) fn author_of(doc: &AutoCommit, operation: &ObjId) -> Author {
    let hash = doc.hash_for_opid(operation);
    let change = hash.and_then(|hash| ReadDoc::get_change_by_hash(doc, &hash));
    change.map_or_else(Author::default, |change| {
        Author::of(change.message(), change.timestamp())
    })
}

/// Returns the Automerge document of the same changes.
fn loaded(light: &Light, actor: &ActorSeed) -> Box<AutoCommit> {
    let Body::New(mut doc) = Document::new(actor).body else {
        unreachable!("a new document is new");
    };
    let changes: Vec<u8> = light.chunks().flatten().collect();
    let applied = split_changes(&changes).and_then(|changes| {
        doc.apply_changes(changes)
            .map_err(|error| ApplyError(error.to_string()))
    });
    if applied.is_err() {
        // Changes are taken in there only if Automerge takes them; should one not be, the others still are.
        for chunk in light.chunks() {
            if let Ok(changes) = split_changes(&chunk) {
                let _ = doc.apply_changes(changes);
            }
        }
    }
    doc
}

/// Returns the length of the chunk that begins here.
fn chunk_length(bytes: &[u8]) -> Option<usize> {
    let (length, used) = leb128(bytes.get(CHUNK_PREFIX..)?)?;
    (CHUNK_PREFIX + used).checked_add(length)
}
