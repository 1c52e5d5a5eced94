//! Contacts with customers (拜访、电话、接待……): planning, recording, steps, and one contact as the screen shows it. Lists and my
//! day are in [`crate::contact_lists`].
//!
//! Decides who may take which step: the plan is approved by those the policy names, in order, else by a supervisor, never by the
//! planner alone unless nobody stands higher. What follows what decides `huiyin-core`.
//!
//! Long: commands, rights and checks of one kind of record.

use std::collections::BTreeMap;

use huiyin_api::{Answer, ContactRecord, Problem, ProblemCode, PromiseView, StepForm, StepIntent};
use huiyin_core::case::{CaseEvent, Step};
use huiyin_core::case_data as datum;
use huiyin_core::contact::reception::{Claim, CostJudgement, CostRefusal, judge};
use huiyin_core::contact::{ContactState, ContactSummary, fold};
use huiyin_core::field::{normalise, parse_date};
use huiyin_core::file::data;
use huiyin_core::id::{BranchCode, EventId, RecordId, RecordKind};
use huiyin_core::money::parse_cents;
use huiyin_core::pack::{Approver, ContactRules, Part, Place};
use huiyin_core::staff::{Actor, Role};
use huiyin_core::text::same_name;
use huiyin_document::{Author, CustomerColumn, DocumentKey, Edit, Hand, NewRecord, Record};

use crate::Millis;
use crate::cases::new_event;
use crate::customers::{conflict_views, event_view, field_views, note_text, validate_all};
use crate::replica::Replica;
use crate::steps::{event_of, hand_over};
use crate::task::{Run, Tx};

/// Who approves and checks where the policy names nobody.
const SUPERVISORS: &[Role] = &[
    Role::ServiceSupervisor,
    Role::DepartmentManager,
    Role::StoreManager,
    Role::SalesDirector,
    Role::GeneralManager,
];
/// Fields whose change has the cost judged anew.
const COST_FIELDS: &[&str] = &[
    "cost",
    "gift_value",
    "guests",
    "company_people",
    "reception_class",
    "customer",
];

/// Returns what a plan may cost, as its approval keeps it ([`data::COSTS`]).
fn costs<'a>(value: impl Fn(&'a str) -> &'a str) -> String {
    let said: Vec<String> = COST_FIELDS
        .iter()
        .map(|name| (*name, value(name)))
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    said.join(";")
}

/// Returns whether the plan was approved with these costs.
fn is_approved(summary: &ContactSummary, costs: &str) -> bool {
    let approval = summary
        .in_force()
        .rfind(|event| event.step == Step::Approved);
    summary.approved_by.is_some() && approval.is_some_and(|event| event.datum(data::COSTS) == costs)
}

/// Returns the approver whose turn it is after `endorsed` people have endorsed; nothing = a supervisor.
fn approver(rules: &ContactRules, endorsed: usize) -> Option<&Approver> {
    let wanted = rules
        .plan
        .as_ref()
        .map_or(&[][..], |plan| &plan.approvers[..]);
    wanted.get(endorsed).or(wanted.last())
}

/// Returns whether the next signature makes the plan approved.
fn is_last(rules: &ContactRules, endorsed: usize) -> bool {
    rules
        .plan
        .as_ref()
        .is_none_or(|plan| endorsed + 1 >= plan.approvers.len())
}

/// Returns whether the person may sign a plan that waits for approval.
pub(crate) fn may_sign(
    rules: &ContactRules,
    actor: &Actor,
    branch: &str,
    planner: &str,
    endorsed: &[&str],
) -> bool {
    let own = actor.is_named(planner) && !actor.holds_any(&[Role::GeneralManager]);
    if own || endorsed.iter().any(|name| actor.is_named(name)) {
        return false;
    }
    let Some(approver) = approver(rules, endorsed.len()) else {
        return actor.holds_any(SUPERVISORS);
    };
    let sits = match approver.place {
        Place::Anywhere => true,
        Place::Branch => actor.branch == branch,
        Place::HeadOffice => actor.head_office,
    };
    sits && actor.holds_post(&approver.role)
}

