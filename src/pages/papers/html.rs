//! A paper as markup: the same for the screen, the printer and the file, so that they cannot differ.
//!
//! Texts stay texts ([`crate::shell::markup`]); drawn signatures are taken only if they are nothing but a path.
//!
//! Long: one kind of block after another, with its tests.

use huiyin_api::is_logo;

use super::paper::{Block, Paper, SignatureLine};
use crate::shell::markup::{Pen, Piece, escape, to_html};

/// Most letters of a cell that is not broken, as many as a day has.
const ONE_WORD: usize = 11;
/// Most characters of such a cell in Chinese.
const ONE_NAME: usize = 4;
/// Bytes from which a word may be broken anywhere: no column is made as wide.
const LONG_WORD: usize = 24;

/// The style sheet of papers, as it is put into files.
const STYLE: &str = include_str!("../../css/print.css");
/// Longest path of a drawn signature that is printed, in bytes.
const MAX_PATH: usize = 60_000;

/// Returns the paper as markup.
pub fn render(paper: &Paper, words: &Words) -> Vec<Piece> {
    let mut pen = Pen::default();
    pen.open_with("article", [("class", "paper"), ("lang", paper.language)]);
    head(&mut pen, paper, words);
    sentence(&mut pen, &paper.opening);
    // The foot never stands alone on a page: it goes with what ends the paper.
    let (body, end) = match paper.blocks.split_last() {
        Some((end @ Block::Signatures(_), body)) => (body, Some(end)),
        _ => (paper.blocks.as_slice(), None),
    };
    for block in body {
        if matches!(block, Block::Signatures(_)) {
            pen.open_class("div", "paper-end");
            sentence(&mut pen, &paper.closing);
            put_block(&mut pen, block, words);
            pen.close();
        } else {
            put_block(&mut pen, block, words);
        }
    }
    pen.open_class("div", "paper-end");
    sentence(&mut pen, &paper.closing);
    if let Some(end) = end {
        put_block(&mut pen, end, words);
    }
    pen.open_class("footer", "paper-foot");
    pen.element("p", &paper.foot);
    if !paper.foot_line.is_empty() {
        pen.element("p", &paper.foot_line);
    }
    pen.close();
    pen.close();
    pen.close();
    pen.finish()
}

fn head(pen: &mut Pen, paper: &Paper, words: &Words) {
    pen.open_class("header", "paper-head");
    if is_logo(&paper.logo) {
        let logo = [("class", "paper-logo"), ("alt", ""), ("src", &*paper.logo)];
        pen.open_with("img", logo);
        pen.close();
    }
    pen.open_class("p", "paper-company");
    pen.text(&paper.company);
    pen.close();
    pen.element("h1", &paper.title);
    pen.open_class("p", "paper-facts");
    for (name, value) in &paper.facts {
        pen.open("span");
        pen.text(name);
        pen.text(words.colon);
        if value.is_empty() {
            pen.open_class("span", "paper-blank");
            pen.close();
        } else {
            pen.element("b", value);
        }
        pen.close();
    }
    pen.close();
    pen.close();
}

/// Writes a fixed sentence, a paragraph each line.
fn sentence(pen: &mut Pen, text: &str) {
    if text.trim().is_empty() {
        return;
    }
    pen.open_class("div", "paper-sentence");
    for line in text.lines() {
        pen.element("p", line);
    }
    pen.close();
}

/// Returns the paper as a file of its own.
pub fn document(paper: &Paper, words: &Words) -> String {
    let mut title = String::new();
    escape(&mut title, &paper.title);
    format!(
        "<!doctype html>\n<html lang=\"{}\"><head><meta charset=\"utf-8\"><title>{title}</title><style>{STYLE}</style></head>\
         <body class=\"paper-file\">{}</body></html>\n",
        paper.language,
        to_html(&render(paper, words))
    )
}

/// The few words the layout itself needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Words {
    /// Between a name and its value.
    pub colon: &'static str,
    /// Before the day of a signature.
    pub date: &'static str,
    /// A day to be written by hand.
    pub date_blank: &'static str,
}

fn put_block(pen: &mut Pen, block: &Block, words: &Words) {
    match block {
        Block::Heading(name) => heading(pen, name),
        Block::Facts(facts) => grid(pen, facts),
        Block::Text { name, text, lines } => {
            pen.open_class("section", "paper-text");
            pen.element("h2", name);
            pen.open("div");
            if text.trim().is_empty() {
                for _ in 0..*lines {
                    pen.open_class("p", "paper-rule");
                    pen.close();
                }
            } else {
                for line in text.lines() {
                    pen.element("p", line);
                }
            }
            pen.close();
            pen.close();
        }
        Block::Boxes { name, answers } => boxes(pen, name, answers),
        Block::Table {
            name,
            heads,
            rows,
            figures_from,
            blank,
        } => table(pen, name, heads, rows, *figures_from, *blank),
        Block::Signatures(lines) => {
            pen.open_class("div", "paper-signatures");
            for line in lines {
                signature(pen, line, words);
            }
            pen.close();
        }
        Block::NewPage => {
            pen.open_class("div", "paper-break");
            pen.close();
        }
    }
}

