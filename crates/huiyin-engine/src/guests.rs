//! Guests of events: invitations, the list of guests, who came and what was closed.
//!
//! Decides what is an invitation, whom it invites and what is written of it. An invitation is a contact of the kind `event` that names
//! the event ([`crate::events`]). On which list it counts and which holds decides `huiyin-core`; disputes and their rulings are in
//! [`crate::guest_disputes`].
//!
//! Long: reading, registering and recording share what an invitation is.
//!
//! **Source:** a health-product seller's rules: the first registered invitation wins; late lists lose.

use std::collections::{BTreeMap, BTreeSet};

use huiyin_api::{Answer, GuestLine, MAX_INVITATIONS, Problem, ProblemCode, StepIntent};
use huiyin_core::allocation::{Counted, Invitation, winner};
use huiyin_core::case::{CaseEvent, Step};
use huiyin_core::contact::{self, ContactState, ContactSummary};
use huiyin_core::file::data;
use huiyin_core::id::{RecordId, RecordKind};
use huiyin_core::text::same_name;
use huiyin_document::{ContactColumn as C, CustomerColumn, DocumentKey, Edit, Hand, Record};

use crate::event_changes::Event;
use crate::events::rank_of;
use crate::replica::Replica;
use crate::steps::hand_over;
use crate::task::{Run, Tx};

/// Wire name of the kind of contact that is an invitation.
pub(crate) const KIND: &str = "event";

/// An invitation with what its events say.
pub(crate) struct Invited {
    pub id: RecordId,
    pub record: Record,
    pub summary: ContactSummary,
    /// Record id of the guest's file as it stands now; empty = the guest has none.
    pub customer: String,
    /// Who registered it and when; a ruling changes nothing about that.
    pub invitation: Invitation,
    pub counted: Option<Counted>,
}

/// An invitation as its row tells it.
pub(crate) struct InvitedRow {
    pub id: RecordId,
    /// What all invitations of one guest share, as [`Invited::guest`].
    pub guest: String,
    /// It took place, with the guest.
    pub came: bool,
}

impl Invited {
    /// Returns what all invitations of one guest share: the record id of the file, of a guest without one that of the invitation.
    pub(crate) fn guest(&self) -> &str {
        if self.customer.is_empty() {
            &self.invitation.id
        } else {
            &self.customer
        }
    }

    pub(crate) fn is_late(&self) -> bool {
        self.counted == Some(Counted::Late)
    }

    pub(crate) fn attendance(&self) -> &'static str {
        match self.summary.state {
            Some(state) if state.took_place() && self.summary.result == "did_not_come" => "absent",
            Some(state) if state.took_place() => "came",
            _ => "",
        }
    }
}

impl Replica {
    /// Returns the contacts that may be invitations to an event, from rows.
    pub(crate) fn invitation_rows(&self, event: &Event) -> Run<Vec<InvitedRow>> {
        // Of a cancelled event those cancelled with it are told, for somebody has to call the guests.
        let cancelled = event.cancelled().is_some();
        let branch = self.branch()?;
        let standing = self.segments.standing();
        let mut found = Vec::new();
        for (_, segment) in self.segments.of_kind(RecordKind::Contact) {
            if segment.key.branch != branch {
                continue;
            }
            for row in segment.iter() {
                let of_event = row.contact(C::Kind) == KIND
                    && event.is_named(row.contact(C::Subject), row.contact(C::PlannedOn))
                    && (cancelled || row.contact(C::State) != ContactState::Cancelled.name());
                if !of_event {
                    continue;
                }
                let id = segment.id(row);
                let guest = match standing.of_text(row.contact(C::CustomerId)) {
                    "" => id.to_string(),
                    customer => customer.to_owned(),
                };
                let came = row.done().is_some() && row.contact(C::Result) != "did_not_come";
                found.push(InvitedRow { id, guest, came });
            }
        }
        Ok(found)
    }

