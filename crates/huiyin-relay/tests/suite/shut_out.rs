//! A device that was shut out: it is told, gets nothing more, and what others bring of its work is kept.

use huiyin_relay::Limits;
use huiyin_sync::{
    ClientFrame, Cut, RefusalCode, Revocation, SealedWords, Statement, StreamId, Target,
};

use crate::client::{Client, accepted, refused, start};
use crate::fixtures::{FOUNDED, World};

#[tokio::test]
async fn a_shut_out_device_reads_why_and_neither_sends_nor_gets_anything_else() {
    let folder = tempfile::tempdir().unwrap();
    let relay = start(&folder.path().join("relay.db"), Limits::default()).await;
    let mut world = World::new(1);
    let founder = world.founder.clone();
    let (leaver, stays) = (world.device(), world.device());
    let (members, root) = (world.members(), world.root());
    let branch = StreamId::branch(&world.workspace, "BJ");
    let mut said = world.founding();
    said.push(world.grant_to(branch, &[&leaver, &stays]));
    for device in [&leaver, &stays] {
        let (secret, invitation) = world.invite(&[root, branch]);
        said.push(invitation);
        said.push(world.admission(&secret, device, FOUNDED + 9));
    }
    let (mut a, _) = Client::connect(relay.local_addr(), world.workspace, &founder).await;
    let answer = a.append(0, &said.iter().collect::<Vec<_>>()).await;
    assert_eq!(answer.refused, vec![]);
    let (mut l, (member, streams)) =
        Client::connect(relay.local_addr(), world.workspace, &leaver).await;
    assert!(member && streams.iter().any(|head| head.stream == branch));
    for stream in [members, root, branch] {
        l.subscribe(stream, None).await;
    }
    let counted = world.seal(&leaver, branch, b"in time");
    assert_eq!(l.append(0, &[&counted]).await, accepted(&[1]));
    l.settle().await;

    let cut = Cut {
        stream: branch,
        seq: 0,
        id: counted.id(),
    };
    let revocation = world.say(
        &founder,
        FOUNDED + 20,
        Statement::Revocation(Revocation {
            targets: vec![Target {
                device: leaver.device(),
                cuts: vec![cut],
            }],
            withdrawn: Vec::new(),
            reason: SealedWords::default(),
        }),
    );
    assert_eq!(a.append(1, &[&revocation]).await.refused, vec![]);

    // It is told its rights are gone, gets the statement that says so, and the connection ends once it has stored it.
    let (member, streams) = l.welcome().await;
    assert!(!member);
    assert_eq!(
        streams.iter().map(|head| head.stream).collect::<Vec<_>>(),
        [members]
    );
    let head = streams[0].head;
    let read = l.read_to(members, head).await;
    assert_eq!(read.last(), Some(&revocation.id()));
    l.send(&ClientFrame::Stored {
        stream: members,
        position: head,
    })
    .await;
    assert_eq!(l.end().await.0, None);

    // Back again: no stream but the members', nothing taken, and nothing of what others write.
    let later = world.seal(&stays, branch, b"not for leavers");
    let (mut s, _) = Client::connect(relay.local_addr(), world.workspace, &stays).await;
    assert_eq!(s.append(0, &[&later]).await, accepted(&[2]));
    let (mut l, (member, streams)) =
        Client::connect(relay.local_addr(), world.workspace, &leaver).await;
    assert!(!member && streams.len() == 1);
    l.subscribe(branch, None).await;
    l.subscribe(root, None).await;
    assert_eq!(l.settle().await, vec![]);
    let late = world.seal(&leaver, branch, b"too late");
    assert_eq!(
        l.append(0, &[&late]).await,
        refused(&late, RefusalCode::NotPermitted)
    );
    // A member who has it brings it: everybody must be able to judge the same.
    assert_eq!(s.append(1, &[&late]).await, accepted(&[3]));
    relay.shutdown().await;
}
