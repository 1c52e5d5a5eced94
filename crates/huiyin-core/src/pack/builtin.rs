//! The packs that come with the program, from `packs/*.toml`.
//!
//! Decides nothing: the build turns the files into JSON, this reads it.

use super::Pack;

/// Every pack, as a JSON list in the order of their ids.
const PACKS_JSON: &str = include_str!(concat!(env!("OUT_DIR"), "/packs.json"));

/// Returns every pack that comes with the program, by id. Parses them anew at each call (some milliseconds): keep them.
pub fn packs() -> Vec<Pack> {
    serde_json::from_str(PACKS_JSON).expect("the packs carried in the crate are read by a test")
}

/// Returns the pack of this id that comes with the program.
pub fn pack(id: &str) -> Option<Pack> {
    packs().into_iter().find(|pack| pack.id == id)
}
