//! Taking an edit back: asked once, then told what was left.

use huiyin_api::{ConflictLeft, Request};
use leptos::{prelude::*, task::spawn_local};

use crate::{
    shell::{ask, engine::use_engine, intl, notices::use_toaster},
    texts::{history, use_texts},
    ui::{Button, Dialog, ErrorState, Look, open_while},
};

/// The dialog for the action in `taking`; closed while there is none.
#[component]
pub fn TakeBackDialog(id: Memo<String>, taking: RwSignal<Option<String>>) -> impl IntoView {
    let t = use_texts();
    let engine = use_engine();
    let toaster = use_toaster();
    let words = move || history::of(t.language());
    let open = open_while(taking, Option::is_some);
    let busy = RwSignal::new(false);
    let problem = RwSignal::new(None);
    let left = RwSignal::new(Vec::<ConflictLeft>::new());
    Effect::new(move |_| {
        if open.get() {
            problem.set(None);
            left.set(Vec::new());
        }
    });
    let take = Callback::new(move |()| {
        let Some(action) = taking.get_untracked() else {
            return;
        };
        busy.set(true);
        let request = Request::TakeBack {
            id: id.get_untracked(),
            action,
        };
        spawn_local(async move {
            let result = engine.get(request, ask::taken_back).await;
            busy.try_set(false);
            match result {
                Ok(report) => {
                    let words = history::of(t.now().language);
                    if report.done.is_empty() {
                        toaster.say(words.none_taken_back);
                    } else {
                        let count = intl::count(t.now().language, report.done.len() as u64);
                        toaster.good((words.taken_back)(&count));
                    }
                    if report.left.is_empty() {
                        open.try_set(false);
                    }
                    left.try_set(report.left);
                }
                Err(found) => {
                    problem.try_set(Some(found));
                }
            }
        });
    });
    let lines = move || {
        left.get()
            .into_iter()
            .map(|left| {
                let told = move || {
                    let _ = t.get();
                    t.sentence(&left.problem).error
                };
                view! { <li>{told}</li> }
            })
            .collect_view()
    };
    view! {
        <Dialog open title=move || words().take_back_title>
            <div class="form">
                <ErrorState problem />
                {move || {
                    if left.with(Vec::is_empty) {
                        view! {
                            <p class="wide">{move || words().take_back_text}</p>
                            <footer class="dialog-foot">
                                <Button press=move || open.set(false)>
                                    {move || t.get().common.cancel}
                                </Button>
                                <Button look=Look::Primary busy press=take>
                                    {move || words().take_back}
                                </Button>
                            </footer>
                        }
                            .into_any()
                    } else {
                        view! {
                            <p class="wide strong">{move || words().left}</p>
                            <ul class="wide kept">{lines}</ul>
                            <footer class="dialog-foot">
                                <Button look=Look::Primary press=move || open.set(false)>
                                    {move || t.get().common.close}
                                </Button>
                            </footer>
                        }
                            .into_any()
                    }
                }}
            </div>
        </Dialog>
    }
}
