//! The questionnaire in the customer's hands: one question on the whole screen, large targets, either language, thanks at the end.
//!
//! Nothing of other customers is on it; what lies behind is inert. Back to the app leads only the name of the member of staff who
//! works at the device.

use huiyin_api::Language;
use huiyin_core::{pack::care_rules::Question, text::same_name};
use leptos::{ev, html, prelude::*};

use super::{
    answering::{Answering, saver},
    question::{Asking, QuestionInput},
    sheets::title_of,
};
use crate::{
    shell::session::use_session,
    texts::{Texts, of, use_texts},
    ui::{Button, ErrorState, Glyph, Look, Progress, TextField},
};

/// What the customer sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// A word of welcome.
    Welcome,
    /// A question, by its place.
    Question(usize),
    /// Everything is stored.
    Thanks,
}

/// The full screen for the customer. `empty` takes the answers off for the next one.
#[component]
pub fn Tablet(open: RwSignal<bool>, answering: Answering, empty: Callback<()>) -> impl IntoView {
    let node = NodeRef::<html::Dialog>::new();
    Effect::new(move |_| {
        let Some(dialog) = node.get() else { return };
        let wanted = open.get();
        if wanted && !dialog.open() {
            // Fails only if the dialog is open in another way, which this component rules out.
            let _ = dialog.show_modal();
        } else if !wanted && dialog.open() {
            dialog.close();
        }
    });
    // Esc would lead back to the app.
    let stay = |event: ev::Event| event.prevent_default();
    // A browser may close it all the same, on a second Esc: it opens again.
    let reopen = move |_| {
        if open.get_untracked()
            && let Some(dialog) = node.get_untracked()
        {
            // As above.
            let _ = dialog.show_modal();
        }
    };
    let t = use_texts();
    view! {
        <dialog
            node_ref=node
            class="tablet"
            aria-label=move || t.get().surveys.title
            on:cancel=stay
            on:close=reopen
        >
            {move || open.get().then(|| view! { <Screen open answering empty /> })}
        </dialog>
    }
}

#[component]
fn Screen(open: RwSignal<bool>, answering: Answering, empty: Callback<()>) -> impl IntoView {
    let t = use_texts();
    let language = RwSignal::new(t.now().language);
    let words = move || of(language.get());
    let stage = RwSignal::new(Stage::Welcome);
    let leaving = RwSignal::new(false);
    // What is stored is no draft any more, and nothing of it is left for the next customer.
    let done = move |()| {
        empty.run(());
        stage.set(Stage::Thanks);
    };
    let save = saver(answering, Callback::new(done));
    let begin = move || {
        answering.form.draft.put("way", "on_site".to_owned());
        stage.set(Stage::Question(0));
    };
    let title = move || {
        answering
            .rule
            .with_value(|rule| title_of(language.get(), rule, words().surveys.untitled))
    };
    let other = move |_| {
        language.update(|now| {
            *now = match now {
                Language::Chinese => Language::English,
                Language::English => Language::Chinese,
            };
        });
    };
    let main = move || {
        if leaving.get() {
            return view! { <WayBack open leaving language stage answering /> }.into_any();
        }
        match stage.get() {
            Stage::Welcome => view! {
                <p class="tablet-words">{move || words().surveys.welcome}</p>
                <div class="tablet-foot">
                    <Button look=Look::Primary press=begin>
                        {move || words().surveys.begin}
                    </Button>
                </div>
            }
            .into_any(),
            Stage::Question(at) => view! { <Step answering at stage language save /> }.into_any(),
            Stage::Thanks => view! {
                <div class="tablet-words" role="status">
                    <strong>{move || words().surveys.thanks}</strong>
                    <p>{move || words().surveys.thanks_text}</p>
                    <p class="muted">{move || words().surveys.give_back}</p>
                </div>
            }
            .into_any(),
        }
    };
    view! {
        <div class="tablet-screen" lang=move || lang(language.get())>
            <header class="tablet-head">
                <h1>{title}</h1>
                <button type="button" class="button" on:click=other>
                    {move || words().shell.other_language}
                </button>
            </header>
            <main class="tablet-main">{main}</main>
            <footer class="tablet-staff">
                <Show when=move || !leaving.get()>
                    <Button look=Look::Quiet icon=Glyph::Person press=move || leaving.set(true)>
                        {move || words().surveys.staff}
                    </Button>
                </Show>
            </footer>
        </div>
    }
}

