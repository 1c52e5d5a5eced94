//! Photos that are fetched when somebody opens them: progress, breaks, other relays, what is damaged, files instead of a relay.
//!
//! Long: one scenario after another, each read alone.

use huiyin_api::{Answer, FetchState, FetchView, Notice, ProblemCode, RelayState, Request};
use huiyin_engine::{Batch, Query, Table, Write};
use huiyin_sync::Bundle;
use huiyin_testkit::{Device, Wire};

use crate::attachments::{attached, content, photo, views};
use crate::talk::*;

const RELAY: &str = "http://relay.example";
const MIB: usize = 1024 * 1024;
/// Bytes of a piece and of its object's surroundings, at least.
const PIECE: usize = 256 * 1024;

fn is_done(devices: &mut [Device]) -> bool {
    devices.iter_mut().all(|device| {
        let view = sync(device);
        view.state == RelayState::UpToDate && view.only_here == 0
    })
}

/// A founder with a case, and a second device of the branch; everything handed over.
fn two() -> ([Device; 2], Wire, String) {
    let mut a = Device::new("总店电脑", 1);
    a.found(Some(RELAY));
    let link = a.invite("HQ", "clerk");
    let mut b = Device::new("平板", 2);
    b.join(&link).unwrap();
    let mut devices = [a, b];
    let mut wire = Wire::new(5);
    let id = new_case(&mut devices[0], &[("subject", "屏幕裂了")], "");
    assert!(wire.settle_until(&mut devices, is_done));
    (devices, wire, id)
}

fn request(case: &str, hash: &str) -> Request {
    Request::FetchAttachment {
        id: case.to_owned(),
        hash: hash.to_owned(),
    }
}

#[track_caller]
fn fetch(device: &mut Device, case: &str, hash: &str) -> FetchView {
    match device.must(request(case, hash)) {
        Answer::Fetch(view) => view,
        other => panic!("{other:?}"),
    }
}

/// What the pages of a device were told of fetching since the last time.
fn told(device: &mut Device) -> Vec<FetchView> {
    let notices = device.take_notices().into_iter();
    notices
        .filter_map(|notice| match notice {
            Notice::Fetch(view) => Some(view),
            _ => None,
        })
        .collect()
}

fn states(views: &[FetchView]) -> Vec<FetchState> {
    let mut states: Vec<FetchState> = views.iter().map(|view| view.state).collect();
    states.dedup();
    states
}

fn blob_rows(device: &mut Device) -> usize {
    let all = Query::Range {
        table: Table::Blobs,
        prefix: Vec::new(),
        after: None,
        limit: u32::MAX,
        keys_only: true,
    };
    device.store.load(&[all]).remove(0).len()
}

#[test]
fn a_photo_comes_when_somebody_opens_it_and_not_before_and_stays() {
    let (mut devices, mut wire, id) = two();
    let picture = photo(700_000, 3);
    let hash = attached(&mut devices[0], &id, "裂痕.jpg", &picture);
    assert!(
        sync(&mut devices[0]).only_here >= 2,
        "the act and the photo"
    );
    assert!(wire.settle_until(&mut devices, is_done));
    assert_eq!(wire.relay.objects().len(), 3);
    assert!(
        wire.relay.stored().iter().all(|bytes| bytes.len() < PIECE),
        "no envelope carries a piece"
    );
    for object in wire.relay.objects() {
        let readable = |needle: &[u8]| object.windows(needle.len()).any(|bytes| bytes == needle);
        assert!(!readable(&picture[1_000..1_016]) && !readable(hash.as_bytes()));
    }
    let [view] = views(&mut devices[1], &id).try_into().unwrap();
    assert!(!view.here);
    assert_eq!((view.name.as_str(), view.size), ("裂痕.jpg", 700_000));
    assert_eq!((wire.relay.handed, blob_rows(&mut devices[1])), (0, 0));
    let missing = content(&mut devices[1], &id, &hash).unwrap_err();
    assert_eq!(missing.code, ProblemCode::NotFound);

    told(&mut devices[1]);
    let begun = fetch(&mut devices[1], &id, &hash);
    assert_eq!(
        (begun.state, begun.done, begun.size),
        (FetchState::Loading, 0, 700_000)
    );
    assert!(wire.settle_until(&mut devices, |devices| views(&mut devices[1], &id)[0].here));
    let progress = told(&mut devices[1]);
    assert_eq!(states(&progress), [FetchState::Loading, FetchState::Here]);
    let done: Vec<u64> = progress.iter().map(|view| view.done).collect();
    assert!(
        done.is_sorted() && done.contains(&(2 * PIECE as u64)),
        "{done:?}"
    );
    assert_eq!(done.last(), Some(&700_000));
    assert_eq!(content(&mut devices[1], &id, &hash).unwrap().1, picture);
    assert_eq!(wire.relay.handed, 3);

    wire.hang_up(1);
    devices[1].restart();
    assert_eq!(content(&mut devices[1], &id, &hash).unwrap().1, picture);
    assert_eq!(fetch(&mut devices[1], &id, &hash).state, FetchState::Here);
    assert!(wire.settle_until(&mut devices, is_done));
    assert_eq!((wire.relay.handed, wire.relay.objects().len()), (3, 3));
}

