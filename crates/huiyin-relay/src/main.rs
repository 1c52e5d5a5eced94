//! The relay's command line: reads the options, starts the relay, waits for the signal to stop.

use std::io::Write as _;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, ValueEnum};
use huiyin_relay::{Config, Limits, Relay, ServeError, serve};
use tracing_subscriber::EnvFilter;

/// Blind relay of Huiyin: keeps sealed envelopes for the devices of a workspace and serves the app.
#[derive(Debug, Parser)]
#[command(name = "huiyin-relay", version)]
struct Options {
    /// Address to listen on, for instance 127.0.0.1:8080; port 0 picks a free one
    #[arg(long, value_name = "ADDR")]
    listen: SocketAddr,
    /// File of the store, made if it does not exist
    #[arg(long, value_name = "FILE")]
    store: PathBuf,
    /// Folder of the built app to serve beside the socket
    #[arg(long, value_name = "DIR")]
    dist: Option<PathBuf>,
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
    start_log(options.log_format);
    let started = serve(Config {
        listen: options.listen,
        store: options.store,
        dist: options.dist,
        limits: Limits::default(),
    })
    .await;
    match started {
        Ok(relay) => run(relay).await,
        Err(error) => {
            report(&error);
            ExitCode::FAILURE
        }
    }
}

fn report(error: &ServeError) {
    let cause = std::error::Error::source(error).map(|cause| format!(": {cause}"));
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
    stop_signal().await;
    tracing::info!("stopping");
    relay.shutdown().await;
    ExitCode::SUCCESS
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
