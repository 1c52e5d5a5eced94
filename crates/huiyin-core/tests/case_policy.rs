//! What a policy changes about a case: steps left out, signatures, recusal, clocks that stand still, actions, limits.
//!
//! Long, because every refusal of a step under a policy is tried here against one small policy.

use huiyin_core::actions::{ActionState, actions};
use huiyin_core::case::{
    CaseEvent, CaseState, CaseSummary, Mark, Step, StepContext, StepError, allowed, check, fold_in,
};
use huiyin_core::case_data as data;
use huiyin_core::id::EventId;
use huiyin_core::pack::clocks::ClockStatus;
use huiyin_core::pack::{
    ApprovalRule, Approvals, Approver, Choice, Clock, DecisionRights, KindRule, Pack, Place,
    StepField,
};
use huiyin_core::rules::{CannotExtend, MAX_AMOUNT, fits_way, needs};
use huiyin_core::staff::{Actor, Role};

const TODAY: &str = "2026-11-21";
const AGAINST: &str = "赵强";

fn choices(ids: &[&str]) -> Vec<Choice> {
    let choice = |id: &&str| Choice {
        id: (*id).to_owned(),
        ..Choice::default()
    };
    ids.iter().map(choice).collect()
}

fn approver(role: &str, place: Place) -> Approver {
    Approver {
        role: role.to_owned(),
        place,
    }
}

fn clock(name: &str, extends: &str) -> Clock {
    let text = format!(
        r#"{{"name":"{name}","text":{{"zh":"","en":""}},"length":"3wd","extends":"{extends}","stops":["closed"]}}"#
    );
    serde_json::from_str(&text).expect("a clock as packs are written")
}

/// A policy: a store manager approves up to 1,000 yuan, beyond that the general manager at head office too; inquiries
/// are answered and closed.
fn policy() -> Pack {
    Pack {
        id: "test".to_owned(),
        kinds: vec![
            KindRule {
                id: "complaint".to_owned(),
                ..KindRule::default()
            },
            KindRule {
                id: "inquiry".to_owned(),
                off: vec![
                    Step::Accepted,
                    Step::Assigned,
                    Step::Investigated,
                    Step::Proposed,
                    Step::CarriedOut,
                    Step::CalledBack,
                ],
                ..KindRule::default()
            },
        ],
        major: choices(&["press", "repeated"]),
        remedies: choices(&["refund", "repair"]),
        causes: choices(&["attitude"]),
        step_fields: vec![
            StepField {
                step: "investigated".to_owned(),
                id: data::COURSE.to_owned(),
                required: true,
                kinds: vec!["complaint".to_owned()],
                ..StepField::default()
            },
            StepField {
                step: "answered".to_owned(),
                id: "told".to_owned(),
                choices: choices(&["in_words", "in_writing"]),
                ..StepField::default()
            },
        ],
        clocks: vec![
            clock("close", ""),
            clock("special", "close"),
            clock("answer", ""),
        ],
        approvals: Approvals {
            rights: DecisionRights::Mixed,
            rules: vec![
                ApprovalRule {
                    to_amount: Some(100_000),
                    chain: vec![approver("store_manager", Place::Branch)],
                    ..ApprovalRule::default()
                },
                ApprovalRule {
                    chain: vec![
                        approver("store_manager", Place::Branch),
                        approver("general_manager", Place::HeadOffice),
                    ],
                    ..ApprovalRule::default()
                },
            ],
            extend: vec!["quality_lead".to_owned()],
            ..Approvals::default()
        },
        ..Pack::default()
    }
}

/// A case as it goes on: events by different people, each after everything before unless told otherwise.
#[derive(Clone)]
struct Story {
    pack: Pack,
    kind: &'static str,
    events: Vec<CaseEvent>,
}

impl Story {
    fn of(kind: &'static str) -> Self {
        Self {
            pack: policy(),
            kind,
            events: Vec::new(),
        }
    }

    fn summary(&self) -> CaseSummary {
        fold_in(&self.events, &self.pack.way(self.kind))
    }

