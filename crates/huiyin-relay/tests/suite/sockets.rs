//! The protocol over real sockets: who may append and read what, and what is refused with which code.
//!
//! Long: one refusal after another over the same relay.

use std::time::Duration;

use huiyin_relay::Limits;
use huiyin_sync::limits::{MAX_FRAME, PUSH_WINDOW_BYTES};
use huiyin_sync::protocol::ECHO_VERSION;
use huiyin_sync::{
    ClientFrame, Cursor, EnvelopeId, FailureCode, RefusalCode, RelayFrame, StoreEpoch, StreamId,
};

use crate::client::{Answer, Client, accepted, refused, start};
use crate::fixtures::{EXPIRES, FOUNDED, World};

#[tokio::test]
async fn two_members_meet_by_invitation_and_see_each_others_envelopes_live() {
    let folder = tempfile::tempdir().unwrap();
    let relay = start(&folder.path().join("relay.db"), Limits::default()).await;
    let mut world = World::new(1);
    let founder = world.founder.clone();
    let joiner_keys = world.device();
    let (root, members) = (world.root(), world.members());

    let (mut a, (member, _)) = Client::connect(relay.local_addr(), world.workspace, &founder).await;
    assert!(!member, "the workspace is not known yet");
    let founding = world.founding();
    let (secret, invitation) = world.invite(&[root]);
    let answer = a
        .append(0, &[&founding[0], &founding[1], &invitation])
        .await;
    assert_eq!(answer, accepted(&[1, 2, 3]));
    let (member, streams) = a.welcome().await;
    assert!(member);
    assert!(streams.iter().any(|head| head.stream == root));
    a.subscribe(members, None).await;
    assert_eq!(a.read_to(members, 3).await.len(), 3);

    let (mut b, (member, streams)) =
        Client::connect(relay.local_addr(), world.workspace, &joiner_keys).await;
    assert!(!member);
    assert_eq!(
        streams
            .iter()
            .map(|h| (h.stream, h.head))
            .collect::<Vec<_>>(),
        vec![(members, 3)]
    );
    b.subscribe(members, None).await;
    assert_eq!(b.read_to(members, 3).await[2], invitation.id());
    let admission = world.admission(&secret, &joiner_keys, FOUNDED + 9);
    assert_eq!(b.append(0, &[&admission]).await, accepted(&[4]));
    let (member, streams) = b.welcome().await;
    assert!(member && streams.iter().any(|head| head.stream == root));
    assert_eq!(a.batch(members).await, vec![(4, admission.id())]);

    b.subscribe(root, None).await;
    let by_a = world.seal(&founder, root, b"from a");
    let by_b = world.seal(&joiner_keys, root, b"from b");
    assert_eq!(a.append(1, &[&by_a]).await, accepted(&[1]));
    assert_eq!(b.batch(root).await, vec![(1, by_a.id())]);
    assert_eq!(b.append(1, &[&by_b]).await, accepted(&[2]));
    a.subscribe(root, None).await;
    assert_eq!(a.read_to(root, 2).await, vec![by_a.id(), by_b.id()]);
    relay.shutdown().await;
}

#[tokio::test]
async fn what_was_handed_over_comes_back_only_where_it_was_not_asked_to_stay_away() {
    let folder = tempfile::tempdir().unwrap();
    let relay = start(&folder.path().join("relay.db"), Limits::default()).await;
    let mut world = World::new(1);
    let founder = world.founder.clone();
    let (root, members) = (world.root(), world.members());
    let founding = world.founding();
    let [one, two, three] = [b"one", b"two", b"six"].map(|part| world.seal(&founder, root, part));

    let (mut other, _) = Client::connect(relay.local_addr(), world.workspace, &founder).await;
    other.append(0, &[&founding[0], &founding[1]]).await;
    let (mut a, _) = Client::connect(relay.local_addr(), world.workspace, &founder).await;
    a.send(&ClientFrame::WithoutEcho).await;
    a.subscribe(root, None).await;
    assert_eq!(
        a.settle().await.len(),
        1,
        "the stream is empty: that is said"
    );
    assert_eq!(a.append(1, &[&one]).await, accepted(&[1]));
    assert_eq!(other.append(1, &[&two]).await, accepted(&[2]));
    assert_eq!(a.batch(root).await, vec![(2, two.id())]);
    assert_eq!(a.append(2, &[&three]).await, accepted(&[3]));
    assert_eq!(a.settle().await, vec![], "nothing of it comes back");
    a.subscribe(members, None).await;
    assert_eq!(a.read_to(members, 2).await.len(), 2);

    // Who did not ask gets all, and so does the same device on its next connection.
    other.subscribe(root, None).await;
    let all = vec![one.id(), two.id(), three.id()];
    assert_eq!(other.read_to(root, 3).await, all);
    let (mut again, _) = Client::connect(relay.local_addr(), world.workspace, &founder).await;
    again.send(&ClientFrame::WithoutEcho).await;
    again.subscribe(root, None).await;
    assert_eq!(again.read_to(root, 3).await, all);
    relay.shutdown().await;
}

