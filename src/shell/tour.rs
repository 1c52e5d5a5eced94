//! The tour: which stop is shown, and pointing at the real thing on the screen.

use std::time::Duration;

use leptos::prelude::*;
use web_sys::{Element, HtmlElement};

/// Class of the element that is pointed at.
const MARKED: &str = "tour-marked";
/// How often the thing is looked for while its screen is being made.
const LOOK: Duration = Duration::from_millis(120);
/// Looks until it is taken as not here.
const LOOKS: u32 = 60;
/// Room between the card and what it points at, and between it and the edge of the screen, in CSS pixels.
const GAP: f64 = 12.0;

/// The tour. Cheap to copy.
#[derive(Clone, Copy)]
pub struct Tour(RwSignal<Option<usize>>);

impl Tour {
    /// Returns a tour nobody is on.
    pub fn new() -> Self {
        Self(RwSignal::new(None))
    }

    /// Returns the stop shown, tracked.
    pub fn stop(self) -> Option<usize> {
        self.0.get()
    }

    /// Goes to a stop.
    pub fn go_to(self, stop: usize) {
        self.0.set(Some(stop));
    }

    /// Begins.
    pub fn begin(self) {
        self.go_to(0);
    }

    /// Ends.
    pub fn end(self) {
        unmark();
        self.0.set(None);
    }
}

/// Returns the tour.
pub fn use_tour() -> Tour {
    expect_context()
}

/// Points at the first element of a selector once it is there: it is marked, brought into view, and the card placed beside it. For a
/// while it is looked for again when its screen was made anew, and the card gets the focus back that a new screen took.
pub fn point(selector: &'static str, card: HtmlElement) {
    unmark();
    look(selector, card, LOOKS);
}

fn look(selector: &'static str, card: HtmlElement, left: u32) {
    if !card.is_connected() || card.get_attribute("data-at").as_deref() != Some(selector) {
        // Ended, or further on.
        return;
    }
    let is_marked = matches!(
        document().query_selector(&format!(".{MARKED}")),
        Ok(Some(_))
    );
    if !is_marked && let Ok(Some(target)) = document().query_selector(selector) {
        show(&target, &card);
    } else if is_marked && nothing_has_the_focus() {
        focus(&card);
    }
    if left > 0 {
        set_timeout(move || look(selector, card, left - 1), LOOK);
    }
}

/// Returns whether the focus is on nothing in particular: the page, or its main landmark.
fn nothing_has_the_focus() -> bool {
    document()
        .active_element()
        .is_none_or(|active| matches!(active.tag_name().as_str(), "BODY" | "MAIN"))
}

fn show(target: &Element, card: &HtmlElement) {
    // Plain class names are always valid.
    let _ = target.class_list().add_1(MARKED);
    target.scroll_into_view_with_bool(true);
    place(target, card);
    // The next tab stop is the card's first button; what is read out is the card.
    focus(card);
}

fn focus(card: &HtmlElement) {
    // A missing focus harms nobody.
    let _ = card.focus();
}

/// Puts the card below what it points at, above it, or where there is no room for either, into the corner its style gives it.
fn place(target: &Element, card: &HtmlElement) {
    let style = card.style();
    let narrow = window()
        .match_media("(max-width: 760px)")
        .ok()
        .flatten()
        .is_some_and(|media| media.matches());
    let _ = style.remove_property("inset");
    if narrow {
        return;
    }
    let size =
        |value: Result<wasm_bindgen::JsValue, _>| value.ok().and_then(|value| value.as_f64());
    let (Some(wide), Some(high)) = (size(window().inner_width()), size(window().inner_height()))
    else {
        return;
    };
    let (of, own) = (
        target.get_bounding_client_rect(),
        card.get_bounding_client_rect(),
    );
    let top = if of.bottom() + GAP + own.height() < high {
        of.bottom() + GAP
    } else if of.top() - GAP - own.height() > 0.0 {
        of.top() - GAP - own.height()
    } else {
        return;
    };
    let left = of.left().clamp(GAP, (wide - own.width() - GAP).max(GAP));
    let _ = style.set_property("inset", &format!("{top}px auto auto {left}px"));
}

/// Puts the card beside what is pointed at once more: the window has another size.
pub fn point_again(card: &HtmlElement) {
    if let Ok(Some(target)) = document().query_selector(&format!(".{MARKED}")) {
        place(&target, card);
    }
}

/// Marks nothing any more.
fn unmark() {
    let marked = format!(".{MARKED}");
    while let Ok(Some(element)) = document().query_selector(&marked) {
        if element.class_list().remove_1(MARKED).is_err() {
            return;
        }
    }
}
