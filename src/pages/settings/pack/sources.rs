//! The choices of a place: what the pack being edited has itself, and what the program knows.

use huiyin_api::Language;
use huiyin_core::{
    case::{CASE_KINDS, CATEGORIES, CHANNELS, CaseField, SEVERITIES, Step},
    field::FieldKind,
    pack::OPTIONAL_STEPS,
    staff::Role,
};
use serde_json::Value;

use super::{schema::Source, tree};
use crate::texts::{Texts, packs};

/// Wire name and shown name of each choice.
pub type Choices = Vec<(String, String)>;

/// Returns the choices of a source, as the pack stands now.
pub fn choices(texts: &Texts, pack: &Value, source: Source) -> Choices {
    let language = texts.language;
    let fixed = |words: &[packs::Row]| -> Choices {
        words
            .iter()
            .map(|(wire, name)| ((*wire).to_owned(), name.of(language).to_owned()))
            .collect()
    };
    let own = |list: &str| entries(language, pack, list);
    let own_or = |list: &str, field: &str, wires: &[&str]| {
        let mut found = own(list);
        if found.is_empty() {
            found = wires
                .iter()
                .map(|wire| ((*wire).to_owned(), texts.value(field, wire)))
                .collect();
        }
        found
    };
    let steps = |steps: &[Step]| -> Choices {
        steps
            .iter()
            .map(|step| (step.name().to_owned(), texts.step(step.name())))
            .collect()
    };
    let named = |field: &str, wires: &[&str]| -> Choices {
        wires
            .iter()
            .map(|wire| ((*wire).to_owned(), texts.value(field, wire)))
            .collect()
    };
    match source {
        Source::Roles => roles(texts),
        Source::Posts => [roles(texts), own("posts")].concat(),
        Source::Told => [fixed(packs::PEOPLE_OF_A_CASE), roles(texts), own("posts")].concat(),
        Source::Steps => steps(&steps_of_a_case()),
        Source::OptionalSteps => steps(OPTIONAL_STEPS),
        Source::CaseKinds => named("kind", CASE_KINDS),
        Source::Kinds => own_or("kinds", "kind", CASE_KINDS),
        Source::CaseSeverities => named("severity", SEVERITIES),
        Source::Severities => own_or("severities", "severity", SEVERITIES),
        Source::Categories => own_or("categories", "category", CATEGORIES),
        Source::Remedies => own("remedies"),
        Source::Causes => own("causes"),
        Source::Clocks => own("clocks"),
        Source::Channels => named("channel", CHANNELS),
        Source::Fields => CaseField::ALL
            .iter()
            .map(|field| (field.name().to_owned(), texts.field(field.name())))
            .collect(),
        Source::StepFields => own("step_fields"),
        Source::TimeModes => fixed(packs::TIME_MODES),
        Source::Rights => fixed(packs::RIGHTS),
        Source::Places => fixed(packs::PLACES),
        Source::Layouts => fixed(packs::LAYOUTS),
    }
}

/// Returns everything a clock may start at.
pub fn starts(texts: &Texts, pack: &Value) -> Choices {
    let words = &texts.packs;
    let mut choices = vec![("registered".to_owned(), texts.step("registered"))];
    choices.push(("major".to_owned(), words.start_major.to_owned()));
    choices.extend(
        steps_of_a_case()
            .iter()
            .map(|step| (step.name().to_owned(), texts.step(step.name()))),
    );
    choices.extend(
        entries(texts.language, pack, "clocks")
            .into_iter()
            .map(|(wire, name)| (format!("clock:{wire}"), (words.start_clock)(&name))),
    );
    choices.extend(
        CaseField::ALL
            .iter()
            .filter(|field| matches!(field.kind(), FieldKind::Date))
            .map(|field| {
                let name = (words.start_field)(&texts.field(field.name()));
                (format!("field:{}", field.name()), name)
            }),
    );
    choices
}

/// Returns the title of an entry in a list: its words, else its name.
pub fn title(language: Language, row: &Value) -> String {
    let words = ["text", "title", "name"]
        .iter()
        .find_map(|key| row.get(key).filter(|value| value.is_object()))
        .unwrap_or(row);
    let (first, second) = match language {
        Language::Chinese => ("zh", "en"),
        Language::English => ("en", "zh"),
    };
    [first, second]
        .iter()
        .filter_map(|key| words.get(key).and_then(Value::as_str))
        .find(|text| !text.trim().is_empty())
        .or_else(|| tree::name_of(row))
        .unwrap_or_default()
        .to_owned()
}

fn entries(language: Language, pack: &Value, list: &str) -> Choices {
    tree::rows(pack, &format!("/{list}"))
        .iter()
        .filter_map(|row| {
            let wire = tree::name_of(row)?.to_owned();
            let shown = title(language, row);
            Some((wire, shown))
        })
        .collect()
}

fn roles(texts: &Texts) -> Choices {
    Role::ALL
        .iter()
        .map(|role| (role.name().to_owned(), texts.role(role.name())))
        .collect()
}

/// Steps people take of a case themselves; penalties and imports have their own.
fn steps_of_a_case() -> Vec<Step> {
    Step::ALL
        .iter()
        .copied()
        .filter(|step| {
            let name = step.name();
            !matches!(step, Step::Registered | Step::Imported) && !name.starts_with("penalty_")
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_title_is_in_the_language_of_the_screen_or_in_the_other_one() {
        let row = json!({"id": "taste", "text": {"zh": "口味", "en": ""}});
        assert_eq!(title(Language::Chinese, &row), "口味");
        assert_eq!(title(Language::English, &row), "口味");
        assert_eq!(
            title(Language::English, &json!({"id": "taste", "text": {}})),
            "taste"
        );
        assert_eq!(
            title(Language::English, &json!({"zh": "礼貌", "en": "Polite"})),
            "Polite"
        );
    }

    #[test]
    fn penalties_are_no_steps_of_a_way() {
        let steps = steps_of_a_case();
        assert!(steps.contains(&Step::Answered));
        assert!(!steps.iter().any(|step| step.name().starts_with("penalty")));
    }
}
