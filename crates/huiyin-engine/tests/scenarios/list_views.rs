//! Saved views: own ones stay with the person on the device, shared ones reach every device.

use huiyin_api::{
    Answer, Condition, FilterTree, ListQuery, ListView, MAX_OWN_VIEWS, Operator, ProblemCode,
    Request, SavedViews,
};
use huiyin_testkit::Device;

use crate::talk::*;

fn view(name: &str) -> ListView {
    ListView {
        name: name.to_owned(),
        cases: true,
        query: ListQuery {
            filter: [("group".to_owned(), vec!["open".to_owned()])].into(),
            tree: Some(FilterTree::Test(Condition {
                field: "due".to_owned(),
                operator: Operator::Before,
                values: vec!["today+3".to_owned()],
            })),
            group: "assignee".to_owned(),
            sort: "due".to_owned(),
            ..ListQuery::default()
        },
        columns: vec!["subject".to_owned(), "due".to_owned()],
        report: None,
    }
}

fn save(id: Option<&str>, view: ListView, shared: bool) -> Request {
    Request::SaveListView {
        id: id.map(str::to_owned),
        view: Box::new(view),
        shared,
    }
}

#[track_caller]
fn saved(device: &mut Device, request: Request) -> String {
    match device.must(request) {
        Answer::Saved { id, .. } => id,
        other => panic!("{other:?}"),
    }
}

#[track_caller]
fn views(device: &mut Device) -> SavedViews {
    match device.must(Request::SavedViews) {
        Answer::SavedViews(views) => views,
        other => panic!("{other:?}"),
    }
}

fn names(device: &mut Device) -> Vec<String> {
    let views = views(device).views;
    views.into_iter().map(|saved| saved.view.name).collect()
}

#[test]
fn a_shared_view_reaches_the_other_device_and_an_own_one_does_not() {
    let (mut a, mut b) = pair();
    saved(&mut a, save(None, view("  三天内到期 "), true));
    saved(&mut a, save(None, view("我的"), false));
    saved(&mut b, save(None, view("平板上的"), false));
    exchange(&mut a, &mut b);
    assert_eq!(names(&mut a), ["我的", "三天内到期"]);
    assert_eq!(names(&mut b), ["平板上的", "三天内到期"]);
    let there = views(&mut b);
    assert!(!there.may_share);
    let shared = &there.views[1];
    assert!(shared.shared);
    assert_eq!(
        (shared.by.as_str(), &shared.view),
        ("总店电脑的店长", &view("三天内到期"))
    );
    // What only a store manager's device may not do changes nothing.
    let refused = b.refused(save(Some(&shared.id), view("换了"), true));
    assert_eq!(refused.code, ProblemCode::NotAllowed);
    let refused = b.refused(Request::DropListView {
        id: shared.id.clone(),
    });
    assert_eq!(refused.code, ProblemCode::NotAllowed);
    assert_eq!(names(&mut b), ["平板上的", "三天内到期"]);
}

#[test]
fn views_are_changed_and_removed_and_survive_a_restart() {
    let mut device = founder();
    let own = saved(&mut device, save(None, view("甲"), false));
    let shared = saved(&mut device, save(None, view("乙"), true));
    assert_eq!(saved(&mut device, save(Some(&own), view("丙"), false)), own);
    assert_eq!(
        saved(&mut device, save(Some(&shared), view("丁"), true)),
        shared
    );
    device.restart();
    assert_eq!(names(&mut device), ["丙", "丁"]);
    for id in [own, shared] {
        device.must(Request::DropListView { id });
    }
    assert_eq!(names(&mut device), [""; 0]);
}

/// Two administrators' devices that changed one shared view apart; its id.
fn changed_apart() -> (Device, Device, String) {
    let mut a = founder();
    let link = a.invite("HQ", "administrator");
    let mut b = Device::new("平板", 2);
    b.join(&link).unwrap();
    exchange(&mut a, &mut b);
    let id = saved(&mut a, save(None, view("起初"), true));
    exchange(&mut a, &mut b);
    assert!(views(&mut b).may_share);
    saved(&mut a, save(Some(&id), view("甲改"), true));
    b.now = a.now + 5_000;
    saved(&mut b, save(Some(&id), view("乙改"), true));
    exchange(&mut a, &mut b);
    (a, b, id)
}

