//! The period, the branch and the kind of cases looked at, as chips; own days as two fields.

use huiyin_core::case::CASE_KINDS;
use leptos::prelude::*;

use super::period::{Asked, CHOICES, OWN, name};
use crate::{
    pages::shared::FilterChip,
    shell::{branches::use_branches, policy::use_policy},
    texts::{figures, use_texts},
    ui::{InputKind, TextField},
};

/// The chips; `change` puts what is asked into the address.
#[component]
pub fn Tools(
    asked: Memo<Asked>,
    /// First and last day of the period shown, to begin own days with.
    days: Memo<(String, String)>,
    change: Callback<Asked>,
) -> impl IntoView {
    let t = use_texts();
    let branches = use_branches();
    let policy = use_policy();
    let with = move |edit: &dyn Fn(&mut Asked)| {
        let mut next = asked.get_untracked();
        edit(&mut next);
        change.run(next);
    };
    let periods = Signal::derive(move || {
        let words = figures::of(t.language());
        CHOICES
            .map(|choice| (choice.to_owned(), name(words, choice).to_owned()))
            .to_vec()
    });
    let chosen = Signal::derive(move || asked.with(|asked| asked.choice.clone()));
    let choose = move |choice: String| {
        with(&|asked| {
            choice.clone_into(&mut asked.choice);
            if choice == OWN {
                (asked.from, asked.to) = days.get_untracked();
            }
        });
    };
    let branch = Signal::derive(move || asked.with(|asked| asked.branch.clone()));
    let branch_choices =
        Signal::derive(move || branches.choices(figures::of(t.language()).every_branch));
    let kind = Signal::derive(move || asked.with(|asked| asked.kind.clone()));
    let kinds = Signal::derive(move || {
        let mut kinds = vec![(
            String::new(),
            figures::of(t.language()).every_kind.to_owned(),
        )];
        kinds.extend(policy.choices(t.get(), "kind", CASE_KINDS));
        kinds
    });
    let from = Signal::derive(move || asked.with(|asked| asked.from.clone()));
    let to = Signal::derive(move || asked.with(|asked| asked.to.clone()));
    view! {
        <div class="list-tools figures-tools">
            <div class="chips">
                <FilterChip
                    label=move || figures::of(t.language()).period
                    chosen
                    choices=periods
                    choose
                    marks=false
                />
                <Show when=move || branches.several()>
                    <FilterChip
                        label=move || t.get().customers.branch
                        chosen=branch
                        choices=branch_choices
                        choose=move |code: String| with(&|asked| code.clone_into(&mut asked.branch))
                    />
                </Show>
                <FilterChip
                    label=move || t.get().field("kind")
                    chosen=kind
                    choices=kinds
                    choose=move |wire: String| with(&|asked| wire.clone_into(&mut asked.kind))
                />
            </div>
            <Show when=move || asked.with(|asked| asked.choice == OWN)>
                <div class="figures-days">
                    <TextField
                        label=move || figures::of(t.language()).from
                        kind=InputKind::Date
                        value=from
                        input=move |day: String| with(&|asked| day.clone_into(&mut asked.from))
                    />
                    <TextField
                        label=move || figures::of(t.language()).to
                        kind=InputKind::Date
                        value=to
                        input=move |day: String| with(&|asked| day.clone_into(&mut asked.to))
                    />
                </div>
            </Show>
        </div>
    }
    .into_any()
}
