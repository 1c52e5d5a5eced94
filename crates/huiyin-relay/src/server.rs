//! Starting, routes, health, and stopping in order.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread::JoinHandle;
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::extract::ws::WebSocketUpgrade;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use huiyin_sync::limits::MAX_FRAME;
use thiserror::Error;
use tokio::net::TcpListener;
use tokio::sync::{mpsc, watch};

use crate::connection;
use crate::dist::Dist;
use crate::hub::Hubs;
use crate::limits::{Limits, Rates};
use crate::metrics::Metrics;
use crate::store::{SqliteStore, StoreError};
use crate::writer::{Request, Writer};

/// Time given to open connections at a stop.
const STOP_TIMEOUT: Duration = Duration::from_secs(10);

/// What a relay is started with.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where to listen; port 0 picks a free one.
    pub listen: SocketAddr,
    /// The store's file.
    pub store: PathBuf,
    /// The folder of the app, if it is to be served.
    pub dist: Option<PathBuf>,
    /// What devices may cost.
    pub limits: Limits,
}

/// Why a relay did not start: each a sentence for whoever started it.
#[derive(Debug, Error)]
pub enum ServeError {
    /// The address is taken or not ours.
    #[error("listen on {listen}: {detail}; choose another --listen address or stop what uses it")]
    Listen {
        /// The address asked for.
        listen: SocketAddr,
        /// The reason, on one line.
        detail: Box<str>,
    },
    /// The store does not open.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The folder of the app holds none.
    #[error("serve the app from {}: there is no index.html; build the app or leave out --dist", dist.display())]
    NoApp {
        /// The folder.
        dist: PathBuf,
    },
    /// No thread could be started.
    #[error("start the thread of the store")]
    Thread(#[source] std::io::Error),
}

/// What all connections share.
pub(crate) struct Shared {
    pub(crate) store: Arc<SqliteStore>,
    pub(crate) hubs: Hubs,
    pub(crate) writer: mpsc::Sender<Request>,
    pub(crate) limits: Limits,
    pub(crate) rates: Rates,
    pub(crate) metrics: Arc<Metrics>,
    pub(crate) stopping: watch::Receiver<bool>,
    dist: Option<Dist>,
    /// Goes with the last connection: the stop waits for its end.
    _alive: mpsc::Sender<std::convert::Infallible>,
}

/// A relay at work. Dropping it stops it without waiting; [`Relay::shutdown`] waits.
#[derive(Debug)]
pub struct Relay {
    local_addr: SocketAddr,
    stop: watch::Sender<bool>,
    server: tokio::task::JoinHandle<()>,
    gone: mpsc::Receiver<std::convert::Infallible>,
    store_thread: JoinHandle<()>,
}

/// Starts a relay in this process, on the current tokio runtime.
///
/// # Errors
/// [`ServeError`]; nothing is left running.
pub async fn serve(config: Config) -> Result<Relay, ServeError> {
    let dist = match config.dist {
        Some(dist) if !dist.join("index.html").is_file() => {
            return Err(ServeError::NoApp { dist });
        }
        Some(dist) => Some(Dist::new(dist)),
        None => None,
    };
    let listen_failed = |error: std::io::Error| ServeError::Listen {
        listen: config.listen,
        detail: error.to_string().into(),
    };
    let listener = TcpListener::bind(config.listen)
        .await
        .map_err(listen_failed)?;
    let local_addr = listener.local_addr().map_err(listen_failed)?;
    let store = Arc::new(SqliteStore::open(&config.store)?);
    let metrics = Arc::new(Metrics::default());
    let writer =
        Writer::start(Arc::clone(&store), Arc::clone(&metrics)).map_err(ServeError::Thread)?;

    let (stop, stopping) = watch::channel(false);
    let (alive, gone) = mpsc::channel(1);
    let shared = Arc::new(Shared {
        hubs: Hubs::new(Arc::clone(&store)),
        store,
        writer: writer.requests,
        limits: config.limits,
        rates: Rates::new(config.limits),
        metrics,
        stopping: stopping.clone(),
        dist,
        _alive: alive,
    });
    let app = Router::new()
        .route("/ws", get(socket))
        .route("/healthz", get(health))
        .route("/metrics", get(metrics_page))
        .fallback_service(get(file).with_state(Arc::clone(&shared)))
        .with_state(shared);
    let mut stopping = stopping;
    let server = tokio::spawn(async move {
        let served = axum::serve(listener, app)
            .with_graceful_shutdown(async move {
                let _gone = stopping.wait_for(|stopping| *stopping).await;
            })
            .await;
        if let Err(error) = served {
            tracing::error!(%error, "the listener failed");
        }
    });
    Ok(Relay {
        local_addr,
        stop,
        server,
        gone,
        store_thread: writer.thread,
    })
}

impl Relay {
    /// Returns the address it listens on.
    pub fn local_addr(&self) -> SocketAddr {
        self.local_addr
    }

    /// Stops: no new connections, open ones are told and closed with code 1001, what was accepted is on disk, the
    /// log is moved into the store's file.
    pub async fn shutdown(mut self) {
        self.stop.send_replace(true);
        let served = tokio::time::timeout(STOP_TIMEOUT, async {
            // The channel carries nothing: it ends when the last holder is gone.
            let _ended = self.gone.recv().await;
        });
        if served.await.is_err() {
            tracing::warn!("some connections did not close in time");
        }
        self.server.abort();
        let _aborted = self.server.await;
        let thread = self.store_thread;
        let joined = tokio::time::timeout(
            STOP_TIMEOUT,
            tokio::task::spawn_blocking(move || thread.join().is_ok()),
        )
        .await;
        if !matches!(joined, Ok(Ok(true))) {
            tracing::warn!("the store's thread did not end in time");
        }
    }
}

async fn socket(State(shared): State<Arc<Shared>>, upgrade: WebSocketUpgrade) -> Response {
    upgrade
        .max_message_size(MAX_FRAME)
        .max_frame_size(MAX_FRAME)
        .on_upgrade(move |socket| connection::serve(socket, shared))
}

async fn health(State(shared): State<Arc<Shared>>) -> Response {
    let store = Arc::clone(&shared.store);
    let readable = tokio::task::spawn_blocking(move || store.is_readable())
        .await
        .unwrap_or(false);
    let writable = !shared.metrics.store_failing.load(Ordering::Relaxed);
    let ok = readable && writable;
    let word = |ok| if ok { "ok" } else { "failing" };
    let body = serde_json::json!({
        "status": word(ok),
        "store": word(ok),
        "version": env!("CARGO_PKG_VERSION"),
    });
    let status = if ok {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    (
        status,
        [
            (header::CONTENT_TYPE, "application/json"),
            (header::CACHE_CONTROL, "no-store"),
        ],
        body.to_string(),
    )
        .into_response()
}

async fn metrics_page(State(shared): State<Arc<Shared>>) -> Response {
    (
        [(
            header::CONTENT_TYPE,
            "text/plain; version=0.0.4; charset=utf-8",
        )],
        shared.metrics.text(),
    )
        .into_response()
}

async fn file(
    State(shared): State<Arc<Shared>>,
    uri: axum::http::Uri,
    headers: axum::http::HeaderMap,
) -> Response {
    match &shared.dist {
        Some(dist) => dist.answer(uri.path(), &headers).await,
        None => (
            StatusCode::NOT_FOUND,
            "This is a Huiyin relay. It serves no app here; its socket is at /ws.\n",
        )
            .into_response(),
    }
}
