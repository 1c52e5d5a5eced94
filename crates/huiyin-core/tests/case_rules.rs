//! Who may do what next, and what a step must say.
//!
//! Long: one rule after another, each read alone.

use huiyin_core::case::{
    CaseEvent, CaseState, CaseSummary, RequiredData, Step, StepError, allowed_steps, check_step,
    fold, who_may,
};
use huiyin_core::id::EventId;
use huiyin_core::staff::{Actor, Role};

/// Returns an event that says everything any step must say.
fn full(step: Step) -> CaseEvent {
    let mut event = CaseEvent::new(
        EventId::from_u64(step as u64 + 100),
        step,
        50_000,
        "周静",
        "d1",
    );
    event.note.push_str("told the customer");
    event.reason = Some("not ours".to_owned());
    event.assignee = Some("王伟".to_owned());
    event.to_branch = Some("BJ-2".to_owned());
    event.conclusion = Some("seal broken".to_owned());
    event.satisfied = Some(true);
    event.imported_state = Some("closed".to_owned());
    event
}

/// Returns the case after these steps, each after the one before.
fn after(steps: &[Step]) -> CaseSummary {
    let mut events: Vec<CaseEvent> = Vec::new();
    for (at, step) in steps.iter().enumerate() {
        let mut event = full(*step);
        event.id = EventId::from_u64(at as u64 + 1);
        event.at = 1_000 * (at as i64 + 1);
        event.after = events
            .last()
            .map(|before| before.id.clone())
            .into_iter()
            .collect();
        events.push(event);
    }
    let summary = fold(&events);
    assert!(!summary.needs_check(), "the way is in order: {steps:?}");
    summary
}

fn chief() -> Actor {
    Actor::new("周静", &[Role::GeneralManager])
}

/// Checks which steps the general manager is offered in a state, besides those for every open case.
#[track_caller]
fn check_next(steps: &[Step], state: CaseState, next: &[Step]) {
    let summary = after(steps);
    assert_eq!(summary.state, state);
    let everywhere: &[Step] = if state.is_open() {
        &[
            Step::Withdrawn,
            Step::Duplicate,
            Step::Malicious,
            Step::Noted,
        ]
    } else {
        &[Step::Noted]
    };
    assert_eq!(
        allowed_steps(&summary, &chief()),
        [next, everywhere].concat()
    );
    for step in Step::ALL {
        let offered = next.contains(step) || everywhere.contains(step);
        let checked = check_step(&summary, &full(*step), &chief(), None);
        assert_eq!(checked.is_ok(), offered, "{step:?}: {checked:?}");
    }
}

#[test]
fn every_state_offers_the_steps_of_the_way() {
    use Step::*;
    let way = [
        Registered,
        Accepted,
        Assigned,
        Investigated,
        Proposed,
        Approved,
        CarriedOut,
        Answered,
        CalledBack,
        Closed,
        Archived,
    ];
    check_next(
        &way[..1],
        CaseState::Registered,
        &[Accepted, NotUpheld, Forwarded],
    );
    check_next(&way[..2], CaseState::Accepted, &[Forwarded, Assigned]);
    check_next(&way[..3], CaseState::Assigned, &[Assigned, Investigated]);
    check_next(
        &way[..4],
        CaseState::Investigated,
        &[Assigned, Proposed, Answered],
    );
    check_next(
        &way[..5],
        CaseState::Proposed,
        &[Proposed, Approved, SentBack],
    );
    check_next(&way[..6], CaseState::Approved, &[Proposed, CarriedOut]);
    check_next(&way[..7], CaseState::CarriedOut, &[Answered]);
    check_next(&way[..8], CaseState::Answered, &[CalledBack]);
    check_next(&way[..9], CaseState::CalledBack, &[Closed, Reopened]);
    check_next(&way[..10], CaseState::Closed, &[Reopened, Archived]);
    check_next(&way, CaseState::Archived, &[]);
    check_next(
        &[Registered, NotUpheld],
        CaseState::NotUpheld,
        &[Reopened, Archived],
    );
    check_next(
        &[Registered, Forwarded],
        CaseState::Forwarded,
        &[Accepted, NotUpheld, Forwarded, Assigned, Closed],
    );
    check_next(
        &[
            Registered,
            Accepted,
            Assigned,
            Investigated,
            Proposed,
            SentBack,
        ],
        CaseState::SentBack,
        &[Assigned, Investigated, Proposed],
    );
    check_next(&[Registered, Withdrawn], CaseState::Withdrawn, &[Reopened]);
    check_next(
        &[Registered, Duplicate, Reopened],
        CaseState::Reopened,
        &[Assigned, Investigated],
    );
    check_next(&[Registered, Malicious], CaseState::Malicious, &[Reopened]);
}

