//! Opening: what is read from the store when the engine starts, and the replica made of it. No Automerge but the root document.

use huiyin_document::DocumentKey;
use huiyin_sync::{Cursor, Envelope, EnvelopeId, StoreEpoch, StreamId, StreamKey};

use crate::arrival::Arrival;
use crate::documents::{Opening, delta_rows};
use crate::identity::{IDENTITY_KEY, Identity};
use crate::late::{LATE_KEY, Late};
use crate::link::{STORE_KEY, Unacked};
use crate::quarantine::PutAside;
use crate::replica::{Replica, Waiting};
use crate::safekeeping::{SAFEKEEPING_KEY, Safekeeping};
use crate::summary::Summary;
use crate::task::Rows;
use crate::{Query, Table};

/// Returns the reads of the first phase.
pub(crate) fn first_queries() -> Vec<Query> {
    let all = |table, keys_only| Query::Range {
        table,
        prefix: Vec::new(),
        after: None,
        limit: u32::MAX,
        keys_only,
    };
    let mut queries = vec![
        Query::Get {
            table: Table::Meta,
            key: IDENTITY_KEY.to_vec(),
        },
        all(Table::Keys, false),
        all(Table::Summaries, false),
        all(Table::Projections, true),
        delta_rows(&DocumentKey::Root),
        all(Table::Envelopes, true),
        all(Table::Unacked, false),
        all(Table::Cursors, false),
        all(Table::Quarantine, false),
        all(Table::Outbox, false),
        all(Table::Commands, false),
    ];
    queries.push(Query::Get {
        table: Table::Snapshots,
        key: DocumentKey::Root.to_string().into_bytes(),
    });
    queries.push(Query::Get {
        table: Table::Meta,
        key: STORE_KEY.to_vec(),
    });
    queries.push(crate::blobs::names());
    queries.push(crate::attachments::shares());
    queries.push(crate::destruction::marks());
    queries.push(Query::Get {
        table: Table::Meta,
        key: LATE_KEY.to_vec(),
    });
    queries.push(Query::Get {
        table: Table::Meta,
        key: SAFEKEEPING_KEY.to_vec(),
    });
    queries
}

/// What the first phase found.
pub(crate) struct FirstPhase {
    pub replica: Replica,
    /// Envelopes of the members stream still to be read.
    pub second: Option<Query>,
    /// The root document, if it has to be made anew.
    pub stale: Vec<DocumentKey>,
    /// The reading of the rows.
    pub arrival: Arrival,
}

