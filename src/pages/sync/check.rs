//! Checks: everything stored here, and a digest to compare two devices by.

use huiyin_api::{DigestView, Problem, Request, VerifyView, detail_in};
use leptos::{prelude::*, task::spawn_local};

use crate::{
    shell::{ask, engine::use_engine, files, intl, notices::use_toaster},
    texts::use_texts,
    ui::{Button, ErrorState, Glyph, Icon, Look},
};

/// The checks and their results.
#[component]
pub fn Check() -> impl IntoView {
    let t = use_texts();
    let engine = use_engine();
    let verifying = RwSignal::new(false);
    let counting = RwSignal::new(false);
    let problem = RwSignal::new(None::<Problem>);
    let verified = RwSignal::new(None::<VerifyView>);
    let digest = RwSignal::new(None::<DigestView>);
    let verify = move || {
        verifying.set(true);
        problem.set(None);
        verified.set(None);
        spawn_local(async move {
            let result = engine.get(Request::Verify, ask::verify).await;
            verifying.try_set(false);
            match result {
                Ok(view) => {
                    verified.try_set(Some(view));
                }
                Err(found) => {
                    problem.try_set(Some(found));
                }
            }
        });
    };
    let count = move || {
        counting.set(true);
        problem.set(None);
        spawn_local(async move {
            let request = Request::Digest { branch: None };
            let result = engine.get(request, ask::digest).await;
            counting.try_set(false);
            match result {
                Ok(view) => {
                    digest.try_set(Some(view));
                }
                Err(found) => {
                    problem.try_set(Some(found));
                }
            }
        });
    };
    view! {
        <section class="card" aria-label=move || t.get().sync.check>
            <div class="card-head">
                <h2>{move || t.get().sync.check}</h2>
            </div>
            <div class="card-body form-section">
                <p class="muted">{move || t.get().sync.check_text}</p>
                <div class="actions">
                    <Button icon=Glyph::Check busy=verifying press=verify>
                        {move || t.get().sync.verify}
                    </Button>
                    <Button icon=Glyph::Code busy=counting press=count>
                        {move || t.get().sync.digest}
                    </Button>
                </div>
                <ErrorState problem />
                {move || verified.get().map(|view| view! { <Verified view /> })}
                {move || digest.get().map(|view| view! { <Digest view /> })}
            </div>
        </section>
    }
}

#[component]
fn Verified(view: VerifyView) -> impl IntoView {
    let t = use_texts();
    let VerifyView {
        envelopes,
        documents,
        broken,
        ..
    } = view;
    let good = move || {
        let t = t.get();
        (t.sync.verify_good)(
            &intl::count(t.language, envelopes),
            &intl::count(t.language, documents),
        )
    };
    if broken.is_empty() {
        return view! {
            <p class="notice good" role="status">
                <Icon glyph=Glyph::Check />
                <span>{good}</span>
            </p>
        }
        .into_any();
    }
    let list = broken
        .into_iter()
        .map(|found| view! { <li>{move || detail_in(t.language(), &found)}</li> });
    view! {
        <div class="error-state" role="alert">
            <Icon glyph=Glyph::Warning />
            <div>
                <strong>{move || t.get().sync.verify_bad}</strong>
                <ul>{list.collect_view()}</ul>
            </div>
        </div>
    }
    .into_any()
}

#[component]
fn Digest(view: DigestView) -> impl IntoView {
    let t = use_texts();
    let DigestView {
        digest,
        customers,
        cases,
    } = view;
    let words = move || {
        let t = t.get();
        (t.sync.digest_of)(
            &intl::count(t.language, customers),
            &intl::count(t.language, cases),
        )
    };
    let toaster = use_toaster();
    let copied = digest.clone();
    let copy = move || {
        let digest = copied.clone();
        spawn_local(async move {
            let s = t.now();
            if files::copy_text(&digest).await {
                toaster.good(s.common.copied);
            } else {
                toaster.say(s.sync.copy_refused);
            }
        });
    };
    view! {
        <dl class="facts" role="status">
            <dt>{move || t.get().sync.digest_value}</dt>
            <dd>
                <code class="digest">{digest}</code>
                <p class="muted num">{words}</p>
                <Button look=Look::Quiet icon=Glyph::Copy press=copy>
                    {move || t.get().sync.copy_digest}
                </Button>
            </dd>
        </dl>
    }
}
