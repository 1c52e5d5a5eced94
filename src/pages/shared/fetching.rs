//! A photo or paper that is not on this device: fetched when it is opened, with a bar, a way to stop it, and why it does not come.

use huiyin_api::{AttachmentView, FetchState, FetchView, Request};
use leptos::{prelude::*, task::spawn_local};

use crate::{
    shell::{
        ask,
        engine::{Engine, use_engine},
        intl,
        notices::{Toaster, use_toaster},
    },
    texts::{fetch, use_texts},
    ui::{Glyph, Icon, Progress},
};

/// Fetches one attachment. Cheap to copy.
#[derive(Clone, Copy)]
pub struct Fetching {
    engine: Engine,
    toaster: Toaster,
    /// Record, hash.
    names: StoredValue<(String, String)>,
    /// How it stands, since somebody asked for it.
    pub view: Memo<Option<FetchView>>,
}

impl Fetching {
    /// Returns the handle for an attachment of a record.
    pub fn new(record: &str, file: &AttachmentView) -> Self {
        let engine = use_engine();
        let hash = file.hash.clone();
        Self {
            engine,
            toaster: use_toaster(),
            names: StoredValue::new((record.to_owned(), hash.clone())),
            view: Memo::new(move |_| engine.fetches.with(|all| all.get(&hash).cloned())),
        }
    }

    /// Asks for it, or asks again; a problem is told.
    pub fn start(self) {
        let (id, hash) = self.names.get_value();
        spawn_local(async move {
            let request = Request::FetchAttachment { id, hash };
            match self.engine.get(request, ask::fetch).await {
                Ok(view) => self.engine.note_fetch(view),
                Err(problem) => self.toaster.problem(&problem),
            }
        });
    }

    /// Stops it and shows it as before.
    pub fn cancel(self) {
        let (id, hash) = self.names.get_value();
        self.engine.fetches.update(|all| drop(all.remove(&hash)));
        spawn_local(async move {
            // It stops or has just come: nothing to tell.
            let _ = self.engine.ask(Request::CancelFetch { id, hash }).await;
        });
    }
}

/// How the fetching stands: a bar, or why nothing comes with a way to try again. Nothing before somebody asked.
#[component]
pub fn FetchLine(
    fetching: Fetching,
    /// Name of the file.
    name: String,
) -> impl IntoView {
    let t = use_texts();
    let state = Memo::new(move |_| {
        fetching
            .view
            .with(|view| view.as_ref().map(|view| view.state))
    });
    let amount = move |pick: fn(&FetchView) -> u64| {
        Signal::derive(move || {
            fetching
                .view
                .with(|view| view.as_ref().map_or(0, pick) as f64)
        })
    };
    move || {
        let state = state.get()?;
        let (retry, cancel, bar) = (name.clone(), name.clone(), name.clone());
        let label = Signal::derive(move || (fetch::of(t.language()).loading_of)(&bar));
        let moved = move || {
            let language = t.language();
            let view = fetching.view.get().unwrap_or_default();
            (fetch::of(language).loading)(
                &intl::size(language, view.done),
                &intl::size(language, view.size),
            )
        };
        let shown = if state == FetchState::Loading {
            view! {
                <Progress label done=amount(|view| view.done) total=amount(|view| view.size) />
                <span class="muted num" role="status">{moved}</span>
            }
            .into_any()
        } else {
            view! {
                <span class="fetch-reason" role="status">
                    <Icon glyph=Glyph::Warning />
                    <span>{move || fetch::reason(t.language(), state)}</span>
                </span>
                <button
                    type="button"
                    class="button quiet"
                    aria-label=move || (fetch::of(t.language()).retry_of)(&retry)
                    on:click=move |_| fetching.start()
                >
                    {move || t.get().common.try_again}
                </button>
            }
            .into_any()
        };
        Some(
            view! {
                <div class="fetch-line">
                    {shown}
                    <button
                        type="button"
                        class="button quiet"
                        aria-label=move || (fetch::of(t.language()).cancel_of)(&cancel)
                        on:click=move |_| fetching.cancel()
                    >
                        {move || t.get().common.cancel}
                    </button>
                </div>
            }
            .into_any(),
        )
    }
}
