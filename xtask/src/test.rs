//! `cargo xtask test`: every check there is, in an order that keeps two cores busy.
//!
//! Tools for the browser install on other threads while native code is checked; what only needs the compiler runs beside the
//! browser tests, which mostly wait. A failed step never hides the ones that do not need it; at the end the failed ones are
//! named and the tests counted.
//!
//! Long: the order of all checks stands in one place.

use crate::{
    bench,
    dist::{self, Bundle},
    process,
    setup::{self, Env, Tools, Wants},
    step::{Journal, Outcome},
    supply,
};
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::{
        Mutex,
        atomic::{AtomicU64, Ordering},
    },
    thread,
};

/// Longest a file of browser tests may take, milliseconds: a hang must end before the whole run does. The longest goes through every screen in
/// every look, some three minutes on a quiet machine.
const BROWSER_TEST_TIMEOUT_MS: u32 = 600_000;
/// Free space the whole run needs on the disk of the target folder when nothing is built yet, GiB; measured 9 with room to spare.
const DISK_GIB: u64 = 12;
/// The two programs that run in the browser, as packages.
const WASM_PACKAGES: [&str; 4] = ["--package", "huiyin", "--package", "huiyin-worker"];
/// The step that needs the app and a browser.
const BROWSER_TESTS: &str = "browser tests";
/// The fuzz targets.
const FUZZ_MANIFEST: &str = "crates/huiyin-testkit/fuzz/Cargo.toml";
/// Tests of the worker that need a browser, if there are any.
const WASM_TESTS: &str = "crates/huiyin-worker/tests";

/// A part of the checks that can be asked for alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// Format, clippy and tests of native code.
    Native,
    /// Clippy (and tests) of the wasm programs.
    Wasm,
    /// The docs build without a warning.
    Docs,
    /// The app in a real browser.
    Browser,
}

impl Group {
    /// Returns the group of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "native" => Some(Self::Native),
            "wasm" => Some(Self::Wasm),
            "docs" => Some(Self::Docs),
            "browser" => Some(Self::Browser),
            _ => None,
        }
    }
}

/// What of the checks to run, and how.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// Only these groups; all if empty.
    pub only: Vec<Group>,
    /// Only browser tests whose file name has one of these words; all if empty.
    pub specs: Vec<String>,
    /// The one seed simulations run with (`HUIYIN_SEED`).
    pub seed: Option<u64>,
    /// How many seeds simulations run with (`HUIYIN_SEEDS`).
    pub seeds: Option<u64>,
}

impl Options {
    fn wants(&self, group: Group) -> bool {
        self.only.is_empty() || self.only.contains(&group)
    }
}

#[derive(Debug, Default)]
struct Tally {
    passed: AtomicU64,
    failed: AtomicU64,
    /// What tests say about the public tables of cases they went through.
    tables: Mutex<Vec<String>>,
}

struct Checks<'a> {
    env: Env,
    journal: &'a Journal,
    tally: Tally,
}

