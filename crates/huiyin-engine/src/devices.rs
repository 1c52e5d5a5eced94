//! The list of the company's devices, and of work that came too late, as the screen shows them.

use huiyin_api::{
    Answer, ChainAlarm, DeviceRow, DeviceState, DevicesView, LateRow, MAX_ALARMS, MAX_LATE, Millis,
    ShutOutView,
};
use huiyin_core::id::BranchCode;
use huiyin_document::branch_stream;
use huiyin_sync::{DeviceId, Envelope, EnvelopeId, Member, ShutOut, StreamId};

use crate::cutting::all_rows;
use crate::late::Place;
use crate::members::InvitationDetails;
use crate::replica::Replica;
use crate::task::{Run, Tx};
use crate::workspace::short_name;
use crate::{Query, Table};

/// Bits of an epoch below the number of changes of the key.
const RENEWALS_FROM_BIT: u32 = 20;

impl Replica {
    /// Returns the devices and late work. Reads the last envelope of every device in every stream.
    pub fn devices(&self, tx: &Tx<'_>) -> Run<Answer> {
        self.identity()?;
        let membership = &self.members.membership;
        let members = membership
            .members()
            .map(|(device, member)| (*device, Some(member), None));
        let shut = membership
            .shut_devices()
            .map(|(device, shut)| (*device, shut.member.as_ref(), Some(shut)));
        let known: Vec<_> = members.chain(shut).collect();
        let last: Vec<Vec<Query>> = known
            .iter()
            .map(|(device, ..)| self.last_envelopes(device))
            .collect();
        all_rows(tx, &last.concat())?;
        let mut rows = Vec::new();
        for ((device, member, shut), queries) in known.into_iter().zip(last) {
            let seen = all_rows(tx, &queries)?.into_iter().flatten();
            let last_seen = seen
                .filter_map(|(_, bytes)| Some(Envelope::decode(bytes).ok()?.header().clock as i64))
                .max();
            rows.push(DeviceRow {
                last_seen,
                ..self.device_row(tx.now, &device, member, shut)
            });
        }
        rows.sort_by(|a, b| {
            (a.state == DeviceState::ShutOut, &a.name, &a.id).cmp(&(
                b.state == DeviceState::ShutOut,
                &b.name,
                &b.id,
            ))
        });
        let mut late: Vec<LateRow> = self
            .late
            .envelopes
            .iter()
            .filter_map(|(key, late)| {
                let place = Place::of(key)?;
                let stream = self.members.names.get(&place.stream);
                Some(LateRow {
                    id: place.id.to_string(),
                    device: self.device_name(&place.author),
                    device_id: place.author.to_string(),
                    branch: stream.and_then(|name| branch_of(name)).unwrap_or_default(),
                    at: late.clock as i64,
                    changes: late.changes,
                    left: late.left,
                })
            })
            .collect();
        late.sort_by(|a, b| (b.at, &b.id).cmp(&(a.at, &a.id)));
        let late_total = late.len() as u32;
        late.truncate(MAX_LATE);
        let alarms = self.alarms(tx)?;
        let epochs = membership
            .granted_streams()
            .filter_map(|stream| membership.current_epoch(stream));
        Ok(Answer::Devices(Box::new(DevicesView {
            rows,
            late,
            late_total,
            alarms,
            may_edit: self.is_administrator(),
            renewals: epochs.max().unwrap_or_default() >> RENEWALS_FROM_BIT,
        })))
    }

    /// Returns what is wrong with the chains of devices.
    fn alarms(&self, tx: &Tx<'_>) -> Run<Vec<ChainAlarm>> {
        let mut defects = self.chains.defects();
        defects.truncate(MAX_ALARMS);
        let reads: Vec<Vec<Query>> = defects
            .iter()
            .map(|(author, stream, seq, _)| {
                let found = self.chains.from(*stream, *author, *seq);
                let found = found.into_iter();
                found
                    .map(|(seq, id)| stored_envelope(stream, author, seq, &id))
                    .collect()
            })
            .collect();
        all_rows(tx, &reads.concat())?;
        let mut alarms = Vec::new();
        for ((author, stream, seq, what), queries) in defects.into_iter().zip(reads) {
            let clocks = all_rows(tx, &queries)?.into_iter().flatten();
            let clocks = clocks.filter_map(|(_, bytes)| Envelope::decode(bytes).ok());
            let name = self.members.names.get(&stream);
            alarms.push(ChainAlarm {
                device: self.device_name(&author),
                device_id: author.to_string(),
                branch: name.and_then(|name| branch_of(name)).unwrap_or_default(),
                forked: what == "forked",
                place: seq + 1,
                at: clocks.map(|envelope| envelope.header().clock as i64).max(),
            });
        }
        Ok(alarms)
    }

