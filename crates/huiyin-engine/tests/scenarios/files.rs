//! The life of a customer's file: filed, reviewed, completed, its papers, the hand-over book, the stages, what is due.
//!
//! Long: one scenario after another, each read alone.

use huiyin_api::{
    Answer, DueState, DutyView, FileView, PaperView, ProblemCode, Request, StepIntent,
};
use huiyin_core::pack::Part;
use huiyin_engine::Attachment;
use huiyin_testkit::Device;

use crate::talk::*;

const DAY_MS: i64 = 86_400_000;
const SIGNATURE: &str = "M10 10L200 90";

/// A step, what it says, and the place it is refused at.
type Attempt<'a> = (&'a str, &'a [(&'a str, &'a str)], &'a str);

/// A company whose files follow a pack.
fn company(pack: &str) -> Device {
    let mut device = founder();
    choose(&mut device, pack);
    device
}

fn choose(device: &mut Device, pack: &str) {
    device.must(Request::ActivatePack {
        reference: pack.to_owned(),
        part: Part::File,
    });
}

fn file_step(id: &str, step: &str, data: &[(&str, &str)]) -> Request {
    let mut intent = StepIntent {
        step: step.to_owned(),
        ..StepIntent::default()
    };
    for (name, value) in data {
        match *name {
            "note" => (*value).clone_into(&mut intent.note),
            "reason" => (*value).clone_into(&mut intent.reason),
            name => {
                intent.data.insert(name.to_owned(), (*value).to_owned());
            }
        }
    }
    Request::FileStep {
        id: id.to_owned(),
        step: intent,
    }
}

#[track_caller]
fn take_step(device: &mut Device, id: &str, step: &str, data: &[(&str, &str)]) {
    device.must(file_step(id, step, data));
}

fn file(device: &mut Device, id: &str) -> FileView {
    *customer(device, id).file
}

#[track_caller]
fn refused(
    device: &mut Device,
    id: &str,
    step: &str,
    data: &[(&str, &str)],
) -> (ProblemCode, String) {
    let problem = device.refused(file_step(id, step, data));
    assert!(!problem.detail.is_empty(), "{problem:?}");
    (problem.code, problem.place)
}

fn staff(device: &mut Device, name: &str, roles: &[&str]) -> String {
    match device.must(Request::SaveStaff {
        id: None,
        name: name.to_owned(),
        roles: roles.iter().map(|role| (*role).to_owned()).collect(),
        branch: "HQ".to_owned(),
        left: false,
    }) {
        Answer::Saved { id, .. } => id,
        other => panic!("{other:?}"),
    }
}

fn act_as(device: &mut Device, staff: &str) {
    device.must(Request::ActAs {
        staff: staff.to_owned(),
    });
}

fn paper(view: &FileView, id: &str) -> PaperView {
    let mut papers = view.lists.iter().flat_map(|list| &list.papers);
    papers.find(|paper| paper.id == id).expect(id).clone()
}

fn duty<'a>(view: &'a FileView, of: &str) -> &'a DutyView {
    view.duties.iter().find(|duty| duty.of == of).expect(of)
}

fn owner_of_a_vehicle(device: &mut Device) -> String {
    new_customer(
        device,
        &[
            ("name", "陈晨"),
            ("phone", "13900001111"),
            ("kind", "vehicle_owner"),
        ],
    )
}

#[test]
fn without_rules_nothing_is_wanted_and_a_file_can_still_be_filed_and_given_a_stage() {
    let mut device = founder();
    let id = new_customer(&mut device, &[("name", "李华")]);
    let view = file(&mut device, &id);
    assert_eq!((view.has_rules, view.percent, view.wanted), (false, 100, 0));
    assert!(view.duties.is_empty() && view.lists.is_empty());
    take_step(&mut device, &id, "filed", &[]);
    take_step(
        &mut device,
        &id,
        "life_cycle_changed",
        &[("stage", "active")],
    );
    for _ in 0..2 {
        let record = customer(&mut device, &id);
        assert_eq!(record.file.stage, "active");
        assert_eq!(
            field(&record.fields, "life_cycle"),
            "active",
            "lists read the field"
        );
        assert!(!field(&record.fields, "filed_on").is_empty());
        assert!(record.file.filed_at.is_some());
        let steps: Vec<&str> = record
            .events
            .iter()
            .map(|event| event.step.as_str())
            .collect();
        assert_eq!(steps, ["filed", "life_cycle_changed"]);
        device.restart();
    }
}

