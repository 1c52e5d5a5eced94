//! Says that a draft was found, and offers to give it up.

use leptos::prelude::*;

use crate::{
    shell::drafts::Draft,
    texts::use_texts,
    ui::{Button, Look},
};

/// A line above a form whose draft was put back.
#[component]
pub fn DraftNotice(draft: Draft, discard: Callback<()>) -> impl IntoView {
    let t = use_texts();
    move || {
        draft.restored.get().then(|| {
            view! {
                <div class="notice plain" role="status">
                    <span>{move || t.get().common.draft_restored}</span>
                    <Button look=Look::Quiet press=discard>
                        {move || t.get().common.discard_draft}
                    </Button>
                </div>
            }
        })
    }
}
