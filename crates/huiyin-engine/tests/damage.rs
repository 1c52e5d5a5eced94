//! Stored rows that went bad: documents are made anew from the sealed envelopes and the outbox, nothing entered is lost.

use std::collections::BTreeMap;

use huiyin_api::Answer;
use huiyin_api::Request;
use huiyin_engine::{Attachment, Batch, MemoryStore, Query, Table, Write};
use huiyin_testkit::{Device, workload};

fn customer(name: &str) -> Request {
    Request::SaveCustomer {
        id: None,
        fields: BTreeMap::from([("name".to_owned(), name.to_owned())]),
    }
}

/// Imports the workload of some customers and three times as many cases.
fn import(device: &mut Device, customers: u32) {
    let mut file = Vec::new();
    workload::write(customers, &mut file).expect("memory takes all");
    let text = String::from_utf8(file).expect("the workload is UTF-8");
    let request = Request::ImportOpen {
        name: "workload.jsonl".to_owned(),
        kind: None,
        mapping: BTreeMap::new(),
    };
    let file = Attachment::Text {
        text,
        encoding: "utf-8",
    };
    let Ok((Answer::ImportPreview(preview), _)) = device.ask_with(request, Some(file)) else {
        panic!("no preview");
    };
    device.must(Request::ImportRun {
        import: preview.import,
        dry_run: false,
    });
}

fn all(table: Table, keys_only: bool) -> Query {
    Query::Range {
        table,
        prefix: Vec::new(),
        after: None,
        limit: u32::MAX,
        keys_only,
    }
}

/// Returns the bytes of keys and values in a table.
fn bytes_in(store: &MemoryStore, table: Table) -> usize {
    store.bytes().get(&table).copied().unwrap_or_default()
}

/// Returns the store with every value of `table` replaced by bytes that are nothing.
fn spoil(mut store: MemoryStore, table: Table) -> MemoryStore {
    let rows = store.load(&[all(table, true)]).remove(0);
    assert!(!rows.is_empty(), "there is something to spoil in {table:?}");
    let writes = rows
        .into_iter()
        .map(|(key, _)| Write::Put {
            table,
            key,
            value: vec![0xFF; 20],
        })
        .collect();
    store.commit(Batch {
        writes,
        ..Batch::default()
    });
    store
}

#[test]
fn damaged_snapshots_and_deltas_are_made_anew_from_envelopes_and_outbox() {
    let mut device = Device::new("tablet", 7);
    device.found(None);
    for number in 0..140 {
        device.must(customer(&format!("客户{number}")));
    }
    device.bundle(); // Seals what was entered so far.
    device.must(customer("还没有封装的客户"));
    let (digest, settings) = (device.digest(None), device.must(Request::Settings));

    for table in [Table::Snapshots, Table::Deltas, Table::Projections] {
        // Another name: requests are named by it, and one asked before would only be answered again.
        let mut again = Device::on_disk("tablet later", 8, spoil(device.store.clone(), table));
        again.start();
        again.settle();
        assert_eq!(again.digest(None), digest, "{table:?}");
        assert_eq!(again.must(Request::Settings), settings, "{table:?}");
        again.must(customer("之后的客户"));
        again.restart();
        again.settle();
        let after = again.export();
        assert!(
            after.contains("之后的客户") && after.contains("客户139"),
            "{table:?}"
        );
    }
}

#[test]
fn imported_documents_lie_in_their_envelopes_and_are_made_anew_when_the_way_there_is_damaged() {
    let mut device = Device::new("tablet", 17);
    device.found(None);
    import(&mut device, 120);
    let documents = device.store.load(&[all(Table::Snapshots, true)])[0].len();
    let (places, sealed) = (
        bytes_in(&device.store, Table::Snapshots),
        bytes_in(&device.store, Table::Envelopes),
    );
    assert!(
        documents > 3 && places < 20_000 && sealed > 40_000,
        "{documents} documents in {places} bytes beside {sealed} bytes of envelopes"
    );
    let (digest, settings) = (device.digest(None), device.must(Request::Settings));

    for table in [Table::Snapshots, Table::Projections] {
        let mut again = Device::on_disk("tablet", 18, spoil(device.store.clone(), table));
        again.start();
        again.settle();
        assert_eq!(again.digest(None), digest, "{table:?}");
        assert_eq!(again.must(Request::Settings), settings, "{table:?}");
        again.must(customer("之后的客户"));
        again.restart();
        assert!(again.export().contains("之后的客户"), "{table:?}");
    }
}

#[test]
fn an_envelope_that_is_gone_is_named_and_costs_only_what_lay_in_it() {
    let mut device = Device::new("tablet", 27);
    device.found(None);
    device.must(customer("先录入的客户"));
    device.bundle();
    import(&mut device, 40);
    device.must(customer("后录入的客户"));
    let before = device.bundle();
    let envelopes = device.store.load(&[all(Table::Envelopes, false)]).remove(0);
    // The first 16 bytes of a key name the stream; the branch's has the most envelopes.
    let mut streams: BTreeMap<&[u8], Vec<(usize, &Vec<u8>)>> = BTreeMap::new();
    for (key, bytes) in &envelopes {
        let row = (bytes.len(), key);
        streams.entry(&key[..16]).or_default().push(row);
    }
    let branch = streams.into_values().max_by_key(Vec::len);
    let largest = branch.and_then(|rows| rows.into_iter().max());
    let largest = largest.expect("there are envelopes").1.clone();
    let mut store = device.store.clone();
    store.commit(Batch {
        writes: vec![Write::Delete {
            table: Table::Envelopes,
            key: largest,
        }],
        ..Batch::default()
    });
    let mut again = Device::on_disk("tablet", 28, store);
    again.start();
    again.settle();
    let Answer::Verify(view) = again.must(Request::Verify) else {
        panic!("no view");
    };
    assert!(
        view.broken.iter().any(|line| line.contains("is missing")),
        "{:?}",
        view.broken
    );
    assert!(again.export().contains("先录入的客户"));
    // Another device still has it.
    again.take_bundle(&before).expect("the bundle is sound");
    assert_eq!(again.digest(None), device.digest(None));
}
