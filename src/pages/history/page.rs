//! The screen of a record's history: by field, or as of a day.

use huiyin_api::{HistoryQuery, MAX_HISTORY, RecordHistory, Request};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use super::{lines::Lines, then::Then};
use crate::{
    pages::shared::{FilterChip, record_path},
    shell::{
        ask,
        go::use_go,
        intl,
        keys::{Command, on_command},
        live::live,
        title::set_title,
    },
    texts::{history, use_texts},
    ui::{ErrorState, Glyph, LinkButton, PageHead, Skeleton, Tab, Tabs},
};

/// Value of the tab of the record as it stood.
const AS_OF: &str = "as_of";

/// The screen.
#[component]
pub fn HistoryPage() -> impl IntoView {
    let t = use_texts();
    let go = use_go();
    let words = move || history::of(t.language());
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get("id").unwrap_or_default()));
    let field = RwSignal::new(String::new());
    let tab = RwSignal::new(String::new());
    let found = live(
        move || {
            Some(Request::History(HistoryQuery {
                id: id.get(),
                field: field.get(),
                limit: MAX_HISTORY,
            }))
        },
        ask::history,
    );
    set_title(move || {
        let number = found
            .value
            .with(|found| found.as_ref().map(|found| found.number.clone()));
        format!("{} {}", words().history, number.unwrap_or_default())
    });
    on_command(move |command| match command {
        Command::Back => {
            go.to(&record_path(&id.get_untracked()));
            true
        }
        _ => false,
    });
    let title = move || {
        found.value.with(|found| match found {
            Some(found) if !found.title.is_empty() => (words().of)(&found.title),
            _ => words().history.to_owned(),
        })
    };
    let subtitle = move || {
        found
            .value
            .with(|found| found.as_ref().map(|found| found.number.clone()))
            .unwrap_or_default()
    };
    let tabs = Signal::derive(move || {
        [("", words().by_field), (AS_OF, words().as_of)]
            .into_iter()
            .map(|(value, name)| Tab {
                value: value.to_owned(),
                name: name.to_owned(),
                count: None,
                urgent: false,
            })
            .collect::<Vec<_>>()
    });
    let here = Memo::new(move |_| found.value.with(Option::is_some));
    let as_of = Memo::new(move |_| tab.with(|tab| tab == AS_OF));
    let shown = Signal::derive(move || found.value.get().unwrap_or_default());
    view! {
        <div class="stack-page">
            <PageHead title subtitle>
                <LinkButton to=move || record_path(&id.get()) icon=Glyph::Back>
                    {move || words().back}
                </LinkButton>
            </PageHead>
            <Tabs
                label=move || words().history
                tabs
                chosen=tab
                choose=move |value: String| tab.set(value)
            />
            <ErrorState problem=found.problem retry=move || found.ask_again() />
            {move || match (here.get(), as_of.get()) {
                (false, _) if found.problem.with(Option::is_some) => ().into_any(),
                (false, _) => view! { <Skeleton lines=8 /> }.into_any(),
                (true, true) => view! { <Then id history=shown /> }.into_any(),
                (true, false) => {
                    view! {
                        <Fields field history=shown />
                        <Lines id history=shown />
                    }
                        .into_any()
                }
            }}
        </div>
    }
}

/// Narrows the list to one field.
#[component]
fn Fields(field: RwSignal<String>, history: Signal<RecordHistory>) -> impl IntoView {
    let t = use_texts();
    let choices = Signal::derive(move || {
        let texts = t.get();
        let all = (
            String::new(),
            history::of(texts.language).all_fields.to_owned(),
        );
        let mut named: Vec<(String, String)> = history.with(|history| {
            let fields = history.fields.iter();
            fields
                .map(|(field, count)| {
                    let count = intl::number(texts.language, f64::from(*count));
                    (field.clone(), format!("{} {count}", texts.field(field)))
                })
                .collect()
        });
        named.sort_by(|a, b| a.1.cmp(&b.1));
        std::iter::once(all).chain(named).collect::<Vec<_>>()
    });
    view! {
        <div class="list-tools">
            <div class="chips">
                <FilterChip
                    label=move || history::of(t.language()).field
                    chosen=field
                    choices
                    choose=move |value: String| field.set(value)
                />
            </div>
        </div>
    }
}
