//! A paper as HTML: the same for the screen, the printer and the file, so that they cannot differ.
//!
//! Every text is escaped here; drawn signatures are taken only if they are nothing but a path.

use std::fmt::Write as _;

use huiyin_api::is_logo;

use super::paper::{Block, Paper, SignatureLine};

/// The style sheet of papers, as it is put into files.
const STYLE: &str = include_str!("../../css/print.css");
/// Longest path of a drawn signature that is printed, in bytes.
const MAX_PATH: usize = 60_000;

/// Returns the paper as a piece of HTML.
pub fn render(paper: &Paper, words: &Words) -> String {
    let mut out = String::new();
    out.push_str("<article class=\"paper\" lang=\"");
    out.push_str(paper.language);
    out.push_str("\"><header class=\"paper-head\">");
    if is_logo(&paper.logo) {
        // `is_logo` lets nothing through that could end the attribute.
        let _ = write!(
            out,
            "<img class=\"paper-logo\" alt=\"\" src=\"{}\">",
            paper.logo
        );
    }
    out.push_str("<p class=\"paper-company\">");
    escape(&mut out, &paper.company);
    out.push_str("</p><h1>");
    escape(&mut out, &paper.title);
    out.push_str("</h1><p class=\"paper-facts\">");
    for (name, value) in &paper.facts {
        out.push_str("<span>");
        escape(&mut out, name);
        out.push_str(words.colon);
        if value.is_empty() {
            out.push_str("<span class=\"paper-blank\"></span>");
        } else {
            out.push_str("<b>");
            escape(&mut out, value);
            out.push_str("</b>");
        }
        out.push_str("</span>");
    }
    out.push_str("</p></header>");
    sentence(&mut out, &paper.opening);
    // The foot never stands alone on a page: it goes with what ends the paper.
    let (body, end) = match paper.blocks.split_last() {
        Some((end @ Block::Signatures(_), body)) => (body, Some(end)),
        _ => (paper.blocks.as_slice(), None),
    };
    for block in body {
        if matches!(block, Block::Signatures(_)) {
            out.push_str("<div class=\"paper-end\">");
            sentence(&mut out, &paper.closing);
            block_html(&mut out, block, words);
            out.push_str("</div>");
        } else {
            block_html(&mut out, block, words);
        }
    }
    out.push_str("<div class=\"paper-end\">");
    sentence(&mut out, &paper.closing);
    if let Some(end) = end {
        block_html(&mut out, end, words);
    }
    out.push_str("<footer class=\"paper-foot\"><p>");
    escape(&mut out, &paper.foot);
    out.push_str("</p>");
    if !paper.foot_line.is_empty() {
        out.push_str("<p>");
        escape(&mut out, &paper.foot_line);
        out.push_str("</p>");
    }
    out.push_str("</footer></div></article>");
    out
}

/// Writes a fixed sentence, a paragraph each line.
fn sentence(out: &mut String, text: &str) {
    if text.trim().is_empty() {
        return;
    }
    out.push_str("<div class=\"paper-sentence\">");
    for line in text.lines() {
        out.push_str("<p>");
        escape(out, line);
        out.push_str("</p>");
    }
    out.push_str("</div>");
}

