//! The engine's worker as the page sees it: ask and be answered; be told of changes; survive a restart.
//!
//! Long: asking, hearing and starting again are one state.

use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
    rc::Rc,
    time::Duration,
};

use huiyin_api::{
    FetchState, FetchView, FromWorker, ImportProgress, LockView, Millis, Notice, Problem,
    ProblemCode, Request, SyncView,
};
use js_sys::{Array, Object, Reflect, Uint8Array};
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{ErrorEvent, Event, File, MessageEvent, Worker, WorkerOptions, WorkerType};

use super::{base::Base, pending::Pending, slot::Slot, unread::Unread};

/// Name of the worker's loader in the folder of the app.
const LOADER: &str = "engine_loader.js";
/// Starts in a row that may fail before the page gives up.
const MAX_FAILED_STARTS: u8 = 3;
/// Pause before a worker is started again.
const RESTART_PAUSE: Duration = Duration::from_millis(300);
/// How long changes are gathered while the page is hidden and draws no frames.
const HIDDEN_PAUSE: Duration = Duration::from_millis(120);
/// Least time between two tellings that records changed, in milliseconds: while data streams in, views ask anew at most four times a
/// second.
const TELL_EVERY_MS: f64 = 250.0;

/// What travels beside a request.
#[derive(Clone)]
pub enum Beside {
    /// All of a file.
    Bytes(Uint8Array),
    /// A file the engine reads itself, in pieces: only its handle travels.
    File(File),
}

/// An answer and the bytes that came beside it.
pub type Reply = Result<(Unread, Option<Uint8Array>), Problem>;

/// Handle of the engine. Cheap to copy.
#[derive(Clone, Copy)]
pub struct Engine {
    inner: StoredValue<Rc<Inner>, LocalStorage>,
    /// Grows whenever stored records changed: at the next frame, and at most four times a second.
    pub revision: ReadSignal<u64>,
    /// Replication as last reported.
    pub sync: ReadSignal<Option<SyncView>>,
    /// The running import, if any.
    pub import_progress: RwSignal<Option<ImportProgress>>,
    /// Attachments that were asked for, by hash, until they are here.
    pub fetches: RwSignal<BTreeMap<String, FetchView>>,
    /// First data arriving: taken in, known.
    pub receiving: ReadSignal<Option<(u64, u64)>>,
    /// Rows read of those there are, while the app opens.
    pub opening: ReadSignal<Option<(u64, u64)>>,
    /// Storage that refuses to work, or an engine that does not start.
    pub trouble: ReadSignal<Option<Problem>>,
    /// Times the engine was restarted while this page was open.
    pub restarts: ReadSignal<u32>,
    /// How the lock of the device stands, once that is known.
    pub lock: ReadSignal<Option<LockView>>,
    /// Whose PIN a decision waits for.
    pub pin: ReadSignal<Option<String>>,
}

#[derive(Clone, Copy)]
struct Told {
    revision: WriteSignal<u64>,
    sync: WriteSignal<Option<SyncView>>,
    import_progress: RwSignal<Option<ImportProgress>>,
    fetches: RwSignal<BTreeMap<String, FetchView>>,
    receiving: WriteSignal<Option<(u64, u64)>>,
    opening: WriteSignal<Option<(u64, u64)>>,
    trouble: RwSignal<Option<Problem>>,
    restarts: WriteSignal<u32>,
    lock: RwSignal<Option<LockView>>,
    pin: RwSignal<Option<String>>,
}

impl Told {
    fn note_lock(self, view: LockView) {
        self.lock.set(Some(view));
    }

    /// Notes that the engine was not reached because the device is locked.
    fn note_locked(self) {
        let known = self
            .lock
            .with_untracked(|view| view.as_ref().is_some_and(|view| view.locked));
        if !known {
            self.note_lock(LockView {
                set: true,
                locked: true,
                ..LockView::default()
            });
        }
    }

    fn note_fetch(self, view: FetchView, known_only: bool) {
        self.fetches.update(|all| {
            if view.state == FetchState::Here {
                all.remove(&view.hash);
            } else if !known_only || all.contains_key(&view.hash) {
                all.insert(view.hash.clone(), view);
            }
        });
    }

