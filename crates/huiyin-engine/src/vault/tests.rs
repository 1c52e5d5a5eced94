//! The vault over a store in memory: what lies there, who can read it, and what a crash between two slices leaves.
//!
//! Long: one crash after another over the same store.

#![expect(clippy::unwrap_used, reason = "a test ends where its ground gives way")]

use super::*;
use crate::MemoryStore;

const NAME: &str = "张伟 13800138000";
const PASSPHRASE: &str = "correct horse";

/// A device's store as a worker holds it.
struct Device {
    store: MemoryStore,
    vault: Vault,
    drawn: u64,
    now: Millis,
}

impl Device {
    fn open(store: MemoryStore) -> Self {
        let rows = store.load(&Vault::queries());
        let (vault, first) = Vault::found(&rows, [42; 32]).unwrap();
        let mut device = Self {
            store,
            vault,
            drawn: 0,
            now: 1_000_000,
        };
        if let Some(first) = first {
            device.store.commit(first);
        }
        device
    }

    fn entropy(&mut self) -> [u8; 32] {
        self.drawn += 1;
        let mut seed = [0; 32];
        seed[..8].copy_from_slice(&self.drawn.to_le_bytes());
        seed
    }

    fn put(&mut self, table: Table, key: &[u8], value: &str) {
        let batch = put(table, key, value);
        let entropy = self.entropy();
        self.store.commit(self.vault.seal(batch, entropy).unwrap());
    }

    fn get(&self, table: Table, key: &[u8]) -> Result<OpenRows, StoreError> {
        let query = [Query::Get {
            table,
            key: key.to_vec(),
        }];
        self.vault.open(&query, self.store.load(&query))
    }

    #[track_caller]
    fn must(&self, table: Table, key: &[u8]) -> String {
        let found = self.get(table, key).unwrap();
        assert_eq!(found.damaged, Vec::<String>::new());
        String::from_utf8(found.rows[0][0].1.clone()).unwrap()
    }

    fn adopt(&mut self, change: Change) {
        self.store.commit(change.batch.clone());
        self.vault.adopt(change);
    }

    fn set(&mut self, current: &str, passphrase: &str) {
        let entropy = self.entropy();
        let change = self
            .vault
            .set_passphrase(current, passphrase, entropy)
            .unwrap();
        self.adopt(change);
    }

    /// Moves one slice; false once all is done.
    fn move_once(&mut self) -> bool {
        let Some(query) = self.vault.next_read() else {
            return false;
        };
        let rows = self.store.load(&[query]).remove(0);
        let entropy = self.entropy();
        let change = self.vault.move_rows(rows, entropy).unwrap();
        self.adopt(change);
        true
    }

    fn try_once(&mut self, passphrase: &str) -> Result<(), Problem> {
        let (counted, allowed) = self.vault.begin_try(self.now);
        if let Some(counted) = counted {
            self.adopt(counted);
        }
        allowed?;
        let change = self.vault.unlock(passphrase)?;
        self.adopt(change);
        Ok(())
    }

    /// Everything that lies in the store.
    fn bytes(&self) -> Vec<u8> {
        let queries = Table::ALL.map(all);
        let rows = self.store.load(&queries);
        rows.into_iter()
            .flatten()
            .flat_map(|(key, value)| [key, value].concat())
            .collect()
    }

    fn numbers(&self) -> Vec<Option<u32>> {
        let queries = SEALED.map(all);
        let rows = self.store.load(&queries);
        SEALED
            .iter()
            .zip(rows)
            .flat_map(|(table, rows)| rows.into_iter().map(|(key, value)| (*table, key, value)))
            .filter(|(table, key, _)| !is_plain_row(*table, key))
            .map(|(_, _, value)| sealed_under(&value))
            .collect()
    }
}

fn all(table: Table) -> Query {
    Query::Range {
        table,
        prefix: Vec::new(),
        after: None,
        limit: u32::MAX,
        keys_only: false,
    }
}

fn put(table: Table, key: &[u8], value: &str) -> Batch {
    Batch {
        writes: vec![Write::Put {
            table,
            key: key.to_vec(),
            value: value.as_bytes().to_vec(),
        }],
        durability: Durability::Strict,
    }
}

fn holds(bytes: &[u8], words: &[u8]) -> bool {
    bytes.windows(words.len()).any(|window| window == words)
}

/// A device with a row of each table and more deltas than fit a slice.
fn filled() -> Device {
    let mut device = Device::open(MemoryStore::default());
    for table in SEALED {
        device.put(table, b"a", NAME);
    }
    for number in 0..300_u32 {
        device.put(Table::Deltas, &number.to_be_bytes(), NAME);
    }
    device
}

