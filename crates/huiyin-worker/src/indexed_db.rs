//! The engine's store in IndexedDB: one object store per table, byte keys, byte values.
//!
//! A commit is one transaction that also reads the leader epoch and rolls itself back where another leader has taken
//! the store. A dead connection is opened anew once and the same work done again; putting and deleting the same rows twice
//! is the same as once. The epoch lies in the meta table under a *text* key: text keys sort before byte keys, so
//! no query of the engine ever meets it.
//!
//! Long: reading, committing and opening anew share the connection.

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::rc::Rc;

use huiyin_api::{Problem, ProblemCode};
use huiyin_engine::{Batch, Durability, Query, StoreError, Table, Write};
use js_sys::{Array, Uint8Array};
use thiserror::Error;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{IdbDatabase, IdbFactory, IdbKeyRange, IdbObjectStore, IdbRequest, IdbTransaction};

use crate::js;
use crate::key_range::KeyRange;
use crate::transaction::{Access, Fault, begin, finished};

/// Version of the object stores within the format that the database's name carries. 2 added the pieces of attachments, 3 summaries and texts; with 4
/// values are sealed, which earlier versions of the app cannot read. Opening an older database adds the stores it lacks and keeps the rest.
const STORES_VERSION: u32 = 4;

/// Most rows of a table that is written again as it is.
const MAX_REWRITTEN: u32 = 4_096;

/// Key of the leader epoch in the meta table.
const LEADER_EPOCH: &str = "leader_epoch";

/// Rows of one table in key order.
type Rows = Vec<(Vec<u8>, Vec<u8>)>;

/// Why the store could not be taken over.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum OpenError {
    /// The store was written by a newer version of the app.
    #[error("failed to open the store: a newer version wrote it; reload the page")]
    Newer,
    /// The browser gives this page no storage.
    #[error("failed to open the store: the browser refuses it: {0}")]
    Refused(String),
    /// No space left even to begin.
    #[error("failed to open the store: it is full")]
    Full,
    /// Anything else; trying again may help.
    #[error("failed to open the store: {0}")]
    Failed(String),
}

impl OpenError {
    /// Returns what to tell the user.
    pub fn problem(&self) -> Problem {
        match self {
            Self::Newer => Problem::new(ProblemCode::NewerStore),
            Self::Refused(reason) => {
                Problem::new(ProblemCode::StorageRefused).because(reason.as_str())
            }
            Self::Full => Problem::new(ProblemCode::StorageFull),
            Self::Failed(reason) => {
                Problem::new(ProblemCode::StorageRefused).because(reason.as_str())
            }
        }
    }
}

/// A store in IndexedDB. Work is to be given one piece after the other.
pub struct IndexedDb {
    name: String,
    connection: Rc<RefCell<Option<IdbDatabase>>>,
    epoch: Cell<Option<u32>>,
}