#[test]
fn completeness_counts_fields_and_papers_and_rises_as_papers_are_ticked() {
    let mut device = company("S30");
    let id = owner_of_a_vehicle(&mut device);
    let view = file(&mut device, &id);
    // Eight fields, eleven papers that must be there.
    assert_eq!((view.there, view.wanted, view.percent), (3, 19, 15));
    assert_eq!(
        view.missing_fields,
        ["address", "plate", "vehicle", "vin", "sold_on"]
    );
    assert_eq!(paper(&view, "vehicle/invoice").lacks, ["paper"]);
    assert!(
        paper(&view, "vehicle/other").lacks.is_empty(),
        "it is optional"
    );
    take_step(
        &mut device,
        &id,
        "paper_received",
        &[
            ("paper", "vehicle/invoice"),
            ("copies", "1"),
            ("from", "陈晨"),
        ],
    );
    take_step(
        &mut device,
        &id,
        "paper_received",
        &[("paper", "vehicle/contract")],
    );
    let view = file(&mut device, &id);
    let invoice = paper(&view, "vehicle/invoice");
    assert_eq!(
        (invoice.state.as_str(), invoice.from.as_str()),
        ("received", "陈晨")
    );
    assert_eq!(
        paper(&view, "vehicle/contract").lacks,
        ["original"],
        "a copy was noted"
    );
    take_step(
        &mut device,
        &id,
        "paper_received",
        &[("paper", "vehicle/contract"), ("original_paper", "yes")],
    );
    take_step(
        &mut device,
        &id,
        "paper_checked",
        &[("paper", "vehicle/contract")],
    );
    let view = file(&mut device, &id);
    assert_eq!((view.there, view.wanted, view.percent), (5, 19, 26));
    take_step(
        &mut device,
        &id,
        "paper_missing",
        &[("paper", "vehicle/invoice"), ("note", "遗失")],
    );
    assert_eq!(file(&mut device, &id).there, 4);
}

#[test]
fn the_hand_over_book_takes_two_people_in_the_roles_of_the_policy() {
    let mut device = company("S30");
    let seller = staff(&mut device, "销售小王", &["sales_rep"]);
    let keeper = staff(&mut device, "档案小赵", &["records_keeper"]);
    let clerk = staff(&mut device, "前台小孙", &["clerk"]);
    let id = owner_of_a_vehicle(&mut device);
    let papers = [
        ("papers", "vehicle/invoice,vehicle/contract"),
        ("missing", "vehicle/insurance"),
        ("leg", "sales"),
    ];
    let signed = |data: &[(&'static str, &'static str)]| {
        let mut data = data.to_vec();
        data.push(("signature", SIGNATURE));
        data
    };
    act_as(&mut device, &clerk);
    let (code, _) = refused(&mut device, &id, "handed_over", &signed(&papers));
    assert_eq!(
        code,
        ProblemCode::NotAllowed,
        "a clerk does not hand over for sales"
    );
    act_as(&mut device, &seller);
    let (code, place) = refused(&mut device, &id, "handed_over", &papers);
    assert_eq!((code, place.as_str()), (ProblemCode::Missing, "signature"));
    take_step(&mut device, &id, "handed_over", &signed(&papers));
    let book = file(&mut device, &id).hand_overs;
    assert_eq!(
        (book.len(), book[0].stage.as_str(), book[0].from.as_str()),
        (1, "waiting", "销售小王")
    );
    assert_eq!(book[0].missing, ["vehicle/insurance"]);
    let of = book[0].event.clone();
    let receipt = [("of", of.as_str()), ("signature", SIGNATURE)];
    let (code, _) = refused(&mut device, &id, "hand_over_accepted", &receipt);
    assert_eq!(code, ProblemCode::NotAllowed, "nobody signs for both sides");
    act_as(&mut device, &clerk);
    let (code, _) = refused(&mut device, &id, "hand_over_accepted", &receipt);
    assert_eq!(code, ProblemCode::NotAllowed, "the archive receives");
    act_as(&mut device, &keeper);
    take_step(&mut device, &id, "hand_over_accepted", &receipt);
    device.restart();
    let line = file(&mut device, &id).hand_overs[0].clone();
    assert_eq!(
        (line.stage.as_str(), line.to.as_str()),
        ("accepted", "档案小赵")
    );
    let (code, _) = refused(&mut device, &id, "hand_over_accepted", &receipt);
    assert_eq!(code, ProblemCode::StepRefused, "it is signed already");
}

