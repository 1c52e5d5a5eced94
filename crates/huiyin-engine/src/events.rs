//! Events (联谊会、会议) and who is invited to them.
//!
//! Decides what is an invitation and what is written. An event is a register `event/<id>` of the branch's catalogue, as [`Plan`]
//! writes it; an invitation is a contact of the kind `event` that names it. On which list an invitation counts and which holds
//! decides `huiyin-core`; disputes and their rulings are in [`crate::guest_disputes`].
//!
//! **Source:** a health-product seller's rules: lists daily by 18:00 in the week before; the first department invites a day before the second; the first
//! registered invitation wins; late lists lose.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use huiyin_api::{
    Answer, EventDepartment, EventForm, EventGuests, EventRow, EventsView, GuestLine, MAX_EVENTS,
    MAX_INVITATIONS, Problem, ProblemCode, StepIntent,
};
use huiyin_core::allocation::{Counted, Invitation, counted, winner};
use huiyin_core::case::Step;
use huiyin_core::contact::{self, ContactState, ContactSummary};
use huiyin_core::field::{FieldKind, normalise, parse_date};
use huiyin_core::file::data;
use huiyin_core::id::{RecordId, RecordKind};
use huiyin_core::pack::Pack;
use huiyin_core::pack::care_rules::{InvitationRules, SESSIONS};
use huiyin_core::text::same_name;
use huiyin_document::{ContactColumn as C, CustomerColumn, DocumentKey, Hand, Record, Registers};
use serde::{Deserialize, Serialize};

use crate::Millis;
use crate::replica::Replica;
use crate::task::{Run, Tx};

/// Registers of the catalogue about events.
const EVENTS: &str = "event/";
/// Version of [`Plan`].
const PLAN_VERSION: u32 = 1;
/// Most characters of a name or place.
const MAX_TEXT: usize = 100;
/// Most departments in the order of inviting.
const MAX_DEPARTMENTS: usize = 20;
/// Wire name of the kind of contact that is an invitation.
const KIND: &str = "event";

/// An event as its register holds it, JSON. Field order is the form of [`PLAN_VERSION`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Plan {
    version: u32,
    by: String,
    at: Millis,
    #[serde(flatten)]
    form: EventForm,
}

impl Plan {
    fn read(json: &str) -> Option<Self> {
        serde_json::from_str(json)
            .ok()
            .filter(|plan: &Self| plan.version == PLAN_VERSION)
    }

    fn write(&self) -> String {
        serde_json::to_string(self).expect("a plan is plain data")
    }
}

/// What names an event: two devices that plan the same one apart have one event.
fn key_of(form: &EventForm) -> (&str, &str, &str) {
    (&form.day, &form.session, &form.name)
}

/// An invitation with what its events say.
pub(crate) struct Invited {
    pub id: RecordId,
    pub record: Record,
    pub summary: ContactSummary,
    /// Record id of the guest's file as it stands now.
    pub customer: String,
    pub invitation: Invitation,
    pub counted: Option<Counted>,
}

impl Invited {
    pub(crate) fn is_late(&self) -> bool {
        self.counted == Some(Counted::Late)
    }

    fn attendance(&self) -> &'static str {
        match self.summary.state {
            Some(state) if state.took_place() && self.summary.result == "did_not_come" => "absent",
            Some(state) if state.took_place() => "came",
            _ => "",
        }
    }
}

impl Replica {
    /// Returns the rules about invitations, if the active policy has any.
    fn invitation_rules(&self) -> Option<&InvitationRules> {
        self.allocation_rules()?.invitations.as_ref()
    }

    fn event_departments(&self) -> Vec<(String, huiyin_core::pack::Text)> {
        let pack: Option<&Pack> = self
            .policies
            .of_part(huiyin_core::pack::Part::Allocation)
            .map(|(_, pack)| pack);
        pack.into_iter()
            .flat_map(|pack| &pack.departments)
            .map(|choice| (choice.id.clone(), choice.text.clone()))
            .collect()
    }

    /// Returns whether the person at the device plans events and registers the invitations of others.
    pub(crate) fn plans_events(&self) -> bool {
        self.shares_leads() || self.decides_owners()
    }

