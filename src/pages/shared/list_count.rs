//! The line below the title of a list: how many rows match, or how far the records have been read since the app was opened.

use leptos::prelude::*;

use crate::{
    shell::{engine::use_engine, intl},
    texts::use_texts,
};

/// Returns the line for a list of `total` rows; empty until something is known.
pub fn list_count(
    total: ReadSignal<Option<u32>>,
) -> impl Fn() -> String + Copy + Send + Sync + 'static {
    let t = use_texts();
    let opening = use_engine().opening;
    move || {
        let texts = t.get();
        let number = |count: f64| intl::number(texts.language, count);
        match (total.get(), opening.get()) {
            (None, Some((done, all))) => format!(
                "{} {} / {}",
                texts.common.loading,
                number(done as f64),
                number(all as f64)
            ),
            (Some(total), _) => (texts.common.count)(&number(f64::from(total))),
            (None, None) => String::new(),
        }
    }
}
