//! Seeded days of a company. `HUIYIN_SEEDS=1000 cargo test -p huiyin-testkit --release` runs more of them, from
//! `HUIYIN_FIRST_SEED` (default 0) on.

use huiyin_testkit::{Figures, Simulation};

/// Seeds of every run.
const SEEDS: u64 = 56;
/// Groups of seeds that run side by side.
const GROUPS: u64 = 4;

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok()?.parse().ok()
}

/// Runs every seed of a group and returns the sum of what happened.
fn run(group: u64) -> Figures {
    let first = number("HUIYIN_FIRST_SEED").unwrap_or(0);
    let seeds = number("HUIYIN_SEEDS").unwrap_or(SEEDS);
    let mut sum = Figures::default();
    for seed in (first..first + seeds).filter(|seed| seed % GROUPS == group) {
        sum += Simulation::new(seed).run();
    }
    println!("group {group}: {sum:?}");
    sum
}

#[track_caller]
fn check(group: u64) {
    let sum = run(group);
    assert!(
        sum.answered > 100 && sum.records > 20,
        "an idle run: {sum:?}"
    );
    assert!(
        sum.crashes > 5 && sum.cuts > 5 && sum.resent > 0,
        "too lucky a run: {sum:?}"
    );
    assert!(
        sum.bundles > 0 && sum.imports > 0 && sum.conflicts > 0,
        "too tame a run: {sum:?}"
    );
    // Every eight seeds of a group have each kind of day once.
    assert!(
        sum.shut_out > 0 && sum.destroyed > 0 && sum.old_profiles > 0 && sum.updates > 0,
        "a day lacked what it was planned for: {sum:?}"
    );
    assert!(
        sum.power_cuts > 0 && sum.torn > 0 && sum.usurped > 0 && sum.parted > 0 && sum.jumps > 0,
        "nothing went badly wrong: {sum:?}"
    );
}

#[test]
fn nothing_acknowledged_is_lost_and_all_devices_become_equal_first_quarter() {
    check(0);
}

#[test]
fn nothing_acknowledged_is_lost_and_all_devices_become_equal_second_quarter() {
    check(1);
}

#[test]
fn nothing_acknowledged_is_lost_and_all_devices_become_equal_third_quarter() {
    check(2);
}

#[test]
fn nothing_acknowledged_is_lost_and_all_devices_become_equal_last_quarter() {
    check(3);
}

#[test]
fn a_seed_gives_the_same_day_every_time() {
    let day = || {
        let mut simulation = Simulation::new(7);
        simulation.advance(400);
        simulation.trace().to_vec()
    };
    let first = day();
    assert!(first.len() > 40, "a short day: {}", first.len());
    assert_eq!(first, day());
}