fn grid(pen: &mut Pen, facts: &[(String, String)]) {
    pen.open_class("table", "paper-grid");
    pen.open("tbody");
    for pair in facts.chunks(2) {
        pen.open("tr");
        for (name, value) in pair {
            pen.element("th", name);
            if pair.len() == 1 {
                pen.open_with("td", [("colspan", "3")]);
                pen.text(value);
                pen.close();
            } else {
                pen.element("td", value);
            }
        }
        pen.close();
    }
    pen.close();
    pen.close();
}

fn boxes(pen: &mut Pen, name: &str, answers: &[(String, bool)]) {
    pen.open_class("section", "paper-text paper-boxes");
    pen.element("h2", name);
    pen.open("div");
    pen.open("p");
    for (answer, ticked) in answers {
        pen.open("span");
        if *ticked {
            pen.open_class("i", "ticked");
            pen.text("✓");
        } else {
            pen.open("i");
        }
        pen.close();
        pen.text(" ");
        pen.text(answer);
        pen.close();
    }
    pen.close();
    pen.close();
    pen.close();
}

fn heading(pen: &mut Pen, name: &str) {
    pen.open_class("h2", "paper-table-name");
    pen.text(name);
    pen.close();
}

/// Returns whether a cell is so short that it is not broken: a name, a number, a day.
fn is_one_word(text: &str) -> bool {
    let most = if text.is_ascii() { ONE_WORD } else { ONE_NAME };
    text.chars().count() <= most && !text.contains(char::is_whitespace)
}

fn table(
    pen: &mut Pen,
    name: &str,
    heads: &[String],
    rows: &[Vec<String>],
    figures_from: usize,
    blank: usize,
) {
    if !name.is_empty() {
        heading(pen, name);
    }
    pen.open_class("table", "paper-table");
    pen.open("thead");
    pen.open("tr");
    for head in heads {
        pen.element("th", head);
    }
    pen.close();
    pen.close();
    pen.open("tbody");
    for row in rows {
        pen.open("tr");
        for (at, value) in row.iter().enumerate() {
            if at >= figures_from {
                pen.open_class("td", "paper-figure");
            } else if is_one_word(value) {
                pen.open_class("td", "whole");
            } else if value.split_whitespace().any(|word| word.len() > LONG_WORD) {
                pen.open_class("td", "long");
            } else {
                pen.open("td");
            }
            lines_kept(pen, value);
            pen.close();
        }
        pen.close();
    }
    if rows.is_empty() {
        for _ in 0..blank {
            pen.open_class("tr", "blank");
            for _ in heads {
                pen.element("td", "");
            }
            pen.close();
        }
    }
    pen.close();
    pen.close();
}

fn signature(pen: &mut Pen, line: &SignatureLine, words: &Words) {
    pen.open_class("div", "paper-signature");
    pen.open_class("p", "paper-signer");
    pen.open("span");
    pen.text(&line.title);
    pen.text(words.colon);
    pen.close();
    pen.open_class("span", "paper-line");
    if is_path(&line.path) {
        pen.open_with("svg", [("viewBox", "0 0 600 200"), ("role", "img")]);
        pen.open_with("path", [("d", &*line.path)]);
        pen.close();
        pen.close();
    }
    pen.text(&line.name);
    pen.close();
    pen.close();
    pen.open_class("p", "paper-day");
    if line.date.is_empty() {
        pen.text(words.date_blank);
    } else {
        pen.text(words.date);
        pen.text(words.colon);
        pen.text(&line.date);
    }
    pen.close();
    pen.close();
}

/// Returns whether a text is an SVG path and nothing else.
pub fn is_path(text: &str) -> bool {
    let first = text.trim_start().starts_with(['M', 'm']);
    first
        && text.len() <= MAX_PATH
        && text
            .chars()
            .all(|sign| sign.is_ascii_digit() || " ,.-+eMmLlHhVvCcSsQqTtAaZz".contains(sign))
}

fn lines_kept(pen: &mut Pen, text: &str) {
    for (at, line) in text.lines().enumerate() {
        if at > 0 {
            pen.open("br");
            pen.close();
        }
        pen.text(line);
    }
}

