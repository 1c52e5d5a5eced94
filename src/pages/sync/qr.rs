//! A text as a QR code, drawn as one SVG path. Always dark on white, or cameras cannot read it.

use std::fmt::Write;

use leptos::prelude::*;
use qrcodegen::{QrCode as Code, QrCodeEcc};

use crate::texts::use_texts;

/// White modules around the code.
///
/// **Source:** ISO/IEC 18004, quiet zone of four modules.
const QUIET: i32 = 4;

/// The code, or a sentence where the text is too long for one.
#[component]
pub fn QrCode(text: String) -> impl IntoView {
    let t = use_texts();
    match Code::encode_text(&text, QrCodeEcc::Medium) {
        Ok(code) => {
            let side = code.size() + 2 * QUIET;
            view! {
                <svg
                    class="qr"
                    viewBox=format!("0 0 {side} {side}")
                    role="img"
                    aria-label=move || t.get().sync.qr
                    shape-rendering="crispEdges"
                >
                    <path class="qr-ground" d=format!("M0 0h{side}v{side}h-{side}z") />
                    <path class="qr-dark" d=path(&code) />
                </svg>
            }
            .into_any()
        }
        Err(_) => view! { <p class="muted">{move || t.get().sync.qr_too_long}</p> }.into_any(),
    }
}

/// Returns the dark modules as rectangles of one row each.
fn path(code: &Code) -> String {
    let mut path = String::new();
    for y in 0..code.size() {
        let mut x = 0;
        while x < code.size() {
            let run = (x..code.size())
                .take_while(|x| code.get_module(*x, y))
                .count() as i32;
            if run > 0 {
                write!(path, "M{} {}h{run}v1h-{run}z", x + QUIET, y + QUIET)
                    .expect("writing to a string does not fail");
            }
            x += run.max(1);
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_dark_module_is_drawn_once() {
        let code = Code::encode_text("https://example.org/join#abc", QrCodeEcc::Medium)
            .expect("a short text fits");
        let drawn: i32 = path(&code)
            .split('M')
            .skip(1)
            .map(|run| {
                let (_, run) = run.split_once('h').expect("each run has a width");
                let (width, _) = run.split_once('v').expect("each run has a height");
                width.parse::<i32>().expect("a width is a number")
            })
            .sum();
        let dark = (0..code.size())
            .flat_map(|y| (0..code.size()).map(move |x| (x, y)))
            .filter(|(x, y)| code.get_module(*x, *y))
            .count();
        assert_eq!(drawn, dark as i32);
        assert!(
            path(&code).starts_with("M4 4h7"),
            "the finder pattern comes first"
        );
    }
}
