//! A backup in one file: a bundle, and beside it an invitation that only a passphrase opens.
//!
//! A bundle alone cannot be read on an empty device: it carries no secret. The backup adds the link of an invitation made for it. Who
//! restores joins by that invitation with new device keys, so a restored store is never the twin of a living one.
//!
//! Layout: magic `HYK1` | salt 16 | Argon2id memory in KiB u32 LE | passes u32 LE | length of the sealed link u32 LE | sealed link
//! (nonce 24, XChaCha20-Poly1305) | bundle. What is authenticated with the link: everything before it and the BLAKE3 of the bundle.

use thiserror::Error;

use crate::entropy::Entropy;
use crate::link::InviteLink;
use crate::passphrase::{SALT_BYTES, STRETCH, Stretch};
use crate::sealing::{open, seal};

/// First bytes of a backup.
pub const BACKUP_MAGIC: [u8; 4] = *b"HYK1";
/// Fewest characters of a passphrase.
pub const MIN_PASSPHRASE: usize = 10;
const HEADER: usize = 4 + SALT_BYTES + 4 + 4 + 4;

/// Why a backup cannot be made or opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum BackupError {
    /// The passphrase is too short.
    #[error("use a passphrase of {MIN_PASSPHRASE} characters or more")]
    ShortPassphrase,
    /// The file is no backup.
    #[error("read a backup: the file is none")]
    NotABackup,
    /// The passphrase is wrong, or the file was changed.
    #[error("open the backup: the passphrase is wrong or the file is damaged")]
    WrongPassphraseOrDamaged,
}

/// Returns the file that restores a workspace with `passphrase`: the link of an invitation made for it, and a bundle.
///
/// Takes about a quarter of a second and 64 MiB.
///
/// # Errors
/// [`BackupError::ShortPassphrase`].
pub fn seal_backup(
    passphrase: &str,
    link: &InviteLink,
    bundle: &[u8],
    entropy: &mut Entropy,
) -> Result<Vec<u8>, BackupError> {
    if passphrase.chars().count() < MIN_PASSPHRASE {
        return Err(BackupError::ShortPassphrase);
    }
    let salt: [u8; SALT_BYTES] = entropy.array();
    let key = STRETCH
        .key(passphrase, &salt)
        .ok_or(BackupError::NotABackup)?;
    let mut bytes = BACKUP_MAGIC.to_vec();
    bytes.extend_from_slice(&salt);
    bytes.extend_from_slice(&STRETCH.memory_kib.to_le_bytes());
    bytes.extend_from_slice(&STRETCH.passes.to_le_bytes());
    let sealed = seal(
        &key,
        &context(&bytes, bundle),
        link.to_payload().as_bytes(),
        entropy,
    );
    bytes.extend_from_slice(&(sealed.len() as u32).to_le_bytes());
    bytes.extend_from_slice(&sealed);
    bytes.extend_from_slice(bundle);
    Ok(bytes)
}

/// Returns the invitation and the bundle of a backup.
///
/// # Errors
/// [`BackupError::NotABackup`] and [`BackupError::WrongPassphraseOrDamaged`]; the two causes of the latter cannot be told apart.
pub fn open_backup<'a>(
    passphrase: &str,
    bytes: &'a [u8],
) -> Result<(InviteLink, &'a [u8]), BackupError> {
    let header = bytes
        .get(..HEADER)
        .filter(|header| header[..4] == BACKUP_MAGIC)
        .ok_or(BackupError::NotABackup)?;
    let number = |at: usize| u32::from_le_bytes(header[at..at + 4].try_into().expect("4 bytes"));
    let salt: [u8; SALT_BYTES] = header[4..4 + SALT_BYTES].try_into().expect("16 bytes");
    let (memory_kib, passes, length) = (number(20), number(24), number(28) as usize);
    let stretch = Stretch { memory_kib, passes };
    if !stretch.is_bearable() {
        return Err(BackupError::NotABackup);
    }
    let (sealed, bundle) = bytes[HEADER..]
        .split_at_checked(length)
        .ok_or(BackupError::WrongPassphraseOrDamaged)?;
    let key = stretch
        .key(passphrase, &salt)
        .ok_or(BackupError::NotABackup)?;
    let plain = open(&key, &context(&header[..HEADER - 4], bundle), sealed)
        .map_err(|_| BackupError::WrongPassphraseOrDamaged)?;
    let link = std::str::from_utf8(&plain)
        .ok()
        .and_then(|payload| InviteLink::parse(payload).ok());
    link.map(|link| (link, bundle))
        .ok_or(BackupError::WrongPassphraseOrDamaged)
}

fn context(header: &[u8], bundle: &[u8]) -> Vec<u8> {
    [header, blake3::hash(bundle).as_bytes()].concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::WorkspaceId;
    use crate::keys::InvitationSecret;

    fn link() -> InviteLink {
        InviteLink {
            workspace: WorkspaceId([3; 16]),
            secret: InvitationSecret([5; 32]),
            relay: Some("http://localhost:8080".to_owned()),
        }
    }

    #[test]
    fn a_backup_opens_with_its_passphrase_only() {
        let bytes = seal_backup(
            "correct horse battery",
            &link(),
            b"the bundle",
            &mut Entropy::from_seed([1; 32]),
        )
        .unwrap();
        let (opened, bundle) = open_backup("correct horse battery", &bytes).unwrap();
        assert_eq!((opened, bundle), (link(), &b"the bundle"[..]));
        assert_eq!(
            open_backup("correct horse batterz", &bytes).unwrap_err(),
            BackupError::WrongPassphraseOrDamaged
        );
        let mut flipped = bytes.clone();
        *flipped.last_mut().unwrap() ^= 1;
        assert_eq!(
            open_backup("correct horse battery", &flipped).unwrap_err(),
            BackupError::WrongPassphraseOrDamaged
        );
    }

    #[test]
    fn other_files_short_passphrases_and_greedy_headers_are_refused() {
        let mut entropy = Entropy::from_seed([1; 32]);
        assert_eq!(
            seal_backup("short", &link(), b"", &mut entropy).unwrap_err(),
            BackupError::ShortPassphrase
        );
        assert_eq!(
            open_backup("correct horse battery", b"HYB1 something else").unwrap_err(),
            BackupError::NotABackup
        );
        let mut greedy = BACKUP_MAGIC.to_vec();
        greedy.extend_from_slice(&[0xFF; 40]);
        assert_eq!(
            open_backup("correct horse battery", &greedy).unwrap_err(),
            BackupError::NotABackup
        );
    }
}
