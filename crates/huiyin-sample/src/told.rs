//! The story as it is told: acts in the order of their times, each by the person it belongs to.
//!
//! A case goes on by what the engine offers the person at the device, so that nothing here knows the way of a pack.
//!
//! Long: the acts of one story, which share the person at the device and the time.

use std::collections::BTreeMap;

use huiyin_api::{
    CaseRecord, Language, Millis, Problem, ProblemCode, Request, StepForm, StepIntent, SurveyIntent,
};
use huiyin_core::pack::Part;

use crate::cases::{self, Says, Told as Matters};
use crate::customers::{self, BEGIN, Invented};
use crate::days::{self, DAY, HOUR, MINUTE};
use crate::plan::{
    ANSWERS, BRANCHES, CASES, CONTACTS, CUSTOMERS, End, FOUNDER, KEEPER, MANAGERS, OFFICERS,
    Planned, SELLERS, SIGNERS, STAFF, cases as planned_cases, listed,
};
use crate::words::{self, Both, Matter};
use crate::{Heard, Teller, Wants};

/// The way of a case, as far as packs have it.
const WAY: [&str; 11] = [
    "accepted",
    "assigned",
    "investigated",
    "proposed",
    "endorsed",
    "approved",
    "carried_out",
    "answered",
    "called_back",
    "closed",
    "archived",
];
/// Places in [`WAY`].
const INVESTIGATED: usize = 2;
/// See [`INVESTIGATED`].
const PROPOSED: usize = 3;
/// See [`INVESTIGATED`].
const APPROVED: usize = 5;
/// See [`INVESTIGATED`].
const CALLED_BACK: usize = 8;
/// See [`INVESTIGATED`].
const CLOSED: usize = 9;
/// Steps of one case: more is a defect.
const MOST_STEPS: u32 = 24;
/// One case in so many that are open is the founder's.
const FOUNDERS_EVERY: usize = 7;
/// One closed case in so many took too long.
const LATE_EVERY: usize = 6;
/// Contacts that took place and were reported, then those that were not; the others lie ahead.
const REPORTED: usize = 30;
/// See [`REPORTED`].
const DONE: usize = 35;

/// Something that happens.
#[derive(Debug, Clone, Copy)]
enum Act {
    Pack(&'static str),
    Customer(usize),
    Register(usize),
    GoOn(usize),
    Contact(usize),
    Answer(usize),
}

/// A case that was registered.
struct Running {
    id: String,
    branch: usize,
    matter: &'static Matter,
    /// Place after the last step taken, in [`WAY`].
    next: usize,
    steps: u32,
    ended: bool,
}

/// The story, and who it is told to.
pub struct Told<'a, T> {
    teller: &'a mut T,
    random: fastrand::Rng,
    now: Millis,
    language: Language,
    time: Millis,
    acts: BTreeMap<(Millis, u32), Act>,
    counted: u32,
    staff: Vec<String>,
    person: usize,
    customers: Vec<Invented>,
    customer_ids: Vec<String>,
    planned: Vec<Planned>,
    cases: BTreeMap<usize, Running>,
    done: u32,
}

fn unexpected(place: &str) -> Problem {
    Problem::at(ProblemCode::Internal, place).because("the sample heard another answer")
}

impl<'a, T: Teller> Told<'a, T> {
    /// Returns a story nothing of which is told.
    pub fn new(teller: &'a mut T, seed: u64, now: Millis, language: Language) -> Self {
        let mut random = fastrand::Rng::with_seed(seed);
        let customers = customers::invent(&mut random, now, language);
        Self {
            teller,
            random,
            now,
            language,
            time: days::at(now, BEGIN + 1, 9, 0),
            acts: BTreeMap::new(),
            counted: 0,
            staff: Vec::new(),
            person: FOUNDER,
            customers,
            customer_ids: Vec::new(),
            planned: planned_cases(),
            cases: BTreeMap::new(),
            done: 0,
        }
    }

    /// Tells all of it.
    pub async fn all(mut self) -> Result<(), Problem> {
        self.found().await?;
        self.plan();
        while let Some(((at, _), act)) = self.acts.pop_first() {
            self.time = self.time.max(at);
            self.act(act).await?;
        }
        self.time = self.now;
        self.put(FOUNDER).await
    }