#[cfg(test)]
mod tests {
    use super::{render as pieces_of, *};

    fn render(paper: &Paper, words: &Words) -> String {
        to_html(&pieces_of(paper, words))
    }

    const WORDS: Words = Words {
        colon: ":",
        date: "Date",
        date_blank: "Date: ____",
    };

    fn paper(blocks: Vec<Block>) -> Paper {
        Paper {
            language: "en",
            title: "A <b>bold</b> title".to_owned(),
            blocks,
            ..Paper::default()
        }
    }

    #[test]
    fn what_people_typed_is_text_and_never_markup() {
        let html = render(
            &paper(vec![Block::Text {
                name: "What happened".to_owned(),
                text: "<script>alert('x')</script>\nsecond \"line\"".to_owned(),
                lines: 3,
            }]),
            &WORDS,
        );
        assert!(!html.contains("<script"), "{html}");
        assert!(!html.contains("<b>bold"), "{html}");
        assert!(html.contains("&lt;script&gt;"), "{html}");
        assert!(html.contains("<p>second &quot;line&quot;</p>"), "{html}");
    }

    #[test]
    fn an_empty_text_leaves_lines_to_write_on() {
        let block = |text: &str| Block::Text {
            name: "Conclusion".to_owned(),
            text: text.to_owned(),
            lines: 4,
        };
        let rules = |text| {
            render(&paper(vec![block(text)]), &WORDS)
                .matches("paper-rule")
                .count()
        };
        assert_eq!(rules("  "), 4);
        assert_eq!(rules("proven"), 0);
    }

    #[test]
    fn only_a_path_is_drawn_as_a_signature() {
        let line = |path: &str| {
            let line = SignatureLine {
                title: "Clerk".to_owned(),
                path: path.to_owned(),
                ..SignatureLine::default()
            };
            render(&paper(vec![Block::Signatures(vec![line])]), &WORDS)
        };
        assert!(line("M10 10 L20,20.5 l-3 4").contains("<path d=\"M10 10 L20,20.5 l-3 4\"/>"));
        for bad in [
            "",
            "L1 1",
            "M1 1\"/><script>",
            "M1 1 javascript:x",
            "<path>",
        ] {
            assert!(!line(bad).contains("<svg"), "{bad}");
        }
    }

    #[test]
    fn only_a_picture_by_its_content_is_a_logo() {
        let with = |logo: &str| {
            let paper = Paper {
                logo: logo.to_owned(),
                ..paper(Vec::new())
            };
            render(&paper, &WORDS)
        };
        assert!(with("data:image/jpeg;base64,/9j/AAAA").contains("<img class=\"paper-logo\""));
        for bad in [
            "",
            "https://example.com/x.png",
            "data:image/svg+xml;base64,PHN2Zz4=",
            "data:image/png;base64,iVBORw0KGgo\" onerror=\"x",
        ] {
            assert!(!with(bad).contains("<img"), "{bad}");
        }
    }

    #[test]
    fn fixed_sentences_stand_above_the_content_and_above_the_signatures() {
        let html = render(
            &Paper {
                opening: "first <i>\nsecond".to_owned(),
                closing: "last".to_owned(),
                foot_line: "Tel. 1".to_owned(),
                ..paper(vec![
                    Block::Heading("content".to_owned()),
                    Block::Signatures(vec![SignatureLine::default()]),
                ])
            },
            &WORDS,
        );
        let at = |words: &str| {
            html.find(words)
                .unwrap_or_else(|| panic!("{words} in {html}"))
        };
        assert!(at("<p>first &lt;i&gt;</p><p>second</p>") < at("content"));
        assert!(at("content") < at("<p>last</p>"));
        assert!(at("<p>last</p>") < at("paper-signature"));
        assert!(at("paper-signature") < at("Tel. 1"));
    }

    #[test]
    fn a_file_carries_its_own_style_and_nothing_from_elsewhere() {
        let file = document(&paper(Vec::new()), &WORDS);
        assert!(file.contains("@page"));
        for outside in ["http:", "https:", "src=", "href=", "url("] {
            assert!(!file.contains(outside), "{outside}");
        }
    }

    #[test]
    fn an_odd_fact_fills_its_line() {
        let fact = |name: &str| (name.to_owned(), "x".to_owned());
        let html = render(
            &paper(vec![Block::Facts(vec![fact("a"), fact("b"), fact("c")])]),
            &WORDS,
        );
        assert_eq!(html.matches("<tr>").count(), 2);
        assert_eq!(html.matches("colspan=\"3\"").count(), 1);
    }
}
