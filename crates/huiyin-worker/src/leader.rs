//! The engine while this worker leads: events in, effects carried out in their order, answers to whoever asked.
//!
//! Reads and commits are done one after the other, so that work done again on a new connection keeps its place. Once
//! stopped, nothing more reaches the engine and nothing the engine said goes out: what was asked meanwhile stays
//! unanswered and is sent to the next leader.

use std::cell::{Cell, OnceCell, RefCell};
use std::collections::VecDeque;
use std::rc::{Rc, Weak};

use huiyin_api::{FromWorker, Notice, Problem, ProblemCode, ToWorker};
use huiyin_engine::{Batch, Effect, Engine, Event, Query, StoreError};
use js_sys::Uint8Array;
use wasm_bindgen_futures::spawn_local;

use crate::attachment::attachment;
use crate::environment::{ask_for_persistence, entropy, now};
use crate::file::{Content, Files};
use crate::indexed_db::IndexedDb;
use crate::socket::{Heard, Socket};
use crate::tab::Tab;
use crate::timer::Alarm;
use crate::{DATABASE_NAME, environment};

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
enum Phase {
    /// The store is being opened; requests wait.
    Opening(Vec<Asking>),
    /// The engine runs.
    Running(Box<RefCell<Engine>>),
    /// There is no store; a request makes the next attempt.
    Failed,
    /// Another leads.
    Stopped,
}

enum Job {
    Load { id: u64, queries: Vec<Query> },
    Commit { id: u64, batch: Batch },
}

/// The engine and its surroundings.
pub struct Leader {
    tab: Weak<Tab>,
    phase: RefCell<Phase>,
    epoch: Cell<u32>,
    store: IndexedDb,
    files: Files,
    inbox: RefCell<VecDeque<Event>>,
    handling: Cell<bool>,
    jobs: RefCell<VecDeque<Job>>,
    working: Cell<bool>,
    persistence_asked: Cell<bool>,
    /// Tokens of other workers; the engine knows them by their place here plus one.
    others: RefCell<Vec<String>>,
    socket: OnceCell<Socket>,
    alarm: OnceCell<Rc<Alarm>>,
}

impl Leader {
    /// Starts to lead: opens the store, then runs the engine.
    pub fn start(tab: Weak<Tab>) -> Rc<Self> {
        let leader = Rc::new(Self {
            tab,
            phase: RefCell::new(Phase::Opening(Vec::new())),
            epoch: Cell::new(0),
            store: IndexedDb::named(DATABASE_NAME),
            files: Files::default(),
            inbox: RefCell::default(),
            handling: Cell::new(false),
            jobs: RefCell::default(),
            working: Cell::new(false),
            persistence_asked: Cell::new(false),
            others: RefCell::default(),
            socket: OnceCell::new(),
            alarm: OnceCell::new(),
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
        let unset = leader.socket.set(socket).is_ok() && leader.alarm.set(alarm).is_ok();
        debug_assert!(unset, "a leader is put together once");
        leader.clone().open();
        leader
    }

    /// Returns whether requests can be answered (if only with what is wrong).
    pub fn is_ready(&self) -> bool {
        matches!(*self.phase.borrow(), Phase::Running(_) | Phase::Failed)
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
        if let Some(socket) = self.socket.get() {
            socket.disconnect();
        }
        self.store.close();
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
            Phase::Running(_) => {
                drop(phase);
                self.hand_over(asking);
            }
            Phase::Stopped => {}
        }
    }

    fn open(self: Rc<Self>) {
        spawn_local(async move {
            let taken = self.store.take_lead().await;
            let next = match &taken {
                Ok(_) => Phase::Running(Box::new(RefCell::new(Engine::new()))),
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
                Ok(epoch) => {
                    self.epoch.set(epoch);
                    self.tell_ready();
                    self.feed(Event::Start);
                    for asking in waiting {
                        self.hand_over(asking);
                    }
                }
                Err(error) => {
                    environment::log(&error.to_string());
                    self.tell_ready();
                    self.notify(Notice::StorageTrouble(error.problem()));
                    for asking in waiting {
                        self.refuse(&asking, error.problem());
                    }
                }
            }
        });
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
        match attachment(&message.request, asking.content.clone(), &self.files) {
            Ok(attachment) => self.feed(Event::Request {
                client: self.number_of(asking.client),
                id: message.id,
                request: message.request,
                attachment,
            }),
            Err(problem) => self.refuse(&asking, problem),
        }
    }

    /// Answers a request that does not reach the engine.
    fn refuse(&self, asking: &Asking, problem: Problem) {
        if let Some(id) = id_in(&asking.text) {
            self.answer(&asking.client, id, Err(problem), None);
        }
    }

    fn answer(
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

    fn notify(&self, notice: Notice) {
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

    fn client_of(&self, number: u64) -> Option<Client> {
        match number.checked_sub(1) {
            None => Some(Client::Own),
            Some(place) => {
                let token = self.others.borrow().get(place as usize).cloned();
                token.map(Client::Other)
            }
        }
    }

    /// Gives the engine an event and carries out what it wants. An event that comes while the engine is at work waits.
    fn feed(self: &Rc<Self>, event: Event) {
        self.inbox.borrow_mut().push_back(event);
        if self.handling.replace(true) {
            return;
        }
        loop {
            let Some(event) = self.inbox.borrow_mut().pop_front() else {
                break;
            };
            let effects = match &*self.phase.borrow() {
                Phase::Running(engine) => engine.borrow_mut().handle(event, now(), entropy()),
                _ => break,
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
                spawn_local(async move {
                    let result = leader.files.read(file, offset, length, reading).await;
                    if !matches!(*leader.phase.borrow(), Phase::Stopped) {
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
                if let Some(client) = self.client_of(client) {
                    self.answer(&client, id, result, attachment);
                }
            }
            Effect::Notify(notice) => self.notify(notice),
            Effect::Connect { url } => self.on_socket(|socket| socket.connect(&url)),
            Effect::Send { frame } => self.on_socket(|socket| socket.send(&frame)),
            Effect::Disconnect => self.on_socket(Socket::disconnect),
            Effect::WakeAt(at) => {
                if let Some(alarm) = self.alarm.get() {
                    alarm.set(at);
                }
            }
        }
    }

    fn on_socket(&self, act: impl FnOnce(&Socket)) {
        if let Some(socket) = self.socket.get() {
            act(socket);
        }
    }

    fn queue(self: &Rc<Self>, job: Job) {
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
                let event = leader.work(job).await;
                match event {
                    Some(event) => leader.feed(event),
                    None => break,
                }
            }
            leader.working.set(false);
        });
    }

    /// Returns what to tell the engine, or nothing once the lead is lost.
    async fn work(&self, job: Job) -> Option<Event> {
        let event = match job {
            Job::Load { id, queries } => Event::Loaded {
                id,
                result: self.store.load(&queries).await,
            },
            Job::Commit { id, batch } => Event::Committed {
                id,
                result: self.store.commit(&batch).await,
            },
        };
        if matches!(*self.phase.borrow(), Phase::Stopped) {
            return None;
        }
        match &event {
            Event::Committed {
                result: Err(StoreError::LostLead),
                ..
            } => {
                if let Some(tab) = self.tab.upgrade() {
                    tab.step_down();
                }
                return None;
            }
            Event::Committed { result: Ok(()), .. } if !self.persistence_asked.replace(true) => {
                ask_for_persistence();
            }
            _ => {}
        }
        Some(event)
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
