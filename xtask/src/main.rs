//! `cargo xtask run | test | dist | release | size | bench | fuzz | setup`: sets up what is missing on this machine, then works.
//!
//! This file reads the command line. How a step shows itself is in `step`, other programs in `process`, tools in `setup`.

mod bench;
mod dist;
mod error;
mod fuzz;
mod parts;
mod process;
mod programs;
mod release;
mod run;
mod seal;
mod setup;
mod step;
mod styles;
mod supply;
mod test;
mod weight;

use error::Error;
use setup::{Env, Wants};
use std::{path::PathBuf, process::ExitCode};
use step::Journal;

const USAGE: &str = "\
cargo xtask run   [--port 8080] [--no-open]   builds the app and the relay, serves both on http://localhost:8080
cargo xtask test  [--only native|wasm|docs|browser]... [--spec WORD]... [--seed N] [--seeds N]
                                              runs every check: format, clippy, tests, docs, wasm, browser
cargo xtask dist  [--out dist]                builds the folder of static files any web host can serve
cargo xtask release [--out release]            builds what is handed out: archives, bills of materials, licences, digests
cargo xtask size  [--dist dist] [--accept]    shows what a release weighs, program by program and crate by crate
cargo xtask bench [--sizes 1k,10k,100k] [--only METRIC,…] [--repeat N] [--limit SECONDS] [--json FILE]
                  [--peers DIR [--engines NAME,…]] [--built] [--resume [--again METRIC,…]] [--report] [--profile]
                                              measures the release in a browser and natively, writes docs/benchmarks.md;
                                              --resume goes on from the last run, --report only prints it,
                                              --profile records where the time goes
cargo xtask fuzz TARGET [--minutes 10]        feeds what reads files and messages with broken ones: envelope, bundle, chunk,
                                              import, sheet; prints executions, coverage and what crashed
cargo xtask setup [--tests]                   only installs what is missing";

/// The port of `run` unless told otherwise.
const DEFAULT_PORT: u16 = 8080;

/// How long `fuzz` runs unless told otherwise, in minutes.
const FUZZ_MINUTES: u32 = 10;

