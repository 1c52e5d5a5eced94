//! Devices that meet at a relay.
//!
//! Long: one way of meeting after another, all with the same three devices.

use huiyin_api::{RelayState, Request};
use huiyin_engine::{Query, Table};
use huiyin_sync::{Bundle, BundleWriter, StreamId};
use huiyin_testkit::{CUSTOMERS_CSV, Device, Wire};

use crate::talk::*;

const RELAY: &str = "http://relay.example";

fn is_done(devices: &mut [Device]) -> bool {
    devices.iter_mut().all(|device| {
        let view = sync(device);
        view.state == RelayState::UpToDate && view.only_here == 0
    })
}

/// A founder and two joined devices, everything handed over.
fn three() -> (Vec<Device>, Wire) {
    let mut a = Device::new("总店电脑", 1);
    a.found(Some(RELAY));
    let links = [a.invite("HQ", "store_manager"), a.invite("HQ", "clerk")];
    let mut devices = vec![a];
    for (index, link) in links.iter().enumerate() {
        let mut device = Device::new(&format!("平板{index}"), index as u64 + 2);
        device.join(link).unwrap();
        devices.push(device);
    }
    let mut wire = Wire::new(9);
    assert!(
        wire.settle_until(&mut devices, is_done),
        "{:?}",
        sync(&mut devices[0])
    );
    (devices, wire)
}

#[track_caller]
fn meet(wire: &mut Wire, devices: &mut [Device]) {
    if !wire.settle_until(devices, is_done) {
        let views: Vec<_> = devices.iter_mut().map(sync).collect();
        panic!("they never come to rest: {views:#?}");
    }
    let first = devices[0].export();
    for device in devices.iter_mut().skip(1) {
        assert_eq!(device.export(), first, "{}", device.name);
    }
}

#[test]
fn what_one_enters_the_others_have_and_the_relay_cannot_read() {
    let (mut devices, mut wire) = three();
    let id = new_customer(&mut devices[1], &[("name", "茶行marker")]);
    assert!(sync(&mut devices[1]).only_here >= 1);
    meet(&mut wire, &mut devices);
    assert_eq!(customer(&mut devices[2], &id).row.name, "茶行marker");
    assert!(!wire.relay.stored().is_empty());
    for bytes in wire.relay.stored() {
        assert!(!bytes.windows(6).any(|window| window == b"marker"));
    }
}

#[test]
fn a_newcomer_has_the_company_before_its_records_whatever_the_names_of_the_streams() {
    for seed in 1..=12 {
        let mut office = Device::new("总店电脑", seed);
        office.found(Some(RELAY));
        new_customer(&mut office, &[("name", "茶行")]);
        let link = office.invite("HQ", "clerk");
        let mut newcomer = Device::new("平板", seed + 100);
        let mut wire = Wire::new(seed);
        assert!(wire.settle_until(std::slice::from_mut(&mut office), is_done));
        newcomer.join(&link).unwrap();
        // What comes is read before what came is written: a slow disk.
        let has = |device: &Device, name: &str| {
            let under = |table| Query::Range {
                table,
                prefix: name.as_bytes().to_vec(),
                after: None,
                limit: 1,
                keys_only: true,
            };
            let rows = [Table::Deltas, Table::Snapshots].map(under);
            device.store.load(&rows).iter().any(|rows| !rows.is_empty())
        };
        while !has(&newcomer, "cu.") {
            wire.carry(1, &mut newcomer);
            let moved = wire.step(1, &mut newcomer, false) | wire.step(1, &mut newcomer, true);
            assert!(moved || newcomer.disk_step(), "company {seed} came to rest");
        }
        assert!(has(&newcomer, "root"), "company {seed}");
    }
}

