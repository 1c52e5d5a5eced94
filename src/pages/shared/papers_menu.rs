//! A menu of papers that can be printed, as links.

use leptos::prelude::*;

use crate::{
    shell::base::use_base,
    texts::use_texts,
    ui::{Glyph, Icon},
};

/// The menu: address and title of each paper.
#[component]
pub fn PapersMenu(
    #[prop(into)] label: Signal<String>,
    #[prop(into)] papers: Signal<Vec<(String, String)>>,
) -> impl IntoView {
    let base = use_base();
    view! {
        <details class="menu">
            <summary class="button">
                <Icon glyph=Glyph::Print />
                <span>{move || label.get()}</span>
            </summary>
            <ul>
                {move || {
                    papers
                        .get()
                        .into_iter()
                        .map(|(path, title)| {
                            view! {
                                <li>
                                    <a href=base.href(&path)>{title}</a>
                                </li>
                            }
                        })
                        .collect_view()
                }}
            </ul>
        </details>
    }
}

/// The menu of the forms about something under an address: `/customers/<id>/print` and the like.
#[component]
pub fn FormsMenu(
    about: crate::texts::forms::About,
    /// What stands before the name of a form in its address.
    #[prop(into)]
    under: Signal<String>,
    /// What stands behind it, such as a month.
    #[prop(optional, into)]
    behind: Signal<String>,
) -> impl IntoView {
    let t = use_texts();
    let papers = Signal::derive(move || {
        let (under, behind) = (under.get(), behind.get());
        crate::texts::forms::offered(about, t.language())
            .into_iter()
            .map(|(wire, title)| (format!("{under}/{wire}{behind}"), title))
            .collect::<Vec<_>>()
    });
    view! { <PapersMenu label=move || t.get().papers.menu papers /> }
}
