//! Two `Session`s of `huiyin-sync` against the real relay: what the state machine and the server make of each other.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use huiyin_relay::Limits;
use huiyin_sync::{
    DeviceKeys, Entropy, Envelope, EnvelopeId, Offered, Session, SessionAction, SessionStatus,
    StreamId,
};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use crate::client::{patiently, start};
use crate::fixtures::{FOUNDED, World};

/// A device with a disk that is a set.
struct Device {
    session: Session,
    socket: Option<WebSocketStream<MaybeTlsStream<TcpStream>>>,
    entropy: Entropy,
    now: u64,
    had: BTreeMap<StreamId, BTreeSet<EnvelopeId>>,
    receipts: BTreeSet<EnvelopeId>,
}

impl Device {
    fn new(world: &World, keys: &DeviceKeys) -> Self {
        let mut session = Session::new(world.workspace, keys.clone(), BTreeMap::new());
        session.streams(vec![world.root()], FOUNDED);
        Self {
            session,
            socket: None,
            entropy: Entropy::from_seed([4; 32]),
            now: FOUNDED,
            had: BTreeMap::new(),
            receipts: BTreeSet::new(),
        }
    }

    fn offer(&mut self, envelopes: &[Envelope]) -> Vec<SessionAction> {
        let offered = envelopes
            .iter()
            .map(|envelope| Offered {
                id: envelope.id(),
                stream: envelope.header().stream,
                bytes: Arc::from(envelope.as_bytes()),
            })
            .collect();
        self.session.offer(offered, self.now)
    }

    async fn carry_out(&mut self, address: SocketAddr, actions: Vec<SessionAction>) {
        let mut waiting = std::collections::VecDeque::from(actions);
        while let Some(action) = waiting.pop_front() {
            match action {
                SessionAction::Connect => {
                    let more = match connect_async(format!("ws://{address}/ws")).await {
                        Ok((socket, _)) => {
                            self.socket = Some(socket);
                            self.session.opened(self.now)
                        }
                        Err(_) => self.session.closed(self.now, &mut self.entropy),
                    };
                    waiting.extend(more);
                }
                SessionAction::Disconnect => self.socket = None,
                SessionAction::Send(bytes) => {
                    let socket = self.socket.as_mut().unwrap();
                    // A lost socket shows when it is read.
                    let _lost = socket.send(Message::Binary(bytes.into())).await;
                }
                SessionAction::Deliver {
                    stream,
                    envelopes,
                    cursor,
                    ..
                } => {
                    let had = self.had.entry(stream).or_default();
                    for delivered in envelopes {
                        let envelope = Envelope::decode(&delivered.bytes).unwrap();
                        envelope.verify().unwrap();
                        had.insert(envelope.id());
                    }
                    waiting.extend(self.session.stored(stream, cursor, self.now));
                }
                SessionAction::Receipt { receipts, .. } => {
                    self.receipts.extend(receipts.into_iter().map(|(id, _)| id));
                }
                SessionAction::Refused { code, .. } => panic!("refused: {code:?}"),
                SessionAction::Reoffer { .. }
                | SessionAction::ObjectStored { .. }
                | SessionAction::ObjectRefused { .. }
                | SessionAction::Object { .. }
                | SessionAction::Status(_)
                | SessionAction::WakeAt(_) => {}
            }
        }
    }

    /// Takes one step: hears one message, or lets time pass while offline.
    async fn step(&mut self, address: SocketAddr) {
        let actions = if let Some(socket) = &mut self.socket {
            match patiently(socket.next()).await {
                Some(Ok(Message::Binary(bytes))) => {
                    self.session.frame(&bytes, self.now, &mut self.entropy)
                }
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => Vec::new(),
                _ => {
                    self.socket = None;
                    self.session.closed(self.now, &mut self.entropy)
                }
            }
        } else {
            if let SessionStatus::Offline { retry_at_ms, .. } = self.session.status() {
                self.now = self.now.max(retry_at_ms);
            }
            self.session.tick(self.now, &mut self.entropy)
        };
        self.carry_out(address, actions).await;
    }

    fn is_caught_up(&self) -> bool {
        matches!(
            self.session.status(),
            SessionStatus::Live {
                caught_up: true,
                member: true
            }
        )
    }
}

#[tokio::test]
async fn a_first_sync_of_thousands_arrives_complete_on_a_device_that_joins() {
    let folder = tempfile::tempdir().unwrap();
    let relay = start(&folder.path().join("relay.db"), Limits::default()).await;
    let address = relay.local_addr();
    let mut world = World::new(3);
    let founder = world.founder.clone();
    let joiner = world.device();
    let root = world.root();
    let mut said = world.founding();
    let (secret, invitation) = world.invite(&[root]);
    said.push(invitation);
    let mut sealed = Vec::new();
    for n in 0..2_000 {
        let chunk = world.noise(if n % 200 == 0 { 300_000 } else { 200 });
        sealed.push(world.seal(&founder, root, &chunk));
    }

    let mut a = Device::new(&world, &founder);
    // The changes come before the statements that allow them: the session puts that right.
    a.offer(&sealed);
    a.offer(&said);
    while a.receipts.len() < sealed.len() + said.len() || !a.is_caught_up() {
        a.step(address).await;
    }
    assert_eq!(a.session.unsent(), 0);

    let mut b = Device::new(&world, &joiner);
    b.offer(&[world.admission(&secret, &joiner, FOUNDED + 9)]);
    while !(b.is_caught_up() && b.had.get(&root).map_or(0, BTreeSet::len) == sealed.len()) {
        b.step(address).await;
    }
    let expected: BTreeSet<_> = sealed.iter().map(Envelope::id).collect();
    assert_eq!(b.had[&root], expected);
    assert_eq!(b.had[&world.members()].len(), said.len() + 1);
    relay.shutdown().await;
}

#[tokio::test]
async fn a_relay_that_vanishes_in_the_middle_costs_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("relay.db");
    let mut world = World::new(3);
    let founder = world.founder.clone();
    let root = world.root();
    let mut all = world.founding();
    for _ in 0..60 {
        let chunk = world.noise(300_000);
        all.push(world.seal(&founder, root, &chunk));
    }
    let mut a = Device::new(&world, &founder);
    a.offer(&all);
    let mut lives = 0;
    while a.receipts.len() < all.len() {
        let relay = start(&path, Limits::default()).await;
        let address = relay.local_addr();
        lives += 1;
        let had = a.receipts.len();
        while a.receipts.len() == had {
            a.step(address).await;
        }
        // Up to a window of frames is on its way; some are stored whose receipts are lost.
        relay.shutdown().await;
        while a.socket.is_some() {
            a.step(address).await;
        }
    }
    assert!(lives >= 3, "{lives} lives of the relay");
    let relay = start(&path, Limits::default()).await;
    while !(a.is_caught_up() && a.had.get(&root).map_or(0, BTreeSet::len) == 60) {
        a.step(relay.local_addr()).await;
    }
    let expected: BTreeSet<_> = all[2..].iter().map(Envelope::id).collect();
    assert_eq!(a.had[&root], expected);
    tokio::time::timeout(Duration::from_secs(20), relay.shutdown())
        .await
        .expect("the stop is in order");
}