#[tokio::test]
async fn who_is_no_member_neither_writes_nor_learns_of_a_stream() {
    let folder = tempfile::tempdir().unwrap();
    let relay = start(&folder.path().join("relay.db"), Limits::default()).await;
    let mut world = World::new(1);
    let founder = world.founder.clone();
    let stranger = world.device();
    let root = world.root();
    let founding = world.founding();
    let sealed = world.seal(&founder, root, b"secret");
    let (mut a, _) = Client::connect(relay.local_addr(), world.workspace, &founder).await;
    a.append(0, &[&founding[0], &founding[1], &sealed]).await;

    let (mut s, (member, streams)) =
        Client::connect(relay.local_addr(), world.workspace, &stranger).await;
    assert!(!member);
    assert_eq!(streams.len(), 1, "only the members stream is shown");
    s.subscribe(root, None).await;
    s.subscribe(
        root,
        Some(Cursor {
            epoch: s.store_epoch,
            position: 1,
            envelope: EnvelopeId([0; 32]),
        }),
    )
    .await;
    assert_eq!(s.settle().await, vec![], "neither bytes nor a reset");
    let own = world.seal(&stranger, root, b"mine");
    assert_eq!(
        s.append(0, &[&own]).await,
        refused(&own, RefusalCode::NotPermitted)
    );
    let next = world.seal(&founder, root, b"more");
    assert_eq!(
        s.append(1, &[&next]).await,
        refused(&next, RefusalCode::NotPermitted),
        "nor may a stranger bring a member's"
    );
    relay.shutdown().await;
}

#[tokio::test]
async fn a_member_reads_and_writes_only_the_streams_of_its_invitation() {
    let folder = tempfile::tempdir().unwrap();
    let relay = start(&folder.path().join("relay.db"), Limits::default()).await;
    let mut world = World::new(1);
    let founder = world.founder.clone();
    let clerk = world.device();
    let (bj, sh) = (
        StreamId::branch(&world.workspace, "BJ"),
        StreamId::branch(&world.workspace, "SH"),
    );
    let (mut a, _) = Client::connect(relay.local_addr(), world.workspace, &founder).await;
    let mut said = world.founding();
    said.extend([world.grant(bj), world.grant(sh)]);
    let (secret, invitation) = world.invite(&[bj]);
    said.push(invitation);
    said.push(world.admission(&secret, &clerk, FOUNDED + 9));
    said.push(world.seal(&founder, sh, b"of Shanghai"));
    let answer = a.append(0, &said.iter().collect::<Vec<_>>()).await;
    assert_eq!(answer.refused, vec![]);

    let (mut c, (member, streams)) =
        Client::connect(relay.local_addr(), world.workspace, &clerk).await;
    assert!(member);
    assert!(streams.iter().any(|h| h.stream == bj));
    assert!(!streams.iter().any(|h| h.stream == sh));
    c.subscribe(sh, None).await;
    assert_eq!(c.settle().await, vec![]);
    let (mine, not_mine) = (world.seal(&clerk, bj, b"x"), world.seal(&clerk, sh, b"x"));
    let granting = {
        let grant = world.grant(bj);
        let statement = grant.statement().unwrap();
        world.say(&clerk, FOUNDED + 10, statement)
    };
    let answer = c.append(0, &[&mine, &not_mine, &granting]).await;
    assert_eq!(
        answer,
        Answer {
            positions: vec![1],
            refused: vec![
                (Some(not_mine.id()), RefusalCode::NotPermitted),
                (Some(granting.id()), RefusalCode::NotPermitted)
            ]
        }
    );
    relay.shutdown().await;
}

