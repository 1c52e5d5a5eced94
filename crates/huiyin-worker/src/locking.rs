//! The lock around the engine: while it is set and closed there is no engine and no key, and only the lock is spoken of.
//!
//! Locking tells the pages first, so that they store what is being typed, waits until the engine has answered what it was asked, and then
//! drops engine, keys and the socket to the relay. Wrong tries are stored before they are made. A tab that takes over the lead while the
//! device is open opens the store with the key its leader handed on; a key handed on before a locking opens nothing.

use std::rc::Rc;

use huiyin_api::{Answer, LockIntent, LockView, Notice, Problem, ProblemCode};
use huiyin_engine::{Change, Engine, Event, Millis, StoreError, Table, Vault};

use crate::environment::{self, entropy, now};
use crate::leader::{Client, Job, Leader, Phase};

/// How long pages have to store what is being typed, in milliseconds.
const GRACE_MS: Millis = 400;
/// How often the engine is looked at whether it is done, in milliseconds.
const LOOK_MS: Millis = 100;
/// How long the engine has for what it was asked before, in milliseconds; then it is locked all the same.
const LONGEST_MS: Millis = 5_000;
/// Rest of sealing anew after the store failed, in milliseconds.
const REST_MS: Millis = 60_000;

impl Leader {
    fn lock_view(&self) -> LockView {
        let view = self.vault.borrow().as_ref().map(|vault| vault.view(now()));
        LockView {
            locking: self.locking_since.get().is_some(),
            ..view.unwrap_or_default()
        }
    }

    fn tell_lock(&self) {
        self.notify(Notice::Lock(self.lock_view()));
    }

    fn answer_lock(&self, client: &Client, id: String, result: Result<(), Problem>) {
        let result = result.map(|()| Answer::Lock(self.lock_view()));
        self.answer(client, id, result, None);
    }

    /// Takes what a page wants of the lock.
    pub(crate) fn hear_lock(self: &Rc<Self>, client: Client, id: String, intent: LockIntent) {
        match intent {
            LockIntent::Active => {
                self.active.set(now());
                self.answer(&client, id, Ok(Answer::Done), None);
            }
            LockIntent::Look => self.answer_lock(&client, id, Ok(())),
            LockIntent::Lock => {
                self.begin_locking();
                self.answer_lock(&client, id, Ok(()));
            }
            intent => self.queue(Job::Lock { client, id, intent }),
        }
    }

    /// Looks, once a second, whether nobody has been here for so long that the device locks itself, and whether sealing anew goes on.
    pub(crate) fn tick(self: &Rc<Self>) {
        let now = now();
        // A clock set back starts the wait anew.
        self.active.set(self.active.get().min(now));
        let (idle, moving) = match &*self.vault.borrow() {
            Some(vault) => (vault.idle_ms(), vault.next_read().is_some()),
            None => (None, false),
        };
        if idle.is_some_and(|idle| now - self.active.get() >= idle) {
            self.begin_locking();
        }
        if moving && !self.moving.get() && now >= self.moving_rests_until.get() {
            self.move_on();
        }
    }

    fn begin_locking(self: &Rc<Self>) {
        let open =
            matches!(&*self.vault.borrow(), Some(vault) if vault.is_set() && !vault.is_locked());
        if !open || self.locking_since.get().is_some() {
            return;
        }
        self.locking_since.set(Some(now()));
        self.tell_lock();
        self.lock_at(now() + GRACE_MS);
    }

    fn lock_at(&self, at: Millis) {
        if let Some(alarm) = self.lock_alarm.get() {
            alarm.set(at);
        }
    }

    /// Locks once the engine has answered what it was asked.
    pub(crate) fn lock_when_quiet(self: &Rc<Self>) {
        let Some(since) = self.locking_since.get() else {
            return;
        };
        let of_engine = |job: &Job| matches!(job, Job::Load { .. } | Job::Commit { .. });
        let busy = !self.asked.borrow().is_empty() || self.jobs.borrow().iter().any(of_engine);
        let waited = now() - since;
        if busy && (0..LONGEST_MS).contains(&waited) {
            self.lock_at(now() + LOOK_MS);
        } else {
            self.queue(Job::LockNow);
        }
    }

