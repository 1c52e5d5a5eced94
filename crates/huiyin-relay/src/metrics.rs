//! Counters, shown in the Prometheus text format.
//!
//! **Source:** Prometheus text exposition format 0.0.4.

use std::fmt::Write as _;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use huiyin_sync::{FailureCode, RefusalCode};

/// Upper bounds of the latency histogram, in milliseconds.
const LATENCY_BOUNDS_MS: [u64; 10] = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000];

/// Why a connection was turned away before its first word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TurnedAway {
    /// Its address opens too many in too short a time.
    AddressRate,
    /// Its address has too many open.
    AddressConnections,
}

impl TurnedAway {
    const ALL: [Self; 2] = [Self::AddressRate, Self::AddressConnections];

    fn name(self) -> &'static str {
        match self {
            Self::AddressRate => "address_rate",
            Self::AddressConnections => "address_connections",
        }
    }
}

const FAILURES: [FailureCode; 7] = [
    FailureCode::OtherVersion,
    FailureCode::BadFrame,
    FailureCode::BadProof,
    FailureCode::TooSlow,
    FailureCode::TooManyConnections,
    FailureCode::StoreFailed,
    FailureCode::Stopping,
];

fn failure_name(code: FailureCode) -> &'static str {
    match code {
        FailureCode::OtherVersion => "other_version",
        FailureCode::BadFrame => "bad_frame",
        FailureCode::BadProof => "bad_proof",
        FailureCode::TooSlow => "too_slow",
        FailureCode::TooManyConnections => "too_many_connections",
        FailureCode::StoreFailed => "store_failed",
        FailureCode::Stopping => "stopping",
    }
}

/// What is counted.
#[derive(Debug, Default)]
pub(crate) struct Metrics {
    pub(crate) connections: AtomicUsize,
    pub(crate) connections_total: AtomicU64,
    pub(crate) store_failing: AtomicBool,
    /// What other nodes do cannot be read.
    pub(crate) store_unheard: AtomicBool,
    batches_from_memory: AtomicU64,
    batches_from_store: AtomicU64,
    over_quota: AtomicU64,
    turned_away: [AtomicU64; TurnedAway::ALL.len()],
    failed: [AtomicU64; FAILURES.len()],
    appended: AtomicU64,
    appended_bytes: AtomicU64,
    delivered: AtomicU64,
    delivered_bytes: AtomicU64,
    objects_stored: AtomicU64,
    objects_sent: AtomicU64,
    refused: [AtomicU64; RefusalCode::ALL.len()],
    latency: [AtomicU64; LATENCY_BOUNDS_MS.len()],
    latency_count: AtomicU64,
    latency_micros: AtomicU64,
}

fn add(counter: &AtomicU64, by: usize) {
    counter.fetch_add(by as u64, Ordering::Relaxed);
}

impl Metrics {
    pub(crate) fn appended(&self, bytes: usize) {
        add(&self.appended, 1);
        add(&self.appended_bytes, bytes);
    }

    pub(crate) fn delivered(&self, envelopes: usize, bytes: usize) {
        add(&self.delivered, envelopes);
        add(&self.delivered_bytes, bytes);
    }

    pub(crate) fn object_stored(&self) {
        add(&self.objects_stored, 1);
    }

    pub(crate) fn object_sent(&self) {
        add(&self.objects_sent, 1);
    }

    /// Counts envelopes and objects refused because their workspace is full.
    pub(crate) fn over_quota(&self, envelopes: usize) {
        add(&self.over_quota, envelopes);
    }

    pub(crate) fn turned_away(&self, reason: TurnedAway) {
        add(&self.turned_away[reason as usize], 1);
    }

    /// Counts a connection the relay ended.
    pub(crate) fn failed(&self, code: FailureCode) {
        let place = FAILURES.iter().position(|listed| *listed == code);
        if let Some(counter) = place.and_then(|place| self.failed.get(place)) {
            add(counter, 1);
        }
    }

    /// Counts a batch, by where its envelopes came from.
    pub(crate) fn batch(&self, from_memory: bool) {
        let counter = if from_memory {
            &self.batches_from_memory
        } else {
            &self.batches_from_store
        };
        add(counter, 1);
    }

    pub(crate) fn refused(&self, code: RefusalCode) {
        let place = RefusalCode::ALL.iter().position(|listed| *listed == code);
        if let Some(counter) = place.and_then(|place| self.refused.get(place)) {
            add(counter, 1);
        }
    }

    /// Counts one group commit, from the first request taken to the answers given.
    pub(crate) fn append_took(&self, time: Duration) {
        for (bound, counter) in LATENCY_BOUNDS_MS.iter().zip(&self.latency) {
            if time <= Duration::from_millis(*bound) {
                add(counter, 1);
            }
        }
        add(&self.latency_count, 1);
        self.latency_micros
            .fetch_add(time.as_micros() as u64, Ordering::Relaxed);
    }

