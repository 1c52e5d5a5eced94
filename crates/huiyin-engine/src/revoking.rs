//! What an administrator does to a device: shuts it out, gives it other rights, takes or leaves what came too late; and the change of keys.
//!
//! Long: the commands of one screen, which share the finding of devices and of where their work is cut.

use std::collections::BTreeSet;

use huiyin_api::{Answer, CutPreview, MAX_REASON, Problem, ProblemCode};
use huiyin_core::id::BranchCode;
use huiyin_core::text::same_name;
use huiyin_document::{DocumentKey, followed};
use huiyin_sync::{
    Cut, DeviceId, Envelope, EnvelopeId, Link, Revocation, Rights, RightsChange, Statement,
    StreamId, Take, Target,
};

use crate::cutting::{all_rows, chain_rows};
use crate::late::Place;
use crate::members::InvitationDetails;
use crate::replica::Replica;
use crate::streams::Entitlement;
use crate::task::{After, Run, Tx, Work};
use crate::workspace::short_name;
use crate::{Millis, Query};

/// How long after its time a device is shut out without a person: later it is left to one, because a clock that is years off must not
/// shut out everybody. Milliseconds; 31 days.
const EXPIRES_WITHIN_MS: Millis = 31 * 86_400_000;

/// What a cut of a device's work leaves.
struct Cutting {
    cuts: Vec<Cut>,
    preview: CutPreview,
}

fn too_large(_: huiyin_sync::EnvelopeError) -> Problem {
    Problem::at(ProblemCode::Internal, "statement too large")
}

fn device_id(text: &str) -> Result<DeviceId, Problem> {
    let missing = |_| Problem::at(ProblemCode::NotFound, text);
    text.parse::<DeviceId>().map_err(missing)
}

fn refused(why: &str) -> Problem {
    Problem::new(ProblemCode::NotAllowed).because(why)
}

impl Replica {
    /// Returns what shutting a device out would leave of its work: all that has come, or what it did until a time by its own clock.
    pub fn cut_preview(&self, tx: &Tx<'_>, device: &str, until: Option<Millis>) -> Run<Answer> {
        self.administrator()?;
        let cutting = self.cutting(tx, &self.member(device)?, until)?;
        Ok(Answer::CutPreview(Box::new(cutting.preview)))
    }

    /// Shuts a device out, or all devices of its person: what has come of their work until then stays, or what they did until a time
    /// by their own clocks. The keys of every stream they could read are changed.
    pub fn shut_device_out(
        &mut self,
        tx: &mut Tx<'_>,
        device: &str,
        whole_person: bool,
        until: Option<Millis>,
        reason: &str,
    ) -> Run<Answer> {
        self.administrator()?;
        let reason = reason.trim();
        if reason.is_empty() {
            return Err(Problem::at(ProblemCode::Missing, "reason").into());
        }
        if reason.chars().count() > MAX_REASON {
            return Err(Problem::at(ProblemCode::BadField, "reason")
                .because(format!("at most {MAX_REASON} characters"))
                .into());
        }
        let first = self.member(device)?;
        let mut devices = BTreeSet::from([first]);
        if whole_person {
            devices.extend(self.siblings(&first));
        }
        if self.own_device().is_some_and(|own| devices.contains(&own)) {
            return Err(refused("a device does not shut itself out: do it on another one").into());
        }
        let mut targets = Vec::new();
        for device in &devices {
            let cuts = self.cutting(tx, device, until)?.cuts;
            let device = *device;
            targets.push(Target { device, cuts });
        }
        let open = self.members.membership.invitations();
        let withdrawn = open
            .filter(|state| devices.contains(&state.author) && state.used_by.is_none())
            .map(|state| state.invitation.invite_sign)
            .collect();
        let reason = self.sealed_words(tx, reason);
        let revocation = Revocation {
            targets,
            withdrawn,
            reason,
        };
        self.say(tx, Statement::Revocation(revocation))
            .map_err(too_large)?;
        self.after_rights(tx)?;
        Ok(Answer::Done)
    }

