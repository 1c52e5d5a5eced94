//! A customer's file: time line and cases in the middle, properties at the right.

use huiyin_api::{CustomerRecord, Request};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use super::{case_list::CustomerCases, note_form::NoteForm};
use crate::{
    pages::{
        contacts::CustomerContacts,
        shared::{Conflicts, Properties, Property, Timeline},
    },
    shell::{
        ask,
        branches::use_branches,
        go::use_go,
        intl,
        keys::{Command, on_command},
        live::live,
        title::set_title,
    },
    texts::use_texts,
    ui::{ErrorState, Glyph, LinkButton, Look, PageHead, Skeleton},
};

/// The screen of one customer.
#[component]
pub fn CustomerPage() -> impl IntoView {
    let t = use_texts();
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get("id").unwrap_or_default()));
    let found = live(
        move || Some(Request::Customer { id: id.get() }),
        ask::customer,
    );
    let record = Memo::new(move |_| found.value.get().filter(|record| record.row.id == id.get()));
    set_title(move || {
        record.with(|record| {
            record.as_ref().map_or_else(
                || t.get().customers.title.to_owned(),
                |record| record.row.name.clone(),
            )
        })
    });
    listen(id);
    let here = Memo::new(move |_| record.with(Option::is_some));
    move || {
        if here.get() {
            let record = Signal::derive(move || record.get().unwrap_or_default());
            view! { <CustomerFile record /> }.into_any()
        } else if found.problem.with(Option::is_some) {
            view! {
                <PageHead title=move || t.get().customers.title />
                <ErrorState problem=found.problem retry=move || found.ask_again() />
                <div class="actions">
                    <LinkButton to="/customers" icon=Glyph::Back>
                        {move || t.get().customers.title}
                    </LinkButton>
                </div>
            }
            .into_any()
        } else {
            view! {
                <PageHead title=move || t.get().customers.title />
                <Skeleton lines=8 />
            }
            .into_any()
        }
    }
}

fn listen(id: Memo<String>) {
    let go = use_go();
    on_command(move |command| {
        match command {
            Command::Edit => go.to(&format!("/customers/{}/edit", id.get_untracked())),
            Command::Back => go.to("/customers"),
            Command::New => go.to(&format!("/cases/new?customer={}", id.get_untracked())),
            _ => return false,
        }
        true
    });
}

#[component]
fn CustomerFile(record: Signal<CustomerRecord>) -> impl IntoView {
    let t = use_texts();
    let id = Memo::new(move |_| record.with(|record| record.row.id.clone()));
    let subtitle = move || {
        record.with(|record| {
            let texts = t.get();
            let kind = texts.value("kind", &record.row.kind);
            [
                record.row.number.as_str(),
                kind.as_str(),
                record.row.phone.as_str(),
            ]
            .into_iter()
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join(" · ")
        })
    };
    view! {
        <PageHead title=move || record.with(|record| record.row.name.clone()) subtitle>
            <LinkButton to=move || format!("/customers/{}/edit", id.get()) icon=Glyph::Pencil>
                {move || t.get().common.edit}
            </LinkButton>
            <LinkButton
                to=move || format!("/cases/new?customer={}", id.get())
                look=Look::Primary
                icon=Glyph::Plus
            >
                {move || t.get().customers.new_case}
            </LinkButton>
        </PageHead>
        <Conflicts record=id conflicts=move || record.with(|record| record.conflicts.clone()) />
        <div class="record">
            <div class="record-main">
                <CustomerCases customer=id cases=move || record.with(|record| record.cases.clone()) />
                <CustomerContacts
                    customer=id
                    contacts=move || record.with(|record| record.contacts.clone())
                />
                <section class="card">
                    <header class="card-head">
                        <h2>{move || t.get().customers.timeline}</h2>
                    </header>
                    {move || view! { <NoteForm id=id.get() /> }}
                    <Timeline
                        events=move || record.with(|record| record.events.clone())
                        empty=move || t.get().customers.timeline_empty
                    />
                </section>
            </div>
            <SideProperties record />
        </div>
    }
}

#[component]
fn SideProperties(record: Signal<CustomerRecord>) -> impl IntoView {
    let t = use_texts();
    let branches = use_branches();
    // Imported and never edited: what comes from a file bears no time.
    let edited = move || record.with(|record| record.row.updated > 0);
    view! {
        <aside class="card record-side" aria-label=move || t.get().customers.properties>
            <header class="card-head">
                <h2>{move || t.get().customers.properties}</h2>
            </header>
            <Properties fields=move || record.with(|record| record.fields.clone()) />
            <dl class="properties secondary">
                <Property name=move || t.get().customers.number>
                    <span class="num">{move || record.with(|record| record.row.number.clone())}</span>
                </Property>
                <Property name=move || t.get().customers.branch>
                    {move || record.with(|record| branches.name(&record.row.branch))}
                </Property>
                <Show when=edited>
                    <Property name=move || t.get().customers.column_updated>
                        <span class="num">
                            {move || record.with(|record| intl::date_time(t.language(), record.row.updated))}
                        </span>
                    </Property>
                </Show>
            </dl>
            <Issues issues=move || record.with(|record| record.issues.clone()) />
        </aside>
    }
}

/// Defects found while reading, told as they are.
#[component]
pub fn Issues(#[prop(into)] issues: Signal<Vec<String>>) -> impl IntoView {
    let t = use_texts();
    move || {
        let issues = issues.get();
        (!issues.is_empty()).then(|| {
            view! {
                <details class="pad">
                    <summary class="muted">{move || t.get().common.issues}</summary>
                    <ul class="muted">
                        {issues.into_iter().map(|issue| view! { <li>{issue}</li> }).collect_view()}
                    </ul>
                </details>
            }
        })
    }
}
