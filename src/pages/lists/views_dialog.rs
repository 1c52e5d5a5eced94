//! Saves what a list shows as a view, and changes, passes on or removes the saved ones.

use huiyin_api::{ListView, Problem, Request, SavedView, SavedViews};
use leptos::{ev, prelude::*, task::spawn_local};

use super::views_menu::{apply, of_list, path_of, query_now};
use crate::{
    shell::{
        base::use_base, engine::use_engine, files, go::use_go, list_memory::ListState, live::Live,
        notices::use_toaster,
    },
    texts::use_texts,
    ui::{Badge, Button, ErrorState, Glyph, Hue, Look, TextField},
};

/// The content of the dialog.
#[component]
pub fn ViewsDialog(
    cases: bool,
    state: ListState,
    saved: Live<SavedViews>,
    open: RwSignal<bool>,
) -> impl IntoView {
    let t = use_texts();
    let engine = use_engine();
    let go = use_go();
    let toaster = use_toaster();
    let name = RwSignal::new(String::new());
    let shared = RwSignal::new(false);
    let busy = RwSignal::new(false);
    let problem = RwSignal::new(None::<Problem>);
    let view_now = move |name: String| ListView {
        name,
        cases,
        query: query_now(state),
        columns: state.columns.get_untracked(),
        report: None,
    };
    let save = Callback::new(move |(id, name, shared): (Option<String>, String, bool)| {
        let view = Box::new(view_now(name));
        busy.set(true);
        spawn_local(async move {
            let request = Request::SaveListView { id, view, shared };
            let answer = engine.save(request).await;
            busy.try_set(false);
            match answer {
                Ok(id) => {
                    toaster.good(t.now().lists.view_saved);
                    state.view.try_set(Some(id.clone()));
                    saved.ask_again();
                    open.try_set(false);
                    go.instead(&format!("{}?view={id}", path_of(cases)));
                }
                Err(found) => {
                    problem.try_set(Some(found));
                }
            }
        });
    });
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        save.run((None, name.get_untracked(), shared.get_untracked()));
    };
    let may_share = move || {
        saved
            .value
            .with(|views| views.as_ref().is_some_and(|views| views.may_share))
    };
    view! {
        <form class="view-form" on:submit=submit novalidate>
            <TextField
                label=move || t.get().lists.view_name
                value=name
                input=move |typed: String| name.set(typed)
                hint=move || t.get().lists.view_hint.to_owned()
                autofocus=true
            />
            <Show when=may_share>
                <label class="checkbox">
                    <input
                        type="checkbox"
                        prop:checked=move || shared.get()
                        on:change:target=move |event| shared.set(event.target().checked())
                    />
                    <span>{move || t.get().lists.view_shared}</span>
                </label>
            </Show>
            <ErrorState problem />
            <Button look=Look::Primary submit=true busy>
                {move || t.get().lists.save_view}
            </Button>
        </form>
        <ul class="view-list">
            {move || {
                of_list(saved, cases)
                    .into_iter()
                    .map(|own| {
                        let may_change = !own.shared || may_share();
                        view! { <ViewLine cases state own may_change saved save problem open /> }
                    })
                    .collect_view()
            }}
        </ul>
    }
}

#[component]
#[expect(clippy::too_many_arguments, reason = "a line acts on the whole dialog")]
fn ViewLine(
    cases: bool,
    state: ListState,
    own: SavedView,
    may_change: bool,
    saved: Live<SavedViews>,
    save: Callback<(Option<String>, String, bool)>,
    problem: RwSignal<Option<Problem>>,
    open: RwSignal<bool>,
) -> impl IntoView {
    let t = use_texts();
    let engine = use_engine();
    let base = use_base();
    let go = use_go();
    let toaster = use_toaster();
    let (id, name, shared) = (own.id.clone(), own.view.name.clone(), own.shared);
    let by = own.by.clone();
    let choose = {
        let own = own.clone();
        move |_| {
            apply(state, &own);
            open.set(false);
            go.instead(&format!("{}?view={}", path_of(cases), own.id));
        }
    };
    let link = {
        let link = format!("{}{}?view={id}", base.address(), &path_of(cases)[1..]);
        move || {
            let link = link.clone();
            spawn_local(async move {
                if files::copy_text(&link).await {
                    toaster.good(t.now().common.copied);
                }
            });
        }
    };
    let update = {
        let (id, name) = (id.clone(), name.clone());
        move || save.run((Some(id.clone()), name.clone(), shared))
    };
    let beside = !own.beside.is_empty();
    let keep = {
        let own = own.clone();
        move || {
            let request = Request::SaveListView {
                id: Some(own.id.clone()),
                view: Box::new(own.view.clone()),
                shared: true,
            };
            spawn_local(async move {
                match engine.save(request).await {
                    Ok(_) => {
                        toaster.good(t.now().lists.view_saved);
                        saved.ask_again();
                    }
                    Err(found) => {
                        problem.try_set(Some(found));
                    }
                }
            });
        }
    };
    let remove = move || {
        let id = id.clone();
        spawn_local(async move {
            match engine.tell(Request::DropListView { id: id.clone() }).await {
                Ok(()) => {
                    if state.view.try_get_untracked().flatten() == Some(id) {
                        state.view.set(None);
                    }
                    toaster.say(t.now().lists.view_removed);
                    saved.ask_again();
                }
                Err(found) => {
                    problem.try_set(Some(found));
                }
            }
        });
    };
    view! {
        <li class="view-line">
            <button type="button" class="link-button" on:click=choose>
                {name}
            </button>
            {shared
                .then(|| {
                    view! {
                        <Badge hue=Hue::Active>
                            {move || (t.get().lists.shared_by)(&by)}
                        </Badge>
                    }
                })}
            {beside.then(|| view! { <Badge hue=Hue::Amber>{move || t.get().lists.beside}</Badge> })}
            <span class="view-acts">
                {(beside && may_change)
                    .then(|| {
                        view! {
                            <Button look=Look::Quiet press=keep>
                                {move || t.get().lists.keep_beside}
                            </Button>
                        }
                    })}
                {(shared && !beside)
                    .then(|| {
                        view! {
                            <Button look=Look::Quiet icon=Glyph::Link press=link>
                                {move || t.get().lists.copy_link}
                            </Button>
                        }
                    })}
                {(may_change && !beside)
                    .then(|| {
                        view! {
                            <Button look=Look::Quiet press=update>
                                {move || t.get().lists.update_view}
                            </Button>
                        }
                    })}
                {may_change
                    .then(|| {
                        view! {
                            <Button look=Look::Quiet press=remove>
                                {move || t.get().lists.remove_view}
                            </Button>
                        }
                    })}
            </span>
        </li>
    }
}