#[test]
fn an_empty_case_can_only_be_registered_or_imported() {
    let empty = fold(&[]);
    let clerk = Actor::new("小李", &[Role::Clerk]);
    assert_eq!(allowed_steps(&empty, &clerk), [Step::Registered]);
    assert_eq!(
        check_step(&empty, &full(Step::Registered), &clerk, None),
        Ok(())
    );
    assert_eq!(
        check_step(&empty, &full(Step::Imported), &chief(), None),
        Ok(())
    );
    assert!(matches!(
        check_step(&empty, &full(Step::Accepted), &chief(), None),
        Err(StepError::NotNow { .. })
    ));
    assert_eq!(allowed_steps(&empty, &Actor::new("guest", &[])), []);
}

#[test]
fn a_step_out_of_its_place_names_what_may_follow() {
    let error = check_step(
        &after(&[Step::Registered]),
        &full(Step::Closed),
        &chief(),
        None,
    )
    .unwrap_err();
    assert_eq!(
        error.to_string(),
        "a case that is registered cannot be closed: next may be accepted, not_upheld, forwarded, withdrawn, duplicate, malicious, noted"
    );
}

#[test]
fn roles_limit_the_steps() {
    #[track_caller]
    fn check(role: Role, step: Step, may: bool) {
        assert_eq!(who_may(step).contains(&role), may, "{role:?} {step:?}");
    }
    check(Role::Clerk, Step::Registered, true);
    check(Role::Clerk, Step::Noted, true);
    check(Role::Clerk, Step::Accepted, false);
    check(Role::ServiceAgent, Step::Accepted, true);
    check(Role::ServiceAgent, Step::CalledBack, true);
    check(Role::ServiceAgent, Step::Closed, false);
    check(Role::ServiceAgent, Step::Approved, false);
    check(Role::DepartmentManager, Step::Approved, true);
    check(Role::Finance, Step::Assigned, false);
    check(Role::RecordsKeeper, Step::Archived, true);
    for step in Step::ALL {
        check(Role::Administrator, *step, true);
        check(Role::GeneralManager, *step, true);
    }
    let clerk = Actor::new("小李", &[Role::Clerk]);
    let error = check_step(
        &after(&[Step::Registered]),
        &full(Step::Malicious),
        &clerk,
        None,
    )
    .unwrap_err();
    assert!(
        matches!(
            &error,
            StepError::NotYours {
                step: Step::Malicious,
                ..
            }
        ),
        "{error}"
    );
    assert!(
        error.to_string().contains("ask one of complaint_officer"),
        "{error}"
    );
}

#[test]
fn the_assignee_works_on_the_case_whatever_the_role() {
    let assigned = after(&[Step::Registered, Step::Accepted, Step::Assigned]);
    let worker = Actor::new(" 王伟", &[Role::Clerk]);
    assert_eq!(
        allowed_steps(&assigned, &worker),
        [Step::Investigated, Step::Noted]
    );
    assert_eq!(
        allowed_steps(&assigned, &Actor::new("小李", &[Role::Clerk])),
        [Step::Noted]
    );
    assert_eq!(
        check_step(&assigned, &full(Step::Investigated), &worker, None),
        Ok(())
    );
}

