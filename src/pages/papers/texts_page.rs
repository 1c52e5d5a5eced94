//! The company's own texts of papers, with the paper beside them: `/settings/papers`.
//!
//! Long: every part of the one form, each a component of its own.

use std::collections::BTreeMap;

use huiyin_api::{LOGO, Language, MAX_LOGO_BYTES, PaperWords, Problem, Request};
use leptos::{ev, prelude::*, task::spawn_local};
use leptos_router::hooks::use_query_map;

use super::{
    dress::{dressed, standard, tag},
    html,
    press::{form_of, use_press},
    sample::sample,
    sheet::Desktop,
    texts_state::Typed,
};
use crate::{
    shell::{
        ask,
        engine::use_engine,
        images,
        live::live,
        notices::use_toaster,
        policy::{use_policy, words},
        title::set_title,
    },
    texts::{
        forms,
        paper_texts::{self, OwnTexts},
        papers, use_texts,
    },
    ui::{
        AreaField, Button, ErrorState, FileButton, Glyph, Icon, LinkButton, Look, PageHead,
        SelectField, Skeleton, Tab, Tabs, TextField,
    },
};

/// Both languages a text is written in.
const LANGUAGES: [Language; 2] = [Language::Chinese, Language::English];

/// What the fields of the screen share. Cheap to copy.
#[derive(Clone, Copy)]
struct Desk {
    saved: Signal<PaperWords>,
    typed: RwSignal<Typed>,
    form: RwSignal<String>,
    /// Language of the preview.
    shown: RwSignal<Language>,
}

impl Desk {
    /// Returns a text with what was typed, if the company has its own; tracked.
    fn own(self, key: &str) -> Option<String> {
        self.saved.with(|saved| {
            self.typed
                .with(|typed| typed.own(saved, key).map(str::to_owned))
        })
    }
}

/// The screen.
#[component]
pub fn PaperTextsPage() -> impl IntoView {
    let t = use_texts();
    let own = move || paper_texts::of(t.language());
    set_title(move || own().title);
    let found = live(|| Some(Request::PaperWords), ask::paper_words);
    let here = Memo::new(move |_| found.value.with(Option::is_some));
    let asked = use_query_map().with_untracked(|query| query.get("form"));
    let first = asked
        .filter(|form| forms::find(form).is_some())
        .unwrap_or_else(|| forms::LAYOUTS[0].wire.to_owned());
    let desk = Desk {
        saved: Signal::derive(move || found.value.get().unwrap_or_default()),
        typed: RwSignal::new(Typed::default()),
        form: RwSignal::new(first),
        shown: RwSignal::new(t.now().language),
    };
    let may_edit = Memo::new(move |_| desk.saved.with(|saved| saved.may_edit));
    view! {
        <PageHead title=move || own().title subtitle=move || own().subtitle>
            <LinkButton to="/settings" icon=Glyph::Back>
                {move || t.get().settings.title}
            </LinkButton>
        </PageHead>
        <div class="desk paper-texts">
            <ErrorState problem=found.problem retry=move || found.ask_again() />
            {move || {
                if !here.get() {
                    let waiting = found.problem.with(Option::is_none);
                    return waiting.then(|| view! { <Skeleton lines=8 /> }).into_any();
                }
                let fields = if may_edit.get() {
                    view! { <Fields desk /> }.into_any()
                } else {
                    view! {
                        <p class="notice plain">
                            <Icon glyph=Glyph::Note />
                            <span>{move || own().read_only}</span>
                        </p>
                    }
                        .into_any()
                };
                view! {
                    <div class="paper-pair">
                        <div class="desk-stack">{fields}</div>
                        <Preview desk />
                    </div>
                }
                    .into_any()
            }}
        </div>
    }
}

/// The form as it would be printed.
#[component]
fn Preview(desk: Desk) -> impl IntoView {
    let t = use_texts();
    let press = use_press();
    let own = move || paper_texts::of(t.language());
    let choices = Signal::derive(move || {
        let language = t.language();
        forms::LAYOUTS
            .iter()
            .map(|known| (known.wire.to_owned(), known.title.of(language).to_owned()))
            .collect::<Vec<_>>()
    });
    let tabs = Signal::derive(move || {
        LANGUAGES
            .map(|language| Tab {
                value: tag(language).to_owned(),
                name: match language {
                    Language::Chinese => "中文",
                    Language::English => "English",
                }
                .to_owned(),
                count: None,
                urgent: false,
            })
            .to_vec()
    });
    let paper = Memo::new(move |_| {
        let (form, language) = (desk.form.get(), desk.shown.get());
        let paper = press.make(language, &form, |press| sample(press, &form));
        let words = desk
            .saved
            .with(|saved| desk.typed.with(|typed| typed.over(saved)));
        dressed(paper, &form, language, &words)
    });
    let shown = Signal::derive(move || {
        let words = papers::of(desk.shown.get()).html;
        paper.with(|paper| html::render(paper, &words))
    });
    let choose = move |value: String| {
        let language = LANGUAGES.into_iter().find(|known| tag(*known) == value);
        desk.shown.set(language.unwrap_or(Language::Chinese));
    };
    view! {
        <section class="paper-preview" aria-label=move || own().preview>
            <div class="paper-tools">
                <SelectField
                    label=move || own().form
                    value=desk.form
                    input=move |form: String| desk.form.set(form)
                    choices
                />
                <Tabs
                    label=move || t.get().papers.language
                    tabs
                    chosen=Signal::derive(move || tag(desk.shown.get()).to_owned())
                    choose
                />
            </div>
            <Desktop pieces=shown />
        </section>
    }
}

