//! Columns and group of a list as the person at this device left them: kept by the engine, put back when the list is first shown.

use huiyin_api::Request;
use leptos::{prelude::*, task::spawn_local};
use serde::{Deserialize, Serialize};

use crate::shell::{
    ask,
    engine::{Engine, use_engine},
    list_memory::ListState,
    session::{Session, use_session},
};

/// Version of the stored form; another is not read.
const VERSION: u32 = 1;

/// What is kept of a list.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
struct Layout {
    v: u32,
    #[serde(default)]
    columns: Vec<String>,
    #[serde(default)]
    group: String,
}

fn read(json: &str) -> Option<Layout> {
    serde_json::from_str::<Layout>(json)
        .ok()
        .filter(|layout| layout.v == VERSION)
}

/// Returns the key it is kept under, for the person at the device.
fn key(session: Session, cases: bool) -> String {
    let staff = session.with(|status| status.map(|status| status.staff.clone()));
    let list = if cases { "cases" } else { "customers" };
    format!("layout:{list}:{}", staff.unwrap_or_default())
}

/// Puts the columns and the group back as they were left, once for each person.
pub fn restore(cases: bool, state: ListState) {
    let engine = use_engine();
    let session = use_session();
    Effect::new(move |_| {
        let key = key(session, cases);
        if state.restored.with_value(|restored| *restored == key) {
            return;
        }
        state.restored.set_value(key.clone());
        put_back_from(engine, key, state);
    });
}

/// Puts the columns and the group back as the person left them, after a saved view was closed.
pub fn put_back(engine: Engine, session: Session, cases: bool, state: ListState) {
    put_back_from(engine, untrack(|| key(session, cases)), state);
}

fn put_back_from(engine: Engine, key: String, state: ListState) {
    spawn_local(async move {
        let kept = engine.get(Request::Draft { key }, ask::draft).await;
        let layout = kept.ok().and_then(|json| read(&json)).unwrap_or_default();
        // A saved view that was opened meanwhile says itself what is shown.
        if state.view.try_get_untracked() == Some(None) {
            state.columns.try_set(layout.columns);
            if state
                .query
                .with_untracked(|query| query.group != layout.group)
            {
                state.change(|query| query.group = layout.group);
            }
        }
    });
}

/// Keeps the columns and the group as they are now.
pub fn keep(engine: Engine, session: Session, cases: bool, state: ListState) {
    let layout = Layout {
        v: VERSION,
        columns: state.columns.get_untracked(),
        group: state.query.with_untracked(|query| query.group.clone()),
    };
    let request = Request::SaveDraft {
        key: untrack(|| key(session, cases)),
        json: serde_json::to_string(&layout).expect("names are plain data"),
    };
    spawn_local(async move {
        // What cannot be kept is as it was the next time.
        let _ = engine.tell(request).await;
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_layout_is_read_as_it_was_kept_and_a_newer_one_is_left_alone() {
        let json = r#"{"v":1,"columns":["name","city"],"group":"kind"}"#;
        let layout = Layout {
            v: VERSION,
            columns: vec!["name".to_owned(), "city".to_owned()],
            group: "kind".to_owned(),
        };
        assert_eq!(serde_json::to_string(&layout).ok().as_deref(), Some(json));
        assert_eq!(read(json), Some(layout));
        assert_eq!(read(r#"{"v":2}"#), None);
        assert_eq!(read("[]"), None);
    }
}
