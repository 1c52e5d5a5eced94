//! The state of sync in one plain line, always in sight.

use leptos::prelude::*;

use crate::{
    shell::{
        base::use_base,
        intl,
        replication::{Summary, use_replication},
    },
    texts::{Texts, use_texts},
    ui::{Glyph, Icon},
};

/// The line, as a link to the sync screen.
#[component]
pub fn SyncState() -> impl IntoView {
    let t = use_texts();
    let base = use_base();
    let replication = use_replication();
    let summary = Memo::new(move |_| replication.summary());
    view! {
        <a
            class="sync-state"
            href=base.href("/sync")
            data-state=move || look(summary.get())
        >
            {move || {
                let glyph = match summary.get() {
                    Summary::Offline(_) => Glyph::Offline,
                    Summary::NoRelay(_) | Summary::Unknown => Glyph::Device,
                    Summary::Refused | Summary::ShutOut => Glyph::Warning,
                    Summary::UpToDate(_) => Glyph::Check,
                    _ => Glyph::Sync,
                };
                view! { <Icon glyph /> }
            }}
            <span role="status" aria-label=move || t.get().shell.sync_state>
                {move || words(t.get(), summary.get())}
            </span>
        </a>
    }
}

fn look(summary: Summary) -> &'static str {
    match summary {
        Summary::UpToDate(_) => "good",
        Summary::Connecting | Summary::Receiving | Summary::Sending(_) => "moving",
        Summary::Offline(_) => "away",
        Summary::Refused | Summary::ShutOut => "bad",
        Summary::NoRelay(_) | Summary::Unknown => "still",
    }
}

/// Returns the state of sync as a sentence.
pub fn words(texts: &Texts, summary: Summary) -> String {
    let s = &texts.shell;
    let number = |count: u64| intl::number(texts.language, count as f64);
    match summary {
        Summary::Unknown => s.starting.to_owned(),
        Summary::NoRelay(0) => s.no_relay_nothing.to_owned(),
        Summary::NoRelay(count) => (s.no_relay)(&number(count)),
        Summary::Offline(0) => s.offline_nothing.to_owned(),
        Summary::Offline(count) => (s.offline)(&number(count)),
        Summary::Connecting => s.connecting.to_owned(),
        Summary::Receiving => s.receiving.to_owned(),
        Summary::Sending(0) => s.sending.to_owned(),
        Summary::Sending(count) => (s.sending_some)(&number(count)),
        Summary::UpToDate(Some(at)) => (s.up_to_date)(&intl::recent(texts.language, at)),
        Summary::UpToDate(None) => s.up_to_date_plain.to_owned(),
        Summary::Refused => s.refused.to_owned(),
        Summary::ShutOut => s.shut_out.to_owned(),
    }
}
