//! Changes of events (活动变更): another name, day, session, place, order of inviting or closing time; and cancelling.
//!
//! Decides what may be changed, what is written and what an event is after all its changes. A change is a register
//! `event_change/<event>/<change>` of the branch's catalogue, as [`Entry`] writes it, and says only what it changes: of two made apart
//! both count, of one thing said twice the later. Invitations known here move along in the same act; those registered apart are found
//! by every name and day the event had.
//!
//! Long: what a change says, what the event is after it, and the two acts are read against each other.

use std::collections::{BTreeMap, BTreeSet};

use huiyin_api::{Answer, EventChange, EventForm, EventValue, Problem, ProblemCode};
use huiyin_core::case::Step;
use huiyin_core::contact::ContactState;
use huiyin_core::file::data;
use huiyin_document::{Author, DocumentKey, Edit, Registers};
use serde::{Deserialize, Serialize};

use crate::Millis;
use crate::cases::new_event;
use crate::contacts::contact_edits;
use crate::customers::note_text;
use crate::events::Plan;
use crate::guests::Invited;
use crate::replica::Replica;
use crate::steps::{Prepared, hand_over};
use crate::task::{Run, Tx};

/// Registers of the catalogue about changes of events.
const CHANGES: &str = "event_change/";
/// Version of [`Entry`].
const ENTRY_VERSION: u32 = 1;
/// Between the departments of a value.
const BETWEEN: &str = ",";

/// A change of an event as its register holds it, JSON. Field order is the form of [`ENTRY_VERSION`]; what is absent stays.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
struct Entry {
    version: u32,
    by: String,
    at: Millis,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    day: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    session: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    place: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    closes: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    departments: Option<Vec<String>>,
    /// Why the event was cancelled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    cancelled: Option<String>,
}

impl Entry {
    fn read(json: &str) -> Option<Self> {
        serde_json::from_str(json)
            .ok()
            .filter(|entry: &Self| entry.version == ENTRY_VERSION)
    }

    fn write(&self) -> String {
        serde_json::to_string(self).expect("a change is plain data")
    }

    fn new(author: &Author) -> Self {
        Self {
            version: ENTRY_VERSION,
            by: author.by.clone(),
            at: author.at,
            ..Self::default()
        }
    }

    /// Returns what turns one form into another; nothing if they are the same.
    fn between(was: &EventForm, now: &EventForm, author: &Author) -> Option<Self> {
        let said = |was: &String, now: &String| (was != now).then(|| now.clone());
        let departments = (was.departments != now.departments).then(|| now.departments.clone());
        (was != now).then(|| Self {
            name: said(&was.name, &now.name),
            day: said(&was.day, &now.day),
            session: said(&was.session, &now.session),
            place: said(&was.place, &now.place),
            closes: said(&was.closes, &now.closes),
            departments,
            ..Self::new(author)
        })
    }

    /// Changes a form and returns what was changed, each with its value before.
    fn apply(&self, form: &mut EventForm) -> Vec<EventValue> {
        let mut told = Vec::new();
        let mut put = |field: &str, known: &mut String, said: &Option<String>| {
            let Some(said) = said.as_ref().filter(|said| *said != known) else {
                return;
            };
            let from = std::mem::replace(known, said.clone());
            told.push(EventValue {
                field: field.to_owned(),
                from,
                to: said.clone(),
            });
        };
        put("name", &mut form.name, &self.name);
        put("day", &mut form.day, &self.day);
        put("session", &mut form.session, &self.session);
        put("place", &mut form.place, &self.place);
        put("closes", &mut form.closes, &self.closes);
        let mut order = form.departments.join(BETWEEN);
        let said = self.departments.as_ref().map(|said| said.join(BETWEEN));
        put("departments", &mut order, &said);
        if let Some(departments) = &self.departments {
            form.departments.clone_from(departments);
        }
        told
    }
}

/// An event as its plan and all its changes make it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Event {
    /// Ids: the first is its own, the others are of plans of the same event made apart.
    pub ids: Vec<String>,
    /// Who planned it.
    pub by: String,
    /// When it was planned.
    pub at: Millis,
    /// What is said about it now.
    pub form: EventForm,
    /// What was said from which time on, the plan first.
    forms: Vec<(Millis, EventForm)>,
    /// Its changes, the oldest first.
    pub changes: Vec<EventChange>,
    /// Names and days that other events have now: invitations that say so are theirs.
    of_others: BTreeSet<(String, String)>,
}

