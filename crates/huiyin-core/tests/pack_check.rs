//! Packs with one defect each: where it is found and what the reader is told to do.
//!
//! Long: one defect after another, each read alone.

use huiyin_core::pack::Pack;
use huiyin_core::pack::check::check;
use serde_json::{Value, json};

/// Returns a small pack without defect.
fn good() -> Value {
    let text = json!({"zh": "文", "en": "text"});
    json!({
        "id": "small", "version": 1, "name": text,
        "posts": [{"id": "judge", "text": text, "acts_as": "department_manager"}],
        "kinds": [{"id": "inquiry", "text": text, "off": ["investigated"]}, {"id": "complaint", "text": text}],
        "categories": [{"id": "noise", "text": text}],
        "severities": [{"id": "major", "text": text, "tell": ["judge"]}],
        "causes": [{"id": "a", "text": text}, {"id": "b", "text": text, "under": "a"}, {"id": "c", "text": text, "under": "b"}],
        "remedies": [{"id": "refund", "text": text}],
        "required_fields": ["subject"],
        "step_fields": [{"step": "investigated", "id": "course", "text": text, "kinds": ["complaint"]}],
        "clocks": [
            {"name": "one", "text": text, "length": "3wd", "stops": ["answered"], "warn": [{"hours": -4, "tell": ["assignee", "judge"]}]},
            {"name": "two", "text": text, "length": "7wd", "extends": "one"},
            {"name": "three", "text": text, "start": "clock:one", "length": "1d", "stops": ["closed"]}
        ],
        "approvals": {
            "rules": [
                {"kinds": ["complaint"], "remedies": ["refund"], "from_amount": 100, "to_amount": 200, "chain": [{"role": "judge"}, {"role": "general_manager"}]},
                {"chain": [{"role": "judge"}]}
            ],
            "extend": ["judge"], "penalties": ["judge"]
        },
        "clauses": [{"id": "1", "text": text, "from_amount": 100, "to_amount": 200}],
        "forms": [{"layout": "handling", "title": text, "signatures": [text]}],
        "templates": [{"id": "t", "title": text, "text": {"zh": "{name}", "en": "{result}"}}],
        "after": {"spot_check_percent": 5, "call_back_percent": 100},
        "guidance": [text]
    })
}

fn defects(pack: &Value) -> Vec<String> {
    let pack: Pack = serde_json::from_value(pack.clone()).expect("a pack");
    check(&pack).iter().map(ToString::to_string).collect()
}

/// Puts `value` at `pointer` of a good pack; the first defect must begin with `place` and say `advice`.
#[track_caller]
fn bad(pointer: &str, value: Value, place: &str, advice: &str) {
    let mut pack = good();
    let (parent, name) = pointer.rsplit_once('/').expect("a pointer");
    let parent = pack.pointer_mut(parent).expect("the parent is there");
    match parent {
        Value::Array(list) => match name.parse::<usize>() {
            Ok(at) => list[at] = value,
            Err(_) => list.push(value),
        },
        other => other[name] = value,
    }
    let found = defects(&pack);
    assert!(
        found
            .iter()
            .any(|defect| defect.starts_with(&format!("{place}: ")) && defect.contains(advice)),
        "expected {place:?} with {advice:?}, found {found:#?}"
    );
}

#[test]
fn a_sound_pack_has_no_defect() {
    assert_eq!(defects(&good()), Vec::<String>::new());
}

#[test]
fn names_and_texts_are_checked() {
    let text = json!({"zh": "文", "en": "text"});
    bad("/id", json!("a b"), "id", "letters, digits");
    bad("/id", json!(""), "id", "letters, digits");
    bad("/version", json!(0), "version", "version 1");
    bad("/name/en", json!(" "), "name.en", "write it");
    bad(
        "/about",
        json!({"zh": "文", "en": ""}),
        "about.en",
        "write it",
    );
    bad(
        "/name/zh",
        json!("长".repeat(4001)),
        "name.zh",
        "at most 4000",
    );
    bad("/guidance/0/zh", json!(""), "guidance.1.zh", "write it");
    bad(
        "/categories/-",
        json!({"id": "noise", "text": text}),
        "categories.noise",
        "given twice",
    );
    bad(
        "/categories/0/id",
        json!("no ise"),
        "categories.no ise",
        "name it with",
    );
    bad(
        "/categories/0/under",
        json!("noise"),
        "categories.noise.under",
        "only causes",
    );
    let many: Vec<Value> = (0..501)
        .map(|n| json!({"id": format!("c{n}"), "text": text}))
        .collect();
    bad("/departments", json!(many), "departments", "at most 500");
    bad(
        "/required_fields/0",
        json!("colour"),
        "required_fields.colour",
        "no such field",
    );
    bad(
        "/retention",
        json!({"general_months": 1201, "important_months": 0, "major_months": 0}),
        "retention.general_months",
        "0 for good",
    );
    bad(
        "/after/spot_check_percent",
        json!(101),
        "after.spot_check_percent",
        "0 to 100",
    );
}

