//! A way out for a device that has joined and has nothing yet: it forgets its invitation and begins again with another link.

use huiyin_api::Problem;
use leptos::prelude::*;
use leptos_router::hooks::use_location;

use super::is_invited;
use crate::{
    shell::removal::{Begin, use_removal},
    texts::use_texts,
    ui::{Button, Dialog, ErrorState, Glyph, Icon, Look},
};

/// The button, and a notice where another link was just opened. `over`: nothing will come, so there is nothing to ask about.
#[component]
pub fn BeginAgain(over: Memo<bool>) -> impl IntoView {
    let t = use_texts();
    let removal = use_removal();
    let location = use_location();
    let other_link = Memo::new(move |_| is_invited(&location));
    let asking = RwSignal::new(false);
    let busy = RwSignal::new(false);
    let problem = RwSignal::new(None::<Problem>);
    let begin = move || {
        busy.set(true);
        problem.set(None);
        let begin = if other_link.get_untracked() {
            Begin::ByThisLink
        } else {
            Begin::ByLink
        };
        removal.run(begin, move |found| {
            busy.try_set(false);
            problem.try_set(Some(found));
        });
    };
    let press = move || {
        if over.get_untracked() {
            begin();
        } else {
            asking.set(true);
        }
    };
    let words = move || {
        let w = &t.get().wizard;
        if other_link.get() {
            w.use_this_link
        } else {
            w.begin_again
        }
    };
    view! {
        {move || {
            other_link
                .get()
                .then(|| {
                    view! {
                        <p class="notice plain">
                            <Icon glyph=Glyph::Link />
                            <span>{t.get().wizard.other_link}</span>
                        </p>
                    }
                })
        }}
        <div class="actions">
            {move || {
                let look = if over.get() || other_link.get() { Look::Primary } else { Look::Quiet };
                view! {
                    <Button look busy press>
                        {words}
                    </Button>
                }
            }}
        </div>
        <ErrorState problem />
        <Dialog open=asking title=move || t.get().wizard.begin_again>
            <div class="pad stack">
                <p>{move || t.get().wizard.begin_again_text}</p>
            </div>
            <footer class="dialog-foot">
                <Button press=move || asking.set(false)>{move || t.get().common.cancel}</Button>
                <Button look=Look::Danger busy press=begin>
                    {words}
                </Button>
            </footer>
        </Dialog>
    }
}
