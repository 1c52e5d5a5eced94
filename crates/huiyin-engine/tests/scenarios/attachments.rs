//! Photos and papers with cases: limits, other devices, forwarding, and what is damaged on the way.

use huiyin_api::{Answer, AttachmentView, Problem, ProblemCode, Request};
use huiyin_engine::{Attachment, Query, Table};
use huiyin_testkit::{Device, Reply};

use crate::talk::*;

const MIB: usize = 1024 * 1024;

/// A picture of this many bytes that does not compress.
pub fn photo(size: usize, seed: u64) -> Vec<u8> {
    let mut bytes = vec![0xFF, 0xD8, 0xFF, 0xE0];
    let mut state = seed | 1;
    while bytes.len() < size {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        bytes.extend_from_slice(&state.to_le_bytes());
    }
    bytes.truncate(size);
    bytes
}

fn attach(device: &mut Device, case: &str, name: &str, bytes: Vec<u8>) -> Reply {
    let request = Request::Attach {
        id: case.to_owned(),
        name: name.to_owned(),
    };
    device.ask_with(request, Some(Attachment::Bytes(bytes)))
}

#[track_caller]
pub fn attached(device: &mut Device, case: &str, name: &str, bytes: &[u8]) -> String {
    match attach(device, case, name, bytes.to_vec()).unwrap().0 {
        Answer::Saved { id, .. } => id,
        other => panic!("{other:?}"),
    }
}

pub fn content(device: &mut Device, case: &str, hash: &str) -> Result<(String, Vec<u8>), Problem> {
    let (answer, bytes) = device.ask(Request::Attachment {
        id: case.to_owned(),
        hash: hash.to_owned(),
    })?;
    match answer {
        Answer::File { media, .. } => Ok((media, bytes.unwrap_or_default())),
        other => panic!("{other:?}"),
    }
}

pub fn views(device: &mut Device, id: &str) -> Vec<AttachmentView> {
    case(device, id).desk.attachments
}

#[test]
fn a_photo_attached_on_one_device_is_shown_on_the_other_and_survives_restarts() {
    let (mut a, mut b) = pair();
    let id = new_case(&mut a, &[("subject", "屏幕裂了")], "");
    let picture = photo(700_000, 3);
    let hash = attached(&mut a, &id, "/相册/裂痕.jpg", &picture);
    assert_eq!(content(&mut a, &id, &hash).unwrap().1, picture);
    exchange(&mut a, &mut b);
    b.restart();
    let view = views(&mut b, &id);
    assert_eq!(view.len(), 1);
    assert!(view[0].here);
    assert_eq!(
        (view[0].name.as_str(), view[0].media.as_str(), view[0].size),
        ("裂痕.jpg", "image/jpeg", 700_000)
    );
    assert_eq!(
        content(&mut b, &id, &hash).unwrap(),
        ("image/jpeg".to_owned(), picture)
    );
    assert!(
        !field_names(&mut b, &id)
            .iter()
            .any(|name| name.starts_with("att:"))
    );
    assert_eq!(a.digest(None), b.digest(None));
}

fn field_names(device: &mut Device, id: &str) -> Vec<String> {
    let fields = case(device, id).fields;
    fields.into_iter().map(|field| field.name).collect()
}

#[test]
fn what_is_too_large_or_no_picture_is_refused_with_what_to_do_and_leaves_nothing() {
    let mut a = founder();
    let id = new_case(&mut a, &[("subject", "屏幕裂了")], "");
    let before = a.digest(None);
    let problem = attach(&mut a, &id, "大.jpg", photo(30 * MIB, 1)).unwrap_err();
    assert_eq!(problem.code, ProblemCode::TooLarge);
    for part in ["30.0 MiB", "at most 10 MiB", "make the photo smaller"] {
        assert!(problem.detail.contains(part), "{problem:?}");
    }
    let zh = problem.sentence(huiyin_api::Language::Chinese);
    assert!(
        zh.error.contains("10 MiB") && zh.error.contains("缩小"),
        "{zh:?}"
    );
    for bytes in [
        b"MZ a program".to_vec(),
        b"<svg onload=1>".to_vec(),
        Vec::new(),
    ] {
        let problem = attach(&mut a, &id, "x.jpg", bytes).unwrap_err();
        assert_eq!(
            (problem.code, problem.place.as_str()),
            (ProblemCode::BadField, "file")
        );
    }
    let request = Request::Attach {
        id: id.clone(),
        name: "x".to_owned(),
    };
    assert_eq!(a.refused(request).code, ProblemCode::Missing);
    assert_eq!(
        attach(
            &mut a,
            "ca.HQ.202601.0.0000000000000001",
            "x",
            photo(100, 1)
        )
        .unwrap_err()
        .code,
        ProblemCode::NotFound
    );
    assert_eq!(a.digest(None), before);
    attached(&mut a, &id, "刚好.jpg", &photo(10 * MIB, 2));
}

