//! Everything that was ever written in one record: who wrote what when, and the record as it stood at any time.
//!
//! Read from the changes themselves, whichever way the document is kept: the operations under the record's key, with what they
//! overwrote. The record at a time is what a set of changes shows that holds with each change all it builds on; it is read by the same
//! rules as the present one ([`crate::reader`]), so that conflicts of then are conflicts here.
//!
//! A change counts for a time if it was made by then and everything it builds on was: a clock that went wrong moves its own work and
//! what was built on it, nothing else. Imported records are created at time 0; when they were imported the caller knows.
//!
//! Long: reading operations and standing at a time share their tables.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::change::{DELETE, MAKE_MAP, Parts, SET, split};
use crate::light::{Held, Unfit};
use crate::operations::{Operation, Reference, read_operations};
use crate::reader::{self, Each, Shown, Source};
use crate::record::key_of;
use crate::signing::Judge;
use crate::{Author, Document, Issue, Millis, Record, schema};

/// An operation id; the actor is an index of [`Past::actors`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Id {
    counter: u64,
    actor: usize,
}

/// A change of the document, of which most are about other records.
#[derive(Debug)]
struct Step {
    author: Author,
    /// It made imported records, at no time of its own.
    import: bool,
    /// Places of the changes it builds on.
    after: Vec<usize>,
}

/// An operation on one of the record's maps.
#[derive(Debug)]
struct Entry {
    id: Id,
    /// The map; none for the root.
    map: Option<Id>,
    key: String,
    /// What it wrote; none if it removed.
    held: Option<Held>,
    overwrote: Vec<Id>,
    /// Place of its change.
    step: usize,
}

/// A field that was written once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastWrite {
    /// Field wire name.
    pub field: String,
    /// The value; empty if it was removed.
    pub value: String,
    /// Values it took the place of: none for the first, several if it settled a conflict.
    pub before: Vec<String>,
    /// Who, where, when, and in which action. Of an import the action is its id and everything else empty.
    pub author: Author,
    /// It came with an import.
    pub import: bool,
    /// The record was made by it.
    pub made: bool,
    /// It is still there.
    pub holds: bool,
}

/// Everything ever written in a record.
#[derive(Debug)]
pub struct Past {
    local: u64,
    /// Who judges signatures under events.
    judge: Option<Judge>,
    actors: Vec<Vec<u8>>,
    steps: Vec<Step>,
    entries: Vec<Entry>,
    /// Changes that are not of the form this version reads; what they wrote is not in here.
    pub unread: usize,
}

/// A set of changes that holds with each change all it builds on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Included(Vec<bool>);

impl Document {
    /// Returns everything ever written in a record; none if nothing was. Reads every change of the document.
    pub fn past(&mut self, local: u64) -> Option<Past> {
        let chunks = self.all_chunks();
        let mut past = Past {
            local,
            judge: self.judge.clone(),
            actors: Vec::new(),
            steps: Vec::new(),
            entries: Vec::new(),
            unread: 0,
        };
        let mut maps = BTreeSet::new();
        let mut places = HashMap::new();
        for chunk in &chunks {
            match split(chunk) {
                Some(parts) => parts
                    .iter()
                    .for_each(|change| past.take(change, &mut maps, &mut places)),
                None => past.unread += 1,
            }
        }
        (!past.entries.is_empty()).then_some(past)
    }
}

impl Past {
    fn actor(&mut self, actor: &[u8]) -> usize {
        let known = self.actors.iter().position(|own| own == actor);
        known.unwrap_or_else(|| {
            self.actors.push(actor.to_vec());
            self.actors.len() - 1
        })
    }

