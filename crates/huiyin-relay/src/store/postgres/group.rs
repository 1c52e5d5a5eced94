//! A group of appends: what it needs to know is asked at its beginning, what it decides is written at its end.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::MutexGuard;

use huiyin_sync::{DeviceId, EnvelopeId, StreamId, WorkspaceId};
use tokio_postgres::Row;

use super::PostgresStore;
use super::connection::{Connected, fixed};
use crate::store::{
    Appended, Group, NewEnvelope, STATEMENT_PAGE_BYTES, STATEMENTS_PER_PAGE, StoreError, Usage,
};

/// A stream of a workspace.
type Place = (WorkspaceId, StreamId);

#[derive(Debug)]
struct Counter {
    /// Nothing if the stream is not in the database yet.
    key: Option<i64>,
    next: u64,
    added_bytes: u64,
}

pub(super) struct PostgresGroup<'a> {
    store: &'a PostgresStore,
    /// Where the connection is left after a commit; without one it is closed, which ends the transaction.
    slot: MutexGuard<'a, Option<Connected>>,
    connected: Connected,
    streams: HashMap<Place, Counter>,
    known: HashMap<(Place, EnvelopeId), u64>,
    taken: HashSet<(Place, DeviceId, u64)>,
    usage: HashMap<WorkspaceId, (Usage, u64)>,
    rows: Vec<(u64, NewEnvelope<'a>)>,
}

fn place(envelope: &NewEnvelope<'_>) -> Place {
    (envelope.workspace, envelope.stream)
}

/// Two columns of ids as parameters.
fn columns<'a>(places: impl Iterator<Item = &'a Place>) -> (Vec<&'a [u8]>, Vec<&'a [u8]>) {
    places
        .map(|(workspace, stream)| {
            (
                workspace.as_bytes().as_slice(),
                stream.as_bytes().as_slice(),
            )
        })
        .unzip()
}