#[tokio::test]
async fn a_clerk_gets_neither_bytes_nor_existence_of_the_managers_stream_and_a_grant_opens_an_exchange_stream()
 {
    let folder = tempfile::tempdir().unwrap();
    let relay = start(&folder.path().join("relay.db"), Limits::default()).await;
    let mut world = World::new(1);
    let founder = world.founder.clone();
    let (clerk, manager) = (world.device(), world.device());
    let stream = |world: &World, name| StreamId::derive(&world.workspace, name);
    let (bj, managers, exchange) = (
        stream(&world, "branch/BJ"),
        stream(&world, "managers/BJ"),
        stream(&world, "exchange/BJ+SH"),
    );
    let (mut a, _) = Client::connect(relay.local_addr(), world.workspace, &founder).await;
    let mut said = world.founding();
    said.extend([world.grant(bj), world.grant(managers)]);
    for (device, streams) in [(&clerk, vec![bj]), (&manager, vec![bj, managers])] {
        let (secret, invitation) = world.invite(&streams);
        said.push(invitation);
        said.push(world.admission(&secret, device, FOUNDED + 9));
    }
    said.push(world.seal(&founder, managers, b"a penalty"));
    let answer = a.append(0, &said.iter().collect::<Vec<_>>()).await;
    assert_eq!(answer.refused, vec![]);

    let (mut c, (_, streams)) = Client::connect(relay.local_addr(), world.workspace, &clerk).await;
    assert!(streams.iter().any(|h| h.stream == bj));
    for hidden in [managers, exchange] {
        assert!(!streams.iter().any(|h| h.stream == hidden));
        c.subscribe(hidden, None).await;
    }
    assert_eq!(c.settle().await, vec![]);
    let (mut m, (_, streams)) =
        Client::connect(relay.local_addr(), world.workspace, &manager).await;
    assert!(streams.iter().any(|h| h.stream == managers && h.head == 1));
    m.subscribe(managers, None).await;
    assert_eq!(m.settle().await.len(), 1);

    let forwarded = world.seal(&clerk, exchange, b"forwarded");
    let refused = c.append(0, &[&forwarded]).await.refused;
    assert_eq!(
        refused,
        vec![(Some(forwarded.id()), RefusalCode::NotPermitted)]
    );
    let grant = world.grant_to(exchange, &[&clerk]);
    assert_eq!(a.append(1, &[&grant]).await.refused, vec![]);
    assert_eq!(c.append(1, &[&forwarded]).await.refused, vec![]);
    let (mut again, (_, streams)) =
        Client::connect(relay.local_addr(), world.workspace, &clerk).await;
    assert!(streams.iter().any(|h| h.stream == exchange && h.head == 1));
    assert!(!streams.iter().any(|h| h.stream == managers));
    again.subscribe(exchange, None).await;
    assert_eq!(again.settle().await.len(), 1);
    relay.shutdown().await;
}

#[tokio::test]
async fn an_invitation_is_used_once_in_time_and_only_if_it_is_known() {
    let folder = tempfile::tempdir().unwrap();
    let relay = start(&folder.path().join("relay.db"), Limits::default()).await;
    let mut world = World::new(1);
    let founder = world.founder.clone();
    let root = world.root();
    let (first, second, late) = (world.device(), world.device(), world.device());
    let founding = world.founding();
    let (secret, invitation) = world.invite(&[root]);
    let (other, unknown_yet) = world.invite(&[root]);
    let (mut a, _) = Client::connect(relay.local_addr(), world.workspace, &founder).await;
    a.append(0, &[&founding[0], &founding[1], &invitation])
        .await;

    let too_late = world.admission(&secret, &late, EXPIRES + 1);
    let (mut l, _) = Client::connect(relay.local_addr(), world.workspace, &late).await;
    assert_eq!(
        l.append(0, &[&too_late]).await,
        refused(&too_late, RefusalCode::InvitationExpired)
    );
    let in_time = world.admission(&secret, &first, EXPIRES);
    let (mut f, _) = Client::connect(relay.local_addr(), world.workspace, &first).await;
    assert_eq!(f.append(0, &[&in_time]).await, accepted(&[4]));
    let again = world.admission(&secret, &second, FOUNDED);
    let (mut s, _) = Client::connect(relay.local_addr(), world.workspace, &second).await;
    assert_eq!(
        s.append(0, &[&again]).await,
        refused(&again, RefusalCode::InvitationUsed)
    );
    assert!(RefusalCode::InvitationUsed.is_permanent());

    let early = world.admission(&other, &second, FOUNDED);
    assert_eq!(
        s.append(1, &[&early]).await,
        refused(&early, RefusalCode::UnknownInvitation)
    );
    assert_eq!(a.append(1, &[&unknown_yet]).await, accepted(&[5]));
    assert_eq!(
        s.append(2, &[&early]).await,
        accepted(&[6]),
        "the same envelope is good once the invitation has come"
    );
    let stolen = {
        let admission = world.admission(&other, &first, FOUNDED);
        let statement = admission.statement().unwrap();
        world.say(&late, FOUNDED, statement)
    };
    assert_eq!(
        l.append(1, &[&stolen]).await,
        refused(&stolen, RefusalCode::BadSignature)
    );
    relay.shutdown().await;
}

