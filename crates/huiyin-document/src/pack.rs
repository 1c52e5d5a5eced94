//! Packing of changes that travel together: what can be computed again is left out, and equal things stand beside each other.
//!
//! Decides the form of changes inside a sealed part, which is deflated afterwards. Magic, checksum and length of a chunk, a
//! dependency that is the change before, the next sequence and operation number are computed again; everything else is written as
//! columns over all changes, so that what repeats from change to change repeats byte by byte. Unpacking gives the identical bytes:
//! packing makes sure of it and writes the changes as they are where it would not.
//!
//! Stored and sent: the first byte is the form. [`PLAIN`] and [`COLUMNS`] are read for ever. Long: packing and unpacking stand beside each other.

use std::collections::{BTreeMap, BTreeSet};

use crate::ApplyError;
use crate::change::{INT, KIND, Parts, VALUE, split, take_count};
use crate::columns::{
    RunReader, put_prefixed, put_signed, put_unsigned, take_bytes, take_prefixed, take_signed,
    take_unsigned,
};

/// Most bytes that packed changes unpack to; more are written as they are. Bounds what a hostile pack can grow to.
pub const MAX_UNPACKED: usize = 16 << 20;
/// Most documents in a group.
pub const MAX_GROUP: usize = 4096;

/// How many different contents of a column are remembered for those that come again.
const MAX_RECENT: usize = 64;

/// Form of changes as they are.
const PLAIN: u8 = 0;
/// Form of changes as columns.
const COLUMNS: u8 = 1;

/// Returns whether packed changes, alone or as a group, have a form this version does not know: a newer version may read them.
pub fn is_of_newer_form(packed: &[u8]) -> bool {
    packed.first().is_some_and(|form| *form > COLUMNS)
}

/// Returns changes of one document in packed form. `chunks` is a concatenation of plain change chunks in order; anything else is kept
/// as it is.
pub fn pack_changes(chunks: &[u8]) -> Vec<u8> {
    if let Some(packed) = as_columns(chunks)
        && unpack_changes(&packed).is_ok_and(|again| again == chunks)
    {
        return packed;
    }
    let mut plain = vec![PLAIN];
    plain.extend_from_slice(chunks);
    plain
}

/// Returns changes as columns, not proven yet to come back.
pub(crate) fn as_columns(chunks: &[u8]) -> Option<Vec<u8>> {
    let changes = split(chunks)?;
    let mut packed = vec![COLUMNS];
    put_unsigned(&mut packed, changes.len() as u64);
    put_changes(&mut packed, &changes, &[changes.len()])?;
    Some(packed)
}

/// Returns what [`pack_changes`] packed.
///
/// # Errors
/// [`ApplyError`] if the bytes are no packed changes or unpack to more than [`MAX_UNPACKED`].
pub fn unpack_changes(packed: &[u8]) -> Result<Vec<u8>, ApplyError> {
    let (form, mut bytes) = packed.split_first().ok_or_else(damaged)?;
    match *form {
        PLAIN => Ok(bytes.to_vec()),
        COLUMNS => {
            let bytes = &mut bytes;
            let count = take_count(bytes).ok_or_else(damaged)?;
            let documents = take_changes(bytes, &[count]).ok_or_else(damaged)?;
            if !bytes.is_empty() {
                return Err(damaged());
            }
            Ok(documents.concat())
        }
        _ => Err(unknown(*form)),
    }
}

/// Returns changes of several documents, each a name and a concatenation of plain change chunks, in packed form. Names that begin alike
/// are best given beside each other.
pub fn pack_group(documents: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut packed = vec![COLUMNS];
    if put_group(&mut packed, documents).is_some()
        && unpack_group(&packed).is_ok_and(|again| again == documents)
    {
        return packed;
    }
    let mut plain = vec![PLAIN];
    put_unsigned(&mut plain, documents.len() as u64);
    for (name, chunks) in documents {
        put_prefixed(&mut plain, name.as_bytes());
        put_prefixed(&mut plain, chunks);
    }
    plain
}

