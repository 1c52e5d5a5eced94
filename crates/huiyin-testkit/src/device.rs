//! One engine with its disk, clock and randomness, carried out as a shell would.
//!
//! Loads and commits wait in the order given until [`Device::disk_step`] does the next one; so a test can let other events come
//! in between, or crash before a commit is written or before the engine hears of it.
//!
//! Long: one device with everything a test may do to it.

use std::collections::{BTreeMap, VecDeque};

use huiyin_api::{Answer, Notice, Problem, ProblemCode, Request};
use huiyin_engine::sniff::whole_gb18030;
use huiyin_engine::{
    Attachment, Batch, Durability, Effect, Engine, Event, FilePiece, FileTrouble, MemoryStore,
    Millis, Query, Reading, StoreError, Table, Write,
};

use crate::Random;

/// Where simulated time begins: Monday 2026-06-01, 09:00 in China, in Unix milliseconds.
pub const START_MS: Millis = 1_780_275_600_000;
/// Most disk operations one settling may take: more is a loop.
const MAX_SETTLE: usize = 200_000;

/// The answer to a request with its file, or the problem.
pub type Reply = Result<(Answer, Option<Vec<u8>>), Problem>;

/// What a device wants from the network.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outgoing {
    /// A new socket to this address; any other is closed.
    Connect(String),
    /// A frame on the open socket.
    Send(Vec<u8>),
    /// The socket is to be closed.
    Disconnect,
}

/// A disk operation that was asked for and not yet done.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Pending {
    Load(u64, Vec<Query>),
    Commit(u64, Batch),
    /// A piece of a file: file, offset, length.
    Read(u64, u64, u64, u32, Reading),
}

/// Decodes bytes of an encoding that the engine leaves to its surroundings; none: they are not of it.
pub type Decode = fn(&[u8]) -> Option<String>;

/// One device.
pub struct Device {
    /// Name in traces.
    pub name: String,
    /// The device's own clock, in Unix milliseconds.
    pub now: Millis,
    /// What reached the disk.
    pub store: MemoryStore,
    /// Commits still to be refused for want of space.
    pub full_for: u32,
    /// What the next commit is refused with, if anything.
    pub refuse_with: Option<StoreError>,
    /// Rows from which a branch has a snapshot for newcomers, if not the usual number.
    snapshots_from: Option<u32>,
    /// Loads still to be failed.
    pub unreadable_for: u32,
    /// Most bytes a read of a file gives at a time.
    pub longest_read: u32,
    /// Decodes whole characters of GB18030; none: files here are in UTF-8 or UTF-16.
    pub gb18030: Option<Decode>,
    /// Set while the engine runs; a crashed device has none.
    engine: Option<Box<Engine>>,
    random: Random,
    pending: VecDeque<Pending>,
    outgoing: Vec<Outgoing>,
    /// Files the engine may read, by number.
    files: BTreeMap<u64, Vec<u8>>,
    opened_files: u64,
    replies: BTreeMap<String, Reply>,
    notices: Vec<Notice>,
    wake_at: Option<Millis>,
    asked: u64,
    /// Commits written.
    commits: u64,
    /// What relaxed commits since the last strict one overwrote, oldest first: a power cut may undo them. None: not kept.
    undo: Option<Vec<Vec<Write>>>,
    /// Commits written through to the disk that hold a row of the outbox or a key.
    hard: u64,
    /// Those that were not.
    soft: u64,
}

/// Writes a batch, and keeps what a relaxed one overwrites.
fn write(store: &mut MemoryStore, undo: &mut Option<Vec<Vec<Write>>>, batch: Batch) {
    match (undo, batch.durability) {
        (None, _) => {}
        (Some(undo), Durability::Strict) => undo.clear(),
        (Some(undo), Durability::Relaxed) => undo.push(overwritten(store, &batch)),
    }
    store.commit(batch);
}

