//! Several devices and a relay through a random day: work, losses, crashes, full disks; then everything heals and is judged.
//!
//! What is held: nothing acknowledged is lost or doubled, refused work left no trace, all devices become equal, nobody is left
//! with something to hand over, and list rows are what the documents say. The trace of a failed seed is printed with it.

mod judge;
mod work;

use std::collections::BTreeMap;

use huiyin_api::{Answer, RelayState, Request, SyncView};
use huiyin_engine::{Attachment, Millis};

use crate::oracle::Oracle;
use crate::{Device, Random, Reply, START_MS, Wire};
use work::Op;

/// Moves of the rough part of a day, unless `HUIYIN_MOVES` says how many.
const MOVES: usize = 1_400;
/// Moves after which a healed company must have come to rest.
const MAX_HEALING: usize = 12_000;
/// Most devices.
const MAX_DEVICES: usize = 5;
/// Furthest a device's clock is off, in milliseconds.
const MAX_SKEW_MS: i64 = 10 * 60_000;
/// Lines of the trace that a failure shows, unless `HUIYIN_TRACE` says how many.
const SHOWN_TRACE: usize = 120;
/// The address of the relay, which nobody resolves.
const RELAY: &str = "http://relay.example";

/// What happened in a run: tests look at it to see that the run was not an idle one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Figures {
    /// Requests answered.
    pub answered: u64,
    /// Requests refused for want of space, or because the disk did not answer.
    pub not_saved: u64,
    /// Crashes of devices.
    pub crashes: u64,
    /// Requests sent again after a crash.
    pub resent: u64,
    /// Connections cut or gone silent.
    pub cuts: u64,
    /// Times the relay lost its store.
    pub store_losses: u64,
    /// Bundles taken in.
    pub bundles: u64,
    /// Imports finished.
    pub imports: u64,
    /// Imports taken back.
    pub undone: u64,
    /// Fields in conflict at the end.
    pub conflicts: u64,
    /// Records at the end.
    pub records: u64,
}

/// A request without answer.
struct Posted {
    op: Op,
    request: Request,
    attachment: Option<Attachment>,
    /// Sent again after a crash.
    resent: bool,
}

/// A company and its bad luck.
pub struct Simulation {
    seed: u64,
    random: Random,
    now: Millis,
    devices: Vec<Device>,
    /// By device: how far its clock is off.
    skews: Vec<Millis>,
    wire: Wire,
    oracle: Oracle,
    posted: BTreeMap<(usize, String), Posted>,
    counter: u64,
    /// Bundle files lying around.
    bundles: Vec<Vec<u8>>,
    /// Invitations nobody has used.
    links: Vec<String>,
    trace: Vec<String>,
    figures: Figures,
}

fn number(variable: &str) -> Option<usize> {
    std::env::var(variable).ok()?.parse().ok()
}

impl Simulation {
    /// Returns a company of one device, seeded.
    pub fn new(seed: u64) -> Self {
        let mut random = Random::new(seed);
        let wire = Wire::new(random.below(usize::MAX) as u64);
        let mut simulation = Self {
            seed,
            random,
            now: START_MS,
            devices: Vec::new(),
            skews: Vec::new(),
            wire,
            oracle: Oracle::default(),
            posted: BTreeMap::new(),
            counter: 0,
            bundles: Vec::new(),
            links: Vec::new(),
            trace: Vec::new(),
            figures: Figures::default(),
        };
        simulation.begin();
        simulation
    }

    /// Runs the whole day and returns what happened.
    ///
    /// # Panics
    /// If an invariant does not hold; the message has seed and trace.
    pub fn run(mut self) -> Figures {
        let moves = number("HUIYIN_MOVES").unwrap_or(MOVES);
        for at in 0..moves {
            self.step();
            if at % (moves / 3).max(1) == moves / 4 {
                self.judge_rows();
            }
        }
        self.heal();
        self.judge();
        self.figures
    }

    /// Returns the trace so far: equal for equal seeds.
    pub fn trace(&self) -> &[String] {
        &self.trace
    }

    /// Makes some moves without judging: for tests of the simulation itself.
    pub fn advance(&mut self, moves: usize) {
        for _ in 0..moves {
            self.step();
        }
    }

    fn note(&mut self, line: String) {
        let at = self.now - START_MS;
        self.trace.push(format!("{at:>9} {line}"));
    }

