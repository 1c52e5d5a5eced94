//! What the frame, the settings and the sync screen show of this replica.

use huiyin_api::{
    BranchView, DeviceView, InvitationView, PreviewView, RelayState, SettingsView, SyncView,
    WorkspaceStatus,
};
use huiyin_core::id::RecordKind;

use crate::quarantine::SHOWN_ROWS;
use crate::replica::Replica;
use crate::workspace::short_name;

impl Replica {
    /// Returns whether there is a workspace and who is at the device.
    pub fn status(&self) -> WorkspaceStatus {
        let Some(identity) = &self.identity else {
            return WorkspaceStatus::default();
        };
        let (staff_name, roles) = self.person();
        let open_cases: u32 = self
            .listed(RecordKind::Case)
            .map(|(_, segment)| segment.summary.open())
            .sum();
        WorkspaceStatus {
            ready: true,
            waiting_for_data: self.settings.company.is_empty(),
            company: self.settings.company.clone(),
            sample: self.settings.sample,
            branch: identity.branch.clone(),
            branch_name: self
                .settings
                .branches
                .get(&identity.branch)
                .cloned()
                .unwrap_or_default(),
            staff: identity.staff.clone(),
            staff_name,
            roles,
            device_name: identity.device_name.clone(),
            head_office: self.is_head_office(),
            customers: (self.segments.count(RecordKind::Customer) - self.segments.standing().len())
                as u32,
            cases: self
                .listed(RecordKind::Case)
                .map(|(_, segment)| segment.len() as u32)
                .sum(),
            open_cases,
        }
    }

    /// Returns branches, staff and settings.
    pub fn settings_view(&self) -> SettingsView {
        let branches = self
            .settings
            .branches
            .iter()
            .map(|(code, name)| BranchView {
                code: code.clone(),
                name: name.clone(),
            })
            .collect();
        let mut staff: Vec<_> = self.settings.staff.values().cloned().collect();
        staff.sort_by(|a, b| a.name.cmp(&b.name));
        SettingsView {
            company: self.settings.company.clone(),
            case_clock: self.settings.case_clock.clone(),
            branches,
            staff,
            acting: self
                .identity
                .as_ref()
                .map(|identity| identity.staff.clone())
                .unwrap_or_default(),
            relay: self
                .identity
                .as_ref()
                .and_then(|identity| identity.relay.clone()),
            holidays_until: self.policies.calendar.last_known_year().unwrap_or_default(),
            may_edit: self.is_administrator(),
        }
    }

    /// Returns the connection in the words of the screen. `unsent` attachments are not handed over yet.
    fn relay_state(&self, unsent: usize) -> RelayState {
        if self.shut_out().is_some() {
            RelayState::ShutOut
        } else {
            match self.link.state(self.outbox.len() + unsent) {
                RelayState::UpToDate | RelayState::Sending if self.link.root.is_under_way() => {
                    RelayState::Receiving
                }
                state => state,
            }
        }
    }

    /// Returns whether everything was received and handed over.
    pub fn is_up_to_date(&self) -> bool {
        self.has_all_streams() && self.relay_state(self.unsent_blobs().0) == RelayState::UpToDate
    }

    /// Returns how this device stands with the others.
    pub fn sync_view(&self, now: crate::Millis) -> SyncView {
        let Some(identity) = &self.identity else {
            return SyncView::default();
        };
        let own = identity.keys().device();
        let membership = &self.members.membership;
        let device_name = |id: &huiyin_sync::DeviceId| {
            self.settings
                .devices
                .get(&id.to_string())
                .cloned()
                .unwrap_or_default()
        };
        let devices = membership
            .members()
            .map(|(id, member)| {
                let (name, branch) = device_name(id);
                let person = self.settings.device_staff.get(&id.to_string());
                let person = person.and_then(|staff| self.settings.staff.get(staff));
                DeviceView {
                    id: id.to_string(),
                    name,
                    branch,
                    person: person.map(|staff| staff.name.clone()).unwrap_or_default(),
                    own: *id == own,
                    administrator: member.rights.administrator || member.invitation.is_none(),
                    joined: member.admitted_ms as i64,
                }
            })
            .collect();
        let invitations = membership
            .invitations()
            .map(|state| {
                let second_uses = membership
                    .second_uses()
                    .filter(|use_| use_.invitation == state.invitation.invite_sign)
                    .count();
                let short = short_name(&state.invitation.invite_sign);
                let (branch, role) = self
                    .settings
                    .invitations
                    .get(&short)
                    .cloned()
                    .unwrap_or_default();
                InvitationView {
                    id: short,
                    branch,
                    role,
                    expires: state.invitation.expires_ms as i64,
                    used_by: state.used_by.as_ref().map(|id| device_name(id).0),
                    second_uses: second_uses as u32,
                    closed: state.withdrawn && state.used_by.is_none(),
                    asks: state.asks,
                }
            })
            .collect();
        let sealed: u64 = self
            .link
            .unacked
            .values()
            .map(|unacked| u64::from(unacked.changes))
            .sum();
        let (unsent, own_unsent) = self.unsent_blobs();
        SyncView {
            relay: identity.relay.clone(),
            state: self.relay_state(unsent),
            only_here: self.outbox.len() as u64 + sealed + own_unsent,
            last_contact: self.link.contact.or(identity.last_contact),
            retry_at: self.link.retry_at(),
            sharing: self.row_snapshots.is_making(),
            preview: self.row_snapshots.shown.map(|(device, at)| PreviewView {
                device: device_name(&device).0,
                at,
            }),
            devices,
            invitations,
            newcomers: self.newcomers(),
            approval: self.own_approval(),
            kit_due: self.kit_due(now),
            quarantine: self.link.quarantine.newest(0, SHOWN_ROWS),
            put_aside: self.link.quarantine.len(),
            may_invite: self.is_administrator(),
            clock_skew: self.link.clock_skew,
            shut_out: self.shut_out().map(|shut| self.shut_out_view(shut)),
            backup: self.backup_view(),
            late: self
                .late
                .envelopes
                .values()
                .filter(|late| !late.left)
                .count() as u32,
        }
    }
}