/// Runs the checks and returns whether all passed. What failed is in the journal.
pub fn test(env: &Env, journal: &Journal, options: &Options) -> bool {
    if let Some(free) = process::free_kib(&env.root).filter(|free| *free < DISK_GIB << 20) {
        journal.say(&format!(
            "note: {} MiB are free on this disk; a first run needs about {DISK_GIB} GiB, and a step that finds it full fails",
            free >> 10
        ));
    }
    let set_up = journal.step("wasm target", |progress| {
        setup::wasm_target::ensure(env, progress)
    });
    let mut env = match set_up {
        Ok(env) => env,
        // Native checks can still tell something.
        Err(_) => env.clone(),
    };
    if let Some(seed) = options.seed {
        env.set("HUIYIN_SEED", seed.to_string());
    }
    if let Some(seeds) = options.seeds {
        env.set("HUIYIN_SEEDS", seeds.to_string());
    }
    if options.wants(Group::Native) {
        let programs = journal.step("postgresql", |progress| {
            setup::postgres::ensure(&env, progress)
        });
        // Without it the other tests can still tell something; those of this store check nothing, and the step has failed.
        if let Ok(folder) = programs {
            env.set(setup::postgres::VARIABLE, folder.to_string_lossy());
        }
    }
    let checks = Checks {
        env,
        journal,
        tally: Tally::default(),
    };
    let _ = journal.step("clippy and rustfmt", |progress| {
        setup::wasm_target::ensure_checks(&checks.env, progress)
    });
    let wants = Wants {
        bundler: options.wants(Group::Browser)
            || options.wants(Group::Wasm) && checks.has_wasm_tests(),
        optimiser: false,
        browser: options.wants(Group::Browser),
    };
    thread::scope(|scope| {
        let tools = scope.spawn(|| setup::tools(&checks.env, journal, wants));
        if options.wants(Group::Native) {
            checks.native();
        }
        if options.wants(Group::Browser) {
            checks.servers(options.wants(Group::Native));
        }
        let tools = tools.join().expect("a set-up thread does not panic");
        if options.wants(Group::Wasm) && checks.has_wasm_tests() {
            checks.wasm_tests(&tools);
        }
        let app = options.wants(Group::Browser).then(|| checks.app(&tools));
        scope.spawn(|| {
            if options.wants(Group::Docs) {
                checks.docs();
            }
            if options.wants(Group::Wasm) {
                checks.wasm();
            }
        });
        if let Some((folder, chromium)) = app.flatten() {
            checks.browser(&folder, chromium, &options.specs);
        }
    });
    checks.conclude()
}

