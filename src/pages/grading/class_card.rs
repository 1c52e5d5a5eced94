//! The class on a customer's page: what it is, by which sheet, what waits for the meeting, and what the class gets.

use huiyin_api::{ClassView, CustomerRecord};
use leptos::prelude::*;

use super::{
    decide_dialog::{DecideDialog, Deciding},
    sheet_dialog::SheetDialog,
};
use crate::{
    pages::shared::{CheckBadge, DueBadge},
    shell::{
        intl,
        policy::{use_policy, words},
    },
    texts::{grading, use_texts},
    ui::{Badge, Button, Hue},
};

/// The card; nothing where no policy has classes and the customer has none.
#[component]
pub fn ClassCard(record: Signal<CustomerRecord>) -> impl IntoView {
    let t = use_texts();
    let policy = use_policy();
    let class = Memo::new(move |_| record.with(|record| record.file.class.clone()));
    let shown = Memo::new(move |_| {
        policy.class_rules(|rules| rules.scheme.is_some() || rules.grading.is_some())
            || class.with(|class| !class.class.is_empty() || class.proposed.is_some())
    });
    let may = move |step: &'static str| {
        Memo::new(move |_| {
            record.with(|record| record.file.steps.iter().any(|form| form.step == step))
        })
    };
    let (may_propose, may_confirm) = (may("class_proposed"), may("class_confirmed"));
    let sheet = RwSignal::new(None::<String>);
    let deciding = RwSignal::new(None::<Deciding>);
    let review = move || sheet.set(Some(record.with_untracked(|record| record.row.id.clone())));
    let waits = Memo::new(move |_| class.with(|class| class.proposed.is_some()));
    view! {
        <Show when=move || shown.get()>
            <section class="card" aria-label=move || grading::of(t.language()).class>
                <header class="card-head">
                    <h2>{move || grading::of(t.language()).class}</h2>
                    <Standing class />
                    <Show when=move || may_propose.get()>
                        <Button press=review>{move || grading::of(t.language()).review}</Button>
                    </Show>
                    <Show when=move || may_confirm.get() && !waits.get()>
                        <Button press=move || {
                            deciding.set(Some(Deciding::Confirm));
                        }>{move || grading::of(t.language()).give}</Button>
                    </Show>
                </header>
                <div class="pad">
                    <Clash class />
                    <Proposed class may_confirm deciding />
                    <Sheet class />
                    <Care record class />
                </div>
            </section>
        </Show>
        <SheetDialog customer=sheet done=|()| () />
        <DecideDialog record deciding />
    }
    .into_any()
}

/// The class with since when and by whom.
#[component]
fn Standing(class: Memo<ClassView>) -> impl IntoView {
    let t = use_texts();
    let policy = use_policy();
    move || {
        let words = grading::of(t.language());
        let class = class.get();
        let name = if class.class.is_empty() {
            words.none.to_owned()
        } else {
            policy.class(t.get(), &class.class)
        };
        let told = match class.since {
            Some(at) => (words.since)(&intl::date(t.language(), at), &class.by),
            None if class.class.is_empty() => String::new(),
            None => words.not_by_step.to_owned(),
        };
        view! {
            <span class="badges">
                <Badge hue=Hue::Neutral>{name}</Badge>
                {class.provisional.then(|| view! { <Badge hue=Hue::Amber>{words.provisional}</Badge> })}
                <span class="muted">{told}</span>
                {(!class.reason.is_empty()).then(|| view! { <span class="muted">{class.reason}</span> })}
            </span>
        }
    }
}

#[component]
fn Clash(class: Memo<ClassView>) -> impl IntoView {
    let t = use_texts();
    move || {
        class.with(|class| class.clash).then(|| {
            view! {
                <p class="notice plain">
                    <CheckBadge />
                    <span>{grading::of(t.language()).clash}</span>
                </p>
            }
        })
    }
}

/// What waits for the meeting, with the buttons that decide it.
#[component]
fn Proposed(
    class: Memo<ClassView>,
    may_confirm: Memo<bool>,
    deciding: RwSignal<Option<Deciding>>,
) -> impl IntoView {
    let t = use_texts();
    let policy = use_policy();
    move || {
        class.get().proposed.map(|proposed| {
            let texts = t.get();
            let words = grading::of(texts.language);
            let told = (words.proposed)(
                &policy.class(texts, &proposed.class),
                &proposed.by,
                &intl::date(texts.language, proposed.at),
            );
            let press = move |what: Deciding| move || deciding.set(Some(what));
            view! {
                <p>
                    <strong>{told}</strong>
                    {proposed
                        .provisional
                        .then(|| view! { " " <Badge hue=Hue::Amber>{words.provisional}</Badge> })}
                </p>
                <p class="muted">{policy.sheet(texts, &proposed.scores)} " " {proposed.note}</p>
                <Show when=move || may_confirm.get()>
                    <div class="actions">
                        <Button press=press(
                            Deciding::Confirm,
                        )>{move || grading::of(t.language()).decide}</Button>
                        <Button press=press(
                            Deciding::Refuse,
                        )>{move || grading::of(t.language()).refuse}</Button>
                    </div>
                </Show>
            }
        })
    }
}

/// The sheet the class was confirmed by.
#[component]
fn Sheet(class: Memo<ClassView>) -> impl IntoView {
    let t = use_texts();
    let policy = use_policy();
    move || {
        let scores = class.with(|class| class.scores.clone());
        (!scores.is_empty()).then(|| {
            let texts = t.get();
            view! {
                <p>
                    <span class="muted">{grading::of(texts.language).sheet} " "</span>
                    {policy.sheet(texts, &scores)}
                </p>
            }
        })
    }
}

/// What the class gets: the wanted rhythm against the last contact, who, benefits.
#[component]
fn Care(record: Signal<CustomerRecord>, class: Memo<ClassView>) -> impl IntoView {
    let t = use_texts();
    let policy = use_policy();
    let due = Memo::new(move |_| {
        record.with(|record| {
            let mut duties = record.file.duties.iter();
            let duty = duties.find(|duty| duty.kind == "class_contact")?;
            Some((duty.due, duty.state, duty.provisional))
        })
    });
    move || {
        let wire = class.with(|class| class.class.clone());
        if wire.is_empty() {
            return ().into_any();
        }
        let words_of = grading::of(t.language());
        let care = policy.class_rule(&wire);
        let months = care.as_ref().map_or(0, |class| class.contact_months);
        let last = match class.with(|class| class.last_contact) {
            Some(at) => (words_of.last_contact)(&intl::date(t.language(), at)),
            None => words_of.no_contact.to_owned(),
        };
        let lines: Vec<String> = care
            .iter()
            .flat_map(|class| &class.care)
            .map(|text| words(t.language(), text))
            .collect();
        let none = lines.is_empty() && months == 0;
        view! {
            <h3>{words_of.care}</h3>
            <ul>
                {lines.into_iter().map(|line| view! { <li>{line}</li> }).collect_view()}
                {(months > 0)
                    .then(|| {
                        view! {
                            <li class="badges">
                                <span>{(words_of.rhythm)(months)}</span>
                                <span class="muted">{last}</span>
                                {due
                                    .get()
                                    .map(|(due, state, provisional)| {
                                        view! { <DueBadge due state provisional /> }
                                    })}
                            </li>
                        }
                    })}
            </ul>
            {none.then(|| view! { <p class="muted">{words_of.care_none}</p> })}
        }
        .into_any()
    }
}
