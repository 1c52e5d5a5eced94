//! Envelopes from outside: stored, or put aside with the reason; and what becomes possible once they are in.

use huiyin_api::Notice;
use huiyin_core::hybrid_clock::MAX_AHEAD_MS;
use huiyin_document::{DocumentKey, Registers};
use huiyin_sync::{Envelope, StreamId};

use crate::Table;
use crate::chains::envelope_key;
use crate::link::Unacked;
use crate::members::InvitationDetails;
use crate::replica::Replica;
use crate::task::{After, Run, Source, Tx};

impl Replica {
    /// Returns whether cases came that were forwarded to a branch there is no stream to yet, and this device may make it.
    pub fn wants_streams(&self, touched: &[DocumentKey]) -> bool {
        let cases = |key: &DocumentKey| matches!(key, DocumentKey::Segment(segment) if segment.kind.is_case());
        self.settings.branches.len() > crate::streams::MAX_EAGER_BRANCHES
            && touched.iter().any(cases)
            && self.is_administrator()
    }

    /// Stores an envelope from outside and what follows from having it.
    pub fn accept(&mut self, tx: &mut Tx<'_>, source: &Source, envelope: &Envelope) {
        let header = envelope.header();
        let key = envelope_key(header, &envelope.id());
        self.chains
            .note(header.stream, header.author, header.seq, envelope.id());
        tx.put(Table::Envelopes, key.clone(), envelope.as_bytes().to_vec());
        if !matches!(source, Source::Relay { .. }) {
            tx.put(Table::Unacked, key.clone(), 0_u32.to_le_bytes().to_vec());
            self.link.unacked.insert(
                envelope.id(),
                Unacked {
                    key,
                    changes: 0,
                    offered: false,
                    soft: false,
                },
            );
        }
        let ahead = header.clock as i64 - tx.now;
        self.clock.receive(
            huiyin_core::hybrid_clock::HybridClock {
                wall_ms: header.clock as i64,
                counter: 0,
            },
            tx.now,
        );
        if ahead > MAX_AHEAD_MS {
            self.link.clock_skew = Some(ahead);
        }
        // It may have waited here and now have come another way.
        self.waits_no_more(tx, envelope.as_bytes());
    }

    /// Returns the envelopes put aside until their author or key is known.
    pub fn waiting_bytes(&self) -> Vec<Vec<u8>> {
        self.link.quarantine.waiting()
    }

    /// Does what becomes possible when members, keys or the root document have come.
    pub fn reconcile(&mut self, tx: &mut Tx<'_>) -> Run<()> {
        let root = DocumentKey::Root;
        self.documents.require([&root])?;
        let mut identity = self.identity()?.clone();
        let device = identity.keys().device();
        if identity.branch.is_empty()
            && let Some(secret) = identity.invitation()
            && let Some(state) = self.members.membership.invitation(&secret.sign_public())
            && let Ok(bytes) = state.invitation.details(&identity.workspace(), &secret)
            && let Ok(details) = postcard::from_bytes::<InvitationDetails>(&bytes)
        {
            identity.branch = details.branch;
            identity.role = details.role;
            identity.store(tx);
            self.identity = Some(identity.clone());
            tx.changed = true;
        }
        let has_root = self
            .documents
            .opened(&root)
            .register("company/name")
            .is_some();
        let hex = device.to_string();
        if has_root && !identity.branch.is_empty() && !self.settings.devices.contains_key(&hex) {
            let mut values = vec![
                (format!("device/{hex}/name"), identity.device_name.clone()),
                (format!("device/{hex}/branch"), identity.branch.clone()),
                (format!("device/{hex}/staff"), identity.staff.clone()),
            ];
            let staff = identity.staff.clone();
            values.extend(staff_registers(
                &staff,
                &identity.staff_name,
                std::slice::from_ref(&identity.role),
                &identity.branch,
                false,
            ));
            let author = self.author(tx);
            self.write_registers(tx, &root, &author, &values);
        }
        self.draw_key_numbers(tx);
        self.follow_own_rights(tx);
        if self.settle_invitations(tx).is_err()
            || self.complete_streams(tx).is_err()
            || self.complete_grants(tx).is_err()
            || self.complete_rotations(tx).is_err()
        {
            // A grant never outgrows an envelope: receivers are limited by the relay's connections.
            tx.after.push(After::Notify(Notice::Changed {
                revision: self.segments.revision,
            }));
        }
        Ok(())
    }
}

/// Returns the registers of a member of staff.
pub(crate) fn staff_registers(
    id: &str,
    name: &str,
    roles: &[String],
    branch: &str,
    left: bool,
) -> Vec<(String, String)> {
    vec![
        (format!("staff/{id}/name"), name.to_owned()),
        (format!("staff/{id}/roles"), roles.join(",")),
        (format!("staff/{id}/branch"), branch.to_owned()),
        (
            format!("staff/{id}/left"),
            if left {
                "true".to_owned()
            } else {
                String::new()
            },
        ),
    ]
}

/// Returns the key a stream key is stored under.
pub(crate) fn stream_key_name((stream, epoch): &(StreamId, u32)) -> Vec<u8> {
    [stream.as_bytes().as_slice(), &epoch.to_be_bytes()].concat()
}
