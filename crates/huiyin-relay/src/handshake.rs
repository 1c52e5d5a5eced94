//! The first words of a connection, and how its frames are heard: hello, challenge, proof, each within its time.

use std::sync::Arc;

use axum::extract::ws::{Message, WebSocket};
use futures_util::StreamExt;
use futures_util::stream::SplitStream;
use huiyin_sync::protocol::proof_holds;
use huiyin_sync::{ClientFrame, DeviceId, FailureCode, FrameError, RelayFrame, WorkspaceId};
use tokio::sync::{OwnedSemaphorePermit, mpsc};

use crate::hub::Hub;
use crate::server::Shared;
use crate::store::StoreError;

/// How the socket says that a message was beyond the limit.
const TOO_LONG: &str = "Space limit exceeded";

/// Why a connection ends.
pub(crate) enum End {
    /// The device closed it, fell silent, or its network is gone.
    Gone,
    /// The relay ends it, with a reason.
    Failed(FailureCode),
}

impl From<StoreError> for End {
    fn from(error: StoreError) -> Self {
        tracing::error!(error = ?error, "the store did not answer");
        Self::Failed(FailureCode::StoreFailed)
    }
}

/// A message to the device, and the share of memory it holds until it is sent.
pub(crate) struct Outgoing {
    pub(crate) message: Message,
    pub(crate) _memory: Option<OwnedSemaphorePermit>,
}

impl From<Message> for Outgoing {
    fn from(message: Message) -> Self {
        Self {
            message,
            _memory: None,
        }
    }
}

/// Returns the message that carries `frame`.
pub(crate) fn binary(frame: &RelayFrame) -> Outgoing {
    Message::Binary(frame.encode().into()).into()
}

/// Returns the next frame and its length in bytes. Nothing is lost if this is dropped while it waits.
pub(crate) async fn next_frame(
    incoming: &mut SplitStream<WebSocket>,
    until: tokio::time::Instant,
) -> Result<(ClientFrame, usize), End> {
    loop {
        let message = match tokio::time::timeout_at(until, incoming.next()).await {
            Ok(Some(Ok(message))) => message,
            // The socket below names no kinds; an oversized message is told from a lost network by its text.
            Ok(Some(Err(error))) if error.to_string().starts_with(TOO_LONG) => {
                return Err(End::Failed(FailureCode::BadFrame));
            }
            Ok(Some(Err(_)) | None) | Err(_) => return Err(End::Gone),
        };
        match message {
            Message::Binary(bytes) => {
                return ClientFrame::decode(&bytes)
                    .map(|frame| (frame, bytes.len()))
                    .map_err(|error| {
                        End::Failed(match error {
                            FrameError::OtherVersion { .. } => FailureCode::OtherVersion,
                            FrameError::TooLarge | FrameError::Malformed => FailureCode::BadFrame,
                        })
                    });
            }
            Message::Text(_) => return Err(End::Failed(FailureCode::BadFrame)),
            Message::Ping(_) | Message::Pong(_) => {}
            Message::Close(_) => return Err(End::Gone),
        }
    }
}

/// Counts the connection of a workspace for as long as it lives.
pub(crate) struct Place(pub(crate) Arc<Hub>);

impl Drop for Place {
    fn drop(&mut self) {
        self.0.known().connections -= 1;
    }
}

/// Returns the workspace and the device that has proved itself.
pub(crate) async fn handshake(
    incoming: &mut SplitStream<WebSocket>,
    shared: &Shared,
    outgoing: &mpsc::Sender<Outgoing>,
) -> Result<(Place, DeviceId), End> {
    // The caller's timeout comes first and has a reason to give.
    let until = tokio::time::Instant::now() + shared.limits.handshake * 2;
    let (ClientFrame::Hello { workspace, device }, _) = next_frame(incoming, until).await? else {
        return Err(End::Failed(FailureCode::BadFrame));
    };
    let place = take_place(shared, workspace).await?;
    let mut nonce = [0; 32];
    getrandom::fill(&mut nonce).expect("the system gives randomness");
    let store_epoch = shared.store.epoch();
    outgoing
        .send(binary(&RelayFrame::Challenge { nonce, store_epoch }))
        .await
        .map_err(|_| End::Gone)?;
    let (ClientFrame::Proof { signature }, _) = next_frame(incoming, until).await? else {
        return Err(End::Failed(FailureCode::BadFrame));
    };
    if !proof_holds(&device, &nonce, &store_epoch, &workspace, &signature) {
        return Err(End::Failed(FailureCode::BadProof));
    }
    Ok((place, device))
}

async fn take_place(shared: &Shared, workspace: WorkspaceId) -> Result<Place, End> {
    let hub = shared.hubs.get(workspace).await?;
    {
        let mut known = hub.known();
        if known.connections >= shared.limits.connections_per_workspace {
            return Err(End::Failed(FailureCode::TooManyConnections));
        }
        known.connections += 1;
    }
    Ok(Place(hub))
}
