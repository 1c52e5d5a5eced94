//! How this device stands with the others, in plain words.

use huiyin_api::{Millis, Request};
use leptos::{prelude::*, task::spawn_local};

use crate::{
    pages::frame::sync_words,
    shell::{
        clock::use_clock,
        engine::use_engine,
        intl,
        notices::use_toaster,
        replication::{Summary, use_replication},
    },
    texts::{devices, use_texts},
    ui::{Button, Glyph, Icon, Progress},
};

/// Clocks closer than this are told in minutes of at least one.
const MIN_SKEW_MINUTES: u64 = 1;

/// The state with its figures.
#[component]
pub fn Standing() -> impl IntoView {
    let t = use_texts();
    let replication = use_replication();
    let summary = Memo::new(move |_| replication.summary());
    let look = move || match summary.get() {
        Summary::UpToDate(_) => (Glyph::Check, "good"),
        Summary::Connecting | Summary::Receiving | Summary::Sending(_) => (Glyph::Sync, "moving"),
        Summary::Offline(_) => (Glyph::Offline, "away"),
        Summary::Refused | Summary::ShutOut => (Glyph::Warning, "bad"),
        Summary::NoRelay(_) | Summary::Unknown => (Glyph::Device, "still"),
    };
    view! {
        <section class="card" aria-label=move || t.get().sync.standing>
            <div class="card-head">
                <h2>{move || t.get().sync.standing}</h2>
                <SyncNow />
            </div>
            <div class="card-body form-section">
                <p class="standing" data-state=move || look().1 role="status">
                    {move || view! { <Icon glyph=look().0 /> }}
                    <strong>{move || sync_words(t.get(), summary.get())}</strong>
                </p>
                <Receiving />
                <Preview />
                <ShutOut />
                <Figures />
                <Skew />
            </div>
        </section>
    }
}

/// Connects now; offered where there is a relay.
#[component]
fn SyncNow() -> impl IntoView {
    let t = use_texts();
    let engine = use_engine();
    let toaster = use_toaster();
    let replication = use_replication();
    let busy = RwSignal::new(false);
    let press = move || {
        busy.set(true);
        spawn_local(async move {
            let result = engine.tell(Request::SyncNow).await;
            busy.try_set(false);
            if let Err(problem) = result {
                toaster.problem(&problem);
            }
        });
    };
    let relay = Memo::new(move |_| replication.get().is_some_and(|view| view.relay.is_some()));
    move || {
        relay.get().then(|| {
            view! {
                <Button icon=Glyph::Sync busy press=press>
                    {move || t.get().sync.sync_now}
                </Button>
            }
        })
    }
}

/// First data arriving.
#[component]
fn Receiving() -> impl IntoView {
    let t = use_texts();
    let engine = use_engine();
    let replication = use_replication();
    let far = Memo::new(move |_| {
        let receiving = replication.summary() == Summary::Receiving;
        let far = engine.receiving.get();
        far.filter(|(done, total)| receiving || done < total)
    });
    let words = move || {
        let t = t.get();
        let (done, total) = far.get().unwrap_or_default();
        (t.sync.receiving)(
            &intl::count(t.language, done),
            &intl::count(t.language, total),
        )
    };
    move || {
        far.get().is_some().then(|| {
            view! {
                <Progress
                    label=Signal::derive(words)
                    done=move || far.get().unwrap_or_default().0 as f64
                    total=move || far.get().unwrap_or_default().1 as f64
                />
            }
        })
    }
}

/// Lists are another device's while the histories are coming.
#[component]
fn Preview() -> impl IntoView {
    let t = use_texts();
    let replication = use_replication();
    let preview = Memo::new(move |_| replication.get().and_then(|view| view.preview));
    move || {
        preview.get().map(|preview| {
            let words = move || {
                let t = t.get();
                (t.sync.preview)(&intl::date_time(t.language, preview.at), &preview.device)
            };
            view! { <p class="muted">{words}</p> }
        })
    }
}

/// What is only here, the last contact, the next try.
#[component]
fn Figures() -> impl IntoView {
    let t = use_texts();
    let clock = use_clock();
    let replication = use_replication();
    let view = move || replication.get().unwrap_or_default();
    let only_here = move || {
        let t = t.get();
        match view().only_here {
            0 => t.sync.only_here_none.to_owned(),
            count => (t.sync.changes)(&intl::count(t.language, count)),
        }
    };
    let time = move |at: Millis| intl::recent(t.get().language, at);
    let last = move || {
        view()
            .last_contact
            .map_or_else(|| t.get().sync.never.to_owned(), time)
    };
    let next = move || {
        let at = view().retry_at?;
        // A try that is due before the next tick of the clock on the screen.
        let soon = at <= clock.now() + intl::MINUTE_MS;
        Some(if soon {
            t.get().sync.next_try_soon.to_owned()
        } else {
            time(at)
        })
    };
    let relay = move || view().relay.is_some();
    view! {
        <dl class="facts">
            <dt>{move || t.get().sync.only_here}</dt>
            <dd class="num">{only_here}</dd>
            {move || {
                relay()
                    .then(|| {
                        view! {
                            <dt>{move || t.get().sync.last_contact}</dt>
                            <dd class="num">{last}</dd>
                        }
                    })
            }}
            {move || {
                next()
                    .map(|next| {
                        view! {
                            <dt>{move || t.get().sync.next_try}</dt>
                            <dd class="num">{next}</dd>
                        }
                    })
            }}
        </dl>
    }
}

/// This device was shut out: when, where, why, and what that means.
#[component]
fn ShutOut() -> impl IntoView {
    let t = use_texts();
    let replication = use_replication();
    let shut = Memo::new(move |_| replication.get().and_then(|view| view.shut_out));
    move || {
        shut.get().map(|shut| {
            let words = devices::of(t.language());
            let at = intl::date_time(t.language(), shut.at);
            let said = (words.own_shut)(&shut.by, &at);
            let reason = Some(shut.reason).filter(|reason| !reason.is_empty());
            view! {
                <div class="notice" role="alert">
                    <Icon glyph=Glyph::Warning />
                    <div>
                        <p>
                            <strong>{said}</strong>
                            {reason.map(|reason| format!(" · {reason}"))}
                        </p>
                        <p>{words.own_shut_text}</p>
                    </div>
                </div>
            }
        })
    }
}

/// Another device's clock is far off.
#[component]
fn Skew() -> impl IntoView {
    let t = use_texts();
    let replication = use_replication();
    let words = move || {
        let t = t.get();
        let skew = replication.get()?.clock_skew.filter(|skew| *skew != 0)?;
        let minutes = (skew.unsigned_abs() / intl::MINUTE_MS.unsigned_abs()).max(MIN_SKEW_MINUTES);
        let minutes = (t.sync.minutes)(&intl::count(t.language, minutes));
        Some(if skew > 0 {
            (t.sync.ahead)(&minutes)
        } else {
            (t.sync.behind)(&minutes)
        })
    };
    move || {
        words().map(|words| {
            view! {
                <p class="notice" role="alert">
                    <Icon glyph=Glyph::Clock />
                    <span>{words}</span>
                </p>
            }
        })
    }
}