#[test]
fn a_case_takes_twenty_files_and_the_same_one_once() {
    let mut a = founder();
    let id = new_case(&mut a, &[("subject", "屏幕裂了")], "");
    for number in 0..20 {
        attached(&mut a, &id, "图.png", &photo(1_000, number * 2 + 1));
    }
    attached(&mut a, &id, "图.png", &photo(1_000, 1));
    assert_eq!(views(&mut a, &id).len(), 20);
    let problem = attach(&mut a, &id, "图.png", photo(1_000, 99)).unwrap_err();
    assert!(problem.detail.contains("20 files"), "{problem:?}");
}

#[test]
fn two_people_attach_at_once_without_a_conflict_and_one_photo_shows_once() {
    let (mut a, mut b) = pair();
    let id = new_case(&mut a, &[("subject", "屏幕裂了")], "");
    exchange(&mut a, &mut b);
    let same = photo(5_000, 7);
    attached(&mut a, &id, "甲.jpg", &same);
    attached(&mut b, &id, "乙.jpg", &same);
    attached(&mut b, &id, "另一张.jpg", &photo(5_000, 9));
    exchange(&mut a, &mut b);
    for device in [&mut a, &mut b] {
        let shown = case(device, &id);
        assert_eq!(shown.row.conflicts, 0);
        assert!(shown.conflicts.is_empty());
        assert_eq!(shown.desk.attachments.len(), 2);
        assert!(shown.desk.attachments.iter().all(|view| view.here));
    }
    assert_eq!(views(&mut a, &id), views(&mut b, &id));
}

#[test]
fn a_forwarded_case_takes_its_photos_along_and_gets_new_ones_back() {
    let mut a = founder();
    for code in ["A1", "B1"] {
        a.must(Request::SaveBranch {
            code: code.to_owned(),
            name: code.to_owned(),
        });
    }
    let links = [
        a.invite("A1", "complaint_officer"),
        a.invite("B1", "complaint_officer"),
    ];
    let mut devices = [a, Device::new("甲店", 2), Device::new("乙店", 3)];
    for (device, link) in devices[1..].iter_mut().zip(&links) {
        device.join(link).unwrap();
    }
    let meet = |devices: &mut [Device; 3]| {
        for _ in 0..2 {
            let [a, b, c] = devices;
            exchange(a, b);
            exchange(a, c);
        }
    };
    meet(&mut devices);
    let id = new_case(&mut devices[1], &[("subject", "屏幕裂了")], "");
    let pictures = [photo(300_000, 3), photo(600_000, 5)];
    let hashes = pictures
        .each_ref()
        .map(|picture| attached(&mut devices[1], &id, "图.jpg", picture));
    devices[1].must(step_with(&id, "forwarded", "", |intent| {
        "B1".clone_into(&mut intent.to_branch);
    }));
    let there = case(&mut devices[1], &id).desk.continuation.unwrap().id;
    meet(&mut devices);
    for (hash, picture) in hashes.iter().zip(&pictures) {
        assert_eq!(content(&mut devices[2], &there, hash).unwrap().1, *picture);
    }
    let repaired = photo(2_000, 21);
    let hash = attached(&mut devices[2], &there, "修好了.jpg", &repaired);
    meet(&mut devices);
    assert_eq!(content(&mut devices[1], &there, &hash).unwrap().1, repaired);
    let problem = attach(&mut devices[1], &there, "x.jpg", photo(100, 1)).unwrap_err();
    assert_eq!(problem.code, ProblemCode::WithOtherBranch);
}

#[test]
fn bytes_that_are_not_here_or_went_bad_are_said_to_be_missing() {
    let (mut a, mut b) = pair();
    let id = new_case(&mut a, &[("subject", "屏幕裂了")], "");
    let hash = attached(&mut a, &id, "图.jpg", &photo(600_000, 3));
    exchange(&mut a, &mut b);
    let query = Query::Range {
        table: Table::Blobs,
        prefix: Vec::new(),
        after: None,
        limit: u32::MAX,
        keys_only: false,
    };
    let mut store = b.store.clone();
    let mut rows = store.load(&[query]).remove(0);
    assert_eq!(
        rows.len(),
        6,
        "three pieces and the marks: whole, an object, for the relay"
    );
    let (key, value) = rows
        .iter_mut()
        .find(|(_, value)| value.len() > 100)
        .unwrap();
    value[100] ^= 1;
    let spoiled = huiyin_engine::Write::Put {
        table: Table::Blobs,
        key: key.clone(),
        value: value.clone(),
    };
    store.commit(huiyin_engine::Batch {
        writes: vec![spoiled],
        ..huiyin_engine::Batch::default()
    });
    let mut copy = Device::on_disk("平板", 77, store);
    copy.now = b.now;
    copy.settle();
    let problem = content(&mut copy, &id, &hash).unwrap_err();
    assert_eq!(problem.code, ProblemCode::NotFound);
    let problem = content(&mut copy, &id, &"0".repeat(64)).unwrap_err();
    assert_eq!(problem.code, ProblemCode::NotFound);
    let case_id = id.replace("ca.", "cu.");
    assert!(content(&mut copy, &case_id, &hash).is_err());
}
