//! The paper on the screen with its tools: language, print, save as a file.

use huiyin_api::Language;
use js_sys::Uint8Array;
use leptos::prelude::*;

use super::{html, paper::Paper};
use crate::{
    shell::{files, notices::use_toaster},
    texts::{papers, use_texts},
    ui::{Button, Glyph, Look, Tab, Tabs},
};

/// Languages a paper can be in.
const LANGUAGES: [(&str, &str); 2] = [("zh", "中文"), ("en", "English")];

/// A paper. Its children are further tools.
#[component]
pub fn Sheet(
    paper: Signal<Paper>,
    language: RwSignal<Language>,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    let t = use_texts();
    let toaster = use_toaster();
    let words = move || papers::of(language.get()).html;
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
            <Button icon=Glyph::Export press=save>
                {move || t.get().papers.save_file}
            </Button>
            <Button look=Look::Primary icon=Glyph::Print press=files::print>
                {move || t.get().papers.print}
            </Button>
        </div>
        <div class="paper-desk" inner_html=move || paper.with(|paper| html::render(paper, &words()))></div>
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
