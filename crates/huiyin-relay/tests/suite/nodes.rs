//! Several relays on one PostgreSQL: what is appended on one is pushed on the other, whatever is killed meanwhile.

use std::collections::BTreeSet;
use std::time::Duration;

use huiyin_relay::Limits;
use huiyin_sync::{Cursor, Envelope, EnvelopeId, FailureCode, RefusalCode, RelayFrame};

use crate::client::{Client, accepted, patiently, refused, start_on};
use crate::database::Server;
use crate::fixtures::{FOUNDED, World};
use crate::process::run;

/// How long two devices on different nodes may wait for each other.
const SOON: Duration = Duration::from_secs(2);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_appended_on_one_node_is_pushed_on_the_other_and_rights_count_on_both() {
    let Some(server) = Server::shared() else {
        return;
    };
    let (address, _) = server.database().await;
    let one = start_on(address.clone(), Limits::default()).await;
    let two = start_on(address, Limits::default()).await;
    let mut world = World::new(1);
    let founder = world.founder.clone();
    let joiner = world.device();
    let (root, members) = (world.root(), world.members());
    // Both nodes hold the workspace in memory before anything is said.
    let (mut a, _) = Client::connect(one.local_addr(), world.workspace, &founder).await;
    let (mut b, (member, _)) = Client::connect(two.local_addr(), world.workspace, &joiner).await;
    assert!(!member);
    assert_eq!(a.store_epoch, b.store_epoch);
    b.subscribe(members, None).await;
    b.settle().await;

    let founding = world.founding();
    let (secret, invitation) = world.invite(&[root]);
    a.append(0, &[&founding[0], &founding[1], &invitation])
        .await;
    let heard = tokio::time::timeout(SOON, b.read_to(members, 3)).await;
    assert_eq!(heard.expect("within two seconds").len(), 3);
    let admission = world.admission(&secret, &joiner, FOUNDED + 9);
    assert_eq!(b.append(0, &[&admission]).await, accepted(&[4]));
    assert!(b.welcome().await.0);
    b.subscribe(root, None).await;

    let by_a = world.seal(&founder, root, b"from a");
    assert_eq!(a.append(1, &[&by_a]).await, accepted(&[1]));
    let heard = tokio::time::timeout(SOON, b.batch(root)).await;
    assert_eq!(heard.expect("within two seconds"), vec![(1, by_a.id())]);
    a.subscribe(root, None).await;
    a.read_to(root, 1).await;
    let by_b = world.seal(&joiner, root, b"from b");
    assert_eq!(b.append(1, &[&by_b, &by_a]).await, accepted(&[2, 1]));
    let heard = tokio::time::timeout(SOON, a.batch(root)).await;
    assert_eq!(heard.expect("within two seconds"), vec![(2, by_b.id())]);
    one.shutdown().await;
    two.shutdown().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_invitation_used_on_one_node_is_used_up_on_the_other_in_the_same_moment() {
    let Some(server) = Server::shared() else {
        return;
    };
    let (address, _) = server.database().await;
    let one = start_on(address.clone(), Limits::default()).await;
    let two = start_on(address, Limits::default()).await;
    let mut world = World::new(1);
    let founder = world.founder.clone();
    let root = world.root();
    let (mut a, _) = Client::connect(one.local_addr(), world.workspace, &founder).await;
    let founding = world.founding();
    a.append(0, &[&founding[0], &founding[1]]).await;
    for round in 1..=8 {
        let (secret, invitation) = world.invite(&[root]);
        let (first, second) = (world.device(), world.device());
        let (mut f, _) = Client::connect(one.local_addr(), world.workspace, &first).await;
        let (mut s, _) = Client::connect(two.local_addr(), world.workspace, &second).await;
        a.append(round, &[&invitation]).await;
        let by_first = world.admission(&secret, &first, FOUNDED + 9);
        let by_second = world.admission(&secret, &second, FOUNDED + 9);
        let (one_of, other_of) = ([&by_first], [&by_second]);
        let (of_first, of_second) = tokio::join!(f.append(0, &one_of), s.append(0, &other_of));
        let used = [
            of_first == refused(&by_first, RefusalCode::InvitationUsed),
            of_second == refused(&by_second, RefusalCode::InvitationUsed),
        ];
        assert_eq!(
            used.iter().filter(|used| **used).count(),
            1,
            "{of_first:?} {of_second:?}"
        );
        assert_eq!(of_first.positions.len() + of_second.positions.len(), 1);
    }
    one.shutdown().await;
    two.shutdown().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_killed_in_the_middle_of_an_upload_loses_nothing_acknowledged() {
    let Some(server) = Server::shared() else {
        return;
    };
    let (address, name) = server.database().await;
    let url = server.url(&name);
    let (mut killed, killed_at) = run(url.as_ref());
    let other = start_on(address, Limits::default()).await;
    let mut world = World::new(1);
    let founder = world.founder.clone();
    let root = world.root();
    let founding = world.founding();
    let (mut a, _) = Client::connect(killed_at, world.workspace, &founder).await;
    a.append(0, &[&founding[0], &founding[1]]).await;
    let all: Vec<Envelope> = (0..60)
        .map(|_| {
            let chunk = world.noise(10_000);
            world.seal(&founder, root, &chunk)
        })
        .collect();
    let mut acknowledged = BTreeSet::new();
    for (request, envelope) in (1..).zip(&all[..20]) {
        assert_eq!(a.append(request, &[envelope]).await.positions.len(), 1);
        acknowledged.insert(envelope.id());
    }
    // The rest is on its way when the node dies; some of it may have been stored.
    let rest = all[20..]
        .iter()
        .map(|envelope| huiyin_sync::EnvelopeBytes(envelope.as_bytes().to_vec()));
    a.send(&huiyin_sync::ClientFrame::Append {
        request: 99,
        envelopes: rest.collect(),
    })
    .await;
    killed.0.kill().unwrap();
    killed.0.wait().unwrap();

    let (mut b, (member, _)) = Client::connect(other.local_addr(), world.workspace, &founder).await;
    assert!(member);
    let answer = b.append(0, &all.iter().collect::<Vec<_>>()).await;
    assert_eq!(answer, accepted(&(1..=60).collect::<Vec<_>>()));
    b.subscribe(root, None).await;
    let had: BTreeSet<EnvelopeId> = b.read_to(root, 60).await.into_iter().collect();
    assert!(had.is_superset(&acknowledged));
    assert_eq!(had.len(), 60);
    other.shutdown().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_killed_and_started_again_has_all_that_was_acknowledged_and_nodes_find_it_again()
{
    let Some(mut server) = Server::start() else {
        return;
    };
    let (address, _) = server.database().await;
    let relay = start_on(address.clone(), Limits::default()).await;
    let mut world = World::new(1);
    let founder = world.founder.clone();
    let root = world.root();
    let founding = world.founding();
    let (mut a, _) = Client::connect(relay.local_addr(), world.workspace, &founder).await;
    a.append(0, &[&founding[0], &founding[1]]).await;
    let mut all = Vec::new();
    for request in 1..=20 {
        let envelope = world.seal(&founder, root, b"kept");
        assert_eq!(a.append(request, &[&envelope]).await, accepted(&[request]));
        all.push(envelope);
    }
    server.kill();
    let untaken = world.seal(&founder, root, b"not taken");
    let answer = a.append(21, &[&untaken]).await;
    assert_eq!(
        answer.refused,
        vec![(None, RefusalCode::StoreFailed)],
        "told, and kept by the device"
    );
    server.run();

    let epoch = a.store_epoch;
    let answer = patiently(async {
        loop {
            let answer = a.append(22, &[&untaken]).await;
            if answer.refused.is_empty() {
                return answer;
            }
        }
    })
    .await;
    assert_eq!(answer, accepted(&[21]));
    all.push(untaken);
    let (mut b, _) = Client::connect(relay.local_addr(), world.workspace, &founder).await;
    assert_eq!(b.store_epoch, epoch, "a crash is no restore");
    b.subscribe(
        root,
        Some(Cursor {
            epoch,
            position: 1,
            envelope: all[0].id(),
        }),
    )
    .await;
    let expected: Vec<EnvelopeId> = all[1..].iter().map(Envelope::id).collect();
    assert_eq!(b.read_to(root, 21).await, expected);
    // The other nodes' way of hearing has come back too.
    let second = start_on(address, Limits::default()).await;
    let (mut c, _) = Client::connect(second.local_addr(), world.workspace, &founder).await;
    let last = world.seal(&founder, root, b"from elsewhere");
    assert_eq!(c.append(0, &[&last]).await, accepted(&[22]));
    assert_eq!(patiently(b.batch(root)).await, vec![(22, last.id())]);
    relay.shutdown().await;
    second.shutdown().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_store_restored_under_a_running_node_ends_it_and_its_devices_offer_again() {
    let Some(mut server) = Server::start() else {
        return;
    };
    let (address, name) = server.database().await;
    let relay = start_on(address.clone(), Limits::default()).await;
    let mut world = World::new(1);
    let founder = world.founder.clone();
    let root = world.root();
    let founding = world.founding();
    let (mut a, _) = Client::connect(relay.local_addr(), world.workspace, &founder).await;
    let one = world.seal(&founder, root, b"1");
    a.append(0, &[&founding[0], &founding[1], &one]).await;
    let cursor = Cursor {
        epoch: a.store_epoch,
        position: 1,
        envelope: one.id(),
    };
    // As `renew` does after an older copy was put back.
    server
        .sql(
            &name,
            "UPDATE meta SET value = decode(repeat('ab', 16), 'hex') WHERE key = 'store_epoch'",
        )
        .await;
    server.stop();
    server.run();
    patiently(relay.ended()).await;
    assert_eq!(a.end().await.0, Some(FailureCode::Stopping));
    relay.shutdown().await;

    let relay = start_on(address, Limits::default()).await;
    let (mut a, _) = Client::connect(relay.local_addr(), world.workspace, &founder).await;
    assert_eq!(a.store_epoch.0, [0xab; 16]);
    a.subscribe(root, Some(cursor)).await;
    a.wait_for(|frame| (*frame == RelayFrame::Reset { stream: root }).then_some(()))
        .await;
    assert_eq!(a.append(0, &[&one]).await, accepted(&[1]));
    relay.shutdown().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_that_is_dropped_lets_its_devices_go() {
    let Some(server) = Server::shared() else {
        return;
    };
    let (address, _) = server.database().await;
    let relay = start_on(address, Limits::default()).await;
    let world = World::new(1);
    let (mut a, _) = Client::connect(relay.local_addr(), world.workspace, &world.founder).await;
    drop(relay);
    assert_eq!(a.end().await.0, Some(FailureCode::Stopping));
}
