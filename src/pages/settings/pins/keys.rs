//! The keys of the staff as an administrator sees them: those that wait with the number to compare, those in use, ending one.

use huiyin_api::{Request, StaffKeyState, StaffKeyView};
use leptos::{prelude::*, task::spawn_local};

use crate::{
    shell::{ask, engine::use_engine, intl, live::live, notices::use_toaster},
    texts::{
        newcomers::in_groups,
        pins::{self, PinTexts},
        use_texts,
    },
    ui::{Glyph, Icon},
};

/// The card; nothing where no key has to do with this device or it may not certify.
#[component]
pub fn StaffKeys() -> impl IntoView {
    let t = use_texts();
    let texts = move || pins::of(t.language());
    let view = live(move || Some(Request::StaffKeys), ask::staff_keys);
    let keys = Memo::new(move |_| {
        let view = view.value.get().unwrap_or_default();
        if view.may_certify {
            view.keys
        } else {
            Vec::new()
        }
    });
    let any = Memo::new(move |_| !keys.with(Vec::is_empty));
    let waits = Memo::new(move |_| {
        keys.with(|keys| keys.iter().any(|key| key.state == StaffKeyState::Waiting))
    });
    view! {
        <Show when=move || any.get()>
            <section class="card" aria-label=move || texts().keys>
                <div class="card-head">
                    <h2>{move || texts().keys}</h2>
                </div>
                <div class="card-body">
                    <p class="muted">{move || texts().keys_text}</p>
                    <Show when=move || waits.get()>
                        <p class="muted">{move || texts().compare}</p>
                    </Show>
                    <ul class="newcomers" role="list">
                        <For
                            each=move || keys.get()
                            key=|key| (key.key.clone(), key.state as u8, key.number.clone(), key.name.clone())
                            let:key
                        >
                            <Line key />
                        </For>
                    </ul>
                </div>
            </section>
        </Show>
    }
}

#[component]
fn Line(key: StaffKeyView) -> impl IntoView {
    let t = use_texts();
    let texts = move || pins::of(t.language());
    let who = format!("{} · {}", key.name, key.device);
    let (state, asked, since, until) = (key.state, key.asked, key.since, key.until);
    let time = move |at: i64| intl::date_time(t.language(), at);
    let told = move || match state {
        StaffKeyState::Waiting => format!("{} {}", texts().asked, time(asked)),
        StaffKeyState::Certified => (texts().valid)(&time(since.unwrap_or_default())),
        StaffKeyState::Ended => (texts().ended)(&time(until.unwrap_or_default())),
    };
    let number = (state == StaffKeyState::Waiting).then(|| {
        let shown = match &key.number {
            Some(number) => {
                let number = in_groups(number);
                view! {
                    <output class="six-digits" aria-label=move || texts().number>
                        {number}
                    </output>
                }
                .into_any()
            }
            None => view! { <span class="muted">{move || texts().no_number}</span> }.into_any(),
        };
        view! { <div class="newcomer-number">{shown}</div> }
    });
    let acts = (state != StaffKeyState::Ended).then(|| view! { <Acts key who=who.clone() /> });
    view! {
        <li class="newcomer">
            {number}
            <div class="newcomer-what">
                <span class="strong">{who}</span>
                <span class="muted num">{told}</span>
            </div>
            {acts}
        </li>
    }
    .into_any()
}

/// Certifying, refusing, ending.
#[component]
fn Acts(key: StaffKeyView, who: String) -> impl IntoView {
    let t = use_texts();
    let engine = use_engine();
    let toaster = use_toaster();
    let texts = move || pins::of(t.language());
    let busy = RwSignal::new(false);
    let send = move |request: Request, done: fn(&PinTexts) -> &'static str| {
        busy.set(true);
        spawn_local(async move {
            let result = engine.tell(request).await;
            busy.try_set(false);
            match result {
                Ok(()) => toaster.good(done(pins::of(t.now().language))),
                Err(problem) => toaster.problem(&problem),
            }
        });
    };
    let waits = key.state == StaffKeyState::Waiting;
    let approve = key.number.clone().filter(|_| waits).map(|number| {
        let (staff, public, named) = (key.staff.clone(), key.key.clone(), who.clone());
        let press = move || {
            let request = Request::CertifyStaffKey {
                staff: staff.clone(),
                key: public.clone(),
                number: number.clone(),
            };
            send(request, |texts| texts.approved);
        };
        view! {
            <button
                type="button"
                class="button primary"
                disabled=move || busy.get()
                aria-label=move || (texts().approve_of)(&named)
                on:click=move |_| press()
            >
                <Icon glyph=Glyph::Check />
                <span>{move || texts().approve}</span>
            </button>
        }
    });
    let (staff, public) = (key.staff, key.key);
    let sure = RwSignal::new(waits);
    let asked = move || !waits && sure.get();
    let named = who.clone();
    let end = move || {
        if !sure.get_untracked() {
            return sure.set(true);
        }
        let request = Request::EndStaffKey {
            staff: staff.clone(),
            key: public.clone(),
        };
        let done: fn(&PinTexts) -> &'static str = if waits {
            |texts| texts.refused
        } else {
            |texts| texts.end_done
        };
        send(request, done);
    };
    let question = move || {
        asked().then(|| {
            let who = who.clone();
            view! {
                <p class="wide notice" role="alert">
                    <Icon glyph=Glyph::Warning />
                    <span>{move || (texts().end_text)(&who)}</span>
                </p>
            }
        })
    };
    view! {
        {question}
        <div class="actions">
            {move || {
                asked()
                    .then(|| {
                        view! {
                            <button type="button" class="button" on:click=move |_| sure.set(false)>
                                {move || t.get().common.cancel}
                            </button>
                        }
                    })
            }}
            <button
                type="button"
                class="button"
                disabled=move || busy.get()
                aria-label=move || {
                    if waits { (texts().refuse_of)(&named) } else { (texts().end_of)(&named) }
                }
                on:click=move |_| end()
            >
                {move || if waits { texts().refuse } else { texts().end }}
            </button>
            {approve}
        </div>
    }
    .into_any()
}
