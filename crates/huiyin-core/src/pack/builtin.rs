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

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    /// Returns where `written` says something that `read` does not.
    fn lost(place: &str, written: &Value, read: &Value) -> Vec<String> {
        match (written, read) {
            (Value::Object(written), read) => written
                .iter()
                .flat_map(|(key, value)| lost(&format!("{place}.{key}"), value, &read[key]))
                .collect(),
            (Value::Array(written), Value::Array(read)) if written.len() == read.len() => written
                .iter()
                .zip(read)
                .enumerate()
                .flat_map(|(at, (written, read))| lost(&format!("{place}.{at}"), written, read))
                .collect(),
            // What says nothing may be left out.
            (Value::Array(written), Value::Null) if written.is_empty() => Vec::new(),
            (Value::Bool(false), Value::Null) => Vec::new(),
            (written, read) if written == read => Vec::new(),
            _ => vec![place.to_owned()],
        }
    }

    #[test]
    fn the_packs_say_nothing_that_is_not_read() {
        let written: Value = serde_json::from_str(PACKS_JSON).unwrap();
        let read = serde_json::to_value(packs()).unwrap();
        assert_eq!(lost("packs", &written, &read), Vec::<String>::new());
    }
}
