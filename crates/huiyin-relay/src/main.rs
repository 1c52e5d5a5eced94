//! The relay's command line: reads the options, starts the relay, waits for the signal to stop.

use std::io::Write as _;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum};
use huiyin_relay::bench::Load;
use huiyin_relay::{Config, Limits, Quota, Relay, StoreAddress, serve};
use tracing_subscriber::EnvFilter;

/// Blind relay of Huiyin: keeps sealed envelopes for the devices of a workspace and serves the app.
#[derive(Debug, Parser)]
#[command(
    name = "huiyin-relay",
    version,
    args_conflicts_with_subcommands = true,
    subcommand_negates_reqs = true
)]
struct Options {
    #[command(subcommand)]
    command: Option<Work>,
    #[command(flatten)]
    serve: Serve,
    #[command(flatten)]
    costs: Costs,
}

/// What can be done beside serving.
#[derive(Debug, Subcommand)]
enum Work {
    /// Give the store a new epoch: once after an older copy of it was put back, with no relay running
    Renew {
        /// The store, as for serving
        #[arg(
            long,
            value_name = "FILE|URL",
            env = "HUIYIN_RELAY_STORE",
            hide_env_values = true
        )]
        store: StoreAddress,
        /// Authority of the database's certificate, a PEM file
        #[arg(long, value_name = "FILE")]
        store_ca: Option<PathBuf>,
    },
    /// Put a load on a relay and say what came of it: new workspaces, real envelopes, real sockets
    Bench {
        /// The relay's socket, for instance ws://127.0.0.1:8080/ws; repeat it for several nodes
        #[arg(long, value_name = "URL", required = true)]
        url: Vec<String>,
        /// Devices
        #[arg(long, value_name = "N", default_value_t = 50)]
        devices: usize,
        /// Workspaces the devices are dealt out to
        #[arg(long, value_name = "N", default_value_t = 1)]
        workspaces: usize,
        /// Edits per second of all devices together
        #[arg(long, value_name = "R", default_value_t = 100.0)]
        edits_per_second: f64,
        /// Seconds of editing
        #[arg(long, value_name = "S", default_value_t = 10)]
        seconds: u64,
        /// Bytes of one edit before it is sealed
        #[arg(long, value_name = "BYTES", default_value_t = 300)]
        edit_bytes: usize,
        /// Print one JSON object
        #[arg(long)]
        json: bool,
    },
}

#[derive(Debug, Args)]
struct Serve {
    /// Address to listen on, for instance 127.0.0.1:8080; port 0 picks a free one
    #[arg(long, value_name = "ADDR", required = true)]
    listen: Option<SocketAddr>,
    /// The store: a file, made if it does not exist, or postgres://user:password@host:5432/database
    #[arg(
        long,
        value_name = "FILE|URL",
        env = "HUIYIN_RELAY_STORE",
        hide_env_values = true,
        required = true
    )]
    store: Option<StoreAddress>,
    /// Authority of the database's certificate, a PEM file; the system's if left out (with sslmode=require in the URL)
    #[arg(long, value_name = "FILE")]
    store_ca: Option<PathBuf>,
    /// Folder of the built app to serve beside the socket
    #[arg(long, value_name = "DIR")]
    dist: Option<PathBuf>,
    /// A proxy stands in front: take a device's address from the last entry of X-Forwarded-For
    #[arg(long)]
    behind_proxy: bool,
    /// How to log to standard error; RUST_LOG sets how much
    #[arg(long, value_enum, default_value_t = LogFormat::Json)]
    log_format: LogFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum LogFormat {
    /// One JSON object a line.
    Json,
    /// Lines for people.
    Text,
}

/// What devices and workspaces may cost.
#[derive(Debug, Args)]
struct Costs {
    /// Bytes of envelopes a workspace may keep
    #[arg(long, value_name = "BYTES", default_value_t = Quota::default().bytes)]
    quota_bytes: u64,
    /// Envelopes a workspace may keep
    #[arg(long, value_name = "NUMBER", default_value_t = Quota::default().envelopes)]
    quota_envelopes: u64,
    /// Streams a workspace may keep
    #[arg(long, value_name = "NUMBER", default_value_t = Quota::default().streams)]
    quota_streams: u64,
    /// Connections of all workspaces at a time
    #[arg(long, value_name = "NUMBER", default_value_t = Limits::default().connections)]
    connections: usize,
    /// Connections of one workspace at a time
    #[arg(long, value_name = "NUMBER", default_value_t = Limits::default().connections_per_workspace)]
    connections_per_workspace: usize,
    /// Connections of one address at a time
    #[arg(long, value_name = "NUMBER", default_value_t = Limits::default().connections_per_address)]
    connections_per_address: usize,
    /// Envelopes a device may append per second in the long run
    #[arg(long, value_name = "NUMBER", default_value_t = Limits::default().envelopes_per_second)]
    envelopes_per_second: f64,
    /// Bytes a device may append per second in the long run
    #[arg(long, value_name = "BYTES", default_value_t = Limits::default().bytes_per_second)]
    bytes_per_second: f64,
    /// Connections an address may open per second in the long run
    #[arg(long, value_name = "NUMBER", default_value_t = Limits::default().openings_per_second)]
    openings_per_second: f64,
    /// Memory for batches on their way to all devices, in bytes
    #[arg(long, value_name = "BYTES", default_value_t = Limits::default().outgoing_bytes)]
    outgoing_bytes: usize,
}

