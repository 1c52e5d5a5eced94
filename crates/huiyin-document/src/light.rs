//! A document of imported records that is kept without Automerge: the records as they were created, and the few maps that were
//! written since.
//!
//! Most segments of a company are imported once and touched seldom; loading one into Automerge for a single edit costs more than the
//! edit. Here an edit writes the same bytes that Automerge would, and changes of others are taken in as Automerge would, as long as
//! they only write scalars and maps with known predecessors. Anything else ends it: the document is then loaded into Automerge from
//! its changes and goes on there. Decides nothing about what a record means ([`crate::Record`]) or what an edit writes ([`crate::Edit`]).
//!
//! Long: the state, the taking in of changes and the writing of them keep one set of invariants:
//! 1. an entry of a map is known with every value ever written to it, overwritten ones marked;
//! 2. entries of one key are sorted by operation id as Automerge orders them, so that the last one shown wins;
//! 3. records not in `root` are untouched: they are as created.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::change::{
    COUNTER, DELETE, FALSE, INT, MAKE_MAP, NULL, Parts, SET, TEXT, TRUE, UINT, split,
};
use crate::columns::{put_signed, put_unsigned, take_signed, take_unsigned};
use crate::creation_change::Slot;
use crate::event;
use crate::guard::sound_operations;
use crate::kept_creation::KeptCreation;
use crate::operations::{Operation, Reference, write_operations};
use crate::reader::{Each, Shown};
use crate::record::{key_of, local_of};
use crate::stored::Stored;
use crate::{ActorSeed, Author, Record, schema};

/// Actor of the creation in [`Light::actors`].
const CREATOR: u32 = 0;

/// Memory of a map with its entries, in bytes, as measured on events of cases.
const BYTES_OF_MAP: usize = 2048;

/// An operation id; the actor is an index of [`Light::actors`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Id {
    counter: u64,
    actor: u32,
}

/// What an operation stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Held {
    Map,
    Text(String),
    Int(i64),
    Uint(u64),
    Flag(bool),
    Null,
    /// A scalar this schema does not use.
    Foreign,
}

impl Held {
    fn of(stored: Stored<'_>) -> Self {
        match stored {
            Stored::Text(_) | Stored::Ids(_) => Self::Text(stored.shown().unwrap_or_default()),
            Stored::Int(number) => Self::Int(number),
            Stored::Uint(number) => Self::Uint(number),
            Stored::Flag(flag) => Self::Flag(flag),
            Stored::Null => Self::Null,
            Stored::Foreign => Self::Foreign,
        }
    }

    /// Returns the scalar; none if it is a map.
    pub(crate) fn stored(&self) -> Option<Stored<'_>> {
        Some(match self {
            Self::Map => return None,
            Self::Text(text) => Stored::Text(text),
            Self::Int(number) => Stored::Int(*number),
            Self::Uint(number) => Stored::Uint(*number),
            Self::Flag(flag) => Stored::Flag(*flag),
            Self::Null => Stored::Null,
            Self::Foreign => Stored::Foreign,
        })
    }

    /// Returns kind and bytes as an operation writes them.
    fn encoded(&self) -> (u64, Vec<u8>) {
        let mut bytes = Vec::new();
        let kind = match self {
            Self::Map | Self::Null | Self::Foreign => NULL,
            Self::Text(text) => {
                bytes.extend_from_slice(text.as_bytes());
                TEXT
            }
            Self::Int(number) => {
                put_signed(&mut bytes, *number);
                INT
            }
            Self::Uint(number) => {
                put_unsigned(&mut bytes, *number);
                UINT
            }
            Self::Flag(true) => TRUE,
            Self::Flag(false) => FALSE,
        };
        (kind, bytes)
    }

    /// Returns what an operation stores; none if its bytes are not as they should be.
    pub(crate) fn decoded(kind: u64, bytes: &[u8]) -> Option<Self> {
        let rest = &mut &*bytes;
        let held = match kind {
            NULL => Self::Null,
            FALSE => Self::Flag(false),
            TRUE => Self::Flag(true),
            UINT => Self::Uint(take_unsigned(rest)?),
            INT => Self::Int(take_signed(rest)?),
            TEXT => return String::from_utf8(bytes.to_vec()).ok().map(Self::Text),
            // What counters show depends on later operations.
            COUNTER => return None,
            _ => return Some(Self::Foreign),
        };
        // Automerge writes the shortest form; another one is left to it.
        (rest.is_empty() && held.encoded().1 == bytes).then_some(held)
    }
}

