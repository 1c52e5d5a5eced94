//! Events as Automerge maps: one scalar per field and per datum of the event, so that any Automerge program can read them.

use std::collections::BTreeMap;

use huiyin_core::case::{CaseEvent, Step};
use huiyin_core::id::EventId;
use huiyin_core::signing::Signing;

use crate::Millis;
use crate::schema::DATA_PREFIX;
use crate::stored::Stored;

/// Name of a scalar of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Name<'a> {
    /// As it is.
    Plain(&'a str),
    /// After [`DATA_PREFIX`].
    Datum(&'a str),
}

impl Name<'_> {
    /// Returns the key it is stored under.
    pub(crate) fn key(self) -> String {
        match self {
            Self::Plain(name) => name.to_owned(),
            Self::Datum(name) => format!("{DATA_PREFIX}{name}"),
        }
    }
}

/// Calls `put` with every stored scalar of an event in the order of their keys. The id is not among them: it is the key the event
/// is stored under. Empty texts and lists are not stored.
pub(crate) fn scalars<'a>(event: &'a CaseEvent, mut put: impl FnMut(Name<'a>, Stored<'a>)) {
    // Taken apart so that a further field cannot be forgotten here.
    let CaseEvent {
        id: _,
        step,
        at,
        by,
        device,
        note,
        after,
        reason,
        assignee,
        department,
        to_branch,
        cause,
        conclusion,
        countermeasure,
        prevention,
        satisfied,
        score,
        amount,
        imported_state,
        data,
        signing: _,
    } = event;
    let text = |text: &'a str| (!text.is_empty()).then_some(Stored::Text(text));
    let maybe = |field: &'a Option<String>| field.as_deref().and_then(text);
    let before_data = [
        (
            "after",
            (!after.is_empty()).then_some(Stored::Ids(after.as_slice())),
        ),
        ("amount", amount.map(Stored::Int)),
        ("assignee", maybe(assignee)),
        ("at", Some(Stored::Int(*at))),
        ("by", text(by)),
        ("cause", maybe(cause)),
        ("conclusion", maybe(conclusion)),
        ("countermeasure", maybe(countermeasure)),
    ];
    let after_data = [
        ("department", maybe(department)),
        ("device", text(device)),
        ("imported_state", maybe(imported_state)),
        ("note", text(note)),
        ("prevention", maybe(prevention)),
        ("reason", maybe(reason)),
        ("satisfied", satisfied.map(Stored::Flag)),
        ("score", score.map(|score| Stored::Int(i64::from(score)))),
        ("step", Some(Stored::Text(step.name()))),
        ("to_branch", maybe(to_branch)),
    ];
    for (name, value) in before_data {
        if let Some(value) = value {
            put(Name::Plain(name), value);
        }
    }
    for (name, value) in data {
        if !value.is_empty() {
            put(Name::Datum(name), Stored::Text(value));
        }
    }
    for (name, value) in after_data {
        if let Some(value) = value {
            put(Name::Plain(name), value);
        }
    }
}

/// Returns an event as it reads after it was stored: without empty texts.
pub(crate) fn as_stored(event: &CaseEvent) -> CaseEvent {
    let mut stored = event.clone();
    for text in [
        &mut stored.reason,
        &mut stored.assignee,
        &mut stored.department,
        &mut stored.to_branch,
        &mut stored.cause,
        &mut stored.conclusion,
        &mut stored.countermeasure,
        &mut stored.prevention,
        &mut stored.imported_state,
    ] {
        text.take_if(|text| text.is_empty());
    }
    stored.data.retain(|_, value| !value.is_empty());
    stored
}

/// Scalars without which an event cannot be read.
pub(crate) const NEEDED: [&str; 2] = ["at", "step"];

/// Returns whether [`EventReader::take`] takes a scalar, without keeping anything.
pub(crate) fn is_sound(name: &str, value: Stored<'_>) -> bool {
    match (name, value) {
        (_, Stored::Foreign | Stored::Null) => !NEEDED.contains(&name),
        ("step", Stored::Text(text)) => Step::parse(text).is_some(),
        ("at" | "amount", value) => value.number().is_some(),
        ("score", value) => value
            .number()
            .is_some_and(|score| u8::try_from(score).is_ok()),
        ("satisfied", value) => matches!(value, Stored::Flag(_)),
        ("after", Stored::Text(text)) => text
            .split(' ')
            .filter(|part| !part.is_empty())
            .all(|part| EventId::parse(part).is_ok()),
        (
            "step" | "after" | "by" | "device" | "note" | "reason" | "assignee" | "department"
            | "to_branch" | "cause" | "conclusion" | "countermeasure" | "prevention"
            | "imported_state",
            value,
        ) => matches!(value, Stored::Text(_)),
        _ => true,
    }
}