    /// Returns the page of `/metrics`.
    pub(crate) fn text(&self, workspaces_in_use: usize) -> String {
        let mut text = String::new();
        let load = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        let mut single = |name: &str, kind: &str, help: &str, value: u64| {
            write!(
                text,
                "# HELP {name} {help}\n# TYPE {name} {kind}\n{name} {value}\n"
            )
            .expect("a string takes all");
        };
        single(
            "huiyin_relay_connections",
            "gauge",
            "Open connections.",
            self.connections.load(Ordering::Relaxed) as u64,
        );
        single(
            "huiyin_relay_workspaces_in_use",
            "gauge",
            "Workspaces with open connections.",
            workspaces_in_use as u64,
        );
        let store_fails = self.store_failing.load(Ordering::Relaxed)
            || self.store_unheard.load(Ordering::Relaxed);
        single(
            "huiyin_relay_store_up",
            "gauge",
            "1 if the store took the last group and could be read, else 0.",
            u64::from(!store_fails),
        );
        for (name, help, counter) in [
            (
                "huiyin_relay_connections_total",
                "Connections accepted.",
                &self.connections_total,
            ),
            (
                "huiyin_relay_appended_total",
                "Envelopes acknowledged, repeated ones included.",
                &self.appended,
            ),
            (
                "huiyin_relay_appended_bytes_total",
                "Bytes of envelopes acknowledged.",
                &self.appended_bytes,
            ),
            (
                "huiyin_relay_delivered_total",
                "Envelopes sent to devices.",
                &self.delivered,
            ),
            (
                "huiyin_relay_delivered_bytes_total",
                "Bytes of envelopes sent to devices.",
                &self.delivered_bytes,
            ),
            (
                "huiyin_relay_objects_stored_total",
                "Sealed objects acknowledged, repeated ones included.",
                &self.objects_stored,
            ),
            (
                "huiyin_relay_objects_sent_total",
                "Sealed objects sent to devices.",
                &self.objects_sent,
            ),
            (
                "huiyin_relay_over_quota_total",
                "Envelopes and objects refused because their workspace is full.",
                &self.over_quota,
            ),
        ] {
            single(name, "counter", help, load(counter));
        }
        let mut line = |arguments: std::fmt::Arguments<'_>| {
            text.write_fmt(arguments).expect("a string takes all");
            text.push('\n');
        };
        line(format_args!(
            "# HELP huiyin_relay_refused_total Envelopes refused, by reason."
        ));
        line(format_args!("# TYPE huiyin_relay_refused_total counter"));
        for (code, counter) in RefusalCode::ALL.iter().zip(&self.refused) {
            line(format_args!(
                "huiyin_relay_refused_total{{code=\"{}\"}} {}",
                code.name(),
                load(counter)
            ));
        }
        line(format_args!(
            "# HELP huiyin_relay_turned_away_total Connections turned away with status 429, by reason."
        ));
        line(format_args!(
            "# TYPE huiyin_relay_turned_away_total counter"
        ));
        for (reason, counter) in TurnedAway::ALL.iter().zip(&self.turned_away) {
            line(format_args!(
                "huiyin_relay_turned_away_total{{reason=\"{}\"}} {}",
                reason.name(),
                load(counter)
            ));
        }
        line(format_args!(
            "# HELP huiyin_relay_failed_total Connections the relay ended, by reason."
        ));
        line(format_args!("# TYPE huiyin_relay_failed_total counter"));
        for (code, counter) in FAILURES.iter().zip(&self.failed) {
            line(format_args!(
                "huiyin_relay_failed_total{{code=\"{}\"}} {}",
                failure_name(*code),
                load(counter)
            ));
        }
        line(format_args!(
            "# HELP huiyin_relay_batches_total Batches sent, by where their envelopes came from."
        ));
        line(format_args!("# TYPE huiyin_relay_batches_total counter"));
        for (from, counter) in [
            ("memory", &self.batches_from_memory),
            ("store", &self.batches_from_store),
        ] {
            line(format_args!(
                "huiyin_relay_batches_total{{from=\"{from}\"}} {}",
                load(counter)
            ));
        }
        line(format_args!(
            "# HELP huiyin_relay_append_seconds Time of a group commit."
        ));
        line(format_args!("# TYPE huiyin_relay_append_seconds histogram"));
        for (bound, counter) in LATENCY_BOUNDS_MS.iter().zip(&self.latency) {
            line(format_args!(
                "huiyin_relay_append_seconds_bucket{{le=\"{}\"}} {}",
                Duration::from_millis(*bound).as_secs_f64(),
                load(counter)
            ));
        }
        let count = load(&self.latency_count);
        line(format_args!(
            "huiyin_relay_append_seconds_bucket{{le=\"+Inf\"}} {count}"
        ));
        line(format_args!(
            "huiyin_relay_append_seconds_sum {}",
            Duration::from_micros(load(&self.latency_micros)).as_secs_f64()
        ));
        line(format_args!("huiyin_relay_append_seconds_count {count}"));
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_counts_refusals_by_code_and_latencies_in_buckets() {
        let metrics = Metrics::default();
        metrics.refused(RefusalCode::Fork);
        metrics.append_took(Duration::from_millis(3));
        metrics.appended(100);
        metrics.turned_away(TurnedAway::AddressConnections);
        metrics.failed(FailureCode::Stopping);
        let text = metrics.text(3);
        for expected in [
            "huiyin_relay_turned_away_total{reason=\"address_connections\"} 1\n",
            "huiyin_relay_failed_total{code=\"stopping\"} 1\n",
            "huiyin_relay_workspaces_in_use 3\n",
            "huiyin_relay_store_up 1\n",
            "huiyin_relay_refused_total{code=\"fork\"} 1\n",
            "huiyin_relay_refused_total{code=\"too_large\"} 0\n",
            "huiyin_relay_append_seconds_bucket{le=\"0.002\"} 0\n",
            "huiyin_relay_append_seconds_bucket{le=\"0.005\"} 1\n",
            "huiyin_relay_append_seconds_bucket{le=\"+Inf\"} 1\n",
            "huiyin_relay_append_seconds_sum 0.003\n",
            "huiyin_relay_appended_bytes_total 100\n",
        ] {
            assert!(text.contains(expected), "{expected} is missing in\n{text}");
        }
    }
}