/// Returns the writes that undo a batch.
fn overwritten(store: &MemoryStore, batch: &Batch) -> Vec<Write> {
    let places = batch.writes.iter().map(|write| match write {
        Write::Put { table, key, .. } | Write::Delete { table, key } => (*table, key.clone()),
    });
    places
        .map(|(table, key)| {
            let query = Query::Get {
                table,
                key: key.clone(),
            };
            match store.load(&[query]).remove(0).pop() {
                Some((key, value)) => Write::Put { table, key, value },
                None => Write::Delete { table, key },
            }
        })
        .collect()
}

impl Device {
    /// Returns a started device with an empty disk.
    pub fn new(name: &str, seed: u64) -> Self {
        Self::on_disk(name, seed, MemoryStore::default())
    }

    /// Returns a started device on a disk that holds something already.
    pub fn on_disk(name: &str, seed: u64, store: MemoryStore) -> Self {
        let mut device = Self {
            name: name.to_owned(),
            now: START_MS,
            store,
            full_for: 0,
            refuse_with: None,
            snapshots_from: None,
            unreadable_for: 0,
            longest_read: u32::MAX,
            gb18030: None,
            engine: None,
            random: Random::new(seed),
            pending: VecDeque::new(),
            outgoing: Vec::new(),
            files: BTreeMap::new(),
            opened_files: 0,
            replies: BTreeMap::new(),
            notices: Vec::new(),
            wake_at: None,
            asked: 0,
            commits: 0,
            undo: None,
            hard: 0,
            soft: 0,
        };
        device.start();
        device
    }

    /// Has a branch's rows put at the relay for newcomers from this number of rows on.
    pub fn snapshots_from(&mut self, rows: u32) {
        self.snapshots_from = Some(rows);
        if let Some(engine) = &mut self.engine {
            engine.snapshots_from(rows);
        }
    }

    /// Starts the engine on what is on the disk, if it does not run.
    pub fn start(&mut self) {
        if self.engine.is_none() {
            let mut engine = Box::new(Engine::new());
            if let Some(rows) = self.snapshots_from {
                engine.snapshots_from(rows);
            }
            self.engine = Some(engine);
            self.feed(Event::Start);
        }
    }

    /// Returns whether the engine runs and nothing would be lost by forgetting its company.
    pub fn is_empty_handed(&self) -> bool {
        self.engine
            .as_ref()
            .is_some_and(|engine| engine.is_empty_handed())
    }

    /// Returns whether the engine runs.
    pub fn is_running(&self) -> bool {
        self.engine.is_some()
    }

    /// Drops the engine and everything in memory. Of the disk operations under way the first `written` are done without
    /// the engine hearing of it; the rest never happen.
    pub fn crash(&mut self, written: usize) {
        self.engine = None;
        for pending in self.pending.drain(..).take(written) {
            if let Pending::Commit(_, batch) = pending {
                write(&mut self.store, &mut self.undo, batch);
            }
        }
        self.outgoing.clear();
        self.files.clear();
        self.replies.clear();
        self.wake_at = None;
    }

    /// Keeps what relaxed commits overwrite, so that [`Device::lose_power`] can undo them.
    pub fn may_lose_power(&mut self) {
        self.undo = Some(Vec::new());
    }

    /// Crashes, and of the relaxed commits since the last strict one up to `lost` never reached the disk. Returns how many.
    pub fn lose_power(&mut self, lost: usize) -> usize {
        self.crash(0);
        let undo = self.undo.as_mut().map(std::mem::take).unwrap_or_default();
        let kept = undo.len().saturating_sub(lost);
        let gone = undo.len() - kept;
        for writes in undo.into_iter().skip(kept).rev() {
            self.store.commit(Batch {
                writes,
                ..Batch::default()
            });
        }
        gone
    }

    /// Tears a row of a table that can be made anew: half of its value is gone. Only of use on a device that does not run.
    pub fn tear(&mut self, table: Table, nth: usize) -> bool {
        let query = Query::Range {
            table,
            prefix: Vec::new(),
            after: None,
            limit: u32::MAX,
            keys_only: false,
        };
        let rows = self.store.load(&[query]).remove(0);
        let Some((key, value)) = rows.get(nth % rows.len().max(1)) else {
            return false;
        };
        let value = value[..value.len() / 2].to_vec();
        let key = key.clone();
        self.store.commit(Batch {
            writes: vec![Write::Put { table, key, value }],
            ..Batch::default()
        });
        true
    }

