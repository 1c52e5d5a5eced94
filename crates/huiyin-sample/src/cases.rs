//! What a case says when it is registered, and what its steps say.

use std::collections::BTreeMap;

use huiyin_api::{CaseRecord, Language, StepForm, StepIntent};

use crate::customers::Invented;
use crate::words::{self, Both, GOODS, MATTERS, Matter, OTHERS};

/// One case in so many is no complaint.
const OTHER_EVERY: usize = 8;
/// Ways a complaint comes in.
const CHANNELS: [&str; 6] = ["phone", "on_site", "wechat", "hotline", "web", "email"];
/// Largest compensation, in yuan.
const MOST_COMPENSATION: i64 = 400;

/// What a case of the story is about.
pub struct Told {
    /// The matter; its words are used by the steps.
    pub matter: &'static Matter,
    /// Fields of the registration without the customer.
    pub fields: BTreeMap<String, String>,
}

/// Matters that are no complaints and every pack takes; the own one takes all.
const TAKEN_BY_ALL: usize = 4;

/// Returns what is registered. `plain`: a complaint, because what becomes of it is the way of one. `own`: under the pack of chain stores.
pub fn invent(
    random: &mut fastrand::Rng,
    language: Language,
    customer: &Invented,
    number: usize,
    plain: bool,
    own: bool,
) -> Told {
    let matter = &MATTERS[random.usize(0..MATTERS.len())];
    let goods = words::of(language, GOODS[random.usize(0..GOODS.len())]);
    let other = !plain && number % OTHER_EVERY == OTHER_EVERY - 1;
    let (kind, subject, told) = if other {
        let taken = if own { OTHERS.len() } else { TAKEN_BY_ALL };
        OTHERS[random.usize(0..taken)]
    } else {
        ("complaint", matter.subject, matter.told)
    };
    let severity = match random.u32(0..12) {
        0 => "major",
        1..=3 => "important",
        _ => "general",
    };
    let mut fields = BTreeMap::new();
    let mut put = |name: &str, value: &str| {
        fields.insert(name.to_owned(), value.to_owned());
    };
    put("kind", kind);
    put("channel", CHANNELS[random.usize(0..CHANNELS.len())]);
    put(
        "subject",
        &words::of(language, subject).replace("{}", goods),
    );
    put("description", words::of(language, told));
    put("product", goods);
    put("category", matter.category);
    put("demand", matter.demand);
    put("severity", if other { "general" } else { severity });
    put("complainant_name", &customer.person);
    put("complainant_phone", &customer.phone);
    put("complainant_company", &customer.name);
    put("against_department", words::of(language, ("门店", "Store")));
    put(
        "order_number",
        &format!("A{:06}", random.u32(100_000..999_999)),
    );
    // Some packs ask for a vehicle or a unit.
    put(
        "plate",
        &format!(
            "{}{:05}",
            words::of(language, ("样A", "SAMPLE ")),
            random.u32(10_000..99_999)
        ),
    );
    Told { matter, fields }
}

/// What a step of the story says beside what the case tells.
#[derive(Debug, Clone, Copy, Default)]
pub struct Says<'a> {
    /// Who the case is given to.
    pub assignee: &'a str,
    /// The branch it is forwarded to.
    pub to_branch: &'a str,
    /// The case it is the same as.
    pub original: &'a str,
    /// Whether the customer was satisfied.
    pub satisfied: bool,
    /// Why.
    pub reason: &'a str,
}