impl Checks<'_> {
    fn cargo(&self, arguments: &[&str]) -> Command {
        let mut command = self.env.command("cargo");
        command.args(arguments);
        command
    }

    /// Runs `command` as a step, counts the tests it reports, and returns whether it succeeded.
    fn step(&self, name: &str, mut command: Command) -> bool {
        let result = self.journal.step(name, |progress| {
            process::run(&mut command, &self.env.log(name), progress)
        });
        let output = match &result {
            Ok(output) => output.as_str(),
            Err(error) => error.output().unwrap_or_default(),
        };
        let (passed, failed) = count(output);
        self.tally.passed.fetch_add(passed, Ordering::Relaxed);
        self.tally.failed.fetch_add(failed, Ordering::Relaxed);
        if let Ok(mut known) = self.tally.tables.lock() {
            known.extend(tables(output));
        }
        result.is_ok()
    }

    fn native(&self) {
        self.step("format", self.cargo(&["fmt", "--all", "--check"]));
        self.step("lock file", self.cargo(&["fetch", "--locked"]));
        // The fuzz targets are a workspace of their own, which nothing else here would find out of date.
        let fuzz = ["fetch", "--locked", "--manifest-path", FUZZ_MANIFEST];
        self.step("lock file of the fuzz targets", self.cargo(&fuzz));
        supply::check(&self.env, self.journal);
        let clippy = [
            "clippy",
            "--workspace",
            "--all-targets",
            "--",
            "-D",
            "warnings",
        ];
        self.step("clippy", self.cargo(&clippy));
        self.step(
            "tests",
            self.cargo(&["test", "--workspace", "--no-fail-fast"]),
        );
    }

    /// As [`Self::cargo`], leaving the processors to whatever else wants them.
    fn yielding_cargo(&self, arguments: &[&str]) -> Command {
        if !cfg!(unix) {
            return self.cargo(arguments);
        }
        let mut command = self.env.command("nice");
        command.args(["-n", "19", "cargo"]).args(arguments);
        command
    }

    fn docs(&self) {
        let mut command = self.yielding_cargo(&["doc", "--workspace", "--no-deps"]);
        command.env("RUSTDOCFLAGS", "-D warnings");
        self.step("docs", command);
    }

    fn wasm(&self) {
        let mut command = self.yielding_cargo(&["clippy", "--target", "wasm32-unknown-unknown"]);
        command.args(WASM_PACKAGES).args(["--", "-D", "warnings"]);
        self.step("clippy wasm", command);
    }

    fn has_wasm_tests(&self) -> bool {
        fs::read_dir(self.env.root.join(WASM_TESTS))
            .is_ok_and(|mut entries| entries.next().is_some())
    }

    fn wasm_tests(&self, tools: &Tools) {
        let name = "tests wasm";
        let driver = self.journal.step("chromedriver", |progress| {
            setup::chromium::ensure_driver(&self.env, progress)
        });
        let (Ok(driver), true) = (driver, tools.bundler) else {
            return self.journal.skip(name, "a tool is missing, see above");
        };
        // The profile of the browser tests: what they compile is shared.
        let mut command = self.cargo(&["test", "--profile", "browser-test"]);
        command.args([
            "--target",
            "wasm32-unknown-unknown",
            "--package",
            "huiyin-worker",
            "--test",
            "*",
        ]);
        command.env(
            "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER",
            "wasm-bindgen-test-runner",
        );
        command.env("CHROMEDRIVER", driver);
        self.step(name, command);
    }

    /// Builds the native programs that browser tests talk to. After the tests of the whole workspace most of them are there, built with the
    /// features that all of it asks for; alone, they need less.
    fn servers(&self, after_tests: bool) -> bool {
        let mut build = self.cargo(&["build"]);
        if after_tests {
            build.arg("--workspace");
        }
        for program in [
            "huiyin-relay",
            "huiyin",
            "huiyin-workload",
            "huiyin-mutants",
        ] {
            build.args(["--bin", program]);
        }
        self.step("programs for browser tests", build)
    }

    /// Builds the app for the browser tests and returns its folder and the browser; none if a tool is missing or it does not build.
    fn app<'t>(&self, tools: &'t Tools) -> Option<(PathBuf, &'t Path)> {
        let (Some(chromium), true) = (&tools.browser, tools.bundler) else {
            self.journal
                .skip(BROWSER_TESTS, "a tool is missing, see above");
            return None;
        };
        let folder = self.env.target.join("browser-dist");
        if dist::bundle(&self.env, self.journal, Bundle::BrowserTest, &folder).is_err() {
            self.journal.skip(BROWSER_TESTS, "the app did not build");
            return None;
        }
        Some((folder, chromium))
    }

    fn browser(&self, folder: &Path, chromium: &Path, words: &[String]) {
        let specs = specs(&self.env.root.join("tests/browser"), words);
        let mut command = self.env.command("node");
        command.args(["--test", "--test-reporter=spec", "--test-concurrency=1"]);
        command
            .arg(format!("--test-timeout={BROWSER_TEST_TIMEOUT_MS}"))
            .args(specs);
        command.env("HUIYIN_DIST", folder).env("CHROMIUM", chromium);
        command.env("HUIYIN_RELAY", self.env.target.join("debug/huiyin-relay"));
        command.env("HUIYIN_CLI", self.env.target.join("debug/huiyin"));
        command.env(
            "HUIYIN_MUTANTS_PROGRAM",
            self.env.target.join("debug/huiyin-mutants"),
        );
        self.step(BROWSER_TESTS, command);
        if !words.is_empty() {
            return;
        }
        // Every way of measuring works; how fast anything is, nobody judges here. What failed is in the journal.
        let _ = self.journal.step("bench, tiny", |progress| {
            bench::smoke(&self.env, folder, chromium, progress)
        });
    }

    fn conclude(&self) -> bool {
        self.journal.print_table();
        let steps = self.journal.finished();
        let failed: Vec<&str> = steps
            .iter()
            .filter(|step| step.outcome == Outcome::Failed)
            .map(|step| step.name.as_str())
            .collect();
        // A step left out for want of another is no success either; what it waited for stands among the failed.
        let complete = steps.iter().all(|step| step.outcome == Outcome::Ok);
        let tests_failed = self.tally.failed.load(Ordering::Relaxed);
        self.journal.say("");
        if !failed.is_empty() {
            self.journal.say(&format!("Failed: {}", failed.join(", ")));
        }
        for table in self
            .tally
            .tables
            .lock()
            .iter()
            .flat_map(|known| known.iter())
        {
            self.journal.say(table);
        }
        let passed = self.tally.passed.load(Ordering::Relaxed);
        self.journal
            .say(&format!("{passed} passed, {tests_failed} failed"));
        complete && tests_failed == 0
    }
}

