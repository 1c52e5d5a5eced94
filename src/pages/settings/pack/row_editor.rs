//! A list of a pack: its entries can be opened, added, moved and removed.

use leptos::prelude::*;
use serde_json::Value;

use super::{
    draft::use_pack_draft,
    field_editor::{FieldEditor, defects_at},
    schema::{List, Source, Spec},
    sources, tree,
};
use crate::{
    shell::intl,
    texts::{Texts, packs, use_texts},
    ui::{Button, Glyph, Icon, Look},
};

/// The entries of a list.
#[component]
pub fn RowEditor(spec: &'static Spec, list: &'static List, pointer: String) -> impl IntoView {
    let t = use_texts();
    let draft = use_pack_draft();
    let pointer = StoredValue::new(pointer);
    let count = Memo::new(move |_| {
        pointer.with_value(|pointer| draft.tree.with(|tree| tree::rows(tree, pointer).len()))
    });
    let add = move || {
        pointer.with_value(|pointer| {
            draft.change(|tree| {
                let name = tree::free_name(tree, pointer);
                tree::add(tree, pointer, (list.fresh)(&name));
            });
        });
    };
    let name = move || spec.name.of(t.get().language);
    view! {
        <fieldset class="rows wide" class:short=list.short>
            <legend>
                {name} <span class="count">{move || intl::count(t.language(), count.get() as u64)}</span>
            </legend>
            <ol class="rows-list">
                <For each=move || 0..count.get() key=|at| *at let:at>
                    <Row list pointer at count />
                </For>
            </ol>
            <Button look=Look::Quiet icon=Glyph::Plus press=add>
                {move || (t.get().packs.add_to)(name())}
            </Button>
        </fieldset>
    }
}

#[component]
fn Row(
    list: &'static List,
    pointer: StoredValue<String>,
    at: usize,
    count: Memo<usize>,
) -> impl IntoView {
    let t = use_texts();
    let draft = use_pack_draft();
    let own = pointer.with_value(|pointer| format!("{pointer}/{at}"));
    let error = defects_at(&own);
    let shown = own.clone();
    let title = Memo::new(move |_| {
        draft.tree.with(|tree| {
            tree.pointer(&shown)
                .map(|row| row_title(t.get(), tree, row))
                .unwrap_or_default()
        })
    });
    // A new entry is open, so that it can be filled in at once.
    let fresh = title.with_untracked(|title| title.starts_with("new-") || title.is_empty());
    let open = RwSignal::new(list.short || fresh);
    let tools = view! { <Tools pointer at count title /> };
    let under = StoredValue::new(own);
    let fields = move || {
        list.fields
            .iter()
            .map(|spec| view! { <FieldEditor spec under=under.get_value() /> })
            .collect_view()
    };
    if list.short {
        return view! {
            <li class="row-short">
                <div class="row-fields">{fields()}</div>
                {tools}
            </li>
        }
        .into_any();
    }
    view! {
        <li class="row-card" class:wrong=move || !error.with(String::is_empty)>
            <details open=fresh on:toggle:target=move |event| open.set(event.target().open())>
                <summary>
                    <Icon glyph=Glyph::Next />
                    <span class="cut">{move || title.get()}</span>
                    {move || (!error.with(String::is_empty)).then(|| view! { <Icon glyph=Glyph::Warning /> })}
                </summary>
                {move || open.get().then(|| view! { <div class="row-fields form">{fields()}</div> })}
            </details>
            {tools}
        </li>
    }
    .into_any()
}

/// Up, down and out.
#[component]
fn Tools(
    pointer: StoredValue<String>,
    at: usize,
    count: Memo<usize>,
    title: Memo<String>,
) -> impl IntoView {
    let t = use_texts();
    let draft = use_pack_draft();
    let swap = move |first: usize| {
        pointer.with_value(|pointer| {
            draft.change(|tree| tree::swap_with_next(tree, pointer, first));
        });
    };
    let remove = move |_| {
        pointer.with_value(|pointer| draft.change(|tree| tree::remove(tree, pointer, at)));
    };
    view! {
        <span class="row-tools">
            <button
                type="button"
                class="icon-button"
                disabled=at == 0
                aria-label=move || (t.get().packs.move_up)(&title.get())
                title=move || (t.get().packs.move_up)("")
                on:click=move |_| swap(at - 1)
            >
                <Icon glyph=Glyph::Up />
            </button>
            <button
                type="button"
                class="icon-button"
                disabled={move || count.get() <= at + 1}
                aria-label=move || (t.get().packs.move_down)(&title.get())
                title=move || (t.get().packs.move_down)("")
                on:click=move |_| swap(at)
            >
                <Icon glyph=Glyph::Down />
            </button>
            <button
                type="button"
                class="icon-button"
                aria-label=move || (t.get().packs.remove)(&title.get())
                title=move || (t.get().packs.remove)("")
                on:click=remove
            >
                <Icon glyph=Glyph::Close />
            </button>
        </span>
    }
}

/// An entry in one line: an approval rule by its amounts and who signs, a clock with its length, anything else by its name.
fn row_title(texts: &Texts, tree: &Value, row: &Value) -> String {
    if row.get("chain").is_some() {
        return approval_title(texts, tree, row);
    }
    let mut title = sources::title(texts.language, row);
    if let Some(length) = row.get("length").and_then(Value::as_str) {
        title.push_str(" · ");
        title.push_str(&packs::length_words(texts.language, length));
        if tree::is_on(row, "/off") {
            title.push_str(" · ");
            title.push_str(texts.packs.off);
        }
    }
    title
}

fn approval_title(texts: &Texts, tree: &Value, row: &Value) -> String {
    let amount = |key: &str| row.get(key).and_then(Value::as_i64);
    let named = |source: Source, wires: &mut dyn Iterator<Item = &str>| -> Vec<String> {
        let choices = sources::choices(texts, tree, source);
        wires
            .map(|wire| {
                choices
                    .iter()
                    .find(|(known, _)| known == wire)
                    .map_or_else(|| wire.to_owned(), |(_, name)| name.clone())
            })
            .collect()
    };
    let chain = named(
        Source::Posts,
        &mut tree::rows(row, "/chain")
            .iter()
            .filter_map(|approver| approver.get("role").and_then(Value::as_str)),
    );
    let mut parts = vec![(texts.packs.amounts)(
        &tree::yuan(amount("from_amount").unwrap_or_default()),
        amount("to_amount").map(tree::yuan).as_deref(),
    )];
    for (list, source) in [
        ("/kinds", Source::Kinds),
        ("/severities", Source::Severities),
        ("/categories", Source::Categories),
        ("/remedies", Source::Remedies),
    ] {
        let wires = tree::names(row, list);
        if !wires.is_empty() {
            let shown = named(source, &mut wires.iter().map(String::as_str));
            parts.push(shown.join(texts.packs.comma));
        }
    }
    parts.push(chain.join(" → "));
    parts.join(" · ")
}
