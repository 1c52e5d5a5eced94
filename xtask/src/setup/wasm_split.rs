//! wasm-split-cli, which parts a linked program at its lazily loaded functions. Its format is that of the `wasm_split_helpers` crate,
//! which Leptos brings.

use super::{
    Env,
    cargo_tool::{CargoTool, Known},
};
use crate::{error::Error, step::Progress};

const WASM_SPLIT: CargoTool = CargoTool {
    package: "wasm_split_cli_support",
    program: "wasm-split-cli",
    version: "0.2.4",
    // It does not say its version.
    known: Known::ByInstallation,
    ways: &[
        &["--features", "build-binary"],
        &["--features", "build-binary", "--locked"],
    ],
};

/// Sees to wasm-split-cli.
///
/// # Errors
/// When it is absent and cannot be compiled.
pub fn ensure(env: &Env, progress: &Progress) -> Result<(), Error> {
    WASM_SPLIT.ensure(env, progress)
}
