//! A form of one contact: `/contacts/:id/print/:layout`.

use huiyin_api::{ContactRecord, Request};
use leptos::prelude::*;

use super::{
    contact_forms::{self, ContactSource},
    press::use_press,
    record_sheet::{RecordSheet, once_here, use_layout, use_param},
};
use crate::{
    shell::{ask, live::live, title::set_title},
    texts::{
        forms::{self, About},
        use_texts,
    },
};

/// The screen of a contact's form.
#[component]
pub fn ContactPaperPage() -> impl IntoView {
    let t = use_texts();
    let id = use_param("id");
    let layout = use_layout(About::Contact, "visit_report");
    let found = live(
        move || Some(Request::Contact { id: id.get() }),
        ask::contact,
    );
    let record = Memo::new(move |_| found.value.get().filter(|record| record.row.id == id.get()));
    set_title(move || layout.with(|layout| forms::layout_of(layout).title.of(t.language())));
    once_here(record, found, move |record| {
        view! { <ContactPaper record layout /> }.into_any()
    })
}

#[component]
fn ContactPaper(record: Signal<ContactRecord>, layout: Memo<String>) -> impl IntoView {
    let t = use_texts();
    let press = use_press();
    let language = RwSignal::new(t.now().language);
    let desk = live(|| Some(Request::ContactDesk), ask::contact_desk);
    let paper = Signal::derive(move || {
        let layout = layout.get();
        press.make(language.get(), &layout, |press| {
            record.with(|record| {
                desk.value.with(|desk| {
                    let source = ContactSource {
                        press,
                        record,
                        desk: desk.as_ref(),
                    };
                    contact_forms::paper(&source, &layout)
                })
            })
        })
    });
    let path = Signal::derive(move || record.with(|record| format!("/contacts/{}", record.row.id)));
    let choices = Signal::derive(move || forms::offered(About::Contact, t.language()));
    let back = Signal::derive(move || t.get().papers.back_contact);
    view! { <RecordSheet paper form=layout language path back choices /> }
}
