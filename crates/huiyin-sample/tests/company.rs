//! The sample company as an engine has it: everything it promises to show is there, and the same seed tells the same story.

#![expect(clippy::unwrap_used, reason = "a story that is refused has failed")]

use std::collections::{BTreeMap, BTreeSet};
use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use huiyin_api::{
    Answer, CasePage, CaseRow, HomeView, Language, ListQuery, Millis, Problem, ProblemCode,
    Request, WorkspaceStatus,
};
use huiyin_sample::{
    ANSWERS, BRANCHES, CASES, CONTACTS, CUSTOMERS, Heard, SEED, Teller, Wants, packs, tell,
};
use huiyin_testkit::Device;

/// Wednesday, 2026-11-25, 14:00 in Shanghai: on a working day something is due.
const NOW: Millis = 1_795_586_400_000;

/// A device that is told.
struct Told {
    device: Device,
    requests: u32,
    acts: u32,
    progress: Vec<(u32, u32)>,
}

impl Teller for Told {
    fn ask(
        &mut self,
        at: Millis,
        request: Request,
        wants: Wants,
    ) -> impl Future<Output = Result<Heard, Problem>> {
        self.requests += 1;
        self.acts += u32::from(matches!(request, Request::ActAs { .. }));
        assert!(at <= NOW, "nothing happens ahead of now");
        self.device.now = at;
        let shown = format!("{request:?}");
        let heard = match (self.device.ask(request), wants) {
            (Err(problem), _) => {
                panic!("{shown:.600} was refused: {problem:?}")
            }
            (Ok((Answer::Saved { id, .. }, _)), Wants::Saved) => Heard::Saved(id),
            (Ok((Answer::Case(case), _)), Wants::Case) => Heard::Case(case),
            (Ok((Answer::Settings(settings), _)), Wants::Settings) => Heard::Settings(settings),
            (Ok(_), Wants::Done) => Heard::Done,
            (Ok((other, _)), wants) => panic!("{wants:?} but {other:?}"),
        };
        std::future::ready(Ok(heard))
    }

    fn progress(&mut self, done: u32, total: u32) {
        self.progress.push((done, total));
    }
}

fn told(seed: u64, language: Language) -> Told {
    let mut told = Told {
        device: Device::new("样例", 3),
        requests: 0,
        acts: 0,
        progress: Vec::new(),
    };
    {
        let future = pin!(tell(&mut told, seed, NOW, language));
        match future.poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(result) => result.unwrap(),
            Poll::Pending => panic!("a device answers at once"),
        }
    }
    told.device.now = NOW;
    told
}

fn cases(device: &mut Device) -> Vec<CaseRow> {
    let query = ListQuery {
        limit: 2_000,
        ..ListQuery::default()
    };
    match device.must(Request::Cases(query)) {
        Answer::Cases(CasePage { rows, .. }) => rows,
        other => panic!("{other:?}"),
    }
}

fn pack_counts(device: &mut Device) -> BTreeMap<String, u32> {
    let request = Request::GroupCounts {
        cases: true,
        query: ListQuery::default(),
        column: "pack".to_owned(),
    };
    match device.must(request) {
        Answer::Counts(counts) => counts,
        other => panic!("{other:?}"),
    }
}

fn home(device: &mut Device) -> HomeView {
    match device.must(Request::Home) {
        Answer::Home(home) => *home,
        other => panic!("{other:?}"),
    }
}

