//! Files to import, under libFuzzer.
#![no_main]

#[expect(dead_code, reason = "the inputs to begin with are written by `cargo test`")]
#[path = "../src/import.rs"]
mod import;

libfuzzer_sys::fuzz_target!(|input: &[u8]| import::run(input));
