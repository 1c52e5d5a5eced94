//! A case: its state and next steps, its course in the middle, deadline and properties at the right.

use huiyin_api::{CaseRecord, Request, StepForm};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use super::{
    clashes::Clashes,
    deadline_card::DeadlineCard,
    edit_dialog::EditDialog,
    step_bar::StepBar,
    step_dialog::{StepDialog, Taking},
};
use crate::{
    pages::{
        customers::Issues,
        shared::{Conflicts, Properties, Property, StateBadge, Timeline},
    },
    shell::{
        ask,
        base::use_base,
        branches::use_branches,
        go::use_go,
        intl,
        keys::{Command, on_command},
        live::live,
        title::set_title,
    },
    texts::use_texts,
    ui::{Button, ErrorState, Glyph, LinkButton, PageHead, Skeleton},
};

/// Fields shown elsewhere on the screen.
const SHOWN_ELSEWHERE: &[&str] = &["subject", "description", "customer"];

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
                |record| record.row.subject.clone(),
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
    let taking = RwSignal::new(None::<Taking>);
    let take = Callback::new(move |form: StepForm| {
        let seen = record.with_untracked(|record| record.heads.clone());
        let case = id.get_untracked();
        taking.set(Some(Taking { case, form, seen }));
    });
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
            let kind = texts.value("kind", &record.row.kind);
            let severity = texts.value("severity", &record.row.severity);
            [record.row.number.clone(), kind, severity]
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
                .collect::<Vec<_>>()
        })
    };
    view! {
        <PageHead title subtitle>
            {move || record.with(|record| view! { <StateBadge state=record.row.state.clone() group=record.row.group /> })}
            <Button icon=Glyph::Pencil press=move || editing.set(true)>
                {move || t.get().common.edit}
            </Button>
        </PageHead>
        <Clashes clashes=move || record.with(|record| record.clashes.clone()) />
        <Conflicts record=id conflicts=move || record.with(|record| record.conflicts.clone()) />
        <StepBar steps=move || record.with(|record| record.steps.clone()) take />
        <div class="record">
            <div class="record-main">
                <Story record />
                <section class="card">
                    <header class="card-head">
                        <h2>{move || t.get().cases.timeline}</h2>
                    </header>
                    <Timeline
                        events=move || record.with(|record| record.events.clone())
                        marked=Signal::derive(marked)
                        empty=move || t.get().customers.timeline_empty
                    />
                </section>
            </div>
            <div class="record-main">
                <DeadlineCard deadline=move || record.with(|record| record.deadline.clone()) />
                <SideProperties record />
            </div>
        </div>
        <EditDialog open=editing case=id fields=move || record.with(|record| record.fields.clone()) />
        <StepDialog taking />
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

#[component]
fn SideProperties(record: Signal<CaseRecord>) -> impl IntoView {
    let t = use_texts();
    let base = use_base();
    let branches = use_branches();
    let customer = move || {
        record.with(|record| {
            (!record.row.customer_id.is_empty()).then(|| {
                let href = base.href(&format!("/customers/{}", record.row.customer_id));
                let name = record.row.customer.clone();
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
