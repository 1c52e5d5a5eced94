//! The judgement at the end of a day, and of list rows on the way.
//!
//! Long: the invariants are read together.

use std::collections::{BTreeMap, BTreeSet};

use huiyin_api::{
    Answer, BranchView, CaseRow, CustomerRow, ListQuery, MAX_PAGE_ROWS, Request, StaffView,
};
use serde_json::Value;

use super::Simulation;
use super::plan::is_in;
use super::work::file_rows;
use crate::{Device, text};

/// Prefix of every text that a simulated person writes.
const MARK: &str = "marker";

/// A record of an export, as far as it is judged.
#[derive(Debug, Default)]
struct Line {
    id: String,
    title: String,
    /// Field → every value it holds.
    values: BTreeMap<String, BTreeSet<String>>,
    notes: Vec<String>,
    conflicts: usize,
    /// It began as a copy of what a case said when it was forwarded.
    copied: bool,
}

/// Returns whether a branch holds a record: its own, or the continuation of a case that was forwarded to it.
fn concerns(id: &str, branch: &str) -> bool {
    let digits: Vec<String> = branch.bytes().map(|byte| format!("{byte:02x}")).collect();
    let to = digits.concat();
    id.contains(&format!(".{branch}."))
        || (id.starts_with("ex.") && id.contains(&format!(".{to}x")))
}

fn read_line(line: &str) -> Option<Line> {
    let json: Value = serde_json::from_str(line).ok()?;
    let mut read = Line {
        id: json.get("id")?.as_str()?.to_owned(),
        copied: json.get("t")?.as_str()? == "continuation",
        ..Line::default()
    };
    for (field, value) in json.get("fields")?.as_object()? {
        let value = value.as_str()?.to_owned();
        if matches!(field.as_str(), "name" | "subject") {
            read.title.clone_from(&value);
        }
        read.values.entry(field.clone()).or_default().insert(value);
    }
    if let Some(conflicts) = json.get("conflicts").and_then(Value::as_object) {
        read.conflicts = conflicts.len();
        for (field, values) in conflicts {
            let holds = read.values.entry(field.clone()).or_default();
            for value in values.as_array()? {
                holds.insert(value.get("value")?.as_str()?.to_owned());
            }
        }
    }
    for event in json
        .get("events")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
    {
        let step = event.get("step").and_then(Value::as_str);
        if read.copied && step == Some("registered") {
            continue;
        }
        if let Some(note) = event.get("note").and_then(Value::as_str) {
            read.notes.push(note.to_owned());
        }
    }
    Some(read)
}

/// Returns whether a line of an export is a continuation.
pub(super) fn is_copy(line: &str) -> bool {
    read_line(line).is_some_and(|line| line.copied)
}

/// Every row a device lists.
fn rows(device: &mut Device) -> (Vec<CustomerRow>, Vec<CaseRow>) {
    let all = || ListQuery {
        limit: MAX_PAGE_ROWS,
        ..ListQuery::default()
    };
    let (Answer::Customers(customers), Answer::Cases(cases)) = (
        device.must(Request::Customers(all())),
        device.must(Request::Cases(all())),
    ) else {
        panic!("lists were answered with something else");
    };
    (customers.rows, cases.rows)
}

/// Returns the first lines in which two texts differ.
fn difference(one: &str, other: &str) -> String {
    let (mut a, mut b) = (one.lines(), other.lines());
    loop {
        match (a.next(), b.next()) {
            (None, None) => return "none".to_owned(),
            (x, y) if x == y => {}
            (x, y) => {
                return format!("\n  {}\n  {}", x.unwrap_or("(end)"), y.unwrap_or("(end)"));
            }
        }
    }
}

impl Simulation {
    /// List rows of devices whose disks rest are what the documents say.
    pub(super) fn judge_rows(&mut self) {
        for at in 0..self.devices.len() {
            if self.is_shut_out(at)
                || self.devices[at].disk_waiting() > 0
                || self.peek(at, Request::Home).is_none()
            {
                continue;
            }
            let mut anew = self.devices[at].with_rows_made_anew();
            let (mut shown, made) = (rows(&mut self.devices[at]), rows(&mut anew));
            if shown != made {
                // Work whose commit failed rests until the engine's next wake; a start does it at once.
                self.wake(at);
                shown = rows(&mut self.devices[at]);
            }
            let ahead = self
                .sync_view(at)
                .is_some_and(|view| view.preview.is_some());
            if !ahead {
                self.compare_rows(at, &shown, &made, "made anew from the documents");
            }
            let names: BTreeSet<&String> = shown.0.iter().map(|row| &row.name).collect();
            for name in self.oracle.made_at.get(&at).into_iter().flatten() {
                if !names.contains(name) {
                    self.fail(&format!("d{at} lost {name}, which it acknowledged"));
                }
            }
            self.after(at);
        }
    }

