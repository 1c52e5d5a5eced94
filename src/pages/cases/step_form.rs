//! The fields of a step as a form: which are shown in which order, and turning what was typed into the step's intent.
//! Which fields a step needs, the engine and the pack say.
//!
//! Long: the table of what a step asks for stands beside the code that reads it.

use std::collections::BTreeMap;

use huiyin_api::{CaseDesk, ExtraField, StepForm, StepIntent};
use huiyin_core::{case_data as data, pack::Text};

use crate::{
    shell::{intl, policy},
    texts::Texts,
};

/// One of both must be filled.
pub const EITHER: &str = "assignee_or_department";
/// Most digits before the decimal point of an amount in yuan.
pub const MAX_YUAN_DIGITS: usize = 10;

/// Fields of a step's intent that are no data.
const OWN: &[&str] = &[
    "note",
    "reason",
    "assignee",
    "department",
    "to_branch",
    "cause",
    "conclusion",
    "countermeasure",
    "prevention",
    "satisfied",
    "score",
    "amount",
    "at",
];
/// Data that the screen knows by itself or asks for in a place of its own.
const UNASKED: &[&str] = &[
    data::OF,
    data::AS_ROLE,
    data::ACTION,
    data::CLOCK,
    data::CONTINUATION,
    data::SIGNATURE,
    data::SIGNER,
    data::CLAUSE,
    data::PERSON,
    data::POINTS,
    data::REWARD,
    "at",
];

/// A field of a step as its form draws it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Asked {
    /// Wire name.
    pub name: String,
    /// The step is refused without it.
    pub required: bool,
    /// What the pack calls it; empty where the program names it.
    pub title: Text,
    /// What may be chosen by the pack; empty = as the program asks.
    pub choices: Vec<(String, Text)>,
}

/// Returns the fields a step asks for whatever the pack says, in the order people fill them in.
fn usual(step: &str) -> &'static [&'static str] {
    match step {
        "assigned" => &["department", "assignee", data::LIMIT],
        "investigated" => &[
            data::COURSE,
            data::CAUSE_ID,
            "cause",
            data::RESPONSIBLE,
            "conclusion",
            "countermeasure",
            "prevention",
        ],
        "proposed" => &[data::REMEDY, "amount"],
        "delegated" => &[data::TO],
        "classed" => &[data::SEVERITY, data::CRITERIA],
        "answered" => &[data::TEMPLATE, data::CHANNEL],
        "called_back" => &["satisfied", "score"],
        "duplicate" => &[data::ORIGINAL, "reason"],
        "forwarded" => &["to_branch", "reason"],
        "paused" | "extended" | "sent_back" => &["reason"],
        "action_planned" => &[data::ACTION_KIND, "note", data::OWNER, data::DUE],
        "action_verified" | "spot_checked" => &[data::GOOD],
        "penalty_heard" | "penalty_appealed" => &[data::STATEMENT],
        "penalty_approved" => &["amount"],
        _ => &[],
    }
}

/// Returns the data without which a step says nothing, whatever the pack says.
fn always_needed(step: &str, name: &str) -> bool {
    matches!(
        (step, name),
        ("delegated", data::TO)
            | ("classed", data::SEVERITY)
            | ("duplicate", data::ORIGINAL)
            | ("paused" | "extended", "reason")
            | (
                "action_planned",
                data::ACTION_KIND | "note" | data::OWNER | data::DUE
            )
            | ("action_verified" | "spot_checked", data::GOOD)
            | ("penalty_heard" | "penalty_appealed", data::STATEMENT)
    )
}

/// Returns whether the lists a field chooses from are there; without them it is not asked for.
fn has_list(name: &str, desk: &CaseDesk) -> bool {
    match name {
        data::CAUSE_ID => !desk.causes.is_empty(),
        data::REMEDY => !desk.remedies.is_empty(),
        data::CRITERIA => !desk.major.is_empty(),
        data::TEMPLATE => !desk.templates.is_empty(),
        _ => true,
    }
}

/// Returns the fields a step shows, each once: the usual ones in their order, further ones of the pack, the note last.
pub fn asked(form: &StepForm, desk: &CaseDesk) -> Vec<Asked> {
    let none = Vec::new();
    let extras: &[ExtraField] = desk.step_fields.get(&form.step).unwrap_or(&none);
    let mut names: Vec<&str> = usual(&form.step)
        .iter()
        .copied()
        .filter(|name| has_list(name, desk))
        .collect();
    let told = form.needs.iter().chain(&form.offers).map(String::as_str);
    for name in told.chain(extras.iter().map(|extra| extra.id.as_str())) {
        let single: &[&str] = if name == EITHER {
            &["department", "assignee"]
        } else {
            &[name]
        };
        for name in single {
            if !names.contains(name) && !UNASKED.contains(name) {
                names.push(name);
            }
        }
    }
    if form.step != "action_planned" {
        // What was said comes last, and can always be said.
        names.retain(|name| *name != "note");
        names.push("note");
    }
    names
        .into_iter()
        .map(|name| {
            let extra = extras.iter().find(|extra| extra.id == name);
            Asked {
                name: name.to_owned(),
                required: form.needs.iter().any(|need| need == name)
                    || extra.is_some_and(|extra| extra.required)
                    || always_needed(&form.step, name),
                title: extra.map(|extra| extra.title.clone()).unwrap_or_default(),
                choices: extra.map(|extra| extra.choices.clone()).unwrap_or_default(),
            }
        })
        .collect()
}

