//! One device's connection: handshake, subscriptions, appends, and the push of what others append.
//!
//! A reader (this task) and a writer task share the socket, so that a device slow to read does not stop the relay from
//! hearing it. At most [`PUSH_WINDOW_BYTES`] of batches are on their way before the device says they are stored.
//!
//! Long: what a connection may send, has sent and has been told is one state.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use axum::extract::ws::{CloseFrame, Message, Utf8Bytes, WebSocket, close_code};
use futures_util::stream::SplitStream;
use futures_util::{SinkExt, StreamExt};
use huiyin_sync::limits::{
    FRAME_ENVELOPE_BYTES, MAX_ENVELOPES_PER_FRAME, MAX_SUBSCRIPTIONS, MAX_UNECHOED,
    PUSH_WINDOW_BYTES,
};
use huiyin_sync::{
    ClientFrame, Cursor, DeviceId, Envelope, EnvelopeBytes, EnvelopeId, FailureCode, Receipt,
    RefusalCode, RelayFrame, StreamHead, StreamId,
};
use tokio::sync::{OwnedSemaphorePermit, mpsc, oneshot, watch};

use crate::handshake::{End, Outgoing, binary, handshake, next_frame};
use crate::hub::Hub;
use crate::inspection::check;
use crate::limits::AddressPlace;
use crate::server::Shared;
use crate::writer::{Outcome, Refusal, Request};

/// Memory for batches is counted in units of so many bytes.
pub(crate) const MEMORY_UNIT: usize = 1024;
/// Size of a batch where the memory for batches is used up, in bytes.
const SMALL_BATCH_BYTES: usize = 64 * 1024;
/// Messages that may wait for the socket.
const OUTGOING: usize = 4;
/// A device that does not take a message for so long is given up.
const SEND_TIMEOUT: Duration = Duration::from_mins(1);
/// Time given to the last words before the socket is dropped.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(2);

#[derive(Debug, Clone, Copy)]
struct Subscription {
    sent: u64,
    /// The device has been told at least once how far the stream goes.
    answered: bool,
}

pub(crate) struct Connection {
    pub(crate) shared: Arc<Shared>,
    pub(crate) hub: Arc<Hub>,
    pub(crate) device: DeviceId,
    pub(crate) address: IpAddr,
    pub(crate) outgoing: mpsc::Sender<Outgoing>,
    told: (bool, Vec<StreamId>),
    subscriptions: BTreeMap<StreamId, Subscription>,
    /// The stream served last: others come first next time.
    served: StreamId,
    on_their_way: VecDeque<(StreamId, u64, usize)>,
    bytes_on_their_way: usize,
    /// What was handed over here and receipted, and is left out of batches: at most [`MAX_UNECHOED`]. None: the device wants it.
    unechoed: Option<BTreeSet<(StreamId, u64)>>,
}

/// Serves a socket to its end.
pub(crate) async fn serve(socket: WebSocket, shared: Arc<Shared>, place: AddressPlace) {
    let metrics = Arc::clone(&shared.metrics);
    metrics.connections_total.fetch_add(1, Ordering::Relaxed);
    let open = metrics.connections.fetch_add(1, Ordering::Relaxed) + 1;
    let crowded = open > shared.limits.connections;

    let (mut sink, mut incoming) = socket.split();
    let (outgoing, mut waiting) = mpsc::channel::<Outgoing>(OUTGOING);
    let writer = tokio::spawn(async move {
        while let Some(Outgoing { message, _memory }) = waiting.recv().await {
            let sent = tokio::time::timeout(SEND_TIMEOUT, sink.send(message)).await;
            if !matches!(sent, Ok(Ok(()))) {
                break;
            }
        }
    });

    let end = if crowded {
        End::Failed(FailureCode::TooManyConnections)
    } else {
        converse(&mut incoming, &shared, place.address, outgoing.clone()).await
    };
    if let End::Failed(code) = end {
        tracing::info!(reason = ?code, "connection ended by the relay");
        metrics.failed(code);
        let last_words = async {
            let frame = RelayFrame::Failed { code };
            outgoing.send(binary(&frame)).await?;
            outgoing.send(closing(code)).await
        };
        let _gone = tokio::time::timeout(CLOSE_TIMEOUT, last_words).await;
    }
    drop(outgoing);
    let abort = writer.abort_handle();
    if tokio::time::timeout(CLOSE_TIMEOUT, writer).await.is_err() {
        abort.abort();
    }
    metrics.connections.fetch_sub(1, Ordering::Relaxed);
}