    /// Returns the next event with what its step must say.
    fn next(&self, step: Step, by: &str) -> CaseEvent {
        let number = self.events.len() as u64 + 1;
        let at = 1_000 * number as i64;
        let mut event = CaseEvent::new(EventId::from_u64(number), step, at, by, "d1");
        let summary = self.summary();
        event.after = summary.heads;
        event.note.push_str("told the customer");
        event.reason = Some("as it should be".to_owned());
        event.satisfied = (step == Step::CalledBack).then_some(true);
        match step {
            Step::Assigned => event.assignee = Some("王伟".to_owned()),
            Step::Forwarded => event.to_branch = Some("BJ-2".to_owned()),
            Step::Investigated => event.conclusion = Some("seal broken".to_owned()),
            _ => {}
        }
        let mut set =
            |name: &str, value: &str| event.data.insert(name.to_owned(), value.to_owned());
        match step {
            Step::Investigated => {
                set(data::COURSE, "first this, then that");
            }
            Step::Endorsed | Step::Approved | Step::SentBack | Step::Delegated => {
                set(
                    data::OF,
                    &summary.proposal.unwrap_or(EventId::from_u64(0)).to_string(),
                );
                set(data::AS_ROLE, "store_manager");
            }
            Step::Classed => {
                set(data::SEVERITY, "major");
                set(data::CRITERIA, "press");
            }
            Step::Duplicate => {
                set(data::ORIGINAL, "ca.HQ.202611.0.9f3a0c1d2e4b5a6c");
            }
            Step::ActionPlanned => {
                set(data::ACTION, "a1");
                set(data::ACTION_KIND, "corrective");
                set(data::OWNER, "王伟");
                set(data::DUE, "2026-12-01");
            }
            Step::ActionDone => {
                set(data::ACTION, "a1");
            }
            Step::ActionVerified => {
                set(data::ACTION, "a1");
                set(data::GOOD, "yes");
            }
            Step::SpotChecked => {
                set(data::GOOD, "yes");
            }
            Step::Extended => {
                set(data::CLOCK, "close");
            }
            _ => {}
        }
        event
    }

    fn judge(&self, actor: &Actor, event: &CaseEvent) -> Result<(), StepError> {
        let summary = self.summary();
        let clocks = [status("close", false, true), status("answer", false, false)];
        check(&self.context(&summary, actor, &clocks), event)
    }

    fn context<'a>(
        &'a self,
        summary: &'a CaseSummary,
        actor: &'a Actor,
        clocks: &'a [ClockStatus],
    ) -> StepContext<'a> {
        StepContext {
            record: "ca.SH-1.202611.0.00000000000000aa",
            branch: "SH-1",
            against_person: Some(AGAINST),
            severity: "general",
            clocks,
            today: TODAY,
            ..StepContext::new(summary, actor).under(&self.pack, self.kind)
        }
    }

    /// Adds a step that must be allowed and in order.
    #[track_caller]
    fn take(&mut self, actor: &Actor, event: CaseEvent) {
        assert_eq!(self.judge(actor, &event), Ok(()), "{:?}", event.step);
        let (id, step) = (event.id.clone(), event.step);
        self.events.push(event);
        let summary = self.summary();
        let folded = summary.event(&id).expect("the event is kept");
        assert!(!folded.out_of_order, "{step:?} is allowed and in order");
    }

    #[track_caller]
    fn go(&mut self, actor: &Actor, steps: &[Step]) {
        for step in steps {
            self.take(actor, self.next(*step, &actor.name));
        }
    }

    #[track_caller]
    fn refused(&self, actor: &Actor, event: &CaseEvent) -> StepError {
        let error = self.judge(actor, event).expect_err("the step is refused");
        assert!(error.to_string().contains(": "), "says what to do: {error}");
        error
    }

    /// Goes on to a plan that grants `amount` cents.
    fn proposed(amount: i64) -> Self {
        let mut story = Self::of("complaint");
        story.go(
            &officer(),
            &[
                Step::Registered,
                Step::Accepted,
                Step::Assigned,
                Step::Investigated,
            ],
        );
        story.propose(amount);
        story
    }

    fn propose(&mut self, amount: i64) {
        let mut plan = self.next(Step::Proposed, "周静");
        plan.amount = Some(amount);
        plan.data
            .insert(data::REMEDY.to_owned(), "refund".to_owned());
        self.take(&officer(), plan);
    }
}

fn status(name: &str, extended: bool, may_extend: bool) -> ClockStatus {
    ClockStatus {
        name: name.to_owned(),
        started: 0,
        deadline: None,
        length: "3wd".to_owned(),
        stopped: None,
        paused_since: None,
        extended,
        may_extend,
    }
}

fn officer() -> Actor {
    Actor::new("周静", &[Role::ComplaintOfficer]).at("SH-1", false)
}

fn manager() -> Actor {
    Actor::new("陈经理", &[Role::StoreManager]).at("SH-1", false)
}

fn chief() -> Actor {
    Actor::new("林总", &[Role::GeneralManager]).at("HQ", true)
}

fn with(mut event: CaseEvent, name: &str, value: &str) -> CaseEvent {
    event.data.insert(name.to_owned(), value.to_owned());
    event
}

