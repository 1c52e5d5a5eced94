//! Customers of my day who were taken out of the pool, and those to be moved because a complaint is unsolved; hidden while there are none.

use huiyin_api::{AllocationDay, ClaimNotice, MoveProposal, Problem, Request};
use leptos::{prelude::*, task::spawn_local};

use crate::{
    pages::shared::DayCard,
    shell::{
        base::use_base, branches::use_branches, engine::use_engine, intl, notices::use_toaster,
    },
    texts::{allocation, use_texts},
    ui::{Button, ErrorState},
};

/// Both cards.
#[component]
pub fn AllocationCards(#[prop(into)] day: Signal<AllocationDay>) -> impl IntoView {
    let t = use_texts();
    view! {
        <DayCard
            title=move || allocation::of(t.language()).moves
            count=move || day.with(|day| day.moves.len()) as u64
        >
            <ul class="lines">
                <For
                    each=move || day.with(|day| day.moves.clone())
                    key=|found| (found.customer.clone(), found.owner.clone())
                    let:found
                >
                    <MoveLine found />
                </For>
            </ul>
        </DayCard>
        <DayCard
            title=move || allocation::of(t.language()).claims
            count=move || day.with(|day| day.claims.len()) as u64
        >
            <ul class="lines">
                <For
                    each=move || day.with(|day| day.claims.clone())
                    key=|claim| claim.id.clone()
                    let:claim
                >
                    <ClaimLine claim />
                </For>
            </ul>
        </DayCard>
    }
    .into_any()
}

#[component]
fn ClaimLine(claim: ClaimNotice) -> impl IntoView {
    let t = use_texts();
    let base = use_base();
    let engine = use_engine();
    let busy = RwSignal::new(false);
    let problem = RwSignal::new(None::<Problem>);
    let ClaimNotice {
        id,
        customer,
        name,
        by,
        at,
        ..
    } = claim;
    let see = move || {
        let id = id.clone();
        busy.set(true);
        spawn_local(async move {
            let result = engine.save(Request::SeeClaim { id }).await;
            busy.try_set(false);
            if let Err(found) = result {
                problem.try_set(Some(found));
            }
        });
    };
    let link = base.href(&format!("/customers/{customer}"));
    let words = move || {
        let date = intl::date(t.language(), at);
        (allocation::of(t.language()).claimed_by)(&by, &date)
    };
    view! {
        <li class="line wraps">
            <a href=link class="line-main">
                <span class="line-title cut">{name}</span>
                <span class="muted">{words}</span>
            </a>
            <span class="line-marks">
                <Button busy press=see>{move || allocation::of(t.language()).seen}</Button>
            </span>
            <ErrorState problem />
        </li>
    }
    .into_any()
}

#[component]
fn MoveLine(found: MoveProposal) -> impl IntoView {
    let t = use_texts();
    let base = use_base();
    let engine = use_engine();
    let toaster = use_toaster();
    let branches = use_branches();
    let busy = RwSignal::new(false);
    let problem = RwSignal::new(None::<Problem>);
    let MoveProposal {
        case,
        number,
        customer,
        name,
        owner,
        to,
        ..
    } = found;
    let chosen = RwSignal::new(to);
    let of_case = StoredValue::new(case.clone());
    let go = move || {
        let to = chosen.get_untracked();
        busy.set(true);
        problem.set(None);
        spawn_local(async move {
            let request = Request::MoveCustomer {
                case: of_case.get_value(),
                to: to.clone(),
            };
            let result = engine.save(request).await;
            busy.try_set(false);
            match result {
                Ok(_) => toaster.good((allocation::of(t.now().language).moved)(&to)),
                Err(found) => {
                    problem.try_set(Some(found));
                }
            }
        });
    };
    let own = owner.clone();
    let options = move || {
        let own = own.clone();
        let choose = allocation::of(t.language()).choose.to_owned();
        let names = branches.staff_names().into_iter();
        let names = names
            .filter(|name| *name != own)
            .map(|name| (name.clone(), name));
        std::iter::once((String::new(), choose))
            .chain(names)
            .map(|(name, shown)| {
                let selected = chosen.with_untracked(|chosen| *chosen == name);
                view! { <option value=name selected=selected>{shown}</option> }
            })
            .collect_view()
    };
    let to_customer = base.href(&format!("/customers/{customer}"));
    let to_case = base.href(&format!("/cases/{case}"));
    let (label, to_number) = (name.clone(), number.clone());
    let why = move || (allocation::of(t.language()).move_why)(&number, &owner);
    view! {
        <li class="line wraps">
            <a href=to_customer class="line-main">
                <span class="line-title cut">{name}</span>
                <span class="muted num">{why}</span>
            </a>
            <span class="line-marks actions">
                <a class="link num" href=to_case>{to_number}</a>
                <select
                    class="input"
                    aria-label=move || (allocation::of(t.language()).move_to)(&label)
                    on:change:target=move |event| chosen.set(event.target().value())
                >
                    {options}
                </select>
                <Button busy press=go>{move || allocation::of(t.language()).move_now}</Button>
            </span>
            <ErrorState problem />
        </li>
    }
    .into_any()
}
