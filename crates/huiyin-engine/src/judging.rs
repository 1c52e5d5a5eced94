//! What becomes of one envelope or object from outside, by what is known of members and keys: taken, kept until more is known, or refused.
//!
//! Decides without looking at documents; what is taken is taken in by [`crate::ingest`].

use huiyin_document::blob::{PieceKey, read_piece};
use huiyin_document::{DocumentKey, MAX_UNPACKED, may_write_as};
use huiyin_sync::{Envelope, EnvelopeId, ObjectError, SealedObject, StreamId, WorkspaceId};

use crate::members::Members;
use crate::parts::{Carried, Unread, read_part};

/// Why envelopes wait that only a newer version can read.
pub(crate) const NEWER: &str = "newer_version";

/// Changes of one document from one part.
#[derive(Debug)]
pub(crate) struct Chunk {
    pub key: DocumentKey,
    pub bytes: Vec<u8>,
    pub part: u32,
    /// The part holds nothing else.
    pub alone: bool,
    /// The hash of a creation that came packed and was put together here.
    pub unpacked: Option<[u8; 32]>,
}

/// What an envelope carries.
#[derive(Debug, Default)]
pub(crate) struct Contents {
    pub changes: Vec<Chunk>,
    pub pieces: Vec<(PieceKey, Vec<u8>)>,
}

/// What becomes of one envelope from outside.
#[derive(Debug)]
pub(crate) enum Verdict {
    Known(EnvelopeId),
    /// Not for this device.
    Foreign,
    New(Envelope, Contents),
    /// Beyond the cut on its author: kept, and not taken in.
    Late(Envelope, Contents),
    Statement(Envelope),
    /// A piece of an attachment, as an object.
    Object(PieceKey, Vec<u8>),
    Waits(&'static str),
    Bad(String),
}

/// Returns what becomes of a sealed object from a file.
pub(crate) fn judge_object(
    members: &Members,
    bytes: &[u8],
    workspace: WorkspaceId,
    own: huiyin_sync::DeviceId,
) -> Verdict {
    let object = match SealedObject::decode(bytes) {
        Ok(object) => object,
        Err(ObjectError::NewerVersion { .. }) => return Verdict::Waits(NEWER),
        Err(error) => return Verdict::Bad(format!("damaged: {error}")),
    };
    let place = object.place();
    if place.workspace != workspace {
        return Verdict::Bad("other_workspace".to_owned());
    }
    let Some(key) = members.keys.get(&(place.stream, place.epoch)) else {
        let mine =
            members.membership.may_read(&own, &place.stream) || !members.membership.is_member(&own);
        return if mine {
            Verdict::Waits("no_key")
        } else {
            Verdict::Foreign
        };
    };
    let part = match object.open(key) {
        Ok(part) => part,
        Err(error) => return Verdict::Bad(format!("damaged: {error}")),
    };
    let name = members.names.get(&place.stream).map(String::as_str);
    match read_part(part, name.unwrap_or_default()) {
        Ok(Carried::Piece(piece, chunk)) if read_piece(piece.number, &chunk).is_ok() => {
            Verdict::Object(piece, chunk)
        }
        Err(Unread::Newer) => Verdict::Waits(NEWER),
        _ => Verdict::Bad("undecodable: an object that is no piece of its stream".to_owned()),
    }
}

/// Returns what becomes of an envelope that is not here yet: checked, opened with the key of its stream, its parts read.
pub(crate) fn judge(
    members: &Members,
    envelope: Envelope,
    members_stream: StreamId,
    own: huiyin_sync::DeviceId,
) -> Verdict {
    if let Err(error) = envelope.verify() {
        return Verdict::Bad(format!("damaged: {error}"));
    }
    let header = envelope.header();
    if header.stream == members_stream {
        return match envelope.statement() {
            Ok(_) => Verdict::Statement(envelope),
            Err(error) if !error.is_permanent() => Verdict::Waits(NEWER),
            Err(error) => Verdict::Bad(format!("damaged: {error}")),
        };
    }
    if !members
        .membership
        .might_write(&header.author, &header.stream)
    {
        return Verdict::Waits("unknown_author");
    }
    let Some(key) = members.keys.get(&(header.stream, header.epoch)) else {
        let mine = members.membership.may_read(&own, &header.stream)
            || !members.membership.is_member(&own);
        return if mine {
            Verdict::Waits("no_key")
        } else {
            Verdict::Foreign
        };
    };
    let parts = match envelope.open(key) {
        Ok(parts) => parts,
        Err(error) => return Verdict::Bad(format!("damaged: {error}")),
    };
    let name = members
        .names
        .get(&header.stream)
        .map(String::as_str)
        .unwrap_or_default();
    let mut contents = Contents::default();
    let mut unpacked = 0;
    for (place, part) in (0_u32..).zip(parts) {
        let document = part.document.clone();
        match read_part(part, name) {
            Ok(Carried::Changes(changes, unpacked_hash)) => {
                let bytes = changes.iter().map(|(_, chunk)| chunk.len());
                unpacked += bytes.sum::<usize>();
                if unpacked > MAX_UNPACKED {
                    return Verdict::Bad("undecodable: too large when unpacked".to_owned());
                }
                let author = header.author.as_bytes();
                let forged =
                    |(key, bytes): &&(DocumentKey, Vec<u8>)| !may_write_as(bytes, key, author);
                if let Some((key, _)) = changes.iter().find(forged) {
                    return Verdict::Bad(format!("forged_actor: {key}"));
                }
                let alone = changes.len() == 1;
                let chunks = changes.into_iter().map(|(key, bytes)| Chunk {
                    key,
                    bytes,
                    part: place,
                    alone,
                    unpacked: unpacked_hash,
                });
                contents.changes.extend(chunks);
            }
            Ok(Carried::Piece(piece, bytes)) => contents.pieces.push((piece, bytes)),
            Err(Unread::Newer) => return Verdict::Waits(NEWER),
            Err(Unread::Wrong) => {
                return Verdict::Bad(format!(
                    "undecodable: part {document:.40} is malformed or does not belong to its stream"
                ));
            }
        }
    }
    if members.is_late(&own, envelope.header(), &envelope.id()) {
        return Verdict::Late(envelope, contents);
    }
    Verdict::New(envelope, contents)
}
