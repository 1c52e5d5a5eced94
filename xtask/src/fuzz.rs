//! `cargo xtask fuzz TARGET`: builds a fuzz target with libFuzzer's instrumentation and lets it look for inputs that break something.
//!
//! Any stable compiler does: LLVM's pass is asked for by flags, no sanitizer is linked. Inputs that found new paths lie below the target
//! folder and serve the next run; what crashed is kept in the repository, where `cargo test` runs it from then on.

use std::fs;
use std::path::{Path, PathBuf};

use crate::error::Error;
use crate::process;
use crate::setup::Env;
use crate::step::{Journal, Progress};

/// Where the package of the targets stands.
const PACKAGE: &str = "crates/huiyin-testkit/fuzz";
/// The targets, each with the longest input it is given, in bytes.
const TARGETS: [(&str, u32); 5] = [
    ("envelope", 4096),
    ("bundle", 8192),
    ("chunk", 4096),
    ("import", 4096),
    ("sheet", 16_384),
];
/// **Source:** LLVM, "SanitizerCoverage"; cargo-fuzz passes the same.
const INSTRUMENTATION: &str = "-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares --cfg fuzzing";
/// Most memory of a target, in MiB.
const MEMORY_MIB: u32 = 1024;
/// Longest time one input may take, in seconds.
const INPUT_SECONDS: u32 = 10;

/// What is to be run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// One of the targets.
    pub target: String,
    /// How long, in minutes.
    pub minutes: u32,
}

/// What a run came to.
#[derive(Debug, Default, PartialEq, Eq)]
struct Figures {
    executions: u64,
    edges: u64,
    most_memory_mib: u64,
}

/// Runs a target and prints what came of it. Returns whether nothing broke.
///
/// # Errors
/// The target is not known, or the system refuses something. A build that fails has been printed.
pub fn fuzz(env: &Env, journal: &Journal, options: &Options) -> Result<bool, Error> {
    let target = &options.target;
    let Some((_, longest)) = TARGETS.iter().find(|(name, _)| name == target) else {
        let names = TARGETS.map(|(name, _)| name).join(", ");
        return Err(Error::Usage(format!(
            "`{target}` is no fuzz target; there are {names}"
        )));
    };
    let package = env.root.join(PACKAGE);
    let built = journal.step(&format!("build {target}"), |progress| {
        build(env, target, progress)
    });
    let Ok(program) = built else {
        return Ok(false);
    };
    let found = env.target.join("fuzz-found").join(target);
    let corpus = package.join("corpus").join(target);
    let crashers = package.join("crashers").join(target);
    for folder in [&found, &corpus, &crashers] {
        fs::create_dir_all(folder).map_err(Error::io(format!("create {}", folder.display())))?;
    }
    let before = entries(&crashers);
    let mut command = env.command(&program);
    command.arg(format!("-max_total_time={}", options.minutes * 60));
    command.arg(format!("-max_len={longest}"));
    command.arg(format!("-rss_limit_mb={MEMORY_MIB}"));
    command.arg(format!("-timeout={INPUT_SECONDS}"));
    command.arg(format!("-artifact_prefix={}/", crashers.display()));
    command.args(["-print_final_stats=1", "-reload=0"]);
    command.args([&found, &corpus, &crashers]);
    let name = format!("fuzz {target}");
    let ran = journal.step(&name, |progress| {
        process::run(&mut command, &env.log(&name), progress)
    });
    let output = match &ran {
        Ok(output) => output.as_str(),
        Err(error) => error.output().unwrap_or_default(),
    };
    let figures = figures(output);
    journal.say(&format!(
        "  {target}: {} executions, {} edges covered, at most {} MiB",
        figures.executions, figures.edges, figures.most_memory_mib
    ));
    for path in entries(&crashers) {
        if !before.contains(&path) {
            journal.say(&format!("  new crasher: {}", path.display()));
        }
    }
    Ok(ran.is_ok())
}

/// Builds a target and returns its program.
fn build(env: &Env, target: &str, progress: &Progress) -> Result<PathBuf, Error> {
    let host = process::ask(env.command("rustc").arg("-vV"))
        .and_then(|told| host_in(&told))
        .ok_or_else(|| Error::unavailable("rustc", "install Rust from https://rustup.rs"))?;
    let folder = env.target.join("fuzz");
    let mut command = env.command("cargo");
    // With a target named, programs that run during the build are not instrumented.
    command.args([
        "build",
        "--release",
        "--locked",
        "--bin",
        target,
        "--target",
        &host,
    ]);
    if ["chunk", "import"].contains(&target) {
        command.args(["--features", target]);
    }
    command.arg("--manifest-path");
    command.arg(env.root.join(PACKAGE).join("Cargo.toml"));
    command.arg("--target-dir").arg(&folder);
    command.env("RUSTFLAGS", INSTRUMENTATION);
    process::run(
        &mut command,
        &env.log(&format!("build fuzz {target}")),
        progress,
    )?;
    Ok(folder.join(host).join("release").join(target))
}

fn host_in(told: &str) -> Option<String> {
    let line = told.lines().find_map(|line| line.strip_prefix("host: "))?;
    Some(line.trim().to_owned())
}

/// Returns the files of a folder.
fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten();
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    paths
}

/// Reads libFuzzer's last figures out of what it printed.
fn figures(output: &str) -> Figures {
    let mut figures = Figures::default();
    for line in output.lines() {
        let stat = |name: &str| {
            line.strip_prefix(name)
                .and_then(|rest| rest.trim().parse().ok())
        };
        if let Some(number) = stat("stat::number_of_executed_units:") {
            figures.executions = number;
        } else if let Some(number) = stat("stat::peak_rss_mb:") {
            figures.most_memory_mib = number;
        } else if line.starts_with('#')
            && let Some((_, rest)) = line.split_once(" cov: ")
            && let Some(Ok(edges)) = rest.split_whitespace().next().map(str::parse)
        {
            figures.edges = edges;
        }
    }
    figures
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_figures_are_read_out_of_what_libfuzzer_prints() {
        let output = "INFO: seed corpus: files: 41\n#42 INITED cov: 900 ft: 1200 corp: 40/9Kb exec/s: 0 rss: 60Mb\n\
            #99 NEW    cov: 912 ft: 1300 corp: 41/9Kb lim: 64\nstat::number_of_executed_units: 123456\nstat::peak_rss_mb:              77\n";
        let expected = Figures {
            executions: 123_456,
            edges: 912,
            most_memory_mib: 77,
        };
        assert_eq!(figures(output), expected);
        assert_eq!(figures("it did not start"), Figures::default());
    }

    #[test]
    fn every_target_has_its_program_and_its_inputs() {
        let package = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
            .join("..")
            .join(PACKAGE);
        for (target, _) in TARGETS {
            assert!(
                package.join("bin").join(format!("{target}.rs")).is_file(),
                "{target}"
            );
            assert!(
                !entries(&package.join("corpus").join(target)).is_empty(),
                "{target}"
            );
        }
    }

    #[test]
    fn the_host_is_read_out_of_what_the_compiler_tells() {
        let told = "rustc 1.95.0\nbinary: rustc\nhost: x86_64-unknown-linux-gnu\nrelease: 1.95.0\n";
        assert_eq!(host_in(told).as_deref(), Some("x86_64-unknown-linux-gnu"));
    }
}
