//! The command palette: one box that finds screens, actions, customers and cases.

use huiyin_api::{ListQuery, Request, SavedView, SavedViews};
use leptos::{ev, prelude::*, task::spawn_local};

use super::{Dialog, Glyph, Icon};
use crate::{
    shell::{
        ask,
        engine::use_engine,
        go::use_go,
        live::{Live, live},
        lock::use_lock,
        tour::use_tour,
    },
    texts::{Texts, events, grading, leads, lock, sample, use_texts},
};

/// Records offered of each kind.
const RECORDS: u32 = 6;
/// Saved views offered.
const VIEWS: usize = 8;
/// Stands for locking the device, where a hit names an address.
const LOCK: &str = "lock";
/// Stands for the tour.
const TOUR: &str = "tour";

#[derive(Debug, Clone, PartialEq, Eq)]
struct Hit {
    path: String,
    name: String,
    detail: String,
    group: &'static str,
    glyph: Glyph,
}

/// The palette in a dialog.
#[component]
pub fn CommandPalette(open: RwSignal<bool>) -> impl IntoView {
    let t = use_texts();
    view! {
        <Dialog open title=move || t.get().shell.palette large=true>
            <Finder open />
        </Dialog>
    }
}

#[component]
fn Finder(open: RwSignal<bool>) -> impl IntoView {
    let t = use_texts();
    let go = use_go();
    let device_lock = use_lock();
    let tour = use_tour();
    let (words, set_words) = signal(String::new());
    let (cursor, set_cursor) = signal(0_usize);
    let records = follow_records(words);
    let views = live(|| Some(Request::SavedViews), ask::saved_views);
    let hits = Memo::new(move |_| {
        let mut hits = words.with(|words| screens(t.get(), words));
        if device_lock.is_set() == Some(true) {
            let name = lock::of(t.language()).lock_now;
            hits.extend(words.with(|words| action(t.get(), words, LOCK, name, Glyph::Check)));
        }
        let name = sample::of(t.language()).tour;
        hits.extend(words.with(|words| action(t.get(), words, TOUR, name, Glyph::Next)));
        hits.extend(saved_views(t.get(), views, words));
        hits.extend(records.get());
        hits
    });
    Effect::new(move |_| {
        let marked = document().get_element_by_id(&format!("hit-{}", cursor.get()));
        let list = document().get_element_by_id("palette-hits");
        if let (Some(marked), Some(list)) = (marked, list) {
            let (own, seen) = (
                marked.get_bounding_client_rect(),
                list.get_bounding_client_rect(),
            );
            let by = if own.bottom() > seen.bottom() {
                own.bottom() - seen.bottom()
            } else {
                (own.top() - seen.top()).min(0.0)
            };
            list.set_scroll_top(list.scroll_top() + by as i32);
        }
    });
    let take = move |path: &str| {
        open.set(false);
        match path {
            LOCK => device_lock.lock_now(),
            TOUR => tour.begin(),
            path => go.to(path),
        }
    };
    let on_key = move |event: ev::KeyboardEvent| {
        let count = hits.with(Vec::len);
        match event.key().as_str() {
            "ArrowDown" if count > 0 => set_cursor.update(|at| *at = (*at + 1) % count),
            "ArrowUp" if count > 0 => set_cursor.update(|at| *at = (*at + count - 1) % count),
            "Enter" if !event.is_composing() => {
                let path =
                    hits.with(|hits| hits.get(cursor.get_untracked()).map(|hit| hit.path.clone()));
                if let Some(path) = path {
                    take(&path);
                }
            }
            _ => return,
        }
        event.prevent_default();
    };
    let row = move |(index, hit): (usize, Hit), head: bool| {
        let path = hit.path.clone();
        view! {
            {head.then(|| view! { <li class="palette-group" role="presentation">{hit.group}</li> })}
            <li
                id=format!("hit-{index}")
                class="palette-hit"
                role="option"
                aria-selected=move || if cursor.get() == index { "true" } else { "false" }
                on:click=move |_| take(&path)
                on:mousemove=move |_| {
                    if cursor.get_untracked() != index {
                        set_cursor.set(index);
                    }
                }
            >
                <Icon glyph=hit.glyph />
                <span class="palette-name">{hit.name}</span>
                <span class="muted">{hit.detail}</span>
            </li>
        }
    };
    view! {
        <div class="palette" on:keydown=on_key>
            <div class="searchbox">
                <Icon glyph=Glyph::Search />
                <input
                    class="input"
                    type="text"
                    role="combobox"
                    autofocus=true
                    autocomplete="off"
                    aria-label=move || t.get().shell.palette
                    aria-expanded="true"
                    aria-controls="palette-hits"
                    aria-activedescendant=move || format!("hit-{}", cursor.get())
                    placeholder=move || t.get().shell.palette_hint
                    prop:value=move || words.get()
                    on:input:target=move |event| {
                        set_words.set(event.target().value());
                        set_cursor.set(0);
                    }
                />
            </div>
            <ul id="palette-hits" role="listbox" aria-label=move || t.get().shell.palette>
                {move || {
                    let hits = hits.get();
                    if hits.is_empty() {
                        return view! { <li class="muted pad">{t.get().shell.palette_nothing}</li> }
                            .into_any();
                    }
                    let mut group = "";
                    hits.into_iter()
                        .enumerate()
                        .map(|(index, hit)| {
                            let head = hit.group != group;
                            group = hit.group;
                            row((index, hit), head)
                        })
                        .collect_view()
                        .into_any()
                }}
            </ul>
        </div>
    }
}