/// Returns whether the person may check a contact as its supervisor.
pub(crate) fn may_supervise(rules: &ContactRules, actor: &Actor, by: &str) -> bool {
    if actor.is_named(by) && !actor.holds_any(&[Role::GeneralManager]) {
        return false;
    }
    if rules.checked_by.is_empty() {
        actor.holds_any(SUPERVISORS)
    } else {
        actor.holds_post(&rules.checked_by)
    }
}

/// Returns who endorsed a plan since it was last submitted.
fn endorsed(summary: &ContactSummary) -> Vec<&str> {
    let mut names = Vec::new();
    for event in summary.in_force() {
        match event.step {
            Step::Submitted => names.clear(),
            Step::Endorsed => names.push(event.by.as_str()),
            _ => {}
        }
    }
    names
}

/// Returns the steps of a contact that the person may take now.
fn open_steps(
    rules: &ContactRules,
    actor: &Actor,
    branch: &str,
    summary: &ContactSummary,
) -> Vec<Step> {
    let endorsed = endorsed(summary);
    let signs = may_sign(rules, actor, branch, &summary.by, &endorsed);
    let last = is_last(rules, endorsed.len());
    summary
        .next_steps()
        .into_iter()
        .filter(|step| match step {
            Step::Approved => signs && last,
            Step::Endorsed => signs && !last,
            Step::SentBack => signs || actor.holds_any(SUPERVISORS),
            Step::Supervised => may_supervise(rules, actor, &summary.by),
            _ => true,
        })
        .collect()
}

/// Returns what a step needs and offers.
fn step_form(step: Step) -> StepForm {
    let (needs, offers): (&[&str], &[&str]) = match step {
        Step::Planned => (&[data::DAY], &[data::TIME, "note"]),
        Step::Rescheduled => (&[data::DAY], &[data::TIME, "reason", "note"]),
        Step::SentBack | Step::Cancelled => (&["reason"], &["note"]),
        Step::Done => (&[], &[data::DAY, data::RESULT, "note"]),
        Step::Reported => (&["note"], &[data::RESULT]),
        Step::Promised => (&["note"], &[data::OWNER, data::DUE]),
        Step::PromiseKept => (&[data::OF], &["note"]),
        Step::CustomerSigned => (&[data::SIGNATURE], &["note"]),
        Step::Supervised => (&[datum::GOOD], &["note"]),
        Step::Noted => (&["note"], &[]),
        _ => (&[], &["note"]),
    };
    let own = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    StepForm {
        step: step.name().to_owned(),
        needs: own(needs),
        offers: own(offers),
    }
}

/// Puts days and results into their stored form and refuses an event that says too little.
fn complete(summary: &ContactSummary, event: &mut CaseEvent) -> Result<(), Problem> {
    let missing = |name: &str| Problem::at(ProblemCode::Missing, name);
    for name in [data::DAY, data::DUE] {
        if let Some(value) = event.data.get_mut(name) {
            let day = normalise(huiyin_core::field::FieldKind::Date, value).map_err(|reason| {
                Problem::at(ProblemCode::BadField, name).because(reason.to_string())
            })?;
            *value = day;
        }
    }
    let time = event.datum(data::TIME);
    if !time.is_empty() && !is_time(time) {
        return Err(Problem::at(ProblemCode::BadField, data::TIME)
            .because("a time of day is written as 09:30"));
    }
    let result = event.datum(data::RESULT);
    if !result.is_empty() && !huiyin_core::contact_field::RESULTS.contains(&result) {
        return Err(
            Problem::at(ProblemCode::BadField, data::RESULT).because(format!(
                "there is no result {result:.40}: choose from the list"
            )),
        );
    }
    let form = step_form(event.step);
    let empty = form.needs.iter().find(|name| match name.as_str() {
        "note" => event.note.trim().is_empty(),
        "reason" => event.reason.as_deref().unwrap_or_default().is_empty(),
        name => event.datum(name).is_empty(),
    });
    if let Some(name) = empty {
        return Err(missing(name));
    }
    if event.step == Step::Supervised
        && event.datum(datum::GOOD) == "no"
        && event.note.trim().is_empty()
    {
        return Err(missing("note"));
    }
    if event.step == Step::PromiseKept {
        let of = event.datum(data::OF);
        let open = summary
            .promises
            .iter()
            .any(|promise| promise.event.as_str() == of && promise.kept_at.is_none());
        if !open {
            return Err(Problem::at(ProblemCode::StepRefused, event.step.name())
                .because("there is no such open promise"));
        }
    }
    Ok(())
}

