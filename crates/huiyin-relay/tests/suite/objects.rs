//! Objects at the socket: who may put and get them, what is refused, and what nobody is told.

use huiyin_relay::{Limits, Quota};
use huiyin_sync::limits::MAX_OBJECT_BYTES;
use huiyin_sync::{
    ClientFrame, EnvelopeBytes, ObjectLabel, ObjectPlace, Part, RefusalCode, RelayFrame,
    SealedObject, StreamId,
};

use crate::client::{Client, start};
use crate::fixtures::{FOUNDED, World};

fn object(world: &mut World, stream: StreamId, name: &str, content: &[u8]) -> SealedObject {
    let key = world.key.clone();
    let place = ObjectPlace {
        workspace: world.workspace,
        stream,
        epoch: 0,
    };
    let part = Part {
        document: name.to_owned(),
        chunk: content.to_vec(),
    };
    SealedObject::seal(&key, place, &part, &mut world.entropy).unwrap()
}

async fn put(client: &mut Client, bytes: &[u8]) -> Result<(), RefusalCode> {
    let object = EnvelopeBytes(bytes.to_vec());
    let request = 5;
    client
        .send(&ClientFrame::PutObject { request, object })
        .await;
    client
        .wait_for(|frame| match frame {
            RelayFrame::ObjectStored { request: 5 } => Some(Ok(())),
            RelayFrame::Refused {
                request: 5,
                envelope: None,
                code,
                ..
            } => Some(Err(*code)),
            _ => None,
        })
        .await
}

async fn get(client: &mut Client, stream: StreamId, label: ObjectLabel) -> Option<Vec<u8>> {
    let request = 6;
    client
        .send(&ClientFrame::GetObject {
            request,
            stream,
            label,
        })
        .await;
    client
        .wait_for(|frame| match frame {
            RelayFrame::Object { request: 6, object } => {
                Some(object.as_ref().map(|bytes| bytes.0.clone()))
            }
            _ => None,
        })
        .await
}

#[tokio::test]
async fn objects_are_put_and_got_by_members_with_the_stream_and_by_nobody_else() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("relay.db");
    let relay = start(&path, Limits::default()).await;
    let mut world = World::new(4);
    let founder = world.founder.clone();
    let (member, stranger) = (world.device(), world.device());
    let root = world.root();
    let branch = StreamId::derive(&world.workspace, "branch/BJ");
    let mut said = world.founding();
    said.push(world.grant(branch));
    let (secret, invitation) = world.invite(&[root]);
    said.push(invitation);
    said.push(world.admission(&secret, &member, FOUNDED + 9));
    let said: Vec<_> = said.iter().collect();
    let address = relay.local_addr();
    let (mut a, _) = Client::connect(address, world.workspace, &founder).await;
    a.append(0, &said).await;
    let piece = world.noise(256 * 1024);
    let whole = object(&mut world, root, "blob.0", &piece);
    let second = object(&mut world, root, "blob.0", b"another");
    let closed = object(&mut world, branch, "blob.1", b"closed");
    assert_eq!(put(&mut a, whole.as_bytes()).await, Ok(()));
    assert_eq!(put(&mut a, second.as_bytes()).await, Ok(()), "known");
    assert_eq!(put(&mut a, closed.as_bytes()).await, Ok(()));

    let (mut b, _) = Client::connect(address, world.workspace, &member).await;
    let kept = get(&mut b, root, whole.label()).await;
    assert_eq!(kept.as_deref(), Some(whole.as_bytes()), "the first stays");
    assert_eq!(get(&mut b, root, closed.label()).await, None);
    assert_eq!(get(&mut b, branch, closed.label()).await, None, "no right");
    assert_eq!(
        put(&mut b, closed.as_bytes()).await,
        Err(RefusalCode::NotPermitted),
        "no right, whether it is there or not"
    );
    let own = object(&mut world, root, "blob.2", b"of b");
    assert_eq!(put(&mut b, own.as_bytes()).await, Ok(()));
    assert_eq!(
        get(&mut a, root, own.label()).await.as_deref(),
        Some(own.as_bytes())
    );

    let (mut c, _) = Client::connect(address, world.workspace, &stranger).await;
    assert_eq!(get(&mut c, root, whole.label()).await, None);
    assert_eq!(
        put(&mut c, own.as_bytes()).await,
        Err(RefusalCode::NotPermitted)
    );
    relay.shutdown().await;

    let relay = start(&path, Limits::default()).await;
    let (mut a, _) = Client::connect(relay.local_addr(), world.workspace, &founder).await;
    let kept = get(&mut a, root, whole.label()).await;
    assert_eq!(kept.as_deref(), Some(whole.as_bytes()), "after a restart");
    relay.shutdown().await;
}

#[tokio::test]
async fn what_is_no_object_of_the_workspace_is_refused_by_name_and_the_connection_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let limits = Limits {
        quota: Quota {
            bytes: 100_000,
            ..Quota::default()
        },
        ..Limits::default()
    };
    let relay = start(&folder.path().join("relay.db"), limits).await;
    let mut world = World::new(4);
    let mut other = World::new(5);
    let founder = world.founder.clone();
    let root = world.root();
    let founding = world.founding();
    let (mut a, _) = Client::connect(relay.local_addr(), world.workspace, &founder).await;
    a.append(0, &[&founding[0], &founding[1]]).await;
    let good = object(&mut world, root, "blob.0", b"content");
    let noise = world.noise(100_000);
    let beyond = object(&mut world, root, "blob.9", &noise);
    let mut newer = good.as_bytes().to_vec();
    newer[4] = 2;
    let foreign_root = other.root();
    let foreign = object(&mut other, foreign_root, "blob.0", b"content");
    for (bytes, code) in [
        (b"nonsense".to_vec(), RefusalCode::Malformed),
        (good.as_bytes()[..70].to_vec(), RefusalCode::Malformed),
        (vec![0; MAX_OBJECT_BYTES + 1], RefusalCode::TooLarge),
        (newer, RefusalCode::NewerVersion),
        (foreign.as_bytes().to_vec(), RefusalCode::ForeignWorkspace),
        (beyond.into_bytes(), RefusalCode::StoreFailed),
    ] {
        assert_eq!(put(&mut a, &bytes).await, Err(code));
    }
    assert_eq!(put(&mut a, good.as_bytes()).await, Ok(()));
    relay.shutdown().await;
}