/// Screens and actions whose name has the words, in both the shown name and the path.
fn screens(texts: &Texts, words: &str) -> Vec<Hit> {
    let s = &texts.shell;
    let words = words.trim().to_lowercase();
    [
        ("/", s.home, s.palette_screens, Glyph::Day),
        ("/customers", s.customers, s.palette_screens, Glyph::Person),
        ("/cases", s.cases, s.palette_screens, Glyph::Case),
        ("/contacts", s.contacts, s.palette_screens, Glyph::Note),
        (
            "/duties",
            crate::texts::duties::of(texts.language).title,
            s.palette_screens,
            Glyph::Clock,
        ),
        (
            "/conflicts",
            crate::texts::differing::of(texts.language).title,
            s.palette_screens,
            Glyph::Warning,
        ),
        (
            "/grading",
            grading::of(texts.language).review_title,
            s.palette_screens,
            Glyph::Person,
        ),
        (
            "/customers/key-accounts",
            grading::of(texts.language).loyalty,
            s.palette_screens,
            Glyph::Person,
        ),
        (
            "/actions",
            texts.desk.actions,
            s.palette_screens,
            Glyph::Check,
        ),
        (
            "/surveys",
            texts.surveys.title,
            s.palette_screens,
            Glyph::Check,
        ),
        (
            "/surveys/questionnaires",
            texts.surveys.questionnaires,
            s.palette_screens,
            Glyph::Pencil,
        ),
        ("/reports", s.reports, s.palette_screens, Glyph::Chart),
        ("/import", s.import, s.palette_screens, Glyph::Import),
        ("/sync", s.sync, s.palette_screens, Glyph::Sync),
        ("/settings", s.settings, s.palette_screens, Glyph::Settings),
        (
            "/settings/devices",
            crate::texts::devices::of(texts.language).title,
            s.palette_screens,
            Glyph::Device,
        ),
        (
            "/settings/recovery",
            crate::texts::recovery::of(texts.language).title,
            s.palette_screens,
            Glyph::Note,
        ),
        (
            "/cases/new",
            texts.cases.new,
            s.palette_actions,
            Glyph::Plus,
        ),
        (
            "/customers/new",
            texts.customers.new,
            s.palette_actions,
            Glyph::Plus,
        ),
        (
            "/contacts/events",
            events::of(texts.language).title,
            s.palette_screens,
            Glyph::Person,
        ),
        (
            "/customers/leads",
            leads::of(texts.language).title,
            s.palette_screens,
            Glyph::Person,
        ),
        (
            "/contacts/follow-ups",
            texts.contacts.follow_ups,
            s.palette_screens,
            Glyph::Check,
        ),
        (
            "/contacts/new",
            texts.contacts.new,
            s.palette_actions,
            Glyph::Plus,
        ),
        (
            "/surveys/new",
            texts.surveys.new_answer,
            s.palette_actions,
            Glyph::Plus,
        ),
    ]
    .into_iter()
    .filter(|(path, name, _, _)| {
        words.is_empty() || name.to_lowercase().contains(&words) || path.contains(&words)
    })
    .map(|(path, name, group, glyph)| Hit {
        path: path.to_owned(),
        name: name.to_owned(),
        detail: String::new(),
        group,
        glyph,
    })
    .collect()
}