#[test]
fn an_inquiry_goes_past_the_steps_its_policy_leaves_out() {
    let mut story = Story::of("inquiry");
    story.go(&officer(), &[Step::Registered]);
    for left_out in [
        Step::Accepted,
        Step::Assigned,
        Step::Approved,
        Step::CalledBack,
    ] {
        let error = story.refused(&chief(), &story.next(left_out, "林总"));
        assert!(matches!(error, StepError::LeftOut { .. }), "{error}");
    }
    assert!(matches!(
        story.refused(&officer(), &story.next(Step::Closed, "周静")),
        StepError::NotNow { .. }
    ));
    story.go(
        &officer(),
        &[Step::Answered, Step::Closed, Step::Reopened, Step::Answered],
    );
    assert_eq!(story.summary().state, CaseState::Answered);
    assert!(!fits_way(&story.summary(), &story.pack.way("complaint")));
    assert!(fits_way(&story.summary(), &story.pack.way("inquiry")));
}

#[test]
fn a_step_taken_although_left_out_is_not_lost() {
    let mut story = Story::of("inquiry");
    story.go(&officer(), &[Step::Registered]);
    story.events.push(story.next(Step::Accepted, "周静"));
    story.go(&officer(), &[Step::Answered]);
    assert!(!story.summary().needs_check());
}

#[test]
fn without_approval_a_plan_is_carried_out_at_once() {
    let mut story = Story::of("complaint");
    story.pack.off = vec![Step::Approved];
    story.go(
        &officer(),
        &[
            Step::Registered,
            Step::Accepted,
            Step::Assigned,
            Step::Investigated,
            Step::Proposed,
        ],
    );
    assert!(!story.pack.way("complaint").has(Step::SentBack));
    story.go(
        &officer(),
        &[
            Step::CarriedOut,
            Step::Answered,
            Step::CalledBack,
            Step::Closed,
        ],
    );
    assert_eq!(story.summary().state, CaseState::Closed);
}

#[test]
fn signatures_are_given_in_turn_and_nobody_skips() {
    let mut story = Story::proposed(500_000);
    let as_chief = |event| with(event, data::AS_ROLE, "general_manager");
    let error = story.refused(&chief(), &as_chief(story.next(Step::Approved, "林总")));
    assert_eq!(
        error,
        StepError::NotYourTurn {
            role: "store_manager".to_owned(),
            place: "branch".to_owned()
        }
    );
    assert_eq!(
        story.refused(&manager(), &story.next(Step::Approved, "陈经理")),
        StepError::WrongSignature {
            step: Step::Approved,
            take: Step::Endorsed
        }
    );
    let elsewhere = manager().at("BJ-2", false);
    assert!(matches!(
        story.refused(&elsewhere, &story.next(Step::Endorsed, "陈经理")),
        StepError::NotYourTurn { .. }
    ));
    let unsigned = {
        let mut event = story.next(Step::Endorsed, "陈经理");
        event.data.remove(data::AS_ROLE);
        event
    };
    assert_eq!(
        story.refused(&manager(), &unsigned).place(),
        Some(data::AS_ROLE)
    );
    story.go(&manager(), &[Step::Endorsed]);
    assert!(matches!(
        story.refused(&manager(), &as_chief(story.next(Step::Approved, "陈经理"))),
        StepError::NotYourTurn { .. }
    ));
    assert!(matches!(
        story.refused(
            &chief().at("SH-1", false),
            &as_chief(story.next(Step::Approved, "林总"))
        ),
        StepError::NotYourTurn { .. }
    ));
    assert!(matches!(
        story.refused(&officer(), &story.next(Step::CarriedOut, "周静")),
        StepError::NotNow { .. }
    ));
    story.take(&chief(), as_chief(story.next(Step::Approved, "林总")));
    let summary = story.summary();
    let nobody = officer();
    let proposal = story
        .context(&summary, &nobody, &[])
        .proposal()
        .expect("there is a plan");
    let signed: Vec<_> = proposal
        .signed
        .iter()
        .map(|of| (of.role.as_str(), of.by.as_str()))
        .collect();
    assert_eq!(
        signed,
        [("store_manager", "陈经理"), ("general_manager", "林总")]
    );
    assert!(proposal.is_signed() && !proposal.waits && !proposal.stale_approval);
    story.go(&officer(), &[Step::CarriedOut]);
}

#[test]
fn one_signature_is_enough_for_a_small_amount() {
    let mut story = Story::proposed(100_000);
    story.go(&manager(), &[Step::Approved]);
    assert_eq!(story.summary().state, CaseState::Approved);
    let larger = Story::proposed(100_001);
    assert!(matches!(
        larger.refused(&manager(), &larger.next(Step::Approved, "陈经理")),
        StepError::WrongSignature { .. }
    ));
}

#[test]
fn an_approval_names_the_plan_that_was_seen() {
    let mut story = Story::proposed(50_000);
    let seen = story.next(Step::Approved, "陈经理");
    story.propose(90_000);
    let late = with(
        story.next(Step::Approved, "陈经理"),
        data::OF,
        seen.datum(data::OF),
    );
    assert!(matches!(
        story.refused(&manager(), &late),
        StepError::OtherPlan { .. }
    ));
    let mut blind = story.next(Step::Approved, "陈经理");
    blind.data.remove(data::OF);
    assert_eq!(story.refused(&manager(), &blind).place(), Some(data::OF));
    story.go(&manager(), &[Step::Approved]);
    story.propose(95_000);
    assert_eq!(
        story.summary().state,
        CaseState::Proposed,
        "a revised plan needs approval again"
    );
}