/// A value written to a key.
#[derive(Debug, Clone)]
struct Entry {
    id: Id,
    held: Held,
    overwritten: bool,
}

/// A map that may have been written since the creation.
#[derive(Debug, Default)]
struct Map {
    /// Key under the root below which it lies.
    root_key: String,
    entries: BTreeMap<String, Vec<Entry>>,
}

/// A change after the creation.
#[derive(Debug)]
struct Known {
    chunk: Vec<u8>,
    hash: [u8; 32],
    author: Author,
    actor: u32,
    first: u64,
    last: u64,
    /// Greatest operation number of it and all it depends on.
    greatest: u64,
}

/// A document of one creation and later changes of maps.
#[derive(Debug)]
pub(crate) struct Light {
    creation: KeptCreation,
    /// Operations of the creation.
    created: u64,
    actors: Vec<Vec<u8>>,
    /// Sequence of each actor's last change.
    sequences: Vec<u64>,
    changes: Vec<Known>,
    /// Changes by hash; 0 is the creation, 1 the first after it.
    by_hash: HashMap<[u8; 32], usize>,
    heads: BTreeSet<[u8; 32]>,
    root: BTreeMap<String, Vec<Entry>>,
    maps: HashMap<Id, Map>,
}

/// A change cannot be taken in here. Those before it may have been; see [`Light::forget_after`].
#[derive(Debug)]
pub(crate) struct Unfit;

impl Light {
    /// Returns the document that a creation with this hash makes.
    pub(crate) fn new(creation: KeptCreation, hash: [u8; 32]) -> Self {
        Self {
            created: creation.operations(),
            actors: vec![creation.actor().to_vec()],
            creation,
            sequences: vec![1],
            changes: Vec::new(),
            by_hash: HashMap::from([(hash, 0)]),
            heads: BTreeSet::from([hash]),
            root: BTreeMap::new(),
            maps: HashMap::new(),
        }
    }

    /// Returns every change after the genesis, in an order in which they can be applied.
    pub(crate) fn chunks(&self) -> impl Iterator<Item = Vec<u8>> {
        std::iter::once(self.creation.chunk()).chain(self.later().map(<[u8]>::to_vec))
    }

    /// Returns the changes after the creation.
    pub(crate) fn later(&self) -> impl Iterator<Item = &[u8]> {
        self.changes.iter().map(|change| change.chunk.as_slice())
    }

    /// Forgets the chunks of all but the first `count` changes after the creation, so that Automerge can be given what was here before.
    pub(crate) fn forget_after(&mut self, count: usize) {
        self.changes.truncate(count);
    }

    /// Returns the number of changes with the genesis.
    pub(crate) fn count(&self) -> usize {
        2 + self.changes.len()
    }

    /// Returns the hashes of the last changes, sorted.
    pub(crate) fn heads(&self) -> Vec<[u8; 32]> {
        self.heads.iter().copied().collect()
    }

    /// Returns the place of a record of the creation under whose key nothing was written since.
    fn untouched_at(&self, local: u64) -> Option<usize> {
        let at = self.creation.position(local)?;
        (!self.root.contains_key(&key_of(local))).then_some(at)
    }

    /// Returns whether a record is as it was created.
    pub(crate) fn is_untouched(&self, local: u64) -> bool {
        self.untouched_at(local).is_some()
    }

    /// Returns a record as it was created if nothing was written under its key since.
    pub(crate) fn untouched(&self, local: u64) -> Option<Record> {
        self.untouched_at(local).map(|at| self.creation.record(at))
    }

    /// Returns the bytes of memory it takes, as estimated.
    pub(crate) fn memory(&self) -> usize {
        let later: usize = self.changes.iter().map(|change| change.chunk.len()).sum();
        self.creation.memory() + later + self.maps.len() * BYTES_OF_MAP
    }

    /// Returns the local ids of what is stored.
    pub(crate) fn record_ids(&self) -> BTreeSet<u64> {
        let mut ids = self.creation.locals();
        for (key, entries) in &self.root {
            if let Some(local) = local_of(key) {
                if entries.iter().any(|entry| !entry.overwritten) {
                    ids.insert(local);
                } else {
                    ids.remove(&local);
                }
            }
        }
        ids
    }