/// Returns whether a text is a time of day, `HH:MM`.
pub(crate) fn is_time(text: &str) -> bool {
    text.len() == 5 && clock_time(text).is_some()
}

fn clock_time(text: &str) -> Option<(u16, u16)> {
    let (hours, minutes) = text.split_once(':')?;
    let (hours, minutes) = (hours.parse().ok()?, minutes.parse().ok()?);
    (hours < 24 && minutes < 60).then_some((hours, minutes))
}

/// Returns the minutes of a time of day since midnight.
pub(crate) fn minutes_of(text: &str) -> Option<u16> {
    clock_time(text).map(|(hours, minutes)| hours * 60 + minutes)
}

/// Returns the fields that follow from an event: lists, exports and forms read them; the events decide.
fn fields_of(event: &CaseEvent) -> Vec<(&'static str, String)> {
    let mut fields = Vec::new();
    let mut add = |name, value: &str| {
        if !value.is_empty() {
            fields.push((name, value.to_owned()));
        }
    };
    match event.step {
        Step::Planned | Step::Rescheduled => {
            add("planned_on", event.datum(data::DAY));
            add("planned_at", event.datum(data::TIME));
        }
        Step::Done => add("result", event.datum(data::RESULT)),
        Step::Reported => {
            add("result", event.datum(data::RESULT));
            add("report", &event.note);
        }
        _ => {}
    }
    fields
}

impl Replica {
    /// Returns the rules about contacts in force; those of a company that chose none are empty.
    pub fn contact_rules(&self) -> ContactRules {
        self.policies
            .of_part(Part::Contact)
            .and_then(|(_, pack)| pack.contact.clone())
            .unwrap_or_default()
    }

    /// Makes a contact, or changes fields of one.
    pub fn save_contact(
        &mut self,
        tx: &mut Tx<'_>,
        id: Option<&str>,
        fields: &BTreeMap<String, String>,
        step: &StepIntent,
    ) -> Run<Answer> {
        let fields = validate_all(RecordKind::Contact, fields)?;
        if let Some(time) = fields.get("planned_at")
            && !time.is_empty()
            && !is_time(time)
        {
            return Err(Problem::at(ProblemCode::BadField, "planned_at")
                .because("a time of day is written as 09:30")
                .into());
        }
        match id {
            Some(id) => self.edit_contact(tx, id, fields),
            None => self.create_contact(tx, fields, step),
        }
    }

