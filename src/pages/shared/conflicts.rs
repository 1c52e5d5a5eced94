//! A field with several values: all of them side by side with who, where and when; one is chosen or they are combined.

use huiyin_api::{ConflictValue, ConflictView, Request};
use leptos::{ev, prelude::*, task::spawn_local};

use crate::{
    shell::{engine::use_engine, intl, notices::use_toaster},
    texts::use_texts,
    ui::{AreaField, Badge, Button, Glyph, Hue, Icon, Look},
};

/// The conflicts of a record, to be settled one by one.
#[component]
pub fn Conflicts(
    #[prop(into)] record: Signal<String>,
    #[prop(into)] conflicts: Signal<Vec<ConflictView>>,
) -> impl IntoView {
    let t = use_texts();
    let any = Memo::new(move |_| !conflicts.with(Vec::is_empty));
    move || {
        any.get().then(|| {
            view! {
                <section class="card conflicts" aria-label=move || t.get().customers.conflicts>
                    <div class="conflicts-head">
                        <Icon glyph=Glyph::Warning />
                        <div>
                            <h2>{move || t.get().customers.conflicts}</h2>
                            <p>{move || t.get().customers.conflicts_text}</p>
                        </div>
                    </div>
                    <For each=move || conflicts.get() key=conflict_key let:conflict>
                        <Conflict record conflict />
                    </For>
                </section>
            }
        })
    }
}

fn conflict_key(conflict: &ConflictView) -> (String, Vec<String>) {
    let values = conflict.values.iter().map(|value| value.value.clone());
    (conflict.field.clone(), values.collect())
}

#[component]
fn Conflict(record: Signal<String>, conflict: ConflictView) -> impl IntoView {
    let t = use_texts();
    let engine = use_engine();
    let toaster = use_toaster();
    let busy = RwSignal::new(false);
    let field = StoredValue::new(conflict.field.clone());
    let combined = RwSignal::new(
        conflict
            .values
            .iter()
            .map(|value| value.value.as_str())
            .filter(|value| !value.is_empty())
            .collect::<Vec<_>>()
            .join(" / "),
    );
    let settle = Callback::new(move |value: String| {
        busy.set(true);
        let request = Request::SettleConflict {
            id: record.get_untracked(),
            field: field.get_value(),
            value,
        };
        spawn_local(async move {
            let result = engine.save(request).await;
            busy.try_set(false);
            match result {
                Ok(_) => toaster.good(t.now().customers.conflict_settled),
                Err(problem) => toaster.problem(&problem),
            }
        });
    });
    let shown = conflict.shown.clone();
    let values = conflict
        .values
        .into_iter()
        .map(|value| {
            let is_shown = value.value == shown;
            view! { <Version field value is_shown busy settle /> }
        })
        .collect_view();
    let combine = move |event: ev::SubmitEvent| {
        event.prevent_default();
        settle.run(combined.get_untracked());
    };
    view! {
        <div class="conflict">
            <h3>{move || t.get().field(&field.get_value())}</h3>
            <div class="versions">{values}</div>
            <details class="more-fields">
                <summary>{move || t.get().customers.conflict_combine}</summary>
                <form class="combine" on:submit=combine>
                    <AreaField
                        label=move || t.get().customers.conflict_combined
                        value=combined
                        input=move |value| combined.set(value)
                        rows=2
                    />
                    <Button look=Look::Primary submit=true busy>
                        {move || t.get().common.save}
                    </Button>
                </form>
            </details>
        </div>
    }
}

#[component]
fn Version(
    field: StoredValue<String>,
    value: ConflictValue,
    is_shown: bool,
    busy: RwSignal<bool>,
    settle: Callback<String>,
) -> impl IntoView {
    let t = use_texts();
    let raw = value.value.clone();
    let name = move || {
        let texts = t.get();
        if raw.is_empty() {
            texts.customers.conflict_empty.to_owned()
        } else {
            texts.value(&field.get_value(), &raw)
        }
    };
    let label_name = name.clone();
    let (by, device, at) = (value.by, value.device, value.at);
    let written = move || {
        let texts = t.get();
        let at = intl::date_time(texts.language, at);
        (texts.customers.conflict_written)(&by, &device, &at)
    };
    let chosen = value.value;
    view! {
        <div class="version">
            <p class="version-value lines-kept">{name}</p>
            <p class="muted num">{written}</p>
            <div class="version-foot">
                <button
                    type="button"
                    class="button"
                    disabled=move || busy.get()
                    aria-label=move || format!("{}: {}", t.get().customers.conflict_take, label_name())
                    on:click=move |_| settle.run(chosen.clone())
                >
                    {move || t.get().customers.conflict_take}
                </button>
                {is_shown
                    .then(|| view! { <Badge hue=Hue::Neutral>{move || t.get().customers.conflict_shown}</Badge> })}
            </div>
        </div>
    }
}