/// Returns the paper as a file of its own.
pub fn document(paper: &Paper, words: &Words) -> String {
    let mut title = String::new();
    escape(&mut title, &paper.title);
    format!(
        "<!doctype html>\n<html lang=\"{}\"><head><meta charset=\"utf-8\"><title>{title}</title><style>{STYLE}</style></head>\
         <body class=\"paper-file\">{}</body></html>\n",
        paper.language,
        render(paper, words)
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

fn block_html(out: &mut String, block: &Block, words: &Words) {
    match block {
        Block::Heading(name) => heading(out, name),
        Block::Facts(facts) => {
            out.push_str("<table class=\"paper-grid\"><tbody>");
            for pair in facts.chunks(2) {
                out.push_str("<tr>");
                for (name, value) in pair {
                    cell(out, "th", name);
                    if pair.len() == 1 {
                        out.push_str("<td colspan=\"3\">");
                        escape(out, value);
                        out.push_str("</td>");
                    } else {
                        cell(out, "td", value);
                    }
                }
                out.push_str("</tr>");
            }
            out.push_str("</tbody></table>");
        }
        Block::Text { name, text, lines } => {
            out.push_str("<section class=\"paper-text\"><h2>");
            escape(out, name);
            out.push_str("</h2><div>");
            if text.trim().is_empty() {
                for _ in 0..*lines {
                    out.push_str("<p class=\"paper-rule\"></p>");
                }
            } else {
                for line in text.lines() {
                    out.push_str("<p>");
                    escape(out, line);
                    out.push_str("</p>");
                }
            }
            out.push_str("</div></section>");
        }
        Block::Boxes { name, answers } => {
            out.push_str("<section class=\"paper-text paper-boxes\"><h2>");
            escape(out, name);
            out.push_str("</h2><div><p>");
            for (answer, ticked) in answers {
                out.push_str(if *ticked {
                    "<span><i class=\"ticked\">✓</i> "
                } else {
                    "<span><i></i> "
                });
                escape(out, answer);
                out.push_str("</span>");
            }
            out.push_str("</p></div></section>");
        }
        Block::Table {
            name,
            heads,
            rows,
            figures_from,
            blank,
        } => table(out, name, heads, rows, *figures_from, *blank),
        Block::Signatures(lines) => {
            out.push_str("<div class=\"paper-signatures\">");
            for line in lines {
                signature(out, line, words);
            }
            out.push_str("</div>");
        }
        Block::NewPage => out.push_str("<div class=\"paper-break\"></div>"),
    }
}

fn heading(out: &mut String, name: &str) {
    out.push_str("<h2 class=\"paper-table-name\">");
    escape(out, name);
    out.push_str("</h2>");
}

fn table(
    out: &mut String,
    name: &str,
    heads: &[String],
    rows: &[Vec<String>],
    figures_from: usize,
    blank: usize,
) {
    if !name.is_empty() {
        heading(out, name);
    }
    out.push_str("<table class=\"paper-table\"><thead><tr>");
    for head in heads {
        cell(out, "th", head);
    }
    out.push_str("</tr></thead><tbody>");
    for row in rows {
        out.push_str("<tr>");
        for (at, value) in row.iter().enumerate() {
            out.push_str(if at >= figures_from {
                "<td class=\"paper-figure\">"
            } else {
                "<td>"
            });
            lines_kept(out, value);
            out.push_str("</td>");
        }
        out.push_str("</tr>");
    }
    if rows.is_empty() {
        for _ in 0..blank {
            out.push_str("<tr class=\"blank\">");
            for _ in heads {
                out.push_str("<td></td>");
            }
            out.push_str("</tr>");
        }
    }
    out.push_str("</tbody></table>");
}

fn signature(out: &mut String, line: &SignatureLine, words: &Words) {
    out.push_str("<div class=\"paper-signature\"><p class=\"paper-signer\"><span>");
    escape(out, &line.title);
    out.push_str(words.colon);
    out.push_str("</span><span class=\"paper-line\">");
    if is_path(&line.path) {
        // `is_path` lets nothing through that could end the attribute.
        let _ = write!(
            out,
            "<svg viewBox=\"0 0 600 200\" role=\"img\"><path d=\"{}\"/></svg>",
            line.path
        );
    }
    escape(out, &line.name);
    out.push_str("</span></p><p class=\"paper-day\">");
    if line.date.is_empty() {
        out.push_str(words.date_blank);
    } else {
        out.push_str(words.date);
        out.push_str(words.colon);
        escape(out, &line.date);
    }
    out.push_str("</p></div>");
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

fn cell(out: &mut String, tag: &str, text: &str) {
    let _ = write!(out, "<{tag}>");
    escape(out, text);
    let _ = write!(out, "</{tag}>");
}

fn lines_kept(out: &mut String, text: &str) {
    for (at, line) in text.lines().enumerate() {
        if at > 0 {
            out.push_str("<br>");
        }
        escape(out, line);
    }
}

/// Writes a text so that it is nothing but text.
fn escape(out: &mut String, text: &str) {
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

#[cfg(test)]
mod tests {
    use super::*;

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
