//! Disputes (争议) about whose guest a customer is, and their rulings.
//!
//! Decides who may raise and rule one. A dispute and its ruling stand in the customer's file, and as notes in the invitation, so
//! that the list of guests needs no other document. Of rulings made apart the later holds.
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
use crate::events::{Invited, each_once, holds};
use crate::replica::Replica;
use crate::steps::{Prepared, hand_over};
use crate::task::{Run, Tx};

/// What is known of one guest of an event.
#[derive(Debug, Default)]
pub(crate) struct Guest {
    /// Record id of the invitation that holds.
    pub holds: String,
    pub dispute: Option<DisputeView>,
    /// The `disputed` event of the guest's file.
    disputed: String,
    pub ruling: Option<DisputeView>,
    pub may_dispute: bool,
    pub may_rule: bool,
    pub parties: Vec<String>,
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
        let ruled: BTreeSet<&str> = notes
            .iter()
            .filter(|(_, event)| !event.datum(data::RULED).is_empty())
            .map(|(_, event)| event.datum(data::OF))
            .collect();
        let view = |event: &CaseEvent| DisputeView {
            by: event.by.clone(),
            at: event.at,
            note: event.note.clone(),
            inviter: event.datum(data::INVITER).to_owned(),
        };
        let open = latest(data::DISPUTED, &|event| {
            !ruled.contains(event.datum(data::DISPUTED))
        });
        let ruling = latest(data::RULED, &|_| true);
        let raised = notes
            .iter()
            .filter(|(_, event)| !event.datum(data::DISPUTED).is_empty())
            .map(|(_, event)| event.by.as_str());
        let inviters = invited.iter().map(|one| one.invitation.inviter.as_str());
        let parties = each_once(inviters.chain(raised));
        let roles = self.dispute_roles();
        // Every ruling may be disputed once more, before the next role in order.
        let rounds = ruled.len();
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
            disputed: open.map_or_else(String::new, |(_, event)| {
                event.datum(data::DISPUTED).to_owned()
            }),
            ruling: ruling.map(|(_, event)| view(event)),
            may_dispute: open.is_none() && rounds < roles.len().max(1),
            may_rule: open.is_some()
                && in_turn
                && (!is_party || actor.holds_any(&[Role::GeneralManager])),
            parties,
        }
    }

    /// Returns all invitations of the guest of one, to the same event.
    fn guest_of(&mut self, contact: &str) -> Run<Vec<Invited>> {
        let (_, record) = self.read_contact(contact)?;
        let form = huiyin_api::EventForm {
            name: record.field("event").to_owned(),
            day: record.field("planned_on").to_owned(),
            session: record.field("session").to_owned(),
            ..huiyin_api::EventForm::default()
        };
        let (invited, _) = self.invitations(&form)?;
        let customer = invited
            .iter()
            .find(|one| one.id.to_string() == contact)
            .map(|one| one.customer.clone())
            .ok_or_else(|| Problem::at(ProblemCode::NotFound, contact))?;
        Ok(invited
            .into_iter()
            .filter(|one| one.customer == customer)
            .collect())
    }

    /// Raises a dispute about whose guest a customer is.
    pub fn dispute_guest(&mut self, tx: &mut Tx<'_>, contact: &str, note: &str) -> Run<Answer> {
        let note = wanted(note)?;
        let invited = self.guest_of(contact)?;
        let guest = self.judge_guest(&invited.iter().collect::<Vec<_>>());
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
        self.write_about(tx, one, Step::Disputed, &note, &BTreeMap::new(), None)
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
        let registered = self.guest_of(contact)?;
        let guest = self.judge_guest(&registered.iter().collect::<Vec<_>>());
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
        let own = registered
            .iter()
            .find(|one| same_name(&one.invitation.inviter, named));
        let one = own
            .or_else(|| of(&registered, &guest.holds))
            .ok_or_else(|| Problem::at(ProblemCode::NotFound, contact))?;
        let told = BTreeMap::from([
            (data::OF.to_owned(), guest.disputed.clone()),
            (data::INVITER.to_owned(), named.clone()),
        ]);
        let inviter = own.is_none().then(|| named.clone());
        self.write_about(tx, one, Step::Ruled, &note, &told, inviter)
    }

    /// Writes a dispute or ruling into the guest's file and into the invitation, in one act.
    fn write_about(
        &mut self,
        tx: &mut Tx<'_>,
        one: &Invited,
        step: Step,
        note: &str,
        told: &BTreeMap<String, String>,
        inviter: Option<String>,
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
        let field = inviter.map(|value| Edit::SetField {
            local,
            field: "inviter".to_owned(),
            value,
        });
        let event = Box::new(noted);
        let edits = field
            .into_iter()
            .chain([Edit::Append { local, event }])
            .map(|edit| (key.clone(), edit))
            .collect();
        let invitation = Prepared {
            id: one.id.clone(),
            number: one.record.number.clone(),
            edits,
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
