//! The hand-over book: papers handed over with a signature, received with another.

use huiyin_api::HandOverView;
use leptos::prelude::*;

use super::acts::FileActs;
use crate::{
    shell::{intl, policy::words},
    texts::{file, use_texts},
    ui::{Badge, Button, Glyph, Hue, Look},
};

/// The card; nothing where there are no papers to hand over and nothing was.
#[component]
pub fn BookCard(acts: FileActs) -> impl IntoView {
    let t = use_texts();
    let book = Memo::new(move |_| acts.file(|file| file.hand_overs.clone()));
    let has_papers = Memo::new(move |_| acts.file(|file| !file.lists.is_empty()));
    let shown = Memo::new(move |_| has_papers.get() || !book.with(Vec::is_empty));
    let may = Memo::new(move |_| has_papers.get() && acts.may("handed_over"));
    let hand_over = move || {
        let (there, missing) = acts.record.with_untracked(|record| {
            let papers = || record.file.lists.iter().flat_map(|list| &list.papers);
            let is_there = |state: &str| matches!(state, "received" | "checked");
            let ids = |wanted: bool| {
                papers()
                    .filter(|paper| is_there(&paper.state) == wanted)
                    .filter(|paper| wanted || !paper.optional)
                    .map(|paper| paper.id.clone())
                    .collect::<Vec<_>>()
                    .join(",")
            };
            (ids(true), ids(false))
        });
        let taking = acts.step("handed_over");
        acts.ask(taking.holding("papers", there).holding("missing", missing));
    };
    move || {
        shown.get().then(|| {
            view! {
                <section class="card" aria-label=move || file::of(t.language()).book>
                    <header class="card-head">
                        <h2>{move || file::of(t.language()).book}</h2>
                        <Show when=move || may.get()>
                            <Button look=Look::Quiet icon=Glyph::Plus press=hand_over>
                                {move || file::of(t.language()).hand_over}
                            </Button>
                        </Show>
                    </header>
                    {move || {
                        let lines = book.get();
                        if lines.is_empty() {
                            return view! {
                                <p class="pad muted">{file::of(t.language()).book_empty}</p>
                            }
                                .into_any();
                        }
                        let lines = lines
                            .into_iter()
                            .rev()
                            .map(|line| view! { <BookLine acts line /> })
                            .collect_view();
                        view! { <ul class="action-lines">{lines}</ul> }.into_any()
                    }}
                </section>
            }
        })
    }
}

#[component]
fn BookLine(acts: FileActs, line: HandOverView) -> impl IntoView {
    let t = use_texts();
    let waits = line.stage == "waiting";
    let (of_accept, of_refuse) = (line.event.clone(), line.event.clone());
    let accept = move || acts.ask(acts.step("hand_over_accepted").with("of", &of_accept));
    let refuse = move || acts.ask(acts.step("hand_over_refused").with("of", &of_refuse));
    let badge = match line.stage.as_str() {
        "accepted" => Hue::Green,
        "refused" => Hue::Red,
        _ => Hue::Waiting,
    };
    let stage = line.stage.clone();
    let stage_words = move || {
        let own = file::of(t.language());
        match stage.as_str() {
            "accepted" => own.accepted,
            "refused" => own.refused,
            _ => own.waiting,
        }
    };
    let people = {
        let line = line.clone();
        move || {
            let mut words = format!("{} {}", line.from, intl::date_time(t.language(), line.at));
            if let Some(at) = line.received_at {
                words.push_str(" → ");
                words.push_str(&line.to);
                words.push(' ');
                words.push_str(&intl::date_time(t.language(), at));
            }
            words
        }
    };
    let named = move |ids: &[String]| {
        let texts = t.get();
        acts.file(|file| {
            let papers = || file.lists.iter().flat_map(|list| &list.papers);
            ids.iter()
                .map(|id| {
                    papers()
                        .find(|paper| paper.id == *id)
                        .map_or_else(|| id.clone(), |paper| words(texts.language, &paper.text))
                })
                .collect::<Vec<_>>()
                .join(texts.packs.comma)
        })
    };
    let (papers, missing) = (line.papers, line.missing);
    let lacking = (!missing.is_empty()).then(|| {
        view! {
            <p>
                <span class="muted">{move || file::of(t.language()).lacking} " "</span>
                {move || named(&missing)}
            </p>
        }
    });
    let (leg, note) = (line.leg, line.note);
    view! {
        <li class="pad">
            <p class="badges">
                <strong>{move || words(t.language(), &leg)}</strong>
                <Badge hue=badge>{stage_words}</Badge>
                <span class="muted">{people}</span>
            </p>
            <p>{move || named(&papers)}</p>
            {lacking}
            {(!note.is_empty()).then(|| view! { <p class="muted">{note}</p> })}
            {waits
                .then(|| {
                    view! {
                        <div class="actions">
                            <Button look=Look::Primary press=accept>
                                {move || file::of(t.language()).accept}
                            </Button>
                            <Button press=refuse>{move || file::of(t.language()).refuse}</Button>
                        </div>
                    }
                })}
        </li>
    }
    .into_any()
}
