//! Markup as pieces: written once, shown as elements of the page or put into a file as text. No text is ever parsed as markup, so what people
//! typed is text on the screen whatever it looks like.

use leptos::prelude::document;
use web_sys::Element;

/// Where elements of drawings live. **Source:** SVG 2, "Namespace".
const SVG: &str = "http://www.w3.org/2000/svg";
/// Elements of drawings.
const DRAWN: [&str; 2] = ["svg", "path"];
/// Elements that hold nothing and have no end. **Source:** HTML, "Void elements".
const VOID: [&str; 2] = ["img", "br"];
/// Elements of drawings that hold nothing here and end where they begin.
const BRIEF: [&str; 1] = ["path"];

/// A piece of markup.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// An element begins.
    Open {
        /// Its name.
        tag: &'static str,
        /// Its attributes.
        attributes: Vec<(&'static str, String)>,
    },
    /// Text.
    Text(String),
    /// The element that began last ends.
    Close,
}

/// Markup as it is written, from its beginning to its end.
#[derive(Debug, Default)]
pub struct Pen(Vec<Piece>);

impl Pen {
    /// Begins an element.
    pub fn open(&mut self, tag: &'static str) {
        self.open_with(tag, []);
    }

    /// Begins an element of a class.
    pub fn open_class(&mut self, tag: &'static str, class: &str) {
        self.open_with(tag, [("class", class)]);
    }

    /// Begins an element with attributes.
    pub fn open_with<const N: usize>(
        &mut self,
        tag: &'static str,
        attributes: [(&'static str, &str); N],
    ) {
        let attributes = attributes.map(|(name, value)| (name, value.to_owned()));
        self.0.push(Piece::Open {
            tag,
            attributes: attributes.into(),
        });
    }

    /// Writes text into the element that began last.
    pub fn text(&mut self, text: &str) {
        if !text.is_empty() {
            self.0.push(Piece::Text(text.to_owned()));
        }
    }

    /// Ends the element that began last.
    pub fn close(&mut self) {
        self.0.push(Piece::Close);
    }

    /// Writes a whole element that holds a text.
    pub fn element(&mut self, tag: &'static str, text: &str) {
        self.open(tag);
        self.text(text);
        self.close();
    }

    /// Returns what was written.
    pub fn finish(self) -> Vec<Piece> {
        self.0
    }
}

/// Returns markup as HTML, every text and value escaped.
pub fn to_html(pieces: &[Piece]) -> String {
    let mut out = String::new();
    let mut ends = Vec::new();
    for piece in pieces {
        match piece {
            Piece::Open { tag, attributes } => {
                out.push('<');
                out.push_str(tag);
                for (name, value) in attributes {
                    out.push(' ');
                    out.push_str(name);
                    out.push_str("=\"");
                    escape(&mut out, value);
                    out.push('"');
                }
                out.push_str(if BRIEF.contains(tag) { "/>" } else { ">" });
                ends.push(*tag);
            }
            Piece::Text(text) => escape(&mut out, text),
            Piece::Close => {
                let ended = |tag: &&str| VOID.contains(tag) || BRIEF.contains(tag);
                if let Some(tag) = ends.pop().filter(|tag| !ended(tag)) {
                    out.push_str("</");
                    out.push_str(tag);
                    out.push('>');
                }
            }
        }
    }
    out
}

/// Writes a text so that it is nothing but text.
pub fn escape(out: &mut String, text: &str) {
    for sign in text.chars() {
        match sign {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            sign => out.push(sign),
        }
    }
}

/// Shows markup in `place`, in the place of what it held.
pub fn show(place: &Element, pieces: &[Piece]) {
    place.set_text_content(None);
    let mut open = vec![place.clone()];
    for piece in pieces {
        let Some(last) = open.last() else { return };
        match piece {
            Piece::Open { tag, attributes } => {
                let made = if DRAWN.contains(tag) {
                    document().create_element_ns(Some(SVG), tag)
                } else {
                    document().create_element(tag)
                };
                let element = made.expect("the names of elements are fixed and right");
                for (name, value) in attributes {
                    element
                        .set_attribute(name, value)
                        .expect("the names of attributes are fixed and right");
                }
                last.append_child(&element)
                    .expect("a new element has no place yet");
                open.push(element);
            }
            Piece::Text(text) => last
                .append_with_str_1(text)
                .expect("an element takes a text"),
            Piece::Close => {
                open.pop();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_and_values_are_escaped_and_void_elements_have_no_end() {
        let mut pen = Pen::default();
        pen.open_with("p", [("class", "a\"b")]);
        pen.text("1 < 2 & 'x' onclick=y");
        pen.open("br");
        pen.close();
        pen.element("b", "javascript:");
        pen.close();
        assert_eq!(
            to_html(&pen.finish()),
            "<p class=\"a&quot;b\">1 &lt; 2 &amp; &#39;x&#39; onclick=y<br><b>javascript:</b></p>"
        );
    }
}
