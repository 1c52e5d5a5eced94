//! Calendars of the company and its branches: edited, read from a file, corrected.

use huiyin_api::{Answer, CalendarForm, CalendarsView, DayView, ProblemCode, Request};
use huiyin_core::case_data::{CLOCK, NEW_DUE, OLD_DUE};
use huiyin_testkit::{Device, text};

use crate::talk::*;

fn calendars(device: &mut Device) -> CalendarsView {
    match device.must(Request::Calendars) {
        Answer::Calendars(view) => *view,
        other => panic!("{other:?}"),
    }
}

fn company(device: &mut Device) -> CalendarForm {
    calendars(device).calendars[0].clone()
}

fn day(date: &str, kind: &str) -> DayView {
    DayView {
        date: date.to_owned(),
        kind: kind.to_owned(),
        name: "店庆".to_owned(),
    }
}

#[test]
fn a_company_begins_with_the_calendar_of_the_program_and_edits_it() {
    let mut device = founder();
    let view = calendars(&mut device);
    assert!(view.may_edit && view.years.contains(&2026) && view.zones.len() > 20);
    assert!(
        view.builtin
            .iter()
            .any(|day| day.date == "2026-10-01" && day.kind == "holiday")
    );
    let mut form = company(&mut device);
    assert_eq!(form.zone, "Asia/Shanghai");
    assert_eq!(form.hours[0], "09:00-12:00,13:30-18:00");
    assert_eq!(form.hours[6], "");
    form.hours[5] = "10:00-14:00".to_owned();
    form.days = vec![day("2026-06-03", "holiday"), day("2026-06-07", "workday")];
    device.must(Request::SaveCalendar(form.clone()));
    for _ in 0..2 {
        assert_eq!(company(&mut device), form);
        device.restart();
    }
    form.days.pop();
    form.hours[5] = String::new();
    device.must(Request::SaveCalendar(form.clone()));
    assert_eq!(company(&mut device), form);
}

#[test]
fn a_corrected_calendar_moves_deadlines_and_the_old_one_stays_in_the_time_line() {
    let (mut a, mut b) = pair_under("S18", "store_manager");
    let pack = *packs(&mut a).active.unwrap();
    assert_eq!(pack.clocks[0].name, "close");
    let fields = [
        ("subject", "茶叶受潮"),
        ("channel", "phone"),
        ("complainant_name", "李女士"),
        ("complainant_phone", "13800000000"),
        ("description", "受潮"),
        ("demand", "exchange"),
    ];
    let open = new_case(&mut a, &fields, "");
    let done = new_case(&mut a, &fields, "");
    a.must(step_with(&done, "withdrawn", "", |s| {
        s.reason = "撤诉".to_owned();
    }));
    exchange(&mut a, &mut b);
    let before = case(&mut a, &open);
    let events_of_done = case(&mut a, &done).events.len();
    // Seven days after Monday 2026-06-01 is Monday 2026-06-08: make it a day off.
    let mut form = company(&mut a);
    form.days = vec![day("2026-06-08", "holiday")];
    a.must(Request::SaveCalendar(form));
    a.settle();
    let after = case(&mut a, &open);
    assert_eq!(after.row.due, before.row.due.map(|due| due + 86_400_000));
    let note = after.events.last().unwrap();
    assert_eq!((note.step.as_str(), note.by.as_str()), ("noted", "赵敏"));
    assert_eq!(field(&note.data, OLD_DUE), "2026-06-08 18:00");
    assert_eq!(field(&note.data, NEW_DUE), "2026-06-09 18:00");
    assert_eq!(field(&note.data, CLOCK), "close");
    assert_eq!(after.events.len(), before.events.len() + 1);
    let mark = &after.desk.marks[0];
    assert_eq!(
        (mark.kind.as_str(), mark.detail.as_str()),
        ("limit_recomputed", "close")
    );
    assert_eq!(
        case(&mut a, &done).events.len(),
        events_of_done,
        "what is done stays as it was"
    );
    exchange(&mut a, &mut b);
    b.settle();
    for _ in 0..2 {
        let there = case(&mut b, &open);
        assert_eq!(there.row.due, after.row.due);
        assert_eq!(
            there.events, after.events,
            "noted once, by the device that corrected it"
        );
        a.restart();
        b.restart();
        assert_eq!(case(&mut a, &open), after);
    }
}