/// The fields with what saves them.
#[component]
fn Fields(desk: Desk) -> impl IntoView {
    let t = use_texts();
    let engine = use_engine();
    let toaster = use_toaster();
    let own = move || paper_texts::of(t.language());
    let busy = RwSignal::new(false);
    let problem = RwSignal::new(None::<Problem>);
    let changes = Memo::new(move |_| {
        desk.saved
            .with(|saved| desk.typed.with(|typed| typed.changes(saved)))
    });
    let unchanged = Signal::derive(move || changes.with(BTreeMap::is_empty));
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let texts = changes.get_untracked();
        if texts.is_empty() || busy.get_untracked() {
            return;
        }
        busy.set(true);
        problem.set(None);
        spawn_local(async move {
            let request = Request::SavePaperWords {
                texts: texts.clone(),
            };
            let result = engine.tell(request).await;
            busy.try_set(false);
            match result {
                Ok(()) => {
                    desk.typed.try_update(|typed| typed.saved(&texts));
                    toaster.good(t.now().common.saved);
                }
                Err(found) => {
                    problem.try_set(Some(found));
                }
            }
        });
    };
    let of_form = move || {
        let form = desk.form.get();
        ["title", "opening", "closing"]
            .map(|part| view! { <Pair desk of=format!("{form}/{part}") part /> })
            .collect_view()
    };
    view! {
        <form class="desk-stack" novalidate on:submit=submit>
            <section class="card" aria-label=move || own().every>
                <div class="card-head">
                    <h2>{move || own().every}</h2>
                </div>
                <div class="card-body form-section">
                    <Logo desk />
                    <Pair desk of="head".to_owned() part="head" />
                    <Pair desk of="foot".to_owned() part="foot" />
                </div>
            </section>
            <section class="card" aria-label=move || own().one>
                <div class="card-head">
                    <h2>{move || own().one}</h2>
                    <span class="muted">
                        {move || {
                            desk.form.with(|form| forms::layout_of(form).title.of(t.language()))
                        }}
                    </span>
                </div>
                <div class="card-body form-section">{of_form}</div>
            </section>
            <ErrorState problem />
            <div class="actions paper-save">
                <Show when=move || !unchanged.get()>
                    <span class="muted" role="status">
                        {move || own().unsaved}
                    </span>
                    <Button press=move || desk.typed.set(Typed::default())>
                        {move || own().discard}
                    </Button>
                </Show>
                <Button look=Look::Primary submit=true busy disabled=unchanged>
                    {move || t.get().common.save}
                </Button>
            </div>
        </form>
    }
}

/// Returns the name of a slot.
fn slot_name(own: &OwnTexts, slot: &str) -> &'static str {
    let known = own.slots.iter().find(|(wire, _)| *wire == slot);
    known.map_or("", |(_, name)| name)
}

/// A text in both languages.
#[component]
fn Pair(desk: Desk, of: String, part: &'static str) -> impl IntoView {
    LANGUAGES
        .map(|language| view! { <Line desk of=of.clone() part language /> })
        .collect_view()
}

