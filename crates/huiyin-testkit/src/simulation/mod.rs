//! Several devices and a relay through a random day: work, losses, crashes, full disks, wrong clocks; then everything heals and is judged.
//!
//! What is held: nothing acknowledged is lost or doubled, refused work left no trace, all devices become equal, nobody is left
//! with something to hand over, list rows are what the documents say, what was destroyed stays away, and who was shut out reads nothing
//! written since. What happens once in a day is in `plan.rs`. The trace of a failed seed is printed with it.
//!
//! Relays of several nodes share one store in memory; what SQLite and PostgreSQL do is held by the contract suite of `huiyin-relay`.
//!
//! Long: the moves of a day share the state they change.

mod judge;
mod plan;
mod work;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use huiyin_api::{Answer, Notice, RelayState, Request, SyncView};
use huiyin_engine::{Attachment, MemoryStore, Millis, StoreError, Table};

use crate::oracle::Oracle;
use crate::relay_log::RelayLog;
use crate::{Device, Random, Reply, START_MS, Wire};
use plan::{Destroying, Plan, Shutting};
use work::Op;

/// Moves of the rough part of a day, unless `HUIYIN_MOVES` says how many.
const MOVES: usize = 1_600;
/// Moves after which a healed company must have come to rest.
const MAX_HEALING: usize = 12_000;
/// Furthest a device's clock is off on an ordinary day, in milliseconds.
const MAX_SKEW_MS: i64 = 10 * 60_000;
/// How far a clock jumps: ten years, in milliseconds.
const JUMP_MS: i64 = 3_653 * 86_400_000;
/// Rows from which a branch of these small companies has a snapshot for newcomers.
const SNAPSHOT_ROWS: u32 = 4;
/// Tables whose rows can be made anew.
const TORN: [Table; 5] = [
    Table::Snapshots,
    Table::Deltas,
    Table::Projections,
    Table::Summaries,
    Table::Texts,
];
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
    /// Crashes that may undo what the disk had not yet written.
    pub power_cuts: u64,
    /// Rows torn by a crash.
    pub torn: u64,
    /// Times another tab took the lead while a commit was under way.
    pub usurped: u64,
    /// Devices parted from the relay for long.
    pub parted: u64,
    /// Clocks that jumped by ten years.
    pub jumps: u64,
    /// Devices shut out.
    pub shut_out: u64,
    /// Segments destroyed.
    pub destroyed: u64,
    /// Companies founded by an earlier version.
    pub old_profiles: u64,
    /// Relays updated.
    pub updates: u64,
    /// Times the relay lost its store.
    pub store_losses: u64,
    /// Bundles taken in.
    pub bundles: u64,
    /// Imports finished.
    pub imports: u64,
    /// Imports taken back.
    pub undone: u64,
    /// Devices whose lists came before the documents.
    pub previews: u64,
    /// Fields in conflict at the end.
    pub conflicts: u64,
    /// Records at the end.
    pub records: u64,
}

