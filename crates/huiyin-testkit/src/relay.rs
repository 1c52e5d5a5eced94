//! A relay of the simulation: the frames and rules of the real one, stepped frame by frame, over a log in memory or one of the real stores.
//!
//! It takes what the real relay takes (charter, admissions of known invitations, what members may write), answers after it has
//! stored, and pushes to whoever is subscribed; of several nodes over one store each pushes to its own connections, once it has heard. A crash ends all connections and keeps the store; a loss of the store begins
//! a new life of it.
//!
//! Long: one state machine whose frames share its store.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use huiyin_sync::limits::FRAME_ENVELOPE_BYTES;
use huiyin_sync::protocol::proof_holds;
use huiyin_sync::{
    ClientFrame, Cursor, DeviceId, Envelope, EnvelopeBytes, EnvelopeId, FailureCode, FrameError,
    Membership, ObjectLabel, Receipt, RefusalCode, RelayFrame, SealedObject, SignedStatement,
    Statement, StreamHead, StreamId, WorkspaceId,
};

use crate::Random;
use crate::relay_log::{Kept, MemoryLog, RelayLog};

/// Names a connection for ever.
pub type ConnectionId = u64;

/// Most envelopes of a batch: small, so that streams come in several.
const BATCH: usize = 7;
/// Envelopes on their way before the device has said that they are stored: small for the same reason.
const WINDOW: usize = 20;
/// More than any stream of a simulation holds.
const MANY: usize = usize::MAX >> 1;
/// Refusals kept.
const MAX_REFUSALS: usize = 20;

/// What is held of one company beside its log.
#[derive(Debug)]
struct Company {
    workspace: WorkspaceId,
    /// Objects that were put.
    objects: BTreeSet<(StreamId, ObjectLabel)>,
    statements: Vec<SignedStatement>,
    membership: Membership,
}

#[derive(Debug, Clone, Copy)]
struct Subscription {
    sent: u64,
    answered: bool,
}

#[derive(Debug)]
enum Phase {
    New,
    Challenged(WorkspaceId, DeviceId, [u8; 32]),
    Live(Live),
    Ended,
}

#[derive(Debug)]
struct Live {
    workspace: WorkspaceId,
    device: DeviceId,
    told: (bool, Vec<StreamId>),
    subscriptions: BTreeMap<StreamId, Subscription>,
    /// Positions in batches that the device has not said to be stored.
    on_their_way: BTreeMap<StreamId, Vec<u64>>,
    /// What was handed over here and is left out of batches, if the device asked for that.
    unechoed: Option<BTreeSet<(StreamId, u64)>>,
}

/// The relay.
#[derive(Debug)]
pub struct Relay {
    random: Random,
    log: Box<dyn RelayLog>,
    companies: BTreeMap<WorkspaceId, Company>,
    connections: BTreeMap<ConnectionId, Phase>,
    /// Nodes over the one store; a connection belongs to one of them.
    pub nodes: usize,
    /// Nodes that have not heard yet what others stored.
    behind: BTreeSet<usize>,
    /// Appends still to be refused because the store does not answer.
    pub failing_for: u32,
    /// Envelopes taken.
    pub taken: u64,
    /// Second envelopes of one author, stream and place that were refused: no honest device makes one.
    pub forks: u64,
    /// Objects handed out.
    pub handed: u64,
    /// It is of version 1, which knows neither objects nor a connection without echo.
    pub without_objects: bool,
    /// A byte of every object it hands out is changed.
    pub spoils_objects: bool,
    /// The last refusals, for the message of a failed run.
    refusals: VecDeque<String>,
}

type Out = Vec<(ConnectionId, Vec<u8>)>;

impl Relay {
    /// Returns an empty relay.
    pub fn new(seed: u64) -> Self {
        let mut random = Random::new(seed);
        let log = MemoryLog::new(random.fork());
        Self {
            log: Box::new(log),
            random,
            companies: BTreeMap::new(),
            connections: BTreeMap::new(),
            nodes: 1,
            behind: BTreeSet::new(),
            failing_for: 0,
            taken: 0,
            forks: 0,
            handed: 0,
            without_objects: false,
            spoils_objects: false,
            refusals: VecDeque::new(),
        }
    }

    /// Has it keep its log there, before anything was stored.
    pub fn keep_in(&mut self, log: Box<dyn RelayLog>) {
        self.log = log;
    }

    /// A device opens a connection.
    pub fn open(&mut self, connection: ConnectionId) {
        self.connections.insert(connection, Phase::New);
    }