    fn trouble_is_set(self) -> bool {
        self.trouble.with_untracked(Option::is_some)
    }
}

struct Inner {
    url: String,
    worker: RefCell<Option<Worker>>,
    ready: Cell<bool>,
    failed_starts: Cell<u8>,
    change_due: Cell<bool>,
    /// When the views were last told of changes, in milliseconds.
    told_at: Cell<f64>,
    /// After a restart the views ask anew, but only once what was under way has been answered: a question that ends the
    /// engine again and again must come to an end itself.
    refresh_when_answered: Cell<bool>,
    /// Why no further worker is started, once that is so.
    stopped: RefCell<Option<Problem>>,
    pending: RefCell<Pending>,
    waiters: RefCell<BTreeMap<u64, Waiter>>,
    /// Requests that wait until a PIN was typed, or was not.
    pin_waiters: RefCell<Vec<Slot<bool>>>,
    told: Told,
    handlers: RefCell<Option<Handlers>>,
}

struct Waiter {
    slot: Slot<Reply>,
    beside: Option<Beside>,
}

struct Handlers {
    message: Closure<dyn Fn(MessageEvent)>,
    error: Closure<dyn Fn(ErrorEvent)>,
}

impl Engine {
    /// Starts the worker and returns its handle, to be provided to the whole app.
    pub fn start(base: Base) -> Self {
        let (revision, set_revision) = signal(0);
        let (sync, set_sync) = signal(None);
        let import_progress = RwSignal::new(None);
        let fetches = RwSignal::new(BTreeMap::new());
        let (receiving, set_receiving) = signal(None);
        let (opening, set_opening) = signal(None);
        let trouble = RwSignal::new(None);
        let (restarts, set_restarts) = signal(0);
        let lock = RwSignal::new(None);
        let pin = RwSignal::new(None);
        let inner = Rc::new(Inner {
            url: format!("{}{LOADER}", base.address()),
            worker: RefCell::new(None),
            ready: Cell::new(false),
            failed_starts: Cell::new(0),
            change_due: Cell::new(false),
            told_at: Cell::new(f64::NEG_INFINITY),
            refresh_when_answered: Cell::new(false),
            stopped: RefCell::new(None),
            pending: RefCell::new(Pending::new(page_token())),
            waiters: RefCell::new(BTreeMap::new()),
            pin_waiters: RefCell::default(),
            told: Told {
                revision: set_revision,
                sync: set_sync,
                import_progress,
                fetches,
                receiving: set_receiving,
                opening: set_opening,
                trouble,
                restarts: set_restarts,
                lock,
                pin,
            },
            handlers: RefCell::new(None),
        });
        Inner::listen(&inner);
        Inner::launch(&inner);
        Self {
            inner: StoredValue::new_local(inner),
            revision,
            sync,
            import_progress,
            fetches,
            receiving,
            opening,
            trouble: trouble.read_only(),
            restarts,
            lock: lock.read_only(),
            pin: pin.read_only(),
        }
    }

    /// Returns the answer to a request.
    ///
    /// # Errors
    /// The problem is shown to the user by its sentence.
    pub async fn ask(self, request: Request) -> Result<Unread, Problem> {
        self.ask_with(request, None).await.map(|(answer, _)| answer)
    }

    /// Returns the answer to a request that carries or brings bytes (files).
    ///
    /// # Errors
    /// As for [`Engine::ask`].
    pub async fn ask_with(self, request: Request, bytes: Option<Uint8Array>) -> Reply {
        self.ask_beside(request, bytes.map(Beside::Bytes)).await
    }

    /// Returns the answer to a request about a file, which the engine reads as it needs it.
    ///
    /// # Errors
    /// As for [`Engine::ask`].
    pub async fn ask_about(self, request: Request, file: File) -> Reply {
        self.ask_beside(request, Some(Beside::File(file))).await
    }

    /// Notes how the fetching of an attachment stands that somebody has just asked for.
    pub fn note_fetch(self, view: FetchView) {
        if let Some(inner) = self.inner.try_get_value() {
            inner.told.note_fetch(view, false);
            // What has come meanwhile is shown when the records are asked for anew.
            Inner::changed(&inner);
        }
    }