impl Event {
    /// Returns an event nobody planned, for an invitation that names one.
    pub fn unplanned(form: EventForm) -> Self {
        Self {
            forms: vec![(0, form.clone())],
            form,
            ..Self::default()
        }
    }

    fn of(ids: Vec<String>, plan: Plan, mut entries: Vec<(String, Entry)>) -> Self {
        entries.sort_by(|(a, left), (b, right)| (left.at, a).cmp(&(right.at, b)));
        let mut event = Self {
            ids,
            by: plan.by,
            at: plan.at,
            forms: vec![(plan.at, plan.form.clone())],
            form: plan.form,
            ..Self::default()
        };
        for (_, entry) in entries {
            let values = entry.apply(&mut event.form);
            if !values.is_empty() {
                event.forms.push((entry.at, event.form.clone()));
            }
            event.changes.push(EventChange {
                by: entry.by,
                at: entry.at,
                values,
                cancelled: entry.cancelled,
            });
        }
        event
    }

    /// Returns why it was cancelled; none if it was not.
    pub fn cancelled(&self) -> Option<&str> {
        let mut whys = self
            .changes
            .iter()
            .filter_map(|change| change.cancelled.as_deref());
        whys.next_back()
    }

    /// Returns whether an act of this author and time cancelled it.
    pub fn was_cancelled_by(&self, by: &str, at: Millis) -> bool {
        let fits = |change: &EventChange| change.by == by && change.at == at;
        let mut cancelled = self
            .changes
            .iter()
            .filter(|change| change.cancelled.is_some());
        cancelled.any(fits)
    }

    /// Returns what was said about it at a time.
    pub fn form_at(&self, at: Millis) -> &EventForm {
        let said = self.forms.iter().rev().find(|(from, _)| *from <= at);
        said.map_or(&self.forms[0].1, |(_, form)| form)
    }

    /// Returns whether it has or had this name on this day, in any order its changes came in.
    pub fn had(&self, name: &str, day: &str) -> bool {
        self.forms.iter().any(|(_, form)| form.name == name)
            && self.forms.iter().any(|(_, form)| form.day == day)
    }

    /// Returns whether it has or had this session.
    pub fn had_session(&self, session: &str) -> bool {
        self.forms.iter().any(|(_, form)| form.session == session)
    }

    /// Returns whether an invitation that says this name and day is one to this event.
    pub fn is_named(&self, name: &str, day: &str) -> bool {
        let of_others = || self.of_others.contains(&(name.to_owned(), day.to_owned()));
        self.had(name, day) && !of_others()
    }

    fn named(&self) -> (String, String) {
        (self.form.name.clone(), self.form.day.clone())
    }
}

impl Replica {
    /// Returns every event of this branch. Of one planned twice apart the smaller id comes first.
    pub(crate) fn all_events(&mut self) -> Run<Vec<Event>> {
        let catalogue = DocumentKey::Catalogue(self.branch()?);
        let catalogue = self.documents.get(&catalogue)?;
        let plans = Plan::all(catalogue);
        let mut entries: BTreeMap<String, Vec<(String, Entry)>> = BTreeMap::new();
        for (path, json) in catalogue.registers(CHANGES) {
            if let (Some((event, change)), Some(entry)) = (path.split_once('/'), Entry::read(&json))
            {
                let of_event = entries.entry(event.to_owned()).or_default();
                of_event.push((change.to_owned(), entry));
            }
        }
        let mut groups: BTreeMap<_, (Vec<String>, Plan)> = BTreeMap::new();
        for (id, plan) in plans {
            let (ids, _) = groups
                .entry(plan.key())
                .or_insert_with(|| (Vec::new(), plan));
            ids.push(id);
        }
        let mut events: Vec<Event> = groups
            .into_values()
            .map(|(ids, plan)| {
                let changes = ids.iter().filter_map(|id| entries.remove(id)).flatten();
                let changes = changes.collect();
                Event::of(ids, plan, changes)
            })
            .collect();
        let named: Vec<(String, String)> = events.iter().map(Event::named).collect();
        for event in &mut events {
            let own = event.named();
            let others = named.iter().filter(|name| **name != own);
            event.of_others = others.cloned().collect();
        }
        Ok(events)
    }

