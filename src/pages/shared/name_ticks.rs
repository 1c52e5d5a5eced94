//! Ticks for names of colleagues; the order of ticking is kept.

use leptos::prelude::*;

/// A group of ticks. Which are ticked belongs to the caller.
#[component]
pub fn NameTicks(
    #[prop(into)] label: Signal<String>,
    /// Each name with a word beside it; empty = none.
    #[prop(into)]
    names: Signal<Vec<(String, String)>>,
    /// The names ticked.
    #[prop(into)]
    ticked: Signal<Vec<String>>,
    /// Hears of all names ticked after each change.
    #[prop(into)]
    change: Callback<Vec<String>>,
) -> impl IntoView {
    let tick = move |name: String| {
        let own = StoredValue::new(name.clone());
        let is_ticked = move || ticked.with(|ticked| own.with_value(|own| ticked.contains(own)));
        let beside = Memo::new(move |_| {
            names.with(|names| {
                let known = names
                    .iter()
                    .find(|(name, _)| own.with_value(|own| own == name));
                known.map(|(_, word)| word.clone()).unwrap_or_default()
            })
        });
        let flip = move |_| {
            change.run(ticked.with_untracked(|ticked| own.with_value(|own| flipped(ticked, own))));
        };
        view! {
            <label class="checkbox">
                <input type="checkbox" prop:checked=is_ticked on:change=flip />
                <span>{name}</span>
                <span class="muted num">{move || beside.get()}</span>
            </label>
        }
    };
    // By the name alone: a word that changes beside it does not take the tick away under the keyboard.
    let each = move || {
        names.with(|names| {
            names
                .iter()
                .map(|(name, _)| name.clone())
                .collect::<Vec<_>>()
        })
    };
    view! {
        <fieldset class="wide people-ticks">
            <legend>{move || label.get()}</legend>
            <For each key=Clone::clone children=tick />
        </fieldset>
    }
    .into_any()
}

/// Returns the names ticked after one was ticked or not any more.
fn flipped(ticked: &[String], name: &str) -> Vec<String> {
    let mut names: Vec<String> = ticked
        .iter()
        .filter(|known| *known != name)
        .cloned()
        .collect();
    if names.len() == ticked.len() {
        names.push(name.to_owned());
    }
    names
}

#[cfg(test)]
mod tests {
    use super::flipped;

    #[test]
    fn a_name_is_ticked_last_and_taken_away_where_it_stands() {
        let names = |names: &[&str]| -> Vec<String> {
            names.iter().map(|name| (*name).to_owned()).collect()
        };
        assert_eq!(flipped(&names(&["王芳"]), "李娜"), names(&["王芳", "李娜"]));
        assert_eq!(flipped(&names(&["王芳", "李娜"]), "王芳"), names(&["李娜"]));
    }
}
