//! Drafts of forms, kept by the engine so that they survive a reload.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use huiyin_api::Request;
use leptos::{leptos_dom::helpers::TimeoutHandle, prelude::*, task::spawn_local};

use super::{
    ask,
    engine::{Engine, use_engine},
};

/// Pause in typing after which a draft is stored.
const SETTLE: Duration = Duration::from_millis(200);

/// A form's values by field, and its draft.
#[derive(Clone, Copy)]
pub struct Draft {
    key: StoredValue<String>,
    /// The values as typed.
    pub values: RwSignal<BTreeMap<String, String>>,
    /// A draft was found and put into the form.
    pub restored: ReadSignal<bool>,
    set_restored: WriteSignal<bool>,
    timer: StoredValue<Option<TimeoutHandle>>,
    touched: StoredValue<BTreeSet<String>>,
    engine: Engine,
}

impl Draft {
    /// Opens the draft of a form; what was kept is put in, unless the person was quicker.
    pub fn open(key: impl Into<String>) -> Self {
        let engine = use_engine();
        let (restored, set_restored) = signal(false);
        let draft = Self {
            key: StoredValue::new(key.into()),
            values: RwSignal::new(BTreeMap::new()),
            restored,
            set_restored,
            timer: StoredValue::new(None),
            touched: StoredValue::new(BTreeSet::new()),
            engine,
        };
        on_cleanup(move || {
            if draft.cancel_timer() {
                draft.store();
            }
        });
        Effect::new(move |_| {
            let locking = engine
                .lock
                .with(|view| view.as_ref().is_some_and(|view| view.locking));
            if locking && draft.cancel_timer() {
                draft.store();
            }
        });
        let asked = Request::Draft {
            key: draft.key.get_value(),
        };
        spawn_local(async move {
            let Ok(json) = engine.get(asked, ask::draft).await else {
                return;
            };
            let Ok(kept) = serde_json::from_str::<BTreeMap<String, String>>(&json) else {
                return;
            };
            let fresh = draft
                .touched
                .try_get_value()
                .is_some_and(|touched| touched.is_empty());
            if fresh && !kept.is_empty() {
                draft.touched.try_set_value(kept.keys().cloned().collect());
                draft.values.try_update(|values| values.extend(kept));
                set_restored.try_set(true);
            }
        });
        draft
    }

    /// Returns the value of a field, tracked.
    pub fn get(self, field: &str) -> String {
        self.values
            .with(|values| values.get(field).cloned().unwrap_or_default())
    }

    /// Returns the value of a field without tracking it.
    pub fn peek(self, field: &str) -> String {
        self.values
            .with_untracked(|values| values.get(field).cloned().unwrap_or_default())
    }

    /// Takes what was typed into a field and stores the draft after a pause.
    pub fn put(self, field: &str, value: String) {
        self.touched.update_value(|touched| {
            touched.insert(field.to_owned());
        });
        self.values.update(|values| {
            values.insert(field.to_owned(), value);
        });
        self.store_soon();
    }

    /// Puts a value into a field without making a draft of it (a default).
    pub fn preset(self, field: &str, value: String) {
        self.values.try_update(|values| {
            values.entry(field.to_owned()).or_insert(value);
        });
    }

    /// Returns the values the person typed, without those that were only preset.
    pub fn typed(self) -> BTreeMap<String, String> {
        let touched = self.touched.try_get_value().unwrap_or_default();
        let mut values = self.values.try_get_untracked().unwrap_or_default();
        values.retain(|field, _| touched.contains(field));
        values
    }

    /// Forgets the draft, after saving or when the person gives it up.
    pub fn forget(self) {
        self.cancel_timer();
        // The form may have been closed while its record was being saved; its key goes with it.
        let Some(key) = self.key.try_get_value() else {
            return;
        };
        let request = Request::DropDraft { key };
        let engine = self.engine;
        spawn_local(async move {
            let _ = engine.tell(request).await;
        });
    }

    /// Gives the draft up: the form holds `values` again, as if nothing had been typed.
    pub fn discard(self, values: BTreeMap<String, String>) {
        self.forget();
        self.touched.try_set_value(BTreeSet::new());
        self.values.try_set(values);
        self.set_restored.try_set(false);
    }

    /// Returns whether a draft was waiting to be stored.
    fn cancel_timer(self) -> bool {
        match self.timer.try_update_value(Option::take) {
            Some(Some(timer)) => {
                timer.clear();
                true
            }
            _ => false,
        }
    }

    fn store_soon(self) {
        self.cancel_timer();
        let store = move || {
            self.timer.try_set_value(None);
            self.store();
        };
        let timer = set_timeout_with_handle(store, SETTLE).ok();
        self.timer.set_value(timer);
    }

    fn store(self) {
        let Some(key) = self.key.try_get_value() else {
            return;
        };
        let json = serde_json::to_string(&self.typed()).expect("texts are plain data");
        let engine = self.engine;
        spawn_local(async move {
            let _ = engine.tell(Request::SaveDraft { key, json }).await;
        });
    }
}
