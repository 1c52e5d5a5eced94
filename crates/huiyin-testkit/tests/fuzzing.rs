//! The fuzz targets over every kept input, without libFuzzer: those they begin with, those that found new paths, and those that once
//! made something panic. `cargo xtask fuzz` looks for more.

// Built here a second time, without instrumentation, so that a plain `cargo test` needs no other compiler flags.
#[path = "../fuzz/src/chunk.rs"]
mod chunk;
#[path = "../fuzz/src/import.rs"]
mod import;
#[path = "../fuzz/src/lib.rs"]
mod targets;

use std::path::{Path, PathBuf};
use std::{fs, panic};

use targets::{Target, golden_files, script};

/// Most inputs kept for a target, those that crashed not counted.
const MAX_INPUTS: usize = 200;
/// Most bytes of all inputs kept for all targets.
const MAX_BYTES: usize = 300 * 1024;

/// Returns every target.
fn targets() -> Vec<Target> {
    let apart = [
        Target {
            name: "chunk",
            run: chunk::run,
            seeds: chunk::seeds,
        },
        Target {
            name: "import",
            run: import::run,
            seeds: import::seeds,
        },
    ];
    targets::targets().into_iter().chain(apart).collect()
}

fn folder(kind: &str, target: &Target) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fuzz")
        .join(kind)
        .join(target.name)
}

/// Returns the inputs of a folder, in the order of their names; none if it is not there.
fn inputs(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    let read = |path: PathBuf| {
        let bytes = fs::read(&path).expect("a kept input is readable");
        (path, bytes)
    };
    paths.into_iter().map(read).collect()
}

/// Runs a target over what is kept for it.
#[track_caller]
fn replay(name: &str) {
    let target = targets()
        .into_iter()
        .find(|target| target.name == name)
        .expect("the target is one of them");
    let kept = ["corpus", "crashers"].map(|kind| inputs(&folder(kind, &target)));
    assert!(!kept[0].is_empty(), "{name} begins with nothing");
    let mut broken = Vec::new();
    for (path, input) in kept.concat() {
        if panic::catch_unwind(|| (target.run)(&input)).is_err() {
            broken.push(path);
        }
    }
    assert!(broken.is_empty(), "{broken:#?}");
}

#[test]
fn what_is_sent_is_read_or_refused() {
    replay("envelope");
}

#[test]
fn bundles_are_read_or_refused() {
    replay("bundle");
}

#[test]
fn changes_of_documents_are_taken_whole_or_refused_whole() {
    replay("chunk");
}

#[test]
fn files_are_imported_or_refused() {
    replay("import");
}

#[test]
fn workbooks_are_read_or_refused() {
    replay("sheet");
}

#[test]
fn even_no_input_at_all_is_survived() {
    for target in targets() {
        (target.run)(&[]);
        for first in 0..=u8::MAX {
            (target.run)(&[first]);
        }
    }
}

/// `HUIYIN_WRITE_CORPUS=1` writes the inputs that the targets begin with.
#[test]
fn the_kept_inputs_are_small_and_hold_all_that_the_targets_begin_with() {
    let write = std::env::var_os("HUIYIN_WRITE_CORPUS").is_some();
    let mut bytes = 0;
    for target in targets() {
        let corpus = folder("corpus", &target);
        for (name, input) in (target.seeds)() {
            let path = corpus.join(format!("seed-{name}"));
            if write {
                fs::create_dir_all(&corpus).unwrap();
                fs::write(&path, &input).unwrap();
            }
            let kept = fs::read(&path).unwrap_or_else(|_| panic!("{} is missing", path.display()));
            assert!(!kept.is_empty(), "{}", path.display());
        }
        let kept = inputs(&corpus);
        assert!(
            kept.len() <= MAX_INPUTS,
            "{}: {} inputs",
            target.name,
            kept.len()
        );
        bytes += kept.iter().map(|(_, input)| input.len()).sum::<usize>();
    }
    assert!(bytes <= MAX_BYTES, "{bytes} bytes of inputs");
}
