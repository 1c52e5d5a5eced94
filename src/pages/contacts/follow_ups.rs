//! Return visits that are due by the policy: recorded with one press, or with more words in the form.

use huiyin_api::{FollowUpView, Request, StepIntent};
use leptos::{prelude::*, task::spawn_local};

use crate::{
    pages::shared::DayCard,
    shell::{
        ask,
        base::use_base,
        engine::use_engine,
        focus::move_along,
        intl,
        live::live,
        notices::use_toaster,
        policy::{use_policy, words},
        title::set_title,
    },
    texts::use_texts,
    ui::{
        Badge, Button, EmptyState, ErrorState, Glyph, Hue, LinkButton, PageHead, Skeleton, Tab,
        Tabs,
    },
};

/// Every line of the list.
const LINES: &str = ".follow-ups .line-main";
/// Rows shown.
const SHOWN: usize = 500;

/// The screen with every return visit that is due.
#[component]
pub fn FollowUpsPage() -> impl IntoView {
    let t = use_texts();
    set_title(move || t.get().contacts.follow_ups);
    move_along(LINES);
    let found = live(|| Some(Request::FollowUps), ask::follow_ups);
    let chosen = RwSignal::new("mine".to_owned());
    let tabs = Signal::derive(move || {
        let texts = t.get();
        let count = |mine: bool| {
            found.value.with(|all| {
                let all = all.as_ref()?;
                let count = all.iter().filter(|view| !mine || view.mine).count();
                Some(intl::number(texts.language, count as f64))
            })
        };
        vec![
            Tab {
                value: "mine".to_owned(),
                name: texts.contacts.owner_me.to_owned(),
                count: count(true),
                urgent: false,
            },
            Tab {
                value: String::new(),
                name: texts.common.all.to_owned(),
                count: count(false),
                urgent: false,
            },
        ]
    });
    let shown = Memo::new(move |_| {
        let mine = chosen.with(|chosen| chosen == "mine");
        let mut all = found.value.get()?;
        all.retain(|view| !mine || view.mine);
        all.truncate(SHOWN);
        Some(all)
    });
    let choose = move |value: String| chosen.set(value);
    view! {
        <div class="stack-page follow-ups">
            <PageHead
                title=move || t.get().contacts.follow_ups
                subtitle=move || t.get().contacts.follow_ups_text
            >
                <LinkButton to="/contacts" icon=Glyph::Back>
                    {move || t.get().contacts.title}
                </LinkButton>
            </PageHead>
            <Tabs label=move || t.get().contacts.tabs tabs chosen choose />
            <ErrorState problem=found.problem retry=move || found.ask_again() />
            {move || match shown.get() {
                None if found.problem.with(Option::is_some) => ().into_any(),
                None => view! { <Skeleton lines=5 /> }.into_any(),
                Some(views) if views.is_empty() => {
                    view! {
                        <section class="card">
                            <EmptyState
                                glyph=Glyph::Check
                                title=move || t.get().contacts.follow_ups_none
                                text=move || t.get().contacts.follow_ups_none_text
                            />
                        </section>
                    }
                        .into_any()
                }
                Some(views) => {
                    view! {
                        <section class="card">
                            <FollowUpLines views=Signal::derive(move || views.clone()) />
                        </section>
                    }
                        .into_any()
                }
            }}
        </div>
    }
}

/// The return visits that fall to the person, on my day; hidden while there are none.
#[component]
pub fn FollowUpCard(#[prop(into)] views: Signal<Vec<FollowUpView>>) -> impl IntoView {
    let t = use_texts();
    let base = use_base();
    view! {
        <DayCard title=move || t.get().contacts.follow_ups count=move || views.with(Vec::len) as u64 beside=move || view! { <a class="link" href=base.href("/contacts/follow-ups")>{move || t.get().home.show_all}</a> }>
            <FollowUpLines views />
        </DayCard>
    }
}

#[component]
fn FollowUpLines(#[prop(into)] views: Signal<Vec<FollowUpView>>) -> impl IntoView {
    view! {
        <ul class="lines">
            <For
                each=move || views.get()
                key=|view| (view.rule.clone(), view.of.clone(), view.nth, view.late)
                let:view
            >
                <FollowUpLine view />
            </For>
        </ul>
    }
}

#[component]
fn FollowUpLine(view: FollowUpView) -> impl IntoView {
    let t = use_texts();
    let base = use_base();
    let policy = use_policy();
    let engine = use_engine();
    let toaster = use_toaster();
    let busy = RwSignal::new(false);
    let is_case =
        !view.number.is_empty() || view.of.starts_with("ca.") || view.of.starts_with("ex.");
    let place = if is_case {
        "cases"
    } else if view.of.starts_with("cu.") {
        "customers"
    } else {
        "contacts"
    };
    let href = base.href(&format!("/{place}/{}", view.of));
    let case = if is_case {
        view.of.clone()
    } else {
        String::new()
    };
    let form = format!(
        "/contacts/new?kind=follow_up&customer={}&case={case}&follow_up={}",
        view.customer_id, view.rule
    );
    let late = view.late;
    let due = view.due;
    let hue = if late { Hue::Red } else { Hue::Neutral };
    let view = StoredValue::new(view);
    let title = move || {
        view.with_value(|view| {
            [view.customer.as_str(), view.subject.as_str()]
                .into_iter()
                .filter(|part| !part.is_empty())
                .collect::<Vec<_>>()
                .join(" · ")
        })
    };
    let detail = move || {
        let texts = t.get();
        view.with_value(|view| {
            [
                words(texts.language, &view.title),
                view.number.clone(),
                policy.role(texts, &view.by),
            ]
            .into_iter()
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join(" · ")
        })
    };
    let when = move || {
        let texts = t.get();
        let day = intl::day_time(texts.language, due);
        if late {
            (texts.home.was_due)(&day)
        } else {
            (texts.home.due_on)(&day)
        }
    };
    // Today, and it went well: what is recorded most.
    let press = move || {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        let fields = view.with_value(|view| {
            [
                ("kind", "follow_up"),
                ("way", if view.by_phone { "phone" } else { "home" }),
                ("customer", view.customer_id.as_str()),
                ("customer_name", view.customer.as_str()),
                ("subject", view.subject.as_str()),
                ("case", case.as_str()),
                ("follow_up", view.rule.as_str()),
                ("planned_on", &intl::iso_today()),
            ]
            .into_iter()
            .filter(|(_, value)| !value.is_empty())
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect()
        });
        let mut step = StepIntent {
            step: "done".to_owned(),
            ..StepIntent::default()
        };
        step.data.insert("result".to_owned(), "good".to_owned());
        spawn_local(async move {
            let request = Request::SaveContact {
                id: None,
                fields,
                step,
            };
            let result = engine.tell(request).await;
            busy.try_set(false);
            match result {
                Ok(()) => toaster.good(t.now().contacts.saved),
                Err(problem) => toaster.problem(&problem),
            }
        });
    };
    let press = Callback::new(move |()| press());
    view! {
        <li class="line">
            <a href=href class="line-main">
                <span class="line-title cut">{title}</span>
                <span class="muted num cut">{detail}</span>
            </a>
            <span class="line-marks">
                <Badge hue>{when}</Badge>
                <Button busy press>
                    {move || t.get().contacts.follow_up_made}
                </Button>
                <LinkButton to=form>{move || t.get().contacts.follow_up_record}</LinkButton>
            </span>
        </li>
    }
}
