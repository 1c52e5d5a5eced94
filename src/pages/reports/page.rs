//! The screen of figures: `/reports?period=this_month&branch=HQ`.

use huiyin_api::{FigureQuery, Request};
use huiyin_core::field::parse_date;
use leptos::{prelude::*, task::spawn_local};
use leptos_router::hooks::use_query_map;

use super::{
    counting::{Counting, count},
    model::{Naming, Section, sections},
    month_card::MonthCard,
    own::OwnReports,
    period::Asked,
    table::{AsOfCard, SectionCard},
    tools::Tools,
    written::file,
};
use crate::{
    pages::lists::Format,
    shell::{
        ask,
        base::use_base,
        branches::{Branches, use_branches},
        files,
        go::use_go,
        intl,
        live::live,
        notices::use_toaster,
        policy::{Policy, use_policy, words as in_words},
        spreadsheet,
        title::set_title,
    },
    texts::{Texts, TextsHandle, figures, use_texts},
    ui::{Button, EmptyState, ErrorState, Glyph, LinkButton, Look, PageHead, Progress, Skeleton},
};

/// The screen.
#[component]
pub fn ReportsPage() -> impl IntoView {
    let t = use_texts();
    let go = use_go();
    let address = use_query_map();
    set_title(move || figures::of(t.language()).title);
    let asked = Memo::new(move |_| address.with(|query| Asked::of(|name| query.get(name))));
    let query = Memo::new(move |_| {
        let today = parse_date(&intl::iso_today()).unwrap_or_default();
        asked.with(|asked| asked.query(today))
    });
    let change = Callback::new(move |next: Asked| go.instead(&next.path()));
    let found = live(move || Some(Request::Figures(query.get())), ask::figures);
    let counting = count(query, found.value);
    let all = tables(query, counting);
    let days = Memo::new(move |_| query.with(|query| (query.from.clone(), query.to.clone())));
    let subtitle = move || {
        let language = t.language();
        let day = |iso: &str| intl::short_day(language, iso);
        let (from, to) = days.get();
        (figures::of(language).lead)(&day(&from), &day(&to))
    };
    let own = RwSignal::new(None::<Section>);
    let with_own = Memo::new(move |_| {
        let mut sections = all.get();
        sections.extend(own.get());
        sections
    });
    let export = exporting(with_own, days);
    let view = Signal::derive(move || counting.counted.with(|counted| counted.view.clone()));
    let body = move || match found.value.with(Option::is_some) {
        false if found.problem.with(Option::is_some) => ().into_any(),
        false => view! { <Skeleton lines=12 /> }.into_any(),
        true => view! { <Body all export /> }.into_any(),
    };
    view! {
        <div class="stack-page figures-page">
            <PageHead title=move || figures::of(t.language()).title subtitle>
                <Button icon=Glyph::Export press=move || export.run((Format::Csv, String::new()))>
                    "CSV"
                </Button>
                <Button icon=Glyph::Export press=move || export.run((Format::Xlsx, String::new()))>
                    "XLSX"
                </Button>
                <Button look=Look::Primary icon=Glyph::Print press=files::print>
                    {move || figures::of(t.language()).print}
                </Button>
            </PageHead>
            <Tools asked days change />
            <ErrorState problem=found.problem retry=move || found.ask_again() />
            <ErrorState problem=counting.problem />
            <Under counting />
            <MonthCard query />
            {body}
            <OwnReports asked query change section_of=own export />
            <Show when=move || found.value.with(Option::is_some)>
                <AsOfCard view />
            </Show>
        </div>
    }
}

/// How far the count of the records is.
#[component]
fn Under(counting: Counting) -> impl IntoView {
    let t = use_texts();
    let share = move |pick: fn((u32, u32)) -> u32| {
        Signal::derive(move || {
            counting
                .progress
                .get()
                .map_or(0.0, |now| f64::from(pick(now)))
        })
    };
    let words = move || {
        let language = t.language();
        let (done, all) = counting.progress.get().unwrap_or_default();
        let number = |count: u32| intl::count(language, u64::from(count));
        (figures::of(language).counting)(&number(done), &number(all))
    };
    view! {
        <Show when=move || counting.progress.with(Option::is_some)>
            <Progress label=words done=share(|(done, _)| done) total=share(|(_, all)| all) />
        </Show>
    }
    .into_any()
}

