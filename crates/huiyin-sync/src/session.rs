//! One device's side of the conversation with a relay, as a state machine: events in, [`SessionAction`]s out.
//!
//! It decides when to connect, what to subscribe to, what to send again after a loss, and when a silent connection is
//! dead. It keeps offered envelopes until the relay has receipted or refused them for good; what is durable is the
//! caller's: it hands in stored cursors at the start and reports later ones with [`Session::stored`].
//!
//! The caller opens one socket per [`SessionAction::Connect`] and drops frames of older sockets. Every input
//! takes `now` in milliseconds since 1970; a clock that is set back or forward costs a wait or a connection at most. A
//! new session connects at its first [`Session::tick`].
//!
//! Long: one machine whose inputs share all of its state.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use crate::entropy::Entropy;
use crate::envelope::Envelope;
use crate::id::{EnvelopeId, StreamId, WorkspaceId};
use crate::keys::DeviceKeys;
use crate::limits::{
    FRAME_ENVELOPE_BYTES, MAX_ENVELOPE_BYTES, MAX_ENVELOPES_PER_FRAME, MAX_SUBSCRIPTIONS,
};
use crate::object::ObjectLabel;
use crate::protocol::{
    ClientFrame, Cursor, EnvelopeBytes, FailureCode, Receipt, RefusalCode, RelayFrame, StoreEpoch,
    StreamHead, proof,
};

/// Wait before the first new attempt after a loss, in milliseconds; it doubles with each failure.
pub const BACKOFF_FIRST_MS: u64 = 1_000;
/// Longest wait between attempts, in milliseconds.
pub const BACKOFF_LAST_MS: u64 = 60_000;
/// Time for opening, challenge and welcome each, in milliseconds.
pub const HANDSHAKE_TIMEOUT_MS: u64 = 15_000;
/// Time between pings, in milliseconds.
pub const PING_EVERY_MS: u64 = 20_000;
/// A connection on which nothing was heard for so long is dead, in milliseconds.
pub const DEAD_AFTER_MS: u64 = 45_000;
/// Wait before a temporarily refused envelope is sent again, in milliseconds.
pub const HELD_RETRY_MS: u64 = 30_000;
/// Wait after a whole request was refused, in milliseconds.
pub const REQUEST_PAUSE_MS: u64 = 2_000;
/// `Append` frames on their way at a time.
pub const APPEND_WINDOW: usize = 4;

/// An envelope the relay is to have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offered {
    /// The envelope.
    pub id: EnvelopeId,
    /// Its stream.
    pub stream: StreamId,
    /// Its bytes.
    pub bytes: Arc<[u8]>,
}

/// An envelope the relay sent. Not verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivered {
    /// Where it stands.
    pub cursor: Cursor,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// What a device wants of a sealed object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ObjectAsk {
    /// The relay is to keep this one: its bytes.
    Put(Vec<u8>),
    /// The relay is to send the one of this label.
    Get {
        /// Its stream.
        stream: StreamId,
        /// Its label.
        label: ObjectLabel,
    },
}

/// Why there is no connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OfflineReason {
    /// None was tried yet.
    NotStarted,
    /// The connection failed or ended.
    Closed,
    /// Nothing was heard in time.
    TimedOut,
    /// The relay said why it ended it.
    Failed(FailureCode),
    /// What came was not of the protocol.
    Protocol,
}

/// How things stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionStatus {
    /// No connection; the next attempt is due at `retry_at_ms`.
    Offline {
        /// In milliseconds since 1970.
        retry_at_ms: u64,
        /// Why.
        reason: OfflineReason,
    },
    /// The socket is being opened.
    Connecting,
    /// The relay is checking the device.
    Authenticating,
    /// Connected.
    Live {
        /// Whether everything the relay has for the wanted, readable streams was delivered and is stored here.
        caught_up: bool,
        /// Whether the relay knows the device as a member.
        member: bool,
    },
}

