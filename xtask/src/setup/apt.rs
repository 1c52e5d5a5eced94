//! Debian's packages, where there is a Debian to ask and the right to install.

use super::Env;
use crate::{error::Error, process, step::Progress};
use std::{
    process::Command,
    sync::{Mutex, PoisonError},
};

/// Seconds to wait for another package manager at work.
const LOCK_TIMEOUT_S: u32 = 300;

/// Only one installation at a time; holds whether the package lists have been fetched in this run.
static REFRESHED: Mutex<bool> = Mutex::new(false);

/// Installs Debian `packages`, fetching the package lists first.
///
/// # Errors
/// When this is no Debian, when there is neither root nor password-less sudo, or when apt fails.
pub fn install(env: &Env, packages: &[&str], progress: &Progress) -> Result<(), Error> {
    let mut refreshed = REFRESHED.lock().unwrap_or_else(PoisonError::into_inner);
    if !*refreshed {
        let log = env.log("apt-get update");
        process::run(
            privileged(env, packages)?.args(["apt-get", "update"]),
            &log,
            progress,
        )?;
        *refreshed = true;
    }
    let log = env.log(&format!("apt-get install {}", packages[0]));
    let timeout = format!("DPkg::Lock::Timeout={LOCK_TIMEOUT_S}");
    let mut command = privileged(env, packages)?;
    command.args([
        "DEBIAN_FRONTEND=noninteractive",
        "apt-get",
        "-o",
        timeout.as_str(),
    ]);
    command
        .args(["install", "--yes", "--no-install-recommends"])
        .args(packages);
    process::run(&mut command, &log, progress).map(drop)
}

/// Returns whether files outside the home folder can be written, by root or sudo.
pub fn is_privileged(env: &Env) -> bool {
    is_root(env) || has_sudo(env)
}

/// Returns a command that runs its arguments (variables first, as `env` takes them) with root's rights.
pub fn as_root(env: &Env) -> Command {
    if is_root(env) {
        return env.command("env");
    }
    let mut command = env.command("sudo");
    command.args(["-n", "env"]);
    command
}

fn privileged(env: &Env, packages: &[&str]) -> Result<Command, Error> {
    let what = format!("Debian packages {}", packages.join(", "));
    if env.find("apt-get").is_none() {
        return Err(Error::unavailable(
            what,
            "install them with this system's package manager",
        ));
    }
    if !is_privileged(env) {
        let how = format!(
            "run as root: apt-get install --no-install-recommends {}",
            packages.join(" ")
        );
        return Err(Error::unavailable(what, how));
    }
    Ok(as_root(env))
}

fn is_root(env: &Env) -> bool {
    process::ask(env.command("id").arg("-u")).as_deref() == Some("0")
}

fn has_sudo(env: &Env) -> bool {
    env.find("sudo").is_some() && process::ask(env.command("sudo").args(["-n", "true"])).is_some()
}
