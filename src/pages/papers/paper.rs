//! A paper as data: what stands on it, in order. How it looks is decided in [`super::html`] and the style sheet.

/// A paper.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Paper {
    /// `zh-CN` or `en`.
    pub language: &'static str,
    /// The logo as an address of its content; empty = none.
    pub logo: String,
    /// The head line: the company's name, or what it wrote instead.
    pub company: String,
    /// The title.
    pub title: String,
    /// Short facts beneath the title: number, date.
    pub facts: Vec<(String, String)>,
    /// A fixed sentence above the content; empty = none.
    pub opening: String,
    /// What stands on it.
    pub blocks: Vec<Block>,
    /// A fixed sentence above the signatures; empty = none.
    pub closing: String,
    /// The line at the foot: what the paper is about.
    pub foot: String,
    /// The company's own foot line; empty = none.
    pub foot_line: String,
}

/// A part of a paper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// The name of what follows.
    Heading(String),
    /// Short values, two to a line; empty ones stay blank for handwriting.
    Facts(Vec<(String, String)>),
    /// A long text; blank ruled lines where there is none.
    Text {
        /// What it is.
        name: String,
        /// The text; line breaks are kept.
        text: String,
        /// Blank lines if it is empty.
        lines: usize,
    },
    /// Boxes to tick.
    Boxes {
        /// What is asked.
        name: String,
        /// Each answer, and whether it is ticked.
        answers: Vec<(String, bool)>,
    },
    /// A table whose head is repeated on every page.
    Table {
        /// What it is; empty = no heading.
        name: String,
        /// Heads of the columns.
        heads: Vec<String>,
        /// Rows.
        rows: Vec<Vec<String>>,
        /// Columns from this one on hold figures.
        figures_from: usize,
        /// Blank rows for handwriting if there are no rows.
        blank: usize,
    },
    /// Lines to sign on, kept together on one page.
    Signatures(Vec<SignatureLine>),
    /// What follows begins on a new page.
    NewPage,
}

/// A line to sign on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SignatureLine {
    /// Who signs here.
    pub title: String,
    /// Who signed on screen.
    pub name: String,
    /// What was drawn, as an SVG path in a box of 600 × 200; empty = a blank line.
    pub path: String,
    /// The day of the signature; empty = a blank.
    pub date: String,
}