    // ---- asking

    async fn ask(&mut self, request: Request, wants: Wants) -> Result<Heard, Problem> {
        self.time = (self.time + 1_000).min(self.now);
        self.teller.ask(self.time, request, wants).await
    }

    async fn must(&mut self, request: Request) -> Result<(), Problem> {
        self.ask(request, Wants::Done).await.map(|_| ())
    }

    async fn save(&mut self, request: Request) -> Result<String, Problem> {
        match self.ask(request, Wants::Saved).await? {
            Heard::Saved(id) => Ok(id),
            _ => Err(unexpected("saved")),
        }
    }

    async fn case(&mut self, id: &str) -> Result<Box<CaseRecord>, Problem> {
        let request = Request::Case { id: id.to_owned() };
        match self.ask(request, Wants::Case).await? {
            Heard::Case(case) => Ok(case),
            _ => Err(unexpected("case")),
        }
    }

    /// Puts somebody at the device.
    async fn put(&mut self, person: usize) -> Result<(), Problem> {
        if self.person != person {
            let staff = self.staff[person].clone();
            self.must(Request::ActAs { staff }).await?;
            self.person = person;
        }
        Ok(())
    }

    fn text(&self, both: Both) -> String {
        words::of(self.language, both).to_owned()
    }

    fn name_of(&self, person: usize) -> &'static str {
        words::of(self.language, (STAFF[person].0, STAFF[person].1))
    }

    fn branch_name(&self, branch: usize) -> String {
        self.text((BRANCHES[branch].1, BRANCHES[branch].2))
    }

    fn tell_progress(&mut self) {
        self.done += 1;
        let total = CUSTOMERS + 2 * CASES + CONTACTS + ANSWERS;
        self.teller.progress(self.done, total as u32);
    }

    // ---- the company

    async fn found(&mut self) -> Result<(), Problem> {
        let request = Request::CreateWorkspace {
            company: self.text(words::COMPANY),
            branch_code: BRANCHES[0].0.to_owned(),
            branch_name: self.branch_name(0),
            staff_name: self.name_of(FOUNDER).to_owned(),
            device_name: self.text(words::DEVICE),
            relay: None,
            pack: None,
            sample: true,
        };
        self.must(request).await?;
        for (place, branch) in BRANCHES.iter().enumerate().skip(1) {
            let name = self.branch_name(place);
            let code = branch.0.to_owned();
            self.must(Request::SaveBranch { code, name }).await?;
        }
        let founder = match self.ask(Request::Settings, Wants::Settings).await? {
            Heard::Settings(settings) => settings.staff.first().map(|staff| staff.id.clone()),
            _ => None,
        };
        self.staff.push(founder.ok_or_else(|| unexpected("staff"))?);
        for (person, (.., roles, branch)) in STAFF.iter().enumerate().skip(1) {
            let request = Request::SaveStaff {
                id: None,
                name: self.name_of(person).to_owned(),
                roles: roles.iter().map(|role| (*role).to_owned()).collect(),
                branch: BRANCHES[*branch].0.to_owned(),
                left: false,
            };
            let id = self.save(request).await?;
            self.staff.push(id);
        }
        let parts = [
            ("file", Part::File),
            ("contact", Part::Contact),
            ("survey", Part::Survey),
        ];
        for (line, part) in parts {
            let reference = listed(line).concat();
            self.must(Request::ActivatePack { reference, part }).await?;
        }
        Ok(())
    }

    // ---- when what happens

    fn happens(&mut self, at: Millis, act: Act) {
        self.counted += 1;
        self.acts.insert((at, self.counted), act);
    }

    fn plan(&mut self) {
        for place in 0..self.customers.len() {
            let minute = place as i64 % 60;
            let at = days::at(
                self.now,
                self.customers[place].days,
                9 + place as i64 % 8,
                minute,
            );
            self.happens(at, Act::Customer(place));
        }
        let mut pack = "";
        for place in 0..self.planned.len() {
            let case = self.planned[place];
            if case.pack != pack {
                pack = case.pack;
                let morning = days::at(self.now, case.days, 8, 30);
                self.happens(morning, Act::Pack(pack));
            }
            let hour = self.random.i64(9..16);
            let minute = self.random.i64(0..60);
            let at = days::at(self.now, case.days, hour, minute);
            self.happens(at, Act::Register(place));
        }
        for place in 0..CONTACTS {
            let at = if place < DONE {
                days::at(
                    self.now,
                    1 + (DONE - place) as i64 * 3 / 2,
                    16,
                    place as i64,
                )
            } else {
                days::at(self.now, 1, 17, place as i64)
            };
            self.happens(at, Act::Contact(place));
        }
        for place in 0..ANSWERS {
            let at = days::at(self.now, 1 + place as i64 % 18, 14, place as i64);
            self.happens(at, Act::Answer(place));
        }
    }

    async fn act(&mut self, act: Act) -> Result<(), Problem> {
        match act {
            Act::Pack(pack) => {
                self.put(FOUNDER).await?;
                self.must(Request::ActivatePack {
                    reference: pack.to_owned(),
                    part: Part::Cases,
                })
                .await
            }
            Act::Customer(place) => self.customer(place).await,
            Act::Register(place) => self.register(place).await,
            Act::GoOn(place) => self.go_on(place).await,
            Act::Contact(place) => self.contact(place).await,
            Act::Answer(place) => self.answer(place).await,
        }
    }

    // ---- customers

    async fn customer(&mut self, place: usize) -> Result<(), Problem> {
        let customer = self.customers[place].clone();
        let seller = SELLERS[customer.branch];
        self.put(seller).await?;
        let mut fields = customer.fields;
        fields.insert("owner_a".to_owned(), self.name_of(seller).to_owned());
        // Customers come in the order of their places.
        let brought_by = customer.brought_by.and_then(|by| self.customer_ids.get(by));
        if let Some(by) = brought_by {
            fields.insert("referred_by".to_owned(), by.clone());
        }
        let id = self
            .save(Request::SaveCustomer { id: None, fields })
            .await?;
        self.customer_ids.push(id.clone());
        if customer.filed {
            self.time += HOUR / 4;
            self.file(id).await?;
        }
        self.tell_progress();
        Ok(())
    }

    async fn file(&mut self, id: String) -> Result<(), Problem> {
        let step = StepIntent {
            step: "filed".to_owned(),
            ..StepIntent::default()
        };
        self.must(Request::FileStep { id, step }).await
    }

    /// Returns a customer who is there already, of a branch where there is one.
    fn somebody(&mut self, branch: usize) -> usize {
        let here = self.customer_ids.len().max(1);
        let first = self.random.usize(0..here);
        (first..here)
            .chain(0..first)
            .find(|place| self.customers[*place].branch == branch)
            .unwrap_or(first)
    }

    // ---- cases

    async fn register(&mut self, place: usize) -> Result<(), Problem> {
        let end = self.planned[place].end;
        let branch = place % BRANCHES.len();
        let customer = self.somebody(branch);
        let plain = !matches!(end, End::Step("registered" | "closed" | "archived"));
        let Matters { matter, mut fields } = cases::invent(
            &mut self.random,
            self.language,
            &self.customers[customer],
            place,
            plain,
            listed("own").contains(&self.planned[place].pack),
        );
        self.put(OFFICERS[branch]).await?;
        fields.insert("customer".to_owned(), self.customer_ids[customer].clone());
        fields.insert(
            "received_by".to_owned(),
            self.name_of(OFFICERS[branch]).to_owned(),
        );
        let note = String::new();
        let id = self.save(Request::RegisterCase { fields, note }).await?;
        let case = Running {
            id,
            branch,
            matter,
            next: 0,
            steps: 0,
            ended: end == End::Step("registered"),
        };
        let ended = case.ended;
        self.cases.insert(place, case);
        self.tell_progress();
        if ended {
            self.tell_progress();
        } else {
            let pause = self.random.i64(25..150) * MINUTE;
            self.later(pause, place);
        }
        Ok(())
    }

    /// Has a case go on after a pause, in office hours. What would lie ahead happens shortly before now.
    fn later(&mut self, pause: Millis, place: usize) {
        let wanted = self.time + pause;
        let of_day = wanted - days::at(wanted + 2 * DAY, 2, 0, 0);
        let at = if of_day >= 18 * HOUR {
            wanted - of_day + DAY + 9 * HOUR + 30 * MINUTE
        } else {
            wanted.max(wanted - of_day + 9 * HOUR)
        };
        let latest = self.now - 5 * MINUTE;
        self.happens(at.min(latest).max(self.time.min(latest)), Act::GoOn(place));
    }

    async fn go_on(&mut self, place: usize) -> Result<(), Problem> {
        let end = self.planned[place].end;
        let Some(taken) = self.next_step(place, end).await? else {
            self.tell_progress();
            return Ok(());
        };
        let Some(case) = self.cases.get_mut(&place) else {
            return Ok(());
        };
        case.steps += 1;
        let at = WAY.iter().position(|step| *step == taken);
        match at {
            // Further signatures may follow.
            Some(at) if taken == "endorsed" => case.next = at,
            Some(at) => case.next = at + 1,
            None => case.ended = true,
        }
        if case.ended || case.steps >= MOST_STEPS {
            self.tell_progress();
            return Ok(());
        }
        let late = place.is_multiple_of(LATE_EVERY) && taken == "assigned" && is_over(end);
        let minutes = match taken.as_str() {
            "accepted" => self.random.i64(15..70),
            "assigned" if late => self.random.i64(5_000..8_000),
            "assigned" => self.random.i64(1_000..1_400),
            "investigated" => self.random.i64(60..160),
            "proposed" | "endorsed" => self.random.i64(90..400),
            "approved" => self.random.i64(900..1_400),
            "carried_out" => self.random.i64(30..120),
            "answered" => self.random.i64(1_300..2_500),
            "called_back" => self.random.i64(20..60),
            _ => self.random.i64(4_000..8_000),
        };
        self.later(minutes * MINUTE, place);
        Ok(())
    }

    /// Takes the next step towards an end; returns it, or nothing where the case has come to its end.
    async fn next_step(&mut self, place: usize, end: End) -> Result<Option<String>, Problem> {
        let Some(case) = self.cases.get(&place) else {
            return Ok(None);
        };
        let (id, branch, matter, next) = (case.id.clone(), case.branch, case.matter, case.next);
        let wanted = wanted(end, next);
        if wanted.is_empty() {
            return Ok(None);
        }
        for person in candidates(branch, next, end) {
            self.put(person).await?;
            let shown = self.case(&id).await?;
            let offered = wanted.iter().find_map(|step| offered(&shown, step));
            let Some(form) = offered.cloned() else {
                continue;
            };
            let assignee = if !is_over(end) && place.is_multiple_of(FOUNDERS_EVERY) {
                FOUNDER
            } else if place.is_multiple_of(2) {
                OFFICERS[branch]
            } else {
                SELLERS[branch]
            };
            let before = self.cases.range(..place).next_back();
            let original = before.map_or_else(String::new, |(_, case)| case.id.clone());
            let says = Says {
                assignee: self.name_of(assignee),
                to_branch: BRANCHES[(branch + 1) % BRANCHES.len()].0,
                original: &original,
                satisfied: end != End::Reopened,
                reason: words::of(self.language, reason(&form.step)),
            };
            let step = cases::fill(&mut self.random, self.language, &shown, &form, matter, says);
            self.must(Request::TakeStep { id, step }).await?;
            return Ok(Some(form.step));
        }
        Ok(None)
    }

    // ---- contacts and the survey

    async fn contact(&mut self, place: usize) -> Result<(), Problem> {
        let branch = place % BRANCHES.len();
        let customer = self.somebody(branch);
        self.put(SELLERS[branch]).await?;
        let (kind, way, subject, report) = words::CONTACTS[place % words::CONTACTS.len()];
        let ahead = place >= DONE;
        let day = if ahead {
            days::date(self.now, (DONE as i64) - place as i64)
        } else {
            days::date(self.time, 0)
        };
        let fields = [
            ("kind", kind.to_owned()),
            ("way", way.to_owned()),
            ("customer", self.customer_ids[customer].clone()),
            ("subject", self.text(subject)),
            ("planned_on", day),
            ("staff", self.name_of(SELLERS[branch]).to_owned()),
        ];
        let fields = fields.map(|(name, value)| (name.to_owned(), value)).into();
        let step = plain(if ahead { "planned" } else { "done" });
        let id = self
            .save(Request::SaveContact {
                id: None,
                fields,
                step,
            })
            .await?;
        if place < REPORTED {
            let mut step = plain("reported");
            step.note = self.text(report);
            step.data.insert("result".to_owned(), "good".to_owned());
            self.time += HOUR / 2;
            self.must(Request::ContactStep { id, step }).await?;
        }
        self.tell_progress();
        Ok(())
    }

    async fn answer(&mut self, place: usize) -> Result<(), Problem> {
        let branch = place % BRANCHES.len();
        let customer = self.somebody(branch);
        self.put(SELLERS[branch]).await?;
        let [survey, satisfied, contact, wishes] = listed("questions")[..] else {
            return Err(unexpected("questions"));
        };
        let fields = [
            ("customer", self.customer_ids[customer].clone()),
            ("answered_on", days::date(self.time, 0)),
            ("way", "phone".to_owned()),
        ];
        let mut answers = vec![
            (satisfied, self.random.u32(3..6).to_string()),
            (contact, self.random.u32(2..6).to_string()),
        ];
        if place.is_multiple_of(2) {
            let wish = words::WISHES[place / 2 % words::WISHES.len()];
            answers.push((wishes, self.text(wish)));
        }
        let intent = SurveyIntent {
            survey: survey.to_owned(),
            reference: String::new(),
            fields: fields.map(|(name, value)| (name.to_owned(), value)).into(),
            answers: answers
                .into_iter()
                .map(|(name, value)| (name.to_owned(), value))
                .collect(),
        };
        self.save(Request::AnswerSurvey(Box::new(intent))).await?;
        self.tell_progress();
        Ok(())
    }
}