/// Fills in the form of a step: what it must say, and what one would say of oneself.
pub fn fill(
    random: &mut fastrand::Rng,
    language: Language,
    case: &CaseRecord,
    form: &StepForm,
    matter: &Matter,
    says: Says<'_>,
) -> StepIntent {
    let desk = &case.desk;
    let step = form.step.as_str();
    let mut intent = StepIntent {
        step: form.step.clone(),
        ..StepIntent::default()
    };
    let extra = desk.step_fields.get(step).map_or(&[][..], Vec::as_slice);
    let asked = extra
        .iter()
        .filter(|field| field.required)
        .map(|field| field.id.as_str());
    let own = own_words(step).iter().copied();
    for name in form
        .needs
        .iter()
        .map(String::as_str)
        .chain(asked)
        .chain(own)
    {
        let choices = extra
            .iter()
            .find(|field| field.id == name)
            .map_or(&[][..], |field| &field.choices);
        let text = |both: Both| words::of(language, both).to_owned();
        match name {
            "note" => intent.note = text(note(step, matter, says)),
            "reason" => says.reason.clone_into(&mut intent.reason),
            "assignee_or_department" | "assignee" => says.assignee.clone_into(&mut intent.assignee),
            "to_branch" => says.to_branch.clone_into(&mut intent.to_branch),
            "cause" => intent.cause = text(matter.cause),
            "conclusion" => intent.conclusion = text(matter.conclusion),
            "countermeasure" => intent.countermeasure = text(matter.countermeasure),
            "prevention" => intent.prevention = text(matter.prevention),
            "satisfied" => intent.satisfied = Some(says.satisfied),
            "score" => {
                intent.score = Some(if says.satisfied {
                    random.u8(7..11)
                } else {
                    random.u8(2..6)
                });
            }
            "amount" => intent.amount = None,
            name => {
                let value = match name {
                    "of" => desk
                        .proposal
                        .as_ref()
                        .map(|proposal| proposal.event.clone()),
                    "original" => Some(says.original.to_owned()),
                    "responsible" => Some(says.assignee.to_owned()),
                    "cause_id" => picked(random, desk.causes.iter().map(|(id, ..)| id)),
                    "remedy" => remedy(random, case),
                    "criteria" => picked(random, desk.major.iter().map(|(id, _)| id)),
                    "course" => Some(text(matter.told)),
                    _ => picked(random, choices.iter().map(|(id, _)| id)),
                };
                // A pack without such a list asks for nothing of it.
                if value.is_some() || !matches!(name, "cause_id" | "remedy") {
                    let value = value.unwrap_or_else(|| text(words::CHECKED));
                    intent.data.insert(name.to_owned(), value);
                }
            }
        }
    }
    if intent
        .data
        .get("remedy")
        .is_some_and(|remedy| remedy == "compensation")
    {
        intent.amount = Some(random.i64(2..MOST_COMPENSATION / 10) * 1_000);
    }
    intent
}

/// What a person says at a step although nobody asks.
fn own_words(step: &str) -> &'static [&'static str] {
    match step {
        "investigated" => &["cause", "cause_id", "countermeasure", "prevention"],
        "proposed" => &["remedy", "note"],
        "called_back" => &["score", "note"],
        "carried_out" => &["note"],
        _ => &[],
    }
}

fn note(step: &str, matter: &Matter, says: Says<'_>) -> Both {
    match step {
        "proposed" => words::PLAN,
        "carried_out" => matter.countermeasure,
        "called_back" if says.satisfied => words::CALLED,
        "called_back" => words::NOT_SATISFIED,
        "answered" => matter.answer,
        _ => words::CHECKED,
    }
}

/// Returns the remedy the customer asked for where the pack has it, else one of the pack's.
fn remedy(random: &mut fastrand::Rng, case: &CaseRecord) -> Option<String> {
    let demand = case
        .fields
        .iter()
        .find(|field| field.name == "demand")
        .map_or("", |field| field.value.as_str());
    let remedies = &case.desk.remedies;
    if remedies.iter().any(|(id, _)| id == demand) {
        return Some(demand.to_owned());
    }
    picked(random, remedies.iter().map(|(id, _)| id))
}

fn picked<'a>(random: &mut fastrand::Rng, of: impl Iterator<Item = &'a String>) -> Option<String> {
    let of: Vec<&String> = of.collect();
    (!of.is_empty()).then(|| of[random.usize(0..of.len())].clone())
}