    /// Notes how the lock stands.
    pub fn note_lock(self, view: LockView) {
        if let Some(inner) = self.inner.try_get_value() {
            inner.told.note_lock(view);
        }
    }

    /// Returns the answer to a request of a sample company that happens at a time of its past.
    ///
    /// # Errors
    /// As for [`Engine::ask`].
    pub async fn ask_at(self, request: Request, at: Millis) -> Result<Unread, Problem> {
        let reply = self.ask_then(request, None, Some(at)).await;
        reply.map(|(answer, _)| answer)
    }

    async fn ask_beside(self, request: Request, beside: Option<Beside>) -> Reply {
        self.ask_then(request, beside, None).await
    }

    async fn ask_then(self, request: Request, beside: Option<Beside>, at: Option<Millis>) -> Reply {
        let Some(inner) = self.inner.try_get_value() else {
            return Err(Problem::at(ProblemCode::Internal, "page"));
        };
        let stopped = inner.stopped.borrow().clone();
        if let Some(problem) = stopped {
            return Err(problem);
        }
        if !request.is_command() {
            let slot = inner.send(request, beside, at);
            return slot.wait().await;
        }
        loop {
            let slot = inner.send(request.clone(), beside.clone(), at);
            let reply = slot.wait().await;
            match reply {
                Err(problem) if problem.code == ProblemCode::PinNeeded => {
                    let given = Slot::default();
                    inner.pin_waiters.borrow_mut().push(given.clone());
                    inner.told.pin.set(Some(problem.place.clone()));
                    if !given.wait().await {
                        return Err(problem);
                    }
                }
                reply => return reply,
            }
        }
    }

    /// Has the requests that wait for a PIN sent again, or given up if none was typed.
    pub fn pin_given(self, given: bool) {
        if let Some(inner) = self.inner.try_get_value() {
            let waiters = inner.pin_waiters.take();
            if !waiters.is_empty() || inner.told.pin.with_untracked(Option::is_some) {
                inner.told.pin.set(None);
            }
            for waiter in waiters {
                waiter.fill(given);
            }
        }
    }
}

/// Returns the engine.
pub fn use_engine() -> Engine {
    expect_context()
}

/// Returns the worker that `index.html` started while the page was still loading, once, and the events it has brought so far.
fn begun_beside_the_page() -> Option<(Worker, Vec<Event>)> {
    let name = JsValue::from("huiyinEngine");
    let begun = Reflect::get(&js_sys::global(), &name).ok()?;
    let worker = Reflect::get(&begun, &"worker".into()).ok()?;
    let worker: Worker = worker.dyn_into().ok()?;
    let heard: Array = Reflect::get(&begun, &"heard".into())
        .ok()?
        .dyn_into()
        .ok()?;
    // A worker started again later is made here.
    Reflect::delete_property(&js_sys::global(), &name).ok()?;
    Some((worker, heard.iter().map(JsCast::unchecked_into).collect()))
}

impl Inner {
    fn listen(inner: &Rc<Self>) {
        let weak = Rc::downgrade(inner);
        let message = Closure::new(move |event: MessageEvent| {
            if let Some(inner) = weak.upgrade() {
                Self::take(&inner, &event);
            }
        });
        let weak = Rc::downgrade(inner);
        let error = Closure::new(move |event: ErrorEvent| {
            if let Some(inner) = weak.upgrade() {
                event.prevent_default();
                Self::restart(&inner, &event.message());
            }
        });
        inner.handlers.replace(Some(Handlers { message, error }));
    }

    fn launch(inner: &Rc<Self>) {
        if let Some((worker, heard)) = begun_beside_the_page() {
            inner.attach(worker);
            for event in heard {
                match event.dyn_into::<MessageEvent>() {
                    Ok(message) => Self::take(inner, &message),
                    Err(other) => {
                        let error = other.dyn_into::<ErrorEvent>();
                        let reason = error.map(|error| error.message()).unwrap_or_default();
                        return Self::restart(inner, &reason);
                    }
                }
            }
            return;
        }
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        let Ok(worker) = Worker::new_with_options(&inner.url, &options) else {
            inner.give_up("the worker cannot be started");
            return;
        };
        inner.attach(worker);
    }

