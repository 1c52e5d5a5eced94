//! Turns the policy packs `packs/*.toml` into one JSON list, which the crate carries.
//!
//! Decides only whether a file is TOML and named after its pack; whether a pack makes sense is decided by
//! `pack::check`, which a test runs over all of them.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=packs");
    println!("cargo::rerun-if-changed=build.rs");
    let folder = Path::new(&env::var("CARGO_MANIFEST_DIR")?).join("packs");
    let mut files: Vec<PathBuf> = fs::read_dir(&folder)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<_, _>>()?;
    files.retain(|path| path.extension().is_some_and(|end| end == "toml"));
    files.sort();
    let packs = files
        .iter()
        .map(|path| read(path).map_err(|error| format!("{}: {error}", path.display())))
        .collect::<Result<Vec<_>, _>>()?;
    let list = serde_json::Value::Array(packs);
    let out = Path::new(&env::var("OUT_DIR")?).join("packs.json");
    fs::write(out, serde_json::to_string(&list)?)?;
    Ok(())
}

/// Returns the pack of one file as JSON; the error of the parser names line, column and reason.
fn read(path: &Path) -> Result<serde_json::Value, Box<dyn Error>> {
    let text = fs::read_to_string(path)?;
    let pack: serde_json::Value = toml::from_str(&text)?;
    let named = path.file_stem().and_then(|stem| stem.to_str());
    match pack.get("id").and_then(serde_json::Value::as_str) {
        Some(id) if Some(id) == named => Ok(pack),
        _ => Err("the file must be named after the id in it".into()),
    }
}
