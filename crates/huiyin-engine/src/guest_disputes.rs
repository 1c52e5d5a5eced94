//! Disputes (争议) about whose guest a customer is, and their rulings.
//!
//! Decides who may raise and rule one. A dispute and its ruling stand in the customer's file, and as notes in the invitation, so
//! that the list of guests needs no other document. A ruling rules every dispute its author knew: those raised apart are one round.
//! Of rulings made apart the later holds. Who registered an invitation stays in it, whatever is ruled.
//!
//! **Source:** a health-product seller's rules: disputes go to the coordinator, then the general manager.

use std::collections::{BTreeMap, BTreeSet};

use huiyin_api::{Answer, DisputeView, Problem, ProblemCode};
use huiyin_core::case::{CaseEvent, Step};
use huiyin_core::file::{self, data};
use huiyin_core::staff::Role;
use huiyin_core::text::same_name;
use huiyin_document::{DocumentKey, Edit};

use crate::cases::new_event;
use crate::customers::note_text;
use crate::event_changes::Event;
use crate::guests::{Invited, each_once, holds};
use crate::replica::Replica;
use crate::steps::{Prepared, hand_over};
use crate::task::{Run, Tx};

/// What is known of one guest of an event.
#[derive(Debug, Default)]
pub(crate) struct Guest {
    /// Record id of the invitation that holds.
    pub holds: String,
    pub dispute: Option<DisputeView>,
    /// The open `disputed` events of the guest's file.
    disputed: BTreeSet<String>,
    pub ruling: Option<DisputeView>,
    pub may_dispute: bool,
    pub may_rule: bool,
    pub parties: Vec<String>,
}

impl Guest {
    /// Returns whose guest this is by one of the invitations: of the one that holds by a ruling whom that names.
    pub fn inviter_of<'a>(&'a self, one: &'a Invited) -> &'a str {
        match &self.ruling {
            Some(ruling) if one.invitation.id == self.holds && !ruling.inviter.is_empty() => {
                &ruling.inviter
            }
            _ => &one.invitation.inviter,
        }
    }
}

impl Replica {
    /// Returns the roles that rule disputes, in order; empty = those who decide owners.
    pub(crate) fn dispute_roles(&self) -> &[String] {
        self.allocation_rules()
            .map_or(&[], |rules| rules.disputes.as_slice())
    }

    /// Returns how the invitations of one guest stand.
    pub(crate) fn judge_guest(&self, invited: &[&Invited]) -> Guest {
        let notes: Vec<(&Invited, &CaseEvent)> = invited
            .iter()
            .flat_map(|one| one.summary.in_force().map(|event| (*one, event)))
            .filter(|(_, event)| event.step == Step::Noted)
            .collect();
        let latest = |name: &str, fits: &dyn Fn(&CaseEvent) -> bool| {
            notes
                .iter()
                .filter(|(_, event)| !event.datum(name).is_empty() && fits(event))
                .max_by_key(|(_, event)| (event.at, &event.id))
                .copied()
        };
        let rulings = || {
            notes
                .iter()
                .map(|(_, event)| *event)
                .filter(|event| !event.datum(data::RULED).is_empty())
        };
        let rounds: BTreeSet<&str> = rulings().map(|event| event.datum(data::OF)).collect();
        let ruled: BTreeSet<&str> = rounds.iter().flat_map(|of| data::ids(of)).collect();
        let view = |event: &CaseEvent| DisputeView {
            by: event.by.clone(),
            at: event.at,
            note: event.note.clone(),
            inviter: event.datum(data::INVITER).to_owned(),
        };
        let is_open = |event: &CaseEvent| !ruled.contains(event.datum(data::DISPUTED));
        let open = latest(data::DISPUTED, &is_open);
        let ruling = latest(data::RULED, &|_| true);
        let raised = || {
            notes
                .iter()
                .map(|(_, event)| *event)
                .filter(|event| !event.datum(data::DISPUTED).is_empty())
        };
        let inviters = invited.iter().map(|one| one.invitation.inviter.as_str());
        let disputing = raised().map(|event| event.by.as_str());
        let named = rulings().map(|event| event.datum(data::INVITER));
        let parties = each_once(inviters.chain(disputing).chain(named));
        let roles = self.dispute_roles();
        // Every ruling may be disputed once more, before the next role in order.
        let rounds = rounds.len();
        let actor = self.actor();
        let is_party = parties.iter().any(|name| actor.is_named(name));
        let in_turn = if roles.is_empty() {
            self.decides_owners()
        } else {
            let at = rounds.min(roles.len() - 1);
            roles[at..].iter().any(|role| actor.holds_post(role))
        };
        Guest {
            holds: holds(invited, ruling.map(|(one, _)| one.invitation.id.as_str())),
            dispute: open.map(|(_, event)| view(event)),
            disputed: raised()
                .filter(|event| is_open(event))
                .map(|event| event.datum(data::DISPUTED).to_owned())
                .collect(),
            ruling: ruling.map(|(_, event)| view(event)),
            may_dispute: invited.iter().all(|one| !one.customer.is_empty())
                && open.is_none()
                && rounds < roles.len().max(1),
            may_rule: open.is_some()
                && in_turn
                && (!is_party || actor.holds_any(&[Role::GeneralManager])),
            parties,
        }
    }