/// What the caller is to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SessionAction {
    /// Open a socket; answer with [`Session::opened`] or [`Session::closed`].
    Connect,
    /// Close the socket; no answer is needed.
    Disconnect,
    /// Send one binary message.
    Send(Vec<u8>),
    /// Check and store these, then call [`Session::stored`] with the last cursor, also if some went to quarantine:
    /// the relay stops sending once too much is not reported as stored.
    Deliver {
        /// The stream.
        stream: StreamId,
        /// In order.
        envelopes: Vec<Delivered>,
        /// How far the stream is had once they are stored: what to store together with them. The last of them, or own ones behind it.
        cursor: Cursor,
        /// Position of the stream's last envelope at the relay.
        head: u64,
    },
    /// The relay has these on disk.
    Receipt {
        /// The envelopes, each with where it stands.
        receipts: Vec<(EnvelopeId, Cursor)>,
        /// How far streams are had by that, where nothing of others stands before them: to be stored, after all that was delivered.
        passed: Vec<(StreamId, Cursor)>,
    },
    /// The relay does not take this envelope. If `permanent` it is forgotten here; else it is tried again.
    Refused {
        /// The envelope.
        envelope: EnvelopeId,
        /// Why.
        code: RefusalCode,
        /// Whether it is forgotten.
        permanent: bool,
    },
    /// The relay's store was restored: forget receipts of this stream and offer all of it again.
    Reoffer {
        /// The stream.
        stream: StreamId,
    },
    /// The relay has the object on disk that was put under this token.
    ObjectStored {
        /// The token.
        token: u64,
    },
    /// The relay does not take the object that was put under this token; nothing is kept here of the question.
    ObjectRefused {
        /// The token.
        token: u64,
        /// Why.
        code: RefusalCode,
        /// Whether putting it again is of no use.
        permanent: bool,
    },
    /// What the relay has of the object asked for under this token. Not opened.
    Object {
        /// The token.
        token: u64,
        /// Its bytes; `None` if the relay has none for this device.
        bytes: Option<Vec<u8>>,
    },
    /// The state has changed.
    Status(SessionStatus),
    /// Call [`Session::tick`] at this time, in milliseconds since 1970. Replaces the one before.
    WakeAt(u64),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    Offline { retry_at: u64 },
    Connecting { until: u64 },
    AwaitingChallenge { until: u64 },
    AwaitingWelcome { until: u64 },
    Live,
}

#[derive(Debug, Clone, Copy, Default)]
struct Progress {
    delivered: u64,
    head: u64,
    answered: bool,
    /// Up to where the caller was given envelopes that it has to store; 0 where it was given none.
    given: u64,
}

/// The state machine. One per workspace and relay.
#[derive(Debug)]
pub struct Session {
    workspace: WorkspaceId,
    members_stream: StreamId,
    keys: DeviceKeys,
    cursors: BTreeMap<StreamId, Cursor>,
    wanted: BTreeSet<StreamId>,
    phase: Phase,
    reason: OfflineReason,
    failures: u32,
    store_epoch: StoreEpoch,
    member: bool,
    readable: BTreeMap<StreamId, u64>,
    subscribed: BTreeMap<StreamId, Progress>,
    /// Waiting to be sent; those of the members stream go first, since rights come from them.
    statements: VecDeque<Offered>,
    queue: VecDeque<Offered>,
    in_flight: BTreeMap<u64, Vec<Offered>>,
    held: Vec<Offered>,
    held_until: u64,
    paused_until: u64,
    known: BTreeSet<EnvelopeId>,
    next_request: u64,
    /// Tokens of the questions about objects that have no answer yet, by request. Forgotten when the connection ends.
    objects: BTreeMap<u64, u64>,
    /// The relay ended a connection because it does not know the frames about objects.
    without_objects: bool,
    /// Where receipted envelopes stand that the relay leaves out of batches, and that the cursor has not passed. None: it leaves out
    /// nothing on this connection.
    unechoed: Option<BTreeMap<StreamId, BTreeMap<u64, EnvelopeId>>>,
    /// The relay ended a connection because it does not know `WithoutEcho`.
    with_echo: bool,
    heard_at: u64,
    pinged_at: u64,
    told_status: Option<SessionStatus>,
    told_wake: Option<u64>,
}

