//! What one address, one device, one workspace and one connection may cost. All of it is counted in bounded memory, and
//! before any signature is looked at.
//!
//! Long: each limit with its count and its refusal.

use std::collections::HashMap;
use std::hash::Hash;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use huiyin_sync::DeviceId;

use crate::store::Usage;

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
/// Buckets kept of each kind. Beyond them full ones are thrown out first, then any.
const BUCKETS_KEPT: usize = 10_000;
/// Connections of one address at a time: a company's head office behind one router.
const CONNECTIONS_PER_ADDRESS: usize = 1_024;
/// Connections an address may open per second in the long run.
const OPENINGS_PER_SECOND: f64 = 20.0;
/// Connections an address may open at once: all devices of an office after a power cut.
const OPENINGS_AT_ONCE: f64 = 1_000.0;
/// What an address may append, in bytes, is so many times what one device may.
const DEVICES_AT_FULL_RATE_PER_ADDRESS: f64 = 8.0;
/// Bytes of objects one stream may keep here, within what its workspace may keep.
pub(crate) const OBJECT_BYTES_PER_STREAM: u64 = 32 * 1024 * 1024 * 1024;
/// Bytes of envelopes and objects a workspace may keep here.
const QUOTA_BYTES: u64 = 64 * 1024 * 1024 * 1024;
/// Envelopes a workspace may keep here.
const QUOTA_ENVELOPES: u64 = 50_000_000;
/// Streams a workspace may keep here.
const QUOTA_STREAMS: u64 = 10_000;
/// Memory for batches on their way to all devices, in bytes.
const OUTGOING_BYTES: usize = 256 * 1024 * 1024;

/// What a workspace may keep in the store. Beyond it, devices are told that the store cannot take more now: they keep their
/// envelopes and ask again. Nodes count on their own within one group, so a little more may be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quota {
    /// Bytes of envelopes and objects.
    pub bytes: u64,
    /// Envelopes.
    pub envelopes: u64,
    /// Streams.
    pub streams: u64,
}

impl Default for Quota {
    fn default() -> Self {
        Self {
            bytes: QUOTA_BYTES,
            envelopes: QUOTA_ENVELOPES,
            streams: QUOTA_STREAMS,
        }
    }
}

impl Quota {
    /// Returns whether one more envelope of `length` bytes, in a stream that is there or not, stays within.
    pub(crate) fn allows(&self, usage: Usage, has_stream: bool, length: usize) -> bool {
        usage.bytes + length as u64 <= self.bytes
            && usage.envelopes < self.envelopes
            && (has_stream || usage.streams < self.streams)
    }

    /// Returns whether one more object of `length` bytes stays within.
    pub(crate) fn allows_object(&self, usage: Usage, length: usize) -> bool {
        usage.bytes + length as u64 <= self.bytes
    }
}

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
    /// Connections of one address at a time; an IPv6 address counts by its first 64 bits.
    pub connections_per_address: usize,
    /// Connections an address may open per second in the long run.
    pub openings_per_second: f64,
    /// Connections an address may open at once.
    pub openings_at_once: f64,
    /// What a workspace may keep.
    pub quota: Quota,
    /// Memory for batches on their way to all devices, in bytes; beyond it batches are made small.
    pub outgoing_bytes: usize,
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
            connections_per_address: CONNECTIONS_PER_ADDRESS,
            openings_per_second: OPENINGS_PER_SECOND,
            openings_at_once: OPENINGS_AT_ONCE,
            quota: Quota::default(),
            outgoing_bytes: OUTGOING_BYTES,
        }
    }
}

/// How fast two kinds of tokens come back, and how many there are at most.
#[derive(Debug, Clone, Copy)]
struct Fill {
    per_second: [f64; 2],
    at_once: [f64; 2],
}

impl Fill {
    fn level(&self, bucket: &Bucket, now: Instant) -> [f64; 2] {
        let seconds = now
            .saturating_duration_since(bucket.filled_at)
            .as_secs_f64();
        [0, 1].map(|kind| {
            (bucket.level[kind] + seconds * self.per_second[kind]).min(self.at_once[kind])
        })
    }
}

#[derive(Debug)]
struct Bucket {
    level: [f64; 2],
    filled_at: Instant,
}