    /// Returns all invitations of the guest of one, to the same event; none if it is beyond those an event reads.
    pub(crate) fn guest_of(&mut self, contact: &str, event: &Event) -> Run<Vec<Invited>> {
        let (invited, _) = self.invitations(event)?;
        let own = invited.iter().find(|one| one.invitation.id == contact);
        let guest = own.map(|one| one.guest().to_owned());
        Ok(invited
            .into_iter()
            .filter(|one| Some(one.guest()) == guest.as_deref())
            .collect())
    }

    /// Returns the invitations of a guest somebody disputes, and how they stand.
    fn disputed_guest(&mut self, contact: &str) -> Run<(Vec<Invited>, Guest)> {
        let (_, record) = self.read_contact(contact)?;
        let event = self.event_of_invitation(&record)?;
        let invited = self.guest_of(contact, &event)?;
        let one = invited.first();
        let one = one.ok_or_else(|| Problem::at(ProblemCode::NotFound, contact))?;
        if one.customer.is_empty() {
            return Err(Problem::at(ProblemCode::StepRefused, Step::Disputed.name())
                .because("this guest has no file: register the customer and invite by it")
                .into());
        }
        let guest = self.judge_guest(&invited.iter().collect::<Vec<_>>());
        Ok((invited, guest))
    }

    /// Raises a dispute about whose guest a customer is.
    pub fn dispute_guest(&mut self, tx: &mut Tx<'_>, contact: &str, note: &str) -> Run<Answer> {
        let note = wanted(note)?;
        let (invited, guest) = self.disputed_guest(contact)?;
        if !guest.may_dispute {
            let why = if guest.dispute.is_some() {
                "a dispute about this guest waits for a ruling already"
            } else {
                "the last role in order has ruled this: it stands"
            };
            return Err(Problem::at(ProblemCode::StepRefused, Step::Disputed.name())
                .because(why)
                .into());
        }
        let one = of(&invited, &guest.holds).or_else(|| invited.first());
        let one = one.ok_or_else(|| Problem::at(ProblemCode::NotFound, contact))?;
        self.write_about(tx, one, Step::Disputed, &note, &BTreeMap::new())
    }

