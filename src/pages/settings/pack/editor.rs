//! The forms of the pack in force: its sections, what is wrong, and the button that publishes a version.

use huiyin_api::{PacksView, Problem, Request};
use leptos::{prelude::*, task::spawn_local};
use serde_json::Value;

use super::{
    Read,
    draft::{PackDraft, use_pack_draft},
    field_editor::FieldEditor,
    schema::{SECTIONS, section_of},
    sources,
};
use crate::{
    shell::{engine::use_engine, intl, notices::use_toaster},
    texts::{packs, use_texts},
    ui::{Button, ErrorState, Glyph, Icon, Look, Tab, Tabs},
};

/// Defects named at once; the fields show the rest.
const SHOWN_DEFECTS: usize = 8;

/// The editor of the pack in force.
#[component]
pub fn Editor(read: Read) -> impl IntoView {
    let t = use_texts();
    let published = Memo::new(move |_| read.with(active_tree));
    let reference = Memo::new(move |_| {
        read.with(|packs| {
            packs
                .published
                .iter()
                .find(|row| row.active)
                .map(|row| row.reference.clone())
                .unwrap_or_default()
        })
    });
    let read_only = Memo::new(move |_| read.with(|packs| !packs.may_edit));
    let draft = PackDraft::open(published.into(), reference.into());
    provide_context(draft);
    let section = RwSignal::new(0_usize);
    view! {
        <section class="card pack-editor" aria-label=move || t.get().packs.edit>
            <div class="card-head">
                <h2>{move || t.get().packs.edit}</h2>
            </div>
            <Sections section />
            <Show when=move || draft.outdated()>
                <p class="notice">
                    <Icon glyph=Glyph::Warning />
                    <span>{move || t.get().packs.outdated}</span>
                </p>
            </Show>
            <Defects section />
            <fieldset class="card-body pack-fields" disabled=move || read_only.get()>
                {move || {
                    let section = &SECTIONS[section.get()];
                    let fields = section
                        .fields
                        .iter()
                        .map(|spec| view! { <FieldEditor spec under=String::new() /> })
                        .collect_view();
                    view! {
                        <p class="muted wide">{move || section.about.of(t.get().language)}</p>
                        <div class="form">{fields}</div>
                    }
                }}
            </fieldset>
        </section>
        <Show when=move || !read_only.get()>
            <PublishBar />
        </Show>
    }
}

fn active_tree(packs: &PacksView) -> Value {
    packs
        .active
        .as_ref()
        .and_then(|pack| serde_json::to_value(pack).ok())
        .unwrap_or_default()
}

#[component]
fn Sections(section: RwSignal<usize>) -> impl IntoView {
    let t = use_texts();
    let draft = use_pack_draft();
    let tabs = move || {
        let language = t.language();
        draft.reading.with(|(_, defects)| {
            SECTIONS
                .iter()
                .enumerate()
                .map(|(at, section)| {
                    let wrong = defects
                        .iter()
                        .filter(|defect| section_of(&defect.pointer) == at)
                        .count();
                    Tab {
                        value: section.key.to_owned(),
                        name: section.name.of(language).to_owned(),
                        count: (wrong > 0).then(|| intl::count(language, wrong as u64)),
                        urgent: wrong > 0,
                    }
                })
                .collect::<Vec<_>>()
        })
    };
    let choose = move |key: String| {
        if let Some(at) = SECTIONS.iter().position(|section| section.key == key) {
            section.set(at);
        }
    };
    view! {
        <div class="pack-sections">
            <Tabs
                label=move || t.get().packs.sections
                tabs=Signal::derive(tabs)
                chosen=Signal::derive(move || SECTIONS[section.get()].key.to_owned())
                choose
            />
        </div>
    }
}