impl Session {
    /// Returns a session that wants the members stream and has stored up to `cursors`.
    pub fn new(
        workspace: WorkspaceId,
        keys: DeviceKeys,
        cursors: BTreeMap<StreamId, Cursor>,
    ) -> Self {
        let members_stream = StreamId::members(&workspace);
        Self {
            workspace,
            members_stream,
            keys,
            cursors,
            wanted: BTreeSet::from([members_stream]),
            phase: Phase::Offline { retry_at: 0 },
            reason: OfflineReason::NotStarted,
            failures: 0,
            store_epoch: StoreEpoch([0; 16]),
            member: false,
            readable: BTreeMap::new(),
            subscribed: BTreeMap::new(),
            statements: VecDeque::new(),
            queue: VecDeque::new(),
            in_flight: BTreeMap::new(),
            held: Vec::new(),
            held_until: 0,
            paused_until: 0,
            known: BTreeSet::new(),
            next_request: 0,
            objects: BTreeMap::new(),
            without_objects: false,
            unechoed: None,
            with_echo: false,
            heard_at: 0,
            pinged_at: 0,
            told_status: None,
            told_wake: None,
        }
    }

    /// Returns how things stand.
    pub fn status(&self) -> SessionStatus {
        match self.phase {
            Phase::Offline { retry_at } => SessionStatus::Offline {
                retry_at_ms: retry_at,
                reason: self.reason,
            },
            Phase::Connecting { .. } => SessionStatus::Connecting,
            Phase::AwaitingChallenge { .. } | Phase::AwaitingWelcome { .. } => {
                SessionStatus::Authenticating
            }
            Phase::Live => SessionStatus::Live {
                caught_up: self.is_caught_up(),
                member: self.member,
            },
        }
    }

    /// Returns the number of offered envelopes without receipt.
    pub fn unsent(&self) -> usize {
        self.known.len()
    }

    /// The socket is open.
    pub fn opened(&mut self, now: u64) -> Vec<SessionAction> {
        let mut actions = Vec::new();
        if matches!(self.phase, Phase::Connecting { .. }) {
            self.phase = Phase::AwaitingChallenge {
                until: now + HANDSHAKE_TIMEOUT_MS,
            };
            send(
                &mut actions,
                &ClientFrame::Hello {
                    workspace: self.workspace,
                    device: self.keys.device(),
                },
            );
        }
        self.finish(now, actions)
    }

    /// The socket could not be opened, or has closed.
    pub fn closed(&mut self, now: u64, entropy: &mut Entropy) -> Vec<SessionAction> {
        if !matches!(self.phase, Phase::Offline { .. }) {
            self.go_offline(now, OfflineReason::Closed, entropy);
        }
        self.finish(now, Vec::new())
    }

    /// A binary message has come.
    pub fn frame(&mut self, bytes: &[u8], now: u64, entropy: &mut Entropy) -> Vec<SessionAction> {
        let mut actions = Vec::new();
        if matches!(self.phase, Phase::Offline { .. } | Phase::Connecting { .. }) {
            return actions;
        }
        self.heard_at = now;
        let understood = RelayFrame::decode(bytes)
            .ok()
            .and_then(|frame| self.hear(frame, now, &mut actions));
        if let Err(reason) = understood.unwrap_or(Err(OfflineReason::Protocol)) {
            actions.push(SessionAction::Disconnect);
            self.go_offline(now, reason, entropy);
        }
        self.finish(now, actions)
    }

