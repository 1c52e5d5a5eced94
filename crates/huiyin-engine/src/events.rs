//! Events (联谊会、会议): planning and listing them. What becomes of one later is in [`crate::event_changes`].
//!
//! Decides what is written. An event is a register `event/<id>` of the branch's catalogue, as [`Plan`] writes it. On which list an
//! invitation counts decides `huiyin-core`; who is invited is in [`crate::guests`].
//!
//! **Source:** a health-product seller's rules: lists daily by 18:00 in the week before; the first department invites a day before the second.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use huiyin_api::{
    Answer, EventDepartment, EventForm, EventGuests, EventRow, EventsView, MAX_EVENTS,
    MAX_INVITATIONS, Problem, ProblemCode,
};
use huiyin_core::allocation::{Counted, counted};
use huiyin_core::field::{FieldKind, normalise, parse_date};
use huiyin_core::pack::Pack;
use huiyin_core::pack::care_rules::{InvitationRules, SESSIONS};
use huiyin_document::{Author, Document, DocumentKey, Registers};
use serde::{Deserialize, Serialize};

use crate::Millis;
use crate::contacts::is_time;
use crate::event_changes::Event;
use crate::guests::Invited;
use crate::replica::Replica;
use crate::task::{Run, Tx};

/// Registers of the catalogue about events.
const EVENTS: &str = "event/";
/// Version of [`Plan`].
const PLAN_VERSION: u32 = 1;
/// Most characters of a name or place; what rows keep of a text.
const MAX_TEXT: usize = 80;
/// Most departments in the order of inviting.
const MAX_DEPARTMENTS: usize = 20;

/// An event as its register holds it, JSON. Field order is the form of [`PLAN_VERSION`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Plan {
    version: u32,
    pub by: String,
    pub at: Millis,
    #[serde(flatten)]
    pub form: EventForm,
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

    /// Returns the plan of an event by its author.
    pub fn new(form: EventForm, author: &Author) -> Self {
        Self {
            version: PLAN_VERSION,
            by: author.by.clone(),
            at: author.at,
            form,
        }
    }

    /// Returns every plan of a catalogue by id.
    pub fn all(catalogue: &Document) -> BTreeMap<String, Self> {
        let registers = catalogue.registers(EVENTS).into_iter();
        registers
            .filter_map(|(id, json)| Some((id, Self::read(&json)?)))
            .collect()
    }

    /// Returns what names an event: two devices that plan the same one apart have one event.
    pub fn key(&self) -> [String; 3] {
        key_of(&self.form)
    }
}

fn key_of(form: &EventForm) -> [String; 3] {
    [&form.day, &form.session, &form.name].map(Clone::clone)
}

impl Replica {
    /// Returns the rules about invitations, if the active policy has any.
    fn invitation_rules(&self) -> Option<&InvitationRules> {
        self.allocation_rules()?.invitations.as_ref()
    }

    /// Returns the id of the clause of a late list; empty = none.
    pub(crate) fn late_clause(&self) -> &str {
        self.invitation_rules()
            .map_or("", |rules| rules.late_clause.as_str())
    }

