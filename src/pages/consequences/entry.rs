//! One penalty or reward: the person, the clause, money and points, how it stands, and what may be done.

use huiyin_api::PenaltyView;
use huiyin_core::id::{RecordId, RecordKind};
use leptos::prelude::*;

use crate::{
    pages::cases::{Taking, Target},
    shell::{base::use_base, intl, policy},
    texts::{Texts, names, use_texts},
    ui::{Badge, Button, Hue},
};

/// A line of a list of penalties and rewards.
#[component]
pub fn PenaltyEntry(
    entry: PenaltyView,
    /// Shows the case and links to it.
    #[prop(optional)]
    with_case: bool,
    take: Callback<Taking>,
) -> impl IntoView {
    let t = use_texts();
    let base = use_base();
    let hue = match entry.state.as_str() {
        "approved" | "confirmed" if entry.reward => Hue::Green,
        "approved" | "confirmed" => Hue::Red,
        "rejected" | "lifted" => Hue::Neutral,
        _ => Hue::Waiting,
    };
    let state = entry.state.clone();
    let sums = {
        let entry = entry.clone();
        move || sums(t.get(), &entry)
    };
    let clause = entry.clause_text.clone();
    let clause_id = entry.clause.clone();
    let clause = move || {
        let text = policy::words(t.language(), &clause);
        format!("{clause_id} {text}")
    };
    let case = (with_case && !entry.case.is_empty()).then(|| {
        let of_contact =
            RecordId::parse(&entry.case).is_ok_and(|id| id.kind() == RecordKind::Contact);
        let screen = if of_contact { "contacts" } else { "cases" };
        let href = base.href(&format!("/{screen}/{}", entry.case));
        let number = entry.case_number.clone();
        let notice = (!of_contact).then(|| {
            let href = base.href(&format!("/cases/{}/print/penalty", entry.case));
            view! {
                <a class="link" href=href>
                    {move || t.get().value("paper", "penalty")}
                </a>
            }
        });
        view! {
            <a class="link num" href=href>
                {number}
            </a>
            {notice}
        }
    });
    let published = entry.published.then(|| {
        view! { <Badge hue=Hue::Neutral>{move || t.get().desk.published}</Badge> }
    });
    let not_yet = (!entry.in_force && !matches!(entry.state.as_str(), "rejected" | "lifted"))
        .then(|| view! { <p class="muted">{move || t.get().desk.not_in_force}</p> });
    let id = entry.id.clone();
    let buttons = entry
        .steps
        .iter()
        .map(|step| {
            let wire = step.clone();
            let step = step.clone();
            let id = id.clone();
            let press = move || take.run(Taking::of(Target::Penalty(id.clone()), &step));
            view! {
                <Button press>{move || names::act(t.language(), &wire)}</Button>
            }
        })
        .collect_view();
    let story = entry
        .events
        .iter()
        .map(|event| {
            let step = event.step.clone();
            let (by, at) = (event.by.clone(), event.at);
            let statement = event
                .data
                .iter()
                .find(|field| field.name == huiyin_core::case_data::STATEMENT)
                .map(|field| field.value.clone())
                .unwrap_or_default();
            let said = [event.note.clone(), statement]
                .into_iter()
                .filter(|text| !text.is_empty())
                .collect::<Vec<_>>()
                .join("\n");
            view! {
                <li>
                    <span class="strong">{move || t.get().step(&step)}</span>
                    " "
                    <span class="muted num">
                        {move || format!("{by} · {}", intl::date_time(t.language(), at))}
                    </span>
                    {(!said.is_empty()).then(|| view! { <p class="lines-kept">{said}</p> })}
                </li>
            }
        })
        .collect_view();
    let any_story = !entry.events.is_empty();
    view! {
        <li class="penalty">
            <div class="penalty-head">
                <strong>{entry.person}</strong>
                <span class="num">{sums}</span>
                <span class="penalty-badges">
                    <Badge hue>{move || t.get().value("penalty_state", &state)}</Badge>
                    {published}
                </span>
            </div>
            <p class="muted">{case} " " {clause}</p>
            {not_yet}
            {any_story
                .then(|| {
                    view! {
                        <details class="why">
                            <summary>{move || t.get().cases.timeline}</summary>
                            <ol class="penalty-story">{story}</ol>
                        </details>
                    }
                })}
            <div class="actions">{buttons}</div>
        </li>
    }
}

/// Returns money and points in words, such as `罚款 200.00 元 · 扣 5 分`.
fn sums(texts: &Texts, entry: &PenaltyView) -> String {
    let d = &texts.desk;
    let mut parts = Vec::new();
    if entry.amount != 0 {
        let yuan = intl::amount(texts.language, entry.amount.abs());
        parts.push(if entry.reward {
            (d.reward_money)(&yuan)
        } else {
            (d.penalty_money)(&yuan)
        });
    }
    if entry.points != 0 {
        let points = intl::number(texts.language, f64::from(entry.points.abs()));
        parts.push(if entry.reward {
            (d.reward_points)(&points)
        } else {
            (d.penalty_points)(&points)
        });
    }
    if parts.is_empty() {
        parts.push(if entry.reward { d.praise } else { d.warning }.to_owned());
    }
    parts.join(" · ")
}
