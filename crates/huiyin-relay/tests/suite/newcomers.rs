//! Devices that used an invitation which asks: the relay shows them statements alone until an administrator has let them in.

use huiyin_relay::Limits;
use huiyin_sync::approval::MAX_DRAWN;
use huiyin_sync::{Confirmation, Draw, RefusalCode, Statement, StreamId};

use crate::client::{Client, refused, start};
use crate::fixtures::{FOUNDED, World};

#[tokio::test]
async fn who_waits_is_shown_statements_alone_and_gets_its_streams_once_let_in() {
    let folder = tempfile::tempdir().unwrap();
    let relay = start(&folder.path().join("relay.db"), Limits::default()).await;
    let mut world = World::new(1);
    let founder = world.founder.clone();
    let newcomer = world.device();
    let (members, root) = (world.members(), world.root());
    let branch = StreamId::branch(&world.workspace, "BJ");
    let mut said = world.founding();
    said.push(world.grant_to(branch, &[]));
    let (secret, asking) = world.invite_asking(&[root, branch]);
    said.push(asking);
    let (mut a, _) = Client::connect(relay.local_addr(), world.workspace, &founder).await;
    let answer = a.append(0, &said.iter().collect::<Vec<_>>()).await;
    assert_eq!(answer.refused, vec![]);

    let (mut b, _) = Client::connect(relay.local_addr(), world.workspace, &newcomer).await;
    let admission = world.admission(&secret, &newcomer, FOUNDED + 9);
    assert_eq!(b.append(0, &[&admission]).await.refused, vec![]);
    b.subscribe(branch, None).await;
    assert_eq!(b.settle().await, vec![]);
    let sealed = world.seal(&newcomer, branch, b"before it was let in");
    assert_eq!(
        b.append(1, &[&sealed]).await,
        refused(&sealed, RefusalCode::NotPermitted)
    );
    let draw = Draw {
        invitation: secret.sign_public(),
        device: newcomer.device(),
        nonce: [1; 16],
    };
    let own = world.say(&newcomer, FOUNDED + 10, Statement::Draw(draw.clone()));
    assert_eq!(
        b.append(2, &[&own]).await,
        refused(&own, RefusalCode::NotPermitted)
    );

    let draw = world.say(&founder, FOUNDED + 11, Statement::Draw(draw));
    assert_eq!(a.append(1, &[&draw]).await.refused, vec![]);
    let confirmation = Statement::Confirmation(Confirmation {
        invitation: secret.sign_public(),
        device: newcomer.device(),
    });
    let confirmation = world.say(&founder, FOUNDED + 12, confirmation);
    assert_eq!(a.append(2, &[&confirmation]).await.refused, vec![]);
    let (member, streams) = b.welcome().await;
    assert!(member);
    let streams: Vec<_> = streams.iter().map(|head| head.stream).collect();
    assert!([members, root, branch].iter().all(|s| streams.contains(s)));
    relay.shutdown().await;
}

#[tokio::test]
async fn more_newcomers_of_one_invitation_than_are_answered_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let relay = start(&folder.path().join("relay.db"), Limits::default()).await;
    let mut world = World::new(2);
    let founder = world.founder.clone();
    let root = world.root();
    let mut said = world.founding();
    let (secret, asking) = world.invite_asking(&[root]);
    said.push(asking);
    for _ in 0..MAX_DRAWN {
        let device = world.device();
        said.push(world.admission(&secret, &device, FOUNDED + 9));
    }
    let (mut a, _) = Client::connect(relay.local_addr(), world.workspace, &founder).await;
    let answer = a.append(0, &said.iter().collect::<Vec<_>>()).await;
    assert_eq!(answer.refused, vec![]);
    let ninth = world.device();
    let admission = world.admission(&secret, &ninth, FOUNDED + 9);
    assert_eq!(
        a.append(1, &[&admission]).await,
        refused(&admission, RefusalCode::InvitationUsed)
    );
    relay.shutdown().await;
}
