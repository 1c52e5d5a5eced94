//! Dialogs on the native element: focus is kept inside, Esc closes, what lies behind is inert.

use leptos::{ev, html, prelude::*};

use super::{Button, Glyph, Icon, Look, new_id};
use crate::texts::use_texts;

/// A modal dialog with a title. Its content is made when it opens and dropped when it closes.
#[component]
pub fn Dialog(
    open: RwSignal<bool>,
    #[prop(into)] title: Signal<String>,
    /// A wider dialog for much content.
    #[prop(optional)]
    large: bool,
    children: ChildrenFn,
) -> impl IntoView {
    let t = use_texts();
    let node = NodeRef::<html::Dialog>::new();
    let heading = new_id("dialog");
    let labelled = heading.clone();
    Effect::new(move |_| {
        let Some(dialog) = node.get() else { return };
        let wanted = open.get();
        if wanted && !dialog.open() {
            // Fails only if the dialog is open in another way, which this component rules out.
            let _ = dialog.show_modal();
        } else if !wanted && dialog.open() {
            dialog.close();
        }
    });
    let on_backdrop = move |event: ev::MouseEvent| {
        let outside = node
            .get_untracked()
            .zip(event.target())
            .is_some_and(|(dialog, target)| {
                *AsRef::<web_sys::EventTarget>::as_ref(&*dialog) == target
            });
        if outside {
            open.set(false);
        }
    };
    view! {
        <dialog
            node_ref=node
            class="dialog"
            class:large=large
            aria-labelledby=labelled
            on:close=move |_| open.set(false)
            on:mousedown=on_backdrop
        >
            <div class="dialog-body">
                <header class="dialog-head">
                    <h2 id=heading>{move || title.get()}</h2>
                    <button
                        type="button"
                        class="icon-button"
                        aria-label=move || t.get().common.close
                        on:click=move |_| open.set(false)
                    >
                        <Icon glyph=Glyph::Close />
                    </button>
                </header>
                {
                    let children = StoredValue::new(children);
                    move || open.get().then(|| children.with_value(|children| children()))
                }
            </div>
        </dialog>
    }
}

/// Returns whether a dialog is open: as long as `subject` names what it is about. Closing the dialog leaves the subject empty.
pub fn open_while<T>(subject: RwSignal<T>, is_named: fn(&T) -> bool) -> RwSignal<bool>
where
    T: Default + Send + Sync + 'static,
{
    let open = RwSignal::new(false);
    // Neither writes what would have the other write it back: a signal that is set tells its followers even if it is as it was.
    Effect::new(move |_| {
        let named = subject.with(is_named);
        if named || open.get_untracked() {
            open.set(named);
        }
    });
    Effect::new(move |_| {
        if !open.get() && subject.with_untracked(is_named) {
            subject.set(T::default());
        }
    });
    open
}

/// The row of buttons at the foot of a dialog: cancel and the one that does it.
#[component]
pub fn DialogFoot(
    open: RwSignal<bool>,
    #[prop(into)] busy: Signal<bool>,
    #[prop(into)] submit: Signal<String>,
) -> impl IntoView {
    let t = use_texts();
    view! {
        <footer class="dialog-foot">
            <Button press=move || open.set(false)>{move || t.get().common.cancel}</Button>
            <Button look=Look::Primary submit=true busy>
                {move || submit.get()}
            </Button>
        </footer>
    }
}