    /// These envelopes are stored here and not yet receipted. Those already offered are skipped.
    pub fn offer(&mut self, offered: Vec<Offered>, now: u64) -> Vec<SessionAction> {
        let mut actions = Vec::new();
        for envelope in offered {
            if envelope.bytes.len() > MAX_ENVELOPE_BYTES {
                actions.push(SessionAction::Refused {
                    envelope: envelope.id,
                    code: RefusalCode::TooLarge,
                    permanent: true,
                });
            } else if self.known.insert(envelope.id) {
                self.queue_of(&envelope).push_back(envelope);
            }
        }
        self.finish(now, actions)
    }

    /// What was delivered of `stream` up to `cursor` is stored durably here.
    pub fn stored(&mut self, stream: StreamId, cursor: Cursor, now: u64) -> Vec<SessionAction> {
        let mut actions = Vec::new();
        self.cursors.insert(stream, cursor);
        if self.phase == Phase::Live && cursor.epoch == self.store_epoch {
            send(
                &mut actions,
                &ClientFrame::Stored {
                    stream,
                    position: cursor.position,
                },
            );
        }
        self.finish(now, actions)
    }

    /// Returns whether questions about objects can be asked now.
    pub fn takes_objects(&self) -> bool {
        self.phase == Phase::Live && self.member && !self.without_objects
    }

    /// Returns whether the relay turned out to be of a version without objects.
    pub fn is_without_objects(&self) -> bool {
        self.without_objects
    }

    /// Asks for or hands over an object, under a token that comes back with the answer. Does nothing unless
    /// [`takes_objects`](Self::takes_objects); a question is forgotten when the connection ends.
    pub fn object(&mut self, token: u64, ask: ObjectAsk, now: u64) -> Vec<SessionAction> {
        let mut actions = Vec::new();
        if self.takes_objects() {
            let request = self.next_request;
            self.next_request += 1;
            self.objects.insert(request, token);
            let frame = match ask {
                ObjectAsk::Put(bytes) => ClientFrame::PutObject {
                    request,
                    object: EnvelopeBytes(bytes),
                },
                ObjectAsk::Get { stream, label } => ClientFrame::GetObject {
                    request,
                    stream,
                    label,
                },
            };
            send(&mut actions, &frame);
        }
        self.finish(now, actions)
    }

    /// These streams are wanted, beside the members stream. Each is subscribed to once the relay says it may be read.
    pub fn streams(&mut self, wanted: Vec<StreamId>, now: u64) -> Vec<SessionAction> {
        let mut actions = Vec::new();
        self.wanted = wanted.into_iter().collect();
        self.wanted.insert(self.members_stream);
        self.subscribe(&mut actions);
        self.finish(now, actions)
    }

    /// Tries at once instead of waiting: the network is back, or the user asked.
    pub fn retry_now(&mut self, now: u64, entropy: &mut Entropy) -> Vec<SessionAction> {
        if let Phase::Offline { retry_at } = &mut self.phase {
            *retry_at = now;
        }
        self.tick(now, entropy)
    }

    /// Asks the relay for a sign of life, if there is a connection: what it had to say before comes before its answer.
    pub fn ask(&mut self, now: u64) -> Vec<SessionAction> {
        let mut actions = Vec::new();
        if self.phase == Phase::Live {
            self.pinged_at = now;
            send(&mut actions, &ClientFrame::Ping(now));
        }
        self.finish(now, actions)
    }