    /// Returns the event an invitation names; one nobody planned if there is none.
    pub(crate) fn event_named(&mut self, name: &str, day: &str, session: &str) -> Run<Event> {
        let mut events = self.all_events()?;
        let fits = |event: &Event| {
            event.is_named(name, day) && (session.is_empty() || event.had_session(session))
        };
        if let Some(at) = events.iter().position(fits) {
            return Ok(events.swap_remove(at));
        }
        Ok(Event::unplanned(EventForm {
            name: name.to_owned(),
            day: day.to_owned(),
            session: session.to_owned(),
            ..EventForm::default()
        }))
    }

    /// Returns an event that may still be changed or cancelled here.
    fn open_event(&mut self, id: &str) -> Run<Event> {
        if !self.plans_events() {
            return Err(Self::owners_refused().into());
        }
        let event = self.event_of(id)?;
        if event.cancelled().is_some() {
            return Err(Problem::at(ProblemCode::StepRefused, "event")
                .because("the event was cancelled")
                .into());
        }
        Ok(event)
    }

    /// Returns whether an event may be changed: until the day before.
    pub(crate) fn may_change_event(&self, event: &Event, today: &str) -> bool {
        self.plans_events() && event.cancelled().is_none() && today < event.form.day.as_str()
    }

    /// Changes what is said about an event. Invitations move along.
    pub fn change_event(&mut self, tx: &mut Tx<'_>, id: &str, form: &EventForm) -> Run<Answer> {
        let event = self.open_event(id)?;
        let today = self.today(&self.branch()?, tx.now);
        let refused =
            |place: &str, why: &str| Problem::at(ProblemCode::StepRefused, place).because(why);
        if !self.may_change_event(&event, &today) {
            let why = "the day of the event has come: what is said about it stays";
            return Err(refused("event", why).into());
        }
        let form = self.checked_form(form)?;
        if form.day < today {
            return Err(refused("day", "the day lies behind: choose a later one").into());
        }
        self.must_be_free(&form, &event.ids)?;
        let (invited, _) = self.invitations(&event)?;
        let open = invited.iter().filter(|one| {
            let mut next = one.summary.next_steps().into_iter();
            next.any(|step| step == Step::Rescheduled)
        });
        let open: Vec<&Invited> = open.collect();
        let author = self.author_after(tx, &open);
        let Some(entry) = Entry::between(&event.form, &form, &author) else {
            return Ok(saved(&event));
        };
        let acts = open
            .into_iter()
            .filter_map(|one| moved(tx, &author, one, &event.form, &form))
            .collect();
        self.write_change(tx, &author, &event, &entry, acts)
    }

    /// Cancels an event with its invitations.
    pub fn cancel_event(&mut self, tx: &mut Tx<'_>, id: &str, reason: &str) -> Run<Answer> {
        let event = self.open_event(id)?;
        let reason = note_text(reason)?.trim().to_owned();
        if reason.is_empty() {
            return Err(Problem::at(ProblemCode::Missing, "reason").into());
        }
        if event.form.day < self.today(&self.branch()?, tx.now) {
            return Err(Problem::at(ProblemCode::StepRefused, "event")
                .because("the event is over")
                .into());
        }
        let (invited, _) = self.invitations(&event)?;
        let open = invited.iter().filter(|one| {
            let mut next = one.summary.next_steps().into_iter();
            next.any(|step| step == Step::Cancelled)
                && !one.summary.state.is_some_and(ContactState::took_place)
        });
        let open: Vec<&Invited> = open.collect();
        let author = self.author_after(tx, &open);
        let entry = Entry {
            cancelled: Some(reason.clone()),
            ..Entry::new(&author)
        };
        let acts = open
            .into_iter()
            .map(|one| {
                let mut cancelled = new_event(tx, Step::Cancelled, &author);
                cancelled.after.clone_from(&one.summary.heads);
                cancelled.reason = Some(reason.clone());
                prepared(one, contact_edits(&one.id, cancelled))
            })
            .collect();
        self.write_change(tx, &author, &event, &entry, acts)
    }

    /// Returns the author of an act that comes after what these invitations hold.
    fn author_after(&mut self, tx: &mut Tx<'_>, invited: &[&Invited]) -> Author {
        for one in invited {
            hand_over(&mut self.clock, tx.now, &one.record);
        }
        self.author(tx)
    }

    fn write_change(
        &mut self,
        tx: &mut Tx<'_>,
        author: &Author,
        event: &Event,
        entry: &Entry,
        acts: Vec<Prepared>,
    ) -> Run<Answer> {
        let catalogue = DocumentKey::Catalogue(self.branch()?);
        let change = tx.entropy.next_u64();
        let register = format!("{CHANGES}{}/{change:016x}", event.ids[0]);
        self.write_steps(tx, author, acts);
        self.write_registers(tx, &catalogue, author, &[(register, entry.write())]);
        tx.changed = true;
        Ok(saved(event))
    }
}

