//! The figures of the day in one row; each leads to its list.

use huiyin_api::HomeView;
use leptos::prelude::*;

use crate::{
    shell::{base::use_base, intl, list_memory::use_list_memory, session::use_session},
    texts::{differing, home::HomeTexts, use_texts},
    ui::{Glyph, Icon},
};

/// Overdue, due today, open, to call back, customers.
#[component]
pub fn Figures(home: Signal<HomeView>) -> impl IntoView {
    let t = use_texts();
    let base = use_base();
    let lists = use_list_memory();
    let session = use_session();
    let figure = move |name: fn(&HomeTexts) -> &'static str,
                       value: fn(&HomeView) -> u32,
                       hue: &'static str,
                       column: &'static str,
                       wanted: &'static str| {
        let count = move || home.with(value);
        view! {
            <a
                class="figure"
                data-hue=move || tone(count(), hue)
                href=base.href("/cases")
                on:click=move |_| {
                    lists.cases.clear();
                    lists.cases.want(column, wanted);
                }
            >
                <span class="figure-value num">{move || intl::number(t.language(), f64::from(count()))}</span>
                <span class="figure-name">{move || name(&t.get().home)}</span>
            </a>
        }
    };
    let customers = move || {
        let count = session.with(|status| status.map_or(0, |status| status.customers));
        intl::number(t.language(), f64::from(count))
    };
    let conflicts = move || {
        let texts = t.get();
        let count = home.with(|home| home.differing);
        (count > 0).then(|| {
            let words = (differing::of(texts.language).on_my_day)(&intl::number(
                texts.language,
                f64::from(count),
            ));
            view! {
                <a class="notice" href=base.href("/conflicts")>
                    <Icon glyph=Glyph::Warning />
                    <span>{words}</span>
                </a>
            }
        })
    };
    view! {
        <div class="figures">
            {figure(|h| h.overdue, |home| home.overdue_total, "red", "due", "overdue")}
            {figure(|h| h.today, |home| home.today_total, "amber", "due", "today")}
            {figure(|h| h.open, |home| home.open_total, "active", "group", "open")}
            <Show when=move || home.with(|home| home.desk.approvals_total > 0)>
                {figure(|h| h.approvals, |home| home.desk.approvals_total, "waiting", "approval", "mine")}
            </Show>
            {figure(|h| h.call_backs, |home| home.call_back_total, "waiting", "state", "answered")}
            <a class="figure" data-hue="neutral" href=base.href("/customers")>
                <span class="figure-value num">{customers}</span>
                <span class="figure-name">{move || t.get().home.customers}</span>
            </a>
        </div>
        {conflicts}
    }
}

/// A figure of nought needs no colour.
fn tone(count: u32, hue: &'static str) -> &'static str {
    if count > 0 { hue } else { "neutral" }
}