/// Returns what [`pack_group`] packed.
///
/// # Errors
/// [`ApplyError`] if the bytes are no packed group or pass a limit: more than [`MAX_GROUP`] documents in columns, or more than
/// [`MAX_UNPACKED`] bytes.
pub fn unpack_group(packed: &[u8]) -> Result<Vec<(String, Vec<u8>)>, ApplyError> {
    let (form, mut bytes) = packed.split_first().ok_or_else(damaged)?;
    let bytes = &mut bytes;
    let group = match *form {
        PLAIN => take_plain_group(bytes),
        COLUMNS => take_group(bytes),
        _ => return Err(unknown(*form)),
    };
    group.filter(|_| bytes.is_empty()).ok_or_else(damaged)
}

pub(crate) fn damaged() -> ApplyError {
    ApplyError("the pack of changes is damaged".to_owned())
}

pub(crate) fn unknown(form: u8) -> ApplyError {
    ApplyError(format!(
        "the pack of changes has form {form}, which this version cannot read; update the program"
    ))
}

fn take_plain_group(bytes: &mut &[u8]) -> Option<Vec<(String, Vec<u8>)>> {
    (0..take_count(bytes)?)
        .map(|_| {
            let name = String::from_utf8(take_prefixed(bytes)?.to_vec()).ok()?;
            Some((name, take_prefixed(bytes)?.to_vec()))
        })
        .collect()
}

fn put_group(out: &mut Vec<u8>, documents: &[(String, Vec<u8>)]) -> Option<()> {
    if documents.len() > MAX_GROUP {
        return None;
    }
    put_unsigned(out, documents.len() as u64);
    let mut before = "";
    for (name, _) in documents {
        let shared = before
            .bytes()
            .zip(name.bytes())
            .take_while(|(a, b)| a == b)
            .count();
        put_unsigned(out, shared as u64);
        put_prefixed(out, &name.as_bytes()[shared..]);
        before = name;
    }
    let mut changes = Vec::new();
    let mut counts = Vec::with_capacity(documents.len());
    for (_, chunks) in documents {
        let own = split(chunks)?;
        put_unsigned(out, own.len() as u64);
        counts.push(own.len());
        changes.extend(own);
    }
    put_changes(out, &changes, &counts)
}

fn take_group(bytes: &mut &[u8]) -> Option<Vec<(String, Vec<u8>)>> {
    let count = take_count(bytes).filter(|count| *count <= MAX_GROUP)?;
    let mut names: Vec<String> = Vec::with_capacity(count);
    let mut length = 0;
    for _ in 0..count {
        let shared = usize::try_from(take_unsigned(bytes)?).ok()?;
        let mut name = match names.last() {
            Some(before) => before.as_bytes().get(..shared)?.to_vec(),
            None if shared == 0 => Vec::new(),
            None => return None,
        };
        name.extend_from_slice(take_prefixed(bytes)?);
        length += name.len();
        if length > MAX_UNPACKED {
            return None;
        }
        names.push(String::from_utf8(name).ok()?);
    }
    let counts = (0..count)
        .map(|_| take_count(bytes))
        .collect::<Option<Vec<_>>>()?;
    Some(
        names
            .into_iter()
            .zip(take_changes(bytes, &counts)?)
            .collect(),
    )
}

/// What the next change of a document is expected to say, computed alike on both sides.
#[derive(Debug, Default)]
struct Expected {
    sequence: BTreeMap<u64, u64>,
    operation: u64,
    seconds: i64,
}

impl Expected {
    /// Forgets what belongs to one document.
    fn next_document(&mut self) {
        self.sequence.clear();
        self.operation = 0;
    }

    fn sequence(&self, actor: u64) -> u64 {
        self.sequence.get(&actor).copied().unwrap_or_default()
    }

