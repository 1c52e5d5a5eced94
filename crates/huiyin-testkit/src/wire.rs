//! Sockets between devices and the relay: each connection is in order until it is cut; a cut loses what is on its way.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use huiyin_engine::Event;

use crate::{ConnectionId, Device, Outgoing, Relay};

/// Rounds one settling may take: more is a loop.
const MAX_ROUNDS: usize = 20_000;
/// Simulated time a settling lets pass when nothing else moves, at most, in milliseconds.
const MAX_WAIT_MS: i64 = 15 * 60_000;

/// A socket of a device.
#[derive(Debug, Default)]
struct Socket {
    id: ConnectionId,
    opened: bool,
    /// Silently dead: nothing arrives any more, and nobody is told.
    dead: bool,
    up: VecDeque<Vec<u8>>,
    down: VecDeque<Vec<u8>>,
}

/// The network and the relay behind it.
#[derive(Debug)]
pub struct Wire {
    /// The relay.
    pub relay: Relay,
    /// The relay takes connections.
    pub relay_up: bool,
    sockets: BTreeMap<usize, Socket>,
    /// Devices that hear of their closed socket at the next step.
    closing: BTreeSet<usize>,
    /// Devices that no relay can be reached from.
    away: BTreeSet<usize>,
    next: ConnectionId,
}

impl Wire {
    /// Returns a network with an empty relay that is up.
    pub fn new(seed: u64) -> Self {
        Self {
            relay: Relay::new(seed),
            relay_up: true,
            sockets: BTreeMap::new(),
            closing: BTreeSet::new(),
            away: BTreeSet::new(),
            next: 1,
        }
    }

    /// Takes what a device wants from the network.
    pub fn carry(&mut self, at: usize, device: &mut Device) {
        for outgoing in device.take_outgoing() {
            match outgoing {
                Outgoing::Connect(_) => {
                    self.hang_up(at);
                    self.closing.remove(&at);
                    let id = self.next;
                    self.next += 1;
                    self.sockets.insert(
                        at,
                        Socket {
                            id,
                            ..Socket::default()
                        },
                    );
                }
                Outgoing::Send(frame) => {
                    if let Some(socket) = self.sockets.get_mut(&at) {
                        socket.up.push_back(frame);
                    }
                }
                Outgoing::Disconnect => self.hang_up(at),
            }
        }
    }

    /// Ends a device's connection without telling the device: it hung up, or crashed.
    pub fn hang_up(&mut self, at: usize) {
        if let Some(socket) = self.sockets.remove(&at) {
            self.relay.close(socket.id);
        }
    }

    /// Cuts a device's connection; what is on its way is lost, the device is told at its next step.
    pub fn cut(&mut self, at: usize) {
        if self.sockets.contains_key(&at) {
            self.hang_up(at);
            self.closing.insert(at);
        }
    }

    /// Lets a device's connection die silently.
    pub fn kill(&mut self, at: usize) {
        if let Some(socket) = self.sockets.get_mut(&at) {
            socket.dead = true;
            socket.up.clear();
            socket.down.clear();
        }
    }

    /// Returns whether a device's connection died and the device has not noticed.
    pub fn is_dead(&self, at: usize) -> bool {
        self.sockets.get(&at).is_some_and(|socket| socket.dead)
    }

    /// Parts a device from the relay until [`Wire::let_back`].
    pub fn part(&mut self, at: usize) {
        self.away.insert(at);
        self.cut(at);
    }

    /// Ends the parting of a device.
    pub fn let_back(&mut self, at: usize) {
        self.away.remove(&at);
    }

    /// Returns whether a device is parted from the relay.
    pub fn is_away(&self, at: usize) -> bool {
        self.away.contains(&at)
    }

    /// Returns how a device's connection stands, for the message of a failed run.
    pub fn describe(&self, at: usize) -> String {
        match self.sockets.get(&at) {
            None => "no connection".to_owned(),
            Some(socket) => format!(
                "connection {} (dead: {}): {}",
                socket.id,
                socket.dead,
                self.relay.describe(socket.id)
            ),
        }
    }