    /// Lets a device come to its next wake, as a little time would.
    fn wake(&mut self, at: usize) {
        let device = &mut self.devices[at];
        let now = device.now;
        if let Some(wake) = device.wake_at() {
            device.now = now.max(wake);
            device.wake_if_due();
            device.settle();
            device.now = now;
        }
    }

    fn compare_rows(
        &self,
        at: usize,
        shown: &(Vec<CustomerRow>, Vec<CaseRow>),
        other: &(Vec<CustomerRow>, Vec<CaseRow>),
        what: &str,
    ) {
        if shown == other {
            return;
        }
        let lines = |rows: &(Vec<CustomerRow>, Vec<CaseRow>)| {
            let customers = rows.0.iter().map(|row| format!("{row:?}"));
            let cases = rows.1.iter().map(|row| format!("{row:?}"));
            customers.chain(cases).collect::<Vec<_>>().join("\n")
        };
        let found = difference(&lines(shown), &lines(other));
        self.fail(&format!("d{at} lists other rows than {what}: {found}"));
    }

    /// Judges a company at rest.
    pub(super) fn judge(&mut self) {
        let gone = self.destroying.segments.clone();
        self.oracle
            .destroyed(|id| gone.iter().any(|segment| is_in(id, segment)));
        self.judge_rows();
        let exports: Vec<String> = self.devices.iter_mut().map(Device::export).collect();
        let whole = exports[0].clone();
        for (at, export) in exports.iter().enumerate() {
            if !self.is_shut_out(at) {
                self.judge_equal(at, &whole, export);
                self.judge_envelopes(at);
                self.judge_attachments(at);
                self.judge_restart(at, export);
            }
        }
        self.judge_content(&whole);
        self.judge_round_trip(&whole);
        self.judge_relay();
        self.judge_destroyed();
        self.judge_shut_out();
    }

    fn judge_equal(&mut self, at: usize, whole: &str, export: &str) {
        let Answer::Status(status) = self.devices[at].must(Request::Status) else {
            self.fail("a status was answered with something else");
        };
        let expected: String = if status.head_office {
            whole.to_owned()
        } else {
            whole
                .split_inclusive('\n')
                .filter(|line| {
                    read_line(line).is_some_and(|line| concerns(&line.id, &status.branch))
                })
                .collect()
        };
        if export != expected {
            let found = difference(&expected, export);
            self.fail(&format!("d{at} differs from d0: {found}"));
        }
        let (first, own) = (self.settings(0), self.settings(at));
        if first != own {
            self.fail(&format!("d{at} has other settings: {first:?} and {own:?}"));
        }
        let branch = status.branch.clone();
        let (first, own) = (
            self.devices[0].digest(Some(&branch)),
            self.devices[at].digest(Some(&branch)),
        );
        if first != own {
            self.fail(&format!("d{at} has another digest of {branch} than d0"));
        }
        let Answer::Verify(view) = self.devices[at].must(Request::Verify) else {
            self.fail("a check was answered with something else");
        };
        // Of the chain of a device that was shut out a stick may have brought a part.
        let out = &self.shutting.id;
        let is_of_others = |line: &&String| out.is_empty() || !line.contains(out.as_str());
        let broken: Vec<&String> = view.broken.iter().filter(is_of_others).collect();
        if !broken.is_empty() {
            self.fail(&format!("d{at} finds broken: {broken:?}"));
        }
    }

