//! How events of a case become one state: the way, concurrency, clashes, odd graphs.
//!
//! Long: one graph after another, each read alone.

use huiyin_core::case::{CaseEvent, CaseState, ClashKind, Step, fold};
use huiyin_core::id::EventId;
use proptest::prelude::*;

/// Returns an event with the things its step must say.
fn event(id: u64, step: Step, after: &[u64]) -> CaseEvent {
    let mut event = CaseEvent::new(EventId::from_u64(id), step, 1_000 * id as i64, "李芳", "d1");
    event.after = after.iter().map(|id| EventId::from_u64(*id)).collect();
    if step == Step::Assigned {
        event.assignee = Some(format!("staff {id}"));
    }
    event
}

/// Returns events each after the one before, numbered from 1.
fn way(steps: &[Step]) -> Vec<CaseEvent> {
    let number = |(at, step): (usize, &Step)| {
        let before: Vec<u64> = (at > 0).then_some(at as u64).into_iter().collect();
        event(at as u64 + 1, *step, &before)
    };
    steps.iter().enumerate().map(number).collect()
}

fn ids(ids: &[u64]) -> Vec<EventId> {
    ids.iter().map(|id| EventId::from_u64(*id)).collect()
}

/// Checks the state, the events out of order and the clashes of a graph.
#[track_caller]
fn check(
    events: &[CaseEvent],
    state: CaseState,
    out_of_order: &[u64],
    clashes: &[(&[u64], ClashKind)],
) {
    let summary = fold(events);
    let odd: Vec<_> = summary
        .events
        .iter()
        .filter(|folded| folded.out_of_order)
        .map(|folded| folded.event.id.clone())
        .collect();
    let found: Vec<_> = summary
        .clashes
        .iter()
        .map(|clash| (clash.events.clone(), clash.kind))
        .collect();
    let expected: Vec<_> = clashes
        .iter()
        .map(|(events, kind)| (ids(events), *kind))
        .collect();
    assert_eq!(
        (summary.state, odd, found),
        (state, ids(out_of_order), expected)
    );
    assert_eq!(summary.events.len(), events.len(), "no event is lost");
    assert_eq!(
        summary.needs_check(),
        !(out_of_order.is_empty() && clashes.is_empty())
    );
}

const FULL_WAY: &[Step] = &[
    Step::Registered,
    Step::Accepted,
    Step::Assigned,
    Step::Investigated,
    Step::Proposed,
    Step::SentBack,
    Step::Proposed,
    Step::Approved,
    Step::CarriedOut,
    Step::Answered,
    Step::CalledBack,
    Step::Closed,
];

#[test]
fn the_whole_way_leads_to_closed() {
    check(&way(FULL_WAY), CaseState::Closed, &[], &[]);
    let summary = fold(&way(FULL_WAY));
    assert_eq!(summary.registered_at, Some(1_000));
    assert_eq!(summary.done_at, Some(12_000));
    assert_eq!(summary.step_at(Step::Proposed), Some(7_000));
    assert_eq!(summary.assignee.as_deref(), Some("staff 3"));
    assert_eq!(summary.heads, ids(&[12]));
}

#[test]
fn the_short_way_needs_no_plan() {
    use Step::{
        Accepted, Answered, Assigned, CalledBack, Closed, Investigated, Registered, Reopened,
    };
    let mut events = way(&[
        Registered,
        Accepted,
        Assigned,
        Investigated,
        Answered,
        CalledBack,
        Reopened,
        Investigated,
    ]);
    check(&events, CaseState::Investigated, &[], &[]);
    assert_eq!(fold(&events).reopened, 1);
    assert_eq!(fold(&events).done_at, None);
    events.extend([
        event(9, Answered, &[8]),
        event(10, CalledBack, &[9]),
        event(11, Closed, &[10]),
        event(12, Reopened, &[11]),
    ]);
    check(&events, CaseState::Reopened, &[], &[]);
    assert_eq!(fold(&events).reopened, 2);
}

