//! What the relay refuses for its own sake, and how it says so.

use std::net::SocketAddr;

use huiyin_relay::{Config, Limits, Quota, Relay, StoreAddress, serve};
use huiyin_sync::{RefusalCode, StreamId};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::client::{Answer, Client, accepted, patiently, start, start_on};
use crate::database::Server;
use crate::fixtures::World;

async fn get(address: SocketAddr, path: &str, more: &str) -> String {
    let mut socket = TcpStream::connect(address).await.unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nHost: relay\r\n{more}\r\n");
    socket.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    let mut part = [0; 4096];
    // An upgraded socket stays open: the head is enough.
    while !answer.windows(4).any(|w| w == b"\r\n\r\n") {
        let length = patiently(socket.read(&mut part)).await.unwrap();
        assert!(length > 0, "the relay answers");
        answer.extend_from_slice(&part[..length]);
    }
    String::from_utf8(answer).unwrap()
}

async fn metrics(relay: &Relay) -> String {
    let mut socket = TcpStream::connect(relay.local_addr()).await.unwrap();
    let request = "GET /metrics HTTP/1.1\r\nHost: relay\r\nConnection: close\r\n\r\n";
    socket.write_all(request.as_bytes()).await.unwrap();
    let mut text = String::new();
    patiently(socket.read_to_string(&mut text)).await.unwrap();
    text
}

const UPGRADE: &str = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n";

async fn behind_a_proxy(limits: Limits, behind_proxy: bool) -> (Relay, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let relay = serve(Config {
        listen: SocketAddr::from(([127, 0, 0, 1], 0)),
        store: StoreAddress::File(folder.path().join("relay.db")),
        store_ca: None,
        behind_proxy,
        dist: None,
        limits,
    })
    .await
    .unwrap();
    (relay, folder)
}

async fn a_full_workspace_is_told(store: StoreAddress) {
    let limits = Limits {
        quota: Quota {
            streams: 3,
            envelopes: 5,
            bytes: 1024 * 1024,
        },
        ..Limits::default()
    };
    let relay = start_on(store, limits).await;
    let mut world = World::new(1);
    let founder = world.founder.clone();
    let root = world.root();
    let branch = |name| StreamId::derive(&world.workspace, name);
    let (bj, sh) = (branch("branch/BJ"), branch("branch/SH"));
    let founding = world.founding();
    let (mut a, _) = Client::connect(relay.local_addr(), world.workspace, &founder).await;
    let (bj_grant, sh_grant) = (world.grant(bj), world.grant(sh));
    let one = world.seal(&founder, root, b"1");
    a.append(0, &[&founding[0], &founding[1], &bj_grant, &one])
        .await;
    let large = {
        let chunk = world.noise(880 * 1024);
        world.seal(&founder, root, &chunk)
    };
    let too_much = {
        let chunk = world.noise(880 * 1024);
        world.seal(&founder, root, &chunk)
    };
    assert_eq!(a.append(1, &[&large]).await, accepted(&[2]));
    let full = |envelope: &huiyin_sync::Envelope| (Some(envelope.id()), RefusalCode::StoreFailed);
    // Alone in a request it is as if the store took nothing: the device waits and asks again.
    let answer = a.append(2, &[&too_much, &one]).await;
    assert_eq!(
        answer,
        Answer {
            positions: vec![1],
            refused: vec![full(&too_much)]
        },
        "what the relay has is still receipted"
    );
    let answer = a.append(3, &[&sh_grant]).await;
    assert_eq!(
        answer.refused,
        vec![full(&sh_grant)],
        "five envelopes are kept"
    );
    assert!(!RefusalCode::StoreFailed.is_permanent());
    let text = metrics(&relay).await;
    assert!(text.contains("huiyin_relay_over_quota_total 2\n"), "{text}");
    a.subscribe(root, None).await;
    assert_eq!(
        a.read_to(root, 2).await.len(),
        2,
        "and all of it can be read"
    );
    relay.shutdown().await;
}

