//! Up to four devices act on one case while apart, each only as it may in its own view, and meet now and then.
//!
//! Whatever happens: the same state everywhere, no event lost, nothing forbidden, and what contradicts itself is shown
//! and settled by one further act.
//!
//! Long: the model of devices apart and the properties it must keep.

use std::collections::{BTreeMap, BTreeSet};

use huiyin_core::case::{
    CaseEvent, CaseState, CaseSummary, ClashKind, Mark, Step, StepContext, allowed, check, fold_in,
};
use huiyin_core::case_data as data;
use huiyin_core::id::EventId;
use huiyin_core::pack::{
    ApprovalRule, Approvals, Approver, Choice, DecisionRights, KindRule, Pack, Place,
};
use huiyin_core::staff::{Actor, Role};
use huiyin_core::text::same_name;
use proptest::prelude::*;
use proptest::strategy::ValueTree;

const DEVICES: usize = 4;
/// Works on device 2, and may turn out to be the person complained about.
const SUSPECT: &str = "赵强";
const KINDS: [&str; 2] = ["complaint", "inquiry"];

fn policy() -> Pack {
    let approver = |role: &str, place| Approver {
        role: role.to_owned(),
        place,
    };
    Pack {
        id: "test".to_owned(),
        kinds: vec![KindRule {
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
        }],
        remedies: vec![Choice {
            id: "refund".to_owned(),
            ..Choice::default()
        }],
        approvals: Approvals {
            rights: DecisionRights::Mixed,
            rules: vec![
                ApprovalRule {
                    to_amount: Some(100),
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
            ..Approvals::default()
        },
        ..Pack::default()
    }
}

/// The person at each device: two of the store, one manager who may be complained about, head office.
fn person(device: usize) -> Actor {
    match device {
        0 => Actor::new("周静", &[Role::ComplaintOfficer, Role::StoreManager]).at("SH-1", false),
        1 => Actor::new("陈经理", &[Role::StoreManager, Role::RecordsKeeper]).at("SH-1", false),
        2 => Actor::new(SUSPECT, &[Role::StoreManager]).at("SH-1", false),
        _ => Actor::new("林总", &[Role::GeneralManager]).at("HQ", true),
    }
}

#[derive(Debug, Clone, Copy)]
enum Op {
    /// A device takes one of the steps it is offered, with a variant of what to say.
    Act(usize, u8, u8),
    /// A device hears all or the first part of what another knows.
    Hear(usize, usize, bool),
    /// A device writes down against whom the complaint is.
    Accuse(usize),
}

/// What a device knows.
#[derive(Clone, Default)]
struct Device {
    events: Vec<CaseEvent>,
    against: &'static str,
}

#[derive(Clone)]
struct World {
    pack: Pack,
    kind: &'static str,
    devices: Vec<Device>,
    made: u64,
    /// What each author saw, by event.
    views: BTreeMap<EventId, Vec<CaseEvent>>,
}

impl World {
    fn new(kind: &'static str, devices: usize) -> Self {
        let mut world = Self {
            pack: policy(),
            kind,
            devices: vec![Device::default(); devices],
            made: 0,
            views: BTreeMap::new(),
        };
        world.act(0, 0, 0);
        let known = world.devices[0].events.clone();
        for device in &mut world.devices {
            device.events.clone_from(&known);
        }
        world
    }

    fn fold(&self, events: &[CaseEvent]) -> CaseSummary {
        fold_in(events, &self.pack.way(self.kind))
    }

    fn context<'a>(&'a self, summary: &'a CaseSummary, actor: &'a Actor) -> StepContext<'a> {
        StepContext {
            branch: "SH-1",
            severity: "general",
            today: "2026-11-21",
            ..StepContext::new(summary, actor).under(&self.pack, self.kind)
        }
    }

    /// Device 0 goes this far along the way of a complaint, and everyone hears of it.
    fn begun(mut self, steps: &[Step]) -> Self {
        for step in steps.iter().filter(|_| self.kind == KINDS[0]) {
            let actor = person(0);
            let summary = self.fold(&self.devices[0].events);
            let event = self.event(&self.context(&summary, &actor), *step, 1);
            self.made += 1;
            self.devices[0].events.push(event);
        }
        let known = self.devices[0].events.clone();
        for device in &mut self.devices {
            device.events.clone_from(&known);
        }
        self
    }

    fn run(&mut self, ops: &[Op]) {
        for op in ops {
            match *op {
                Op::Act(device, pick, say) => self.act(device % self.devices.len(), pick, say),
                Op::Hear(device, from, all) => {
                    let (device, from) = (device % self.devices.len(), from % self.devices.len());
                    self.hear(device, from, all);
                }
                Op::Accuse(device) => {
                    let device = device % self.devices.len();
                    self.devices[device].against = SUSPECT;
                }
            }
        }
    }

    fn hear(&mut self, device: usize, from: usize, all: bool) {
        let known = self.fold(&self.devices[from].events).events;
        // The first part of an order in which each event comes after what it names lacks nothing.
        let count = if all {
            known.len()
        } else {
            known.len().div_ceil(2)
        };
        if all && !self.devices[from].against.is_empty() {
            self.devices[device].against = self.devices[from].against;
        }
        let heard: BTreeSet<EventId> = self.devices[device]
            .events
            .iter()
            .map(|event| event.id.clone())
            .collect();
        let news = known
            .into_iter()
            .take(count)
            .map(|folded| folded.event)
            .filter(|event| !heard.contains(&event.id));
        self.devices[device].events.extend(news);
    }

    fn act(&mut self, device: usize, pick: u8, say: u8) {
        let actor = person(device);
        let known = self.devices[device].events.clone();
        let against = self.devices[device].against;
        let summary = self.fold(&known);
        let context = StepContext {
            against_person: Some(against),
            ..self.context(&summary, &actor)
        };
        let offered = allowed(&context);
        if offered.is_empty() {
            return;
        }
        // Mostly on along the way, so that long ways occur; every offered step now and then.
        let leads_on = |step: &&Step| {
            (step.is_deciding() || **step == Step::Endorsed)
                && !matches!(
                    step,
                    Step::Withdrawn | Step::Duplicate | Step::Malicious | Step::NotUpheld
                )
        };
        let forward: Vec<Step> = offered.iter().filter(leads_on).copied().collect();
        let among = if pick < 200 && !forward.is_empty() {
            forward
        } else {
            offered
        };
        let step = among[usize::from(pick) % among.len()];
        let event = self.event(&context, step, say);
        let judged = check(&context, &event);
        if matches!(step, Step::Assigned | Step::Delegated) && judged.is_err() {
            // Given to the person complained about: refused where that is known.
            assert_eq!(against, SUSPECT, "{judged:?}");
            return;
        }
        assert_eq!(judged, Ok(()), "{step:?} was offered to {}", actor.name);
        self.made += 1;
        self.views.insert(event.id.clone(), known);
        self.devices[device].events.push(event);
    }

    /// Returns the event of a step with all it must say; `say` varies what may be said.
    fn event(&self, context: &StepContext<'_>, step: Step, say: u8) -> CaseEvent {
        let summary = context.summary;
        // Ids that do not sort in the order they were made.
        let id = EventId::from_u64((self.made + 1).reverse_bits() | (self.made + 1));
        let latest = summary.events.iter().map(|folded| folded.event.at).max();
        let at = latest.unwrap_or(0) + 1 + i64::from(say % 3);
        let mut event = CaseEvent::new(id, step, at, &context.actor.name, "d");
        event.after.clone_from(&summary.heads);
        event.note.push_str("as told");
        event.reason = Some("for a reason".to_owned());
        event.satisfied = (step == Step::CalledBack).then_some(say.is_multiple_of(2));
        let mut set =
            |name: &str, value: &str| event.data.insert(name.to_owned(), value.to_owned());
        match step {
            Step::Assigned => {
                event.assignee = Some(
                    if say.is_multiple_of(3) {
                        SUSPECT
                    } else {
                        "周静"
                    }
                    .to_owned(),
                );
            }
            Step::Forwarded => event.to_branch = Some("BJ-2".to_owned()),
            Step::Investigated => event.conclusion = Some("ours".to_owned()),
            Step::Proposed => event.amount = Some(if say.is_multiple_of(2) { 50 } else { 500 }),
            Step::Endorsed | Step::Approved | Step::SentBack | Step::Delegated => {
                let proposal = context
                    .proposal()
                    .expect("signatures are offered for a plan");
                set(data::OF, &proposal.event.to_string());
                set(data::AS_ROLE, &proposal.next().expect("one is wanted").role);
                if step == Step::Delegated {
                    let others = if context.actor.is_named("陈经理") {
                        ["周静", SUSPECT]
                    } else {
                        ["陈经理", SUSPECT]
                    };
                    let fits = |name: &&&str| !context.actor.is_named(name);
                    let to: Vec<&&str> = others.iter().filter(fits).collect();
                    set(data::TO, to[usize::from(say) % to.len()]);
                }
            }
            Step::Classed => {
                set(
                    data::SEVERITY,
                    ["general", "important", "major"][usize::from(say % 3)],
                );
            }
            Step::Duplicate => {
                set(data::ORIGINAL, "ca.HQ.202611.0.9f3a0c1d2e4b5a6c");
            }
            Step::ActionPlanned => {
                set(data::ACTION, &format!("a{}", self.made));
                set(data::ACTION_KIND, "corrective");
                set(data::OWNER, "周静");
                set(data::DUE, "2026-12-01");
            }
            Step::ActionDone | Step::ActionVerified => {
                let wanted = if step == Step::ActionDone {
                    "open"
                } else {
                    "done"
                };
                let action = huiyin_core::actions::actions(summary)
                    .into_iter()
                    .find(|action| {
                        action.state.name() == wanted
                            && (step == Step::ActionDone || action.may_verify(&context.actor.name))
                    })
                    .expect("the step is offered for an action");
                set(data::ACTION, &action.id);
                set(data::GOOD, ["yes", "no"][usize::from(say % 2)]);
            }
            Step::SpotChecked => {
                set(data::GOOD, "yes");
            }
            _ => {}
        }
        event
    }

    fn everything(&self) -> Vec<CaseEvent> {
        let all: BTreeMap<EventId, CaseEvent> = self
            .devices
            .iter()
            .flat_map(|device| &device.events)
            .map(|event| (event.id.clone(), event.clone()))
            .collect();
        all.into_values().collect()
    }
}