    /// Returns the invitations to an event in the order they were registered, at most [`MAX_INVITATIONS`], and how many there are.
    /// Their documents are opened.
    pub(crate) fn invitations(&mut self, event: &Event) -> Run<(Vec<Invited>, usize)> {
        let rows = self.invitation_rows(event)?;
        let total = rows.len();
        let ids: Vec<RecordId> = rows
            .into_iter()
            .take(MAX_INVITATIONS)
            .map(|row| row.id)
            .collect();
        let keys: BTreeSet<DocumentKey> = ids
            .iter()
            .map(|id| DocumentKey::Segment(id.segment.clone()))
            .collect();
        self.documents.require(&keys)?;
        let mut found = Vec::with_capacity(ids.len());
        for id in ids {
            let (id, record, _) = self.read_record(&id.to_string())?;
            let session = record.field("session");
            if !event.is_named(record.field("event"), record.field("planned_on"))
                || !(session.is_empty() || event.had_session(session))
            {
                continue;
            }
            let summary = contact::fold(&record.events);
            let with_event = |told: &CaseEvent| {
                told.step == Step::Cancelled && event.was_cancelled_by(&told.by, told.at)
            };
            if summary.state == Some(ContactState::Cancelled) && !summary.in_force().any(with_event)
            {
                continue;
            }
            let first = summary.in_force().next();
            let department = first
                .and_then(|event| event.department.clone())
                .unwrap_or_default();
            let inviter = match record.field("inviter") {
                "" => summary.by.clone(),
                inviter => inviter.to_owned(),
            };
            let at = first.map_or(record.created, |event| event.at);
            let customer = self
                .segments
                .standing()
                .of_text(record.field("customer"))
                .to_owned();
            let invitation = Invitation {
                at,
                id: id.to_string(),
                inviter,
                department,
            };
            let counted = self.counted_at(event, at, &invitation.department);
            found.push(Invited {
                id,
                record,
                summary,
                customer,
                invitation,
                counted,
            });
        }
        found.sort_by(|a, b| a.invitation.cmp(&b.invitation));
        Ok((found, total))
    }

    pub(crate) fn guest_lines(&self, invited: &[Invited]) -> Vec<GuestLine> {
        let mut guests: BTreeMap<&str, Vec<&Invited>> = BTreeMap::new();
        for one in invited {
            guests.entry(one.guest()).or_default().push(one);
        }
        let judged: BTreeMap<&str, _> = guests
            .into_iter()
            .map(|(guest, all)| (guest, self.judge_guest(&all)))
            .collect();
        let clause = self.late_clause();
        let actor = self.actor();
        let may_claim = !clause.is_empty()
            && self
                .branch()
                .is_ok_and(|branch| self.may_propose_penalty(&branch, None));
        invited
            .iter()
            .map(|one| {
                let claimed =
                    may_claim && one.is_late() && self.is_claimed(&one.invitation.id, clause);
                let guest = &judged[one.guest()];
                let holds = guest.holds == one.invitation.id;
                let row = RecordId::parse(&one.customer)
                    .ok()
                    .and_then(|id| self.segments.row(&id));
                let text = |column| row.map_or("", |row| row.customer(column)).to_owned();
                let name = match text(CustomerColumn::Name) {
                    name if name.is_empty() => one.record.field("customer_name").to_owned(),
                    name => name,
                };
                GuestLine {
                    contact: one.id.to_string(),
                    customer: one.customer.clone(),
                    name,
                    owner: text(CustomerColumn::Owner),
                    inviter: guest.inviter_of(one).to_owned(),
                    registered: one.invitation.inviter.clone(),
                    department: one.invitation.department.clone(),
                    at: one.invitation.at,
                    list: match one.counted {
                        Some(Counted::On(day)) => day.to_string(),
                        _ => String::new(),
                    },
                    late: one.is_late(),
                    may_claim: may_claim
                        && one.is_late()
                        && !claimed
                        && !actor.is_named(&one.invitation.inviter),
                    claimed,
                    holds,
                    attendance: one.attendance().to_owned(),
                    sold: one.record.field("sold").to_owned(),
                    dispute: guest.dispute.clone(),
                    ruling: guest.ruling.clone(),
                    may_dispute: guest.may_dispute,
                    may_rule: guest.may_rule,
                    parties: guest.parties.clone(),
                }
            })
            .collect()
    }