#[tokio::test]
async fn a_workspace_beyond_its_quota_keeps_what_it_has_and_is_told_to_ask_later() {
    let folder = tempfile::tempdir().unwrap();
    let address = StoreAddress::File(folder.path().join("relay.db"));
    Box::pin(a_full_workspace_is_told(address)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_workspace_beyond_its_quota_is_told_the_same_by_postgres() {
    let Some(server) = Server::shared() else {
        return;
    };
    let (address, _) = server.database().await;
    Box::pin(a_full_workspace_is_told(address)).await;
}

#[tokio::test]
async fn another_stream_than_the_quota_allows_is_refused_and_the_others_go_on() {
    let folder = tempfile::tempdir().unwrap();
    let limits = Limits {
        quota: Quota {
            streams: 2,
            ..Quota::default()
        },
        ..Limits::default()
    };
    let relay = start(&folder.path().join("relay.db"), limits).await;
    let mut world = World::new(1);
    let founder = world.founder.clone();
    let root = world.root();
    let bj = StreamId::derive(&world.workspace, "branch/BJ");
    let mut said = world.founding();
    said.push(world.grant(bj));
    let (one, other) = (
        world.seal(&founder, root, b"1"),
        world.seal(&founder, bj, b"2"),
    );
    said.extend([one, other.clone()]);
    let (mut a, _) = Client::connect(relay.local_addr(), world.workspace, &founder).await;
    let answer = a.append(0, &said.iter().collect::<Vec<_>>()).await;
    assert_eq!(answer.positions, vec![1, 2, 3, 1]);
    assert_eq!(
        answer.refused,
        vec![(Some(other.id()), RefusalCode::StoreFailed)]
    );
    relay.shutdown().await;
}

#[tokio::test]
async fn an_address_that_opens_too_many_connections_is_turned_away_before_its_first_word() {
    let limits = Limits {
        openings_per_second: 0.000_001,
        openings_at_once: 3.0,
        connections_per_address: 2,
        ..Limits::default()
    };
    let (relay, _folder) = behind_a_proxy(limits, false).await;
    let world = World::new(1);
    let address = relay.local_addr();
    let (_a, _) = Client::connect(address, world.workspace, &world.founder).await;
    let (_b, _) = Client::connect(address, world.workspace, &world.founder).await;
    for reason in ["address_connections", "address_rate"] {
        let answer = get(address, "/ws", UPGRADE).await;
        assert!(answer.starts_with("HTTP/1.1 429 "), "{answer}");
        assert!(answer.contains("retry-after: 10\r\n"), "{answer}");
        let text = metrics(&relay).await;
        let counted = format!("huiyin_relay_turned_away_total{{reason=\"{reason}\"}} 1\n");
        assert!(text.contains(&counted), "{text}");
    }
    assert!(
        get(address, "/healthz", "")
            .await
            .starts_with("HTTP/1.1 200 "),
        "looking after the relay is not turned away"
    );
    relay.shutdown().await;
}

#[tokio::test]
async fn behind_a_proxy_devices_are_told_apart_by_what_it_says_and_elsewhere_it_is_not_believed() {
    let limits = Limits {
        openings_per_second: 0.000_001,
        openings_at_once: 1.0,
        ..Limits::default()
    };
    for (behind_proxy, statuses) in [
        (true, ["101", "101", "429"]),
        (false, ["101", "429", "429"]),
    ] {
        let (relay, _folder) = behind_a_proxy(limits, behind_proxy).await;
        let seen = ["10.0.0.1", "6.6.6.6, 10.0.0.2", "10.0.0.1"];
        for (forwarded, status) in seen.iter().zip(statuses) {
            let headers = format!("{UPGRADE}X-Forwarded-For: {forwarded}\r\n");
            let answer = get(relay.local_addr(), "/ws", &headers).await;
            assert!(
                answer.starts_with(&format!("HTTP/1.1 {status} ")),
                "{behind_proxy} {forwarded}: {answer}"
            );
        }
        relay.shutdown().await;
    }
}

#[tokio::test]
async fn a_slow_readers_batches_are_small_where_memory_is_short_and_nothing_is_lost() {
    let limits = Limits {
        outgoing_bytes: 0,
        ..Limits::default()
    };
    let (relay, _folder) = behind_a_proxy(limits, false).await;
    let mut world = World::new(1);
    let founder = world.founder.clone();
    let root = world.root();
    let founding = world.founding();
    let (mut a, _) = Client::connect(relay.local_addr(), world.workspace, &founder).await;
    a.append(0, &[&founding[0], &founding[1]]).await;
    let all: Vec<_> = (0..30)
        .map(|_| {
            let chunk = world.noise(25_000);
            world.seal(&founder, root, &chunk)
        })
        .collect();
    a.append(1, &all.iter().collect::<Vec<_>>()).await;
    a.subscribe(root, None).await;
    let mut had = Vec::new();
    while had.len() < all.len() {
        let batch = a.batch(root).await;
        assert!(batch.len() <= 2, "64 KiB at a time");
        let stored = huiyin_sync::ClientFrame::Stored {
            stream: root,
            position: batch.last().unwrap().0,
        };
        a.send(&stored).await;
        had.extend(batch.into_iter().map(|(_, id)| id));
    }
    let expected: Vec<_> = all.iter().map(huiyin_sync::Envelope::id).collect();
    assert_eq!(had, expected);
    relay.shutdown().await;
}