#[test]
fn work_offline_comes_together_after_the_relay_is_back() {
    let (mut devices, mut wire) = three();
    wire.relay_up = false;
    wire.cut_all();
    for (index, device) in devices.iter_mut().enumerate() {
        new_customer(device, &[("name", &format!("离线{index}"))]);
    }
    wire.settle(&mut devices);
    for device in &mut devices {
        let view = sync(device);
        assert_eq!((view.state, view.only_here), (RelayState::Offline, 1));
        assert!(view.retry_at.is_some());
    }
    wire.relay_up = true;
    meet(&mut wire, &mut devices);
    assert_eq!(names(&mut devices[0]).len(), 3);
}

#[test]
fn a_relay_that_lost_its_store_gets_everything_again() {
    let (mut devices, mut wire) = three();
    for (index, device) in devices.iter_mut().enumerate() {
        new_customer(device, &[("name", &format!("客户{index}"))]);
    }
    meet(&mut wire, &mut devices);
    wire.cut_all();
    wire.relay.lose_store();
    assert!(wire.relay.stored().is_empty());
    meet(&mut wire, &mut devices);
    let link = devices[0].invite("HQ", "clerk");
    let mut late = Device::new("新来的", 8);
    late.join(&link).unwrap();
    devices.push(late);
    meet(&mut wire, &mut devices);
    assert_eq!(names(&mut devices[3]).len(), 3);
}

#[test]
fn what_was_acknowledged_before_its_stream_was_ever_read_is_offered_to_a_new_store_too() {
    let mut devices = vec![Device::new("总店电脑", 1)];
    devices[0].found(Some(RELAY));
    let mut wire = Wire::new(9);
    // Receipts come, but nothing that is pushed back: the device never stores a cursor.
    new_customer(&mut devices[0], &[("name", "甲")]);
    for _ in 0..200 {
        devices[0].settle();
        wire.carry(0, &mut devices[0]);
        if sync(&mut devices[0]).only_here == 0 {
            break;
        }
        if !wire.step(0, &mut devices[0], false) {
            wire.step(0, &mut devices[0], true);
        }
    }
    assert_eq!(sync(&mut devices[0]).only_here, 0);
    wire.hang_up(0);
    devices[0].restart();
    wire.relay.lose_store();
    meet(&mut wire, &mut devices);
    let link = devices[0].invite("HQ", "clerk");
    let mut late = Device::new("新来的", 8);
    late.join(&link).unwrap();
    devices.push(late);
    meet(&mut wire, &mut devices);
    assert_eq!(names(&mut devices[1]), ["甲"]);
}

#[test]
fn a_second_device_with_a_used_link_is_refused_at_the_relay() {
    let mut a = Device::new("总店电脑", 1);
    a.found(Some(RELAY));
    let link = a.invite("HQ", "clerk");
    let mut b = Device::new("平板", 2);
    b.join(&link).unwrap();
    let mut devices = vec![a, b];
    let mut wire = Wire::new(9);
    meet(&mut wire, &mut devices);
    let mut c = Device::new("捡到链接的人", 3);
    c.now += 60_000;
    c.join(&link).unwrap();
    devices.push(c);
    wire.settle_until(&mut devices, |devices| {
        sync(&mut devices[2]).state == RelayState::Refused
    });
    let view = sync(&mut devices[2]);
    assert_eq!(view.state, RelayState::Refused, "{view:?}");
    assert!(
        view.quarantine[0].reason.contains("invitation_used"),
        "{view:?}"
    );
    assert_eq!(sync(&mut devices[0]).devices.len(), 2);
    // Nothing is lost by forgetting it, whether it runs on or was opened anew; with a company there is.
    assert!(devices[2].is_empty_handed());
    devices[2].restart();
    devices[2].settle();
    assert!(devices[2].is_empty_handed());
    assert!(!devices[0].is_empty_handed() && !devices[1].is_empty_handed());
    let fresh = devices[0].invite("HQ", "clerk");
    devices[2] = Device::new("重新开始", 4);
    assert!(!devices[2].is_empty_handed(), "there is nothing to forget");
    wire.hang_up(2);
    devices[2].join(&fresh).unwrap();
    meet(&mut wire, &mut devices);
    assert!(!devices[2].is_empty_handed());
    assert_eq!(sync(&mut devices[0]).devices.len(), 3);
}

