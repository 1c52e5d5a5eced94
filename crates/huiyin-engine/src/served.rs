//! When each customer was last served, read from the rows of contacts and cases: for the pool, for the contact a class wants, for lists.
//!
//! Decides what counts as service: a contact carried out or reported in the file and a case received are a contact; a contact of the kind `event` is an
//! invitation, carried out it was followed; a visit or return visit at home is a home visit. What was cancelled is nothing, and what
//! reached nobody (not reached, not at home, did not come) is no contact. Made anew only when rows have changed.

use std::collections::HashMap;
use std::rc::Rc;

use huiyin_core::allocation::Service;
use huiyin_core::contact::ContactState;
use huiyin_core::id::RecordKind;
use huiyin_document::{CaseColumn, ContactColumn, RowRef};

use crate::Millis;
use crate::replica::Replica;
use crate::segments::Segment;

/// Results of a contact that met nobody: wire names.
const MET_NOBODY: [&str; 3] = ["not_reached", "not_at_home", "did_not_come"];

/// When customers were served, by record id, as of one revision of the rows.
pub(crate) type Services = HashMap<String, Service>;

impl Replica {
    /// Returns when each customer was last served, by record id; customers nobody has served are left out. What was done for a file
    /// that gave way counts for the one that stayed. The cost grows with contacts and cases, once for each change of the rows.
    pub fn services(&self) -> Rc<Services> {
        let revision = self.segments.revision;
        if let Some((known, services)) = &*self.segments.served.borrow()
            && *known == revision
        {
            return Rc::clone(services);
        }
        let services = Rc::new(self.read_services());
        *self.segments.served.borrow_mut() = Some((revision, Rc::clone(&services)));
        services
    }

    /// Returns when somebody was last in contact with a customer: by a contact carried out, a case, or a contact reported in the file.
    pub fn last_served(services: &Services, segment: &Segment, row: RowRef<'_>) -> Option<Millis> {
        let told = row.contact_reported();
        if services.is_empty() {
            return told;
        }
        services
            .get(&segment.id(row).to_string())
            .and_then(|service| service.contact_at)
            .max(told)
    }

    fn read_services(&self) -> Services {
        let standing = self.segments.standing();
        let mut found = Services::new();
        let mut of = |customer: &str, note: &dyn Fn(&mut Service)| {
            if !customer.is_empty() {
                note(
                    found
                        .entry(standing.of_text(customer).to_owned())
                        .or_default(),
                );
            }
        };
        let latest = |known: &mut Option<Millis>, at: Option<Millis>| *known = (*known).max(at);
        for (_, segment) in self.segments.of_kind(RecordKind::Contact) {
            for row in segment.iter() {
                let kind = row.contact(ContactColumn::Kind);
                if row.contact(ContactColumn::State) == ContactState::Cancelled.name() {
                    continue;
                }
                let at_home = matches!(kind, "visit" | "follow_up")
                    && row.contact(ContactColumn::Way) == "home";
                let met = !MET_NOBODY.contains(&row.contact(ContactColumn::Result));
                let done = row.done().filter(|_| met);
                of(row.contact(ContactColumn::CustomerId), &|service| {
                    latest(&mut service.contact_at, done);
                    if kind == "event" {
                        latest(&mut service.invited_at, Some(row.received()));
                        latest(&mut service.came_at, done);
                    } else if at_home {
                        latest(&mut service.home_visit_at, done);
                    }
                });
            }
        }
        // Reported in the file itself; of one that gave way it counts for the one that stays.
        for (_, segment) in self.segments.of_kind(RecordKind::Customer) {
            for row in segment.iter() {
                if let Some(at) = row.contact_reported() {
                    of(&segment.id(row).to_string(), &|service| {
                        latest(&mut service.contact_at, Some(at));
                    });
                }
            }
        }
        for (_, segment) in self.listed(RecordKind::Case) {
            for row in segment.iter() {
                of(row.case(CaseColumn::CustomerId), &|service| {
                    latest(&mut service.contact_at, Some(row.received()));
                });
            }
        }
        found
    }
}
