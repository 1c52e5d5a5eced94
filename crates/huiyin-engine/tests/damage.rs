//! Stored rows that went bad: documents are made anew from the sealed envelopes and the outbox, nothing entered is lost.

use std::collections::BTreeMap;

use huiyin_api::Request;
use huiyin_engine::{Batch, MemoryStore, Query, Table, Write};
use huiyin_testkit::Device;

fn customer(name: &str) -> Request {
    Request::SaveCustomer {
        id: None,
        fields: BTreeMap::from([("name".to_owned(), name.to_owned())]),
    }
}

/// Returns the store with every value of `table` replaced by bytes that are nothing.
fn spoil(mut store: MemoryStore, table: Table) -> MemoryStore {
    let query = Query::Range {
        table,
        prefix: Vec::new(),
        after: None,
        limit: u32::MAX,
        keys_only: true,
    };
    let rows = store.load(&[query]).remove(0);
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
    for number in 0..70 {
        device.must(customer(&format!("客户{number}")));
    }
    device.bundle(); // Seals what was entered so far.
    device.must(customer("还没有封装的客户"));
    let (digest, settings) = (device.digest(None), device.must(Request::Settings));

    for table in [Table::Snapshots, Table::Deltas, Table::Projections] {
        let mut again = Device::on_disk("tablet", 8, spoil(device.store.clone(), table));
        again.start();
        again.settle();
        assert_eq!(again.digest(None), digest, "{table:?}");
        assert_eq!(again.must(Request::Settings), settings, "{table:?}");
        again.must(customer("之后的客户"));
        again.restart();
        again.settle();
        let after = again.export();
        assert!(
            after.contains("之后的客户") && after.contains("客户69"),
            "{table:?}"
        );
    }
}