    /// Returns whether nothing is visible.
    pub(crate) fn is_empty(&self) -> bool {
        let shown = |entries: &Vec<Entry>| entries.iter().any(|entry| !entry.overwritten);
        !self.root.values().any(shown)
            && (0..self.creation.len())
                .all(|at| self.root.contains_key(&key_of(self.creation.local(at))))
    }

    /// Makes the maps of a record known, as they were created.
    fn touch(&mut self, at: usize) {
        let key = key_of(self.creation.local(at));
        if self.root.contains_key(&key) {
            return;
        }
        let record = self.creation.record(at);
        let created = |counter| Id {
            counter,
            actor: CREATOR,
        };
        let entry = |counter, held| {
            vec![Entry {
                id: created(counter),
                held,
                overwritten: false,
            }]
        };
        let map = || Map {
            root_key: key.clone(),
            entries: BTreeMap::new(),
        };
        let [mut slot, mut made, mut scalar] = self.creation.first(at);
        let mut own = map();
        let mut events = map();
        let mut events_at = slot;
        record.as_made().slots(|name, value| {
            let held = match value {
                Slot::Scalar(value) => Held::of(value),
                Slot::Events => {
                    events_at = slot;
                    Held::Map
                }
            };
            own.entries.insert(name.to_owned(), entry(slot, held));
            slot += 1;
        });
        for one in &record.events {
            let mut values = map();
            event::scalars(one, |name, value| {
                values
                    .entries
                    .insert(name.key(), entry(scalar, Held::of(value)));
                scalar += 1;
            });
            let id = one.id.as_str().to_owned();
            events.entries.insert(id, entry(made, Held::Map));
            self.maps.insert(created(made), values);
            made += 1;
        }
        self.maps.insert(created(events_at), events);
        self.maps.insert(created(at as u64 + 1), own);
        self.root.insert(key, entry(at as u64 + 1, Held::Map));
    }

    /// Makes the entries of a root key known.
    fn touch_key(&mut self, key: &str) {
        if let Some(at) = local_of(key).and_then(|local| self.creation.position(local)) {
            // Ids have one text form; another text of the same number is another key.
            if key_of(self.creation.local(at)) == key {
                self.touch(at);
            }
        }
    }

    /// Makes the record known in which a map of the creation lies.
    fn touch_map(&mut self, map: Id) {
        if map.actor != CREATOR || map.counter > self.created || self.maps.contains_key(&map) {
            return;
        }
        let count = self.creation.len() as u64;
        let at = match map.counter {
            0 => return,
            counter if counter <= count => counter as usize - 1,
            counter => self.creation.place_of(counter),
        };
        self.touch(at);
    }

    fn order(&self, a: Id, b: Id) -> Ordering {
        let actor = |id: Id| &self.actors[id.actor as usize];
        a.counter
            .cmp(&b.counter)
            .then_with(|| actor(a).cmp(actor(b)))
    }

    /// Returns the entries of a map that show, in order.
    fn shown(&self, map: Option<Id>, key: &str) -> impl DoubleEndedIterator<Item = &Entry> {
        let entries = match map {
            None => self.root.get(key),
            Some(map) => self.maps.get(&map).and_then(|map| map.entries.get(key)),
        };
        entries
            .into_iter()
            .flatten()
            .filter(|entry| !entry.overwritten)
    }

    /// Returns the maps stored under a key; the winner is last.
    pub(crate) fn maps_at(&self, map: Option<Id>, key: &str) -> Vec<Id> {
        self.shown(map, key)
            .filter(|entry| entry.held == Held::Map)
            .map(|entry| entry.id)
            .collect()
    }

    /// Calls `each` with every key of a map, what it shows, and whether there is more than one value.
    pub(crate) fn each(&self, map: Id, each: &mut Each<'_, Id>) {
        let Some(map) = self.maps.get(&map) else {
            return;
        };
        for (key, entries) in &map.entries {
            let mut shown = entries.iter().filter(|entry| !entry.overwritten);
            if let Some(last) = shown.next_back() {
                let value = last.held.stored();
                let value = value.map_or(Shown::Map(last.id), Shown::Scalar);
                each(key, value, shown.next().is_some());
            }
        }
    }

    /// Returns every text of a key with its author.
    pub(crate) fn texts(&self, map: Id, key: &str) -> Vec<(String, Author)> {
        self.shown(Some(map), key)
            .filter_map(|entry| match &entry.held {
                Held::Text(text) => Some((text.clone(), self.author_of(entry.id))),
                _ => None,
            })
            .collect()
    }

