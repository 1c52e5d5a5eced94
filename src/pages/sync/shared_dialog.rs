//! A file that was shared with the app or opened with it: what it is, and taking it in.

use huiyin_api::{BundleReport, Problem, ProblemCode, Request};
use leptos::{prelude::*, task::spawn_local};

use super::exchange::Brought;
use crate::{
    shell::{
        ask,
        engine::use_engine,
        files, intl,
        session::use_session,
        shared_files::{Came, Kind, use_shared_files},
    },
    texts::{shared, use_texts},
    ui::{Button, Dialog, ErrorState, Look},
};

/// The dialog with the first file that came; closed while there is none. Until a file is taken or refused it is kept.
#[component]
pub fn SharedDialog() -> impl IntoView {
    let t = use_texts();
    let came = use_shared_files();
    let open = RwSignal::new(false);
    Effect::new(move |_| {
        if came.first().is_some() {
            open.set(true);
        }
    });
    view! {
        <Dialog open title=move || shared::of(t.language()).title>
            {move || came.first().map(|one| view! { <OneFile one open /> })}
        </Dialog>
    }
}

#[component]
fn OneFile(one: Came, open: RwSignal<bool>) -> impl IntoView {
    let t = use_texts();
    let engine = use_engine();
    let session = use_session();
    let came = use_shared_files();
    let texts = move || shared::of(t.language());
    let busy = RwSignal::new(false);
    let problem = RwSignal::new(None::<Problem>);
    let report = RwSignal::new(None::<BundleReport>);
    let kind = one.kind();
    let (name, size) = (one.file.name(), one.file.size() as u64);
    let what = move || match kind {
        Kind::Bundle => texts().bundle,
        Kind::Backup => texts().backup,
        Kind::Other => texts().other,
    };
    let file = StoredValue::new_local(one.file);
    let leave = move || {
        open.set(false);
        came.drop_first();
    };
    let take = move || {
        busy.set(true);
        problem.set(None);
        let file = file.get_value();
        spawn_local(async move {
            let result = match files::read_file(&file).await {
                Some(bytes) => engine.ask_with(Request::ImportBundle, Some(bytes)).await,
                None => Err(Problem::at(ProblemCode::Missing, "file")),
            };
            busy.try_set(false);
            match result.map(|(answer, _)| ask::bundle(&answer)) {
                Ok(brought) => {
                    report.try_set(brought);
                    session.refresh();
                }
                Err(found) => {
                    problem.try_set(Some(found));
                }
            }
        });
    };
    let done = Memo::new(move |_| report.with(Option::is_some));
    let takes = kind == Kind::Bundle;
    view! {
        <div class="pad stack">
            <p>
                <strong>{name}</strong>
                " "
                <span class="muted num">{move || intl::size(t.language(), size)}</span>
            </p>
            <p>{what}</p>
            <ErrorState problem />
            {move || report.get().map(|report| view! { <Brought report /> })}
        </div>
        <footer class="dialog-foot">
            <Button press=leave>
                {move || if done.get() || !takes { t.get().common.close } else { texts().leave }}
            </Button>
            {move || {
                (takes && !done.get())
                    .then(|| {
                        view! {
                            <Button look=Look::Primary busy press=take>
                                {move || texts().take}
                            </Button>
                        }
                    })
            }}
        </footer>
    }
}