fn any_ops() -> impl Strategy<Value = Vec<Op>> {
    let op = prop_oneof![
        6 => (0..DEVICES, any::<u8>(), any::<u8>()).prop_map(|(device, pick, say)| Op::Act(device, pick, say)),
        3 => (0..DEVICES, 0..DEVICES, any::<bool>()).prop_map(|(to, from, all)| Op::Hear(to, from, all)),
        1 => (0..DEVICES).prop_map(Op::Accuse),
    ];
    proptest::collection::vec(op, 4..40)
}

fn any_world() -> impl Strategy<Value = World> {
    const WAY: &[Step] = &[
        Step::Accepted,
        Step::Assigned,
        Step::Investigated,
        Step::Proposed,
        Step::Endorsed,
    ];
    let kind = prop_oneof![4 => Just(KINDS[0]), 1 => Just(KINDS[1])];
    let begun = 0..=WAY.len();
    (kind, 2..=DEVICES, begun, any_ops()).prop_map(|(kind, devices, begun, ops)| {
        let mut world = World::new(kind, devices).begun(&WAY[..begun]);
        world.run(&ops);
        world
    })
}

impl std::fmt::Debug for World {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "{} with {} devices", self.kind, self.devices.len())?;
        for event in self.everything() {
            writeln!(
                f,
                "{} {} by {} at {} after {:?} {:?}",
                event.id,
                event.step.name(),
                event.by,
                event.at,
                event
                    .after
                    .iter()
                    .map(ToString::to_string)
                    .collect::<Vec<_>>(),
                event.data
            )?;
        }
        Ok(())
    }
}

