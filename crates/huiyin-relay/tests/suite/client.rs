//! A device that speaks the protocol by hand, and a relay in this process.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use huiyin_relay::{Config, Limits, Relay, StoreAddress, serve};
use huiyin_sync::protocol::proof;
use huiyin_sync::{
    ClientFrame, Cursor, DeviceKeys, Envelope, EnvelopeBytes, EnvelopeId, FailureCode, Receipt,
    RefusalCode, RelayFrame, StoreEpoch, StreamHead, StreamId, WorkspaceId,
};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

/// A test that waits longer has failed.
const PATIENCE: Duration = Duration::from_secs(30);

pub async fn start(store: &Path, limits: Limits) -> Relay {
    start_on(StoreAddress::File(store.to_owned()), limits).await
}

pub async fn start_on(store: StoreAddress, limits: Limits) -> Relay {
    serve(Config {
        listen: SocketAddr::from(([127, 0, 0, 1], 0)),
        store,
        store_ca: None,
        behind_proxy: false,
        dist: None,
        limits,
    })
    .await
    .unwrap()
}

pub async fn patiently<T>(what: impl Future<Output = T>) -> T {
    tokio::time::timeout(PATIENCE, what)
        .await
        .expect("the relay answers")
}

pub struct Client {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    passed_over: VecDeque<RelayFrame>,
    pub store_epoch: StoreEpoch,
}

/// How an append was answered.
#[derive(Debug, PartialEq, Eq)]
pub struct Answer {
    pub positions: Vec<u64>,
    pub refused: Vec<(Option<EnvelopeId>, RefusalCode)>,
}

impl Client {
    /// Opens a socket and says nothing.
    pub async fn open(address: SocketAddr) -> Self {
        let (socket, _) = connect_async(format!("ws://{address}/ws")).await.unwrap();
        Self {
            socket,
            passed_over: VecDeque::new(),
            store_epoch: StoreEpoch([0; 16]),
        }
    }

    /// Opens a socket and names `device`, proving it with `keys`.
    pub async fn claim(
        address: SocketAddr,
        workspace: WorkspaceId,
        device: &DeviceKeys,
        keys: &DeviceKeys,
    ) -> Self {
        let mut client = Self::open(address).await;
        client
            .send(&ClientFrame::Hello {
                workspace,
                device: device.device(),
            })
            .await;
        let frame = client.next().await.unwrap();
        if let RelayFrame::Challenge { nonce, store_epoch } = frame {
            client.store_epoch = store_epoch;
            let signature = proof(keys, &nonce, &store_epoch, &workspace);
            client.send(&ClientFrame::Proof { signature }).await;
        } else {
            client.passed_over.push_back(frame);
        }
        client
    }

    /// Connects as `keys` and returns the welcome too.
    pub async fn connect(
        address: SocketAddr,
        workspace: WorkspaceId,
        keys: &DeviceKeys,
    ) -> (Self, (bool, Vec<StreamHead>)) {
        let mut client = Self::claim(address, workspace, keys, keys).await;
        let welcome = client.welcome().await;
        (client, welcome)
    }

    pub async fn send(&mut self, frame: &ClientFrame) {
        self.send_bytes(frame.encode()).await;
    }

    pub async fn send_bytes(&mut self, bytes: Vec<u8>) {
        self.socket
            .send(Message::Binary(bytes.into()))
            .await
            .unwrap();
    }

    /// The next frame, or the code the socket was closed with.
    pub async fn next(&mut self) -> Result<RelayFrame, Option<u16>> {
        loop {
            match patiently(self.socket.next()).await {
                Some(Ok(Message::Binary(bytes))) => {
                    return Ok(RelayFrame::decode(&bytes).unwrap());
                }
                Some(Ok(Message::Close(frame))) => {
                    return Err(frame.map(|frame| frame.code.into()));
                }
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return Err(None),
            }
        }
    }