impl IndexedDb {
    /// Returns the store in the database of this name; nothing is opened yet.
    pub fn named(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            connection: Rc::default(),
            epoch: Cell::new(None),
        }
    }

    /// Opens the store and makes its leader epoch a new one, ours; every other holder's commits fail from now on.
    /// Returns the epoch.
    ///
    /// # Errors
    /// Why there is no store to lead with.
    pub async fn take_lead(&self) -> Result<u32, OpenError> {
        let taken = match self.try_take_lead().await {
            Err(Fault::Broken(_)) => {
                self.close();
                self.try_take_lead().await
            }
            first => first,
        };
        taken.map_err(|fault| match fault {
            Fault::Newer => OpenError::Newer,
            Fault::Refused(reason) => OpenError::Refused(reason),
            Fault::Full => OpenError::Full,
            Fault::LostLead => OpenError::Failed("another tab took the lead".to_owned()),
            Fault::Broken(reason) => OpenError::Failed(reason),
        })
    }

    /// Returns the rows for each query, from one moment of the store.
    ///
    /// # Errors
    /// Why nothing could be read.
    pub async fn load(&self, queries: &[Query]) -> Result<Vec<Rows>, StoreError> {
        let loaded = match self.try_load(queries).await {
            Err(Fault::Broken(_)) => {
                self.close();
                self.try_load(queries).await
            }
            first => first,
        };
        loaded.map_err(Into::into)
    }

    /// Writes the batch, all or nothing, and returns once it is stored.
    ///
    /// # Errors
    /// Why nothing was written; [`StoreError::LostLead`] if [`Self::take_lead`] was not called or was overtaken.
    pub async fn commit(&self, batch: &Batch) -> Result<(), StoreError> {
        let committed = match self.try_commit(batch).await {
            Err(Fault::Broken(_)) => {
                self.close();
                self.try_commit(batch).await
            }
            first => first,
        };
        committed.map_err(Into::into)
    }

    /// Writes the rows of a table again as they are, after clearing it, in one transaction, so that the browser may let go
    /// of values that were replaced before; when it does is its own matter. A table of more than [`MAX_REWRITTEN`] rows is left alone: what is
    /// written to it moves its files by itself.
    ///
    /// # Errors
    /// Why the table is as it was.
    pub async fn rewrite(&self, table: Table) -> Result<(), StoreError> {
        self.try_rewrite(table).await.map_err(Into::into)
    }

    async fn try_rewrite(&self, table: Table) -> Result<(), Fault> {
        let database = self.connection().await?;
        let transaction = begin(&database, [table], Access::Write(Durability::Strict))?;
        let store = object_store(&transaction, table)?;
        let count = thrown(store.count())?;
        let keys =
            thrown(store.get_all_keys_with_key_and_limit(&JsValue::UNDEFINED, MAX_REWRITTEN))?;
        let values = thrown(store.get_all_with_key_and_limit(&JsValue::UNDEFINED, MAX_REWRITTEN))?;
        let write = {
            let (values, transaction) = (values.clone(), transaction.clone());
            Closure::<dyn FnMut()>::new(move || {
                let written = write_again(&store, &count, &keys, &values);
                if written.is_err() {
                    // The end is told as a transaction that was rolled back.
                    let _ = transaction.abort();
                }
            })
        };
        values.set_onsuccess(Some(write.as_ref().unchecked_ref()));
        finished(&transaction).await
    }

    /// Deletes the database with all that is in it. [`Self::take_lead`] makes an empty one.
    ///
    /// # Errors
    /// Why it is still there.
    pub async fn erase(&self) -> Result<(), StoreError> {
        self.close();
        self.epoch.set(None);
        let erased = async {
            let request = thrown(factory()?.delete_database(&self.name))?;
            let (promise, resolve, reject) = js::deferred();
            request.set_onsuccess(Some(&resolve));
            request.set_onerror(Some(&reject));
            // Workers that still hold a connection close it when they are told of the deletion.
            thrown(JsFuture::from(promise).await).map(drop)
        };
        erased.await.map_err(Fault::into)
    }

    /// Closes the connection; the next piece of work opens it again.
    pub fn close(&self) {
        if let Some(database) = self.connection.borrow_mut().take() {
            release(&database);
        }
    }

    async fn connection(&self) -> Result<IdbDatabase, Fault> {
        let held = self.connection.borrow().clone();
        if let Some(database) = held {
            return Ok(database);
        }
        let database = open(&self.name).await?;
        // The browser closes a connection it must (storage cleared), and asks to close one that blocks a newer version.
        let connection = self.connection.clone();
        let gone = Closure::<dyn FnMut()>::new(move || {
            if let Some(database) = connection.borrow_mut().take() {
                release(&database);
            }
        })
        .into_js_value();
        database.set_onclose(Some(gone.unchecked_ref()));
        database.set_onversionchange(Some(gone.unchecked_ref()));
        *self.connection.borrow_mut() = Some(database.clone());
        Ok(database)
    }

    async fn try_take_lead(&self) -> Result<u32, Fault> {
        let database = self.connection().await?;
        let transaction = begin(&database, [Table::Meta], Access::Write(Durability::Relaxed))?;
        let meta = object_store(&transaction, Table::Meta)?;
        let read = thrown(meta.get(&LEADER_EPOCH.into()))?;
        let taken = Rc::new(Cell::new(0));
        let take = {
            let (read, taken) = (read.clone(), taken.clone());
            Closure::<dyn FnMut()>::new(move || {
                taken.set(epoch_in(&read).unwrap_or(0).wrapping_add(1));
                // A failure to put rolls the transaction back, which is awaited below.
                let _ = meta.put_with_key(&taken.get().into(), &LEADER_EPOCH.into());
            })
        };
        read.set_onsuccess(Some(take.as_ref().unchecked_ref()));
        finished(&transaction).await?;
        self.epoch.set(Some(taken.get()));
        Ok(taken.get())
    }

    async fn try_load(&self, queries: &[Query]) -> Result<Vec<Rows>, Fault> {
        if queries.is_empty() {
            return Ok(Vec::new());
        }
        let database = self.connection().await?;
        let tables: BTreeSet<Table> = queries.iter().map(table_read).collect();
        let transaction = begin(&database, tables, Access::Read)?;
        let reads = queries
            .iter()
            .map(|query| Read::start(&transaction, query))
            .collect::<Result<Vec<_>, _>>()?;
        finished(&transaction).await?;
        reads.into_iter().map(Read::rows).collect()
    }

    async fn try_commit(&self, batch: &Batch) -> Result<(), Fault> {
        let epoch = self.epoch.get().ok_or(Fault::LostLead)?;
        let database = self.connection().await?;
        let tables: BTreeSet<Table> = batch
            .writes
            .iter()
            .map(table_written)
            .chain([Table::Meta])
            .collect();
        let transaction = begin(&database, tables, Access::Write(batch.durability))?;
        let lost = Rc::new(Cell::new(false));
        let check = watch_epoch(&transaction, epoch, lost.clone())?;
        if let Err(fault) = queue_writes(&transaction, &batch.writes) {
            let _ = transaction.abort();
            return Err(fault);
        }
        let end = finished(&transaction).await;
        drop(check);
        if lost.get() {
            return Err(Fault::LostLead);
        }
        end
    }
}

