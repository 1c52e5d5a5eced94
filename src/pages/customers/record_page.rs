//! A customer's file: time line and cases in the middle, properties at the right.

use huiyin_api::{CustomerRecord, FieldView, Request};
use huiyin_core::person::{PREFIX, Person, PersonField, people};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use super::{case_list::CustomerCases, note_form::NoteForm, referral_card::ReferralCard};
use crate::{
    pages::{
        contacts::CustomerContacts,
        customer_file::CustomerFileCards,
        grading::{ClassCard, WinBackCard},
        people::{GaveWay, MergedFiles, Owners},
        shared::{Conflicts, FormsMenu, Properties, Property, Timeline, Vocabulary},
        surveys::{CustomerSurveys, with_surveys},
    },
    shell::{
        ask,
        base::use_base,
        branches::use_branches,
        go::use_go,
        intl,
        keys::{Command, on_command},
        live::live,
        title::set_title,
    },
    texts::{forms::About, history, names, use_texts},
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
                |record| format!("{} {}", t.get().customers.title, record.row.number),
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
            <Show when=move || record.with(|record| record.gave_way.is_none())>
                <LinkButton to=move || format!("/customers/{}/merge", id.get()) icon=Glyph::Link>
                    {move || t.get().people.merge_with}
                </LinkButton>
            </Show>
            <FormsMenu
                about=About::Customer
                under=move || format!("/customers/{}/print", id.get())
            />
            <LinkButton to=move || format!("/customers/{}/history", id.get()) icon=Glyph::Clock>
                {move || history::of(t.language()).history}
            </LinkButton>
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
        <GaveWay record />
        <Conflicts record=id conflicts=move || record.with(|record| record.conflicts.clone()) />
        <div class="record">
            <div class="record-main">
                <CustomerFileCards record />
                <ClassCard record />
                <WinBackCard record />
                <Owners record />
                <ReferralCard record />
                <MergedFiles record />
                <CustomerCases customer=id cases=move || record.with(|record| record.cases.clone()) />
                <CustomerContacts
                    customer=id
                    contacts=move || record.with(|record| record.contacts.clone())
                />
                <CustomerSurveys record />
                <section class="card">
                    <header class="card-head">
                        <h2>{move || t.get().customers.timeline}</h2>
                    </header>
                    {move || view! { <NoteForm id=id.get() /> }}
                    <Timeline
                        events=move || record.with(|record| with_surveys(t.get(), record))
                        empty=move || t.get().customers.timeline_empty
                        words=Memo::new(move |_| record.with(|record| Vocabulary::of_file(&record.file)))
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
            <Properties fields=move || record.with(plain_fields) />
            <Relations record />
            <People record />
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

/// Returns the fields that are shown as they are: neither relations nor further people.
fn plain_fields(record: &CustomerRecord) -> Vec<FieldView> {
    let known = |field: &&FieldView| {
        let related = &record.file.relations;
        !field.name.starts_with(PREFIX) && !related.iter().any(|other| other.field == field.name)
    };
    record.fields.iter().filter(known).cloned().collect()
}

/// The customers this one is related to, as links.
#[component]
fn Relations(record: Signal<CustomerRecord>) -> impl IntoView {
    let t = use_texts();
    let base = use_base();
    let relations = Memo::new(move |_| record.with(|record| record.file.relations.clone()));
    let lines = move || {
        relations
            .get()
            .into_iter()
            .map(|other| {
                let href = base.href(&format!("/customers/{}", other.id));
                let name = t.get().field(&other.field);
                view! {
                    <Property name>
                        <a class="link" href=href>
                            {other.name}
                        </a>
                    </Property>
                }
            })
            .collect_view()
    };
    view! { <dl class="properties">{lines}</dl> }.into_any()
}

/// Further people of the customer, those still there first.
#[component]
fn People(record: Signal<CustomerRecord>) -> impl IntoView {
    let t = use_texts();
    let known = Memo::new(move |_| {
        record.with(|record| {
            let fields = record.fields.iter();
            people(fields.map(|field| (field.name.as_str(), field.value.as_str())))
        })
    });
    let lines = move || {
        known
            .get()
            .into_iter()
            .map(|person| view! { <PersonLine person /> })
            .collect_view()
    };
    move || {
        (!known.with(Vec::is_empty)).then(|| {
            view! {
                <h3 class="pad">{move || t.get().customers.section_people}</h3>
                <dl class="properties">{lines}</dl>
            }
        })
    }
}

#[component]
fn PersonLine(person: Person) -> impl IntoView {
    let t = use_texts();
    let left = person.value(PersonField::Left) == "yes";
    let name = [PersonField::Name, PersonField::Post]
        .map(|field| person.value(field))
        .join(" ");
    let phones = [PersonField::Phone, PersonField::Phone2].map(|field| {
        let phone = person.value(field).to_owned();
        let digits: String = phone
            .chars()
            .filter(|c| c.is_ascii_digit() || *c == '+')
            .collect();
        (!phone.is_empty()).then(|| {
            let href = format!("tel:{digits}");
            view! {
                <a class="link num" href=href>
                    {phone}
                </a>
                " "
            }
        })
    });
    let rest = move || {
        [
            person.value(PersonField::Email),
            &intl::day(t.language(), person.value(PersonField::Birthday)),
            person.value(PersonField::Preferences),
            person.value(PersonField::Notes),
        ]
        .into_iter()
        .filter(|value| !value.is_empty())
        .collect::<Vec<_>>()
        .join(" · ")
    };
    view! {
        <Property name=name.trim().to_owned()>
            {phones
                .into_iter()
                .flatten()
                .collect_view()}
            <span class="lines-kept">{rest}</span>
            {left
                .then(|| {
                    view! {
                        <span class="muted">
                            {move || names::person(t.language(), PersonField::Left)}
                        </span>
                    }
                })}
        </Property>
    }
    .into_any()
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