    fn author_of(&self, id: Id) -> Author {
        if id.actor == CREATOR && id.counter <= self.created {
            return Author {
                action: self.creation.import().to_owned(),
                ..Author::default()
            };
        }
        let change = self.changes.iter().find(|change| {
            change.actor == id.actor && (change.first..=change.last).contains(&id.counter)
        });
        change.map_or_else(Author::default, |change| change.author.clone())
    }

    fn actor_index(&mut self, actor: &[u8]) -> u32 {
        let known = self.actors.iter().position(|own| own == actor);
        let index = known.unwrap_or_else(|| {
            self.actors.push(actor.to_vec());
            self.sequences.push(0);
            self.actors.len() - 1
        });
        index as u32
    }

    /// Returns the greatest operation number of these changes and all they depend on; none if one is not known.
    fn greatest(&self, dependencies: &[[u8; 32]]) -> Option<u64> {
        let mut greatest = 0;
        for hash in dependencies {
            if *hash == schema::GENESIS_HASH {
                continue;
            }
            let known = match self.by_hash.get(hash)? {
                0 => self.created,
                index => self.changes[index - 1].greatest,
            };
            greatest = greatest.max(known);
        }
        Some(greatest)
    }

    /// Takes in changes of others and returns the root keys they wrote under.
    ///
    /// # Errors
    /// [`Unfit`] if a change is not one that is surely taken in as Automerge would; those before it were taken. Of this document nothing but
    /// its chunks is of use then.
    pub(crate) fn apply(&mut self, chunks: &[u8]) -> Result<BTreeSet<String>, Unfit> {
        let changes = split(chunks).ok_or(Unfit)?;
        let mut read = Vec::with_capacity(changes.len());
        for change in &changes {
            if self.by_hash.contains_key(&change.hash) {
                continue;
            }
            let operations = sound_operations(change).ok_or(Unfit)?;
            read.push((change, change.chunk().0, operations));
        }
        let mut touched = BTreeSet::new();
        for (change, chunk, operations) in read {
            if self.by_hash.contains_key(&change.hash) {
                continue;
            }
            if self
                .take(change, chunk, &operations, &mut touched)
                .is_none()
            {
                return Err(Unfit);
            }
        }
        Ok(touched)
    }