    fn note(&mut self, actor: u64, change: &Parts<'_>) {
        self.sequence.insert(actor, change.sequence.wrapping_add(1));
        self.operation = change.first_operation.wrapping_add(change.operations());
        self.seconds = change.seconds;
    }
}

/// Writes changes as columns; `counts` says how many belong to each document.
///
/// Columns, each over all changes: actors (a table, then indexes), dependencies (how many; the change before, another of this
/// pack, or a hash), sequence, first operation and seconds (differences from what is expected), actions of messages, the rest of
/// messages (or as before), other actors, then each column of operations (new contents, or which of the recent ones), then the values:
/// numbers as differences from the time of their change, the bytes of all others. None if values are not as their kinds say.
fn put_changes(out: &mut Vec<u8>, changes: &[Parts<'_>], counts: &[usize]) -> Option<()> {
    let mut actors: Vec<&[u8]> = Vec::new();
    let mut indexes: BTreeMap<&[u8], u64> = BTreeMap::new();
    for change in changes {
        for actor in std::iter::once(&change.actor).chain(&change.other_actors) {
            indexes.entry(actor).or_insert_with(|| {
                actors.push(actor);
                actors.len() as u64 - 1
            });
        }
    }
    put_unsigned(out, actors.len() as u64);
    for actor in &actors {
        put_prefixed(out, actor);
    }
    for change in changes {
        put_unsigned(out, indexes[change.actor]);
    }
    put_dependencies(out, changes);
    let mut numbers = [Vec::new(), Vec::new(), Vec::new()];
    let mut expected = Expected::default();
    let mut all = changes.iter();
    for count in counts {
        expected.next_document();
        for change in all.by_ref().take(*count) {
            let actor = indexes[change.actor];
            let [sequence, operation, seconds] = &mut numbers;
            let difference = |is: u64, expected: u64| is.wrapping_sub(expected) as i64;
            put_signed(
                sequence,
                difference(change.sequence, expected.sequence(actor)),
            );
            put_signed(
                operation,
                difference(change.first_operation, expected.operation),
            );
            put_signed(seconds, change.seconds.wrapping_sub(expected.seconds));
            expected.note(actor, change);
        }
    }
    for column in &numbers {
        out.extend_from_slice(column);
    }
    put_messages(out, changes);
    for change in changes {
        put_unsigned(out, change.other_actors.len() as u64);
    }
    for actor in changes.iter().flat_map(|change| &change.other_actors) {
        put_unsigned(out, indexes[actor]);
    }
    let specifications: BTreeSet<u64> = changes
        .iter()
        .flat_map(|change| {
            change
                .columns
                .iter()
                .map(|(specification, _)| *specification)
        })
        .filter(|specification| *specification != VALUE)
        .collect();
    put_unsigned(out, specifications.len() as u64);
    for specification in specifications {
        put_unsigned(out, specification);
        put_column(
            out,
            changes.iter().map(|change| change.column(specification)),
        );
    }
    put_values(out, changes)
}

/// Writes a column: 0 for contents that are not among the recent ones, else which, the latest first; then the lengths of the new ones,
/// then their bytes.
fn put_column<'a>(out: &mut Vec<u8>, contents: impl Iterator<Item = &'a [u8]>) {
    let mut recent: Vec<&[u8]> = Vec::new();
    let mut new: Vec<&[u8]> = Vec::new();
    for content in contents {
        let at = recent.iter().position(|known| *known == content);
        put_unsigned(out, at.map_or(0, |at| at as u64 + 1));
        if let Some(at) = at {
            recent[..=at].rotate_right(1);
        } else {
            new.push(content);
            recent.truncate(MAX_RECENT - 1);
            recent.insert(0, content);
        }
    }
    for content in &new {
        put_unsigned(out, content.len() as u64);
    }
    for content in &new {
        out.extend_from_slice(content);
    }
}

