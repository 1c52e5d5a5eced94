//! What is sent: envelopes, statements, frames, objects, invitations, backups, under libFuzzer.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| huiyin_fuzz::envelope::run(input));
