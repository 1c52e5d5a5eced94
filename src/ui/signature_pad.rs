//! A field to sign in with a finger, pen or mouse. The signature is an SVG path in a box of fixed size.

use leptos::{ev, html, prelude::*};

use super::{Button, Look};
use crate::texts::use_texts;

/// Width of the box of a signature, in its own units.
pub const WIDTH: f64 = 600.0;
/// Height of the box.
pub const HEIGHT: f64 = 200.0;
/// Longest path in characters; further strokes are left out.
const MAX_PATH: usize = 18_000;
/// Points nearer than this to the last one are left out.
const MIN_STEP: f64 = 2.5;

/// A signature while it is drawn.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Strokes {
    path: String,
    last: Option<(f64, f64)>,
}

impl Strokes {
    /// Returns a signature that goes on after what was drawn before.
    pub fn after(path: String) -> Self {
        Self { path, last: None }
    }

    /// Puts the pen down. Places outside of the box are moved to its edge.
    pub fn down(&mut self, x: f64, y: f64) {
        let (x, y) = inside(x, y);
        // A point alone is a stroke too.
        self.add(&format!("M{x} {y}l0 0"), (x, y));
    }

    /// Moves the pen, if it is down.
    pub fn to(&mut self, x: f64, y: f64) {
        let Some((from_x, from_y)) = self.last else {
            return;
        };
        let (x, y) = inside(x, y);
        if (x - from_x).hypot(y - from_y) >= MIN_STEP {
            self.add(&format!("L{x} {y}"), (x, y));
        }
    }

    /// Lifts the pen.
    pub fn up(&mut self) {
        self.last = None;
    }

    /// Returns the path drawn so far.
    pub fn path(&self) -> &str {
        &self.path
    }

    fn add(&mut self, text: &str, at: (f64, f64)) {
        if self.path.len() + text.len() <= MAX_PATH {
            self.path.push_str(text);
            self.last = Some(at);
        }
    }
}

/// Returns the point of the box nearest to a place, in whole units.
fn inside(x: f64, y: f64) -> (f64, f64) {
    (x.clamp(0.0, WIDTH).round(), y.clamp(0.0, HEIGHT).round())
}

/// Returns whether a text is a path as this field draws it, and nothing else.
pub fn is_path(text: &str) -> bool {
    text.starts_with('M')
        && text
            .chars()
            .all(|c| c.is_ascii_digit() || matches!(c, 'M' | 'L' | 'l' | ' '))
}

/// The field. The path belongs to the caller, who hears of it after every stroke.
#[component]
pub fn SignaturePad(
    #[prop(into)] value: Signal<String>,
    #[prop(into)] input: Callback<String>,
) -> impl IntoView {
    let t = use_texts();
    let node = NodeRef::<html::Div>::new();
    let drawing = RwSignal::new(None::<Strokes>);
    let place = move |event: &ev::PointerEvent| {
        let bounds = node.get_untracked()?.get_bounding_client_rect();
        if bounds.width() <= 0.0 || bounds.height() <= 0.0 {
            return None;
        }
        let x = (f64::from(event.client_x()) - bounds.left()) / bounds.width() * WIDTH;
        let y = (f64::from(event.client_y()) - bounds.top()) / bounds.height() * HEIGHT;
        Some((x, y))
    };
    let down = move |event: ev::PointerEvent| {
        let Some((x, y)) = place(&event) else { return };
        event.prevent_default();
        if let Some(element) = node.get_untracked() {
            // Without the capture a stroke ends at the edge.
            let _ = element.set_pointer_capture(event.pointer_id());
        }
        let mut strokes = Strokes::after(value.get_untracked());
        strokes.down(x, y);
        drawing.set(Some(strokes));
    };
    let moved = move |event: ev::PointerEvent| {
        if drawing.with_untracked(Option::is_none) {
            return;
        }
        if let Some((x, y)) = place(&event) {
            drawing.update(|strokes| {
                if let Some(strokes) = strokes {
                    strokes.to(x, y);
                }
            });
        }
    };
    let up = move |_: ev::PointerEvent| {
        let done = drawing.try_update(Option::take).flatten();
        if let Some(mut strokes) = done {
            strokes.up();
            input.run(strokes.path().to_owned());
        }
    };
    let path = move || {
        drawing.with(|strokes| match strokes {
            Some(strokes) => strokes.path().to_owned(),
            None => value.get(),
        })
    };
    view! {
        <div class="signature">
            <div
                node_ref=node
                class="signature-pad"
                role="img"
                aria-label=move || t.get().desk.signature_pad
                on:pointerdown=down
                on:pointermove=moved
                on:pointerup=up
                on:pointercancel=up
            >
                <svg viewBox=format!("0 0 {WIDTH} {HEIGHT}") aria-hidden="true">
                    <path d=path />
                </svg>
                {move || {
                    (value.with(String::is_empty) && drawing.with(Option::is_none))
                        .then(|| view! { <span class="muted">{t.get().desk.signature_here}</span> })
                }}
            </div>
            {move || {
                (!value.with(String::is_empty))
                    .then(|| {
                        view! {
                            <Button look=Look::Quiet press=move || input.run(String::new())>
                                {move || t.get().desk.signature_again}
                            </Button>
                        }
                    })
            }}
        </div>
    }
}

/// A signature as it was drawn.
#[component]
pub fn Signature(path: String) -> impl IntoView {
    let t = use_texts();
    is_path(&path).then(|| {
        view! {
            <svg
                class="signature-drawn"
                viewBox=format!("0 0 {WIDTH} {HEIGHT}")
                role="img"
                aria-label=move || t.get().field("signature")
            >
                <path d=path />
            </svg>
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strokes_become_a_path_of_whole_units_inside_the_box() {
        let mut strokes = Strokes::default();
        strokes.down(10.4, -5.0);
        strokes.to(11.0, 0.0);
        strokes.to(700.0, 300.0);
        strokes.up();
        strokes.to(1.0, 1.0);
        assert_eq!(strokes.path(), "M10 0l0 0L600 200");
        assert!(is_path(strokes.path()));
    }

    #[test]
    fn a_second_stroke_goes_on_after_the_first() {
        let mut strokes = Strokes::after("M1 2l0 0".into());
        strokes.down(5.0, 6.0);
        assert_eq!(strokes.path(), "M1 2l0 0M5 6l0 0");
    }

    #[test]
    fn a_scribble_without_end_stays_within_the_limit() {
        let mut strokes = Strokes::default();
        strokes.down(0.0, 0.0);
        for step in 0..20_000 {
            strokes.to(if step % 2 == 0 { 600.0 } else { 0.0 }, 100.0);
        }
        assert!(strokes.path().len() <= MAX_PATH);
        assert!(strokes.path().len() > MAX_PATH - 10);
    }

    #[test]
    fn only_a_drawn_path_is_shown() {
        assert!(is_path("M10 0l0 0L600 200"));
        for bad in ["", "url(#x)", "M1 2\" onload=", "L1 2"] {
            assert!(!is_path(bad), "{bad}");
        }
    }
}
