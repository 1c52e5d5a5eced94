//! Records past their time of keeping: proposed by one, approved by another, and the list that stays.

use huiyin_api::{DestructionView, Problem, Request};
use leptos::{prelude::*, task::spawn_local};

use crate::{
    shell::{
        ask, base::use_base, branches::use_branches, engine::use_engine, files, intl, live::live,
        notices::use_toaster, title::set_title,
    },
    texts::{pins, use_texts},
    ui::{
        Badge, Button, Dialog, EmptyState, ErrorState, Glyph, Hue, Icon, LinkButton, Look,
        PageHead, Skeleton, open_while,
    },
};

/// What a person does about a segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Act {
    Propose,
    Approve,
}

/// The screen of keeping and destroying records.
#[component]
pub fn RetentionPage() -> impl IntoView {
    let t = use_texts();
    let base = use_base();
    set_title(move || t.get().settings.retention);
    let found = live(|| Some(Request::Destructions), ask::destructions);
    let here = Memo::new(move |_| found.value.with(Option::is_some));
    let rows = Signal::derive(move || found.value.get().unwrap_or_default());
    view! {
        <PageHead title=move || t.get().settings.retention subtitle=move || t.get().settings.retention_text>
            <a class="button" href=base.href("/settings")>
                <Icon glyph=Glyph::Back />
                <span>{move || t.get().settings.title}</span>
            </a>
            <Button icon=Glyph::Print press=files::print>
                {move || t.get().papers.print}
            </Button>
        </PageHead>
        <div class="desk">
            <ErrorState problem=found.problem retry=move || found.ask_again() />
            {move || {
                if here.get() {
                    view! { <Segments rows /> }.into_any()
                } else if found.problem.with(Option::is_none) {
                    view! { <Skeleton lines=5 /> }.into_any()
                } else {
                    ().into_any()
                }
            }}
        </div>
    }
}

#[component]
fn Segments(rows: Signal<Vec<DestructionView>>) -> impl IntoView {
    let t = use_texts();
    let asked = RwSignal::new(None::<(Act, DestructionView)>);
    let part = move |destroyed: bool| {
        Memo::new(move |_| {
            rows.with(|rows| {
                rows.iter()
                    .filter(|row| (row.state == "destroyed") == destroyed)
                    .cloned()
                    .collect::<Vec<_>>()
            })
        })
    };
    let (waiting, gone) = (part(false), part(true));
    let lines = move |rows: Memo<Vec<DestructionView>>| {
        move || {
            rows.get()
                .into_iter()
                .map(|segment| view! { <Segment segment asked /> })
                .collect_view()
        }
    };
    view! {
        <section class="card" aria-label=move || t.get().settings.retention_due>
            <div class="card-head">
                <h2>{move || t.get().settings.retention_due}</h2>
            </div>
            <Show when=move || waiting.with(Vec::is_empty)>
                <EmptyState
                    glyph=Glyph::Check
                    title=move || t.get().settings.retention_none
                    text=move || t.get().settings.retention_none_text
                />
            </Show>
            <ul class="segments">{lines(waiting)}</ul>
        </section>
        <Show when=move || !gone.with(Vec::is_empty)>
            <section class="card" aria-label=move || t.get().settings.destroyed>
                <div class="card-head">
                    <h2>{move || t.get().settings.destroyed}</h2>
                </div>
                <ul class="segments">{lines(gone)}</ul>
            </section>
        </Show>
        <AskDialog asked />
    }
}

