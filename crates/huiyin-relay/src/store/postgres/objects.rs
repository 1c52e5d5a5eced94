//! Sealed objects in the database. Who puts one is not in the way of who appends: no counter of a log is touched.

use huiyin_sync::{ObjectLabel, StreamId, WorkspaceId};
use tokio_postgres::Error;

use super::connection::{Connected, Parameter};
use crate::store::{NewObject, ObjectPut};

const WORKSPACE: &str = "
INSERT INTO workspaces (workspace, created_ms) VALUES ($1, $2) ON CONFLICT DO NOTHING";

const STREAM: &str = "
INSERT INTO object_streams (workspace, stream, objects, bytes)
SELECT key, $2::bytea, 0, 0 FROM workspaces WHERE workspace = $1 ON CONFLICT DO NOTHING";

/// The counter is locked first: of two nodes that put one object one waits, and then finds it.
const PUT: &str = "
WITH place AS (
  SELECT s.key, s.bytes FROM object_streams s JOIN workspaces w ON w.key = s.workspace
  WHERE w.workspace = $1 AND s.stream = $2 FOR NO KEY UPDATE OF s
), new AS (
  INSERT INTO objects (stream, label, received_ms, bytes)
  SELECT key, $3::bytea, $4::bigint, $5::bytea FROM place
  WHERE place.bytes + octet_length($5::bytea) <= $6::bigint
  ON CONFLICT DO NOTHING RETURNING stream
)
UPDATE object_streams s SET objects = s.objects + 1, bytes = s.bytes + octet_length($5::bytea)
FROM new WHERE s.key = new.stream";

const GET: &str = "
SELECT o.bytes FROM objects o
JOIN object_streams s ON s.key = o.stream JOIN workspaces w ON w.key = s.workspace
WHERE w.workspace = $1 AND s.stream = $2 AND o.label = $3";

impl Connected {
    pub(super) async fn put_object(
        &self,
        object: &NewObject<'_>,
        max_stream_bytes: u64,
    ) -> Result<ObjectPut, Error> {
        let (workspace, stream) = (
            object.workspace.as_bytes().as_slice(),
            object.stream.as_bytes().as_slice(),
        );
        let received = object.received_ms as i64;
        let most = i64::try_from(max_stream_bytes).unwrap_or(i64::MAX);
        self.client
            .execute(WORKSPACE, &[&workspace, &received])
            .await?;
        self.client.execute(STREAM, &[&workspace, &stream]).await?;
        let parameters: [Parameter<'_>; 6] = [
            &workspace,
            &stream,
            &object.label.as_bytes().as_slice(),
            &received,
            &object.bytes,
            &most,
        ];
        if self.client.execute(PUT, &parameters).await? > 0 {
            return Ok(ObjectPut::New);
        }
        let known = self
            .object(&object.workspace, &object.stream, &object.label)
            .await?;
        Ok(known.map_or(ObjectPut::Full, |_| ObjectPut::Known))
    }

    pub(super) async fn object(
        &self,
        workspace: &WorkspaceId,
        stream: &StreamId,
        label: &ObjectLabel,
    ) -> Result<Option<Vec<u8>>, Error> {
        let parameters: [Parameter<'_>; 3] = [
            &workspace.as_bytes().as_slice(),
            &stream.as_bytes().as_slice(),
            &label.as_bytes().as_slice(),
        ];
        let row = self.client.query_opt(GET, &parameters).await?;
        Ok(row.map(|row| row.get(0)))
    }
}