#[test]
fn a_break_keeps_the_pieces_that_came_and_the_rest_follows_by_itself() {
    let (mut devices, mut wire, id) = two();
    let picture = photo(3 * MIB + 17, 11);
    let hash = attached(&mut devices[0], &id, "大.jpg", &picture);
    assert!(wire.settle_until(&mut devices, is_done));
    fetch(&mut devices[1], &id, &hash);
    for _ in 0..200 {
        devices[1].settle();
        wire.carry(1, &mut devices[1]);
        if wire.relay.handed >= 6 {
            break;
        }
        wire.step(1, &mut devices[1], false);
        wire.step(1, &mut devices[1], true);
    }
    assert!(!views(&mut devices[1], &id)[0].here);
    told(&mut devices[1]);
    wire.relay_up = false;
    wire.cut_all();
    wire.settle(&mut devices);
    let offline = told(&mut devices[1]);
    assert_eq!(states(&offline).last(), Some(&FetchState::Offline));
    let kept = offline.last().unwrap().done;
    assert!(kept >= 2 * PIECE as u64, "{kept}");
    let again = fetch(&mut devices[1], &id, &hash);
    assert_eq!((again.state, again.done), (FetchState::Offline, kept));

    let handed = wire.relay.handed;
    wire.relay_up = true;
    assert!(wire.settle_until(&mut devices, |devices| views(&mut devices[1], &id)[0].here));
    assert_eq!(content(&mut devices[1], &id, &hash).unwrap().1, picture);
    let missing = 13 - kept / PIECE as u64;
    assert_eq!(
        wire.relay.handed - handed,
        missing,
        "what was here is not fetched again"
    );
}

#[test]
fn a_break_while_a_piece_is_being_written_is_told_last() {
    let (mut devices, mut wire, id) = two();
    let hash = attached(&mut devices[0], &id, "大.jpg", &photo(3 * MIB, 15));
    assert!(wire.settle_until(&mut devices, is_done));
    fetch(&mut devices[1], &id, &hash);
    // A piece came and waits for the disk.
    for _ in 0..200 {
        wire.carry(1, &mut devices[1]);
        if wire.relay.handed >= 2 && devices[1].disk_waiting() > 0 {
            break;
        }
        devices[1].settle();
        wire.step(1, &mut devices[1], false);
        wire.step(1, &mut devices[1], true);
    }
    assert!(devices[1].disk_waiting() > 0, "a piece is being written");
    wire.relay_up = false;
    wire.cut_all();
    while wire.step(1, &mut devices[1], true) {}
    devices[1].settle();
    wire.settle(&mut devices);
    let last = told(&mut devices[1]).pop().map(|view| view.state);
    assert_eq!(last, Some(FetchState::Offline));
}

#[test]
fn a_restart_in_the_middle_forgets_the_wish_and_not_the_pieces() {
    let (mut devices, mut wire, id) = two();
    let picture = photo(2 * MIB, 13);
    let hash = attached(&mut devices[0], &id, "大.jpg", &picture);
    assert!(wire.settle_until(&mut devices, is_done));
    fetch(&mut devices[1], &id, &hash);
    while wire.relay.handed < 5 {
        devices[1].settle();
        wire.carry(1, &mut devices[1]);
        wire.step(1, &mut devices[1], false);
        wire.step(1, &mut devices[1], true);
    }
    devices[1].settle();
    wire.hang_up(1);
    devices[1].restart();
    assert!(wire.settle_until(&mut devices, is_done));
    assert!(!views(&mut devices[1], &id)[0].here);
    let handed = wire.relay.handed;
    let begun = fetch(&mut devices[1], &id, &hash);
    assert!(begun.done >= PIECE as u64, "{begun:?}");
    assert!(wire.settle_until(&mut devices, |devices| views(&mut devices[1], &id)[0].here));
    assert_eq!(wire.relay.handed - handed, 8 - begun.done / PIECE as u64);
    assert_eq!(content(&mut devices[1], &id, &hash).unwrap().1, picture);
}

