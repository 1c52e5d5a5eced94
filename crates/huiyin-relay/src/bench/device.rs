//! One device of the load.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{SinkExt as _, StreamExt as _};
use huiyin_sync::limits::{FRAME_ENVELOPE_BYTES, MAX_ENVELOPES_PER_FRAME};
use huiyin_sync::protocol::proof;
use huiyin_sync::{
    ClientFrame, DeviceKeys, Entropy, Envelope, EnvelopeBytes, EnvelopeId, RelayFrame,
};
use tokio::net::TcpStream;
use tokio::sync::Barrier;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use super::world::{Link, World};
use super::{DRAIN, LoadError};

/// How often a device looks whether the load is over.
const LOOK_EVERY: Duration = Duration::from_millis(100);

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// What the devices of one workspace know together: when an edit was made, and by how many it was heard.
#[derive(Debug)]
pub(super) struct Tally {
    devices: usize,
    made: Mutex<HashMap<EnvelopeId, (Instant, usize)>>,
}

impl Tally {
    pub(super) fn shared(devices: usize) -> Arc<Self> {
        Arc::new(Self {
            devices,
            made: Mutex::default(),
        })
    }

    fn made(&self, id: EnvelopeId) {
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        made.insert(id, (Instant::now(), 0));
    }

    /// Returns how long ago the edit was made. One that all others have heard is forgotten.
    fn heard(&self, id: &EnvelopeId) -> Option<Duration> {
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        let (at, heard) = made.get_mut(id)?;
        let took = at.elapsed();
        *heard += 1;
        if *heard == self.devices - 1 {
            made.remove(id);
        }
        Some(took)
    }

    fn waiting(&self) -> usize {
        let made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        made.len()
    }
}

/// What one device measured.
#[derive(Debug, Default)]
pub(super) struct Measured {
    pub(super) edits: u64,
    pub(super) acknowledged: u64,
    pub(super) refused: u64,
    pub(super) bytes_sent: u64,
    pub(super) bytes_heard: u64,
    pub(super) until_acknowledged: Vec<Duration>,
    pub(super) until_heard: Vec<Duration>,
    /// The relay ended the connection, or the network did.
    pub(super) lost: bool,
}

pub(super) struct Device {
    keys: DeviceKeys,
    world: Arc<World>,
    sink: SplitSink<Socket, Message>,
    source: SplitStream<Socket>,
    tally: Option<Arc<Tally>>,
    next_request: u64,
}

fn unexpected(what: impl Into<Box<str>>) -> LoadError {
    LoadError::Conversation {
        detail: what.into(),
    }
}

impl Device {
    /// Connects, proves itself, and is admitted unless it is the founder.
    pub(super) async fn join(
        url: &str,
        world: Arc<World>,
        number: usize,
    ) -> Result<Self, LoadError> {
        let (socket, _) = connect_async(url)
            .await
            .map_err(|error| LoadError::Connect {
                url: url.to_owned(),
                detail: error.to_string().into(),
            })?;
        let (sink, source) = socket.split();
        let (keys, admission) = world.device(number);
        let mut device = Self {
            keys,
            world,
            sink,
            source,
            tally: None,
            next_request: 0,
        };
        let hello = ClientFrame::Hello {
            workspace: device.world.workspace,
            device: device.keys.device(),
        };
        device.send(&hello).await?;
        let RelayFrame::Challenge { nonce, store_epoch } = device.hear().await? else {
            return Err(unexpected("the relay did not challenge the device"));
        };
        let workspace = device.world.workspace;
        let signature = proof(&device.keys, &nonce, &store_epoch, &workspace);
        device.send(&ClientFrame::Proof { signature }).await?;
        if let Some(admission) = admission {
            device.append(vec![admission]).await?;
        }
        Ok(device)
    }

    async fn send(&mut self, frame: &ClientFrame) -> Result<(), LoadError> {
        let message = Message::Binary(frame.encode().into());
        self.sink
            .send(message)
            .await
            .map_err(|error| unexpected(error.to_string()))
    }

    async fn hear(&mut self) -> Result<RelayFrame, LoadError> {
        loop {
            match self.source.next().await {
                Some(Ok(Message::Binary(bytes))) => {
                    let frame = RelayFrame::decode(&bytes)
                        .map_err(|error| unexpected(error.to_string()))?;
                    if let RelayFrame::Failed { code } = frame {
                        return Err(unexpected(format!("the relay ends it: {code:?}")));
                    }
                    return Ok(frame);
                }
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                Some(Err(error)) => return Err(unexpected(error.to_string())),
                Some(Ok(_)) | None => return Err(unexpected("the relay closed the connection")),
            }
        }
    }