    /// Takes in a change; those it builds on came before.
    fn take(
        &mut self,
        change: &Parts<'_>,
        maps: &mut BTreeSet<Id>,
        places: &mut HashMap<[u8; 32], usize>,
    ) {
        if change.hash == schema::GENESIS_HASH {
            return;
        }
        let message = std::str::from_utf8(change.message).ok();
        let author = Author::of(message, change.seconds);
        let import = change.seconds == 0 && author.by.is_empty() && author.device.is_empty();
        let step = self.steps.len();
        places.insert(change.hash, step);
        self.steps.push(Step {
            author,
            import,
            after: change
                .dependencies
                .iter()
                .filter_map(|hash| places.get(hash).copied())
                .collect(),
        });
        let Some(operations) = read_operations(&change.columns, change.operations()) else {
            self.unread += usize::from(change.operations() > 0);
            return;
        };
        let own_key = key_of(self.local);
        let actors: Vec<usize> = std::iter::once(&change.actor)
            .chain(&change.other_actors)
            .map(|actor| self.actor(actor))
            .collect();
        let id = |(actor, counter): Reference| {
            let actor = *actors.get(usize::try_from(actor).ok()?)?;
            Some(Id { counter, actor })
        };
        for (counter, operation) in (change.first_operation..).zip(&operations) {
            let map = match operation.object {
                None if operation.key == own_key => None,
                None => continue,
                Some(object) => match id(object).filter(|map| maps.contains(map)) {
                    Some(map) => Some(map),
                    None => continue,
                },
            };
            let own = Id {
                counter,
                actor: actors[0],
            };
            let Ok(held) = held_of(operation) else {
                self.unread += 1;
                continue;
            };
            if held == Some(Held::Map) {
                maps.insert(own);
            }
            self.entries.push(Entry {
                id: own,
                map,
                key: operation.key.to_owned(),
                held,
                overwrote: operation
                    .predecessors
                    .iter()
                    .filter_map(|of| id(*of))
                    .collect(),
                step,
            });
        }
    }

    fn order(&self, a: Id, b: Id) -> Ordering {
        a.counter
            .cmp(&b.counter)
            .then_with(|| self.actors[a.actor].cmp(&self.actors[b.actor]))
    }

    /// Returns all changes.
    pub fn now(&self) -> Included {
        Included(vec![true; self.steps.len()])
    }

    /// Returns the changes made by a time and all of whose predecessors were. `imported` says when an import was.
    pub fn until(&self, at: Millis, imported: impl Fn(&str) -> Option<Millis>) -> Included {
        let mut included: Vec<bool> = Vec::with_capacity(self.steps.len());
        for step in &self.steps {
            let time = if step.import {
                imported(&step.author.action).unwrap_or_default()
            } else {
                step.author.at
            };
            let whole = step.after.iter().all(|before| included[*before]);
            included.push(whole && time <= at);
        }
        Included(included)
    }

    /// Returns the changes an action was made on top of: its own are left out, and all that is not before them.
    pub fn before(&self, action: &str) -> Included {
        let mut included = vec![false; self.steps.len()];
        let own = |step: &Step| step.author.action == action;
        for (at, step) in self.steps.iter().enumerate().rev() {
            if own(step) || included[at] {
                for before in &step.after {
                    included[*before] = true;
                }
            }
        }
        for (included, step) in included.iter_mut().zip(&self.steps) {
            *included &= !own(step);
        }
        Included(included)
    }

    /// Returns the record as a set of changes shows it, with the defects found; none if it was not made by then.
    pub fn record(&self, included: &Included) -> Option<(Record, Vec<Issue>)> {
        let (mut record, issues) = reader::read(&Moment::of(self, included), self.local)?;
        if let Some(judge) = &self.judge {
            judge.mark(&mut record);
        }
        Some((record, issues))
    }

    /// Returns the number of changes of this record that are not in a set.
    pub fn later(&self, included: &Included) -> usize {
        let outside = self.entries.iter().map(|entry| entry.step);
        let outside: BTreeSet<usize> = outside.filter(|step| !included.0[*step]).collect();
        outside.len()
    }

    /// Returns every write of a field, what came first first. Bookkeeping and entries of the time line are left out.
    pub fn writes(&self) -> Vec<PastWrite> {
        let texts: HashMap<Id, String> = self
            .entries
            .iter()
            .filter_map(|entry| Some((entry.id, text_of(entry.held.as_ref()?)?)))
            .collect();
        let gone = self.overwritten(&self.now());
        let own = key_of(self.local);
        let records: BTreeMap<Id, usize> = self
            .entries
            .iter()
            .filter(|entry| entry.map.is_none() && entry.key == own)
            .map(|entry| (entry.id, entry.step))
            .collect();
        let mut writes = Vec::new();
        for entry in &self.entries {
            let made_in = entry.map.and_then(|map| records.get(&map));
            let (Some(made_in), false) = (made_in, entry.key.starts_with(schema::BOOKKEEPING))
            else {
                continue;
            };
            let value = match &entry.held {
                None => String::new(),
                Some(held) => match text_of(held) {
                    Some(text) => text,
                    None => continue,
                },
            };
            let step = &self.steps[entry.step];
            let before = entry
                .overwrote
                .iter()
                .filter_map(|id| texts.get(id).cloned());
            let write = PastWrite {
                field: entry.key.clone(),
                value,
                before: before.collect(),
                author: step.author.clone(),
                import: step.import,
                made: *made_in == entry.step,
                holds: entry.held.is_some() && !gone.contains(&entry.id),
            };
            writes.push(write);
        }
        fold_resets(writes)
    }