fn closing(code: FailureCode) -> Outgoing {
    let (code, reason) = match code {
        FailureCode::Stopping => (close_code::AWAY, "the relay is stopping"),
        FailureCode::StoreFailed => (close_code::ERROR, "the store does not answer"),
        FailureCode::TooManyConnections => (close_code::AGAIN, "too many connections"),
        FailureCode::OtherVersion => (close_code::POLICY, "another protocol version"),
        FailureCode::BadFrame => (close_code::POLICY, "not a frame of the protocol"),
        FailureCode::BadProof => (close_code::POLICY, "the proof does not hold"),
        FailureCode::TooSlow => (close_code::POLICY, "the handshake took too long"),
    };
    Message::Close(Some(CloseFrame {
        code,
        reason: Utf8Bytes::from_static(reason),
    }))
    .into()
}

async fn converse(
    incoming: &mut SplitStream<WebSocket>,
    shared: &Arc<Shared>,
    address: IpAddr,
    outgoing: mpsc::Sender<Outgoing>,
) -> End {
    let mut stopping = shared.stopping.clone();
    let handshake = tokio::time::timeout(
        shared.limits.handshake,
        handshake(incoming, shared, &outgoing),
    );
    let (place, device) = tokio::select! {
        done = handshake => match done {
            Ok(Ok(done)) => done,
            Ok(Err(end)) => return end,
            Err(_) => return End::Failed(FailureCode::TooSlow),
        },
        () = stopped(&mut stopping) => return End::Failed(FailureCode::Stopping),
    };
    tracing::info!(workspace = %place.0.workspace, %device, "device connected");
    let connection = Connection {
        shared: Arc::clone(shared),
        hub: Arc::clone(&place.0),
        device,
        address,
        outgoing,
        told: (false, Vec::new()),
        subscriptions: BTreeMap::new(),
        served: StreamId([0; 16]),
        on_their_way: VecDeque::new(),
        bytes_on_their_way: 0,
        unechoed: None,
    };
    let end = connection.run(incoming, &mut stopping).await;
    tracing::info!(workspace = %place.0.workspace, %device, "device disconnected");
    end
}

async fn stopped(stopping: &mut watch::Receiver<bool>) {
    // An error says that the server is gone, which is a stop too.
    let _gone = stopping.wait_for(|stopping| *stopping).await;
}

impl Connection {
    async fn run(
        mut self,
        incoming: &mut SplitStream<WebSocket>,
        stopping: &mut watch::Receiver<bool>,
    ) -> End {
        match self.talk(incoming, stopping).await {
            Ok(never) => match never {},
            Err(end) => end,
        }
    }

    async fn talk(
        &mut self,
        incoming: &mut SplitStream<WebSocket>,
        stopping: &mut watch::Receiver<bool>,
    ) -> Result<std::convert::Infallible, End> {
        let mut bell = self.hub.bell();
        self.welcome(true).await?;
        let silence = self.shared.limits.silence;
        let mut until = tokio::time::Instant::now() + silence;
        loop {
            self.push().await?;
            if self.has_heard_the_end() {
                return Err(End::Gone);
            }
            tokio::select! {
                frame = next_frame(incoming, until) => {
                    let (frame, length) = frame?;
                    until = tokio::time::Instant::now() + silence;
                    self.hear(frame, length).await?;
                    // What this device's own append changed is told after its receipt.
                    self.welcome(false).await?;
                }
                rung = bell.changed() => {
                    rung.map_err(|_| End::Gone)?;
                    self.welcome(false).await?;
                }
                () = stopped(stopping) => return Err(End::Failed(FailureCode::Stopping)),
            }
        }
    }

    /// Returns whether the device was shut out and has stored the statement that says so, with all else in the members stream.
    fn has_heard_the_end(&self) -> bool {
        let members = StreamId::members(&self.hub.workspace);
        let Some(subscription) = self.subscriptions.get(&members) else {
            return false;
        };
        let known = self.hub.known();
        self.on_their_way.is_empty()
            && subscription.answered
            && subscription.sent >= known.heads.get(&members).copied().unwrap_or(0)
            && known.membership.shut_out(&self.device).is_some()
    }