/// Returns the replica as far as the first phase tells; none if the stored identity is of a newer version.
pub(crate) fn first_phase(rows: Vec<Rows>) -> Option<FirstPhase> {
    let mut rows = rows.into_iter();
    let mut next = move || rows.next().unwrap_or_default();
    let mut replica = Replica::empty();
    let (meta, keys, summaries, stored, deltas) = (next(), next(), next(), next(), next());
    let (envelopes, unacked, cursors, quarantine, outbox, commands, root) =
        (next(), next(), next(), next(), next(), next(), next());
    replica.link.store = next()
        .first()
        .and_then(|(_, epoch)| <[u8; 16]>::try_from(epoch.as_slice()).ok())
        .map(StoreEpoch);

    replica.blobs = crate::blobs::Blobs::of_names(&next());
    replica.shares = crate::attachments::read_shares(&next());
    replica.destroyed = crate::destruction::Destroyed::of_marks(&next());
    if let Some((_, bytes)) = next().first() {
        replica.late = Late::decode(bytes);
    }
    if let Some((_, bytes)) = next().first() {
        replica.safekeeping = Safekeeping::decode(bytes);
    }

    if let Some((_, bytes)) = meta.first() {
        replica.identity = Some(Identity::decode(bytes)?);
    }
    for (name, key) in keys {
        if let (Some((stream, epoch)), Ok(key)) =
            (name.split_at_checked(16), <[u8; 32]>::try_from(key))
            && let (Ok(stream), Ok(epoch)) =
                (<[u8; 16]>::try_from(stream), <[u8; 4]>::try_from(epoch))
        {
            replica.members.keys.insert(
                (StreamId(stream), u32::from_be_bytes(epoch)),
                StreamKey(key),
            );
        }
    }
    announce(&mut replica, summaries);
    let stored = stored.into_iter().map(|(key, _)| key).collect();
    let mut stale = Vec::new();
    for (key, _) in &envelopes {
        replica.chains.note_key(key);
    }
    for (key, value) in unacked {
        if let (Some(Ok(id)), Ok(changes)) = (
            key.get(56..).map(<[u8; 32]>::try_from),
            <[u8; 4]>::try_from(value),
        ) {
            let changes = u32::from_le_bytes(changes);
            replica.link.unacked.insert(
                EnvelopeId(id),
                Unacked {
                    key,
                    changes,
                    offered: false,
                    soft: true,
                },
            );
        }
    }
    for (stream, cursor) in cursors {
        if let (Ok(stream), Ok(cursor)) = (
            <[u8; 16]>::try_from(stream),
            postcard::from_bytes::<Cursor>(&cursor),
        ) {
            replica.link.cursors.insert(StreamId(stream), cursor);
        }
    }
    for (key, value) in quarantine {
        if let (Ok(key), Ok(row)) = (
            <[u8; 8]>::try_from(key),
            postcard::from_bytes::<PutAside>(&value),
        ) {
            replica.link.quarantine.load(u64::from_be_bytes(key), row);
        }
    }
    for (key, value) in outbox {
        if let (Ok(key), Ok((stream, document, change))) = (
            <[u8; 8]>::try_from(key),
            postcard::from_bytes::<(String, String, Vec<u8>)>(&value),
        ) {
            let key = u64::from_be_bytes(key);
            replica.next_outbox = key + 1;
            replica.outbox.push(Waiting {
                key,
                stream,
                document,
                change,
            });
        }
    }
    for (key, value) in commands {
        if let (Ok(key), Ok((id, answer))) = (
            <[u8; 8]>::try_from(key),
            postcard::from_bytes::<(String, String)>(&value),
        ) {
            replica
                .commands
                .push_back((u64::from_be_bytes(key), id, answer));
        }
    }
    let second = open_root(&mut replica, &root, deltas, &mut stale);
    let arrival = Arrival::new(&replica.segments, stored);
    Some(FirstPhase {
        replica,
        second,
        stale,
        arrival,
    })
}

/// Notes the segments there are; one whose counts cannot be read is known when its rows come.
fn announce(replica: &mut Replica, summaries: Rows) {
    for (name, value) in summaries {
        let key = std::str::from_utf8(&name)
            .ok()
            .and_then(|name| name.parse::<DocumentKey>().ok());
        if let (Some(DocumentKey::Segment(segment)), Some(summary)) = (key, Summary::decode(&value))
        {
            replica.segments.announce(segment, summary);
        }
    }
}

fn open_root(
    replica: &mut Replica,
    root: &Rows,
    deltas: Rows,
    stale: &mut Vec<DocumentKey>,
) -> Option<Query> {
    let identity = replica.identity.as_ref()?;
    let actor = identity.actor();
    let members = StreamId::members(&identity.workspace());
    let opening = replica
        .documents
        .insert(DocumentKey::Root, root, deltas, &actor);
    if opening == Opening::Open {
        replica.read_root();
    } else {
        stale.push(DocumentKey::Root);
    }
    Some(Query::Range {
        table: Table::Envelopes,
        prefix: members.as_bytes().to_vec(),
        after: None,
        limit: u32::MAX,
        keys_only: false,
    })
}

/// Folds the members stream.
pub(crate) fn second_phase(replica: &mut Replica, rows: &Rows) {
    let Some(identity) = &replica.identity else {
        return;
    };
    let (workspace, keys, invitation) =
        (identity.workspace(), identity.keys(), identity.invitation());
    replica.members.statements = rows
        .iter()
        .filter_map(|(_, bytes)| Envelope::decode(bytes).ok()?.signed_statement().ok())
        .collect();
    replica
        .members
        .refold(workspace, &keys, invitation.as_ref());
    replica.read_staff_keys();
}
