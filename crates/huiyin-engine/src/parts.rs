//! What stands in the parts of an envelope: the changes of one document, small changes of several together, or a piece of an
//! attachment. The name of a part says its form.
//!
//! Small changes of documents of one kind and period share a part, because each part costs about a hundred bytes beside its
//! content and compresses alone. Such a part can be purged once all its documents are destroyed; documents of one kind and period
//! are due together. Large changes keep a part of their own, packed if they are the creation an import makes, so that a document may lie
//! there.

use std::collections::BTreeMap;

use huiyin_document::blob::PieceKey;
use huiyin_document::{
    DocumentKey, MAX_GROUP, is_creation_of_newer_form, is_of_newer_form, pack_creation, pack_group,
    unpack_creation, unpack_group, unpack_with_hash,
};
use huiyin_sync::Part;

/// Begins the name of a part that holds small changes of several documents.
const GROUP: &str = "group.";
/// Begins the name of a part that holds the packed creation of the document named behind it.
const CREATION: &str = "creation.";
/// Most bytes of a document's changes that share a part.
const MAX_SHARED_BYTES: usize = 32 * 1024;
/// Most bytes of changes in a shared part.
const MAX_GROUP_BYTES: usize = 256 * 1024;

/// What a part from outside holds.
#[derive(Debug)]
pub(crate) enum Carried {
    /// Changes by document; those of a creation that came packed with its hash.
    Changes(Vec<(DocumentKey, Vec<u8>)>, Option<[u8; 32]>),
    /// A piece of an attachment.
    Piece(PieceKey, Vec<u8>),
}

/// Why a part from outside cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unread {
    /// Its name or form is none this version knows: a newer one may read it, so it has to be kept.
    Newer,
    /// It is malformed, or belongs to another stream.
    Wrong,
}

/// Returns whether a part holds a packed creation.
pub(crate) fn is_packed_creation(part: &Part) -> bool {
    part.document.starts_with(CREATION)
}

/// Returns what a part of the stream called `stream` holds.
pub(crate) fn read_part(part: Part, stream: &str) -> Result<Carried, Unread> {
    let own = |of: &str| {
        if of == stream {
            Ok(())
        } else {
            Err(Unread::Wrong)
        }
    };
    if part.document.starts_with(GROUP) {
        if is_of_newer_form(&part.chunk) {
            return Err(Unread::Newer);
        }
        let members = unpack_group(&part.chunk).map_err(|_| Unread::Wrong)?;
        let changes = members
            .into_iter()
            .map(|(name, chunk)| {
                let key: DocumentKey = name.parse().map_err(|_| Unread::Newer)?;
                own(&key.stream())?;
                Ok((key, chunk))
            })
            .collect::<Result<_, Unread>>()?;
        return Ok(Carried::Changes(changes, None));
    }
    if let Some(name) = part.document.strip_prefix(CREATION) {
        let key: DocumentKey = name.parse().map_err(|_| Unread::Newer)?;
        own(&key.stream())?;
        if is_creation_of_newer_form(&part.chunk) {
            return Err(Unread::Newer);
        }
        let (chunk, hash) = unpack_with_hash(&part.chunk).map_err(|_| Unread::Wrong)?;
        return Ok(Carried::Changes(vec![(key, chunk)], Some(hash)));
    }
    if let Ok(key) = part.document.parse::<DocumentKey>() {
        own(&key.stream())?;
        return Ok(Carried::Changes(vec![(key, part.chunk)], None));
    }
    let piece: PieceKey = part.document.parse().map_err(|_| Unread::Newer)?;
    own(&piece.blob.stream())?;
    Ok(Carried::Piece(piece, part.chunk))
}

/// The changes of a document as its parts held them.
#[derive(Debug, Default)]
pub(crate) struct LyingChanges {
    /// What it begins with, if that lies packed.
    pub packed: Option<Vec<u8>>,
    /// The changes after it.
    pub changes: Vec<u8>,
}

impl LyingChanges {
    /// Appends the changes of the document called `name` in the next part; none if it holds none.
    pub fn add(&mut self, mut part: Part, name: &str) -> Option<()> {
        if part.document == name {
            self.changes.append(&mut part.chunk);
        } else if part.document.strip_prefix(CREATION) == Some(name) {
            if self.packed.is_none() && self.changes.is_empty() {
                self.packed = Some(part.chunk);
            } else {
                self.changes.append(&mut unpack_creation(&part.chunk).ok()?);
            }
        } else if part.document.starts_with(GROUP) {
            let mut members = unpack_group(&part.chunk).ok()?.into_iter();
            let (_, mut chunk) = members.find(|(document, _)| document == name)?;
            self.changes.append(&mut chunk);
        } else {
            return None;
        }
        Some(())
    }
}

