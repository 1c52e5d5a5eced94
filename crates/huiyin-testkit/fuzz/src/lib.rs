//! What the fuzz targets feed to the program: each [`Target`] takes any bytes and panics if what must hold does not.
//!
//! The same functions run under libFuzzer (`cargo xtask fuzz`) and, over the kept inputs, in `cargo test`. Where a format is sealed by a
//! checksum, a signature or a key that a hostile member has as well, the target makes the seal fit, so that what lies behind it is
//! reached.

pub mod bundle;
pub mod envelope;
pub mod script;
pub mod sheet;

use std::path::Path;

/// A fuzz target.
#[derive(Debug, Clone, Copy)]
pub struct Target {
    /// Name of its program and of its folders of inputs.
    pub name: &'static str,
    /// Runs it on one input.
    pub run: fn(&[u8]),
    /// Makes the inputs it begins with, by name.
    pub seeds: fn() -> Vec<(String, Vec<u8>)>,
}

/// Returns the targets of messages and workbooks. `chunk` and `import` stand apart: they need documents and the engine.
pub fn targets() -> [Target; 3] {
    [
        Target {
            name: "envelope",
            run: envelope::run,
            seeds: envelope::seeds,
        },
        Target {
            name: "bundle",
            run: bundle::run,
            seeds: bundle::seeds,
        },
        Target {
            name: "sheet",
            run: sheet::run,
            seeds: sheet::seeds,
        },
    ]
}

/// Returns the golden files of a crate by name without ending: bytes written as hexadecimal digits, or as they are.
pub fn golden_files(of: &str) -> Vec<(String, Vec<u8>)> {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .find(|folder| folder.ends_with("crates"))
        .expect("this stands below the folder of crates");
    let folder = crates.join(of).join("tests/golden");
    let mut found: Vec<_> = std::fs::read_dir(&folder)
        .expect("there are golden files")
        .map(|entry| entry.expect("it can be read").path())
        .map(|path| {
            let bytes = std::fs::read(&path).expect("it can be read");
            let is_hex = path.extension().is_some_and(|ending| ending == "hex");
            let name = path.file_stem().unwrap_or_default().to_string_lossy();
            (
                name.into_owned(),
                if is_hex { from_hex(&bytes) } else { bytes },
            )
        })
        .collect();
    found.sort();
    found
}

fn from_hex(text: &[u8]) -> Vec<u8> {
    let digits: Vec<u8> = text
        .iter()
        .filter_map(|digit| char::from(*digit).to_digit(16))
        .map(|digit| digit as u8)
        .collect();
    digits
        .chunks(2)
        .map(|pair| pair[0] << 4 | pair[1])
        .collect()
}
