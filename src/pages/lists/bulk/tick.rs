//! The box at the start of a row that chooses it: by click, a range with Shift, by the keys x and Shift+x.

use huiyin_api::ListQuery;
use leptos::{ev, prelude::*, task::spawn_local};

use crate::{
    pages::lists::views_menu::query_now,
    shell::{
        chosen_rows::ChosenRows,
        engine::{Engine, use_engine},
        intl,
        keys::{Command, on_command},
        list_memory::ListState,
        windows::Listed,
    },
    texts::use_texts,
};

/// Rows asked for at a time.
const PIECE: u32 = 1_000;

/// Chooses every row from the one chosen last to this one.
fn choose_range<T: Listed>(engine: Engine, state: ListState, to: u32) {
    let chosen = state.chosen;
    let from = chosen.anchor.get_value().unwrap_or(to);
    let (first, end) = (from.min(to), from.max(to) + 1);
    let query = query_now(state);
    chosen.anchor.set_value(Some(to));
    spawn_local(async move {
        let mut offset = first;
        while offset < end {
            let piece = ListQuery {
                offset,
                limit: PIECE.min(end - offset),
                ..query.clone()
            };
            let Ok((_, _, rows)) = engine.get(T::request(piece), T::pick).await else {
                return;
            };
            if rows.is_empty() {
                return;
            }
            offset += rows.len() as u32;
            chosen.add(rows.iter().map(|row| row.id().to_owned()));
        }
    });
}

fn choose<T: Listed>(engine: Engine, state: ListState, id: &str, row: u32, range: bool) {
    if range && state.chosen.anchor.get_value().is_some() {
        choose_range::<T>(engine, state, row);
    } else {
        state.chosen.toggle(id, row);
    }
}

/// The box of a row.
#[component]
pub fn RowTick<T: Listed>(record: T, row: u32, state: ListState) -> impl IntoView {
    let t = use_texts();
    let engine = use_engine();
    let chosen: ChosenRows = state.chosen;
    let id = record.id().to_owned();
    let own = id.clone();
    let checked = move || chosen.has(&own);
    let click = move |event: ev::MouseEvent| {
        choose::<T>(engine, state, &id, row, event.shift_key());
    };
    let name = move || {
        let number = intl::number(t.language(), f64::from(row + 1));
        (t.get().bulk.choose_row)(&number)
    };
    view! {
        <span role="gridcell" class="row-tick">
            <input
                type="checkbox"
                tabindex="-1"
                aria-label=name
                prop:checked=checked
                on:click=click
            />
        </span>
    }
}

/// Chooses the marked row by the keys. `at` gives row and id of a place of the list.
pub fn listen_to_choose<T: Listed>(
    state: ListState,
    at: impl Fn(u32) -> Option<(u32, String)> + Send + Sync + 'static,
) {
    let engine = use_engine();
    on_command(move |command| {
        let range = match command {
            Command::Choose => false,
            Command::ChooseTo => true,
            _ => return false,
        };
        let Some((row, id)) = state.mark.place.get_untracked().and_then(&at) else {
            return false;
        };
        choose::<T>(engine, state, &id, row, range);
        true
    });
}