    /// Nothing a device has is new to the first, nothing waits or was refused, and no chain is broken.
    fn judge_envelopes(&mut self, at: usize) {
        let file = self.devices[at].bundle();
        let Ok((Answer::Bundle(report), _)) = self.devices[0].take_bundle(&file) else {
            self.fail("a bundle was answered with something else");
        };
        if (report.new, report.refused, report.waiting) != (0, 0, 0) && !self.shutting.done {
            self.fail(&format!("d{at} has what d0 has not: {report:?}"));
        }
        let Answer::Devices(view) = self.devices[at].must(Request::Devices) else {
            self.fail("devices were answered with something else");
        };
        let out = self.oracle.out.map(|out| self.devices[out].name.clone());
        let mut alarms = view.alarms;
        alarms.retain(|alarm| Some(&alarm.device) != out.as_ref());
        if !alarms.is_empty() {
            self.fail(&format!("d{at} sees broken chains: {alarms:?}"));
        }
        let aside = self.sync_view(at).map(|view| view.quarantine);
        let mut aside = aside.unwrap_or_default();
        aside.retain(|row| !row.reason.starts_with("destroyed"));
        if !aside.is_empty() && !self.shutting.done {
            self.fail(&format!("d{at} has put aside {aside:?}"));
        }
    }

    /// Every attachment that was acknowledged, and every one that a listed case names, comes to each device that has the case when
    /// somebody opens it there.
    fn judge_attachments(&mut self, at: usize) {
        let (_, cases) = rows(&mut self.devices[at]);
        let listed: BTreeSet<String> = cases.iter().map(|row| row.id.clone()).collect();
        let mut named: BTreeSet<(String, String)> = self.oracle.attached.clone();
        named.retain(|(record, _)| listed.contains(record));
        for id in listed {
            let Answer::Case(case) = self.devices[at].must(Request::Case { id: id.clone() }) else {
                self.fail("a case was answered with something else");
            };
            let hashes = case.desk.attachments.into_iter().map(|view| view.hash);
            named.extend(hashes.map(|hash| (id.clone(), hash)));
        }
        named.retain(|(_, hash)| !self.oracle.attached_out.contains(hash));
        for (id, hash) in named {
            let (record, wanted) = (id.clone(), hash.clone());
            let fetch = Request::FetchAttachment {
                id: id.clone(),
                hash: hash.clone(),
            };
            let begun = self.devices[at].ask(fetch);
            let request = Request::Attachment { id, hash };
            let came = self.wire.settle_until(&mut self.devices, |devices| {
                devices[at].ask(request.clone()).is_ok()
            });
            if !came {
                self.fail(&format!("d{at} lacks {wanted} of {record}: {begun:?}"));
            }
        }
    }

    /// Returns what is the same for the whole company.
    fn settings(&mut self, at: usize) -> (String, Vec<BranchView>, Vec<StaffView>) {
        match self.devices[at].must(Request::Settings) {
            Answer::Settings(view) => (view.company, view.branches, view.staff),
            _ => self.fail("settings were answered with something else"),
        }
    }

    /// An export taken into an empty company is the same content.
    fn judge_round_trip(&mut self, whole: &str) {
        if whole.is_empty() {
            return;
        }
        let mut empty = Device::new("empty", self.seed);
        empty.found(None);
        empty.now = self.now;
        let open = Request::ImportOpen {
            name: "export.jsonl".to_owned(),
            kind: None,
            mapping: BTreeMap::new(),
        };
        let Ok((Answer::ImportPreview(preview), _)) = empty.ask_with(open, Some(text(whole)))
        else {
            self.fail("the export cannot be opened");
        };
        empty.must(Request::ImportRun {
            import: preview.import,
            dry_run: false,
        });
        let again = empty.export();
        if again != whole {
            let found = difference(whole, &again);
            self.fail(&format!(
                "the export is another one after it was taken into an empty company: {found}"
            ));
        }
    }

    fn judge_restart(&mut self, at: usize, export: &str) {
        let before = rows(&mut self.devices[at]);
        let now = self.devices[at].now;
        self.wire.hang_up(at);
        self.devices[at].restart();
        self.devices[at].now = now;
        let after = rows(&mut self.devices[at]);
        self.compare_rows(at, &before, &after, "after a restart");
        if self.devices[at].export() != export {
            self.fail(&format!("d{at} exports something else after a restart"));
        }
    }

