//! `cargo xtask bench`: builds the release, measures it in Chromium and natively, prints one table and writes `docs/benchmarks.md`.
//!
//! What is measured, and how, is in `tests/bench/measure.mjs`; here are the builds, the order of things and the report.

mod budget;
mod growth;
mod machine;
mod peers;
mod report;
mod row;
mod smoke;

use crate::{
    dist::{self, Bundle},
    error::Error,
    process,
    setup::{self, Env, Wants},
    step::Journal,
};
use row::Row;
pub use smoke::smoke;
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
/// Folder of the plots and profiles, from the repository.
const DOCS: &str = "docs";
/// Seconds one measurement may take unless told otherwise.
const DEFAULT_LIMIT_S: u32 = 900;

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
    /// Go on from the figures of the last run: what it measured is not measured again, and stands in the report.
    pub resume: bool,
    /// With `resume`: metrics that are measured again all the same.
    pub again: Vec<String>,
    /// Longest that one measurement may take, in seconds; then it has failed and the rest goes on.
    pub limit: u32,
    /// Measure nothing and report what was measured before.
    pub report: bool,
    /// Measure nothing and record where the time goes, into `docs/profile-open.md` and `docs/profile-sync.md`.
    pub profile: bool,
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
            resume: false,
            again: Vec::new(),
            limit: DEFAULT_LIMIT_S,
            report: false,
            profile: false,
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
    fn of(env: &Env, dist: &str) -> Self {
        let release = env.target.join("release");
        Self {
            dist: env.target.join(dist),
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
    let build_now = !options.built && !options.report;
    let wants = Wants {
        bundler: build_now,
        optimiser: build_now && !options.profile,
        browser: true,
    };
    let tools = setup::tools(&env, journal, wants);
    let Some(chromium) = tools.browser else {
        return Ok(false);
    };
    let programs = Programs::of(
        &env,
        if options.profile {
            "bench/named-dist"
        } else {
            "bench/dist"
        },
    );
    if build_now
        && (!tools.bundler || !build(&env, journal, &programs, tools.optimiser, options.profile))
    {
        return Ok(false);
    }
    let script = Script {
        env: &env,
        journal,
        programs: &programs,
        chromium: &chromium,
        options,
    };
    if options.profile {
        let size = options.sizes[0];
        return Ok(script.measure(size, &["--profile", DOCS]).1);
    }
    let run = machine::describe(&env, &chromium);
    let mut rows = Vec::new();
    let mut whole = true;
    if options.report {
        rows.extend(script.measure(options.sizes[0], &["--kept"]).0);
    } else {
        for (at, customers) in options.sizes.iter().enumerate() {
            // Rows of the sizes before are kept beside the new ones; a first size goes on only if told so.
            let how: &[&str] = if options.resume || at > 0 {
                &["--resume"]
            } else {
                &[]
            };
            let (found, measured) = script.measure(*customers, how);
            whole &= measured;
            // The last size hands out all that was kept.
            rows = found;
        }
    }
    if let Some(folder) = &options.peers {
        match peers::run(&env, journal, folder, options) {
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
    journal.say(&growth::section(&rows));
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
        for (name, plot) in growth::plots(&rows) {
            write(&env.root.join(DOCS).join(name), &plot)?;
            journal.say(&format!("{DOCS}/{name} was written."));
        }
    }
    Ok(whole && !rows.is_empty())
}

/// How the measuring script is called.
struct Script<'a> {
    env: &'a Env,
    journal: &'a Journal,
    programs: &'a Programs,
    chromium: &'a Path,
    options: &'a Options,
}

impl Script<'_> {
    /// Measures one size and returns the rows, those kept before with them, and whether the script came to its end.
    fn measure(&self, customers: u32, more: &[&str]) -> (Vec<Row>, bool) {
        let Self { env, options, .. } = self;
        let name = format!("measure {}", report::size(customers));
        let again = if more.contains(&"--resume") && !options.resume {
            // Without being told to go on, rows of an older run count for nothing: the first size has emptied the file.
            String::new()
        } else {
            options.again.join(",")
        };
        let measured = self.journal.step(&name, |progress| {
            let mut command = env.command("node");
            command
                .arg(env.root.join("tests/bench/measure.mjs"))
                .args(["--sizes", &customers.to_string()])
                .args(["--repeat", &options.repeat.to_string()])
                .args(["--limit", &options.limit.to_string()])
                .args(["--only", &options.only.join(",")])
                .args(["--again", &again])
                .args(more)
                .arg("--place")
                .arg(env.target.join("bench"));
            self.programs
                .tell(&mut command)
                .env("CHROMIUM", self.chromium);
            process::run(&mut command, &env.log(&name), progress)
        });
        let output = match &measured {
            Ok(output) => output.as_str(),
            Err(error) => error.output().unwrap_or_default(),
        };
        (
            output.lines().filter_map(Row::parse).collect(),
            measured.is_ok(),
        )
    }
}

fn write(file: &Path, text: &str) -> Result<(), Error> {
    fs::write(file, text).map_err(Error::io(format!("write {}", file.display())))
}

/// Builds the release of everything measured, as `dist` does, and returns whether all of it is there. With `named`, the programs keep
/// the names of their functions, which a profile shows.
fn build(env: &Env, journal: &Journal, programs: &Programs, optimise: bool, named: bool) -> bool {
    let native = journal.step("relay, command line and workload", |progress| {
        let mut command = env.command("cargo");
        command.args(["build", "--release"]);
        for program in ["huiyin-relay", "huiyin", "huiyin-workload"] {
            command.args(["--bin", program]);
        }
        process::run(&mut command, &env.log("bench programs"), progress)
    });
    if native.is_err() {
        return false;
    }
    let mut app = env.clone();
    let optimise = optimise && !named;
    if named {
        app.set("CARGO_PROFILE_APP_STRIP", "none");
    }
    dist::bundle(&app, journal, Bundle::Release { optimise }, &programs.dist).is_ok()
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
