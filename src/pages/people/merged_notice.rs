//! On the page of a customer: where a file went that gave way, and the files that were merged into this one, with the undo.

use huiyin_api::{CustomerRecord, MergedView, Problem};
use leptos::{prelude::*, task::spawn_local};

use super::undo_merge;
use crate::{
    shell::{base::use_base, engine::use_engine, intl, notices::use_toaster},
    texts::use_texts,
    ui::{Button, ErrorState, Glyph, Icon},
};

/// The notice above a file that gave way: a link to the file it is in now.
#[component]
pub fn GaveWay(record: Signal<CustomerRecord>) -> impl IntoView {
    let own = Memo::new(move |_| record.with(|record| record.row.id.clone()));
    let went = Memo::new(move |_| record.with(|record| record.gave_way.clone()));
    move || {
        went.get().map(|went| {
            let own = own.get();
            view! { <Went went=*went own /> }.into_any()
        })
    }
}

#[component]
fn Went(went: MergedView, own: String) -> impl IntoView {
    let t = use_texts();
    let base = use_base();
    let MergedView {
        id,
        name,
        by,
        at,
        may_undo,
        ..
    } = went;
    let here = !name.is_empty();
    let link = base.href(&format!("/customers/{id}"));
    let when = move || (t.get().people.merged_by)(&by, &intl::date_time(t.language(), at));
    view! {
        <div class="notice" role="status">
            <Icon glyph=Glyph::Link />
            <span>
                {move || if here { t.get().people.gave_way } else { t.get().people.gave_way_elsewhere }}
                " " {here.then(|| view! { <a class="link" href=link>{name}</a> })} " "
                <span class="muted">{when}</span>
            </span>
            {may_undo.then(|| view! { <Undo a=own b=id /> })}
        </div>
    }
}

/// The files merged into this one, each with a link and the undo.
#[component]
pub fn MergedFiles(record: Signal<CustomerRecord>) -> impl IntoView {
    let t = use_texts();
    let own = Memo::new(move |_| record.with(|record| record.row.id.clone()));
    let merged = Memo::new(move |_| record.with(|record| record.merged.clone()));
    move || {
        let merged = merged.get();
        if merged.is_empty() {
            return ().into_any();
        }
        let count = merged.len().to_string();
        let lines = merged
            .into_iter()
            .map(|file| {
                let own = own.get();
                view! { <Line file own /> }
            })
            .collect_view();
        view! {
            <section class="card">
                <header class="card-head">
                    <h2>
                        {move || t.get().people.merged_files} <span class="count">{count}</span>
                    </h2>
                </header>
                <ul class="people-lines">{lines}</ul>
            </section>
        }
        .into_any()
    }
}

#[component]
fn Line(file: MergedView, own: String) -> impl IntoView {
    let t = use_texts();
    let base = use_base();
    let link = base.href(&format!("/customers/{}", file.id));
    let name = if file.name.is_empty() {
        file.id.clone()
    } else {
        file.name.clone()
    };
    let (by, at) = (file.by.clone(), file.at);
    let when = move || (t.get().people.merged_by)(&by, &intl::date_time(t.language(), at));
    view! {
        <li class="people-line">
            <span class="people-line-main">
                <a class="link strong" href=link>{name}</a>
                <span class="muted num">{file.number}</span>
                <span class="muted">{when}</span>
            </span>
            {file.may_undo.then(|| view! { <Undo a=own b=file.id /> })}
        </li>
    }
}

/// The button that undoes the merge of two files, with what went wrong beside it.
#[component]
fn Undo(a: String, b: String) -> impl IntoView {
    let t = use_texts();
    let engine = use_engine();
    let toaster = use_toaster();
    let busy = RwSignal::new(false);
    let problem = RwSignal::new(None::<Problem>);
    let press = move || {
        let (a, b) = (a.clone(), b.clone());
        busy.set(true);
        problem.set(None);
        spawn_local(async move {
            let result = undo_merge(engine, toaster, t, a, b).await;
            busy.try_set(false);
            if let Err(found) = result {
                problem.try_set(Some(found));
            }
        });
    };
    view! {
        <Button icon=Glyph::Undo busy press=press>
            {move || t.get().people.undo}
        </Button>
        <ErrorState problem />
    }
}
