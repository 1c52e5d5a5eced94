//! Defects of the parts of packs about files, contact and care: where each is found and what the reader is told to do.

use huiyin_core::pack::check::check;
use huiyin_core::pack::{Pack, Part, builtin};
use serde_json::{Value, json};

/// Puts `value` at `pointer` of a pack of the program; a defect must begin with `place` and say `advice`.
#[track_caller]
fn bad(id: &str, pointer: &str, value: Value, place: &str, advice: &str) {
    let sound = builtin::pack(id).expect("a pack of the program");
    let mut pack = serde_json::to_value(sound).expect("a pack is plain data");
    *pack.pointer_mut(pointer).expect("the place is there") = value;
    let pack: Pack = serde_json::from_value(pack).expect("still a pack");
    let found: Vec<String> = check(&pack).iter().map(ToString::to_string).collect();
    assert!(
        found
            .iter()
            .any(|defect| defect.starts_with(place) && defect.contains(advice)),
        "expected {place:?} with {advice:?}, found {found:#?}"
    );
}

#[test]
fn files_are_checked() {
    bad(
        "S11",
        "/file/wanted/0",
        json!("shoe_size"),
        "file.wanted.shoe_size",
        "no such field",
    );
    bad(
        "S11",
        "/file/kinds/0/id",
        json!("alien"),
        "file.kinds.alien",
        "no kind of customer",
    );
    bad(
        "S11",
        "/file/clocks/0/stops",
        json!([]),
        "file.clocks.filing.stops",
        "name a step",
    );
    bad(
        "S11",
        "/file/clocks/0/stops",
        json!(["closed"]),
        "file.clocks.filing.stops",
        "no step of a file",
    );
    bad(
        "S11",
        "/file/clocks/1/stops",
        json!(["change_noticed"]),
        "file.clocks.change.stops",
        "cannot stop it",
    );
    bad(
        "S11",
        "/file/clocks/1/name",
        json!("filing"),
        "file.clocks.filing",
        "given twice",
    );
    bad(
        "S30",
        "/file/clocks/0/start",
        json!("field:plate"),
        "file.clocks.sales-hand-over.start",
        "no date",
    );
    bad(
        "S30",
        "/file/clocks/0/clause",
        json!("none"),
        "file.clocks.sales-hand-over.clause",
        "no clause",
    );
    bad(
        "S11",
        "/file/shared_contact/0/staff",
        json!(1),
        "file.shared_contact.staff",
        "2 or more",
    );
    bad(
        "S11",
        "/file/shared_contact/0/classes",
        json!(["gold"]),
        "file.shared_contact.classes",
        "no class",
    );
    bad(
        "S11",
        "/file/owner_notice",
        json!("x"),
        "file.owner_notice",
        "no notice",
    );
    bad(
        "S11",
        "/notices/0/text/en",
        json!("{number}"),
        "notices.new_owner.text",
        "filled in by nothing",
    );
    bad(
        "S11",
        "/file_forms/0/layout",
        json!("poster"),
        "file_forms.poster",
        "no such layout",
    );
    bad(
        "S24",
        "/file/life_cycle/0/id",
        json!("asleep"),
        "file.life_cycle.asleep",
        "write one of",
    );
    bad(
        "S10",
        "/file/checklists/0/papers",
        json!([]),
        "file.checklists.tenant.papers",
        "1 to 60",
    );
    bad(
        "S10",
        "/file/checklists/0/papers/0/copies",
        json!(0),
        "file.checklists.tenant.papers.unit.copies",
        "optional",
    );
    bad(
        "S30",
        "/file/checklists/0/hand_over/0/to",
        json!("nobody"),
        "file.checklists.vehicle.hand_over.sales.to",
        "no role",
    );
}

