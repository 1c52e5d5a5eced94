//! What a decision without the signature of its person does in every fold: it is kept, marked, and changes nothing.

use huiyin_core::case::{CaseEvent, CaseState, Step, fold};
use huiyin_core::consequence::{self, PenaltyState};
use huiyin_core::contact::{self, ContactState};
use huiyin_core::file;
use huiyin_core::id::EventId;
use huiyin_core::signing::Signing;

fn event(id: u64, step: Step, after: &[u64], signing: Signing) -> CaseEvent {
    let at = 1_000 * i64::try_from(id).expect("small");
    let mut event = CaseEvent::new(EventId::from_u64(id), step, at, "李芳", "d1");
    event.after = after.iter().map(|id| EventId::from_u64(*id)).collect();
    event.signing = signing;
    event
}

const NOT_ASKED: Signing = Signing::NotAsked;
const MISSING: Signing = Signing::Missing;

#[test]
fn a_case_is_not_closed_by_it_even_where_its_past_has_not_come() {
    let mut events = vec![
        event(1, Step::Registered, &[], NOT_ASKED),
        event(2, Step::Accepted, &[1], NOT_ASKED),
        event(3, Step::Withdrawn, &[2], MISSING),
        event(4, Step::Withdrawn, &[99], MISSING),
    ];
    let summary = fold(&events);
    assert_eq!(summary.state, CaseState::Accepted);
    assert_eq!(summary.in_force().count(), 2);
    assert!(
        summary.clashes.is_empty(),
        "what does not count clashes with nothing"
    );
    assert!(summary.needs_check());
    events[2].signing = Signing::Signed;
    assert_eq!(fold(&events).state, CaseState::Withdrawn);
}

#[test]
fn of_two_events_of_one_id_the_signed_one_is_taken_whatever_came_first() {
    let signed = event(2, Step::Withdrawn, &[1], Signing::Signed);
    let mut forged = event(2, Step::Closed, &[], MISSING);
    forged.at = 0;
    let first = event(1, Step::Registered, &[], NOT_ASKED);
    for events in [
        [first.clone(), signed.clone(), forged.clone()],
        [forged, first, signed],
    ] {
        let summary = fold(&events);
        assert_eq!(summary.state, CaseState::Withdrawn);
        assert_eq!(summary.events.len(), 2);
    }
}

#[test]
fn what_follows_it_is_judged_as_if_it_had_not_been() {
    let events = [
        event(1, Step::Registered, &[], NOT_ASKED),
        event(2, Step::Withdrawn, &[1], MISSING),
        event(3, Step::Reopened, &[2], NOT_ASKED),
        event(4, Step::Accepted, &[2], NOT_ASKED),
    ];
    let summary = fold(&events);
    assert_eq!(summary.state, CaseState::Accepted);
    let odd = summary.events.iter().filter(|folded| folded.out_of_order);
    let odd: Vec<&str> = odd.map(|folded| folded.event.id.as_str()).collect();
    assert_eq!(odd, ["0000000000000002", "0000000000000003"]);
}

#[test]
fn a_penalty_is_not_in_force_and_a_visit_not_approved_by_it() {
    let mut proposed = event(1, Step::PenaltyProposed, &[], NOT_ASKED);
    proposed.amount = Some(20_000);
    let mut events = [
        proposed,
        event(2, Step::PenaltyHeard, &[1], NOT_ASKED),
        event(3, Step::PenaltyApproved, &[2], MISSING),
    ];
    let found = consequence::fold(&events);
    assert!(!found.state.is_some_and(PenaltyState::is_in_force));
    assert!(found.approved_by.is_empty() && found.events[2].out_of_order);
    events[2].signing = Signing::Signed;
    let found = consequence::fold(&events);
    assert!(found.state.is_some_and(PenaltyState::is_in_force));

    let mut events = [
        event(1, Step::Planned, &[], NOT_ASKED),
        event(2, Step::Submitted, &[1], NOT_ASKED),
        event(3, Step::Approved, &[2], MISSING),
    ];
    let found = contact::fold(&events);
    assert_eq!(found.state, Some(ContactState::Submitted));
    assert_eq!(found.approved_by, None);
    events[2].signing = Signing::Signed;
    assert_eq!(contact::fold(&events).state, Some(ContactState::Approved));
}

#[test]
fn a_class_and_a_signature_under_a_file_do_not_come_of_it() {
    let mut confirmed = event(2, Step::ClassConfirmed, &[1], MISSING);
    confirmed.data.insert("class".to_owned(), "A".to_owned());
    let mut events = [
        event(1, Step::Filed, &[], NOT_ASKED),
        confirmed,
        event(3, Step::FileApproved, &[1], MISSING),
    ];
    let found = file::fold(&events);
    assert_eq!(found.class, None);
    assert!(found.signatures.is_empty());
    for event in &mut events[1..] {
        event.signing = Signing::Signed;
    }
    let found = file::fold(&events);
    assert_eq!(found.class.map(|given| given.class).as_deref(), Some("A"));
    assert_eq!(found.signatures.len(), 1);
}
