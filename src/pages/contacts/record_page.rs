//! A contact: where it stands and what may follow, its report, promises and costs, the time line, properties at the right.
//!
//! Long: the regions of one screen, from top to bottom.

use huiyin_api::{ContactRecord, FieldView, Request, StepForm};
use huiyin_core::{case::Step, case_data, file::data};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use super::{
    cost_card::CostCard,
    fields::SHOWN_ELSEWHERE,
    form::EditDialog,
    lines::{hue_of, when},
    promises::Promises,
};
use crate::{
    pages::{
        cases::{StepDialog, Taking, Target},
        customers::Issues,
        shared::{Conflicts, FormsMenu, Properties, Property, Timeline},
    },
    shell::{
        ask,
        base::use_base,
        branches::use_branches,
        go::use_go,
        intl::iso_today,
        keys::{Command, on_command},
        live::live,
        policy::{use_policy, words},
        title::set_title,
    },
    texts::{forms::About, names, use_texts},
    ui::{Badge, Button, ErrorState, Glyph, Icon, LinkButton, Look, PageHead, Skeleton},
};

/// Steps off the usual path; they stand behind "more".
const SELDOM: &[&str] = &["rescheduled", "cancelled", "noted", "sent_back"];
/// The step each promise has beside it.
const KEPT: &str = "promise_kept";

/// The screen of one contact.
#[component]
pub fn ContactPage() -> impl IntoView {
    let t = use_texts();
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get("id").unwrap_or_default()));
    let found = live(
        move || Some(Request::Contact { id: id.get() }),
        ask::contact,
    );
    let record = Memo::new(move |_| found.value.get().filter(|record| record.row.id == id.get()));
    set_title(move || {
        record.with(|record| {
            record.as_ref().map_or_else(
                || t.get().contacts.title.to_owned(),
                |record| format!("{} {}", t.get().contacts.title, record.row.number),
            )
        })
    });
    let here = Memo::new(move |_| record.with(Option::is_some));
    move || {
        if here.get() {
            let record = Signal::derive(move || record.get().unwrap_or_default());
            view! { <ContactFile record /> }.into_any()
        } else if found.problem.with(Option::is_some) {
            view! {
                <PageHead title=move || t.get().contacts.title />
                <ErrorState problem=found.problem retry=move || found.ask_again() />
                <div class="actions">
                    <LinkButton to="/contacts" icon=Glyph::Back>
                        {move || t.get().contacts.title}
                    </LinkButton>
                </div>
            }
            .into_any()
        } else {
            view! {
                <PageHead title=move || t.get().contacts.title />
                <Skeleton lines=8 />
            }
            .into_any()
        }
    }
}

