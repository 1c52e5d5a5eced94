//! Devices that wait: the number to compare, letting in, refusing.

use huiyin_api::{NewcomerView, Request};
use leptos::{prelude::*, task::spawn_local};

use crate::{
    shell::{
        branches::use_branches, engine::use_engine, intl, notices::use_toaster,
        replication::use_replication,
    },
    texts::{
        newcomers::{in_groups, of},
        use_texts,
    },
    ui::{Badge, Glyph, Hue, Icon},
};

/// The devices that wait, followed.
fn use_newcomers() -> Memo<Vec<NewcomerView>> {
    let replication = use_replication();
    Memo::new(move |_| {
        let view = replication.get();
        view.map(|view| view.newcomers).unwrap_or_default()
    })
}

/// The card; nothing while no device waits.
#[component]
pub fn Newcomers() -> impl IntoView {
    let t = use_texts();
    let newcomers = use_newcomers();
    let any = Memo::new(move |_| !newcomers.with(Vec::is_empty));
    let count = move || intl::count(t.language(), newcomers.with(Vec::len) as u64);
    view! {
        <Show when=move || any.get()>
            <section class="card" aria-label=move || of(t.language()).title>
                <div class="card-head">
                    <h2>
                        {move || of(t.language()).title} <span class="count">{count}</span>
                    </h2>
                </div>
                <div class="card-body">
                    <NewcomerLines />
                </div>
            </section>
        </Show>
    }
}

/// The devices that wait, one below the other; nothing while there are none.
#[component]
pub fn NewcomerLines() -> impl IntoView {
    let t = use_texts();
    let newcomers = use_newcomers();
    let any = Memo::new(move |_| !newcomers.with(Vec::is_empty));
    view! {
        <Show when=move || any.get()>
            <p class="muted">{move || of(t.language()).text}</p>
            <ul class="newcomers" role="list">
                <For
                    each=move || newcomers.get()
                    key=|newcomer| (newcomer.device.clone(), newcomer.number.clone(), newcomer.rivals)
                    let:newcomer
                >
                    <Line newcomer />
                </For>
            </ul>
        </Show>
    }
    .into_any()
}

#[component]
fn Line(newcomer: NewcomerView) -> impl IntoView {
    let t = use_texts();
    let branches = use_branches();
    let words = move || of(t.language());
    let NewcomerView {
        invitation,
        device,
        number,
        at,
        branch,
        role,
        rivals,
        may_approve,
    } = newcomer;
    let shown = number.as_deref().map(in_groups);
    let invited = move || format!("{} · {}", branches.name(&branch), t.get().role(&role));
    let opened = move || format!("{} {}", words().came, intl::date_time(t.language(), at));
    let named = shown.clone();
    view! {
        <li class="newcomer">
            <div class="newcomer-number">
                {match shown {
                    Some(number) => {
                        view! {
                            <output class="six-digits" aria-label=move || words().number>
                                {number}
                            </output>
                        }
                            .into_any()
                    }
                    None => view! { <span class="muted">{move || words().no_number}</span> }.into_any(),
                }}
            </div>
            <div class="newcomer-what" title=device.clone()>
                <span class="strong">{invited}</span>
                <span class="muted num">{opened}</span>
                {(rivals > 1)
                    .then(|| {
                        view! {
                            <span class="badges">
                                <Badge hue=Hue::Red>
                                    {move || (words().rivals)(&intl::count(t.language(), u64::from(rivals)))}
                                </Badge>
                                <span>{move || words().rivals_text}</span>
                            </span>
                        }
                    })}
            </div>
            {if may_approve {
                view! { <Acts invitation device number=number.zip(named) /> }.into_any()
            } else {
                view! {
                    <span class="muted">
                        <Icon glyph=Glyph::Note />
                        {move || words().elsewhere}
                    </span>
                }
                    .into_any()
            }}
        </li>
    }
    .into_any()
}

/// Letting in and refusing. `number` is the number and how it is shown.
#[component]
fn Acts(invitation: String, device: String, number: Option<(String, String)>) -> impl IntoView {
    let t = use_texts();
    let engine = use_engine();
    let toaster = use_toaster();
    let busy = RwSignal::new(false);
    let words = move || of(t.language());
    let send = move |request: Request, done: Done| {
        busy.set(true);
        spawn_local(async move {
            let result = engine.tell(request).await;
            busy.try_set(false);
            match result {
                Ok(()) => toaster.good(done.words(t.now().language)),
                Err(problem) => toaster.problem(&problem),
            }
        });
    };
    let refused = number.as_ref().map(|(_, shown)| shown.clone());
    let refuse = move || {
        let invitation = invitation.clone();
        send(Request::CloseInvitation { invitation }, Done::Refused);
    };
    let approve = number.map(|(number, shown)| {
        let device = device.clone();
        let press = move || {
            let (device, number) = (device.clone(), number.clone());
            send(Request::ApproveDevice { device, number }, Done::LetIn);
        };
        view! {
            <button
                type="button"
                class="button primary"
                disabled=move || busy.get()
                aria-label=move || (words().approve_of)(&shown)
                on:click=move |_| press()
            >
                <Icon glyph=Glyph::Check />
                <span>{move || words().approve}</span>
            </button>
        }
    });
    view! {
        <div class="actions">
            <button
                type="button"
                class="button"
                disabled=move || busy.get()
                aria-label=move || {
                    let shown = refused.as_deref().unwrap_or_default();
                    (words().refuse_of)(shown)
                }
                on:click=move |_| refuse()
            >
                {move || words().refuse}
            </button>
            {approve}
        </div>
    }
    .into_any()
}

/// What was done.
#[derive(Clone, Copy)]
enum Done {
    LetIn,
    Refused,
}

impl Done {
    fn words(self, language: huiyin_api::Language) -> &'static str {
        match self {
            Self::LetIn => of(language).approved,
            Self::Refused => of(language).refused,
        }
    }
}