#[test]
fn an_administrator_who_passes_on_the_second_use_of_a_link_is_not_turned_away() {
    let (mut devices, mut wire) = three();
    let link = devices[0].invite("HQ", "clerk");
    let mut first = Device::new("平板", 7);
    first.join(&link).unwrap();
    devices.push(first);
    meet(&mut wire, &mut devices);
    let mut second = Device::new("捡到链接的人", 8);
    second.now += 60_000;
    second.join(&link).unwrap();
    take(&mut devices[0], &second.bundle());
    wire.settle(&mut devices);
    assert!(
        sync(&mut devices[0])
            .quarantine
            .iter()
            .any(|row| row.reason.contains("invitation_used"))
    );
    assert_ne!(sync(&mut devices[0]).state, RelayState::Refused);
}

#[test]
fn the_last_contact_is_the_last_exchange_and_costs_no_commit_of_its_own() {
    const MINUTE: i64 = 60_000;
    let (mut devices, mut wire) = three();
    let contact = |device: &mut Device| sync(device).last_contact.unwrap();
    // The relay answers a ping: in memory only.
    let commits = devices[1].commits();
    for _ in 0..9 {
        for device in &mut devices {
            device.now += MINUTE / 3;
            device.wake_if_due();
        }
        wire.settle(&mut devices);
    }
    assert_eq!(devices[1].commits(), commits, "nothing is written for it");
    let quiet = contact(&mut devices[1]);
    assert!(devices[1].now - quiet < MINUTE / 2);
    // What is handed over is a contact, once the receipt is here; the time is stored with it.
    for device in &mut devices {
        device.now += 2 * MINUTE;
    }
    new_customer(&mut devices[1], &[("name", "甲")]);
    assert_eq!(sync(&mut devices[1]).only_here, 1);
    meet(&mut wire, &mut devices);
    for device in &mut devices {
        let at = contact(device);
        assert!(device.now - at < MINUTE, "{}", device.name);
    }
    devices[1].restart();
    devices[1].settle();
    assert!(devices[1].now - contact(&mut devices[1]) <= MINUTE);
}

#[test]
fn sync_now_asks_a_connected_relay_whether_it_is_there() {
    let (mut devices, mut wire) = three();
    let before = sync(&mut devices[0]).last_contact.unwrap();
    devices[0].now += 5_000;
    devices[0].must(Request::SyncNow);
    wire.settle(&mut devices);
    let after = sync(&mut devices[0]).last_contact.unwrap();
    assert!(after >= before + 5_000, "{before} {after}");
    // A relay that is gone gives no sign.
    wire.relay_up = false;
    wire.cut_all();
    devices[0].now += 5_000;
    devices[0].must(Request::SyncNow);
    wire.settle(&mut devices);
    assert_eq!(sync(&mut devices[0]).last_contact, Some(after));
}

#[test]
fn a_relay_set_later_and_taken_away_again_is_followed() {
    let (mut a, b) = pair();
    new_customer(&mut a, &[("name", "甲")]);
    let mut devices = vec![a, b];
    let mut wire = Wire::new(4);
    for device in &mut devices {
        assert_eq!(sync(device).state, RelayState::None);
        device.must(Request::SetRelay {
            url: Some(RELAY.to_owned()),
        });
    }
    meet(&mut wire, &mut devices);
    devices[0].must(Request::SetRelay { url: None });
    new_customer(&mut devices[1], &[("name", "乙")]);
    wire.settle(&mut devices);
    assert_eq!(sync(&mut devices[0]).state, RelayState::None);
    assert_eq!(names(&mut devices[0]), ["甲"]);
    devices[0].must(Request::SetRelay {
        url: Some(RELAY.to_owned()),
    });
    meet(&mut wire, &mut devices);
    assert_eq!(names(&mut devices[0]).len(), 2);
}

