//! A small workspace with fixed keys.

use huiyin_sync::statement::Rights;
use huiyin_sync::{
    Admission, Charter, ClearRequest, DeviceKeys, Entropy, Envelope, EnvelopeId, Grant, Invitation,
    InvitationSecret, Opener, Part, SealRequest, SignedStatement, Statement, StreamId, StreamKey,
    WorkspaceId,
};

/// 2026-01-01 in milliseconds.
pub const FOUNDED: u64 = 1_767_225_600_000;

pub struct World {
    pub entropy: Entropy,
    pub founder: DeviceKeys,
    pub workspace: WorkspaceId,
    pub charter: Charter,
    pub root_key: StreamKey,
}

impl World {
    pub fn new(seed: u8) -> Self {
        let mut entropy = Entropy::from_seed([seed; 32]);
        let founder = DeviceKeys::generate(&mut entropy);
        let charter = Charter::new(&founder, FOUNDED, &mut entropy);
        let root_key = StreamKey::generate(&mut entropy);
        Self {
            workspace: charter.workspace,
            entropy,
            founder,
            charter,
            root_key,
        }
    }

    pub fn device(&mut self) -> DeviceKeys {
        DeviceKeys::generate(&mut self.entropy)
    }

    pub fn root(&self) -> StreamId {
        StreamId::root(&self.workspace)
    }

    pub fn say(&self, by: &DeviceKeys, seq: u64, clock: u64, statement: Statement) -> Envelope {
        Envelope::clear(
            by,
            ClearRequest {
                workspace: self.workspace,
                seq,
                prev: EnvelopeId::ZERO,
                clock,
                statement,
            },
        )
        .expect("small")
    }

    pub fn signed(&self, by: &DeviceKeys, clock: u64, statement: Statement) -> SignedStatement {
        self.say(by, 0, clock, statement)
            .signed_statement()
            .expect("clear")
    }

    pub fn charter(&self) -> Statement {
        Statement::Charter(self.charter.clone())
    }

    pub fn grant(&mut self, stream: StreamId, receivers: &[&dyn OpenerKey]) -> Statement {
        let receivers: Vec<_> = receivers.iter().map(|r| r.key()).collect();
        let key = self.root_key.clone();
        Statement::Grant(
            Grant::new(
                &self.workspace,
                stream,
                0,
                &key,
                "root",
                &receivers,
                &mut self.entropy,
            )
            .expect("usable keys"),
        )
    }

    pub fn invite(&mut self, rights: Rights, expires_ms: u64) -> (InvitationSecret, Statement) {
        let secret = InvitationSecret::generate(&mut self.entropy);
        let keys = [(self.root(), 0, self.root_key.clone())];
        let invitation = Invitation::new(
            &self.workspace,
            &secret,
            rights,
            expires_ms,
            &keys,
            b"details",
            &mut self.entropy,
        )
        .expect("usable keys");
        (secret, Statement::Invitation(invitation))
    }

    /// An invitation whose user waits: it carries no keys.
    pub fn asking(&mut self, rights: Rights, expires_ms: u64) -> (InvitationSecret, Statement) {
        let secret = InvitationSecret::generate(&mut self.entropy);
        let invitation = Invitation::new(
            &self.workspace,
            &secret,
            rights,
            expires_ms,
            &[],
            b"details",
            &mut self.entropy,
        )
        .expect("usable keys");
        (secret, Statement::AskingInvitation(invitation))
    }

    pub fn admission(&self, secret: &InvitationSecret, keys: &DeviceKeys) -> Statement {
        Statement::Admission(Admission::new(
            &self.workspace,
            secret,
            keys,
            b"sealed name".to_vec(),
        ))
    }

    pub fn seal(&mut self, by: &DeviceKeys, seq: u64, parts: Vec<Part>) -> Envelope {
        let request = SealRequest {
            workspace: self.workspace,
            stream: self.root(),
            epoch: 0,
            seq,
            prev: EnvelopeId::ZERO,
            clock: FOUNDED + seq,
            parts,
        };
        Envelope::seal(by, &self.root_key, request, &mut self.entropy).expect("small")
    }
}

pub trait OpenerKey {
    fn key(&self) -> huiyin_sync::BoxPublic;
}

impl<T: Opener> OpenerKey for T {
    fn key(&self) -> huiyin_sync::BoxPublic {
        self.box_public()
    }
}

pub fn part(document: &str, chunk: &[u8]) -> Part {
    Part {
        document: document.to_owned(),
        chunk: chunk.to_vec(),
    }
}

pub fn all_streams() -> Rights {
    Rights {
        all_streams: true,
        ..Rights::default()
    }
}

pub fn administrator() -> Rights {
    Rights {
        all_streams: true,
        administrator: true,
        ..Rights::default()
    }
}

pub fn only(streams: &[StreamId]) -> Rights {
    Rights {
        streams: streams.to_vec(),
        ..Rights::default()
    }
}
