//! Own reports under the figures: chosen by name, shown as a table whose numbers lead to their records, changed and removed.
//!
//! Long: choosing, showing, changing and removing one thing.

use std::sync::Arc;

use huiyin_api::{
    CrossQuery, CrossTable, FigureQuery, FilterTree, OTHER_GROUP, Request, SavedView, SavedViews,
    ViewReport,
};
use leptos::{prelude::*, task::spawn_local};

use super::{
    model::{Behind, Cell, Chart, Line, Section, Value, measure_name},
    own_form::OwnForm,
    period::Asked,
    table::SectionCard,
};
use crate::{
    pages::lists::Format,
    shell::{
        ask,
        branches::use_branches,
        engine::use_engine,
        intl,
        live::live,
        notices::{Act, use_toaster},
        policy::use_policy,
    },
    texts::{Texts, figures, own_reports, use_texts},
    ui::{Button, Dialog, ErrorState, Glyph, Look},
};

/// Returns the name of a column of reports.
pub fn column_name(texts: &Texts, column: &str) -> String {
    match column {
        "assignee" => figures::of(texts.language).assignee.to_owned(),
        column => texts.field(column),
    }
}

/// Returns what the address asks once a report is opened: its own period, branch and kind.
fn opened(saved: &SavedView, report: &ViewReport) -> Asked {
    let one = |column: &str| {
        let wanted = saved.view.query.filter.get(column);
        wanted
            .and_then(|wanted| wanted.first())
            .cloned()
            .unwrap_or_default()
    };
    Asked {
        choice: report.period.clone(),
        from: report.from.clone(),
        to: report.to.clone(),
        branch: one("branch"),
        kind: one("kind"),
        report: saved.id.clone(),
    }
}

/// Returns a report as a section: the fullest line first, the rest of a report that is too large last.
pub fn section(
    query: &CrossQuery,
    name: &str,
    table: &CrossTable,
    texts: &Texts,
    called: &dyn Fn(&str, &str) -> String,
) -> Section {
    let words = figures::of(texts.language);
    let named = |column: &str, value: &str| match value {
        "" => words.none.to_owned(),
        OTHER_GROUP => words.other.to_owned(),
        value => called(column, value),
    };
    let cell = |count: u32, line: Option<&str>, head: Option<&str>| {
        let rest = [line, head].contains(&Some(OTHER_GROUP));
        Cell {
            value: Value::Count(count),
            behind: (count > 0 && !rest).then(|| Behind::Cases(query.list(line, head))),
        }
    };
    let crossed = !query.columns.is_empty();
    let head = |head: &'static str| head.to_owned();
    let mut heads: Vec<String> = if crossed {
        table
            .heads
            .iter()
            .map(|value| named(&query.columns, value))
            .collect()
    } else {
        vec![measure_name(words, query.measure).to_owned()]
    };
    if crossed {
        heads.push(head(words.total));
    }
    let cells = |numbers: &[u32], line: Option<&str>| {
        let mut cells: Vec<Cell> = numbers
            .iter()
            .zip(&table.heads)
            .map(|(count, value)| cell(*count, line, crossed.then_some(value.as_str())))
            .collect();
        if crossed {
            cells.push(cell(numbers.iter().sum(), line, None));
        }
        cells
    };
    let mut shown: Vec<(&String, &Vec<u32>)> = table.lines.iter().collect();
    shown.sort_by_key(|(value, numbers)| {
        let sum: u32 = numbers.iter().sum();
        (value.as_str() == OTHER_GROUP, std::cmp::Reverse(sum))
    });
    let sums: Vec<u32> = (0..table.heads.len())
        .map(|at| {
            table
                .lines
                .values()
                .filter_map(|numbers| numbers.get(at))
                .sum()
        })
        .collect();
    Section {
        id: "own".to_owned(),
        title: name.to_owned(),
        heads,
        lines: shown
            .into_iter()
            .map(|(value, numbers)| Line {
                name: named(&query.rows, value),
                cells: cells(numbers, Some(value)),
            })
            .collect(),
        total: Some(Line {
            name: words.total.to_owned(),
            cells: cells(&sums, None),
        }),
        chart: Chart::None,
        note: String::new(),
    }
}

fn reports(views: Option<&SavedViews>) -> Vec<SavedView> {
    let all = views.into_iter().flat_map(|views| &views.views);
    all.filter(|saved| saved.view.report.is_some())
        .cloned()
        .collect()
}