    pub(crate) async fn send(&self, frame: &RelayFrame) -> Result<(), End> {
        self.outgoing
            .send(binary(frame))
            .await
            .map_err(|_| End::Gone)
    }

    /// Tells the device its rights, if they are news to it.
    async fn welcome(&mut self, first: bool) -> Result<(), End> {
        let (member, streams) = self.hub.rights(&self.device);
        let told = (
            member,
            streams
                .iter()
                .map(|head: &StreamHead| head.stream)
                .collect(),
        );
        if !first && told == self.told {
            return Ok(());
        }
        self.told = told;
        let readable = &self.told.1;
        let lost: Vec<StreamId> = self
            .subscriptions
            .keys()
            .filter(|stream| !readable.contains(stream))
            .copied()
            .collect();
        for stream in lost {
            self.subscriptions.remove(&stream);
            self.stored(stream, u64::MAX);
        }
        self.send(&RelayFrame::Welcome { member, streams }).await
    }

    async fn hear(&mut self, frame: ClientFrame, length: usize) -> Result<(), End> {
        match frame {
            ClientFrame::Hello { .. } | ClientFrame::Proof { .. } => {
                Err(End::Failed(FailureCode::BadFrame))
            }
            ClientFrame::Subscribe { streams } => self.subscribe(streams, length).await,
            ClientFrame::Stored { stream, position } => {
                self.stored(stream, position);
                Ok(())
            }
            ClientFrame::Append { request, envelopes } => {
                self.append(request, envelopes, length).await
            }
            ClientFrame::WithoutEcho => {
                self.unechoed.get_or_insert_default();
                Ok(())
            }
            ClientFrame::Ping(value) => self.send(&RelayFrame::Pong(value)).await,
            ClientFrame::PutObject { request, object } => {
                self.put_object(request, object.0, length).await
            }
            ClientFrame::GetObject {
                request,
                stream,
                label,
            } => self.get_object(request, stream, label, length).await,
        }
    }

    /// Streams the device may not read are passed over in silence: their existence is nobody else's business.
    async fn subscribe(
        &mut self,
        streams: Vec<(StreamId, Option<Cursor>)>,
        length: usize,
    ) -> Result<(), End> {
        let rates = &self.shared.rates;
        if streams.len() > MAX_SUBSCRIPTIONS
            || !rates.take(
                self.device,
                self.address,
                streams.len(),
                length,
                Instant::now(),
            )
        {
            return Err(End::Failed(FailureCode::BadFrame));
        }
        for (stream, cursor) in streams {
            if !self.told.1.contains(&stream) {
                continue;
            }
            self.stored(stream, u64::MAX);
            let mut sent = 0;
            if let Some(cursor) = cursor {
                if self.is_ours(stream, cursor).await? {
                    sent = cursor.position;
                } else {
                    self.send(&RelayFrame::Reset { stream }).await?;
                }
            }
            self.subscriptions.insert(
                stream,
                Subscription {
                    sent,
                    answered: false,
                },
            );
        }
        Ok(())
    }

    async fn is_ours(&self, stream: StreamId, cursor: Cursor) -> Result<bool, End> {
        if cursor.epoch != self.shared.store.epoch() {
            return Ok(false);
        }
        let (store, workspace) = (Arc::clone(&self.shared.store), self.hub.workspace);
        let found =
            tokio::task::spawn_blocking(move || store.id_at(&workspace, &stream, cursor.position))
                .await
                .expect("reading does not panic")?;
        Ok(found == Some(cursor.envelope))
    }

    /// Frees the window of what was sent of `stream` up to `position`.
    fn stored(&mut self, stream: StreamId, position: u64) {
        let freed = &mut self.bytes_on_their_way;
        self.on_their_way.retain(|(sent, last, bytes)| {
            let done = *sent == stream && *last <= position;
            if done {
                *freed -= bytes;
            }
            !done
        });
    }

