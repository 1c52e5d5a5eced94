//! The opened file: its name, encoding, rows, and what they are taken for.

use huiyin_api::ImportKind;
use leptos::prelude::*;

use super::{
    desk::{Stage, use_desk},
    drop_zone::ACCEPT,
};
use crate::{
    shell::intl,
    texts::use_texts,
    ui::{Badge, FileButton, Glyph, Hue, Icon, Tab, Tabs},
};

/// The head of the opened file.
#[component]
pub fn FileHead() -> impl IntoView {
    let t = use_texts();
    let desk = use_desk();
    let settled = move || desk.stage() != Stage::Prepare;
    let rows = move || {
        let t = t.get();
        (t.import.rows)(&intl::count(t.language, desk.read(|preview| preview.rows)))
    };
    let encoding =
        move || (t.get().import.encoding)(&desk.read(|preview| preview.encoding.clone()));
    let kind = move || desk.read(|preview| preview.kind);
    view! {
        <section class="card file-head" aria-label=move || t.get().import.file>
            <span class="empty-icon">
                <Icon glyph=Glyph::Case />
            </span>
            <div class="file-name">
                <h2>{move || desk.name.get()}</h2>
                <p class="badges">
                    <Badge hue=Hue::Neutral>{rows}</Badge>
                    <Badge hue=Hue::Neutral>{encoding}</Badge>
                    {move || {
                        settled()
                            .then(|| view! { <Badge hue=Hue::Active>{move || (t.get().import.kinds)(kind())}</Badge> })
                    }}
                </p>
            </div>
            {move || (!settled()).then(|| view! { <KindTabs /> })}
            {move || {
                (desk.stage() != Stage::Running)
                    .then(|| {
                        view! {
                            <FileButton
                                label=move || t.get().import.other_file
                                accept=ACCEPT
                                take=move |file| desk.choose(file)
                            />
                        }
                    })
            }}
        </section>
    }
}

/// What the rows are taken for. Records say so themselves, so there the choice is made.
#[component]
fn KindTabs() -> impl IntoView {
    let t = use_texts();
    let desk = use_desk();
    let kind = Memo::new(move |_| desk.read(|preview| preview.kind));
    let tabs = move || {
        let kinds: &[ImportKind] = match kind.get() {
            ImportKind::Records => &[ImportKind::Records],
            _ => &[ImportKind::Customers, ImportKind::Cases],
        };
        let tab = |kind: &ImportKind| Tab {
            value: wire(*kind).to_owned(),
            name: (t.get().import.kinds)(*kind).to_owned(),
            count: None,
            urgent: false,
        };
        kinds.iter().map(tab).collect::<Vec<_>>()
    };
    let choose = move |value: String| {
        let wanted = [ImportKind::Customers, ImportKind::Cases]
            .into_iter()
            .find(|kind| wire(*kind) == value);
        if let Some(wanted) = wanted.filter(|wanted| *wanted != kind.get_untracked()) {
            desk.take_for(wanted);
        }
    };
    view! {
        <Tabs
            label=move || t.get().import.kind
            tabs=Signal::derive(tabs)
            chosen=Signal::derive(move || wire(kind.get()).to_owned())
            choose
        />
    }
}

/// Returns the wire name of a kind, as fields name it.
pub fn wire(kind: ImportKind) -> &'static str {
    match kind {
        ImportKind::Customers => "customers",
        ImportKind::Cases => "cases",
        ImportKind::Records => "records",
    }
}