/// Returns what a field of a step is called: by the pack, by the step, or by the program.
pub fn title(texts: &Texts, step: &str, field: &Asked) -> String {
    let own = policy::words(texts.language, &field.title);
    if !own.is_empty() {
        return own;
    }
    let d = &texts.desk;
    match (step, field.name.as_str()) {
        ("proposed", "note") => d.proposal_words.to_owned(),
        ("answered", "note") => d.answer_words.to_owned(),
        ("called_back", "note") => d.call_back_words.to_owned(),
        ("action_planned", "note") => d.action_text.to_owned(),
        ("reported", "note") => texts.field("report"),
        ("action_verified" | "spot_checked", "note") => d.found_words.to_owned(),
        (_, name) => texts.field(name),
    }
}

/// What a step is taken with beside what was typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Given {
    /// Ids of the last events the person has seen.
    pub seen: Vec<String>,
    /// Data the screen knows: which proposal, which action, which clock.
    pub data: BTreeMap<String, String>,
}

/// Returns the intent made from what was typed, or the errors by field.
pub fn intent(
    texts: &Texts,
    form: &StepForm,
    fields: &[Asked],
    typed: &BTreeMap<String, String>,
    given: Given,
) -> Result<StepIntent, BTreeMap<String, String>> {
    let get = |name: &str| {
        typed
            .get(name)
            .map(|value| value.trim().to_owned())
            .unwrap_or_default()
    };
    let mut errors = BTreeMap::new();
    for field in fields {
        if field.required && get(&field.name).is_empty() {
            let name = title(texts, &form.step, field);
            errors.insert(field.name.clone(), (texts.common.missing)(&name));
        }
    }
    let either = form.needs.iter().any(|need| need == EITHER);
    if either && get("assignee").is_empty() && get("department").is_empty() {
        errors.insert("assignee".to_owned(), texts.cases.one_of_both.to_owned());
    }
    let amount = optional(&get("amount"), parse_cents);
    let at = optional(&get("at"), intl::from_local_input);
    if amount == Err(()) {
        errors.insert("amount".to_owned(), texts.cases.bad_amount.to_owned());
    }
    if at == Err(()) {
        errors.insert("at".to_owned(), texts.cases.bad_time.to_owned());
    }
    if !errors.is_empty() {
        return Err(errors);
    }
    let mut data = given.data;
    let asked = fields.iter().map(|field| field.name.as_str());
    for name in asked.chain([data::SIGNATURE, data::SIGNER]) {
        let value = get(name);
        if !OWN.contains(&name) && !value.is_empty() {
            data.insert(name.to_owned(), value);
        }
    }
    if data
        .get(data::SEVERITY)
        .is_some_and(|severity| severity != "major")
    {
        data.remove(data::CRITERIA);
    }
    Ok(StepIntent {
        step: form.step.clone(),
        note: get("note"),
        reason: get("reason"),
        assignee: get("assignee"),
        department: get("department"),
        to_branch: get("to_branch"),
        cause: get("cause"),
        conclusion: get("conclusion"),
        countermeasure: get("countermeasure"),
        prevention: get("prevention"),
        satisfied: get("satisfied").parse().ok(),
        score: get("score").parse().ok(),
        amount: amount.unwrap_or_default(),
        at: at.unwrap_or_default(),
        seen: given.seen,
        data,
    })
}

/// Returns the field of a form that a refusal is about, if it is about one.
pub fn field_of_place(fields: &[Asked], place: &str) -> Option<String> {
    let place = place.strip_prefix("data.").unwrap_or(place);
    let place = if place == EITHER { "assignee" } else { place };
    (place == "at" || fields.iter().any(|field| field.name == place)).then(|| place.to_owned())
}

fn optional<T>(text: &str, parse: impl Fn(&str) -> Option<T>) -> Result<Option<T>, ()> {
    if text.is_empty() {
        return Ok(None);
    }
    parse(text).map(Some).ok_or(())
}

