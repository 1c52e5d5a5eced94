//! Two devices that only ever exchange files.

use huiyin_api::{ProblemCode, Request};
use huiyin_testkit::Device;

use crate::talk::*;

#[test]
fn bundles_in_any_order_and_repeatedly_give_equal_devices() {
    let (mut a, mut b) = pair();
    let mut files = Vec::new();
    for round in 0..4 {
        let id = new_customer(&mut a, &[("name", &format!("总店客户{round}"))]);
        let case = new_case(&mut b, &[("subject", &format!("平板案件{round}"))], "");
        b.must(step(&case, "accepted", ""));
        files.push(a.bundle());
        files.push(b.bundle());
        edit(&mut a, &id, &[("city", "杭州")]);
    }
    files.push(a.bundle());
    for (index, file) in files.iter().enumerate().rev() {
        let device = if index % 3 == 0 { &mut a } else { &mut b };
        take(device, file);
    }
    for file in &files {
        take(&mut a, file);
        take(&mut b, file);
    }
    assert_eq!(a.export(), b.export());
    assert_eq!(a.digest(None), b.digest(None));
    let again = take(&mut a, &files[3]);
    assert_eq!((again.new, again.refused, again.waiting), (0, 0, 0));
    assert_eq!(again.known, again.envelopes);
    assert_eq!(status(&mut b).customers, 4);
    assert_eq!(status(&mut b).cases, 4);
}

#[test]
fn the_same_field_edited_apart_is_shown_with_both_values_and_settled_once() {
    let (mut a, mut b) = pair();
    let id = new_customer(&mut a, &[("name", "老客户"), ("phone", "100")]);
    exchange(&mut a, &mut b);
    a.now += 5_000;
    edit(&mut a, &id, &[("phone", "111"), ("city", "杭州")]);
    b.now += 9_000;
    edit(&mut b, &id, &[("phone", "222"), ("class", "A")]);
    exchange(&mut a, &mut b);
    for device in [&mut a, &mut b] {
        let record = customer(device, &id);
        assert_eq!(record.conflicts.len(), 1, "{:?}", record.conflicts);
        let conflict = &record.conflicts[0];
        assert_eq!(
            (conflict.field.as_str(), conflict.shown.as_str()),
            ("phone", "222")
        );
        let mut values: Vec<_> = conflict
            .values
            .iter()
            .map(|value| {
                (
                    value.value.as_str(),
                    value.by.as_str(),
                    value.device.as_str(),
                )
            })
            .collect();
        values.sort_unstable();
        let expected = [
            ("111", "总店电脑的店长", "总店电脑"),
            ("222", "平板的店员", "平板"),
        ];
        assert_eq!(values, expected);
        assert_eq!(record.row.conflicts, 1);
        assert_eq!(field(&record.fields, "city"), "杭州");
        assert_eq!(field(&record.fields, "class"), "A");
    }
    assert_eq!(a.digest(None), b.digest(None));
    let problem = a.refused(Request::SettleConflict {
        id: "cu.HQ.all.0.0000000000000000".to_owned(),
        field: "phone".to_owned(),
        value: "111".to_owned(),
    });
    assert_eq!(problem.code, ProblemCode::NotFound);
    a.must(Request::SettleConflict {
        id: id.clone(),
        field: "phone".to_owned(),
        value: "111".to_owned(),
    });
    exchange(&mut a, &mut b);
    for device in [&mut a, &mut b] {
        let record = customer(device, &id);
        assert!(record.conflicts.is_empty(), "{:?}", record.conflicts);
        assert_eq!(field(&record.fields, "phone"), "111");
        assert_eq!(record.row.conflicts, 0);
    }
}

#[test]
fn a_third_value_of_a_field_in_conflict_shows_in_lists_at_once() {
    let (mut a, mut b) = pair();
    let link = a.invite("HQ", "store_manager");
    let mut c = Device::new("手机", 3);
    c.join(&link).unwrap();
    exchange(&mut a, &mut c);
    let id = new_customer(&mut a, &[("name", "三方")]);
    exchange(&mut a, &mut b);
    exchange(&mut a, &mut c);
    for (device, class) in [(&mut a, "一"), (&mut b, "二"), (&mut c, "三")] {
        device.now += 7_000;
        edit(device, &id, &[("class", class)]);
        device.now += 60_000 * i64::from(device.name == "平板");
    }
    c.now += 100_000;
    edit(&mut c, &id, &[("class", "三改")]);
    let (from_b, from_c) = (b.bundle(), c.bundle());
    for files in [[&from_b, &from_c], [&from_c, &from_b]] {
        let mut copy = Device::on_disk("副本", 9, a.store.clone());
        copy.settle();
        for file in files {
            take(&mut copy, file);
        }
        let record = customer(&mut copy, &id);
        assert_eq!(record.conflicts[0].values.len(), 3);
        assert_eq!(record.row.class, "三改");
        let mut anew = copy.with_rows_made_anew();
        assert_eq!(customer(&mut anew, &id).row, record.row);
    }
}

