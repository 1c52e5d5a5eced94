//! What stands between changes of others and Automerge, which trusts what it is given: of chunks cut up and put together again with a
//! fitting checksum about one in ten makes it panic, and a panic ends the worker.
//!
//! A change passes if it is written as our own are ([`sound_operations`]), follows changes that are here, carries its author's next
//! number, writes only into maps that exist, and overwrites only operations that exist under the same key. What passes cannot lead
//! Automerge astray; what waits for another change is kept apart and not given to it.

use std::collections::{BTreeSet, HashMap};

use automerge::ChangeHash;

use crate::change::{
    COUNTER, DELETE, FALSE, INT, MAKE_MAP, NULL, Parts, SET, TEXT, TRUE, UINT, split,
};
use crate::columns::{take_signed, take_unsigned};
use crate::operations::{Operation, Reference, read_operations};
use crate::{ApplyError, schema};

/// Greatest operation number: Automerge counts in 32 bits.
const MAX_COUNTER: u64 = i32::MAX as u64;
/// Greatest sequence number of an actor.
const MAX_SEQUENCE: u64 = i32::MAX as u64;
/// Longest id of an actor, bytes; ours have 32.
const MAX_ACTOR: usize = 64;
/// Furthest a change may lie from 1970, in seconds: beyond, milliseconds do not fit.
const MAX_SECONDS: u64 = i64::MAX as u64 / 1_000;
/// Most changes of a document that wait for others.
const MAX_PENDING: usize = 4_096;
/// Kinds of values beside those of the schema: floating point of 8 bytes, bytes, moment.
const FLOAT: u64 = 5;
const BYTES: u64 = 7;
const MOMENT: u64 = 9;

/// Returns the operations of a change that is written as Automerge and this crate write theirs: same bytes again, everything in its
/// shortest form, references in range; none for anything else.
pub(crate) fn sound_operations<'a>(change: &Parts<'a>) -> Option<Vec<Operation<'a>>> {
    let operations = read_operations(&change.columns, change.operations())?;
    let last = change
        .first_operation
        .checked_add(operations.len() as u64 - 1)?;
    let is_actor = |actor: &[u8]| {
        !actor.is_empty() && actor.len() <= MAX_ACTOR && actor != schema::GENESIS_ACTOR
    };
    let actors = &change.other_actors;
    let sound = !change.dependencies.is_empty()
        && change.dependencies.is_sorted_by(|a, b| a < b)
        && is_actor(change.actor)
        && actors
            .iter()
            .all(|actor| is_actor(actor) && *actor != change.actor)
        && actors.is_sorted_by(|a, b| a < b)
        && (1..=MAX_SEQUENCE).contains(&change.sequence)
        && change.first_operation >= 1
        && last <= MAX_COUNTER
        && change.seconds.unsigned_abs() <= MAX_SECONDS
        && std::str::from_utf8(change.message).is_ok()
        && change.chunk().1 == change.hash;
    // Saving a document keeps neither the order of predecessors nor actors nobody refers to: another one would have another hash.
    let mut named = BTreeSet::from([0]);
    let mut references = |operation: &Operation<'_>| {
        let all = operation.object.iter().chain(&operation.predecessors);
        named.extend(all.clone().map(|(actor, _)| *actor));
        let own = |actor: u64| match usize::try_from(actor).ok()?.checked_sub(1) {
            None => Some(change.actor),
            Some(other) => actors.get(other).copied(),
        };
        let order = |(actor, counter): &Reference| (*counter, own(*actor));
        all.clone()
            .all(|(actor, counter)| own(*actor).is_some() && *counter >= 1)
            && operation
                .predecessors
                .is_sorted_by(|a, b| order(a) < order(b))
    };
    let each = operations
        .iter()
        .all(|operation| references(operation) && is_sound_value(operation));
    (sound && each && named.len() == actors.len() + 1).then_some(operations)
}