#[test]
fn a_shared_view_changed_apart_on_two_devices_is_shown_in_both_forms() {
    let (mut a, mut b, id) = changed_apart();
    let (left, right) = (views(&mut a), views(&mut b));
    assert_eq!(left.views, right.views);
    let shown: Vec<(&str, bool)> = left
        .views
        .iter()
        .map(|own| (own.view.name.as_str(), own.beside == id))
        .collect();
    assert_eq!(shown.len(), 2);
    assert!(
        shown.contains(&("乙改", false)),
        "the later one holds: {shown:?}"
    );
    assert!(shown.contains(&("甲改", true)), "{shown:?}");
}

fn beside(device: &mut Device) -> huiyin_api::SavedView {
    let found = views(device).views;
    found
        .into_iter()
        .find(|own| !own.beside.is_empty())
        .unwrap()
}

#[test]
fn the_view_beside_is_kept_as_one_of_its_own_or_dropped() {
    let (mut a, mut b, id) = changed_apart();
    let other = beside(&mut a);
    let kept = saved(&mut a, save(Some(&other.id), other.view, true));
    assert_ne!(kept, id);
    exchange(&mut a, &mut b);
    for device in [&mut a, &mut b] {
        let found = views(device).views;
        assert_eq!(found.len(), 2);
        assert!(found.iter().all(|own| own.beside.is_empty()));
    }

    let (mut a, mut b, _) = changed_apart();
    let id = beside(&mut b).id;
    b.must(Request::DropListView { id: id.clone() });
    exchange(&mut a, &mut b);
    assert_eq!(names(&mut a), ["乙改"]);
    assert_eq!(
        a.refused(Request::DropListView { id }).code,
        ProblemCode::NotFound
    );
}

#[test]
fn who_changes_or_removes_the_view_that_holds_does_not_lose_the_one_beside() {
    let (mut a, mut b, id) = changed_apart();
    saved(&mut a, save(Some(&id), view("丙改"), true));
    exchange(&mut a, &mut b);
    let mut both = names(&mut b);
    both.sort();
    assert_eq!(both, ["丙改", "甲改"]);

    let (mut a, mut b, id) = changed_apart();
    b.must(Request::DropListView { id });
    exchange(&mut a, &mut b);
    assert_eq!(names(&mut a), ["甲改"]);
}

#[test]
fn a_view_without_a_name_with_a_wrong_filter_or_one_too_many_is_refused() {
    let mut device = founder();
    let refused = device.refused(save(None, view("  "), false));
    assert_eq!(
        (refused.code, refused.place.as_str()),
        (ProblemCode::Missing, "view_name")
    );
    let refused = device.refused(save(None, view(&"长".repeat(61)), false));
    assert_eq!(refused.code, ProblemCode::BadField);
    let mut wrong = view("错");
    wrong.cases = false;
    let refused = device.refused(save(None, wrong, false));
    assert_eq!(refused.code, ProblemCode::BadFilter);
    let mut grouped = view("错");
    grouped.query.group = "soul".to_owned();
    let refused = device.refused(save(None, grouped, false));
    assert_eq!(refused.code, ProblemCode::BadFilter);
    for id in ["s", "o0123456789abcdef", "../x"] {
        let refused = device.refused(save(Some(id), view("谁"), false));
        assert_eq!(refused.code, ProblemCode::NotFound, "{id}");
    }
    for at in 0..MAX_OWN_VIEWS {
        saved(&mut device, save(None, view(&format!("视图 {at}")), false));
    }
    let refused = device.refused(save(None, view("太多"), false));
    assert_eq!(refused.code, ProblemCode::TooLarge);
}
