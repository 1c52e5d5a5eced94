//! `cargo xtask bench`: builds the release, measures it in Chromium and natively, prints one table and writes `docs/benchmarks.md`.
//!
//! What is measured, and how, is in `tests/bench/measure.mjs`; here are the builds, the order of things and the report.

mod budget;
mod machine;
mod peers;
mod report;
mod row;

use crate::{
    dist::{self, Bundle},
    error::Error,
    process,
    setup::{self, Env, Wants},
    step::Journal,
};
use row::Row;
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// Sizes measured unless told otherwise, in customers.
const DEFAULT_SIZES: [u32; 3] = [1_000, 10_000, 100_000];
/// Repeats unless told otherwise.
const DEFAULT_REPEATS: u32 = 5;
/// Where the report goes, from the repository.
const PAGE: &str = "docs/benchmarks.md";

/// What to measure, and what to do with the figures.
#[derive(Debug, PartialEq, Eq)]
pub struct Options {
    /// Customers of each run; three times as many cases go with them.
    pub sizes: Vec<u32>,
    /// Folder of the peers' benchmark, if they are to run too.
    pub peers: Option<PathBuf>,
    /// Which peers; none = those fit for the size.
    pub engines: Vec<String>,
    /// File that gets the rows as JSON.
    pub json: Option<PathBuf>,
    /// Only these metrics; all if empty. Then the report is printed and not written to `docs/`.
    pub only: Vec<String>,
    /// How often each thing is measured, where its time allows.
    pub repeat: u32,
    /// Measure what the last run built.
    pub built: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            sizes: DEFAULT_SIZES.to_vec(),
            peers: None,
            engines: Vec::new(),
            json: None,
            only: Vec::new(),
            repeat: DEFAULT_REPEATS,
            built: false,
        }
    }
}

/// What was built, and where.
struct Programs {
    dist: PathBuf,
    relay: PathBuf,
    cli: PathBuf,
    workload: PathBuf,
}

impl Programs {
    fn of(env: &Env) -> Self {
        let release = env.target.join("release");
        Self {
            dist: env.target.join("bench/dist"),
            relay: release.join("huiyin-relay"),
            cli: release.join("huiyin"),
            workload: release.join("huiyin-workload"),
        }
    }

    /// Returns `command` told where the programs are.
    fn tell<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        command
            .env("HUIYIN_DIST", &self.dist)
            .env("HUIYIN_RELAY", &self.relay)
            .env("HUIYIN_CLI", &self.cli)
            .env("HUIYIN_WORKLOAD", &self.workload)
    }
}

/// Reads a size such as `1k`, `100k` or `250`, in customers.
pub fn size(word: &str) -> Option<u32> {
    let (digits, thousands) = match word.strip_suffix('k') {
        Some(digits) => (digits, 1_000),
        None => (word, 1),
    };
    let number: u32 = digits.parse().ok()?;
    number.checked_mul(thousands).filter(|size| *size > 0)
}

/// Measures and reports. Returns whether everything could be built and run; a missed budget is no failure of the bench.
///
/// # Errors
/// When the report cannot be written. Failures of steps are in the journal.
pub fn bench(env: &Env, journal: &Journal, options: &Options) -> Result<bool, Error> {
    let Ok(env) = journal.step("wasm target", |progress| {
        setup::wasm_target::ensure(env, progress)
    }) else {
        return Ok(false);
    };
    let wants = Wants {
        bundler: !options.built,
        optimiser: !options.built,
        browser: true,
    };
    let tools = setup::tools(&env, journal, wants);
    let Some(chromium) = tools.browser else {
        return Ok(false);
    };
    let programs = Programs::of(&env);
    if !options.built && (!tools.bundler || !build(&env, journal, &programs, tools.optimiser)) {
        return Ok(false);
    }
    let run = machine::describe(&env, &chromium);
    let mut rows = Vec::new();
    let mut whole = true;
    for customers in &options.sizes {
        let name = format!("measure {}", report::size(*customers));
        let measured = journal.step(&name, |progress| {
            let mut command = env.command("node");
            command
                .arg(env.root.join("tests/bench/measure.mjs"))
                .args(["--sizes", &customers.to_string()])
                .args(["--repeat", &options.repeat.to_string()])
                .args(["--only", &options.only.join(",")])
                .arg("--place")
                .arg(env.target.join("bench/work"));
            programs.tell(&mut command).env("CHROMIUM", &chromium);
            process::run(&mut command, &env.log(&name), progress)
        });
        let output = match &measured {
            Ok(output) => output.as_str(),
            Err(error) => error.output().unwrap_or_default(),
        };
        whole &= measured.is_ok();
        rows.extend(output.lines().filter_map(Row::parse));
    }
    if let Some(folder) = &options.peers {
        match peers::run(&env, journal, folder, &options.sizes, &options.engines) {
            Ok(found) => rows.extend(
                found
                    .into_iter()
                    .filter(|row| options.only.is_empty() || options.only.contains(&row.metric)),
            ),
            Err(_) => whole = false,
        }
    }
    let rows = report::sorted(rows);
    journal.say("");
    journal.say(report::terminal(&rows).trim_end());
    journal.say(&format!("{} · {}", run.machine, run.version));
    journal.say(&format!(
        "{} rows, {} failed, {} beyond their budget",
        rows.len(),
        rows.iter().filter(|row| row.figures.is_err()).count(),
        report::budgets_missed(&rows)
    ));
    if let Some(file) = &options.json {
        write(&env.root.join(file), &row::json(&rows))?;
    }
    if options.only.is_empty() && !rows.is_empty() {
        write(&env.root.join(PAGE), &report::markdown(&run, &rows))?;
        journal.say(&format!("{PAGE} was written."));
    }
    Ok(whole && !rows.is_empty())
}

fn write(file: &Path, text: &str) -> Result<(), Error> {
    fs::write(file, text).map_err(Error::io(format!("write {}", file.display())))
}

/// Builds the release of everything measured, as `dist` does, and returns whether all of it is there.
fn build(env: &Env, journal: &Journal, programs: &Programs, optimise: bool) -> bool {
    let native = journal.step("relay, command line and workload", |progress| {
        let mut command = env.command("cargo");
        command.args(["build", "--release"]);
        for program in ["huiyin-relay", "huiyin", "huiyin-workload"] {
            command.args(["--bin", program]);
        }
        process::run(&mut command, &env.log("bench programs"), progress)
    });
    native.is_ok()
        && dist::bundle(env, journal, Bundle::Release { optimise }, &programs.dist).is_ok()
        && journal
            .step("compress", |progress| {
                dist::compress(env, &programs.dist, progress)
            })
            .is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_with_and_without_thousands() {
        assert_eq!(size("1k"), Some(1_000));
        assert_eq!(size("100k"), Some(100_000));
        assert_eq!(size("250"), Some(250));
        for word in ["", "k", "0", "1m", "-1k", "5000000k"] {
            assert_eq!(size(word), None, "{word}");
        }
    }
}