    /// A node of the relay stops and starts: its connections are gone.
    pub fn crash_node(&mut self, node: usize) {
        let of_node = |id| self.relay.node_of(id) == node;
        let there: Vec<usize> = self
            .sockets
            .iter()
            .filter(|(_, socket)| of_node(socket.id))
            .map(|(at, _)| *at)
            .collect();
        for at in there {
            self.cut(at);
        }
    }

    /// A node of the relay hears what the others have stored. Returns whether there was anything.
    pub fn tell_node(&mut self, node: usize) -> bool {
        let Some(frames) = self.relay.tell_node(node) else {
            return false;
        };
        self.hand_down(frames);
        true
    }

    /// Every node hears what the others have stored. Returns whether there was anything.
    pub fn tell_nodes(&mut self) -> bool {
        let mut any = false;
        for node in 0..self.relay.nodes {
            any |= self.tell_node(node);
        }
        any
    }

    fn hand_down(&mut self, frames: Vec<(ConnectionId, Vec<u8>)>) {
        for (connection, frame) in frames {
            let target = self
                .sockets
                .values_mut()
                .find(|socket| socket.id == connection && !socket.dead);
            if let Some(socket) = target {
                socket.down.push_back(frame);
            }
        }
    }

    /// Cuts every connection.
    pub fn cut_all(&mut self) {
        let all: Vec<usize> = self.sockets.keys().copied().collect();
        for at in all {
            self.cut(at);
        }
    }

    /// Returns whether anything is under way for a device.
    pub fn is_busy(&self, at: usize) -> bool {
        self.closing.contains(&at)
            || self.sockets.get(&at).is_some_and(|socket| {
                !socket.dead && (!socket.opened || !socket.up.is_empty() || !socket.down.is_empty())
            })
    }

    /// Moves one thing of a device's connection: its opening or closing, a frame up or (`down`) a frame down. Returns whether
    /// anything moved.
    pub fn step(&mut self, at: usize, device: &mut Device, down: bool) -> bool {
        if self.closing.remove(&at) {
            device.feed(Event::Closed {
                reason: "simulated".to_owned(),
            });
            self.carry(at, device);
            return true;
        }
        let Some(socket) = self.sockets.get_mut(&at) else {
            return false;
        };
        if socket.dead {
            return false;
        }
        if !socket.opened {
            if self.relay_up && !self.away.contains(&at) {
                socket.opened = true;
                self.relay.open(socket.id);
                device.feed(Event::Opened);
            } else {
                self.hang_up(at);
                device.feed(Event::Closed {
                    reason: "no relay".to_owned(),
                });
            }
            self.carry(at, device);
            return true;
        }
        if down {
            let Some(frame) = socket.down.pop_front() else {
                return false;
            };
            device.feed(Event::Frame(frame));
            self.carry(at, device);
            return true;
        }
        let Some(frame) = socket.up.pop_front() else {
            return false;
        };
        let id = socket.id;
        let frames = self.relay.frame(id, &frame);
        self.hand_down(frames);
        true
    }

    /// Moves frames and disks until nothing is under way; time stands still.
    pub fn settle(&mut self, devices: &mut [Device]) {
        for _ in 0..MAX_ROUNDS {
            let mut moved = self.tell_nodes();
            for (at, device) in devices.iter_mut().enumerate() {
                device.settle();
                self.carry(at, device);
                moved |= self.step(at, device, false);
                moved |= self.step(at, device, true);
                device.settle();
                self.carry(at, device);
            }
            if !moved {
                return;
            }
        }
        panic!("the network never comes to rest");
    }

    /// Settles, and lets time pass to each wake-up until `done` holds or `MAX_WAIT_MS` are over. Returns whether it holds.
    pub fn settle_until(
        &mut self,
        devices: &mut [Device],
        mut done: impl FnMut(&mut [Device]) -> bool,
    ) -> bool {
        let mut waited = 0;
        loop {
            self.settle(devices);
            if done(devices) {
                return true;
            }
            let next = devices
                .iter()
                .filter_map(|device| Some(device.wake_at()? - device.now))
                .min()
                .unwrap_or(MAX_WAIT_MS)
                .max(1);
            waited += next;
            if waited > MAX_WAIT_MS {
                return false;
            }
            for device in devices.iter_mut() {
                device.now += next;
                device.wake_if_due();
            }
        }
    }
}