    fn take(
        &mut self,
        change: &Parts<'_>,
        chunk: Vec<u8>,
        operations: &[Operation<'_>],
        touched: &mut BTreeSet<String>,
    ) -> Option<()> {
        let before = self.greatest(&change.dependencies)?;
        let message = std::str::from_utf8(change.message).ok()?;
        if change.first_operation != before.checked_add(1)? {
            return None;
        }
        let actors: Vec<u32> = std::iter::once(&change.actor)
            .chain(&change.other_actors)
            .map(|actor| self.actor_index(actor))
            .collect();
        let own = actors[0];
        let last = self.changes.iter().rev().find(|known| known.actor == own);
        let last = match last {
            Some(known) => known.last,
            None if own == CREATOR => self.created,
            None => 0,
        };
        if change.sequence != self.sequences[own as usize] + 1 || change.first_operation <= last {
            return None;
        }
        let id = |(actor, counter): Reference| {
            let actor = *actors.get(usize::try_from(actor).ok()?)?;
            Some(Id { counter, actor })
        };
        for (number, operation) in (change.first_operation..).zip(operations) {
            let map = match operation.object {
                None => {
                    self.touch_key(operation.key);
                    None
                }
                Some(object) => {
                    let map = id(object)?;
                    self.touch_map(map);
                    Some(map)
                }
            };
            let predecessors = operation.predecessors.iter();
            let predecessors: Vec<Id> = predecessors.map(|of| id(*of)).collect::<Option<_>>()?;
            let held = match operation.action {
                MAKE_MAP if operation.kind == NULL && operation.value.is_empty() => Some(Held::Map),
                SET => Some(Held::decoded(operation.kind, operation.value)?),
                DELETE if operation.kind == NULL && operation.value.is_empty() => None,
                _ => return None,
            };
            let own = Id {
                counter: number,
                actor: own,
            };
            touched.insert(self.write(map, operation.key, own, held, &predecessors)?);
        }
        let author = Author::of(Some(message), change.seconds);
        let last = change.first_operation + operations.len() as u64 - 1;
        self.note(change, chunk, author, own, last);
        Some(())
    }

    /// Notes a change that was taken in or made.
    fn note(&mut self, change: &Parts<'_>, chunk: Vec<u8>, author: Author, actor: u32, last: u64) {
        self.sequences[actor as usize] = change.sequence;
        for hash in &change.dependencies {
            self.heads.remove(hash);
        }
        self.heads.insert(change.hash);
        self.changes.push(Known {
            chunk,
            hash: change.hash,
            author,
            actor,
            first: change.first_operation,
            last,
            greatest: last,
        });
        self.by_hash.insert(change.hash, self.changes.len());
    }

    /// Writes one operation and returns the root key it lies under; none if its map or a predecessor is not known.
    fn write(
        &mut self,
        map: Option<Id>,
        key: &str,
        id: Id,
        held: Option<Held>,
        predecessors: &[Id],
    ) -> Option<String> {
        if !predecessors.is_sorted_by(|a, b| self.order(*a, *b) == Ordering::Less)
            || (held.is_none() && predecessors.is_empty())
        {
            return None;
        }
        let known = |entries: &[Entry]| {
            predecessors
                .iter()
                .all(|id| entries.iter().any(|entry| entry.id == *id))
        };
        let (entries, root_key) = match map {
            None => (self.root.get(key), key),
            Some(map) => {
                let map = self.maps.get(&map)?;
                (map.entries.get(key), map.root_key.as_str())
            }
        };
        let entries = entries.map_or(&[][..], Vec::as_slice);
        if !known(entries) {
            return None;
        }
        let at = entries
            .iter()
            .position(|entry| self.order(entry.id, id) != Ordering::Less)
            .unwrap_or(entries.len());
        let root_key = root_key.to_owned();
        if held == Some(Held::Map) {
            let made = Map {
                root_key: root_key.clone(),
                entries: BTreeMap::new(),
            };
            self.maps.insert(id, made);
        }
        let entries = match map {
            None => self.root.entry(key.to_owned()).or_default(),
            Some(map) => self
                .maps
                .get_mut(&map)?
                .entries
                .entry(key.to_owned())
                .or_default(),
        };
        for entry in entries.iter_mut() {
            entry.overwritten |= predecessors.contains(&entry.id);
        }
        if let Some(held) = held {
            let entry = Entry {
                id,
                held,
                overwritten: false,
            };
            entries.insert(at, entry);
        }
        Some(root_key)
    }
}

/// Writes of one change that is being made.
#[derive(Debug)]
pub(crate) struct Writing<'a> {
    light: &'a mut Light,
    actor: u32,
    first: u64,
    written: Vec<Written>,
}

/// An operation of the change being made.
#[derive(Debug)]
struct Written {
    map: Option<Id>,
    key: String,
    action: u64,
    kind: u64,
    value: Vec<u8>,
    predecessors: Vec<Id>,
}

impl<'a> Writing<'a> {
    /// Returns the beginning of a change by an actor.
    pub(crate) fn new(light: &'a mut Light, actor: &ActorSeed) -> Self {
        let greatest = light.changes.iter().map(|change| change.last).max();
        Self {
            actor: light.actor_index(&actor.0),
            first: greatest.unwrap_or(0).max(light.created) + 1,
            written: Vec::new(),
            light,
        }
    }

    /// Returns the maps stored under the key of a record; the winner is last.
    pub(crate) fn record_maps(&mut self, key: &str) -> Vec<Id> {
        self.light.touch_key(key);
        self.light.maps_at(None, key)
    }

    /// Returns the maps stored under a key; the winner is last.
    pub(crate) fn maps_at(&self, map: Id, key: &str) -> Vec<Id> {
        self.light.maps_at(Some(map), key)
    }

    /// Returns the texts of a key.
    pub(crate) fn texts(&self, map: Id, key: &str) -> Vec<String> {
        let shown = self.light.shown(Some(map), key);
        shown
            .filter_map(|entry| match &entry.held {
                Held::Text(text) => Some(text.clone()),
                _ => None,
            })
            .collect()
    }

    /// Returns whether a key shows a scalar.
    pub(crate) fn has_scalar(&self, map: Id, key: &str) -> bool {
        let mut shown = self.light.shown(Some(map), key);
        shown
            .next_back()
            .is_some_and(|entry| entry.held != Held::Map)
    }