/// Returns whether an operation's action is one of maps and its value reads as its kind says.
fn is_sound_value(operation: &Operation<'_>) -> bool {
    let bytes = operation.value;
    let number = |take: fn(&mut &[u8]) -> bool| {
        let rest = &mut &*bytes;
        take(rest) && rest.is_empty()
    };
    match operation.action {
        MAKE_MAP => operation.kind == NULL && bytes.is_empty(),
        DELETE => operation.kind == NULL && bytes.is_empty() && !operation.predecessors.is_empty(),
        SET => match operation.kind {
            NULL | FALSE | TRUE => bytes.is_empty(),
            UINT => number(|rest| take_unsigned(rest).is_some()),
            INT | COUNTER | MOMENT => number(|rest| take_signed(rest).is_some()),
            FLOAT => bytes.len() == 8,
            TEXT => std::str::from_utf8(bytes).is_ok(),
            BYTES => true,
            _ => false,
        },
        _ => false,
    }
}

/// An operation id; the actor is an index of [`Guard::actors`].
type Id = (u32, u64);

/// Where an operation wrote: map (none for the root) and key.
type Place = (Option<Id>, Box<str>);

/// What is known of a document's changes, so that the next one can be judged.
#[derive(Debug, Default)]
pub(crate) struct Guard {
    actors: HashMap<Vec<u8>, u32>,
    /// Last sequence by actor.
    sequences: Vec<u64>,
    /// Greatest operation number of each change and all it depends on.
    greatest: HashMap<[u8; 32], u64>,
    /// Where each operation wrote.
    places: HashMap<Id, Place>,
    /// Root key of each map.
    maps: HashMap<Id, Box<str>>,
}

impl Guard {
    /// Returns the guard of a document with these changes after the genesis, given in an order in which they can be applied.
    pub(crate) fn of<'a>(chunks: impl IntoIterator<Item = &'a [u8]>) -> Self {
        let mut guard = Self::default();
        guard.greatest.insert(schema::GENESIS_HASH, 0);
        for chunk in chunks {
            guard.note(chunk);
        }
        guard
    }

    /// Notes a change that the document has.
    pub(crate) fn note(&mut self, chunk: &[u8]) {
        for change in split(chunk).unwrap_or_default() {
            if !self.knows(&change.hash)
                && let Some(operations) = read_operations(&change.columns, change.operations())
            {
                // The document has it already, whatever is thought of it here.
                let _ = self.take_operations(&change, &operations, false);
            }
        }
    }

    /// Returns whether a change is here.
    pub(crate) fn knows(&self, hash: &[u8; 32]) -> bool {
        self.greatest.contains_key(hash)
    }

    /// Returns whether all is here that a change follows.
    pub(crate) fn is_ready(&self, change: &Parts<'_>) -> bool {
        change.dependencies.iter().all(|hash| self.knows(hash))
    }

    /// Judges a change that is ready and, if it passes, counts it as here and returns the root keys it writes under.
    pub(crate) fn admit(&mut self, change: &Parts<'_>) -> Option<BTreeSet<String>> {
        let operations = sound_operations(change)?;
        let greatest = change
            .dependencies
            .iter()
            .map(|hash| self.greatest.get(hash));
        let before = greatest.max()??;
        if change.first_operation != before + 1
            || change
                .other_actors
                .iter()
                .any(|other| !self.actors.contains_key(*other))
        {
            return None;
        }
        let own = self.actor(change.actor);
        let ids = (change.first_operation..).take(operations.len());
        let follows = change.sequence == self.sequences[own as usize] + 1
            && !ids
                .clone()
                .any(|counter| self.places.contains_key(&(own, counter)));
        if !follows {
            return None;
        }
        let touched = self.take_operations(change, &operations, true);
        if touched.is_none() {
            for counter in ids {
                self.places.remove(&(own, counter));
                self.maps.remove(&(own, counter));
            }
        }
        touched
    }

    fn actor(&mut self, actor: &[u8]) -> u32 {
        if let Some(index) = self.actors.get(actor) {
            return *index;
        }
        let index = self.sequences.len() as u32;
        self.actors.insert(actor.to_vec(), index);
        self.sequences.push(0);
        index
    }

    /// Notes a change; none, with a part of it noted, if `strict` and an operation does not fit.
    fn take_operations(
        &mut self,
        change: &Parts<'_>,
        operations: &[Operation<'_>],
        strict: bool,
    ) -> Option<BTreeSet<String>> {
        let mut actors = vec![self.actor(change.actor)];
        for other in &change.other_actors {
            actors.push(self.actor(other));
        }
        let own = actors[0];
        let id = |(actor, counter): &Reference| -> Option<Id> {
            Some((*actors.get(usize::try_from(*actor).ok()?)?, *counter))
        };
        let mut touched = BTreeSet::new();
        let mut counter = change.first_operation;
        for operation in operations {
            let object = match &operation.object {
                None => None,
                Some(object) => Some(id(object)?),
            };
            let root_key: Box<str> = match object {
                None => operation.key.into(),
                Some(map) => match self.maps.get(&map) {
                    Some(key) => key.clone(),
                    None if strict => return None,
                    None => Box::default(),
                },
            };
            let place: Place = (object, operation.key.into());
            if strict && !self.overwrites(&place, &operation.predecessors, &id) {
                return None;
            }
            if operation.action == MAKE_MAP {
                self.maps.insert((own, counter), root_key.clone());
            }
            self.places.insert((own, counter), place);
            touched.insert(root_key.into_string());
            counter += 1;
        }
        self.greatest.insert(change.hash, counter - 1);
        let last = &mut self.sequences[own as usize];
        *last = change.sequence.max(*last);
        Some(touched)
    }

    /// Returns whether predecessors are different operations that wrote to this place.
    fn overwrites(
        &self,
        place: &Place,
        predecessors: &[Reference],
        id: &impl Fn(&Reference) -> Option<Id>,
    ) -> bool {
        let mut seen = BTreeSet::new();
        predecessors.iter().all(|one| {
            id(one).is_some_and(|one| seen.insert(one) && self.places.get(&one) == Some(place))
        })
    }
}

