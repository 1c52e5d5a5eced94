//! Workbooks, under libFuzzer.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| huiyin_fuzz::sheet::run(input));