/// What the command line asks for.
#[derive(Debug, PartialEq, Eq)]
enum Task {
    Run {
        port: u16,
        open: bool,
    },
    Test(test::Options),
    Dist {
        out: PathBuf,
    },
    Release {
        out: PathBuf,
    },
    Size(weight::Options),
    Bench(bench::Options),
    Fuzz(fuzz::Options),
    Setup {
        tests: bool,
    },
    /// Started by `run` for itself.
    Announce(run::Notice),
    Help,
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match parse(&arguments).and_then(perform) {
        Ok(true) => ExitCode::SUCCESS,
        // Steps have printed what failed.
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn perform(task: Task) -> Result<bool, Error> {
    let journal = Journal::default();
    let env = Env::detect()?;
    match task {
        Task::Run { port, open } => run::run(&env, &journal, port, open),
        Task::Test(options) => Ok(test::test(&env, &journal, &options)),
        Task::Dist { out } => Ok(dist::dist(&env, &journal, &out)),
        Task::Release { out } => Ok(release::release(&env, &journal, &out)),
        Task::Size(options) => weight::size(&env, &journal, &options),
        Task::Bench(options) => bench::bench(&env, &journal, &options),
        Task::Fuzz(options) => fuzz::fuzz(&env, &journal, &options),
        Task::Setup { tests } => Ok(set_up(&env, &journal, tests)),
        Task::Announce(notice) => run::announce(&env, &journal, &notice),
        Task::Help => {
            println!("{USAGE}");
            Ok(true)
        }
    }
}

fn set_up(env: &Env, journal: &Journal, tests: bool) -> bool {
    let Ok(env) = journal.step("wasm target", |progress| {
        setup::wasm_target::ensure(env, progress)
    }) else {
        return false;
    };
    let checks = !tests
        || journal
            .step("clippy and rustfmt", |progress| {
                setup::wasm_target::ensure_checks(&env, progress)
            })
            .is_ok();
    let database = !tests
        || journal
            .step("postgresql", |progress| {
                setup::postgres::ensure(&env, progress)
            })
            .is_ok();
    let wants = Wants {
        bundler: true,
        optimiser: !tests,
        browser: tests,
    };
    let tools = setup::tools(&env, journal, wants);
    checks && database && tools.bundler && (!tests || tools.browser.is_some())
}

fn parse(arguments: &[String]) -> Result<Task, Error> {
    let mut words = arguments.iter().map(String::as_str);
    let task = match words.next() {
        Some("run") => {
            let (mut port, mut open) = (DEFAULT_PORT, true);
            while let Some(word) = words.next() {
                match word {
                    "--port" => port = number(word, words.next())?,
                    "--no-open" => open = false,
                    _ => return Err(unknown(word)),
                }
            }
            Task::Run { port, open }
        }
        Some("test") => {
            let mut options = test::Options::default();
            while let Some(word) = words.next() {
                match word {
                    "--only" => options.only.push(group(words.next())?),
                    "--spec" => options
                        .specs
                        .push(words.next().ok_or_else(|| unknown(word))?.to_owned()),
                    "--seed" => options.seed = Some(number(word, words.next())?),
                    "--seeds" => options.seeds = Some(number(word, words.next())?),
                    _ => return Err(unknown(word)),
                }
            }
            Task::Test(options)
        }
        Some(name @ ("dist" | "release")) => {
            let mut out = PathBuf::from(name);
            while let Some(word) = words.next() {
                match (word, words.next()) {
                    ("--out", Some(folder)) => out = folder.into(),
                    _ => return Err(unknown(word)),
                }
            }
            if name == "dist" {
                Task::Dist { out }
            } else {
                Task::Release { out }
            }
        }
        Some("size") => {
            let (mut folder, mut accept) = (PathBuf::from("dist"), false);
            while let Some(word) = words.next() {
                match word {
                    "--accept" => accept = true,
                    "--dist" => {
                        let named = words.next().ok_or_else(|| unknown("--dist"))?;
                        folder = named.into();
                    }
                    _ => return Err(unknown(word)),
                }
            }
            Task::Size(weight::Options { folder, accept })
        }
        Some("bench") => Task::Bench(bench_options(words)?),
        Some("fuzz") => {
            let target = words.next().ok_or_else(|| unknown("fuzz"))?.to_owned();
            let minutes = match words.next() {
                None => FUZZ_MINUTES,
                Some("--minutes") => number("--minutes", words.next())?,
                Some(word) => return Err(unknown(word)),
            };
            Task::Fuzz(fuzz::Options { target, minutes })
        }
        Some("setup") => {
            let mut tests = false;
            for word in words {
                match word {
                    "--tests" => tests = true,
                    _ => return Err(unknown(word)),
                }
            }
            Task::Setup { tests }
        }
        Some("announce") => Task::Announce(run::Notice {
            relay: number("announce", words.next())?,
            port: number("announce", words.next())?,
            log: words.next().ok_or_else(|| unknown("announce"))?.into(),
            open: words.next() == Some("--open"),
        }),
        Some("help" | "--help" | "-h") => Task::Help,
        Some(word) => return Err(unknown(word)),
        None => return Err(Error::Usage(USAGE.to_owned())),
    };
    Ok(task)
}

fn bench_options<'a>(mut words: impl Iterator<Item = &'a str>) -> Result<bench::Options, Error> {
    let list = |word: &str| word.split(',').map(str::to_owned).collect::<Vec<_>>();
    let mut options = bench::Options::default();
    while let Some(word) = words.next() {
        let flag = match word {
            "--built" => Some(&mut options.built),
            "--resume" => Some(&mut options.resume),
            "--report" => Some(&mut options.report),
            "--profile" => Some(&mut options.profile),
            _ => None,
        };
        if let Some(flag) = flag {
            *flag = true;
            continue;
        }
        match (word, words.next()) {
            ("--sizes", Some(sizes)) => {
                options.sizes = sizes
                    .split(',')
                    .map(|size| bench::size(size).ok_or_else(|| unknown(size)))
                    .collect::<Result<_, _>>()?;
            }
            ("--only", Some(metrics)) => options.only = list(metrics),
            ("--repeat", repeats) => options.repeat = number::<u32>(word, repeats)?.max(1),
            ("--limit", seconds) => options.limit = number::<u32>(word, seconds)?.max(1),
            ("--again", Some(metrics)) => options.again = list(metrics),
            ("--json", Some(file)) => options.json = Some(file.into()),
            ("--peers", Some(folder)) => options.peers = Some(folder.into()),
            ("--engines", Some(names)) => options.engines = list(names),
            _ => return Err(unknown(word)),
        }
    }
    Ok(options)
}

fn unknown(word: &str) -> Error {
    Error::Usage(format!("`{word}` is not understood here.\n{USAGE}"))
}

fn number<N: std::str::FromStr>(option: &str, word: Option<&str>) -> Result<N, Error> {
    word.and_then(|word| word.parse().ok())
        .ok_or_else(|| Error::Usage(format!("{option} takes a number.\n{USAGE}")))
}

fn group(word: Option<&str>) -> Result<test::Group, Error> {
    word.and_then(test::Group::from_name).ok_or_else(|| {
        Error::Usage(format!(
            "--only takes native, wasm, docs or browser.\n{USAGE}"
        ))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Vec<String> {
        line.split_whitespace().map(str::to_owned).collect()
    }

    #[track_caller]
    fn check(line: &str, expected: &Task) {
        assert_eq!(&parse(&words(line)).expect(line), expected);
    }

    #[test]
    fn every_command_is_understood_with_its_options() {
        check(
            "run",
            &Task::Run {
                port: 8080,
                open: true,
            },
        );
        check(
            "run --port 9000 --no-open",
            &Task::Run {
                port: 9000,
                open: false,
            },
        );
        check("dist", &Task::Dist { out: "dist".into() });
        check("dist --out site", &Task::Dist { out: "site".into() });
        check(
            "size --dist site --accept",
            &Task::Size(weight::Options {
                folder: "site".into(),
                accept: true,
            }),
        );
        check("bench", &Task::Bench(bench::Options::default()));
        let options = bench::Options {
            sizes: vec![1_000, 250],
            peers: Some("peers".into()),
            engines: vec!["yjs".to_owned()],
            json: Some("figures.json".into()),
            only: vec!["open".to_owned(), "edit".to_owned()],
            repeat: 7,
            built: true,
            resume: true,
            again: vec!["merge".to_owned()],
            limit: 60,
            report: true,
            profile: true,
        };
        check(
            "bench --sizes 1k,250 --only open,edit --repeat 7 --json figures.json --peers peers --engines yjs --built \
             --resume --again merge --limit 60 --report --profile",
            &Task::Bench(options),
        );
        let options = |minutes| fuzz::Options {
            target: "chunk".to_owned(),
            minutes,
        };
        check("fuzz chunk", &Task::Fuzz(options(10)));
        check("fuzz chunk --minutes 3", &Task::Fuzz(options(3)));
        check("setup --tests", &Task::Setup { tests: true });
        check("test", &Task::Test(test::Options::default()));
        let options = test::Options {
            only: vec![test::Group::Native, test::Group::Browser],
            specs: vec!["desk".into()],
            seed: Some(7),
            seeds: Some(500),
        };
        check(
            "test --only native --only browser --spec desk --seed 7 --seeds 500",
            &Task::Test(options),
        );
    }

    #[test]
    fn what_is_not_understood_is_named_and_the_usage_shown() {
        for line in [
            "",
            "fly",
            "run --fast",
            "run --port",
            "run --port x",
            "test --only moon",
            "test --spec",
            "dist --out",
            "setup now",
            "fuzz",
            "fuzz chunk --hours 1",
            "size --dist",
            "bench --sizes many",
            "bench --sizes",
            "bench --repeat often",
            "bench --fast",
        ] {
            let error = parse(&words(line)).expect_err(line).to_string();
            assert!(error.contains("cargo xtask run"), "{line}: {error}");
        }
    }
}