    /// Registers an invitation. A guest somebody has invited is not invited again here: the first registered holds.
    pub fn invite_guest(
        &mut self,
        tx: &mut Tx<'_>,
        event: &str,
        customer: &str,
        inviter: &str,
        department: &str,
    ) -> Run<Answer> {
        let event = self.event_of(event)?;
        let form = event.form.clone();
        let inviter = if inviter.trim().is_empty() {
            self.person().0
        } else {
            self.at_work("inviter", inviter)?
        };
        if !self.actor().is_named(&inviter) && !self.plans_events() {
            return Err(Self::owners_refused().into());
        }
        let bad = |place: &str, why: String| Problem::at(ProblemCode::BadField, place).because(why);
        let known = self.event_departments();
        if !department.is_empty() && !known.iter().any(|(id, _)| id == department) {
            return Err(bad("department", "choose from the list".to_owned()).into());
        }
        let guest = self.live(customer)?;
        if !guest.kind().is_customer() {
            return Err(Problem::at(ProblemCode::NotFound, customer).into());
        }
        self.must_stand(&guest)?;
        if event.cancelled().is_some() {
            return Err(bad("event", "the event was cancelled".to_owned()).into());
        }
        if form.day < self.today(&self.branch()?, tx.now) {
            return Err(bad("event", "the event is over".to_owned()).into());
        }
        if self.counted_of(&form, tx.now, department) == Some(Counted::TooEarly) {
            let from = self.first_day(&form, rank_of(&form, department));
            let from = from.map(|day| day.to_string()).unwrap_or_default();
            let why = format!("invitations of this department are taken from {from} on");
            return Err(bad("department", why).into());
        }
        let (registered, total) = self.invitations(&event)?;
        if total >= MAX_INVITATIONS {
            let why = format!("at most {MAX_INVITATIONS} invitations to one event");
            return Err(bad("event", why).into());
        }
        if let Some(first) = registered.iter().find(|one| one.customer == customer) {
            let by = &first.invitation.inviter;
            let why = format!("{by} registered this guest first: raise a dispute if that is wrong");
            return Err(bad("customer", why).into());
        }
        let mut fields = BTreeMap::from([
            ("kind", KIND),
            ("customer", customer),
            ("subject", &form.name),
            ("event", &form.name),
            ("inviter", &inviter),
            ("planned_on", &form.day),
        ]);
        for (name, value) in [("session", &form.session), ("place", &form.place)] {
            if !value.is_empty() {
                fields.insert(name, value);
            }
        }
        let fields: BTreeMap<String, String> = fields
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        let intent = StepIntent {
            step: Step::Planned.name().to_owned(),
            department: department.to_owned(),
            ..StepIntent::default()
        };
        self.save_contact(tx, None, &fields, &intent)
    }

    /// Returns the event an invitation is one to.
    pub(crate) fn event_of_invitation(&mut self, invitation: &Record) -> Run<Event> {
        let said = |field| invitation.field(field);
        self.event_named(said("event"), said("planned_on"), said("session"))
    }

    /// Refuses an invitation that gives way to another of the same guest.
    fn must_hold(&mut self, contact: &str, event: &Event) -> Run<()> {
        let invited = self.guest_of(contact, event)?;
        let all: Vec<&Invited> = invited.iter().collect();
        let guest = self.judge_guest(&all);
        let Some(first) = all.iter().find(|one| one.invitation.id == guest.holds) else {
            return Ok(());
        };
        if guest.holds == contact {
            return Ok(());
        }
        let by = guest.inviter_of(first);
        Err(Problem::at(ProblemCode::StepRefused, Step::Done.name())
            .because(format!(
                "this invitation gives way to that of {by}: record it there"
            ))
            .into())
    }