#[test]
fn every_table_but_the_envelopes_is_sealed_and_reads_back() {
    assert_eq!(SEALED.len(), Table::ALL.len() - 1);
    let device = filled();
    assert!(!holds(&device.bytes(), NAME.as_bytes()));
    for table in SEALED {
        assert_eq!(device.must(table, b"a"), NAME);
    }
    let again = Device::open(device.store.clone());
    assert!(!again.vault.is_locked());
    assert_eq!(again.must(Table::Drafts, b"a"), NAME);
}

#[test]
fn keys_without_values_and_envelopes_are_left_as_they_are() {
    let mut device = filled();
    device.put(Table::Envelopes, b"e", "an envelope");
    assert_eq!(device.must(Table::Envelopes, b"e"), "an envelope");
    let query = [Query::Range {
        table: Table::Deltas,
        prefix: Vec::new(),
        after: None,
        limit: 2,
        keys_only: true,
    }];
    let found = device
        .vault
        .open(&query, device.store.load(&query))
        .unwrap();
    assert_eq!(found.damaged, Vec::<String>::new());
    assert_eq!(found.rows[0].len(), 2);
}

#[test]
fn rows_of_an_app_that_sealed_nothing_are_read_and_sealed_in_the_background() {
    let mut store = MemoryStore::default();
    for table in SEALED {
        store.commit(put(table, b"old", NAME));
    }
    let mut device = Device::open(store);
    assert_eq!(device.must(Table::Keys, b"old"), NAME);
    device.put(Table::Drafts, b"new", NAME);
    let mut slices = 0;
    while device.move_once() {
        slices += 1;
        // As if the app had been closed here.
        device = Device::open(device.store);
        assert_eq!(device.must(Table::Blobs, b"old"), NAME);
    }
    assert_eq!(slices, SEALED.len());
    assert!(!holds(&device.bytes(), NAME.as_bytes()));
    assert!(device.numbers().iter().all(|number| *number == Some(1)));

    // Nobody can put a plain row among the sealed ones now.
    device.store.commit(put(Table::Deltas, b"old", "forged"));
    let found = device.get(Table::Deltas, b"old").unwrap();
    assert_eq!(found.damaged.len(), 1);
    assert_eq!(found.rows[0][0].1, UNREADABLE);
}

#[test]
fn a_moved_row_is_told_and_one_of_the_keys_refused_with_a_sentence() {
    let mut device = filled();
    let query = [Query::Get {
        table: Table::Deltas,
        key: b"a".to_vec(),
    }];
    let value = device.store.load(&query)[0][0].1.clone();
    for table in [Table::Deltas, Table::Keys] {
        device.store.commit(Batch {
            writes: vec![Write::Put {
                table,
                key: b"b".to_vec(),
                value: value.clone(),
            }],
            durability: Durability::Strict,
        });
    }
    let found = device.get(Table::Deltas, b"b").unwrap();
    assert!(
        found.damaged[0].contains("a row of deltas"),
        "{:?}",
        found.damaged
    );
    let Err(StoreError::Refused(words)) = device.get(Table::Keys, b"b") else {
        panic!("a row of the keys from elsewhere was taken");
    };
    assert!(words.contains("it was changed, moved"), "{words}");
}

#[test]
fn a_passphrase_seals_everything_anew_and_a_crash_between_two_slices_loses_nothing() {
    let mut device = filled();
    let before = device.vault.keys.clone().unwrap().present;
    device.set("", PASSPHRASE);
    assert!(device.vault.is_set());
    assert_eq!(device.must(Table::Keys, b"a"), NAME);
    let mut slices = 0;
    while device.move_once() {
        slices += 1;
        device.put(Table::Commands, &[slices], NAME);
        if slices % 5 == 1 {
            device = Device::open(device.store);
            assert!(device.vault.is_locked());
            assert!(device.vault.next_read().is_none());
            device.try_once(PASSPHRASE).unwrap();
        }
        for table in SEALED {
            assert_eq!(device.must(table, b"a"), NAME);
        }
    }
    assert_eq!(
        usize::from(slices),
        SEALED.len() + 2,
        "300 deltas are three slices"
    );
    assert!(device.numbers().iter().all(|number| *number == Some(2)));
    let bytes = device.bytes();
    assert!(!holds(&bytes, before.as_bytes()));
    let present = device.vault.keys.clone().unwrap().present;
    assert!(!holds(&bytes, present.as_bytes()));
    assert!(!holds(&bytes, PASSPHRASE.as_bytes()));
}

#[test]
fn leftovers_of_the_key_before_and_of_plain_rows_are_to_be_let_go_of() {
    let mut store = MemoryStore::default();
    store.commit(put(Table::Drafts, b"old", NAME));
    let mut device = Device::open(store);
    assert_eq!(device.vault.leftovers(), SEALED);
    while device.move_once() {}
    assert!(device.vault.leftovers().is_empty());
    device.set("", PASSPHRASE);
    assert_eq!(device.vault.leftovers(), [Table::Meta]);
}