    fn judge_content(&mut self, whole: &str) {
        let Some(lines) = whole.lines().map(read_line).collect::<Option<Vec<_>>>() else {
            self.fail("an export line cannot be read");
        };
        self.figures.records = lines.len() as u64;
        self.figures.conflicts = lines.iter().map(|line| line.conflicts as u64).sum();
        let mut titles: BTreeMap<&str, u32> = BTreeMap::new();
        let mut notes: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for line in &lines {
            if !line.copied {
                *titles.entry(&line.title).or_default() += 1;
            }
            for note in &line.notes {
                notes.entry(note).or_default().push(&line.id);
            }
        }
        let made = self.oracle.customers.iter().chain(self.oracle.cases.keys());
        for title in made {
            match titles.get(title.as_str()) {
                Some(1) => {}
                found => self.fail(&format!("{title} is there {found:?} times, not once")),
            }
        }
        for title in titles.keys().filter(|title| title.contains(MARK)) {
            let known = self.oracle.customers.contains(*title)
                || self.oracle.cases.contains_key(*title)
                || self.oracle.cut.contains(*title) && titles[title] == 1;
            if !known {
                self.fail(&format!("{title} is there, but was refused"));
            }
        }
        for (note, record) in &self.oracle.notes {
            match notes.get(note.as_str()).map(Vec::as_slice) {
                Some([id]) if *id == record => {}
                found => self.fail(&format!("note {note} of {record} is at {found:?}")),
            }
        }
        for note in notes.keys().filter(|note| note.contains(MARK)) {
            if !self.oracle.notes.contains_key(*note) && !self.oracle.cut.contains(*note) {
                self.fail(&format!("note {note} is there, but was refused"));
            }
        }
        self.judge_fields(&lines);
        self.judge_files(&lines, &titles);
    }

    fn judge_fields(&self, lines: &[Line]) {
        let by_id: BTreeMap<&str, &Line> =
            lines.iter().map(|line| (line.id.as_str(), line)).collect();
        for (place, writes) in &self.oracle.writes {
            let cut = writes
                .iter()
                .all(|(value, _)| self.oracle.cut.contains(value));
            if cut && !by_id.contains_key(place.0.as_str()) {
                continue;
            }
            let Some(line) = by_id.get(place.0.as_str()) else {
                self.fail(&format!("{} was edited and is gone", place.0));
            };
            let holds = line.values.get(&place.1).cloned().unwrap_or_default();
            if let Some(wrong) = self.oracle.judge(place, &holds) {
                self.fail(&wrong);
            }
        }
        for line in lines.iter().filter(|line| !line.copied) {
            for (field, values) in &line.values {
                for value in values.iter().filter(|value| value.starts_with(MARK)) {
                    let place = (line.id.clone(), field.clone());
                    let known =
                        self.oracle.writes.get(&place).is_some_and(|writes| {
                            writes.iter().any(|(written, _)| written == value)
                        });
                    if !known {
                        self.fail(&format!(
                            "{field} of {} holds {value}, but it was refused",
                            line.id
                        ));
                    }
                }
            }
        }
        for record in &self.oracle.edited {
            if !by_id.contains_key(record.as_str()) {
                self.fail(&format!("{record} was worked on and is gone"));
            }
        }
    }

    fn judge_files(&self, lines: &[Line], titles: &BTreeMap<&str, u32>) {
        for (file, state) in &self.oracle.files {
            for title in file_rows(file) {
                let found = titles.get(title.as_str()).copied().unwrap_or(0);
                let must = state.told && state.told_for_good && !state.undone;
                if found > 1 || (must && found == 0) {
                    let at: Vec<&str> = lines
                        .iter()
                        .filter(|line| line.title == title)
                        .map(|line| line.id.as_str())
                        .collect();
                    let all: Vec<_> = file_rows(file)
                        .iter()
                        .map(|title| titles.get(title.as_str()).copied().unwrap_or(0))
                        .collect();
                    self.fail(&format!(
                        "{title} is there {found} times, all rows {all:?}: {state:?} {at:?}"
                    ));
                }
                if found > 0 && !state.maybe {
                    self.fail(&format!("{title} is there, but nobody imported it"));
                }
            }
        }
    }

    /// What people wrote cannot be read at the relay.
    fn judge_relay(&self) {
        let mark = MARK.as_bytes();
        for bytes in self.wire.relay.stored() {
            if bytes.windows(mark.len()).any(|window| window == mark) {
                self.fail("the relay holds what somebody wrote, in clear");
            }
        }
    }
}
