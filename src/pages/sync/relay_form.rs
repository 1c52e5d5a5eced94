//! The relay's address, set or removed.

use huiyin_api::{Problem, Request};
use leptos::{ev, prelude::*, task::spawn_local};

use crate::{
    pages::shared::RelayField,
    shell::{engine::use_engine, notices::use_toaster, replication::use_replication},
    texts::use_texts,
    ui::{Button, ErrorState, Look},
};

/// The form for the relay's address. What is typed stays until it is saved.
#[component]
pub fn RelayForm() -> impl IntoView {
    let t = use_texts();
    let engine = use_engine();
    let toaster = use_toaster();
    let replication = use_replication();
    let typed = RwSignal::new(None::<String>);
    let busy = RwSignal::new(false);
    let problem = RwSignal::new(None::<Problem>);
    let stored = Memo::new(move |_| replication.get().and_then(|view| view.relay));
    let value = move || typed.get().or_else(|| stored.get()).unwrap_or_default();
    let save = Callback::new(move |url: Option<String>| {
        busy.set(true);
        problem.set(None);
        let removed = url.is_none();
        spawn_local(async move {
            let result = engine.tell(Request::SetRelay { url }).await;
            busy.try_set(false);
            match result {
                Ok(()) => {
                    typed.try_set(None);
                    let s = &t.now().sync;
                    toaster.good(if removed {
                        s.relay_removed
                    } else {
                        s.relay_saved
                    });
                }
                Err(found) => {
                    problem.try_set(Some(found));
                }
            }
        });
    });
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let url = typed.get_untracked().or_else(|| stored.get_untracked());
        let url = url.map(|url| url.trim().to_owned());
        save.run(url.filter(|url| !url.is_empty()));
    };
    let unchanged = Signal::derive(move || typed.with(Option::is_none));
    view! {
        <section class="card" aria-label=move || t.get().sync.relay>
            <div class="card-head">
                <h2>{move || t.get().sync.relay}</h2>
            </div>
            <form class="card-body form-section" novalidate on:submit=submit>
                <p class="muted">{move || t.get().sync.relay_text}</p>
                <RelayField
                    label=move || t.get().sync.relay_address
                    hint=move || t.get().sync.relay_hint
                    value=Signal::derive(value)
                    input=move |value| typed.set(Some(value))
                />
                <ErrorState problem />
                <div class="actions">
                    <Button look=Look::Primary submit=true busy disabled=unchanged>
                        {move || t.get().common.save}
                    </Button>
                    {move || {
                        stored
                            .get()
                            .map(|_| {
                                view! {
                                    <Button look=Look::Quiet busy press=move || save.run(None)>
                                        {move || t.get().sync.relay_remove}
                                    </Button>
                                }
                            })
                    }}
                </div>
            </form>
        </section>
    }
}
