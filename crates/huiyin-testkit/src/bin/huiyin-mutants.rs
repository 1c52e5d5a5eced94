//! Hostile input for a browser test: a company in a bundle, and a bundle of mutants to bring to one of its devices.
//!
//! ```text
//! huiyin-mutants FOLDER COUNT [SEED]    writes honest.huiyin, mutants.huiyin, lines.jsonl; prints the link to join by
//! ```

use std::path::Path;
use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};
use std::{fs, io};

use huiyin_testkit::hostile::{Hostile, hostile};

/// The seed unless told otherwise.
const SEED: u64 = 5;
/// Most mutants: a file of some ten megabytes.
const MAX_COUNT: u32 = 20_000;
const USAGE: &str = "huiyin-mutants FOLDER COUNT [SEED]";

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let count = words.get(1).and_then(|word| word.parse().ok());
    let seed = words.get(2).map_or(Some(SEED), |word| word.parse().ok());
    let (Some(folder), Some(count), Some(seed)) = (words.first(), count, seed) else {
        eprintln!("{USAGE}");
        return ExitCode::FAILURE;
    };
    if !(1..=MAX_COUNT).contains(&count) {
        eprintln!("{USAGE}: COUNT is 1 to {MAX_COUNT}");
        return ExitCode::FAILURE;
    }
    // A browser's clock is the machine's: an invitation of another year has expired there.
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let now = now.map_or(0, |since| since.as_millis() as i64);
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
