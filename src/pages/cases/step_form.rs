//! The fields of a step as a form: turning what was typed into the step's intent. Which fields a step needs, the engine says.

use std::collections::BTreeMap;

use huiyin_api::{StepForm, StepIntent};

use crate::{shell::intl, texts::Texts};

/// One of both must be filled.
pub const EITHER: &str = "assignee_or_department";

/// Returns the fields a step shows: needed ones first, each once.
pub fn shown_fields(form: &StepForm) -> Vec<(String, bool)> {
    let mut fields: Vec<(String, bool)> = Vec::new();
    let needs = form.needs.iter().map(|name| (name, true));
    let offers = form.offers.iter().map(|name| (name, false));
    for (name, needed) in needs.chain(offers) {
        let names = if name == EITHER {
            vec!["assignee", "department"]
        } else {
            vec![name.as_str()]
        };
        for single in names {
            if !fields.iter().any(|(known, _)| known == single) {
                fields.push((single.to_owned(), needed && name != EITHER));
            }
        }
    }
    fields
}

/// Returns the intent made from what was typed, or the errors by field.
pub fn intent(
    texts: &Texts,
    form: &StepForm,
    typed: &BTreeMap<String, String>,
    seen: Vec<String>,
) -> Result<StepIntent, BTreeMap<String, String>> {
    let get = |name: &str| {
        typed
            .get(name)
            .map(|value| value.trim().to_owned())
            .unwrap_or_default()
    };
    let mut errors = BTreeMap::new();
    for need in &form.needs {
        if need == EITHER {
            if get("assignee").is_empty() && get("department").is_empty() {
                errors.insert("assignee".to_owned(), texts.cases.one_of_both.to_owned());
            }
        } else if get(need).is_empty() {
            errors.insert(need.clone(), (texts.common.missing)(&texts.field(need)));
        }
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
        seen,
        data: std::collections::BTreeMap::new(),
    })
}

fn optional<T>(text: &str, parse: impl Fn(&str) -> Option<T>) -> Result<Option<T>, ()> {
    if text.is_empty() {
        return Ok(None);
    }
    parse(text).map(Some).ok_or(())
}

/// Returns the cents of an amount in yuan with at most two decimals, such as `128.50` or `1,200`.
fn parse_cents(text: &str) -> Option<i64> {
    let plain: String = text
        .chars()
        .filter(|c| !matches!(c, ',' | '，' | ' ' | '¥' | '￥'))
        .collect();
    let (whole, rest) = plain.split_once('.').unwrap_or((&plain, ""));
    if whole.is_empty() || rest.len() > 2 || !plain.chars().all(|c| c.is_ascii_digit() || c == '.')
    {
        return None;
    }
    let yuan: i64 = whole.parse().ok()?;
    let cents: i64 = format!("{rest:0<2}").parse().ok()?;
    yuan.checked_mul(100)?.checked_add(cents)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(needs: &[&str], offers: &[&str]) -> StepForm {
        let own = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        StepForm {
            step: "assigned".into(),
            needs: own(needs),
            offers: own(offers),
        }
    }

    #[test]
    fn one_of_both_becomes_two_fields_neither_required_alone() {
        let shown = shown_fields(&form(&[EITHER], &["note", "assignee"]));
        let shown: Vec<(&str, bool)> = shown
            .iter()
            .map(|(name, needed)| (name.as_str(), *needed))
            .collect();
        assert_eq!(
            shown,
            [("assignee", false), ("department", false), ("note", false)]
        );
    }

    #[test]
    fn amounts_are_read_as_cents_and_nonsense_is_refused() {
        assert_eq!(parse_cents("128.5"), Some(12_850));
        assert_eq!(parse_cents("¥1,200"), Some(120_000));
        assert_eq!(parse_cents("0.07"), Some(7));
        for bad in ["", "abc", "1.234", "-5", ".", "1.2.3"] {
            assert_eq!(parse_cents(bad), None, "{bad}");
        }
    }
}
