//! The lists of papers: ticked when a paper is there, with copies, pages and who handed it over on demand.

use huiyin_api::{AttachmentView, PaperListView, PaperView};
use leptos::prelude::*;

use super::acts::{FileActs, Taking};
use crate::{
    pages::shared::{FetchLine, Fetching, Opening},
    shell::{intl, policy::words},
    texts::{Texts, fetch, file, use_texts},
    ui::{Badge, Button, Glyph, Hue, Icon, Look},
};

/// A card for each list of papers; nothing for a kind of customer without.
#[component]
pub fn PapersCard(acts: FileActs) -> impl IntoView {
    let lists = Memo::new(move |_| acts.file(|file| file.lists.clone()));
    move || {
        lists
            .get()
            .into_iter()
            .map(|list| view! { <PaperList acts list /> })
            .collect_view()
            .into_any()
    }
}

#[component]
fn PaperList(acts: FileActs, list: PaperListView) -> impl IntoView {
    let t = use_texts();
    let all = list.papers.iter().filter(|paper| !paper.optional).count();
    let done = |paper: &&PaperView| !paper.optional && paper.lacks.is_empty();
    let there = list.papers.iter().filter(done).count();
    let (name, label) = (list.text.clone(), list.text);
    let lines = list
        .papers
        .into_iter()
        .map(|paper| view! { <PaperLine acts paper /> })
        .collect_view();
    view! {
        <section class="card" aria-label=move || words(t.language(), &label)>
            <header class="card-head">
                <h2>
                    {move || words(t.language(), &name)}
                    <span class="count">{move || (file::of(t.language()).papers_count)(there, all)}</span>
                </h2>
            </header>
            <ul class="action-lines">{lines}</ul>
        </section>
    }
    .into_any()
}

/// Returns the receipt of a paper as it is wanted.
fn receipt(acts: FileActs, paper: &PaperView) -> Taking {
    let mut taking = acts
        .step("paper_received")
        .with("paper", &paper.id)
        .with("copies", &paper.wanted_copies.max(1).to_string());
    if paper.wants_original {
        taking = taking.with("original_paper", "yes");
    }
    taking
}

/// Returns the form of a receipt, filled with what is there.
fn details(acts: FileActs, paper: &PaperView) -> Taking {
    let copies = paper.copies.max(paper.wanted_copies).max(1);
    let original = if paper.original || (paper.wants_original && paper.copies == 0) {
        "yes"
    } else {
        "no"
    };
    let mut taking = acts
        .step("paper_received")
        .with("paper", &paper.id)
        .holding("copies", copies.to_string())
        .holding("original_paper", original.to_owned())
        .holding("from", paper.from.clone())
        .holding("scan", paper.scan.clone());
    if paper.pages > 0 {
        taking = taking.holding("pages", paper.pages.to_string());
    }
    taking
}

