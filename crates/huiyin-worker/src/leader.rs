//! The engine while this worker leads: events in, effects carried out in their order, answers to whoever asked.
//!
//! Reads and commits are done one after the other, so that work done again on a new connection keeps its place. Once
//! stopped, nothing more reaches the engine and nothing the engine said goes out: what was asked meanwhile stays
//! unanswered and is sent to the next leader. What lies in the store is sealed on the way there; what the lock does is in
//! [`crate::locking`].
//!
//! Long: one loop around the engine.

use std::cell::{Cell, OnceCell, RefCell};
use std::collections::{BTreeSet, VecDeque};
use std::rc::{Rc, Weak};

use huiyin_api::{FromWorker, LockIntent, Notice, Problem, ProblemCode, Request, ToWorker};
use huiyin_engine::{Batch, Effect, Engine, Event, Millis, Query, StoreError, Vault};
use js_sys::Uint8Array;
use wasm_bindgen_futures::spawn_local;

use crate::attachment::attachment;
use crate::environment::{ask_for_persistence, entropy, now};
use crate::file::{Content, Files};
use crate::indexed_db::IndexedDb;
use crate::locking::store_problem;
use crate::socket::{Heard, Socket};
use crate::story_clock::StoryClock;
use crate::tab::Tab;
use crate::timer::Alarm;
use crate::{DATABASE_NAME, environment};

/// Memory taken at once when a worker takes the lead, in bytes. The program's memory otherwise grows by 64 KiB a time, which costs a
/// quarter of a millisecond each: seventy of them while a company of 40,000 records opens.
const MEMORY_AHEAD: usize = 16 << 20;

/// Rows of one table in key order.
type Rows = Vec<(Vec<u8>, Vec<u8>)>;

/// Who asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Client {
    /// This worker's own page.
    Own,
    /// The page of the worker with this token.
    Other(String),
}

/// A request as it came.
#[derive(Debug, Clone)]
pub struct Asking {
    /// Who asked.
    pub client: Client,
    /// JSON text of `ToWorker`.
    pub text: String,
    /// File content.
    pub content: Option<Content>,
}

/// How far the leader is.
pub(crate) enum Phase {
    /// The store is being opened; requests wait.
    Opening(Vec<Asking>),
    /// The engine runs.
    Running(Box<RefCell<Engine>>),
    /// The store is open and its lock is not: only the lock is spoken of.
    Locked,
    /// There is no store; a request makes the next attempt.
    Failed,
    /// Another leads.
    Stopped,
}

/// Work on the store, done one after the other.
pub(crate) enum Job {
    Load {
        id: u64,
        queries: Vec<Query>,
    },
    Commit {
        id: u64,
        batch: Batch,
    },
    /// What a page wants of the lock.
    Lock {
        client: Client,
        id: String,
        intent: LockIntent,
    },
    LockNow,
    /// Sealing a slice of rows anew.
    Move,
}

/// The engine and its surroundings.
pub struct Leader {
    pub(crate) tab: Weak<Tab>,
    pub(crate) phase: RefCell<Phase>,
    epoch: Cell<u32>,
    pub(crate) store: IndexedDb,
    /// What seals the store; none before it is open.
    pub(crate) vault: RefCell<Option<Vault>>,
    pub(crate) files: Files,
    pub(crate) inbox: RefCell<VecDeque<Event>>,
    handling: Cell<bool>,
    pub(crate) jobs: RefCell<VecDeque<Job>>,
    working: Cell<bool>,
    persistence_asked: Cell<bool>,
    /// Tokens of other workers; the engine knows them by their place here plus one.
    others: RefCell<Vec<String>>,
    /// What the engine was asked and has not answered.
    pub(crate) asked: RefCell<BTreeSet<(u64, String)>>,
    /// Grows with each engine that is dropped: what was begun for an earlier one is not told to a later.
    pub(crate) generation: Cell<u32>,
    /// When somebody was last at a screen.
    pub(crate) active: Cell<Millis>,
    /// Since when the device is about to lock.
    pub(crate) locking_since: Cell<Option<Millis>>,
    /// A slice of rows is waiting to be sealed anew.
    pub(crate) moving: Cell<bool>,
    /// Until when sealing anew rests.
    pub(crate) moving_rests_until: Cell<Millis>,
    pub(crate) socket: OnceCell<Socket>,
    alarm: OnceCell<Rc<Alarm>>,
    pub(crate) lock_alarm: OnceCell<Rc<Alarm>>,
    pub(crate) story: StoryClock,
}

