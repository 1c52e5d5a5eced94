//! Penalties and rewards that follow from a case, for those entitled.

use leptos::prelude::*;

use super::{acts::Acts, step_dialog::Taking};
use crate::{
    pages::consequences::{PenaltyEntry, ProposeDialog},
    texts::use_texts,
    ui::{Button, Glyph, Look},
};

/// The card; nothing for those who are not entitled.
#[component]
pub fn PenaltiesCard(acts: Acts) -> impl IntoView {
    let t = use_texts();
    let entries = Memo::new(move |_| acts.desk(|desk| desk.penalties.clone()));
    let may = Memo::new(move |_| acts.desk(|desk| desk.may_propose_penalty));
    let shown = Memo::new(move |_| may.get() || !entries.with(Vec::is_empty));
    let proposing = RwSignal::new(false);
    let case = Signal::derive(move || acts.record.with(|record| record.row.id.clone()));
    let clauses = Signal::derive(move || acts.desk(|desk| desk.clauses.clone()));
    let take = Callback::new(move |taking: Taking| acts.take(taking));
    move || {
        shown.get().then(|| {
            view! {
                <section class="card" aria-label=move || t.get().desk.penalties>
                    <header class="card-head">
                        <h2>{move || t.get().desk.penalties}</h2>
                        {move || {
                            may.get()
                                .then(|| {
                                    view! {
                                        <Button look=Look::Quiet icon=Glyph::Plus press=move || proposing.set(true)>
                                            {move || t.get().desk.propose}
                                        </Button>
                                    }
                                })
                        }}
                    </header>
                    {move || {
                        let entries = entries.get();
                        if entries.is_empty() {
                            return view! { <p class="muted pad">{t.get().desk.no_penalties}</p> }.into_any();
                        }
                        let lines = entries
                            .into_iter()
                            .map(|entry| view! { <PenaltyEntry entry take /> })
                            .collect_view();
                        view! { <ul class="penalties">{lines}</ul> }.into_any()
                    }}
                    <ProposeDialog open=proposing case clauses />
                </section>
            }
        })
    }
}
