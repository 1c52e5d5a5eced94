//! What each step must say, and the limits of what it says.
//!
//! Decides required data, figures, texts, choices and dates, by the program and by the policy. Who may take a step and when
//! is decided in [`crate::rules`].

use crate::actions::{ACTION_KINDS, YES_NO};
use crate::case::{CaseEvent, Step};
use crate::case_data as data;
use crate::case_field::{CHANNELS, SEVERITIES};
use crate::fold::MAJOR;
use crate::pack::{Choice, MAX_ID, Pack};
use crate::rules::{MAX_AMOUNT, MAX_SCORE, StepContext};
use crate::step_error::{RequiredData, StepError};

/// Returns the first thing that every step of its kind must say and this event does not, whatever the policy.
pub fn missing_data(event: &CaseEvent) -> Option<RequiredData> {
    let says = |text: &Option<String>| text.as_deref().is_some_and(|text| !text.trim().is_empty());
    let (what, present) = match event.step {
        Step::NotUpheld | Step::Withdrawn | Step::Reopened | Step::SentBack | Step::Malicious => {
            (RequiredData::Reason, says(&event.reason))
        }
        Step::Assigned => (
            RequiredData::AssigneeOrDepartment,
            says(&event.assignee) || says(&event.department),
        ),
        Step::Forwarded => (RequiredData::ToBranch, says(&event.to_branch)),
        Step::Investigated => (RequiredData::Conclusion, says(&event.conclusion)),
        Step::Answered | Step::Noted => (RequiredData::Note, !event.note.trim().is_empty()),
        Step::CalledBack => (RequiredData::Satisfied, event.satisfied.is_some()),
        Step::Imported => (RequiredData::ImportedState, says(&event.imported_state)),
        _ => return None,
    };
    if present { None } else { Some(what) }
}

/// Data that steps of the desk must carry: (step, fields). The names of [`RequiredData::place`].
const DESK_NEEDS: &[(Step, &[&str])] = &[
    (Step::Classed, &[data::SEVERITY]),
    (Step::Paused, &["reason"]),
    (Step::Extended, &[data::CLOCK, "reason"]),
    (Step::Returned, &["reason"]),
    (Step::Endorsed, &[data::OF]),
    (Step::Approved, &[data::OF]),
    (Step::SentBack, &[data::OF]),
    (Step::Delegated, &[data::OF, data::TO]),
    (Step::Duplicate, &[data::ORIGINAL]),
    (
        Step::ActionPlanned,
        &[
            data::ACTION,
            data::ACTION_KIND,
            "note",
            data::OWNER,
            data::DUE,
        ],
    ),
    (Step::ActionDone, &[data::ACTION]),
    (Step::ActionVerified, &[data::ACTION, data::GOOD]),
    (Step::SpotChecked, &[data::GOOD]),
];

/// Returns what a step must say under a policy, as the names of [`RequiredData::place`], each once: what every such step
/// must, what the desk asks, what the policy asks.
pub fn needs(step: Step, pack: Option<&Pack>, kind: &str) -> Vec<String> {
    let empty = CaseEvent::new(crate::id::EventId::from_u64(0), step, 0, "", "");
    let mut found: Vec<String> = missing_data(&empty)
        .map(|what| what.place().to_owned())
        .into_iter()
        .collect();
    let mut add = |name: &str| {
        if !found.iter().any(|known| known == name) {
            found.push(name.to_owned());
        }
    };
    if let Some(pack) = pack {
        for (_, names) in DESK_NEEDS.iter().filter(|(of, _)| *of == step) {
            names.iter().for_each(|name| add(name));
        }
        for field in pack.required_data(step, kind) {
            add(&field.id);
        }
    }
    found
}

/// Returns what an event says under a name of [`RequiredData::place`]; empty where it says nothing.
pub fn said<'a>(event: &'a CaseEvent, name: &str) -> std::borrow::Cow<'a, str> {
    use std::borrow::Cow::{Borrowed, Owned};
    let text = |value: &'a Option<String>| Borrowed(value.as_deref().unwrap_or_default());
    match name {
        "note" => Borrowed(&event.note),
        "reason" => text(&event.reason),
        "assignee" => text(&event.assignee),
        "department" => text(&event.department),
        "assignee_or_department" => match text(&event.assignee) {
            none if none.trim().is_empty() => text(&event.department),
            assignee => assignee,
        },
        "to_branch" => text(&event.to_branch),
        "cause" => text(&event.cause),
        "conclusion" => text(&event.conclusion),
        "countermeasure" => text(&event.countermeasure),
        "prevention" => text(&event.prevention),
        "imported_state" => text(&event.imported_state),
        "satisfied" => event
            .satisfied
            .map_or(Borrowed(""), |yes| Borrowed(if yes { "yes" } else { "no" })),
        "score" => event
            .score
            .map_or(Borrowed(""), |score| Owned(score.to_string())),
        "amount" => event
            .amount
            .map_or(Borrowed(""), |amount| Owned(amount.to_string())),
        name => Borrowed(event.datum(name)),
    }
}