    fn create_contact(
        &mut self,
        tx: &mut Tx<'_>,
        mut fields: BTreeMap<String, String>,
        intent: &StepIntent,
    ) -> Run<Answer> {
        let branch = self.branch()?;
        fields.retain(|_, value| !value.is_empty());
        let missing = |name: &str| Problem::at(ProblemCode::Missing, name);
        if !fields.contains_key("kind") {
            return Err(missing("kind").into());
        }
        self.name_customer(&mut fields)?;
        if !fields.contains_key("customer_name") {
            return Err(missing("customer").into());
        }
        let step = match intent.step.as_str() {
            "planned" => Step::Planned,
            "done" => Step::Done,
            other => {
                return Err(Problem::at(ProblemCode::StepRefused, other)
                    .because("a contact begins as planned or as done")
                    .into());
            }
        };
        let Some(day) = fields.remove("planned_on") else {
            return Err(missing("planned_on").into());
        };
        let time = fields.remove("planned_at").unwrap_or_default();
        let today = self.today(&branch, tx.now);
        let mut intent = intent.clone();
        intent.data.insert(data::DAY.to_owned(), day.clone());
        if step == Step::Planned {
            fields.insert("planned_on".to_owned(), day.clone());
            if !time.is_empty() {
                fields.insert("planned_at".to_owned(), time.clone());
                intent.data.insert(data::TIME.to_owned(), time);
            }
        } else if day > today {
            return Err(Problem::at(ProblemCode::BadField, "planned_on")
                .because("the day lies ahead: plan it, and record it once it has taken place")
                .into());
        } else if day < today {
            intent.at = self.moment(&branch, &day, &time).or(intent.at);
        }
        let report = fields.remove("report").unwrap_or_default();
        let planned = step == Step::Planned;
        self.check_cost(&fields, &ContactSummary::default(), planned, None)?;
        let period: String = day.chars().filter(char::is_ascii_digit).take(6).collect();
        let segment = self.segment_for(RecordKind::Contact, &branch, &period);
        let key = DocumentKey::Segment(segment.clone());
        self.documents.get(&key)?;

        let number = self.next_number(tx, &branch)?;
        let author = self.author(tx);
        let mut event = event_of(&intent, step, &[], tx.event_id(&author), &author)?;
        complete(&ContactSummary::default(), &mut event)?;
        let mut events = vec![event];
        if !planned && !report.is_empty() {
            let mut reported = new_event(tx, Step::Reported, &author);
            reported.note = note_text(&report)?;
            reported.after = vec![events[0].id.clone()];
            events.push(reported);
        }
        for (name, value) in events.iter().flat_map(fields_of) {
            fields.insert(name.to_owned(), value);
        }
        let local = tx.entropy.next_u64();
        let record = NewRecord {
            local,
            number: number.clone(),
            created: author.at,
            created_by: author.by.clone(),
            fields,
            events,
            ..NewRecord::default()
        };
        let edits = [Edit::Create(Box::new(record))];
        self.edit(tx, &key, &author, Hand::Person, &edits);
        Ok(Answer::Saved {
            id: RecordId::new(segment, local).to_string(),
            number,
        })
    }

    /// Changes fields; another planned day is a step of its own.
    fn edit_contact(
        &mut self,
        tx: &mut Tx<'_>,
        text: &str,
        mut fields: BTreeMap<String, String>,
    ) -> Run<Answer> {
        let (id, record) = self.read_contact(text)?;
        if fields.contains_key("customer") {
            self.name_customer(&mut fields)?;
        }
        let summary = fold(&record.events);
        if COST_FIELDS.iter().any(|name| fields.contains_key(*name)) {
            let planned = !summary.state.is_some_and(ContactState::took_place);
            self.check_cost(&fields, &summary, planned, Some(&record))?;
        }
        hand_over(&mut self.clock, tx.now, &record);
        let author = self.author(tx);
        let day = fields.remove("planned_on");
        let time = fields.remove("planned_at");
        let mut edits = self.field_edits(&id, &fields);
        let known = |name: &str| record.field(name).to_owned();
        let (was, was_at) = (known("planned_on"), known("planned_at"));
        let day = day.unwrap_or_else(|| was.clone());
        let time = time.unwrap_or_else(|| was_at.clone());
        if (day.as_str(), time.as_str()) != (was.as_str(), was_at.as_str()) {
            if !summary.next_steps().contains(&Step::Rescheduled) {
                return Err(Problem::at(ProblemCode::BadField, "planned_on")
                    .because("it took place or was cancelled: its day stays")
                    .into());
            }
            let mut event = new_event(tx, Step::Rescheduled, &author);
            event.after.clone_from(&summary.heads);
            event.data.insert(data::DAY.to_owned(), day);
            if !time.is_empty() {
                event.data.insert(data::TIME.to_owned(), time);
            }
            complete(&summary, &mut event)?;
            edits.extend(contact_edits(&id, event));
        }
        let key = DocumentKey::Segment(id.segment.clone());
        self.edit(tx, &key, &author, Hand::Person, &edits);
        Ok(Answer::Saved {
            id: id.to_string(),
            number: record.number,
        })
    }

