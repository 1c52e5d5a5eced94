//! wasm-bindgen's command line tool. Its version must equal that of the `wasm-bindgen` crate, pinned in the manifest.

use super::{
    Env,
    cargo_tool::{CargoTool, Known},
};
use crate::{error::Error, step::Progress};

const WASM_BINDGEN: CargoTool = CargoTool {
    package: "wasm-bindgen-cli",
    program: "wasm-bindgen",
    version: "0.2.130",
    known: Known::ByAsking,
    // Mirrors that hold back new releases lack some versions its lock file names, so first without.
    ways: &[&[], &["--locked"]],
};

/// Sees to wasm-bindgen.
///
/// # Errors
/// When it is absent and cannot be compiled.
pub fn ensure(env: &Env, progress: &Progress) -> Result<(), Error> {
    WASM_BINDGEN.ensure(env, progress)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{fs, path::Path};

    #[test]
    fn the_tool_is_the_version_the_workspace_pins() {
        let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("../Cargo.toml");
        let manifest = fs::read_to_string(manifest).expect("the workspace has a manifest");
        let pin = format!("wasm-bindgen = \"={}\"", WASM_BINDGEN.version);
        assert!(
            manifest.contains(&pin),
            "the workspace manifest should say {pin}"
        );
    }
}