    fn fail(&self, what: &str) -> ! {
        let shown = std::env::var("HUIYIN_TRACE").ok();
        let shown = shown.and_then(|lines| lines.parse().ok());
        let from = self
            .trace
            .len()
            .saturating_sub(shown.unwrap_or(SHOWN_TRACE));
        panic!(
            "seed {}: {what}\n--- last moves\n{}\n--- seed {}: {what}",
            self.seed,
            self.trace[from..].join("\n"),
            self.seed
        );
    }

    fn begin(&mut self) {
        let at = self.add_device();
        self.devices[at].found(Some(RELAY));
        self.devices[at].must(Request::SaveBranch {
            code: "B1".to_owned(),
            name: "分店".to_owned(),
        });
        let more = 2 + self.random.below(3);
        for index in 0..more {
            let (branch, role) = if index == 1 {
                ("B1", "store_manager")
            } else {
                ("HQ", "complaint_officer")
            };
            let link = self.devices[at].invite(branch, role);
            self.links.push(link);
        }
        self.wire.carry(at, &mut self.devices[at]);
        while self.links.len() > 1 {
            self.join();
        }
    }

    fn add_device(&mut self) -> usize {
        let index = self.devices.len();
        let seed = self.seed.wrapping_mul(1_000).wrapping_add(index as u64);
        let mut device = Device::new(&format!("d{index}"), seed);
        device.settle();
        let skew = self.random.between(-MAX_SKEW_MS, MAX_SKEW_MS);
        device.now = self.now + skew;
        self.devices.push(device);
        self.skews.push(skew);
        index
    }

    fn step(&mut self) {
        let at = self.random.below(self.devices.len());
        match self.random.below(100) {
            0..=33 => {
                for _ in 0..=self.random.below(4) {
                    let down = self.random.percent(60);
                    self.wire.step(at, &mut self.devices[at], down);
                }
            }
            34..=69 => {
                for _ in 0..=self.random.below(5) {
                    self.devices[at].disk_step();
                    self.wire.carry(at, &mut self.devices[at]);
                }
            }
            70..=77 => {
                let by = if self.random.percent(10) {
                    40_000
                } else {
                    1_500
                };
                let by = self.random.between(1, by);
                self.pass(by);
            }
            78..=93 => self.work(at),
            94 => self.join(),
            _ => self.harm(at),
        }
        self.after(at);
    }

    fn pass(&mut self, by: Millis) {
        self.now += by;
        for at in 0..self.devices.len() {
            self.devices[at].now = self.now + self.skews[at];
            self.devices[at].wake_if_due();
            self.after(at);
        }
    }

    fn after(&mut self, at: usize) {
        self.wire.carry(at, &mut self.devices[at]);
        self.devices[at].take_notices();
        self.poll(at);
    }

    fn join(&mut self) {
        if self.devices.len() >= MAX_DEVICES {
            return;
        }
        let Some(link) = self.links.pop() else {
            return;
        };
        let at = self.add_device();
        self.note(format!("d{at} joins"));
        let request = Request::JoinWorkspace {
            link,
            staff_name: format!("店员{at}"),
            device_name: format!("d{at}"),
        };
        self.post(at, Op::Join, request, None);
        self.after(at);
    }

    /// Something goes wrong.
    fn harm(&mut self, at: usize) {
        match self.random.below(12) {
            0 | 1 => {
                self.note(format!("d{at} is cut off"));
                self.figures.cuts += 1;
                self.wire.cut(at);
            }
            2 => {
                self.note(format!("d{at}'s connection goes silent"));
                self.figures.cuts += 1;
                self.wire.kill(at);
            }
            3 | 4 => {
                let written = self.random.below(3);
                self.crash(at, written);
            }
            5 | 6 => {
                let commits = 1 + self.random.below(2) as u32;
                self.note(format!("d{at}'s disk is full for {commits}"));
                self.devices[at].full_for = commits;
            }
            7 => {
                self.note(format!("d{at}'s disk does not answer once"));
                self.devices[at].unreadable_for = 1;
            }
            8 => {
                self.note("the relay stops and starts".to_owned());
                self.wire.cut_all();
                self.wire.relay.crash();
            }
            9 => {
                self.wire.relay_up = !self.wire.relay_up;
                let up = self.wire.relay_up;
                self.note(format!("the relay is up: {up}"));
                if !up {
                    self.wire.cut_all();
                    self.wire.relay.crash();
                }
            }
            10 if self.random.percent(25) => {
                self.note("the relay loses its store".to_owned());
                self.figures.store_losses += 1;
                self.wire.cut_all();
                self.wire.relay.lose_store();
            }
            10 => {
                self.note("the relay's store does not answer once".to_owned());
                self.wire.relay.failing_for = 1;
            }
            _ => {
                let skew = self.random.between(-MAX_SKEW_MS, MAX_SKEW_MS);
                self.note(format!("d{at}'s clock is {skew} ms off"));
                self.skews[at] = skew;
                self.devices[at].now = self.now + skew;
            }
        }
    }