/// Returns whether the author of `later` had seen `earlier`, by following what events name.
fn has_seen(all: &[CaseEvent], later: &CaseEvent, earlier: &EventId) -> bool {
    let mut met: BTreeSet<&EventId> = later.after.iter().collect();
    loop {
        let further: Vec<&EventId> = all
            .iter()
            .filter(|event| met.contains(&event.id))
            .flat_map(|event| &event.after)
            .filter(|id| !met.contains(id))
            .collect();
        if further.is_empty() {
            return met.contains(earlier);
        }
        met.extend(further);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(200) })]

    #[test]
    fn every_device_that_has_everything_sees_the_same_case(
        (world, order) in any_world().prop_flat_map(|world| {
            let all = world.everything();
            (Just(world), Just(all).prop_shuffle())
        })
    ) {
        let all = world.everything();
        let summary = world.fold(&all);
        prop_assert_eq!(&world.fold(&order), &summary);
        prop_assert_eq!(summary.events.len(), all.len(), "no event is lost");
        let twice = [order.as_slice(), &all].concat();
        prop_assert_eq!(&world.fold(&twice), &summary);
        prop_assert_eq!(world.fold(&order).marks(SUSPECT), summary.marks(SUSPECT));
    }

    #[test]
    fn what_a_person_was_allowed_to_do_is_in_force_for_everyone(world in any_world()) {
        let summary = world.fold(&world.everything());
        for folded in &summary.events {
            prop_assert!(!folded.out_of_order, "{:?} by {}", folded.event.step, folded.event.by);
        }
    }

    #[test]
    fn forbidden_states_are_never_reached(world in any_world()) {
        let all = world.everything();
        let summary = world.fold(&all);
        for event in summary.in_force() {
            let Some(seen) = world.views.get(&event.id) else { continue };
            let seen = world.fold(seen);
            if seen.rivals.contains(&event.step) {
                // It was done already by somebody and is only taken again, to settle a contradiction.
                continue;
            }
            let actor = Actor::default();
            let proposal = world.context(&seen, &actor).proposal();
            match event.step {
                Step::Closed => prop_assert_ne!(seen.satisfied, Some(false), "closed over an unsatisfied customer"),
                Step::CarriedOut => {
                    prop_assert_eq!(seen.state, CaseState::Approved);
                    let proposal = proposal.expect("there is a plan");
                    prop_assert!(proposal.is_signed() && !proposal.stale_approval, "carried out without every signature");
                }
                Step::Approved => {
                    let proposal = proposal.expect("there is a plan");
                    prop_assert_eq!(proposal.signed.len() + 1, proposal.chain.len(), "approved out of turn");
                    prop_assert_eq!(event.datum(data::OF), proposal.event.to_string());
                }
                Step::Archived => prop_assert!(matches!(seen.state, CaseState::Closed | CaseState::NotUpheld)),
                _ => {}
            }
        }
        if summary.state == CaseState::Approved && summary.clashes.is_empty() {
            prop_assert!(!summary.approval_is_stale(), "approved without a word about the latest plan");
        }
    }

    #[test]
    fn the_person_complained_about_is_never_in_force_unmarked(world in any_world()) {
        let all = world.everything();
        let summary = world.fold(&all);
        let marks = summary.marks(SUSPECT);
        let is_marked = |event: &CaseEvent| marks.iter().any(|mark| matches!(mark, Mark::Recused { event: of, .. } if *of == event.id));
        for event in summary.in_force().filter(|event| event.step != Step::Registered && same_name(&event.by, SUSPECT)) {
            let looked_after = summary.in_force().any(|later| {
                !same_name(&later.by, SUSPECT)
                    && (later.step == event.step || later.datum(data::OF) == event.id.to_string())
                    && has_seen(&all, later, &event.id)
            });
            prop_assert!(is_marked(event) || looked_after, "{:?}", event);
        }
        if summary.assignee.as_deref() == Some(SUSPECT) {
            let assigned_by_another_later = |event: &&CaseEvent| event.assignee.as_deref() == Some(SUSPECT);
            prop_assert!(summary.in_force().filter(assigned_by_another_later).any(is_marked), "assigned to the person");
        }
    }

    #[test]
    fn one_further_act_settles_what_was_decided_apart(world in any_world(), pick in any::<u8>()) {
        let mut all = world.everything();
        let before = world.fold(&all);
        let actor = Actor::new("审计", Role::ALL).at("SH-1", true);
        let context = world.context(&before, &actor);
        let note = world.event(&context, Step::Noted, 0);
        prop_assert_eq!(check(&context, &note), Ok(()));
        let noted = world.fold(&[all.as_slice(), &[note]].concat());
        prop_assert_eq!((noted.state, noted.clashes.len()), (before.state, 0));
        let twice = noted.marks(SUSPECT).into_iter().find(|mark| mark.name() == "two_approvals");
        prop_assert_eq!(twice, None);
        // Whoever decides takes any of the contradicting steps again, and that holds.
        let offered = allowed(&context);
        let rivals: Vec<Step> = before.rivals.iter().copied().filter(|step| offered.contains(step)).collect();
        if let Some(step) = rivals.get(usize::from(pick) % rivals.len().max(1)) {
            let act = world.event(&context, *step, 1);
            let id = act.id.clone();
            if check(&context, &act).is_ok() {
                all.push(act);
                let after = world.fold(&all);
                let folded = after.event(&id).expect("it is kept");
                prop_assert!(!folded.out_of_order && after.clashes.is_empty());
                prop_assert_eq!(after.state.name(), step.name());
            }
        }
    }

    #[test]
    fn a_case_is_never_stuck(world in any_world()) {
        let summary = world.fold(&world.everything());
        // Everyone who matters together: the roles of all, in the store and at head office.
        let someone = Actor::new("审计", Role::ALL).at("SH-1", true);
        let offered = allowed(&world.context(&summary, &someone));
        let leads_on = |step: &Step| step.is_deciding() || *step == Step::Endorsed;
        prop_assert!(summary.state == CaseState::Archived || offered.iter().any(leads_on), "{:?} offers {:?}", summary.state, offered);
    }
}

