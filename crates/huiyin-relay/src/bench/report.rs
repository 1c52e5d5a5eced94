//! What a load came to, for people and for programs.

use std::fmt;
use std::time::Duration;

use serde::Serialize;

use super::Load;
use super::device::Measured;

/// Times in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Latency {
    /// How many were measured.
    pub count: u64,
    /// Half are shorter.
    pub p50_ms: f64,
    /// Ninety-nine of a hundred are shorter.
    pub p99_ms: f64,
    /// The longest.
    pub max_ms: f64,
}

impl Latency {
    /// Returns the latency of these times, by nearest rank. All zero if there are none.
    fn of(mut times: Vec<Duration>) -> Self {
        times.sort_unstable();
        let at = |share: f64| {
            let rank = (share * times.len() as f64).ceil() as usize;
            let time = times.get(rank.saturating_sub(1)).copied();
            time.unwrap_or_default().as_secs_f64() * 1_000.0
        };
        Self {
            count: times.len() as u64,
            p50_ms: at(0.50),
            p99_ms: at(0.99),
            max_ms: at(1.0),
        }
    }
}

/// What a load came to. Written as JSON by `huiyin-relay bench --json`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    /// Version of these fields: 1.
    pub version: u32,
    /// Devices.
    pub devices: usize,
    /// Workspaces.
    pub workspaces: usize,
    /// Nodes the devices were dealt out to.
    pub nodes: usize,
    /// Seconds of editing asked for.
    pub seconds: f64,
    /// Seconds until the last device was done.
    pub took_seconds: f64,
    /// Edits per second asked for.
    pub asked_edits_per_second: f64,
    /// Edits acknowledged for each second of editing.
    pub edits_per_second: f64,
    /// Envelopes pushed to other devices for each second of editing.
    pub pushed_per_second: f64,
    /// Edits made.
    pub edits: u64,
    /// Edits acknowledged.
    pub acknowledged: u64,
    /// Edits refused, mostly for their rate.
    pub refused: u64,
    /// Pushes that should have come and did not in time.
    pub unheard: u64,
    /// Connections lost.
    pub lost_connections: u64,
    /// Bytes of frames devices sent.
    pub bytes_sent: u64,
    /// Bytes of frames devices heard.
    pub bytes_heard: u64,
    /// From handing an edit to the socket until another device has it.
    pub pushed: Latency,
    /// From handing an edit to the socket until its receipt.
    pub stored: Latency,
}

impl Report {
    pub(super) fn of(load: &Load, took: Duration, all: Vec<Measured>) -> Self {
        let sum = |of: fn(&Measured) -> u64| all.iter().map(of).sum::<u64>();
        let seconds = load.duration.as_secs_f64();
        let acknowledged = sum(|device| device.acknowledged);
        let heard = sum(|device| device.until_heard.len() as u64);
        // Workspaces may differ by one device: the expectation is a mean.
        let others = load.devices as f64 / load.workspaces as f64 - 1.0;
        let expected = (acknowledged as f64 * others).round() as u64;
        Self {
            version: 1,
            devices: load.devices,
            workspaces: load.workspaces,
            nodes: load.urls.len(),
            seconds,
            took_seconds: took.as_secs_f64(),
            asked_edits_per_second: load.edits_per_second,
            edits_per_second: acknowledged as f64 / seconds,
            pushed_per_second: heard as f64 / seconds,
            edits: sum(|device| device.edits),
            acknowledged,
            refused: sum(|device| device.refused),
            unheard: expected.saturating_sub(heard),
            lost_connections: sum(|device| u64::from(device.lost)),
            bytes_sent: sum(|device| device.bytes_sent),
            bytes_heard: sum(|device| device.bytes_heard),
            pushed: Latency::of(all.iter().flat_map(|d| d.until_heard.clone()).collect()),
            stored: Latency::of(
                all.iter()
                    .flat_map(|device| device.until_acknowledged.clone())
                    .collect(),
            ),
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kib = |bytes: u64| bytes as f64 / 1024.0;
        writeln!(
            out,
            "{} devices in {} workspaces on {} nodes, {:.0} edits/s asked for during {:.0} s",
            self.devices, self.workspaces, self.nodes, self.asked_edits_per_second, self.seconds
        )?;
        writeln!(
            out,
            "stored   {:.0} edits/s   p50 {:.1} ms   p99 {:.1} ms   max {:.0} ms",
            self.edits_per_second, self.stored.p50_ms, self.stored.p99_ms, self.stored.max_ms
        )?;
        writeln!(
            out,
            "pushed   {:.0} envelopes/s   p50 {:.1} ms   p99 {:.1} ms   max {:.0} ms",
            self.pushed_per_second, self.pushed.p50_ms, self.pushed.p99_ms, self.pushed.max_ms
        )?;
        writeln!(
            out,
            "bytes    {:.0} KiB sent, {:.0} KiB heard",
            kib(self.bytes_sent),
            kib(self.bytes_heard)
        )?;
        write!(
            out,
            "trouble  {} refused, {} unheard, {} connections lost",
            self.refused, self.unheard, self.lost_connections
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_of_times_are_the_nearest_ranks() {
        let of = |times: &[u64]| {
            Latency::of(times.iter().map(|ms| Duration::from_millis(*ms)).collect())
        };
        let hundred: Vec<u64> = (1..=100).rev().collect();
        let latency = |count, [p50_ms, p99_ms, max_ms]: [f64; 3]| Latency {
            count,
            p50_ms,
            p99_ms,
            max_ms,
        };
        assert_eq!(of(&hundred), latency(100, [50.0, 99.0, 100.0]));
        assert_eq!(of(&[7]), latency(1, [7.0; 3]));
        assert_eq!(of(&[]), latency(0, [0.0; 3]));
    }
}
