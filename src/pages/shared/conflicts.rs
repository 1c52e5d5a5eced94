//! A field with several values: all of them side by side with who, where and when; one is chosen or they are combined.
//!
//! What a record's own screen and the review of all of them share.

use huiyin_api::{
    ConflictChoice, ConflictValue, ConflictView, DifferingField, Request, SettledReport,
    ValueStanding,
};
use leptos::{ev, prelude::*, task::spawn_local};

use super::shown_value;
use crate::{
    shell::{ask, engine::use_engine, intl, notices::use_toaster, policy::use_policy},
    texts::{differing, use_texts},
    ui::{AreaField, Badge, Button, Glyph, Hue, Icon, Look},
};

/// Settles fields: what was chosen goes to the engine, what could not be settled is told.
#[derive(Clone, Copy)]
pub struct Settling {
    /// A choice is under way.
    pub busy: RwSignal<bool>,
    settle: Callback<Vec<ConflictChoice>>,
}

impl Settling {
    /// Returns the way to settle for the calling view.
    pub fn new() -> Self {
        let t = use_texts();
        let engine = use_engine();
        let toaster = use_toaster();
        let busy = RwSignal::new(false);
        let settle = Callback::new(move |choices: Vec<ConflictChoice>| {
            if choices.is_empty() || busy.get_untracked() {
                return;
            }
            busy.set(true);
            spawn_local(async move {
                let request = Request::SettleConflicts { choices };
                let result = engine.get(request, ask::settled).await;
                busy.try_set(false);
                match result {
                    Ok(report) => tell(toaster, t, &report),
                    Err(problem) => toaster.problem(&problem),
                }
            });
        });
        Self { busy, settle }
    }

    /// Settles these fields in one act.
    pub fn take(self, choices: Vec<ConflictChoice>) {
        self.settle.run(choices);
    }
}

fn tell(
    toaster: crate::shell::notices::Toaster,
    t: crate::texts::TextsHandle,
    report: &SettledReport,
) {
    if report.settled > 0 {
        let words = differing::of(t.now().language);
        if report.settled == 1 {
            toaster.good(t.now().customers.conflict_settled);
        } else {
            toaster.good((words.settled)(&report.settled.to_string()));
        }
    }
    // One refusal explains itself; that there are more shows on the screen.
    if let Some(left) = report.left.first() {
        toaster.problem(&left.problem);
    }
}

/// Returns what choosing a value means: it holds, and the others were seen.
pub fn choice(id: &str, conflict: &ConflictView, value: String) -> ConflictChoice {
    ConflictChoice {
        id: id.to_owned(),
        field: conflict.field.clone(),
        value,
        seen: conflict
            .values
            .iter()
            .map(|value| value.value.clone())
            .collect(),
    }
}

/// The conflicts of a record, to be settled one by one.
#[component]
pub fn Conflicts(
    #[prop(into)] record: Signal<String>,
    #[prop(into)] conflicts: Signal<Vec<ConflictView>>,
) -> impl IntoView {
    let t = use_texts();
    let settling = Settling::new();
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
                    <For each=move || conflicts.get() key=move |conflict| (record.get_untracked(), conflict_key(conflict)) let:conflict>
                        {view! {
                            <Conflict
                                record=record.get_untracked()
                                field=DifferingField { conflict, ..DifferingField::default() }
                                settling
                            />
                        }
                            .into_any()}
                    </For>
                </section>
            }
        })
    }
}

/// Returns what a field with several values is told apart by: other values make it another one.
pub fn conflict_key(conflict: &ConflictView) -> (String, Vec<String>) {
    let values = conflict.values.iter().map(|value| value.value.clone());
    (conflict.field.clone(), values.collect())
}