impl Leader {
    /// Starts to lead: opens the store, then runs the engine.
    pub fn start(tab: Weak<Tab>) -> Rc<Self> {
        // What is freed stays with the program.
        drop(std::hint::black_box(Vec::<u8>::with_capacity(MEMORY_AHEAD)));
        let leader = Rc::new(Self {
            tab,
            phase: RefCell::new(Phase::Opening(Vec::new())),
            epoch: Cell::new(0),
            store: IndexedDb::named(DATABASE_NAME),
            vault: RefCell::new(None),
            files: Files::default(),
            inbox: RefCell::default(),
            handling: Cell::new(false),
            jobs: RefCell::default(),
            working: Cell::new(false),
            persistence_asked: Cell::new(false),
            others: RefCell::default(),
            asked: RefCell::default(),
            generation: Cell::new(0),
            active: Cell::new(now()),
            locking_since: Cell::new(None),
            moving: Cell::new(false),
            moving_rests_until: Cell::new(0),
            socket: OnceCell::new(),
            alarm: OnceCell::new(),
            lock_alarm: OnceCell::new(),
            story: StoryClock::default(),
        });
        let weak = Rc::downgrade(&leader);
        let socket = Socket::new(move |heard| {
            if let Some(leader) = weak.upgrade() {
                leader.feed(match heard {
                    Heard::Opened => Event::Opened,
                    Heard::Frame(frame) => Event::Frame(frame),
                    Heard::Closed(reason) => Event::Closed { reason },
                });
            }
        });
        let weak = Rc::downgrade(&leader);
        let alarm = Alarm::new(move || {
            if let Some(leader) = weak.upgrade() {
                leader.feed(Event::Wake);
            }
        });
        let weak = Rc::downgrade(&leader);
        let lock_alarm = Alarm::new(move || {
            if let Some(leader) = weak.upgrade() {
                leader.lock_when_quiet();
            }
        });
        let unset = leader.socket.set(socket).is_ok()
            && leader.alarm.set(alarm).is_ok()
            && leader.lock_alarm.set(lock_alarm).is_ok();
        debug_assert!(unset, "a leader is put together once");
        leader.clone().open();
        leader
    }

    /// Returns whether requests can be answered (if only with what is wrong).
    pub fn is_ready(&self) -> bool {
        matches!(
            *self.phase.borrow(),
            Phase::Running(_) | Phase::Locked | Phase::Failed
        )
    }

    /// Returns the leader epoch, 0 before there is one.
    pub fn epoch(&self) -> u32 {
        self.epoch.get()
    }

    /// Stops for good.
    pub fn stop(&self) {
        self.phase.replace(Phase::Stopped);
        self.jobs.borrow_mut().clear();
        self.inbox.borrow_mut().clear();
        self.vault.replace(None);
        if let Some(socket) = self.socket.get() {
            socket.disconnect();
        }
        self.store.close();
    }

    /// Returns when somebody was last at a screen, as far as this leader knows.
    pub fn active(&self) -> Millis {
        self.active.get()
    }

    /// Tells the engine that its time may have come: the device is online again.
    pub fn wake(self: &Rc<Self>) {
        self.feed(Event::Wake);
    }

    /// Takes a request.
    pub fn ask(self: &Rc<Self>, asking: Asking) {
        let mut phase = self.phase.borrow_mut();
        match &mut *phase {
            Phase::Opening(waiting) => waiting.push(asking),
            Phase::Failed => {
                *phase = Phase::Opening(vec![asking]);
                drop(phase);
                self.clone().open();
            }
            Phase::Running(_) | Phase::Locked => {
                drop(phase);
                self.hand_over(asking);
            }
            Phase::Stopped => {}
        }
    }

    fn open(self: Rc<Self>) {
        spawn_local(async move {
            let taken = self.take_store().await;
            let next = match &taken {
                // The engine starts below, where there is no lock or it is open.
                Ok(_) => Phase::Locked,
                Err(_) => Phase::Failed,
            };
            let waiting = match self.phase.replace(next) {
                Phase::Opening(waiting) => waiting,
                other => {
                    // Stopped meanwhile.
                    self.phase.replace(other);
                    self.store.close();
                    return;
                }
            };
            match taken {
                Ok((epoch, vault)) => {
                    let locked = vault.is_locked();
                    self.epoch.set(epoch);
                    self.vault.replace(Some(vault));
                    self.tell_ready();
                    self.hand_on_key();
                    if !locked {
                        self.begin_work();
                    }
                    for asking in waiting {
                        self.hand_over(asking);
                    }
                }
                Err(problem) => {
                    environment::log(&format!("{:?}: {}", problem.code, problem.detail));
                    self.tell_ready();
                    self.notify(Notice::StorageTrouble(problem.clone()));
                    for asking in waiting {
                        self.refuse(&asking, problem.clone());
                    }
                }
            }
        });
    }

    /// Opens the store anew, after everything in it was removed.
    pub(crate) fn open_again(self: &Rc<Self>) {
        self.phase.replace(Phase::Opening(Vec::new()));
        self.clone().open();
    }

