//! Photos and papers of a case or a customer: taken with the camera or chosen, made small enough, shown, taken down. Those that lie
//! on other devices only are fetched when they are opened.

use huiyin_api::{AttachmentView, Request};
use leptos::{prelude::*, task::spawn_local};

use super::{FetchLine, Fetching};
use crate::{
    shell::{
        ask,
        engine::{Engine, use_engine},
        files,
        images::{self, NotPrepared, ObjectUrl},
        intl,
        notices::{Toaster, use_toaster},
    },
    texts::{Texts, fetch, use_texts},
    ui::{FileButton, Glyph, Icon, Look},
};

/// What can be attached.
const ACCEPT: &str = "image/*,application/pdf";

/// The card.
#[component]
pub fn Attachments(
    /// Record id of the case or customer.
    #[prop(into)]
    record: Signal<String>,
    #[prop(into)] files: Signal<Vec<AttachmentView>>,
) -> impl IntoView {
    let t = use_texts();
    let engine = use_engine();
    let toaster = use_toaster();
    let busy = RwSignal::new(false);
    let none = Memo::new(move |_| files.with(Vec::is_empty));
    let refused = RwSignal::new(String::new());
    let take = Callback::new(move |file: web_sys::File| {
        let id = record.get_untracked();
        busy.set(true);
        refused.set(String::new());
        spawn_local(async move {
            let result = attach(engine, id, &file).await;
            busy.try_set(false);
            match result {
                Ok(()) => toaster.good(t.now().desk.attached),
                Err(Refusal::File(reason)) => {
                    refused.try_set(words(t.now(), &file.name(), reason));
                }
                Err(Refusal::Engine(problem)) => {
                    let words = t.sentence(&problem);
                    refused.try_set(format!("{} {}", words.error, words.next));
                }
            }
        });
    });
    view! {
        <section class="card" aria-label=move || t.get().desk.attachments>
            <header class="card-head">
                <h2>{move || t.get().desk.attachments}</h2>
                <FileButton
                    label=move || t.get().desk.attach
                    accept=ACCEPT
                    take
                    look=Look::Quiet
                    icon=Glyph::Plus
                    busy
                />
            </header>
            {move || {
                refused
                    .with(|words| {
                        (!words.is_empty())
                            .then(|| {
                                view! {
                                    <p class="error-state attachments-error" role="alert">
                                        <Icon glyph=Glyph::Warning />
                                        <span>{words.clone()}</span>
                                    </p>
                                }
                            })
                    })
            }}
            {move || {
                if none.get() {
                    return ().into_any();
                }
                let case = record.get_untracked();
                view! {
                    <ul class="attachments">
                        <For
                            each=move || files.get()
                            key=|file| (file.hash.clone(), file.here)
                            children={
                                let case = case.clone();
                                move |file| view! { <Attachment file case=case.clone() /> }
                            }
                        />
                    </ul>
                }
                    .into_any()
            }}
        </section>
    }
}

enum Refusal {
    File(NotPrepared),
    Engine(huiyin_api::Problem),
}

async fn attach(engine: Engine, id: String, file: &web_sys::File) -> Result<(), Refusal> {
    let prepared = images::prepare(file).await.map_err(Refusal::File)?;
    let request = Request::Attach {
        id,
        name: prepared.name,
    };
    engine
        .ask_with(request, Some(prepared.bytes))
        .await
        .map(|_| ())
        .map_err(Refusal::Engine)
}

/// Returns why a file was not taken and what to do.
fn words(texts: &Texts, name: &str, reason: NotPrepared) -> String {
    let d = &texts.desk;
    let size = |bytes: f64| intl::size(texts.language, bytes as u64);
    match reason {
        NotPrepared::TooLarge(bytes) => {
            (d.photo_too_large)(name, &size(bytes), &size(images::MAX_PHOTO_BYTES))
        }
        NotPrepared::NotAPicture => (d.not_a_picture)(name),
        NotPrepared::Unreadable => (d.unreadable)(name),
    }
}

/// Fetches what is attached when it is asked for. Cheap to copy.
#[derive(Clone, Copy)]
pub struct Opening {
    engine: Engine,
    toaster: Toaster,
}

impl Opening {
    /// Returns the handle.
    pub fn new() -> Self {
        Self {
            engine: use_engine(),
            toaster: use_toaster(),
        }
    }

    /// Saves an attachment of a record as a file under its name; a problem is told.
    pub fn save(self, record: &str, file: &AttachmentView) {
        let request = Request::Attachment {
            id: record.to_owned(),
            hash: file.hash.clone(),
        };
        let name = file.name.clone();
        spawn_local(async move {
            match self.engine.ask_with(request, None).await {
                Ok((answer, bytes)) => {
                    if let (Some(file), Some(bytes)) = (ask::file(&answer), bytes) {
                        files::save_file(&name, &file.media, &bytes);
                    }
                }
                Err(problem) => self.toaster.problem(&problem),
            }
        });
    }
}

#[component]
fn Attachment(file: AttachmentView, case: String) -> impl IntoView {
    let t = use_texts();
    let engine = use_engine();
    let opening = Opening::new();
    let picture = file.media.starts_with("image/");
    let thumbnail = RwSignal::new(None::<String>);
    let held = StoredValue::new_local(None::<ObjectUrl>);
    if picture && file.here {
        let request = Request::Attachment {
            id: case.clone(),
            hash: file.hash.clone(),
        };
        let media = file.media.clone();
        spawn_local(async move {
            let Ok((_, Some(bytes))) = engine.ask_with(request, None).await else {
                return;
            };
            if let Some(url) = ObjectUrl::of(&media, &bytes) {
                thumbnail.try_set(Some(url.address().to_owned()));
                held.try_set_value(Some(url));
            }
        });
    }
    let own = file.clone();
    let here = file.here;
    let fetching = Fetching::new(&case, &file);
    let download = move |_| {
        if here {
            opening.save(&case, &own);
        } else {
            fetching.start();
        }
    };
    let (size, by, at) = (file.size, file.by.clone(), file.at);
    let detail = move || {
        let texts = t.get();
        let mut parts = vec![intl::size(texts.language, size), by.clone()];
        parts.push(intl::recent(texts.language, at));
        if !here {
            parts.push(fetch::of(texts.language).not_here.to_owned());
        }
        parts.retain(|part| !part.is_empty());
        parts.join(" · ")
    };
    let name = file.name.clone();
    let label = {
        let name = file.name.clone();
        move || {
            let label = if here {
                t.get().desk.download
            } else {
                fetch::of(t.language()).open
            };
            label(&name)
        }
    };
    let line = (!here).then(|| view! { <FetchLine fetching name=file.name.clone() /> });
    view! {
        <li>
            <button type="button" class="attachment" aria-label=label on:click=download>
                {move || match thumbnail.get() {
                    Some(url) => view! { <img src=url alt="" loading="lazy" /> }.into_any(),
                    None => {
                        view! {
                            <span class="attachment-kind">
                                <Icon glyph=if picture { Glyph::Day } else { Glyph::Case } />
                            </span>
                        }
                            .into_any()
                    }
                }}
                <span class="cut strong">{name}</span>
                <span class="muted num cut">{detail}</span>
            </button>
            {line}
        </li>
    }
}
