//! Changes of documents, under libFuzzer.
#![no_main]

use huiyin_fuzz::{golden_files, script};

#[expect(dead_code, reason = "the inputs to begin with are written by `cargo test`")]
#[path = "../src/chunk.rs"]
mod chunk;

libfuzzer_sys::fuzz_target!(|input: &[u8]| chunk::run(input));
