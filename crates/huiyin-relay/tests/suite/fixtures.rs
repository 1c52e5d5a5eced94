//! A workspace whose founder has granted the root key and invited.

use std::collections::HashMap;

use huiyin_sync::statement::Rights;
use huiyin_sync::{
    Admission, Charter, ClearRequest, DeviceId, DeviceKeys, Entropy, Envelope, EnvelopeId, Grant,
    Invitation, InvitationSecret, Opener, Part, SealRequest, Statement, StreamId, StreamKey,
    WorkspaceId,
};

pub const FOUNDED: u64 = 1_767_225_600_000;
pub const EXPIRES: u64 = FOUNDED + 1_000_000;

pub struct World {
    pub entropy: Entropy,
    pub founder: DeviceKeys,
    pub workspace: WorkspaceId,
    pub key: StreamKey,
    charter: Charter,
    chains: HashMap<(DeviceId, StreamId), (u64, EnvelopeId)>,
}

impl World {
    pub fn new(seed: u8) -> Self {
        let mut entropy = Entropy::from_seed([seed; 32]);
        let founder = DeviceKeys::generate(&mut entropy);
        let charter = Charter::new(&founder, FOUNDED, &mut entropy);
        Self {
            workspace: charter.workspace,
            key: StreamKey::generate(&mut entropy),
            entropy,
            founder,
            charter,
            chains: HashMap::new(),
        }
    }

    pub fn device(&mut self) -> DeviceKeys {
        DeviceKeys::generate(&mut self.entropy)
    }

    pub fn members(&self) -> StreamId {
        StreamId::members(&self.workspace)
    }

    pub fn root(&self) -> StreamId {
        StreamId::root(&self.workspace)
    }

    fn next(&mut self, by: &DeviceKeys, stream: StreamId) -> (u64, EnvelopeId) {
        self.chains
            .get(&(by.device(), stream))
            .copied()
            .unwrap_or((0, EnvelopeId::ZERO))
    }

    fn chain(&mut self, by: &DeviceKeys, envelope: &Envelope) {
        let header = envelope.header();
        self.chains.insert(
            (by.device(), header.stream),
            (header.seq + 1, envelope.id()),
        );
    }

    pub fn say(&mut self, by: &DeviceKeys, clock: u64, statement: Statement) -> Envelope {
        let (seq, prev) = self.next(by, self.members());
        let envelope = Envelope::clear(
            by,
            ClearRequest {
                workspace: self.workspace,
                seq,
                prev,
                clock,
                statement,
            },
        )
        .unwrap();
        self.chain(by, &envelope);
        envelope
    }

    pub fn seal(&mut self, by: &DeviceKeys, stream: StreamId, chunk: &[u8]) -> Envelope {
        let (seq, prev) = self.next(by, stream);
        let envelope = Envelope::seal(
            by,
            &self.key,
            SealRequest {
                workspace: self.workspace,
                stream,
                epoch: 0,
                seq,
                prev,
                clock: FOUNDED,
                parts: vec![Part {
                    document: "root".to_owned(),
                    chunk: chunk.to_vec(),
                }],
            },
            &mut self.entropy,
        )
        .unwrap();
        self.chain(by, &envelope);
        envelope
    }

    /// Charter and grant of the root stream.
    pub fn founding(&mut self) -> Vec<Envelope> {
        let founder = self.founder.clone();
        let charter = Statement::Charter(self.charter.clone());
        vec![
            self.say(&founder, FOUNDED, charter),
            self.grant(self.root()),
        ]
    }

    pub fn grant(&mut self, stream: StreamId) -> Envelope {
        self.grant_to(stream, &[])
    }

    /// Grants a stream's key to the founder and `others`.
    pub fn grant_to(&mut self, stream: StreamId, others: &[&DeviceKeys]) -> Envelope {
        let founder = self.founder.clone();
        let mut receivers = vec![founder.box_public()];
        receivers.extend(others.iter().map(|device| device.box_public()));
        let grant = Grant::new(
            &self.workspace,
            stream,
            0,
            &self.key,
            "name",
            &receivers,
            &mut self.entropy,
        )
        .unwrap();
        self.say(&founder, FOUNDED + 1, Statement::Grant(grant))
    }

    pub fn invite(&mut self, streams: &[StreamId]) -> (InvitationSecret, Envelope) {
        let founder = self.founder.clone();
        let secret = InvitationSecret::generate(&mut self.entropy);
        let rights = Rights {
            streams: streams.to_vec(),
            ..Rights::default()
        };
        let invitation = Invitation::new(
            &self.workspace,
            &secret,
            rights,
            EXPIRES,
            &[(self.root(), 0, self.key.clone())],
            b"",
            &mut self.entropy,
        )
        .unwrap();
        let said = self.say(&founder, FOUNDED + 2, Statement::Invitation(invitation));
        (secret, said)
    }

    /// An invitation whose user waits: it carries no keys.
    pub fn invite_asking(&mut self, streams: &[StreamId]) -> (InvitationSecret, Envelope) {
        let founder = self.founder.clone();
        let secret = InvitationSecret::generate(&mut self.entropy);
        let rights = Rights {
            streams: streams.to_vec(),
            ..Rights::default()
        };
        let invitation = Invitation::new(
            &self.workspace,
            &secret,
            rights,
            EXPIRES,
            &[],
            b"",
            &mut self.entropy,
        )
        .unwrap();
        let asking = Statement::AskingInvitation(invitation);
        let said = self.say(&founder, FOUNDED + 2, asking);
        (secret, said)
    }

    pub fn admission(
        &mut self,
        secret: &InvitationSecret,
        keys: &DeviceKeys,
        clock: u64,
    ) -> Envelope {
        let admission = Admission::new(&self.workspace, secret, keys, Vec::new());
        self.say(keys, clock, Statement::Admission(admission))
    }

    pub fn noise(&mut self, length: usize) -> Vec<u8> {
        let mut bytes = vec![0; length];
        self.entropy.fill(&mut bytes);
        bytes
    }
}
