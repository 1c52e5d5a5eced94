//! Moving the focus along lines that are links, for screens that are no long lists.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use super::keys::{Command, on_command};

/// Lets `j`, `k` and the arrows move the focus among the elements a selector finds; Enter follows the link itself.
pub fn move_along(selector: &'static str) {
    on_command(move |command| match command {
        Command::Down => step(selector, 1),
        Command::Up => step(selector, -1),
        _ => false,
    });
}

/// Moves the focus to the next element a selector finds.
pub fn focus_next(selector: &str) {
    step(selector, 1);
}

fn step(selector: &str, by: i32) -> bool {
    let Ok(found) = document().query_selector_all(selector) else {
        return false;
    };
    let lines: Vec<HtmlElement> = (0..found.length())
        .filter_map(|at| found.item(at)?.dyn_into().ok())
        .collect();
    let active = document().active_element();
    let at = lines
        .iter()
        .position(|line| active.as_ref() == Some(line.as_ref()));
    match lines.get(next(at, lines.len(), by)) {
        // A missing focus harms nobody.
        Some(line) => line.focus().is_ok(),
        None => false,
    }
}

/// Returns the line after or before; the first one if none is marked.
fn next(at: Option<usize>, count: usize, by: i32) -> usize {
    let last = count.saturating_sub(1);
    match at {
        None => 0,
        Some(at) if by > 0 => (at + 1).min(last),
        Some(at) => at.saturating_sub(1),
    }
}

#[cfg(test)]
mod tests {
    use super::next;

    #[test]
    fn the_focus_stays_within_the_lines() {
        assert_eq!(next(None, 3, 1), 0);
        assert_eq!(next(Some(0), 3, 1), 1);
        assert_eq!(next(Some(2), 3, 1), 2);
        assert_eq!(next(Some(0), 3, -1), 0);
        assert_eq!(next(None, 0, 1), 0);
    }
}
