//! New devices that wait to be let in, told at the head of my day to whoever may do it.

use leptos::prelude::*;

use crate::{
    shell::{intl, replication::use_replication},
    texts::{newcomers, use_texts},
    ui::{Glyph, Icon, LinkButton},
};

/// The notice; nothing while no device waits that may be let in here.
#[component]
pub fn NewcomerNotice() -> impl IntoView {
    let t = use_texts();
    let replication = use_replication();
    let waiting = Memo::new(move |_| {
        let view = replication.get().unwrap_or_default();
        let mine = view
            .newcomers
            .iter()
            .filter(|newcomer| newcomer.may_approve);
        mine.count() as u64
    });
    let words = move || {
        let count = intl::count(t.language(), waiting.get());
        (newcomers::of(t.language()).waiting)(&count)
    };
    view! {
        <Show when=move || { waiting.get() > 0 }>
            <p class="notice" role="status">
                <Icon glyph=Glyph::Device />
                <span>{words}</span>
                <LinkButton to="/sync">{move || newcomers::of(t.language()).look}</LinkButton>
            </p>
        </Show>
    }
    .into_any()
}