/// The card: the reports by name, the one that is open, and the dialogs that make and change them.
#[component]
pub fn OwnReports(
    asked: Memo<Asked>,
    query: Memo<FigureQuery>,
    change: Callback<Asked>,
    /// Tells the file of the open report's section.
    section_of: RwSignal<Option<Section>>,
    export: Callback<(Format, String)>,
) -> impl IntoView {
    let t = use_texts();
    let (engine, toaster) = (use_engine(), use_toaster());
    let saved = live(|| Some(Request::SavedViews), ask::saved_views);
    let (policy, branches) = (use_policy(), use_branches());
    let all = Memo::new(move |_| saved.value.with(|views| reports(views.as_ref())));
    let may_share = Signal::derive(move || {
        saved
            .value
            .with(|views| views.as_ref().is_some_and(|views| views.may_share))
    });
    let shown = Memo::new(move |_| {
        let id = asked.with(|asked| asked.report.clone());
        all.with(|all| all.iter().find(|saved| saved.id == id).cloned())
    });
    let crossed = Memo::new(move |_| {
        let saved = shown.get()?;
        let report = saved.view.report.clone()?;
        Some(CrossQuery {
            figures: query.get(),
            measure: report.measure,
            tree: saved
                .view
                .query
                .tree
                .clone()
                .filter(|tree| !matches!(tree, FilterTree::All(all) if all.is_empty())),
            rows: report.rows,
            columns: report.columns,
        })
    });
    let found = live(
        move || Some(Request::Crossed(Box::new(crossed.get()?))),
        ask::crossed,
    );
    Effect::new(move |_| {
        let texts = t.get();
        let called = |column: &str, wire: &str| match column {
            "branch" => branches.name(wire),
            "assignee" => wire.to_owned(),
            "state" => texts.state(wire),
            column => policy.value(texts, column, wire),
        };
        let made = crossed.with(|query| {
            let (query, saved) = (query.as_ref()?, shown.get()?);
            found.value.with(|table| {
                // The answer may be the one to the report before.
                let table = table.as_ref().filter(|table| table.asked == *query)?;
                Some(section(query, &saved.view.name, table, texts, &called))
            })
        });
        section_of.set(made);
    });
    let (making, editing) = (RwSignal::new(false), RwSignal::new(false));
    let open_report = move |id: String| {
        let next = all.with_untracked(|all| {
            let saved = all.iter().find(|saved| saved.id == id)?;
            Some(opened(saved, saved.view.report.as_ref()?))
        });
        // One just saved is opened as it was asked for; its name comes with the next answer.
        change.run(next.unwrap_or_else(|| Asked {
            report: id,
            ..asked.get_untracked()
        }));
    };
    let was_saved = Callback::new(move |id: String| {
        if let Some(now) = asked.try_get_untracked() {
            saved.ask_again();
            change.run(Asked { report: id, ..now });
        }
    });
    let close = move || {
        // The screen may have been left while the engine was at work.
        if let Some(now) = asked.try_get_untracked() {
            change.run(Asked {
                report: String::new(),
                ..now
            });
        }
    };
    let remove = move || {
        let Some(gone) = shown.get_untracked() else {
            return;
        };
        spawn_local(async move {
            match engine
                .tell(Request::DropListView {
                    id: gone.id.clone(),
                })
                .await
            {
                Ok(()) => {
                    let words = own_reports::of(t.now().language);
                    let back = Arc::new(move || {
                        let request = Request::SaveListView {
                            id: None,
                            view: Box::new(gone.view.clone()),
                            shared: gone.shared,
                        };
                        spawn_local(async move {
                            match engine.save(request).await {
                                Ok(_) => toaster.good(words.saved),
                                Err(problem) => toaster.problem(&problem),
                            }
                        });
                    });
                    toaster.good_with(words.removed, Act::new(words.undo, back));
                    close();
                    if asked.try_get_untracked().is_some() {
                        saved.ask_again();
                    }
                }
                Err(problem) => toaster.problem(&problem),
            }
        });
    };
    let chips = move || {
        let now = asked.with(|asked| asked.report.clone());
        all.get()
            .into_iter()
            .map(|saved| {
                let id = saved.id.clone();
                let on = saved.id == now;
                let marks = saved.shared.then(|| {
                    view! { <span class="muted">{move || own_reports::of(t.language()).shared}</span> }
                });
                view! {
                    <button
                        type="button"
                        class="chip chip-button"
                        class:on=on
                        aria-pressed=if on { "true" } else { "false" }
                        on:click=move |_| open_report(id.clone())
                    >
                        {saved.view.name}
                        {marks}
                    </button>
                }
            })
            .collect_view()
    };
    let may_change = move || {
        shown.with(|one| {
            one.as_ref()
                .is_some_and(|one| !one.shared || may_share.get())
        })
    };
    let key = move || section_of.with(|one| one.as_ref().map(Section::mark));
    let table = Memo::new(move |_| key());
    view! {
        <section class="card own-reports" aria-label=move || own_reports::of(t.language()).title>
            <header class="card-head">
                <h2>{move || own_reports::of(t.language()).title}</h2>
                <Button icon=Glyph::Plus press=move || making.set(true)>
                    {move || own_reports::of(t.language()).new}
                </Button>
            </header>
            <div class="card-body">
                <p class="muted">{move || own_reports::of(t.language()).lead}</p>
                <div class="chips">{chips}</div>
                <ErrorState problem=found.problem />
                <Show when=move || shown.with(Option::is_some)>
                    <div class="actions">
                        <span class="muted">
                            {move || {
                                let language = t.language();
                                let words = own_reports::of(language);
                                let total = found.value.with(|table| table.as_ref().map_or(0, |table| table.total));
                                if total == 0 {
                                    return words.nothing.to_owned();
                                }
                                let measure = crossed
                                    .with(|query| query.as_ref().map(|query| query.measure).unwrap_or_default());
                                let name = measure_name(figures::of(language), measure);
                                (words.counted)(name, &intl::count(language, u64::from(total)))
                            }}
                        </span>
                        <Show when=may_change>
                            <Button look=Look::Quiet icon=Glyph::Pencil press=move || editing.set(true)>
                                {move || own_reports::of(t.language()).change}
                            </Button>
                            <Button look=Look::Quiet press=remove>
                                {move || own_reports::of(t.language()).remove}
                            </Button>
                        </Show>
                        <Button look=Look::Quiet press=close>
                            {move || own_reports::of(t.language()).close}
                        </Button>
                    </div>
                </Show>
            </div>
        </section>
        {move || {
            // A memo that nobody has read yet is not kept current by being tracked alone.
            let _mark = table.get();
            section_of.get_untracked().map(|section| view! { <SectionCard section export /> })
        }}
        <Dialog open=making title=move || own_reports::of(t.language()).new large=true>
            <OwnForm before=None asked may_share=may_share.get_untracked() open=making saved=was_saved />
        </Dialog>
        <Dialog open=editing title=move || own_reports::of(t.language()).edit large=true>
            <OwnForm
                before=shown.get_untracked()
                asked
                may_share=may_share.get_untracked()
                open=editing
                saved=was_saved
            />
        </Dialog>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use huiyin_api::Language;

    use super::*;
    use crate::texts::of;

    fn query(columns: &str) -> CrossQuery {
        CrossQuery {
            figures: FigureQuery {
                from: "2026-11-01".to_owned(),
                to: "2026-11-30".to_owned(),
                ..FigureQuery::default()
            },
            rows: "category".to_owned(),
            columns: columns.to_owned(),
            ..CrossQuery::default()
        }
    }

    fn told(query: &CrossQuery, table: &CrossTable) -> Section {
        section(query, "R", table, of(Language::English), &|_, value| {
            value.to_owned()
        })
    }

    #[test]
    fn a_report_adds_up_both_ways_and_what_is_too_much_leads_nowhere() {
        let table = CrossTable {
            heads: vec!["HQ".to_owned(), "SH01".to_owned()],
            lines: BTreeMap::from([
                ("delivery".to_owned(), vec![3, 1]),
                (String::new(), vec![0, 5]),
                (OTHER_GROUP.to_owned(), vec![9, 9]),
            ]),
            total: 27,
            ..CrossTable::default()
        };
        let made = told(&query("branch"), &table);
        assert_eq!(made.heads, ["HQ", "SH01", "Total"]);
        let names: Vec<&str> = made.lines.iter().map(|line| line.name.as_str()).collect();
        assert_eq!(names, ["Not stated", "delivery", "Other"]);
        let sums: Vec<Value> = made
            .total
            .expect("a sum")
            .cells
            .iter()
            .map(|cell| cell.value)
            .collect();
        assert_eq!(sums, [12, 15, 27].map(Value::Count));
        assert!(made.lines[1].cells.iter().all(|cell| cell.behind.is_some()));
        assert!(made.lines[2].cells.iter().all(|cell| cell.behind.is_none()));
    }

    #[test]
    fn without_heads_a_report_has_the_figure_as_its_one_head() {
        let table = CrossTable {
            heads: vec![String::new()],
            lines: BTreeMap::from([("delivery".to_owned(), vec![4])]),
            total: 4,
            ..CrossTable::default()
        };
        let made = told(&query(""), &table);
        assert_eq!(made.heads, ["Received"]);
        assert_eq!(made.lines[0].cells.len(), 1);
    }
}
