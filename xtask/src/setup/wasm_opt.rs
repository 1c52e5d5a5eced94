//! wasm-opt, which makes the release's wasm a good deal smaller. The app works without it.

use super::{Env, env::version_in};
use crate::{error::Error, process, step::Progress};
use std::fs;

/// Older ones (Debian 12 has 108) refuse or spoil what today's compiler writes.
const MINIMUM: u64 = 120;
/// The npm package that carries wasm-opt compiled to JavaScript.
const PACKAGE: &str = "binaryen@132.0.0";

/// Sees to wasm-opt and returns how it was found.
///
/// # Errors
/// When there is none of a current version and npm cannot bring one.
pub fn ensure(env: &Env) -> Result<&'static str, Error> {
    if is_present(env) {
        return Ok("ok");
    }
    let how = "install binaryen 120 or later, or Node with npm";
    if env.find("npm").is_none() {
        return Err(Error::unavailable("wasm-opt", how));
    }
    let folder = env.target.join("tools/npm");
    fs::create_dir_all(&folder).map_err(Error::io(format!("create {}", folder.display())))?;
    let mut command = env.command("npm");
    command.args([
        "install",
        "--no-audit",
        "--no-fund",
        "--no-save",
        "--prefix",
    ]);
    command.arg(&folder).arg(PACKAGE);
    let log = env.log("install wasm-opt");
    if process::run(&mut command, &log, &Progress::default()).is_err() {
        let what = format!("wasm-opt (npm's answer is in {})", log.display());
        return Err(Error::unavailable(what, how));
    }
    if is_present(env) {
        Ok("installed")
    } else {
        Err(Error::unavailable("wasm-opt", how))
    }
}

fn is_present(env: &Env) -> bool {
    process::ask(env.command("wasm-opt").arg("--version"))
        .and_then(|answer| version_in(&answer))
        .is_some_and(|version| version.first().is_some_and(|major| *major >= MINIMUM))
}
