//! The monthly table: `/papers/statistics/2026-11`.

use huiyin_api::{ListQuery, MAX_PAGE_ROWS, Problem, Request};
use leptos::{prelude::*, task::spawn_local};

use super::{
    list_pages::BackTo,
    month_turn::{MonthTurn, use_month},
    sheet::Sheet,
    statistics::{Figures, month_after},
};
use crate::{
    shell::{
        ask,
        branches::use_branches,
        engine::{Engine, use_engine},
        go::use_go,
        intl,
        live::live,
        session::use_session,
        title::set_title,
    },
    texts::{figures, forms, names, use_texts},
    ui::{ErrorState, Skeleton},
};

/// Pages of the case list read at most.
const MAX_PAGES: u32 = 100;

/// The screen of the monthly table.
#[component]
pub fn MonthPaperPage() -> impl IntoView {
    let t = use_texts();
    let go = use_go();
    let engine = use_engine();
    let session = use_session();
    let branches = use_branches();
    set_title(move || forms::layout_of("statistics").title.of(t.language()));
    let month = use_month();
    let language = RwSignal::new(t.now().language);
    let (counted, set_counted) = signal(None::<Figures>);
    let (problem, set_problem) = signal(None::<Problem>);
    let round = StoredValue::new(0_u32);
    Effect::new(move |_| {
        let month = month.get();
        let own = round.get_value() + 1;
        round.set_value(own);
        spawn_local(async move {
            let found = count(engine, &month).await;
            if round.try_get_value() == Some(own) {
                match found {
                    Ok(found) => {
                        set_problem.set(None);
                        set_counted.set(Some(found));
                    }
                    Err(said) => set_problem.set(Some(said)),
                }
            }
        });
    });
    let packs = live(|| Some(Request::Packs), ask::packs);
    let paper = Signal::derive(move || {
        let language = language.get();
        let company = session.with(|status| status.map(|status| status.company.clone()));
        let today = intl::date(language, intl::now());
        let month = month.get();
        packs.value.with(|packs| {
            let pack = packs.as_ref().and_then(|packs| packs.active.as_deref());
            let in_words = |text: &huiyin_core::pack::Text| match language {
                huiyin_api::Language::Chinese => text.zh.clone(),
                huiyin_api::Language::English => text.en.clone(),
            };
            let category = |wire: &str| {
                pack.and_then(|pack| pack.categories.iter().find(|entry| entry.id == wire))
                    .map_or_else(
                        || names::value(language, "category", wire),
                        |entry| in_words(&entry.text),
                    )
            };
            let own = pack
                .and_then(|pack| pack.forms.iter().find(|form| form.layout == "statistics"))
                .map(|form| {
                    (
                        in_words(&form.title),
                        form.signatures.iter().map(in_words).collect(),
                    )
                });
            counted.with(|figures| {
                figures.clone().unwrap_or_default().paper(
                    language,
                    (company.as_deref().unwrap_or_default(), &month, &today),
                    &category,
                    &|code| branches.name(code),
                    own,
                )
            })
        })
    });
    let turn = move |to: String| go.instead(&format!("/papers/statistics/{to}"));
    view! {
        <ErrorState problem />
        {move || {
            if counted.with(Option::is_none) {
                return view! { <Skeleton lines=12 /> }.into_any();
            }
            view! {
                <Sheet paper form="statistics" language>
                    <BackTo path="/reports" name=move || figures::of(t.language()).title />
                    <MonthTurn month to=turn />
                </Sheet>
            }
                .into_any()
        }}
    }
}

/// Counts the cases received in a month, newest first, until an earlier one comes.
async fn count(engine: Engine, month: &str) -> Result<Figures, Problem> {
    let first = intl::from_local_input(&format!("{month}-01")).unwrap_or_default();
    let end = month_after(month, 1)
        .and_then(|next| intl::from_local_input(&format!("{next}-01")))
        .unwrap_or(first);
    let mut figures = Figures::default();
    for page in 0..MAX_PAGES {
        let query = ListQuery {
            sort: "received".to_owned(),
            descending: true,
            offset: page * MAX_PAGE_ROWS,
            limit: MAX_PAGE_ROWS,
            ..ListQuery::default()
        };
        let found = engine.cases(query).await?;
        for row in &found.rows {
            if row.received >= first && row.received < end {
                figures.add(row);
            }
        }
        let earlier = found.rows.last().is_none_or(|row| row.received < first);
        let seen = found.offset + found.rows.len() as u32;
        if earlier || seen >= found.total {
            return Ok(figures);
        }
    }
    figures.incomplete = true;
    Ok(figures)
}