#[test]
fn a_step_that_cannot_follow_is_kept_and_changes_nothing() {
    check(
        &way(&[Step::Registered, Step::Closed, Step::Accepted]),
        CaseState::Accepted,
        &[2],
        &[],
    );
    check(
        &way(&[Step::Registered, Step::Accepted, Step::Registered]),
        CaseState::Accepted,
        &[3],
        &[],
    );
    check(
        &way(&[Step::Registered, Step::Accepted, Step::Imported]),
        CaseState::Accepted,
        &[3],
        &[],
    );
    let mut odd = way(&[Step::Registered, Step::Assigned]);
    assert_eq!(
        fold(&odd).assignee,
        None,
        "what is out of order assigns nobody"
    );
    odd.push(event(3, Step::Noted, &[2]));
    check(&odd, CaseState::Registered, &[2], &[]);
}

#[test]
fn accepting_and_refusing_at_once_leaves_the_case_open_and_marked() {
    use Step::{Accepted, NotUpheld, Registered};
    let clash: &[(&[u64], _)] = &[(&[2, 3], ClashKind::Outcome)];
    check(
        &[
            event(1, Registered, &[]),
            event(2, Accepted, &[1]),
            event(3, NotUpheld, &[1]),
        ],
        CaseState::Accepted,
        &[],
        clash,
    );
    check(
        &[
            event(1, Registered, &[]),
            event(2, NotUpheld, &[1]),
            event(3, Accepted, &[1]),
        ],
        CaseState::Accepted,
        &[],
        clash,
    );
}

#[test]
fn an_event_after_both_settles_a_clash_either_way() {
    use Step::{Accepted, Assigned, NotUpheld, Noted, Registered};
    let both = [
        event(1, Registered, &[]),
        event(2, Accepted, &[1]),
        event(3, NotUpheld, &[1]),
    ];
    assert_eq!(fold(&both).rivals, [Accepted, NotUpheld]);
    let with = |last: CaseEvent| [both.as_slice(), &[last]].concat();
    check(
        &with(event(4, NotUpheld, &[2, 3])),
        CaseState::NotUpheld,
        &[],
        &[],
    );
    check(
        &with(event(4, Accepted, &[2, 3])),
        CaseState::Accepted,
        &[],
        &[],
    );
    check(
        &with(event(4, Assigned, &[2, 3])),
        CaseState::Assigned,
        &[],
        &[],
    );
    check(
        &with(event(4, Noted, &[2, 3])),
        CaseState::Accepted,
        &[],
        &[],
    );
    let one_side = with(event(4, Assigned, &[2]));
    check(
        &one_side,
        CaseState::Assigned,
        &[],
        &[(&[2, 3, 4], ClashKind::Outcome)],
    );
}

#[test]
fn a_clash_is_settled_by_one_who_saw_both_through_later_events() {
    use Step::{Accepted, Assigned, Investigated, NotUpheld, Noted, Registered};
    check(
        &[
            event(1, Registered, &[]),
            event(2, Accepted, &[1]),
            event(3, Assigned, &[2]),
            event(4, NotUpheld, &[1]),
            event(5, Noted, &[4]),
            event(6, Investigated, &[3, 5]),
        ],
        CaseState::Investigated,
        &[],
        &[],
    );
}

#[test]
fn it_does_not_matter_who_had_seen_both_sides_first() {
    use Step::{Accepted, NotUpheld, Noted, Registered, Withdrawn};
    // One device withdrew what it had accepted; another had seen acceptance and refusal together.
    let mut events = vec![
        event(1, Registered, &[]),
        event(2, Accepted, &[1]),
        event(3, Withdrawn, &[2]),
        event(4, NotUpheld, &[1]),
        event(5, Noted, &[2, 4]),
    ];
    let before = fold(&events);
    assert_eq!(before.state, CaseState::NotUpheld);
    events.push(event(6, Noted, &[4]));
    let after = fold(&events);
    assert_eq!((after.state, after.clashes), (before.state, before.clashes));
}