fn status(device: &mut Device) -> WorkspaceStatus {
    match device.must(Request::Status) {
        Answer::Status(status) => status,
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_sample_shows_every_pack_and_every_state() {
    let mut told = told(SEED, Language::Chinese);
    let (last, total) = *told.progress.last().unwrap();
    assert_eq!(last, total, "all of it was told");
    let device = &mut told.device;
    let status = status(device);
    assert!(status.sample && status.ready);
    assert_eq!(status.branch, BRANCHES[0].0);
    assert_eq!(status.customers as usize, CUSTOMERS);
    let cases = cases(device);
    assert!(
        (CASES..CASES + 8).contains(&cases.len()),
        "continuations beside: {}",
        cases.len()
    );

    let mut of_states: BTreeMap<&str, u32> = BTreeMap::new();
    let of_packs = pack_counts(device);
    let mut of_branches: BTreeSet<&str> = BTreeSet::new();
    for row in &cases {
        *of_states.entry(row.state.as_str()).or_default() += 1;
        of_branches.insert(row.branch.as_str());
    }
    println!(
        "{of_states:?}\n{of_packs:?}\n{of_branches:?}\n{} requests, {} of them somebody else at the device",
        told.requests, told.acts
    );
    for state in [
        "registered",
        "accepted",
        "assigned",
        "investigated",
        "proposed",
        "approved",
        "carried_out",
        "answered",
        "closed",
        "archived",
        "reopened",
        "not_upheld",
        "withdrawn",
        "duplicate",
        "malicious",
        "forwarded",
    ] {
        assert!(
            of_states.get(state).is_some_and(|count| *count >= 2),
            "{state}: {of_states:?}"
        );
    }
    for pack in packs() {
        let begins = format!("{pack}/");
        assert!(
            of_packs.keys().any(|name| name.starts_with(&begins)),
            "{pack}: {of_packs:?}"
        );
    }
    for (code, ..) in BRANCHES {
        assert!(of_branches.contains(code), "{code}");
    }

    let home = home(device);
    assert!(home.overdue.len() >= 5, "{}", home.overdue.len());
    assert!(home.today.len() >= 3, "{}", home.today.len());
    assert!(!home.mine.is_empty() && home.desk.approvals_total > 0);
    assert_eq!(home.differing, 0, "one device never differs with itself");
    assert!(home.to_check.is_empty(), "{:?}", home.to_check);
    let count = |device: &mut Device, request: Request| match device.must(request) {
        Answer::Contacts(page) => page.total as usize,
        Answer::SurveyAnswers(page) => page.total as usize,
        Answer::FileDuties(page) => page.total as usize,
        other => panic!("{other:?}"),
    };
    let contacts = huiyin_api::ContactQuery {
        limit: 10,
        ..Default::default()
    };
    assert_eq!(count(device, Request::Contacts(contacts)), CONTACTS);
    let answers = huiyin_api::SurveyQuery {
        limit: 10,
        ..Default::default()
    };
    assert_eq!(count(device, Request::SurveyAnswers(answers)), ANSWERS);
    let duties = huiyin_api::FileDutyQuery {
        limit: 10,
        ..Default::default()
    };
    assert!(count(device, Request::FileDuties(duties)) > 0);
}

#[test]
fn the_same_seed_tells_the_same_story() {
    let content = |seed| {
        let mut told = told(seed, Language::English);
        told.device.export()
    };
    let one = content(7);
    assert!(one == content(7), "the same seed");
    assert!(one != content(8), "another seed");
}

#[test]
fn a_sample_stays_on_its_device() {
    let mut told = told(SEED, Language::English);
    let device = &mut told.device;
    let refused = |device: &mut Device, request| {
        let problem = device.refused(request);
        assert_eq!(problem.code, ProblemCode::NotAllowed);
        assert!(
            problem.detail.contains("stays on this device"),
            "{problem:?}"
        );
    };
    refused(
        device,
        Request::SetRelay {
            url: Some("wss://relay.example".to_owned()),
        },
    );
    refused(
        device,
        Request::Invite {
            branch: None,
            role: "clerk".to_owned(),
            days: 3,
            base: "https://app.example/".to_owned(),
            ask: false,
        },
    );
    refused(device, Request::MakeRecoveryKit);
    // It is told apart after a restart too.
    device.restart();
    assert!(status(device).sample);
}