/// What has to be put right before the pack can be published; each leads to its section.
#[component]
fn Defects(section: RwSignal<usize>) -> impl IntoView {
    let t = use_texts();
    let draft = use_pack_draft();
    move || {
        let texts = t.get();
        let (count, lines) = draft.reading.with(|(_, defects)| {
            let lines = defects
                .iter()
                .take(SHOWN_DEFECTS)
                .map(|defect| {
                    let at = section_of(&defect.pointer);
                    let place = draft
                        .tree
                        .with(|tree| place_in_words(texts, tree, &defect.pointer));
                    let words = packs::defect(texts, &defect.problem);
                    view! {
                        <li>
                            <button type="button" class="link" on:click=move |_| section.set(at)>
                                {place}
                            </button>
                            <span>{words}</span>
                        </li>
                    }
                })
                .collect_view();
            (defects.len(), lines)
        });
        (count > 0).then(|| {
            view! {
                <div class="defects" role="status">
                    <strong>{(texts.packs.defects)(count)}</strong>
                    <ul>{lines}</ul>
                </div>
            }
        })
    }
}

/// Returns a place as a person reads it: the section, then the entry.
fn place_in_words(texts: &crate::texts::Texts, tree: &Value, pointer: &str) -> String {
    let language = texts.language;
    let section = SECTIONS[section_of(pointer)].name.of(language);
    let mut entry = String::new();
    let mut path = String::new();
    for key in pointer.split('/').skip(1) {
        path.push('/');
        path.push_str(key);
        if let (Ok(number), Some(row)) = (key.parse::<usize>(), tree.pointer(&path)) {
            entry = sources::title(language, row);
            if entry.is_empty() {
                entry = intl::count(language, number as u64 + 1);
            }
        }
    }
    if entry.is_empty() {
        section.to_owned()
    } else {
        format!("{section} · {entry}")
    }
}

#[component]
fn PublishBar() -> impl IntoView {
    let t = use_texts();
    let engine = use_engine();
    let toaster = use_toaster();
    let draft = use_pack_draft();
    let busy = RwSignal::new(false);
    let problem = RwSignal::new(None::<Problem>);
    let ready = Memo::new(move |_| {
        draft.changed()
            && draft
                .reading
                .with(|(pack, defects)| pack.is_some() && defects.is_empty())
    });
    let publish = move || {
        let Some(pack) = draft.reading.with_untracked(|(pack, _)| pack.clone()) else {
            return;
        };
        busy.set(true);
        problem.set(None);
        let request = Request::PublishPack {
            pack: Box::new(pack),
        };
        spawn_local(async move {
            let result = engine.save(request).await;
            busy.try_set(false);
            match result {
                Ok(_) => {
                    draft.forget();
                    toaster.good(t.now().packs.published_now);
                }
                Err(found) => {
                    problem.try_set(Some(found));
                }
            }
        });
    };
    let words = move || {
        let texts = t.get();
        if !draft.changed() {
            return texts.packs.unchanged.to_owned();
        }
        let count = draft.reading.with(|(_, defects)| defects.len());
        if count > 0 {
            (texts.packs.defects)(count)
        } else if draft.outdated() {
            texts.packs.outdated.to_owned()
        } else {
            texts.packs.ready.to_owned()
        }
    };
    view! {
        <ErrorState problem />
        <div class="run-bar" class:idle=move || !draft.changed()>
            <span class="muted" role="status">
                {words}
            </span>
            <span class="spacer"></span>
            <Show when=move || draft.changed()>
                <Button look=Look::Quiet press=move || draft.forget()>
                    {move || t.get().common.discard_draft}
                </Button>
            </Show>
            <Button
                look=Look::Quiet
                icon=Glyph::Undo
                disabled=Signal::derive(move || !draft.can_undo())
                press=move || draft.undo()
            >
                {move || t.get().packs.undo}
            </Button>
            <Button
                look=Look::Primary
                busy
                disabled=Signal::derive(move || !ready.get())
                press=publish
            >
                {move || t.get().packs.publish}
            </Button>
        </div>
    }
}