#[test]
fn while_locked_nothing_is_read_or_written_and_only_the_passphrase_opens() {
    let mut device = filled();
    assert!(
        device.vault.lock().is_none(),
        "there is nothing to lock with"
    );
    device.set("", PASSPHRASE);
    while device.move_once() {}
    let change = device.vault.lock().unwrap();
    device.adopt(change);
    assert!(device.vault.is_locked());
    assert!(device.get(Table::Drafts, b"a").is_err());
    assert!(
        device
            .vault
            .seal(put(Table::Drafts, b"x", "y"), [0; 32])
            .is_err()
    );
    assert_eq!(device.vault.hand_on(), None);
    assert_eq!(device.vault.idle_ms(), None);
    assert_eq!(
        device.try_once("correct house").unwrap_err().code,
        ProblemCode::WrongLockPassphrase
    );
    assert!(device.vault.is_locked());
    device.try_once(PASSPHRASE).unwrap();
    assert_eq!(device.must(Table::Drafts, b"a"), NAME);
    assert_eq!(device.vault.view(device.now).failed, 0);
    assert_eq!(device.vault.idle_ms(), Some(15 * 60_000));
}

#[test]
fn wrong_tries_are_counted_before_they_are_made_and_outlive_a_restart() {
    let mut device = filled();
    device.set("", PASSPHRASE);
    let change = device.vault.lock().unwrap();
    device.adopt(change);
    // Each try ends with the program, before it is known whether it was right.
    for _ in 0..3 {
        let (counted, allowed) = device.vault.begin_try(device.now);
        assert_eq!(allowed, Ok(()));
        device.adopt(counted.unwrap());
        device = Device::open(device.store);
    }
    let problem = device.try_once(PASSPHRASE).unwrap_err();
    assert_eq!(
        (problem.code, problem.place.as_str()),
        (ProblemCode::TryLater, "5")
    );
    // A clock set back makes nobody wait less, and nobody for ever.
    device.now -= 900_000;
    assert_eq!(device.try_once(PASSPHRASE).unwrap_err().place, "5");
    device.now += 4_999;
    assert_eq!(device.try_once(PASSPHRASE).unwrap_err().place, "1");
    device.now += 1;
    device.try_once(PASSPHRASE).unwrap();
    assert_eq!(device.vault.view(device.now).failed, 0);
}

#[test]
fn a_passphrase_is_long_enough_changed_and_removed_with_the_one_before() {
    let mut device = filled();
    let code = |result: Result<Change, Problem>| result.unwrap_err().code;
    assert_eq!(
        code(device.vault.set_passphrase("", " seven77 ", [1; 32])),
        ProblemCode::ShortLockPassphrase
    );
    device.set("", PASSPHRASE);
    assert_eq!(
        code(
            device
                .vault
                .set_passphrase(PASSPHRASE, "another one", [1; 32])
        ),
        ProblemCode::LockBusy
    );
    while device.move_once() {}
    assert_eq!(
        code(
            device
                .vault
                .set_passphrase("wrong words", "another one", [1; 32])
        ),
        ProblemCode::WrongLockPassphrase
    );
    device.set(PASSPHRASE, "another one");
    while device.move_once() {}
    assert!(device.numbers().iter().all(|number| *number == Some(3)));
    assert_eq!(
        code(device.vault.remove_passphrase(PASSPHRASE)),
        ProblemCode::WrongLockPassphrase
    );
    let change = device.vault.remove_passphrase("another one").unwrap();
    device.adopt(change);
    let again = Device::open(device.store);
    assert!(!again.vault.is_locked() && !again.vault.is_set());
    assert_eq!(again.must(Table::Meta, b"a"), NAME);
}

#[test]
fn a_key_handed_on_opens_the_same_session_only() {
    let mut device = filled();
    device.set("", PASSPHRASE);
    while device.move_once() {}
    let handed = device.vault.hand_on().unwrap();
    let mut other = Device::open(device.store.clone());
    assert!(other.vault.take_over(&handed));
    assert_eq!(other.must(Table::Keys, b"a"), NAME);

    let change = device.vault.lock().unwrap();
    device.adopt(change);
    let mut late = Device::open(device.store);
    assert!(!late.vault.take_over(&handed));
    assert!(late.vault.is_locked());
}

#[test]
fn only_offered_minutes_are_taken() {
    let mut device = filled();
    let change = device.vault.set_idle(5).unwrap();
    device.adopt(change);
    assert_eq!(device.vault.view(0).idle_minutes, 5);
    assert_eq!(device.vault.idle_ms(), None, "no passphrase is set");
    assert_eq!(
        device.vault.set_idle(7).unwrap_err().code,
        ProblemCode::BadSetting
    );
}