    fn attach(&self, worker: Worker) {
        if let Some(handlers) = self.handlers.borrow().as_ref() {
            worker.set_onmessage(Some(handlers.message.as_ref().unchecked_ref()));
            worker.set_onerror(Some(handlers.error.as_ref().unchecked_ref()));
        }
        self.worker.replace(Some(worker));
    }

    fn send(&self, request: Request, beside: Option<Beside>, at: Option<Millis>) -> Slot<Reply> {
        let slot = Slot::default();
        let outgoing = self.pending.borrow_mut().issue(request, at);
        if self.ready.get() {
            self.post(&outgoing.text, beside.as_ref());
        }
        self.waiters.borrow_mut().insert(
            outgoing.key,
            Waiter {
                slot: slot.clone(),
                beside,
            },
        );
        slot
    }

    fn post(&self, text: &str, beside: Option<&Beside>) {
        let message = Object::new();
        // Setting a plain property of a fresh object cannot fail.
        let _ = Reflect::set(&message, &"text".into(), &text.into());
        let _ = match beside {
            None => Ok(false),
            Some(Beside::Bytes(bytes)) => Reflect::set(&message, &"bytes".into(), bytes),
            Some(Beside::File(file)) => Reflect::set(&message, &"file".into(), file),
        };
        if let Some(worker) = self.worker.borrow().as_ref() {
            let _ = worker.post_message(&message);
        }
    }

    fn post_again(&self, outgoing: &[super::pending::Outgoing]) {
        for message in outgoing {
            let beside = self
                .waiters
                .borrow()
                .get(&message.key)
                .and_then(|waiter| waiter.beside.clone());
            self.post(&message.text, beside.as_ref());
        }
    }

    fn answer(&self, key: u64, reply: Reply) {
        let waiter = self.waiters.borrow_mut().remove(&key);
        if let Some(waiter) = waiter {
            waiter.slot.fill(reply);
        }
    }

    fn take(inner: &Rc<Self>, event: &MessageEvent) {
        let data = event.data();
        let text = Reflect::get(&data, &"text".into())
            .ok()
            .and_then(|text| text.as_string());
        let Some(text) = text else { return };
        let bytes = Reflect::get(&data, &"bytes".into())
            .ok()
            .and_then(|bytes| bytes.dyn_into::<Uint8Array>().ok());
        match serde_json::from_str(&text) {
            Ok(FromWorker::Ready { .. }) => {
                inner.on_ready();
                Self::refresh_if_answered(inner);
            }
            Ok(FromWorker::Leader { .. }) => {
                inner.told.fetches.update(BTreeMap::clear);
                Self::changed(inner);
            }
            Ok(FromWorker::Answer { id, result }) => {
                let key = inner.pending.borrow_mut().settle(&id);
                if let Err(Problem {
                    code: ProblemCode::Locked,
                    ..
                }) = &result
                {
                    inner.told.note_locked();
                }
                if let Some(key) = key {
                    inner.answer(key, result.map(|answer| (answer, bytes)));
                    Self::refresh_if_answered(inner);
                }
            }
            Ok(FromWorker::Notice(notice)) => Self::note(inner, notice),
            Err(error) => leptos::logging::error!("unreadable message of the engine: {error}"),
        }
    }

    fn on_ready(&self) {
        self.failed_starts.set(0);
        self.ready.set(true);
        let waiting = self.pending.borrow().waiting();
        self.post_again(&waiting);
    }

    fn refresh_if_answered(inner: &Rc<Self>) {
        if inner.refresh_when_answered.get() && inner.pending.borrow().is_empty() {
            inner.refresh_when_answered.set(false);
            Self::changed(inner);
        }
    }

