//! Saves the rows of the present filter as a workbook, as CSV or as address cards, with progress and a way to stop.

use huiyin_api::{CaseRow, CustomerRow, ListQuery, Request};
use huiyin_core::interchange::vcard;
use leptos::{ev, prelude::*, task::spawn_local};

use super::{
    cards::card_of,
    columns::{Column, chosen, columns, of_import, title},
    export_file::{Format, Sheet},
    export_rows::{Exported, Naming, Stop, gather, is_moment},
    views_menu::query_now,
};
use crate::{
    pages::parts::{Desk, in_part},
    shell::{
        ask,
        base::use_base,
        branches::use_branches,
        engine::{Engine, use_engine},
        files, intl,
        list_memory::ListState,
        notices::use_toaster,
        policy::use_policy,
        spreadsheet,
    },
    texts::use_texts,
    ui::{Button, Dialog, Look, Progress, SelectField},
};

/// Most cards in one file: each file of a customer is opened for it.
const MAX_CARDS: usize = 2_000;
/// Most rows in one file; what a sheet holds is not much more.
const MAX_ROWS: u32 = 1_000_000;

/// Where an export stands.
#[derive(Clone, Copy)]
struct Job {
    engine: Engine,
    /// Done and all, while it runs.
    progress: RwSignal<Option<(u32, u32)>>,
    /// Counted up to stop the one that runs.
    round: StoredValue<u64>,
}

impl Job {
    fn begin(self) -> u64 {
        self.round.update_value(|round| *round += 1);
        self.progress.set(Some((0, 0)));
        self.round.get_value()
    }

    fn stop(self) {
        self.round.update_value(|round| *round += 1);
        self.progress.set(None);
    }

    fn stopped(self, round: u64) -> bool {
        self.round.try_get_value() != Some(round)
    }

    fn tell(self, done: u32, total: u32) {
        self.progress.try_set(Some((done, total)));
    }

    /// Returns the text of a sheet with all rows of a query.
    async fn sheet<T: Exported>(
        self,
        round: u64,
        query: &ListQuery,
        begin: impl Fn() -> Sheet,
        shown: &[Column],
        naming: Naming,
    ) -> Result<String, Stop> {
        let sheet = std::cell::RefCell::new(begin());
        gather::<T>(
            self.engine,
            query,
            || *sheet.borrow_mut() = begin(),
            |row| {
                let cells: Vec<String> = shown
                    .iter()
                    .map(|column| row.text(&column.name, naming))
                    .collect();
                sheet.borrow_mut().push(&cells);
            },
            |done, total| self.tell(done, total),
            || self.stopped(round),
        )
        .await?;
        Ok(sheet.into_inner().end())
    }

    /// Returns the cards of the customers of a query.
    async fn cards(self, round: u64, query: &ListQuery) -> Result<Option<String>, Stop> {
        let ids = std::cell::RefCell::new(Vec::new());
        gather::<CustomerRow>(
            self.engine,
            query,
            || ids.borrow_mut().clear(),
            |row| ids.borrow_mut().push(row.id.clone()),
            |_, _| {},
            || self.stopped(round),
        )
        .await?;
        let ids = ids.into_inner();
        if ids.len() > MAX_CARDS {
            return Ok(None);
        }
        let mut cards = Vec::new();
        for (done, id) in ids.iter().enumerate() {
            let request = Request::Customer { id: id.clone() };
            let answer = self.engine.get(request, ask::customer).await;
            if self.stopped(round) {
                return Err(Stop::Cancelled);
            }
            cards.push(card_of(&answer.map_err(Stop::Problem)?));
            self.tell(done as u32 + 1, ids.len() as u32);
        }
        Ok(Some(vcard::write(&cards)))
    }
}

/// Returns every column, the fields that only an import knows at last.
async fn all_columns(engine: Engine, cases: bool) -> Vec<Column> {
    let request = Request::CustomFields { cases };
    let custom = engine.get(request, ask::custom_fields).await;
    let custom = custom.unwrap_or_default();
    columns(cases)
        .iter()
        .cloned()
        .chain(custom.iter().filter_map(|field| of_import(&field.name)))
        .collect()
}

/// The button that opens the export.
#[component]
pub fn ExportButton(
    /// The list is that of cases.
    cases: bool,
    state: ListState,
    /// Rows of the present filter, once known.
    #[prop(into)]
    total: Signal<Option<u32>>,
) -> impl IntoView {
    let t = use_texts();
    let open = RwSignal::new(false);
    view! {
        <button
            type="button"
            class="chip chip-button"
            aria-haspopup="dialog"
            on:click=move |_| open.set(true)
        >
            {move || t.get().lists.export}
        </button>
        <Dialog open title=move || t.get().lists.export>
            {in_part(Desk::Export(cases, state, total, open))}
        </Dialog>
    }
}