#[test]
fn a_file_is_reviewed_by_the_superior_or_sent_back_and_a_change_needs_the_review_again() {
    let mut device = company("S23");
    let head = staff(&mut device, "部门李经理", &["department_manager"]);
    let clerk = staff(&mut device, "业务小周", &["sales_rep"]);
    act_as(&mut device, &clerk);
    let id = new_customer(
        &mut device,
        &[("name", "仁和药店"), ("kind", "institution")],
    );
    let (code, _) = refused(&mut device, &id, "file_approved", &[]);
    assert_eq!(code, ProblemCode::StepRefused, "it is not filed yet");
    assert_eq!(
        duty(&file(&mut device, &id), "filing").state,
        DueState::OnTime
    );
    take_step(&mut device, &id, "filed", &[]);
    let view = file(&mut device, &id);
    assert_eq!(duty(&view, "filing").state, DueState::Met);
    assert_eq!(duty(&view, "department_manager").kind, "review");
    let (code, _) = refused(&mut device, &id, "file_approved", &[]);
    assert_eq!(code, ProblemCode::NotAllowed);
    act_as(&mut device, &head);
    let (code, place) = refused(&mut device, &id, "file_returned", &[]);
    assert_eq!((code, place.as_str()), (ProblemCode::Missing, "reason"));
    take_step(
        &mut device,
        &id,
        "file_returned",
        &[("reason", "缺少负责人")],
    );
    assert!(
        file(&mut device, &id)
            .duties
            .iter()
            .any(|duty| duty.kind == "returned")
    );
    act_as(&mut device, &clerk);
    take_step(&mut device, &id, "completed", &[]);
    act_as(&mut device, &head);
    take_step(&mut device, &id, "file_approved", &[]);
    let view = file(&mut device, &id);
    assert_eq!(view.signatures.len(), 1);
    assert!(view.duties.iter().all(|duty| duty.kind != "review"));
    take_step(&mut device, &id, "change_noticed", &[("note", "换了法人")]);
    let view = file(&mut device, &id);
    assert_eq!(view.open_changes.len(), 1);
    take_step(
        &mut device,
        &id,
        "changed",
        &[("of", &view.open_changes[0].name)],
    );
    let view = file(&mut device, &id);
    assert!(view.open_changes.is_empty() && view.signatures.is_empty());
    assert_eq!(duty(&view, "department_manager").kind, "review");
}

#[test]
fn a_customer_not_filed_in_time_is_late_until_filed_and_late_for_good_after() {
    let mut device = company("S23");
    let id = new_customer(
        &mut device,
        &[("name", "仁和药店"), ("kind", "institution")],
    );
    device.now += 20 * DAY_MS;
    assert_eq!(
        duty(&file(&mut device, &id), "filing").state,
        DueState::Overdue
    );
    take_step(&mut device, &id, "filed", &[]);
    assert_eq!(
        duty(&file(&mut device, &id), "filing").state,
        DueState::Late
    );
    let (code, _) = refused(&mut device, &id, "filed", &[]);
    assert_eq!(code, ProblemCode::StepRefused);
}