impl Costs {
    fn limits(&self) -> Limits {
        Limits {
            quota: Quota {
                bytes: self.quota_bytes,
                envelopes: self.quota_envelopes,
                streams: self.quota_streams,
            },
            connections: self.connections,
            connections_per_workspace: self.connections_per_workspace,
            connections_per_address: self.connections_per_address,
            envelopes_per_second: self.envelopes_per_second,
            bytes_per_second: self.bytes_per_second,
            openings_per_second: self.openings_per_second,
            outgoing_bytes: self.outgoing_bytes,
            ..Limits::default()
        }
    }
}

fn start_log(format: LogFormat) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    match format {
        LogFormat::Json => log.json().init(),
        LogFormat::Text => log.init(),
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    let options = Options::parse();
    let costs = options.costs;
    let done = match (options.command, options.serve) {
        (Some(Work::Renew { store, store_ca }), _) => {
            start_log(LogFormat::Text);
            renew(&store, store_ca).await
        }
        (
            Some(Work::Bench {
                url,
                devices,
                workspaces,
                edits_per_second,
                seconds,
                edit_bytes,
                json,
            }),
            _,
        ) => {
            let load = Load {
                urls: url,
                devices,
                workspaces,
                edits_per_second,
                duration: Duration::from_secs(seconds),
                edit_bytes,
            };
            bench(&load, json).await
        }
        (
            None,
            Serve {
                listen: Some(listen),
                store: Some(store),
                store_ca,
                dist,
                behind_proxy,
                log_format,
            },
        ) => {
            start_log(log_format);
            let config = Config {
                listen,
                store,
                store_ca,
                behind_proxy,
                dist,
                limits: costs.limits(),
            };
            match serve(config).await {
                Ok(relay) => return run(relay).await,
                Err(error) => Err(error.into()),
            }
        }
        // Clap has asked for both before.
        (None, _) => return ExitCode::FAILURE,
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            report(&*error);
            ExitCode::FAILURE
        }
    }
}

type Failure = Box<dyn std::error::Error + Send + Sync>;

async fn renew(store: &StoreAddress, store_ca: Option<PathBuf>) -> Result<(), Failure> {
    let store = store.open(store_ca).await?;
    let epoch = tokio::task::spawn_blocking(move || store.renew()).await??;
    println!("the store begins a new life, {epoch}: devices will offer again what they have");
    Ok(())
}

async fn bench(load: &Load, json: bool) -> Result<(), Failure> {
    let report = load.run().await?;
    if json {
        println!("{}", serde_json::to_string(&report)?);
    } else {
        println!("{report}");
    }
    Ok(())
}

fn report(error: &dyn std::error::Error) {
    let cause = error.source().map(|cause| format!(": {cause}"));
    eprintln!(
        "huiyin-relay failed to {error}{}",
        cause.unwrap_or_default()
    );
}

async fn run(relay: Relay) -> ExitCode {
    // Whoever started this in a pipe may wait for the line; if nobody reads it, that is no reason to stop.
    let mut out = std::io::stdout();
    let _unread =
        writeln!(out, "listening on http://{}", relay.local_addr()).and_then(|()| out.flush());
    let code = tokio::select! {
        () = stop_signal() => ExitCode::SUCCESS,
        () = relay.ended() => ExitCode::FAILURE,
    };
    tracing::info!("stopping");
    relay.shutdown().await;
    code
}

/// Returns when the process is asked to end.
async fn stop_signal() {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut terminate =
            signal(SignalKind::terminate()).expect("a handler for SIGTERM can be set");
        tokio::select! {
            _ = interrupt => {}
            _ = terminate.recv() => {}
        }
    }
    #[cfg(not(unix))]
    {
        let _ended = interrupt.await;
    }
}