    /// Returns the departments of the policy: id, name.
    pub(crate) fn event_departments(&self) -> Vec<(String, huiyin_core::pack::Text)> {
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

    /// Returns an event. One planned twice apart is found by either id.
    pub(crate) fn event_of(&mut self, id: &str) -> Run<Event> {
        let mut events = self.all_events()?.into_iter();
        let found = events.find(|event| event.ids.iter().any(|known| known == id));
        found.ok_or_else(|| Problem::at(ProblemCode::NotFound, id).into())
    }

    fn event_row(&self, event: &Event, now: Millis) -> Run<EventRow> {
        let rows = self.invitation_rows(event)?;
        let guests: BTreeSet<&str> = rows.iter().map(|row| row.guest.as_str()).collect();
        let came = rows.iter().filter(|row| row.came);
        let came: BTreeSet<&str> = came.map(|row| row.guest.as_str()).collect();
        let today = self.today(&self.branch()?, now);
        Ok(EventRow {
            id: event.ids[0].clone(),
            invited: guests.len() as u32,
            came: came.len() as u32,
            over: event.form.day < today,
            cancelled: event.cancelled().is_some(),
            form: event.form.clone(),
            by: event.by.clone(),
            at: event.at,
        })
    }

    /// Returns the events of this device's branch, the latest day first.
    pub fn planned_events(&mut self, now: Millis) -> Run<EventsView> {
        let mut events = self.all_events()?;
        events.sort_by(|a, b| (&b.form.day, &b.ids).cmp(&(&a.form.day, &a.ids)));
        // Two that came to the same name and day apart are one; the smaller id stands for them.
        let mut seen = BTreeSet::new();
        events.reverse();
        events.retain(|event| event.cancelled().is_some() || seen.insert(key_of(&event.form)));
        events.reverse();
        let total = events.len() as u32;
        let rows = events
            .iter()
            .take(MAX_EVENTS)
            .map(|event| self.event_row(event, now))
            .collect::<Run<Vec<EventRow>>>()?;
        Ok(EventsView {
            rows,
            total,
            departments: self.event_departments(),
            may_plan: self.plans_events(),
            closes: self.usual_closes(),
        })
    }

    fn usual_closes(&self) -> String {
        self.invitation_rules()
            .map_or_else(String::new, |rules| rules.closes.clone())
    }

    /// Plans an event.
    pub fn plan_event(&mut self, tx: &mut Tx<'_>, form: &EventForm) -> Run<Answer> {
        if !self.plans_events() {
            return Err(Self::owners_refused().into());
        }
        let form = self.checked_form(form)?;
        self.must_be_free(&form, &[])?;
        let catalogue = DocumentKey::Catalogue(self.branch()?);
        let author = self.author(tx);
        let id = format!("{:016x}", tx.entropy.next_u64());
        let plan = Plan::new(form, &author);
        let register = (format!("{EVENTS}{id}"), plan.write());
        self.write_registers(tx, &catalogue, &author, &[register]);
        tx.changed = true;
        Ok(Answer::Saved {
            id,
            number: String::new(),
        })
    }

    /// Returns what is said about an event in its stored form.
    pub(crate) fn checked_form(&self, form: &EventForm) -> Result<EventForm, Problem> {
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
            return Err(Problem::at(ProblemCode::Missing, "name"));
        }
        let day = normalise(FieldKind::Date, &form.day)
            .map_err(|reason| bad("day", &reason.to_string()))?;
        if day.is_empty() {
            return Err(Problem::at(ProblemCode::Missing, "day"));
        }
        if !form.session.is_empty() && !SESSIONS.contains(&form.session.as_str()) {
            return Err(bad("session", "choose from the list"));
        }
        let known = self.event_departments();
        let mut departments = Vec::new();
        for id in &form.departments {
            if !known.iter().any(|(known, _)| known == id) {
                return Err(bad("department", "choose from the list"));
            }
            if !departments.contains(id) && departments.len() < MAX_DEPARTMENTS {
                departments.push(id.clone());
            }
        }
        if !form.closes.is_empty() && !is_time(&form.closes) {
            return Err(bad("closes", "a time of day is written as 09:30"));
        }
        Ok(EventForm {
            name,
            day,
            session: form.session.clone(),
            place: line("place", &form.place)?,
            departments,
            closes: form.closes.clone(),
        })
    }

    /// Refuses a name and day that an event other than these has or had: its invitations would be found by both.
    pub(crate) fn must_be_free(&mut self, form: &EventForm, own: &[String]) -> Run<()> {
        let taken = self
            .all_events()?
            .iter()
            .any(|event| event.ids != own && event.had(&form.name, &form.day));
        if taken {
            return Err(Problem::at(ProblemCode::BadField, "name")
                .because(
                    "an event of this name is or was planned for that day: choose another name",
                )
                .into());
        }
        Ok(())
    }