#[test]
fn unknown_names_are_found_where_they_are_used() {
    let text = json!({"zh": "文", "en": "text"});
    bad(
        "/posts/0/id",
        json!("clerk"),
        "posts.clerk",
        "choose another",
    );
    bad(
        "/posts/0/acts_as",
        json!("emperor"),
        "posts.judge.acts_as",
        "no role",
    );
    bad(
        "/kinds/0/id",
        json!("praise"),
        "kinds.praise",
        "write one of",
    );
    bad(
        "/severities/0/id",
        json!("mild"),
        "severities.mild",
        "write one of",
    );
    bad(
        "/severities/0/tell/0",
        json!("nobody"),
        "severities.major.tell",
        "correct it",
    );
    bad(
        "/step_fields/0/step",
        json!("dreamt"),
        "step_fields.dreamt.course.step",
        "no step",
    );
    bad(
        "/step_fields/0/kinds/0",
        json!("repair"),
        "step_fields.investigated.course.kinds",
        "no kind of case",
    );
    bad(
        "/step_fields/0/kinds/0",
        json!("inquiry"),
        "step_fields.investigated.course.step",
        "switched off",
    );
    bad(
        "/step_fields/-",
        json!({"step": "investigated", "id": "course", "text": text}),
        "step_fields.investigated.course",
        "asked twice",
    );
    bad(
        "/clocks/0/severities",
        json!(["mild"]),
        "clocks.one.severities",
        "no severity",
    );
    bad(
        "/clocks/0/categories",
        json!(["smell"]),
        "clocks.one.categories",
        "no category",
    );
    bad(
        "/clocks/0/channels",
        json!(["pigeon"]),
        "clocks.one.channels",
        "no channel",
    );
    bad(
        "/approvals/rules/0/remedies/0",
        json!("gift"),
        "approvals.rules.1.remedies",
        "no remedy",
    );
    bad(
        "/approvals/rules/0/chain/0/role",
        json!("king"),
        "approvals.rules.1.chain",
        "no role",
    );
    bad(
        "/approvals/extend/0",
        json!("king"),
        "approvals.extend",
        "no role",
    );
    bad(
        "/forms/0/layout",
        json!("poster"),
        "forms.poster",
        "no such layout",
    );
    bad(
        "/templates/0/text/en",
        json!("Dear {nmae}"),
        "templates.t.text",
        "{nmae}",
    );
}