/// Returns the first thing that the event must say and does not, whatever asks for it.
pub(crate) fn missing(context: &StepContext<'_>, event: &CaseEvent) -> Option<RequiredData> {
    if let Some(what) = missing_data(event) {
        return Some(what);
    }
    let pack = context.pack?;
    let lacking = needs(event.step, Some(pack), context.kind)
        .into_iter()
        .find(|name| said(event, name).trim().is_empty());
    if let Some(name) = lacking {
        return Some(match name.as_str() {
            "reason" => RequiredData::Reason,
            "note" => RequiredData::Note,
            _ => RequiredData::Datum(name),
        });
    }
    let datum = |name: &str| event.datum(name).trim().is_empty();
    match event.step {
        Step::Classed
            if event.datum(data::SEVERITY) == MAJOR
                && !pack.major.is_empty()
                && datum(data::CRITERIA) =>
        {
            Some(RequiredData::Datum(data::CRITERIA.to_owned()))
        }
        // What was found not good is said in words.
        Step::SpotChecked | Step::ActionVerified
            if event.datum(data::GOOD) == "no" && event.note.trim().is_empty() =>
        {
            Some(RequiredData::Note)
        }
        _ => None,
    }
}

/// Checks score and amount.
pub(crate) fn figures(event: &CaseEvent) -> Result<(), StepError> {
    if let Some(score) = event.score.filter(|score| *score > MAX_SCORE) {
        return Err(StepError::Score { score });
    }
    match event.amount {
        Some(amount) if amount < 0 => Err(StepError::Amount { amount }),
        Some(amount) if amount > MAX_AMOUNT => Err(StepError::AmountTooLarge { amount }),
        _ => Ok(()),
    }
}

/// Checks that texts and data are within their limits.
pub(crate) fn texts(event: &CaseEvent) -> Result<(), StepError> {
    if event.data.len() > data::MAX_ENTRIES {
        return Err(StepError::TooManyEntries {
            entries: event.data.len(),
        });
    }
    let own = [
        ("reason", &event.reason),
        ("assignee", &event.assignee),
        ("department", &event.department),
        ("to_branch", &event.to_branch),
        ("cause", &event.cause),
        ("conclusion", &event.conclusion),
        ("countermeasure", &event.countermeasure),
        ("prevention", &event.prevention),
        ("imported_state", &event.imported_state),
    ];
    let own = own
        .iter()
        .filter_map(|(name, text)| Some((*name, text.as_deref()?)));
    let further = event
        .data
        .iter()
        .map(|(name, text)| (name.as_str(), text.as_str()));
    for (name, text) in own.chain(further).chain([("note", event.note.as_str())]) {
        if name.is_empty() || name.chars().count() > MAX_ID {
            return Err(unknown("data", name));
        }
        // Bytes bound characters from above: long texts alone are counted.
        if text.len() > data::MAX_VALUE {
            let characters = text.chars().count();
            if characters > data::MAX_VALUE {
                return Err(StepError::TooLong {
                    name: name.to_owned(),
                    characters,
                });
            }
        }
    }
    Ok(())
}

/// Returns the refusal of a value that is not in its list.
pub(crate) fn unknown(name: &str, value: &str) -> StepError {
    StepError::UnknownChoice {
        name: name.to_owned(),
        value: value.chars().take(MAX_ID).collect(),
    }
}

/// Checks values that are chosen from a list of the program or of the policy.
pub(crate) fn choices(context: &StepContext<'_>, event: &CaseEvent) -> Result<(), StepError> {
    let fixed: &[(&str, &[&str])] = &[
        (data::SEVERITY, SEVERITIES),
        (data::ACTION_KIND, ACTION_KINDS),
        (data::GOOD, YES_NO),
        (data::CHANNEL, CHANNELS),
    ];
    for (name, list) in fixed {
        let value = event.datum(name);
        if !value.is_empty() && !list.contains(&value) {
            return Err(unknown(name, value));
        }
    }
    let Some(pack) = context.pack else {
        return Ok(());
    };
    let among = |name: &str, list: &[Choice]| {
        let odd = event
            .datum(name)
            .split(',')
            .map(str::trim)
            .find(|value| !value.is_empty() && !list.iter().any(|choice| choice.id == *value));
        match odd {
            Some(value) if !list.is_empty() => Err(unknown(name, value)),
            _ => Ok(()),
        }
    };
    among(data::CRITERIA, &pack.major)?;
    among(data::REMEDY, &pack.remedies)?;
    among(data::CAUSE_ID, &pack.causes)?;
    for field in pack.step_fields(event.step, context.kind) {
        let value = said(event, &field.id);
        if !field.choices.is_empty()
            && !value.is_empty()
            && !field.choices.iter().any(|choice| choice.id == value)
        {
            return Err(unknown(&field.id, &value));
        }
    }
    Ok(())
}

/// Returns whether a text is a date as it is stored, `YYYY-MM-DD`.
fn is_date(text: &str) -> bool {
    text.len() == 10 && chrono::NaiveDate::parse_from_str(text, "%Y-%m-%d").is_ok()
}

/// Checks dates among the data.
pub(crate) fn dates(context: &StepContext<'_>, event: &CaseEvent) -> Result<(), StepError> {
    for name in [data::LIMIT, data::DUE] {
        let value = event.datum(name);
        if value.is_empty() {
            continue;
        }
        if !is_date(value) {
            return Err(StepError::BadDate {
                name: name.to_owned(),
                value: value.chars().take(MAX_ID).collect(),
            });
        }
        // Dates of one width compare as texts.
        if value < context.today {
            return Err(StepError::PastDate {
                name: name.to_owned(),
                value: value.to_owned(),
                from: context.today.to_owned(),
            });
        }
    }
    Ok(())
}
