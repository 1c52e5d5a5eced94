//! Packs of a company: picked, published, activated; and a complaint under each pack from its start to the archive.
//!
//! Long: one scenario after another, each read alone.

use std::collections::BTreeSet;

use huiyin_api::{Answer, CaseRecord, DueState, ProblemCode, Request, StepForm, StepIntent};
use huiyin_core::case::Step;
use huiyin_core::pack::{Grant, Pack, Part, Text};
use huiyin_core::rules::needs;
use huiyin_sync::{Bundle, BundleWriter, Envelope, StreamId};
use huiyin_testkit::Device;

use crate::talk::*;

const DAY_MS: i64 = 86_400_000;

/// The main way; steps a pack leaves out are not offered.
const WAY: &[&str] = &[
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

fn pack_of(device: &mut Device, reference: &str) -> Pack {
    match device.must(Request::Pack {
        reference: reference.to_owned(),
    }) {
        Answer::Pack(pack) => *pack,
        other => panic!("{other:?}"),
    }
}

fn publish(device: &mut Device, pack: &Pack) -> String {
    match device.must(Request::PublishPack {
        pack: Box::new(pack.clone()),
    }) {
        Answer::Saved { id, .. } => id,
        other => panic!("{other:?}"),
    }
}

/// The required fields of a pack, filled.
fn required(pack: &Pack) -> Vec<(String, String)> {
    let value = |name: &str| -> String {
        match name {
            "kind" => "complaint".to_owned(),
            "channel" => "phone".to_owned(),
            "demand" => "explanation".to_owned(),
            "severity" => "general".to_owned(),
            "category" => pack.categories[0].id.clone(),
            "against_branch" => "HQ".to_owned(),
            "unit" => "3-201".to_owned(),
            name if name.ends_with("phone") => "13800000000".to_owned(),
            name if name.ends_with("_at") => "2026-05-29".to_owned(),
            name => format!("{name}内容"),
        }
    };
    let mut fields = vec![
        ("subject".to_owned(), "茶叶受潮".to_owned()),
        ("complainant_name".to_owned(), "李女士".to_owned()),
    ];
    for name in &pack.required_fields {
        if fields.iter().all(|(known, _)| known != name) {
            fields.push((name.clone(), value(name)));
        }
    }
    fields
}

fn register(device: &mut Device, pack: &Pack) -> String {
    let fields = required(pack);
    let pairs: Vec<(&str, &str)> = fields
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    new_case(device, &pairs, "")
}

/// Fills what a step needs, as a person with the lists of the pack would.
fn fill(record: &CaseRecord, form: &StepForm, today: &str) -> StepIntent {
    let desk = &record.desk;
    let mut intent = StepIntent {
        step: form.step.clone(),
        note: "已按制度办理".to_owned(),
        ..StepIntent::default()
    };
    for name in &form.needs {
        let listed = desk.step_fields.get(&form.step).and_then(|fields| {
            let field = fields.iter().find(|field| field.id == *name)?;
            Some(field.choices.first()?.0.clone())
        });
        let value = || listed.clone().unwrap_or_else(|| "已核实".to_owned());
        match name.as_str() {
            "note" => {}
            "reason" => intent.reason = value(),
            "assignee" | "assignee_or_department" => "王芳".clone_into(&mut intent.assignee),
            "department" => intent.department = value(),
            "cause" => intent.cause = value(),
            "conclusion" => intent.conclusion = value(),
            "countermeasure" => intent.countermeasure = value(),
            "prevention" => intent.prevention = value(),
            "satisfied" => intent.satisfied = Some(true),
            "score" => intent.score = Some(9),
            "amount" => intent.amount = Some(0),
            name => {
                let value = match name {
                    "of" => desk.proposal.as_ref().expect("a plan").event.clone(),
                    "remedy" => desk
                        .remedies
                        .first()
                        .map_or_else(value, |(id, _)| id.clone()),
                    "cause_id" => desk
                        .causes
                        .first()
                        .map_or_else(value, |(id, ..)| id.clone()),
                    "criteria" => desk.major.first().map_or_else(value, |(id, _)| id.clone()),
                    "channel" => listed.clone().unwrap_or_else(|| "phone".to_owned()),
                    "limit" | "due" => today.to_owned(),
                    _ => value(),
                };
                // The program names the role and the action itself.
                if name != "as_role" {
                    intent.data.insert(name.to_owned(), value);
                }
            }
        }
    }
    intent
}

/// Takes a complaint under the pack from its registration to the archive, a step every twenty minutes, and checks what every
/// pack promises: steps in order, a clock that ran and stopped in time, nothing left to look at, the same after a restart.
#[track_caller]
fn complaint_from_start_to_archive(id: &str) -> CaseRecord {
    let mut device = founder_under(id);
    let view = packs(&mut device);
    let pack = *view.active.expect("the chosen pack is active");
    assert_eq!(pack.id, id);
    let case_id = register(&mut device, &pack);
    let mut record = case(&mut device, &case_id);
    assert_eq!(record.desk.pack, view.published[0].reference);
    let mut clocks: BTreeSet<String> = BTreeSet::new();
    let mut at = 0;
    while record.row.state != "archived" {
        clocks.extend(record.desk.clocks.iter().map(|clock| clock.name.clone()));
        let next = WAY.iter().enumerate().skip(at).find_map(|(index, step)| {
            let form = record.steps.iter().find(|form| form.step == *step)?;
            Some((index, form.clone()))
        });
        let (index, form) = next
            .unwrap_or_else(|| panic!("{id}: stuck in {}: {:?}", record.row.state, record.steps));
        // Several signatures may be wanted before the last one.
        at = if form.step == "endorsed" {
            index
        } else {
            index + 1
        };
        device.now += 20 * 60_000;
        let intent = fill(&record, &form, "2026-06-10");
        device.must(Request::TakeStep {
            id: case_id.clone(),
            step: intent,
        });
        record = case(&mut device, &case_id);
    }
    assert!(
        record.events.iter().all(|event| !event.out_of_order),
        "{:?}",
        record.events
    );
    assert!(record.clashes.is_empty() && record.desk.marks.is_empty() && record.issues.is_empty());
    assert!(!clocks.is_empty(), "{id}: no clock ran");
    for clock in &record.desk.clocks {
        assert!(clock.stopped.is_some(), "{id}: {} runs on", clock.name);
        assert_eq!(clock.state, DueState::Met, "{id}: {}", clock.name);
        assert!(!clock.title.zh.is_empty() && !clock.explanation.is_empty());
    }
    let rows = cases(&mut device, &[]);
    device.restart();
    assert_eq!(cases(&mut device, &[]), rows);
    assert_eq!(case(&mut device, &case_id), record);
    record
}

#[test]
fn every_pack_that_is_offered_is_named_here() {
    let mut device = founder();
    let offered: Vec<String> = packs(&mut device)
        .offered
        .into_iter()
        .map(|row| row.id)
        .collect();
    assert_eq!(
        offered,
        [
            "ISO10002", "S03", "S04", "S05", "S08", "S09", "S15", "S17", "S18", "S19", "S20",
            "S26", "S38", "S41"
        ],
        "a new pack needs a scenario of its own below"
    );
}

/// One test per pack, named after it.
macro_rules! from_start_to_archive {
    ($($name:ident $id:literal;)+) => {$(
        #[test]
        fn $name() {
            complaint_from_start_to_archive($id);
        }
    )+};
}
from_start_to_archive! {
    iso10002_a_complaint_goes_from_start_to_archive "ISO10002";
    s03_a_complaint_goes_from_start_to_archive "S03";
    s04_a_complaint_goes_from_start_to_archive "S04";
    s05_a_complaint_goes_from_start_to_archive "S05";
    s08_a_complaint_goes_from_start_to_archive "S08";
    s09_a_complaint_goes_from_start_to_archive "S09";
    s15_a_complaint_goes_from_start_to_archive "S15";
    s17_a_complaint_goes_from_start_to_archive "S17";
    s18_a_complaint_goes_from_start_to_archive "S18";
    s19_a_complaint_goes_from_start_to_archive "S19";
    s20_a_complaint_goes_from_start_to_archive "S20";
    s26_a_complaint_goes_from_start_to_archive "S26";
    s38_a_complaint_goes_from_start_to_archive "S38";
    s41_a_complaint_goes_from_start_to_archive "S41";
}

#[test]
fn a_changed_figure_moves_the_deadlines_of_new_cases_and_old_ones_keep_their_version() {
    let mut device = founder_under("S18");
    let first = packs(&mut device).published[0].reference.clone();
    let mut pack = pack_of(&mut device, &first);
    let old = register(&mut device, &pack);
    let close = pack
        .clocks
        .iter_mut()
        .find(|clock| clock.name == "close")
        .unwrap();
    close.length = Grant::parse("3d").unwrap();
    let second = publish(&mut device, &pack);
    assert_ne!(first, second);
    let new = register(&mut device, &pack);
    for _ in 0..2 {
        let (old, new) = (case(&mut device, &old), case(&mut device, &new));
        assert_eq!(
            (old.desk.pack.as_str(), new.desk.pack.as_str()),
            (first.as_str(), second.as_str())
        );
        let length = |record: &CaseRecord| record.desk.clocks[0].length.clone();
        assert_eq!(
            (length(&old), length(&new)),
            ("7d".to_owned(), "3d".to_owned())
        );
        assert!(new.row.due.unwrap() < old.row.due.unwrap());
        assert_eq!(old.row.due, old.desk.clocks[0].due);
        let view = packs(&mut device);
        assert_eq!(
            view.published
                .iter()
                .map(|row| (row.version, row.active, row.cases))
                .collect::<Vec<_>>(),
            [(2, true, 1), (1, false, 1)]
        );
        device.restart();
    }
    device.must(Request::ActivatePack {
        reference: first.clone(),
        part: Part::Cases,
    });
    let third = register(&mut device, &pack);
    assert_eq!(case(&mut device, &third).desk.pack, first);
    device.must(Request::ActivatePack {
        reference: String::new(),
        part: Part::Cases,
    });
    let plain = new_case(&mut device, &[("subject", "无制度")], "");
    let plain = case(&mut device, &plain);
    assert_eq!(plain.deadline.unwrap().length, "3wd");
    assert_eq!(plain.desk.pack, "");
}

#[test]
fn a_pack_with_a_defect_is_refused_with_place_and_reason_and_nothing_is_published() {
    let mut device = founder_under("S03");
    let reference = packs(&mut device).published[0].reference.clone();
    let pack = pack_of(&mut device, &reference);
    let cases: Vec<(&str, Change<Pack>)> = vec![
        ("text", Box::new(|pack| pack.name = Text::default())),
        (
            "ring",
            Box::new(|pack| {
                let name = pack.clocks[0].name.clone();
                pack.clocks[0].start = huiyin_core::pack::Start::Clock(name);
            }),
        ),
        (
            "step",
            Box::new(|pack| pack.step_fields[0].step = "fly".to_owned()),
        ),
    ];
    for (what, spoil) in cases {
        let mut bad = pack.clone();
        spoil(&mut bad);
        let problem = device.refused(Request::PublishPack {
            pack: Box::new(bad),
        });
        assert_eq!(problem.code, ProblemCode::BadPack, "{what}: {problem:?}");
        assert!(
            !problem.place.is_empty() && !problem.detail.is_empty(),
            "{what}"
        );
    }
    let mut large = pack.clone();
    for number in 0..400 {
        large.guidance.push(Text {
            zh: format!("{number}{}", "长".repeat(400)),
            en: "long".to_owned(),
        });
    }
    let problem = device.refused(Request::PublishPack {
        pack: Box::new(large),
    });
    assert_eq!(problem.code, ProblemCode::TooLarge);
    let problem = device.refused(Request::ActivatePack {
        reference: "S03/9-00000000".to_owned(),
        part: Part::Cases,
    });
    assert_eq!(problem.code, ProblemCode::NotFound);
    assert_eq!(packs(&mut device).published.len(), 1);
}

#[test]
fn two_administrators_who_publish_apart_keep_both_versions_and_agree_on_the_active_one() {
    let (mut a, mut b) = pair_under("S18", "administrator");
    let reference = packs(&mut a).published[0].reference.clone();
    let mut pack = pack_of(&mut a, &reference);
    let close = pack.clocks.len() - 1;
    pack.clocks[close].length = Grant::parse("5d").unwrap();
    let of_a = publish(&mut a, &pack);
    b.now = a.now + 60_000;
    pack.clocks[close].length = Grant::parse("6d").unwrap();
    let of_b = publish(&mut b, &pack);
    exchange(&mut a, &mut b);
    let (view_a, view_b) = (packs(&mut a), packs(&mut b));
    assert_eq!(view_a.published, view_b.published);
    let known: BTreeSet<&str> = view_a
        .published
        .iter()
        .map(|row| row.reference.as_str())
        .collect();
    assert_eq!(known, BTreeSet::from([reference.as_str(), &of_a, &of_b]));
    let active: Vec<&str> = view_a
        .published
        .iter()
        .filter(|row| row.active)
        .map(|row| row.reference.as_str())
        .collect();
    assert_eq!(active, [of_b.as_str()], "the later one holds");
}

/// A bundle without the envelopes of the root stream.
fn without_root(bytes: &[u8]) -> Vec<u8> {
    let bundle = Bundle::read(bytes).unwrap();
    let root = StreamId::derive(&bundle.workspace(), "root");
    let mut writer = BundleWriter::new(bundle.workspace());
    for envelope in bundle.envelopes() {
        let bytes = envelope.unwrap().into_bytes();
        if Envelope::decode(&bytes).unwrap().header().stream != root {
            writer.push(&bytes).unwrap();
        }
    }
    writer.finish()
}

#[test]
fn a_case_that_comes_before_its_pack_gets_its_clocks_when_the_pack_comes() {
    let (mut a, mut b) = pair_under("S18", "store_manager");
    let reference = packs(&mut a).published[0].reference.clone();
    let mut pack = pack_of(&mut a, &reference);
    let close = pack.clocks.len() - 1;
    pack.clocks[close].length = Grant::parse("5d").unwrap();
    publish(&mut a, &pack);
    let id = register(&mut a, &pack);
    let bundle = a.bundle();
    take(&mut b, &without_root(&bundle));
    let early = case(&mut b, &id);
    assert_eq!((early.row.due, early.row.provisional), (None, true));
    assert!(early.desk.clocks.is_empty());
    let refused = b.refused(step(&id, "approved", ""));
    assert_eq!(refused.code, ProblemCode::StepRefused);
    b.restart();
    take(&mut b, &bundle);
    b.settle();
    for _ in 0..2 {
        let whole = case(&mut b, &id);
        assert_eq!(whole.row.due, case(&mut a, &id).row.due);
        assert!(whole.row.due.is_some() && !whole.row.provisional);
        assert_eq!(whole.desk.clocks[0].length, "5d");
        b.restart();
    }
}

#[test]
fn only_administrators_publish_and_only_known_packs_are_picked() {
    let (mut a, mut b) = pair_under("S05", "store_manager");
    let pack = pack_of(&mut b, "S18");
    for request in [
        Request::PublishPack {
            pack: Box::new(pack),
        },
        Request::ActivatePack {
            reference: String::new(),
            part: Part::Cases,
        },
    ] {
        assert_eq!(b.refused(request).code, ProblemCode::NotAllowed);
    }
    let problem = a.refused(Request::Pack {
        reference: "nothing".to_owned(),
    });
    assert_eq!(problem.code, ProblemCode::NotFound);
    let mut fresh = Device::new("新设备", 9);
    let problem = fresh.refused(Request::CreateWorkspace {
        company: "甲".to_owned(),
        branch_code: "HQ".to_owned(),
        branch_name: "总店".to_owned(),
        staff_name: "甲".to_owned(),
        device_name: "乙".to_owned(),
        relay: None,
        pack: Some("S99".to_owned()),
        sample: false,
    });
    assert_eq!(
        (problem.code, problem.place.as_str()),
        (ProblemCode::BadField, "pack")
    );
    assert!(!status(&mut fresh).ready);
}

#[test]
fn the_form_of_a_step_asks_for_what_the_pack_asks() {
    let mut device = founder_under("S18");
    let pack = *packs(&mut device).active.unwrap();
    let id = register(&mut device, &pack);
    device.now += DAY_MS / 24;
    let record = case(&mut device, &id);
    for form in &record.steps {
        let step = Step::parse(&form.step).unwrap();
        assert_eq!(form.needs, needs(step, Some(&pack), "complaint"));
    }
    let accepted = record
        .steps
        .iter()
        .find(|form| form.step == "accepted")
        .unwrap();
    assert!(accepted.needs.contains(&"grounds".to_owned()));
    assert!(accepted.offers.contains(&"department_opinion".to_owned()));
    let problem = device.refused(step(&id, "accepted", ""));
    assert_eq!(
        (problem.code, problem.place.as_str()),
        (ProblemCode::Missing, "grounds")
    );
}