#[component]
fn Segment(
    segment: DestructionView,
    asked: RwSignal<Option<(Act, DestructionView)>>,
) -> impl IntoView {
    let t = use_texts();
    let branches = use_branches();
    let whole = StoredValue::new(segment.clone());
    let DestructionView {
        branch,
        period,
        cases,
        state,
        proposed_by,
        approved_by,
        at,
        list,
        may_approve,
        unsigned_by,
        ..
    } = segment;
    let title = move || format!("{} · {period}", branches.name(&branch));
    let count = move || (t.get().common.count)(&intl::count(t.language(), u64::from(cases)));
    let hue = match state.as_str() {
        "destroyed" => Hue::Neutral,
        "proposed" => Hue::Waiting,
        _ => Hue::Amber,
    };
    let paper = whole.with_value(|segment| format!("/papers/destruction/{}", segment.segment));
    let due = state == "due";
    let proposed = state == "proposed";
    let state_words = move || {
        let words = &t.get().settings;
        match state.as_str() {
            "destroyed" => words.destroyed,
            "proposed" => words.destruction_proposed,
            _ => words.destruction_due,
        }
    };
    let people = move || {
        let words = &t.get().settings;
        let mut said = Vec::new();
        if !proposed_by.is_empty() {
            said.push((words.proposed_by)(&proposed_by));
        }
        if !approved_by.is_empty() {
            said.push((words.approved_by)(&approved_by));
        }
        if !unsigned_by.is_empty() {
            let unsigned = pins::of(t.language()).unsigned;
            said.push(format!("{}: {unsigned}", (words.approved_by)(&unsigned_by)));
        }
        if let Some(at) = at {
            said.push(intl::date_time(t.language(), at));
        }
        said.join(" · ")
    };
    let lines = list
        .into_iter()
        .map(|line| view! { <li>{line}</li> })
        .collect_view();
    let act = move |act: Act| asked.set(Some((act, whole.get_value())));
    view! {
        <li class="segment">
            <div class="segment-head">
                <div>
                    <p class="badges">
                        <strong>{title}</strong>
                        <Badge hue>{state_words}</Badge>
                        <span class="muted num">{count}</span>
                    </p>
                    <p class="muted">{people}</p>
                </div>
                <LinkButton to=paper look=Look::Quiet icon=Glyph::Print>
                    {move || t.get().settings.destruction_list}
                </LinkButton>
                {due.then(|| {
                    view! { <Button press=move || act(Act::Propose)>{move || t.get().settings.propose_destruction}</Button> }
                })}
                {(proposed && may_approve)
                    .then(|| {
                        view! {
                            <Button look=Look::Danger press=move || act(Act::Approve)>
                                {move || t.get().settings.approve_destruction}
                            </Button>
                        }
                    })}
            </div>
            <details class="segment-list" open=!due>
                <summary>{move || t.get().settings.destruction_list}</summary>
                <ol class="num">{lines}</ol>
            </details>
        </li>
    }
}

/// Says what is about to happen; approving cannot be taken back.
#[component]
fn AskDialog(asked: RwSignal<Option<(Act, DestructionView)>>) -> impl IntoView {
    let t = use_texts();
    let engine = use_engine();
    let toaster = use_toaster();
    let open = open_while(asked, Option::is_some);
    let busy = RwSignal::new(false);
    let problem = RwSignal::new(None::<Problem>);
    Effect::new(move |_| {
        if open.get() {
            problem.set(None);
        }
    });
    let approving =
        Memo::new(move |_| asked.with(|asked| matches!(asked, Some((Act::Approve, _)))));
    let title = move || {
        let words = &t.get().settings;
        if approving.get() {
            words.approve_destruction
        } else {
            words.propose_destruction
        }
    };
    let text = move || {
        let texts = t.get();
        let count = asked.with(|asked| asked.as_ref().map_or(0, |(_, segment)| segment.cases));
        let count = intl::count(texts.language, u64::from(count));
        if approving.get() {
            (texts.settings.approve_text)(&count)
        } else {
            (texts.settings.propose_text)(&count)
        }
    };
    let go = move || {
        let Some((act, segment)) = asked.get_untracked() else {
            return;
        };
        let segment = segment.segment;
        let request = match act {
            Act::Propose => Request::ProposeDestruction { segment },
            Act::Approve => Request::ApproveDestruction { segment },
        };
        busy.set(true);
        problem.set(None);
        spawn_local(async move {
            let result = engine.tell(request).await;
            busy.try_set(false);
            match result {
                Ok(()) => {
                    toaster.good(t.now().common.saved);
                    open.try_set(false);
                }
                Err(found) => {
                    problem.try_set(Some(found));
                }
            }
        });
    };
    view! {
        <Dialog open title=Signal::derive(move || title().to_owned())>
            <div class="dialog-text">
                <p>{text}</p>
                <ErrorState problem />
            </div>
            <footer class="dialog-foot">
                <Button press=move || open.set(false)>{move || t.get().common.cancel}</Button>
                {move || {
                    let look = if approving.get() { Look::Danger } else { Look::Primary };
                    view! {
                        <Button look busy press=go>
                            {title}
                        </Button>
                    }
                }}
            </footer>
        </Dialog>
    }
}
