//! Operations on maps, between the columns of a change and a list.
//!
//! **Source:** Automerge binary format, "Operation columns". Read only if writing them gives the same bytes again.

use crate::change::{
    ACTION, INSERT, KEY, KIND, OBJECT, OBJECT_ACTOR, PREDECESSOR, PREDECESSOR_ACTOR, PREDECESSORS,
    VALUE,
};
use crate::columns::{Runs, cells, put_unsigned, take_bytes};

/// Most operations of a change: 500 customers of 250 columns in one import fit.
const MAX_OPERATIONS: usize = 1 << 17;

/// An operation id as a change writes it: index of the actor (0 for the author, then the others in order) and counter.
pub(crate) type Reference = (u64, u64);

/// An operation on a map.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Operation<'a> {
    /// The map; none for the root.
    pub(crate) object: Option<Reference>,
    /// Key in the map.
    pub(crate) key: &'a str,
    /// What it does.
    pub(crate) action: u64,
    /// Kind of the value; the length of its bytes is that of `value`.
    pub(crate) kind: u64,
    /// Bytes of the value.
    pub(crate) value: &'a [u8],
    /// What it overwrites, in order.
    pub(crate) predecessors: Vec<Reference>,
}

/// Returns the columns of operations, those that are not empty.
pub(crate) fn write_operations(operations: &[Operation<'_>]) -> Vec<(u64, Vec<u8>)> {
    let mut object_actor = Runs::new();
    let mut object = Runs::new();
    let mut key = Runs::new();
    let mut insert = Vec::new();
    put_unsigned(&mut insert, operations.len() as u64);
    let mut action = Runs::new();
    let mut kind = Runs::new();
    let mut value = Vec::new();
    let mut numbers = Runs::new();
    let mut actors = Runs::new();
    let mut counters = Runs::new();
    let mut before = 0_i64;
    for operation in operations {
        object_actor.push_maybe(operation.object.map(|(actor, _)| actor));
        object.push_maybe(operation.object.map(|(_, counter)| counter));
        key.push(operation.key);
        action.push(operation.action);
        kind.push((operation.value.len() as u64) << 4 | operation.kind);
        value.extend_from_slice(operation.value);
        numbers.push(operation.predecessors.len() as u64);
        for (actor, counter) in &operation.predecessors {
            actors.push(*actor);
            counters.push((*counter as i64).wrapping_sub(before));
            before = *counter as i64;
        }
    }
    let mut columns = vec![
        (OBJECT_ACTOR, object_actor.finish()),
        (OBJECT, object.finish()),
        (KEY, key.finish()),
        (INSERT, insert),
        (ACTION, action.finish()),
        (KIND, kind.finish()),
        (VALUE, value),
        (PREDECESSORS, numbers.finish()),
        (PREDECESSOR_ACTOR, actors.finish()),
        (PREDECESSOR, counters.finish()),
    ];
    columns.retain(|(_, bytes)| !bytes.is_empty());
    columns
}

/// Returns the operations of these columns; none if they are not all on maps, or not written as [`write_operations`] does.
pub(crate) fn read_operations<'a>(
    columns: &[(u64, &'a [u8])],
    count: u64,
) -> Option<Vec<Operation<'a>>> {
    let count = usize::try_from(count).ok()?;
    if count == 0 || count > MAX_OPERATIONS {
        return None;
    }
    let column = |specification: u64| {
        let mut all = columns.iter();
        all.find(|(own, _)| *own == specification)
            .map_or(&[][..], |(_, bytes)| bytes)
    };
    let object_actor = cells::<u64>(column(OBJECT_ACTOR), count)?;
    let object = cells::<u64>(column(OBJECT), count)?;
    let key = cells::<&str>(column(KEY), count)?;
    let action = cells::<u64>(column(ACTION), count)?;
    let kind = cells::<u64>(column(KIND), count)?;
    let numbers = cells::<u64>(column(PREDECESSORS), count)?;
    let total = numbers
        .iter()
        .try_fold(0_u64, |sum, number| sum.checked_add((*number)?))?;
    let total = usize::try_from(total)
        .ok()
        .filter(|total| *total <= MAX_OPERATIONS)?;
    let actors = cells::<u64>(column(PREDECESSOR_ACTOR), total)?;
    let counters = cells::<i64>(column(PREDECESSOR), total)?;
    let mut before = 0_i64;
    let mut predecessors = actors.into_iter().zip(counters).map(|(actor, difference)| {
        before = before.checked_add(difference?)?;
        Some((actor?, u64::try_from(before).ok()?))
    });
    let mut value = column(VALUE);
    let mut operations = Vec::with_capacity(count);
    for index in 0..count {
        let kind = kind[index]?;
        operations.push(Operation {
            object: match (object_actor[index], object[index]) {
                (None, None) => None,
                (Some(actor), Some(counter)) => Some((actor, counter)),
                _ => return None,
            },
            key: key[index]?,
            action: action[index]?,
            kind: kind & 0xF,
            value: take_bytes(&mut value, usize::try_from(kind >> 4).ok()?)?,
            predecessors: (0..numbers[index]?)
                .map(|_| predecessors.next().flatten())
                .collect::<Option<_>>()?,
        });
    }
    let again = write_operations(&operations);
    let same = again.len() == columns.len()
        && again
            .iter()
            .zip(columns)
            .all(|((a, own), (b, column))| a == b && own == column);
    same.then_some(operations)
}
