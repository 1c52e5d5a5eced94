//! The sealed store of a device and its lock: what lies on the disk is sealed under a data key, and a passphrase seals that key.
//!
//! Every value of every table is sealed, with or without a passphrase, but for envelopes, which their streams' keys seal already, and the
//! row of the lock. A store's files keep what was deleted for a while; so a plain row must never be written, and whoever sets a passphrase
//! gets a new data key, because the one before may still be found in plain. Table keys are not sealed: they hold ids, counters and
//! names of streams, branches and forms, never a name or a phone.
//!
//! Sans-IO: the shell reads what [`Vault::queries`] ask for, seals every batch with [`Vault::seal`], opens what it reads with
//! [`Vault::open`], and commits each [`Change`] before it hands it back to [`Vault::adopt`]. The engine knows nothing of it.
//!
//! Long: one small state machine and its tests.

mod kept;
mod moving;
pub(crate) mod tries;

use huiyin_api::{
    LOCK_IDLE_DEFAULT, LOCK_IDLE_MINUTES, LockView, MIN_LOCK_PASSPHRASE, Problem, ProblemCode,
};
use huiyin_sync::{DataKey, Entropy, RowPlace, sealed_under};
use thiserror::Error;

use crate::effect::Rows;
use crate::{Batch, Durability, Millis, Query, StoreError, Table, Write};
use kept::{Kept, KeptKey, ROW_KEY};
use moving::Place;
use tries::Tries;

/// The tables whose values are sealed: all but the envelopes.
const SEALED: [Table; 14] = [
    Table::Meta,
    Table::Keys,
    Table::Snapshots,
    Table::Projections,
    Table::Summaries,
    Table::Texts,
    Table::Deltas,
    Table::Outbox,
    Table::Unacked,
    Table::Cursors,
    Table::Quarantine,
    Table::Drafts,
    Table::Commands,
    Table::Blobs,
];

/// What the engine is given for a row that does not open: nothing it reads begins so, and what can be made anew it makes anew.
const UNREADABLE: [u8; 8] = [0xFF; 8];

/// Bytes of a row's key that a line for the log shows.
const SHOWN_KEY_BYTES: usize = 24;

/// Why there is no vault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum VaultError {
    /// A newer version wrote the row of the lock.
    #[error("read the lock: a newer version of the app wrote it")]
    Newer,
    /// The row of the lock cannot be read; without it nothing here can.
    #[error(
        "read the lock: its row is damaged; what this device held must come from another device or a backup"
    )]
    Damaged,
}

impl VaultError {
    /// Returns what to tell the user.
    pub fn problem(self) -> Problem {
        match self {
            Self::Newer => Problem::new(ProblemCode::NewerStore),
            Self::Damaged => Problem::new(ProblemCode::StorageRefused).because(self.to_string()),
        }
    }
}

/// The data keys while they are known. They are wiped when dropped.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Keys {
    present: DataKey,
    earlier: Option<(u32, DataKey)>,
}

/// What another worker of this browser needs to open the same store without asking for the passphrase again. Never stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HandedOn {
    /// Session of the lock it is good for.
    pub session: u32,
    /// Number of the key.
    pub number: u32,
    /// The data key.
    pub key: [u8; 32],
}

/// A change of the lock: to be committed as it is (it is sealed already), then handed to [`Vault::adopt`].
#[derive(Debug)]
pub struct Change {
    /// What to write.
    pub batch: Batch,
    kept: Kept,
    keys: Option<Keys>,
}

/// The sealed store of a device.
#[derive(Debug)]
pub struct Vault {
    kept: Kept,
    /// None while locked.
    keys: Option<Keys>,
}

/// A stored value.
enum Value {
    Open(Vec<u8>),
    Damaged,
}

/// Rows as the engine gets them.
#[derive(Debug, PartialEq, Eq)]
pub struct OpenRows {
    /// One list per query.
    pub rows: Vec<Rows>,
    /// A line for the log per row that did not open.
    pub damaged: Vec<String>,
}