    /// The stream to serve next: members first, since rights and keys come from there, the others in turn.
    fn next_stream(&self) -> Option<(StreamId, u64)> {
        if self.bytes_on_their_way >= PUSH_WINDOW_BYTES {
            return None;
        }
        let known = self.hub.known();
        let waiting = |stream: &StreamId, subscription: &Subscription| {
            let head = known.heads.get(stream).copied().unwrap_or(0);
            (!subscription.answered || head > subscription.sent).then_some((*stream, head))
        };
        let members = StreamId::members(&self.hub.workspace);
        if let Some(found) = self
            .subscriptions
            .get(&members)
            .and_then(|subscription| waiting(&members, subscription))
        {
            return Some(found);
        }
        let after = self.subscriptions.iter().filter(|(s, _)| **s > self.served);
        let before = self
            .subscriptions
            .iter()
            .filter(|(s, _)| **s <= self.served);
        after.chain(before).find_map(|(s, sub)| waiting(s, sub))
    }

    /// Sends batches until nothing waits or the window is full.
    async fn push(&mut self) -> Result<(), End> {
        while let Some((stream, head)) = self.next_stream() {
            self.served = stream;
            let Some(subscription) = self.subscriptions.get(&stream).copied() else {
                return Ok(());
            };
            let (entries, memory) = if head > subscription.sent {
                self.entries(stream, subscription.sent).await?
            } else {
                (Vec::new(), None)
            };
            let last = entries.last().map_or(subscription.sent, |(last, _)| *last);
            let entries = self.without_echo(stream, last, entries);
            let bytes: usize = entries.iter().map(|(_, bytes)| bytes.len()).sum();
            self.shared.metrics.delivered(entries.len(), bytes);
            if !entries.is_empty() {
                self.on_their_way.push_back((stream, last, bytes));
                self.bytes_on_their_way += bytes;
            }
            self.subscriptions.insert(
                stream,
                Subscription {
                    sent: last,
                    answered: true,
                },
            );
            if entries.is_empty() && subscription.answered {
                // All of it came from there: the receipts have told how far the stream goes.
                continue;
            }
            let entries = entries
                .into_iter()
                .map(|(position, bytes)| (position, EnvelopeBytes(bytes)))
                .collect();
            let batch = RelayFrame::Batch {
                stream,
                entries,
                head: head.max(last),
            };
            let outgoing = Outgoing {
                _memory: memory,
                ..binary(&batch)
            };
            self.outgoing.send(outgoing).await.map_err(|_| End::Gone)?;
        }
        Ok(())
    }

    /// Returns the entries up to `last` save those that were handed over on this connection.
    fn without_echo(
        &mut self,
        stream: StreamId,
        last: u64,
        mut entries: Vec<(u64, Vec<u8>)>,
    ) -> Vec<(u64, Vec<u8>)> {
        if let Some(unechoed) = &mut self.unechoed {
            entries.retain(|(position, _)| !unechoed.contains(&(stream, *position)));
            unechoed.retain(|(of, position)| *of != stream || *position > last);
        }
        entries
    }

    /// Returns the next envelopes of a stream and the share of memory they take. Where memory is short they are few.
    async fn entries(
        &self,
        stream: StreamId,
        after: u64,
    ) -> Result<(Vec<(u64, Vec<u8>)>, Option<OwnedSemaphorePermit>), End> {
        let whole = FRAME_ENVELOPE_BYTES.div_ceil(MEMORY_UNIT) as u32;
        let mut memory = Arc::clone(&self.shared.outgoing)
            .try_acquire_many_owned(whole)
            .ok();
        let max_bytes = if memory.is_some() {
            FRAME_ENVELOPE_BYTES
        } else {
            SMALL_BATCH_BYTES
        };
        let recent = self
            .hub
            .recent()
            .since(&stream, after, MAX_ENVELOPES_PER_FRAME, max_bytes);
        self.shared.metrics.batch(recent.is_some());
        let entries = if let Some(entries) = recent {
            entries
        } else {
            let (store, workspace) = (Arc::clone(&self.shared.store), self.hub.workspace);
            tokio::task::spawn_blocking(move || {
                store.since(
                    &workspace,
                    &stream,
                    after,
                    MAX_ENVELOPES_PER_FRAME,
                    max_bytes,
                )
            })
            .await
            .expect("reading does not panic")?
        };
        let bytes: usize = entries.iter().map(|(_, bytes)| bytes.len()).sum();
        let memory = memory
            .as_mut()
            .and_then(|all| all.split(bytes.div_ceil(MEMORY_UNIT).min(whole as usize)));
        Ok((entries, memory))
    }

