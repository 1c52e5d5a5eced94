//! The tour: a small card beside the real thing. It is not modal: everything can be used while it is shown.

use huiyin_api::{ListQuery, Request};
use leptos::{html, prelude::*, task::spawn_local};

use crate::{
    shell::{
        ask,
        engine::{Engine, use_engine},
        go::use_go,
        keys::{Command, on_command_first},
        tour::{point, point_again, use_tour},
    },
    texts::{
        sample::{self, STOPS},
        use_texts,
    },
    ui::{Button, Glyph, Icon, Look},
};

/// Records the tour leads to; empty where there are none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Records {
    case: String,
    customer: String,
}

/// Where a stop is and what it points at.
const PLACES: [(&str, &str); STOPS] = [
    ("/", ".day-groups > *, .content .empty"),
    ("/cases", ".clock"),
    ("/cases", ".step-bar"),
    ("/customers", ".record-main > *"),
    ("/sync", ".desk .card"),
    ("/reports", ".content .card"),
    ("/", ".finder-button:not(:empty), .content h1"),
];
/// What is pointed at where there is no record to lead to.
const TITLE: &str = ".content h1";
/// Places in [`PLACES`] that are about a case, and the one about a customer.
const OF_CASE: [usize; 2] = [1, 2];
/// See [`OF_CASE`].
const OF_CUSTOMER: usize = 3;

/// The card of the stop shown.
#[component]
pub fn TourCard() -> impl IntoView {
    let t = use_texts();
    let engine = use_engine();
    let tour = use_tour();
    let go = use_go();
    let card = NodeRef::<html::Section>::new();
    let records = RwSignal::new(None::<Records>);
    spawn_local(async move {
        let found = find(engine).await;
        records.try_set(Some(found));
    });
    let at = Memo::new(move |_| tour.stop().unwrap_or_default().min(STOPS - 1));
    Effect::new(move |_| {
        let Some(records) = records.get() else { return };
        let Some(card) = card.get() else { return };
        let at = at.get();
        go.to(&path(at, &records));
        let target = target(at, &records);
        // Attributes of plain names are always valid.
        let _ = card.set_attribute("data-at", target);
        point(target, card);
    });
    let resized = window_event_listener(leptos::ev::resize, move |_| {
        if let Some(card) = card.get_untracked() {
            point_again(&card);
        }
    });
    on_cleanup(move || resized.remove());
    let step = move |ahead: bool| match (at.get_untracked(), ahead) {
        (last, true) if last + 1 == STOPS => tour.end(),
        (at, true) => tour.go_to(at + 1),
        (at, false) => tour.go_to(at.saturating_sub(1)),
    };
    on_command_first(move |command| {
        match command {
            Command::Back => tour.end(),
            Command::Right | Command::Down | Command::Open => step(true),
            Command::Left | Command::Up => step(false),
            _ => return false,
        }
        true
    });
    let texts = move || sample::of(t.language());
    let last = Memo::new(move |_| at.get() + 1 == STOPS);
    view! {
        <section node_ref=card class="tour-card" tabindex="-1" aria-label=move || texts().tour>
            <header>
                <span class="muted num">{move || (texts().place)(at.get() + 1, STOPS)}</span>
                <button
                    type="button"
                    class="icon-button"
                    aria-label=move || texts().end
                    title=move || texts().end
                    on:click=move |_| tour.end()
                >
                    <Icon glyph=Glyph::Close />
                </button>
            </header>
            <div aria-live="polite">
                <h2>{move || texts().stops[at.get()].0}</h2>
                <p>{move || texts().stops[at.get()].1}</p>
            </div>
            <footer>
                <span class="muted tour-keys">{move || texts().keys}</span>
                <Button look=Look::Quiet disabled=Signal::derive(move || at.get() == 0) press=move || step(false)>
                    {move || texts().back}
                </Button>
                <Button look=Look::Primary press=move || step(true)>
                    {move || if last.get() { texts().done } else { texts().next }}
                </Button>
            </footer>
        </section>
    }
}

fn path(at: usize, records: &Records) -> String {
    let base = PLACES[at].0;
    let record = if OF_CASE.contains(&at) {
        &records.case
    } else if at == OF_CUSTOMER {
        &records.customer
    } else {
        return base.to_owned();
    };
    if record.is_empty() {
        base.to_owned()
    } else {
        format!("{base}/{record}")
    }
}

fn target(at: usize, records: &Records) -> &'static str {
    if path(at, records) == PLACES[at].0 && (OF_CASE.contains(&at) || at == OF_CUSTOMER) {
        TITLE
    } else {
        PLACES[at].1
    }
}

/// Returns an open case and a customer, the ones that come first in their lists.
async fn find(engine: Engine) -> Records {
    let open = ListQuery {
        filter: [("group".to_owned(), vec!["open".to_owned()])].into(),
        sort: "due".to_owned(),
        limit: 1,
        ..ListQuery::default()
    };
    let cases = engine.get(Request::Cases(open), ask::cases).await;
    let any = ListQuery {
        limit: 1,
        ..ListQuery::default()
    };
    let customers = engine.get(Request::Customers(any), ask::customers).await;
    Records {
        case: cases
            .ok()
            .and_then(|page| page.rows.into_iter().next())
            .map_or_else(String::new, |row| row.id),
        customer: customers
            .ok()
            .and_then(|page| page.rows.into_iter().next())
            .map_or_else(String::new, |row| row.id),
    }
}