/// Token buckets by key, a bounded number of them.
#[derive(Debug)]
struct Buckets<K> {
    fill: Fill,
    kept: usize,
    by_key: HashMap<K, Bucket>,
}

impl<K: Hash + Eq> Buckets<K> {
    fn new(fill: Fill) -> Self {
        Self {
            fill,
            kept: BUCKETS_KEPT,
            by_key: HashMap::new(),
        }
    }

    /// Returns whether `key` has so many tokens of each kind at `now`, and takes them if so.
    fn take(&mut self, key: K, tokens: [f64; 2], now: Instant) -> bool {
        let fill = self.fill;
        if self.by_key.len() >= self.kept && !self.by_key.contains_key(&key) {
            self.make_room(now);
        }
        let bucket = self.by_key.entry(key).or_insert(Bucket {
            level: fill.at_once,
            filled_at: now,
        });
        bucket.level = fill.level(bucket, now);
        bucket.filled_at = now;
        let enough = tokens[0] <= bucket.level[0] && tokens[1] <= bucket.level[1];
        if enough {
            bucket.level[0] -= tokens[0];
            bucket.level[1] -= tokens[1];
        }
        enough
    }

    fn make_room(&mut self, now: Instant) {
        let fill = self.fill;
        self.by_key.retain(|_, bucket| {
            let level = fill.level(bucket, now);
            level[0] < fill.at_once[0] || level[1] < fill.at_once[1]
        });
        // Whoever makes up so many keys gets fresh buckets by it; the memory matters more.
        let mut spare = self.by_key.len().saturating_sub(self.kept / 2);
        if self.by_key.len() >= self.kept {
            self.by_key.retain(|_, _| {
                let goes = spare > 0;
                spare = spare.saturating_sub(1);
                !goes
            });
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Token buckets of devices and addresses, across their connections.
#[derive(Debug)]
pub(crate) struct Rates {
    devices: Mutex<Buckets<DeviceId>>,
    addresses: Mutex<Buckets<IpAddr>>,
}

impl Rates {
    pub(crate) fn new(limits: Limits) -> Self {
        let devices = Fill {
            per_second: [limits.envelopes_per_second, limits.bytes_per_second],
            at_once: [limits.envelopes_at_once, limits.bytes_at_once],
        };
        let many = DEVICES_AT_FULL_RATE_PER_ADDRESS;
        let addresses = Fill {
            per_second: [limits.openings_per_second, limits.bytes_per_second * many],
            at_once: [limits.openings_at_once, limits.bytes_at_once * many],
        };
        Self {
            devices: Mutex::new(Buckets::new(devices)),
            addresses: Mutex::new(Buckets::new(addresses)),
        }
    }

    /// Returns whether `device` at `address` may append so much at `now`, and counts it if so.
    pub(crate) fn take(
        &self,
        device: DeviceId,
        address: IpAddr,
        envelopes: usize,
        bytes: usize,
        now: Instant,
    ) -> bool {
        let (envelopes, bytes) = (envelopes as f64, bytes as f64);
        lock(&self.devices).take(device, [envelopes, bytes], now)
            && lock(&self.addresses).take(address, [0.0, bytes], now)
    }

    /// Returns whether `address` may open a connection at `now`, and counts it if so.
    pub(crate) fn open(&self, address: IpAddr, now: Instant) -> bool {
        lock(&self.addresses).take(address, [1.0, 0.0], now)
    }
}

/// Returns the address by which a device is counted: whoever has one IPv6 address has the 2⁶⁴ beside it too.
///
/// **Source:** RFC 6177, section 2 (an end site gets at least a /64).
pub(crate) fn counted(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
        v4 @ IpAddr::V4(_) => v4,
    }
}

/// Open connections by address.
#[derive(Debug, Default)]
pub(crate) struct Addresses(Mutex<HashMap<IpAddr, usize>>);

/// One connection of an address, counted for as long as this lives.
#[derive(Debug)]
pub(crate) struct AddressPlace {
    addresses: Arc<Addresses>,
    /// As [`counted`].
    pub(crate) address: IpAddr,
}

impl Addresses {
    /// Returns a place for one more connection of `address`, unless it has `most`.
    pub(crate) fn take(self: &Arc<Self>, address: IpAddr, most: usize) -> Option<AddressPlace> {
        let mut open = lock(&self.0);
        let count = open.entry(address).or_default();
        if *count >= most {
            return None;
        }
        *count += 1;
        Some(AddressPlace {
            addresses: Arc::clone(self),
            address,
        })
    }
}

impl Drop for AddressPlace {
    fn drop(&mut self) {
        let mut open = lock(&self.addresses.0);
        if let Some(count) = open.get_mut(&self.address) {
            *count -= 1;
            if *count == 0 {
                open.remove(&self.address);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);

    #[test]
    fn a_bucket_empties_refills_with_time_and_is_each_devices_own() {
        let rates = Rates::new(Limits {
            envelopes_per_second: 2.0,
            envelopes_at_once: 4.0,
            ..Limits::default()
        });
        let (a, b) = (DeviceId([1; 32]), DeviceId([2; 32]));
        let start = Instant::now();
        assert!(rates.take(a, HERE, 4, 10, start));
        assert!(!rates.take(a, HERE, 1, 10, start));
        assert!(rates.take(b, HERE, 4, 10, start));
        let later = start + Duration::from_secs(1);
        assert!(!rates.take(a, HERE, 3, 10, later));
        assert!(rates.take(a, HERE, 2, 10, later));
        let much_later = start + Duration::from_secs(100);
        assert!(!rates.take(a, HERE, 5, 10, much_later));
        assert!(rates.take(a, HERE, 4, 10, much_later));
    }

    #[test]
    fn bytes_count_for_the_device_and_for_its_address() {
        let rates = Rates::new(Limits {
            bytes_at_once: 100.0,
            ..Limits::default()
        });
        let now = Instant::now();
        assert!(!rates.take(DeviceId([1; 32]), HERE, 1, 101, now));
        for device in 0..8 {
            assert!(rates.take(DeviceId([device; 32]), HERE, 1, 100, now));
        }
        assert!(!rates.take(DeviceId([8; 32]), HERE, 1, 100, now));
        let there = IpAddr::from([10, 0, 0, 1]);
        assert!(rates.take(DeviceId([9; 32]), there, 1, 100, now));
    }

    #[test]
    fn an_address_opens_only_so_many_connections_at_once_and_a_v6_address_counts_by_its_network() {
        let rates = Rates::new(Limits {
            openings_per_second: 1.0,
            openings_at_once: 2.0,
            ..Limits::default()
        });
        let address = |text: &str| counted(text.parse().expect("an address"));
        let now = Instant::now();
        assert!(rates.open(address("2001:db8::1"), now));
        assert!(rates.open(address("2001:db8::2"), now));
        assert!(!rates.open(address("2001:db8::3"), now));
        assert!(rates.open(address("2001:db8:0:1::3"), now));
        assert!(rates.open(address("2001:db8::3"), now + Duration::from_secs(1)));
        assert_eq!(address("::ffff:10.0.0.1"), IpAddr::from([10, 0, 0, 1]));
        let open = Arc::new(Addresses::default());
        let first = open.take(HERE, 1);
        assert!(first.is_some() && open.take(HERE, 1).is_none());
        drop(first);
        assert!(open.take(HERE, 1).is_some());
    }

    #[test]
    fn however_many_keys_come_the_buckets_stay_few_and_the_rest_keep_counting() {
        let fill = Fill {
            per_second: [0.0, 0.0],
            at_once: [1.0, 1.0],
        };
        let mut buckets = Buckets::new(fill);
        let now = Instant::now();
        for key in 0..BUCKETS_KEPT * 3 {
            assert!(buckets.take(key, [1.0, 0.0], now));
            assert!(!buckets.take(key, [1.0, 0.0], now));
            assert!(buckets.by_key.len() <= BUCKETS_KEPT);
        }
    }

    #[test]
    fn a_quota_counts_bytes_envelopes_and_streams() {
        let quota = Quota {
            bytes: 100,
            envelopes: 3,
            streams: 2,
        };
        let usage = |streams, envelopes, bytes| Usage {
            streams,
            envelopes,
            bytes,
        };
        assert!(quota.allows(usage(2, 2, 90), true, 10));
        assert!(!quota.allows(usage(2, 2, 90), true, 11));
        assert!(!quota.allows(usage(2, 3, 0), true, 1));
        assert!(!quota.allows(usage(2, 2, 0), false, 1));
        assert!(quota.allows(usage(1, 2, 0), false, 1));
    }
}
