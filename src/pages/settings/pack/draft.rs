//! The draft of a pack: what was changed, kept over a reload, and where it is wrong.

use huiyin_core::pack::Pack;
use leptos::prelude::*;
use serde_json::Value;

use super::tree::{self, Defect};
use crate::shell::drafts::Draft;

/// Key of the draft.
const KEY: &str = "pack";
/// The one value of the draft: the tree as text.
const TREE: &str = "tree";
/// The published version the draft began from.
const FROM: &str = "from";
/// Changes of lists that can be taken back.
const MAX_UNDO: usize = 30;

/// The pack being edited. Cheap to copy.
#[derive(Clone, Copy)]
pub struct PackDraft {
    /// What it began from, as published.
    published: Signal<Value>,
    reference: Signal<String>,
    kept: Draft,
    /// The tree as it stands.
    pub tree: Memo<Value>,
    /// The pack, if it can be read, and what is wrong with it.
    pub reading: Memo<(Option<Pack>, Vec<Defect>)>,
    undo: RwSignal<Vec<Value>>,
}

impl PackDraft {
    /// Opens the draft over a published pack.
    pub fn open(published: Signal<Value>, reference: Signal<String>) -> Self {
        let kept = Draft::open(KEY);
        let tree = Memo::new(move |_| {
            serde_json::from_str(&kept.get(TREE)).unwrap_or_else(|_| published.get())
        });
        Self {
            published,
            reference,
            kept,
            tree,
            reading: Memo::new(move |_| tree.with(tree::read)),
            undo: RwSignal::new(Vec::new()),
        }
    }

    /// Returns whether anything differs from what was published, tracked.
    pub fn changed(self) -> bool {
        self.tree
            .with(|tree| self.published.with(|published| tree != published))
    }

    /// Returns whether another version was published since the draft was begun, tracked.
    pub fn outdated(self) -> bool {
        let from = self.kept.get(FROM);
        !from.is_empty() && from != self.reference.get() && self.changed()
    }

    /// Returns the text at a place, tracked.
    pub fn text(self, pointer: &str) -> String {
        self.tree.with(|tree| tree::text(tree, pointer))
    }

    /// Writes a value at a place. Changes of lists before it can no longer be taken back: that would lose what is typed now.
    pub fn set(self, pointer: &str, value: Value) {
        if self.undo.with_untracked(|undo| !undo.is_empty()) {
            self.undo.set(Vec::new());
        }
        let mut tree = self.tree.get_untracked();
        tree::set(&mut tree, pointer, value);
        self.keep(&tree);
    }

    /// Changes a list; can be taken back.
    pub fn change(self, change: impl FnOnce(&mut Value)) {
        let mut tree = self.tree.get_untracked();
        self.undo.update(|undo| {
            if undo.len() == MAX_UNDO {
                undo.remove(0);
            }
            undo.push(tree.clone());
        });
        change(&mut tree);
        self.keep(&tree);
    }

    /// Returns whether a change of a list can be taken back, tracked.
    pub fn can_undo(self) -> bool {
        self.undo.with(|undo| !undo.is_empty())
    }

    /// Takes the last change of a list back.
    pub fn undo(self) {
        let before = self.undo.try_update(Vec::pop).flatten();
        if let Some(tree) = before {
            self.keep(&tree);
        }
    }

    /// Forgets what was changed: after publishing, or when it is given up.
    pub fn forget(self) {
        self.kept.values.update(std::collections::BTreeMap::clear);
        self.kept.forget();
        self.undo.set(Vec::new());
    }

    /// Keeps the tree; one that says what is published anyway is no draft.
    fn keep(self, tree: &Value) {
        if self.published.with_untracked(|published| published == tree) {
            self.kept.values.update(std::collections::BTreeMap::clear);
            self.kept.forget();
            return;
        }
        if self.kept.peek(FROM).is_empty() {
            self.kept.put(FROM, self.reference.get_untracked());
        }
        self.kept.put(TREE, tree.to_string());
    }
}

/// Returns the draft of the editor around the calling view.
pub fn use_pack_draft() -> PackDraft {
    expect_context()
}