#[test]
fn each_step_says_what_it_must() {
    #[track_caller]
    fn check(before: &[Step], step: Step, strip: fn(&mut CaseEvent), what: RequiredData) {
        let mut event = full(step);
        strip(&mut event);
        let error = check_step(&after(before), &event, &chief(), None).unwrap_err();
        assert_eq!(error, StepError::Missing { step, what });
        assert!(error.to_string().ends_with("fill it in"), "{error}");
    }
    use Step::*;
    let way = [
        Registered,
        Accepted,
        Assigned,
        Investigated,
        Answered,
        CalledBack,
    ];
    let no_reason: fn(&mut CaseEvent) = |event| event.reason = Some("  ".to_owned());
    check(&way[..1], NotUpheld, no_reason, RequiredData::Reason);
    check(&way[..1], Withdrawn, no_reason, RequiredData::Reason);
    check(&way[..1], Malicious, no_reason, RequiredData::Reason);
    check(&way, Reopened, no_reason, RequiredData::Reason);
    check(
        &[Registered, Accepted, Assigned, Investigated, Proposed],
        SentBack,
        no_reason,
        RequiredData::Reason,
    );
    check(
        &way[..2],
        Assigned,
        |event| event.assignee = None,
        RequiredData::AssigneeOrDepartment,
    );
    check(
        &way[..1],
        Forwarded,
        |event| event.to_branch = None,
        RequiredData::ToBranch,
    );
    check(
        &way[..3],
        Investigated,
        |event| event.conclusion = None,
        RequiredData::Conclusion,
    );
    check(
        &way[..4],
        Answered,
        |event| event.note.clear(),
        RequiredData::Note,
    );
    check(
        &way[..1],
        Noted,
        |event| event.note.clear(),
        RequiredData::Note,
    );
    check(
        &way[..5],
        CalledBack,
        |event| event.satisfied = None,
        RequiredData::Satisfied,
    );
    check(
        &[],
        Imported,
        |event| event.imported_state = None,
        RequiredData::ImportedState,
    );
    let mut to_department = full(Assigned);
    (to_department.assignee, to_department.department) = (None, Some("售后部".to_owned()));
    assert_eq!(
        check_step(&after(&way[..2]), &to_department, &chief(), None),
        Ok(())
    );
}

#[test]
fn the_person_complained_about_takes_no_part() {
    let accepted = after(&[Step::Registered, Step::Accepted]);
    let recused = |name: &str| {
        Err(StepError::Recused {
            name: name.to_owned(),
        })
    };
    assert_eq!(
        check_step(&accepted, &full(Step::Assigned), &chief(), Some("王伟 ")),
        recused("王伟")
    );
    assert_eq!(
        check_step(&accepted, &full(Step::Assigned), &chief(), Some("周静")),
        recused("周静")
    );
    assert_eq!(
        check_step(&accepted, &full(Step::Assigned), &chief(), Some("赵强")),
        Ok(())
    );
    assert_eq!(
        check_step(&accepted, &full(Step::Assigned), &chief(), Some("")),
        Ok(())
    );
    assert_eq!(
        check_step(&accepted, &full(Step::Noted), &chief(), Some("周静")),
        recused("周静")
    );
    let mut registered = full(Step::Registered);
    registered.assignee = None;
    assert_eq!(
        check_step(&fold(&[]), &registered, &chief(), Some("周静")),
        Ok(())
    );
}

#[test]
fn dates_scores_and_amounts_are_checked() {
    let accepted = after(&[Step::Registered, Step::Accepted]);
    let mut event = full(Step::Assigned);
    event.at = 999;
    let error = check_step(&accepted, &event, &chief(), None).unwrap_err();
    assert_eq!(
        error,
        StepError::BeforeCase {
            at: 999,
            registered_at: 1_000
        }
    );
    event.at = 1_000;
    assert_eq!(check_step(&accepted, &event, &chief(), None), Ok(()));
    event.amount = Some(-1);
    assert_eq!(
        check_step(&accepted, &event, &chief(), None),
        Err(StepError::Amount { amount: -1 })
    );
    (event.amount, event.score) = (Some(0), Some(11));
    assert_eq!(
        check_step(&accepted, &event, &chief(), None),
        Err(StepError::Score { score: 11 })
    );
}

#[test]
fn an_unsatisfied_customer_is_not_closed_away() {
    use Step::*;
    let mut events: Vec<CaseEvent> = after(&[
        Registered,
        Accepted,
        Assigned,
        Investigated,
        Answered,
        CalledBack,
    ])
    .events
    .into_iter()
    .map(|folded| folded.event)
    .collect();
    events[5].satisfied = Some(false);
    let summary = fold(&events);
    assert_eq!(
        check_step(&summary, &full(Closed), &chief(), None),
        Err(StepError::NotSatisfied)
    );
    assert!(!allowed_steps(&summary, &chief()).contains(&Closed));
    assert_eq!(
        check_step(&summary, &full(Reopened), &chief(), None),
        Ok(())
    );
}

#[test]
fn either_side_of_a_clash_may_be_chosen() {
    let mut events = vec![
        full(Step::Registered),
        full(Step::Accepted),
        full(Step::NotUpheld),
    ];
    events[1].after = vec![events[0].id.clone()];
    events[2].after = vec![events[0].id.clone()];
    let summary = fold(&events);
    assert_eq!(summary.clashes.len(), 1);
    for step in [Step::Accepted, Step::NotUpheld] {
        assert!(allowed_steps(&summary, &chief()).contains(&step));
        assert_eq!(check_step(&summary, &full(step), &chief(), None), Ok(()));
    }
}
