//! Bundles: everything this device may pass on in one file, and back.

use huiyin_api::{BundleReport, Problem, ProblemCode, Request};
use leptos::{prelude::*, task::spawn_local};

use crate::{
    shell::{ask, engine::use_engine, files, intl, notices::use_toaster},
    texts::{sync::SyncTexts, use_texts},
    ui::{Button, ErrorState, FileButton, Glyph},
};

type Name = fn(&SyncTexts) -> &'static str;
type Figure = (Name, fn(&BundleReport) -> u64, &'static str);

const FIGURES: [Figure; 5] = [
    (|s| s.bundle_envelopes, |report| report.envelopes, "plain"),
    (|s| s.bundle_new, |report| report.new, "good"),
    (|s| s.bundle_known, |report| report.known, "plain"),
    (|s| s.bundle_waiting, |report| report.waiting, "amber"),
    (|s| s.bundle_refused, |report| report.refused, "bad"),
];

/// Export and import of bundles.
#[component]
pub fn Exchange() -> impl IntoView {
    let t = use_texts();
    let engine = use_engine();
    let toaster = use_toaster();
    let exporting = RwSignal::new(false);
    let importing = RwSignal::new(false);
    let problem = RwSignal::new(None::<Problem>);
    let report = RwSignal::new(None::<BundleReport>);
    let export = move || {
        exporting.set(true);
        problem.set(None);
        spawn_local(async move {
            let result = engine.download(Request::ExportBundle).await;
            exporting.try_set(false);
            match result {
                Ok(name) => toaster.good((t.now().sync.exported)(&name)),
                Err(found) => {
                    problem.try_set(Some(found));
                }
            }
        });
    };
    let import = move |file: web_sys::File| {
        importing.set(true);
        problem.set(None);
        report.set(None);
        spawn_local(async move {
            let Some(bytes) = files::read_file(&file).await else {
                toaster.say(t.now().import.unreadable);
                importing.try_set(false);
                return;
            };
            let result = engine.ask_with(Request::ImportBundle, Some(bytes)).await;
            importing.try_set(false);
            match result.map(|(answer, _)| ask::bundle(&answer)) {
                Ok(Some(brought)) => {
                    report.try_set(Some(brought));
                }
                Ok(None) => {
                    problem.try_set(Some(Problem::at(ProblemCode::Internal, "answer")));
                }
                Err(found) => {
                    problem.try_set(Some(found));
                }
            }
        });
    };
    view! {
        <section class="card" aria-label=move || t.get().sync.exchange>
            <div class="card-head">
                <h2>{move || t.get().sync.exchange}</h2>
            </div>
            <div class="card-body form-section">
                <p class="muted">{move || t.get().sync.exchange_text}</p>
                <div class="actions">
                    <Button icon=Glyph::Export busy=exporting press=export>
                        {move || t.get().sync.export_bundle}
                    </Button>
                    <FileButton
                        label=move || t.get().sync.import_bundle
                        accept=".huiyin"
                        busy=importing
                        take=import
                    />
                </div>
                <ErrorState problem />
                {move || report.get().map(|report| view! { <Brought report /> })}
            </div>
        </section>
    }
}

/// What a bundle brought.
#[component]
pub(super) fn Brought(report: BundleReport) -> impl IntoView {
    let t = use_texts();
    let nothing = report.new + report.waiting + report.refused == 0;
    let figure = |(name, count, tone): Figure| {
        let count = count(&report);
        view! {
            <div class="tally" data-tone=if count == 0 { "none" } else { tone }>
                <dt>{move || name(&t.get().sync)}</dt>
                <dd>{move || intl::count(t.get().language, count)}</dd>
            </div>
        }
    };
    let figures = FIGURES.map(figure).collect_view();
    view! {
        <div class="brought" role="status">
            <h3>{move || t.get().sync.bundle_title}</h3>
            {nothing.then(|| view! { <p class="muted">{move || t.get().sync.bundle_nothing}</p> })}
            <dl class="tallies">{figures}</dl>
        </div>
    }
}