    /// Settles on which of several days a contact takes place: by an event too while it is open, for events decide.
    pub fn settle_day(&mut self, tx: &mut Tx<'_>, text: &str, day: &str) -> Run<Answer> {
        let (id, record) = self.read_contact(text)?;
        let summary = fold(&record.events);
        hand_over(&mut self.clock, tx.now, &record);
        let author = self.author(tx);
        let mut edits = self.field_edits(
            &id,
            &BTreeMap::from([("planned_on".to_owned(), day.to_owned())]),
        );
        if summary.next_steps().contains(&Step::Rescheduled) && !day.is_empty() {
            let mut event = new_event(tx, Step::Rescheduled, &author);
            event.after.clone_from(&summary.heads);
            event.data.insert(data::DAY.to_owned(), day.to_owned());
            let time = record.field("planned_at");
            if !time.is_empty() {
                event.data.insert(data::TIME.to_owned(), time.to_owned());
            }
            edits = contact_edits(&id, event);
        }
        let key = DocumentKey::Segment(id.segment.clone());
        self.edit(tx, &key, &author, Hand::Person, &edits);
        Ok(Answer::Saved {
            id: id.to_string(),
            number: record.number,
        })
    }

    /// Takes a step of a contact.
    pub fn contact_step(
        &mut self,
        tx: &mut Tx<'_>,
        text: &str,
        intent: &StepIntent,
    ) -> Run<Answer> {
        let (_, record) = self.read_contact(text)?;
        hand_over(&mut self.clock, tx.now, &record);
        let author = self.author(tx);
        self.contact_step_as(tx, &author, text, intent, Vec::new())
    }

    /// Takes a step of a contact as a part of an act, together with other edits of the contact.
    pub(crate) fn contact_step_as(
        &mut self,
        tx: &mut Tx<'_>,
        author: &Author,
        text: &str,
        intent: &StepIntent,
        beside: Vec<Edit>,
    ) -> Run<Answer> {
        let (id, record) = self.read_contact(text)?;
        let step = Step::parse(&intent.step)
            .filter(|step| huiyin_core::contact::STEPS.contains(step))
            .ok_or_else(|| {
                Problem::at(ProblemCode::StepRefused, &intent.step).because("there is no such step")
            })?;
        let summary = fold(&record.events);
        let actor = self.actor();
        let rules = self.contact_rules();
        let branch = id.segment.branch.to_string();
        if !summary.next_steps().contains(&step) {
            let state = summary.state.map_or("new", ContactState::name);
            return Err(Problem::at(ProblemCode::StepRefused, step.name())
                .because(format!("the contact is {state}: look at it anew"))
                .into());
        }
        if !open_steps(&rules, &actor, &branch, &summary).contains(&step) {
            let whose = match step {
                Step::Approved | Step::Endorsed => {
                    let next = approver(&rules, endorsed(&summary).len());
                    next.map_or("a supervisor", |next| next.role.as_str())
                        .to_owned()
                }
                Step::Supervised if !rules.checked_by.is_empty() => rules.checked_by.clone(),
                _ => "a supervisor".to_owned(),
            };
            return Err(Problem::at(ProblemCode::NotAllowed, step.name())
                .because(format!("{whose} does this, and nobody for their own plan"))
                .into());
        }
        if step == Step::Done {
            self.check_cost(&BTreeMap::new(), &summary, false, Some(&record))?;
        }
        let event_id = EventId::from_u64(tx.entropy.next_u64());
        let mut event = event_of(intent, step, &summary.heads, event_id, author)?;
        complete(&summary, &mut event)?;
        match step {
            Step::Approved => {
                let told = costs(|name| record.field(name));
                event.data.insert(data::COSTS.to_owned(), told);
            }
            Step::Done => self.take_place(&id.segment.branch, &mut event, tx.now)?,
            _ => {}
        }
        let mut edits = contact_edits(&id, event);
        edits.extend(beside);
        let key = DocumentKey::Segment(id.segment.clone());
        self.edit(tx, &key, author, Hand::Person, &edits);
        Ok(Answer::Saved {
            id: id.to_string(),
            number: record.number,
        })
    }