    /// Closes an invitation nobody has used.
    pub fn close_invitation(&mut self, tx: &mut Tx<'_>, short: &str) -> Run<Answer> {
        self.administrator()?;
        let open = self.members.membership.invitations();
        let withdrawn: Vec<[u8; 32]> = open
            .filter(|state| state.used_by.is_none() && !state.withdrawn)
            .map(|state| state.invitation.invite_sign)
            .filter(|invitation| short_name(invitation) == short)
            .collect();
        if withdrawn.is_empty() {
            return Err(Problem::at(ProblemCode::NotFound, short).into());
        }
        let closing = Revocation {
            targets: Vec::new(),
            withdrawn,
            reason: huiyin_sync::SealedWords::default(),
        };
        self.say(tx, Statement::Revocation(closing))
            .map_err(too_large)?;
        tx.changed = true;
        Ok(Answer::Done)
    }

    /// Gives a device the rights of a role in a branch, until a time or without end. What it did in streams it loses stays as far as it has
    /// come; their keys are changed.
    pub fn change_rights(
        &mut self,
        tx: &mut Tx<'_>,
        device: &str,
        branch: &str,
        role: &str,
        until: Option<Millis>,
    ) -> Run<Answer> {
        self.administrator()?;
        self.documents.get(&DocumentKey::Root)?;
        let id = self.member(device)?;
        let branch = BranchCode::parse(branch)
            .map_err(|error| {
                Problem::at(ProblemCode::BadField, "branch").because(error.to_string())
            })?
            .to_string();
        if !self.settings.branches.contains_key(&branch) {
            return Err(Problem::at(ProblemCode::NotFound, branch).into());
        }
        if !self.is_role(role) {
            return Err(Problem::at(ProblemCode::BadField, "role")
                .because(format!("there is no role {role}"))
                .into());
        }
        let until_ms = until.map_or(0, |until| until.max(0) as u64);
        if until.is_some_and(|until| until <= tx.now) {
            return Err(Problem::at(ProblemCode::BadField, "until")
                .because("a time to come")
                .into());
        }
        let everything = branch == self.settings.head_office;
        let rights = self.invited_rights(&branch, role, everything);
        let member = self.members.membership.device(&id);
        let Some(member) = member else {
            return Err(Problem::at(ProblemCode::NotFound, device).into());
        };
        if member.rights.administrator && !rights.administrator {
            return Err(refused(
                "an administrator's device stays one: shut it out and invite the person anew",
            )
            .into());
        }
        let before = member.change.clone();
        let (lost, cuts) = self.lost_streams(&id, &rights, before.as_ref());
        let details = InvitationDetails {
            branch: branch.clone(),
            role: role.to_owned(),
        };
        let details = self.sealed_words(tx, &details.written());
        let change = RightsChange {
            device: id,
            number: before.map_or(1, |change| change.number.saturating_add(1)),
            rights,
            lost,
            cuts,
            until_ms,
            details,
        };
        self.say(tx, Statement::RightsChange(change))
            .map_err(too_large)?;
        self.after_rights(tx)?;
        let author = self.author(tx);
        let registers = [(format!("device/{id}/branch"), branch)];
        self.write_registers(tx, &DocumentKey::Root, &author, &registers);
        Ok(Answer::Done)
    }

    /// Changes the keys of all streams.
    pub fn renew_keys(&mut self, tx: &mut Tx<'_>) -> Run<Answer> {
        self.administrator()?;
        self.renew_all_keys(tx).map_err(too_large)?;
        tx.after.push(After::Streams);
        tx.changed = true;
        Ok(Answer::Done)
    }

    /// Lets late work count.
    pub fn take_late(&mut self, tx: &mut Tx<'_>, ids: &[String]) -> Run<Answer> {
        self.administrator()?;
        let keys = self.late_keys(ids)?;
        let envelopes = keys.iter().filter_map(|key| Place::of(key));
        let envelopes: Vec<EnvelopeId> = envelopes.map(|place| place.id).collect();
        for part in envelopes.chunks(huiyin_sync::revocation::MAX_TAKEN) {
            let envelopes = part.to_vec();
            self.say(tx, Statement::Take(Take { envelopes }))
                .map_err(too_large)?;
        }
        self.follow_cuts(tx);
        tx.changed = true;
        Ok(Answer::Done)
    }

