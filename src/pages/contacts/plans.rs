//! How far the person's plan and targets are, above the list.

use huiyin_api::{ContactDesk, PlanView, Request, TargetView};
use huiyin_core::{contact::duties::PlanStage, pack::file_rules::Every};
use leptos::prelude::*;

use crate::{
    shell::{ask, intl, live::live},
    texts::{Texts, use_texts},
    ui::{Badge, Hue},
};

/// One badge for each plan and target; hidden while the policy asks for none.
#[component]
pub fn Plans() -> impl IntoView {
    let t = use_texts();
    let desk = live(|| Some(Request::ContactDesk), ask::contact_desk);
    move || {
        let texts = t.get();
        let desk: ContactDesk = desk.value.get()?;
        let missing = desk
            .rules_missing
            .then(|| view! { <p class="muted">{texts.contacts.rules_missing}</p> });
        let plans = desk.plans.iter().map(|plan| plan_words(texts, plan));
        let targets = desk
            .targets
            .iter()
            .map(|target| target_words(texts, target));
        let badges = plans
            .chain(targets)
            .map(|(hue, words)| view! { <Badge hue>{words}</Badge> })
            .collect::<Vec<_>>();
        let any = !badges.is_empty();
        Some(view! {
            {missing}
            {any.then(|| view! { <div class="badges">{badges}</div> })}
        })
    }
}

fn plan_words(texts: &Texts, plan: &PlanView) -> (Hue, String) {
    let c = &texts.contacts;
    let due = intl::day_time(texts.language, plan.due);
    let count = intl::number(texts.language, f64::from(plan.planned));
    match plan.stage {
        PlanStage::Waiting => (Hue::Waiting, (c.plan_waits)(&plan.period, &count)),
        PlanStage::Approved => (Hue::Green, (c.plan_approved)(&plan.period, &count)),
        _ if plan.late => (Hue::Red, (c.plan_late)(&plan.period, &due)),
        _ => (Hue::Amber, (c.plan_due)(&plan.period, &due)),
    }
}

fn target_words(texts: &Texts, target: &TargetView) -> (Hue, String) {
    let c = &texts.contacts;
    let every = match target.every {
        Every::Week => 0,
        Every::Month => 1,
        Every::Quarter => 2,
        Every::HalfYear => 3,
        Every::Year => 4,
    };
    let kind = if target.kind.is_empty() {
        c.any_contact.to_owned()
    } else {
        texts.value("kind", &target.kind)
    };
    let number = |value: u32| intl::number(texts.language, f64::from(value));
    let hue = if target.done >= target.wanted {
        Hue::Green
    } else {
        Hue::Neutral
    };
    let words = (c.target)(
        c.every[every],
        &kind,
        &number(target.done),
        &number(target.wanted),
    );
    (hue, words)
}
