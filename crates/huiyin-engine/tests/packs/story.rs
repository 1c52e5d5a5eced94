//! The phrases a case's story is told in: one company under one pack, several people at one device, times as a clerk would say them.

use std::collections::BTreeMap;

use huiyin_api::{Answer, CaseRecord, ClockView, Problem, Request, StepIntent};
use huiyin_core::calendar::WorkingCalendar;
use huiyin_core::calendar::chrono::NaiveDateTime;
use huiyin_testkit::Device;

/// What a case says unless the story says otherwise.
const USUAL: &[(&str, &str)] = &[
    ("kind", "complaint"),
    ("channel", "phone"),
    ("subject", "投诉"),
    ("complainant_name", "刘敏"),
    ("complainant_phone", "13800002345"),
    ("complainant_company", "海悦百货"),
    ("description", "客户来电说明情况"),
    ("demand", "explanation"),
    ("category", "other"),
    ("severity", "general"),
    ("received_by", "管理员"),
];

/// A company under a pack.
pub struct Story {
    pub device: Device,
    staff: BTreeMap<String, String>,
    calendar: WorkingCalendar,
}

/// Returns the time in China, in Unix milliseconds, of a text such as `2026-09-28 10:00`.
#[track_caller]
pub fn time(text: &str) -> i64 {
    NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M")
        .unwrap_or_else(|error| panic!("{text}: {error}"))
        .and_utc()
        .timestamp_millis()
        - 8 * 3_600_000
}

impl Story {
    /// A company founded under a pack; the first person is its administrator, in charge of everything.
    pub fn under(pack: &str, now: &str) -> Self {
        let mut device = Device::new("总店电脑", 7);
        device.now = time(now);
        device.must(Request::CreateWorkspace {
            company: "回音商贸".to_owned(),
            branch_code: "HQ".to_owned(),
            branch_name: "总店".to_owned(),
            staff_name: "管理员".to_owned(),
            device_name: "总店电脑".to_owned(),
            relay: None,
            pack: Some(pack.to_owned()),
            sample: false,
        });
        let mut story = Self {
            device,
            staff: BTreeMap::new(),
            calendar: WorkingCalendar::china(),
        };
        for staff in story.settings().staff {
            story.staff.insert(staff.name, staff.id);
        }
        story
    }

    /// Opens a branch with one device, and returns it with the person at it in this role.
    pub fn branch(&mut self, code: &str, role: &str) -> Self {
        self.device.must(Request::SaveBranch {
            code: code.to_owned(),
            name: code.to_owned(),
        });
        let link = self.device.invite(code, role);
        let mut device = Device::new("分店平板", 8);
        device.now = self.device.now;
        device.join(&link).unwrap();
        for _ in 0..2 {
            device.take_bundle(&self.device.bundle()).unwrap();
            self.device.take_bundle(&device.bundle()).unwrap();
        }
        device.take_bundle(&self.device.bundle()).unwrap();
        Self {
            device,
            staff: BTreeMap::new(),
            calendar: WorkingCalendar::china(),
        }
    }

    fn settings(&mut self) -> huiyin_api::SettingsView {
        match self.device.must(Request::Settings) {
            Answer::Settings(view) => *view,
            other => panic!("{other:?}"),
        }
    }

    /// Takes someone on at head office.
    #[track_caller]
    pub fn hire(&mut self, name: &str, roles: &[&str]) -> &mut Self {
        let answer = self.device.must(Request::SaveStaff {
            id: None,
            name: name.to_owned(),
            roles: roles.iter().map(|role| (*role).to_owned()).collect(),
            branch: "HQ".to_owned(),
            left: false,
        });
        let Answer::Saved { id, .. } = answer else {
            panic!("{answer:?}")
        };
        self.staff.insert(name.to_owned(), id);
        self
    }

    /// Gives someone other roles.
    #[track_caller]
    pub fn holds(&mut self, name: &str, roles: &[&str]) -> &mut Self {
        let id = self.staff.get(name).expect("hired before").clone();
        self.device.must(Request::SaveStaff {
            id: Some(id),
            name: name.to_owned(),
            roles: roles.iter().map(|role| (*role).to_owned()).collect(),
            branch: "HQ".to_owned(),
            left: false,
        });
        self
    }