fn plain(step: &str) -> StepIntent {
    StepIntent {
        step: step.to_owned(),
        ..StepIntent::default()
    }
}

/// Returns whether a case is over at its end.
fn is_over(end: End) -> bool {
    matches!(end, End::Step("closed" | "archived") | End::Ended(_))
}

/// Returns the steps that lead to an end from a place of the way, the one to take first first.
fn wanted(end: End, next: usize) -> Vec<&'static str> {
    let until = |last: usize| WAY[next.min(last + 1)..=last].to_vec();
    match end {
        End::Step(last) => match WAY.iter().position(|step| *step == last) {
            Some(last) if next <= last => until(last),
            _ => Vec::new(),
        },
        End::Reopened if next > CALLED_BACK => vec!["reopened"],
        End::Reopened => until(CALLED_BACK),
        End::Forwarded => vec!["forwarded"],
        End::Ended("malicious") if next <= INVESTIGATED => until(INVESTIGATED),
        End::Ended("withdrawn") if next == 0 => vec![WAY[0]],
        End::Ended(step) => vec![step],
    }
}

/// Returns who may take the next step, the one to ask first first.
fn candidates(branch: usize, next: usize, end: End) -> Vec<usize> {
    let mut people = Vec::new();
    let signs = (PROPOSED + 1..=APPROVED).contains(&next);
    if signs {
        people.extend(SIGNERS);
    } else if next > CLOSED {
        people.push(KEEPER);
    } else if matches!(end, End::Ended(_)) {
        people.push(MANAGERS[branch]);
    }
    people.extend([OFFICERS[branch], MANAGERS[branch], SIGNERS[2], FOUNDER]);
    let mut seen = Vec::new();
    people.retain(|person| {
        let new = !seen.contains(person);
        seen.push(*person);
        new
    });
    people
}

/// Returns the form of a step if the person at the device may take it.
fn offered<'a>(case: &'a CaseRecord, step: &str) -> Option<&'a StepForm> {
    case.steps.iter().find(|form| form.step == step)
}

fn reason(step: &str) -> Both {
    match step {
        "not_upheld" => words::NOT_UPHELD,
        "withdrawn" => words::WITHDRAWN,
        "duplicate" => words::DUPLICATE,
        "malicious" => words::MALICIOUS,
        "reopened" => words::REOPENED,
        "forwarded" => words::FORWARDED,
        _ => words::CHECKED,
    }
}