/// An event while its scalars are read, in any order.
#[derive(Debug, Default)]
pub(crate) struct EventReader {
    step: Option<Step>,
    at: Option<Millis>,
    by: String,
    device: String,
    note: String,
    after: Vec<EventId>,
    reason: Option<String>,
    assignee: Option<String>,
    department: Option<String>,
    to_branch: Option<String>,
    cause: Option<String>,
    conclusion: Option<String>,
    countermeasure: Option<String>,
    prevention: Option<String>,
    satisfied: Option<bool>,
    score: Option<u8>,
    amount: Option<i64>,
    imported_state: Option<String>,
    data: BTreeMap<String, String>,
}

impl EventReader {
    /// Takes in a scalar; names this version does not know are left out.
    ///
    /// # Errors
    /// What is wrong with the scalar; the event cannot be read then.
    pub(crate) fn take(&mut self, name: &str, value: Stored<'_>) -> Result<(), String> {
        if matches!(value, Stored::Foreign | Stored::Null) {
            return Ok(());
        }
        let own = || match value {
            Stored::Text(text) => Ok(text.to_owned()),
            _ => Err(format!("{name} is no text")),
        };
        let number = || {
            value
                .number()
                .ok_or_else(|| format!("{name} is no whole number"))
        };
        match name {
            "step" => {
                let Stored::Text(text) = value else {
                    return Err("step is no text".to_owned());
                };
                let step = Step::parse(text).ok_or_else(|| format!("unknown step {text:?}"))?;
                self.step = Some(step);
            }
            "at" => self.at = Some(number()?),
            "by" => self.by = own()?,
            "device" => self.device = own()?,
            "note" => self.note = own()?,
            "after" => {
                let Stored::Text(text) = value else {
                    return Err("after is no text".to_owned());
                };
                self.after = text
                    .split(' ')
                    .filter(|part| !part.is_empty())
                    .map(EventId::parse)
                    .collect::<Result<_, _>>()
                    .map_err(|error| error.to_string())?;
            }
            "reason" => self.reason = Some(own()?),
            "assignee" => self.assignee = Some(own()?),
            "department" => self.department = Some(own()?),
            "to_branch" => self.to_branch = Some(own()?),
            "cause" => self.cause = Some(own()?),
            "conclusion" => self.conclusion = Some(own()?),
            "countermeasure" => self.countermeasure = Some(own()?),
            "prevention" => self.prevention = Some(own()?),
            "satisfied" => match value {
                Stored::Flag(flag) => self.satisfied = Some(flag),
                _ => return Err("satisfied is neither yes nor no".to_owned()),
            },
            "score" => {
                let score = u8::try_from(number()?);
                self.score = Some(score.map_err(|_| "score is out of range".to_owned())?);
            }
            "amount" => self.amount = Some(number()?),
            "imported_state" => self.imported_state = Some(own()?),
            _ => {
                if let (Some(datum), Stored::Text(text)) = (name.strip_prefix(DATA_PREFIX), value) {
                    self.data.insert(datum.to_owned(), text.to_owned());
                }
            }
        }
        Ok(())
    }

    /// Returns the event stored under `id`.
    ///
    /// # Errors
    /// What is missing or wrong.
    pub(crate) fn finish(self, id: &str) -> Result<CaseEvent, String> {
        Ok(CaseEvent {
            id: EventId::parse(id).map_err(|error| error.to_string())?,
            step: self.step.ok_or("the step is missing")?,
            at: self.at.ok_or("the time is missing")?,
            by: self.by,
            device: self.device,
            note: self.note,
            after: self.after,
            reason: self.reason,
            assignee: self.assignee,
            department: self.department,
            to_branch: self.to_branch,
            cause: self.cause,
            conclusion: self.conclusion,
            countermeasure: self.countermeasure,
            prevention: self.prevention,
            satisfied: self.satisfied,
            score: self.score,
            amount: self.amount,
            imported_state: self.imported_state,
            data: self.data,
            signing: Signing::NotAsked,
        })
    }
}
