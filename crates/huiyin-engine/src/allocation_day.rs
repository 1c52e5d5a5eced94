//! What sharing customers out puts on my day: customers taken out of the pool, of whom the policy has somebody told, and customers
//! who are to move because their complaint is unsolved.
//!
//! Decides who sees what and for how long. A claim is told by a register of the branch's catalogue, `claim/<event>`, as [`Told`]
//! writes it, until it was seen: two who see it apart have both seen it. A customer who was given to somebody after the time was up
//! is moved.
//!
//! **Source:** a health-product seller's rules: whoever takes an unserved customer reports it to the resources director; a complaint unsolved for 3 days moves
//! the customer to somebody else.

use std::collections::BTreeMap;

use huiyin_api::{AllocationDay, Answer, ClaimNotice, MoveProposal, Problem, ProblemCode};
use huiyin_core::case::Step;
use huiyin_core::deadline::{Length, deadline};
use huiyin_core::file::data;
use huiyin_core::id::{EventId, RecordId, RecordKind};
use huiyin_core::text::{fold, same_name};
use huiyin_document::{CaseColumn, CustomerColumn, DocumentKey, Registers, RowRef};
use serde::{Deserialize, Serialize};

use crate::Millis;
use crate::cases::new_event;
use crate::lists::HOME_ROWS;
use crate::owners::{owner_act, owners_of};
use crate::replica::Replica;
use crate::segments::Segment;
use crate::steps::hand_over;
use crate::task::{Run, Tx};

/// Registers of the catalogue about claims.
const CLAIMS: &str = "claim/";
/// Version of [`Told`].
const TOLD_VERSION: u32 = 1;
/// Wire name of the kind of case that moves a customer.
const COMPLAINT: &str = "complaint";

/// Row group of a case that has ended.
const ENDED: u8 = 2;

/// A claim somebody is told of, as JSON. Field order is the form of [`TOLD_VERSION`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Told {
    version: u32,
    customer: String,
    by: String,
    at: Millis,
    sign: String,
}

impl Told {
    fn read(json: &str) -> Option<Self> {
        serde_json::from_str(json)
            .ok()
            .filter(|told: &Self| told.version == TOLD_VERSION)
    }

    fn write(&self) -> String {
        serde_json::to_string(self).expect("a notice is plain data")
    }
}

impl Replica {
    /// Returns the role or post told of customers taken out of the pool; empty = nobody.
    pub(crate) fn claims_told(&self) -> &str {
        let pool = self
            .allocation_rules()
            .and_then(|rules| rules.pool.as_ref());
        pool.map_or("", |rule| rule.told.as_str())
    }

    /// Returns the register that tells a claim.
    pub(crate) fn claim_register(
        event: &EventId,
        customer: &RecordId,
        (by, at): (&str, Millis),
        sign: &str,
    ) -> (String, String) {
        let told = Told {
            version: TOLD_VERSION,
            customer: customer.to_string(),
            by: by.to_owned(),
            at,
            sign: sign.to_owned(),
        };
        (format!("{CLAIMS}{event}"), told.write())
    }

    /// Returns what sharing out adds to my day.
    pub fn allocation_day(&mut self, now: Millis) -> Run<AllocationDay> {
        let told = self.claims_told();
        let claims = if !told.is_empty() && self.actor().holds_post(told) {
            self.told_claims()?
        } else {
            Vec::new()
        };
        let moves = if self.decides_owners() {
            self.moves_due(now)
        } else {
            Vec::new()
        };
        Ok(AllocationDay { claims, moves })
    }

