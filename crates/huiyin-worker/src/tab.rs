//! This tab's worker: its page on one side, the engine or the channel to the leader on the other.
//!
//! A request stays among the unanswered until its first answer goes to the page. It is given to each lead once: to the
//! engine here when this worker leads, else to the lead whose beat is heard. Command ids make it safe that a lead may
//! get a request that an earlier one carried out.
//!
//! Long: leading and following are two sides of one state.

use std::cell::{Cell, OnceCell, RefCell};
use std::rc::Rc;

use huiyin_api::FromWorker;
use huiyin_engine::{HandedOn, Millis};
use js_sys::Uint8Array;
use web_sys::AbortController;

use crate::channel::{Channel, Message};
use crate::environment::{self, now, token};
use crate::file::Content;
use crate::leader::{Asking, Client, Leader, id_in};
use crate::lock::{self, Ask, Held, Outcome};
use crate::timer::{Alarm, Ticker};
use crate::unanswered::{Asked, Unanswered};
use crate::watch::{BEAT_MS, Beat, Watch};
use crate::{page, panics};

/// How long a worker without Web Locks listens for a leader before it leads, in milliseconds.
const LISTEN_MS: i64 = 300;

/// What this worker is.
enum Role {
    /// Not known yet.
    Starting,
    /// Another leads.
    Following {
        watch: Watch,
        /// Gives up the wait for the lock.
        wait: Option<AbortController>,
    },
    /// This worker leads.
    Leading {
        leader: Rc<Leader>,
        /// Name of this lead; never used for another.
        name: String,
        /// The lock, where there are locks, and the number of the request that got it.
        lock: Option<(u32, Held)>,
    },
}

/// This tab's worker.
pub struct Tab {
    token: String,
    role: RefCell<Role>,
    unanswered: RefCell<Unanswered<Content>>,
    channel: OnceCell<Channel>,
    leads: Cell<u32>,
    lock_requests: Cell<u32>,
    ready_posted: Cell<bool>,
    /// The key of the store as the leader handed it on, while the lock is open.
    handed: RefCell<Option<HandedOn>>,
    /// When somebody was last at a screen, as far as the leader said.
    active: Cell<Millis>,
}

/// Starts this worker: listens to the page and the other workers, and asks for the lead.
pub fn start() {
    panics::report_to_page();
    let tab = Rc::new(Tab {
        token: token(),
        role: RefCell::new(Role::Starting),
        unanswered: RefCell::default(),
        channel: OnceCell::new(),
        leads: Cell::new(0),
        lock_requests: Cell::new(0),
        ready_posted: Cell::new(false),
        handed: RefCell::new(None),
        active: Cell::new(now()),
    });
    let hearing = tab.clone();
    let channel = Channel::open(move |message| hearing.hear_worker(message));
    let first = tab.channel.set(channel).is_ok();
    debug_assert!(first, "a tab opens one channel");
    let hearing = tab.clone();
    page::listen(move |text, content| hearing.hear_page(text, content));
    let ticking = tab.clone();
    // The tab lives as long as the worker, and so do its ticks.
    std::mem::forget(Ticker::every(BEAT_MS, move || ticking.tick()));
    let online = tab.clone();
    environment::when_online(move || {
        if let Some(leader) = online.leader() {
            leader.wake();
        }
    });
    if lock::available() {
        tab.ask_for_lock(&Ask::IfFree);
    } else {
        tab.lead_if_alone();
    }
}

impl Tab {
    fn leader(&self) -> Option<Rc<Leader>> {
        match &*self.role.borrow() {
            Role::Leading { leader, .. } => Some(leader.clone()),
            _ => None,
        }
    }

    fn post(&self, message: &Message) {
        if let Some(channel) = self.channel.get() {
            channel.post(message);
        }
    }

    /// Takes a message of the page.
    fn hear_page(&self, text: String, content: Option<Content>) {
        if panics::happened() {
            return;
        }
        let Some(id) = id_in(&text) else {
            environment::log("the page sent a message without an id");
            return;
        };
        let asked = Asked { id, text, content };
        if self.unanswered.borrow_mut().keep(asked.clone()) {
            self.pass_on(asked);
        }
    }