#[test]
fn a_lost_customer_needs_a_reason_of_the_list_or_in_words() {
    let mut device = company("S24");
    let id = new_customer(&mut device, &[("name", "东方公司"), ("kind", "company")]);
    let stage = |data: &[(&'static str, &'static str)]| {
        let mut all = vec![("stage", "lost")];
        all.extend_from_slice(data);
        all
    };
    let step = "life_cycle_changed";
    let (code, place) = refused(&mut device, &id, step, &stage(&[]));
    assert_eq!((code, place.as_str()), (ProblemCode::Missing, "reason"));
    let (code, place) = refused(&mut device, &id, step, &stage(&[("reason_id", "weather")]));
    assert_eq!((code, place.as_str()), (ProblemCode::BadField, "reason_id"));
    let (code, place) = refused(&mut device, &id, step, &[("stage", "moon")]);
    assert_eq!((code, place.as_str()), (ProblemCode::BadField, "stage"));
    take_step(&mut device, &id, step, &stage(&[("reason_id", "price")]));
    let record = customer(&mut device, &id);
    assert_eq!(record.file.stage, "lost");
    assert_eq!(record.file.stage_reason, "价格");
    assert_eq!(field(&record.fields, "life_cycle"), "lost");
    let (code, _) = refused(&mut device, &id, step, &stage(&[("reason_id", "price")]));
    assert_eq!(
        code,
        ProblemCode::StepRefused,
        "it is at this stage already"
    );
}

#[test]
fn nonsense_is_refused_with_its_place_and_nothing_is_written() {
    let mut device = company("S30");
    let id = owner_of_a_vehicle(&mut device);
    let cases: &[Attempt<'_>] = &[
        ("paper_received", &[], "paper"),
        ("paper_received", &[("paper", "vehicle/unicorn")], "paper"),
        (
            "paper_received",
            &[("paper", "vehicle/invoice"), ("copies", "-3")],
            "copies",
        ),
        (
            "paper_received",
            &[("paper", "vehicle/invoice"), ("pages", "一百")],
            "pages",
        ),
        ("paper_checked", &[("paper", "vehicle/invoice")], "paper"),
        (
            "handed_over",
            &[("papers", "vehicle/unicorn"), ("signature", SIGNATURE)],
            "papers",
        ),
        ("noted", &[], "note"),
        ("opened", &[], "purpose"),
        (
            "hand_over_accepted",
            &[("of", "0000000000000001")],
            "hand_over_accepted",
        ),
        ("owner_changed", &[("owner_a", "张三")], "owner_changed"),
        ("closed", &[], "closed"),
        ("fly", &[], "fly"),
    ];
    for (step, data, expected) in cases {
        let (_, place) = refused(&mut device, &id, step, data);
        assert_eq!(place, *expected, "{step}");
    }
    assert!(customer(&mut device, &id).events.is_empty());
    let case = new_case(&mut device, &[("subject", "漏油")], "");
    let problem = device.refused(file_step(&case, "filed", &[]));
    assert_eq!(problem.code, ProblemCode::NotFound);
}