    /// Moves the clock; the next acts happen then.
    #[track_caller]
    pub fn at(&mut self, now: &str) -> &mut Self {
        let now = time(now);
        assert!(now >= self.device.now, "a story is told forwards");
        self.device.now = now;
        self
    }

    /// Puts someone at the device.
    #[track_caller]
    pub fn by(&mut self, name: &str) -> &mut Self {
        let staff = self.staff.get(name).expect("hired before").clone();
        self.device.must(Request::ActAs { staff });
        self
    }

    /// Registers a complaint by telephone, but for what the story says otherwise.
    #[track_caller]
    pub fn register(&mut self, fields: &[(&str, &str)]) -> String {
        let mut all = pairs(USUAL);
        all.extend(pairs(fields));
        let answer = self.device.must(Request::RegisterCase {
            fields: all,
            note: String::new(),
        });
        match answer {
            Answer::Saved { id, .. } => id,
            other => panic!("{other:?}"),
        }
    }

    /// Takes a step that must be granted.
    #[track_caller]
    pub fn step(&mut self, case: &str, step: &str, says: &[(&str, &str)]) -> &mut Self {
        let step = self.intent(case, step, says);
        self.device.must(Request::TakeStep {
            id: case.to_owned(),
            step,
        });
        self
    }

    /// Takes a step that must be refused, and returns why; the case must be as before.
    #[track_caller]
    pub fn refused(&mut self, case: &str, step: &str, says: &[(&str, &str)]) -> Problem {
        let before = self.case(case).events.len();
        let step = self.intent(case, step, says);
        let problem = self.device.refused(Request::TakeStep {
            id: case.to_owned(),
            step,
        });
        assert_eq!(self.case(case).events.len(), before);
        problem
    }

    /// What a form would send: an approval names the proposal that is shown.
    fn intent(&mut self, case: &str, step: &str, says: &[(&str, &str)]) -> StepIntent {
        let mut intent = StepIntent {
            step: step.to_owned(),
            ..StepIntent::default()
        };
        if matches!(step, "approved" | "endorsed" | "sent_back" | "delegated")
            && let Some(proposal) = self.case(case).desk.proposal
        {
            intent.data.insert("of".to_owned(), proposal.event);
        }
        for (name, value) in says {
            let value = (*value).to_owned();
            match *name {
                "note" => intent.note = value,
                "reason" => intent.reason = value,
                "assignee" => intent.assignee = value,
                "department" => intent.department = value,
                "to_branch" => intent.to_branch = value,
                "cause" => intent.cause = value,
                "conclusion" => intent.conclusion = value,
                "countermeasure" => intent.countermeasure = value,
                "prevention" => intent.prevention = value,
                "satisfied" => intent.satisfied = Some(value == "yes"),
                "score" => intent.score = value.parse().ok(),
                "amount" => intent.amount = value.parse().ok(),
                name => {
                    intent.data.insert(name.to_owned(), value);
                }
            }
        }
        intent
    }

    /// Returns a case as the screen shows it.
    #[track_caller]
    pub fn case(&mut self, id: &str) -> CaseRecord {
        match self.device.must(Request::Case { id: id.to_owned() }) {
            Answer::Case(case) => *case,
            other => panic!("{other:?}"),
        }
    }

    /// Returns a clock of a case.
    #[track_caller]
    pub fn clock(&mut self, case: &str, name: &str) -> ClockView {
        let clocks = self.case(case).desk.clocks;
        let names: Vec<_> = clocks.iter().map(|clock| clock.name.clone()).collect();
        clocks
            .into_iter()
            .find(|clock| clock.name == name)
            .unwrap_or_else(|| panic!("there is no clock {name}, only {names:?}"))
    }

    /// Returns the names of the clocks a case has.
    #[track_caller]
    pub fn clocks(&mut self, case: &str) -> Vec<String> {
        let clocks = self.case(case).desk.clocks;
        clocks.into_iter().map(|clock| clock.name).collect()
    }

