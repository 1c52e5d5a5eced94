//! The record as it stood at the end of a day, beside what it says now. Nothing can be changed here.

use std::collections::BTreeMap;

use huiyin_api::{FieldThen, RecordHistory, RecordThen, Request};
use leptos::prelude::*;

use crate::{
    pages::shared::{Timeline, shown_value},
    shell::{ask, intl, live::live, policy::use_policy},
    texts::{history, use_texts},
    ui::{Badge, EmptyState, ErrorState, Glyph, Hue, InputKind, Skeleton, TextField},
};

/// The record of a day.
#[component]
pub fn Then(id: Memo<String>, history: Signal<RecordHistory>) -> impl IntoView {
    let t = use_texts();
    let words = move || history::of(t.language());
    let day = RwSignal::new(history.with_untracked(|history| history.today.clone()));
    let since = move || history.with(|history| intl::day(t.language(), &history.since));
    let found = live(
        move || {
            let day = day.get();
            (!day.is_empty()).then(|| Request::RecordThen { id: id.get(), day })
        },
        ask::record_then,
    );
    view! {
        <section class="card pad">
            <TextField
                label=move || words().day
                kind=InputKind::Date
                value=day
                input=move |value| day.set(value)
                hint=move || (words().day_text)(&since())
            />
        </section>
        <ErrorState problem=found.problem retry=move || found.ask_again() />
        {move || match found.value.get() {
            None if found.problem.with(Option::is_some) => ().into_any(),
            None => view! { <Skeleton lines=6 /> }.into_any(),
            Some(then) if !then.exists => {
                view! {
                    <section class="card">
                        <EmptyState
                            glyph=Glyph::Clock
                            title=move || words().not_yet
                            text=move || (words().not_yet_text)(&since())
                        />
                    </section>
                }
                    .into_any()
            }
            Some(then) => view! { <Stood then /> }.into_any(),
        }}
    }
}

#[component]
fn Stood(then: RecordThen) -> impl IntoView {
    let t = use_texts();
    let words = move || history::of(t.language());
    let every = RwSignal::new(false);
    let later = then.later;
    let day = then.day.clone();
    let told = move || {
        if later == 0 {
            words().same.to_owned()
        } else {
            (words().later)(&intl::number(t.language(), f64::from(later)))
        }
    };
    let state = (!then.state.is_empty() || !then.state_now.is_empty()).then(|| FieldThen {
        field: String::new(),
        then: then.state,
        now: then.state_now,
        differing: false,
    });
    let fields = StoredValue::new(state.into_iter().chain(then.fields).collect::<Vec<_>>());
    let names = StoredValue::new(then.names);
    let rows = move || {
        let every = every.get();
        fields
            .get_value()
            .into_iter()
            .filter(|field| every || field.then != field.now || field.differing)
            .map(|field| view! { <Row field names /> }.into_any())
            .collect_view()
    };
    let none_differ = fields.with_value(|fields| {
        let mut fields = fields.iter();
        fields.all(|field| field.then == field.now && !field.differing)
    });
    let events = then.events;
    view! {
        <section class="card">
            <header class="card-head">
                <h2>{move || (words().then)(&intl::day(t.language(), &day))}</h2>
                <span class="muted">{told}</span>
                <label class="checkbox">
                    <input
                        type="checkbox"
                        prop:checked=move || every.get()
                        on:change:target=move |event| every.set(event.target().checked())
                    />
                    <span>{move || words().every_field}</span>
                </label>
            </header>
            <div class="table-scroll">
                <table class="plain-table history-then">
                    <thead>
                        <tr>
                            <th scope="col">{move || words().field}</th>
                            <th scope="col">{move || words().as_of}</th>
                            <th scope="col">{move || words().today}</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
            <Show when=move || none_differ && !every.get()>
                <p class="muted pad">{move || words().same}</p>
            </Show>
        </section>
        <section class="card">
            <header class="card-head">
                <h2>{move || words().timeline_then}</h2>
            </header>
            <Timeline events=Signal::stored(events) empty=move || words().no_events />
        </section>
    }
}

#[component]
fn Row(field: FieldThen, names: StoredValue<BTreeMap<String, String>>) -> impl IntoView {
    let t = use_texts();
    let policy = use_policy();
    let words = move || history::of(t.language());
    let wire = field.field.clone();
    let name = move || {
        if wire.is_empty() {
            words().state.to_owned()
        } else {
            t.get().field(&wire)
        }
    };
    let wire = field.field.clone();
    let value = move |raw: &str| match (wire.is_empty(), raw.is_empty()) {
        (_, true) => "—".to_owned(),
        (true, false) => {
            let texts = t.get();
            // The stage of a customer has a name as a value, the state of a case one of its own.
            let stage = texts.value("life_cycle", raw);
            if stage == raw {
                texts.state(raw)
            } else {
                stage
            }
        }
        (false, false) => {
            let name = names.with_value(|names| names.get(raw).cloned());
            name.unwrap_or_else(|| shown_value(t.get(), policy, &wire, raw))
        }
    };
    let differs = field.then != field.now;
    let (then, now) = (field.then, field.now);
    let value_now = value.clone();
    view! {
        <tr class:differs=differs>
            <th scope="row">{name}</th>
            <td class="lines-kept">
                {move || value(&then)} " "
                {field
                    .differing
                    .then(|| view! { <Badge hue=Hue::Amber>{move || words().differing}</Badge> })}
            </td>
            <td class="lines-kept">{move || value_now(&now)}</td>
        </tr>
    }
}