    fn crash(&mut self, at: usize, written: usize) {
        let waiting = self.devices[at].disk_waiting();
        self.note(format!(
            "d{at} crashes, {written} of {waiting} disk operations done unheard"
        ));
        self.figures.crashes += 1;
        // Answers that were given have been seen.
        self.poll(at);
        self.wire.hang_up(at);
        self.devices[at].crash(written);
        self.devices[at].start();
        self.send_again(at);
    }

    fn send_again(&mut self, at: usize) {
        for ((_, id), posted) in self.posted.iter_mut().filter(|((on, _), _)| *on == at) {
            posted.resent = true;
            self.figures.resent += 1;
            self.devices[at].post(id, posted.request.clone(), posted.attachment.clone());
        }
    }

    fn post(&mut self, at: usize, op: Op, request: Request, attachment: Option<Attachment>) {
        self.counter += 1;
        let id = format!("r{:06}", self.counter);
        self.note(format!("d{at} {id} {op:?}"));
        self.devices[at].post(&id, request.clone(), attachment.clone());
        let posted = Posted {
            op,
            request,
            attachment,
            resent: false,
        };
        self.posted.insert((at, id), posted);
    }

    /// Looks for answers to what was asked of a device.
    fn poll(&mut self, at: usize) {
        let ids: Vec<String> = self
            .posted
            .keys()
            .filter(|(on, _)| *on == at)
            .map(|(_, id)| id.clone())
            .collect();
        for id in ids {
            if let Some(reply) = self.devices[at].take_reply(&id)
                && let Some(posted) = self.posted.remove(&(at, id.clone()))
            {
                self.hear(at, &id, posted, reply);
            }
        }
    }

    /// Asks something that is answered at once; none if the device is not ready.
    fn peek(&mut self, at: usize, request: Request) -> Option<Answer> {
        self.counter += 1;
        let id = format!("peek{}", self.counter);
        self.devices[at].post(&id, request, None);
        let reply: Option<Reply> = self.devices[at].take_reply(&id);
        Some(reply?.ok()?.0)
    }

    /// Ends all harm and lets everything come to rest.
    fn heal(&mut self) {
        self.note("everything heals".to_owned());
        self.wire.relay_up = true;
        self.wire.relay.failing_for = 0;
        for at in 0..self.devices.len() {
            self.devices[at].full_for = 0;
            self.devices[at].unreadable_for = 0;
            self.crash(at, 0);
        }
        let mut quiet = 0;
        for _ in 0..MAX_HEALING {
            let mut moved = false;
            for at in 0..self.devices.len() {
                moved |= self.devices[at].disk_step();
                self.wire.carry(at, &mut self.devices[at]);
                let down = self.random.percent(50);
                moved |= self.wire.step(at, &mut self.devices[at], down);
                moved |= self.wire.step(at, &mut self.devices[at], !down);
                self.after(at);
            }
            if moved {
                quiet = 0;
                continue;
            }
            if self.at_rest().is_none() {
                quiet += 1;
                if quiet > 2 {
                    return;
                }
            }
            self.pass(5_000);
        }
        let what = self.at_rest().unwrap_or_default();
        let refusals = self.wire.relay.refusals();
        self.fail(&format!(
            "never comes to rest: {what}; the relay refused {refusals:#?}"
        ));
    }

    /// Returns what keeps the company from being at rest.
    fn at_rest(&mut self) -> Option<String> {
        if let Some((at, id)) = self.posted.keys().next() {
            return Some(format!("d{at} never answered {id}"));
        }
        for at in 0..self.devices.len() {
            let Some(view) = self.sync_view(at) else {
                return Some(format!("d{at} gives no answer"));
            };
            if view.state != RelayState::UpToDate || view.only_here != 0 {
                let open = self.devices[at].unacknowledged();
                return Some(format!(
                    "d{at} is {:?} with {} changes only here; without receipt {open:?}; put aside: {:?}",
                    view.state, view.only_here, view.quarantine
                ));
            }
        }
        None
    }

    fn sync_view(&mut self, at: usize) -> Option<SyncView> {
        match self.peek(at, Request::Sync)? {
            Answer::Sync(view) => Some(*view),
            _ => None,
        }
    }
}
