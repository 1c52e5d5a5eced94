//! Saved views of a list: a chip to choose one, and what a link with `?view=` opens.

use huiyin_api::{ListQuery, Request, SavedView, SavedViews};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::layout::put_back;
use crate::{
    pages::{
        parts::{Desk, in_part},
        shared::FilterChip,
    },
    shell::{
        ask,
        engine::use_engine,
        go::use_go,
        list_memory::ListState,
        live::{Live, live},
        session::use_session,
    },
    texts::use_texts,
    ui::{Dialog, Glyph, Icon},
};

/// The word of the address that shows cases as a board; no view has this id.
const BOARD: &str = "board";

/// Returns the path of a list.
pub fn path_of(cases: bool) -> &'static str {
    if cases { "/cases" } else { "/customers" }
}

/// Puts a view in place of what the list shows.
pub fn apply(state: ListState, saved: &SavedView) {
    let view = saved.view.clone();
    state.columns.set(view.columns);
    state.view.set(Some(saved.id.clone()));
    state.change(|query| *query = view.query);
}

/// Returns what the list shows as the query of a view.
pub fn query_now(state: ListState) -> ListQuery {
    let query = state.query.get_untracked();
    ListQuery {
        offset: 0,
        limit: 0,
        ..query
    }
}

/// The chip with the saved views, and the button beside it for saving.
#[component]
pub fn ViewsMenu(
    /// The list is that of cases.
    cases: bool,
    state: ListState,
) -> impl IntoView {
    let t = use_texts();
    let go = use_go();
    let engine = use_engine();
    let session = use_session();
    let saved = live(|| Some(Request::SavedViews), ask::saved_views);
    let address = use_query_map();
    let wanted = Memo::new(move |_| {
        address
            .with(|query| query.get("view"))
            .filter(|view| view != BOARD)
    });
    // The last address that was followed: later changes of the list or of the views do not open it again.
    let followed = StoredValue::new(None::<String>);
    Effect::new(move |_| {
        let wanted = wanted.get();
        if followed.get_value() == wanted {
            return;
        }
        let Some(id) = wanted else {
            followed.set_value(None);
            return;
        };
        let view = saved.value.with(|views| find(views.as_ref(), cases, &id));
        if let Some(view) = view {
            followed.set_value(Some(id));
            if state.view.get_untracked().as_deref() != Some(view.id.as_str()) {
                apply(state, &view);
            }
        }
    });
    let missing = Memo::new(move |_| {
        wanted.get().is_some_and(|id| {
            saved
                .value
                .with(|views| views.is_some() && find(views.as_ref(), cases, &id).is_none())
        })
    });
    let choices = Signal::derive(move || {
        let all = (String::new(), t.get().lists.views.to_owned());
        let named = of_list(saved, cases).into_iter().map(|saved| {
            let name = if saved.beside.is_empty() {
                saved.view.name
            } else {
                format!("{} · {}", saved.view.name, t.get().lists.beside)
            };
            (saved.id, name)
        });
        std::iter::once(all).chain(named).collect::<Vec<_>>()
    });
    let chosen = Signal::derive(move || state.view.get().unwrap_or_default());
    let choose = move |id: String| {
        let view = saved
            .value
            .with_untracked(|views| find(views.as_ref(), cases, &id));
        if let Some(view) = view {
            apply(state, &view);
            go.instead(&format!("{}?view={id}", path_of(cases)));
        } else {
            state.view.set(None);
            state.clear();
            put_back(engine, session, cases, state);
            go.instead(path_of(cases));
        }
    };
    let open = RwSignal::new(false);
    view! {
        <FilterChip label=move || t.get().lists.views chosen choices choose />
        <button
            type="button"
            class="icon-button"
            aria-haspopup="dialog"
            aria-label=move || t.get().lists.manage_views
            title=move || t.get().lists.manage_views
            on:click=move |_| open.set(true)
        >
            <Icon glyph=Glyph::Pencil />
        </button>
        <Show when=move || missing.get()>
            <span class="muted">{move || t.get().lists.view_missing}</span>
        </Show>
        <Dialog open title=move || t.get().lists.manage_views large=true>
            {in_part(Desk::Views(cases, state, saved, open))}
        </Dialog>
    }
}

/// Returns the views of one list, tracked.
pub fn of_list(saved: Live<SavedViews>, cases: bool) -> Vec<SavedView> {
    saved.value.with(|views| {
        views
            .iter()
            .flat_map(|views| &views.views)
            .filter(|saved| saved.view.cases == cases && saved.view.report.is_none())
            .cloned()
            .collect()
    })
}

fn find(views: Option<&SavedViews>, cases: bool, id: &str) -> Option<SavedView> {
    views?
        .views
        .iter()
        .find(|saved| saved.id == id && saved.view.cases == cases && saved.view.report.is_none())
        .cloned()
}
