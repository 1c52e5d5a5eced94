//! The rules of a company taken from several packs: one for cases, another for files, contact, reception, …

use huiyin_api::{PacksView, PartView, ProblemCode, Request};
use huiyin_core::pack::Part;
use huiyin_testkit::Device;

use crate::talk::*;

#[track_caller]
fn choose(device: &mut Device, part: Part, pack: &str) {
    device.must(choice(part, pack));
}

fn choice(part: Part, pack: &str) -> Request {
    Request::ActivatePack {
        reference: pack.to_owned(),
        part,
    }
}

fn of(view: &PacksView, part: Part) -> &PartView {
    view.parts
        .iter()
        .find(|found| found.part == part)
        .expect("every part is there")
}

/// The id of the pack in force for a part; empty = none.
fn in_force(device: &mut Device, part: Part) -> String {
    let view = packs(device);
    let reference = &of(&view, part).in_force;
    reference.split('/').next().unwrap_or_default().to_owned()
}

#[test]
fn a_part_nobody_chose_follows_the_pack_for_cases_until_one_is_chosen() {
    let mut device = founder_under("S15");
    assert_eq!(in_force(&mut device, Part::File), "S15");
    assert_eq!(in_force(&mut device, Part::Reception), "");
    choose(&mut device, Part::File, "S10");
    choose(&mut device, Part::Reception, "S32");
    for _ in 0..2 {
        assert_eq!(in_force(&mut device, Part::File), "S10");
        assert_eq!(in_force(&mut device, Part::Reception), "S32");
        assert_eq!(in_force(&mut device, Part::Contact), "S15");
        assert_eq!(in_force(&mut device, Part::Cases), "S15");
        device.restart();
    }
    let view = packs(&mut device);
    let mut whole: Vec<&str> = view.others.values().map(|pack| pack.id.as_str()).collect();
    whole.sort_unstable();
    assert_eq!(whole, ["S10", "S32"]);
    assert_eq!(view.active.as_ref().unwrap().id, "S15");
    choose(&mut device, Part::File, "");
    assert_eq!(in_force(&mut device, Part::File), "S15");
}

#[test]
fn every_part_offers_the_packs_that_have_it_and_choosing_one_twice_publishes_it_once() {
    let mut device = founder();
    let view = packs(&mut device);
    let names: Vec<Part> = view.parts.iter().map(|part| part.part).collect();
    assert_eq!(names, Part::ALL);
    for part in &view.parts {
        assert!(!part.offered.is_empty(), "{:?}", part.part);
        assert!(
            part.offered
                .iter()
                .all(|row| row.parts.contains(&part.part))
        );
        assert_eq!((part.in_force.as_str(), part.missing), ("", false));
    }
    choose(&mut device, Part::File, "S11");
    choose(&mut device, Part::Contact, "S11");
    let view = packs(&mut device);
    assert_eq!(view.published.len(), 1);
    assert_eq!(
        of(&view, Part::File).in_force,
        of(&view, Part::Contact).in_force
    );
    assert!(view.active.is_none(), "cases have none");
}

#[test]
fn a_new_version_takes_the_place_of_the_earlier_one_where_that_was_chosen() {
    let mut device = founder_under("S18");
    choose(&mut device, Part::File, "S10");
    let view = packs(&mut device);
    let first = of(&view, Part::File).in_force.clone();
    let mut pack = view.others[&first].clone();
    pack.name.zh = "本公司客户档案制度".to_owned();
    device.must(Request::PublishPack {
        pack: Box::new(pack),
    });
    let view = packs(&mut device);
    let second = of(&view, Part::File).in_force.clone();
    assert_ne!(first, second);
    assert_eq!(view.others[&second].version, 2);
    assert_eq!(
        in_force(&mut device, Part::Cases),
        "S18",
        "files alone changed"
    );
    choose(&mut device, Part::File, &first);
    assert_eq!(of(&packs(&mut device), Part::File).in_force, first);
}

#[test]
fn a_pack_without_the_part_an_unknown_one_and_a_person_who_may_not_are_refused() {
    let (mut a, mut b) = pair_under("S18", "store_manager");
    let problem = a.refused(choice(Part::File, "S32"));
    assert_eq!(
        (problem.code, problem.place.as_str()),
        (ProblemCode::BadField, "pack")
    );
    assert!(problem.detail.contains("S32"), "{problem:?}");
    assert_eq!(
        a.refused(choice(Part::File, "S99")).code,
        ProblemCode::NotFound
    );
    assert_eq!(
        b.refused(choice(Part::File, "S10")).code,
        ProblemCode::NotAllowed
    );
    assert_eq!(packs(&mut a).published.len(), 1);
}

#[test]
fn two_administrators_who_choose_for_different_parts_keep_both_and_for_the_same_part_agree() {
    let (mut a, mut b) = pair_under("S18", "administrator");
    choose(&mut a, Part::File, "S10");
    b.now = a.now + 60_000;
    choose(&mut b, Part::Contact, "S34");
    choose(&mut b, Part::File, "S06");
    exchange(&mut a, &mut b);
    for device in [&mut a, &mut b] {
        assert_eq!(in_force(device, Part::File), "S06", "the later one holds");
        assert_eq!(in_force(device, Part::Contact), "S34");
        assert_eq!(packs(device).published.len(), 4);
    }
}