/// Writes the values of all operations: first whole numbers, then the bytes of the others.
fn put_values(out: &mut Vec<u8>, changes: &[Parts<'_>]) -> Option<()> {
    let mut others: Vec<u8> = Vec::new();
    for change in changes {
        let mut value = change.column(VALUE);
        for (kind, count) in kinds(change.column(KIND)) {
            for _ in 0..count {
                let mut bytes = take_bytes(&mut value, usize::try_from(kind >> 4).ok()?)?;
                if kind & 0xF == INT {
                    let number = take_signed(&mut bytes)?;
                    put_signed(out, number.wrapping_sub(milliseconds(change.seconds)));
                } else {
                    others.extend_from_slice(bytes);
                }
            }
        }
        if !value.is_empty() {
            return None;
        }
    }
    out.extend_from_slice(&others);
    Some(())
}

/// Returns the kinds of values that are written, and how often each comes in a row.
fn kinds(column: &[u8]) -> impl Iterator<Item = (u64, u64)> {
    let mut runs = RunReader::<u64>::new(column);
    // Values without bytes may come in runs of any length.
    std::iter::from_fn(move || runs.next_run()).filter(|(kind, _)| kind >> 4 > 0)
}

/// Returns the time of a change as values hold it.
fn milliseconds(seconds: i64) -> i64 {
    seconds.wrapping_mul(1000)
}

/// Writes dependencies: 0 for the one change before, else their number and one; then where each is: 0 for a hash that follows, else
/// how many changes before; then the hashes.
fn put_dependencies(out: &mut Vec<u8>, changes: &[Parts<'_>]) {
    let mut places = Vec::new();
    let mut hashes: Vec<u8> = Vec::new();
    let mut known: BTreeMap<[u8; 32], usize> = BTreeMap::new();
    for (index, change) in changes.iter().enumerate() {
        let before = index.checked_sub(1).map(|before| changes[before].hash);
        if let [only] = change.dependencies[..]
            && Some(only) == before
        {
            put_unsigned(out, 0);
        } else {
            put_unsigned(out, change.dependencies.len() as u64 + 1);
            for hash in &change.dependencies {
                if let Some(known) = known.get(hash) {
                    put_unsigned(&mut places, (index - known) as u64);
                } else {
                    put_unsigned(&mut places, 0);
                    hashes.extend_from_slice(hash);
                }
            }
        }
        known.insert(change.hash, index);
    }
    out.extend_from_slice(&places);
    out.extend_from_slice(&hashes);
}

/// Writes messages: lengths of actions, actions, then what follows them: 0 for the same as before, else its length and one; then those.
fn put_messages(out: &mut Vec<u8>, changes: &[Parts<'_>]) {
    let messages: Vec<_> = changes.iter().map(Parts::action).collect();
    for (action, _) in &messages {
        put_unsigned(out, action.len() as u64);
    }
    for (action, _) in &messages {
        out.extend_from_slice(action);
    }
    let mut rests: Vec<u8> = Vec::new();
    let mut before: Option<&[u8]> = None;
    for (_, rest) in &messages {
        if before == Some(*rest) {
            put_unsigned(out, 0);
        } else {
            put_unsigned(out, rest.len() as u64 + 1);
            rests.extend_from_slice(rest);
        }
        before = Some(rest);
    }
    out.extend_from_slice(&rests);
}

/// Returns the columns of a change that are not empty, with its values in their place.
fn with_values<'a>(columns: &[Column<'a>], index: usize, values: &'a [u8]) -> Vec<(u64, &'a [u8])> {
    let mut own: Vec<(u64, &[u8])> = columns
        .iter()
        .map(|(specification, cells)| (*specification, cells[index]))
        .filter(|(_, column)| !column.is_empty())
        .collect();
    if !values.is_empty() {
        let at = own.partition_point(|(specification, _)| *specification < VALUE);
        own.insert(at, (VALUE, values));
    }
    own
}

/// Where dependencies of a change are.
enum Dependency {
    Before(usize),
    Hash([u8; 32]),
}

/// Reads what [`put_changes`] wrote and returns the chunks of each document.
fn take_changes(bytes: &mut &[u8], counts: &[usize]) -> Option<Vec<Vec<u8>>> {
    let count = counts
        .iter()
        .try_fold(0_usize, |sum, count| sum.checked_add(*count))
        .filter(|count| *count <= bytes.len())?;
    let actors = (0..take_count(bytes)?)
        .map(|_| take_prefixed(bytes))
        .collect::<Option<Vec<_>>>()?;
    let own = take_numbers(bytes, count)?;
    let dependencies = take_dependencies(bytes, count)?;
    let take_differences = |bytes: &mut &[u8]| {
        (0..count)
            .map(|_| take_signed(bytes))
            .collect::<Option<Vec<i64>>>()
    };
    let sequences = take_differences(bytes)?;
    let operations = take_differences(bytes)?;
    let seconds = take_differences(bytes)?;
    let messages = take_messages(bytes, count)?;
    let others = take_lists(bytes, count)?;
    let columns = take_columns(bytes, count)?;
    let seconds: Vec<i64> = seconds
        .into_iter()
        .scan(0_i64, |before, difference| {
            *before = before.wrapping_add(difference);
            Some(*before)
        })
        .collect();
    let values = take_values(bytes, &columns, &seconds)?;

    let mut documents = Vec::with_capacity(counts.len());
    let mut hashes: Vec<[u8; 32]> = Vec::with_capacity(count);
    let mut expected = Expected::default();
    let mut length = 0;
    for count in counts {
        expected.next_document();
        let mut document = Vec::new();
        for _ in 0..*count {
            let index = hashes.len();
            let actor = own[index];
            let (action, rest) = messages[index];
            let message = [action, rest].concat();
            let change = Parts {
                dependencies: dependencies[index]
                    .iter()
                    .map(|dependency| match dependency {
                        Dependency::Before(back) => hashes.get(index.checked_sub(*back)?).copied(),
                        Dependency::Hash(hash) => Some(*hash),
                    })
                    .collect::<Option<_>>()?,
                actor: actors.get(usize::try_from(actor).ok()?)?,
                sequence: expected
                    .sequence(actor)
                    .wrapping_add_signed(sequences[index]),
                first_operation: expected.operation.wrapping_add_signed(operations[index]),
                seconds: seconds[index],
                message: &message,
                other_actors: others[index]
                    .iter()
                    .map(|actor| actors.get(usize::try_from(*actor).ok()?).copied())
                    .collect::<Option<_>>()?,
                columns: with_values(&columns, index, &values[index]),
                hash: [0; 32],
            };
            length += change.length();
            if length > MAX_UNPACKED {
                return None;
            }
            let (chunk, hash) = change.chunk();
            expected.note(actor, &change);
            hashes.push(hash);
            document.extend_from_slice(&chunk);
        }
        documents.push(document);
    }
    Some(documents)
}

fn take_numbers(bytes: &mut &[u8], count: usize) -> Option<Vec<u64>> {
    (0..count).map(|_| take_unsigned(bytes)).collect()
}

/// Returns lists of numbers: how many each has, then all of them.
fn take_lists(bytes: &mut &[u8], count: usize) -> Option<Vec<Vec<u64>>> {
    let lengths = take_numbers(bytes, count)?;
    lengths
        .into_iter()
        .map(|length| {
            let length = usize::try_from(length)
                .ok()
                .filter(|length| *length <= bytes.len())?;
            take_numbers(bytes, length)
        })
        .collect()
}

fn take_dependencies(bytes: &mut &[u8], count: usize) -> Option<Vec<Vec<Dependency>>> {
    let numbers = take_numbers(bytes, count)?;
    let places = numbers
        .into_iter()
        .map(|number| {
            let Some(number) = number.checked_sub(1) else {
                return Some(vec![1]);
            };
            let number = usize::try_from(number).ok();
            take_numbers(bytes, number.filter(|number| *number <= bytes.len())?)
        })
        .collect::<Option<Vec<_>>>()?;
    let mut place = |place| match place {
        0 => Some(Dependency::Hash(take_bytes(bytes, 32)?.try_into().ok()?)),
        _ => Some(Dependency::Before(usize::try_from(place).ok()?)),
    };
    places
        .into_iter()
        .map(|places| places.into_iter().map(&mut place).collect())
        .collect()
}

/// Returns pieces of these lengths.
fn take_pieces<'a>(bytes: &mut &'a [u8], lengths: &[u64]) -> Option<Vec<&'a [u8]>> {
    lengths
        .iter()
        .map(|length| take_bytes(bytes, usize::try_from(*length).ok()?))
        .collect()
}