/// A text in one language, with the standard text beneath and the way back to it.
#[component]
fn Line(desk: Desk, of: String, part: &'static str, language: Language) -> impl IntoView {
    let t = use_texts();
    let policy = use_policy();
    let own = move || paper_texts::of(t.language());
    let key = StoredValue::new(format!("{of}/{}", tag(language)));
    let form = StoredValue::new(of.split_once('/').map(|(form, _)| form.to_owned()));
    let usual = Memo::new(move |_| {
        let Some(form) = form.get_value() else {
            return String::new();
        };
        let by_policy = (part == "title")
            .then(|| form_of(policy, &form))
            .flatten()
            .map(|form| words(language, &form.title))
            .filter(|title| !title.is_empty());
        by_policy.unwrap_or_else(|| standard(&form, part, language).to_owned())
    });
    let name = Memo::new(move |_| {
        let own = own();
        let in_words = match language {
            Language::Chinese => own.chinese,
            Language::English => own.english,
        };
        (own.in_language)(slot_name(own, part), in_words)
    });
    let typed = Memo::new(move |_| key.with_value(|key| desk.own(key)));
    let value = Signal::derive(move || typed.get().unwrap_or_else(|| usual.get()));
    let hint = Signal::derive(move || {
        let own = own();
        let usual = usual.get();
        match part {
            "head" => own.standard_company.to_owned(),
            _ if usual.is_empty() => own.standard_none.to_owned(),
            _ => (own.standard)(&usual),
        }
    });
    let input = move |text: String| {
        key.with_value(|key| desk.typed.update(|typed| typed.write(key, &text)));
        desk.shown.set(language);
    };
    let back = move |_| key.with_value(|key| desk.typed.update(|typed| typed.back(key)));
    let field = if matches!(part, "opening" | "closing") {
        view! { <AreaField label=name value input hint rows=2 /> }.into_any()
    } else {
        view! { <TextField label=name value input hint wide=true /> }.into_any()
    };
    view! {
        <div class="paper-line-field">
            {field}
            <Beside desk key=key.get_value() />
            <Show when=move || typed.with(Option::is_some)>
                <button
                    type="button"
                    class="button quiet"
                    aria-label=move || name.with(|name| (own().back_of)(name))
                    on:click=back
                >
                    {move || own().back}
                </button>
            </Show>
        </div>
    }
}

/// What another device wrote at the same time.
#[component]
fn Beside(desk: Desk, key: String) -> impl IntoView {
    let t = use_texts();
    let key = StoredValue::new(key);
    let others = Memo::new(move |_| {
        desk.saved.with(|saved| {
            key.with_value(|key| saved.beside.get(key).cloned())
                .unwrap_or_default()
        })
    });
    move || {
        others
            .get()
            .into_iter()
            .map(|text| {
                let own = paper_texts::of(t.language());
                let is_logo = key.with_value(|key| key == LOGO);
                let told = if is_logo {
                    own.beside_logo.to_owned()
                } else {
                    (own.beside)(&text)
                };
                let label = if is_logo {
                    (own.take_of)(own.logo)
                } else {
                    (own.take_of)(&text)
                };
                let take = move |_| {
                    key.with_value(|key| desk.typed.update(|typed| typed.write(key, &text)));
                };
                view! {
                    <p class="notice plain">
                        <Icon glyph=Glyph::Note />
                        <span>{told}</span>
                        <button type="button" class="button quiet" aria-label=label on:click=take>
                            {own.take}
                        </button>
                    </p>
                }
            })
            .collect_view()
    }
}

/// The logo: chosen, made small, shown, taken away.
#[component]
fn Logo(desk: Desk) -> impl IntoView {
    let t = use_texts();
    let own = move || paper_texts::of(t.language());
    let bad = RwSignal::new(false);
    let busy = RwSignal::new(false);
    let logo = Memo::new(move |_| desk.own(LOGO).filter(|logo| huiyin_api::is_logo(logo)));
    let take = Callback::new(move |file: web_sys::File| {
        busy.set(true);
        bad.set(false);
        spawn_local(async move {
            let made = images::logo(&file).await;
            busy.try_set(false);
            match made {
                Some(logo) => {
                    desk.typed.try_update(|typed| typed.write(LOGO, &logo));
                }
                None => {
                    bad.try_set(true);
                }
            }
        });
    });
    view! {
        <div class="paper-line-field">
            <p class="field-name">{move || own().logo}</p>
            {move || {
                logo.get()
                    .map(|logo| view! { <img class="logo-now" src=logo alt=move || own().logo_is /> })
            }}
            <div class="actions">
                <FileButton
                    label=move || own().logo_choose
                    accept="image/png,image/jpeg,image/webp"
                    take
                    busy
                />
                <Show when=move || logo.with(Option::is_some)>
                    <Button look=Look::Quiet press=move || desk.typed.update(|typed| typed.back(LOGO))>
                        {move || own().logo_remove}
                    </Button>
                </Show>
            </div>
            <Beside desk key=LOGO.to_owned() />
            <p class="hint">{move || (own().logo_hint)(MAX_LOGO_BYTES as u32 / 1024)}</p>
            <Show when=move || bad.get()>
                <p class="error-state" role="alert">
                    <Icon glyph=Glyph::Warning />
                    <span>{move || own().logo_bad}</span>
                </p>
            </Show>
        </div>
    }
}
