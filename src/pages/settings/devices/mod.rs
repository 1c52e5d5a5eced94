//! The devices of the company: who has which rights, shutting out, and what came too late.

mod alarms;
mod late;
mod rights_dialog;
mod shut_out_dialog;
mod table;

use huiyin_api::{DevicesView, Request};
use leptos::{prelude::*, task::spawn_local};

use crate::{
    shell::{ask, engine::use_engine, intl, live::live, notices::use_toaster, title::set_title},
    texts::{devices, use_texts},
    ui::{Button, ErrorState, Glyph, Icon, LinkButton, PageHead, Skeleton},
};

use alarms::Alarms;
use late::Late;
use table::Table;

/// The devices as the sections read them.
type Read = Signal<DevicesView>;

/// The screen of devices and their rights.
#[component]
pub fn DevicesPage() -> impl IntoView {
    let t = use_texts();
    set_title(move || devices::of(t.language()).title);
    let found = live(|| Some(Request::Devices), ask::devices);
    let here = Memo::new(move |_| found.value.with(Option::is_some));
    let read: Read = Signal::derive(move || found.value.get().unwrap_or_default());
    let body = move || {
        if here.get() {
            return view! {
                <ReadOnly read />
                <Alarms read />
                <Table read />
                <Keys read />
                <Late read />
            }
            .into_any();
        }
        let waiting = found.problem.with(Option::is_none);
        waiting.then(|| view! { <Skeleton lines=6 /> }).into_any()
    };
    view! {
        <PageHead
            title=move || devices::of(t.language()).title
            subtitle=move || devices::of(t.language()).subtitle
        >
            <LinkButton to="/settings/recovery" icon=Glyph::Note>
                {move || crate::texts::recovery::of(t.language()).title}
            </LinkButton>
            <LinkButton to="/settings" icon=Glyph::Back>
                {move || t.get().settings.title}
            </LinkButton>
        </PageHead>
        <div class="desk">
            <ErrorState problem=found.problem retry=move || found.ask_again() />
            {body}
        </div>
    }
}

/// Says who may change rights, where this device may not.
#[component]
fn ReadOnly(read: Read) -> impl IntoView {
    let t = use_texts();
    let may_edit = Memo::new(move |_| read.with(|view| view.may_edit));
    move || {
        (!may_edit.get()).then(|| {
            view! {
                <p class="notice plain">
                    <Icon glyph=Glyph::Note />
                    <span>{move || devices::of(t.language()).read_only}</span>
                </p>
            }
        })
    }
}

/// The keys, and changing them.
#[component]
fn Keys(read: Read) -> impl IntoView {
    let t = use_texts();
    let engine = use_engine();
    let toaster = use_toaster();
    let busy = RwSignal::new(false);
    let may_edit = Memo::new(move |_| read.with(|view| view.may_edit));
    let times = move || {
        let count = u64::from(read.with(|view| view.renewals));
        (devices::of(t.language()).renewals)(&intl::count(t.language(), count))
    };
    let renew = move || {
        busy.set(true);
        spawn_local(async move {
            let result = engine.tell(Request::RenewKeys).await;
            busy.try_set(false);
            match result {
                Ok(()) => toaster.good(devices::of(t.now().language).renewed),
                Err(problem) => toaster.problem(&problem),
            }
        });
    };
    view! {
        <section class="card" aria-label=move || devices::of(t.language()).keys>
            <div class="card-head">
                <h2>
                    {move || devices::of(t.language()).keys} <span class="count">{times}</span>
                </h2>
                <Show when=move || may_edit.get()>
                    <Button icon=Glyph::Sync busy press=renew>
                        {move || devices::of(t.language()).renew}
                    </Button>
                </Show>
            </div>
            <p class="card-note">{move || devices::of(t.language()).keys_text}</p>
        </section>
    }
}