/// An action without an address, if its name has the words.
fn action(texts: &Texts, words: &str, path: &str, name: &'static str, glyph: Glyph) -> Option<Hit> {
    let words = words.trim().to_lowercase();
    (name.to_lowercase().contains(&words) || path.contains(&words)).then(|| Hit {
        path: path.to_owned(),
        name: name.to_owned(),
        detail: String::new(),
        group: texts.shell.palette_actions,
        glyph,
    })
}

/// Saved views of both lists whose name has the words; all of them while nothing is typed.
fn saved_views(texts: &Texts, views: Live<SavedViews>, words: ReadSignal<String>) -> Vec<Hit> {
    let words = words.with(|words| words.trim().to_lowercase());
    let hit = |saved: &SavedView| {
        let (list, glyph, detail) = if saved.view.cases {
            ("/cases", Glyph::Case, texts.shell.cases)
        } else {
            ("/customers", Glyph::Person, texts.shell.customers)
        };
        Hit {
            path: format!("{list}?view={}", saved.id),
            name: saved.view.name.clone(),
            detail: detail.to_owned(),
            group: texts.lists.views,
            glyph,
        }
    };
    views.value.with(|views| {
        views
            .iter()
            .flat_map(|views| &views.views)
            .filter(|saved| saved.view.report.is_none())
            .filter(|saved| words.is_empty() || saved.view.name.to_lowercase().contains(&words))
            .take(VIEWS)
            .map(hit)
            .collect()
    })
}

/// Customers and cases that the words find; late answers to earlier words are dropped.
fn follow_records(words: ReadSignal<String>) -> ReadSignal<Vec<Hit>> {
    let t = use_texts();
    let engine = use_engine();
    let (found, set_found) = signal(Vec::new());
    let round = StoredValue::new(0_u64);
    Effect::new(move |_| {
        let search = words.with(|words| words.trim().to_owned());
        let own = round.get_value() + 1;
        round.set_value(own);
        if search.is_empty() {
            set_found.set(Vec::new());
            return;
        }
        spawn_local(async move {
            let query = ListQuery {
                search,
                limit: RECORDS,
                ..ListQuery::default()
            };
            let customers = engine.customers(query.clone()).await.unwrap_or_default();
            let cases = engine.cases(query).await.unwrap_or_default();
            if round.try_get_value() != Some(own) {
                return;
            }
            let s = &t.now().shell;
            let customers = customers.rows.into_iter().map(|row| Hit {
                path: format!("/customers/{}", row.id),
                name: row.name,
                detail: row.phone,
                group: s.palette_customers,
                glyph: Glyph::Person,
            });
            let cases = cases.rows.into_iter().map(|row| Hit {
                path: format!("/cases/{}", row.id),
                name: row.subject,
                detail: row.number,
                group: s.palette_cases,
                glyph: Glyph::Case,
            });
            set_found.try_set(customers.chain(cases).collect());
        });
    });
    found
}
