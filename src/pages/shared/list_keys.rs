//! Keys in a list: down, up, open; and how high its rows are.

use leptos::prelude::*;

use crate::shell::{
    go::use_go,
    keys::{Command, on_command},
    list_mark::Mark,
    narrow::use_narrow,
    preferences::{Density, use_preferences},
};

/// Height of a row on a phone, in pixels; the style sheets draw two lines into it.
const CARD_HEIGHT: f64 = 76.0;
/// Height of a row with room.
const REGULAR_HEIGHT: f64 = 46.0;
/// Height of a compact row.
const COMPACT_HEIGHT: f64 = 36.0;

/// Returns the height of the rows of long lists, in pixels.
pub fn row_height() -> Signal<f64> {
    let narrow = use_narrow();
    let preferences = use_preferences();
    Signal::derive(move || {
        if narrow.get() {
            CARD_HEIGHT
        } else {
            match preferences.with(|now| now.density) {
                Density::Regular => REGULAR_HEIGHT,
                Density::Compact => COMPACT_HEIGHT,
            }
        }
    })
}

/// Moves the mark of a list by the keys and opens the marked record. `id_at` gives the record at a place.
pub fn listen_in_list(
    mark: Mark,
    total: Signal<u32>,
    path: &'static str,
    id_at: impl Fn(u32) -> Option<String> + Send + Sync + 'static,
) {
    let go = use_go();
    on_command(move |command| {
        let last = total.get_untracked().checked_sub(1);
        let (Some(last), now) = (last, mark.place.get_untracked()) else {
            return false;
        };
        let to = match command {
            Command::Down => now.map_or(0, |at| (at + 1).min(last)),
            Command::Up => now.map_or(0, |at| at.saturating_sub(1).min(last)),
            Command::Open => {
                let id = mark.id();
                if let Some(id) = &id {
                    go.to(&format!("{path}/{id}"));
                }
                return id.is_some();
            }
            _ => return false,
        };
        mark.set(to, id_at(to));
        true
    });
}