#[test]
fn two_devices_that_file_tick_papers_and_give_stages_apart_end_equal_and_a_clash_is_settled() {
    let (mut a, mut b) = pair();
    choose(&mut a, "S30");
    let id = owner_of_a_vehicle(&mut a);
    exchange(&mut a, &mut b);
    take_step(&mut a, &id, "filed", &[]);
    take_step(
        &mut a,
        &id,
        "paper_received",
        &[("paper", "vehicle/invoice")],
    );
    take_step(&mut a, &id, "life_cycle_changed", &[("stage", "active")]);
    b.now = a.now + 60_000;
    take_step(&mut b, &id, "filed", &[]);
    take_step(&mut b, &id, "paper_received", &[("paper", "vehicle/photo")]);
    take_step(&mut b, &id, "life_cycle_changed", &[("stage", "dormant")]);
    exchange(&mut a, &mut b);
    a.now = b.now;
    let (of_a, of_b) = (customer(&mut a, &id), customer(&mut b, &id));
    assert_eq!(of_a.fields, of_b.fields);
    assert_eq!(of_a.events, of_b.events);
    let (of_a, of_b) = (*of_a.file, *of_b.file);
    assert_eq!(
        (&of_a.lists, &of_a.clashes, &of_a.stage),
        (&of_b.lists, &of_b.clashes, &of_b.stage)
    );
    assert_eq!(paper(&of_a, "vehicle/invoice").state, "received");
    assert_eq!(paper(&of_a, "vehicle/photo").state, "received");
    assert_eq!(of_a.clashes.len(), 1, "{:?}", of_a.clashes);
    take_step(&mut a, &id, "life_cycle_changed", &[("stage", "dormant")]);
    exchange(&mut a, &mut b);
    for device in [&mut a, &mut b] {
        let view = file(device, &id);
        assert_eq!((view.clashes.len(), view.stage.as_str()), (0, "dormant"));
    }
}

#[test]
fn odd_money_numbers_and_dates_are_taken_in_one_form_or_refused_with_a_sentence() {
    let mut device = founder();
    let id = new_customer(&mut device, &[("name", "东方公司"), ("kind", "company")]);
    edit(
        &mut device,
        &id,
        &[
            ("yearly_amount", "1.2万"),
            ("identity_number", "11010519491231002x"),
            ("founded", "2001年3月5日"),
        ],
    );
    let fields = customer(&mut device, &id).fields;
    assert_eq!(field(&fields, "yearly_amount"), "12000.00");
    assert_eq!(field(&fields, "identity_number"), "11010519491231002X");
    assert_eq!(field(&fields, "founded"), "2001-03-05");
    for (name, value) in [
        ("yearly_amount", "很多"),
        ("identity_number", "110105194912310021"),
        ("credit_code", "91350100M000100Y44"),
        ("founded", "5/1/2026"),
        ("p:9f3a0c1d2e4b5a6c:phone", "12"),
        ("p:nobody:name", "王芳"),
    ] {
        let problem = device.refused(Request::SaveCustomer {
            id: Some(id.clone()),
            fields: crate::talk::fields(&[(name, value)]),
        });
        assert_eq!(problem.code, ProblemCode::BadField, "{name}: {problem:?}");
        assert_eq!(problem.place, name);
        assert!(!problem.detail.is_empty());
    }
    assert_eq!(
        customer(&mut device, &id).fields,
        fields,
        "nothing was written"
    );
}

#[test]
fn a_parent_company_is_a_customer_here_and_nobody_stands_above_himself_at_any_distance() {
    let mut device = founder();
    let named = |device: &mut Device, name: &str| new_customer(device, &[("name", name)]);
    let ids: Vec<String> = ["甲", "乙", "丙"]
        .map(|name| named(&mut device, name))
        .into();
    edit(&mut device, &ids[1], &[("parent_company", &ids[0])]);
    edit(&mut device, &ids[2], &[("parent_company", &ids[1])]);
    let relations = file(&mut device, &ids[2]).relations;
    assert_eq!((relations.len(), relations[0].name.as_str()), (1, "乙"));
    let case = new_case(&mut device, &[("subject", "漏水")], "");
    for above in [&ids[0], &ids[2], &case] {
        for name in ["parent_company", "referred_by"] {
            if name == "referred_by" && above == &ids[2] {
                continue;
            }
            let problem = device.refused(Request::SaveCustomer {
                id: Some(ids[0].clone()),
                fields: crate::talk::fields(&[(name, above)]),
            });
            assert_eq!(
                (problem.code, problem.place.as_str()),
                (ProblemCode::BadField, name)
            );
        }
    }
    // Another relation may run the other way.
    edit(&mut device, &ids[0], &[("referred_by", &ids[2])]);
    edit(&mut device, &ids[1], &[("parent_company", "")]);
    edit(&mut device, &ids[0], &[("parent_company", &ids[2])]);
}

