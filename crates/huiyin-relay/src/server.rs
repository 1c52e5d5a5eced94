//! Starting, routes, health, and stopping in order.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Weak};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::{ConnectInfo, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use huiyin_sync::limits::MAX_FRAME;
use thiserror::Error;
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, mpsc, watch};

use crate::connection::{self, MEMORY_UNIT};
use crate::dist::Dist;
use crate::hub::Hubs;
use crate::limits::{Addresses, Limits, Rates, counted};
use crate::metrics::{Metrics, TurnedAway};
use crate::store::{News, Store, StoreAddress, StoreError};
use crate::writer::{Request, Writer};

/// Time given to open connections at a stop.
const STOP_TIMEOUT: Duration = Duration::from_secs(10);
/// How often a node looks for what other nodes appended and it was not told of.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// What an address that opens too many connections is told to wait, in seconds.
const RETRY_AFTER_SECONDS: &str = "10";

/// What a relay is started with.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where to listen; port 0 picks a free one.
    pub listen: SocketAddr,
    /// The store.
    pub store: StoreAddress,
    /// The authority whose certificate the database shows, as a PEM file; the system's if there is none.
    pub store_ca: Option<PathBuf>,
    /// Whether a proxy stands in front: the last address in `X-Forwarded-For` is then taken for the device's.
    pub behind_proxy: bool,
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
    pub(crate) store: Arc<dyn Store>,
    pub(crate) hubs: Hubs,
    pub(crate) writer: mpsc::Sender<Request>,
    pub(crate) limits: Limits,
    pub(crate) rates: Rates,
    /// Memory for batches on their way, in KiB.
    pub(crate) outgoing: Arc<Semaphore>,
    addresses: Arc<Addresses>,
    behind_proxy: bool,
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
    /// Held here alone: connections take its end for a stop.
    stop: Arc<watch::Sender<bool>>,
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
    let store = config.store.open(config.store_ca).await?;
    let metrics = Arc::new(Metrics::default());
    let writer = Writer::start(
        Arc::clone(&store),
        Arc::clone(&metrics),
        config.limits.quota,
    )
    .map_err(ServeError::Thread)?;

    let (stop, stopping) = watch::channel(false);
    let stop = Arc::new(stop);
    let (alive, gone) = mpsc::channel(1);
    let shared = Arc::new(Shared {
        hubs: Hubs::new(Arc::clone(&store)),
        store,
        writer: writer.requests,
        limits: config.limits,
        rates: Rates::new(config.limits),
        outgoing: Arc::new(Semaphore::new(config.limits.outgoing_bytes / MEMORY_UNIT)),
        addresses: Arc::default(),
        behind_proxy: config.behind_proxy,
        metrics,
        stopping: stopping.clone(),
        dist,
        _alive: alive,
    });
    if let Some(news) = shared.store.news() {
        tokio::spawn(follow(
            Arc::downgrade(&shared),
            news,
            stopping.clone(),
            Arc::downgrade(&stop),
        ));
    }
    let app = Router::new()
        .route("/ws", get(socket))
        .route("/healthz", get(health))
        .route("/metrics", get(metrics_page))
        .fallback_service(get(file).with_state(Arc::clone(&shared)))
        .with_state(shared);
    let mut stopping = stopping;
    let server = tokio::spawn(async move {
        let app = app.into_make_service_with_connect_info::<SocketAddr>();
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

    /// Returns when the relay ends by itself: its store was restored under it, and everything it holds in memory is wrong.
    pub async fn ended(&self) {
        let mut stopping = self.stop.subscribe();
        let _gone = stopping.wait_for(|stopping| *stopping).await;
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

/// Takes what other nodes do to the store into what is held in memory, until the relay stops.
async fn follow(
    shared: Weak<Shared>,
    mut news: mpsc::Receiver<News>,
    mut stopping: watch::Receiver<bool>,
    stop: Weak<watch::Sender<bool>>,
) {
    loop {
        let heard = tokio::select! {
            heard = tokio::time::timeout(LOOK_EVERY, news.recv()) => heard,
            _ = stopping.wait_for(|stopping| *stopping) => return,
        };
        let Some(shared) = shared.upgrade() else {
            return;
        };
        let refreshed = match heard {
            Ok(Some(News::Changed(workspaces))) => shared.hubs.refresh(Some(&workspaces)).await,
            Ok(Some(News::Missed)) | Err(_) => shared.hubs.refresh(None).await,
            Ok(Some(News::Restored)) => {
                tracing::error!(
                    "the store was restored while the relay ran: it stops, to be started anew"
                );
                if let Some(stop) = stop.upgrade() {
                    stop.send_replace(true);
                }
                return;
            }
            Ok(None) => return,
        };
        shared
            .metrics
            .store_unheard
            .store(refreshed.is_err(), Ordering::Relaxed);
        if let Err(error) = refreshed {
            tracing::warn!(error = ?error, "what other nodes did could not be read");
        }
    }
}

/// Returns the device's address, as the proxy in front tells it if there is one.
fn address_of(peer: SocketAddr, headers: &HeaderMap, behind_proxy: bool) -> IpAddr {
    let forwarded = || {
        let last = headers.get_all("x-forwarded-for").iter().next_back()?;
        last.to_str().ok()?.rsplit(',').next()?.trim().parse().ok()
    };
    let told = if behind_proxy { forwarded() } else { None };
    counted(told.unwrap_or(peer.ip()))
}

async fn socket(
    State(shared): State<Arc<Shared>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    upgrade: WebSocketUpgrade,
) -> Response {
    let address = address_of(peer, &headers, shared.behind_proxy);
    let most = shared.limits.connections_per_address;
    let place = if shared.rates.open(address, Instant::now()) {
        shared
            .addresses
            .take(address, most)
            .ok_or(TurnedAway::AddressConnections)
    } else {
        Err(TurnedAway::AddressRate)
    };
    match place {
        Ok(place) => upgrade
            .max_message_size(MAX_FRAME)
            .max_frame_size(MAX_FRAME)
            .on_upgrade(move |socket| connection::serve(socket, shared, place)),
        Err(reason) => {
            shared.metrics.turned_away(reason);
            (
                StatusCode::TOO_MANY_REQUESTS,
                [(header::RETRY_AFTER, RETRY_AFTER_SECONDS)],
                "Too many connections from this address. Wait a little and connect again.\n",
            )
                .into_response()
        }
    }
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
        shared.metrics.text(shared.hubs.in_use().await),
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
