//! Backup in one file and restoring from it: see [`huiyin_sync::backup`].

use huiyin_api::{Answer, Problem, ProblemCode};
use huiyin_document::DocumentKey;
use huiyin_sync::{
    BackupError, BundleWriter, InvitationSecret, InviteLink, open_backup, seal_backup,
};

use crate::replica::Replica;
use crate::task::{After, Reply, Run, Source, Tx, Work};
use crate::workspace::safe_file_name;
use crate::{Attachment, Query, Table};

/// How long a backup can be restored: ten years, in milliseconds.
const VALID_MS: u64 = 10 * 365 * 86_400_000;
/// Role of the person who restores a backup.
const ROLE: &str = "administrator";

fn problem(error: BackupError) -> Problem {
    Problem::new(match error {
        BackupError::ShortPassphrase => ProblemCode::ShortPassphrase,
        BackupError::NotABackup => ProblemCode::NotABackup,
        BackupError::WrongPassphraseOrDamaged => ProblemCode::WrongPassphrase,
    })
}

impl Replica {
    /// Returns everything stored in one file that a passphrase opens. Makes an invitation for it.
    pub fn export_backup(&mut self, tx: &mut Tx<'_>, passphrase: &str) -> Run<Reply> {
        let (reply, _) = self.sealed_backup(tx, passphrase, None)?;
        self.note_backup(tx);
        Ok(reply)
    }

    /// Returns everything stored in one file that a passphrase opens, and the secret of the invitation in it: this one, or one made for it.
    pub fn sealed_backup(
        &mut self,
        tx: &mut Tx<'_>,
        passphrase: &str,
        invitation: Option<InvitationSecret>,
    ) -> Run<(Reply, InvitationSecret)> {
        self.administrator()?;
        self.documents.get(&DocumentKey::Root)?;
        let query = Query::Range {
            table: Table::Envelopes,
            prefix: Vec::new(),
            after: None,
            limit: u32::MAX,
            keys_only: false,
        };
        // Asked for before anything is said: what halts has changed nothing.
        tx.rows(crate::blobs::all_pieces())?;
        let stored: Vec<Vec<u8>> = tx
            .rows(query)?
            .iter()
            .map(|(_, bytes)| bytes.clone())
            .collect();
        if passphrase.chars().count() < huiyin_sync::backup::MIN_PASSPHRASE {
            return Err(problem(BackupError::ShortPassphrase).into());
        }
        let identity = self.identity()?.clone();
        let expires_ms = tx.now.max(0) as u64 + VALID_MS;
        let branch = self.settings.head_office.clone();
        let secret = match invitation {
            Some(secret) => secret,
            None => self
                .make_invitation(tx, &branch, ROLE, expires_ms, (true, false))
                .map_err(|_| Problem::at(ProblemCode::Internal, "statement too large"))?,
        };
        let kept = InvitationSecret(secret.0);
        let made = tx.writes.iter().filter_map(|write| match write {
            crate::Write::Put {
                table: Table::Envelopes,
                value,
                ..
            } => Some(value),
            _ => None,
        });
        let mut writer = BundleWriter::new(identity.workspace());
        for bytes in stored.iter().chain(made) {
            // A stored envelope that cannot be read is named by a check of everything stored; the rest still goes.
            if writer.push(bytes) == Err(huiyin_sync::BundleError::TooLarge) {
                return Err(Problem::at(ProblemCode::TooLarge, "backup").into());
            }
        }
        self.write_objects(tx, &mut writer, "backup")?;
        let link = InviteLink {
            workspace: identity.workspace(),
            secret,
            relay: identity.relay,
        };
        let bytes =
            seal_backup(passphrase, &link, &writer.finish(), &mut tx.entropy).map_err(problem)?;
        let name = format!(
            "{}-{}.huiyin-backup",
            safe_file_name(&self.settings.company),
            self.policies.calendar.date_of(tx.now)
        );
        tx.changed = true;
        let file = Answer::File {
            name,
            media: "application/octet-stream".to_owned(),
        };
        Ok(((file, Some(bytes)), kept))
    }

    /// Joins by a backup's invitation and takes in its bundle.
    pub fn restore_backup(
        &mut self,
        tx: &mut Tx<'_>,
        passphrase: &str,
        staff_name: &str,
        device_name: &str,
        attachment: Option<&Attachment>,
    ) -> Run<Answer> {
        let Some(Attachment::Bytes(bytes)) = attachment else {
            return Err(Problem::at(ProblemCode::Missing, "file").into());
        };
        let (link, bundle) = open_backup(passphrase, bytes).map_err(problem)?;
        let sound = huiyin_sync::Bundle::read(bundle)
            .map_err(|_| Problem::new(ProblemCode::NotABackup))?
            .entries()
            .filter_map(Result::ok)
            .map(huiyin_sync::BundleEntry::into_bytes)
            .collect();
        let answer = self.join_workspace(tx, &link.to_payload(), staff_name, device_name)?;
        // The relay hears of this device after its own store is whole again.
        tx.after.retain(|after| !matches!(after, After::Restart));
        tx.follow(Work::Ingest(Source::Bundle, sound));
        tx.after.push(After::Restart);
        Ok(answer)
    }
}