/// What becomes of changes that have come.
pub(crate) struct Admitted {
    /// Chunks to apply, in order.
    pub(crate) ready: Vec<u8>,
    /// Chunks that wait for others.
    pub(crate) waiting: Vec<Vec<u8>>,
    /// Root keys the ready ones write under.
    pub(crate) touched: BTreeSet<String>,
}

/// Judges new changes, and those that waited once what they follow is here. One that waited and does not pass is dropped; its envelope
/// stays.
///
/// # Errors
/// [`ApplyError`] if a new one does not pass, or too many wait.
pub(crate) fn admitted(
    guard: &mut Guard,
    new: Vec<Parts<'_>>,
    waited: Vec<Parts<'_>>,
) -> Result<Admitted, ApplyError> {
    let new = new.into_iter().map(|change| (change, true));
    let mut waiting: Vec<(Parts<'_>, bool)> = new
        .chain(waited.into_iter().map(|change| (change, false)))
        .collect();
    let mut ready = Vec::new();
    let mut touched = BTreeSet::new();
    loop {
        let before = ready.len();
        let mut later = Vec::new();
        for (change, is_new) in waiting {
            if guard.knows(&change.hash) {
                continue;
            }
            if !guard.is_ready(&change) {
                later.push((change, is_new));
                continue;
            }
            match guard.admit(&change) {
                Some(keys) => {
                    touched.extend(keys);
                    ready.extend(change.chunk().0);
                }
                None if is_new => {
                    let name = ChangeHash(change.hash);
                    return Err(ApplyError(format!(
                        "change {name:.8} is none a device writes"
                    )));
                }
                None => {}
            }
        }
        waiting = later;
        if ready.len() == before || waiting.is_empty() {
            break;
        }
    }
    if waiting.len() > MAX_PENDING {
        return Err(ApplyError("too many changes wait for others".to_owned()));
    }
    let waiting = waiting.iter().map(|(change, _)| change.chunk().0);
    Ok(Admitted {
        ready,
        waiting: waiting.collect(),
        touched,
    })
}
