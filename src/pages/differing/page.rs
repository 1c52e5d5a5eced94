//! The screen: records with differing entries, by kind and by page; settled one by one, by the keyboard, or the newest of all shown.

use huiyin_api::{
    ConflictChoice, DifferingPage as Found, DifferingQuery, DifferingRecord, MAX_DIFFERING_ROWS,
    Request,
};
use leptos::prelude::*;

use super::record::{Marks, RecordCard, proposed};
use crate::{
    pages::shared::{Settling, choice, conflict_key},
    shell::{
        ask,
        base::use_base,
        focus::{focus_next, move_along},
        intl,
        keys::{Command, on_command},
        live::live,
        title::set_title,
    },
    texts::{Texts, differing, use_texts},
    ui::{
        Button, Dialog, EmptyState, ErrorState, Glyph, Icon, Look, PageHead, Skeleton, Tab, Tabs,
    },
};

/// Every field of the screen, for the keyboard.
const FIELDS: &str = ".differing-field";
/// Kinds of records in the order of the tabs.
const KINDS: [&str; 5] = ["cu", "ca", "ex", "vi", "sv"];

/// Returns what a kind of records is called.
fn kind_name(texts: &Texts, kind: &str) -> &'static str {
    match kind {
        "cu" => texts.customers.title,
        "ca" => texts.cases.title,
        "ex" => differing::of(texts.language).forwarded,
        "vi" => texts.contacts.title,
        _ => texts.surveys.title,
    }
}

/// The screen.
#[component]
pub fn DifferingPage() -> impl IntoView {
    let t = use_texts();
    let words = move || differing::of(t.language());
    set_title(move || words().title);
    let query = RwSignal::new(DifferingQuery {
        limit: MAX_DIFFERING_ROWS,
        ..DifferingQuery::default()
    });
    let found = live(
        move || Some(Request::Differing(query.get())),
        ask::differing,
    );
    // The last page may have been settled away.
    Effect::new(move |_| {
        let gone = found
            .value
            .with(|page| page.as_ref().is_some_and(|page| page.records.is_empty()));
        if gone && query.with_untracked(|query| query.offset > 0) {
            query.update(|query| query.offset = query.offset.saturating_sub(MAX_DIFFERING_ROWS));
        }
    });
    let settling = Settling::new();
    let marks = Marks {
        current: RwSignal::new(None),
        picks: RwSignal::default(),
    };
    listen(marks, settling, found.value);
    let subtitle = move || {
        let total: u32 = found
            .value
            .with(|page| page.as_ref().map_or(0, |page| page.counts.values().sum()));
        if total > 0 {
            (words().waiting)(&intl::number(t.language(), f64::from(total)))
        } else {
            words().text.to_owned()
        }
    };
    view! {
        <div class="stack-page differing">
            <PageHead title=move || words().title subtitle>
                <Newest found=found.value settling />
            </PageHead>
            <Kinds query found=found.value />
            <Late found=found.value />
            <ErrorState problem=found.problem retry=move || found.ask_again() />
            {move || {
                let here = found.value.with(Option::is_some);
                if !here && found.problem.with(Option::is_none) {
                    view! { <Skeleton lines=8 /> }.into_any()
                } else {
                    view! { <Records query found=found.value settling marks /> }.into_any()
                }
            }}
        </div>
    }
}

/// Keys: up and down go from field to field, digits mark an entry, Enter settles.
fn listen(marks: Marks, settling: Settling, found: ReadSignal<Option<Found>>) {
    move_along(FIELDS);
    let of_current = move || {
        let (id, name) = marks.current.get_untracked()?;
        found.with_untracked(|page| {
            let records = &page.as_ref()?.records;
            let record = records.iter().find(|record| record.id == id)?;
            let fields = &record.fields;
            let field = fields.iter().find(|field| field.conflict.field == name)?;
            let fixed = record.refused.is_some();
            Some(((id, name), field.clone(), fixed))
        })
    };
    on_command(move |command| {
        let Some((place, field, fixed)) = of_current() else {
            return false;
        };
        match command {
            Command::Pick(number) => {
                let at = usize::from(number) - 1;
                if at < field.conflict.values.len() {
                    marks.picks.update(|picks| {
                        picks.insert(place, at);
                    });
                }
                true
            }
            Command::Open if !fixed => {
                let own = marks
                    .picks
                    .with_untracked(|picks| picks.get(&place).copied());
                let at = own.unwrap_or_else(|| proposed(&field));
                if let Some(value) = field.conflict.values.get(at) {
                    let made = choice(&place.0, &field.conflict, value.value.clone());
                    // What is settled leaves the screen; the next field is gone on with.
                    focus_next(FIELDS);
                    settling.take(vec![made]);
                }
                true
            }
            _ => false,
        }
    });
}

#[component]
fn Kinds(query: RwSignal<DifferingQuery>, found: ReadSignal<Option<Found>>) -> impl IntoView {
    let t = use_texts();
    let tabs = Signal::derive(move || {
        let texts = t.get();
        let counts = found.with(|page| page.as_ref().map(|page| page.counts.clone()));
        let counts = counts.unwrap_or_default();
        let tab = |value: &str, name: &str, count: u32| Tab {
            value: value.to_owned(),
            name: name.to_owned(),
            count: Some(intl::number(texts.language, f64::from(count))),
            urgent: false,
        };
        let all = differing::of(texts.language).all;
        let mut tabs = vec![tab("", all, counts.values().sum())];
        for kind in KINDS {
            if let Some(count) = counts.get(kind) {
                tabs.push(tab(kind, kind_name(texts, kind), *count));
            }
        }
        tabs
    });
    view! {
        <Show when=move || tabs.with(|tabs| tabs.len() > 2)>
            <Tabs
                label=move || differing::of(t.language()).title
                tabs
                chosen=Signal::derive(move || query.with(|query| query.kind.clone()))
                choose=move |kind: String| {
                    query
                        .update(|query| {
                            query.kind = kind;
                            query.offset = 0;
                        });
                }
            />
        </Show>
    }
}

