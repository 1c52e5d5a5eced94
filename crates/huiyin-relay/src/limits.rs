//! What one device, one workspace and one connection may cost.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use huiyin_sync::DeviceId;

/// Envelopes a device may append per second in the long run.
const ENVELOPES_PER_SECOND: f64 = 2_000.0;
/// Envelopes a device may append at once: a first sync.
const ENVELOPES_AT_ONCE: f64 = 50_000.0;
/// Bytes a device may append per second in the long run.
const BYTES_PER_SECOND: f64 = 16.0 * 1024.0 * 1024.0;
/// Bytes a device may append at once: a first sync of a large workspace.
const BYTES_AT_ONCE: f64 = 512.0 * 1024.0 * 1024.0;
/// Connections of one workspace at a time.
const CONNECTIONS_PER_WORKSPACE: usize = 512;
/// Connections of all workspaces at a time.
const CONNECTIONS: usize = 8_192;
/// Time from the first byte to a valid proof.
const HANDSHAKE: Duration = Duration::from_secs(10);
/// A connection on which nothing was heard for so long is closed; devices ping every 20 s.
const SILENCE: Duration = Duration::from_secs(90);
/// Buckets kept before full ones are thrown out.
const BUCKETS_KEPT: usize = 10_000;

/// The limits of a relay. [`Default`] is generous for a company and harmless for the machine.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limits {
    /// Envelopes per second and device in the long run.
    pub envelopes_per_second: f64,
    /// Envelopes per device at once.
    pub envelopes_at_once: f64,
    /// Bytes per second and device in the long run.
    pub bytes_per_second: f64,
    /// Bytes per device at once.
    pub bytes_at_once: f64,
    /// Connections of one workspace at a time.
    pub connections_per_workspace: usize,
    /// Connections of all workspaces at a time.
    pub connections: usize,
    /// Time from the first byte to a valid proof.
    pub handshake: Duration,
    /// Longest silence of a device.
    pub silence: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            envelopes_per_second: ENVELOPES_PER_SECOND,
            envelopes_at_once: ENVELOPES_AT_ONCE,
            bytes_per_second: BYTES_PER_SECOND,
            bytes_at_once: BYTES_AT_ONCE,
            connections_per_workspace: CONNECTIONS_PER_WORKSPACE,
            connections: CONNECTIONS,
            handshake: HANDSHAKE,
            silence: SILENCE,
        }
    }
}

#[derive(Debug)]
struct Bucket {
    envelopes: f64,
    bytes: f64,
    filled_at: Instant,
}

/// One token bucket per device, across its connections.
#[derive(Debug)]
pub(crate) struct Rates {
    limits: Limits,
    buckets: Mutex<HashMap<DeviceId, Bucket>>,
}

impl Rates {
    pub(crate) fn new(limits: Limits) -> Self {
        Self {
            limits,
            buckets: Mutex::new(HashMap::new()),
        }
    }

    /// Returns whether `device` may append so much at `now`, and counts it if so.
    pub(crate) fn take(
        &self,
        device: DeviceId,
        envelopes: usize,
        bytes: usize,
        now: Instant,
    ) -> bool {
        let limits = &self.limits;
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() > BUCKETS_KEPT {
            buckets.retain(|_, bucket| {
                let seconds = (now - bucket.filled_at).as_secs_f64();
                bucket.envelopes + seconds * limits.envelopes_per_second < limits.envelopes_at_once
                    || bucket.bytes + seconds * limits.bytes_per_second < limits.bytes_at_once
            });
        }
        let bucket = buckets.entry(device).or_insert(Bucket {
            envelopes: limits.envelopes_at_once,
            bytes: limits.bytes_at_once,
            filled_at: now,
        });
        let seconds = now
            .saturating_duration_since(bucket.filled_at)
            .as_secs_f64();
        bucket.filled_at = now;
        bucket.envelopes = (bucket.envelopes + seconds * limits.envelopes_per_second)
            .min(limits.envelopes_at_once);
        bucket.bytes = (bucket.bytes + seconds * limits.bytes_per_second).min(limits.bytes_at_once);
        let (envelopes, bytes) = (envelopes as f64, bytes as f64);
        let enough = envelopes <= bucket.envelopes && bytes <= bucket.bytes;
        if enough {
            bucket.envelopes -= envelopes;
            bucket.bytes -= bytes;
        }
        enough
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_empties_refills_with_time_and_is_each_devices_own() {
        let rates = Rates::new(Limits {
            envelopes_per_second: 2.0,
            envelopes_at_once: 4.0,
            ..Limits::default()
        });
        let (a, b) = (DeviceId([1; 32]), DeviceId([2; 32]));
        let start = Instant::now();
        assert!(rates.take(a, 4, 10, start));
        assert!(!rates.take(a, 1, 10, start));
        assert!(rates.take(b, 4, 10, start));
        let later = start + Duration::from_secs(1);
        assert!(!rates.take(a, 3, 10, later));
        assert!(rates.take(a, 2, 10, later));
        let much_later = start + Duration::from_secs(100);
        assert!(!rates.take(a, 5, 10, much_later));
        assert!(rates.take(a, 4, 10, much_later));
    }

    #[test]
    fn bytes_count_too() {
        let rates = Rates::new(Limits {
            bytes_at_once: 100.0,
            ..Limits::default()
        });
        let now = Instant::now();
        assert!(!rates.take(DeviceId([1; 32]), 1, 101, now));
        assert!(rates.take(DeviceId([1; 32]), 1, 100, now));
    }
}
