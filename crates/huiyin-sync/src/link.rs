//! The invitation as a link or QR code.
//!
//! ```text
//! payload = base64url without padding of: version u8 | workspace 16 | secret 32 | relay (UTF-8, may be empty) | check 4
//! check   = first 4 bytes of BLAKE3 over what stands before it
//! link    = <base>/join#<payload>
//! ```
//! The payload stands in the fragment, which browsers do not send to the server of the page.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use thiserror::Error;

use crate::id::WorkspaceId;
use crate::keys::InvitationSecret;

/// Version of the payload this crate writes, and the newest it reads.
pub const LINK_VERSION: u8 = 1;

const FIXED: usize = 1 + 16 + 32;
const CHECK: usize = 4;
const MAX_TEXT: usize = 4096;
const MARK: &str = "/join#";

/// Why a text is no invitation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum LinkError {
    /// Not an invitation at all: another text was pasted.
    #[error("read the invitation: this text is not an invitation link")]
    NotALink,
    /// An invitation with characters missing or changed: copy it again.
    #[error("read the invitation: the link is incomplete or mistyped; copy it again")]
    Damaged,
    /// Made by a newer version: update first.
    #[error("read the invitation: made in version {version}, newer than this program")]
    NewerVersion {
        /// The version found.
        version: u8,
    },
}

/// What the joiner is handed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InviteLink {
    /// The workspace to join.
    pub workspace: WorkspaceId,
    /// The secret half of the invitation.
    pub secret: InvitationSecret,
    /// Where to meet, for instance `wss://relay.example/ws`; `None` if only files are exchanged.
    pub relay: Option<String>,
}

fn check_of(bytes: &[u8]) -> [u8; CHECK] {
    let hash = blake3::derive_key("huiyin invite link check v1", bytes);
    [hash[0], hash[1], hash[2], hash[3]]
}

impl InviteLink {
    /// Returns the payload: letters, digits, `-` and `_`.
    pub fn to_payload(&self) -> String {
        let mut bytes = vec![LINK_VERSION];
        bytes.extend_from_slice(self.workspace.as_bytes());
        bytes.extend_from_slice(&self.secret.0);
        bytes.extend_from_slice(self.relay.as_deref().unwrap_or_default().as_bytes());
        bytes.extend_from_slice(&check_of(&bytes));
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// Returns the link below `base`, the address of the app with or without a slash at the end.
    pub fn to_url(&self, base: &str) -> String {
        format!("{}{MARK}{}", base.trim_end_matches('/'), self.to_payload())
    }

    /// Returns the invitation in `text`: a whole link or the payload alone. White space, also inside, is skipped.
    ///
    /// # Errors
    /// [`LinkError`], to be shown as it is.
    pub fn parse(text: &str) -> Result<Self, LinkError> {
        if text.len() > MAX_TEXT {
            return Err(LinkError::NotALink);
        }
        let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        let (payload, marked) = match text.rsplit_once(MARK) {
            Some((_, payload)) => (payload, true),
            None => (text.as_str(), false),
        };
        let broken = if marked {
            LinkError::Damaged
        } else {
            LinkError::NotALink
        };
        let bytes = URL_SAFE_NO_PAD.decode(payload).map_err(|error| {
            // A wrong last character is a typo in something that is base64; other characters are another text.
            match error {
                base64::DecodeError::InvalidByte(..) => broken,
                _ if payload.len() * 3 / 4 < FIXED => broken,
                _ => LinkError::Damaged,
            }
        })?;
        let (body, check) = bytes
            .len()
            .checked_sub(CHECK)
            .map(|at| bytes.split_at(at))
            .ok_or(broken)?;
        if check != check_of(body) {
            return Err(if body.len() < FIXED {
                broken
            } else {
                LinkError::Damaged
            });
        }
        let (&version, rest) = body.split_first().ok_or(broken)?;
        if version != LINK_VERSION {
            return Err(LinkError::NewerVersion { version });
        }
        let (workspace, rest) = rest.split_first_chunk::<16>().ok_or(LinkError::Damaged)?;
        let (secret, relay) = rest.split_first_chunk::<32>().ok_or(LinkError::Damaged)?;
        let relay = std::str::from_utf8(relay).map_err(|_| LinkError::Damaged)?;
        Ok(Self {
            workspace: WorkspaceId(*workspace),
            secret: InvitationSecret(*secret),
            relay: (!relay.is_empty()).then(|| relay.to_owned()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link(relay: Option<&str>) -> InviteLink {
        InviteLink {
            workspace: WorkspaceId([1; 16]),
            secret: InvitationSecret([2; 32]),
            relay: relay.map(str::to_owned),
        }
    }

    #[test]
    fn a_link_is_read_whole_alone_and_broken_over_lines() {
        for relay in [None, Some("wss://relay.example/ws")] {
            let link = link(relay);
            let url = link.to_url("https://app.example/sub/");
            assert!(url.starts_with("https://app.example/sub/join#"), "{url}");
            assert_eq!(InviteLink::parse(&url), Ok(link.clone()));
            assert_eq!(InviteLink::parse(&link.to_payload()), Ok(link.clone()));
            let (head, tail) = url.split_at(50);
            assert_eq!(InviteLink::parse(&format!(" {head}\n {tail} ")), Ok(link));
        }
    }

    #[test]
    fn every_single_wrong_character_is_called_damage() {
        let url = link(Some("wss://relay.example/ws")).to_url("https://a");
        let start = url.find('#').unwrap() + 1;
        for at in start..url.len() {
            for wrong in ['A', 'b', '!'] {
                let mut typed: Vec<char> = url.chars().collect();
                if typed[at] == wrong {
                    continue;
                }
                typed[at] = wrong;
                let typed: String = typed.into_iter().collect();
                assert_eq!(
                    InviteLink::parse(&typed),
                    Err(LinkError::Damaged),
                    "{typed}"
                );
            }
        }
        assert_eq!(
            InviteLink::parse(&url[..url.len() - 3]),
            Err(LinkError::Damaged)
        );
    }

    #[test]
    fn another_text_is_no_link() {
        for text in ["", "hello", "https://example.org/", "客户", "AAAA"] {
            assert_eq!(InviteLink::parse(text), Err(LinkError::NotALink), "{text}");
        }
    }

    #[test]
    fn a_link_of_a_later_version_says_so() {
        let mut bytes = vec![2, 9, 9];
        bytes.extend_from_slice(&check_of(&bytes));
        assert_eq!(
            InviteLink::parse(&URL_SAFE_NO_PAD.encode(bytes)),
            Err(LinkError::NewerVersion { version: 2 })
        );
    }
}