    /// Sets the device's clock. A wish to be woken that the clock has left far behind is heeded by the time that really passes, as
    /// the alarm of the worker does.
    pub fn set_clock(&mut self, now: Millis) {
        if now < self.now
            && let Some(at) = &mut self.wake_at
        {
            *at -= self.now - now;
        }
        self.now = now;
    }

    /// Crashes with nothing under way, and starts again.
    pub fn restart(&mut self) {
        self.crash(0);
        self.start();
        self.settle();
    }

    /// Gives the engine an event and takes what it wants. Nothing happens on a crashed device.
    pub fn feed(&mut self, event: Event) {
        let entropy = self.random.entropy();
        let Some(engine) = &mut self.engine else {
            return;
        };
        for effect in engine.handle(event, self.now, entropy) {
            match effect {
                Effect::Load { id, queries } => self.pending.push_back(Pending::Load(id, queries)),
                Effect::Commit { id, batch } => self.pending.push_back(Pending::Commit(id, batch)),
                Effect::ReadFile {
                    id,
                    file,
                    offset,
                    length,
                    reading,
                } => {
                    self.pending
                        .push_back(Pending::Read(id, file, offset, length, reading));
                }
                Effect::CloseFile { file } => {
                    assert!(
                        self.files.remove(&file).is_some(),
                        "{}: a file is closed once",
                        self.name
                    );
                }
                Effect::Reply {
                    id,
                    result,
                    attachment,
                    ..
                } => {
                    let reply = result.map(|answer| (answer, attachment));
                    let before = self.replies.insert(id.clone(), reply);
                    assert!(before.is_none(), "{}: {id} was answered twice", self.name);
                }
                Effect::Notify(notice) => self.notices.push(notice),
                Effect::Connect { url } => self.outgoing.push(Outgoing::Connect(url)),
                Effect::Send { frame } => self.outgoing.push(Outgoing::Send(frame)),
                Effect::Disconnect => self.outgoing.push(Outgoing::Disconnect),
                Effect::WakeAt(at) => self.wake_at = Some(at),
            }
        }
    }

    /// Does the next disk operation and reports it. Returns whether there was one.
    pub fn disk_step(&mut self) -> bool {
        let event = match self.pending.pop_front() {
            None => return false,
            Some(Pending::Load(id, _)) if self.unreadable_for > 0 => {
                self.unreadable_for -= 1;
                Event::Loaded {
                    id,
                    result: Err(StoreError::Failed("simulated".to_owned())),
                }
            }
            Some(Pending::Load(id, queries)) => Event::Loaded {
                id,
                result: Ok(self.store.load(&queries)),
            },
            Some(Pending::Commit(id, _)) if self.refuse_with.is_some() => Event::Committed {
                id,
                result: Err(self.refuse_with.take().expect("checked in the guard")),
            },
            Some(Pending::Commit(id, _)) if self.full_for > 0 => {
                self.full_for -= 1;
                Event::Committed {
                    id,
                    result: Err(StoreError::Full),
                }
            }
            Some(Pending::Read(id, file, offset, length, Reading::Bytes)) => Event::FileRead {
                id,
                result: self.read(file, offset, length),
            },
            Some(Pending::Read(id, file, offset, length, Reading::Gb18030)) => Event::FileRead {
                id,
                result: self.read_gb18030(file, offset, length),
            },
            Some(Pending::Commit(id, batch)) => {
                self.weigh(&batch);
                write(&mut self.store, &mut self.undo, batch);
                self.commits += 1;
                Event::Committed { id, result: Ok(()) }
            }
        };
        self.feed(event);
        true
    }

