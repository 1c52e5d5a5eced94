//! The field for a relay's address, on the first screen and in Sync: says what an address without a scheme is taken for.

use huiyin_api::taken_for;
use leptos::prelude::*;

use crate::{
    texts::use_texts,
    ui::{InputKind, TextField},
};

/// The field. `hint` is shown while there is nothing to say about what was typed.
#[component]
pub fn RelayField(
    #[prop(into)] label: Signal<String>,
    #[prop(into)] hint: Signal<String>,
    #[prop(into)] value: Signal<String>,
    #[prop(into)] input: Callback<String>,
    #[prop(optional)] wide: bool,
) -> impl IntoView {
    let t = use_texts();
    let said = Signal::derive(move || match value.with(|address| taken_for(address)) {
        Some((taken, plain)) => (t.get().sync.relay_taken)(&taken, &plain),
        None => hint.get(),
    });
    view! { <TextField label hint=said kind=InputKind::Url value input wide /> }
}
