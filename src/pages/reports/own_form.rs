//! The form of an own report: name, lines, heads, what is counted and under which conditions; the period, branch and kind are those on
//! the screen.

use huiyin_api::{
    FigureMeasure, FilterTree, ListQuery, ListView, Problem, REPORT_COLUMNS, Request, SavedView,
    ViewReport,
};
use leptos::{ev, prelude::*, task::spawn_local};

use super::{model::measure_name, own::column_name, period::Asked};
use crate::{
    pages::lists::FilterPlan,
    shell::{engine::use_engine, notices::use_toaster},
    texts::{figures, own_reports, use_texts},
    ui::{Button, DialogFoot, ErrorState, Glyph, Look, SelectField, TextField},
};

/// Returns the view a report is kept as.
fn view(
    name: String,
    asked: &Asked,
    rows: String,
    columns: String,
    measure: FigureMeasure,
    tree: Option<FilterTree>,
) -> ListView {
    let filter = [("branch", &asked.branch), ("kind", &asked.kind)]
        .into_iter()
        .filter(|(_, wanted)| !wanted.is_empty())
        .map(|(column, wanted)| (column.to_owned(), vec![wanted.clone()]))
        .collect();
    ListView {
        name,
        cases: true,
        query: ListQuery {
            filter,
            tree,
            sort: "received".to_owned(),
            descending: true,
            ..ListQuery::default()
        },
        columns: Vec::new(),
        report: Some(ViewReport {
            rows,
            columns,
            measure,
            period: asked.choice.clone(),
            from: asked.from.clone(),
            to: asked.to.clone(),
        }),
    }
}

/// The form; `saved` hears the id. A report that is changed is given as `before`.
#[component]
pub fn OwnForm(
    before: Option<SavedView>,
    asked: Memo<Asked>,
    may_share: bool,
    open: RwSignal<bool>,
    saved: Callback<String>,
) -> impl IntoView {
    let t = use_texts();
    let (engine, toaster) = (use_engine(), use_toaster());
    let known = before
        .as_ref()
        .and_then(|before| before.view.report.clone());
    let known = known.unwrap_or_else(|| ViewReport {
        rows: REPORT_COLUMNS[0].to_owned(),
        ..ViewReport::default()
    });
    let name = RwSignal::new(
        before
            .as_ref()
            .map_or_else(String::new, |before| before.view.name.clone()),
    );
    let rows = RwSignal::new(known.rows);
    let columns = RwSignal::new(known.columns);
    let measure = RwSignal::new(known.measure.name().to_owned());
    let tree = before
        .as_ref()
        .and_then(|before| before.view.query.tree.clone());
    let plan = FilterPlan::of_report(tree.as_ref());
    let filtered = RwSignal::new(tree.is_some());
    let shared = RwSignal::new(before.as_ref().is_some_and(|before| before.shared));
    let busy = RwSignal::new(false);
    let problem = RwSignal::new(None::<Problem>);
    let id = before.map(|before| before.id);
    let fresh = id.is_none();
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let wanted = measure.get_untracked();
        let counted = FigureMeasure::ALL
            .into_iter()
            .find(|measure| measure.name() == wanted)
            .unwrap_or_default();
        let tree = match filtered.get_untracked().then(|| plan.tree()).transpose() {
            Ok(tree) => tree.flatten(),
            Err(found) => {
                problem.set(Some(found));
                return;
            }
        };
        let (rows, columns) = (rows.get_untracked(), columns.get_untracked());
        let kept = view(
            name.get_untracked(),
            &asked.get_untracked(),
            rows,
            columns,
            counted,
            tree,
        );
        let request = Request::SaveListView {
            id: id.clone(),
            view: Box::new(kept),
            shared: shared.get_untracked(),
        };
        busy.set(true);
        spawn_local(async move {
            let answer = engine.save(request).await;
            busy.try_set(false);
            match answer {
                Ok(id) => {
                    toaster.good(own_reports::of(t.now().language).saved);
                    // Nothing is left to be told once the form is gone.
                    if open.try_set(false).is_none() {
                        saved.run(id);
                    }
                }
                Err(found) => {
                    problem.try_set(Some(found));
                }
            }
        });
    };
    let drop_all = move || {
        filtered.set(false);
        plan.clear();
    };
    let choices = move |none: bool| {
        Signal::derive(move || {
            let texts = t.get();
            let first = none.then(|| {
                let words = own_reports::of(texts.language);
                (String::new(), words.no_columns.to_owned())
            });
            first
                .into_iter()
                .chain(REPORT_COLUMNS.map(|column| (column.to_owned(), column_name(texts, column))))
                .collect::<Vec<_>>()
        })
    };
    let measures = Signal::derive(move || {
        let words = figures::of(t.language());
        FigureMeasure::ALL
            .map(|measure| {
                (
                    measure.name().to_owned(),
                    measure_name(words, measure).to_owned(),
                )
            })
            .to_vec()
    });
    view! {
        <form class="view-form" on:submit=submit novalidate>
            <TextField
                label=move || own_reports::of(t.language()).name
                value=name
                input=move |typed: String| name.set(typed)
                hint=move || own_reports::of(t.language()).name_hint.to_owned()
                autofocus=true
            />
            <SelectField
                label=move || own_reports::of(t.language()).rows
                value=rows
                input=move |wire: String| rows.set(wire)
                choices=choices(false)
            />
            <SelectField
                label=move || own_reports::of(t.language()).columns
                value=columns
                input=move |wire: String| columns.set(wire)
                choices=choices(true)
            />
            <SelectField
                label=move || own_reports::of(t.language()).measure
                value=measure
                input=move |wire: String| measure.set(wire)
                choices=measures
            />
            <Show
                when=move || filtered.get()
                fallback=move || {
                    view! {
                        <Button look=Look::Quiet icon=Glyph::Plus press=move || filtered.set(true)>
                            {move || t.get().lists.add_condition}
                        </Button>
                    }
                }
            >
                <div class="report-conditions">
                    <h3>{move || t.get().lists.conditions}</h3>
                    {plan.view()}
                    <Button look=Look::Quiet icon=Glyph::Close press=drop_all>
                        {move || t.get().lists.drop_conditions}
                    </Button>
                </div>
            </Show>
            {(may_share && fresh)
                .then(|| {
                    view! {
                        <label class="checkbox">
                            <input
                                type="checkbox"
                                prop:checked=move || shared.get()
                                on:change:target=move |event| shared.set(event.target().checked())
                            />
                            <span>{move || t.get().lists.view_shared}</span>
                        </label>
                    }
                })}
            <ErrorState problem />
            <DialogFoot open busy submit=move || own_reports::of(t.language()).save />
        </form>
    }
    .into_any()
}
