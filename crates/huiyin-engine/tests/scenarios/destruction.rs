//! Records past their time of keeping go with two people's consent, on every device; a list stays.

use huiyin_api::{Answer, DestructionView, ProblemCode, Request};
use huiyin_core::id::BranchCode;
use huiyin_document::{DocumentKey, Registers};
use huiyin_engine::{Attachment, Millis, Query, Table};
use huiyin_testkit::Device;

use crate::actors::{bound, written_raw};
use crate::pins::{certified, unlock};
use crate::talk::*;

const DAY_MS: Millis = 86_400_000;

#[track_caller]
fn list(device: &mut Device) -> Vec<DestructionView> {
    match device.must(Request::Destructions) {
        Answer::Destructions(views) => views,
        other => panic!("{other:?}"),
    }
}

fn propose(segment: &str) -> Request {
    Request::ProposeDestruction {
        segment: segment.to_owned(),
    }
}

fn approve(segment: &str) -> Request {
    Request::ApproveDestruction {
        segment: segment.to_owned(),
    }
}

/// A case that its customer took back.
fn ended(device: &mut Device, subject: &str, severity: &str) -> String {
    let id = new_case(device, &[("subject", subject), ("severity", severity)], "");
    device.must(step_with(&id, "withdrawn", "", |intent| {
        "客户撤回".clone_into(&mut intent.reason);
    }));
    id
}

fn rows(device: &Device, table: Table, needle: &str) -> usize {
    let query = Query::Range {
        table,
        prefix: Vec::new(),
        after: None,
        limit: u32::MAX,
        keys_only: true,
    };
    let holds = |key: &[u8]| {
        key.windows(needle.len())
            .any(|part| part == needle.as_bytes())
    };
    device.store.load(&[query])[0]
        .iter()
        .filter(|(key, _)| holds(key))
        .count()
}

/// Head office with its founder and a second general manager, a year and a month after a case ended.
fn later() -> (Device, Device, String, String) {
    let mut a = founder();
    let link = a.invite("HQ", "general_manager");
    let mut b = Device::new("总经理", 2);
    b.join(&link).unwrap();
    exchange(&mut a, &mut b);
    let customer = new_customer(&mut a, &[("name", "张三")]);
    let id = ended(&mut a, "漏水", "general");
    a.must(Request::EditCase {
        id: id.clone(),
        fields: fields(&[("customer", &customer)]),
    });
    a.ask_with(
        Request::Attach {
            id: id.clone(),
            name: "图.png".to_owned(),
        },
        Some(Attachment::Bytes(
            b"\x89PNG\r\n\x1a\n and a picture".to_vec(),
        )),
    )
    .unwrap();
    exchange(&mut a, &mut b);
    assert!(list(&mut a).is_empty(), "nothing is due yet");
    for device in [&mut a, &mut b] {
        device.now += 396 * DAY_MS;
    }
    (a, b, id, customer)
}

#[test]
fn a_month_past_its_time_goes_everywhere_with_two_peoples_consent_and_its_list_stays() {
    let (mut a, mut b, id, customer_id) = later();
    let due = list(&mut a);
    assert_eq!(due.len(), 1);
    assert_eq!((due[0].state.as_str(), due[0].cases), ("due", 1));
    assert!(due[0].may_propose && !due[0].may_approve);
    let segment = due[0].segment.clone();
    assert!(id.starts_with(&segment));
    let problem = a.refused(approve(&segment));
    assert_eq!(problem.code, ProblemCode::StepRefused, "{problem:?}");
    a.must(propose(&segment));
    let problem = a.refused(approve(&segment));
    assert_eq!(problem.code, ProblemCode::NotAllowed, "{problem:?}");
    exchange(&mut a, &mut b);
    let seen = list(&mut b);
    assert_eq!(seen[0].state, "proposed");
    assert!(seen[0].may_approve);
    b.must(approve(&segment));
    assert_eq!(
        b.refused(Request::Case { id: id.clone() }).code,
        ProblemCode::NotFound
    );
    assert!(
        !case_exists(&mut a, &id).is_empty(),
        "the other has not heard of it"
    );
    exchange(&mut a, &mut b);
    for device in [&mut a, &mut b] {
        device.restart();
        device.refused(Request::Case { id: id.clone() });
        assert!(customer(device, &customer_id).cases.is_empty());
        for table in [
            Table::Snapshots,
            Table::Deltas,
            Table::Projections,
            Table::Blobs,
        ] {
            assert_eq!(rows(device, table, &segment), 0, "{table:?}");
        }
        let gone = list(device);
        assert_eq!((gone[0].state.as_str(), gone[0].cases), ("destroyed", 1));
        assert_eq!(gone[0].list.len(), 1);
        assert!(!gone[0].list[0].contains("漏水"), "{:?}", gone[0].list);
        assert_ne!(gone[0].proposed_by, gone[0].approved_by);
        assert!(!device.export().contains("漏水"));
    }
    assert_eq!(a.digest(None), b.digest(None));
    let again = new_case(
        &mut a,
        &[("subject", "补录"), ("received_at", "2026-06-01")],
        "",
    );
    assert!(
        !again.starts_with(&format!("{segment}.")),
        "a destroyed segment is not filled again"
    );
    exchange(&mut a, &mut b);
    assert_eq!(case(&mut b, &again).row.subject, "补录");
}

