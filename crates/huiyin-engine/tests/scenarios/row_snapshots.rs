//! Rows that head office puts at the relay, so that a newcomer has lists before the envelopes have come.

use huiyin_api::{ProblemCode, RelayState, Request};
use huiyin_document::{DocumentKey, Registers};
use huiyin_sync::{RowSnapshot, StreamId, Vouched};
use huiyin_testkit::{Device, Wire};

use crate::actors::{bound, identity, written_raw};
use crate::talk::*;

const RELAY: &str = "http://relay.example";

fn is_done(devices: &mut [Device]) -> bool {
    devices.iter_mut().all(|device| {
        let view = sync(device);
        view.state == RelayState::UpToDate && view.only_here == 0
    })
}

/// A founder whose branch has a snapshot at the relay, the ids of a customer and a case, and a link.
fn office() -> (Device, Wire, [String; 2], String) {
    let mut office = Device::new("总店电脑", 1);
    office.snapshots_from(3);
    office.found(Some(RELAY));
    for name in ["茶行", "酒行"] {
        new_customer(&mut office, &[("name", name)]);
    }
    let customer = new_customer(&mut office, &[("name", "米行")]);
    let case = new_case(&mut office, &[("subject", "少了一袋")], "");
    let mut wire = Wire::new(9);
    assert!(wire.settle_until(std::slice::from_mut(&mut office), is_done));
    wire.settle(std::slice::from_mut(&mut office));
    let link = office.invite("HQ", "store_manager");
    assert!(wire.settle_until(std::slice::from_mut(&mut office), is_done));
    (office, wire, [customer, case], link)
}

/// One move of a newcomer, the only device on the line: what came is stored last.
fn move_on(wire: &mut Wire, newcomer: &mut Device) -> bool {
    wire.carry(1, newcomer);
    let moved = wire.step(1, newcomer, false) | wire.step(1, newcomer, true);
    moved || newcomer.disk_step()
}

/// Moves on until lists show rows of a snapshot; false if everything came without.
fn until_previewed(wire: &mut Wire, newcomer: &mut Device) -> bool {
    loop {
        let view = sync(newcomer);
        if view.preview.is_some() {
            return true;
        }
        let done = view.state == RelayState::UpToDate && !names(newcomer).is_empty();
        if done || !move_on(wire, newcomer) {
            assert!(done, "{view:?}");
            return false;
        }
    }
}

#[track_caller]
fn equal_at_last(wire: &mut Wire, office: Device, newcomer: Device) -> [Device; 2] {
    let mut devices = [office, newcomer];
    assert!(wire.settle_until(&mut devices, is_done));
    let [office, newcomer] = &mut devices;
    assert!(sync(newcomer).preview.is_none());
    assert_eq!(office.export(), newcomer.export());
    assert_eq!(office.digest(None), newcomer.digest(None));
    devices
}

#[test]
fn a_newcomer_has_lists_and_counts_at_once_and_histories_when_they_come() {
    let (office, mut wire, [id, case], link) = office();
    let mut newcomer = Device::new("平板", 2);
    newcomer.join(&link).unwrap();
    assert!(until_previewed(&mut wire, &mut newcomer));
    let mut shown = names(&mut newcomer);
    shown.sort();
    assert_eq!(shown, ["米行", "茶行", "酒行"]);
    assert_eq!(cases(&mut newcomer, &[])[0].subject, "少了一袋");
    let now = status(&mut newcomer);
    assert_eq!((now.customers, now.open_cases), (3, 1));
    let preview = sync(&mut newcomer).preview.unwrap();
    assert_eq!(preview.device, "总店电脑");
    for refused in [
        newcomer.refused(Request::Customer { id: id.clone() }),
        newcomer.refused(Request::Case { id: case.clone() }),
        newcomer.refused(step(&case, "accepted", "")),
    ] {
        assert_eq!(refused.code, ProblemCode::StillComing);
    }
    let [_, mut newcomer] = equal_at_last(&mut wire, office, newcomer);
    assert_eq!(customer(&mut newcomer, &id).row.name, "米行");
}