impl Drop for IndexedDb {
    fn drop(&mut self) {
        self.close();
    }
}

fn table_read(query: &Query) -> Table {
    match query {
        Query::Get { table, .. } | Query::Range { table, .. } => *table,
    }
}

fn table_written(write: &Write) -> Table {
    match write {
        Write::Put { table, .. } | Write::Delete { table, .. } => *table,
    }
}

fn release(database: &IdbDatabase) {
    database.set_onclose(None);
    database.set_onversionchange(None);
    database.close();
}

fn thrown<T>(result: Result<T, JsValue>) -> Result<T, Fault> {
    result.map_err(|error| Fault::of(&error))
}

fn object_store(transaction: &IdbTransaction, table: Table) -> Result<IdbObjectStore, Fault> {
    thrown(transaction.object_store(table.name()))
}

fn epoch_in(read: &IdbRequest) -> Option<u32> {
    let value = read.result().ok()?.as_f64()?;
    Some(value as u32)
}

fn factory() -> Result<IdbFactory, Fault> {
    let factory = js::property(&js_sys::global(), "indexedDB");
    if !factory.is_object() {
        return Err(Fault::Refused("this browser has no IndexedDB".to_owned()));
    }
    Ok(factory.unchecked_into())
}

/// Opens the database, making its object stores if it is new.
async fn open(name: &str) -> Result<IdbDatabase, Fault> {
    let request = thrown(factory()?.open_with_u32(name, STORES_VERSION))?;
    let (promise, resolve, reject) = js::deferred();
    request.set_onsuccess(Some(&resolve));
    request.set_onerror(Some(&reject));
    let make = {
        let request = request.clone();
        Closure::<dyn FnMut()>::new(move || {
            let Ok(database) = request.result().map(JsCast::unchecked_into::<IdbDatabase>) else {
                return;
            };
            for table in Table::ALL {
                // A store that is there already throws; that is as good as made.
                let _ = database.create_object_store(table.name());
            }
        })
    };
    request.set_onupgradeneeded(Some(make.as_ref().unchecked_ref()));
    // `blocked` needs no answer: every holder of an older connection closes it when told of the newer version, and
    // then the request goes on.
    let end = JsFuture::from(promise).await;
    request.set_onupgradeneeded(None);
    if end.is_ok() {
        return thrown(request.result()).map(JsCast::unchecked_into);
    }
    let Some(error) = request.error().ok().flatten() else {
        return Err(Fault::Broken("the database did not open".to_owned()));
    };
    Err(match Fault::of(&error) {
        // Firefox tells a private window so.
        Fault::Broken(reason) if js::error_name(&error) == "InvalidStateError" => {
            Fault::Refused(reason)
        }
        fault => fault,
    })
}

/// Rolls the transaction back as soon as it reads an epoch that is not ours. The writes may be queued at once behind it:
/// a transaction cannot complete before the outcome of its first request has been told. The closure must be kept until the end.
fn watch_epoch(
    transaction: &IdbTransaction,
    epoch: u32,
    lost: Rc<Cell<bool>>,
) -> Result<Closure<dyn FnMut()>, Fault> {
    let meta = object_store(transaction, Table::Meta)?;
    let read = thrown(meta.get(&LEADER_EPOCH.into()))?;
    let check = {
        let (read, transaction) = (read.clone(), transaction.clone());
        Closure::<dyn FnMut()>::new(move || {
            if epoch_in(&read) == Some(epoch) {
                // Saves the wait for the outcome of each write; without it the transaction ends all the same.
                let _ = js::call(&transaction, "commit", &[]);
            } else {
                lost.set(true);
                let _ = transaction.abort();
            }
        })
    };
    read.set_onsuccess(Some(check.as_ref().unchecked_ref()));
    Ok(check)
}