    fn note(inner: &Rc<Self>, notice: Notice) {
        let told = inner.told;
        match notice {
            Notice::Changed { .. } => {
                // Something was stored, so storage works again.
                if told.trouble_is_set() {
                    told.trouble.set(None);
                }
                Self::changed(inner);
            }
            Notice::Sync(view) => told.sync.set(Some(*view)),
            Notice::ImportProgress(progress) => told.import_progress.set(Some(progress)),
            // What was asked for elsewhere, or cancelled here a moment ago, is not shown.
            Notice::Fetch(view) => told.note_fetch(view, true),
            Notice::Receiving { done, total } => {
                told.receiving.set((done < total).then_some((done, total)));
            }
            Notice::Opening { done, total } => {
                told.opening.set((done < total).then_some((done, total)));
            }
            Notice::Restarted { reason } => {
                leptos::logging::warn!("the engine was restarted: {reason}");
                told.restarts.update(|count| *count += 1);
                // The engine knows of none of them any more.
                told.fetches.update(BTreeMap::clear);
                Self::changed(inner);
            }
            Notice::Lock(view) => told.note_lock(view),
            Notice::StorageTrouble(problem) => told.trouble.set(Some(problem)),
        }
    }

    /// Tells the views, however many changes come, at the next frame, but not before [`TELL_EVERY_MS`] after the last time.
    fn changed(inner: &Rc<Self>) {
        if inner.change_due.replace(true) {
            return;
        }
        let wait = pause_before(inner.told_at.get(), js_sys::Date::now());
        let inner = Rc::clone(inner);
        let tell = move || {
            inner.change_due.set(false);
            inner.told_at.set(js_sys::Date::now());
            inner.told.revision.update(|revision| *revision += 1);
        };
        if wait > Duration::ZERO {
            set_timeout(tell, wait);
        } else if super::files::page_hidden() {
            set_timeout(tell, HIDDEN_PAUSE);
        } else {
            request_animation_frame(tell);
        }
    }

    fn restart(inner: &Rc<Self>, reason: &str) {
        leptos::logging::warn!("the engine stopped: {reason}");
        if let Some(worker) = inner.worker.take() {
            worker.terminate();
        }
        let was_ready = inner.ready.replace(false);
        if was_ready {
            inner.told.restarts.update(|count| *count += 1);
            let after = inner.pending.borrow_mut().restarted();
            inner.refresh_when_answered.set(after.given_up.is_empty());
            for key in after.given_up {
                inner.answer(key, Err(Problem::new(ProblemCode::Restarted)));
            }
        } else {
            inner.failed_starts.set(inner.failed_starts.get() + 1);
            if inner.failed_starts.get() >= MAX_FAILED_STARTS {
                inner.give_up(reason);
                return;
            }
        }
        let inner = Rc::clone(inner);
        set_timeout(move || Self::launch(&inner), RESTART_PAUSE);
    }

    fn give_up(&self, reason: &str) {
        let problem = Problem::at(ProblemCode::Internal, "engine").because(reason);
        self.told.trouble.set(Some(problem.clone()));
        self.stopped.replace(Some(problem.clone()));
        let keys = self.pending.borrow_mut().abandon();
        for key in keys {
            self.answer(key, Err(problem.clone()));
        }
    }
}

/// Returns how long to wait before changes are told again, both instants in milliseconds. A clock that was set back makes nobody wait
/// longer than once.
fn pause_before(told_at: f64, now: f64) -> Duration {
    let wait = told_at + TELL_EVERY_MS - now;
    if wait > 0.0 {
        Duration::from_millis(wait.min(TELL_EVERY_MS) as u64)
    } else {
        Duration::ZERO
    }
}

/// A token no other page has used: the time and two random numbers.
fn page_token() -> String {
    let random = || (js_sys::Math::random() * f64::from(u32::MAX)) as u32;
    let now = js_sys::Date::now() as u64;
    format!("p{now:x}{:08x}{:08x}", random(), random())
}

#[cfg(test)]
mod tests {
    use super::pause_before;

    #[test]
    fn changes_are_told_at_once_and_then_at_most_four_times_a_second() {
        #[track_caller]
        fn check(told_at: f64, now: f64, expected: u128) {
            assert_eq!(pause_before(told_at, now).as_millis(), expected);
        }
        check(f64::NEG_INFINITY, 1_000.0, 0);
        check(1_000.0, 1_010.0, 240);
        check(1_000.0, 1_250.0, 0);
        check(9_000.0, 1_000.0, 250);
    }
}
