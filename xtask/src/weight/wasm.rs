//! How large each function of a wasm module is, by the names the linker left in it.
//!
//! **Source:** WebAssembly Core Specification 2.0, 5.5 (sections) and appendix "Name Section".

use crate::error::Error;
use rustc_demangle::demangle;
use std::collections::BTreeMap;

/// A function of a module.
#[derive(Debug, PartialEq, Eq)]
pub struct Function {
    /// Its name, readable; `?` without one.
    pub name: String,
    /// Bytes of its code.
    pub bytes: u64,
}

/// What a module is made of.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Module {
    /// Functions in order.
    pub functions: Vec<Function>,
    /// Bytes of constant data.
    pub data_bytes: u64,
}

const MAGIC: &[u8] = b"\0asm\x01\0\0\0";
const CUSTOM: u8 = 0;
const IMPORT: u8 = 2;
const CODE: u8 = 10;
const DATA: u8 = 11;
/// Subsection of the name section with the names of functions.
const FUNCTION_NAMES: u8 = 1;

/// Reads a module. What wasm-bindgen describes itself with, and then removes, is left out.
///
/// # Errors
/// When the bytes are no wasm module.
pub fn read(bytes: &[u8]) -> Result<Module, Error> {
    let mut reader = Reader(
        bytes
            .strip_prefix(MAGIC)
            .ok_or_else(|| Error::Wrong("this is no wasm module".into()))?,
    );
    parse(&mut reader).ok_or_else(|| Error::Wrong("the wasm module ends in the middle".into()))
}

fn parse(reader: &mut Reader<'_>) -> Option<Module> {
    let mut imported = 0;
    let mut sizes = Vec::new();
    let mut names = BTreeMap::new();
    let mut data_bytes = 0;
    while !reader.0.is_empty() {
        let id = reader.byte()?;
        let size = reader.number()?;
        let mut section = Reader(reader.take(size)?);
        match id {
            IMPORT => imported = imported_functions(&mut section)?,
            CODE => {
                for _ in 0..section.number()? {
                    let size = section.number()?;
                    section.take(size)?;
                    sizes.push(size);
                }
            }
            DATA => data_bytes = size,
            CUSTOM if section.text()? == "name" => names = function_names(&mut section)?,
            _ => {}
        }
    }
    let functions = (imported..)
        .zip(sizes)
        .map(|(index, bytes)| Function {
            name: names.remove(&index).map_or_else(
                || "?".to_owned(),
                |name: String| format!("{:#}", demangle(&name)),
            ),
            bytes,
        })
        .filter(|function| !function.name.starts_with("__wbindgen_describe"))
        .collect();
    Some(Module {
        functions,
        data_bytes,
    })
}

fn imported_functions(section: &mut Reader<'_>) -> Option<u64> {
    let mut functions = 0;
    for _ in 0..section.number()? {
        section.text()?;
        section.text()?;
        match section.byte()? {
            0 => {
                section.number()?;
                functions += 1;
            }
            1 => {
                section.byte()?;
                section.limits()?;
            }
            2 => section.limits()?,
            3 => {
                section.take(2)?;
            }
            _ => return None,
        }
    }
    Some(functions)
}

fn function_names(section: &mut Reader<'_>) -> Option<BTreeMap<u64, String>> {
    let mut names = BTreeMap::new();
    while !section.0.is_empty() {
        let id = section.byte()?;
        let size = section.number()?;
        let mut part = Reader(section.take(size)?);
        if id != FUNCTION_NAMES {
            continue;
        }
        for _ in 0..part.number()? {
            let index = part.number()?;
            names.insert(index, part.text()?);
        }
    }
    Some(names)
}

/// Returns the crate a function comes from: of `<engine::Row as serde::Serialize>::…` it is `engine`, of code made for a type
/// parameter the crate that says how.
pub fn crate_of(name: &str) -> &str {
    let mut rest = name;
    loop {
        rest = rest.trim_start_matches(['<', '&', '(', '[', '*', ' ']);
        let Some(shorter) = ["mut ", "const ", "dyn ", "impl "]
            .iter()
            .find_map(|word| rest.strip_prefix(word))
        else {
            break;
        };
        rest = shorter;
    }
    let end = rest
        .find(|char: char| !char.is_alphanumeric() && char != '_')
        .unwrap_or(rest.len());
    let (first, after) = rest.split_at(end);
    if first.is_empty() {
        return "?";
    }
    if after.starts_with("::") || after.is_empty() {
        return first;
    }
    // `<T as serde::Serialize>::serialize`: the trait's crate.
    match after.find(" as ") {
        Some(at) => crate_of(&after[at + 4..]),
        None => first,
    }
}

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    fn take(&mut self, bytes: u64) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(usize::try_from(bytes).ok()?)?;
        self.0 = rest;
        Some(taken)
    }

    /// Reads an unsigned LEB128 number.
    fn number(&mut self) -> Option<u64> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7F) << shift;
            if byte < 0x80 {
                return Some(number);
            }
        }
        None
    }

    fn text(&mut self) -> Option<String> {
        let size = self.number()?;
        String::from_utf8(self.take(size)?.to_vec()).ok()
    }

    fn limits(&mut self) -> Option<()> {
        let flags = self.byte()?;
        self.number()?;
        if flags & 1 == 1 {
            self.number()?;
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One imported function, two of its own (3 and 2 bytes of code), 4 bytes of data, names for the two.
    fn module() -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        bytes.extend([1, 4, 1, 0x60, 0, 0]);
        bytes.extend([2, 7, 1, 1, b'm', 1, b'f', 0, 0]);
        bytes.extend([3, 3, 2, 0, 0]);
        bytes.extend([10, 8, 2, 3, 0, 1, 0x0B, 2, 0, 0x0B]);
        bytes.extend([11, 4, 0, 0, 0, 0]);
        let mut names = vec![4];
        names.extend(b"name");
        names.extend([1, 22, 2, 1, 9]);
        names.extend(b"core::fmt");
        names.extend([2, 8]);
        names.extend(b"app::run");
        bytes.extend([0, names.len() as u8]);
        bytes.extend(names);
        bytes
    }

    #[test]
    fn functions_have_their_sizes_and_names() {
        let read = read(&module()).expect("a module");
        let sizes: Vec<_> = read
            .functions
            .iter()
            .map(|function| (function.name.as_str(), function.bytes))
            .collect();
        assert_eq!(sizes, [("core::fmt", 3), ("app::run", 2)]);
        assert_eq!(read.data_bytes, 4);
    }

    #[test]
    fn other_bytes_are_refused() {
        assert!(read(b"nothing").is_err());
        let module = module();
        for at in MAGIC.len() + 1..module.len() {
            // A module may end between sections; it never makes the reader panic.
            let _cut = read(&module[..at]).map(|module| module.functions.len());
        }
        assert!(read(&module[..module.len() - 1]).is_err());
    }

    #[test]
    fn functions_are_counted_for_the_crate_that_wrote_them() {
        for (name, expected) in [
            ("huiyin_engine::engine::Engine::run", "huiyin_engine"),
            (
                "<huiyin_api::Row as serde::Serialize>::serialize",
                "huiyin_api",
            ),
            (
                "<&mut serde_json::de::Deserializer<R> as serde::Deserializer>::x",
                "serde_json",
            ),
            ("<T as tachys::view::Render>::build", "tachys"),
            ("<[T] as alloc::slice::Concat>::concat", "alloc"),
            ("memcpy", "memcpy"),
            ("?", "?"),
        ] {
            assert_eq!(crate_of(name), expected, "{name}");
        }
    }
}