#[tokio::test]
async fn appending_again_gives_the_old_positions_and_a_fork_is_refused_for_good() {
    let folder = tempfile::tempdir().unwrap();
    let relay = start(&folder.path().join("relay.db"), Limits::default()).await;
    let mut world = World::new(1);
    let mut twin = World::new(1);
    let founder = world.founder.clone();
    let root = world.root();
    let founding = world.founding();
    let (one, two) = (
        world.seal(&founder, root, b"1"),
        world.seal(&founder, root, b"2"),
    );
    let (mut a, _) = Client::connect(relay.local_addr(), world.workspace, &founder).await;
    let all = [&founding[0], &founding[1], &one, &two];
    assert_eq!(a.append(0, &all).await, accepted(&[1, 2, 1, 2]));
    assert_eq!(a.append(1, &all).await, accepted(&[1, 2, 1, 2]));
    let forked = twin.seal(&founder, root, b"another first");
    assert_eq!(
        a.append(2, &[&forked]).await,
        refused(&forked, RefusalCode::Fork)
    );
    a.subscribe(root, None).await;
    assert_eq!(a.read_to(root, 2).await, vec![one.id(), two.id()]);
    relay.shutdown().await;
}

#[tokio::test]
async fn damaged_foreign_and_unfounded_envelopes_are_refused_by_name_and_the_rest_taken() {
    let folder = tempfile::tempdir().unwrap();
    let relay = start(&folder.path().join("relay.db"), Limits::default()).await;
    let mut world = World::new(1);
    let mut other = World::new(2);
    let founder = world.founder.clone();
    let root = world.root();
    let founding = world.founding();
    let (mut a, _) = Client::connect(relay.local_addr(), world.workspace, &founder).await;

    let other_charter = {
        let statement = other.founding()[0].statement().unwrap();
        world.say(&founder, FOUNDED, statement)
    };
    assert_eq!(
        a.append(0, &[&other_charter]).await,
        refused(&other_charter, RefusalCode::BadCharter)
    );
    let good = world.seal(&founder, root, b"good");
    let mut damaged = world.seal(&founder, root, b"damaged").into_bytes();
    *damaged.last_mut().unwrap() ^= 1;
    let mut unsigned = world.seal(&founder, root, b"unsigned").into_bytes();
    let header = u32::from_le_bytes(unsigned[4..8].try_into().unwrap()) as usize;
    unsigned[8 + header] ^= 1;
    let mut newer = world.seal(&founder, root, b"newer").into_bytes();
    newer[8] = 2;
    let other_founder = other.founder.clone();
    let other_root = other.root();
    let foreign = other.seal(&other_founder, other_root, b"foreign");
    let mut envelopes: Vec<Vec<u8>> = founding.iter().map(|e| e.as_bytes().to_vec()).collect();
    envelopes.extend([
        damaged,
        unsigned,
        newer,
        foreign.as_bytes().to_vec(),
        b"garbage".to_vec(),
        good.as_bytes().to_vec(),
    ]);
    let answer = a.append_bytes(1, envelopes).await;
    assert_eq!(answer.positions, vec![1, 2, 1]);
    assert_eq!(
        answer
            .refused
            .iter()
            .map(|(_, code)| *code)
            .collect::<Vec<_>>(),
        vec![
            RefusalCode::Malformed,
            RefusalCode::BadSignature,
            RefusalCode::NewerVersion,
            RefusalCode::ForeignWorkspace,
            RefusalCode::Malformed,
        ]
    );
    relay.shutdown().await;
}

