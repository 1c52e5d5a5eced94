//! Penalties and rewards: their way, who decides, what a clause allows, and what happens apart.
//!
//! Long: one rule after another, each read alone.

use huiyin_core::case::{CaseEvent, Step};
use huiyin_core::case_data as data;
use huiyin_core::consequence::{
    Consequence, PenaltyContext, PenaltyError, PenaltyState, STEPS, allowed, check, fold,
    is_entitled, span, sums,
};
use huiyin_core::id::EventId;
use huiyin_core::pack::{Approvals, Clause, Pack};
use huiyin_core::staff::{Actor, Role};
use proptest::prelude::*;

const PERSON: &str = "王伟";

fn event(id: u64, step: Step, after: &[u64]) -> CaseEvent {
    let mut event = CaseEvent::new(EventId::from_u64(id), step, 1_000 * id as i64, "李芳", "d1");
    event.after = after.iter().map(|id| EventId::from_u64(*id)).collect();
    event.note.push_str("the customer was shouted at");
    event.reason = Some("as the witness says".to_owned());
    let mut set = |name: &str, value: &str| event.data.insert(name.to_owned(), value.to_owned());
    match step {
        Step::PenaltyProposed => {
            set(data::PERSON, PERSON);
            set(data::CLAUSE, "2");
            set(data::POINTS, "-5");
            event.amount = Some(20_000);
        }
        Step::PenaltyHeard | Step::PenaltyAppealed => {
            set(data::STATEMENT, "I was not there");
        }
        _ => {}
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

fn pack() -> Pack {
    Pack {
        approvals: Approvals {
            penalties: vec!["hr_manager".to_owned()],
            ..Approvals::default()
        },
        clauses: vec![
            Clause {
                id: "2".to_owned(),
                from_amount: 10_000,
                to_amount: 30_000,
                points: 5,
                doubles_from: 3,
                ..Clause::default()
            },
            Clause {
                id: "9".to_owned(),
                reward: true,
                from_amount: 5_000,
                to_amount: 50_000,
                ..Clause::default()
            },
        ],
        ..Pack::default()
    }
}

fn hr(name: &str) -> Actor {
    let mut actor = Actor::new(name, &[]);
    actor.posts.push("hr_manager".to_owned());
    actor
}

#[track_caller]
fn refused(
    consequence: &Consequence,
    actor: &Actor,
    event: &CaseEvent,
    expected: impl Fn(&PenaltyError) -> bool,
) {
    let pack = pack();
    let context = PenaltyContext {
        consequence,
        actor,
        pack: Some(&pack),
        nth: 1,
    };
    let error = check(&context, event).expect_err("the step is refused");
    assert!(expected(&error), "{error}");
    assert!(error.to_string().contains(": "), "says what to do: {error}");
}

#[track_caller]
fn taken(consequence: &Consequence, actor: &Actor, event: &CaseEvent) {
    let pack = pack();
    let context = PenaltyContext {
        consequence,
        actor,
        pack: Some(&pack),
        nth: 1,
    };
    assert_eq!(check(&context, event), Ok(()));
}

#[test]
fn a_penalty_is_in_force_only_once_heard_and_approved() {
    use Step::{PenaltyApproved, PenaltyHeard, PenaltyProposed, PenaltyPublished};
    let steps = [
        PenaltyProposed,
        PenaltyHeard,
        PenaltyApproved,
        PenaltyPublished,
    ];
    for count in 1..=steps.len() {
        let found = fold(&way(&steps[..count]));
        assert_eq!(found.is_in_force(), count >= 3, "{count} steps");
        assert_eq!(found.counted_amount(), if count >= 3 { 20_000 } else { 0 });
    }
    let found = fold(&way(&steps));
    assert!(found.published);
    assert_eq!(
        (found.person.as_str(), found.clause.as_str(), found.points),
        (PERSON, "2", 5)
    );
    assert_eq!(found.counted_points(), -5);
    let unheard = fold(&way(&[PenaltyProposed, PenaltyApproved]));
    assert_eq!(unheard.state, Some(PenaltyState::Proposed));
    assert!(unheard.events[1].out_of_order);
    let unpublished = fold(&way(&[PenaltyProposed, PenaltyPublished]));
    assert!(
        !unpublished.published,
        "what is not in force is not published"
    );
}

#[test]
fn an_appeal_rests_the_penalty_until_it_is_decided() {
    use Step::*;
    let before = [
        PenaltyProposed,
        PenaltyHeard,
        PenaltyApproved,
        PenaltyAppealed,
    ];
    let appealed = fold(&way(&before));
    assert_eq!(appealed.state, Some(PenaltyState::Appealed));
    assert!(!appealed.is_in_force());
    let with = |step| fold(&way(&[before.as_slice(), &[step]].concat()));
    assert!(with(PenaltyConfirmed).is_in_force());
    assert_eq!(with(PenaltyLifted).state, Some(PenaltyState::Lifted));
    assert_eq!(with(PenaltyApproved).state, Some(PenaltyState::Appealed));
}

#[test]
fn the_milder_of_two_decisions_made_apart_holds_and_one_act_settles_it() {
    use Step::*;
    let mut events = way(&[PenaltyProposed, PenaltyHeard, PenaltyApproved]);
    events.push(event(4, PenaltyRejected, &[2]));
    let apart = fold(&events);
    assert_eq!(apart.state, Some(PenaltyState::Rejected));
    assert_eq!(apart.contradiction, [3, 4].map(EventId::from_u64));
    assert_eq!(apart.rivals, [PenaltyApproved, PenaltyRejected]);
    events.push(event(5, PenaltyApproved, &[3, 4]));
    let settled = fold(&events);
    assert!(settled.is_in_force() && settled.contradiction.is_empty());
    events.pop();
    events.push(event(5, Noted, &[3, 4]));
    let noted = fold(&events);
    assert_eq!(
        (noted.state, noted.contradiction.len()),
        (Some(PenaltyState::Rejected), 0)
    );
}

#[test]
fn of_two_approvals_the_smaller_figures_hold_and_both_are_shown() {
    use Step::*;
    let mut events = way(&[PenaltyProposed, PenaltyHeard, PenaltyApproved]);
    let mut milder = event(4, PenaltyApproved, &[2]);
    milder.amount = Some(15_000);
    milder.data.insert(data::POINTS.to_owned(), "2".to_owned());
    events.push(milder);
    let found = fold(&events);
    assert_eq!((found.amount, found.points), (15_000, 2));
    assert_eq!(found.contradiction, [3, 4].map(EventId::from_u64));
}

#[test]
fn what_came_by_half_is_not_in_force() {
    let approved = event(3, Step::PenaltyApproved, &[2]);
    let found = fold(&[event(1, Step::PenaltyProposed, &[]), approved]);
    assert_eq!(found.state, Some(PenaltyState::Proposed));
}

#[test]
fn the_person_and_the_proposer_do_not_decide() {
    use Step::*;
    let heard = fold(&way(&[PenaltyProposed, PenaltyHeard]));
    let approve = event(9, PenaltyApproved, &[2]);
    taken(&heard, &hr("周静"), &approve);
    refused(&heard, &hr(PERSON), &approve, |error| {
        matches!(error, PenaltyError::OwnMatter { .. })
    });
    refused(&heard, &hr("李芳"), &approve, |error| {
        matches!(error, PenaltyError::OwnProposal { .. })
    });
    let manager = Actor::new("赵强", &[Role::StoreManager]);
    refused(
        &heard,
        &manager,
        &approve,
        |error| matches!(error, PenaltyError::NotYours { roles, .. } if roles == &["hr_manager"]),
    );
    let none = fold(&[]);
    refused(
        &none,
        &manager_named(PERSON),
        &event(1, PenaltyProposed, &[]),
        |error| matches!(error, PenaltyError::OwnMatter { .. }),
    );
    taken(&none, &manager, &event(1, PenaltyProposed, &[]));
    refused(
        &none,
        &Actor::new("小李", &[Role::Clerk]),
        &event(1, PenaltyProposed, &[]),
        |error| matches!(error, PenaltyError::NotYours { .. }),
    );
    let approved = fold(&way(&[PenaltyProposed, PenaltyHeard, PenaltyApproved]));
    taken(
        &approved,
        &Actor::new(PERSON, &[Role::Clerk]),
        &event(9, PenaltyAppealed, &[3]),
    );
}

fn manager_named(name: &str) -> Actor {
    Actor::new(name, &[Role::StoreManager])
}

#[test]
fn each_step_says_what_it_must() {
    use Step::*;
    let proposed = fold(&way(&[PenaltyProposed]));
    refused(
        &proposed,
        &hr("周静"),
        &event(9, PenaltyApproved, &[1]),
        |error| matches!(error, PenaltyError::NotHeard { person } if person == PERSON),
    );
    let mut silent = event(9, PenaltyHeard, &[1]);
    silent.data.clear();
    refused(&proposed, &hr("周静"), &silent, |error| {
        error.place() == Some(data::STATEMENT)
    });
    let mut unfounded = event(9, PenaltyRejected, &[1]);
    unfounded.reason = None;
    refused(&proposed, &hr("周静"), &unfounded, |error| {
        error.place() == Some("reason")
    });
    let mut long = event(9, PenaltyHeard, &[1]);
    long.data
        .insert(data::STATEMENT.to_owned(), "错".repeat(data::MAX_VALUE + 1));
    refused(&proposed, &hr("周静"), &long, |error| {
        matches!(
            error,
            PenaltyError::TooLong {
                characters: 20_001,
                ..
            }
        )
    });
    let none = fold(&[]);
    let mut nobody = event(1, PenaltyProposed, &[]);
    nobody.data.remove(data::PERSON);
    refused(&none, &hr("周静"), &nobody, |error| {
        error.place() == Some(data::PERSON)
    });
}

#[test]
fn money_stays_within_the_clause() {
    let none = fold(&[]);
    let with = |amount: Option<i64>, clause: &str, points: &str| {
        let mut event = event(1, Step::PenaltyProposed, &[]);
        event.amount = amount;
        event
            .data
            .insert(data::CLAUSE.to_owned(), clause.to_owned());
        event
            .data
            .insert(data::POINTS.to_owned(), points.to_owned());
        event
    };
    taken(&none, &hr("周静"), &with(Some(30_000), "2", "5"));
    taken(&none, &hr("周静"), &with(None, "2", ""));
    for amount in [0, -1, 9_999, 30_001, i64::MAX] {
        refused(
            &none,
            &hr("周静"),
            &with(Some(amount), "2", "5"),
            |error| {
                matches!(
                    error,
                    PenaltyError::OutsideSpan {
                        from: 10_000,
                        to: 30_000,
                        ..
                    }
                )
            },
        );
    }
    refused(&none, &hr("周静"), &with(None, "7", "5"), |error| {
        error.place() == Some(data::CLAUSE)
    });
    for points in ["five", "10001", "9999999999"] {
        refused(&none, &hr("周静"), &with(None, "2", points), |error| {
            error.place() == Some(data::POINTS)
        });
    }
    let clause = &pack().clauses[0];
    assert_eq!(span(clause, 2), (10_000, 30_000));
    assert_eq!(
        span(clause, 3),
        (20_000, 60_000),
        "the third in a month doubles"
    );
    assert_eq!(span(&pack().clauses[1], 9), (5_000, 50_000));
}

#[test]
fn who_may_see_what_concerns_others() {
    let pack = pack();
    assert!(is_entitled(&hr("周静"), Some(&pack)));
    assert!(is_entitled(&manager_named("赵强"), Some(&pack)));
    assert!(is_entitled(&Actor::new("钱", &[Role::Finance]), None));
    assert!(!is_entitled(
        &Actor::new("小李", &[Role::Clerk, Role::ServiceAgent]),
        Some(&pack)
    ));
}

#[test]
fn sums_count_what_is_in_force_by_person_and_month() {
    use Step::*;
    let approved = fold(&way(&[PenaltyProposed, PenaltyHeard, PenaltyApproved]));
    let proposed = fold(&way(&[PenaltyProposed]));
    let mut reward = approved.clone();
    (reward.reward, reward.amount, reward.points) = (true, 5_000, 3);
    let all = [
        ("2026-10", &approved),
        ("2026-11", &approved),
        ("2026-11", &reward),
        ("2026-11", &proposed),
    ];
    let found = sums(all.map(|(month, of)| (month.to_owned(), of)));
    let table: Vec<_> = found
        .iter()
        .map(|sum| (sum.month.as_str(), sum.amount, sum.points, sum.count))
        .collect();
    assert_eq!(
        table,
        [("2026-11", 15_000, -2, 2), ("2026-10", 20_000, -5, 1)]
    );
}

/// Returns graphs of up to 10 events of any step, each after some of the earlier ones.
fn any_graph() -> impl Strategy<Value = Vec<CaseEvent>> {
    let one = (
        0..=STEPS.len(),
        proptest::collection::vec(0u64..10, 0..3),
        any::<bool>(),
    );
    proptest::collection::vec(one, 1..10).prop_map(|parts| {
        let build = |(number, (step, after, chained)): (usize, (usize, Vec<u64>, bool))| {
            let number = number as u64;
            let before: Vec<u64> = if chained && number > 0 {
                vec![number - 1]
            } else {
                after.into_iter().filter(|id| *id < number).collect()
            };
            let step = STEPS.get(step).copied().unwrap_or(Step::Noted);
            let step = if number == 0 {
                Step::PenaltyProposed
            } else {
                step
            };
            event(number, step, &before)
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
        prop_assert_eq!(fold(&events).events.len(), events.len());
    }

    #[test]
    fn nothing_is_in_force_without_a_hearing_and_then_an_approval(events in any_graph()) {
        let found = fold(&events);
        let at = |step: Step| found.events.iter().position(|folded| !folded.out_of_order && folded.event.step == step);
        if found.is_in_force() {
            let (heard, approved) = (at(Step::PenaltyHeard), at(Step::PenaltyApproved));
            prop_assert!(heard.is_some() && approved.is_some() && heard < approved);
        } else {
            prop_assert_eq!((found.counted_amount(), found.counted_points()), (0, 0));
        }
    }

    #[test]
    fn one_who_saw_everything_settles_everything(events in any_graph()) {
        let before = fold(&events);
        let mut last = event(99, Step::Noted, &[]);
        last.after = before.heads;
        let after = fold(&[events.as_slice(), &[last]].concat());
        prop_assert_eq!((after.state, after.contradiction.len()), (before.state, 0));
    }

    #[test]
    fn every_step_offered_passes_the_check_and_no_other_step_of_its_place(events in any_graph()) {
        let found = fold(&events);
        let pack = pack();
        let actor = hr("周静");
        let context = PenaltyContext { consequence: &found, actor: &actor, pack: Some(&pack), nth: 1 };
        let offered = allowed(&context);
        for step in STEPS {
            prop_assert_eq!(check(&context, &event(90, *step, &[])).is_ok(), offered.contains(step), "{:?}", step);
        }
    }
}
