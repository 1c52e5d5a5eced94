//! A list of any length that draws only the rows in sight.
//!
//! Rows have one fixed height and are placed by a transform; a scroll that crosses no row's edge draws nothing.
//! The caller gives the content of a row for an index once, when the row comes into sight; that content itself follows what it shows, so
//! that rows which stay are not drawn again when others arrive.

use std::sync::Arc;

use leptos::{ev, html, prelude::*};
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::ResizeObserver;

use super::new_id;

/// Rows drawn beyond what is seen, above and below.
const OVERSCAN: u32 = 8;
/// Height assumed before the first layout, in pixels.
const FIRST_HEIGHT: f64 = 800.0;

/// How far a list is scrolled and which row is marked; kept by the caller.
#[derive(Clone, Copy)]
pub struct Scroll {
    /// Distance scrolled in pixels, kept while the list is not shown.
    pub top: StoredValue<f64>,
    /// The marked row.
    pub cursor: RwSignal<Option<u32>>,
    /// Set where the mark was moved by rows that came or went: the list is not scrolled to it unless it was in sight.
    pub carried: StoredValue<bool>,
    /// Changes when the list starts from the top again.
    pub restarts: Signal<u32>,
}

/// A list with `total` rows.
#[component]
pub fn VirtualList(
    #[prop(into)] label: Signal<String>,
    #[prop(into)] total: Signal<u32>,
    /// Height of a row in pixels.
    #[prop(into)]
    row_height: Signal<f64>,
    scroll: Scroll,
    /// Hears which rows are drawn: first and last.
    shown: RwSignal<(u32, u32)>,
    /// Makes the content of a row, which follows its data itself.
    row: Arc<dyn Fn(u32) -> AnyView + Send + Sync>,
    /// The row of column heads, if any.
    #[prop(optional)]
    head: Option<Children>,
) -> impl IntoView {
    let node = NodeRef::<html::Div>::new();
    let top = RwSignal::new(scroll.top.get_value());
    let height = RwSignal::new(FIRST_HEIGHT);
    let window =
        Memo::new(move |_| window_of(top.get(), height.get(), row_height.get(), total.get()));
    Effect::new(move |_| {
        let (first, end) = window.get();
        shown.set((first, end.saturating_sub(1).max(first)));
    });
    restore_scroll(node, scroll, total, row_height);
    follow_restarts(node, scroll.restarts);
    follow_height(node, height);
    follow_cursor(node, scroll, row_height);
    let on_scroll = move |event: ev::Event| {
        let Some(element) = event
            .current_target()
            .and_then(|target| target.dyn_into::<web_sys::Element>().ok())
        else {
            return;
        };
        let now = f64::from(element.scroll_top());
        scroll.top.set_value(now);
        top.set(now);
    };
    let row_id = new_id("row");
    let own_id = row_id.clone();
    let cells = move |index: u32| {
        let row = Arc::clone(&row);
        let marked = move || scroll.cursor.get() == Some(index);
        view! {
            <div
                id=format!("{own_id}-{index}")
                class="vrow"
                class:marked=marked
                role="row"
                aria-rowindex=(index + 2).to_string()
                aria-selected=move || if marked() { "true" } else { "false" }
                style:transform=move || format!("translateY({}px)", f64::from(index) * row_height.get())
                style:height=move || format!("{}px", row_height.get())
            >
                {row(index)}
            </div>
        }
    };
    view! {
        <div
            node_ref=node
            class="vlist"
            role="grid"
            tabindex="0"
            aria-label=move || label.get()
            aria-activedescendant=move || scroll.cursor.get().map(|index| format!("{row_id}-{index}"))
            aria-rowcount=move || (total.get() + 1).to_string()
            on:scroll=on_scroll
        >
            {head.map(|head| view! { <div class="vhead" role="row" aria-rowindex="1">{head()}</div> })}
            <div
                class="vbody"
                role="rowgroup"
                style:height=move || format!("{}px", f64::from(total.get()) * row_height.get())
            >
                <For
                    each=move || {
                        let (first, end) = window.get();
                        first..end
                    }
                    key=|index| *index
                    children=cells
                />
            </div>
        </div>
    }
}