#[tokio::test]
async fn a_device_beyond_its_rate_is_told_to_wait_and_nothing_of_the_request_is_taken() {
    let folder = tempfile::tempdir().unwrap();
    let limits = Limits {
        envelopes_per_second: 0.000_001,
        envelopes_at_once: 4.0,
        ..Limits::default()
    };
    let relay = start(&folder.path().join("relay.db"), limits).await;
    let mut world = World::new(1);
    let founder = world.founder.clone();
    let root = world.root();
    let founding = world.founding();
    let (mut a, _) = Client::connect(relay.local_addr(), world.workspace, &founder).await;
    let one = world.seal(&founder, root, b"1");
    let two = world.seal(&founder, root, b"2");
    assert_eq!(
        a.append(0, &[&founding[0], &founding[1], &one]).await,
        accepted(&[1, 2, 1])
    );
    let answer = Answer {
        positions: vec![],
        refused: vec![(None, RefusalCode::RateLimited)],
    };
    assert_eq!(a.append(1, &[&one, &two]).await, answer);
    assert_eq!(a.append(2, &[&two]).await, accepted(&[2]));
    relay.shutdown().await;
}

#[tokio::test]
async fn what_is_no_frame_too_large_or_out_of_turn_ends_the_connection() {
    let folder = tempfile::tempdir().unwrap();
    let relay = start(&folder.path().join("relay.db"), Limits::default()).await;
    let world = World::new(1);
    let hello = ClientFrame::Hello {
        workspace: world.workspace,
        device: world.founder.device(),
    };
    for bytes in [
        vec![],
        vec![1, 200],
        ClientFrame::Ping(1).encode(),
        hello.encode(),
    ] {
        let (mut a, _) = Client::connect(relay.local_addr(), world.workspace, &world.founder).await;
        let is_ping = bytes == ClientFrame::Ping(1).encode();
        a.send_bytes(bytes).await;
        if is_ping {
            assert_eq!(a.next().await, Ok(RelayFrame::Pong(1)));
            continue;
        }
        assert_eq!(a.end().await.0, Some(FailureCode::BadFrame));
    }
    let (mut a, _) = Client::connect(relay.local_addr(), world.workspace, &world.founder).await;
    a.send_bytes(vec![1; MAX_FRAME + 1]).await;
    assert_eq!(a.end().await.0, Some(FailureCode::BadFrame));
    let mut a = Client::open(relay.local_addr()).await;
    a.send(&ClientFrame::Ping(1)).await;
    assert_eq!(a.end().await.0, Some(FailureCode::BadFrame));
    let mut a = Client::open(relay.local_addr()).await;
    a.send_bytes(vec![ECHO_VERSION + 1, 0]).await;
    assert_eq!(a.end().await.0, Some(FailureCode::OtherVersion));
    // A frame of the first version that claims to be of the second.
    let mut a = Client::open(relay.local_addr()).await;
    a.send_bytes(vec![ECHO_VERSION, 0]).await;
    assert_eq!(a.end().await.0, Some(FailureCode::BadFrame));
    relay.shutdown().await;
}

#[tokio::test]
async fn a_device_is_let_in_by_its_own_key_only() {
    let folder = tempfile::tempdir().unwrap();
    let relay = start(&folder.path().join("relay.db"), Limits::default()).await;
    let mut world = World::new(1);
    let thief = world.device();
    let mut client =
        Client::claim(relay.local_addr(), world.workspace, &world.founder, &thief).await;
    assert_eq!(client.end().await.0, Some(FailureCode::BadProof));
    relay.shutdown().await;
}

#[tokio::test]
async fn who_says_nothing_is_not_waited_for_and_a_crowd_is_turned_away() {
    let folder = tempfile::tempdir().unwrap();
    let limits = Limits {
        handshake: Duration::from_millis(200),
        connections_per_workspace: 1,
        ..Limits::default()
    };
    let relay = start(&folder.path().join("relay.db"), limits).await;
    let mut silent = Client::open(relay.local_addr()).await;
    assert_eq!(silent.end().await.0, Some(FailureCode::TooSlow));
    let world = World::new(1);
    let (_held, _) = Client::connect(relay.local_addr(), world.workspace, &world.founder).await;
    let mut second = Client::claim(
        relay.local_addr(),
        world.workspace,
        &world.founder,
        &world.founder,
    )
    .await;
    let reason = second
        .wait_for(|frame| match frame {
            RelayFrame::Failed { code } => Some(*code),
            _ => None,
        })
        .await;
    assert_eq!(reason, FailureCode::TooManyConnections);
    relay.shutdown().await;
}

