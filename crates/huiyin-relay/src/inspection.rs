//! What can be told of an envelope without knowing the workspace's members: form, workspace, signature.

use huiyin_sync::{Envelope, EnvelopeError, EnvelopeId, RefusalCode, WorkspaceId};

/// Returns the envelope if its form, workspace and signature are right; else its id, as far as it has one, and why not.
pub(crate) fn check(
    bytes: &[u8],
    workspace: &WorkspaceId,
) -> Result<Envelope, (EnvelopeId, RefusalCode)> {
    let refuse = |code| {
        let id = Envelope::peek_id(bytes)
            .unwrap_or_else(|_| EnvelopeId(*blake3::hash(bytes).as_bytes()));
        (id, code)
    };
    let envelope = Envelope::decode(bytes).map_err(|error| {
        refuse(match error {
            EnvelopeError::TooLarge { .. } => RefusalCode::TooLarge,
            EnvelopeError::NewerVersion { .. } => RefusalCode::NewerVersion,
            _ => RefusalCode::Malformed,
        })
    })?;
    if envelope.header().workspace != *workspace {
        return Err(refuse(RefusalCode::ForeignWorkspace));
    }
    envelope
        .verify()
        .map_err(|_| refuse(RefusalCode::BadSignature))?;
    Ok(envelope)
}