fn queue_writes(transaction: &IdbTransaction, writes: &[Write]) -> Result<(), Fault> {
    let mut opened: Option<(Table, IdbObjectStore)> = None;
    for write in writes {
        let table = table_written(write);
        let store = match &opened {
            Some((open, store)) if *open == table => store.clone(),
            _ => {
                let store = object_store(transaction, table)?;
                opened = Some((table, store.clone()));
                store
            }
        };
        match write {
            Write::Put { key, value, .. } => thrown(
                store.put_with_key(&Uint8Array::from(&value[..]), &Uint8Array::from(&key[..])),
            )?,
            Write::Delete { key, .. } => thrown(store.delete(&Uint8Array::from(&key[..])))?,
        };
    }
    Ok(())
}

/// Clears a table and puts the rows that were read from it back, unless it has more than were read.
fn write_again(
    store: &IdbObjectStore,
    count: &IdbRequest,
    keys: &IdbRequest,
    values: &IdbRequest,
) -> Result<(), JsValue> {
    if count.result()?.as_f64() > Some(f64::from(MAX_REWRITTEN)) {
        return Ok(());
    }
    let keys: Array = keys.result()?.unchecked_into();
    let values: Array = values.result()?.unchecked_into();
    store.clear()?;
    for (key, value) in keys.iter().zip(values.iter()) {
        store.put_with_key(&value, &key)?;
    }
    Ok(())
}

/// A read under way.
enum Read {
    Nothing,
    One {
        key: Vec<u8>,
        value: IdbRequest,
    },
    Many {
        keys: IdbRequest,
        values: Option<IdbRequest>,
    },
}

impl Read {
    fn start(transaction: &IdbTransaction, query: &Query) -> Result<Self, Fault> {
        match query {
            Query::Get { table, key } => {
                let store = object_store(transaction, *table)?;
                Ok(Self::One {
                    key: key.clone(),
                    value: thrown(store.get(&Uint8Array::from(&key[..])))?,
                })
            }
            Query::Range { limit: 0, .. } => Ok(Self::Nothing),
            Query::Range {
                table,
                prefix,
                after,
                limit,
                keys_only,
            } => {
                let Some(range) = KeyRange::of(prefix, after.as_deref()) else {
                    return Ok(Self::Nothing);
                };
                let store = object_store(transaction, *table)?;
                let range = browser_range(&range)?;
                Ok(Self::Many {
                    keys: thrown(store.get_all_keys_with_key_and_limit(&range, *limit))?,
                    values: if *keys_only {
                        None
                    } else {
                        Some(thrown(store.get_all_with_key_and_limit(&range, *limit))?)
                    },
                })
            }
        }
    }

    fn rows(self) -> Result<Rows, Fault> {
        match self {
            Self::Nothing => Ok(Vec::new()),
            Self::One { key, value } => {
                let value = thrown(value.result())?;
                Ok(if value.is_undefined() {
                    Vec::new()
                } else {
                    vec![(key, bytes(&value))]
                })
            }
            Self::Many { keys, values } => {
                let keys: Array = thrown(keys.result())?.unchecked_into();
                let values: Option<Array> = values
                    .map(|values| thrown(values.result()).map(JsCast::unchecked_into))
                    .transpose()?;
                Ok((0..keys.length())
                    .map(|at| {
                        let value = values.as_ref().map(|values| bytes(&values.get(at)));
                        (bytes(&keys.get(at)), value.unwrap_or_default())
                    })
                    .collect())
            }
        }
    }
}

fn browser_range(range: &KeyRange) -> Result<IdbKeyRange, Fault> {
    let lower = Uint8Array::from(&range.lower[..]);
    thrown(match &range.upper {
        Some(upper) => IdbKeyRange::bound_with_lower_open_and_upper_open(
            &lower,
            &Uint8Array::from(&upper[..]),
            range.lower_open,
            true,
        ),
        None => IdbKeyRange::lower_bound_with_open(&lower, range.lower_open),
    })
}

/// Returns the bytes of an ArrayBuffer (a key) or a Uint8Array (a value).
fn bytes(value: &JsValue) -> Vec<u8> {
    value
        .dyn_ref::<Uint8Array>()
        .map_or_else(|| Uint8Array::new(value).to_vec(), Uint8Array::to_vec)
}