    /// Returns the events of this branch by id; of one planned twice the smaller id.
    fn event_plans(&mut self) -> Run<BTreeMap<String, Plan>> {
        let catalogue = DocumentKey::Catalogue(self.branch()?);
        let registers = self.documents.get(&catalogue)?.registers(EVENTS);
        let mut seen = BTreeSet::new();
        Ok(registers
            .into_iter()
            .filter_map(|(id, json)| Some((id, Plan::read(&json)?)))
            .filter(|(_, plan)| {
                let (day, session, name) = key_of(&plan.form);
                seen.insert((day.to_owned(), session.to_owned(), name.to_owned()))
            })
            .collect())
    }

    fn event_plan(&mut self, id: &str) -> Run<Plan> {
        // One planned twice apart is found by either id.
        let catalogue = DocumentKey::Catalogue(self.branch()?);
        let register = format!("{EVENTS}{id}");
        let found = self.documents.get(&catalogue)?.registers(&register);
        found
            .get("")
            .and_then(|json| Plan::read(json))
            .ok_or_else(|| Problem::at(ProblemCode::NotFound, id).into())
    }

    /// Returns the contacts that may be invitations to an event, and whether each took place with the guest, from rows.
    fn invitation_ids(&self, form: &EventForm) -> Run<Vec<(RecordId, bool)>> {
        let branch = self.branch()?;
        let mut found = Vec::new();
        for (_, segment) in self.segments.of_kind(RecordKind::Contact) {
            if segment.key.branch != branch {
                continue;
            }
            for row in segment.iter() {
                let of_event = row.contact(C::Kind) == KIND
                    && row.contact(C::PlannedOn) == form.day
                    && row.contact(C::Subject) == form.name
                    && row.contact(C::State) != ContactState::Cancelled.name();
                if of_event {
                    let came = row.done().is_some() && row.contact(C::Result) != "did_not_come";
                    found.push((segment.id(row), came));
                }
            }
        }
        Ok(found)
    }

    fn event_row(&self, id: &str, plan: Plan, now: Millis) -> Run<EventRow> {
        let ids = self.invitation_ids(&plan.form)?;
        let today = self.today(&self.branch()?, now);
        Ok(EventRow {
            id: id.to_owned(),
            invited: ids.len() as u32,
            came: ids.iter().filter(|(_, came)| *came).count() as u32,
            over: plan.form.day < today,
            form: plan.form,
            by: plan.by,
            at: plan.at,
        })
    }

    /// Returns the events of this device's branch, the latest day first.
    pub fn planned_events(&mut self, now: Millis) -> Run<EventsView> {
        let plans = self.event_plans()?;
        let mut rows = Vec::with_capacity(plans.len());
        for (id, plan) in plans {
            rows.push((id, plan));
        }
        rows.sort_by(|(a, left), (b, right)| (&right.form.day, b).cmp(&(&left.form.day, a)));
        let total = rows.len() as u32;
        let rows = rows
            .into_iter()
            .take(MAX_EVENTS)
            .map(|(id, plan)| self.event_row(&id, plan, now))
            .collect::<Run<Vec<EventRow>>>()?;
        Ok(EventsView {
            rows,
            total,
            departments: self.event_departments(),
            may_plan: self.plans_events(),
            closes: self
                .invitation_rules()
                .map_or_else(String::new, |rules| rules.closes.clone()),
        })
    }