    /// Rules a dispute: names whose guest the customer is.
    pub fn rule_guest(
        &mut self,
        tx: &mut Tx<'_>,
        contact: &str,
        inviter: &str,
        note: &str,
    ) -> Run<Answer> {
        let note = wanted(note)?;
        let (registered, guest) = self.disputed_guest(contact)?;
        let refused = |code, why: String| Problem::at(code, Step::Ruled.name()).because(why);
        if guest.dispute.is_none() {
            let why = "no dispute about this guest waits for a ruling".to_owned();
            return Err(refused(ProblemCode::StepRefused, why).into());
        }
        if !guest.may_rule {
            let roles = self.dispute_roles();
            let why = if roles.is_empty() {
                "a supervisor rules this, and nobody their own dispute".to_owned()
            } else {
                format!(
                    "{} rule this in this order, and nobody their own dispute",
                    roles.join(", ")
                )
            };
            return Err(refused(ProblemCode::NotAllowed, why).into());
        }
        let named = guest
            .parties
            .iter()
            .find(|name| same_name(name, inviter))
            .ok_or_else(|| {
                Problem::at(ProblemCode::BadField, "inviter")
                    .because("name one of those who invited or who disputes")
            })?;
        let one = registered
            .iter()
            .find(|one| same_name(&one.invitation.inviter, named))
            .or_else(|| of(&registered, &guest.holds))
            .ok_or_else(|| Problem::at(ProblemCode::NotFound, contact))?;
        let disputed: Vec<&str> = guest.disputed.iter().map(String::as_str).collect();
        let told = BTreeMap::from([
            (data::OF.to_owned(), disputed.join(data::BETWEEN_IDS)),
            (data::INVITER.to_owned(), named.clone()),
        ]);
        self.write_about(tx, one, Step::Ruled, &note, &told)
    }

    /// Writes a dispute or ruling into the guest's file and into the invitation, in one act.
    fn write_about(
        &mut self,
        tx: &mut Tx<'_>,
        one: &Invited,
        step: Step,
        note: &str,
        told: &BTreeMap<String, String>,
    ) -> Run<Answer> {
        let (guest, record, _) = self.read_record(&one.customer)?;
        self.must_stand(&guest)?;
        hand_over(&mut self.clock, tx.now, &record);
        hand_over(&mut self.clock, tx.now, &one.record);
        let author = self.author(tx);
        let mut event = new_event(tx, step, &author);
        note.clone_into(&mut event.note);
        event.after = file::fold(&record.events).heads;
        event.data.clone_from(told);
        let mut put = |name: &str, value: &str| {
            event.data.insert(name.to_owned(), value.to_owned());
        };
        put(data::EVENT, one.record.field("event"));
        put(data::INVITATION, &one.invitation.id);
        let named = event.id.to_string();
        let in_file = Prepared {
            number: record.number,
            edits: vec![(
                DocumentKey::Segment(guest.segment.clone()),
                Edit::Append {
                    local: guest.local,
                    event: Box::new(event),
                },
            )],
            id: guest,
        };
        let mut noted = new_event(tx, Step::Noted, &author);
        note.clone_into(&mut noted.note);
        noted.after.clone_from(&one.summary.heads);
        noted.data.clone_from(told);
        let mark = if step == Step::Ruled {
            data::RULED
        } else {
            data::DISPUTED
        };
        noted.data.insert(mark.to_owned(), named);
        let key = DocumentKey::Segment(one.id.segment.clone());
        let local = one.id.local;
        let event = Box::new(noted);
        let invitation = Prepared {
            id: one.id.clone(),
            number: one.record.number.clone(),
            edits: vec![(key, Edit::Append { local, event })],
        };
        self.write_steps(tx, &author, vec![in_file, invitation]);
        Ok(Answer::Saved {
            id: one.id.to_string(),
            number: one.record.number.clone(),
        })
    }
}

fn of<'a>(invited: &'a [Invited], id: &str) -> Option<&'a Invited> {
    invited.iter().find(|one| one.invitation.id == id)
}

fn wanted(note: &str) -> Result<String, Problem> {
    let note = note_text(note)?;
    if note.trim().is_empty() {
        return Err(Problem::at(ProblemCode::Missing, "note"));
    }
    Ok(note)
}
