//! The engine's side of the conversation with the relay: feeds the session and carries out what it says.

use huiyin_api::Notice;
use huiyin_sync::{Entropy, Session, SessionAction, SessionStatus, StreamId};

use super::{Engine, Phase};
use crate::link::socket_url;
use crate::task::{Source, Work};
use crate::{Effect, Millis};

impl Engine {
    pub(super) fn restart_session(&mut self) {
        if self.replica.link.session.take().is_some() {
            self.effects.push(Effect::Disconnect);
        }
        if self.replica.link.paused {
            return self.notify_sync();
        }
        let Some(identity) = &self.replica.identity else {
            return;
        };
        if identity.relay.as_deref().and_then(socket_url).is_none() {
            return;
        }
        let session = Session::new(
            identity.workspace(),
            identity.keys(),
            self.replica.link.cursors.clone(),
        );
        self.replica.link.session = Some(session);
        self.replica
            .link
            .unacked
            .values_mut()
            .for_each(|unacked| unacked.offered = false);
        self.want_streams();
        self.push(Work::Offer);
        self.session(Session::tick);
    }

    pub(super) fn want_streams(&mut self) {
        let streams: Vec<StreamId> = self.replica.members.names.keys().copied().collect();
        self.session(|session, now, _| session.streams(streams, now));
    }

    pub(super) fn wake(&mut self) {
        if self.resting {
            if matches!(self.phase, Phase::Ready) {
                self.begin_background();
            }
            return;
        }
        let early = self.replica.link.wake_at.is_some_and(|at| self.now < at);
        if early {
            self.session(Session::retry_now);
        } else {
            self.session(Session::tick);
        }
    }

    /// Feeds the session and carries out what it says.
    pub(super) fn session(
        &mut self,
        feed: impl FnOnce(&mut Session, u64, &mut Entropy) -> Vec<SessionAction>,
    ) {
        let now = self.now.max(0) as u64;
        let Some(session) = &mut self.replica.link.session else {
            return;
        };
        let actions = feed(session, now, &mut self.entropy);
        for action in actions {
            self.act(action);
        }
    }

    pub(super) fn act(&mut self, action: SessionAction) {
        match action {
            SessionAction::Connect => {
                let url = self
                    .replica
                    .identity
                    .as_ref()
                    .and_then(|identity| socket_url(identity.relay.as_deref()?));
                self.effects.extend(url.map(|url| Effect::Connect { url }));
            }
            SessionAction::Disconnect => self.effects.push(Effect::Disconnect),
            SessionAction::Send(frame) => self.effects.push(Effect::Send { frame }),
            SessionAction::Deliver {
                stream,
                envelopes,
                head,
            } => {
                self.replica.link.heads.insert(stream, head);
                if let Some(last) = envelopes.last() {
                    let cursor = last.cursor;
                    self.push(Work::Ingest(
                        Source::Relay { stream, cursor },
                        envelopes
                            .into_iter()
                            .map(|delivered| delivered.bytes)
                            .collect(),
                    ));
                }
            }
            SessionAction::Receipt(receipts) => self.push(Work::Receipts(receipts)),
            SessionAction::Refused {
                envelope,
                code,
                permanent,
            } => {
                if permanent {
                    let second_use = code == huiyin_sync::RefusalCode::InvitationUsed;
                    self.push(Work::Refused {
                        envelope,
                        reason: code.name().to_owned(),
                        second_use,
                    });
                }
            }
            SessionAction::Reoffer { .. } => {
                if !self.lane.iter().any(|job| job.work == Work::Reoffer) {
                    self.push(Work::Reoffer);
                }
            }
            SessionAction::Status(status) => {
                if matches!(status, SessionStatus::Live { .. }) {
                    self.push(Work::Seal);
                }
                if matches!(
                    status,
                    SessionStatus::Live {
                        caught_up: true,
                        member: true
                    }
                ) {
                    self.push(Work::Contact);
                }
                self.notify_sync();
            }
            SessionAction::WakeAt(at) => {
                self.replica.link.wake_at = Some(at as Millis);
                self.effects.push(Effect::WakeAt(at as Millis));
            }
        }
    }

    pub(super) fn notify_sync(&mut self) {
        let view = self.replica.sync_view();
        self.effects
            .push(Effect::Notify(Notice::Sync(Box::new(view))));
    }
}
