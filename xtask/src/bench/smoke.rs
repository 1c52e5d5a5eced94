//! The bench at a tiny size, as a test of the bench: each way of measuring must bring its rows. Speed is never judged.

use super::row::{self, Row};
use crate::{error::Error, process, setup::Env, step::Progress};
use std::{fs, path::Path, process::Command};

/// Customers of a tiny run.
const CUSTOMERS: &str = "100";
/// Seconds one measurement may take, with programs built for tests on a busy machine.
const LIMIT_S: &str = "240";

/// Measures a tiny workload with the programs built for tests and the app in `dist`, first what needs no browser and then the app, and
/// checks that every metric has a row that reads as JSON. Returns what the check says.
///
/// # Errors
/// When a script fails or a row is missing; what it said is in its log.
pub fn smoke(
    env: &Env,
    dist: &Path,
    chromium: &Path,
    progress: &Progress,
) -> Result<String, Error> {
    let debug = env.target.join("debug");
    let place = env.target.join("bench-smoke");
    let node = |script: &str| {
        let mut command = env.command("node");
        command
            .arg(env.root.join("tests/bench").join(script))
            .env("HUIYIN_DIST", dist)
            .env("HUIYIN_RELAY", debug.join("huiyin-relay"))
            .env("HUIYIN_CLI", debug.join("huiyin"))
            .env("HUIYIN_WORKLOAD", debug.join("huiyin-workload"))
            .env("CHROMIUM", chromium);
        command
    };
    let measure = |more: &[&str]| -> Result<String, Error> {
        let mut command = node("measure.mjs");
        command
            .args(["--sizes", CUSTOMERS, "--repeat", "1", "--quick"])
            .args(["--limit", LIMIT_S, "--place"])
            .arg(&place)
            .args(more);
        process::run(&mut command, &env.log("bench tiny"), progress)
    };
    let ask = |command: &mut Command| process::run(command, &env.log("bench check"), progress);
    let metrics = ask(node("check.mjs").arg("--list"))?;
    measure(&["--native"])?;
    // Going on prints what the first part brought as well.
    let output = measure(&["--resume", "--only", metrics.trim()])?;
    let rows: Vec<Row> = output.lines().filter_map(Row::parse).collect();
    let file = place.join("figures.json");
    fs::write(&file, row::json(&rows)).map_err(Error::io(format!("write {}", file.display())))?;
    ask(node("check.mjs").arg(&file))
}