#[component]
fn Body(all: Memo<Vec<Section>>, export: Callback<(Format, String)>) -> impl IntoView {
    let t = use_texts();
    // What says nothing of cases says so; customers and the key figures stand below all the same.
    let quiet = move || all.with(|all| all.iter().all(|section| section.id != "category"));
    view! {
        <Show when=quiet>
            <section class="card">
                <EmptyState
                    glyph=Glyph::Case
                    title=move || figures::of(t.language()).nothing
                    text=move || figures::of(t.language()).nothing_text
                >
                    <LinkButton to="/cases/new" icon=Glyph::Plus>
                        {move || t.get().cases.new}
                    </LinkButton>
                </EmptyState>
            </section>
        </Show>
        <div class="figures-sections">
            <For
                each=move || all.get()
                key=Section::mark
                children=move |section| view! { <SectionCard section export /> }.into_any()
            />
        </div>
    }
    .into_any()
}

/// Returns the tables in the language of the screen.
fn tables(query: Memo<FigureQuery>, counting: Counting) -> Memo<Vec<Section>> {
    let t = use_texts();
    let (policy, branches) = (use_policy(), use_branches());
    let surveys = live(|| Some(Request::Surveys), ask::surveys);
    Memo::new(move |_| {
        let texts = t.get();
        let survey = |id: &str| {
            surveys.value.with(|view| {
                let rounds = view.iter().flat_map(|view| &view.rounds);
                let mut found = rounds.filter(|round| round.survey == id);
                found
                    .next()
                    .map(|round| in_words(texts.language, &round.text))
            })
        };
        let value = |column: &str, wire: &str| {
            if column == "survey" {
                return survey(wire).unwrap_or_else(|| wire.to_owned());
            }
            called(texts, policy, branches, column, wire)
        };
        let naming = Naming {
            texts,
            words: figures::of(texts.language),
            value: &value,
            day: &|iso| intl::short_day(texts.language, iso),
        };
        counting
            .counted
            .with(|counted| query.with(|query| sections(counted, query, &naming)))
    })
}

/// Returns what a value of a column is called.
fn called(
    texts: &'static Texts,
    policy: Policy,
    branches: Branches,
    column: &str,
    wire: &str,
) -> String {
    match column {
        "branch" => branches.name(wire),
        "assignee" | "product" | "against_person" | "" => wire.to_owned(),
        "contact_kind" => texts.value("kind", wire),
        column => policy.value(texts, column, wire),
    }
}

/// Returns what makes a file: of the section that is named, else of all.
fn exporting(all: Memo<Vec<Section>>, days: Memo<(String, String)>) -> Callback<(Format, String)> {
    let t: TextsHandle = use_texts();
    let base = use_base();
    let toaster = use_toaster();
    Callback::new(move |(format, id): (Format, String)| {
        let texts = t.now();
        let words = figures::of(texts.language);
        let (from, to) = days.get_untracked();
        let only = Some(id).filter(|id| !id.is_empty());
        let (text, title) = all.with_untracked(|all| {
            let text = file(words, format, (&from, &to), all, only.as_deref());
            let named = all.iter().find(|one| Some(&one.id) == only.as_ref());
            let title = named.map_or_else(|| words.title.to_owned(), |one| one.title.clone());
            (text, title)
        });
        let name = format!("{title}-{from}-{to}.{}", format.name());
        spawn_local(async move {
            let bytes = if format == Format::Xlsx {
                spreadsheet::workbook(base, &text).await
            } else {
                Some(js_sys::Uint8Array::from(text.as_bytes()))
            };
            if bytes.is_some_and(|bytes| files::save_file(&name, format.media(), &bytes)) {
                toaster.good((words.exported)(&name));
            } else {
                toaster.say(words.not_exported);
            }
        });
    })
}
