//! Return visits (回访) that are due by the policy: after solutions carried out, repairs, events, deliveries and moving in. From rows
//! alone.
//!
//! Decides which matters there are and which visits have been made of them; what is due decides `huiyin-core`.

use std::collections::BTreeMap;

use huiyin_api::{FollowUpView, MAX_PAGE_ROWS};
use huiyin_core::case::Step;
use huiyin_core::contact::follow_up::{Matter, due};
use huiyin_core::id::RecordKind;
use huiyin_core::pack::ContactRules;
use huiyin_core::pack::contact_rules::{FollowUp, FollowsAfter};
use huiyin_core::rules::who_may;
use huiyin_core::staff::Actor;
use huiyin_document::{CaseColumn, ContactColumn as C, CustomerColumn as D, RowRef};

use crate::Millis;
use crate::lists::HOME_ROWS;
use crate::replica::Replica;
use crate::segments::Place;

/// Kind of a case that is a repair.
const REPAIR: &str = "repair";
/// Excuse of a case nobody can be visited for.
const ANONYMOUS: &str = "anonymous";

/// How long a visit that nobody made stays listed after it was due: a year. Older matters are history, not work.
const LISTED_FOR_MS: Millis = 366 * 86_400_000;

/// Something a return visit comes after, with all that is known of it.
struct Found {
    id: String,
    place: Place,
    at: Millis,
    severity: String,
    excuse: &'static str,
    followed: Vec<Millis>,
    unsolved: bool,
}

/// A visit that was made: when, and whether it found the matter unsolved.
#[derive(Clone, Copy)]
struct Visit {
    at: Millis,
    unsolved: bool,
}

/// The visits made, by the case they follow up, or by customer and rule.
#[derive(Default)]
struct Visits {
    of_cases: BTreeMap<String, Vec<Visit>>,
    of_customers: BTreeMap<(String, String), Vec<Visit>>,
}

impl Found {
    /// Takes in the visits made since the matter happened.
    fn follow(&mut self, visits: Option<&Vec<Visit>>) {
        let since = self.at;
        let mut made: Vec<Visit> = visits
            .into_iter()
            .flatten()
            .filter(|visit| visit.at >= since)
            .copied()
            .collect();
        made.sort_by_key(|visit| visit.at);
        self.unsolved = made.last().is_some_and(|visit| visit.unsolved);
        self.followed.extend(made.iter().map(|visit| visit.at));
        self.followed.sort_unstable();
    }

    fn matter(&self) -> Matter<'_> {
        Matter {
            id: &self.id,
            at: self.at,
            severity: &self.severity,
            excuse: self.excuse,
            followed: &self.followed,
            unsolved: self.unsolved,
        }
    }
}

impl Replica {
    /// Returns the return visits made on this device's branches.
    fn visits(&self) -> Visits {
        let standing = self.segments.standing();
        let mut visits = Visits::default();
        for (_, segment) in self.segments.of_kind(RecordKind::Contact) {
            for row in segment
                .iter()
                .filter(|row| row.contact(C::Kind) == "follow_up")
            {
                let Some(at) = row.done() else { continue };
                let unsolved = row.contact(C::Result) == "unsolved";
                let visit = Visit { at, unsolved };
                let case = row.contact(C::Case);
                if case.is_empty() {
                    let key = (
                        standing.of_text(row.contact(C::CustomerId)).to_owned(),
                        row.contact(C::FollowUp).to_owned(),
                    );
                    visits.of_customers.entry(key).or_default().push(visit);
                } else {
                    visits
                        .of_cases
                        .entry(case.to_owned())
                        .or_default()
                        .push(visit);
                }
            }
        }
        visits
    }

    /// Returns the cases whose solution was carried out, repairs or others.
    fn carried_out(&self, repairs: bool, visits: &Visits) -> Vec<Found> {
        let mut found = Vec::new();
        for (at, segment) in self.listed(RecordKind::Case) {
            for (index, row) in segment.iter().enumerate() {
                if !row.is_carried_out() || (row.case(CaseColumn::Kind) == REPAIR) != repairs {
                    continue;
                }
                let Some((done, back)) = row
                    .desk()
                    .and_then(|desk| Some((desk.carried_out?, desk.called_back)))
                else {
                    continue;
                };
                let id = segment.id(row).to_string();
                let mut matter = Found {
                    place: (at, index as u32),
                    at: done,
                    severity: row.case(CaseColumn::Severity).to_owned(),
                    excuse: excuse(row),
                    followed: back.into_iter().filter(|back| *back >= done).collect(),
                    unsolved: false,
                    id,
                };
                matter.follow(visits.of_cases.get(&matter.id));
                found.push(matter);
            }
        }
        found
    }

    /// Returns the events customers came to.
    fn events(&self, rule: &FollowUp, visits: &Visits) -> Vec<Found> {
        let standing = self.segments.standing();
        let mut found = Vec::new();
        for (at, segment) in self.segments.of_kind(RecordKind::Contact) {
            for (index, row) in segment.iter().enumerate() {
                let Some(done) = row.done().filter(|_| row.contact(C::Kind) == "event") else {
                    continue;
                };
                let customer = standing.of_text(row.contact(C::CustomerId)).to_owned();
                let mut matter = Found {
                    id: segment.id(row).to_string(),
                    place: (at, index as u32),
                    at: done,
                    severity: String::new(),
                    excuse: if row.contact(C::Result) == "did_not_come" {
                        ANONYMOUS
                    } else {
                        ""
                    },
                    followed: Vec::new(),
                    unsolved: false,
                };
                matter.follow(visits.of_customers.get(&(customer, rule.id.clone())));
                found.push(matter);
            }
        }
        found
    }

