//! Which changes count all the same that came too late: those that a change which counts follows, directly or by way of others.
//!
//! Decides from hashes and dependencies alone; which changes came too late is decided elsewhere. The result depends on the sets given, not
//! on their order.

use std::collections::{BTreeMap, BTreeSet};

use crate::change::split;

/// Returns those of the `late` changes that changes of `counting` follow, each as a plain change chunk, and the number of the others.
///
/// Both are given as concatenations of plain change chunks, any number of them; one that is none is passed over. A change that is in
/// both counts anyway and is left out of either result.
pub fn followed<'a>(
    counting: impl IntoIterator<Item = &'a [u8]>,
    late: impl IntoIterator<Item = &'a [u8]>,
) -> (Vec<Vec<u8>>, usize) {
    let mut known = BTreeSet::new();
    let mut open: Vec<[u8; 32]> = Vec::new();
    for change in counting.into_iter().filter_map(split).flatten() {
        known.insert(change.hash);
        open.extend(&change.dependencies);
    }
    let mut found = BTreeMap::new();
    for change in late.into_iter().filter_map(split).flatten() {
        if !known.contains(&change.hash) {
            found.insert(change.hash, change);
        }
    }
    let mut kept = BTreeSet::new();
    while let Some(hash) = open.pop() {
        if let Some(change) = found.get(&hash)
            && kept.insert(hash)
        {
            open.extend(&change.dependencies);
        }
    }
    let others = found.len() - kept.len();
    let kept = kept.iter().map(|hash| found[hash].chunk().0).collect();
    (kept, others)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ActorSeed, Author, Document, Registers};

    fn seed(number: u8) -> ActorSeed {
        ActorSeed::device(&[number; 32], &[number; 16])
    }

    /// Writes one register on `document` and returns the change.
    fn write(document: &mut Document, value: &str) -> Vec<u8> {
        let author = Author {
            action: "0000000000000001".to_owned(),
            by: "李雷".to_owned(),
            device: "平板".to_owned(),
            at: 1_000,
        };
        let values = [("company/name".to_owned(), value.to_owned())];
        document
            .write_registers(&author, &values)
            .expect("something is written")
    }

    #[test]
    fn what_somebody_built_on_counts_and_the_rest_does_not() {
        let (mut leaver, mut friend) = (Document::new(&seed(1)), Document::new(&seed(2)));
        let first = write(&mut leaver, "一");
        let second = write(&mut leaver, "二");
        friend.apply(&first).expect("a change");
        friend.apply(&second).expect("a change");
        let built = write(&mut friend, "三");
        let third = write(&mut leaver, "四");
        let late = [third.as_slice(), &second, &first];

        let (kept, others) = followed([built.as_slice()], late);
        assert_eq!(others, 1);
        let mut document = Document::new(&seed(3));
        for change in &kept {
            document.apply(change).expect("a change");
        }
        document.apply(&built).expect("a change");
        assert_eq!(document.register("company/name").as_deref(), Some("三"));
        assert!(document.pending().is_empty());

        assert_eq!(followed([], late), (Vec::new(), 3));
        assert_eq!(followed([first.as_slice(), b"none"], late), (Vec::new(), 2));
        let together = [first.as_slice(), &second, &third].concat();
        let again = followed([built.as_slice()], [together.as_slice()]);
        assert_eq!(again, (kept, 1));
    }
}