    fn told_claims(&mut self) -> Run<Vec<ClaimNotice>> {
        let catalogue = DocumentKey::Catalogue(self.branch()?);
        let registers = self.documents.get(&catalogue)?.registers(CLAIMS);
        let mut found: Vec<ClaimNotice> = registers
            .into_iter()
            .filter_map(|(id, json)| Some((id, Told::read(&json)?)))
            .map(|(id, told)| ClaimNotice {
                id,
                name: self.called(&told.customer),
                customer: told.customer,
                by: told.by,
                at: told.at,
                sign: told.sign,
            })
            .collect();
        found.sort_by(|a, b| (b.at, &b.id).cmp(&(a.at, &a.id)));
        found.truncate(HOME_ROWS);
        Ok(found)
    }

    /// Notes that a claim was seen.
    pub fn see_claim(&mut self, tx: &mut Tx<'_>, id: &str) -> Run<Answer> {
        let told = self.claims_told();
        if told.is_empty() || !self.actor().holds_post(told) {
            return Err(Problem::at(ProblemCode::NotAllowed, Step::Claimed.name())
                .because(format!("this is done by {told}"))
                .into());
        }
        let catalogue = DocumentKey::Catalogue(self.branch()?);
        let register = format!("{CLAIMS}{id}");
        let known = self.documents.get(&catalogue)?.registers(&register);
        if !known.contains_key("") {
            return Err(Problem::at(ProblemCode::NotFound, id).into());
        }
        let author = self.author(tx);
        self.write_registers(tx, &catalogue, &author, &[(register, String::new())]);
        tx.changed = true;
        Ok(Answer::Done)
    }

    /// Returns the time after which an unsolved complaint moves the customer, if the policy says so.
    fn moves_after(&self) -> Option<Length> {
        self.allocation_rules()?.complaint_moves_after
    }

    /// Returns the customer and the end of the time of a case that moves its customer; nothing for one that does not, or is not due.
    fn move_of(
        &self,
        segment: &Segment,
        row: RowRef<'_>,
        now: Millis,
    ) -> Option<(RecordId, Millis)> {
        // One that waits for an answer or for another branch is unsolved as well.
        let open = row.group() != ENDED && row.case(CaseColumn::Kind) == COMPLAINT;
        if !open {
            return None;
        }
        let calendar = self.policies.calendar_of(segment.key.branch.as_str());
        let due = deadline(calendar, row.received(), self.moves_after()?).due;
        let standing = self.segments.standing();
        let customer = standing.of_text(row.case(CaseColumn::CustomerId));
        let customer = RecordId::parse(customer).ok()?;
        let known = self.segments.row(&customer)?;
        let moved = known.done().is_some_and(|at| at >= due);
        (due < now && !moved && !known.customer(CustomerColumn::Owner).is_empty())
            .then_some((customer, due))
    }

    fn moves_due(&self, now: Millis) -> Vec<MoveProposal> {
        if self.moves_after().is_none() {
            return Vec::new();
        }
        let actor = self.actor();
        let mut found: BTreeMap<String, MoveProposal> = BTreeMap::new();
        for (_, segment) in self.listed(RecordKind::Case) {
            let branch = segment.key.working_branch();
            if !actor.head_office && actor.branch != branch.as_str() {
                continue;
            }
            for row in segment.iter() {
                let Some((customer, since)) = self.move_of(segment, row, now) else {
                    continue;
                };
                let text = customer.to_string();
                let earlier = found.get(&text).is_some_and(|known| known.since <= since);
                let Some(known) = self.segments.row(&customer).filter(|_| !earlier) else {
                    continue;
                };
                let owner = known.customer(CustomerColumn::Owner);
                let proposal = MoveProposal {
                    case: segment.id(row).to_string(),
                    number: row.case(CaseColumn::Number).to_owned(),
                    customer: text.clone(),
                    name: known.customer(CustomerColumn::Name).to_owned(),
                    owner: owner.to_owned(),
                    to: String::new(),
                    since,
                };
                found.insert(text, proposal);
            }
        }
        let mut found: Vec<MoveProposal> = found.into_values().collect();
        found.sort_by(|a, b| (a.since, &a.customer).cmp(&(b.since, &b.customer)));
        found.truncate(HOME_ROWS);
        if !found.is_empty() {
            let held = self.holdings();
            for proposal in &mut found {
                proposal.to = self.successor(&held, proposal);
            }
        }
        found
    }