#[test]
fn a_load_that_fails_while_taking_in_loses_nothing() {
    let (mut devices, mut wire) = three();
    let id = new_customer(&mut devices[1], &[("name", "甲")]);
    meet(&mut wire, &mut devices);
    devices[0].restart();
    wire.hang_up(0);
    edit(&mut devices[1], &id, &[("class", "A")]);
    for _ in 0..4_000 {
        for (at, device) in devices.iter_mut().enumerate() {
            wire.carry(at, device);
            wire.step(at, device, at == 1);
            wire.step(at, device, at != 1);
            if at == 0 && device.disk_waiting() > 0 {
                device.unreadable_for = u32::from(device.commits() % 2 == 0);
            }
            device.disk_step();
        }
    }
    for device in &mut devices {
        device.unreadable_for = 0;
        if !device.is_running() || sync_fails(device) {
            device.restart();
        }
    }
    meet(&mut wire, &mut devices);
    assert_eq!(customer(&mut devices[0], &id).row.class, "A");
}

fn sync_fails(device: &mut Device) -> bool {
    device.ask(Request::Sync).is_err()
}

#[test]
fn a_clock_set_back_ten_years_puts_off_nothing_that_waits() {
    let (mut devices, mut wire) = three();
    new_customer(&mut devices[1], &[("name", "未寄出")]);
    wire.carry(1, &mut devices[1]);
    assert_eq!(
        sync(&mut devices[1]).only_here,
        1,
        "it waits for a quiet moment"
    );
    let back = devices[1].now - 3_653 * 86_400_000;
    devices[1].set_clock(back);
    meet(&mut wire, &mut devices);
    assert_eq!(names(&mut devices[0]), ["未寄出"]);
    assert_eq!(sync(&mut devices[1]).only_here, 0);
}

#[test]
fn power_lost_after_an_import_was_sent_makes_no_two_envelopes_of_one_place() {
    for steps in 1..14 {
        let (mut devices, mut wire) = three();
        devices[1].may_lose_power();
        let preview = open_file(&mut devices[1], "customers.csv", CUSTOMERS_CSV, None);
        let preview = preview.unwrap();
        let request = Request::ImportRun {
            import: preview.import,
            dry_run: false,
        };
        devices[1].post("import", request, None);
        for _ in 0..steps {
            devices[1].disk_step();
            wire.carry(1, &mut devices[1]);
            while wire.step(1, &mut devices[1], false) {}
        }
        wire.hang_up(1);
        devices[1].lose_power(usize::MAX);
        devices[1].start();
        new_customer(&mut devices[1], &[("name", "之后")]);
        meet(&mut wire, &mut devices);
        assert_eq!(wire.relay.forks, 0, "power lost after {steps} steps");
    }
}

#[test]
fn what_waited_from_a_file_and_then_came_from_the_relay_waits_no_more() {
    let (mut devices, mut wire) = three();
    new_customer(&mut devices[1], &[("name", "早到的")]);
    meet(&mut wire, &mut devices);
    let link = devices[0].invite("HQ", "clerk");
    let file = devices[0].bundle();
    let bundle = Bundle::read(&file).unwrap();
    // Without the statements nobody in it is known.
    let mut writer = BundleWriter::new(bundle.workspace());
    let members = StreamId::members(&bundle.workspace());
    for envelope in bundle.envelopes().map(Result::unwrap) {
        if envelope.header().stream != members {
            writer.push(envelope.as_bytes()).unwrap();
        }
    }
    let mut newcomer = Device::new("新平板", 9);
    newcomer.join(&link).unwrap();
    assert!(take(&mut newcomer, &writer.finish()).waiting > 0);
    devices.push(newcomer);
    meet(&mut wire, &mut devices);
    let aside = sync(&mut devices[3]).quarantine;
    assert!(aside.is_empty(), "{aside:?}");
}
