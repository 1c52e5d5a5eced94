//! One engine on a store of this machine: asks it, carries out what it wants, waits where it has to wait.
//!
//! Everything happens on one thread, in order. The relay is reached only if the network was switched on; otherwise the
//! engine's wish to connect is left unheard, as on a device without a network.

use std::collections::{BTreeMap, VecDeque};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use huiyin_api::{Answer, Notice, Problem, ProblemCode, Request};
use huiyin_engine::{
    Attachment, Batch, Effect, Engine, Event, FileTrouble, MemoryStore, Millis, Query, StoreError,
};

use crate::file::ImportFile;
use crate::socket::{Heard, Socket};

/// Rows of one table in key order.
pub type Rows = Vec<(Vec<u8>, Vec<u8>)>;

/// An answer with the file beside it.
pub type Answered = (Answer, Option<Vec<u8>>);

/// What became of a request, with the file beside it.
type Outcome = (Result<Answer, Problem>, Option<Vec<u8>>);

/// Longest wait for the network in one piece.
const LONGEST_WAIT: Duration = Duration::from_secs(5);

/// A store the engine can be run on.
pub trait Store {
    /// Returns the rows for each query.
    ///
    /// # Errors
    /// Why nothing could be read.
    fn load(&mut self, queries: &[Query]) -> Result<Vec<Rows>, StoreError>;

    /// Writes a batch, all or nothing.
    ///
    /// # Errors
    /// Why nothing was written.
    fn commit(&mut self, batch: Batch) -> Result<(), StoreError>;
}

impl Store for MemoryStore {
    fn load(&mut self, queries: &[Query]) -> Result<Vec<Rows>, StoreError> {
        Ok(MemoryStore::load(self, queries))
    }

    fn commit(&mut self, batch: Batch) -> Result<(), StoreError> {
        MemoryStore::commit(self, batch);
        Ok(())
    }
}

/// An engine at work.
pub struct Device {
    engine: Engine,
    store: Box<dyn Store>,
    inbox: VecDeque<Event>,
    answers: BTreeMap<String, Outcome>,
    notices: VecDeque<Notice>,
    /// Files the engine reads, by number.
    files: BTreeMap<u64, ImportFile>,
    opened_files: u64,
    wake_at: Option<Millis>,
    /// None: the network is left alone.
    network: Option<Socket>,
    /// Ids of requests are this token and a number.
    token: String,
    asked: u64,
    /// Opens the key of the person at the device when a decision must be signed.
    pub pin: Option<String>,
}

impl Device {
    /// Starts the engine on a store, without network.
    pub fn start(store: impl Store + 'static) -> Self {
        Self::new(Box::new(store), None)
    }

    /// Starts the engine on a store; it may connect to its relay.
    pub fn start_online(store: impl Store + 'static) -> Self {
        Self::new(Box::new(store), Some(Socket::default()))
    }

    fn new(store: Box<dyn Store>, network: Option<Socket>) -> Self {
        let mut device = Self {
            engine: Engine::new(),
            store,
            inbox: VecDeque::from([Event::Start]),
            answers: BTreeMap::new(),
            notices: VecDeque::new(),
            files: BTreeMap::new(),
            opened_files: 0,
            wake_at: None,
            network,
            token: token(),
            asked: 0,
            pin: None,
        };
        device.work();
        device
    }

    /// Returns a file as an attachment that the engine reads in pieces.
    pub fn open_file(&mut self, file: ImportFile) -> Attachment {
        self.opened_files += 1;
        let (number, bytes) = (self.opened_files, file.bytes);
        self.files.insert(number, file);
        Attachment::File {
            file: number,
            bytes,
        }
    }

    /// Asks the engine and waits for its answer.
    ///
    /// # Errors
    /// What the engine refuses, or `Internal` if it neither answers nor waits for anything.
    pub fn ask(&mut self, request: Request) -> Result<Answer, Problem> {
        self.ask_with(request, None).map(|(answer, _)| answer)
    }

    /// Asks the engine, with a file, and waits for its answer and the file beside it.
    ///
    /// # Errors
    /// As [`Self::ask`].
    pub fn ask_with(
        &mut self,
        request: Request,
        attachment: Option<Attachment>,
    ) -> Result<Answered, Problem> {
        let again = self.pin.is_some().then(|| request.clone());
        match self.ask_telling(request, attachment.clone(), &mut |_| {}) {
            Err(problem) if problem.code == ProblemCode::PinNeeded => {
                let (Some(pin), Some(request)) = (self.pin.clone(), again) else {
                    return Err(problem);
                };
                self.ask_telling(Request::UnlockStaff { pin }, None, &mut |_| {})?;
                self.ask_telling(request, attachment, &mut |_| {})
            }
            result => result,
        }
    }