#[tokio::test]
async fn no_more_is_sent_than_the_window_until_it_is_stored() {
    let folder = tempfile::tempdir().unwrap();
    let relay = start(&folder.path().join("relay.db"), Limits::default()).await;
    let mut world = World::new(1);
    let founder = world.founder.clone();
    let root = world.root();
    let founding = world.founding();
    let (mut a, _) = Client::connect(relay.local_addr(), world.workspace, &founder).await;
    a.append(0, &[&founding[0], &founding[1]]).await;
    let total = 10;
    for request in 1..=total {
        let chunk = world.noise(800 * 1024);
        let envelope = world.seal(&founder, root, &chunk);
        assert_eq!(a.append(request, &[&envelope]).await, accepted(&[request]));
    }
    a.subscribe(root, None).await;
    let batches: Vec<_> = a
        .settle()
        .await
        .into_iter()
        .filter_map(|frame| match frame {
            RelayFrame::Batch {
                stream, entries, ..
            } if stream == root => Some(entries),
            _ => None,
        })
        .collect();
    let bytes: usize = batches.iter().flatten().map(|(_, b)| b.0.len()).sum();
    assert!(bytes >= PUSH_WINDOW_BYTES, "{bytes}");
    assert!(bytes < PUSH_WINDOW_BYTES + MAX_FRAME, "{bytes}");
    let position = batches.last().unwrap().last().unwrap().0;
    assert!(position < total);
    a.send(&ClientFrame::Stored {
        stream: root,
        position,
    })
    .await;
    assert_eq!(a.read_to(root, total).await.len() as u64, total - position);
    relay.shutdown().await;
}

#[tokio::test]
async fn a_restarted_relay_resumes_behind_the_cursor_and_another_store_says_reset() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("relay.db");
    let relay = start(&path, Limits::default()).await;
    let mut world = World::new(1);
    let founder = world.founder.clone();
    let root = world.root();
    let founding = world.founding();
    let one = world.seal(&founder, root, b"1");
    let (mut a, _) = Client::connect(relay.local_addr(), world.workspace, &founder).await;
    a.append(0, &[&founding[0], &founding[1], &one]).await;
    let cursor = Cursor {
        epoch: a.store_epoch,
        position: 1,
        envelope: one.id(),
    };
    let (stopped, end) = tokio::join!(relay.shutdown(), a.end());
    let () = stopped;
    assert_eq!(end, (Some(FailureCode::Stopping), Some(1001)));

    let relay = start(&path, Limits::default()).await;
    let (mut a, (member, _)) = Client::connect(relay.local_addr(), world.workspace, &founder).await;
    assert!(member, "membership is read back from the store");
    a.subscribe(root, Some(cursor)).await;
    let empty = RelayFrame::Batch {
        stream: root,
        entries: vec![],
        head: 1,
    };
    assert_eq!(a.settle().await, vec![empty]);
    let two = world.seal(&founder, root, b"2");
    assert_eq!(a.append(0, &[&two]).await, accepted(&[2]));
    assert_eq!(a.batch(root).await, vec![(2, two.id())]);
    for stale in [
        Cursor {
            epoch: StoreEpoch([0; 16]),
            ..cursor
        },
        Cursor {
            envelope: two.id(),
            ..cursor
        },
        Cursor {
            position: 50,
            ..cursor
        },
    ] {
        a.subscribe(root, Some(stale)).await;
        a.wait_for(|frame| (*frame == RelayFrame::Reset { stream: root }).then_some(()))
            .await;
        assert_eq!(a.batch(root).await, vec![(1, one.id()), (2, two.id())]);
    }
    relay.shutdown().await;
}

#[tokio::test]
async fn a_member_brings_the_workspace_to_a_relay_that_has_never_heard_of_it() {
    let folder = tempfile::tempdir().unwrap();
    let relay = start(&folder.path().join("relay.db"), Limits::default()).await;
    let mut world = World::new(1);
    let founder = world.founder.clone();
    let joiner = world.device();
    let root = world.root();
    let mut said = world.founding();
    let (secret, invitation) = world.invite(&[root]);
    said.push(invitation);
    said.push(world.admission(&secret, &joiner, FOUNDED + 9));
    let by_founder = world.seal(&founder, root, b"had from a file");
    let (mut b, (member, _)) = Client::connect(relay.local_addr(), world.workspace, &joiner).await;
    assert!(!member);
    let answer = b.append(0, &said.iter().collect::<Vec<_>>()).await;
    assert_eq!(answer, accepted(&[1, 2, 3, 4]));
    assert!(b.welcome().await.0);
    assert_eq!(b.append(1, &[&by_founder]).await, accepted(&[1]));
    relay.shutdown().await;
}