/// Returns the first row to draw and the one after the last.
fn window_of(top: f64, height: f64, row_height: f64, total: u32) -> (u32, u32) {
    let row_height = row_height.max(1.0);
    let first = (top / row_height) as u32;
    let end = ((top + height) / row_height).ceil() as u32;
    (
        first.saturating_sub(OVERSCAN).min(total),
        (end + OVERSCAN).min(total),
    )
}

/// Scrolls to where the list was left, once there are rows enough.
fn restore_scroll(
    node: NodeRef<html::Div>,
    scroll: Scroll,
    total: Signal<u32>,
    row_height: Signal<f64>,
) {
    let restored = StoredValue::new(false);
    Effect::new(move |_| {
        let rows = total.get();
        let Some(element) = node.get() else { return };
        if restored.get_value() || rows == 0 {
            return;
        }
        restored.set_value(true);
        let wanted = scroll.top.get_value();
        if wanted > 0.0 && wanted < f64::from(rows) * row_height.get_untracked() {
            // The rows' height is set in the same round of effects; the frame after it can scroll.
            request_animation_frame(move || element.set_scroll_top(wanted as i32));
        }
    });
}

/// Goes to the top when the rows are others: what was found first is what is seen first.
fn follow_restarts(node: NodeRef<html::Div>, restarts: Signal<u32>) {
    Effect::new(move |before: Option<u32>| {
        let now = restarts.get();
        if before.is_some_and(|before| before != now)
            && let Some(element) = node.get_untracked()
        {
            element.set_scroll_top(0);
        }
        now
    });
}

fn follow_height(node: NodeRef<html::Div>, height: RwSignal<f64>) {
    Effect::new(move |_| {
        let Some(element) = node.get() else { return };
        let measured = element.clone();
        let measure = Closure::<dyn Fn()>::new(move || {
            height.try_set(f64::from(measured.client_height()));
        });
        let Ok(observer) = ResizeObserver::new(measure.as_ref().unchecked_ref()) else {
            height.set(f64::from(element.client_height()));
            return;
        };
        observer.observe(&element);
        let held = StoredValue::new_local((observer, measure));
        on_cleanup(move || {
            held.try_with_value(|(observer, _)| observer.disconnect());
        });
    });
}

/// Keeps the marked row in sight.
fn follow_cursor(node: NodeRef<html::Div>, scroll: Scroll, row_height: Signal<f64>) {
    Effect::new(move |before: Option<Option<u32>>| {
        let now = scroll.cursor.get();
        let carried = scroll.carried.get_value();
        scroll.carried.set_value(false);
        let moved = before.is_some_and(|before| before != now);
        if let (true, Some(index), Some(element)) = (moved, now, node.get_untracked()) {
            let row_height = row_height.get_untracked();
            let top_of = |index: u32| f64::from(index) * row_height;
            let row_top = top_of(index);
            let head = element
                .query_selector(".vhead")
                .ok()
                .flatten()
                .map_or(0.0, |head| f64::from(head.client_height()));
            let seen_top = f64::from(element.scroll_top());
            let seen = f64::from(element.client_height()) - head;
            let in_sight = |top: f64| top + row_height > seen_top && top < seen_top + seen;
            let left_alone = before.flatten().filter(|_| carried);
            if left_alone.is_some_and(|before| !in_sight(top_of(before))) {
                return now;
            }
            if row_top < seen_top {
                element.set_scroll_top(row_top as i32);
            } else if row_top + row_height > seen_top + seen {
                element.set_scroll_top((row_top + row_height - seen) as i32);
            }
        }
        now
    });
}

#[cfg(test)]
mod tests {
    use super::window_of;

    #[test]
    fn only_rows_in_sight_and_a_few_more_are_drawn() {
        assert_eq!(window_of(0.0, 440.0, 44.0, 100_000), (0, 18));
        assert_eq!(window_of(44_000.0, 440.0, 44.0, 100_000), (992, 1_018));
        assert_eq!(window_of(0.0, 440.0, 44.0, 3), (0, 3));
        assert_eq!(window_of(10_000.0, 440.0, 44.0, 3), (3, 3));
    }
}