    /// Notes on this device that somebody has looked at late work and leaves it.
    pub fn leave_late(&mut self, tx: &mut Tx<'_>, ids: &[String]) -> Run<Answer> {
        for key in self.late_keys(ids)? {
            if let Some(late) = self.late.envelopes.get_mut(&key) {
                late.left = true;
            }
        }
        self.late.store(tx);
        tx.changed = true;
        Ok(Answer::Done)
    }

    fn late_keys(&self, ids: &[String]) -> Result<Vec<Vec<u8>>, Problem> {
        ids.iter()
            .map(|text| {
                let mut keys = self.late.envelopes.keys();
                keys.find(|key| Place::of(key).is_some_and(|place| place.id.to_string() == *text))
                    .cloned()
                    .ok_or_else(|| Problem::at(ProblemCode::NotFound, text))
            })
            .collect()
    }

    /// Does what follows from other rights: keys, grants, documents.
    fn after_rights(&mut self, tx: &mut Tx<'_>) -> Run<()> {
        self.complete_grants(tx).map_err(too_large)?;
        self.complete_rotations(tx).map_err(too_large)?;
        self.store_keys(tx);
        self.follow_cuts(tx);
        tx.after.push(After::Streams);
        tx.changed = true;
        Ok(())
    }

    fn member(&self, device: &str) -> Result<DeviceId, Problem> {
        let id = device_id(device)?;
        if self.members.membership.is_member(&id) {
            Ok(id)
        } else {
            Err(Problem::at(ProblemCode::NotFound, device))
        }
    }

    /// Returns the other devices set up for the same person that belong to the company.
    pub fn siblings(&self, device: &DeviceId) -> Vec<DeviceId> {
        // Everybody who joins is a new entry of the staff list: the name tells that it is the same person.
        let name = |id: &DeviceId| {
            let staff = self.settings.device_staff.get(&id.to_string())?;
            Some(self.settings.staff.get(staff)?.name.as_str())
        };
        let Some(own) = name(device).filter(|name| !name.is_empty()) else {
            return Vec::new();
        };
        let members = self.members.membership.members();
        members
            .map(|(id, _)| *id)
            .filter(|id| id != device && name(id).is_some_and(|name| same_name(name, own)))
            .collect()
    }

    /// Returns the streams a device loses with new rights, those lost before included, and where its work in them ends.
    fn lost_streams(
        &self,
        device: &DeviceId,
        rights: &Rights,
        before: Option<&RightsChange>,
    ) -> (Vec<StreamId>, Vec<Cut>) {
        let membership = &self.members.membership;
        let workspace = membership.workspace();
        let mut streams: BTreeSet<StreamId> = membership.streams_of(device).into_iter().collect();
        streams.extend(before.into_iter().flat_map(|change| &change.lost));
        streams.retain(|stream| {
            self.members.names.get(stream).is_some_and(|name| {
                let entitled = Entitlement::of(workspace, name, &self.settings.head_office);
                !entitled.holds(rights)
            })
        });
        let cuts = streams.iter().filter_map(|stream| {
            let lost_before = before.filter(|change| change.lost.contains(stream));
            match lost_before {
                Some(change) => change
                    .cuts
                    .iter()
                    .find(|cut| cut.stream == *stream)
                    .copied(),
                None => self.last_cut(*stream, *device),
            }
        });
        let cuts = cuts.collect();
        (streams.into_iter().collect(), cuts)
    }

    fn last_cut(&self, stream: StreamId, device: DeviceId) -> Option<Cut> {
        let (seq, id) = self.chains.last(stream, device)?;
        Some(Cut { stream, seq, id })
    }