    /// Records whether a guest came, and what was closed at the event. None leaves either as it is.
    pub fn record_guest(
        &mut self,
        tx: &mut Tx<'_>,
        contact: &str,
        came: Option<bool>,
        sold: Option<&str>,
    ) -> Run<Answer> {
        let (id, record) = self.read_contact(contact)?;
        if record.field("kind") != KIND {
            return Err(Problem::at(ProblemCode::NotFound, contact).into());
        }
        let sold = sold
            .map(|sold| {
                let named = BTreeMap::from([("sold".to_owned(), sold.to_owned())]);
                crate::customers::validate_all(RecordKind::Contact, &named)
            })
            .transpose()?;
        let event = self.event_of_invitation(&record)?;
        if event.cancelled().is_some() {
            return Err(Problem::at(ProblemCode::StepRefused, Step::Done.name())
                .because("the event was cancelled")
                .into());
        }
        self.must_hold(contact, &event)?;
        let summary = contact::fold(&record.events);
        let attended = came.unwrap_or(summary.result != "did_not_come");
        let referrer = self.referrer_of(&record)?.filter(|_| attended);
        let took_place = summary.state.is_some_and(ContactState::took_place);
        if came.is_some() && took_place {
            return Err(Problem::at(ProblemCode::StepRefused, Step::Done.name())
                .because("it is recorded already: open the invitation to correct it")
                .into());
        }
        hand_over(&mut self.clock, tx.now, &record);
        if let Some((_, referrer)) = &referrer {
            hand_over(&mut self.clock, tx.now, referrer);
        }
        let author = self.author(tx);
        let fields: Vec<Edit> = sold
            .iter()
            .flat_map(|fields| self.field_edits(&id, fields))
            .collect();
        match came {
            Some(came) => {
                let result = if came { "good" } else { "did_not_come" };
                let intent = StepIntent {
                    step: Step::Done.name().to_owned(),
                    data: BTreeMap::from([
                        (data::DAY.to_owned(), event.form.day.clone()),
                        (data::RESULT.to_owned(), result.to_owned()),
                    ]),
                    ..StepIntent::default()
                };
                self.contact_step_as(tx, &author, contact, &intent, fields)?;
            }
            None if !fields.is_empty() => {
                let key = DocumentKey::Segment(id.segment.clone());
                self.edit(tx, &key, &author, Hand::Person, &fields);
            }
            None => {}
        }
        if let Some(referrer) = referrer.filter(|_| took_place || came.is_some()) {
            let typed = sold.as_ref().and_then(|fields| fields.get("sold"));
            let sum = typed.map_or(record.field("sold"), |typed| {
                // Money taken back is said: an entry that says none leaves the one before.
                if typed.is_empty() { "0" } else { typed }
            });
            let act = self.referral_act(tx, &author, referrer, contact, &record, sum);
            self.write_steps(tx, &author, vec![act]);
        }
        Ok(Answer::Saved {
            id: contact.to_owned(),
            number: record.number,
        })
    }
}

/// Returns the record id of the invitation that holds among those of one guest: the one ruled last, else the first registered in time.
pub(crate) fn holds(invited: &[&Invited], ruled: Option<&str>) -> String {
    if let Some(ruled) = ruled.filter(|id| invited.iter().any(|one| one.invitation.id == **id)) {
        return ruled.to_owned();
    }
    let all: Vec<Invitation> = invited.iter().map(|one| one.invitation.clone()).collect();
    let is_late = |of: &Invitation| {
        let found = invited.iter().find(|one| one.invitation.id == of.id);
        found.is_some_and(|one| one.is_late())
    };
    winner(&all, is_late).map_or_else(String::new, |found| found.id.clone())
}

/// Returns the names of parties, each once.
pub(crate) fn each_once<'a>(names: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for name in names.filter(|name| !name.is_empty()) {
        if !found.iter().any(|known| same_name(known, name)) {
            found.push(name.to_owned());
        }
    }
    found
}