fn is_sealed(table: Table) -> bool {
    SEALED.contains(&table)
}

/// The one row that is not sealed in a table that is.
fn is_plain_row(table: Table, key: &[u8]) -> bool {
    table == Table::Meta && key == ROW_KEY
}

impl Vault {
    /// Returns what to read before anything else: the row of the lock, and whether there are rows at all.
    pub fn queries() -> Vec<Query> {
        let mut queries = vec![Query::Get {
            table: Table::Meta,
            key: ROW_KEY.to_vec(),
        }];
        queries.extend(SEALED.map(|table| Query::Range {
            table,
            prefix: Vec::new(),
            after: None,
            limit: 1,
            keys_only: true,
        }));
        queries
    }

    /// Returns the vault that [`Self::queries`] found, and what to commit before it is used. A store without a row of the lock is
    /// new, or of an app that sealed nothing: then its rows are read as they are, and sealed one by one.
    ///
    /// # Errors
    /// Why nothing can be read.
    pub fn found(rows: &[Rows], entropy: [u8; 32]) -> Result<(Self, Option<Batch>), VaultError> {
        if let Some((_, row)) = rows.first().and_then(|rows| rows.first()) {
            let kept = Kept::decode(row)?;
            let keys = kept
                .key
                .plain()
                .map(|key| keys_of(&kept, key))
                .transpose()?;
            return Ok((Self { kept, keys }, None));
        }
        let plain = rows.iter().any(|rows| !rows.is_empty());
        let key = DataKey::generate(&mut Entropy::from_seed(entropy));
        let kept = Kept {
            number: 1,
            key: KeptKey::Plain(*key.as_bytes()),
            earlier: None,
            moving: plain.then(Place::first),
            plain,
            idle_minutes: LOCK_IDLE_DEFAULT,
            session: 0,
            tries: Tries::default(),
        };
        let batch = kept.batch();
        let keys = Some(Keys {
            present: key,
            earlier: None,
        });
        Ok((Self { kept, keys }, Some(batch)))
    }

    /// Returns whether nothing can be read until the passphrase is given.
    pub fn is_locked(&self) -> bool {
        self.keys.is_none()
    }

    /// Returns how the lock stands.
    pub fn view(&self, now: Millis) -> LockView {
        LockView {
            set: self.is_set(),
            locked: self.is_locked(),
            locking: false,
            idle_minutes: self.kept.idle_minutes,
            failed: self.kept.tries.failed,
            wait_ms: self.kept.tries.remaining(now) as u64,
            sealing: self
                .kept
                .moving
                .as_ref()
                .map(|place| (place.index() as u32, SEALED.len() as u32)),
        }
    }

    /// Returns whether a passphrase is set.
    pub fn is_set(&self) -> bool {
        self.kept.key.plain().is_none()
    }

    /// Returns the milliseconds without anybody after which the device locks itself, if it does.
    pub fn idle_ms(&self) -> Option<Millis> {
        let minutes = Millis::from(self.kept.idle_minutes);
        (self.is_set() && !self.is_locked() && minutes > 0).then_some(minutes * 60_000)
    }

    /// Takes a change that is stored now.
    pub fn adopt(&mut self, change: Change) {
        self.kept = change.kept;
        self.keys = change.keys;
    }

    fn change(&self, kept: Kept) -> Change {
        Change {
            batch: kept.batch(),
            kept,
            keys: self.keys.clone(),
        }
    }

    // ---- rows

    /// Returns the batch with its values sealed. `entropy` is 32 fresh random bytes.
    ///
    /// # Errors
    /// [`StoreError::Refused`] while locked.
    pub fn seal(&self, mut batch: Batch, entropy: [u8; 32]) -> Result<Batch, StoreError> {
        let keys = self.keys.as_ref().ok_or_else(locked)?;
        let mut entropy = Entropy::from_seed(entropy);
        for write in &mut batch.writes {
            if let Write::Put { table, key, value } = write
                && is_sealed(*table)
            {
                *value = seal_value(&self.kept, keys, *table, key, value, &mut entropy);
            }
        }
        Ok(batch)
    }