impl std::ops::AddAssign for Figures {
    fn add_assign(&mut self, other: Self) {
        for (sum, more) in [
            (&mut self.answered, other.answered),
            (&mut self.not_saved, other.not_saved),
            (&mut self.crashes, other.crashes),
            (&mut self.resent, other.resent),
            (&mut self.cuts, other.cuts),
            (&mut self.power_cuts, other.power_cuts),
            (&mut self.torn, other.torn),
            (&mut self.usurped, other.usurped),
            (&mut self.parted, other.parted),
            (&mut self.jumps, other.jumps),
            (&mut self.shut_out, other.shut_out),
            (&mut self.destroyed, other.destroyed),
            (&mut self.old_profiles, other.old_profiles),
            (&mut self.updates, other.updates),
            (&mut self.store_losses, other.store_losses),
            (&mut self.bundles, other.bundles),
            (&mut self.imports, other.imports),
            (&mut self.undone, other.undone),
            (&mut self.previews, other.previews),
            (&mut self.conflicts, other.conflicts),
            (&mut self.records, other.records),
        ] {
            *sum += more;
        }
    }
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
    plan: Plan,
    shutting: Shutting,
    /// Devices whose lists came before the documents.
    previewed: BTreeSet<usize>,
    destroying: Destroying,
    /// Devices of the company that are not part of the simulation.
    strangers: usize,
    /// Everybody has come in.
    gathered: bool,
    /// Devices whose lead another tab has taken.
    usurped: BTreeSet<usize>,
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
        Self::over(seed, None)
    }

    /// Returns a company of one device, seeded, whose relay keeps its log in `log`.
    pub fn on(seed: u64, log: Box<dyn RelayLog>) -> Self {
        Self::over(seed, Some(log))
    }

    fn over(seed: u64, log: Option<Box<dyn RelayLog>>) -> Self {
        let mut random = Random::new(seed);
        let mut wire = Wire::new(random.below(usize::MAX) as u64);
        if let Some(log) = log {
            wire.relay.keep_in(log);
        }
        let mut simulation = Self {
            seed,
            random,
            now: START_MS,
            devices: Vec::new(),
            skews: Vec::new(),
            wire,
            oracle: Oracle::default(),
            posted: BTreeMap::new(),
            plan: Plan::of(seed),
            shutting: Shutting::default(),
            previewed: BTreeSet::new(),
            destroying: Destroying::default(),
            strangers: 0,
            gathered: false,
            usurped: BTreeSet::new(),
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
            self.follow_plan(at * 100 / moves);
            if at % (moves / 3).max(1) == moves / 4 {
                self.judge_rows();
            }
        }
        self.heal();
        if self.plan.destroys {
            for _ in 0..3 {
                self.destroy();
                self.come_to_rest();
            }
        }
        self.judge();
        self.figures
    }

    /// Returns the trace so far: equal for equal seeds.
    pub fn trace(&self) -> &[String] {
        &self.trace
    }

    /// Makes some moves without judging: for tests of the simulation itself.
    pub fn advance(&mut self, moves: usize) {
        for at in 0..moves {
            self.step();
            self.follow_plan(at * 100 / moves);
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
        self.wire.relay.nodes = self.plan.nodes;
        self.wire.relay.without_objects = self.plan.old_relay;
        let at = self.found();
        self.devices[at].must(Request::SaveBranch {
            code: "B1".to_owned(),
            name: "分店".to_owned(),
        });
        let more = if self.plan.many {
            6 + self.random.below(6)
        } else {
            2 + self.random.below(3)
        };
        for index in 0..more {
            let (branch, role) = match index {
                // The last link is the first to be used: who approves destructions is the second device.
                _ if self.plan.destroys && index + 1 == more => ("HQ", "general_manager"),
                1 => ("B1", "store_manager"),
                _ => ("HQ", "complaint_officer"),
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
        self.add_device_on(MemoryStore::default())
    }

    fn add_device_on(&mut self, store: MemoryStore) -> usize {
        let index = self.devices.len();
        let seed = self.seed.wrapping_mul(1_000).wrapping_add(index as u64);
        let mut device = Device::on_disk(&format!("d{index}"), seed, store);
        let skew = self.random.between(-MAX_SKEW_MS, MAX_SKEW_MS);
        device.snapshots_from(SNAPSHOT_ROWS);
        device.may_lose_power();
        device.now = self.now + skew;
        device.settle();
        self.devices.push(device);
        self.skews.push(skew);
        index
    }

    fn step(&mut self) {
        let at = self.random.below(self.devices.len());
        if self.random.percent(25) {
            let node = self.random.below(self.plan.nodes);
            self.wire.tell_node(node);
        }
        self.replace_stopped(at);
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
        if self.wire.relay.forks > 0 {
            let refusals = self.wire.relay.refusals();
            self.fail(&format!("a device contradicts itself: {refusals:#?}"));
        }
    }

    fn pass(&mut self, by: Millis) {
        self.now += by;
        for at in 0..self.devices.len() {
            self.devices[at].set_clock(self.now + self.skews[at]);
            self.devices[at].wake_if_due();
            self.after(at);
        }
    }

    fn after(&mut self, at: usize) {
        self.wire.carry(at, &mut self.devices[at]);
        let ahead =
            |notice: &Notice| matches!(notice, Notice::Sync(view) if view.preview.is_some());
        if self.devices[at].take_notices().iter().any(ahead) && self.previewed.insert(at) {
            self.figures.previews += 1;
        }
        self.poll(at);
    }

    fn join(&mut self) {
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
        match self.random.below(18) {
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
                self.note("a node of the relay stops and starts".to_owned());
                let node = self.random.below(self.plan.nodes);
                self.wire.crash_node(node);
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
            11 | 12 => self.lose_power(at),
            13 => {
                self.note(format!("another tab takes d{at}'s lead"));
                self.figures.usurped += 1;
                self.devices[at].refuse_with = Some(StoreError::LostLead);
                self.usurped.insert(at);
            }
            14 => self.jump(at),
            15 | 16 if self.wire.is_away(at) => {
                // Who is parted by the plan comes back by it.
                if self.shutting.device != Some(at) && !self.destroying.keeps_away(at) {
                    self.note(format!("d{at} can reach the relay again"));
                    self.wire.let_back(at);
                }
            }
            15 => {
                self.note(format!("d{at} is parted from the relay"));
                self.figures.parted += 1;
                self.wire.part(at);
            }
            _ => {
                let skew = self.random.between(-MAX_SKEW_MS, MAX_SKEW_MS);
                self.note(format!("d{at}'s clock is {skew} ms off"));
                self.set_skew(at, skew);
            }
        }
    }

    fn set_skew(&mut self, at: usize, skew: Millis) {
        self.skews[at] = skew;
        self.devices[at].set_clock(self.now + skew);
    }

    /// A clock jumps by ten years. A joiner's and that of who invites matter to invitations: they jump once everybody is in.
    fn jump(&mut self, at: usize) {
        if !self.everybody_is_in() {
            return;
        }
        let skew = if self.random.percent(50) {
            JUMP_MS
        } else {
            -JUMP_MS
        };
        self.note(format!("d{at}'s clock is {skew} ms off"));
        self.figures.jumps += 1;
        self.set_skew(at, skew);
    }

    /// The power goes: what the disk was not told to write at once may be gone, and a row that can be made anew may be torn.
    fn lose_power(&mut self, at: usize) {
        let lost = self.random.below(6);
        self.figures.crashes += 1;
        self.poll(at);
        self.wire.hang_up(at);
        let gone = self.devices[at].lose_power(lost);
        self.figures.power_cuts += 1;
        let table = *self.random.choose(&TORN).unwrap_or(&Table::Texts);
        let nth = self.random.below(1_000);
        let torn = self.random.percent(40) && self.devices[at].tear(table, nth);
        self.figures.torn += u64::from(torn);
        self.note(format!(
            "d{at} loses power, {gone} commits undone; torn in {}: {torn}",
            table.name()
        ));
        self.devices[at].start();
        self.send_again(at);
    }

    /// A tab whose commit was refused because another has the lead ends; the other goes on with the store. A person starts an app again
    /// that could not open its store.
    fn replace_stopped(&mut self, at: usize) {
        if self.devices[at].disk_waiting() == 0
            && self.random.percent(10)
            && self.sync_view(at).is_none()
        {
            self.crash(at, 0);
        }
        if self.usurped.contains(&at) && self.devices[at].refuse_with.is_none() {
            self.usurped.remove(&at);
            self.crash(at, 0);
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
    pub(super) fn heal(&mut self) {
        self.note("everything heals".to_owned());
        self.wire.relay_up = true;
        self.wire.relay.failing_for = 0;
        for at in 0..self.devices.len() {
            self.devices[at].full_for = 0;
            self.devices[at].unreadable_for = 0;
            self.devices[at].refuse_with = None;
            self.wire.let_back(at);
            // Who can open nothing, or lost the lead, is started again by a person.
            let again = |((on, _), posted): (&(usize, String), &Posted)| *on == at && posted.resent;
            let waits = self.posted.iter().any(again);
            let stopped = self.usurped.remove(&at) || waits || self.sync_view(at).is_none();
            if stopped || self.random.percent(50) {
                self.crash(at, 0);
            }
            let skew = self.skews[at].clamp(-MAX_SKEW_MS, MAX_SKEW_MS);
            self.set_skew(at, skew);
        }
        self.come_to_rest();
    }

    /// Lets everything come to rest.
    fn come_to_rest(&mut self) {
        let mut quiet = 0;
        let mut movers = String::new();
        for _ in 0..MAX_HEALING {
            let mut moved = self.wire.tell_nodes();
            movers.clear();
            for at in 0..self.devices.len() {
                let disk = self.devices[at].disk_step();
                self.wire.carry(at, &mut self.devices[at]);
                let down = self.random.percent(50);
                let first = self.wire.step(at, &mut self.devices[at], down);
                let second = self.wire.step(at, &mut self.devices[at], !down);
                self.after(at);
                if disk || first || second {
                    moved = true;
                    let _ = write!(movers, " d{at} (disk {disk}, wire {})", first || second);
                }
            }
            if moved {
                continue;
            }
            if self.at_rest().is_some() {
                quiet = 0;
            } else {
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
            "never comes to rest: {what}; last moved:{movers}; the relay refused {refusals:#?}"
        ));
    }

    /// Returns what keeps the company from being at rest.
    fn at_rest(&mut self) -> Option<String> {
        if let Some((at, id)) = self.posted.keys().next() {
            return Some(format!("d{at} never answered {id}"));
        }
        for at in 0..self.devices.len() {
            if self.is_shut_out(at) {
                continue;
            }
            let Some(view) = self.sync_view(at) else {
                return Some(format!("d{at} gives no answer"));
            };
            if self.wire.is_dead(at) {
                return Some(format!("d{at} has not noticed that its connection died"));
            }
            if view.state != RelayState::UpToDate || view.only_here != 0 || view.preview.is_some() {
                let device = &self.devices[at];
                return Some(format!(
                    "d{at} is {:?} with {} changes only here, to be woken in {:?} ms, {} disk operations waiting; without \
                     receipt {:?}; put aside: {:?}; {}",
                    view.state,
                    view.only_here,
                    device.wake_at().map(|wake| wake - device.now),
                    device.disk_waiting(),
                    device.unacknowledged(),
                    view.quarantine,
                    self.wire.describe(at)
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