#[test]
fn clocks_must_be_able_to_start_and_stop() {
    let text = json!({"zh": "文", "en": "text"});
    bad(
        "/clocks/0/start",
        json!("clock:three"),
        "clocks.one.start",
        "ring",
    );
    bad(
        "/clocks/0/start",
        json!("clock:one"),
        "clocks.one.start",
        "ring",
    );
    bad(
        "/clocks/0/start",
        json!("clock:gone"),
        "clocks.one.start",
        "no clock",
    );
    bad(
        "/clocks/2/start",
        json!("clock:two"),
        "clocks.three.start",
        "special limit",
    );
    bad(
        "/clocks/0/off",
        json!(true),
        "clocks.three.start",
        "switched off",
    );
    bad(
        "/off",
        json!(["accepted", "closed"]),
        "off.closed",
        "cannot be left out",
    );
    bad(
        "/kinds/0/off/-",
        json!("registered"),
        "kinds.inquiry.off.registered",
        "cannot be left out",
    );
    bad(
        "/clocks/-",
        json!({"name": "x", "text": text, "start": "investigated", "length": "1d", "kinds": ["inquiry"], "stops": ["closed"]}),
        "clocks.x.start",
        "never starts",
    );
    bad(
        "/clocks/-",
        json!({"name": "x", "text": text, "length": "1d", "kinds": ["inquiry"], "stops": ["investigated"]}),
        "clocks.x.stops",
        "switched off",
    );
    bad(
        "/clocks/0/stops",
        json!([]),
        "clocks.one.stops",
        "name a step",
    );
    bad(
        "/clocks/0/stops",
        json!(["registered"]),
        "clocks.one.stops",
        "a later one",
    );
    bad(
        "/clocks/0/stops_with",
        json!("proof"),
        "clocks.one.stops_with",
        "add it",
    );
    bad(
        "/clocks/0/start",
        json!("field:subject"),
        "clocks.one.start",
        "no date field",
    );
    bad(
        "/clocks/-",
        json!({"name": "one", "text": text, "length": "1d", "stops": ["closed"]}),
        "clocks.one",
        "given twice",
    );
    bad(
        "/clocks/0/warn/0/tell",
        json!([]),
        "clocks.one.warn",
        "nobody is told",
    );
    bad(
        "/clocks/0/warn/0/tell/0",
        json!("king"),
        "clocks.one.warn",
        "no role",
    );
    bad(
        "/clocks/0/warn/0/hours",
        json!(-10_001),
        "clocks.one.warn",
        "at most 10000 hours",
    );
    bad(
        "/clocks/0/warn/0/hours",
        json!(i32::MIN),
        "clocks.one.warn",
        "at most 10000 hours",
    );
}

#[test]
fn a_special_limit_extends_one_ordinary_clock_and_someone_may_grant_it() {
    let text = json!({"zh": "文", "en": "text"});
    let special = |name: &str, length: &str, extends: &str| json!({"name": name, "text": text, "length": length, "extends": extends});
    bad(
        "/clocks/1/extends",
        json!("gone"),
        "clocks.two.extends",
        "no clock",
    );
    bad(
        "/clocks/1/extends",
        json!("two"),
        "clocks.two.extends",
        "itself",
    );
    bad(
        "/clocks/-",
        special("x", "9wd", "two"),
        "clocks.x.extends",
        "another special limit",
    );
    bad(
        "/clocks/-",
        special("x", "9wd", "one"),
        "clocks.x.extends",
        "keep one",
    );
    bad(
        "/clocks/1/length",
        json!("3wd"),
        "clocks.two.length",
        "give more",
    );
    bad(
        "/clocks/1/length",
        json!("promised"),
        "clocks.two.length",
        "has a length",
    );
    bad(
        "/clocks/1/stops",
        json!(["closed"]),
        "clocks.two",
        "leave start and stops out",
    );
    bad(
        "/approvals/extend",
        json!([]),
        "clocks.two.extends",
        "nobody may extend",
    );
}

#[test]
fn every_proposal_finds_a_rule_and_every_rule_a_proposal() {
    bad(
        "/approvals/rules/1/chain",
        json!([]),
        "approvals.rules.2.chain",
        "nobody signs",
    );
    bad(
        "/approvals/rules/0",
        json!({"chain": [{"role": "judge"}]}),
        "approvals.rules.2",
        "never reached",
    );
    bad(
        "/approvals/rules/1/severities",
        json!(["major"]),
        "approvals.rules",
        "end with a rule without conditions",
    );
    bad(
        "/approvals/rules/0/from_amount",
        json!(300),
        "approvals.rules.1",
        "exchange them",
    );
    bad(
        "/approvals/rules/0/from_amount",
        json!(-1),
        "approvals.rules.1",
        "below zero",
    );
    bad(
        "/clauses/0/from_amount",
        json!(300),
        "clauses.1",
        "exchange them",
    );
    bad(
        "/approvals/penalties",
        json!([]),
        "approvals.penalties",
        "name roles",
    );
    let long: Vec<Value> = (0..11).map(|_| json!({"role": "judge"})).collect();
    bad(
        "/approvals/rules/0/chain",
        json!(long),
        "approvals.rules.1.chain",
        "at most 10",
    );
}

#[test]
fn causes_are_a_tree() {
    bad(
        "/causes/0/under",
        json!("c"),
        "causes.a.under",
        "break the ring",
    );
    bad(
        "/causes/0/under",
        json!("a"),
        "causes.a.under",
        "break the ring",
    );
    bad("/causes/1/under", json!("z"), "causes.b.under", "no entry");
}