/// Returns the case after everyone has met: device 0 and device 1 each went their way.
fn apart(before: &[Step], first: Step, second: Step) -> (World, CaseSummary) {
    let mut world = World::new("complaint", 2);
    let boss = |name: &str| Actor::new(name, Role::ALL).at("SH-1", true);
    let take = |world: &mut World, device: usize, step: Step, by: &str| {
        let summary = world.fold(&world.devices[device].events);
        let actor = boss(by);
        let context = world.context(&summary, &actor);
        let event = world.event(&context, step, 2);
        assert_eq!(check(&context, &event), Ok(()), "{step:?}");
        world.made += 1;
        world.devices[device].events.push(event);
    };
    for step in before {
        take(&mut world, 0, *step, "周静");
    }
    world.hear(1, 0, true);
    take(&mut world, 0, first, "周静");
    take(&mut world, 1, second, "陈经理");
    world.hear(0, 1, true);
    world.hear(1, 0, true);
    let summary = world.fold(&world.devices[0].events);
    assert_eq!(summary, world.fold(&world.devices[1].events));
    (world, summary)
}

#[test]
fn two_branches_that_accept_assign_or_close_apart_have_a_state_a_mark_and_a_way_out() {
    #[track_caller]
    fn check_apart(before: &[Step], first: Step, second: Step, state: CaseState, kind: ClashKind) {
        let (world, summary) = apart(before, first, second);
        assert_eq!(summary.state, state);
        assert_eq!(summary.clashes.len(), 1);
        assert_eq!(summary.clashes[0].kind, kind);
        assert_eq!(summary.clashes[0].events.len(), 2);
        // One act of someone who has seen both settles it: any of the two steps, or a note.
        let actor = Actor::new("审计", Role::ALL).at("SH-1", true);
        let context = world.context(&summary, &actor);
        for step in [first, second, Step::Noted] {
            let event = world.event(&context, step, 2);
            assert_eq!(check(&context, &event), Ok(()), "{step:?}");
            let settled = world.fold(&[world.everything().as_slice(), &[event]].concat());
            assert_eq!(settled.clashes, [], "{step:?}");
            if step != Step::Noted {
                assert_eq!(settled.state.name(), step.name());
            }
        }
    }
    use Step::*;
    let called_back = [Accepted, Assigned, Investigated, Answered, CalledBack];
    check_apart(
        &[],
        Accepted,
        Accepted,
        CaseState::Accepted,
        ClashKind::Repeated,
    );
    check_apart(
        &[],
        Accepted,
        NotUpheld,
        CaseState::Accepted,
        ClashKind::Outcome,
    );
    check_apart(
        &[],
        Forwarded,
        Accepted,
        CaseState::Accepted,
        ClashKind::Outcome,
    );
    check_apart(
        &[Accepted],
        Assigned,
        Assigned,
        CaseState::Assigned,
        ClashKind::Assignment,
    );
    check_apart(
        &[Accepted],
        Withdrawn,
        Assigned,
        CaseState::Assigned,
        ClashKind::Outcome,
    );
    check_apart(
        &called_back[..4],
        CalledBack,
        Withdrawn,
        CaseState::CalledBack,
        ClashKind::Outcome,
    );
    check_apart(
        &[Forwarded],
        Closed,
        Accepted,
        CaseState::Accepted,
        ClashKind::Outcome,
    );
}

