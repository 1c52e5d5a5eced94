//! One group of my day: its first cases and the way to all of them.

use huiyin_api::CaseRow;
use leptos::prelude::*;

use crate::{
    pages::shared::{CaseLines, DayCard},
    shell::base::use_base,
    texts::use_texts,
};

/// Cases shown of a group; the list shows the rest.
const SHOWN: usize = 6;

/// A group with its first cases; hidden while it is empty.
#[component]
pub fn GroupCard(
    #[prop(into)] title: Signal<String>,
    #[prop(into)] cases: Signal<Vec<CaseRow>>,
    #[prop(into)] total: Signal<u32>,
    /// Narrows the case list to this group, before it is opened.
    #[prop(optional)]
    all: Option<Callback<()>>,
    #[prop(optional)] urgent: bool,
) -> impl IntoView {
    let t = use_texts();
    let base = use_base();
    let limit = if all.is_some() { SHOWN } else { usize::MAX };
    let first = move || cases.with(|cases| cases.iter().take(limit).cloned().collect::<Vec<_>>());
    let more = move || total.get() as usize > limit;
    let link = move || {
        view! {
            <Show when=more>
                <a class="link" href=base.href("/cases") on:click=move |_| { if let Some(all) = all { all.run(()) } }>
                    {move || t.get().home.show_all}
                </a>
            </Show>
        }
    };
    let count = move || {
        if cases.with(Vec::is_empty) {
            0
        } else {
            u64::from(total.get())
        }
    };
    view! {
        <DayCard title count urgent beside=link>
            <CaseLines cases=Signal::derive(first) />
        </DayCard>
    }
}
