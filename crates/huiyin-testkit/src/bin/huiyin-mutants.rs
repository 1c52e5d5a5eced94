//! Hostile input for a browser test: a company in a bundle, and a bundle of mutants to bring to one of its devices.
//!
//! ```text
//! huiyin-mutants FOLDER COUNT NOW [SEED]    writes honest.huiyin, mutants.huiyin, lines.jsonl; prints the link to join by
//! ```
//!
//! NOW, in milliseconds since 1970, is what everybody's clock shows: an invitation of another year has expired in a browser.

use std::path::Path;
use std::process::ExitCode;
use std::{fs, io};

use huiyin_testkit::hostile::{Hostile, hostile};

/// The seed unless told otherwise.
const SEED: u64 = 5;
/// Most mutants: a file of some ten megabytes.
const MAX_COUNT: u32 = 20_000;
const USAGE: &str = "huiyin-mutants FOLDER COUNT NOW [SEED]";

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let count = words.get(1).and_then(|word| word.parse().ok());
    let now = words.get(2).and_then(|word| word.parse().ok());
    let seed = words.get(3).map_or(Some(SEED), |word| word.parse().ok());
    let (Some(folder), Some(count), Some(now), Some(seed)) = (words.first(), count, now, seed)
    else {
        eprintln!("{USAGE}");
        return ExitCode::FAILURE;
    };
    if !(1..=MAX_COUNT).contains(&count) {
        eprintln!("{USAGE}: COUNT is 1 to {MAX_COUNT}");
        return ExitCode::FAILURE;
    }
    let made = hostile(count, seed, now);
    match write(Path::new(folder), &made) {
        Ok(()) => {
            println!("{}", made.link);
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{folder} cannot be written: {error}");
            ExitCode::FAILURE
        }
    }
}

fn write(folder: &Path, made: &Hostile) -> io::Result<()> {
    fs::write(folder.join("honest.huiyin"), &made.honest)?;
    fs::write(folder.join("mutants.huiyin"), &made.mutants)?;
    fs::write(folder.join("lines.jsonl"), made.lines.join("\n"))
}