fn saved(event: &Event) -> Answer {
    Answer::Saved {
        id: event.ids[0].clone(),
        number: String::new(),
    }
}

fn prepared(one: &Invited, edits: Vec<Edit>) -> Prepared {
    let key = DocumentKey::Segment(one.id.segment.clone());
    Prepared {
        id: one.id.clone(),
        number: one.record.number.clone(),
        edits: edits.into_iter().map(|edit| (key.clone(), edit)).collect(),
    }
}

/// Returns the writes that move an invitation along; none if nothing an invitation says changes.
fn moved(
    tx: &mut Tx<'_>,
    author: &Author,
    one: &Invited,
    was: &EventForm,
    now: &EventForm,
) -> Option<Prepared> {
    let mut edits = Vec::new();
    for (field, was, now) in [
        ("subject", &was.name, &now.name),
        ("event", &was.name, &now.name),
        ("session", &was.session, &now.session),
        ("place", &was.place, &now.place),
    ] {
        if was != now {
            edits.push(Edit::SetField {
                local: one.id.local,
                field: field.to_owned(),
                value: now.clone(),
            });
        }
    }
    if was.day != now.day {
        let mut event = new_event(tx, Step::Rescheduled, author);
        event.after.clone_from(&one.summary.heads);
        event.data.insert(data::DAY.to_owned(), now.day.clone());
        let time = one.record.field("planned_at");
        if !time.is_empty() {
            event.data.insert(data::TIME.to_owned(), time.to_owned());
        }
        edits.extend(contact_edits(&one.id, event));
    }
    (!edits.is_empty()).then(|| prepared(one, edits))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(name: &str, day: &str) -> EventForm {
        EventForm {
            name: name.to_owned(),
            day: day.to_owned(),
            ..EventForm::default()
        }
    }

    fn author(at: Millis) -> Author {
        Author {
            by: "赵敏".to_owned(),
            at,
            ..Author::default()
        }
    }

    #[test]
    fn a_change_is_stored_in_the_form_of_its_version_and_says_only_what_it_changes() {
        let golden =
            r#"{"version":1,"by":"赵敏","at":1780000000000,"day":"2026-12-06","closes":"17:00"}"#;
        let now = EventForm {
            closes: "17:00".to_owned(),
            ..form("会", "2026-12-06")
        };
        let was = form("会", "2026-12-05");
        let entry = Entry::between(&was, &now, &author(1_780_000_000_000)).expect("they differ");
        assert_eq!(entry.write(), golden);
        assert_eq!(Entry::read(golden), Some(entry));
        assert_eq!(Entry::between(&was, &was, &author(1)), None);
        let newer = golden.replace("\"version\":1", "\"version\":2");
        assert_eq!(Entry::read(&newer), None);
        let cancelled = r#"{"version":1,"by":"赵敏","at":1,"cancelled":"台风"}"#;
        let entry = Entry {
            cancelled: Some("台风".to_owned()),
            ..Entry::new(&author(1))
        };
        assert_eq!(entry.write(), cancelled);
        assert_eq!(Entry::read(cancelled), Some(entry));
    }

    #[test]
    fn changes_made_apart_count_in_their_order_and_every_name_and_day_finds_the_event() {
        let was = form("会", "2026-12-05");
        let plan = Plan::new(was.clone(), &author(10));
        let moved = Entry::between(&was, &form("会", "2026-12-06"), &author(30)).expect("differ");
        let named = Entry::between(&was, &form("年会", "2026-12-05"), &author(20)).expect("differ");
        let entries = vec![("b".to_owned(), moved), ("a".to_owned(), named)];
        let event = Event::of(vec!["e".to_owned()], plan, entries);
        assert_eq!(event.form, form("年会", "2026-12-06"));
        for (name, day) in [
            ("会", "2026-12-05"),
            ("年会", "2026-12-05"),
            ("会", "2026-12-06"),
            ("年会", "2026-12-06"),
        ] {
            assert!(event.is_named(name, day), "{name} {day}");
        }
        assert!(!event.is_named("会", "2026-12-07"));
        assert_eq!(event.form_at(15), &was);
        assert_eq!(event.form_at(25).name, "年会");
        assert_eq!(event.changes[1].values[0].from, "2026-12-05");
    }
}
