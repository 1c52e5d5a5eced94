//! A tool written in Rust: taken from the search path if its version is the wanted one, else compiled into `target/tools`.

use super::{Env, env::version_in};
use crate::{error::Error, process, step::Progress};
use std::fs;

/// How the version of a tool that is there is known.
#[derive(Debug)]
pub enum Known {
    /// It answers `--version`.
    ByAsking,
    /// From cargo's list of what was installed into `target/tools`; no other copy of it is used.
    ByInstallation,
}

/// One such tool.
#[derive(Debug)]
pub struct CargoTool {
    /// The package in the registry.
    pub package: &'static str,
    /// Its program.
    pub program: &'static str,
    /// The exact version the project builds with.
    pub version: &'static str,
    /// How its version is known.
    pub known: Known,
    /// Ways to install, tried in order: extra arguments of `cargo install`.
    pub ways: &'static [&'static [&'static str]],
}

/// The tools are run a few times, never measured: quick to compile counts.
const QUICK_BUILD: [(&str, &str); 4] = [
    ("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1"),
    ("CARGO_PROFILE_RELEASE_LTO", "false"),
    ("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16"),
    ("CARGO_PROFILE_RELEASE_DEBUG", "false"),
];

impl CargoTool {
    /// Returns whether exactly this version is there.
    pub fn is_present(&self, env: &Env) -> bool {
        if matches!(self.known, Known::ByInstallation) {
            let line = format!("\"{} {} ", self.package, self.version);
            return fs::read_to_string(env.target.join("tools/.crates.toml"))
                .is_ok_and(|list| list.contains(&line))
                && env.target.join("tools/bin").join(self.program).is_file();
        }
        process::ask(env.command(self.program).arg("--version"))
            .and_then(|answer| version_in(&answer))
            .is_some_and(|found| Some(found) == version_in(self.version))
    }

    /// Installs the tool unless it is present.
    ///
    /// # Errors
    /// When no way of installing works; the last way's output is in the error.
    pub fn ensure(&self, env: &Env, progress: &Progress) -> Result<(), Error> {
        if self.is_present(env) {
            return Ok(());
        }
        let mut last = None;
        for way in self.ways {
            let mut command = env.command("cargo");
            // Its own target folder: no waiting for the lock of the project's build.
            command
                .env("CARGO_TARGET_DIR", env.target.join("tools-build"))
                .envs(QUICK_BUILD);
            command.args(["install", self.package, "--version", self.version, "--root"]);
            command.arg(env.target.join("tools")).args(*way);
            match process::run(
                &mut command,
                &env.log(&format!("install {}", self.package)),
                progress,
            ) {
                Ok(_) if self.is_present(env) => return Ok(()),
                Ok(_) => {}
                Err(error) => last = Some(error),
            }
        }
        let how = format!("cargo install {} --version {}", self.package, self.version);
        Err(Error::unavailable(
            match last {
                Some(error) => format!("{error}\n{} {}", self.program, self.version),
                None => format!("{} {}", self.program, self.version),
            },
            how,
        ))
    }
}
