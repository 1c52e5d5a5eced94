//! A paper of one case.

use huiyin_api::{CaseRecord, Language, Request};
use leptos::prelude::*;

use super::{
    layouts::{self, Source},
    record_sheet::{RecordSheet, once_here, use_param},
};
use crate::{
    shell::{
        ask, branches::use_branches, intl, live::live, session::use_session, title::set_title,
    },
    texts::{
        forms::{self, About},
        use_texts,
    },
};

/// The screen of a case's paper: `/cases/:id/print/:layout`.
#[component]
pub fn CasePaperPage() -> impl IntoView {
    let t = use_texts();
    let id = use_param("id");
    let layout = use_param("layout");
    let found = live(move || Some(Request::Case { id: id.get() }), ask::case);
    let record = Memo::new(move |_| found.value.get().filter(|record| record.row.id == id.get()));
    let title = move || {
        record.with(|record| match record {
            Some(record) => layouts::name(record, &layout.get(), t.language()),
            None => t.get().papers.screen.to_owned(),
        })
    };
    set_title(title);
    once_here(record, found, move |record| {
        view! { <CasePaper record layout /> }.into_any()
    })
}

#[component]
fn CasePaper(record: Signal<CaseRecord>, layout: Memo<String>) -> impl IntoView {
    let t = use_texts();
    let session = use_session();
    let branches = use_branches();
    let language = RwSignal::new(t.now().language);
    let reference = Memo::new(move |_| record.with(|record| record.desk.pack.clone()));
    let pack = live(
        move || {
            let reference = reference.get();
            (!reference.is_empty()).then_some(Request::Pack { reference })
        },
        ask::pack,
    );
    let paper = Signal::derive(move || {
        let language = language.get();
        let company = session.with(|status| status.map(|status| status.company.clone()));
        record.with(|record| {
            pack.value.with(|pack| {
                let source = Source {
                    record,
                    pack: pack.as_ref(),
                    company: company.as_deref().unwrap_or_default(),
                    branch: &branches.name(&record.row.branch),
                    language,
                    day: &|at| intl::date(language, at),
                    time: &|at| intl::date_time(language, at),
                    today: &intl::date(language, intl::now()),
                };
                layouts::paper(&source, &layout.get())
            })
        })
    });
    let path = Signal::derive(move || record.with(|record| format!("/cases/{}", record.row.id)));
    let choices = Signal::derive(move || {
        let language: Language = t.language();
        forms::offered(About::Case, language)
            .into_iter()
            .map(|(wire, _)| {
                let name = record.with(|record| layouts::name(record, &wire, language));
                (wire, name)
            })
            .collect::<Vec<_>>()
    });
    let back = Signal::derive(move || t.get().papers.back);
    view! { <RecordSheet paper form=layout language path back choices /> }
}