fn case_exists(device: &mut Device, id: &str) -> String {
    case(device, id).row.subject
}

#[test]
fn a_change_made_without_knowing_of_the_destruction_is_marked_and_not_taken() {
    let (mut a, mut b, id, _) = later();
    let segment = list(&mut a)[0].segment.clone();
    a.must(propose(&segment));
    exchange(&mut a, &mut b);
    b.must(approve(&segment));
    a.now += DAY_MS;
    a.must(step_with(&id, "reopened", "", |intent| {
        "客户又来了".clone_into(&mut intent.reason);
    }));
    let late = a.bundle();
    take(&mut b, &late);
    b.refused(Request::Case { id: id.clone() });
    let reason = format!("destroyed: {segment}");
    assert!(
        sync(&mut b)
            .quarantine
            .iter()
            .any(|row| row.reason == reason)
    );
    exchange(&mut a, &mut b);
    a.refused(Request::Case { id: id.clone() });
    assert_eq!(a.digest(None), b.digest(None));
    let link = a.invite("HQ", "store_manager");
    let mut c = Device::new("新来的", 5);
    c.now = a.now;
    c.join(&link).unwrap();
    exchange(&mut a, &mut c);
    c.refused(Request::Case { id });
    assert_eq!(a.digest(None), c.digest(None));
}

#[test]
fn an_important_case_keeps_its_month_and_an_open_one_keeps_it_from_the_list() {
    let mut a = founder();
    ended(&mut a, "一般的", "general");
    let important = ended(&mut a, "重要的", "important");
    a.now += 32 * DAY_MS;
    ended(&mut a, "另一个月", "general");
    new_case(&mut a, &[("subject", "没办完")], "");
    a.now += 400 * DAY_MS;
    let views = list(&mut a);
    assert_eq!(views.len(), 1, "{views:?}");
    assert_eq!(views[0].state, "kept");
    assert_eq!(views[0].kept_by, case(&mut a, &important).row.number);
    let problem = a.refused(propose(&views[0].segment));
    assert!(problem.detail.contains(&views[0].kept_by), "{problem:?}");
    let problem = a.refused(propose("ca.HQ.202607.0"));
    assert_eq!(problem.code, ProblemCode::StepRefused, "{problem:?}");
    for nothing in ["cu.HQ.all.0", "ca.ZZ.202601.0", "nonsense"] {
        assert_eq!(a.refused(propose(nothing)).code, ProblemCode::NotFound);
    }
}

/// Returns an approval written by a program, without asking the approver.
fn approval_in_the_name_of(by: &str, at: i64, device: &Device, segment: &str) -> Vec<u8> {
    let values = [
        ("approved_by", by.to_owned()),
        ("approved_at", at.to_string()),
        ("list", r#"["KS1 2025-01-02 complaint"]"#.to_owned()),
    ]
    .map(|(field, value)| (format!("destroy/{segment}/{field}"), value));
    let catalogue = DocumentKey::Catalogue(BranchCode::parse("HQ").unwrap());
    written_raw(
        device,
        &bound(device),
        &catalogue,
        1_000,
        |document, author| document.write_registers(author, &values),
    )
}

#[test]
fn what_was_destroyed_before_the_certificate_came_stays_on_the_list() {
    let (mut a, mut b, _, _) = later();
    let segment = list(&mut a)[0].segment.clone();
    a.must(propose(&segment));
    exchange(&mut a, &mut b);
    let by = status(&mut b).staff_name;
    let raw = approval_in_the_name_of(&by, a.now + DAY_MS, &a, &segment);
    take(&mut a, &raw);
    assert_eq!(list(&mut a)[0].state, "destroyed");
    certified(&mut a, &mut b);
    let gone = list(&mut a);
    assert_eq!(gone.len(), 1);
    assert_eq!(gone[0].state, "destroyed");
    assert_eq!(gone[0].list, ["KS1 2025-01-02 complaint"]);
}

#[test]
fn who_has_a_key_approves_with_it_and_an_approval_without_destroys_nothing() {
    let (mut a, mut b, id, _) = later();
    certified(&mut a, &mut b);
    let segment = list(&mut a)[0].segment.clone();
    a.must(propose(&segment));
    exchange(&mut a, &mut b);
    // Written in the approver's name by a program of the proposer's own.
    let by = status(&mut b).staff_name;
    let raw = approval_in_the_name_of(&by, b.now, &a, &segment);
    for device in [&mut a, &mut b] {
        take(device, &raw);
        let seen = list(device);
        assert_eq!(seen[0].state, "proposed");
        assert_eq!(seen[0].unsigned_by, by);
        assert!(!case_exists(device, &id).is_empty());
    }
    let refused = b.refused(approve(&segment));
    assert_eq!(refused.code, ProblemCode::PinNeeded);
    unlock(&mut b);
    b.must(approve(&segment));
    exchange(&mut a, &mut b);
    for device in [&mut a, &mut b] {
        let gone = list(device);
        assert_eq!((gone[0].state.as_str(), gone[0].cases), ("destroyed", 1));
        assert!(gone[0].unsigned_by.is_empty());
        device.refused(Request::Case { id: id.clone() });
    }
    assert_eq!(a.digest(None), b.digest(None));
}