    async fn append(
        &mut self,
        request: u64,
        envelopes: Vec<EnvelopeBytes>,
        length: usize,
    ) -> Result<(), End> {
        if envelopes.len() > MAX_ENVELOPES_PER_FRAME {
            return Err(End::Failed(FailureCode::BadFrame));
        }
        let rates = &self.shared.rates;
        if !rates.take(
            self.device,
            self.address,
            envelopes.len(),
            length,
            Instant::now(),
        ) {
            return self.refuse(request, None, RefusalCode::RateLimited).await;
        }
        let workspace = self.hub.workspace;
        let checked = tokio::task::spawn_blocking(move || {
            envelopes
                .iter()
                .map(|bytes| check(&bytes.0, &workspace))
                .collect::<Vec<_>>()
        })
        .await
        .expect("checking an envelope does not panic");
        let mut good = Vec::with_capacity(checked.len());
        for result in checked {
            match result {
                Ok(envelope) => good.push(envelope),
                Err((id, code)) => self.refuse(request, Some(id), code).await?,
            }
        }
        let ids: Vec<(EnvelopeId, StreamId)> = good
            .iter()
            .map(|envelope| (envelope.id(), envelope.header().stream))
            .collect();
        let outcomes = self.write(good).await?;
        let failed = Err(Refusal::Code(RefusalCode::StoreFailed));
        if !outcomes.is_empty() && outcomes.iter().all(|outcome| *outcome == failed) {
            return self.refuse(request, None, RefusalCode::StoreFailed).await;
        }
        let mut receipts = Vec::with_capacity(ids.len());
        let mut full = 0;
        for ((envelope, stream), outcome) in ids.into_iter().zip(outcomes) {
            match outcome {
                Ok(position) => {
                    self.leave_out(stream, position);
                    receipts.push(Receipt { envelope, position });
                }
                Err(refusal) => {
                    if refusal == Refusal::Full {
                        full += 1;
                    }
                    self.refuse(request, Some(envelope), refusal.code()).await?;
                }
            }
        }
        if full > 0 {
            self.shared.metrics.over_quota(full);
            tracing::warn!(workspace = %self.hub.workspace, envelopes = full, "the workspace is full");
        }
        self.send(&RelayFrame::Accepted { request, receipts }).await
    }

    /// Notes what need not come back here.
    fn leave_out(&mut self, stream: StreamId, position: u64) {
        let wanted =
            stream != StreamId::members(&self.hub.workspace) && self.told.1.contains(&stream);
        if let Some(unechoed) = &mut self.unechoed
            && wanted
            && unechoed.len() < MAX_UNECHOED
        {
            unechoed.insert((stream, position));
        }
    }

    async fn write(&self, envelopes: Vec<Envelope>) -> Result<Vec<Outcome>, End> {
        if envelopes.is_empty() {
            return Ok(Vec::new());
        }
        let (reply, answer) = oneshot::channel();
        self.shared
            .writer
            .send(Request {
                hub: Arc::clone(&self.hub),
                device: self.device,
                envelopes,
                reply,
            })
            .await
            .map_err(|_| End::Failed(FailureCode::Stopping))?;
        answer
            .await
            .map_err(|_| End::Failed(FailureCode::StoreFailed))
    }

    pub(crate) async fn refuse(
        &self,
        request: u64,
        envelope: Option<EnvelopeId>,
        code: RefusalCode,
    ) -> Result<(), End> {
        self.shared.metrics.refused(code);
        let (workspace, device) = (&self.hub.workspace, &self.device);
        // What is sent again is in the ordinary course: before the charter counts, a founder's other envelopes are not permitted yet.
        if code.is_permanent() {
            tracing::warn!(%workspace, %device, code = code.name(), "envelope refused");
        } else {
            tracing::debug!(%workspace, %device, code = code.name(), "envelope refused for now");
        }
        self.send(&RelayFrame::Refused {
            request,
            envelope,
            code,
            permanent: code.is_permanent(),
        })
        .await
    }
}