    /// Puts a contact that took place on the day it says, if that lies behind; the time it is entered at counts without one.
    fn take_place(
        &self,
        branch: &BranchCode,
        event: &mut CaseEvent,
        now: Millis,
    ) -> Result<(), Problem> {
        let day = event.datum(data::DAY);
        let today = self.today(branch, now);
        if day > today.as_str() {
            return Err(Problem::at(ProblemCode::BadField, data::DAY)
                .because("the day lies ahead: plan it, and record it once it has taken place"));
        }
        if !day.is_empty() && day < today.as_str() {
            let at = self.moment(branch, day, event.datum(data::TIME));
            event.at = at.unwrap_or(event.at);
        }
        Ok(())
    }

    /// Returns a contact as the screen shows it.
    pub fn contact_record(&mut self, text: &str, now: Millis) -> Run<ContactRecord> {
        let (id, record) = self.read_contact(text)?;
        let issues = self.read_record(text)?.2;
        let filed = self.is_filed(record.field("customer"))?;
        let summary = fold(&record.events);
        let rules = self.contact_rules();
        let actor = self.actor();
        let branch = id.segment.branch.to_string();
        let found = self.segments.find(&id.segment).zip(self.segments.row(&id));
        let row = found.map(|(segment, row)| self.contact_row(&rules, &actor, segment, row, now));
        let today = self.today(&id.segment.branch, now);
        let customer = row
            .as_ref()
            .map(|row| row.customer.clone())
            .unwrap_or_default();
        let waits = summary.state == Some(ContactState::Submitted);
        let wanted = rules
            .plan
            .as_ref()
            .map_or(&[][..], |plan| &plan.approvers[..]);
        let signed = endorsed(&summary).len();
        let spends = ["cost", "gift_value"]
            .iter()
            .any(|name| !record.field(name).is_empty());
        Ok(ContactRecord {
            row: row.unwrap_or_default(),
            fields: field_views(&record),
            conflicts: conflict_views(&record),
            events: summary
                .events
                .iter()
                .map(|folded| event_view(&folded.event, folded.out_of_order))
                .collect(),
            heads: summary.heads.iter().map(ToString::to_string).collect(),
            clash: summary
                .events
                .iter()
                .filter(|folded| summary.clash.contains(&folded.event.id))
                .map(|folded| folded.event.step.name().to_owned())
                .collect(),
            steps: open_steps(&rules, &actor, &branch, &summary)
                .into_iter()
                .map(step_form)
                .collect(),
            promises: summary
                .promises
                .iter()
                .map(|promise| {
                    let due = promise.due.map(|day| day.to_string()).unwrap_or_default();
                    PromiseView {
                        event: promise.event.to_string(),
                        text: promise.note.clone(),
                        owner: promise.owner.clone(),
                        late: promise.kept_at.is_none() && !due.is_empty() && due < today,
                        due,
                        kept_at: promise.kept_at,
                        contact: id.to_string(),
                        customer: customer.clone(),
                    }
                })
                .collect(),
            approvers: wanted
                .iter()
                .skip(signed)
                .filter(|_| waits)
                .map(|approver| approver.role.clone())
                .collect(),
            cost: spends
                .then(|| self.cost_judgement(&BTreeMap::new(), &summary, Some(&record), filed)),
            issues: issues
                .into_iter()
                .map(|issue| format!("{}: {}", issue.record, issue.what))
                .collect(),
        })
    }