    /// A connection is gone.
    pub fn close(&mut self, connection: ConnectionId) {
        self.connections.remove(&connection);
    }

    /// Stops and starts again: connections are gone, what was acknowledged stays.
    pub fn crash(&mut self) {
        self.connections.clear();
        self.log.restart();
    }

    /// Loses the whole store and starts with an empty one in a new life.
    pub fn lose_store(&mut self) {
        self.crash();
        self.companies.clear();
        self.log.lose();
    }

    /// Returns everything stored, as bytes: for checks that nothing readable reached the relay.
    pub fn stored(&self) -> Vec<Vec<u8>> {
        let mut found = Vec::new();
        for workspace in self.companies.keys() {
            for stream in self.log.streams(workspace) {
                let all = self.log.since(workspace, &stream, 0, MANY, MANY);
                found.extend(all.into_iter().map(|(_, bytes)| bytes));
            }
        }
        found
    }

    /// Takes a frame and returns the frames to send, in order, each with its connection.
    pub fn frame(&mut self, connection: ConnectionId, bytes: &[u8]) -> Out {
        let mut out = Vec::new();
        let Some(phase) = self.connections.get_mut(&connection) else {
            return out;
        };
        let phase = std::mem::replace(phase, Phase::Ended);
        let decoded = match ClientFrame::decode(bytes) {
            Ok(
                ClientFrame::PutObject { .. }
                | ClientFrame::GetObject { .. }
                | ClientFrame::WithoutEcho,
            ) if self.without_objects => Err(FrameError::OtherVersion { version: 2 }),
            decoded => decoded,
        };
        let next = match decoded {
            Ok(frame) => self.hear(connection, phase, frame, &mut out),
            Err(FrameError::OtherVersion { .. }) => {
                fail(connection, FailureCode::OtherVersion, &mut out)
            }
            Err(_) => fail(connection, FailureCode::BadFrame, &mut out),
        };
        self.connections.insert(connection, next);
        let node = self.node_of(connection);
        self.push_all(node, &mut out);
        // The others hear of it when the store tells them.
        self.behind
            .extend((0..self.nodes).filter(|other| *other != node));
        out
    }

    /// Returns the node a connection belongs to.
    pub fn node_of(&self, connection: ConnectionId) -> usize {
        (connection % self.nodes.max(1) as u64) as usize
    }

    /// A node hears what others have stored; returns what it sends, or nothing if it knew all.
    pub fn tell_node(&mut self, node: usize) -> Option<Vec<(ConnectionId, Vec<u8>)>> {
        if !self.behind.remove(&node) {
            return None;
        }
        let mut out = Vec::new();
        self.push_all(node, &mut out);
        Some(out)
    }

    fn hear(
        &mut self,
        connection: ConnectionId,
        phase: Phase,
        frame: ClientFrame,
        out: &mut Out,
    ) -> Phase {
        match (phase, frame) {
            (Phase::New, ClientFrame::Hello { workspace, device }) => {
                let nonce = self.random.entropy();
                let store_epoch = self.log.epoch();
                say(
                    out,
                    connection,
                    &RelayFrame::Challenge { nonce, store_epoch },
                );
                Phase::Challenged(workspace, device, nonce)
            }
            (Phase::Challenged(workspace, device, nonce), ClientFrame::Proof { signature }) => {
                if !proof_holds(&device, &nonce, &self.log.epoch(), &workspace, &signature) {
                    return fail(connection, FailureCode::BadProof, out);
                }
                let mut live = Live {
                    workspace,
                    device,
                    told: (false, Vec::new()),
                    subscriptions: BTreeMap::new(),
                    on_their_way: BTreeMap::new(),
                    unechoed: None,
                };
                self.welcome(connection, &mut live, true, out);
                Phase::Live(live)
            }
            (Phase::Live(mut live), frame) => {
                match frame {
                    ClientFrame::Hello { .. } | ClientFrame::Proof { .. } => {
                        return fail(connection, FailureCode::BadFrame, out);
                    }
                    ClientFrame::WithoutEcho => {
                        live.unechoed.get_or_insert_default();
                    }
                    ClientFrame::Ping(value) => say(out, connection, &RelayFrame::Pong(value)),
                    ClientFrame::Stored { stream, position } => {
                        let waiting = live.on_their_way.entry(stream).or_default();
                        waiting.retain(|sent| *sent > position);
                    }
                    ClientFrame::Subscribe { streams } => {
                        self.subscribe(connection, &mut live, streams, out);
                    }
                    ClientFrame::PutObject { request, object } => {
                        self.put_object(connection, &live, request, object.0, out);
                    }
                    ClientFrame::GetObject {
                        request,
                        stream,
                        label,
                    } => {
                        let object = self.object(&live, stream, label);
                        self.handed += u64::from(object.is_some());
                        let object = object.map(EnvelopeBytes);
                        say(out, connection, &RelayFrame::Object { request, object });
                    }
                    ClientFrame::Append { request, envelopes } => {
                        self.append(connection, &mut live, request, &envelopes, out);
                        self.welcome(connection, &mut live, false, out);
                    }
                }
                Phase::Live(live)
            }
            (Phase::Ended, _) => Phase::Ended,
            (Phase::New | Phase::Challenged(..), _) => fail(connection, FailureCode::BadFrame, out),
        }
    }

