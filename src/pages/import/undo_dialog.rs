//! Taking an import back: asked once, then told what was kept.

use huiyin_api::{ImportSummary, Problem, Request, UndoReport};
use leptos::{ev, prelude::*, task::spawn_local};

use crate::{
    pages::shared::record_path,
    shell::{ask, base::use_base, engine::use_engine, intl},
    texts::use_texts,
    ui::{Button, Dialog, ErrorState, Look, open_while},
};

/// The dialog for the import in `target`; closed while there is none.
#[component]
pub fn UndoDialog(target: RwSignal<Option<ImportSummary>>) -> impl IntoView {
    let t = use_texts();
    let engine = use_engine();
    let open = open_while(target, Option::is_some);
    let busy = RwSignal::new(false);
    let problem = RwSignal::new(None::<Problem>);
    let undone = RwSignal::new(None::<UndoReport>);
    Effect::new(move |_| {
        if open.get() {
            undone.set(None);
            problem.set(None);
        }
    });
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let Some(import) =
            target.with_untracked(|past| past.as_ref().map(|past| past.import.clone()))
        else {
            return;
        };
        busy.set(true);
        problem.set(None);
        spawn_local(async move {
            let result = engine
                .get(Request::UndoImport { import }, ask::undone)
                .await;
            busy.try_set(false);
            match result {
                Ok(report) => {
                    undone.try_set(Some(report));
                }
                Err(found) => {
                    problem.try_set(Some(found));
                }
            }
        });
    };
    let question = move || {
        let t = t.get();
        target.with(|past| {
            let past = past.as_ref()?;
            Some((t.import.undo_text)(
                &past.name,
                &intl::count(t.language, past.added),
            ))
        })
    };
    let title = move || {
        let i = &t.get().import;
        if undone.with(Option::is_some) {
            i.undone
        } else {
            i.undo_title
        }
    };
    view! {
        <Dialog open title>
            {move || match undone.get() {
                Some(report) => view! { <Kept report open /> }.into_any(),
                None => {
                    view! {
                        <form class="form" on:submit=submit>
                            <p class="wide">{question}</p>
                            <div class="wide">
                                <ErrorState problem />
                            </div>
                            <footer class="dialog-foot">
                                <Button press=move || open.set(false)>{move || t.get().common.cancel}</Button>
                                <Button look=Look::Danger submit=true busy>
                                    {move || t.get().import.undo}
                                </Button>
                            </footer>
                        </form>
                    }
                        .into_any()
                }
            }}
        </Dialog>
    }
}

/// What was removed, and what was kept with links to it.
#[component]
fn Kept(report: UndoReport, open: RwSignal<bool>) -> impl IntoView {
    let t = use_texts();
    let base = use_base();
    let UndoReport { removed, kept } = report;
    let count = kept.len() as u64;
    let kept_words = move || {
        let t = t.get();
        if count == 0 {
            t.import.kept_none.to_owned()
        } else {
            (t.import.kept)(&intl::count(t.language, count))
        }
    };
    let links = kept
        .into_iter()
        .map(|(id, name)| {
            let name = if name.is_empty() { id.clone() } else { name };
            view! {
                <li>
                    <a class="link" href=base.href(&record_path(&id))>
                        {name}
                    </a>
                </li>
            }
        })
        .collect_view();
    view! {
        <div class="form">
            <p class="wide strong" role="status">
                {move || {
                    let t = t.get();
                    (t.import.undone_text)(&intl::count(t.language, removed))
                }}
            </p>
            <p class="wide muted">{kept_words}</p>
            <ul class="wide kept">{links}</ul>
            <footer class="dialog-foot">
                <Button look=Look::Primary press=move || open.set(false)>
                    {move || t.get().common.close}
                </Button>
            </footer>
        </div>
    }
}