/// Returns the cents of an amount in yuan with at most [`MAX_YUAN_DIGITS`] digits and two decimals, such as `128.50` or `1,200`.
pub fn parse_cents(text: &str) -> Option<i64> {
    let plain: String = text
        .chars()
        .filter(|c| !matches!(c, ',' | '，' | ' ' | '¥' | '￥'))
        .collect();
    let (whole, rest) = plain.split_once('.').unwrap_or((&plain, ""));
    let numbers = plain.chars().all(|c| c.is_ascii_digit() || c == '.');
    if whole.is_empty() || whole.len() > MAX_YUAN_DIGITS || rest.len() > 2 || !numbers {
        return None;
    }
    let yuan: i64 = whole.parse().ok()?;
    let cents: i64 = format!("{rest:0<2}").parse().ok()?;
    yuan.checked_mul(100)?.checked_add(cents)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(step: &str, needs: &[&str], offers: &[&str]) -> StepForm {
        let own = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        StepForm {
            step: step.into(),
            needs: own(needs),
            offers: own(offers),
        }
    }

    fn typed(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect()
    }

    fn chinese() -> &'static Texts {
        crate::texts::of(huiyin_api::Language::Chinese)
    }

    #[test]
    fn one_of_both_becomes_two_fields_neither_required_alone() {
        let shown = asked(
            &form("assigned", &[EITHER], &["note", "assignee"]),
            &CaseDesk::default(),
        );
        let shown: Vec<(&str, bool)> = shown
            .iter()
            .map(|field| (field.name.as_str(), field.required))
            .collect();
        assert_eq!(
            shown,
            [
                ("department", false),
                ("assignee", false),
                ("limit", false),
                ("note", false)
            ]
        );
    }

    #[test]
    fn a_field_with_a_list_is_asked_for_where_the_pack_has_the_list() {
        let bare = asked(&form("proposed", &[], &["amount"]), &CaseDesk::default());
        assert!(bare.iter().all(|field| field.name != data::REMEDY));
        let desk = CaseDesk {
            remedies: vec![("refund".into(), Text::default())],
            ..CaseDesk::default()
        };
        let listed = asked(&form("proposed", &[], &["amount"]), &desk);
        assert_eq!(listed[0].name, data::REMEDY);
    }

    #[test]
    fn what_the_pack_asks_of_a_step_is_required_and_bears_its_name() {
        let extra = ExtraField {
            id: "sample".into(),
            title: Text {
                zh: "样品编号".into(),
                en: "Sample".into(),
            },
            required: true,
            choices: Vec::new(),
        };
        let desk = CaseDesk {
            step_fields: [("investigated".to_owned(), vec![extra])].into(),
            ..CaseDesk::default()
        };
        let form = form("investigated", &["conclusion"], &[]);
        let fields = asked(&form, &desk);
        let refused = intent(
            chinese(),
            &form,
            &fields,
            &typed(&[("conclusion", "属实")]),
            Given::default(),
        );
        assert_eq!(
            refused
                .expect_err("a needed field is empty")
                .get("sample")
                .map(String::as_str),
            Some("请填写样品编号")
        );
        let made = intent(
            chinese(),
            &form,
            &fields,
            &typed(&[
                ("conclusion", "属实"),
                ("sample", "A-7"),
                ("course", "三天前"),
            ]),
            Given::default(),
        )
        .expect("the form is filled");
        assert_eq!(made.conclusion, "属实");
        assert_eq!(made.data, typed(&[("sample", "A-7"), ("course", "三天前")]));
    }

    #[test]
    fn an_approval_names_the_proposal_it_was_shown() {
        let form = form("approved", &[], &["amount", "note"]);
        let fields = asked(&form, &CaseDesk::default());
        let given = Given {
            seen: vec!["aa".into()],
            data: typed(&[
                (data::OF, "0000000000000007"),
                (data::AS_ROLE, "store_manager"),
            ]),
        };
        let made =
            intent(chinese(), &form, &fields, &BTreeMap::new(), given).expect("the form is filled");
        assert_eq!(
            made.data.get(data::OF).map(String::as_str),
            Some("0000000000000007")
        );
        assert_eq!(made.seen, ["aa"]);
    }

    #[test]
    fn what_makes_a_case_major_goes_with_a_major_case_only() {
        let form = form("classed", &[], &[]);
        let desk = CaseDesk {
            major: vec![("press".into(), Text::default())],
            ..CaseDesk::default()
        };
        let fields = asked(&form, &desk);
        let made = |severity: &str| {
            let typed = typed(&[(data::SEVERITY, severity), (data::CRITERIA, "press")]);
            intent(chinese(), &form, &fields, &typed, Given::default()).expect("the form is filled")
        };
        assert!(made("major").data.contains_key(data::CRITERIA));
        assert!(!made("general").data.contains_key(data::CRITERIA));
    }

    #[test]
    fn a_refusal_finds_its_field() {
        let fields = asked(&form("assigned", &[EITHER], &[]), &CaseDesk::default());
        assert_eq!(field_of_place(&fields, EITHER).as_deref(), Some("assignee"));
        assert_eq!(
            field_of_place(&fields, "data.limit").as_deref(),
            Some("limit")
        );
        assert_eq!(field_of_place(&fields, "assigned"), None);
    }

    #[test]
    fn amounts_are_read_as_cents_and_nonsense_is_refused() {
        assert_eq!(parse_cents("128.5"), Some(12_850));
        assert_eq!(parse_cents("¥1,200"), Some(120_000));
        assert_eq!(parse_cents("0.07"), Some(7));
        for bad in ["", "abc", "1.234", "-5", ".", "1.2.3", "12345678901"] {
            assert_eq!(parse_cents(bad), None, "{bad}");
        }
    }
}