    /// Returns rows with their values opened. One that does not open is told, and handed on as bytes nobody reads: what can be made
    /// anew is made anew.
    ///
    /// # Errors
    /// [`StoreError::Refused`] while locked, and where a row of identity or keys does not open: without it a company would be lost.
    pub fn open(&self, queries: &[Query], rows: Vec<Rows>) -> Result<OpenRows, StoreError> {
        if self.is_locked() {
            return Err(locked());
        }
        let mut damaged = Vec::new();
        let mut opened = Vec::with_capacity(rows.len());
        for (query, rows) in queries.iter().zip(rows) {
            let (table, without_values) = match query {
                Query::Get { table, .. } => (*table, false),
                Query::Range {
                    table, keys_only, ..
                } => (*table, *keys_only),
            };
            if without_values || !is_sealed(table) {
                opened.push(rows);
                continue;
            }
            let mut list = Vec::with_capacity(rows.len());
            for (key, value) in rows {
                let value = match self.open_value(table, &key, value) {
                    Value::Open(value) => value,
                    Value::Damaged => {
                        let line = sentence(table, &key);
                        if matches!(table, Table::Meta | Table::Keys) {
                            return Err(StoreError::Refused(line));
                        }
                        damaged.push(line);
                        UNREADABLE.to_vec()
                    }
                };
                list.push((key, value));
            }
            opened.push(list);
        }
        Ok(OpenRows {
            rows: opened,
            damaged,
        })
    }

    fn open_value(&self, table: Table, key: &[u8], value: Vec<u8>) -> Value {
        if is_plain_row(table, key) {
            return Value::Open(value);
        }
        let Some(keys) = &self.keys else {
            return Value::Damaged;
        };
        let under = match (sealed_under(&value), &keys.earlier) {
            (None, _) if self.kept.plain => return Value::Open(value),
            (Some(number), _) if number == self.kept.number => &keys.present,
            (Some(number), Some((earlier, key))) if number == *earlier => key,
            _ => return Value::Damaged,
        };
        let place = RowPlace {
            table: table.name(),
            key,
        };
        under
            .open_row(place, &value)
            .map_or(Value::Damaged, Value::Open)
    }

    // ---- passphrases

    /// Counts a try before it is made, so that ending the program in between does not make it free. To be committed before
    /// [`Self::unlock`], [`Self::set_passphrase`] or [`Self::remove_passphrase`] is asked.
    /// Whether a try may be made now is said beside it: `TryLater` names the seconds as place.
    pub fn begin_try(&self, now: Millis) -> (Option<Change>, Result<(), Problem>) {
        let tries = &self.kept.tries;
        let wait = tries.remaining(now);
        if wait > 0 {
            let again = tries.after_clock_set_back(now).map(|tries| {
                self.change(Kept {
                    tries,
                    ..self.kept.clone()
                })
            });
            let seconds = (wait + 999) / 1_000;
            let problem = Problem::at(ProblemCode::TryLater, seconds.to_string());
            return (again, Err(problem));
        }
        let counted = self.change(Kept {
            tries: tries.and_one(now),
            ..self.kept.clone()
        });
        (Some(counted), Ok(()))
    }

    /// Opens the lock.
    ///
    /// # Errors
    /// `WrongLockPassphrase`.
    pub fn unlock(&self, passphrase: &str) -> Result<Change, Problem> {
        let key = self.opened_by(passphrase)?;
        let keys = keys_of(&self.kept, key).map_err(VaultError::problem)?;
        let kept = Kept {
            tries: Tries::default(),
            ..self.kept.clone()
        };
        Ok(Change {
            batch: kept.batch(),
            kept,
            keys: Some(keys),
        })
    }

