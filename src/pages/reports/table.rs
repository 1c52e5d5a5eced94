//! One section: its table, whose numbers lead to the records behind them, the picture above it and the buttons that make a file of it.

use leptos::prelude::*;

use super::{
    charts::Picture,
    model::{Behind, Cell, Line, Section, Value},
    written::shown,
};
use crate::{
    pages::lists::Format,
    shell::{base::use_base, list_memory::use_list_memory},
    texts::{figures, use_texts},
    ui::{Glyph, Icon, new_id},
};

/// A section as a card.
#[component]
pub fn SectionCard(
    section: Section,
    /// Makes a file of it.
    export: Callback<(Format, String)>,
) -> impl IntoView {
    let t = use_texts();
    let id = section.id.clone();
    let heading = new_id("figures");
    let labelled = heading.clone();
    let (caption, region) = (section.title.clone(), section.title.clone());
    let wide = section.heads.len() > 3;
    let note = section.note.clone();
    let button = |format: Format, name: &'static str| {
        let (id, title) = (id.clone(), section.title.clone());
        let label = move || (figures::of(t.language()).export_table)(&title, name);
        view! {
            <button
                type="button"
                class="link"
                aria-label=label
                on:click=move |_| export.run((format, id.clone()))
            >
                {name}
            </button>
        }
    };
    let heads = section
        .heads
        .iter()
        .map(|head| view! { <th scope="col" class="num">{head.clone()}</th> })
        .collect_view();
    let buttons = (button(Format::Xlsx, "XLSX"), button(Format::Csv, "CSV"));
    let lines = section
        .lines
        .iter()
        .map(|line| {
            let (line, heads) = (line.clone(), section.heads.clone());
            view! { <Row line heads sum=false /> }.into_any()
        })
        .collect_view();
    let total = section.total.clone().map(|line| {
        let heads = section.heads.clone();
        view! {
            <tfoot>
                <Row line heads sum=true />
            </tfoot>
        }
    });
    view! {
        <section class="card figures-card" class:wide=wide aria-labelledby=labelled>
            <header class="card-head">
                <h2 id=heading>{section.title.clone()}</h2>
                <span class="figures-files">{buttons}</span>
            </header>
            <Picture section=section.clone() />
            <div class="figures-scroll" tabindex="0" role="group" aria-label=region>
                <table class="figures-table">
                    <caption class="sr-only">{caption}</caption>
                    <thead>
                        <tr>
                            <th scope="col">{move || figures::of(t.language()).item}</th>
                            {heads}
                        </tr>
                    </thead>
                    <tbody>{lines}</tbody>
                    {total}
                </table>
            </div>
            {(!note.is_empty()).then(|| view! { <p class="muted pad">{note}</p> })}
        </section>
    }
    .into_any()
}

#[component]
fn Row(line: Line, heads: Vec<String>, sum: bool) -> impl IntoView {
    let name = line.name.clone();
    let cells = line
        .cells
        .into_iter()
        .zip(heads)
        .map(|(cell, head)| {
            let about = format!("{name} · {head}");
            view! {
                <td class="num">
                    <Number cell about />
                </td>
            }
        })
        .collect_view();
    view! {
        <tr class:sum=sum>
            <th scope="row">{line.name}</th>
            {cells}
        </tr>
    }
    .into_any()
}

/// A number, as a link where a list or screen stands behind it.
#[component]
fn Number(cell: Cell, about: String) -> impl IntoView {
    let t = use_texts();
    let base = use_base();
    let lists = use_list_memory();
    let language = t.language();
    let words = figures::of(language);
    let told = shown(language, words, cell.value);
    let (path, list) = match cell.behind {
        None => {
            let sign = match cell.value {
                Value::Change(by) if by > 0 => "more",
                Value::Change(by) if by < 0 => "less",
                _ => "",
            };
            return view! { <span class=sign>{told}</span> }.into_any();
        }
        Some(Behind::Screen(path)) => (path, None),
        Some(Behind::Cases(query)) => ("/cases".to_owned(), Some((lists.cases, query))),
        Some(Behind::Customers(query)) => ("/customers".to_owned(), Some((lists.customers, query))),
    };
    let list = StoredValue::new(list);
    let label = (words.show_list)(&format!("{about} {told}"));
    view! {
        <a
            class="link"
            href=base.href(&path)
            aria-label=label
            on:click=move |_| {
                list.with_value(|list| {
                    if let Some((state, query)) = list {
                        state.view.set(None);
                        state
                            .change(|now| {
                                let group = std::mem::take(&mut now.group);
                                *now = query.clone();
                                now.group = group;
                            });
                    }
                });
            }
        >
            {told}
        </a>
    }
    .into_any()
}

/// Up to when each branch is included.
#[component]
pub fn AsOfCard(#[prop(into)] view: Signal<huiyin_api::FiguresView>) -> impl IntoView {
    let t = use_texts();
    let branches = crate::shell::branches::use_branches();
    let lines = move || {
        let language = t.language();
        let words = figures::of(language);
        view.with(|view| {
            view.as_of
                .iter()
                .map(|branch| {
                    let told = match (branch.own, branch.newest) {
                        (true, _) => words.as_of_own.to_owned(),
                        (false, Some(at)) => {
                            (words.as_of_newest)(&crate::shell::intl::date_time(language, at))
                        }
                        (false, None) => words.as_of_none.to_owned(),
                    };
                    view! {
                        <li>
                            <strong>{branches.name(&branch.branch)}</strong>
                            <span class="muted">{told}</span>
                        </li>
                    }
                })
                .collect_view()
        })
    };
    let relay = move || {
        let language = t.language();
        let words = figures::of(language);
        view.with(|view| match view.last_contact {
            Some(at) => (words.last_contact)(&crate::shell::intl::date_time(language, at)),
            None => words.no_relay.to_owned(),
        })
    };
    let undated = move || {
        let language = t.language();
        let count = view.with(|view| view.undated);
        (count > 0).then(|| {
            let count = crate::shell::intl::count(language, u64::from(count));
            view! {
                <p class="notice">
                    <Icon glyph=Glyph::Warning />
                    <span>{(figures::of(language).undated)(&count)}</span>
                </p>
            }
        })
    };
    view! {
        <section class="card card-body figures-as-of">
            <h2>{move || figures::of(t.language()).as_of}</h2>
            <ul>{lines}</ul>
            <p class="muted">{relay}</p>
            {undated}
        </section>
    }
    .into_any()
}
