//! What happens once in a day, as its seed has it: a device is shut out while it is parted from the others, more than a year passes and a
//! month of cases is destroyed, the company was founded by an earlier version, an old relay is updated.
//!
//! Each of these steps is tried when its time has come, and again at the next move if the company is not ready for it.
//!
//! Long: the steps of a plan share what they know of the day.

use std::collections::BTreeSet;

use huiyin_api::{Answer, Request, StepIntent};
use huiyin_engine::{Attachment, Batch, MemoryStore, Millis, Query, Table, Write};
use huiyin_sync::{Bundle, BundleEntry, BundleWriter};

use super::judge::is_copy;
use super::work::Op;
use super::{RELAY, Simulation};
use crate::{Device, START_MS};

/// A device's store as version 0.1 left it.
const OLD_PROFILE: &str = include_str!("../../../huiyin-engine/tests/golden/profile-1.rows");
/// How long before the day an old company was last opened, and an old case was closed: 35 days, in milliseconds.
const BEFORE_MS: Millis = 35 * 86_400_000;
/// What passes before a month may be destroyed: 400 days, in milliseconds.
const LEAP_MS: Millis = 400 * 86_400_000;
/// The bytes of a stream's id and of an epoch in the key of a stored stream key.
const STREAM_AND_EPOCH: usize = 16 + 4;

/// What a seed has in store for its day.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Plan {
    /// More devices than otherwise.
    pub many: bool,
    /// A device is shut out.
    pub shuts_out: bool,
    /// A year passes and a month is destroyed.
    pub destroys: bool,
    /// The company was founded by an earlier version.
    pub old_profile: bool,
    /// The relay is of an earlier version, and updated in the middle.
    pub old_relay: bool,
    /// Nodes of the relay.
    pub nodes: usize,
}

impl Plan {
    /// Returns the plan of a seed: eight days, four seeds of each after the other.
    pub fn of(seed: u64) -> Self {
        let day = seed / 4 % 8;
        Self {
            many: day == 5,
            shuts_out: matches!(day, 1 | 4 | 5 | 6),
            destroys: matches!(day, 2 | 6),
            old_profile: day == 3,
            old_relay: day == 7,
            nodes: 1 + (seed % 3) as usize,
        }
    }
}

/// How far the shutting out of a device has come.
#[derive(Debug, Default)]
pub(super) struct Shutting {
    /// The device, once it is chosen.
    pub device: Option<usize>,
    /// A colleague has its late work from a stick, and goes on with it.
    handed_over: bool,
    /// The same after it was shut out.
    handed_late: bool,
    /// It is shut out.
    pub done: bool,
    /// Its id, in hex.
    pub id: String,
    /// Stream and epoch of every key that was made before.
    keys_before: BTreeSet<Vec<u8>>,
    /// It can reach the relay again.
    back: bool,
}

/// How far the destruction of a month has come.
#[derive(Debug, Default)]
pub(super) struct Destroying {
    /// The case in the month that goes, which nobody works on before.
    pub case: String,
    leapt: bool,
    proposed: bool,
    /// A file from before.
    relic: Vec<u8>,
    /// The device that does not hear of it for long.
    away: Option<usize>,
    /// Segments destroyed.
    pub segments: BTreeSet<String>,
}

impl Destroying {
    /// Returns whether a device is kept from hearing of it.
    pub fn keeps_away(&self, at: usize) -> bool {
        self.away == Some(at)
    }
}

fn unhex(text: &str) -> Vec<u8> {
    let pairs = (0..text.len() / 2).map(|at| &text[2 * at..2 * at + 2]);
    pairs
        .map(|pair| u8::from_str_radix(pair, 16).expect("a kept profile is hex"))
        .collect()
}

/// Returns the store of the kept profile.
fn old_profile() -> MemoryStore {
    let mut store = MemoryStore::default();
    let writes = OLD_PROFILE.lines().map(|line| {
        let mut parts = line.split(' ').map(str::to_owned);
        let mut next = || parts.next().unwrap_or_default();
        let name = next();
        let table = Table::ALL.into_iter().find(|table| table.name() == name);
        Write::Put {
            table: table.expect("a kept profile names tables"),
            key: unhex(&next()),
            value: unhex(&next()),
        }
    });
    store.commit(Batch {
        writes: writes.collect(),
        ..Batch::default()
    });
    store
}

