//! The peers' benchmark, run on the same records beside ours: a copy of its folder, its `run.mjs`, its results read into rows.

use super::{Options, row::Row};
use crate::{error::Error, process, setup::Env, step::Journal};
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// Peers measured up to [`SMALL`] customers.
const ENGINES: &str = "dexie,rxdb,yjs,loro,automerge-1000";
/// Peers measured beyond: the others take longer than anyone waits.
const ENGINES_OF_LARGE: &str = "dexie,yjs,loro,automerge-1000";
/// Most customers of a small run.
const SMALL: u32 = 10_000;

/// Runs the peers' benchmark of `folder` at each size of `options` and returns its figures. Its engines are those wanted; none = those
/// fit for the size. When a run is gone on with, peers whose figures are whole are not run again; when only a report is asked for, none.
///
/// # Errors
/// When the folder cannot be copied or its packages not be had. It has been printed.
pub fn run(
    env: &Env,
    journal: &Journal,
    folder: &Path,
    options: &Options,
) -> Result<Vec<Row>, Error> {
    let scratch = env.target.join("bench/peers-work");
    let results = scratch.join("results.json");
    if !options.report {
        measure(env, journal, folder, &results, options)?;
    }
    journal.step("peers' figures", |progress| {
        let mut command = figures(env, &results);
        let output = process::run(&mut command, &env.log("peers figures"), progress)?;
        Ok(output.lines().filter_map(Row::parse).collect())
    })
}

/// Returns the command that reads the results of the peers.
fn figures(env: &Env, results: &Path) -> Command {
    let mut command = env.command("node");
    command
        .arg(env.root.join("tests/bench/peers.mjs"))
        .arg(results);
    command
}

fn measure(
    env: &Env,
    journal: &Journal,
    folder: &Path,
    results: &Path,
    options: &Options,
) -> Result<(), Error> {
    let home = env.target.join("bench/peers");
    let scratch = env.target.join("bench/peers-work");
    journal.step("peers' packages", |progress| {
        copy(&env.root.join(folder), &home)?;
        if home.join("node_modules").is_dir() {
            return Ok(String::new());
        }
        let mut command = env.command("npm");
        command
            .args(["install", "--no-audit", "--no-fund"])
            .current_dir(&home);
        process::run(&mut command, &env.log("peers packages"), progress)
    })?;
    fs::create_dir_all(&scratch).map_err(Error::io(format!("create {}", scratch.display())))?;
    // Results of an older run would be read as this one's.
    if !options.resume && results.exists() {
        fs::remove_file(results).map_err(Error::io("remove older results of the peers"))?;
    }
    for size in &options.sizes {
        let mut chosen = match options.engines.as_slice() {
            [] if *size > SMALL => ENGINES_OF_LARGE.to_owned(),
            [] => ENGINES.to_owned(),
            some => some.join(","),
        };
        if options.resume {
            let mut missing = figures(env, results);
            missing.args(["--missing", &size.to_string(), &chosen]);
            chosen = process::ask(&mut missing)
                .unwrap_or(chosen)
                .replace('\n', ",");
        }
        if chosen.is_empty() {
            continue;
        }
        let name = format!("peers {}", super::report::size(*size));
        let mut command = env.command("node");
        command
            .arg("run.mjs")
            .args(["--n", &size.to_string(), "--engines", &chosen])
            .arg("--out")
            .arg(results)
            .current_dir(&home)
            .env("BENCH_SCRATCH", &scratch);
        // What one size could not finish does not take away what others brought.
        let _ = journal.step(&name, |progress| {
            process::run(&mut command, &env.log(&name), progress)
        });
    }
    Ok(())
}

/// Copies the files of a folder and its folders, without packages, over those of `to`.
fn copy(from: &Path, to: &Path) -> Result<(), Error> {
    let failed = |what: &str, path: &PathBuf| Error::io(format!("{what} {}", path.display()));
    let (from, to) = (from.to_path_buf(), to.to_path_buf());
    fs::create_dir_all(&to).map_err(failed("create", &to))?;
    for entry in fs::read_dir(&from).map_err(failed("read", &from))? {
        let entry = entry.map_err(failed("read", &from))?;
        let (source, target) = (entry.path(), to.join(entry.file_name()));
        if source.is_dir() {
            if entry.file_name() != "node_modules" {
                copy(&source, &target)?;
            }
        } else {
            let text = fs::read(&source).map_err(failed("read", &source))?;
            fs::write(&target, text).map_err(failed("write", &target))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_copied_without_its_packages() {
        let place = std::env::temp_dir().join(format!("xtask-peers-{}", std::process::id()));
        let (from, to) = (place.join("from"), place.join("to"));
        for folder in ["engines", "node_modules/yjs"] {
            fs::create_dir_all(from.join(folder)).expect("the folder can be made");
        }
        for file in ["run.mjs", "engines/yjs.mjs", "node_modules/yjs/index.js"] {
            fs::write(from.join(file), file).expect("the file can be written");
        }
        copy(&from, &to).expect("the folder can be copied");
        assert_eq!(
            fs::read_to_string(to.join("engines/yjs.mjs")).expect("it was copied"),
            "engines/yjs.mjs"
        );
        assert!(to.join("run.mjs").is_file());
        assert!(!to.join("node_modules").exists());
        fs::remove_dir_all(place).expect("the place can be removed");
    }
}
