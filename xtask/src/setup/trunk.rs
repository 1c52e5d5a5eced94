//! Trunk, which turns the two wasm programs and their assets into a folder of static files.

use super::{
    Env,
    cargo_tool::{CargoTool, Known},
};
use crate::{error::Error, step::Progress};

const TRUNK: CargoTool = CargoTool {
    package: "trunk",
    program: "trunk",
    version: "0.21.14",
    known: Known::ByAsking,
    // Its lock file is old enough for every registry mirror; without it, newer dependencies are tried. It is always told to stay
    // offline, so that it needs no encryption, which takes long to compile.
    ways: &[&["--locked", "--no-default-features"], &["--locked"], &[]],
};

/// Sees to Trunk.
///
/// # Errors
/// When it is absent and cannot be compiled.
pub fn ensure(env: &Env, progress: &Progress) -> Result<(), Error> {
    TRUNK.ensure(env, progress)
}