/// Work of devices that were shut out: kept, not in force, judged elsewhere.
#[component]
fn Late(found: ReadSignal<Option<Found>>) -> impl IntoView {
    let t = use_texts();
    let base = use_base();
    let late = Memo::new(move |_| found.with(|page| page.as_ref().map_or(0, |page| page.late)));
    move || {
        (late.get() > 0).then(|| {
            let words = differing::of(t.language());
            let told = (words.late)(&intl::number(t.language(), f64::from(late.get())));
            view! {
                <a class="notice" href=base.href("/settings/devices")>
                    <Icon glyph=Glyph::Warning />
                    <span>{told} " " {words.late_open}</span>
                </a>
            }
        })
    }
}

#[component]
fn Records(
    query: RwSignal<DifferingQuery>,
    found: ReadSignal<Option<Found>>,
    settling: Settling,
    marks: Marks,
) -> impl IntoView {
    let t = use_texts();
    let words = move || differing::of(t.language());
    let records = move || {
        found.with(|page| {
            let records = page.as_ref().map(|page| page.records.clone());
            records.unwrap_or_default()
        })
    };
    let none = Memo::new(move |_| {
        found.with(|page| page.as_ref().is_some_and(|page| page.records.is_empty()))
    });
    view! {
        <Show when=move || none.get()>
            <section class="card">
                <EmptyState
                    glyph=Glyph::Check
                    title=move || words().none
                    text=move || words().none_text
                />
            </section>
        </Show>
        <Show when=move || !none.get()>
            <p class="muted wide-only">{move || words().keys}</p>
        </Show>
        <For each=records key=record_key let:record>
            {view! { <RecordCard record settling marks /> }.into_any()}
        </For>
        <Pages query found />
    }
}

/// What has the card of a record made anew.
fn record_key(record: &DifferingRecord) -> String {
    let fields: Vec<_> = record
        .fields
        .iter()
        .map(|field| (conflict_key(&field.conflict), field.decided.clone()))
        .collect();
    format!("{} {} {fields:?}", record.id, record.clashes)
}

#[component]
fn Pages(query: RwSignal<DifferingQuery>, found: ReadSignal<Option<Found>>) -> impl IntoView {
    let t = use_texts();
    let words = move || differing::of(t.language());
    let total = Memo::new(move |_| found.with(|page| page.as_ref().map_or(0, |page| page.total)));
    let offset = move || query.with(|query| query.offset);
    let turn = move |forward: bool| {
        query.update(|query| {
            query.offset = if forward {
                query.offset + MAX_DIFFERING_ROWS
            } else {
                query.offset.saturating_sub(MAX_DIFFERING_ROWS)
            };
        });
    };
    let told = move || {
        let number = |number: u32| intl::number(t.language(), f64::from(number));
        let last = (offset() + MAX_DIFFERING_ROWS).min(total.get());
        (words().shown_of)(&number(offset() + 1), &number(last), &number(total.get()))
    };
    view! {
        <Show when=move || { total.get() > MAX_DIFFERING_ROWS }>
            <div class="actions">
                <span class="muted num">{told}</span>
                <Button disabled=Signal::derive(move || offset() == 0) press=move || turn(false)>
                    {move || words().before}
                </Button>
                <Button
                    disabled=Signal::derive(move || offset() + MAX_DIFFERING_ROWS >= total.get())
                    press=move || turn(true)
                >
                    {move || words().after}
                </Button>
            </div>
        </Show>
    }
}

/// Returns the newest of every field shown, where it can be settled.
fn newest(page: &Found) -> Vec<ConflictChoice> {
    let mut choices = Vec::new();
    for record in page.records.iter().filter(|one| one.refused.is_none()) {
        for field in &record.fields {
            if let Some(value) = field.conflict.values.get(proposed(field)) {
                choices.push(choice(&record.id, &field.conflict, value.value.clone()));
            }
        }
    }
    choices.truncate(huiyin_api::MAX_SETTLED);
    choices
}

/// The button that takes the newest of all shown, after a look at what that means.
#[component]
fn Newest(found: ReadSignal<Option<Found>>, settling: Settling) -> impl IntoView {
    let t = use_texts();
    let words = move || differing::of(t.language());
    let open = RwSignal::new(false);
    let count =
        Memo::new(move |_| found.with(|page| page.as_ref().map_or(0, |page| newest(page).len())));
    let shown = move || intl::count(t.language(), count.get() as u64);
    let take = move || {
        open.set(false);
        settling.take(found.with_untracked(|page| page.as_ref().map(newest).unwrap_or_default()));
    };
    view! {
        <Show when=move || { count.get() > 1 }>
            <Button icon=Glyph::Check busy=settling.busy press=move || open.set(true)>
                {move || (words().newest)(&shown())}
            </Button>
        </Show>
        <Dialog open title=move || words().newest_title>
            <div class="form">
                <p class="wide">{move || (words().newest_text)(&shown())}</p>
                <footer class="dialog-foot">
                    <Button press=move || open.set(false)>{move || t.get().common.cancel}</Button>
                    <Button look=Look::Primary busy=settling.busy press=take>
                        {move || words().newest_sure}
                    </Button>
                </footer>
            </div>
        </Dialog>
    }
}
