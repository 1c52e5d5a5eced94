//! What nodes tell each other: which workspaces have new envelopes.
//!
//! A NOTIFY in every transaction would cost three quarters of the appends; so what is committed within a moment is told
//! together, outside of the transactions. What is lost by that, or by a connection, is found by looking.

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use huiyin_sync::{StoreEpoch, WorkspaceId};
use tokio::sync::{Notify, mpsc};
use tokio_postgres::Client;

use super::connection::{Database, told};
use super::{random, tables};
use crate::store::{News, StoreError};

const CHANNEL: &str = "huiyin_relay";
/// Commits within this time are told together.
const GATHER: Duration = Duration::from_millis(10);
/// Workspaces named at once; a notification has at most 8,000 bytes.
const NAMED_AT_ONCE: usize = 200;
/// Announcements of others that may wait.
const WAITING: usize = 1_024;
const RETRY_FIRST: Duration = Duration::from_millis(100);
const RETRY_LAST: Duration = Duration::from_secs(5);

/// Workspaces this node has changed and not told of yet.
#[derive(Debug, Default)]
pub(super) struct Announcements {
    changed: Mutex<BTreeSet<WorkspaceId>>,
    waiting: Notify,
}

impl Announcements {
    pub(super) fn add(&self, workspaces: impl IntoIterator<Item = WorkspaceId>) {
        self.changed
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .extend(workspaces);
        self.waiting.notify_one();
    }

    fn take(&self) -> Vec<WorkspaceId> {
        let mut changed = self.changed.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut *changed).into_iter().collect()
    }
}

/// Listens and tells until the store is dropped, through any number of connections.
pub(super) async fn follow(
    database: Arc<Database>,
    epoch: StoreEpoch,
    announcements: Arc<Announcements>,
    news: mpsc::Sender<News>,
) {
    let node = StoreEpoch(random()).to_string();
    let mut retry = RETRY_FIRST;
    let mut first = true;
    loop {
        let (notices, mut heard) = mpsc::channel(WAITING);
        let began = tokio::time::Instant::now();
        let opened = async {
            let client = database.connect(Some(notices)).await?;
            client.batch_execute(&format!("LISTEN {CHANNEL}")).await?;
            Ok::<_, StoreError>(client)
        };
        let error = match opened.await {
            Ok(client) => {
                match tables::epoch(&client).await {
                    Ok(found) if found != Some(epoch) => {
                        let _gone = news.send(News::Restored).await;
                        return;
                    }
                    _ => {}
                }
                if !std::mem::take(&mut first) {
                    let _full = news.try_send(News::Missed);
                }
                match converse(&client, &node, &announcements, &mut heard, &news).await {
                    Ok(never) => match never {},
                    Err(error) => error,
                }
            }
            Err(error) => error,
        };
        tracing::warn!(error = %told(&error), "the connection for news is gone");
        if began.elapsed() > RETRY_LAST {
            retry = RETRY_FIRST;
        }
        tokio::time::sleep(retry).await;
        retry = (retry * 2).min(RETRY_LAST);
    }
}

async fn converse(
    client: &Client,
    node: &str,
    announcements: &Announcements,
    heard: &mut mpsc::Receiver<String>,
    news: &mpsc::Sender<News>,
) -> Result<Infallible, StoreError> {
    loop {
        tokio::select! {
            payload = heard.recv() => {
                let Some(payload) = payload else {
                    // The connection's task has ended and dropped its end.
                    return Err(StoreError::TooSlow);
                };
                let workspaces = read(&payload, node);
                if !workspaces.is_empty() {
                    let _full = news.try_send(News::Changed(workspaces));
                }
            }
            () = announcements.waiting.notified() => {
                tokio::time::sleep(GATHER).await;
                for some in announcements.take().chunks(NAMED_AT_ONCE) {
                    let payload = write(some, node);
                    client
                        .execute("SELECT pg_notify($1, $2)", &[&CHANNEL, &payload])
                        .await?;
                }
            }
        }
    }
}

fn write(workspaces: &[WorkspaceId], node: &str) -> String {
    let names: Vec<String> = workspaces.iter().map(ToString::to_string).collect();
    format!("{node}:{}", names.join(","))
}

/// Returns the workspaces another node names; nothing for one's own words and for words not understood.
fn read(payload: &str, node: &str) -> Vec<WorkspaceId> {
    match payload.split_once(':') {
        Some((by, names)) if by != node => names
            .split(',')
            .filter_map(|name| name.parse().ok())
            .collect(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn workspaces_are_understood_by_other_nodes_and_passed_over_by_ones_own() {
        let named = [WorkspaceId([1; 16]), WorkspaceId([255; 16])];
        let payload = write(&named, "here");
        assert_eq!(read(&payload, "there"), named);
        assert_eq!(read(&payload, "here"), []);
        assert_eq!(read("nonsense", "here"), []);
        assert_eq!(read("there:nonsense,", "here"), []);
        let most = vec![WorkspaceId([7; 16]); NAMED_AT_ONCE];
        assert!(write(&most, &"f".repeat(32)).len() < 8_000);
    }
}