    /// Counts a commit that holds what would be lost for good: a change in the outbox, or a key.
    fn weigh(&mut self, batch: &Batch) {
        let counts = batch.writes.iter().any(|write| {
            let (Write::Put { table, .. } | Write::Delete { table, .. }) = write;
            matches!(write, Write::Put { .. }) && matches!(table, Table::Outbox | Table::Keys)
        });
        if counts {
            match batch.durability {
                Durability::Strict => self.hard += 1,
                Durability::Relaxed => self.soft += 1,
            }
        }
    }

    /// Returns how many commits with a row of the outbox or a key were written through to the disk.
    pub fn hard_commits(&self) -> u64 {
        self.hard
    }

    /// Returns how many commits with a row of the outbox or a key were left to the operating system.
    pub fn soft_commits_that_count(&self) -> u64 {
        self.soft
    }

    fn read(&self, file: u64, offset: u64, length: u32) -> Result<FilePiece, FileTrouble> {
        let bytes = self
            .files
            .get(&file)
            .ok_or_else(|| FileTrouble::Unreadable("simulated".to_owned()))?;
        let from = (offset as usize).min(bytes.len());
        let length = length.min(self.longest_read) as usize;
        let to = (from + length).min(bytes.len());
        Ok(FilePiece {
            bytes: bytes[from..to].to_vec(),
            read: (to - from) as u64,
        })
    }

    /// Returns the whole characters at the beginning of a piece; at the end of the file there are no others.
    fn read_gb18030(&self, file: u64, offset: u64, length: u32) -> Result<FilePiece, FileTrouble> {
        // A character has up to four bytes.
        let length = length.min(self.longest_read).max(4) as usize;
        let bytes = self.files.get(&file).map_or(&[][..], Vec::as_slice);
        let rest = &bytes[(offset as usize).min(bytes.len())..];
        let ends = rest.len() <= length;
        let piece = &rest[..rest.len().min(length)];
        let whole = whole_gb18030(piece).filter(|whole| !ends || *whole == piece.len());
        let text = whole.and_then(|whole| self.gb18030?(&piece[..whole]));
        text.zip(whole)
            .map(|(text, whole)| FilePiece {
                bytes: text.into_bytes(),
                read: whole as u64,
            })
            .ok_or(FileTrouble::NotInEncoding)
    }

    /// Takes away every file the engine has open: reading them fails from now on.
    pub fn lose_files(&mut self) {
        for bytes in self.files.values_mut() {
            bytes.clear();
        }
    }

    /// Returns how many files the engine has open.
    pub fn open_files(&self) -> usize {
        self.files.len()
    }

    /// Returns how many disk operations are under way.
    pub fn disk_waiting(&self) -> usize {
        self.pending.len()
    }

    /// Returns the number of commits written while the device ran.
    pub fn commits(&self) -> u64 {
        self.commits
    }

    /// Does disk operations until none is left.
    pub fn settle(&mut self) {
        for _ in 0..MAX_SETTLE {
            if !self.disk_step() {
                return;
            }
        }
        panic!("{}: the engine never comes to rest", self.name);
    }

    /// Sends `Wake` if the engine asked for it by now.
    pub fn wake_if_due(&mut self) -> bool {
        if self.wake_at.is_some_and(|at| at <= self.now) {
            self.wake_at = None;
            self.feed(Event::Wake);
            return true;
        }
        false
    }

    /// Returns when the engine wants to be woken.
    pub fn wake_at(&self) -> Option<Millis> {
        self.wake_at
    }

    /// Takes what the engine wants from the network.
    pub fn take_outgoing(&mut self) -> Vec<Outgoing> {
        std::mem::take(&mut self.outgoing)
    }

    /// Takes the notices since the last time.
    pub fn take_notices(&mut self) -> Vec<Notice> {
        std::mem::take(&mut self.notices)
    }

    /// Takes the reply to a request, if it has come.
    pub fn take_reply(&mut self, id: &str) -> Option<Reply> {
        self.replies.remove(id)
    }

