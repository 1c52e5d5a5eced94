//! A case: its state and next steps, what is proposed and done about it in the middle, clocks and properties at the right.

use huiyin_api::{CaseRecord, Request, StepForm};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use super::{
    actions_card::ActionsCard,
    acts::Acts,
    clashes::Clashes,
    clock_cards::ClockCards,
    continuation_card::ContinuationCard,
    edit_dialog::EditDialog,
    guidance::Guidance,
    marks::Marks,
    matter_card::MatterCard,
    papers_menu::PapersMenu,
    penalties_card::PenaltiesCard,
    proposal_card::ProposalCard,
    step_bar::StepBar,
    step_dialog::{StepDialog, Taking},
};
use crate::{
    pages::{
        customers::Issues,
        shared::{Attachments, Conflicts, Properties, Property, StateBadge, Timeline, Vocabulary},
    },
    shell::{
        ask,
        base::use_base,
        branches::use_branches,
        go::use_go,
        intl,
        keys::{Command, on_command},
        live::live,
        policy::{self, use_policy},
        title::set_title,
    },
    texts::{history, use_texts},
    ui::{Badge, Button, ErrorState, Glyph, Hue, LinkButton, PageHead, Skeleton},
};

/// Fields shown elsewhere on the screen.
const SHOWN_ELSEWHERE: &[&str] = &[
    "subject",
    "description",
    "customer",
    "matter",
    "continues",
    "from_branch",
    "attachments",
];

/// The screen of one case.
#[component]
pub fn CasePage() -> impl IntoView {
    let t = use_texts();
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get("id").unwrap_or_default()));
    let found = live(move || Some(Request::Case { id: id.get() }), ask::case);
    let record = Memo::new(move |_| found.value.get().filter(|record| record.row.id == id.get()));
    set_title(move || {
        record.with(|record| {
            record.as_ref().map_or_else(
                || t.get().cases.title.to_owned(),
                |record| format!("{} {}", t.get().cases.title, record.row.number),
            )
        })
    });
    let here = Memo::new(move |_| record.with(Option::is_some));
    move || {
        if here.get() {
            let record = Signal::derive(move || record.get().unwrap_or_default());
            view! { <CaseFile record /> }.into_any()
        } else if found.problem.with(Option::is_some) {
            view! {
                <PageHead title=move || t.get().cases.title />
                <ErrorState problem=found.problem retry=move || found.ask_again() />
                <div class="actions">
                    <LinkButton to="/cases" icon=Glyph::Back>
                        {move || t.get().cases.title}
                    </LinkButton>
                </div>
            }
            .into_any()
        } else {
            view! {
                <PageHead title=move || t.get().cases.title />
                <Skeleton lines=8 />
            }
            .into_any()
        }
    }
}

#[component]
fn CaseFile(record: Signal<CaseRecord>) -> impl IntoView {
    let t = use_texts();
    let id = Memo::new(move |_| record.with(|record| record.row.id.clone()));
    let editing = RwSignal::new(false);
    let policy = use_policy();
    let acts = Acts::new(record, RwSignal::new(None::<Taking>));
    let words: Signal<Vocabulary> =
        Memo::new(move |_| record.with(|record| Vocabulary::of(&record.desk))).into();
    let take = Callback::new(move |form: StepForm| acts.take(acts.step(&form.step)));
    listen(editing);
    let title = move || {
        record.with(|record| {
            if record.row.subject.is_empty() {
                t.get().cases.no_subject.to_owned()
            } else {
                record.row.subject.clone()
            }
        })
    };
    let subtitle = move || {
        record.with(|record| {
            let texts = t.get();
            let kind = policy.value(texts, "kind", &record.row.kind);
            let severity = policy.value(texts, "severity", &record.row.severity);
            let severity = policy::short_name(&severity).to_owned();
            let category = policy.value(texts, "category", &record.row.category);
            [record.row.number.clone(), kind, category, severity]
                .into_iter()
                .filter(|part| !part.is_empty())
                .collect::<Vec<_>>()
                .join(" · ")
        })
    };
    let marked = move || {
        record.with(|record| {
            record
                .clashes
                .iter()
                .flat_map(|clash| clash.events.clone())
                .chain(record.desk.marks.iter().map(|mark| mark.event.clone()))
                .collect::<Vec<_>>()
        })
    };
    view! {
        <PageHead title subtitle>
            {move || {
                let major = record.with(|record| record.row.severity == "major");
                let name = move || {
                    let name = policy.value(t.get(), "severity", "major");
                    policy::short_name(&name).to_owned()
                };
                major.then(|| view! { <Badge hue=Hue::Red>{name}</Badge> })
            }}
            {move || {
                let paused = record.with(|record| record.desk.paused);
                paused.then(|| view! { <Badge hue=Hue::Waiting>{move || t.get().desk.paused}</Badge> })
            }}
            {move || record.with(|record| view! { <StateBadge state=record.row.state.clone() group=record.row.group /> })}
            <PapersMenu acts />
            <LinkButton to=move || format!("/cases/{}/history", id.get()) icon=Glyph::Clock>
                {move || history::of(t.language()).history}
            </LinkButton>
            <Button icon=Glyph::Pencil press=move || editing.set(true)>
                {move || t.get().common.edit}
            </Button>
        </PageHead>
        <Clashes acts />
        <Marks acts />
        <Conflicts record=id conflicts=move || record.with(|record| record.conflicts.clone()) />
        <StepBar acts take />
        <div class="record">
            <div class="record-main">
                <ProposalCard acts words />
                <ContinuationCard acts />
                <Story record />
                <ActionsCard acts />
                <PenaltiesCard acts />
                <section class="card">
                    <header class="card-head">
                        <h2>{move || t.get().cases.timeline}</h2>
                    </header>
                    <Timeline
                        events=move || record.with(|record| record.events.clone())
                        marked=Signal::derive(marked)
                        empty=move || t.get().customers.timeline_empty
                        words
                    />
                </section>
            </div>
            <div class="record-main">
                <ClockCards acts />
                <Attachments
                    record=id
                    files=Signal::derive(move || acts.desk(|desk| desk.attachments.clone()))
                />
                <MatterCard acts />
                <Guidance />
                <SideProperties record />
            </div>
        </div>
        <EditDialog open=editing case=id fields=move || record.with(|record| record.fields.clone()) />
        <StepDialog taking=acts.taking />
    }
}