#[test]
fn a_branch_has_its_own_hours_and_takes_the_rest_from_the_company() {
    let mut device = founder();
    device.must(Request::SaveBranch {
        code: "HZ".to_owned(),
        name: "杭州店".to_owned(),
    });
    let mut form = company(&mut device);
    form.branch = "HZ".to_owned();
    form.zone = "Europe/Berlin".to_owned();
    form.hours[0] = "08:00-16:00".to_owned();
    form.days = Vec::new();
    device.must(Request::SaveCalendar(form.clone()));
    let mut of_company = company(&mut device);
    of_company.hours[1] = "10:00-12:00".to_owned();
    device.must(Request::SaveCalendar(of_company));
    let view = calendars(&mut device);
    let branch = &view.calendars[1];
    assert_eq!(
        (branch.branch.as_str(), branch.zone.as_str()),
        ("HZ", "Europe/Berlin")
    );
    assert_eq!(branch.hours[0], "08:00-16:00");
    assert_eq!(
        branch.hours[1], "10:00-12:00",
        "what the branch did not set follows the company"
    );
    form.branch = "XX".to_owned();
    assert_eq!(
        device.refused(Request::SaveCalendar(form)).code,
        ProblemCode::NotFound
    );
}

#[test]
fn a_calendar_that_cannot_be_is_refused_with_its_place_and_nothing_is_saved() {
    let mut device = founder();
    let good = company(&mut device);
    let cases: Vec<(&str, Change<CalendarForm>)> = vec![
        ("zone", Box::new(|form| form.zone = "Mars/Base".to_owned())),
        (
            "hours.2",
            Box::new(|form| form.hours[1] = "18:00-09:00".to_owned()),
        ),
        (
            "hours",
            Box::new(|form| form.hours.iter_mut().for_each(String::clear)),
        ),
        ("hours", Box::new(|form| form.hours.truncate(3))),
        (
            "days",
            Box::new(|form| form.days.push(day("2026-02-30", "holiday"))),
        ),
        (
            "days",
            Box::new(|form| form.days.push(day("2026-02-03", "feast"))),
        ),
        (
            "days",
            Box::new(|form| {
                form.days
                    .extend([day("2026-02-03", "holiday"), day("2026-02-03", "workday")]);
            }),
        ),
    ];
    for (place, spoil) in cases {
        let mut form = good.clone();
        spoil(&mut form);
        let problem = device.refused(Request::SaveCalendar(form));
        assert_eq!(
            (problem.code, problem.place.as_str()),
            (ProblemCode::BadField, place)
        );
        assert!(!problem.detail.is_empty());
    }
    assert_eq!(company(&mut device), good);
}

#[test]
fn a_calendar_file_is_read_line_by_line_and_not_saved() {
    let mut device = founder();
    let mut read = |content: &str| device.ask_with(Request::ReadCalendarFile, Some(text(content)));
    let good = read("date,kind,name\n2027-01-01,holiday,元旦\n2027-01-02,workday,元旦\n").unwrap();
    let Answer::Days(days) = good.0 else {
        panic!("days")
    };
    assert_eq!(days.len(), 2);
    assert_eq!(
        (days[1].kind.as_str(), days[1].name.as_str()),
        ("workday", "元旦")
    );
    for (content, place) in [
        ("day,what\n", "line 1"),
        (
            "date,kind,name\n2027-01-01,holiday,元旦\n2027-13-01,holiday,x\n",
            "line 3",
        ),
        ("date,kind,name\n2027-01-01,feast,元旦\n", "line 2"),
    ] {
        let problem = read(content).unwrap_err();
        assert_eq!(
            (problem.code, problem.place.as_str()),
            (ProblemCode::BadCsv, place)
        );
        let told = problem.sentence(huiyin_api::Language::Chinese).error;
        assert!(told.contains(&place.replace("line ", "第 ")), "{told}");
    }
    assert!(company(&mut device).days.is_empty());
}