/// Returns actions and what follows them.
fn take_messages<'a>(bytes: &mut &'a [u8], count: usize) -> Option<Vec<(&'a [u8], &'a [u8])>> {
    let lengths = take_numbers(bytes, count)?;
    let actions = take_pieces(bytes, &lengths)?;
    let lengths = take_numbers(bytes, count)?;
    let mut before: &[u8] = &[];
    actions
        .into_iter()
        .zip(lengths)
        .map(|(action, length)| {
            if length > 0 {
                before = take_bytes(bytes, usize::try_from(length - 1).ok()?)?;
            }
            Some((action, before))
        })
        .collect()
}

/// A column of operations: its specification, and the bytes of each change.
type Column<'a> = (u64, Vec<&'a [u8]>);

/// Returns the columns of operations but that of values.
fn take_columns<'a>(bytes: &mut &'a [u8], count: usize) -> Option<Vec<Column<'a>>> {
    (0..take_count(bytes)?)
        .map(|_| Some((take_unsigned(bytes)?, take_column(bytes, count)?)))
        .collect()
}

/// Reads what [`put_column`] wrote.
fn take_column<'a>(bytes: &mut &'a [u8], count: usize) -> Option<Vec<&'a [u8]>> {
    let places = take_numbers(bytes, count)?;
    let new = places.iter().filter(|place| **place == 0).count();
    let lengths = take_numbers(bytes, new)?;
    let mut new = take_pieces(bytes, &lengths)?.into_iter();
    let mut recent: Vec<&[u8]> = Vec::new();
    places
        .into_iter()
        .map(|place| {
            if let Some(at) = usize::try_from(place).ok()?.checked_sub(1) {
                recent.get_mut(..=at)?.rotate_right(1);
            } else {
                recent.truncate(MAX_RECENT - 1);
                recent.insert(0, new.next()?);
            }
            recent.first().copied()
        })
        .collect()
}

