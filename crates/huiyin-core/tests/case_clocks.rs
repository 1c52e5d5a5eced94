//! The clocks of a case: what starts, stops, pauses and extends them, round by round.

use huiyin_core::Millis;
use huiyin_core::calendar::chrono::DateTime;
use huiyin_core::calendar::{SpanKind, WorkingCalendar};
use huiyin_core::case::{CaseEvent, Step, fold};
use huiyin_core::id::EventId;
use huiyin_core::pack::Pack;
use huiyin_core::pack::clocks::{CaseFacts, ClockStatus, clocks};

/// Returns a time written as `2026-03-10 09:15` in Shanghai.
fn at(text: &str) -> Millis {
    let (day, time) = text.split_once(' ').expect("day and time");
    DateTime::parse_from_rfc3339(&format!("{day}T{time}:00+08:00"))
        .expect("a time")
        .timestamp_millis()
}

/// A case under a pack made for the test.
struct Sample {
    pack: Pack,
    facts: CaseFacts,
    events: Vec<CaseEvent>,
}

impl Sample {
    fn new(clocks: &str, received: &str) -> Self {
        let pack =
            format!(r#"{{"id":"t","version":1,"name":{{"zh":"测","en":"t"}},"clocks":{clocks}}}"#);
        let facts = CaseFacts {
            received: at(received),
            kind: "complaint".to_owned(),
            ..CaseFacts::default()
        };
        Self {
            pack: serde_json::from_str(&pack).expect("a pack"),
            facts,
            events: Vec::new(),
        }
        .step(Step::Registered, received)
    }

    fn step(self, step: Step, when: &str) -> Self {
        self.with(step, when, &[])
    }

    fn with(mut self, step: Step, when: &str, data: &[(&str, &str)]) -> Self {
        let id = EventId::from_u64(self.events.len() as u64 + 1);
        let mut event = CaseEvent::new(id, step, at(when), "王伟", "d1");
        event.after = self
            .events
            .last()
            .map(|last| last.id.clone())
            .into_iter()
            .collect();
        event.data = data
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        self.events.push(event);
        self
    }

    fn all(&self) -> Vec<ClockStatus> {
        clocks(
            &self.pack,
            &WorkingCalendar::china(),
            &self.facts,
            &fold(&self.events),
        )
    }

    fn one(&self, name: &str) -> Option<ClockStatus> {
        self.all().into_iter().find(|clock| clock.name == name)
    }

    #[track_caller]
    fn due(&self, name: &str, expected: &str) {
        let clock = self.one(name).expect("the clock has started");
        assert_eq!(clock.due(), Some(at(expected)), "{clock:?}");
    }
}

fn text(name: &str, rest: &str) -> String {
    format!(r#"{{"name":"{name}","text":{{"zh":"一","en":"one"}},{rest}}}"#)
}

const COMPLAINT: &str = r#"[
    {"name":"complaint","text":{"zh":"一","en":"one"},"length":"3wd","stops":["answered"]},
    {"name":"special","text":{"zh":"一","en":"one"},"length":"7wd","extends":"complaint"},
    {"name":"feedback","text":{"zh":"一","en":"one"},"start":"carried_out","length":"24h","stops":["answered"],"pauses":false}
]"#;

#[test]
fn a_clock_starts_when_the_case_is_received_and_stops_with_its_step() {
    let case = Sample::new(COMPLAINT, "2026-03-10 09:15").step(Step::Accepted, "2026-03-10 10:00");
    let clock = case.one("complaint").unwrap();
    assert!(clock.runs() && clock.may_extend && !clock.extended);
    assert_eq!(clock.length, "3wd");
    case.due("complaint", "2026-03-13 18:00");
    assert!(case.one("special").is_none() && case.one("feedback").is_none());
    let case = case
        .step(Step::Assigned, "2026-03-11 10:00")
        .step(Step::Investigated, "2026-03-12 10:00")
        .step(Step::Proposed, "2026-03-12 10:10")
        .step(Step::Approved, "2026-03-12 10:20")
        .step(Step::CarriedOut, "2026-03-13 10:00")
        .step(Step::Answered, "2026-03-14 09:00");
    let clock = case.one("complaint").unwrap();
    assert_eq!(clock.stopped, Some(at("2026-03-14 09:00")));
    assert!(clock.is_late(at("2026-03-14 09:00")) && !clock.may_extend);
    let feedback = case.one("feedback").unwrap();
    assert_eq!(feedback.due(), Some(at("2026-03-14 10:00")));
    assert!(
        !feedback.is_late(at("2026-06-01 00:00")),
        "answered within a day"
    );
}

#[test]
fn a_done_case_stops_every_clock_and_a_reopened_one_starts_anew() {
    let case = Sample::new(COMPLAINT, "2026-03-10 09:15").step(Step::Withdrawn, "2026-03-11 10:00");
    assert_eq!(
        case.one("complaint").unwrap().stopped,
        Some(at("2026-03-11 10:00"))
    );
    let case = case.step(Step::Reopened, "2026-04-30 09:00");
    let clock = case.one("complaint").unwrap();
    assert_eq!(
        (clock.started, clock.stopped),
        (at("2026-04-30 09:00"), None)
    );
    case.due("complaint", "2026-05-08 18:00");
}

#[test]
fn a_step_out_of_order_counts_for_nothing() {
    let case =
        Sample::new(COMPLAINT, "2026-03-10 09:15").step(Step::CarriedOut, "2026-03-10 10:00");
    assert!(case.one("feedback").is_none());
    assert!(case.one("complaint").unwrap().runs());
}

#[test]
fn a_paused_clock_has_no_deadline_and_paused_days_do_not_count() {
    let case = Sample::new(COMPLAINT, "2026-03-10 09:15").step(Step::Paused, "2026-03-11 10:00");
    let clock = case.one("complaint").unwrap();
    assert_eq!(clock.paused_since, Some(at("2026-03-11 10:00")));
    assert!(clock.deadline.is_none() && !clock.runs() && !clock.may_extend);
    assert!(!clock.is_late(at("2027-01-01 00:00")));
    let case = case.step(Step::Resumed, "2026-03-13 11:00");
    // 11 and 12 March stood still at 18:00; 13, 16 and 17 March count.
    case.due("complaint", "2026-03-17 18:00");
    let spans = case.one("complaint").unwrap().deadline.unwrap().explanation;
    let paused: Vec<&str> = spans
        .iter()
        .filter(|span| span.kind == SpanKind::Paused)
        .map(|span| span.date.as_str())
        .collect();
    assert_eq!(paused, ["2026-03-11", "2026-03-12"]);
}

#[test]
fn a_pause_names_a_clock_or_means_all_that_pause() {
    let two = format!(
        "[{},{}]",
        text("a", r#""length":"24h""#),
        text("b", r#""length":"24h","pauses":false"#)
    );
    let case = Sample::new(&two, "2026-03-10 09:00")
        .step(Step::Paused, "2026-03-10 10:00")
        .step(Step::Resumed, "2026-03-10 12:30");
    case.due("a", "2026-03-11 11:30");
    case.due("b", "2026-03-11 09:00");
    let named = Sample::new(&two, "2026-03-10 09:00").with(
        Step::Paused,
        "2026-03-10 10:00",
        &[("clock", "other")],
    );
    named.due("a", "2026-03-11 09:00");
}

#[test]
fn an_extended_clock_runs_by_its_special_limit_from_its_own_start() {
    let case = Sample::new(COMPLAINT, "2026-03-10 09:15").with(
        Step::Extended,
        "2026-03-12 09:00",
        &[("clock", "complaint")],
    );
    let clock = case.one("complaint").unwrap();
    assert!(clock.extended && !clock.may_extend);
    assert_eq!(clock.length, "7wd");
    case.due("complaint", "2026-03-19 18:00");
}

#[test]
fn a_promise_holds_until_the_end_of_its_day_whatever_day_it_is() {
    let one = format!(
        "[{},{}]",
        text(
            "limit",
            r#""start":"assigned","length":"3wd","promise_holds":true"#
        ),
        text("promised", r#""length":"promised""#)
    );
    let case = Sample::new(&one, "2026-03-10 09:00").step(Step::Accepted, "2026-03-10 10:00");
    assert!(
        case.all().is_empty(),
        "nothing is promised and nothing assigned"
    );
    let mut case = case.with(
        Step::Assigned,
        "2026-03-10 11:00",
        &[("limit", "2026-03-15")],
    );
    case.due("limit", "2026-03-15 18:00");
    case.facts.promised = "2026-03-21".to_owned();
    case.due("promised", "2026-03-21 18:00");
    case.due("limit", "2026-03-15 18:00");
    let again = case.step(Step::Assigned, "2026-03-23 10:00");
    again.due("limit", "2026-03-21 18:00");
}

#[test]
fn a_major_case_starts_its_clock_when_it_is_classed() {
    let one = format!("[{}]", text("warning", r#""start":"major","length":"24h""#));
    let mut plain = Sample::new(&one, "2026-03-10 09:00");
    assert!(plain.one("warning").is_none());
    plain.facts.severity = "major".to_owned();
    plain.due("warning", "2026-03-11 09:00");
    let classed = plain.with(Step::Classed, "2026-03-10 15:00", &[("severity", "major")]);
    classed.due("warning", "2026-03-11 15:00");
    let lowered = classed.with(
        Step::Classed,
        "2026-03-10 16:00",
        &[("severity", "general")],
    );
    assert!(lowered.one("warning").is_none());
}

#[test]
fn a_clock_may_start_when_another_stops_or_on_the_day_of_a_field() {
    let three = format!(
        "[{},{},{}]",
        text("second", r#""start":"clock:first","length":"1wd""#),
        text("first", r#""length":"1wd","stops":["accepted"]"#),
        text(
            "objection",
            r#""start":"field:report_received_at","length":"10d","stops":["registered"]"#
        )
    );
    let mut case = Sample::new(&three, "2026-03-10 09:00");
    assert!(case.one("second").is_none() && case.one("objection").is_none());
    case.facts
        .dates
        .insert("report_received_at".to_owned(), "2026-02-27".to_owned());
    let objection = case.one("objection").unwrap();
    assert_eq!(objection.stopped, Some(at("2026-03-10 09:00")));
    assert_eq!(objection.due(), Some(at("2026-03-09 18:00")));
    assert!(objection.is_late(0), "a day too late");
    let case = case.step(Step::Accepted, "2026-03-12 09:00");
    case.due("second", "2026-03-13 18:00");
}

#[test]
fn clocks_in_a_ring_never_start() {
    let ring = format!(
        "[{},{}]",
        text(
            "a",
            r#""start":"clock:b","length":"1wd","stops":["accepted"]"#
        ),
        text(
            "b",
            r#""start":"clock:a","length":"1wd","stops":["accepted"]"#
        )
    );
    let case = Sample::new(&ring, "2026-03-10 09:00").step(Step::Accepted, "2026-03-12 09:00");
    assert!(case.all().is_empty());
}

#[test]
fn a_clock_runs_only_for_its_kind_severity_category_and_channel() {
    let one = format!(
        "[{}]",
        text(
            "c",
            r#""length":"1wd","kinds":["complaint"],"severities":["general"],"categories":["delivery"],"channels":["phone"]"#
        )
    );
    let mut case = Sample::new(&one, "2026-03-10 09:00");
    case.facts.category = "delivery".to_owned();
    case.facts.channel = "phone".to_owned();
    assert!(
        case.one("c").is_some(),
        "a case that says no severity is general"
    );
    for change in [
        |facts: &mut CaseFacts| facts.kind = "repair".to_owned(),
        |facts: &mut CaseFacts| facts.severity = "major".to_owned(),
        |facts: &mut CaseFacts| facts.category = "billing".to_owned(),
        |facts: &mut CaseFacts| facts.channel = "web".to_owned(),
    ] {
        let before = case.facts.clone();
        change(&mut case.facts);
        assert!(case.one("c").is_none(), "{:?}", case.facts);
        case.facts = before;
    }
}
