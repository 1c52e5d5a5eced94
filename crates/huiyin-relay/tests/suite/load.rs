//! The load tool against the relay: what it counts is what happened.

use std::time::Duration;

use huiyin_relay::Limits;
use huiyin_relay::bench::{Load, LoadError};

use crate::client::{start, start_on};
use crate::database::Server;

fn load(urls: Vec<String>) -> Load {
    Load {
        urls,
        devices: 7,
        workspaces: 2,
        edits_per_second: 40.0,
        duration: Duration::from_secs(1),
        edit_bytes: 300,
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_edit_is_stored_and_heard_by_every_other_device_of_its_workspace() {
    let folder = tempfile::tempdir().unwrap();
    let relay = start(&folder.path().join("relay.db"), Limits::default()).await;
    let url = format!("ws://{}/ws", relay.local_addr());
    let report = load(vec![url]).run().await.unwrap();
    assert!(report.edits > 0);
    assert_eq!(report.acknowledged, report.edits);
    assert_eq!((report.refused, report.lost_connections), (0, 0));
    // Four devices in one workspace, three in the other, in turn.
    assert!(report.pushed.count >= report.edits * 2 && report.pushed.count <= report.edits * 3);
    assert_eq!(report.stored.count, report.edits);
    assert!(report.pushed.p50_ms > 0.0 && report.pushed.p99_ms >= report.pushed.p50_ms);
    assert!(report.bytes_heard > report.bytes_sent);
    let json = serde_json::to_value(&report).unwrap();
    assert_eq!(json["version"], 1);
    assert_eq!(json["devices"], 7);
    relay.shutdown().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn devices_dealt_out_to_two_nodes_hear_each_other() {
    let Some(server) = Server::shared() else {
        return;
    };
    let (address, _) = server.database().await;
    let one = start_on(address.clone(), Limits::default()).await;
    let two = start_on(address, Limits::default()).await;
    let urls = [&one, &two].map(|relay| format!("ws://{}/ws", relay.local_addr()));
    let load = Load {
        devices: 6,
        workspaces: 1,
        ..load(urls.into())
    };
    let report = load.run().await.unwrap();
    assert_eq!(report.acknowledged, report.edits);
    assert_eq!(report.pushed.count, report.edits * 5);
    assert_eq!(
        (report.refused, report.unheard, report.lost_connections),
        (0, 0, 0)
    );
    one.shutdown().await;
    two.shutdown().await;
}

#[tokio::test]
async fn a_load_that_makes_no_sense_and_a_relay_that_is_not_there_are_told() {
    let nowhere = load(vec!["ws://127.0.0.1:1/ws".to_owned()]);
    let error = nowhere.run().await.unwrap_err();
    assert!(error.to_string().contains("ws://127.0.0.1:1/ws"), "{error}");
    for wrong in [
        Load {
            devices: 3,
            ..nowhere.clone()
        },
        Load {
            workspaces: 0,
            ..nowhere.clone()
        },
        Load {
            urls: vec![],
            ..nowhere.clone()
        },
        Load {
            edits_per_second: f64::NAN,
            ..nowhere.clone()
        },
        Load {
            edit_bytes: 1 << 30,
            ..nowhere
        },
    ] {
        assert!(matches!(wrong.run().await, Err(LoadError::Numbers(_))));
    }
}