#[test]
fn an_approval_made_beside_a_revised_plan_is_marked_and_does_not_cover_it() {
    let mut story = Story::proposed(50_000);
    let mut approval = story.next(Step::Approved, "陈经理");
    (approval.id, approval.device) = (EventId::from_u64(77), "phone".to_owned());
    approval.at += 60_000;
    let of = EventId::parse(approval.datum(data::OF)).expect("it names a plan");
    story.propose(90_000);
    let latest = story.summary().proposal.expect("there is a plan");
    story.events.push(approval);
    let summary = story.summary();
    assert_eq!(summary.state, CaseState::Proposed);
    assert_eq!(
        summary.marks(AGAINST),
        [Mark::StaleApproval {
            event: EventId::from_u64(77),
            of,
            latest
        }]
    );
    assert!(matches!(
        story.refused(&officer(), &story.next(Step::CarriedOut, "周静")),
        StepError::NotNow { .. }
    ));
    story.go(&manager(), &[Step::Approved]);
    assert_eq!(
        (story.summary().marks(AGAINST), story.summary().clashes),
        (vec![], vec![])
    );
    story.go(&officer(), &[Step::CarriedOut]);
}

#[test]
fn two_approvals_made_apart_are_shown_until_someone_has_seen_both() {
    let mut story = Story::proposed(50_000);
    let mut other = story.next(Step::Approved, "副店长");
    other.id = EventId::from_u64(88);
    story.go(&manager(), &[Step::Approved]);
    let first = story.events.last().expect("just added").id.clone();
    story.events.push(other);
    let events = vec![first, EventId::from_u64(88)];
    assert_eq!(story.summary().state, CaseState::Approved);
    assert_eq!(story.summary().marks(""), [Mark::TwoApprovals { events }]);
    story.go(&officer(), &[Step::CarriedOut]);
    assert_eq!(story.summary().marks(""), []);
}

#[test]
fn an_approver_lets_someone_else_sign_once_in_that_role() {
    let mut story = Story::proposed(50_000);
    let clerk = Actor::new("小李", &[Role::Clerk]).at("SH-1", false);
    let to = |name: &str| with(story.next(Step::Delegated, "陈经理"), data::TO, name);
    assert_eq!(
        story.refused(&manager(), &to("陈经理")),
        StepError::ToOneself
    );
    assert!(matches!(
        story.refused(&manager(), &to(AGAINST)),
        StepError::Recused { .. }
    ));
    assert!(matches!(
        story.refused(&clerk, &to("小王")),
        StepError::NotYourTurn { .. }
    ));
    assert_eq!(story.refused(&manager(), &to(" ")).place(), Some(data::TO));
    let given = to("小李");
    story.take(&manager(), given);
    let mut further = with(story.next(Step::Delegated, "小李"), data::TO, "小王");
    further.by = "小李".to_owned();
    assert!(matches!(
        story.refused(&clerk, &further),
        StepError::NotYourTurn { .. }
    ));
    story.go(&clerk, &[Step::Approved]);
    assert_eq!(story.summary().state, CaseState::Approved);
}

#[test]
fn whose_turn_it_is_may_send_a_plan_back() {
    let mut story = Story::proposed(500_000);
    assert!(matches!(
        story.refused(&chief(), &story.next(Step::SentBack, "林总")),
        StepError::NotYourTurn { .. }
    ));
    story.go(&manager(), &[Step::SentBack]);
    assert_eq!(story.summary().state, CaseState::SentBack);
    assert!(matches!(
        story.refused(&manager(), &story.next(Step::Approved, "陈经理")),
        StepError::NotNow { .. }
    ));
}

#[test]
fn decision_rights_say_where_approvers_sit() {
    #[track_caller]
    fn places(rights: DecisionRights, expected: [Place; 2]) {
        let mut story = Story::proposed(500_000);
        story.pack.approvals.rights = rights;
        let summary = story.summary();
        let actor = officer();
        let chain = story
            .context(&summary, &actor, &[])
            .proposal()
            .expect("there is a plan")
            .chain;
        assert_eq!(
            chain.iter().map(|of| of.place).collect::<Vec<_>>(),
            expected
        );
    }
    places(DecisionRights::Mixed, [Place::Branch, Place::HeadOffice]);
    places(DecisionRights::Centralised, [Place::HeadOffice; 2]);
    places(DecisionRights::Decentralised, [Place::Branch; 2]);
}

