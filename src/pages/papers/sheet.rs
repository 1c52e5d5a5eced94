//! The paper on the screen with its tools: language, print, save as a file; to administrators the way to its texts. Here a paper gets what
//! the company wrote itself.

use std::collections::BTreeMap;

use huiyin_api::{Language, PaperWords, Request};
use js_sys::Uint8Array;
use leptos::{html::Div, prelude::*};

use super::{dress::dressed, html, paper::Paper};
use crate::{
    shell::{
        ask, files,
        live::live,
        markup::{self, Piece},
        notices::use_toaster,
    },
    texts::{papers, use_texts},
    ui::{Button, Glyph, LinkButton, Look, Tab, Tabs},
};

/// Languages a paper can be in.
const LANGUAGES: [(&str, &str); 2] = [("zh", "中文"), ("en", "English")];

/// Texts before they have come.
static NOTHING: PaperWords = PaperWords {
    texts: BTreeMap::new(),
    beside: BTreeMap::new(),
    may_edit: false,
};

/// A paper. Its children are further tools.
#[component]
pub fn Sheet(
    paper: Signal<Paper>,
    /// Wire name of the form.
    #[prop(into)]
    form: Signal<String>,
    language: RwSignal<Language>,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    let t = use_texts();
    let toaster = use_toaster();
    let words = move || papers::of(language.get()).html;
    let own = live(|| Some(Request::PaperWords), ask::paper_words);
    let paper = Memo::new(move |_| {
        own.value.with(|own| {
            let own = own.as_ref().unwrap_or(&NOTHING);
            form.with(|form| dressed(paper.get(), form, language.get(), own))
        })
    });
    let may_edit = move || {
        own.value
            .with(|own| own.as_ref().is_some_and(|own| own.may_edit))
    };
    let edit = move || format!("/settings/papers?form={}", form.get());
    let tabs = move || {
        LANGUAGES
            .map(|(value, name)| Tab {
                value: value.to_owned(),
                name: name.to_owned(),
                count: None,
                urgent: false,
            })
            .to_vec()
    };
    let chosen = move || match language.get() {
        Language::Chinese => "zh".to_owned(),
        Language::English => "en".to_owned(),
    };
    let choose = move |value: String| {
        language.set(if value == "en" {
            Language::English
        } else {
            Language::Chinese
        });
    };
    let save = move || {
        let text = paper.with_untracked(|paper| html::document(paper, &untrack(words)));
        let name = paper.with_untracked(file_name);
        let bytes = Uint8Array::from(text.as_bytes());
        if !files::save_file(&name, "text/html", &bytes) {
            toaster.say(t.now().shell.not_found_next);
        }
    };
    view! {
        <div class="paper-tools">
            {children.map(|children| children())}
            <Tabs
                label=move || t.get().papers.language
                tabs=Signal::derive(tabs)
                chosen=Signal::derive(chosen)
                choose
            />
            <span class="spacer"></span>
            <Show when=may_edit>
                <LinkButton to=edit look=Look::Quiet icon=Glyph::Pencil>
                    {move || t.get().papers.edit_texts}
                </LinkButton>
            </Show>
            <Button icon=Glyph::Export press=save>
                {move || t.get().papers.save_file}
            </Button>
            <Button look=Look::Primary icon=Glyph::Print press=files::print>
                {move || t.get().papers.print}
            </Button>
        </div>
        <Desktop pieces=Signal::derive(move || paper.with(|paper| html::render(paper, &words()))) />
    }
}

/// The place on the screen where a paper lies.
#[component]
pub fn Desktop(pieces: Signal<Vec<Piece>>) -> impl IntoView {
    let place = NodeRef::<Div>::new();
    Effect::new(move |_| {
        if let Some(place) = place.get() {
            pieces.with(|pieces| markup::show(&place, pieces));
        }
    });
    let t = use_texts();
    // What is too wide for a phone even so is moved sideways, by the keyboard too.
    view! {
        <div
            class="paper-desk"
            role="region"
            tabindex="0"
            aria-label=move || t.get().papers.paper
            node_ref=place
        ></div>
    }
}

/// A name for the file that says what it is: title and number.
fn file_name(paper: &Paper) -> String {
    let number = paper.facts.first().map_or("", |(_, value)| value.as_str());
    let plain = |text: &str| -> String {
        text.chars()
            .map(|sign| {
                if "/\\:*?\"<>|".contains(sign) {
                    '-'
                } else {
                    sign
                }
            })
            .collect()
    };
    format!("{} {}.html", plain(&paper.title), plain(number))
}
