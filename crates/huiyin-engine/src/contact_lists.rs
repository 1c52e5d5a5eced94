//! Lists of contacts, what is due about them, and their part of my day: from rows alone, no document is opened.
//!
//! Decides what is listed under which tab and in which order; what is due decides `huiyin-core`.
//!
//! Long: lists, due dates and my day read the same columns by the same tables.

use std::collections::BTreeMap;

use huiyin_api::{
    Answer, ContactDay, ContactDesk, ContactDutyView, ContactPage, ContactQuery, ContactRow,
    MAX_PAGE_ROWS, PlanView, PromiseView, TargetView,
};
use huiyin_core::calendar::WorkingCalendar;
use huiyin_core::contact::duties::{ContactDuty, PlanStage, duties, plan_status, targets};
use huiyin_core::contact::{ContactState, ContactSummary, Promise, Supervision};
use huiyin_core::field::parse_date;
use huiyin_core::id::{EventId, RecordId, RecordKind};
use huiyin_core::interchange::icalendar;
use huiyin_core::pack::{ContactRules, Part};
use huiyin_core::periods::Period;
use huiyin_core::staff::Actor;
use huiyin_core::text::fold;
use huiyin_document::{ContactColumn as C, CustomerColumn, RowRef};

use crate::Millis;
use crate::contacts::{may_sign, may_supervise, minutes_of};
use crate::lists::HOME_ROWS;
use crate::replica::Replica;
use crate::segments::{Place, Segment};
use crate::task::Reply;

/// Contacts shown beside a customer.
const MAX_OF_CUSTOMER: usize = 200;
/// Tabs of the list, in order.
const TABS: [&str; 4] = ["planned", "approve", "report", "done"];
/// Every state a contact can have.
const STATES: [ContactState; 7] = [
    ContactState::Cancelled,
    ContactState::Planned,
    ContactState::Submitted,
    ContactState::Approved,
    ContactState::SentBack,
    ContactState::Done,
    ContactState::Reported,
];

/// Returns the state a row tells.
fn state_of(row: RowRef<'_>) -> Option<ContactState> {
    let name = row.contact(C::State);
    STATES.into_iter().find(|state| state.name() == name)
}

