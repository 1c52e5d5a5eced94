//! What is paid of the cost of a contact, and why not all of it.

use huiyin_core::contact::reception::{CostJudgement, CostRefusal};
use leptos::prelude::*;

use crate::{
    shell::{
        intl,
        policy::{Policy, use_policy},
    },
    texts::{Texts, use_texts},
    ui::{Glyph, Icon},
};

/// The judgement; hidden while nothing was spent.
#[component]
pub fn CostCard(#[prop(into)] cost: Signal<Option<CostJudgement>>) -> impl IntoView {
    let t = use_texts();
    let policy = use_policy();
    move || {
        let judged = cost.get()?;
        let texts = t.get();
        let sum = intl::amount(texts.language, judged.paid);
        let body = if judged.refusals.is_empty() {
            view! { <p class="card-note">{texts.contacts.cost_all_paid}</p> }.into_any()
        } else {
            judged
                .refusals
                .iter()
                .map(|refusal| {
                    view! {
                        <p class="notice warning">
                            <Icon glyph=Glyph::Warning />
                            <span>{sentence(texts, policy, refusal)}</span>
                        </p>
                    }
                })
                .collect_view()
                .into_any()
        };
        Some(view! {
            <section class="card">
                <header class="card-head">
                    <h2>
                        {texts.contacts.cost}
                        <span class="count">{(texts.contacts.cost_paid)(&sum)}</span>
                    </h2>
                </header>
                {body}
            </section>
        })
    }
}

/// Returns a refusal in words.
fn sentence(texts: &Texts, policy: Policy, refusal: &CostRefusal) -> String {
    let c = &texts.contacts;
    let sum = |cents: i64| intl::amount(texts.language, cents);
    let posts = |by: &[String]| {
        by.iter()
            .map(|post| policy.role(texts, post))
            .collect::<Vec<_>>()
            .join(" / ")
    };
    match refusal {
        CostRefusal::NotFiled => c.refusal_not_filed.to_owned(),
        CostRefusal::UnknownClass { class } => (c.refusal_unknown_class)(class),
        CostRefusal::NoGuests => c.refusal_no_guests.to_owned(),
        CostRefusal::OverLimit {
            cost, limit, over, ..
        } => (c.refusal_over)(&sum(*cost), &sum(*limit), &sum(*over)),
        CostRefusal::TooManyPeople {
            company, allowed, ..
        } => (c.refusal_too_many)(*company, *allowed),
        CostRefusal::TooFewPeople {
            company, wanted, ..
        } => (c.refusal_too_few)(*company, *wanted),
        CostRefusal::WrongReceiver { by, .. } => (c.refusal_receiver)(&posts(by)),
        CostRefusal::GiftNotApproved { by } => (c.refusal_gift)(&posts(by)),
        CostRefusal::PaysOwn { post } => (c.refusal_pays_own)(&policy.role(texts, post)),
        CostRefusal::BelowZero => c.refusal_below_zero.to_owned(),
    }
}