/// What the dialog holds: the form of the file and its making.
#[component]
pub fn ExportForm(
    cases: bool,
    state: ListState,
    #[prop(into)] total: Signal<Option<u32>>,
    open: RwSignal<bool>,
) -> impl IntoView {
    let t = use_texts();
    let base = use_base();
    let toaster = use_toaster();
    let (policy, branches) = (use_policy(), use_branches());
    let job = Job {
        engine: use_engine(),
        progress: RwSignal::new(None),
        round: StoredValue::new(0),
    };
    on_cleanup(move || {
        job.round.try_update_value(|round| *round += 1);
    });
    let format = RwSignal::new(Format::Xlsx.name().to_owned());
    let every = RwSignal::new(false);
    let formats = Signal::derive(move || {
        let l = &t.get().lists;
        let mut formats = vec![
            (Format::Xlsx.name().to_owned(), l.as_xlsx.to_owned()),
            (Format::Csv.name().to_owned(), l.as_csv.to_owned()),
        ];
        if !cases {
            formats.push((Format::Cards.name().to_owned(), l.as_cards.to_owned()));
        }
        formats
    });
    let start = move |event: ev::SubmitEvent| {
        event.prevent_default();
        if job.progress.get_untracked().is_some() {
            return;
        }
        let texts = t.now();
        let format = format
            .with_untracked(|name| Format::parse(name))
            .unwrap_or(Format::Xlsx);
        if total.get_untracked().is_some_and(|total| total > MAX_ROWS) {
            toaster.say(texts.lists.too_many_rows);
            return;
        }
        let every = every.get_untracked();
        let chosen = state.columns.with_untracked(|names| chosen(cases, names));
        let name = if cases {
            texts.cases.title
        } else {
            texts.customers.title
        };
        let naming = Naming {
            texts,
            policy,
            branches,
        };
        let query = query_now(state);
        let round = job.begin();
        spawn_local(async move {
            let shown = if every {
                all_columns(job.engine, cases).await
            } else {
                chosen
            };
            let heads: Vec<(String, bool)> = shown
                .iter()
                .map(|column| (title(texts, cases, &column.name), is_moment(column)))
                .collect();
            let begin = || Sheet::begin(format, name, &heads);
            let text = match format {
                Format::Cards => job.cards(round, &query).await,
                _ if cases => {
                    let text = job
                        .sheet::<CaseRow>(round, &query, begin, &shown, naming)
                        .await;
                    text.map(Some)
                }
                _ => {
                    let text = job
                        .sheet::<CustomerRow>(round, &query, begin, &shown, naming)
                        .await;
                    text.map(Some)
                }
            };
            let bytes = match text {
                Ok(Some(text)) if format == Format::Xlsx => {
                    spreadsheet::workbook(base, &text).await
                }
                Ok(Some(text)) => Some(js_sys::Uint8Array::from(text.as_bytes())),
                Ok(None) => {
                    toaster.say(texts.lists.too_many_cards);
                    job.progress.try_set(None);
                    return;
                }
                Err(Stop::Cancelled) => return,
                Err(Stop::Problem(problem)) => {
                    toaster.problem(&problem);
                    job.progress.try_set(None);
                    return;
                }
            };
            if job.stopped(round) {
                return;
            }
            job.progress.try_set(None);
            let file = format!("{name}-{}.{}", intl::iso_day(intl::now()), format.name());
            if bytes.is_some_and(|bytes| files::save_file(&file, format.media(), &bytes)) {
                toaster.good((texts.lists.exported)(&file));
                open.try_set(false);
            } else {
                toaster.say(texts.lists.not_exported);
            }
        });
    };
    let running = Signal::derive(move || job.progress.with(Option::is_some));
    let share = move |pick: fn((u32, u32)) -> u32| {
        Signal::derive(move || job.progress.get().map_or(0.0, |now| f64::from(pick(now))))
    };
    let words = move || {
        let texts = t.get();
        let (done, all) = job.progress.get().unwrap_or_default();
        let number = |count: u32| intl::number(texts.language, f64::from(count));
        (texts.lists.exporting)(&number(done), &number(all))
    };
    let rows = move || {
        let texts = t.get();
        let count = f64::from(total.get().unwrap_or(0));
        (texts.lists.rows_to_export)(&intl::number(texts.language, count))
    };
    view! {
        <form class="view-form" on:submit=start novalidate>
            <p class="muted">{rows}</p>
            <SelectField
                label=move || t.get().lists.format
                value=format
                input=move |name: String| format.set(name)
                choices=formats
            />
            <Show when=move || format.with(|name| name != Format::Cards.name())>
                <label class="checkbox">
                    <input
                        type="checkbox"
                        prop:checked=move || every.get()
                        on:change:target=move |event| every.set(event.target().checked())
                    />
                    <span>{move || t.get().lists.every_column}</span>
                </label>
            </Show>
            <Show when=move || running.get()>
                <Progress label=words done=share(|(done, _)| done) total=share(|(_, all)| all) />
                <Button press=move || job.stop()>{move || t.get().lists.stop}</Button>
            </Show>
            <Button look=Look::Primary submit=true busy=running>
                {move || t.get().lists.export}
            </Button>
        </form>
    }
}