    /// Returns who would take a customer over: of those at work in the branch who share a role with the owner, whoever looks after the
    /// fewest; empty = nobody.
    fn successor(&self, held: &BTreeMap<String, u32>, proposal: &MoveProposal) -> String {
        let staff = || self.settings.staff.values().filter(|one| !one.left);
        let owner = proposal.owner.as_str();
        let roles: Vec<&String> = staff()
            .filter(|one| same_name(&one.name, owner))
            .flat_map(|one| &one.roles)
            .collect();
        let branch = RecordId::parse(&proposal.case)
            .map(|id| id.segment.working_branch().to_string())
            .unwrap_or_default();
        let row = RecordId::parse(&proposal.customer)
            .ok()
            .and_then(|id| self.segments.row(&id));
        let second = row.map_or("", |row| row.customer(CustomerColumn::OwnerB));
        staff()
            .filter(|one| one.branch == branch)
            .filter(|one| !same_name(&one.name, owner) && !same_name(&one.name, second))
            .filter(|one| one.roles.iter().any(|role| roles.contains(&role)))
            .min_by_key(|one| {
                let holds = held.get(&fold(&one.name)).copied().unwrap_or_default();
                (holds, one.name.clone())
            })
            .map(|one| one.name.clone())
            .unwrap_or_default()
    }

    /// Moves the customer of a complaint unsolved for too long to somebody else.
    pub fn move_customer(&mut self, tx: &mut Tx<'_>, case: &str, to: &str) -> Run<Answer> {
        if !self.decides_owners() {
            return Err(Self::owners_refused().into());
        }
        let to = self.at_work(data::OWNER_A, to)?;
        let id = self.live(case)?;
        let place = self.segments.find(&id.segment).zip(self.segments.row(&id));
        let due = place
            .filter(|_| id.kind().is_case())
            .and_then(|(segment, row)| self.move_of(segment, row, tx.now));
        let Some((customer, _)) = due else {
            return Err(
                Problem::at(ProblemCode::StepRefused, Step::OwnerChanged.name())
                    .because("the customer was moved already, or need not be: look at my day again")
                    .into(),
            );
        };
        let number = self.called(case);
        let (customer, record, _) = self.read_record(&customer.to_string())?;
        self.must_stand(&customer)?;
        let before = owners_of(&record);
        if same_name(&before[0], &to) {
            return Err(Problem::at(ProblemCode::BadField, data::OWNER_A)
                .because("the customer moves to somebody else: name another")
                .into());
        }
        hand_over(&mut self.clock, tx.now, &record);
        let author = self.author(tx);
        let mut event = new_event(tx, Step::OwnerChanged, &author);
        event.reason = Some(number);
        let second = if same_name(&before[1], &to) {
            String::new()
        } else {
            before[1].clone()
        };
        let answer = Answer::Saved {
            id: customer.to_string(),
            number: record.number.clone(),
        };
        let act = owner_act(customer, &record, &before, &[to, second], event);
        self.write_steps(tx, &author, vec![act]);
        Ok(answer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_notice_is_stored_in_the_form_of_its_version() {
        let golden = r#"{"version":1,"customer":"cu.HQ.all.0.000000000000002a","by":"赵敏","at":1780000000000,"sign":"did_not_come"}"#;
        let told = Told {
            version: TOLD_VERSION,
            customer: "cu.HQ.all.0.000000000000002a".to_owned(),
            by: "赵敏".to_owned(),
            at: 1_780_000_000_000,
            sign: "did_not_come".to_owned(),
        };
        assert_eq!(told.write(), golden);
        assert_eq!(Told::read(golden), Some(told));
        assert_eq!(
            Told::read(&golden.replace("\"version\":1", "\"version\":2")),
            None
        );
    }
}
