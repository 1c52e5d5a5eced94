//! What is chosen in a list and what can be done with it: all of the filter, change, nothing; and the past changes.

use huiyin_api::MAX_BULK;
use leptos::{prelude::*, task::spawn_local};

use crate::{
    pages::{
        lists::{
            export_rows::{Stop, gather},
            views_menu::query_now,
        },
        parts::{Desk, in_part},
    },
    shell::{
        engine::use_engine,
        intl,
        list_memory::ListState,
        narrow::use_narrow,
        notices::use_toaster,
        windows::{Listed, Windows},
    },
    texts::use_texts,
    ui::{Button, Dialog, Glyph, Look},
};

/// The bar over a list.
#[component]
pub fn SelectionBar<T: Listed>(
    /// The list is that of cases.
    cases: bool,
    state: ListState,
    /// The rows of the list.
    windows: Windows<T>,
) -> impl IntoView {
    let t = use_texts();
    let engine = use_engine();
    let toaster = use_toaster();
    let narrow = use_narrow();
    let chosen = state.chosen;
    let total = windows.total;
    let changing = RwSignal::new(false);
    let looking_back = RwSignal::new(false);
    let gathering = RwSignal::new(false);
    let number = move |count: usize| intl::count(t.language(), count as u64);
    let choose_all = move || {
        if total.get_untracked().unwrap_or(0) as usize > MAX_BULK {
            toaster.say(t.now().bulk.too_many);
            return;
        }
        let query = query_now(state);
        gathering.set(true);
        spawn_local(async move {
            let found = std::cell::RefCell::new(Vec::new());
            let answer = gather::<T>(
                engine,
                &query,
                || found.borrow_mut().clear(),
                |row: &T| found.borrow_mut().push(row.id().to_owned()),
                |_, _| {},
                || gathering.try_get_untracked().is_none(),
            )
            .await;
            gathering.try_set(false);
            match answer {
                Ok(_) => chosen.add(found.into_inner()),
                Err(Stop::Cancelled) => {}
                Err(Stop::Problem(problem)) => toaster.problem(&problem),
            }
        });
    };
    let all_chosen = Memo::new(move |_| {
        let total = total.get().unwrap_or(0) as usize;
        total > 0 && chosen.count() >= total
    });
    let shown = Memo::new(move |_| chosen.is_shown());
    let count = move || (t.get().bulk.chosen)(&number(chosen.count()));
    let all = move || (t.get().bulk.choose_all)(&number(total.get().unwrap_or(0) as usize));
    view! {
        <div class="chosen-bar" class:active=move || shown.get()>
            <Show
                when=move || shown.get()
                fallback=move || {
                    view! {
                        <Show when=move || narrow.get()>
                            <Button look=Look::Quiet press=move || chosen.choosing.set(true)>
                                {move || t.get().bulk.choose}
                            </Button>
                        </Show>
                    }
                }
            >
                <span class="strong" role="status">{count}</span>
                <Show when=move || !all_chosen.get()>
                    <Button look=Look::Quiet busy=gathering press=choose_all>{all}</Button>
                </Show>
                <Button
                    look=Look::Primary
                    icon=Glyph::Pencil
                    disabled=Signal::derive(move || chosen.count() == 0)
                    press=move || changing.set(true)
                >
                    {move || t.get().bulk.edit}
                </Button>
                <Button look=Look::Quiet icon=Glyph::Close press=move || chosen.clear()>
                    {move || t.get().bulk.choose_none}
                </Button>
            </Show>
            <Button look=Look::Quiet icon=Glyph::Undo press=move || looking_back.set(true)>
                {move || t.get().bulk.past}
            </Button>
        </div>
        <Dialog open=changing large=true title=move || t.get().bulk.title>
            {in_part(Desk::Bulk(cases, state, changing))}
        </Dialog>
        <Dialog open=looking_back title=move || t.get().bulk.past>
            {in_part(Desk::BulkPast)}
        </Dialog>
    }
}