#[test]
fn two_assignments_and_two_closings_are_clashes_of_their_own() {
    use Step::{Accepted, Answered, Assigned, CalledBack, Closed, Investigated, Registered};
    let assigned = [
        event(1, Registered, &[]),
        event(2, Accepted, &[1]),
        event(3, Assigned, &[2]),
        event(4, Assigned, &[2]),
    ];
    check(
        &assigned,
        CaseState::Assigned,
        &[],
        &[(&[3, 4], ClashKind::Assignment)],
    );
    assert_eq!(
        fold(&assigned).assignee.as_deref(),
        Some("staff 4"),
        "the last in order holds until it is settled"
    );
    let mut closed = way(&[
        Registered,
        Accepted,
        Assigned,
        Investigated,
        Answered,
        CalledBack,
        Closed,
    ]);
    closed.push(event(8, Closed, &[6]));
    check(
        &closed,
        CaseState::Closed,
        &[],
        &[(&[7, 8], ClashKind::Repeated)],
    );
    assert_eq!(fold(&closed).done_at, Some(8_000));
}

#[test]
fn reopening_beats_closing_until_settled() {
    use Step::{
        Accepted, Answered, Assigned, CalledBack, Closed, Investigated, Registered, Reopened,
    };
    let mut events = way(&[
        Registered,
        Accepted,
        Assigned,
        Investigated,
        Answered,
        CalledBack,
        Reopened,
    ]);
    events.push(event(8, Closed, &[6]));
    check(
        &events,
        CaseState::Reopened,
        &[],
        &[(&[7, 8], ClashKind::Outcome)],
    );
    events.push(event(9, Closed, &[7, 8]));
    check(&events, CaseState::Closed, &[], &[]);
}

#[test]
fn a_note_beside_a_decision_is_no_clash_and_changes_nothing() {
    use Step::{Accepted, Noted, Registered};
    check(
        &[
            event(1, Registered, &[]),
            event(2, Accepted, &[1]),
            event(3, Noted, &[1]),
        ],
        CaseState::Accepted,
        &[],
        &[],
    );
    let mut closed = way(FULL_WAY);
    closed.push(event(13, Noted, &[3]));
    check(&closed, CaseState::Closed, &[], &[]);
    assert_eq!(fold(&closed).heads, ids(&[12, 13]));
}

#[test]
fn an_event_naming_unknown_events_still_applies() {
    check(
        &[
            event(1, Step::Registered, &[]),
            event(5, Step::Answered, &[4]),
        ],
        CaseState::Answered,
        &[],
        &[],
    );
    check(&[event(5, Step::Closed, &[4])], CaseState::Closed, &[], &[]);
}

#[test]
fn an_imported_case_has_the_state_it_came_with() {
    let mut imported = event(1, Step::Imported, &[]);
    imported.imported_state = Some("Closed with explanation".to_owned());
    check(&[imported.clone()], CaseState::Closed, &[], &[]);
    assert_eq!(fold(&[imported.clone()]).registered_at, Some(1_000));
    check(
        &[imported.clone(), event(2, Step::Reopened, &[1])],
        CaseState::Reopened,
        &[],
        &[],
    );
    imported.imported_state = Some("no such word".to_owned());
    check(&[imported], CaseState::Registered, &[], &[]);
}

#[test]
fn rings_repeats_and_twins_are_survived() {
    let ring = [
        event(1, Step::Registered, &[2]),
        event(2, Step::Accepted, &[1]),
        event(3, Step::Noted, &[3]),
    ];
    check(&ring, CaseState::Accepted, &[], &[]);
    let mut twin = event(1, Step::Registered, &[]);
    twin.by = "somebody else".to_owned();
    let one = [event(1, Step::Registered, &[]), twin.clone(), twin.clone()];
    let other = [
        twin.clone(),
        event(1, Step::Registered, &[]),
        event(1, Step::Registered, &[]),
    ];
    assert_eq!(fold(&one), fold(&other));
    assert_eq!(fold(&one).events.len(), 1);
    assert_eq!(fold(&[]).state, CaseState::Registered);
}