    /// Returns on which list an invitation counts, by what was said about the event when it was registered; nothing without rules.
    /// One that is late by that and not by what is said now is not late.
    pub(crate) fn counted_at(
        &self,
        event: &Event,
        at: Millis,
        department: &str,
    ) -> Option<Counted> {
        let then = self.counted_of(event.form_at(at), at, department)?;
        if then == Counted::Late {
            return self.counted_of(&event.form, at, department);
        }
        Some(then)
    }

    /// Returns on which list an invitation counts by a form; nothing without rules.
    pub(crate) fn counted_of(
        &self,
        form: &EventForm,
        at: Millis,
        department: &str,
    ) -> Option<Counted> {
        let mut rules = self.invitation_rules()?.clone();
        if !form.closes.is_empty() {
            rules.closes.clone_from(&form.closes);
        }
        let branch = self.branch().ok()?;
        let calendar = self.policies.calendar_of(branch.as_str());
        let day = parse_date(&form.day)?;
        let rank = rank_of(form, department);
        Some(counted(&rules, calendar, at, day, &form.session, rank))
    }

    /// Returns the first day on which a department's invitations are taken.
    pub(crate) fn first_day(&self, form: &EventForm, rank: u32) -> Option<NaiveDate> {
        let rules = self.invitation_rules()?;
        let head = rank.saturating_mul(rules.head_start_days);
        let days = u64::from(rules.days_before.saturating_sub(head));
        parse_date(&form.day)?.checked_sub_days(chrono::Days::new(days))
    }

    /// Returns an event with its guests.
    pub fn event(&mut self, id: &str, now: Millis) -> Run<EventGuests> {
        let event = self.event_of(id)?;
        let (invited, total) = self.invitations(&event)?;
        let form = &event.form;
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
                    .first_day(form, rank as u32)
                    .map(|day| day.to_string())
                    .unwrap_or_default(),
            })
            .collect();
        let rules = self.invitation_rules().cloned().unwrap_or_default();
        let mut guests = self.guest_lines(&invited);
        let cancelled = event.cancelled().is_some();
        for line in guests.iter_mut().filter(|_| cancelled) {
            (line.may_dispute, line.may_rule, line.may_claim) = (false, false, false);
        }
        let mut row = self.event_row(&event, now)?;
        if left == 0 {
            let each: BTreeSet<&str> = invited.iter().map(Invited::guest).collect();
            let came = invited.iter().filter(|one| one.attendance() == "came");
            let came: BTreeSet<&str> = came.map(Invited::guest).collect();
            row.invited = each.len() as u32;
            row.came = came.len() as u32;
        }
        Ok(EventGuests {
            left,
            departments,
            closes: match form.closes.as_str() {
                "" => rules.closes.clone(),
                closes => closes.to_owned(),
            },
            usual_closes: rules.closes,
            late_clause: rules.late_clause,
            consent_of_inviter: rules.consent_of_inviter,
            disputes: self
                .allocation_rules()
                .map(|rules| rules.disputes.clone())
                .unwrap_or_default(),
            may_plan: self.plans_events(),
            known_departments: known,
            may_change: self.may_change_event(&event, &self.today(&self.branch()?, now)),
            may_cancel: self.plans_events() && !cancelled && !row.over,
            changes: event.changes,
            row,
            guests,
        })
    }
}

/// Returns the place of a department in the order of inviting; one that is not named is after all, none at all the first.
pub(crate) fn rank_of(form: &EventForm, department: &str) -> u32 {
    let found = form
        .departments
        .iter()
        .position(|known| known == department);
    found.unwrap_or(form.departments.len().saturating_sub(1)) as u32
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
                closes: String::new(),
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
