//! A form of one customer: `/customers/:id/print/:layout`.

use huiyin_api::{CustomerRecord, HistoryQuery, Request};
use leptos::prelude::*;

use super::{
    customer_forms::{self, CustomerSource, MAX_CHANGES},
    press::use_press,
    record_sheet::{RecordSheet, once_here, use_layout, use_param},
};
use crate::{
    shell::{ask, live::live, title::set_title},
    texts::{
        forms::{self, About},
        use_texts,
    },
    ui::{ErrorState, Skeleton},
};

/// The form that shows what was changed.
const CHANGES: &str = "customer_maintenance";

/// The screen of a customer's form.
#[component]
pub fn CustomerPaperPage() -> impl IntoView {
    let t = use_texts();
    let id = use_param("id");
    let layout = use_layout(About::Customer, "customer_basic");
    let found = live(
        move || Some(Request::Customer { id: id.get() }),
        ask::customer,
    );
    let record = Memo::new(move |_| found.value.get().filter(|record| record.row.id == id.get()));
    set_title(move || layout.with(|layout| forms::layout_of(layout).title.of(t.language())));
    once_here(record, found, move |record| {
        view! { <CustomerPaper record layout /> }.into_any()
    })
}

#[component]
fn CustomerPaper(record: Signal<CustomerRecord>, layout: Memo<String>) -> impl IntoView {
    let t = use_texts();
    let press = use_press();
    let language = RwSignal::new(t.now().language);
    let history = live(
        move || {
            let wanted = layout.with(|layout| layout == CHANGES);
            wanted.then(|| {
                Request::History(HistoryQuery {
                    id: record.with(|record| record.row.id.clone()),
                    // What was written when the file was made is no change, but counts among the lines.
                    limit: 4 * MAX_CHANGES as u32,
                    ..HistoryQuery::default()
                })
            })
        },
        ask::history,
    );
    let paper = Signal::derive(move || {
        let layout = layout.get();
        press.make(language.get(), &layout, |press| {
            record.with(|record| {
                history.value.with(|history| {
                    let source = CustomerSource {
                        press,
                        record,
                        history: history.as_ref(),
                    };
                    customer_forms::paper(&source, &layout)
                })
            })
        })
    });
    let ready = Memo::new(move |_| {
        layout.with(|layout| layout != CHANGES) || history.value.with(Option::is_some)
    });
    let path =
        Signal::derive(move || record.with(|record| format!("/customers/{}", record.row.id)));
    let choices = Signal::derive(move || forms::offered(About::Customer, t.language()));
    let back = Signal::derive(move || t.get().papers.back_customer);
    view! {
        <ErrorState problem=history.problem />
        {move || {
            if ready.get() {
                view! { <RecordSheet paper form=layout language path back choices /> }.into_any()
            } else {
                view! { <Skeleton lines=12 /> }.into_any()
            }
        }}
    }
}