    /// Opens the store, makes it ours, and finds what seals it.
    async fn take_store(&self) -> Result<(u32, Vault), Problem> {
        let epoch = self.store.take_lead().await.map_err(|error| {
            environment::log(&error.to_string());
            error.problem()
        })?;
        let queries = Vault::queries();
        let loaded = self.store.load(&queries).await;
        let rows = loaded.map_err(|error| store_problem(&error))?;
        let (mut vault, first) =
            Vault::found(&rows, entropy()).map_err(huiyin_engine::VaultError::problem)?;
        if let Some(first) = first {
            let stored = self.store.commit(&first).await;
            stored.map_err(|error| store_problem(&error))?;
        }
        if let Some(tab) = self.tab.upgrade()
            && let Some((handed, active)) = tab.handed_on()
            && vault.take_over(&handed)
        {
            self.active.set(active);
        }
        Ok((epoch, vault))
    }

    fn tell_ready(&self) {
        if let Some(tab) = self.tab.upgrade() {
            tab.beat();
        }
    }

    fn hand_over(self: &Rc<Self>, asking: Asking) {
        let message: ToWorker = match serde_json::from_str(&asking.text) {
            Ok(message) => message,
            Err(error) => {
                let problem =
                    Problem::at(ProblemCode::Internal, "request").because(error.to_string());
                self.refuse(&asking, problem);
                return;
            }
        };
        if let Request::Lock(intent) = message.request {
            self.hear_lock(asking.client, message.id, intent);
            return;
        }
        if matches!(*self.phase.borrow(), Phase::Locked) {
            self.refuse(&asking, Problem::new(ProblemCode::Locked));
            return;
        }
        match attachment(&message.request, asking.content.clone(), &self.files) {
            Ok(attachment) => {
                let client = self.number_of(asking.client);
                if let Some(at) = message.at {
                    self.set_clock(at);
                }
                self.asked.borrow_mut().insert((client, message.id.clone()));
                self.feed(Event::Request {
                    client,
                    id: message.id,
                    request: message.request,
                    attachment,
                });
            }
            Err(problem) => self.refuse(&asking, problem),
        }
    }

    /// Lets a sample company be told from its past on. Where there is a real company, the clock of the device counts.
    fn set_clock(&self, at: Millis) {
        let invented = match &*self.phase.borrow() {
            Phase::Running(engine) => {
                let engine = engine.borrow();
                engine.is_sample() || engine.is_empty()
            }
            _ => false,
        };
        if invented {
            self.story.set(at, now());
        }
    }

    /// Returns whether everything here may go at a person's word: a sample company, or a company of which nothing has come.
    pub(crate) fn may_go(&self) -> bool {
        matches!(&*self.phase.borrow(), Phase::Running(engine)
            if engine.borrow().is_sample() || engine.borrow().is_empty_handed())
    }

    /// Answers a request that does not reach the engine.
    fn refuse(&self, asking: &Asking, problem: Problem) {
        if let Some(id) = id_in(&asking.text) {
            self.answer(&asking.client, id, Err(problem), None);
        }
    }

    pub(crate) fn answer(
        &self,
        client: &Client,
        id: String,
        result: Result<huiyin_api::Answer, Problem>,
        file: Option<Vec<u8>>,
    ) {
        if let Some(tab) = self.tab.upgrade() {
            let bytes = file.map(|file| Uint8Array::from(&file[..]));
            let message = FromWorker::Answer {
                id: id.clone(),
                result,
            };
            tab.answer(client, &id, &message, bytes);
        }
    }

    pub(crate) fn notify(&self, notice: Notice) {
        if let Some(tab) = self.tab.upgrade() {
            tab.notify(&FromWorker::Notice(notice));
        }
    }

    fn number_of(&self, client: Client) -> u64 {
        let Client::Other(token) = client else {
            return 0;
        };
        let mut others = self.others.borrow_mut();
        let place = others
            .iter()
            .position(|other| *other == token)
            .unwrap_or_else(|| {
                others.push(token);
                others.len() - 1
            });
        place as u64 + 1
    }

    pub(crate) fn client_of(&self, number: u64) -> Option<Client> {
        match number.checked_sub(1) {
            None => Some(Client::Own),
            Some(place) => {
                let token = self.others.borrow().get(place as usize).cloned();
                token.map(Client::Other)
            }
        }
    }

    /// Gives the engine an event and carries out what it wants. An event that comes while the engine is at work waits.
    pub(crate) fn feed(self: &Rc<Self>, event: Event) {
        self.inbox.borrow_mut().push_back(event);
        if self.handling.replace(true) {
            return;
        }
        loop {
            let Some(event) = self.inbox.borrow_mut().pop_front() else {
                break;
            };
            let effects = if let Phase::Running(engine) = &*self.phase.borrow() {
                let now = self.story.time(now());
                engine.borrow_mut().handle(event, now, entropy())
            } else {
                self.inbox.borrow_mut().clear();
                break;
            };
            for effect in effects {
                self.carry_out(effect);
            }
        }
        self.handling.set(false);
    }