/// A field with its values.
#[component]
pub fn Conflict(
    record: String,
    field: DifferingField,
    settling: Settling,
    /// The value marked by the keyboard, from 0, where there is one; values show their numbers then.
    #[prop(optional, into)]
    picked: Option<Signal<Option<usize>>>,
    /// Nothing can be settled here.
    #[prop(optional)]
    fixed: bool,
) -> impl IntoView {
    let t = use_texts();
    let policy = use_policy();
    let DifferingField {
        conflict,
        standing,
        decided,
    } = field;
    let wire = StoredValue::new(conflict.field.clone());
    let combined = RwSignal::new(
        conflict
            .values
            .iter()
            .map(|value| value.value.as_str())
            .filter(|value| !value.is_empty())
            .collect::<Vec<_>>()
            .join(" / "),
    );
    let shown = conflict.shown.clone();
    let values = conflict.values.clone();
    let settle = {
        let conflict = conflict.clone();
        Callback::new(move |value: String| settling.take(vec![choice(&record, &conflict, value)]))
    };
    let values = values
        .into_iter()
        .enumerate()
        .map(|(at, value)| {
            let is_shown = decided.as_ref().unwrap_or(&shown) == &value.value;
            let standing = standing.get(at).copied().unwrap_or_default();
            let marked = picked.map(|picked| (at, picked));
            let settle = (!fixed).then_some(settle);
            view! { <Version field=wire value is_shown standing marked busy=settling.busy settle /> }
                .into_any()
        })
        .collect_view();
    let decided = decided.map(|value| {
        let told = move || {
            let texts = t.get();
            let value = shown_value(texts, policy, &wire.get_value(), &value);
            let value = if value.is_empty() { "—" } else { &value };
            (differing::of(texts.language).decided)(value)
        };
        view! { <p class="muted">{told}</p> }
    });
    let combine = move |event: ev::SubmitEvent| {
        event.prevent_default();
        settle.run(combined.get_untracked());
    };
    let text_field = (!fixed).then(|| {
        view! {
            <details class="more-fields">
                <summary>{move || t.get().customers.conflict_combine}</summary>
                <form class="combine" on:submit=combine>
                    <AreaField
                        label=move || t.get().customers.conflict_combined
                        value=combined
                        input=move |value| combined.set(value)
                        rows=2
                    />
                    <Button look=Look::Primary submit=true busy=settling.busy>
                        {move || t.get().common.save}
                    </Button>
                </form>
            </details>
        }
    });
    view! {
        <div class="conflict">
            <h3>{move || t.get().field(&wire.get_value())}</h3>
            {decided}
            <div class="versions">{values}</div>
            {text_field}
        </div>
    }
}

#[component]
fn Version(
    field: StoredValue<String>,
    value: ConflictValue,
    is_shown: bool,
    standing: ValueStanding,
    /// Its place, and the place that is marked.
    marked: Option<(usize, Signal<Option<usize>>)>,
    busy: RwSignal<bool>,
    settle: Option<Callback<String>>,
) -> impl IntoView {
    let t = use_texts();
    let policy = use_policy();
    let raw = value.value.clone();
    let name = move || {
        let texts = t.get();
        if raw.is_empty() {
            texts.customers.conflict_empty.to_owned()
        } else {
            shown_value(texts, policy, &field.get_value(), &raw)
        }
    };
    let label_name = name.clone();
    let (by, device, at) = (value.by, value.device, value.at);
    let written = move || {
        let texts = t.get();
        let at = intl::date_time(texts.language, at);
        if by.is_empty() && device.is_empty() {
            return format!("{} · {at}", differing::of(texts.language).imported);
        }
        (texts.customers.conflict_written)(&by, &device, &at)
    };
    let chosen = value.value;
    let take = settle.map(|settle| {
        view! {
            <button
                type="button"
                class="button"
                disabled=move || busy.get()
                aria-label=move || format!("{}: {}", t.get().customers.conflict_take, label_name())
                on:click=move |_| settle.run(chosen.clone())
            >
                {move || t.get().customers.conflict_take}
            </button>
        }
    });
    let badge = move || {
        let words = differing::of(t.language());
        match standing {
            ValueStanding::Overruled => {
                view! { <Badge hue=Hue::Amber>{words.overruled}</Badge> }.into_any()
            }
            ValueStanding::Recused => {
                view! { <Badge hue=Hue::Red>{words.recused}</Badge> }.into_any()
            }
            ValueStanding::Decided => {
                view! { <Badge hue=Hue::Green>{words.in_force}</Badge> }.into_any()
            }
            ValueStanding::Entered if is_shown => {
                view! { <Badge hue=Hue::Neutral>{t.get().customers.conflict_shown}</Badge> }
                    .into_any()
            }
            ValueStanding::Entered => ().into_any(),
        }
    };
    let is_marked = move || marked.is_some_and(|(at, picked)| picked.get() == Some(at));
    view! {
        <div class="version" class:marked=is_marked>
            <p class="version-value lines-kept">{name}</p>
            <p class="muted num">{written}</p>
            <div class="version-foot">
                {take}
                <span class="version-marks">
                    {badge}
                    {marked.map(|(at, _)| view! { <kbd aria-hidden="true">{at + 1}</kbd> })}
                </span>
            </div>
        </div>
    }
}