    /// Sends a request under an id of the caller's. A text to be imported is handed over as a file read in pieces.
    pub fn post(&mut self, id: &str, request: Request, attachment: Option<Attachment>) {
        let attachment = match (&request, attachment) {
            (Request::ImportOpen { .. }, Some(Attachment::Text { text, .. })) => {
                Some(self.open_file(text.into_bytes()))
            }
            (Request::ImportOpen { .. }, Some(Attachment::Bytes(bytes))) => {
                Some(self.open_file(bytes))
            }
            (_, attachment) => attachment,
        };
        self.feed(Event::Request {
            client: 1,
            id: id.to_owned(),
            request,
            attachment,
        });
    }

    fn open_file(&mut self, content: Vec<u8>) -> Attachment {
        self.opened_files += 1;
        let (file, bytes) = (self.opened_files, content.len() as u64);
        if self.engine.is_some() {
            self.files.insert(file, content);
        }
        Attachment::File { file, bytes }
    }

    /// Asks and returns the reply with its file.
    ///
    /// # Errors
    /// The engine's problem.
    pub fn ask(&mut self, request: Request) -> Reply {
        self.ask_with(request, None)
    }

    /// Asks with a file.
    ///
    /// # Errors
    /// The engine's problem.
    pub fn ask_with(&mut self, request: Request, attachment: Option<Attachment>) -> Reply {
        self.asked += 1;
        let id = format!("{}-ask-{}-{}", self.name, self.asked, self.commits);
        self.ask_as(&id, request, attachment)
    }

    /// Asks under an id of the caller's and does the disk operations it takes.
    ///
    /// # Errors
    /// The engine's problem.
    pub fn ask_as(&mut self, id: &str, request: Request, attachment: Option<Attachment>) -> Reply {
        self.now += 1;
        let shown = format!("{request:?}");
        self.post(id, request, attachment);
        self.settle();
        self.take_reply(id).unwrap_or_else(|| {
            panic!("{}: no answer to {id}: {shown:.200}", self.name);
        })
    }

    /// Asks something that must be granted.
    #[track_caller]
    pub fn must(&mut self, request: Request) -> Answer {
        let shown = format!("{request:?}");
        match self.ask(request) {
            Ok((answer, _)) => answer,
            Err(problem) => panic!("{}: {shown:.300} was refused: {problem:?}", self.name),
        }
    }

    /// Asks something that must be refused.
    #[track_caller]
    pub fn refused(&mut self, request: Request) -> Problem {
        let shown = format!("{request:?}");
        match self.ask(request) {
            Err(problem) => problem,
            Ok((answer, _)) => panic!("{}: {shown:.300} was granted: {answer:?}", self.name),
        }
    }

    /// Makes a company on this device with the branch HQ.
    pub fn found(&mut self, relay: Option<&str>) {
        self.must(Request::CreateWorkspace {
            company: "回音商贸".to_owned(),
            branch_code: "HQ".to_owned(),
            branch_name: "总店".to_owned(),
            staff_name: format!("{}的店长", self.name),
            device_name: self.name.clone(),
            relay: relay.map(str::to_owned),
            pack: None,
            sample: false,
        });
    }

    /// Returns the link of a new invitation, valid for a week.
    pub fn invite(&mut self, branch: &str, role: &str) -> String {
        match self.must(Request::Invite {
            branch: Some(branch.to_owned()),
            role: role.to_owned(),
            days: 7,
            base: "https://app.example".to_owned(),
            ask: false,
        }) {
            Answer::Invite(invite) => invite.link,
            other => panic!("an invitation was answered with {other:?}"),
        }
    }

    /// Returns the link of a new invitation that asks an administrator before the device may read anything.
    pub fn invite_asking(&mut self, branch: &str, role: &str) -> String {
        match self.must(Request::Invite {
            branch: Some(branch.to_owned()),
            role: role.to_owned(),
            days: 7,
            base: "https://app.example".to_owned(),
            ask: true,
        }) {
            Answer::Invite(invite) => invite.link,
            other => panic!("an invitation was answered with {other:?}"),
        }
    }