    fn company(&mut self, workspace: WorkspaceId) -> &mut Company {
        self.companies.entry(workspace).or_insert_with(|| Company {
            workspace,
            objects: BTreeSet::new(),
            statements: Vec::new(),
            membership: Membership::empty(workspace),
        })
    }

    fn welcome(&mut self, connection: ConnectionId, live: &mut Live, first: bool, out: &mut Out) {
        self.company(live.workspace);
        let company = &self.companies[&live.workspace];
        company.welcome(&*self.log, connection, live, first, out);
    }

    fn subscribe(
        &mut self,
        connection: ConnectionId,
        live: &mut Live,
        streams: Vec<(StreamId, Option<Cursor>)>,
        out: &mut Out,
    ) {
        let epoch = self.log.epoch();
        for (stream, cursor) in streams {
            if !live.told.1.contains(&stream) {
                continue;
            }
            let mut sent = 0;
            if let Some(cursor) = cursor {
                let there = self.log.id_at(&live.workspace, &stream, cursor.position);
                let ours = cursor.epoch == epoch && there == Some(cursor.envelope);
                if ours {
                    sent = cursor.position;
                } else {
                    say(out, connection, &RelayFrame::Reset { stream });
                }
            }
            live.on_their_way.remove(&stream);
            live.subscriptions.insert(
                stream,
                Subscription {
                    sent,
                    answered: false,
                },
            );
        }
    }

    fn append(
        &mut self,
        connection: ConnectionId,
        live: &mut Live,
        request: u64,
        envelopes: &[EnvelopeBytes],
        out: &mut Out,
    ) {
        let refuse = |out: &mut Out, envelope, code: RefusalCode| {
            say(
                out,
                connection,
                &RelayFrame::Refused {
                    request,
                    envelope,
                    code,
                    permanent: code.is_permanent(),
                },
            );
        };
        if self.failing_for > 0 {
            self.failing_for -= 1;
            return refuse(out, None, RefusalCode::StoreFailed);
        }
        let mut receipts = Vec::new();
        for EnvelopeBytes(bytes) in envelopes {
            let id = Envelope::peek_id(bytes).unwrap_or(EnvelopeId::ZERO);
            match self.take(live, bytes) {
                Ok(position) => {
                    live.leave_out(bytes, position);
                    receipts.push(Receipt {
                        envelope: id,
                        position,
                    });
                }
                Err(code) => {
                    self.note_refusal(live, id, bytes, code);
                    refuse(out, Some(id), code);
                }
            }
        }
        say(out, connection, &RelayFrame::Accepted { request, receipts });
    }

    fn put_object(
        &mut self,
        connection: ConnectionId,
        live: &Live,
        request: u64,
        bytes: Vec<u8>,
        out: &mut Out,
    ) {
        let taken = SealedObject::decode(&bytes)
            .map_err(|_| RefusalCode::Malformed)
            .and_then(|object| {
                let place = object.place();
                let company = self.company(live.workspace);
                let may = company.membership.is_member(&live.device)
                    && company.membership.may_write(&live.device, &place.stream);
                if place.workspace != live.workspace {
                    Err(RefusalCode::ForeignWorkspace)
                } else if may {
                    let label = object.label();
                    company.objects.insert((place.stream, label));
                    let stream = &place.stream;
                    self.log.put_object(&live.workspace, stream, &label, &bytes);
                    Ok(())
                } else {
                    Err(RefusalCode::NotPermitted)
                }
            });
        let frame = match taken {
            Ok(()) => RelayFrame::ObjectStored { request },
            Err(code) => RelayFrame::Refused {
                request,
                envelope: None,
                code,
                permanent: code.is_permanent(),
            },
        };
        say(out, connection, &frame);
    }