impl<'a> PostgresGroup<'a> {
    pub(super) async fn begin(
        store: &'a PostgresStore,
        slot: MutexGuard<'a, Option<Connected>>,
        connected: Connected,
        envelopes: &[NewEnvelope<'a>],
    ) -> Result<Self, StoreError> {
        let mut group = Self {
            store,
            slot,
            connected,
            streams: HashMap::new(),
            known: HashMap::new(),
            taken: HashSet::new(),
            usage: HashMap::new(),
            rows: Vec::new(),
        };
        group.lock(envelopes).await?;
        group.look_up(envelopes).await?;
        Ok(group)
    }

    /// Locks the counters of the streams that are there.
    async fn lock(&mut self, envelopes: &[NewEnvelope<'_>]) -> Result<(), StoreError> {
        let places: BTreeSet<Place> = envelopes.iter().map(place).collect();
        let workspaces: BTreeSet<WorkspaceId> = places.iter().map(|(w, _)| *w).collect();
        let workspaces: Vec<WorkspaceId> = workspaces.into_iter().collect();
        let (of, streams) = columns(places.iter());
        let (client, statements) = (&self.connected.client, &self.connected.statements);
        let parameters: [super::connection::Parameter<'_>; 2] = [&of, &streams];
        let ((), rows, usage) = tokio::try_join!(
            client.batch_execute("BEGIN"),
            client.query(&statements.lock, &parameters),
            self.connected.usage(&workspaces),
        )?;
        self.usage = usage;
        self.streams = places
            .into_iter()
            .map(|place| {
                let counter = Counter {
                    key: None,
                    next: 1,
                    added_bytes: 0,
                };
                (place, counter)
            })
            .collect();
        for row in &rows {
            if let Some(counter) = self.counter_of(row) {
                counter.key = Some(row.get(0));
                counter.next = row.get::<_, i64>(3) as u64;
            }
        }
        Ok(())
    }

    /// Returns the counter of a row of key, workspace and stream.
    fn counter_of(&mut self, row: &Row) -> Option<&mut Counter> {
        let place = (WorkspaceId(fixed(row, 1)?), StreamId(fixed(row, 2)?));
        self.streams.get_mut(&place)
    }

    /// Asks which envelopes and which sequence numbers are there. The counters are locked: none comes any more.
    async fn look_up(&mut self, envelopes: &[NewEnvelope<'_>]) -> Result<(), StoreError> {
        let (mut keys, mut ids, mut authors, mut seqs) = (vec![], vec![], vec![], vec![]);
        for envelope in envelopes {
            if let Some(key) = self.streams.get(&place(envelope)).and_then(|c| c.key) {
                keys.push(key);
                ids.push(envelope.id.as_bytes().as_slice());
                authors.push(envelope.author.as_bytes().as_slice());
                seqs.push(envelope.seq as i64);
            }
        }
        if keys.is_empty() {
            return Ok(());
        }
        let (client, statements) = (&self.connected.client, &self.connected.statements);
        let (by_id, by_seq): (
            [super::connection::Parameter<'_>; 2],
            [super::connection::Parameter<'_>; 3],
        ) = ([&keys, &ids], [&keys, &authors, &seqs]);
        let (known, taken) = tokio::try_join!(
            client.query(&statements.known, &by_id),
            client.query(&statements.taken, &by_seq),
        )?;
        let places: HashMap<i64, Place> = self
            .streams
            .iter()
            .filter_map(|(place, counter)| Some((counter.key?, *place)))
            .collect();
        let place_of = |row: &Row| places.get(&row.get::<_, i64>(0)).copied();
        for row in &known {
            if let (Some(place), Some(id)) = (place_of(row), fixed(row, 1)) {
                let position = row.get::<_, i64>(2) as u64;
                self.known.insert((place, EnvelopeId(id)), position);
            }
        }
        for row in &taken {
            if let (Some(place), Some(author)) = (place_of(row), fixed(row, 1)) {
                let seq = row.get::<_, i64>(2) as u64;
                self.taken.insert((place, DeviceId(author), seq));
            }
        }
        Ok(())
    }

    /// Makes the streams that the group begins.
    async fn open_streams(&mut self) -> Result<(), StoreError> {
        let new: BTreeSet<Place> = self
            .streams
            .iter()
            .filter(|(_, counter)| counter.key.is_none() && counter.next > 1)
            .map(|(place, _)| *place)
            .collect();
        if new.is_empty() {
            return Ok(());
        }
        let workspaces: BTreeSet<&[u8]> =
            new.iter().map(|(w, _)| w.as_bytes().as_slice()).collect();
        let workspaces: Vec<&[u8]> = workspaces.into_iter().collect();
        let created_ms = self
            .rows
            .first()
            .map_or(0, |(_, envelope)| envelope.received_ms as i64);
        let (of, streams) = columns(new.iter());
        let (client, statements) = (&self.connected.client, &self.connected.statements);
        let (found, open): (
            [super::connection::Parameter<'_>; 2],
            [super::connection::Parameter<'_>; 2],
        ) = ([&workspaces, &created_ms], [&of, &streams]);
        let (_, rows) = tokio::try_join!(
            client.execute(&statements.found, &found),
            client.query(&statements.open, &open),
        )?;
        if rows.len() < new.len() {
            return Err(StoreError::Raced);
        }
        for row in &rows {
            if let Some(counter) = self.counter_of(row) {
                counter.key = Some(row.get(0));
            }
        }
        Ok(())
    }

    async fn write(&mut self) -> Result<(), StoreError> {
        self.open_streams().await?;
        let mut rows = Rows::default();
        for (position, envelope) in &self.rows {
            let key = self
                .streams
                .get(&place(envelope))
                .and_then(|counter| counter.key)
                .ok_or(StoreError::Raced)?;
            rows.push(key, *position, envelope);
        }
        let (mut keys, mut nexts, mut added) = (vec![], vec![], vec![]);
        for counter in self.streams.values().filter(|c| c.added_bytes > 0) {
            keys.extend(counter.key);
            nexts.push(counter.next as i64);
            added.push(counter.added_bytes as i64);
        }
        let (client, statements) = (&self.connected.client, &self.connected.statements);
        let parameters = rows.parameters();
        let advance: [super::connection::Parameter<'_>; 3] = [&keys, &nexts, &added];
        if rows.keys.is_empty() {
            client.batch_execute("COMMIT").await?;
        } else {
            // Sent together. Where one fails, what follows it fails too, and the commit rolls back.
            tokio::try_join!(
                client.execute(&statements.insert, &parameters),
                client.execute(&statements.advance, &advance),
                client.batch_execute("COMMIT"),
            )?;
        }
        Ok(())
    }
}

/// New rows, by column.
#[derive(Default)]
struct Rows<'a> {
    keys: Vec<i64>,
    positions: Vec<i64>,
    ids: Vec<&'a [u8]>,
    authors: Vec<&'a [u8]>,
    seqs: Vec<i64>,
    received: Vec<i64>,
    sizes: Vec<i32>,
    bytes: Vec<&'a [u8]>,
}

impl<'a> Rows<'a> {
    fn push(&mut self, key: i64, position: u64, envelope: &'a NewEnvelope<'_>) {
        self.keys.push(key);
        self.positions.push(position as i64);
        self.ids.push(envelope.id.as_bytes());
        self.authors.push(envelope.author.as_bytes());
        self.seqs.push(envelope.seq as i64);
        self.received.push(envelope.received_ms as i64);
        self.sizes.push(envelope.bytes.len() as i32);
        self.bytes.push(envelope.bytes);
    }

    fn parameters(&self) -> [super::connection::Parameter<'_>; 8] {
        [
            &self.keys,
            &self.positions,
            &self.ids,
            &self.authors,
            &self.seqs,
            &self.received,
            &self.sizes,
            &self.bytes,
        ]
    }
}

impl<'a> Group<'a> for PostgresGroup<'a> {
    fn position_of(&mut self, envelope: &NewEnvelope<'a>) -> Result<Option<u64>, StoreError> {
        Ok(self.known.get(&(place(envelope), envelope.id)).copied())
    }

    fn usage(&mut self, workspace: &WorkspaceId) -> Result<Usage, StoreError> {
        Ok(self
            .usage
            .get(workspace)
            .map_or(Usage::default(), |(usage, _)| *usage))
    }

    fn has_stream(&mut self, envelope: &NewEnvelope<'a>) -> Result<bool, StoreError> {
        Ok(self
            .streams
            .get(&place(envelope))
            .is_some_and(|counter| counter.next > 1))
    }

    fn members_since(
        &mut self,
        workspace: &WorkspaceId,
        after: u64,
    ) -> Result<Vec<(u64, Vec<u8>)>, StoreError> {
        let head = self.usage.get(workspace).map_or(0, |(_, head)| *head);
        if head <= after {
            return Ok(Vec::new());
        }
        self.store.wait(async {
            Ok(self
                .connected
                .page(
                    workspace,
                    &StreamId::members(workspace),
                    after,
                    STATEMENTS_PER_PAGE,
                    STATEMENT_PAGE_BYTES,
                )
                .await?)
        })
    }

    fn append(&mut self, envelope: &NewEnvelope<'a>) -> Result<Appended, StoreError> {
        let place = place(envelope);
        if let Some(position) = self.known.get(&(place, envelope.id)) {
            return Ok(Appended::Known(*position));
        }
        if !self.taken.insert((place, envelope.author, envelope.seq)) {
            return Ok(Appended::Fork);
        }
        let counter = self.streams.get_mut(&place).ok_or(StoreError::Raced)?;
        let (usage, _) = self.usage.entry(envelope.workspace).or_default();
        usage.streams += u64::from(counter.next == 1);
        usage.envelopes += 1;
        usage.bytes += envelope.bytes.len() as u64;
        let position = counter.next;
        counter.next += 1;
        counter.added_bytes += envelope.bytes.len() as u64;
        self.known.insert((place, envelope.id), position);
        self.rows.push((position, *envelope));
        Ok(Appended::New(position))
    }

    fn commit(mut self: Box<Self>) -> Result<(), StoreError> {
        let store = self.store;
        store.wait(self.write())?;
        let changed: BTreeSet<WorkspaceId> = self.rows.iter().map(|(_, e)| e.workspace).collect();
        let Self {
            mut slot,
            connected,
            ..
        } = *self;
        *slot = Some(connected);
        store.announcements.add(changed);
        Ok(())
    }
}
