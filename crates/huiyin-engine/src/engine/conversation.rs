//! The engine's side of the conversation with the relay: feeds the session and carries out what it says.

use huiyin_api::{Notice, socket_url};
use huiyin_sync::{Entropy, RefusalCode, Session, SessionAction, SessionStatus, StreamId};

use super::{Engine, Phase, Running};
use crate::link::RootFirst;
use crate::task::{Source, Work};
use crate::{Effect, Millis};

/// Name of the stream of the company's root document.
const ROOT_STREAM: &str = "root";
/// Milliseconds in a minute, which is how exactly the last contact is shown.
const MINUTE_MS: Millis = 60_000;

impl Engine {
    pub(super) fn restart_session(&mut self) {
        if self.replica.link.session.take().is_some() {
            self.effects.push(Effect::Disconnect);
        }
        // Its admission is offered anew.
        self.replica.link.turned_away = false;
        self.objects_lost();
        if self.replica.link.paused || self.replica.shut_out().is_some() {
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

    /// The connection has ended, and with it every question about objects. Returns whether a newcomer goes on without snapshots.
    fn objects_lost(&mut self) -> bool {
        let lost = self.replica.fetches_lost();
        self.effects.extend(lost.into_iter().map(Effect::Notify));
        self.replica.rows_lost()
    }

    /// Wants the streams whose key is here. The company's root comes first where it is not here yet: rows made without its
    /// calendars and packs would have to be made again.
    pub(super) fn want_streams(&mut self) {
        let replica = &mut self.replica;
        let names = &replica.members.names;
        let link = &replica.link.root;
        let early = replica.settings.company.is_empty() && *link != RootFirst::Done;
        let again = *link == RootFirst::Unknown && replica.lacks_rows();
        let rows = *link == RootFirst::Rows || again;
        let root = names.iter().find(|(_, name)| *name == ROOT_STREAM);
        let streams: Vec<StreamId> = match root {
            Some((root, _)) if rows => {
                replica.link.root = RootFirst::Rows;
                vec![*root]
            }
            Some((root, _)) if early => {
                replica.link.root = RootFirst::Sought;
                vec![*root]
            }
            _ => {
                if !replica.settings.company.is_empty() {
                    replica.link.root = RootFirst::Done;
                }
                names.keys().copied().collect()
            }
        };
        self.session(|session, now, _| session.streams(streams, now));
        // Where nothing more is to come the session has nothing to tell.
        let replica = &self.replica;
        if replica.has_all_streams() && replica.never_complete() && replica.link.is_caught_up() {
            self.push(Work::Contact);
        }
    }

    pub(super) fn wake(&mut self) {
        self.pace.woken();
        if self.resting {
            if matches!(self.phase, Phase::Ready) {
                self.begin_background();
            }
            return;
        }
        let next = self.replica.link.wake_at.into_iter();
        let pieces = self.replica.pieces.wake_at();
        self.pace.heed_clock(self.now);
        self.replica.pieces.heed_clock(self.now);
        let early = next.chain(self.pace.next()).chain(pieces).min();
        if early.is_some_and(|at| self.now < at) {
            // Not the time that was asked for: the device is back online.
            self.session(Session::retry_now);
        } else {
            self.session(Session::tick);
        }
        if self.pace.seals(self.now) {
            self.push_seal();
        }
        if self.replica.pieces.rested(self.now) {
            self.push(Work::Pieces);
        }
        if self.replica.pieces.shares_again(self.now) {
            for continuation in self.replica.shares.clone() {
                self.push(Work::Share(continuation));
            }
        }
        if self.pace.tells(self.now) {
            self.tell_changed();
        }
        if self.pace.reads(self.now) {
            self.arrive();
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
                cursor,
                head,
            } => {
                self.replica.link.heads.insert(stream, head);
                self.push(Work::Ingest(
                    Source::Relay { stream, cursor },
                    envelopes
                        .into_iter()
                        .map(|delivered| delivered.bytes)
                        .collect(),
                ));
            }
            SessionAction::Receipt { receipts, passed } => {
                self.push(Work::Receipts { receipts, passed });
            }
            SessionAction::Refused {
                envelope,
                code,
                permanent,
            } => {
                if permanent {
                    let turned_away = matches!(
                        code,
                        RefusalCode::InvitationUsed | RefusalCode::InvitationExpired
                    );
                    self.push(Work::Refused {
                        envelope,
                        reason: code.name().to_owned(),
                        turned_away,
                    });
                }
            }
            SessionAction::Reoffer { .. } => {
                if !self.lane.iter().any(|job| job.work == Work::Reoffer) {
                    self.push(Work::Reoffer);
                }
            }
            SessionAction::ObjectStored { token } => self.push(Work::PieceStored(token)),
            SessionAction::ObjectRefused {
                token,
                code,
                permanent,
            } => self.push(Work::PieceRefused {
                token,
                reason: code.name(),
                permanent,
            }),
            SessionAction::Object { token, bytes } => self.push(Work::PieceCame(token, bytes)),
            SessionAction::Status(status) => {
                if matches!(status, SessionStatus::Live { .. }) {
                    self.push(Work::Seal);
                    self.push(Work::Pieces);
                    if self.replica.link.root == RootFirst::Rows {
                        self.push(Work::FetchRows);
                    }
                } else if self.objects_lost() {
                    self.want_streams();
                }
                if matches!(
                    status,
                    SessionStatus::Live {
                        caught_up: true,
                        member: true
                    }
                ) {
                    if self.replica.has_all_streams() {
                        self.push(Work::Contact);
                    }
                    // What was not to be had before may be there now.
                    for continuation in self.replica.shares.clone() {
                        self.push(Work::Share(continuation));
                    }
                    if self.replica.link.root == RootFirst::Sought {
                        self.replica.link.root = RootFirst::Rows;
                        self.push(Work::FetchRows);
                    }
                }
                self.notify_sync();
            }
            SessionAction::WakeAt(at) => {
                self.replica.link.wake_at = Some(at as Millis);
            }
        }
    }

    /// What was heard of the relay is a contact once all of it is stored and nothing is left to hand over. It is kept in memory, and the
    /// pages are told when the minute has changed.
    pub(super) fn note_contact(&mut self) {
        let quiet = matches!(self.phase, Phase::Ready)
            && matches!(self.running, Running::No)
            && self.lane.is_empty();
        if !quiet {
            return;
        }
        let Some(heard) = self.replica.link.heard_at.take() else {
            return;
        };
        if !self.replica.is_up_to_date() {
            return;
        }
        let before = self.replica.link.contact.replace(heard);
        if before.is_none_or(|before| before / MINUTE_MS != heard / MINUTE_MS) {
            self.notify_sync();
        }
    }

    pub(super) fn notify_sync(&mut self) {
        let view = self.replica.sync_view(self.now);
        self.effects
            .push(Effect::Notify(Notice::Sync(Box::new(view))));
    }
}
