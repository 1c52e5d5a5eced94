//! Work without a result, so that the browser keeps what it has compiled.
//!
//! Chromium compiles a function of a program when it is first called: thousands of them, one after the other, at every start. It keeps
//! compiled code for the next start only once some function ran long enough to be worth its optimising compiler; what was merely used
//! is then compiled beside the next start and all at once. Page and engine do much a little and little often, so in a short day
//! nothing gets there by itself. What it saves is in `docs/weight.md`.
//!
//! **Source:** V8's flags `wasm-tiering-budget` (13,000,000 bytes of code run through), `wasm-caching-threshold` (1,000 bytes of
//! optimised code) and `wasm-caching-timeout-ms` (2,000 ms without more of it).

use std::hint::black_box;

/// When to work, in milliseconds after the start: once the first screen stands and has settled, and once some more have been used.
pub const WARM_AFTER_MS: [u32; 2] = [6_000, 300_000];

/// Functions to choose from: one that is kept as optimised code does not lead to keeping anything new.
const WAYS: usize = 4;

/// Times through a loop of some 3 kB of code: well beyond the budget, and 3 ms of one core before it is optimised.
const TURNS: u32 = 8_000;

/// Runs one of the functions, by a number that differs from start to start: the time will do.
pub fn warm(choice: usize) {
    const SPINS: [fn() -> u32; WAYS] = [spin::<1>, spin::<2>, spin::<3>, spin::<4>];
    black_box(SPINS[choice % WAYS]());
}

/// A quarter round of ChaCha. **Source:** RFC 8439, section 2.1. Any work that cannot be foreseen would do.
macro_rules! quarter_round {
    ($state:ident, $($a:literal $b:literal $c:literal $d:literal),+) => {
        $(
            $state[$a] = $state[$a].wrapping_add($state[$b]);
            $state[$d] = ($state[$d] ^ $state[$a]).rotate_left(16);
            $state[$c] = $state[$c].wrapping_add($state[$d]);
            $state[$b] = ($state[$b] ^ $state[$c]).rotate_left(12);
            $state[$a] = $state[$a].wrapping_add($state[$b]);
            $state[$d] = ($state[$d] ^ $state[$a]).rotate_left(8);
            $state[$c] = $state[$c].wrapping_add($state[$d]);
            $state[$b] = ($state[$b] ^ $state[$c]).rotate_left(7);
        )+
    };
}

/// Written out and never inlined: the code of one function has to be long enough to count.
#[inline(never)]
fn spin<const WAY: u32>() -> u32 {
    let mut state: [u32; 16] = black_box([WAY; 16]);
    for turn in 0..TURNS {
        state[0] ^= turn;
        quarter_round!(
            state,
            0 4 8 12, 1 5 9 13, 2 6 10 14, 3 7 11 15, 0 5 10 15, 1 6 11 12, 2 7 8 13, 3 4 9 14,
            0 4 8 12, 1 5 9 13, 2 6 10 14, 3 7 11 15, 0 5 10 15, 1 6 11 12, 2 7 8 13, 3 4 9 14
        );
    }
    state.iter().fold(WAY, |sum, word| sum.wrapping_add(*word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_functions_differ_so_that_none_is_folded_into_another() {
        let mut results = [spin::<1>(), spin::<2>(), spin::<3>(), spin::<4>()];
        results.sort_unstable();
        assert!(
            results.windows(2).all(|two| two[0] != two[1]),
            "{results:?}"
        );
        for choice in [0, WAYS - 1, WAYS, usize::MAX] {
            warm(choice);
        }
    }
}
