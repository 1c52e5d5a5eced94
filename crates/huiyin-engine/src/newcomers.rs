//! Devices that used an invitation which asks: the number both screens show, and letting one in.
//!
//! The device that made the invitation answers each with a draw, by itself, as soon as the newcomer is heard of; that is all an unseen
//! newcomer gets. Letting in is a person's act: a confirmation, after which keys are wrapped to the device. Refusing closes the invitation.

use std::collections::BTreeMap;

use huiyin_api::{Answer, NewcomerView, OwnApproval, Problem, ProblemCode};
use huiyin_sync::approval::MAX_DRAWN;
use huiyin_sync::{Confirmation, Draw, EnvelopeError, Newcomer, Statement};

use crate::replica::Replica;
use crate::task::{After, Run, Tx};
use crate::workspace::short_name;

impl Replica {
    /// Returns the devices that wait, the latest last.
    pub fn newcomers(&self) -> Vec<NewcomerView> {
        let membership = &self.members.membership;
        let workspace = membership.workspace();
        let own = self.own_device();
        let mut waiting: Vec<&Newcomer> = membership.waiting().collect();
        waiting.sort_by_key(|newcomer| (newcomer.clock, newcomer.device));
        let rivals = |of: &Newcomer| {
            let same = waiting.iter().filter(|one| one.invitation == of.invitation);
            same.count() as u32
        };
        let view = |newcomer: &&Newcomer| {
            let invitation = short_name(&newcomer.invitation);
            let known = self.settings.invitations.get(&invitation).cloned();
            let (branch, role) = known.unwrap_or_default();
            NewcomerView {
                device: newcomer.device.to_string(),
                number: newcomer.number(&workspace),
                at: newcomer.clock as i64,
                branch,
                role,
                rivals: rivals(newcomer),
                may_approve: own
                    .is_some_and(|own| membership.may_confirm(&own, &newcomer.invitation)),
                invitation,
            }
        };
        waiting.iter().map(view).collect()
    }

    /// Returns how this device stands, if its invitation asks and it does not belong yet.
    pub fn own_approval(&self) -> Option<OwnApproval> {
        let own = self.own_device()?;
        let secret = self.identity.as_ref()?.invitation()?;
        let membership = &self.members.membership;
        let state = membership.invitation(&secret.sign_public())?;
        if !state.asks || membership.is_member(&own) || self.shut_out().is_some() {
            return None;
        }
        if state.used_by.is_some() {
            return Some(OwnApproval::Other);
        }
        if state.withdrawn {
            return Some(OwnApproval::Refused);
        }
        let mut waiting = membership.waiting();
        let mine = waiting.find(|newcomer| newcomer.device == own);
        let number = mine.and_then(|newcomer| newcomer.number(&membership.workspace()));
        Some(number.map_or(OwnApproval::Asked, OwnApproval::Number))
    }

    /// Answers those who wait at invitations of this device, at most [`MAX_DRAWN`] of one invitation: the first that came.
    pub fn draw_numbers(&mut self, tx: &mut Tx<'_>) -> Result<(), EnvelopeError> {
        let Some(own) = self.own_device() else {
            return Ok(());
        };
        let membership = &self.members.membership;
        let mut waiting: Vec<&Newcomer> = membership.waiting().collect();
        waiting.retain(|newcomer| newcomer.maker == own);
        // Whoever was answered stays among the answered.
        waiting.sort_by_key(|one| (one.nonce.is_none(), one.clock, one.device));
        let mut answered: BTreeMap<[u8; 32], usize> = BTreeMap::new();
        let mut draws = Vec::new();
        for newcomer in waiting {
            let count = answered.entry(newcomer.invitation).or_default();
            *count += 1;
            if newcomer.nonce.is_none() && *count <= MAX_DRAWN {
                draws.push(Draw {
                    invitation: newcomer.invitation,
                    device: newcomer.device,
                    nonce: tx.entropy.array(),
                });
            }
        }
        for draw in draws {
            self.say(tx, Statement::Draw(draw))?;
        }
        Ok(())
    }

    /// Lets in a device that waits. `number` is what was compared: if the device has another by now, nobody is let in.
    pub fn approve_device(&mut self, tx: &mut Tx<'_>, device: &str, number: &str) -> Run<Answer> {
        self.administrator()?;
        let membership = &self.members.membership;
        let workspace = membership.workspace();
        let found = membership.waiting().find(|newcomer| {
            newcomer.device.to_string() == device
                && newcomer.number(&workspace).as_deref() == Some(number)
        });
        let Some(newcomer) = found else {
            return Err(Problem::at(ProblemCode::NotFound, number)
                .because("no device waits with this number: compare again")
                .into());
        };
        let (invitation, device) = (newcomer.invitation, newcomer.device);
        let own = self.own_device();
        if !own.is_some_and(|own| membership.may_confirm(&own, &invitation)) {
            return Err(Problem::new(ProblemCode::NotAllowed)
                .because("only the administrator's device that made the invitation")
                .into());
        }
        let confirmation = Confirmation { invitation, device };
        let internal = |_| Problem::at(ProblemCode::Internal, "statement too large");
        self.say(tx, Statement::Confirmation(confirmation))
            .map_err(internal)?;
        self.complete_grants(tx).map_err(internal)?;
        tx.after.push(After::Streams);
        tx.changed = true;
        Ok(Answer::Done)
    }
}
