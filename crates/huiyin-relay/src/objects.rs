//! Sealed objects on a connection: put by who may write to their stream, handed to who may read it. Answered one after the other,
//! so that no more than one of a connection is in memory beside those on their way to the socket.

use std::sync::Arc;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use huiyin_sync::{
    EnvelopeBytes, ObjectError, ObjectLabel, RefusalCode, RelayFrame, SealedObject, StreamId,
};

use crate::connection::{Connection, MEMORY_UNIT};
use crate::handshake::{End, Outgoing, binary};
use crate::limits::OBJECT_BYTES_PER_STREAM;
use crate::store::{NewObject, ObjectPut, StoreError};

impl Connection {
    /// Keeps an object, and answers after it is on disk. What is known is receipted again.
    pub(crate) async fn put_object(
        &self,
        request: u64,
        bytes: Vec<u8>,
        length: usize,
    ) -> Result<(), End> {
        let rates = &self.shared.rates;
        if !rates.take(self.device, self.address, 1, length, Instant::now()) {
            return self.refuse(request, None, RefusalCode::RateLimited).await;
        }
        let object = match SealedObject::decode(&bytes) {
            Ok(object) => object,
            Err(error) => return self.refuse(request, None, code_of(error)).await,
        };
        let place = object.place();
        if place.workspace != self.hub.workspace {
            let code = RefusalCode::ForeignWorkspace;
            return self.refuse(request, None, code).await;
        }
        let may_write = {
            let known = self.hub.known();
            known.membership.is_member(&self.device)
                && known.membership.may_write(&self.device, &place.stream)
        };
        if !may_write {
            return self.refuse(request, None, RefusalCode::NotPermitted).await;
        }
        let (store, quota) = (Arc::clone(&self.shared.store), self.shared.limits.quota);
        let put = tokio::task::spawn_blocking(move || {
            let received_ms = SystemTime::now()
                .duration_since(UNIX_EPOCH)
                .map_or(0, |time| time.as_millis() as u64);
            let new = NewObject {
                workspace: place.workspace,
                stream: place.stream,
                label: object.label(),
                bytes: object.as_bytes(),
                received_ms,
            };
            if !quota.allows_object(store.usage(&place.workspace)?, new.bytes.len())
                && store
                    .object(&new.workspace, &new.stream, &new.label)?
                    .is_none()
            {
                return Ok::<_, StoreError>(ObjectPut::Full);
            }
            store.put_object(&new, OBJECT_BYTES_PER_STREAM)
        })
        .await
        .expect("storing an object does not panic");
        match put {
            Ok(ObjectPut::New | ObjectPut::Known) => {
                self.shared.metrics.object_stored();
                self.send(&RelayFrame::ObjectStored { request }).await
            }
            Ok(ObjectPut::Full) => {
                self.shared.metrics.over_quota(1);
                tracing::warn!(workspace = %self.hub.workspace, "the workspace is full of objects");
                self.refuse(request, None, RefusalCode::StoreFailed).await
            }
            Err(error) => {
                tracing::error!(error = ?error, "an object was not stored");
                self.refuse(request, None, RefusalCode::StoreFailed).await
            }
        }
    }

    /// Hands over an object. That a stream may not be read is not told from an object that is not there.
    pub(crate) async fn get_object(
        &self,
        request: u64,
        stream: StreamId,
        label: ObjectLabel,
        length: usize,
    ) -> Result<(), End> {
        let rates = &self.shared.rates;
        if !rates.take(self.device, self.address, 1, length, Instant::now()) {
            return self.refuse(request, None, RefusalCode::RateLimited).await;
        }
        let may_read = {
            let known = self.hub.known();
            known.membership.is_member(&self.device)
                && known.membership.may_read(&self.device, &stream)
        };
        let object = if may_read {
            let (store, workspace) = (Arc::clone(&self.shared.store), self.hub.workspace);
            tokio::task::spawn_blocking(move || store.object(&workspace, &stream, &label))
                .await
                .expect("reading does not panic")?
        } else {
            None
        };
        let bytes = object.as_ref().map_or(0, Vec::len);
        let memory = Arc::clone(&self.shared.outgoing)
            .try_acquire_many_owned(bytes.div_ceil(MEMORY_UNIT) as u32)
            .ok();
        if object.is_some() {
            self.shared.metrics.object_sent();
        }
        let frame = RelayFrame::Object {
            request,
            object: object.map(EnvelopeBytes),
        };
        let outgoing = Outgoing {
            _memory: memory,
            ..binary(&frame)
        };
        self.outgoing.send(outgoing).await.map_err(|_| End::Gone)
    }
}

fn code_of(error: ObjectError) -> RefusalCode {
    match error {
        ObjectError::TooLarge { .. } => RefusalCode::TooLarge,
        ObjectError::NewerVersion { .. } => RefusalCode::NewerVersion,
        _ => RefusalCode::Malformed,
    }
}
