//! The pool: customers nobody has served for too long, and those put into it; whoever takes one looks after it from now on.

use huiyin_api::{PoolRow, Problem, Request};
use leptos::{prelude::*, task::spawn_local};

use crate::{
    shell::{
        ask, base::use_base, branches::use_branches, engine::use_engine, intl, live::live,
        notices::use_toaster, policy::use_policy, title::set_title,
    },
    texts::{allocation, leads, use_texts},
    ui::{Button, EmptyState, ErrorState, Glyph, LinkButton, PageHead, Skeleton},
};

/// Customers shown at once, the longest unserved first.
const SHOWN: usize = 200;

/// The screen.
#[component]
pub fn PoolPage() -> impl IntoView {
    let t = use_texts();
    set_title(move || t.get().people.pool);
    let found = live(|| Some(Request::Pool), ask::pool);
    let subtitle = move || {
        found.value.with(|view| {
            let texts = t.get();
            view.as_ref().map_or_else(String::new, |view| {
                if view.months == 0 {
                    texts.people.pool_no_rule.to_owned()
                } else {
                    (texts.people.pool_rule)(view.months)
                }
            })
        })
    };
    let policy = use_policy();
    let told = move || {
        let role = found
            .value
            .with(|view| view.as_ref().map(|view| view.told.clone()))
            .filter(|role| !role.is_empty())?;
        let role = policy.role(t.get(), &role);
        Some((allocation::of(t.language()).told)(&role))
    };
    let list = move || match found.value.get() {
        None if found.problem.with(Option::is_some) => ().into_any(),
        None => view! { <Skeleton lines=6 /> }.into_any(),
        Some(view) if view.rows.is_empty() => view! {
            <section class="card">
                <EmptyState
                    glyph=Glyph::Check
                    title=move || t.get().people.pool_empty
                    text=move || t.get().people.pool_empty_text
                />
            </section>
        }
        .into_any(),
        Some(view) => {
            let shown = view.rows.len().min(SHOWN);
            let more = u64::from(view.total).saturating_sub(shown as u64);
            let lines = view
                .rows
                .into_iter()
                .take(SHOWN)
                .map(|row| view! { <Line row /> })
                .collect_view();
            view! {
                <section class="card">
                    <ul class="people-lines">{lines}</ul>
                    {(more > 0)
                        .then(|| {
                            view! {
                                <p class="muted pad">
                                    {move || (t.get().people.pool_more)(&intl::count(t.language(), more))}
                                </p>
                            }
                        })}
                </section>
            }
            .into_any()
        }
    };
    view! {
        <div class="stack-page">
            <PageHead title=move || t.get().people.pool subtitle>
                <LinkButton to="/customers/leads" icon=Glyph::Person>
                    {move || leads::of(t.language()).title}
                </LinkButton>
                <LinkButton to="/customers" icon=Glyph::Back>
                    {move || t.get().customers.title}
                </LinkButton>
            </PageHead>
            <ErrorState problem=found.problem retry=move || found.ask_again() />
            {move || told().map(|words| view! { <p class="muted">{words}</p> })}
            {list}
        </div>
    }
}

#[component]
fn Line(row: PoolRow) -> impl IntoView {
    let t = use_texts();
    let base = use_base();
    let engine = use_engine();
    let toaster = use_toaster();
    let busy = RwSignal::new(false);
    let problem = RwSignal::new(None::<Problem>);
    let PoolRow {
        row,
        sign,
        since,
        may_claim,
    } = row;
    let id = row.id.clone();
    let claim = move || {
        let id = id.clone();
        busy.set(true);
        problem.set(None);
        spawn_local(async move {
            let result = engine.save(Request::ClaimCustomer { id }).await;
            busy.try_set(false);
            match result {
                Ok(_) => toaster.good(t.now().people.claimed),
                Err(found) => {
                    problem.try_set(Some(found));
                }
            }
        });
    };
    let why = move || {
        let p = &t.get().people;
        match sign.as_str() {
            "not_invited" => p.not_invited,
            "did_not_come" => p.did_not_come,
            "no_home_visit" => p.no_home_visit,
            "no_contact" => p.no_contact,
            _ => p.put_into_pool,
        }
    };
    let owner = row.owner.clone();
    let branch = untrack(|| use_branches().name(&row.branch));
    let detail = [row.number, row.phone, branch]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(" · ");
    let label = row.name.clone();
    view! {
        <li class="people-line">
            <span class="people-line-main">
                <a class="link strong" href=base.href(&format!("/customers/{}", row.id))>{row.name}</a>
                <span class="muted num">{detail}</span>
                <span>{why}</span>
                <span class="muted num">{move || (t.get().people.since)(&intl::date(t.language(), since))}</span>
                {(!owner.is_empty())
                    .then(|| view! { <span class="muted">{move || t.get().field("owner_a")} " " {owner}</span> })}
            </span>
            <span class="actions" aria-label=label>
                {may_claim
                    .then(|| {
                        view! { <Button busy press=claim>{move || t.get().people.claim}</Button> }
                    })}
            </span>
            <ErrorState problem />
        </li>
    }
}