/// Returns stream and epoch of every key a device has stored.
fn stored_keys(device: &Device) -> BTreeSet<Vec<u8>> {
    let query = Query::Range {
        table: Table::Keys,
        prefix: Vec::new(),
        after: None,
        limit: u32::MAX,
        keys_only: true,
    };
    let rows = device.store.load(&[query]).remove(0);
    rows.into_iter().map(|(key, _)| key).collect()
}

impl Simulation {
    /// Founds the company: on a new store, or on one that an earlier version left.
    pub(super) fn found(&mut self) -> usize {
        let at = if self.plan.old_profile {
            self.now = START_MS + BEFORE_MS;
            let at = self.add_device_on(old_profile());
            self.devices[at].settle();
            self.devices[at].must(Request::SetRelay {
                url: Some(RELAY.to_owned()),
            });
            self.strangers = self.sync_view(at).map_or(0, |view| view.devices.len() - 1);
            self.figures.old_profiles += 1;
            at
        } else {
            let at = self.add_device();
            self.devices[at].found(Some(RELAY));
            at
        };
        if self.plan.destroys {
            // A month of its own, with one case that is over.
            let device = &mut self.devices[at];
            let fields = [("subject".to_owned(), "漏水".to_owned())].into();
            let note = String::new();
            let Answer::Saved { id, .. } = device.must(Request::RegisterCase { fields, note })
            else {
                self.fail("a case was answered with something else");
            };
            let step = StepIntent {
                step: "withdrawn".to_owned(),
                reason: "客户撤回".to_owned(),
                ..StepIntent::default()
            };
            let case = id.clone();
            device.must(Request::TakeStep { id, step });
            self.destroying.case = case;
            self.pass(BEFORE_MS);
        }
        at
    }

    /// Returns whether the founder knows every device, and nobody is still to come.
    pub(super) fn everybody_is_in(&mut self) -> bool {
        let joins = |posted: &super::Posted| matches!(posted.op, Op::Join);
        if !self.links.is_empty() || self.posted.values().any(joins) {
            return false;
        }
        let shut = usize::from(self.shutting.done);
        let all = self.devices.len() + self.strangers - shut;
        self.sync_view(0)
            .is_some_and(|view| view.devices.len() >= all)
    }

    /// Asks and does the disk operations it takes; nothing if it is refused, or the device does not answer now.
    fn ask_now(
        &mut self,
        at: usize,
        request: Request,
        file: Option<Attachment>,
    ) -> Option<(Answer, Option<Vec<u8>>)> {
        self.counter += 1;
        let id = format!("now{}", self.counter);
        self.devices[at].post(&id, request, file);
        self.devices[at].settle();
        let reply = self.devices[at].take_reply(&id);
        self.after(at);
        reply?.ok()
    }

    fn bundle_of(&mut self, at: usize) -> Option<Vec<u8>> {
        self.ask_now(at, Request::ExportBundle, None)?.1
    }

    /// Does what the plan has for this part of the day, in hundredths.
    pub(super) fn follow_plan(&mut self, part: usize) {
        if self.plan.old_relay && part >= 50 && self.wire.relay.without_objects {
            self.note("the relay is updated".to_owned());
            self.figures.updates += 1;
            self.wire.relay.without_objects = false;
            self.wire.cut_all();
            self.wire.relay.crash();
        }
        let gathers = self.plan.destroys || self.plan.shuts_out;
        if gathers && part >= 25 && !self.gathered {
            // A calm hour, in which everybody comes in.
            self.gathered = true;
            while !self.links.is_empty() {
                self.join();
            }
            self.heal();
        }
        if self.plan.destroys {
            self.follow_destruction(part);
        }
        if self.plan.shuts_out {
            self.follow_shutting_out(part);
        }
    }

    fn follow_shutting_out(&mut self, part: usize) {
        let Some(device) = self.shutting.device else {
            let first = if self.plan.destroys { 2 } else { 1 };
            if (25..80).contains(&part) && self.devices.len() > first + 1 && self.everybody_is_in()
            {
                let at = first + self.random.below(self.devices.len() - first);
                self.note(format!("d{at} is parted from the relay"));
                self.wire.part(at);
                self.shutting.device = Some(at);
            }
            return;
        };
        if part < 90 && !self.shutting.back && self.random.percent(15) {
            self.work(device);
            for _ in 0..6 {
                self.devices[device].disk_step();
            }
            self.after(device);
        }
        if !self.shutting.handed_over && part >= 45 {
            self.shutting.handed_over = self.hand_over(device);
        }
        if !self.shutting.done && part >= 55 {
            self.shut_out(device);
        }
        if self.shutting.done && !self.shutting.handed_late && part >= 65 {
            self.shutting.handed_late = self.hand_over(device);
        }
        if self.shutting.done && !self.shutting.back && part >= 80 {
            self.shutting.back = true;
            self.wire.let_back(device);
        }
    }

