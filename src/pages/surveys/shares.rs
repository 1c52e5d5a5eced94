//! Satisfaction by branch or class as a table with bars.

use huiyin_api::SurveyShare;
use leptos::prelude::*;

use super::reckoning::percent;
use crate::{
    shell::{branches::use_branches, intl, policy::use_policy},
    texts::use_texts,
};

/// Satisfaction by group, as bars with their figures; hidden where there is only one group without a name.
#[component]
pub fn Shares(
    #[prop(into)] title: Signal<String>,
    #[prop(into)] shares: Signal<Vec<SurveyShare>>,
    #[prop(optional)] branches: bool,
) -> impl IntoView {
    let t = use_texts();
    let names = use_branches();
    let policy = use_policy();
    let name = move |group: &str| {
        if branches {
            names.name(group)
        } else if group.is_empty() {
            t.get().surveys.no_class.to_owned()
        } else {
            policy.class(t.get(), group)
        }
    };
    let lines = move || {
        let texts = t.get();
        shares
            .get()
            .into_iter()
            .map(|share| {
                let words = share
                    .satisfaction
                    .map_or_else(|| texts.surveys.not_scored.to_owned(), percent);
                view! {
                    <tr>
                        <th scope="row">{name(&share.group)}</th>
                        <td class="num">{intl::count(texts.language, u64::from(share.count))}</td>
                        <td class="survey-bar-cell">
                            <Bar share=share.satisfaction.unwrap_or_default() />
                        </td>
                        <td class="num">{words}</td>
                    </tr>
                }
            })
            .collect_view()
    };
    view! {
        <section class="card">
            <header class="card-head">
                <h2>{move || title.get()}</h2>
            </header>
            <table class="survey-table">
                <thead>
                    <tr>
                        <th scope="col">{move || t.get().surveys.group}</th>
                        <th scope="col" class="num">
                            {move || t.get().surveys.number_of_answers}
                        </th>
                        <th scope="col" colspan="2" class="num">
                            {move || t.get().surveys.satisfaction}
                        </th>
                    </tr>
                </thead>
                <tbody>{lines}</tbody>
            </table>
        </section>
    }
}

/// A share as a bar; the figure stands beside it.
#[component]
pub fn Bar(
    /// In hundredths of a per cent.
    share: u32,
) -> impl IntoView {
    let width = format!("{}%", share.min(10_000) / 100);
    view! {
        <span class="survey-bar" aria-hidden="true">
            <span style:inline-size=width></span>
        </span>
    }
}
