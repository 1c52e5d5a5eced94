//! The rules of handling: the pack in force, the calendar, the keeping of records; each leads to its screen.

use leptos::prelude::*;

use crate::{
    shell::{
        base::use_base,
        policy::{use_policy, words},
    },
    texts::{Texts, paper_texts, use_texts},
    ui::{Glyph, Icon},
};

/// Links to the screens of the rules.
#[component]
pub fn Rules() -> impl IntoView {
    let t = use_texts();
    let policy = use_policy();
    let pack = move || {
        let texts = t.get();
        policy.with(|pack| {
            pack.map_or_else(
                || texts.packs.none.to_owned(),
                |pack| {
                    let version = (texts.packs.version)(pack.version);
                    format!("{} · {version}", words(texts.language, &pack.name))
                },
            )
        })
    };
    view! {
        <section class="card" aria-label=move || t.get().packs.card>
            <div class="card-head">
                <h2>{move || t.get().packs.card}</h2>
            </div>
            <ul class="lines">
                <RuleLine path="/settings/pack" name=|t| t.packs.title detail=Signal::derive(pack) />
                <RuleLine
                    path="/settings/calendar"
                    name=|t| t.calendars.title
                    detail=Signal::derive(move || t.get().calendars.subtitle.to_owned())
                />
                <RuleLine
                    path="/settings/retention"
                    name=|t| t.settings.retention
                    detail=Signal::derive(move || t.get().settings.retention_line.to_owned())
                />
                <RuleLine
                    path="/settings/papers"
                    name=|t| paper_texts::of(t.language).title
                    detail=Signal::derive(move || paper_texts::of(t.language()).line.to_owned())
                />
            </ul>
        </section>
    }
}

#[component]
fn RuleLine(
    path: &'static str,
    name: fn(&Texts) -> &'static str,
    detail: Signal<String>,
) -> impl IntoView {
    let t = use_texts();
    let base = use_base();
    view! {
        <li class="line">
            <a href=base.href(path) class="line-main">
                <span class="line-title">{move || name(t.get())}</span>
                <span class="muted cut">{move || detail.get()}</span>
            </a>
            <Icon glyph=Glyph::Next />
        </li>
    }
}