#[test]
fn the_first_rule_that_fits_decides() {
    let rule = |fill: fn(&mut ApprovalRule), role: &str| {
        let mut rule = ApprovalRule {
            chain: vec![approver(role, Place::Anywhere)],
            ..ApprovalRule::default()
        };
        fill(&mut rule);
        rule
    };
    let mut story = Story::proposed(50_000);
    story.pack.approvals.rules = vec![
        rule(|rule| rule.kinds = vec!["repair".to_owned()], "kind"),
        rule(
            |rule| rule.severities = vec!["major".to_owned()],
            "severity",
        ),
        rule(
            |rule| rule.categories = vec!["billing".to_owned()],
            "category",
        ),
        rule(|rule| rule.remedies = vec!["repair".to_owned()], "remedy"),
        rule(|rule| rule.from_amount = 50_001, "large"),
        rule(
            |rule| rule.severities = vec!["general".to_owned()],
            "general",
        ),
    ];
    let who = |kind: &str, severity: &str, category: &str| {
        let summary = story.summary();
        let found = huiyin_core::pack::approval::proposal(
            Some(&story.pack),
            kind,
            severity,
            category,
            &summary,
        );
        found.expect("there is a plan").chain[0].role.clone()
    };
    assert_eq!(who("repair", "major", ""), "kind");
    assert_eq!(who("complaint", "major", "billing"), "severity");
    assert_eq!(who("complaint", "general", "billing"), "category");
    assert_eq!(who("complaint", "general", ""), "general");
    assert_eq!(
        who("complaint", "", ""),
        "general",
        "not classed counts as general"
    );
    assert_eq!(
        who("complaint", "important", ""),
        "",
        "no rule fits: any approver"
    );
}

#[test]
fn a_plan_that_grew_past_its_signatures_is_not_carried_out() {
    let mut story = Story::proposed(50_000);
    story.go(&manager(), &[Step::Approved]);
    // The company's matrix is of the case's version; the severity may still rise.
    story.pack.approvals.rules[0].to_amount = Some(10_000);
    assert!(matches!(
        story.refused(&officer(), &story.next(Step::CarriedOut, "周静")),
        StepError::NotApproved { .. }
    ));
    story.go(&officer(), &[Step::Proposed]);
}

#[test]
fn the_person_complained_about_is_kept_out_and_marked_where_it_happened_apart() {
    let mut story = Story::of("complaint");
    story.go(&officer(), &[Step::Registered, Step::Accepted]);
    let person = Actor::new(AGAINST, &[Role::StoreManager]).at("SH-1", false);
    let summary = story.summary();
    assert_eq!(allowed(&story.context(&summary, &person, &[])), []);
    assert!(matches!(
        story.refused(&person, &story.next(Step::Noted, AGAINST)),
        StepError::Recused { .. }
    ));
    let mut plan = story.next(Step::ActionPlanned, "周静");
    plan.data.insert(data::OWNER.to_owned(), AGAINST.to_owned());
    assert!(matches!(
        story.refused(&officer(), &plan),
        StepError::Recused { .. }
    ));
    // A device that did not know of it yet assigned the person.
    let mut assigned = story.next(Step::Assigned, "林总");
    assigned.assignee = Some(AGAINST.to_owned());
    let id = assigned.id.clone();
    story.events.push(assigned);
    let mark = |event: EventId| Mark::Recused {
        name: AGAINST.to_owned(),
        event,
    };
    assert_eq!(story.summary().marks(AGAINST), [mark(id.clone())]);
    let mut looked_at = story.clone();
    let note = with(
        looked_at.next(Step::Noted, "周静"),
        data::OF,
        &id.to_string(),
    );
    looked_at.take(&officer(), note);
    assert_eq!(
        looked_at.summary().marks(AGAINST),
        [mark(id)],
        "a note does not take the case from the person"
    );
    assert_eq!(story.summary().marks(""), []);
    let investigated = story.next(Step::Investigated, AGAINST);
    let second = investigated.id.clone();
    story.events.push(investigated);
    story.go(&officer(), &[Step::Assigned]);
    assert_eq!(story.summary().marks(AGAINST), [mark(second.clone())]);
    let mut by_another = story.clone();
    by_another.go(&officer(), &[Step::Investigated]);
    assert_eq!(by_another.summary().marks(AGAINST), []);
    story.take(
        &officer(),
        with(
            story.next(Step::Noted, "周静"),
            data::OF,
            &second.to_string(),
        ),
    );
    assert_eq!(story.summary().marks(AGAINST), []);
}

