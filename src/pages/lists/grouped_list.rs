//! A list of any length with the chosen columns, in groups if wanted; the keys move its mark and open records.

use std::sync::Arc;

use leptos::prelude::*;

use super::{
    bulk::{RowTick, listen_to_choose},
    columns::{Column, chosen, title, usual},
    grouping::{Group, GroupHead, Groups, Place, follow_groups},
};
use crate::{
    pages::shared::{listen_in_list, row_height},
    shell::{
        branches::use_branches,
        list_mark::{Rows, Whereabouts},
        list_memory::ListState,
        narrow::use_narrow,
        policy::use_policy,
        windows::{Listed, Windows},
    },
    texts::use_texts,
    ui::{Scroll, VirtualList},
};

/// Makes the cells of a row; hears that the row was followed.
pub type Cells<T> = Arc<dyn Fn(T, Callback<()>) -> AnyView + Send + Sync>;

/// Returns the columns shown: those chosen, on a phone the usual ones.
pub fn shown_columns(cases: bool, state: ListState) -> Memo<Vec<Column>> {
    let narrow = use_narrow();
    Memo::new(move |_| {
        if narrow.get() {
            usual(cases).to_vec()
        } else {
            state.columns.with(|names| chosen(cases, names))
        }
    })
}

/// What a place of the list shows.
#[derive(Clone, PartialEq)]
enum Shown<T> {
    Head(Group),
    Row(T),
    Awaited,
}

/// The rows of the list as its mark sees them.
struct GroupedRows<T: Listed> {
    windows: Windows<T>,
    groups: Memo<Groups>,
}

impl<T: Listed> Rows for GroupedRows<T> {
    fn track(&self) {
        self.windows.track();
        self.groups.track();
    }

    fn places(&self) -> u32 {
        let rows = self.windows.total.get_untracked().unwrap_or(0);
        self.groups.with_untracked(|groups| groups.places(rows))
    }

    fn id_at(&self, place: u32) -> Option<String> {
        let row = self.groups.with_untracked(|groups| groups.at(place).row());
        self.windows.id_at(row?)
    }

    fn find(&self, id: &str, near: u32) -> Whereabouts {
        self.groups.with_untracked(
            |groups| match self.windows.find(id, groups.row_from(near)) {
                Whereabouts::At(row) => Whereabouts::At(groups.place_of(row)),
                other => other,
            },
        )
    }
}

/// The list. `path` is where records are, such as `/cases`.
#[component]
pub fn GroupedList<T: Listed>(
    cases: bool,
    #[prop(into)] label: Signal<String>,
    path: &'static str,
    windows: Windows<T>,
    state: ListState,
    columns: Memo<Vec<Column>>,
    cells: Cells<T>,
) -> impl IntoView {
    let t = use_texts();
    let branches = use_branches();
    let policy = use_policy();
    let groups = follow_groups(cases, state.query);
    let places = Signal::derive(move || {
        let rows = windows.total.get().unwrap_or(0);
        groups.with(|groups| groups.places(rows))
    });
    let drawn = RwSignal::new((0, 0));
    Effect::new(move |_| {
        let (first, last) = drawn.get();
        let rows = groups.with(|groups| (groups.row_from(first), groups.row_from(last)));
        if windows.shown.get_untracked() != rows {
            windows.shown.set(rows);
        }
    });
    let id_at = move |place: u32| {
        let row = groups.with_untracked(|groups| groups.at(place).row())?;
        windows.id_at(row)
    };
    listen_in_list(state.mark, places, path, id_at);
    state.mark.follow(GroupedRows { windows, groups });
    listen_to_choose::<T>(state, move |place| {
        let row = groups.with_untracked(|groups| groups.at(place).row())?;
        windows.id_at(row).map(|id| (row, id))
    });
    let column = Signal::derive(move || state.query.with(|query| query.group.clone()));
    let row = Arc::new(move |place: u32| {
        // Drawn again only when this row has changed, not whenever others came.
        let shown = Memo::new(move |_| match groups.with(|groups| groups.at(place)) {
            Place::Head(group) => Shown::Head(group),
            Place::Row(row) => windows.row(row).map_or(Shown::Awaited, Shown::Row),
        });
        let opened = Callback::new(move |()| state.mark.set(place, id_at(place)));
        let cells = Arc::clone(&cells);
        let content = move || match shown.get() {
            Shown::Head(group) => view! { <GroupHead column group policy branches /> }.into_any(),
            Shown::Row(record) => {
                let row = groups.with_untracked(|groups| groups.at(place).row());
                let tick = row.map(|row| {
                    let record = record.clone();
                    view! { <RowTick record row state /> }
                });
                view! {
                    {tick}
                    {cells(record, opened)}
                }
                .into_any()
            }
            Shown::Awaited => view! { <span role="gridcell" class="bar"></span> }.into_any(),
        };
        content.into_any()
    });
    let head = move || {
        columns
            .get()
            .into_iter()
            .map(|column| {
                let name = move || title(t.get(), cases, &column.name);
                view! { <span role="columnheader" class=column.class>{name}</span> }
            })
            .collect_view()
    };
    view! {
        <VirtualList
            label
            total=places
            row_height=row_height()
            scroll=Scroll {
                top: state.scroll,
                cursor: state.mark.place,
                carried: state.mark.carried,
                restarts: state.restarts.into(),
            }
            shown=drawn
            row
            head=Box::new(move || view! { {head} }.into_any())
        />
    }
}
