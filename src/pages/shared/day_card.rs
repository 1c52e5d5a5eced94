//! The frame of a card of my day: its title with how many there are, hidden while there are none.

use leptos::prelude::*;

use crate::{shell::intl, texts::use_texts};

/// A card of my day around its lines.
#[component]
pub fn DayCard(
    #[prop(into)] title: Signal<String>,
    /// How many there are; the card is hidden at none.
    #[prop(into)]
    count: Signal<u64>,
    #[prop(optional)] urgent: bool,
    /// What stands beside the title, such as the way to all of them.
    #[prop(optional, into)]
    beside: ViewFn,
    children: ChildrenFn,
) -> impl IntoView {
    let t = use_texts();
    let any = Memo::new(move |_| count.get() > 0);
    let (beside, children) = (StoredValue::new(beside), StoredValue::new(children));
    view! {
        <Show when=move || any.get()>
            <section class="card group" class:urgent=urgent aria-label=move || title.get()>
                <header class="card-head">
                    <h2>
                        {move || title.get()} " "
                        <span class="count">{move || intl::count(t.language(), count.get())}</span>
                    </h2>
                    {beside.with_value(ViewFn::run)}
                </header>
                {children.with_value(|children| children())}
            </section>
        </Show>
    }
    .into_any()
}