    /// Waits for a frame that `pick` takes; the others are kept for later.
    pub async fn wait_for<T>(&mut self, mut pick: impl FnMut(&RelayFrame) -> Option<T>) -> T {
        for place in 0..self.passed_over.len() {
            if let Some(found) = pick(&self.passed_over[place]) {
                self.passed_over.remove(place);
                return found;
            }
        }
        loop {
            let frame = self.next().await.expect("the relay keeps the connection");
            if let Some(found) = pick(&frame) {
                return found;
            }
            self.passed_over.push_back(frame);
        }
    }

    pub async fn welcome(&mut self) -> (bool, Vec<StreamHead>) {
        self.wait_for(|frame| match frame {
            RelayFrame::Welcome { member, streams } => Some((*member, streams.clone())),
            _ => None,
        })
        .await
    }

    /// Waits for the end and returns the relay's reason and the close code.
    pub async fn end(&mut self) -> (Option<FailureCode>, Option<u16>) {
        let mut reason = None;
        loop {
            match self.next().await {
                Ok(RelayFrame::Failed { code }) => reason = Some(code),
                Ok(_) => {}
                Err(code) => return (reason, code),
            }
        }
    }

    pub async fn subscribe(&mut self, stream: StreamId, cursor: Option<Cursor>) {
        self.send(&ClientFrame::Subscribe {
            streams: vec![(stream, cursor)],
        })
        .await;
    }

    /// The next batch of `stream` that is not empty: positions and ids.
    pub async fn batch(&mut self, stream: StreamId) -> Vec<(u64, EnvelopeId)> {
        self.wait_for(|frame| match frame {
            RelayFrame::Batch {
                stream: of,
                entries,
                ..
            } if *of == stream && !entries.is_empty() => Some(
                entries
                    .iter()
                    .map(|(position, bytes)| (*position, Envelope::peek_id(&bytes.0).unwrap()))
                    .collect(),
            ),
            _ => None,
        })
        .await
    }

    /// Everything of `stream` up to `head`, reported as stored batch by batch.
    pub async fn read_to(&mut self, stream: StreamId, head: u64) -> Vec<EnvelopeId> {
        let mut ids = Vec::new();
        loop {
            let batch = self.batch(stream).await;
            let (position, _) = *batch.last().unwrap();
            ids.extend(batch.into_iter().map(|(_, id)| id));
            self.send(&ClientFrame::Stored { stream, position }).await;
            if position >= head {
                return ids;
            }
        }
    }

    /// Returns once everything sent before has been heard, with the frames that came meanwhile.
    pub async fn settle(&mut self) -> Vec<RelayFrame> {
        self.send(&ClientFrame::Ping(77)).await;
        let mut frames: Vec<_> = self.passed_over.drain(..).collect();
        loop {
            match self.next().await.expect("the relay keeps the connection") {
                RelayFrame::Pong(77) => return frames,
                other => frames.push(other),
            }
        }
    }

    pub async fn append(&mut self, request: u64, envelopes: &[&Envelope]) -> Answer {
        let bytes = envelopes.iter().map(|e| e.as_bytes().to_vec()).collect();
        self.append_bytes(request, bytes).await
    }

    pub async fn append_bytes(&mut self, request: u64, envelopes: Vec<Vec<u8>>) -> Answer {
        self.send(&ClientFrame::Append {
            request,
            envelopes: envelopes.into_iter().map(EnvelopeBytes).collect(),
        })
        .await;
        let mut refused = Vec::new();
        let positions = self
            .wait_for(|frame| match frame {
                RelayFrame::Refused {
                    request: of,
                    envelope,
                    code,
                    permanent,
                } if *of == request => {
                    assert_eq!(*permanent, code.is_permanent());
                    refused.push((*envelope, *code));
                    envelope.is_none().then(Vec::new)
                }
                RelayFrame::Accepted {
                    request: of,
                    receipts,
                } if *of == request => {
                    Some(receipts.iter().map(|r: &Receipt| r.position).collect())
                }
                _ => None,
            })
            .await;
        Answer { positions, refused }
    }
}

pub fn accepted(positions: &[u64]) -> Answer {
    Answer {
        positions: positions.to_vec(),
        refused: Vec::new(),
    }
}

pub fn refused(envelope: &Envelope, code: RefusalCode) -> Answer {
    Answer {
        positions: Vec::new(),
        refused: vec![(Some(envelope.id()), code)],
    }
}
