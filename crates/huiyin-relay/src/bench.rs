//! The load tool: devices that join, edit, and wait for each other's edits, over real sockets with real envelopes.
//!
//! Each workspace is new, with one founder who invites the others; all its devices read and write the root stream. An edit is a
//! sealed envelope appended on its own, the costliest way there is. Its latency is the time from before it is handed
//! to the socket until another device has it from its own socket, clocks being one. The client's own work, sealing and two
//! sockets, is in it.

mod device;
mod report;
mod world;

use std::sync::Arc;
use std::time::{Duration, Instant};

use thiserror::Error;
use tokio::sync::Barrier;

pub use report::Report;

use device::{Device, Tally};
use world::World;

/// What to put on a relay.
#[derive(Debug, Clone)]
pub struct Load {
    /// The relay's socket, `ws://` or `wss://`; several, for several nodes, are dealt out in turn.
    pub urls: Vec<String>,
    /// Devices, at least two in each workspace.
    pub devices: usize,
    /// Workspaces the devices are dealt out to.
    pub workspaces: usize,
    /// Edits per second of all devices together.
    pub edits_per_second: f64,
    /// How long they edit.
    pub duration: Duration,
    /// Bytes of one edit before it is sealed.
    pub edit_bytes: usize,
}

/// Time given to what is on its way when the last edit has been made.
const DRAIN: Duration = Duration::from_secs(10);
/// Devices that join at the same time.
const JOINING: usize = 32;

/// Why a load could not be put on a relay.
#[derive(Debug, Error)]
pub enum LoadError {
    /// The numbers make no sense together.
    #[error("make the load: {0}")]
    Numbers(&'static str),
    /// The relay cannot be reached.
    #[error("connect to {url}: {detail}; check the address, it ends in /ws")]
    Connect {
        /// The address.
        url: String,
        /// The reason, on one line.
        detail: Box<str>,
    },
    /// The relay ended a connection or said something unexpected.
    #[error("join the workspace: {detail}")]
    Conversation {
        /// What happened.
        detail: Box<str>,
    },
}

impl Load {
    fn check(&self) -> Result<(), LoadError> {
        if self.urls.is_empty() {
            return Err(LoadError::Numbers("name at least one relay"));
        }
        if self.workspaces == 0 || self.devices < self.workspaces * 2 {
            return Err(LoadError::Numbers(
                "each workspace needs at least two devices",
            ));
        }
        if !(self.edits_per_second > 0.0 && self.edits_per_second < 1_000_000.0) {
            return Err(LoadError::Numbers(
                "edits per second is a number above 0 and below a million",
            ));
        }
        if self.edit_bytes > 512 * 1024 {
            return Err(LoadError::Numbers("an edit has at most 512 KiB"));
        }
        Ok(())
    }

    /// Puts the load on the relay and returns what was measured.
    ///
    /// # Errors
    /// [`LoadError`]: the load was not put on the relay. Losses during the load are in the report.
    pub async fn run(&self) -> Result<Report, LoadError> {
        self.check()?;
        let mut devices = Vec::new();
        for number in 0..self.workspaces {
            // The first workspaces take the devices left over.
            let size = self.devices / self.workspaces
                + usize::from(number < self.devices % self.workspaces);
            devices.extend(self.found(size).await?);
        }
        let start = Arc::new(Barrier::new(devices.len()));
        let began = Instant::now();
        let pace = self.devices as f64 / self.edits_per_second;
        let mut running = Vec::new();
        for (number, device) in devices.into_iter().enumerate() {
            // Devices take turns rather than all at once.
            let offset = pace * number as f64 / self.devices as f64;
            running.push(tokio::spawn(device.work(
                Arc::clone(&start),
                Duration::from_secs_f64(offset),
                Duration::from_secs_f64(pace),
                self.duration,
                self.edit_bytes,
            )));
        }
        let mut tallies = Vec::new();
        for device in running {
            tallies.push(device.await.expect("a device of the load does not panic"));
        }
        Ok(Report::of(self, began.elapsed(), tallies))
    }

    /// Returns the devices of a new workspace, all subscribed and caught up.
    async fn found(&self, size: usize) -> Result<Vec<Device>, LoadError> {
        let world = Arc::new(World::new(size));
        let mut first = Device::join(&self.urls[0], Arc::clone(&world), 0).await?;
        first.append(world.said()).await?;
        let mut devices = vec![first];
        let members: Vec<usize> = (1..size).collect();
        for some in members.chunks(JOINING) {
            let joining = some.iter().map(|number| {
                let url = self.urls[number % self.urls.len()].clone();
                let world = Arc::clone(&world);
                let number = *number;
                tokio::spawn(async move { Device::join(&url, world, number).await })
            });
            for device in joining.collect::<Vec<_>>() {
                devices.push(device.await.expect("a device of the load does not panic")?);
            }
        }
        for device in &mut devices {
            device.subscribe().await?;
        }
        let tally = Tally::shared(size);
        for device in &mut devices {
            device.share(Arc::clone(&tally));
        }
        Ok(devices)
    }
}
