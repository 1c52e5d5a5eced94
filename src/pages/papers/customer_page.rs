//! A form of one customer: `/customers/:id/print/:layout`.

use huiyin_api::{CustomerRecord, HistoryQuery, Request};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use super::{
    customer_forms::{self, CustomerSource, MAX_CHANGES},
    press::use_press,
    sheet::Sheet,
};
use crate::{
    shell::{
        ask,
        base::use_base,
        go::use_go,
        keys::{Command, on_command},
        live::live,
        title::set_title,
    },
    texts::{
        forms::{self, About},
        use_texts,
    },
    ui::{ErrorState, Glyph, Icon, SelectField, Skeleton},
};

/// The form that shows what was changed.
const CHANGES: &str = "customer_maintenance";

/// The screen of a customer's form.
#[component]
pub fn CustomerPaperPage() -> impl IntoView {
    let t = use_texts();
    let params = use_params_map();
    let param = move |name: &str| params.with(|params| params.get(name).unwrap_or_default());
    let id = Memo::new(move |_| param("id"));
    let layout = Memo::new(move |_| {
        forms::find(&param("layout"))
            .filter(|known| known.about == About::Customer)
            .map_or("customer_basic", |known| known.wire)
            .to_owned()
    });
    let found = live(
        move || Some(Request::Customer { id: id.get() }),
        ask::customer,
    );
    let record = Memo::new(move |_| found.value.get().filter(|record| record.row.id == id.get()));
    let here = Memo::new(move |_| record.with(Option::is_some));
    set_title(move || layout.with(|layout| forms::layout_of(layout).title.of(t.language())));
    move || {
        if here.get() {
            let record = Signal::derive(move || record.get().unwrap_or_default());
            view! { <CustomerPaper record layout /> }.into_any()
        } else if found.problem.with(Option::is_some) {
            view! { <ErrorState problem=found.problem retry=move || found.ask_again() /> }
                .into_any()
        } else {
            view! { <Skeleton lines=12 /> }.into_any()
        }
    }
}

#[component]
fn CustomerPaper(record: Signal<CustomerRecord>, layout: Memo<String>) -> impl IntoView {
    let t = use_texts();
    let base = use_base();
    let go = use_go();
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
    let path = move || record.with(|record| format!("/customers/{}", record.row.id));
    let choices = Signal::derive(move || forms::offered(About::Customer, t.language()));
    let choose = move |layout: String| {
        go.instead(&format!("{}/print/{layout}", untrack(path)));
    };
    on_command(move |command| {
        let back = command == Command::Back;
        if back {
            go.to(&untrack(path));
        }
        back
    });
    view! {
        <ErrorState problem=history.problem />
        {move || {
            if !ready.get() {
                return view! { <Skeleton lines=12 /> }.into_any();
            }
            view! {
                <Sheet paper form=layout language>
                    <a class="button quiet" href=move || base.href(&path())>
                        <Icon glyph=Glyph::Back />
                        <span>{move || t.get().papers.back_customer}</span>
                    </a>
                    <SelectField
                        label=move || t.get().papers.paper
                        value=layout
                        input=choose
                        choices
                    />
                </Sheet>
            }
                .into_any()
        }}
    }
}
