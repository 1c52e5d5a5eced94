//! The import screen: open a file, check what would happen, run, report; and what was imported before.

mod cards;
mod desk;
mod drop_zone;
mod file_head;
mod mapping;
mod past;
mod progress;
mod rejected;
mod report;
mod run_bar;
mod sample;
mod states;
mod undo_dialog;

use leptos::prelude::*;

use crate::{
    shell::title::set_title,
    texts::use_texts,
    ui::{ErrorState, PageHead, Progress},
};

pub use desk::ImportDesk;
use desk::{Stage, use_desk};
use drop_zone::DropZone;
use file_head::FileHead;
use mapping::Mapping;
use past::PastImports;
use progress::RunProgress;
use rejected::RejectedRows;
use report::Report;
use run_bar::RunBar;
use sample::Sample;
use states::States;

/// The import screen.
#[component]
pub fn ImportPage() -> impl IntoView {
    let t = use_texts();
    let desk = use_desk();
    set_title(move || t.get().import.title);
    desk.watch();
    let stage = Memo::new(move |_| desk.stage());
    view! {
        <PageHead title=move || t.get().import.title subtitle=move || t.get().import.subtitle />
        <div class="desk">
            {move || match stage.get() {
                Stage::Choose => {
                    view! {
                        <DropZone />
                        <ErrorState problem=desk.problem />
                        <PastImports />
                    }
                        .into_any()
                }
                Stage::Prepare => view! { <Prepare /> }.into_any(),
                Stage::Running => {
                    view! {
                        <FileHead />
                        <RunProgress />
                    }
                        .into_any()
                }
                Stage::Done => {
                    view! {
                        <FileHead />
                        <Report />
                        <ErrorState problem=desk.problem />
                        <PastImports />
                    }
                        .into_any()
                }
            }}
        </div>
    }
}

/// The opened file before it is imported.
#[component]
fn Prepare() -> impl IntoView {
    let t = use_texts();
    let desk = use_desk();
    let trial = move || desk.report.with(Option::is_some);
    let retry = Callback::new(move |()| desk.open_again());
    let reading = move || desk.looked().1 > 0;
    let label = Signal::derive(move || (t.get().import.opening)(&desk.name.get()));
    view! {
        <FileHead />
        <Show when=reading>
            <Progress
                label
                done=move || desk.looked().0 as f64
                total=move || desk.looked().1 as f64
            />
        </Show>
        <ErrorState problem=desk.problem retry />
        {move || trial().then(|| view! { <Report /> })}
        <Mapping />
        <States />
        <RejectedRows rows=move || {
            desk.read(|preview| preview.rejected.clone())
        } total=move || desk.read(|preview| preview.rejected_total) />
        <Sample />
        <RunBar />
    }
}