/// What happened, in the words of whoever registered it.
#[component]
fn Story(record: Signal<CaseRecord>) -> impl IntoView {
    let t = use_texts();
    let text = Memo::new(move |_| {
        record.with(|record| {
            record
                .fields
                .iter()
                .find(|field| field.name == "description")
                .map(|field| field.value.clone())
        })
    });
    move || {
        text.get().map(|text| {
            view! {
                <section class="card">
                    <header class="card-head">
                        <h2>{move || t.get().field("description")}</h2>
                    </header>
                    <p class="card-body lines-kept">{text}</p>
                </section>
            }
        })
    }
}

/// Returns what the link to the customer's file is called: by the file, as in the history; by the case while the file is not here.
fn file_name(record: &CaseRecord) -> &str {
    if record.customer_name.is_empty() {
        &record.row.customer
    } else {
        &record.customer_name
    }
}

#[component]
fn SideProperties(record: Signal<CaseRecord>) -> impl IntoView {
    let t = use_texts();
    let base = use_base();
    let branches = use_branches();
    let customer = move || {
        record.with(|record| {
            (!record.row.customer_id.is_empty()).then(|| {
                let href = base.href(&format!("/customers/{}", record.row.customer_id));
                let name = file_name(record).to_owned();
                view! {
                    <Property name=move || t.get().cases.customer>
                        <a class="link strong" href=href>
                            {name}
                        </a>
                    </Property>
                }
            })
        })
    };
    let assignee = move || {
        record.with(|record| {
            if record.row.assignee.is_empty() {
                t.get().cases.nobody.to_owned()
            } else {
                record.row.assignee.clone()
            }
        })
    };
    let reopened = move || {
        let texts = t.get();
        record.with(|record| {
            (record.reopened > 0).then(|| {
                let count = intl::number(texts.language, f64::from(record.reopened));
                view! { <p class="muted reopened">{(texts.cases.reopened)(&count)}</p> }
            })
        })
    };
    view! {
        <aside class="card record-side" aria-label=move || t.get().cases.properties>
            <header class="card-head">
                <h2>{move || t.get().cases.properties}</h2>
            </header>
            <dl class="properties first">
                {customer} <Property name=move || t.get().cases.column_assignee>{assignee}</Property>
            </dl>
            {reopened}
            <Properties
                fields=move || record.with(|record| record.fields.clone())
                without=SHOWN_ELSEWHERE
            />
            <dl class="properties secondary">
                <Property name=move || t.get().cases.column_number>
                    <span class="num">{move || record.with(|record| record.row.number.clone())}</span>
                </Property>
                <Property name=move || t.get().customers.branch>
                    {move || record.with(|record| branches.name(&record.row.branch))}
                </Property>
                {move || {
                    let name = record.with(|record| policy::words(t.language(), &record.desk.pack_name));
                    (!name.is_empty())
                        .then(|| view! { <Property name=move || t.get().desk.pack>{name}</Property> })
                }}
                <Property name=move || t.get().cases.column_received>
                    <span class="num">
                        {move || record.with(|record| intl::date_time(t.language(), record.row.received))}
                    </span>
                </Property>
            </dl>
            <Issues issues=move || record.with(|record| record.issues.clone()) />
        </aside>
    }
}

fn listen(editing: RwSignal<bool>) {
    let go = use_go();
    on_command(move |command| {
        match command {
            Command::Edit => editing.set(true),
            Command::Back => go.to("/cases"),
            _ => return false,
        }
        true
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_link_to_a_file_bears_the_files_name_and_not_that_of_who_complained() {
        let mut record = CaseRecord::default();
        "王先生".clone_into(&mut record.row.customer);
        assert_eq!(file_name(&record), "王先生");
        "华美商场".clone_into(&mut record.customer_name);
        assert_eq!(file_name(&record), "华美商场");
    }
}
