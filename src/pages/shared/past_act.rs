//! One act on many records that was done, with the way to undo it.

use std::{collections::BTreeMap, future::Future, pin::Pin, sync::Arc};

use huiyin_api::Problem;
use leptos::{prelude::*, task::spawn_local};

use crate::{
    shell::{intl, notices::Toaster},
    texts::{Texts, use_texts},
    ui::{Button, ErrorState, Glyph},
};

/// What undoing comes to.
type Undone = Pin<Box<dyn Future<Output = Result<(), Problem>>>>;

/// The way to undo an act. Cheap to clone.
#[derive(Clone)]
pub struct Undo {
    label: Signal<String>,
    work: Arc<dyn Fn() -> Undone + Send + Sync>,
}

impl Undo {
    /// Returns a way to undo an act by what its button says and what it does.
    pub fn new<F>(
        label: impl Into<Signal<String>>,
        work: impl Fn() -> F + Send + Sync + 'static,
    ) -> Self
    where
        F: Future<Output = Result<(), Problem>> + 'static,
    {
        Self {
            label: label.into(),
            work: Arc::new(move || Box::pin(work())),
        }
    }
}

/// The line: what it was, how much of it, by whom and when; beside it the undo, where the person may.
#[component]
pub fn PastAct(
    #[prop(into)] what: Signal<String>,
    #[prop(into)] much: Signal<String>,
    /// Who did it, and when.
    done: (String, i64),
    undo: Option<Undo>,
    /// What else is told of it.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let t = use_texts();
    let problem = RwSignal::new(None::<Problem>);
    let (by, at) = done;
    let when = move || (t.get().people.merged_by)(&by, &intl::date_time(t.language(), at));
    view! {
        <li class="people-line">
            <span class="people-line-main">
                <strong>{move || what.get()}</strong>
                <span>{move || much.get()}</span>
                <span class="muted">{when}</span>
                {children.map(|children| children())}
            </span>
            {undo.map(|undo| view! { <UndoButton undo problem /> })}
            <ErrorState problem />
        </li>
    }
    .into_any()
}

#[component]
fn UndoButton(undo: Undo, problem: RwSignal<Option<Problem>>) -> impl IntoView {
    let busy = RwSignal::new(false);
    let Undo { label, work } = undo;
    let press = move || {
        busy.set(true);
        problem.set(None);
        let work = work();
        spawn_local(async move {
            let result = work.await;
            busy.try_set(false);
            if let Err(found) = result {
                problem.try_set(Some(found));
            }
        });
    };
    view! {
        <Button icon=Glyph::Undo busy press>
            {move || label.get()}
        </Button>
    }
}

/// Returns how much each person had of an act, in one line.
pub fn by_receiver(receivers: BTreeMap<String, u32>) -> String {
    let each = receivers.into_iter();
    let each = each.map(|(name, count)| format!("{name} {count}"));
    each.collect::<Vec<_>>().join(" · ")
}

/// Tells that an act was undone: wholly, or but for what is called by the names in `kept`.
pub fn tell_undone(
    toaster: Toaster,
    texts: &Texts,
    kept: &[String],
    undone: &str,
    but: fn(&str) -> String,
) {
    if kept.is_empty() {
        toaster.good(undone);
    } else {
        toaster.say(but(&kept.join(texts.people.comma)));
    }
}