    fn object(&mut self, live: &Live, stream: StreamId, label: ObjectLabel) -> Option<Vec<u8>> {
        let company = self.company(live.workspace);
        if !company.membership.may_read(&live.device, &stream) {
            return None;
        }
        let mut bytes = self.log.object(&live.workspace, &stream, &label)?;
        if self.spoils_objects
            && let Some(last) = bytes.last_mut()
        {
            *last ^= 1;
        }
        Some(bytes)
    }

    /// Returns every object stored, as bytes.
    pub fn objects(&self) -> Vec<Vec<u8>> {
        self.companies
            .values()
            .flat_map(|company| {
                let kept = company.objects.iter();
                kept.filter_map(|(stream, label)| {
                    self.log.object(&company.workspace, stream, label)
                })
            })
            .collect()
    }

    fn note_refusal(&mut self, live: &Live, id: EnvelopeId, bytes: &[u8], code: RefusalCode) {
        let what = Envelope::decode(bytes).map_or_else(
            |_| "no envelope".to_owned(),
            |envelope| {
                let header = envelope.header();
                format!(
                    "{} of {:.6} in {:.6}{}",
                    header.seq,
                    header.author,
                    header.stream,
                    if envelope.is_clear() { " (clear)" } else { "" }
                )
            },
        );
        if self.refusals.len() >= MAX_REFUSALS {
            self.refusals.pop_front();
        }
        self.refusals.push_back(format!(
            "{} for {id:.6}, {what}, from {:.6}",
            code.name(),
            live.device
        ));
    }

    /// Returns what the relay knows of a connection, for the message of a failed run.
    pub fn describe(&self, connection: ConnectionId) -> String {
        let Some(Phase::Live(live)) = self.connections.get(&connection) else {
            return format!("{:?}", self.connections.get(&connection));
        };
        let streams = live.told.1.iter().map(|stream| {
            let head = self.log.head(&live.workspace, stream);
            let subscription = live.subscriptions.get(stream);
            let waiting = live.on_their_way.get(stream).map_or(0, Vec::len);
            format!("{stream:.6}: head {head}, {subscription:?}, on their way {waiting}")
        });
        streams.collect::<Vec<_>>().join("; ")
    }

    /// Returns the last refusals in words, oldest first.
    pub fn refusals(&self) -> Vec<String> {
        self.refusals.iter().cloned().collect()
    }

    fn take(&mut self, live: &Live, bytes: &[u8]) -> Result<u64, RefusalCode> {
        let envelope = Envelope::decode(bytes).map_err(|_| RefusalCode::Malformed)?;
        let header = envelope.header();
        if header.workspace != live.workspace {
            return Err(RefusalCode::ForeignWorkspace);
        }
        envelope.verify().map_err(|_| RefusalCode::BadSignature)?;
        let kept = Kept {
            header,
            id: envelope.id(),
            bytes,
        };
        if let Some(position) = self.log.position_of(kept) {
            return Ok(position);
        }
        let statement = self.company(live.workspace).may_stand(live, &envelope)?;
        let Some(position) = self.log.append(kept) else {
            self.forks += 1;
            return Err(RefusalCode::Fork);
        };
        let company = self.company(live.workspace);
        if let Some(statement) = statement {
            company.statements.push(statement);
            company.membership = Membership::fold(live.workspace, &company.statements);
        }
        self.taken += 1;
        Ok(position)
    }

    /// Tells every connection of a node of changed rights, and sends what waits.
    fn push_all(&mut self, node: usize, out: &mut Out) {
        let nodes = self.nodes.max(1) as u64;
        for (connection, phase) in &mut self.connections {
            if (*connection % nodes) as usize != node {
                continue;
            }
            let Phase::Live(live) = phase else {
                continue;
            };
            let Some(company) = self.companies.get(&live.workspace) else {
                continue;
            };
            company.welcome(&*self.log, *connection, live, false, out);
            company.push(&*self.log, *connection, live, out);
        }
    }
}

impl Live {
    fn leave_out(&mut self, bytes: &[u8], position: u64) {
        let stream = Envelope::decode(bytes).map(|envelope| envelope.header().stream);
        if let (Some(unechoed), Ok(stream)) = (&mut self.unechoed, stream)
            && stream != StreamId::members(&self.workspace)
            && self.told.1.contains(&stream)
        {
            unechoed.insert((stream, position));
        }
    }
}

