//! Keeping the company's data safe from the loss of this device: when it was last backed up, and backups made by the program itself.
//!
//! The page writes the files and knows the folder; here is the passphrase the files are sealed with, and the invitation inside them,
//! which all files share until it was used, has run out or the keys of the streams have changed. Both lie in one row of the meta table, which is
//! sealed at rest as every other value. Whoever opens this device's store can read the company anyway.

use huiyin_api::{Answer, BackupView, Problem, ProblemCode};
use huiyin_sync::{InvitationSecret, backup::MIN_PASSPHRASE};
use serde::{Deserialize, Serialize};

use crate::replica::Replica;
use crate::task::{Reply, Run, Tx};
use crate::{Millis, Table};

/// Key of the row in the meta table.
pub(crate) const SAFEKEEPING_KEY: &[u8] = b"safekeeping";
/// Version of its form.
const SAFEKEEPING_VERSION: u8 = 1;
/// Days after which a company without a relay is reminded of a backup: nothing else holds its data.
const REMIND_ALONE_DAYS: i64 = 7;
/// Days after which a company with a relay is reminded: the relay holds everything but the keys.
const REMIND_DAYS: i64 = 30;
/// An invitation that ends within this time is not put into another file: 90 days, in milliseconds.
const SOON_MS: u64 = 90 * 86_400_000;
const DAY_MS: i64 = 86_400_000;

/// What the program needs to make backups by itself. Field order is the format.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ByItself {
    pub passphrase: String,
    /// Secret of the invitation in the files, once there is one.
    pub invitation: Option<[u8; 32]>,
    /// Hash of the names of the stream keys the invitation carries.
    pub keys: [u8; 32],
}

/// What is known of backups. Field order is the format.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Safekeeping {
    /// When the last backup was made here.
    pub last: Option<Millis>,
    pub by_itself: Option<ByItself>,
}

impl Safekeeping {
    /// Reads the stored form; nothing is known of one of another version.
    pub fn decode(bytes: &[u8]) -> Self {
        match bytes.split_first() {
            Some((&SAFEKEEPING_VERSION, rest)) => postcard::from_bytes(rest).unwrap_or_default(),
            _ => Self::default(),
        }
    }

    fn encode(&self) -> Vec<u8> {
        let mut bytes = vec![SAFEKEEPING_VERSION];
        bytes.extend(postcard::to_allocvec(self).expect("it is plain data"));
        bytes
    }

    fn store(&self, tx: &mut Tx<'_>) {
        tx.put(Table::Meta, SAFEKEEPING_KEY, self.encode());
        tx.changed = true;
    }
}

impl Replica {
    /// Returns how safe the data is; none on devices that cannot back up everything.
    pub fn backup_view(&self) -> Option<BackupView> {
        let identity = self.identity.as_ref()?;
        // Nobody mourns a sample company.
        if !self.is_administrator() || self.settings.sample || self.segments.rows_in_all() == 0 {
            return None;
        }
        let own = identity.keys().device();
        let joined = self.members.membership.members();
        let joined = joined
            .filter(|(id, _)| **id == own)
            .map(|(_, member)| member.admitted_ms as i64)
            .next();
        let days = if identity.relay.is_some() {
            REMIND_DAYS
        } else {
            REMIND_ALONE_DAYS
        };
        let last = self.safekeeping.last;
        Some(BackupView {
            last,
            remind_at: last.or(joined).unwrap_or_default() + days * DAY_MS,
            days: days as u32,
            by_itself: self.safekeeping.by_itself.is_some(),
        })
    }

    /// Notes that a backup was made.
    pub fn note_backup(&mut self, tx: &mut Tx<'_>) {
        self.safekeeping.last = Some(tx.now);
        self.safekeeping.store(tx);
    }

    /// Sets the passphrase of the backups that the program makes by itself, or ends them.
    pub fn back_up_by_itself(&mut self, tx: &mut Tx<'_>, passphrase: Option<&str>) -> Run<Answer> {
        self.administrator()?;
        if passphrase.is_some_and(|words| words.chars().count() < MIN_PASSPHRASE) {
            return Err(Problem::new(ProblemCode::ShortPassphrase).into());
        }
        self.safekeeping.by_itself = passphrase.map(|words| ByItself {
            passphrase: words.to_owned(),
            invitation: None,
            keys: [0; 32],
        });
        self.safekeeping.store(tx);
        Ok(Answer::Done)
    }

    /// Returns a backup sealed with the passphrase kept for that.
    ///
    /// # Errors
    /// [`ProblemCode::Missing`] if none is kept.
    pub fn export_by_itself(&mut self, tx: &mut Tx<'_>) -> Run<Reply> {
        let kept = self.safekeeping.by_itself.clone();
        let kept = kept.ok_or_else(|| Problem::at(ProblemCode::Missing, "passphrase"))?;
        let keys = self.hash_of_keys();
        let usable = |secret: &[u8; 32]| {
            let public = InvitationSecret(*secret).sign_public();
            let state = self.members.membership.invitation(&public);
            kept.keys == keys
                && state.is_some_and(|state| {
                    let left = state
                        .invitation
                        .expires_ms
                        .saturating_sub(tx.now.max(0) as u64);
                    state.used_by.is_none() && !state.withdrawn && left > SOON_MS
                })
        };
        let again = kept.invitation.filter(usable).map(InvitationSecret);
        let (reply, secret) = self.sealed_backup(tx, &kept.passphrase, again)?;
        self.safekeeping.by_itself = Some(ByItself {
            invitation: Some(secret.0),
            keys: self.hash_of_keys(),
            ..kept
        });
        self.note_backup(tx);
        Ok(reply)
    }

    /// Returns a hash of which stream keys this device has: another one once keys were changed or came.
    fn hash_of_keys(&self) -> [u8; 32] {
        let mut hasher = blake3::Hasher::new();
        for (stream, epoch) in self.members.keys.keys() {
            hasher.update(&stream.0);
            hasher.update(&epoch.to_le_bytes());
        }
        *hasher.finalize().as_bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_row_is_stored_as_these_bytes() {
        let kept = Safekeeping {
            last: Some(1_780_000_000_000),
            by_itself: Some(ByItself {
                passphrase: "correct horse".to_owned(),
                invitation: Some([7; 32]),
                keys: [9; 32],
            }),
        };
        let mut golden = vec![1, 1, 0x80, 0xa0, 0xa4, 0x84, 0xce, 0x67, 1, 13];
        golden.extend_from_slice(b"correct horse");
        golden.push(1);
        golden.extend_from_slice(&[7; 32]);
        golden.extend_from_slice(&[9; 32]);
        assert_eq!(kept.encode(), golden);
        assert_eq!(Safekeeping::decode(&golden), kept);
        assert_eq!(Safekeeping::decode(&[2, 0, 0]), Safekeeping::default());
        assert_eq!(Safekeeping::decode(&golden[..20]), Safekeeping::default());
    }
}
