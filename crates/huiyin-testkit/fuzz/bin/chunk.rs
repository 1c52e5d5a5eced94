//! Changes of documents, under libFuzzer.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| huiyin_fuzz::chunk::run(input));