#[test]
fn clocks_are_paused_and_resumed_with_a_reason_and_once() {
    let mut story = Story::of("complaint");
    story.go(&officer(), &[Step::Registered, Step::Accepted]);
    assert_eq!(
        story.refused(&officer(), &story.next(Step::Resumed, "周静")),
        StepError::NotPaused
    );
    let mut silent = story.next(Step::Paused, "周静");
    silent.reason = None;
    assert_eq!(story.refused(&officer(), &silent).place(), Some("reason"));
    story.go(&officer(), &[Step::Paused]);
    assert!(story.summary().paused);
    assert_eq!(
        story.refused(&officer(), &story.next(Step::Paused, "周静")),
        StepError::AlreadyPaused
    );
    story.go(&officer(), &[Step::Resumed]);
    assert!(!story.summary().paused);
    let one = with(story.next(Step::Paused, "周静"), data::CLOCK, "close");
    story.take(&officer(), one);
    let other = with(story.next(Step::Resumed, "周静"), data::CLOCK, "answer");
    assert_eq!(story.refused(&officer(), &other), StepError::NotPaused);
    story.go(&officer(), &[Step::Withdrawn]);
    assert!(
        !story.summary().paused,
        "nothing stands still in a case that is done"
    );
    story.go(&officer(), &[Step::Reopened]);
    assert!(
        !story.summary().paused,
        "a new round begins without the old pause"
    );
}

#[test]
fn a_clock_is_extended_once_to_its_special_limit_by_those_who_may() {
    let mut story = Story::of("complaint");
    story.go(&officer(), &[Step::Registered, Step::Accepted]);
    let lead = Actor::new("质量", &[Role::QualityLead]).at("SH-1", false);
    let extend = story.next(Step::Extended, "质量");
    assert_eq!(
        story.refused(&manager(), &extend),
        StepError::NotYoursByPolicy {
            step: Step::Extended,
            roles: vec!["quality_lead".to_owned()]
        }
    );
    let summary = story.summary();
    let judge = |clocks: &[ClockStatus], event: &CaseEvent| {
        check(&story.context(&summary, &lead, clocks), event)
    };
    let cannot = |clock: &str, why| {
        Err(StepError::CannotExtend {
            clock: clock.to_owned(),
            why,
        })
    };
    let running = [status("close", false, true), status("answer", false, false)];
    assert_eq!(judge(&running, &extend), Ok(()));
    let answer = with(extend.clone(), data::CLOCK, "answer");
    assert_eq!(
        judge(&running, &answer),
        cannot("answer", CannotExtend::NoSpecialLimit)
    );
    let extended = [status("close", true, false)];
    assert_eq!(
        judge(&extended, &extend),
        cannot("close", CannotExtend::Extended)
    );
    let stopped = [status("close", false, false)];
    assert_eq!(
        judge(&stopped, &extend),
        cannot("close", CannotExtend::NotRunning)
    );
    assert_eq!(
        judge(&[], &extend),
        cannot("close", CannotExtend::NotRunning)
    );
    let mut silent = extend.clone();
    silent.reason = Some(" ".to_owned());
    assert_eq!(
        judge(&running, &silent).unwrap_err().place(),
        Some("reason")
    );
    story.take(&lead, extend);
    story.events.push(story.next(Step::Extended, "质量"));
    let summary = story.summary();
    assert!(summary.events.last().expect("just added").out_of_order);
}

#[test]
fn actions_are_planned_done_and_verified_by_someone_else() {
    let mut story = Story::of("complaint");
    story.go(&officer(), &[Step::Registered]);
    for (name, value, place) in [
        (data::ACTION_KIND, "magic", data::ACTION_KIND),
        (data::DUE, "2026-11-20", data::DUE),
        (data::DUE, "2026-02-30", data::DUE),
        (data::DUE, "soon", data::DUE),
        (data::OWNER, "", data::OWNER),
    ] {
        let bad = with(story.next(Step::ActionPlanned, "周静"), name, value);
        assert_eq!(
            story.refused(&officer(), &bad).place(),
            Some(place),
            "{value:?}"
        );
    }
    let done = |story: &Story| story.next(Step::ActionDone, "王伟");
    let owner = Actor::new("王伟", &[Role::Clerk]).at("SH-1", false);
    assert!(matches!(
        story.refused(&owner, &done(&story)),
        StepError::NotNow { .. }
    ));
    story.go(&officer(), &[Step::ActionPlanned]);
    let twice = story.next(Step::ActionPlanned, "周静");
    assert!(matches!(
        story.refused(&officer(), &twice),
        StepError::UnknownAction { .. }
    ));
    let unknown = with(done(&story), data::ACTION, "a9");
    assert!(matches!(
        story.refused(&officer(), &unknown),
        StepError::UnknownAction { .. }
    ));
    let stranger = Actor::new("路人", &[Role::Clerk]);
    assert!(matches!(
        story.refused(&stranger, &done(&story)),
        StepError::NotYours { .. }
    ));
    let action = &actions(&story.summary())[0];
    assert!(action.is_overdue("2026-12-02") && !action.is_overdue("2026-12-01"));
    story.go(&owner, &[Step::ActionDone]);
    let own = Actor::new("王伟", &[Role::StoreManager]);
    assert_eq!(
        story.refused(&own, &story.next(Step::ActionVerified, "王伟")),
        StepError::OwnWork {
            name: "王伟".to_owned()
        }
    );
    let bad = with(story.next(Step::ActionVerified, "陈经理"), data::GOOD, "no");
    let mut wordless = bad.clone();
    wordless.note.clear();
    assert_eq!(story.refused(&manager(), &wordless).place(), Some("note"));
    story.take(&manager(), bad);
    let found = actions(&story.summary());
    assert_eq!((found[0].state, found[0].rejected), (ActionState::Open, 1));
    story.go(&owner, &[Step::ActionDone]);
    story.go(&manager(), &[Step::ActionVerified]);
    let found = actions(&story.summary());
    assert_eq!(
        (found[0].state, found[0].verified_by.as_str()),
        (ActionState::Verified, "陈经理")
    );
    assert!(!found[0].is_overdue("2099-01-01"));
}