/// Returns the part that holds the changes of one document alone.
pub(crate) fn part_of(document: &str, chunk: &[u8]) -> Part {
    match pack_creation(chunk) {
        Some(packed) => Part {
            document: format!("{CREATION}{document}"),
            chunk: packed,
        },
        None => Part {
            document: document.to_owned(),
            chunk: chunk.to_vec(),
        },
    }
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
    let mut parts = Vec::new();
    let mut shared: BTreeMap<String, Vec<(String, Vec<u8>)>> = BTreeMap::new();
    for (document, chunk) in by_document {
        match group_of(document).filter(|_| chunk.len() <= MAX_SHARED_BYTES) {
            Some(group) => shared
                .entry(group)
                .or_default()
                .push((document.to_owned(), chunk)),
            None => parts.push(part_of(document, &chunk)),
        }
    }
    for (group, members) in shared {
        for members in cut(members) {
            parts.push(Part {
                document: group.clone(),
                chunk: pack_group(&members),
            });
        }
    }
    parts
}

/// Returns the name of the part small changes of a document share; none for what is no segment.
fn group_of(document: &str) -> Option<String> {
    let Ok(DocumentKey::Segment(key)) = document.parse() else {
        return None;
    };
    let (kind, branch, period) = (key.kind.name(), &key.branch, &key.period);
    Some(format!("{GROUP}{kind}.{branch}.{period}"))
}

/// Cuts the members of a group so that none is larger than [`MAX_GROUP_BYTES`].
fn cut(members: Vec<(String, Vec<u8>)>) -> Vec<Vec<(String, Vec<u8>)>> {
    let mut groups = vec![Vec::new()];
    let mut bytes = 0;
    for member in members {
        let size = member.0.len() + member.1.len();
        let group = groups.last_mut().expect("there is always one group");
        if bytes > 0 && (bytes + size > MAX_GROUP_BYTES || group.len() == MAX_GROUP) {
            groups.push(vec![member]);
            bytes = size;
        } else {
            group.push(member);
            bytes += size;
        }
    }
    groups
}

#[cfg(test)]
mod tests {
    use huiyin_document::{NewRecord, creation_changes};

    use super::*;

    fn names(parts: &[Part]) -> Vec<&str> {
        parts.iter().map(|part| part.document.as_str()).collect()
    }

    fn read(part: &Part, stream: &str) -> Result<Vec<(String, Vec<u8>)>, Unread> {
        match read_part(part.clone(), stream)? {
            Carried::Changes(changes, _) => Ok(changes
                .into_iter()
                .map(|(key, chunk)| (key.to_string(), chunk))
                .collect()),
            Carried::Piece(..) => panic!("a piece"),
        }
    }

    /// All changes of a document in these parts.
    fn contents(parts: &[&Part], name: &str) -> Option<Vec<u8>> {
        let mut contents = LyingChanges::default();
        for part in parts {
            contents.add((*part).clone(), name)?;
        }
        let creation = contents.packed.map(|packed| unpack_creation(&packed));
        let creation = creation.transpose().expect("a packed creation");
        Some([creation.unwrap_or_default(), contents.changes].concat())
    }

    #[test]
    fn small_changes_of_one_kind_and_period_share_a_part_and_large_ones_stand_alone() {
        let large = vec![7_u8; MAX_SHARED_BYTES + 1];
        let changes: [(&str, &[u8]); 7] = [
            ("root", b"r"),
            ("ca.HQ.202611.0", b"a"),
            ("ca.HQ.202611.1", b"b"),
            ("ca.HQ.202611.0", b"c"),
            ("ca.HQ.202612.0", b"d"),
            ("cu.HQ.all.0", &large),
            ("blob.ca.HQ.202611.0.00.0", b"p"),
        ];
        let parts = parts_of(changes);
        assert_eq!(
            names(&parts),
            [
                "blob.ca.HQ.202611.0.00.0",
                "cu.HQ.all.0",
                "root",
                "group.ca.HQ.202611",
                "group.ca.HQ.202612",
            ]
        );
        let shared = read(&parts[3], "branch/HQ").expect("a group");
        assert_eq!(
            shared,
            [
                ("ca.HQ.202611.0".to_owned(), b"ac".to_vec()),
                ("ca.HQ.202611.1".to_owned(), b"b".to_vec()),
            ]
        );
        assert_eq!(
            contents(&[&parts[3]], "ca.HQ.202611.1"),
            Some(b"b".to_vec())
        );
        assert_eq!(contents(&[&parts[3]], "ca.HQ.202611.9"), None);
        assert_eq!(contents(&[&parts[1]], "cu.HQ.all.0"), Some(large));
    }