#[test]
fn who_opens_it_offline_is_told_so_and_gets_it_when_the_relay_is_back_unless_it_was_cancelled() {
    let (mut devices, mut wire, id) = two();
    let pictures = [photo(300_000, 3), photo(400_000, 5)];
    let hashes = pictures
        .each_ref()
        .map(|picture| attached(&mut devices[0], &id, "图.jpg", picture));
    assert!(wire.settle_until(&mut devices, is_done));
    wire.relay_up = false;
    wire.cut_all();
    wire.settle(&mut devices);
    for hash in &hashes {
        assert_eq!(fetch(&mut devices[1], &id, hash).state, FetchState::Offline);
    }
    devices[1].must(Request::CancelFetch {
        id: id.clone(),
        hash: hashes[1].clone(),
    });
    wire.relay_up = true;
    assert!(wire.settle_until(&mut devices, |devices| {
        views(&mut devices[1], &id).iter().any(|view| view.here)
    }));
    wire.settle(&mut devices);
    assert_eq!(
        content(&mut devices[1], &id, &hashes[0]).unwrap().1,
        pictures[0]
    );
    assert!(content(&mut devices[1], &id, &hashes[1]).is_err());

    devices[1].must(Request::SetRelay { url: None });
    assert_eq!(
        fetch(&mut devices[1], &id, &hashes[1]).state,
        FetchState::NoRelay
    );
    let unknown = devices[1].ask(request(&id, &"0".repeat(64))).unwrap_err();
    assert_eq!(unknown.code, ProblemCode::NotFound);
}

#[test]
fn an_older_relay_gets_the_records_and_the_photos_wait_until_it_is_updated() {
    let (mut devices, mut wire, id) = two();
    wire.relay.without_objects = true;
    let picture = photo(300_000, 3);
    let hash = attached(&mut devices[0], &id, "图.jpg", &picture);
    wire.settle_until(&mut devices, |devices| {
        !views(&mut devices[1], &id).is_empty()
    });
    assert!(wire.settle_until(&mut devices, |devices| sync(&mut devices[0]).only_here == 1));
    fetch(&mut devices[1], &id, &hash);
    let mut seen = Vec::new();
    assert!(wire.settle_until(&mut devices, |devices| {
        seen.extend(told(&mut devices[1]));
        seen.iter().any(|view| view.state == FetchState::OldRelay)
    }));
    assert_eq!(
        fetch(&mut devices[1], &id, &hash).state,
        FetchState::OldRelay
    );
    let customer = new_customer(&mut devices[1], &[("name", "甲")]);
    assert!(wire.settle_until(&mut devices, |devices| {
        devices[0]
            .ask(Request::Customer {
                id: customer.clone(),
            })
            .is_ok()
    }));
    assert!(wire.relay.objects().is_empty());

    wire.cut_all();
    wire.relay.without_objects = false;
    for (at, device) in devices.iter_mut().enumerate() {
        wire.hang_up(at);
        device.restart();
    }
    assert!(wire.settle_until(&mut devices, is_done));
    fetch(&mut devices[1], &id, &hash);
    assert!(wire.settle_until(&mut devices, |devices| views(&mut devices[1], &id)[0].here));
    assert_eq!(content(&mut devices[1], &id, &hash).unwrap().1, picture);
}

#[test]
fn a_piece_that_is_not_what_the_record_names_is_thrown_away_and_named() {
    let (mut devices, mut wire, id) = two();
    let picture = photo(300_000, 3);
    let hash = attached(&mut devices[0], &id, "图.jpg", &picture);
    assert!(wire.settle_until(&mut devices, is_done));
    wire.relay.spoils_objects = true;
    fetch(&mut devices[1], &id, &hash);
    wire.settle(&mut devices);
    let ends = told(&mut devices[1]);
    assert_eq!(ends.last().unwrap().state, FetchState::Damaged, "{ends:?}");
    let refused = &sync(&mut devices[1]).quarantine[0].reason;
    assert!(refused.starts_with("damaged: piece blob."), "{refused}");
    assert_eq!(blob_rows(&mut devices[1]), 0);
    wire.relay.spoils_objects = false;
    fetch(&mut devices[1], &id, &hash);
    wire.settle(&mut devices);
    assert_eq!(content(&mut devices[1], &id, &hash).unwrap().1, picture);
}