#[test]
fn two_devices_that_make_a_ring_apart_keep_working_and_people_added_apart_both_stay() {
    let (mut a, mut b) = pair();
    let one = new_customer(&mut a, &[("name", "甲")]);
    let two = new_customer(&mut a, &[("name", "乙")]);
    let three = new_customer(&mut a, &[("name", "丙")]);
    exchange(&mut a, &mut b);
    edit(
        &mut a,
        &one,
        &[
            ("parent_company", &two),
            ("p:00000000000000a1:name", "王芳"),
        ],
    );
    b.now = a.now + 1_000;
    edit(&mut b, &two, &[("parent_company", &one)]);
    edit(&mut b, &one, &[("p:00000000000000b2:name", "李雷")]);
    exchange(&mut a, &mut b);
    assert_eq!(customer(&mut a, &one).fields, customer(&mut b, &one).fields);
    let fields = customer(&mut a, &one).fields;
    assert_eq!(field(&fields, "p:00000000000000a1:name"), "王芳");
    assert_eq!(field(&fields, "p:00000000000000b2:name"), "李雷");
    edit(&mut a, &three, &[("parent_company", &one)]);
    assert_eq!(file(&mut a, &three).relations[0].name, "甲");
}

#[test]
fn a_scan_of_a_paper_is_kept_in_the_file_and_comes_to_the_other_device() {
    let (mut a, mut b) = pair();
    choose(&mut a, "S30");
    let id = owner_of_a_vehicle(&mut a);
    let scan = b"%PDF-1.7 invoice".to_vec();
    let attach = |device: &mut Device, bytes: &[u8]| {
        let request = Request::Attach {
            id: id.clone(),
            name: "C:\\扫描\\发票.pdf".to_owned(),
        };
        device.ask_with(request, Some(Attachment::Bytes(bytes.to_vec())))
    };
    let problem = attach(&mut a, b"MZ no photo").unwrap_err();
    assert_eq!(
        (problem.code, problem.place.as_str()),
        (ProblemCode::BadField, "file")
    );
    let hash = match attach(&mut a, &scan).unwrap().0 {
        Answer::Saved { id, .. } => id,
        other => panic!("{other:?}"),
    };
    attach(&mut a, &scan).unwrap();
    take_step(
        &mut a,
        &id,
        "paper_received",
        &[("paper", "vehicle/invoice"), ("scan", &hash)],
    );
    exchange(&mut a, &mut b);
    for device in [&mut a, &mut b] {
        device.restart();
        let record = customer(device, &id);
        let files = &record.file.attachments;
        assert_eq!(files.len(), 1, "the same content is kept once");
        assert_eq!((files[0].name.as_str(), files[0].here), ("发票.pdf", true));
        assert!(
            record
                .fields
                .iter()
                .all(|field| !field.name.starts_with("att:"))
        );
        assert_eq!(paper(&record.file, "vehicle/invoice").scan, hash);
        let request = Request::Attachment {
            id: id.clone(),
            hash: hash.clone(),
        };
        assert_eq!(
            device.ask_with(request, None).unwrap().1,
            Some(scan.clone())
        );
    }
}

#[test]
fn a_call_fulfils_the_contact_that_the_class_wants() {
    let mut device = company("S11");
    let id = new_customer(&mut device, &[("name", "东方公司"), ("class", "key")]);
    device.now += 40 * DAY_MS;
    let wanted = |device: &mut Device| {
        let duties = file(device, &id).duties;
        let duty = duties.iter().find(|duty| duty.kind == "class_contact");
        duty.expect("a key customer is contacted every month").state
    };
    assert_eq!(wanted(&mut device), DueState::Overdue);
    device.must(Request::SaveContact {
        id: None,
        fields: fields(&[
            ("kind", "call"),
            ("customer", &id),
            ("subject", "问候"),
            ("planned_on", "2026-07-09"),
        ]),
        step: StepIntent {
            step: "done".to_owned(),
            ..StepIntent::default()
        },
    });
    assert_eq!(wanted(&mut device), DueState::OnTime);
}

