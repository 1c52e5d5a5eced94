//! How complete the file is, whether it is filed and signed, its stage, and the steps that lead on.

use leptos::prelude::*;

use super::acts::FileActs;
use crate::{
    pages::shared::CheckBadge,
    shell::{intl, policy::words},
    texts::{file, names, use_texts},
    ui::{Badge, Button, ErrorState, Hue, Look, Progress},
};

/// Steps taken with one press.
const AT_ONCE: &[&str] = &[
    "filed",
    "reviewed",
    "file_approved",
    "completed",
    "refreshed",
];
/// Steps with a form.
const WITH_FORM: &[&str] = &["file_returned", "change_noticed", "contact_reported"];
/// Empty fields named; the rest is counted by the bar.
const NAMED_FIELDS: usize = 12;

/// The card.
#[component]
pub fn FileCard(acts: FileActs) -> impl IntoView {
    let t = use_texts();
    let words_of = move || file::of(t.language());
    let has_rules = Memo::new(move |_| acts.file(|file| file.has_rules));
    let note = move || {
        let missing = acts.file(|file| file.rules_missing);
        (!has_rules.get()).then(|| {
            let text = if missing {
                words_of().rules_missing
            } else {
                words_of().no_rules
            };
            view! { <p class="muted">{text}</p> }
        })
    };
    let bar = move || {
        has_rules.get().then(|| {
            let of = acts.file(|file| (file.there, file.wanted, file.percent));
            view! {
                <Progress
                    label=format!(
                        "{} · {}",
                        (words_of().complete)(of.2),
                        (words_of().there)(of.0, of.1),
                    )
                    done=f64::from(of.0)
                    total=f64::from(of.1)
                />
            }
        })
    };
    let empty_fields = move || {
        let texts = t.get();
        let named = acts.file(|file| {
            let fields = file.missing_fields.iter().take(NAMED_FIELDS);
            fields.map(|name| texts.field(name)).collect::<Vec<_>>()
        });
        (!named.is_empty()).then(|| {
            let listed = named.join(texts.packs.comma);
            view! {
                <p>
                    <span class="muted">{words_of().missing_fields} " "</span>
                    {listed}
                </p>
            }
        })
    };
    // What the steps are for, until the file was filed once.
    let hint = move || {
        let unfiled = acts.file(|file| file.filed_at.is_none());
        unfiled.then(|| view! { <p class="muted">{words_of().steps_hint}</p> })
    };
    view! {
        <section class="card" aria-label=move || words_of().title>
            <header class="card-head">
                <h2>{move || words_of().title}</h2>
                <Standing acts />
            </header>
            <div class="pad stack">
                <ErrorState problem=acts.problem />
                <Clashes acts />
                {note}
                {bar}
                {empty_fields}
                {hint}
                <OpenChanges acts />
                <Steps acts />
            </div>
        </section>
    }
    .into_any()
}

/// Badges: filed or not, signed, the stage.
#[component]
fn Standing(acts: FileActs) -> impl IntoView {
    let t = use_texts();
    let filed = move || {
        let texts = file::of(t.language());
        match acts.file(|file| file.filed_at) {
            Some(at) => {
                let words = format!("{} {}", texts.filed, intl::date(t.language(), at));
                view! { <Badge hue=Hue::Green>{words}</Badge> }.into_any()
            }
            None => view! { <Badge hue=Hue::Amber>{texts.not_filed}</Badge> }.into_any(),
        }
    };
    let signed = move || {
        let texts = t.get();
        let last = acts.file(|file| file.signatures.last().cloned());
        last.map(|(step, by, _)| {
            let words = format!("{} · {by}", names::step(texts.language, &step));
            view! { <Badge hue=Hue::Green>{words}</Badge> }
        })
    };
    let stage = move || {
        let texts = t.get();
        let (stage, own, why) = acts.file(|file| {
            let own = file.stages.iter().find(|stage| stage.id == file.stage);
            let own = own.map(|stage| words(texts.language, &stage.text));
            (
                file.stage.clone(),
                own.unwrap_or_default(),
                file.stage_reason.clone(),
            )
        });
        (!stage.is_empty()).then(|| {
            let name = if own.is_empty() {
                texts.value("life_cycle", &stage)
            } else {
                own
            };
            view! {
                <span title=why>
                    <Badge hue=Hue::Neutral>{name}</Badge>
                </span>
            }
        })
    };
    view! { <span class="badges">{filed} {signed} {stage}</span> }.into_any()
}

/// Decisions made apart: they are put right by deciding again.
#[component]
fn Clashes(acts: FileActs) -> impl IntoView {
    let t = use_texts();
    move || {
        let clashes = acts.file(|file| file.clashes.clone());
        (!clashes.is_empty()).then(|| {
            let texts = t.get();
            let mut steps: Vec<String> = clashes
                .iter()
                .flat_map(|clash| &clash.steps)
                .map(|step| texts.step(step))
                .collect();
            steps.dedup();
            view! {
                <p class="notice plain">
                    <CheckBadge />
                    <span>
                        {file::of(texts.language).clashes} " " {steps.join(texts.packs.comma)}
                    </span>
                </p>
            }
        })
    }
}

/// Changes somebody heard of that are still to be entered.
#[component]
fn OpenChanges(acts: FileActs) -> impl IntoView {
    let t = use_texts();
    let changes = Memo::new(move |_| acts.file(|file| file.open_changes.clone()));
    move || {
        let changes = changes.get();
        (!changes.is_empty()).then(|| {
            let lines = changes
                .into_iter()
                .map(|change| {
                    let of = change.name;
                    let enter = move || acts.take_now(acts.step("changed").with("of", &of));
                    view! {
                        <li class="badges">
                            <span>{change.value}</span>
                            <Button look=Look::Quiet busy=acts.busy press=enter>
                                {move || names::act(t.language(), "changed")}
                            </Button>
                        </li>
                    }
                })
                .collect_view();
            view! {
                <h3>{move || file::of(t.language()).open_changes}</h3>
                <ul>{lines}</ul>
            }
        })
    }
}

#[component]
fn Steps(acts: FileActs) -> impl IntoView {
    let t = use_texts();
    let offered = move |steps: &'static [&'static str], form: bool| {
        move || {
            steps
                .iter()
                .filter(|step| acts.may(step))
                .map(|step| {
                    let press = move || {
                        if form {
                            acts.ask(acts.step(step));
                        } else {
                            acts.take_now(acts.step(step));
                        }
                    };
                    view! {
                        <Button busy=acts.busy press>
                            {move || names::act(t.language(), step)}
                        </Button>
                    }
                })
                .collect_view()
        }
    };
    let may_stage = Memo::new(move |_| acts.may("life_cycle_changed"));
    let stage = move || {
        let now = acts
            .record
            .with_untracked(|record| record.file.stage.clone());
        let taking = acts.step("life_cycle_changed");
        acts.ask(taking.holding("stage", now));
    };
    view! {
        <div class="actions">
            {offered(AT_ONCE, false)} {offered(WITH_FORM, true)}
            <Show when=move || may_stage.get()>
                <Button press=stage>{move || file::of(t.language()).change_stage}</Button>
            </Show>
        </div>
    }
    .into_any()
}