    /// Returns the reads of a device's last envelope in each stream.
    fn last_envelopes(&self, device: &DeviceId) -> Vec<Query> {
        let streams = self.chains.streams_of(device).into_iter();
        streams
            .filter_map(|stream| {
                let (seq, id) = self.chains.last(stream, *device)?;
                Some(stored_envelope(&stream, device, seq, &id))
            })
            .collect()
    }

    pub fn device_name(&self, device: &DeviceId) -> String {
        let known = self.settings.devices.get(&device.to_string());
        known.map(|(name, _)| name.clone()).unwrap_or_default()
    }

    /// Returns how a device was shut out, in words.
    pub fn shut_out_view(&self, shut: &ShutOut) -> ShutOutView {
        ShutOutView {
            at: shut.clock as i64,
            by: self.device_name(&shut.by),
            reason: self.words(&shut.reason),
        }
    }

    fn device_row(
        &self,
        now: Millis,
        device: &DeviceId,
        member: Option<&Member>,
        shut: Option<&ShutOut>,
    ) -> DeviceRow {
        let membership = &self.members.membership;
        let hex = device.to_string();
        let change = member.and_then(|member| member.change.as_ref());
        let invited = member
            .and_then(|member| member.invitation)
            .and_then(|name| self.settings.invitations.get(&short_name(&name)).cloned());
        let told = change
            .and_then(|change| InvitationDetails::read(&self.words(&change.details)))
            .map(|details| (details.branch, details.role));
        let (branch, role) = told.or(invited).unwrap_or_default();
        let registered = self.settings.devices.get(&hex);
        let staff = self.settings.device_staff.get(&hex);
        let person = staff.and_then(|id| self.settings.staff.get(id));
        let until = change
            .map(|change| change.until_ms as i64)
            .filter(|until| *until != 0);
        let state = match (shut, until) {
            (Some(_), _) => DeviceState::ShutOut,
            (None, Some(until)) if until <= now => DeviceState::Expired,
            (None, _) => DeviceState::Member,
        };
        let branches = self.settings.branches.keys().filter(|code| {
            BranchCode::parse(code).is_ok_and(|code| {
                let stream = StreamId::derive(&membership.workspace(), &branch_stream(&code));
                membership.may_read(device, &stream)
            })
        });
        DeviceRow {
            name: self.device_name(device),
            staff: person.map(|staff| staff.name.clone()).unwrap_or_default(),
            branch: if branch.is_empty() {
                registered
                    .map(|(_, branch)| branch.clone())
                    .unwrap_or_default()
            } else {
                branch
            },
            role: match member {
                Some(member) if role.is_empty() && member.rights.administrator => {
                    "administrator".to_owned()
                }
                _ => role,
            },
            branches: branches.cloned().collect(),
            own: self.own_device() == Some(*device),
            administrator: member.is_some_and(|member| member.rights.administrator),
            joined: member.map_or(0, |member| member.admitted_ms as i64),
            last_seen: None,
            until,
            state,
            shut: shut.map(|shut| self.shut_out_view(shut)),
            siblings: self.siblings(device).len() as u32,
            id: hex,
        }
    }
}

/// Returns the read of one stored envelope.
fn stored_envelope(stream: &StreamId, author: &DeviceId, seq: u64, id: &EnvelopeId) -> Query {
    let key = [
        stream.as_bytes().as_slice(),
        author.as_bytes(),
        &seq.to_be_bytes(),
        id.as_bytes(),
    ]
    .concat();
    let table = Table::Envelopes;
    Query::Get { table, key }
}

/// Returns the branch code in the name of a stream of one branch.
fn branch_of(name: &str) -> Option<String> {
    let (_, code) = name.split_once('/')?;
    (!code.contains('+')).then(|| code.to_owned())
}