    /// Somebody takes the work of a parted device by a stick and goes on with it. Returns whether it was handed over.
    fn hand_over(&mut self, device: usize) -> bool {
        let Some(bytes) = self.bundle_of(device) else {
            return false;
        };
        let others: Vec<usize> = (1..self.devices.len()).filter(|at| *at != device).collect();
        let Some(at) = self.random.choose(&others).copied() else {
            return true;
        };
        let taken = self.ask_now(at, Request::ImportBundle, Some(Attachment::Bytes(bytes)));
        self.note(format!("d{at} has d{device}'s work: {}", taken.is_some()));
        for _ in 0..3 {
            self.work(at);
            self.devices[at].settle();
            self.after(at);
        }
        taken.is_some()
    }

    fn shut_out(&mut self, at: usize) {
        let Some((Answer::Status(_), _)) = self.ask_now(at, Request::Status, None) else {
            return;
        };
        let name = self.devices[at].name.clone();
        let row = match self.ask_now(0, Request::Devices, None) {
            Some((Answer::Devices(view), _)) => view.rows.into_iter().find(|row| row.name == name),
            _ => None,
        };
        let Some((_, Some(seen))) = self.ask_now(0, Request::ExportJsonl, None) else {
            return;
        };
        let Some(row) = row else {
            return;
        };
        let id = row.id.clone();
        let request = Request::ShutOut {
            device: row.id,
            whole_person: false,
            until: None,
            reason: "平板遗失".to_owned(),
        };
        let keys = [
            stored_keys(&self.devices[0]),
            stored_keys(&self.devices[at]),
        ];
        if self.ask_now(0, request, None).is_none() {
            return;
        }
        self.note(format!("d{at} is shut out"));
        self.figures.shut_out += 1;
        self.shutting.done = true;
        self.shutting.id = id;
        self.shutting.keys_before = keys.into_iter().flatten().collect();
        // A continuation says again what its case said, which may not have come itself.
        let seen = String::from_utf8_lossy(&seen);
        let own = seen.lines().filter(|line| !is_copy(line));
        self.oracle
            .shut_out(at, &own.collect::<Vec<_>>().join("\n"));
    }

    fn follow_destruction(&mut self, part: usize) {
        if !self.destroying.leapt && part >= 25 && self.everybody_is_in() {
            self.note("more than a year passes".to_owned());
            self.destroying.leapt = true;
            let away = self.devices.len() - 1;
            if away > 1 && self.shutting.device != Some(away) {
                self.wire.part(away);
                self.destroying.away = Some(away);
            }
            self.pass(LEAP_MS);
        }
        if self.destroying.leapt && part >= 45 && self.random.percent(10) {
            self.destroy();
        }
    }

    /// The founder proposes, the general manager approves; a device that does not know of it goes on with the case.
    pub(super) fn destroy(&mut self) {
        if !self.destroying.segments.is_empty() || !self.destroying.leapt {
            return;
        }
        let by = usize::from(self.destroying.proposed);
        let Some((Answer::Destructions(views), _)) = self.ask_now(by, Request::Destructions, None)
        else {
            return;
        };
        let found = views.into_iter().find(|view| {
            if by == 0 {
                view.state == "due" && view.may_propose
            } else {
                view.state == "proposed" && view.may_approve
            }
        });
        let Some(view) = found else {
            return;
        };
        let segment = view.segment;
        if by == 0 {
            let request = Request::ProposeDestruction {
                segment: segment.clone(),
            };
            self.destroying.proposed = self.ask_now(0, request, None).is_some();
            self.note(format!("{segment} is to be destroyed"));
            return;
        }
        let Some(relic) = self.bundle_of(0) else {
            return;
        };
        self.destroying.relic = relic;
        let request = Request::ApproveDestruction {
            segment: segment.clone(),
        };
        if self.ask_now(1, request, None).is_none() {
            return;
        }
        self.note(format!("{segment} is destroyed"));
        self.figures.destroyed += 1;
        self.destroying.segments.insert(segment.clone());
        let Some(away) = self.destroying.away else {
            return;
        };
        let Some((Answer::Cases(page), _)) =
            self.ask_now(away, Request::Cases(super::work::first_rows(500)), None)
        else {
            return;
        };
        let case = page.rows.into_iter().find(|row| is_in(&row.id, &segment));
        if let Some(case) = case {
            let step = StepIntent {
                step: "reopened".to_owned(),
                reason: "客户又来了".to_owned(),
                ..StepIntent::default()
            };
            let reopened = self.ask_now(away, Request::TakeStep { id: case.id, step }, None);
            self.note(format!("d{away} goes on with it: {}", reopened.is_some()));
        }
    }

