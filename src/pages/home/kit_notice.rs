//! The reminder of the recovery kit, at the head of an administrator's day until one was tried.

use huiyin_api::KitDue;
use leptos::prelude::*;

use crate::{
    shell::replication::use_replication,
    texts::{recovery, use_texts},
    ui::{Glyph, Icon, LinkButton},
};

/// The reminder; nothing where none is due.
#[component]
pub fn KitNotice() -> impl IntoView {
    let t = use_texts();
    let replication = use_replication();
    let due = Memo::new(move |_| replication.get().and_then(|view| view.kit_due));
    move || {
        let due = due.get()?;
        let words = recovery::of(t.language());
        let said = match due {
            KitDue::Missing => words.due_missing,
            KitDue::Untried => words.due_untried,
        };
        Some(view! {
            <p class="notice plain">
                <Icon glyph=Glyph::Note />
                <span>{said}</span>
                <LinkButton to="/settings/recovery">{words.look}</LinkButton>
            </p>
        })
    }
}
