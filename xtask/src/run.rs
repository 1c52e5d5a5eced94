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
    io::{BufRead as _, BufReader, Write as _},
    path::Path,
    process::{Child, Stdio},
    thread,
};

/// What the relay prints once it answers.
const READY: &str = "listening on";

/// Builds, serves until interrupted, and returns whether all went well.
///
/// # Errors
/// When the relay cannot be started or ends in failure. Failures of building are in the journal.
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
    serve(&env, journal, &folder, port, open)
}

fn serve(
    env: &Env,
    journal: &Journal,
    folder: &Path,
    port: u16,
    open: bool,
) -> Result<bool, Error> {
    let home = env.target.join("run");
    fs::create_dir_all(&home).map_err(Error::io(format!("create {}", home.display())))?;
    let log_file = home.join("relay.log");
    let mut log =
        File::create(&log_file).map_err(Error::io(format!("create {}", log_file.display())))?;
    let errors = log
        .try_clone()
        .map_err(Error::io("share the relay's log"))?;
    let mut command = env.command(env.target.join("release/huiyin-relay"));
    command.arg("--listen").arg(format!("127.0.0.1:{port}"));
    command
        .arg("--store")
        .arg(home.join("relay.db"))
        .arg("--dist")
        .arg(folder);
    let mut relay = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(errors)
        .spawn()
        .map_err(Error::io("start the relay"))?;
    let mut lines = BufReader::new(relay.stdout.take().expect("stdout was piped just above"));
    let mut ready = false;
    let mut line = String::new();
    while matches!(lines.read_line(&mut line), Ok(bytes) if bytes > 0) {
        // The log is only a copy.
        let _ = log.write_all(line.as_bytes());
        if !ready && line.contains(READY) {
            ready = true;
            let address = format!("http://localhost:{port}");
            journal.say(&format!("Open {address}"));
            if open {
                open_browser(env, &address);
            }
        }
        line.clear();
    }
    let ended = wait(&mut relay)?;
    if ready {
        return Ok(ended);
    }
    let said = fs::read_to_string(&log_file).unwrap_or_default();
    Err(Error::Wrong(format!(
        "{said}\nThe relay did not start on port {port}. If another program uses it: cargo xtask run --port {}",
        port.wrapping_add(1).max(1024)
    )))
}

fn wait(relay: &mut Child) -> Result<bool, Error> {
    let status = relay.wait().map_err(Error::io("wait for the relay"))?;
    Ok(status.success())
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