/// Returns the column of values of each change; its columns say what kinds of values it has.
fn take_values(bytes: &mut &[u8], columns: &[Column<'_>], seconds: &[i64]) -> Option<Vec<Vec<u8>>> {
    let column = columns
        .iter()
        .find(|(specification, _)| *specification == KIND);
    let kinds_of = |index: usize| column.map_or(&[][..], |(_, cells)| cells[index]);
    let mut numbers: Vec<i64> = Vec::new();
    for index in 0..seconds.len() {
        for (kind, count) in kinds(kinds_of(index)) {
            if kind & 0xF == INT {
                for _ in 0..count {
                    numbers.push(take_signed(bytes)?);
                }
            }
        }
    }
    let mut numbers = numbers.into_iter();
    let mut values = Vec::with_capacity(seconds.len());
    for (index, seconds) in seconds.iter().enumerate() {
        let mut value = Vec::new();
        for (kind, count) in kinds(kinds_of(index)) {
            for _ in 0..count {
                if kind & 0xF == INT {
                    let number = numbers.next()?.wrapping_add(milliseconds(*seconds));
                    put_signed(&mut value, number);
                } else {
                    let length = usize::try_from(kind >> 4).ok()?;
                    value.extend_from_slice(take_bytes(bytes, length)?);
                }
            }
        }
        values.push(value);
    }
    Some(values)
}
