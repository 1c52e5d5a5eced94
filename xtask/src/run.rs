//! `cargo xtask run`: the release app and the relay on this machine, one address to open.

use crate::{
    dist::{self, Bundle},
    error::Error,
    process,
    setup::{self, Env, Wants},
    step::Journal,
};
use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

/// What the relay prints once it answers.
const READY: &str = "listening on";
/// How long it may take to say so, with a large store to open.
const START_LIMIT: Duration = Duration::from_secs(100);
/// How often its log is looked at meanwhile.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// What the announcing process is told.
#[derive(Debug, PartialEq, Eq)]
pub struct Notice {
    /// The process that becomes the relay.
    pub relay: u32,
    /// The port to name.
    pub port: u16,
    /// Where the relay writes what it prints.
    pub log: PathBuf,
    /// Whether to show the app in a browser.
    pub open: bool,
}

/// Builds, serves until interrupted, and returns whether all went well.
///
/// # Errors
/// When the relay cannot be started. Failures of building are in the journal.
pub fn run(env: &Env, journal: &Journal, port: u16, open: bool) -> Result<bool, Error> {
    let Ok(env) = journal.step("wasm target", |progress| {
        setup::wasm_target::ensure(env, progress)
    }) else {
        return Ok(false);
    };
    let wants = Wants {
        bundler: true,
        optimiser: true,
        browser: false,
    };
    // The relay compiles while tools are fetched.
    let (tools, relay) = thread::scope(|scope| {
        let tools = scope.spawn(|| setup::tools(&env, journal, wants));
        let relay = journal.step("relay", |progress| {
            let mut command = env.command("cargo");
            command.args(["build", "--release", "--package", "huiyin-relay"]);
            process::run(&mut command, &env.log("relay"), progress)
        });
        (tools.join().expect("a set-up thread does not panic"), relay)
    });
    if !tools.bundler || relay.is_err() {
        return Ok(false);
    }
    let folder = env.root.join("dist");
    let bundle = Bundle::Release {
        optimise: tools.optimiser,
    };
    if dist::bundle(&env, journal, bundle, &folder).is_err() {
        return Ok(false);
    }
    serve(&env, &folder, port, open)
}

/// Becomes the relay: whoever ends this process ends the relay, and nothing is left running behind.
///
/// A second process tells the address once the relay answers, or what it said when it does not start.
fn serve(env: &Env, folder: &Path, port: u16, open: bool) -> Result<bool, Error> {
    let home = env.target.join("run");
    fs::create_dir_all(&home).map_err(Error::io(format!("create {}", home.display())))?;
    let log_file = home.join("relay.log");
    let log =
        File::create(&log_file).map_err(Error::io(format!("create {}", log_file.display())))?;
    let errors = log
        .try_clone()
        .map_err(Error::io("share the relay's log"))?;

    let own = std::env::current_exe().map_err(Error::io("find this program"))?;
    let mut announcer = env.command(own);
    announcer
        .arg("announce")
        .arg(std::process::id().to_string());
    announcer.arg(port.to_string()).arg(&log_file);
    if open {
        announcer.arg("--open");
    }
    announcer
        .stdin(Stdio::null())
        .spawn()
        .map_err(Error::io("start the announcer"))?;

    let mut relay = env.command(env.target.join("release/huiyin-relay"));
    relay.arg("--listen").arg(format!("127.0.0.1:{port}"));
    relay
        .arg("--store")
        .arg(home.join("relay.db"))
        .arg("--dist")
        .arg(folder);
    become_program(relay.stdin(Stdio::null()).stdout(log).stderr(errors))
}

#[cfg(unix)]
fn become_program(command: &mut Command) -> Result<bool, Error> {
    use std::os::unix::process::CommandExt as _;
    // Returns only if the program could not be started.
    Err(Error::io("start the relay")(command.exec()))
}

#[cfg(not(unix))]
fn become_program(command: &mut Command) -> Result<bool, Error> {
    let status = command.status().map_err(Error::io("start the relay"))?;
    Ok(status.success())
}

#[cfg(unix)]
fn is_parent(process: u32) -> bool {
    std::os::unix::process::parent_id() == process
}

#[cfg(not(unix))]
fn is_parent(_process: u32) -> bool {
    true
}

/// Waits until the relay, this process's parent, says in `log` that it listens, and prints the one line that says what to
/// open. Returns whether the relay came up.
///
/// # Errors
/// When the relay ends or stays silent instead: with what it said.
pub fn announce(env: &Env, journal: &Journal, notice: &Notice) -> Result<bool, Error> {
    let Notice {
        relay,
        port,
        log,
        open,
    } = notice;
    let began = Instant::now();
    let said = || fs::read_to_string(log).unwrap_or_default();
    while !said().contains(READY) {
        if !is_parent(*relay) || began.elapsed() > START_LIMIT {
            return Err(Error::Wrong(format!(
                "{}\nThe relay did not start on port {port}. If another program uses it: cargo xtask run --port {}",
                said().trim_end(),
                port.checked_add(1).unwrap_or(1024)
            )));
        }
        thread::sleep(LOOK_EVERY);
    }
    let address = format!("http://localhost:{port}");
    journal.say(&format!("Open {address}"));
    if *open {
        open_browser(env, &address);
    }
    Ok(true)
}

/// Shows the app where there is a screen to show it on; the printed address serves everyone else.
fn open_browser(env: &Env, address: &str) {
    let opener = if cfg!(target_os = "macos") {
        Some("open")
    } else if env
        .variable("DISPLAY")
        .or_else(|| env.variable("WAYLAND_DISPLAY"))
        .is_some()
    {
        Some("xdg-open")
    } else {
        None
    };
    if let Some(opener) = opener.filter(|program| env.find(program).is_some()) {
        let _ = process::ask(env.command(opener).arg(address));
    }
}