/// One question with the ways back and on.
#[component]
fn Step(
    answering: Answering,
    at: usize,
    stage: RwSignal<Stage>,
    language: RwSignal<Language>,
    save: Callback<()>,
) -> impl IntoView {
    let words = move || of(language.get());
    let (question, all) = answering.rule.with_value(|rule| {
        let question: Option<Question> = rule.questions.get(at).cloned();
        (question.unwrap_or_default(), rule.questions.len())
    });
    let id = question.id.clone();
    let checked = StoredValue::new(question.clone());
    let is_last = at + 1 >= all;
    let place = move || (words().surveys.question_of)(at + 1, all);
    let next = move || {
        let texts: &Texts = of(language.get_untracked());
        if !checked.with_value(|question| answering.is_fine(question, texts)) {
            return;
        }
        if is_last {
            save.run(());
        } else {
            stage.set(Stage::Question(at + 1));
        }
    };
    let back = move || {
        stage.set(match at {
            0 => Stage::Welcome,
            at => Stage::Question(at - 1),
        });
    };
    view! {
        <Progress label=place done=move || (at + 1) as f64 total=move || all as f64 />
        <QuestionInput
            question
            language
            value=answering.answer(&id)
            input=answering.put(&id)
            error=answering.error(&id)
            asking=Asking::Pressed
        />
        <ErrorState problem=answering.form.problem />
        <div class="tablet-foot">
            <Button press=back>{move || words().surveys.before}</Button>
            <Button look=Look::Primary busy=answering.form.busy press=next>
                {move || if is_last { words().surveys.send } else { words().surveys.next }}
            </Button>
        </div>
    }
}

/// Asks the member of staff for the name before the app is shown again.
#[component]
fn WayBack(
    open: RwSignal<bool>,
    leaving: RwSignal<bool>,
    language: RwSignal<Language>,
    stage: RwSignal<Stage>,
    answering: Answering,
) -> impl IntoView {
    let session = use_session();
    let words = move || of(language.get());
    let name = RwSignal::new(String::new());
    let wrong = RwSignal::new(false);
    let is_staff = move || {
        let fits = session.with(|status| {
            status.is_some_and(|status| {
                name.with_untracked(|name| same_name(name, &status.staff_name))
            })
        });
        wrong.set(!fits);
        fits
    };
    // The next one answers without a name; for a known customer the form is opened with that customer.
    let thanked =
        stage.get_untracked() == Stage::Thanks && answering.form.draft.peek("customer").is_empty();
    let leave = move || {
        if untrack(is_staff) {
            open.set(false);
        }
    };
    let next_customer = move || {
        if untrack(is_staff) {
            stage.set(Stage::Welcome);
            leaving.set(false);
        }
    };
    let error = Signal::derive(move || {
        if wrong.get() {
            words().surveys.staff_wrong.to_owned()
        } else {
            String::new()
        }
    });
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        leave();
    };
    view! {
        <form class="tablet-words" novalidate on:submit=submit>
            <h2>{move || words().surveys.staff_confirm}</h2>
            <TextField
                label=move || words().surveys.staff_name
                value=name
                input=move |text: String| name.set(text)
                error
                autofocus=true
            />
            <div class="tablet-foot">
                <Button press=move || leaving.set(false)>{move || words().surveys.go_on}</Button>
                <Show when=move || thanked>
                    <Button press=next_customer>{move || words().surveys.next_customer}</Button>
                </Show>
                <Button look=Look::Primary submit=true>
                    {move || words().surveys.staff_back}
                </Button>
            </div>
        </form>
    }
}

/// Returns the language as documents name it.
fn lang(language: Language) -> &'static str {
    match language {
        Language::Chinese => "zh-CN",
        Language::English => "en",
    }
}