    /// Drops engine and keys. What the engine had not answered is refused: it was not stored.
    pub(crate) async fn lock_now(self: &Rc<Self>) {
        let change = self.vault.borrow().as_ref().and_then(Vault::lock);
        let Some(change) = change else {
            self.locking_since.set(None);
            return;
        };
        if let Err(error) = self.store.commit(&change.batch).await {
            // The keys are forgotten all the same.
            environment::log(&error.to_string());
        }
        if matches!(*self.phase.borrow(), Phase::Stopped) {
            return;
        }
        if let Some(vault) = &mut *self.vault.borrow_mut() {
            vault.adopt(change);
        }
        self.drop_engine();
        self.locking_since.set(None);
        self.hand_on_key();
        self.tell_lock();
    }

    /// Drops the engine and the socket to the relay, and refuses what was asked and not answered.
    fn drop_engine(&self) {
        self.phase.replace(Phase::Locked);
        self.story.end();
        self.generation.set(self.generation.get() + 1);
        self.jobs
            .borrow_mut()
            .retain(|job| matches!(job, Job::Lock { .. }));
        self.inbox.borrow_mut().clear();
        self.files.close_all();
        if let Some(socket) = self.socket.get() {
            socket.disconnect();
        }
        self.moving.set(false);
        let asked = std::mem::take(&mut *self.asked.borrow_mut());
        for (client, id) in asked {
            if let Some(client) = self.client_of(client) {
                self.answer(&client, id, Err(Problem::new(ProblemCode::Locked)), None);
            }
        }
    }

    /// Does what a page wants of the lock, and answers.
    pub(crate) async fn do_lock(self: &Rc<Self>, client: Client, id: String, intent: LockIntent) {
        let erase = intent == LockIntent::Erase;
        let was_locked = self.lock_view().locked;
        let free = self.may_go();
        let result = match intent {
            LockIntent::Unlock { passphrase } => self.unlock(&passphrase).await,
            LockIntent::Set {
                passphrase,
                current,
            } => self.set_passphrase(&current, &passphrase).await,
            LockIntent::Remove { passphrase } => self.remove_passphrase(&passphrase).await,
            LockIntent::Idle { minutes } => {
                let change = self.of_vault(|vault| vault.set_idle(minutes));
                match change {
                    Ok(change) => self.store_change(change).await,
                    Err(problem) => Err(problem),
                }
            }
            LockIntent::Erase => self.erase(was_locked || free).await,
            LockIntent::Look | LockIntent::Active | LockIntent::Lock => Ok(()),
        };
        if matches!(*self.phase.borrow(), Phase::Stopped) {
            return;
        }
        let done = result.is_ok();
        self.answer_lock(&client, id, result);
        self.hand_on_key();
        self.tell_lock();
        if !done {
            if erase && free {
                // The store would not go: its engine starts again.
                self.open_again();
            }
            return;
        }
        if erase {
            self.open_again();
        } else if was_locked && !self.lock_view().locked {
            self.active.set(now());
            self.begin_work();
        } else {
            self.move_on();
        }
    }

    /// Starts the engine on a store whose keys are known.
    pub(crate) fn begin_work(self: &Rc<Self>) {
        self.phase
            .replace(Phase::Running(Box::new(Engine::new().into())));
        self.feed(Event::Start);
        self.move_on();
    }

    fn of_vault<T>(&self, read: impl FnOnce(&Vault) -> Result<T, Problem>) -> Result<T, Problem> {
        match &*self.vault.borrow() {
            Some(vault) => read(vault),
            None => Err(Problem::new(ProblemCode::StorageRefused)),
        }
    }

    async fn store_change(&self, change: Change) -> Result<(), Problem> {
        let stored = self.store.commit(&change.batch).await;
        stored.map_err(|error| store_problem(&error))?;
        if let Some(vault) = &mut *self.vault.borrow_mut() {
            vault.adopt(change);
        }
        Ok(())
    }

    /// Stores that a try is made.
    async fn count_try(&self) -> Result<(), Problem> {
        let (counted, allowed) = self.of_vault(|vault| Ok(vault.begin_try(now())))?;
        if let Some(counted) = counted {
            self.store_change(counted).await?;
        }
        allowed
    }