    /// Sets a scalar, as Automerge does: nothing if it is there already, a settled conflict if it is the one that shows.
    pub(crate) fn put(&mut self, map: Id, key: &str, value: Stored<'_>) {
        let held = Held::of(value);
        let shown: Vec<&Entry> = self.light.shown(Some(map), key).collect();
        if let Some((last, others)) = shown.split_last()
            && last.held == held
        {
            let others: Vec<Id> = others.iter().map(|entry| entry.id).collect();
            if !others.is_empty() {
                self.write(Some(map), key, None, others);
            }
            return;
        }
        let predecessors = shown.iter().map(|entry| entry.id).collect();
        self.write(Some(map), key, Some(held), predecessors);
    }

    /// Deletes a key if it is there.
    pub(crate) fn remove(&mut self, map: Id, key: &str) {
        let predecessors: Vec<Id> = self
            .light
            .shown(Some(map), key)
            .map(|entry| entry.id)
            .collect();
        if !predecessors.is_empty() {
            self.write(Some(map), key, None, predecessors);
        }
    }

    /// Makes a map under a key, of the root or of a map.
    pub(crate) fn make(&mut self, map: Option<Id>, key: &str) -> Id {
        if map.is_none() {
            self.light.touch_key(key);
        }
        let predecessors = self.light.shown(map, key).map(|entry| entry.id).collect();
        self.write(map, key, Some(Held::Map), predecessors)
    }

    fn write(
        &mut self,
        map: Option<Id>,
        key: &str,
        held: Option<Held>,
        predecessors: Vec<Id>,
    ) -> Id {
        let id = Id {
            counter: self.first + self.written.len() as u64,
            actor: self.actor,
        };
        let action = match &held {
            Some(Held::Map) => MAKE_MAP,
            Some(_) => SET,
            None => DELETE,
        };
        let (kind, value) = held.as_ref().map_or((NULL, Vec::new()), Held::encoded);
        self.light
            .write(map, key, id, held, &predecessors)
            .expect("the map and what it shows were just read");
        self.written.push(Written {
            map,
            key: key.to_owned(),
            action,
            kind,
            value,
            predecessors,
        });
        id
    }

    /// Ends the change and returns its chunk; none if nothing was written.
    pub(crate) fn commit(self, author: &Author) -> Option<Vec<u8>> {
        if self.written.is_empty() {
            return None;
        }
        let named = self
            .written
            .iter()
            .flat_map(|one| one.map.iter().chain(&one.predecessors));
        let others: BTreeMap<&[u8], u32> = named
            .filter(|id| id.actor != self.actor)
            .map(|id| (self.light.actors[id.actor as usize].as_slice(), id.actor))
            .collect();
        let indexes: HashMap<u32, u64> = std::iter::once((self.actor, 0))
            .chain(others.values().copied().zip(1..))
            .collect();
        let reference = |id: &Id| (indexes[&id.actor], id.counter);
        let operations: Vec<Operation<'_>> = self
            .written
            .iter()
            .map(|one| Operation {
                object: one.map.as_ref().map(reference),
                key: &one.key,
                action: one.action,
                kind: one.kind,
                value: &one.value,
                predecessors: one.predecessors.iter().map(reference).collect(),
            })
            .collect();
        let columns = write_operations(&operations);
        let other_actors: Vec<Vec<u8>> = others.into_keys().map(<[u8]>::to_vec).collect();
        // On top of all that is known, and of the actor's own last change if that is no head.
        let mut dependencies = self.light.heads.clone();
        let own = self.light.changes.iter().rev();
        let own_last = own
            .filter(|change| change.actor == self.actor)
            .map(|change| change.hash);
        dependencies.extend(own_last.take(1));
        let message = author.message();
        let actor = self.light.actors[self.actor as usize].clone();
        let mut change = Parts {
            dependencies: dependencies.into_iter().collect(),
            actor: &actor,
            sequence: self.light.sequences[self.actor as usize] + 1,
            first_operation: self.first,
            seconds: author.at.div_euclid(1000),
            message: message.as_bytes(),
            other_actors: other_actors.iter().map(Vec::as_slice).collect(),
            columns: columns
                .iter()
                .map(|(specification, column)| (*specification, column.as_slice()))
                .collect(),
            hash: [0; 32],
        };
        let (chunk, hash) = change.chunk();
        change.hash = hash;
        let last = self.first + self.written.len() as u64 - 1;
        let author = Author::of(Some(&message), change.seconds);
        self.light
            .note(&change, chunk.clone(), author, self.actor, last);
        Some(chunk)
    }
}