    /// As [`Self::ask_with`]; `tell` hears the engine's notices while it works.
    ///
    /// # Errors
    /// As [`Self::ask`].
    pub fn ask_telling(
        &mut self,
        request: Request,
        attachment: Option<Attachment>,
        tell: &mut dyn FnMut(&Notice),
    ) -> Result<Answered, Problem> {
        self.asked += 1;
        let id = format!("{}-{}", self.token, self.asked);
        self.inbox.push_back(Event::Request {
            client: 0,
            id: id.clone(),
            request,
            attachment,
        });
        loop {
            self.work();
            while let Some(notice) = self.notices.pop_front() {
                tell(&notice);
            }
            if let Some((result, file)) = self.answers.remove(&id) {
                return result.map(|answer| (answer, file));
            }
            if !self.wait(LONGEST_WAIT) {
                return Err(Problem::at(ProblemCode::Internal, "engine")
                    .because("a request was left without an answer"));
            }
        }
    }

    /// Carries out whatever the engine wants until it wants nothing more at once.
    pub fn work(&mut self) {
        while let Some(event) = self.inbox.pop_front() {
            for effect in self.engine.handle(event, now(), entropy()) {
                self.carry_out(effect);
            }
        }
    }

    /// Waits, no longer than `longest`, for the network or the time the engine asked for, and tells the engine. Returns false
    /// if there is nothing to wait for.
    pub fn wait(&mut self, longest: Duration) -> bool {
        let until_wake = self
            .wake_at
            .map(|at| Duration::from_millis(at.saturating_sub(now()).max(0) as u64));
        let wait = until_wake.unwrap_or(longest).min(longest);
        let heard = match &mut self.network {
            Some(socket) if socket.is_open() => socket.hear(wait),
            _ if until_wake.is_none() => return false,
            _ => {
                std::thread::sleep(wait);
                None
            }
        };
        match heard {
            Some(Heard::Frame(frame)) => self.inbox.push_back(Event::Frame(frame)),
            Some(Heard::Closed(reason)) => self.inbox.push_back(Event::Closed { reason }),
            None => {}
        }
        if self.wake_at.is_some_and(|at| at <= now()) {
            self.wake_at = None;
            self.inbox.push_back(Event::Wake);
        }
        self.work();
        true
    }

    /// Returns the notices since the last call, oldest first.
    pub fn take_notices(&mut self) -> Vec<Notice> {
        self.notices.drain(..).collect()
    }

    fn carry_out(&mut self, effect: Effect) {
        match effect {
            Effect::Load { id, queries } => {
                let result = self.store.load(&queries);
                self.inbox.push_back(Event::Loaded { id, result });
            }
            Effect::Commit { id, batch } => {
                let result = self.store.commit(batch);
                self.inbox.push_back(Event::Committed { id, result });
            }
            Effect::ReadFile {
                id,
                file,
                offset,
                length,
                reading,
            } => {
                let result = match self.files.get_mut(&file) {
                    Some(file) => file.read(offset, length, reading),
                    None => Err(FileTrouble::Unreadable("it is closed".to_owned())),
                };
                self.inbox.push_back(Event::FileRead { id, result });
            }
            Effect::CloseFile { file } => {
                self.files.remove(&file);
            }
            Effect::Reply {
                id,
                result,
                attachment,
                ..
            } => {
                self.answers.insert(id, (result, attachment));
            }
            Effect::Notify(notice) => self.notices.push_back(notice),
            Effect::Connect { url } => {
                if let Some(socket) = &mut self.network {
                    self.inbox.push_back(match socket.connect(&url) {
                        Ok(()) => Event::Opened,
                        Err(error) => Event::Closed {
                            reason: error.to_string(),
                        },
                    });
                }
            }
            Effect::Send { frame } => {
                if let Some(socket) = &mut self.network
                    && let Err(error) = socket.send(frame)
                {
                    self.inbox.push_back(Event::Closed {
                        reason: error.to_string(),
                    });
                }
            }
            Effect::Disconnect => {
                if let Some(socket) = &mut self.network {
                    socket.close();
                }
            }
            Effect::WakeAt(at) => self.wake_at = Some(at),
        }
    }
}

/// Returns the current time.
fn now() -> Millis {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_millis() as Millis)
}

/// Returns a text nobody else will choose.
fn token() -> String {
    let mut drawn = [0; 16];
    drawn.copy_from_slice(&entropy()[..16]);
    format!("{:032x}", u128::from_le_bytes(drawn))
}

/// Returns 32 bytes from the system's generator.
fn entropy() -> [u8; 32] {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).expect("the system gives random values");
    bytes
}