    /// Time has passed.
    pub fn tick(&mut self, now: u64, entropy: &mut Entropy) -> Vec<SessionAction> {
        self.heed_clock(now);
        let mut actions = Vec::new();
        match self.phase {
            Phase::Offline { retry_at } if now >= retry_at => {
                self.phase = Phase::Connecting {
                    until: now + HANDSHAKE_TIMEOUT_MS,
                };
                actions.push(SessionAction::Connect);
            }
            Phase::Connecting { until }
            | Phase::AwaitingChallenge { until }
            | Phase::AwaitingWelcome { until }
                if now >= until =>
            {
                actions.push(SessionAction::Disconnect);
                self.go_offline(now, OfflineReason::TimedOut, entropy);
            }
            Phase::Live if now >= self.heard_at + DEAD_AFTER_MS => {
                actions.push(SessionAction::Disconnect);
                self.go_offline(now, OfflineReason::TimedOut, entropy);
            }
            Phase::Live => {
                if now >= self.pinged_at + PING_EVERY_MS {
                    self.pinged_at = now;
                    send(&mut actions, &ClientFrame::Ping(now));
                }
                if now >= self.held_until {
                    self.release_held();
                }
            }
            _ => {}
        }
        self.finish(now, actions)
    }

    /// `None`: the frame is out of turn.
    fn hear(
        &mut self,
        frame: RelayFrame,
        now: u64,
        actions: &mut Vec<SessionAction>,
    ) -> Option<Result<(), OfflineReason>> {
        match (frame, self.phase) {
            (RelayFrame::Failed { code }, _) => {
                if code == FailureCode::OtherVersion {
                    // Who knows no objects knows nothing of the echo either, and that was said first.
                    self.without_objects |= self.unechoed.is_none() && !self.objects.is_empty();
                    self.with_echo |= self.unechoed.is_some();
                }
                return Some(Err(OfflineReason::Failed(code)));
            }
            (RelayFrame::Challenge { nonce, store_epoch }, Phase::AwaitingChallenge { .. }) => {
                self.store_epoch = store_epoch;
                self.phase = Phase::AwaitingWelcome {
                    until: now + HANDSHAKE_TIMEOUT_MS,
                };
                let signature = proof(&self.keys, &nonce, &store_epoch, &self.workspace);
                send(actions, &ClientFrame::Proof { signature });
            }
            (
                RelayFrame::Welcome { member, streams },
                Phase::AwaitingWelcome { .. } | Phase::Live,
            ) => self.welcomed(member, &streams, now, actions),
            (
                RelayFrame::Batch {
                    stream,
                    entries,
                    head,
                },
                Phase::Live,
            ) => {
                return self.received(stream, entries, head, actions).map(Ok);
            }
            (RelayFrame::Reset { stream }, Phase::Live) => {
                self.cursors.remove(&stream);
                if let Some(progress) = self.subscribed.get_mut(&stream) {
                    *progress = Progress::default();
                }
                actions.push(SessionAction::Reoffer { stream });
            }
            (RelayFrame::Accepted { request, receipts }, Phase::Live) => {
                self.accepted(request, &receipts, now, actions);
            }
            (
                RelayFrame::Refused {
                    request,
                    envelope,
                    code,
                    permanent,
                },
                Phase::Live,
            ) => self.refused(request, envelope, code, permanent, now, actions),
            (RelayFrame::ObjectStored { request }, Phase::Live) => {
                let token = self.objects.remove(&request)?;
                actions.push(SessionAction::ObjectStored { token });
            }
            (RelayFrame::Object { request, object }, Phase::Live) => {
                let token = self.objects.remove(&request)?;
                let bytes = object.map(|EnvelopeBytes(bytes)| bytes);
                actions.push(SessionAction::Object { token, bytes });
            }
            (RelayFrame::Pong(_), Phase::Live) => {}
            _ => return None,
        }
        Some(Ok(()))
    }

    fn welcomed(
        &mut self,
        member: bool,
        streams: &[StreamHead],
        now: u64,
        actions: &mut Vec<SessionAction>,
    ) {
        if self.phase != Phase::Live {
            self.phase = Phase::Live;
            self.failures = 0;
            self.pinged_at = now;
            self.paused_until = 0;
            if !self.with_echo {
                self.unechoed = Some(BTreeMap::new());
                send(actions, &ClientFrame::WithoutEcho);
            }
        }
        self.member = member;
        self.readable = streams.iter().map(|s| (s.stream, s.head)).collect();
        let readable = &self.readable;
        self.subscribed
            .retain(|stream, _| readable.contains_key(stream));
        self.release_held();
        self.subscribe(actions);
    }