    /// Joins by a link.
    ///
    /// # Errors
    /// The engine's problem.
    pub fn join(&mut self, link: &str) -> Reply {
        self.ask(Request::JoinWorkspace {
            link: link.to_owned(),
            staff_name: format!("{}的店员", self.name),
            device_name: self.name.clone(),
        })
    }

    /// Returns a bundle of everything this device may pass on.
    pub fn bundle(&mut self) -> Vec<u8> {
        match self.ask(Request::ExportBundle) {
            Ok((Answer::File { .. }, Some(bytes))) => bytes,
            other => panic!("{}: a bundle was answered with {other:?}", self.name),
        }
    }

    /// Takes in a bundle.
    ///
    /// # Errors
    /// The engine's problem.
    pub fn take_bundle(&mut self, bytes: &[u8]) -> Reply {
        self.ask_with(
            Request::ImportBundle,
            Some(Attachment::Bytes(bytes.to_vec())),
        )
    }

    /// Returns the digest of everything here, or of one branch.
    pub fn digest(&mut self, branch: Option<&str>) -> String {
        match self.must(Request::Digest {
            branch: branch.map(str::to_owned),
        }) {
            Answer::Digest(view) => view.digest,
            other => panic!("a digest was answered with {other:?}"),
        }
    }

    /// Returns the export of everything here.
    pub fn export(&mut self) -> String {
        match self.ask(Request::ExportJsonl) {
            Ok((_, Some(bytes))) => String::from_utf8(bytes).expect("an export is UTF-8"),
            other => panic!("{}: an export was answered with {other:?}", self.name),
        }
    }

    /// Returns a device on a copy of this disk whose list rows were all thrown away, so that they are made anew from the
    /// documents.
    pub fn with_rows_made_anew(&self) -> Self {
        let mut store = self.store.clone();
        let all = |table| Query::Range {
            table,
            prefix: Vec::new(),
            after: None,
            limit: u32::MAX,
            keys_only: true,
        };
        let rows = store.load(&[all(Table::Projections), all(Table::Deltas)]);
        let mut names: Vec<Vec<u8>> = rows[0].iter().map(|(key, _)| key.clone()).collect();
        // A delta's key is the document's name, a zero byte and eight bytes of sequence.
        names.extend(
            rows[1]
                .iter()
                .filter_map(|(key, _)| Some(key.get(..key.len().checked_sub(9)?)?.to_vec())),
        );
        let writes = names
            .into_iter()
            .map(|key| Write::Put {
                table: Table::Projections,
                key,
                value: vec![0xFF],
            })
            .collect();
        store.commit(Batch {
            writes,
            ..Batch::default()
        });
        let mut copy = Self::on_disk(&format!("{} anew", self.name), 1, store);
        copy.now = self.now;
        copy.settle();
        copy
    }

    /// Returns the stored envelopes without receipt, in words.
    pub fn unacknowledged(&self) -> Vec<String> {
        let all = |table| Query::Range {
            table,
            prefix: Vec::new(),
            after: None,
            limit: u32::MAX,
            keys_only: true,
        };
        let rows = self
            .store
            .load(&[all(Table::Unacked), all(Table::Envelopes)]);
        let name = |bytes: &[u8]| {
            let start = bytes.iter().take(4);
            start.fold(0_u32, |name, byte| name << 8 | u32::from(*byte))
        };
        rows[0]
            .iter()
            .map(|(key, _)| {
                let stored = rows[1].iter().any(|(envelope, _)| envelope == key);
                let seq = u64::from_be_bytes(key[48..56].try_into().expect("8 of 88 bytes"));
                format!(
                    "{seq} of {:08x} in {:08x} (stored: {stored})",
                    name(&key[16..48]),
                    name(&key[..16])
                )
            })
            .collect()
    }

    /// Returns whether the reply says that nothing was saved for want of space.
    pub fn is_full(reply: &Reply) -> bool {
        matches!(reply, Err(problem) if problem.code == ProblemCode::StorageFull)
    }
}