#[test]
fn a_scan_among_the_attachments_is_tied_to_its_paper_and_nothing_else_is() {
    let mut device = company("S30");
    let id = owner_of_a_vehicle(&mut device);
    let request = Request::Attach {
        id: id.clone(),
        name: "发票.pdf".to_owned(),
    };
    device
        .ask_with(
            request,
            Some(Attachment::Bytes(b"%PDF-1.7 invoice".to_vec())),
        )
        .unwrap();
    let hash = file(&mut device, &id).attachments[0].hash.clone();
    let other = "ab".repeat(32);
    let (code, place) = refused(
        &mut device,
        &id,
        "paper_received",
        &[("paper", "vehicle/invoice"), ("scan", &other)],
    );
    assert_eq!((code, place.as_str()), (ProblemCode::BadField, "scan"));
    assert!(customer(&mut device, &id).events.is_empty());
    take_step(
        &mut device,
        &id,
        "paper_received",
        &[("paper", "vehicle/invoice"), ("scan", &hash)],
    );
    for _ in 0..2 {
        let view = file(&mut device, &id);
        assert_eq!(paper(&view, "vehicle/invoice").scan, hash);
        assert!(view.attachments.iter().any(|scan| scan.hash == hash));
        let form = view.steps.iter().find(|form| form.step == "paper_received");
        assert!(form.unwrap().offers.contains(&"scan".to_owned()));
        device.restart();
    }
}

#[test]
fn a_stage_written_in_the_form_is_the_step_with_its_reason() {
    let mut device = founder();
    let id = new_customer(
        &mut device,
        &[("name", "李华"), ("life_cycle", "potential")],
    );
    take_step(
        &mut device,
        &id,
        "life_cycle_changed",
        &[("stage", "active")],
    );
    let save = |pairs: &[(&str, &str)]| Request::SaveCustomer {
        id: Some(id.clone()),
        fields: fields(pairs),
    };
    let refused = device.refused(save(&[("life_cycle", "lost")]));
    assert_eq!(
        (refused.code, refused.place.as_str()),
        (ProblemCode::Missing, "life_cycle_reason")
    );
    device.must(save(&[
        ("life_cycle", "lost"),
        ("life_cycle_reason", "搬到外地"),
    ]));
    let record = customer(&mut device, &id);
    assert_eq!(
        (record.file.stage.as_str(), record.row.life_cycle.as_str()),
        ("lost", "lost")
    );
    assert_eq!(record.file.stage_reason, "搬到外地");
    assert_eq!(record.events.last().unwrap().step, "life_cycle_changed");
}

#[test]
fn who_filed_a_file_does_not_sign_it_while_somebody_else_could() {
    let mut device = company("S06");
    let id = new_customer(&mut device, &[("name", "远大公司"), ("kind", "company")]);
    let director = staff(&mut device, "何总监", &["sales_director"]);
    act_as(&mut device, &director);
    take_step(&mut device, &id, "filed", &[]);
    // Nobody else could sign.
    let offered = |view: &FileView| view.steps.iter().any(|form| form.step == "file_approved");
    assert!(offered(&file(&mut device, &id)));
    let other = staff(&mut device, "孙总监", &["sales_director"]);
    assert!(!offered(&file(&mut device, &id)));
    let (code, _) = refused(&mut device, &id, "file_approved", &[]);
    assert_eq!(code, ProblemCode::NotAllowed);
    act_as(&mut device, &other);
    take_step(&mut device, &id, "file_approved", &[]);
    assert_eq!(file(&mut device, &id).signatures.len(), 1);
}
