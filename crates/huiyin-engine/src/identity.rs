//! What this device is: its keys, its company, its branch, and the person at it. One stored row.

use std::fmt;
use std::sync::OnceLock;

use huiyin_core::id::BranchCode;
use huiyin_document::ActorSeed;
use huiyin_sync::{DeviceKeys, InvitationSecret, WorkspaceId};
use serde::{Deserialize, Serialize};

use crate::Table;
use crate::task::Tx;

/// Key of the identity in the meta table.
pub(crate) const IDENTITY_KEY: &[u8] = b"identity";
/// Version of the stored form.
pub(crate) const IDENTITY_VERSION: u8 = 1;

/// The stored form. Field order is the format.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Identity {
    pub workspace: [u8; 16],
    pub device_seed: [u8; 32],
    /// Made anew for every store. Actors followed from it before they were bound to the device's key alone.
    pub instance: [u8; 16],
    /// Empty until the invitation's details are known.
    pub branch: String,
    pub device_name: String,
    /// Staff id of the person at the device.
    pub staff: String,
    /// Name given at the first run, used until the staff entry has come.
    pub staff_name: String,
    /// Role granted by the invitation.
    pub role: String,
    /// Counter of numbers people read.
    pub counter: u32,
    /// Secret of the invitation this device joined by.
    pub invitation: Option<[u8; 32]>,
    pub relay: Option<String>,
    /// Last time everything was received from the relay.
    pub last_contact: Option<i64>,
    /// What follows from the seed, once it was needed.
    #[serde(skip)]
    pub derived: Derived,
}

/// The keys of a seed, computed once: every edit and most lists ask for them.
#[derive(Clone, Default)]
pub(crate) struct Derived(OnceLock<Box<DeviceKeys>>);

impl PartialEq for Derived {
    /// They follow from the seed, which is compared.
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Derived {}

impl fmt::Debug for Derived {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Derived")
    }
}

impl Identity {
    pub fn decode(bytes: &[u8]) -> Option<Self> {
        let (version, rest) = bytes.split_first()?;
        (*version == IDENTITY_VERSION)
            .then(|| postcard::from_bytes(rest).ok())
            .flatten()
    }

    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = vec![IDENTITY_VERSION];
        bytes.extend(postcard::to_allocvec(self).expect("an identity is plain data"));
        bytes
    }

    pub fn store(&self, tx: &mut Tx<'_>) {
        tx.put(Table::Meta, IDENTITY_KEY, self.encode());
    }

    pub fn workspace(&self) -> WorkspaceId {
        WorkspaceId(self.workspace)
    }

    pub fn keys(&self) -> DeviceKeys {
        let keys = || Box::new(DeviceKeys::from_bytes(self.device_seed));
        (**self.derived.0.get_or_init(keys)).clone()
    }

    pub fn invitation(&self) -> Option<InvitationSecret> {
        self.invitation.map(InvitationSecret)
    }

    pub fn actor(&self) -> ActorSeed {
        ActorSeed::bound(self.keys().device().as_bytes())
    }

    pub fn branch(&self) -> Option<BranchCode> {
        BranchCode::parse(&self.branch).ok()
    }
}
