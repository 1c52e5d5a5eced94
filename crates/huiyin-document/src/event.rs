//! Events as Automerge maps: one scalar per field and per datum of the event, so that any Automerge program can read them.

use automerge::hydrate;
use automerge::iter::MapRangeItem;
use huiyin_core::case::CaseEvent;
use serde_json::{Map, Value};

use crate::schema::DATA_PREFIX;

/// Fields of an event that hold lists; stored as one string, parts separated by a space.
const LISTS: [&str; 1] = ["after"];

/// Returns the scalars of an event without its id (the id is the key it is stored under).
pub(crate) fn scalars(event: &CaseEvent) -> Vec<(String, hydrate::Value)> {
    let Ok(Value::Object(fields)) = serde_json::to_value(event) else {
        return Vec::new();
    };
    let own = fields
        .into_iter()
        .filter(|(name, _)| name != "id")
        .filter_map(|(name, value)| Some((name, scalar(value)?)));
    let data = event
        .data
        .iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| {
            (
                format!("{DATA_PREFIX}{name}"),
                hydrate::Value::scalar(value.clone()),
            )
        });
    own.chain(data).collect()
}

fn scalar(value: Value) -> Option<hydrate::Value> {
    match value {
        Value::Bool(flag) => Some(hydrate::Value::scalar(flag)),
        Value::Number(number) => number.as_i64().map(hydrate::Value::scalar),
        Value::String(text) if text.is_empty() => None,
        Value::String(text) => Some(hydrate::Value::scalar(text)),
        Value::Array(parts) if parts.is_empty() => None,
        Value::Array(parts) => Some(hydrate::Value::scalar(
            parts
                .iter()
                .filter_map(Value::as_str)
                .collect::<Vec<_>>()
                .join(" "),
        )),
        Value::Null | Value::Object(_) => None,
    }
}

/// Returns an event from its stored scalars, or why it cannot be read.
pub(crate) fn read<'a>(
    id: &str,
    items: impl Iterator<Item = MapRangeItem<'a>>,
) -> Result<CaseEvent, String> {
    let mut fields = Map::new();
    fields.insert("id".to_owned(), Value::String(id.to_owned()));
    // Empty texts are not stored.
    for name in ["by", "device", "note"] {
        fields.insert(name.to_owned(), Value::String(String::new()));
    }
    let mut data = Map::new();
    for item in items {
        let name = item.key.to_string();
        let Some(value) = json(&name, &item) else {
            continue;
        };
        match name.strip_prefix(DATA_PREFIX) {
            Some(datum) if value.is_string() => {
                data.insert(datum.to_owned(), value);
            }
            Some(_) => {}
            None => {
                fields.insert(name, value);
            }
        }
    }
    if !data.is_empty() {
        fields.insert("data".to_owned(), Value::Object(data));
    }
    serde_json::from_value(Value::Object(fields)).map_err(|error| error.to_string())
}

fn json(name: &str, item: &MapRangeItem<'_>) -> Option<Value> {
    use automerge::{ScalarValueRef, ValueRef};
    let ValueRef::Scalar(value) = &item.value else {
        return None;
    };
    match value {
        ScalarValueRef::Str(text) if LISTS.contains(&name) => Some(Value::Array(
            text.split(' ')
                .filter(|part| !part.is_empty())
                .map(|part| Value::String(part.to_owned()))
                .collect(),
        )),
        ScalarValueRef::Str(text) => Some(Value::String(text.to_string())),
        ScalarValueRef::Int(number) => Some(Value::from(*number)),
        ScalarValueRef::Uint(number) => Some(Value::from(*number)),
        ScalarValueRef::Boolean(flag) => Some(Value::Bool(*flag)),
        _ => None,
    }
}