#[test]
fn a_relay_that_lost_its_store_is_given_the_photos_again() {
    let (mut devices, mut wire, id) = two();
    let picture = photo(600_000, 3);
    let hash = attached(&mut devices[0], &id, "图.jpg", &picture);
    assert!(wire.settle_until(&mut devices, is_done));
    wire.cut_all();
    wire.relay.lose_store();
    assert!(wire.relay.objects().is_empty());
    assert!(wire.settle_until(&mut devices, is_done));
    assert_eq!(wire.relay.objects().len(), 3);
    fetch(&mut devices[1], &id, &hash);
    assert!(wire.settle_until(&mut devices, |devices| {
        views(&mut devices[1], &id)[0].here
    }));
    assert_eq!(content(&mut devices[1], &id, &hash).unwrap().1, picture);
}

#[test]
fn a_photo_the_relay_was_never_given_is_said_to_be_missing() {
    let (mut devices, mut wire, id) = two();
    wire.relay.without_objects = true;
    let hash = attached(&mut devices[0], &id, "图.jpg", &photo(300_000, 3));
    assert!(wire.settle_until(&mut devices, |devices| {
        !views(&mut devices[1], &id).is_empty() && sync(&mut devices[0]).only_here == 1
    }));
    // The device that has it goes away; the relay is updated meanwhile.
    wire.hang_up(0);
    wire.relay.without_objects = false;
    devices[0].crash(0);
    told(&mut devices[1]);
    fetch(&mut devices[1], &id, &hash);
    wire.settle(&mut devices);
    let ends = told(&mut devices[1]);
    assert_eq!(ends.last().unwrap().state, FetchState::Missing, "{ends:?}");
}

#[test]
fn a_file_brings_photos_without_a_relay_and_the_receiver_hands_them_to_the_relay_it_has() {
    let (mut devices, mut wire, id) = two();
    wire.relay_up = false;
    wire.cut_all();
    let picture = photo(700_000, 3);
    let hash = attached(&mut devices[0], &id, "图.jpg", &picture);
    let file = devices[0].bundle();
    let bundle = Bundle::read(&file).unwrap();
    let objects = bundle
        .entries()
        .filter(|entry| matches!(entry, Ok(huiyin_sync::BundleEntry::Object(_))));
    assert_eq!(objects.count(), 3);
    take(&mut devices[1], &file);
    assert_eq!(content(&mut devices[1], &id, &hash).unwrap().1, picture);
    let again = take(&mut devices[1], &file);
    assert_eq!((again.new, again.refused), (0, 0), "{again:?}");
    assert_eq!(sync(&mut devices[1]).only_here, 0, "it was not made here");
    // The device it was made on goes away: the relay gets it from the one that took the file.
    wire.relay_up = true;
    wire.hang_up(0);
    devices[0].crash(0);
    assert!(wire.settle_until(&mut devices, |devices| is_done(&mut devices[1..])));
    assert_eq!(wire.relay.objects().len(), 3);
}

#[test]
fn pieces_in_envelopes_of_an_older_version_are_still_taken_in() {
    let (mut a, mut b) = pair();
    let id = new_case(&mut a, &[("subject", "屏幕裂了")], "");
    let picture = photo(600_000, 3);
    let hash = attached(&mut a, &id, "图.jpg", &picture);
    // As an older version left it: the pieces wait in the outbox, and no mark says that they are objects.
    let all = Query::Range {
        table: Table::Blobs,
        prefix: Vec::new(),
        after: None,
        limit: u32::MAX,
        keys_only: false,
    };
    let mut store = a.store.clone();
    let mut writes = Vec::new();
    let mut number = 0_u64;
    for (key, value) in store.load(&[all]).remove(0) {
        match key[0] {
            b'p' => {
                let segment = id.rsplit_once('.').unwrap().0;
                let name = format!("blob.{segment}.{hash}.{number}");
                writes.push(Write::Put {
                    table: Table::Outbox,
                    key: (1_000 + number).to_be_bytes().to_vec(),
                    value: outbox_row("branch/HQ", &name, &value),
                });
                number += 1;
            }
            b'w' => {}
            _ => writes.push(Write::Delete {
                table: Table::Blobs,
                key,
            }),
        }
    }
    assert_eq!(number, 3);
    store.commit(Batch {
        writes,
        ..Batch::default()
    });
    let mut older = Device::on_disk("总店电脑", 77, store);
    older.now = a.now;
    older.settle();
    let file = older.bundle();
    let bundle = Bundle::read(&file).unwrap();
    assert!(
        bundle
            .entries()
            .all(|entry| matches!(entry, Ok(huiyin_sync::BundleEntry::Envelope(_)))),
        "what lies in envelopes is not written twice"
    );
    take(&mut b, &file);
    assert_eq!(content(&mut b, &id, &hash).unwrap().1, picture);
}