/// Returns the browser tests whose name has one of `words` (all if there are none), in a fixed order.
fn specs(folder: &Path, words: &[String]) -> Vec<PathBuf> {
    let wanted = |name: &str| {
        name.ends_with(".spec.mjs")
            && (words.is_empty() || words.iter().any(|word| name.contains(word.as_str())))
    };
    let mut specs: Vec<PathBuf> = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|file| {
            file.file_name()
                .is_some_and(|name| wanted(&name.to_string_lossy()))
        })
        .collect();
    specs.sort();
    specs
}

/// Returns how many tests `output` reports as passed and as failed, in the words of cargo's or Node's summary lines.
fn count(output: &str) -> (u64, u64) {
    let (mut passed, mut failed) = (0, 0);
    for line in output.lines() {
        let line = line.trim();
        if let Some(summary) = line.strip_prefix("test result: ") {
            passed += number_before(summary, " passed");
            failed += number_before(summary, " failed");
        } else if let Some(number) = line.strip_prefix("ℹ pass ") {
            passed += number.parse().unwrap_or(0);
        } else if let Some(number) = line
            .strip_prefix("ℹ fail ")
            .or_else(|| line.strip_prefix("ℹ cancelled "))
        {
            failed += number.parse().unwrap_or(0);
        }
    }
    (passed, failed)
}

/// Returns the lines in which tests say how many cases of a public table they went through and how many are wrong. A line
/// may begin with what the test harness wrote before it.
fn tables(output: &str) -> impl Iterator<Item = String> {
    output.lines().filter_map(|line| {
        line.find("clock table: ")
            .map(|at| line[at..].trim().to_owned())
    })
}

fn number_before(text: &str, word: &str) -> u64 {
    text.split(word)
        .next()
        .and_then(|before| before.rsplit(' ').next())
        .and_then(|number| number.parse().ok())
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tests_are_counted_from_cargo_and_node() {
        #[track_caller]
        fn check(output: &str, expected: (u64, u64)) {
            assert_eq!(count(output), expected);
        }
        check("", (0, 0));
        check(
            "test result: ok. 12 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out",
            (12, 0),
        );
        check(
            "test result: FAILED. 3 passed; 2 failed; 0 ignored\ntest result: ok. 4 passed; 0 failed",
            (7, 2),
        );
        check("ℹ tests 5\nℹ pass 3\nℹ fail 1\nℹ cancelled 1\n", (3, 2));
        check("a test that prints 9 passed", (0, 0));
    }

    #[test]
    fn what_tests_say_about_tables_is_kept() {
        let output = "running 3 tests\ntest a ... clock table: 409 cases, 0 wrong\nok\n";
        let kept: Vec<String> = tables(output).collect();
        assert_eq!(kept, ["clock table: 409 cases, 0 wrong"]);
    }

    #[test]
    fn groups_asked_for_are_the_only_ones() {
        let all = Options::default();
        assert!(all.wants(Group::Docs) && all.wants(Group::Browser));
        let only = Options {
            only: vec![Group::Docs],
            ..Options::default()
        };
        assert!(only.wants(Group::Docs) && !only.wants(Group::Browser));
    }
}
