//! A workspace made for the load: founder, invitations, and one device for each.

use huiyin_sync::statement::Rights;
use huiyin_sync::{
    Admission, Charter, ClearRequest, DeviceKeys, Entropy, Envelope, EnvelopeId, Grant, Invitation,
    InvitationSecret, Opener, Part, SealRequest, Statement, StreamId, StreamKey, WorkspaceId,
};

/// The workspace's time: it is nobody's business what day the load is made on. 2026-01-01.
pub(super) const FOUNDED: u64 = 1_767_225_600_000;
const EXPIRES: u64 = FOUNDED + 86_400_000;

#[derive(Debug)]
pub(super) struct World {
    pub(super) workspace: WorkspaceId,
    pub(super) key: StreamKey,
    said: Vec<Vec<u8>>,
    /// By device: keys, and the admission that lets it in; the founder needs none.
    devices: Vec<(DeviceKeys, Option<Vec<u8>>)>,
}

impl World {
    /// Returns a new workspace of `size` devices.
    pub(super) fn new(size: usize) -> Self {
        let mut seed = [0; 32];
        getrandom::fill(&mut seed).expect("the system gives randomness");
        let mut entropy = Entropy::from_seed(seed);
        let founder = DeviceKeys::generate(&mut entropy);
        let charter = Charter::new(&founder, FOUNDED, &mut entropy);
        let workspace = charter.workspace;
        let key = StreamKey::generate(&mut entropy);
        let root = StreamId::root(&workspace);
        let grant = Grant::new(
            &workspace,
            root,
            0,
            &key,
            "root",
            &[founder.box_public()],
            &mut entropy,
        )
        .expect("a key is wrapped to one receiver");
        let mut statements = vec![Statement::Charter(charter), Statement::Grant(grant)];
        let mut devices = vec![(founder.clone(), None)];
        for _ in 1..size {
            let secret = InvitationSecret::generate(&mut entropy);
            let rights = Rights {
                streams: vec![root],
                ..Rights::default()
            };
            let invitation = Invitation::new(
                &workspace,
                &secret,
                rights,
                EXPIRES,
                &[(root, 0, key.clone())],
                b"",
                &mut entropy,
            )
            .expect("an invitation to one stream is made");
            statements.push(Statement::Invitation(invitation));
            let keys = DeviceKeys::generate(&mut entropy);
            let admission = Admission::new(&workspace, &secret, &keys, Vec::new());
            let link = Link::default();
            let (admission, _) = say(&keys, workspace, link, Statement::Admission(admission));
            devices.push((keys, Some(admission.into_bytes())));
        }
        let mut link = Link::default();
        let mut said = Vec::new();
        for statement in statements {
            let envelope;
            (envelope, link) = say(&founder, workspace, link, statement);
            said.push(envelope.into_bytes());
        }
        Self {
            workspace,
            key,
            said,
            devices,
        }
    }

    /// Returns the envelopes by which the founder makes the workspace known.
    pub(super) fn said(&self) -> Vec<Vec<u8>> {
        self.said.clone()
    }

    /// Returns the keys of device `number` and the envelope that lets it in.
    pub(super) fn device(&self, number: usize) -> (DeviceKeys, Option<Vec<u8>>) {
        self.devices[number].clone()
    }

    pub(super) fn root(&self) -> StreamId {
        StreamId::root(&self.workspace)
    }
}

/// Where an author's chain in a stream ends.
#[derive(Debug, Clone, Copy)]
pub(super) struct Link {
    seq: u64,
    prev: EnvelopeId,
}

impl Default for Link {
    fn default() -> Self {
        Self {
            seq: 0,
            prev: EnvelopeId::ZERO,
        }
    }
}

impl Link {
    fn after(self, envelope: &Envelope) -> Self {
        Self {
            seq: self.seq + 1,
            prev: envelope.id(),
        }
    }

    /// Returns a sealed edit of `bytes` random bytes in the root stream, and the chain's new end.
    pub(super) fn edit(
        self,
        world: &World,
        by: &DeviceKeys,
        bytes: usize,
        entropy: &mut Entropy,
    ) -> (Envelope, Self) {
        let mut chunk = vec![0; bytes];
        entropy.fill(&mut chunk);
        let envelope = Envelope::seal(
            by,
            &world.key,
            SealRequest {
                workspace: world.workspace,
                stream: world.root(),
                epoch: 0,
                seq: self.seq,
                prev: self.prev,
                clock: FOUNDED,
                parts: vec![Part {
                    document: "root".to_owned(),
                    chunk,
                }],
            },
            entropy,
        )
        .expect("an edit of bounded size is sealed");
        let link = self.after(&envelope);
        (envelope, link)
    }
}

fn say(
    by: &DeviceKeys,
    workspace: WorkspaceId,
    link: Link,
    statement: Statement,
) -> (Envelope, Link) {
    let envelope = Envelope::clear(
        by,
        ClearRequest {
            workspace,
            seq: link.seq,
            prev: link.prev,
            clock: FOUNDED,
            statement,
        },
    )
    .expect("a statement is said");
    let link = link.after(&envelope);
    (envelope, link)
}