    fn carry_out(self: &Rc<Self>, effect: Effect) {
        match effect {
            Effect::Load { id, queries } => self.queue(Job::Load { id, queries }),
            Effect::Commit { id, batch } => self.queue(Job::Commit { id, batch }),
            Effect::ReadFile {
                id,
                file,
                offset,
                length,
                reading,
            } => {
                let leader = self.clone();
                let generation = self.generation.get();
                spawn_local(async move {
                    let result = leader.files.read(file, offset, length, reading).await;
                    if leader.generation.get() == generation {
                        leader.feed(Event::FileRead { id, result });
                    }
                });
            }
            Effect::CloseFile { file } => self.files.close(file),
            Effect::Reply {
                client,
                id,
                result,
                attachment,
            } => {
                self.asked.borrow_mut().remove(&(client, id.clone()));
                if let Some(client) = self.client_of(client) {
                    self.answer(&client, id, result, attachment);
                }
            }
            Effect::Notify(notice) => {
                if matches!(notice, Notice::ImportProgress(_)) {
                    // Whoever waits for an import is not away.
                    self.active.set(now());
                }
                self.notify(notice);
            }
            Effect::Connect { url } => self.on_socket(|socket| socket.connect(&url)),
            Effect::Send { frame } => self.on_socket(|socket| socket.send(&frame)),
            Effect::Disconnect => self.on_socket(Socket::disconnect),
            Effect::WakeAt(at) => {
                if let Some(alarm) = self.alarm.get() {
                    alarm.set(self.story.alarm(at, now()));
                }
            }
        }
    }

    fn on_socket(&self, act: impl FnOnce(&Socket)) {
        if let Some(socket) = self.socket.get() {
            act(socket);
        }
    }

    pub(crate) fn queue(self: &Rc<Self>, job: Job) {
        self.jobs.borrow_mut().push_back(job);
        if self.working.replace(true) {
            return;
        }
        let leader = self.clone();
        spawn_local(async move {
            loop {
                let Some(job) = leader.jobs.borrow_mut().pop_front() else {
                    break;
                };
                match job {
                    Job::Lock { client, id, intent } => leader.do_lock(client, id, intent).await,
                    Job::LockNow => leader.lock_now().await,
                    Job::Move => leader.move_slice().await,
                    Job::Load { id, queries } => {
                        let result = leader.load(&queries).await;
                        leader.hear_store(Event::Loaded { id, result });
                    }
                    Job::Commit { id, batch } => {
                        let result = leader.commit(batch).await;
                        leader.hear_store(Event::Committed { id, result });
                    }
                }
            }
            leader.working.set(false);
        });
    }

    /// Returns rows with their values opened.
    async fn load(&self, queries: &[Query]) -> Result<Vec<Rows>, StoreError> {
        let rows = self.store.load(queries).await?;
        let opened = match &*self.vault.borrow() {
            Some(vault) => vault.open(queries, rows)?,
            None => return Err(StoreError::LostLead),
        };
        for line in &opened.damaged {
            environment::log(line);
        }
        Ok(opened.rows)
    }

    /// Writes a batch with its values sealed.
    async fn commit(&self, batch: Batch) -> Result<(), StoreError> {
        let sealed = match &*self.vault.borrow() {
            Some(vault) => vault.seal(batch, entropy())?,
            None => return Err(StoreError::LostLead),
        };
        self.store.commit(&sealed).await
    }

    /// Tells the engine what the store did, unless the lead is lost.
    fn hear_store(self: &Rc<Self>, event: Event) {
        if matches!(*self.phase.borrow(), Phase::Stopped) {
            return;
        }
        match &event {
            Event::Committed {
                result: Err(StoreError::LostLead),
                ..
            } => return self.lost_lead(),
            Event::Committed { result: Ok(()), .. } if !self.persistence_asked.replace(true) => {
                ask_for_persistence();
            }
            _ => {}
        }
        self.feed(event);
    }

    /// Stops leading: another holds the store.
    pub(crate) fn lost_lead(&self) {
        if let Some(tab) = self.tab.upgrade() {
            tab.step_down();
        }
    }
}

/// Returns the id of a message of the page even if the rest of it cannot be read.
pub fn id_in(text: &str) -> Option<String> {
    #[derive(serde::Deserialize)]
    struct Named {
        id: String,
    }
    serde_json::from_str::<Named>(text)
        .ok()
        .map(|named| named.id)
}