#[test]
fn ties_go_by_time_then_id() {
    use Step::{Accepted, Assigned, Registered};
    let mut early = event(9, Assigned, &[2]);
    early.at = 2_500;
    let events = [
        event(1, Registered, &[]),
        event(2, Accepted, &[1]),
        event(3, Assigned, &[2]),
        early,
    ];
    let order: Vec<_> = fold(&events)
        .events
        .iter()
        .map(|folded| folded.event.id.clone())
        .collect();
    assert_eq!(order, ids(&[1, 2, 9, 3]));
    assert_eq!(fold(&events).assignee.as_deref(), Some("staff 3"));
}

#[test]
fn a_case_with_thousands_of_events_folds() {
    let mut events = vec![event(1, Step::Registered, &[])];
    events.extend((2..2_000).map(|id| event(id, Step::Noted, &[id - 1])));
    events.extend((2_000..3_000).map(|id| event(id, Step::Accepted, &[1])));
    let summary = fold(&events);
    assert_eq!(
        (summary.state, summary.events.len(), summary.clashes.len()),
        (CaseState::Accepted, 2_999, 1)
    );
}

/// Returns graphs of up to 14 events, each after some of the earlier ones, some naming unknown ones.
fn any_graph() -> impl Strategy<Value = Vec<CaseEvent>> {
    let one = (
        0..Step::ALL.len(),
        proptest::collection::vec(0u64..14, 0..3),
        0i64..6,
        any::<bool>(),
    );
    proptest::collection::vec(one, 1..14).prop_map(|parts| {
        let build =
            |(number, (step, after, at, chained)): (usize, (usize, Vec<u64>, i64, bool))| {
                let number = number as u64;
                // Half of the events go on from the one before, so that long ways occur.
                let after: Vec<u64> = if chained && number > 0 {
                    vec![number - 1]
                } else {
                    after
                };
                let step = if number == 0 {
                    Step::Registered
                } else {
                    Step::ALL[step]
                };
                // Ids that do not sort like the order they were made in.
                let scatter = |id: u64| {
                    if id < number {
                        Some(id * 7 % 15)
                    } else {
                        (id > 11).then_some(id + 100)
                    }
                };
                let scattered: Vec<u64> = after.into_iter().filter_map(scatter).collect();
                let mut event = event(number * 7 % 15, step, &scattered);
                event.at = at;
                event
            };
        parts.into_iter().enumerate().map(build).collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(400) })]

    #[test]
    fn the_order_and_number_of_arrivals_do_not_matter(
        (events, shuffled) in any_graph().prop_flat_map(|events| (Just(events.clone()), Just([events.clone(), events].concat()).prop_shuffle()))
    ) {
        prop_assert_eq!(fold(&events), fold(&shuffled));
    }

    #[test]
    fn no_event_is_lost_and_each_comes_after_what_it_names(events in any_graph()) {
        let summary = fold(&events);
        prop_assert_eq!(summary.events.len(), events.len());
        for (at, folded) in summary.events.iter().enumerate() {
            for other in &summary.events[at + 1..] {
                prop_assert!(!folded.event.after.contains(&other.event.id));
            }
        }
    }

    #[test]
    fn one_who_saw_everything_settles_everything(events in any_graph()) {
        let before = fold(&events);
        let mut last = event(99, Step::Noted, &[]);
        last.after = before.heads;
        let after = fold(&[events.as_slice(), &[last]].concat());
        prop_assert_eq!(after.clashes, vec![]);
        prop_assert_eq!(after.state, before.state);
    }

    #[test]
    fn a_late_note_never_changes_the_state(events in any_graph(), pick in 0usize..14) {
        let named = events[pick % events.len()].id.clone();
        let mut note = event(98, Step::Noted, &[]);
        note.after = vec![named];
        let with = fold(&[events.as_slice(), &[note]].concat());
        let without = fold(&events);
        prop_assert_eq!((with.state, with.assignee, with.clashes), (without.state, without.assignee, without.clashes));
    }
}