    /// Gives a request to the lead, if one is known; else it waits.
    fn pass_on(&self, asked: Asked<Content>) {
        if let Some(leader) = self.leader() {
            leader.ask(Asking {
                client: Client::Own,
                text: asked.text,
                content: asked.content,
            });
            return;
        }
        let lead = match &*self.role.borrow() {
            Role::Following { watch, .. } => watch.lead().map(str::to_owned),
            _ => None,
        };
        if let Some(lead) = lead {
            self.post(&Message::Request {
                from: self.token.clone(),
                lead,
                text: asked.text,
                content: asked.content,
            });
        }
    }

    fn pass_on_all(&self) {
        let waiting = self.unanswered.borrow().waiting();
        for asked in waiting {
            self.pass_on(asked);
        }
    }

    /// Takes a message of another worker.
    fn hear_worker(self: &Rc<Self>, message: Message) {
        if panics::happened() {
            return;
        }
        match message {
            Message::Beat {
                lead,
                epoch,
                ready,
                active,
            } => {
                self.active.set(active);
                self.hear_beat(&lead, epoch, ready);
            }
            Message::Key { key } => {
                self.handed.replace(key);
            }
            Message::Seek => {
                self.beat();
                if let Some(leader) = self.leader() {
                    leader.hand_on_key();
                }
            }
            Message::Request {
                from,
                lead,
                text,
                content,
            } => {
                let addressed = match &*self.role.borrow() {
                    Role::Leading { leader, name, .. } if *name == lead => Some(leader.clone()),
                    _ => None,
                };
                if let Some(leader) = addressed {
                    leader.ask(Asking {
                        client: Client::Other(from),
                        text,
                        content,
                    });
                }
            }
            Message::Answer {
                to,
                id,
                text,
                bytes,
            } => {
                if to == self.token && self.unanswered.borrow_mut().settle(&id) {
                    page::post_text(&text, bytes.as_ref());
                }
            }
            Message::Notice { text } => {
                // A leader tells its own page itself; what another says then is out of date.
                if self.leader().is_none() {
                    page::post_text(&text, None);
                }
            }
        }
    }

    fn hear_beat(self: &Rc<Self>, lead: &str, epoch: u32, ready: bool) {
        let beat = match &mut *self.role.borrow_mut() {
            Role::Starting => return,
            Role::Following { watch, .. } => Some(watch.beat(lead, ready)),
            Role::Leading { leader, .. } if epoch > leader.epoch() && leader.epoch() > 0 => None,
            Role::Leading { .. } => return,
        };
        match beat {
            Some(Beat::New) => self.pass_on_all(),
            Some(Beat::Known | Beat::Opening) => {}
            // Somebody has the store since.
            None => {
                self.step_down();
                self.hear_beat(lead, epoch, ready);
            }
        }
    }

    /// Tells the others that this worker leads, if it does.
    pub fn beat(&self) {
        let message = match &*self.role.borrow() {
            Role::Leading { leader, name, .. } => Message::Beat {
                lead: name.clone(),
                epoch: leader.epoch(),
                ready: leader.is_ready(),
                active: leader.active(),
            },
            _ => return,
        };
        self.post(&message);
    }

    /// Hands the key of the store on to the other workers, or tells them that there is none any more.
    pub fn hand_on(&self, key: Option<HandedOn>) {
        self.post(&Message::Key { key });
    }

    /// Returns the key that a leader handed on, and when somebody was last at a screen.
    pub fn handed_on(&self) -> Option<(HandedOn, Millis)> {
        let handed = self.handed.borrow_mut().take()?;
        Some((handed, self.active.get()))
    }

    /// Answers a request, once, to the page that asked.
    pub fn answer(
        &self,
        client: &Client,
        id: &str,
        message: &FromWorker,
        bytes: Option<Uint8Array>,
    ) {
        match client {
            Client::Own => {
                if self.unanswered.borrow_mut().settle(id) {
                    page::post(message, bytes.as_ref());
                }
            }
            Client::Other(token) => self.post(&Message::Answer {
                to: token.clone(),
                id: id.to_owned(),
                text: page::encode(message),
                bytes,
            }),
        }
    }