#[component]
fn ContactFile(record: Signal<ContactRecord>) -> impl IntoView {
    let t = use_texts();
    let id = Memo::new(move |_| record.with(|record| record.row.id.clone()));
    let editing = RwSignal::new(false);
    let taking = RwSignal::new(None::<Taking>);
    listen(editing);
    let open = move |form: StepForm| {
        let mut step = Taking::of(Target::Contact(id.get_untracked()), &form.step);
        step.form = form.clone();
        step.given.seen = record.with_untracked(|record| record.heads.clone());
        // A visit planned for a day that lies behind took place on it, unless another is entered.
        let day = record.with_untracked(|record| record.row.day.clone());
        if form.step == Step::Done.name() && day < iso_today() {
            step = step.with(data::DAY, &day);
        }
        step
    };
    let take = Callback::new(move |form: StepForm| taking.set(Some(open(form))));
    let keep = Callback::new(move |event: String| {
        let form = record.with_untracked(|record| {
            let form = record.steps.iter().find(|form| form.step == KEPT);
            form.cloned()
        });
        if let Some(form) = form {
            taking.set(Some(open(form).with(case_data::OF, &event)));
        }
    });
    let may_keep = Signal::derive(move || {
        record.with(|record| record.steps.iter().any(|form| form.step == KEPT))
    });
    let title = move || {
        record.with(|record| {
            if record.row.subject.is_empty() {
                record.row.customer.clone()
            } else {
                record.row.subject.clone()
            }
        })
    };
    let subtitle = move || {
        record.with(|record| {
            let texts = t.get();
            [
                record.row.number.clone(),
                texts.value("kind", &record.row.kind),
                when(texts, &record.row),
                record.row.by.clone(),
            ]
            .into_iter()
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join(" · ")
        })
    };
    // A wish heard on a visit becomes a case.
    let wished = Memo::new(move |_| {
        record.with(|record| {
            let id = &record.row.customer_id;
            let wishes = value(&record.fields, "wishes");
            if wishes.is_empty() || id.is_empty() {
                String::new()
            } else {
                format!("/cases/new?customer={id}")
            }
        })
    });
    let report = Memo::new(move |_| record.with(|record| value(&record.fields, "report")));
    view! {
        <PageHead title subtitle>
            {move || {
                let to = wished.get();
                (!to.is_empty())
                    .then(|| {
                        view! {
                            <LinkButton to icon=Glyph::Plus>
                                {move || t.get().customers.new_case}
                            </LinkButton>
                        }
                    })
            }}
            <FormsMenu about=About::Contact under=move || format!("/contacts/{}/print", id.get()) />
            <Button icon=Glyph::Pencil press=move || editing.set(true)>
                {move || t.get().common.edit}
            </Button>
        </PageHead>
        <Conflicts record=id conflicts=move || record.with(|record| record.conflicts.clone()) />
        <Clash record />
        <div class="record">
            <div class="record-main">
                <Steps record take />
                {move || {
                    let report = report.get();
                    (!report.is_empty())
                        .then(|| {
                            view! {
                                <section class="card">
                                    <header class="card-head">
                                        <h2>{move || t.get().field("report")}</h2>
                                    </header>
                                    <p class="pad lines-kept">{report}</p>
                                </section>
                            }
                        })
                }}
                <Promises
                    promises=move || record.with(|record| record.promises.clone())
                    keep
                    may=may_keep
                />
                <CostCard cost=move || record.with(|record| record.cost.clone()) />
                <section class="card">
                    <header class="card-head">
                        <h2>{move || t.get().contacts.timeline}</h2>
                    </header>
                    <Timeline
                        events=move || record.with(|record| record.events.clone())
                        empty=move || t.get().contacts.timeline_empty
                    />
                </section>
            </div>
            <Side record />
        </div>
        <StepDialog taking />
        <EditDialog
            open=editing
            contact=id
            fields=move || record.with(|record| record.fields.clone())
        />
    }
}

fn listen(editing: RwSignal<bool>) {
    let go = use_go();
    on_command(move |command| {
        match command {
            Command::Edit => editing.set(true),
            Command::Back => go.to("/contacts"),
            _ => return false,
        }
        true
    });
}

fn value(fields: &[FieldView], name: &str) -> String {
    let field = fields.iter().find(|field| field.name == name);
    field.map(|field| field.value.clone()).unwrap_or_default()
}

/// Where it stands, whose approval is wanted, and the steps that may be taken.
#[component]
fn Steps(record: Signal<ContactRecord>, take: Callback<StepForm>) -> impl IntoView {
    let t = use_texts();
    let policy = use_policy();
    let steps = Memo::new(move |_| record.with(|record| record.steps.clone()));
    let state = Memo::new(move |_| record.with(|record| record.row.state.clone()));
    let waits = Memo::new(move |_| record.with(|record| record.approvers.clone()));
    let button = move |step: StepForm, look: Look| {
        let wire = step.step.clone();
        view! {
            <Button look press=move || take.run(step.clone())>
                {move || names::act(t.language(), &wire)}
            </Button>
        }
    };
    view! {
        <section class="card step-bar" aria-label=move || t.get().cases.steps>
            <h2>
                {move || {
                    let state = state.get();
                    let hue = hue_of(&state);
                    view! { <Badge hue>{move || t.get().state(&state)}</Badge> }
                }}
            </h2>
            {move || {
                let texts = t.get();
                let who = waits
                    .get()
                    .iter()
                    .map(|role| policy.role(texts, role))
                    .collect::<Vec<_>>()
                    .join(" → ");
                (!who.is_empty())
                    .then(|| view! { <p class="muted">{(texts.contacts.waits_for)(&who)}</p> })
            }}
            {move || {
                let (seldom, usual): (Vec<_>, Vec<_>) = steps
                    .get()
                    .into_iter()
                    .filter(|form| form.step != KEPT)
                    .partition(|form| SELDOM.contains(&form.step.as_str()));
                let usual = usual
                    .into_iter()
                    .enumerate()
                    .map(|(index, form)| {
                        // What is reported asks for nothing more.
                        let next = index == 0 && state.with(|state| state != "reported");
                        button(form, if next { Look::Primary } else { Look::Plain })
                    })
                    .collect_view();
                let rest = seldom
                    .into_iter()
                    .map(|form| button(form, Look::Quiet))
                    .collect::<Vec<_>>();
                let more = (!rest.is_empty())
                    .then(|| {
                        view! {
                            <details class="more-steps">
                                <summary>{t.get().cases.more_steps}</summary>
                                <div class="actions">{rest}</div>
                            </details>
                        }
                    });
                view! {
                    <div class="actions">{usual}</div>
                    {more}
                }
            }}
        </section>
    }
}