impl Company {
    fn rights(&self, live: &Live) -> (bool, Vec<StreamId>) {
        let member = self.membership.is_member(&live.device);
        let streams = if member {
            self.membership.streams_of(&live.device)
        } else {
            vec![StreamId::members(&live.workspace)]
        };
        (member, streams)
    }

    fn welcome(
        &self,
        log: &dyn RelayLog,
        connection: ConnectionId,
        live: &mut Live,
        first: bool,
        out: &mut Out,
    ) {
        let told = self.rights(live);
        if !first && told == live.told {
            return;
        }
        let streams = told.1.iter().map(|stream| StreamHead {
            stream: *stream,
            head: log.head(&self.workspace, stream),
        });
        let frame = RelayFrame::Welcome {
            member: told.0,
            streams: streams.collect(),
        };
        live.subscriptions
            .retain(|stream, _| told.1.contains(stream));
        live.told = told;
        say(out, connection, &frame);
    }

    fn push(&self, log: &dyn RelayLog, connection: ConnectionId, live: &mut Live, out: &mut Out) {
        let streams: Vec<StreamId> = live.subscriptions.keys().copied().collect();
        for stream in streams {
            let head = log.head(&self.workspace, &stream);
            while let Some(subscription) = live.subscriptions.get_mut(&stream) {
                let on_their_way = live.on_their_way.entry(stream).or_default();
                if subscription.answered
                    && (head <= subscription.sent || on_their_way.len() >= WINDOW)
                {
                    break;
                }
                let (after, room) = (subscription.sent, FRAME_ENVELOPE_BYTES);
                let found = log.since(&self.workspace, &stream, after, BATCH, room);
                let mut entries: Vec<_> = found
                    .into_iter()
                    .map(|(position, bytes)| (position, EnvelopeBytes(bytes)))
                    .collect();
                subscription.sent += entries.len() as u64;
                if let Some(unechoed) = &mut live.unechoed {
                    entries.retain(|(position, _)| !unechoed.remove(&(stream, *position)));
                    if entries.is_empty() && subscription.answered {
                        continue;
                    }
                }
                subscription.answered = true;
                on_their_way.extend(entries.iter().map(|(position, _)| position));
                say(
                    out,
                    connection,
                    &RelayFrame::Batch {
                        stream,
                        entries,
                        head,
                    },
                );
            }
        }
    }

    /// Returns the statement of a clear envelope, or nothing for a sealed one, if it may stand.
    fn may_stand(
        &self,
        live: &Live,
        envelope: &Envelope,
    ) -> Result<Option<SignedStatement>, RefusalCode> {
        let (author, stream) = (envelope.header().author, envelope.header().stream);
        let permitted = |holds: bool| {
            if holds && self.membership.is_member(&live.device) {
                Ok(())
            } else {
                Err(RefusalCode::NotPermitted)
            }
        };
        if !envelope.is_clear() {
            permitted(self.membership.might_write(&author, &stream))?;
            return Ok(None);
        }
        let signed = envelope
            .signed_statement()
            .map_err(|_| RefusalCode::Malformed)?;
        match &signed.statement {
            Statement::Charter(charter) => {
                if charter.derived_workspace() != live.workspace || charter.device != author {
                    return Err(RefusalCode::BadCharter);
                }
            }
            Statement::Admission(admission) => {
                if author != admission.device || !admission.signature_holds(&live.workspace) {
                    return Err(RefusalCode::BadSignature);
                }
                let state = self
                    .membership
                    .invitation(&admission.invitation)
                    .ok_or(RefusalCode::UnknownInvitation)?;
                if !state.confirmed
                    && (state.withdrawn || signed.clock > state.invitation.expires_ms)
                {
                    return Err(RefusalCode::InvitationExpired);
                }
                if state.used_by.is_some_and(|user| user != admission.device) {
                    return Err(RefusalCode::InvitationUsed);
                }
            }
            Statement::Grant(_)
            | Statement::Invitation(_)
            | Statement::AskingInvitation(_)
            | Statement::Draw(_)
            | Statement::Revocation(_)
            | Statement::RightsChange(_)
            | Statement::Confirmation(_)
            | Statement::Take(_) => {
                permitted(self.membership.was_admin(&author))?;
            }
        }
        Ok(Some(signed))
    }
}

fn say(out: &mut Out, connection: ConnectionId, frame: &RelayFrame) {
    out.push((connection, frame.encode()));
}

fn fail(connection: ConnectionId, code: FailureCode, out: &mut Out) -> Phase {
    say(out, connection, &RelayFrame::Failed { code });
    Phase::Ended
}