#[test]
fn a_case_is_classed_major_by_what_the_policy_lists() {
    let mut story = Story::of("complaint");
    story.go(&officer(), &[Step::Registered]);
    let classed = |name: &str, value: &str| with(story.next(Step::Classed, "周静"), name, value);
    assert_eq!(
        story
            .refused(&officer(), &classed(data::CRITERIA, ""))
            .place(),
        Some(data::CRITERIA)
    );
    for (name, value) in [
        (data::CRITERIA, "press, weather"),
        (data::SEVERITY, "terrible"),
    ] {
        let error = story.refused(&officer(), &classed(name, value));
        assert!(matches!(error, StepError::UnknownChoice { .. }), "{error}");
    }
    let both = classed(data::CRITERIA, "press, repeated");
    let at = both.at;
    story.take(&officer(), both);
    let summary = story.summary();
    assert_eq!(
        (summary.severity.as_deref(), summary.classed_major_at),
        (Some("major"), Some(at))
    );
    let mut lighter = with(story.next(Step::Classed, "周静"), data::SEVERITY, "general");
    lighter.data.remove(data::CRITERIA);
    story.take(&officer(), lighter);
    assert_eq!(story.summary().severity.as_deref(), Some("general"));
}

#[test]
fn what_the_policy_asks_of_a_step_is_asked() {
    let mut story = Story::of("complaint");
    story.go(
        &officer(),
        &[Step::Registered, Step::Accepted, Step::Assigned],
    );
    let mut bare = story.next(Step::Investigated, "周静");
    bare.data.clear();
    assert_eq!(story.refused(&officer(), &bare).place(), Some(data::COURSE));
    assert_eq!(
        needs(Step::Investigated, Some(&story.pack), "complaint"),
        ["conclusion", "course"]
    );
    assert_eq!(
        needs(Step::Investigated, Some(&story.pack), "inquiry"),
        ["conclusion"]
    );
    assert_eq!(needs(Step::Investigated, None, ""), ["conclusion"]);
    let odd = with(
        story.next(Step::Investigated, "周静"),
        data::CAUSE_ID,
        "weather",
    );
    assert_eq!(
        story.refused(&officer(), &odd).place(),
        Some(data::CAUSE_ID)
    );
    story.go(&officer(), &[Step::Investigated]);
    let sung = with(story.next(Step::Answered, "周静"), "told", "in_song");
    assert_eq!(story.refused(&officer(), &sung).place(), Some("told"));
    let remedy = with(story.next(Step::Proposed, "周静"), data::REMEDY, "a car");
    assert_eq!(
        story.refused(&officer(), &remedy).place(),
        Some(data::REMEDY)
    );
}

#[test]
fn figures_texts_and_dates_have_limits() {
    let mut story = Story::of("complaint");
    story.go(&officer(), &[Step::Registered, Step::Accepted]);
    let assigned = || story.next(Step::Assigned, "周静");
    let mut large = assigned();
    large.amount = Some(MAX_AMOUNT + 1);
    let error = story.refused(&officer(), &large);
    assert!(error.to_string().contains("too many digits"), "{error}");
    large.amount = Some(MAX_AMOUNT);
    assert_eq!(story.judge(&officer(), &large), Ok(()));
    let mut long = assigned();
    long.note = "字".repeat(100_000);
    assert_eq!(
        story.refused(&officer(), &long),
        StepError::TooLong {
            name: "note".to_owned(),
            characters: 100_000
        }
    );
    long.note = "字".repeat(data::MAX_VALUE);
    assert_eq!(story.judge(&officer(), &long), Ok(()));
    let odd = with(assigned(), &"n".repeat(41), "x");
    assert!(matches!(
        story.refused(&officer(), &odd),
        StepError::UnknownChoice { .. }
    ));
    let mut many = assigned();
    many.data = (0..=data::MAX_ENTRIES)
        .map(|number| (format!("n{number}"), String::new()))
        .collect();
    assert!(matches!(
        story.refused(&officer(), &many),
        StepError::TooManyEntries { entries: 41 }
    ));
    for (limit, fits) in [
        ("2026-11-21", true),
        ("2026-11-20", false),
        ("21.11.2026", false),
    ] {
        let event = with(assigned(), data::LIMIT, limit);
        assert_eq!(story.judge(&officer(), &event).is_ok(), fits, "{limit}");
    }
    let mut early = assigned();
    early.at = 999;
    assert_eq!(story.refused(&officer(), &early).place(), Some("at"));
}

