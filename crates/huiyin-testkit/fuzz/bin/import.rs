//! Files to import, under libFuzzer.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| huiyin_fuzz::import::run(input));
