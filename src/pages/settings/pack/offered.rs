//! The packs that come with the program; picking one publishes it as the company's own.

use huiyin_api::{PackRow, Problem, Request};
use leptos::{prelude::*, task::spawn_local};

use super::Read;
use crate::{
    shell::{ask, engine::use_engine, notices::use_toaster, policy::words},
    texts::use_texts,
    ui::{Badge, Button, Dialog, ErrorState, Glyph, Hue, Icon, Look, open_while},
};

/// The packs on offer; folded away where the company has one.
#[component]
pub fn Offered(read: Read, #[prop(optional)] folded: bool) -> impl IntoView {
    let t = use_texts();
    let chosen = RwSignal::new(None::<PackRow>);
    let may_edit = Memo::new(move |_| read.with(|packs| packs.may_edit));
    let offered = Memo::new(move |_| {
        let mut offered = read.with(|packs| packs.offered.clone());
        offered.sort_by_key(|row| !row.neutral);
        offered
    });
    let cards = move || {
        let may_edit = may_edit.get();
        offered
            .get()
            .into_iter()
            .map(|row| view! { <Offer row may_edit chosen /> })
            .collect_view()
    };
    let list = view! { <ul class="pack-offers">{cards}</ul> };
    view! {
        {if folded {
            view! {
                <details class="card pack-more">
                    <summary>{move || t.get().packs.offered_more}</summary>
                    {list}
                </details>
            }
                .into_any()
        } else {
            view! {
                <section class="card" aria-label=move || t.get().packs.offered>
                    <div class="card-head">
                        <h2>{move || t.get().packs.offered}</h2>
                    </div>
                    {list}
                </section>
            }
                .into_any()
        }}
        <PickDialog chosen />
    }
}

#[component]
fn Offer(row: PackRow, may_edit: bool, chosen: RwSignal<Option<PackRow>>) -> impl IntoView {
    let t = use_texts();
    let name = row.name.clone();
    let about = row.about.clone();
    let id = row.id.clone();
    let neutral = row.neutral;
    let label_name = row.name.clone();
    let row = StoredValue::new(row);
    view! {
        <li class="pack-offer">
            <div>
                <p class="badges">
                    <strong>{move || words(t.language(), &name)}</strong>
                    <span class="muted num">{id}</span>
                    {neutral.then(|| view! { <Badge hue=Hue::Active>{move || t.get().packs.neutral}</Badge> })}
                </p>
                <p class="muted">{move || words(t.language(), &about)}</p>
            </div>
            {may_edit
                .then(|| {
                    view! {
                        <button
                            type="button"
                            class="button"
                            aria-label=move || (t.get().packs.choose_of)(&words(t.language(), &label_name))
                            on:click=move |_| chosen.set(Some(row.get_value()))
                        >
                            {move || t.get().packs.choose}
                        </button>
                    }
                })}
        </li>
    }
}

/// Says what picking a pack means, and does it.
#[component]
fn PickDialog(chosen: RwSignal<Option<PackRow>>) -> impl IntoView {
    let t = use_texts();
    let engine = use_engine();
    let toaster = use_toaster();
    let open = open_while(chosen, Option::is_some);
    let busy = RwSignal::new(false);
    let problem = RwSignal::new(None::<Problem>);
    Effect::new(move |_| {
        if open.get() {
            problem.set(None);
        }
    });
    let title = move || {
        chosen.with(|row| {
            row.as_ref()
                .map(|row| words(t.language(), &row.name))
                .unwrap_or_default()
        })
    };
    let pick = move || {
        let Some(reference) = chosen.with_untracked(|row| row.as_ref().map(|row| row.id.clone()))
        else {
            return;
        };
        busy.set(true);
        problem.set(None);
        spawn_local(async move {
            let result = match engine.get(Request::Pack { reference }, ask::pack).await {
                Ok(pack) => {
                    let pack = Box::new(pack);
                    engine.save(Request::PublishPack { pack }).await
                }
                Err(found) => Err(found),
            };
            busy.try_set(false);
            match result {
                Ok(_) => {
                    toaster.good(t.now().packs.published_now);
                    open.try_set(false);
                }
                Err(found) => {
                    problem.try_set(Some(found));
                }
            }
        });
    };
    view! {
        <Dialog open title=Signal::derive(title)>
            <div class="dialog-text">
                <p>{move || t.get().packs.choose_text}</p>
                <p class="notice plain">
                    <Icon glyph=Glyph::Note />
                    <span>{move || t.get().packs.choose_note}</span>
                </p>
                <ErrorState problem />
            </div>
            <footer class="dialog-foot">
                <Button press=move || open.set(false)>{move || t.get().common.cancel}</Button>
                <Button look=Look::Primary busy press=pick>
                    {move || t.get().packs.choose_now}
                </Button>
            </footer>
        </Dialog>
    }
}