#[test]
fn two_people_acting_on_a_case_at_once_lose_no_step_and_leave_a_mark_to_check() {
    let (mut a, mut b) = pair();
    let id = new_case(&mut a, &[("subject", "同时")], "");
    exchange(&mut a, &mut b);
    a.must(step(&id, "accepted", "甲受理"));
    b.must(step_with(&id, "not_upheld", "乙不受理", |s| {
        s.reason = "不属实".to_owned();
    }));
    exchange(&mut a, &mut b);
    let (one, other) = (case(&mut a, &id), case(&mut b, &id));
    assert_eq!(one.row, other.row);
    assert_eq!(one.events, other.events);
    assert_eq!(one.events.len(), 3);
    assert_eq!(one.clashes.len(), 1, "{one:?}");
    assert_eq!(one.row.clashes, 1);
}

#[test]
fn a_bundle_with_a_flipped_bit_brings_what_is_sound_and_never_harms() {
    let (mut a, b) = pair();
    for number in 0..3 {
        new_customer(&mut a, &[("name", &format!("客户{number}"))]);
        a.bundle();
    }
    let file = a.bundle();
    let whole = a.export();
    let mut partly = 0;
    for place in (0..file.len()).step_by(file.len() / 60 + 1) {
        let mut copy = Device::on_disk("副本", 11, b.store.clone());
        copy.settle();
        let before = copy.export();
        let mut bent = file.clone();
        bent[place] ^= 0x10;
        if let Err(problem) = copy.take_bundle(&bent) {
            assert!(
                matches!(
                    problem.code,
                    ProblemCode::NotABundle
                        | ProblemCode::DamagedBundle
                        | ProblemCode::OtherWorkspace
                ),
                "byte {place}: {problem:?}"
            );
            assert_eq!(copy.export(), before);
        } else {
            let quarantined = !sync(&mut copy).quarantine.is_empty();
            partly += u32::from(quarantined);
        }
        take(&mut copy, &file);
        assert_eq!(copy.export(), whole, "after byte {place}");
    }
    assert!(partly > 10, "only {partly} files were damaged inside");
}

#[test]
fn a_bundle_cut_short_or_of_another_company_is_refused_with_its_reason() {
    let (mut a, mut b) = pair();
    new_customer(&mut a, &[("name", "甲")]);
    let file = a.bundle();
    let before = b.export();
    let problem = b.take_bundle(&file[..file.len() / 2]).unwrap_err();
    assert_eq!(problem.code, ProblemCode::DamagedBundle);
    let problem = b.take_bundle(b"hello").unwrap_err();
    assert_eq!(problem.code, ProblemCode::NotABundle);
    let mut stranger = Device::new("别家", 77);
    stranger.found(None);
    new_customer(&mut stranger, &[("name", "别家的客户")]);
    let problem = b.take_bundle(&stranger.bundle()).unwrap_err();
    assert_eq!(problem.code, ProblemCode::OtherWorkspace);
    assert_eq!(b.export(), before);
}

#[test]
fn work_of_an_unknown_author_waits_and_is_taken_in_when_the_membership_comes() {
    let (mut a, mut b) = pair();
    let old = a.bundle();
    let link = a.invite("HQ", "store_manager");
    let mut c = Device::new("手机", 3);
    c.join(&link).unwrap();
    take(&mut c, &a.bundle());
    new_customer(&mut c, &[("name", "手机上的客户")]);
    let full = c.bundle();
    // What a stick could hold if only the later part was copied: c's envelopes without the founder's newest.
    let known = huiyin_sync::Bundle::read(&old).unwrap();
    let admission_and_work = huiyin_sync::Bundle::read(&full).unwrap();
    let authors: Vec<_> = known
        .envelopes()
        .map(|envelope| envelope.unwrap().header().author)
        .collect();
    let mut writer = huiyin_sync::BundleWriter::new(known.workspace());
    for envelope in admission_and_work.envelopes() {
        let envelope = envelope.unwrap();
        if !authors.contains(&envelope.header().author) {
            writer.push(envelope.as_bytes()).unwrap();
        }
    }
    let report = take(&mut b, &writer.finish());
    assert!(report.waiting > 0, "{report:?}");
    assert!(!names(&mut b).contains(&"手机上的客户".to_owned()));
    assert_eq!(sync(&mut b).quarantine[0].reason, "unknown_author");
    b.restart();
    take(&mut b, &a.bundle());
    assert!(names(&mut b).contains(&"手机上的客户".to_owned()));
    assert!(sync(&mut b).quarantine.is_empty(), "nothing waits any more");
    take(&mut a, &full);
    assert_eq!(a.digest(None), b.digest(None));
}
