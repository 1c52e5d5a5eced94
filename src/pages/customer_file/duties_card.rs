//! What is due for the file, open duties first; papers that are missing are listed with the papers.

use huiyin_api::DutyView;
use leptos::prelude::*;

use super::acts::FileActs;
use crate::{
    pages::shared::DueBadge,
    shell::policy::{use_policy, words},
    texts::{Texts, file, use_texts},
};

/// The card; nothing without rules.
#[component]
pub fn DutiesCard(acts: FileActs) -> impl IntoView {
    let t = use_texts();
    let duties = Memo::new(move |_| {
        acts.file(|file| {
            let told = file.duties.iter().filter(|duty| duty.kind != "paper");
            file.has_rules.then(|| told.cloned().collect::<Vec<_>>())
        })
    });
    move || {
        duties.get().map(|duties| {
            let none = duties.is_empty();
            let lines = duties
                .into_iter()
                .map(|duty| view! { <DutyLine duty /> })
                .collect_view();
            view! {
                <section class="card" aria-label=move || file::of(t.language()).duties>
                    <header class="card-head">
                        <h2>{move || file::of(t.language()).duties}</h2>
                    </header>
                    {none
                        .then(|| {
                            view! {
                                <p class="pad muted">
                                    {move || file::of(t.language()).duties_none}
                                </p>
                            }
                        })}
                    <ul class="action-lines">{lines}</ul>
                </section>
            }
        })
    }
}

/// Returns what a duty is called: as the policy says, else by its kind; with its period if it comes round.
pub fn duty_name(texts: &Texts, duty: &DutyView) -> String {
    let own = words(texts.language, &duty.text);
    let own = if own.is_empty() {
        file::duty(texts.language, &duty.kind).to_owned()
    } else {
        own
    };
    if duty.period.is_empty() {
        own
    } else {
        format!("{own} {}", duty.period)
    }
}

#[component]
fn DutyLine(duty: DutyView) -> impl IntoView {
    let t = use_texts();
    let policy = use_policy();
    let by = duty.by.clone();
    let (due, state, provisional) = (duty.due, duty.state, duty.provisional);
    let name = move || duty_name(t.get(), &duty);
    let people = move || {
        let texts = t.get();
        by.iter()
            .map(|who| match who.as_str() {
                "owner_a" | "owner_b" => texts.field(who),
                role => policy.role(texts, role),
            })
            .collect::<Vec<_>>()
            .join(texts.packs.comma)
    };
    view! {
        <li class="badges pad">
            <span>{name}</span>
            <DueBadge due state provisional />
            <span class="muted">{people}</span>
        </li>
    }
    .into_any()
}