    fn opened_by(&self, passphrase: &str) -> Result<DataKey, Problem> {
        if let Some(key) = self.kept.key.plain() {
            return Ok(key);
        }
        let wrapped = self.kept.key.to_wrapped();
        wrapped
            .and_then(|wrapped| wrapped.open(passphrase).ok())
            .ok_or_else(|| Problem::new(ProblemCode::WrongLockPassphrase))
    }

    /// Returns why a passphrase cannot be set now, whatever was set before.
    ///
    /// # Errors
    /// `ShortLockPassphrase`, `Locked`, and `LockBusy` while rows are still moved from the key before the present one.
    pub fn may_set(&self, passphrase: &str) -> Result<(), Problem> {
        if passphrase.trim().chars().count() < MIN_LOCK_PASSPHRASE {
            return Err(Problem::new(ProblemCode::ShortLockPassphrase));
        }
        match &self.keys {
            None => Err(Problem::new(ProblemCode::Locked)),
            Some(keys) if keys.earlier.is_some() => Err(Problem::new(ProblemCode::LockBusy)),
            Some(_) => Ok(()),
        }
    }

    /// Sets a passphrase, or changes it: a new data key lies under it, and every row is to be sealed under that one
    /// ([`Self::next_read`]). `current` is not looked at where none was set.
    ///
    /// # Errors
    /// As of [`Self::may_set`], and `WrongLockPassphrase`.
    pub fn set_passphrase(
        &self,
        current: &str,
        passphrase: &str,
        entropy: [u8; 32],
    ) -> Result<Change, Problem> {
        self.may_set(passphrase)?;
        let before = self.opened_by(current)?;
        let mut entropy = Entropy::from_seed(entropy);
        let present = DataKey::generate(&mut entropy);
        let sealed = before.under(&present, &mut entropy);
        let kept = Kept {
            number: self.kept.number.wrapping_add(1),
            key: KeptKey::wrapped(present.wrap(passphrase, &mut entropy)),
            earlier: Some((self.kept.number, sealed)),
            moving: Some(Place::first()),
            session: self.kept.session.wrapping_add(1),
            tries: Tries::default(),
            ..self.kept.clone()
        };
        Ok(Change {
            batch: kept.batch(),
            keys: Some(Keys {
                present,
                earlier: Some((self.kept.number, before)),
            }),
            kept,
        })
    }

    /// Takes the passphrase away: the data key lies in plain from now on.
    ///
    /// # Errors
    /// `Locked` and `WrongLockPassphrase`.
    pub fn remove_passphrase(&self, passphrase: &str) -> Result<Change, Problem> {
        if self.is_locked() {
            return Err(Problem::new(ProblemCode::Locked));
        }
        let key = self.opened_by(passphrase)?;
        Ok(self.change(Kept {
            key: KeptKey::Plain(*key.as_bytes()),
            session: self.kept.session.wrapping_add(1),
            tries: Tries::default(),
            ..self.kept.clone()
        }))
    }

    /// Sets after how many minutes the device locks itself.
    ///
    /// # Errors
    /// `BadSetting` if it is none of those offered, `Locked`.
    pub fn set_idle(&self, minutes: u16) -> Result<Change, Problem> {
        if self.is_locked() {
            return Err(Problem::new(ProblemCode::Locked));
        }
        if !LOCK_IDLE_MINUTES.contains(&minutes) {
            return Err(Problem::at(ProblemCode::BadSetting, "idle_minutes"));
        }
        Ok(self.change(Kept {
            idle_minutes: minutes,
            ..self.kept.clone()
        }))
    }

    /// Locks: the keys are forgotten once the change is adopted. None where no passphrase is set.
    pub fn lock(&self) -> Option<Change> {
        self.is_set().then(|| {
            let kept = Kept {
                session: self.kept.session.wrapping_add(1),
                ..self.kept.clone()
            };
            Change {
                batch: kept.batch(),
                kept,
                keys: None,
            }
        })
    }