    #[test]
    fn a_creation_travels_packed_and_one_of_an_older_version_as_it_is() {
        let key: DocumentKey = "cu.HQ.all.0".parse().expect("a key");
        let records = [NewRecord {
            local: 1 << 16,
            ..NewRecord::default()
        }];
        let chunk = creation_changes("i", &key, &records);
        let part = part_of("cu.HQ.all.0", &chunk);
        assert_eq!(part.document, "creation.cu.HQ.all.0");
        let old = Part {
            document: key.to_string(),
            chunk: chunk.clone(),
        };
        for part in [&part, &old] {
            let carried = read(part, "branch/HQ").expect("changes");
            assert_eq!(carried, [("cu.HQ.all.0".to_owned(), chunk.clone())]);
            assert_eq!(read(part, "branch/HZ"), Err(Unread::Wrong));
            assert_eq!(contents(&[part], "cu.HQ.all.0").as_ref(), Some(&chunk));
            assert_eq!(contents(&[part], "cu.HQ.all.1"), None);
        }
        let later = Part {
            document: key.to_string(),
            chunk: b"later".to_vec(),
        };
        for parts in [
            [&part, &later],
            [&later, &part],
            [&part, &part],
            [&later, &old],
        ] {
            let expected = parts.map(|part| match part.document.as_str() {
                "creation.cu.HQ.all.0" => chunk.clone(),
                _ => part.chunk.clone(),
            });
            let found = contents(&parts, "cu.HQ.all.0");
            assert_eq!(found, Some(expected.concat()));
        }
        let changed = |document: &str, chunk: Vec<u8>| Part {
            document: document.to_owned(),
            chunk,
        };
        let newer = changed(&part.document, vec![9]);
        assert_eq!(read(&newer, "branch/HQ"), Err(Unread::Newer));
        let other = changed("creation.zz.HQ.all.0", part.chunk.clone());
        assert_eq!(read(&other, "branch/HQ"), Err(Unread::Newer));
        let damaged = changed(&part.document, part.chunk[..40].to_vec());
        assert_eq!(read(&damaged, "branch/HQ"), Err(Unread::Wrong));
    }

    #[test]
    fn parts_of_another_stream_and_malformed_ones_are_refused() {
        let parts = parts_of([("ca.HQ.202611.0", b"a".as_slice())]);
        assert!(read(&parts[0], "branch/HQ").is_ok());
        assert_eq!(read(&parts[0], "branch/HZ"), Err(Unread::Wrong));
        assert_eq!(read(&parts[0], "root"), Err(Unread::Wrong));
        for chunk in [b"\x00\x07nonsense".as_slice(), b"\x01\xff", b""] {
            let part = Part {
                document: "group.ca.HQ.202611".to_owned(),
                chunk: chunk.to_vec(),
            };
            assert_eq!(read(&part, "branch/HQ"), Err(Unread::Wrong), "{chunk:?}");
        }
    }

    #[test]
    fn names_and_forms_of_a_newer_version_are_told_from_malformed_ones() {
        let of_new_kind = pack_group(&[("zz.HQ.202611.0".to_owned(), b"a".to_vec())]);
        for (document, chunk) in [
            ("group.ca.HQ.202611", b"\x02later".to_vec()),
            ("group.zz.HQ.202611", of_new_kind),
            ("zz.HQ.202611.0", b"a".to_vec()),
            ("cat.hq", b"a".to_vec()),
        ] {
            let part = Part {
                document: document.to_owned(),
                chunk,
            };
            assert_eq!(read(&part, "branch/HQ"), Err(Unread::Newer), "{document}");
        }
    }

    #[test]
    fn a_group_is_cut_before_it_is_too_large() {
        let changes: Vec<(String, Vec<u8>)> = (0..20)
            .map(|number| (format!("ca.HQ.202611.{number}"), vec![1; MAX_SHARED_BYTES]))
            .collect();
        let parts = parts_of(
            changes
                .iter()
                .map(|(name, chunk)| (name.as_str(), chunk.as_slice())),
        );
        assert_eq!(parts.len(), 3);
        let mut back: Vec<_> = parts
            .iter()
            .flat_map(|part| read(part, "branch/HQ").expect("a group"))
            .collect();
        back.sort();
        let mut expected = changes;
        expected.sort();
        assert_eq!(back, expected);
    }
}
