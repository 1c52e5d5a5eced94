//! The policy pack of the company: which one is in force, which are offered, and the forms that edit it.

mod draft;
mod editor;
mod field_editor;
mod offered;
mod parts;
mod row_editor;
mod schema;
mod sources;
mod tree;
mod versions;

use huiyin_api::{PacksView, Request};
use leptos::prelude::*;

use crate::{
    shell::{ask, base::use_base, live::live, policy::words, title::set_title},
    texts::use_texts,
    ui::{Badge, ErrorState, Glyph, Hue, Icon, PageHead, Skeleton},
};

use editor::Editor;
use offered::Offered;
use parts::Parts;
pub use tree::Problem as PackProblem;
use versions::Versions;

/// The packs as the parts of the screen read them.
type Read = Signal<PacksView>;

/// The screen of the policy pack.
#[component]
pub fn PackPage() -> impl IntoView {
    let t = use_texts();
    let base = use_base();
    set_title(move || t.get().packs.title);
    let found = live(|| Some(Request::Packs), ask::packs);
    let here = Memo::new(move |_| found.value.with(Option::is_some));
    let read: Read = Signal::derive(move || found.value.get().unwrap_or_default());
    view! {
        <PageHead title=move || t.get().packs.title subtitle=move || t.get().packs.subtitle>
            <a class="button" href=base.href("/settings")>
                <Icon glyph=Glyph::Back />
                <span>{move || t.get().settings.title}</span>
            </a>
        </PageHead>
        <div class="desk">
            <ErrorState problem=found.problem retry=move || found.ask_again() />
            {move || {
                if here.get() {
                    view! { <Packs read /> }.into_any()
                } else if found.problem.with(Option::is_none) {
                    view! { <Skeleton lines=8 /> }.into_any()
                } else {
                    ().into_any()
                }
            }}
        </div>
    }
}

#[component]
fn Packs(read: Read) -> impl IntoView {
    let has_active = Memo::new(move |_| read.with(|packs| packs.active.is_some()));
    view! {
        <Active read />
        <Parts read />
        {move || {
            if has_active.get() {
                view! {
                    <Editor read />
                    <Versions read />
                    <Offered read folded=true />
                }
                    .into_any()
            } else {
                view! {
                    <Offered read />
                    <Versions read />
                }
                    .into_any()
            }
        }}
    }
}

/// What is in force now.
#[component]
fn Active(read: Read) -> impl IntoView {
    let t = use_texts();
    let active = Memo::new(move |_| {
        read.with(|packs| packs.published.iter().find(|row| row.active).cloned())
    });
    let may_edit = Memo::new(move |_| read.with(|packs| packs.may_edit));
    view! {
        {move || {
            (!may_edit.get())
                .then(|| {
                    view! {
                        <p class="notice plain">
                            <Icon glyph=Glyph::Note />
                            <span>{t.get().settings.read_only}</span>
                        </p>
                    }
                })
        }}
        <section class="card pack-active" aria-label=move || t.get().packs.in_force>
            {move || {
                let texts = t.get();
                match active.get() {
                    Some(row) => {
                        let name = words(texts.language, &row.name);
                        let about = words(texts.language, &row.about);
                        let version = (texts.packs.version)(row.version);
                        view! {
                            <div>
                                <p class="badges">
                                    <strong class="pack-name">{name}</strong>
                                    <Badge hue=Hue::Green>{texts.packs.in_force}</Badge>
                                    <Badge hue=Hue::Neutral>{version}</Badge>
                                </p>
                                <p class="muted">{about}</p>
                            </div>
                        }
                            .into_any()
                    }
                    None => {
                        view! {
                            <div>
                                <p class="badges">
                                    <strong class="pack-name">{texts.packs.none}</strong>
                                </p>
                                <p class="muted">{texts.packs.none_text}</p>
                            </div>
                        }
                            .into_any()
                    }
                }
            }}
        </section>
    }
}
