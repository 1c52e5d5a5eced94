//! Penalties and rewards of a month: sums per person, and the entries; for those entitled.

use huiyin_api::{PenaltiesView, PenaltySum, Request};
use leptos::prelude::*;

use super::{PenaltyEntry, ProposeDialog};
use crate::{
    pages::cases::{StepDialog, Taking},
    shell::{ask, intl, live::live, policy::use_policy, title::set_title},
    texts::use_texts,
    ui::{
        Button, EmptyState, ErrorState, Glyph, InputKind, LinkButton, Look, PageHead, Skeleton,
        TextField,
    },
};

/// The screen.
#[component]
pub fn PenaltiesPage() -> impl IntoView {
    let t = use_texts();
    set_title(move || t.get().desk.penalties);
    let policy = use_policy();
    let month = RwSignal::new(intl::month(intl::now()));
    let found = live(
        move || Some(Request::Penalties { month: month.get() }),
        ask::penalties,
    );
    let taking = RwSignal::new(None::<Taking>);
    let proposing = RwSignal::new(false);
    let clauses = Signal::derive(move || {
        policy.with(|pack| {
            pack.into_iter()
                .flat_map(|pack| &pack.clauses)
                .map(|clause| (clause.id.clone(), clause.text.clone()))
                .collect::<Vec<_>>()
        })
    });
    let entitled = move || {
        found
            .value
            .with(|view| view.as_ref().is_some_and(|view| view.entitled))
    };
    view! {
        <div class="stack-page">
            <PageHead title=move || t.get().desk.penalties subtitle=move || t.get().desk.penalties_text>
                <Show when=entitled>
                    <LinkButton
                        to=move || {
                            let month = month.get();
                            let month = if month.is_empty() { intl::month(intl::now()) } else { month };
                            format!("/papers/penalties/{month}")
                        }
                        icon=Glyph::Print
                    >
                        {move || t.get().papers.print}
                    </LinkButton>
                </Show>
                <Show when=move || entitled() && !clauses.with(Vec::is_empty)>
                    <Button look=Look::Primary icon=Glyph::Plus press=move || proposing.set(true)>
                        {move || t.get().desk.propose_penalty}
                    </Button>
                </Show>
            </PageHead>
            <div class="list-tools">
                <div class="month-field">
                    <TextField
                        label=move || t.get().desk.month
                        value=month
                        input=move |value| month.set(value)
                        kind=InputKind::Month
                    />
                </div>
                <Button look=Look::Quiet press=move || month.set(String::new())>
                    {move || t.get().desk.all_months}
                </Button>
            </div>
            <ErrorState problem=found.problem retry=move || found.ask_again() />
            {move || match found.value.get() {
                Some(view) => view! { <Shown view take=Callback::new(move |step| taking.set(Some(step))) /> }.into_any(),
                None if found.problem.with(Option::is_some) => ().into_any(),
                None => view! { <Skeleton lines=5 /> }.into_any(),
            }}
        </div>
        <StepDialog taking />
        <ProposeDialog open=proposing case=Signal::derive(String::new) clauses />
    }
}

#[component]
fn Shown(view: PenaltiesView, take: Callback<Taking>) -> impl IntoView {
    let t = use_texts();
    if view.entries.is_empty() {
        let entitled = view.entitled;
        return view! {
            <section class="card">
                <EmptyState
                    glyph=Glyph::Check
                    title=move || t.get().desk.no_penalties
                    text=move || {
                        let d = &t.get().desk;
                        if entitled { d.no_penalties_text } else { d.penalties_not_entitled }
                    }
                />
            </section>
        }
        .into_any();
    }
    let entries = view
        .entries
        .into_iter()
        .map(|entry| view! { <PenaltyEntry entry with_case=true take /> })
        .collect_view();
    view! {
        <Sums sums=view.sums />
        <section class="card" aria-label=move || t.get().desk.entries>
            <header class="card-head">
                <h2>{move || t.get().desk.entries}</h2>
            </header>
            <ul class="penalties">{entries}</ul>
        </section>
    }
    .into_any()
}

/// Money and points per person and month.
#[component]
fn Sums(sums: Vec<PenaltySum>) -> impl IntoView {
    let t = use_texts();
    (!sums.is_empty()).then(|| {
        let rows = move || {
            let texts = t.get();
            sums.iter()
                .map(|sum| {
                    let number = |value: f64| intl::number(texts.language, value);
                    view! {
                        <tr>
                            <th scope="row">{sum.person.clone()}</th>
                            <td class="num">{sum.month.clone()}</td>
                            <td class="num end">{number(f64::from(sum.count))}</td>
                            <td class="num end">{intl::amount(texts.language, sum.amount)}</td>
                            <td class="num end">{number(f64::from(sum.points))}</td>
                        </tr>
                    }
                })
                .collect_view()
        };
        view! {
            <section class="card" aria-label=move || t.get().desk.sums>
                <header class="card-head">
                    <h2>{move || t.get().desk.sums}</h2>
                </header>
                <div class="table-scroll">
                    <table class="plain-table">
                        <thead>
                            <tr>
                                <th scope="col">{move || t.get().field("person")}</th>
                                <th scope="col">{move || t.get().desk.month}</th>
                                <th scope="col" class="end">{move || t.get().desk.count}</th>
                                <th scope="col" class="end">{move || t.get().field("amount")}</th>
                                <th scope="col" class="end">{move || t.get().field("points")}</th>
                            </tr>
                        </thead>
                        <tbody>{rows}</tbody>
                    </table>
                </div>
            </section>
        }
    })
}
