//! What the figures were measured on and with.

use super::report::Run;
use crate::{process, setup::Env};
use std::{
    fs,
    path::Path,
    process::Command,
    thread,
    time::{SystemTime, UNIX_EPOCH},
};

const SECONDS_OF_A_DAY: u64 = 86_400;

/// Returns what this run is.
pub fn describe(env: &Env, chromium: &Path) -> Run {
    let ask = |program: &str, words: &[&str]| process::ask(env.command(program).args(words));
    let commit = ask("git", &["rev-parse", "--short", "HEAD"]).unwrap_or_default();
    let changed = ask("git", &["status", "--porcelain", "--untracked-files=no"])
        .is_some_and(|files| !files.is_empty());
    let version = format!(
        "{} ({commit}{})",
        env!("CARGO_PKG_VERSION"),
        if changed { ", with local changes" } else { "" }
    );
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let read = |file: &str| fs::read_to_string(file).unwrap_or_default();
    let mut parts = vec![
        value_of(&read("/proc/cpuinfo"), "model name")
            .unwrap_or_else(|| "processor unknown".into()),
        format!("{cores} cores"),
    ];
    if let Some(memory) =
        value_of(&read("/proc/meminfo"), "MemTotal").and_then(|text| gigabytes(&text))
    {
        parts.push(memory);
    }
    parts.extend(ask("uname", &["-sr"]));
    parts.extend(
        process::ask(Command::new(chromium).arg("--version"))
            .map(|text| text.split(" built").next().unwrap_or_default().to_owned()),
    );
    parts.extend(ask("node", &["--version"]).map(|version| format!("Node {version}")));
    if let Some(load) = read("/proc/loadavg")
        .split(' ')
        .next()
        .filter(|load| !load.is_empty())
    {
        parts.push(format!("load before the run {load}"));
    }
    let seconds = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_secs());
    Run {
        version,
        date: date(seconds / SECONDS_OF_A_DAY),
        machine: parts.join(", "),
    }
}

/// Returns the first value of a key in a file of `key : value` lines.
fn value_of(text: &str, key: &str) -> Option<String> {
    text.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        (name.trim() == key).then(|| value.trim().to_owned())
    })
}

/// Returns `24000000 kB` as whole gigabytes.
fn gigabytes(text: &str) -> Option<String> {
    let kilobytes: u64 = text.split(' ').next()?.parse().ok()?;
    Some(format!("{} GB", kilobytes / 1_000_000))
}

/// Returns the date so many days after 1970-01-01 as `YYYY-MM-DD`.
///
/// **Source:** Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", `civil_from_days`.
fn date(days: u64) -> String {
    // Years begin in March, eras of 400 years on 0000-03-01.
    let since = days + 719_468;
    let (era, day_of_era) = (since / 146_097, since % 146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 {
        month_from_march + 3
    } else {
        month_from_march - 9
    };
    let year = era * 400 + year_of_era + u64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_become_dates() {
        for (days, expected) in [
            (0, "1970-01-01"),
            (59, "1970-03-01"),
            (11_016, "2000-02-29"),
            (11_017, "2000-03-01"),
            (20_778, "2026-11-21"),
        ] {
            assert_eq!(date(days), expected);
        }
    }

    #[test]
    fn values_are_found_by_their_key() {
        let text = "processor\t: 0\nmodel name\t: A Processor: fast\n";
        assert_eq!(
            value_of(text, "model name").as_deref(),
            Some("A Processor: fast")
        );
        assert_eq!(value_of(text, "bogomips"), None);
        assert_eq!(gigabytes("24064512 kB").as_deref(), Some("24 GB"));
    }
}