/// A row of the outbox: two texts and bytes, each behind its length.
fn outbox_row(stream: &str, document: &str, change: &[u8]) -> Vec<u8> {
    let mut row = Vec::new();
    for bytes in [stream.as_bytes(), document.as_bytes(), change] {
        let mut length = bytes.len();
        while length >= 0x80 {
            row.push(length as u8 | 0x80);
            length >>= 7;
        }
        row.push(length as u8);
        row.extend_from_slice(bytes);
    }
    row
}

/// Head office, two devices of one store and one of another, the id of a case of the first store and its photo.
fn two_stores() -> (Vec<Device>, Wire, String, String, Vec<u8>) {
    let mut a = Device::new("总店电脑", 1);
    a.found(Some(RELAY));
    for code in ["A1", "B1"] {
        a.must(Request::SaveBranch {
            code: code.to_owned(),
            name: code.to_owned(),
        });
    }
    let links = ["A1", "A1", "B1"].map(|code| a.invite(code, "complaint_officer"));
    let mut devices = vec![
        a,
        Device::new("甲店一", 2),
        Device::new("甲店二", 3),
        Device::new("乙店", 4),
    ];
    for (device, link) in devices[1..].iter_mut().zip(&links) {
        device.join(link).unwrap();
    }
    let mut wire = Wire::new(5);
    assert!(wire.settle_until(&mut devices, is_done));
    let id = new_case(&mut devices[1], &[("subject", "屏幕裂了")], "");
    let picture = photo(600_000, 5);
    let hash = attached(&mut devices[1], &id, "图.jpg", &picture);
    assert!(wire.settle_until(&mut devices, is_done));
    (devices, wire, id, hash, picture)
}

/// Forwards a case to the other store and returns what it goes on as.
fn forwarded(device: &mut Device, id: &str) -> String {
    device.must(step_with(id, "forwarded", "", |intent| {
        "B1".clone_into(&mut intent.to_branch);
    }));
    case(device, id).desk.continuation.unwrap().id
}

#[test]
fn a_photo_whose_forwarder_is_gone_is_sent_along_by_whoever_opens_it_and_has_the_case() {
    let (mut devices, mut wire, id, hash, picture) = two_stores();
    wire.part(2);
    let there = forwarded(&mut devices[2], &id);
    let file = devices[2].bundle();
    take(&mut devices[1], &file);
    let mut rest =
        |devices: &mut Vec<Device>, want: &mut dyn FnMut(&mut Device) -> bool, at: usize| {
            wire.settle_until(devices, |devices| want(&mut devices[at]))
        };
    let mut heard = |device: &mut Device| device.ask(request(&there, &hash)).is_ok();
    assert!(rest(&mut devices, &mut heard, 3));
    let mut shown =
        |device: &mut Device| content(device, &there, &hash).is_ok_and(|found| found.1 == picture);
    assert!(!rest(&mut devices, &mut shown, 3));
    fetch(&mut devices[1], &there, &hash);
    assert!(rest(&mut devices, &mut shown, 1));
    assert!(states(&told(&mut devices[1])).ends_with(&[FetchState::Here]));
    fetch(&mut devices[3], &there, &hash);
    assert!(rest(&mut devices, &mut shown, 3));
}

#[test]
fn who_forwards_a_case_without_having_opened_its_photos_sends_them_along_all_the_same() {
    let (mut devices, mut wire, id, hash, picture) = two_stores();
    let there = forwarded(&mut devices[2], &id);
    assert!(wire.settle_until(&mut devices, |devices| {
        is_done(devices) && devices[3].ask(request(&there, &hash)).is_ok()
    }));
    assert!(wire.settle_until(&mut devices, |devices| {
        content(&mut devices[3], &there, &hash).is_ok_and(|found| found.1 == picture)
    }));
}