/// Tells of acts done apart with different outcomes.
#[component]
fn Clash(record: Signal<ContactRecord>) -> impl IntoView {
    let t = use_texts();
    let clash = Memo::new(move |_| record.with(|record| record.clash.clone()));
    move || {
        let clash = clash.get();
        (!clash.is_empty()).then(|| {
            let texts = t.get();
            let steps = clash
                .iter()
                .map(|step| texts.step(step))
                .collect::<Vec<_>>()
                .join(" / ");
            view! {
                <p class="notice warning" role="status">
                    <Icon glyph=Glyph::Warning />
                    <span>{texts.contacts.clash} " " <strong>{steps}</strong></span>
                </p>
            }
        })
    }
}

#[component]
fn Side(record: Signal<ContactRecord>) -> impl IntoView {
    let t = use_texts();
    let base = use_base();
    let branches = use_branches();
    let desk = live(|| Some(Request::ContactDesk), ask::contact_desk);
    let customer = Memo::new(move |_| {
        record.with(|record| (record.row.customer_id.clone(), record.row.customer.clone()))
    });
    let case = Memo::new(move |_| record.with(|record| value(&record.fields, "case")));
    // Ids of the policy's lists are shown in its words.
    let fields = move || {
        let language = t.language();
        let mut fields = record.with(|record| record.fields.clone());
        desk.value.with(|desk| {
            let Some(desk) = desk else { return };
            for field in &mut fields {
                let named = match field.name.as_str() {
                    "purpose" => desk.purposes.iter().find(|choice| choice.id == field.value),
                    "service_class" => desk
                        .service_classes
                        .iter()
                        .find(|choice| choice.id == field.value),
                    _ => None,
                };
                let class = (field.name == "reception_class")
                    .then(|| {
                        let classes = desk.reception_classes.iter();
                        classes.clone().find(|class| class.id == field.value)
                    })
                    .flatten();
                let text = named
                    .map(|choice| &choice.text)
                    .or(class.map(|class| &class.text));
                if let Some(text) = text {
                    field.value = words(language, text);
                }
            }
        });
        fields
    };
    view! {
        <aside class="card record-side" aria-label=move || t.get().customers.properties>
            <header class="card-head">
                <h2>{move || t.get().customers.properties}</h2>
            </header>
            <dl class="properties">
                <Property name=move || t.get().field("customer")>
                    {move || {
                        let (id, name) = customer.get();
                        if id.is_empty() {
                            name.into_any()
                        } else {
                            let href = base.href(&format!("/customers/{id}"));
                            view! {
                                <a class="link" href=href>
                                    {name}
                                </a>
                            }
                                .into_any()
                        }
                    }}
                </Property>
                {move || {
                    let case = case.get();
                    (!case.is_empty())
                        .then(|| {
                            let href = base.href(&format!("/cases/{case}"));
                            view! {
                                <Property name=move || t.get().field("case")>
                                    <a class="link" href=href>
                                        {move || t.get().cases.title}
                                    </a>
                                </Property>
                            }
                        })
                }}
            </dl>
            <Properties fields without=SHOWN_ELSEWHERE />
            <dl class="properties secondary">
                <Property name=move || t.get().customers.branch>
                    {move || record.with(|record| branches.name(&record.row.branch))}
                </Property>
            </dl>
            <Issues issues=move || record.with(|record| record.issues.clone()) />
        </aside>
    }
}