#[test]
fn contact_and_reception_are_checked() {
    bad(
        "S36",
        "/contact/follow_ups/0/percent",
        json!(0),
        "contact.follow_ups.complaint.percent",
        "1 to 100",
    );
    bad(
        "S36",
        "/contact/follow_ups/1/within",
        json!(null),
        "contact.follow_ups.repair",
        "nothing says when",
    );
    bad(
        "S36",
        "/contact/follow_ups/0/by/0/severities",
        json!(["major"]),
        "contact.follow_ups.complaint.by",
        "nobody's",
    );
    bad(
        "S36",
        "/contact/checked_by",
        json!("nobody"),
        "contact.checked_by",
        "no role",
    );
    bad(
        "S41",
        "/contact/follow_ups/0/then/0/until_months",
        json!(0),
        "contact.follow_ups.delivery.then",
        "never begins",
    );
    bad(
        "S41",
        "/contact/greetings/0/month",
        json!(13),
        "contact.greetings.year_end.month",
        "1 to 12",
    );
    bad(
        "S34",
        "/contact/targets/0/kind",
        json!("party"),
        "contact.targets.kind",
        "write one of",
    );
    bad(
        "S32",
        "/reception/company/0/to_guests",
        json!(null),
        "reception.company",
        "never reached",
    );
    bad(
        "S32",
        "/reception/company",
        json!([{"to_guests": 5, "people": 1}]),
        "reception.company",
        "fit no line",
    );
    bad(
        "S32",
        "/reception/classes/1/id",
        json!("A"),
        "reception.classes.A",
        "given twice",
    );
    bad(
        "S32",
        "/reception/classes/0/per_head",
        json!(-1),
        "reception.classes.A",
        "below zero",
    );
}

#[test]
fn grading_surveys_and_sharing_are_checked() {
    bad(
        "S37",
        "/grading/scheme",
        json!("x"),
        "grading.scheme",
        "no classification scheme",
    );
    bad(
        "S37",
        "/grading/opens",
        json!("03-32"),
        "grading.opens",
        "MM-DD",
    );
    bad(
        "S37",
        "/grading/opens",
        json!("04-25"),
        "grading.opens",
        "exchange the days",
    );
    bad(
        "S37",
        "/grading/sheet/0/weight",
        json!(31),
        "grading.sheet",
        "100 per cent",
    );
    bad(
        "S37",
        "/grading/thresholds/2/from_percent",
        json!(1),
        "grading.thresholds",
        "from 0",
    );
    bad(
        "S37",
        "/grading/thresholds/0/from_percent",
        json!(50),
        "grading.thresholds",
        "never reached",
    );
    bad(
        "S06",
        "/surveys/0/questions",
        json!([]),
        "surveys.yearly.questions",
        "nothing is asked",
    );
    bad(
        "S06",
        "/surveys/0/questions/0/max",
        json!(0),
        "surveys.yearly.questions.quality.max",
        "1 or more",
    );
    bad(
        "S06",
        "/surveys/0/target_percent",
        json!(0),
        "surveys.yearly.target_percent",
        "below a target",
    );
    bad(
        "S15",
        "/allocation/invitations/closes",
        json!("6pm"),
        "allocation.invitations.closes",
        "HH:MM",
    );
    bad(
        "S15",
        "/allocation/pool/any_of",
        json!(["bored"]),
        "allocation.pool.any_of",
        "no sign of no service",
    );
    bad(
        "S15",
        "/allocation/referral/per_amount",
        json!(0),
        "allocation.referral.per_amount",
        "give the amount",
    );
    bad(
        "S31",
        "/loyalty/fall_months",
        json!(0),
        "loyalty.fall_months",
        "1 month or more",
    );
}

#[test]
fn every_policy_of_files_and_contact_has_its_part() {
    for (id, parts) in [
        ("S06", &[Part::File, Part::Survey][..]),
        ("S10", &[Part::File]),
        (
            "S11",
            &[Part::File, Part::Contact, Part::Survey, Part::Allocation],
        ),
        (
            "S15",
            &[Part::Cases, Part::File, Part::Contact, Part::Allocation],
        ),
        ("S20", &[Part::Cases, Part::File, Part::Contact]),
        ("S23", &[Part::File]),
        ("S24", &[Part::File, Part::Allocation]),
        ("S27", &[Part::File]),
        ("S30", &[Part::File]),
        ("S31", &[Part::File, Part::Loyalty]),
        ("S32", &[Part::Reception]),
        ("S34", &[Part::Contact]),
        ("S36", &[Part::Contact]),
        ("S37", &[Part::File, Part::Grading]),
        ("S41", &[Part::Cases, Part::Contact]),
        ("S03", &[Part::Cases]),
    ] {
        let pack = builtin::pack(id).expect("a pack of the program");
        assert_eq!(pack.parts(), parts, "{id}");
    }
}