#[component]
fn PaperLine(acts: FileActs, paper: PaperView) -> impl IntoView {
    let t = use_texts();
    let is_there = matches!(paper.state.as_str(), "received" | "checked");
    let is_received = paper.state == "received";
    let (id, held) = (paper.id.clone(), paper.clone());
    let tick = move |on: bool, ticked: web_sys::HtmlInputElement| {
        if acts.busy.get_untracked() {
            ticked.set_checked(!on);
            return;
        }
        let taking = if on {
            receipt(acts, &held)
        } else {
            acts.step("paper_missing").with("paper", &held.id)
        };
        let ticked = StoredValue::new_local(ticked);
        let undo = Callback::new(move |()| {
            ticked.try_with_value(|ticked| ticked.set_checked(!on));
        });
        acts.take_or(taking, undo);
    };
    let check = move || acts.take_now(acts.step("paper_checked").with("paper", &id));
    let shown = paper.clone();
    let said = move || said(t.get(), &shown);
    let lacks = paper.lacks.clone();
    let lacks = move || {
        let own = file::of(t.language());
        lacks
            .iter()
            .filter_map(|lack| match lack.as_str() {
                "copies" => Some(own.lack_copies),
                "original" => Some(own.lack_original),
                "pages" => Some(own.lack_pages),
                _ => None,
            })
            .map(|words| view! { <Badge hue=Hue::Amber>{words}</Badge> })
            .collect_view()
    };
    let (text, label, edited) = (paper.text.clone(), paper.text.clone(), paper.text.clone());
    let (optional, apart) = (paper.optional, paper.apart);
    let scan = acts.file(|file| {
        let known = file.attachments.iter().find(|scan| scan.hash == paper.scan);
        known.cloned()
    });
    let customer = acts.record.with_untracked(|record| record.row.id.clone());
    let edit = move || acts.ask(details(acts, &paper));
    view! {
        <li class="badges pad">
            <label class="checkbox">
                <input
                    type="checkbox"
                    prop:checked=is_there
                    disabled=move || !acts.may("paper_received")
                    aria-label=move || (file::of(t.language()).tick)(&words(t.language(), &label))
                    on:change:target=move |event| tick(event.target().checked(), event.target())
                />
                <span>{move || words(t.language(), &text)}</span>
            </label>
            {optional
                .then(|| view! { <span class="muted">{move || file::of(t.language()).optional}</span> })}
            {apart
                .then(|| {
                    view! { <Badge hue=Hue::Neutral>{move || file::of(t.language()).apart}</Badge> }
                })}
            {lacks}
            <span class="muted">{said}</span>
            {scan.map(|scan| view! { <Scan scan customer /> })}
            {is_received
                .then(|| {
                    view! {
                        <Button look=Look::Quiet busy=acts.busy press=check>
                            {move || t.get().step("paper_checked")}
                        </Button>
                    }
                })}
            <button
                type="button"
                class="button quiet"
                aria-label=move || {
                    (file::of(t.language()).details_of)(&words(t.language(), &edited))
                }
                on:click=move |_| edit()
            >
                {move || file::of(t.language()).details}
            </button>
        </li>
    }
    .into_any()
}

/// The scan of a paper: pressed, it is saved as a file, or fetched if it is not on this device.
#[component]
fn Scan(scan: AttachmentView, customer: String) -> impl IntoView {
    let t = use_texts();
    let opening = Opening::new();
    let here = scan.here;
    let (name, label) = (scan.name.clone(), scan.name.clone());
    let fetching = Fetching::new(&customer, &scan);
    let line = (!here).then(|| view! { <FetchLine fetching name=scan.name.clone() /> });
    let press = move |_| {
        if here {
            opening.save(&customer, &scan);
        } else {
            fetching.start();
        }
    };
    view! {
        <button
            type="button"
            class="button quiet"
            title=move || (!here).then(|| fetch::of(t.language()).not_here)
            aria-label=move || {
                let open = if here {
                    file::of(t.language()).open_scan
                } else {
                    fetch::of(t.language()).open
                };
                open(&label)
            }
            on:click=press
        >
            <Icon glyph=Glyph::Case />
            <span class="cut">{name}</span>
        </button>
        {line}
    }
    .into_any()
}

/// Returns what is known of a paper that is there or was.
fn said(texts: &Texts, paper: &PaperView) -> String {
    let own = file::of(texts.language);
    let mut parts = Vec::new();
    if paper.at > 0 && paper.state != "received" {
        parts.push(texts.step(&format!("paper_{}", paper.state)));
    }
    if paper.copies > 1 {
        parts.push((own.copies)(paper.copies));
    }
    if paper.pages > 0 {
        parts.push((own.pages)(paper.pages));
    }
    if paper.original {
        parts.push(own.original.to_owned());
    }
    parts.extend([paper.from.clone(), paper.by.clone(), paper.note.clone()]);
    if paper.at > 0 {
        parts.push(intl::date(texts.language, paper.at));
    }
    parts.retain(|part| !part.is_empty());
    parts.join(" · ")
}