#[test]
fn a_duplicate_names_another_case() {
    let mut story = Story::of("complaint");
    story.go(&officer(), &[Step::Registered]);
    let of = |id: &str| with(story.next(Step::Duplicate, "周静"), data::ORIGINAL, id);
    for bad in ["", "the other one", "ca.SH-1.202611.0.00000000000000aa"] {
        assert_eq!(
            story.refused(&officer(), &of(bad)).place(),
            Some(data::ORIGINAL),
            "{bad}"
        );
    }
    story.go(&officer(), &[Step::Duplicate]);
}

#[test]
fn a_forwarded_case_goes_elsewhere_or_ends_with_the_other_branch() {
    let mut story = Story::of("complaint");
    story.go(
        &officer(),
        &[
            Step::Registered,
            Step::Forwarded,
            Step::Forwarded,
            Step::Closed,
        ],
    );
    assert_eq!(story.summary().state, CaseState::Closed);
    let mut here = Story::of("complaint");
    here.go(&officer(), &[Step::Registered, Step::Accepted]);
    let summary = here.summary();
    let actor = officer();
    let returned = here.next(Step::Returned, "周静");
    let context = here.context(&summary, &actor, &[]);
    assert!(matches!(
        check(&context, &returned),
        Err(StepError::NotNow { .. })
    ));
    let continuation = StepContext {
        continuation: true,
        ..context
    };
    assert_eq!(check(&continuation, &returned), Ok(()));
    assert!(allowed(&continuation).contains(&Step::Returned));
}

#[test]
fn a_closed_case_is_spot_checked() {
    let mut story = Story::of("inquiry");
    story.go(&officer(), &[Step::Registered, Step::Answered]);
    assert!(matches!(
        story.refused(&manager(), &story.next(Step::SpotChecked, "陈经理")),
        StepError::NotNow { .. }
    ));
    story.go(&officer(), &[Step::Closed]);
    assert!(matches!(
        story.refused(&officer(), &story.next(Step::SpotChecked, "周静")),
        StepError::NotYours { .. }
    ));
    story.go(&manager(), &[Step::SpotChecked]);
    assert_eq!(story.summary().state, CaseState::Closed);
}

#[test]
fn nothing_is_signed_before_the_policy_has_come() {
    let mut story = Story::proposed(50_000);
    let summary = story.summary();
    let boss = Actor::new("林总", Role::ALL);
    let context = StepContext {
        pack_missing: true,
        ..StepContext::new(&summary, &boss)
    };
    let approve = story.next(Step::Approved, "林总");
    assert_eq!(
        check(&context, &approve),
        Err(StepError::PolicyMissing {
            step: Step::Approved
        })
    );
    assert!(!allowed(&context).contains(&Step::Approved));
    assert!(allowed(&StepContext::new(&summary, &boss)).contains(&Step::Approved));
    story.go(&manager(), &[Step::Approved]);
}

#[test]
fn every_step_offered_is_allowed_and_every_other_is_refused() {
    let mut stories = vec![Story::proposed(50_000), Story::proposed(500_000)];
    let mut inquiry = Story::of("inquiry");
    inquiry.go(&officer(), &[Step::Registered]);
    stories.push(inquiry.clone());
    inquiry.go(&officer(), &[Step::Paused, Step::ActionPlanned]);
    stories.push(inquiry.clone());
    inquiry.go(
        &officer(),
        &[Step::ActionDone, Step::Answered, Step::Closed],
    );
    stories.push(inquiry);
    for story in &stories {
        for actor in [
            officer(),
            manager(),
            chief(),
            Actor::new("王伟", &[Role::Clerk]),
        ] {
            let summary = story.summary();
            let clocks = [status("close", false, summary.state.is_open())];
            let context = story.context(&summary, &actor, &clocks);
            let offered = allowed(&context);
            for step in Step::ALL {
                let mut event = story.next(*step, &actor.name);
                if *step == Step::Delegated {
                    event.data.insert(data::TO.to_owned(), "小李".to_owned());
                }
                if *step == Step::ActionPlanned {
                    event.data.insert(data::ACTION.to_owned(), "a2".to_owned());
                }
                let judged = check(&context, &event);
                assert_eq!(
                    judged.is_ok(),
                    offered.contains(step),
                    "{step:?} by {} in {:?}: {judged:?}",
                    actor.name,
                    summary.state
                );
            }
        }
    }
}
