//! The promises of a contact: open ones first, kept with one press.

use huiyin_api::PromiseView;
use leptos::prelude::*;

use crate::{
    shell::intl,
    texts::{names, use_texts},
    ui::{Badge, Button, Hue},
};

/// Promises, one line each; hidden while there are none.
#[component]
pub fn Promises(
    #[prop(into)] promises: Signal<Vec<PromiseView>>,
    /// Opens the step that keeps the promise with this event id.
    keep: Callback<String>,
    /// The step may be taken.
    #[prop(into)]
    may: Signal<bool>,
) -> impl IntoView {
    let t = use_texts();
    let line = move |promise: PromiseView| {
        let (due, owner) = (promise.due.clone(), promise.owner.clone());
        let detail = move || {
            let texts = t.get();
            let day = intl::short_day(texts.language, &due);
            let day = if due.is_empty() {
                String::new()
            } else {
                (texts.home.due_on)(&day)
            };
            [owner.as_str(), day.as_str()]
                .into_iter()
                .filter(|part| !part.is_empty())
                .collect::<Vec<_>>()
                .join(" · ")
        };
        let mark = if let Some(at) = promise.kept_at {
            view! {
                <Badge hue=Hue::Green>
                    {move || (t.get().contacts.kept_on)(&intl::date(t.language(), at))}
                </Badge>
            }
            .into_any()
        } else {
            let event = promise.event.clone();
            let late = promise.late;
            view! {
                {late.then(|| view! { <Badge hue=Hue::Red>{move || t.get().home.overdue}</Badge> })}
                {move || {
                    let event = event.clone();
                    may.get()
                        .then(|| {
                            view! {
                                <Button press=move || keep.run(event.clone())>
                                    {move || names::act(t.language(), "promise_kept")}
                                </Button>
                            }
                        })
                }}
            }
            .into_any()
        };
        view! {
            <li class="line">
                <span class="line-main">
                    <span class="line-title lines-kept">{promise.text}</span>
                    <span class="muted">{detail}</span>
                </span>
                <span class="line-marks">{mark}</span>
            </li>
        }
    };
    move || {
        let mut promises = promises.get();
        promises.sort_by_key(|promise| promise.kept_at.is_some());
        (!promises.is_empty()).then(|| {
            view! {
                <section class="card">
                    <header class="card-head">
                        <h2>{move || t.get().contacts.promises}</h2>
                    </header>
                    <ul class="lines">{promises.into_iter().map(line).collect_view()}</ul>
                </section>
            }
        })
    }
}
