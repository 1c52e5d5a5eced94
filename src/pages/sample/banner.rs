//! What tells a sample company from a real one, on every screen, and its removal.

use huiyin_api::Problem;
use leptos::prelude::*;

use crate::{
    shell::{
        removal::{Begin, use_removal},
        sample::use_sample,
        tour::use_tour,
    },
    texts::{sample, use_texts},
    ui::{Button, Dialog, ErrorState, Look},
};

/// The banner of a sample company; nothing in any other.
#[component]
pub fn SampleBanner() -> impl IntoView {
    let t = use_texts();
    let here = use_sample();
    let tour = use_tour();
    let texts = move || sample::of(t.language());
    let removing = RwSignal::new(false);
    let shown = Memo::new(move |_| here.is_here());
    move || {
        shown.get().then(|| {
            view! {
                <section class="sample-banner" aria-label=move || texts().banner>
                    <p>
                        <strong>{move || texts().banner}</strong>
                        <span>{move || texts().banner_text}</span>
                    </p>
                    <div class="actions">
                        <Button look=Look::Quiet press=move || tour.begin()>
                            {move || texts().tour}
                        </Button>
                        <Button look=Look::Quiet press=move || removing.set(true)>
                            {move || texts().remove}
                        </Button>
                    </div>
                </section>
                <Dialog open=removing title=move || texts().remove>
                    <Removal open=removing />
                </Dialog>
            }
        })
    }
}

#[component]
fn Removal(open: RwSignal<bool>) -> impl IntoView {
    let t = use_texts();
    let removal = use_removal();
    let texts = move || sample::of(t.language());
    let busy = RwSignal::new(false);
    let problem = RwSignal::new(None::<Problem>);
    let remove = move || {
        busy.set(true);
        problem.set(None);
        removal.run(Begin::Afresh, move |found| {
            busy.try_set(false);
            problem.try_set(Some(found));
        });
    };
    view! {
        <div class="pad stack">
            <p>{move || texts().remove_text}</p>
            <ErrorState problem />
        </div>
        <footer class="dialog-foot">
            <Button press=move || open.set(false)>{move || t.get().common.cancel}</Button>
            <Button look=Look::Danger busy press=remove>
                {move || texts().remove}
            </Button>
        </footer>
    }
}