#[test]
fn what_is_entered_while_lists_are_ahead_stands_in_them() {
    let (office, mut wire, _, link) = office();
    let mut newcomer = Device::new("平板", 2);
    newcomer.join(&link).unwrap();
    assert!(until_previewed(&mut wire, &mut newcomer));
    let own = new_customer(&mut newcomer, &[("name", "面馆")]);
    assert_eq!(names(&mut newcomer).len(), 4);
    edit(&mut newcomer, &own, &[("name", "大面馆")]);
    assert!(names(&mut newcomer).contains(&"大面馆".to_owned()));
    let [mut office, _] = equal_at_last(&mut wire, office, newcomer);
    assert_eq!(customer(&mut office, &own).row.name, "大面馆");
}

#[test]
fn with_spoiled_pieces_or_a_break_everything_comes_all_the_same() {
    let (office, mut wire, _, link) = office();
    wire.relay.spoils_objects = true;
    let mut newcomer = Device::new("平板", 2);
    newcomer.join(&link).unwrap();
    assert!(!until_previewed(&mut wire, &mut newcomer));
    equal_at_last(&mut wire, office, newcomer);

    let (office, mut wire, _, link) = self::office();
    let mut newcomer = Device::new("平板", 2);
    newcomer.join(&link).unwrap();
    assert!(until_previewed(&mut wire, &mut newcomer));
    wire.cut(1);
    newcomer.crash(0);
    newcomer.start();
    equal_at_last(&mut wire, office, newcomer);
}

#[test]
fn a_snapshot_is_made_anew_when_half_of_the_rows_are_others_and_at_most_every_hour_for_changes() {
    let (mut office, mut wire, [id, _], _) = office();
    let mut pieces = |office: &mut Device| {
        assert!(wire.settle_until(std::slice::from_mut(office), is_done));
        wire.settle(std::slice::from_mut(office));
        wire.relay.objects().len()
    };
    let first = pieces(&mut office);
    assert!(first > 0);
    new_customer(&mut office, &[("name", "面馆")]);
    assert_eq!(pieces(&mut office), first);
    for number in 0..5 {
        new_customer(&mut office, &[("name", &format!("书店{number}"))]);
    }
    let second = pieces(&mut office);
    assert!(second > first);
    let rename = |office: &mut Device, to: &str| {
        for name in names(office) {
            let id = find(office, &name);
            edit(office, &id, &[("short_name", to)]);
        }
    };
    rename(&mut office, "甲");
    assert_eq!(pieces(&mut office), second);
    office.set_clock(office.now + 3_600_000);
    edit(&mut office, &id, &[("short_name", "乙")]);
    assert!(pieces(&mut office) > second);
}

#[test]
fn rows_that_nobody_with_all_streams_signed_are_not_shown() {
    let (mut office, mut wire, _, link) = office();
    office.must(Request::SaveBranch {
        code: "B1".to_owned(),
        name: "分店".to_owned(),
    });
    let clerk_link = office.invite("B1", "clerk");
    let mut clerk = Device::new("门店平板", 3);
    clerk.join(&clerk_link).unwrap();
    let mut devices = [office, clerk];
    assert!(wire.settle_until(&mut devices, is_done));
    let [office, clerk] = devices;
    // The clerk's device names pieces of its own.
    let (workspace, keys) = identity(&clerk);
    let of = Vouched {
        workspace: &workspace,
        stream: &StreamId::branch(&workspace, "HQ"),
        epoch: 0,
    };
    let forged = RowSnapshot::new(&keys, of, office.now as u64, 4, &[[0; 32]]);
    let registers = [("rows/HQ".to_owned(), forged.to_string())];
    let raw = written_raw(
        &clerk,
        &bound(&clerk),
        &DocumentKey::Root,
        1_000,
        |root, author| root.write_registers(author, &registers),
    );
    // Head office is away: nobody mends it.
    wire.cut_all();
    let mut devices = [clerk];
    assert_eq!(take(&mut devices[0], &raw).new, 1);
    assert!(wire.settle_until(&mut devices, is_done));
    let mut newcomer = Device::new("平板", 2);
    newcomer.join(&link).unwrap();
    assert!(!until_previewed(&mut wire, &mut newcomer));
    assert_eq!(names(&mut newcomer).len(), 3);
    // Back again it puts one there that holds.
    wire.cut_all();
    let pieces = wire.relay.objects().len();
    let mut devices = [office];
    assert!(wire.settle_until(&mut devices, is_done));
    wire.settle(&mut devices);
    assert!(wire.relay.objects().len() > pieces);
}