    /// Returns where the work of a device would be cut. Without a time all that counts now stays; what counts is one chain per stream.
    fn cutting(&self, tx: &Tx<'_>, device: &DeviceId, until: Option<Millis>) -> Run<Cutting> {
        let streams = self.chains.streams_of(device);
        let members = StreamId::members(&self.members.membership.workspace());
        let queries: Vec<Query> = streams
            .iter()
            .map(|stream| chain_rows(stream, device))
            .collect();
        let mut cuts = Vec::new();
        let mut preview = CutPreview {
            device: device.to_string(),
            ..CutPreview::default()
        };
        for (stream, rows) in streams.into_iter().zip(all_rows(tx, &queries)?) {
            let mut envelopes: Vec<Envelope> = rows
                .iter()
                .filter_map(|(_, bytes)| Envelope::decode(bytes).ok())
                .collect();
            envelopes.sort_by_key(|envelope| (envelope.header().seq, envelope.id()));
            let links = envelopes.iter().map(|envelope| Link {
                seq: envelope.header().seq,
                id: envelope.id(),
                prev: envelope.header().prev,
            });
            let reach = self.members.membership.reach(device, &stream);
            let beyond = reach.beyond(&links.collect());
            envelopes.retain(|envelope| !beyond.contains(&envelope.id()));
            let stays = |envelope: &Envelope| {
                until.is_none_or(|until| envelope.header().clock as i64 <= until)
            };
            let kept = envelopes
                .iter()
                .take_while(|envelope| stays(envelope))
                .count();
            let (kept, left_out) = envelopes.split_at(kept);
            if let Some(last) = kept.last() {
                let header = last.header();
                let (seq, id) = (header.seq, last.id());
                cuts.push(Cut { stream, seq, id });
                if stream != members {
                    preview.last = preview.last.max(Some(header.clock as i64));
                }
            }
            if stream != members {
                for envelope in left_out {
                    let clock = envelope.header().clock as i64;
                    let first = preview.first_left_out.unwrap_or(clock);
                    preview.first_left_out = Some(first.min(clock));
                    let changes = self.changes_of_envelope(envelope);
                    let chunks = changes.iter().map(|(_, chunk)| chunk.as_slice());
                    preview.left_out += followed([], chunks).1 as u32;
                }
            }
        }
        Ok(Cutting { cuts, preview })
    }

    /// Has devices shut out whose time is over.
    pub fn follow_expiry(&self, tx: &mut Tx<'_>) {
        if self.is_administrator() && self.expired(tx.now).next().is_some() {
            tx.follow(Work::Expire);
        }
    }

    /// Returns the other devices whose time is over since not long.
    pub fn expired(&self, now: Millis) -> impl Iterator<Item = DeviceId> {
        let own = self.own_device();
        let members = self.members.membership.members();
        members
            .filter(move |(device, member)| {
                let until = member.change.as_ref().map_or(0, |change| change.until_ms);
                let over = now.saturating_sub(until as i64);
                until != 0 && (0..=EXPIRES_WITHIN_MS).contains(&over) && Some(**device) != own
            })
            .map(|(device, _)| *device)
    }

    /// Shuts out devices whose time is over, with all that has come of their work. Done once everything the relay has was received, so that
    /// nothing is cut that only had not come yet.
    pub fn expire(&mut self, tx: &mut Tx<'_>) -> Run<()> {
        if !self.is_administrator() {
            return Ok(());
        }
        let devices: Vec<DeviceId> = self.expired(tx.now).collect();
        let mut targets = Vec::new();
        for device in devices {
            let cuts = self.cutting(tx, &device, None)?.cuts;
            targets.push(Target { device, cuts });
        }
        if targets.is_empty() {
            return Ok(());
        }
        let reason = self.sealed_words(tx, "到期 · time over");
        let revocation = Revocation {
            targets,
            withdrawn: Vec::new(),
            reason,
        };
        self.say(tx, Statement::Revocation(revocation))
            .map_err(too_large)?;
        self.after_rights(tx)
    }
}