    /// Reads a contact.
    pub(crate) fn read_contact(&mut self, text: &str) -> Run<(RecordId, Record)> {
        let (id, record, _) = self.read_record(text)?;
        if id.kind() != RecordKind::Contact {
            return Err(Problem::at(ProblemCode::NotFound, text).into());
        }
        Ok((id, record))
    }

    /// Writes the present name of the customer a contact names beside the id.
    pub(crate) fn name_customer(
        &self,
        fields: &mut BTreeMap<String, String>,
    ) -> Result<(), Problem> {
        let Some(customer) = fields.get("customer").filter(|id| !id.is_empty()) else {
            return Ok(());
        };
        let id = self.live(customer)?;
        let name = self
            .segments
            .row(&id)
            .map(|row| row.customer(CustomerColumn::Name).to_owned());
        fields.insert("customer_name".to_owned(), name.unwrap_or_default());
        Ok(())
    }

    /// Returns a moment of a day: at a time of day, else in the middle of it.
    fn moment(&self, branch: &BranchCode, day: &str, time: &str) -> Option<Millis> {
        let minutes = minutes_of(time).unwrap_or(12 * 60);
        let calendar = self.policies.calendar_of(branch.as_str());
        parse_date(day).map(|day| calendar.time_at(day, minutes))
    }

    /// Returns whether a customer is filed, in the file that stands for it now; who is not in the files at all is not.
    fn is_filed(&mut self, customer: &str) -> Run<bool> {
        let standing = self.segments.standing();
        let customer = standing.of_text(customer);
        if customer.is_empty() || self.live(customer).is_err() {
            return Ok(false);
        }
        let (id, record, _) = self.read_record(customer)?;
        let gave_way = self.gave_way_to(&id)?;
        Ok(self.whole_file(&id, &record, &gave_way).summary.is_filed())
    }

    /// Judges the cost of a contact with these fields changed.
    fn cost_judgement(
        &self,
        fields: &BTreeMap<String, String>,
        summary: &ContactSummary,
        record: Option<&Record>,
        filed: bool,
    ) -> CostJudgement {
        let value = |name: &str| {
            fields.get(name).map_or_else(
                || record.map_or("", |record| record.field(name)),
                String::as_str,
            )
        };
        let cents = |name: &str| parse_cents(value(name)).unwrap_or_default();
        let people = |name: &str| value(name).parse().unwrap_or_default();
        let posts = |name: &str| -> Vec<String> {
            let actor = self.actor();
            if name.is_empty() || actor.is_named(name) {
                return actor.posts;
            }
            let staff = self.settings.staff.values();
            staff
                .filter(|staff| same_name(&staff.name, name))
                .flat_map(|staff| staff.roles.clone())
                .collect()
        };
        let approved = summary
            .approved_by
            .as_deref()
            .filter(|_| is_approved(summary, &costs(value)))
            .map(posts)
            .unwrap_or_default();
        let file = self
            .policies
            .of_part(Part::File)
            .and_then(|(_, pack)| pack.file.as_ref());
        let reception = self
            .policies
            .of_part(Part::Reception)
            .and_then(|(_, pack)| pack.reception.as_ref());
        let mut receiver = posts(&summary.by);
        // A post that only falls to the person for want of somebody else receives, but pays nothing of its own.
        let pays_own = reception.map_or("", |rules| &rules.pays_own);
        let by_this_person = summary.by.is_empty() || self.actor().is_named(&summary.by);
        if by_this_person && !self.person().1.iter().any(|held| held == pays_own) {
            receiver.retain(|post| post != pays_own);
        }
        let claim = Claim {
            class: value("reception_class"),
            guests: people("guests"),
            company: people("company_people"),
            cost: cents("cost"),
            gift: cents("gift_value"),
            receiver: &receiver,
            gift_approved_by: &approved,
            filed,
        };
        judge(file, reception, &claim)
    }

