//! What stands in the parts of an envelope: the changes of one document, or a piece of an attachment. The name of a part says it.

use std::collections::BTreeMap;

use huiyin_document::DocumentKey;
use huiyin_document::blob::PieceKey;
use huiyin_sync::Part;

/// What a part from outside holds.
#[derive(Debug)]
pub(crate) enum Carried {
    /// Changes by document.
    Changes(Vec<(DocumentKey, Vec<u8>)>),
    /// A piece of an attachment.
    Piece(PieceKey, Vec<u8>),
}

/// Returns what a part of the stream called `stream` holds; none if it is malformed or of another stream.
pub(crate) fn read_part(part: Part, stream: &str) -> Option<Carried> {
    if let Ok(key) = part.document.parse::<DocumentKey>() {
        let own = key.stream() == stream;
        return own.then(|| Carried::Changes(vec![(key, part.chunk)]));
    }
    let piece = part.document.parse::<PieceKey>().ok()?;
    (piece.blob.stream() == stream).then_some(Carried::Piece(piece, part.chunk))
}

/// Returns the changes of the document called `name` in a part; none if it holds none.
pub(crate) fn changes_of(part: Part, name: &str) -> Option<Vec<u8>> {
    (part.document == name).then_some(part.chunk)
}

/// Returns the parts that hold these changes, given as name and bytes in the order they were made.
pub(crate) fn parts_of<'a>(changes: impl IntoIterator<Item = (&'a str, &'a [u8])>) -> Vec<Part> {
    let mut by_document: BTreeMap<&str, Vec<u8>> = BTreeMap::new();
    for (document, change) in changes {
        by_document
            .entry(document)
            .or_default()
            .extend_from_slice(change);
    }
    by_document
        .into_iter()
        .map(|(document, chunk)| Part {
            document: document.to_owned(),
            chunk,
        })
        .collect()
}