    /// What a file from before brings does not come back.
    pub(super) fn judge_destroyed(&mut self) {
        if self.destroying.segments.is_empty() {
            return;
        }
        for at in 0..self.devices.len() {
            if self.is_shut_out(at) {
                continue;
            }
            let relic = Attachment::Bytes(self.destroying.relic.clone());
            self.ask_now(at, Request::ImportBundle, Some(relic));
            let export = self.devices[at].export();
            for segment in &self.destroying.segments {
                if export.contains(&format!("{segment}.")) {
                    self.fail(&format!("{segment} came back on d{at}"));
                }
            }
        }
    }

    /// Returns whether a device was shut out.
    pub(super) fn is_shut_out(&self, at: usize) -> bool {
        self.shutting.done && self.shutting.device == Some(at)
    }

    /// A device that was shut out has no key made since, and reads nothing written since.
    pub(super) fn judge_shut_out(&mut self) {
        let Some(out) = self.shutting.device.filter(|_| self.shutting.done) else {
            return;
        };
        let secret = format!("after-{}", self.seed);
        let fields = [("name".to_owned(), secret.clone())].into();
        self.devices[0].must(Request::SaveCustomer { id: None, fields });
        let file = self.devices[0].bundle();
        let taken = Attachment::Bytes(file);
        self.ask_now(out, Request::ImportBundle, Some(taken));
        if self.devices[out].export().contains(&secret) {
            self.fail(&format!("d{out} is shut out and reads {secret}"));
        }
        let held = stored_keys(&self.devices[out]);
        let before = &self.shutting.keys_before;
        let first = |key: &[u8]| key.len() == STREAM_AND_EPOCH && key[16..] == [0; 4];
        if let Some(key) = held
            .iter()
            .find(|key| !before.contains(*key) && !first(key))
        {
            self.fail(&format!(
                "d{out} is shut out and was given the key {key:02x?}"
            ));
        }
        let present = stored_keys(&self.devices[0]);
        for key in &held {
            let newer = |other: &&Vec<u8>| other[..16] == key[..16] && !held.contains(*other);
            if !present.iter().any(|other| newer(&other)) {
                self.fail(&format!("the stream {:02x?} has no new key", &key[..4]));
            }
        }
    }
}

/// Returns whether a record lies in a segment.
pub(super) fn is_in(record: &str, segment: &str) -> bool {
    record
        .strip_prefix(segment)
        .is_some_and(|rest| rest.starts_with('.'))
}

/// Returns a file in another order, some of it twice and some of it lost.
pub(super) fn jumbled(bytes: &[u8], random: &mut crate::Random) -> Vec<u8> {
    let Ok(bundle) = Bundle::read(bytes) else {
        return bytes.to_vec();
    };
    let mut entries: Vec<BundleEntry> = bundle.entries().filter_map(Result::ok).collect();
    for at in (1..entries.len()).rev() {
        entries.swap(at, random.below(at + 1));
    }
    let mut writer = BundleWriter::new(bundle.workspace());
    for entry in entries {
        if random.percent(15) {
            continue;
        }
        let times = if random.percent(10) { 2 } else { 1 };
        for _ in 0..times {
            let written = match &entry {
                BundleEntry::Envelope(envelope) => writer.push(envelope.as_bytes()),
                BundleEntry::Object(object) => writer.push_object(object),
            };
            if written.is_err() {
                return bytes.to_vec();
            }
        }
    }
    writer.finish()
}