    /// Returns whether anybody wrote a field after an action, or apart from it.
    pub fn changed_since(&self, action: &str, field: &str) -> bool {
        let before = self.before(action);
        self.entries.iter().any(|entry| {
            entry.key == field
                && entry.map.is_some()
                && !before.0[entry.step]
                && self.steps[entry.step].author.action != action
        })
    }

    /// Returns the entries that others of a set overwrote.
    fn overwritten(&self, included: &Included) -> BTreeSet<Id> {
        let entries = self.entries.iter().filter(|entry| included.0[entry.step]);
        entries
            .flat_map(|entry| entry.overwrote.iter().copied())
            .collect()
    }
}

/// Puts a removal and a write of the same field in one change together: choosing the value that shows is written as both.
fn fold_resets(writes: Vec<PastWrite>) -> Vec<PastWrite> {
    let mut folded: Vec<PastWrite> = Vec::with_capacity(writes.len());
    for mut write in writes {
        let same = folded.last().is_some_and(|last| {
            last.field == write.field
                && last.author == write.author
                && last.value.is_empty()
                && !last.holds
                && write.before.is_empty()
        });
        if same && let Some(last) = folded.pop() {
            write.before = last.before;
        }
        folded.push(write);
    }
    folded
}

/// Returns what an operation wrote, none if it removed.
///
/// # Errors
/// It is none of those this version knows.
fn held_of(operation: &Operation<'_>) -> Result<Option<Held>, Unfit> {
    match operation.action {
        MAKE_MAP => Ok(Some(Held::Map)),
        SET => Held::decoded(operation.kind, operation.value)
            .map(Some)
            .ok_or(Unfit),
        DELETE => Ok(None),
        _ => Err(Unfit),
    }
}

fn text_of(held: &Held) -> Option<String> {
    held.stored()?.shown()
}

/// The record's maps as a set of changes shows them.
struct Moment<'a> {
    past: &'a Past,
    /// Entries that show, by map and key, in order: the last one wins.
    shown: BTreeMap<(Option<Id>, &'a str), Vec<&'a Entry>>,
}

impl<'a> Moment<'a> {
    fn of(past: &'a Past, included: &Included) -> Self {
        let gone = past.overwritten(included);
        let mut shown: BTreeMap<(Option<Id>, &str), Vec<&Entry>> = BTreeMap::new();
        let entries = past.entries.iter().filter(|entry| {
            included.0[entry.step] && entry.held.is_some() && !gone.contains(&entry.id)
        });
        for entry in entries {
            shown
                .entry((entry.map, entry.key.as_str()))
                .or_default()
                .push(entry);
        }
        for entries in shown.values_mut() {
            entries.sort_by(|a, b| past.order(a.id, b.id));
        }
        Self { past, shown }
    }

    fn at<'b>(&'b self, map: Option<Id>, key: &'b str) -> &'b [&'b Entry] {
        self.shown.get(&(map, key)).map_or(&[][..], Vec::as_slice)
    }

    fn maps(&self, map: Option<Id>, key: &str) -> Vec<Id> {
        let maps = self.at(map, key).iter();
        maps.filter(|entry| entry.held == Some(Held::Map))
            .map(|entry| entry.id)
            .collect()
    }
}

impl Source for Moment<'_> {
    type Map = Id;

    fn record_maps(&self, key: &str) -> Vec<Id> {
        self.maps(None, key)
    }

    fn maps_at(&self, map: &Id, key: &str) -> Vec<Id> {
        self.maps(Some(*map), key)
    }

    fn each(&self, map: &Id, each: &mut Each<'_, Id>) {
        let from = (Some(*map), "");
        for ((of, key), entries) in self.shown.range(from..) {
            if *of != Some(*map) {
                return;
            }
            if let Some((last, others)) = entries.split_last()
                && let Some(held) = &last.held
            {
                let shown = held.stored().map_or(Shown::Map(last.id), Shown::Scalar);
                each(key, shown, !others.is_empty());
            }
        }
    }

    fn texts(&self, map: &Id, key: &str) -> Vec<(String, Author)> {
        let entries = self.at(Some(*map), key).iter();
        entries
            .filter_map(|entry| match entry.held.as_ref()? {
                Held::Text(text) => {
                    let author = self.past.steps[entry.step].author.clone();
                    Some((text.clone(), author))
                }
                _ => None,
            })
            .collect()
    }
}