/// Returns the tab a contact stands under; none for a cancelled one.
fn tab_of(row: RowRef<'_>) -> &'static str {
    match state_of(row) {
        Some(ContactState::Planned | ContactState::Approved | ContactState::SentBack) => "planned",
        Some(ContactState::Submitted) => "approve",
        Some(ContactState::Done) if row.contact(C::Kind) == "visit" => "report",
        Some(ContactState::Done | ContactState::Reported) => "done",
        Some(ContactState::Cancelled) | None => "",
    }
}

fn listed(text: &str) -> impl Iterator<Item = &str> {
    text.split(',').filter(|part| !part.is_empty())
}

/// Returns as much of the summary of a contact as its row tells: all that duties ask.
fn summary_of(row: RowRef<'_>) -> ContactSummary {
    let checks: Vec<&str> = listed(row.contact(C::Checks)).collect();
    let desk = row.has_actions().then(|| row.desk()).flatten();
    let promises = desk
        .map(|desk| desk.actions)
        .unwrap_or_default()
        .into_iter()
        .filter_map(|action| {
            Some(Promise {
                event: EventId::parse(&action.id).ok()?,
                note: action.text,
                owner: action.owner,
                due: parse_date(&action.due),
                kept_at: (action.state != "open").then(|| row.updated()),
            })
        })
        .collect();
    let checked = checks.iter().find(|check| **check != "signed");
    ContactSummary {
        state: state_of(row),
        planned_on: parse_date(row.contact(C::PlannedOn)),
        planned_at: row.contact(C::PlannedAt).to_owned(),
        by: row.contact(C::By).to_owned(),
        done_at: row.done(),
        reported_at: row.ended(),
        signed: checks.contains(&"signed"),
        supervision: checked.map(|check| Supervision {
            by: String::new(),
            at: row.updated(),
            good: *check == "good",
            note: String::new(),
        }),
        promises,
        ..ContactSummary::default()
    }
}

/// Returns what is open about a contact, the most urgent first.
fn duty_views(
    rules: &ContactRules,
    calendar: &WorkingCalendar,
    row: RowRef<'_>,
    now: Millis,
) -> Vec<ContactDutyView> {
    // Most contacts are over and done with: nothing is read of them.
    let settled = state_of(row) == Some(ContactState::Reported)
        && row.contact(C::Kind) != "follow_up"
        && !row.has_actions();
    if settled {
        return Vec::new();
    }
    let summary = summary_of(row);
    let (kind, way) = (row.contact(C::Kind), row.contact(C::Way));
    let by = || summary.by.clone();
    let mut views: Vec<ContactDutyView> = duties(rules, calendar, kind, way, &summary, now)
        .into_iter()
        .map(|duty| {
            let mut view = ContactDutyView::default();
            let (kind, owner, due) = match duty {
                ContactDuty::Report { due } => ("report", by(), Some(due)),
                ContactDuty::Overdue { due } => ("overdue", by(), Some(due)),
                ContactDuty::Signature => ("signature", by(), None),
                ContactDuty::Supervision { role } => ("supervision", role, None),
                ContactDuty::Promise { event, owner, due } => {
                    let promise = summary.promises.iter().find(|found| found.event == event);
                    view.text = promise
                        .map(|promise| promise.note.clone())
                        .unwrap_or_default();
                    view.event = event.to_string();
                    ("promise", owner, due)
                }
            };
            kind.clone_into(&mut view.kind);
            view.owner = owner;
            view.due = due;
            view.late = due.is_some_and(|due| due < now);
            view
        })
        .collect();
    views.sort_by_key(|view| view.due.unwrap_or(Millis::MAX));
    views
}

impl Replica {
    /// Returns the day a contact stands under: it took place, or is planned.
    fn contact_day(&self, segment: &Segment, row: RowRef<'_>) -> String {
        match row.done() {
            Some(done) => self.today(&segment.key.branch, done),
            None => row.contact(C::PlannedOn).to_owned(),
        }
    }

    /// Returns the list row of a contact.
    pub fn contact_row(
        &self,
        rules: &ContactRules,
        actor: &Actor,
        segment: &Segment,
        row: RowRef<'_>,
        now: Millis,
    ) -> ContactRow {
        let text = |column| row.contact(column).to_owned();
        let branch = segment.key.branch.to_string();
        let standing = self.segments.standing();
        let customer_id = standing.of_text(row.contact(C::CustomerId)).to_owned();
        let present = RecordId::parse(&customer_id)
            .ok()
            .and_then(|id| self.segments.row(&id))
            .map(|row| row.customer(CustomerColumn::Name).to_owned());
        ContactRow {
            id: segment.id(row).to_string(),
            number: text(C::Number),
            kind: text(C::Kind),
            way: text(C::Way),
            subject: text(C::Subject),
            purpose: text(C::Purpose),
            customer: present.unwrap_or_else(|| text(C::CustomerName)),
            customer_id,
            state: text(C::State),
            day: self.contact_day(segment, row),
            time: text(C::PlannedAt),
            by: text(C::By),
            result: text(C::Result),
            duties: duty_views(rules, self.policies.calendar_of(&branch), row, now),
            may_approve: awaits(rules, actor, &branch, row),
            branch,
            updated: row.updated(),
            conflicts: u32::from(row.conflicts()),
            clashes: u32::from(row.clashes()),
        }
    }

    /// Returns the places of the contacts a query matches whatever its tab, each with its day.
    fn contact_places(&self, query: &ContactQuery) -> Vec<(String, String, Place)> {
        let words: Vec<String> = fold(&query.search)
            .split_whitespace()
            .map(str::to_owned)
            .collect();
        let mut found = Vec::new();
        // Contacts of a file that gave way are shown at the one it is in now.
        let standing = self.segments.standing();
        for (at, segment) in self.segments.of_kind(RecordKind::Contact) {
            if !query.branch.is_empty() && segment.key.branch.as_str() != query.branch {
                continue;
            }
            for (index, row) in segment.iter().enumerate() {
                let is = |wanted: &str, column| wanted.is_empty() || row.contact(column) == wanted;
                let kind = row.contact(C::Kind);
                let fits = is(&query.owner, C::By)
                    && (is(&query.customer, C::CustomerId)
                        || standing.of_text(row.contact(C::CustomerId)) == query.customer)
                    && (query.kinds.is_empty() || query.kinds.iter().any(|wanted| wanted == kind));
                if !fits {
                    continue;
                }
                if !words.is_empty() {
                    let columns = [C::Number, C::CustomerName, C::Subject];
                    let text = columns.map(|column| fold(row.contact(column))).join(" ");
                    if !words.iter().all(|word| text.contains(word)) {
                        continue;
                    }
                }
                let day = self.contact_day(segment, row);
                let inside = (query.from.is_empty() || day >= query.from)
                    && (query.to.is_empty() || (!day.is_empty() && day <= query.to));
                if inside {
                    let time = row.contact(C::PlannedAt).to_owned();
                    found.push((day, time, (at, index as u32)));
                }
            }
        }
        found
    }

    /// Returns the contacts a query matches, in its order, and how many each tab has.
    fn found_contacts(&self, query: &ContactQuery) -> (Vec<Place>, BTreeMap<String, u32>) {
        let mut tabs: BTreeMap<String, u32> =
            TABS.iter().map(|tab| ((*tab).to_owned(), 0)).collect();
        let mut found = self.contact_places(query);
        tabs.insert(String::new(), found.len() as u32);
        for (_, _, place) in &found {
            let tab = tab_of(self.segments.at(*place).1);
            if let Some(count) = tabs.get_mut(tab).filter(|_| !tab.is_empty()) {
                *count += 1;
            }
        }
        if !query.tab.is_empty() {
            found.retain(|(_, _, place)| tab_of(self.segments.at(*place).1) == query.tab);
        }
        found.sort_unstable();
        if query.descending {
            found.reverse();
        }
        let places = found.into_iter().map(|(_, _, place)| place).collect();
        (places, tabs)
    }

    /// Returns a window of the list of contacts.
    pub fn contacts(&self, query: &ContactQuery, now: Millis) -> ContactPage {
        let (rules, actor) = (self.contact_rules(), self.actor());
        let (places, tabs) = self.found_contacts(query);
        let rows = places
            .iter()
            .skip(query.offset as usize)
            .take(query.limit.min(MAX_PAGE_ROWS) as usize)
            .map(|place| self.segments.at(*place))
            .map(|(segment, row)| self.contact_row(&rules, &actor, segment, row, now))
            .collect();
        ContactPage {
            total: places.len() as u32,
            offset: query.offset,
            rows,
            tabs,
        }
    }

    /// Returns the contacts with a customer, the latest day first.
    pub fn contacts_of(&self, customer: &str, now: Millis) -> Vec<ContactRow> {
        let query = ContactQuery {
            customer: customer.to_owned(),
            descending: true,
            limit: MAX_OF_CUSTOMER as u32,
            ..ContactQuery::default()
        };
        self.contacts(&query, now).rows
    }

    /// Returns the contacts of a query as an iCalendar file. Cancelled ones stand in it as such, so that a calendar that was given
    /// them before takes them out.
    pub fn contact_calendar(&self, query: &ContactQuery, now: Millis) -> Reply {
        let (places, _) = self.found_contacts(query);
        let (rules, actor) = (self.contact_rules(), self.actor());
        let rows: Vec<ContactRow> = places
            .iter()
            .take(icalendar::MAX_ENTRIES)
            .map(|place| self.segments.at(*place))
            .map(|(segment, row)| self.contact_row(&rules, &actor, segment, row, now))
            .collect();
        let texts: Vec<(String, String)> = rows
            .iter()
            .map(|row| {
                let summary = [row.customer.as_str(), row.subject.as_str()]
                    .into_iter()
                    .filter(|part| !part.is_empty())
                    .collect::<Vec<_>>()
                    .join(" · ");
                (summary, format!("{} {}", row.number, row.by))
            })
            .collect();
        let entries: Vec<icalendar::Entry<'_>> = rows
            .iter()
            .zip(&texts)
            .filter_map(|(row, (summary, description))| {
                let day = parse_date(&row.day)?;
                let calendar = self.policies.calendar_of(&row.branch);
                let when = match minutes_of(&row.time) {
                    Some(minutes) => icalendar::When::Time {
                        from: calendar.time_at(day, minutes),
                        minutes: icalendar::DEFAULT_MINUTES,
                    },
                    None => icalendar::When::Day(day),
                };
                Some(icalendar::Entry {
                    id: &row.id,
                    when,
                    summary,
                    description,
                    location: "",
                    changed: row.updated,
                    // Seconds since 2020: grows with every change, and fits.
                    sequence: u32::try_from((row.updated / 1_000).saturating_sub(1_577_836_800))
                        .unwrap_or_default(),
                    cancelled: row.state == ContactState::Cancelled.name(),
                    remind_minutes: None,
                })
            })
            .collect();
        let text = icalendar::write(&entries, "huiyin", &self.settings.company);
        let day = self.policies.calendar.date_of(now);
        let answer = Answer::File {
            name: format!("huiyin-{day}.ics"),
            media: "text/calendar".to_owned(),
        };
        (answer, Some(text.into_bytes()))
    }

    /// Returns what forms of contacts choose from, and how far the person's plans and targets are.
    pub fn contact_desk(&self, now: Millis) -> ContactDesk {
        let rules = self.contact_rules();
        let reception = self
            .policies
            .of_part(Part::Reception)
            .and_then(|(_, pack)| pack.reception.as_ref());
        let actor = self.actor();
        let calendar = self.policies.calendar_of(&actor.branch);
        let today = calendar.date_of(now);
        let mut own = Vec::new();
        let mut done = Vec::new();
        for (_, segment) in self.segments.of_kind(RecordKind::Contact) {
            for row in segment
                .iter()
                .filter(|row| actor.is_named(row.contact(C::By)))
            {
                own.push(summary_of(row));
                if let Some(at) = row.done() {
                    done.push((row.contact(C::Kind), calendar.date_of(at)));
                }
            }
        }
        let next = rules
            .plan
            .as_ref()
            .map(|plan| Period::of(plan.every, today).next().first);
        // What falls to the person for want of somebody else is no post to plan or be measured by.
        let posts = self.person().1;
        let plans = std::iter::once(today)
            .chain(next)
            .filter_map(|day| plan_status(&rules, calendar, &posts, &own, day))
            .map(|status| PlanView {
                late: status.due < now
                    && matches!(
                        status.stage,
                        PlanStage::Missing | PlanStage::Drafted | PlanStage::SentBack
                    ),
                period: status.period,
                due: status.due,
                stage: status.stage,
                planned: status.planned,
            })
            .collect();
        let targets = targets(&rules, &posts, &done, today)
            .into_iter()
            .map(|status| TargetView {
                post: status.target.post.clone(),
                kind: status.target.kind.clone(),
                every: status.target.every,
                wanted: status.target.count,
                done: status.done,
            })
            .collect();
        ContactDesk {
            plans,
            targets,
            purposes: rules.purposes,
            service_classes: rules.service_classes,
            reception_classes: reception.map_or_else(Vec::new, |rules| rules.classes.clone()),
            rules_missing: self.policies.is_part_missing(Part::Contact),
        }
    }

    /// Returns what contacts add to my day.
    pub fn contacts_today(&self, now: Millis) -> ContactDay {
        let (rules, actor) = (self.contact_rules(), self.actor());
        let mut day = ContactDay::default();
        let mut promises = Vec::new();
        for (_, segment) in self.segments.of_kind(RecordKind::Contact) {
            let today = self.today(&segment.key.branch, now);
            let branch = segment.key.branch.as_str();
            let near = actor.head_office || actor.branch == branch;
            for row in segment.iter() {
                let tab = tab_of(row);
                let mine = actor.is_named(row.contact(C::By));
                let made = || self.contact_row(&rules, &actor, segment, row, now);
                if awaits(&rules, &actor, branch, row) {
                    day.to_approve.push(made());
                }
                if mine && tab == "planned" && row.contact(C::PlannedOn) <= today.as_str() {
                    day.today.push(made());
                }
                let open = row.has_actions() || tab == "report" || is_followed_up(row);
                if !open {
                    continue;
                }
                let duties = duty_views(&rules, self.policies.calendar_of(branch), row, now);
                let falls = |duty: &ContactDutyView| match duty.kind.as_str() {
                    "report" | "signature" => mine,
                    "supervision" => near && may_supervise(&rules, &actor, row.contact(C::By)),
                    _ => false,
                };
                if duties.iter().any(falls) {
                    day.to_report.push(made());
                }
                let own = duties
                    .into_iter()
                    .filter(|duty| duty.kind == "promise" && actor.is_named(&duty.owner));
                for duty in own {
                    let contact = made();
                    let desk = row.desk().unwrap_or_default();
                    let due = desk
                        .actions
                        .into_iter()
                        .find(|action| action.id == duty.event)
                        .map(|action| action.due)
                        .unwrap_or_default();
                    promises.push(PromiseView {
                        late: !due.is_empty() && due < today,
                        event: duty.event,
                        text: duty.text,
                        owner: duty.owner,
                        due,
                        kept_at: None,
                        contact: contact.id,
                        customer: contact.customer,
                    });
                }
            }
        }
        promises.sort_by(|a, b| {
            let key = |promise: &PromiseView| (promise.due.is_empty(), promise.due.clone());
            key(a).cmp(&key(b))
        });
        promises.truncate(HOME_ROWS);
        day.promises = promises;
        day.follow_ups = self.follow_ups_today(now);
        day.birthdays = self.birthdays(now);
        for list in [&mut day.to_approve, &mut day.today, &mut day.to_report] {
            list.sort_by(|a, b| (&a.day, &a.time, &a.id).cmp(&(&b.day, &b.time, &b.id)));
            list.truncate(HOME_ROWS);
        }
        day
    }
}

/// Returns whether a contact is a return visit that took place.
fn is_followed_up(row: RowRef<'_>) -> bool {
    row.contact(C::Kind) == "follow_up" && state_of(row).is_some_and(ContactState::took_place)
}

/// Returns whether the plan of a contact waits for the person's approval.
fn awaits(rules: &ContactRules, actor: &Actor, branch: &str, row: RowRef<'_>) -> bool {
    let endorsed: Vec<&str> = listed(row.contact(C::Endorsed)).collect();
    state_of(row) == Some(ContactState::Submitted)
        && may_sign(rules, actor, branch, row.contact(C::By), &endorsed)
}