    /// Returns the customers with something on a day of their own: delivered to, moved in.
    fn of_customers(&self, rule: &FollowUp, column: D, visits: &Visits) -> Vec<Found> {
        let standing = self.segments.standing();
        let mut found = Vec::new();
        for (at, segment) in self.segments.of_kind(RecordKind::Customer) {
            let calendar = self
                .policies
                .calendar_of(segment.key.working_branch().as_str());
            for (index, row) in segment.iter().enumerate() {
                let Some(day) = row.day(column).filter(|_| !standing.hides(segment, row)) else {
                    continue;
                };
                let id = segment.id(row).to_string();
                let mut matter = Found {
                    place: (at, index as u32),
                    at: calendar.time_at(day, 0),
                    severity: String::new(),
                    excuse: "",
                    followed: Vec::new(),
                    unsolved: false,
                    id,
                };
                let key = (matter.id.clone(), rule.id.clone());
                matter.follow(visits.of_customers.get(&key));
                found.push(matter);
            }
        }
        found
    }

    /// Returns the return visits due by the policy, those due first at the top; at most [`MAX_PAGE_ROWS`].
    ///
    /// **Source:** the follow-up rules of the pack. Those after festivals are of all customers and stand among the occasions of my day;
    /// those after emergencies are not listed: nothing in a file tells of them.
    pub fn follow_ups(&self, now: Millis) -> Vec<FollowUpView> {
        let rules = self.contact_rules();
        if rules.follow_ups.is_empty() {
            return Vec::new();
        }
        let actor = self.actor();
        let visits = self.visits();
        let mut views = Vec::new();
        for rule in &rules.follow_ups {
            let found = match rule.after {
                FollowsAfter::CaseCarriedOut => self.carried_out(false, &visits),
                FollowsAfter::Repair => self.carried_out(true, &visits),
                FollowsAfter::Event => self.events(rule, &visits),
                FollowsAfter::Delivery => self.of_customers(rule, D::DeliveredOn, &visits),
                FollowsAfter::MoveIn => self.of_customers(rule, D::MovedInOn, &visits),
                FollowsAfter::Festival | FollowsAfter::Emergency => continue,
            };
            views.extend(self.due_by(rule, &actor, &found, now));
        }
        views.sort_by(|a, b| (a.due, &a.of, &a.rule).cmp(&(b.due, &b.of, &b.rule)));
        views.truncate(MAX_PAGE_ROWS as usize);
        views
    }

    /// Returns the return visits due by one rule. Samples are drawn branch by branch, for a device of one branch knows no other.
    fn due_by(
        &self,
        rule: &FollowUp,
        actor: &Actor,
        found: &[Found],
        now: Millis,
    ) -> Vec<FollowUpView> {
        let mut branches: BTreeMap<String, Vec<&Found>> = BTreeMap::new();
        for matter in found {
            let branch = self.segments.get(matter.place.0).key.working_branch();
            branches.entry(branch.to_string()).or_default().push(matter);
        }
        let mut views = Vec::new();
        for (branch, found) in branches {
            let calendar = self.policies.calendar_of(&branch);
            let matters: Vec<Matter<'_>> = found.iter().map(|matter| matter.matter()).collect();
            let places: BTreeMap<&str, Place> = found
                .iter()
                .map(|matter| (matter.id.as_str(), matter.place))
                .collect();
            let oldest = now.saturating_sub(LISTED_FOR_MS);
            let duties = due(rule, calendar, &matters, now);
            for duty in duties.into_iter().filter(|duty| duty.due >= oldest) {
                let Some(place) = places.get(duty.of.as_str()) else {
                    continue;
                };
                let (segment, row) = self.segments.at(*place);
                let near = actor.head_office || actor.branch == branch;
                let (subject, number, customer, customer_id) = match segment.key.kind {
                    RecordKind::Contact => {
                        let none = ContactRules::default();
                        let row = self.contact_row(&none, actor, segment, row, now);
                        (row.subject, String::new(), row.customer, row.customer_id)
                    }
                    RecordKind::Customer => {
                        let name = row.customer(D::Name).to_owned();
                        (String::new(), String::new(), name, duty.of.clone())
                    }
                    _ => {
                        let row = self.case_row(segment, row, now);
                        (row.subject, row.number, row.customer, row.customer_id)
                    }
                };
                views.push(FollowUpView {
                    rule: rule.id.clone(),
                    title: rule.text.clone(),
                    mine: near
                        && if duty.by.is_empty() {
                            actor.holds_any(who_may(Step::CalledBack))
                        } else {
                            actor.holds_post(&duty.by)
                        },
                    of: duty.of,
                    subject,
                    number,
                    customer,
                    customer_id,
                    branch: branch.clone(),
                    late: duty.due < now,
                    due: duty.due,
                    by: duty.by,
                    by_phone: duty.by_phone,
                    nth: duty.number,
                });
            }
        }
        views
    }

    /// Returns the return visits that fall to the person, for my day.
    pub fn follow_ups_today(&self, now: Millis) -> Vec<FollowUpView> {
        let mut own = self.follow_ups(now);
        own.retain(|view| view.mine);
        own.truncate(HOME_ROWS);
        own
    }
}

/// Returns why nobody is visited for a case; empty if somebody can be.
fn excuse(row: RowRef<'_>) -> &'static str {
    let columns = [
        CaseColumn::Customer,
        CaseColumn::CustomerId,
        CaseColumn::Phone,
    ];
    if columns.iter().all(|column| row.case(*column).is_empty()) {
        ANONYMOUS
    } else {
        ""
    }
}