    /// Refuses a cost that is not paid: of a customer who is not filed at all, over the limit unless the plan was approved with this very
    /// cost, a gift not approved by the role the policy names. While it is only planned it may be put to approval as it is.
    fn check_cost(
        &mut self,
        fields: &BTreeMap<String, String>,
        summary: &ContactSummary,
        planned: bool,
        record: Option<&Record>,
    ) -> Run<()> {
        let value = |name: &str| {
            fields.get(name).map_or_else(
                || record.map_or("", |record| record.field(name)),
                String::as_str,
            )
        };
        if value("cost").is_empty() && value("gift_value").is_empty() {
            return Ok(());
        }
        let customer = value("customer").to_owned();
        let filed = self.is_filed(&customer)?;
        let judged = self.cost_judgement(fields, summary, record, filed);
        let approved = is_approved(summary, &costs(value));
        let stands = |refusal: &&CostRefusal| {
            refusal.refuses_all()
                || match refusal {
                    // It was approved as it is.
                    CostRefusal::OverLimit { .. } => !planned && !approved,
                    CostRefusal::GiftNotApproved { .. } => !planned,
                    _ => false,
                }
        };
        match judged.refusals.iter().find(stands) {
            Some(refusal) => {
                let field = match refusal {
                    CostRefusal::GiftNotApproved { .. } => "gift_value",
                    CostRefusal::UnknownClass { .. } => "reception_class",
                    CostRefusal::NoGuests => "guests",
                    _ => "cost",
                };
                Err(Problem::at(ProblemCode::BadField, field)
                    .because(refusal.to_string())
                    .into())
            }
            None => Ok(()),
        }
    }
}

/// Returns the writes of a step: the event, and the fields that follow from it.
pub(crate) fn contact_edits(id: &RecordId, event: CaseEvent) -> Vec<Edit> {
    let mut edits: Vec<Edit> = fields_of(&event)
        .into_iter()
        .map(|(field, value)| Edit::SetField {
            local: id.local,
            field: field.to_owned(),
            value,
        })
        .collect();
    edits.push(Edit::Append {
        local: id.local,
        event: Box::new(event),
    });
    edits
}

#[cfg(test)]
mod tests {
    use super::*;
    use huiyin_core::pack::contact_rules::PlanRule;

    fn rules(roles: &[&str]) -> ContactRules {
        ContactRules {
            plan: Some(PlanRule {
                approvers: roles
                    .iter()
                    .map(|role| Approver {
                        role: (*role).to_owned(),
                        ..Approver::default()
                    })
                    .collect(),
                ..PlanRule::default()
            }),
            ..ContactRules::default()
        }
    }

    #[test]
    fn plans_are_signed_in_the_order_of_the_policy_and_never_by_the_planner() {
        let two = rules(&["department_manager", "sales_director"]);
        let manager = Actor::new("王芳", &[Role::DepartmentManager]);
        let director = Actor::new("李强", &[Role::SalesDirector]);
        assert!(may_sign(&two, &manager, "HQ", "张三", &[]));
        assert!(!may_sign(&two, &director, "HQ", "张三", &[]));
        assert!(may_sign(&two, &director, "HQ", "张三", &["王芳"]));
        assert!(!may_sign(&two, &manager, "HQ", "王芳", &[]), "own plan");
        assert!(!is_last(&two, 0) && is_last(&two, 1));
        let none = ContactRules::default();
        assert!(may_sign(&none, &manager, "HQ", "张三", &[]));
        assert!(!may_sign(
            &none,
            &Actor::new("小陈", &[Role::Clerk]),
            "HQ",
            "张三",
            &[]
        ));
    }

    #[test]
    fn times_of_day_are_read_and_nonsense_is_not() {
        assert_eq!(minutes_of("09:30"), Some(570));
        for bad in ["9:30", "24:00", "12:60", "noon", ""] {
            assert!(!is_time(bad), "{bad}");
        }
    }
}