    /// Holds that a clock runs and is due then.
    #[track_caller]
    pub fn due(&mut self, case: &str, name: &str, due: &str) -> &mut Self {
        let clock = self.clock(case, name);
        assert_eq!(self.said(clock.due), due, "when {name} is due");
        assert_eq!(clock.stopped, None, "{name} runs");
        self
    }

    /// Holds that a clock was stopped in time.
    #[track_caller]
    pub fn met(&mut self, case: &str, name: &str) -> &mut Self {
        let clock = self.clock(case, name);
        let (due, stopped) = (clock.due.unwrap(), clock.stopped);
        assert!(
            stopped.is_some_and(|stopped| stopped <= due),
            "{name} was stopped at {} and due {}",
            self.said(stopped),
            self.said(Some(due))
        );
        self
    }

    /// Holds that a clock was stopped too late.
    #[track_caller]
    pub fn late(&mut self, case: &str, name: &str) -> &mut Self {
        let clock = self.clock(case, name);
        let due = clock.due.unwrap();
        assert!(
            clock.stopped.is_some_and(|stopped| stopped > due),
            "{name} was not late"
        );
        self
    }

    /// Holds where a case stands.
    #[track_caller]
    pub fn stands(&mut self, case: &str, state: &str) -> &mut Self {
        assert_eq!(self.case(case).row.state, state);
        self
    }

    /// Holds that nothing about the case needs a look, and that it is in the archive after a restart too.
    #[track_caller]
    pub fn archived(&mut self, case: &str) {
        self.stands(case, "archived");
        let before = self.case(case);
        assert_eq!(before.desk.marks, []);
        assert!(before.events.iter().all(|event| !event.out_of_order));
        self.device.restart();
        assert_eq!(self.case(case), before);
    }

    /// Takes a step with whatever the pack wants said and the story does not say.
    #[track_caller]
    pub fn does(&mut self, case: &str, step: &str, says: &[(&str, &str)]) -> &mut Self {
        let shown = self.case(case);
        let mut all: Vec<(String, String)> = says
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        let fields = shown
            .desk
            .step_fields
            .get(step)
            .cloned()
            .unwrap_or_default();
        for field in fields.into_iter().filter(|field| field.required) {
            if all.iter().all(|(name, _)| *name != field.id) {
                let first = match field.id.as_str() {
                    "cause_id" => shown.desk.causes.first().map(|(id, _, _)| id),
                    "remedy" => shown.desk.remedies.first().map(|(id, _)| id),
                    _ => field.choices.first().map(|(id, _)| id),
                };
                let value = first.map_or("已写明", String::as_str).to_owned();
                all.push((field.id, value));
            }
        }
        let says: Vec<(&str, &str)> = all
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        self.step(case, step, &says)
    }

    /// Has everyone sign whose signature the proposal of a case wants, in order; each is hired with just that post.
    #[track_caller]
    pub fn signed_by_all(&mut self, case: &str) -> Vec<String> {
        let proposal = self.case(case).desk.proposal.expect("a proposal waits");
        let roles: Vec<String> = proposal
            .signatures
            .iter()
            .map(|signature| signature.role.clone())
            .collect();
        for (at, role) in roles.iter().enumerate() {
            let name = format!("{role} {at}");
            self.by("管理员").hire(&name, &[role]);
            let step = if at + 1 == roles.len() {
                "approved"
            } else {
                "endorsed"
            };
            self.by(&name).step(case, step, &[("as_role", role)]);
        }
        self.by("管理员");
        roles
    }

    /// Returns a time as a clerk says it.
    fn said(&self, at: Option<i64>) -> String {
        let Some(at) = at else {
            return "never".to_owned();
        };
        let date = self.calendar.date_of(at);
        let minute = (at - self.calendar.time_at(date, 0)) / 60_000;
        format!("{date} {:02}:{:02}", minute / 60, minute % 60)
    }
}

/// Returns fields as a request carries them.
pub fn pairs(fields: &[(&str, &str)]) -> BTreeMap<String, String> {
    fields
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}