    /// Appends envelopes and waits until all of them are stored.
    pub(super) async fn append(&mut self, envelopes: Vec<Vec<u8>>) -> Result<(), LoadError> {
        let mut waiting = envelopes.into_iter().peekable();
        while waiting.peek().is_some() {
            let mut size = 0;
            let mut some = Vec::new();
            while let Some(next) = waiting.peek() {
                size += next.len() + size_of::<u64>();
                if some.len() == MAX_ENVELOPES_PER_FRAME
                    || (size > FRAME_ENVELOPE_BYTES && !some.is_empty())
                {
                    break;
                }
                some.extend(waiting.next().map(EnvelopeBytes));
            }
            let request = self.next_request;
            self.next_request += 1;
            self.send(&ClientFrame::Append {
                request,
                envelopes: some,
            })
            .await?;
            loop {
                match self.hear().await? {
                    RelayFrame::Accepted { request: of, .. } if of == request => break,
                    RelayFrame::Refused { code, .. } => {
                        return Err(unexpected(format!("the relay refuses: {}", code.name())));
                    }
                    _ => {}
                }
            }
        }
        Ok(())
    }

    /// Subscribes to the root stream and waits until it is answered.
    pub(super) async fn subscribe(&mut self) -> Result<(), LoadError> {
        let root = self.world.root();
        self.send(&ClientFrame::Subscribe {
            streams: vec![(root, None)],
        })
        .await?;
        loop {
            if let RelayFrame::Batch { stream, .. } = self.hear().await?
                && stream == root
            {
                return Ok(());
            }
        }
    }

    pub(super) fn share(&mut self, tally: Arc<Tally>) {
        self.tally = Some(tally);
    }

    /// Edits at its pace and hears the others, until all has been heard or the time for it is over.
    pub(super) async fn work(
        self,
        start: Arc<Barrier>,
        offset: Duration,
        pace: Duration,
        duration: Duration,
        edit_bytes: usize,
    ) -> Measured {
        let Self {
            keys,
            world,
            mut sink,
            mut source,
            tally,
            mut next_request,
        } = self;
        let tally = tally.expect("a device shares a tally before it works");
        let root = world.root();
        let me = keys.device();
        let mut seed = [0; 32];
        getrandom::fill(&mut seed).expect("the system gives randomness");
        let mut entropy = Entropy::from_seed(seed);
        let mut link = Link::default();
        let mut measured = Measured::default();
        let mut in_flight: HashMap<u64, Instant> = HashMap::new();
        start.wait().await;
        let began = tokio::time::Instant::now();
        let (last_edit, end) = (began + duration, began + duration + DRAIN);
        let mut next_edit = began + offset;
        loop {
            let now = tokio::time::Instant::now();
            let is_done = now >= last_edit && in_flight.is_empty() && tally.waiting() == 0;
            if is_done || now >= end {
                break;
            }
            tokio::select! {
                () = tokio::time::sleep_until(next_edit), if next_edit < last_edit => {
                    let envelope: Envelope;
                    (envelope, link) = link.edit(&world, &keys, edit_bytes, &mut entropy);
                    let frame = ClientFrame::Append {
                        request: next_request,
                        envelopes: vec![EnvelopeBytes(envelope.as_bytes().to_vec())],
                    };
                    let bytes = frame.encode();
                    measured.bytes_sent += bytes.len() as u64;
                    measured.edits += 1;
                    tally.made(envelope.id());
                    in_flight.insert(next_request, Instant::now());
                    next_request += 1;
                    next_edit += pace;
                    if sink.send(Message::Binary(bytes.into())).await.is_err() {
                        measured.lost = true;
                        break;
                    }
                }
                // Whether all has been heard is looked at also while nothing comes.
                () = tokio::time::sleep(LOOK_EVERY) => {}
                message = source.next() => {
                    let Some(Ok(message)) = message else {
                        measured.lost = true;
                        break;
                    };
                    let Message::Binary(bytes) = message else { continue };
                    measured.bytes_heard += bytes.len() as u64;
                    match RelayFrame::decode(&bytes) {
                        Ok(RelayFrame::Batch { stream, entries, .. }) if stream == root => {
                            let mut stored = None;
                            for (position, bytes) in entries {
                                stored = Some(position);
                                let heard = Envelope::decode(&bytes.0);
                                if let Ok(envelope) = heard && envelope.header().author != me {
                                    measured.until_heard.extend(tally.heard(&envelope.id()));
                                }
                            }
                            if let Some(position) = stored {
                                let frame = ClientFrame::Stored { stream, position };
                                let _lost = sink.send(Message::Binary(frame.encode().into())).await;
                            }
                        }
                        Ok(RelayFrame::Accepted { request, .. }) => {
                            measured.acknowledged += 1;
                            let made = in_flight.remove(&request);
                            measured.until_acknowledged.extend(made.map(|made| made.elapsed()));
                        }
                        Ok(RelayFrame::Refused { request, .. }) => {
                            measured.refused += 1;
                            in_flight.remove(&request);
                        }
                        Ok(RelayFrame::Failed { .. }) | Err(_) => {
                            measured.lost = true;
                            break;
                        }
                        Ok(_) => {}
                    }
                }
            }
        }
        let _closed = sink.close().await;
        measured
    }
}