#[test]
fn a_case_closed_twice_apart_is_closed_and_shows_it() {
    let mut world = World::new("inquiry", 2);
    world.devices[0].events.clear();
    let actor = Actor::new("周静", Role::ALL).at("SH-1", true);
    let mut all: Vec<CaseEvent> = Vec::new();
    for step in [Step::Registered, Step::Answered] {
        let summary = world.fold(&all);
        let event = world.event(&world.context(&summary, &actor), step, 0);
        world.made += 1;
        all.push(event);
    }
    let answered = world.fold(&all);
    for _ in 0..2 {
        let event = world.event(&world.context(&answered, &actor), Step::Closed, 0);
        world.made += 1;
        all.push(event);
    }
    let closed = world.fold(&all);
    assert_eq!((closed.state, closed.clashes.len()), (CaseState::Closed, 1));
    assert_eq!(closed.clashes[0].kind, ClashKind::Repeated);
    let note = world.event(&world.context(&closed, &actor), Step::Noted, 0);
    all.push(note);
    assert_eq!(world.fold(&all).clashes, []);
}

#[test]
fn the_worlds_tried_reach_what_they_are_about() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut reached: BTreeMap<String, u32> = BTreeMap::new();
    for _ in 0..200 {
        let world = any_world()
            .new_tree(&mut runner)
            .expect("nothing is rejected")
            .current();
        let summary = world.fold(&world.everything());
        let steps = summary.in_force().map(|event| event.step.name().to_owned());
        let marks = summary.marks(SUSPECT);
        let marks = marks.iter().map(|mark| mark.name().to_owned());
        let clashes = summary
            .clashes
            .iter()
            .map(|clash| format!("{:?}", clash.kind));
        let found: BTreeSet<String> = steps.chain(marks).chain(clashes).collect();
        for name in found {
            *reached.entry(name).or_default() += 1;
        }
    }
    let wanted = [
        "approved",
        "endorsed",
        "sent_back",
        "delegated",
        "carried_out",
        "called_back",
        "closed",
        "reopened",
        "archived",
        "paused",
        "action_done",
        "stale_approval",
        "two_approvals",
        "recused",
        "Outcome",
        "Repeated",
        "Assignment",
    ];
    for name in wanted {
        let count = reached.get(name).copied().unwrap_or(0);
        assert!(count > 0, "{name} in none of the worlds: {reached:#?}");
    }
}