    /// Plans an event.
    pub fn plan_event(&mut self, tx: &mut Tx<'_>, form: &EventForm) -> Run<Answer> {
        if !self.plans_events() {
            return Err(Self::owners_refused().into());
        }
        let bad = |place: &str, why: &str| Problem::at(ProblemCode::BadField, place).because(why);
        let line = |place: &str, text: &str| {
            let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
            if text.chars().count() > MAX_TEXT {
                return Err(Problem::at(ProblemCode::BadField, place)
                    .because(format!("at most {MAX_TEXT} characters on one line")));
            }
            Ok(text)
        };
        let name = line("name", &form.name)?;
        if name.is_empty() {
            return Err(Problem::at(ProblemCode::Missing, "name").into());
        }
        let day = normalise(FieldKind::Date, &form.day)
            .map_err(|reason| bad("day", &reason.to_string()))?;
        if day.is_empty() {
            return Err(Problem::at(ProblemCode::Missing, "day").into());
        }
        if !form.session.is_empty() && !SESSIONS.contains(&form.session.as_str()) {
            return Err(bad("session", "choose from the list").into());
        }
        let known = self.event_departments();
        let mut departments = Vec::new();
        for id in &form.departments {
            if !known.iter().any(|(known, _)| known == id) {
                return Err(bad("department", "choose from the list").into());
            }
            if !departments.contains(id) && departments.len() < MAX_DEPARTMENTS {
                departments.push(id.clone());
            }
        }
        let plans = self.event_plans()?;
        let form = EventForm {
            name,
            day,
            session: form.session.clone(),
            place: line("place", &form.place)?,
            departments,
        };
        if plans
            .values()
            .any(|plan| (&plan.form.day, &plan.form.name) == (&form.day, &form.name))
        {
            return Err(bad(
                "name",
                "an event of this name is planned for that day already: choose another name",
            )
            .into());
        }
        let catalogue = DocumentKey::Catalogue(self.branch()?);
        let author = self.author(tx);
        let id = format!("{:016x}", tx.entropy.next_u64());
        let plan = Plan {
            version: PLAN_VERSION,
            by: author.by.clone(),
            at: author.at,
            form,
        };
        let register = (format!("{EVENTS}{id}"), plan.write());
        self.write_registers(tx, &catalogue, &author, &[register]);
        tx.changed = true;
        Ok(Answer::Saved {
            id,
            number: String::new(),
        })
    }