    fn subscribe(&mut self, actions: &mut Vec<SessionAction>) {
        if self.phase != Phase::Live {
            return;
        }
        let fresh: Vec<_> = self
            .wanted
            .iter()
            .filter(|stream| {
                self.readable.contains_key(stream) && !self.subscribed.contains_key(stream)
            })
            .map(|stream| (*stream, self.cursors.get(stream).copied()))
            .collect();
        for (stream, cursor) in &fresh {
            self.subscribed.insert(
                *stream,
                Progress {
                    delivered: cursor.map_or(0, |cursor| cursor.position),
                    head: self.readable[stream],
                    answered: false,
                    given: 0,
                },
            );
        }
        for streams in fresh.chunks(MAX_SUBSCRIPTIONS) {
            send(
                actions,
                &ClientFrame::Subscribe {
                    streams: streams.to_vec(),
                },
            );
        }
    }

    fn received(
        &mut self,
        stream: StreamId,
        entries: Vec<(u64, EnvelopeBytes)>,
        head: u64,
        actions: &mut Vec<SessionAction>,
    ) -> Option<()> {
        let Some(progress) = self.subscribed.get_mut(&stream) else {
            // Rights were lost while it was on its way.
            return Some(());
        };
        let mut envelopes = Vec::with_capacity(entries.len());
        for (position, EnvelopeBytes(bytes)) in entries {
            if position <= progress.delivered {
                continue;
            }
            progress.delivered = position;
            let cursor = Cursor {
                epoch: self.store_epoch,
                position,
                envelope: Envelope::peek_id(&bytes).ok()?,
            };
            envelopes.push(Delivered { cursor, bytes });
        }
        progress.answered = true;
        let last = envelopes.last().map(|delivered| delivered.cursor);
        let passed = self.pass(stream);
        let cursor = last.map(|last| passed.unwrap_or(last));
        if let Some(progress) = self.subscribed.get_mut(&stream) {
            progress.head = head.max(progress.delivered);
            progress.given = cursor.map_or(progress.given, |cursor| cursor.position);
        }
        if let Some(cursor) = cursor {
            actions.push(SessionAction::Deliver {
                stream,
                envelopes,
                cursor,
                head,
            });
        }
        Some(())
    }

    /// Moves over the positions of `stream` that come next and are left out of batches. Returns where that ends, if it moved. What is
    /// left out is remembered until the connection ends: a stream that is reset or subscribed to anew goes over it again.
    fn pass(&mut self, stream: StreamId) -> Option<Cursor> {
        let unechoed = self.unechoed.as_ref()?.get(&stream)?;
        // Before the first batch a reset may be on its way: the cursor may be that of another store.
        let progress = self.subscribed.get_mut(&stream).filter(|p| p.answered)?;
        let mut last = None;
        // A relay may name any position, also the last there is.
        while let Some(next) = progress.delivered.checked_add(1)
            && let Some(envelope) = unechoed.get(&next)
        {
            progress.delivered = next;
            last = Some(Cursor {
                epoch: self.store_epoch,
                position: progress.delivered,
                envelope: *envelope,
            });
        }
        progress.head = progress.head.max(progress.delivered);
        last
    }