    /// Returns what another worker of this browser may open the store with, if a passphrase is set and was given.
    pub fn hand_on(&self) -> Option<HandedOn> {
        let keys = self.keys.as_ref().filter(|_| self.is_set())?;
        Some(HandedOn {
            session: self.kept.session,
            number: self.kept.number,
            key: *keys.present.as_bytes(),
        })
    }

    /// Opens the lock with what another worker handed on. Returns whether it was still good.
    pub fn take_over(&mut self, handed: &HandedOn) -> bool {
        if !self.is_locked()
            || (handed.session, handed.number) != (self.kept.session, self.kept.number)
        {
            return false;
        }
        self.keys = keys_of(&self.kept, DataKey::from_bytes(handed.key)).ok();
        !self.is_locked()
    }

    // ---- sealing anew

    /// Returns the next rows to be looked at for sealing anew; none once all lie under the present key, and while locked.
    pub fn next_read(&self) -> Option<Query> {
        let place = self.kept.moving.as_ref().filter(|_| !self.is_locked())?;
        Some(place.read())
    }

    /// Returns the tables in which what was replaced could still be read from leftovers of the store's files, once sealing anew has
    /// ended: the one that held the key before in plain, and all of them where rows were plain.
    pub fn leftovers(&self) -> &'static [Table] {
        match (&self.kept.moving, self.kept.plain) {
            (None, _) => &[],
            (Some(_), true) => &SEALED,
            (Some(_), false) => &SEALED[..1],
        }
    }

    /// Returns what of the rows of [`Self::next_read`] is written again, with the note how far it went. Behind the last row the key
    /// before is forgotten, and plain rows are read no more.
    pub fn move_rows(&self, rows: Rows, entropy: [u8; 32]) -> Option<Change> {
        let keys = self.keys.as_ref()?;
        let slice = self.slice(self.kept.moving.as_ref()?, rows);
        let done = slice.next.is_none();
        let kept = Kept {
            earlier: self.kept.earlier.clone().filter(|_| !done),
            plain: self.kept.plain && !done,
            moving: slice.next,
            ..self.kept.clone()
        };
        let mut entropy = Entropy::from_seed(entropy);
        let mut writes: Vec<Write> = slice
            .again
            .into_iter()
            .map(|(table, key, value)| Write::Put {
                value: seal_value(&kept, keys, table, &key, &value, &mut entropy),
                table,
                key,
            })
            .collect();
        writes.push(kept.write());
        let durability = if done {
            Durability::Strict
        } else {
            Durability::Relaxed
        };
        let keys = Keys {
            present: keys.present.clone(),
            earlier: keys.earlier.clone().filter(|_| !done),
        };
        Some(Change {
            batch: Batch { writes, durability },
            kept,
            keys: Some(keys),
        })
    }
}

fn keys_of(kept: &Kept, present: DataKey) -> Result<Keys, VaultError> {
    let earlier = match &kept.earlier {
        None => None,
        Some((number, sealed)) => {
            let key = DataKey::from_under(&present, sealed).map_err(|_| VaultError::Damaged)?;
            Some((*number, key))
        }
    };
    Ok(Keys { present, earlier })
}

fn seal_value(
    kept: &Kept,
    keys: &Keys,
    table: Table,
    key: &[u8],
    value: &[u8],
    entropy: &mut Entropy,
) -> Vec<u8> {
    let place = RowPlace {
        table: table.name(),
        key,
    };
    keys.present.seal_row(kept.number, place, value, entropy)
}

fn sentence(table: Table, key: &[u8]) -> String {
    format!(
        "open a row of {}: it was changed, moved, or sealed under a key this device does not have (row {})",
        table.name(),
        String::from_utf8_lossy(&key[..key.len().min(SHOWN_KEY_BYTES)]).escape_debug()
    )
}

fn locked() -> StoreError {
    StoreError::Refused("the device is locked".to_owned())
}

#[cfg(test)]
mod tests;
