//! A real company's store behind the vault: nothing in it names anybody, keys and envelopes included, and it comes back as it was.

use std::collections::BTreeMap;

use huiyin_api::Request;
use huiyin_engine::{Batch, MemoryStore, Query, Table, Vault, Write};
use huiyin_testkit::Device;

const NAMES: [&str; 4] = ["欧阳锁中人", "13987650123", "东风路 88 号", "司徒草稿人"];

fn all(table: Table) -> Query {
    Query::Range {
        table,
        prefix: Vec::new(),
        after: None,
        limit: u32::MAX,
        keys_only: false,
    }
}

fn puts(table: Table, rows: Vec<(Vec<u8>, Vec<u8>)>) -> Batch {
    Batch {
        writes: rows
            .into_iter()
            .map(|(key, value)| Write::Put { table, key, value })
            .collect(),
        ..Batch::default()
    }
}

/// Returns a device with customers, one of whom waits to be sent, and a draft.
fn company() -> Device {
    let mut device = Device::new("tablet", 37);
    device.found(None);
    let customer = |name: &str| Request::SaveCustomer {
        id: None,
        fields: BTreeMap::from([
            ("name".to_owned(), name.to_owned()),
            ("phone".to_owned(), NAMES[1].to_owned()),
            ("address".to_owned(), NAMES[2].to_owned()),
        ]),
    };
    device.must(customer(NAMES[0]));
    // Enough that documents are saved whole and rows packed.
    for number in 0..140 {
        device.must(customer(&format!("客户{number}")));
    }
    device.bundle();
    device.must(customer(&format!("{}之友", NAMES[0])));
    device.must(Request::SaveDraft {
        key: "customer:new".to_owned(),
        json: format!("{{\"name\":\"{}\"}}", NAMES[3]),
    });
    device
}

/// Returns a store of an app that sealed nothing, opened by one that seals, with everything moved.
fn sealed(mut store: MemoryStore) -> (MemoryStore, Vault) {
    let rows = store.load(&Vault::queries());
    let (mut vault, first) = Vault::found(&rows, [1; 32]).expect("a store without a lock");
    store.commit(first.expect("the row of the lock"));
    let mut drawn = 0;
    while let Some(query) = vault.next_read() {
        drawn += 1;
        let rows = store.load(&[query]).remove(0);
        let change = vault.move_rows(rows, [drawn; 32]).expect("it is open");
        store.commit(change.batch.clone());
        vault.adopt(change);
    }
    (store, vault)
}

/// Returns the store as the engine sees it through the vault, and how many rows did not open.
fn opened(store: &MemoryStore, vault: &Vault) -> (MemoryStore, usize) {
    let queries = Table::ALL.map(all);
    let found = vault
        .open(&queries, store.load(&queries))
        .expect("identity and keys open");
    let mut plain = MemoryStore::default();
    for (table, rows) in Table::ALL.into_iter().zip(found.rows) {
        plain.commit(puts(table, rows));
    }
    (plain, found.damaged.len())
}

fn holds(store: &MemoryStore, words: &str) -> bool {
    let rows = store.load(&Table::ALL.map(all));
    rows.into_iter().flatten().any(|(key, value)| {
        [key, value].iter().any(|bytes| {
            bytes
                .windows(words.len())
                .any(|part| part == words.as_bytes())
        })
    })
}

#[test]
fn a_sealed_store_names_nobody_and_comes_back_as_it_was() {
    let mut device = company();
    let digest = device.digest(None);
    for name in NAMES {
        assert!(holds(&device.store, name), "{name} is there to be sealed");
    }
    let (store, vault) = sealed(device.store.clone());
    for name in NAMES {
        assert!(!holds(&store, name), "{name}");
    }
    let (plain, damaged) = opened(&store, &vault);
    assert_eq!(damaged, 0);
    let mut again = Device::on_disk("tablet later", 38, plain);
    again.start();
    again.settle();
    assert_eq!(again.digest(None), digest);
}

#[test]
fn rows_that_do_not_open_are_made_anew_as_rows_that_went_bad_are() {
    let mut device = company();
    let digest = device.digest(None);
    let (store, vault) = sealed(device.store.clone());
    for table in [Table::Projections, Table::Snapshots, Table::Deltas] {
        let mut spoilt = store.clone();
        let rows = spoilt.load(&[all(table)]).remove(0);
        let count = rows.len();
        assert!(count > 0, "there is something to spoil in {table:?}");
        let changed = rows.into_iter().map(|(key, mut value)| {
            let last = value.len() - 1;
            value[last] ^= 1;
            (key, value)
        });
        spoilt.commit(puts(table, changed.collect()));
        let (plain, damaged) = opened(&spoilt, &vault);
        assert_eq!(damaged, count, "{table:?}");
        let mut again = Device::on_disk("tablet later", 39, plain);
        again.start();
        again.settle();
        assert_eq!(again.digest(None), digest, "{table:?}");
    }
}
