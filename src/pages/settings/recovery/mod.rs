//! The recovery kit: making and printing it, trying it, and those that were made.

mod made;
mod sheet;
mod trial;

use huiyin_api::{RecoveryView, Request};
use leptos::prelude::*;

use crate::{
    shell::{ask, live::live, title::set_title},
    texts::{recovery::of, use_texts},
    ui::{ErrorState, Glyph, Icon, LinkButton, PageHead, Skeleton},
};

use made::Made;
use sheet::Making;
use trial::Trial;

/// The kits as the sections read them.
type Read = Signal<RecoveryView>;

/// The screen of the recovery kit.
#[component]
pub fn RecoveryPage() -> impl IntoView {
    let t = use_texts();
    set_title(move || of(t.language()).title);
    let found = live(|| Some(Request::Recovery), ask::recovery);
    let here = Memo::new(move |_| found.value.with(Option::is_some));
    let read: Read = Signal::derive(move || found.value.get().unwrap_or_default());
    let may_make = Memo::new(move |_| read.with(|view| view.may_make));
    let acts = move || {
        if may_make.get() {
            return view! {
                <Making read />
                <Trial />
            }
            .into_any();
        }
        view! {
            <p class="notice plain">
                <Icon glyph=Glyph::Note />
                <span>{move || of(t.language()).read_only}</span>
            </p>
        }
        .into_any()
    };
    let body = move || {
        if here.get() {
            return view! {
                {acts}
                <Made read />
            }
            .into_any();
        }
        let waiting = found.problem.with(Option::is_none);
        waiting.then(|| view! { <Skeleton lines=6 /> }).into_any()
    };
    view! {
        <PageHead
            title=move || of(t.language()).title
            subtitle=move || of(t.language()).subtitle
        >
            <LinkButton to="/settings/devices" icon=Glyph::Back>
                {move || crate::texts::devices::of(t.language()).title}
            </LinkButton>
        </PageHead>
        <div class="desk">
            <ErrorState problem=found.problem retry=move || found.ask_again() />
            {body}
        </div>
    }
}