    fn accepted(
        &mut self,
        request: u64,
        receipts: &[Receipt],
        now: u64,
        actions: &mut Vec<SessionAction>,
    ) {
        let mut waiting = self.in_flight.remove(&request).unwrap_or_default();
        let mut receipted = Vec::with_capacity(receipts.len());
        let mut streams = BTreeSet::new();
        for receipt in receipts {
            let place = |offered: &Offered| offered.id == receipt.envelope;
            if let Some(place) = waiting.iter().position(place) {
                let Offered { stream, .. } = waiting.remove(place);
                self.known.remove(&receipt.envelope);
                if let Some(unechoed) = &mut self.unechoed
                    && stream != self.members_stream
                {
                    let positions = unechoed.entry(stream).or_default();
                    positions.insert(receipt.position, receipt.envelope);
                    streams.insert(stream);
                }
                receipted.push((
                    receipt.envelope,
                    Cursor {
                        epoch: self.store_epoch,
                        position: receipt.position,
                        envelope: receipt.envelope,
                    },
                ));
            }
        }
        if !waiting.is_empty() {
            self.hold(waiting, now);
        }
        let pass = |stream| Some((stream, self.pass(stream)?));
        let passed = streams.into_iter().filter_map(pass).collect();
        if !receipted.is_empty() {
            actions.push(SessionAction::Receipt {
                receipts: receipted,
                passed,
            });
        }
    }

    fn refused(
        &mut self,
        request: u64,
        envelope: Option<EnvelopeId>,
        code: RefusalCode,
        permanent: bool,
        now: u64,
        actions: &mut Vec<SessionAction>,
    ) {
        if envelope.is_none()
            && let Some(token) = self.objects.remove(&request)
        {
            actions.push(SessionAction::ObjectRefused {
                token,
                code,
                permanent,
            });
            return;
        }
        let refused = match envelope {
            Some(id) => self
                .in_flight
                .get_mut(&request)
                .and_then(|waiting| {
                    let place = waiting.iter().position(|offered| offered.id == id)?;
                    Some(vec![waiting.remove(place)])
                })
                .unwrap_or_default(),
            None => self.in_flight.remove(&request).unwrap_or_default(),
        };
        if envelope.is_none() && !permanent {
            self.put_back(refused);
            self.paused_until = now + REQUEST_PAUSE_MS;
            return;
        }
        for offered in &refused {
            actions.push(SessionAction::Refused {
                envelope: offered.id,
                code,
                permanent,
            });
            if permanent {
                self.known.remove(&offered.id);
            }
        }
        if !permanent {
            self.hold(refused, now);
        }
    }

    fn hold(&mut self, envelopes: Vec<Offered>, now: u64) {
        self.held.extend(envelopes);
        self.held_until = now + HELD_RETRY_MS;
    }

    fn release_held(&mut self) {
        let held = std::mem::take(&mut self.held);
        self.put_back(held);
    }

    fn queue_of(&mut self, envelope: &Offered) -> &mut VecDeque<Offered> {
        if envelope.stream == self.members_stream {
            &mut self.statements
        } else {
            &mut self.queue
        }
    }

    /// Puts envelopes before those waiting, in their order.
    fn put_back(&mut self, envelopes: Vec<Offered>) {
        for envelope in envelopes.into_iter().rev() {
            self.queue_of(&envelope).push_front(envelope);
        }
    }

    fn go_offline(&mut self, now: u64, reason: OfflineReason, entropy: &mut Entropy) {
        let lost = std::mem::take(&mut self.in_flight);
        self.put_back(lost.into_values().flatten().collect());
        self.release_held();
        self.objects.clear();
        self.unechoed = None;
        self.subscribed.clear();
        self.readable.clear();
        let longest =
            (BACKOFF_FIRST_MS << self.failures.min(16)).clamp(BACKOFF_FIRST_MS, BACKOFF_LAST_MS);
        self.failures = self.failures.saturating_add(1);
        let wait = longest / 2 + entropy.next_u64() % (longest / 2 + 1);
        self.reason = reason;
        self.phase = Phase::Offline {
            retry_at: now + wait,
        };
    }

