//! A paper of one case.

use huiyin_api::{CaseRecord, Language, Request};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use super::{
    layouts::{self, Source},
    sheet::Sheet,
};
use crate::{
    shell::{
        ask,
        base::use_base,
        branches::use_branches,
        go::use_go,
        intl,
        keys::{Command, on_command},
        live::live,
        session::use_session,
        title::set_title,
    },
    texts::{
        forms::{self, About},
        use_texts,
    },
    ui::{ErrorState, Glyph, Icon, SelectField, Skeleton},
};

/// The screen of a case's paper: `/cases/:id/print/:layout`.
#[component]
pub fn CasePaperPage() -> impl IntoView {
    let t = use_texts();
    let params = use_params_map();
    let param = move |name: &str| params.with(|params| params.get(name).unwrap_or_default());
    let id = Memo::new(move |_| param("id"));
    let layout = Memo::new(move |_| param("layout"));
    let found = live(move || Some(Request::Case { id: id.get() }), ask::case);
    let record = Memo::new(move |_| found.value.get().filter(|record| record.row.id == id.get()));
    let here = Memo::new(move |_| record.with(Option::is_some));
    let title = move || {
        record.with(|record| match record {
            Some(record) => layouts::name(record, &layout.get(), t.language()),
            None => t.get().papers.screen.to_owned(),
        })
    };
    set_title(title);
    move || {
        if here.get() {
            let record = Signal::derive(move || record.get().unwrap_or_default());
            view! { <CasePaper record layout /> }.into_any()
        } else if found.problem.with(Option::is_some) {
            view! { <ErrorState problem=found.problem retry=move || found.ask_again() /> }
                .into_any()
        } else {
            view! { <Skeleton lines=12 /> }.into_any()
        }
    }
}

#[component]
fn CasePaper(record: Signal<CaseRecord>, layout: Memo<String>) -> impl IntoView {
    let t = use_texts();
    let base = use_base();
    let go = use_go();
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
    let case_path = move || record.with(|record| format!("/cases/{}", record.row.id));
    let choices = move || {
        let language: Language = t.language();
        forms::offered(About::Case, language)
            .into_iter()
            .map(|(wire, _)| {
                let name = record.with(|record| layouts::name(record, &wire, language));
                (wire, name)
            })
            .collect::<Vec<_>>()
    };
    let choose = move |layout: String| {
        go.instead(&format!("{}/print/{layout}", untrack(case_path)));
    };
    on_command(move |command| {
        let back = command == Command::Back;
        if back {
            go.to(&untrack(case_path));
        }
        back
    });
    view! {
        <Sheet paper form=layout language>
            <a class="button quiet" href=move || base.href(&case_path())>
                <Icon glyph=Glyph::Back />
                <span>{move || t.get().papers.back}</span>
            </a>
            <SelectField
                label=move || t.get().papers.paper
                value=layout
                input=choose
                choices=Signal::derive(choices)
            />
        </Sheet>
    }
}