    /// Returns the invitations to an event in the order they were registered, at most [`MAX_INVITATIONS`], and how many there are.
    /// Their documents are opened.
    pub(crate) fn invitations(&mut self, form: &EventForm) -> Run<(Vec<Invited>, usize)> {
        let ids = self.invitation_ids(form)?;
        let total = ids.len();
        let ids: Vec<RecordId> = ids
            .into_iter()
            .take(MAX_INVITATIONS)
            .map(|(id, _)| id)
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
            if record.field("event") != form.name
                || !(session.is_empty() || session == form.session)
            {
                continue;
            }
            let summary = contact::fold(&record.events);
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
            let counted = self.counted_of(form, at, &invitation.department);
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

    /// Returns on which list an invitation counts; nothing without rules.
    fn counted_of(&self, form: &EventForm, at: Millis, department: &str) -> Option<Counted> {
        let rules = self.invitation_rules()?;
        let branch = self.branch().ok()?;
        let calendar = self.policies.calendar_of(branch.as_str());
        let day = parse_date(&form.day)?;
        let rank = rank_of(form, department);
        Some(counted(rules, calendar, at, day, &form.session, rank))
    }

    /// Returns the first day on which a department's invitations are taken.
    fn first_day(&self, form: &EventForm, rank: u32) -> Option<NaiveDate> {
        let rules = self.invitation_rules()?;
        let head = rank.saturating_mul(rules.head_start_days);
        let days = u64::from(rules.days_before.saturating_sub(head));
        parse_date(&form.day)?.checked_sub_days(chrono::Days::new(days))
    }

    /// Returns an event with its guests.
    pub fn event(&mut self, id: &str, now: Millis) -> Run<EventGuests> {
        let plan = self.event_plan(id)?;
        let (invited, total) = self.invitations(&plan.form)?;
        let form = plan.form.clone();
        let left = total.saturating_sub(MAX_INVITATIONS) as u32;
        let known = self.event_departments();
        let departments = form
            .departments
            .iter()
            .enumerate()
            .map(|(rank, id)| EventDepartment {
                id: id.clone(),
                text: known
                    .iter()
                    .find(|(known, _)| known == id)
                    .map(|(_, text)| text.clone())
                    .unwrap_or_default(),
                from: self
                    .first_day(&form, rank as u32)
                    .map(|day| day.to_string())
                    .unwrap_or_default(),
            })
            .collect();
        let rules = self.invitation_rules().cloned().unwrap_or_default();
        let guests = self.guest_lines(&invited);
        let mut row = self.event_row(id, plan, now)?;
        if left == 0 {
            let came = guests.iter().filter(|line| line.attendance == "came");
            row.came = came.count() as u32;
            row.invited = guests.len() as u32;
        }
        Ok(EventGuests {
            row,
            guests,
            left,
            departments,
            closes: rules.closes,
            late_clause: rules.late_clause,
            consent_of_inviter: rules.consent_of_inviter,
            disputes: self
                .allocation_rules()
                .map(|rules| rules.disputes.clone())
                .unwrap_or_default(),
            may_plan: self.plans_events(),
        })
    }

    fn guest_lines(&self, invited: &[Invited]) -> Vec<GuestLine> {
        let mut guests: BTreeMap<&str, Vec<&Invited>> = BTreeMap::new();
        for one in invited {
            guests.entry(&one.customer).or_default().push(one);
        }
        let judged: BTreeMap<&str, _> = guests
            .into_iter()
            .map(|(customer, all)| (customer, self.judge_guest(&all)))
            .collect();
        invited
            .iter()
            .map(|one| {
                let guest = &judged[one.customer.as_str()];
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
                    inviter: one.invitation.inviter.clone(),
                    department: one.invitation.department.clone(),
                    at: one.invitation.at,
                    list: match one.counted {
                        Some(Counted::On(day)) => day.to_string(),
                        _ => String::new(),
                    },
                    late: one.is_late(),
                    holds: guest.holds == one.id.to_string(),
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
        let form = self.event_plan(event)?.form;
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
        if form.day < self.today(&self.branch()?, tx.now) {
            return Err(bad("event", "the event is over".to_owned()).into());
        }
        if self.counted_of(&form, tx.now, department) == Some(Counted::TooEarly) {
            let from = self.first_day(&form, rank_of(&form, department));
            let from = from.map(|day| day.to_string()).unwrap_or_default();
            let why = format!("invitations of this department are taken from {from} on");
            return Err(bad("department", why).into());
        }
        let (registered, total) = self.invitations(&form)?;
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
        let summary = contact::fold(&record.events);
        let attended = came.unwrap_or(summary.result != "did_not_come");
        let referrer = self.referrer_of(&record)?.filter(|_| attended);
        let took_place = summary.state.is_some_and(ContactState::took_place);
        if came.is_some() && took_place {
            return Err(Problem::at(ProblemCode::StepRefused, Step::Done.name())
                .because("it is recorded already: open the invitation to correct it")
                .into());
        }
        if let Some(came) = came {
            let result = if came { "good" } else { "did_not_come" };
            let intent = StepIntent {
                step: Step::Done.name().to_owned(),
                data: BTreeMap::from([
                    (data::DAY.to_owned(), record.field("planned_on").to_owned()),
                    (data::RESULT.to_owned(), result.to_owned()),
                ]),
                ..StepIntent::default()
            };
            self.contact_step(tx, contact, &intent)?;
        }
        if let Some(referrer) = referrer.filter(|_| took_place || came.is_some()) {
            let author = self.author(tx);
            let sum = sold.as_ref().and_then(|fields| fields.get("sold"));
            let sum = sum.map_or(record.field("sold"), String::as_str);
            let act = self.referral_act(tx, &author, referrer, contact, &record, sum);
            self.write_steps(tx, &author, vec![act]);
        }
        if let Some(fields) = sold {
            let author = self.author(tx);
            let edits = self.field_edits(&id, &fields);
            let key = DocumentKey::Segment(id.segment.clone());
            self.edit(tx, &key, &author, Hand::Person, &edits);
        }
        Ok(Answer::Saved {
            id: contact.to_owned(),
            number: record.number,
        })
    }
}

/// Returns the place of a department in the order of inviting; one that is not named is after all, none at all the first.
fn rank_of(form: &EventForm, department: &str) -> u32 {
    let found = form
        .departments
        .iter()
        .position(|known| known == department);
    found.unwrap_or(form.departments.len().saturating_sub(1)) as u32
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_is_stored_in_the_form_of_its_version() {
        let golden = r#"{"version":1,"by":"赵敏","at":1780000000000,"name":"春季联谊会","day":"2026-12-05","session":"afternoon","place":"二楼","departments":["service_one"]}"#;
        let plan = Plan {
            version: PLAN_VERSION,
            by: "赵敏".to_owned(),
            at: 1_780_000_000_000,
            form: EventForm {
                name: "春季联谊会".to_owned(),
                day: "2026-12-05".to_owned(),
                session: "afternoon".to_owned(),
                place: "二楼".to_owned(),
                departments: vec!["service_one".to_owned()],
            },
        };
        assert_eq!(plan.write(), golden);
        assert_eq!(Plan::read(golden), Some(plan));
        assert_eq!(
            Plan::read(&golden.replace("\"version\":1", "\"version\":2")),
            None
        );
    }
}