    /// Fills the window. Who is no member yet sends statements only: a charter or an admission.
    fn pump(&mut self, now: u64, actions: &mut Vec<SessionAction>) {
        while self.phase == Phase::Live
            && now >= self.paused_until
            && self.in_flight.len() < APPEND_WINDOW
        {
            let mut bytes = 0;
            let mut taken: Vec<Offered> = Vec::new();
            loop {
                let queue = if !self.statements.is_empty() {
                    &mut self.statements
                } else if self.member {
                    &mut self.queue
                } else {
                    break;
                };
                let Some(next) = queue.front() else { break };
                let after = bytes + next.bytes.len() + size_of::<u64>();
                if taken.len() == MAX_ENVELOPES_PER_FRAME
                    || (!taken.is_empty() && after > FRAME_ENVELOPE_BYTES)
                {
                    break;
                }
                bytes = after;
                taken.extend(queue.pop_front());
            }
            if taken.is_empty() {
                break;
            }
            let request = self.next_request;
            self.next_request += 1;
            send(
                actions,
                &ClientFrame::Append {
                    request,
                    envelopes: taken
                        .iter()
                        .map(|offered| EnvelopeBytes(offered.bytes.to_vec()))
                        .collect(),
                },
            );
            self.in_flight.insert(request, taken);
        }
    }

    fn is_caught_up(&self) -> bool {
        self.wanted
            .iter()
            .filter(|stream| self.readable.contains_key(stream))
            .all(|stream| {
                self.subscribed.get(stream).is_some_and(|progress| {
                    progress.answered
                        && progress.delivered >= progress.head
                        && progress.given <= self.stored_up_to(stream)
                })
            })
    }

    /// Returns up to where the caller has stored a stream of the relay's present store.
    fn stored_up_to(&self, stream: &StreamId) -> u64 {
        self.cursors
            .get(stream)
            .filter(|cursor| cursor.epoch == self.store_epoch)
            .map_or(0, |cursor| cursor.position)
    }

    fn next_wake(&self, now: u64) -> u64 {
        match self.phase {
            Phase::Offline { retry_at } => retry_at,
            Phase::Connecting { until }
            | Phase::AwaitingChallenge { until }
            | Phase::AwaitingWelcome { until } => until,
            Phase::Live => {
                let mut wake = (self.pinged_at + PING_EVERY_MS).min(self.heard_at + DEAD_AFTER_MS);
                if !self.held.is_empty() {
                    wake = wake.min(self.held_until);
                }
                if self.paused_until > now {
                    wake = wake.min(self.paused_until);
                }
                wake
            }
        }
    }

    /// Brings near what a clock that was set back has put far into the future.
    fn heed_clock(&mut self, now: u64) {
        match &mut self.phase {
            Phase::Offline { retry_at } => *retry_at = (*retry_at).min(now + BACKOFF_LAST_MS),
            Phase::Connecting { until }
            | Phase::AwaitingChallenge { until }
            | Phase::AwaitingWelcome { until } => *until = (*until).min(now + HANDSHAKE_TIMEOUT_MS),
            Phase::Live => {}
        }
        self.heard_at = self.heard_at.min(now);
        self.pinged_at = self.pinged_at.min(now);
        self.held_until = self.held_until.min(now + HELD_RETRY_MS);
        self.paused_until = self.paused_until.min(now + REQUEST_PAUSE_MS);
    }

    fn finish(&mut self, now: u64, mut actions: Vec<SessionAction>) -> Vec<SessionAction> {
        self.heed_clock(now);
        self.pump(now, &mut actions);
        let status = self.status();
        if self.told_status != Some(status) {
            self.told_status = Some(status);
            actions.push(SessionAction::Status(status));
        }
        let wake = self.next_wake(now);
        if self.told_wake != Some(wake) {
            self.told_wake = Some(wake);
            actions.push(SessionAction::WakeAt(wake));
        }
        actions
    }
}

fn send(actions: &mut Vec<SessionAction>, frame: &ClientFrame) {
    actions.push(SessionAction::Send(frame.encode()));
}