    async fn unlock(&self, passphrase: &str) -> Result<(), Problem> {
        if !self.lock_view().locked {
            return Ok(());
        }
        self.count_try().await?;
        let change = self.of_vault(|vault| vault.unlock(passphrase))?;
        self.store_change(change).await
    }

    async fn set_passphrase(&self, current: &str, passphrase: &str) -> Result<(), Problem> {
        self.of_vault(|vault| vault.may_set(passphrase))?;
        if self.lock_view().set {
            self.count_try().await?;
        }
        let change = self.of_vault(|vault| vault.set_passphrase(current, passphrase, entropy()))?;
        self.active.set(now());
        self.store_change(change).await
    }

    async fn remove_passphrase(&self, passphrase: &str) -> Result<(), Problem> {
        if self.lock_view().locked {
            return Err(Problem::new(ProblemCode::Locked));
        }
        self.count_try().await?;
        let change = self.of_vault(|vault| vault.remove_passphrase(passphrase))?;
        self.store_change(change).await
    }

    async fn erase(&self, allowed: bool) -> Result<(), Problem> {
        if !allowed {
            return Err(Problem::new(ProblemCode::NotAllowed));
        }
        // The engine of a company that may go still runs; whatever it has not written goes with it.
        self.drop_engine();
        let erased = self.store.erase().await;
        erased.map_err(|error| store_problem(&error))?;
        self.vault.replace(None);
        Ok(())
    }

    /// Tells the other workers the key with which one of them may take over, or that there is none any more.
    pub(crate) fn hand_on_key(&self) {
        let key = self.vault.borrow().as_ref().and_then(Vault::hand_on);
        if let Some(tab) = self.tab.upgrade() {
            tab.hand_on(key);
        }
    }

    // ---- sealing anew

    /// Goes on sealing rows under the present key, a slice behind whatever the engine wants of the store.
    fn move_on(self: &Rc<Self>) {
        let left = matches!(&*self.vault.borrow(), Some(vault) if vault.next_read().is_some());
        if left && !self.moving.replace(true) {
            self.queue(Job::Move);
        }
    }

    /// Seals a slice of rows anew.
    pub(crate) async fn move_slice(self: &Rc<Self>) {
        let before = self.lock_view().sealing;
        let leftovers = match &*self.vault.borrow() {
            Some(vault) => vault.leftovers(),
            None => &[],
        };
        let moved = self.try_move_slice().await;
        self.moving.set(false);
        match moved {
            Ok(()) => {
                let sealing = self.lock_view().sealing;
                if sealing.is_none() {
                    self.let_go(leftovers).await;
                }
                if sealing != before {
                    self.tell_lock();
                }
                self.move_on();
            }
            Err(StoreError::LostLead) => self.lost_lead(),
            Err(error) => {
                environment::log(&error.to_string());
                self.moving_rests_until.set(now() + REST_MS);
            }
        }
    }

    /// Has the browser's store let go of bytes that were replaced. Where it fails, they stay until the browser comes to it by itself.
    async fn let_go(&self, tables: &[Table]) {
        // Photos may be gigabytes.
        for table in tables.iter().filter(|table| **table != Table::Blobs) {
            if let Err(error) = self.store.rewrite(*table).await {
                environment::log(&error.to_string());
            }
        }
    }

    async fn try_move_slice(&self) -> Result<(), StoreError> {
        let query = self.vault.borrow().as_ref().and_then(Vault::next_read);
        let Some(query) = query else {
            return Ok(());
        };
        let rows = self.store.load(&[query]).await?;
        let rows = rows.into_iter().next().unwrap_or_default();
        let change = match &*self.vault.borrow() {
            Some(vault) => vault.move_rows(rows, entropy()),
            None => None,
        };
        if let Some(change) = change {
            self.store.commit(&change.batch).await?;
            if let Some(vault) = &mut *self.vault.borrow_mut() {
                vault.adopt(change);
            }
        }
        Ok(())
    }
}

/// Returns what to tell the user about a store that failed the lock.
pub(crate) fn store_problem(error: &StoreError) -> Problem {
    let code = match error {
        StoreError::Full => ProblemCode::StorageFull,
        StoreError::Refused(_) => ProblemCode::StorageRefused,
        StoreError::LostLead => ProblemCode::Busy,
        StoreError::Failed(_) => ProblemCode::NotSaved,
    };
    Problem::new(code).because(error.to_string())
}