    /// Tells every page.
    pub fn notify(&self, message: &FromWorker) {
        let text = page::encode(message);
        page::post_text(&text, None);
        self.post(&Message::Notice { text });
    }

    fn tick(self: &Rc<Self>) {
        if panics::happened() {
            return;
        }
        if let Some(leader) = self.leader() {
            leader.tick();
        }
        let silent = match &mut *self.role.borrow_mut() {
            Role::Following { watch, .. } => watch.tick(),
            _ => false,
        };
        if !silent {
            self.beat();
        } else if lock::available() {
            self.ask_for_lock(&Ask::Steal);
        } else {
            self.lead(None);
        }
    }

    fn ask_for_lock(self: &Rc<Self>, ask: &Ask) {
        let number = self.lock_requests.get() + 1;
        self.lock_requests.set(number);
        let (outcome, stolen) = (self.clone(), self.clone());
        let asked = ask.clone();
        lock::request(
            ask,
            move |result| match (result, asked) {
                (Outcome::Held(held), _) => outcome.lead(Some((number, held))),
                (Outcome::NotNow, Ask::IfFree) => outcome.follow(),
                // As in a browser without locks.
                (Outcome::Refused, Ask::IfFree) => outcome.lead_if_alone(),
                (Outcome::Refused, Ask::Steal) => outcome.lead(None),
                _ => {}
            },
            move || stolen.lock_stolen(number),
        );
    }

    fn lock_stolen(self: &Rc<Self>, number: u32) {
        let ours = matches!(&*self.role.borrow(),
            Role::Leading { lock: Some((held, _)), .. } if *held == number);
        if ours && !panics::happened() {
            self.step_down();
        }
    }

    /// Leads from now on.
    fn lead(self: &Rc<Self>, lock: Option<(u32, Held)>) {
        if let Role::Leading { lock: held, .. } = &mut *self.role.borrow_mut() {
            // A second request of ours was granted: only the lock is another one.
            *held = lock;
            return;
        }
        self.leads.set(self.leads.get() + 1);
        let role = Role::Leading {
            leader: Leader::start(Rc::downgrade(self)),
            name: format!("{}.{}", self.token, self.leads.get()),
            lock,
        };
        if let Role::Following {
            wait: Some(wait), ..
        } = self.role.replace(role)
        {
            wait.abort();
        }
        self.beat();
        self.announce(true);
        self.pass_on_all();
    }

    /// Follows whoever leads, and waits for the lock.
    fn follow(self: &Rc<Self>) {
        let wait = lock::available().then(lock::abort_controller);
        let signal = wait.as_ref().map(AbortController::signal);
        self.role.replace(Role::Following {
            watch: Watch::new(),
            wait,
        });
        self.announce(false);
        self.post(&Message::Seek);
        if let Some(signal) = signal {
            self.ask_for_lock(&Ask::Wait(signal));
        }
    }

    /// Stops leading: another has the lock or the store.
    pub fn step_down(self: &Rc<Self>) {
        if let Some(leader) = self.leader() {
            leader.stop();
            self.follow();
        }
    }

    /// Without locks: follows a leader that is heard soon, else leads. Should two lead, the store's epoch decides.
    fn lead_if_alone(self: &Rc<Self>) {
        self.follow();
        let tab = self.clone();
        let alarm = Alarm::new(move || {
            let alone = matches!(&*tab.role.borrow(),
                Role::Following { watch, .. } if watch.lead().is_none());
            if alone {
                tab.lead(None);
            }
        });
        alarm.set(now() + LISTEN_MS);
        // It rings once, while the worker lives.
        std::mem::forget(alarm);
    }

    fn announce(&self, leader: bool) {
        page::post(
            &if self.ready_posted.replace(true) {
                FromWorker::Leader { leader }
            } else {
                FromWorker::Ready { leader }
            },
            None,
        );
    }
}
