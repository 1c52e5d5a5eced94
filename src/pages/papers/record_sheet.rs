//! What the screens of one record's forms share: which form the address names, the record once it is here, and the sheet with the way back
//! and the choice among the record's forms.

use huiyin_api::Language;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use super::{paper::Paper, sheet::Sheet};
use crate::{
    shell::{
        base::use_base,
        go::use_go,
        keys::{Command, on_command},
        live::Live,
    },
    texts::forms::{self, About},
    ui::{ErrorState, Glyph, Icon, SelectField, Skeleton},
};

/// Returns a part of the address, tracked; empty if the address has none of this name.
pub fn use_param(name: &'static str) -> Memo<String> {
    let params = use_params_map();
    Memo::new(move |_| params.with(|params| params.get(name).unwrap_or_default()))
}

/// Returns the form the address names; `otherwise` if it names none of these.
pub fn use_layout(about: About, otherwise: &'static str) -> Memo<String> {
    let wanted = use_param("layout");
    Memo::new(move |_| {
        wanted
            .with(|wanted| forms::find(wanted))
            .filter(|known| known.about == about)
            .map_or(otherwise, |known| known.wire)
            .to_owned()
    })
}

/// Shows `view` once `record` is here, and until then that it is waited for or why it does not come.
pub fn once_here<T, A>(
    record: Memo<Option<T>>,
    found: Live<A>,
    view: impl Fn(Signal<T>) -> AnyView + 'static,
) -> impl Fn() -> AnyView
where
    T: Clone + Default + PartialEq + Send + Sync + 'static,
    A: PartialEq + Send + Sync + 'static,
{
    let here = Memo::new(move |_| record.with(Option::is_some));
    move || {
        if here.get() {
            view(Signal::derive(move || record.get().unwrap_or_default()))
        } else if found.problem.with(Option::is_some) {
            view! { <ErrorState problem=found.problem retry=move || found.ask_again() /> }
                .into_any()
        } else {
            view! { <Skeleton lines=12 /> }.into_any()
        }
    }
}

/// The sheet of a record's form, with the way back to the record at `path` and its other forms.
#[component]
pub fn RecordSheet(
    paper: Signal<Paper>,
    form: Memo<String>,
    language: RwSignal<Language>,
    path: Signal<String>,
    #[prop(into)] back: Signal<&'static str>,
    choices: Signal<Vec<(String, String)>>,
) -> impl IntoView {
    let t = crate::texts::use_texts();
    let base = use_base();
    let go = use_go();
    let choose = move |layout: String| {
        go.instead(&format!("{}/print/{layout}", path.get_untracked()));
    };
    on_command(move |command| {
        let back = command == Command::Back;
        if back {
            go.to(&path.get_untracked());
        }
        back
    });
    view! {
        <Sheet paper form language>
            <a class="button quiet" href=move || base.href(&path.get())>
                <Icon glyph=Glyph::Back />
                <span>{move || back.get()}</span>
            </a>
            <SelectField label=move || t.get().papers.paper value=form input=choose choices />
        </Sheet>
    }
}
