//! A file found by name, phone or number: which shall be merged, who is invited.

use huiyin_api::{CustomerRow, ListQuery, Request};
use leptos::prelude::*;

use crate::{
    pages::shared::SearchBox,
    shell::{ask, live::live},
    texts::use_texts,
    ui::{ErrorState, Glyph, Icon},
};

/// Files offered at once.
const OFFERS: u32 = 20;

/// A search box and the customers it finds, without `except`. `choose` hears of the one pressed.
#[component]
pub fn FileFinder(
    except: Memo<String>,
    choose: Callback<CustomerRow>,
    /// What the search is for.
    #[prop(into)]
    title: Signal<String>,
) -> impl IntoView {
    let t = use_texts();
    let words = RwSignal::new(String::new());
    let found = live(
        move || {
            let search = words.get();
            (!search.trim().is_empty()).then(|| {
                Request::Customers(ListQuery {
                    search,
                    limit: OFFERS,
                    ..ListQuery::default()
                })
            })
        },
        ask::customers,
    );
    let offers = move || {
        if words.with(|words| words.trim().is_empty()) {
            return ().into_any();
        }
        let rows = found
            .value
            .with(|page| page.as_ref().map(|page| page.rows.clone()));
        let Some(mut rows) = rows else {
            return ().into_any();
        };
        rows.retain(|row| except.with(|except| row.id != *except));
        if rows.is_empty() {
            return view! { <p class="muted pad">{move || t.get().customers.nothing}</p> }
                .into_any();
        }
        let rows = rows
            .into_iter()
            .map(|row| {
                let name = row.name.clone();
                let detail = [row.number.as_str(), &row.phone, &row.city]
                    .into_iter()
                    .filter(|part| !part.is_empty())
                    .collect::<Vec<_>>()
                    .join(" · ");
                view! {
                    <li>
                        <button type="button" class="offer" on:click=move |_| choose.run(row.clone())>
                            <Icon glyph=Glyph::Person />
                            <strong>{name}</strong>
                            <span class="muted num">{detail}</span>
                        </button>
                    </li>
                }
            })
            .collect_view();
        view! { <ul class="people-offers">{rows}</ul> }.into_any()
    };
    view! {
        <section class="card people-finder">
            <p class="pad">{move || title.get()}</p>
            <div class="pad">
                <SearchBox
                    hint=move || t.get().customers.search_hint
                    words
                    search=Callback::new(move |text| words.set(text))
                />
            </div>
            <ErrorState problem=found.problem retry=move || found.ask_again() />
            <div class="offers">{offers}</div>
        </section>
    }
}
